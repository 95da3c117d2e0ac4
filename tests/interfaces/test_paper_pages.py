"""Papers and the matrix through the browser and the API: the file itself, and an edited matrix shown before it is recorded."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.reports.test_matrix import edited, put

from mulu.client import Client
from mulu.desk import Desk
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.reports.made import KINDS, forms_of

PORT = 8771
DAY = datetime.date(2026, 3, 2)
AT = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("pages") / "mulu.db")
    desk = Desk(store=where)
    desk.case(DAY, AT, "new", title="正极材料 <b>", technology="磷酸铁锂正极材料的制备方法", by="李明")
    desk.determine(AT, "C-1", candidate=["battery-cathode-x"], because="名称相近", by="李明")
    return where


@pytest.fixture(scope="module")
def server(place: str) -> TestClient:
    return TestClient(application(Keeper(place), PORT), base_url=f"http://127.0.0.1:{PORT}")


def test_the_page_of_a_case_leads_to_every_paper_and_each_is_a_file(server: TestClient):
    page = server.get("/en/cases/C-1?on=2026-06-10").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/papers/[^"]*)"', page)]
    assert len(links) == 3 * sum(len(forms_of(kind)) for kind in KINDS)
    begins = {"pdf": b"%PDF", "docx": b"PK", "svg": b"<svg", "ics": b"BEGIN:VCALENDAR"}
    for link in links:
        form = re.search(r"form=(\w+)", link)[1]
        if "dossier" in link and "both" not in link:
            continue
        answer = server.get(link)
        assert answer.status_code == 200 and answer.content.startswith(begins[form]), link
        assert (
            f'.{form}"' in answer.headers["content-disposition"]
            and "attachment" in answer.headers["content-disposition"]
        )
    assert server.get("/en/cases/C-1/papers/no-such?on=2026-06-10").status_code == 404
    assert server.get("/en/cases/C-9/papers/memo?on=2026-06-10").status_code == 404


def test_the_api_gives_the_file_that_python_gives(server: TestClient, place: str):
    client = Client(http=server)
    content = client.paper_file("C-1", "memo", DAY, language="zh", form="pdf")
    assert content == Desk(store=place).printed("C-1", "memo", DAY, "zh", "pdf").content
    answer = server.get("/api/v1/cases/C-1/papers/timeline/file", params={"on": "2026-06-10"})
    again = {"If-None-Match": answer.headers["etag"]}
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert (
        server.get("/api/v1/cases/C-1/papers/timeline/file", params={"on": "2026-06-10"}, headers=again).status_code
        == 304
    )
    assert client.matrix_file(DAY).startswith(b"PK")


def test_an_edited_matrix_is_shown_and_then_recorded(server: TestClient, place: str):
    content = edited(
        server.get("/zh/matrix/file?on=2026-06-10").content,
        put("battery-cathode-x", "1", judgement="meets", reason="<i>2.62"),
    )
    form = server.get("/zh/matrix").text
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', form)[1]
    empty = server.post("/zh/matrix", data={"csrf": token, "form": "read"})
    assert empty.status_code == 422 and "请选择编辑过的 XLSX" in empty.text
    files = {"workbook": ("m.xlsx", io.BytesIO(content))}
    shown = server.post("/zh/matrix", data={"csrf": token, "form": "read", "by": "王芳"}, files=files)
    assert shown.status_code == 200 and "1 处改动" in shown.text and "&lt;i&gt;2.62" in shown.text
    assert len(Desk(store=place).records("C-1")) == 2
    held = re.search(r'name="held" value="([^"]+)"', shown.text)[1]
    done = server.post("/zh/matrix", data={"csrf": token, "form": "apply", "by": "王芳", "held": held})
    assert "已以 王芳 记录 1 处" in done.text and len(Desk(store=place).records("C-1")) == 3
    wrong = {"workbook": ("m.xlsx", io.BytesIO(b"no workbook"))}
    refused = server.post("/zh/matrix", data={"csrf": token, "form": "read", "by": "王芳"}, files=wrong)
    assert refused.status_code == 422 and "不是可读取的 XLSX" in refused.text


def test_the_commands_write_a_new_file_and_list_fields(place: str, tmp_path: Path, capsys):
    from mulu.interfaces.cli.main import main

    into = tmp_path / "memo.pdf"
    command = [
        "paper",
        "C-1",
        "memo",
        "--on",
        "2026-06-10",
        "--form",
        "pdf",
        "--into",
        str(into),
        "--store",
        place,
        "--lang",
        "en",
    ]
    assert main(command) == 0 and into.read_bytes().startswith(b"%PDF")
    assert main(command) == 2 and "not overwritten" in capsys.readouterr().err
    assert main(["paper", "--fields", "application", "--lang", "zh", "--store", place]) == 0
    told = capsys.readouterr().out
    assert "catalogue_entry" in told and "非官方" in told and "凭记忆" in told
    book = tmp_path / "m.xlsx"
    assert main(["matrix", "--on", "2026-06-10", "--into", str(book), "--store", place, "--lang", "en"]) == 0
    book.write_bytes(edited(book.read_bytes(), put("", "crossing", judgement="perhaps", reason="x")))
    assert main(["matrix", str(book), "--on", "2026-06-10", "--by", "李", "--store", place, "--lang", "en"]) == 4
    assert "not in the list" in capsys.readouterr().out

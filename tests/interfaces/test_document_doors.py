"""A document is handed in at every door that takes files, and all give the same answer."""

import io
import json

import docx
import pytest
from starlette.testclient import TestClient

from mulu.client import ApiProblem, Client
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.sources.fenced import read_described

PORT = 8779
ADDRESS = f"http://127.0.0.1:{PORT}"
ON = "2026-11-23"
CATHODE = "甲方许可乙方使用磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂。"
OTHER = "食堂每周三供应面条，员工可凭餐卡就餐，访客由接待部门统一安排，费用月底结算，逾期按日计收滞纳金。"


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    made = docx.Document()
    made.add_heading("技术许可合同", 0)
    for article in range(1, 41):
        made.add_paragraph(f"{article}.1 {OTHER}")
        made.add_paragraph(f"{article}.2 {CATHODE if article == 20 else OTHER}")
    held = io.BytesIO()
    made.save(held)
    path = tmp_path_factory.mktemp("in") / "合同.docx"
    path.write_bytes(held.getvalue())
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory, desk):
    keeper = Keeper(str(tmp_path_factory.mktemp("store") / "mulu.db"))
    return TestClient(application(keeper, PORT), base_url=ADDRESS)


def test_the_command_line_the_api_and_python_give_one_answer_for_a_document(ask, server, desk, contract):
    code, out, _ = ask("screen", "--file", str(contract), "--on", ON, "--format", "json")
    assert code == 0
    told = json.loads(out)
    asked = Client(http=server).screen_document(contract.name, contract.read_bytes(), ON)
    import datetime

    here = desk.screen_document(read_described(contract), datetime.date.fromisoformat(ON), id="x")
    for one in (told, asked):
        assert one["document"]["by_passage"]
        assert {**one, "id": "x"} == here
    (flagged,) = (c for c in told["candidates"] if c["flag"])
    assert (flagged["item"], flagged["passages"][0]["place"]["clause"]) == ("battery-cathode-x", "20.2")


@pytest.mark.parametrize(("language", "where"), [("zh", "条款 20.2"), ("en", "clause 20.2")])
def test_the_command_line_tells_where_a_candidate_is_spoken_of(ask, contract, language, where):
    code, out, _ = ask("screen", "--file", str(contract), "--on", ON, "--lang", language)
    assert code == 0 and where in out and contract.name in out


def test_several_files_are_answered_each_and_those_that_cannot_be_read_name_the_remedy(ask, contract, tmp_path):
    old = tmp_path / "a.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    code, out, err = ask(
        "screen", "--file", str(contract), "--file", str(old), "--on", ON, "--format", "jsonl", "--lang", "en"
    )
    assert code == 4
    good, bad = map(json.loads, out.splitlines())
    assert good["flagged"] == 1 and bad["error"]["id"] == "unknown_kind" and "DOCX" in err


@pytest.mark.parametrize(("language", "where"), [("zh", "条款 20.2"), ("en", "clause 20.2")])
def test_the_page_takes_a_document_and_shows_its_passages(server, contract, language, where):
    token = server.get("/en/screen").text.split('name="csrf" value="')[1].split('"')[0]
    answer = server.post(
        f"/{language}/screen", data={"csrf": token, "on": ON}, files={"files": (contract.name, contract.read_bytes())}
    )
    assert answer.status_code == 200 and where in answer.text and contract.name in answer.text
    both = server.post(
        f"/{language}/screen",
        data={"csrf": token, "on": ON},
        files=[("files", (contract.name, contract.read_bytes())), ("files", ("note.txt", OTHER.encode()))],
    )
    assert both.status_code == 200 and "note.txt" in both.text and "battery-cathode-x" in both.text


def test_the_api_refuses_what_cannot_be_read_by_its_name_with_the_remedy(server):
    with pytest.raises(ApiProblem) as refused:
        Client(http=server).screen_document(
            "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), ON
        )
    assert "a.msg: " in str(refused.value) and ".eml" in str(refused.value)

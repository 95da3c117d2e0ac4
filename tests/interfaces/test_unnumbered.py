"""Points of which no official number is held are called so to readers, and never by the `u1` that is their key."""

import datetime
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from starlette.testclient import TestClient

from mulu.desk import Desk
from mulu.interfaces.cli import main as cli
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.vocabulary import point_called

DAY = datetime.date(2026, 3, 2)
AT = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
TEXT = "宣纸的制作技术：以青檀皮、沙田稻草为原料，含配方与制作工艺；另含迁安书画纸的制作。"
ITEM = "papermaking-j"
KEY = re.compile(r"(?<![A-Za-z0-9_#-])u[0-9](?![0-9a-z])|#u[0-9]")
CALLED = re.compile(r"未编号|unnumbered")


@pytest.mark.parametrize(
    ("number", "item", "zh", "en"),
    [
        ("1", "", "1", "1"),
        ("2/1", "", "2/1", "2/1"),
        ("text", "", "text", "text"),
        ("u2", "", "未编号 2", "unnumbered 2"),
        ("u12/3", "", "未编号 12/3", "unnumbered 12/3"),
        ("1", ITEM, f"{ITEM}#1", f"{ITEM}#1"),
        ("u2", ITEM, f"{ITEM} 未编号要点 2", f"{ITEM}, unnumbered point 2"),
    ],
)
def test_a_point_without_an_official_number_is_called_so(number: str, item: str, zh: str, en: str):
    called = point_called(number, item)
    assert (called.zh, called.en) == (zh, en)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a case that is signed on points without official numbers."""
    place = tmp_path_factory.mktemp("unnumbered") / "mulu.db"
    desk = Desk(store=str(place))
    desk.case(DAY, AT, "new", title="宣纸", technology=TEXT, by="李明")
    desk.determine(AT, "C-1", screen=True, by="李明")
    desk.determine(
        AT, "C-1", answer=["crossing=yes", "secret=no", "control=no", "measure=no"], because="合同", by="李明"
    )
    for row in desk.determine(AT, "C-1")["candidates"]:
        for point in row["points"]:
            met = (row["item"], point["number"]) == (ITEM, "u1")
            fact = f"{row['item']}#{point['number']}={'meets' if met else 'does-not'}: 宣纸"
            desk.determine(AT, "C-1", compare=[fact], by="李明")
    seen = desk.determine(AT, "C-1")["version"]
    desk.determine(AT, "C-1", sign=True, because="符合", by="李明", version=seen)
    return place


def told(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style|code)\b.*?</\1>", " ", page, flags=re.DOTALL))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_shows_the_key(signed: Path, language: str):
    client = TestClient(application(Keeper(str(signed)), 8424), base_url="http://127.0.0.1:8424")
    for path in (
        f"catalogue/{ITEM}",
        "catalogue/information-processing-x",
        "catalogue/diff?before=2020-38&after=2023-57",
        "cases/C-1/determination",
        "cases/C-1/determinations/1",
    ):
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200, path
        assert CALLED.search(told(answer.text)), path
        assert KEY.findall(told(answer.text)) == [], path
    token = client.get(f"/{language}/screen").text.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post(f"/{language}/screen", data={"csrf": token, "text": TEXT, "on": "2026-03-02"})
    assert CALLED.search(told(answer.text))
    assert KEY.findall(told(answer.text)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_command_shows_the_key_but_where_it_is_to_be_typed(
    signed: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    store = ["--store", str(signed)]
    for command in (
        ["show", ITEM],
        ["history", "information-processing-x"],
        ["diff", "2020-38", "2023-57"],
        ["screen", TEXT, "--on", "2026-03-02"],
    ):
        assert cli.main(["--lang", language, *command]) == 0, command
        out = capsys.readouterr().out
        assert CALLED.search(out), command
        assert KEY.findall(out) == [], command
    assert cli.main(["--lang", language, "determine", "C-1", *store]) == 0
    assert re.search(r"#u1 (未编号|unnumbered) 1 \[", capsys.readouterr().out)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_no_paper_shows_the_key(signed: Path, language: str, tmp_path: Path):
    desk = Desk(store=str(signed))
    shown = 0
    for kind in ("memo", "screening", "application", "registration", "dossier"):
        into = tmp_path / f"{kind}.docx"
        desk.paper("C-1", kind, DAY, form="docx", language=language, into=str(into))
        document: Any = docx.Document(str(into))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "\n".join([*(one.text for one in document.paragraphs), *cells])
        shown += len(CALLED.findall(text))
        assert KEY.findall(text) == [], kind
    assert shown


def test_what_a_program_reads_keeps_its_keys(signed: Path, tmp_path: Path):
    desk = Desk(store=str(signed))
    assert [p["number"] for p in desk.show(ITEM, DAY)["points"]][:1] == ["u1"]
    rows = [row for row in desk.determine(AT, "C-1")["candidates"] if row["item"] == ITEM]
    assert rows[0]["points"][0]["number"] == "u1"

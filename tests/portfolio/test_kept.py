"""What is kept of a portfolio: answers by the version that they judged, and what becomes of parts and tables that are damaged."""

import csv
import datetime
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from rich.console import Console

from mulu.desk import Desk
from mulu.errors import Misused, MuluError
from mulu.interfaces.cli.render import Page
from mulu.portfolio.exposure import Filters, draft_told
from mulu.portfolio.incoming import Incoming
from mulu.portfolio.records import Record, Refused
from mulu.portfolios import PortfolioRefused
from mulu.reports import pictures
from mulu.reports.records import table_csv
from mulu.store.portfolios import PortfolioUnusable
from mulu.vocabulary import Language

AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
CATHODE = "磷酸铁锂正极材料的制备方法：水热合成磷酸铁锂前驱体，碳包覆后烧结，粉体压实密度2.6g/cm3"
ITEM = "battery-cathode-x"


def screen(desk: Desk, folder: Path, *rows: tuple[str, str, str]) -> dict[str, Any]:
    file = folder / "rows.csv"
    file.write_text("id,text,recipient\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    return desk.portfolio(AT, "screen", "p", file=str(file), on=datetime.date(2026, 11, 23), workers=1)


def impact(desk: Desk) -> dict[str, Any]:
    return desk.portfolio(AT, "impact", "p", "2023-57", "2025-28")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(store=str(tmp_path / "mulu.db"))


def test_an_answer_comes_back_with_the_version_that_it_judged(desk: Desk, tmp_path: Path):
    first, second = ("R1", CATHODE, "US"), ("R1", f"{CATHODE}，并用于出口", "US")

    def state(row: tuple[str, str, str]) -> tuple[str, str | None]:
        screen(desk, tmp_path, row)
        (one,) = [c for c in desk.portfolios.record("p", "R1")["candidates"] if c["item"] == ITEM]
        (shown,) = desk.portfolios.show("p", Filters(item=ITEM))["records"]
        assert [c["state"] for c in shown["candidates"] if c["item"] == ITEM] == [one["state"]]
        return one["state"], None if one["judgement"] is None else one["judgement"]["judgement"]

    def judge(judgement: str) -> None:
        desk.portfolio(AT, "judge", "p", record="R1", item=ITEM, judgement=judgement, because="读过", by="王芳")

    assert state(first) == ("open", None)
    judge("does-not")
    assert state(second) == ("raised again", "does-not")
    judge("concerns")
    assert state(second) == ("answered", "concerns")
    assert state(first) == ("answered", "does-not")
    states = desk.portfolios.overview("p", AT.date())["states"]
    assert states["does-not"] == 1 and states["concerns"] == 0 and states["raised again"] == 0


def test_an_answer_is_somebodys_and_says_where_screening_saw_nothing(desk: Desk, tmp_path: Path):
    screen(desk, tmp_path, ("R1", CATHODE, "US"))
    asked = {"record": "R1", "judgement": "does-not", "because": "读过"}
    with pytest.raises(PortfolioRefused, match="who answers for it"):
        desk.portfolio(AT, "judge", "p", item=ITEM, by="  ", **asked)
    assert desk.portfolio(AT, "judge", "p", item=ITEM, by="王芳", **asked)["candidate"] is True
    assert desk.portfolio(AT, "judge", "p", item="human-gene-editing-j", by="王芳", **asked)["candidate"] is False


@pytest.mark.parametrize("damage", ["lost", "cut", "altered"])
def test_records_of_which_what_is_kept_was_lost_are_read_again(desk: Desk, tmp_path: Path, damage: str):
    rows = [("R1", CATHODE, "US"), ("R2", "一种饺子的包制方法，擀皮、放馅、捏合", "")]
    digest = screen(desk, tmp_path, *rows)["digest"]
    expected = impact(desk)["digest"]
    (part,) = (tmp_path / "mulu-portfolios" / "p" / "kept").glob("*.npz")
    whole = part.read_bytes()
    match damage:
        case "lost":
            part.unlink()
        case "cut":
            part.write_bytes(whole[:100])
        case "altered":
            middle = len(whole) // 2
            part.write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    with desk.portfolios.open("p") as portfolio, pytest.raises(PortfolioUnusable, match="read anew"):
        portfolio.kept(next(portfolio.parts()))
    again = screen(desk, tmp_path, *rows)
    assert (again["read"], again["held_already"], again["digest"]) == (2, 0, digest)
    assert impact(desk)["digest"] == expected
    assert screen(desk, tmp_path, *rows)["held_already"] == 2


def test_a_damaged_table_hides_no_other_portfolio(desk: Desk, tmp_path: Path):
    screen(desk, tmp_path, ("R1", CATHODE, "US"))
    other = tmp_path / "mulu-portfolios" / "q"
    (other / "kept").mkdir(parents=True)
    (other / "portfolio.sqlite").write_bytes(b"no database at all" * 400)
    found = {one["portfolio"]: one for one in desk.portfolio(AT)["portfolios"]}
    assert found["p"]["records"] == 1 and found["p"]["unusable"] is None
    assert (
        found["q"]["records"] is None
        and "Restore the folder of the portfolio from a backup" in found["q"]["unusable"]["en"]
    )
    with pytest.raises(PortfolioUnusable):
        desk.portfolios.show("q")


@pytest.mark.parametrize("said", ["US", "us", "USA", "United States", "美国"])
def test_a_country_is_asked_for_by_any_of_its_names(desk: Desk, tmp_path: Path, said: str):
    screen(desk, tmp_path, ("R1", CATHODE, "美国"), ("R2", CATHODE + "二", "DE"))
    assert [one["id"] for one in desk.portfolio(AT, "show", "p", country=said)["records"]] == ["R1"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"country": "Narnia"}, "no country or region"),
        ({"country": "XX"}, "no country or region"),
        ({"country": "Georgia"}, "GE or US"),
        ({"run": 99}, "`run` has no value '99'; there are: 1"),
        ({"since": datetime.date(2026, 2, 1), "until": datetime.date(2026, 1, 1)}, "is after `until`"),
    ],
)
def test_a_filter_that_can_hold_of_nothing_is_refused(desk: Desk, tmp_path: Path, asked: dict[str, Any], said: str):
    screen(desk, tmp_path, ("R1", CATHODE, "US"))
    with pytest.raises(Misused) as caught:
        desk.portfolio(AT, "show", "p", **asked)
    assert said in caught.value.said.en


def test_a_country_by_a_name_that_two_bear_is_told_and_counts_once_the_table_says_which(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    rows = [
        ("R1", CATHODE, "Georgia"),
        ("R2", f"{CATHODE}。", "Georgia"),
        ("R3", f"{CATHODE}！", "Korea"),
        ("R4", CATHODE, "Tbilisi"),
    ]
    answer = screen(desk, tmp_path, *rows)
    assert answer["doubtful_countries"] == [
        {"may_be": ["GE", "US"], "records": 2, "such_as": "Georgia"},
        {"may_be": ["KP", "KR"], "records": 1, "such_as": "Korea"},
    ]
    Page(Console(width=200), Language.EN, datetime.date(2026, 11, 28)).portfolio(answer)
    assert "2 records may be in GE or US (such as “Georgia”)" in capsys.readouterr().out
    assert screen(desk, tmp_path, ("R1", CATHODE, "Georgia (GE)"))["doubtful_countries"] == []
    assert {one["id"] for one in desk.portfolio(AT, "show", "p", country="GE", which="all")["records"]} == {"R1", "R4"}


def test_the_terminal_tells_what_is_doubtful_of_the_columns(desk: Desk, tmp_path: Path, capsys: Any):
    file = tmp_path / "rows.csv"
    file.write_text(f"no,text,Country\n1,{CATHODE},US\n", encoding="utf-8")
    answer = desk.portfolio(AT, "screen", "p", file=str(file), on=datetime.date(2026, 11, 23), workers=1)
    notes = [note["id"] for one in answer["mapping"]["tables"] for note in one["notes"]]
    assert notes == ["country_of_whom", "running_numbers"]
    Page(Console(width=400), Language.EN, datetime.date(2026, 11, 28)).portfolio(answer)
    told = capsys.readouterr().out
    assert "“Country” is not taken for the recipient" in told and "look like running numbers" in told


def test_an_act_that_there_is_not_is_refused(desk: Desk):
    with pytest.raises(MuluError, match="list, screen, show"):
        desk.portfolio(AT, "erase", "p")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and no names of bytes")
def test_a_pipe_in_a_folder_is_refused_and_a_name_of_other_bytes_is_shown(tmp_path: Path):
    folder = tmp_path / "given"
    folder.mkdir()
    os.mkfifo(folder / "pipe.txt")
    (folder / os.fsdecode("电池.txt".encode("gb18030"))).write_text(CATHODE, encoding="utf-8")
    record, refused = sorted(Incoming(folder), key=lambda one: isinstance(one, Refused))
    assert isinstance(refused, Refused) and "no plain file" in refused.said.en
    assert isinstance(record, Record) and record.id == "电池.txt" and record.text == CATHODE


def test_what_was_compared_with_a_draft_says_so_wherever_it_is_shown(desk: Desk, tmp_path: Path, capsys: Any):
    def told(answer: dict[str, Any], language: Language) -> str:
        Page(Console(width=2000), language, datetime.date(2026, 11, 28)).portfolio(answer)
        return str(capsys.readouterr().out)

    screen(desk, tmp_path, ("R1", CATHODE, "US"), ("R2", f"{CATHODE}。", "US"))
    assert desk.portfolios.show("p")["drafts"] == []
    (tmp_path / "old.csv").write_text(f"id,text,on\nR1,{CATHODE},\nR3,{CATHODE}！,2005-01-01\n", encoding="utf-8")
    asked = {"file": str(tmp_path / "old.csv"), "draft": "draft-2025-01-02", "on": AT.date(), "workers": 1}
    run = desk.portfolio(AT, "screen", "p", **asked)
    assert (run["read"], run["refused"]) == (1, 1)  # no draft is the law of a day of which no edition is held
    answer, whole = desk.portfolios.show("p", on=AT.date()), desk.portfolios.overview("p", AT.date())
    (said,) = answer["drafts"]
    assert (said["draft"], said["records"], said["comment_deadline"], said["comments_closed"]) == (
        "draft-2025-01-02", 1, "2025-02-01", True,
    )  # fmt: skip
    assert whole["drafts"] == answer["drafts"] == run["drafts"] == desk.portfolios.map("p", AT.date())["drafts"]
    assert {one["id"]: one["draft"] for one in answer["records"]} == {"R1": True, "R2": False}
    open_then = desk.portfolios.show("p", on=datetime.date(2025, 1, 10))["drafts"][0]
    assert (open_then["comments_closed"], open_then["comments"]["en"]) == (
        False, "Comments until 2025-02-01 (as of 2025-01-10 not ended).",
    )  # fmt: skip
    as_checked = desk.portfolios.show("p")["drafts"][0]  # where no day is asked, the one that is told is the last check
    assert f"(as of {desk.catalogue.known_to})" in as_checked["comments"]["en"]
    for language in Language:
        loud = str(draft_told(said).as_json()[language.value])
        never = {"zh": "从未施行", "en": "never in force"}[language.value]
        for shown in (run, answer, desk.portfolios.record("p", "R1", on=AT.date()), desk.portfolio(AT, on=AT.date())):
            assert f"▲ {loud}" in told(shown, language)
        assert (
            never not in told(desk.portfolios.record("p", "R2"), language) and told(answer, language).count(never) == 2
        )
        assert told(desk.portfolio(AT, "runs", "p"), language).count(never) == 1
        made = desk.portfolio_report("p", AT.date(), Filters(), language.value, "docx")
        text = "".join(one.text or "" for one in etree.fromstring(document(made.content)).iter())
        assert (
            loud in text and text.count(never) >= 4
        )  # first, in the summary, where it was compared, and beside its record
        sheets = CalamineWorkbook.from_filelike(
            io.BytesIO(desk.portfolio_report("p", AT.date(), Filters(), language.value, "xlsx").content)
        )
        rows = [
            [str(cell) for cell in row]
            for name in sheets.sheet_names
            for row in sheets.get_sheet_by_name(name).to_python()
        ]
        assert [loud] in [[cell for cell in row if cell] for row in rows]
        assert {row[0] for row in rows if any(never in cell for cell in row)} >= {"R1"}
        for draw in pictures.PICTURES.values():
            assert never in draw(whole, language).svg
    table = list(csv.DictReader(io.StringIO(table_csv(answer).decode("utf-8-sig"))))
    assert {(one["record"], one["draft"]) for one in table} == {("R1", "True"), ("R2", "False")}
    back = screen(desk, tmp_path, ("R1", CATHODE, "US"))
    assert back["drafts"] == desk.portfolios.show("p")["drafts"] == [] and back["held_already"] == 1


def document(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return held.read("word/document.xml")


@pytest.mark.parametrize(
    ("name", "data", "told", "refused"),
    [
        ("head.csv", b"id,text,coun\xb5try\n1,TEXT,DE\n2,TEXT B,FR\n3,a \xb5 lawn sprinkler,DE\n", (2, 1), "text"),
        ("rows.jsonl", b'{"id":"1","text":"TEXT"}\n{"id":"2","text":"TEXT B"}\n{"id":"3","text":"TEXT C","x\xb5":"1"}\n', (2, 1), "x\\udcb5"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_characters_are_told_wherever_they_stand_and_end_no_screening(
    desk: Desk, tmp_path: Path, name: str, data: bytes, told: tuple[int, int], refused: str
):
    file = tmp_path / name
    file.write_bytes(data.replace(b"TEXT", b"A lawn sprinkler is made from plastic and brass"))
    answer = desk.portfolio(AT, "screen", "p", file=str(file), on=datetime.date(2026, 11, 23), workers=1)
    assert (answer["read"], answer["refused"]) == told
    said = Path(answer["refused_file"]).read_text(encoding="utf-8")
    assert '"broken_text"' in said and f"“{refused}”" in said.replace("\\\\", "\\")

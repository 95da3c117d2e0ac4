"""A portfolio that lost its table or was overwritten is listed with the reason, named by every act, and can be deleted; no other folder is."""

import datetime
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.portfolio.conftest import NAME, ON

from mulu.desk import PORTFOLIO, Desk
from mulu.errors import MuluError
from mulu.interfaces.cli import main as cli
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.store.folders import alone, portfolios_in
from mulu.store.portfolios import Portfolio

AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
BY = {"because": "项目终止", "by": "王芳"}
ASKED: dict[str, dict[str, Any]] = {
    "screen": {"on": ON},
    "show": {},
    "report": {"into": "report.docx", "on": ON},
    "impact": {"before": "2023-57", "after": "2025-28"},
    "judge": {"record": "R001", "item": "battery-cathode-x", "judgement": "open", **BY},
    "runs": {},
}


def truncated(table: Path) -> None:
    os.truncate(table, table.stat().st_size // 2)


def overwritten(table: Path) -> None:
    """Bytes that are no characters, within the words that say what tables there are."""
    data = bytearray(table.read_bytes())
    for place in random.Random(1).sample(range(100, 8192), 400):
        data[place] = 0xD6
    table.write_bytes(data)


def a_table_of_something_else(table: Path) -> None:
    table.unlink()
    with closing(sqlite3.connect(table)) as made:
        made.execute("CREATE TABLE money (day TEXT)")


DAMAGE: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "the table is gone": ("portfolio.sqlite", Path.unlink),
    "the table is empty": ("portfolio.sqlite", lambda table: os.truncate(table, 0)),
    "the table is cut off": ("portfolio.sqlite", truncated),
    "the table is garbage": ("portfolio.sqlite", lambda table: table.write_bytes(b"nothing" * 2000)),
    "the table is overwritten": ("portfolio.sqlite", overwritten),
    "another table": ("portfolio.sqlite", a_table_of_something_else),
    "the lock is garbage": ("at-work.sqlite", lambda lock: lock.write_bytes(b"nothing" * 2000)),
}


def copied(target: Desk, folder: Path) -> Desk:
    shutil.copytree(Path(target.portfolios.place).parent, folder, dirs_exist_ok=True)
    desk = Desk(target.catalogue, store=str(folder / "mulu.db"))
    desk.__dict__["_engine"] = target._engine
    desk.portfolios._read = desk.portfolios_apart(folder, here=True)._read
    with (
        desk.portfolios.open(NAME) as portfolio,
        portfolio.writing(),
    ):  # so that there is a lock, and no log beside the table
        portfolio.finish(1, {"digest": "0"}, AT.isoformat())
        portfolio.query("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk


@pytest.fixture
def whole(target: Desk, tmp_path: Path) -> Desk:
    return copied(target, tmp_path)


@pytest.fixture(params=DAMAGE)
def damaged(request: pytest.FixtureRequest, whole: Desk) -> tuple[Desk, Path]:
    name, damage = DAMAGE[request.param]
    file = whole.portfolios.folder / NAME / name
    damage(file)
    return whole, file


def a_table(folder: Path) -> Path:
    file = folder / "rows.csv"
    file.write_text("id,text\nA,磷酸铁锂正极材料的制备方法\n", encoding="utf-8")
    return file


def delete(desk: Desk, name: str = NAME) -> dict[str, Any]:
    return desk.portfolio(AT, "delete", name, confirm=name, **BY)


def test_it_is_listed_named_by_every_act_and_deleted_on_record(damaged: tuple[Desk, Path], tmp_path: Path):
    desk, file = damaged
    (listed,) = desk.portfolio(AT)["portfolios"]
    assert (listed["portfolio"], listed["records"]) == (NAME, None)
    said = listed["unusable"]
    assert said["id"] == "portfolio_damaged"
    for text in (said["zh"], said["en"]):
        assert str(file) in text
        assert "mulu portfolio delete" in text
    assert ("keeps nothing" in said["en"]) is (file.name == "at-work.sqlite")
    for what in PORTFOLIO:
        if what not in ASKED:
            continue
        asked = dict(ASKED[what])
        if what == "screen":
            asked["file"] = str(a_table(tmp_path))
        if "into" in asked:
            asked["into"] = str(tmp_path / asked["into"])
        with pytest.raises(MuluError) as refused:
            desk.portfolio(AT, what, NAME, **asked)
        assert refused.value.said.as_json() == said, what
    answer = delete(desk)
    assert answer["left"] is None
    assert desk.portfolio(AT)["portfolios"] == []
    assert list(desk.portfolios.folder.iterdir()) == []
    (deleted,) = desk.portfolios.deletions(NAME)
    assert (deleted["by"], deleted["because"], deleted["records"]) == ("王芳", "项目终止", None)


def test_without_the_garbage_in_its_lock_it_is_as_it_was(whole: Desk):
    before = whole.portfolio(AT)["portfolios"]
    lock = whole.portfolios.folder / NAME / "at-work.sqlite"
    assert lock.stat().st_size == 0
    lock.write_bytes(b"x")
    assert whole.portfolio(AT)["portfolios"] != before
    lock.unlink()
    assert whole.portfolio(AT)["portfolios"] == before


def test_a_deletion_waits_for_a_writer_although_its_lock_was_overwritten(whole: Desk):
    folder = whole.portfolios.folder / NAME
    with alone(folder):
        (folder / "at-work.sqlite").write_bytes(b"nothing" * 2000)
        with pytest.raises(MuluError) as refused:
            delete(whole)
        assert refused.value.said.id == "portfolio_at_work"
    assert delete(whole)["deleted"]


@pytest.mark.parametrize("left", ["the folder", "the lock", "an empty table", "a table of no tables"])
def test_one_of_which_the_making_was_interrupted_is_told_deleted_or_made_by_the_next_screening(
    whole: Desk, tmp_path: Path, left: str
):
    folder = whole.portfolios.folder / "begun"

    def begin() -> None:
        (folder / "kept").mkdir(parents=True)
        if left == "the lock":
            (folder / "at-work.sqlite").touch()
        elif left == "an empty table":
            (folder / "portfolio.sqlite").touch()
        elif left == "a table of no tables":
            with closing(sqlite3.connect(folder / "portfolio.sqlite")) as table:
                table.execute("PRAGMA journal_mode = WAL")

    begin()
    listed = {one["portfolio"]: one for one in whole.portfolio(AT)["portfolios"]}
    assert "not made yet" in listed["begun"]["unusable"]["en"]
    with pytest.raises(MuluError, match="Screen its tables again under the same name"):
        whole.portfolio(AT, "show", "begun")
    assert delete(whole, "begun")["deleted"]
    assert not folder.exists()
    begin()
    assert whole.portfolio(AT, "screen", "begun", file=str(a_table(tmp_path)), on=ON)["records"] == 1
    assert whole.portfolio(AT, "show", "begun")["of"] == 1


def test_a_folder_of_other_files_is_no_portfolio_and_stays(whole: Desk, tmp_path: Path):
    folder = whole.portfolios.folder
    (folder / "empty").mkdir()
    (folder / "papers").mkdir()
    (folder / "papers" / "notes.txt").write_text("mine")
    (folder / "photos" / "kept").mkdir(parents=True)
    (folder / "photos" / "kept" / "beach.npz").write_text("mine")
    (folder / "both" / "kept").mkdir(parents=True)
    (folder / "both" / "notes.txt").write_text("mine")
    (folder / "money").mkdir()
    (folder / "money" / "portfolio.sqlite").touch()
    a_table_of_something_else(folder / "money" / "portfolio.sqlite")
    (folder / "notes.txt").write_text("mine")
    before = sorted((one, one.stat().st_size) for one in folder.rglob("*"))
    assert portfolios_in(folder) == [NAME]
    for name in ("papers", "photos", "both", "money", "empty", "notes.txt"):
        with pytest.raises(MuluError) as refused:
            delete(whole, name)
        assert refused.value.said.id == "portfolio_unknown", name
        if name in ("empty", "notes.txt"):
            continue
        with pytest.raises(MuluError, match="holds something else") as refused:
            whole.portfolio(AT, "screen", name, file=str(a_table(tmp_path)), on=ON)
        assert refused.value.said.id == "portfolio_unusable"
    assert sorted((one, one.stat().st_size) for one in folder.rglob("*")) == before


@pytest.mark.parametrize("damage", [None, *DAMAGE])
@pytest.mark.parametrize(
    "other", ["notes.txt", "kept/notes.txt", "more/notes.txt", "kept/more/000001.npz", "map.npz/x"]
)
def test_what_lies_beside_what_mulu_wrote_goes_with_no_portfolio(whole: Desk, damage: str | None, other: str):
    folder = whole.portfolios.folder / NAME
    if damage is not None:
        DAMAGE[damage][1](folder / DAMAGE[damage][0])
    (folder / other).parent.mkdir(exist_ok=True)
    (folder / other).write_text("mine")
    with pytest.raises(MuluError) as refused:
        delete(whole)
    assert refused.value.said.id == "portfolio_other_files"
    assert other.partition("/")[0 if not other.startswith("kept") else 2].partition("/")[0] in refused.value.said.en
    assert (folder / other).read_text() == "mine"
    assert whole.portfolios.deletions(NAME) == []
    shutil.rmtree(folder / "more", ignore_errors=True)
    shutil.rmtree(folder / "kept" / "more", ignore_errors=True)
    shutil.rmtree(folder / "map.npz", ignore_errors=True)
    for one in (folder / "notes.txt", folder / "kept" / "notes.txt"):
        one.unlink(missing_ok=True)
    assert delete(whole)["deleted"]


def test_one_that_was_moved_and_linked_to_goes_whole(whole: Desk, tmp_path: Path):
    moved = tmp_path / "elsewhere"
    (whole.portfolios.folder / NAME).rename(moved)
    (whole.portfolios.folder / NAME).symlink_to(moved)
    assert delete(whole)["left"] is None
    assert list(whole.portfolios.folder.iterdir()) == list(moved.iterdir()) == []


def test_a_screening_removes_nothing_that_mulu_did_not_write(whole: Desk, tmp_path: Path):
    kept = whole.portfolios.folder / NAME / "kept"
    for name in ("mine.npz", "mine.part"):
        (kept / name).write_text("mine")
    whole.portfolio(AT, "screen", NAME, file=str(a_table(tmp_path)), on=ON)
    assert [(kept / name).read_text() for name in ("mine.npz", "mine.part")] == ["mine", "mine"]


def test_a_folder_with_a_name_that_no_portfolio_can_have_hides_no_other(whole: Desk):
    folder = whole.portfolios.folder
    shutil.copytree(folder / NAME, folder / f"{NAME} (copy)")
    listed = {one["portfolio"]: one["unusable"] for one in whole.portfolio(AT)["portfolios"]}
    assert listed[NAME] is None
    assert "Give the folder another name" in listed[f"{NAME} (copy)"]["en"]
    with pytest.raises(MuluError, match="Give the folder another name"):
        whole.portfolio(AT, "show", f"{NAME} (copy)")
    assert delete(whole, f"{NAME} (copy)")["deleted"]
    assert portfolios_in(folder) == [NAME]


def test_what_was_overwritten_within_a_text_is_told(whole: Desk):
    file = whole.portfolios.folder / NAME / "portfolio.sqlite"
    with closing(sqlite3.connect(file)) as table, table:
        table.execute("UPDATE records SET facts = '{\"a'")
        table.execute("UPDATE runs SET asked = 'x'")
    (listed,) = whole.portfolio(AT)["portfolios"]
    assert listed["unusable"]["id"] == "portfolio_damaged"
    for what, given in (("runs", {}), ("show", {"which": "all"})):
        with pytest.raises(MuluError) as refused:
            whole.portfolio(AT, what, NAME, **given)
        assert refused.value.said.id == "portfolio_damaged"
        assert str(file) in refused.value.said.en


def test_two_that_make_it_at_once_make_one(tmp_path: Path):
    with alone(_made(tmp_path / "p")), pytest.raises(MuluError) as refused:
        Portfolio(tmp_path, "p", create=True)
    assert refused.value.said.id == "portfolio_at_work"
    with Portfolio(tmp_path, "p", create=True) as one, Portfolio(tmp_path, "p", create=True) as other:
        assert one.count() == other.count() == 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_every_door_lists_and_deletes_it(whole: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    place, folder = str(tmp_path / "mulu.db"), whole.portfolios.folder
    for name in ("q", "r"):
        shutil.copytree(folder / NAME, folder / name)
    for name in (NAME, "q", "r"):
        (folder / name / "portfolio.sqlite").unlink()
    client = TestClient(application(Keeper(place), 8423), base_url="http://127.0.0.1:8423", follow_redirects=False)
    for language, word in (("en", "is damaged"), ("zh", "已损坏")):
        assert cli.main(["--lang", language, "portfolio", "--store", place]) == 0
        told = capsys.readouterr().out
        page = client.get(f"/{language}/portfolios")
        assert page.status_code == 200
        for name in (NAME, "q", "r"):
            assert f"{folder / name / 'portfolio.sqlite'}" in told.replace("\n", "")
            assert f"{folder / name / 'portfolio.sqlite'}" in page.text
            assert f"/{language}/portfolios/{name}/deletion" in page.text
        assert told.count(word) == page.text.count(word) == 3
        for path in ("", "/records", "/map", "/runs", "/impact"):
            answer = client.get(f"/{language}/portfolios/q{path}")
            assert answer.status_code == 503, path
            assert word in answer.text
        assert word in client.get(f"/{language}/portfolios/q/deletion").text
    listed = client.get("/api/v1/portfolios").json()["portfolios"]
    assert [one["unusable"]["id"] for one in listed] == ["portfolio_damaged"] * 3
    for path in ("", "/runs"):
        answer = client.get(f"/api/v1/portfolios/q{path}")
        assert (answer.status_code, answer.json()["said"]["id"]) == (503, "portfolio_damaged")

    command = ["--lang", "en", "portfolio", "delete", NAME, "--confirm", NAME, "--because", "x", "--by", "Li"]
    assert cli.main([*command, "--store", place]) == 0
    assert "what it held is not known" in " ".join(capsys.readouterr().out.split())
    gone = client.post("/api/v1/portfolios/q/deletion", json={"confirm": "q", **BY})
    assert gone.status_code == 200
    token = client.get("/en/portfolios/r/deletion").text.split('name="csrf" value="')[1].split('"')[0]
    gone = client.post("/en/portfolios/r/deletion", data={"csrf": token, "form": "deletion", "confirm": "r", **BY})
    assert gone.status_code == 303
    assert list(folder.iterdir()) == []

"""The same screening on a real cluster of this machine: row by row what the engine of one machine gives, also where a worker is lost."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from quality.portfolio.make import main as make
from quality.portfolio.on_ray import resident, workers_beneath
from rich.console import Console

from mulu.desk import Desk
from mulu.errors import Misused
from mulu.interfaces.cli.render import Page
from mulu.portfolio import cluster
from mulu.portfolio.cluster import Answering, LostRows, OtherMulu, rows_in, schema, screen_on_ray, settle
from mulu.portfolio.incoming import guess
from mulu.portfolio.workers import mark
from mulu.sources.tables import row_group
from mulu.vocabulary import Language

ROWS = 1200
DAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two files: days as days, a row that says nothing, one without text, one in no language, ids that come again."""
    folder = tmp_path_factory.mktemp("ray") / "given"
    folder.mkdir()
    made = folder.parent / "rows.parquet"
    make([str(made), "--rows", str(ROWS), "--seed", "5", "--form", "parquet"])
    rows = pq.read_table(made, columns=["id", "title", "text", "on"]).to_pylist()
    for row in rows:
        row["on"] = datetime.date.fromisoformat(row["on"]) if row["on"] else None
    blank = dict.fromkeys(rows[0])
    odd = [
        blank,
        {**blank, "id": "without-text"},
        {**blank, "id": "no-language", "text": "1234 5678 9012 3456"},
        {**blank, "id": "long-ago", "text": rows[0]["text"], "on": datetime.date(1999, 1, 1)},
        rows[0],
        {**rows[1], "text": rows[2]["text"]},
        {**rows[3], "on": DAY},
        rows[3],
    ]
    fields = pa.schema([("id", pa.string()), ("title", pa.string()), ("text", pa.string()), ("on", pa.date32())])
    half = ROWS // 2
    pq.write_table(pa.Table.from_pylist(rows[:half], fields), folder / "a.parquet", row_group_size=300)
    pq.write_table(pa.Table.from_pylist(rows[half:] + odd, fields), folder / "b.parquet", row_group_size=2000)
    return folder


def _joined(folder: Path) -> Path:
    """The files of the folder as the one file that the engine of one machine reads."""
    path = folder.parent / "joined.parquet"
    pq.write_table(pa.concat_tables(pq.read_table(one) for one in sorted(folder.glob("*.parquet"))), path)
    return path


def test_a_cluster_gives_row_by_row_what_one_machine_gives_though_a_worker_is_lost(table: Path, capsys):
    into = table.parent / "out"
    environment = {**os.environ, "MULU_STORE": str(table.parent / "s.db")}
    command = [sys.executable, "-m", "mulu", "portfolio", "screen", "p"]
    asked = ["--on", DAY.isoformat(), "--workers", "2", "--format", "json"]
    on_ray = [*command, "--file", str(table), "--engine", "ray", "--into", str(into), *asked]
    with subprocess.Popen(on_ray, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        lost = _lose_a_worker(run)
        told, errors = run.communicate(timeout=240)
    assert lost, errors
    assert run.returncode == 4, errors  # some rows are refused
    answer = json.loads(told[told.index(b"{") :])
    assert json.loads((into / "manifest.json").read_text())["digest"] == answer["digest"]
    assert not list(into.parent.glob("*.part"))
    Page(Console(width=120), Language.EN, datetime.date(2026, 11, 28)).portfolio(answer)
    shown = capsys.readouterr().out
    assert "2 rows say again what an earlier one says; 1 say nothing" in shown and "text=text" in shown

    desk = Desk(store=str(table.parent / "s.db"))
    listed = desk.portfolio(datetime.datetime.now(datetime.UTC), "runs", "p")  # nothing of it is held here
    assert listed["runs"] == [] and listed["impacts"] == []
    (of_cluster,) = listed["on_clusters"]
    assert of_cluster["asked"]["into"] == str(into) and of_cluster["done"]["digest"] == answer["digest"]
    Page(Console(width=200), Language.EN, datetime.date(2026, 11, 28)).portfolio(listed)
    assert f"given → {into} · {answer['read']} read, {answer['flagged']} flagged" in capsys.readouterr().out
    told_local = subprocess.run(
        [*command, "--file", str(_joined(table)), *asked], env=environment, capture_output=True, check=False
    )
    local = json.loads(told_local.stdout[told_local.stdout.index(b"{") :])
    assert answer["digest"] == local["digest"]
    assert {name: answer[name] for name in ("read", "refused", "repeated", "flagged")} == {
        name: local[name] for name in ("read", "refused", "repeated", "flagged")
    }
    assert answer["refused"] >= 5 and answer["repeated"] == 2 and answer["empty"] == 1 and answer["flagged"] > 50
    rows = sorted(rows_in(into / "results"), key=lambda row: row["row"])
    assert [row["row"] for row in rows] == list(range(1, ROWS + 9))
    assert rows[-8]["place"] == f"b.parquet, {ROWS - ROWS // 2 + 1}" and rows[-8]["state"] == "empty"
    assert [row["because_id"] for row in rows[-7:-4]] == ["row_without_text", "neither_language", "no_edition_held"]
    assert [row["state"] for row in rows[-4:]] == ["repeated", "refused", "refused", "repeated"]
    assert rows[-4]["first"] == "a.parquet, 1" and "a.parquet, 2" in rows[-3]["because_en"]
    with desk.portfolios.open("p") as portfolio:
        held = {row.record.id: row for row in portfolio.rows()}
    for row in rows:
        if row["state"] == "read":
            one = held.pop(row["id"])
            assert (row["version"], row["language"], row["edition"]) == (one.version, one.language, one.edition)
            assert [tuple(c.values()) for c in row["candidates"]] == [
                (c.item, c.score, c.flag, c.near_boundary, c.point) for c in one.candidates
            ]
    assert not held


def _lose_a_worker(run: subprocess.Popen[bytes]) -> bool:
    """End one of the processes that hold an engine, once it is at work."""
    for _ in range(600):
        if run.poll() is not None:
            return False
        found = workers_beneath(run.pid)
        if len(found) == 2 and all(resident(pid) > 300 for pid in found):
            time.sleep(0.5)
            os.kill(found[0], signal.SIGKILL)
            return True
        time.sleep(0.1)
    return False


# ---- without a cluster ---------------------------------------------------------------------------------------------


def _result(folder: Path, rows: list[dict]) -> Path:
    folder.mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema()), folder / "0.parquet")
    return folder


def test_a_row_that_was_answered_never_or_twice_is_no_result(tmp_path):
    empty = [{"row": number, "state": "empty", "place": f"a, {number}"} for number in range(1, 6)]
    assert settle(_result(tmp_path / "whole", empty), 5)[0] == {"empty": 5}
    with pytest.raises(LostRows, match="1 have no answer and 0 have two"):
        settle(_result(tmp_path / "lost", empty[:4]), 5)
    with pytest.raises(LostRows, match="1 have no answer and 1 have two"):
        settle(_result(tmp_path / "twice", [*empty[:4], empty[0]]), 5)


def test_the_earliest_row_of_an_id_counts_wherever_it_was_written(tmp_path):
    read = {"state": "read", "id": "x", "version": "v", "edition": "e", "candidates": [], "flagged": 0}
    one, other = {**read, "content": b"1"}, {**read, "content": b"2"}
    rows = [
        {**one, "row": 3, "place": "a, 3"},
        {**other, "row": 2, "place": "a, 2"},
        {**one, "row": 1, "place": "a, 1"},
    ]
    folder = _result(tmp_path / "made", rows)
    tally, _ = settle(folder, 3)
    assert tally == {"read": 1, "refused": 1, "repeated": 1, "flagged": 0}
    by_row = {row["row"]: row for row in rows_in(folder)}
    assert [by_row[n]["state"] for n in (1, 2, 3)] == ["read", "refused", "repeated"]
    assert by_row[3]["first"] == "a, 1" and "a, 1" in by_row[2]["because_zh"]


def _ask(source: Path, into: Path, columns: str | None = None) -> dict:
    return screen_on_ray(
        source, into, engine="e", columns=columns, held=(), on=DAY, draft=None, workers=1, address=None
    )  # fmt: skip


def test_what_cannot_be_read_is_said_before_a_cluster_is_asked(table: Path, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_cluster", None)
    with pytest.raises(Misused, match="was not overwritten"):
        _ask(table, tmp_path)
    with pytest.raises(Misused, match="the number of a row is no id"):
        _ask(table, tmp_path / "out", "id=row")
    with pytest.raises(Misused, match="neither a Parquet file"):
        _ask(Path(__file__), tmp_path / "out")
    folder = tmp_path / "given"
    folder.mkdir()
    pq.write_table(pa.table({"id": ["1"], "text": ["a text that says something"]}), folder / "a.parquet")
    pq.write_table(pa.table({"id": ["1"], "words": ["a text that says something"]}), folder / "b.parquet")
    with pytest.raises(Misused, match=r"b\.parquet has other columns than a\.parquet"):
        _ask(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_machine_with_another_mulu_answers_nothing(table: Path):
    (columns,) = guess(table / "a.parquet").tables
    with pytest.raises(OtherMulu, match="≠ another"):
        Answering(columns, "another", (), DAY, None, None)


def test_a_draft_answers_only_days_that_an_edition_answers(table: Path):
    (columns,) = guess(table / "b.parquet").tables
    engine = mark(Desk().catalogue)
    worker = Answering(columns, engine, (), DAY, "draft-2022-12-30", None)
    last = next(row_group(str(table / "b.parquet"), 0, 1, 5000))
    odd = type(last)(last.first + len(last.rows) - 8, last.rows[-8:])
    made = worker.answers("b.parquet", 100, odd)
    assert [row["state"] for row in made[:5]] == ["empty", "refused", "refused", "refused", "read"]
    assert made[3]["because_id"] == "no_edition_held" and made[4]["edition"] == "draft-2022-12-30"
    assert made[0]["row"] == 100 + odd.first

"""Whatever ends a screening, the portfolio is whole: gone on with it comes to what one that nobody disturbed comes to.

`python -m quality.portfolio.killed --times 50` is the long form of the first test.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from quality.portfolio import killed

from mulu.catalogue.editions import Catalogue
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.portfolio import workers
from mulu.portfolio.records import Record
from mulu.portfolio.screened import Portion, read_records
from mulu.portfolio.workers import CannotBegin, Task, mark, read_all
from mulu.screening.engine import Screener
from mulu.store.folders import PortfolioAtWork, PortfolioUnusable
from mulu.store.portfolios import Portfolio

AT = "2026-11-28T09:00:00+00:00"


def test_a_batch_that_is_killed_comes_to_the_same_result(tmp_path: Path):
    killer = killed.Killer(tmp_path, rows=1100, seed=3)
    killer.batch(1, ("group", "parent", "worker"))
    assert killer.told.wrong == []
    assert sum(killer.told.kills.values()) >= 2
    assert killer.untouched["records"] > 900


class _Stopped(Exception):
    pass


def screened(folder: Path, file: Path, *, stop_after: int | None = None) -> dict[str, Any]:
    """Screen a table into the portfolio `p` of a folder; the program is stopped after some parts where that is asked."""
    desk = Desk(store=str(folder / "mulu.db"))
    catalogue = desk.catalogue
    parts = 0

    def told(_: object) -> None:
        nonlocal parts
        parts += 1
        if parts == stop_after:
            raise _Stopped

    return desk.portfolios.screen(
        "p",
        file,
        lambda day: catalogue.in_force(day or killed.DAY),
        {"on": str(killed.DAY)},
        datetime.datetime.fromisoformat(AT),
        None,
        workers=1,
        told=told,
    )


def test_an_input_that_changed_after_an_interruption_is_read_as_it_is_now(tmp_path: Path):
    file = tmp_path / "rows.csv"
    killed.rows_to(file, 900, 5)
    with pytest.raises(_Stopped):
        screened(tmp_path / "a", file, stop_after=1)
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [lines[0], *(line.replace("号）", "号，改）") for line in lines[1:40]), *lines[60:700]]
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")
    answer = screened(tmp_path / "a", file)
    fresh = screened(tmp_path / "b", file)
    assert not answer["goes_on"]
    assert answer["held_already"] > 300
    assert answer["read"] + answer["held_already"] == fresh["read"]
    assert answer["digest"] == fresh["digest"]
    assert {name: answer[name] for name in ("rows", "refused", "repeated", "flagged")} == {
        name: fresh[name] for name in ("rows", "refused", "repeated", "flagged")
    }
    with Portfolio(tmp_path / "a" / "mulu-portfolios", "p") as portfolio:
        assert [run["state"] for run in portfolio.runs()] == ["given up", "done"]


# ---- the folder ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some(screener: Screener) -> tuple[list[Record], Portion]:
    records = [Record(id=f"R{n}", text=f"磷酸铁锂正极材料的制备方法，第{n}号试样", place=f"line {n}") for n in range(6)]
    return records, read_records(screener, records, ["2025-28"] * len(records))


def put(portfolio: Portfolio, catalogue: Catalogue, run: int, number: int, some: tuple[list[Record], Portion]) -> None:
    records, portion = some
    portfolio.add(
        run,
        number,
        mark(catalogue),
        [("2025-28", "")] * len(records),
        list(zip(records, portion.languages, portion.found, strict=True)),
        portion.kept,
        [],
        [],
        [],
    )


def test_only_one_program_writes_at_a_time_and_another_is_told_so(tmp_path: Path, catalogue: Catalogue, some: Any):
    with Portfolio(tmp_path, "p", create=True) as one, one.writing():
        run, _ = one.begin({}, AT, None)
        with Portfolio(tmp_path, "p") as other:
            with pytest.raises(PortfolioAtWork) as refused, other.writing():
                pytest.fail("two programs wrote")
            assert AT in refused.value.said.en
            put(one, catalogue, run, 0, some)
            assert other.count() == 6  # it may read meanwhile
    with Portfolio(tmp_path, "p") as other, other.writing():
        assert other.begin({}, AT, None) == (run, True)


def test_a_program_that_is_killed_leaves_no_lock(tmp_path: Path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom mulu.store.portfolios import Portfolio\n"
        "with Portfolio(Path(sys.argv[1]), 'p', create=True) as p, p.writing():\n    print('has it', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"has it\n"
        with Portfolio(tmp_path, "p") as mine:
            with pytest.raises(PortfolioAtWork), mine.writing():
                pass
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            with mine.writing():
                pass


def test_a_portfolio_that_was_killed_while_it_was_made_is_made(tmp_path: Path):
    (tmp_path / "p" / "kept").mkdir(parents=True)
    (tmp_path / "p" / "portfolio.sqlite").touch()
    with Portfolio(tmp_path, "p", create=True) as portfolio, portfolio.writing():
        assert portfolio.begin({}, AT, None) == (1, False)


def test_what_was_half_written_is_taken_away_and_what_records_rest_on_stays(
    tmp_path: Path, catalogue: Catalogue, some: Any
):
    kept = tmp_path / "p" / "kept"
    with Portfolio(tmp_path, "p", create=True) as portfolio, portfolio.writing():
        run, _ = portfolio.begin({}, AT, None)
        put(portfolio, catalogue, run, 0, some)
    (kept / "tmpabc.part").write_bytes(b"half")
    (kept / "000009.npz").write_bytes(b"written, and never entered")
    with Portfolio(tmp_path, "p") as portfolio, portfolio.writing():
        assert [one.name for one in kept.iterdir()] == ["000001.npz"]
        (part,) = portfolio.parts()
        assert np.array_equal(portfolio.kept(part)["slots"], some[1].kept.slots)


def test_where_the_disk_is_full_nothing_is_half_there_and_it_is_said(
    tmp_path: Path, catalogue: Catalogue, some: Any, monkeypatch: pytest.MonkeyPatch
):
    with Portfolio(tmp_path, "p", create=True) as portfolio, portfolio.writing():
        run, _ = portfolio.begin({}, AT, None)
        put(portfolio, catalogue, run, 0, some)

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with pytest.raises(PortfolioUnusable, match="No space left"):
                put(portfolio, catalogue, run, 1, some)
        assert [one.name for one in (tmp_path / "p" / "kept").iterdir()] == ["000001.npz"]
        pages = portfolio.query("PRAGMA page_count")[0][0]
        portfolio.query(f"PRAGMA max_page_count = {pages}")
        long = [Record(id=f"L{n}", text="长" * 9000, place=f"line {n}") for n in range(6)]
        with pytest.raises(PortfolioUnusable, match="full"):
            put(portfolio, catalogue, run, 1, (long, some[1]))
        assert portfolio.parts_done(run) == {0}
        assert portfolio.count() == 6
        portfolio.query("PRAGMA max_page_count = 1000000")
        put(portfolio, catalogue, run, 1, (long, some[1]))
        assert portfolio.count() == 12


def test_a_portfolio_that_may_only_be_read_says_so(tmp_path: Path):
    with Portfolio(tmp_path, "p", create=True) as portfolio:
        portfolio.query("PRAGMA query_only = 1")
        with pytest.raises(PortfolioUnusable, match="readonly"):
            portfolio.begin({}, AT, None)
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    with pytest.raises(PortfolioUnusable):
        Portfolio(in_the_way, "p", create=True)


def test_a_run_that_ended_before_it_stood_in_the_journal_is_written_there_with_the_next(tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text("id,text\nA,磷酸铁锂正极材料的制备方法\n", encoding="utf-8")
    first = screened(tmp_path, file)
    desk = Desk(store=str(tmp_path / "mulu.db"))
    with sqlite3.connect(tmp_path / "mulu-portfolios" / "p" / "portfolio.sqlite") as table:
        table.execute(
            "INSERT INTO runs (asked, at, state, done, done_at) SELECT asked, at, state, done, ? FROM runs",
            ("2026-11-28T10:00:00+00:00",),
        )
    with desk.portfolios.open("p") as portfolio:
        desk.portfolios._journal(portfolio)
        desk.portfolios._journal(portfolio)
    bodies = [body for _, body in desk.portfolios._recorded("screened")]
    assert [body["run"] for body in bodies] == [1, 2]
    assert bodies[0]["done"]["digest"] == first["digest"]


# ---- the readers -----------------------------------------------------------------------------------------------------


def test_readers_that_cannot_begin_are_told_apart_from_records_that_end_them(tmp_path: Path):
    record = Record(id="A", text="磷酸铁锂正极材料的制备方法", place="line 1")
    with pytest.raises(CannotBegin):
        list(read_all([Task(0, (record,), ("2025-28",))], 1, ("no text at all",), tmp_path))  # type: ignore[arg-type]


def test_of_a_few_tasks_each_reader_has_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    taken: dict[int, list[int]] = {0: [], 1: []}

    class Reader(threading.Thread):
        terminate = kill = lambda self: None

        def __init__(self, place: int, pipe: Any) -> None:
            super().__init__(daemon=True)
            self.place, self.pipe = place, pipe

        def run(self) -> None:
            self.pipe.send(None)
            with contextlib.suppress(EOFError):
                while True:
                    task = self.pipe.recv()
                    taken[self.place].append(task.number)
                    self.pipe.send((task.number, Portion((), (), (), None, ())))

    def begun(self: Any) -> Any:
        mine, theirs = multiprocessing.Pipe()
        reader = Reader(next(places), theirs)
        reader.start()
        return workers._Worker(reader, mine, deque())

    places = iter(range(2))
    monkeypatch.setattr(workers._Pool, "_begun", begun)
    done = sorted(number for number, _ in read_all([Task(0, (), ()), Task(1, (), ())], 2, (), tmp_path))
    assert done == [0, 1]
    assert taken == {0: [0], 1: [1]}


@pytest.mark.parametrize("content", ["id,text\n", "a,b\n1,2\n", None])
def test_a_file_that_cannot_be_read_begins_no_portfolio(tmp_path: Path, content: str | None):
    file = tmp_path / "rows.csv"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(MuluError):
        screened(tmp_path, file)
    assert Desk(store=str(tmp_path / "mulu.db")).portfolios.names() == []

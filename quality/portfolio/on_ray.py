"""How fast a Ray cluster of this machine screens, beside the engine of one machine: `python -m quality.portfolio.on_ray`.

The same made-up rows (`make.py`), as Parquet, are screened by one process, by every processor, and on a cluster of one and of two
workers; then once more with two, one of which is ended while it is at work. Every result must have the same digest and counts, or
the program ends with an error. It prints JSON: for each, the seconds in all and the rows a second from the first answer to the last
(what comes before, starting processes and loading engines, is told apart), the processors and what else was running.

`--full` is the form whose figures stand in docs/scale.md (20,000 rows; some minutes); the default is a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from quality.portfolio.make import main as make

from mulu.desk import Desk
from mulu.portfolio.cluster import RESULTS, screen_on_ray
from mulu.portfolio.workers import mark

Json = dict[str, Any]
DAY = date(2026, 11, 23)
COUNTS = ("read", "refused", "repeated", "flagged")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--rows", type=int)
    asked = parser.parse_args(arguments)
    rows = asked.rows or (20_000 if asked.full else 2_000)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        given = folder / "rows.parquet"
        make([str(given), "--rows", str(rows), "--seed", "8", "--form", "parquet"])
        found = {
            "rows": rows,
            "processors": os.cpu_count(),
            "load_before": os.getloadavg()[0],
            "bytes_in": given.stat().st_size,
            "runs": [
                _local(folder, given, 1),
                _local(folder, given, 2),
                _on_ray(folder, given, 1),
                _on_ray(folder, given, 2),
                _on_ray(folder, given, 2, lost=True),
            ],
            "load_after": os.getloadavg()[0],
        }
    print(json.dumps(found, indent=2))
    same = {(one["digest"], *(one[name] for name in COUNTS)) for one in found["runs"]}
    if len(same) != 1 or not found["runs"][-1]["lost"]:
        print("the results differ, or no worker was lost", file=sys.stderr)
        return 1
    return 0


def _local(folder: Path, given: Path, workers: int) -> Json:
    """By the engine of one machine, into a portfolio."""
    desk = Desk(store=str(folder / f"{workers}.db"))
    catalogue = desk.catalogue
    told: list[tuple[float, int]] = []
    started = time.monotonic()
    done = desk.portfolios.screen(
        "p",
        given,
        lambda day: catalogue.in_force(day or DAY),
        {"on": DAY.isoformat()},
        datetime.now(UTC),
        None,
        workers=workers,
        told=lambda progress: told.append((time.monotonic(), progress.rows)),
    )
    seconds = time.monotonic() - started
    kept = sum(one.stat().st_size for one in (desk.portfolios.folder / "p").rglob("*") if one.is_file())
    return {
        "engine": "local",
        "workers": workers,
        "seconds": round(seconds, 1),
        "rows_a_second": _rate(told),
        "bytes_kept_a_row": round(kept / done["read"]),
        "digest": done["digest"],
        **{name: done[name] for name in COUNTS},
    }


def _on_ray(folder: Path, given: Path, workers: int, lost: bool = False) -> Json:
    into = folder / f"ray-{workers}-{lost}"
    watched = _Watched(into, lost)
    engine = mark(Desk().catalogue)
    started = time.monotonic()
    with watched:
        done = screen_on_ray(
            given, into, engine=engine, columns=None, held=(), on=DAY, draft=None, workers=workers, address=None
        )
    seconds = time.monotonic() - started
    size = sum(one.stat().st_size for one in (into / RESULTS).iterdir())
    return {
        "engine": "ray",
        "workers": workers,
        "lost": watched.ended,
        "seconds": round(seconds, 1),
        "rows_a_second": None if watched.ready is None else round(done["rows"] / (watched.ended_at - watched.ready), 1),
        "seconds_before": None if watched.ready is None else round(watched.ready - started, 1),
        "megabytes_of_a_worker": watched.most,
        "bytes_out_a_row": round(size / done["rows"]),
        "digest": done["digest"],
        **{name: done[name] for name in COUNTS},
    }


def _rate(told: list[tuple[float, int]]) -> float | None:
    """Rows a second from the first portion to the last."""
    if len(told) < 3:
        return None
    (begin, before), (end, after) = told[0], told[-1]
    return round((after - before) / (end - begin), 1)


class _Watched:
    """The workers of a cluster while they are at work: when all had loaded their engines, their size; one is ended where asked."""

    def __init__(self, into: Path, lose: bool) -> None:
        self.ready: float | None = None
        self.ended_at = 0.0
        self.most = 0
        self.ended = False
        self._into, self._lose = into, lose
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            found = {pid: size for pid in workers_beneath(os.getpid()) if (size := resident(pid))}
            large = [pid for pid, size in found.items() if size > 350]
            if large:
                self.ended_at = time.monotonic()
                self.most = max(self.most, *found.values())
                self.ready = self.ready or time.monotonic()
                if self._lose and not self.ended and len(large) > 1 and time.monotonic() - self.ready > 3:
                    os.kill(large[0], signal.SIGKILL)
                    self.ended = True


def workers_beneath(pid: int) -> list[int]:
    """The processes of a cluster beneath a process that hold an engine."""
    beneath: dict[int, list[int]] = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                parent = int((one / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            beneath.setdefault(parent, []).append(int(one.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        todo += beneath.get(todo[0], [])
        found.append(todo.pop(0))
    return [one for one in found if b"MapWorker" in _command(one)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def resident(pid: int) -> int:
    """Megabytes that a process holds; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1_000_000
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())

"""How fast a Ray cluster of this machine screens, beside the engine of one machine: `python -m quality.portfolio.on_ray`.

The same made-up rows (`make.py`), as Parquet, are screened by one process, by every processor, and on a cluster of one and of two
workers; then once more with two, one of which is ended while it is at work. Every result must have the same digest and counts, or
the program ends with an error. It prints JSON: for each, the seconds in all; those before every engine was loaded, and the rows a second
of the time after it; and the rows a second of processor time that the workers spent, which says what they would do where nothing else runs,
for `load` tells what ran beside them. Linux only.

`--full` is the form whose figures stand in docs/scale.md (24,000 rows; three minutes on two cores); the default is a twelfth of it.
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
_LOADED = 380  # megabytes of a process whose engine is loaded
COUNTS = ("read", "refused", "repeated", "flagged")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--rows", type=int)
    asked = parser.parse_args(arguments)
    rows = asked.rows or (24_000 if asked.full else 2_000)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        given = folder / "rows.parquet"
        make([str(given), "--rows", str(rows), "--seed", "8", "--form", "parquet"])
        found = {
            "rows": rows,
            "processors": os.cpu_count(),
            "bytes_in": given.stat().st_size,
            "runs": [
                _local(folder, given, 1),
                _local(folder, given, 2),
                _on_ray(folder, given, 1),
                _on_ray(folder, given, 2),
                _on_ray(folder, given, 2, lost=True),
            ],
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
    watched = _Watched(b"spawn_main")
    started = time.monotonic()
    with watched:
        done = desk.portfolios.screen(
            "p",
            given,
            lambda day: catalogue.in_force(day or DAY),
            {"on": DAY.isoformat()},
            datetime.now(UTC),
            None,
            workers=workers,
        )
    kept = sum(one.stat().st_size for one in (desk.portfolios.folder / "p").rglob("*") if one.is_file())
    return {
        "engine": "local",
        "workers": workers,
        **watched.told(started, done["rows"]),
        "bytes_kept_a_row": round(kept / done["read"]),
        "digest": done["digest"],
        **{name: done[name] for name in COUNTS},
    }


def _on_ray(folder: Path, given: Path, workers: int, lost: bool = False) -> Json:
    into = folder / f"ray-{workers}-{lost}"
    engine = mark(Desk().catalogue)
    watched = _Watched(b"MapWorker", lost)
    started = time.monotonic()
    with watched:
        done = screen_on_ray(
            given, into, engine=engine, columns=None, held=(), on=DAY, draft=None, workers=workers, address=None
        )
    size = sum(one.stat().st_size for one in (into / RESULTS).iterdir())
    return {
        "engine": "ray",
        "workers": workers,
        "lost": watched.lost,
        **watched.told(started, done["rows"]),
        "bytes_out_a_row": round(size / done["rows"]),
        "digest": done["digest"],
        **{name: done[name] for name in COUNTS},
    }


class _Watched:
    """Worker processes at work: when their engines were loaded, their size and time; one is ended where asked."""

    def __init__(self, kind: bytes, lose: bool = False) -> None:
        self.lost = False
        self._kind, self._lose = kind, lose
        self._ready = self._last = 0.0
        self._most = 0
        self._spent: dict[int, tuple[float, float]] = {}  # processor seconds, when its engine was loaded and at last
        self._load = os.getloadavg()[0]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            sizes = {pid: resident(pid) for pid in workers_beneath(os.getpid(), self._kind)}
            loaded = [pid for pid, size in sizes.items() if size > _LOADED]
            if not loaded:
                continue
            now = time.monotonic()
            self._ready, self._last = self._ready or now, now
            self._most = max(self._most, *sizes.values())
            for pid in loaded:
                if seconds := _processor_seconds(pid):
                    self._spent[pid] = (self._spent.get(pid, (seconds, 0.0))[0], seconds)
            if self._lose and not self.lost and len(loaded) > 1 and now - self._ready > 3:
                os.kill(loaded[0], signal.SIGKILL)
                self.lost = True

    def told(self, started: float, rows: int) -> Json:
        seconds = time.monotonic() - started
        spent = sum(end - begin for begin, end in self._spent.values())
        return {
            "seconds": round(seconds, 1),
            "seconds_before": round(self._ready - started, 1),
            "rows_a_second": round(rows / (self._last - self._ready), 1),
            "rows_a_processor_second": round(rows / spent, 1),
            "megabytes_of_a_worker": self._most,
            "load": [round(self._load, 1), round(os.getloadavg()[0], 1)],
        }


def workers_beneath(pid: int, kind: bytes = b"MapWorker") -> list[int]:
    """The processes beneath a process that hold an engine, of a cluster where nothing else is said."""
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
    return [one for one in found if kind in _command(one)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Megabytes that a process holds; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1_000_000
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())

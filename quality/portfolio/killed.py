"""A screening that is killed at random moments: `python -m quality.portfolio.killed [--times 50] [--rows 6000] [--seed 1]`.

A batch is begun as a process of its own and ended with SIGKILL at random moments: its whole process group, or it alone, or one of
the processes that read for it. It is run again until it is done, and what it leaves is compared with what one that nobody
disturbed leaves: the same records, candidates and logits, each once. Nothing may be left behind: no process, no half-written
file. Rows are composed of this repository's texts, some of them refused and some repeated, with days of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime.date(2026, 11, 28)
MODES = ("group", "parent", "worker")
_LOADING = 0.3  # of an undisturbed run
_GONE = 60.0  # seconds within which the workers of a killed parent have ended


def rows_to(path: Path, count: int, seed: int) -> int:
    """Write a table of texts of this repository; returns how many rows it has."""
    rng = random.Random(seed)
    texts = [
        json.loads(line)["text"]
        for file in sorted((ROOT / "quality" / "training").glob("texts-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    days = [
        None,
        "2019-03-01",
        "2021-05-06",
        "2024-02-02",
        "2026-01-01",
        "1999-01-01",
    ]  # the last is answered by nothing
    written = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "text", "on", "recipient"])
        for number in range(count):
            text = f"{rng.choice(texts)[: rng.randint(60, 400)]}（第{number}号）"
            row = [f"R{number:06}", text, rng.choices(days, (8, 2, 2, 2, 2, 1))[0], rng.choice(["德国", "Japan", ""])]
            repeated = rng.random() < 0.02
            for _ in range(2 if repeated else 1):
                out.writerow(row)
                written += 1
    return written


def screen(store: Path, file: Path, workers: int) -> dict[str, Any]:
    """Screen the table into the portfolio `p` beside a store; what the child process does."""
    from mulu.desk import Desk

    desk = Desk(store=str(store))
    catalogue = desk.catalogue
    return desk.portfolios.screen(
        "p",
        file,
        lambda day: catalogue.in_force(day or DAY),
        {"on": str(DAY)},
        datetime.datetime.now(datetime.UTC),
        None,
        workers=workers,
    )


def begun(store: Path, file: Path, workers: int, own_temporary: Path) -> subprocess.Popen[bytes]:
    """The same as a process, in a group and with a temporary folder of its own."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "quality.portfolio.killed",
            "--screen",
            str(store),
            str(file),
            "--workers",
            str(workers),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(own_temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def of_session(session: int) -> dict[int, str]:
    """The processes of a session that live, with their command lines, as /proc tells."""
    found = {}
    for one in Path("/proc").iterdir():
        if not one.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            after = (one / "stat").read_text().rpartition(")")[2].split()
            if int(after[3]) == session and after[0] != "Z":
                found[int(one.name)] = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def state(folder: Path) -> dict[str, Any]:
    """What a portfolio holds, in a form that does not tell in which order it came, and what is wrong with it."""
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'portfolio.sqlite'}?mode=ro", uri=True)) as table:

        def ask(sql: str) -> list[Any]:
            return table.execute(sql).fetchall()

        records = ask(
            "SELECT id, version, edition, known, text, day, stands, part, place, row, flagged FROM records ORDER BY id"
        )
        candidates: dict[int, list[Any]] = {}
        for row, *rest in ask("SELECT row, rank, item, score, flag, near, point FROM candidates ORDER BY row, rank"):
            candidates.setdefault(row, []).append(rest)
        wrong = []
        if len({one[0] for one in records}) != len(records):
            wrong.append("a record twice")
        if sorted(row for _, row in ask("SELECT id, row FROM latest")) != sorted(one[9] for one in records):
            wrong.append("records without a latest one")
        if set(candidates) - {one[9] for one in records}:
            wrong.append("candidates of nobody")
        tally: dict[str, int] = {}
        for (said,) in ask("SELECT tally FROM parts WHERE run = (SELECT max(id) FROM runs)"):
            for name, count in json.loads(said).items():
                tally[name] = tally.get(name, 0) + count
        last = "WHERE run = (SELECT max(id) FROM runs) ORDER BY stands"
        refused = ask(f"SELECT stands, id, line FROM refused {last}")
        repeated = ask(f"SELECT stands, id, first FROM repeated {last}")
    parts: dict[int, dict[str, Any]] = {}
    whole = hashlib.sha256()
    for one in records:
        part, place = one[7], one[8]
        if part not in parts:
            with np.load(folder / "kept" / f"{part:06}.npz") as held:
                parts[part] = {name: held[name] for name in ("slot_counts", "slots", "logits", "lower_counts", "lower")}
        kept = parts[part]
        begin, end = (int(kept["slot_counts"][: place + n].sum()) for n in (0, 1))
        first, last = (int(kept["lower_counts"][: place + n].sum()) for n in (0, 1))
        said = [
            *one[:7],
            one[10],
            candidates.get(one[9]),
            kept["slots"][begin:end].tolist(),
            kept["logits"][begin:end].tolist(),
            bytes(kept["lower"][first:last]).decode(),
        ]
        whole.update(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    whole.update(json.dumps([refused, repeated], ensure_ascii=False).encode())
    files = {one.name for one in (folder / "kept").iterdir()}
    if strange := files - {f"{part:06}.npz" for part in parts}:
        wrong.append(f"left behind: {sorted(strange)}")
    return {"records": len(records), "refused": len(refused), "repeated": len(repeated), "tally": tally, "digest": whole.hexdigest(), "wrong": wrong}  # fmt: skip


@dataclass
class Told:
    """What became of the kills."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MODES, 0))
    batches: int = 0
    begun: int = 0
    parts_when_killed: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Killer:
    """Runs batches and kills them."""

    def __init__(self, folder: Path, rows: int, seed: int, workers: int = 2) -> None:
        self.folder, self.workers, self.rng = folder, workers, random.Random(seed)
        self.file = folder / "rows.csv"
        self.rows = rows_to(self.file, rows, seed)
        started = time.monotonic()
        self.untouched = self._done(folder / "untouched.db")
        self.seconds = time.monotonic() - started
        self.parts = self._parts(folder / "untouched.db")
        self.told = Told()

    def _parts(self, store: Path) -> int:
        folder = store.parent / f"{store.stem}-portfolios" / "p" / "kept"
        return len(list(folder.glob("*.npz"))) if folder.is_dir() else 0

    def _temporary(self, store: Path) -> Path:
        made = self.folder / f"{store.stem}-tmp"
        made.mkdir(exist_ok=True)
        return made

    def _begun(self, store: Path) -> subprocess.Popen[bytes]:
        return begun(store, self.file, self.workers, self._temporary(store))

    def _done(self, store: Path) -> dict[str, Any]:
        process = self._begun(store)
        out, error = process.communicate(timeout=900)
        if process.returncode:
            raise RuntimeError(error.decode()[-3000:])
        answer = json.loads(out)
        held = state(store.parent / f"{store.stem}-portfolios" / "p")
        return {**held, "result": answer["digest"]}

    def batch(self, number: int, modes: Iterable[str]) -> None:
        """One batch, killed once in each of these modes, and what it comes to."""
        store = self.folder / f"batch-{number}.db"
        told = self.told
        told.batches += 1
        for mode in modes:
            if self._is_done(store):
                break
            process = self._begun(store)
            told.begun += 1
            session = process.pid
            # At any moment of what this run has still to do; of the time a part is spent on loading the engine.
            left = 1.0 - self._parts(store) / self.parts
            time.sleep(self.rng.uniform(0.0, self.seconds * (_LOADING + (1 - _LOADING) * left)))
            told.parts_when_killed.append(self._parts(store))
            if mode == "worker":
                readers = [one for one, said in of_session(session).items() if "spawn_main" in said]
                if readers:
                    told.kills[mode] += 1
                    os.kill(self.rng.choice(readers), signal.SIGKILL)
                _, error = process.communicate(timeout=900)
                if process.returncode:
                    told.wrong.append(f"batch {number}: a worker was killed and the run ended: {error.decode()[-500:]}")
                self._none_left(session, number)
                continue
            told.kills[mode] += process.poll() is None
            with contextlib.suppress(ProcessLookupError):
                if mode == "group":
                    os.killpg(session, signal.SIGKILL)
                else:
                    process.kill()
            process.wait()
            self._none_left(session, number)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        held = self._done(store)
        told.begun += 1
        for name in ("result", "digest", "records", "refused"):
            if held[name] != self.untouched[name]:
                told.wrong.append(f"batch {number}: {name} is {held[name]}, untouched {self.untouched[name]}")
        if held["tally"].get("rows") != self.rows:
            told.wrong.append(f"batch {number}: {held['tally']} of {self.rows} rows")
        told.wrong += [f"batch {number}: {one}" for one in held["wrong"]]
        if left := sorted(one.name for one in self._temporary(store).iterdir()):
            told.wrong.append(f"batch {number}: left in the temporary folder: {left}")

    def _is_done(self, store: Path) -> bool:
        """Whether the run came to its end before it could be killed."""
        file = store.parent / f"{store.stem}-portfolios" / "p" / "portfolio.sqlite"
        if not file.is_file():
            return False
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as table:
            try:
                return bool(table.execute("SELECT 1 FROM runs WHERE state = 'done'").fetchone())
            except sqlite3.OperationalError:
                return False  # killed before the tables were made

    def _none_left(self, session: int, number: int) -> None:
        until = time.monotonic() + _GONE
        while (left := of_session(session)) and time.monotonic() < until:
            time.sleep(0.1)
        if left:
            self.told.wrong.append(f"batch {number}: processes left: {left}")
            for one in left:
                os.kill(one, signal.SIGKILL)


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m quality.portfolio.killed", description=__doc__.partition("\n")[0])
    reader.add_argument("--times", type=int, default=50)
    reader.add_argument("--rows", type=int, default=6000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--screen", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.screen:
        print(json.dumps(screen(*asked.screen, asked.workers), ensure_ascii=False))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(Path(folder), asked.rows, asked.seed, asked.workers)
        print(f"untouched: {killer.seconds:.1f} s, {killer.untouched}", flush=True)
        number = 0
        while sum(killer.told.kills.values()) < asked.times:
            number += 1
            left = asked.times - sum(killer.told.kills.values())
            # A run of which only a worker is killed comes to its end: such a kill is the last of a batch.
            modes = [killer.rng.choice(("group", "parent")) for _ in range(killer.rng.randint(0, 4))]
            killer.batch(number, [*modes, "worker"][:left])
            print(f"batch {number}: {killer.told.kills}, wrong: {len(killer.told.wrong)}", flush=True)
    told = killer.told
    print(json.dumps({"kills": told.kills, "batches": told.batches, "begun": told.begun, "parts_when_killed": told.parts_when_killed, "wrong": told.wrong}))  # fmt: skip
    return 1 if told.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The same screening on a real cluster of this machine: row by row what one engine gives, also where a worker is lost."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from quality.portfolio.make import main as make

from mulu.portfolio.cluster import Answering, digest_of_row, rows_in
from mulu.portfolio.incoming import Incoming
from mulu.portfolio.records import Repeated

ROWS = 2600
DAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ray") / "rows.parquet"
    make([str(path), "--rows", str(ROWS), "--seed", "5", "--form", "parquet"])
    return path


def test_a_cluster_gives_row_by_row_what_one_engine_gives_though_a_worker_is_lost(table: Path):
    into = table.parent / "out"
    command = [sys.executable, "-m", "mulu", "portfolio", "screen", "p", "--engine", "ray", "--workers", "2"]
    command += ["--file", str(table), "--into", str(into), "--on", DAY.isoformat(), "--format", "json"]
    environment = {**os.environ, "MULU_STORE": str(table.parent / "s.db"), "RAY_USAGE_STATS_ENABLED": "0"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        lost = _lose_a_worker(run)
        told, errors = run.communicate(timeout=240)
    assert lost, errors
    assert run.returncode in (0, 4), errors
    answer = json.loads(told[told.index(b"{") :])
    rows = list(rows_in(into / "results"))
    assert len(rows) == answer["rows"] == ROWS and answer["twice"] == 0
    incoming = Incoming(table)
    given = [one for one in incoming if not isinstance(one, Repeated)]
    alone = Answering(incoming.mapping, (), DAY, None, None).answers(given)
    assert sorted(map(digest_of_row, rows)) == sorted(map(digest_of_row, alone))
    assert sum(row["flagged"] > 0 for row in rows) == answer["flagged"] > 50
    assert sum(row["because_id"] is not None for row in rows) == answer["refused"]


def _lose_a_worker(run: subprocess.Popen[bytes]) -> bool:
    """End one of the processes that hold an engine, once it is at work."""
    for _ in range(600):
        if run.poll() is not None:
            return False
        found = [pid for pid in _beneath(run.pid) if b"MapWorker" in _command(pid)]
        if len(found) == 2 and all(_resident(pid) > 300 for pid in found):
            time.sleep(0.5)
            os.kill(found[0], signal.SIGKILL)
            return True
        time.sleep(0.1)
    return False


def _beneath(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                parents.setdefault(int((one / "stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(
                    int(one.name)
                )
            except (OSError, IndexError, ValueError):
                continue
    found, todo = [], [pid]
    while todo:
        todo += parents.get(todo[0], [])
        found.append(todo.pop(0))
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _resident(pid: int) -> int:
    """Megabytes."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1_000_000
    except OSError:
        return 0

"""The load maker tells what was lost, what was wrong, and what took how long; no time is asserted here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "quality"))

import load  # noqa: E402  # a program, not a part of the package


def entry(by: str, act: str = "case.opened", case: str = "C-1", **says: object) -> dict:
    return {"by": by, "act": act, "body": {"case": case, **says}}


@pytest.fixture
def ledger() -> load.Ledger:
    return load.Ledger(written=[load.Written("甲 1", "case.opened", "C-1", {"title": "一"})])


def test_what_the_trail_holds_once_and_as_it_was_told_is_not_lost(ledger):
    assert ledger.lost([entry("甲 1", title="一", technology="t")]) == []


@pytest.mark.parametrize(
    ("trail", "told"),
    [
        ([], "0 records"),
        ([entry("甲 1", title="一"), entry("甲 1", title="一")], "2 records"),
        ([entry("甲 1", title="二")], "something else"),
        ([entry("甲 1", case="C-2", title="一")], "something else"),
        ([entry("甲 1", act="case.answered", title="一")], "something else"),
        ([entry("甲 1", title="一"), entry("乙 1")], "nobody was told"),
    ],
)
def test_a_write_that_is_lost_doubled_altered_or_of_nobody_is_told(ledger, trail, told):
    (found,) = ledger.lost(trail)
    assert told in found


def test_a_write_that_was_not_answered_may_be_kept_or_not(ledger):
    ledger.unanswered.add("乙 1")
    whole = [entry("甲 1", title="一")]
    assert ledger.lost(whole) == ledger.lost([*whole, entry("乙 1")]) == []


def test_an_event_is_held_against_its_record():
    ledger = load.Ledger(written=[load.Written("甲 1", "case.event", "C-1", {"event": "scope"})])
    assert ledger.lost([entry("甲 1", "case.event", event={"event": "scope", "day": "2025-09-01"})]) == []
    assert ledger.lost([entry("甲 1", "case.event", event={"event": "submit"})])


def test_a_percentile_is_a_time_that_was_measured():
    times = [float(n) for n in range(100, 0, -1)]
    assert [load.percentile(times, of) for of in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert load.percentile([7.0], 95) == 7.0


def test_kinds_that_take_too_long_are_named():
    samples = [load.Sample("read", "GET /", 0.1)] * 90 + [load.Sample("read", "GET /", 0.3)] * 10
    told = load.figures([*samples, load.Sample("write", "POST /", 9.0)])
    assert told["read"] == {"count": 100, "p50": 100.0, "p95": 300.0, "p99": 300.0, "worst": 300.0}
    assert told["read GET /"]["count"] == 100
    assert load.over(told) == ["read"]


def test_three_users_for_five_seconds_find_no_error_and_lose_no_write():
    command = [sys.executable, "quality/load.py", "--users", "3", "--seconds", "5", "--most", "0", "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert (told["wrong"], told["lost"]) == ([], [])
    assert told["main"]["users"] == 3
    assert told["main"]["ms"]["read"]["count"] >= 3  # each begins with a page
    assert told["main"]["records"] == sum(told["checked"]["writes"].values())

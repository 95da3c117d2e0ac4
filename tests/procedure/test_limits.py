"""The legal time limits, asked through the desk."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.procedure.limits import time_limits

DESK = Desk()


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_registration_ends_on_the_rolled_day_and_names_its_provision():
    (row,) = DESK.deadline(day("2026-08-02"), limit="registration")["limits"]
    assert (row["day"], row["nominal"], row["cautious"]) == ("2026-10-08", "2026-10-01", "2026-09-30")
    assert [p["id"] for p in row["provisions"]] == ["o3-6"] and row["sure"] is True and row["owner"] == "exporter"


def test_every_limit_is_counted_and_what_is_remembered_is_marked():
    rows = {row["limit"]: row for row in DESK.deadline(day("2026-03-02"))["limits"]}
    assert set(rows) == set(time_limits())
    assert not rows["loi-validity"]["sure"] and not rows["registration-defect-notice"]["sure"]
    assert rows["termination-filing"]["day"] is None
    assert all(row["provisions"] for row in rows.values())


def test_a_notice_given_settles_a_provisional_day(tmp_path: Path):
    asked = {"start": day("2026-12-31"), "days": 3, "unit": "wd"}
    assert DESK.deadline(**asked)["limits"][0]["provisional"] is True
    path = tmp_path / "notice.txt"
    path.write_bytes("关于2027年部分节假日安排的通知\n一、元旦：1月1日至3日放假，共3天。".encode("gb18030"))
    (row,) = DESK.deadline(**asked, notice=[path])["limits"]
    assert (row["day"], row["provisional"]) == ("2027-01-06", False)
    (paused,) = DESK.deadline(**asked, notice=[path], pause=["2027-01-05..2027-01-07"])["limits"]
    assert paused["day"] == "2027-01-08"


@pytest.mark.parametrize(
    ("asked", "message"),
    (
        ({"limit": "registraton"}, "registration"),
        ({"limit": "registration", "days": 3}, "`limit`, or"),
        ({"days": 3}, "`unit`"),
        ({"days": 3, "unit": "wd", "pause": ["2026-01-05"]}, "two days"),
        ({"days": 3, "unit": "wd", "pause": ["x..y"]}, "YYYY"),
        ({"days": 3, "unit": "wd", "notice": ["missing.json"]}, "missing.json"),
    ),
)
def test_what_cannot_be_counted_is_refused(asked: dict[str, object], message: str):
    with pytest.raises(MuluError, match=message):
        DESK.deadline(day("2026-01-05"), **asked)  # type: ignore[arg-type]

"""Working days and the limits counted in them."""

from __future__ import annotations

import datetime
from itertools import pairwise

import holidays
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mulu.procedure.calendar import ONE, Calendar, LimitRefused, Notice, NoticeNotRead, read_notice

CALENDAR = Calendar()
DAYS = st.dates(datetime.date(2008, 1, 1), datetime.date(2026, 6, 30))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    (
        ("2026-01-05", 30, "2026-02-14"),
        ("2026-02-10", 15, "2026-03-09"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 3, "2026-02-26"),
        ("2026-04-28", 3, "2026-05-06"),
        ("2026-05-06", 3, "2026-05-09"),
        ("2026-09-14", 5, "2026-09-20"),
        ("2026-09-14", 15, "2026-10-10"),
        ("2026-09-14", 30, "2026-10-30"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-11-23", 15, "2026-12-14"),
        ("2026-11-16", 30, "2026-12-28"),
        ("2026-11-19", 30, "2026-12-31"),
    ),
)
def test_working_days_end_where_the_notices_say(start: str, n: int, due: str):
    limit = CALENDAR.limit(day(start), n, "wd")
    assert (limit.day, limit.provisional) == (day(due), False)
    assert CALENDAR.count(day(start), day(due)) == n


def test_a_limit_that_runs_past_the_last_notice_is_provisional():
    limit = CALENDAR.limit(day("2026-11-23"), 30, "wd")
    assert limit.provisional and "2027" in limit.said.en
    assert CALENDAR.count(day("2026-11-23"), day("2026-12-31")) == 28
    assert limit.cautious is not None and limit.day is not None and limit.cautious <= limit.day
    assert CALENDAR.works(day("2027-01-04")) is None


def test_sixty_calendar_days_roll_over_a_holiday_and_name_the_safe_day():
    limit = CALENDAR.limit(day("2026-08-02"), 60, "cd")
    assert (limit.nominal, limit.day, limit.cautious) == (day("2026-10-01"), day("2026-10-08"), day("2026-09-30"))
    assert CALENDAR.limit(day("2026-08-02"), 60, "cd", roll=False).day == day("2026-10-01")


def test_promptly_has_no_day_and_a_year_has_its_last():
    assert CALENDAR.limit(day("2026-01-05"), None, "promptly").day is None
    assert CALENDAR.limit(day("2024-02-29"), 3, "year", roll=False).day == day("2027-02-28")
    assert CALENDAR.limit(day("2023-07-01"), 3, "year", roll=False).day == day("2026-07-01")


def test_a_clock_that_stands_still_does_not_count():
    start = day("2026-03-02")
    plain = CALENDAR.limit(start, 10, "wd")
    paused = CALENDAR.limit(start, 10, "wd", pauses=[(day("2026-03-05"), day("2026-03-12"))])
    assert plain.day == day("2026-03-16") and paused.day == day("2026-03-23")
    assert CALENDAR.limit(start, 60, "cd", pauses=[(day("2026-03-05"), day("2026-03-12"))]).nominal == day("2026-05-08")
    running = CALENDAR.limit(start, 10, "wd", pauses=[(day("2026-03-05"), None)])
    assert running.day is None and running.said.id == "limit_paused"


def test_days_before_an_expiry_are_counted_back():
    assert CALENDAR.limit(day("2026-03-09"), -15, "wd").day == day("2026-02-10")


@pytest.mark.parametrize("n", (10_000_000, None, -10_000_000))
def test_a_number_that_cannot_be_is_refused(n: int | None):
    with pytest.raises(LimitRefused):
        CALENDAR.limit(day("2026-01-05"), n, "wd")


def test_two_calendars_made_apart_agree_on_every_day():
    other = holidays.country_holidays("CN", years=range(2008, 2027))
    at = day("2008-01-01")
    while at <= day("2026-12-31"):
        assert CALENDAR.works(at) is other.is_working_day(at), at
        at += ONE


@settings(max_examples=300, deadline=None, derandomize=True)
@given(start=DAYS, n=st.integers(1, 90))
def test_counting_forward_and_back_agree(start: datetime.date, n: int):
    end = CALENDAR.limit(start, n, "wd")
    assert end.day is not None and CALENDAR.works(end.day) and not end.provisional
    assert CALENDAR.count(start, end.day) == n
    if CALENDAR.works(start):
        assert CALENDAR.limit(end.day, -n, "wd").day == start
    further = CALENDAR.limit(start, n + 1, "wd").day
    assert further is not None and further > end.day


@settings(max_examples=300, deadline=None, derandomize=True)
@given(start=DAYS, n=st.integers(0, 180), more=st.integers(0, 60))
def test_calendar_days_roll_forward_to_a_working_day_and_never_back(start: datetime.date, n: int, more: int):
    limit = CALENDAR.limit(start, n, "cd")
    assert limit.day is not None and limit.nominal is not None and limit.cautious is not None
    assert limit.nominal == start + ONE * n
    assert limit.cautious <= limit.nominal <= limit.day and CALENDAR.works(limit.day) and CALENDAR.works(limit.cautious)
    later = CALENDAR.limit(start, n + more, "cd")
    assert later.day is not None and later.day >= limit.day


@settings(max_examples=200, deadline=None, derandomize=True)
@given(start=DAYS, n=st.integers(1, 40), stop=st.integers(0, 60), length=st.integers(0, 60))
def test_a_pause_never_brings_a_limit_sooner(start: datetime.date, n: int, stop: int, length: int):
    assume(start.year < 2026)
    pause = (start + ONE * stop, start + ONE * (stop + length))
    plain, paused = CALENDAR.limit(start, n, "wd").day, CALENDAR.limit(start, n, "wd", pauses=[pause]).day
    assert plain is not None and paused is not None and paused >= plain
    assert CALENDAR.count(start, paused, [pause]) == n


# The notice of a year


def the_notice(year: int) -> str:
    """The text of a notice that says what the calendar holds of a year, in the manner of the notices."""
    weekday = "一二三四五六日"

    def said(one: datetime.date) -> str:
        return f"{one.month}月{one.day}日（周{weekday[one.weekday()]}）"

    every = [
        datetime.date(year, 1, 1) + ONE * n for n in range(366) if (datetime.date(year, 1, 1) + ONE * n).year == year
    ]
    off = [one for one in every if not CALENDAR.works(one)]
    runs: list[list[datetime.date]] = []
    for one in off:
        if runs and one - runs[-1][-1] == ONE:
            runs[-1].append(one)
        else:
            runs.append([one])
    runs = [run for run in runs if any(one.weekday() < 5 for one in run)]
    lines = [f"国务院办公厅关于{year}年部分节假日安排的通知", f"{year}年各节日放假调休安排如下。"]
    for number, run in enumerate(runs):
        near = [one for one in every if one.weekday() > 4 and CALENDAR.works(one)]
        mine = [one for one in near if min(runs, key=lambda r: abs((r[0] - one).days)) is run]
        text = f"{'一二三四五六七八九'[number]}、节日：{said(run[0])}至{said(run[-1])}放假调休，共{len(run)}天。"
        if mine:
            text += "、".join(said(one) for one in mine) + "上班。"
        lines.append(text)
    return "\n".join(lines)


@pytest.mark.parametrize("year", (2015, 2021, 2023, 2025, 2026))
def test_a_notice_read_gives_the_working_days_of_its_year(year: int):
    notice = read_notice(the_notice(year), "invented")
    read = Calendar([notice])
    for n in range(365):
        at = datetime.date(year, 1, 1) + ONE * n
        assert read.works(at) is CALENDAR.works(at), at


def test_an_imported_notice_settles_what_was_provisional():
    text = "关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。1月9日（周六）上班。"
    calendar = Calendar([read_notice(text, "invented")])
    limit = calendar.limit(day("2026-12-31"), 6, "wd")
    assert (limit.day, limit.provisional) == (day("2027-01-09"), False)
    assert calendar.works(day("2028-01-04")) is None


def test_a_later_notice_of_the_same_year_replaces_the_earlier():
    first = Notice(2027, (day("2027-01-01"),), (), "invented")
    second = Notice(2027, (day("2027-01-04"),), (), "invented")
    assert Calendar([first, second]).works(day("2027-01-01")) is True
    assert Calendar([first, second]).works(day("2027-01-04")) is False


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("元旦：1月1日至3日放假，共3天。", "one year"),
        ("2027年部分节假日安排\n元旦：1月1日（周六）至3日放假，共3天。", "no 星期六"),
        ("2027年部分节假日安排\n元旦：1月1日至3日放假，共4天。", "names 4 days"),
        ("2027年部分节假日安排\n元旦：1月1日至3日放假，共3天。1月4日上班。", "weekend"),
        ("2027年部分节假日安排\n元旦：1月1日至3日放假，共3天。1月3日上班。", "both"),
        ("2027年部分节假日安排\n元旦：2月29日放假，共1天。", "no day 2-29"),
        ("2027年部分节假日安排\n另行通知。", "no day off"),
        ("2027年部分节假日安排\n元旦：1月3日至1日放假。", "before it begins"),
        ("2027年部分节假日安排\n元旦：1日放假", "no month"),
    ),
)
def test_a_notice_that_contradicts_itself_is_refused(text: str, message: str):
    with pytest.raises(NoticeNotRead, match=message):
        read_notice(text, "invented")


def test_a_year_taken_from_december_counts_there():
    notice = Notice(2027, (day("2027-01-01"),), (day("2026-12-27"),), "invented")
    assert Calendar([notice]).works(day("2026-12-27")) is True
    assert [Calendar([notice]).works(a) for a, _ in pairwise([day("2026-12-25"), day("2026-12-26")])] == [True]

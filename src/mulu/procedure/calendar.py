"""Chinese working days, and the time limits that are counted in them.

Working days are those of the State Council's yearly holiday notices: weekdays that are not taken off, and the
weekend days that are worked instead (调休上班). Where the notice of a year is not out, or not held, a day counted there
is *provisional* and says so; the user can import the notice when it comes.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from mulu.errors import MuluError
from mulu.vocabulary import Said

Json = dict[str, Any]
Unit = Literal["wd", "cd", "year", "promptly"]
Pause = tuple[datetime.date, datetime.date | None]  # stopped on, and resumed on where it was
ONE = datetime.timedelta(days=1)
_LONGEST = 20_000  # days that a limit may run: more is a slip of the pen


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holiday notice of one year (国务院办公厅关于部分节假日安排的通知): the days off, the weekend days worked, and where it was read."""

    year: int
    off: tuple[datetime.date, ...]
    work: tuple[datetime.date, ...]
    source: str


class NoticeNotRead(MuluError):
    """A holiday notice says something that cannot be, or cannot be read."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            Said(
                "notice_not_read",
                f"放假通知未能读入：{zh}。请核对原文，或改用 JSON（year、off、work、source）。",
                f"The holiday notice was not read: {en}. Check the text, or give JSON (year, off, work, source).",
            )
        )


class LimitRefused(MuluError):
    """A time limit cannot be counted as asked."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Said("limit_refused", f"无法计算期限：{zh}。", f"The time limit cannot be counted: {en}."))


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day of a time limit. `day` is None where the law gives no number, or the clock stands still.

    `nominal` is the day before rolling; `cautious` the last day that no reading of the rules makes late.
    """

    day: datetime.date | None
    nominal: datetime.date | None
    cautious: datetime.date | None
    provisional: bool
    said: Said

    def as_json(self) -> Json:
        return {
            "day": None if self.day is None else self.day.isoformat(),
            "nominal": None if self.nominal is None else self.nominal.isoformat(),
            "cautious": None if self.cautious is None else self.cautious.isoformat(),
            "provisional": self.provisional,
            "said": self.said.as_json(),
        }


class Calendar:
    """The working days of the years whose holiday notices are held: 2004–2026, and those imported.

    A later notice for the same year replaces an earlier one: notices have been amended within their year.
    """

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        held = {notice.year: notice for notice in notices}
        self._years = frozenset(held)
        # A notice may name days of the December before.
        self._said = {day: False for notice in held.values() for day in notice.off}
        self._said |= {day: True for notice in held.values() for day in notice.work}

    def works(self, day: datetime.date) -> bool | None:
        """Whether authorities work on a day, make-up days included; None where no notice of that year is held."""
        if day in self._said:
            return self._said[day]
        if day.year in self._years:
            return day.weekday() < 5
        import chinese_calendar

        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # it ends with the last notice, and says so
            return None

    def works_or_weekday(self, day: datetime.date) -> bool:
        """As `works`; where no notice is held, whether it is a weekday, which is all that can be known."""
        known = self.works(day)
        return day.weekday() < 5 if known is None else known

    def count(self, start: datetime.date, end: datetime.date, pauses: Sequence[Pause] = ()) -> int:
        """Working days after `start` up to and with `end`; negative where `end` lies before."""
        if end < start:
            return -self.count(end, start, pauses)
        days = (start + ONE * n for n in range(1, (end - start).days + 1))
        return sum(self.works_or_weekday(day) and not _stands(day, pauses) for day in days)

    def limit(
        self,
        start: datetime.date,
        n: int | None,
        unit: Unit,
        *,
        roll: bool = True,
        pauses: Sequence[Pause] = (),
    ) -> Limit:
        """The last day of `n` working days (wd), calendar days (cd) or years from `start`, which is not counted.

        A negative `n` counts back, as for what must be asked for before an expiry. Calendar days that end on a day off
        roll to the next working day where `roll` (by analogy with the Civil Code, 201 and 203): `cautious` is then the last
        working day before. `promptly` (及时) has no number and so no day.
        """
        if unit == "promptly":
            return Limit(
                None,
                None,
                None,
                False,
                Said("limit_promptly", "“及时”，法律没有规定天数", "“promptly”: the law gives no number"),
            )
        if n is None:
            raise LimitRefused("没有天数", "no number is given")
        if abs(n) * (366 if unit == "year" else 2 if unit == "wd" else 1) > _LONGEST:
            raise LimitRefused(f"{n} 超出范围", f"{n} is out of range")
        if any(until is None for _, until in pauses):
            return Limit(
                None,
                None,
                None,
                False,
                Said("limit_paused", "计时已停止，尚未恢复", "the clock stands still and has not resumed"),
            )
        try:
            return self._counted(start, n, unit, roll, pauses)
        except OverflowError as error:
            raise LimitRefused(f"{start} 起算的结果超出历法范围", f"from {start} it leaves the calendar") from error

    def _counted(self, start: datetime.date, n: int, unit: Unit, roll: bool, pauses: Sequence[Pause]) -> Limit:
        if unit == "wd":
            return self._working(start, n, pauses)
        nominal = _years(start, n) if unit == "year" else start
        if unit == "cd":
            left = abs(n)
            while left:
                nominal += ONE if n > 0 else -ONE
                left -= not _stands(nominal, pauses)
        if not roll or self.works_or_weekday(nominal):
            provisional = roll and self.works(nominal) is None
            said = Said("limit_calendar", f"自 {start} 次日起算", f"counted from the day after {start}")
            if provisional:
                said = _unheld(nominal, said)
            return Limit(nominal, nominal, nominal, provisional, said)
        day = cautious = nominal
        while not self.works_or_weekday(day):
            day += ONE
        while not self.works_or_weekday(cautious):
            cautious -= ONE
        said = Said(
            "limit_rolled",
            f"自 {start} 次日起算，末日 {nominal} 非工作日，顺延（类推民法典第 203 条）；稳妥日期为 {cautious}",
            f"counted from the day after {start}; {nominal} is a day off and rolls on (Civil Code 203, by analogy); the cautious day is {cautious}",
        )
        provisional = any(self.works(one) is None for one in (nominal, day))
        return Limit(day, nominal, cautious, provisional, _unheld(day, said) if provisional else said)

    def _working(self, start: datetime.date, n: int, pauses: Sequence[Pause]) -> Limit:
        step = ONE if n >= 0 else -ONE
        day = earliest = start
        left = most = abs(n)
        provisional = False
        while left:
            day += step
            known = self.works(day)
            provisional = provisional or known is None
            stands = _stands(day, pauses)
            left -= self.works_or_weekday(day) and not stands
            # Where no notice is held, any day may turn out to be worked: no notice can end the limit sooner than this.
            if most:
                earliest = day
                most -= (known is not False) and not stands
        said = Said(
            "limit_working",
            f"自 {start}（不计当日）起{'' if n >= 0 else '倒数'} {abs(n)} 个工作日，含调休上班日",
            f"{abs(n)} working days {'after' if n >= 0 else 'before'} {start}, make-up days included",
        )
        if provisional:
            return Limit(day, day, earliest if n > 0 else day, True, _unheld(day, said))
        return Limit(day, day, day, False, said)


def _unheld(day: datetime.date, said: Said) -> Said:
    return Said(
        said.id + "_provisional",
        f"{said.zh}；{day.year} 年放假通知未收录，日期为暂定",
        f"{said.en}; the holiday notice of {day.year} is not held, so the day is provisional",
    )


def _stands(day: datetime.date, pauses: Sequence[Pause]) -> bool:
    """Whether the clock stood still on a day: from the day on which it stopped up to the day before it resumed."""
    return any(stopped <= day and (resumed is None or day < resumed) for stopped, resumed in pauses)


def _years(start: datetime.date, n: int) -> datetime.date:
    try:
        return start.replace(year=start.year + n)
    except ValueError as error:
        if (start.month, start.day) == (2, 29):
            return datetime.date(start.year + n, 2, 28)  # the last day of the month, where the year has no such day
        raise OverflowError from error


def pause_from(text: str) -> Pause:
    """A pause written STOPPED..RESUMED, or STOPPED.. where the clock still stands. Raises LimitRefused."""
    stopped, dots, resumed = text.partition("..")
    try:
        made = datetime.date.fromisoformat(stopped), datetime.date.fromisoformat(resumed) if resumed else None
    except ValueError as error:
        raise LimitRefused(
            f"停止期间“{text}”不合格式（YYYY-MM-DD..YYYY-MM-DD）", f"the pause {text!r} is not YYYY-MM-DD..YYYY-MM-DD"
        ) from error
    if not dots or (made[1] is not None and made[1] < made[0]):
        raise LimitRefused(f"停止期间“{text}”没有先后两日", f"the pause {text!r} is not two days in order")
    return made


# ---- reading a notice ----------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(20[0-9]{2})\s*年(?=[^。\n]{0,12}(?:节假日|放假))")
_DAY = r"(?:(20[0-9]{2})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:\((?:周|星期)([一二三四五六日天])(?:、[^)]*)?\))?"
_OFF = re.compile(rf"{_DAY}(?:(?:至|到|—|-|~){_DAY})?(?:放假|休息)[^。;共]*?(?:共([0-9]{{1,2}})天|[。;])")
_ANY = re.compile(_DAY)
_WEEKDAYS = "一二三四五六日"


def read_notice_file(path: Path) -> Notice:
    """The notice in a file: JSON, or its text in UTF-8 or GB18030. Raises NoticeNotRead."""
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".json":
            notice = msgspec.json.decode(data, type=Notice)
            if set(notice.off) & set(notice.work):
                raise NoticeNotRead(f"{path.name} 中有既放假又上班的日子", f"{path.name} has a day both off and worked")
            return notice
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise NoticeNotRead(f"{path.name} 无法读取（{error}）", f"{path.name} cannot be read ({error})") from error
    return read_notice(text, path.name)


def read_notice(text: str, source: str) -> Notice:
    """The holiday notice of a year from its text. Raises NoticeNotRead where a sentence contradicts the calendar or itself.

    Checked: the weekday said beside a day, the number of days said (共 N 天), that days worked instead are weekend days, and that
    every sentence with 放假 or 上班 was read.
    """
    plain = re.sub(r"[ \t\u3000]", "", unicodedata.normalize("NFKC", text))
    years = {int(year) for year in _YEAR.findall(plain)}
    if len(years) != 1:
        raise NoticeNotRead("没有写明唯一的年份", "it does not name one year")
    (year,) = years
    off: set[datetime.date] = set()
    work: set[datetime.date] = set()

    for sentence in re.split(r"[。;\n]", plain):
        parts = sentence.split(",") if "上班" in sentence and "放假" in sentence else [sentence]
        works = ",".join(part for part in parts if "上班" in part)
        rests = ",".join(part for part in parts if "上班" not in part)
        if works:
            work |= _worked(works, year)
        if ("放假" in rests or "休息" in rests) and re.search(r"[0-9]日", rests):
            off |= _taken_off(rests + "。", year)
    if not off:
        raise NoticeNotRead("没有读到任何放假日", "no day off was found in it")
    both = sorted(off & work)
    if both:
        raise NoticeNotRead(f"{both[0]} 既放假又上班", f"{both[0]} is both taken off and worked")
    return Notice(year=year, off=tuple(sorted(off)), work=tuple(sorted(work)), source=source)


def _taken_off(sentence: str, year: int) -> set[datetime.date]:
    found = _OFF.search(sentence)
    if found is None:
        raise NoticeNotRead(f"读不懂“{sentence}”", f"the sentence {sentence!r} is not understood")
    parts = found.groups()
    first = _date(parts[0:4], year, None)
    last = first if parts[6] is None else _date(parts[4:8], year, first)
    if last < first:
        raise NoticeNotRead(f"“{sentence}”的末日早于首日", f"{sentence!r} ends before it begins")
    days = {first + ONE * n for n in range((last - first).days + 1)}
    if parts[8] is not None and int(parts[8]) != len(days):
        raise NoticeNotRead(
            f"“{sentence}”所称天数与日期不符（{len(days)} 天）",
            f"{sentence!r} names {parts[8]} days and dates {len(days)}",
        )
    return days


def _worked(sentence: str, year: int) -> set[datetime.date]:
    days: set[datetime.date] = set()
    before: datetime.date | None = None
    for found in _ANY.finditer(sentence):
        before = _date(found.groups(), year, before)
        if before.weekday() < 5:
            raise NoticeNotRead(f"{before} 不是周末，无须调休", f"{before} is no weekend day")
        days.add(before)
    if not days:
        raise NoticeNotRead(f"读不懂“{sentence}”", f"the sentence {sentence!r} is not understood")
    return days


def _date(parts: Sequence[str | None], year: int, before: datetime.date | None) -> datetime.date:
    named, month, day, weekday = parts
    if month is None and before is None:
        raise NoticeNotRead(f"“{day}日”没有月份", f"a day {day} has no month")
    try:
        of = int(named) if named else year if before is None else before.year
        made = datetime.date(of, int(month) if month else before.month if before else 0, int(str(day)))
    except ValueError as error:
        raise NoticeNotRead(f"没有 {month}月{day}日", f"there is no day {month}-{day}") from error
    if weekday is not None and _WEEKDAYS[made.weekday()] != ("日" if weekday == "天" else weekday):
        raise NoticeNotRead(f"{made} 不是星期{weekday}", f"{made} is no 星期{weekday}")
    return made

"""Until when comments on a draft (征求意见稿) may be sent, as the draft itself says it.

Only a day that is printed whole, and printed as the last for comments, is read as their deadline. A period told in days is not
worked out: no law that is held says how its days are counted, and notices themselves count the first day or leave it out.
What looks like a deadline and is not read as one is given with the reason.
"""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mulu.catalogue.print import clean, fold, tidy
from mulu.catalogue.wording import At, CommentsUntil
from mulu.sources.document import Block, Line, Row
from mulu.vocabulary import Bilingual

_DIGITS = {
    sign: n for n, signs in enumerate(("〇○零", "一", "二", "三", "四", "五", "六", "七", "八", "九")) for sign in signs
}
_NUMERAL = r"[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR = r"[0-9]{4}|[〇○零一二三四五六七八九]{4}"
DAY = re.compile(rf"(?P<year>{_YEAR})年(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})[日号]")
_DASHED = r"(?<![0-9])(?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![0-9])"
_DAYS = (DAY, re.compile(_DASHED))
_NO_YEAR = re.compile(
    rf"(?:(?<=[今本当明]年)|(?<![0-9年一二三四五六七八九十]))(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})[日号]"
)
_ENDS = re.compile(r"[。;!?\n]")

_ABOUT = re.compile(r"意见|建议|反馈")
# Comments themselves, and not the draft that is sent out for them nor the opinion of an authority.
_COMMENTS = re.compile(
    r"(?<!审查)(?<!审核)(?<!评审)(?<!验收)(?<!指导)(?<!实施)(?<!处理)(?<!鉴定)(?:意见|建议)(?!稿|落实|采纳|办理|处理)"
)
_ASKED = re.compile(r"(?:征求|征集|提出|反馈|如有|提交)[^。;,]{0,12}(?:意见(?!稿)|建议(?!稿))|反馈")
# 根据各方意见: comments that were given before; 现 begins what is asked now.
_GIVEN = re.compile(
    r"(?:(?:根据|按照|依据|依照|结合|采纳|吸收|参考|综合)[^,现将把]{0,40}|经[^,现]{0,8})(?:意见|建议|反馈)[^,]*(?:,|$)"
)
_CLAUSE = re.compile(r"[,:]")
# What may stand between a day and the word that makes it the last one: a weekday in brackets, an hour.
_HOUR = r"(?:\([^()]{1,12}\))?(?:[上下]午|中午|晚上?)?(?:[0-9]{1,2}(?::[0-9]{2}|[时点](?:[0-9]{1,2}分)?)整?)?(?:\([^()]{1,12}\))?"
_BEFORE = re.compile(_HOUR + r"(?:[或及])?(?:之前|以前|前(?![述款期]))")
_NO_LATER = re.compile(r"(?:不迟于|不晚于|(?:最迟|最晚|至迟)[于在到]?)$")
_PLANNED = re.compile(r"(?:[将拟]|计划|预计)[于在]?$")
_UNTIL = re.compile(_HOUR + r"(?:为止|截止|止|结束)")
_LABEL = re.compile(r"(?:截止|截至|延长|延期|顺延)(?:时间|日期|期限|日)?(?:[为是到至于:]){0,2}$")
_NEAR_LABEL = re.compile(r"(?:截止|截至)(?:时间|日期|期限|日)[^,]{0,24}$")
_FROM = re.compile(r"[由从自原]$")
_RANGE = re.compile(r"(?:[日号0-9起](?:[至到~—–-]|起至){1,2}|至|到)$")
_PERIOD = re.compile(
    r"(?:征求|征集|提出|反馈|提交)[^。;]{0,24}(?:意见|建议)|(?:意见|建议)[^。;]{0,12}(?:反馈|征集|期|时间)"
)
_SENT = re.compile(
    r"(?:反馈|提出|提交|发送|发至|发到|寄至|寄送|寄到|邮寄|报送|送至|送达|函告|告知|传真|回复|填写|留言|返回)(?!的)"
)
# What follows a verb of sending that has no object of its own: to whom or where, or nothing.
_WHERE = re.compile(r"[至到给我本(]|商务部|$")
# What makes a day perhaps the deadline in a sentence that does not speak of comments.
_LIMITS = re.compile(r"截止|截至|反馈|提出|提交|发送|发至|发到|寄|报送|送至|送达|函告|告知|传真|回复|填写|留言|返回")
_ITS_OBJECT = re.compile(r"[将把]")
_PAST = re.compile(r"(?:已|曾|收到|征集到|[^,]{0,12}(?:收到|收集|提出|反馈)的)")
_OTHER = re.compile(r"申请|施行|实施|生效|有效|许可|过渡")
_LENGTH = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,4})(?:个?工作日|个?自然日|日|天|个月|周)"
_MOVES = r"(?:(?:延长|延期|顺延|推迟|推后|延后)了?[为至到]?|(?:提前|改|调整|变更|更正)[为至到])"
# The deadline became another: 延长至2027年3月31日, 延长10日, 原截止时间. Not 修改2025年7月15日公布的, nor 节假日顺延.
_MOVED_TO = re.compile(_MOVES + "$")
_MOVED = re.compile(rf"{_MOVES}(?:(?:{_YEAR})[-年/.]|[今本当明]年|(?:{_NUMERAL})月|{_LENGTH})|原定?的?[^,]{{0,8}}截止")
_MOVED_BY = re.compile(_MOVES + _LENGTH)
_TIME_FOR = re.compile(r"截止|(?:该|此|上述|前述|原)[^,]{0,6}(?:期限|时间|期)")
_TITLE = re.compile(r"的(?:通知|公告|公示|函|启事)$")

_IN_DAYS = re.compile(
    r"(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,5})(?:个?工作日|个?自然日|日|天|个月|周)(?:之内|以内|内)|期限?为?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,4})(?:个?工作日|个?自然日|日|天|个月)"
)
_AT_MONTHS_END = re.compile(r"月(?:底|末)(?:之前|以前|前)")

NO_YEAR = Bilingual("没有写明年份", "it names no year")
COUNTED = Bilingual(
    "以日数写明，所收录的法律没有规定这些日如何计算，故不推算",
    "it is told as a length of time; no law that is held says how its days are counted, so no day is worked out",
)
NOT_PLAIN = Bilingual("不能断定是提出意见的截止日", "it is not plain that this is the last day for comments")
CHANGED = Bilingual(
    "文中另说截止日有变更，不能断定以哪一日为准",
    "the document also tells of a change of the deadline, and it is not plain which day holds",
)
NO_DAY = Bilingual("没有写明是哪一日", "it names no day")
IMPOSSIBLE = Bilingual("没有这一天", "there is no such day")
MACHINE = Bilingual("由机器识读，数字未经人工确认", "it was read by machine, and no person has confirmed its numbers")
EARLIER = Bilingual("早于征求意见稿的公布日", "it lies before the day on which the draft was published")


def read_day(match: re.Match[str]) -> datetime.date | None:
    """The day of a match that names its year, month and day in figures of either kind; None where there is no such day."""
    return _day(*(_number(match[part]) for part in ("year", "month", "day")))


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _number(said: str) -> int:
    """A number of a date: 31, 三十一, and of a year 二〇二七. 0, which no date has, where it is none (三三)."""
    if said.isdecimal() and said.isascii():
        return int(said)
    if len(said) == 4:
        return int("".join(str(_DIGITS[sign]) for sign in said))
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _DIGITS[said] if len(said) == 1 else 0
    if "十" in tens or len(tens) > 1 or len(ones) > 1:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def comments_until(blocks: Iterable[Block], published: datetime.date | None) -> tuple[CommentsUntil, ...]:
    """What a draft says of the time for comments: each day once, where it is first told, and what could not be read as one."""
    flow = _Flow(blocks)
    asked = _ASKED.search(flow.text) is not None
    found = [
        (start, end, one) for start, end in flow.sentences() for one in _of_sentence(flow.text[start:end], asked=asked)
    ]
    # A deadline that was moved is certain where no other day is told beside the new one.
    changed = any(one.moved for *_, one in found) and (
        len({one.until for *_, one in found if one.until is not None and (one.moved or one.because is None)}) > 1
        or any(one.moved and one.until is None for *_, one in found)
    )
    made: dict[object, CommentsUntil] = {}
    for start, end, one in found:
        because = one.because
        if because is None and one.until is not None:
            if changed:
                because = CHANGED
            elif published is not None and one.until < published:
                because = EARLIER
            elif flow.machine(start + one.start, start + one.end):
                because = MACHINE
        told = CommentsUntil(
            words=flow.words(start, end, start + one.start, start + one.end),
            at=flow.at(start + one.start),
            until=one.until if because is None else None,
            zh="" if because is None else because.zh,
            en="" if because is None else because.en,
        )
        made.setdefault(told.until or told.words, told)
    return tuple(made.values())


@dataclass(frozen=True, slots=True)
class _Found:
    """A day, or what stands for one. With `because` it is not taken; `moved`: it is told as what the deadline became."""

    start: int
    end: int
    until: datetime.date | None
    because: Bilingual | None = None
    moved: bool = False


def _of_sentence(said: str, *, asked: bool) -> list[_Found]:
    """What a sentence says of the time for comments. `asked`: the document asks for comments, here or elsewhere."""
    moved = _is_moved(said, asked=asked)
    if not _ABOUT.search(said):
        if not asked or not (moved or _LIMITS.search(said)) or _OTHER.search(said):
            return []
        made = [
            replace(one, because=one.because or NOT_PLAIN)
            for one in _days_of(said)
            if one.because is not NO_YEAR or moved
        ]
    else:
        made = list(_days_of(said))
        if not any(one.until and one.because is None for one in made):
            made += _lengths_of(said)
    return made if not moved else list(_as_moved(said, made))


def _is_moved(said: str, *, asked: bool) -> bool:
    if _MOVED.search(said) is None:
        return False
    return _ABOUT.search(said) is not None or (asked and _TIME_FOR.search(said) is not None)


def _as_moved(said: str, made: Sequence[_Found]) -> Iterator[_Found]:
    """What is told in a sentence by which the deadline moved: to a day, or by a length of time."""
    places = {one.start for one in made}
    for match in (match for form in (*_DAYS, _NO_YEAR) for match in form.finditer(said)):
        if match.start() not in places and _MOVED_TO.search(said[max(0, match.start() - 8) : match.start()]):
            day = read_day(match) if "year" in match.groupdict() else None
            yield _Found(match.start(), match.end(), day, CHANGED, moved=True)
    for match in _MOVED_BY.finditer(said):
        if match.end() == len(said) or said[match.end()] not in "前内之以":
            yield _Found(match.start(), match.end(), None, COUNTED, moved=True)
    for one in made:
        yield replace(one, because=CHANGED if one.because is NOT_PLAIN else one.because, moved=True)


def _days_of(said: str) -> Iterator[_Found]:
    """The days of a sentence that are told as the last of something: for comments, or perhaps for them."""
    whole = sorted((match for form in _DAYS for match in form.finditer(said)), key=lambda match: match.start())
    for match in whole:
        told = _told(said, match)
        if told is not None:
            day = read_day(match)
            because = IMPOSSIBLE if day is None else None if told else NOT_PLAIN
            yield _Found(match.start(), match.end(), day, because)
    for match in _NO_YEAR.finditer(said):
        if any(one.start() <= match.start() < one.end() for one in whole):
            continue
        told = _told(said, match)
        if told is None:
            continue
        # The end of a stretch of days is in the year of its beginning, where that year has it.
        begins = next((read_day(one) for one in reversed(whole) if 0 <= match.start() - one.end() <= 4), None)
        day = None if begins is None else _day(begins.year, _number(match["month"]), _number(match["day"]))
        sure = told and begins is not None and day is not None and day >= begins
        yield _Found(match.start(), match.end(), day if sure else None, None if sure else NO_YEAR)


def _told(said: str, match: re.Match[str]) -> bool | None:
    """Whether a day is told as the last for comments; None where it is not told as the last of anything."""
    before, after = said[max(0, match.start() - 80) : match.start()], said[match.end() : match.end() + 160]
    asked = _GIVEN.sub("", before)
    label = _LABEL.search(before)
    if label is not None:
        return _labelled(_GIVEN.sub("", before[: label.start()]))
    until = _UNTIL.match(after)
    if until is not None or _RANGE.search(before):
        rest = after[until.end() :] if until is not None else after
        if until is None and _BEFORE.match(after) is None and not _PERIOD.search(before[-60:]):
            return None
        return (_PERIOD.search(asked[-60:]) or _PERIOD.search(rest[:60])) is not None and not _OTHER.search(rest[:12])
    limit, no_later = _BEFORE.match(after), _NO_LATER.search(before)
    if limit is None and no_later is None:
        near = _NEAR_LABEL.search(before) is not None and _FROM.search(before) is None
        return False if near else None
    rest = after if limit is None else after[limit.end() :]
    if _PAST.match(rest):
        return None
    if _PLANNED.search(before):
        return False
    return _sent(asked, rest)


def _labelled(before: str) -> bool:
    """Whether what stands before 截止时间 makes it the end of the time for comments."""
    clause = next(
        (clause for clause in reversed(_CLAUSE.split(before)) if clause not in ("", "时间", "期限", "日期")), ""
    )
    about = [*_COMMENTS.finditer(clause), *re.finditer("反馈", clause)]
    return bool(about) and _OTHER.search(clause, max(one.end() for one in about)) is None


def _sent(before: str, rest: str) -> bool:
    """Whether what is to be sent by a day is comments: the first thing that is to be sent after it."""
    verb = _SENT.search(rest)
    if verb is None:
        return False
    begins = max((mark.end() for mark in _CLAUSE.finditer(rest, 0, verb.start())), default=0)
    ends = _CLAUSE.search(rest, verb.end())
    clause = rest[begins : None if ends is None else ends.start()]
    if _COMMENTS.search(_GIVEN.sub("", clause)):
        return True
    alone = verb[0].endswith(("至", "到", "达")) or _WHERE.match(clause, verb.end() - begins) is not None
    if not alone or _ITS_OBJECT.search(rest, begins, verb.start()):
        return False
    return verb[0] == "反馈" or _COMMENTS.search(before + rest[:begins]) is not None


def _lengths_of(said: str) -> Iterator[_Found]:
    """What tells the time for comments in a sentence otherwise than by a day."""
    if not (_PERIOD.search(said) or _SENT.search(said)):
        return
    for form, because in ((_IN_DAYS, COUNTED), (_AT_MONTHS_END, NO_DAY)):
        for match in form.finditer(said):
            yield _Found(match.start(), match.end(), None, because)


class _Flow:
    """The text of a document without spaces and widths, as it runs on over lines and pages, with the way back to its places."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        signs: list[str] = []
        self._starts: list[int] = []  # of each piece in the text
        self._pieces: list[tuple[str, At, bool, Sequence[int]]] = []
        for block in blocks:
            alone = isinstance(block, Row) or block.whole
            for text, at, machine in _texts(block):
                kept = [n for n, sign in enumerate(text) if not sign.isspace()]
                if not kept:
                    continue
                folded = fold(text)
                if alone and signs:
                    signs.append("\n")
                self._starts.append(len(signs))
                self._pieces.append((text, at, machine, kept))
                signs += [folded[n] for n in kept]
                alone = alone or _TITLE.search(text.rstrip()) is not None
            if alone and signs:
                signs.append("\n")
        self.text = "".join(signs)

    def sentences(self) -> Iterator[tuple[int, int]]:
        start = 0
        for mark in _ENDS.finditer(self.text):
            yield start, mark.start()
            start = mark.end()
        yield start, len(self.text)

    def _piece(self, place: int) -> int:
        return bisect.bisect_right(self._starts, place) - 1

    def at(self, place: int) -> At:
        return self._pieces[self._piece(place)][1]

    def machine(self, start: int, end: int) -> bool:
        return any(self._pieces[n][2] for n in range(self._piece(start), self._piece(end - 1) + 1))

    def words(self, start: int, end: int, first: int, last: int) -> str:
        """What is printed of a sentence around a place in it, as a reader would copy it."""
        low, high = max(start, first - 50), min(end, last + 50)
        made = []
        for n in range(self._piece(low), self._piece(high - 1) + 1):
            text, _, _, kept = self._pieces[n]
            begins = self._starts[n]
            begin, stop = max(low - begins, 0), min(high - begins, len(kept))
            made.append(text[kept[begin] : kept[stop - 1] + 1])
        return f"{'…' if low > start else ''}{tidy(chr(10).join(made))}{'…' if high < end else ''}"


def _texts(block: Block) -> list[tuple[str, At, bool]]:
    """The printed text of a block; a row of a table is read as its cells, one after another."""
    if isinstance(block, Line):
        return [(clean(block.text), At(page=block.place.page, number=block.place.number), block.machine)]
    text = "：".join(clean(cell.text).rstrip(" ：:") for cell in block.cells if cell.text.strip())
    return [(text, At(page=block.place.page, number=block.place.number), block.machine)]

"""Amending announcements: their clauses read into operations, and the operations applied to the edition before.

A clause is taken only where every word of it is understood. One that is not, or that names an entry, a control point or words
that are not there, stops the whole announcement with the clause quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from mulu.catalogue.print import CODE, NumbersJump, Piece, Run, bare, clauses, clean, fold, tidy
from mulu.catalogue.wording import At, Clause, Entry, Operation, Target
from mulu.errors import MuluError
from mulu.sources.document import Line, Row
from mulu.vocabulary import Control, Said

UNDERSTOOD = (
    "删去甲技术（编号：083201X）条目。",
    "将甲技术（编号：083201X）的技术名称修改为“乙技术”。",
    "将甲技术（编号：083201X）的编号修改为083299X。",
    "将甲技术（编号：083201X）控制要点2修改为：“2.乙的方法”。",
    "在甲技术（编号：083201X）控制要点中增加：“4.乙的方法”。",
    "将甲技术（编号：083201X）控制要点2中的“乙”修改为“丙”。",
    "删去甲技术（编号：083201X）控制要点2。",
)
"""Clauses as they are understood, for whoever has one that is not. The entries in them are made up."""


class ClauseUnreadable(MuluError):
    """A clause of an amending announcement that is not understood to its last word."""

    def __init__(self, label: str, clause: str, at: At, rest: str) -> None:
        super().__init__(
            Said(
                "clause_unreadable",
                f"第 {at.page} 页，条款 {label} 无法读懂（自“{rest[:40]}”起）：“{clause}”。导入已停止，未作任何改动。"
                f"请核对文件是否完整；如系新的表述方式，请报告该条款。能读懂的写法例如：{''.join(UNDERSTOOD)}",
                f"Page {at.page}: clause {label} is not understood (from “{rest[:40]}” on): “{clause}”. The import stopped and nothing was "
                f"changed. Check that the document is whole; if the manner of wording is new, report the clause. Clauses that are "
                f"understood read, for example: {''.join(UNDERSTOOD)}",
            )
        )
        self.label, self.clause, self.at = label, clause, at


class ClauseCannotApply(MuluError):
    """A clause that is understood and names something that is not in the edition it amends."""

    def __init__(self, operation: Operation, zh: str, en: str) -> None:
        super().__init__(
            Said(
                "clause_cannot_apply",
                f"第 {operation.at.page} 页，条款 {operation.label}：{zh}。条款原文：“{operation.clause}”。导入已停止，未作任何改动。",
                f"Page {operation.at.page}, clause {operation.label}: {en}. The clause: “{operation.clause}”. The import stopped and nothing was changed.",
            )
        )
        self.operation = operation


# ---- clauses -------------------------------------------------------------------------------------------------------

_OPEN, _SHUT = "“‘「『", "”’」』"
_VERB = re.compile(
    r"删去|删除|取消|修改|改为|调整为|调整至|移至|增加|新增|增列|补充|顺延|变更为|更名为|替换为|移入|转入|列入"
)
_STARTS = re.compile(
    r"(?:(?P<han>[一二三四五六七八九十]{1,3})\s*、|[(]\s*(?P<round>[一二三四五六七八九十]{1,3})\s*[)]|(?P<digits>[0-9]{1,3})\s*[.、](?!\s*[0-9])"
    r"|[(]\s*(?P<ring>[0-9]{1,3})\s*[)])"
)
_NAMES_AN_ENTRY = re.compile(rf"编号(?:为|是)?[:：]?{CODE}|控制要点(?:第)?[0-9]|[”」』\"](?:技术)?条目")
_BEGINS = re.compile(r"^(?:将|把|对|在|删|取消|新增|增加|增列|补充|修改(?!为)|原|[^，,。；;:：]{2,80}[(]编号)")


# What says that it changes the list, and what only announces such changes or speaks of the announcement itself.
_DOES = re.compile(
    r"^(?:将|把|删去|删除|取消|新增|增列|增加|移出)|不再列入|(?:移|转|调|列)(?:入|出|至|到|整)+为?(?:禁止|限制)"
)
_ANNOUNCES = re.compile(
    r"如下|附件|施行|生效|公布|公告|发布|意见|反馈|报送|办理|不变|(?:新增|增加|增列|删除|删去|取消|修改|调整)(?:了|技术|条目)*[0-9一二两三四五六七八九十]+(?:项|条|个)"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, or (`passed`) a passage between clauses that changes nothing."""

    label: str
    start: int
    end: int
    control: Control | None
    industry: str | None
    passed: bool = False


def read_operations(lines: Sequence[Line], rows: Sequence[Row] = ()) -> tuple[Operation, ...]:
    """The operations of every clause in order; none where the text amends nothing.

    Raises ClauseUnreadable.
    """
    pieces = [
        Piece(line.text, At(page=line.place.page, number=line.place.number), line.machine, box=line.place.box)
        for line in lines
    ]
    for row in rows:  # a layout table around the text
        at = At(page=row.place.page, number=row.place.number)
        pieces += [Piece(text, at, row.machine) for cell in row.cells for text in cell.text.split("\n")]
    pieces = [piece for piece in pieces if clean(piece.text).strip()]
    if not pieces:
        return ()
    run = Run(pieces)
    if (
        not re.search(r"(?:控制要点|条目|编号)", re.sub(r"\s", "", run.folded))
        or _VERB.search(re.sub(r"\s", "", run.folded)) is None
    ):
        return ()
    operations: list[Operation] = []
    passed: list[_Clause] = []
    for clause in _clauses(run):
        if clause.passed:
            passed.append(clause)
        else:
            operations += _Reader(run, clause).read()
    if operations:
        _refuse_what_does(run, passed)
    return tuple(operations)


def _quotes(run: Run) -> list[int]:
    """For every character how deep in quotation it stands. Inner quotation marks of any kind count."""
    depths: list[int] = []
    straight = False
    stack: list[str] = []
    for character in run.text:
        if character in _OPEN:
            depths.append(len(stack))
            stack.append(_SHUT[_OPEN.index(character)])
            continue
        if character in _SHUT and character in stack:
            while stack and stack.pop() != character:
                pass
            depths.append(len(stack))
            continue
        if character in '"＂':
            straight = not straight
            if straight:
                depths.append(len(stack))
                stack.append(character)
            else:
                if stack and stack[-1] == character:
                    stack.pop()
                depths.append(len(stack))
            continue
        depths.append(len(stack))
    return depths


def _clauses(run: Run) -> Iterator[_Clause]:
    """The numbered clauses outside quotation that do something, each under its headings."""
    depths = _quotes(run)
    control: Control | None = None
    industry: str | None = None
    starts: list[tuple[int, int, str, Control | None, str | None]] = []
    position = 0
    expected: dict[str, int] = {}
    for text in run.text.split("\n"):
        start, position = position, position + len(text) + 1
        if start < len(depths) and depths[start] > 0:
            continue
        folded = run.folded[start : start + len(text)]
        short = bare(text)
        indent = len(folded) - len(folded.lstrip())
        marked = _STARTS.match(folded, indent)
        # A line may break in the middle of the name with which its clause begins.
        content = _own(run, start + marked.end() if marked is not None else start)
        if marked is None:
            if short and (_day_or_signature(short) or (_of_itself(short) and _is_new_sentence(run, start, "”’」』"))):
                starts.append((start, start, "", control, industry))
            elif _heading_control(short) is not None:
                control, industry = _heading_control(short), None
                starts.append((start, start, "", control, industry))
            elif (
                not expected
                and _BEGINS.match(content)
                and _VERB.search(_ahead(run, start, 200))
                and _is_new_sentence(run, start)
            ):
                starts.append((start, start, "", control, industry))
            elif _is_industry(short) and _is_new_sentence(run, start):
                industry = _industry_of(text)
                starts.append((start, start, "", control, industry))
            continue
        kind = marked.lastgroup or ""
        label = marked.group().strip()
        heading = _heading_control(_without_label(short))
        if heading is not None and len(short) < 60 and not re.search(r"[(]编号", short):
            control, industry = heading, None
            expected.pop("digits", None)
            starts.append((start, start, "", control, industry))
            continue
        if _is_industry(_without_label(short)):
            industry = _industry_of(text[marked.end() - 0 :])
            expected.pop("digits" if kind in ("han", "round") else "ring", None)
            starts.append((start, start, "", control, industry))
            continue
        value = _number(marked)
        # 第（2）项 may be broken before its number.
        does = (
            content[:1] not in "项目点款"
            and bool(_BEGINS.match(content))
            and bool(_VERB.search(_own(run, start + marked.end())))
        )
        wanted = expected.get(kind)
        if does and (wanted is None or value == wanted or value == 1):
            expected[kind] = value + 1
            starts.append((start, start + marked.end(), label, control, industry))
        elif kind in ("han", "round") and not does:
            # A heading that names neither a part nor an industry ends the clause before it.
            industry = (
                _industry_of(text) if re.fullmatch(r"[\u4e00-\u9fff、]{2,30}", _without_label(short)) else industry
            )
            if value == wanted:
                expected[kind] = value + 1
            starts.append((start, start, "", control, industry))
    first = starts[0][0] if starts else len(run.text)
    _refuse_passed_over(run, depths, 0, first)
    yield _Clause("", 0, first, None, None, passed=True)
    for place, (_, begin, label, under, field) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else len(run.text)
        text = re.sub(r"\s", "", run.folded[begin:end])
        if not label and not (_BEGINS.match(text) and _VERB.search(text)):
            _refuse_passed_over(run, depths, begin, end)
            yield _Clause(label, begin, end, under, field, passed=True)
            continue
        clause = _Clause(label or str(place + 1), begin, end, under, field)
        if _preamble(text):
            if re.match(r"[0-9]", label):
                raise ClauseUnreadable(label, tidy(run.text[begin:end]), run.at(begin), tidy(run.text[begin:end]))
            yield replace(clause, passed=True)
            continue
        yield clause


def _refuse_what_does(run: Run, passed: Sequence[_Clause]) -> None:
    """In a text that amends the list, no passage that says of itself that it changes something is passed over."""
    depths = _quotes(run)
    for one in passed:
        outside = "".join(run.folded[n] for n in range(one.start, one.end) if depths[n] == 0)
        for sentence in re.split(r"[。;\n]", outside):
            said = _without_label(re.sub(r"\s", "", sentence))
            if _DOES.search(said) and _VERB.search(said) and not _ANNOUNCES.search(said):
                whole = tidy(run.text[one.start : one.end])
                raise ClauseUnreadable(one.label or "?", whole, run.at(one.start), said)


def _refuse_passed_over(run: Run, depths: Sequence[int], start: int, end: int) -> None:
    """A passage that is no clause we know, and yet speaks of an entry by its code or of a numbered point, is not passed over."""
    outside = "".join(run.folded[n] for n in range(start, end) if depths[n] == 0)
    for sentence in re.split(r"[。\n]", outside):
        if _NAMES_AN_ENTRY.search(re.sub(r"\s", "", sentence)):
            said = tidy(run.text[start:end])
            marked = _STARTS.match(run.folded[start:end].lstrip())
            raise ClauseUnreadable("?" if marked is None else marked.group().strip(), said, run.at(start), said)


def _without_label(short: str) -> str:
    found = _STARTS.match(short)
    return short[found.end() :] if found is not None else short


def _heading_control(short: str) -> Control | None:
    if len(short) > 60 or not re.search(
        r"(?:部分|技术目录|目录|技术)(?:[(].*[)])?(?:作(?:如|以)下(?:调整|修改))?[:：。]?$", short
    ):
        return None
    if "编号" in short or _OPEN[0] in short:
        return None
    prohibited, restricted = "禁止出口" in short or "禁止类" in short, "限制出口" in short or "限制类" in short
    if prohibited == restricted:
        return None
    return Control.PROHIBITED if prohibited else Control.RESTRICTED


def _is_industry(short: str) -> bool:
    name = _without_label(short).rstrip(":：")
    return (
        re.fullmatch(r"[\u4e00-\u9fff、，,()]{1,40}(?:业|服务|活动)|教育|卫生|社会工作|体育", name) is not None
        and _VERB.search(name) is None
    )


def _industry_of(text: str) -> str:
    return _without_label(bare(text)).rstrip(":：")


def _day_or_signature(short: str) -> bool:
    return re.fullmatch(r"(?:商务部|科学?技术?部|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|附件.*)+", short) is not None


def _of_itself(short: str) -> bool:
    """Does a line speak of the announcement itself, as of the day from which it applies?"""
    return re.match(r"(?:本(?:公告|决定|通知)|(?:上述|以上)(?:调整|修改|内容))", short) is not None


def _preamble(text: str) -> bool:
    """The sentence that announces the changes and makes none itself."""
    return "编号" not in text and "控制要点" not in text and "条目" not in text and "技术名称" not in text


def _own(run: Run, start: int) -> str:
    """The text from a place to the next line that may begin a clause; （3） at the beginning of a line may be one of its own."""
    end = start
    while True:
        end = run.text.find("\n", end + 1)
        if end < 0:
            return re.sub(r"\s", "", run.folded[start:])
        marked = _STARTS.match(run.folded, end + 1)
        if marked is not None and marked.lastgroup != "ring":
            return re.sub(r"\s", "", run.folded[start:end])


def _ahead(run: Run, start: int, reach: int) -> str:
    return re.sub(r"\s", "", run.folded[start : start + reach])


def _is_new_sentence(run: Run, start: int, also: str = "") -> bool:
    """Can a line without a number begin a clause: after the end of a sentence (or `also` these signs), or below a heading?"""
    before = run.text[:start].rstrip()
    above = bare(before.split("\n")[-1])
    return not before or before[-1] in f"。；;:：{also}" or _heading_control(above) is not None or _is_industry(above)


_HAN = "一二三四五六七八九十"


def _number(found: re.Match[str]) -> int:
    text = next(group for group in found.groups() if group is not None)
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_HAN.index(tens) + 1 if tens else 1) * 10 + (_HAN.index(ones) + 1 if ones else 0)
    return _HAN.index(text[0]) + 1


# ---- one clause ------------------------------------------------------------------------------------------------------

_Q = "\ue000"  # stands for a quotation while the words around it are read
_BECOMES = r"(?:内容|表述|文字)?(?:相应)?(?:修改|改|调整|变更|修订|更名|替换|更改)(?:表述)?(?:为|成)[:：]?"
_TARGET = (
    rf"(?:(?P<name>(?!{_Q}[、和及])[^，,。；;:：]{{1,80}}?)(?:条目)?[(](?:条目)?编号(?:为|是)?[:：]?(?P<code>{CODE})[)]"
    rf"|编号(?:为|是)?[:：]?(?P<code2>{CODE})(?:的)?(?:技术)?(?:条目)?(?P<name2>{_Q})?"
    rf"|(?P<name3>{_Q}))(?:技术)?(?:条目)?"
)
_ITS = r"(?:其|该条目|该技术|本条目)"
_NUMBER = r"(?:第)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:项|点|条|款)?"
_SUB = r"(?:中?的?第?[(][0-9]{1,2}[)](?:项|点|目|款)?|中?的?第?[\u2460-\u2473](?:项|点|目)?)"
_PATH = rf"(?:(?P<path>(?:控制要点|要点){_NUMBER}{_SUB}*|第(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:项|条|点)控制要点{_SUB}*))"
_NUMBERS = r"(?P<list>控制要点[0-9]{1,2}(?:(?:、|和|及|与|至|到|—|-|~)(?:控制要点|第)?[0-9]{1,2}(?:项)?)+(?:项)?)"
_LISTED = r"(?:禁止|限制)(?:类|出口)(?:的)?(?:技术)?(?:目录)?(?:部分)?"


class _Reader:
    """One clause, read from left to right; what is understood is taken off, and nothing may remain."""

    def __init__(self, run: Run, clause: _Clause) -> None:
        self.run, self.clause = run, clause
        self.quoted: list[tuple[int, int]] = []
        outside: list[str] = []
        self.origin: list[int] = []  # offset in the run of each character of `outside`
        depths = _quotes(run)
        base = depths[clause.start] if clause.start < len(depths) else 0
        at = clause.start
        while at < clause.end:
            character = run.text[at]
            if depths[at] == base and (character in _OPEN or character in '"＂'):
                close = at + 1
                while close < clause.end and depths[close] > base:
                    close += 1
                if close >= clause.end:  # never closed: what follows it would be taken for quoted words
                    label, printed = clause.label, tidy(run.text[clause.start : clause.end])
                    raise ClauseUnreadable(label, printed, run.at(at), tidy(run.text[at : clause.end]))
                self.quoted.append((at + 1, close))
                outside.append(_Q)
                self.origin.append(at)
                at = close + 1
                continue
            if not character.isspace():
                outside.append(run.folded[at])
                self.origin.append(at)
            at += 1
        self.text = "".join(outside)
        self.printed = tidy(run.text[clause.start : clause.end])
        self.position = 0
        self.taken = 0  # quotations used
        self.target: Target | None = None
        self.operations: list[Operation] = []

    # -- help -----------------------------------------------------------------------------------------------------

    def fail(self) -> ClauseUnreadable:
        rest = self.text[self.position :].replace(_Q, "“…”")
        return ClauseUnreadable(self.clause.label, self.printed, self.run.at(self.clause.start), rest)

    def match(self, pattern: str) -> re.Match[str] | None:
        found = re.compile(pattern).match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found

    def quotation(self) -> str:
        start, end = self.quoted[self.taken]
        self.taken += 1
        return tidy(self.run.text[start:end])

    def aim(self, found: re.Match[str]) -> Target:
        """The entry named in a match of _TARGET, or the one spoken of before."""
        groups = found.groupdict()
        code = groups.get("code") or groups.get("code2")
        name = groups.get("name") or groups.get("name2") or groups.get("name3")
        if code is None and name is None:
            if self.target is None:
                raise self.fail()
            return self.target
        if name == _Q or (name is not None and re.fullmatch(_Q, name)):
            name = self.quotation()
            # The quotation may hold the code too: “…技术（编号：…）”.
            inside = re.search(rf"[(]编号(?:为)?[:]?({CODE})[)]$", bare(name))
            if inside is not None and code is None:
                code, name = inside.group(1), re.split(r"[（(]\s*编\s*号", name)[0]
        elif name is not None:
            self.taken += name.count(_Q)
            name = self._as_printed(found.start("name"), found.end("name"))
        self.target = Target(
            name=name,
            code=re.sub(r"\s", "", code).upper() if code else None,
            control=self.clause.control,
            industry=self.clause.industry,
        )
        return self.target

    def _as_printed(self, start: int, end: int) -> str:
        return tidy(self.run.text[self.origin[start] : self.origin[end - 1] + 1])

    def add(self, does: str, target: Target, **more: object) -> None:
        self.operations.append(
            Operation(
                does=does,  # type: ignore[arg-type]  # one of Does, by the callers below
                target=target,
                clause=self.printed,
                label=self.clause.label,
                at=self.run.at(self.clause.start),
                machine=self.run.machine(self.clause.start, self.clause.end),
                **more,  # type: ignore[arg-type]
            )
        )

    def value(self) -> tuple[int, int]:
        """The stretch that is put in: a quotation, or everything to the end of the clause."""
        if self.match(_Q):
            start, end = self.quoted[self.taken]
            self.taken += 1
            return start, end
        if self.position >= len(self.text):
            raise self.fail()
        start = self.origin[self.position]
        self.position = len(self.text)
        while self.taken < len(self.quoted) and self.quoted[self.taken][0] > start:
            self.taken += 1
        return start, self.clause.end

    def points(self) -> tuple[Clause, ...]:
        start, end = self.value()
        made: tuple[Clause, ...] = ()
        while True:
            try:
                made += clauses(self.run, start, end, anywhere=True)
            except NumbersJump as jump:
                raise self.fail() from jump
            # Several points may be put in as quotations one after the other.
            if not self.match(rf"[、，,；;和及]?(?={_Q})"):
                break
            start, end = self.value()
        if not made:
            raise self.fail()
        return made

    # -- the grammar -------------------------------------------------------------------------------------------------

    def read(self) -> list[Operation]:
        while True:
            self.match(r"[，,。；;、\s.]*(?:并(?:且|将)?|同时|且|以及|及)?(?=.)")
            if self.position >= len(self.text) or not self.text[self.position :].strip("。；;，,."):
                break
            if not self._phrase():
                raise self.fail()
        if not self.operations or self.taken < len(self.quoted):
            raise self.fail()
        return self.operations

    def _phrase(self) -> bool:
        start, taken, target = self.position, self.taken, self.target
        for read in (
            self._unchanged,
            self._heading,
            self._move,
            self._delete,
            self._renumber,
            self._add_points,
            self._add_entry,
            self._delete_words,
            self._insert_words,
            self._replace_words,
            self._rename,
            self._recode,
            self._replace,
            self._delete_after,
            self._rename_bare,
        ):
            if read():
                return True
            self.position, self.taken, self.target = start, taken, target
        return False

    def _unchanged(self) -> bool:
        return self.match(r"(?:其他|其余|其它)(?:各项)?(?:控制要点|内容)?(?:的?内容)?(?:均)?(?:保持)?不变") is not None

    def _heading(self) -> bool:
        """对…作如下修改："""
        found = self.match(rf"(?:对|将|把){_TARGET}(?:条目)?(?:作|做|进行)(?:如下|以下)(?:修改|调整|修订)[:]")
        if found is None:
            return False
        self.aim(found)
        return True

    def _rename_bare(self) -> bool:
        """将…（编号：…）修改为“…”, where the words put in are a name."""
        found = self.match(rf"(?:将|把){_TARGET}{_BECOMES}{_Q}")
        if found is None:
            return False
        target = self.aim(found)
        new = self.quotation()
        inside = re.search(rf"[(]编号(?:为)?[:]?({CODE})[)]$", bare(new))
        if inside is not None:
            self.add("recode entry", target, new=re.sub(r"\s", "", inside.group(1)).upper())
            new = re.split(r"[（(]\s*编\s*号", new)[0]
        if re.match(r"[0-9]{1,2}\s*[.．、]", new) or len(new) > 80 or re.search(r"[。；;]", new):
            raise self.fail()  # control points, it seems, and nothing says so
        self.add("rename entry", target, new=new)
        return True

    def _delete(self) -> bool:
        found = self.match(
            rf"(?:删去|删除|取消)(?:{_TARGET}|{_ITS})?(?:的|中的?|项下的?)?(?:{_NUMBERS}|{_PATH})(?:的?(?:全部)?内容)?(?![中的]*{_Q})"
        )
        if found is not None:
            target = self.aim(found)
            for path in _paths(found):
                self.add("delete point", target, path=path)
            return True
        found = self.match(rf"(?:删去|删除|取消){_TARGET}(?:的)?(?:技术)?(?:条目|一项|项)?(?=[，,。；;.、和及]|$)")
        if found is None:
            named = self.match(
                rf"(?:删去|删除|取消)(?:技术)?(?P<plain>[^{_Q}，,。；;:：()]{{2,60}}?)(?:这一|一项)?(?:技术)?条目(?=[，,。；;.]|$)"
            )
            if named is None:
                return False
            name = self._as_printed(named.start("plain"), named.end("plain"))
            self.add("delete entry", Target(name=name, control=self.clause.control, industry=self.clause.industry))
            return True
        self.add("delete entry", self.aim(found))
        while (more := self.match(rf"[、和及]{_TARGET}(?:的)?(?:技术)?(?:条目|一项|项)?")) is not None:
            self.add("delete entry", self.aim(more))
        return True

    def _delete_after(self) -> bool:
        """将…控制要点4删去 / 将…条目删除."""
        found = self.match(
            rf"(?:将|把)?(?:{_TARGET}|{_ITS})?(?:的|中的?)?(?:{_NUMBERS}|{_PATH})(?:予以)?(?:删去|删除|取消)"
        )
        if found is not None:
            target = self.aim(found)
            for path in _paths(found):
                self.add("delete point", target, path=path)
            return True
        found = self.match(rf"(?:将|把){_TARGET}(?:予以)?(?:删去|删除|取消)")
        if found is None:
            return False
        self.add("delete entry", self.aim(found))
        return True

    def _rename(self) -> bool:
        found = self.match(rf"(?:将|把|对)?(?:{_TARGET}|{_ITS})?(?:的|中的?)?(?:技术)?名称(?:由{_Q})?{_BECOMES}")
        if found is None:
            found = self.match(rf"(?:将|把){_TARGET}更名为[:：]?")
            if found is None:
                return False
        if "由" + _Q in found.group():
            target_text = self.aim(found)
            self.quotation()
        else:
            target_text = self.aim(found)
        if self.match(_Q):
            new = self.quotation()
        else:
            plain = self.match(r"(?P<new>[^，,。；;:：]{2,60})")
            if plain is None:
                return False
            new = self._as_printed(plain.start("new"), plain.end("new"))
        self.add("rename entry", target_text, new=new)
        return True

    def _recode(self) -> bool:
        found = self.match(
            rf"(?:将|把|对)?(?:{_TARGET}|{_ITS})?(?:的|中的?)?(?:条目)?编号(?:由{CODE})?{_BECOMES}(?P<new>{CODE}|{_Q})"
        )
        if found is None:
            return False
        target = self.aim(found)
        new = self.quotation() if found["new"] == _Q else found["new"]
        self.add("recode entry", target, new=bare(new).upper())
        return True

    def _replace(self) -> bool:
        found = self.match(
            rf"(?:将|把|对)?(?:{_TARGET}|{_ITS})?(?:的|中的?|项下的?)?(?:全部|所有)?(?:{_PATH}|控制要点){_BECOMES}"
        ) or self.match(rf"(?:修改|调整)(?:{_TARGET}|{_ITS})?(?:的|中的?|项下的?)?(?:{_PATH}|控制要点)(?:为|如下)[:]?")
        if found is None:
            return False
        target = self.aim(found)
        path = _path(found.groupdict().get("path"))
        points = self.points()
        if path:
            self.add("replace point", target, path=path, points=points)
        else:
            self.add("replace points", target, points=points)
        return True

    def _add_points(self) -> bool:
        found = self.match(
            rf"(?:在|对|将)?(?:{_TARGET}|{_ITS})?(?:的)?(?:项下|条目下|条目中|项中|项目下|中|下)?(?:的)?(?:{_PATH}(?:项)?(?:后|下|中)?)?"
            rf"(?:增加|新增|增列|补充)(?:[一二两三四五六七八九十0-9]+(?:项|条|个))?(?:作为)?(?:控制要点|要点|技术参数|内容)(?:第?(?P<number>[0-9]{{1,2}})(?:项|至[0-9]{{1,2}})?)?(?:为)?[:：]?"
        )
        if found is None:
            # 控制要点中增加：“4.…”, 控制要点3中增加：“（5）…”, 控制要点2后增加：“3.…”, 控制要点2项下增加第（4）项：“…”
            found = self.match(
                rf"(?:在|对|将)?(?:{_TARGET}|{_ITS})?(?:的|项下的?|中的?)?(?:{_PATH}|控制要点)(?P<where>之?后|项?中|项?下|项下)(?:的)?"
                rf"(?:增加|新增|增列|补充)(?:[一二两三四五六七八九十0-9]+(?:项|条|个))?(?:第?[(]?(?P<number>[0-9]{{1,2}})[)]?(?:项|点))?[:]?(?={_Q})"
            )
            if found is None:
                return False
        named = any(found.groupdict().get(key) for key in ("name", "code", "code2", "name3"))
        if not named and self.target is None:
            return False
        target = self.aim(found)
        points = self.points()
        number = found.groupdict().get("number")
        if number and len(points) == 1 and not points[0].numbered:
            points = (msgspec.structs.replace(points[0], number=number, numbered=True),)
        after = (
            "后" in (found.groupdict().get("where") or "")
            or re.search(r"控制要点[0-9]+(?:项)?后", found.group()) is not None
        )
        inside = () if after else _path(found.groupdict().get("path"))
        self.add("add point", target, points=points, path=inside)
        return True

    def _add_entry(self) -> bool:
        found = self.match(
            rf"(?:新增|增加|增列|列入)(?:一项|技术)?(?:条目)?[:：]?(?:技术名称[:：])?{_TARGET}[，,。；;:：]*"
            rf"(?:其?(?:技术)?控制要点(?:为|如下)?[:：]?)"
        )
        if found is None:
            found = self.match(
                rf"(?:新增|增加|增列)(?:一项|以下|如下)?(?:技术)?(?:条目)?[:]?编号(?:为)?[:]?(?P<code>{CODE})[，,；;。]*(?:技术)?名称(?:为)?[:]?"
                rf"(?P<name>[^，,。；;:]{{1,60}}?)[，,；;。]*(?:其?控制要点(?:为|如下)?[:]?)"
            ) or self.match(
                rf"(?:新增|增加|增列)(?:一项|以下|如下)?(?:技术)?(?:条目)?[:]?(?P<name>[^，,。；;:]{{1,60}}?)[，,；;。]*(?:其)?编号(?:为)?[:]?(?P<code>{CODE})[，,；;。]*"
                rf"(?:其?(?:技术)?控制要点(?:为|如下)?[:]?)"
            )
            if found is None:
                return False
        target = self.aim(found)
        points = self.points()
        control = self.clause.control
        if target.code is not None:
            control = Control.PROHIBITED if target.code.endswith("J") else Control.RESTRICTED
        if control is None or target.name is None:
            raise self.fail()
        entry = Entry(
            control=control,
            name=target.name,
            at=self.run.at(self.clause.start),
            code=target.code,
            industry=self.clause.industry,
            points=points,
            machine=self.run.machine(self.clause.start, self.clause.end),
        )
        self.add("add entry", target, entry=entry)
        return True

    def _replace_words(self) -> bool:
        found = self.match(
            rf"(?:将|把|对)?(?:{_TARGET}|{_ITS})?(?:的|项下的?)?(?:{_PATH}|控制要点)(?:中|内)?(?:的)?(?P<quote>{_Q})(?:一词|字样|的表述)?(?:均)?(?:修改|改|调整|变更|替换|更改)(?:为|成)[:：]?{_Q}"
        )
        if found is None:
            return False
        target = self.aim(found)
        old, new = self.quotation(), self.quotation()
        self.add("replace words", target, path=_path(found["path"]), old=old, new=new)
        return True

    def _delete_words(self) -> bool:
        found = self.match(
            rf"(?:删去|删除)(?:{_TARGET}|{_ITS})?(?:的|项下的?)?{_PATH}(?:中|内)?(?:的)?{_Q}(?:一词|字样|等?内容)?"
        )
        if found is None:
            found = self.match(
                rf"(?:将|把)(?:{_TARGET}|{_ITS})?(?:的|项下的?)?{_PATH}(?:中|内)?(?:的)?{_Q}(?:一词|字样)?(?:删去|删除)"
            )
            if found is None:
                return False
        target = self.aim(found)
        self.add("replace words", target, path=_path(found["path"]), old=self.quotation(), new="")
        return True

    def _insert_words(self) -> bool:
        found = self.match(
            rf"(?:在|将)?(?:{_TARGET}|{_ITS})?(?:的|项下的?)?{_PATH}(?:中|内)?(?:的)?{_Q}(?P<where>之?后|之?前)(?:增加|加入|补充|插入)[:：]?{_Q}"
        )
        if found is None:
            return False
        target = self.aim(found)
        old, new = self.quotation(), self.quotation()
        joined = old + new if found["where"].endswith("后") else new + old
        self.add("replace words", target, path=_path(found["path"]), old=old, new=joined)
        return True

    def _move(self) -> bool:
        found = self.match(
            rf"(?:将|把)?{_TARGET}(?:条目)?由?(?:从)?{_LISTED}(?:调整|移|转|改|变更)(?:至|到|入|为|列入)(?P<to>禁止|限制)(?:类|出口)(?:的)?(?:技术)?(?:目录)?(?:部分)?"
        )
        if found is None:
            found = self.match(
                rf"(?:将|把){_TARGET}(?:条目)?(?:调整|移|转|改)(?:至|到|入|列入|为)(?P<to>禁止|限制)(?:类|出口)(?:的)?(?:技术)?(?:目录)?(?:部分)?"
            )
            if found is None:
                return False
        target = self.aim(found)
        to = Control.PROHIBITED if found["to"] == "禁止" else Control.RESTRICTED
        self.match(r"(?:项下|管理)?")
        self.add("move entry", target, to=to)
        return True

    def _renumber(self) -> bool:
        found = self.match(
            rf"(?:将|把)?(?:{_TARGET}|{_ITS})?(?:的)?(?:原)?(?:有)?(?:控制要点|要点)(?:第)?(?P<old>[0-9]{{1,2}}(?:(?:、|和|及|至|到|-|~|—)(?:控制要点)?[0-9]{{1,2}})*)(?:项)?"
            rf"(?:的)?(?:序号|编号)?(?:依次|相应|分别)*(?:顺延|调整|改|重新编号|变更)(?:为)(?:控制要点)?(?:第)?(?P<new>[0-9]{{1,2}}(?:(?:、|和|及|至|到|-|~|—)(?:控制要点)?[0-9]{{1,2}})*)(?:项)?"
        )
        if found is None:
            if self.target is not None and self.match(
                r"(?:其他|其余|其后|后续|以下)(?:各项)?(?:控制要点)?(?:的?(?:序号|编号))?(?:依次|相应)*(?:顺延|调整|重新编号)"
            ):
                self.add("renumber point", self.target, old="*", new="*")
                return True
            return False
        target = self.aim(found)
        old, new = _listed(found["old"]), _listed(found["new"])
        if len(old) != len(new):
            raise self.fail()
        for before, after in zip(old, new, strict=True):
            self.add("renumber point", target, old=before, new=after)
        return True


def _listed(text: str) -> list[str]:
    text = text.replace("控制要点", "").replace("第", "").replace("项", "")
    found: list[str] = []
    for part in re.split(r"[、和及与]", text):
        ends = [int(one) for one in re.split(r"[至到—~-]", part)]
        found += [str(n) for n in range(ends[0], ends[-1] + 1)]
    return found


def _paths(found: re.Match[str]) -> list[tuple[str, ...]]:
    listed = found.groupdict().get("list")
    if listed:
        return [(number,) for number in _listed(listed)]
    return [_path(found["path"])]


def _path(text: str | None) -> tuple[str, ...]:
    """Numbers of a point and its parts, as 控制要点3第（2）项① names them."""
    if not text:
        return ()
    numbers: list[str] = []
    for one in re.findall(r"[0-9]{1,2}|[\u2460-\u2473]|[一二三四五六七八九十]{1,3}", text):
        if one[0].isascii():
            numbers.append(str(int(one)))
        elif "\u2460" <= one <= "\u2473":
            numbers.append(str(ord(one) - 0x245F))
        else:
            tens, has, ones = one.partition("十")
            value = (
                ((_HAN.index(tens) + 1 if tens else 1) * 10 + (_HAN.index(ones) + 1 if ones else 0))
                if has
                else _HAN.index(one) + 1
            )
            numbers.append(str(value))
    return tuple(numbers)


# ---- applying ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amended:
    """An entry after an announcement: its place in the list before (None: it was added), and what was done to it."""

    entry: Entry
    origin: int | None
    by: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A list after an announcement, and by which operation each entry that is gone was deleted."""

    entries: tuple[Amended, ...]
    deleted: Mapping[int, Operation]


def amend(entries: Sequence[Entry], operations: Sequence[Operation]) -> Outcome:
    """The list after every operation. Raises ClauseCannotApply; the entries given are left as they were.

    Each clause speaks of the edition before: a second clause on the points of an entry whose points an earlier one has
    renumbered cannot be read safely and is refused.
    """
    now = list(entries)
    by: dict[int, list[Operation]] = {}
    renumbered: dict[int, str] = {}  # place of an entry → the clause that renumbered its points
    gone: dict[int, Operation] = {}
    for label, group in _by_clause(operations):
        meant: dict[Target, int] = {}
        for operation in sorted(group, key=_order):
            if operation.does == "add entry":
                _refuse_twice([entry for place, entry in enumerate(now) if place not in gone], operation)
                assert operation.entry is not None
                by[len(now)] = [operation]
                now.append(operation.entry)
                continue
            if operation.target not in meant:
                meant[operation.target] = _find({n: e for n, e in enumerate(now) if n not in gone}, operation)
            place = meant[operation.target]
            by.setdefault(place, []).append(operation)
            name = now[place].name
            if operation.path and renumbered.get(place, label) != label:
                raise ClauseCannotApply(
                    operation,
                    f"条款 {renumbered[place]} 已变动“{name}”控制要点的序号，本条款所指序号不明",
                    f"clause {renumbered[place]} renumbered the control points of “{name}”, so the number meant here is not certain",
                )
            if operation.does == "renumber point":
                if renumbered.get(place) != label:
                    together = [o for o in group if o.does == "renumber point" and o.target == operation.target]
                    now[place] = msgspec.structs.replace(now[place], points=_renumbered(now[place], together))
                renumbered[place] = label
            elif operation.does == "delete entry":
                gone[place] = operation
            else:
                now[place] = _changed(now[place], operation)
    made = [
        Amended(entry, place if place < len(entries) else None, tuple(by.get(place, ())))
        for place, entry in enumerate(now)
        if place not in gone
    ]
    _refuse_one_code_twice(made)
    return Outcome(_as_printed(made), gone)


def _refuse_one_code_twice(made: Sequence[Amended]) -> None:
    for one in made:
        recoded = next((operation for operation in one.by if operation.does == "recode entry"), None)
        other = next((o for o in made if o is not one and o.entry.code == one.entry.code), None)
        if recoded is not None and one.entry.code is not None and other is not None:
            raise ClauseCannotApply(
                recoded,
                f"所修改的版本中编号 {one.entry.code} 是“{other.entry.name}”",
                f"in the edition amended the code {one.entry.code} is that of “{other.entry.name}”",
            )


def _as_printed(made: Sequence[Amended]) -> tuple[Amended, ...]:
    """The prohibited part before the restricted one, and within a part the entries of an industry together."""
    first: dict[tuple[Control, str | None], int] = {}
    for place, one in enumerate(made):
        first.setdefault((one.entry.control, one.entry.industry), place)
    parts = list(Control)
    return tuple(sorted(made, key=lambda o: (parts.index(o.entry.control), first[o.entry.control, o.entry.industry])))


def _order(operation: Operation) -> int:
    """Within one clause points go out, then are renumbered, then come in; a name changes last, being what it is found by."""
    return {"delete point": 0, "renumber point": 1, "move entry": 3, "rename entry": 4, "recode entry": 5}.get(
        operation.does, 2
    )


def _by_clause(operations: Sequence[Operation]) -> Iterator[tuple[str, list[Operation]]]:
    group: list[Operation] = []
    for operation in operations:
        if group and (operation.clause != group[0].clause or operation.label != group[0].label):
            yield group[0].label, group
            group = []
        group.append(operation)
    if group:
        yield group[0].label, group


def same_name(left: str, right: str) -> bool:
    """Do two names differ at most in width, spaces and a closing 技术?"""
    a, b = (bare(text).strip('“”"《》') for text in (left, right))
    return a == b or a.removesuffix("技术") == b.removesuffix("技术")


def _find(entries: Mapping[int, Entry], operation: Operation) -> int:
    target = operation.target
    by_code = [n for n, entry in entries.items() if target.code is not None and entry.code == target.code]
    by_name = [
        n
        for n, entry in entries.items()
        if target.name is not None
        and same_name(entry.name, target.name)
        and (target.control is None or entry.control is target.control)
        and (target.code is None or entry.control.letter == target.code[-1].upper())  # its letter names the part
    ]
    named = f"“{target.name or ''}”{f'（编号：{target.code}）' if target.code else ''}"
    if by_code:
        if target.name is not None and not same_name(entries[by_code[0]].name, target.name):
            held = entries[by_code[0]].name
            raise ClauseCannotApply(
                operation,
                f"编号 {target.code} 在所修改的版本中是“{held}”，不是“{target.name}”",
                f"in the edition amended the code {target.code} is “{held}”, not “{target.name}”",
            )
        return by_code[0]
    if len(by_name) == 1 and (target.code is None or entries[by_name[0]].code is None):
        return by_name[0]
    if len(by_name) > 1 and target.code is not None:
        codes = "、".join(entries[n].code or "?" for n in by_name)
        raise ClauseCannotApply(
            operation,
            f"所修改的版本中没有编号 {target.code}；同名条目的编号是 {codes}",
            f"the edition amended has no code {target.code}; the entries of that name have {codes}",
        )
    if len(by_name) > 1:
        raise ClauseCannotApply(
            operation, f"{named} 在所修改的版本中不止一项", f"{named} stands more than once in the edition amended"
        )
    if by_name:
        other = entries[by_name[0]].code
        raise ClauseCannotApply(
            operation,
            f"所修改的版本中“{target.name}”的编号是 {other}，不是 {target.code}",
            f"in the edition amended “{target.name}” has the code {other}, not {target.code}",
        )
    raise ClauseCannotApply(operation, f"所修改的版本中没有 {named}", f"{named} is not in the edition amended")


def _refuse_twice(entries: Sequence[Entry], operation: Operation) -> None:
    entry = operation.entry
    assert entry is not None
    for other in entries:
        if (entry.code is not None and other.code == entry.code) or (
            other.control is entry.control and same_name(other.name, entry.name)
        ):
            raise ClauseCannotApply(
                operation,
                f"所修改的版本中已有“{other.name}”（编号：{other.code}）",
                f"“{other.name}” ({other.code}) is already in the edition amended",
            )


def _changed(entry: Entry, operation: Operation) -> Entry:
    does = operation.does
    if operation.machine:
        entry = msgspec.structs.replace(entry, machine=True)
    if does == "rename entry":
        assert operation.new is not None
        return msgspec.structs.replace(entry, name=operation.new)
    if does == "recode entry":
        assert operation.new is not None
        if not operation.new.endswith(entry.control.letter):
            raise ClauseCannotApply(
                operation,
                f"编号 {operation.new} 与“{entry.name}”所在部分不符（应以 {entry.control.letter} 结尾）",
                f"the code {operation.new} is none of the part in which “{entry.name}” stands (it would end in {entry.control.letter})",
            )
        return msgspec.structs.replace(entry, code=operation.new)
    if does == "move entry":
        assert operation.to is not None
        if entry.control is operation.to:
            raise ClauseCannotApply(
                operation, f"“{entry.name}”已在该部分", f"“{entry.name}” stands in that part already"
            )
        return msgspec.structs.replace(entry, control=operation.to, code=None)
    if does == "replace points":
        return msgspec.structs.replace(entry, points=operation.points)
    return msgspec.structs.replace(entry, points=_points(entry, operation))


def _points(entry: Entry, operation: Operation) -> tuple[Clause, ...]:
    points = entry.points
    if operation.does == "add point":
        return _put(points, operation.path, operation, entry, lambda held: _joined(held, operation, entry))
    if operation.does == "delete point":
        return _put(points, operation.path[:-1], operation, entry, lambda held: _without(held, operation, entry))
    if operation.does == "replace point":
        return _put(points, operation.path[:-1], operation, entry, lambda held: _with(held, operation, entry))
    assert operation.does == "replace words"
    return _put(points, operation.path[:-1], operation, entry, lambda held: _reworded(held, operation, entry))


def _renumbered(entry: Entry, operations: Sequence[Operation]) -> tuple[Clause, ...]:
    """The points under their new numbers; all numbers of a clause change at once, as 4、5顺延为5、6 means it."""
    if operations[0].old == "*":
        if not all(point.worded for point in entry.points):
            raise _not_held(operations[0], entry)
        return tuple(msgspec.structs.replace(p, number=str(n)) for n, p in enumerate(entry.points, start=1))
    becomes: dict[str, str] = {}
    for operation in operations:
        assert operation.old is not None and operation.new is not None
        held = next((point for point in entry.points if point.number == operation.old), None)
        if held is None:
            raise _missing(operation, entry, (operation.old,))
        if not held.worded:
            raise _not_held(operation, entry, (operation.old,))
        becomes[operation.old] = operation.new
    made = [msgspec.structs.replace(p, number=becomes.get(p.number, p.number)) for p in entry.points]
    numbers = [point.number for point in made]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ClauseCannotApply(
                operations[0],
                f"“{entry.name}”将有两个控制要点 {number}",
                f"“{entry.name}” would have two control points {number}",
            )
    return tuple(sorted(made, key=lambda p: int(p.number) if p.number.isdigit() else 0))


def _missing(operation: Operation, entry: Entry, path: tuple[str, ...]) -> ClauseCannotApply:
    if not all(point.worded for point in entry.points):
        there = "、".join(point.number for point in entry.points if point.number.isdigit()) or "无"
        named = ".".join(path)
        return ClauseCannotApply(
            operation,
            f"所收录的“{entry.name}”控制要点中没有 {named}（收录的：{there}），而其官方文字未全部收录，无法确定本条款改动了什么；"
            "请先导入并采用所修改版本的官方文本（或增设该要点的公告），再导入本公告",
            f"among the control points of “{entry.name}” that are held there is no {named} (held: {there}), and not all are held in "
            "official words, so what this clause changes cannot be worked out; first import and apply the official text of the edition "
            "that it amends, or the announcement that put the point in, then this announcement",
        )
    there = "、".join(point.number for point in entry.points) or "无"
    named = ".".join(path)
    return ClauseCannotApply(
        operation,
        f"“{entry.name}”没有控制要点 {named}（现有：{there}）",
        f"“{entry.name}” has no control point {named} (it has: {there})",
    )


def _not_held(operation: Operation, entry: Entry, path: tuple[str, ...] = ()) -> ClauseCannotApply:
    """A clause on the inside, the number or the words of a point that is held in our own words only, or not at all."""
    point = f" {'.'.join(path)}" if path else ""
    return ClauseCannotApply(
        operation,
        f"“{entry.name}”控制要点{point} 的官方文字未收录（所收录的是本系统自己的概述），无法据以确定本条款改动了什么；"
        "请先导入并采用所修改版本的官方文本，再导入本公告",
        f"the official words of control point{point} of “{entry.name}” are not held (what is held is Mulu's own summary), so what this "
        "clause changes cannot be worked out; first import and apply the official text of the edition that it amends, then this announcement",
    )


_Change = Callable[[tuple[Clause, ...]], tuple[Clause, ...]]


def _put(
    points: tuple[Clause, ...], path: tuple[str, ...], operation: Operation, entry: Entry, change: _Change
) -> tuple[Clause, ...]:
    """The points with what stands at a path changed."""
    if not path:
        return change(points)
    whole = next((point for point in points if point.number == path[0]), None)
    if whole is None:
        raise _missing(operation, entry, operation.path)
    if not whole.worded:
        raise _not_held(operation, entry, operation.path)
    return tuple(
        msgspec.structs.replace(point, at=operation.at, parts=_put(point.parts, path[1:], operation, entry, change))
        if point.number == path[0]
        else point
        for point in points
    )


def _joined(held: tuple[Clause, ...], operation: Operation, entry: Entry) -> tuple[Clause, ...]:
    made = list(held)
    for point in operation.points:
        if not point.numbered and all(other.worded for other in made):
            point = msgspec.structs.replace(point, number=str(len(made) + 1), numbered=True)
        elif not point.numbered:  # how many points stand before it is not known, and so its number is not
            point = msgspec.structs.replace(point, number=_unnumbered(made))
        if any(other.number == point.number for other in made):
            raise ClauseCannotApply(
                operation,
                f"“{entry.name}”已有控制要点 {point.number}",
                f"“{entry.name}” already has a control point {point.number}",
            )
        made.append(point)
    if all(point.number.isdigit() for point in made):
        made.sort(key=lambda point: int(point.number))
    return tuple(made)


def _unnumbered(held: Sequence[Clause]) -> str:
    """The next number for a point whose printed one is not known, as the pack gives them: `u1`, `u2` …"""
    return f"u{1 + max((int(p.number[1:]) for p in held if p.number[:1] == 'u'), default=0)}"


def _without(held: tuple[Clause, ...], operation: Operation, entry: Entry) -> tuple[Clause, ...]:
    if not any(point.number == operation.path[-1] for point in held):
        raise _missing(operation, entry, operation.path)
    return tuple(point for point in held if point.number != operation.path[-1])


def _with(held: tuple[Clause, ...], operation: Operation, entry: Entry) -> tuple[Clause, ...]:
    number = operation.path[-1]
    if not any(point.number == number for point in held):
        raise _missing(operation, entry, operation.path)
    new = operation.points[0]
    if len(operation.points) > 1 or (new.numbered and new.number != number):
        raise ClauseCannotApply(
            operation,
            f"修改的是控制要点 {number}，引文却载有 {'、'.join(p.number for p in operation.points)}",
            f"it changes control point {number}, but the words quoted hold {', '.join(p.number for p in operation.points)}",
        )
    return tuple(
        msgspec.structs.replace(new, number=number, numbered=point.numbered) if point.number == number else point
        for point in held
    )


def _reworded(held: tuple[Clause, ...], operation: Operation, entry: Entry) -> tuple[Clause, ...]:
    old, new = operation.old or "", operation.new or ""
    if not operation.path:
        if not all(point.worded for point in held):
            raise _not_held(operation, entry)
        times = sum(_count(clause.text, old) for point in held for clause in point.all())
        place = [point for point in held if any(_count(clause.text, old) for clause in point.all())]
        if times == 1:
            return tuple(_words(point, old, new, operation, entry) if point is place[0] else point for point in held)
        raise _not_once(operation, entry, old, times)
    number = operation.path[-1]
    if not any(point.number == number for point in held):
        raise _missing(operation, entry, operation.path)
    return tuple(_words(point, old, new, operation, entry) if point.number == number else point for point in held)


def _not_once(operation: Operation, entry: Entry, words: str, times: int) -> ClauseCannotApply:
    found_zh = "没有" if times == 0 else f"有 {times} 处"
    found_en = "do not stand" if times == 0 else f"stand {times} times"
    where = ".".join(operation.path)
    return ClauseCannotApply(
        operation,
        f"“{entry.name}”控制要点 {where} 中{found_zh}“{words}”",
        f"the words “{words}” {found_en} in control point {where} of “{entry.name}”",
    )


def _words(point: Clause, old: str, new: str, operation: Operation, entry: Entry) -> Clause:
    if not point.worded:
        raise _not_held(operation, entry, operation.path)
    times = sum(_count(clause.text, old) for clause in point.all())
    if times != 1:
        raise _not_once(operation, entry, old, times)

    def change(clause: Clause) -> Clause:
        text = _swapped(clause.text, old, new) if _count(clause.text, old) else clause.text
        return msgspec.structs.replace(clause, text=text, parts=tuple(change(part) for part in clause.parts))

    return msgspec.structs.replace(change(point), at=operation.at)


def _pattern(words: str) -> re.Pattern[str]:
    """The words, in whatever widths and with whatever spaces they are printed."""

    def one(character: str) -> str:
        folded = fold(character)
        wide = chr(ord(folded) + 0xFEE0) if "!" <= folded <= "~" else folded
        return f"[{re.escape(folded)}{re.escape(wide)}]" if wide != folded else re.escape(folded)

    said = [c for c in clean(words) if not c.isspace()]
    # A number is never cut out of a larger one: 10 does not stand in 100, nor 5% in 95%.
    before = r"(?<![0-9０-９])(?<![0-9０-９][.．])" if said and fold(said[0]).isdecimal() else ""
    after = r"(?![0-9０-９]|[.．][0-9０-９])" if said and fold(said[-1]).isdecimal() else ""
    return re.compile(before + r"\s*".join(one(c) for c in said) + after)


def _count(text: str, words: str) -> int:
    return len(_pattern(words).findall(text))


def _swapped(text: str, old: str, new: str) -> str:
    return _pattern(old).sub(lambda _: new, text, count=1)

"""Technical parameters: what a control point requires, what a text states, and by how much they differ.

A sentence that names a parameter is read as a row of tokens (names, quantities, words of comparison, links, fillers), and
a small grammar over their kinds says whose value a number is. What it cannot tell apart is never decided, and no value beside
a word that is not known (mulu.screening.understood): the result is then *cannot compare*.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from mulu.catalogue.records import Parameter
from mulu.screening.parameter_words import LONGEST, PLACING, ZH, Token, lexed
from mulu.screening.quantities import (
    Quantity,
    in_unit,
    is_plain,
    plain_text,
    quantities,
    raised_places,
    unit_at,
)
from mulu.screening.text import Folded, fold
from mulu.screening.understood import OBJECT_AIMED_AT, WHEN_DONE, Scope, all_known, understood


class Result(StrEnum):
    """How a stated value stands to a requirement."""

    MEETS = "meets"
    BELOW = "below"
    ABOVE = "above"  # beyond an upper limit
    OVERLAPS = "overlaps"  # a stated range of which only a part meets the requirement
    NOT_STATED = "not stated"
    CANNOT_COMPARE = "cannot compare"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A parameter of a point beside what the text states of it. `span` points into the text as given."""

    parameter: Parameter
    result: Result
    stated: str | None
    span: tuple[int, int] | None
    margin_percent: float | None  # of the required value; negative where the text falls short of it
    condition_stated: bool | None  # None where the requirement has no condition, or nothing was compared

    @property
    def required(self) -> str:
        value, unit = self.parameter.value, f" {self.parameter.unit}" if self.parameter.unit else ""
        if isinstance(value, tuple):
            return f"{value[0]}–{value[1]}{unit}"
        return f"{self.parameter.operator} {value}{unit}"


def concluded(comparisons: Sequence[Comparison], together: Literal["all", "any"]) -> Literal["meets", "fails", "open"]:
    """What the conditions of a point come to where all of them, or any one, must be met; none at all leave it open."""
    results = [comparison.result for comparison in comparisons]
    met = [result is Result.MEETS for result in results]
    failed = [result in (Result.BELOW, Result.ABOVE) for result in results]
    if not results:
        return "open"
    if together == "all":
        return "fails" if any(failed) else "meets" if all(met) else "open"
    return "meets" if any(met) else "fails" if all(failed) else "open"


def compare(
    folded: Folded,
    parameters: tuple[Parameter, ...],
    words: Mapping[str, tuple[str, ...]],
    denied: Iterable[tuple[int, int]] = (),
) -> tuple[Comparison, ...]:
    """Set each parameter against what the text states of it, or say that it states nothing.

    `words`: from the English name of a parameter to the further spellings that texts use. `denied`: stretches of the
    folded text in which the text denies things or sets itself apart from them; nothing there is read.
    """
    folded = _without(folded, denied)
    names = _names(tuple((p.name.zh, p.name.en) for p in parameters), tuple(sorted(words.items())))
    text = _Text(folded, names) if any(name in folded.lower for name in names.sought) else None
    return tuple(_compared(text, number, parameter) for number, parameter in enumerate(parameters))


def _without(folded: Folded, stretches: Iterable[tuple[int, int]]) -> Folded:
    """A text with stretches blanked, place by place."""
    blank = list(stretches)
    if not blank:
        return folded
    text, lower = list(folded.text), list(folded.lower)
    for start, end in blank:
        text[start:end] = lower[start:end] = " " * (end - start)
    return replace(folded, text="".join(text), lower="".join(lower))


def _compared(text: _Text | None, number: int, parameter: Parameter) -> Comparison:
    limits = _limits(parameter)
    if limits is None:  # a chemical formula is left to people
        return Comparison(parameter, Result.CANNOT_COMPARE, None, None, None, None)
    judged = None
    if text is not None:
        reading = _Reading(text, number, parameter)
        judged = _judged(reading.statements(), limits, reading.understands)
        if judged is not None and reading.unread:
            judged = Result.CANNOT_COMPARE, judged[1], None
    if text is None or judged is None:
        return Comparison(parameter, Result.NOT_STATED, None, None, None, None)
    result, statement, margin = judged
    span = text.folded.span(statement.start, statement.end)
    return Comparison(
        parameter,
        result,
        text.folded.given[span[0] : span[1]],
        span,
        margin,
        _condition_told(result, statement, parameter),
    )


def _condition_told(result: Result, statement: _Statement, parameter: Parameter) -> bool | None:
    """Whether the condition of measurement is the required one; of what is not compared only that it is another one."""
    if _condition(parameter) is None:
        return None
    if result is Result.CANNOT_COMPARE:
        return False if statement.condition is False else None
    return statement.condition is True


# ---- What is required -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Interval:
    """The values between two ends; None is endless, an open end is not itself among them."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def within(self, other: _Interval) -> bool:
        return not self._passes_low(other) and not self._passes_high(other)

    def _passes_low(self, other: _Interval) -> bool:
        if other.low is None:
            return False
        if self.low is None or self.low < other.low:
            return True
        return self.low == other.low and other.low_open and not self.low_open

    def _passes_high(self, other: _Interval) -> bool:
        if other.high is None:
            return False
        if self.high is None or self.high > other.high:
            return True
        return self.high == other.high and other.high_open and not self.high_open

    def under(self, other: _Interval) -> bool:
        """Whether every value lies under the other interval."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))

    def over(self, other: _Interval) -> bool:
        """Whether every value lies over the other interval."""
        if self.low is None or other.high is None:
            return False
        return self.low > other.high or (self.low == other.high and (self.low_open or other.high_open))


@lru_cache(maxsize=256)
def _limits(parameter: Parameter) -> _Interval | None:
    """The values that meet a requirement; None where it is no number."""
    value = parameter.value
    if isinstance(value, str):
        return None
    if isinstance(value, tuple):
        return _Interval(Decimal(str(value[0])), Decimal(str(value[1])))
    number = Decimal(str(value))
    operator = parameter.operator
    if operator in ("≥", ">"):
        return _Interval(number, None, low_open=operator == ">")
    if operator in ("≤", "<"):
        return _Interval(None, number, high_open=operator == "<")
    return _Interval(number, number)


# ---- Names ----------------------------------------------------------------------------------------------------------


class _Names(NamedTuple):
    """How the parameters are written: the spellings sought, a pattern for every known one, and whose each is."""

    sought: tuple[str, ...]
    pattern: re.Pattern[str]
    of: dict[str, tuple[int, ...]]  # empty: a parameter that is known and not asked about


@lru_cache(maxsize=128)
def _names(parameters: tuple[tuple[str, str], ...], words: tuple[tuple[str, tuple[str, ...]], ...]) -> _Names:
    known = dict(words)
    of: dict[str, tuple[int, ...]] = {}
    sought: list[str] = []
    for number, (zh, en) in enumerate(parameters):
        for spelling in (zh, en, *(known.get(en, ()) if en else ())):
            base = fold(spelling).lower.strip()
            if not base:
                continue
            sought += _forms(base)
            for form in _forms(base):
                of[form] = tuple(sorted({*of.get(form, ()), number}))
    asked = {en for _, en in parameters}
    for name, spellings in words:
        for spelling in () if name in asked else (name, *spellings):
            for form in _forms(fold(spelling).lower.strip()):
                of.setdefault(form, ())
    of.pop("", None)
    longest_first = sorted(of, key=lambda form: (-len(form), form))
    begins = re.escape("".join(sorted({form[0] for form in of})))
    pattern = "|".join(_bounded(form) for form in longest_first)
    # The class of first characters passes over most of a text without trying every name at every place.
    compiled = re.compile(f"(?=[{begins}])(?:{pattern})" if pattern else "(?!)")
    return _Names(tuple(dict.fromkeys(sought)), compiled, of)


def _forms(name: str) -> tuple[str, ...]:
    """A name and, where it is English, its plural."""
    if not name or not name[-1].isascii() or not name[-1].isalpha() or len(name) < 4:
        return (name,)
    plural = f"{name[:-1]}ies" if name.endswith("y") and name[-2] not in "aeiou" else f"{name}s"
    return name, plural


def _bounded(form: str) -> str:
    before = "(?<![a-z0-9])" if form[0].isascii() and form[0].isalnum() else ""
    after = "(?![a-z])" if form[-1].isascii() and form[-1].isalpha() else ""
    return before + re.escape(form) + after


# ---- Sentences ------------------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(
    r"[。；;！？!?]+|(?<!no)(?<!fig)(?<!ca)(?<!approx)(?<!e\.g)(?<!i\.e)(?<!vs)(?<!max)(?<!min)(?<!resp)(?<!eq)(?<!ref)(?<!et al)\.(?=\s+[^\d\s]|\s*$)"
)
_LONGEST_SENTENCE = 2000
# What may stand between a value and a word after it: whose it is ("for the commercial powder"), that it is wished for,
# that it is denied ("has not been reached"); and what closes a value before another parameter.
_OF_WHAT_AFTER = re.compile(r"[fy)]*[pw(@][ufs]*|f[ufs]*")
_WISH_AFTER = re.compile(r"[fly(@wps]{0,4}m")
_DENIAL_AFTER = re.compile(r"[fmlwsjy]*x")
_LATER_DENIAL = re.compile(r"[^cv&qNne]*x")
_VALUE_AND = re.compile(r"q[f)]*&")
_PURPOSE = re.compile(r"设(?![备计置有施立])|(?:in order )?to (?:reach|achieve|obtain|attain|get|ensure|have)(?![a-z])")
_CONTROLLED = re.compile(
    r"管制|受控|(?:禁止|限制)出口|出口许可|目录|清单|(?:is|are|be) (?:controlled|prohibited|restricted)|export control|licen[cs]"
)
_COMPARED_WITH = re.compile(
    r"(?:与|和|同|跟|相对于|相较于|比起|较之?|比)[^,。;]{0,24}?(?:相比|比较|相较|而言|不同)"
    r"|(?:较|比(?!表面|容量|重|例|值|功率|能量|电容|较))[^,。;]{1,20}?(?=[提升增高低降大小好优强多快长])"
    r"|(?:compared (?:to|with)|in comparison (?:to|with)|relative to|unlike|versus|as opposed to|in contrast to|than)\s[^,;]*?(?=,|;|\bhas\b|\bhave\b|\bis\b|\bwas\b|$)"
)
_MADE_FROM = re.compile(
    r"(?:(?<=[,。;])|^)\s*(?:首先|先|将|以|用|采用|使用|由(?!于)|从|把|取|加入|添加|混合|针对|为解决|为了|基于)[^,。;]*[,，]"
    r"|\b(?:using|starting from|made from|prepared from|from|based on|to overcome|to solve)\s[^,;]*,"
)
_RAW_AFTER = re.compile(
    r"\s?的[^,。;]{0,16}?(?:为|作为?)(?:原料|前驱体|起始|基体|对照|对比)|\s(?:is|are|was|were) used as (?:the |an? )?(?:raw|starting|precursor)"
)
_DISCARDED = re.compile(
    r"剔除|淘汰|舍弃|报废|不合格|弃用|discard|reject(?:ed|s)|scrapped|were excluded|was excluded|unacceptable|not acceptable"
)
_EMPTY_LINE = re.compile(r"\n\s*\n")
_PRONOUN = re.compile(r"\s*(?:its?|they|their|this|these|其|该|它)(?![a-z])|.{0,12}其")


class _Sentence:
    """A sentence as tokens, with whose things it speaks of and what stands of them."""

    def __init__(self, lower: str, number: int, start: int, end: int, tokens: list[Token], inherited: str) -> None:
        self.lower, self.number, self.start, self.end = lower, number, start, end
        self.tokens = tokens
        self._inherited = inherited  # the owner of the sentence before, where this one begins with "it" or "its"
        self.kinds = "".join(token.kind for token in tokens)
        # A question, and what was thrown away, state nothing.
        asks = lower[start:end].rstrip().endswith(("?", "？"))
        self._stateless = asks or _DISCARDED.search(lower, start, end) is not None
        self._masked: list[tuple[int, int]] | None = None

    def masked(self, place: int, at: int) -> bool:
        """Whether a place lies where the text only compares with a thing or tells what another is made from.

        `at`: for whom it is asked; of a value within such a stretch the stretch does speak.
        """
        if self._masked is None:
            part = self.lower[self.start : self.end]
            found = (*_COMPARED_WITH.finditer(part), *_MADE_FROM.finditer(part))
            self._masked = [(self.start + m.start(), self.start + m.end()) for m in found]
        return any(start <= place < end and not start <= at < end for start, end in self._masked)

    def owner(self, index: int, name: int) -> str:
        """Whose value the quantity at an index is: own, final, other, weak, mixed, or "" where nothing says it."""
        tokens = self.tokens
        if "s" not in self.kinds:
            return self._inherited
        after = _OF_WHAT_AFTER.match(self.kinds, index + 1)
        if after is not None and self.lower[tokens[index].end] in " 的(":
            for token in tokens[index + 1 : after.end()]:
                if token.kind == "s":
                    return token.told
        if _RAW_AFTER.match(self.lower, tokens[index].end):
            return "other"
        at = tokens[index].start
        marks = [
            (i, token.told)
            for i, token in enumerate(tokens[:index])
            if token.kind == "s" and not self.masked(token.start, at)
        ]
        if not marks:
            return self._inherited
        for clause in (self._clause(index), self._clause(min(index, name))):
            near = {told for i, told in marks if i >= clause}
            if "final" in near and "other" not in near:
                return "final"
            if near:
                return "mixed" if near >= {"own", "other"} else marks[-1][1]
        return marks[-1][1]

    def _clause(self, index: int) -> int:
        """Where the clause of a token begins: after the comma before it, or after a value and "and"."""
        joined = max((match.end() - 1 for match in _VALUE_AND.finditer(self.kinds, 0, index)), default=-1)
        return max(self.kinds.rfind("c", 0, index), self.kinds.rfind("v", 0, index), joined) + 1

    def last_owner(self) -> str:
        """Whose thing the sentence speaks of in the end."""
        marks = [token.told for token in self.tokens if token.kind == "s" and not self.masked(token.start, self.end)]
        return marks[-1] if marks else ""

    def status(self, index: int, name: int, *, verbless: bool) -> str:
        """What a quantity is said to be: "" a fact, target, if, open.

        `verbless`: no verb joins name and value ("a density of 2.62 g/cm³"), so that one after them may deny both.
        """
        if self.denied(index, name, verbless):
            return "open"
        begin = self.tokens[self._clause(min(index, name))].start
        if _PURPOSE.match(self.lower, begin) or (verbless and _CONTROLLED.search(self.lower, begin, self.end)):
            return "if"
        if "m" not in self.kinds:
            return ""
        state, targeted = "", 0
        first = min(index, name)
        clause = self._clause(first)
        for number, token in enumerate(self.tokens[:index]):
            told_of = token.kind == "s" and token.told in ("own", "final") and "q" in self.kinds[targeted:number]
            if token.kind == "v" or (token.kind == "m" and token.told == "actual") or told_of:
                state = ""
            elif token.kind == "m":
                if token.told == "target" and not OBJECT_AIMED_AT.search(self.lower, self.start, token.end):
                    state, targeted = "target", number
                elif token.told != "target" and number >= clause and not self._about_making(token):
                    state = token.told
        if state in ("if", "open") and not any(t.kind == "m" and t.told == state for t in self.tokens[clause:index]):
            state = ""
        after = _WISH_AFTER.match(self.kinds, index + 1)
        if after is not None and self.tokens[after.end() - 1].told in ("target", "open"):
            state = self.tokens[after.end() - 1].told
        return state

    def denied(self, index: int, name: int, verbless: bool) -> bool:
        """Whether the clause of a value denies it before the name or after the number: "none has …", "… was not reached"."""
        if self._stateless:
            return True
        if "x" not in self.kinds:
            return False
        last = max(index, name)
        if _DENIAL_AFTER.match(self.kinds, last + 1) or (verbless and _LATER_DENIAL.match(self.kinds, last + 1)):
            return True
        begin = self._clause(min(index, name))
        last = max((i for i in range(begin, min(index, name)) if self._denies(i)), default=-1)
        if last < 0:
            return False
        between = self.kinds[last + 1 : min(index, name)]
        return not re.search(r"[&q]", between) and not re.fullmatch(r"[oefab]*", between)

    def _denies(self, place: int) -> bool:
        """A negation of the sentence, not of a word: 没有, not, none; 未掺杂 and 不锈钢 are words."""
        token = self.tokens[place]
        said = self.lower[token.start : token.end]
        return token.kind == "x" and (
            said.isascii()
            or said in ("没有", "没", "并未", "从未", "尚未", "未能", "无法", "难以", "不能", "不可能", "很难")
        )

    def _about_making(self, token: Token) -> bool:
        """Whether a clause tells how something was measured ("when pressed at 220 MPa") and is no condition."""
        return token.told == "if" and WHEN_DONE.match(self.lower, token.start) is not None


def _sentence_ends(lower: str) -> Iterator[int]:
    """Where sentences begin and end; what runs on for pages is cut at a comma."""
    yield 0
    last = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(lower)), len(lower)):
        while end - last > _LONGEST_SENTENCE:
            comma = max(lower.rfind(mark, last + 1, last + _LONGEST_SENTENCE) for mark in (",", "、", " "))
            last = comma + 1 if comma > 0 else last + _LONGEST_SENTENCE
            yield last
        last = end
        yield end


class _Text:
    """A folded text as far as it is read: the sentences that name a parameter, and those after them."""

    def __init__(self, folded: Folded, names: _Names) -> None:
        self.folded = folded
        self.plain = plain_text(folded)
        lower = self.plain.lower()
        self.lower = lower if len(lower) == len(self.plain) else "".join(c.lower()[:1] for c in self.plain)
        self.raised = raised_places(folded)
        self._names = names
        self._ends = list(_sentence_ends(self.lower))
        self._sentences: dict[int, _Sentence] = {}
        self.named: dict[int, list[int]] = {}  # parameter → sentences that name it
        self._found: dict[int, list[re.Match[str]]] = {}
        for match in self._named(0, len(self.lower)):
            number = bisect_right(self._ends, match.start()) - 1
            self._found.setdefault(number, []).append(match)
            for parameter in names.of[match.group()]:
                held = self.named.setdefault(parameter, [])
                if not held or held[-1] != number:
                    held.append(number)

    def _named(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """The names between two places, each the longest that begins where it does."""
        place = start
        while (match := self._names.pattern.search(self.lower, place, end)) is not None:
            if self._cut_short(match):
                place = match.start() + 1
            else:
                place = match.end()
                yield match

    def _cut_short(self, match: re.Match[str]) -> bool:
        """Whether the characters of a name belong to two words: 焦距 in 最近对焦距离."""
        start, end = match.span()
        if self.lower[end - 1].isascii():
            return False
        for begin in range(start + 1, end):
            for stop in range(end + 1, min(end + 3, begin + LONGEST, len(self.lower)) + 1):
                if ZH.get(self.lower[begin:stop], ("", ""))[0] in ("n", "C"):
                    return True
        return False

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a sentence begins and ends; the same place twice where there is none."""
        if number < 0 or number + 1 >= len(self._ends):
            return len(self.lower), len(self.lower)
        return self._ends[number], self._ends[number + 1]

    def apart(self, one: int, other: int) -> bool:
        """Whether an empty line stands between two sentences, or one of them is none."""
        first, last = sorted((one, other))
        start, end = self.bounds(first)[0], self.bounds(last)[1]
        return (
            first < 0 or last + 1 >= len(self._ends) or _EMPTY_LINE.search(self.lower.rstrip(), start, end) is not None
        )

    def sentence(self, number: int) -> _Sentence | None:
        if number < 0 or number + 1 >= len(self._ends) or self._ends[number] >= self._ends[number + 1]:
            return None
        made = self._sentences.get(number)
        if made is None:
            made = self._sentences[number] = self._read(number)
        return made

    def _read(self, number: int, *, follow: bool = True) -> _Sentence:
        start, end = self._ends[number], self._ends[number + 1]
        fixed: list[Token] = []
        for match in self._found.get(number, ()):
            of = self._names.of[match.group()]
            fixed.append(Token("N" if of else "n", match.start(), match.end(), of=of))
        ends = {token.end for token in fixed}
        spans = [(token.start, token.end) for token in fixed]
        for quantity in quantities(self.plain, start, end, self.raised, ends):
            if not any(a <= quantity.start < b for a, b in spans):
                fixed.append(Token("q", quantity.start, quantity.after, quantity=quantity))
        fixed.sort(key=lambda token: token.start)
        tokens: list[Token] = []
        place = start
        for token in fixed:
            if token.start < place:
                continue
            lexed(self.lower, place, token.start, tokens)
            tokens.append(token)
            place = token.end
        lexed(self.lower, place, end, tokens)
        inherited = ""
        if follow and number and _PRONOUN.match(self.lower, start, end):
            inherited = self._read(number - 1, follow=False).last_owner()
        return _Sentence(self.lower, number, start, end, list(_placed(tokens, self.lower)), inherited)


def _placed(tokens: list[Token], lower: str) -> Iterator[Token]:
    """Words of comparison that no number follows, as what they are there: prepositions, or comparisons with a thing."""
    kinds = "".join(token.kind for token in tokens)
    for number, token in enumerate(tokens):
        if token.kind != "o":
            yield token
        elif lower[token.start : token.end] in PLACING:
            yield token._replace(kind="p") if re.match(r"f*[usmnC]", kinds[number + 1 :]) else token
        else:
            yield token._replace(kind="t") if re.match(r"f*[usm]", kinds[number + 1 :]) else token


# ---- Statements -----------------------------------------------------------------------------------------------------

Grade = Literal["sure", "open", "hint", "empty"]


class _Read(NamedTuple):
    """Where a value was read: its sentence, the token of the name, and that of the value."""

    sentence: _Sentence
    name: int
    value: int


@dataclass(frozen=True, slots=True)
class _Statement:
    """A value that a text gives, or seems to give, for a parameter.

    `fit`: its unit can be brought to the wanted one. `bounds` is None where it can be read in two ways. `grade`: whether
    the grammar says that the value belongs to the parameter; "empty" is a mention without any value.
    """

    start: int
    end: int
    grade: Grade
    fit: bool = False
    bounds: _Interval | None = None
    doubt: int = 0  # per cent within which the number may be off: about, nearly
    owner: str = ""
    status: str = ""
    condition: bool | None = None  # None where nothing is said of it; False too where it is not clear which one holds
    read: _Read | None = None  # where the value was read; None of a mention without any


class _Link(NamedTuple):
    """What stands between a name and a number: whether it joins them, and how the number is compared."""

    grade: Literal["sure", "open", "hint", "skip", "other", "stop"]
    tokens: Sequence[Token] = ()


_FLIPPED = {">": "≤", "<": "≥", "≥": "<", "≤": ">"}
_MIRRORED = {">": "<", "<": ">", "≥": "≤", "≤": "≥"}
_BRACKETED = re.compile(r"\([^()]*\)")
_VALUE_OF_ANOTHER = re.compile(r"[usxdh]*[nC][flwoaeip@(hjzkmby]*([qQ])")  # "a pressure of 220 MPa" within the gap
_CONDITION_NAMED_AFTER = re.compile(r"q[fu]{0,2}C")  # "220 MPa pressure"
_CONDITION_UNMEASURED = re.compile(r"[pz@w][fu]*C(?=f*[clzeox])")  # "under high pressure"
_CIRCUMSTANCE = re.compile(r"^[pz@w][fus]*[nC](?=f*[c&v])")  # "at room temperature and …"
_UNIT_FOLLOWS = re.compile(r"[c&ofaidv]{1,4}q")  # a list whose last number has the unit
_TAKEN_AFTER = re.compile(r"[fu]{0,3}[nNC]")
_NEXT_OF_LIST = re.compile(r"f*[c&]+[faows]*q")
_COORDINATED = re.compile(r"f*&[fuhs]*[nC](?:[c&][fuhs]*[nC])*[fjm]*[lowaexbhif]*")
_BY_HOW_MUCH = frozenset((*"高低大小多少快慢长短重轻", "提升", "提高", "增加", "降低", "下降", "减少", "高出"))
_AMOUNT = frozenset(("含量", "浓度", "content", "concentration"))
_HEAD_BEFORE = re.compile(r"[nCu]wf*$")
_JOINED = re.compile(r"f*(?:qf*)*(?:[lx]f*)?(?:cf*)?(?:[pwz@B][fuqpw@B&z]*(?:cf*)?){0,2}[lowaeixbhfz]*")
_DIRECT = re.compile(r"[flwoaexbhizc]*")
_SAID_OF_IT = re.compile(r"w[fu]*l[oaxf]*")
_LISTED = re.compile(r"[fq]*(?:[pw@z][fuqpw@z]*)?[c&v]+f*(?:[pw@z][fuqpw@z]*c?)?[loweaixbhfzc]*")
_CONDITION_AFTER = re.compile(r"\s?的?[\u4e00-\u9fff]{0,6}?(?:下(?!限|降)|时(?!间)|处(?!理))")
_WITHIN_WHAT = re.compile(r"\s?的?(?:范围|窗口|区间|内|下|时|处)")
_CASE_AFTER = re.compile(r"\s?的?(?:时(?!间)|情况下|条件下|的前提下|即(?!为)|则|就(?!是)|者|[之以]?后(?=[,;]|$))")
_DIFFERENCE_AFTER = re.compile(
    r"\s?的?(?:提升|提高|增幅|降幅|增长|下降|降低|变化|增加)(?!了?[到至为])|\s(?:higher|lower|greater|larger|smaller|faster|slower|better|more|less|"
    r"increase|decrease|improvement|reduction|rise|drop|longer|shorter|heavier|lighter|times)(?![a-z])|倍"
)
_MOST_VALUES = 5000  # of one parameter in one text
_REACH = 240  # characters after a name, or after its last value, within which a value may stand
_NEAR = 60  # characters within which a condition is taken to belong to a value
_DIFFERENCE_NAME = re.compile(
    r"差|温升|升温|精度|稳定|分辨|均匀|波动|误差|漂移|灵敏|difference|rise|drift|resolution|sensitivity|stability|accuracy|"
    r"precision|uniformity|error|gradient",
    re.IGNORECASE,
)
_PRECISION = re.compile(r"精度|准确度|精确度|分辨率|accuracy|precision|resolution", re.IGNORECASE)
_HIGH_OR_LOW = frozenset(
    ("高于", "低于", "超过", "超出", "higher than", "lower than", "exceeding", "exceeds", "exceed", "exceeded")
)
_MORE_SIGNAL = re.compile(r"信噪|动态范围|signal|dynamic range", re.IGNORECASE)
_LESS_IS_BETTER = re.compile(
    r"精度|准确度|误差|分辨|粗糙|噪声|损耗|偏差|偏置|零偏|漂移|抖动|延迟|时延|线宽|功耗|泄漏|失真|检出限|error|accuracy|precision|resolution|"
    r"roughness|noise|loss|deviation|stability|drift|jitter|latency|delay|linewidth|consumption|leak|distortion|repeatability|"
    r"tolerance|flatness|limit of detection|detection limit",
    re.IGNORECASE,
)
_MORE_IS_BETTER = re.compile(
    r"强度|效率|信噪|动态范围|纯度|寿命|增益|隔离度|容量|能量密度|功率|带宽|速率|良率|保持率|strength|efficiency|signal|dynamic range|"
    r"purity|life|gain|isolation|capacity|energy density|power|bandwidth|yield|retention|quality factor",
    re.IGNORECASE,
)
_OTHER_QUALITY = re.compile(
    r"(?:理论|极片|极板|电极片?|正极片|负极片|薄片|面积|体积|模拟|计算|量子|载荷|负载|光学|输入|输出|损耗|消耗|重复|充电|放电|空载|待机|反向|正向|高温|低温|二次|次级|初级)的?$|(?:theoretical|electrode|pole piece|sheet|"
    r"areal|volumetric|simulated|calculated|quantum|payload|optical|colou?r|input|charge|charging|repeat|reverse|second)\s$"
)
_HEADER_UNIT = re.compile(r"\s*(?:[(\[|]|/\s?\(?|,\s?|\sin\s)\s*|\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class _Reading:
    """What a text says of one parameter."""

    def __init__(self, text: _Text, number: int, parameter: Parameter) -> None:
        self.text, self.number, self.parameter = text, number, parameter
        names = f"{parameter.name.zh} {parameter.name.en}"
        self._read: dict[tuple[int, str], tuple[str, tuple[Decimal, Decimal] | None]] = {}
        self._difference = _DIFFERENCE_NAME.search(names) is not None
        self._names = names
        self._values = 0
        self.unread = False  # there are more values than anyone would read: nothing can be concluded
        self._named_conditions: dict[int, list[_Condition]] = {}
        self._general: dict[int, bool | None] | None = None  # sentence → the condition that it names for all values
        self._others: dict[int, bool | None] = {}  # sentence → whether it speaks of another's thing, or of one's own

    def statements(self) -> list[_Statement]:
        """Every value that the text seems to give for the parameter, in order."""
        made: list[_Statement] = []
        for number in self.text.named.get(self.number, ()):
            sentence = self.text.sentence(number)
            if sentence is None:
                continue
            if self._values > _MOST_VALUES:
                self.unread = True
                return made
            for index, token in enumerate(sentence.tokens):
                if token.kind == "N" and self.number in token.of:
                    found = self._of_mention(sentence, index)
                    self._values += len(found)
                    if not found:
                        found = [_Statement(token.start, token.end, "empty", owner=sentence.owner(index, index))]
                    made += found
            if made and made[-1].grade == "sure" and made[-1].fit:
                made += self._carried(number + 1)
        return made

    def _of_mention(self, sentence: _Sentence, index: int) -> list[_Statement]:
        """The values of one mention of the name: after it, or just before it."""
        shared = self._respective(sentence, index)
        if shared is not None:
            return shared
        made = self._after(sentence, index)
        if any(one.grade == "sure" and one.fit for one in made):
            return self._between(sentence, index, made)
        before = self._before(sentence, index)
        if before is None:
            return made
        return [before] if before.grade == "sure" else [*made, before]

    # -- units

    def _bounds_of(self, quantity: Quantity, unit: str = "") -> tuple[Decimal, Decimal] | None:
        """Both ends in the wanted unit; None where they cannot be brought to it."""
        wanted = self.parameter.unit
        low_unit, high_unit = quantity.low_unit or unit, quantity.high_unit or unit
        if not wanted and high_unit == "分":  # points of a score
            low_unit = high_unit = ""
        if not low_unit and not high_unit and wanted and self._wanted_follows(quantity, wanted):
            return quantity.low, quantity.high
        low = in_unit(quantity.low, low_unit, wanted, difference=self._difference)
        high = in_unit(quantity.high, high_unit, wanted, difference=self._difference)
        return None if low is None or high is None else (min(low, high), max(low, high))

    def _wanted_follows(self, quantity: Quantity, wanted: str) -> bool:
        """A unit that no table knows (HRA, 目) is the wanted one where it stands after the number as it is written."""
        spelled = fold(wanted).text.strip()
        rest = self.text.plain[quantity.end : quantity.end + len(spelled) + 2].lstrip()
        follows = rest[len(spelled) : len(spelled) + 1]
        return bool(spelled) and rest.startswith(spelled) and not (follows.isascii() and follows.isalnum())

    def _fits(self, sentence: _Sentence, place: int, header: str) -> tuple[str, tuple[Decimal, Decimal] | None]:
        """yes, no (another unit), bare (none where one is needed) or count (a number of things); with both ends."""
        quantity = sentence.tokens[place].quantity
        assert quantity is not None
        key = quantity.start, header
        if key not in self._read:
            self._read[key] = self._fitting(sentence, place, quantity, header)
        return self._read[key]

    def _fitting(
        self, sentence: _Sentence, place: int, quantity: Quantity, header: str
    ) -> tuple[str, tuple[Decimal, Decimal] | None]:
        unit = header
        if not quantity.low_unit and self.parameter.unit and not header:
            unit = self._unit_of_list(sentence, place)
        bounds = self._bounds_of(quantity, unit)
        if bounds is not None:
            return ("yes" if quantity.tight or unit else "count"), bounds
        if quantity.high_unit or unit:
            return "no", None
        return ("bare" if quantity.tight else "count"), None

    def _unit_of_list(self, sentence: _Sentence, place: int) -> str:
        """In "2.41, 2.55 and 2.62 g/cm³" the unit of the last number holds for all."""
        following = _UNIT_FOLLOWS.match(sentence.kinds, place + 1)
        if following is None:
            return ""
        quantity = sentence.tokens[following.end() - 1].quantity
        assert quantity is not None
        if quantity.low_unit:
            return quantity.low_unit if in_unit(Decimal(1), quantity.low_unit, self.parameter.unit) is not None else ""
        return self._unit_of_list(sentence, following.end() - 1)

    def _header(self, end: int) -> tuple[str, int]:
        """The unit that stands with the name, as in a table: 压实密度（g/cm³）：2.62. With the place where it ends."""
        lead = _HEADER_UNIT.match(self.text.plain, end)
        if lead is None:
            return "", end
        begin = lead.end()
        close = self.text.plain.find(")", begin, begin + 40)
        if "(" in lead.group() and close > 0:  # (0.1C, mAh/g)
            begin = max(begin, *(self.text.plain.rfind(mark, begin, close) + 1 for mark in (",", ";", "、", "/ ")))
        found = unit_at(self.text.plain, begin)
        if found is None:
            return "", end
        written = self.text.plain[begin : found.end].strip()
        if in_unit(Decimal(1), written, self.parameter.unit) is None:
            return "", end
        stop = found.end
        while self.text.plain[stop : stop + 1] in (")", "]"):
            stop += 1
        return written, stop

    # -- values after the name

    def _after(self, sentence: _Sentence, index: int) -> list[_Statement]:
        tokens = sentence.tokens
        header, header_end = self._header(tokens[index].end)
        made: list[_Statement] = []
        gap: list[Token] = []
        taken: int | None = None
        reached = tokens[index].end
        for place in range(index + 1, len(tokens)):
            token = tokens[place]
            if (token.kind == "N" and self.number in token.of) or token.start - reached > _REACH:
                break
            if token.kind != "q":
                if token.start >= header_end:
                    gap.append(token)
                continue
            fits, ends = self._fits(sentence, place, header)
            link = (
                self._linked(sentence, index, place, gap, fits)
                if taken is None
                else self._continued(sentence, place, gap, fits)
            )
            if link.grade == "stop":
                break
            if link.grade in ("skip", "other"):
                gap.append(token._replace(kind="q" if link.grade == "skip" else "Q"))
                continue
            grade: Grade = "sure" if link.grade == "sure" else "open" if link.grade == "open" else "hint"
            statement = self._stated(sentence, index, place, grade, ends, link.tokens)
            if taken is not None and made and (both := _crossed(made[-1], statement, gap)) is not None:
                made[-1] = both
            else:
                made.append(statement)
            if ends is not None and grade != "hint":
                taken, gap, reached = place, [], token.end
            else:
                gap.append(token)
        several = sum(one.grade == "sure" and one.fit for one in made) > 1
        if several and re.search(r"[nCN][f]*[&c][fuhs]*$", sentence.kinds[:index]):
            # "The rise time and the fall time are 20 ns and 30 ns": whose is which is not said.
            made = [replace(one, grade="open") for one in made]
        return made

    def _linked(self, sentence: _Sentence, index: int, place: int, gap: list[Token], fits: str) -> _Link:
        """Whether a number, the first since the name, is said of it."""
        if fits == "count":
            return _Link("skip")
        kinds = "".join("n" if token.kind == "N" else token.kind for token in gap)
        quantity = sentence.tokens[place].quantity
        assert quantity is not None
        if _DIFFERENCE_AFTER.match(self.text.lower, quantity.after):
            return _Link("other")
        if gap and gap[0].kind == "n" and self.text.lower[gap[0].start : gap[0].end] in _AMOUNT:
            kinds = "f" + kinds[1:]  # 磁性异物含量 is how much of it there is
        if (
            gap
            and gap[0].kind == "u"
            and gap[0].end == gap[0].start + 1
            and not _HAN.match(self.text.lower, gap[0].start)
        ):
            kinds = "f" + kinds[1:]  # the sign of the quantity: density ρ
        kinds = _BRACKETED.sub("f", kinds)
        kinds = _VALUE_OF_ANOTHER.sub(r"\1", kinds)
        kinds = _CONDITION_NAMED_AFTER.sub("q", kinds)
        kinds = _CONDITION_UNMEASURED.sub("f", kinds)
        head = _HEAD_BEFORE.search(sentence.kinds[:index])
        if head is not None and (head.group()[0] in "nC" or "l" in kinds):
            # "The deviation of the density is": what stands before "of" has the value.
            return _Link("other" if head.group()[0] in "nC" else "open", gap)
        if "n" in kinds or "C" in kinds:
            if _COORDINATED.fullmatch(kinds) and fits == "yes":
                return _Link("sure" if "j" in kinds else "open", gap)
            return _Link("other")
        if "t" in kinds:
            kinds = re.sub(r"t[^c]*c", "c", kinds)
            if "t" in kinds and self.text.lower[gap[-1].start : gap[-1].end] in _BY_HOW_MUCH:
                return _Link("other")  # 比商品粉末高0.2 g/cm³
            if "t" in kinds:
                return _Link("hint" if fits == "yes" else "skip", gap)
        if re.search(r"B[foa]*$", kinds):
            return _Link("other")  # by how much it rises, falls or varies
        if "d" in kinds:
            risen = quantity.low != quantity.high or re.match(r"[^cv]{0,8}if*q", sentence.kinds[place + 1 :])
            between = risen and gap[-1].told == "from"
            if not between and not re.search(r"[iel]", kinds[kinds.rindex("d") :]):
                return _Link("other")
            kinds = kinds.replace("d", "f")
        core = re.sub(r"[smkjy()]", "f", kinds)
        if self._is_condition(kinds, quantity, sentence.kinds[place + 1 :]):
            return _Link("skip")
        if re.search(r"d[pw]f*$", sentence.kinds[:index]) and not re.search(r"[iel]", core):
            return _Link("other")  # "an increase in density of 0.2 g/cm³"
        if re.search(r"[&c]", core) and not re.search(r"[leob]", core) and self._named_after(sentence, place):
            return _Link("other")
        if fits != "yes":
            direct = _DIRECT.fullmatch(core) or (fits == "no" and _SAID_OF_IT.fullmatch(core))
            return _Link("sure" if direct else "skip", gap)
        if "Q" in core:
            return _Link("open" if re.search(r"[leo][oaxf]*$", core) else "other", gap)
        core = re.sub(r"&(?=[fx]*[el])", "f", core) if "u" not in core else core
        sure = _JOINED.fullmatch(core) is not None and "v" not in core
        sure = sure and not re.search(r"u[^c]*y", kinds)  # "measured with a probe whose tip is"
        if gap and gap[-1].told == "test" and not re.search(r"[leow]", core):
            sure = False  # 质量检测20 kg
        if sure and "u" in core:
            raised = re.search(r"df*$", sentence.kinds[:index]) is not None  # "raised the purity of hybrids to"
            sure = re.search(r"[leobi]" if raised else r"[leob]", core[core.rindex("u") :]) is not None
        return _Link("sure" if sure else "open", gap)

    def _is_condition(self, kinds: str, quantity: Quantity, following: str) -> bool:
        """Whether a number tells under what condition something holds: "at 2.4 GHz", 在2.4 GHz处."""
        if re.search(r"[p@B]f*$", kinds) and not re.search(r"[kl]f*@f*$", kinds):
            # 由2.4提高到2.6: both are values; every other number right after a preposition is a circumstance.
            return not re.match(r"f*d+f*[iel]+f*q", following)
        named = _CONDITION_AFTER.match(self.text.plain, quantity.after) is not None or following[:1] in ("n", "C")
        return named and re.search(r"zf*$", kinds) is not None

    def _named_after(self, sentence: _Sentence, place: int) -> bool:
        """Whether another quantity takes the number for itself: "and 1.40 g/cm³ tap density"."""
        after = _TAKEN_AFTER.match(sentence.kinds, place + 1)
        if after is None:
            return False
        token = sentence.tokens[after.end() - 1]
        return not (token.kind == "N" and self.number in token.of)

    def _continued(self, sentence: _Sentence, place: int, gap: list[Token], fits: str) -> _Link:
        """Whether a further number is a value of the same parameter: a list, or a later clause that leaves the name out."""
        kinds = "".join("n" if token.kind == "N" else token.kind for token in gap)
        kinds = _BRACKETED.sub("f", kinds)
        kinds = _CONDITION_NAMED_AFTER.sub("q", _VALUE_OF_ANOTHER.sub(r"\1", kinds))
        kinds = _CIRCUMSTANCE.sub("f", kinds)
        if fits != "yes":
            return _Link("skip")
        quantity = sentence.tokens[place].quantity
        assert quantity is not None
        if "n" in kinds or "C" in kinds or self._named_after(sentence, place):
            return _Link("stop")
        if "t" in kinds or _DIFFERENCE_AFTER.match(self.text.lower, quantity.after):
            return _Link("hint", gap)
        if re.search(r"B[foa]*$", kinds):
            return _Link("skip")
        if re.fullmatch(r"f*d+f*[iel]+f*|(?:[pw@z][fuq]*)?if*", kinds):
            return _Link("sure", gap)  # from 2.4 g/cm³, raised to 2.6
        if "d" in kinds:
            if not re.search(r"[iel]", kinds[kinds.rindex("d") :]):
                return _Link("hint", gap)
            kinds = kinds.replace("d", "f")
        if self._is_condition(kinds, quantity, sentence.kinds[place + 1 :]):
            return _Link("skip")
        core = re.sub(r"[smkjy)]", "f", kinds)
        if "(" in core:
            return _Link("open", gap)
        if re.fullmatch(r"f*o[fa]*", core) and self.text.lower[gap[-1].start : gap[-1].end] not in PLACING:
            return _Link("sure", gap)  # 大于2.5小于2.6
        if not re.search(r"[c&v]", core):
            return _Link("skip")
        if _LISTED.fullmatch(core):
            return _Link("sure", gap)
        plain = is_plain(quantity.high_unit or self.parameter.unit)
        told = "s" in kinds or "v" in kinds
        if "s" in kinds and not plain and re.fullmatch(r"[fuc&v]*[leof]*", core):
            return _Link("sure", gap)
        if plain and not told and not self._later(gap):
            return _Link("skip")
        return _Link("open", gap)

    def _later(self, gap: list[Token]) -> bool:
        """Whether a clause tells of a later or another state of the same thing."""
        said = self.text.lower[gap[0].start : gap[-1].end] if gap else ""
        return re.search(r"后|另|after|then|another|other|second|finally", said) is not None

    def _carried(self, number: int) -> list[_Statement]:
        """A value in the sentence after, where that names nothing else: "After doping it is 2.61 g/cm³"."""
        sentence = self.text.sentence(number)
        if sentence is None or number in self.text.named.get(self.number, ()):
            return []
        for place, token in enumerate(sentence.tokens):
            if token.kind in ("n", "N", "C", "t", "d"):
                return []
            if token.kind != "q":
                continue
            fits, ends = self._fits(sentence, place, "")
            if fits != "yes":
                continue
            kinds = re.sub(r"[smkjyvq()]", "f", _BRACKETED.sub("f", sentence.kinds[:place]))
            if not re.fullmatch(r"f*(?:[pz@w][fupz@w]*c?)?[flwoaexbhizc]*", kinds) or not re.search(r"[leow]", kinds):
                return []
            return [self._stated(sentence, place, place, "open", ends, sentence.tokens[:place])]
        return []

    # -- values before the name

    def _before(self, sentence: _Sentence, index: int) -> _Statement | None:
        """A number that stands before the name: "a 500 MHz bandwidth", 97%的纯度."""
        place = sentence.kinds.rfind("q", 0, index)
        if place < 0:
            return None
        between = sentence.kinds[place + 1 : index]
        fits, ends = self._fits(sentence, place, "")
        if fits != "yes" or re.search(r"[cvnNCt;]", between):
            return None
        if re.search(r"[nCN][flwoaexbhizm(]*$", sentence.kinds[:place]) or re.match(
            "[nCd]", sentence.kinds[index + 1 :]
        ):
            return None  # "a 5 % efficiency loss"
        quantity = sentence.tokens[place].quantity
        assert quantity is not None
        if _DIFFERENCE_AFTER.match(self.text.lower, quantity.after) or _WITHIN_WHAT.match(
            self.text.lower, quantity.after
        ):
            return None
        begin = place
        while begin and sentence.kinds[begin - 1] in "oxabehfliz":
            begin -= 1
        leading = sentence.tokens[begin:place]
        if between and sentence.kinds[begin - 1 : begin] in ("@", "p"):
            return None  # "at 28 GHz the bandwidth"
        if between == "o":
            return self._stated(sentence, index, place, "sure", ends, (_mirrored(sentence.tokens[place + 1]),))
        if re.fullmatch(r"f*|l[fm]*p?f*", between) and self._adjoins(sentence, place, between):
            whole = sentence.kinds[index + 1 : index + 2] != "u"  # "the 1 dB gain compression point"
            return self._stated(sentence, index, place, "sure" if whole else "open", ends, leading)
        if self.parameter.unit and re.fullmatch(r"[fusmpwehlz]{1,6}", between):
            return self._stated(sentence, index, place, "open", ends, leading)
        return None

    def _adjoins(self, sentence: _Sentence, place: int, between: str) -> bool:
        """A Chinese number before a name is its value only through 的, a link, or with nothing between."""
        said = self.text.lower[sentence.tokens[place].end : sentence.tokens[place + len(between) + 1].start].strip()
        if not self.parameter.unit and not said:
            return False  # "3.2 折射率" is a heading
        return "l" in between or not said or said in ("的", "的高", "(", "of", "total", "rated", "nominal", "average")

    def _between(self, sentence: _Sentence, index: int, made: list[_Statement]) -> list[_Statement]:
        """2.5 g/cm³ ≤ name ≤ 2.6 g/cm³: the bound before the name belongs to the one after it."""
        if index < 2 or sentence.kinds[index - 2 : index] != "qo":
            return made
        before = self._before(sentence, index)
        if before is None or before.bounds is None or made[0].bounds is None:
            return made
        both = _crossing(before.bounds, made[0].bounds)
        return [replace(made[0], bounds=both), *made[1:]]

    # -- several parameters, several values

    def _respective(self, sentence: _Sentence, index: int) -> list[_Statement] | None:
        """What of a list is the parameter's: "A and B are x and y, respectively", A和B分别为x和y; None for no list."""
        kinds = sentence.kinds
        mark = kinds.find("r", index)
        if mark < 0:
            return None
        before_values = not self.text.lower[sentence.tokens[mark].start].isascii()  # 分别 stands before them
        first = kinds.find("q", mark if before_values else index)
        stop = kinds.find("N", index + 1)
        values = [] if first < 0 else self._listed(sentence, first)
        if not values or (not before_values and not values[-1] < mark <= values[-1] + 4):
            return None
        said = kinds[index:first]
        if "d" in said and not re.search(r"[iel]", said[said.rindex("d") :]):
            return []  # by how much each rises or falls
        if "t" in said or re.search(r"x(?![oe])", said):
            return [self._value(sentence, index, place, "open") for place in values]
        link = max((kinds.rfind(kind, index, first) for kind in "lwr"), default=-1)
        segments = self._segments(sentence, index, link if link > index else first)
        named = [held for held, is_named in segments if is_named]
        mine = next((n for n, held in enumerate(named) if held), None)
        if mine is None:
            return None
        if len(named) == 1 and len(segments) == 1:
            return [self._value(sentence, index, place, "sure") for place in values]
        if len(named) == 1 and stop < 0:  # samples A and B: all values are of the one parameter
            return [self._value(sentence, index, place, "sure") for place in values]
        if len(named) == len(values) and len(named) == len(segments):
            return [self._value(sentence, index, values[mine], "sure")]
        return [self._value(sentence, index, place, "open") for place in values]

    def _listed(self, sentence: _Sentence, first: int) -> list[int]:
        """The places of the quantities that follow each other in a list."""
        places = [first]
        while (match := _NEXT_OF_LIST.match(sentence.kinds, places[-1] + 1)) is not None:
            places.append(match.end() - 1)
        return places

    def _segments(self, sentence: _Sentence, index: int, end: int) -> list[tuple[bool, bool]]:
        """The parts of a list of names: whether each holds the name sought, and whether it ends in a quantity at all."""
        begin = max(sentence.kinds.rfind("q", 0, index), sentence.kinds.rfind("v", 0, index)) + 1
        parts: list[tuple[bool, bool]] = []
        start = begin
        for place in range(begin, end + 1):
            if place < end and sentence.kinds[place] not in "&c":
                continue
            part = sentence.tokens[start:place]
            kinds = re.sub(r"[frjmlw]*$", "", sentence.kinds[start:place])
            if part:
                held = any(t.kind == "N" and self.number in t.of for t in part)
                parts.append((held, kinds[-1:] in ("N", "n", "C")))
            start = place + 1
        while len(parts) > 1 and not parts[0][1] and sentence.kinds[begin:end].count("c"):
            parts.pop(0)  # "In this test, …"
        return parts

    def _value(self, sentence: _Sentence, index: int, place: int, grade: Grade) -> _Statement:
        fits, ends = self._fits(sentence, place, "")
        run = place
        while run and sentence.kinds[run - 1] in "oxabeh":
            run -= 1
        return self._stated(
            sentence, index, place, grade if fits in ("yes", "no", "bare") else "open", ends, sentence.tokens[run:place]
        )

    # -- a statement

    def _stated(
        self,
        sentence: _Sentence,
        index: int,
        place: int,
        grade: Grade,
        ends: tuple[Decimal, Decimal] | None,
        leading: Sequence[Token],
    ) -> _Statement:
        quantity = sentence.tokens[place].quantity
        assert quantity is not None
        words = (*self._before_name(sentence, index, place), *leading)
        comparison = None if self._figurative(words) else _compared_by(words)
        between = sentence.kinds[index + 1 : place]
        attribute = self.text.plain.startswith("的", quantity.after)
        verbless = place < index or attribute or not re.search(r"[leo]", between)
        status = sentence.status(place, index, verbless=verbless)
        if not status and _CASE_AFTER.match(self.text.plain, quantity.after):
            status = "if"
        if index != place and self._other_quality(sentence.tokens[index].start):
            status = status or "open"
        bounds = None
        if ends is not None and not quantity.doubtful and comparison is not None:
            bounds = self._interval(quantity, ends, comparison.sign)
        doubt = max(1 if quantity.approximate else 0, 0 if comparison is None else comparison.doubt)
        return _Statement(
            quantity.start,
            quantity.end,
            grade,
            ends is not None,
            bounds,
            doubt,
            sentence.owner(place, index),
            status,
            self._condition_of(sentence, place, index),
            _Read(sentence, index, place),
        )

    def _figurative(self, words: Sequence[Token]) -> bool:
        """精度高于1 μm: whether the precision or the number is the higher one is not said."""
        if not _PRECISION.search(self._names):
            return False
        return any(t.kind == "o" and self.text.lower[t.start : t.end] in _HIGH_OR_LOW for t in words)

    def _other_quality(self, start: int) -> bool:
        """A theoretical capacity, the density of an electrode: another quantity under a longer name."""
        before = self.text.lower[max(0, start - 16) : start]
        match = _OTHER_QUALITY.search(before)
        return match is not None and match.group().strip("的 ") not in self._names.lower()

    def _before_name(self, sentence: _Sentence, index: int, place: int) -> Sequence[Token]:
        """Words of comparison that stand before the name: "does not reach a density of", 最高转速."""
        if place <= index:
            return ()
        begin = index
        while begin and sentence.kinds[begin - 1] in "oxebhaf":
            begin -= 1
        if not re.search(r"[oxbh]", sentence.kinds[begin:index]):
            return ()
        if begin and sentence.kinds[begin - 1] == "q" and sentence.kinds[begin] == "o":
            return ()  # 2.5 ≤ name: a bound of its own
        return sentence.tokens[begin:index]

    def _interval(self, quantity: Quantity, ends: tuple[Decimal, Decimal], sign: str) -> _Interval | None:
        """The values that a quantity with its words of comparison allows; None where they contradict each other."""
        low, high = ends
        after = quantity.bound
        if quantity.swing:  # ±0.02 mm: no more than that to either side
            within = _Interval(None, high)
            limits = _limits(self.parameter)
            precise = self.parameter.operator in ("≤", "<") and limits is not None and within.within(limits)
            return within if precise and not sign else None
        if after == "better":
            sign, after = (self._better(strict=False) if not sign else "?"), ""
        if sign == "better":
            sign = self._better(strict=True)
        if sign == "?":
            return None
        if after:
            if sign and (sign in "≥>") != (after in "≥>"):
                return None
            sign = sign or after
        if not sign:
            return _Interval(low, high)
        if low != high:
            return None
        if sign in ("≥", ">"):
            return _Interval(low, None, low_open=sign == ">")
        return _Interval(None, high, high_open=sign == "<")

    def _better(self, *, strict: bool) -> str:
        """The side on which a better value lies; "?" where the quantity does not tell."""
        operator = self.parameter.operator
        if _LESS_IS_BETTER.search(self._names) and not _MORE_SIGNAL.search(self._names):
            side = "<"
        elif _MORE_IS_BETTER.search(self._names):
            side = ">"
        elif operator in ("≥", ">", "≤", "<"):
            side = ">" if operator in ("≥", ">") else "<"
        else:
            return "?"
        return side if strict else {">": "≥", "<": "≤"}[side]

    # -- conditions

    def _condition_of(self, sentence: _Sentence, place: int, name: int) -> bool | None:
        """Whether the required condition is stated of a value; False where another one is, or it is not clear which."""
        required = _condition(self.parameter)
        if required is None:
            return None
        found = self._conditions_in(sentence, required)
        begin, end = self._segment(sentence, place)
        near = [one for one in found if begin <= one.start < end]
        if near:
            return all(one.same for one in near)
        first, last = sentence.tokens[min(place, name)].start, sentence.tokens[place].end
        before = [one for one in found if one.start < first]
        if before and not self._of_another(sentence, before[-1], place):
            return all(one.same for one in before if not self._of_another(sentence, one, place) or not one.same)
        if before and before[-1].same and all(one.same for one in before):
            return True  # "0.1C capacity of 162 mAh/g, first efficiency of 97 %": both at 0.1C
        after = [one for one in found if one.start >= last]
        if after and not self._of_another(sentence, after[0], place):
            return after[0].same
        if before and not before[-1].same and any(one.same for one in before):
            return False
        return self._condition_beside(sentence, place, required)

    def _condition_beside(self, sentence: _Sentence, place: int, required: Quantity) -> bool | None:
        """What the sentences before and after a value say of its condition, and those that speak of all such values."""
        own = sentence.tokens[place]
        told: bool | None = None
        for number in (sentence.number - 1, sentence.number + 1):
            other = None if self.text.apart(number, sentence.number) else self.text.sentence(number)
            if other is None:
                continue
            said = self._stray_condition(other, required)
            if said is False:
                return False
            found = self._conditions_in(other, required)
            near = any(one.end > own.start - _NEAR and one.start < own.end + _NEAR for one in found)
            if said or (near and all(one.same for one in found)):
                told = True
        if self._general is None:
            naming = (self.text.sentence(n) for n in self.text.named.get(self.number, ())[:_MENTIONS])
            self._general = {s.number: self._stray_condition(s, required) for s in naming if s is not None}
        of_all = {said for number, said in self._general.items() if number != sentence.number}
        return False if False in of_all else told or (True if True in of_all else None)

    def _stray_condition(self, sentence: _Sentence, required: Quantity) -> bool | None:
        """Whether a sentence names the required condition, and no value that it would hold for; False for another one."""
        stray = [one for one in self._conditions_in(sentence, required) if not self._of_another(sentence, one, -1)]
        return all(one.same for one in stray) if stray else None

    def _segment(self, sentence: _Sentence, place: int) -> tuple[int, int]:
        """The places between which a condition belongs to a value: "158 mAh/g at 0.1C and 140 mAh/g at 1C"."""
        kinds, tokens = sentence.kinds, sentence.tokens
        begin = next((i for i in range(place - 1, -1, -1) if self._is_value(sentence, i)), -1) + 1
        begin = next((i for i in range(begin, place) if begin and kinds[i] in "&cv"), begin)
        # Before the value, its own clause comes first; what stands before that is told apart by `_of_another`.
        begin = max(begin, kinds.rfind("c", 0, place) + 1) if self._own_clause_names(sentence, place) else begin
        depth = 0
        for i in range(place + 1, len(kinds)):
            depth += (kinds[i] == "(") - (kinds[i] == ")")
            if kinds[i] in "&cv" and depth <= 0:
                return tokens[begin].start, tokens[i].start
        return tokens[begin].start, sentence.end

    def _own_clause_names(self, sentence: _Sentence, place: int) -> bool:
        """Whether the clause of a value holds the name too."""
        begin = sentence.kinds.rfind("c", 0, place) + 1
        return any(t.kind == "N" and self.number in t.of for t in sentence.tokens[begin:place])

    def _conditions_in(self, sentence: _Sentence, required: Quantity) -> list[_Condition]:
        """The pressures, rates or whatever the required condition is, that a sentence names."""
        key = sentence.number
        if key in self._named_conditions:
            return self._named_conditions[key]
        found: list[_Condition] = []
        lower = self.text.lower
        if required.high_unit == "C":
            for match in _RATE.finditer(lower, sentence.start, sentence.end):
                found.append(_Condition(match.start(), match.end(), _rate(match) == required.high))
        else:
            presses = _PRESSES.search(lower, sentence.start, sentence.end) is not None
            for token in sentence.tokens:
                if token.quantity is None:
                    continue
                same = _same_quantity(token.quantity, required)
                if same is None and presses and token.quantity.high_unit in _FORCES:
                    same = False  # a force, or one on an area that is not told
                if same is not None and (same or not self._aside(sentence, token, required)):
                    found.append(_Condition(token.start, token.end, same))
        self._named_conditions[key] = found
        return found

    def _aside(self, sentence: _Sentence, token: Token, required: Quantity) -> bool:
        """A pressure of spraying or of a gas: small, and in another clause than any value."""
        assert token.quantity is not None
        value = in_unit(token.quantity.high, token.quantity.high_unit, required.high_unit)
        if value is None or value * 20 > required.high or self.text.lower[token.start - 1 : token.start] == "压":
            return False
        begin = max(self.text.lower.rfind(mark, sentence.start, token.start) for mark in (",", "，", ";"))
        stops = [self.text.lower.find(mark, token.end, sentence.end) for mark in (",", "，", ";")]
        end = min((stop for stop in stops if stop >= 0), default=sentence.end)
        return not any(t.kind == "N" and begin < t.start < end for t in sentence.tokens)

    def _of_another(self, sentence: _Sentence, condition: _Condition, place: int) -> bool:
        """Whether a condition stands in a clause that states a value of its own."""
        tokens, kinds = sentence.tokens, sentence.kinds
        index = next((i for i, t in enumerate(tokens) if t.end > condition.start), len(tokens))
        begin = max(kinds.rfind("c", 0, index), kinds.rfind("v", 0, index)) + 1
        end = next((i for i in range(index, len(kinds)) if kinds[i] in "cv"), len(kinds))
        required = _condition(self.parameter)
        assert required is not None
        return any(
            t.quantity is not None
            and i != place
            and not (condition.start - 1 <= t.start < condition.end)
            and _same_quantity(t.quantity, required) is None
            and t.quantity.high_unit not in _CIRCUMSTANTIAL
            for i, t in enumerate(tokens[begin:end], begin)
        )

    def _is_value(self, sentence: _Sentence, place: int) -> bool:
        return sentence.kinds[place] == "q" and self._fits(sentence, place, "")[0] == "yes"

    # -- whether it is understood

    def understands(self, statement: _Statement) -> bool:
        """Whether nothing about a value is left that is not understood: its own sentence, and those that lead to it."""
        if statement.read is None:
            return False
        sentence, name, value = statement.read
        scope = self._scope(sentence, name, value)
        return (
            understood(self.text.lower, scope)
            and not self._under_strain(sentence, name, value)
            and not self._another_share(sentence, value, scope)
            and (scope.own or not self._told_of_others(sentence))
            and self._stands_by(sentence)
        )

    def _scope(self, sentence: _Sentence, name: int, value: int) -> Scope:
        tokens, kinds = sentence.tokens, sentence.kinds
        first, last = min(name, value), max(name, value)
        begin = 0
        turns = [i for i, token in enumerate(tokens[:value]) if _turns(token)]
        for other in (i for i in range(value) if i != name and self._is_value(sentence, i)):
            reached = first if other < first else value
            turned = any(other < i < reached for i in turns)
            if turned or _OBTAINED.search(self.text.lower, tokens[other].end, tokens[reached].start):
                begin = next((i for i in range(other, reached) if kinds[i] in "cv&"), other) + 1
                first = max(first, begin)
        clause = max(kinds.rfind("c", 0, first), kinds.rfind("v", 0, first)) + 1
        stop = next((i for i in range(last + 1, len(kinds)) if kinds[i] in "cv"), len(kinds))
        beside: list[tuple[int, int]] = []
        marks = [last, *(i for i in range(last + 1, len(kinds)) if kinds[i] in "cv&"), len(kinds)]
        for start, until in pairwise(marks):
            values = [i for i in range(start + 1, until) if kinds[i] == "q"]
            if any(self._is_value(sentence, i) for i in values) or (
                start > last and values and any(t.kind in "nNC" for t in tokens[start:until])
            ):
                beside.append((tokens[start].end, tokens[until].start if until < len(tokens) else sentence.end))
        known = [(t.start, t.end) for t in tokens if t.kind in "Nq" or (t.kind == "n" and t.end - t.start > 3)]
        quantity = tokens[value].quantity
        assert quantity is not None
        said = self.text.lower[tokens[begin].start : tokens[last].end]
        return Scope(
            tokens[begin].start,
            sentence.end,
            tokens[max(begin, clause)].start,
            tokens[stop].start if stop < len(tokens) else sentence.end,
            tokens[name].start,
            tokens[name].end,
            quantity.start,
            quantity.end,
            known,
            any(t.kind == "s" and t.told in ("own", "final") for t in tokens[begin:last])
            or _OBTAINED.search(said) is not None,
            self.parameter.name.zh in (*_OF_CATHODES, "纯度"),
            self.parameter.name.zh in (*_OF_CATHODES, "振实密度", "磁性异物"),
            [(t.start, tokens[i + 1].end) for i, t in enumerate(tokens[:-1]) if t.kind == "x" and _compares(kinds, i)],
            beside,
        )

    def _under_strain(self, sentence: _Sentence, name: int, value: int) -> bool:
        """A capacity in the cold, in the heat or after many cycles is not the one that is asked for."""
        if not _OF_CELLS.search(self._names) or self.parameter.name.zh not in _OF_CATHODES:
            return False
        first, last = min(name, value), max(name, value)
        begin = sentence.kinds.rfind("c", 0, max(0, sentence.kinds.rfind("c", 0, first))) + 1
        end = next((i for i in range(last + 1, len(sentence.kinds)) if sentence.kinds[i] in "cv"), len(sentence.kinds))
        for token in sentence.tokens[begin:end]:
            quantity = token.quantity
            if quantity is None:
                continue
            degrees = in_unit(quantity.high, quantity.high_unit, "°C") if quantity.high_unit not in ("", "%") else None
            if degrees is not None and -80 <= degrees <= 100 and not 15 <= degrees <= 35:
                return True
            if quantity.high_unit in _CYCLES and quantity.high > 3 and not _KEPT.search(self._names):
                return True
        said = self.text.lower[sentence.tokens[begin].start : sentence.tokens[end - 1].end]
        if _CYCLED.search(said) and not _KEPT.search(self._names):
            return True
        return _CURRENT.search(said) is not None and not any(
            one.same for one in self._conditions_in(sentence, _condition(self.parameter) or _NOTHING)
        )

    def _another_share(self, sentence: _Sentence, value: int, scope: Scope) -> bool:
        """Another percentage of which the clause does not say what it is a share of: "90 % of the batches have …"."""
        if self.parameter.unit != "%":
            return False
        kinds = sentence.kinds
        for i, token in enumerate(sentence.tokens):
            if i == value or token.quantity is None or not scope.clause_start <= token.start < scope.clause_end:
                continue
            if token.quantity.high_unit not in ("%", "％") or re.search(r"[nNC][flwo=:eb]{0,3}$", kinds[:i]):
                continue
            if not re.match(r"[fwup]{0,3}[nC]", kinds[i + 1 :]):
                return True
        return False

    def _told_of_others(self, sentence: _Sentence) -> bool:
        """Whether the sentences before speak of another's thing, or announce what is only wished or asked for."""
        for number in (sentence.number - 1, sentence.number - 2):
            if number < 0 or self.text.apart(number, sentence.number):
                return False
            if number not in self._others:
                self._others[number] = self._of_others(*self.text.bounds(number))
            told = self._others[number]
            if told is not None:
                return told
        return False

    def _of_others(self, start: int, end: int) -> bool | None:
        """Whether a sentence speaks of another's thing or of wishes; False where of one's own, None where of neither."""
        if _ANOTHERS.search(self.text.lower, start, end):
            return True
        tokens: list[Token] = []
        lexed(self.text.lower, start, end, tokens)
        owners = {t.told for t in tokens if t.kind == "s"}
        if owners & {"own", "final"} or _OBTAINED.search(self.text.lower, start, end):
            return False
        if "other" in owners:
            return True
        wishes = any(t.kind == "m" and t.told != "actual" for t in tokens)
        return True if wishes and _ANNOUNCES.search(self.text.lower, start, end) else None

    def _stands_by(self, sentence: _Sentence) -> bool:
        """Whether the sentence after leaves a value standing: "This figure was later withdrawn" does not."""
        start, end = self.text.bounds(sentence.number + 1)
        if start >= end or _SPEAKS_OF_IT.match(self.text.lower, start, end) is None:
            return True
        after = self.text.sentence(sentence.number + 1)
        known = () if after is None else [(t.start, t.end) for t in after.tokens if t.kind in "Nqn"]
        return all_known(self.text.lower, start, end, known)


def _turns(token: Token) -> bool:
    """Whether a word turns from one thing to another: whereas, our, the final."""
    return token.kind == "v" or (token.kind == "s" and token.told in ("own", "final"))


def _compares(kinds: str, place: int) -> bool:
    """Whether a negation is part of a comparison: 不低于, "does not exceed"."""
    return re.match(r"x[fly]{0,2}[oed]", kinds[place : place + 4]) is not None


class _Condition(NamedTuple):
    """A condition that a text names: where, and whether it is the required one."""

    start: int
    end: int
    same: bool


# 0.1C, 0.1 C-rate, 0.1倍率, C/10; 25 C is a temperature.
_RATE = re.compile(
    r"(?<![\da-z.])(?P<rate>\d{1,2}(?:\.\d+)?|\.\d+)\s?(?:c(?![a-z0-9°])|倍率)|(?<![a-z0-9.])1?/?c\s?/\s?(?P<part>\d{1,2})(?![\d.])"
    r"|(?<![\da-z.])1/(?P<share>\d{1,2})\s?c(?![a-z0-9°])|(?P<word>[零一二三四五六七八九十两半]+)(?:倍率|c(?![a-z]))"
)


def _rate(match: re.Match[str]) -> Decimal | None:
    """A rate of charge, in multiples of 1C; None where it is written in words."""
    if match["rate"]:
        return Decimal(match["rate"])
    divisor = match["part"] or match["share"]
    return Decimal(1) / Decimal(divisor) if divisor and int(divisor) else None


_PRESSES = re.compile(r"压|press|compact|load|force|力")
_FORCES = frozenset(
    ("t", "吨", "T", "tonne", "tonnes", "ton", "tons", "kN", "千牛", "N", "t/cm2", "t/cm^2", "t/cm²", "kgf")
)
_CIRCUMSTANTIAL = frozenset(("°C", "℃", "°F", "K", "V", "h", "min", "s", "小时", "分钟", "次", "cycles", "cycle", ""))
_CYCLES = frozenset(("次", "次循环", "圈", "周", "cycles", "cycle"))
_MENTIONS = 200  # sentences that name a parameter, among which one may tell the condition of all
_OF_CATHODES = frozenset(
    (
        "粉末压实密度",
        "放电克容量",
        "可逆容量",
        "首次库伦效率",
        "平均电压",
        "放电容量保持率",
    )  # as the catalogue has them
)
_OF_CELLS = re.compile(r"容量|库伦|电压|保持率")
_KEPT = re.compile(r"保持率")
_CURRENT = re.compile(r"\d\s?ma\s?[/·]?\s?(?:g|cm)|电流密度|current density|过充|overcharg")
_CYCLED = re.compile(r"循环后|after (?:\w+ )?cycling")
_NOTHING = Quantity(Decimal(0), Decimal(0), "", "", 0, 0, 0)
_OBTAINED = re.compile(r"所得|制得|得到|制备|获得|所述|上述|obtained|prepared|produced|resulting|giving")
_ANOTHERS = re.compile(
    r"外购|采购|购买|购入|买来|买的|供方|供应商|客户|对方|友商|厂家|文献|报道|综述|竞|bought|purchased|supplier|vendor|customer|literature|"
    r"competit|korean|japanese|et al|review|graphite|anode|ncm|石墨|负极(?!片)|三元材料|传闻|假设|suppose|assume"
)
_ANNOUNCES = re.compile(r"如下|以下|following|follows|below")
_SPEAKS_OF_IT = re.compile(
    r"\s*(?:(?:this|that|these|those|the|such|both|all)\s+(?:\w+\s+)?(?:value|figure|number|result|reading|data|measurement)s?\b|"
    r"(?:it|this|that|these|they|however|but|in fact|actually|correction|erratum|note|sorry|unfortunately|later|afterwards|wrong|false|not)\b|"
    r"以上|上述|前述|该|此|这|上面|但|然而|不过|后来|后经|经复核|更正|勘误|实际上|事实上|注|数据|数值|结果|均|都|其|不|并非|错|假|可惜)"
)


@lru_cache(maxsize=256)
def _condition(parameter: Parameter) -> Quantity | None:
    """The quantity that the condition of a requirement names; None where it has none."""
    if parameter.condition is None:
        return None
    for words in (parameter.condition.en, parameter.condition.zh):
        plain = plain_text(fold(words))
        found = next((q for q in quantities(plain, 0, len(plain)) if q.high_unit), None)
        if found is not None:
            return found
    return None


def _same_quantity(stated: Quantity, required: Quantity) -> bool | None:
    """Whether two quantities are equal; None where they measure different things."""
    if not stated.high_unit:
        return None
    value = in_unit(stated.high, stated.high_unit, required.high_unit)
    return None if value is None else value == required.high and stated.low == stated.high


def _mirrored(token: Token) -> Token:
    return token._replace(told=_MIRRORED.get(token.told, "?"))


class _Compared(NamedTuple):
    sign: str
    doubt: int


def _compared_by(tokens: Sequence[Token]) -> _Compared | None:
    """The sign that words of comparison come to, and the doubt that "about" leaves; None where they contradict."""
    sign, soft, doubt, negated = "", "", 0, False
    last = max((i for i, token in enumerate(tokens) if token.kind in "qQ"), default=-1)
    for number, token in enumerate(tokens):
        kind = token.kind
        if kind == "x":
            if negated:
                return None
            negated = True
        elif number < last and kind in "oaebh":
            continue  # it belongs to the number in between
        elif kind == "o":
            told = _FLIPPED[token.told] if negated else token.told
            negated = False
            if sign and sign != told:
                return None
            sign = told
        elif kind == "e" and negated:
            sign, negated = "<", False
        elif kind == "b":
            if negated or sign:
                return None
            sign = "better"
        elif kind == "h":
            soft = token.told
        elif kind == "a":
            doubt = max(doubt, int(token.told))
        elif kind == "d" and negated:
            return None
    if negated:
        return None
    if soft and sign and sign != "better" and (soft == "≥") != (sign in "≥>"):
        return None
    return _Compared(sign or soft, doubt)


def _crossed(first: _Statement, second: _Statement, gap: list[Token]) -> _Statement | None:
    """大于2.5且小于2.6: a lower and an upper bound, joined, are one range."""
    if first.bounds is None or second.bounds is None or first.grade != "sure" or second.grade != "sure":
        return None
    if not any(token.kind == "o" for token in gap) or any(token.kind not in "c&vfox" for token in gap):
        return None
    both = _crossing(first.bounds, second.bounds)
    return None if both is None else replace(first, bounds=both, end=second.end)


def _crossing(first: _Interval, second: _Interval) -> _Interval | None:
    lower = next((i for i in (first, second) if i.low is not None and i.high is None), None)
    upper = next((i for i in (first, second) if i.high is not None and i.low is None), None)
    if lower is None or upper is None or lower.low is None or upper.high is None or lower.low > upper.high:
        return None
    return _Interval(lower.low, upper.high, lower.low_open, upper.high_open)


# ---- Judging --------------------------------------------------------------------------------------------------------


_UNDERSTOOD = 40  # values of a text about which every word is read


def _judged(
    statements: list[_Statement], limits: _Interval, understands: Callable[[_Statement], bool]
) -> tuple[Result, _Statement, float | None] | None:
    """What the statements of a text come to, with the one that decides; None where they state no value."""
    counting = [one for one in statements if one.grade in ("sure", "open")]
    if not counting:
        hint = next((one for one in statements if one.grade == "hint"), None)
        return None if hint is None else (Result.CANNOT_COMPARE, hint, None)
    facts = [one for one in counting if not one.status]
    if not facts:  # a target, a wish, a condition
        return Result.CANNOT_COMPARE, counting[0], None
    if all(one.condition is False for one in facts):  # measured otherwise
        return Result.CANNOT_COMPARE, facts[0], None
    own = _owned(_under_the_condition(facts))
    if not own:
        told = any(one.grade == "empty" and one.owner in ("own", "final") for one in statements)
        return None if told else (Result.CANNOT_COMPARE, facts[0], None)
    certain = [one.grade == "sure" and one.owner != "mixed" for one in own]
    sure = [one for one, is_certain in zip(own, certain, strict=True) if is_certain]
    sure = [one for one in sure if one.fit] or sure
    if not sure:
        return Result.CANNOT_COMPARE, own[0], None
    results = {_stands(one, limits) for one in sure}
    result = Result.OVERLAPS if len(results) > 1 else next(iter(results))
    if Result.CANNOT_COMPARE in results:
        result = Result.CANNOT_COMPARE
    doubted = (one for one, is_certain in zip(own, certain, strict=True) if not is_certain and one.fit)
    if result is not Result.OVERLAPS and any(_stands(one, limits) is not result for one in doubted):
        return Result.CANNOT_COMPARE, sure[0], None
    if result is not Result.CANNOT_COMPARE and result is not Result.OVERLAPS:
        clear = [one for one in sure[:_UNDERSTOOD] if understands(one)]
        if not clear:
            return Result.CANNOT_COMPARE, sure[0], None
        sure = clear
    return _deciding(result, sure, limits)


def _under_the_condition(statements: list[_Statement]) -> list[_Statement]:
    """Of values at several conditions (0.1C, 1C), those at the required one."""
    required = [one for one in statements if one.condition is True]
    return required or [one for one in statements if one.condition is None]


def _owned(statements: list[_Statement]) -> list[_Statement]:
    """The statements on the thing itself, where the text tells it from others."""
    owners = {one.owner for one in statements}
    if "final" in owners:
        return [one for one in statements if one.owner == "final"]
    if "own" in owners:
        return [one for one in statements if one.owner in ("own", "", "mixed")]
    return [one for one in statements if one.owner != "other"]


def _stands(statement: _Statement, limits: _Interval) -> Result:
    """How one statement stands to the limits."""
    bounds = statement.bounds
    if bounds is None:
        return Result.CANNOT_COMPARE
    if statement.doubt:
        ends = [end for end in (bounds.low, bounds.high) if end is not None]
        for limit in (limits.low, limits.high):
            if limit is not None and any(abs(end - limit) * 100 <= statement.doubt * abs(limit) for end in ends):
                return Result.CANNOT_COMPARE
    if bounds.within(limits):
        return Result.MEETS
    if bounds.under(limits):
        return Result.BELOW
    return Result.ABOVE if bounds.over(limits) else Result.OVERLAPS


def _deciding(
    result: Result, statements: list[_Statement], limits: _Interval
) -> tuple[Result, _Statement, float | None]:
    """The statement that decides and its margin: the weakest of those that meet, the nearest of those that fail."""
    found = [(_margin(result, one, limits), one) for one in statements]
    margins = [(margin, one) for margin, one in found if margin is not None]
    if len(margins) < len(found):
        return result, statements[0], None
    margin, nearest = min(margins, key=lambda each: abs(each[0]))
    return result, nearest, float(margin.quantize(Decimal("0.1"), ROUND_HALF_UP)) + 0.0


_ENORMOUS = Decimal(10) ** 12


def _margin(result: Result, statement: _Statement, limits: _Interval) -> Decimal | None:
    """By how many per cent of the limit a value exceeds it, exactly; None where that means nothing."""
    bounds = statement.bounds
    if bounds is None:
        return None
    told, limit = None, None
    if result is Result.BELOW:
        told, limit = bounds.high, limits.low
    elif result is Result.ABOVE:
        told, limit = bounds.low, limits.high
    elif result is Result.MEETS and (limits.low is None or limits.high is None or limits.low == limits.high):
        told, limit = (bounds.high, limits.high) if limits.low is None else (bounds.low, limits.low)
    if told is None or not limit:
        return None
    margin = (told - limit) / abs(limit) * 100
    return margin if abs(margin) < _ENORMOUS else None

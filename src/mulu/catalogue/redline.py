"""Two wordings of a control point side by side: what was struck out, what was put in, and whether the law changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal, get_args

from mulu.catalogue.tokens import (
    Quantity,
    Token,
    converted,
    is_traditional,
    operator_of,
    plain_shapes,
    quantities,
    same_width,
    simplified,
    tokens,
)
from mulu.errors import Misused, MuluError
from mulu.vocabulary import Said

PieceKind = Literal["same", "deleted", "inserted"]
ChangeKind = Literal["none", "editorial", "substantive"]


class DoesNotFit(MuluError):
    """A redline was applied to another wording than the one that it was made from."""

    def __init__(self, expected: str, given: str) -> None:
        place = next((i for i, (a, b) in enumerate(zip(expected, given, strict=False)) if a != b), None)
        place = min(len(expected), len(given)) if place is None else place
        wanted, found = expected[place : place + 20] or "∎", given[place : place + 20] or "∎"
        super().__init__(
            Said(
                "redline_does_not_fit",
                f"修订与文本不符：第 {place + 1} 个字符处应为“{wanted}”，实为“{found}”。请用修订前的原文，或重新比较两个文本。",
                f"The redline does not fit the text: at character {place + 1} it expects “{wanted}” and finds “{found}”. "
                f"Give the wording from before the change, or compare the two wordings anew.",
            )
        )
        self.expected = expected
        self.given = given
        self.place = place


class NoRedline(Misused):
    """A JSON value that is no redline."""

    def __init__(self, what: str) -> None:
        super().__init__(
            Said(
                "no_redline",
                f"这不是修订对照的 JSON：{what}。请给出 Redline.as_json() 写出的内容。",
                f"This JSON is no redline: {what}. Give what Redline.as_json() wrote.",
            )
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of wording that stayed, went or came."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Redline:
    """The way from one wording to another.

    Same and deleted pieces joined are the wording before, same and inserted ones the wording after. `editorial` means
    that every difference is one of form: what is caught stays the same.
    """

    pieces: tuple[Piece, ...]
    kind: ChangeKind
    reasons: tuple[Said, ...]

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind != "inserted")

    @property
    def after(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind != "deleted")

    def apply(self, before: str) -> str:
        """The wording after the change. Raises DoesNotFit for any other text than the wording before it."""
        if before != self.before:
            raise DoesNotFit(self.before, before)
        return self.after

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "reasons": [reason.as_json() for reason in self.reasons],
            "pieces": [{"kind": piece.kind, "text": piece.text} for piece in self.pieces],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Redline:
        """What `as_json` wrote. Raises NoRedline for anything else."""
        if not isinstance(value, Mapping) or set(value) != {"kind", "reasons", "pieces"}:
            raise NoRedline("kind, reasons, pieces?")
        if value["kind"] not in get_args(ChangeKind):
            raise NoRedline(f"kind = {value['kind']!r}")
        reasons = tuple(Said(*_texts(reason, ("id", "zh", "en"))) for reason in _rows(value["reasons"]))
        pieces = []
        for row in _rows(value["pieces"]):
            kind, text = _texts(row, ("kind", "text"))
            if kind not in get_args(PieceKind):
                raise NoRedline(f"pieces: kind = {kind!r}")
            pieces.append(Piece(kind, text))  # type: ignore[arg-type]  # one of the three, as just checked
        return cls(tuple(pieces), value["kind"], reasons)


def _rows(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise NoRedline(repr(value)[:60])
    return value


def _texts(row: Any, keys: tuple[str, ...]) -> list[str]:
    if not isinstance(row, Mapping) or set(row) != set(keys) or not all(isinstance(row[key], str) for key in keys):
        raise NoRedline(repr(row)[:60])
    return [row[key] for key in keys]


def plain(redline: Redline) -> str:
    """For a terminal without colours: [-struck out-]{+put in+}."""
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in redline.pieces)


def redline(before: str, after: str, terms: Iterable[str] = ()) -> Redline:
    """Compare two wordings; `terms` are terms of art that are never cut."""
    if before == after:
        return Redline((Piece("same", before),) if before else (), "none", ())
    known = terms if isinstance(terms, frozenset) else frozenset(terms)
    old, new = _units(before, known), _units(after, known)
    regions = _regions(old, new)
    pieces: list[Piece] = []
    place = 0
    for i1, i2, j1, j2 in regions:
        _add(pieces, "same", old[place:i1])
        _add(pieces, "deleted", old[i1:i2])
        _add(pieces, "inserted", new[j1:j2])
        place = i2
    _add(pieces, "same", old[place:])
    judged = [_judged(old, new, region) for region in regions]
    real = [reason for verdict in judged for reason in verdict.real]
    form = [reason for verdict in judged for reason in verdict.form]
    real += _elsewhere([u for verdict in judged for u in verdict.gone], [u for verdict in judged for u in verdict.come])
    reasons = tuple(dict.fromkeys([*real, *form]))
    return Redline(tuple(pieces), "substantive" if real else "editorial", reasons)


def _add(pieces: list[Piece], kind: PieceKind, units: Sequence[_Unit]) -> None:
    text = "".join(unit.text for unit in units)
    if text:
        pieces.append(Piece(kind, text))


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


# ---- Alignment ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is struck out or put in as one: a token, or a quantity with its words of comparison."""

    text: str
    key: tuple[object, ...]  # equal for two units that say the same
    kind: str  # that of the token, or "stated"
    stated: Quantity | None = None
    excluded: bool = False  # in a sentence that takes something out of the control
    closing: bool = False  # the mark at the end of a line
    traditional: bool = False  # of a text in traditional characters


_CLOSING = frozenset("。；;.．")
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SENTENCE_END = frozenset("。；;\n")
_TAKES_OUT = re.compile(
    r"除外|不包括|不含|不适用|以外|豁免|\b(?:except|exclud\w*|other than|exempt\w*|not apply|without)\b", re.I
)
# Marks of one kind in several shapes; a change of kind is a change of meaning until somebody has read it.
_MARKS = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "『": '"',
    "』": '"',
    "「": '"',
    "」": '"',
    "。": ".",
    "｡": ".",
}
_MARKS |= {
    "，": ",",
    "﹐": ",",
    "、": "、",
    "､": "、",
    "〔": "(",
    "〕": ")",
    "【": "[",
    "】": "]",
    "…": "...",
    "——": "-",
    "--": "-",
}


@lru_cache(maxsize=4096)
def _units(text: str, terms: frozenset[str]) -> tuple[_Unit, ...]:
    all_of = tokens(text, terms)
    stated = {quantity.span[0]: quantity for quantity in quantities(text)}
    ends = {token.end for token in all_of}
    units: list[_Unit] = []
    excluded = _exclusions(text)
    traditional = is_traditional(text)
    waiting: Quantity | None = None
    held: list[Token] = []
    for token in all_of:
        if waiting is None and token.start in stated and stated[token.start].span[1] in ends:
            waiting = stated[token.start]
        if waiting is None:
            units.append(_Unit(token.text, _key(token, traditional), token.kind, traditional=traditional))
            continue
        held.append(token)
        if token.end == waiting.span[1]:
            out = any(a <= token.start < b for a, b in excluded)
            key = ("stated", *waiting.value, waiting.unit, None if waiting.operator else _sign(held))
            units.append(_Unit("".join(part.text for part in held), key, "stated", waiting, out))
            waiting, held = None, []
    return tuple(_closed(units))


def _sign(held: list[Token]) -> str:
    """A word beside a number that gives no direction (优于, 约) still says something."""
    return "".join(_plain(token.text) for token in held if token.kind == "operator" and operator_of(token.text) is None)


def _exclusions(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _TAKES_OUT.finditer(text):
        start, end = match.start(), match.end()
        while start > 0 and text[start - 1] not in _SENTENCE_END:
            start -= 1
        while end < len(text) and text[end] not in _SENTENCE_END:
            end += 1
        found.append((start, end))
    return found


def _closed(units: list[_Unit]) -> list[_Unit]:
    """Mark the full stop or semicolon with which a line ends."""
    ending = True
    for place in range(len(units) - 1, -1, -1):
        unit = units[place]
        if unit.kind == "space":
            ending = ending or _BREAK.search(unit.text) is not None
        else:
            if ending and unit.text in _CLOSING:
                units[place] = _Unit(unit.text, ("closing",), unit.kind, closing=True)
            ending = False
    return units


def _key(token: Token, traditional: bool) -> tuple[object, ...]:
    if token.kind == "space":
        return ("space",)
    if token.kind == "operator":
        sign = operator_of(token.text)
        return ("operator", sign or _plain(token.text))
    if token.kind == "mark":
        return ("mark", _MARKS.get(token.text) or _MARKS.get(same_width(token.text)) or same_width(token.text))
    if token.kind == "label":
        return ("label", re.sub(r"[().、\s]", "", plain_shapes(token.text)))
    return ("word", _plain(token.text, traditional))


@lru_cache(maxsize=8192)
def _plain(text: str, traditional: bool = False) -> str:
    return simplified(plain_shapes(text), certain=traditional)


# What holds two changes apart no better than a comma does.
_CRUMBS = _each("的 了 和 及 与 或 等 之 其 并 且 在 为 以 a an the of and or to in for by")


def _regions(old: Sequence[_Unit], new: Sequence[_Unit]) -> list[tuple[int, int, int, int]]:
    """Stretches of both wordings that differ, in order, with nothing shared inside that a reader would hold on to."""
    head = 0
    while head < min(len(old), len(new)) and old[head].text == new[head].text:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail].text == new[-1 - tail].text:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    blocks = SequenceMatcher(None, [u.key for u in a], [u.key for u in b], autojunk=False).get_matching_blocks()
    regions: list[tuple[int, int, int, int]] = []
    i = j = 0
    for block in blocks:
        if block.a > i or block.b > j:
            regions.append((head + i, head + block.a, head + j, head + block.b))
        for k in range(block.size):  # aligned, yet perhaps written otherwise
            if a[block.a + k].text != b[block.b + k].text:
                x, y = head + block.a + k, head + block.b + k
                regions.append((x, x + 1, y, y + 1))
        i, j = block.a + block.size, block.b + block.size
    return [_slid(old, new, region) for region in _merged(old, new, regions)]


def _merged(
    old: Sequence[_Unit], new: Sequence[_Unit], regions: list[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int]]:
    merged: list[tuple[int, int, int, int]] = []
    for region in regions:
        merged.append(region)
        while len(merged) > 1 and _belong(old, new, merged[-2], merged[-1]):
            last = merged.pop()
            first = merged.pop()
            merged.append((first[0], last[1], first[2], last[3]))
    return merged


def _belong(
    old: Sequence[_Unit], new: Sequence[_Unit], first: tuple[int, int, int, int], last: tuple[int, int, int, int]
) -> bool:
    """Whether two changes read better as one, for all that stands between them."""
    between = old[first[1] : last[0]]
    if not between:
        # Touching changes of form stay apart from each other: each is one token for one.
        return True
    only_added = first[0] == first[1] and last[0] == last[1]
    only_removed = first[2] == first[3] and last[2] == last[3]
    if only_added or only_removed:
        return all(unit.kind == "space" for unit in between)
    if all(unit.kind in ("space", "mark") or unit.key[-1] in _CRUMBS for unit in between):
        return sum(unit.kind == "mark" for unit in between) < 2 and not any(_BREAK.search(u.text) for u in between)
    weight = sum(len(unit.text) for unit in between if unit.kind not in ("space", "mark"))
    sizes = [_size(old, new, region) for region in (first, last)]
    return (weight == 1 and min(sizes) >= 2) or (weight == 2 and min(sizes) >= 8)


def _size(old: Sequence[_Unit], new: Sequence[_Unit], region: tuple[int, int, int, int]) -> int:
    i1, i2, j1, j2 = region
    return max(sum(len(unit.text) for unit in old[i1:i2]), sum(len(unit.text) for unit in new[j1:j2]))


def _slid(old: Sequence[_Unit], new: Sequence[_Unit], region: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Where something is only added or only removed, and could begin elsewhere, it begins after a full stop."""
    i1, i2, j1, j2 = region
    if i1 != i2 and j1 != j2:
        return region
    side, start, end = (new, j1, j2) if i1 == i2 else (old, i1, i2)
    other = i1 if i1 == i2 else j1
    back = 0
    units = old if i1 == i2 else new
    while (
        start - back > 0
        and other - back > 0
        and side[start - back - 1].text == side[end - back - 1].text == units[other - back - 1].text
    ):
        if back and side[start - back - 1].text in _SENTENCE_END:
            break
        back += 1
    if not back or (start - back > 0 and side[start - back - 1].text not in _SENTENCE_END):
        return region
    if start > 0 and side[start - 1].text in _SENTENCE_END:
        return region
    return i1 - back, i2 - back, j1 - back, j2 - back


# ---- Judgement ------------------------------------------------------------------------------------------------------

_NEGATIONS = _each(
    "不 非 未 无 没有 不得 不包括 不含 除外 不限于 除 除了 不是 not no non without except excluding unless other"
)
_CONNECTIVES = _each("和 或 及 与 且 并 以及 或者 并且 和/或 同时 and or and/or both either")
_NO_NEGATION = _each("不锈钢 不饱和 不对称 不仅 不同 不断 未来")


def _negates(word: str) -> bool:
    return word in _NEGATIONS or (word[:1] in tuple("不未没勿") and word not in _NO_NEGATION)


def _connects(word: str) -> bool:
    return word in _CONNECTIVES


_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Verdict:
    """On one change: what is substantive, what is form only, and the quantities that only one side has."""

    real: tuple[Said, ...]
    form: tuple[Said, ...]
    gone: tuple[_Unit, ...]
    come: tuple[_Unit, ...]


def _judged(old: Sequence[_Unit], new: Sequence[_Unit], region: tuple[int, int, int, int]) -> _Verdict:
    i1, i2, j1, j2 = region
    a, b = old[i1:i2], new[j1:j2]
    pairs, gone, come = _paired([u for u in a if u.stated], [u for u in b if u.stated], _FITS)
    real: list[Said] = []
    form = _labels(a, b)
    for one, other in pairs:
        said, same = _compared(one, other)
        if same:
            form += said
        else:
            real += said
    words_real, words_form = _words(a, b)
    if not (words_real or real or gone or come) and _moved(a, b, pairs):
        words_real = [_words_said(a, b)]
    if not (real or words_real or gone or come or form or words_form):  # the same in the same order, spaced otherwise
        words_form = [_SPACE]
    return _Verdict((*real, *words_real), (*form, *words_form), tuple(gone), tuple(come))


def _elsewhere(gone: list[_Unit], come: list[_Unit]) -> list[Said]:
    """Quantities that one place lost and another gained, and those that are really gone or new."""
    pairs, gone, come = _paired(gone, come, (_same_statement, _same_name))
    real: list[Said] = []
    for one, other in pairs:
        said, same = _compared(one, other)
        name = f"{_of(other).name_before}{other.text}"
        real += [Said("moved", f"位置变动：{name}", f"moved: {name}")] if same else said
    return real + [_threshold("removed", unit) for unit in gone] + [_threshold("added", unit) for unit in come]


_SPACE = Said("white_space", "仅空格或换行不同", "white space only")
_WIDTH = Said("width", "仅全角、半角等字形不同", "full-width and half-width forms only")
_SCRIPT = Said("script", "仅繁体、简体不同", "traditional and simplified characters only")
_MARK_SHAPE = Said("punctuation", "仅标点形式不同", "punctuation only")


def _labels(a: Sequence[_Unit], b: Sequence[_Unit]) -> list[Said]:
    gone, come = ([u.text for u in side if u.kind == "label"] for side in (a, b))
    if gone == come:
        return []
    old, new = " ".join(gone) or "∅", " ".join(come) or "∅"
    return [Said("numbering", f"仅编号不同：{old} → {new}", f"numbering only: {old} → {new}")]


def _content(units: Sequence[_Unit]) -> list[_Unit]:
    return [u for u in units if u.kind not in ("space", "label") and not u.closing]


def _moved(a: Sequence[_Unit], b: Sequence[_Unit], pairs: list[tuple[_Unit, _Unit]]) -> bool:
    """Whether the same quantities stand at other places among the words."""
    numbers = {id(one): n for n, (one, _) in enumerate(pairs)} | {id(other): n for n, (_, other) in enumerate(pairs)}
    return _stream(a, numbers) != _stream(b, numbers)


def _stream(units: Sequence[_Unit], numbers: Mapping[int, int]) -> list[object]:
    """What the units say in order, Han characters joined so that white space and segmentation do not count."""
    said: list[object] = []
    for han, run in groupby(_content(units), key=lambda unit: unit.kind == "han"):
        if han:
            words = list(run)
            said.append(_plain("".join(unit.text for unit in words), words[0].traditional))
        else:
            said += [numbers.get(id(unit), unit.key) for unit in run]
    return said


def _words(a: Sequence[_Unit], b: Sequence[_Unit]) -> tuple[list[Said], list[Said]]:
    rest_a, rest_b = ([u for u in side if u.kind != "stated"] for side in (a, b))
    if _stream(rest_a, {}) == _stream(rest_b, {}):
        return [], _forms(rest_a, rest_b)
    said_a, said_b = _content(rest_a), _content(rest_b)
    real: list[Said] = []
    if all(u.kind == "mark" for u in (*said_a, *said_b)):
        shown = _shown(said_a), _shown(said_b)
        return [
            Said(
                "punctuation_changed",
                f"标点由“{shown[0]}”变为“{shown[1]}”，可能改变句意",
                f"punctuation changed from “{shown[0]}” to “{shown[1]}”, which may change the meaning",
            )
        ], []
    real.append(_words_said(a, b))
    for listed, name, zh in ((_negates, "negation", "否定或排除词"), (_connects, "connective", "连接词")):
        was, is_ = (Counter(word for u in side if listed(word := str(u.key[-1]).lower())) for side in (said_a, said_b))
        if was != is_:
            old, new = ("、".join((one - two).elements()) or "∅" for one, two in ((was, is_), (is_, was)))
            real.append(Said(f"{name}_changed", f"{zh}有变：{old} → {new}", f"{name} changed: {old} → {new}"))
    if [str(u.key[-1]).lower() for u in said_a] == [str(u.key[-1]).lower() for u in said_b]:
        real.append(
            Said("letter_case", "仅大小写不同，但大小写可能有区别意义", "letter case only, which may carry meaning")
        )
    return real, []


def _words_said(a: Sequence[_Unit], b: Sequence[_Unit]) -> Said:
    rest_a, rest_b = ([u for u in side if u.kind not in ("stated", "label")] for side in (a, b))
    keys = [[u.key for u in side] for side in (rest_a, rest_b)]
    head = tail = 0
    while head < min(map(len, keys)) and keys[0][head] == keys[1][head]:
        head += 1
    while tail < min(map(len, keys)) - head and keys[0][-1 - tail] == keys[1][-1 - tail]:
        tail += 1
    was, is_ = (_shown(side[head : len(side) - tail]) for side in (rest_a, rest_b))
    if not was and not is_:
        was, is_ = _shown(a), _shown(b)
    if not was:
        return Said("words_added", f"增加“{is_}”", f"words added: “{is_}”")
    if not is_:
        return Said("words_removed", f"删去“{was}”", f"words removed: “{was}”")
    return Said("words_changed", f"“{was}”改为“{is_}”", f"words changed: “{was}” to “{is_}”")


def _shown(units: Sequence[_Unit]) -> str:
    text = "".join(unit.text for unit in units).strip()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _forms(a: Sequence[_Unit], b: Sequence[_Unit]) -> list[Said]:
    """Why two stretches that say the same are written differently."""
    found: list[Said] = []
    if [u.text for u in a if u.kind == "space"] != [u.text for u in b if u.kind == "space"]:
        found.append(_SPACE)
    marks = [["".join(u.text for u in side if u.kind == "mark")] for side in (a, b)]
    if marks[0] != marks[1]:
        found.append(_MARK_SHAPE)
    words = ["".join(u.text for u in side if u.kind not in ("space", "mark", "label", "operator")) for side in (a, b)]
    if words[0] != words[1]:
        if plain_shapes(words[0]) != plain_shapes(words[1]):
            found.append(_SCRIPT)
        if any(plain_shapes(word) != word for word in words):
            found.append(_WIDTH)
    signs = ["".join(u.text for u in side if u.kind == "operator") for side in (a, b)]
    if signs[0] != signs[1]:
        found.append(_notation(*signs))
    return found


def _notation(old: str, new: str) -> Said:
    return Said(
        "same_value",
        f"同一数值的另一写法：{old.strip()} = {new.strip()}",
        f"same value, other notation: {old.strip()} = {new.strip()}",
    )


# ---- Quantities -----------------------------------------------------------------------------------------------------


def _paired(
    a: list[_Unit], b: list[_Unit], fits: Iterable[Callable[[_Unit, _Unit], bool]]
) -> tuple[list[tuple[_Unit, _Unit]], list[_Unit], list[_Unit]]:
    """Quantities of both sides that stand for each other, the surest first, and what is left of each side."""
    pairs: list[tuple[_Unit, _Unit]] = []
    gone, come = list(a), list(b)
    for fit in fits:
        for one in list(gone):
            place = next((n for n, candidate in enumerate(come) if fit(one, candidate)), None)
            if place is not None:
                pairs.append((one, come.pop(place)))
                gone = [unit for unit in gone if unit is not one]
    order = {id(unit): n for n, unit in enumerate(a)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])]), gone, come


def _of(unit: _Unit) -> Quantity:
    if unit.stated is None:
        raise AssertionError("only what states a quantity is compared as one")
    return unit.stated


def _same_statement(one: _Unit, other: _Unit) -> bool:
    return one.key == other.key and _plain(_of(one).name_before) == _plain(_of(other).name_before)


def _same_name(one: _Unit, other: _Unit) -> bool:
    return _named_alike(one, other) and _same_measure(one, other)


def _same_unit(one: _Unit, other: _Unit) -> bool:
    return _of(one).unit == _of(other).unit


def _same_measure(one: _Unit, other: _Unit) -> bool:
    return _bounds(_of(other), _of(one).unit) is not None


def _named_alike(one: _Unit, other: _Unit) -> bool:
    return bool(_of(one).name_before) and _plain(_of(one).name_before) == _plain(_of(other).name_before)


_FITS = (_same_statement, _same_name, _same_unit, _same_measure, _named_alike)


def _bounds(quantity: Quantity, unit: str) -> tuple[Decimal | None, Decimal | None] | None:
    """Both ends in a unit; None where it measures something else."""
    found: list[Decimal | None] = []
    for end in (quantity.low, quantity.high):
        if end is None:
            found.append(None)
            continue
        value = converted(end, quantity.unit, unit)
        if value is None:
            return None
        found.append(value)
    return found[0], found[1]


def _threshold(what: Literal["added", "removed"], unit: _Unit) -> Said:
    quantity = _of(unit)
    name, shown = quantity.name_before, quantity.text
    verb = "增加" if what == "added" else "删去"
    kind = ("threshold", "限值") if quantity.operator else ("quantity", "数值")
    return Said(
        f"{kind[0]}_{what}",
        f"{verb}{kind[1]}：{name}{shown}",
        f"{kind[0]} {what}: {name + ' ' if name else ''}{shown}",
    )


def _compared(one: _Unit, other: _Unit) -> tuple[list[Said], bool]:
    """What became of a quantity, and whether it is still the same."""
    was, is_ = _of(one), _of(other)
    name = is_.name_before or was.name_before
    zh, en = (f"{name}：" if name else ""), (f"{name}: " if name else "")
    both_zh, both_en = f"{was.text} → {is_.text}", f"{was.text} → {is_.text}"
    bounds = _bounds(is_, was.unit)
    if bounds is None:
        return [Said("unit_changed", f"{zh}数值或单位有变：{both_zh}", f"{en}value or unit changed: {both_en}")], False
    low, high = bounds
    sides = (was.low is None, was.high is None), (low is None, high is None)
    signs = was.operator or "=", is_.operator or "="
    same_words = one.key[-1] == other.key[-1]
    if (was.low, was.high) == (low, high) and signs[0] == signs[1] and same_words:
        if one.text == other.text:
            return [], True
        folded = [re.sub(r"\s", "", same_width(unit.text)) for unit in (one, other)]
        if folded[0] == folded[1]:
            return [_WIDTH if re.sub(r"\s", "", one.text) != re.sub(r"\s", "", other.text) else _SPACE], True
        if _plain(folded[0]) == _plain(folded[1]) and plain_shapes(folded[0]) != plain_shapes(folded[1]):
            return [_SCRIPT], True
        return [_notation(was.text, is_.text)], True
    if (not was.operator and not is_.operator and was.low == was.high and low == high) or not same_words:
        return [Said("value_changed", f"{zh}数值有变：{both_zh}", f"{en}value changed: {both_en}")], False
    scope_zh, scope_en = _scope(one, other, (was.low, was.high), (low, high))
    if sides[0] == sides[1] and sides[0] in ((True, False), (False, True)):
        lower = sides[0] == (False, True)
        old, new = (was.low, low) if lower else (was.high, high)
        if old is None or new is None:
            raise AssertionError("a one-sided limit has its one side")
        if old == new:
            return [
                Said(
                    "threshold_bound",
                    f"{zh}限值本身是否计入有变：{both_zh}{scope_zh}",
                    f"{en}whether the limit itself counts changed: {both_en}{scope_en}",
                )
            ], False
        raised = new > old
        return [
            Said(
                "threshold_raised" if raised else "threshold_lowered",
                f"{zh}限值{'提高' if raised else '降低'}：{both_zh}{scope_zh}",
                f"{en}threshold {'raised' if raised else 'lowered'}: {both_en}{scope_en}",
            )
        ], False
    return [
        Said("range_changed", f"{zh}范围有变：{both_zh}{scope_zh}", f"{en}range changed: {both_en}{scope_en}")
    ], False


Bounds = tuple[Decimal | None, Decimal | None]


def _scope(one: _Unit, other: _Unit, was: Bounds, is_: Bounds) -> tuple[str, str]:
    """Whether more or less is caught; nothing where the sentence takes things out, for there it is the other way."""
    if one.excluded or other.excluded:
        return "", ""
    inner, outer = _within(is_, was, other, one), _within(was, is_, one, other)
    if inner and not outer:
        return "（受控范围收窄）", " (catches less)"
    if outer and not inner:
        return "（受控范围扩大）", " (catches more)"
    return "", ""


def _within(inner: Bounds, outer: Bounds, inner_unit: _Unit, outer_unit: _Unit) -> bool:
    """Whether every value of the first statement satisfies the second."""
    strict_in, strict_out = (_of(unit).operator in (">", "<") for unit in (inner_unit, outer_unit))
    for a, b, sign in ((inner[0], outer[0], 1), (inner[1], outer[1], -1)):
        if b is None:
            continue
        if a is None or (a - b) * sign < 0 or (a == b and strict_out and not strict_in):
            return False
    return True

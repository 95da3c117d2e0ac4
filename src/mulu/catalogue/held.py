"""Official texts that a user has imported: what they are, whether they count, and which items and points they speak of.

A text counts once it was applied and while it is attested, by a named person or by a digest that the pack lists. What counts
is worked into the editions when the Catalogue is computed; the pack itself is never changed.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mulu.catalogue.print import bare
from mulu.catalogue.records import Instrument, Item, OfficialPoint, Parameter, Point, Texts, Wording
from mulu.catalogue.wording import Clause, Entry, Kept, OfficialText
from mulu.vocabulary import Certainty, Control

if TYPE_CHECKING:
    from mulu.catalogue.tokens import Quantity


class Deed(Kept, frozen=True):
    """One record of what a person did with a document: kept, attested, applied, undone, withdrawn, confirmed."""

    at: datetime.datetime
    act: str
    document: str
    by: str | None = None
    body: dict[str, Any] = msgspec.field(default_factory=dict)


class Attestation(Kept, frozen=True):
    """Who says what a document is, where and when it was obtained. `by` is null where the pack lists its digest.

    `comment_deadline`: the last day for comments on a draft as that person gives it, whatever was read.
    """

    instrument: str
    at: datetime.datetime
    by: str | None = None
    obtained_from: str | None = None
    obtained_on: datetime.date | None = None
    comment_deadline: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class HeldText:
    """An imported document: its text if it was applied, its attestation if there is one.

    `matches` gives the item of each entry by its place in the list; `confirmed` the machine-read tokens that a person has
    confirmed or put right, by their id.
    """

    document: str
    name: str
    kept: datetime.datetime
    attestation: Attestation | None = None
    header: Instrument | None = None  # of an instrument that the pack does not know
    text: OfficialText | None = None
    matches: Mapping[int, str] | None = None
    confirmed: Mapping[str, str] | None = None
    applied: datetime.datetime | None = None
    claims: Mapping[str, str | None] | None = None  # what the document says of itself, which nobody has attested

    @property
    def counts(self) -> bool:
        return self.text is not None and self.attestation is not None

    @property
    def comment_deadline(self) -> datetime.date | None:
        """The last day for comments: as a person gave it, else as the document says it."""
        by_hand = None if self.attestation is None else self.attestation.comment_deadline
        return by_hand or (None if self.text is None else self.text.comment_deadline)

    @property
    def status(self) -> str:
        """`claimed` until someone attests what it is; `attested`; `applied`; `claimed, applied` where an attestation was withdrawn."""
        if self.text is None:
            return "claimed" if self.attestation is None else "attested"
        return "applied" if self.attestation is not None else "withdrawn"


def replay(deeds: Iterable[Deed]) -> tuple[HeldText, ...]:
    """What the records come to, oldest document first."""
    held: dict[str, HeldText] = {}
    for deed in deeds:
        body = deed.body
        if deed.act == "kept":
            held.setdefault(deed.document, HeldText(deed.document, body["name"], deed.at, claims=body.get("claims")))
            continue
        one = held[deed.document]
        if deed.act == "attested":
            attestation = msgspec.convert(body["attestation"], Attestation)
            header = body.get("header")
            one = replace(
                one, attestation=attestation, header=None if header is None else msgspec.convert(header, Instrument)
            )
        elif deed.act == "withdrawn":
            one = replace(one, attestation=None)
        elif deed.act == "applied":
            text = msgspec.convert(body["text"], OfficialText)
            matches = {int(place): item for place, item in body["matches"].items()}
            one = replace(one, text=text, matches=matches, applied=deed.at)
        elif deed.act == "undone":
            one = replace(one, text=None, matches=None, applied=None)
        elif deed.act == "confirmed":
            one = replace(one, confirmed={**(one.confirmed or {}), body["token"]: body["value"]})
        else:
            raise ValueError(f"unknown act {deed.act!r}")
        held[deed.document] = one
    return tuple(held.values())


def counting(held: Iterable[HeldText]) -> tuple[HeldText, ...]:
    return tuple(one for one in held if one.counts)


def fingerprint(held: Iterable[HeldText]) -> str | None:
    """A short digest of the texts that count, for the data version; null where none does."""
    parts = sorted(
        f"{one.document}:{one.attestation.instrument}:{sorted((one.confirmed or {}).items())}:{sorted((one.matches or {}).items())}"
        + (f":{one.attestation.comment_deadline}" if one.attestation.comment_deadline is not None else "")
        for one in counting(held)
        if one.attestation is not None
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8] if parts else None


# ---- which item an entry is -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """The item that an entry was taken for. `how`: by what; `likeness` is 0 to 1 where it was by likeness of name."""

    item: str
    how: str  # "code", "name", "likeness", "person", "new"
    likeness: float | None = None


ALIKE = 0.72  # share of two-character sequences that two names must have in common to be taken for one
APART = 0.1  # by how much the best must be ahead of the next


def match_entries(
    entries: Sequence[Entry],
    items: Mapping[str, Item],
    names: Mapping[str, Iterable[str]],
    codes: Mapping[str, str],
    chosen: Mapping[str, str] | None = None,
) -> tuple[Match, ...]:
    """The item of each entry, in order. What none answers to is a new one, under an id made from its name and list.

    `names`: every name under which an item was seen. `codes`: item by published code in this edition. `chosen`: what a
    person decided, by code or name of the entry; "new" makes a new item.
    """
    found: dict[int, Match] = {}
    taken: set[str] = set()

    def take(place: int, match: Match) -> None:
        found[place] = match
        taken.add(match.item)

    for place, entry in enumerate(entries):
        wanted = (chosen or {}).get(entry.code or "") or (chosen or {}).get(entry.name)
        if wanted is not None:
            take(place, Match(new_id(entry) if wanted == "new" else wanted, "person"))
    spelled = {item: {_stem(name) for name in (items[item].name.zh, *names.get(item, ()))} for item in items}
    for place, entry in enumerate(entries):
        item = codes.get(entry.code or "")
        if place in found or item is None or item in taken or items[item].control is not entry.control:
            continue
        # A digit that a machine misread gives the code of another item: the name must speak for it too.
        alike = max(_dice(_pairs(_stem(entry.name)), _pairs(form)) for form in spelled[item])
        if not entry.machine or alike >= ALIKE:
            take(place, Match(item, "code"))
    by_name: dict[tuple[str, Control], list[str]] = {}
    for item, forms in spelled.items():
        for form in forms:
            by_name.setdefault((form, items[item].control), []).append(item)
    for place, entry in enumerate(entries):
        if place in found:
            continue
        same = [item for item in by_name.get((_stem(entry.name), entry.control), ()) if item not in taken]
        if len(same) == 1:
            take(place, Match(same[0], "name"))
    likely = _likely([(n, e) for n, e in enumerate(entries) if n not in found], items, spelled, taken)
    for place, match in likely.items():
        take(place, match)
    for place, entry in enumerate(entries):
        if place not in found:
            found[place] = Match(new_id(entry), "new")
    return tuple(found[place] for place in range(len(entries)))


def _likely(
    entries: Sequence[tuple[int, Entry]], items: Mapping[str, Item], spelled: Mapping[str, set[str]], taken: set[str]
) -> dict[int, Match]:
    """Entries and items that are each other's best by far."""
    scores: dict[tuple[int, str], float] = {}
    for place, entry in entries:
        pairs = _pairs(_stem(entry.name))
        for item, forms in spelled.items():
            if item in taken or items[item].control is not entry.control or items[item].name_is_description:
                continue
            score = max(_dice(pairs, _pairs(form)) for form in forms)
            if score >= ALIKE - APART:
                scores[place, item] = score
    made: dict[int, Match] = {}
    for (place, item), score in scores.items():
        rivals = [s for (p, i), s in scores.items() if (p == place) != (i == item)]
        if score >= ALIKE and all(score - rival >= APART for rival in rivals):
            made[place] = Match(item, "likeness", round(score, 2))
    return made


def new_id(entry: Entry) -> str:
    """The id of an item that only official texts show: the same from whatever edition it is first imported."""
    digest = hashlib.sha256(_stem(entry.name).encode()).hexdigest()[:8]
    return f"entry-{digest}-{entry.control.letter.lower()}"


def new_item(item: str, entry: Entry) -> Item:
    """An item that the pack does not know. Only its Chinese name is held."""
    return Item(
        id=item,
        control=entry.control,
        name=Texts(zh=entry.name, en=""),
        name_certainty=Certainty.OFFICIAL,
        english_certainty=Certainty.UNCONFIRMED,
        english="own translation",
        industry=None if entry.industry is None else Texts(zh=entry.industry, en=""),
        industry_certainty=None if entry.industry is None else Certainty.OFFICIAL,
        division=None if entry.code is None else entry.code[2:4],
    )


def _stem(name: str) -> str:
    return re.sub(r"[“”\"《》()]", "", bare(name)).removesuffix("技术")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[n : n + 2] for n in range(len(text) - 1)) or frozenset((text,))


def _dice(left: frozenset[str], right: frozenset[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right))


# ---- which point a clause is ------------------------------------------------------------------------------------------


def official_points(
    item: str,
    clauses: Sequence[Clause],
    ours: Sequence[Point],
    edition: str,
    document: str,
    confirmed: Mapping[str, str] | None = None,
    certainty: Certainty = Certainty.OFFICIAL,
) -> tuple[OfficialPoint, ...]:
    """The control points of an entry, each with the point of the pack that says the same, where there is one."""
    partner = _partners(clauses, ours)
    made: list[OfficialPoint] = []
    for place, clause in enumerate(clauses):
        own = partner.get(place)
        text = clause.whole()
        doubtful: tuple[str, ...] = ()
        sure = certainty
        if clause.machine:
            text, doubtful = settled(text, f"{item}#{clause.number}", confirmed or {})
            sure = Certainty.UNCONFIRMED if doubtful else Certainty.PUBLISHED
        made.append(
            OfficialPoint(
                item=item,
                number=clause.number,
                certainty=sure,
                zh="" if own is None else own.zh,
                en="" if own is None else own.en,
                terms_zh=terms_of(text) if own is None else own.terms_zh,
                terms_en=() if own is None else own.terms_en,
                since=edition,
                parameters=parameters_of(text, () if own is None else own.parameters) if not doubtful else (),
                sources=() if own is None else own.sources,
                note=None if own is None else own.note,
                wording=Wording(
                    text=text,
                    document=document,
                    page=clause.at.page,
                    line=clause.at.number,
                    machine=clause.machine,
                    doubtful=doubtful,
                    read=clause.whole() if clause.machine else None,
                    seen=clause.seen,
                ),
                confirms=None if own is None else (own.number, own.since),
            )
        )
    return tuple(made)


def _partners(clauses: Sequence[Clause], ours: Sequence[Point]) -> dict[int, Point]:
    """Clause and point pairs that say the same, best first, each used once."""
    scored: list[tuple[float, int, int]] = []
    for place, clause in enumerate(clauses):
        text = bare(clause.whole())
        pairs = _pairs(text)
        for number, point in enumerate(ours):
            score = _agreement(point, text, pairs)
            numbered = point.number == clause.number
            if score >= (0.25 if numbered else 0.5):
                scored.append((score + (0.5 if numbered else 0), place, number))
    partner: dict[int, Point] = {}
    used: set[int] = set()
    for _, place, number in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if place not in partner and number not in used:
            partner[place] = ours[number]
            used.add(number)
    return partner


def _agreement(point: Point, text: str, pairs: frozenset[str]) -> float:
    """How far our own words are found in the official ones: the share of our terms, or of our two-character sequences."""
    terms = [bare(term) for term in point.terms_zh if term not in point.terms_unconfirmed]
    share = sum(term in text for term in terms) / len(terms) if terms else 0.0
    own = _pairs(bare(point.zh))
    return max(share if len(terms) > 1 else share * 0.6, len(own & pairs) / len(own))


_EDGES = re.compile(
    r"[\s、，,；;。.：:（）()《》“”‘’\[\]【】]+|(?:以及|或者|用于|包括|其中|达到|采用|利用|具有|及其?|和|与|或|的|等|在|为|将|对|由|以)"
)
_TAIL = re.compile(
    r"(?:(?:关键|核心)?(?:制造|制备|生产|加工|提取|合成|设计|检测|测试|成形|处理|应用|开发|培育|繁育)?(?:技术|工艺|方法|配方|装置))$"
)


def terms_of(text: str) -> tuple[str, ...]:
    """Terms of art in an official wording, for finding it again: phrases between marks and connecting words."""
    found: list[str] = []
    for line in text.split("\n"):
        for phrase in _EDGES.split(re.sub(r"^(?:[0-9]{1,2}\.|（[0-9]{1,2}）|[\u2460-\u2473])", "", line)):
            term = _TAIL.sub("", phrase.strip())  # "manufacturing technology" alone is a term of no art
            if 3 <= len(term) <= 14 and not re.search(r"[≥≤><=~～%％]|^[0-9.]+|除外", term):
                found.append(term)
    return tuple(dict.fromkeys(found))


_UNITS = {"mAh/g": "mA·h/g"}


def parameters_of(text: str, ours: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """The limits that a wording states, each under the name that stands before it.

    A parameter of ours with the same name and unit keeps its English name and condition and takes the official value.
    """
    from mulu.catalogue.tokens import quantities

    made: list[Parameter] = []
    for quantity in quantities(text):
        name = quantity.name_before
        if not name:
            continue
        mine = next((p for p in ours if _same_parameter(p, name, quantity.unit)), None)
        for operator, value in _limits(quantity):
            made.append(
                Parameter(
                    name=Texts(zh=name, en="") if mine is None else mine.name,
                    operator=operator,
                    value=_plain(value),
                    unit=quantity.unit if mine is None else mine.unit,
                    condition=None if mine is None else mine.condition,
                )
            )
    # What is no limit, such as a chemical formula, stays as the pack has it where the official words contain it.
    made += [p for p in ours if isinstance(p.value, str) and bare(p.value) in bare(text)]
    return tuple(dict.fromkeys(made))


def _limits(quantity: Quantity) -> list[tuple[Literal["≥", ">", "≤", "<", "="], Decimal]]:
    """The bounds of a quantity; a bare value bounds nothing."""
    if quantity.operator in ("≥", ">") and quantity.low is not None:
        return [(quantity.operator, quantity.low)]
    if quantity.operator in ("≤", "<") and quantity.high is not None:
        return [(quantity.operator, quantity.high)]
    if quantity.low is not None and quantity.high is not None and quantity.low != quantity.high:
        return [("≥", quantity.low), ("≤", quantity.high)]
    return []


def _same_parameter(parameter: Parameter, name: str, unit: str) -> bool:
    left, right = bare(parameter.name.zh), bare(name)
    units = {_UNITS.get(u, u) for u in (parameter.unit, unit)}
    return (left in right or right in left) and len(units) == 1


def _plain(value: Decimal) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number


# ---- numbers that a machine read ---------------------------------------------------------------------------------------

_PLAIN = r"\s\u3400-\u4dbf\u4e00-\u9fff，。；：、（）《》“”‘’！？【】()\[\];"  # words and the marks between them
_DIGITS = "零〇一二两三四五六七八九十百千万亿"
_TOKEN = re.compile(
    rf"[^{_PLAIN}]+(?:[ ]+[^{_PLAIN}]+)*"
    r"|不低于|不少于|不小于|不大于|不高于|不超过|大于|小于|高于|低于|超过|以上|以下(?!特征|条件|各|任|之|几|列)|以内|至少|至多"
    rf"|[{_DIGITS.replace('一', '')}][{_DIGITS}]*|一[{_DIGITS}]+"
)
_LABEL = re.compile(r"(?m)^(?:（[0-9]{1,2}）|[\u2460-\u2473]|[0-9]{1,2}[.)])+")
_SIGNS = "≥≤><=≧≦＞＜＝~～±%％‰℃°×"


class MachineToken(Kept, frozen=True):
    """A number, unit, operator, formula or code that a machine read from a picture: what stands where in the text."""

    id: str
    read: str
    start: int


def machine_tokens(text: str, key: str) -> tuple[MachineToken, ...]:
    """Whatever in a text read by machine is no plain word, a number with its sign and unit as one.

    The numbers of the parts are left out: they are checked by following each other.
    """
    labels = [label.span() for label in _LABEL.finditer(text)]
    found: list[MachineToken] = []
    for run in _TOKEN.finditer(text):
        read = run.group()
        start = run.start() + len(read) - len(read.lstrip(",.:·-—–"))
        read = read.strip(",.:·-—–")
        if any(begin <= start < end for begin, end in labels):
            continue
        if any(c.isalnum() or c in _SIGNS for c in read):
            found.append(MachineToken(id=f"{key}@{len(found) + 1}", read=read, start=start))
    return tuple(found)


def settled(text: str, key: str, confirmed: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with what a person put right, and the ids of the tokens that nobody has confirmed."""
    doubtful: list[str] = []
    out: list[str] = []
    last = 0
    for token in machine_tokens(text, key):
        if token.id not in confirmed:
            doubtful.append(token.id)
            continue
        out += [text[last : token.start], confirmed[token.id]]
        last = token.start + len(token.read)
    return "".join(out) + text[last:], tuple(doubtful)

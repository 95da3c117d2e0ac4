"""What an official text does to what was gathered: confirmed, corrected, completed, struck out, fact by fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mulu.catalogue.editions import Catalogue, Edition, Listing
from mulu.catalogue.print import bare
from mulu.catalogue.records import OfficialPoint, Parameter, Point
from mulu.vocabulary import Certainty, Presence

Kind = Literal["confirmed", "corrected", "completed", "struck out"]
KINDS: tuple[Kind, ...] = ("confirmed", "corrected", "completed", "struck out")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact beside the official text. `ours` is null where nothing was held, `official` where the text has nothing."""

    kind: Kind
    what: Literal["entry", "code", "name", "control point", "parameter"]
    item: str
    point: str | None
    ours: str | None
    official: str | None
    certainty: Certainty | None  # of what was held
    page: int


def findings(before: Catalogue, after: Catalogue, edition: str) -> tuple[Finding, ...]:
    """The facts of an edition that an import touches; `before` is the Catalogue without it."""
    old = before.editions.get(edition)
    new = after.editions[edition]
    return tuple(_findings(old, new))


def counted(found: tuple[Finding, ...]) -> dict[Kind, int]:
    counts = Counter(one.kind for one in found)
    return {kind: counts[kind] for kind in KINDS}


def _findings(old: Edition | None, new: Edition) -> Iterator[Finding]:
    for item, listing in new.listings.items():
        was = None if old is None else old.listings.get(item)
        if listing.official is None or listing == was or listing.official.document != new.document:
            continue
        page = listing.official.page
        held = was is not None and was.presence is not Presence.ABSENT
        if listing.presence is Presence.ABSENT:
            if was is not None and held:
                yield Finding("struck out", "entry", item, None, was.name.zh, None, was.certainty, page)
            elif was is not None and was.certainty is not Certainty.OFFICIAL:
                yield Finding("confirmed", "entry", item, None, "absent", "absent", was.certainty, page)
            continue
        if was is None or not held:
            kind: Kind = "completed" if was is None else "corrected"
            yield Finding(kind, "entry", item, None, None if was is None else "absent", listing.name.zh, None, page)
        else:
            kind = "completed" if was.presence is Presence.OPEN else "confirmed"
            yield Finding(kind, "entry", item, None, was.name.zh, listing.name.zh, was.certainty, page)
            same = bare(was.name.zh) == bare(listing.name.zh)
            yield Finding(
                "confirmed" if same else "corrected",
                "name",
                item,
                None,
                was.name.zh,
                listing.name.zh,
                was.name_certainty,
                page,
            )
        yield from _code(item, was if held else None, listing, page)
        yield from _points(item, was if held else None, listing, new.document)


def _code(item: str, was: Listing | None, now: Listing, page: int) -> Iterator[Finding]:
    ours = None if was is None else was.code
    if ours is None and now.code is None:
        return
    certainty = None if was is None else was.code_certainty
    if ours == now.code:
        yield Finding("confirmed", "code", item, None, ours, now.code, certainty, page)
    elif ours is None:
        yield Finding("completed", "code", item, None, None, now.code, certainty, page)
    else:
        yield Finding("corrected", "code", item, None, ours, now.code, certainty, page)


def _points(item: str, was: Listing | None, now: Listing, document: str | None) -> Iterator[Finding]:
    ours = {(p.number, p.since): p for p in (() if was is None else was.points)}
    for point in now.points:
        if not isinstance(point, OfficialPoint):
            continue
        own = ours.pop(point.confirms, None) if point.confirms is not None else None
        if (
            own is None
            and (point.number, point.since) in ours
            and isinstance(ours[point.number, point.since], OfficialPoint)
        ):
            own = ours.pop((point.number, point.since))
        if point.wording.document != document:
            continue  # what the announcement left as it was is no finding of it
        page, text = point.wording.page, point.wording.text
        if own is None:
            yield Finding("completed", "control point", item, point.number, None, text, None, page)
            continue
        kind: Kind = "confirmed"
        if isinstance(own, OfficialPoint) and bare(own.wording.text) != bare(text):
            kind = "corrected"
        yield Finding(kind, "control point", item, point.number, _words(own), text, own.certainty, page)
        if not point.wording.doubtful:
            yield from _parameters(item, own, point)
    if now.points_complete:
        for point in ours.values():
            yield Finding("struck out", "control point", item, point.number, _words(point), None, point.certainty, 0)


def _words(point: Point) -> str:
    return point.wording.text if isinstance(point, OfficialPoint) else point.zh


def _parameters(item: str, own: Point, point: OfficialPoint) -> Iterator[Finding]:
    page = point.wording.page
    left = list(point.parameters)
    for parameter in own.parameters:
        same = [p for p in left if p.name == parameter.name and p.unit == parameter.unit]
        if any((p.operator, p.value) == (parameter.operator, parameter.value) for p in same):
            yield Finding(
                "confirmed", "parameter", item, point.number, _limit(parameter), _limit(parameter), own.certainty, page
            )
        elif same:
            yield Finding(
                "corrected", "parameter", item, point.number, _limit(parameter), _limit(same[0]), own.certainty, page
            )
        else:
            yield Finding("struck out", "parameter", item, point.number, _limit(parameter), None, own.certainty, page)
        left = [p for p in left if p not in same]
    for parameter in left:
        yield Finding("completed", "parameter", item, point.number, None, _limit(parameter), None, page)


def _limit(parameter: Parameter) -> str:
    unit = f" {parameter.unit}" if parameter.unit else ""
    value = parameter.value
    if isinstance(value, tuple):
        return f"{parameter.name.zh} {value[0]}–{value[1]}{unit}"
    return f"{parameter.name.zh} {parameter.operator} {value}{unit}"

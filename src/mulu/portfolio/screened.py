"""Records read once, and what an edition makes of them: the same candidates as `mulu screen` finds, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from mulu.catalogue.editions import Edition
from mulu.errors import MuluError
from mulu.portfolio.records import Record
from mulu.screening.added import LEAST_KEPT, Kept, keep, least_logit
from mulu.screening.engine import TOLERANCE, Screener
from mulu.screening.features import Numbers
from mulu.screening.gathering import by_passage
from mulu.screening.model import discounted, item_score
from mulu.screening.text import Description, describe
from mulu.vocabulary import Said

_TOGETHER = 32  # texts read at once


class Found(msgspec.Struct, frozen=True, array_like=True):
    """An item under which a record may fall; of those that the screening of its text gives, all from a score of 0.1 on."""

    item: str
    score: int  # thousandths
    flag: bool
    near_boundary: bool
    point: str  # the key of the control point (or item) that speaks loudest


@dataclass(frozen=True, slots=True)
class Portion:
    """Some records that were read: what is kept of their texts, and those that could not be read, with the reason.

    A record that is one text has one row in `kept`, a document one for each stretch; `counts` says how many each has.
    """

    read: tuple[int, ...]  # places among the records given
    languages: tuple[str, ...]
    found: tuple[tuple[Found, ...], ...]
    counts: Numbers
    kept: Kept | None  # None where none could be read
    refused: tuple[tuple[int, Said], ...]


def read_records(screener: Screener, records: Sequence[Record], editions: Sequence[str]) -> Portion:
    """Read some records, each once for every day, and say what its edition makes of it."""
    places: list[int] = []
    languages: list[str] = []
    counts: list[int] = []
    refused: list[tuple[int, Said]] = []
    texts: list[tuple[Description, int, Mapping[str, int]]] = []
    for place, record in enumerate(records):
        try:
            mine = _texts_of(record)
        except MuluError as error:
            refused.append((place, error.said))
            continue
        places.append(place)
        languages.append(mine[0][0].language.value)
        counts.append(len(mine))
        texts += mine
    parts = []
    tables: list[Numbers] = []
    for begin in range(0, len(texts), _TOGETHER):
        some = texts[begin : begin + _TOGETHER]
        less = [taken for _, taken, _ in some]
        more = [items for _, _, items in some]
        once = screener.read_once([described for described, _, _ in some], less, more)
        parts.append(keep(screener, list(zip((d for d, _, _ in some), once, strict=True)), less, more))
        tables += [one.table for one in once]
    least = least_logit(screener, LEAST_KEPT)
    found = []
    begin = 0
    for place, count in zip(places, counts, strict=True):
        loudest = np.maximum.reduce(tables[begin : begin + count])
        slots = np.nonzero(loudest >= least)[0]
        outcomes = Outcomes.of_edition(screener, editions[place])
        found.append(tuple(outcomes.of(dict(zip(slots.tolist(), loudest[slots].tolist(), strict=True)))))
        begin += count
    kept = Kept.joined(parts) if parts else None
    whole = np.array(counts, dtype=np.int64)
    return Portion(tuple(places), tuple(languages), tuple(found), whole, kept, tuple(refused))


def _texts_of(record: Record) -> list[tuple[Description, int, Mapping[str, int]]]:
    """The texts that are read of a record, with what is taken from their logits, and added to those of some items."""
    if not record.stretches:
        return [(describe(record.text, record.title if record.document is None else None), 0, {})]
    more = dict.fromkeys(record.filed_under, by_passage().filed_under)
    made: list[tuple[Description, int, Mapping[str, int]]] = []
    last: MuluError | None = None
    for start, end, less in record.stretches:
        try:
            made.append((describe(record.text[start:end]), less, more))
        except MuluError as error:
            last = error  # a stretch in another language; where all are, so is the document
    if not made:
        assert last is not None
        raise last
    return made


def tables_of(screener: Screener, record: Record) -> dict[int, int]:
    """A record read again: the logits (millionths) of the slots that may be flagged on any day. Raises as `describe`."""
    texts = _texts_of(record)
    once = screener.read_once([d for d, _, _ in texts], [less for _, less, _ in texts], [more for _, _, more in texts])
    loudest = np.maximum.reduce([one.table for one in once])
    slots = np.nonzero(loudest >= least_logit(screener, LEAST_KEPT))[0]
    return dict(zip(slots.tolist(), loudest[slots].tolist(), strict=True))


class Outcomes:
    """What an edition makes of texts that were read: the arithmetic of `Screener.scores`, for the few slots that are kept."""

    def __init__(self, screener: Screener, edition: Edition) -> None:
        self._screener, self._edition = screener, edition
        self._slots = screener.slots(edition)
        self._item = [slot.item.id for slot in screener.index.slots]
        self._key = [slot.key for slot in screener.index.slots]

    @classmethod
    def of_edition(cls, screener: Screener, edition: str) -> Outcomes:
        """Those of an edition of the screener's own catalogue, made once."""
        held = _MADE.setdefault(screener, {})
        if edition not in held:
            held[edition] = cls(screener, screener.catalogue.editions[edition])
        return held[edition]

    def of(self, logits: Mapping[int, int]) -> list[Found]:
        """The candidates of a text, best first; `logits` (millionths) by slot."""
        model = self._screener.model
        by_item: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for slot, logit in logits.items():
            published = self._slots.get(slot)
            if published is not None:
                by_item[self._item[slot]].append((discounted(model, logit, published), logit, slot))
        scored = []
        for item, points in by_item.items():
            listing = self._edition.listings[item]
            best = max(points)[0]
            score = item_score(model, best, listing.presence, listing.certainty)
            if score >= LEAST_KEPT:
                scored.append((-score, -best, -max(logit for _, logit, _ in points), item, points))
        scored.sort(key=lambda one: one[:4])
        line = self._screener.line(-scored[0][0] if scored else 0)
        return [
            Found(
                item,
                -score,
                -score >= line,
                abs(-score - line) <= TOLERANCE,
                self._key[min(points, key=lambda p: (-p[0], self._key[p[2]]))[2]],
            )
            for score, _, _, item, points in scored
        ]


_MADE: WeakKeyDictionary[Screener, dict[str, Outcomes]] = WeakKeyDictionary()

"""Records read once, and what an edition makes of them: the same candidates as `mulu screen` finds, row by row."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from mulu.catalogue.editions import Edition
from mulu.errors import MuluError
from mulu.portfolio.records import Record
from mulu.screening.added import LEAST_KEPT, Kept, keep, keep_logits
from mulu.screening.engine import TOLERANCE, Screener, Vectors
from mulu.screening.features import Numbers
from mulu.screening.gathering import weighed_for_every_day
from mulu.screening.model import discounted, item_score, least_logit
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


class Digest:
    """What records come to, whatever their order and wherever they were read: the sum of the SHA-256 of each, 256 bits wide.

    The same on one machine and on a cluster. It tells whether two results are the same, not who made them.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(self, id_: str, version: str, edition: str, found: Iterable[Found]) -> None:
        """One record, with its candidates from the best down."""
        said = [id_, version, edition, *([c.item, c.score, c.flag, c.near_boundary, c.point] for c in found)]
        whole = hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).digest()
        self._sum = (self._sum + int.from_bytes(whole)) % 2**256

    def hexdigest(self) -> str:
        return f"{self._sum:064x}"


@dataclass(frozen=True, slots=True)
class Portion:
    """Some records that were read: what is kept of each, a row each, and those that could not be read, with the reason."""

    read: tuple[int, ...]  # places among the records given
    languages: tuple[str, ...]
    found: tuple[tuple[Found, ...], ...]
    kept: Kept | None  # None where none could be read
    refused: tuple[tuple[int, Said], ...]


def read_records(screener: Screener, records: Sequence[Record], editions: Sequence[str]) -> Portion:
    """Read some records, each once for every day, and say what its edition makes of it."""
    places: list[int] = []
    languages: list[str] = []
    refused: list[tuple[int, Said]] = []
    tables: list[Numbers] = []
    parts: list[Kept] = []
    waiting: list[tuple[int, Description]] = []

    def read_waiting() -> None:
        if not waiting:
            return
        described = [description for _, description in waiting]
        once = screener.read_once(described, [0] * len(waiting), [{}] * len(waiting))
        parts.append(keep(screener, list(zip(described, once, strict=True))))
        tables.extend(one.table for one in once)
        waiting.clear()

    for place, record in enumerate(records):
        try:
            if record.parts is None:
                described = describe(record.text, record.title)
                language = described.language
                waiting.append((place, described))
            else:
                language, table = weighed_for_every_day(screener, record.text, record.parts)
                read_waiting()  # rows stay in the order of the records
                parts.append(keep_logits(screener, [table]))
                tables.append(table)
        except MuluError as error:
            refused.append((place, error.said))
            continue
        places.append(place)
        languages.append(language.value)
        if len(waiting) == _TOGETHER:
            read_waiting()
    read_waiting()
    least = least_logit(screener.model, LEAST_KEPT)
    found = []
    for place, table in zip(places, tables, strict=True):
        slots = np.nonzero(table >= least)[0]
        outcomes = Outcomes.of_edition(screener, editions[place])
        found.append(tuple(outcomes.of(dict(zip(slots.tolist(), table[slots].tolist(), strict=True)))))
    kept = Kept.joined(parts) if places else None
    return Portion(tuple(places), tuple(languages), tuple(found), kept, tuple(refused))


def logits_of(screener: Screener, records: Sequence[Record], vectors: Sequence[Vectors | None]) -> list[dict[int, int]]:
    """Records read again: of each the logits (millionths) of the slots that may be flagged on any day. Raises as `describe`.

    `vectors`: of each those of its text that were kept, where they were.
    """
    texts = [place for place, record in enumerate(records) if record.parts is None]
    tables: dict[int, Numbers] = {}
    for begin in range(0, len(texts), _TOGETHER):
        some = texts[begin : begin + _TOGETHER]
        described = [describe(records[place].text, records[place].title) for place in some]
        held = [vectors[place] for place in some]
        once = screener.read_once(described, [0] * len(some), [{}] * len(some), held)
        tables |= {place: one.table for place, one in zip(some, once, strict=True)}
    for place, record in enumerate(records):
        if record.parts is not None:
            _, tables[place] = weighed_for_every_day(screener, record.text, record.parts)
    least = least_logit(screener.model, LEAST_KEPT)
    made = []
    for place in range(len(records)):
        slots = np.nonzero(tables[place] >= least)[0]
        made.append(dict(zip(slots.tolist(), tables[place][slots].tolist(), strict=True)))
    return made


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

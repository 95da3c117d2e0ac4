"""Texts that were read before, and control points that came later.

What a text says of the points of the pack depends neither on the day nor on what was imported (docs/decisions/0016). So of
each text that was read enough is kept to meet points that an amendment adds without reading it again: exactly, wherever none
of the added terms stands in it; where one may, the text is named and read again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from mulu.screening import encoder
from mulu.screening.engine import Once, Screener, enough_to_compare
from mulu.screening.features import CONTRASTS, FEATURES, REPEATED, UNITS, Numbers, in_units
from mulu.screening.model import least_logit, logits_by_name
from mulu.screening.text import Description
from mulu.vocabulary import Language

# Of the text as a whole, the same for every point.
ABOUT = ("know_how", "making", "aside", "regulating", "titled", "length")
# What is not kept; the weights of the pack give it none. (Of new items `standing_out` is another number, which is.)
NOT_KEPT = ("item_words", "standing_out")
LEAST_KEPT = (
    100  # thousandths of score: what lies below is flagged on no day, and is not among the nearest worth showing
)

Whole = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of some texts, a row each; what is of uneven length stands flat beside its counts."""

    about: Whole  # rows × ABOUT, thousandths
    enough: Whole  # bool: says enough to be compared
    again: Whole  # bool: nothing but its logits is kept, so it is read again whatever is added
    read: Whole  # bool: was read for its meaning, as far as it concerns the pack
    near: Whole  # bool: its words bring it near a point of the pack
    chinese: Whole  # bool: or English
    rival: Whole  # rows × 2: likeness of the released point most like a section, and any passage; as in `Measured`
    wording: Whole  # rows × items of the pack, thousandths
    sense: Whole  # the same; nothing where the meaning was not read
    vector_counts: Whole  # rows × 2: sections, passages
    vectors: Whole  # sections, then passages, of one row after another
    cue_counts: Whole
    cues: Whole  # × 2: item, how many
    looked_counts: Whole
    looked: Whole  # items of the pack of which some sentences were read alone
    slot_counts: Whole
    slots: Whole  # by their place among the released ones, which no import moves
    logits: Whole  # of those slots, millionths; only what may be flagged on some day, or comes near
    lower_counts: Whole  # bytes of the folded text in lower case
    lower: Whole

    def __len__(self) -> int:
        return len(self.enough)

    def arrays(self) -> dict[str, Whole]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: dict[str, Whole]) -> Self:
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    @classmethod
    def joined(cls, parts: Sequence[Kept]) -> Self:
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})

    def some(self, rows: Numbers) -> Self:
        """Some of the rows, in order."""
        uneven = {
            "vectors": self.vector_counts.sum(axis=1),
            "cues": self.cue_counts,
            "looked": self.looked_counts,
            "slots": self.slot_counts,
            "logits": self.slot_counts,
            "lower": self.lower_counts,
        }

        def taken(name: str) -> Whole:
            values: Whole = getattr(self, name)
            if name not in uneven:
                return values[rows]
            ends = np.cumsum(uneven[name].astype(np.int64))
            return np.concatenate([values[:0], *(values[ends[r] - uneven[name][r] : ends[r]] for r in rows)])

        return type(self)(**{field.name: taken(field.name) for field in fields(self)})


def can_be_kept(screener: Screener) -> bool:
    """Whether the weights ask for nothing that is not kept."""
    weighed = {name.removeprefix("not ") for product in screener.model.products for name in product.of}
    weighed |= {name for name, weight in screener.model.weights.items() if weight}
    weighed |= {name for name, weight in screener.model.first.weights.items() if weight}
    return not weighed & set(NOT_KEPT)


def keep_logits(screener: Screener, tables: Sequence[Numbers]) -> Kept:
    """What is kept of documents: the logits of their loudest parts alone. What is added to the pack they are read again for."""
    index, count = screener.index, len(tables)
    least = least_logit(screener.model, LEAST_KEPT)
    slots = [np.nonzero(table[index.released_slots] >= least)[0] for table in tables]
    none = np.zeros(count, dtype=np.int32)
    items = int(index.item_released.sum())
    return Kept(
        about=np.zeros((count, len(ABOUT)), dtype=np.int16),
        enough=np.zeros(count, dtype=bool),
        again=np.ones(count, dtype=bool),
        read=np.zeros(count, dtype=bool),
        near=np.zeros(count, dtype=bool),
        chinese=np.zeros(count, dtype=bool),
        rival=np.zeros((count, 2), dtype=np.int16),
        wording=np.zeros((count, items), dtype=np.int32),
        sense=np.zeros((count, items), dtype=np.int32),
        vector_counts=np.zeros((count, 2), dtype=np.int32),
        vectors=np.zeros((0, encoder.DIMENSIONS), dtype=np.int16),
        cue_counts=none,
        cues=np.zeros((0, 2), dtype=np.int16),
        looked_counts=none,
        looked=np.zeros(0, dtype=np.int16),
        **_logits_kept(slots, [table[index.released_slots[of]] for table, of in zip(tables, slots, strict=True)]),
        lower_counts=none,
        lower=np.zeros(0, dtype=np.uint8),
    )


def _logits_kept(slots: Sequence[Numbers], logits_of: Sequence[Numbers]) -> dict[str, Whole]:
    return {
        "slot_counts": np.array([len(of) for of in slots], dtype=np.int32),
        "slots": np.concatenate([np.zeros(0, dtype=np.int16), *(of.astype(np.int16) for of in slots)]),
        "logits": np.concatenate([np.zeros(0, dtype=np.int32), *(of.astype(np.int32) for of in logits_of)]),
    }


def keep(screener: Screener, read: Sequence[tuple[Description, Once]]) -> Kept:
    """What is kept of texts that were just read."""
    index, count = screener.index, len(read)
    least = least_logit(screener.model, LEAST_KEPT)
    columns = [FEATURES.index(name) for name in ABOUT]
    of_pack = index.item_released
    wording = np.array([once.measured.wording[of_pack] for _, once in read], dtype=np.int64).reshape(count, -1)
    nothing = np.zeros(int(of_pack.sum()), dtype=np.int64)
    sense = np.array(
        [nothing if once.sense is None else once.sense[of_pack] for _, once in read], dtype=np.int64
    ).reshape(count, -1)
    vectors = [v for _, once in read if once.vectors is not None for v in once.vectors]
    slots = [np.nonzero(once.table[index.released_slots] >= least)[0] for _, once in read]
    looked = [once.looked_at for _, once in read]
    cues = [np.nonzero(once.measured.cues)[0] for _, once in read]
    lower = [description.folded.lower.encode() for description, _ in read]
    return Kept(
        about=np.array([once.measured.features[0, columns] for _, once in read], dtype=np.int16).reshape(count, -1),
        enough=np.array([enough_to_compare(once.measured) for _, once in read], dtype=bool),
        again=np.zeros(count, dtype=bool),
        read=np.array([once.measured.read for _, once in read], dtype=bool),
        near=np.array([once.near for _, once in read], dtype=bool),
        chinese=np.array([description.language is Language.ZH for description, _ in read], dtype=bool),
        rival=np.array([once.rival for _, once in read], dtype=np.int16).reshape(count, 2),
        wording=wording.astype(np.int32),
        sense=sense.astype(np.int32),
        vector_counts=np.array(
            [(0, 0) if once.vectors is None else tuple(map(len, once.vectors)) for _, once in read], dtype=np.int32
        ).reshape(count, 2),
        vectors=np.concatenate([np.zeros((0, encoder.DIMENSIONS), dtype=np.int16), *vectors]),
        cue_counts=np.array([len(of) for of in cues], dtype=np.int32),
        cues=np.array(
            [(item, once.measured.cues[item]) for (_, once), of in zip(read, cues, strict=True) for item in of],
            dtype=np.int16,
        ).reshape(-1, 2),
        looked_counts=np.array([len(of) for of in looked], dtype=np.int32),
        looked=np.array([item for of in looked for item in of], dtype=np.int16),
        **_logits_kept(
            slots, [once.table[index.released_slots[of]] for (_, once), of in zip(read, slots, strict=True)]
        ),
        lower_counts=np.array([len(text) for text in lower], dtype=np.int32),
        lower=np.frombuffer(b"".join(lower), dtype=np.uint8),
    )


@dataclass(frozen=True, slots=True)
class Met:
    """What added points make of texts that were read before."""

    slots: Numbers  # the added slots
    logits: Numbers  # rows × slots, millionths; only where the text need not be read again
    read_again: npt.NDArray[np.bool_]


def meet(screener: Screener, kept: Kept, items: Collection[str] | None = None) -> Met:
    """Compare added slots of a screener, all or those of some items, with texts of which enough was kept.

    `screener` must know the released slots with which the texts were read, and `can_be_kept` must hold of it.
    """
    index, model, count = screener.index, screener.model, len(kept)
    own = {item: of for item, of in index.added_of.items() if items is None or index.item_ids[item] in items}
    added = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *own.values()])).astype(np.int64)
    again = kept.again.copy()
    if not len(added):
        return Met(added, np.zeros((count, 0), dtype=np.int64), np.zeros(count, dtype=bool))
    if not count:
        return Met(added, np.zeros((count, len(added)), dtype=np.int64), again)
    place = {int(item): column for column, item in enumerate(np.nonzero(index.item_released)[0])}
    # A sentence that leads to an amended item may speak alone for what is added to it.
    amended = [item for item in own if item in place]
    rows_looked = np.repeat(np.arange(count), kept.looked_counts)
    again[rows_looked[np.isin(kept.looked, amended)]] = True
    again[_with_terms(kept, index.lexicon.added_to({index.item_ids[item] for item in own}))] = True
    seen = kept.vector_counts.sum(axis=1) > 0
    words = _by_words(screener, kept, added, place)
    by_words = _weighed(screener, kept.chinese, added, words, first=True)
    # Of all others the meaning was not read, so that it does not count.
    some = np.nonzero(seen | kept.near | kept.read)[0]
    read = np.full((count, len(added)), np.iinfo(np.int64).min, dtype=np.int64)
    if len(some):
        meaning = _by_meaning(screener, kept, some, added, place)
        of_some = {name: values[some] for name, values in words.items()} | meaning
        read[some] = _weighed(screener, kept.chinese[some], added, of_some)
    found = np.empty_like(read)
    for item in own:
        of = index.slot_item[added] == item
        loudest = by_words[:, of].max(axis=1)
        near = kept.enough & (loudest >= screener.enough(item) * 1000)
        again |= near & ~seen  # its words alone now say that its meaning must be read
        speaks = read[:, of].max(axis=1) >= model.first.floor * 1000
        counts = (kept.near | (near & seen)) & speaks if item in index.new_items else kept.read | (near & seen & speaks)
        lowered = by_words[:, of] - np.maximum(0, loudest - model.first.floor * 1000 + 1)[:, None]
        found[:, of] = np.where(counts[:, None], read[:, of], lowered)
    return Met(added, found, again)


def _with_terms(kept: Kept, terms: Collection[str]) -> Numbers:
    """Rows in which an added term may stand."""
    if not terms:
        return np.zeros(0, dtype=np.int64)
    machine = ahocorasick_rs.BytesAhoCorasick(
        [term.encode() for term in terms], matchkind=ahocorasick_rs.MatchKind.Standard
    )
    # All texts at once, and every match: one that runs from a text into the next must hide none.
    places = np.array(machine.find_matches_as_indexes(kept.lower.data, overlapping=True), dtype=np.int64).reshape(-1, 3)
    ends = np.cumsum(kept.lower_counts.astype(np.int64))
    rows = np.searchsorted(ends, places[:, 1], side="right")
    found: Numbers = np.unique(rows[places[:, 2] <= ends[rows]])
    return found


Columns = dict[str, Numbers]  # features by name, rows × added slots; rows × 1 what is the same for all slots


def _weighed(
    screener: Screener, chinese: npt.NDArray[np.bool_], added: Numbers, features: Columns, first: bool = False
) -> Numbers:
    """The logits (millionths) of rows and added slots: those of new items by weights of their own."""
    made = np.empty((len(chinese), len(added)), dtype=np.int64)
    new = np.isin(added, screener.index.new)

    def of(slots: npt.NDArray[np.bool_]) -> Columns:
        return {name: values if values.shape[1] == 1 else values[:, slots] for name, values in features.items()}

    if not new.all():
        made[:, ~new] = logits_by_name(screener.model, of(~new), first)
    if new.any():
        zh, en = (logits_by_name(screener.of_new[one], of(new), first) for one in (Language.ZH, Language.EN))
        made[:, new] = np.where(chinese[:, None], zh, en)
    return made


def _by_words(screener: Screener, kept: Kept, added: Numbers, place: dict[int, int]) -> Columns:
    """The features of every row and added slot by the words of the text alone.

    Those that rest on terms are nothing in a text in which no added term stands. `place`: of released items, where they
    stand in what is kept of items.
    """
    index = screener.index
    items = index.slot_item[added]
    made: Columns = {name: kept.about[:, n].astype(np.int64)[:, None] for n, name in enumerate(ABOUT)}
    own, every = _cues(kept, items)
    rivals = np.maximum(every[:, None] - own, 0.0)
    made["cues"] = np.rint(own / (own + 1.0) * 1000).astype(np.int64)
    made["rival_cues"] = np.rint(rivals / (rivals + 3.0) * 1000).astype(np.int64)
    wording = _of_items(screener, kept.wording, items, place)
    made["wording"] = in_units(wording, UNITS["wording"])
    made["wording_lead"] = in_units(_lead(screener, wording, kept.wording, items), UNITS["wording_lead"])
    of_point = np.where(np.isin(added, index.moved_slots), wording, 0)
    made["wording_of_point"] = in_units(of_point, UNITS["wording_of_point"])
    new = np.isin(added, index.new)
    if new.any():
        repeated = index.repeated.by_each(bytes(kept.lower), kept.lower_counts)
        made["wording_of_point"][:, new] = in_units(repeated[:, np.searchsorted(index.new, added[new])], REPEATED)
    return made


def _by_meaning(screener: Screener, kept: Kept, rows: Numbers, added: Numbers, place: dict[int, int]) -> Columns:
    """The features of some rows and every added slot that rest on the meaning of the text."""
    index = screener.index
    items = index.slot_item[added]
    new = np.isin(added, index.new)
    likeness, whole, near = (values[rows] for values in _likenesses(screener, kept, added, items))
    rival = kept.rival[rows].astype(np.int64)
    made: Columns = {"meaning": np.maximum(likeness, 0), "whole_meaning": np.maximum(whole, 0)}
    made["standing_out"] = np.where(new, np.clip(likeness - rival[:, 1:], -400, 400), 0)
    for name, (least, most) in CONTRASTS.items():
        made[name] = np.clip(near - likeness, least, most)
    unlearned, of_pack = index.unlearned(whole), kept.sense[rows]
    sense = _of_items(screener, of_pack, items, place)
    of_point = np.where(index.item_subject[items] >= 0, sense, unlearned)
    for item in set(items[new].tolist()):  # is as its best point
        own = items == item
        sense[:, own] = unlearned[:, own].max(axis=1)[:, None]
    made["sense"] = in_units(sense, UNITS["sense"])
    lead = np.where(new, of_point - index.unlearned(rival[:, :1]), _lead(screener, sense, of_pack, items))
    made["sense_lead"] = in_units(lead, UNITS["sense_lead"])
    made["sense_of_point"] = in_units(of_point, UNITS["sense_of_point"])
    return made


def _cues(kept: Kept, items: Numbers) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How many cues of the item of each added slot a row has, and how many of all items."""
    rows, count = np.repeat(np.arange(len(kept)), kept.cue_counts), len(kept)
    times = kept.cues[:, 1].astype(np.float64)
    own = np.zeros((count, len(items)))
    for number, item in enumerate(items.tolist()):
        of = kept.cues[:, 0] == item
        own[:, number] = np.bincount(rows[of], times[of], count)
    return own, np.bincount(rows, times, count).astype(np.float64)


def _of_items(screener: Screener, of_pack: Whole, items: Numbers, place: dict[int, int]) -> Numbers:
    """Of what is kept of items, that of the item of each added slot, or of the one that goes on in it; else nothing."""
    made = np.zeros((len(of_pack), len(items)), dtype=np.int64)
    for number, item in enumerate(items.tolist()):
        column = place.get(screener.index.moved.get(item, item))
        if column is not None:
            made[:, number] = of_pack[:, column]
    return made


def _lead(screener: Screener, of_added: Numbers, of_pack: Whole, items: Numbers) -> Numbers:
    """By how much the items of added slots exceed the best item of the pack, twins apart; `Index.lead`, for many rows."""
    made = np.empty_like(of_added)
    best = of_pack.max(axis=1, initial=0).astype(np.int64)
    for item in set(items.tolist()):
        twins = screener.index.twins(item)[screener.index.item_released]
        rival = best.copy()
        if twins.any():  # where one is the best, the best of the others
            led = np.nonzero(of_pack[:, twins].max(axis=1) == best)[0]
            rival[led] = of_pack[np.ix_(led, ~twins)].max(axis=1, initial=0)
        own = items == item
        made[:, own] = of_added[:, own] - rival[:, None]
    return made


def _likenesses(screener: Screener, kept: Kept, added: Numbers, items: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Rows × added slots: likeness of the closest passage or section, of the closest section, and of the near misses."""
    index, count = screener.index, len(kept)
    stored = (3 * added[:, None] + np.arange(3)).ravel()
    near_of = [index.near_of.get(int(item), np.zeros(0, dtype=np.int64)) for item in items]
    near_rows = np.concatenate(near_of).astype(np.int64)
    sides = index.vectors.some(np.concatenate([stored, 3 * len(index.slots) + near_rows]))
    likeness, whole, near = (np.full((count, len(added)), -1000, dtype=np.int64) for _ in range(3))
    read = np.nonzero(kept.vector_counts.sum(axis=1))[0]
    if not len(read):
        return likeness, whole, near
    counts = kept.vector_counts[read].astype(np.int64)
    every = sides.likeness(kept.vectors)
    of_slots = every[:, : len(stored)].reshape(-1, len(added), 3).max(axis=2)
    starts = np.cumsum(counts.sum(axis=1)) - counts.sum(axis=1)
    likeness[read] = np.maximum.reduceat(of_slots, starts, axis=0)
    # Sections come first and passages after them: each row has both.
    halves = np.stack([starts, starts + counts[:, 0]], axis=1).ravel()
    whole[read] = np.maximum.reduceat(of_slots, halves, axis=0)[::2]
    against = np.maximum.reduceat(every[:, len(stored) :], starts, axis=0) if len(near_rows) else None
    begin = 0
    for number, of in enumerate(near_of):
        if against is not None and len(of):
            near[read, number] = against[:, begin : begin + len(of)].max(axis=1)
        begin += len(of)
    return likeness, whole, near

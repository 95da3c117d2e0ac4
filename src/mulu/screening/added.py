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
from mulu.screening.engine import Once, Screener, Vectors, enough_to_compare
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

    def each(self) -> list[Vectors | None]:
        """The vectors of sections and passages of each row; None where its meaning was not read."""
        ends = np.cumsum(self.vector_counts.sum(axis=1))
        made: list[Vectors | None] = []
        for end, (sections, passages) in zip(ends.tolist(), self.vector_counts.tolist(), strict=True):
            both = self.vectors[end - sections - passages : end]
            made.append((both[:sections], both[sections:]) if len(both) else None)
        return made

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


Columns = dict[str, Numbers]  # features by name, rows × added slots; rows × 1 what is the same for all slots


class Added:
    """What an official text added to a catalogue, made ready to be compared with texts of which enough was kept.

    `slots`: all that a screener has of it, or those of some items. The screener must know the released slots with which the
    texts were read, and `can_be_kept` must hold of it.
    """

    def __init__(self, screener: Screener, items: Collection[str] | None = None) -> None:
        index = self._index = screener.index
        self._screener, self._model = screener, screener.model
        own = {item: of for item, of in index.added_of.items() if items is None or index.item_ids[item] in items}
        self.slots = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *own.values()])).astype(np.int64)
        self._items = index.slot_item[self.slots]
        self._own = {item: self._items == item for item in own}  # of each item its slots among them
        self._new = np.isin(self.slots, index.new)
        self._entries = np.searchsorted(index.new, self.slots[self._new])
        self._moved = np.isin(self.slots, index.moved_slots)
        self._learned = index.item_subject[self._items] >= 0
        # Where what is kept of items has that of the item of each slot, or of the one that goes on in it.
        place = {int(item): column for column, item in enumerate(np.nonzero(index.item_released)[0])}
        self._known = [place.get(index.moved.get(item, item)) for item in self._items.tolist()]
        self._twins = {item: index.twins(item)[index.item_released] for item in own}
        # A sentence that leads to an amended item may speak alone for what is added to it.
        self._amended = [item for item in own if item in place]
        terms = [term.encode() for term in index.lexicon.added_to({index.item_ids[item] for item in own})]
        self._terms = ahocorasick_rs.BytesAhoCorasick(terms, matchkind=ahocorasick_rs.MatchKind.Standard)
        stored = (3 * self.slots[:, None] + np.arange(3)).ravel()
        near_of = [index.near_of.get(item, np.zeros(0, dtype=np.int64)) for item in self._items.tolist()]
        near = np.concatenate([np.zeros(0, dtype=np.int64), *near_of]).astype(np.int64)
        ends = 3 * len(self.slots) + np.cumsum([len(of) for of in near_of])
        self._near = [slice(int(end) - len(of), int(end)) for end, of in zip(ends, near_of, strict=True)]
        self._sides = index.vectors.some(np.concatenate([stored, 3 * len(index.slots) + near]))

    def meet(self, kept: Kept) -> Met:
        """Compare the slots with texts."""
        index, floor, count = self._index, self._model.first.floor * 1000, len(kept)
        if not len(self.slots) or not count:
            again = kept.again if len(self.slots) else np.zeros(count, dtype=bool)
            return Met(self.slots, np.zeros((count, len(self.slots)), dtype=np.int64), again)
        again = kept.again.copy()
        rows_looked = np.repeat(np.arange(count), kept.looked_counts)
        again[rows_looked[np.isin(kept.looked, self._amended)]] = True
        again[self._with_terms(kept)] = True
        seen = kept.vector_counts.any(axis=1)
        words = self._by_words(kept)
        by_words = self._weighed(kept.chinese, words, first=True)
        # Of all others the meaning was not read, so that it does not count.
        some = np.nonzero(seen | kept.near | kept.read)[0]
        read = np.full(by_words.shape, np.iinfo(np.int64).min, dtype=np.int64)
        if len(some):
            of_some = {name: values[some] for name, values in words.items()} | self._by_meaning(kept, some)
            read[some] = self._weighed(kept.chinese[some], of_some)
        found = np.empty_like(read)
        for item, of in self._own.items():
            loudest = by_words[:, of].max(axis=1)
            near = kept.enough & (loudest >= self._screener.enough(item) * 1000)
            again |= near & ~seen  # its words alone now say that its meaning must be read
            speaks = read[:, of].max(axis=1) >= floor
            brought = near & seen
            counts = (kept.near | brought) & speaks if item in index.new_items else kept.read | (brought & speaks)
            lowered = by_words[:, of] - np.maximum(0, loudest - floor + 1)[:, None]
            found[:, of] = np.where(counts[:, None], read[:, of], lowered)
        return Met(self.slots, found, again)

    def _with_terms(self, kept: Kept) -> Numbers:
        """Rows in which an added term may stand."""
        # All texts at once, and every match: one that runs from a text into the next must hide none.
        matches = self._terms.find_matches_as_indexes(kept.lower.data, overlapping=True)
        places = np.array(matches, dtype=np.int64).reshape(-1, 3)
        ends = np.cumsum(kept.lower_counts.astype(np.int64))
        rows = np.searchsorted(ends, places[:, 1], side="right")
        found: Numbers = np.unique(rows[places[:, 2] <= ends[rows]])
        return found

    def _weighed(self, chinese: npt.NDArray[np.bool_], features: Columns, first: bool = False) -> Numbers:
        """The logits (millionths) of rows and slots: those of new items by weights of their own."""
        made = np.empty((len(chinese), len(self.slots)), dtype=np.int64)

        def of(slots: npt.NDArray[np.bool_]) -> Columns:
            return {name: values if values.shape[1] == 1 else values[:, slots] for name, values in features.items()}

        if not self._new.all():
            made[:, ~self._new] = logits_by_name(self._model, of(~self._new), first)
        if self._new.any():
            mine, of_new = of(self._new), self._screener.of_new
            zh, en = (logits_by_name(of_new[one], mine, first) for one in (Language.ZH, Language.EN))
            made[:, self._new] = np.where(chinese[:, None], zh, en)
        return made

    def _by_words(self, kept: Kept) -> Columns:
        """The features of every row and slot by the words of the text alone.

        Those that rest on terms are nothing in a text in which no added term stands.
        """
        made: Columns = {name: kept.about[:, n].astype(np.int64)[:, None] for n, name in enumerate(ABOUT)}
        own, every = self._cues(kept)
        rivals = np.maximum(every[:, None] - own, 0.0)
        made["cues"] = np.rint(own / (own + 1.0) * 1000).astype(np.int64)
        made["rival_cues"] = np.rint(rivals / (rivals + 3.0) * 1000).astype(np.int64)
        wording = self._of_items(kept.wording)
        made["wording"] = in_units(wording, UNITS["wording"])
        made["wording_lead"] = in_units(self._lead(wording, kept.wording), UNITS["wording_lead"])
        made["wording_of_point"] = in_units(np.where(self._moved, wording, 0), UNITS["wording_of_point"])
        if self._new.any():
            repeated = self._index.repeated.by_each(kept.lower, kept.lower_counts)[:, self._entries]
            made["wording_of_point"][:, self._new] = in_units(repeated, REPEATED)
        return made

    def _by_meaning(self, kept: Kept, rows: Numbers) -> Columns:
        """The features of some rows and every slot that rest on the meaning of the text."""
        unlearned_of = self._index.unlearned
        likeness, whole, near = (values[rows] for values in self._likenesses(kept))
        rival = kept.rival[rows].astype(np.int64)
        made: Columns = {"meaning": np.maximum(likeness, 0), "whole_meaning": np.maximum(whole, 0)}
        made["standing_out"] = np.where(self._new, np.clip(likeness - rival[:, 1:], -400, 400), 0)
        for name, (least, most) in CONTRASTS.items():
            made[name] = np.clip(near - likeness, least, most)
        unlearned, of_pack = unlearned_of(whole), kept.sense[rows]
        sense = self._of_items(of_pack)
        of_point = np.where(self._learned, sense, unlearned)
        for item, own in self._own.items():
            if item in self._index.new_items:  # is as its best point
                sense[:, own] = unlearned[:, own].max(axis=1)[:, None]
        made["sense"] = in_units(sense, UNITS["sense"])
        lead = np.where(self._new, of_point - unlearned_of(rival[:, :1]), self._lead(sense, of_pack))
        made["sense_lead"] = in_units(lead, UNITS["sense_lead"])
        made["sense_of_point"] = in_units(of_point, UNITS["sense_of_point"])
        return made

    def _cues(self, kept: Kept) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """How many cues of the item of each slot a row has, and how many of all items."""
        rows, count = np.repeat(np.arange(len(kept)), kept.cue_counts), len(kept)
        times = kept.cues[:, 1].astype(np.float64)
        own = np.zeros((count, len(self.slots)))
        for item, slots in self._own.items():
            of = kept.cues[:, 0] == item
            if of.any():
                own[:, slots] = np.bincount(rows[of], times[of], count)[:, None]
        return own, np.bincount(rows, times, count).astype(np.float64)

    def _of_items(self, of_pack: Whole) -> Numbers:
        """Of what is kept of items, that of the item of each slot, or of the one that goes on in it; else nothing."""
        made = np.zeros((len(of_pack), len(self.slots)), dtype=np.int64)
        for number, column in enumerate(self._known):
            if column is not None:
                made[:, number] = of_pack[:, column]
        return made

    def _lead(self, of_added: Numbers, of_pack: Whole) -> Numbers:
        """By how much the items of slots exceed the best item of the pack, twins apart; `Index.lead`, for many rows."""
        made = np.empty_like(of_added)
        best = of_pack.max(axis=1, initial=0).astype(np.int64)
        for item, own in self._own.items():
            rival, twins = best, self._twins[item]
            if twins.any():  # where one is the best, the best of the others
                led = np.nonzero(of_pack[:, twins].max(axis=1) == best)[0]
                rival = best.copy()
                rival[led] = of_pack[np.ix_(led, ~twins)].max(axis=1, initial=0)
            made[:, own] = of_added[:, own] - rival[:, None]
        return made

    def _likenesses(self, kept: Kept) -> tuple[Numbers, Numbers, Numbers]:
        """Rows × slots: likeness of the closest passage or section, of the closest section, and of the near misses."""
        shape = len(kept), len(self.slots)
        likeness, whole, near = (np.full(shape, -1000, dtype=np.int64) for _ in range(3))
        read = np.nonzero(kept.vector_counts.any(axis=1))[0]
        if not len(read):
            return likeness, whole, near
        counts = kept.vector_counts[read].astype(np.int64)
        every = self._sides.likeness(kept.vectors)
        of_slots = every[:, : 3 * len(self.slots)].reshape(-1, len(self.slots), 3).max(axis=2)
        starts = np.cumsum(counts.sum(axis=1)) - counts.sum(axis=1)
        likeness[read] = np.maximum.reduceat(of_slots, starts, axis=0)
        # Sections come first and passages after them: each row has both.
        halves = np.stack([starts, starts + counts[:, 0]], axis=1).ravel()
        whole[read] = np.maximum.reduceat(of_slots, halves, axis=0)[::2]
        for number, of in enumerate(self._near):
            if of.stop > of.start:
                near[read, number] = np.maximum.reduceat(every[:, of].max(axis=1), starts)
        return likeness, whole, near

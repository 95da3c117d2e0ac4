"""Texts that were read before, and control points that came later.

What a text says of the points of the pack depends neither on the day nor on what was imported (docs/decisions/0016). So of
each text that was read enough is kept to meet points that an amendment adds without reading it again: exactly, wherever none
of the added terms stands in it; where one may, the text is named and read again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mulu.screening import encoder
from mulu.screening.engine import Once, Screener, enough_to_compare
from mulu.screening.features import CONTRASTS, FEATURES, REPEATED, UNITS, Numbers, in_units
from mulu.screening.model import first_logits, least_logit, logits
from mulu.screening.text import Description
from mulu.vocabulary import Language

# Of the text as a whole, the same for every point.
ABOUT = ("know_how", "making", "aside", "regulating", "titled", "length")
# What no added point can have of a text in which none of its terms stands, and so is nothing.
_OF_TERMS = ("names", "object", "activity", "field", "together", "head", "dominance", "denied", "meets", "falls_short")
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
    first, then = _features(screener, kept, added, place)
    width = len(FEATURES)
    by_words = first_logits(model, first.reshape(-1, width)).reshape(count, len(added))
    read = logits(model, then.reshape(-1, width)).reshape(count, len(added))
    new = np.nonzero(np.isin(added, index.new))[0]
    for language, rows in ((Language.ZH, kept.chinese), (Language.EN, ~kept.chinese)):
        some, of_new = np.ix_(rows, new), screener.of_new[language]
        by_words[some] = first_logits(of_new, first[some].reshape(-1, width)).reshape(-1, len(new))
        read[some] = logits(of_new, then[some].reshape(-1, width)).reshape(-1, len(new))
    seen = kept.vector_counts.sum(axis=1) > 0
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


def _with_terms(kept: Kept, holds: Callable[[str], bool]) -> Numbers:
    """Rows in which an added term may stand."""
    text = bytes(kept.lower)
    if not holds(text.decode()):  # most terms stand in few texts: all at once is quicker
        return np.zeros(0, dtype=np.int64)
    ends = np.cumsum(kept.lower_counts.astype(np.int64)).tolist()
    starts = [0, *ends[:-1]]
    found = [n for n, (start, end) in enumerate(zip(starts, ends, strict=True)) if holds(text[start:end].decode())]
    return np.array(found, dtype=np.int64)


def _features(screener: Screener, kept: Kept, added: Numbers, place: dict[int, int]) -> tuple[Numbers, Numbers]:
    """The features of every row and added slot (rows × slots × FEATURES), by its words alone and with its meaning."""
    index, count = screener.index, len(kept)
    items = index.slot_item[added]
    table = np.zeros((count, len(added), len(FEATURES)), dtype=np.int64)

    def put(name: str, values: Numbers) -> None:
        table[:, :, FEATURES.index(name)] = values

    for column, name in enumerate(ABOUT):
        put(name, kept.about[:, column].astype(np.int64)[:, None])
    cues = np.zeros((count, len(index.item_ids)), dtype=np.float64)
    cues[np.repeat(np.arange(count), kept.cue_counts), kept.cues[:, 0]] = kept.cues[:, 1]
    rivals = np.maximum(cues.sum(axis=1)[:, None] - cues[:, items], 0.0)
    put("cues", np.rint(cues[:, items] / (cues[:, items] + 1.0) * 1000).astype(np.int64))
    put("rival_cues", np.rint(rivals / (rivals + 3.0) * 1000).astype(np.int64))
    known = [place.get(index.moved.get(int(item), int(item))) for item in items]
    learned = index.item_subject[items] >= 0

    def of_items(values: Whole) -> Numbers:
        made = np.zeros((count, len(added)), dtype=np.int64)
        for number, column in enumerate(known):
            if column is not None:
                made[:, number] = values[:, column]
        return made

    wording = of_items(kept.wording)
    put("wording", in_units(wording, UNITS["wording"]))
    put("wording_lead", in_units(_lead(screener, wording, kept.wording, items), UNITS["wording_lead"]))
    moved = np.isin(added, index.moved_slots)
    table[:, moved, FEATURES.index("wording_of_point")] = in_units(wording[:, moved], UNITS["wording_of_point"])
    new = np.isin(added, index.new)
    if new.any():
        repeated = index.repeated.by_each(bytes(kept.lower), kept.lower_counts)[
            :, np.searchsorted(index.new, added[new])
        ]
        table[:, new, FEATURES.index("wording_of_point")] = in_units(repeated, REPEATED)
    words = table.copy()

    likeness, whole, near = _likenesses(screener, kept, added, items)
    rival = kept.rival.astype(np.int64)
    table[:, new, FEATURES.index("standing_out")] = np.clip(likeness[:, new] - rival[:, 1:], -400, 400)
    contrast = near - likeness
    put("meaning", np.maximum(likeness, 0))
    put("whole_meaning", np.maximum(whole, 0))
    for name, (least, most) in CONTRASTS.items():
        put(name, np.clip(contrast, least, most))
    unlearned = index.unlearned(whole)
    of_point = np.where(learned, of_items(kept.sense), unlearned)
    sense = of_items(kept.sense)
    for item in set(items.tolist()):
        if item in index.new_items:  # is as its best point
            own = items == item
            sense[:, own] = unlearned[:, own].max(axis=1)[:, None]
    put("sense", in_units(sense, UNITS["sense"]))
    lead = _lead(screener, sense, kept.sense, items)
    lead[:, new] = of_point[:, new] - index.unlearned(rival[:, :1])
    put("sense_lead", in_units(lead, UNITS["sense_lead"]))
    put("sense_of_point", in_units(of_point, UNITS["sense_of_point"]))
    return words, table


def _lead(screener: Screener, of_added: Numbers, of_pack: Whole, items: Numbers) -> Numbers:
    """By how much the items of added slots exceed the best item of the pack, twins apart; `Index.lead`, for many rows."""
    made = np.empty_like(of_added)
    for item in set(items.tolist()):
        others = of_pack[:, ~screener.index.twins(item)[screener.index.item_released]]
        rival = np.maximum(others.max(axis=1, initial=0).astype(np.int64), 0)
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

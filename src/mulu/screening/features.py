"""What a text and a control point have in common, one documented number for each reason.

Every number is a whole number of thousandths, so that all later arithmetic is exact. Positive reasons say "this is
the technology"; contrary ones say "this only shares its words".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mulu.screening import encoder
from mulu.screening.index import Index
from mulu.screening.lexicon import Found
from mulu.screening.text import Description

Numbers = npt.NDArray[np.int64]

# The order of the columns; `model.json` has one weight for each, and docs/reference explains them.
FEATURES = (
    "names",  # terms that name the technology itself
    "object",  # terms for the thing concerned
    "activity",  # terms for what is done to it
    "field",  # words of the field
    "together",  # object and activity in one passage
    "head",  # terms in the title or the opening passage
    "item_words",  # words of the other points of the same item
    "dominance",  # share of all terms found that speak for this point
    "meaning",  # likeness of the closest passage
    "whole_meaning",  # likeness of the text as a whole
    "standing_out",  # how far the likeness exceeds that of other items
    "contrast",  # how much closer a near miss is than the point (negative: the point is closer)
    "contrast_over",  # the same where the near miss is the closer one, else nothing
    "cues",  # words that give a near miss away
    "rival_cues",  # such words of items that share the field
    "making",  # the text tells how a thing is made or done
    "aside",  # the text trades, uses, recycles or studies a thing
    "regulating",  # the text itself speaks of export control
)
_MAX_ENCODED = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """Features of every slot for one text, and what they rest on."""

    features: Numbers  # slots × FEATURES
    found: tuple[Found, ...]
    closest_passage: Numbers  # slot → passage number
    likeness: Numbers  # slot → thousandths
    near: Numbers  # item → number of the closest near miss, -1 without one
    near_likeness: Numbers  # item → thousandths


def saturated(weight: float) -> float:
    """One strong term says much, the tenth little: w / (w + 1)."""
    return weight / (weight + 1.0)


def measure(description: Description, index: Index) -> Measured:
    """Compare a description with every slot of the index."""
    slots, items = len(index.slots), len(index.item_number)
    found = index.lexicon.find(description)
    passages = len(description.passages)
    weight = np.zeros((4, slots))
    head = np.zeros(slots)
    by_passage: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    cues = np.zeros(items)
    manners: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, int]] = set()
    roles = {"names": 0, "object": 1, "activity": 2, "context": 3}
    head_end = max(description.title_end, description.passages[0].end if description.passages else 0)
    total = 0.0
    item_weight = np.zeros(items)
    for term in found:
        share = 1.0 / term.shared_by**0.5
        passage = description.passage_of(term.start)
        fresh = True
        for use in term.uses:
            if use.role == "manner":
                manners[use.key].add(term.term)
                continue
            slot = index.number[use.key]
            if use.role == "cue":
                if (term.term, -1 - index.slot_item[slot]) not in seen:
                    seen.add((term.term, -1 - int(index.slot_item[slot])))
                    cues[index.slot_item[slot]] += 1
                continue
            role = roles[use.role]
            local = by_passage[slot, passage]
            if role in (0, 1):
                local[0] = max(local[0], share * (1.0 if role else 1.5))
            if role in (0, 2):
                local[1] += share * (1.0 if role else 0.7)
            if (term.term, slot) in seen:
                continue
            seen.add((term.term, slot))
            weight[role, slot] += share
            if fresh and role < 3:
                total += share
                fresh = False
            if role < 2 and term.start < head_end:
                head[slot] += share * (1.0 if role else 1.5)
    own = weight[0] * 1.5 + weight[1] + weight[2] * 0.6
    np.add.at(item_weight, index.slot_item, own)
    together = np.zeros(slots)
    for (slot, _), (thing, deed) in by_passage.items():
        together[slot] = max(together[slot], min(thing, 1.0) * saturated(deed))

    meaning, whole, closest, near, near_likeness = _likenesses(description, index, passages)
    best_of_item = np.full(items, -1000, dtype=np.int64)
    np.maximum.at(best_of_item, index.slot_item, meaning)
    ordered = np.sort(best_of_item)[::-1]
    others = int(ordered[1:6].mean()) if items > 6 else 0

    table = np.zeros((slots, len(FEATURES)), dtype=np.int64)

    def put(name: str, values: npt.NDArray[np.float64]) -> None:
        table[:, FEATURES.index(name)] = np.rint(values * 1000).astype(np.int64)

    for name, row in zip(("names", "object", "activity", "field"), weight, strict=True):
        put(name, row / (row + 1.0))
    put("together", together)
    put("head", head / (head + 1.0))
    elsewhere = np.maximum(item_weight[index.slot_item] - own, 0.0)
    put("item_words", elsewhere / (elsewhere + 2.0))
    put("dominance", np.minimum(own / (total + 1.0), 1.0))
    put("meaning", np.maximum(meaning, 0) / 1000)
    put("whole_meaning", np.maximum(whole, 0) / 1000)
    put("standing_out", np.clip(meaning - others, -400, 400) / 1000)
    put("contrast", np.clip(near_likeness[index.slot_item] - meaning, -300, 500) / 1000)
    put("contrast_over", np.clip(near_likeness[index.slot_item] - meaning, 0, 500) / 1000)
    put("cues", (cues / (cues + 1.0))[index.slot_item])
    rivals = np.maximum(cues.sum() - cues[index.slot_item], 0.0)
    put("rival_cues", rivals / (rivals + 3.0))
    spoken = {manner: len(terms) for manner, terms in manners.items()}
    aside = sum(spoken.get(manner, 0) for manner in ("trading", "using", "recycling", "studying"))
    for name, count in (
        ("making", spoken.get("making", 0)),
        ("aside", aside),
        ("regulating", spoken.get("regulating", 0)),
    ):
        put(name, np.full(slots, count / (count + 1.0)))
    return Measured(table, tuple(found), closest, meaning, near, near_likeness)


def _likenesses(
    description: Description, index: Index, passages: int
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Likeness of slots and near misses with the passages and the whole text, in thousandths."""
    items, slots = len(index.item_number), len(index.slots)
    each_vector, whole_vector = encoder.encode_parts([description.text_of(p) for p in description.passages], [passages])
    every = index.vectors.likeness(np.concatenate([whole_vector, each_vector]))
    of_slots = every[:, : 3 * slots].reshape(-1, slots, 3).max(axis=2)
    whole, each = of_slots[0], of_slots[1:]
    closest = each.argmax(axis=0)
    meaning = np.maximum(each.max(axis=0), whole)
    near = np.full(items, -1, dtype=np.int64)
    near_likeness = np.full(items, -1000, dtype=np.int64)
    for number, (item, value) in enumerate(zip(index.near_item, every[:, 3 * slots :].max(axis=0), strict=True)):
        if value > near_likeness[item]:
            near[item], near_likeness[item] = number, value
    return meaning, whole, closest, near, near_likeness

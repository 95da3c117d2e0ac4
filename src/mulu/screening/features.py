"""What a text and a control point have in common, one documented number for each reason.

Every number is a whole number of thousandths, so that all later arithmetic is exact. Positive reasons say "this is
the technology"; contrary ones say "this only shares its words".
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mulu.catalogue.records import Parameter
from mulu.screening import encoder
from mulu.screening.denial import kept_of
from mulu.screening.index import Index
from mulu.screening.lexicon import Found
from mulu.screening.parameters import Comparison, Result, compare
from mulu.screening.subjects import Reading, keys_of
from mulu.screening.text import Description
from mulu.vocabulary import Language

Numbers = npt.NDArray[np.int64]

# The order of the columns; `model.json` has one weight for each, and docs/weights.md explains them.
FEATURES = (
    "names",  # terms that name the technology itself
    "object",  # terms for the thing concerned
    "activity",  # terms for what is done to it
    "field",  # words of the field
    "together",  # object and activity in one passage
    "head",  # terms in the title or the opening passage
    "item_words",  # words of the other points of the same item
    "dominance",  # share of all terms found that speak for this point
    "denied",  # terms that stand only where the text denies them or compares with them
    "meaning",  # likeness of the closest passage
    "whole_meaning",  # likeness of the text as a whole
    "standing_out",  # how far the likeness exceeds that of other items; of a new item: that of any released point
    "contrast",  # how much closer a near miss is than the point (negative: the point is closer)
    "contrast_over",  # the same where the near miss is the closer one, else nothing
    "cues",  # words that give a near miss away
    "rival_cues",  # such words of items that share the field
    "wording",  # how far the text is worded as texts on the item are
    "wording_lead",  # by how much more so than as texts on any other item
    "wording_of_point",  # how far it is worded as texts on this point are
    "sense",  # logit of the item against "none of them", from the meaning of the text
    "sense_lead",  # by how much it exceeds that of any other item, and of none
    "sense_of_point",  # the logit of this point, from the meaning of the text
    "know_how",  # words of texts that tell how a thing is made or done, against those that sell, use, report or study it
    "making",  # the text says that it tells how a thing is made or done
    "aside",  # the text trades, uses, recycles or studies a thing
    "regulating",  # the text itself speaks of export control
    "meets",  # a stated value meets a parameter of the point
    "falls_short",  # a stated value falls short of a parameter of the point
    "titled",  # the text has a title: its terms stand out more, whatever it is about
    "length",  # logarithm of how much the text says: the more, the more of any subject it touches by chance
)
_COLUMN = {name: column for column, name in enumerate(FEATURES)}
CONTRASTS = {"contrast": (-300, 500), "contrast_over": (0, 500)}  # and how far each goes
_SAYS_ENOUGH = 40  # distinct runs, words and pieces
_ROWS_AT_ONCE = 256  # passages or sections compared at once: what a long document takes is bounded
_SHORT, _LONG = 100, 1000  # runs, words and pieces; few texts learned from say less, or more
MAX_LOGIT = 12_000  # thousandths; learned logits beyond say no more
# What a learned number is a thousandth of, and where it ends.
UNITS = {
    "wording": 25_000,
    "wording_lead": 15_000,
    "wording_of_point": 25_000,
    "sense": MAX_LOGIT,
    "sense_lead": MAX_LOGIT,
    "sense_of_point": MAX_LOGIT,
}
REPEATED = 60_000  # the same of what a text repeats of the wording of a new item


# Those of them that need the meaning of the text; the others rest on its words alone.
OF_MEANING = frozenset(
    (
        "meaning",
        "whole_meaning",
        "standing_out",
        "contrast",
        "contrast_over",
        "sense",
        "sense_lead",
        "sense_of_point",
    )
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Features of every slot for one text, and what they rest on."""

    features: Numbers  # slots × FEATURES
    size: int  # distinct runs of characters, words and pieces
    read: bool  # for its meaning too; else the features of meaning are nothing
    read_added: frozenset[int]  # items: the same of the slots that only the user's own official texts show
    found: tuple[Found, ...]
    closest_passage: Numbers  # slot → passage number
    likeness: Numbers  # slot → thousandths
    near: Numbers  # item → number of the closest near miss, -1 without one
    near_likeness: Numbers  # item → thousandths
    compared: dict[int, tuple[Comparison, ...]]  # slot → its parameters beside what the text states
    reading: Reading
    uses: dict[str, dict[str, list[Found]]]  # point, item or manner → role → the terms found in that role
    cues: Numbers  # item → words that give a near miss away
    wording: Numbers  # item → how far the text is worded as texts on it, thousandths
    sense: Numbers | None  # item → logit against "none of them", thousandths; where it was read for its meaning
    rival: tuple[int, int]  # likeness, in Chinese, of the released point that is most like a section, and any passage


def saturated(weight: float) -> float:
    """One strong term says much, the tenth little: w / (w + 1)."""
    return weight / (weight + 1.0)


def measure(description: Description, index: Index) -> Measured:
    """Compare a description with every slot of the index, by its words and by its meaning."""
    return measure_meaning(measure_words(description, index), *encoded([description])[0], index)


def encoded(descriptions: Sequence[Description]) -> list[tuple[encoder.Vectors, encoder.Vectors]]:
    """The vectors of the passages and of the sections of each description; many at once cost less than one by one."""
    texts = [description.text_of(p) for description in descriptions for p in description.passages]
    groups = [last - first for description in descriptions for first, last in description.sections]
    passages, sections = encoder.encode_parts(texts, groups)
    made = []
    passage = section = 0
    for description in descriptions:
        to_passage, to_section = passage + len(description.passages), section + len(description.sections)
        made.append((passages[passage:to_passage], sections[section:to_section]))
        passage, section = to_passage, to_section
    return made


def measure_words(description: Description, index: Index) -> Measured:
    """Compare the words of a description with every slot of the index: the quick first pass."""
    slots, items = len(index.slots), len(index.item_number)
    found = index.lexicon.find(description)
    weight = np.zeros((4, slots))
    head = np.zeros(slots)
    denied = np.zeros(slots)
    by_passage: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    cues = np.zeros(items)
    manners: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, int]] = set()
    roles = {"names": 0, "object": 1, "activity": 2, "context": 3}
    # The head is the title and the first passage that speaks of anything listed: what stands before it is no text yet.
    spoken = (
        t.start
        for t in found
        if t.denied is None and not t.added and any(use.role in ("names", "object") for use in t.uses)
    )
    opening = description.passages[description.passage_of(next(spoken, 0))].end if description.passages else 0
    head_end = max(description.title_end, opening)
    total = 0.0
    item_weight = np.zeros(items)
    uses: dict[str, dict[str, list[Found]]] = {}
    for term in found:
        share = 1.0 / term.shared_by**0.5
        passage = description.passage_of(term.start)
        fresh = True
        for use in term.uses:
            uses.setdefault(use.key, {}).setdefault(use.role, []).append(term)
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
            if term.denied:
                if role < 2:
                    denied[slot] += share
                continue
            local = by_passage[slot, passage]
            if role in (0, 1):
                local[0] = max(local[0], share * (1.0 if role else 1.5))
            if role in (0, 2):
                local[1] += share * (1.0 if role else 0.7)
            if (term.term, slot) in seen:
                continue
            seen.add((term.term, slot))
            weight[role, slot] += share
            if fresh and role < 3 and not term.added:
                total += share
                fresh = False
            if role < 2 and term.start < head_end:
                head[slot] += share * (1.0 if role else 1.5)
    own = weight[0] * 1.5 + weight[1] + weight[2] * 0.6
    np.add.at(item_weight, index.slot_item, own)
    together = np.zeros(slots)
    for (slot, _), (thing, deed) in by_passage.items():
        together[slot] = max(together[slot], min(thing, 1.0) * saturated(deed))

    elsewhere = np.maximum(item_weight[index.slot_item] - own, 0.0)
    rivals = np.maximum(cues.sum() - cues[index.slot_item], 0.0)
    spoken_of = {manner: len(terms) for manner, terms in manners.items()}
    put_aside = sum(spoken_of.get(manner, 0) for manner in ("trading", "using", "recycling", "studying"))
    columns: dict[str, npt.NDArray[np.float64] | float] = {
        **{name: row / (row + 1.0) for name, row in zip(("names", "object", "activity", "field"), weight, strict=True)},
        "together": together,
        "head": head / (head + 1.0),
        "item_words": elsewhere / (elsewhere + 2.0),
        "dominance": np.minimum(own / (total + 1.0), 1.0),
        "denied": np.where(own == 0, denied / (denied + 1.0), 0.0),
        "cues": (cues / (cues + 1.0))[index.slot_item],
        "rival_cues": rivals / (rivals + 3.0),
        "making": saturated(spoken_of.get("making", 0)),
        "aside": saturated(put_aside),
        "regulating": saturated(spoken_of.get("regulating", 0)),
        "titled": 1.0 if description.title_end else 0.0,
    }
    parts = np.zeros((slots, len(FEATURES)))
    for name, column in columns.items():
        parts[:, _COLUMN[name]] = column
    table = np.rint(parts * 1000).astype(np.int64)
    size, wording = _put_wording(table, description, index)
    length = math.log(min(max(size, _SHORT), _LONG) / _SHORT) / math.log(_LONG / _SHORT)
    table[:, _COLUMN["length"]] = round(length * 1000)
    reading = Reading(description.folded.lower, [(s.start, s.end) for s in description.denied])
    compared = _put_parameters(table, description, own, uses, index)
    return Measured(
        features=table,
        size=size,
        read=False,
        read_added=frozenset(),
        found=tuple(found),
        closest_passage=np.zeros(slots, dtype=np.int64),
        likeness=np.full(slots, -1000, dtype=np.int64),
        near=np.full(items, -1, dtype=np.int64),
        near_likeness=np.full(items, -1000, dtype=np.int64),
        compared=compared,
        reading=reading,
        uses=uses,
        cues=cues.astype(np.int64),
        wording=wording,
        sense=None,
        rival=(-1000, -1000),
    )


_SHORT_PART = {Language.ZH: 60, Language.EN: 170}  # characters under which the next sentence is read with it
_MOSTLY_ALL = 700  # thousandths of a text: a part that makes up more is the text itself


def densest(
    description: Description, measured: Measured, item: str, least: int, *, added: bool
) -> tuple[int, int] | None:
    """Where the terms of an item stand most densely: a sentence, with those after it that go on about the item.

    `least`: what the terms in it must weigh, in thousandths: a name 1500, a thing 1000, a deed 600, a word of the field
    300. None where no sentence has as many, or where it is most of the text. `added`: terms count, too, that speak only for
    what the user's own official texts add.
    """
    text = description.folded.text
    weights = {"names": 1500, "object": 1000, "activity": 600, "context": 300}
    sentences = description.sentences()
    starts = [start for start, _ in sentences]
    weighs: dict[int, int] = defaultdict(int)
    seen: set[tuple[int, str]] = set()
    for key, roles in measured.uses.items():
        if key.partition("#")[0] != item:
            continue
        for role, weight in weights.items():
            for one in roles.get(role, ()):
                number = bisect_right(starts, one.start) - 1
                if one.denied is None and (added or not one.added) and (number, one.term) not in seen:
                    seen.add((number, one.term))
                    weighs[number] += weight
    if not weighs:
        return None
    most = max(weighs, key=lambda number: (weighs[number], -number))
    if weighs[most] < least:
        return None
    start, end = sentences[most]
    following = most + 1
    while end - start < _SHORT_PART[description.language] and weighs.get(following, 0) > 0:
        end = sentences[following][1]
        following += 1
    return (start, end) if (end - start) * 1000 < len(text) * _MOSTLY_ALL else None


def measure_meaning(
    words: Measured, each_vector: encoder.Vectors, section_vectors: encoder.Vectors, index: Index
) -> Measured:
    """Add to a first pass what the meaning of the description says, from the vectors of its passages and sections."""
    items = len(index.item_number)
    meaning, whole, closest, near, near_likeness, rival = _likenesses(each_vector, section_vectors, index)
    best_of_item = np.full(items, -1000, dtype=np.int64)
    np.maximum.at(best_of_item, index.slot_item[index.released], meaning[index.released])
    others = int(np.sort(best_of_item)[::-1][1:6].sum()) // 5 if items > 6 else 0
    contrast = near_likeness[index.slot_item] - meaning
    table = words.features.copy()

    def put(name: str, values: Numbers) -> None:
        table[:, _COLUMN[name]] = values

    put("meaning", np.maximum(meaning, 0))
    put("whole_meaning", np.maximum(whole, 0))
    standing_out = meaning - others
    standing_out[index.new] = meaning[index.new] - rival[1]
    put("standing_out", np.clip(standing_out, -400, 400))
    for name, (least, most) in CONTRASTS.items():
        put(name, np.clip(contrast, least, most))
    read_alone = [section_vectors, each_vector] if len(section_vectors) > 1 else [section_vectors]
    sense = _put_sense(table, np.concatenate(read_alone), whole, rival[0], index)
    return replace(
        words,
        features=table,
        read=True,
        read_added=frozenset(index.added_of),
        closest_passage=closest,
        likeness=meaning,
        near=near,
        near_likeness=near_likeness,
        sense=sense,
        rival=rival,
    )


def _put_wording(table: Numbers, description: Description, index: Index) -> tuple[int, Numbers]:
    """What the text as a whole is worded like; returns of how many runs, words and pieces it is made, and the item's."""
    lower, passages = description.folded.lower, description.passages
    each = [keys_of(kept_of(lower, p.start, p.end, description.denied)) for p in passages]
    sections = [np.unique(np.concatenate(each[first:last])) for first, last in description.sections]
    # In a document a technology told in one passage must not drown in what stands around it: passages that say enough
    # count alone too. In a description of a few sentences they would say too much for what its other sentences take back.
    alone = [keys for keys in each if len(keys) >= _SAYS_ENOUGH] if len(sections) > 1 else []
    worded = [index.subjects.wording(keys) for keys in (*sections, *alone)]
    wording = np.max([of_subjects for of_subjects, _ in worded], axis=0)
    know_how = max(of_text for _, of_text in worded)
    of_item = np.where(index.item_subject >= 0, wording[index.item_subject], 0)
    of_slot = np.where(index.slot_subject >= 0, wording[index.slot_subject], 0)
    of_slot[index.moved_slots] = of_item[index.slot_item[index.moved_slots]]
    _put(table, "wording", of_item[index.slot_item], UNITS["wording"])
    _put(table, "wording_lead", index.lead(of_item, 0)[index.slot_item], UNITS["wording_lead"])
    _put(table, "wording_of_point", of_slot, UNITS["wording_of_point"])
    if len(index.new):  # nothing was learned of these: what a text repeats of their wording stands for it
        of_entry = index.repeated.by(lower)
        table[index.new, _COLUMN["wording_of_point"]] = in_units(of_entry, REPEATED)
    table[:, _COLUMN["know_how"]] = np.clip(know_how, -15_000, 15_000) // 15
    return sum(len(keys) for keys in each), of_item


def _put_sense(table: Numbers, section_vectors: encoder.Vectors, whole: Numbers, rival: int, index: Index) -> Numbers:
    """What the text as a whole reads like, against none of the items; returns it for each item.

    `whole`: the likeness of each slot to it; `rival`: that of the released point that is most like it.
    """
    logit = np.max(
        [
            index.subjects.meaning(section_vectors[begin : begin + _ROWS_AT_ONCE]).max(axis=0)
            for begin in range(0, len(section_vectors), _ROWS_AT_ONCE)
        ],
        axis=0,
    )
    # Of an item that nothing was learned of (only the user's own official text shows it), likeness says what it can.
    unlearned = index.unlearned(whole)
    of_slot = np.where(index.slot_subject >= 0, logit[index.slot_subject], -MAX_LOGIT)
    of_item = np.full(len(index.item_number), -MAX_LOGIT, dtype=np.int64)
    np.maximum.at(of_item, index.slot_item, of_slot)
    for item, was in index.moved.items():
        of_item[item] = of_item[was]
    unknown = index.item_subject[index.slot_item] < 0
    of_slot = np.where(unknown, unlearned, np.where(index.slot_subject >= 0, of_slot, of_item[index.slot_item]))
    tells = unknown & (index.released | ~index.item_released[index.slot_item])
    np.maximum.at(of_item, index.slot_item[tells], of_slot[tells])
    _put(table, "sense", of_item[index.slot_item], UNITS["sense"])
    lead = index.lead(of_item, 0)[index.slot_item]
    lead[index.new] = of_slot[index.new] - index.unlearned(rival)  # like is set against like
    _put(table, "sense_lead", lead, UNITS["sense_lead"])
    _put(table, "sense_of_point", of_slot, UNITS["sense_of_point"])
    return of_item


def _put(table: Numbers, name: str, values: Numbers, unit: int) -> None:
    """A column in thousandths of a unit."""
    table[:, _COLUMN[name]] = in_units(values, unit)


def in_units(values: Numbers, unit: int) -> Numbers:
    """Values in thousandths of a unit, and no more than one of them."""
    made: Numbers = np.clip(values, -unit, unit) * 1000 // unit
    return made


def compared_with(
    description: Description,
    key: str,
    parameters: tuple[Parameter, ...],
    uses: dict[str, dict[str, list[Found]]],
    index: Index,
) -> tuple[Comparison, ...]:
    """What the text states beside the parameters of a point, but for what it denies, and what is of another point."""
    if not parameters:
        return ()
    apart = [(stretch.start, stretch.end) for stretch in description.denied]
    return compare(
        description.folded, parameters, index.parameter_words, sorted(apart + _of_other_points(description, uses, key))
    )


def _of_other_points(
    description: Description, uses: dict[str, dict[str, list[Found]]], key: str
) -> list[tuple[int, int]]:
    """Sentences on the thing of another point of the item and not on this one's: their values are not its own.

    A sentence that names no thing goes on with that of the one before: "LFP is prepared so. Its density is …".
    """
    item, edition = key.split("#")[0], key.partition("@")[2]
    named: list[tuple[int, str]] = []
    for other, roles in uses.items():
        if other.split("#")[0] == item and other.partition("@")[2] == edition:
            named += [
                (one.start, other) for role in ("names", "object") for one in roles.get(role, ()) if one.denied is None
            ]
    if all(other == key for _, other in named):
        return []
    apart: list[tuple[int, int]] = []
    speaks: set[str] = set()
    named.sort()
    at = 0
    for start, end in description.sentences():
        here: set[str] = set()
        while at < len(named) and named[at][0] < end:
            here.add(named[at][1])
            at += 1
        speaks = here or speaks
        if speaks and key not in speaks:
            apart.append((start, end))
    return apart


def _put_parameters(
    table: Numbers,
    description: Description,
    own: npt.NDArray[np.float64],
    uses: dict[str, dict[str, list[Found]]],
    index: Index,
) -> dict[int, tuple[Comparison, ...]]:
    """Stated values beside the parameters of the points of which the text speaks."""
    compared: dict[int, tuple[Comparison, ...]] = {}
    for number in index.with_parameters:
        if own[number] <= 0:
            continue
        point = index.slots[number].point
        assert point is not None
        compared[number] = compared_with(description, index.slots[number].key, point.parameters, uses, index)
        results = {comparison.result for comparison in compared[number]}
        table[number, _COLUMN["meets"]] = 1000 if Result.MEETS in results else 0
        table[number, _COLUMN["falls_short"]] = 1000 if results & {Result.BELOW, Result.ABOVE} else 0
    return compared


def _likenesses(
    each_vector: encoder.Vectors, section_vectors: encoder.Vectors, index: Index
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers, tuple[int, int]]:
    """Likeness of slots and near misses with the passages and the whole text, in thousandths; and of the nearest released one."""
    items, slots = len(index.item_number), len(index.slots)
    vectors, sections = np.concatenate([section_vectors, each_vector]), len(section_vectors)
    whole, alone = np.full((2, slots), np.iinfo(np.int64).min)  # the best of any section, and of any passage
    against = np.full(len(index.near), np.iinfo(np.int64).min)
    closest = np.zeros(slots, dtype=np.int64)
    rival_whole = rival = -1000
    for begin in range(0, len(vectors), _ROWS_AT_ONCE):
        every = index.vectors.likeness(vectors[begin : begin + _ROWS_AT_ONCE])
        against = np.maximum(against, every[:, 3 * slots :].max(axis=0))
        of_slots = every[:, : 3 * slots].reshape(-1, slots, 3).max(axis=2)
        passages = max(0, sections - begin)  # where they begin among these rows
        # Of a new item there are Chinese words alone: it is set against those of the others.
        in_chinese = every[:, : 3 * slots : 3][:, index.released_slots].max(axis=1)
        rival_whole = max(rival_whole, int(in_chinese[:passages].max(initial=-1000)))
        rival = max(rival, int(in_chinese.max()))
        if passages:
            whole = np.maximum(whole, of_slots[:passages].max(axis=0))
        if passages < len(of_slots):
            each = of_slots[passages:]
            nearer = each.max(axis=0) > alone
            closest[nearer] = (each.argmax(axis=0) + begin + passages - sections)[nearer]
            alone = np.maximum(alone, each.max(axis=0))
    meaning = np.maximum(alone, whole)
    near = np.full(items, -1, dtype=np.int64)
    near_likeness = np.full(items, -1000, dtype=np.int64)
    if len(index.near):
        # The near misses of an item stand together, so each item's best is the best of a stretch.
        near_likeness[index.near_items] = np.maximum.reduceat(against[index.near_order], index.near_begins)
        for item in np.nonzero(near_likeness > meaning_of(index, meaning))[0]:
            stretch = index.near_of[int(item)]
            near[item] = stretch[int(against[stretch].argmax())]
    return meaning, whole, closest, near, near_likeness, (rival_whole, rival)


def meaning_of(index: Index, meaning: Numbers) -> Numbers:
    """The least likeness among the slots of each item: a near miss below it is closer than none of them."""
    least = np.full(len(index.item_number), 1000, dtype=np.int64)
    np.minimum.at(least, index.slot_item, meaning)
    return least

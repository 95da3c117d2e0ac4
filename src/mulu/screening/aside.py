"""Why each item of an edition is not put forward: a class for every one of them, and the words that show it.

Six classes, tried in this order; the first that holds is the item's:

- *parameter below*: it is spoken of, and a stated value does not reach what the point requires;
- *object differs* by a near miss: its object is named, but the text reads more like another subject that shares its words;
- *fact missing*: its object is named; what would decide (how it is made or done, a parameter) is not said;
- *excluded by wording*: its words stand only where the text denies them, sets itself apart or compares;
- *object differs*: only words of its process or field occur, or the meaning is near, and its object is not named;
- *not comparable here*: none of its words occur, and no point of it is held, only its name;
- *different field*: none of its words occur and the meaning is not near.

A class is a statement about the text and what is held, never about the Catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mulu.catalogue.editions import Edition, Listing
from mulu.catalogue.records import Item
from mulu.screening.evidence import LIKE
from mulu.screening.features import FEATURES, Measured, Numbers
from mulu.screening.index import Index
from mulu.vocabulary import Said


class Reason(StrEnum):
    """The class of reason for which an item is not put forward."""

    DIFFERENT_FIELD = "different field"
    OBJECT_DIFFERS = "object differs"
    PARAMETER_BELOW = "parameter below"
    EXCLUDED_BY_WORDING = "excluded by wording"
    FACT_MISSING = "fact missing"
    NOT_COMPARABLE = "not comparable here"


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item that is not put forward, why, and the terms or the subject that show it."""

    listing: Listing
    reason: Reason
    because: Said


_COLUMNS = {
    name: FEATURES.index(name) for name in ("names", "object", "activity", "field", "denied", "falls_short", "cues")
}


def reasons(measured: Measured, edition: Edition, slots: Mapping[int, bool], index: Index) -> dict[str, Reason]:
    """The class of reason of every item that stands or may stand in the edition, as if none were put forward."""
    numbers = np.fromiter(slots, dtype=np.int64)
    items = index.slot_item[numbers]
    rows = measured.features[numbers]
    size = len(index.item_number)

    def most(values: Numbers) -> Numbers:
        made = np.full(size, -(10**6), dtype=np.int64)
        np.maximum.at(made, items, values)
        return made

    held = {name: most(rows[:, column]) for name, column in _COLUMNS.items()}
    likeness = most(measured.likeness[numbers])
    named = (held["names"] > 0) | (held["object"] > 0)
    reads_otherwise = (held["cues"] > 0) | (measured.near_likeness > likeness)
    beside = (held["activity"] > 0) | (held["field"] > 0) | (likeness >= LIKE)
    made: dict[str, Reason] = {}
    for listing in (*edition.present(), *edition.open()):
        place = index.item_number[listing.item.id]
        if held["falls_short"][place] > 0:
            reason = Reason.PARAMETER_BELOW
        elif named[place]:
            reason = Reason.OBJECT_DIFFERS if reads_otherwise[place] else Reason.FACT_MISSING
        elif held["denied"][place] > 0:
            reason = Reason.EXCLUDED_BY_WORDING
        elif beside[place]:
            reason = Reason.OBJECT_DIFFERS
        elif not listing.points:
            reason = Reason.NOT_COMPARABLE
        else:
            reason = Reason.DIFFERENT_FIELD
        made[listing.item.id] = reason
    return made


def told(listing: Listing, reason: Reason, measured: Measured, slots: Mapping[int, bool], index: Index) -> SetAside:
    """A reason in words, with the terms of the text or the other subject that show it."""
    keys = {index.slots[number].key for number in slots if index.slots[number].item.id == listing.item.id}
    terms: dict[str, list[str]] = {"own": [], "beside": [], "denied": []}
    for key in sorted(keys):
        for role, found in measured.uses.get(key, {}).items():
            for one in found:
                kind = "denied" if one.denied else "own" if role in ("names", "object") else "beside"
                if role != "cue" and one.term not in terms[kind]:
                    terms[kind].append(one.term)
    zh, en = ({kind: mark.join(of[:4]) for kind, of in terms.items()} for mark in ("、", ", "))
    near = int(measured.near[index.item_number[listing.item.id]])
    if reason is Reason.PARAMETER_BELOW:
        said = Said(
            "aside_parameter",
            f"述及{zh['own']}，但所述数值未达要点的条件",
            f"{en['own']}: a stated value does not reach what the point requires",
        )
    elif reason is Reason.FACT_MISSING:
        said = Said(
            "aside_fact",
            f"述及{zh['own']}，但未说明如何制造或实施，或未给出决定性的参数",
            f"names {en['own']}, not how it is made or done, or not the parameter that decides",
        )
    elif reason is Reason.EXCLUDED_BY_WORDING:
        said = Said(
            "aside_denied",
            f"只在否定、区别或对比处提到{zh['denied']}",
            f"mentions {en['denied']} only to deny it, to set itself apart or to compare",
        )
    elif reason is Reason.OBJECT_DIFFERS and terms["own"]:
        miss = index.near[near] if near >= 0 else None
        said = (
            Said(
                "aside_other_subject",
                f"述及{zh['own']}，但文本更接近另一主题",
                f"names {en['own']}, but reads like another subject that shares its words",
            )
            if miss is None
            else Said(
                "aside_near_miss",
                f"述及{zh['own']}，但文本更接近另一主题：“{miss.zh}”",
                f"names {en['own']}, but reads more like another subject: “{miss.en}”",
            )
        )
    elif reason is Reason.OBJECT_DIFFERS and terms["beside"]:
        said = Said(
            "aside_process_words",
            f"只有其工艺或领域用语（{zh['beside']}），未见其对象",
            f"only words of its process or field ({en['beside']}), not its object",
        )
    elif reason is Reason.OBJECT_DIFFERS:
        said = Said("aside_meaning_only", "含义有相近之处，但没有其用语", "near in meaning, without any of its words")
    elif reason is Reason.NOT_COMPARABLE:
        said = Said(
            "aside_name_only",
            "该条目只收录了名称，没有要点可比；文中也没有其名称用语",
            "only the name of the item is held, no point to compare with; none of its words occur",
        )
    else:
        said = Said(
            "aside_field", "没有其任何用语，含义也不相近", "none of its words occur, and the meaning is not near"
        )
    return SetAside(listing, reason, said)


@dataclass(frozen=True, slots=True)
class ByIndustry:
    """How many items of an industry were set aside, by class of reason."""

    division: str | None
    item: Item  # one of the industry, for its name
    counts: Mapping[Reason, int]


def by_industry(made: Mapping[str, Reason], edition: Edition) -> tuple[ByIndustry, ...]:
    """The classes counted by industry, in order of division."""
    counted: dict[str | None, Counter[Reason]] = {}
    first: dict[str | None, Item] = {}
    for item, reason in made.items():
        of = edition.listings[item].item
        counted.setdefault(of.division, Counter())[reason] += 1
        first.setdefault(of.division, of)
    return tuple(
        ByIndustry(division, first[division], dict(counts))
        for division, counts in sorted(counted.items(), key=lambda c: c[0] or "")
    )

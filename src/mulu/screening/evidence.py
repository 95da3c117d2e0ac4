"""Why a control point is put forward, and what speaks against it: one function for each reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mulu.catalogue.records import NearMiss
from mulu.screening.features import Measured
from mulu.screening.index import Index, Slot
from mulu.screening.lexicon import Found
from mulu.screening.text import Description
from mulu.vocabulary import Said

LIKE = 330  # thousandths of cosine from which two texts are said to be alike in meaning


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason with its place in the description as given, and its strength in thousandths."""

    kind: str
    because: Said
    spans: tuple[tuple[int, int], ...]
    strength: int
    against: bool = False


def _matches(slot: Slot, found: Sequence[Found], roles: tuple[str, ...]) -> list[Found]:
    return [f for f in found if any(u.key in (slot.key, slot.item.id) and u.role in roles for u in f.uses)]


def _listed(terms: Sequence[Found], most: int = 8) -> tuple[list[str], tuple[Found, ...]]:
    first: dict[str, Found] = {}
    for term in terms:
        first.setdefault(term.term.lower(), term)
    return [f.term for f in first.values()][:most], tuple(first.values())


def _strength(terms: Sequence[Found]) -> int:
    weight = sum(1.0 / math.sqrt(f.shared_by) for f in {f.term.lower(): f for f in terms}.values())
    return round(1000 * weight / (weight + 1.0))


def named(slot: Slot, found: Sequence[Found], description: Description) -> Evidence | None:
    """Words that by themselves name the technology of the point."""
    matched = _matches(slot, found, ("names",))
    if not matched:
        return None
    terms, kept = _listed(matched)
    return Evidence(
        "term",
        Said(
            "names_the_technology",
            f"文中出现该技术的专名：{'、'.join(terms)}",
            f"names the technology itself: {', '.join(terms)}",
        ),
        tuple(description.folded.span(f.start, f.end) for f in kept),
        _strength(matched),
    )


def object_and_activity(slot: Slot, found: Sequence[Found], description: Description) -> Evidence | None:
    """The thing that the point concerns, and what is done to it."""
    things, deeds = _matches(slot, found, ("object",)), _matches(slot, found, ("activity",))
    if not things and not deeds:
        return None
    thing_terms, kept_things = _listed(things)
    deed_terms, kept_deeds = _listed(deeds)
    if things and deeds:
        kind = "process"
        said = Said(
            "object_and_activity",
            f"文中既有对象（{'、'.join(thing_terms)}）又有工艺或方法（{'、'.join(deed_terms)}）",
            f"speaks of the thing ({', '.join(thing_terms)}) and of what is done to it ({', '.join(deed_terms)})",
        )
    elif things:
        kind = "object"
        said = Said(
            "object_only",
            f"文中有对象（{'、'.join(thing_terms)}），未见相应工艺或方法用语",
            f"speaks of the thing ({', '.join(thing_terms)}), not of what is done to it",
        )
    else:
        kind = "activity"
        said = Said(
            "activity_only",
            f"文中有工艺或方法用语（{'、'.join(deed_terms)}），未见相应对象",
            f"uses its process words ({', '.join(deed_terms)}), not the thing concerned",
        )
    spans = tuple(description.folded.span(f.start, f.end) for f in (*kept_things, *kept_deeds))
    return Evidence(kind, said, spans, _strength([*things, *deeds]))


def field_words(slot: Slot, found: Sequence[Found], description: Description) -> Evidence | None:
    """Words of the same industry or field; they support and prove nothing."""
    matched = _matches(slot, found, ("context",))
    if not matched:
        return None
    terms, kept = _listed(matched)
    return Evidence(
        "industry",
        Said("field_words", f"同一领域用语：{'、'.join(terms)}", f"words of the same field: {', '.join(terms)}"),
        tuple(description.folded.span(f.start, f.end) for f in kept),
        _strength(matched),
    )


def alike_in_meaning(number: int, description: Description, measured: Measured) -> Evidence | None:
    """The passage whose meaning comes closest to the point, in either language."""
    likeness = int(measured.likeness[number])
    if likeness < LIKE or not description.passages:
        return None
    passage = description.passages[int(measured.closest_passage[number])]
    return Evidence(
        "meaning",
        Said(
            "alike_in_meaning",
            f"该段含义与要点相近（{likeness / 1000:.2f}）",
            f"this passage is close to the point in meaning ({likeness / 1000:.2f})",
        ),
        (description.folded.span(passage.start, passage.end),),
        likeness,
    )


def like_a_near_miss(slot: Slot, index: Index, measured: Measured, number: int) -> Evidence | None:
    """A subject that shares the words of the item and is not it, closer to the text than the point is."""
    item = index.item_number[slot.item.id]
    near = int(measured.near[item])
    if near < 0 or measured.near_likeness[item] <= measured.likeness[number]:
        return None
    miss: NearMiss = index.near[near]
    return Evidence(
        "contrast",
        Said("like_a_near_miss", f"文本更接近另一主题：“{miss.zh}”", f"reads more like another subject: “{miss.en}”"),
        (),
        int(measured.near_likeness[item]),
        against=True,
    )


def cues_of_near_misses(slot: Slot, found: Sequence[Found], description: Description) -> Evidence | None:
    """Words that give away a subject which only shares vocabulary with the item."""
    matched = [f for f in found if any(u.role == "cue" and u.key == slot.item.id for u in f.uses)]
    if not matched:
        return None
    terms, kept = _listed(matched)
    return Evidence(
        "contrast",
        Said(
            "cues_of_near_misses",
            f"提示另一主题的用语：{'、'.join(terms)}",
            f"words of another subject: {', '.join(terms)}",
        ),
        tuple(description.folded.span(f.start, f.end) for f in kept),
        _strength(matched),
        against=True,
    )


_MANNERS = {
    "trading": Said("trading", "文中谈及买卖或市场", "speaks of trade or markets"),
    "using": Said("using", "文中谈及产品的使用", "speaks of using a product"),
    "recycling": Said("recycling", "文中谈及回收或处置", "speaks of recycling or disposal"),
    "studying": Said("studying", "文中谈及对效果、人群或政策的研究", "studies effects, people or policy"),
}


def other_manner(found: Sequence[Found], description: Description) -> list[Evidence]:
    """The text trades, uses, recycles or studies a thing rather than making it."""
    reasons = []
    for manner, said in _MANNERS.items():
        matched = [f for f in found if any(u.role == "manner" and u.key == manner for u in f.uses)]
        if matched:
            terms, kept = _listed(matched)
            reasons.append(
                Evidence(
                    "manner",
                    Said(said.id, f"{said.zh}：{'、'.join(terms)}", f"{said.en}: {', '.join(terms)}"),
                    tuple(description.folded.span(f.start, f.end) for f in kept),
                    _strength(matched),
                    against=True,
                )
            )
    return reasons


def evidence_for(
    slot: Slot, number: int, index: Index, description: Description, measured: Measured
) -> tuple[Evidence, ...]:
    """Every reason for and against one point, strongest first on either side."""
    found = measured.found
    names, words = named(slot, found, description), object_and_activity(slot, found, description)
    reasons = [
        names,
        # A longer name may hide the thing or the deed inside it: then neither is missing.
        None if names is not None and words is not None and words.kind in ("object", "activity") else words,
        alike_in_meaning(number, description, measured),
        field_words(slot, found, description),
        like_a_near_miss(slot, index, measured, number),
        cues_of_near_misses(slot, found, description),
    ]
    held = [reason for reason in reasons if reason is not None] + other_manner(found, description)
    return tuple(sorted(held, key=lambda e: (e.against, -e.strength, e.kind)))

"""Why a control point is put forward, and what speaks against it: one function for each reason."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mulu.catalogue.records import NearMiss
from mulu.screening.denial import Denial
from mulu.screening.features import FEATURES, MAX_LOGIT, Measured
from mulu.screening.index import Index, Slot
from mulu.screening.lexicon import Found
from mulu.screening.parameters import Comparison, Result
from mulu.screening.text import Description
from mulu.vocabulary import Said

WORDED = 250  # thousandths of the wording feature from which a text is said to be worded like texts on an item
WORDING, SENSE, SENSE_LEAD, SENSE_OF_ITEM = (
    FEATURES.index(name) for name in ("wording_of_point", "sense_of_point", "sense_lead", "sense")
)
# Reasons that show a point by itself, not its item or field as a whole.
OF_THE_POINT = frozenset(("term", "process", "object", "activity", "parameter"))
LIKE = 330  # thousandths of cosine from which two texts are said to be alike in meaning


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason with its places in the description as given, and in the point; strength and weight in thousandths.

    `strength` says how much of it there is, `weight` what it adds to the logit of the point (or takes from it) under
    the weights in use. `in_point` are places in the Chinese and in the English wording of the point; None where the
    reason rests on words that the wording does not contain.
    """

    kind: str
    because: Said
    spans: tuple[tuple[int, int], ...]
    strength: int
    against: bool = False
    in_point: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
    weight: int = 0


def _of(measured: Measured, slot: Slot, role: str) -> list[Found]:
    """The terms found in a role for a point or for its item as a whole, each place once, without denied ones."""
    keys = (slot.key,) if slot.key == slot.item.id else (slot.key, slot.item.id)
    found = {f.start: f for key in keys for f in measured.uses.get(key, {}).get(role, ()) if f.denied is None}
    return [found[start] for start in sorted(found)]


def _listed(terms: Sequence[Found], most: int = 8) -> tuple[list[str], tuple[Found, ...]]:
    first: dict[str, Found] = {}
    for term in terms:
        first.setdefault(term.term.lower(), term)
    return [f.term for f in first.values()][:most], tuple(first.values())


def _strength(terms: Sequence[Found]) -> int:
    weight = sum(1.0 / math.sqrt(f.shared_by) for f in {f.term.lower(): f for f in terms}.values())
    return round(1000 * weight / (weight + 1.0))


def _in_point(slot: Slot, terms: Sequence[str]) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Where the first of the terms that occurs in the wording of the point stands there, in Chinese and in English."""
    wording = (None, None) if slot.point is None else (slot.point.zh, slot.point.en)

    def place(text: str | None) -> tuple[int, int] | None:
        lower = (text or "").lower()
        places = ((lower.find(term.lower()), len(term)) for term in terms)
        return next(((start, start + length) for start, length in places if start >= 0), None)

    return place(wording[0]), place(wording[1])


def _whole_point(slot: Slot) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    if slot.point is None:
        return None, None
    zh, en = ((0, len(text)) if text else None for text in (slot.point.zh, slot.point.en))
    return zh, en


def named(slot: Slot, measured: Measured, description: Description) -> Evidence | None:
    """Words that by themselves name the technology of the point."""
    matched = _of(measured, slot, "names")
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
        in_point=_in_point(slot, terms),
    )


def object_and_activity(slot: Slot, measured: Measured, description: Description) -> Evidence | None:
    """The thing that the point concerns, and what is done to it."""
    things, deeds = _of(measured, slot, "object"), _of(measured, slot, "activity")
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
    return Evidence(
        kind, said, spans, _strength([*things, *deeds]), in_point=_in_point(slot, [*thing_terms, *deed_terms])
    )


def field_words(slot: Slot, measured: Measured, description: Description) -> Evidence | None:
    """Words of the same industry or field; they support and prove nothing."""
    matched = _of(measured, slot, "context")
    if not matched:
        return None
    terms, kept = _listed(matched)
    return Evidence(
        "industry",
        Said("field_words", f"同一领域用语：{'、'.join(terms)}", f"words of the same field: {', '.join(terms)}"),
        tuple(description.folded.span(f.start, f.end) for f in kept),
        _strength(matched),
        in_point=_in_point(slot, terms),
    )


def alike_in_meaning(slot: Slot, number: int, description: Description, measured: Measured) -> Evidence | None:
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
        in_point=_whole_point(slot),
    )


def worded_alike(
    slot: Slot, number: int, index: Index, description: Description, measured: Measured
) -> Evidence | None:
    """Words that stand in texts on this point far more often than in others, as learned from labelled texts."""
    subject = int(index.slot_subject[number])
    value = int(measured.features[number, WORDING])
    if value < WORDED or subject < 0:
        return None
    told = measured.reading.telling(subject, index.subjects)
    if not told:
        return None
    words = [description.folded.text[start:end] for start, end in told]
    return Evidence(
        "wording",
        Said(
            "worded_alike",
            f"用语与讲述该项技术的文本一致：{'、'.join(words)}",
            f"worded as texts on this technology are: {', '.join(words)}",
        ),
        tuple(description.folded.span(start, end) for start, end in told),
        min(value, 1000),
        in_point=_in_point(slot, words),
    )


def reads_alike(slot: Slot, number: int, measured: Measured) -> Evidence | None:
    """What the text means as a whole, against what was learned of texts on this point and of texts on none."""
    value, lead = int(measured.features[number, SENSE]), int(measured.features[number, SENSE_LEAD])
    if value <= 0:
        return None
    odds = value * MAX_LOGIT / 1_000_000
    # No other item leads, and no other point of this one.
    first = lead > 0 and value >= int(measured.features[number, SENSE_OF_ITEM])
    return Evidence(
        "sense",
        Said(
            "reads_alike_first" if first else "reads_alike",
            f"就全文含义而言，比“不属任何条目”更像该项技术（对数几率 {odds:+.1f}{'，且居首' if first else ''}）",
            f"the text as a whole reads like this technology rather than like none (log-odds {odds:+.1f}"
            f"{', and more so than like any other item' if first else ''})",
        ),
        (),
        value,
        in_point=_whole_point(slot),
    )


def denied(slot: Slot, measured: Measured, description: Description) -> Evidence | None:
    """Terms of the point that the text itself denies, sets apart or only compares with."""
    keys = (slot.key, slot.item.id)
    roles = ("names", "object", "activity")
    matched = [
        f for key in keys for role in roles for f in measured.uses.get(key, {}).get(role, ()) if f.denied is not None
    ]
    if not matched:
        return None
    terms, kept = _listed(sorted(matched, key=lambda f: f.start))
    why = matched[0].denied.why if matched[0].denied is not None else Denial.DENIED
    zh, en = _DENIALS[why]
    return Evidence(
        "denied",
        Said(f"terms_{why.value}", f"{zh}：{'、'.join(terms)}", f"{en}: {', '.join(terms)}"),
        tuple(description.folded.span(f.start, f.end) for f in kept),
        _strength(matched),
        against=True,
        in_point=_in_point(slot, terms),
    )


_DENIALS = {
    Denial.DENIED: ("文本言明不采用或不涉及", "the text says that it does not use or concern"),
    Denial.UNLIKE: ("文本言明与之不同", "the text sets itself apart from"),
    Denial.COMPARED: ("文本仅用于对比", "the text names only for comparison"),
}


def excluded_by_the_point(slot: Slot, description: Description) -> Evidence | None:
    """Things that the wording of the point itself takes out ("…除外", "excepted") and that the text speaks of."""
    if slot.point is None:
        return None
    lower = description.folded.lower
    for term in exclusions(slot.point.zh, slot.point.en):
        start = lower.find(term.lower())
        if start >= 0 and description.denied_at(start) is None:
            end = start + len(term)
            return Evidence(
                "excluded",
                Said(
                    "excluded_by_the_point",
                    f"要点本身排除了“{term}”，文本正述及此",
                    f"the point itself excepts “{term}”, of which the text speaks",
                ),
                (description.folded.span(start, end),),
                1000,
                against=True,
                in_point=_in_point(slot, [term]),
            )
    return None


@cache
def exclusions(zh: str, en: str) -> tuple[str, ...]:
    """What a wording excepts: "（一代杂交种除外）", "不包括…", "… excepted", "except …", "other than …"."""
    found = [m for pattern in _EXCEPTED_ZH for m in pattern.findall(zh or "")]
    found += [m for pattern in _EXCEPTED_EN for m in pattern.findall((en or "").lower())]
    parts = (part.strip(" ()（）") for one in found for part in re.split(r"[、或及和]| or | and ", one))
    return tuple(dict.fromkeys(part for part in parts if len(part) >= 2))


_EXCEPTED_ZH = (
    re.compile(r"[（(，,]?([^（(，,。；]{2,20}?)除外"),
    re.compile(r"(?:不包括|不含|不涉及)([^）)，,。；]{2,20})"),
    re.compile(r"除([^（(，,。；]{2,16}?)(?:以外|之外|外)"),
)
_EXCEPTED_EN = (
    re.compile(r"[,(;] *([a-z0-9 -]{3,50}?) (?:is |are )?except(?:ed)?\b(?! for)"),
    re.compile(r"(?:except(?: for)?|excluding|other than|not including) ([a-z0-9 -]{3,50})"),
)


def parameters_stated(comparisons: Sequence[Comparison]) -> list[Evidence]:
    """Stated values that meet what the point requires, or fall short of it."""
    reasons = []
    for one in comparisons:
        if one.result not in (Result.MEETS, Result.BELOW, Result.ABOVE) or one.span is None:
            continue
        met = one.result is Result.MEETS
        margin = "" if one.margin_percent is None else f" ({one.margin_percent:+.1f} %)"
        name = one.parameter.name
        reasons.append(
            Evidence(
                "parameter",
                Said(
                    "parameter_met" if met else "parameter_missed",
                    f"{name.zh} {one.stated}，要点要求 {one.required}：{'满足' if met else '不满足'}{margin}",
                    f"{name.en or name.zh} {one.stated}, the point requires {one.required}: "
                    f"{'met' if met else 'not met'}{margin}",
                ),
                (one.span,),
                1000,
                against=not met,
            )
        )
    return reasons


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


def cues_of_near_misses(slot: Slot, measured: Measured, description: Description) -> Evidence | None:
    """Words that give away a subject which only shares vocabulary with the item."""
    matched = list(measured.uses.get(slot.item.id, {}).get("cue", ()))
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


def other_manner(measured: Measured, description: Description) -> list[Evidence]:
    """The text trades, uses, recycles or studies a thing rather than making it."""
    reasons = []
    for manner, said in _MANNERS.items():
        matched = measured.uses.get(manner, {}).get("manner", [])
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


# Which features a kind of reason speaks for: what they add to the logit is the weight of the reason.
PARTS: dict[str, tuple[str, ...]] = {
    "term": ("names", "head", "dominance"),
    "process": ("object", "activity", "together"),
    "object": ("object", "activity", "together"),
    "activity": ("object", "activity", "together"),
    "industry": ("field", "item_words"),
    "meaning": ("meaning", "whole_meaning", "standing_out"),
    "wording": ("wording", "wording_lead", "wording_of_point"),
    "sense": ("sense", "sense_lead", "sense_of_point"),
    "contrast": ("contrast", "contrast_over", "cues", "rival_cues"),
    "denied": ("denied",),
    "excluded": (),
    "manner": ("know_how", "making", "aside", "regulating"),
    "parameter": ("meets", "falls_short"),
}


def by_itself(description: Description, start: int, end: int) -> Evidence:
    """Some sentences that count alone, because what stands about them speaks of other matter."""
    return Evidence(
        "passage",
        Said(
            "counts_alone",
            "全文多述他事；仅就此处所述，即属提出之列",
            "the text as a whole speaks of other matter; these sentences alone put the item forward",
        ),
        (description.folded.span(start, end),),
        1000,
    )


def evidence_for(
    slot: Slot,
    number: int,
    index: Index,
    description: Description,
    measured: Measured,
    comparisons: Sequence[Comparison],
    contributions: Mapping[str, int],
    manners: Sequence[Evidence],
) -> tuple[Evidence, ...]:
    """Every reason for and against one point, strongest first on either side.

    `contributions`: what each feature adds to the logit of the point, in thousandths. `manners`: see `other_manner`,
    the same for all points.
    """
    names, words = named(slot, measured, description), object_and_activity(slot, measured, description)
    reasons = [
        names,
        # A longer name may hide the thing or the deed inside it: then neither is missing.
        None if names is not None and words is not None and words.kind in ("object", "activity") else words,
        alike_in_meaning(slot, number, description, measured),
        worded_alike(slot, number, index, description, measured),
        reads_alike(slot, number, measured),
        field_words(slot, measured, description),
        like_a_near_miss(slot, index, measured, number),
        cues_of_near_misses(slot, measured, description),
        denied(slot, measured, description),
        excluded_by_the_point(slot, description),
    ]
    held = [reason for reason in reasons if reason is not None]
    held += [*manners, *parameters_stated(comparisons)]
    kinds = Counter(reason.kind for reason in held)
    weighed = [
        replace(r, weight=sum(contributions.get(part, 0) for part in PARTS[r.kind]) // kinds[r.kind]) for r in held
    ]
    # What was learned speaks for a point or not at all: under another item's lead it takes from the logit.
    kept = [r for r in weighed if r.kind not in ("wording", "sense") or r.weight > 0]
    return tuple(sorted(kept, key=lambda e: (e.against, -abs(e.weight), -e.strength, e.kind, e.because.id)))

"""Why each item of an edition is not put forward: a class for every one of them, and the words that show it.

Six classes, tried in this order; the first that holds is the item's:

- *parameter below*: a stated value of a parameter of one of its points does not reach what that point requires;
- *fact missing*: its object is named, by a term that names it, or by two words for the object of one point where the
  meaning is near too; what would decide is not said, or what is said did not suffice;
- *object differs*: words of it occur, but the text uses those of another subject that shares them, or is closer to it in
  meaning; or the words are too few, or the meaning is not near; or only words of its process or field occur, or only the
  meaning is near;
- *excluded by wording*: its object is named only where the text denies it, sets itself apart or compares;
- *not comparable here*: its object is not named, and no point of it is held, only its name;
- *different field*: none of its words occur, or one word of its process or field alone, and the meaning is not near or,
  where no words of the text came near anything, was not compared.

A class is a statement about the text and the words held of the item, never about the Catalogue: of an item's trade other
words may be spoken that are not held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from mulu.catalogue.editions import Edition, Listing
from mulu.catalogue.records import Item
from mulu.screening.evidence import LIKE
from mulu.screening.features import FEATURES, Measured, Numbers
from mulu.screening.index import Index
from mulu.screening.parameters import Result
from mulu.vocabulary import Said, point_called


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


@dataclass(slots=True)
class _Words:
    """The distinct terms of one item that a text contains."""

    names: set[str] = field(default_factory=set)  # that name it
    own: set[str] = field(default_factory=set)  # for it or its object
    beside: set[str] = field(default_factory=set)  # of its process or field
    denied: set[str] = field(default_factory=set)  # only where the text denies them
    denied_names: set[str] = field(default_factory=set)
    together: bool = False  # a point has two words for its object

    def point(self, own: set[str]) -> None:
        """The object words of one point. One word in two scripts, or inside another, is no second word."""
        apart = [term for term in own if not any(term != other and term in other for other in own)]
        chinese = sum(not term.isascii() for term in apart)
        self.together |= max(chinese, len(apart) - chinese) >= 2

    @property
    def denies(self) -> bool:
        """Whether what is denied is the object of the item, and no word that many things share."""
        telling = {term for term in self.denied if len(term.split()) > 1 or (not term.isascii() and len(term) >= 4)}
        return bool(self.denied_names) or len(self.denied) >= 2 or bool(telling)


def _words(measured: Measured, slots: Mapping[int, bool], index: Index) -> dict[str, _Words]:
    """The words of each item of which the text contains any."""
    made: dict[str, _Words] = {}
    for key, roles in measured.uses.items():
        number = index.number.get(key)
        if number is None or number not in slots:
            continue
        words = made.setdefault(index.slots[number].item.id, _Words())
        own: set[str] = set()
        beside: set[str] = set()
        for role, found in roles.items():
            if role == "cue":
                continue
            for one in found:
                if one.denied is not None:
                    words.denied.add(one.term)
                    if role == "names":
                        words.denied_names.add(one.term)
                elif role in ("names", "object"):
                    own.add(one.term)
                    if role == "names":
                        words.names.add(one.term)
                else:
                    beside.add(one.term)
        words.own |= own
        words.beside |= beside
        words.point(own)
    return made


_CLEARLY = 30  # thousandths of likeness by which another subject is closer
_CUES, _FALLS_SHORT = FEATURES.index("cues"), FEATURES.index("falls_short")


def reasons(measured: Measured, edition: Edition, slots: Mapping[int, bool], index: Index) -> dict[str, Reason]:
    """The class of reason of every item that stands or may stand in the edition, as if none were put forward."""
    numbers = np.fromiter(slots, dtype=np.int64)
    items = index.slot_item[numbers]

    def most(values: Numbers) -> Numbers:
        made = np.full(len(index.item_number), -(10**6), dtype=np.int64)
        np.maximum.at(made, items, values[numbers])
        return made

    likeness, near = most(measured.likeness), measured.near_likeness
    cues, falls_short = most(measured.features[:, _CUES]), most(measured.features[:, _FALLS_SHORT])
    otherwise = ((cues > 0) | ((near >= LIKE) & (near > likeness + _CLEARLY))).tolist()
    alike, fails = likeness.tolist(), (falls_short > 0).tolist()
    words = _words(measured, slots, index)
    made: dict[str, Reason] = {}
    for listing in (*edition.present(), *edition.open()):
        place, of = index.item_number[listing.item.id], words.get(listing.item.id)
        made[listing.item.id] = (
            Reason.PARAMETER_BELOW if fails[place] else _reason(of, listing, alike[place], otherwise[place])
        )
    return made


def _reason(of: _Words | None, listing: Listing, likeness: int, reads_otherwise: bool) -> Reason:
    """The class of an item by its words in the text, None where there are none, and by how near its meaning is."""
    if of is not None:
        if of.names or (of.together and likeness >= LIKE + _CLEARLY):
            return Reason.OBJECT_DIFFERS if reads_otherwise else Reason.FACT_MISSING
        if not of.own and of.denies:
            return Reason.EXCLUDED_BY_WORDING
    if not listing.points:
        return Reason.NOT_COMPARABLE
    if likeness >= LIKE or (of is not None and (of.own or len(of.beside) >= 2 or of.denied)):
        return Reason.OBJECT_DIFFERS
    return Reason.DIFFERENT_FIELD


def told(
    screened: Mapping[str, Reason],
    listings: Mapping[str, Listing],
    measured: Measured,
    slots: Mapping[int, bool],
    index: Index,
) -> tuple[SetAside, ...]:
    """Reasons in words, with the terms of the text or the other subject that show them; in order of item."""
    words = _words(measured, slots, index)
    return tuple(
        SetAside(listings[item], reason, _said(item, reason, words.get(item, _Words()), measured, slots, index))
        for item, reason in sorted(screened.items())
    )


def _said(
    item: str, reason: Reason, words: _Words, measured: Measured, slots: Mapping[int, bool], index: Index
) -> Said:
    def listed(terms: set[str]) -> tuple[str, str]:
        some = sorted(terms)[:4]
        return "、".join(some), ", ".join(some)

    words.beside -= words.own
    own, beside, denied = listed(words.own), listed(words.beside), listed(words.denied)
    place = index.item_number[item]
    mine = [n for n in slots if index.slots[n].item.id == item]
    likeness, other = int(measured.likeness[mine].max()), int(measured.near_likeness[place])
    closer = other >= LIKE and other > likeness + _CLEARLY
    named = bool(words.names) or (words.together and likeness >= LIKE + _CLEARLY)
    near = int(measured.near[place])
    if reason is Reason.PARAMETER_BELOW:
        short, point = next(
            (one, index.slots[slot].point)
            for slot in mine
            for one in measured.compared.get(slot, ())
            if one.result in (Result.BELOW, Result.ABOVE)
        )
        name, number = short.parameter.name, None if point is None else point_called(point.number)
        return Said(
            "aside_parameter",
            f"{name.zh} {short.stated}，未达要点{f' {number.zh}' if number else ''} 所要求的 {short.required}",
            f"{name.en or name.zh} {short.stated} does not reach what point{f' {number.en}' if number else ''} requires: {short.required}",
        )
    if reason is Reason.FACT_MISSING:
        more = "" if not words.beside else f"及{beside[0]}"
        and_ = "" if not words.beside else f" and {beside[1]}"
        return Said(
            "aside_not_enough",
            f"述及{own[0]}{more}；所述不足以提出该条目",
            f"names {own[1]}{and_}; what is said did not suffice to put the item forward",
        )
    if reason is Reason.EXCLUDED_BY_WORDING:
        return Said(
            "aside_denied",
            f"只在否定、区别或对比处提到{denied[0]}",
            f"mentions {denied[1]} only to deny it, to set itself apart or to compare",
        )
    if reason is Reason.NOT_COMPARABLE and (words.own or words.beside or words.denied):
        some = listed(words.own or words.beside or words.denied)
        return Said(
            "aside_name_words",
            f"该条目只收录了名称，没有要点可比；其用语只见“{some[0]}”，不足以表明所指即该条目",
            f"only the name of the item is held, no point to compare with; of its words only “{some[1]}” occurs, "
            "which does not show that the item is meant",
        )
    if reason is Reason.NOT_COMPARABLE:
        return Said(
            "aside_name_only",
            "该条目只收录了名称，没有要点可比；文中也没有所收录的用语",
            "only the name of the item is held, no point to compare with; none of the words held for it occur",
        )
    if reason is Reason.DIFFERENT_FIELD and words.beside and not measured.read:
        return Said(
            "aside_field_word_only",
            f"所收录的用语只见“{beside[0]}”一词，他处也用；故未再比对含义",
            f"of the words held for it only “{beside[1]}” occurs, which is used elsewhere too; so its meaning was not compared",
        )
    if reason is Reason.DIFFERENT_FIELD and words.beside:
        return Said(
            "aside_field_word",
            f"所收录的用语只见“{beside[0]}”一词，他处也用；含义不相近",
            f"of the words held for it only “{beside[1]}” occurs, which is used elsewhere too; the meaning is not near",
        )
    if reason is Reason.DIFFERENT_FIELD and not measured.read:
        return Said(
            "aside_field_words",
            "没有所收录的用语；全文用语未及任何要点，故未再比对含义",
            "none of the words held for it occur; the words of the text came near no point, so its meaning was not compared",
        )
    if reason is Reason.DIFFERENT_FIELD:
        return Said(
            "aside_field",
            "没有所收录的用语，含义也不相近",
            "none of the words held for it occur, and the meaning is not near",
        )
    if named and closer and near >= 0:
        miss = index.near[near]
        return Said(
            "aside_near_miss",
            f"述及{own[0]}，但文本更接近另一主题：“{miss.zh}”",
            f"names {own[1]}, but reads more like another subject: “{miss.en}”",
        )
    if named:
        return Said(
            "aside_other_subject",
            f"述及{own[0]}，但也用了与之共用词语的另一主题的用语",
            f"names {own[1]}, but also uses the words of another subject that shares them",
        )
    if words.own and len(words.own | words.beside) > 1:
        some = listed(words.own | words.beside)
        return Said(
            "aside_words_apart",
            f"所收录的用语见有“{some[0]}”，不足以表明所指即该条目的对象",
            f"of the words held for it “{some[1]}” occur, which do not show that the object of the item is meant",
        )
    if words.own:
        return Said(
            "aside_word_alone",
            f"所收录的用语只见“{own[0]}”一词，不足以表明所指即该条目的对象",
            f"of the words held for it only “{own[1]}” occurs, which does not show that the object of the item is meant",
        )
    if words.beside:
        return Said(
            "aside_process_words",
            f"只有其工艺或领域用语（{beside[0]}），未见所收录的对象用语",
            f"only words of its process or field ({beside[1]}), none held for its object",
        )
    if words.denied:
        return Said(
            "aside_denied_word",
            f"“{denied[0]}”一词只见于否定处，别无其他用语",
            f"the word “{denied[1]}” occurs only where it is denied, and nothing else of the item",
        )
    return Said(
        "aside_meaning_only",
        "含义有相近之处，但没有所收录的用语",
        "near in meaning, without any of the words held for it",
    )


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

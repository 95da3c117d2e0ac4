"""Which words of the trade stand where in a text, and of which control points they speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import ahocorasick_rs
import rjieba

from mulu.catalogue.held import terms_of
from mulu.catalogue.pack import Glossary, point_keys
from mulu.catalogue.records import Item, Point
from mulu.screening.denial import Stretch
from mulu.screening.text import Description, fold

Role = Literal["names", "object", "activity", "context", "cue", "manner"]


@dataclass(frozen=True, slots=True)
class Use:
    """A term in its role for one point, or (number None) for an item as a whole."""

    key: str  # point key, item id or, for `manner`, the manner
    role: Role


@dataclass(frozen=True, slots=True)
class Found:
    """A term found in a description; places in the folded text."""

    term: str
    start: int
    end: int
    uses: tuple[Use, ...]
    shared_by: int  # items for which the term speaks in a supporting role
    denied: Stretch | None = None  # where the text denies it or only compares with it
    added: bool = False  # speaks only for what the user's own official texts add to the pack


class Lexicon:
    """Every term of the glossary and of the points.

    Terms of what only the user's own official texts show are looked for apart, so that an import changes nothing of what
    is found for any other point: neither which term hides a shorter one, nor how many items share it.
    """

    def __init__(
        self,
        items: Mapping[str, Item],
        points: Mapping[str, tuple[Point, ...]],
        glossary: Glossary,
        added: Collection[str] = (),
    ) -> None:
        """`added`: the keys, of points and items, that are not of the pack."""
        of_pack, of_added = _Uses(), _Uses()

        def add(terms: Iterable[str], key: str, role: Role) -> None:
            (of_added if key in added else of_pack).add(terms, key, role)

        for line in glossary.lines:
            add((*line.zh, *line.en), line.point, line.role)
        for of in points.values():
            for point in of:
                for key in point_keys(point, of):
                    # A term of art of the public description says what is meant, not yet what is done.
                    add((*point.terms_zh, *point.terms_en), key, "object")
        for item in items.values():
            name = item.name.zh.removesuffix("技术")
            if not item.name_is_description and len(name) >= 5:
                # The glossary knows nothing of an item that only official texts show: its name is taken apart.
                add((name,) if item.name.en else (name, *terms_of(item.name.zh)), item.id, "names")
        for miss in glossary.near_misses:
            add((*miss.cues_zh, *miss.cues_en), miss.item, "cue")
        for manner in glossary.manners:
            add((*manner.zh, *manner.en), manner.manner, "manner")
        self._of_pack = _Terms(of_pack.uses, of_pack.shown)
        self._of_added = _Terms(of_added.uses, of_added.shown, added=True) if of_added.uses else None
        self._added_uses = of_added.uses

    def find(self, description: Description) -> list[Found]:
        """Every term that stands in the text, in order; of terms inside a longer one only the longer. Added ones last."""
        found = self._of_pack.find(description)
        return found if self._of_added is None else found + self._of_added.find(description)

    def added_to(self, items: Collection[str]) -> list[str]:
        """The terms, folded and in lower case, that are added to some items."""
        return [t for t, uses in self._added_uses.items() if any(key.partition("#")[0] in items for key in uses)]


class _Uses:
    """Terms as they are collected: for which keys each speaks, and how it is written."""

    def __init__(self) -> None:
        self.uses: dict[str, dict[str, Role]] = defaultdict(dict)
        self.shown: dict[str, str] = {}

    def add(self, terms: Iterable[str], key: str, role: Role) -> None:
        for term in terms:
            folded = _folded(term)
            if len(folded) < 2:
                continue
            self.shown.setdefault(folded.lower(), folded)
            self.uses[folded.lower()].setdefault(key, role)


class _Terms:
    """Terms found in one pass over a text."""

    def __init__(self, uses: Mapping[str, Mapping[str, Role]], shown: Mapping[str, str], added: bool = False) -> None:
        self._added = added
        self._terms = list(uses)
        self._shown = [shown[term] for term in self._terms]
        self._uses = [tuple(Use(key, role) for key, role in uses[term].items()) for term in self._terms]
        self._shared = [
            max(1, len({use.key.split("#")[0].rsplit("-", 1)[0] for use in of if use.role not in ("cue", "manner")}))
            for of in self._uses
        ]
        # An abbreviation is its capitals: SAR is not "sar".
        self._capitals = [s.isascii() and s.isupper() and len(s) <= 5 for s in self._shown]
        self._machine = ahocorasick_rs.AhoCorasick(self._terms, matchkind=ahocorasick_rs.MatchKind.Standard)

    def find(self, description: Description) -> list[Found]:
        lower, text = description.folded.lower, description.folded.text
        matches: list[tuple[int, int, int]] = []
        for index, start, end in self._machine.find_matches_as_indexes(lower, overlapping=True):
            term = self._terms[index]
            if term[0].isascii() and term[0].isalnum() and start > 0 and _joins(lower[start - 1]):
                continue
            if term[-1].isascii() and term[-1].isalnum():
                end = _word_end(lower, end, plural=term[-1].isalpha())
                if end < 0:
                    continue
            if self._capitals[index] and text[start : start + len(term)] != self._shown[index]:
                continue
            matches.append((start, end, index))
        matches.sort(key=lambda m: (m[0], -m[1], m[2]))
        found: list[Found] = []
        reach = -1
        for start, end, index in matches:
            if end <= reach:
                continue  # inside a longer term that begins no later
            if end - start <= _MAY_BE_CUT and _within_han(lower, start, end) and _cut_across(lower, start, end):
                continue
            reach = end
            denied = description.denied_at(start) if description.denied else None
            found.append(
                Found(self._shown[index], start, end, self._uses[index], self._shared[index], denied, self._added)
            )
        return found


def _folded(term: str) -> str:
    # Most terms have nothing to fold; looking is a hundred times cheaper than folding.
    if (term.isascii() and "-" not in term) or all("\u4e00" <= c <= "\u9fff" for c in term):
        return term
    return fold(term).text.strip()


_MAY_BE_CUT, _ABOUT = 3, 6  # characters: of a term that may be no word where it stands, and looked at on either side


def _within_han(lower: str, start: int, end: int) -> bool:
    """Whether Chinese stands on both sides of a place, and in it."""
    return (
        start > 0
        and end < len(lower)
        and all("\u4e00" <= lower[place] <= "\u9fff" for place in (start - 1, start, end))
    )


def _cut_across(lower: str, start: int, end: int) -> bool:
    """Whether a Chinese term begins within one word and ends within another: 离心 in 远离|心脏."""
    place = max(0, start - _ABOUT)
    begins = ends = False
    for word in rjieba.cut(lower[place : end + _ABOUT]):
        begins |= place < start < place + len(word) < end
        ends |= start < place < end < place + len(word)
        place += len(word)
        if place >= end:
            break
    return begins and ends


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _word_end(lower: str, end: int, *, plural: bool) -> int:
    """The end of the word whose stem ends at `end`, allowing an English plural; -1 where the word goes on."""
    for suffix in ("", "s", "es") if plural else ("",):
        after = end + len(suffix)
        if lower.startswith(suffix, end) and (after >= len(lower) or not _joins(lower[after])):
            return after
    return -1

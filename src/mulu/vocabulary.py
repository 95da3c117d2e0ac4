"""Words that every layer shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_NAMED = re.compile(r"`([a-z_]+|mulu [a-z]+)`")

# Characters that change the direction in which what follows is set: "fdp.txt" can be made to read "txt.pdf".
_TURNING = {
    code: f"〔U+{code:04X}〕" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def in_order(text: str) -> str:
    """The text with characters that would turn the order of what is shown written out by their numbers, as 〔U+202E〕."""
    return text.translate(_TURNING)


class Language(StrEnum):
    """The two languages in which Mulu reads and answers."""

    ZH = "zh"
    EN = "en"


class Control(StrEnum):
    """The list an item stands on; the last letter of its code says the same."""

    PROHIBITED = "prohibited"  # 禁止出口, letter J
    RESTRICTED = "restricted"  # 限制出口, letter X

    @property
    def letter(self) -> str:
        return "J" if self is Control.PROHIBITED else "X"

    @property
    def name_in(self) -> Bilingual:
        if self is Control.PROHIBITED:
            return Bilingual("禁止出口", "prohibited")
        return Bilingual("限制出口", "restricted")


class Certainty(StrEnum):
    """How a fact is known. The order is that of strength, weakest first."""

    UNCONFIRMED = "unconfirmed"  # no source held: may raise a candidate, may never carry a determination
    PUBLISHED = "published"  # a named public source reports it, or it follows from one
    OFFICIAL = "official"  # read in the text layer of an attested official document

    @property
    def rank(self) -> int:
        return list(Certainty).index(self)


class Presence(StrEnum):
    """Whether an item stands in an edition."""

    PRESENT = "present"
    ABSENT = "absent"
    OPEN = "open"  # the sources held do not settle it


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


def point_called(number: str, item: str = "") -> Bilingual:
    """The number of a control point or of a clause of it (`2/1`) for readers, with its item where that is named.

    A point of which no official number is held bears one of ours as its key (`u2`), which says nothing to them.
    """
    if re.fullmatch(r"u[0-9]+(/[0-9]+)?", number) is None:
        return Bilingual(f"{item}#{number}", f"{item}#{number}") if item else Bilingual(number, number)
    if item:
        return Bilingual(f"{item} 未编号要点 {number[1:]}", f"{item}, unnumbered point {number[1:]}")
    return Bilingual(f"未编号 {number[1:]}", f"unnumbered {number[1:]}")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for people, in both languages, with the id under which a program knows it.

    A parameter stands in it as `` `counts_differ` `` and an act as `` `mulu apply` ``: each door puts its own name there.
    """

    id: str
    zh: str
    en: str

    def in_(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en

    def named(self, names: Mapping[str, Bilingual]) -> Said:
        """The same sentence with the parameters and acts in it as a door calls them."""
        return Said(self.id, named(self.zh, names, Language.ZH), named(self.en, names, Language.EN))

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "zh": self.zh, "en": self.en}


def named(text: str, names: Mapping[str, Bilingual], language: Language) -> str:
    """A text with what it names in backticks as a door calls it; what the door has no name for stays as it is."""

    def name(found: re.Match[str]) -> str:
        known = names.get(found[1])
        return found[0] if known is None else known.in_(language)

    return _NAMED.sub(name, text) if "`" in text else text

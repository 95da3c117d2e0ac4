"""What an export is made of: the whole pack, one edition or draft, or two editions compared.

The desk hands over the Catalogue, the day and the answers of its acts; nothing here asks for anything else.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from mulu.catalogue.editions import Catalogue, Edition, Listing
from mulu.catalogue.pack import Glossary, point_keys
from mulu.catalogue.records import OfficialPoint, Point
from mulu.determination.law import Law
from mulu.vocabulary import Bilingual, Certainty, Presence

Json = dict[str, Any]

OWN_WORDS = Bilingual(
    "控制要点是 Mulu 自拟的表述，并非官方原文；编号、名称、参数和术语为事实，各附确定性。并非法律意见。",
    "Control points are in Mulu's own words and are not the official wording; codes, names, parameters and terms of art are "
    "facts, each with its certainty. This is not legal advice.",
)
OFFICIAL_WORDING = Bilingual(
    "应使用者要求，本导出含其导入文件中的官方文字；每处均标明文件摘要（SHA-256）。",
    "At the user's request this export holds official wording from documents that the user imported; each place names the "
    "document by its SHA-256 digest.",
)
WITHHELD = Bilingual(
    "（官方文字见使用者所导入的文件，未随本导出给出）",
    "(the official wording stands in the user's imported document and is not part of this export)",
)
WAITS = Bilingual(
    "所导入的修改公告暂不适用于所收录的文本",
    "an imported amending announcement does not apply to the text that is held at present",
)
BEYOND = Bilingual(
    "该日晚于来源核查日：其间可能有我们不知道的新文书。结论前请先查证。",
    "This day is after the last check of sources: newer instruments may exist that are not known here. Look for them before "
    "concluding anything.",
)
MARKS: Mapping[str, tuple[str, Bilingual, Bilingual]] = {
    Certainty.OFFICIAL: ("■", Bilingual("官方", "official"), Bilingual("读自经声明的官方文件文本", "read in the text of an attested official document")),
    Certainty.PUBLISHED: ("●", Bilingual("已公布", "published"), Bilingual("有具名公开来源", "a named public source reports it")),
    Certainty.UNCONFIRMED: ("▲", Bilingual("未确认", "UNCONFIRMED"), Bilingual("没有来源：可提示，不得据以判定", "no source held: may raise a candidate, may never carry a determination")),
}  # fmt: skip


def marked(certainty: str) -> str:
    """A certainty as a shape and a word in both languages."""
    shape, word, _ = MARKS[certainty]
    return f"{shape} {word.zh} {word.en}"


@dataclass(frozen=True)
class Contents:
    """What is exported and for which day. `considered` says of each edition how much of it is held."""

    kind: Literal["pack", "edition", "diff"]
    name: str  # pack, the edition, or BEFORE..AFTER
    on: datetime.date
    catalogue: Catalogue
    considered: Mapping[str, Json]
    standing: Json
    official_wording: bool = False
    edition: Edition | None = None
    difference: Json | None = None
    glossary: Glossary | None = None
    law: Law | None = None
    differences: tuple[Json, ...] = field(default=())  # each edition and draft against the one that governed before it

    @property
    def beyond_knowledge(self) -> bool:
        return self.on > self.catalogue.known_to

    @property
    def documents(self) -> tuple[str, ...]:
        """The imported documents whose words are given, by their SHA-256."""
        return tuple(sorted(one.document for one in self.catalogue.texts.values())) if self.official_wording else ()

    @property
    def notes(self) -> tuple[Bilingual, ...]:
        """What every format says of itself: how far the sources reach, whose words it holds, from which documents."""
        beyond = (BEYOND,) if self.beyond_knowledge else ()
        if not self.official_wording:
            return (*beyond, OWN_WORDS)
        listed = ", ".join(self.documents) or "–"
        return (
            *beyond,
            OWN_WORDS,
            Bilingual(f"{OFFICIAL_WORDING.zh}文件：{listed}", f"{OFFICIAL_WORDING.en} Documents: {listed}"),
        )

    @property
    def title(self) -> Bilingual:
        if self.kind == "pack":
            return Bilingual("中国禁止出口限制出口技术目录：全部数据", "China's Catalogue of Technologies Prohibited or Restricted from Export: everything held")  # fmt: skip
        if self.edition is not None:
            draft = self.edition.draft
            return Bilingual(
                f"中国禁止出口限制出口技术目录：{'征求意见稿 ' if draft else '版本 '}{self.edition.id.removeprefix('draft-')}",
                f"China's Catalogue of Technologies Prohibited or Restricted from Export: {'draft' if draft else 'edition'} {self.edition.id.removeprefix('draft-')}",
            )
        before, after = self.name.split("..")
        return Bilingual(
            f"中国禁止出口限制出口技术目录：{before} 与 {after} 比较",
            f"China's Catalogue: {before} compared with {after}",
        )

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions and drafts whose items are exported, oldest first."""
        if self.edition is not None:
            return (self.edition,)
        return tuple(sorted(self.catalogue.editions.values(), key=lambda one: self.catalogue.place(one.id)))

    def listings(self, edition: Edition) -> list[Listing]:
        """What is said of the items of an edition: of a single one those that are listed or open, of all also the absent."""
        kept = edition.listings.values()
        if self.kind == "edition":
            return [one for one in kept if one.presence is not Presence.ABSENT]
        return list(kept)

    @cached_property
    def points(self) -> Mapping[str, Point]:
        """Every point that is exported, by its name."""
        found: dict[str, Point] = {}
        if self.kind == "pack":
            for of in self.catalogue.released.points.values():
                found |= {self.key(point): point for point in of}
        for edition in self.editions:
            for listing in self.listings(edition):
                for point in listing.points:
                    found.setdefault(self.key(point), point)
        return found

    def key(self, point: Point) -> str:
        """`item#number`, with `@since` where the number recurs; a point of an imported text names its edition."""
        if isinstance(point, OfficialPoint):
            return f"{point.item}#{point.number}@{point.since} official"
        return point_keys(point, self.catalogue.released.points.get(point.item, ()))[0]


def without_official_words(value: Any) -> Any:
    """An answer of an act without any words of an imported document; where they stood, it says so.

    Codes, names, parameters and places in the document are facts and stay.
    """
    if isinstance(value, list):
        return [without_official_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: without_official_words(one) for key, one in value.items()}
    told: Json = {"zh": WITHHELD.zh, "en": WITHHELD.en}
    if {"document", "read_by_machine"} <= value.keys():  # the wording of a point
        return {**kept, "zh": WITHHELD.zh}
    if value.get("official") and "terms" in value and not value["zh"]:  # a point that only the document shows
        kept |= {**told, "terms": {**kept["terms"], "zh": []}}
    if "words_before" in value:  # a point that was compared, on either side by its official words or by ours
        whose = {"before": value["words_before"], "after": value["words"]}
        official = [side for side, of in whose.items() if of == "official" and value[side] is not None]
        kept |= dict.fromkeys(official, told)
        if official:
            kept |= {"redline": None, "reasons": []}
    if value.get("id") == "amendment_waits":  # it may quote the clause that it stumbles over
        kept |= {"zh": WAITS.zh, "en": WAITS.en}
    return kept | {name: [] for name in ("clauses", "official_clauses") if name in kept}

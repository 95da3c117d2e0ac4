"""The provisions that a determination and a procedure cite, each in the version that we read and with its mark.

The sentences are our own: they say what a provision is relied on for, and stand for no official wording.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mulu.catalogue.pack import DATA, Placed, keyed, lines
from mulu.errors import MuluError
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]


class Mark(StrEnum):
    """How well a rule is known. The order is that of strength, strongest first."""

    FULL = "full"  # its text was read whole, in a public mirror of official texts
    PART = "part"  # the part of the text that is cited was read
    SECONDARY = "secondary"  # a law firm, a ministry's words in the press, a third party's copy
    UNSETTLED = "unsettled"  # sources contradict each other or leave it open
    MEMORY = "memory"  # nothing read confirms it

    @property
    def carries(self) -> bool:
        """Whether an outcome may rest on it; what is unsettled or remembered is shown and carries nothing."""
        return self in (Mark.FULL, Mark.PART, Mark.SECONDARY)

    @property
    def said(self) -> Bilingual:
        return _MARKS[self]


_MARKS = {
    Mark.FULL: Bilingual("已读全文", "text read in full"),
    Mark.PART: Bilingual("已读所引部分", "the part cited was read"),
    Mark.SECONDARY: Bilingual("据二手来源", "from secondary sources"),
    Mark.UNSETTLED: Bilingual("未定", "unsettled"),
    Mark.MEMORY: Bilingual("凭记忆，未核实", "from memory, not verified"),
}


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages, as the files hold it."""

    zh: str
    en: str

    def bilingual(self) -> Bilingual:
        return Bilingual(self.zh, self.en)

    def as_json(self) -> Json:
        return {"zh": self.zh, "en": self.en}


class LawInstrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a law or rule. `since` and `until` are days of effect, both inclusive; None where no source says."""

    id: str
    family: str  # versions of one law share it
    name: Texts
    version: Texts
    since: datetime.date | None
    until: datetime.date | None
    mark: Mark
    source: str


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one article is relied on for. `rule` joins the articles of different versions that say the same."""

    id: str
    instrument: str
    article: str | None
    mark: Mark
    rule: str | None
    says: Texts


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading of a contested question, with what it rests on."""

    id: str
    says: Texts
    provisions: tuple[str, ...]
    source: str


class Contested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question on which sources differ: the positions, the one that Mulu takes (None: none), and what follows from that."""

    id: str
    question: Texts
    positions: tuple[Position, ...]
    taken: str | None
    effect: Texts


class OrderedTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a determination. `then` says what follows from each answer; the order is that of the file.

    `provisions` are cited by id; `rules` by what they state, in the version of the day.
    """

    id: str
    answers: tuple[str, ...]
    question: Texts
    why: Texts
    evidence: Texts
    then: dict[str, Texts]
    provisions: tuple[str, ...]
    rules: tuple[str, ...]


FILES: dict[str, type | object] = {
    "law-tests": OrderedTest,
    "law-instruments": LawInstrument,
    "law-provisions": Provision,
    "law-contested": Contested,
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision as cited for a day: `in_force` is None where it is not known whether that version applied then."""

    provision: Provision
    instrument: LawInstrument
    day: datetime.date | None
    in_force: bool | None

    @property
    def id(self) -> str:
        return self.provision.id

    @property
    def mark(self) -> Mark:
        return self.provision.mark

    @property
    def where(self) -> Bilingual:
        """Instrument, article and version in one line."""
        zh, en = self.instrument.name.zh, self.instrument.name.en
        article = self.provision.article
        if article is not None:
            zh, en = f"{zh}第 {article} 条", f"{en}, art. {article}"
        return Bilingual(f"{zh}（{self.instrument.version.zh}）", f"{en} ({self.instrument.version.en})")

    @property
    def note(self) -> Bilingual | None:
        """What the reader must know of the version, where it is not simply the one in force on the day."""
        if self.day is None or self.in_force:
            return None
        if self.in_force is None:
            return Bilingual(
                f"该版本在 {self.day} 是否施行未核实", f"whether this version applied on {self.day} was not verified"
            )
        since = self.instrument.since
        if since is not None and self.day < since:
            return Bilingual(
                f"所引版本自 {since} 施行；{self.day} 的文本未收录，条号可能不同",
                f"the version cited applies from {since}; the text of {self.day} is not held and may be numbered otherwise",
            )
        return Bilingual(f"所引版本已于 {self.day} 之前失效", f"the version cited had ended before {self.day}")

    def as_json(self) -> Json:
        where, note, mark = self.where, self.note, self.mark.said
        return {
            "id": self.id,
            "where": {"zh": where.zh, "en": where.en},
            "says": self.provision.says.as_json(),
            "version": self.instrument.version.as_json(),
            "mark": self.mark.value,
            "mark_says": {"zh": mark.zh, "en": mark.en},
            "in_force": self.in_force,
            "note": None if note is None else {"zh": note.zh, "en": note.en},
        }


class NoSuchProvision(MuluError):
    """A provision was cited that is not held."""

    def __init__(self, id: str) -> None:  # noqa: A002  # the name of the field
        super().__init__(
            Said(
                "no_such_provision",
                f"没有收录条文 {id!r}。请检查 data/law/provisions.jsonl。",
                f"There is no provision {id!r}. See data/law/provisions.jsonl.",
            )
        )
        self.id = id


class Law:
    """Every provision held, by id and by the rule that it states."""

    def __init__(
        self,
        instruments: Mapping[str, LawInstrument],
        provisions: Mapping[str, Provision],
        contested: Mapping[str, Contested],
        tests: Mapping[str, OrderedTest],
    ) -> None:
        self.instruments = instruments
        self.provisions = provisions
        self.contested = contested
        self.tests = tests

    @classmethod
    def load(cls, folder: Path = DATA) -> Law:
        """The law of the data folder; the first defective line is refused by file and number."""
        return _loaded(folder)

    def cite(self, id: str, day: datetime.date | None = None) -> Citation:  # noqa: A002  # the name of the field
        """The provision, with whether the version read applied on `day`; unknown ids are an error, never skipped."""
        provision = self.provisions.get(id)
        if provision is None:
            raise NoSuchProvision(id)
        instrument = self.instruments[provision.instrument]
        return Citation(provision, instrument, day, None if day is None else _applied(instrument, day))

    def on(self, rule: str, day: datetime.date) -> Citation | None:
        """The provision that stated a rule on a day, or None where no version that did is held."""
        for provision in self.provisions.values():
            if provision.rule == rule and _applied(self.instruments[provision.instrument], day):
                return self.cite(provision.id, day)
        return None


def _applied(instrument: LawInstrument, day: datetime.date) -> bool | None:
    if instrument.until is not None and day > instrument.until:
        return False
    if instrument.since is None:
        return None
    return day >= instrument.since


@cache
def _loaded(folder: Path) -> Law:
    placed = list(lines(folder, "law/instruments.jsonl", LawInstrument))
    for line in placed:
        one = line.record
        if one.since is not None and one.until is not None and one.until < one.since:
            raise line.refuse("it ends before it begins", "终止早于施行")
    instruments = keyed(placed, lambda i: i.id)
    written = list(lines(folder, "law/provisions.jsonl", Provision))
    for line_ in written:
        if line_.record.instrument not in instruments:
            raise line_.refuse(f"instrument {line_.record.instrument!r} is not held", "所引文书不存在")
    provisions = keyed(written, lambda p: p.id)
    disputed = list(lines(folder, "law/contested.jsonl", Contested))
    for question in disputed:
        _check(question, provisions)
    asked = list(lines(folder, "law/tests.jsonl", OrderedTest))
    for test in asked:
        _check_test(test, provisions)
    return Law(instruments, provisions, keyed(disputed, lambda c: c.id), keyed(asked, lambda t: t.id))


def _check_test(test: Placed[OrderedTest], provisions: Mapping[str, Provision]) -> None:
    one = test.record
    for name in one.provisions:
        if name not in provisions:
            raise test.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
    for rule in one.rules:
        if all(p.rule != rule for p in provisions.values()):
            raise test.refuse(f"no provision states {rule!r}", f"没有条文载有 {rule!r}")
    if set(one.then) != set(one.answers):
        raise test.refuse("each answer has a consequence", "每个答案须有后果")


def _check(question: Placed[Contested], provisions: Mapping[str, Provision]) -> None:
    one = question.record
    for name in (name for position in one.positions for name in position.provisions):
        if name not in provisions:
            raise question.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
    if len(one.positions) < 2:
        raise question.refuse("a contested question has two positions or more", "争议问题至少有两种主张")

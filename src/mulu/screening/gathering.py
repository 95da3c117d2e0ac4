"""A document screened passage by passage, and what its passages say gathered to one answer.

The rule by which a document is decided is told in `read_as_one`; its numbers are in `by_passage.json`, which a user can read. Passages
are read in stretches: neighbours of one part that together say about as much as the texts that the engine learned from.
Each stretch is a description of its own, so what one passage denies is denied there, and speaks for nothing elsewhere.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Edition
from mulu.screening.aside import Reason, SetAside
from mulu.screening.engine import Candidate, PointCandidate, Screener, Weighed, missing_facts
from mulu.screening.evidence import Evidence
from mulu.screening.features import Numbers
from mulu.screening.parameters import Comparison, Result
from mulu.screening.text import Description, NeitherLanguage, describe
from mulu.sources.described import Kind, Passage, Reading, Role
from mulu.vocabulary import Language, Said

WEIGHTS = Path(__file__).with_name("by_passage.json")
_TOGETHER = 32  # stretches read at once
_OF_WORDS = 60  # characters: evidence that is longer is that of a sentence
_HEADS = (Role.HEADING, Role.TITLE)
Slots = npt.NDArray[np.bool_]
_UNHEARD = np.iinfo(np.int64).min // 4  # the logit of what no part was heard on
_NOT_IN_PIECES = (*_HEADS, Role.SIGNATURE, Role.BACKGROUND)
_SENTENCE = re.compile(r"[。！？；!?;]|\.(?=\s)|\n")


class ByPassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of the rule; scores and logits in thousandths."""

    whole: int  # characters up to which a document is read as one description
    stretch: dict[str, int]  # characters of a stretch, by language
    supports: int  # score from which a stretch is shown as speaking for an item
    looked_at: int  # leading items of each stretch
    piece: dict[
        str, int
    ]  # least characters of a piece, by language: some sentences of a passage that are read by themselves
    less: dict[str, int]  # taken from the logits of a stretch or piece, by the role of its passages
    among: int  # and from those of each of n stretches, times the natural logarithm of n
    short: int  # part of the longest stretch (thousandths) below which one is a fragment,
    of_short: int  # from which this is taken, times the logarithm of how many times shorter it is
    near: int  # what the words of a piece of a long document must reach, if it is to be weighed
    alone: int  # taken from the logits of a piece besides
    agrees: (
        int  # what a document read as one says of an item is at most its loudest stretch or piece, less this times ln n
    )
    after: dict[str, int]  # taken from passages of these roles where it is told which one supports an item best
    filed_under: int  # added to the logits of items whose matter a class of the patent names
    classes: dict[str, tuple[str, ...]]  # classes of the IPC and CPC (they agree there) and such items: our judgement


@cache
def by_passage() -> ByPassage:
    """The numbers in `by_passage.json`."""
    return msgspec.json.decode(WEIGHTS.read_bytes(), type=ByPassage)


@cache
def version() -> str:
    """What tells these numbers from others, in the name of the engine."""
    return f"passages-{hashlib.sha256(msgspec.json.encode(by_passage())).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring passages that are read as one description, or a piece of one: `text[start:end]` of the reading."""

    start: int
    end: int
    less: int
    piece: bool = False


@dataclass(frozen=True, slots=True)
class Support:
    """A stretch that speaks for an item: its score, the passage that says most, and why.

    `spans` are the places of the evidence in the whole text; those that lie in the passage are counted from it too.
    """

    start: int
    end: int
    score: int
    flag: bool
    passage: Passage
    because: tuple[Said, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Supported:
    """A candidate of a document, as its loudest stretch shows it, with every stretch that speaks for it, best first.

    All places count in the whole text.
    """

    candidate: Candidate
    passages: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a document was compared with and what came of it. There is no outcome here."""

    reading: Reading
    edition: Edition
    by_passage: bool  # or read as one description
    stretches: int
    candidates: tuple[Supported, ...]  # best first
    elsewhere: tuple[Candidate, ...]
    set_aside: dict[str, Reason]
    told: dict[str, SetAside]  # of those set aside by denial, or of all where a record is asked for
    unread: tuple[tuple[int, int], ...]  # stretches of the text in another language
    whole: Description | None  # where the document was read as one description

    @property
    def flagged(self) -> tuple[Supported, ...]:
        return tuple(one for one in self.candidates if one.candidate.flag)


def read_as_one(reading: Reading) -> bool:
    """Which of two rules decides a document: the rule of its text as a whole, or that of its passages.

    *As one*: a document without parts of different standing (no patent, no e-mail, no table of descriptions) of at most
    `whole` characters is a description like any other, but that some passage must bear out what it says as a whole: of no
    item does it say more than its loudest stretch or piece, less `agrees` times the logarithm of how many stretches there
    are. Words of many clauses that add up to the words of an item do not make it one. *By passage*: the score of an
    item is that of the stretch that speaks loudest for it, after what is taken from the logits: for the role of its passages
    (`less`: background far more than claims), because the loudest of many is loud by chance (`among`), and because a
    fragment such as a heading or a row says too little to carry alone (`of_short`). A row of a table of descriptions is a
    description by itself, of which neither is taken. No number of weak passages adds up to a strong one.

    By both rules a piece, some sentences of a passage, speaks by itself too, after `alone` is taken as well: one sentence
    on listed technology must not drown in the clauses about it. By either rule an item is flagged from the operating point
    on. docs/decisions/0015 and 0017 tell how the numbers were found.
    """
    return reading.kind is Kind.DOCUMENT and len(reading.text) <= by_passage().whole


def filed_under(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Items whose matter the classes of a patent name, with these classes."""
    found: dict[str, list[str]] = {}
    for code in dict.fromkeys((*reading.fact("ipc"), *reading.fact("cpc"))):
        group = code.split("/")[0]
        for name in (group, group.split()[0]):
            for item in by_passage().classes.get(name, ()):
                found.setdefault(item, []).append(code)
    return {item: tuple(codes) for item, codes in found.items()}


def stretches_of(reading: Reading) -> Iterator[Stretch]:
    """The stretches of a document, in order, each with all that is taken from its logits; signatures are left out."""
    made = list(_by_role(reading))
    weights = by_passage()
    longest = weights.stretch["en" if reading.language == "en" else "zh"]
    enough = min(longest * weights.short / 1000, len(reading.text) / 2)
    among = weights.among * math.log(len(made)) if made else 0
    for one in made:
        if not _by_itself(reading.passages_in(one.start, one.end)[0]):
            fragment = max(0.0, math.log(enough / (one.end - one.start)))
            one = replace(one, less=one.less + round(among + weights.of_short * fragment))
        yield one


def pieces_of(reading: Reading, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Some sentences of a passage each, read by themselves, where the stretch has more than them.

    What is known before (the background of a patent) counts in its stretch alone, and so do headings, titles and rows of
    tables of descriptions.
    """
    weights = by_passage()
    least = weights.piece["en" if reading.language == "en" else "zh"]
    among = weights.among * math.log(len(stretches)) if stretches else 0
    whole = {(one.start, one.end) for one in stretches}
    for passage in reading.passages:
        if passage.role in _NOT_IN_PIECES or _by_itself(passage):
            continue
        for start, end in _pieces(reading.text, passage.place.start, passage.place.end, least):
            if (start, end) not in whole:
                fragment = max(0.0, math.log(least / (end - start)))
                less = weights.less[passage.role] + weights.alone + among + weights.of_short * fragment
                yield Stretch(start, end, round(less), piece=True)


def _pieces(text: str, start: int, end: int, least: int) -> Iterator[tuple[int, int]]:
    """A passage in pieces of whole sentences, each of at least so many characters; a short passage is one."""
    for found in _SENTENCE.finditer(text, start, end):
        if found.end() - start >= least <= end - found.end():
            yield start, found.end()
            start = found.end()
    if text[start:end].strip():
        yield start, end


def _by_itself(passage: Passage) -> bool:
    """Whether a passage is a row of a table of descriptions."""
    return passage.place.cell is not None and passage.role is Role.BODY


def _by_role(reading: Reading) -> Iterator[Stretch]:
    """The stretches, each with what is taken for the role of its passages."""
    weights = by_passage()
    longest = weights.stretch["en" if reading.language == "en" else "zh"]
    open_: list[Passage] = []

    def made(passages: Sequence[Passage]) -> Iterator[Stretch]:
        # A heading has no say in what is taken from what stands under it: that of a background would undo all of it.
        told = [one for one in passages if one.role not in _HEADS] or passages
        less = min(weights.less[one.role] for one in told)
        start, end = passages[0].place.start, passages[-1].place.end
        for begin, stop in _cut(reading.text, start, end, longest):
            yield Stretch(begin, stop, less)

    for passage in reading.passages:
        if passage.role is Role.SIGNATURE:
            if open_:
                yield from made(open_)
                open_ = []
            continue
        if open_ and _parted(open_, passage, longest, weights):
            yield from made(open_)
            open_ = []
        open_.append(passage)
    if open_:
        yield from made(open_)


def _parted(so_far: Sequence[Passage], passage: Passage, longest: int, weights: ByPassage) -> bool:
    """Whether a passage begins another stretch: another part or role, a heading after enough, or too much with it."""
    first, last = so_far[0], so_far[-1]
    if last.place.part != passage.place.part or _by_itself(last):
        return True  # each row of a table of descriptions is one
    if all(one.role in _HEADS for one in so_far):
        return False
    said = last.place.end - first.place.start
    if weights.less[last.role] != weights.less[passage.role]:
        return True
    if passage.role in _HEADS:
        return said >= longest // 4 or last.role not in _HEADS
    return passage.place.end - first.place.start > longest and said >= longest // 4


def _cut(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """A stretch as it is, or in pieces at the ends of sentences where it is half as long again as it should be."""
    while end - start > longest * 3 // 2:
        ends = [found.end() for found in _SENTENCE.finditer(text, start + longest // 2, start + longest)]
        stop = ends[-1] if ends else start + longest
        yield start, stop
        start = stop
    if text[start:end].strip():
        yield start, end


def gather(
    screener: Screener,
    reading: Reading,
    edition: Edition,
    *,
    top: int = 5,
    base_rate: int | None = None,
    explain: bool = False,
    record: bool = False,
) -> Gathered:
    """Compare a document with every item present or open in the edition; see `read_as_one`.

    Raises EmptyText, TextTooLong or NeitherLanguage where no passage of it is Chinese or English.
    """
    work = _Gathering(screener, reading, edition, max(top, by_passage().looked_at), base_rate, record)
    whole = work.read_whole() if read_as_one(reading) else None
    stretches = list(stretches_of(reading))
    for some in (stretches, list(pieces_of(reading, stretches))):
        for begin in range(0, len(some), _TOGETHER):
            work.read(some[begin : begin + _TOGETHER])
    if whole is None and not work.read_any:
        raise work.refused or NeitherLanguage(Said("no_passage", "没有可比较的段落", "no passage to compare"))
    if whole is not None:
        whole = work.borne_out(whole, len(stretches))
    return work.gathered(whole, len(stretches), top, explain)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a document, without their places on the page: enough to weigh it again from its text.

    `as_one` as in `read_as_one`; `parts`: the stretches, then the pieces; `filed_under`: items whose matter its classes name.
    """

    as_one: bool
    parts: tuple[Stretch, ...]
    filed_under: tuple[str, ...]


def parts_of(reading: Reading) -> Parts:
    """The parts of a document that was read."""
    stretches = list(stretches_of(reading))
    parts = (*stretches, *pieces_of(reading, stretches))
    return Parts(read_as_one(reading), parts, tuple(filed_under(reading)))


def weighed_for_every_day(screener: Screener, text: str, of: Parts) -> tuple[Language, Numbers]:
    """The language of a document and the logit (millionths) of every slot: of an item what its loudest part says, by the rule of
    `read_as_one`. What an edition makes of it is what `gather` gives. Raises as `gather`.
    """
    index, weights = screener.index, by_passage()
    more = dict.fromkeys(of.filed_under, weights.filed_under)
    loudest = np.full(len(index.slots), _UNHEARD, dtype=np.int64)  # of any stretch or piece, nothing taken from it
    table = np.full(len(index.slots), _UNHEARD, dtype=np.int64)
    language: Language | None = None
    refused: NeitherLanguage | None = None
    whole: Numbers | None = None
    if of.as_one:
        described = describe(text)
        language = described.language
        whole = screener.read_once([described], [0], [{}])[0].table
    described_parts: list[tuple[Stretch, Description, Slots]] = []
    every = np.ones(len(index.slots), dtype=bool)
    for part in of.parts:
        try:
            described = describe(text[part.start : part.end])
        except NeitherLanguage as error:
            refused = refused if part.piece else error
            continue
        if not part.piece:
            language = language or described.language
        near = every
        if part.piece and not of.as_one and not (near := screener.near_by_words(described, weights.near)).any():
            continue
        described_parts.append((part, described, near))
    for begin in range(0, len(described_parts), _TOGETHER):
        some = described_parts[begin : begin + _TOGETHER]
        less = [part.less for part, _, _ in some]
        read = screener.read_once([d for _, d, _ in some], less, [more] * len(some))
        for (part, _, near), one in zip(some, read, strict=True):
            said = np.where(near, one.table, _UNHEARD)
            loudest = np.maximum(loudest, said + part.less * 1000)
            if part.piece or not of.as_one:
                table = np.maximum(table, said)
    if language is None:
        raise refused or NeitherLanguage(Said("no_passage", "没有可比较的段落", "no passage to compare"))
    if whole is not None:
        stretches = sum(not part.piece for part in of.parts)
        table = np.maximum(table, _borne_out(screener, whole, loudest, stretches))
    return language, table


def _borne_out(screener: Screener, whole: Numbers, loudest: Numbers, stretches: int) -> Numbers:
    """What a document says as a whole, but of no item more than its loudest passage bears out."""
    if not stretches or int(loudest.max()) == _UNHEARD:
        return whole
    index = screener.index
    of_item = np.full(len(index.item_number), _UNHEARD, dtype=np.int64)
    np.maximum.at(of_item, index.slot_item, loudest)
    most = of_item[index.slot_item] - round(1000 * by_passage().agrees * math.log(stretches))
    made: Numbers = np.minimum(whole, most)
    return made


class _Gathering:
    """What is kept of the stretches read so far: next to nothing of each, so that a long document takes little room."""

    def __init__(
        self,
        screener: Screener,
        reading: Reading,
        edition: Edition,
        looked_at: int,
        base_rate: int | None,
        record: bool,
    ) -> None:
        self.screener, self.reading, self.edition = screener, reading, edition
        self.looked_at, self.base_rate, self.record = looked_at, base_rate, record
        self.filed = filed_under(reading)
        self.more = dict.fromkeys(self.filed, by_passage().filed_under)
        self.best: dict[
            str, tuple[int, int, Stretch | None]
        ] = {}  # item → score, loudest point, where; None: as a whole
        self.loudest: Numbers = np.full(len(screener.index.slots), _UNHEARD, dtype=np.int64)  # of any part, raw
        self.speaks: dict[str, list[tuple[Stretch, Candidate]]] = {}
        self.abroad: dict[str, Candidate] = {}
        self.aside: dict[str, Reason] = {}
        self.told: dict[str, SetAside] = {}
        self.unread: list[tuple[int, int]] = []
        self.read_any = False
        self.refused: NeitherLanguage | None = None
        self.read_as_one = False

    def read_whole(self) -> Weighed:
        """The document as one description."""
        (weighed,) = self.screener.ranked(
            [describe(self.reading.text)], self.edition, top=self.looked_at, less=[0], more={}
        )
        self._note(weighed)
        self.read_as_one = True
        return weighed

    def borne_out(self, whole: Weighed, stretches: int) -> Weighed:
        """The document as one description, but that it says no more of an item than its loudest passage bears out."""
        table = _borne_out(self.screener, whole.table, self.loudest, stretches)
        scored = self.screener.scores(table, self.edition, self.looked_at)
        return replace(whole, table=table, scored=scored)

    def read(self, stretches: Sequence[Stretch]) -> None:
        described: list[tuple[Stretch, Description]] = []
        speaking: list[Slots | None] = []
        for stretch in stretches:
            try:
                description = describe(self.reading.text[stretch.start : stretch.end])
                near = self._near(stretch, description)
                if near is None or near.any():
                    described.append((stretch, description))
                    speaking.append(near)
            except NeitherLanguage as refused:
                if not stretch.piece:  # a piece stands in a stretch that was read, or is said as unread
                    self.refused = refused
                    self.unread.append((stretch.start, stretch.end))
        weighed = self.screener.ranked(
            [description for _, description in described],
            self.edition,
            top=self.looked_at,
            less=[stretch.less for stretch, _ in described],
            more=self.more,
        )
        for (stretch, description), near, whole in zip(described, speaking, weighed, strict=True):
            one = whole if near is None else self._only(whole, near)
            self.loudest = np.maximum(self.loudest, one.table + stretch.less * 1000)
            self._hear(one, stretch)
            if stretch.piece:
                self._note_abroad(one)
                continue
            self.unread += [(stretch.start + start, stretch.start + end) for start, end in description.unread]
            if not self.read_as_one:
                self._note(one)

    def _near(self, stretch: Stretch, description: Description) -> Slots | None:
        """The slots for which a piece of a long document is weighed: where its words come near. None: for all of them."""
        if not stretch.piece or self.read_as_one:
            return None
        return self.screener.near_by_words(description, by_passage().near)

    def _only(self, weighed: Weighed, near: Slots) -> Weighed:
        if near.all():
            return weighed
        table = np.where(near, weighed.table, _UNHEARD)
        return replace(weighed, table=table, scored=self.screener.scores(table, self.edition, self.looked_at))

    def _note(self, weighed: Weighed) -> None:
        """What a description sets aside, and what of it would stand in another edition."""
        self.read_any = True
        self._note_abroad(weighed)
        self._set_aside(weighed)

    def _note_abroad(self, weighed: Weighed) -> None:
        line = self.screener.line(weighed.scored[0][1] if weighed.scored else 0)
        for one in self.screener.elsewhere(weighed, self.edition, line, base_rate=self.base_rate):
            known = self.abroad.get(one.listing.item.id)
            if known is None or one.score > known.score:
                self.abroad[one.listing.item.id] = one

    def _hear(self, weighed: Weighed, stretch: Stretch) -> None:
        """For which items a stretch speaks. A piece is shown where it puts an item forward by itself."""
        line = self.screener.line(weighed.scored[0][1] if weighed.scored else 0)
        speaking = [one for one in weighed.scored if one[1] >= (line if stretch.piece else by_passage().supports)]
        for one in self.screener.candidates(weighed, self.edition, speaking, line, base_rate=self.base_rate):
            moved = self._with_class(_moved(one, stretch.start))
            self.speaks.setdefault(one.listing.item.id, []).append((stretch, moved))
        if stretch.piece or not self.read_as_one:
            self._keep_best(weighed, stretch)

    def _keep_best(self, weighed: Weighed, where: Stretch | None) -> None:
        for listing, score, points in weighed.scored:
            loudest = points[0][1] if points else 0
            known_best = self.best.get(listing.item.id)
            if known_best is None or (score, loudest) > known_best[:2]:
                self.best[listing.item.id] = (score, loudest, where)

    def _set_aside(self, weighed: Weighed) -> None:
        """The strongest reason of any stretch stands; the order is that in which reasons are tried on a text."""
        fresh: dict[str, Reason] = {}
        for item, reason in self.screener.reasons(weighed, self.edition).items():
            if item not in self.aside or _ORDER[reason] < _ORDER[self.aside[item]]:
                self.aside[item] = reason
                if self.record or reason is Reason.EXCLUDED_BY_WORDING:
                    fresh[item] = reason
        for one in self.screener.told(fresh, weighed.measured, self.edition) if fresh else ():
            self.told[one.listing.item.id] = one

    def gathered(self, whole: Weighed | None, stretches: int, top: int, explain: bool) -> Gathered:
        if whole is not None:
            self._keep_best(whole, None)
        candidates = self._loudest(whole, top, explain)
        supported = tuple(Supported(one, self._supports(one)) for one in candidates)
        flagged = {one.listing.item.id for one in candidates if one.flag}
        aside = {item: reason for item, reason in self.aside.items() if item not in flagged}
        abroad = sorted(self.abroad.values(), key=lambda one: (-one.score, one.listing.item.id))
        return Gathered(
            self.reading,
            self.edition,
            whole is None,
            stretches,
            supported,
            tuple(abroad[:3]),
            aside,
            {item: one for item, one in sorted(self.told.items()) if aside.get(item) is one.reason},
            tuple(self.unread),
            whole.description if whole else None,
        )

    def _loudest(self, whole: Weighed | None, top: int, explain: bool) -> tuple[Candidate, ...]:
        """The leading items, each as the whole or its loudest stretch or piece shows it, which is read once more for that."""
        leading = sorted(self.best.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))[:top]
        line = self.screener.line(leading[0][1][0] if leading else 0)
        made: list[Candidate] = []
        for item, (_, _, stretch) in leading:
            if stretch is None:
                assert whole is not None
                scored = [one for one in whole.scored if one[0].item.id == item]
                made += self.screener.candidates(
                    whole, self.edition, scored, line, base_rate=self.base_rate, explain=explain
                )
                continue
            description = describe(self.reading.text[stretch.start : stretch.end])
            (weighed,) = self.screener.ranked(
                [description], self.edition, top=self.looked_at, less=[stretch.less], more=self.more
            )
            scored = [one for one in weighed.scored if one[0].item.id == item]
            (one,) = self.screener.candidates(
                weighed, self.edition, scored, line, base_rate=self.base_rate, explain=explain
            )
            made.append(self._with_class(self._with_stated_elsewhere(_moved(one, stretch.start))))
        return tuple(made)

    def _with_class(self, candidate: Candidate) -> Candidate:
        """A candidate with the class under which the patent is filed among its reasons, where one names its matter."""
        filed = self.filed.get(candidate.listing.item.id)
        if not filed or not candidate.points:
            return candidate
        because = Said(
            "filed_under",
            f"专利归入与该条目主题相应的分类：{'、'.join(filed)}",
            f"the patent is filed under a class of the same matter: {', '.join(filed)}",
        )
        weight = by_passage().filed_under
        first = candidate.points[0]
        evidence = (*first.evidence, Evidence("classification", because, (), 1000, weight=weight))
        return replace(candidate, points=(replace(first, evidence=evidence), *candidate.points[1:]))

    def _with_stated_elsewhere(self, candidate: Candidate) -> Candidate:
        """A candidate with the values that other passages state for the same points, where its own states none."""
        others: dict[tuple[str | None, str], Comparison] = {}
        for _, one in self.speaks.get(candidate.listing.item.id, []):
            for point in one.points:
                for comparison in point.parameters:
                    if comparison.result not in (Result.NOT_STATED, Result.CANNOT_COMPARE):
                        others.setdefault((_number(point), comparison.parameter.name.zh), comparison)
        points = tuple(
            replace(
                point,
                parameters=tuple(
                    others.get((_number(point), one.parameter.name.zh), one) if one.result is Result.NOT_STATED else one
                    for one in point.parameters
                ),
            )
            for point in candidate.points
        )
        return candidate if points == candidate.points else replace(
            candidate, points=points, missing_facts=missing_facts(points)
        )  # fmt: skip

    def _supports(self, candidate: Candidate) -> tuple[Support, ...]:
        """Every stretch that speaks for an item: first that which says most of the technology and not just its name."""
        speaking = _apart(self.speaks.get(candidate.listing.item.id, []))
        made = [self._support(stretch, one) for stretch, one in speaking]
        if not made and candidate.points:
            spans = _spans(candidate)
            around = Stretch(*((min(s for s, _ in spans), max(e for _, e in spans)) if spans else (0, 0)), 0)
            made = [self._support(around, candidate)] if spans else []
        return tuple(sorted(made, key=lambda one: (not one.flag, -self._says(one), one.start)))

    def _says(self, one: Support) -> float:
        """The logit of a support less what the role of most of its stretch takes: a title names what claims tell."""
        said: dict[Role, int] = {}
        for passage in self.reading.passages_in(one.start, one.end):
            said[passage.role] = said.get(passage.role, 0) + len(passage.text)
        role = max(said, key=lambda each: said[each], default=Role.BODY)
        score = min(max(one.score, 1), 999)
        return 1000 * math.log(score / (1000 - score)) - by_passage().after.get(role, 0)

    def _support(self, stretch: Stretch, one: Candidate) -> Support:
        spans = _spans(one)
        most = self._most_said(spans, stretch)
        passage = self.reading.passage_at(most) or self.reading.passages[0]
        reasons = [e for e in one.points[0].evidence if not e.against] if one.points else []
        because = tuple(e.because for e in sorted(reasons, key=lambda e: -e.weight)[:2])
        return Support(stretch.start, stretch.end, one.score, one.flag, passage, because, spans)

    def _most_said(self, spans: Sequence[tuple[int, int]], stretch: Stretch) -> int:
        """Where the passage begins in which most of the evidence stands.

        Words count, and whole sentences only where there is nothing else: those may run over several passages.
        """
        words = [one for one in spans if one[1] - one[0] <= _OF_WORDS] or spans
        told = [one for one in self.reading.passages_in(stretch.start, stretch.end) if one.role not in _HEADS]
        counted: dict[int, int] = {}
        for start, end in words:
            for passage in self.reading.passages_in(start, end):
                if passage.role in _HEADS and told:
                    continue  # a heading names what the passage under it tells
                place = passage.place
                shared = min(end, place.end) - max(start, place.start)
                counted[place.start] = counted.get(place.start, 0) + shared
        if not counted:
            return told[0].place.start if told else stretch.start
        return max(counted, key=lambda at: (counted[at], -at))


_ORDER = {
    reason: place
    for place, reason in enumerate(
        (
            Reason.PARAMETER_BELOW,
            Reason.FACT_MISSING,
            Reason.OBJECT_DIFFERS,
            Reason.EXCLUDED_BY_WORDING,
            Reason.NOT_COMPARABLE,
            Reason.DIFFERENT_FIELD,
        )
    )
}


def _apart(speaking: Sequence[tuple[Stretch, Candidate]]) -> list[tuple[Stretch, Candidate]]:
    """Of a stretch and the pieces of it that speak for an item: the pieces, where one of them is louder; else the stretch."""

    def met(one: Stretch, other: Stretch) -> bool:
        return one.start < other.end and one.end > other.start

    pieces = [one for one in speaking if one[0].piece]
    stretches = [
        (stretch, one)
        for stretch, one in speaking
        if not stretch.piece and not any(met(stretch, of) and louder.score > one.score for of, louder in pieces)
    ]
    return [*stretches, *(one for one in pieces if not any(met(one[0], of) for of, _ in stretches))]


def _number(point: PointCandidate) -> str | None:
    return None if point.point is None else point.point.number


def _spans(candidate: Candidate) -> tuple[tuple[int, int], ...]:
    """The places of the evidence for the best point."""
    if not candidate.points:
        return ()
    return tuple(sorted({span for e in candidate.points[0].evidence if not e.against for span in e.spans}))


def _moved(candidate: Candidate, by: int) -> Candidate:
    """A candidate of a stretch with its places counted from the beginning of the whole text."""
    return replace(candidate, points=tuple(_moved_point(point, by) for point in candidate.points))


def _moved_point(point: PointCandidate, by: int) -> PointCandidate:
    evidence = tuple(
        replace(one, spans=tuple((start + by, end + by) for start, end in one.spans)) for one in point.evidence
    )
    parameters = tuple(
        one if one.span is None else replace(one, span=(one.span[0] + by, one.span[1] + by)) for one in point.parameters
    )
    return replace(point, evidence=evidence, parameters=parameters)

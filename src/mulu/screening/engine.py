"""Screening: which items and control points a described technology may fall under, on a given edition.

It proposes and never concludes: candidates with reasons, the nearest ones where none passes, and what could not be
compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappush, heappushpop
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Catalogue, Edition, Listing
from mulu.catalogue.pack import DATA, point_keys, read_glossary
from mulu.catalogue.records import Point
from mulu.errors import MuluError
from mulu.screening import encoder
from mulu.screening.aside import Reason, SetAside, reasons, told
from mulu.screening.evidence import OF_THE_POINT, Evidence, by_itself, evidence_for, other_manner
from mulu.screening.features import (
    FEATURES,
    Measured,
    Numbers,
    compared_with,
    densest,
    encoded,
    measure_meaning,
    measure_words,
)
from mulu.screening.index import Index
from mulu.screening.model import (
    Model,
    at_most,
    contributions,
    discounted,
    first_logits,
    for_new_items,
    item_score,
    item_share,
    logits,
    new_items,
    new_items_version,
    product_of,
    read_model,
    rebased,
)
from mulu.screening.parameters import Comparison, Result, concluded
from mulu.screening.subjects import Subjects
from mulu.screening.text import Description, describe
from mulu.vocabulary import Certainty, Language, Presence, Said

# A decision this close to the operating point could fall otherwise on another processor: likenesses are rounded to
# a thousandth, and a thousandth more or less moves a score by no more than this many thousandths.
TOLERANCE = 3
_POINTS_SHOWN = 4
_LEAST_SAID = 12  # distinct words, runs and pieces
_TOGETHER = 32  # descriptions read at once
_LOOKED_AT = 3  # leading items of which some sentences may count alone
_AT_ALL_NEAR = 5  # thousandths of score from which they are looked for; of texts in which they passed one had less


@dataclass(frozen=True, slots=True)
class PointCandidate:
    """A control point (or topic) under which the description may fall; `point` is None where none is known."""

    point: Point | None
    stands: bool  # in this edition; a point of another edition speaks for an item of which no point is known here
    score: int
    evidence: tuple[Evidence, ...]
    parameters: tuple[Comparison, ...]
    explanation: Explanation | None  # where it was asked for


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every number that made the score of a point. Features and scores in thousandths, logits in millionths.

    Of a text that was not read for its meaning `logit` may lie below the sum of what its words add: it was moved under
    the floor, with those of all other points.
    """

    read: bool
    features: tuple[tuple[str, int, int, int], ...]  # name, value, weight, what it adds to the logit
    products: tuple[tuple[tuple[str, str], int, int], ...]  # names, weight, what it adds
    bias: int
    logit: int
    alone: bool  # the logit is that of some sentences alone, less what the model takes from it
    point_counts: int  # for less where no source shows the point
    item_counts: int  # and for less where the item is unconfirmed or open in the edition
    calibration: tuple[int, int]  # slope and offset, thousandths
    score: int  # before any other base rate


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item put forward, with the points that speak for it, best first. Scores in thousandths."""

    listing: Listing
    score: int
    flag: bool
    near_boundary: bool
    points: tuple[PointCandidate, ...]
    missing_facts: tuple[Said, ...]

    @property
    def shortfall(self) -> Said:
        """Why a candidate that is not flagged falls short."""
        best = self.points[0]
        against = next((e for e in best.evidence if e.against), None)
        kinds = {e.kind for e in best.evidence if not e.against}
        if against is not None:
            return against.because
        if "term" in kinds or "process" in kinds:
            return Said(
                "weak_evidence",
                "用语相符，但全文证据不足以达到标记线",
                "its words occur, but the text as a whole falls short of the operating point",
            )
        if "object" in kinds:
            return Said(
                "no_activity",
                "只提到对象，未述及制造或处理的方法",
                "only the thing is mentioned, not how it is made or done",
            )
        if "activity" in kinds:
            return Said(
                "no_object", "只有工艺用语，未见要点所涉对象", "only process words are shared, not the thing concerned"
            )
        if "industry" in kinds:
            return Said("field_only", "只有同一领域的一般用语", "only general words of the field are shared")
        return Said(
            "likeness_only", "仅有泛泛的含义相近，无共同用语", "only a general likeness of meaning, no shared terms"
        )


@dataclass(frozen=True, slots=True)
class Screening:
    """What a description was compared with and what came of it. There is no outcome here."""

    description: Description
    edition: Edition
    candidates: tuple[Candidate, ...]  # best first
    elsewhere: tuple[Candidate, ...]  # items of other editions and drafts only, that would have been flagged there
    set_aside: Mapping[str, Reason]  # every item of the edition that is not flagged, with the class of reason
    measured: Measured

    @property
    def flagged(self) -> tuple[Candidate, ...]:
        return tuple(c for c in self.candidates if c.flag)


Vectors = tuple[encoder.Vectors, encoder.Vectors]  # of sections and passages


@dataclass(frozen=True, slots=True)
class Once:
    """A text read once: the logit (millionths) of every slot on every day, and what it was worked out from."""

    measured: Measured
    table: Numbers
    vectors: Vectors | None = None  # where its meaning was read
    sense: Numbers | None = None  # item → logit against "none of them", wherever the meaning was read
    looked_at: tuple[int, ...] = ()  # items of the pack of which some sentences were read alone
    near: bool = False  # its words bring it near a released point, so it was read for its meaning
    rival: tuple[int, int] = (-1000, -1000)  # as in `Measured`, wherever the meaning was read


Scored = tuple[Listing, int, list[tuple[int, int]]]  # an item, its score, and its points with their probabilities


@dataclass(frozen=True, slots=True)
class Weighed:
    """A description with the logit (millionths) of every slot, and its leading items, best first."""

    description: Description
    measured: Measured
    table: Numbers
    alone: Mapping[int, tuple[int, int]]  # the sentences that speak alone for a slot
    scored: list[Scored]


class _Weighing:
    """The items of an edition and their slots, set out so that the loudest ones are found at once."""

    def __init__(self, edition: Edition, slots: dict[int, bool], index: Index) -> None:
        by_item: dict[str, list[tuple[int, bool]]] = {}
        for number, published in slots.items():
            by_item.setdefault(index.slots[number].item.id, []).append((number, published))
        self.listings = tuple(edition.listings[item] for item in by_item)
        self.slots_of = tuple(by_item.values())
        self.alike = tuple(
            tuple(
                (published, tuple(n for n, of in slots_of if of == published))
                for published in sorted({of for _, of in slots_of})
            )
            for slots_of in self.slots_of
        )
        self._slots = np.array([number for of in self.slots_of for number, _ in of], dtype=np.int64)
        counts = [len(of) for of in self.slots_of]
        self._begins = np.cumsum([0, *counts[:-1]]) if counts else np.zeros(0, dtype=np.int64)

    def loudest(self, table: Numbers) -> list[tuple[int, int]]:
        """The place of each item, and the logit of its loudest slot, the loudest item first."""
        if not len(self._begins):
            return []
        most = np.maximum.reduceat(table[self._slots], self._begins)
        order = np.argsort(-most, kind="stable")
        return list(zip(order.tolist(), most[order].tolist(), strict=True))


class Screener:
    """A catalogue made ready for screening; loading takes most of a second, a text some milliseconds."""

    def __init__(
        self,
        catalogue: Catalogue,
        model: Model | None = None,
        cache: Path | None = None,
        subjects: Subjects | None = None,
        index: Index | None = None,
    ) -> None:
        """`index`: of the same items, if they are to be held otherwise than the catalogue holds them."""
        self.catalogue = catalogue
        self.model = model or read_model()
        if index is None:
            glossary = read_glossary(DATA, catalogue.pack.points, catalogue.pack.items)
            released = catalogue.released.items.keys()
            index = Index(catalogue.pack, glossary, cache=cache, subjects=subjects, released=released)
        self.index = index
        # What an official text adds, and nothing was learned of, is weighed by weights of its own (docs/decisions/0018).
        self.of_new = {one: for_new_items(self.model, one, new_items()) for one in Language}
        self._standing: dict[str, dict[int, bool]] = {}
        self._weighings: dict[str, _Weighing] = {}
        self._absent: dict[str, Numbers] = {}

    @cached_property
    def version(self) -> str:
        own = ""
        if self.model != read_model():  # weights of the user's own leave their trace in every answer
            weights = msgspec.json.encode(self.model, order="deterministic")  # whatever their order in the file
            own = f"+own-weights-{hashlib.sha256(weights).hexdigest()[:10]}"
        of_new = f"+{new_items_version()}" if len(self.index.new) else ""
        return f"{self.model.version}{own}{of_new}+{encoder.PACKAGE}-{encoder.version()}"

    def screen(
        self,
        text: str,
        edition: Edition,
        *,
        title: str | None = None,
        top: int = 5,
        base_rate: int | None = None,
        explain: bool = False,
    ) -> Screening:
        """Compare a description with every item present or open in the edition.

        `top` candidates are returned, flagged or not; `base_rate` (thousandths) re-bases scores and changes
        neither order nor flags; `explain` keeps every number. Raises EmptyText, TextTooLong or NeitherLanguage.
        """
        described = [(describe(text, title), edition)]
        return next(self.screen_all(described, top=top, base_rate=base_rate, explain=explain))

    def screen_all(
        self,
        descriptions: Iterable[tuple[Description, Edition]],
        *,
        top: int = 5,
        base_rate: int | None = None,
        explain: bool = False,
        gated: bool = True,
        vectors: Sequence[Vectors | None] = (),
    ) -> Iterator[Screening]:
        """The same for many descriptions, each with its edition, in order; read some dozens at a time.

        `vectors`: those of the sections and passages of each, where they are known.
        """
        for batch, some in enumerate(_batches(descriptions, _TOGETHER)):
            held = vectors[batch * _TOGETHER : (batch + 1) * _TOGETHER]
            weighed = self.weighed_all([description for description, _ in some], gated=gated, vectors=held)
            for (description, edition), (measured, table) in zip(some, weighed, strict=True):
                yield self._screening(description, measured, table, edition, top, base_rate, explain)

    def _screening(
        self,
        description: Description,
        measured: Measured,
        table: Numbers,
        edition: Edition,
        top: int,
        base_rate: int | None,
        explain: bool,
    ) -> Screening:
        weighed = self._ranked(description, measured, table, edition, top)
        line = self.line(weighed.scored[0][1] if weighed.scored else 0)
        candidates = self.candidates(weighed, edition, weighed.scored, line, base_rate=base_rate, explain=explain)
        elsewhere = self.elsewhere(weighed, edition, line, base_rate=base_rate, explain=explain)
        flagged = {c.listing.item.id for c in candidates if c.flag}
        set_aside = {item: reason for item, reason in self.reasons(weighed, edition).items() if item not in flagged}
        return Screening(description, edition, candidates, elsewhere, set_aside, measured)

    def ranked(
        self,
        descriptions: Sequence[Description],
        edition: Edition,
        *,
        top: int,
        less: Sequence[int],
        more: Mapping[str, int],
    ) -> list[Weighed]:
        """Each description weighed, with its leading items.

        `less` (thousandths) is taken from the logits of each; `more` is added to those of an item, by its id.
        """
        weighed = self.weighed_all(descriptions)
        added = np.array([more.get(slot.item.id, 0) for slot in self.index.slots], dtype=np.int64) * 1000
        return [
            self._ranked(description, measured, table + added - taken * 1000, edition, top, taken)
            for description, (measured, table), taken in zip(descriptions, weighed, less, strict=True)
        ]

    def _ranked(
        self, description: Description, measured: Measured, table: Numbers, edition: Edition, top: int, taken: int = 0
    ) -> Weighed:
        table, alone, _ = self._with_passages(description, measured, table, taken)
        return Weighed(description, measured, table, alone, self.scores(table, edition, top))

    def candidates(
        self,
        weighed: Weighed,
        edition: Edition,
        scored: Iterable[Scored],
        line: int,
        *,
        base_rate: int | None = None,
        explain: bool = False,
    ) -> tuple[Candidate, ...]:
        """Some of the items of a weighed description with the reasons for them."""
        manners = other_manner(weighed.measured, weighed.description)
        return tuple(
            self._candidate(weighed, edition, listing, score, points, line, base_rate, explain, manners)
            for listing, score, points in scored
        )

    def elsewhere(
        self, weighed: Weighed, edition: Edition, line: int, *, base_rate: int | None = None, explain: bool = False
    ) -> tuple[Candidate, ...]:
        """Items that do not stand in the edition and would be flagged in another one, or in a draft."""
        return tuple(
            one
            for where, listing, score, points in self._elsewhere(weighed.table, edition)
            for one in self.candidates(
                weighed, where, [(listing, score, points)], line, base_rate=base_rate, explain=explain
            )
        )

    def reasons(self, weighed: Weighed, edition: Edition) -> dict[str, Reason]:
        """The class of reason of every item of the edition, as if none were put forward."""
        return reasons(weighed.measured, edition, self.slots(edition), self.index)

    def told(self, aside: Mapping[str, Reason], measured: Measured, edition: Edition) -> tuple[SetAside, ...]:
        """Reasons with the words or the subject that show them; in order of item."""
        return told(aside, edition.listings, measured, self.slots(edition), self.index)

    def weighed(self, description: Description, *, gated: bool = True) -> tuple[Measured, Numbers]:
        """A description measured, and the logit (millionths) of every slot."""
        return self.weighed_all([description], gated=gated)[0]

    def weighed_all(
        self, descriptions: Sequence[Description], *, gated: bool = True, vectors: Sequence[Vectors | None] = ()
    ) -> list[tuple[Measured, Numbers]]:
        """Each description measured, and the logit (millionths) of every slot.

        Read less before reading more: a text whose words come near no point of any edition is not read for its
        meaning. `gated=False` reads every text; what comes of it is the same wherever the gate judged rightly.
        The slots of the pack, and those that the user's own official texts add to an item, are judged apart.
        """
        return [(one.measured, one.table) for one in self._read(descriptions, gated, vectors)]

    def read_once(
        self,
        descriptions: Sequence[Description],
        less: Sequence[int],
        more: Sequence[Mapping[str, int]],
        vectors: Sequence[Vectors | None] = (),
    ) -> list[Once]:
        """Each description read once for every day: what an edition makes of it, `scores` tells without the text.

        `less` and `more` as in `ranked`, for each of them; `vectors`: those of its sections and passages, where they are known.
        """
        made = []
        for description, once, taken, items in zip(
            descriptions, self._read(descriptions, True, vectors), less, more, strict=True
        ):
            table = once.table - taken * 1000
            if items:
                table += np.array([items.get(slot.item.id, 0) for slot in self.index.slots], dtype=np.int64) * 1000
            table, _, looked_at = self._with_passages(description, once.measured, table, taken)
            made.append(replace(once, table=table, looked_at=looked_at))
        return made

    def _read(
        self, descriptions: Sequence[Description], gated: bool, known: Sequence[Vectors | None] = ()
    ) -> list[Once]:
        first = self.model.first
        words = [measure_words(description, self.index) for description in descriptions]
        by_words = [self._by_words(d, one) for d, one in zip(descriptions, words, strict=True)]

        def near(number: int, slots: Numbers, item: int | None = None) -> bool:
            if gated and int(by_words[number][slots].max()) < self.enough(item) * 1000:
                return False
            return enough_to_compare(words[number], None if item is None else self.index.item_ids[item])

        released, added_of = self.index.released_slots, self.index.added_of
        new = self.index.new_items
        read: dict[int, tuple[bool, set[int]]] = {}
        for number in range(len(words)):
            of_pack = near(number, released)
            items = {item for item, slots in added_of.items() if near(number, slots, item)}
            if of_pack or items:
                read[number] = of_pack, items
        held = {number: of for number, of in enumerate(known) if of is not None}
        anew = [number for number in read if number not in held]
        for number, (passages, sections) in zip(anew, encoded([descriptions[number] for number in anew]), strict=True):
            held[number] = sections, passages
        made: list[Once] = []
        for one, table in zip(words, by_words, strict=True):
            lowered = table.copy()
            for slots in (released, *added_of.values()):
                lowered[slots] -= max(0, int(table[slots].max()) - first.floor * 1000 + 1)
            made.append(Once(one, lowered))
        for number, (of_pack, items) in read.items():
            sections, passages = held[number]
            measured = measure_meaning(words[number], passages, sections, self.index)
            table = self._by_meaning(descriptions[number], measured)

            def speaks(slots: Numbers, table: Numbers = table) -> bool:
                return int(table[slots].max()) >= first.floor * 1000

            # A text that is read for the pack is read for what was added, too; never the other way round. Of a new item it
            # may speak where it speaks of nothing else.
            close = of_pack
            of_pack = of_pack and speaks(released)
            counts = {
                item
                for item, slots in added_of.items()
                if (of_pack and item not in new) or ((item in items or (close and item in new)) and speaks(slots))
            }
            lowered = made[number].table
            for slots in (*((released,) if of_pack else ()), *(added_of[item] for item in counts)):
                lowered[slots] = table[slots]
            read_as = replace(measured, read=of_pack, read_added=frozenset(counts))
            shown = read_as if of_pack or counts else words[number]
            made[number] = Once(shown, lowered, (sections, passages), measured.sense, near=close, rival=measured.rival)
        return made

    def _by_words(self, description: Description, measured: Measured) -> Numbers:
        """The logit (millionths) of every slot by the words of a text alone."""
        table = first_logits(self.model, measured.features)
        if len(self.index.new):
            of_new = self.of_new[description.language]
            table[self.index.new] = first_logits(of_new, measured.features[self.index.new])
        return table

    def _by_meaning(self, description: Description, measured: Measured) -> Numbers:
        """The logit (millionths) of every slot, the meaning of the text included."""
        table = logits(self.model, measured.features)
        if len(self.index.new):
            of_new = self.of_new[description.language]
            table[self.index.new] = logits(of_new, measured.features[self.index.new])
        return table

    def enough(self, item: int | None) -> int:
        """The logit of its words (thousandths) from which a text is read for an added item, or for those of the pack."""
        # The same in either language.
        return (self.of_new[Language.ZH] if item in self.index.new_items else self.model).first.enough

    def _model_for(self, number: int, description: Description) -> Model:
        """The model by which a slot is weighed."""
        new = int(self.index.slot_item[number]) in self.index.new_items
        return self.of_new[description.language] if new else self.model

    def near_by_words(self, description: Description, enough: int) -> npt.NDArray[np.bool_]:
        """The slots that the words of a text alone bring up to a logit (thousandths): all of the pack where one of them does, and
        all of an added item where one of its own does. So no import decides which points of the pack a text may speak for."""
        words = measure_words(description, self.index)
        logit = self._by_words(description, words)
        near = np.zeros(len(logit), dtype=bool)
        for item, slots in ((None, self.index.released_slots), *self.index.added_of.items()):
            said = enough_to_compare(words, None if item is None else self.index.item_ids[item])
            near[slots] = said and int(logit[slots].max()) >= enough * 1000
        return near

    def record(self, screening: Screening, *, denied_only: bool = False) -> tuple[SetAside, ...]:
        """Every item that is not put forward, with the words or the subject that show why; in order of id.

        `denied_only`: those alone that the text names only to deny them.
        """
        edition, aside = screening.edition, screening.set_aside
        if denied_only:
            aside = {item: reason for item, reason in aside.items() if reason is Reason.EXCLUDED_BY_WORDING}
        return self.told(aside, screening.measured, edition)

    def operating_point(self, base_rate: int | None = None) -> int:
        """The score from which a candidate is flagged, on the scale of a base rate (thousandths)."""
        return self._shown(self.model.operating_point, base_rate)

    def _with_passages(
        self,
        description: Description,
        measured: Measured,
        table: Numbers,
        taken: int,
    ) -> tuple[Numbers, dict[int, tuple[int, int]], tuple[int, ...]]:
        """The logits, raised where some sentences alone speak louder; which sentences, by slot; and which items led there.

        Looked at are the sentences in which the terms of the leading items stand most densely. Which items lead is asked
        of the pack and not of an edition: what a text says does not depend on the day. An item that only the user's own
        texts show is looked at besides, for itself.
        """
        index = self.index
        wanted: dict[tuple[int, int], list[Numbers]] = {}  # sentences, and the slots that they may speak for
        looked_at = []
        for item in self._leading(table):
            key, least = index.item_ids[item], self.model.alone.words
            place = densest(description, measured, key, least, added=False) if index.item_released[item] else None
            if place is not None:
                looked_at.append(item)
                wanted.setdefault(place, []).append(index.released_slots)
            if item in index.added_of:
                place = densest(description, measured, key, least, added=True)
                if place is not None:
                    wanted.setdefault(place, []).append(index.added_of[item])
        alone: dict[int, tuple[int, int]] = {}
        for (start, end), speak in wanted.items():
            try:
                part = describe(description.folded.text[start:end])
            except MuluError:
                continue  # by itself it is in neither language: a formula, a table
            words = measure_words(part, index)
            by_words = self._by_words(part, words)
            enough = [slots for slots in speak if int(by_words[slots].max()) >= self.model.alone.enough * 1000]
            if not enough:
                continue
            ((passages, sections),) = encoded([part])
            louder = self._by_meaning(part, measure_meaning(words, passages, sections, index))
            louder = louder - (self.model.alone.less + taken) * 1000
            table = table.copy()
            for slots in enough:
                for number in slots[louder[slots] > table[slots]].tolist():
                    alone[number] = (start, end)
                table[slots] = np.maximum(table[slots], louder[slots])
        return table, alone, tuple(looked_at)

    def _leading(self, table: Numbers) -> list[int]:
        """The items of which some sentences are looked at: the leading ones of the pack, and each added one."""
        index = self.index
        best = np.full(len(index.item_ids), np.iinfo(np.int64).min // 2)
        np.maximum.at(best, index.slot_item[index.released_slots], table[index.released_slots])
        order = np.lexsort((np.arange(len(best)), -best))[:_LOOKED_AT].tolist()
        new = np.nonzero(~index.item_released)[0].tolist()
        for item in new:
            best[item] = table[index.added_of[item]].max()
        near = (_AT_ALL_NEAR, self.model.operating_point - 1)
        return [item for item in order + new if near[0] <= at_most(self.model, int(best[item])) <= near[1]]

    def line(self, best: int) -> int:
        """The score from which a candidate of a text is flagged: the operating point, or a part of the text's best."""
        return max(self.model.operating_point, best * self.model.share_of_best // 1000)

    def _elsewhere(self, table: Numbers, edition: Edition) -> list[tuple[Edition, Listing, int, list[tuple[int, int]]]]:
        """Items that do not stand in the edition and would be flagged in another one, or in a draft."""
        stands = {one.item.id for one in (*edition.present(), *edition.open())}
        if edition.id not in self._absent:
            numbers = [n for n, slot in enumerate(self.index.slots) if slot.item.id not in stands]
            self._absent[edition.id] = np.array(numbers, dtype=np.int64)
        absent = self._absent[edition.id]
        loudest = discounted(self.model, int(table[absent].max()), True) if len(absent) else 0
        if item_score(self.model, loudest, Presence.PRESENT, Certainty.PUBLISHED) < self.model.operating_point:
            return []  # nothing that does not stand here speaks loudly enough: the usual case, and a quick one
        best: dict[str, tuple[Edition, Listing, int, list[tuple[int, int]]]] = {}
        for other in self.catalogue.editions.values():
            if other.id == edition.id:
                continue
            for listing, score, points in self.scores(table, other, 12):
                if score < self.model.operating_point:
                    break
                known = best.get(listing.item.id)
                better = known is None or score > known[2]
                if listing.item.id not in stands and listing.presence is Presence.PRESENT and better:
                    best[listing.item.id] = (other, listing, score, points)
        return sorted(best.values(), key=lambda s: (-s[2], s[1].item.id))[:3]

    def scores(
        self, table: Numbers, edition: Edition, top: int | None = None
    ) -> list[tuple[Listing, int, list[tuple[int, int]]]]:
        """Items of the edition with their scores and the (slot, probability) pairs of their points, best first.

        `table` holds the logit of every slot. With `top`, the best that many; without, all.
        """
        weighing, logit = self._weighing(edition), table.tolist()
        scored: list[tuple[int, int, int, int]] = []
        leading: list[tuple[int, int]] = []  # of the best so far, the least first
        for place, loudest in weighing.loudest(table):
            if top is not None and len(leading) >= top and (top == 0 or self._most_of(loudest) < leading[0]):
                break  # what follows is no louder
            listing = weighing.listings[place]
            # Among points that count alike the higher logit leads.
            best = max(
                discounted(self.model, max(logit[number] for number in numbers), published)
                for published, numbers in weighing.alike[place]
            )
            score = item_score(self.model, best, listing.presence, listing.certainty)
            scored.append((score, best, loudest, place))
            if top is not None:
                (heappush if len(leading) < top else heappushpop)(leading, (score, best))
        scored.sort(key=lambda s: (-s[0], -s[1], -s[2], weighing.listings[s[3]].item.id))
        return [
            (weighing.listings[place], score, self._points(logit, weighing.slots_of[place]))
            for score, _, _, place in (scored if top is None else scored[:top])
        ]

    def _most_of(self, logit: int) -> tuple[int, int]:
        """The score of an item, and the probability of its best point, where both count for as much as any with this logit."""
        model = self.model
        probability = max(discounted(model, logit, True), discounted(model, logit, False))
        of_item = max(
            ((Presence.OPEN, Certainty.PUBLISHED), *((Presence.PRESENT, c) for c in Certainty)),
            key=lambda kind: item_share(model, *kind),
        )
        return item_score(model, probability, *of_item), probability

    def _points(self, logit: Sequence[int], slots: Sequence[tuple[int, bool]]) -> list[tuple[int, int]]:
        """The points of an item with their probabilities (millionths), best first."""
        points = [(number, discounted(self.model, logit[number], published)) for number, published in slots]
        points.sort(key=lambda p: (-p[1], self.index.slots[p[0]].key))
        return points

    def _weighing(self, edition: Edition) -> _Weighing:
        if edition.id not in self._weighings:
            self._weighings[edition.id] = _Weighing(edition, self.slots(edition), self.index)
        return self._weighings[edition.id]

    def slots(self, edition: Edition) -> dict[int, bool]:
        """The slots that are compared for an edition, each with whether a published point of it stands there.

        Its items, and of their points those that stand in it. Where no published one is known to stand, points first seen in
        a later edition speak for the item too, as topics: they may have stood before.
        """
        if edition.id not in self._standing:
            slots: dict[int, bool] = {}
            for listing in (*edition.present(), *edition.open()):
                of = self.catalogue.pack.points.get(listing.item.id, ())
                slots[self.index.number[listing.item.id]] = False
                for point in listing.points:
                    published = point.certainty is not Certainty.UNCONFIRMED
                    slots |= {self.index.number[key]: published for key in point_keys(point, of)}
                if not listing.published_points:
                    for point in self.catalogue.possible_points(edition, listing.item.id):
                        slots |= {self.index.number[key]: False for key in point_keys(point, of)}
            self._standing[edition.id] = dict(sorted(slots.items()))
        return self._standing[edition.id]

    def _candidate(
        self,
        weighed: Weighed,
        edition: Edition,
        listing: Listing,
        score: int,
        points: list[tuple[int, int]],
        line: int,
        base_rate: int | None,
        explain: bool,
        manners: Sequence[Evidence],
    ) -> Candidate:
        description, measured, table, alone = weighed.description, weighed.measured, weighed.table, weighed.alone
        shown: list[PointCandidate] = []
        for number, probability in points:
            slot = self.index.slots[number]
            # The item as a whole is shown only where no point of it is known or none speaks louder.
            if slot.point is None and len(points) > 1 and number != points[0][0]:
                continue
            comparisons = measured.compared.get(number)
            if comparisons is None:
                parameters = slot.point.parameters if slot.point is not None else ()
                comparisons = compared_with(description, slot.key, parameters, measured.uses, self.index)
            stands = slot.point is None or slot.point in listing.points
            if not stands:
                comparisons = ()
            because = evidence_for(
                slot,
                number,
                self.index,
                description,
                measured,
                comparisons,
                contributions(
                    self._model_for(number, description),
                    measured.features[number],
                    self._counts_read(measured, number),
                ),
                manners,
            )
            if number in alone:
                because = (*because, by_itself(description, *alone[number]))
            if shown and not any(not reason.against and reason.kind in OF_THE_POINT for reason in because):
                continue
            point_score = item_score(self.model, probability, listing.presence, listing.certainty)
            shown.append(
                PointCandidate(
                    slot.point,
                    stands,
                    self._shown(point_score, base_rate),
                    because,
                    comparisons,
                    self._explained(
                        description,
                        number,
                        int(table[number]),
                        measured,
                        number in alone,
                        edition,
                        listing,
                        point_score,
                    )
                    if explain
                    else None,
                )
            )
            if len(shown) == _POINTS_SHOWN:
                break
        return Candidate(
            listing=listing,
            score=self._shown(score, base_rate),
            flag=score >= line,
            near_boundary=abs(score - line) <= TOLERANCE,
            points=tuple(shown),
            missing_facts=missing_facts(shown),
        )

    def _explained(
        self,
        description: Description,
        number: int,
        logit: int,
        measured: Measured,
        alone: bool,
        edition: Edition,
        listing: Listing,
        score: int,
    ) -> Explanation:
        model, row = self._model_for(number, description), measured.features[number]
        read = self._counts_read(measured, number)
        weights = model.weights if read else model.first.weights
        return Explanation(
            read=read,
            features=tuple(
                (name, value, weights.get(name, 0), value * weights.get(name, 0))
                for name, value in zip(FEATURES, row.tolist(), strict=True)
            ),
            products=tuple((p.of, p.weight, product_of(p, row)) for p in model.products) if read else (),
            bias=(model.bias if read else model.first.bias) * 1000,
            logit=logit,
            alone=alone,
            point_counts=model.points.published if self.slots(edition)[number] else model.points.unconfirmed,
            item_counts=item_share(model, listing.presence, listing.certainty),
            calibration=model.calibration,
            score=score,
        )

    def _counts_read(self, measured: Measured, number: int) -> bool:
        """Whether a text was read for its meaning, as far as it concerns a slot."""
        if self.index.released[number]:
            return measured.read
        return int(self.index.slot_item[number]) in measured.read_added

    def _shown(self, score: int, base_rate: int | None) -> int:
        return score if base_rate is None else rebased(score, self.model, base_rate)


def enough_to_compare(measured: Measured, item: str | None = None) -> bool:
    """Whether a text says enough to be compared as a whole: a dozen words and runs, or a term of the trade.

    One word such as "technology" is like many things and means none of them. `item`: terms count, too, that speak only for
    what the user's own official texts add to this item.
    """
    named = any(
        use.role in ("names", "object") and (not term.added or use.key.partition("#")[0] == item)
        for term in measured.found
        if not term.denied
        for use in term.uses
    )
    return named or measured.size >= _LEAST_SAID


def _batches(many: Iterable[tuple[Description, Edition]], size: int) -> Iterator[list[tuple[Description, Edition]]]:
    some: list[tuple[Description, Edition]] = []
    for one in many:
        some.append(one)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def missing_facts(points: Sequence[PointCandidate]) -> tuple[Said, ...]:
    """What to ask the engineer next, the most decisive first.

    Where all conditions of a point must be met and every other is, the one that is not stated decides alone; where one
    is missed, the others decide nothing and are not asked. A thing named without what is done to it is asked about
    before any number. Last what only a document can settle.
    """
    asked: list[tuple[int, Said]] = []
    for place, candidate in enumerate(points[:2]):
        comparisons = candidate.parameters
        together = candidate.point.together if candidate.point is not None else "all"
        if comparisons and concluded(comparisons, together) == "fails":
            asked += [(30 + place, said) for said in _conditions(comparisons)]
            continue
        numeric = [c for c in comparisons if not isinstance(c.parameter.value, str)]
        unknown = [c for c in comparisons if c.result in (Result.NOT_STATED, Result.CANNOT_COMPARE, Result.OVERLAPS)]
        met = sum(c.result is Result.MEETS for c in numeric)
        # The nearer a point is to being met, the more its next open condition decides.
        urgency = 10 + place if met and len(unknown) <= 2 else 20 + place
        open_numbers = [c for c in unknown if not isinstance(c.parameter.value, str)]
        open_texts = [c for c in unknown if isinstance(c.parameter.value, str)]
        order = {Result.OVERLAPS: 0, Result.CANNOT_COMPARE: 1, Result.NOT_STATED: 2}
        for comparison in sorted(open_numbers, key=lambda c: order[c.result]):
            asked.append((urgency, _asked(comparison)))
        asked += [(urgency + 5, _asked(comparison)) for comparison in open_texts]
        asked += [(30 + place, said) for said in _conditions(comparisons)]
    if points:
        kinds = {e.kind for e in points[0].evidence}
        if "object" in kinds and "process" not in kinds and "term" not in kinds:
            asked.append(
                (
                    0,
                    Said(
                        "what_is_transferred",
                        "将转移的是制造或处理方法（工艺、配方、图纸、源代码），还是仅为产品本身？",
                        "Is it the way of making or doing it that is to be transferred (process, recipe, drawings, source "
                        "code), or only the product?",
                    ),
                )
            )
        point = points[0].point
        if point is None or not points[0].stands or point.certainty is Certainty.UNCONFIRMED:
            asked.append(
                (
                    40,
                    Said(
                        "official_wording",
                        "该条目控制要点的官方表述未收录或未确认：请对照官方文本核对要点与技术参数。",
                        "The official wording of the control point is not held or not confirmed: "
                        "compare the technology with the point and its parameters in the official text.",
                    ),
                )
            )
    asked.sort(key=lambda one: one[0])
    unique = {(said.id, said.en): said for _, said in asked}
    return tuple(unique.values())


def _asked(comparison: Comparison) -> Said:
    """The question for a parameter that is not stated, or not so that it could be compared."""
    parameter = comparison.parameter
    zh_condition = f"（{parameter.condition.zh}）" if parameter.condition else ""
    en_condition = f" ({parameter.condition.en})" if parameter.condition else ""
    zh_stated = f"文中为 {comparison.stated}，不足以比较。" if comparison.stated else ""
    en_stated = f" The text has {comparison.stated}, which does not settle it." if comparison.stated else ""
    return Said(
        "parameter_missing",
        f"{parameter.name.zh}是多少{zh_condition}？要点的条件为 {comparison.required}。{zh_stated}",
        f"What is the {parameter.name.en or parameter.name.zh}{en_condition}? The point requires {comparison.required}."
        f"{en_stated}",
    )


def _conditions(comparisons: Sequence[Comparison]) -> list[Said]:
    """Questions for the conditions under which stated values were measured, where the text does not say."""
    asked = []
    for comparison in comparisons:
        parameter = comparison.parameter
        if comparison.condition_stated is not False or parameter.condition is None:
            continue
        asked.append(
            Said(
                "condition_missing",
                f"{parameter.name.zh} {comparison.stated} 是在何种条件下测得？要点的条件为（{parameter.condition.zh}）。",
                f"Under what condition was the {parameter.name.en or parameter.name.zh} of {comparison.stated} measured? "
                f"The point has ({parameter.condition.en}).",
            )
        )
    return asked

"""Screening: which items and control points a described technology may fall under, on a given edition.

It proposes and never concludes: candidates with reasons, the nearest ones where none passes, and what could not be
compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mulu.catalogue.editions import Catalogue, Edition, Listing
from mulu.catalogue.pack import DATA, point_keys, read_glossary
from mulu.catalogue.records import Point
from mulu.screening import encoder
from mulu.screening.evidence import Evidence, evidence_for
from mulu.screening.features import Measured, Numbers, measure
from mulu.screening.index import Index
from mulu.screening.model import Model, discounted, item_score, logits, read_model, rebased
from mulu.screening.parameters import Comparison, Result, compare
from mulu.screening.text import Description, describe
from mulu.vocabulary import Certainty, Presence, Said

# A decision this close to the operating point could fall otherwise on another processor: likenesses are rounded to
# a thousandth, and a thousandth more or less moves a score by no more than this many thousandths.
TOLERANCE = 3
_POINTS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class PointCandidate:
    """A control point (or topic) under which the description may fall; `point` is None where none is known."""

    point: Point | None
    stands: bool  # in this edition; a point of another edition speaks for an item of which no point is known here
    score: int
    evidence: tuple[Evidence, ...]
    parameters: tuple[Comparison, ...]


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

    @property
    def flagged(self) -> tuple[Candidate, ...]:
        return tuple(c for c in self.candidates if c.flag)


class Screener:
    """A catalogue made ready for screening; loading takes most of a second, a text some milliseconds."""

    def __init__(self, catalogue: Catalogue, model: Model | None = None, cache: Path | None = None) -> None:
        self.catalogue = catalogue
        self.model = model or read_model()
        glossary = read_glossary(DATA, catalogue.pack.points, catalogue.pack.items)
        self.index = Index(catalogue.pack, glossary, cache=cache)
        self._words = {w.parameter: (*w.zh, *w.en) for w in glossary.parameter_words}
        self._standing: dict[str, dict[int, bool]] = {}
        self._absent: dict[str, tuple[int, ...]] = {}

    @property
    def version(self) -> str:
        return f"{self.model.version}+{encoder.PACKAGE}-{encoder.version()}"

    def screen(
        self, text: str, edition: Edition, *, title: str | None = None, top: int = 5, base_rate: int | None = None
    ) -> Screening:
        """Compare a description with every item present or open in the edition.

        `top` candidates are returned, flagged or not; `base_rate` (thousandths) re-bases scores and changes
        neither order nor flags. Raises EmptyText, TextTooLong or NeitherLanguage.
        """
        description = describe(text, title)
        measured = measure(description, self.index)
        table = logits(self.model, measured.features)
        scored = self.scores(table, edition)[:top]
        line = self._line(scored[0][1] if scored else 0)
        candidates = tuple(
            self._candidate(description, measured, listing, score, points, line, base_rate)
            for listing, score, points in scored
        )
        elsewhere = tuple(
            self._candidate(description, measured, listing, score, points, line, base_rate)
            for listing, score, points in self._elsewhere(table, edition)
        )
        return Screening(description, edition, candidates, elsewhere)

    def operating_point(self, base_rate: int | None = None) -> int:
        """The score from which a candidate is flagged, on the scale of a base rate (thousandths)."""
        return self._shown(self.model.operating_point, base_rate)

    def _line(self, best: int) -> int:
        """The score from which a candidate of a text is flagged: the operating point, or a part of the text's best."""
        return max(self.model.operating_point, best * self.model.share_of_best // 1000)

    def _elsewhere(self, table: Numbers, edition: Edition) -> list[tuple[Listing, int, list[tuple[int, int]]]]:
        """Items that do not stand in the edition and would be flagged in another one, or in a draft."""
        stands = {one.item.id for one in (*edition.present(), *edition.open())}
        if edition.id not in self._absent:
            numbers = (n for n, slot in enumerate(self.index.slots) if slot.item.id not in stands)
            self._absent[edition.id] = tuple(numbers)
        loudest = max((discounted(self.model, int(table[n]), True) for n in self._absent[edition.id]), default=0)
        if item_score(self.model, loudest, Presence.PRESENT, Certainty.PUBLISHED) < self.model.operating_point:
            return []  # nothing that does not stand here speaks loudly enough: the usual case, and a quick one
        best: dict[str, tuple[Listing, int, list[tuple[int, int]]]] = {}
        for other in self.catalogue.editions.values():
            if other.id == edition.id:
                continue
            for listing, score, points in self.scores(table, other):
                if score < self.model.operating_point:
                    break
                known = best.get(listing.item.id)
                better = known is None or score > known[1]
                if listing.item.id not in stands and listing.presence is Presence.PRESENT and better:
                    best[listing.item.id] = (listing, score, points)
        return sorted(best.values(), key=lambda s: (-s[1], s[0].item.id))[:3]

    def scores(self, table: Numbers, edition: Edition) -> list[tuple[Listing, int, list[tuple[int, int]]]]:
        """Every item of the edition with its score and the (slot, probability) pairs of its points, best first.

        `table` holds the logit of every slot.
        """
        mine: dict[str, list[tuple[int, int]]] = {}
        for number, published in self.slots(edition).items():
            probability = discounted(self.model, int(table[number]), published)
            mine.setdefault(self.index.slots[number].item.id, []).append((number, probability))
        scored = []
        for item, points in mine.items():
            points.sort(key=lambda p: (-p[1], self.index.slots[p[0]].key))
            listing = edition.listings[item]
            score = item_score(self.model, points[0][1], listing.presence, listing.certainty)
            scored.append((listing, score, points))
        scored.sort(key=lambda s: (-s[1], -s[2][0][1], s[0].item.id))
        return scored

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
        description: Description,
        measured: Measured,
        listing: Listing,
        score: int,
        points: list[tuple[int, int]],
        line: int,
        base_rate: int | None,
    ) -> Candidate:
        shown: list[PointCandidate] = []
        for number, probability in points:
            slot = self.index.slots[number]
            # The item as a whole is shown only where no point of it is known or none speaks louder.
            if slot.point is None and len(points) > 1 and number != points[0][0]:
                continue
            reasons = evidence_for(slot, number, self.index, description, measured)
            if shown and not any(not reason.against and reason.kind != "meaning" for reason in reasons):
                continue
            point_score = item_score(self.model, probability, listing.presence, listing.certainty)
            comparisons = (
                compare(description.folded, slot.point.parameters, self._words) if slot.point is not None else ()
            )
            stands = slot.point is None or slot.point in listing.points
            if not stands:
                comparisons = ()
            shown.append(PointCandidate(slot.point, stands, self._shown(point_score, base_rate), reasons, comparisons))
            if len(shown) == _POINTS_SHOWN:
                break
        return Candidate(
            listing=listing,
            score=self._shown(score, base_rate),
            flag=score >= line,
            near_boundary=abs(score - line) <= TOLERANCE,
            points=tuple(shown),
            missing_facts=_missing_facts(shown),
        )

    def _shown(self, score: int, base_rate: int | None) -> int:
        return score if base_rate is None else rebased(score, self.model, base_rate)


def _missing_facts(points: list[PointCandidate]) -> tuple[Said, ...]:
    """What to ask the engineer next, of the best point first."""
    asked: list[Said] = []
    for candidate in points[:2]:
        for comparison in candidate.parameters:
            parameter = comparison.parameter
            unit = f" {parameter.unit}" if parameter.unit else ""
            limit = f"{parameter.operator} {parameter.value}{unit}"
            zh_condition = f"（{parameter.condition.zh}）" if parameter.condition else ""
            en_condition = f" ({parameter.condition.en})" if parameter.condition else ""
            if comparison.result in (Result.NOT_STATED, Result.CANNOT_COMPARE, Result.OVERLAPS):
                asked.append(
                    Said(
                        "parameter_missing",
                        f"{parameter.name.zh}是多少{zh_condition}？要点的条件为 {limit}。",
                        f"What is the {parameter.name.en or parameter.name.zh}{en_condition}? The point requires {limit}.",
                    )
                )
            elif comparison.condition_stated is False:
                asked.append(
                    Said(
                        "condition_missing",
                        f"{parameter.name.zh} {comparison.stated} 是在何种条件下测得？要点的条件为{zh_condition}。",
                        f"Under what condition was the {parameter.name.en or parameter.name.zh} of {comparison.stated} measured? "
                        f"The point has{en_condition}.",
                    )
                )
    if points:
        kinds = {e.kind for e in points[0].evidence}
        if "object" in kinds and "process" not in kinds and "term" not in kinds:
            asked.append(
                Said(
                    "what_is_transferred",
                    "将转移的是制造或处理方法（工艺、配方、图纸、源代码），还是仅为产品本身？",
                    "Is it the way of making or doing it that is to be transferred (process, recipe, drawings, source code), "
                    "or only the product?",
                )
            )
        point = points[0].point
        if point is None or not points[0].stands or point.certainty is Certainty.UNCONFIRMED:
            asked.append(
                Said(
                    "official_wording",
                    "该条目控制要点的官方表述未收录或未确认：请对照官方文本核对要点与技术参数。",
                    "The official wording of the control point is not held or not confirmed: "
                    "compare the technology with the point and its parameters in the official text.",
                )
            )
    unique = {(said.id, said.en): said for said in asked}
    return tuple(unique.values())

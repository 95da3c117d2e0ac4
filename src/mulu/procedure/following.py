"""What follows from a track: the papers, the time limit, what may not be done meanwhile, and what a breach costs that day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mulu.catalogue.pack import DATA, keyed, lines
from mulu.determination.decide import Decision, Outcome, Track
from mulu.determination.facts import Facts
from mulu.determination.law import Citation, Law, Texts
from mulu.procedure.calendar import Calendar, Limit, Unit
from mulu.procedure.limits import time_limits
from mulu.vocabulary import Bilingual

Json = dict[str, Any]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper that a step asks for. `required` false: only in some cases, or by local practice."""

    id: str
    step: str
    key: str
    name: Texts
    provisions: tuple[str, ...]
    required: bool = True


FILES: dict[str, type | object] = {"procedures-documents": Document}


@cache
def documents(folder: Path = DATA) -> Mapping[str, Document]:
    """Every paper by its id, `step-key`; one that cites a provision that is not held is refused."""
    law = Law.load(folder)
    placed = list(lines(folder, "procedures/documents.jsonl", Document))
    for line in placed:
        for name in line.record.provisions:
            if name not in law.provisions:
                raise line.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
    return keyed(placed, lambda one: one.id)


@dataclass(frozen=True, slots=True)
class Following:
    """The next step of a track. `papers` are those that a verified provision asks for, `locally` the others, marked."""

    step: str | None
    papers: tuple[tuple[Document, tuple[Citation, ...]], ...]
    locally: tuple[tuple[Document, tuple[Citation, ...]], ...]
    limit: str | None
    counted: Limit | None
    citations: tuple[Citation, ...]
    warnings: tuple[tuple[Bilingual, tuple[Citation, ...]], ...]


def following(decision: Decision, facts: Facts, law: Law, calendar: Calendar) -> Following:
    """The step that comes next on the track, from the facts stated; a day is only counted from one that is stated."""
    step = _step(decision, facts)
    papers: list[tuple[Document, tuple[Citation, ...]]] = []
    locally: list[tuple[Document, tuple[Citation, ...]]] = []
    for one in documents().values():
        if one.step != step or (one.key == "secrecy_approval" and not facts.state_secret):
            continue
        cited = tuple(law.cite(name, facts.day) for name in one.provisions)
        wanted = one.required or one.key == "secrecy_approval"
        (papers if wanted and all(c.mark.carries for c in cited) else locally).append((one, cited))
    papers.sort(key=lambda pair: pair[0].key != "secrecy_approval")  # the approval is a condition of filing
    limit, counted, citations = _limit(decision, facts, law, calendar)
    return Following(step, tuple(papers), tuple(locally), limit, counted, citations, _warnings(decision, facts, law))


def _step(decision: Decision, facts: Facts) -> str | None:
    track = decision.track
    if track is Track.REGISTRATION:
        return None if facts.registered else "submit_registration"
    if track is Track.LICENCE:
        if facts.unit == "wd":
            return None  # the authority's days are running: the papers are in
        if facts.licensed:
            return "present_licence"
        return "apply_licence" if facts.loi_issued or "licence_papers" in facts.days else "submit"
    if track is Track.EXPORT_CONTROL and decision.is_export:
        # The papers of the other lists are their own regimes', which are named and not modelled here.
        regime = decision.regime.en if decision.regime is not None else ""
        return None if "military" in regime or "chemical" in regime else "hand_off"
    return None


_CLOCKS = {
    Track.REGISTRATION: (
        ("registration_papers", "registration-decision"),
        ("royalty_base_formed", "registration-royalty"),
        ("contract_effective", "registration"),
    ),
    Track.LICENCE: (("licence_papers", "licence-decision"), ("application_received", "loi-decision")),
    Track.EXPORT_CONTROL: (("control_accepted", "dual-use-licence"),),
}


def _limit(
    decision: Decision, facts: Facts, law: Law, calendar: Calendar
) -> tuple[str | None, Limit | None, tuple[Citation, ...]]:
    known = time_limits()
    if facts.n is not None and facts.unit is not None and facts.day is not None:
        owned = {one for _, one in _CLOCKS.get(decision.track, ())} | {"file-to-science", "technical-review"}
        same = [one for one in known.values() if one.id in owned and (one.n, one.unit) == (facts.n, facts.unit)]
        same = [one for one in same if not facts.royalty or one.id != "registration"] or same
        cited = tuple(law.cite(name, facts.day) for one in same[:1] for name in one.provisions)
        units: dict[str, Unit] = {"wd": "wd", "cd": "cd", "year": "year"}
        counted = calendar.limit(facts.day, facts.n, units[facts.unit])
        return (same[0].id if same else None), counted, cited
    for day, name in _CLOCKS.get(decision.track, ()):
        if day not in facts.days or (name == "registration" and facts.royalty and not facts.mixed_payment):
            continue
        one = known[name]
        start = facts.days[day]
        if name == "registration-royalty" and facts.mixed_payment and "contract_effective" in facts.days:
            continue  # with a lump sum beside it the earlier start is taken: the effect of the contract
        cited = tuple(law.cite(provision, start) for provision in one.provisions)
        return name, calendar.limit(start, one.n, one.unit), cited
    return None, None, ()


def _warnings(decision: Decision, facts: Facts, law: Law) -> tuple[tuple[Bilingual, tuple[Citation, ...]], ...]:
    found: list[tuple[Bilingual, tuple[Citation, ...]]] = []

    def warn(zh: str, en: str, *names: str) -> None:
        found.append((Bilingual(zh, en), tuple(law.cite(name, facts.day) for name in names)))

    if decision.track is Track.LICENCE and not facts.loi_issued and not facts.licensed:
        if facts.negotiation_under_way:
            warn(
                "取得许可意向书之前已在实质性谈判：立即停止，并如实记录",
                "substantive negotiation is under way before the letter of intent: stop it, and record it as it happened",
                "tier-33",
            )
        else:
            warn(
                "取得许可意向书之前不得实质性谈判", "no substantive negotiation before the letter of intent", "tier-33"
            )
    if facts.delivered and decision.track in (Track.LICENCE, Track.BLOCKED) and not facts.licensed:
        warn("已在无许可的情况下交付", "delivered without a licence", "tier-43")
    if decision.track is Track.BLOCKED and decision.outcome is Outcome.PROHIBITED:
        warn(
            "不得谈判、签约或交付；没有许可可申请",
            "neither negotiate, sign nor deliver: no licence can be sought",
            "tier-29",
        )
    if decision.track is Track.REGISTRATION:
        warn("登记不是合同生效的条件", "registration is no condition of the contract's effect", "tier-36")
        if facts.change or facts.registered:
            warn(
                "登记内容变更的，重新办理登记；终止的，及时备案",
                "a change is registered again; an ending is filed promptly",
                "tier-40",
            )
        if facts.royalty and not facts.mixed_payment and "royalty_base_formed" not in facts.days:
            warn(
                "提成支付：自首次提成基准金额形成之日起算",
                "paid by royalty: the days run from the first royalty base amount",
                "o3-7",
            )
        penalty = law.on("registration-penalty", facts.day or datetime.date.max)
        if penalty is not None:
            found.append(
                (
                    Bilingual(
                        "不登记的，责令改正并警告；拒不改正的处罚款",
                        "without registration: an order and a warning, a fine on refusal",
                    ),
                    (penalty,),
                )
            )
    if decision.track is Track.LICENCE and facts.licensed:
        warn(
            "合同终止的，及时备案；主要内容变更的，重新办理许可",
            "an ending is filed promptly; a change of the main contents repeats the licence",
            "tier-40",
        )
    return tuple(found)

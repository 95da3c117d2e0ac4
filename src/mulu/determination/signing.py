"""What a person may sign: the outcome by rule from the answers, and what a stronger one still lacks.

The grounds are strict. `prohibited` and `restricted` stand on an item and a control point held at least as published.
`not listed` stands on an edition held complete and official, or on a signed statement that the official text was read. A day
after the last check of sources needs a recorded check for newer instruments.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mulu.catalogue.editions import Edition, Listing
from mulu.determination.decide import Answer, Decision, Origin, Outcome, decide
from mulu.determination.law import Law
from mulu.vocabulary import Bilingual, Certainty, Control, Presence

Json = dict[str, Any]
Result = Literal["meets", "does-not", "unknown"]
WHOLE_TEXT = "text"  # the pseudo point for an entry whose control points are not held: the official text was compared
ASKED = ("crossing", "deemed", "secret", "control", "measure")


class Compared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control point, or one clause of it (`N/k`), against the technology: result, fact, and where the fact stands.

    `edition` and `version` say what was compared: the point as that edition held it. It counts only while that is what the
    edition of the day holds; a comparison with the whole text counts for that edition alone.
    """

    item: str
    number: str
    result: Result
    fact: str
    source: str | None
    edition: str
    version: str | None
    by: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's signed statement that the official text of an edition was read: address, day, digest of their copy."""

    edition: str
    address: str
    day: datetime.date
    digest: str | None
    by: str


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's record that newer instruments were looked for: where, and up to which day."""

    where: str
    day: datetime.date
    by: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The decision by rule; `lacks` is why it is not more than it is. `relied` are the items and points it stands on."""

    decision: Decision
    lacks: tuple[Bilingual, ...]
    relied: tuple[tuple[str, str], ...]


def still(one: Compared, edition: Edition) -> bool:
    """Whether a comparison is one with what the edition holds."""
    if one.number == WHOLE_TEXT:
        return one.edition == edition.id
    number = one.number.partition("/")[0]
    return one.version is not None and one.version == seal(edition, one.item, number)


def verdict(listing: Listing | None, compared: Iterable[Compared], read: bool) -> Literal["hit", "miss", "open"]:
    """A candidate's answer from its control points: one that is met is a hit, all not met a miss, anything else open.

    An entry no control point of which is held as published can only be ruled out against the official text.
    """
    results = {one.number: one.result for one in compared if "/" not in one.number}  # clauses prepare, points answer
    if "meets" in results.values():
        return "hit"
    if read and results.get(WHOLE_TEXT) == "does-not":
        return "miss"
    held = [] if listing is None else [p.number for p in listing.points if p.certainty is not Certainty.UNCONFIRMED]
    if held and all(results.get(number) == "does-not" for number in held):
        return "miss"
    return "open"


def conclude(
    answers: Mapping[str, Answer],
    candidates: Iterable[str],
    compared: Mapping[str, Iterable[Compared]],
    screened: bool,
    edition: Edition,
    day: datetime.date,
    statements: Iterable[Statement],
    checks: Iterable[Check],
    known_to: datetime.date,
    law: Law,
) -> Conclusion:
    """The outcome that may be signed for a day. Whatever a ground lacks makes it undetermined, and is named."""
    lacks: list[Bilingual] = []
    read = any(one.edition == edition.id for one in statements)
    given = {test: answers[test] for test in ASKED if test in answers}
    verdicts, relied = {}, []
    for item in candidates:
        rows = [one for one in compared.get(item, ()) if still(one, edition)]
        listing = edition.listings.get(item)
        verdicts[item] = verdict(listing, rows, read)
        if verdicts[item] == "hit":
            good = [row.number for row in rows if row.result == "meets" and _carries(listing, row.number)]
            if not good:
                verdicts[item] = "open"
                lacks.append(
                    Bilingual(
                        f"{item}：所依据的条目或控制要点没有公开来源，不能支持结论",
                        f"{item}: the entry or control point relied on has no published source and carries nothing",
                    )
                )
            relied += [(item, number) for number in good]
    for test, control in (("prohibited", Control.PROHIBITED), ("restricted", Control.RESTRICTED)):
        given[test] = _part(control, verdicts, edition, screened)
    if edition.complete or read:
        said = Answer(
            "yes",
            Origin.PERSON,
            Bilingual("已签名声明查阅官方文本", "a signed statement that the official text was read"),
        )
        if edition.complete:
            held = Bilingual("当日版本已完整、官方地收录", "the edition of the day is held complete and official")
            said = Answer("yes", Origin.CANDIDATES, held)
        given["not-listed"] = said
    decision = decide(given, law, day)
    waiting = {one.test for one in decision.open if one.decides}
    if waiting == {"not-listed"}:
        lacks.append(
            Bilingual(
                f"版本 {edition.id} 在此收录不完整：须签名声明已查阅官方文本（地址、日期、摘要）",
                f"the edition {edition.id} is incomplete here: sign that the official text was read (address, date, digest)",
            )
        )
    if day > known_to and not any(one.day >= day for one in checks) and decision.outcome is not Outcome.UNDETERMINED:
        lacks.append(
            Bilingual(
                f"{day} 晚于来源核查日 {known_to}：须记录已核查新文书（何人、何时、何处）",
                f"{day} is after the last check of sources, {known_to}: record that newer instruments were looked for (who, when, where)",
            )
        )
        undetermined = decide({}, law, day)
        decision = Decision(
            undetermined.track,
            undetermined.outcome,
            decision.is_export,
            decision.steps,
            decision.open,
            disputed=decision.disputed,
        )
    return Conclusion(decision, tuple(lacks), tuple(relied))


def _carries(listing: Listing | None, number: str) -> bool:
    if listing is None or listing.presence is not Presence.PRESENT or listing.certainty is Certainty.UNCONFIRMED:
        return False
    return any(p.number == number and p.certainty is not Certainty.UNCONFIRMED for p in listing.points)


def _part(control: Control, verdicts: Mapping[str, str], edition: Edition, screened: bool) -> Answer:
    mine = {
        item: said
        for item, said in verdicts.items()
        if item not in edition.listings or edition.listings[item].item.control is control
    }
    hits = [item for item, said in mine.items() if said == "hit"]
    if hits:
        names = "、".join(hits)
        return Answer("yes", Origin.CANDIDATES, Bilingual(f"符合：{names}", f"met: {', '.join(hits)}"))
    left = [item for item, said in mine.items() if said == "open"]
    if left:
        return Answer(None, Origin.CANDIDATES, _unanswered(left))
    if not screened:
        return Answer(None, Origin.NONE, Bilingual("尚未筛查", "not screened yet"))
    because = Bilingual(f"全部 {len(mine)} 个候选均不符合", f"none of the {len(mine)} candidates is met")
    if not mine:
        because = Bilingual("该部分没有候选条目", "there is no candidate in this part")
    return Answer("no", Origin.CANDIDATES, because)


_NAMED = 8  # candidates without an answer; each stands with its answer in the list of candidates


def _unanswered(left: list[str]) -> Bilingual:
    if len(left) <= _NAMED:
        return Bilingual(f"候选未答：{'、'.join(left)}", f"candidates not answered: {', '.join(left)}")
    some = left[:_NAMED]
    return Bilingual(
        f"候选未答 {len(left)} 个：{'、'.join(some)} 等",
        f"{len(left)} candidates not answered: {', '.join(some)} and {len(left) - _NAMED} more",
    )


def seal(edition: Edition, item: str, number: str) -> str | None:
    """The digest of a control point as the edition holds it, or None where it holds none: its version."""
    listing = edition.listings.get(item)
    if listing is None:
        return None
    point = next((p for p in listing.points if p.number == number), None)
    if point is None and number != WHOLE_TEXT:
        return None
    body = {
        "presence": listing.presence.value,
        "certainty": listing.certainty.value,
        "control": listing.item.control.value,
        "point": None if point is None else msgspec.to_builtins(point),
    }
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

"""Cases in the store: opened, answered, signed and carried through their procedure. Beside the archive, what meets the store.

A case is its entries in the journal and nothing else. Every act reads them and adds to them within one transaction, so that
two processes cannot both act on what only one of them saw.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from mulu.catalogue.editions import Catalogue, Edition
from mulu.catalogue.records import Point
from mulu.determination.accepted import EVIDENCE, Taken, taken_from
from mulu.determination.decide import Answer, Origin
from mulu.determination.law import Law
from mulu.determination.signing import (
    ASKED,
    WHOLE_TEXT,
    Check,
    Compared,
    Conclusion,
    Statement,
    conclude,
    seal,
    still,
    verdict,
)
from mulu.errors import Misused, MuluError
from mulu.procedure.calendar import Calendar
from mulu.procedure.machine import BrokenCourse, Course, Happened, Machine, Standing, step, taken, under_policy
from mulu.store.place import exists, where
from mulu.vocabulary import Bilingual, Said, point_called

if TYPE_CHECKING:
    from mulu.store.records import Entry, Store

Json = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PREFIX = "case."
ASKED_FROM = 0.05  # a candidate that is right one time in twenty has to be answered by a person; all are kept
# What passes technology or binds to it stands on the edition of its own day.
BOUND_TO_DAY = ("deliver", "sign", "contract_effective", "contract_effective_royalty", "apply_licence", "submit")


class CaseUnknown(Misused):
    """No case has this reference."""

    def __init__(self, given: str, known: Iterable[str]) -> None:
        offered = ", ".join(list(known)[-5:]) or "—"
        super().__init__(
            Said(
                "case_unknown",
                f"没有案件 {given}。最近的案件：{offered}。",
                f"There is no case {given}. The last ones: {offered}.",
            )
        )


class CaseRefused(MuluError):
    """An act on a case is refused; nothing was recorded."""

    def __init__(self, id_: str, zh: str, en: str) -> None:
        super().__init__(Said(id_, f"{zh}。未记录任何内容。", f"{en}. Nothing was recorded."))


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A screening as a person saw it: how it was asked, what it rests on, and the digest of all that it showed."""

    top: int
    base_rate: float | None
    on: str
    edition: str
    data: str
    engine: str
    digest: str

    @classmethod
    def of(cls, answer: Json, top: int, base_rate: float | None) -> Seen:
        """What identifies an answer of `screen`, which may hold more candidates than the `top` that were shown."""
        shown = {k: answer[k] for k in ("known_to", "considered", "beyond_knowledge", "unread")}
        # The numbers behind a score make the score, and are shown or not as asked.
        shown["candidates"] = [
            {**one, "points": [{k: v for k, v in p.items() if k != "explanation"} for p in one["points"]]}
            for one in answer["candidates"][:top]
        ]
        digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
        return cls(top, base_rate, answer["on"], answer["edition"], answer["data"], answer["engine"], digest)

    def differs(self, now: Seen) -> Bilingual:
        """What is another than it was, for the person who saw this one."""
        named = (("on", "日期", "day"), ("edition", "版本", "edition"), ("data", "数据", "data"))
        told = [
            (f"{zh} {was} → {is_}", f"{en} {was} → {is_}")
            for of, zh, en in (*named, ("engine", "引擎", "engine"))
            if (was := getattr(self, of)) != (is_ := getattr(now, of))
        ]
        zh, en = zip(*told or [("文本或所示的候选", "the text or the candidates shown")], strict=True)
        return Bilingual("；".join(zh), "; ".join(en))


class ScreeningDiffers(CaseRefused):
    """The screening that a case should take over is no longer what the person saw. Nothing was recorded."""

    def __init__(self, seen: Seen, now: Seen) -> None:
        said = seen.differs(now)
        super().__init__(
            "screening_differs",
            f"筛查结果已不是您所见的那一次（{said.zh}）；请重新筛查，看过之后再立案",
            f"the screening is no longer the one that you saw ({said.en}); screen the text again, look at it, and open the "
            "case then",
        )


@dataclass(slots=True)
class Signed:
    """A determination as it was signed. `body` is never changed; what came after stands beside it."""

    reference: str
    by: str
    at: datetime.datetime
    body: Json
    approved_by: str | None = None
    dissents: list[tuple[str, str]] = field(default_factory=list)
    superseded_by: str | None = None


@dataclass(slots=True)
class Case:
    """One case as its entries make it."""

    reference: str
    title: str
    technology: str
    day: datetime.date
    by: str
    two_persons: bool
    course: Course = field(default_factory=Course)
    answers: dict[str, Json] = field(default_factory=dict)
    screening: Json | None = None
    facts: dict[str, Json] = field(default_factory=dict)  # accepted from a contract, each with its place there
    taken: dict[int, Json] = field(default_factory=dict)  # of an entry of the course: evidence that such facts filled
    candidates: dict[str, str] = field(default_factory=dict)  # item -> "screening" or the person who added it
    compared: dict[tuple[str, str], Compared] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)  # the numbers of its records in the journal
    touched: bool = False  # something was answered since the last signature

    @property
    def current(self) -> Signed | None:
        return self.signed[-1] if self.signed else None

    @property
    def undecided(self) -> bool:
        """Whether it still takes answers: it is not classified yet, or is being classified again."""
        return self.course.state in ("INTAKE", "SCOPED", "UNDETERMINED", "RECLASSIFY")

    def of_item(self, item: str) -> list[Compared]:
        return [one for (name, _), one in self.compared.items() if name == item]

    def apart(self) -> Case:
        """The same case, to be carried on: what is added to it leaves this one as it is."""
        course = replace(self.course, evidence=dict(self.course.evidence), history=list(self.course.history))
        return replace(
            self,
            course=course,
            answers=dict(self.answers),
            facts=dict(self.facts),
            taken=dict(self.taken),
            candidates=dict(self.candidates),
            compared=dict(self.compared),
            statements=list(self.statements),
            checks=list(self.checks),
            signed=[replace(one, dissents=list(one.dissents)) for one in self.signed],
            entries=list(self.entries),
        )


def rebuild(entries: Iterable[Entry], before: Mapping[str, Case] = MappingProxyType({})) -> dict[str, Case]:
    """Every case from the journal, by reference. What the rules of today would refuse is not judged again: it happened.

    `before`: the cases as the records before these made them; they are left as they are.
    """
    cases, begun = dict(before), set[str]()
    for entry in entries:
        if entry.act.startswith(PREFIX):
            body = json.loads(entry.body)
            reference = body["case"]
            if reference in before and reference not in begun:
                cases[reference] = before[reference].apart()
                begun.add(reference)
            _add(cases, entry, body)
    return cases


class Known:
    """The cases of one store as far as its journal was read. A server keeps them, and reads on from there.

    Cases that were handed out never change: what is added makes others of them, so threads may share this.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._last: Entry | None = None
        self._cases: dict[str, Case] = {}

    def cases(self, store: Store) -> Mapping[str, Case]:
        """Every case as the store has it now."""
        with self._turn:
            added = store.since(self._last)
            if added is None:
                self._last, self._cases = None, {}
                added = store.since(None) or ()
            if added:
                self._cases = rebuild(added, self._cases)
                self._last = added[-1]
            return MappingProxyType(self._cases)


def _add(cases: dict[str, Case], entry: Entry, body: Json) -> None:
    by, act = entry.by or "", entry.act.removeprefix(PREFIX)
    reference = body["case"]
    if act == "opened":
        day = datetime.date.fromisoformat(body["day"])
        cases[reference] = Case(
            reference, body["title"], body["technology"], day, by, body["two_persons"], entries=[entry.id]
        )
        return
    case = cases[reference]
    case.entries.append(entry.id)
    if act in ("answered", "screened", "candidate", "compared"):
        case.touched = True
    elif act == "signed":
        case.touched = False
    if act == "event":
        one = happened(body["event"], by)
        if one.before != case.course.state:
            raise BrokenCourse(one.event, one.before, case.course.state)
        if body.get("taken"):
            case.taken[len(case.course.history)] = body["taken"]
        taken(case.course, one)
    elif act == "answered":
        case.answers[body["test"]] = {
            "value": body["value"],
            "because": body["because"],
            "by": by,
            "at": entry.at.isoformat(),
            "source": body.get("source"),  # where what it rests on stands, as of an answer that a contract proposed
        }
        for more in ("rests_on", "says"):
            if body.get(more):
                case.answers[body["test"]][more] = body[more]
    elif act == "fact":
        kept: Json = {key: body[key] for key in ("value", "because", "says", "source") if key in body}
        case.facts[body["fact"]] = {**kept, "place": body.get("place"), "by": by, "at": entry.at.isoformat()}
    elif act == "fact_withdrawn":
        case.facts.pop(body["fact"], None)
    elif act == "screened":
        case.screening = body["screening"]
        day = datetime.date.fromisoformat(body["screening"]["on"])
        if day != case.day:  # lists and measures are those of a day: what was answered for another one is asked again
            case.day = day
            for test in ("control", "measure"):
                case.answers.pop(test, None)
        for one in body["screening"]["asked"]:
            case.candidates.setdefault(one, "screening")
    elif act == "candidate":
        case.candidates[body["item"]] = by
    elif act == "compared":
        row = msgspec.convert({**body["compared"], "by": by}, Compared)
        case.compared[row.item, row.number] = row
    elif act == "read":
        case.statements.append(msgspec.convert({**body["statement"], "by": by}, Statement))
    elif act == "checked":
        case.checks.append(msgspec.convert({**body["check"], "by": by}, Check))
    elif act == "signed":
        if case.signed:
            case.signed[-1].superseded_by = body["determination"]["reference"]
        case.signed.append(Signed(body["determination"]["reference"], by, entry.at, body["determination"]))
    elif act == "agreed":
        _signed(case, body["determination"]).approved_by = by
    elif act == "dissented":
        _signed(case, body["determination"]).dissents.append((by, body["because"]))


def _signed(case: Case, reference: str) -> Signed:
    return next(one for one in case.signed if one.reference == reference)


def happened(event: Mapping[str, Any], by: str) -> Happened:
    """An entry of the procedure as it was written."""
    day = datetime.date.fromisoformat(event["day"])
    return Happened(
        event["transition"],
        event["event"],
        event["actor"],
        day,
        by,
        event["evidence"],
        event["before"],
        event["after"],
        tuple(event["warnings"]),
    )


# Characters; a description is as long as one that is screened.
_MOST = {"title": 300, "by": 200, "source": 2_000, "because": 20_000, "fact": 20_000, "technology": 1_000_000}
MOST_OF_A_JUDGEMENT: Mapping[str, int] = {"reason": _MOST["because"], "source": _MOST["source"]}
_NAMED = {
    "title": ("名称", "title"),
    "by": ("姓名", "name"),
    "source": ("出处", "source"),
    "because": ("理由", "reason"),
    "fact": ("事实", "fact"),
    "technology": ("技术描述", "description"),
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile("[\r\n\t\x85\u2028\u2029]")


def _within(**texts: str | None) -> None:
    """Refuse what a record could not be read with: no end, control characters, a title or name of several lines."""
    for key, text in texts.items():
        if text is None:
            continue
        zh, en = _NAMED[key]
        if len(text) > _MOST[key]:
            most = f"{_MOST[key]:,}"
            raise TextRefused(
                f"{zh}有 {len(text):,} 字，最多 {most} 字", f"the {en} has {len(text):,} characters, {most} at most"
            )
        if _CONTROL.search(text) or (key in ("title", "by") and _BREAKS.search(text)):
            raise TextRefused(f"{zh}含有控制字符或换行", f"the {en} holds control characters or line breaks")


class TextRefused(Misused):
    """A text that cannot be kept in a record."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            Said("text_refused", f"{zh}；未作任何记录。", f"{en[0].upper()}{en[1:]}; nothing was recorded.")
        )


class Casework:
    """The cases of one store. `catalogue` and `screen` are only called where an act needs them.

    `screen` is asked with a text, a day, how many candidates at least, and a base rate or none.
    """

    def __init__(
        self,
        place: str | None,
        catalogue: Callable[[], Catalogue],
        screen: Callable[[str, datetime.date, int, float | None], Json],
        calendar: Calendar,
        policy: Path | None = None,
        known: Known | None = None,
    ) -> None:
        self._known = known or Known()
        self.rules = under_policy(policy)
        self.place = where(place)
        self._catalogue = catalogue
        self._screen = screen
        self.calendar = calendar
        self.law = Law.load()

    # ---- reading ---------------------------------------------------------------------------------------------------

    def cases(self) -> Mapping[str, Case]:
        """Every case, in the order in which they were opened; none where there is no store yet."""
        if not exists(self.place):
            return {}
        from mulu.store.records import Store

        store = Store.found(self.place)
        if store is None:
            return {}
        with store:
            return self._known.cases(store)

    def records(self, case: Case) -> tuple[Entry, ...]:
        """The records of which a case is made."""
        from mulu.store.records import Store

        with Store.open(self.place, create=False) as store:
            return store.entries(case.entries)

    def case(self, reference: str) -> Case:
        """The case with this reference. Raises CaseUnknown."""
        return self._found(self.cases(), reference)

    def conclusion(self, case: Case) -> Conclusion:
        """What may be signed for the case as it stands."""
        catalogue = self._catalogue()
        edition = catalogue.in_force(case.day)
        compared: dict[str, list[Compared]] = {}
        for (item, _), one in case.compared.items():
            compared.setdefault(item, []).append(one)
        return conclude(
            {test: _answer(one) for test, one in case.answers.items()},
            case.candidates,
            compared,
            case.screening is not None,
            edition,
            case.day,
            case.statements,
            case.checks,
            catalogue.known_to,
            self.law,
        )

    def reopened(self, signed: Signed) -> list[Bilingual]:
        """Why a determination must be looked at again: a control point that it stands on is another one now."""
        catalogue = self._catalogue()
        body = signed.body
        edition = catalogue.in_force(datetime.date.fromisoformat(body["on"]))
        found = []
        if edition.id != body["edition"]:
            found.append(
                Bilingual(
                    f"当日版本现为 {edition.id}，判定时为 {body['edition']}",
                    f"the edition of that day is now {edition.id}; it was {body['edition']}",
                )
            )
        for one in body["stands_on"]:
            if seal(edition, one["item"], one["number"]) != one["version"]:
                name = point_called(one["number"], one["item"])
                found.append(Bilingual(f"{name.zh} 的内容已变化", f"{name.en} is not as it was"))
        return found

    def reopening(self, case: Case, edition: Edition, items: Container[str]) -> Json | None:
        """What of a case an edition would reopen in which these items changed: the points its determination stands on that are other
        ones there, and the candidates that are compared. None where nothing is.
        """
        signed = case.current
        stands_on = [
            {"item": one["item"], "number": one["number"]}
            for one in (() if signed is None else signed.body["stands_on"])
            if one["item"] in items and seal(edition, one["item"], one["number"]) != one["version"]
        ]
        candidates = [item for item in case.candidates if item in items]
        if not stands_on and not candidates:
            return None
        return {
            "determination": None if signed is None else signed.reference,
            "stands_on": stands_on,
            "candidates": candidates,
        }

    def standing(self, case: Case) -> Standing:
        """What the guards may rely on."""
        one = case.current
        if one is None:
            return Standing(None, None)
        lacks = None
        if case.two_persons and one.approved_by is None:
            lacks = Bilingual(
                f"判定 {one.reference} 尚未由第二人批准", f"determination {one.reference} awaits its second person"
            )
        if case.touched:
            lacks = Bilingual(
                f"判定 {one.reference} 签署后答案有改动：须重新签署",
                f"answers were changed after determination {one.reference} was signed: sign again",
            )
        if self.conclusion(case).decision.outcome.value != one.body["outcome"]:
            lacks = Bilingual(
                f"判定 {one.reference} 的结论不再是答案按规则得出的结论：须重新签署",
                f"determination {one.reference} is no longer what the rule gives from the answers: sign again",
            )
        reopened = self.reopened(one)
        if reopened:
            lacks = Bilingual(
                f"判定 {one.reference} 须重新审视：{reopened[0].zh}",
                f"determination {one.reference} is reopened: {reopened[0].en}",
            )
        return Standing(one.body["outcome"], one.reference, one.body["edition"], lacks, one.body["decided_by"])

    def straddle(self, case: Case, days: Iterable[tuple[str, datetime.date]]) -> list[Json]:
        """The edition of each day that matters, and what each says of the candidates where they differ."""
        catalogue = self._catalogue()
        rows = []
        for what, day in days:
            edition = catalogue.in_force(day)
            held = {item: edition.listings.get(item) for item in case.candidates}
            rows.append(
                {
                    "what": what,
                    "day": day.isoformat(),
                    "edition": edition.id,
                    "beyond_knowledge": day > catalogue.known_to,
                    "candidates": {
                        item: "absent" if one is None else f"{one.presence.value} {one.item.control.value}"
                        for item, one in held.items()
                    },
                }
            )
        return rows

    def precedents(self, case: Case) -> list[Json]:
        """Earlier signed determinations on the same entries, or on a description that reads alike; likest first."""
        mine = _pairs(case.technology)
        rows: list[tuple[float, str, Json]] = []
        for other in self.cases().values():
            one = other.current
            if other.reference == case.reference or one is None:
                continue
            theirs = _pairs(other.technology)
            alike = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
            shared = sorted(set(case.candidates) & set(other.candidates))
            if alike < 0.2 and not shared:
                continue
            rows.append(
                (
                    -alike,
                    other.reference,
                    {
                        "case": other.reference,
                        "title": other.title,
                        "determination": one.reference,
                        "outcome": one.body["outcome"],
                        "on": one.body["on"],
                        "edition": one.body["edition"],
                        "alike": round(alike, 2),
                        "shared_candidates": shared,
                        "reopened": bool(self.reopened(one)),
                    },
                )
            )
        return [row for *_, row in sorted(rows, key=lambda r: r[:2])][:10]

    # ---- acts --------------------------------------------------------------------------------------------------------

    def open(
        self,
        title: str,
        technology: str,
        day: datetime.date,
        by: str,
        two_persons: bool,
        at: datetime.datetime,
        seen: Seen | None = None,
    ) -> str:
        """Open a case; nothing is answered yet, and nothing screened but what the person has `seen`.

        What was seen is never taken from whoever asks: the text is screened again, and the case is opened with that
        screening only where it is to the digit the one that was seen. Raises ScreeningDiffers.
        """
        _within(title=title, technology=technology, by=by)
        if not title.strip() or not technology.strip() or not by.strip():
            raise CaseRefused(
                "case_incomplete",
                "立案须有名称、技术描述和立案人",
                "a case needs a title, a description of the technology, and the person who opens it",
            )
        if day > at.astimezone(SHANGHAI).date() + datetime.timedelta(
            days=1
        ):  # it may be tomorrow where the exporter is
            raise CaseRefused(
                "future_day",
                f"{day} 尚未到来：案件以立案时的目录判定，不能按将来的日期立案；将来的规定用 `mulu screen` 查询",
                f"{day} has not come yet: a case is determined on the Catalogue of its day and cannot be opened for one to come; "
                "what will hold then can be asked with `mulu screen`",
            )
        self._catalogue().in_force(day)  # a day without an edition is refused before anything is kept
        screening = None if seen is None else self._as_seen(technology, day, seen)
        with self._acting(create=True) as (store, cases):
            reference = f"C-{len(cases) + 1}"
            body = {
                "case": reference,
                "title": title,
                "technology": technology,
                "day": day.isoformat(),
                "two_persons": two_persons,
            }
            _write(store, "opened", at, by, body)
            if screening is not None:
                _write(store, "screened", at, by, {"case": reference, "screening": screening})
        return reference

    def _as_seen(self, technology: str, day: datetime.date, seen: Seen) -> Json:
        answer = self._screen(technology, day, seen.top, seen.base_rate)
        now = Seen.of(answer, seen.top, seen.base_rate)
        if now != seen:
            raise ScreeningDiffers(seen, now)
        kept = _kept(answer)
        if seen.base_rate is not None:
            kept["base_rate"] = seen.base_rate
            # Whom a case asks about is not for a base rate to say: it re-bases scores and finds nothing else.
            kept["asked"] = _kept(self._screen(technology, day, seen.top, None))["asked"]
        return kept

    def screened(self, reference: str, day: datetime.date | None, by: str, at: datetime.datetime) -> None:
        """Screen the technology against the edition of the day, and keep what was found with the engine and data that found it."""
        kept = self._screened(reference, day)
        with self._acting() as (store, cases):
            held = self._found(cases, reference)
            _still_open(held)
            _write(store, "screened", at, by, {"case": reference, "screening": kept})

    def _screened(self, reference: str, day: datetime.date | None) -> Json:
        case = self.case(reference)
        return _kept(self._screen(case.technology, day or case.day, 0, None))

    def answered(
        self,
        reference: str,
        by: str,
        at: datetime.datetime,
        because: str | None = None,
        answers: Mapping[str, str | None] | None = None,
        candidates: Iterable[str] = (),
        compared: Iterable[tuple[str, str, str, str]] = (),
        source: str | None = None,
        statement: tuple[str, datetime.date, str | None] | None = None,
        check: tuple[str, datetime.date] | None = None,
        screens: tuple[datetime.date | None] | None = None,
    ) -> None:
        """Record answers and comparisons, each with its reason; all of them or, where one is refused, none.

        `screens`: the technology is screened first, for the day that it holds or that of the case, and is part of the act.
        """
        _within(by=by, because=because, source=source)
        catalogue = self._catalogue()
        candidates, compared = tuple(candidates), tuple(compared)
        for _, _, _, fact in compared:
            _within(fact=fact)
        added: list[Entry] = []
        if not by.strip():
            raise CaseRefused("no_person", "须写明操作人", "the person is to be named")
        if (answers or candidates) and not (because and because.strip()):
            raise CaseRefused(
                "no_reason", "每个答案都要有理由（`because`）", "every answer has a reason: give `because`"
            )
        kept = None if screens is None else self._screened(reference, screens[0])
        with self._acting() as (store, cases):
            case = self._found(cases, reference)
            if kept is not None or answers or candidates or compared or statement:
                _still_open(case)
            if kept is not None:
                added.append(_write(store, "screened", at, by, {"case": reference, "screening": kept}))
                case = self._found(rebuild(added, cases), reference)
            edition = catalogue.in_force(case.day)
            for test, value in (answers or {}).items():
                known = self.law.tests.get(test)
                if known is None or test not in ASKED:
                    raise CaseRefused(
                        "no_such_test",
                        f"没有可直接回答的判断 {test}（可答：{'、'.join(ASKED)}）",
                        f"{test} is no test that is answered directly ({', '.join(ASKED)})",
                    )
                if value is not None and value not in known.answers:
                    raise CaseRefused(
                        "no_such_answer",
                        f"{test} 的答案应为 {'、'.join(known.answers)} 或 open",
                        f"{test} is answered {', '.join(known.answers)} or open",
                    )
                body = {"case": reference, "test": test, "value": value, "because": because}
                if source is not None:
                    body["source"] = source
                added.append(_write(store, "answered", at, by, body))
            for item in candidates:
                body = {"case": reference, "item": catalogue.find(item)[0].id, "because": because}
                added.append(_write(store, "candidate", at, by, body))
            rebuilt = self._found(rebuild(added, cases), reference)
            # as they will stand: a clause that is answered together with its point counts with it
            given = {(item, number): result for item, number, result, _ in compared}
            results: dict[tuple[str, str], str] = {
                place: one.result for place, one in rebuilt.compared.items() if still(one, edition)
            } | given
            for item, number, result, fact in compared:
                if item not in rebuilt.candidates:
                    raise CaseRefused(
                        "no_candidate",
                        f"{item} 不是本案候选；先以 `candidate` 加入",
                        f"{item} is no candidate of the case; add it with `candidate`",
                    )
                listing = edition.listings.get(item)
                points = {p.number: p for p in listing.points} if listing is not None else {}
                name, _, clause = number.partition("/")
                point = points.get(name)
                if point is None and number != WHOLE_TEXT:
                    offered = (", ".join(points) or "—", WHOLE_TEXT)
                    raise CaseRefused(
                        "no_such_point",
                        f"{item} 没有要点 {number}（有：{offered[0]}；全文比对用 {offered[1]}）",
                        f"{item} has no control point {number} (held: {offered[0]}; {offered[1]} for the whole official text)",
                    )
                if clause and (not clause.isdigit() or point is None or not 1 <= int(clause) <= len(point.parameters)):
                    clauses = 0 if point is None else len(point.parameters)
                    raise CaseRefused(
                        "no_such_clause",
                        f"{item}#{name} 有 {clauses} 个参数条款，没有 {clause}",
                        f"{item}#{name} has {clauses} clauses with a parameter, and no {clause}",
                    )
                if result not in ("meets", "does-not", "unknown"):
                    raise CaseRefused(
                        "no_such_result",
                        f"结果 {result!r} 应为 meets（符合）、does-not（不符合）或 unknown（不明）",
                        f"the result {result!r} must be meets, does-not or unknown",
                    )
                if number == WHOLE_TEXT and result == "meets":
                    raise CaseRefused(
                        "text_meets",
                        "全文比对只能排除条目；符合须指明控制要点",
                        "a comparison with the whole text can only rule an entry out; what is met is a control point",
                    )
                if not fact.strip():
                    raise CaseRefused(
                        "no_fact",
                        f"{item}#{number} 须写明技术的事实",
                        f"{item}#{number} needs the fact of the technology",
                    )
                against = () if point is None else _against(point, results)
                if against and results.get((item, name)) == "meets":
                    if (item, name) in given:
                        raise CaseRefused(
                            "clause_against",
                            f"{item}#{name} 不能为“符合”：条款 {'、'.join(against)} 已记为“不符合”；先更正该条款",
                            f"{item}#{name} cannot be met: its clause {', '.join(against)} was found not to be; correct the clause first",
                        )
                    raise CaseRefused(
                        "point_against",
                        f"{item}#{name} 已记为“符合”，条款 {'、'.join(against)} 为“不符合”则不能成立；请同时更正该要点",
                        f"{item}#{name} stands recorded as met, which it cannot be where its clause {', '.join(against)} is not; "
                        "correct the point in the same act",
                    )
                body = {"item": item, "number": number, "result": result, "fact": fact, "source": source}
                body |= {"edition": edition.id, "version": seal(edition, item, name)}
                _write(store, "compared", at, by, {"case": reference, "compared": body})
            today = at.astimezone(SHANGHAI).date()
            for day in (statement[1] if statement else None, check[1] if check else None):
                if day is not None and day > today:
                    raise CaseRefused("future_day", f"{day} 尚未到来", f"{day} has not come yet")
            if statement is not None:
                address, day, digest = statement
                if digest is not None and not (len(digest) == 64 and set(digest.lower()) <= set("0123456789abcdef")):
                    raise CaseRefused(
                        "not_a_digest",
                        "摘要应为 64 位十六进制 SHA-256",
                        "the digest is 64 hexadecimal characters, SHA-256",
                    )
                if not address.strip():
                    raise CaseRefused(
                        "no_address", "须写明官方文本的地址", "the address of the official text is to be named"
                    )
                published = edition.instrument.effective
                if published is not None and day < published:
                    raise CaseRefused(
                        "read_too_early",
                        f"{day} 早于版本 {edition.id} 的施行日 {published}",
                        f"{day} is before the edition {edition.id} took effect, {published}",
                    )
                read = {"edition": edition.id, "address": address, "day": day.isoformat(), "digest": digest}
                _write(store, "read", at, by, {"case": reference, "statement": read})
            if check is not None:
                if not check[0].strip():
                    raise CaseRefused("no_place", "须写明在何处核查", "where it was checked is to be named")
                _write(
                    store,
                    "checked",
                    at,
                    by,
                    {"case": reference, "check": {"where": check[0], "day": check[1].isoformat()}},
                )

    def consulted(self, reference: str, by: str, at: datetime.datetime, asked: Mapping[str, Any]) -> None:
        """Record that a second reader was asked about the case: by whom, where, and the digests of what went and came back.

        What it said is no fact of the case and is not kept.
        """
        _within(by=by)
        with self._acting() as (store, cases):
            self._found(cases, reference)
            _write(store, "consulted", at, by, {"case": reference, "second": dict(asked)})

    def accepted(self, reference: str, by: str, at: datetime.datetime, proposals: Iterable[Mapping[str, Any]]) -> None:
        """Record what a person accepted of what a contract proposes: facts, and answers to tests, each with its source.

        A proposal has `fact`, `value`, `because`, `source`, and `test` where it is an answer; all are recorded or none. Its
        reason is kept in both languages, one beside the other and (`says`) each by itself. A fact is about the contract and may
        come at any time; an answer belongs to a case that is not determined yet.
        """
        given = list(proposals)
        if not by.strip():
            raise CaseRefused("no_person", "须写明操作人", "the person is to be named")
        for one in given:
            _within(by=by, because=_beside(one["because"]), source=one["source"])
        with self._acting() as (store, cases):
            case = self._found(cases, reference)
            if any(one["test"] for one in given):
                _still_open(case)
            for one in given:
                body = {"case": reference, "value": one["value"], "source": one["source"], **_reason(one["because"])}
                if not one["test"]:
                    _write(store, "fact", at, by, {**body, "fact": one["fact"], "place": one.get("place")})
                    continue
                known = self.law.tests.get(one["fact"])
                if one["fact"] not in ASKED or known is None or one["value"] not in known.answers:
                    raise CaseRefused(
                        "no_such_answer",
                        f"{one['fact']} 不能以 {one['value']} 回答",
                        f"{one['fact']} cannot be answered {one['value']}",
                    )
                rests = list(one.get("rests_on", ()))
                _write(
                    store, "answered", at, by, {**body, "test": one["fact"], **({"rests_on": rests} if rests else {})}
                )

    def withdrawn(
        self, reference: str, facts: Iterable[str], by: str, because: str | None, at: datetime.datetime
    ) -> None:
        """Take back facts that were accepted; the record of each acceptance stays, and each withdrawal is another.

        An answer that was accepted with them and rests on one of them is open again. Papers and events that a fact filled
        before are as they were.
        """
        _within(by=by, because=because)
        if not by.strip() or not (because and because.strip()):
            raise CaseRefused(
                "no_reason",
                "撤回须有操作人和理由（`by`、`because`）",
                "to withdraw a fact takes a person and a reason (`by`, `because`)",
            )
        names = list(dict.fromkeys(facts))
        with self._acting() as (store, cases):
            case = self._found(cases, reference)
            missing = [one for one in names if one not in case.facts]
            if missing:
                held = ("、".join(case.facts) or "—", ", ".join(case.facts) or "—")
                raise CaseRefused(
                    "no_such_fact",
                    f"本案没有已接受的事实 {'、'.join(missing)}（有：{held[0]}）；未记录任何内容",
                    f"the case has no accepted fact {', '.join(missing)} ({held[1]}); nothing was recorded",
                )
            resting = [
                test
                for test, one in case.answers.items()
                if one["value"] is not None and set(one.get("rests_on", ())) & set(names)
            ]
            if resting:
                _still_open(case)
            for one in names:
                _write(store, "fact_withdrawn", at, by, {"case": reference, "fact": one, "because": because})
            for test in resting:
                why = {
                    "zh": f"所依据的事实已撤回：{'、'.join(names)}。{because}",
                    "en": f"a fact that it rests on was withdrawn: {', '.join(names)}. {because}",
                }
                body = {"case": reference, "test": test, "value": None, **_reason(why)}
                _write(store, "answered", at, by, body)

    def version(self, case: Case) -> str:
        """What a determination rests on: the records of the case and the data. Whatever changes one makes another."""
        rests_on = json.dumps([case.entries, self._catalogue().version])
        return hashlib.sha256(rests_on.encode()).hexdigest()[:16]

    def sign(self, reference: str, by: str, because: str, at: datetime.datetime, version: str | None = None) -> Json:
        """Sign what the rule gives. The record keeps every answer, the versions it stands on, and what it replaces.

        `version`: that of the determination as the signer saw it; refused where something was recorded since.
        """
        _within(by=by, because=because)
        if not by.strip() or not because.strip():
            raise CaseRefused("no_reason", "签署须有签署人和理由", "a signature needs its person and a reason")
        self._catalogue()  # made before other writers wait
        with self._acting() as (store, cases):
            case = self._found(cases, reference)
            _still_open(case)
            if version is not None and version != self.version(case):
                raise CaseRefused(
                    "moved_on",
                    "您看到该判定之后，案件或数据又有记录，所签未必是所见；未签署。请重新查看判定后再签",
                    "since you saw this determination something was recorded or the data changed: what would be signed may not be "
                    "what you saw. Nothing was signed. Look at the determination again and sign it then",
                )
            body = {
                "reference": f"{reference}/D-{len(case.signed) + 1}",
                "supersedes": case.current.reference if case.current is not None else None,
                "technology": case.technology,
                "because": because,
                "statements": [msgspec.to_builtins(one) for one in case.statements],
                "checks": [msgspec.to_builtins(one) for one in case.checks],
                "two_persons": case.two_persons,
                "prepared_by": by,
                **self.by_rule(case),
            }
            _write(store, "signed", at, by, {"case": reference, "determination": body})
        return body

    def by_rule(self, case: Case) -> Json:
        """What the rule gives from the answers of a case, with everything that it stands on."""
        catalogue = self._catalogue()
        concluded = self.conclusion(case)
        decision = concluded.decision
        edition = catalogue.in_force(case.day)
        named = {(one.item, one.number.partition("/")[0]) for one in case.compared.values() if still(one, edition)}
        stands = sorted({*concluded.relied, *named})
        return {
            "on": case.day.isoformat(),
            "edition": edition.id,
            "edition_complete": edition.complete,
            "data": catalogue.version,
            "known_to": catalogue.known_to.isoformat(),
            "engine": None if case.screening is None else case.screening["engine"],
            "outcome": decision.outcome.value,
            "track": decision.track.value,
            "decided_by": next((s.test for s in decision.steps if s.decides), None),
            "steps": steps_json(decision.steps, self.law),
            "open": [{"test": o.test, "zh": o.question.zh, "en": o.question.en} for o in decision.open],
            "lacks": [{"zh": one.zh, "en": one.en} for one in concluded.lacks],
            "candidates": self.sheet(case),
            "stands_on": [{"item": i, "number": n, "version": seal(edition, i, n)} for i, n in stands],
        }

    def approve(self, reference: str, by: str, at: datetime.datetime) -> None:
        """The second person's yes to the current determination; the first cannot be the second."""
        with self._acting() as (store, cases):
            one = self._current(self._found(cases, reference))
            if _same(one.by, by):
                raise CaseRefused(
                    "same_person", f"{by} 是拟定人，须由另一人批准", f"{by} prepared it; another person approves"
                )
            if one.approved_by is not None:
                raise CaseRefused(
                    "approved_already",
                    f"{one.reference} 已由 {one.approved_by} 批准",
                    f"{one.reference} was agreed to by {one.approved_by} already",
                )
            _write(store, "agreed", at, by, {"case": reference, "determination": one.reference})

    def dissent(self, reference: str, by: str, because: str, at: datetime.datetime) -> None:
        """A person's objection, kept beside the determination."""
        if not because.strip():
            raise CaseRefused("no_reason", "异议须有理由", "a dissent needs its reason")
        with self._acting() as (store, cases):
            one = self._current(self._found(cases, reference))
            _write(store, "dissented", at, by, {"case": reference, "determination": one.reference, "because": because})

    def event(
        self,
        reference: str,
        event: str,
        day: datetime.date,
        by: str,
        evidence: Mapping[str, Any],
        actor: str | None,
        at: datetime.datetime,
    ) -> Happened:
        """One event of the procedure, checked against the state machine and its guards, then recorded."""
        if not by.strip():
            raise CaseRefused("no_person", "须写明记录人", "the person who records it is to be named")
        if day > at.astimezone(SHANGHAI).date():
            raise CaseRefused("future_day", f"{day} 尚未到来", f"{day} has not come yet")
        with self._acting() as (store, cases):
            case = self._found(cases, reference)
            if event == "classify":
                event = self._classifying(case)
            evidence = {**_from_determination(case, event), **evidence}
            filled = _from_facts(case, event, evidence, self.rules)
            evidence |= {name: one.value for name, one in filled.items()}
            standing = self.standing(case)
            self._of_its_day(case, event, day, standing)
            if event == "secret_no" and case.answers.get("secret", {}).get("value") == "secret":
                raise CaseRefused(
                    "secret_after_all",
                    "判定中已答为国家秘密技术（secret=secret），应走 secret_yes；如有误，先重新判定",
                    "the determination says state-secret technology (secret=secret): the event is secret_yes; where that is wrong, reopen the case",
                )
            one = step(case.course, event, day, by, evidence, standing, self.calendar, actor, self.law, self.rules)
            if event.startswith("classif") and standing.reference is not None:
                one = replace(
                    one, evidence={**one.evidence, "determination": standing.reference, "edition": standing.edition}
                )
            body: Json = {"case": reference, "event": one.as_json()}
            if filled:
                body["taken"] = {name: value.as_json() for name, value in filled.items()}
            _write(store, "event", at, by, body)
        return one

    def _of_its_day(self, case: Case, event: str, day: datetime.date, standing: Standing) -> None:
        """What classifies, binds or passes technology stands on the edition of its own day, and on sources checked up to it."""
        classifies = event.startswith("classif")
        waiting = case.course.state == "RECLASSIFY" and not classifies
        waiting = waiting or event == "classify_undetermined"  # it carries nothing
        if standing.edition is None or waiting or not (classifies or event in BOUND_TO_DAY):
            return
        catalogue = self._catalogue()
        edition = catalogue.in_force(day)
        if edition.id != standing.edition:
            how = (
                "先以 `day` 重新筛查并签署（`mulu determine`）",
                "screen for that day with `day` and sign again (`mulu determine`)",
            )
            if not classifies:
                how = ("先以 new_announcement 重新判定", "reopen the case with new_announcement first")
            raise CaseRefused(
                "edition_changed",
                f"判定依据版本 {standing.edition}，而 {day} 施行的是 {edition.id}：{how[0]}",
                f"the determination stands on {standing.edition}, and {edition.id} is in force on {day}: {how[1]}",
            )
        if day > catalogue.known_to and not any(one.day >= day for one in case.checks):
            raise CaseRefused(
                "beyond_knowledge",
                f"{day} 晚于来源核查日 {catalogue.known_to}：先记录已核查新文书至该日（`mulu determine`，`checked_at` 和 `checked_on`）",
                f"{day} is after the last check of sources, {catalogue.known_to}: record first that newer instruments were looked for up to that day (`mulu determine` with `checked_at` and `checked_on`)",
            )

    def _classifying(self, case: Case) -> str:
        """The event that the signed determination leads to."""
        one = case.current
        if one is None:
            raise CaseRefused(
                "not_signed",
                "本案没有已签署的判定：先签署（`mulu determine`，`sign`）",
                "the case has no signed determination: sign it first (`mulu determine` with `sign`)",
            )
        by_outcome = {
            "not an export": "classify_out_of_scope",
            "prohibited": "classify_blocked_prohibited",
            "restricted": "classify_restricted",
            "not listed": "classify_free",
            "undetermined": "classify_undetermined",
        }
        by_regime = {
            "secret": "classify_blocked_defence",
            "control": "classify_export_control",
            "measure": "classify_temporary_measure",
        }
        return by_outcome.get(one.body["outcome"]) or by_regime[one.body["decided_by"]]

    def sheet(self, case: Case) -> list[Json]:
        """The comparison sheet: every candidate, every control point, what it requires, the fact, its source, the result."""
        edition = self._catalogue().in_force(case.day)
        found = {c["item"]: c for c in (case.screening or {}).get("candidates", ())}
        read = any(one.edition == edition.id for one in case.statements)
        rows = []
        for item, origin in case.candidates.items():
            listing = edition.listings.get(item)
            seen = found.get(item, {})
            parameters = {p["number"]: p for p in seen.get("points", ())}
            points: list[Json] = []
            for point in listing.points if listing is not None else ():
                one = case.compared.get((item, point.number))
                if one is not None and not still(one, edition):
                    one = None  # compared with another version of the point: to be compared again
                machine_read = parameters.get(point.number, {})
                points.append(
                    {
                        "number": point.number,
                        "certainty": point.certainty.value,
                        "requires": {"zh": point.zh, "en": point.en},
                        "clauses": self._clauses(case, edition, point, machine_read.get("parameters", ())),
                        "passages": _passages(case.technology, machine_read.get("evidence", ())),
                        "result": "open" if one is None else one.result,
                        "fact": None if one is None else one.fact,
                        "source": None if one is None else one.source,
                        "by": None if one is None else one.by,
                    }
                )
            whole = case.compared.get((item, WHOLE_TEXT))
            if whole is not None and still(whole, edition):
                points.append(
                    {"number": WHOLE_TEXT, "certainty": None, "requires": None, "clauses": [], "passages": []}
                    | {"result": whole.result, "fact": whole.fact, "source": whole.source, "by": whole.by}
                )
            rows.append(
                {
                    "item": item,
                    "origin": origin,
                    "control": None if listing is None else listing.item.control.value,
                    "name": None if listing is None else {"zh": listing.name.zh, "en": listing.name.en},
                    "code": None if listing is None else listing.code,
                    "presence": "absent" if listing is None else listing.presence.value,
                    "certainty": None if listing is None else listing.certainty.value,
                    "score": seen.get("score"),
                    "answer": verdict(listing, [c for c in case.of_item(item) if still(c, edition)], read),
                    "points": points,
                }
            )
        return rows

    @staticmethod
    def _clauses(case: Case, edition: Edition, point: Point, read: Iterable[Json]) -> list[Json]:
        """Each parameter of a point: what it requires, what the screening read, what a person found, and the margin."""
        found = {one["name"]["en"]: one for one in read}
        rows = []
        for k, parameter in enumerate(point.parameters, 1):
            seen = found.get(parameter.name.en, {})
            one = case.compared.get((point.item, f"{point.number}/{k}"))
            if one is not None and not still(one, edition):
                one = None
            rows.append(
                {
                    "clause": f"{point.number}/{k}",
                    "name": {"zh": parameter.name.zh, "en": parameter.name.en},
                    "required": f"{parameter.operator} {parameter.value} {parameter.unit}".strip(),
                    "stated": seen.get("stated"),
                    "read_as": seen.get("result"),
                    "margin": seen.get("margin"),
                    "result": "open" if one is None else one.result,
                    "fact": None if one is None else one.fact,
                    "source": None if one is None else one.source,
                    "by": None if one is None else one.by,
                }
            )
        return rows

    @contextmanager
    def _acting(self, *, create: bool = False) -> Iterator[tuple[Store, Mapping[str, Case]]]:
        """One unit of work: the cases as they stand under the writer's lock, and the store to add to."""
        from mulu.store.records import Store

        with Store.open(self.place, create=create) as store, store.transaction():
            yield store, self._known.cases(store)

    @staticmethod
    def _found(cases: Mapping[str, Case], reference: str) -> Case:
        one = cases.get(reference.upper())
        if one is None:
            raise CaseUnknown(reference, cases)
        return one

    @staticmethod
    def _current(case: Case) -> Signed:
        if case.current is None:
            raise CaseRefused("not_signed", "本案没有已签署的判定", "the case has no signed determination")
        return case.current


def steps_json(steps: Iterable[Any], law: Law) -> list[Json]:
    """The tree of a decision as records: each test, its answer, what follows, its provisions."""
    return [
        {
            "test": one.test,
            "question": law.tests[one.test].question.as_json(),
            "answer": one.answer.value,
            "from": one.answer.origin.value,
            "because": {"zh": one.answer.because.zh, "en": one.answer.because.en},
            "follows": None if one.follows is None else {"zh": one.follows.zh, "en": one.follows.en},
            "reached": one.reached,
            "decides": one.decides,
            "provisions": [c.as_json() for c in one.citations],
        }
        for one in steps
    ]


def _against(point: Point, results: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """The clauses of a point that are not met and so keep it from being met; where any one suffices, only all together do."""
    clauses = [f"{point.number}/{k}" for k in range(1, len(point.parameters) + 1)]
    failed = tuple(one for one in clauses if results.get((point.item, one)) == "does-not")
    return () if point.together == "any" and len(failed) < len(clauses) else failed


def _kept(answer: Json) -> Json:
    """What a case keeps of a screening, and which of its candidates a person is asked about."""
    kept = {
        k: answer[k]
        for k in ("on", "edition", "data", "engine", "known_to", "considered", "beyond_knowledge", "candidates")
    }
    if answer["unread"]:
        kept["unread"] = answer["unread"]
    kept["asked"] = [
        c["item"] for c in kept["candidates"] if c["flag"] or c["near_boundary"] or c["score"] >= ASKED_FROM
    ]
    return kept


def _still_open(case: Case) -> None:
    """Screening, answers and signatures belong to a case that is not classified yet, or is again being classified."""
    if not case.undecided:
        raise CaseRefused(
            "already_classified",
            f"案件处于 {case.course.state}，判定已定；如须更正，先以 new_announcement 重新判定",
            f"the case stands at {case.course.state} and is settled; to correct it, reopen it with the event new_announcement",
        )


def _passages(text: str, evidence: Iterable[Json]) -> list[str]:
    """The words of the description on which the screening's evidence for a point stands, in their order."""
    spans = set()
    for one in evidence:
        places = one.get("in_description") or []
        for place in places if places and isinstance(places[0], list) else [places]:
            if len(place) == 2:
                spans.add((place[0], place[1]))
    whole = {(start, end) for start, end in spans if text[start:end].strip() != text.strip()}
    return list(dict.fromkeys(text[start:end] for start, end in sorted(whole or spans)))


def _from_determination(case: Case, event: str) -> dict[str, str]:
    """What the signed determination already says of a classification; a person may say more."""
    if case.current is None:
        return {}
    body = case.current.body
    met = [row["item"] for row in body["candidates"] if row["answer"] == "hit"]
    missing = [one["test"] for one in body["open"]]
    known = {
        "classify_restricted": ("restricted_item", [one for one in met if one.endswith("-x")]),
        "classify_blocked_prohibited": ("prohibited_item", [one for one in met if one.endswith("-j")]),
        "classify_undetermined": ("missing_facts", missing or ["grounds"]),
    }
    name, values = known.get(event, ("", []))
    return {name: ", ".join(values)} if values else {}


def _from_facts(case: Case, event: str, given: Mapping[str, Any], rules: Machine) -> dict[str, Taken]:
    """What the event asks for, nobody gave, and facts that were accepted from a contract say."""
    transition = rules.transition(case.course.state, event)
    wanted = () if transition is None else transition.evidence
    return {
        name: one
        for name, one in taken_from(case.facts).items()
        if name in EVIDENCE and name in wanted and name not in given
    }


def _answer(one: Json) -> Answer:
    says = one.get("says") or {"zh": one["because"], "en": one["because"]}
    return Answer(one["value"], Origin.PERSON, Bilingual(says["zh"], says["en"]))


def _reason(both: Mapping[str, str]) -> Json:
    """A reason that the program worded, as a record keeps it: one beside the other, and each language by itself."""
    return {"because": _beside(both), "says": {"zh": both["zh"], "en": both["en"]}}


def _beside(both: Mapping[str, str]) -> str:
    return f"{both['zh']} / {both['en']}"


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _pairs(text: str) -> set[str]:
    packed = "".join(text.lower().split())
    return {packed[i : i + 2] for i in range(len(packed) - 1)}


def _write(store: Store, act: str, at: datetime.datetime, by: str, body: Json) -> Entry:
    return store.write(PREFIX + act, at, None, by, json.dumps(body, ensure_ascii=False, sort_keys=True))

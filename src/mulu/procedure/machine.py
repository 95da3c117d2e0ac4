"""The procedures as a guarded state machine, read from data: what may happen in a state, who does it, and what it must show.

A case is what its entries make it: `follow` rebuilds it from them, `step` checks one more and gives the entry to be written.
Guards whose ground is the law say so; those that are the house's own policy say that.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from mulu.catalogue.pack import DATA, keyed, lines
from mulu.determination.law import Law, Mark, Texts
from mulu.errors import Misused, MuluError
from mulu.procedure.calendar import Calendar, Limit
from mulu.procedure.following import documents
from mulu.procedure.limits import TimeLimit, time_limits
from mulu.procedure.numbers import check_contract_number
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
LICENSED = ("R_LICENSED", "R_AMEND")


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a case stands. Nothing leaves a state whose `open` is false but what is said of it by name."""

    id: str
    track: str
    name: Texts
    says: Texts
    open: bool = True


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event in some states. `to` is a state, `=` for staying, `<` for the state before the classification was reopened."""

    id: str
    from_: tuple[str, ...] = msgspec.field(name="from")
    event: str
    actor: tuple[str, ...]
    to: str
    guards: tuple[str, ...]
    evidence: tuple[str, ...]
    provisions: tuple[str, ...]
    mark: Mark
    says: Texts
    flag: str | None = None
    limit: tuple[str, ...] = ()


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition of an event: it refuses or warns, by law or as the policy of the house."""

    id: str
    effect: Literal["refuse", "warn"]
    ground: Literal["law", "house"]
    says: Texts
    next: Texts
    provisions: tuple[str, ...]
    mark: Mark
    days: int | None = None
    years: int | None = None
    since: datetime.date | None = None
    most: int | None = None


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of evidence: its form, and for days whether it must lie in the past."""

    id: str
    type: Literal["text", "reference", "number", "date", "names", "items"]
    name: Texts
    choices: tuple[str, ...] = ()
    past: bool = False


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which time limit runs in a state, from which piece of evidence of which events."""

    id: str
    state: str
    limit: str
    begins: str = msgspec.field(name="from")
    events: tuple[str, ...]


FILES: dict[str, type | object] = {
    "procedures-states": State,
    "procedures-transitions": Transition,
    "procedures-guards": Guard,
    "procedures-fields": Field,
    "procedures-clocks": Clock,
}


@dataclass(frozen=True, slots=True)
class Machine:
    """The whole procedure as data."""

    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    guards: Mapping[str, Guard]
    fields: Mapping[str, Field]
    clocks: tuple[Clock, ...]
    limits: Mapping[str, TimeLimit]

    def leaving(self, state: str) -> list[Transition]:
        """What can happen in a state, in the order of the data."""
        return [one for one in self.transitions.values() if state in one.from_]

    def transition(self, state: str, event: str) -> Transition | None:
        return next((one for one in self.leaving(state) if one.event == event), None)


@cache
def machine(folder: Path = DATA) -> Machine:
    """The procedure; a line that names a state, guard, field, limit or provision that is not held is refused."""
    law = Law.load(folder)
    states = keyed(lines(folder, "procedures/states.jsonl", State), lambda s: s.id)
    fields = keyed(lines(folder, "procedures/fields.jsonl", Field), lambda f: f.id)
    guarded = list(lines(folder, "procedures/guards.jsonl", Guard))
    guards = keyed(guarded, lambda g: g.id)
    limits = time_limits(folder)
    moved = list(lines(folder, "procedures/transitions.jsonl", Transition))
    for line in moved:
        one = line.record
        named: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
            ("state", (*one.from_, *({one.to} - {"=", "<"})), states),
            ("guard", one.guards, guards),
            ("field", one.evidence, fields),
            ("limit", one.limit, limits),
            ("provision", one.provisions, law.provisions),
        )
        for what, names, known in named:
            for name in names:
                if name not in known:
                    raise line.refuse(f"{what} {name!r} is not held", f"{what} {name!r} 不存在")
        if not one.actor:
            raise line.refuse("an event has an actor", "事件须有行为人")
    for guard in guarded:
        for name in guard.record.provisions:
            if name not in law.provisions:
                raise guard.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
        if guard.record.id not in CHECKS:
            raise guard.refuse("no check is known for it", "没有对应的检查")
    ticking = list(lines(folder, "procedures/clocks.jsonl", Clock))
    for clock in ticking:
        c = clock.record
        if c.state not in states or c.limit not in limits or c.begins not in fields:
            raise clock.refuse("its state, limit or field is not held", "其状态、期限或字段不存在")
    transitions = keyed(moved, lambda t: t.id)
    return Machine(states, transitions, guards, fields, tuple(keyed(ticking, lambda c: c.id).values()), limits)


class GuardPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The change of one guard; what is not named stays."""

    effect: Literal["refuse", "warn"] | None = None
    days: int | None = None
    years: int | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a house sets for itself: time limits whose rule is not verified, and guards that are its own policy or unsettled.

    `limits` gives the number of days of a limit by its id; `guards` the effect, days or years of a guard.
    """

    limits: dict[str, int] = {}
    guards: dict[str, GuardPolicy] = {}


class PolicyRefused(Misused):
    """A policy cannot be read, or would change what the law settles."""

    def __init__(self, path: object, zh: str, en: str) -> None:
        super().__init__(Said("policy_refused", f"规则文件 {path}：{zh}。", f"The policy {path}: {en}."))


def under_policy(path: Path | None, folder: Path = DATA) -> Machine:
    """The procedure with a house's own settings. A rule that was verified, or a guard of settled law, is never changed."""
    rules = machine(folder)
    if path is None:
        return rules
    try:
        policy = msgspec.json.decode(path.read_bytes(), type=Policy)
    except OSError as error:
        raise PolicyRefused(path, f"无法读取（{error.strerror}）", f"cannot be read ({error.strerror})") from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise PolicyRefused(path, f"内容有误（{error}）", f"is malformed ({error})") from error
    law = Law.load(folder)
    limits, guards = dict(rules.limits), dict(rules.guards)
    for name, n in policy.limits.items():
        limit = limits.get(name)
        if limit is None or limit.n is None:
            raise PolicyRefused(path, f"没有可设定的期限 {name}", f"there is no time limit {name} to set")
        if all(law.cite(p).mark.carries for p in limit.provisions):
            raise PolicyRefused(
                path, f"期限 {name} 的依据已核实，不可更改", f"the rule of the limit {name} is verified and not changed"
            )
        if n * limit.n <= 0 or abs(n) > 3650:
            raise PolicyRefused(
                path, f"期限 {name} 的天数 {n} 不成立", f"{n} is no number of days for the limit {name}"
            )
        limits[name] = msgspec.structs.replace(limit, n=n)
    for name, change in policy.guards.items():
        guard = guards.get(name)
        if guard is None:
            raise PolicyRefused(path, f"没有守则 {name}", f"there is no guard {name}")
        if guard.ground == "law" and guard.mark.carries:
            raise PolicyRefused(
                path, f"守则 {name} 出自已核实的法律，不可更改", f"the guard {name} is settled law and not changed"
            )
        if name in ("G4_GROUNDS", "G7_SIGNED"):
            raise PolicyRefused(
                path,
                f"守则 {name} 是签署判定的前提，不可更改",
                f"the guard {name} is what a signature rests on and not changed",
            )
        set_ = {key: getattr(change, key) for key in ("effect", "days", "years") if getattr(change, key) is not None}
        if any(
            (key != "effect" and (getattr(guard, key) is None or not 0 <= value <= 3650)) for key, value in set_.items()
        ):
            raise PolicyRefused(path, f"守则 {name} 没有这样的设定", f"the guard {name} has no such setting")
        guards[name] = msgspec.structs.replace(guard, **set_)
    return Machine(rules.states, rules.transitions, guards, rules.fields, rules.clocks, limits)


# ---- a case ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a case: what happened on which day, who did it, who recorded it, with what evidence."""

    transition: str
    event: str
    actor: str
    day: datetime.date
    by: str
    evidence: Mapping[str, Any]
    before: str
    after: str
    warnings: tuple[str, ...] = ()

    def as_json(self) -> Json:
        return {
            "transition": self.transition,
            "event": self.event,
            "actor": self.actor,
            "day": self.day.isoformat(),
            "evidence": dict(self.evidence),
            "before": self.before,
            "after": self.after,
            "warnings": list(self.warnings),
        }


@dataclass(slots=True)
class Course:
    """Where a case stands and what it has shown; every entry of it is kept in `history`."""

    state: str = "INTAKE"
    returns_to: str | None = None  # the state that a reopened classification may confirm
    evidence: dict[str, Any] = field(default_factory=dict)  # the last of each
    history: list[Happened] = field(default_factory=list)
    applied: list[dict[str, str]] | None = None  # the list of technical data as it stood in the last application
    licence: dict[str, Any] | None = (
        None  # what the last licence covers: list, issued, valid_to; papers added later do not
    )

    def last(self, *events: str) -> Happened | None:
        return next((one for one in reversed(self.history) if one.event in events), None)

    def all(self, event: str) -> list[Happened]:
        return [one for one in self.history if one.event == event]

    @property
    def day(self) -> datetime.date | None:
        return self.history[-1].day if self.history else None

    def pauses(self) -> list[tuple[datetime.date, datetime.date | None]]:
        """When the authority's clock stood still since the last filing; the last pause may still run."""
        found: list[tuple[datetime.date, datetime.date | None]] = []
        for one in self.history:
            if one.event in ("submit", "resubmit", "apply_licence", "resubmit_licence"):
                found = []
            elif one.event == "clock_stopped" and (not found or found[-1][1] is not None):
                found.append((_day_of(one.evidence["stopped"]), None))
            elif one.event == "clock_resumed" and found and found[-1][1] is None:
                found[-1] = (found[-1][0], _day_of(one.evidence["resumed"]))
        return found


def follow(entries: Iterable[Happened]) -> Course:
    """Rebuild a case from its entries, in order. Raises BrokenCourse where one does not begin where the last one ended."""
    course = Course()
    for one in entries:
        if one.before != course.state:
            raise BrokenCourse(one.event, one.before, course.state)
        _take(course, one)
    return course


def _take(course: Course, one: Happened) -> None:
    if one.after == "RECLASSIFY" and course.state != "RECLASSIFY":
        course.returns_to = course.state
    course.state = one.after
    course.history.append(one)
    course.evidence.update(one.evidence)
    if one.event in ("apply_licence", "resubmit_licence"):
        course.applied = course.evidence.get("technical_data_list")
    elif one.event == "permit":
        course.licence = {
            "list": course.applied or [],
            "issued": one.evidence["issued"],
            "valid_to": one.evidence.get("valid_to"),
        }


class BrokenCourse(MuluError):
    """Entries of a case do not follow on each other: one was removed, changed or moved."""

    def __init__(self, event: str, before: str, state: str) -> None:
        super().__init__(
            Said(
                "broken_course",
                f"案件记录不连续：“{event}”自 {before} 起，而案件处于 {state}。请用 mulu doctor 检查存储库。",
                f"The entries of the case do not follow on each other: {event!r} starts from {before}, the case stands at {state}. Check the store with mulu doctor.",
            )
        )


class NotNow(Misused):
    """The event cannot happen in the state of the case."""

    def __init__(self, event: str, state: State, possible: Sequence[str]) -> None:
        offered = ", ".join(possible) or "—"
        super().__init__(
            Said(
                "not_now",
                f"案件处于“{state.name.zh}”（{state.id}），此时不能 {event}。可以：{offered}。未记录任何内容。",
                f"The case stands at {state.name.en} ({state.id}); {event} cannot happen there. Possible: {offered}. Nothing was recorded.",
            )
        )
        self.possible = tuple(possible)


class NoSuchEvent(Misused):
    """No step of the procedure has this name."""

    def __init__(self, event: str, possible: Sequence[str]) -> None:
        offered = ", ".join(possible) or "—"
        super().__init__(
            Said(
                "no_such_event",
                f"没有名为 {event!r} 的事件。此时可以：{offered}。未记录任何内容。",
                f"There is no event {event!r}. Possible now: {offered}. Nothing was recorded.",
            )
        )
        self.possible = tuple(possible)


class EvidenceRefused(Misused):
    """Evidence is missing, unknown or not in its form."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Said("evidence_refused", f"{zh}。未记录任何内容。", f"{en}. Nothing was recorded."))


class GuardRefused(MuluError):
    """A guard forbids the event; `next` of the guard says what to do."""

    def __init__(self, guard: Guard, where: str, where_zh: str, detail: Bilingual | None) -> None:
        ground = ("法律", "the law") if guard.ground == "law" else ("内部规则", "a policy of the house")
        more = ("", "") if detail is None else (f"：{detail.zh}", f": {detail.en}")
        super().__init__(
            Said(
                f"guard_{guard.id.lower()}",
                f"{guard.says.zh}{more[0]}（{ground[0]}，{where_zh}）。{guard.next.zh}。未记录任何内容。",
                f"Refused: {guard.says.en}{more[1]} ({ground[1]}, {where}). Next: {guard.next.en}. Nothing was recorded.",
            )
        )
        self.guard = guard.id


@dataclass(frozen=True, slots=True)
class Standing:
    """What the determination of a case concludes, for the guards; `lacks` says why it cannot be relied on."""

    outcome: str | None
    reference: str | None
    edition: str | None = None
    lacks: Bilingual | None = None
    regime: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """All that a guard looks at."""

    course: Course
    transition: Transition
    day: datetime.date
    by: str
    evidence: Mapping[str, Any]
    standing: Standing
    calendar: Calendar
    rules: Machine

    def has(self, name: str) -> Any:
        """The evidence given now, else the last of the case."""
        return self.evidence[name] if name in self.evidence else self.course.evidence.get(name)


def step(
    course: Course,
    event: str,
    day: datetime.date,
    by: str,
    evidence: Mapping[str, Any],
    standing: Standing,
    calendar: Calendar,
    actor: str | None = None,
    law: Law | None = None,
    rules: Machine | None = None,
) -> Happened:
    """Check one event and give the entry that records it. Raises NoSuchEvent, NotNow, EvidenceRefused or GuardRefused."""
    rules = rules or machine()
    law = law or Law.load()
    one = rules.transition(course.state, event)
    if one is None:
        possible = sorted({t.event for t in rules.leaving(course.state)})
        if all(event != t.event for t in rules.transitions.values()):
            raise NoSuchEvent(event, possible)
        raise NotNow(event, rules.states[course.state], possible)
    if actor is None:
        actor = one.actor[0]
    elif actor not in one.actor:
        allowed = ", ".join(one.actor)
        raise EvidenceRefused(
            f"{event} 由 {allowed} 作出，不是 {actor}", f"{event} is an act of {allowed}, not of {actor}"
        )
    if course.day is not None and day < course.day:
        raise EvidenceRefused(
            f"记录日 {day} 早于案件最后一条记录 {course.day}；事情较早发生的，日期写入相应字段",
            f"the day of the record, {day}, is before the last entry of the case, {course.day}; what happened earlier is dated in its own field",
        )
    read = _read_evidence(rules, one, evidence, day)
    attempt = Attempt(course, one, day, by, read, standing, calendar, rules)
    warnings = []
    for name in one.guards:
        guard = rules.guards[name]
        objection = CHECKS[name](attempt, guard)
        if objection is None:
            continue
        if guard.effect == "warn":
            warnings.append(name)
            continue
        places = [law.cite(p, day).where for p in guard.provisions]
        detail = objection if isinstance(objection, Bilingual) else None
        raise GuardRefused(guard, "; ".join(p.en for p in places), "；".join(p.zh for p in places), detail)
    after = {"=": course.state, "<": course.returns_to or course.state}.get(one.to, one.to)
    return Happened(one.id, event, actor, day, by, read, course.state, after, tuple(warnings))


# Guards that look at the case alone: what they refuse can be said before any evidence is given.
FORESEEN = ("G1_LOI_FIRST", "G2_LICENCE_FIRST", "G2_BLOCKED", "G2_CONTROL", "G4_GROUNDS", "LOI_ENDED", "NO_BAN")


def foreseen(
    course: Course, one: Transition, day: datetime.date, standing: Standing, calendar: Calendar, rules: Machine
) -> tuple[Guard, Bilingual | None] | None:
    """The guard that would refuse an event whatever its evidence, and why; None where it depends on the evidence."""
    attempt = Attempt(course, one, day, "", {}, standing, calendar, rules)
    for name in one.guards:
        guard = rules.guards[name]
        if name in FORESEEN and guard.effect == "refuse":
            objection = CHECKS[name](attempt, guard)
            if objection is not None:
                return guard, objection if isinstance(objection, Bilingual) else None
    return None


def taken(course: Course, one: Happened) -> Course:
    """The case after an entry."""
    _take(course, one)
    return course


# The way that a case of each track goes where nothing is refused, corrected, changed or late.
WAYS: Mapping[str, tuple[str, ...]] = {
    "intake": ("INTAKE", "SCOPED"),
    "outcome": ("INTAKE", "SCOPED", "OUT_OF_SCOPE", "CLOSED"),
    "blocked": ("INTAKE", "SCOPED", "BLOCKED_PROHIBITED", "CLOSED"),
    "control": ("INTAKE", "SCOPED", "EC_TRACK", "EC_HANDED", "EC_LICENSED", "CLOSED"),
    "restricted": (
        "INTAKE", "SCOPED", "RESTRICTED", "R_DRAFT", "R_SUBMITTED", "R_REVIEW", "R_LOI", "R_SIGNED", "R_LIC_REVIEW",
        "R_LICENSED", "R_TERMINATED", "R_FILED", "CLOSED",
    ),
    "free": (
        "INTAKE", "SCOPED", "FREE", "F_DUE", "F_SUBMITTED", "F_REGISTERED", "F_TERMINATED", "F_TERM_FILED", "CLOSED",
    ),
    "end": (),
}  # fmt: skip


def stations(course: Course, rules: Machine) -> list[tuple[State, Literal["passed", "here", "ahead"]]]:
    """The states that a case has passed, the one where it stands, and those ahead on the straight way of its track.

    A state that was passed twice stands where it was passed last.
    """
    been = ["INTAKE", *(one.after for one in course.history)]
    passed = [state for n, state in enumerate(been) if state not in been[n + 1 :]][:-1]
    way = WAYS[rules.states[course.state].track]
    reached = max((way.index(state) for state in (*passed, course.state) if state in way), default=len(way))
    if course.state in way:
        reached = way.index(course.state)
    ahead = [state for state in way[reached + 1 :] if state != course.state]
    here: list[tuple[State, Literal["passed", "here", "ahead"]]] = [(rules.states[course.state], "here")]
    return (
        [(rules.states[state], "passed") for state in passed if state not in ahead]
        + here
        + [(rules.states[state], "ahead") for state in ahead]
    )


# What an event may show beyond what it must.
_MORE = {
    "permit": {"valid_to"},
    "record_breach": {"gains"},
    "submit": {"disclosure"},
    "attach": {"disclosure"},
    "resubmit_licence": {"technical_data_list"},
}


def takes(one: Transition) -> set[str]:
    """Every piece of evidence that an event may show: what it must, its papers, a note and an attachment."""
    papers = {d.key for d in documents().values() if one.event == "attach" or d.step == one.event}
    allowed = {*one.evidence, *papers, "note", "attachment"} | _MORE.get(one.event, set())
    if "screening" in one.evidence:
        allowed.add("parties")  # those screened now
    return allowed


def _read_evidence(rules: Machine, one: Transition, given: Mapping[str, Any], day: datetime.date) -> Json:
    allowed = takes(one)
    for name in given:
        if name not in rules.fields:
            raise EvidenceRefused(f"不认识的证据 {name}", f"{name} is no evidence that is known")
        if name not in allowed:
            raise EvidenceRefused(
                f"{name} 不属于此步", f"{name} does not belong to this step; it takes {', '.join(one.evidence)}"
            )
    read = {name: _form(rules.fields[name], value, day) for name, value in given.items()}
    missing = [rules.fields[name] for name in one.evidence if read.get(name) in (None, "", [], ())]
    if missing:
        zh = "、".join(f"{field.id}（{field.name.zh}）" for field in missing)
        en = ", ".join(f"{field.id} ({field.name.en})" for field in missing)
        raise EvidenceRefused(f"缺少证据：{zh}", f"evidence is missing: {en}")
    return read


_SEVERAL = ("mode",)  # one contract passes technology in more than one way: M3+M4


def _form(kind: Field, value: Any, day: datetime.date) -> Any:
    def refuse(zh: str, en: str) -> EvidenceRefused:
        return EvidenceRefused(
            f"{kind.id}（{kind.name.zh}）为 {value!r}，应为{zh}",
            f"{kind.id} ({kind.name.en}) is {value!r}; it must be {en}",
        )

    if kind.type == "date":
        try:
            read = _day_of(value)
        except (TypeError, ValueError) as error:
            raise refuse(" YYYY-MM-DD", "a day, YYYY-MM-DD") from error
        if kind.past and read > day:
            raise refuse(f"不晚于 {day} 的日期", f"a day not after {day}")
        return read.isoformat()
    if kind.type == "number":
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise refuse("数字", "a number") from error
        if isinstance(value, bool) or not 0 <= number < 1e15:
            raise refuse("非负数字", "a number, not negative")
        return int(number) if number == int(number) else number
    if kind.type == "names":
        names = [one.strip() for one in re.split(r"[;；]", value)] if isinstance(value, str) else value
        if not isinstance(names, list | tuple) or not all(isinstance(n, str) and n.strip() for n in names):
            raise refuse("名称，用分号隔开", "names, divided by semicolons")
        return list(names)
    if kind.type == "items":
        items = _items(value)
        if not items:
            raise refuse(
                "清单：名称 | 版本 | 摘要 | 受方，多项用分号隔开",
                "a list: title | version | digest | recipient, divided by semicolons",
            )
        return items
    if not isinstance(value, str) or not value.strip():
        raise refuse("文字", "a text")
    chosen = [one.strip() for one in value.split("+")] if kind.id in _SEVERAL else [value]
    if kind.choices and not all(one in kind.choices for one in chosen):
        raise refuse(f" {'、'.join(kind.choices)} 之一", f"one of {', '.join(kind.choices)}")
    return value.strip()


ITEM = ("title", "version", "digest", "recipient")


def _items(value: Any) -> list[dict[str, str]]:
    rows = value
    if isinstance(value, str):
        rows = [
            dict(zip(ITEM, (p.strip() for p in one.split("|")), strict=False))
            for one in re.split(r"[;；]", value)
            if one.strip()
        ]
    if not isinstance(rows, list | tuple):
        return []
    read = []
    for row in rows:
        if (
            not isinstance(row, Mapping)
            or set(row) - set(ITEM)
            or not isinstance(row.get("title"), str)
            or not row["title"]
        ):
            return []
        read.append({name: str(row.get(name, "")) for name in ITEM})
    return read


def _day_of(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(value)
    return datetime.date.fromisoformat(value)


# ---- time limits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A time limit that runs in the present state. `late`: whether its last day has passed on the day asked."""

    limit: TimeLimit
    start: datetime.date
    counted: Limit
    late: bool | None


def due(course: Course, day: datetime.date, calendar: Calendar, rules: Machine | None = None) -> list[Due]:
    """What runs now, from the evidence of the case. `late` is None where there is no day to be late for."""
    rules = rules or machine()
    found = []
    for clock in rules.clocks:
        if clock.state != course.state:
            continue
        began = course.last(*clock.events)
        if began is None or clock.begins not in began.evidence:
            continue
        if clock.limit in ("registration", "registration-royalty") and began is not course.last(
            "contract_effective", "royalty_base"
        ):
            continue  # the other one began last
        one, start = rules.limits[clock.limit], _day_of(began.evidence[clock.begins])
        pauses = course.pauses() if one.owner == "authority" else []
        counted = calendar.limit(start, one.n, one.unit, pauses=pauses)
        found.append(Due(one, start, counted, None if counted.day is None else day > counted.day))
    return found


# ---- guards ----------------------------------------------------------------------------------------------------------

Objection = Bilingual | bool | None
Check = Callable[[Attempt, Guard], Objection]
ALWAYS = True


def _unless(fine: bool, zh: str = "", en: str = "") -> Objection:
    if fine:
        return None
    return Bilingual(zh, en) if en else ALWAYS


# Where the letter of intent of the present round stands behind the case.
_UNDER_LETTER = ("R_LOI", "R_SIGNED", "R_LIC_REVIEW", "R_LIC_CORRECTION", "R_LIC_REFUSED", "R_LICENSED")


def _letter_valid(a: Attempt, _: Guard) -> Objection:
    letter = a.course.last("approve", "extend")
    if letter is None or a.course.state not in _UNDER_LETTER:
        return Bilingual("本案没有有效的意向书", "the case holds no letter of intent in force")
    expiry = _day_of(letter.evidence["loi_expiry"])
    return _unless(a.day <= expiry, f"意向书已于 {expiry} 届满", f"the letter expired on {expiry}")


def _licensed(a: Attempt, _: Guard) -> Objection:
    return _unless(a.course.state in LICENSED and a.course.last("permit") is not None)


_CLASSES = {
    "classify_out_of_scope": ("not an export",),
    "classify_blocked_prohibited": ("prohibited",),
    "classify_blocked_defence": ("other regime",),
    "classify_export_control": ("other regime",),
    "classify_temporary_measure": ("other regime",),
    "classify_restricted": ("restricted",),
    "classify_free": ("not listed",),
    "classify_undetermined": ("undetermined",),
}
_REGIME = {
    "classify_blocked_defence": "secret",
    "classify_export_control": "control",
    "classify_temporary_measure": "measure",
}
_CLASS_OF_STATE = {
    "OUT_OF_SCOPE": "not an export",
    "BLOCKED_PROHIBITED": "prohibited",
    "BLOCKED_DEFENCE": "other regime",
    "UNDETERMINED": "undetermined",
}


def class_of(state: str) -> str:
    """The outcome that a state rests on."""
    if state.startswith("F_") or state == "FREE":
        return "not listed"
    if state.startswith("R_") or state == "RESTRICTED":
        return "restricted"
    return _CLASS_OF_STATE.get(state, "other regime")


def _grounds(a: Attempt, _: Guard) -> Objection:
    if a.standing.lacks is not None:
        return a.standing.lacks
    outcome = a.standing.outcome
    if outcome is None:
        return Bilingual("本案没有已签署的判定", "the case has no signed determination")
    event = a.transition.event
    wanted = _CLASSES.get(event) or (class_of(a.course.returns_to or ""),)
    if outcome not in wanted:
        return Bilingual(
            f"判定 {a.standing.reference} 的结论是 {outcome}，不是 {'、'.join(wanted)}",
            f"determination {a.standing.reference} concludes {outcome}, not {' or '.join(wanted)}",
        )
    regime = _REGIME.get(event)
    return _unless(
        regime is None or regime == a.standing.regime,
        f"判定由另一项（{a.standing.regime}）决定",
        f"the determination was decided by another test ({a.standing.regime})",
    )


def _screened(a: Attempt, guard: Guard) -> Objection:
    if a.evidence.get("screening_result") != "no_hit":
        return Bilingual("筛查有命中或未筛查", "the screening has a hit, or was not made")
    on = _day_of(a.evidence["screened_on"])
    age = (a.day - on).days
    if not 0 <= age <= (guard.days or 0):
        return Bilingual(f"筛查日 {on} 距今 {age} 日", f"the screening of {on} is {age} days old")
    parties = set(a.has("parties") or ())
    left = set(a.evidence.get("recipients") or ()) - parties
    left |= {row["recipient"] for row in a.evidence.get("delivered", ()) if row["recipient"]} - parties
    return _unless(
        not left,
        f"未在交易方之列：{'、'.join(sorted(left))}",
        f"not among the parties screened: {', '.join(sorted(left))}",
    )


def _retained(a: Attempt, guard: Guard) -> Objection:
    closed = next((h for h in reversed(a.course.history) if h.after == "CLOSED" and h.before != "CLOSED"), None)
    if closed is None:
        return ALWAYS
    until = a.calendar.limit(closed.day, guard.years or 0, "year", roll=False).day
    return _unless(until is not None and a.day > until, f"保存至 {until}", f"to be kept until {until}")


def _signed(a: Attempt, _: Guard) -> Objection:
    return _unless(a.evidence.get("signatory") == a.by)


def missing_papers(course: Course, event: str, evidence: Mapping[str, Any]) -> list[Any]:
    """The required papers of a step that neither the case nor the evidence given holds."""
    secret = course.last("secret_yes") is not None
    return [
        one
        for one in documents().values()
        if one.step == event
        and (one.required or (one.key == "secrecy_approval" and secret))
        and not (evidence.get(one.key) or course.evidence.get(one.key))
    ]


def _documents(a: Attempt, _: Guard) -> Objection:
    left = missing_papers(a.course, a.transition.event, a.evidence)
    zh = "、".join(f"{one.name.zh}（{one.key}）" for one in left)
    return _unless(not left, zh, ", ".join(f"{one.name.en} ({one.key})" for one in left))


def _letter_ended(a: Attempt, _: Guard) -> Objection:
    letter = a.course.last("approve", "extend")
    return _unless(letter is not None and a.day > _day_of(letter.evidence["loi_expiry"]))


def _within_letter(a: Attempt, _: Guard) -> Objection:
    letter = a.course.last("approve")
    held = letter.evidence if letter is not None else {}
    left = [n for key in ("technologies", "recipients") for n in a.evidence.get(key, ()) if n not in held.get(key, ())]
    return _unless(not left, "、".join(left), ", ".join(left))


def _list_fits(a: Attempt, _: Guard) -> Objection:
    rows = a.has("technical_data_list") or []
    known = set(a.course.evidence.get("recipients") or ())
    for row in rows if isinstance(rows, list) else []:
        if not (row["version"] and row["digest"]) or row["recipient"] not in known:
            return Bilingual(str(row["title"]), str(row["title"]))
    return _unless(bool(rows) and isinstance(rows, list))


def _on_the_list(a: Attempt, _: Guard) -> Objection:
    licence = a.course.licence or {"list": []}
    licensed = [tuple(row[n] for n in ITEM) for row in licence["list"]]
    left = [row["title"] for row in a.evidence.get("delivered", ()) if tuple(row[n] for n in ITEM) not in licensed]
    return _unless(not left, "、".join(left), ", ".join(left))


def _unchanged_part(a: Attempt, _: Guard) -> Objection:
    if a.course.state != "R_AMEND":
        return None
    changed = set(a.course.evidence.get("changed_items") or ())
    left = [row["title"] for row in a.evidence.get("delivered", ()) if row["title"] in changed]
    return _unless(not left, "、".join(left), ", ".join(left))


def _limit_passed(a: Attempt, _: Guard) -> Objection:
    if a.transition.event == "licence_expires":
        last = (a.course.licence or {}).get("valid_to")
        if last is None:
            return Bilingual("许可证没有载明届满日", "the licence names no last day")
        return _unless(a.day > _day_of(last), f"许可证有效至 {last}", f"the licence runs until {last}")
    running = [one for one in due(a.course, a.day, a.calendar, a.rules) if one.limit.id in a.transition.limit]
    if not running:
        return Bilingual("没有正在计算的期限", "no such time limit runs")
    for one in running:
        if one.counted.day is None:
            return Bilingual("计时已停止", "the clock stands still")
        if a.day <= one.counted.day:
            return Bilingual(f"期限至 {one.counted.day}", f"the limit ends on {one.counted.day}")
        given = _day_of(a.evidence["due_day"])
        if given < one.counted.day:
            return Bilingual(f"届满日应为 {one.counted.day}", f"the due day is {one.counted.day}")
    return None


def _no_ban(a: Attempt, _: Guard) -> Objection:
    bans = [_day_of(h.evidence["ban_until"]) for h in a.course.all("ban_imposed")]
    return _unless(
        not bans or a.day > max(bans), f"至 {max(bans)}" if bans else "", f"until {max(bans)}" if bans else ""
    )


def _early_talks(a: Attempt, _: Guard) -> Objection:
    talks = [h for h in a.course.all("record_breach") if h.evidence.get("breach") == "early-negotiation"]
    return _unless(not talks or bool(a.has("disclosure")))


def _order_law(a: Attempt, guard: Guard) -> Objection:
    return _unless(guard.since is not None and _day_of(a.evidence["issued"]) >= guard.since)


def _old_contract(a: Attempt, guard: Guard) -> Objection:
    running = [one for one in due(a.course, a.day, a.calendar, a.rules) if one.counted.day is not None]
    return _unless(not any(guard.since and one.counted.day < guard.since for one in running if one.counted.day))


def _ceiling(a: Attempt, guard: Guard) -> Objection:
    return _unless(a.evidence["fine"] <= (guard.most or 0))


def _known_breach(a: Attempt, _: Guard) -> Objection:
    from mulu.procedure.penalties import penalties

    known = penalties()
    return _unless(a.evidence["breach"] in known, "、".join(known), ", ".join(known))


def _payment(a: Attempt, _: Guard) -> Objection:
    royalty = a.evidence["payment"] == "royalty"
    return _unless(royalty is (a.transition.event == "contract_effective_royalty"))


def _mixed(a: Attempt, _: Guard) -> Objection:
    return _unless(a.evidence["payment"] != "mixed")


def _number(a: Attempt, _: Guard) -> Objection:
    found = check_contract_number(a.evidence["contract_number"])
    return found[0] if found else None


def _licence_running(a: Attempt, _: Guard) -> Objection:
    licence = a.course.licence
    if licence is None:
        return ALWAYS
    issued, last = licence["issued"], licence["valid_to"]
    return _unless(
        _day_of(issued) <= a.day and (last is None or a.day <= _day_of(last)),
        f"许可证 {issued} 至 {last or '未载明'}",
        f"the licence runs from {issued} to {last or 'no day named'}",
    )


def _late_extension(a: Attempt, guard: Guard) -> Objection:
    letter = a.course.last("approve", "extend")
    if letter is None:
        return ALWAYS
    left = a.calendar.count(_day_of(a.evidence["received"]), _day_of(letter.evidence["loi_expiry"]))
    return _unless(left >= (guard.days or 0))


def _always(_: Attempt, __: Guard) -> Objection:
    return ALWAYS


CHECKS: dict[str, Check] = {
    "G1_LOI_FIRST": _letter_valid,
    "G2_LICENCE_FIRST": _licensed,
    "G2_BLOCKED": _always,
    "G2_CONTROL": _always,
    "G3_REGISTER_FIRST": _always,
    "G4_GROUNDS": _grounds,
    "G5_SCREENED": _screened,
    "G6_RETAINED": _retained,
    "G7_SIGNED": _signed,
    "DOCUMENTS": _documents,
    "LOI_ENDED": _letter_ended,
    "WITHIN_LOI": _within_letter,
    "LIST_FITS": _list_fits,
    "ON_THE_LIST": _on_the_list,
    "UNCHANGED_PART": _unchanged_part,
    "LIMIT_PASSED": _limit_passed,
    "NO_BAN": _no_ban,
    "EARLY_TALKS_DISCLOSED": _early_talks,
    "ORDER_LAW": _order_law,
    "OLD_CONTRACT": _old_contract,
    "FINE_CEILING": _ceiling,
    "KNOWN_BREACH": _known_breach,
    "PAYMENT_FITS": _payment,
    "MIXED_PAYMENT": _mixed,
    "CONTRACT_NUMBER": _number,
    "LICENCE_RUNNING": _licence_running,
    "LATE_EXTENSION": _late_extension,
}

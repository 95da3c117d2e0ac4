"""The state machine: random legal and illegal sequences, every state, every transition, every time limit."""

from __future__ import annotations

import datetime
import itertools
import os
import random
from typing import Any

import pytest

from mulu.determination.law import Law
from mulu.procedure.calendar import Calendar
from mulu.procedure.following import documents
from mulu.procedure.machine import (
    WAYS,
    BrokenCourse,
    Course,
    EvidenceRefused,
    GuardRefused,
    Happened,
    NotNow,
    Standing,
    class_of,
    due,
    follow,
    machine,
    stations,
    step,
    taken,
    takes,
)

RULES = machine()
CALENDAR = Calendar()
LAW = Law.load()
WALKS = int(os.environ.get("MULU_WALKS", "400"))
DATA = [{"title": "规程", "version": "1", "digest": "ab", "recipient": "Acme"}]
CLASSES = {
    "classify_out_of_scope": ("not an export", "crossing"),
    "classify_blocked_prohibited": ("prohibited", "prohibited"),
    "classify_blocked_defence": ("other regime", "secret"),
    "classify_export_control": ("other regime", "control"),
    "classify_temporary_measure": ("other regime", "measure"),
    "classify_restricted": ("restricted", "restricted"),
    "classify_free": ("not listed", "not-listed"),
    "classify_undetermined": ("undetermined", "undetermined"),
}


def evidence(
    chance: random.Random, course: Course, event: str, day: datetime.date, needs: tuple[str, ...]
) -> dict[str, Any]:
    """Evidence in the right form for a step, such as a person would give."""
    given: dict[str, Any] = {}
    ago = day - datetime.timedelta(days=chance.randrange(0, 4))
    for name in needs:
        field = RULES.fields[name]
        if name == "technical_data_list" or name == "delivered":
            given[name] = DATA
        elif name in ("recipients", "parties"):
            given[name] = ["Acme"]
        elif name == "technologies":
            given[name] = ["T"]
        elif name == "screening_result":
            given[name] = "no_hit"
        elif name == "signatory":
            given[name] = "李"
        elif name == "breach":
            given[name] = chance.choice(["early-negotiation", "no-registration"])
        elif name == "payment":
            given[name] = "royalty" if event == "contract_effective_royalty" else chance.choice(["lump_sum", "mixed"])
        elif name == "due_day":
            running = [one.counted.day for one in due(course, day, CALENDAR) if one.counted.day is not None]
            given[name] = (max(running) if running else ago).isoformat()
            if given[name] > day.isoformat():
                given[name] = ago.isoformat()
        elif name in ("loi_expiry", "ban_until", "comply_by"):
            given[name] = (day + datetime.timedelta(days=chance.choice([3, 90, 700]))).isoformat()
        elif field.type == "date":
            given[name] = ago.isoformat()
        elif field.type == "number":
            given[name] = 1000
        elif field.type == "names":
            given[name] = ["n"]
        else:
            given[name] = field.choices[0] if field.choices else "x"
    for paper in documents().values():
        if paper.step == event and paper.key not in needs:
            field = RULES.fields[paper.key]
            given[paper.key] = DATA if field.type == "items" else "p"
    if event == "submit":
        given["disclosure"] = "p"
    if event == "apply_licence":
        given["technical_data_list"] = DATA
    if event == "permit":
        given["valid_to"] = (day + datetime.timedelta(days=chance.choice([4, 400]))).isoformat()
    return given


def standing(course: Course, event: str) -> Standing:
    if event in CLASSES:
        outcome, test = CLASSES[event]
        return Standing(outcome, "D-1", "2025-28", None, test)
    return Standing(class_of(course.returns_to or course.state), "D-1", "2025-28", None, "restricted")


def spoil(chance: random.Random, given: dict[str, Any]) -> None:
    """Something that a guard objects to."""
    other = [{**DATA[0], "title": chance.choice(["规程", "配方"]), "digest": ""}]
    wrong: dict[str, Any] = {
        "screening_result": "hit",
        "signatory": "王",
        "recipients": ["Other"],
        "breach": "nothing",
        "fine": 80_000,
        "contract_number": "26USBJY39A",
        "delivered": other,
        "technical_data_list": other,
        "application_form": "",
        "registration_form": "",
        "disclosure": "",
        "payment": "mixed" if given.get("payment") == "royalty" else "royalty",
    }
    name = chance.choice(sorted(set(given) & set(wrong)) or ["note"])
    if wrong.get(name) == "":
        del given[name]
    else:
        given[name] = wrong.get(name, "x")


def walk(seed: int, seen: dict[str, set[str]]) -> None:
    chance = random.Random(seed)
    course, entries = Course(), list[Happened]()
    day = datetime.date(2025, 1, 6)
    for _ in range(80):
        day += datetime.timedelta(days=chance.choice([0, 1, 2, 5, 20, 70]))
        if course.state == "CLOSED" and chance.random() < 0.3:
            day += datetime.timedelta(days=2000)
        if day.year > 2040:
            break
        before = (course.state, len(course.history), dict(course.evidence))
        everything = sorted({t.event for t in RULES.transitions.values()})
        possible = RULES.leaving(course.state)
        fresh = [t for t in possible if t.id not in seen["transition"]]
        if chance.random() < 0.15:  # an event that is not possible here
            event = chance.choice(everything)
            one = RULES.transition(course.state, event)
            if one is None:
                with pytest.raises(NotNow):
                    step(course, event, day, "李", {}, standing(course, event), CALENDAR, law=LAW)
                assert (course.state, len(course.history), course.evidence) == before
                continue
        ends = {
            "CLOSED",
            "OUT_OF_SCOPE",
            "BLOCKED_PROHIBITED",
            "BLOCKED_DEFENCE",
            "RECLASSIFY",
            "R_REVOKED",
            "F_REVOKED",
        }
        onward = [t for t in possible if t.to not in ends and t.to != "="] or possible
        one = chance.choice(fresh if fresh and chance.random() < 0.3 else onward if chance.random() < 0.7 else possible)
        given = evidence(chance, course, one.event, day, one.evidence)
        if chance.random() < 0.1 and given:  # something missing
            missing = chance.choice(sorted(given))
            if missing in one.evidence:
                del given[missing]
                with pytest.raises(EvidenceRefused):
                    step(course, one.event, day, "李", given, standing(course, one.event), CALENDAR, law=LAW)
                assert (course.state, len(course.history), course.evidence) == before
                continue
        if chance.random() < 0.15:
            spoil(chance, given)
        try:
            entry = step(course, one.event, day, "李", given, standing(course, one.event), CALENDAR, law=LAW)
        except (GuardRefused, EvidenceRefused) as error:
            seen["guard"].add(getattr(error, "guard", "evidence"))
            assert (course.state, len(course.history), course.evidence) == before
            continue
        for running in due(course, day, CALENDAR):
            seen["limit"].add(running.limit.id)
        taken(course, entry)
        entries.append(entry)
        seen["guard"].update(entry.warnings)
        seen["state"].add(course.state)
        seen["transition"].add(entry.transition)
        for running in due(course, day, CALENDAR):
            seen["limit"].add(running.limit.id)
        # what was shown stays shown, and the entries alone give the same case
        assert course.history[: before[1]] == entries[:-1]
        assert set(before[2]) <= set(course.evidence)
    again = follow(entries)
    assert (again.state, again.evidence, again.history, again.returns_to) == (
        course.state,
        course.evidence,
        course.history,
        course.returns_to,
    )
    if len(entries) > 3:
        gone = chance.randrange(len(entries) - 1)
        if entries[gone].before != entries[gone].after:
            with pytest.raises(BrokenCourse):
                follow(entries[:gone] + entries[gone + 1 :])


def test_random_walks_reach_everything_and_break_nothing() -> None:
    seen: dict[str, set[str]] = {"state": {"INTAKE"}, "transition": set(), "limit": set(), "guard": set()}
    for seed in range(WALKS):
        walk(seed, seen)
    assert seen["state"] == set(RULES.states)
    never = {t.id for t in RULES.transitions.values() if set(t.guards) & {"G2_BLOCKED", "G2_CONTROL"}}
    never.add("deliver_unlicensed")  # refused in every state that it names: that is what it is for
    assert set(RULES.transitions) - seen["transition"] <= never
    rare = {
        "ON_THE_LIST",
        "LATE_EXTENSION",
        "OLD_CONTRACT",
        "UNCHANGED_PART",
        "LICENCE_RUNNING",
        "G4_GROUNDS",
    }  # each has its own test
    assert set(RULES.guards) - seen["guard"] - {"evidence"} <= rare
    assert seen["limit"] == {clock.limit for clock in RULES.clocks} == set(RULES.limits)


def test_every_state_can_be_left_or_is_an_end() -> None:
    for state in RULES.states.values():
        moves = {t.to for t in RULES.leaving(state.id)} - {"=", state.id}
        assert moves or not state.open, state.id


def test_no_guard_is_idle() -> None:
    used = {name for one in RULES.transitions.values() for name in one.guards}
    assert used == set(RULES.guards)


def test_authority_overdue_is_no_approval() -> None:
    for one in RULES.transitions.values():
        if one.event == "authority_overdue":
            assert one.to == "="


@pytest.mark.parametrize("name", ["state", "guard", "field", "limit", "provision"])
def test_a_line_that_names_what_is_not_held_is_refused(name: str, tmp_path: Any) -> None:
    import json
    import shutil

    from mulu.catalogue.pack import DATA as FOLDER
    from mulu.errors import MuluError

    copy = tmp_path / "data"
    shutil.copytree(FOLDER, copy)
    file = copy / "procedures" / "transitions.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    if name == "state":
        rows[0]["to"] = "NOWHERE"
    else:
        rows[0][{"guard": "guards", "field": "evidence", "limit": "limit", "provision": "provisions"}[name]] = ["none"]
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    with pytest.raises(MuluError, match=name):
        machine(copy)


def at(state: str, **held: Any) -> Course:
    """A case that stands somewhere, with what the guard looks at."""
    course = Course(state=state, evidence=dict(held))
    permit = Happened(
        "permit", "permit", "PCD", datetime.date(2025, 3, 3), "李", {"issued": "2025-03-03"}, "R_LIC_REVIEW", state
    )
    course.licence = {
        "list": held.get("technical_data_list", []),
        "issued": "2025-03-03",
        "valid_to": held.get("valid_to"),
    }
    letter = Happened(
        "approve", "approve", "PCD", datetime.date(2025, 3, 3), "李", {"loi_expiry": "2025-04-10"}, "R_REVIEW", state
    )
    course.history += [letter, permit]
    return course


def delivery(title: str = "规程") -> dict[str, Any]:
    row = {**DATA[0], "title": title}
    common = {"medium": "m", "place": "p", "method": "x", "screening": "s", "screened_on": "2025-03-04"}
    return {"delivered": [row], **common, "screening_result": "no_hit"}


@pytest.mark.parametrize(
    ("course", "event", "day", "given", "guard"),
    [
        (at("R_AMEND", technical_data_list=DATA, parties=["Acme"], changed_items=["规程"]), "deliver", "2025-03-05", delivery(), "UNCHANGED_PART"),
        (at("R_LICENSED", technical_data_list=DATA, parties=["Acme"]), "deliver", "2025-03-05", delivery("配方"), "ON_THE_LIST"),
        (at("R_LICENSED", technical_data_list=DATA, parties=["Acme"], valid_to="2025-03-04"), "deliver", "2025-03-05", delivery(), "LICENCE_RUNNING"),
        (at("R_LICENSED", technical_data_list=DATA, parties=["Acme"], valid_to="2025-03-04"), "licence_expires", "2025-03-04", {"due_day": "2025-03-04", "terminated": "2025-03-04"}, "LIMIT_PASSED"),
        (at("R_LOI"), "negotiate", "2025-04-11", {"subject": "x", "recipients": ["Acme"]}, "G1_LOI_FIRST"),
        (at("R_LOI"), "loi_expires", "2025-04-10", {}, "LOI_ENDED"),
    ],
)  # fmt: skip
def test_guards_that_need_a_history(course: Course, event: str, day: str, given: Any, guard: str) -> None:
    with pytest.raises(GuardRefused) as refused:
        step(course, event, datetime.date.fromisoformat(day), "李", given, Standing(None, None), CALENDAR, law=LAW)
    assert refused.value.guard == guard


def test_warnings_that_need_a_history() -> None:
    late = {"extension_request": "E", "received": "2025-04-01"}
    entry = step(
        at("R_LOI"), "request_extension", datetime.date(2025, 4, 1), "李", late, Standing(None, None), CALENDAR, law=LAW
    )
    assert entry.warnings == ("LATE_EXTENSION",)
    course = Course(state="F_OVERDUE")
    effect = {"effective": "2025-08-04", "payment": "lump_sum"}
    course.history.append(
        Happened(
            "contract_effective",
            "contract_effective",
            "EXP",
            datetime.date(2025, 8, 4),
            "李",
            effect,
            "FREE",
            "F_OVERDUE",
        )
    )
    order = {"order": "O", "issued": "2026-03-02", "comply_by": "2026-04-01"}
    entry = step(
        course, "order_to_correct", datetime.date(2026, 3, 2), "李", order, Standing(None, None), CALENDAR, law=LAW
    )
    assert entry.warnings == ("OLD_CONTRACT",)
    with pytest.raises(GuardRefused) as refused:
        early = {**order, "issued": "2026-02-27"}
        step(
            course, "order_to_correct", datetime.date(2026, 3, 2), "李", early, Standing(None, None), CALENDAR, law=LAW
        )
    assert refused.value.guard == "ORDER_LAW"


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ('{"limits": {"registration": 90}}', "verified"),
        ('{"limits": {"nothing": 1}}', "no time limit"),
        ('{"limits": {"loi-validity": -1}}', "no number"),
        ('{"guards": {"G2_LICENCE_FIRST": {"effect": "warn"}}}', "settled law"),
        ('{"guards": {"G7_SIGNED": {"effect": "warn"}}}', "signature"),
        ('{"guards": {"G4_GROUNDS": {"effect": "warn"}}}', "signature"),
        ('{"guards": {"NONE": {"effect": "warn"}}}', "no guard"),
        ('{"guards": {"G5_SCREENED": {"years": 3}}}', "no such setting"),
        ('{"other": 1}', "malformed"),
        ("nonsense", "malformed"),
    ],
)
def test_a_policy_never_changes_settled_law(policy: str, named: str, tmp_path: Any) -> None:
    from mulu.procedure.machine import PolicyRefused, under_policy

    file = tmp_path / "policy.json"
    file.write_text(policy, encoding="utf-8")
    with pytest.raises(PolicyRefused, match=named):
        under_policy(file)
    with pytest.raises(PolicyRefused, match="cannot be read"):
        under_policy(tmp_path / "none.json")


def test_a_policy_sets_what_is_the_houses_own(tmp_path: Any) -> None:
    from mulu.procedure.machine import under_policy

    file = tmp_path / "policy.json"
    file.write_text('{"limits": {"loi-validity": 1}, "guards": {"G5_SCREENED": {"days": 2}}}', encoding="utf-8")
    rules = under_policy(file)
    assert rules.limits["loi-validity"].n == 1
    given = {**delivery(), "screened_on": "2025-03-01"}
    course = at("R_LICENSED", technical_data_list=DATA, parties=["Acme"])
    day = datetime.date(2025, 3, 6)
    step(course, "deliver", day, "李", given, Standing(None, None), CALENDAR, law=LAW)
    with pytest.raises(GuardRefused) as refused:
        step(course, "deliver", day, "李", given, Standing(None, None), CALENDAR, law=LAW, rules=rules)
    assert refused.value.guard == "G5_SCREENED"
    assert machine().guards["G5_SCREENED"].days == 30


def test_the_straight_way_of_each_track_can_be_gone() -> None:
    joined = {(state, one.to) for one in RULES.transitions.values() for state in one.from_}
    assert set(WAYS) == {state.track for state in RULES.states.values()}
    for track, way in WAYS.items():
        for before, after in itertools.pairwise(way):
            assert (before, after) in joined, (track, before, after)


def test_a_case_stands_at_one_station_after_those_it_passed_and_before_those_ahead() -> None:
    chance = random.Random(7)
    for _ in range(60):
        course, day = Course(), datetime.date(2026, 3, 2)
        for _ in range(25):
            shown = stations(course, RULES)
            states = [state.id for state, _ in shown]
            standings = [standing for _, standing in shown]
            assert len(states) == len(set(states))
            assert states[standings.index("here")] == course.state
            assert standings == sorted(standings, key=["passed", "here", "ahead"].index)
            been = {"INTAKE", *(one.after for one in course.history)} - {course.state}
            ahead = {state for state, standing in zip(states, standings, strict=True) if standing == "ahead"}
            assert (
                been
                <= {state for state, standing in zip(states, standings, strict=True) if standing == "passed"} | ahead
            )
            one = chance.choice(RULES.leaving(course.state))
            after = {"=": course.state, "<": course.returns_to or course.state}.get(one.to, one.to)
            taken(course, Happened(one.id, one.event, "EXP", day, "李", _dated(day), course.state, after))


def _dated(day: datetime.date) -> dict[str, Any]:
    return {"issued": day.isoformat(), "technical_data_list": DATA}


def test_a_step_takes_its_evidence_and_its_papers_and_nothing_of_another_step() -> None:
    for one in RULES.transitions.values():
        assert set(one.evidence) <= takes(one)
        assert {d.key for d in documents().values() if d.step == one.event} <= takes(one)
    permit = RULES.transitions["permit"]
    assert "valid_to" in takes(permit)
    assert "contract_copy" not in takes(permit)
    assert "contract_copy" in takes(RULES.transitions["attach"])

"""Nothing reaches `not listed`, or a registration case, on an incomplete edition without the signed statement."""

from __future__ import annotations

import datetime
import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from tests.casework.conftest import CATALOGUE, NOW, finding

from mulu.casework import Casework
from mulu.desk import Desk
from mulu.determination.decide import Answer, Origin, Outcome, Track
from mulu.determination.law import Law
from mulu.determination.signing import WHOLE_TEXT, Compared, Statement, conclude, seal
from mulu.errors import MuluError
from mulu.procedure.calendar import Calendar
from mulu.procedure.machine import CHECKS, Standing, class_of, machine
from mulu.vocabulary import Bilingual

DAY = datetime.date(2025, 8, 1)
EDITION = CATALOGUE.in_force(DAY)
LAW = Law.load()
VALUES: dict[str, tuple[str | None, ...]] = {
    "crossing": ("yes", "no", None),
    "deemed": ("yes", "no", None),
    "secret": ("no", "secret", "defence", None),
    "control": ("no", "yes", None),
    "measure": ("no", "prohibits", "restricts", None),
}
POINTS = [p.number for p in EDITION.listings["battery-cathode-x"].points if p.certainty != "unconfirmed"]


def statement(edition: str) -> Statement:
    return Statement(edition, "https://a", DAY, None, "李")


def compared(item: str, result: Any) -> list[Compared]:
    numbers = [*POINTS, WHOLE_TEXT] if item == "battery-cathode-x" else [WHOLE_TEXT, "u1"]
    return [
        Compared(item, n, result, "x", None, EDITION.id, seal(EDITION, item, n), "李")
        for n in numbers
        if n != WHOLE_TEXT or result != "meets"
    ]


CANDIDATES: list[dict[str, list[Compared]]] = [
    {},
    {"battery-cathode-x": []},
    {"battery-cathode-x": compared("battery-cathode-x", "does-not")},
    {"battery-cathode-x": compared("battery-cathode-x", "meets")},
    {"battery-cathode-x": compared("battery-cathode-x", "unknown")},
    {"iron-steel-x": compared("iron-steel-x", "does-not")},
    {"iron-steel-x": compared("iron-steel-x", "meets")},
]


def test_the_edition_walked_is_incomplete() -> None:
    assert not EDITION.complete


def test_every_combination_of_answers() -> None:
    reached = 0
    combinations = itertools.product(
        itertools.product(*VALUES.values()), CANDIDATES, (True, False), ((), ("2023-57",), (EDITION.id,))
    )
    for values, candidates, screened, read in combinations:
        answers = {t: Answer(v, Origin.PERSON, Bilingual("x", "x")) for t, v in zip(VALUES, values, strict=True)}
        statements = [statement(one) for one in read]
        found = conclude(
            answers, candidates, candidates, screened, EDITION, DAY, statements, (), CATALOGUE.known_to, LAW
        ).decision
        if found.outcome is Outcome.NOT_LISTED or found.track is Track.REGISTRATION:
            reached += 1
            assert read == (EDITION.id,)
            assert screened
            assert values[0] == "yes" and values[2] == "no" and values[3:] == ("no", "no")
            assert all(rows and all(r.result == "does-not" for r in rows) for rows in candidates.values())
    assert reached > 0


def test_every_way_into_a_registration_state() -> None:
    rules = machine()
    free = {one for one in rules.states if one == "FREE" or one.startswith("F_")}
    for one in rules.transitions.values():
        for state in set(one.from_) - free:
            if one.to in free:
                assert one.event == "classify_free", (one.id, state)
                assert "G4_GROUNDS" in one.guards
                assert "G7_SIGNED" in one.guards
            if one.to == "<":
                assert "G4_GROUNDS" in one.guards
    for outcome in [o.value for o in Outcome] + [None]:
        for returns in free:
            attempt = _Attempt("classify_free", outcome, None)
            assert (CHECKS["G4_GROUNDS"](attempt, rules.guards["G4_GROUNDS"]) is None) is (outcome == "not listed")
            again = _Attempt("classification_stands", outcome, returns)
            assert (CHECKS["G4_GROUNDS"](again, rules.guards["G4_GROUNDS"]) is None) is (outcome == "not listed")
    assert {class_of(one) for one in free} == {"not listed"}


class _Attempt:
    def __init__(self, event: str, outcome: str | None, returns: str | None) -> None:
        self.standing = Standing(outcome, "D", "2025-28")
        self.transition = next(t for t in machine().transitions.values() if t.event == event)
        self.course = type("C", (), {"returns_to": returns})()


def test_no_file_of_facts_reaches_it(tmp_path: Path) -> None:
    rows = []
    for n, (status, to, crossing, mode, day) in enumerate(
        itertools.product(
            ("free", "restricted", "prohibited", "dual-use", "unknown", None),
            ("US", None, "CN", "HK"),
            (None, True, False),
            ("M4", "M9", None),
            ("2025-08-01", "2023-12-30", None),
        )
    ):
        facts = {"mode": mode, "from": "CN", "to": to, "crossing": crossing, "status_on_day": status, "date": day}
        facts |= {
            "state_secret": False,
            "defence_patent": False,
            "export_control_hit": False,
            "temporary_measure": "no",
        }
        rows.append(json.dumps({"id": f"r{n}", "facts": facts}))
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    tracks = set()
    for row in Desk(CATALOGUE, store=str(tmp_path / "none.db")).determine_rows(file):
        tracks.add(row["track"])
        assert row["signed"] is False
        assert row["outcome"] != "not listed"
        if row["track"] == "registration":
            assert any("官方" in one["zh"] for one in row["lacks"])
    assert "registration" in tracks
    assert not (tmp_path / "none.db").exists()  # and no case of any kind was opened


@pytest.mark.parametrize("seed", range(6))
def test_random_acts_through_the_library(tmp_path: Path, seed: int) -> None:
    """Whatever order the acts come in, only a statement about the edition of the day opens a registration case."""
    chance = random.Random(seed)
    work = Casework(str(tmp_path / "m.db"), lambda: CATALOGUE, finding("battery-cathode-x"), Calendar())
    case = work.open("x", "磷酸铁锂", DAY, "李", chance.random() < 0.3, NOW)
    read = False
    for _ in range(60):
        kind = chance.choice(["answer", "answer", "compare", "screen", "read", "sign", "approve", "event", "event"])
        try:
            if kind == "answer":
                test = chance.choice(list(VALUES))
                work.answered(case, "李", NOW, "x", {test: chance.choice(["yes", "no", None])})
            elif kind == "compare":
                result = chance.choice(["meets", "does-not", "does-not", "does-not"])
                work.answered(case, "李", NOW, None, None, (), [("battery-cathode-x", n, result, "x") for n in POINTS])
            elif kind == "screen":
                work.screened(case, chance.choice([DAY, datetime.date(2024, 5, 1)]), "李", NOW)
            elif kind == "read" and chance.random() < 0.3:
                work.answered(case, "李", NOW, statement=("https://a", datetime.date(2025, 8, 2), None))
                read = True
            elif kind == "sign":
                work.sign(case, "李", "x", NOW)
            elif kind == "approve":
                work.approve(case, "王", NOW)
            elif kind == "event":
                names = sorted({t.event for t in machine().leaving(work.case(case).course.state)})
                _try(work, case, chance.choice(names))
        except MuluError:
            pass
        held = work.case(case)
        if held.course.state == "FREE" or held.course.state.startswith("F_"):
            assert read
        for one in held.signed:
            if one.body["outcome"] == "not listed":
                assert one.body["edition"] in {s["edition"] for s in one.body["statements"]}


def _try(work: Casework, case: str, name: str) -> None:
    known = {
        "signatory": "李",
        "technology": "T",
        "description": "d",
        "destination": "US",
        "mode": "M4",
        "channel": "trade",
        "parties": "甲",
        "screening": "S",
        "screened_on": "2025-08-04",
        "screening_result": "no_hit",
        "announcement": "A",
        "what_changed": "x",
        "deemed_export": "no",
        "control_item": "c",
        "measure": "m",
        "defence_patent": "z",
        "answer": "a",
        "reasons": "r",
        "missing_facts": "f",
        "restricted_item": "i",
    }
    one = next(t for t in machine().leaving(work.case(case).course.state) if t.event == name)
    work.event(
        case, name, datetime.date(2025, 8, 4), "李", {f: known[f] for f in one.evidence if f in known}, None, NOW
    )

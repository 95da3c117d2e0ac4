"""The registry of acts and the desk say the same."""

import ast
import inspect
import json
import re
from datetime import date
from pathlib import Path

import pytest

import mulu
from mulu.desk import ACTS, Desk
from mulu.screening.model import rebased, thousandths

SOURCE = Path(mulu.__file__).parent
FORBIDDEN = re.compile(r"\b(clear(ed)?|safe|approved)\b", re.I)


@pytest.mark.parametrize("act", [act for act in ACTS if "python" in act.doors], ids=lambda a: a.name)
def test_every_act_is_a_method_with_the_parameters_that_it_declares(act):
    parameters = set(inspect.signature(getattr(Desk, act.method)).parameters) - {"self"}
    declared = {argument.name for argument in act.arguments} - (
        {"screen": {"file", "input"}, "matrix": {"input"}}.get(act.name, set())
    )  # the door reads them
    assert declared <= parameters


def test_every_answer_is_plain_json(desk):
    day = date(2026, 11, 23)
    for answer in (
        desk.items(day),
        desk.show("uav-x", day),
        desk.history("uav-x"),
        desk.coverage(),
        desk.standing(day),
    ):
        assert json.loads(json.dumps(answer)) == answer


def test_no_text_for_people_speaks_of_clearance():
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, (ast.Module, ast.ClassDef, ast.FunctionDef)) and n.body and isinstance(n.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not FORBIDDEN.search(node.value), f"{path.name}:{node.lineno}: {node.value!r}"


def test_items_and_coverage_count_the_same(desk):
    for edition in desk.coverage()["editions"]:
        if edition["draft"]:
            continue
        listed = desk.items(date.fromisoformat(edition["effective"]))
        assert len(listed["items"]) == sum(row["held"] for row in edition["lists"])
        assert len(listed["open"]) == sum(row["open"] for row in edition["lists"])


def test_rebasing_keeps_order(screener):
    scores = [rebased(score, screener.model, 20) for score in range(0, 1001, 7)]
    assert scores == sorted(scores)
    assert thousandths(0) == 500

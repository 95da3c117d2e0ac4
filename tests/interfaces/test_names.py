"""Every text names parameters and acts as the door calls them that shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulu.desk import ACTS
from mulu.interfaces.api.names import NAMES as OF_API
from mulu.interfaces.api.table import ROUTES
from mulu.interfaces.cli.names import NAMES as OF_COMMANDS
from mulu.interfaces.web.names import LABELS
from mulu.interfaces.web.names import NAMES as OF_PAGE
from mulu.vocabulary import Bilingual, Language, Said, named

SOURCE = Path(__file__).parents[2] / "src" / "mulu"
NAMED = re.compile(r"`([a-z_]+|mulu [a-z]+)`")
PARAMETERS = {one.name: act for act in ACTS for one in act.arguments}


def texts() -> Iterator[tuple[Path, str]]:
    """Every string in the program that is no docstring, the fixed parts of those with fields in them joined."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield path, "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield path, node.value


def test_a_text_is_worded_by_each_door_for_itself():
    said = Said("x", "请给出 `counts_differ`，再 `mulu apply`。", "Give `counts_differ`, then `mulu apply`.")
    assert said.named(OF_COMMANDS).en == "Give --counts-differ, then `mulu apply`."
    assert said.named(OF_API).en == "Give `counts_differ`, then `POST /api/v1/documents/{document}/application`."
    assert said.named(OF_PAGE).zh == "请给出 “条目数不符仍采用”，再 “采用”。"
    assert named("`of nobody` and `unknown`", {"by": Bilingual("x", "x")}, Language.EN) == "`of nobody` and `unknown`"


def test_what_a_text_names_every_door_has_a_name_for():
    acts, on_page = {act.name for act in ACTS}, {act.name for act in ACTS if "page" in act.doors}
    found = {one for _, text in texts() for one in NAMED.findall(text)}
    assert {"by", "counts_differ", "mulu attest"} <= found
    for one in found:
        name = one.removeprefix("mulu ")
        if one != name:
            assert name in acts, one
            assert name not in on_page or one in OF_PAGE, one
        elif name in PARAMETERS:
            assert name in OF_COMMANDS, one


def test_no_text_outside_the_command_line_speaks_of_its_options():
    # Whoever starts the server, builds the program or works at a terminal is told of commands.
    own = ("interfaces/cli", "scorecard", "interfaces/web/names.py")
    for path, text in texts():
        if not str(path.relative_to(SOURCE)).startswith(own) and "mulu screen --input" not in text:
            assert re.search(r"(^|[\s（(])--[a-z]", text) is None, (path, text)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_label_is_one_that_stands_on_the_page(name: str):
    pages = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "interfaces" / "web").rglob("*.html"))
    assert LABELS[name].zh in pages
    assert LABELS[name].en in pages


def test_an_act_is_called_by_an_address_that_does_it():
    for name, both in OF_API.items():
        method, path = both.en.strip("`").split(" ")
        assert any(
            (route.method, f"/api/v1{route.path}", f"mulu {route.act}") == (method, path, name) for route in ROUTES
        )
        assert method == "POST" or all(route.method == "GET" for route in ROUTES if f"mulu {route.act}" == name)

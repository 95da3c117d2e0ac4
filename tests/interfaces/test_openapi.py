"""The description of the API is true: its examples work, its answers hold what it says, and nothing else comes.

MULU_FUZZ=N sends up to N made-up requests to each address instead of a few; the full form is MULU_FUZZ=300.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from mulu.interfaces.api.answering import DOCUMENT_MEDIA, NDJSON
from mulu.interfaces.api.reference import document, statuses
from mulu.interfaces.api.table import ROUTES, Route
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

PORT = 8771
ADDRESS = f"http://127.0.0.1:{PORT}"
Json = dict[str, Any]


def operation(route: Route) -> Json:
    return document()["paths"][route.path][route.method.lower()]


def checked_by(schema: Json) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document()["components"]}, format_checker=FormatChecker())


def sent(client: TestClient, route: Route, media: str | None = None) -> Any:
    """The example of an address, sent as the document writes it."""
    described = operation(route)
    path, query = route.path, {}
    for one in described["parameters"]:
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", one["example"])
        elif one["in"] == "query" and "example" in one:
            query[one["name"]] = one["example"]
    given: Json = {}
    if "requestBody" in described:
        bodies = described["requestBody"]["content"]
        media = media or next(iter(bodies))
        example = bodies[media]["example"]
        content = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
        given = {"content": content.encode(), "headers": {"Content-Type": media}}
    return client.request(route.method, f"/api/v1{path}", params=query, **given)


def answers_of(route: Route, response: Any) -> list[Any]:
    if route.files:
        return []  # a file is no JSON
    if route.body == "rows":
        return [json.loads(line) for line in response.text.splitlines()]
    return [response.json()]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, folio: Path) -> dict[str, Any]:
    """Every example sent once, in the order of the table: a case is opened before it is shown."""
    place = tmp_path_factory.mktemp("examples") / "mulu.db"
    shutil.copytree(folio, place.parent / folio.name)
    client = TestClient(application(Keeper(str(place)), PORT), base_url=ADDRESS)
    return {route.name: sent(client, route) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_example_of_an_address_is_answered_with_what_the_document_says(route: Route, examples: dict[str, Any]):
    response = examples[route.name]
    wanted = _REFUSED.get(route.name, 200 if route.made is None else 201)
    assert response.status_code == wanted, response.text
    described = operation(route)["responses"][str(response.status_code)]["content"]
    media = response.headers["content-type"].partition(";")[0]
    validator = checked_by(described[media]["schema"])
    for answer in answers_of(route, response):
        assert [error.message for error in validator.iter_errors(answer)] == []


@pytest.mark.parametrize("route", [r for r in ROUTES if not r.files], ids=lambda route: route.name)
def test_a_lost_or_a_new_key_of_an_answer_does_not_pass(route: Route, examples: dict[str, Any]):
    response = examples[route.name if route.name not in _REFUSED else "confirmation"]
    described = operation(route)["responses"][str(response.status_code)]["content"]
    validator = checked_by(next(iter(described.values()))["schema"])
    for answer in answers_of(route, response):
        for key in set(answer) - {"next_cursor", *_MAY_LACK.get(route.name, ())}:
            assert not validator.is_valid({k: v for k, v in answer.items() if k != key}), key
        assert not validator.is_valid({**answer, "of_no_schema": 1})


# The document of the examples has a text layer: a machine read nothing in it that could be confirmed.
_REFUSED = {"confirm": 422}
# What a second application of the same document does not repeat.
_MAY_LACK = {
    "apply": (
        "kind", "edition", "draft", "title", "comments", "effective", "pages", "entries", "points", "operations", "complete", "counts_differ",
        "report", "findings", "by_likeness", "taken_as_new", "unread", "conflicts", "to_confirm", "lists",
    )
}  # fmt: skip


def test_a_lost_key_deep_in_an_answer_does_not_pass(examples: dict[str, Any]):
    validator = checked_by({"$ref": "#/components/schemas/Screening"})
    answer = examples["screen"].json()
    assert validator.is_valid(answer)
    for path in (
        ("candidates", 0, "certainty"), ("candidates", 0, "points", 0, "evidence", 0, "in_description"),
        ("candidates", 0, "name", "en"), ("considered", "not_held"), ("excluded", "by_reason"),
    ):  # fmt: skip
        spoilt = copy.deepcopy(answer)
        within = spoilt
        for step in path[:-1]:
            within = within[step]
        del within[path[-1]]
        assert not validator.is_valid(spoilt), path


@pytest.mark.parametrize("media", ["application/x-ndjson", "application/jsonl", "application/json"])
def test_rows_are_taken_in_every_form_that_is_described(media: str, tmp_path: Path):
    route = next(route for route in ROUTES if route.name == "screen_batch")
    client = TestClient(application(Keeper(str(tmp_path / "mulu.db")), PORT), base_url=ADDRESS)
    answers = answers_of(route, sent(client, route, media))
    assert answers[-1] == {"counts": {"rows": 3, "answered": 2, "refused": 1, "flagged": 1}}


def test_every_edition_item_day_and_determination_fits_its_schema(desk, catalogue):
    import datetime

    from mulu.interfaces.api import schemas

    day = datetime.date(2026, 11, 23)
    item, history, items = checked_by(schemas.ITEM), checked_by(schemas.HISTORY), checked_by(schemas.ITEMS)
    for edition in catalogue.editions.values():
        of = {"draft": edition.id} if edition.draft else {}
        on = day if edition.draft else edition.effective
        assert items.is_valid(desk.items(on, **of))
        for name in catalogue.pack.items:
            assert item.is_valid(desk.show(name, on, **of)), (edition.id, name)
    for name in catalogue.pack.items:
        assert history.is_valid(desk.history(name)), name
    standing = checked_by(schemas.STANDING)
    for year in range(2009, 2027):
        assert standing.is_valid(desk.standing(datetime.date(year, 12, 31)))
    diff = checked_by(schemas.DIFF)
    editions = list(catalogue.editions)
    for before in editions:
        for after in editions:
            assert diff.is_valid(desk.diff(before, after)), (before, after)


def test_every_row_of_facts_fits_the_schema_of_a_draft(desk):
    from mulu.interfaces.api import schemas

    validator = checked_by(schemas.DRAFT)
    for line in Path("examples/facts.jsonl").read_text(encoding="utf-8").splitlines():
        assert [e.message for e in validator.iter_errors(desk.draft(json.loads(line)["facts"]))] == []


def test_every_example_text_fits_the_schema_of_a_screening(desk, examples_of_texts):
    validator = checked_by({"$ref": "#/components/schemas/Screening"})
    for row in examples_of_texts:
        import datetime

        answer = desk.screen(
            row["text"], datetime.date(2026, 11, 23), title=row.get("title"), explain=True, record=True
        )
        assert [e.message for e in validator.iter_errors(answer)] == []


@pytest.fixture
def examples_of_texts() -> list[Json]:
    lines = Path("examples/descriptions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_schema_is_one_and_every_name_in_it_is_there():
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for route in ROUTES:
        Draft202012Validator.check_schema(route.answer)
        assert all(code.isdigit() for code in operation(route)["responses"])
    text = json.dumps(document())
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document()["components"]["schemas"]


# ---- made-up requests -----------------------------------------------------------------------------------------------

FUZZ = int(os.environ.get("MULU_FUZZ", "6"))
SCHEMA = schemathesis.openapi.from_dict(document())
_APP: list[Any] = []


def app() -> Any:
    """One server for all made-up requests, over a store with what the examples leave in it."""
    if not _APP:
        place = Path(tempfile.mkdtemp(prefix="mulu-fuzz-")) / "mulu.db"
        made = application(Keeper(str(place)), PORT)
        client = TestClient(made, base_url=ADDRESS, raise_server_exceptions=False)
        for route in ROUTES:
            sent(client, route)
        _APP.append(made)
    return _APP[0]


@schemathesis.serializer(
    "application/jsonl",
    "application/x-ndjson",
    *(media for media in DOCUMENT_MEDIA if media.startswith("application/")),
)
def as_it_is(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@SCHEMA.parametrize()
@settings(
    max_examples=FUZZ,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    derandomize=FUZZ < 50,
)
def test_no_request_brings_an_answer_that_is_not_described(case: Any):
    case.operation.schema.app = app()
    # A value of the right type may still name nothing that is held: being refused is a right answer to it.
    left_out = [positive_data_acceptance]
    if case.media_type in (NDJSON, "application/jsonl"):
        left_out.append(negative_data_rejection)  # what is no row is refused in its line, not as a whole
    case.call_and_validate(base_url=f"{ADDRESS}/api/v1", app=app(), excluded_checks=left_out)


def test_every_status_of_an_error_is_described():
    for route in ROUTES:
        described = operation(route)["responses"]
        assert {int(status) for status in described} - {200, 201, 304} == set(statuses(route))

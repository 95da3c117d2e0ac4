"""The API as a platform team meets it: errors, pages, versions, acts sent twice, batches, documents, and its figures."""

from __future__ import annotations

import concurrent.futures
import datetime
import importlib
import json
import pkgutil
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import mulu
from mulu.client import ApiProblem, Client, CutOff
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces.api import once
from mulu.interfaces.api.reference import statuses
from mulu.interfaces.api.table import DIGEST, DOCUMENT, ROUTES, TEXT, asked
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.interfaces.statuses import STATUS, worded

PORT = 8771
ADDRESS = f"http://127.0.0.1:{PORT}"
ON = "2026-11-23"
NDJSON = {"Content-Type": "application/x-ndjson"}
OPENED = {"title": "许可", "technology": TEXT, "on": ON, "by": "李"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api") / "mulu.db"


@pytest.fixture(scope="module")
def keeper(kept: Path) -> Keeper:
    return Keeper(str(kept))


@pytest.fixture(scope="module")
def api(keeper: Keeper) -> TestClient:
    return TestClient(application(keeper, PORT), base_url=f"{ADDRESS}/api/v1", raise_server_exceptions=False)


@pytest.fixture
def fresh(tmp_path: Path) -> TestClient:
    """A server over a store of its own."""
    made = application(Keeper(str(tmp_path / "mulu.db")), PORT)
    return TestClient(made, base_url=f"{ADDRESS}/api/v1", raise_server_exceptions=False)


def refused(answer: Any, status: int, *words: str) -> Any:
    """The problem of an answer, in both languages and with these words in the English one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:mulu:problem:{body['said']['id']}"
    assert any("\u4e00" <= c <= "\u9fff" for c in body["said"]["zh"])
    for word in words:
        assert word in body["detail"]
    return body


def client_of(server: TestClient) -> Client:
    return Client(http=TestClient(server.app, base_url=ADDRESS, raise_server_exceptions=False))


# ---- what is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", [r for r in ROUTES if any(one.required and one.place == "query" for one in asked(r))], ids=lambda r: r.name)  # fmt: skip
def test_what_must_be_asked_is_named_where_it_lacks(api: TestClient, route):
    path = route.path.replace("{name}", "uav-x").replace("{case}", "C-1").replace("{kind}", "memo")
    sent = {} if route.method == "GET" else {"content": b"text", "headers": {"Content-Type": "text/plain"}}
    body = refused(api.request(route.method, path, **sent), 422)
    assert {error["parameter"] for error in body["errors"]} == {
        one.argument.name for one in asked(route) if one.required and one.place == "query"
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.name)
def test_an_unknown_parameter_is_refused_by_name_at_every_address(api: TestClient, route):
    path = route.path.replace("{name}", "uav-x").replace("{case}", "C-1").replace("{document}", DIGEST)
    path = path.replace("{number}", "26USBJY39ABC001")
    given: dict[str, Any] = {"json": {}} if route.body == "json" else {}
    body = refused(api.request(route.method, path, params={"no_such": "1"}, **given), 422)
    assert ("no_such", "query") in {(error["parameter"], error["in"]) for error in body["errors"]}


def test_an_unknown_key_of_a_body_is_refused_by_name(api: TestClient):
    body = refused(api.post("/screen", json={"text": TEXT, "on": ON, "treshold": 1}), 422, "treshold", "base_rate")
    assert body["errors"][0]["in"] == "body"


def test_a_file_of_the_machine_cannot_be_named(api: TestClient):
    for key in ("file", "input", "weights"):
        refused(api.post("/screen", json={"text": TEXT, "on": ON, key: "/etc/passwd"}), 422, key)
    refused(api.get("/trail", params={"into": "/tmp/x"}), 422, "into")
    refused(api.get("/deadlines", params={"start": ON, "notice": "/etc/passwd"}), 422, "notice")
    refused(api.get(f"/documents/{DIGEST}/confirmation", params={"pictures": "/tmp"}), 422, "pictures")


def test_several_wrong_parameters_are_each_named(api: TestClient):
    body = refused(api.get("/items", params={"on": "soon", "control": "maybe", "limit": "0", "more": "1"}), 422)
    assert {error["parameter"] for error in body["errors"]} == {"on", "control", "limit", "more"}
    assert "YYYY-MM-DD" in body["detail"]
    assert "prohibited, restricted" in body["detail"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"text": 5, "on": ON}, "text"),
        ({"text": None, "on": ON}, "text"),
        ({"text": TEXT, "on": 20261123}, "on"),
        ({"text": TEXT, "on": ON, "top": "5"}, "top"),
        ({"text": TEXT, "on": ON, "top": True}, "top"),
        ({"text": TEXT, "on": ON, "base_rate": "0.1"}, "base_rate"),
        ({"text": TEXT, "on": ON, "explain": 1}, "explain"),
        ({"text": "a\ud800", "on": ON}, "text"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(api: TestClient, body, named):
    content = json.dumps(body).encode()
    answer = refused(api.post("/screen", content=content, headers={"Content-Type": "application/json"}), 422)
    assert [error["parameter"] for error in answer["errors"]] == [named]


@pytest.mark.parametrize(
    "query",
    [{"gains": "nan"}, {"gains": "inf"}, {"gains": "1e999"}, {"gains": "0x10"}, {"gains": "-1"}, {"gains": " 1"}],
)
def test_a_number_that_is_none_is_refused(api: TestClient, query):
    refused(api.get("/penalties", params={"on": ON, **query}), 422, "gains")


def test_a_single_value_cannot_be_given_twice(api: TestClient):
    refused(api.get("/items", params=[("on", ON), ("on", "2020-01-01")]), 422, "once")


def test_a_list_is_given_by_repeating_its_name(api: TestClient):
    pauses = [("pause", "2026-09-29..2026-10-02"), ("pause", "2026-10-08..2026-10-12")]
    asked_ = [("start", "2026-09-28"), ("days", "10"), ("unit", "wd")]
    once_, twice = (api.get("/deadlines", params=[*asked_, *some]).json() for some in (pauses[:1], pauses))
    assert once_["limits"][0]["day"] < twice["limits"][0]["day"]


@pytest.mark.parametrize(
    ("content", "media", "status", "id_"),
    [
        (b"{", "application/json", 422, "not_json"),
        (b"[]", "application/json", 422, "not_an_object"),
        (b'{"text": "a", "text": "b", "on": "2026-11-23"}', "application/json", 422, "not_json"),
        (b'{"text": NaN}', "application/json", 422, "not_json"),
        (b"\xff\xfe", "application/json", 422, "not_json"),
        (b"[" * 100_000, "application/json", 422, "not_json"),
        (b"1" * 10_000, "application/json", 422, "not_json"),
        (b"text=a", "application/x-www-form-urlencoded", 415, "other_media"),
        (b"{}", "text/plain", 415, "other_media"),
        (b"", "", 415, "other_media"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: TestClient, content, media, status, id_):
    body = refused(api.post("/screen", content=content, headers={"Content-Type": media}), status)
    assert body["said"]["id"] == id_


def test_an_error_never_repeats_what_a_body_holds(api: TestClient):
    secret = "绝密工艺参数-7Q"
    for content in (f'{{"text": "{secret}', f'{{"{secret}": 1', f'["{secret}"]'):
        answer = api.post("/screen", content=content.encode(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert secret not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/items/batery-cathode?on=2026-11-23", 404, "battery-cathode-x"),
        ("/items/uav-x?on=2008-10-31", 422, "2008-11-01"),
        ("/items/uav-x/history?as_known=1999.1.1", 422, "1999.1.1"),
        ("/diff?before=2023-57&after=2099-1", 422, "2025-28"),
        (f"/items?on={ON}&query=%20", 422, "blank"),
        (f"/items?on={ON}&query=", 422, "blank"),
        (f"/items?on={ON}&as_known=2999-01-01", 422, "has not come"),
        ("/diff?before=2023-57&after=2025-28&item=no-such-x", 422, "no-such-x"),
        ("/items?on=2026-11-23&industry=99", 422, "39"),
        ("/penalties?on=2026-11-23&breach=murder", 422, "murder"),
        ("/deadlines?start=2026-11-23&limit=never", 422, "never"),
        ("/deadlines?start=2026-11-23&days=5", 422, "`unit`"),
        ("/deadlines?start=2026-11-23&days=999999999&unit=wd", 422, "range"),
        ("/cases/C-99?on=2026-11-23", 404, "C-99"),
        ("/cases/new?on=2026-11-23", 404, "NEW"),
        ("/cases/C-99/determination", 404, "C-99"),
        ("/no-such-place", 404, "nothing"),
        ("/items/uav-x/no-such", 404, "nothing"),
    ],
)
def test_what_is_not_there_is_told_with_its_name(fresh: TestClient, path, status, words):
    refused(fresh.get(path), status, words)


def test_a_trail_of_no_store_is_not_there(fresh: TestClient):
    refused(fresh.get("/trail"), 404, "no store")
    assert fresh.get("/documents").json()["documents"] == []


def test_another_method_is_refused_with_those_that_are_taken(api: TestClient):
    answer = api.delete("/cases")
    refused(answer, 405)
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


def test_nothing_is_opened_by_the_name_of_a_case_that_would_be_new(fresh: TestClient):
    answer = fresh.post("/cases/new/events", json={"event": "scope", "on": ON, "by": "李"})
    refused(answer, 404)
    assert fresh.get("/cases", params={"on": ON}).json()["cases"] == []


def test_every_error_of_the_program_has_a_status_that_is_described():
    for module in pkgutil.walk_packages(mulu.__path__, "mulu."):
        if module.name != "mulu.__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
    described = {status for route in ROUTES for status in statuses(route)}
    assert set(STATUS.values()) <= described
    kinds, waiting = set(), [MuluError]
    while waiting:
        kind = waiting.pop()
        kinds.add(kind)
        waiting += kind.__subclasses__()
    assert len(kinds) > 40
    said = mulu.vocabulary.Said("some_id", "某", "some")
    for kind in kinds:
        error = kind.__new__(kind)
        MuluError.__init__(error, said)
        if kind.__name__ == "Refused" and kind.__module__.endswith("safety"):
            error.status = 403
        assert worded(error)[1] in described | {405}, kind


# ---- versions of answers ----------------------------------------------------------------------------------------------


def test_a_read_is_not_sent_again_to_who_has_it(api: TestClient):
    first = api.get("/items/uav-x", params={"on": ON})
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = api.get("/items/uav-x", params={"on": ON}, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for params in ({"on": "2026-11-22"}, {"on": ON, "draft": "draft-2022-12-30"}, {"on": ON, "as_known": "2026.11.1"}):
        assert api.get("/items/uav-x", params=params, headers={"If-None-Match": tag}).status_code == 200
    assert api.get("/items/battery-cathode-x", params={"on": ON}, headers={"If-None-Match": tag}).status_code == 200


def test_a_question_that_cannot_be_asked_is_never_unchanged(api: TestClient):
    any_version = {"If-None-Match": "*"}
    assert api.get("/penalties", params={"on": ON}, headers=any_version).status_code == 304
    refused(api.get("/penalties", params={"on": ON, "gains": "1e200"}, headers=any_version), 422)
    refused(api.get("/items/no-such-x", params={"on": ON}, headers=any_version), 404)


def test_what_a_document_changes_has_another_version_and_taken_back_the_facts_are_as_before(fresh: TestClient):
    def coverage() -> tuple[str, Any]:
        answer = fresh.get("/coverage")
        return answer.headers["etag"], answer.json()

    before = coverage()
    apply_document(fresh)
    applied = coverage()
    assert applied[0] != before[0]
    assert len(applied[1]["editions"]) == len(before[1]["editions"]) + 1
    fresh.post(f"/documents/{DIGEST}/undo", json={"by": "李", "because": "试"})
    undone = coverage()
    assert undone[1]["editions"] == before[1]["editions"]
    assert undone[0] not in (before[0], applied[0])  # no version comes back


def apply_document(client: TestClient) -> None:
    answer = client.post(
        "/documents", params={"name": "a.txt"}, content=DOCUMENT, headers={"Content-Type": "text/plain"}
    )
    assert answer.json()["document"] == DIGEST, answer.text
    given = {"by": "李", "obtained_from": "https://www.example.org/", "obtained_on": "2026-11-20"}
    assert client.post(f"/documents/{DIGEST}/attestation", json=given).status_code == 200
    assert client.post(f"/documents/{DIGEST}/application", json={}).json()["changed"]


def test_a_case_has_another_version_after_every_act(fresh: TestClient):
    fresh.post("/cases", json=OPENED)
    tags = [fresh.get("/cases/C-1", params={"on": ON}).headers["etag"]]
    fresh.post("/cases/C-1/determination", json={"by": "李", "answer": ["crossing=yes"], "because": "合同"})
    determination = fresh.get("/cases/C-1/determination").headers["etag"]
    fresh.post("/cases/C-1/determination", json={"by": "李", "answer": ["secret=no"], "because": "合同"})
    assert fresh.get("/cases/C-1/determination").headers["etag"] != determination
    assert fresh.get("/cases/C-1", params={"on": ON}, headers={"If-None-Match": tags[0]}).status_code == 304


# ---- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 50, 500])
def test_the_pages_of_the_items_are_the_whole_list_each_once(api: TestClient, limit: int):
    asked_ = {"on": ON, "control": "restricted"} if limit == 1 else {"on": ON}
    whole = api.get("/items", params=asked_).json()
    assert "next_cursor" not in whole
    items, opened, pages = [], [], 0
    answer = api.get("/items", params={**asked_, "limit": limit})
    while True:
        page = answer.json()
        pages += 1
        items += page["items"]
        opened += page["open"]
        assert len(page["items"]) + len(page["open"]) <= limit
        if page["next_cursor"] is None:
            assert "link" not in answer.headers
            break
        link = answer.headers["link"]
        assert link.endswith('>; rel="next"')
        answer = api.get(f"{ADDRESS}{link[1 : link.index('>')]}")
        assert answer.status_code == 200
    assert (items, opened) == (whole["items"], whole["open"])
    assert pages == -(-(len(items) + len(opened)) // limit)


def test_a_cursor_of_another_question_or_version_is_refused(fresh: TestClient):
    first = fresh.get("/items", params={"on": ON, "limit": 3}).json()["next_cursor"]
    assert fresh.post("/cases", json=OPENED).status_code == 201  # a record elsewhere ends no walk
    assert fresh.get("/items", params={"on": ON, "limit": 3, "cursor": first}).status_code == 200
    refused(fresh.get("/items", params={"on": "2026-11-22", "limit": 3, "cursor": first}), 422, "another question")
    narrower = {"on": ON, "control": "prohibited", "limit": 3, "cursor": first}
    refused(fresh.get("/items", params=narrower), 422, "another question")
    assert fresh.get("/items", params={"on": ON, "limit": 5, "cursor": first}).status_code == 200
    apply_document(fresh)
    refused(fresh.get("/items", params={"on": ON, "limit": 3, "cursor": first}), 409, "changed")


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "%00", "é", "MDAwMDAwMDA", "a" * 5000])
def test_what_is_no_cursor_is_refused(api: TestClient, cursor: str):
    body = refused(api.get("/items", params={"on": ON, "limit": 3, "cursor": cursor}), 422, "cursor")
    assert body["errors"][0]["parameter"] == "cursor"


def test_cases_documents_and_trail_are_paged_and_what_is_added_follows_on(fresh: TestClient):
    for n in range(5):
        assert fresh.post("/cases", json={**OPENED, "title": f"第 {n} 件"}).status_code == 201
    apply_document(fresh)
    for path, names, query in (
        ("/cases", ("cases",), {"on": ON}),
        ("/documents", ("documents", "records"), {}),
        ("/trail", ("entries",), {}),
    ):
        whole = fresh.get(path, params=query).json()
        got: dict[str, list[Any]] = {name: [] for name in names}
        cursor: dict[str, str] = {}
        while True:
            page = fresh.get(path, params={**query, "limit": 2, **cursor}).json()
            for name in names:
                got[name] += page[name]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert got == {name: whole[name] for name in names}
        assert sum(map(len, got.values())) > 2
    first = fresh.get("/trail", params={"limit": 2}).json()
    cases = fresh.get("/cases", params={"on": ON, "limit": 2}).json()["next_cursor"]
    fresh.post("/cases", json=OPENED)
    rest = fresh.get("/trail", params={"limit": 500, "cursor": first["next_cursor"]}).json()
    whole = fresh.get("/trail").json()["entries"]
    assert first["entries"] + rest["entries"] == whole
    assert fresh.get("/cases", params={"on": ON, "limit": 500, "cursor": cases}).json()["cases"][-1]["case"] == "C-6"
    event = {"event": "withdraw", "by": "李明", "on": ON, "set": ["reasons=撤回"]}
    assert fresh.post("/cases/C-1/events", json=event).status_code == 200
    refused(
        fresh.get("/cases", params={"on": ON, "limit": 2, "cursor": cases}), 409, "changed"
    )  # a case that was given


# ---- acts sent twice --------------------------------------------------------------------------------------------------


def cases_of(client: TestClient) -> list[str]:
    return [one["case"] for one in client.get("/cases", params={"on": ON}).json()["cases"]]


def test_the_same_key_with_the_same_request_gives_the_same_answer_and_acts_once(fresh: TestClient):
    first, again = (fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert first.headers["location"] == again.headers["location"] == "/api/v1/cases/C-1"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert cases_of(fresh) == ["C-1"]
    assert fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-2"}).status_code == 201
    assert fresh.post("/cases", json=OPENED).status_code == 201
    assert cases_of(fresh) == ["C-1", "C-2", "C-3"]


def test_a_key_with_another_request_is_refused_and_nothing_is_done(fresh: TestClient):
    key = {"Idempotency-Key": "k-1"}
    fresh.post("/cases", json=OPENED, headers=key)
    refused(fresh.post("/cases", json={**OPENED, "title": "另一件"}, headers=key), 422, "another request")
    refused(fresh.post("/cases/C-1/determination", json={"by": "李", "screen": True}, headers=key), 422)
    assert cases_of(fresh) == ["C-1"]


def test_what_was_refused_is_refused_again_under_its_key(fresh: TestClient):
    key = {"Idempotency-Key": "k-1"}
    given = {"by": "李", "answer": ["crossing=yes"], "because": "合同"}
    first = fresh.post("/cases/C-1/determination", json=given, headers=key)
    refused(first, 404)
    fresh.post("/cases", json=OPENED)
    again = fresh.post("/cases/C-1/determination", json=given, headers=key)
    assert (again.status_code, again.content) == (404, first.content)


def restarted(client: TestClient) -> TestClient:
    """Another server over the same store."""
    place = client.app.state.keeper.desk().archive.place
    return TestClient(application(Keeper(place), PORT), base_url=f"{ADDRESS}/api/v1", raise_server_exceptions=False)


def test_a_key_is_known_when_the_server_was_started_again(fresh: TestClient):
    first = fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})  # the act that makes the store
    given = {"by": "李", "answer": ["crossing=yes"], "because": "合同"}
    second = fresh.post("/cases/C-1/determination", json=given, headers={"Idempotency-Key": "k-2"})
    wrong = fresh.post("/cases/C-1/determination", json={**given, "by": ""}, headers={"Idempotency-Key": "k-3"})
    head = fresh.get("/trail").json()["head"]
    later = restarted(fresh)
    for path, body, key, was in (
        ("/cases", OPENED, "k-1", first),
        ("/cases/C-1/determination", given, "k-2", second),
        ("/cases/C-1/determination", {**given, "by": ""}, "k-3", wrong),
    ):
        again = later.post(path, json=body, headers={"Idempotency-Key": key})
        assert (again.status_code, again.content) == (was.status_code, was.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers.get("location") == was.headers.get("location")
    refused(later.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-2"}), 422, "another request")
    assert later.get("/trail").json()["head"] == head


def test_an_act_that_was_cut_off_is_not_done_again_and_its_end_is_said_to_be_unknown(
    fresh: TestClient, monkeypatch: pytest.MonkeyPatch
):
    fresh.post("/cases", json=OPENED)
    monkeypatch.setattr(once.Once, "_ended", lambda *_: None)  # the server is stopped between the act and the note
    fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})
    later = restarted(fresh)
    for _ in range(2):
        refused(later.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"}), 409, "not known")
    assert cases_of(later) == ["C-1", "C-2"]


def test_two_keys_are_none(fresh: TestClient):
    headers = [("Idempotency-Key", "k-1"), ("Idempotency-Key", "k-2")]
    refused(fresh.post("/cases", json=OPENED, headers=headers), 400, "Give one")
    assert cases_of(fresh) == []


def test_nobody_signs_without_the_version_that_they_saw(fresh: TestClient):
    fresh.post("/cases", json=OPENED)
    place, sign = "/cases/C-1/determination", {"by": "李", "because": "x", "sign": True}
    refused(fresh.post(place, json=sign), 422, "`version`")
    version = fresh.get(place).json()["version"]
    answering = {"answer": ["crossing=yes"], "version": version}
    refused(fresh.post(place, json=sign | answering), 422, "act of its own")
    refused(fresh.post(place, json={**answering, "by": "李", "because": "x"}), 422, "goes with `sign`")
    assert fresh.get(place).json()["version"] == version  # nothing was recorded by any of them
    assert len(fresh.post(place, json=sign | {"version": version}).json()["signed"]) == 1
    refused(fresh.post(place, json=sign | {"version": version}), 409, "since you saw")


def test_an_act_that_would_record_nothing_is_refused(fresh: TestClient):
    fresh.post("/cases", json=OPENED)
    apply_document(fresh)
    head = fresh.get("/trail").json()["head"]
    for given in ({"by": "李"}, {"by": "李", "because": "x", "source": "y"}, {"by": "李", "answer": []}):
        refused(fresh.post("/cases/C-1/determination", json=given), 422, "nothing to record")
    refused(fresh.post(f"/documents/{DIGEST}/confirmation", json={"by": "李", "token": []}), 422, "nothing to confirm")
    assert fresh.get("/trail").json()["head"] == head


@pytest.mark.parametrize(
    ("address", "given", "status", "words"),
    [
        ("determination", {"answer": ["weather=fine"], "because": "x"}, 422, "weather"),
        ("determination", {"answer": ["crossing=perhaps"], "because": "x"}, 422, "crossing"),
        ("determination", {"answer": ["crossing=yes"]}, 422, "`because`"),
        ("determination", {"candidate": ["no-such-x"], "because": "x"}, 422, "no-such-x"),
        ("determination", {"compare": ["uav-x#1=meets: f"]}, 409, "`candidate`"),
        ("determination", {"checked_at": "x", "checked_on": "2199-01-01"}, 422, "2199-01-01"),
        ("determination", {"approve": True}, 409, "no signed"),
        ("events", {"event": "fly", "on": ON}, 422, "fly"),
        ("events", {"event": "permit", "on": ON}, 409, "permit"),
        ("events", {"event": "scope", "on": "2199-01-01"}, 422, "2199-01-01"),
    ],
)
def test_a_wrong_question_is_told_from_one_at_the_wrong_time(fresh: TestClient, address, given, status, words):
    fresh.post("/cases", json=OPENED)
    refused(fresh.post(f"/cases/C-1/{address}", json={"by": "李", **given}), status, words)


def test_a_case_is_not_opened_for_a_day_to_come(fresh: TestClient):
    refused(fresh.post("/cases", json={**OPENED, "on": "2199-01-01"}), 422, "2199-01-01")
    assert cases_of(fresh) == []


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_malformed_key_is_refused(fresh: TestClient, key: str):
    body = refused(fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": key}), 422, "UUID")
    assert body["errors"][0] | {"said": None} == {"parameter": "Idempotency-Key", "in": "header", "said": None}
    assert cases_of(fresh) == []


def test_two_at_once_with_one_key_act_once(fresh: TestClient, monkeypatch: pytest.MonkeyPatch):
    entered, acted = threading.Event(), []
    real = Desk.case

    def slow(self: Desk, *args: Any, **named: Any) -> Any:
        if named.get("case") == "new":
            acted.append(1)
            entered.set()
            threading.Event().wait(0.5)  # the other request arrives meanwhile
        return real(self, *args, **named)

    monkeypatch.setattr(Desk, "case", slow)
    with fresh, concurrent.futures.ThreadPoolExecutor(2) as pool:  # one event loop for both

        def send() -> Any:
            return fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})

        first = pool.submit(send)
        assert entered.wait(10)
        second = pool.submit(send)
        answers = [first.result(), second.result()]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert len(acted) == 1
    assert cases_of(fresh) == ["C-1"]


def test_what_the_server_failed_at_may_be_tried_again_under_its_key(fresh: TestClient, monkeypatch: pytest.MonkeyPatch):
    real = Desk.case

    def broken(self: Desk, *args: Any, **named: Any) -> Any:
        raise RuntimeError("of the server")

    monkeypatch.setattr(Desk, "case", broken)
    answer = fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})
    refused(answer, 500)
    assert "of the server" not in answer.text
    monkeypatch.setattr(Desk, "case", real)
    assert fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"}).status_code == 201


def test_keys_are_kept_in_bounds_the_oldest_going_first(fresh: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(once, "KEYS", 2)
    given = {"by": "李", "answer": ["crossing=yes"], "because": "合同"}
    for n in range(4):
        fresh.post("/cases/C-1/determination", json=given, headers={"Idempotency-Key": f"k-{n}"})
    fresh.post("/cases", json=OPENED)
    statuses_ = [
        fresh.post("/cases/C-1/determination", json=given, headers={"Idempotency-Key": f"k-{n}"}).status_code
        for n in (3, 0)
    ]
    assert statuses_ == [404, 200]


def test_an_answer_is_forgotten_after_its_time(fresh: TestClient, monkeypatch: pytest.MonkeyPatch):
    fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})
    monkeypatch.setattr(once, "KEPT_FOR", -1.0)
    fresh.post("/cases", json=OPENED, headers={"Idempotency-Key": "k-1"})
    assert cases_of(fresh) == ["C-1", "C-2"]


# ---- batches ----------------------------------------------------------------------------------------------------------

ROWS = [
    {"id": "a", "text": TEXT},
    {"id": "b"},
    {"id": "c", "text": "A booking platform for small hotels with guest reviews.", "on": "2024-01-01"},
    {"id": "d", "text": 5},
    {"id": "a", "text": TEXT},
    {"id": "e", "text": TEXT, "on": "soon"},
    {"id": "f", "text": "Технология бурения скважин"},
    {"id": "g", "text": TEXT, "on": "1999-01-01"},
    ["no", "row"],
    {"id": "h", "text": TEXT, "mine": {"left": "alone"}},
]


@pytest.mark.parametrize("form", ["ndjson", "json"])
def test_bad_rows_in_the_middle_lose_no_other(api: TestClient, form: str):
    if form == "json":
        answer = api.post("/screen/batch", params={"on": ON, "top": 1}, json=ROWS)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
        lines.insert(3, "{not json")
        answer = api.post(
            "/screen/batch", params={"on": ON, "top": 1}, content="\n".join(lines).encode(), headers=NDJSON
        )
    assert answer.headers["content-type"] == "application/x-ndjson"
    got = [json.loads(line) for line in answer.text.splitlines()]
    refused_ = 7 if form == "json" else 8
    assert got[-1] == {"counts": {"rows": 3 + refused_, "answered": 3, "refused": refused_, "flagged": 2}}
    assert [one["id"] for one in got[:-1] if "error" not in one] == ["a", "c", "h"]
    by_line = {one["line"]: one["error"]["id"] for one in got[:-1] if "error" in one}
    shift = 0 if form == "json" else 1
    assert by_line == {
        2: "row_without_text",
        **({4: "not_json"} if shift else {}),
        4 + shift: "no_text",
        5 + shift: "repeated_id",
        6 + shift: "malformed_day",
        7 + shift: "neither_language",
        8 + shift: "no_edition_held",
        9 + shift: "not_an_object",
    }
    assert [one["edition"] for one in got[:-1] if "error" not in one] == ["2025-28", "2023-57", "2025-28"]


def test_a_row_needs_a_day_where_the_batch_gives_none(api: TestClient):
    answer = api.post("/screen/batch", json=[{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT, "on": ON}])
    got = [json.loads(line) for line in answer.text.splitlines()]
    assert got[0]["error"]["id"] == "row_without_day"
    assert got[1]["edition"] == "2025-28"


def test_answers_of_a_batch_come_before_all_rows_are_screened(api: TestClient, monkeypatch: pytest.MonkeyPatch):
    from mulu.interfaces.api import answering

    screened = []
    real = Desk.screen_rows

    def counted(self: Desk, rows: Any, *args: Any, **named: Any) -> Any:
        for answer in real(self, rows, *args, **named):
            screened.append(1)
            yield answer

    monkeypatch.setattr(Desk, "screen_rows", counted)
    lines = answering._lines(Desk.screen_rows(Desk(), answering.rows_of((n, n, {"id": str(n), "text": TEXT}) for n in range(1, 201)), datetime.date(2026, 11, 23)), lambda _: None)  # fmt: skip
    next(lines)
    assert len(screened) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"content": b"", "headers": NDJSON}, "no row"),
        ({"json": []}, "no row"),
        ({"json": {"id": "a"}}, "array"),
        ({"content": b"\xff\n", "headers": NDJSON}, "UTF-8"),
        ({"content": b"[", "headers": {"Content-Type": "application/json"}}, "JSON"),
    ],
)
def test_a_body_without_rows_is_refused_whole(api: TestClient, given, words):
    refused(api.post("/screen/batch", params={"on": ON}, **given), 422, words)


@pytest.mark.parametrize(
    "query",
    [{"on": "1999-01-01"}, {"on": ON, "draft": "draft-1"}, {"on": ON, "top": "0"}, {"on": ON, "base_rate": "2"}],
)
def test_an_option_that_is_wrong_for_every_row_is_refused_whole(api: TestClient, query):
    refused(api.post("/screen/batch", params=query, json=[{"id": "a", "text": TEXT}]), 422)


def test_a_stream_that_was_cut_off_is_no_answer_of_the_client(api: TestClient, monkeypatch: pytest.MonkeyPatch):
    real = Desk.screen_rows

    def breaking(self: Desk, *args: Any, **named: Any) -> Any:
        yield next(iter(real(self, *args, **named)))
        raise RuntimeError("in the middle")

    client = client_of(api)
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}]
    assert [one.get("id", "counts") for one in client.screen_batch(rows, on=ON)] == ["a", "b", "counts"]
    monkeypatch.setattr(Desk, "screen_rows", breaking)
    with pytest.raises(CutOff, match="after 1 row"):
        list(client.screen_batch(rows, on=ON))


# ---- documents --------------------------------------------------------------------------------------------------------


def test_a_document_is_taken_as_bytes_or_as_a_form(fresh: TestClient):
    first = fresh.post("/documents", params={"name": "a.txt"}, content=DOCUMENT, headers={"Content-Type": "text/plain"})
    assert (first.status_code, first.json()["new"], first.json()["name"]) == (200, True, "a.txt")
    again = fresh.post("/documents", files={"file": ("b.txt", DOCUMENT)}, data={"instrument": "announcement-2031-7"})
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert {**again.json(), "name": "", "new": 0} == {**first.json(), "name": "", "new": 0}


@pytest.mark.parametrize("name", ["", "../a.txt", "a/b.txt", "a\\b.txt", "..", "a\n.txt", "x" * 300, "\u202ea.txt"])
def test_a_name_that_is_no_plain_name_is_refused(fresh: TestClient, name: str):
    body = refused(
        fresh.post("/documents", params={"name": name}, content=DOCUMENT, headers={"Content-Type": "text/plain"}), 422
    )
    assert body["errors"][0]["parameter"] == "name"
    assert fresh.get("/documents").json()["documents"] == []


def test_what_cannot_be_read_is_refused_without_a_place_of_the_machine(fresh: TestClient):
    for data, name in (
        (b"", "a.txt"),
        (b"%PDF-1.7 broken", "a.pdf"),
        (b"PK\x03\x04 broken", "a.docx"),
        (b"hello", "a.txt"),
        (b"\x89PNG\r\n", "a.png"),
    ):
        answer = fresh.post(
            "/documents", params={"name": name}, content=data, headers={"Content-Type": "application/octet-stream"}
        )
        body = refused(answer, 422, name)
        assert "/" not in body["detail"].split(name)[0], body["detail"]
        assert "/tmp" not in answer.text
    assert fresh.get("/documents").json()["documents"] == []


@pytest.mark.parametrize(
    ("given", "status", "named"),
    [
        ({"files": {"document": ("a.txt", DOCUMENT)}}, 422, "file"),
        ({"files": {"file": ("a.txt", DOCUMENT)}, "data": {"instrumnt": "x"}}, 422, "instrumnt"),
        ({"files": {"file": ("a.txt", DOCUMENT)}, "data": {"effective": "soon"}}, 422, "effective"),
        ({"files": {"file": ("a.txt", DOCUMENT)}, "data": {"ocr": "true"}, "params": {"ocr": "false"}}, 422, "ocr"),
        ({"files": [("file", ("a.txt", DOCUMENT)), ("file", ("b.txt", DOCUMENT))]}, 422, None),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}, 422, None),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 422, None),
        ({"content": DOCUMENT, "headers": {"Content-Type": "image/png"}}, 415, None),
    ],
)
def test_a_form_that_is_not_one_document_is_refused(fresh: TestClient, given, status, named):
    body = refused(fresh.post("/documents", **given), status)
    if named is not None:
        assert named in {error["parameter"] for error in body["errors"]}
    assert fresh.get("/documents").json()["documents"] == []


def test_an_act_on_a_document_that_is_not_held_or_not_ready_is_told(fresh: TestClient):
    refused(fresh.post("/documents/ffffff/application", json={}), 404)
    fresh.post("/documents", params={"name": "a.txt"}, content=DOCUMENT, headers={"Content-Type": "text/plain"})
    refused(fresh.post("/documents/ffffff/application", json={}), 404, "ffffff")
    refused(
        fresh.post(f"/documents/{DIGEST[:12]}/application", json={}),
        409,
        "POST /api/v1/documents/{document}/attestation",
    )
    refused(fresh.post(f"/documents/{DIGEST[:12]}/withdrawal", json={"by": "李", "because": "x"}), 409)


# ---- the client -------------------------------------------------------------------------------------------------------


def test_a_case_is_carried_from_opening_to_signature_by_the_client(fresh: TestClient):
    client = client_of(fresh)
    case = client.open_case("许可", TEXT, ON, "李", key="open-1")["case"]
    assert client.open_case("许可", TEXT, ON, "李", key="open-1")["case"] == case
    held = client.determine(
        case, "李", screen=True, answer=["crossing=yes", "secret=no", "control=no", "measure=no"], because="合同"
    )
    assert held["next"] is None
    assert client.determination(case) == held
    compare = [
        f"{row['item']}#{point['number']}=does-not: 不符" for row in held["candidates"] for point in row["points"]
    ]
    held = client.determine(case, "李", compare=compare, source="说明")
    signed = client.determine(case, "李", sign=True, version=held["version"], because="逐点对照")
    assert [one["reference"] for one in signed["signed"]] == ["C-1/D-1"]
    with pytest.raises(ApiProblem) as refusal:
        client.record_event(case, "scope", ON, "李", evidence={"mode": "M9"})
    assert refusal.value.status == 422
    assert "destination" in refusal.value.said.en
    assert client.case(case, ON)["state"] == "INTAKE"
    assert client.cases(ON)["cases"][0]["outcome"] == signed["outcome"]


def test_a_document_is_handed_in_attested_applied_and_taken_back_by_the_client(fresh: TestClient):
    client = client_of(fresh)
    assert client.import_document("a.txt", DOCUMENT)["status"] == "claimed"
    assert client.attest(DIGEST, "李", "https://www.example.org/", datetime.date(2026, 11, 20))["status"] == "attested"
    assert client.apply(DIGEST)["changed"]
    assert client.confirmation(DIGEST)["left"] == 0
    with pytest.raises(ApiProblem, match="nothing to confirm"):
        client.confirm(DIGEST, [], "李")
    assert client.undo(DIGEST, "李", "试")["status"] == "attested"
    assert client.withdraw(DIGEST, "李", "试")["status"] == "claimed"
    assert [one["document"] for one in client.documents()["documents"]] == [DIGEST]
    assert {one["act"] for one in client.trail()["entries"]} >= {"kept", "attested", "applied", "undone", "withdrawn"}


def test_the_client_reads_everything(api: TestClient):
    client = client_of(api)
    assert client.items(ON, control="prohibited", limit=2)["next_cursor"]
    assert client.history("uav-x")["item"] == "uav-x"
    assert client.diff("2023-57", "2025-28", item="battery-cathode-x")["changes"][0]["item"] == "battery-cathode-x"
    assert client.coverage()["editions"]
    assert client.standing(ON)["edition"] == "2025-28"
    assert client.deadlines(ON, days=5, unit="wd", pause=["2026-11-24..2026-11-25"])["limits"][0]["unit"] == "wd"
    assert client.penalties(ON)["penalties"]
    assert client.contract_number("26USBJY39ABC001")["provisions"]
    assert client.draft({"mode": "M2", "from": "CN", "to": "US", "date": ON})["signed"] is False
    with pytest.raises(ApiProblem, match="battery-cathode-x") as refusal:
        client.item("batery-cathode", ON)
    assert refusal.value.status == 404


def test_a_name_with_a_slash_stays_one_name(api: TestClient):
    with pytest.raises(ApiProblem) as refusal:
        client_of(api).item("../coverage", ON)
    assert refusal.value.status == 404


# ---- the server -------------------------------------------------------------------------------------------------------


def test_a_request_that_names_another_host_or_comes_from_another_page_is_refused(api: TestClient):
    refused(api.get("/coverage", headers={"Host": "evil.example"}), 421)
    refused(api.post("/cases", json=OPENED, headers={"Origin": "http://evil.example"}), 403)


def test_it_lives_and_is_ready(api: TestClient):
    assert api.get(f"{ADDRESS}/healthz").json() == {"status": "ok", "program": mulu.__version__}
    ready = api.get(f"{ADDRESS}/readyz").json()
    assert ready["status"] == "ready"
    assert ready["data"] == api.get("/coverage").json()["data"]


def test_a_server_whose_store_is_damaged_is_not_ready_and_says_so(tmp_path: Path):
    place = tmp_path / "mulu.db"
    client = TestClient(application(Keeper(str(place)), PORT), base_url=ADDRESS, raise_server_exceptions=False)
    place.write_bytes(b"no store at all" * 100)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["said"]["id"] == "store_damaged"
    problem = client.get("/api/v1/coverage")
    refused(problem, 503)
    assert problem.headers["retry-after"] == "5"


def test_the_figures_count_by_route_and_hold_no_word_of_a_request(fresh: TestClient):
    secret = "绝密工艺-7Q"
    fresh.get("/items/uav-x", params={"on": ON})
    fresh.get(f"/items/{secret}", params={"on": ON})
    fresh.post("/screen", json={"text": f"{secret}的制备方法", "on": ON})
    fresh.post("/screen/batch", params={"on": ON}, json=[{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}])
    fresh.get(f"/{secret}")
    text = fresh.get(f"{ADDRESS}/metrics").text
    assert secret not in text
    assert "uav-x" not in text
    for line in (
        'mulu_requests_total{method="GET",route="/api/v1/items/{name}",status="200"} 1',
        'mulu_requests_total{method="GET",route="/api/v1/items/{name}",status="404"} 1',
        'mulu_requests_total{method="GET",route="/api/v1",status="404"} 1',
        'mulu_request_seconds_count{route="/api/v1/items/{name}"} 2',
        'mulu_request_seconds_bucket{route="/api/v1/items/{name}",le="+Inf"} 2',
        "mulu_screenings_total 3",
    ):
        assert line in text.splitlines(), text
    assert f'mulu_data_info{{data="{fresh.get("/coverage").json()["data"]}",version="' in text


def test_nothing_of_a_request_is_logged(fresh: TestClient, caplog: pytest.LogCaptureFixture, capfd):
    secret = "绝密工艺-7Q"
    with caplog.at_level("DEBUG"):
        fresh.post("/screen", json={"text": f"{secret}的制备方法", "on": ON})
        fresh.post("/screen", json={"text": 5, secret: 1})
        fresh.get(f"/items/{secret}", params={"on": ON})
    out, err = capfd.readouterr()
    own = "".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore")))
    assert secret not in own + out + err


def test_of_what_is_unforeseen_the_place_is_noted_and_no_word(fresh: TestClient, monkeypatch, caplog):
    secret = "绝密工艺-7Q"

    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError(secret)

    monkeypatch.setattr(Desk, "coverage", broken)
    monkeypatch.setattr(Desk, "screen_rows", lambda *_, **__: (broken() for _ in range(1)))
    answer = fresh.get("/coverage")
    assert refused(answer, 500)["said"]["id"] == "unforeseen"
    stream = fresh.post("/screen/batch", params={"on": ON}, json=[{"id": "a", "text": TEXT}])
    assert stream.text == ""
    assert [record.name for record in caplog.records if "KeyError" in record.getMessage()] == ["mulu", "mulu"]
    assert "answering.py" in caplog.text
    assert secret not in answer.text + stream.text + caplog.text


def test_answers_are_sent_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from mulu.interfaces import serve

    served: list[Any] = []
    monkeypatch.setattr(serve.uvicorn.Server, "run", lambda _, sockets: served.extend(sockets))
    serve.serve(0, str(tmp_path / "mulu.db"), lambda _: None)
    # asyncio sets TCP_NODELAY on sockets that say they are TCP, and on no others.
    assert [one.proto for one in served] == [socket.IPPROTO_TCP]
    served[0].close()


@pytest.mark.parametrize(("language", "words"), [("zh", "参数"), ("en", "parameter")])
def test_the_reference_lists_every_address_without_a_script(api: TestClient, language, words):
    page = api.get("/", params={"lang": language})
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert words in page.text
    for route in ROUTES:
        assert f"{route.method} /api/v1{route.path}" in page.text
    assert api.get("/openapi.json").json()["openapi"] == "3.1.0"


def test_no_work_of_a_desk_is_done_on_the_event_loop(api: TestClient, monkeypatch: pytest.MonkeyPatch):
    loops = []
    real = Keeper.asked

    def noted(self: Keeper, *args: Any) -> Any:
        import asyncio

        try:
            asyncio.get_running_loop()
            loops.append(True)
        except RuntimeError:
            loops.append(False)
        return real(self, *args)

    monkeypatch.setattr(Keeper, "asked", noted)
    api.get("/coverage")
    api.post("/screen", json={"text": TEXT, "on": ON})
    api.post("/screen/batch", params={"on": ON}, json=[{"id": "a", "text": TEXT}])
    api.get(f"{ADDRESS}/readyz")
    api.get(f"{ADDRESS}/metrics")
    assert loops == [False] * 5

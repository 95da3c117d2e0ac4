"""What is sent twice acts once, and nobody signs what they did not see."""

from __future__ import annotations

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

PORT = 8779
DAY = datetime.date(2026, 11, 20)
AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def store(tmp_path):
    return str(tmp_path / "mulu.db")


@pytest.fixture
def server(store):
    return TestClient(application(Keeper(store), PORT), base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)


def _hidden(html: str, form: str) -> dict[str, str]:
    (part,) = [one for one in re.findall(r"<form.*?</form>", html, re.S) if f'name="form" value="{form}"' in one]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part))


def _opened(desk: Desk) -> str:
    return desk.case(DAY, AT, "new", title="LFP", technology="磷酸铁锂正极材料的制备方法", by="Li")["case"]


def test_a_case_is_opened_once_however_often_its_form_is_sent(server, store):
    fields = _hidden(server.get("/en/cases/new").text, "new")
    fields |= {"title": "LFP", "technology": "Preparation of LFP powder", "on": DAY.isoformat(), "by": "Li"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: server.post("/en/cases/new", data=fields), range(4)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["location"] for one in answers}) == 1
    assert len(Desk(store=store).case(DAY, AT)["cases"]) == 1


def test_a_refused_form_can_be_sent_again(server, store):
    fields = _hidden(server.get("/en/cases/new").text, "new")
    wrong = fields | {"title": "", "technology": "x", "on": DAY.isoformat(), "by": "Li"}
    assert server.post("/en/cases/new", data=wrong).status_code == 422
    assert server.post("/en/cases/new", data=wrong | {"title": "LFP"}).status_code == 303
    assert len(Desk(store=store).case(DAY, AT)["cases"]) == 1


def test_nobody_signs_a_conclusion_other_than_the_one_on_the_page(server, store):
    desk = Desk(store=store)
    case = _opened(desk)
    desk.determine(AT, case, answer=["crossing=yes"], by="Li", because="shipped")
    address = f"/en/cases/{case}/determination"
    fields = _hidden(server.get(address).text, "sign") | {"by": "Li", "because": "as shown"}
    desk.determine(AT, case, answer=["crossing=no"], by="Wang", because="stays here")
    stale = server.post(address, data=fields)
    assert stale.status_code == 409 and "Nothing was signed" in stale.text
    assert not desk.determine(AT, case)["signed"]
    fields = _hidden(server.get(address).text, "sign") | {"by": "Li", "because": "as shown"}
    assert server.post(address, data=fields).status_code == 303
    (signed,) = desk.determine(AT, case)["signed"]
    # The same form under another name, as a reloaded page would not send it: the signature changed what it rests on.
    assert server.post(address, data=fields | {"once": "another"}).status_code == 409
    assert desk.determine(AT, case)["signed"] == [signed]


def test_the_version_of_a_determination_changes_with_what_is_recorded_and_only_so(store):
    desk = Desk(store=store)
    case = _opened(desk)
    first = desk.determine(AT, case)["version"]
    assert desk.determine(AT, case)["version"] == first
    assert desk.determine(AT, case, answer=["crossing=yes"], by="Li", because="shipped")["version"] != first


def test_an_answer_given_twice_in_one_act_is_refused(store):
    desk = Desk(store=store)
    case = _opened(desk)
    with pytest.raises(MuluError) as told:
        desk.determine(AT, case, answer=["crossing=yes", "crossing=no"], by="Li", because="x")
    assert told.value.said.id == "given_twice"
    assert desk.determine(AT, case)["answers"] == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "t" * 301},
        {"title": "two\nlines"},
        {"title": "nul\x00"},
        {"by": "q" * 201},
        {"technology": "x" * 1_000_001},
        {"technology": "a\x1bb"},
    ],
)
def test_what_a_record_could_not_be_read_with_is_refused(store, wrong):
    desk = Desk(store=store)
    given = {"title": "LFP", "technology": "Preparation of LFP powder", "by": "Li"} | wrong
    with pytest.raises(MuluError) as told:
        desk.case(DAY, AT, "new", **given)
    assert told.value.said.id == "text_refused"
    assert desk.case(DAY, AT)["cases"] == []


def test_a_form_that_is_not_utf8_records_nothing(server, store):
    fields = _hidden(server.get("/en/cases/new").text, "new")
    body = "&".join(f"{k}={v}" for k, v in fields.items()) + f"&title=bad%ff%fe&technology=%c1%d7&on={DAY}&by=Li"
    told = server.post("/en/cases/new", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert told.status_code == 422 and "cannot be read" in told.text
    assert Desk(store=store).case(DAY, AT)["cases"] == []


def test_a_visit_from_elsewhere_leaves_the_session_as_it_is(server):
    server.get("/en/")
    assert (
        "samesite=lax" in server.get("/en/", headers={"cookie": ""}).headers.get("set-cookie", "samesite=lax").lower()
    )
    assert server.get("/", params={"on": "2026-11-20"}).headers["location"].endswith("?on=2026-11-20")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "SAME-SITE"}, {"sec-fetch-site": "bogus"}):
        assert server.get("/api/v1/coverage", headers=headers).status_code == 403
    opened = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert server.get("/en/", headers=opened).status_code == 200


@pytest.mark.parametrize(
    ("path", "form", "given"),
    [
        ("cases/new", "new", {"title": "LFP", "technology": "LFP powder", "on": DAY.isoformat(), "by": "Li"}),
        ("cases/C-1/determination", "screen", {"day": DAY.isoformat(), "by": "Li"}),
        ("cases/C-1/determination", "sign", {"because": "as shown", "by": "Li"}),
        ("documents", "import", {"instrument": "x"}),
        ("screen", None, {"text": "Preparation of LFP powder", "on": DAY.isoformat()}),
    ],
)
def test_a_form_with_a_field_that_is_unknown_or_comes_twice_records_nothing(server, store, path, form, given):
    desk = Desk(store=store)
    _opened(desk)
    html = server.get(f"/en/{path}").text
    token = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)"', html))
    fields = {**(token if form is None else _hidden(html, form)), **given}
    before = desk.trail()["head"]
    for wrong, named in (([("signature", "Wang")], "signature"), (list(given.items())[:1], next(iter(given)))):
        body = urlencode([*fields.items(), *wrong])
        told = server.post(f"/en/{path}", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert told.status_code == 422
        assert f"&#39;{named}&#39;" in told.text and "Nothing was changed" in told.text
        assert "<main" in told.text  # a page, in words
    assert desk.trail()["head"] == before


def test_the_field_that_browsers_fill_in_is_taken(server, store):
    fields = _hidden(server.get("/en/cases/new").text, "new") | {"_charset_": "UTF-8"}
    fields |= {"title": "LFP", "technology": "Preparation of LFP powder", "on": DAY.isoformat(), "by": "Li"}
    assert server.post("/en/cases/new", data=fields).status_code == 303


def test_a_form_that_was_recorded_and_now_says_something_else_is_refused_and_not_passed_over(server, store):
    page = server.get("/en/cases/new").text
    fields = {**dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)), "technology": "LFP"}
    fields |= {"title": "first", "by": "Li", "on": DAY.isoformat()}
    assert server.post("/en/cases/new", data=fields).status_code == 303
    assert server.post("/en/cases/new", data=fields).status_code == 303
    answer = server.post("/en/cases/new", data=fields | {"title": "corrected"})
    assert answer.status_code == 409 and "was not recorded" in answer.text
    assert [one["title"] for one in Desk(store=store).case(DAY, AT)["cases"]] == ["first"]

"""The page of the second reader: nothing leaves before its whole text was shown, and its words are shown as a machine's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient
from tests.test_second import DAY, NOW, TEXT, says, served, status  # noqa: F401  # `served` is a fixture

from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    return Keeper(str(tmp_path_factory.mktemp("store") / "second.db"))


@pytest.fixture
def browser(keeper: Keeper) -> TestClient:
    return TestClient(application(keeper, 8750), base_url="http://127.0.0.1:8750", follow_redirects=False)


def fields(page: Any) -> dict[str, str]:
    """What the form of the page sends as it stands."""
    form = page.xpath("//main//form")[0]
    # a browser leaves out the first line break of a text area
    return {one.get("name"): (one.value or "").removeprefix("\n") for one in form.xpath(".//*[@name]")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_would_be_sent_is_read_first_and_then_sent_as_it_was_read(browser, served, language):  # noqa: F811
    told = {"order": [], "arguments": [{"candidate": "battery-cathode-x#1", "view": "for", "quotes": ["压实密度 2.62 g/cm³"], "because": "<b>It</b> states a density."}]}  # fmt: skip
    model = served(says(told))
    first = html.fromstring(browser.get(f"/{language}/second").text)
    answer = browser.post(f"/{language}/second", data={**fields(first), "text": TEXT.replace("\n", "\r\n"), "on": DAY.isoformat()})  # fmt: skip
    shown = html.fromstring(answer.text)
    assert answer.status_code == 200 and model.seen == []
    body = json.loads(shown.xpath("string(//pre)"))
    assert json.loads(body["messages"][1]["content"])["text"] == TEXT
    answer = browser.post(f"/{language}/second", data=fields(shown))
    assert answer.status_code == 200 and json.loads(model.seen[0][1]) == body
    read = html.fromstring(answer.text)
    assert "<b>It</b> states a density." in read.text_content()
    assert read.xpath("//mark/text()") == ["压实密度 2.62 g/cm³"]


def test_a_text_that_changed_after_it_was_shown_is_not_sent(browser, served):  # noqa: F811
    model = served(says(None))
    first = fields(html.fromstring(browser.get("/en/second").text))
    shown = html.fromstring(browser.post("/en/second", data={**first, "text": TEXT, "on": DAY.isoformat()}).text)
    answer = browser.post("/en/second", data={**fields(shown), "text": "另一文本"})
    assert answer.status_code == 422 and "Nothing was sent" in answer.text and model.seen == []


def test_a_reader_that_fails_or_is_not_set_up_is_told_on_the_page(browser, served, monkeypatch):  # noqa: F811
    served(status(500))
    first = fields(html.fromstring(browser.get("/en/second").text))
    shown = html.fromstring(browser.post("/en/second", data={**first, "text": TEXT, "on": DAY.isoformat()}).text)
    answer = browser.post("/en/second", data=fields(shown))
    assert answer.status_code == 200 and "HTTP status 500" in answer.text and "battery-cathode-x#1" in answer.text
    monkeypatch.delenv("MULU_SECOND_READER")
    answer = browser.post("/en/second", data={**first, "text": TEXT, "on": DAY.isoformat()})
    assert answer.status_code == 422 and "MULU_SECOND_READER" in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_for_a_case_its_own_text_is_shown_and_sending_is_recorded(browser, keeper, served, language):  # noqa: F811
    served(says({"order": [], "arguments": []}))
    desk = keeper.desk()
    case = desk.case(DAY, NOW, "new", title="正极", technology=TEXT, by="李")["case"]
    first = html.fromstring(browser.get(f"/{language}/second?case={case}").text)
    assert first.xpath("//input[@name='case']/@value") == [case]
    given = {**fields(first), "on": DAY.isoformat(), "by": "王"}
    shown = html.fromstring(browser.post(f"/{language}/second", data=given).text)
    assert TEXT in json.loads(json.loads(shown.xpath("string(//pre)"))["messages"][1]["content"])["text"]
    assert [one["act"] for one in keeper.desk().records(case)] == ["case.opened"]
    assert browser.post(f"/{language}/second", data=fields(shown)).status_code == 200
    last = keeper.desk().records(case)[-1]
    assert (last["act"], last["by"]) == ("case.consulted", "王")
    assert browser.post(f"/{language}/second", data={**given, "case": "C-99"}).status_code == 422

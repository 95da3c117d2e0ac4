"""Cases, determinations and official documents on the page: whole journeys as a person makes them, in both languages."""

from __future__ import annotations

import datetime
import html
import itertools
import json
import re
import struct
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.official import documents as fixtures

import mulu
from mulu.catalogue.editions import Catalogue
from mulu.desk import Desk
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.interfaces.web import cases
from mulu.interfaces.web.documents import file_name
from mulu.screening.engine import Screener

PORT = 8765
LFP = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。"
HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>' {{ 7*7 }} ${7*7} </textarea>"
CHAIR = "一把木椅，由四条椅腿、一块座板和一个靠背组成。"
NOW = datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.UTC)
DAY = datetime.date(2025, 8, 1)
DATA = "规程\t1\tab\tAcme"


class Browser:
    """What a person at the page sees and sends, without scripts; a desk over the same store to compare with."""

    def __init__(self, store: str, catalogue: Catalogue, screener: Screener, language: str) -> None:
        self.store, self.language = store, language
        keeper = Keeper(store)
        keeper._current = Desk(store=store)
        for name, made in (("catalogue", catalogue), ("_engine", screener)):  # loaded once for all tests
            keeper._current.__dict__[name] = made
        self.app = application(keeper, PORT)
        self.client = TestClient(self.app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)
        self.text, self.address = "", ""

    @property
    def desk(self) -> Desk:
        """A desk over the store as it is now, beside that of the page."""
        desk: Desk = self.app.state.keeper.desk()
        return desk

    def says(self, both: dict[str, str]) -> str:
        return both[self.language]

    def see(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        address = path if path.startswith("/") else f"/{self.language}/{path}"
        answer = self.client.get(address)
        while answer.status_code == 303:
            address = answer.headers["location"].partition("#")[0]
            answer = self.client.get(address)
        assert answer.status_code == status, answer.text[-400:]
        self.text, self.address = answer.text, address
        return self.shown

    @property
    def shown(self) -> str:
        """What the page says to a person, as one line."""
        return " ".join(" ".join(lxml.html.fromstring(self.text).itertext()).split())

    @property
    def _forms(self) -> dict[str, Any]:
        return {f.fields["form"]: f for f in lxml.html.fromstring(self.text).forms if "form" in f.fields}

    @property
    def forms(self) -> list[str]:
        return list(self._forms)

    def send(self, form: str, status: int = 303, files: Any = None, **fields: str) -> str:
        """Send one of the forms of the page that is seen, with what it holds but for `fields`; follow where it leads."""
        sent = self._forms[form]
        data = {**dict(sent.form_values()), **fields}
        answer = self.client.post(sent.get("action"), data=data, files=files)
        assert answer.status_code == status, self._wrong(answer)
        if status == 303:
            return self.see(answer.headers["location"].partition("#")[0])
        self.text = answer.text
        return self.shown

    def _wrong(self, answer: Any) -> str:
        found = re.search(r'(?s)id="errors".*?</div>', answer.text)
        return f"{answer.status_code} {found[0] if found else answer.text[-500:]}"

    @property
    def errors(self) -> dict[str, str]:
        """The summary of errors: the id it links to, and what it says."""
        links = lxml.html.fromstring(self.text).get_element_by_id("errors").iter("a")
        return {link.get("href").removeprefix("#"): link.text_content().strip() for link in links}


@pytest.fixture(params=["zh", "en"])
def browser(request: pytest.FixtureRequest, tmp_path: Path, catalogue: Catalogue, screener: Screener) -> Browser:
    return Browser(str(tmp_path / "mulu.db"), catalogue, screener, request.param)


@pytest.fixture
def english(tmp_path: Path, catalogue: Catalogue, screener: Screener) -> Browser:
    return Browser(str(tmp_path / "mulu.db"), catalogue, screener, "en")


def opened(browser: Browser, *, technology: str = LFP, on: str = "2025-08-01", **more: str) -> None:
    browser.see("cases/new")
    browser.send("new", title="LFP to Japan", technology=technology, on=on, by="李娜", **more)


def test_cases_are_listed_some_at_a_time_and_found_by_word_and_progress(browser, monkeypatch):
    monkeypatch.setattr(cases, "_CASES", 3)
    for n in range(7):
        browser.desk.case(DAY, NOW, "new", title=f"案件 {'甲乙'[n % 2]}{n}", technology=LFP, by="李娜")
    said = {"because": "境内", "by": "李娜"}
    answered = browser.desk.determine(NOW, "C-2", answer=["crossing=no", "deemed=no"], **said)
    browser.desk.determine(NOW, "C-2", sign=True, version=answered["version"], **said)

    def shown(query: str) -> list[str]:
        browser.see(f"cases?on={DAY}&{query}")
        return lxml.html.fromstring(browser.text).xpath("//tbody//th/a/text()")

    def numbers() -> list[int]:
        return [
            int(one) for one in lxml.html.fromstring(browser.text).xpath("//nav[@class='subnav no-print']//span/text()")
        ]

    assert [one.split()[0] for one in shown("")] == ["C-7", "C-6", "C-5"]
    assert numbers() == [7, 7, 6, 0]
    assert "1–3" in browser.shown
    (older,) = lxml.html.fromstring(browser.text).xpath("//a[@rel='next']/@href")
    browser.see(older)
    assert "C-4" in browser.shown and "C-7" not in browser.shown
    assert [one.split()[0] for one in shown("page=99")] == ["C-1"]
    assert [one.split()[0] for one in shown("q=乙+案件")] == ["C-6", "C-4", "C-2"]
    assert numbers() == [3, 3, 2, 0]
    assert [one.split()[0] for one in shown("q=乙&which=waits")] == ["C-6", "C-4"]
    assert shown("which=done") == [] == shown("q=丙")
    told = {"zh": "没有这样的案件", "en": "There is no such case"}
    assert told[browser.language] in browser.shown
    browser.see("cases?which=mine", 422)


def handed_in(browser: Browser, path: Path) -> str:
    browser.see("documents")
    with path.open("rb") as file:
        return browser.send("import", files={"file": (path.name, file)})


def test_a_document_is_what_it_says_of_itself_until_somebody_attests_it(browser, tmp_path):
    path = tmp_path / "目录.txt"
    path.write_text(fixtures.SHORT_LIST, encoding="utf-8")
    handed_in(browser, path)
    claimed = {"zh": "announcement-2031-7 自称", "en": "announcement-2031-7 claimed"}
    assert claimed[browser.language] in browser.see("documents")
    (held,) = browser.desk.papers()
    assert held["instrument"] is None and held["claims"]["instrument"] == "announcement-2031-7"
    browser.see(f"documents/{held['document']}")
    browser.send("attest", obtained_from="https://example.gov.cn", obtained_on="2026-11-01", by="李娜")
    assert claimed[browser.language] not in browser.see("documents")


def test_a_list_whose_size_nobody_announced_is_not_said_to_be_complete(english, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(fixtures.SHORT_LIST, encoding="utf-8")
    assert "no number of entries is announced to check it against" in handed_in(english, path)
    (one, other) = english.desk.preview(english.desk.papers()[0]["document"])["lists"]
    assert (one["announced"], other["announced"], one["official"], other["official"]) == (None, None, 1, 1)
    counted = tmp_path / "counted.txt"
    text = fixtures.SHORT_LIST.replace("2031年第7号", "2023年第57号")  # of which the announced count is known
    counted.write_text(text, encoding="utf-8")
    assert "not as many entries as announced" in handed_in(english, counted)
    preview = english.desk.preview(english.desk.papers()[-1]["document"])
    assert preview["counts_differ"] and not preview["complete"]


def test_a_format_without_pages_shows_the_passages_read_and_those_that_speak(browser, tmp_path):
    handed_in(browser, fixtures.list_docx(tmp_path).path)
    digest = browser.desk.papers()[0]["document"]
    passages = browser.desk.passages(digest)["passages"]
    shown = lxml.html.fromstring(browser.text).xpath("//ol[@class='passages']/li")
    assert 0 < len(shown) <= 80 < len(passages)
    by_number = {str(one["number"]): one["text"] for one in passages}
    for one in shown:
        assert " ".join(one.text_content().split()) == " ".join(by_number[one.get("value")].split())
    assert any(one.get("class") == "speaks" for one in shown)
    (later,) = lxml.html.fromstring(browser.text).xpath("//p[@class='small pages']/a/@href")[-1:]
    browser.see(later.partition("#")[0])
    following = lxml.html.fromstring(browser.text).xpath("//ol[@class='passages']/li/@value")
    assert set(following).isdisjoint(one.get("value") for one in shown)


def test_fonts_that_a_document_does_not_carry_are_named_and_its_text_stands_below(browser, tmp_path):
    page = handed_in(browser, fixtures.unembedded_pdf(tmp_path / "list.pdf"))
    assert "STSong-Light" in page
    assert "丙丁的方法" in "".join(lxml.html.fromstring(browser.text).xpath("//ol[@class='passages']//text()"))
    carried = browser.desk.import_(str(fixtures.table_pdf(tmp_path).path), NOW)["document"]
    assert browser.desk.passages(carried) == {"media": "pdf", "undrawn": {}, "passages": []}


def test_what_is_left_to_confirm_is_counted_once_for_each_change(english, tmp_path, monkeypatch):
    counted = []
    whole = Desk.confirm
    monkeypatch.setattr(Desk, "confirm", lambda desk, *more: counted.append(more[0]) or whole(desk, *more))
    digest = english.desk.import_(str(fixtures.list_docx(tmp_path).path), NOW)["document"]
    english.desk.attest(digest, NOW, "李娜", "https://example.gov.cn", DAY)
    english.desk.apply(digest, NOW)
    for _ in range(3):
        english.see("")
    assert counted == [digest]
    english.desk.undo(digest, NOW, "李娜", "试用")
    english.desk.apply(digest, NOW)
    english.see("")
    assert counted == [digest, digest]


def seen_on_screen(browser: Browser, text: str = LFP, **asked: str) -> dict[str, str]:
    """Screen a text on the page; the fields of the form that opens a case from it."""
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.client.get("/en/screen").text)
    assert csrf is not None
    data = {"csrf": csrf[1], "text": text, "on": DAY.isoformat(), **asked}
    browser.text = browser.client.post(f"/{browser.language}/screen", data=data).text
    (form,) = [f for f in lxml.html.fromstring(browser.text).forms if f.get("action").endswith("/cases/new")]
    values = dict(form.form_values())
    values["technology"] = values["technology"].removeprefix("\n")  # as every browser does, and this reader does not
    return {**values, "title": "LFP", "by": "李娜"}


def opens(browser: Browser, fields: dict[str, str], status: int) -> None:
    sent = {name: value.replace("\n", "\r\n") for name, value in fields.items()}
    answer = browser.client.post(f"/{browser.language}/cases/new", data=sent)
    assert answer.status_code == status, browser._wrong(answer)
    browser.text = answer.text


def test_a_case_opened_from_a_screening_holds_what_was_seen(browser):
    text = f"\n {LFP}\n 压实密度 2.62 g/cm³ "  # to the last space
    fields = seen_on_screen(browser, text, top="3", base_rate="0.2")
    opens(browser, fields, 303)
    seen = browser.desk.screen(text, DAY, top=3, base_rate=0.2)
    one, two = browser.desk.records("C-1")
    assert (one["act"], two["act"]) == ("case.opened", "case.screened")
    held = two["body"]["screening"]
    assert held["candidates"][:3] == seen["candidates"]
    assert all(held[key] == seen[key] for key in ("on", "edition", "data", "engine", "considered"))
    browser.see("cases/C-1/determination")
    for evidence in seen["candidates"][0]["points"][0]["evidence"]:
        for start, end in evidence["all_in_description"] if evidence["kind"] != "meaning" else ():
            assert text[start:end] in browser.shown
    again = browser.desk.determine(NOW, "C-1", screen=True, by="李娜")  # a base rate asks about nobody less
    assert [row["item"] for row in again["candidates"]] == held["asked"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"on": "2023-06-01"}, "2025-08-01 → 2023-06-01"),
        ({"technology": CHAIR}, "text"),
        ({"seen": ("linear-", "linear-0.")}, "engine linear-0."),
        ({"seen": ('"digest":"', '"digest":"0')}, "candidates shown"),
    ],
)
def test_a_screening_that_is_another_by_now_opens_no_case(english, changed, told):
    fields = seen_on_screen(english)
    for name, value in changed.items():
        fields[name] = value if isinstance(value, str) else fields[name].replace(*value)
    opens(english, fields, 409)
    assert told in english.errors["new"]
    assert "Screen again" in english.shown
    assert english.desk.case(DAY, NOW)["cases"] == []
    opens(english, fields | {"seen": "{}"}, 422)
    assert english.desk.case(DAY, NOW)["cases"] == []


def test_a_draft_is_no_screening_for_a_case(english):
    fields = seen_on_screen(english, draft="draft-2025-01-02")
    assert "seen" not in fields
    assert "A determination cannot stand on a draft" in english.shown
    opens(english, fields, 303)
    assert english.desk.determine(NOW, "C-1")["screened"] is None


def test_a_file_is_no_screening_for_a_case(english):
    english.see("screen")
    csrf = lxml.html.fromstring(english.text).xpath("//input[@name='csrf']/@value")[0]
    files = {"files": ("scheme.txt", LFP.encode())}
    data = {"csrf": csrf, "text": "", "on": DAY.isoformat()}
    english.text = english.client.post("/en/screen", data=data, files=files).text
    assert 'name="seen"' not in english.text
    assert "the result may differ" in english.shown


def test_every_number_of_a_score_is_unfolded_on_demand(browser):
    seen_on_screen(browser)
    shown = browser.shown
    explained = browser.desk.screen(LFP, DAY, explain=True)["candidates"][0]["points"][0]["explanation"]
    for one in explained["features"]:
        if one["adds"]:
            assert f"{one['name']} {one['value']:.3f} {one['weight']:+.3f} {one['adds']:+.3f}" in shown
    assert f"{explained['logit']:+.3f}" in shown
    assert all(d.get("open") is None for d in lxml.html.fromstring(browser.text).find_class("numbers"))


def answered(browser: Browser, *, result: str = "does-not") -> None:
    """Screen, answer every question in turn, and answer every candidate alike."""
    browser.send("screen", by="李娜")
    while (question := browser.desk.determine(NOW, "C-1")["next"]) is not None:
        page = browser.shown
        for part in ("question", "why", "evidence"):
            assert browser.says(question[part]) in page
        for value, then in question["then"].items():
            assert browser.says(then) in page, value
        for cited in question["provisions"]:
            assert browser.says(cited["where"]) in page
        no = "yes" if question["test"] == "crossing" else "no"
        browser.send(f"answer-{question['test']}", value=no, because="合同第二条", by="李娜")
    compared(browser, result)


def compared(browser: Browser, result: str) -> None:
    for row in browser.desk.determine(NOW, "C-1")["candidates"]:
        browser.see(f"cases/C-1/determination?item={row['item']}")
        assert browser.says(row["name"]) in browser.shown
        for point in row["points"]:
            assert browser.says(point["requires"]) in browser.shown
            sent = {"result": result, "fact": "2.41 g/cm³", "source": "test report p. 4", "by": "李娜"}
            browser.send(f"compare-{row['item']}_{point['number']}", **sent)


def signed(browser: Browser, *, result: str) -> None:
    answered(browser, result=result)
    browser.send("read", read_at="https://www.mofcom.gov.cn", read_on="2025-08-01", by="李娜")
    if result == "does-not":
        for row in browser.desk.determine(NOW, "C-1")["candidates"]:
            browser.see(f"cases/C-1/determination?item={row['item']}")
            browser.send(f"compare-{row['item']}_text", result="does-not", fact="other subject", by="李娜")
    browser.send("sign", because="point by point", by="李娜")


def happens(browser: Browser, event: str, on: str, status: int = 303, **evidence: str) -> str:
    browser.see("cases/C-1")
    return browser.send(f"event-{event}", status, on=on, by="李娜", **evidence)


SCREENED = {"screening": "S-1", "screened_on": "2025-08-01", "screening_result": "no_hit", "parties": "Jia Co\nAcme"}
SCOPE = {"technology": "T-1", "description": "LFP", "destination": "JP", "mode": "M4", "channel": "trade", **SCREENED}


# ---- cases -------------------------------------------------------------------------------------------------------


def test_a_case_goes_from_its_opening_to_the_end_of_its_registration(browser: Browser) -> None:
    opened(browser, technology="面向中小企业的进销存管理软件，含财务报表模块。", two_persons="yes")
    assert browser.address == f"/{browser.language}/cases/C-1/determination"
    signed(browser, result="does-not")
    assert browser.desk.determine(NOW, "C-1")["outcome"] == "not listed"
    refused = browser.send("approve", 409, by=" 李 娜 ")
    assert "approve" in browser.errors
    assert "李 娜" in refused
    browser.send("approve", by="王强")
    browser.send("dissent", because="not so sure", by="张敏")
    assert browser.desk.determine(NOW, "C-1")["signed"][0]["approved_by"] == "王强"
    assert "not so sure" in browser.shown
    happens(browser, "scope", "2025-08-02", **SCOPE)
    happens(browser, "classify_free", "2025-08-02", signatory="李娜")
    assert "event-classify_free" not in browser.forms
    happens(
        browser,
        "contract_effective",
        "2025-08-10",
        contract="K-1",
        effective="2025-08-10",
        payment="lump_sum",
        recipients="Acme",
        **SCREENED,
    )
    due = browser.desk.case(datetime.date(2025, 8, 10), NOW, "C-1")["due"]
    browser.see("cases/C-1?on=2025-08-10")
    assert due[0]["day"] in browser.shown
    assert browser.says(due[0]["says"]) in browser.shown
    assert browser.says(due[0]["provisions"][0]["where"]) in browser.shown
    happens(
        browser,
        "submit_registration",
        "2025-09-01",
        online_entry="N-1",
        received="2025-09-01",
        registration_form="F-1",
        contract_copy="K-1",
        party_status="P-1",
    )
    happens(
        browser,
        "register",
        "2025-09-04",
        certificate_number="Z-1",
        contract_number="25CNBJ1Y39ABC001",
        issued="2025-09-04",
    )
    happens(browser, "terminate", "2025-10-01", termination="T-1", terminated="2025-10-01")
    happens(browser, "file_termination", "2025-10-09", filing_receipt="R-1", received="2025-10-09")
    happens(browser, "close", "2025-10-10", signatory="李娜", reasons="ended")
    case = browser.desk.case(NOW.date(), NOW, "C-1")
    assert case["state"] == "CLOSED"
    browser.see("cases/C-1")
    for one in case["history"]:
        assert browser.says(one["says"]) in browser.shown
    for one in case["stations"]:
        assert browser.says(one["name"]) in browser.shown
    browser.see("cases")
    assert browser.says(case["name"]) in browser.shown


def test_restricted_technology_is_delivered_as_its_licence_lists_it(english: Browser) -> None:
    opened(english)
    signed(english, result="meets")
    assert english.desk.determine(NOW, "C-1")["outcome"] == "restricted"
    happens(english, "scope", "2025-08-02", **SCOPE)
    # the item that is met is taken from the determination where it is left empty
    happens(english, "classify_restricted", "2025-08-02", signatory="李娜")
    assert "battery-cathode-x" in english.shown
    happens(english, "secret_no", "2025-08-04", signatory="李娜", reasons="not classified")
    page = happens(english, "submit", "2025-08-06", 422, received="2025-08-06", technologies="T-1", recipients="Acme")
    assert english.errors == {"event-submit-application_form": "Fill in “application form”."} or "application" in page
    english.send("event-submit", on="2025-08-06", by="李娜", application_form="A-1")
    happens(
        english,
        "approve",
        "2025-09-05",
        loi_number="L-1",
        issued="2025-09-05",
        decided="2025-09-05",
        loi_expiry="2028-09-04",
        technologies="T-1",
        recipients="Acme",
    )
    recent = {**SCREENED, "screened_on": "2025-09-10"}
    happens(
        english,
        "sign",
        "2025-09-12",
        contract="K-1",
        signed="2025-09-12",
        technologies="T-1",
        recipients="Acme",
        **recent,
    )
    happens(
        english,
        "apply_licence",
        "2025-09-15",
        received="2025-09-15",
        loi_copy="L-1",
        contract_copy="K-1",
        party_status="P-1",
        technical_data_list=f"{DATA}\n配方 | 2 | cd | Acme",
    )
    happens(
        english,
        "permit",
        "2025-09-26",
        licence_number="X-1",
        issued="2025-09-26",
        decided="2025-09-26",
        valid_to="2026-09-25",
    )
    place = {"medium": "disc", "place": "Tokyo", "method": "courier"}
    recent["screened_on"] = "2025-10-01"
    refused = happens(english, "deliver", "2025-10-09", 409, delivered="other paper | 1 | ff | Acme", **place, **recent)
    assert "other paper" in refused
    assert "Nothing was recorded" in refused
    assert len(english.desk.case(NOW.date(), NOW, "C-1")["deliveries"]) == 0
    happens(english, "deliver", "2025-10-09", **{"delivered-0": "yes"}, **place, **recent)
    case = english.desk.case(NOW.date(), NOW, "C-1")
    assert [row["title"] for one in case["deliveries"] for row in one["delivered"]] == ["规程"]
    assert "规程 · 1 · ab → Acme" in english.shown


def test_a_breach_is_recorded_as_it_was_and_its_exposure_shown(browser: Browser) -> None:
    opened(browser)
    breach = {"breach": "early-negotiation", "breach_day": "2026-03-02", "facts": "talks in Osaka", "gains": "600000"}
    happens(browser, "record_breach", "2026-03-10", **breach)
    (exposure,) = browser.desk.case(NOW.date(), NOW, "C-1")["exposure"]
    assert browser.says(exposure["says"]) in browser.shown
    for sanction in exposure["sanctions"]:
        assert browser.says(sanction["says"]) in browser.shown
        for cited in sanction["provisions"]:
            assert browser.says(cited["where"]) in browser.shown


def test_an_event_that_the_case_does_not_allow_is_refused_and_changes_nothing(browser: Browser) -> None:
    opened(browser)
    browser.see("cases/C-1")
    case = browser.desk.case(NOW.date(), NOW, "C-1")
    for one in case["possible"]:
        assert (f"event-{one['event']}" in browser.forms) is (one["refused_now"] is None)
        if one["refused_now"] is not None:
            assert browser.says(one["refused_now"]) in browser.shown
    records = browser.desk.trail()["records"]
    token = re.search(r'name="csrf" value="(\w+)"', browser.text)
    assert token is not None
    for event in ("deliver", "permit", "no-such-event"):
        sent = {"csrf": token[1], "form": f"event-{event}", "event": event, "on": "2025-08-02", "by": "李娜"}
        answer = browser.client.post(f"/{browser.language}/cases/C-1", data=sent)
        assert answer.status_code in (409, 422), event
        assert 'id="errors"' in answer.text
    assert browser.desk.trail()["records"] == records


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(browser: Browser) -> None:
    browser.see("cases/new")
    browser.send("new", 422, title="Kept title", technology="", on="2025-02-30", by="")
    assert set(browser.errors) == {"new-technology", "new-on", "new-by"}
    assert 'value="Kept title"' in browser.text
    assert 'value="2025-02-30"' in browser.text
    for field in browser.errors:
        assert f'id="{field}"' in browser.text
        assert f'aria-describedby="{field}-hint {field}-error" aria-invalid="true"' in browser.text
    assert not Path(browser.store).exists()
    opened(browser)
    happens(browser, "scope", "2025-08-02", 422, description="half of it", screened_on="2025-08-01")
    assert "event-scope-technology" in browser.errors
    assert "event-scope-description" not in browser.errors
    assert "half of it" in browser.text
    browser.see("cases/C-1/determination")
    browser.send("sign", 422, because=" ", by="")
    assert set(browser.errors) == {"sign-because", "sign-by"}
    browser.see("cases/C-1/determination?test=control")
    browser.send("answer-control", 422, because="list read", by="李娜")
    assert list(browser.errors) == ["answer-control-value"]
    assert "list read" in browser.text
    assert browser.desk.trail()["records"] == 1


def test_evidence_in_the_wrong_form_is_told_at_its_field(english: Browser) -> None:
    opened(english)
    happens(english, "scope", "2025-08-02", 422, **{**SCOPE, "screened_on": "2025-08-20"})
    assert list(english.errors) == ["event-scope-screened_on"]
    happens(english, "ban_imposed", "2025-08-02", 422, ban="B", ban_until="soon", decided="2025-08-02")
    assert list(english.errors) == ["event-ban_imposed-ban_until"]


def test_a_form_that_this_server_did_not_give_does_nothing(browser: Browser) -> None:
    opened(browser)
    records = browser.desk.trail()["records"]
    for path, sent in (
        ("cases/new", {"form": "new", "title": "x", "technology": "x", "on": "2025-08-01", "by": "x"}),
        ("cases/C-1", {"form": "event-withdraw", "event": "withdraw", "reasons": "x", "on": "2025-08-02", "by": "x"}),
        ("cases/C-1/determination", {"form": "sign", "because": "x", "by": "x"}),
        ("documents", {"form": "import"}),
        ("documents/abcdef", {"form": "undo", "because": "x", "by": "x"}),
        ("documents/abcdef/confirm", {"form": "confirm", "by": "x"}),
    ):
        for token in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            answer = browser.client.post(f"/{browser.language}/{path}", data={**sent, **token})
            assert answer.status_code == 403, path
            assert browser.says({"zh": "未作任何改动", "en": "Nothing was changed"}) in answer.text
    assert browser.desk.trail()["records"] == records


def test_the_name_is_remembered_for_the_next_form(english: Browser) -> None:
    opened(english)
    english.see("cases/C-1/determination")
    assert 'id="screen-by" name="by" type="text" value="李娜"' in english.text
    english.client.cookies.set("mulu_by", "%3Cb%3E%22x", domain="127.0.0.1", path="/")
    english.see("cases/C-1/determination")
    assert 'value="&lt;b&gt;&#34;x"' in english.text


def test_a_case_that_is_not_there_is_told_and_not_made_up(browser: Browser) -> None:
    opened(browser)
    for path in ("cases/C-99", "cases/C-99/determination", "cases/C-1/determinations/1", "documents/abcdef0123"):
        browser.see(path, 404)
        assert 'role="alert"' in browser.text


# ---- determinations ----------------------------------------------------------------------------------------------


def test_an_answer_is_changed_with_a_reason_and_the_old_one_stays_in_the_trail(browser: Browser) -> None:
    opened(browser)
    browser.send("answer-crossing", value="no", because="stays here", by="李娜")
    assert browser.says({"zh": "境内提供给外国人", "en": "inside China to a foreign person"}) in browser.shown
    browser.see("cases/C-1/determination?test=crossing")
    assert re.search(r'value="no" checked', browser.text)
    browser.send("answer-crossing", 422, value="yes", because="", by="李娜")
    assert list(browser.errors) == ["answer-crossing-because"]
    browser.send("answer-crossing", value="yes", because="the server stands abroad", by="王强")
    browser.see("cases/C-1/determination?test=secret")
    browser.send("answer-secret", value="open", because="asked the bureau", by="王强")
    answer = browser.desk.determine(NOW, "C-1")
    assert answer["answers"]["crossing"]["value"] == "yes"
    assert answer["answers"]["secret"]["value"] is None
    assert "the server stands abroad" in browser.shown
    for one in answer["open"]:
        assert browser.says(one["question"]) in browser.shown
    acts = [e["body"]["value"] for e in browser.desk.trail()["entries"] if e["act"] == "case.answered"]
    assert acts == ["no", "yes", None]


def test_the_page_shows_what_the_desk_answers(browser: Browser) -> None:
    opened(browser)
    answered(browser)
    answer = browser.desk.determine(NOW, "C-1")
    for item in [row["item"] for row in answer["candidates"]]:
        browser.see(f"cases/C-1/determination?item={item}")
        row = next(one for one in answer["candidates"] if one["item"] == item)
        for point in row["points"]:
            assert browser.says(point["requires"]) in browser.shown
            assert point["fact"] in browser.text
            for clause in point["clauses"]:
                assert clause["required"] in browser.shown
                assert clause["stated"] is None or clause["stated"] in browser.shown
    for step in answer["steps"]:
        assert browser.says(step["question"]) in browser.shown
        assert browser.says(step["because"]) in browser.shown
        for cited in step["provisions"]:
            assert browser.says(cited["where"]) in browser.shown
    for one in answer["lacks"]:
        assert browser.says(one) in browser.shown
    for part in ("edition", "data", "on", "known_to"):
        assert answer[part] in browser.shown
    seen = answer["screened"]["considered"]
    assert str(seen["held"]) in browser.shown
    assert str(seen["not_held"]) in browser.shown


def test_a_clause_prepares_the_answer_to_its_point(english: Browser) -> None:
    opened(english)
    english.send("screen", by="李娜")
    english.see("cases/C-1/determination?item=battery-cathode-x")
    fields = {"result.2": "does-not", "fact.2": "2.41 g/cm³", "result": "meets", "fact": "all"}
    english.send("compare-battery-cathode-x_1", 409, by="李娜", **fields)
    assert "compare-battery-cathode-x_1" in english.errors
    assert "2.41 g/cm³" in english.text
    english.send("compare-battery-cathode-x_1", by="李娜", **{**fields, "result": "does-not"})
    row = next(r for r in english.desk.determine(NOW, "C-1")["candidates"] if r["item"] == "battery-cathode-x")
    assert row["points"][0]["result"] == "does-not"
    assert row["points"][0]["clauses"][1]["fact"] == "2.41 g/cm³"


def test_a_day_beyond_what_was_checked_is_said_loudly_until_a_check_is_recorded(browser: Browser) -> None:
    known_to = browser.desk.catalogue.known_to
    on = (known_to + datetime.timedelta(days=1)).isoformat()
    opened(browser, on=on)
    loud = browser.says({"zh": "超出所知日期", "en": "Beyond what was checked"})
    assert loud in browser.shown
    today = datetime.datetime.now(datetime.UTC).date()
    if today > known_to:
        browser.send("checked", checked_at="mofcom.gov.cn", checked_on=on, by="李娜")
        assert "mofcom.gov.cn" in browser.shown
    browser.send("checked", 422, checked_at="x", checked_on="2199-01-01", by="李娜")


def test_a_signed_determination_can_be_printed_with_what_it_stands_on(browser: Browser) -> None:
    opened(browser)
    signed(browser, result="meets")
    browser.see("cases/C-1/determinations/1")
    (entry,) = [e for e in browser.desk.trail()["entries"] if e["act"] == "case.signed"]
    body = entry["body"]["determination"]
    for text in (body["technology"], body["because"], body["data"], body["engine"], entry["chain"]):
        assert text in browser.shown
    for one in body["stands_on"]:
        assert one["version"] in browser.shown
    for step in body["steps"]:
        for cited in step["provisions"]:
            assert browser.says(cited["where"]) in browser.shown


def test_a_determination_whose_edition_has_changed_is_said_to_be_reopened(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = datetime.datetime(2031, 5, 2, 9, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr("mulu.interfaces.web.cases.now", lambda: then)  # the list is in force from April
    opened(browser, on="2031-05-01")
    browser.send("sign", because="facts are missing", by="李娜")
    browser.see("documents")
    path = fixtures.list_docx(tmp_path).path
    with path.open("rb") as file:
        browser.send("import", files={"file": (path.name, file)})
    browser.send("attest", obtained_from="https://example.gov.cn", obtained_on="2026-11-01", by="李娜")
    browser.send("apply")
    browser.see("cases/C-1/determination")
    (one,) = browser.desk.determine(NOW, "C-1")["signed"]
    assert one["reopened"]
    assert browser.says(one["reopened"][0]) in browser.shown
    assert browser.says({"zh": "须重新审视", "en": "is reopened"}) in browser.shown
    for path_ in ("cases", "cases/C-1", "cases/C-1/determinations/1"):
        assert browser.says({"zh": "须重新", "en": "eopened"}) in browser.see(path_)


def test_earlier_determinations_on_the_same_entry_are_shown(english: Browser) -> None:
    opened(english)
    signed(english, result="meets")
    english.see("cases/new")
    english.send("new", title="again", technology=LFP + "第二次", on="2025-08-01", by="李娜")
    english.send("screen", by="李娜")
    (precedent,) = english.desk.determine(NOW, "C-2")["precedents"]
    assert f"{precedent['determination']} {precedent['title']}" in english.shown


def test_a_settled_determination_is_shown_without_forms_that_would_be_refused(english: Browser) -> None:
    opened(english)
    signed(english, result="meets")
    happens(english, "scope", "2025-08-02", **SCOPE)
    happens(english, "classify_restricted", "2025-08-02", signatory="李娜")
    english.see("cases/C-1/determination?test=secret")
    assert set(english.forms) == {"checked", "dissent"}
    assert "2.41 g/cm³" in english.shown


def test_the_trail_shows_every_record_its_seal_and_the_head(browser: Browser) -> None:
    browser.see("trail")
    assert not Path(browser.store).exists()
    opened(browser)
    desk = browser.desk
    for n in range(104):
        desk.determine(NOW, "C-1", answer=["crossing=yes"], because=f"reason {n}", by="李娜")
    trail = browser.desk.trail()
    browser.see("trail")
    assert trail["head"] in browser.shown
    assert trail["entries"][-1]["chain"][:12] in browser.shown
    assert trail["entries"][0]["chain"][:12] not in browser.shown
    browser.see("trail?page=2&case=C-1")
    assert trail["entries"][0]["chain"][:12] in browser.shown
    for odd in ("0", "-1", "x", "99999999999", "²"):
        browser.see(f"trail?page={odd}")


# ---- official documents ------------------------------------------------------------------------------------------


def test_a_document_is_previewed_attested_applied_and_undone(browser: Browser, tmp_path: Path) -> None:
    path = fixtures.table_pdf(tmp_path).path
    browser.see("documents")
    with path.open("rb") as file:
        browser.send("import", files={"file": ("目录 2031.pdf", file)})
    digest = browser.address.rpartition("/")[2]
    preview = browser.desk.preview(digest)
    assert preview["name"] == "目录 2031.pdf"
    assert "目录 2031.pdf" in browser.shown
    for kind, count in preview["report"].items():
        assert f" {count} " in browser.shown, kind
    second = [one for one in preview["findings"] if one["page"] == 2]
    browser.see(f"documents/{digest}?leaf=2")
    packed = "".join(browser.shown.split())
    for one in second:
        assert "".join(one["official"].split()) in packed
    picture = browser.client.get(f"/{browser.language}/documents/{digest}/pages/2.png")
    assert picture.headers["content-type"] == "image/png"
    wide, high = struct.unpack(">II", picture.content[16:24])
    assert wide <= 1200
    assert high <= 2400
    assert browser.client.get(f"/{browser.language}/documents/{digest}/pages/0.png").status_code == 404
    browser.send("attest", 422, obtained_from="", obtained_on="2026-11-01", by="李娜")
    assert list(browser.errors) == ["attest-obtained_from"]
    browser.send("attest", obtained_from="https://example.gov.cn", obtained_on="2026-11-01", by="李娜")
    before = browser.desk.items(datetime.date(2031, 5, 1))["items"]
    browser.send("apply")
    assert browser.desk.documents()["documents"][0]["status"] == "applied"
    assert len(browser.desk.items(datetime.date(2031, 5, 1))["items"]) == preview["entries"]
    assert browser.desk.preview(digest)["report"] == preview["report"]
    browser.send("undo", because="a trial", by="李娜")
    assert browser.desk.items(datetime.date(2031, 5, 1))["items"] == before
    browser.send("withdraw", because="a trial", by="李娜")
    assert browser.desk.documents()["documents"][0]["status"] == "claimed"
    browser.see("documents")
    assert "目录 2031.pdf" in browser.shown


def test_a_person_decides_what_an_entry_is_and_that_counts_may_differ(english: Browser, tmp_path: Path) -> None:
    listed = fixtures.list_txt_gb18030(tmp_path)
    blocks = re.split(r"(?=编\s*号\s*[：:])", listed.path.read_bytes().decode("gb18030"))
    english.see("documents")
    english.send("import", files={"file": ("short.txt", "".join(blocks[:-1]).encode("gb18030"))})
    digest = english.address.rpartition("/")[2]
    english.send("attest", obtained_from="https://example.gov.cn", obtained_on="2026-11-01", by="李娜")
    told = english.send("apply", 409)
    assert told.count("give “Apply although the numbers differ”") == 1
    assert "tick" not in told and "--counts-differ" not in told
    assert english.desk.documents()["documents"][0]["status"] == "attested"
    english.see(f"documents/{digest}?view=matches")
    entry = next(e for e in listed.entries if e.control.value == "restricted")
    taken = english.desk.preview(digest)["taken_as_new"]
    place = next(n for n, one in enumerate(taken, 1) if one["code"] == entry.code)
    english.send("apply", counts_differ="yes", **{f"other-new{place}": "battery-cathode-x"})
    shown = english.desk.show("battery-cathode-x", datetime.date(2031, 5, 1))
    assert shown["name"]["zh"] == entry.name


@pytest.mark.parametrize(
    "make", [fixtures.corrupt, fixtures.encrypted, fixtures.wrong_document, fixtures.zip_bomb_docx]
)
def test_a_file_that_cannot_be_read_is_refused_by_its_own_name_and_nothing_is_kept(
    make: Any, english: Browser, tmp_path: Path
) -> None:
    made = make(tmp_path)
    english.see("documents")
    with made.open("rb") as file:
        told = english.send("import", 422, files={"file": (f"a<b>{made.suffix}", file)})
    assert f"a<b>{made.suffix}" in told
    assert "/tmp" not in told
    assert list(english.errors) == ["import-file"]
    assert not Path(english.store).exists()
    english.see("documents")
    english.send("import", 422, files={})
    assert list(english.errors) == ["import-file"]


def test_what_a_machine_read_is_confirmed_beside_the_picture_of_its_line(english: Browser, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    page = fixtures.scanned_pdf(tmp_path)
    english.see("documents")
    known = {"instrument": "announcement-2031-7", "effective": "2031-04-01", "ocr": "yes"}
    with page.path.open("rb") as file:
        english.send("import", files={"file": ("scan.pdf", file)}, **known)
    digest = english.address.partition("?")[0].rpartition("/")[2]
    english.send("attest", obtained_from="档案室", obtained_on="2026-11-01", by="李娜", effective="2031-04-01")
    english.send("apply")
    english.see(f"documents/{digest}/confirm")
    before = english.desk.confirm(digest, NOW)
    tokens = re.findall(r'name="token-([^"]*)" value="([^"]*)"', english.text)
    (line, *_) = re.findall(r"/lines/\d+\.png", english.text)
    assert english.client.get(f"/en/documents/{digest}{line}").content.startswith(b"\x89PNG")
    english.send("confirm", 422, by="李娜")
    assert english.desk.confirm(digest, NOW)["left"] == before["left"]
    read = {t["token"]: t["read"] for part in before["parts"] for t in part["tokens"]}
    (one, first), (two, second) = tokens[0], tokens[1]
    other = "999999X" if first.endswith("@code") else "12 kg"
    english.send("confirm", by="李娜", **{f"same-{two}": "yes", f"seen-{one}": other})
    after = english.desk.confirm(digest, NOW)
    assert after["left"] == before["left"] - 2
    settled = {t["token"]: t["confirmed"] for part in after["parts"] for t in part["tokens"]}
    assert settled[html.unescape(first)] == other
    assert settled[html.unescape(second)] == read[html.unescape(second)]
    assert english.client.get(f"/en/documents/{digest}/lines/9999.png").status_code == 404


@given(st.text(max_size=300))
def test_the_name_of_a_file_stays_in_its_folder(given_name: str) -> None:
    name = file_name(given_name)
    assert name == Path(name).name
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= 200
    assert not re.search(r"[\x00-\x1f/\\]", name)


def test_the_name_of_a_file_is_shown_as_it_was_given() -> None:
    assert file_name("C:\\files\\<script>目录 “28号”.pdf") == "<script>目录 “28号”.pdf"
    assert file_name("../../etc/passwd") == "passwd"
    assert file_name("长" * 300 + ".pdf").endswith("长.pdf")


# ---- of every page -----------------------------------------------------------------------------------------------


def test_hostile_texts_names_and_file_names_are_shown_and_never_run(english: Browser, tmp_path: Path) -> None:
    english.see("cases/new")
    english.send("new", title=HOSTILE, technology=HOSTILE + LFP, on="2025-08-01", by=HOSTILE)
    english.send("screen", by=HOSTILE)
    english.send("answer-crossing", value="yes", because=HOSTILE, by=HOSTILE)
    english.send("candidate", item="uav-x", because=HOSTILE, by=HOSTILE)
    english.send("checked", checked_at=HOSTILE, checked_on="2025-08-01", by=HOSTILE)
    english.send("read", read_at=HOSTILE, read_on="2025-08-01", by=HOSTILE)
    english.send("sign", because=HOSTILE, by=HOSTILE)
    english.send("dissent", because=HOSTILE, by=HOSTILE)
    english.see("cases/C-1")
    english.send("event-attach", on="2025-08-02", by=HOSTILE, note=HOSTILE, attachment=HOSTILE)
    english.send("event-withdraw", 422, on=HOSTILE, by="", reasons=HOSTILE)
    seen = [english.text]
    english.see("documents")
    path = fixtures.list_html(tmp_path).path
    name = "<img src=x onerror=alert(1)>{{7*7}}.html"
    body = path.read_bytes().replace(b"</body>", b"<script>alert(1)</script></body>")
    english.send("import", files={"file": (name, body)})
    digest = english.address.rpartition("/")[2]
    english.send("attest", obtained_from=HOSTILE, obtained_on="2026-11-01", by=HOSTILE)
    pages = ["cases", "cases/C-1", "cases/C-1/determination", "cases/C-1/determinations/1", "trail", "documents"]
    for page in (*pages, f"documents/{digest}", f"documents/{digest}?view=matches&instrument={HOSTILE}"):
        english.see(page)
        seen.append(english.text)
    for text in seen:
        tree = lxml.html.fromstring(text)
        assert [one.get("src") for one in tree.iter("script")] == [f"/static/mulu.js?{mulu.__version__}"]
        assert all(one.get("src").startswith("/en/documents/") for one in tree.iter("img"))
        assert not [name for one in tree.iter() for name in one.attrib if name.startswith("on") or name == "style"]
    assert any("{{ 7*7 }}" in text for text in seen)
    assert any(name in html.unescape(text) for text in seen)


def test_every_page_is_small_says_its_language_and_needs_no_inline_script_or_style(
    browser: Browser, tmp_path: Path
) -> None:
    opened(browser)
    signed(browser, result="meets")
    browser.see("documents")
    with fixtures.table_pdf(tmp_path).path.open("rb") as file:
        browser.send("import", files={"file": ("t.pdf", file)})
    digest = browser.address.rpartition("/")[2]
    pages = ["cases", "cases/new", "cases/C-1", "cases/C-1/determination", "cases/C-1/determinations/1", "trail"]
    for page in (*pages, "documents", f"documents/{digest}", f"documents/{digest}?leaf=3"):
        browser.see(page)
        assert len(browser.text.encode()) < 100_000, page
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", browser.text), page
        ids = re.findall(r'\sid="([^"]*)"', browser.text)
        assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
        for target in re.findall(r'<label[^>]*\sfor="([^"]*)"', browser.text):
            assert target in ids, (page, target)
        levels = [int(level) for level in re.findall(r"<h([1-6])", browser.text)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (page, levels)
        chinese = re.search(r"[一-鿿]", re.sub(r'(?s)lang="[^"]*"[^>]*>.*?<', "<", browser.text))
        assert chinese or browser.language == "en"
    headers = browser.client.get(f"/{browser.language}/cases").headers
    assert "unsafe" not in headers["content-security-policy"]


def test_cases_and_documents_are_those_of_now(english: Browser) -> None:
    opened(english)
    for path in ("cases", "cases/C-1", "cases/C-1/determination", "documents"):
        answer = english.client.get(f"/en/{path}?on=2025-08-01&as_known=2026-11-01")
        assert answer.status_code == 303
        assert "as_known" not in answer.headers["location"]
        assert "on=2025-08-01" in answer.headers["location"]
    english.see("cases/C-1/determination")
    token = re.search(r'name="csrf" value="(\w+)"', english.text)
    assert token is not None
    answer = english.client.post(
        "/en/cases/C-1/determination?as_known=2026-11-01",
        data={"csrf": token[1], "form": "sign", "because": "x", "by": "x"},
    )
    assert answer.status_code == 422
    assert not english.desk.determine(NOW, "C-1")["signed"]


def test_the_answers_behind_the_pages_are_plain_json(english: Browser, tmp_path: Path) -> None:
    opened(english)
    happens(english, "scope", "2025-08-02", **SCOPE)
    path = fixtures.table_docx(tmp_path).path
    digest = english.desk.import_(str(path), NOW)["document"]
    for answer in (
        english.desk.case(DAY, NOW, "C-1"),
        english.desk.determine(NOW, "C-1"),
        english.desk.preview(digest),
    ):
        assert json.loads(json.dumps(answer)) == answer

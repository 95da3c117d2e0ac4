"""Home, Screen and Catalogue as a browser without script gets them: the desk's facts, both languages, every error worded."""

from __future__ import annotations

import datetime
import json
import re
import zlib
from base64 import urlsafe_b64encode
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient
from tests.official import documents

from mulu.desk import Desk
from mulu.interfaces.keeper import Keeper, today
from mulu.interfaces.serve import application
from mulu.interfaces.web.screen import LONGEST_LINK, MOST_ROWS, NoSuchLink, marked, packed, unpacked

PORT = 8750
ADDRESS = f"http://127.0.0.1:{PORT}"
DAY = datetime.date(2025, 9, 1)
LARGEST = 100_000
CATHODE = (
    "一种磷酸锰铁锂正极材料的制备方法：锂源、铁源、锰源与磷源混合砂磨，喷雾干燥，烧结，得到碳包覆的正极材料。"
    "粉末在 220 MPa 下的压实密度为 2.62 g/cm³，0.1C 放电克容量为 161 mAh/g，首次库伦效率 97.5 %。"
)
CHAIR = "一把木椅，由四条椅腿、一块座板和一个靠背组成，各部分以榫卯连接，表面打磨后上油。"
PATHS = (
    "",
    "screen",
    "catalogue",
    "catalogue?q=lithium",
    "catalogue?list=open",
    "catalogue?draft=draft-2022-12-30",
    "catalogue/timeline",
    "catalogue/industries",
    "catalogue/diff",
    "catalogue/diff?before=2020-38&after=2023-57",
    "catalogue/diff?before=2023-57&after=draft-2025-01-02",
    "catalogue/coverage",
    "catalogue/standing",
    "catalogue/battery-cathode-x",
    "catalogue/nonferrous-metallurgy-x",
    "catalogue/battery-cathode-x?on=2020-01-01",
    "catalogue/synthetic-drugs-j",
)


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    return Keeper(str(tmp_path_factory.mktemp("store") / "pages.db"))


@pytest.fixture
def browser(keeper: Keeper) -> TestClient:
    return TestClient(application(keeper, PORT), base_url=ADDRESS, follow_redirects=False)


def page_of(browser: TestClient, path: str, status: int = 200) -> Any:
    answer = browser.get(f"/{path}")
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def token(browser: TestClient) -> str:
    return str(page_of(browser, "en/screen").xpath("//input[@name='csrf']/@value")[0])


def send(browser: TestClient, language: str = "en", files: Any = None, status: int = 200, **fields: str) -> Any:
    data = {"csrf": token(browser), "on": DAY.isoformat(), **fields}
    # A browser sends a file field that was left empty as a file without a name.
    answer = browser.post(f"/{language}/screen", data=data, files=files or {"files": ("", b"")})
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def text_of(element: Any) -> str:
    return " ".join(element.text_content().split())


# ---- every page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_answers_in_both_languages_within_100_kb_and_without_inline_script_or_style(browser, language, path):
    answer = browser.get(f"/{language}/{path}")
    assert answer.status_code == 200
    assert len(answer.content) < LARGEST
    page = html.fromstring(answer.text)
    assert page.xpath("/html/@lang") == ["zh-Hans" if language == "zh" else "en"]
    assert not page.xpath(
        "//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]/parent::*[name() != 'input']"
    )
    assert not page.xpath("//*[@src or @data][not(starts-with(@src, '/static/'))]")
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for form in page.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        assert form.xpath(".//input[@name='csrf']")
    for field in page.xpath("//input[not(@type='hidden')] | //textarea[not(@hidden)] | //select"):
        assert page.xpath(f"//label[@for='{field.get('id')}']"), html.tostring(field)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_within_the_pages_leads_somewhere(browser, language):
    seen: set[str] = set()
    for path in PATHS:
        for link in page_of(browser, f"{language}/{path}").xpath("//a/@href"):
            if link.startswith("/") and not re.search("/(cases|documents)", link):
                seen.add(link.split("#")[0])
    assert len(seen) > 150
    others = {link for link in seen if "/catalogue/" not in link or "?" in link}
    items = sorted(seen - others)[::12]
    for link in (*others, *items):
        assert browser.get(link).status_code == 200, link


def test_a_page_in_one_language_leads_to_itself_in_the_other(browser):
    page = page_of(browser, "zh/catalogue?q=lithium&on=2025-09-01")
    assert page.xpath("//a[@class='language']/@href") == ["/en/catalogue?q=lithium&on=2025-09-01"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("catalogue?on=2025-13-01", 422, "is not a day"),
        ("catalogue?on=2001-01-01", 422, "2008-11-01"),
        ("catalogue?list=secret", 422, "no list"),
        ("catalogue?industry=00", 422, "industry division"),
        ("catalogue?draft=draft-1999", 422, "draft-1999"),
        ("catalogue/no-such-item-x", 404, "no-such-item-x"),
        ("catalogue/diff?before=1999-01", 422, "1999-01"),
        ("catalogue/battery-cathode-x?draft=draft-1999", 422, "draft-1999"),
        ("?as_known=2999-01-01", 422, "has not come"),
        ("catalogue?sort=code", 422, "takes no 'sort'"),
        ("catalogue?q=a&q=b", 422, "'q' more than once"),
        ("cases/C-1?on=2026-03-02&day=2026-03-03", 422, "takes no 'day'"),
        ("catalogue/standing?on=yesterday", 422, "is not a day"),
        ("screen?on=tomorrow", 422, "is not a day"),
        ("?as_known=1901.1.1", 422, "1901.1.1"),
    ],
)
def test_what_cannot_be_answered_is_said_with_the_thing_that_is_wrong(browser, path, status, said):
    page = page_of(browser, f"en/{path}", status)
    assert said in text_of(page.xpath("//*[@role='alert']")[0])
    for link in page.xpath("//nav//a/@href"):
        assert browser.get(link.replace("/cases", "/").replace("/documents", "/")).status_code == 200


# ---- Catalogue -----------------------------------------------------------------------------------------------------


def names_listed(page: Any) -> list[str]:
    return [link.split("/")[-1].split("?")[0] for link in page.xpath("//table[contains(@class, 'items')]//a/@href")]


def test_the_list_is_that_of_the_desk_with_the_certainty_of_each_item(browser, keeper):
    page, answer = page_of(browser, f"en/catalogue?on={DAY}"), keeper.desk().items(DAY)
    rows = {
        row.xpath(".//a/@href")[0].split("/")[-1].split("?")[0]: row
        for row in page.xpath("//table[contains(@class, 'items')]//tr[.//a]")
    }
    assert set(rows) == {one["item"] for one in (*answer["items"], *answer["open"])}
    for one in (*answer["items"], *answer["open"]):
        row = rows[one["item"]]
        assert row.xpath(f".//span[contains(@class, 'certainty {one['certainty']}')]")
        assert row.xpath(f".//span[@class='control {one['control']}']")
        assert bool(row.xpath(".//span[@class='control open']")) is (one["presence"] == "open")
        assert one["name"]["zh"] in row.text_content()
        if one["code"]:
            assert one["code"] in row.text_content()
            assert bool(row.xpath(".//span[contains(@class, 'doubtful')]")) is (one["code_certainty"] == "unconfirmed")


@pytest.mark.parametrize("query", ["lithium", "锂", "稀土", "no such words", "083201X", "<b>"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_search_finds_in_both_languages_what_the_desk_finds_with_and_without_script(browser, keeper, language, query):
    answer = keeper.desk().items(DAY, query=query)
    wanted = sorted(one["item"] for one in (*answer["items"], *answer["open"]))
    whole = browser.get(f"/{language}/catalogue", params={"q": query, "on": DAY.isoformat()})
    rows = browser.get(f"/{language}/catalogue", params={"q": query, "on": DAY.isoformat(), "part": "rows"})
    page = html.fromstring(whole.text)
    assert sorted(names_listed(page)) == wanted
    assert page.xpath("//form[@role='search']//input[@name='q']/@value") == [query]
    assert "<html" not in rows.text
    fragment = html.fromstring(f"<div>{rows.text}</div>")
    assert sorted(names_listed(fragment)) == wanted
    assert text_of(page.xpath("//div[@id='rows']")[0]) == text_of(fragment)
    if not wanted:
        assert page.xpath("//*[@role='status']")


def test_a_list_and_an_industry_can_be_chosen(browser, keeper):
    desk = keeper.desk()
    prohibited = names_listed(page_of(browser, f"en/catalogue?list=prohibited&on={DAY}"))
    assert sorted(prohibited) == sorted(one["item"] for one in desk.items(DAY, control="prohibited")["items"])
    assert sorted(names_listed(page_of(browser, f"en/catalogue?list=open&on={DAY}"))) == sorted(
        one["item"] for one in desk.items(DAY)["open"]
    )
    chosen = page_of(browser, f"zh/catalogue?industry=32&on={DAY}")
    answer = desk.items(DAY, industry="32")
    assert sorted(names_listed(chosen)) == sorted(one["item"] for one in (*answer["items"], *answer["open"]))
    assert chosen.xpath("//select[@name='industry']/option[@selected]/@value") == ["32"]


@pytest.mark.parametrize(
    "name", ["battery-cathode-x", "nonferrous-metallurgy-x", "rare-earth-processing-j", "3d-printing-x"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_item_is_shown_with_every_point_parameter_source_and_conflict(browser, keeper, language, name):
    page, shown = page_of(browser, f"{language}/catalogue/{name}?on={DAY}"), keeper.desk().show(name, DAY)
    text = page.text_content()
    for point in shown["points"]:
        assert point["zh"] in text
        assert point["en"] in text
        for parameter in point["parameters"]:
            assert f"{parameter['operator']} {parameter['value']} {parameter['unit']}".strip() in text
        for source in point["sources"]:
            assert page.xpath("//a[@href=$address]", address=source["address"])
    for conflict in shown["conflicts"]:
        assert conflict[language] in text
    for statement in shown["statements"]:
        assert statement["how"][language] in text
    for source in shown["sources"]:
        assert (source["address"] or source["described"]) in text
    head = page.xpath("//header[@class='item-head']")[0]
    assert shown["name"][language] in text_of(head)
    facts = page.xpath("//dl[@class='facts']")[0]
    assert facts.xpath(f".//dd[1]/span[@class='certainty {shown['certainty']}']")


def test_the_editions_of_an_item_stand_side_by_side_and_of_our_own_words_only_new_points_are_marked(browser, keeper):
    name = "nonferrous-metallurgy-x"
    page = page_of(browser, f"zh/catalogue/{name}?on={DAY}")
    history = keeper.desk().history(name)["editions"]
    heads = page.xpath("//div[contains(@class, 'editions')]//thead//th/b/text()")
    assert heads == [one["edition"] for one in history]
    last = page.xpath("//div[contains(@class, 'editions')]//tbody/tr[2]/td[last()]")[0]
    of = {kind: [p for p in history[-1]["changed_points"] if p["does"] == kind] for kind in ("added", "modified")}
    assert of["added"] and last.xpath(".//ins/text()") == [p["after"]["zh"] for p in of["added"]]
    assert not last.xpath(".//del")
    assert of["modified"]
    for point in of["modified"]:
        assert f"{point['after']['zh']} (实质修改)" in text_of(last)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_official_words_are_shown_with_what_was_struck_out_and_put_in(tmp_path, language):
    store, at = str(tmp_path / "s.db"), datetime.datetime(2033, 12, 3, tzinfo=datetime.UTC)
    for made in (documents.table_docx(tmp_path), documents.announcement(tmp_path, "docx")):
        digest = Desk(store=store).import_(str(made.path), at)["document"]
        Desk(store=store).attest(digest, at, by="Li Na", obtained_from="https://example.gov.cn", obtained_on=DAY)
        Desk(store=store).apply(digest, at)
    browser = TestClient(application(Keeper(store), PORT), base_url=ADDRESS, follow_redirects=False)
    answer = Desk(store=store).diff("2031-7", "2033-16")
    change = next(c for c in answer["changes"] if any(p["redline"] for p in c["points"]))
    point = next(p for p in change["points"] if p["redline"])
    page = page_of(browser, f"{language}/catalogue/diff?before=2031-7&after=2033-16")
    (article,) = [a for a in page.xpath("//article") if a.xpath("h3/a/@href")[0].endswith(change["item"])]
    sides = [
        "".join(one.xpath("text() | del/text() | ins/text()")).strip()
        for one in article.xpath(".//div[@class='pair']/div")
    ]
    assert point["before"]["zh"].strip() in sides and point["after"]["zh"].strip() in sides
    assert {"zh": "官方文字", "en": "official wording"}[language] in text_of(article)
    changed = [p["text"] for p in point["redline"]["pieces"] if p["kind"] != "same"]
    assert set(changed) <= set(article.xpath(".//del/text() | .//ins/text()"))
    item = page_of(browser, f"{language}/catalogue/{change['item']}?on=2033-12-02")
    assert set(changed) <= set(item.xpath("//td[last()]//del/text() | //td[last()]//ins/text()"))


def test_a_code_that_no_source_shows_is_said_to_be_unconfirmed_loudly(browser, keeper):
    doubtful = next(
        one for one in keeper.desk().items(DAY)["items"] if one["code"] and one["code_certainty"] == "unconfirmed"
    )
    page = page_of(browser, f"en/catalogue/{doubtful['code']}?on={DAY}")
    assert any("Do not cite it" in text_of(one) for one in page.xpath("//p[contains(@class, 'notice')]"))
    older = page_of(browser, "zh/catalogue/252604X?on=2023-06-01")
    assert "不是本版本所印编号" in older.text_content()


def test_an_item_that_an_edition_does_not_list_says_where_it_last_stood(browser):
    page = page_of(browser, f"en/catalogue/synthetic-drugs-j?on={DAY}")
    assert any("Last listed in 2008-12" in text_of(one) for one in page.xpath("//p[@class='notice']"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_editions_are_compared_as_the_desk_compares_them(browser, keeper, language):
    page, answer = (
        page_of(browser, f"{language}/catalogue/diff?before=2023-57&after=2025-28"),
        keeper.desk().diff("2023-57", "2025-28"),
    )
    for kind, count in answer["counts"].items():
        shown = page.xpath(f"//ul[@class='counts']/li[@class='{kind.replace(' ', '-')}']/b/text()")
        assert shown == ([str(count)] if count else [])
        links = page.xpath(f"//article[@class='change {kind.replace(' ', '-')}']/h3/a/@href")
        assert [link.split("/")[-1] for link in links] == [
            c["item"]
            for c in answer["changes"]
            if c["class"] == kind and (c["points"] or kind not in ("unchanged", "not known"))
        ]
    modified = next(c for c in answer["changes"] if c["class"] == "modified")
    point = next(p for p in modified["points"] if p["before"] and p["after"])
    pair = page.xpath("//article[@class='change modified']//div[@class='pair']")[0]
    shown = [text_of(one) for one in pair.xpath("div")]
    whose = {"zh": "自拟概述", "en": "in our own words"}[language]
    for side, edition, text in zip(("before", "after"), ("2023-57", "2025-28"), shown, strict=True):
        assert edition in text and whose in text and point[side][language] in text
    assert not pair.xpath(".//del | .//ins")


@pytest.mark.parametrize("pair", [("2020-38", "2023-57"), ("2025-28", "draft-2025-01-02"), ("2008-12", "2020-38")])
def test_what_cannot_be_compared_stands_side_by_side_and_an_english_page_has_no_chinese_but_names(
    browser, keeper, pair
):
    answer = keeper.desk().diff(*pair)
    page = page_of(browser, f"en/catalogue/diff?before={pair[0]}&after={pair[1]}")
    shown = {
        one.xpath("h3/a/@href")[0].split("/")[-1]: text_of(one)
        for one in page.xpath("//article[contains(@class, 'change')]")
    }
    unknown = [(c["item"], p) for c in answer["changes"] for p in c["points"] if p["kind"] == "unknown"]
    assert unknown
    for item, point in unknown:
        assert "cannot be compared word for word" in shown[item]
        for side in ("before", "after"):
            assert (point[side]["en"] if point[side] else "has no such point") in shown[item]
    for one in page.xpath("//main//text()[not(ancestor::*[@lang='zh-Hans'])]"):
        assert not re.search(r"[\u4e00-\u9fff]", one), one


def test_a_draft_is_said_never_to_have_been_in_force(browser):
    page = page_of(browser, "en/catalogue/diff?before=2023-57&after=draft-2025-01-02")
    assert "never in force" in text_of(page.xpath("//p[contains(@class, 'notice')]")[0])
    listed = page_of(browser, "zh/catalogue?draft=draft-2022-12-30")
    assert "从未施行" in text_of(listed.xpath("//p[@class='frame']")[0])


def test_coverage_shows_each_number_of_the_desk_and_a_picture_with_a_text_in_its_place(browser, keeper):
    page, answer = page_of(browser, "en/catalogue/coverage"), keeper.desk().coverage()
    rows = page.xpath("//table[.//th[text()='Shortfall']]/tbody/tr")
    wanted = [one for edition in answer["editions"] for one in edition["lists"]]
    assert len(rows) == len(wanted)
    for row, one in zip(rows, wanted, strict=True):
        cells = [text_of(cell).rstrip("*") for cell in row.xpath("td[@class and contains(@class, 'number')]")]
        keys = (
            "announced",
            "official",
            "published",
            "unconfirmed",
            "held",
            "open",
            "shortfall",
            "surplus",
            "without_published_point",
        )
        assert cells[:9] == ["–" if one[key] is None else str(one[key]) for key in keys]
    for conflict in answer["conflicts"]:
        assert conflict["en"] in page.text_content()
    (picture,) = page.xpath("//svg[@id='cover']")
    assert picture.get("role") == "img"
    for edition in answer["editions"]:
        assert edition["edition"] in picture.get("aria-label")


def test_the_line_of_time_holds_every_edition_and_draft_as_picture_and_as_table(browser, keeper):
    page, desk = page_of(browser, "zh/catalogue/timeline"), keeper.desk()
    instruments = [m["instrument"] for m in desk.standing(today())["measures"] if m["family"] == "catalogue"]
    drafts = [d["instrument"] for d in desk.standing(today())["drafts"]]
    label = page.xpath("//svg[@id='time']/@aria-label")[0]
    table = text_of(page.xpath("//table")[0])
    for name in instruments:
        assert name in label
        assert name in table
    for name in drafts:
        assert name in table
    assert len(page.xpath("//svg[@id='time']//path[@class='draft']")) == len(drafts) == 2
    for row in desk.coverage()["editions"]:
        for change in row["changes"]:
            if change["announced"]:
                assert (
                    f"{row['edition']} {change['kind']} {change['announced']} ({change['held']})"
                    in page.xpath("//svg[@id='move']/@aria-label")[0]
                )


def test_the_map_counts_what_the_desk_lists_in_each_industry_and_what_each_act_changed(browser, keeper):
    page, desk = page_of(browser, "en/catalogue/industries"), keeper.desk()
    rows = page.xpath("//table/tbody/tr")
    for column, (day, before, after) in enumerate(
        (
            (datetime.date(2008, 11, 1), None, None),
            (datetime.date(2020, 8, 28), "2008-12", "2020-38"),
            (datetime.date(2023, 12, 21), "2020-38", "2023-57"),
            (datetime.date(2025, 7, 15), "2023-57", "2025-28"),
        ),
        start=1,
    ):
        held = desk.items(day)
        assert sum(int(row.xpath(f"td[{column}]/b/text()")[0]) for row in rows) == len(held["items"])
        if before is None:
            continue
        counts = desk.diff(before, after)["counts"]
        for kind in ("added", "deleted", "modified"):
            assert sum(len(row.xpath(f"td[{column}]//span[@class='sign {kind}']")) for row in rows) == counts[kind] + (
                counts["moved"] if kind != "modified" else 0
            ), (after, kind)
    picture = page.xpath("//svg[@id='map']")[0]
    assert len(picture.xpath("./rect[@class='j o' or @class='x o']")) == sum(
        len(desk.items(datetime.date.fromisoformat(e["effective"]))["open"])
        for e in desk.coverage()["editions"]
        if not e["draft"]
    )


def test_standing_is_told_as_on_the_day_that_is_asked(browser, keeper):
    for day in (datetime.date(2025, 12, 1), datetime.date(2026, 11, 20)):
        page, answer = page_of(browser, f"en/catalogue/standing?on={day}"), keeper.desk().standing(day)
        for one in answer["measures"]:
            row = page.xpath(f"//tr[@id='{one['instrument']}']")[0]
            assert row.xpath(f".//span[@class='stands {one['standing'].replace(' ', '-')}']")
            assert one["because"]["en"] in row.text_content()
            assert row.xpath(f".//td[1]//span[@class='certainty {one['certainty']}']")


# ---- Screen --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_screening_shows_the_desks_candidates_with_their_evidence_parameters_and_questions(browser, keeper, language):
    page, answer = send(browser, language, text=CATHODE), keeper.desk().screen(CATHODE, DAY)
    flagged = [one for one in answer["candidates"] if one["flag"]]
    cards = page.xpath("//article[contains(@class, 'candidate')]")
    assert (
        [card.xpath(".//h3/a/@href")[0].split("/")[-1].split("?")[0] for card in cards]
        == [one["item"] for one in flagged]
        == ["battery-cathode-x"]
    )
    for card, one in zip(cards, flagged, strict=True):
        text = text_of(card)
        assert f"{one['score']:.2f}" in text
        assert card.xpath(f".//header//span[@class='certainty {one['certainty']}']")
        for point in one["points"]:
            assert point[language] in text
            for evidence in point["evidence"]:
                assert " ".join(evidence["because"][language].split()) in text
            for parameter in point["parameters"]:
                assert parameter["required"] in text
                if parameter["stated"]:
                    assert parameter["stated"] in text
                if parameter["margin"] is not None:
                    assert f"{parameter['margin']:+.1f} %" in text
        strengths = [
            float(n) for n in card.xpath(".//table[contains(@class, 'evidence')]//span[@class='number']/text()")
        ]
        assert strengths == [float(f"{e['strength']:.2f}") for p in one["points"] for e in p["evidence"]]
        assert [text_of(q) for q in card.xpath(".//section[@class='asks']//li")] == [
            " ".join(f[language].split()) for f in one["missing_facts"]
        ]


def test_what_could_not_be_compared_is_said_before_any_candidate(browser, keeper):
    page = send(browser, text=CATHODE)
    considered = keeper.desk().screen(CATHODE, DAY)["considered"]
    order = page.xpath("//p[@class='considered'] | //article[contains(@class, 'candidate')]")
    assert order[0].tag == "p"
    for key in ("announced", "held", "published", "open", "not_held", "without_published_point"):
        assert re.search(rf"\b{considered[key]}\b", text_of(order[0])), key


def test_without_a_candidate_the_page_says_what_was_compared_and_that_it_says_nothing_of_the_catalogue(browser, keeper):
    answer = keeper.desk().screen(CHAIR, DAY)
    assert not answer["flagged"]
    for language, said in (("zh", "不表示目录中没有"), ("en", "not about the Catalogue")):
        page = send(browser, language, text=CHAIR)
        notice = text_of(page.xpath("//h2[@id='outcome']/following::p[contains(@class, 'notice')]")[0])
        assert said in notice
        assert str(answer["considered"]["held"]) in notice
        assert not page.xpath("//article")


def test_the_marked_text_is_the_text_and_its_marks_are_the_words_of_the_evidence(browser, keeper):
    text = f"第一行\n\n{CATHODE}\n  末行 <终>"
    page = send(browser, text=text.replace("\n", "\r\n"))
    answer = keeper.desk().screen(text, DAY)
    (shown,) = page.xpath("//div[contains(@class, 'marks')]")
    assert shown.text_content() == text
    words = {
        text[a:b]
        for c in answer["candidates"]
        if c["flag"]
        for p in c["points"]
        for e in p["evidence"]
        if not e["against"] and e["kind"] != "meaning"
        for a, b in e["all_in_description"]
    }
    together = "".join(shown.xpath(".//mark/text()"))
    assert words
    for word in words:
        assert word in together or all(character in together for character in word)
    assert set(shown.xpath(".//mark/@data-of")) == {"1"}
    first = page.xpath("//section[@class='matched']")[0]
    assert first.xpath(".//p[contains(@class, 'passage')]/mark")


SPANS = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5)


@given(st.text(max_size=40), SPANS, SPANS)
def test_whatever_is_marked_the_text_stays_whole(text, some, others):
    made = marked(text, [(1, some), (2, others)], others, some)
    assert unescape(re.sub("<[^>]*>", "", made)) == text


def test_the_exhaustive_record_names_every_item_not_put_forward_under_its_industry_with_its_reason(browser, keeper):
    page = send(browser, text=CATHODE)
    excluded = keeper.desk().screen(CATHODE, DAY, record=True)["excluded"]
    record = page.xpath("//details[@id='record']")[0]
    assert sorted(
        link.split("/")[-1].split("?")[0] for link in record.xpath(".//ul[@class='reasons']//a/@href")
    ) == sorted(one["item"] for one in excluded["items"])
    assert str(excluded["set_aside"]) in text_of(record.xpath("summary")[0])
    for one in excluded["items"]:
        assert one["because"]["en"] in record.text_content()
    for group in excluded["by_industry"]:
        assert (group["industry"] or {"en": "industry not known"})["en"] in record.text_content()


def test_a_denied_mention_and_an_unread_part_are_told(browser, keeper):
    denied = "This method does not use lithium iron phosphate cathode material preparation. It is a wooden chair with four legs."
    assert keeper.desk().screen(denied, DAY)["excluded"]["denied"]
    page = send(browser, text=denied)
    assert "Check the text" in page.text_content()
    foreign = "Лазерная технология обработки металлов описана здесь подробно. Способ включает нагрев изделия. Rare earth extraction and separation by solvent extraction is licensed abroad."
    unread = keeper.desk().screen(foreign, DAY)["unread"]
    page = send(browser, text=foreign)
    said = page.xpath("//p[contains(@class, 'notice') and contains(@class, 'warn')]")
    assert unread["because"]["en"] in [text_of(one) for one in said]
    assert page.xpath("//div[contains(@class, 'marks')]//span[@class='unread']")


def test_a_day_beyond_what_was_checked_is_told_loudly(browser):
    page = send(browser, text=CATHODE, on="2027-03-01")
    assert page.xpath("//p[contains(@class, 'beyond')]")
    assert "beyond what was checked" in text_of(page.xpath("//article")[0])
    assert not send(browser, text=CATHODE).xpath("//p[contains(@class, 'beyond')]")


def test_changing_the_day_shows_what_changed_between_the_two(browser):
    page = send(browser, text=CATHODE, on="2023-06-01", was="2025-09-01")
    (changes,) = page.xpath("//div[@id='changes']")
    assert [changes.xpath(".//p//del/text()")[0], changes.xpath(".//p//ins/text()")[0]] == ["2025-28", "2020-38"]
    assert "no longer a candidate" in text_of(changes)
    back = send(browser, text=CATHODE, on="2025-09-01", was="2023-06-01")
    assert "becomes a candidate" in text_of(back.xpath("//div[@id='changes']")[0])
    same = send(browser, text=CATHODE, on="2025-10-01", was="2025-09-01")
    assert "same edition" in text_of(same.xpath("//div[@id='changes']")[0])
    assert back.xpath("//input[@name='was']/@value") == ["2025-09-01"]
    assert not send(browser, text=CATHODE, was=DAY.isoformat()).xpath("//div[@id='changes']")


def test_a_permalink_gives_the_same_answer_to_another_browser_and_after_a_restart(browser, keeper):
    page = send(browser, text=CATHODE, top="3")
    link = page.xpath("//a[@data-copy]/@href")[0]
    another = TestClient(application(keeper, PORT), base_url=ADDRESS)
    again = html.fromstring(another.get(link).text)
    assert [text_of(a) for a in again.xpath("//article")] == [text_of(a) for a in page.xpath("//article")]
    assert again.xpath("//textarea[@name='text']")[0].text.strip() == CATHODE
    assert again.xpath("//a[@class='language']/@href")[0] == "/zh" + link[3:]


@given(st.text(min_size=1, max_size=2000))
def test_a_text_in_a_link_comes_back_as_it_was(text):
    text = text.encode("utf-8", "ignore").decode()
    part = packed(text)
    if text and part is not None:
        assert re.fullmatch("[A-Za-z0-9_-]*", part)
        assert unpacked(part) == text


@pytest.mark.parametrize(
    "part",
    [
        "x",
        "%%%",
        "AAAA",
        "中文",
        packed(CATHODE)[:-9],
        urlsafe_b64encode(zlib.compress(b"\xff\xfe")).decode(),
        "A" * (LONGEST_LINK + 1),
        urlsafe_b64encode(zlib.compress(b"0" * 3_000_000, 9)).decode().rstrip("="),
    ],
)
def test_a_damaged_or_swollen_link_is_refused_and_never_inflated_whole(browser, part):
    with pytest.raises(NoSuchLink):
        unpacked(part)
    answer = browser.get("/en/screen", params={"t": part})
    assert answer.status_code == 422
    assert "cannot be restored" in answer.text


def test_a_text_too_long_for_a_link_says_so_and_points_to_a_case(browser):
    long = CATHODE + " ".join(str(n * 7919 % 100_003) for n in range(6000))
    page = send(browser, text=long)
    assert not page.xpath("//a[@data-copy]")
    assert "Open a case to keep it" in page.text_content()


def test_a_case_can_be_opened_from_a_screening(browser):
    page = send(browser, "zh", text=CATHODE)
    (form,) = page.xpath("//form[contains(@action, '/cases/new')]")
    assert form.get("action").startswith("/zh/cases/new")
    assert form.xpath(".//textarea[@name='technology']")[0].text.lstrip("\n") == CATHODE
    assert form.xpath(".//input[@name='title']/@value")[0] == CATHODE[:40]
    assert form.xpath(".//input[@name='by'][@required]")
    assert form.xpath(".//input[@name='on']/@value") == [DAY.isoformat()]
    assert form.xpath(".//input[@name='csrf']")


def test_options_are_those_of_the_act(browser, keeper):
    page = send(browser, text=CATHODE, draft="draft-2025-01-02", base_rate="0.02", top="2", on="2025-09-01")
    answer = keeper.desk().screen(CATHODE, DAY, draft="draft-2025-01-02", base_rate=0.02, top=2)
    first = page.xpath("//article")[0]
    assert f"{answer['candidates'][0]['score']:.2f}" in text_of(first)
    assert "never in force" in text_of(page.xpath("//p[@class='frame']")[0])
    assert page.xpath("//select[@name='draft']/option[@selected]/text()") == ["draft-2025-01-02"]
    earlier = send(browser, text=CATHODE, as_known="2026.11.1")
    assert "2026.11.1" in text_of(earlier.xpath("//p[@class='frame']")[0])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "nothing to screen"),
        ({"text": "   \n "}, "nothing to screen"),
        ({"text": "Ελληνικό κείμενο χωρίς άλλη γλώσσα εδώ και πουθενά αλλού."}, "Chinese"),
        ({"text": CATHODE, "on": "2025-02-30"}, "is not a day"),
        ({"text": CATHODE, "on": "1999-01-01"}, "2008-11-01"),
        ({"text": CATHODE, "top": "many"}, "many"),
        ({"text": CATHODE, "top": "1000"}, "1–200"),
        ({"text": CATHODE, "base_rate": "2"}, "0.001–0.999"),
        ({"text": CATHODE, "draft": "draft-1"}, "draft-1"),
        ({"text": CATHODE, "as_known": "1901.1.1"}, "1901.1.1"),
        ({"text": CATHODE, "was": "soon"}, "is not a day"),
    ],
)
def test_what_is_refused_is_said_above_the_form_which_keeps_the_text(browser, fields, said):
    page = send(browser, status=422, **fields)
    assert said in text_of(page.xpath("//p[@role='alert']")[0])
    assert page.xpath("//textarea[@name='text']")[0].text.strip() == fields["text"].strip()
    assert not page.xpath("//article")


def test_an_error_leaves_the_day_as_it_was_asked(browser):
    page = send(browser, status=422, text=CATHODE, on="2024-05-05", top="none")
    assert page.xpath("//input[@name='on']/@value") == ["2024-05-05"]


def test_a_form_without_its_token_is_refused(browser):
    answer = browser.post("/en/screen", data={"text": CATHODE, "on": DAY.isoformat()})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


# ---- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_file_in_the_encodings_of_the_field_gives_the_answer_of_its_text(browser, keeper, encoding):
    page = send(browser, files={"files": ("方案.txt", CATHODE.encode(encoding))}, text="")
    assert page.xpath("//div[contains(@class, 'marks')]")[0].text_content() == CATHODE
    assert page.xpath("//article")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "the PDF file is damaged"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x00\x01\x02\x03" * 40, "a binary file of unknown kind"),
        (b"  \n", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(browser, data, said):
    page = send(browser, files={"files": ("plan.txt", data)}, text="", status=422)
    alert = text_of(page.xpath("//p[@role='alert']")[0])
    assert alert.startswith("plan.txt: ")
    assert said in alert


def test_several_files_give_a_table_and_the_refused_are_named(browser):
    files = [
        ("files", ("a.txt", CATHODE.encode())),
        ("files", ("b.md", CHAIR.encode())),
        ("files", ("c.pdf", b"%PDF-1.7")),
    ]
    page = send(browser, files=files, text="")
    rows = page.xpath("//section[@aria-labelledby='batch']//tbody/tr")
    assert [row.xpath("th")[0].text for row in rows] == ["a.txt", "b.md"]
    assert "battery-cathode-x" in rows[0].xpath(".//a/@href")[0]
    assert "none reaches" in text_of(rows[1])
    assert "c.pdf" in text_of(page.xpath("//div[contains(@class, 'bad')]")[0])


def a_workbook(rows: list[list[str]]) -> bytes:
    import io

    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx"])
def test_a_table_gives_each_row_its_answer_and_names_the_rows_refused(browser, keeper, kind):
    rows = [
        ("one", CATHODE, ""),
        ("two", CHAIR, ""),
        ("three", "", ""),
        ("one", CHAIR, ""),
        ("five", CATHODE, "2023-06-01"),
        ("six", CHAIR, "1999-01-01"),
    ]
    if kind == "jsonl":
        data = "\n".join(json.dumps({"id": i, "text": t, **({"on": o} if o else {})}) for i, t, o in rows).encode()
    elif kind == "csv":
        data = ("id,text,on\n" + "\n".join(f'{i},"{t}",{o}' for i, t, o in rows)).encode()
    else:
        data = a_workbook([["id", "text", "on"], *map(list, rows)])
    page = send(browser, files={"files": (f"rows.{kind}", data)}, text="")
    answered = {
        row.xpath("th")[0].text.strip(): row for row in page.xpath("//section[@aria-labelledby='batch']//tbody/tr")
    }
    assert set(answered) == {"one", "two", "five"}
    assert "battery-cathode-x" in answered["one"].xpath(".//a/@href")[0]
    assert "2023-06-01" in text_of(answered["five"])
    refused = text_of(page.xpath("//div[contains(@class, 'bad')]")[0])
    for name in ("three", "one", "six"):
        assert name in refused
    detail = browser.get(answered["one"].xpath(".//td[last()]/a/@href")[0])
    assert html.fromstring(detail.text).xpath("//article")


@pytest.mark.parametrize(
    ("name", "data"),
    [("价格.csv", b"a,b\n1,2\n"), ("价格.xlsx", b"PK\x03\x04 not a workbook"), ("价格.jsonl", b"\n\n")],
)
def test_a_table_that_cannot_be_read_at_all_is_refused_by_its_own_name(browser, name, data):
    page = send(browser, files={"files": (name, data)}, text="", status=422)
    alert = text_of(page.xpath("//p[@role='alert']")[0])
    assert alert.startswith(f"{name}: ")
    assert "/tmp" not in alert


def test_more_rows_than_a_page_takes_are_refused_with_the_way_to_screen_them(browser):
    data = "\n".join(json.dumps({"id": str(n), "text": CHAIR}) for n in range(MOST_ROWS + 1)).encode()
    page = send(browser, files={"files": ("many.jsonl", data)}, text="", status=422)
    assert "mulu screen --input" in text_of(page.xpath("//p[@role='alert']")[0])


# ---- hostile input -------------------------------------------------------------------------------------------------

HOSTILE = '</textarea><script>alert(1)</script><img src=x onerror="alert(2)">"\'>{{7*7}}'


def test_hostile_text_and_file_names_are_shown_and_never_run(browser):
    for page in (
        send(browser, text=HOSTILE + CATHODE),
        send(
            browser,
            files=[("files", (f"{HOSTILE.replace('/', '')}.txt", CATHODE.encode())), ("files", ("<b>.pdf", b"%PDF"))],
            text="",
        ),
        send(
            browser,
            files={"files": ("rows.jsonl", json.dumps({"id": HOSTILE, "text": HOSTILE + CATHODE}).encode())},
            text="",
        ),
        send(browser, text="<script>alert(1)</script>", on="<script>", status=422),
    ):
        assert not page.xpath("//script[not(@src)] | //img | //@onerror | //b[not(ancestor::main)]")
        assert "49" not in page.xpath("string(//textarea[@name='text'])")
    shown = send(browser, text=HOSTILE + CATHODE)
    assert shown.xpath("//div[contains(@class, 'marks')]")[0].text_content() == HOSTILE + CATHODE
    assert shown.xpath("//input[@name='title']/@value")[0] == (HOSTILE + CATHODE)[:40]


@pytest.mark.parametrize(
    "path",
    [
        "catalogue?q={}",
        "catalogue/{}",
        "catalogue/diff?before={}",
        "screen?t={}",
        "catalogue?industry={}",
        "?as_known={}",
    ],
)
def test_a_hostile_address_is_shown_and_never_run(browser, path):
    answer = browser.get("/en/" + path.format("%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"))
    assert answer.status_code in (200, 404, 422)
    assert not html.fromstring(answer.text).xpath("//script[not(@src)]")


def test_a_list_without_a_day_of_publication_and_without_one_part_stands_on_every_picture(tmp_path: Path):
    keeper = Keeper(str(tmp_path / "imported.db"))
    browser = TestClient(application(keeper, PORT), base_url=ADDRESS)
    at, effective = datetime.datetime(2031, 5, 1, 2, tzinfo=datetime.UTC), datetime.date(2031, 4, 1)
    path = tmp_path / "list.txt"
    path.write_text(
        "中国禁止出口限制出口技术目录\n一、禁止出口部分\n农业\n"
        "编号：090101J\n技术名称：示例技术\n控制要点：\n1．示例工艺，纯度≥99.9%\n"
        "编号：090102J\n技术名称：示例二技术\n控制要点：\n1．示例二工艺\n",
        encoding="utf-8",
    )
    known = ("announcement-2031-7", effective)
    document = keeper.desk().import_(str(path), at, *known)["document"]
    keeper.desk().attest(document, at, "Li", "the archive", effective, *known)
    keeper.desk().apply(document, at, counts_differ=True)
    (standing,) = [m for m in keeper.desk().standing(effective)["measures"] if m["instrument"] == "announcement-2031-7"]
    assert standing["published"] is None
    for path_ in ("timeline", "industries", "coverage", "standing"):
        page = page_of(browser, f"en/catalogue/{path_}?on=2031-05-01")
        assert "2031-7" in page.text_content()
        assert not page.xpath("//@width[starts-with(., '-')] | //@height[starts-with(., '-')]"), path_


# ---- Home ----------------------------------------------------------------------------------------------------------


def test_home_tells_what_is_due_what_waits_and_what_changed(tmp_path: Path):
    keeper = Keeper(str(tmp_path / "home.db"))
    browser = TestClient(application(keeper, PORT), base_url=ADDRESS)
    empty = page_of(browser, f"en/?on={DAY}")
    assert "There is no case yet" in text_of(empty.xpath("//section[@aria-labelledby='due']")[0])
    assert "Nothing waits" in text_of(empty.xpath("//section[@aria-labelledby='waits']")[0])
    at = datetime.datetime(2025, 9, 1, 2, tzinfo=datetime.UTC)
    keeper.desk().case(DAY, at, "new", None, "<b>Cathode</b> to Hanoi", CATHODE, "Wang Fang")
    page = page_of(browser, f"en/?on={DAY}")
    waits = page.xpath("//section[@aria-labelledby='waits']")[0]
    assert "<b>Cathode</b> to Hanoi" in text_of(waits)
    assert waits.xpath(".//a/@href") == [f"/en/cases/C-1?on={DAY}"]
    changed = text_of(page.xpath("//section[@aria-labelledby='changed']")[0])
    assert "2025-28" in changed
    during = page_of(browser, "zh/?on=2025-01-15")
    assert "draft-2025-01-02" in during.xpath("//section[@aria-labelledby='changed']//li[1]//a/@href")[0]
    assert "意见截止" in text_of(during.xpath("//section[@aria-labelledby='changed']")[0])


def test_the_running_limits_of_a_case_are_due_the_earliest_first_and_the_late_ones_stand_out(
    tmp_path: Path, monkeypatch
):
    from mulu.interfaces.web import home

    limits = [
        {
            "day": "2025-09-20",
            "late": False,
            "owner": "authority",
            "says": {"zh": "甲", "en": "first"},
            "provisional": False,
        },
        {
            "day": "2025-08-20",
            "late": True,
            "owner": "exporter",
            "says": {"zh": "乙", "en": "second"},
            "provisional": True,
        },
        {"day": None, "late": False, "owner": "exporter", "says": {"zh": "丙", "en": "third"}, "provisional": False},
    ]
    due = home._due([{"case": "C-1", "title": "T", "due": limits}], DAY)
    assert [one["says"]["en"] for one in due] == ["second", "first", "third"]
    assert [one["days"] for one in due] == [-12, 19, None]
    assert [one["soon"] for one in due] == [True, False, False]


def test_a_signature_that_a_second_person_owes_and_a_document_that_nobody_attested_wait(tmp_path: Path):
    keeper = Keeper(str(tmp_path / "waits.db"))
    browser = TestClient(application(keeper, PORT), base_url=ADDRESS)
    at = datetime.datetime(2025, 9, 1, 2, tzinfo=datetime.UTC)
    desk = keeper.desk()
    desk.case(DAY, at, "new", None, "Service inside China", CATHODE, "Li", two_persons=True)
    held = desk.determine(at, "C-1", answer=["crossing=no"], because="both parties are in China", by="Li")
    desk.determine(at, "C-1", because="nothing crosses the border", by="Li", sign=True, version=held["version"])
    document = keeper.desk().import_(str(documents.list_docx(tmp_path).path), at)["document"]
    page = page_of(browser, f"en/?on={DAY}")
    (waits,) = page.xpath("//section[@aria-labelledby='waits']")
    assert "a second person has yet to agree" in text_of(waits)
    assert "nobody has attested what it is" in text_of(waits)
    assert waits.xpath(".//a/@href") == [f"/en/cases/C-1?on={DAY}", f"/en/documents/{document}?on={DAY}"]
    keeper.desk().determine(at, "C-1", by="Wang", approve=True)
    keeper.desk().attest(document, at, "Li", "the ministry's site", DAY)
    (waits,) = page_of(browser, f"zh/?on={DAY}").xpath("//section[@aria-labelledby='waits']")
    assert "待第二人同意" not in text_of(waits)
    assert "已声明，尚未采用" in text_of(waits)


def test_of_very_many_cases_home_shows_the_first_and_how_many_more_there_are(tmp_path: Path):
    keeper = Keeper(str(tmp_path / "many.db"))
    browser = TestClient(application(keeper, PORT), base_url=ADDRESS)
    at = datetime.datetime(2025, 9, 1, 2, tzinfo=datetime.UTC)
    for number in range(35):
        keeper.desk().case(DAY, at, "new", None, f"Case {number}", CATHODE, "Li")
    (waits,) = page_of(browser, f"en/?on={DAY}").xpath("//section[@aria-labelledby='waits']")
    assert len(waits.xpath(".//li")) == 31
    assert "5 more undetermined cases" in text_of(waits)
    assert text_of(waits.xpath("h2/small")[0]) == "35"


@pytest.mark.parametrize("path", [path for path in PATHS if path != "screen"])
def test_every_page_that_recalls_offers_to_be_answered_with_earlier_data(browser, path):
    page = page_of(browser, f"en/{path}")
    (form,) = page.xpath("//details[contains(@class, 'recall')]/form")
    asked = dict(form.form_values()) | {"as_known": "2026.11.1"}
    kept = dict(part.split("=") for part in path.partition("?")[2].split("&") if part)
    assert asked.items() >= kept.items()
    earlier = browser.get(f"/en/{path.partition('?')[0]}", params=asked)
    assert earlier.status_code == 200
    assert "2026.11.1" in earlier.text
    assert html.fromstring(earlier.text).xpath("//details[contains(@class, 'recall')]/@open")

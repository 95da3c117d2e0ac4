"""Whole journeys in a real browser, in both languages, with and without JavaScript.

What a page shows is compared with what the desk answers. A visitor leaves only where nothing went wrong unseen: no error
in the console, no breach of the Content-Security-Policy, no request to another host.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.interfaces.browsing import Server, Visitor, chromium
from tests.official import documents as fixtures

from mulu.interfaces.words import STANDING
from mulu.sources.rows import Row

DAY = datetime.date(2025, 9, 1)
BEFORE = datetime.date(2023, 6, 1)  # another edition, which did not list what the text describes
CATHODE = (
    "一种磷酸锰铁锂正极材料的制备方法：锂源、铁源、锰源与磷源混合砂磨，喷雾干燥，烧结，得到碳包覆的正极材料。\n"
    "粉末在 220 MPa 下的压实密度为 2.62 g/cm³，0.1C 放电克容量为 161 mAh/g。"
)
CHAIR = "一把木椅，由四条椅腿、一块座板和一个靠背组成，各部分以榫卯连接，表面打磨后上油。"
ITEM = "battery-cathode-x"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("store") / "mulu.db") as running:
        yield running


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def visitor(request: pytest.FixtureRequest, browser: Browser, server: Server, language: str) -> Iterator[Visitor]:
    made = Visitor(browser, server, language, request.param)
    yield made
    made.leave()


@pytest.fixture
def scripted(browser: Browser, server: Server, language: str) -> Iterator[Visitor]:
    made = Visitor(browser, server, language, True)
    yield made
    made.leave()


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def unfold(within: Locator) -> None:
    """Open what is folded, as a person does."""
    folded = within.locator("xpath=descendant-or-self::details[not(@open)]")
    while folded.count():
        folded.first.locator("summary").first.click()


# ---- screening -----------------------------------------------------------------------------------------------------


def screen(visitor: Visitor, text: str, on: datetime.date = DAY) -> dict[str, Any]:
    """Paste a text, press the button; what the desk answers to the same."""
    unfold(visitor.page.locator("details.text-in"))
    visitor.page.locator("#text").fill(text)
    visitor.page.locator("#on").fill(on.isoformat())
    with visitor.page.expect_navigation():
        visitor.button("筛查", "Screen").click()
    return visitor.server.desk.screen(text, on, record=True)


def flagged(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in answer["candidates"] if one["flag"]]


def shows_candidates(visitor: Visitor, answer: dict[str, Any]) -> None:
    """Each candidate with its facts: control points, evidence, parameters, certainty, what is to be found out."""
    shown = visitor.page.locator("article.candidate")
    expect(shown).to_have_count(len(flagged(answer)))
    for place, one in enumerate(flagged(answer)):
        unfold(shown.nth(place))
        article = " ".join(shown.nth(place).inner_text().split())
        assert visitor.says(one["name"]) in article
        assert f"{one['score']:.2f}" in article
        assert one["code"] is None or one["code"] in article
        for point in one["points"]:
            assert visitor.says(point) in article
            for evidence in point["evidence"]:
                assert visitor.says(evidence["because"]) in article
            for parameter in point["parameters"]:
                assert parameter["required"] in article
                assert (parameter["stated"] or "–") in article
        for fact in one["missing_facts"]:
            assert visitor.says(fact) in article


def test_a_text_is_screened_looked_into_asked_of_another_day_and_linked_to(visitor):
    visitor.go("screen")
    answer = screen(visitor, CATHODE)
    assert [one["item"] for one in flagged(answer)] == [ITEM]
    assert flagged(answer)[0]["missing_facts"]
    for number in (answer["considered"]["held"], answer["considered"]["not_held"], answer["edition"]):
        assert str(number) in visitor.text
    shows_candidates(visitor, answer)
    expect(visitor.page.locator(".marks mark").first).to_be_visible()
    record = visitor.page.locator("#record")
    assert not record.locator("li").first.is_visible()
    unfold(record)
    expect(record.locator("li").first).to_be_visible()
    assert record.locator("li a").count() == answer["excluded"]["set_aside"] == len(answer["excluded"]["items"])
    for one in answer["excluded"]["items"]:
        assert visitor.says(one["because"]) in visitor.text

    visitor.page.locator("#on").fill(BEFORE.isoformat())
    with visitor.page.expect_navigation():
        visitor.button("筛查", "Screen").click()
    before = visitor.server.desk.screen(CATHODE, BEFORE, record=True)
    assert ITEM not in [one["item"] for one in flagged(before)]
    shows_candidates(visitor, before)
    changes = visitor.page.locator("#changes")
    for text in (DAY.isoformat(), BEFORE.isoformat(), answer["edition"], before["edition"]):
        expect(changes).to_contain_text(text)
    expect(changes).to_contain_text(visitor.say("不再是候选", "no longer a candidate"))

    found = visitor.page.locator(".found").text_content()
    permalink = visitor.page.locator("a[data-copy]")
    expect(permalink).to_have_text(visitor.say("固定链接", "Permalink"))
    address = permalink.get_attribute("href")
    if visitor.script:
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visitor.server.address)
        permalink.click()
        expect(permalink).to_have_class("button quiet copied")
        assert visitor.page.evaluate("navigator.clipboard.readText()") == visitor.server.address + address
        visitor.go(address)
    else:
        visitor.follow(permalink)
    assert visitor.path == address
    assert visitor.page.locator(".found").text_content() == found
    assert visitor.page.locator("#text").input_value() == CATHODE


def test_files_are_chosen_or_dropped(visitor, tmp_path):
    text, table = tmp_path / "方案.txt", tmp_path / "rows.csv"
    text.write_bytes(CATHODE.encode("gb18030"))
    table.write_text(f'id,text\none,"{CATHODE}"\ntwo,"{CHAIR}"\nthree,\n', encoding="utf-8")
    visitor.go("screen")
    visitor.page.locator("#on").fill(DAY.isoformat())
    hand_in(visitor, text)
    shows_candidates(visitor, visitor.server.desk.screen(CATHODE, DAY))
    visitor.go("screen")
    visitor.page.locator("#on").fill(DAY.isoformat())
    hand_in(visitor, table)
    rows = [Row(0, name, given, None, None, None, None) for name, given in (("one", CATHODE), ("two", CHAIR))]
    shown = visitor.page.locator("section[aria-labelledby=batch] tbody tr")
    expect(shown).to_have_count(2)
    for place, answer in enumerate(visitor.server.desk.screen_rows(rows, DAY)):
        line = shown.nth(place)
        expect(line.locator("th")).to_have_text(answer["id"])
        assert line.locator(".hit").count() == len(flagged(answer))
        for one in flagged(answer):
            expect(line).to_contain_text(f"{one['score']:.2f}")
            expect(line).to_contain_text(visitor.says(one["name"]))
    expect(visitor.page.locator(".notice.bad")).to_contain_text("three")


def hand_in(visitor: Visitor, path: Path) -> None:
    """Drop a file on the form where there is a script that takes it, choose it otherwise."""
    if visitor.script:
        data = list(path.read_bytes())
        dropped = visitor.page.evaluate_handle(
            "([name, data]) => { const held = new DataTransfer(); "
            "held.items.add(new File([new Uint8Array(data)], name)); return held; }",
            [path.name, data],
        )
        for kind in ("dragenter", "dragover", "drop"):
            visitor.page.dispatch_event("form[data-drop]", kind, {"dataTransfer": dropped})
    else:
        visitor.page.locator("#files").set_input_files(path)
    expect(visitor.page.locator("#files")).to_have_value(f"C:\\fakepath\\{path.name}")
    with visitor.page.expect_navigation():
        visitor.button("筛查", "Screen").click()


# ---- the Catalogue -------------------------------------------------------------------------------------------------


def test_the_catalogue_is_searched_and_an_item_followed_through_its_editions(visitor):
    desk, word = visitor.server.desk, visitor.say("冶金", "metallurg")
    visitor.go(f"catalogue?on={DAY}")
    found = desk.items(DAY, query=word)
    lines = [*found["items"], *found["open"]]
    rows = visitor.page.locator("#rows table.items tbody tr:not(.division)")
    assert 0 < len(lines) < rows.count()
    visitor.page.locator("#q").press_sequentially(word)
    if not visitor.script:  # with it the rows come as one types
        visitor.button("查找", "Find").click()
    expect(rows).to_have_count(len(lines))
    visitor.page.wait_for_url(f"**/{visitor.language}/catalogue?q=*")
    shown = visitor.page.locator("#rows").inner_text()
    for one in lines:
        assert visitor.says(one["name"]) in shown
        assert one["code"] is None or one["code"] in shown

    name = "nonferrous-metallurgy-x"
    visitor.page.locator(f'#rows a[href^="/{visitor.language}/catalogue/{name}"]').click()
    visitor.page.wait_for_url(f"**/catalogue/{name}?on={DAY}")
    item, history = desk.show(name, DAY), desk.history(name)
    text = visitor.text
    for point in item["points"]:
        assert visitor.says(point) in text
    for source in item["sources"]:
        assert (source["described"] or source["address"]) in text
    editions = visitor.page.locator(".editions thead th")
    assert [one.locator("b").inner_text() for one in editions.all()] == [one["edition"] for one in history["editions"]]
    new = [
        visitor.says(point["after"])
        for one in history["editions"]
        for point in one["changed_points"]
        if point["does"] == "added"
    ]
    added = " ".join(visitor.page.locator(".editions ins").all_text_contents())
    assert new
    assert all(text in added for text in new)
    # Two summaries of ours: neither is struck out or put in.
    assert "2025" not in added


def test_timeline_comparison_coverage_and_standing_show_what_the_desk_answers(visitor):
    desk = visitor.server.desk
    coverage = desk.coverage()
    visitor.go(f"catalogue?on={DAY}")
    visitor.follow(visitor.link("沿革", "Timeline"))
    for one in coverage["editions"]:
        expect(visitor.page.get_by_role("table")).to_contain_text(one["instrument"])
    expect(visitor.page.locator("main svg").first).to_be_visible()

    visitor.follow(visitor.link("版本比较", "Compare"))
    visitor.page.locator("#before").fill("2020-38")
    visitor.page.locator("#after").fill("2023-57")
    visitor.button("比较", "Compare").click()
    visitor.page.wait_for_url("**/catalogue/diff?before=2020-38&after=2023-57*")
    diff = desk.diff("2020-38", "2023-57")
    changed = [one for one in diff["changes"] if one["class"] not in ("unchanged", "not known")]
    compared = [one for one in diff["changes"] if one in changed or one["points"]]
    expect(visitor.page.locator("article.change")).to_have_count(len(compared))
    for one in changed:
        assert visitor.says(one["name"]) in visitor.text

    visitor.follow(visitor.link("收录情况", "Coverage"))
    table = visitor.page.locator("table").first
    rows = [[cell.strip() for cell in row.split("\t")] for row in table.inner_text().split("\n")]
    numbers = [cell for row in rows for cell in row]
    for edition in coverage["editions"]:
        for one in edition["lists"]:
            for part in ("official", "published", "unconfirmed", "held", "open"):
                assert str(one[part]) in numbers

    visitor.follow(visitor.link("效力", "Standing"))
    for one in desk.standing(DAY)["measures"]:
        row = visitor.page.locator(f'tr[id="{one["instrument"]}"]')
        expect(row.locator(".stands")).to_have_text(visitor.say(*STANDING[one["standing"]]))
        expect(row).to_contain_text(visitor.says(one["because"]))


# ---- a case --------------------------------------------------------------------------------------------------------


def test_a_case_goes_from_a_screening_to_a_signature_of_two_persons_and_on(visitor):
    visitor.go("screen")
    screen(visitor, CATHODE)
    opening = visitor.page.locator('form[action$="/cases/new"]')
    unfold(visitor.page.locator(".actions"))
    visitor.fill(opening, by="李娜", two_persons="yes")
    with visitor.page.expect_navigation():
        opening.locator("button").click()
    case = visitor.path.split("/")[3]
    assert visitor.path == f"/{visitor.language}/cases/{case}/determination"
    answer = visitor.server.desk.determine(now(), case)
    assert (answer["on"], answer["two_persons"]) == (DAY.isoformat(), True)

    visitor.send("screen")
    while (question := visitor.server.desk.determine(now(), case)["next"]) is not None:
        for part in ("question", "why", "evidence"):
            assert visitor.says(question[part]) in visitor.text
        for cited in question["provisions"]:
            assert visitor.says(cited["where"]) in visitor.text
        value = "yes" if question["test"] == "crossing" else "no"
        visitor.send(f"answer-{question['test']}", value=value, because="合同第二条")
    for row in visitor.server.desk.determine(now(), case)["candidates"]:
        visitor.follow(visitor.page.locator(f'table.candidates a[href*="item={row["item"]}"]'))
        for point in row["points"]:
            assert visitor.says(point["requires"]) in visitor.text
            sheet = {"result": "meets", "fact": "2.62 g/cm³", "source": "检测报告第 4 页"}
            visitor.send(f"compare-{row['item']}_{point['number']}", **sheet)
    by_rule = visitor.server.desk.determine(now(), case)
    assert by_rule["outcome"] == "restricted"
    visitor.send("sign", because="逐点对照")

    visitor.send("approve", by="李娜")  # who signed cannot be the second person
    expect(visitor.page.locator("#errors")).to_be_visible()
    visitor.send("approve", by="王强")
    (signed,) = visitor.server.desk.determine(now(), case)["signed"]
    assert (signed["outcome"], signed["by"], signed["approved_by"]) == ("restricted", "李娜", "王强")
    expect(visitor.page.locator("article.signed")).to_contain_text("王强")

    visitor.follow(visitor.page.locator(".crumbs a").last)
    screened = {"screening": "S-1", "screened_on": "2025-09-01", "screening_result": "no_hit", "parties": "Acme"}
    scope = {"technology": "T-1", "description": "LMFP", "destination": "JP", "mode": "M4", "channel": "trade"}
    happens(visitor, "scope", "2025-09-02", **scope, **screened)
    happens(visitor, "classify_restricted", "2025-09-02", signatory="李娜")
    happens(visitor, "secret_no", "2025-09-04", signatory="李娜", reasons="不涉密")
    happens(visitor, "submit", "2025-09-08", 422, received="2025-09-08", technologies="T-1", recipients="Acme")
    visitor.send("event-submit", application_form="A-1")
    visitor.go(f"cases/{case}?on=2025-09-08")
    held = visitor.server.desk.case(datetime.date(2025, 9, 8), now(), case)
    assert [one["event"] for one in held["history"]] == ["scope", "classify_restricted", "secret_no", "submit"]
    for one in (*held["history"], *held["due"]):
        assert visitor.says(one["says"]) in visitor.text
    for one in held["stations"]:
        expect(visitor.page.locator("ol.steps").first).to_contain_text(visitor.says(one["name"]))
    assert held["due"]
    for one in held["due"]:
        assert one["day"] in visitor.text


def happens(visitor: Visitor, event: str, on: str, status: int = 200, **evidence: str) -> None:
    visitor.send(f"event-{event}", on=on, by="李娜", **evidence)
    assert visitor.page.locator("#errors").count() == (status != 200)


# ---- an official document ------------------------------------------------------------------------------------------


def test_a_document_is_previewed_beside_its_pages_attested_applied_and_undone(visitor, tmp_path):
    seed = 2 * (visitor.language == "zh") + visitor.script  # a document of its own, for the store knows it by its bytes
    path = fixtures.table_pdf(tmp_path, seed=fixtures.SEED + seed, every=12).path
    visitor.go("documents")
    visitor.page.locator("#import-file").set_input_files(path)
    with visitor.page.expect_navigation():
        visitor.form("import").locator("button").click()
    digest = visitor.path.partition("?")[0].rpartition("/")[2]
    preview = visitor.server.desk.preview(digest)
    for kind, count in preview["report"].items():
        expect(visitor.page.locator(f".tallies .kind-{kind.replace(' ', '-')}")).to_contain_text(str(count))
    visitor.follow(visitor.page.locator(".leaf-numbers").first.get_by_role("link", name="2", exact=True))
    picture = visitor.page.locator(".facing img")
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 600
    packed = "".join(visitor.page.locator(".facing").inner_text().split())
    for one in [one for one in preview["findings"] if one["page"] == 2][:60]:
        assert "".join(one["official"].split()) in packed

    in_force = datetime.date(2031, 5, 1)
    before = visitor.server.desk.items(in_force)
    visitor.send("attest", obtained_from="https://example.gov.cn", obtained_on="2026-11-01", by="李娜")
    assert visitor.server.desk.items(in_force)["items"] == before["items"]
    visitor.send("apply")  # a part of the list, and not as many entries as it announces itself
    expect(visitor.page.locator("#errors")).to_be_visible()
    visitor.send("apply", counts_differ="yes")
    expect(visitor.page.get_by_role("status")).to_be_visible()
    applied = visitor.server.desk.items(in_force)
    assert len(applied["items"]) == preview["entries"]
    visitor.go(f"catalogue?on={in_force}")
    expect(visitor.page.locator("#rows [role=status]")).to_contain_text(str(len(applied["items"])))
    visitor.go(f"documents/{digest}")
    visitor.send("undo", because="试用", by="李娜")
    assert visitor.server.desk.items(in_force)["items"] == before["items"]
    visitor.send("withdraw", because="试用", by="李娜")
    (held,) = [one for one in visitor.server.desk.documents()["documents"] if one["document"].startswith(digest)]
    assert held["status"] == "claimed"


# ---- home ----------------------------------------------------------------------------------------------------------


def test_home_shows_what_is_due_and_what_waits(visitor):
    on = datetime.date(2025, 9, 5)
    title = f"到期 {visitor.language} {visitor.script}"
    desk = visitor.server.desk
    case = desk.case(on, now(), "new", title=title, technology=CHAIR, by="李娜")["case"]
    breach = ["breach=early-negotiation", "breach_day=2025-09-02", "facts=大阪会谈", "gains=600000"]
    desk.case(on, now(), case, "record_breach", by="李娜", set=breach)
    visitor.go(f"?on={on}")
    cases = visitor.server.desk.case(on, now())["cases"]
    due = visitor.page.locator("section[aria-labelledby=due]")
    running = [one for each in cases for one in each["due"]]
    expect(due.locator("h2 small")).to_have_text(str(len(running)))
    for one in running:
        expect(due).to_contain_text(visitor.says(one["says"]))
        assert one["day"] is None or one["day"] in (due.text_content() or "")
    waits = visitor.page.locator("section[aria-labelledby=waits]")
    expect(waits).to_contain_text(title)
    waits.get_by_role("link", name=case, exact=True).click()
    visitor.page.wait_for_url(f"**/cases/{case}?on={on}")
    expect(visitor.page.locator("h1")).to_contain_text(title)


# ---- the keyboard, the language, the theme -------------------------------------------------------------------------


def focused(visitor: Visitor) -> Locator:
    return visitor.page.locator("*:focus")


def test_a_text_is_screened_with_the_keyboard_alone(visitor):
    visitor.go("screen")
    visitor.page.keyboard.press("Tab")
    expect(focused(visitor)).to_have_class("skip")
    expect(focused(visitor)).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(focused(visitor)).to_have_id("main")
    visited: list[str] = []
    while "go" not in visited:
        visitor.page.keyboard.press("Tab")
        name, outline = visitor.page.evaluate(
            "(({ id, className, tagName }, { outlineStyle }) => [id || className || tagName, outlineStyle])"
            "(document.activeElement, getComputedStyle(document.activeElement))"
        )
        if name in visited[-1:]:  # a field for a day has several places
            continue
        visited.append(name)
        assert outline != "none", f"{name} holds the focus and does not show it"
        assert len(visited) < 12, visited
        if name == "text":
            visitor.page.keyboard.insert_text(CATHODE)
    assert visited == ["SUMMARY", "text", "files", "on", "SUMMARY", "go"]
    day = datetime.date.fromisoformat(visitor.page.locator("#on").input_value())
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    shows_candidates(visitor, visitor.server.desk.screen(CATHODE, day))


def test_the_keys_that_the_script_adds_work(scripted):
    scripted.go("screen")
    scripted.page.locator("#text").fill(CATHODE)
    with scripted.page.expect_navigation():
        scripted.page.locator("#text").press("Control+Enter")
    expect(scripted.page.locator("article.candidate").first).to_be_visible()
    scripted.go("catalogue")
    scripted.page.keyboard.press("/")
    expect(focused(scripted)).to_have_id("q")
    scripted.page.keyboard.type("/")  # typed in the field it is a letter like others
    expect(scripted.page.locator("#q")).to_have_value("/")


def test_the_language_changes_and_the_address_stays(visitor):
    other = "en" if visitor.language == "zh" else "zh"
    for path in ("", "screen", f"catalogue/{ITEM}?on={DAY}", "catalogue/diff?before=2020-38", "documents"):
        visitor.go(path)
        visitor.page.locator("a.language").click()
        visitor.page.wait_for_url(f"**/{other}/{path}")
        expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans" if other == "zh" else "en")
        visitor.page.locator("a.language").click()
        visitor.page.wait_for_url(f"**/{visitor.language}/{path}")


def test_light_and_dark_follow_the_system_until_one_is_chosen(scripted):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    scripted.page.emulate_media(color_scheme="light")
    scripted.go()
    light = scripted.page.evaluate(ground)
    scripted.page.emulate_media(color_scheme="dark")
    dark = scripted.page.evaluate(ground)
    assert light != dark
    scripted.page.locator("[data-theme-switch]").click()
    assert scripted.page.evaluate(ground) == light
    scripted.go("catalogue")
    assert scripted.page.evaluate(ground) == light


def test_without_script_nothing_is_offered_that_needs_it(visitor):
    visitor.go("screen")
    shown = visitor.page.locator(".js-only:visible").count()
    assert (shown > 0) is visitor.script


def test_what_goes_wrong_unseen_is_a_complaint(browser, server):
    """The watch itself: a script that the policy forbids and a request to another host do not pass unnoticed."""
    visitor = Visitor(browser, server, "en", True)
    visitor.go()
    visitor.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.2:9/x.png\"><p style=\"color:red\">')"
    )
    visitor.page.evaluate("setTimeout(() => { throw new Error('unseen') })")
    visitor.page.wait_for_timeout(300)
    visitor.context.close()
    assert any("img-src" in one for one in visitor.complaints)
    assert any("style" in one for one in visitor.complaints)
    assert any("unseen" in one for one in visitor.complaints)

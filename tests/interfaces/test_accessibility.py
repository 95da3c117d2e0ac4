"""Every page is looked over by axe-core as it stands in a browser: nothing serious or critical, in any of its views.

Both languages, light and dark, 390 and 1280 pixels wide, with everything unfolded. Of the eight views of a page four are
looked at, in which each of those meets each other one; all eight where MULU_EVERY_VIEW is 1. What axe-core finds beside
that (moderate, minor) is printed: `pytest -s`.
"""

from __future__ import annotations

import datetime
import importlib.util
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.interfaces.browsing import Server, Visitor, axe_core, chromium
from tests.official import documents as fixtures

from mulu.desk import Desk

DAY = datetime.date(2025, 9, 1)
AT = datetime.datetime(2025, 9, 3, 2, tzinfo=datetime.UTC)
CATHODE = (
    "一种磷酸锰铁锂正极材料的制备方法：锂源、铁源、锰源与磷源混合砂磨，喷雾干燥，烧结，得到碳包覆的正极材料。"
    "粉末在 220 MPa 下的压实密度为 2.62 g/cm³，首次库伦效率 97.5 %。"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY = list(itertools.product(("zh", "en"), ("light", "dark"), (390, 1280)))
# Every two of language, theme and width meet in one of these.
FEW = [("zh", "light", 390), ("zh", "dark", 1280), ("en", "light", 1280), ("en", "dark", 390)]
VIEWS = EVERY if os.environ.get("MULU_EVERY_VIEW") == "1" else FEW
PAGES = (
    "",
    f"?on={DAY}",
    "?as_known=2026.11.1",
    "screen",
    "screen?draft=draft-2025-01-02",
    "catalogue",
    "catalogue?q=lithium",
    "catalogue?q=nothing-like-it",
    "catalogue/battery-cathode-x",
    "catalogue/battery-cathode-x?on=2020-01-01",
    "catalogue/nonferrous-metallurgy-x",
    "catalogue/timeline",
    "catalogue/industries",
    "catalogue/diff?before=2020-38&after=2023-57",
    "catalogue/diff?before=2023-57&after=draft-2025-01-02",
    "catalogue/coverage",
    "catalogue/standing",
    f"catalogue/standing?on={DAY}",
    "second",
    "reckoning",
    "certificate",
    "exports",
    "reckoning?start=2025-09-01&number=25CNBJ1Y39ABC001",
    "cases",
    "cases/new",
    "cases/C-1",
    "cases/C-1/determination",
    "cases/C-2",
    "cases/C-2/determination",
    "cases/C-2/determinations/1",
    "trail",
    "documents",
    "documents/{claimed}?leaf=2",
    "documents/{attested}?view=matches",
    "documents/{attested}?kind=completed",
    "documents/{applied}",
    "documents/{applied}/confirm",
    "portfolios",
    "portfolios/example",
    "portfolios/example/records?which=all",
    "portfolios/example/record?id=P-1&evidence=yes",
    "portfolios/example/map?q=lithium",
    "portfolios/example/map?view=2.300.300&rows=all",
    "portfolios/example/impact",
    "portfolios/example/runs",
    "no-such-page",
)


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_core()


@pytest.fixture(scope="module")
def browser(axe: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    """The documents of the store by their state."""
    return {}


@pytest.fixture(scope="module")
def server(
    browser: Browser,
    kept: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    folio: Path,
) -> Iterator[Server]:
    """A server over a store in which something of every kind is kept."""
    folder = tmp_path_factory.mktemp("store")
    shutil.copytree(folio, folder / folio.name)
    desk = Desk(store=str(folder / "mulu.db"))
    cases(desk)
    kept |= documents(desk, folder)
    with Server(folder / "mulu.db") as running:
        yield running


def cases(desk: Desk) -> None:
    """One case that waits for its answers, and one signed, disputed, begun, with a breach and a time limit."""
    for _ in range(2):
        desk.case(DAY, AT, "new", title="LMFP cathode to Hanoi", technology=CATHODE, by="李娜", two_persons=True)
    desk.determine(AT, "C-1", screen=True, by="李娜")
    desk.determine(AT, "C-2", screen=True, by="李娜")
    while (question := desk.determine(AT, "C-2")["next"]) is not None:
        value = "yes" if question["test"] == "crossing" else "no"
        desk.determine(AT, "C-2", answer=[f"{question['test']}={value}"], because="合同第二条", by="李娜")
    for row in desk.determine(AT, "C-2")["candidates"]:
        for point in row["points"]:
            compared = f"{row['item']}#{point['number']}=meets: 2.62 g/cm³"
            desk.determine(AT, "C-2", compare=[compared], source="report p. 4", by="李娜")
    version = desk.determine(AT, "C-2")["version"]
    desk.determine(AT, "C-2", because="逐点对照", by="李娜", sign=True, version=version)
    desk.determine(AT, "C-2", by="王强", approve=True)
    desk.determine(AT, "C-2", by="张敏", because="not so sure", dissent=True)
    screened = ["screening=S-1", "screened_on=2025-09-01", "screening_result=no_hit", "parties=Acme"]
    scope = ["technology=T-1", "description=LMFP", "destination=JP", "mode=M4", "channel=trade", *screened]
    desk.case(DAY, AT, "C-2", "scope", by="李娜", set=scope)
    desk.case(DAY, AT, "C-2", "classify_restricted", by="李娜", set=["signatory=李娜"])
    breach = ["breach=early-negotiation", "breach_day=2025-09-02", "facts=talks", "gains=600000"]
    desk.case(datetime.date(2025, 9, 2), AT, "C-2", "record_breach", by="李娜", set=breach)


def documents(desk: Desk, folder: Path) -> dict[str, str]:
    """One document claimed, one attested and one applied; where machines can read here, that one is a scan."""
    made = {}
    for state, make in (("claimed", fixtures.table_pdf), ("attested", fixtures.list_docx)):
        path = make(folder, seed=fixtures.SEED + len(made)).path
        made[state] = desk.import_(str(path), AT)["document"]
    desk.attest(made["attested"], AT, "李娜", "https://example.gov.cn", DAY)
    known = ("announcement-2031-7", datetime.date(2031, 4, 1))
    ocr = importlib.util.find_spec("rapidocr") is not None
    path = (fixtures.scanned_pdf if ocr else fixtures.table_docx)(folder).path
    made["applied"] = desk.import_(str(path), AT, *known, ocr)["document"]
    desk.attest(made["applied"], AT, "李娜", "档案室", DAY, *known)
    desk.apply(made["applied"], AT, counts_differ=True)
    return made


@pytest.fixture(params=["zh", "en"], scope="module")
def visitor(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visitor]:
    made = Visitor(browser, server, request.param, True)
    yield made
    made.leave()


def looked_over(visitor: Visitor, axe: str) -> None:
    """Look over the page that is shown, in every view of its language."""
    page = visitor.page
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(f"{axe}; undefined")
    grave, others = [], []
    for language, theme, width in VIEWS:
        if language != visitor.language:
            continue
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(
            "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'], elementRef: false })", RULES
        )
        assert found["passes"]
        for one in found["violations"]:
            told = f"{visitor.path} {theme} {width}: {told_of(one)}"
            (grave if one["impact"] in ("serious", "critical") else others).append(told)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            grave.append(f"{visitor.path} {theme} {width}: {overflow} pixels of the page lie beside it")
    print("\n".join(others))
    assert not grave, "\n".join(grave)


def told_of(violation: dict[str, Any]) -> str:
    places = "; ".join(
        f"{' '.join(map(str, one['target']))} ({' '.join((one['failureSummary'] or '').split())[:200]})"
        for one in violation["nodes"][:4]
    )
    return f"{violation['impact']} {violation['id']} × {len(violation['nodes'])}: {places}"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_on_a_page(visitor, axe, kept, path):
    visitor.go(path.format(**kept), 404 if path == "no-such-page" else 200)
    looked_over(visitor, axe)


def test_nothing_serious_stands_on_a_screening_its_changes_and_a_table(visitor, axe, tmp_path):
    for day in ("2025-09-01", "2023-06-01", "2027-01-01"):
        if day == "2025-09-01":
            visitor.go("screen")
            visitor.page.locator("#text").fill(f"{CATHODE}不采用干法造纸。")
        visitor.page.locator("#on").fill(day)
        with visitor.page.expect_navigation():
            visitor.page.locator("button.go").click()
        looked_over(visitor, axe)
    table = tmp_path / "rows.csv"
    table.write_text(f'id,text\none,"{CATHODE}"\ntwo,一把木椅。\nthree,\n', encoding="utf-8")
    visitor.go("screen")
    visitor.page.locator("#files").set_input_files(table)
    with visitor.page.expect_navigation():
        visitor.page.locator("button.go").click()
    looked_over(visitor, axe)


@pytest.mark.parametrize(
    ("path", "form"),
    [("cases/new", "new"), ("cases/C-1/determination", "sign"), ("documents", "import"), ("screen", None)],
)
def test_nothing_serious_stands_on_a_form_that_was_refused(visitor, axe, path, form):
    visitor.go(path)
    if form is None:
        with visitor.page.expect_navigation():
            visitor.page.locator("button.go").click()
    else:
        visitor.send(form)
    assert visitor.page.get_by_role("alert").count()
    looked_over(visitor, axe)


def test_what_axe_core_would_find_is_found(visitor, axe):
    """The look itself: a picture without words and text too pale to read do not pass."""
    visitor.go("catalogue/standing")
    visitor.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<img src=\"/static/seal.svg\"><p id=\"pale\">pale words</p>');"
        "document.querySelector('#pale').style.color = '#888'"
    )
    with pytest.raises(AssertionError, match=r"(?s)^(?=.*image-alt)(?=.*color-contrast)"):
        looked_over(visitor, axe)

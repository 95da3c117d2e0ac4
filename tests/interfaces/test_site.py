"""The static site: every link and anchor resolves, nothing is asked of any other place, and it reads without a server."""

from __future__ import annotations

import datetime
import json
import posixpath
import re
from pathlib import Path

import pytest
from lxml import html
from tests.interfaces.browsing import chromium

from mulu.desk import Desk
from mulu.interfaces.site import pages
from mulu.reports import exports

DAY = datetime.date(2026, 11, 28)


@pytest.fixture(scope="module")
def desk_of_site() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def site(desk_of_site: Desk) -> dict[str, bytes]:
    _, files = desk_of_site.exported(DAY, "pack", ["site"], site=pages)
    return {path.removeprefix("site/"): data for path, data in files.items() if path != exports.MANIFEST}


@pytest.fixture(scope="module")
def links(site: dict[str, bytes]) -> dict[str, tuple[set[str], list[str]]]:
    """Of each page its anchors and whatever it points at."""
    found = {}
    for path, data in site.items():
        if path.endswith(".html"):
            document = html.document_fromstring(data.decode())
            ids = [one.get("id") for one in document.iter() if one.get("id")]
            assert len(ids) == len(set(ids)), path
            found[path] = (
                set(ids),
                [one.get("href") or one.get("src") for one in document.xpath("//*[@href or @src]")],
            )
    return found


def target(page: str, link: str) -> str:
    path = link.partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page


def test_every_link_and_anchor_resolves_and_every_file_is_reached(site, links):
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        page = waiting.pop()
        for link in links.get(page, (set(), []))[1]:
            if link.startswith(("http://", "https://")):
                continue
            assert not link.startswith(("/", "data:", "javascript:")), (page, link)
            to, _, anchor = target(page, link), *link.partition("#")[1:]
            assert to in site, (page, link)
            assert not anchor or anchor in links[to][0], (page, link)
            if to not in reached:
                reached.add(to)
                waiting.append(to)
    assert set(site) - reached == {"static/search.js"}  # which the search loads when somebody begins to search


def test_nothing_is_loaded_from_any_other_place(site, links):
    for path, data in site.items():
        if path.endswith(".html"):
            document = html.document_fromstring(data.decode())
            loaded = document.xpath("//script/@src | //link/@href | //img/@src | //iframe/@src")
            assert not [one for one in loaded if ":" in one], path
            assert not document.xpath("//form[@action]") and b"style=" not in data, path
        elif path.endswith((".css", ".js")):
            assert b"http://" not in data.replace(b"http://www.w3.org", b"") or path == "static/search.js", path
            assert b"@import" not in data and b"url(" not in data, path


def test_every_item_edition_point_and_comparison_has_its_pages_and_its_json(site, desk_of_site: Desk):
    catalogue = desk_of_site.catalogue
    stems = {f"editions/{name}" for name in catalogue.editions}
    for item, points in catalogue.pack.points.items():
        stems.add(f"items/{item}")
        stems |= {f"items/{item}@{e.id}" for e in catalogue.editions.values() if item in e.listings}
        stems |= {f"points/{item}/{point.number}" for point in points}
        assert f"id/{item}/index.html" in site and f"id/{item}.json" in site
    stems |= {
        "diffs/2023-57..2025-28",
        "diffs/2008-12..2025-28",
        "diffs/2023-57..draft-2025-01-02",
        "coverage",
        "standing",
    }
    missing = [stem for stem in stems if not {f"{stem}.zh.html", f"{stem}.en.html", f"{stem}.json"} <= set(site)]
    assert missing == []
    shown = json.loads(site["items/battery-cathode-x@2025-28.json"])
    assert shown == desk_of_site.show("battery-cathode-x", DAY)
    assert json.loads(site["diffs/2023-57..2025-28.json"]) == desk_of_site.diff("2023-57", "2025-28")


def test_a_page_shows_what_its_edition_holds_with_its_certainty(site, desk_of_site: Desk):
    for language, name, loud in (
        ("zh", "已公布", "结论前请先查证"),
        ("en", "published", "Look for them before concluding"),
    ):
        page = site[f"items/battery-cathode-x.{language}.html"].decode()
        assert "252604X" in page and f">{name}</span>" in page and loud in page
        draft = site[f"editions/draft-2022-12-30.{language}.html"].decode()
        assert ("从未施行" if language == "zh" else "never in force") in draft
        listed = desk_of_site.items(DAY)
        home = html.document_fromstring(site[f"index.{language}.html"].decode())
        rows = home.xpath("//table[contains(@class, 'items')]//a/@href")
        wanted = {f"items/{one['item']}.{language}.html" for one in (*listed["items"], *listed["open"])}
        assert set(rows) == wanted  # the whole list stands there, with or without script


def test_the_search_knows_every_item_by_name_term_and_code(site, desk_of_site: Desk):
    text = site["static/search.js"].decode()
    index = {one[0]: one for one in json.loads(re.fullmatch(r"window\.muluSearch=(.*);\n", text)[1])}
    assert set(index) == set(desk_of_site.catalogue.pack.items)
    assert all(word in index["battery-cathode-x"][6] for word in ("252604X", "磷酸铁锂", "LFP"))


def test_the_site_is_read_and_searched_from_a_folder(site, tmp_path: Path):
    exports.write({path: site[path] for path in site if not re.match(r"(items|points|id|diffs)/(?!battery)", path)}, tmp_path / "site")  # fmt: skip
    with chromium(tmp_path) as browser:
        for width in (390, 1600):
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for path in ("index.zh.html", "diffs.en.html", "items/battery-cathode-x.zh.html", "timeline.en.html", "coverage.zh.html"):  # fmt: skip
                page.goto(f"file://{tmp_path}/site/{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.fill("#find", "磷酸铁锂")
            with page.expect_navigation():
                page.locator("#found a").first.click()
            assert page.url.endswith("/items/battery-cathode-x.zh.html")
            page.fill("#find", "没有这样的词")
            assert "只说明所收录的内容" in page.locator("#found p").inner_text()
            assert all(url.startswith("file:") for url in asked)

"""The Catalogue as a static site: the pages of `mulu serve` that only show, written as files.

The templates, the sheet and the pictures are those of the page; what frames them is in `templates/`. Addresses are relative, so
that it reads the same from a folder and from a web server; nothing is asked of any other place. docs/exports.md lists them.
"""

from __future__ import annotations

import datetime
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import jinja2
from starlette.responses import HTMLResponse, Response

import mulu
from mulu.catalogue.editions import Edition
from mulu.desk import Desk
from mulu.interfaces.web import STATIC, catalogue, pictures
from mulu.interfaces.web.page import TEMPLATES, Page
from mulu.reports.exports import zipped
from mulu.reports.exports.contents import BEYOND, Contents, without_official_words
from mulu.vocabulary import Language

if TYPE_CHECKING:
    from starlette.requests import Request

Json = dict[str, Any]
T = TypeVar("T")
_OWN = Path(__file__).parent
_ALONE = ("timeline", "industries", "coverage", "standing")  # pages of the Catalogue that are one each
_ANSWERS = ("coverage", "standing")  # those of them that show the answer of one act


class _Shown:
    """A desk that only shows, without the words of imported documents unless they were asked for."""

    def __init__(self, desk: Desk, official_wording: bool) -> None:
        self._desk = desk
        self._told: Callable[[Any], Any] = (lambda answer: answer) if official_wording else without_official_words
        self._kept: dict[tuple[Any, ...], Json] = {}

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._desk, name)
        if name not in ("show", "history", "diff", "coverage", "standing", "items"):
            return asked

        def answer(*given: Any) -> Json:
            key = (name, *given)
            if key not in self._kept:
                self._kept[key] = self._told(asked(*given))
            return self._kept[key]

        return answer


class _Page(Page):
    """One page of the site in one language. `name` is its address without language and ending."""

    asks = False

    def __init__(self, site: _Site, language: Language, name: str, on: datetime.date) -> None:
        self.site, self.language, self.name = site, language, name
        self.given = {"on": None, "as_known": None}
        self.__dict__ |= {"on": on, "desk": site.desk}
        self.request = cast("Request", SimpleNamespace(path_params={}, query_params={}, method="GET"))
        self.versions: list[tuple[str, str, bool]] = []  # what is called, its address, whether it is this page
        self.permalink: str | None = None
        self.data: str | None = None  # the same facts as JSON

    @cached_property
    def up(self) -> str:
        """The way from this page to the top of the site."""
        return "../" * self.name.count("/")

    def to(self, name: str) -> str:
        """The address of another page, from this one, in this page's language."""
        path, hashed, place = name.partition("#")
        return f"{self.up}{path}.{self.language.value}.html{hashed}{place}"

    def link(self, path: str = "", **query: Any) -> str:
        """The page of the site that stands for an address of the page."""
        rest = path.strip("/").partition("/")[2]
        if not rest:
            division = query.get("industry")
            return self.to(f"index#industry-{division}" if division in self.site.divisions else "index")
        if rest == "diff":
            return self.to(f"diffs/{query['before']}..{query['after']}")
        if rest in _ALONE:
            return self.to(rest)
        draft = query.get("draft")
        return self.to(f"items/{rest}@{draft}" if draft else f"items/{rest}")

    @property
    def in_other_language(self) -> str:
        other = "en" if self.language is Language.ZH else "zh"
        return f"{self.up}{self.name}.{other}.html"

    def remembered(self, key: tuple[str, ...], build: Callable[[], T]) -> T:
        found: T | None = self.site.kept.get(key)
        if found is None:
            self.site.kept[key] = found = build()
        return found

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        body = (
            _templates()
            .get_template(template)
            .render(page=self, t=self.say, lang=self.language.value, status=status, site=self.site, **context)
        )
        return HTMLResponse(body)


@cache
def _templates() -> jinja2.Environment:
    """The templates of the page, in the frame of the site: its own are found first."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([_OWN / "templates", TEMPLATES]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["version"] = mulu.__version__
    return made


class _Site:
    """What the pages share."""

    def __init__(self, desk: Desk, contents: Contents) -> None:
        self.contents = contents
        self.desk = cast("Desk", _Shown(desk, contents.official_wording))
        self.kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self.notes = [note for note in contents.notes if note is not BEYOND]  # that one stands loud on each page
        self.editions = list(contents.editions)
        self.in_force = desk.catalogue.in_force(contents.on)
        listed = self.items(self.in_force)
        self.divisions = {one["division"] for one in (*listed["items"], *listed["open"]) if one["division"]}
        self.pairs = [(a.id, b.id) for a, b in combinations(self.editions, 2)]

    def day(self, edition: Edition) -> datetime.date:
        """The day on which an edition is shown: the day of the export for the one in force and for drafts, else its first."""
        of_now = edition.draft or edition.id == self.in_force.id or edition.effective is None
        return self.contents.on if of_now else cast(datetime.date, edition.effective)

    def items(self, edition: Edition) -> Json:
        return self.desk.items(self.day(edition), edition.id if edition.draft else None)

    def show(self, item: str, edition: Edition) -> Json:
        return self.desk.show(item, self.day(edition), edition.id if edition.draft else None)

    def versions(self, page: _Page, item: str, here: str | None) -> list[tuple[str, str, bool]]:
        """Every edition that says something of an item, and all of them side by side."""
        made = [(page.say("沿革", "through time"), page.to(f"items/{item}"), here is None)]
        return made + [
            (one.id, page.to(f"items/{item}@{one.id}"), one.id == here) for one in self.editions if item in one.listings
        ]


def download(desk: Desk, **asked: Any) -> tuple[str, bytes]:
    """An export as one file, the site drawn where it is asked for, and what to call the file."""
    manifest, files = desk.exported(**asked, site=pages)
    return f"mulu-{manifest['what']}-{manifest['on']}.zip", zipped(files)


def pages(desk: Desk, contents: Contents) -> Iterator[tuple[str, bytes]]:
    """Every file of the site by its path."""
    site = _Site(desk, contents)
    for name in ("mulu.css", "mulu.js", "seal.svg"):
        yield f"static/{name}", (STATIC / name).read_bytes()
    for name in ("site.css", "site.js"):
        yield f"static/{name}", (_OWN / "static" / name).read_bytes()
    yield "static/search.js", f"window.muluSearch={_json(_index(site))};\n".encode()
    zh = _Page(site, Language.ZH, "index", contents.on)
    yield "index.html", _bytes(zh.render("first.html"))
    for language in Language:
        yield from _alone(site, language)
        for edition in site.editions:
            yield from _edition(site, language, edition)
        for item in _items(site):
            yield from _item(site, language, item)
        for before, after in site.pairs:
            yield from _difference(site, language, before, after)
    yield from _neutral(site)


def _items(site: _Site) -> list[str]:
    """The items that have pages."""
    return list(site.desk.catalogue.pack.items)


def _bytes(response: Response) -> bytes:
    return bytes(response.body)


def _file(page: _Page) -> str:
    return f"{page.name}.{page.language.value}.html"


def _alone(site: _Site, language: Language) -> Iterator[tuple[str, bytes]]:
    yield from _edition(site, language, site.in_force, "index")
    drawn = {
        "timeline": catalogue.timeline, "industries": catalogue.by_industry, "coverage": catalogue.coverage,
        "standing": catalogue.standing,
    }  # fmt: skip
    for name in _ALONE:
        page = _Page(site, language, name, site.contents.on)
        page.data = name if name in _ANSWERS else None
        yield _file(page), _bytes(drawn[name](page))
    page = _Page(site, language, "diffs", site.contents.on)
    governs = [one.id for one in site.editions if not one.draft]
    yield _file(page), _bytes(page.render("diffs.html", here="catalogue", tab="diff", governs=governs))


def _edition(site: _Site, language: Language, edition: Edition, name: str | None = None) -> Iterator[tuple[str, bytes]]:
    page = _Page(site, language, name or f"editions/{edition.id}", site.day(edition))
    page.versions = [(one.id, page.to(f"editions/{one.id}"), one.id == edition.id) for one in site.editions]
    page.permalink = page.data = f"editions/{edition.id}"
    answer = site.items(edition)
    held = next(one for one in site.desk.coverage()["editions"] if one["edition"] == edition.id)
    groups = catalogue.grouped([*answer["items"], *answer["open"]])
    shown = page.render(
        "edition.html",
        here="catalogue",
        tab="browse",
        answer=answer,
        groups=groups,
        strip=pictures.strip(page, held),
        first=name == "index",
    )
    yield _file(page), _bytes(shown)


def _item(site: _Site, language: Language, item: str) -> Iterator[tuple[str, bytes]]:
    drawn = [(None, site.in_force), *((one.id, one) for one in site.editions if item in one.listings)]
    for here, edition in drawn:
        page = _Page(site, language, f"items/{item}" if here is None else f"items/{item}@{here}", site.day(edition))
        page.request.path_params["name"] = item
        if edition.draft:
            page.request = cast(
                "Request", SimpleNamespace(path_params={"name": item}, query_params={"draft": edition.id})
            )
        page.versions = site.versions(page, item, here)
        page.permalink, page.data = f"id/{item}" if here is None else page.name, page.name
        yield _file(page), _bytes(catalogue.item(page, beside=here is None))
    for number in _numbers(site, item):
        page = _Page(site, language, f"points/{item}/{number}", site.contents.on)
        page.permalink = page.data = page.name
        yield (
            _file(page),
            _bytes(page.render("point.html", here="catalogue", tab="browse", **_point(site, item, number))),
        )


def _numbers(site: _Site, item: str) -> list[str]:
    """The numbers of the points that an item has or had."""
    history = site.desk.history(item)
    return list(dict.fromkeys(point["number"] for one in history["editions"] for point in one["points"]))


def _point(site: _Site, item: str, number: str) -> Json:
    """A control point: each of its wordings with the editions in which it stands, and what changed."""
    history = site.desk.history(item)
    wordings: list[Json] = []
    for one in history["editions"]:
        for point in one["points"]:
            if point["number"] != number:
                continue
            same = next((w for w in wordings if w["point"] == point), None)
            if same is None:
                change = next(
                    (c for c in one["changed_points"] if c["number"] == number and c["before"] and c["after"]), None
                )
                same = {"point": point, "editions": [], "change": change, "against": one["compared_with"]}
                wordings.append(same)
            same["editions"].append({"edition": one["edition"], "draft": one["draft"]})
    return {
        "item": item,
        "number": number,
        "name": history["name"],
        "control": history["control"],
        "wordings": wordings,
        "words": catalogue.WORDS,
    }


def _difference(site: _Site, language: Language, before: str, after: str) -> Iterator[tuple[str, bytes]]:
    page = _Page(site, language, f"diffs/{before}..{after}", site.contents.on)
    page.request = cast("Request", SimpleNamespace(path_params={}, query_params={"before": before, "after": after}))
    page.permalink = page.data = page.name
    yield _file(page), _bytes(catalogue.diff(page))


def _neutral(site: _Site) -> Iterator[tuple[str, bytes]]:
    """What is in no language: the identifiers, and the facts of each page as JSON."""
    for item in _items(site):
        history = site.desk.history(item)
        page = _Page(site, Language.ZH, f"id/{item}/index", site.contents.on)
        shown = page.render("identifier.html", item=item, name=history["name"], control=history["control"], numbers=_numbers(site, item), editions=[one for one in site.editions if item in one.listings])  # fmt: skip
        yield f"id/{item}/index.html", _bytes(shown)
        yield f"id/{item}.json", _line(history)
        yield f"items/{item}.json", _line(site.show(item, site.in_force))
        for edition in site.editions:
            if item in edition.listings:
                yield f"items/{item}@{edition.id}.json", _line(site.show(item, edition))
        for number in _numbers(site, item):
            yield f"points/{item}/{number}.json", _line(_point(site, item, number))
    for edition in site.editions:
        yield f"editions/{edition.id}.json", _line(site.items(edition))
    for before, after in site.pairs:
        yield f"diffs/{before}..{after}.json", _line(site.desk.diff(before, after))
    for name in _ANSWERS:
        answer = site.desk.coverage() if name == "coverage" else site.desk.standing(site.contents.on)
        yield f"{name}.json", _line(answer)


def _line(answer: Json) -> bytes:
    return f"{_json(answer)}\n".encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _index(site: _Site) -> list[list[Any]]:
    """What the search looks through: of each item its id, list, certainty in force, names, and every word it goes by."""
    made = []
    for item in _items(site):
        history = site.desk.history(item)
        now = site.in_force.listings.get(item)
        words: dict[str, None] = {}
        for one in history["editions"]:
            words |= dict.fromkeys([one["code"] or "", *(one["name"] or {}).values()])
            for point in one["points"]:
                words |= dict.fromkeys([point["zh"], point["en"], *point["terms"]["zh"], *point["terms"]["en"]])
        text = "\n".join(word for word in words if word)
        presence = "not held" if now is None else now.presence.value
        certainty = "unconfirmed" if now is None else now.certainty.value
        made.append([item, history["control"], presence, certainty, history["name"]["zh"], history["name"]["en"], text])
    return made

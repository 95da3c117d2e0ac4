"""The Catalogue: its items, one item through every edition, the line of time, what acts changed, and what is held."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import Misused
from mulu.interfaces.web import pictures
from mulu.interfaces.web.page import Page, in_thread
from mulu.interfaces.words import (
    CHANGE,
    CLASSES,
    CONTROL,
    DOES,
    LINEAGE,
    NOT_HELD,
    OWN_WORDS,
    PRESENCE,
    STANDING,
    SUBSTANCE,
    WHOSE,
    comments_on,
)
from mulu.vocabulary import Said

Json = dict[str, Any]

WORDS = {
    "change": CHANGE,
    "class": CLASSES,
    "control": CONTROL,
    "does": DOES,
    "presence": PRESENCE,
    "standing": STANDING,
    "substance": SUBSTANCE,
    "whose": WHOSE,
    "told": {"not held": (NOT_HELD.zh, NOT_HELD.en), "own words": (OWN_WORDS.zh, OWN_WORDS.en)},
    "lineage": LINEAGE,
    "family": {
        "catalogue": ("禁止出口限制出口技术目录", "Catalogue of Technologies Prohibited or Restricted from Export"),
        "dual-use": ("两用物项出口管制", "Export control of dual-use items"),
    },
    "field": {
        "name_zh": ("中文名", "Chinese name"),
        "name_en": ("英文名", "English name"),
        "code": ("编号", "code"),
        "control": ("部分", "list"),
        "change": ("变动", "change"),
        "point": ("要点", "point"),
        "present": ("在列与否", "presence"),
        "topic": ("主题", "topic"),
        "industry": ("行业", "industry"),
        "until": ("止于", "until"),
        "serial": ("序号", "serial number"),
    },
}
_SHOWN_FIRST = ("added", "deleted", "moved", "modified", "renumbered")
_LISTS = ("prohibited", "restricted", "open")


# ---- browsing ------------------------------------------------------------------------------------------------------


def browse(page: Page) -> Response:
    """The items of a day by industry and list, and those that the words searched for name."""
    query = page.request.query_params
    wanted = {name: query.get(name, "").strip() for name in ("q", "list", "industry", "draft")}
    if wanted["list"] and wanted["list"] not in _LISTS:
        raise Misused(
            Said(
                "no_such_list",
                f"没有“{wanted['list']}”这个部分；可选 {'、'.join(_LISTS)}。",
                f"There is no list {wanted['list']!r}; choose one of {', '.join(_LISTS)}.",
            )
        )
    draft = wanted["draft"] or None
    whole = page.desk.items(page.on, draft)
    found = page.desk.items(page.on, draft, None, wanted["industry"] or None, wanted["q"] or None)
    lines = [
        one
        for one in (*found["items"], *found["open"])
        if not wanted["list"]
        or (
            one["presence"] == "open"
            if wanted["list"] == "open"
            else one["control"] == wanted["list"] and one["presence"] != "open"
        )
    ]
    context: Json = {
        "here": "catalogue",
        "tab": "browse",
        "answer": whole,
        "wanted": wanted,
        "groups": grouped(lines),
        "count": len(lines),
        "marked": lambda text: _searched(page, text, wanted["q"]),
        "words": WORDS,
    }
    if query.get("part") == "rows":
        return page.render("catalogue_rows.html", **context)
    industries = {g["division"]: g for g in grouped([*whole["items"], *whole["open"]]) if g["division"]}
    coverage = next(e for e in page.desk.coverage()["editions"] if e["edition"] == whole["edition"])
    drafts = [one["edition"] for one in page.desk.coverage()["editions"] if one["draft"]]
    return page.render(
        "catalogue.html", industries=industries, drafts=drafts, strip=pictures.strip(page, coverage), **context
    )


def grouped(lines: list[Json]) -> list[Json]:
    """The lines under their industries; those of which none is known come last."""
    groups: dict[str, Json] = {}
    for one in lines:
        key = one["division"] or ""
        groups.setdefault(key, {"division": one["division"], "industry": one["industry"], "lines": []})["lines"].append(
            one
        )
    return [groups[key] for key in sorted(groups, key=lambda key: key or "~")]


def _searched(page: Page, text: str, query: str) -> Any:
    """A name with the words searched for marked."""
    wanted, lower, spans, at = query.lower(), text.lower(), [], 0
    while wanted and len(lower) == len(text) and (at := lower.find(wanted, at)) >= 0:
        spans.append((at, at + len(wanted)))
        at += len(wanted)
    return page.marked(text, spans)


# ---- one item ------------------------------------------------------------------------------------------------------


def item(page: Page, beside: bool = True) -> Response:
    """One item: as the edition of the day lists it, and (`beside`) every edition beside the one before."""
    name = page.request.path_params["name"]
    draft = page.request.query_params.get("draft") or None
    shown = page.desk.show(name, page.on, draft)
    history = page.remembered(("history", shown["item"]), lambda: page.desk.history(shown["item"]))
    return page.render(
        "item.html",
        here="catalogue",
        tab="browse",
        answer=shown,
        history=history,
        stations=[_station(one) for one in history["editions"]] if beside else [],
        said=_said_by_source(shown),
        drafts=[one["edition"] for one in history["editions"] if one["draft"]],
        words=WORDS,
    )


def _station(one: Json) -> Json:
    """An edition of an item, each point with what became of it since the edition before."""
    changed = {(p["number"], p["after"] is None): p for p in one["changed_points"]}
    first = one["class"] == "added"
    points = []
    for point in one["points"]:
        change = changed.get((point["number"], False))
        line = None if change is None or change["redline"] is None else change["redline"]["pieces"]
        points.append(
            {
                "point": point,
                "change": change,
                "pieces": line,
                "new": first or (change is not None and change["does"] == "added"),
            }
        )
    gone = [] if first else [p for (_, alone), p in changed.items() if alone]
    return {**one, "shown": points, "gone": gone}


def _said_by_source(shown: Json) -> list[Json]:
    """The sources of an item, each with what it says of it."""
    made: dict[str, Json] = {}
    for one in shown.get("statements", []):
        made.setdefault(one["source"]["id"], {"source": one["source"], "said": []})["said"].append(one)
    for source in shown.get("sources", []):
        made.setdefault(source["id"], {"source": source, "said": []})
    return list(made.values())


# ---- editions ------------------------------------------------------------------------------------------------------


def diff(page: Page) -> Response:
    """What differs between two editions, drafts or days."""
    query = page.request.query_params
    coverage = page.desk.coverage()["editions"]
    governing = [one["edition"] for one in coverage if not one["draft"]]
    before = query.get("before", "").strip() or governing[-2]
    after = query.get("after", "").strip() or governing[-1]
    answer = page.remembered(("diff", before, after), lambda: page.desk.diff(before, after))
    grouped = {kind: [c for c in answer["changes"] if c["class"] == kind] for kind in CLASSES}
    return page.render(
        "diff.html",
        here="catalogue",
        tab="diff",
        answer=answer,
        comments=comments_on(answer["to"], page.on) if answer["to"]["comment_deadline"] else None,
        before=before,
        after=after,
        editions=[one["edition"] for one in coverage],
        grouped={kind: grouped[kind] for kind in _SHOWN_FIRST if grouped[kind]},
        rest={kind: grouped[kind] for kind in ("unchanged", "not known") if grouped[kind]},
        own=any(
            p["redline"] is None and p["does"] in ("modified", "not comparable")
            for c in answer["changes"]
            for p in c["points"]
        ),
        words=WORDS,
    )


def timeline(page: Page) -> Response:
    """2001 to today: editions, drafts, neighbouring measures; size and movement."""
    coverage, standing = page.desk.coverage(), page.desk.standing(page.on)
    return page.render(
        "timeline.html",
        here="catalogue",
        tab="timeline",
        coverage=coverage,
        standing=standing,
        # An imported instrument may not say when it was published; in effect it is from a day.
        rows=sorted(
            [*(m for m in standing["measures"] if m["family"] == "catalogue"), *standing["drafts"]],
            key=lambda m: m["published"] or m["effective"],
        ),
        of_edition={e["instrument"]: e for e in coverage["editions"]},
        before_of=_before(coverage["editions"]),
        line=pictures.timeline(page, coverage["editions"], standing),
        movement=pictures.movement(page, coverage["editions"]),
        words=WORDS,
    )


def _before(editions: list[Json]) -> dict[str, str | None]:
    """The edition that governed before each edition or draft, in the order of time."""
    made: dict[str, str | None] = {}
    last: str | None = None
    for one in editions:
        made[one["edition"]] = last
        last = last if one["draft"] else one["edition"]
    return made


def by_industry(page: Page) -> Response:
    """Size and movement by industry and year: what 2020, 2023 and 2025 changed, item by item."""
    rows, editions, years = page.remembered(("industries",), lambda: _industries(page))
    return page.render(
        "industries.html",
        here="catalogue",
        tab="industries",
        data=page.desk.catalogue.version,
        rows=rows,
        editions=editions,
        years=years,
        map=pictures.industries(page, rows, editions, years),
        sign=pictures.sign,
        words=WORDS,
    )


def _industries(page: Page) -> tuple[list[Json], list[str], dict[str, str]]:
    """Each industry with its items; of each item, whether an edition lists it and what that edition did to it."""
    desk = page.desk
    governing = [one for one in desk.coverage()["editions"] if not one["draft"]]
    editions = [one["edition"] for one in governing]
    items: dict[str, Json] = {}
    for one in governing:
        held = desk.items(datetime.date.fromisoformat(one["effective"]))
        for line in (*held["items"], *held["open"]):
            found = items.setdefault(line["item"], {**line, "in": dict.fromkeys(editions, (None, None))})
            found["in"][one["edition"]] = (line["presence"], None)
    for before, after in pairwise(editions):
        for change in desk.diff(before, after)["changes"]:
            if change["item"] in items:
                presence, _ = items[change["item"]]["in"][after]
                does = "deleted" if change["class"] == "moved" else change["class"]
                items[change["item"]]["in"][after] = (presence, does)
                if change["to_item"] in items:
                    other, _ = items[change["to_item"]]["in"][after]
                    items[change["to_item"]]["in"][after] = (other, "added")
    rows = []
    for group in grouped(sorted(items.values(), key=lambda one: (one["control"], one["item"]))):
        counts = {
            name: {
                "present": sum(one["in"][name][0] == "present" for one in group["lines"]),
                "open": sum(one["in"][name][0] == "open" for one in group["lines"]),
                **{
                    kind: [one for one in group["lines"] if one["in"][name][1] == kind]
                    for kind in ("added", "deleted", "modified")
                },
            }
            for name in editions
        }
        rows.append({**group, "items": group["lines"], "counts": counts})
    return rows, editions, {one["edition"]: one["effective"][:4] for one in governing}


def coverage(page: Page) -> Response:
    """What is held of each edition, by certainty, and what is not."""
    answer = page.desk.coverage()
    return page.render(
        "coverage.html",
        here="catalogue",
        tab="coverage",
        answer=answer,
        picture=pictures.coverage(page, answer["editions"]),
        legend=pictures.legend(page, "cover"),
        words=WORDS,
    )


def standing(page: Page) -> Response:
    """The standing of the Catalogue's instruments and of neighbouring measures on a day."""
    answer = page.desk.standing(page.on)
    families: dict[str, list[Json]] = {}
    for one in answer["measures"]:
        families.setdefault(one["family"], []).append(one)
    return page.render("standing.html", here="catalogue", tab="standing", answer=answer, families=families, words=WORDS)


ROUTES = [
    Route("/catalogue", in_thread(browse, "q", "list", "industry", "draft", "part"), methods=["GET"]),
    Route("/catalogue/diff", in_thread(diff, "before", "after"), methods=["GET"]),
    Route("/catalogue/timeline", in_thread(timeline), methods=["GET"]),
    Route("/catalogue/industries", in_thread(by_industry), methods=["GET"]),
    Route("/catalogue/coverage", in_thread(coverage), methods=["GET"]),
    Route("/catalogue/standing", in_thread(standing), methods=["GET"]),
    Route("/catalogue/{name}", in_thread(item, "draft"), methods=["GET"]),
]

"""Pictures of the Catalogue as SVG made here, without script. Each says in words what it shows; the page adds the numbers.

Colours come from the sheet of the page, so that a picture is right in the light, in the dark and on paper. Nothing is told by
colour alone: what is not certain is hatched or hollow, and what changed has a sign of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from mulu.interfaces.web.page import Page

Json = dict[str, Any]

_HATCHES = Markup(
    '<defs><pattern id="{0}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><rect class="stripe" width="2.4" height="6"/></pattern></defs>'
)
_LETTERS = {"prohibited": "J", "restricted": "X"}
_SIGNS = {"added": "M-3.4 0h6.8M0-3.4v6.8", "deleted": "M-3-3l6 6M3-3l-6 6", "modified": "M-3.4 1q1.7-4 3.4-1t3.4-1"}


def _svg(
    name: str, width: float, height: float, label: str, body: Iterable[Markup], *, stretched: bool = False
) -> Markup:
    """A picture with its text alternative. `name` makes its pattern its own on a page with several pictures."""
    ratio = Markup(' preserveAspectRatio="none"') if stretched else ""
    return Markup(
        '<svg class="picture" id="{}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}"{}>{}{}</svg>'
    ).format(name, width, height, label, ratio, _HATCHES.format(name), Markup("").join(body))


def _rect(kind: str, x: float, y: float, width: float, height: float, fill: str = "") -> Markup:
    more = Markup(' fill="url(#{}-h)"').format(fill) if fill else Markup("")
    return Markup('<rect class="{}" x="{:g}" y="{:g}" width="{:g}" height="{:g}"{}/>').format(
        kind, round(x, 1), round(y, 1), round(max(width, 0), 1), round(height, 1), more
    )


def _text(x: float, y: float, text: object, kind: str = "", anchor: str = "start") -> Markup:
    end = "" if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    style = Markup(' class="{}"').format(kind) if kind else ""
    return Markup('<text x="{:g}" y="{:g}"{}{}>{}</text>').format(round(x, 1), round(y, 1), end, style, text)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<path class="{}" d="M{:g} {:g}L{:g} {:g}"/>').format(
        kind, round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1)
    )


def parts_of(row: Json) -> list[tuple[str, int]]:
    """A list of an edition by what is known of its entries; what is announced beyond that is `missing`."""
    return [
        ("official", row["official"]),
        ("published", row["published"] - row["official"]),
        ("unconfirmed", row["unconfirmed"]),
        ("missing", row["shortfall"] or 0),
    ]


def strip(page: Page, edition: Json) -> Markup:
    """One bar: what is held of an edition, by certainty, against what is announced."""
    total = {
        key: sum(row[key] or 0 for row in edition["lists"])
        for key in ("official", "published", "unconfirmed", "shortfall", "open")
    }
    parts = [(key, n) for key, n in parts_of(total) if n]
    whole = sum(n for _, n in parts) or 1
    names = {
        "official": page.say("官方", "official"),
        "published": page.say("已公布", "published"),
        "unconfirmed": page.say("未确认", "unconfirmed"),
        "missing": page.say("未收录", "not held"),
    }
    label = page.say("收录情况：", "What is held: ") + page.say("，", ", ").join(
        f"{names[key]} {n}" for key, n in parts
    )
    x, body = 0.0, []
    for key, n in parts:
        width = 1000 * n / whole
        body.append(_rect(f"p-{key}", x, 0.5, width - 3, 15, "strip" if key == "unconfirmed" else ""))
        x += width
    keys = Markup("").join(_key(f"strip-{key}", key, Markup("{} <b>{}</b>").format(names[key], n)) for key, n in parts)
    return Markup('<div class="strip">{}<ul class="key small">{}</ul></div>').format(
        _svg("strip", 1000, 16, label, body, stretched=True), keys
    )


def _key(name: str, kind: str, text: str) -> Markup:
    """What one filling means, for a legend."""
    hatch = _HATCHES.format(name) if kind == "unconfirmed" else ""
    box = _rect(f"p-{kind}", 0.5, 0.5, 21, 10.5, name if hatch else "")
    return Markup('<li><svg class="key" viewBox="0 0 22 12" aria-hidden="true">{}{}</svg> {}</li>').format(
        hatch, box, text
    )


def coverage(page: Page, editions: Sequence[Json]) -> Markup:
    """Every list of every edition: official, published, unconfirmed, not held, against the announced number."""
    left, scale, row = 204, 4.6, 22
    body: list[Markup] = []
    y = 18.0
    for tick in range(0, 141, 20):
        body += [
            _line("grid", left + tick * scale, 14, left + tick * scale, 14 + row * 2.45 * len(editions)),
            _text(left + tick * scale, 10, tick, "small", "middle"),
        ]
    told = []
    for edition in editions:
        body.append(_text(0, y + row - 2, edition["edition"], "strong"))
        for one in edition["lists"]:
            x = float(left)
            body.append(
                _text(
                    left - 8,
                    y + 13,
                    page.say("禁止", "prohibited")
                    if one["control"] == "prohibited"
                    else page.say("限制", "restricted"),
                    "small",
                    "end",
                )
            )
            for key, n in parts_of(one):
                body.append(
                    _rect(
                        f"p-{key}",
                        x,
                        y + 2,
                        n * scale - 1,
                        row - 8,
                        "cover" if key == "unconfirmed" else "",
                    )
                )
                x += n * scale
            if one["open"]:
                body.append(
                    _text(x + 6, y + 13, page.say(f"另存疑 {one['open']}", f"{one['open']} more open"), "small")
                )
            announced = one["announced"]
            if announced is not None:
                body.append(_line("announced", left + announced * scale, y, left + announced * scale, y + row - 4))
            y += row
            told.append(
                f"{edition['edition']} {one['control']}: {one['official']}/{one['published'] - one['official']}/{one['unconfirmed']}/{one['shortfall']}"
            )
        y += row * 0.45
    label = page.say(
        "各版本禁止、限制两部分：官方/已公布/未确认/未收录的项数；竖线为公告总数。",
        "Each list of each edition: entries official/published/unconfirmed/not held; the upright line is the announced number. ",
    ) + "; ".join(told)
    return _svg("cover", 900, y + 4, label, body)


def legend(page: Page, name: str) -> Markup:
    """What the fillings of the pictures of coverage mean."""
    rows = (
        ("official", page.say("官方", "official")),
        ("published", page.say("已公布", "published")),
        ("unconfirmed", page.say("未确认（无来源）", "unconfirmed (no source)")),
        ("missing", page.say("公告有而未收录", "announced, not held")),
    )
    keys = Markup("").join(_key(f"{name}-{key}", key, word) for key, word in rows)
    return Markup('<ul class="key small">{}</ul>').format(keys)


# ---- time ----------------------------------------------------------------------------------------------------------

# Years, and where they stand on the line: little is known of the first, so they take less room than the later ones.
_YEARS = ((2001.0, 0.0), (2008.0, 0.1), (2020.0, 0.33), (2027.0, 1.0))
_FROM, _TO = 2001, 2027


def _at(day: str, width: float, left: float) -> float:
    """Where a day stands on the line of time; a year alone stands at its beginning."""
    full = (day + "-01-01")[:10] if len(day) == 4 else day
    one = datetime.date.fromisoformat(full)
    when = one.year + (one.timetuple().tm_yday - 1) / 366
    for (year, place), (later, end) in pairwise(_YEARS):
        if when < later:
            return left + width * (place + (end - place) * (when - year) / (later - year))
    return left + width


def timeline(page: Page, editions: Sequence[Json], standing: Json) -> Markup:
    """2001 to today: each edition as long as it governed, the drafts above, neighbouring measures below."""
    left, width = 92.0, 880.0
    acts = [m for m in standing["measures"] if m["family"] == "catalogue"]
    others = [m for m in standing["measures"] if m["family"] != "catalogue" and (m["effective"] or m["published"])]
    counts = {e["instrument"]: e["lists"] for e in editions}
    body: list[Markup] = []
    for year in range(_FROM, _TO + 1):
        x = _at(str(year), width, left)
        body.append(_line("grid", x, 22, x, 206))
        if 2020 <= year < _TO or year in (2001, 2008, 2012, 2016):
            body.append(_text(x, 220, year, "small", "middle"))
    body += [
        _text(0, 56, page.say("征求意见稿", "drafts"), "small"),
        _text(0, 116, page.say("目录", "Catalogue"), "strong"),
        _text(0, 180, page.say("相邻措施", "neighbours"), "small"),
    ]
    for number, draft in enumerate(standing["drafts"]):
        x = _at(draft["published"], width, left)
        end = _at(draft["comment_deadline"], width, left) if draft["comment_deadline"] else x
        y = 52
        body.append(Markup('<path class="draft" d="M{:g} {:g}l6 6 -6 6 -6 -6z"/>').format(round(x, 1), y - 6))
        body.append(_line("comment", x, y, end, y))
        body.append(_text(x, 34 if number % 2 else 40, draft["instrument"].removeprefix("draft-"), "small", "middle"))
    begins = [(m, m["effective"] or m["published"]) for m in acts]
    for place, (act, day) in enumerate(begins):
        x = _at(day, width, left)
        last = place + 1 == len(begins)
        end = _at(standing["on"], width, left) if last else _at(begins[place + 1][1], width, left)
        if end <= x:
            continue
        held = counts.get(act["instrument"])
        body.append(_rect("era" if held else "era missing", x + 1, 92, end - x - 2, 40))
        name = act["instrument"].removeprefix("announcement-").removeprefix("order-")
        body.append(_text(x + 5, 108, name, "strong on" if held else "strong"))
        if held:
            sizes = " + ".join(
                f"{'?' if one['announced'] is None else one['announced']}{_LETTERS[one['control']]}" for one in held
            )
            body.append(_text(x + 5, 124, sizes, "small on"))
        else:
            body.append(_text(x + 5, 124, page.say("未持有文本", "no text held"), "small"))
    for other in others:
        x = _at((other["effective"] or other["published"]), width, left)
        body.append(
            Markup('<path class="tick {}" d="M{:g} 164v22"/>').format(other["standing"].replace(" ", "-"), round(x, 1))
        )
    if datetime.date.fromisoformat(standing["on"]).year < _TO:
        x = _at(standing["on"], width, left)
        body += [_line("now", x, 22, x, 206), _text(x + 4, 18, standing["on"], "small", "end" if x > 860 else "start")]
    label = (
        page.say("目录 2001–2026 年沿革：", "The Catalogue from 2001 to 2026: ")
        + page.say("；", "; ").join(f"{day} {act['instrument']}" for act, day in begins)
        + page.say("；征求意见稿：", "; drafts: ")
        + ", ".join(d["published"] for d in standing["drafts"])
    )
    return _svg("time", 980, 226, label, body)


def movement(page: Page, editions: Sequence[Json]) -> Markup:
    """Size of each edition and draft as announced, and what each act added, deleted and modified: announced and held."""
    column, base, scale = 150.0, 190.0, 1.0
    body: list[Markup] = []
    told = []
    for tick in (0, 50, 100, 150):
        body += [
            _line("grid", 30, base - tick * scale, 30 + column * len(editions), base - tick * scale),
            _text(26, base - tick * scale + 3, tick, "small", "end"),
        ]
    for place, edition in enumerate(editions):
        x = 44 + place * column
        y = base
        for one in edition["lists"]:
            figure = one["announced"] if one["announced"] is not None else one["held"]
            height = figure * scale
            kind = ("size j" if one["control"] == "prohibited" else "size x") + (" draft" if edition["draft"] else "")
            body.append(_rect(kind, x, y - height, 34, max(height - 1, 0)))
            body.append(
                _text(
                    x + 17,
                    y - height / 2 + 4,
                    figure if one["announced"] is not None else f"{figure}?",
                    "small" if edition["draft"] else "small on",
                    "middle",
                )
            )
            y -= height
        body += [
            _text(x, base + 16, edition["edition"].removeprefix("draft-"), "strong"),
            _text(
                x,
                base + 30,
                page.say("征求意见稿", "draft, never in force") if edition["draft"] else edition["effective"],
                "small",
            ),
        ]
        for number, row in enumerate(edition["changes"]):
            if row["announced"] is None and not row["held"]:
                continue
            bx = x + 46 + number * 24
            announced = row["announced"] if row["announced"] is not None else row["held"]
            body.append(_rect("moved-announced", bx, base - announced * 3, 18, announced * 3))
            body.append(_rect(f"moved {row['kind']}", bx, base - row["held"] * 3, 18, row["held"] * 3))
            body.append(
                _text(
                    bx + 9,
                    base - announced * 3 - 4,
                    f"{ {'added': '+', 'deleted': '−', 'modified': '~'}[row['kind']] }{announced}",
                    "small",
                    "middle",
                )
            )
            told.append(f"{edition['edition']} {row['kind']} {announced} ({row['held']})")
    label = (
        page.say(
            "各版本规模（禁止、限制）与变动（公告数，括号内为已知）：",
            "Size of each edition (prohibited, restricted) and its changes, as announced (known in brackets): ",
        )
        + "; ".join(
            f"{e['edition']} {'+'.join('?' if one['announced'] is None else str(one['announced']) for one in e['lists'])}"
            for e in editions
        )
        + "; "
        + "; ".join(told)
    )
    return _svg("move", 44 + column * len(editions), base + 38, label, body)


# ---- industries ----------------------------------------------------------------------------------------------------


def industries(page: Page, rows: Sequence[Json], editions: Sequence[str], years: Mapping[str, str]) -> Markup:
    """Every item as one square in its industry, edition beside edition; what an act did to it is signed on the square."""
    cell, left = 13.0, 196.0
    most = max((len(row["items"]) for row in rows), default=1)
    column = most * cell + 18
    body: list[Markup] = []
    for place, edition in enumerate(editions):
        body += [
            _text(left + place * column, 12, years[edition], "strong"),
            _text(left + place * column + 44, 12, edition, "small"),
        ]
    y = 22.0
    for row in rows:
        name = page.of(row["industry"]) or page.say("行业未知", "not known")
        most_shown = 13 if page.language.value == "zh" else 27
        body.append(
            _text(
                0,
                y + 9.5,
                Markup("{} {}").format(
                    row["division"] or "–", name if len(name) <= most_shown else name[: most_shown - 1] + "…"
                ),
                "small",
            )
        )
        for place, edition in enumerate(editions):
            for slot, item in enumerate(row["items"]):
                state, did = item["in"][edition]
                x = left + place * column + slot * cell
                if state in ("present", "open"):
                    kind = "j" if item["control"] == "prohibited" else "x"
                    body.append(
                        Markup('<rect class="{}" x="{:g}" y="{:g}" width="10" height="10"/>').format(
                            f"{kind} o" if state == "open" else kind, x, y
                        )
                    )
                if did in _SIGNS:
                    body.append(
                        Markup('<path class="{}" transform="translate({:g} {:g})" d="{}"/>').format(
                            f"s {did} on" if (state, item["control"]) == ("present", "prohibited") else f"s {did}",
                            x + 5,
                            y + 5,
                            _SIGNS[did],
                        )
                    )
        y += 16
    label = page.say(
        f"{len(rows)} 个行业、{len(editions)} 个版本的条目，每项一格：实心为在列，空心为存疑；＋新增、×删除、～修改。数字见下表。",
        f"The items of {len(editions)} editions in {len(rows)} industries, a square each: filled where listed, hollow where open; + added, × deleted, ~ modified. The table below has the numbers.",
    )
    return _svg("map", left + column * len(editions), y + 2, label, body)


def sign(kind: str) -> Markup:
    """The sign of a change, as it stands in a legend."""
    shape = Markup('<path class="s {}" transform="translate(6 6)" d="{}"/>').format(escape(kind), _SIGNS[kind])
    return Markup('<svg class="key small-key" viewBox="0 0 12 12" aria-hidden="true">{}</svg>').format(shape)

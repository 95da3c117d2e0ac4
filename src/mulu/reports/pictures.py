"""Pictures of a portfolio's exposure, as SVG: heat map, funnel, time, recipients, certainty, map. Each is also said in words.

A list is told by its shape and by how dark it is, not by colour alone. What is not certain is hatched. Numbers stand in the
pictures, so that nobody has to read a shade.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from mulu.reports.drawing import (
    COLOURS,
    FAINT,
    INK,
    LINE,
    LISTS,
    PAPER,
    SOFT,
    Canvas,
    Drawing,
    cut,
    said,
    width_of,
    wrapped,
)
from mulu.reports.words import CERTAINTY
from mulu.vocabulary import Language

Json = dict[str, Any]
_WIDE = 900.0
_SHADES = ("#eef3f8", "#cfdeed", "#a8c4e0", "#769fcb", "#4579b0", "#1f548c", "#0b2f5c")
_LOUD = "#9c1c1c"
_LETTERS = {"prohibited": "J", "restricted": "X"}
_MOST_ITEMS, _MOST_COUNTRIES = 40, 18
_NOT_KNOWN = "-"


def _shade(count: int, most: int) -> tuple[str, str]:
    """A shade for a count, by its logarithm, and the ink that is read on it."""
    if not count:
        return PAPER, LINE
    step = 0 if most <= 1 else round(math.log(count) / math.log(most) * (len(_SHADES) - 1))
    return _SHADES[step], PAPER if step >= 3 else INK


def _head(overview: Json, language: Language | None, zh: str, en: str, wide: float = _WIDE) -> Canvas:
    """A canvas with its title, and what of the portfolio is counted."""
    canvas = Canvas(language, f"{overview['portfolio']}: {said({'zh': zh, 'en': en}, language)}", wide)
    title = said({"zh": zh, "en": en}, language)
    counted = {
        "all": ("每条记录各计一次", "every record counted"),
        "once": ("同族、同文合并计一", "a family or repeated text counted once"),
    }[overview.get("counted", "all")]
    zh = f"{overview['records']} 条记录；{counted[0]}"
    en = f"{overview['records']} records; {counted[1]}"
    if set(overview.get("filters", {})) - {"once"}:
        zh, en = zh + "；已筛选", en + "; filtered"
    _titled(canvas, overview, title, canvas.say(zh, en))
    return canvas


def _titled(canvas: Canvas, of: Json, title: str, counted: str) -> None:
    """The title, what is counted, and loudly what of it a draft answered, which is no law."""
    drafts = of["drafts"]
    up = 6 if drafts else 0
    canvas.text(14, 26 - up, cut(f"{of['portfolio']}  {title}", 100), 15, bold=True)
    canvas.text(14, 44 - up * 1.5, f"{counted} · {of['edition']} · {of['data']}", 11, SOFT)
    if drafts:
        count, named = sum(one["records"] for one in drafts), ", ".join(one["draft"] for one in drafts)
        words = canvas.say(f"{count} 条与征求意见稿比较，从未施行", f"{count} by a DRAFT, never in force")
        canvas.text(14, 49, cut(f"▲ {words}: {named}", 120), 11, _LOUD, bold=True)
        canvas.told.append(f"{words}: {named}")


def _sure(canvas: Canvas, certainty: str | None, x: float, y: float) -> None:
    """A small bar: full where official, half where published, hatched where nothing confirms it."""
    if certainty == "unconfirmed":
        canvas.box(x, y, 12, 8, "url(#unsure)", SOFT)
        return
    canvas.box(x, y, 12, 8, PAPER, SOFT)
    if certainty is not None:
        canvas.box(x, y, 12 if certainty == "official" else 6, 8, SOFT)


def _sure_key(canvas: Canvas, x: float, y: float) -> float:
    for certainty, names in CERTAINTY.items():
        _sure(canvas, certainty, x, y - 8)
        words = canvas.say(*names)
        canvas.text(x + 17, y, words, 11, SOFT)
        x += 36 + width_of(words) * 5.9
    return x


# ---- heat map ------------------------------------------------------------------------------------------------------


def heat(overview: Json, language: Language | None, by: str = "country", most: int | None = None) -> Drawing:
    """Exposed items, grouped by industry, against recipients (or owners). `most` items are drawn, those with the most records."""
    grid, items = overview["heat"][by], {one["item"]: one for one in overview["items"]}
    titles = {
        "country": ("受触及条目与接收国家或地区", "Exposed items and recipient countries or regions"),
        "owner": ("受触及条目与权利人", "Exposed items and owners"),
    }
    canvas = _head(overview, language, *titles[by])
    limit = most or len(items)
    shown = {one["item"] for one in sorted(overview["items"], key=lambda i: (-i["records"], i["item"]))[:limit]}
    rows = [row for row in grid["rows"] if row["item"] in shown]
    columns = grid["columns"]
    if not rows:
        return _nothing(canvas)
    double = language is None
    left, high = (344.0, 30.0) if double else (300.0, 19.0)
    heads = [cut(said(column, language, " "), 28) for column in columns]
    top = 108 + 4.2 * max(width_of(head) for head in heads)  # names lean, and stay below the legend
    step = min((_WIDE - left - 112) / max(len(columns), 1), 46.0)  # the last name leans over the sums
    for n, head in enumerate(heads):
        canvas.text(left + n * step + step / 2 + 4, top - 8, head, 10.5, INK, turned=-48)
    canvas.text(left + len(columns) * step + 10, top - 8, canvas.say("合计", "all", " "), 10.5, SOFT)
    x = canvas.legend(14, 66, [(one, said(LISTS[one], language)) for one in ("prohibited", "restricted")])
    _sure_key(canvas, x + 16, 66)
    canvas.text(
        14,
        84,
        canvas.say(
            "格中与合计为触及（记录与条目）；小条为该条目在列的确定性",
            "cells and sums: exposures (records under items); small bar: how sure the listing is",
        ),
        10.5,
        SOFT,
    )
    high_count = max((count for row in rows for count in row["counts"]), default=1)
    sums: dict[str, int] = {}
    for row in grid["rows"]:
        sums[row["industry"] or _NOT_KNOWN] = sums.get(row["industry"] or _NOT_KNOWN, 0) + row["total"]

    def numbers(counts: Sequence[int], total: int, at: float, *, bold: bool = False) -> None:
        for n, count in enumerate(counts):
            if count:
                canvas.text(left + n * step + step / 2 - 1, at, str(count), 10.5, INK, "middle", bold=bold)
        canvas.text(left + len(columns) * step + 10, at, str(total), 11, INK, bold=True)

    names = {one["industry"]: one for one in overview["industries"]}
    y, group = top, object()
    for row in rows:
        item = items[row["item"]]
        key = item["industry"] or _NOT_KNOWN
        if key != group:
            group = key
            industry = names.get(key, {"zh": key, "en": key})
            canvas.line(14, y + 1, _WIDE - 14, y + 1, FAINT)
            label = said(industry, language)
            canvas.text(
                14, y + 15, cut(f"{'' if key == _NOT_KNOWN else key} {label}".strip(), 70 if double else 58), 10.5, SOFT
            )
            canvas.text(left + len(columns) * step + 10, y + 15, str(sums[key]), 10.5, SOFT)
            y += 20
        canvas.mark(item["control"], 24, y + 10, 4.4)
        _sure(canvas, item["certainty"], 34, y + 6)
        if double:
            canvas.text(52, y + 11, cut(item["name"]["zh"], 46), 11)
            canvas.text(52, y + 24, cut(item["name"]["en"], 50), 10, SOFT)
        else:
            canvas.text(52, y + 14, cut(said(item["name"], language), 42), 11)
        for n, count in enumerate(row["counts"]):
            fill, ink = _shade(count, high_count)
            canvas.box(left + n * step, y + 1, step - 2, high - 2, fill, FAINT, 0.8)
            if count:
                canvas.text(left + n * step + step / 2 - 1, y + high / 2 + 4, str(count), 10.5, ink, "middle")
        numbers((), row["total"], y + high / 2 + 4)
        y += high
        canvas.told.append(f"{said(item['name'], language)} ({_LETTERS[item['control']]}): {item['records']}")
    apart = [row for row in grid["rows"] if row["item"] not in shown]
    canvas.line(14, y + 1, _WIDE - 14, y + 1, FAINT)
    if apart:
        words = canvas.say(f"另 {len(apart)} 个条目未逐一画出", f"{len(apart)} more items, not drawn one by one")
        canvas.text(14, y + 16, words, 10.5, SOFT)
        numbers(
            [sum(of) for of in zip(*(row["counts"] for row in apart), strict=True)],
            sum(row["total"] for row in apart),
            y + 16,
        )
        canvas.told.append(f"{words}: {sum(row['total'] for row in apart)}")
        y += 15
        note = canvas.say("已计入其行业的合计", "counted in the sums of their industries")
        canvas.text(14, y + 16, note, 10, SOFT)
        y += 20
    canvas.text(14, y + 16, canvas.say("合计", "all"), 11, INK, bold=True)
    numbers([one["total"] for one in columns], sum(row["total"] for row in grid["rows"]), y + 16, bold=True)
    y += 20
    return canvas.drawing(y + 34)


def _nothing(canvas: Canvas) -> Drawing:
    words = canvas.say(
        "没有记录达到标记线；这不等于不在目录内",
        "No record reaches the operating point; that does not mean: not listed",
    )
    canvas.text(14, 84, words, 12)
    canvas.told.append(words)
    return canvas.drawing(130)


# ---- funnel --------------------------------------------------------------------------------------------------------


def funnel(overview: Json, language: Language | None) -> Drawing:
    """From the rows that came in to signed determinations; beside each step where the others went."""
    canvas = _head(overview, language, "从收到的行到判定", "From rows to determinations")
    steps = overview["funnel"]
    most = max([step["count"] for step in steps] + [1])
    left, full = 250.0, 300.0
    y = 66.0
    for n, step in enumerate(steps):
        wide = full * step["count"] / most
        if step["count"]:
            wide = max(wide, 2.0)
        canvas.box(left, y, full, 26, "#f3f5f8")
        canvas.box(left, y, wide, 26, "#4579b0" if n < 4 else "#1f548c")
        if language is None:
            canvas.text(left - 12, y + 11, step["zh"], 12, INK, "end")
            canvas.text(left - 12, y + 24, cut(step["en"], 42), 10.5, SOFT, "end")
        else:
            lines = wrapped(said(step, language), 34)
            for k, words in enumerate(lines):
                canvas.text(left - 12, y + (17 if len(lines) == 1 else 11 + 14 * k), words, 12, INK, "end")
        inside = wide > 70
        number = f"{step['count']:,}"
        canvas.text(
            left + (wide - 8 if inside else wide + 8),
            y + 18,
            number,
            13,
            PAPER if inside else INK,
            "end" if inside else "start",
            bold=True,
        )
        ways = [f"− {way['count']:,}  {said(way, language)}" for way in step["lost"]]
        lines = [line for words in ways for line in wrapped(words, 56)]
        for k, words in enumerate(lines):
            canvas.text(left + full + 14, y + 11 + 14 * k, words, 10.5, SOFT)
        y += max(40, 14 * len(lines) + 12)
        canvas.told.append(f"{said(step, language)}: {number}" + "".join(f", {words}" for words in ways))
    return canvas.drawing(y + 26)


# ---- time ----------------------------------------------------------------------------------------------------------


def over_time(overview: Json, language: Language | None) -> Drawing:
    """All records by their own days, and below those flagged, by list; each row has a scale of its own."""
    canvas = _head(overview, language, "按记录日期", "By the day of the record")
    times = overview["time"]["times"]
    undated = overview["time"]["undated"]
    if not times:
        words = canvas.say("记录均无日期", "no record has a day")
        canvas.text(14, 84, words)
        canvas.told.append(words)
        return canvas.drawing(130)
    left, right, width = 64.0, 20.0, _WIDE - 84
    step = width / len(times)
    bar = max(min(step - 2, 34.0), 0.8)
    rows = (
        (70.0, 100.0, canvas.say("全部记录", "all records"), lambda one: (("not flagged", one["records"]),)),
        (216.0, 140.0, canvas.say("标记的记录", "records flagged"), lambda one: (("prohibited", one["prohibited"]), ("restricted", one["restricted"]))),
    )  # fmt: skip
    for top, high, name, parts in rows:
        most = max(sum(count for _, count in parts(one)) for one in times) or 1
        scale = _round_up(most)
        canvas.text(14, top + 6, name, 12, INK)
        for share in (0.0, 0.5, 1.0):
            y = top + 16 + high * (1 - share)
            canvas.line(left, y, _WIDE - right, y)
            if scale * share == int(scale * share):
                canvas.text(left - 8, y + 4, f"{scale * share:,.0f}", 10.5, SOFT, "end")
        for n, one in enumerate(times):
            y = top + 16 + high
            for list_, count in parts(one):
                tall = high * count / scale
                y -= tall
                edge = PAPER if list_ == "prohibited" else "none"
                canvas.box(left + n * step + (step - bar) / 2, y, bar, tall, COLOURS[list_], edge, 0.6)
    every = max(1, math.ceil(len(times) / 14))
    for n, one in enumerate(times):
        if n % every == 0:
            canvas.text(left + n * step + step / 2, 390, one["at"], 10.5, SOFT, "middle")
    canvas.legend(_WIDE - 320, 222, [(one, said(LISTS[one], language)) for one in ("prohibited", "restricted")])
    y = 412.0
    if undated:
        canvas.text(
            left, y, canvas.say(f"另有 {undated} 条记录没有日期", f"{undated} more records have no day"), 11, SOFT
        )
        y += 16
    canvas.told += [f"{one['at']}: {one['flagged']} / {one['records']}" for one in times if one["records"]]
    return canvas.drawing(y + 20)


def _round_up(number: int) -> int:
    """The next number of the kind 1, 2, 4, 6, 10, 20 …, half of which is whole from 2 on."""
    power = 1
    while True:
        for step in (1, 2, 4, 6):
            if step * power >= number:
                return step * power
        power *= 10


# ---- recipients ----------------------------------------------------------------------------------------------------


def countries(overview: Json, language: Language | None, most: int = _MOST_COUNTRIES) -> Drawing:
    """Records flagged by recipient country or region, by list, beside how many there are in all."""
    canvas = _head(overview, language, "按接收国家或地区", "By recipient country or region")
    lines = [one for one in overview["countries"] if one["flagged"]]
    if not lines:
        return _nothing(canvas)
    none = [one for one in lines if one["country"] == _NOT_KNOWN]
    lines = [one for one in lines if one["country"] != _NOT_KNOWN]
    x = canvas.legend(14, 66, [(one, said(LISTS[one], language)) for one in ("prohibited", "restricted")])
    canvas.text(x + 8, 66, canvas.say("标记 / 全部记录", "flagged / all records", " · "), 11, SOFT)
    shown, rest = lines[:most], lines[most:]
    if rest:
        sums = {key: sum(one[key] for one in rest) for key in ("records", "flagged", "prohibited", "restricted")}
        shown = [*shown, {"zh": f"其余 {len(rest)} 个", "en": f"{len(rest)} others", **sums}]
    shown = [*shown, *none]
    high = max(one["flagged"] for one in shown)
    left, full = 250.0, 430.0
    y = 84.0
    for one in shown:
        canvas.text(left - 10, y + 14, cut(said(one, language), 36), 12, INK, "end")
        x = left
        for list_ in ("prohibited", "restricted"):
            wide = full * one[list_] / high
            canvas.box(x, y + 2, wide, 16, COLOURS[list_], PAPER, 0.6)
            if wide > 22:
                canvas.text(
                    x + wide / 2, y + 14, str(one[list_]), 10.5, PAPER if list_ == "prohibited" else INK, "middle"
                )
            x += wide
        words = f"{one['flagged']:,} / {one['records']:,}"
        canvas.text(x + 8, y + 14, words, 11, SOFT)
        canvas.told.append(f"{said(one, language)}: {one['prohibited']} + {one['restricted']}, {words}")
        y += 23
    return canvas.drawing(y + 30)


# ---- certainty -----------------------------------------------------------------------------------------------------


def certainty(overview: Json, language: Language | None) -> Drawing:
    """Exposures by how sure it is that the item stands, against how well its control point is known."""
    canvas = _head(overview, language, "按确定性", "By certainty")
    both = {(one["listing"], one["point"]): one["exposures"] for one in overview["certainty"]["both"]}
    if not both:
        return _nothing(canvas)
    rows, columns = list(CERTAINTY), [*CERTAINTY, _NOT_KNOWN]
    names = {**CERTAINTY, _NOT_KNOWN: ("要点未知", "no point known")}
    left, top, wide, high = 210.0, 122.0, 150.0, 52.0
    canvas.text(left, 74, canvas.say("控制要点的确定性 →", "how well the control point is known →"), 12)
    canvas.text(14, top - 12, canvas.say("条目在列 ↓", "the listing ↓"), 12)
    most = max(both.values())
    for n, column in enumerate(columns):
        canvas.text(left + n * wide + wide / 2, top - 12, canvas.say(*names[column]), 11.5, INK, "middle")
    for m, row in enumerate(rows):
        y = top + m * high
        canvas.text(left - 12, y + high / 2 + 4, canvas.say(*names[row]), 12, INK, "end")
        for n, column in enumerate(columns):
            count = both.get((row, column), 0)
            fill, ink = _shade(count, most)
            weak = "unconfirmed" in (row, column) or column == _NOT_KNOWN
            canvas.box(left + n * wide, y, wide - 4, high - 4, fill, LINE, 0.8)
            if weak:  # a hatched foot, so that the number stays readable
                canvas.box(left + n * wide, y + high - 14, wide - 4, 10, "url(#unsure)", LINE, 0.8)
            canvas.text(
                left + n * wide + wide / 2 - 2, y + (26 if weak else 30), f"{count:,}", 14, ink, "middle", bold=True
            )
            if count:
                canvas.told.append(f"{canvas.say(*names[row])} × {canvas.say(*names[column])}: {count}")
    y = top + len(rows) * high + 18
    canvas.box(14, y - 9, 22, 10, "url(#unsure)", LINE, 0.8)
    canvas.text(
        42,
        y,
        canvas.say("未确认或要点未知：不得据以判定", "unconfirmed, or no point known: nothing may rest on it"),
        11,
        SOFT,
    )
    return canvas.drawing(y + 28)


# ---- map -----------------------------------------------------------------------------------------------------------

_NAMED = 26  # items that are named on the map
_MOVES = ((0, 0), (0, -13), (0, 13), (0, -26), (0, 26), (14, -20), (14, 20))


def plane(found: Json, language: Language | None) -> Drawing:
    """Control points and records in one plane. `found` is the answer of `Portfolios.map`."""
    double = language is None
    title = {"zh": "地图：记录与控制要点", "en": "Map: records and control points"}
    canvas = Canvas(language, f"{found['portfolio']}: {said(title, language)}", _WIDE)
    top, side = 124.0 if double else 92.0, 872.0
    scale = side / found["width"]

    def at(one: Mapping[str, Any]) -> tuple[float, float]:
        return 14 + one["x"] * scale, top + one["y"] * scale

    sums = {list_: sum(one["count"] for one in found["marks"] if one["list"] == list_) for list_ in LISTS}
    placed = canvas.say(f"{found['placed']} 条有位置", f"{found['placed']} placed")
    _titled(canvas, found, said(title, language), placed)
    x = canvas.legend(14, 66, [(one, f"{said(LISTS[one], language)} {sums[one]:,}") for one in LISTS])
    row = 66.0
    if double:  # no room beside the lists
        x, row = 8.0, 84.0
    _diamond(canvas, x + 8, row - 4, 4, hollow=False)
    _diamond(canvas, x + 22, row - 4, 4, hollow=True)
    canvas.text(x + 32, row, canvas.say("控制要点（空心：未确认）", "control points (hollow: unconfirmed)"), 11, SOFT)
    meaning = (
        "相邻表示含义相近；距离远近、方向与空白不作解释。标记大小为记录数",
        "Neighbours are alike in meaning; wide distances, directions and empty space say nothing. Size: number of records",
    )
    for n, words in enumerate(meaning if double else [canvas.say(*meaning)]):
        canvas.text(14, row + 18 + 14 * n, words, 10.5, SOFT)
    canvas.box(14, top, side, side, "#fbfcfd", FAINT)
    for one in found["points"]:
        _diamond(canvas, *at(one), 2.6, hollow=one["sure"] in (None, "unconfirmed"))
    most = max([one["count"] for one in found["marks"]] + [1])
    order = ("not flagged", "restricted", "prohibited")
    for one in sorted(found["marks"], key=lambda m: (order.index(m["list"]), -m["count"], m["mark"])):
        size = 2.6 + 11 * math.sqrt(one["count"] / max(most, 12))
        canvas.mark(one["list"], *at(one), size, wide=0.9)
    languages = (Language.ZH, Language.EN) if language is None else (language,)
    for left, up, lines in names(found, at, languages, _WIDE):
        for n, line in enumerate(lines):
            canvas.text(left, up + 12 * n, line, 10.5, INK, halo=True)
    y = top + side + 20
    apart = sum(found["apart"].values())
    if apart:
        flagged = apart - found["apart"]["not flagged"]
        words = canvas.say(
            f"另有 {apart:,} 条没有位置（其中标记 {flagged:,} 条）：筛查时未读其含义，多因用语与任何要点都不相近",
            f"{apart:,} more have no place ({flagged:,} of them flagged): their meaning was not read, mostly because their words came near to no point",
        )
        for line in words.split(" / ") if double else [words]:
            canvas.text(14, y, line, 11, SOFT)
            y += 15
        canvas.told.append(words)
    canvas.told[:0] = [f"{said(LISTS[one], language)}: {count}" for one, count in sums.items()]
    return canvas.drawing(y + 18)


def _diamond(canvas: Canvas, x: float, y: float, size: float, *, hollow: bool) -> None:
    fill = PAPER if hollow else "#33415c"
    canvas.parts.append(
        f'<path d="M{x:.1f} {y - size:.1f}l{size:g} {size:g}l-{size:g} {size:g}l-{size:g} -{size:g}z" fill="{fill}"'
        ' stroke="#33415c" stroke-width="0.9"/>'
    )


def names(
    found: Json,
    at: Callable[[Mapping[str, Any]], tuple[float, float]],
    languages: Sequence[Language],
    wide: float,
    most: int = _NAMED,
) -> Iterator[tuple[float, float, list[str]]]:
    """Where the names of the items with the most records stand, `most` of them, where there is room for them beside the flagged marks.

    `at` puts a place of the map into a picture `wide` across in which letters are 10.5 high and lines 12 apart.
    """
    drawn = [at(one) for one in found["marks"] if one["list"] != "not flagged"]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in drawn]
    groups: dict[str, list[Json]] = {}
    for one in found["points"]:
        if one["records"]:
            groups.setdefault(one["item"], []).append(one)
    named = 0
    for of in sorted(groups.values(), key=lambda of: (-of[0]["records"], of[0]["item"])):
        if named == most:
            break
        middle = [sum(at(one)[n] for one in of) / len(of) for n in (0, 1)]
        x, y = min((at(one) for one in of), key=lambda p: (p[0] - middle[0]) ** 2 + (p[1] - middle[1]) ** 2)
        lines = [cut(said(of[0]["name"], one), 28) for one in languages]
        lines[0] += f" {_LETTERS[of[0]['control']]}"
        broad = max(width_of(line) for line in lines) * 5.6
        high = 13.0 * len(lines)
        for left, up in _around(x, y, broad, high):
            box = (left, up - 11, left + broad, up - 11 + high)
            free = all(box[2] < o[0] or o[2] < box[0] or box[3] < o[1] or o[3] < box[1] for o in taken)
            if free and box[0] > 16 and box[2] < wide - 16:
                taken.append(box)
                yield left, up, lines
                named += 1
                break


def _around(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    """Where a name may stand about a point: beside it, then a little above or below."""
    beside = [(x + 9 + right, y + 4 + up) for right, up in _MOVES] + [
        (x - 9 - wide - right, y + 4 + up) for right, up in _MOVES
    ]
    return [*beside, (x - wide / 2, y - high), (x - wide / 2, y + 20)]


PICTURES: Final[Mapping[str, Callable[[Json, Language | None], Drawing]]] = {
    "heat": heat,
    "owners": lambda overview, language: heat(overview, language, "owner"),
    "funnel": funnel,
    "time": over_time,
    "countries": countries,
    "certainty": certainty,
}
"""The pictures that are made of an overview; that of a map is `plane`."""

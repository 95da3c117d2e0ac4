"""Portfolios: what is exposed, record by record, what a person answers, what a change does to them, and screening a table."""

from __future__ import annotations

import calendar
import datetime
import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from mulu.desk import OutOfRange, parse_day
from mulu.errors import Misused, MuluError
from mulu.interfaces.safety import LARGEST_BODY, MEBIBYTE, Refused
from mulu.interfaces.web.batches import Batch, Batches, pieces, refusal
from mulu.interfaces.web.cases import shared, turned
from mulu.interfaces.web.catalogue import WORDS
from mulu.interfaces.web.documents import file_name
from mulu.interfaces.web.forms import Form, Forms, done, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.interfaces.web.screen import evidence
from mulu.interfaces.words import CERTAINTY, EFFECTS, JUDGEMENTS, NOT_LEARNED, RUN_STATES
from mulu.interfaces.words import STATES as ANSWERED
from mulu.portfolio.columns import NAMES, ROLES, ROW
from mulu.portfolio.exposure import NONE, Filters, country_said, draft_told
from mulu.portfolio.incoming import Mapping as Read
from mulu.portfolio.incoming import guess
from mulu.portfolios import named
from mulu.reports.made import MEDIA, Made
from mulu.reports.records import FORMS, table
from mulu.vocabulary import Said

Json = dict[str, Any]
_ON_A_PAGE = 50  # records
_RESULTS_ON_A_PAGE = 100  # records that a change touches
_ROWS_SHOWN = 10  # of a long table, those with the most records; all of them where that is asked
_PICTURE = 900  # across the map, in which letters are as high as in a report
_NEAREST = 4  # steps into the map
_RESULTS = 12  # impacts that are held to be looked at
_REPORTED = 2_000  # flagged records of a report from the page: their reasons are read anew while the browser waits
_TABLES = (".xlsx", ".xls", ".csv", ".tsv", ".jsonl", ".parquet")
_SHOWN_ROLES = ("id", "text", "title", "recipient", "on", "owner", "kind", "family")
_REFRESHED = 5  # seconds after which the page of a run comes again, where that was asked

FILTERS = (
    "which", "query", "item", "industry", "control", "certainty", "point", "state", "country", "owner", "kind", "since", "until",
    "run", "score_from", "sort",
)  # fmt: skip
WHICH: Mapping[str, tuple[str, str]] = {
    "flagged": ("有标记", "flagged"),
    "near": ("有候选，未达标记线", "near, below the operating point"),
    "all": ("全部记录", "every record"),
}
STATES: Mapping[str, tuple[str, str]] = {
    "open": ("尚待判断", "not answered"),
    "raised again": ("须重新判断", "raised again"),
    "answered": ("已判断", "answered"),
    "concerns": ("判断为相关", "answered: concerns"),
    "does-not": ("判断为不相关", "answered: does not"),
}
SORTS: Mapping[str, tuple[str, str]] = {
    "score": ("分值", "score"),
    "id": ("标识", "id"),
    "day": ("日期", "day"),
}
AGAIN: Mapping[str, tuple[str, str]] = {
    "record": ("记录的内容已变", "the record has changed"),
    "point": ("条目的控制要点已变", "the control points of the item have changed"),
    "portfolio": ("此前针对已删除的同名组合作出", "it was given of a portfolio of this name that was deleted"),
}
PICTURES: Mapping[str, tuple[str, str]] = {
    "heat": ("条目与接收国（热图）", "items and recipient countries (heat map)"),
    "owners": ("条目与权利人（热图）", "items and owners (heat map)"),
    "funnel": ("从收到的行到判定", "from rows to determinations"),
    "time": ("按记录日期", "by day"),
    "countries": ("按接收国", "by recipient country"),
    "certainty": ("按确定性", "by certainty"),
    "map": ("地图：记录与控制要点", "map: records and control points"),
}
ROLE: Mapping[str, tuple[str, str]] = {
    "id": ("编号（判断以此为准）", "Id, by which answers are kept"),
    "text": ("技术描述", "Description of the technology"),
    "title": ("标题", "Title"),
    "recipient": ("接收方或国家", "Recipient or country"),
    "on": ("日期（以该日的目录作答）", "Day, whose Catalogue answers"),
    "owner": ("权利人", "Owner"),
    "kind": ("类型", "Kind"),
    "family": ("同族或其他分组", "Family or other group"),
}


def _held(page: Page) -> bool:
    """Whether the portfolio that is shown is there: one that was deleted has its runs and impacts still."""
    return page.request.path_params.get("name", "") in page.desk.portfolios.names()


def _drafts(page: Page) -> list[Json]:
    """The drafts with which records of the portfolio that is shown were compared."""
    portfolios, name = page.desk.portfolios, page.request.path_params.get("name", "")
    if not _held(page):
        return []

    def asked() -> list[Json]:
        with portfolios.open(name) as portfolio:
            return portfolios.drafts(portfolio, page.on)

    made: list[Json] = page.remembered(("drafts", name, *_written(page)), asked)
    return made


def _shared(page: Page, forms: Forms | None = None) -> Json:
    return {
        **shared(page, forms),
        "here": "portfolios",
        "base": f"portfolios/{quote(page.request.path_params.get('name', ''))}",
        "held": _held(page),
        "drafts": _drafts(page),
        "which": WHICH,
        "states": STATES,
        "judged": ANSWERED,
        "answers": JUDGEMENTS,
        "effects": EFFECTS,
        "run_states": RUN_STATES,
        "again": AGAIN,
        "at": quote,
        "country": lambda code: page.of(country_said(code)),
        "draft_told": lambda one: page.of(draft_told(one).as_json()),
        "unsaid": NONE,
        "reported": _REPORTED,
    }


def _name(page: Page) -> str:
    return str(page.request.path_params["name"])


def _batches(page: Page) -> Batches:
    found: Batches = page.request.app.state.batches
    return found


# ---- the list, and a table that is handed in -------------------------------------------------------------------------


def listed(page: Page) -> Response:
    """Every portfolio, and the form that takes a table."""
    return _list(page, Forms(), 200)


def _list(page: Page, forms: Forms, status: int) -> Response:
    answer = page.desk.portfolio(now())
    return page.render(
        "portfolios.html",
        status,
        answer=answer,
        batches={one["portfolio"]: _batches(page).of(one["portfolio"]) for one in answer["portfolios"]},
        largest=LARGEST_BODY // MEBIBYTE,
        chosen=page.request.query_params.get("into", ""),
        deleted=page.request.query_params.get("deleted", ""),
        accepted=",".join(_TABLES),
        **_shared(page, forms),
    )


def handed_in(page: Page, form: Form) -> Response:
    """Hold a table and look at its columns; on to what they are taken for."""
    form.name = "table"
    form.takes("name", "file", "on", "base_rate", "by")
    file, status = form.files.get("file"), 422
    form.needs(page, [("name", page.say("组合名", "Name of the portfolio")), ("by", page.say("您的姓名", "Your name"))])
    if file is None:
        form.errors["file"] = page.say("请选择文件。", "Choose a file.")
    elif not (file.filename or "").lower().endswith(_TABLES):
        form.errors["file"] = page.say(
            f"可读取 {'、'.join(_TABLES)}；文件夹请用命令 mulu portfolio screen。",
            f"It takes {', '.join(_TABLES)}; for a folder of documents use the command mulu portfolio screen.",
        )
    day = form.day(page, "on")
    if not form.errors and file is not None:
        try:
            name = named(form.text("name"))
            rate = _share(form.text("base_rate"), "base_rate")
            batch = _batches(page).hand_in(
                name, file_name(file.filename or ""), pieces(file.file), by=form.text("by"), on=day or page.on, base_rate=rate
            )  # fmt: skip
            try:
                guess(batch.file, _kept_columns(page, name))
            except MuluError as error:
                _batches(page).drop(batch)
                raise refusal(error, batch) from None
            return done(page, form.text("by"), f"portfolios/{name}/screening")
        except Refused:
            raise
        except MuluError as error:
            status = form.refused(page, error, "name" if error.said.id == "portfolio_name" else "file")
    return _list(page, Forms(form), status)


def _share(text: str, option: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise OutOfRange(option, repr(text), "0.001–0.999") from None


def _kept_columns(page: Page, name: str) -> str | None:
    """What was said of the columns when this portfolio was last screened."""
    if name not in page.desk.portfolios.names():
        return None
    with page.desk.portfolios.open(name) as portfolio:
        return portfolio.about("columns") or None


# ---- screening -----------------------------------------------------------------------------------------------------


def screening(page: Page) -> Response:
    """What the columns are taken for, how far the screening is, or what it came to."""
    return _screening(page, Forms(), 200)


def _screening(page: Page, forms: Forms, status: int) -> Response:
    name = _name(page)
    batch = _batches(page).of(name)
    if batch is None:
        named(name)
        raise Refused(
            404,
            Said(
                "no_table_here",
                f"组合 {name} 没有待筛查的表格（服务可能已重启）。请重新上传；已读的内容仍在，会接着进行。",
                f"No table for {name} is held (the server may have been restarted). Hand it in again: what was read is kept, and it "
                "goes on from there.",
            ),
        )
    refreshed = page.request.query_params.get("refresh") == "yes" and batch.state in ("waiting", "running")
    mapping = _mapping(page, batch) if batch.state == "asked" else None
    answer = page.render(
        "screening.html",
        status,
        name=name,
        batch=batch,
        mapping=mapping,
        columns=[] if mapping is None else _columns(page, mapping),
        roles=_SHOWN_ROLES,
        role=ROLE,
        row=ROW,
        refreshed=refreshed,
        every=_REFRESHED,
        **_shared(page, forms),
    )
    if refreshed:
        answer.headers["Refresh"] = str(_REFRESHED)
    return answer


def _mapping(page: Page, batch: Batch) -> Read:
    try:
        return guess(batch.file, batch.columns or _kept_columns(page, batch.portfolio))
    except MuluError as error:
        raise refusal(error, batch) from None


def _columns(page: Page, mapping: Read) -> list[Json]:
    """Each role with what it is taken from, and why, and the columns that there are."""
    names = list(dict.fromkeys(name for table in mapping.tables for name in table.names))
    how = {
        "given": ("已指明", "given"),
        "named": ("按列名", "by its name"),
        "held": ("按内容", "by what it holds"),
        "title": ("没有摘要，只有标题", "no abstracts, titles only"),
    }
    made = []
    for role in ROLES:
        if role not in _SHOWN_ROLES:
            continue
        table = next((one for one in mapping.tables if role in one.roles), None)
        taken = "" if table is None else "+".join(table.roles[role])
        options = [(one, one) for one in dict.fromkeys([taken, *names]) if one]
        if role == "id":
            options.append((ROW, page.say("按行号编号", "number the rows")))
        if not taken:
            options.insert(0, ("", page.say("没有", "none")))
        seen = {} if table is None else {one.name: one for one in table.seen}
        made.append(
            {
                "role": role,
                "taken": taken,
                "how": "" if table is None else page.say(*how[table.how[role]]),
                "options": options,
                "examples": [shown for name in taken.split("+") if name in seen for shown in seen[name].examples],
                "known_as": "、".join(NAMES[role][:6]),
            }
        )
    return made


def screened(page: Page, form: Form) -> Response:
    """Begin, stop or go on, as the form that was sent says."""
    name = _name(page)
    batch = _batches(page).of(name)
    if batch is None:
        return screening(page)  # which tells that it is not there
    status = 422
    if form.name == "columns":
        form.takes(*(f"role-{role}" for role in _SHOWN_ROLES))
        given = {role: form.text(f"role-{role}") for role in _SHOWN_ROLES if form.text(f"role-{role}")}
        before = {one["role"]: one["taken"] for one in _columns(page, _mapping(page, batch))}
        changed = {role: column for role, column in given.items() if column != before.get(role)}
        try:
            if changed:
                columns = ",".join(f"{role}={column}" for role, column in given.items())
                guess(batch.file, columns)
                batch.columns = columns
            if (lacking := _mapping(page, batch).lacking) is not None:
                raise Misused(lacking)
            _batches(page).start(batch, _screens(page))
            return page.go(f"portfolios/{name}/screening")
        except Refused:
            raise
        except MuluError as error:
            status = form.refused(page, refusal(error, batch))
    elif form.name == "stop":
        form.takes()
        batch.stop = True
        return page.go(f"portfolios/{name}/screening")
    elif form.name == "on":
        form.takes()
        _batches(page).start(batch, _screens(page))
        return page.go(f"portfolios/{name}/screening")
    else:
        form.takes("form")
    return _screening(page, Forms(form), status)


def _screens(page: Page) -> Any:
    desk = page.desk

    def screens(batch: Batch, told: Any) -> Json:
        return desk.portfolio(
            now(),
            "screen",
            batch.portfolio,
            on=batch.on,
            file=batch.file,
            columns=batch.columns,
            base_rate=batch.base_rate,
            by=batch.by,
            told=told,
        )

    return screens


# ---- what is exposed -------------------------------------------------------------------------------------------------


def _signed(page: Page) -> list[str]:
    """The cases of which a signed determination stands."""
    return sorted(one.reference for one in page.desk.casework.cases().values() if one.current is not None)


def _overview(page: Page, filters: Filters) -> Json:
    """All counts; made once for what the portfolio, its answers and the cases are now."""
    name, signed = _name(page), _signed(page)
    key = ("portfolio", name, msgspec.json.encode(filters).decode(), str(signed), *_written(page))
    return page.remembered(key, lambda: page.desk.portfolios.overview(name, page.on, filters, signed))


def _written(page: Page) -> tuple[str, ...]:
    """What changes whenever what is counted of a portfolio does, beside the cases: its runs, its answers, the day asked."""
    name, portfolios = _name(page), page.desk.portfolios
    judged = portfolios.judgements(name)
    with portfolios.open(name) as portfolio:
        runs = portfolio.query("SELECT max(id), max(done_at), (SELECT count(*) FROM parts) FROM runs")
    return str(runs), f"{len(judged)} {judged.latest}", page.on.isoformat()


def shown(page: Page) -> Response:
    """A portfolio at a glance."""
    name = _name(page)
    over, shown_ = _overview(page, Filters()), None if _all(page) else _ROWS_SHOWN
    return page.render(
        "portfolio.html",
        name=name,
        over=over,
        items=sorted(over["items"], key=lambda one: -one["records"])[:shown_],
        grid=_grid(over, shown_),
        times=_times(over),
        most_times=shown_,
        ranked={
            key: _ranked(page, over, key, by, shown_)
            for key, by in (("countries", "country"), ("owners", "owner"), ("kinds", "kind"))
        },
        pictures=PICTURES,
        certainties=CERTAINTY,
        batch=_batches(page).of(name),
        tab="overview",
        **_shared(page),
    )


def _all(page: Page) -> bool:
    return page.request.query_params.get("rows") == "all"


def _grid(over: Json, shown: int | None) -> Json:
    """Records flagged by industry and recipient country, with a shade from 0 to 5 each, of the `shown` industries with the most."""
    heat = over["heat"]["industry"]
    most = max((count for row in heat["rows"] for count in row["counts"]), default=1)
    names = {one["industry"]: one for one in over["industries"]}
    rows = [
        {
            "industry": row["industry"],
            "name": names[row["industry"]],
            "cells": [(count, 0 if not count else 1 + 4 * (count - 1) // max(most - 1, 1)) for count in row["counts"]],
            "total": row["total"],
        }
        for row in heat["rows"]
    ]
    return {"columns": heat["columns"], "rows": rows[:shown], "in_all": len(rows)}


def _times(over: Json) -> list[Json]:
    """Days, months or years of which there are records, the latest first, each with its first and last day."""
    last = {"year": "-12-31", "month": "", "day": ""}[over["time"]["grain"]]
    made = []
    for one in reversed([of for of in over["time"]["times"] if of["records"]]):
        since, until = (one["at"] + "-01-01")[:10], one["at"] + last
        if over["time"]["grain"] == "month":
            year, month = map(int, one["at"].split("-"))
            since, until = f"{one['at']}-01", f"{one['at']}-{calendar.monthrange(year, month)[1]}"
        made.append({**one, "since": since, "until": until})
    return made


def _ranked(page: Page, over: Json, lines: str, key: str, most: int | None) -> Json:
    """Countries, owners or kinds, those with the most first; what is left is one line, and what is not stated the last."""
    named_ = [one for one in over[lines] if one[key] != NONE]
    none = [one for one in over[lines] if one[key] == NONE]
    shown = named_[: len(named_) if most is None or len(named_) == most + 1 else most]  # no line for one other alone
    left = len(named_) - len(shown) + (over["owners_more"] if lines == "owners" else 0)
    made = [{"value": one[key], "name": page.of(one) if "zh" in one else one[key], **_counted(one)} for one in shown]
    if left:
        rest = {of: over[of] - sum(one[of] for one in (*shown, *none)) for of in ("records", "flagged")}
        made.append(
            {"value": None, "name": page.say(f"其余 {left} 个", f"{left} others" if left > 1 else "1 other"), **rest}
        )
    for one in none:
        made.append(
            {"value": NONE, "name": page.of(one) if "zh" in one else page.say("未写明", "not stated"), **_counted(one)}
        )
    return {"key": key, "lines": made, "more": len(named_) > len(shown)}


def _counted(one: Json) -> Json:
    return {of: one[of] for of in ("records", "flagged")}


def picture(page: Page) -> Response:
    """One of the pictures of what is exposed, as SVG."""
    from mulu.reports import pictures

    name, kind = _name(page), page.request.path_params["picture"]
    filters, _, _ = _asked(page)
    if kind == "map":
        drawn = pictures.plane(page.desk.portfolios.map(name, page.on, filters, _signed(page)), page.language)
    elif kind in pictures.PICTURES:
        drawn = pictures.PICTURES[kind](_overview(page, filters), page.language)
    else:
        raise Refused(404, Said("no_such_page", "没有这个地址。", "There is nothing at this address."))
    return Response(drawn.svg, media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"})


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the map that is shown: the whole, or a square of it, each step in twice as near as the one before."""

    wide: int  # of the whole map
    step: int = 0
    x: int = 0  # of its middle
    y: int = 0

    @classmethod
    def asked(cls, wide: int, text: str) -> _Window:
        """Raises OutOfRange for what is no window."""
        if not text:
            return cls(wide, 0, wide // 2, wide // 2)
        parts = text.split(".")
        if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts):
            raise OutOfRange("view", repr(text), f"0–{_NEAREST}.x.y")
        return cls(wide, *map(int, parts))._held()

    def _held(self) -> _Window:
        """Within the map, with a margin, so that no mark is cut."""
        step = min(self.step, _NEAREST)
        low, high = self.side(step) // 2 - self.margin, self.wide + self.margin - self.side(step) // 2
        return _Window(self.wide, step, max(low, min(self.x, high)), max(low, min(self.y, high)))

    @property
    def margin(self) -> int:
        return self.wide // 50

    def side(self, step: int) -> int:
        return int((self.wide + 2 * self.margin) >> step)

    def at(self, one: Mapping[str, Any]) -> tuple[float, float]:
        """Where a place stands in the picture, which is _PICTURE across."""
        side = self.side(self.step)
        return (
            round((one["x"] - self.x + side / 2) * _PICTURE / side, 1),
            round((one["y"] - self.y + side / 2) * _PICTURE / side, 1),
        )

    def holds(self, one: Mapping[str, Any]) -> bool:
        return all(0 <= place <= _PICTURE for place in self.at(one))

    def moved(self, step: int = 0, x: int = 0, y: int = 0) -> str | None:
        """The address of the window that many steps nearer, or half its width aside; None where that is the same one."""
        half = self.side(self.step) // 2
        other = _Window(
            self.wide, max(0, min(self.step + step, _NEAREST)), self.x + x * half, self.y + y * half
        )._held()
        return None if other == self else other.name

    def around(self, one: Mapping[str, Any]) -> str:
        """The address of a near window about a place."""
        return _Window(self.wide, max(self.step, 2), one["x"], one["y"])._held().name

    @property
    def name(self) -> str:
        return f"{self.step}.{self.x}.{self.y}" if self.step else ""


def plane(page: Page) -> Response:
    """The map: every mark opens its records, every control point its item; what is looked for is shown on it, and all of it as tables."""
    from mulu.reports.pictures import names

    name, query = _name(page), page.request.query_params
    found: Json = page.remembered(
        ("map", name, *_written(page)), lambda: page.desk.portfolios.map(name, page.on, Filters(), _signed(page))
    )
    window = _Window.asked(found["width"], query.get("view", "").strip())
    words = query.get("q", "").casefold().replace("-", " ").split()
    points = [{**one, "hit": bool(words) and all(word in _spoken(one) for word in words)} for one in found["points"]]
    mark = query.get("mark", "").strip()
    seen = {
        "points": [one for one in points if window.holds(one)],
        "marks": _apart(found["marks"], window),
    }
    named_ = {
        "points": [
            {
                **one,
                "records": one["records"] + 1_000_000 * one["hit"] + (window.step > 0),
            }  # near, all have their names
            for one in seen["points"]
            if window.at(one)[1] < _PICTURE - 20
        ],
        "marks": seen["marks"],
    }
    flagged = sorted(
        (one for one in found["marks"] if one["list"] != "not flagged"),
        key=lambda one: (-one["count"], one["list"], one["mark"]),
    )
    items = _items_of(points, bool(words))
    return page.render(
        "portfolio_map.html",
        name=name,
        found=found,
        seen=seen,
        across=_PICTURE,
        window=window,
        # On a narrow screen letters are larger in the picture, so that fewer names have room there.
        written=[
            (kind, scale, names(named_, partial(_scaled, window, scale), (page.language,), _PICTURE / scale, most))
            for kind, scale, most in (("wide", 1.35, 24), ("narrow", 2.7, 7))
        ],
        hits=[one for one in items if one["hit"]],
        items=items if _all(page) else items[:_ROWS_SHOWN],
        items_in_all=len(items),
        places=flagged if _all(page) else flagged[:_ROWS_SHOWN],
        places_in_all=len(flagged),
        beside=lambda one: min(points, key=lambda p: (p["x"] - one["x"]) ** 2 + (p["y"] - one["y"]) ** 2),
        everything=_all(page),
        size=lambda count: round(_PICTURE / 230 * min(4.0, 1 + math.log10(count)), 1),
        q=query.get("q", "").strip(),
        mark=mark,
        of=page.desk.portfolios.marked(name, mark, _ON_A_PAGE) if mark else None,
        chosen=next((one for one in found["marks"] if one["mark"] == mark), None),
        tab="map",
        **_shared(page),
    )  # fmt: skip


def _apart(marks: list[Json], window: _Window) -> list[Json]:
    """The marks in a window with their places in the picture; of two flagged ones at one place the restricted one is put beside."""
    made = [{**one, "at": window.at(one)} for one in marks if window.holds(one)]
    taken = [one["at"] for one in made if one["list"] == "prohibited"]
    for one in made:
        x, y = one["at"]
        if one["list"] == "restricted" and any(abs(x - left) < 8 and abs(y - up) < 8 for left, up in taken):
            one["at"] = (round(x + 9, 1), y)
    return made


def _scaled(window: _Window, scale: float, one: Mapping[str, Any]) -> tuple[float, float]:
    x, y = window.at(one)
    return x / scale, y / scale


def _spoken(point: Json) -> str:
    """The words of a control point and its item, in which something is looked for."""
    of = (point["name"]["zh"], point["name"]["en"], point["item"], point["code"], point["zh"], point["en"])
    return " ".join(one for one in of if one).casefold().replace("-", " ")


def _items_of(points: list[Json], looked_for: bool) -> list[Json]:
    """The items whose points stand on the map, those with the most records first; where something is looked for, what was found alone."""
    made: dict[str, Json] = {}
    for one in points:
        if not looked_for or one["hit"]:
            made.setdefault(one["item"], {**one, "points": 0})["points"] += 1
    return sorted(made.values(), key=lambda one: (-one["records"], one["item"]))


def report(page: Page) -> Response:
    """The due-diligence report of what is within the filters. The reasons are read anew, so that it takes its time."""
    name = _name(page)
    filters, _, _ = _asked(page)
    counts = _overview(page, filters)
    if counts["flagged"] > _REPORTED:
        raise Misused(
            Said(
                "report_too_large",
                f"有标记的记录为 {counts['flagged']:,} 条，网页生成的报告至多 {_REPORTED:,} 条。请先筛选记录，再由筛选结果生成报告。",
                f"{counts['flagged']:,} records are flagged; a report from the page holds {_REPORTED:,} at most. Filter the records "
                "first, and ask for the report of what is left.",
            )
        )
    return _made(page.desk.portfolio_report(name, page.on, filters, *_as(page)))


# ---- records ---------------------------------------------------------------------------------------------------------


def _asked(page: Page) -> tuple[Filters, str, str]:
    """What the address asks of records: filters, which of them, in which order. Raises OutOfRange, MalformedDay."""
    query = {key: page.request.query_params.get(key, "").strip() for key in FILTERS}

    def day(key: str) -> datetime.date | None:
        return parse_day(query[key]) if query[key] else None

    which, sort = query["which"] or "flagged", query["sort"] or "score"
    for option, value, known in (("which", which, WHICH), ("sort", sort, SORTS)):
        if value not in known:
            raise OutOfRange(option, repr(value), ", ".join(known))
    if query["run"] and not (query["run"].isascii() and query["run"].isdigit() and len(query["run"]) < 9):
        raise OutOfRange("run", repr(query["run"]), "1, 2, 3 …")
    score = _share(query["score_from"], "score_from")
    if score is not None and not 0 <= score <= 1:
        raise OutOfRange("score_from", repr(query["score_from"]), "0–1")
    texts = ("query", "country", "owner", "kind", "item", "industry", "control", "certainty", "point", "state")
    filters = Filters(
        **{key: query[key] or None for key in texts},  # type: ignore[arg-type]  # all of them are texts
        since=day("since"),
        until=day("until"),
        run=int(query["run"]) if query["run"] else None,
        score_from=None if score is None else round(score * 1000),
    )
    return filters, which, sort


def records(page: Page) -> Response:
    """The records within some filters, some at a time; what is wrong with a filter stands above them."""
    name, status, error = _name(page), 200, None
    cursor = page.request.query_params.get("cursor") or None
    kept = {key: page.request.query_params.get(key, "").strip() for key in FILTERS}
    try:
        filters, which, sort = _asked(page)
        answer = page.desk.portfolios.show(name, filters, None, which, sort, _ON_A_PAGE, cursor)
    except MuluError as wrong:
        if wrong.said.id in ("portfolio_unknown", "portfolio_damaged", "portfolio_unusable", "portfolios_place"):
            raise
        error, status = wrong.said, 422
        answer = page.desk.portfolios.show(name, Filters(), None, "flagged", "score", _ON_A_PAGE)
    whole = _overview(page, Filters())
    return page.render(
        "portfolio_records.html",
        status,
        name=name,
        answer=answer,
        error=error,
        kept=kept,
        narrowed=any(kept.values()),
        whole=whole,
        cursor=cursor,
        sorts=SORTS,
        certainties=CERTAINTY,
        tab="records",
        **_shared(page),
    )


def records_file(form: str, page: Page) -> Response:
    """What is filtered, whole, as CSV, XLSX, JSON or Parquet."""
    name = _name(page)
    filters, which, sort = _asked(page)
    answer = page.desk.portfolios.show(name, filters, None, which, sort)
    if form == "json":
        return _file(f"{name}.{form}", msgspec.json.encode(answer), "application/json")
    return _made(table(answer, form, page.language))


def _file(name: str, data: bytes, media: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=media, headers={"Content-Disposition": disposition})


def record(page: Page) -> Response:
    """One record: its text, its candidates, what was answered, and the form to answer."""
    return _record(page, Forms(), 200)


def _record(page: Page, forms: Forms, status: int) -> Response:
    name, query = _name(page), page.request.query_params
    answer = page.desk.portfolios.record(name, query.get("id", ""), on=page.on)
    with page.desk.portfolios.open(name) as portfolio:
        run = portfolio.runs()[answer["seen"] - 1]
    on = answer["day"] or run["asked"]["on"]
    context: Json = {}
    if query.get("evidence") == "yes":
        context = evidence(page, answer["text"], parse_day(on), run["asked"]["draft"], answer["title"])
    items = {one["item"]: one for one in answer["candidates"]}
    return page.render(
        "portfolio_record.html",
        status,
        name=name,
        one=answer,
        on=on,
        items=items,
        run=run,
        listed=[
            (one["item"], f"{one['score']:.2f} {page.of(one['name'])}{'' if one['flag'] else page.say('（未标记）', ' (not flagged)')}")
            for one in answer["candidates"]
        ],
        evidence=context,
        cases=[(one.reference, f"{one.reference} {one.title}") for one in page.desk.casework.cases().values()][::-1],
        just=query.get("done"),
        tab="records",
        **_shared(page, forms)
        | {"drafts": [{**of, "records": 1} for of in answer["drafts"] if of["draft"] == answer["edition"]]},
    )  # fmt: skip


def answered(page: Page, form: Form) -> Response:
    """Record what a person answers of the record under an item."""
    form.name, name, status = "judge", _name(page), 422
    form.takes("item", "other", "judgement", "because", "case", "by")
    id_ = page.request.query_params.get("id", "")
    form.needs(page, [("judgement", page.say("判断", "Answer")), ("because", page.say("理由", "Reason")), ("by", page.say("您的姓名", "Your name"))])  # fmt: skip
    item = form.text("other") or form.text("item")
    if not item:
        form.errors["item"] = page.say("请选择条目。", "Choose an item.")
    if not form.errors:
        try:
            page.desk.portfolio(
                now(),
                "judge",
                name,
                record=id_,
                item=item,
                judgement=form.text("judgement"),
                because=form.text("because"),
                case=form.text("case") or None,
                by=form.text("by"),
            )
            return done(page, form.text("by"), f"portfolios/{name}/record", id=id_, done="judge")
        except MuluError as error:
            status = form.refused(page, error)
    return _record(page, Forms(form), status)


# ---- what a change does ----------------------------------------------------------------------------------------------


class Results:
    """The last impacts, to be looked at page by page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Json] = OrderedDict()

    def add(self, answer: Json) -> str:
        key = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > _RESULTS:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str, name: str) -> Json:
        """Raises Refused where it is not held (any more)."""
        with self._lock:
            found = self._kept.get(key)
        if found is None or found["portfolio"] != name:
            raise Refused(
                404,
                Said(
                    "impact_not_held",
                    "该结果已不在内存中（服务重启过，或之后又查询过）。查询本身仍记录在案；请重新查询。",
                    "This result is not held any more (the server was restarted, or others were asked for since). That it was asked "
                    "is on record; ask again.",
                ),
            )
        return found


_ASKED_FOR = Results()


def impact(page: Page) -> Response:
    """The form that asks what a change does."""
    return _impact(page, Forms(), 200)


def _impact(page: Page, forms: Forms, status: int) -> Response:
    name, query = _name(page), page.request.query_params
    with page.desk.portfolios.open(name) as portfolio:
        count = portfolio.count()
    coverage = page.desk.coverage()["editions"]
    governing = _governing(page)
    documents = [one for one in reversed(page.desk.papers()) if one["status"] not in ("withdrawn", "applied")]
    changes: list[tuple[str, list[tuple[str, str]]]] = [
        (page.say("到某一版本", "To an edition"), [(f"edition {one}", one) for one in reversed(governing)]),
        (page.say("征求意见稿，如获通过", "A draft, were it adopted"), [(f"draft {one['edition']}", one["edition"]) for one in reversed(coverage) if one["draft"]]),
        (page.say("已导入、尚未采用的文件", "An imported document that is not applied"), [(f"document {one['document']}", one["name"]) for one in documents]),
    ]  # fmt: skip
    chosen = (
        f"document {query['amendment']}"
        if query.get("amendment")
        else query.get("change") or f"edition {governing[-1]}"
    )
    return page.render(
        "portfolio_impact.html",
        status,
        name=name,
        count=count,
        changes=[(label, options) for label, options in changes if options],
        chosen=chosen,
        before=query.get("before") or "",
        pairs=[(one, one) for one in reversed(governing)],
        given={key: query.get(key, "") for key in ("instrument", "effective")},
        tab="impact",
        **_shared(page, forms),
    )


def _governing(page: Page) -> list[str]:
    """The editions that were or are in force, in order."""
    return [one["edition"] for one in page.desk.coverage()["editions"] if not one["draft"]]


def asked_impact(page: Page, form: Form) -> Response:
    """Work an impact out, record it, and go to what it found."""
    form.name, name, status = "impact", _name(page), 422
    form.takes("change", "before", "instrument", "effective", "base_rate", "by")
    kind, _, what = form.text("change").partition(" ")
    effective = form.day(page, "effective")
    if kind not in ("edition", "draft", "document") or not what:
        form.errors["change"] = page.say("请选择变化。", "Choose the change.")
    before, governing = form.text("before"), _governing(page)
    if kind == "edition" and not before and what in governing:
        if what == governing[0]:
            form.errors["before"] = page.say(
                "此版本之前没有版本，请选择。", "No edition comes before this one: choose."
            )
        before = governing[governing.index(what) - 1]
    if not form.errors:
        try:
            answer = page.desk.portfolio(
                now(),
                "impact",
                name,
                before=before or None,
                on=page.on,
                instrument=form.text("instrument") or None,
                effective=effective,
                base_rate=_share(form.text("base_rate"), "base_rate"),
                by=form.text("by") or None,
                after=what if kind == "edition" else None,
                draft=what if kind == "draft" else None,
                amendment=what if kind == "document" else None,
            )
            return done(page, form.text("by"), f"portfolios/{name}/impact/{_ASKED_FOR.add(answer)}")
        except MuluError as error:
            if error.said.id == "portfolio_unknown":
                raise
            status = form.refused(page, error)
    return _impact(page, Forms(form), status)


def impact_report(page: Page) -> Response:
    """What a change does, as a report."""
    from mulu.reports.changed import Changed
    from mulu.reports.changed import impact as made_of

    answer = _ASKED_FOR.get(page.request.path_params["result"], _name(page))
    return _made(made_of(Changed(answer), *_as(page)))


def _as(page: Page) -> tuple[str, str | None]:
    """Language and form of a report."""
    query = page.request.query_params
    return query.get("language") or page.language.value, query.get("form") or None


def _made(made: Made) -> Response:
    return _file(made.name, made.content, MEDIA[made.form])


def impact_shown(page: Page) -> Response:
    """What a change does: by kind, the records, and each item that changed with its redline."""
    name, query = _name(page), page.request.query_params
    answer = _ASKED_FOR.get(page.request.path_params["result"], name)
    kind, item = query.get("kind", ""), query.get("item", "")
    found = [
        one
        for one in answer["results"]
        if any(
            (not kind or e["kind"] == kind) and (not item or item in (e["item"], e["to_item"])) for e in one["effects"]
        )
    ]
    at, pages = turned(page, len(found), _RESULTS_ON_A_PAGE)
    touched = {name for one in answer["results"] for e in one["effects"] for name in (e["item"], e["to_item"])}
    names = {one["item"]: one["name"] for one in answer["items"]}
    for of in page.desk.catalogue.pack.items.values():
        names.setdefault(of.id, {"zh": of.name.zh, "en": of.name.en})
    return page.render(
        "portfolio_affected.html",
        name=name,
        answer=answer,
        not_learned=NOT_LEARNED,
        result=page.request.path_params["result"],
        found=found[(at - 1) * _RESULTS_ON_A_PAGE : at * _RESULTS_ON_A_PAGE],
        total=len(found),
        page_number=at,
        pages=pages,
        kind=kind,
        item=item,
        names=names,
        of_them=[one for one in answer["items"] if one["item"] in touched],
        others=[one for one in answer["items"] if one["item"] not in touched],
        per_item=_per_item(answer),
        words=WORDS,
        tab="impact",
        **_shared(page),
    )


def _per_item(answer: Json) -> dict[str, int]:
    made: dict[str, int] = {}
    for one in answer["results"]:
        for of in {e["item"] for e in one["effects"]} | {e["to_item"] for e in one["effects"] if e["to_item"]}:
            made[of] = made.get(of, 0) + 1
    return made


# ---- what was asked ----------------------------------------------------------------------------------------------------


def runs(page: Page) -> Response:
    """The runs and impacts of a portfolio, also those that found nothing; the newest first."""
    name = _name(page)
    answer = page.desk.portfolio(now(), "runs", name)
    return page.render(
        "portfolio_runs.html", name=name, answer=answer, batch=_batches(page).of(name), tab="runs", **_shared(page)
    )


def refused_rows(page: Page) -> Response:
    """The rows that a run refused, each with its reason, as JSON Lines."""
    name, run = _name(page), page.request.path_params["run"]
    with page.desk.portfolios.open(name) as portfolio:
        if not any(one["run"] == run for one in portfolio.runs()):
            raise Refused(404, Said("no_such_page", "没有这个地址。", "There is nothing at this address."))
        data = b"".join(_lines(portfolio.refused(run)))
    return _file(f"{name}-refused-{run}.jsonl", data, "application/x-ndjson")


def _lines(rows: Iterator[Json]) -> Iterator[bytes]:
    for one in rows:
        yield msgspec.json.encode(one) + b"\n"


# ---- deleting --------------------------------------------------------------------------------------------------------


def deletion(page: Page) -> Response:
    """What would be deleted, and the form that asks its name once more."""
    return _deletion(page, Forms(), 200)


def _deletion(page: Page, forms: Forms, status: int) -> Response:
    name = _name(page)
    found = next((one for one in page.desk.portfolio(now())["portfolios"] if one["portfolio"] == name), None)
    if found is None:
        page.desk.portfolios.open(name).close()  # which says that there is none
    return page.render(
        "portfolio_deletion.html",
        status,
        name=name,
        one=found,
        answers=len(page.desk.portfolios.judgements(name)),
        base=f"portfolios/{quote(name)}",
        **shared(page, forms) | {"here": "portfolios"},
    )


def deleted(page: Page, form: Form) -> Response:
    """Remove the portfolio, for good."""
    form.name, name = "deletion", _name(page)
    form.takes("confirm", "because", "by")
    form.needs(page, [("confirm", page.say("组合名", "Name of the portfolio")), ("because", page.say("理由", "Reason")), ("by", page.say("您的姓名", "Your name"))])  # fmt: skip
    status, batch = 422, _batches(page).of(name)
    if not form.errors:
        try:
            if batch is not None:
                _batches(page).give_up(batch)
            page.desk.portfolio(
                now(), "delete", name, confirm=form.text("confirm"), because=form.text("because"), by=form.text("by")
            )
            return done(page, form.text("by"), "portfolios", deleted=name)
        except MuluError as error:
            if error.said.id == "portfolio_unknown":
                raise
            status = form.refused(page, error, "confirm" if error.said.id == "portfolio_confirm" else "")
    return _deletion(page, Forms(form), status)


ROUTES = [
    Route("/portfolios", shows(listed, "into", "deleted"), methods=["GET"]),
    Route("/portfolios", sends(handed_in), methods=["POST"]),
    Route("/portfolios/{name}", shows(shown, "rows"), methods=["GET"]),
    Route("/portfolios/{name}/records", shows(records, *FILTERS, "cursor"), methods=["GET"]),
    *(Route(f"/portfolios/{{name}}/records.{form}", shows(partial(records_file, form), *FILTERS), methods=["GET"]) for form in (*FORMS, "json")),
    Route("/portfolios/{name}/pictures/{picture}.svg", shows(picture, *FILTERS), methods=["GET"]),
    Route("/portfolios/{name}/record", shows(record, "id", "evidence", "done"), methods=["GET"]),
    Route("/portfolios/{name}/record", sends(answered), methods=["POST"]),
    Route("/portfolios/{name}/screening", shows(screening, "refresh"), methods=["GET"]),
    Route("/portfolios/{name}/screening", sends(screened), methods=["POST"]),
    Route("/portfolios/{name}/impact", shows(impact, "change", "before", "amendment", "instrument", "effective"), methods=["GET"]),
    Route("/portfolios/{name}/impact", sends(asked_impact), methods=["POST"]),
    Route("/portfolios/{name}/impact/{result}", shows(impact_shown, "kind", "item", "page"), methods=["GET"]),
    Route("/portfolios/{name}/map", shows(plane, "q", "mark", "view", "rows"), methods=["GET"]),
    Route("/portfolios/{name}/report", shows(report, *FILTERS, "form", "language"), methods=["GET"]),
    Route("/portfolios/{name}/impact/{result}/report", shows(impact_report, "form", "language"), methods=["GET"]),
    Route("/portfolios/{name}/runs", shows(runs), methods=["GET"]),
    Route("/portfolios/{name}/deletion", shows(deletion), methods=["GET"]),
    Route("/portfolios/{name}/deletion", sends(deleted), methods=["POST"]),
    Route("/portfolios/{name}/runs/{run:int}/refused.jsonl", shows(refused_rows), methods=["GET"]),
]  # fmt: skip

"""What a change of the Catalogue does to a portfolio, as DOCX, PDF or XLSX: control points before and after, and whose records.

Made from the answer of `mulu portfolio impact` as it stands. An impact that found nothing makes a report too, which says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mulu.reports.made import Made, file_of
from mulu.reports.model import Block, Heading, Line, Paper, Para, Run, Table, Tone, Writer
from mulu.reports.papers import facts, languages_of, mark, pair
from mulu.reports.target import FORMS, no_such_form
from mulu.reports.words import (
    CERTAINTY,
    CONTROL,
    EFFECTS,
    NOT_HELD,
    NOT_LEARNED,
    NOTICE,
    OWN_WORDS,
    PRESENCE,
    STATES,
    WHOSE,
)
from mulu.reports.workbook import Cell, Column, Sheet, Value, workbook
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
PRINTED = 120  # records that are printed; all of them are in the workbook
_TEXT = 160
_CLASSES = {
    "added": ("新增", "added"),
    "deleted": ("删除", "deleted"),
    "modified": ("修改", "modified"),
    "renumbered": ("改号", "renumbered"),
    "moved": ("移至另一部分", "moved to the other list"),
    "unchanged": ("未变", "unchanged"),
    "not known": ("不明", "not known"),
}
_CANDIDATES = Bilingual(
    "候选，绝非结论：以下记录是机器筛查提出的候选。变化是否及于某项技术，须由人对照官方文本判断。",
    "Candidates, never a conclusion: the records below were put forward by screening. Whether the change reaches a technology is for a person to judge against the official text.",
)
_OWN_WORDS = Bilingual(
    f"要点内容除注明官方者外为自拟概述，不是官方文字。{OWN_WORDS.zh}官方文字之间，〔−…〕为删去，〔＋…〕为加入。",
    f"Points are told in our own words unless marked official. {OWN_WORDS.en} Of official wording, 〔−…〕 is struck out, 〔＋…〕 put in.",
)
_MARKS: dict[str, tuple[str, Tone]] = {
    "same": ("{}", ""),
    "deleted": ("〔−{}〕", "bad"),
    "inserted": ("〔＋{}〕", "good"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    found: Json  # the answer of `mulu portfolio impact`

    @property
    def day(self) -> datetime.date:
        """The day that was asked on: the only date that the report bears."""
        return datetime.date.fromisoformat(self.found["on"])


def impact(changed: Changed, language: str, form: str | None = None, printed: int = PRINTED) -> Made:
    """The report as a file. Raises Misused where there is no such form."""
    form = form or FORMS[0]
    if form not in FORMS:
        raise no_such_form(form, FORMS)
    w = Writer(languages_of(language))
    found = changed.found
    name = f"{found['portfolio']}-impact-{found['from']['edition']}-{found['to']['edition']}-{language}-{changed.day}.{form}"
    if form == "xlsx":
        title = f"Mulu {found['portfolio']} {changed.day}"
        return Made(workbook(_sheets(w, changed), title, changed.day), form, name)
    return Made(file_of(paper(w, changed, printed), form), form, name)


# ---- the paper -----------------------------------------------------------------------------------------------------


def paper(w: Writer, changed: Changed, printed: int = PRINTED) -> Paper:
    """The report as it is printed."""
    found = changed.found
    blocks: list[Block] = [
        Para(w.of(_CANDIDATES, "bad"), "warn"),
        *(Para(line, "warn") for line in _warnings(w, changed)),
        Heading(1, w.label("概要", "Summary")),
        facts(_summary(w, found)),
        *_items(w, found),
        *_records(w, found, printed),
        *_nearest(w, found),
        *_cases(w, found),
    ]
    running = (
        *w.data(f"{found['portfolio']} · {changed.day} · "),
        *w.say(f"{NOTICE.zh}；候选，不是结论", f"{NOTICE.en}; candidates, never a conclusion", "bad", " "),
    )
    title = w.say("目录变化对技术组合的影响", "What a Change of the Catalogue Does to a Portfolio")
    return Paper(title, running, w.languages, changed.day, tuple(blocks))


def _warnings(w: Writer, changed: Changed) -> list[Line]:
    """What a reader must know before the first number: a draft is no law yet, and what is not known."""
    found = changed.found
    made = []
    if found["if_adopted"]:
        made.append(
            w.say(
                "以下为草案如获采用的后果：草案没有效力，正式文本可能不同。",
                "What follows holds if the draft is adopted: a draft has no force, and the final text may differ.",
                "bad",
            )
        )
    if found["draft"] is not None:
        made.append(w.of(found["draft"]["comments"], "strong" if found["draft"]["comments_closed"] is False else "bad"))
        made.append(w.of(found["draft"]["became"]))
    if changed.day.isoformat() > found["known_to"]:
        made.append(
            w.say(
                f"报告日期 {changed.day} 晚于来源核查日 {found['known_to']}：此后的新文书不在所知范围内。",
                f"The day of this report, {changed.day}, is after the last check of sources, {found['known_to']}: instruments since then are beyond what is known here.",
                "bad",
            )
        )
    unknown = found["counts"]["not known"]
    if unknown:
        made.append(
            w.say(
                f"另有 {unknown} 个条目在两个版本之间是否有变化不明：没有列出不等于没有变化。",
                f"Of {unknown} more items it is not known whether they changed between the two: not listed here does not mean unchanged.",
                "bad",
            )
        )
    return made


def _edition(w: Writer, one: Json) -> Line:
    day = (
        w.label("未施行", "not in effect")
        if one["effective"] is None
        else w.label(f"{one['effective']} 起施行", f"in effect from {one['effective']}")
    )
    return w.joined((w.of(one["title"]), w.joined((w.data(one["edition"]), day), " · ")))


def _summary(w: Writer, found: Json) -> list[tuple[Line, Line]]:
    counts = [(kind, n) for kind, n in found["affected"].items() if n]
    return [
        (w.label("组合", "Portfolio"), w.data(found["portfolio"], "strong")),
        (w.label("从", "From"), _edition(w, found["from"])),
        (w.label("到", "To"), _edition(w, found["to"])),
        (w.label("记录", "Records"), w.data(f"{found['records']:,}")),
        (w.label("变化的要点所及的记录", "Records that a changed point may concern"), w.data(f"{found['touched']:,}")),
        (
            w.label("记录与条目的影响", "Effects: records under items"),
            w.joined((w.label(f"{EFFECTS[k][0]} {n:,}", f"{EFFECTS[k][1]} {n:,}") for k, n in counts))
            or w.label("没有影响", "none", "strong"),
        ),
        (w.label("引擎", "Engine"), w.data(found["engine"])),
        (w.label("数据", "Data release"), w.data(found["data"])),
        (w.label("来源核查至", "Sources checked to"), w.data(found["known_to"])),
        (w.label("结果摘要值", "Digest of the results"), w.data(found["digest"])),
    ]


def _redlined(w: Writer, pieces: Sequence[Json]) -> Line:
    runs: list[Run] = []
    for piece in pieces:
        form, tone = _MARKS[piece["kind"]]
        runs += w.data(form.format(piece["text"]), tone)
    return tuple(runs)


def _change_of(w: Writer, point: Json) -> Line:
    """A point before and after: with what was struck out and put in where both are official words, or each side as it is held."""
    if point["redline"] is not None:
        return _redlined(w, point["redline"]["pieces"])
    if point["does"] == "added":
        return (*w.label("新增：", "added: ", "good"), *w.of(point["after"]))
    if point["does"] == "deleted":
        return (*w.label("删除：", "deleted: ", "bad"), *w.of(point["before"]))
    if point["does"] == "renumbered":
        return w.of(point["after"])
    sides = [
        w.of(NOT_HELD, "soft") if point[side] is None else (*w.of(point[side]), Run(" "), *pair(w, WHOSE, point[whose]))
        for side, whose in (("before", "words_before"), ("after", "words"))
    ]
    return w.joined(sides, "\n→ ")


def _parameters(w: Writer, point: Json) -> list[Line]:
    made = []
    for change in point["parameters"]:
        sides = []
        for side in ("before", "after"):
            said = [
                w.joined(
                    (
                        w.of(p["name"], between=" "),
                        w.data(f"{p['operator']} {p['value']} {p['unit'] or ''}".strip()),
                        w.of(p["condition"], "soft", " "),
                    ),
                    " ",
                )
                for p in change[side]
            ]
            sides.append(w.joined(said, "；") or w.data("—"))
        made.append(w.joined(sides, " → "))
    return made


def _items(w: Writer, found: Json) -> list[Block]:
    blocks: list[Block] = [Heading(1, w.label("变化的条目与要点", "Items and control points that changed"))]
    if not found["items"]:
        return [*blocks, Para(w.say("所掌握的内容中没有变化。", "Nothing that is held changed."), "warn")]
    blocks.append(Para(w.of(_OWN_WORDS), "note"))
    for one in found["items"]:
        name = (
            *w.of(one["name"], between=" / "),
            Run("  "),
            *w.data(one["code_after"] or one["code_before"] or one["item"]),
        )
        blocks.append(Heading(2, name))
        code = (
            ""
            if one["code_before"] == one["code_after"]
            else f"{one['code_before'] or '—'} → {one['code_after'] or '—'}"
        )
        presence = w.joined(
            (pair(w, PRESENCE, one["presence_before"]), pair(w, PRESENCE, one["presence_after"])), " → "
        )
        head = (
            pair(w, _CLASSES, one["class"]),
            pair(w, CONTROL, one["control"]),
            mark(w, one["certainty"]),
            presence,
            w.data(code),
        )
        blocks.append(Para(w.joined(head, " · ")))
        rows = []
        for point in one["points"]:
            said = w.joined((_change_of(w, point), *_parameters(w, point)))
            numbers = dict.fromkeys(n for n in (point["number_before"], point["number"]) if n is not None)
            whose = w.label("官方文字", "official wording", "good") if point["words"] == "official" else ()
            rows.append((w.joined(map(w.point, numbers), " → "), said, w.joined((mark(w, point["certainty"]), whose))))
        if rows:
            heads = (
                w.label("要点", "Point"),
                w.label("之前与之后", "Before and after"),
                w.label("确定性", "Certainty"),
            )
            blocks.append(Table(tuple(rows), (2, 14, 4), heads))
    return blocks


def _score(one: Json | None) -> str:
    return "—" if one is None else f"{one['score']:.2f}{'' if one['flag'] else ' ·'}"


def _records(w: Writer, found: Json, printed: int) -> list[Block]:
    results = found["results"]
    blocks: list[Block] = [Heading(1, w.label("受影响的记录", "Records affected"))]
    if not results:
        said = w.say(
            f"{found['records']:,} 条记录均未受影响：没有一条在变化前后被标记于变化的条目。这不等于与变化无关。",
            f"None of {found['records']:,} records is affected: none is flagged under a changed item before or after. That does not mean that the change has nothing to do with them.",
        )
        return [*blocks, Para(said, "warn")]
    if len(results) > printed:
        blocks.append(
            Para(
                w.say(
                    f"列出前 {printed} 条，最要紧的在前；其余 {len(results) - printed:,} 条见工作簿（XLSX）。",
                    f"The first {printed}, the most pressing first; the other {len(results) - printed:,} are in the workbook (XLSX).",
                ),
                "note",
            )
        )
    rows: list[tuple[Line, ...]] = []
    names = {one["item"]: one["name"] for one in found["items"]}
    for one in results[:printed]:
        text = one["text"] if len(one["text"]) <= _TEXT else one["text"][:_TEXT] + "…"
        who = w.joined(
            (
                w.data(one["record"], "strong"),
                w.data(" · ".join(str(v) for v in (one["owner"], one["recipient"], one["day"]) if v)),
                w.label("其日期早于施行日", "its day is before the day of effect", "fair")
                if one["before_effect"]
                else (),
                w.data(one["title"] or text, "soft"),
            )
        )
        for n, effect in enumerate(one["effects"]):
            item = w.joined((w.of(names.get(effect["item"]), "", " / "), w.data(effect["item"], "soft")))
            kind = w.joined(
                (
                    pair(w, EFFECTS, effect["kind"]),
                    w.data("" if effect["to_item"] is None else f"→ {effect['to_item']}"),
                )
            )
            rows.append((who if n == 0 else w.data(one["record"], "soft"), kind, item, w.data(f"{_score(effect['before'])} → {_score(effect['after'])}"), _judged(w, effect)))  # fmt: skip
    heads = (
        w.label("记录", "Record"),
        w.label("影响", "Effect"),
        w.label("条目", "Item"),
        w.label("分值", "Score"),
        w.label("已有判断", "Answered before"),
    )
    note = w.say("分值后的“·”表示未达标记线。", "A “·” after a score: below the operating point.")
    return [*blocks, Table(tuple(rows), (7, 4, 5, 3, 3), heads), Para(note, "note")]


def _nearest(w: Writer, found: Json) -> list[Block]:
    """Of items that are new the nearest records that are not flagged: nothing was learned of these items."""
    if not found["nearest"]:
        return []
    blocks: list[Block] = [
        Heading(1, w.label("新增条目：最接近而未标记的记录", "New items: the nearest records that are not flagged")),
        Para(w.of(NOT_LEARNED, "bad"), "warn"),
    ]
    for of in found["nearest"]:
        blocks.append(Heading(2, w.of(of["name"], between=" / ")))
        rows = [
            (
                w.joined((w.data(one["record"], "strong"), w.data(one["title"] or one["text"][:_TEXT], "soft"))),
                w.data(" · ".join(str(v) for v in (one["owner"], one["recipient"], one["day"]) if v)),
                w.data(f"{one['score']:.2f}"),
            )
            for one in of["records"]
        ]
        heads = (
            w.label("记录", "Record"),
            w.label("权利人、接收方、日期", "Owner, recipient, day"),
            w.label("分值", "Score"),
        )
        blocks.append(
            Table(tuple(rows), (13, 6, 3), heads)
            if rows
            else Para(w.say("没有更接近的记录。", "No record comes near."))
        )
    return blocks


def _judged(w: Writer, effect: Json) -> Line:
    said = effect["judgement"]
    return (
        ()
        if said is None
        else w.joined((pair(w, STATES, said["judgement"]), w.data(f"{said['by']} {said['at'][:10]}")))
    )


def _cases(w: Writer, found: Json) -> list[Block]:
    cases = found.get("cases") or ()
    if not cases:
        return [
            Heading(1, w.label("重新审视的案件", "Cases that reopen")),
            Para(
                w.say(
                    "没有案件的判定或候选为此变化所及。",
                    "No case has a determination or a candidate that the change touches.",
                )
            ),
        ]
    rows = []
    for one in cases:
        stands = w.joined((w.point(p["number"], p["item"]) for p in one["stands_on"]), "；")
        rows.append(
            (
                w.joined((w.data(one["case"], "strong"), w.data(one["title"]))),
                w.of(one["name"], between=" "),
                w.data(one["determination"] or "—"),
                w.joined(filter(None, (stands, w.data("、".join(one["candidates"]))))),
            )
        )
    heads = (
        w.label("案件", "Case"),
        w.label("现处", "Stands at"),
        w.label("判定", "Determination"),
        w.label("所及要点与候选", "Points and candidates touched"),
    )
    return [Heading(1, w.label("重新审视的案件", "Cases that reopen")), Table(tuple(rows), (6, 4, 4, 6), heads)]


# ---- the workbook --------------------------------------------------------------------------------------------------


def _sheets(w: Writer, changed: Changed) -> Iterable[Sheet]:
    found = changed.found

    def plain(line: Line) -> str:
        return "".join(run.text for run in line)

    def columns(*named: tuple[str, str, int]) -> list[Column]:
        return [Column(plain(w.say(zh, en)), wide) for zh, en, wide in named]

    def name(zh: str, en: str) -> str:
        return plain(w.label(zh, en))

    def sure(certainty: str | None) -> Value:
        return None if certainty is None else Cell(plain(pair(w, CERTAINTY, certainty)), certainty)

    warnings = [w.of(_CANDIDATES), w.of(NOTICE), *_warnings(w, changed)]
    above = [Cell(plain(line).replace("\n", " "), "warn") for line in warnings]
    summary = [(plain(label), plain(said)) for label, said in _summary(w, found)]
    yield Sheet(name("概要", "Summary"), columns(("名目", "what", 42), ("内容", "said", 90)), summary, above)
    names = {one["item"]: plain(w.of(one["name"])) for one in found["items"]}
    yield Sheet(
        name("记录", "Records"),
        columns(
            ("编号", "id", 16), ("标题", "title", 26), ("权利人", "owner", 18), ("接收方", "recipient", 14), ("国家或地区", "country or region", 10),
            ("日期", "day", 11), ("早于施行日", "before the day of effect", 10), ("同族", "family", 14), ("影响", "effect", 24), ("条目", "item", 24),
            ("条目名称", "name of the item", 34), ("移至", "moved to", 20), ("之前分值", "score before", 9), ("之前标记", "flagged before", 9), ("之后分值", "score after", 9),
            ("之后标记", "flagged after", 9), ("已有判断", "answered before", 12), ("判断人", "by", 12), ("案件", "case", 12), ("记录版本", "version of the record", 18),
            ("文本开头", "beginning of the text", 60),
        ),
        [
            (
                one["record"], one["title"], one["owner"], one["recipient"], one["country"], one["day"], name("是", "yes") if one["before_effect"] else None, one["family"],
                plain(pair(w, EFFECTS, e["kind"])), e["item"], names.get(e["item"]), e["to_item"], *_side(e["before"], name("是", "yes")), *_side(e["after"], name("是", "yes")),
                *((None, None, None) if e["judgement"] is None else (plain(pair(w, STATES, e["judgement"]["judgement"])), e["judgement"]["by"], e["judgement"]["case"])),
                one["version"], one["text"],
            )
            for one in found["results"]
            for e in one["effects"]
        ],
    )  # fmt: skip
    yield Sheet(
        name("最接近而未标记", "Nearest, not flagged"),
        columns(
            ("条目", "item", 24), ("条目名称", "name of the item", 34), ("编号", "id", 16), ("标题", "title", 26), ("权利人", "owner", 18), ("接收方", "recipient", 14),
            ("国家或地区", "country or region", 10), ("日期", "day", 11), ("同族", "family", 14), ("分值", "score", 9), ("记录版本", "version of the record", 18), ("文本开头", "beginning of the text", 60),
        ),
        [
            (
                of["item"], plain(w.of(of["name"])), one["record"], one["title"], one["owner"], one["recipient"], one["country"], one["day"], one["family"], one["score"], one["version"], one["text"],
            )
            for of in found["nearest"]
            for one in of["records"]
        ],
        [plain(w.of(NOT_LEARNED)).replace("\n", " ")] if found["nearest"] else [],
    )  # fmt: skip
    yield Sheet(
        name("要点", "Points"),
        columns(
            ("条目", "item", 24), ("名称", "name", 34), ("变化", "change", 12), ("部分", "list", 12), ("确定性", "certainty", 14), ("之前编号", "code before", 10), ("之后编号", "code after", 10),
            ("要点", "point", 8), ("之前", "before", 50), ("之后", "after", 50), ("修订", "redline", 60), ("参数", "parameters", 50), ("要点的确定性", "certainty of the point", 14),
        ),
        [
            (
                one["item"], names[one["item"]], plain(pair(w, _CLASSES, one["class"])), plain(pair(w, CONTROL, one["control"])), sure(one["certainty"]), one["code_before"], one["code_after"],
                plain(w.point(point["number"])) if point["number"] else None, plain(w.of(point["before"])), plain(w.of(point["after"])), plain(_change_of(w, point)) if point["does"] in ("modified", "not comparable") else None,
                "\n".join(plain(line) for line in _parameters(w, point)), sure(point["certainty"]),
            )
            for one in found["items"]
            for point in one["points"] or [_NO_POINT]
        ],
        [plain(w.of(_OWN_WORDS)).replace("\n", " ")],
    )  # fmt: skip
    yield Sheet(
        name("案件", "Cases"),
        columns(("案件", "case", 16), ("名称", "title", 30), ("判定", "determination", 20), ("所及要点", "points touched", 40), ("所及候选", "candidates touched", 40)),
        [
            (one["case"], one["title"], one["determination"], "\n".join(plain(w.point(p["number"], p["item"])) for p in one["stands_on"]), "\n".join(one["candidates"]))
            for one in found.get("cases") or ()
        ],
    )  # fmt: skip


_NO_POINT: Json = {
    "number": None, "does": None, "before": None, "after": None, "redline": None, "parameters": [], "certainty": None,
}  # fmt: skip


def _side(one: Json | None, yes: str) -> tuple[Value, Value]:
    return (None, None) if one is None else (one["score"], yes if one["flag"] else None)

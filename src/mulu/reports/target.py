"""Due diligence of a whole portfolio: what may be touched, how sure, and what was not compared, as DOCX, PDF or XLSX.

Everything in it is what screening put forward or a person answered. Nothing is judged here, and the report says so first.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mulu.errors import Misused
from mulu.portfolio.exposure import draft_told
from mulu.reports import pictures
from mulu.reports.drawing import LISTS, Drawing
from mulu.reports.made import Made, file_of
from mulu.reports.model import Block, Heading, Line, NewPage, Paper, Para, Picture, Points, Run, Table, Writer
from mulu.reports.papers import Cited, citations, considered, facts, languages_of, mark, pair
from mulu.reports.words import CERTAINTY, CONTROL, NOTICE, PRESENCE, RESULT, STATES
from mulu.reports.workbook import Cell, Column, Sheet, Value, workbook
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
FORMS: Final = ("docx", "pdf", "xlsx")
PROVISIONS: Final = (
    "tier-2", "tier-29", "tier-30", "tier-33", "tier-36", "tier-42", "o2-2", "ecl-2-3", "dur-2-3", "oir-13", "pat-10",
    "advice-2020",
)  # fmt: skip
PRINTED = 60  # flagged records that are printed whole; all of them are in the workbook
_FEW = 20  # refused rows and near records that are printed
_ITEMS_DRAWN = {1: 32, 2: 18}  # in one language and in two: a picture is no taller than a page
_TEXT = 240  # characters of a description that are printed
_CANDIDATES = Bilingual(
    "候选，绝非结论：以下各项是机器筛查提出的候选。是否属于目录条目，须由人对照官方文本逐项判断；没有候选不等于不在目录内。",
    "Candidates, never a conclusion: what follows was put forward by screening. Whether an item applies is for a person to judge against the official text; no candidate does not mean not listed.",
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a report is made from: the answer of `Portfolios.target`, and what the desk adds to it."""

    found: Json
    considered: Mapping[str, Json]  # what was compared, by edition
    law: Mapping[str, Json]  # the provisions of PROVISIONS, as cited
    day: datetime.date  # the only date that the report bears


def no_such_form(form: str, offered: Sequence[str]) -> Misused:
    return Misused(
        Said(
            "report_form",
            f"报告没有 {form!r} 形式；可用：{'、'.join(offered)}。",
            f"The report does not come as {form!r}; it comes as {', '.join(offered)}.",
        )
    )


def due_diligence(target: Target, language: str, form: str | None = None, printed: int = PRINTED) -> Made:
    """The report as a file. Raises Misused where there is no such form."""
    form = form or FORMS[0]
    if form not in FORMS:
        raise no_such_form(form, FORMS)
    w = Writer(languages_of(language))
    name = f"{target.found['portfolio']}-due-diligence-{language}-{target.day}.{form}"
    if form == "xlsx":
        title = f"Mulu {target.found['portfolio']} {target.day}"
        return Made(workbook(_sheets(w, target), title, target.day), form, name)
    return Made(file_of(paper(w, target, printed), form), form, name)


# ---- the paper -----------------------------------------------------------------------------------------------------


def paper(w: Writer, target: Target, printed: int = PRINTED) -> Paper:
    """The report as it is printed: the first `printed` flagged records whole, of all others that they are in the workbook."""
    counts = target.found["overview"]
    blocks = [
        *_head(w, target),
        *_compared(w, target),
        *_drawn(w, target),
        *_items(w, counts),
        *_flagged(w, target.found["records"], printed),
        *_near(w, target.found),
        *_refused(w, target.found["refused"]),
        *_provisions(w, target),
    ]
    running = (
        *w.data(f"{target.found['portfolio']} · {target.day} · "),
        *w.say(f"{NOTICE.zh}；候选，不是结论", f"{NOTICE.en}; candidates, never a conclusion", "bad", " "),
    )
    title = w.say("技术组合尽职调查报告", "Due Diligence Report on a Portfolio of Technologies")
    return Paper(title, running, w.languages, target.day, tuple(blocks))


def _head(w: Writer, target: Target) -> list[Block]:
    counts = target.found["overview"]
    blocks: list[Block] = [Para(w.of(_CANDIDATES, "bad"), "warn")]
    blocks += [Para(w.of(draft_told(one), "bad"), "warn") for one in counts["drafts"]]
    if counts["beyond_knowledge"]:
        blocks.append(_beyond(w, counts))
    blocks += [Heading(1, w.label("概要", "Summary")), facts(_summary(w, target))]
    return blocks


def _beyond(w: Writer, counts: Json) -> Para:
    number, known_to = counts["beyond_knowledge"], counts["known_to"]
    return Para(
        w.say(
            f"其中 {number:,} 条记录所问日期晚于来源核查日 {known_to}：此后的新文书不在所知范围内。",
            f"{number:,} of the records are answered for a day after the last check of sources, {known_to}: instruments since then are beyond what is known here.",
            "bad",
        ),
        "warn",
    )


def _summary(w: Writer, target: Target) -> list[tuple[Line, Line]]:
    counts = target.found["overview"]
    steps = {one["step"]: one["count"] for one in counts["funnel"]}
    together = counts["together"]
    once = {
        "all": ("每条记录各计一次", "every record counts"),
        "once": ("同族、同文合并计一", "a family or a repeated text counts once"),
    }
    lists = counts["control"]
    states = counts["states"]
    rows = [
        (w.label("组合", "Portfolio"), w.data(counts["portfolio"], "strong")),
        (w.label("收到的行 / 比较的记录", "Rows in / records compared"), w.data(f"{steps['rows']:,} / {counts['records']:,}")),
        (
            w.label("标记为候选的记录", "Records flagged"),
            w.joined(
                (
                    w.data(f"{counts['flagged']:,}", "strong"),
                    *(w.label(f"{LISTS[one].zh} {lists[one]:,}", f"{LISTS[one].en} {lists[one]:,}") for one in ("prohibited", "restricted")),
                ),
                " · ",
            ),
        ),
        (w.label("记录与条目的触及", "Exposures: records under items"), w.data(f"{counts['exposures']:,}")),
        (w.label("有候选但均未达标记线", "Candidates below the operating point alone"), w.data(f"{counts['near']:,}")),
        (
            w.label("人的判断", "What persons answered"),
            w.joined((w.label(f"{STATES[one][0]} {n:,}", f"{STATES[one][1]} {n:,}") for one, n in states.items()), " · "),
        ),
        (
            w.label("同族与同文", "Families and repeated texts"),
            w.joined(
                (
                    w.say(
                        f"{together['families']:,} 族，{together['records_in_families']:,} 条；另有同文 {together['same_text']:,} 条",
                        f"{together['families']:,} families with {together['records_in_families']:,} records; {together['same_text']:,} repeat a text",
                    ),
                    w.say(*once[counts["counted"]], "strong"),
                )
            ),
        ),
        (w.label("引擎", "Engine"), w.data("\n".join(counts["engines"]))),
        (w.label("数据", "Data release"), w.data(counts["data"])),
        (
            w.label("目录版本（按记录日期）", "Editions, by the records' days"),
            w.joined((_of_edition(w, one["edition"], one["draft"], f": {one['records']:,}") for one in counts["editions"]), " · "),
        ),
        (w.label("来源核查至", "Sources checked to"), w.data(counts["known_to"])),
    ]  # fmt: skip
    if set(counts["filters"]) - {"once"}:
        said = "; ".join(f"{name} = {value}" for name, value in counts["filters"].items() if name != "once")
        rows.insert(1, (w.label("筛选", "Filters"), w.data(said, "bad")))
    return rows


def _of_edition(w: Writer, edition: str, draft: bool, count: str = "") -> Line:
    """An edition by its name; of a draft that it was never in force."""
    said = w.data(f"{edition}{count}")
    return (*said, Run(" "), *w.label("征求意见稿，从未施行", "a draft, never in force", "bad")) if draft else said


def _compared(w: Writer, target: Target) -> list[Block]:
    """What was compared and what could not be, edition by edition; the one with the most records in full."""
    counts = target.found["overview"]
    blocks: list[Block] = [Heading(1, w.label("比较了什么，未能比较什么", "What was compared, and what could not be"))]
    editions = sorted(counts["editions"], key=lambda one: -one["records"])
    for n, one in enumerate(editions):
        held = dict(target.considered[one["edition"]])
        if n:
            held["gaps"] = ()
        name = w.label(f"{one['edition']}：{one['records']:,} 条记录", f"{one['edition']}: {one['records']:,} records")
        blocks.append(Heading(2, name))
        if one["draft"]:
            blocks.append(Para(_of_edition(w, one["edition"], draft=True), "warn"))
        blocks += considered(w, held)
    return blocks


def _drawn(w: Writer, target: Target) -> list[Block]:
    language = w.languages[0] if len(w.languages) == 1 else None
    counts = target.found["overview"]
    drawn: list[tuple[str, str, list[Drawing]]] = [
        ("从收到的行到判定", "From rows to determinations", [pictures.funnel(counts, language)]),
        ("按确定性", "By certainty", [pictures.certainty(counts, language)]),
        (
            "条目、行业与接收方",
            "Items, industries and recipients",
            [pictures.heat(counts, language, most=_ITEMS_DRAWN[len(w.languages)])],
        ),
        ("接收国家或地区", "Recipient countries or regions", [pictures.countries(counts, language)]),
        ("时间", "Time", [pictures.over_time(counts, language)]),
        ("地图", "Map", [pictures.plane(target.found["map"], language)]),
    ]
    blocks: list[Block] = []
    for zh, en, ones in drawn:
        blocks.append(Heading(1, w.label(zh, en)))
        blocks += [Picture(one.svg, one.alt) for one in ones]
    return blocks


def _items(w: Writer, counts: Json) -> list[Block]:
    rows = []
    for one in sorted(counts["items"], key=lambda i: (i["control"] != "prohibited", -i["records"], i["item"])):
        name = w.joined((w.of(one["name"], "strong"), w.data(one["code"] or one["item"], "soft")))
        listed = w.joined(
            (pair(w, CONTROL, one["control"]), pair(w, PRESENCE, one["presence"]), mark(w, one["certainty"])), " · "
        )
        rows.append(
            (
                name,
                listed,
                w.data(f"{one['records']:,}"),
                w.data(f"{one['score']:.2f}"),
                w.data(f"{one['answered']:,} / {one['concerns']:,}"),
            )
        )
    if not rows:
        return []
    head = (
        w.label("条目", "Item"),
        w.label("部分与确定性", "List and certainty"),
        w.label("记录", "Records"),
        w.label("最高分", "Best score"),
        w.label("已判断 / 相关", "Answered / concern"),
    )
    about = w.say(
        f"名称、部分与确定性按版本 {counts['edition']}；较早日期的记录由其日期适用的版本作答，该条目如今可能已不在列。",
        f"Names, lists and certainties as of edition {counts['edition']}. A record of an earlier day was answered by the edition of that day, and its item may not be listed today.",
    )
    return [
        Heading(1, w.label("受触及的条目", "Items exposed")),
        Para(about, "note"),
        Table(tuple(rows), (9, 7, 2, 2, 3), head),
    ]


def _named(w: Writer, one: Json) -> Line:
    lines = [w.data(one["id"], "strong"), w.data(one["title"] or "")]
    for label, value in (
        (w.label("权利人", "owner", "soft"), one["owner"]),
        (w.label("接收方", "recipient", "soft"), one["recipient"]),
        (w.label("日期", "day", "soft"), one["day"]),
    ):
        if value:
            lines.append((*label, Run(" "), *w.data(value)))
    lines.append((*w.label("版本", "edition", "soft"), Run(" "), *_of_edition(w, one["edition"], one["draft"])))
    return w.joined(lines)


def _answered(w: Writer, one: Json) -> Line:
    state = pair(w, STATES, one["state"])
    said = one["judgement"]
    if said is None:
        return state
    return w.joined(
        (state, pair(w, STATES, said["judgement"]), w.data(f"{said['by']} {said['at'][:10]}"), w.data(said["because"]))
    )


def _candidate(w: Writer, one: Json) -> Line:
    head = (*w.of(one["name"], "strong", " / "), Run(" "), *w.data(f"{one['code'] or one['item']}"))
    near = w.label("在标记线误差之内", "within the tolerance of the line", "fair") if one["near_boundary"] else ()
    lines = [
        head,
        w.joined(
            (
                pair(w, CONTROL, one["control"]),
                mark(w, one["certainty"]),
                w.data(f"{one['score']:.2f}", "strong"),
                near,
            ),
            " · ",
        ),
    ]
    found = one["evidence"]
    if found is None:
        return w.joined(lines)
    if found["point"] is None:
        lines.append(w.label("要点未知", "no control point known", "bad"))
    else:
        point = (*w.point(found["number"]), Run("  "), *w.of(found["point"]), Run(" "), *mark(w, found["certainty"]))
        lines.append(point)
        if found["of_another_edition"]:
            lines.append(w.label("另一版本的要点", "point of another edition", "bad"))
    return w.joined(lines)


def _reasons(w: Writer, one: Json) -> Line:
    found = one["evidence"]
    if found is None:
        return w.say("重新阅读时没有得到依据", "read again, it gave no reasons", "bad")
    lines = []
    for reason in found["reasons"]:
        against = w.label("反证：", "against:", "bad") if reason["against"] else ()
        if reason["of"] is not None:
            against = w.label(f"要点 {reason['of']}：", f"point {reason['of']}:", "soft")
        words = "；".join(f"“{word}”" for word in reason["words"][:5])
        lines.append(w.joined((against, w.of(reason), w.data(words, "soft")), "\n" if len(w.languages) > 1 else " "))
    if all(reason["against"] for reason in found["reasons"]):
        lines.append(w.say("引擎没有指明支持它的依据", "the engine names no reason that speaks for it", "fair"))
    for p in found["parameters"]:
        lines.append(
            w.joined(
                (
                    w.of(p["name"], between=" "),
                    w.data(p["required"]),
                    w.data(p["stated"] or "—"),
                    pair(w, RESULT, p["result"]),
                ),
                " · ",
            )
        )
    return w.joined(lines)


def _flagged(w: Writer, records: Sequence[Json], printed: int) -> list[Block]:
    blocks: list[Block] = [NewPage(), Heading(1, w.label("标记的记录", "Records flagged"))]
    shown = records[:printed]
    if not shown:
        return [*blocks[1:], Para(w.say("没有记录达到标记线。", "No record reaches the operating point."), "warn")]
    more = len(records) - len(shown)
    if more:
        blocks.append(
            Para(
                w.say(
                    f"按最高分列出前 {len(shown)} 条；其余 {more:,} 条连同依据见工作簿（XLSX）。",
                    f"The first {len(shown)} by their best score; the other {more:,}, with their reasons, are in the workbook (XLSX).",
                ),
                "note",
            )
        )
    rows = []
    for one in shown:
        text = one["text"] if len(one["text"]) <= _TEXT else one["text"][:_TEXT] + "…"
        for n, candidate in enumerate(one["candidates"]):
            who = w.joined((_named(w, one), w.data(text, "soft"))) if n == 0 else w.data(one["id"], "soft")
            rows.append((who, w.joined((_candidate(w, candidate), _answered(w, candidate))), _reasons(w, candidate)))
    head = (
        w.label("记录", "Record"),
        w.label("候选条目、要点与判断", "Candidate, control point, answer"),
        w.label("依据与文中字样", "Reasons and words in the text"),
    )
    blocks.append(Table(tuple(rows), (6, 7, 7), head))
    return blocks


def _near(w: Writer, found: Json) -> list[Block]:
    if not found["near_total"]:
        return []
    about = w.say(
        f"{found['near_total']:,} 条记录有候选，但均未达标记线；以下列出前 {min(_FEW, found['near_total'])} 条，其余见工作簿。它们未被标记，不表示不在目录内。",
        f"{found['near_total']:,} records have candidates below the operating point alone; the first {min(_FEW, found['near_total'])} follow, the others are in the workbook. That they are not flagged does not mean not listed.",
    )
    rows = tuple(
        (
            w.joined((w.data(one["id"], "strong"), w.data(one["title"] or one["text"][:80], "soft"))),
            w.joined(
                (w.of(one["candidates"][0]["name"], between=" / "), pair(w, CONTROL, one["candidates"][0]["control"])),
                " · ",
            ),
            w.data(f"{one['candidates'][0]['score']:.2f}"),
        )
        for one in found["near"][:_FEW]
    )
    head = (w.label("记录", "Record"), w.label("最接近的条目", "Closest item"), w.label("分值", "Score"))
    return [
        Heading(1, w.label("接近标记线的记录", "Records near the line")),
        Para(about, "note"),
        Table(rows, (8, 10, 2), head),
    ]


def _refused(w: Writer, refused: Sequence[Json]) -> list[Block]:
    if not refused:
        return []
    kinds = Counter(one["said"]["id"] for one in refused)
    first = {one["said"]["id"]: one for one in reversed(refused)}
    points = tuple(
        (*w.data(f"{count:,} × ", "strong"), *w.of(first[kind]["said"])) for kind, count in kinds.most_common(_FEW)
    )
    about = w.say(
        f"{len(refused):,} 行被拒收，未作比较；每行的原因见工作簿。每类原因举一例：",
        f"{len(refused):,} rows were refused and not compared; the reason of each is in the workbook. One example of each kind:",
    )
    return [Heading(1, w.label("拒收的行", "Rows refused")), Para(about), Points(points)]


def _provisions(w: Writer, target: Target) -> list[Block]:
    cited = Cited()
    cited.of(target.law.values())
    return citations(w, cited, target.day.isoformat())


# ---- the workbook --------------------------------------------------------------------------------------------------


def _words(w: Writer, both: Any) -> str:
    return "".join(run.text for run in w.of(both)) if both else ""


def _pair(w: Writer, table: Mapping[str, tuple[str, str]], key: str | None) -> str:
    return "".join(run.text for run in pair(w, table, key)) if key else ""


def _sure(w: Writer, certainty: str | None) -> Value:
    return None if certainty is None else Cell(_pair(w, CERTAINTY, certainty), certainty)


def _columns(w: Writer, *named: tuple[str, str, int]) -> list[Column]:
    return [Column("\n".join(zh if one.value == "zh" else en for one in w.languages), wide) for zh, en, wide in named]


def _name(w: Writer, zh: str, en: str) -> str:
    return " ".join(zh if one.value == "zh" else en for one in w.languages)


def _sheets(w: Writer, target: Target) -> Iterable[Sheet]:
    found = target.found
    counts = found["overview"]

    def plain(line: Line) -> str:
        return "".join(run.text for run in line)

    above = [
        Cell(_words(w, _CANDIDATES).replace("\n", " "), "warn"),
        Cell(_words(w, NOTICE).replace("\n", " "), "warn"),
    ]
    above += [Cell(_words(w, draft_told(one)).replace("\n", " "), "warn") for one in counts["drafts"]]
    if counts["beyond_knowledge"]:
        above.append(Cell(plain(_beyond(w, counts).line).replace("\n", " "), "warn"))
    summary: list[Sequence[Value]] = [(plain(name), plain(said), None) for name, said in _summary(w, target)]
    summary += [
        (
            _words(w, one),
            one["count"],
            "\n".join(f"− {way['count']:,} {_words(w, way)}" for way in one["lost"]) or None,
        )
        for one in counts["funnel"]
    ]
    columns = _columns(w, ("名目", "subject", 42), ("内容", "content", 60), ("其余去向", "where the others went", 60))
    yield Sheet(_name(w, "概要", "Summary"), columns, summary, above)
    yield _exposure(w, counts, "country", _name(w, "触及", "Exposure"))
    yield _exposure(w, counts, "owner", _name(w, "权利人", "Owners"))
    yield Sheet(
        _name(w, "标记", "Flagged"),
        _columns(
            w, ("编号", "id", 16), ("标题", "title", 26), ("种类", "kind", 10), ("权利人", "owner", 18), ("接收方", "recipient", 14),
            ("国家或地区", "country or region", 10), ("日期", "day", 11), ("同族", "family", 14), ("目录版本", "edition", 11), ("条目", "item", 22),
            ("编号（目录）", "code", 10), ("条目名称", "name of the item", 34), ("部分", "list", 12), ("在列的确定性", "certainty of the listing", 14), ("分值", "score", 8),
            ("标记线误差之内", "within the tolerance of the line", 10), ("要点", "point", 8), ("要点内容", "what the point covers", 40), ("要点的确定性", "certainty of the point", 14), ("文中字样", "words in the text", 34),
            ("依据", "reasons", 60), ("参数对照", "parameters", 34), ("判断状态", "state", 12), ("判断", "answer", 12), ("理由", "reason given", 30),
            ("判断人", "by", 12), ("案件", "case", 12), ("记录版本", "version of the record", 18), ("出处", "where it stands", 24), ("文本", "text", 60),
        ),
        _flagged_rows(w, found["records"]),
    )  # fmt: skip
    yield Sheet(
        _name(w, "接近", "Near"),
        _columns(
            w, ("编号", "id", 16), ("标题", "title", 26), ("接收方", "recipient", 14), ("日期", "day", 11), ("目录版本", "edition", 11),
            ("最接近的条目", "closest item", 24), ("条目名称", "name of the item", 36), ("部分", "list", 12), ("在列的确定性", "certainty of the listing", 14), ("分值", "score", 8),
            ("文本", "text", 60),
        ),
        [
            (
                one["id"], one["title"], one["recipient"], one["day"], _answered_by(w, one), c["item"], _words(w, c["name"]), _pair(w, CONTROL, c["control"]),
                _sure(w, c["certainty"]), c["score"], one["text"],
            )
            for one in found["near"]
            for c in one["candidates"][:1]
        ],
        [_name(w, f"共 {found['near_total']:,} 条；此处 {len(found['near']):,} 条", f"{found['near_total']:,} in all; {len(found['near']):,} here")],
    )  # fmt: skip
    yield Sheet(
        _name(w, "拒收", "Refused"),
        _columns(
            w, ("位置", "where it stands", 34), ("编号", "id", 16), ("原因", "why", 70), ("所给内容", "as given", 70)
        ),
        [(one["place"], one.get("id"), _words(w, one["said"]), _given(one.get("row", ""))) for one in found["refused"]],
    )
    yield _compared_sheet(w, target)
    yield Sheet(
        _name(w, "条文", "Provisions"),
        _columns(w, ("条文", "provision", 40), ("所依据的内容（自拟）", "what it is relied on for, in our words", 80), ("掌握程度", "how well it is known", 20), ("说明", "note", 50)),
        [(_words(w, one["where"]), _words(w, one["says"]), _words(w, one["mark_says"]), _words(w, one["note"])) for one in target.law.values()],
    )  # fmt: skip


def _answered_by(w: Writer, one: Json) -> Value:
    """The edition that answered a record, in red where it is a draft."""
    if not one["draft"]:
        edition: str = one["edition"]
        return edition
    return Cell("".join(run.text for run in _of_edition(w, one["edition"], draft=True)), "warn")


def _given(row: Any) -> str:
    return row if isinstance(row, str) else "\n".join(f"{name}: {value}" for name, value in row.items())


def _exposure(w: Writer, counts: Json, by: str, name: str) -> Sheet:
    """Items against recipients or owners, as numbers, with the sum of each column below."""
    grid = counts["heat"][by]
    items = {one["item"]: one for one in counts["items"]}
    industries = {one["industry"]: one for one in counts["industries"]}
    columns = _columns(
        w, ("行业", "industry", 30), ("条目", "item", 24), ("编号", "code", 10), ("名称", "name", 40), ("部分", "list", 12), ("在列的确定性", "certainty of the listing", 14),
        ("记录", "records", 8), ("最高分", "best score", 8), ("已判断", "answered", 8), ("相关", "concern", 8),
        *((one["zh"], one["en"], 9) for one in grid["columns"]),
    )  # fmt: skip
    rows = []
    for row in grid["rows"]:
        one = items[row["item"]]
        industry = industries.get(one["industry"] or "-")
        rows.append(
            (
                f"{one['industry'] or ''} {_words(w, industry)}".strip(), one["item"], one["code"], _words(w, one["name"]), _pair(w, CONTROL, one["control"]),
                _sure(w, one["certainty"]), one["records"], one["score"], one["answered"], one["concerns"], *row["counts"],
            )
        )  # fmt: skip
    total = Cell(_name(w, "合计", "all"), "sum")
    answered = [sum(one[key] for one in counts["items"]) for key in ("answered", "concerns")]
    below = [
        (
            total,
            None,
            None,
            None,
            None,
            None,
            counts["exposures"],
            None,
            *answered,
            *(one["total"] for one in grid["columns"]),
        )
    ]
    note = _name(
        w,
        "数字为触及（记录与条目）：一条记录可触及多个条目。",
        "Numbers are exposures, records under items: a record may be exposed under several.",
    )
    return Sheet(name, columns, rows, [note], below if rows else ())


def _flagged_rows(w: Writer, records: Iterable[Json]) -> Iterable[Sequence[Value]]:
    for one in records:
        for c in one["candidates"]:
            found = c["evidence"] or {"number": None, "point": None, "certainty": None, "reasons": [], "parameters": []}
            reasons = "\n".join(
                f"{'− ' if reason['against'] else '+ '}{'' if reason['of'] is None else reason['of'] + ' '}{_words(w, reason)}"
                for reason in found["reasons"]
            )
            words = list(
                dict.fromkeys(word for reason in found["reasons"] if not reason["against"] for word in reason["words"])
            )
            parameters = "\n".join(
                f"{_words(w, p['name'])}: {p['required']} ← {p['stated'] or '—'} ({_pair(w, RESULT, p['result'])})"
                for p in found["parameters"]
            )
            said = c["judgement"] or {}
            yield (
                one["id"], one["title"], one["kind"], one["owner"], one["recipient"], one["country"], one["day"], one["family"], _answered_by(w, one), c["item"],
                c["code"], _words(w, c["name"]), _pair(w, CONTROL, c["control"]), _sure(w, c["certainty"]), c["score"],
                _name(w, "是", "yes") if c["near_boundary"] else None, "".join(run.text for run in w.point(found["number"])) if found["number"] else None, _words(w, found["point"]), _sure(w, found["certainty"]), "；".join(words),
                reasons, parameters, _pair(w, STATES, c["state"]), _pair(w, STATES, said.get("judgement")), said.get("because"),
                said.get("by"), said.get("case"), one["version"], one["place"], one["text"],
            )  # fmt: skip


def _compared_sheet(w: Writer, target: Target) -> Sheet:
    columns = _columns(
        w, ("目录版本", "edition", 14), ("记录", "records", 10), ("标记", "flagged", 10), ("公告", "announced", 10), ("收录", "held", 10),
        ("有公开来源", "from a public source", 12), ("存疑", "open", 10), ("未收录", "not held", 10), ("无已公布要点", "without a published point", 14), ("行业缺口（推断）", "gaps by industry (inference)", 70),
    )  # fmt: skip
    rows = []
    for one in target.found["overview"]["editions"]:
        held = target.considered[one["edition"]]
        gaps = "\n".join(
            f"{gap['division']} {_words(w, gap['industry'])} {_pair(w, CONTROL, gap['control'])}: ≥ {gap['at_least']}"
            for gap in held["gaps"]
        )
        rows.append(
            (
                _answered_by(w, one), one["records"], one["flagged"], held["announced"], held["held"], held["published"], held["open"], held["not_held"],
                held["without_published_point"], gaps,
            )
        )  # fmt: skip
    note = Cell(
        _words(
            w,
            Bilingual(
                "未收录的部分没有比较；没有候选不等于不在目录内。",
                "What is not held was not compared: no candidate does not mean not listed.",
            ),
        ).replace("\n", " "),
        "warn",
    )
    return Sheet(_name(w, "比较", "Compared"), columns, rows, [note])

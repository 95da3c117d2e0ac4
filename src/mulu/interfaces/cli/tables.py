"""Screenings as a table: one line for each candidate, and one for a row that is refused."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from mulu.vocabulary import Language, Said

Json = dict[str, Any]

COLUMNS = (
    ("id", "编号"), ("on", "日期"), ("edition", "版本"), ("data", "数据版本"), ("flag", "标记"), ("score", "分值"),
    ("item", "条目标识"), ("code", "官方编号"), ("code_certainty", "编号确定性"), ("control", "部分"), ("name_zh", "中文名"),
    ("name_en", "英文名"), ("certainty", "确定性"), ("presence", "是否在列"), ("points", "要点"), ("because_zh", "理由（中文）"),
    ("because_en", "理由（英文）"), ("missing_zh", "待查明（中文）"), ("missing_en", "待查明（英文）"),
    ("draft", "征求意见稿"), ("known_to", "来源核查至"), ("name_certainty", "名称确定性"), ("point_certainty", "要点确定性"), ("beyond_knowledge", "超出核查日"), ("announced", "公告"), ("held", "收录"), ("open", "存疑"), ("not_held", "未收录"),
    ("unread_zh", "未比较部分（中文）"), ("unread_en", "未比较部分（英文）"), ("error_zh", "错误（中文）"), ("error_en", "错误（英文）"),
)  # fmt: skip


def refused(line: int, id_: str | None, because: Said) -> Json:
    """What stands in the place of an answer where a row is refused."""
    return {"id": id_, "line": line, "error": because.as_json()}


def lines(answer: Json) -> Iterator[list[Any]]:
    if "error" in answer:
        line, error = answer["line"], answer["error"]
        said = {
            "id": answer["id"],
            "error_zh": f"第 {line} 行：{error['zh']}",
            "error_en": f"line {line}: {error['en']}",
        }
        yield [said.get(name) for name, _ in COLUMNS]
        return
    considered, unread = answer["considered"], answer["unread"]
    tail = [
        considered["announced"],
        considered["held"],
        considered["open"],
        considered["not_held"],
        *([unread["because"]["zh"], unread["because"]["en"]] if unread else [None, None]),
        None,  # no error
        None,
    ]
    for candidate in answer["candidates"]:
        because = [e["because"] for p in candidate["points"][:1] for e in p["evidence"] if not e["against"]]
        yield [
            answer["id"], answer["on"], answer["edition"], answer["data"], candidate["flag"], candidate["score"],
            candidate["item"], candidate["code"], candidate["code_certainty"], candidate["control"], candidate["name"]["zh"],
            candidate["name"]["en"], candidate["certainty"], candidate["presence"],
            "; ".join(p["number"] for p in candidate["points"] if p["number"]),
            "；".join(b["zh"] for b in because), "; ".join(b["en"] for b in because),
            " ".join(f["zh"] for f in candidate["missing_facts"]), " ".join(f["en"] for f in candidate["missing_facts"]),
            answer["draft"], answer["known_to"], candidate["name_certainty"],
            "; ".join(p["certainty"] for p in candidate["points"] if p["number"]), answer["beyond_knowledge"], *tail,
        ]  # fmt: skip


def write_csv(answers: Iterator[Json], stream: TextIO) -> None:
    """CSV with a header; cells that a spreadsheet would take for a formula, or that begin with an apostrophe, stand behind one.

    Whoever reads takes the first apostrophe of a cell away, and has every text as it was.
    """
    writer = csv.writer(stream)
    writer.writerow([name for name, _ in COLUMNS])
    for answer in answers:
        writer.writerows([[_safe(cell) for cell in line] for line in lines(answer)])


def _safe(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else cell


def write_xlsx(answers: Iterator[Json], path: Path, language: Language) -> None:
    """A workbook with frozen header, filters and widths; flagged lines are tinted."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    )
    sheet = workbook.add_worksheet("筛查" if language is Language.ZH else "Screening")
    head = workbook.add_format({"bold": True, "bg_color": "#DDE3EA", "text_wrap": True, "valign": "top"})
    plain = workbook.add_format({"valign": "top", "text_wrap": True})
    tinted = workbook.add_format({"valign": "top", "text_wrap": True, "bg_color": "#FFF3D6"})
    widths = {
        "id": 14,
        "item": 26,
        "name_zh": 26,
        "name_en": 30,
        "because_zh": 50,
        "because_en": 50,
        "missing_zh": 40,
        "missing_en": 40,
    }
    for column, (name, zh) in enumerate(COLUMNS):
        sheet.set_column(column, column, widths.get(name, 11))
        sheet.write(0, column, zh if language is Language.ZH else name, head)
    number = 0
    for answer in answers:
        for line in lines(answer):
            number += 1
            for column, cell in enumerate(line):
                sheet.write(number, column, cell if cell is not None else "", tinted if line[4] else plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    workbook.close()

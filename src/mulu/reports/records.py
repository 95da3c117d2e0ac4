"""Records of a portfolio as a table: a line for each record and item under which it is flagged, with what was answered."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from mulu.reports.made import Made
from mulu.reports.target import no_such_form
from mulu.vocabulary import Language

Json = dict[str, Any]
FORMS = ("csv", "xlsx", "parquet")
COLUMNS = (
    ("record", "记录"), ("title", "标题"), ("text", "技术描述"), ("day", "日期"), ("recipient", "接收方"), ("country", "国家或地区"),
    ("owner", "权利人"), ("kind", "类型"), ("family", "同族"), ("edition", "版本"), ("draft", "征求意见稿（从未施行）"), ("item", "条目"), ("code", "编号"),
    ("name_zh", "名称"), ("name_en", "英文名称"), ("list", "清单"), ("certainty", "确定性"), ("presence", "是否在列"), ("score", "分值"),
    ("flagged", "标记"), ("near_boundary", "临界"), ("state", "判断状态"), ("judgement", "判断"), ("because", "理由"), ("by", "判断人"),
    ("judged_at", "判断时间"), ("case", "案件"), ("version", "记录版本"), ("place", "来源位置"), ("data", "数据版本"),
)  # fmt: skip
_WIDE = {"title": 30, "text": 60, "name_zh": 28, "name_en": 32, "because": 30, "item": 26, "record": 18}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_MOST = 32_000  # characters of a cell, which a workbook limits


def table(answer: Json, form: str, language: Language) -> Made:
    """The records as a file. Raises Misused where there is no such form."""
    if form not in FORMS:
        raise no_such_form(form, FORMS)
    if form == "xlsx":
        data = table_xlsx(answer, language)
    else:
        data = table_csv(answer) if form == "csv" else table_parquet(answer)
    return Made(data, form, f"{answer['portfolio']}.{form}")


def lines(answer: Json) -> Iterator[list[Any]]:
    """The lines of `Portfolios.show`; a record without a candidate has one, with no item."""
    for one in answer["records"]:
        head = [
            one[key]
            for key in (
                "id",
                "title",
                "text",
                "day",
                "recipient",
                "country",
                "owner",
                "kind",
                "family",
                "edition",
                "draft",
            )
        ]
        tail = [one["version"], one["place"], answer["data"]]
        for c in one["candidates"] or [None]:
            if c is None:
                yield [*head, *([None] * 16), *tail]
                continue
            judged = c["judgement"] or {}
            yield [
                *head,
                c["item"], c["code"], c["name"]["zh"], c["name"]["en"], c["control"], c["certainty"], c["presence"], c["score"],
                c["flag"], c["near_boundary"], c["state"], judged.get("judgement"), judged.get("because"), judged.get("by"),
                judged.get("at"), judged.get("case"),
                *tail,
            ]  # fmt: skip


def table_csv(answer: Json) -> bytes:
    """CSV in UTF-8 with a mark at its beginning; a text that a spreadsheet would take for a formula, or that begins with an
    apostrophe, stands behind one."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([name for name, _ in COLUMNS])
    for line in lines(answer):
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in line])
    return stream.getvalue().encode("utf-8-sig")


def table_parquet(answer: Json) -> bytes:
    """The same lines as Parquet; a column in which nothing is said is one of texts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"score": pa.float64(), "flagged": pa.bool_(), "near_boundary": pa.bool_(), "draft": pa.bool_()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name, _ in COLUMNS])
    held = list(zip(*lines(answer), strict=True)) or [()] * len(COLUMNS)
    table = pa.Table.from_arrays([pa.array(of, one.type) for of, one in zip(held, schema, strict=True)], schema=schema)
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def table_xlsx(answer: Json, language: Language) -> bytes:
    """A workbook with frozen heads, filters and widths; lines of what is flagged are tinted, and what a draft answered is red."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet("记录" if language is Language.ZH else "Records")
    head = book.add_format({"bold": True, "bg_color": "#DDE3EA", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    tinted = book.add_format({"valign": "top", "bg_color": "#FFF3D6"})
    never = book.add_format({"valign": "top", "bg_color": "#F9DEDC", "font_color": "#9C1C1C", "bold": True})
    names = [name for name, _ in COLUMNS]
    flagged, draft = names.index("flagged"), names.index("draft")
    for column, (name, zh) in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDE.get(name, 11))
        sheet.write(0, column, zh if language is Language.ZH else name, head)
    number = 0
    for number, line in enumerate(lines(answer), start=1):
        for column, cell in enumerate(line):
            value = f"{cell[:_MOST]} […]" if isinstance(cell, str) and len(cell) > _MOST else cell
            look = never if column == draft and cell else tinted if line[flagged] else plain
            sheet.write(number, column, "" if value is None else value, look)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    book.close()
    return stream.getvalue()

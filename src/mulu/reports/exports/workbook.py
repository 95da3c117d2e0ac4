"""Tables as one XLSX workbook: a sheet that says what it is, then a sheet a table."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any

from mulu.reports.exports.contents import MARKS, OWN_WORDS, Contents, marked
from mulu.reports.exports.tables import Table
from mulu.vocabulary import Bilingual, Control

_FILLS = {
    "official": ("#D8EBDD", "#174D2C"),
    "published": ("#DCE9F5", "#123E63"),
    "unconfirmed": ("#FBE3C0", "#7A4300"),
}
_NARROWEST, _WIDEST, _MEASURED = 12, 44, 80
_CONSIDERED = (
    ("announced", "公告项数", "announced"), ("held", "收录为在列", "held as listed"), ("published", "其中已公布", "of these published"),
    ("open", "存疑", "open"), ("not_held", "未收录", "not held"), ("without_published_point", "无已公布要点", "without a published point"),
)  # fmt: skip


def xlsx(contents: Contents, tables: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """The workbook: frozen headers in both languages, filters, widths by content, certainty in colour and in words."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    issued = contents.catalogue.released.manifest.issued
    book.set_properties(
        {
            "title": contents.title.en,
            "subject": contents.title.zh,
            "author": "Mulu",
            "comments": f"{OWN_WORDS.zh} {OWN_WORDS.en}",
            "created": datetime.datetime.combine(issued, datetime.time()),  # of the data: the same data, the same file
        }
    )
    looks = _Looks(book)
    about = book.add_worksheet("说明 about")
    for table in tables:
        _sheet(book.add_worksheet(f"{table.title.zh} {table.name}"[:31]), table, looks)
    _about(about, contents, tables, looks)
    about.activate()
    book.close()
    yield "mulu.xlsx", stream.getvalue()


class _Looks:
    """The formats of the cells."""

    def __init__(self, book: Any) -> None:
        base = {"valign": "top", "font_name": "Calibri", "font_size": 10}
        wrapped = {**base, "text_wrap": True}
        self.plain = book.add_format(wrapped)
        self.single = book.add_format(base)
        self.head = book.add_format({**wrapped, "bold": True, "bg_color": "#2B4A5E", "font_color": "#FFFFFF", "border": 1, "border_color": "#FFFFFF"})  # fmt: skip
        self.day = book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"})
        self.title = book.add_format({**base, "bold": True, "font_size": 15})
        self.label = book.add_format({**base, "bold": True})
        self.left = book.add_format({**wrapped, "align": "left"})
        self.loud = book.add_format({**wrapped, "bold": True, "bg_color": "#FBE3C0", "font_color": "#7A4300"})
        self.link = book.add_format({**base, "font_color": "#14506E", "underline": 1})
        self.certainty = {
            name: book.add_format({**wrapped, "bg_color": fill, "font_color": ink, "bold": name == "unconfirmed"})
            for name, (fill, ink) in _FILLS.items()
        }
        self.control = {
            "prohibited": book.add_format({**wrapped, "font_color": "#A8281F", "bold": True}),
            "restricted": self.plain,
        }


def _sheet(sheet: Any, table: Table, looks: _Looks) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, f"{column.title.zh}\n{column.title.en}\n[{column.name}]", looks.head)
        longest = max((_width(row[place]) for row in table.rows[:_MEASURED]), default=0)
        least = 19 if column.kind == "certainty" or column.name == "control" else _NARROWEST
        sheet.set_column(place, place, min(_WIDEST, max(least, longest + 2)))
    sheet.set_row(0, 48)
    for number, row in enumerate(table.rows, start=1):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if cell is None:
                sheet.write_blank(number, place, None, looks.plain)
            elif isinstance(cell, bool):
                sheet.write_boolean(number, place, cell, looks.left)
            elif isinstance(cell, datetime.date):
                sheet.write_datetime(number, place, cell, looks.day)
            elif isinstance(cell, int | float):
                sheet.write_number(number, place, cell, looks.plain)
            elif column.kind == "certainty":
                sheet.write_string(number, place, marked(cell), looks.certainty[cell])
            elif column.name == "control":
                control = Control(cell)
                sheet.write_string(number, place, f"{control.name_in.zh} {control.name_in.en}", looks.control[cell])
            else:
                sheet.write_string(number, place, cell, looks.plain)
    sheet.freeze_panes(1, 2 if len(table.columns) > 6 else 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.hide_gridlines(0)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _width(cell: object) -> int:
    """How wide a cell is shown: a Chinese character is as wide as two letters."""
    if isinstance(cell, datetime.date):
        return 10
    text = "" if cell is None else str(cell)
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text.split("\n")[0])


def _about(sheet: Any, contents: Contents, tables: Sequence[Table], looks: _Looks) -> None:
    """What the workbook holds, of which data and day, how much of each edition is held, and what the marks mean."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 8, 15)
    sheet.hide_gridlines(2)
    at = 0

    def both(text: Bilingual, look: Any, tall: int = 0) -> None:
        nonlocal at
        for one in (text.zh, text.en):
            if tall:
                sheet.merge_range(at, 0, at, 8, one, look)
                sheet.set_row(at, tall)
            else:
                sheet.write_string(at, 0, one, look)
            at += 1

    both(contents.title, looks.title)
    at += 1
    for zh, en, value in (
        ("数据版本", "data version", contents.catalogue.version), ("日期", "day", contents.on.isoformat()),
        ("来源核查至", "sources checked up to", contents.catalogue.known_to.isoformat()),
    ):  # fmt: skip
        sheet.write_string(at, 0, f"{zh} {en}", looks.label)
        sheet.write_string(at, 1, value, looks.left)
        at += 1
    if contents.edition is not None and contents.edition.draft:
        both(Bilingual("征求意见稿，从未施行。", "A draft, never in force."), looks.loud, 18)
    for note in contents.notes:
        both(note, looks.plain if note is OWN_WORDS else looks.loud, 32)
    at += 1
    for mark in MARKS:
        sheet.write_string(at, 0, marked(mark), looks.certainty[mark])
        sheet.write_string(at, 1, f"{MARKS[mark][2].zh} {MARKS[mark][2].en}", looks.single)
        at += 1
    at += 1
    heads = ["版本 edition", *(f"{zh}\n{en}" for _, zh, en in _CONSIDERED)]
    for place, head in enumerate(heads):
        sheet.write_string(at, place, head, looks.head)
    sheet.set_row(at, 32)
    at += 1
    for edition, held in contents.considered.items():
        sheet.write_string(at, 0, edition, looks.label)
        for place, (key, _, _) in enumerate(_CONSIDERED, start=1):
            if held[key] is None:
                sheet.write_string(at, place, "–", looks.left)
            else:
                sheet.write_number(at, place, held[key], looks.left)
        at += 1
    at += 1
    for place, head in enumerate(("数据表 table", "行数 rows", "内容 what it holds")):
        sheet.write_string(at, place, head, looks.head)
    at += 1
    for table in tables:
        name = f"{table.title.zh} {table.name}"[:31]
        sheet.write_url(at, 0, f"internal:'{name}'!A1", looks.link, name)
        sheet.write_number(at, 1, len(table.rows), looks.left)
        sheet.write_string(at, 2, f"{table.says.zh} · {table.says.en}", looks.single)
        at += 1

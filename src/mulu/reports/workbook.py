"""Tables as a workbook: what a person sorts, filters and copies from. Nothing in it is read back, and no cell computes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mulu.reports.model import readable

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL = 32_000  # characters; a spreadsheet holds no more than 32,767 in a cell
_CUT = "… 〔过长，未完。Too long for a cell; cut here.〕"
_COLOURS: Final[dict[str, dict[str, Any]]] = {
    "official": {"bg_color": "#DDF0E3", "font_color": "#1D5F3A"},
    "published": {"bg_color": "#FFF3D6", "font_color": "#7A5200"},
    "unconfirmed": {"bg_color": "#F9DEDC", "font_color": "#9C1C1C", "bold": True},
    "warn": {"font_color": "#9C1C1C", "bold": True},
    "sum": {"bold": True, "top": 1},
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with a look: that of a certainty, `warn` or `sum`."""

    text: str
    look: str


Value = str | int | float | Cell | None


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heads; `above` are lines over it that belong to no column, `below` rows that no filter or order moves."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    above: Sequence[Value] = ()
    below: Sequence[Sequence[Value]] = ()


def workbook(sheets: Iterable[Sheet], title: str, day: datetime.date) -> bytes:
    """The file, with frozen heads and filters. Texts stay texts, also those that a spreadsheet would take for a formula."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    created = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    book.set_properties({"title": title, "author": "Mulu", "created": created})
    looks = _Looks(book)
    for one in sheets:
        sheet = book.add_worksheet(one.name)
        for place, column in enumerate(one.columns):
            sheet.set_column(place, place, column.width)
        line = 0
        for words in one.above:
            _put(sheet, line, 0, words, looks, wrap=False)
            line += 1
        line += bool(one.above)
        for place, column in enumerate(one.columns):
            sheet.write_string(line, place, column.head, looks.head)
        first = last = line
        for row in one.rows:
            last += 1
            for place, value in enumerate(row):
                _put(sheet, last, place, value, looks)
        sheet.freeze_panes(first + 1, 1)
        if last > first:
            sheet.autofilter(first, 0, last, len(one.columns) - 1)
        for place, row in enumerate(one.below, start=last + 1):
            for at, value in enumerate(row):
                _put(sheet, place, at, value, looks)
    book.close()
    return made.getvalue()


def _put(sheet: Any, line: int, place: int, value: Value, looks: _Looks, *, wrap: bool = True) -> None:
    if value is None:
        return
    if isinstance(value, int | float):
        sheet.write_number(line, place, value, looks.number)
        return
    text, look = (value.text, value.look) if isinstance(value, Cell) else (value, "")
    text = readable(text)
    text = text if len(text) <= _CELL else text[: _CELL - len(_CUT)] + _CUT
    sheet.write_string(line, place, text, looks.of(look, text[:1] in ("=", "+", "-", "@"), wrap))


class _Looks:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._base: dict[str, Any] = {"valign": "top", "font_size": 10}
        self._made: dict[tuple[str, bool, bool], Any] = {}
        self.head = book.add_format({**self._base, "bold": True, "text_wrap": True, "bg_color": "#DDE3EA", "border": 1})
        self.number = book.add_format(self._base)

    def of(self, look: str, quoted: bool, wrap: bool) -> Any:
        key = look, quoted, wrap
        if key not in self._made:
            more = {"quote_prefix": True} if quoted else {}
            form: dict[str, Any] = {
                **self._base,
                "text_wrap": wrap,
                "num_format": "@",
                **_COLOURS.get(look, {}),
                **more,
            }
            self._made[key] = self._book.add_format(form)
        return self._made[key]

"""Tables of descriptions that are answered row by row: rows with an `id` and a `text`, and what else a row may say.

The tables are read as those of portfolios are (`delimited`, `tables`); here is what their columns mean.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mulu.sources import delimited
from mulu.sources.delimited import Line, Text, Unread, broken
from mulu.sources.documents import TooLarge, UnreadableDocument
from mulu.sources.reading import MAX_UNPACKED, UnreadableFile, plausible, read_bytes
from mulu.sources.tables import Blank, Rows, Sheet, batches, texts
from mulu.vocabulary import Said

ROW_KEYS = ("id", "text", "title", "lang", "kind", "on")
# What a Chinese table calls these columns; the first that a table has is taken, the others are left alone.
CHINESE_KEYS = {
    "id": ("编号", "标识", "序号"),
    "text": ("描述", "技术描述", "文本", "正文", "内容"),
    "title": ("标题", "题名", "技术名称", "名称"),
    "lang": ("语言", "语种"),
    "kind": ("类型", "类别"),
    "on": ("日期",),
}
_FIRST = 10  # rows of which one may name the columns


@dataclass(frozen=True, slots=True)
class Row:
    """A description in a table, with the line (or spreadsheet row) that it stands on."""

    line: int
    id: str
    text: str
    title: str | None
    lang: str | None
    kind: str | None
    on: str | None
    last: int | None = None  # the last of its lines, where it runs over several


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why; the others are answered all the same."""

    line: int
    id: str | None
    because: Said


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """The descriptions in a .jsonl, .csv or .xlsx file, in order; bad rows are reported, never dropped.

    Rows need `id` and `text`; `title`, `lang`, `kind` and `on` are optional, other columns are left alone. What stands above
    the row that names the columns is no row; of a workbook the first sheet that is shown and has them is read.
    Raises UnreadableFile where the file as a whole cannot be read.
    """
    return rows_in(read_bytes(path), str(path))


def rows_in(data: bytes, path: str) -> Iterator[Row | BadRow]:
    """As `read_rows`, of a table whose bytes are held; `path` tells its kind and names it in errors."""
    suffix = Path(path).suffix.lower()
    records: Iterable[tuple[int, int, Any]]
    if suffix == ".jsonl":
        records = _objects(delimited.opened(Path(path), data)) if data.strip() else ()
    elif suffix in (".csv", ".tsv"):
        records = _csv(delimited.opened(Path(path), data), path) if data.strip() else ()
    elif suffix == ".xlsx":
        records = _xlsx(data, path)
    elif suffix == ".json":
        raise delimited.not_lines(path)
    else:
        raise UnreadableFile(
            path,
            f"不认识的表格格式 {suffix or '（无扩展名）'}。可用 .jsonl、.csv、.xlsx。",
            f"unknown kind of table {suffix or '(no suffix)'}. Use .jsonl, .csv or .xlsx.",
        )
    empty = True
    for row in rows_of(records):
        empty = False
        yield row
    if empty:
        raise UnreadableFile(path, "表中没有任何行。", "the table has no rows.")


def json_lines(text: str, path: str) -> Iterator[tuple[int, int, Any]]:
    """Each line that is not empty, as a record with its first and last line: what it holds, or what is wrong with it."""
    return _objects(Text(Path(path), "utf-8", 0, io.StringIO(text, newline="")))


def _objects(text: Text) -> Iterator[tuple[int, int, Any]]:
    for one in delimited.objects(text):
        yield one.number, one.last, one.cells if isinstance(one, Line) else BadRow(one.number, None, one.because)


def rows_of(records: Iterable[tuple[int, int, Any]]) -> Iterator[Row | BadRow]:
    """Records with their first and last lines as rows, in order; one that is no row, or repeats an id, comes back as BadRow."""
    seen: dict[str, int] = {}
    for first, last, record in records:
        yield _row(first, last, record, seen)


def _row(line: int, last: int, record: Any, seen: dict[str, int]) -> Row | BadRow:
    if isinstance(record, BadRow):
        return record
    if not isinstance(record, dict):
        return BadRow(line, None, Said("not_an_object", "该行不是 JSON 对象", "the line is not a JSON object"))
    given = record.get("id")
    name = str(given).strip() or None if isinstance(given, str | int) and not isinstance(given, bool) else None
    for key in ROW_KEYS:
        value = record.get(key)
        if isinstance(value, str):
            if broken(value):
                return BadRow(
                    line,
                    None if key == "id" else name,
                    Said(
                        "broken_text",
                        f"{key} 含有无法解读的字节或半个字符。请以 UTF-8 重新写出该行。",
                        f"{key} holds bytes that are no characters, or half a character. Write the row anew in UTF-8.",
                    ),
                )
            if not plausible(value):  # as for a file: what an escape hides from the reading of the table is seen here
                return BadRow(
                    line,
                    None if key == "id" else name,
                    Said(
                        "implausible_text",
                        f"{key} 满是控制字符，可能是二进制数据。请给出纯文本。",
                        f"{key} is full of control characters and may be binary data. Give plain text.",
                    ),
                )
        elif isinstance(value, Blank):
            return BadRow(line, name, value.said(key))
        # People number their rows and days; a description is never a number.
        elif value is not None and (not isinstance(value, int) or isinstance(value, bool) or key in ("text", "title")):
            zh, en = _kind(value)
            return BadRow(
                line,
                name,
                Said(
                    "no_text",
                    f"{key} 不是文字（字符串），而是{zh}。请用引号给出文字。",
                    f"{key} is not a text (a string) but {en}. Give it in quotes.",
                ),
            )
    fields = {key: None if record.get(key) is None else str(record[key]).strip() for key in ROW_KEYS}
    # Places in the answer count from the text as given, so it is never trimmed.
    text, title = (str(record[key]) if fields[key] else None for key in ("text", "title"))
    if not name:
        return BadRow(line, None, Said("row_without_id", "缺少 id", "no id"))
    if name in seen:
        first = seen[name]
        return BadRow(
            line, name, Said("repeated_id", f"id {name!r} 与第 {first} 行重复", f"id {name!r} repeats line {first}")
        )
    seen[name] = line
    if not text:
        return BadRow(line, name, Said("row_without_text", f"{name!r} 没有 text", f"{name!r} has no text"))
    if all((fields[key] or "").lower() in (key, *CHINESE_KEYS[key]) for key in ("id", "text")):
        because = Said(
            "row_of_names",
            "该行只是列名（表头重复或有第二行表头），不是描述",
            "the row has names of columns (a header once more, or a second line of it) and is no description",
        )
        return BadRow(line, name, because)
    lang, kind, on = (fields[key] or None for key in ("lang", "kind", "on"))
    return Row(line, name, text, title, lang, kind, on, last if last > line else None)


def _kind(value: Any) -> tuple[str, str]:
    """What JSON calls a value that is no string."""
    if isinstance(value, bool):
        return "逻辑值", "true or false"
    if isinstance(value, int | float):
        return "数字", "a number"
    return ("列表", "a list") if isinstance(value, list) else ("对象", "an object")


def _names(header: Iterable[Any]) -> list[str]:
    """The columns of a table under the names that are read."""
    names = ["" if cell is None else str(cell).strip().lower() for cell in header]
    for key, chinese in CHINESE_KEYS.items():
        also = next((name for name in chinese if name in names), None)
        if key not in names and also is not None:
            names = [key if name == also else name for name in names]
    return names


def _header(rows: Sequence[Sequence[Any]], path: str, where: Said) -> tuple[int, list[str]]:
    """Which of the first rows names the columns, and under which names they are read. Raises UnreadableFile."""
    for at, row in enumerate(rows):
        names = _names(row)
        if {"id", "text"} <= set(names):
            if any(names.count(name) > 1 for name in ROW_KEYS):
                raise UnreadableFile(path, f"{where.zh}中有重复的列。", f"{where.en} names a column twice.")
            return at, names
    raise UnreadableFile(
        path,
        f"{where.zh}须含 id 和 text 两列（或“编号”和“描述”）。",
        f"{where.en} needs the columns id and text (or 编号 and 描述).",
    )


def _csv(text: Text, path: str) -> Iterator[tuple[int, int, Any]]:
    delimiter = delimited.delimiter_of(text, lambda cells: len(set(ROW_KEYS).intersection(_names(cells))))
    first = list(itertools.islice(delimited.rows(text, delimiter), _FIRST))
    if first and isinstance(first[0], Unread):
        raise UnreadableFile(
            path,
            f"第 {first[0].number} 行的表头中有未正确关闭的引号。",
            f"the header in line {first[0].number} holds a quote that is not closed as it should be.",
        )
    cells = [tuple(one.cells) if isinstance(one, Line) else () for one in first]
    at, names = _header(cells, path, Said("header", "表头", "the header"))
    spaced = all(cell.startswith(" ") for cell in cells[at][1:])
    text.again()
    for one in delimited.rows(text, delimiter, len(names), spaced, first[at].last, whole=True):
        if one.number <= first[at].last:
            continue
        if isinstance(one, Unread):
            ident = _id_of(re.split("[\r\n]", one.raw, maxsplit=1)[0], names, delimiter)
            yield one.number, one.last, BadRow(one.number, ident, one.because)
            continue
        given = dict(zip(names, one.cells, strict=False))
        if len(one.cells) > len(names):
            surplus = Said(
                "surplus_cells",
                "单元格多于表头（文本含分隔符时须加引号）",
                "more cells than the header has (a text with the delimiter needs quotes)",
            )
            yield one.number, one.last, BadRow(one.number, given["id"].strip() or None, surplus)
        else:
            yield one.number, one.last, given


def _id_of(line: str, names: Sequence[str], delimiter: str) -> str | None:
    """The id in the first line of a row that cannot be parsed, where no quote stands before its end."""
    cells = line.split(delimiter)[: names.index("id") + 1]
    whole = len(cells) == names.index("id") + 1 and not any('"' in cell for cell in cells)
    return cells[-1].strip() or None if whole else None


def _xlsx(data: bytes, path: str) -> Iterator[tuple[int, int, Any]]:
    try:
        yield from _sheet(batches("xlsx", io.BytesIO(data), path, unpacked=MAX_UNPACKED), path)
    except TooLarge as error:
        raise UnreadableFile(
            path,
            f"解压后有 {error.size:,} 字节，上限为 {MAX_UNPACKED:,}。请拆分后再筛查。",
            f"it has {error.size:,} bytes when unpacked, the limit is {MAX_UNPACKED:,}. Split it and screen the parts.",
        ) from error
    except UnreadableDocument as error:
        raise UnreadableFile(
            path,
            "无法作为 XLSX 读取（已损坏、加密或为其他格式）。请用电子表格软件打开并另存为 .xlsx。",
            "it cannot be read as XLSX (damaged, encrypted or of another format). Open it in a spreadsheet program and "
            "save it as .xlsx.",
        ) from error


def _sheet(read: Iterable[Sheet | Rows], path: str) -> Iterator[tuple[int, int, Any]]:
    """The rows of the first sheet that has the columns."""
    lacking: UnreadableFile | None = None
    names: list[str] = []
    for one in read:
        if isinstance(one, Sheet):
            if names:
                return
            continue
        rows = [(number, cells) for number, cells in enumerate(one.rows, one.first) if texts(cells)]
        if one.first == 1 and rows:
            try:
                at, names = _header(
                    [cells for _, cells in rows[:_FIRST]], path, Said("header", "第一行", "the first row")
                )
            except UnreadableFile as error:
                lacking = lacking or error
                continue
            rows = rows[at + 1 :]
        for number, cells in rows if names else ():
            given = dict(zip(names, cells, strict=False))
            if isinstance(day := given.get("on"), str):
                given["on"] = _TIME.sub("", day)
            yield number, number, given
    if not names and lacking is not None:
        raise lacking


_TIME = re.compile(r"(?<=^\d{4}-\d\d-\d\d)T.{0,40}$")  # which a workbook may keep with a day

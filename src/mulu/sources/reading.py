"""Reading what users hand in: text files in the encodings of the field, and tables of descriptions."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mulu.errors import MuluError
from mulu.vocabulary import Said

MAX_FILE = 20_000_000  # bytes of one text file
ROW_KEYS = ("id", "text", "title", "lang", "kind", "on")

_KNOWN_BINARIES = {
    b"%PDF": Said("pdf", "PDF 文件", "a PDF file"),
    b"PK\x03\x04": Said("zip", "ZIP 或 Office 文件（DOCX、XLSX）", "a ZIP or Office file (DOCX, XLSX)"),
    b"\xd0\xcf\x11\xe0": Said("ole", "旧版 Office 文件", "an old Office file"),
    b"\x89PNG": Said("png", "PNG 图片", "a PNG picture"),
    b"\xff\xd8\xff": Said("jpeg", "JPEG 图片", "a JPEG picture"),
}


class UnreadableFile(MuluError):
    """A file that cannot be read as text or as a table."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(Said("unreadable_file", f"{path}：{zh}", f"{path}: {en}"))
        self.path = path


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


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why; the others are answered all the same."""

    line: int
    id: str | None
    because: Said


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030. Raises UnreadableFile, never guesses at binary data."""
    data = _bytes(path)
    if len(data) > MAX_FILE:
        raise UnreadableFile(
            str(path),
            f"文件有 {len(data):,} 字节，上限为 {MAX_FILE:,}。请拆分后分别筛查。",
            f"the file has {len(data):,} bytes, the limit is {MAX_FILE:,}. Split it and screen the parts.",
        )
    text = decode(data, str(path))
    if not text.strip():
        zh, en = ("文件为空", "the file is empty") if not text else ("文件只有空白字符", "the file holds only blanks")
        raise UnreadableFile(str(path), f"{zh}，没有可筛查的内容。", f"{en}: there is nothing to screen.")
    return text


def decode(data: bytes, path: str) -> str:
    """Bytes as text; see `read_text`."""
    for magic, what in _KNOWN_BINARIES.items():
        if data.startswith(magic):
            raise UnreadableFile(
                path,
                f"这是{what.zh}，不是文本。请另存为纯文本（UTF-8 或 GB18030）后再筛查。",
                f"this is {what.en}, not text. Save it as plain text (UTF-8 or GB18030) and screen that.",
            )
    candidates = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _plausible(text) and (encoding != "gb18030" or _common(text)):
            return text
    raise UnreadableFile(
        path,
        "文件不是 UTF-8、UTF-16 或 GB18030 编码的文本（可能是二进制文件）。请另存为 UTF-8 文本。",
        "the file is not text in UTF-8, UTF-16 or GB18030 (it may be binary). Save it as UTF-8 text.",
    )


def _plausible(text: str) -> bool:
    """Text has next to no control, private or unassigned characters; binary data read as text is full of them.

    One alone, such as a bullet pasted from a word processor, makes no text binary, however short it is.
    """
    sample = text[:50_000]
    strange = sum(unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs") and c not in "\t\n\r\f\v" for c in sample)
    return strange <= max(1, len(sample) // 50)


def _common(text: str) -> bool:
    """Chinese uses mostly the common characters of GB 2312; other encodings read as GB18030 give rare ones."""
    han = [c for c in text[:50_000] if "\u3400" <= c <= "\u9fff"]
    common = sum(b"\xb0" <= code[:1] <= b"\xd7" for c in han if len(code := c.encode("gb2312", "ignore")) == 2)
    return bool(han) and common >= 0.7 * len(han)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile(
                str(path), "这是一个文件夹。请逐个给出文件。", "this is a folder. Name the files in it."
            )
        size = path.stat().st_size
        if size > 10 * MAX_FILE:
            raise UnreadableFile(
                str(path),
                f"文件有 {size:,} 字节，过大。请拆分。",
                f"the file has {size:,} bytes, which is too large. Split it.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            str(path),
            f"无法读取（{error.strerror}）。请检查路径和权限。",
            f"it cannot be read ({error.strerror}). Check path and permissions.",
        ) from error


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """The descriptions in a .jsonl, .csv or .xlsx file, in order; bad rows are reported, never dropped.

    Rows need `id` and `text`; `title`, `lang`, `kind` and `on` are optional, other columns are left alone.
    Raises UnreadableFile where the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    data = _bytes(path)
    if suffix == ".jsonl":
        records: Iterable[tuple[int, Any]] = json_lines(decode(data, str(path)))
    elif suffix in (".csv", ".tsv"):
        records = _csv(decode(data, str(path)), str(path))
    elif suffix == ".xlsx":
        records = _xlsx(path)
    else:
        raise UnreadableFile(
            str(path),
            f"不认识的表格格式 {suffix or '（无扩展名）'}。可用 .jsonl、.csv、.xlsx。",
            f"unknown kind of table {suffix or '(no suffix)'}. Use .jsonl, .csv or .xlsx.",
        )
    empty = True
    for row in rows_of(records):
        empty = False
        yield row
    if empty:
        raise UnreadableFile(str(path), "表中没有任何行。", "the table has no rows.")


def rows_of(records: Iterable[tuple[int, Any]]) -> Iterator[Row | BadRow]:
    """Numbered records as rows, in order; one that is no row, or repeats an id, comes back as BadRow."""
    seen: dict[str, int] = {}
    for line, record in records:
        yield _row(line, record, seen)


def _row(line: int, record: Any, seen: dict[str, int]) -> Row | BadRow:
    if isinstance(record, Said):
        return BadRow(line, None, record)
    if not isinstance(record, dict):
        return BadRow(line, None, Said("not_an_object", "该行不是 JSON 对象", "the line is not a JSON object"))
    given = record.get("id")
    name = str(given).strip() or None if isinstance(given, str | int) and not isinstance(given, bool) else None
    for key in ROW_KEYS:
        value = record.get(key)
        if isinstance(value, str):
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                return BadRow(
                    line,
                    None if key == "id" else name,
                    Said("broken_text", f"{key} 含有无效字符", f"{key} holds broken characters"),
                )
            if not _plausible(value):  # as for a file: what an escape hides from the reading of the table is seen here
                return BadRow(
                    line,
                    None if key == "id" else name,
                    Said(
                        "implausible_text",
                        f"{key} 满是控制字符，可能是二进制数据。请给出纯文本。",
                        f"{key} is full of control characters and may be binary data. Give plain text.",
                    ),
                )
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
    return Row(line, name, text, title, fields["lang"] or None, fields["kind"] or None, fields["on"] or None)


def _kind(value: Any) -> tuple[str, str]:
    """What JSON calls a value that is no string."""
    if isinstance(value, bool):
        return "逻辑值", "true or false"
    if isinstance(value, int | float):
        return "数字", "a number"
    return ("列表", "a list") if isinstance(value, list) else ("对象", "an object")


def json_lines(text: str) -> Iterator[tuple[int, Any]]:
    """Each line that is not empty with its number: what it holds, or what is wrong with it."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # Stray control characters pass here as they do in a text file; `_row` refuses a text that is full of them.
            yield number, json.loads(line, object_pairs_hook=keys_once, strict=False)
        except (ValueError, RecursionError) as error:
            yield number, Said("not_json", f"不是 JSON：{error}", f"not JSON: {error}")


def keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, for a decoder; one that gives a key twice is refused, for half of it would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _csv(text: str, path: str) -> Iterator[tuple[int, Any]]:
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MAX_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)  # an open quote is an error
    names: list[str] = []
    before = 0
    try:
        for cells in reader:
            begins, before = before + 1, reader.line_num  # a quoted text may run over several lines: name the first
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [name.strip().lower() for name in cells]
                if not {"id", "text"} <= set(names):
                    break
                if any(names.count(name) > 1 for name in ROW_KEYS):
                    raise UnreadableFile(path, "表头中有重复的列。", "the header names a column twice.")
                continue
            if len(cells) > len(names):
                yield (
                    begins,
                    Said(
                        "surplus_cells",
                        "单元格多于表头（文本含分隔符时须加引号）",
                        "more cells than the header has (a text with the delimiter needs quotes)",
                    ),
                )
                continue
            yield begins, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise UnreadableFile(
            path,
            f"第 {reader.line_num} 行无法解析：{error}",
            f"line {reader.line_num} cannot be parsed: {error}",
        ) from error
    if not {"id", "text"} <= set(names):
        raise UnreadableFile(path, "表头须含 id 和 text 两列。", "the header needs the columns id and text.")


def _xlsx(path: Path) -> Iterator[tuple[int, Any]]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # the reader raises several kinds of its own
        raise UnreadableFile(
            str(path), f"无法作为 XLSX 读取：{error}", f"it cannot be read as XLSX: {error}"
        ) from error
    if not rows:
        return
    names = [str(cell).strip().lower() for cell in rows[0]]
    if not {"id", "text"} <= set(names):
        raise UnreadableFile(str(path), "第一行须含 id 和 text 两列。", "the first row needs the columns id and text.")
    for number, cells in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in cells):
            yield number, {name: _cell(cell) for name, cell in zip(names, cells, strict=False)}


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)

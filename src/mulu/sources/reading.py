"""Reading what users hand in: text files in the encodings of the field, and tables of descriptions."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mulu.errors import MuluError
from mulu.vocabulary import Said

MAX_FILE = 20_000_000  # bytes of one text file
MAX_UNPACKED = 400_000_000  # bytes of everything in a workbook, unpacked, as it declares
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
_LINE_END = re.compile(r"\r\n|\r|\n")
_BROKEN = re.compile("[\udc80-\udcff]")  # bytes of no character, as `surrogateescape` keeps them

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
    last: int | None = None  # the last of its lines, where it runs over several


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
        if plausible(text) and (encoding != "gb18030" or common(text)):
            return text
    raise UnreadableFile(
        path,
        "文件不是 UTF-8、UTF-16 或 GB18030 编码的文本（可能是二进制文件）。请另存为 UTF-8 文本。",
        "the file is not text in UTF-8, UTF-16 or GB18030 (it may be binary). Save it as UTF-8 text.",
    )


def plausible(text: str) -> bool:
    """Text has next to no control, private or unassigned characters; binary data read as text is full of them.

    One alone, such as a bullet pasted from a word processor, makes no text binary, however short it is.
    """
    sample = text[:50_000]
    strange = sum(unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs") and c not in "\t\n\r\f\v" for c in sample)
    return strange <= max(1, len(sample) // 50)


def common(text: str) -> bool:
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
    return rows_in(table_bytes(path), str(path))


def table_bytes(path: Path) -> bytes:
    """The bytes of a table. Raises UnreadableFile."""
    return _bytes(path)


def rows_in(data: bytes, path: str) -> Iterator[Row | BadRow]:
    """As `read_rows`, of a table whose bytes are held; `path` tells its kind and names it in errors."""
    suffix = Path(path).suffix.lower()
    records: Iterable[tuple[int, int, Any]]
    if suffix == ".jsonl":
        records = json_lines(_decoded(data, path), path)
    elif suffix in (".csv", ".tsv"):
        records = _csv(_decoded(data, path), path)
    elif suffix == ".xlsx":
        records = _xlsx(data, path)
    elif suffix == ".json":
        raise _not_lines(path)
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


def _decoded(data: bytes, path: str) -> str:
    """The text of a table. Where only some of its lines hold bytes of no character, `_row` refuses these alone."""
    try:
        return decode(data, path)
    except UnreadableFile:
        if data.startswith((b"\xff\xfe", b"\xfe\xff", *_KNOWN_BINARIES)):
            raise
        for encoding in ("utf-8-sig", "gb18030"):
            text = data.decode(encoding, "surrogateescape")
            lines = [line for line in text.split("\n") if line.strip()]
            whole = [line for line in lines if not _BROKEN.search(line)]
            # In another encoding hardly a line is whole.
            if 2 * len(whole) < len(lines) or not plausible("\n".join(whole)):
                continue
            if encoding != "gb18030" or common("\n".join(whole)):
                return text
        raise


def _not_lines(path: str) -> UnreadableFile:
    return UnreadableFile(
        path,
        '需要 JSON Lines（.jsonl）：每行一个对象，如 {"id": "1", "text": "……"}，外面没有方括号，行间没有逗号。请这样另存，或用 .csv、.xlsx。',
        'JSON Lines (.jsonl) are wanted: one object a line, such as {"id": "1", "text": "…"}, without brackets around '
        "them and commas between the lines. Save it so, or as .csv or .xlsx.",
    )


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
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
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
    lang, kind, on = (fields[key] or None for key in ("lang", "kind", "on"))
    return Row(line, name, text, title, lang, kind, on, last if last > line else None)


def _kind(value: Any) -> tuple[str, str]:
    """What JSON calls a value that is no string."""
    if isinstance(value, bool):
        return "逻辑值", "true or false"
    if isinstance(value, int | float):
        return "数字", "a number"
    return ("列表", "a list") if isinstance(value, list) else ("对象", "an object")


def json_lines(text: str, path: str) -> Iterator[tuple[int, int, Any]]:
    """Each line that is not empty, as a record with its first and last line: what it holds, or what is wrong with it."""
    if text.lstrip().startswith("[") and text.rstrip().endswith("]"):
        raise _not_lines(path)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # Stray control characters pass here as they do in a text file; `_row` refuses a text that is full of them.
            yield number, number, json.loads(line, object_pairs_hook=keys_once, strict=False)
        except (ValueError, RecursionError) as error:
            yield number, number, BadRow(number, None, not_json(error))


class KeyTwice(ValueError):
    """A JSON object gives a key twice."""


def not_json(error: ValueError | RecursionError) -> Said:
    """Why a line could not be read as JSON, in words of our own."""
    if isinstance(error, json.JSONDecodeError):
        zh, en = f"第 {error.colno} 列起无法解析", f"it cannot be read from column {error.colno} on"
    elif isinstance(error, KeyTwice):
        zh, en = "同一个键出现两次", "a key is given twice"
    elif isinstance(error, RecursionError):
        zh, en = "嵌套过深", "it is nested too deeply"
    else:  # the only other thing that the decoder refuses
        zh, en = "数字的位数过多", "a number has too many digits"
    return Said("not_json", f"不是可用的 JSON：{zh}", f"not usable JSON: {en}")


def keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, for a decoder; one that gives a key twice is refused, for half of it would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise KeyTwice()
    return made


def _named(header: Iterable[Any], path: str, *, where: Said) -> list[str]:
    """The columns of a table under the names that are read. Raises UnreadableFile."""
    names = [str(cell).strip().lower() for cell in header]
    for key, chinese in CHINESE_KEYS.items():
        also = next((name for name in chinese if name in names), None)
        if key not in names and also is not None:
            names = [key if name == also else name for name in names]
    if not {"id", "text"} <= set(names):
        raise UnreadableFile(
            path,
            f"{where.zh}须含 id 和 text 两列（或“编号”和“描述”）。",
            f"{where.en} needs the columns id and text (or 编号 and 描述).",
        )
    if any(names.count(name) > 1 for name in ROW_KEYS):
        raise UnreadableFile(path, f"{where.zh}中有重复的列。", f"{where.en} names a column twice.")
    return names


def _csv(text: str, path: str) -> Iterator[tuple[int, int, Any]]:
    lines = _LINE_END.split(text)
    delimiter = max(",;\t", key=lines[0].count)
    csv.field_size_limit(MAX_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)  # an open quote is an error
    names: list[str] = []
    header = ""
    last = 0
    while True:
        begins = last + 1  # a quoted text may run over several lines: a row is named by its first
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            last = min(max(reader.line_num, begins), len(lines))
            raw = lines[begins - 1 : last]
            if not names:
                raise UnreadableFile(
                    path,
                    f"第 {begins} 行的表头中有未正确关闭的引号。",
                    f"the header in line {begins} holds a quote that is not closed as it should be.",
                ) from None
            yield begins, last, BadRow(begins, _id_of(raw[0], names, delimiter), _unclosed(begins, last))
            continue
        last = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = _named(cells, path, where=Said("header", "表头", "the header"))
            header = lines[begins - 1]
            continue
        given = dict(zip(names, cells, strict=False))
        name = given.get("id", "").strip() or None
        if last > begins and (swallowed := _swallowed(lines[begins - 1 : last], header, delimiter)):
            yield begins, last, BadRow(begins, name, _open(begins, cells, last, begins + swallowed))
        elif len(cells) > len(names):
            surplus = Said(
                "surplus_cells",
                "单元格多于表头（文本含分隔符时须加引号）",
                "more cells than the header has (a text with the delimiter needs quotes)",
            )
            yield begins, last, BadRow(begins, name, surplus)
        else:
            yield begins, last, given
    if not names:
        _named([], path, where=Said("header", "表头", "the header"))


def _id_of(line: str, names: Sequence[str], delimiter: str) -> str | None:
    """The id in the first line of a row that cannot be parsed, where no quote stands before its end."""
    cells = line.split(delimiter)[: names.index("id") + 1]
    whole = len(cells) == names.index("id") + 1 and not any('"' in cell for cell in cells)
    return cells[-1].strip() or None if whole else None


def _swallowed(lines: Sequence[str], header: str, delimiter: str) -> int | None:
    """Which of the lines that a row runs over, the first apart, looks like a row of its own.

    It has as many separators as the header, none followed by a blank as in prose, and an unquoted first cell.
    """
    prose = f"{delimiter} " not in header
    for number, line in enumerate(lines[1:], start=1):
        first = line.split(delimiter, 1)[0].strip()
        if line.count(delimiter) != header.count(delimiter) or not first or '"' in first:
            continue
        if not (prose and f"{delimiter} " in line):
            return number
    return None


def _open(begins: int, cells: Sequence[str], last: int, swallowed: int) -> Said:
    opened = begins
    for cell in cells:
        breaks = len(_LINE_END.findall(cell))
        if swallowed <= opened + breaks:
            break
        opened += breaks
    return Said(
        "swallowed_rows",
        f"第 {opened} 行打开的引号到第 {last} 行才关闭，而第 {swallowed} 行看来是另一行；第 {begins}–{last} 行均未答复。"
        f"请在第 {opened} 行补上引号；文本确有换行时，请用 .jsonl 或 .xlsx。",
        f"the quote opened in line {opened} is closed only in line {last}, and line {swallowed} looks like a row of its own; "
        f"lines {begins} to {last} are not answered. Close the quote in line {opened}; if the text has such lines, use .jsonl or .xlsx.",
    )


def _unclosed(begins: int, last: int) -> Said:
    lines_zh = f"第 {begins}–{last} 行均未答复" if last > begins else "该行未答复"
    lines_en = f"lines {begins} to {last} are not answered" if last > begins else "the line is not answered"
    return Said(
        "unclosed_quote",
        f'第 {begins} 行打开的引号没有正确关闭；{lines_zh}。请关闭引号；文本中的引号须写两次（""）。',
        f"a quote opened in the row of line {begins} is not closed as it should be; {lines_en}. Close it; "
        f'a quote within a text is written twice ("").',
    )


def _xlsx(data: bytes, path: str) -> Iterator[tuple[int, int, Any]]:
    import python_calamine

    with (
        contextlib.suppress(zipfile.BadZipFile, ValueError, NotImplementedError),
        zipfile.ZipFile(io.BytesIO(data)) as parts,
    ):
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED:
            raise UnreadableFile(
                path,
                f"解压后有 {unpacked:,} 字节，上限为 {MAX_UNPACKED:,}。请拆分后再筛查。",
                f"it has {unpacked:,} bytes when unpacked, the limit is {MAX_UNPACKED:,}. Split it and screen the parts.",
            )
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # the reader raises several kinds of its own
        raise UnreadableFile(
            path,
            "无法作为 XLSX 读取（已损坏、加密或为其他格式）。请用电子表格软件打开并另存为 .xlsx。",
            "it cannot be read as XLSX (damaged, encrypted or of another format). Open it in a spreadsheet program and "
            "save it as .xlsx.",
        ) from error
    if not rows:
        return
    names = _named(rows[0], path, where=Said("header", "第一行", "the first row"))
    for number, cells in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in cells):
            yield number, number, {name: _cell(cell) for name, cell in zip(names, cells, strict=False)}


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)

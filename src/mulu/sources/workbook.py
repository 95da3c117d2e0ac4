"""Workbooks (.xlsx): sheets whose rows are descriptions, and other sheets as tables."""

from __future__ import annotations

import io
import re
import statistics
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mulu.sources.described import Composer, Kind, Reading, Role
from mulu.sources.document import Unread
from mulu.sources.documents import MAX_UNPACKED, Corrupt, Held, NoText, TooLarge, check_length
from mulu.vocabulary import Said

_MOST_ROWS = 100_000
_TEXT = re.compile(
    r"描述|说明|內容|内容|正文|文本|摘要|要点|方案|text|description|abstract|summary|content|scope", re.IGNORECASE
)
_TITLE = re.compile(r"名称|名稱|标题|題名|题名|项目|技术名|name|title|technology|subject", re.IGNORECASE)
_ID = re.compile(r"^(编号|序号|标识|号|no\.?|id|#|number|ref\.?|item)$", re.IGNORECASE)
_LEAST = 12  # characters that descriptions have, at the median; fewer are names or figures


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a sheet say what; `header` is the row that names them, None where there is none."""

    header: int | None
    text: int
    title: int | None
    id: int | None


def read_xlsx(held: Held) -> Reading:
    """The workbook: where a sheet has a column of descriptions each of its rows is one, and the guess is said."""
    import python_calamine

    from mulu.sources.received import finished

    _check(held)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(held.data))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except Exception as error:  # the reader raises several kinds of its own
        raise Corrupt(held.path, "xlsx", Said("broken_workbook", "工作簿无法解析", "it cannot be parsed")) from error
    composer = Composer()
    composer.begin(held.name, "xlsx", held.digest)
    notes: list[Unread] = []
    described = False
    for name, raw in sheets:
        rows = [[_cell(value) for value in row] for row in raw[:_MOST_ROWS]]
        if len(raw) > _MOST_ROWS:
            notes.append(_cut(name, len(raw)))
        columns = columns_of(rows)
        if columns is None:
            _as_table(composer, name, rows)
        else:
            described = True
            notes.append(_guessed(name, columns, rows))
            _as_descriptions(composer, name, rows, columns)
        check_length(held.path, composer.length)
    if not composer.passages:
        raise NoText(held.path)
    kind = Kind.TABLE if described else Kind.DOCUMENT
    return finished(composer, kind, held.name, held.digest, unread=tuple(notes))


def _check(held: Held) -> None:
    with zipfile.ZipFile(io.BytesIO(held.data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > MAX_UNPACKED:
        what = Said("unpacked", "解压后的字节数", "bytes when unpacked")
        raise TooLarge(held.path, what, unpacked, MAX_UNPACKED)


def columns_of(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The column of descriptions of a sheet, and those of titles and numbers beside it; None where it has none.

    By its name where the first row that names several columns has a fitting one; else the one with the longest texts.
    """
    header = next((n for n, row in enumerate(rows[:10]) if sum(bool(cell) for cell in row) >= 2), None)
    if header is None:
        header = next((n for n, row in enumerate(rows[:10]) if any(row)), None)
    if header is None:
        return None
    names = rows[header]
    named = all(len(cell) <= 30 and not cell.endswith(("。", ".")) for cell in names)
    body = [row for row in rows[header + (1 if named else 0) :] if any(row)]
    lengths: dict[int, float] = {}
    for column in range(max((len(row) for row in rows), default=0)):
        said = [len(row[column]) for row in body if column < len(row) and row[column]]
        letters = sum(c.isalpha() for row in body if column < len(row) for c in row[column])
        if said and len(said) >= 0.5 * len(body) and letters >= 0.4 * sum(said):
            lengths[column] = statistics.median(said)
    fitting = [c for c, length in lengths.items() if length >= _LEAST]
    if not fitting:
        return None
    called = [c for c in fitting if named and c < len(names) and _TEXT.search(names[c])]
    text = max(called or fitting, key=lambda c: (lengths[c], -c))
    if not called and lengths[text] < 2 * _LEAST:
        return None
    others = [c for c in range(len(names)) if c != text and named]
    title = next((c for c in others if _TITLE.search(names[c]) and c in lengths), None)
    ident = next((c for c in others if c != title and _ID.match(names[c])), None)
    return Columns(header if named else None, text, title, ident)


def _as_descriptions(composer: Composer, sheet: str, rows: Sequence[Sequence[str]], columns: Columns) -> None:
    for number, row in enumerate(rows):
        if columns.header is not None and number <= columns.header:
            composer.add(" | ".join(cell for cell in row if cell), Role.HEADING, cell=(sheet, f"A{number + 1}"))
            continue
        text = row[columns.text] if columns.text < len(row) else ""
        title = row[columns.title] if columns.title is not None and columns.title < len(row) else ""
        ident = row[columns.id] if columns.id is not None and columns.id < len(row) else ""
        said = f"{title}\n{text}" if title and text and title not in text else text or title
        at = f"{_letters(columns.text if text else columns.title or 0)}{number + 1}"
        composer.add(said, Role.BODY, number=ident or str(number + 1), cell=(sheet, at))


def _as_table(composer: Composer, sheet: str, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows):
        first = next((n for n, cell in enumerate(row) if cell), None)
        if first is not None:
            text = " | ".join(cell.replace("\n", " ") for cell in row if cell)
            composer.add(text, Role.TABLE, cell=(sheet, f"{_letters(first)}{number + 1}"))


def _letters(column: int) -> str:
    """The name of a column: A, B … Z, AA."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value).strip()


def _guessed(sheet: str, columns: Columns, rows: Sequence[Sequence[str]]) -> Unread:
    def called(column: int | None) -> str:
        if column is None:
            return "—"
        name = rows[columns.header][column] if columns.header is not None else ""
        return f"{_letters(column)}{f' “{name}”' if name else ''}"

    text, title, ident = called(columns.text), called(columns.title), called(columns.id)
    return Unread(
        1,
        Said(
            "columns_guessed",
            f"工作表“{sheet}”：每行作为一项描述读取；描述列 {text}，名称列 {title}，编号列 {ident}（推断）。",
            f"sheet “{sheet}”: each row was read as a description; column of descriptions {text}, of names {title}, "
            f"of numbers {ident} (a guess).",
        ),
    )


def _cut(sheet: str, rows: int) -> Unread:
    return Unread(
        1,
        Said(
            "rows_left",
            f"工作表“{sheet}”有 {rows:,} 行，只读取了前 {_MOST_ROWS:,} 行。请拆分。",
            f"sheet “{sheet}” has {rows:,} rows; the first {_MOST_ROWS:,} were read. Split it.",
        ),
    )

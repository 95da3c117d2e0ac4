"""What comes in as a portfolio, as a stream of records: tables, JSON Lines, Parquet, exports of patent offices, folders.

Every row that says anything comes out as one thing: a `Record`, a `Refused` with the reason, or a `Repeated`. Rows are
held one at a time; what is kept of each is 16 bytes of its id, of what it says and of its text, its id and its place.
"""

from __future__ import annotations

import hashlib
import os
import re
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Given
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from mulu.errors import Misused, MuluError
from mulu.portfolio.columns import (
    APPLICATIONS,
    ROW,
    Columns,
    Role,
    guessed,
    header_of,
    known_names,
    letter,
    named,
    names_it,
    parse_given,
    plain,
)
from mulu.portfolio.records import Record, Refused, Repeated, digest_of
from mulu.screening.gathering import parts_of
from mulu.sources.delimited import Line, Text, broken, delimiter_of, objects, opened, visible
from mulu.sources.delimited import Unread as UnreadLines
from mulu.sources.delimited import rows as delimited_rows
from mulu.sources.described import Kind, Reading
from mulu.sources.fenced import read_described, table
from mulu.sources.patents import number_key
from mulu.sources.reading import UnreadableFile, plausible
from mulu.sources.tables import Blank, Rows, Sheet, Value, texts
from mulu.vocabulary import Said

MAX_TEXT = 1_000_000  # characters of one description; more is a document of many
_SAMPLE = 200  # first rows of a table from which its columns are guessed
_CELL = 400  # characters of a cell that are shown of a refused row
_TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".parquet")
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d{1,20})?[eE]\+\d{1,3}")
_HIDDEN = ("Thumbs.db", "desktop.ini")


class NotRead(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet or file that holds something and is not read, and why."""

    name: str
    said: Said


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read: its form and encoding, and what the columns of each of its tables say. Kept beside a portfolio."""

    form: str  # csv, jsonl, parquet, xlsx, folder
    tables: tuple[Columns, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    spaced: bool = False  # blanks follow the delimiters
    unread: tuple[NotRead, ...] = ()

    @property
    def lacking(self) -> Said | None:
        """What must be given before the file can be read."""
        return next((one.lacking for one in self.tables if one.lacking is not None), None)

    def as_bytes(self) -> bytes:
        """The mapping as the JSON in which it is kept; `mapping_from` reads it."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


class ColumnsLacking(Misused):
    """No column could be the text, or the id; `mapping` shows what there is."""

    def __init__(self, path: str, mapping: Mapping, said: Said) -> None:
        super().__init__(Said(said.id, f"{path}：{said.zh}", f"{path}: {said.en}"))
        self.mapping = mapping


def mapping_from(data: bytes) -> Mapping:
    """A mapping that was kept. Raises Misused for bytes that are none."""
    try:
        return msgspec.json.decode(data, type=Mapping)
    except msgspec.DecodeError as error:
        raise Misused(
            Said("mapping_broken", f"不是可用的列对应文件（{error}）。", f"it is no usable file of columns ({error}).")
        ) from error


def guess(path: Path, columns: Given[str, str] | str | None = None) -> Mapping:
    """How a file would be read, and what its first rows show of each column. Nothing is lost by asking.

    `columns` are those that a person gives, as `text=摘要,title=标题,id=公开号`. Raises UnreadableFile,
    UnreadableDocument, and Misused for columns that are not there; what is still lacking the mapping tells.
    """
    given = parse_given(columns) if isinstance(columns, str) else columns
    form = _form(path)
    if form == "folder":
        return Mapping(form=form)
    if form in ("csv", "jsonl"):
        text = opened(path)
        with text.file:
            return _guess_text(text, form, given)
    return _guess_sheets(path, form, given)


def _form(path: Path) -> str:
    if path.is_dir():
        return "folder"
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return "csv"
    if suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    if suffix in (".xlsx", ".xlsm"):
        return "xlsx"
    if suffix == ".parquet":
        return "parquet"
    shown = suffix or "（无扩展名）", suffix or "(no suffix)"
    raise UnreadableFile(
        str(path),
        f"不认识的组合格式 {shown[0]}。可用 .xlsx、.csv、.jsonl、.parquet，或一个文件夹。旧版 .xls 请另存为 .xlsx。",
        f"unknown kind of portfolio {shown[1]}. Use .xlsx, .csv, .jsonl, .parquet or a folder; save an old .xls as .xlsx.",
    )


def _guess_text(text: Text, form: str, given: Given[str, str] | None) -> Mapping:
    if form == "jsonl":
        lines, unread = _first(objects(text))
        if not lines and not unread:
            raise _no_rows(text.path)
        held = [one.cells for one in lines if isinstance(one.cells, dict)]
        names = tuple(dict.fromkeys(key for one in held for key in one if not broken(key)))
        sample = [[_value(one.get(name)) for name in names] for one in held]
        return Mapping(form=form, encoding=text.encoding, tables=(guessed(None, None, names, sample, given),))
    delimiter = delimiter_of(text, known_names)
    lines, unread = _first(delimited_rows(text, delimiter))
    cells: list[Sequence[Value]] = [tuple(one.cells) for one in lines]
    at = header_of(cells)
    if not unread and len(lines) == (0 if at is None else at + 1):
        raise _no_rows(text.path)
    if at is None:
        width = max(map(len, cells), default=0)
        one = guessed(None, None, named([None] * width), cells, given)
        return Mapping(form=form, encoding=text.encoding, delimiter=delimiter, tables=(one,))
    one = guessed(None, lines[at].number, _trimmed(cells[at], cells[at - 1] if at else ()), cells[at + 1 :], given)
    spaced = all(isinstance(cell, str) and cell.startswith(" ") for cell in cells[at][1:])
    return Mapping(form=form, encoding=text.encoding, delimiter=delimiter, spaced=spaced, tables=(one,))


def _first(lines: Iterator[Line | UnreadLines]) -> tuple[list[Line], bool]:
    """The first rows, and whether there are some among them that cannot be read."""
    held: list[Line] = []
    unread = False
    for one in lines:
        if isinstance(one, Line):
            held.append(one)
        else:
            unread = True
        if len(held) >= _SAMPLE:
            break
    return held, unread


def _no_rows(path: Path) -> UnreadableFile:
    return UnreadableFile(str(path), "其中没有任何行。", "it has no rows.")


def _trimmed(cells: Sequence[Value], above: Sequence[Value]) -> tuple[str, ...]:
    """The names of columns, those at the end that have none left out."""
    last = max((n for n, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()), default=-1)
    return named(cells[: last + 1], above)


def _guess_sheets(path: Path, form: str, given: Given[str, str] | None) -> Mapping:
    tables: list[Columns] = []
    unread: list[NotRead] = []
    lacking: MuluError | None = None
    for sheet, sample in _samples(path):
        if sheet.hidden:
            unread.append(_hidden(sheet))
            continue
        if not any(texts(row) for row in sample):
            continue
        try:
            tables.append(_columns_of(sheet, sample, given))
        except Misused as error:
            lacking = lacking or error
            unread.append(NotRead(name=sheet.name or "", said=error.said))
    if not tables and lacking is not None:
        raise lacking
    # Cover sheets and lists of codes stand beside the sheet that is meant; one that names its texts goes before guesses.
    sure = [one for one in tables if one.how.get("text") in ("given", "named")]
    kept = sure or [one for one in tables if "text" in one.roles] or tables
    for one in tables:
        if one not in kept:
            unread.append(NotRead(name=one.sheet or "", said=_no_text(one)))
    if not kept:
        raise _no_rows(path)
    return Mapping(form=form, tables=tuple(kept), unread=tuple(unread))


def _columns_of(sheet: Sheet, sample: Sequence[Sequence[Value]], given: Given[str, str] | None) -> Columns:
    if sheet.names is not None:
        return guessed(sheet.name, None, named(sheet.names), sample, given)
    at = header_of(sample)
    if at is None:
        width = max(map(len, sample), default=0)
        return guessed(sheet.name, None, named([None] * width), [row for row in sample if texts(row)], given)
    body = [row for row in sample[at + 1 :] if texts(row)]
    return guessed(sheet.name, at + 1, named(sample[at], sample[at - 1] if at else ()), body, given)


def _samples(path: Path) -> Iterator[tuple[Sheet, list[Sequence[Value]]]]:
    sheet: Sheet | None = None
    sample: list[Sequence[Value]] = []
    for one in table(path, most=_SAMPLE):
        if isinstance(one, Sheet):
            if sheet is not None:
                yield sheet, sample
            sheet, sample = one, []
        else:
            sample += one.rows
    if sheet is not None:
        yield sheet, sample


def _hidden(sheet: Sheet) -> NotRead:
    said = Said(
        "hidden_sheet",
        f"工作表“{sheet.name}”是隐藏的，未读取。需要的话请取消隐藏。",
        f"sheet “{sheet.name}” is hidden and was not read. Show it if it is wanted.",
    )
    return NotRead(name=sheet.name or "", said=said)


def _no_text(one: Columns) -> Said:
    return Said(
        "sheet_without_text",
        f"工作表“{one.sheet}”没有明确的描述列，未读取。列：{'、'.join(one.names[:20])}。如应读取，请将其描述列的名称改为与其他工作表一致，或另存为"
        f"单独的文件并以 `columns` 指明（text=列名）。",
        f"sheet “{one.sheet}” has no column that is called a description and was not read. Columns: {', '.join(one.names[:20])}. "
        f"If it should be, call its column of descriptions as the other sheets do, or save it as a file of its own and name the column "
        f"with `columns` (text=NAME).",
    )


# ---- reading -------------------------------------------------------------------------------------------------------


class Incoming:
    """A portfolio as it comes in: iterate over it once, in the order of the file.

    `mapping` tells how it is read; `tally` counts rows, records, refused, repeated, and what was noticed on the way
    (`same_text`, `titles`, `serial_days`); `share` is how much of it was read, from 0 to 1; `skipped` names what is not read.
    """

    def __init__(
        self,
        path: Path,
        columns: Given[str, str] | str | None = None,
        *,
        mapping: Mapping | None = None,
        ocr: bool = False,
    ) -> None:
        """Raises as `guess`, and ColumnsLacking where text or id cannot be told. A `mapping` that was kept is guessed no more."""
        self.path = path
        self.mapping = guess(path, columns) if mapping is None else mapping
        if (said := self.mapping.lacking) is not None:
            raise ColumnsLacking(str(path), self.mapping, said)
        self.tally: Counter[str] = Counter()
        self.skipped: list[NotRead] = list(self.mapping.unread)
        self._ocr = ocr
        self._known = _Known()
        self._share: Callable[[], float] = lambda: 0.0

    @property
    def share(self) -> float:
        """How much was read by now, of 1."""
        return self._share()

    def __iter__(self) -> Iterator[Record | Refused | Repeated]:
        form = self.mapping.form
        if form == "folder":
            made = self._folder()
        elif form in ("csv", "jsonl"):
            made = self._text()
        else:
            made = self._sheets()
        for one in made:
            told = self._known.told(one) if isinstance(one, Record) else one
            self.tally["rows"] += 1
            self.tally[_KINDS[type(told)]] += 1
            if isinstance(told, Record) and told.same_text is not None:
                self.tally["same_text"] += 1
            yield told

    def _text(self) -> Iterator[Record | Refused]:
        columns = self.mapping.tables[0]
        text = opened(self.path)
        self._share = lambda: text.share
        row = _Row(columns, self.path.name, self.tally)
        with text.file:
            if self.mapping.form == "jsonl":
                for one in objects(text):
                    yield _unread(one, row) if isinstance(one, UnreadLines) else row.of_object(one)
                return
            names = columns.names
            delimiter, spaced = self.mapping.delimiter or ",", self.mapping.spaced
            lines = delimited_rows(text, delimiter, len(names), spaced, columns.header or 0)
            above: tuple[Value, ...] = ()
            for one in lines:
                if columns.header is not None and one.number < columns.header:
                    above = tuple(one.cells) if isinstance(one, Line) else above
                    continue  # what stands above the header is no row
                if one.number == columns.header and isinstance(one, Line):
                    self._same_header(_trimmed(tuple(one.cells), above), columns)
                    continue
                yield (
                    _unread(one, row)
                    if isinstance(one, UnreadLines)
                    else row.of_cells(one.number, one.last, tuple(one.cells))
                )
        self._share = lambda: 1.0

    def _sheets(self) -> Iterator[Record | Refused]:
        by_sheet = {one.sheet: one for one in self.mapping.tables}
        columns: Columns | None = None
        row: _Row | None = None
        above: Sequence[Value] = ()
        read = total = 0
        self._share = lambda: min(1.0, read / total) if total else 0.0
        for one in table(self.path):
            if isinstance(one, Sheet):
                columns = None if one.hidden else by_sheet.get(one.name)
                row = None if columns is None else _Row(columns, self.path.name, self.tally, len(by_sheet) > 1)
                total += one.rows if columns is not None else 0
                if one.names is not None and columns is not None:
                    self._same_header(named(one.names), columns)
                continue
            if columns is None or row is None:
                continue
            for number, cells in enumerate(one.rows, one.first):
                read += 1
                if columns.header is not None and number <= columns.header:
                    if number == columns.header:
                        self._same_header(named(cells, above), columns)
                    above = cells
                    continue
                if texts(cells):
                    yield row.of_cells(number, number, cells)

    def _same_header(self, names: tuple[str, ...], columns: Columns) -> None:
        """A kept mapping reads the file it was made for, or one with the same columns. Raises Misused."""
        needed = {name for found in columns.roles.values() for name in found if name != ROW}
        if names[: len(columns.names)] == columns.names:
            return
        lacking = sorted(needed.difference(names)) or [f"{columns.names} ≠ {names}"]
        raise Misused(
            Said(
                "mapping_of_another_file",
                f"{self.path} 的列与保存的列对应不符（{'、'.join(lacking)}）。请重新推断列，或另行指明。",
                f"the columns of {self.path} are not those of the mapping that was kept ({', '.join(lacking)}). Guess the "
                f"columns anew, or name them.",
            )
        )

    def _folder(self) -> Iterator[Record | Refused]:
        """Each file that is there, by its path; two are read at a time."""
        paths = []
        for path in sorted(self.path.rglob("*"), key=lambda one: one.relative_to(self.path).as_posix()):
            inside = path.relative_to(self.path)
            if path.is_dir() and not path.is_symlink():
                continue
            if any(part.startswith((".", "~$")) for part in inside.parts) or path.name in _HIDDEN:
                said = Said(
                    "hidden_file",
                    f"{_shown_path(inside)} 是隐藏文件或临时文件，未读取。",
                    f"{_shown_path(inside)} is hidden or temporary and was not read.",
                )
                self.skipped.append(NotRead(name=_shown_path(inside), said=said))
                continue
            paths.append(path)
        if not paths:
            raise UnreadableFile(str(self.path), "文件夹中没有文件。", "the folder holds no file.")
        done = 0
        self._share = lambda: done / len(paths)
        with ThreadPoolExecutor(2) as readers:
            waiting: deque[Future[Record | Refused]] = deque()
            left = iter(paths)
            while True:
                while len(waiting) < 4 and (one := next(left, None)) is not None:
                    waiting.append(readers.submit(_document, one, self.path, self._ocr))
                if not waiting:
                    return
                yield waiting.popleft().result()
                done += 1


_KINDS = {Record: "records", Refused: "refused", Repeated: "repeated"}


def _unread(one: UnreadLines, row: _Row) -> Refused:
    return Refused(place=row.place(one.number, one.last), said=one.because, row=one.raw[:10_000])


# ---- one row -------------------------------------------------------------------------------------------------------


def records_of(columns: Columns, file: str, rows: Rows) -> list[Record | Refused | None]:
    """Rows that a reader hands over itself, as `Incoming` reads them, each by itself; None for one that says nothing."""
    row = _Row(columns, file, Counter())
    return [
        row.of_cells(number, number, cells) if texts(cells) else None
        for number, cells in enumerate(rows.rows, rows.first)
    ]


class _Row:
    """Rows of one table as records."""

    def __init__(self, columns: Columns, file: str, tally: Counter[str], several: bool = False) -> None:
        self._several = several  # sheets, so that the number of a row alone is no id
        self._columns = columns
        self._file = file
        self._tally = tally
        used = {name for role, names in columns.roles.items() if role not in ("numbers", "priority") for name in names}
        self._rest = tuple(name for name in columns.names if name not in used)
        # What cannot be read in one of these makes the row unfit.
        needed: tuple[Role, ...] = ("id", "text", "title", "on", "recipient", "kind")
        self._needed = {name for role in needed for name in columns.roles.get(role, ())}
        self._applications = tuple(name for name in columns.roles.get("numbers", ()) if plain(name) in APPLICATIONS)

    def place(self, number: int, last: int) -> str:
        where = f"{number}–{last}" if last > number else str(number)
        if self._columns.sheet is not None:
            return f"{self._file}, {self._columns.sheet}, {where}"
        return f"{self._file}, {where}"

    def of_object(self, line: Line) -> Record | Refused:
        assert isinstance(line.cells, dict)
        values = {str(name): _value(value) for name, value in line.cells.items()}
        wrong = next((n for n in self._text_columns() if not isinstance(line.cells.get(n), str | None)), None)
        for name in self._columns.roles["id"]:
            wrong = name if isinstance(line.cells.get(name), bool | list | dict) else wrong
        if wrong is not None:
            return self._refused(line.number, line.last, values, _no_string(wrong))
        return self._made(line.number, line.last, values)

    def of_cells(self, number: int, last: int, cells: Sequence[Value]) -> Record | Refused:
        names = self._columns.names
        values = dict(zip(names, cells, strict=False))
        for column in range(len(names), len(cells)):  # beyond the header, in a sheet
            if cells[column] is not None:
                values[f"[{letter(column)}]"] = cells[column]
        return self._made(number, last, values)

    def _text_columns(self) -> tuple[str, ...]:
        return (*self._columns.roles["text"], *self._columns.roles.get("title", ()))

    def _refused(
        self, number: int, last: int, values: Given[str, Value], said: Said, ident: str | None = None
    ) -> Refused:
        row = {visible(name): _shown(value) for name, value in values.items() if value is not None}
        return Refused(place=self.place(number, last), id=ident, said=said, row=row)

    def _made(self, number: int, last: int, values: Given[str, Value]) -> Record | Refused:
        roles = self._columns.roles
        ids = roles["id"][0]
        sheet = self._columns.sheet
        held = values.get(ids)
        ident = held.strip() or None if isinstance(held, str) else None
        if ids == ROW:
            ident = f"{sheet}!{number}" if self._several else str(number)

        def refused(said: Said) -> Refused:
            return self._refused(number, last, values, said, None if ident is None or broken(ident) else ident[:_CELL])

        for name, value in values.items():
            if (wrong := _wrong(name, value, name in self._needed)) is not None:
                return refused(wrong)
        if ident is None:
            return refused(Said("row_without_id", f"“{ids}”为空，没有编号。", f"“{ids}” is empty: the row has no id."))
        if ids != ROW and _SCIENTIFIC.fullmatch(ident):
            return refused(
                Said(
                    "id_in_scientific_notation",
                    f"编号 {ident} 是电子表格改写过的数字，后几位已经丢失。请把该列设为文本后重新导出。",
                    f"the id {ident} is a number that a spreadsheet rewrote, its last digits lost. Make the column text and export it anew.",
                )
            )
        if len(ident) > 500:
            return refused(Said("id_too_long", "编号超过 500 个字符。", "the id has more than 500 characters."))
        if all(names_it(name, values.get(name)) for name in (*roles["text"], ids) if name != ROW):
            return refused(
                Said(
                    "row_of_names",
                    "该行只是列名（表头重复或有第二行表头），不是记录。如确为记录，请改正其描述。",
                    "the row has names of columns (a header once more, or a second line of it) and is no record. If it is one, mend its "
                    "description.",
                )
            )
        day: date | None = None
        if (said_day := self._one("on", values)) is not None:
            found = day_of(said_day)
            if isinstance(found, Said):
                return refused(found)
            day = found
            self._tally["serial_days"] += said_day.strip().isdecimal() and len(said_day.strip()) == 5
        texts_ = [values.get(name) for name in roles["text"]]
        text = "\n".join(one for one in texts_ if isinstance(one, str) and one.strip())
        title = self._one("title", values)
        if not text and title is not None:
            text, title = title, None
            self._tally["titles"] += 1
        if not text:
            named_ = "、".join(roles["text"]), ", ".join(roles["text"])
            return refused(
                Said(
                    "row_without_text",
                    f"“{named_[0]}”为空，没有可比较的文字。",
                    f"“{named_[1]}” is empty: there is nothing to compare.",
                )
            )
        if len(text) > MAX_TEXT:
            return refused(
                Said(
                    "text_too_long",
                    f"描述有 {len(text):,} 个字符，上限为 {MAX_TEXT:,}。请作为单独的文档给出。",
                    f"the description has {len(text):,} characters, the limit is {MAX_TEXT:,}. Give it as a document of its own.",
                )
            )
        numbers = [one for name in roles.get("numbers", ()) if isinstance(one := values.get(name), str)]
        rest = {name: one.told if isinstance(one := values.get(name), Blank) else one for name in self._rest}
        facts = {name: one for name, one in rest.items() if isinstance(one, str) and one.strip()}
        for name, value in values.items():  # columns that only later rows have
            if name not in self._columns.names and isinstance(value, str) and value.strip():
                facts[name] = value
        return Record(
            id=ident,
            text=text,
            place=self.place(number, last),
            title=title,
            kind=self._one("kind", values),
            recipient=self._one("recipient", values),
            day=day,
            family=self._family(values, numbers),
            owner=self._one("owner", values),
            numbers=tuple(dict.fromkeys(one.strip() for one in numbers if one.strip())),
            facts=facts,
        )

    def _one(self, role: Any, values: Given[str, Value]) -> str | None:
        names = self._columns.roles.get(role)
        value = values.get(names[0]) if names else None
        if not isinstance(value, str) or not value.strip():
            return None
        return value if role == "title" else value.strip()

    def _family(self, values: Given[str, Value], numbers: Sequence[str]) -> str | None:
        said = self._one("family", values)
        if said is not None:
            members = _parts(said)
            if len(members) == 1 and not _PUBLICATION.fullmatch(members[0].upper()):
                return said
            return min(filter(None, map(number_key, {*members, *numbers[:1]})), default=said)
        applications = [one for name in self._applications if isinstance(one := values.get(name), str) and one.strip()]
        return family_of(_parts(self._one("priority", values) or ""), applications)


_PUBLICATION = re.compile(r"[A-Z]{2}[ -]?[0-9]{4,15}[ -]?[A-Z]?[0-9]?")


def _parts(said: str) -> list[str]:
    """Numbers that stand in one cell."""
    return [part.strip() for part in re.split(r"[;；|,，\n、]", said) if part.strip()]


def family_of(priorities: Sequence[str], applications: Sequence[str]) -> str | None:
    """The family by its priorities, as the offices' simple family is: all of the same priorities. An application without
    any is the first of its own family, which others may claim."""
    keys = sorted({number_key(one) for one in priorities}) or sorted({number_key(one) for one in applications[:1]})
    said = "+".join(key for key in keys if key)
    if len(said) > 120:
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
    return said or None


def _value(value: Any) -> Value:
    """A value of JSON as text: a whole number as a spreadsheet shows it, lists and objects as JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return "; ".join(map(str, value))
    return msgspec.json.encode(value).decode() if not _halved(value) else Blank("bytes")


def _halved(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError, OverflowError):
        return True
    return False


def _no_string(name: str) -> Said:
    return Said(
        "no_text",
        f"“{name}”不是文字（字符串）。请用引号给出文字。",
        f"“{name}” is not a text (a string). Give it in quotes.",
    )


def _shown(value: Value) -> str:
    if isinstance(value, Blank):
        return f"[{value.why}]"
    said = visible(value or "")
    return said if len(said) <= _CELL else f"{said[:_CELL]}…"


def _wrong(name: str, value: Value, needed: bool) -> Said | None:
    """What is wrong with a cell, so that the row cannot be used."""
    if isinstance(value, Blank):
        return value.said(name) if needed else None
    if value is None:
        return None
    if broken(value) or broken(name):
        return Said(
            "broken_text",
            f"“{_shown(name)}”含有无法解读的字节或半个字符（该行可能是另一种编码）。请以 UTF-8 重新写出该行。",
            f"“{_shown(name)}” holds bytes that are no characters, or half a character: the row may be in another "
            f"encoding. Write it anew in UTF-8.",
        )
    if not needed:
        return None
    if value.strip() in _ERRORS:
        return Blank("error").said(name)
    if _ODD.search(value) and not plausible(value):
        return Said(
            "implausible_text",
            f"“{name}”满是控制字符，可能是二进制数据。请给出纯文本。",
            f"“{name}” is full of control characters and may be binary data. Give plain text.",
        )
    return None


# ---- days ----------------------------------------------------------------------------------------------------------

_DAY = re.compile(
    r"(\d{4})\s{0,2}[-/.年]\s{0,2}(\d{1,2})\s{0,2}[-/.月]\s{0,2}(\d{1,2})\s{0,2}日?(?:[T ]\d{1,2}:\d{2}[\d:.Z+ ]{0,20})?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = re.compile(r"(\d{1,2})\.?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_SERIALS = range(25_569, 73_051)  # 1970-01-01 to 2100-01-01 as spreadsheets count days


def day_of(said: str) -> date | Said:
    """A day as tables write it; a Said that tells why it cannot be read as one.

    A number of five digits is how a spreadsheet counts days. Day and month in either order are read where only one
    order gives a day; nobody guesses at 03/04/2025.
    """
    plain_ = said.strip()
    try:
        if match := _DAY.fullmatch(plain_) or _COMPACT.fullmatch(plain_):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if plain_.isdecimal() and int(plain_) in _SERIALS:
            return date(1899, 12, 30) + timedelta(days=int(plain_))
        if match := _WORDS.fullmatch(plain_):
            day, month, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
            return date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day))
        if match := _TURNED.fullmatch(plain_):
            first, second, year = int(match[1]), int(match[2]), int(match[3])
            if first != second and first <= 12 and second <= 12:
                return Said(
                    "day_ambiguous",
                    f"日期 {plain_!r} 的日和月分不清。请写成 YYYY-MM-DD。",
                    f"in the day {plain_!r} one cannot tell day and month. Write it as YYYY-MM-DD.",
                )
            return date(year, second, first) if second <= 12 else date(year, first, second)
    except ValueError:
        pass
    return Said(
        "day_unread",
        f"无法作为日期读取 {plain_[:60]!r}。请写成 YYYY-MM-DD，或留空。",
        f"{plain_[:60]!r} cannot be read as a day. Write it as YYYY-MM-DD, or leave it empty.",
    )


# ---- documents -----------------------------------------------------------------------------------------------------


def _shown_path(path: Path) -> str:
    """A path as text, also where its bytes are no UTF-8: names that came from a Chinese Windows, or from elsewhere."""
    said = os.fsencode(path.as_posix())
    for encoding in ("utf-8", "gb18030"):
        try:
            return said.decode(encoding)
        except UnicodeDecodeError:
            continue
    return said.decode("utf-8", "backslashreplace")


def _document(path: Path, folder: Path, ocr: bool) -> Record | Refused:
    inside = _shown_path(path.relative_to(folder))
    place = f"{_shown_path(Path(folder.name))}/{inside}"

    def refused(said: Said) -> Refused:
        return Refused(place=place, id=inside, said=said, row=inside)

    if path.is_symlink():
        return refused(
            Said(
                "link",
                "这是链接，未读取。请放入文件本身。",
                "it is a link and was not followed. Put the file itself there.",
            )
        )
    listed = Said(
        "table_in_folder",
        "这是表格，每行是一条记录。请单独给出该文件。",
        "it is a table, of which each row is a record. Give this file by itself.",
    )
    if not path.is_file():
        return refused(
            Said("no_file", "这不是普通文件，未读取。", "it is no plain file (a pipe or a device) and was not read.")
        )
    if path.suffix.lower() in _TABLES and path.suffix.lower() not in (".txt", ".xlsx", ".xlsm"):
        return refused(listed)
    try:
        reading = read_described(path, ocr=ocr)
    except MuluError as error:
        return refused(error.said)
    if reading.kind is Kind.TABLE:
        return refused(listed)
    if not reading.text.strip():
        return refused(Said("no_text", "文件中没有任何文字。", "the file holds no text."))
    return _record_of(reading, inside, place, path)


def _record_of(reading: Reading, inside: str, place: str, path: Path) -> Record:
    held: dict[str, list[str]] = {}
    for name, value in reading.facts:
        held.setdefault(name, []).append(value)
    numbers = [*held.get("publication", ()), *held.get("application", ())]
    family = (
        f"family {held['family'][0]}"
        if held.get("family")
        else family_of(held.get("priority", ()), held.get("application", ()))
    )
    facts = {name: "; ".join(values) for name, values in held.items()}
    facts["digest"] = reading.digest
    return Record(
        id=inside,
        text=reading.text,
        place=place,
        title=reading.title,
        kind=reading.kind.value,
        family=family,
        owner="; ".join(held.get("applicant", ())) or None,
        numbers=tuple(dict.fromkeys(numbers)),
        facts=facts,
        document=_shown_path(path),
        parts=parts_of(reading),
    )


# ---- what was seen before ------------------------------------------------------------------------------------------


class _Known:
    """Which ids and texts came before. Of a record are kept three digests of 16 bytes, its id and its place."""

    def __init__(self) -> None:
        self._ids = _Digests()
        self._texts = _Digests()
        self._said = bytearray()  # id and place of each record, one after the other
        self._begins = array("Q", (0,))
        self._contents = bytearray()

    def told(self, record: Record) -> Record | Refused | Repeated:
        """The record, with the first of the same text named; or what it is where its id came before."""
        number = len(self._begins) - 1
        content = content_of(record)
        earlier = self._ids.add(hashlib.blake2b(record.id.encode(), digest_size=16).digest(), number)
        if earlier is not None:
            first = self._of(earlier)[1]
            if self._contents[16 * earlier : 16 * earlier + 16] == content:
                return Repeated(place=record.place, id=record.id, first=first)
            return Refused(
                place=record.place,
                id=record.id,
                said=other_content(record.id, first),
                row={"id": record.id, "title": _shown(record.title), "text": _shown(record.text)},
            )
        self._contents += content
        self._said += f"{record.id}\0{record.place}".encode()
        self._begins.append(len(self._said))
        same = self._texts.add(digest_of(record.title, record.text), number)
        return record if same is None else msgspec.structs.replace(record, same_text=self._of(same)[0])

    def _of(self, number: int) -> tuple[str, str]:
        ident, _, place = self._said[self._begins[number] : self._begins[number + 1]].decode().rpartition("\0")
        return ident, place


def other_content(ident: str, first: str) -> Said:
    """Why a row is refused whose id stands at another place, with other content."""
    return Said(
        "id_with_other_content",
        f"编号 {ident[:80]!r} 已见于 {first}，内容不同。请改正编号，或删去其中一行。",
        f"the id {ident[:80]!r} stands already at {first}, with other content. Mend the id, or take one row out.",
    )


def content_of(record: Record) -> bytes:
    """All that a record says but where it stands, as 16 bytes."""
    said = msgspec.json.encode(msgspec.structs.replace(record, place=""))
    return hashlib.blake2b(said, digest_size=16).digest()


class _Digests:
    """Digests of 16 bytes and the number under which each came first, in 24 bytes a slot where a dict takes some 150."""

    def __init__(self) -> None:
        self._slots = 1024
        self._used = 0
        self._high, self._low, self._numbers = self._empty()

    def _empty(self) -> tuple[array[int], array[int], array[int]]:
        blank = bytes(8 * self._slots)
        return array("Q", blank), array("Q", blank), array("Q", blank)

    def add(self, digest: bytes, number: int) -> int | None:
        """The number under which a digest came before; None, and it is kept, where it is new."""
        high, low = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big")
        at = self._find(high, low)
        if self._numbers[at]:
            return self._numbers[at] - 1
        self._high[at], self._low[at], self._numbers[at] = high, low, number + 1
        self._used += 1
        if 3 * self._used > 2 * self._slots:
            self._grow()
        return None

    def _find(self, high: int, low: int) -> int:
        at = low % self._slots
        while self._numbers[at] and (self._high[at] != high or self._low[at] != low):
            at = (at + 1) % self._slots
        return at

    def _grow(self) -> None:
        held = self._high, self._low, self._numbers
        self._slots *= 2
        self._high, self._low, self._numbers = self._empty()
        for high, low, number in zip(*held, strict=True):
            if number:
                at = self._find(high, low)
                self._high[at], self._low[at], self._numbers[at] = high, low, number


# ---- the file of refused rows --------------------------------------------------------------------------------------


def refused_line(one: Refused) -> bytes:
    """A refused row as a line of JSON, for the file of refused rows."""
    return msgspec.json.encode(one) + b"\n"

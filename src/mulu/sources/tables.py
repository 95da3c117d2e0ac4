"""Workbooks and Parquet files as rows, a batch at a time; `fenced.table` runs this in a process of its own.

A workbook's reader takes a sheet whole (its cells, not its XML); of a Parquet file one batch is held at a time. Numbers of a
workbook are as their cells show them (`cell_formats`); days are ISO days and powers of ten figures, whatever their format.
"""

from __future__ import annotations

import datetime
import functools
import importlib
import itertools
import json
import posixpath
import re
import sys
import zipfile
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Literal

import msgspec

from mulu.sources import cell_formats
from mulu.sources.documents import Corrupt, Held, TooLarge, UnknownKind, old_office
from mulu.sources.reading import MAX_UNPACKED
from mulu.vocabulary import Said

AT_ONCE = 256  # rows of a batch
_MOST_UNPACKED = 5 * MAX_UNPACKED
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Unsaid = Literal["error", "formula", "rounded", "bytes", "range"]


class Blank(msgspec.Struct, frozen=True, tag="unsaid"):
    """A cell that holds something which no text of it can be relied on for."""

    why: Unsaid

    @property
    def told(self) -> str:
        """What stands for the cell where nothing rests on it."""
        return "[{} / {}]".format(*_UNSAID[self.why])

    def said(self, name: str) -> Said:
        """Why the cell of a column cannot be used."""
        zh, en = _UNSAID[self.why]
        return Said(
            "cell_unsaid",
            f"“{name}”{zh}。请写明文字（可复制后“粘贴为数值”；编号请设为文本）。",
            f"“{name}” {en}. Write the words themselves (copy, then paste as values; make ids text).",
        )


_UNSAID: dict[Unsaid, tuple[str, str]] = {
    "error": ("是错误值（如 #N/A）", "is an error value such as #N/A"),
    "formula": ("是未计算的公式", "is a formula that was not worked out"),
    "rounded": (
        "是超过十五位的数字，电子表格已改动其后几位",
        "is a number of more than fifteen digits, which a spreadsheet rounds",
    ),
    "bytes": ("不是文字", "is no text"),
    "range": ("是无法表示的日期或时间", "is a day or time beyond what can be told"),
}


Value = str | Blank | None


class Sheet(msgspec.Struct, frozen=True, tag="sheet"):
    """A sheet begins. `name` is None where the file has no sheets; `names` are its columns where the format tells them."""

    name: str | None
    rows: int  # as the file says, for progress
    hidden: bool = False
    names: tuple[str, ...] | None = None


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Rows that follow each other; `first` is the number of the first, from 1 as a spreadsheet counts."""

    first: int
    rows: tuple[tuple[Value, ...], ...]


def batches(
    kind: str, file: IO[bytes], path: str, most: int | None = None, unpacked: int = _MOST_UNPACKED
) -> Iterator[Sheet | Rows]:
    """What a workbook ("xlsx") or a Parquet file ("parquet") holds, in order, at most `most` rows of each sheet.

    Raises UnreadableDocument; for a workbook of more than `unpacked` bytes when unpacked, TooLarge.
    """
    return _workbook(file, path, most, unpacked) if kind == "xlsx" else _parquet(file, path, most)


def load(kind: str) -> None:
    """Open everything that `batches` opens, for a process that can open nothing once it begins."""
    for name in (
        ("encodings.cp437", "encodings.utf_16_le", "lxml.etree", "python_calamine")
        if kind == "xlsx"
        else ("pyarrow.parquet",)
    ):
        importlib.import_module(name)
    if kind == "parquet":
        import pyarrow as pa

        # Moments of a Parquet file may be of any zone; where pytz is not there PyArrow takes those that are loaded.
        sys.modules.setdefault("pytz", None)  # type: ignore[arg-type]
        _ZONES.update({name: zoneinfo.ZoneInfo(name) for name in zoneinfo.available_timezones()})
        pa.array([0], pa.int64()).cast(pa.timestamp("us", "UTC")).to_pylist()


_ZONES: dict[str, zoneinfo.ZoneInfo] = {}  # while they are held here none is looked for on disk


# ---- workbooks -----------------------------------------------------------------------------------------------------


def _workbook(file: IO[bytes], path: str, most: int | None, limit: int) -> Iterator[Sheet | Rows]:
    import python_calamine

    broken = Corrupt(path, "xlsx", Said("broken_workbook", "工作簿无法解析", "it cannot be parsed"))
    if (begins := file.read(8)) == _OLE:
        raise old_office(Held(path, path, begins + file.read(MAX_UNPACKED)))
    if not begins.startswith(b"PK"):
        raise UnknownKind(path, _NO_WORKBOOK, "XLSX")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > limit:
                what = Said("unpacked", "解压后的字节数", "bytes when unpacked")
                raise TooLarge(path, what, unpacked, limit)
            parts, formats = _parts(archive)
            file.seek(0)
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            for told in book.sheets_metadata:
                hidden = told.visible != python_calamine.SheetVisibleEnum.Visible
                if told.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                if hidden:
                    yield Sheet(told.name, 0, hidden=True)
                    continue
                sheet = book.get_sheet_by_name(told.name)
                yield Sheet(told.name, sheet.total_height)
                rows = itertools.islice(sheet.iter_rows(), most)
                yield from _batched(rows, _noted(archive, parts.get(told.name), formats), most)
    except (TooLarge, MemoryError):
        raise
    except Exception as error:  # the readers raise several kinds of their own
        raise broken from error


_NO_WORKBOOK = Said(
    "no_workbook",
    "名为 XLSX 的其他文件（如网页、文本或 XML 表格）",
    "another file by the name of a workbook, such as a web page, a text or a spreadsheet in XML",
)


class _Format(msgspec.Struct, frozen=True):
    """How a cell shows the text that it holds."""

    code: str


_Note = str | Blank | _Format  # what a cell shows, where that is not what it holds
_END = 1 << 30


def _batched(
    rows: Iterable[list[Any]], noted: Iterator[tuple[int, dict[int, dict[int, _Note]]]], most: int | None
) -> Iterator[Rows]:
    held: list[tuple[Value, ...]] = []
    notes: dict[int, dict[int, _Note]] = {}
    number = known = 0
    for number, cells in enumerate(rows, 1):
        while known < number:
            known, more = next(noted, (_END, {}))
            notes.update(more)
        if number in notes:
            _put_in(cells, notes.pop(number))
        held.append(tuple([(cell or None) if type(cell) is str else _cell(cell) for cell in cells]))
        if len(held) == AT_ONCE:
            yield Rows(number + 1 - AT_ONCE, tuple(held))
            held = []
    first = number + 1 - len(held)
    if number != most:  # a last row whose cells are all errors is none to the reader
        for _, more in noted:
            notes.update(more)
        for after in range(number + 1, max(notes, default=0) + 1):
            cells = []
            _put_in(cells, notes.get(after, {}))
            held.append(tuple(cells))
    if held:
        yield Rows(first, tuple(held))


def _put_in(cells: list[Any], notes: dict[int, _Note]) -> None:
    """Put what the cells of a row show in the place of what they hold."""
    for column, note in notes.items():
        if column > len(cells):
            cells += [None] * (column - len(cells))
        if not isinstance(note, _Format):
            cells[column - 1] = note
        elif isinstance(was := cells[column - 1], str):
            cells[column - 1] = cell_formats.text(was, note.code).text


def _cell(value: Any) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, str | Blank):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return Blank("rounded")
        return str(int(value)) if float(value).is_integer() else cell_formats.kept(value)
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat()
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


_P = rb"(?:[a-z0-9]{1,9}:)?"
_F = rb"<%bf(?:[^>]{0,400}/>|[^>]{0,400}>[^<]{0,9000}</[a-z0-9:]{1,11}>)" % _P
_COMPUTED = re.compile(rb"<%bc\s([^>]{0,200})>\s{0,9}%b\s{0,9}(?:<%bv>\s{0,9}</|<%bv\s{0,9}/>|</)" % (_P, _F, _P, _P))
_ERROR = re.compile(rb"<%bc\s([^>]{0,200}t=[\"']e[\"'][^>]{0,200})>" % _P)
_USUAL = rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="(%b)"([^>]{0,200})>(?:%b)?(?:<v>([^<]{1,40}))?'
_UNUSUAL = re.compile(rb'<c(?! r="[A-Z]{1,3}[0-9]{1,7}"(?:[/>]| s="| t="[A-Za-z]{1,9}"[/>]))[\s/>]')
_ANY = rb"<%bc(\s[^>]{0,200})?\ss=[\"'](%b)[\"']([^>]{0,200})>(?:\s{0,9}%b)?(?:\s{0,9}<%bv[^>]{0,40}>([^<]{1,40}))?"
_AT = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_TYPE = re.compile(rb"\bt=[\"']([A-Za-z]{1,9})")
_ROW = re.compile(rb"<%brow\s(?:[^>]{0,200}\s)?r=[\"']([0-9]{1,7})" % _P)
_CHUNK = 1 << 20


def _noted(
    archive: zipfile.ZipFile, part: str | None, formats: dict[bytes, str]
) -> Iterator[tuple[int, dict[int, dict[int, _Note]]]]:
    """By row and column, from 1, what cells show that the reader shows otherwise; each time up to which row that is known.

    A number in a format, an error value, or a formula which the program that wrote the file did not work out.
    """
    if part is None or part not in archive.namelist():
        return
    styles = b"|".join(formats)
    usual, of_any = re.compile(_USUAL % (styles, _F)), re.compile(_ANY % (_P, styles, _F, _P))
    rest = b""
    with archive.open(part) as file:
        while True:
            chunk = file.read(_CHUNK)
            held = rest + chunk
            last = held.rfind(b"<", 0, max(held.rfind(b"<row"), held.rfind(b":row ")) + 1) if chunk else len(held)
            whole, rest = (held[:last], held[last:]) if last > 0 else (b"", held)
            found: dict[int, dict[int, _Note]] = {}
            if formats:
                few = b":c " in whole or b":c>" in whole or _UNUSUAL.search(whole)  # programs write XML so
                _put_shown(found, _placed(of_any, whole) if few else usual.findall(whole), formats)
            if b't="e"' in whole or b"t='e'" in whole:
                _put(found, _ERROR, whole, Blank("error"))
            if b"<f" in whole or b":f" in whole:
                _put(found, _COMPUTED, whole, Blank("formula"))
            begins = _ROW.match(rest)
            yield int(begins[1]) - 1 if begins else 0, found
            if not chunk:
                return


_Styled = tuple[bytes, bytes, bytes, bytes, bytes]  # a cell's column, row and style, what else is said of it, its value


def _placed(pattern: re.Pattern[bytes], whole: bytes) -> Iterator[_Styled]:
    for before, style, after, value in pattern.findall(whole):
        beside = before + after
        if at := _AT.search(beside):
            yield at[1], at[2], style, beside, value


def _put_shown(found: dict[int, dict[int, _Note]], cells: Iterable[_Styled], formats: dict[bytes, str]) -> None:
    of_row: dict[int, _Note] = {}
    last = b""
    for letters, row, style, beside, value in cells:
        of = _TYPE.search(beside) if beside else None
        note: _Note | None = None
        if of is None or of[1] == b"n":
            if value:
                note = _number(value, formats[style])
        elif of[1] in (b"s", b"str", b"inlineStr") and cell_formats.of_texts(formats[style]):
            note = _Format(formats[style])
        if note is not None:
            if row != last:
                of_row, last = found.setdefault(int(row), {}), row
            of_row[_column_of(letters)] = note


@functools.lru_cache(4096)
def _number(value: bytes, code: str) -> str | None:
    """A number in a format; None for one that is too long to be as it was."""
    return None if abs(float(value)) >= _EXACT else cell_formats.shown(value.decode(), code)


def _put(found: dict[int, dict[int, _Note]], pattern: re.Pattern[bytes], whole: bytes, note: Blank) -> None:
    for match in pattern.finditer(whole):
        at = _AT.search(match[1])
        if at is None or (pattern is _COMPUTED and re.search(rb"t=[\"'](?:str|e)[\"']", match[1])):
            continue  # worked out, to an empty text
        found.setdefault(int(at[2]), {})[_column_of(at[1])] = note


@functools.cache
def _column_of(letters: bytes) -> int:
    column = 0
    for sign in letters:
        column = 26 * column + sign - 64
    return column


def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], dict[bytes, str]]:
    """The part of the archive in which each sheet stands, and the formats, by number, that show other than a value says."""
    from lxml import etree

    def tree(name: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(archive.read(name), parser)

    targets = {one.get("Id"): one.get("Target") for one in tree("xl/_rels/workbook.xml.rels")}
    made = {}
    for one in tree("xl/workbook.xml").iter("{*}sheet"):
        link = next((value for key, value in one.attrib.items() if str(key).endswith("}id")), None)
        target = targets.get(link)
        if target:
            made[one.get("name")] = target.lstrip("/") if target[0] == "/" else posixpath.normpath(f"xl/{target}")
    codes = cell_formats.codes_of(tree("xl/styles.xml")) if "xl/styles.xml" in archive.namelist() else ()
    return made, {b"%d" % n: code for n, code in enumerate(codes) if code and cell_formats.says_more(code)}


# ---- Parquet -------------------------------------------------------------------------------------------------------


def _parquet(file: IO[bytes], path: str, most: int | None) -> Iterator[Sheet | Rows]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        held = pq.ParquetFile(file, pre_buffer=False, memory_map=False)
        yield Sheet(None, held.metadata.num_rows, names=tuple(held.schema_arrow.names))
        for rows in _rows(held.iter_batches(AT_ONCE, use_threads=False), 1):
            yield rows
            if most is not None and rows.first + len(rows.rows) > most:
                break
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise Corrupt(path, "parquet", _BROKEN) from error


def row_group(path: str, group: int, first: int, at_once: int) -> Iterator[Rows]:
    """The rows of one row group of a Parquet file, of which `first` is the number of the first, `at_once` at a time.

    For readers that share a file among them, on machines of their own. Raises UnreadableDocument.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False, memory_map=False) as held:
            yield from _rows(held.iter_batches(at_once, row_groups=[group], use_threads=False), first)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise Corrupt(path, "parquet", _BROKEN) from error


def _rows(held: Iterable[Any], first: int) -> Iterator[Rows]:
    for batch in held:
        columns = [_column(column) for column in batch.columns]
        yield Rows(first, tuple(zip(*columns, strict=True)) if columns else ((),) * batch.num_rows)
        first += batch.num_rows


def _column(held: Any) -> list[Value]:
    import pyarrow as pa

    of = held.type
    if pa.types.is_temporal(of) and getattr(of, "unit", "") == "ns":  # of those PyArrow would make objects of pandas
        coarser = (
            pa.timestamp("us", of.tz)
            if pa.types.is_timestamp(of)
            else pa.time64("us")
            if pa.types.is_time(of)
            else pa.duration("us")
        )
        held = held.cast(coarser, safe=False)
    try:
        return [_said(value) for value in held.to_pylist()]
    except (OverflowError, ValueError):
        return [_alone(value) for value in held]


def _alone(value: Any) -> Value:
    """One value of a column of which some have no form here: a day after the year 9999."""
    try:
        return _said(value.as_py())
    except (OverflowError, ValueError):
        return Blank("range")


_BROKEN = Said("broken_parquet", "Parquet 文件无法解析", "it cannot be parsed")


def _said(value: Any) -> Value:
    if isinstance(value, bytes):
        try:
            return value.decode() or None
        except UnicodeDecodeError:
            return Blank("bytes")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # whole here, whatever its length
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float) and value != value:
        return None  # how data frames write that there is none
    if isinstance(value, float) and abs(value) < _EXACT and not value.is_integer():
        return repr(value)  # all its figures, where a spreadsheet keeps fifteen
    return _cell(value)


def texts(row: Sequence[Value]) -> bool:
    """Whether a row says anything."""
    return any(isinstance(cell, Blank) or (cell is not None and not cell.isspace()) for cell in row)

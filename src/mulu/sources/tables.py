"""Workbooks and Parquet files as rows, a batch at a time; `fenced.table` runs this in a process of its own.

A workbook's reader takes a sheet whole (its cells, not its XML); of a Parquet file one batch is held at a time.
"""

from __future__ import annotations

import datetime
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

from mulu.sources.documents import Corrupt, Encrypted, TooLarge
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


def batches(kind: str, file: IO[bytes], path: str, most: int | None = None) -> Iterator[Sheet | Rows]:
    """What a workbook ("xlsx") or a Parquet file ("parquet") holds, in order, at most `most` rows of each sheet.

    Raises UnreadableDocument.
    """
    return _workbook(file, path, most) if kind == "xlsx" else _parquet(file, path, most)


def load(kind: str) -> None:
    """Open everything that `batches` opens, for a process that can open nothing once it begins."""
    for name in ("encodings.cp437", "lxml.etree", "python_calamine") if kind == "xlsx" else ("pyarrow.parquet",):
        importlib.import_module(name)
    if kind == "parquet":
        import pyarrow as pa

        # Moments of a Parquet file may be of any zone; where pytz is not there PyArrow takes those that are loaded.
        sys.modules.setdefault("pytz", None)  # type: ignore[arg-type]
        _ZONES.update({name: zoneinfo.ZoneInfo(name) for name in zoneinfo.available_timezones()})
        pa.array([0], pa.int64()).cast(pa.timestamp("us", "UTC")).to_pylist()


_ZONES: dict[str, zoneinfo.ZoneInfo] = {}  # while they are held here none is looked for on disk


# ---- workbooks -----------------------------------------------------------------------------------------------------


def _workbook(file: IO[bytes], path: str, most: int | None) -> Iterator[Sheet | Rows]:
    import python_calamine

    broken = Corrupt(path, "xlsx", Said("broken_workbook", "工作簿无法解析", "it cannot be parsed"))
    if file.read(8) == _OLE:
        raise Encrypted(path)  # an encrypted .xlsx is an OLE file, as an old .xls is
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > _MOST_UNPACKED:
                what = Said("unpacked", "解压后的字节数", "bytes when unpacked")
                raise TooLarge(path, what, unpacked, _MOST_UNPACKED)
            parts = _parts(archive)
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
                left = {} if most is not None else _left_out(archive, parts.get(told.name))
                yield Sheet(told.name, sheet.total_height)
                yield from _batched(itertools.islice(sheet.iter_rows(), most), left)
    except (TooLarge, MemoryError):
        raise
    except Exception as error:  # the readers raise several kinds of their own
        raise broken from error


def _batched(rows: Iterable[Sequence[Any]], left: dict[tuple[int, int], Unsaid]) -> Iterator[Rows]:
    held: list[tuple[Value, ...]] = []
    first = 1
    lines = {row for row, _ in left}
    for number, cells in enumerate(rows, 1):
        said = [_cell(cell) for cell in cells]
        if number in lines:
            said += [None] * (max(column for row, column in left if row == number) - len(said))
            for column in range(1, len(said) + 1):
                if why := left.get((number, column)):
                    said[column - 1] = Blank(why)
        held.append(tuple(said))
        if len(held) == AT_ONCE:
            yield Rows(first, tuple(held))
            first, held = number + 1, []
    # A last row whose cells are all errors is none to the reader.
    for number in range(first + len(held), max(lines, default=0) + 1):
        width = max((column for row, column in left if row == number), default=0)
        held.append(tuple(Blank(left[number, c]) if (number, c) in left else None for c in range(1, width + 1)))
    if held:
        yield Rows(first, tuple(held))


def _cell(value: Any) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return Blank("rounded")
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat()
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


_COMPUTED = re.compile(
    rb"<(?:[a-z0-9]{1,9}:)?c\s([^>]{0,200})>\s{0,9}<(?:[a-z0-9]{1,9}:)?f(?:[^>]{0,400}/>|[^>]{0,400}>[^<]{0,9000}</[a-z0-9:]{1,11}>)"
    rb"\s{0,9}(?:<(?:[a-z0-9]{1,9}:)?v>\s{0,9}</|<(?:[a-z0-9]{1,9}:)?v\s{0,9}/>|</)"
)
_ERROR = re.compile(rb"<(?:[a-z0-9]{1,9}:)?c\s([^>]{0,200}t=[\"']e[\"'][^>]{0,200})>")
_AT = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_CHUNK = 1 << 20


def _left_out(archive: zipfile.ZipFile, part: str | None) -> dict[tuple[int, int], Unsaid]:
    """Row and column, from 1, of each cell that the reader shows as empty and that is not.

    An error value, or a formula which the program that wrote the file did not work out.
    """
    found: dict[tuple[int, int], Unsaid] = {}
    if part is None or part not in archive.namelist():
        return found
    rest = b""
    with archive.open(part) as file:
        while True:
            chunk = file.read(_CHUNK)
            held = rest + chunk
            last = held.rfind(b"<row") if chunk else len(held)
            whole, rest = (held[:last], held[last:]) if last > 0 else (b"", held)
            if b't="e"' in whole or b"t='e'" in whole:
                found |= dict.fromkeys(_places(_ERROR, whole), "error")
            if b"<f" in whole or b":f" in whole:
                found |= dict.fromkeys(_places(_COMPUTED, whole), "formula")
            if not chunk:
                return found


def _places(pattern: re.Pattern[bytes], held: bytes) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(held):
        at = _AT.search(match[1])
        if at is None or (pattern is _COMPUTED and re.search(rb"t=[\"'](?:str|e)[\"']", match[1])):
            continue  # worked out, to an empty text
        column = 0
        for sign in at[1]:
            column = 26 * column + sign - 64
        yield int(at[2]), column


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive in which each sheet stands."""
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
    return made


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
    return _cell(value)


def texts(row: Sequence[Value]) -> bool:
    """Whether a row says anything."""
    return any(isinstance(cell, Blank) or (cell is not None and not cell.isspace()) for cell in row)

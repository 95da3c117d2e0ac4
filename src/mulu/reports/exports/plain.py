"""Tables as JSON Lines, CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from mulu.reports.exports.contents import Contents
from mulu.reports.exports.tables import Cell, Table, as_json, line

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def jsonl(_: Contents, tables: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """One file a table, one object a line."""
    for table in tables:
        yield f"{table.name}.jsonl", "".join(f"{line(table, row)}\n" for row in table.rows).encode()


def csv_(_: Contents, tables: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """One file a table, UTF-8 with a mark at its beginning, by which a spreadsheet knows the Chinese for what it is."""
    for table in tables:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow([column.name for column in table.columns])
        writer.writerows([[_cell(cell) for cell in row] for row in table.rows])
        yield f"{table.name}.csv", stream.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula stands behind an apostrophe; flags are true and false.

    So does a text that begins with an apostrophe itself: whoever reads takes the first one away, and has every text as it was.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    value = as_json(cell)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def parquet(_: Contents, tables: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """One file a table, typed; the titles of the columns in both languages are metadata of the fields."""
    import pyarrow
    from pyarrow import parquet as written

    types = {
        "text": pyarrow.string(),
        "certainty": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "day": pyarrow.date32(),
    }
    for table in tables:
        fields = [
            pyarrow.field(c.name, types[c.kind], metadata={"title_zh": c.title.zh, "title_en": c.title.en})
            for c in table.columns
        ]
        about = {"title_zh": table.title.zh, "title_en": table.title.en}
        columns = [pyarrow.array([row[n] for row in table.rows], type=field.type) for n, field in enumerate(fields)]
        made = pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields, metadata=about))
        stream = io.BytesIO()
        written.write_table(made, stream, compression="zstd")
        yield f"{table.name}.parquet", stream.getvalue()

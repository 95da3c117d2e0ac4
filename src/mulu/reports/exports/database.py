"""Tables as one SQLite database that opens well in datasette, with the titles of everything in `metadata.json` beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from mulu.reports.exports.contents import Contents
from mulu.reports.exports.tables import Table, as_json

Json = dict[str, Any]
_TYPES = {"text": "TEXT", "certainty": "TEXT", "day": "TEXT", "integer": "INTEGER", "number": "REAL", "flag": "INTEGER"}
# What is searched: Chinese has no spaces, so words of three characters and more are found by trigrams.
_SEARCHED = {
    "items": ("id", "name_zh", "name_en", "note_zh", "note_en"),
    "listings": ("item", "code", "name_zh", "name_en"),
    "points": ("id", "text_zh", "text_en", "note_zh", "note_en"),
    "terms": ("term",),
    "glossary": ("words_zh", "words_en", "why"),
    "sightings": ("value", "value_zh", "value_en", "how_zh", "how_en"),
    "sources": ("described",),
    "provisions": ("says_zh", "says_en"),
    "changed_points": ("before_zh", "before_en", "after_zh", "after_en"),
}


def sqlite(contents: Contents, tables: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """The database with primary and foreign keys and full-text search, and its metadata."""
    opened = sqlite3.connect(":memory:", isolation_level=None)
    try:
        opened.execute("PRAGMA page_size = 4096")
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("BEGIN")
        there = {table.name for table in tables}
        for table in tables:
            _filled(opened, table, there)
        opened.execute("COMMIT")
        yield "mulu.db", opened.serialize()
    finally:
        opened.close()
    yield "metadata.json", (json.dumps(_metadata(contents, tables), ensure_ascii=False, indent=2) + "\n").encode()


def _filled(opened: sqlite3.Connection, table: Table, there: set[str]) -> None:
    keyed = {column.name for column in table.columns if column.name in table.key}
    lines = [
        f'"{column.name}" {_TYPES[column.kind]}{" NOT NULL" if column.name in keyed else ""}'
        + (f' REFERENCES "{column.refers}" ("id")' if column.refers in there else "")
        for column in table.columns
    ]
    names = ", ".join(f'"{name}"' for name in table.key)
    opened.execute(f'CREATE TABLE "{table.name}" ({", ".join(lines)}, PRIMARY KEY ({names}))')
    marks = ", ".join("?" * len(table.columns))
    opened.executemany(
        f'INSERT INTO "{table.name}" VALUES ({marks})', ([as_json(cell) for cell in row] for row in table.rows)
    )
    for column in table.columns:
        if column.refers in there and column.name != table.key[0]:
            opened.execute(f'CREATE INDEX "{table.name}_{column.name}" ON "{table.name}" ("{column.name}")')
    searched = [name for name in _SEARCHED.get(table.name, ()) if name in {column.name for column in table.columns}]
    if searched:
        words = ", ".join(f'"{name}"' for name in searched)
        opened.execute(
            f'CREATE VIRTUAL TABLE "{table.name}_fts" USING fts5({words}, content="{table.name}", tokenize="trigram")'
        )
        opened.execute(f'INSERT INTO "{table.name}_fts" ("{table.name}_fts") VALUES (\'rebuild\')')


def _metadata(contents: Contents, tables: Sequence[Table]) -> Json:
    """Titles, descriptions and units in both languages, and a search that also finds words of two characters."""
    of = f"{contents.catalogue.version} · {contents.on} · {contents.name}"
    there = {table.name for table in tables}
    described: Json = {
        table.name: {
            "title": f"{table.title.zh} {table.title.en}",
            "description": f"{table.says.zh}。{table.says.en}.",
            "columns": {column.name: f"{column.title.zh} / {column.title.en}" for column in table.columns},
            **({"label_column": "name_zh"} if table.name == "items" else {}),
        }
        for table in tables
    }
    queries: Json = {}
    if {"items", "points"} <= there:
        queries["find"] = {
            "title": "查找 Find",
            "description": "名称、要点、用语中的字样，一个字起即可。Words in names, points and terms, of any length.",
            "sql": "select i.id as item, i.control, i.name_zh, i.name_en, p.id as point, p.certainty, p.text_zh, p.text_en "
            "from items i left join points p on p.item = i.id where i.name_zh || ' ' || i.name_en || ' ' || "
            "coalesce(p.text_zh, '') || ' ' || coalesce(p.text_en, '') || ' ' || coalesce((select group_concat(term, ' ') "
            "from terms t where t.point = p.id), '') like '%' || :words || '%' order by i.id, p.number",
        }
    return {
        "title": f"Mulu: {contents.title.zh} / {contents.title.en}",
        "description": " ".join([of, *(f"{note.zh} {note.en}" for note in contents.notes)]),
        "databases": {
            "mulu": {
                "title": contents.title.zh,
                "description": contents.title.en,
                "tables": described,
                **({"queries": queries} if queries else {}),
            }
        },
    }

"""Portfolios on disk: a folder each, with a table of records in SQLite and, beside it, what is kept of their texts.

A run is written part by part. A part is first written whole under its name, then entered in the table together with its
records, in one transaction: whatever ends the program, a part is there or is not, and a run goes on with the first that is not.
One program writes to a portfolio at a time; others may read meanwhile.
"""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.errors import MuluError
from mulu.portfolio.records import Record, Refused
from mulu.portfolio.screened import Found
from mulu.screening.added import Kept
from mulu.store.folders import (
    OWN_PART,
    PARTS,
    TABLE,
    PlaceUnusable,
    PortfolioDamaged,
    PortfolioUnknown,
    PortfolioUnusable,
    alone,
    check_lock,
    not_as_written,
    parts_in,
    portfolios_in,
    prepared,
    size_of,
    unread,
    unwritten,
)
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
FORM = "2"  # 1 kept too little of a text to judge items that an official text adds
# Over the keys of both tables: by its row alone a latest one would be looked for among all.
LATEST = "records JOIN latest ON latest.id = records.id AND latest.row = records.row"
LOST = "lost"  # the engine of records of which what is kept was lost
_TALLY = ("rows", "read", "held_already", "refused", "repeated")
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, asked TEXT NOT NULL, at TEXT NOT NULL, person TEXT, state TEXT NOT NULL, done TEXT, done_at TEXT
);
CREATE TABLE parts (
    run INTEGER, number INTEGER, kept INTEGER NOT NULL, engine TEXT NOT NULL, tally TEXT NOT NULL, PRIMARY KEY (run, number)
);
CREATE TABLE records (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, run INTEGER NOT NULL, seen INTEGER NOT NULL,
    part INTEGER NOT NULL, place INTEGER NOT NULL, engine TEXT NOT NULL,
    title TEXT, text TEXT NOT NULL, kind TEXT, recipient TEXT, country TEXT, day TEXT, family TEXT, owner TEXT,
    numbers TEXT NOT NULL, facts TEXT NOT NULL, stands TEXT NOT NULL, document TEXT, same_text TEXT, reading TEXT NOT NULL,
    language TEXT NOT NULL, edition TEXT NOT NULL, known TEXT NOT NULL, flagged INTEGER NOT NULL, UNIQUE (id, version)
);
CREATE INDEX records_in_parts ON records (part, place);
CREATE INDEX records_told ON records (
    id, row, version, run, seen, day, country, kind, owner, family, same_text, language, edition, engine, flagged
);
CREATE TABLE latest (id TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE candidates (
    row INTEGER, rank INTEGER, item TEXT NOT NULL, score INTEGER NOT NULL, flag INTEGER NOT NULL, near INTEGER NOT NULL,
    point TEXT NOT NULL, PRIMARY KEY (row, rank)
) WITHOUT ROWID;
CREATE INDEX candidates_of_item ON candidates (item, flag, score);
CREATE TABLE refused (run INTEGER NOT NULL, number INTEGER NOT NULL, stands TEXT NOT NULL, id TEXT, line TEXT NOT NULL);
CREATE TABLE repeated (run INTEGER NOT NULL, number INTEGER NOT NULL, stands TEXT NOT NULL, id TEXT NOT NULL, first TEXT NOT NULL);
"""
_TABLES = frozenset(re.findall(r"CREATE TABLE (\w+)", _SCHEMA))


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is held, with what its latest screening found."""

    row: int
    record: Record
    country: str | None  # of the recipient, as recognised when the record was read
    version: str
    language: str
    edition: str
    run: int
    seen: int
    flagged: int
    candidates: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is kept of the texts of a part, with the rows of its records that are the latest of their id."""

    number: int
    path: Path
    rows: npt.NDArray[np.int64]  # of each place in the part, to the last of them; 0 where no record is asked about


def _same_file(stood: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(stood, path.stat())
    except FileNotFoundError:
        return False


class Portfolio:
    """An open portfolio. One process writes to it at a time."""

    def __init__(self, folder: Path, name: str, *, create: bool = False) -> None:
        """Raises PortfolioUnknown, PortfolioUnusable. One of which the making was interrupted is made by who may `create` it."""
        self.name, self.folder = name, folder / name
        names = portfolios_in(folder)
        if name not in names:
            if not create:
                raise PortfolioUnknown(name, names)
            prepared(self.folder)
        self._file = self.folder / TABLE
        try:
            check_lock(self.folder)
            if not self._connected():
                if not create or parts_in(self.folder):
                    raise self._without_table()
                self._make()
            self._stood = self._file.stat()
            self._table.execute("PRAGMA journal_mode = WAL")
            self._table.execute("PRAGMA synchronous = FULL")
            form = self.about("form")
        except sqlite3.DatabaseError as error:
            raise unread(self._file, error) from error
        except UnicodeDecodeError as error:  # SQLite quotes what was overwritten
            raise not_as_written(self._file, error) from error
        except FileNotFoundError as error:  # deleted meanwhile
            raise PortfolioUnknown(name, portfolios_in(folder)) from error
        except OSError as error:
            raise PlaceUnusable(self.folder, error) from error
        if form != FORM:
            self.close()
            raise PortfolioUnusable(
                self.folder,
                f"其格式 {form!r} 非本版 Mulu 所写（{FORM}）；较早的版本所留存的内容不足以判断官方文本新增的条目。请将该文件夹移走，"
                "以同一名称重新筛查原表（`mulu portfolio screen`）；对各记录的答复另存于存储库，不受影响。",
                f"its form {form!r} is not the one that this Mulu writes ({FORM}); an older one keeps too little to judge items that an "
                "official text adds. Move the folder away and screen the same table again under the same name (`mulu portfolio "
                "screen`); what was answered of its records stands in the store and stays.",
            )

    def _connected(self) -> bool:
        """Open the table; false where there is none, or nothing in it."""
        if not size_of(self._file):
            return False
        self._table = sqlite3.connect(
            f"{self._file.absolute().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None
        )
        held = {name for (name,) in self._table.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if held and not held >= _TABLES:
            self.close()
            lost = ", ".join(sorted(_TABLES - held))
            raise PortfolioDamaged(self._file, f"是数据库，但不含 {lost}", f"is a database without {lost}")
        if not held:
            self.close()
        return bool(held)

    def _make(self) -> None:
        """Make the table and the folder of what is kept, as the one program that does."""
        with alone(self.folder):
            (self.folder / PARTS).mkdir(exist_ok=True)
            with closing(sqlite3.connect(self._file, isolation_level=None)) as made:
                made.execute("PRAGMA journal_mode = WAL")
                if not made.execute(
                    "SELECT 1 FROM sqlite_master"
                ).fetchone():  # which another program may have made meanwhile
                    made.executescript(f"BEGIN;{_SCHEMA}INSERT INTO about VALUES ('form', '{FORM}');COMMIT;")
        self._connected()

    def _without_table(self) -> MuluError:
        if not self.folder.is_dir():
            return PortfolioUnknown(self.name, portfolios_in(self.folder.parent))
        there = self._file.exists()
        zh, en = ("是空的", "is empty") if there else ("不存在", "is not there")
        if parts_in(self.folder):
            return PortfolioDamaged(self._file, zh, en)
        return PortfolioDamaged(
            self._file,
            f"{zh}，文件夹中也没有任何正文：组合尚未建成，或内容已丢失",
            f"{en}, nor does the folder hold any text: the portfolio is not made yet, or was lost",
            Bilingual(
                "请以同一名称再次筛查原表（`mulu portfolio screen`），从备份恢复该文件夹，或将其删除（`mulu portfolio delete`）",
                "Screen its tables again under the same name (`mulu portfolio screen`), restore the folder from a backup, or delete it "
                "(`mulu portfolio delete`)",
            ),
        )

    def close(self) -> None:
        self._table.close()

    def __enter__(self) -> Portfolio:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
            raise unread(self._file, error) from error

    # ---- what is known of it ----

    def about(self, name: str) -> str | None:
        row = self._table.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def say(self, name: str, value: str) -> None:
        self._table.execute(
            "INSERT INTO about VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def _read(self, text: str) -> Any:
        """A value that stands in the table as JSON; SQLite sees no bytes that were changed within a text."""
        try:
            return json.loads(text)
        except ValueError as error:
            raise not_as_written(self._file, error) from error

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            self._table.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._table.execute("COMMIT")
            except BaseException:
                if self._table.in_transaction:  # a full disk may have ended it already
                    self._table.execute("ROLLBACK")
                raise
        except (OSError, sqlite3.Error) as error:
            raise self.unwritten(error) from error

    def unwritten(self, error: Exception) -> PortfolioUnusable:
        """What is said where writing failed."""
        return unwritten(self._file, error)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one program that writes. What an interrupted one left half written is taken away.

        Raises PortfolioAtWork, PortfolioUnusable; PortfolioUnknown where it was deleted since it was opened.
        """

        def since() -> str | None:
            open_ = self._table.execute("SELECT at FROM runs WHERE state = 'open'").fetchone()
            return None if open_ is None else str(open_[0])

        with alone(self.folder, since):
            if not _same_file(self._stood, self.folder / TABLE):
                raise PortfolioUnknown(self.name, portfolios_in(self.folder.parent))
            self._clear()
            yield

    def _clear(self) -> None:
        """Take away what no record rests on: what was half written, and what later runs wrote anew.

        Records of which what is kept was lost or damaged are held no more as read: they are read again where they come again.
        """
        named = {part for (part,) in self._table.execute("SELECT DISTINCT part FROM records")}
        for part in named:
            try:
                _arrays(self.folder / PARTS / f"{part:06}.npz", None)
            except PortfolioUnusable:
                self._table.execute("UPDATE records SET engine = ? WHERE part = ?", (LOST, part))
        try:
            (self.folder / PARTS).mkdir(exist_ok=True)
            for one in (self.folder / PARTS).iterdir():
                if OWN_PART.fullmatch(one.name) and (one.suffix == ".part" or int(one.stem) not in named):
                    one.unlink()
        except OSError as error:
            raise self.unwritten(error) from error

    # ---- runs ----

    def begin(self, asked: Json, at: str, person: str | None) -> tuple[int, bool]:
        """The run that does what is asked, and whether it was begun before and is gone on with.

        Another run that was begun and not ended is given up: what it read is held all the same.
        """
        said = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        with self._whole():
            held = self._table.execute("SELECT id, asked FROM runs WHERE state = 'open'").fetchone()
            if held is not None and held[1] == said:
                return int(held[0]), True
            self._table.execute("UPDATE runs SET state = 'given up' WHERE state = 'open'")
            made = self._table.execute(
                "INSERT INTO runs (asked, at, person, state) VALUES (?, ?, ?, 'open')", (said, at, person)
            )
            return int(made.lastrowid or 0), False

    def runs(self) -> list[Json]:
        """Every run, in order."""
        rows = self._table.execute("SELECT id, asked, at, person, state, done, done_at FROM runs ORDER BY id")
        return [
            {
                "run": run,
                "asked": self._read(asked),
                "at": at,
                "by": person,
                "state": state,
                "done": None if done is None else self._read(done),
                "done_at": done_at,
            }
            for run, asked, at, person, state, done, done_at in rows
        ]

    def parts_done(self, run: int) -> set[int]:
        return {number for (number,) in self._table.execute("SELECT number FROM parts WHERE run = ?", (run,))}

    def tally(self, run: int | None) -> dict[str, int]:
        """What came in with a run so far, or with all of them: rows, read, held already, refused, repeated."""
        total = dict.fromkeys(_TALLY, 0)
        for (said,) in self._table.execute("SELECT tally FROM parts WHERE coalesce(run = ?, 1)", (run,)):
            for name, count in self._read(said).items():
                total[name] = total.get(name, 0) + count
        return total

    def finish(self, run: int, done: Json, at: str) -> None:
        with self._whole():
            self._table.execute(
                "UPDATE runs SET state = 'done', done = ?, done_at = ? WHERE id = ?",
                (json.dumps(done, ensure_ascii=False, sort_keys=True), at, run),
            )

    # ---- writing ----

    def held(self, records: Sequence[Record], engine: str) -> dict[int, int]:
        """Which of some records are held as they are, read by this engine: place among them → row."""
        found = {}
        for place, record in enumerate(records):
            row = self._table.execute(
                "SELECT row FROM records WHERE id = ? AND version = ? AND engine = ?",
                (record.id, record.version, engine),
            ).fetchone()
            if row is not None:
                found[place] = int(row[0])
        return found

    def add(
        self,
        run: int,
        number: int,
        engine: str,
        edition_of: Sequence[tuple[str, str]],
        read: Sequence[tuple[Record, str, Sequence[Found]]],
        kept: Kept | None,
        again: Sequence[tuple[int, Record]],
        refused: Sequence[Refused],
        repeated: Sequence[tuple[str, str, str]],
    ) -> None:
        """Write a part: records that were read, with language, candidates, and (edition, what was known); those held already,
        by their row; refused and repeated ones."""
        name = self._keep(kept) if kept is not None else 0
        counts = (len(read), len(again), len(refused), len(repeated))
        tally = dict(zip(_TALLY, (sum(counts), *counts), strict=True))
        with self._whole():
            self._table.execute(
                "INSERT INTO parts VALUES (?, ?, ?, ?, ?)", (run, number, name, engine, json.dumps(tally))
            )
            for place, (record, language, found) in enumerate(read):
                edition, known = edition_of[place]
                self._put(run, name, place, engine, record, language, found, edition, known)
            for row, record in again:
                self._table.execute(
                    "UPDATE records SET seen = ?, country = ?, owner = ?, facts = ?, stands = ?, family = ?, same_text = ?"
                    " WHERE row = ?",
                    (
                        run,
                        record.country,
                        record.owner,
                        _json(record.facts),
                        record.place,
                        record.family,
                        record.same_text,
                        row,
                    ),
                )
                self._latest(record.id, row)
            self._table.executemany(
                "INSERT INTO refused VALUES (?, ?, ?, ?, ?)",
                [(run, number, one.place, one.id, msgspec.json.encode(one).decode()) for one in refused],
            )
            self._table.executemany(
                "INSERT INTO repeated VALUES (?, ?, ?, ?, ?)", [(run, number, *one) for one in repeated]
            )

    def _keep(self, kept: Kept) -> int:
        """Write what is kept of a part, whole or not at all; returns its name. A file that no table names is nobody's."""
        folder = self.folder / PARTS
        name = 1 + int(self._table.execute("SELECT coalesce(max(kept), 0) FROM parts").fetchone()[0])
        path: Path | None = None
        try:
            with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
                path = Path(file.name)
                arrays: Any = kept.arrays()
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
            path.replace(folder / f"{name:06}.npz")
        except OSError as error:
            if path is not None:
                path.unlink(missing_ok=True)
            raise self.unwritten(error) from error
        return name

    def _put(
        self,
        run: int,
        part: int,
        place: int,
        engine: str,
        record: Record,
        language: str,
        found: Sequence[Found],
        edition: str,
        known: str,
    ) -> None:
        values = (
            run,
            run,
            part,
            place,
            engine,
            record.title,
            record.text,
            record.kind,
            record.recipient,
            record.country,
            None if record.day is None else record.day.isoformat(),
            record.family,
            record.owner,
            _json(record.numbers),
            _json(record.facts),
            record.place,
            record.document,
            record.same_text,
            msgspec.json.encode(record.parts).decode(),
            language,
            edition,
            known,
            sum(one.flag for one in found),
        )
        made = self._table.execute(
            "INSERT INTO records (id, version, run, seen, part, place, engine, title, text, kind, recipient, country, day, family,"
            " owner, numbers, facts, stands, document, same_text, reading, language, edition, known, flagged)"
            f" VALUES (?, ?, {', '.join('?' * len(values))})"
            " ON CONFLICT (id, version) DO UPDATE SET seen = excluded.seen, part = excluded.part, place = excluded.place,"
            " engine = excluded.engine, country = excluded.country, owner = excluded.owner, facts = excluded.facts, stands = excluded.stands,"
            " family = excluded.family, same_text = excluded.same_text, reading = excluded.reading,"
            " edition = excluded.edition, known = excluded.known, flagged = excluded.flagged RETURNING row",
            (record.id, record.version, *values),
        )
        row = int(made.fetchone()[0])
        self._candidates(row, found)
        self._latest(record.id, row)

    def _latest(self, id_: str, row: int) -> None:
        self._table.execute(
            "INSERT INTO latest VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET row = excluded.row", (id_, row)
        )

    def _candidates(self, row: int, found: Sequence[Found]) -> None:
        self._table.execute("DELETE FROM candidates WHERE row = ?", (row,))
        self._table.executemany(
            "INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row, rank, c.item, c.score, c.flag, c.near_boundary, c.point) for rank, c in enumerate(found)],
        )

    def renew(self, made: Iterable[tuple[int, str, str, Sequence[Found]]]) -> None:
        """Write what another edition, or what is known now, makes of records: row, edition, what was known, candidates."""
        with self._whole():
            for row, edition, known, found in made:
                self._table.execute(
                    "UPDATE records SET edition = ?, known = ?, flagged = ? WHERE row = ?",
                    (edition, known, sum(one.flag for one in found), row),
                )
                self._candidates(row, found)

    # ---- reading ----

    def count(self) -> int:
        return int(self._table.execute("SELECT count(*) FROM latest").fetchone()[0])

    def parts(self, *, only: str = "1", values: Sequence[Any] = ()) -> Iterator[Part]:
        """What is kept, part by part, of the latest records (that meet a condition)."""
        if only == "1":  # from indexes alone, for rows are wide
            (every,) = self._table.execute("SELECT count(*) FROM records").fetchone()
            which = "records" if every == self.count() else "records WHERE row IN (SELECT row FROM latest)"
        else:
            which = f"{LATEST} WHERE {only}"
        # Places and rows as two lists of digits: a hundred thousand pairs of numbers take three times as long.
        for part, *lists in self._table.execute(
            f"SELECT part, group_concat(place), group_concat(records.row) FROM {which} GROUP BY part ORDER BY part",
            tuple(values),
        ).fetchall():
            places, held = (np.array(of.split(","), dtype=np.int64) for of in lists)
            rows = np.zeros(int(places.max()) + 1, dtype=np.int64)
            rows[places] = held
            yield Part(part, self.folder / PARTS / f"{part:06}.npz", rows)

    def engines(self) -> dict[int, str]:
        """The engine that read each part."""
        return dict(self._table.execute("SELECT kept, engine FROM parts"))

    def kept(self, part: Part, names: Sequence[str] | None = None) -> dict[str, np.ndarray[Any, Any]]:
        """Arrays of a part, all of `Kept` where no names are given. Asks nothing of the table, so any thread may call it."""
        return _arrays(part.path, names)

    def vectors(self, row: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """What is kept of the meaning of a record: the vectors of its sections and of its passages, none where it was not read for it."""
        part, place = self._table.execute("SELECT part, place FROM records WHERE row = ?", (row,)).fetchone()
        held = _arrays(self.folder / PARTS / f"{part:06}.npz", ("vectors", "vector_counts"))
        ends = np.cumsum(held["vector_counts"].astype(np.int64).ravel())
        first = 0 if place == 0 else int(ends[2 * place - 1])
        middle, last = (int(end) for end in ends[2 * place : 2 * place + 2])
        return held["vectors"][first:middle], held["vectors"][middle:last]

    def records(self, rows: Sequence[int]) -> list[Record]:
        """The records of some rows, in their order."""
        return [one.record for one in self.of(rows)]

    def rows(
        self,
        condition: str = "1",
        values: Sequence[Any] = (),
        *,
        order: str = "records.row",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Row]:
        """The latest records that meet a condition, with their candidates."""
        found = self._table.execute(
            "SELECT records.row, records.id, version, title, text, kind, recipient, country, day, family, owner, numbers, facts, stands,"
            f" document, same_text, reading, language, edition, run, seen, flagged FROM {LATEST}"
            f" WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        return [self._row(one) for one in found]

    def of(self, rows: Sequence[int]) -> list[Row]:
        """Some of the latest rows, by their numbers, in the order of these."""
        wanted = list(rows)
        found = {
            one.row: one for one in self.rows("records.row IN (SELECT value FROM json_each(?))", (json.dumps(wanted),))
        }
        return [found[row] for row in wanted]

    def _row(self, one: Sequence[Any]) -> Row:
        (row, id_, version, title, text, kind, recipient, country, day, family, owner, numbers, facts, stands, document, same, reading,
         language, edition, run, seen, flagged) = one  # fmt: skip
        said = {
            "id": id_,
            "title": title,
            "text": text,
            "kind": kind,
            "recipient": recipient,
            "day": day,
            "family": family,
            "owner": owner,
            "numbers": self._read(numbers),
            "facts": self._read(facts),
            "place": stands,
            "document": document,
            "same_text": same,
            "parts": self._read(reading),
        }
        try:
            record = msgspec.convert(said, Record)
        except msgspec.ValidationError as error:
            raise not_as_written(self._file, error) from error
        return Row(row, record, country, version, language, edition, run, seen, flagged, self.candidates(row))

    def candidates(self, row: int) -> tuple[Found, ...]:
        rows = self._table.execute(
            "SELECT item, score, flag, near, point FROM candidates WHERE row = ? ORDER BY rank", (row,)
        )
        return tuple(Found(item, score, bool(flag), bool(near), point) for item, score, flag, near, point in rows)

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """A reading question to the table (`LATEST` are the latest records)."""
        return self._table.execute(sql, tuple(values)).fetchall()

    def put(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Rows into a temporary table, which goes with this portfolio when it is closed."""
        if rows:
            self._table.executemany(f"INSERT INTO temp.{table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def script(self, sql: str) -> None:
        """Make temporary tables."""
        self._table.executescript(sql)

    def refused(self, run: int | None) -> Iterator[Json]:
        """The rows that a run refused, in order; those of every run where none is named."""
        for (line,) in self._table.execute(
            "SELECT line FROM refused WHERE coalesce(run = ?, 1) ORDER BY run, number, rowid", (run,)
        ):
            yield self._read(line)


def _arrays(path: Path, names: Sequence[str] | None) -> dict[str, np.ndarray[Any, Any]]:
    """Arrays of a file of `np.savez`. NumPy's own reader takes three times as long over as many small files."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as held:
            of = {one.filename.removesuffix(".npy"): one for one in held.infolist()}
            return {name: _array(file, of[name]) for name in (of if names is None else names)}
    except (OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile) as error:
        raise PortfolioUnusable(
            path,
            "保存的内容已损坏或丢失。请以含有这些记录的表格再次筛查此组合：它们将被重新读取。",
            "what was kept is damaged or lost. Screen this portfolio again with the tables that held its records: those are read anew.",
        ) from error


def _array(file: BinaryIO, of: zipfile.ZipInfo) -> np.ndarray[Any, Any]:
    """One that was written without compression; what is not as it was written is refused."""
    file.seek(of.header_offset)
    name, more = struct.unpack("<26x2H", file.read(30))
    file.seek(name + more, os.SEEK_CUR)
    data = memoryview(file.read(of.file_size))
    if zlib.crc32(data) != of.CRC:
        raise zipfile.BadZipFile(of.filename)
    (length,) = struct.unpack("<8xH", data[:10])
    shape, by_columns, form = _shape(bytes(data[10 : 10 + length]))
    return np.frombuffer(data[10 + length :], dtype=form).reshape(shape, order="F" if by_columns else "C")


@lru_cache(4096)
def _shape(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """What the head of an array says, read once for all parts that say the same."""
    return np.lib.format.read_array_header_1_0(io.BytesIO(struct.pack("<H", len(header)) + header))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

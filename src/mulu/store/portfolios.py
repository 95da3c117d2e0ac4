"""Portfolios on disk: a folder each, with a table of records in SQLite and, beside it, what is kept of their texts.

A run is written part by part. A part is first written whole under its name, then entered in the table together with its
records, in one transaction: whatever ends the program, a part is there or is not, and a run goes on with the first that is not.
One program writes to a portfolio at a time; others may read meanwhile.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.errors import Misused, MuluError
from mulu.portfolio.records import Record, Refused
from mulu.portfolio.screened import Found
from mulu.screening.added import Kept
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
FORM = "2"  # 1 kept too little of a text to judge items that an official text adds
_TABLE = "portfolio.sqlite"
_PARTS = "kept"
# Over the keys of both tables: by its row alone a latest one would be looked for among all.
LATEST = "records JOIN latest ON latest.id = records.id AND latest.row = records.row"
LOST = "lost"  # the engine of records of which what is kept was lost
VARIABLE = "MULU_PORTFOLIOS"
# Of the place and not of the table in it.
_OF_THE_PLACE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
_REASONS = {
    errno.EEXIST: ("此处是文件，不是文件夹", "it is a file and no folder"),
    errno.ENOTDIR: ("其本身或其上一级是文件，不是文件夹", "it, or what it stands in, is a file and no folder"),
    errno.ENOENT: ("链接所指之处不存在", "it is a link to what is not there"),
    errno.ELOOP: ("链接循环", "it is a link that leads to itself"),
    errno.EACCES: ("没有权限", "there is no permission"),
    errno.EPERM: ("没有权限", "there is no permission"),
    errno.EROFS: ("该处只可读取", "it can only be read"),
    errno.ENAMETOOLONG: ("名称过长", "its name is too long"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
}
_TALLY = ("rows", "read", "held_already", "refused", "repeated")
_AT_WORK = "at-work.sqlite"  # locked while a program writes; the system takes the lock away with the program
MAP = "map.npz"
_OF_ONE = re.compile(  # all that the folder of a portfolio may hold
    r"(?:portfolio|at-work)\.sqlite(?:-wal|-shm|-journal)?|kept|refused-[0-9]+\.jsonl|map\.npz|deleted\.json|.*\.part"
)
_PUT_AWAY = ".deleted-"  # no name of a portfolio begins so
_NOTE = "deleted.json"
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


class PortfolioUnknown(Misused):
    """No portfolio of this name is held. `gone`: what is said of one that was deleted."""

    def __init__(self, name: str, known: Sequence[str], gone: Bilingual | None = None) -> None:
        zh = f"现有：{'、'.join(known)}" if known else "现无组合"
        en = f"There are: {', '.join(known)}" if known else "There is none yet"
        if gone is not None:
            zh, en = f"{gone.zh}。{zh}", f"{gone.en}. {en}"
        super().__init__(
            Said(
                "portfolio_unknown",
                f"没有名为 {name!r} 的技术组合。{zh}。",
                f"No portfolio is called {name!r}. {en}.",
            )
        )


class PortfolioUnusable(MuluError):
    """A portfolio that cannot be read or written."""

    def __init__(self, folder: Path, zh: str, en: str) -> None:
        super().__init__(
            Said(
                "portfolio_unusable",
                f"技术组合 {folder} 无法使用：{zh}",
                f"The portfolio {folder} cannot be used: {en}",
            )
        )


class PlaceUnusable(PortfolioUnusable):
    """The folder of all portfolios, or one in it, is no folder, or may not be read and written."""

    def __init__(self, folder: Path, error: Exception) -> None:
        zh, en = _REASONS.get(getattr(error, "errno", None) or 0, (str(error), str(error)))
        MuluError.__init__(
            self,
            Said(
                "portfolios_place",
                f"技术组合不能存放于 {folder}：{zh}。请检查该处是否为可读、可写的文件夹（读取亦需写入）；组合存放于环境变量 {VARIABLE} "
                f"所指之处，未设置时在存储库旁：请以 {VARIABLE} 指明另一文件夹，或更正存储库的位置。",
                f"Portfolios cannot lie at {folder}: {en}. See that it is a folder in which you may read and write (reading needs both). "
                f"They lie where the variable {VARIABLE} says, else beside the store: name another folder with {VARIABLE}, or put the "
                "place of the store right.",
            ),
        )


class PortfolioAtWork(MuluError):
    """Another program writes to this portfolio."""

    def __init__(self, name: str, since: str | None) -> None:
        super().__init__(
            Said(
                "portfolio_at_work",
                f"技术组合 {name} 正由另一次筛查写入{f'（始于 {since}）' if since else ''}。请待其结束，或先停止它，再重试。",
                f"Another screening is writing to the portfolio {name}{f' (begun {since})' if since else ''}. Wait until it is done, "
                "or stop it, and try again.",
            )
        )


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


def portfolios_in(folder: Path) -> list[str]:
    """The names of the portfolios in a folder; none where it was not made yet. Raises PlaceUnusable."""
    try:
        return sorted(one.name for one in folder.iterdir() if _is_one(one) and not one.name.startswith(_PUT_AWAY))
    except FileNotFoundError as error:
        if folder.is_symlink():  # of which the end is missing: nothing can be made there
            raise PlaceUnusable(folder, error) from error
        return []
    except OSError as error:
        raise PlaceUnusable(folder, error) from error


def _is_one(folder: Path) -> bool:
    """Whether a portfolio lies in a folder; one that may not be looked into counts, for who opens it is told so."""
    try:
        if (folder / _TABLE).is_file():
            return True
        # One that lost its table, or whose making was ended before it had one; nothing of anybody else's lies in it.
        held = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
        return bool(held & {_PARTS, _AT_WORK}) and all(_OF_ONE.fullmatch(name) for name in held)
    except PermissionError:
        return True


@contextmanager
def alone(folder: Path, since: Callable[[], str | None] = lambda: None) -> Iterator[None]:
    """Be the one program that writes to the portfolio in a folder. Raises PortfolioAtWork, PortfolioUnusable."""
    try:
        lock = sqlite3.connect(folder / _AT_WORK, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise _unwritten(folder, error) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise PortfolioUnusable(
                    folder,
                    f"其中的 {_AT_WORK} 已损坏（{error}）。该文件只用于防止两个程序同时写入，不含任何数据：请删除该文件后重试。未作任何改动。",
                    f"its {_AT_WORK} is damaged ({error}). That file only keeps two programs from writing at once and holds no data: remove "
                    "it and try again. Nothing was changed.",
                ) from error
            if code != sqlite3.SQLITE_BUSY:
                raise _unwritten(folder, error) from error
            raise PortfolioAtWork(folder.name, since()) from error
        yield
    finally:
        lock.close()


def _unwritten(folder: Path, error: Exception) -> PortfolioUnusable:
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CANTOPEN:
        return PlaceUnusable(folder, error)
    return PortfolioUnusable(
        folder,
        f"写入失败：{error}。此前写入的内容完好；排除原因（如磁盘已满、目录只读）后再次运行即从断点继续。",
        f"it could not be written: {error}. What was written before is whole; mend the cause (a full disk, a folder that is "
        "read-only) and run the same again: it goes on from there.",
    )


# ---- deleting ------------------------------------------------------------------------------------------------------


def put_away(folder: Path, name: str, note: Json) -> None:
    """Take a portfolio out of sight in one step, with a note of who did it and why; `take_away` removes it.

    To be called by the one program that writes to it (`alone`). Raises PlaceUnusable: then it is there as it was.
    """
    try:
        with (folder / name / _NOTE).open("w", encoding="utf-8") as file:
            file.write(_json(note))
            file.flush()
            os.fsync(file.fileno())
        (folder / name).rename(folder / f"{_PUT_AWAY}{note['token']}")
    except OSError as error:
        raise PlaceUnusable(folder / name, error) from error


def put_away_in(folder: Path) -> list[tuple[Path, Json | None]]:
    """What is left of portfolios that were deleted, with the notes; no note where only rests are left."""
    try:
        found = sorted(one for one in folder.iterdir() if one.name.startswith(_PUT_AWAY))
    except OSError:  # which the acts themselves say
        return []
    made: list[tuple[Path, Json | None]] = []
    for one in found:
        try:
            made.append((one, json.loads((one / _NOTE).read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            made.append((one, None))
    return made


def take_away(folder: Path) -> None:
    """Remove what was put away; its note goes last, so that an interruption leaves it. Raises OSError."""
    for one in folder.iterdir():
        if one.name != _NOTE:
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one)
            else:
                one.unlink()
    (folder / _NOTE).unlink(missing_ok=True)
    folder.rmdir()


def _same_file(stood: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(stood, path.stat())
    except FileNotFoundError:
        return False


class Portfolio:
    """An open portfolio. One process writes to it at a time."""

    def __init__(self, folder: Path, name: str, *, create: bool = False) -> None:
        """Raises PortfolioUnknown, PortfolioUnusable, PlaceUnusable."""
        self.name, self.folder = name, folder / name
        names = portfolios_in(folder)
        if name not in names:
            if not create:
                raise PortfolioUnknown(name, names)
            try:
                (self.folder / _PARTS).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise PlaceUnusable(self.folder, error) from error
        elif not self._has_table() and not (create and self._is_bare()):
            raise PortfolioUnusable(
                self.folder,
                f"其表 {_TABLE} 不存在或为空，各记录无从得知。请从备份恢复该文件夹；没有备份的，删除该组合（`mulu portfolio delete`），"
                "再以同一名称重新筛查原表。历次运行和答复记录在存储库中，不受影响。",
                f"its table {_TABLE} is not there or empty, so none of its records is known. Restore the folder from a backup; without one, "
                "delete the portfolio (`mulu portfolio delete`) and screen the same table again under the same name. Its runs and what "
                "was answered of its records are on record in the store and stay.",
            )
        try:
            self._table = sqlite3.connect(self.folder / _TABLE, timeout=30, isolation_level=None)
            self._stood = (self.folder / _TABLE).stat()
            self._table.execute("PRAGMA journal_mode = WAL")
            self._table.execute("PRAGMA synchronous = FULL")
            if create and not self._table.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
                self._table.executescript(f"BEGIN;{_SCHEMA}INSERT INTO about VALUES ('form', '{FORM}');COMMIT;")
            form = self.about("form")
        except FileNotFoundError as error:  # deleted meanwhile
            raise PortfolioUnknown(name, portfolios_in(folder)) from error
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
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

    def _has_table(self) -> bool:
        try:
            return (self.folder / _TABLE).stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError as error:
            raise PlaceUnusable(self.folder, error) from error

    def _is_bare(self) -> bool:
        """Whether nothing was kept yet: its making was ended before it had a table, and may be gone on with."""
        try:
            return not any((self.folder / _PARTS).glob("*.npz"))
        except OSError as error:
            raise PlaceUnusable(self.folder, error) from error

    def close(self) -> None:
        self._table.close()

    def __enter__(self) -> Portfolio:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.DatabaseError) -> PortfolioUnusable:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_PLACE:
            return PlaceUnusable(self.folder, error)
        return PortfolioUnusable(
            self.folder,
            f"{error}。其表已损坏，或正被另一程序占用。请稍后重试；仍如此则从备份恢复该文件夹，或以另一名称重新筛查。",
            f"{error}. Its table is damaged, or another program holds it. Try again; where that does not help, restore the folder from "
            "a backup, or screen under another name.",
        )

    # ---- what is known of it ----

    def about(self, name: str) -> str | None:
        row = self._table.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def say(self, name: str, value: str) -> None:
        self._table.execute(
            "INSERT INTO about VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

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
        return _unwritten(self.folder, error)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one program that writes. What an interrupted one left half written is taken away.

        Raises PortfolioAtWork, PortfolioUnusable; PortfolioUnknown where it was deleted since it was opened.
        """

        def since() -> str | None:
            open_ = self._table.execute("SELECT at FROM runs WHERE state = 'open'").fetchone()
            return None if open_ is None else str(open_[0])

        with alone(self.folder, since):
            if not _same_file(self._stood, self.folder / _TABLE):
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
                _arrays(self.folder / _PARTS / f"{part:06}.npz", None)
            except PortfolioUnusable:
                self._table.execute("UPDATE records SET engine = ? WHERE part = ?", (LOST, part))
        try:
            for one in (self.folder / _PARTS).iterdir():
                if one.suffix == ".part" or (one.suffix == ".npz" and int(one.stem) not in named):
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
                "asked": json.loads(asked),
                "at": at,
                "by": person,
                "state": state,
                "done": None if done is None else json.loads(done),
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
            for name, count in json.loads(said).items():
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
        folder = self.folder / _PARTS
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
            yield Part(part, self.folder / _PARTS / f"{part:06}.npz", rows)

    def engines(self) -> dict[int, str]:
        """The engine that read each part."""
        return dict(self._table.execute("SELECT kept, engine FROM parts"))

    def kept(self, part: Part, names: Sequence[str] | None = None) -> dict[str, np.ndarray[Any, Any]]:
        """Arrays of a part, all of `Kept` where no names are given. Asks nothing of the table, so any thread may call it."""
        return _arrays(part.path, names)

    def vectors(self, row: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """What is kept of the meaning of a record: the vectors of its sections and of its passages, none where it was not read for it."""
        part, place = self._table.execute("SELECT part, place FROM records WHERE row = ?", (row,)).fetchone()
        held = _arrays(self.folder / _PARTS / f"{part:06}.npz", ("vectors", "vector_counts"))
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
        record = msgspec.convert(
            {
                "id": id_,
                "title": title,
                "text": text,
                "kind": kind,
                "recipient": recipient,
                "day": day,
                "family": family,
                "owner": owner,
                "numbers": json.loads(numbers),
                "facts": json.loads(facts),
                "place": stands,
                "document": document,
                "same_text": same,
                "parts": json.loads(reading),
            },
            Record,
        )
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
            yield json.loads(line)


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

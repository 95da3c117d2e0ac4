"""What differs between SQLite and PostgreSQL: opening, taking turns, making, upgrading, and what they report."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from mulu.errors import MuluError
from mulu.store.errors import NotWritable, StoreDamaged, StoreLocked, StoreUnreachable, StoreUnusable
from mulu.store.place import file_of
from mulu.store.schema import MIGRATIONS, REVISIONS

PATIENCE = 5.0  # seconds that a writer waits for another
TURNS = 0x6D756C75  # "mulu", the advisory lock under which writers on one PostgreSQL database take turns


def connected(place: str) -> Engine:
    """An engine whose connections with the option `writes` hold the one writer's lock from their first statement.

    That of a file is made once, with what it learns of its statements: a server opens the store for every act. It keeps no
    connection, so a file that was removed or put in its place is the one that is opened next.
    """
    file = file_of(place)
    try:
        return _of_file(file, PATIENCE) if file is not None else _taking_turns(create_engine(place), None)
    except (ArgumentError, ImportError) as error:
        raise StoreUnusable(place, str(error), str(error)) from error


@lru_cache(maxsize=16)
def _of_file(file: Path, patience: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": patience}, poolclass=NullPool
    )
    return _taking_turns(engine, file)


@lru_cache(maxsize=16)
def turn_of(file: Path) -> threading.Lock:
    """What writers of this process wait for before they ask for the file: SQLite wakes nobody, it looks again after a while."""
    del file  # each has its own
    return threading.Lock()


def _taking_turns(engine: Engine, file: Path | None) -> Engine:
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # else the driver begins by itself, and too late to take turns
        connection.execute("PRAGMA foreign_keys = ON")

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        if file is not None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        elif writes:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE * 1000:.0f}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURNS})")

    if file is not None:
        event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)
    return engine


def begin_file(file: Path) -> None:
    """An empty database that only its owner reads, in a folder that only its owner enters if it has to be made."""
    with _on_disk(file):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _own(file)
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as made:
            given_up = time.monotonic() + PATIENCE
            while True:  # SQLite does not wait by itself when two processes switch at once
                try:
                    made.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                        raise
                    time.sleep(0.02)


def copy_aside(file: Path, before: str | None = None) -> str:
    """A copy of the store beside it, under a name not taken, whole or not there; gives that name."""
    name, n = f"{file.name}.before-{before or REVISIONS[-1]}", 1
    while (copy := file.with_name(name if n == 1 else f"{name}.{n}")).exists():
        n += 1
    copy_to(file, copy)
    return copy.name


def copy_to(file: Path, copy: Path) -> None:
    """Another file with the same store, whole or not there."""
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    with _on_disk(copy):
        unfinished.unlink(missing_ok=True)
        _own(unfinished)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        unfinished.replace(copy)


@contextmanager
def replacing(file: Path, replacement: Path) -> Iterator[str]:
    """Hold the writer's lock, copy the store aside (its name is given), and at the end put `replacement` in its place.

    All of it is one transaction: no act of another process falls between the copy and the replacement, and what is cut short
    leaves the store as it was.
    """
    with _on_disk(file), closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as held:
        held.execute("PRAGMA foreign_keys = OFF")
        held.execute("BEGIN IMMEDIATE")
        yield copy_aside(file, "restore")
        objects = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type != 'table', name"
        for kind, name, _ in reversed(held.execute(objects).fetchall()):
            held.execute(f'DROP {kind} IF EXISTS "{name}"')
        with closing(sqlite3.connect(replacement)) as source:
            for kind, name, sql in source.execute(objects).fetchall():
                held.execute(sql)
                if kind == "table":
                    rows = source.execute(f'SELECT * FROM "{name}"')
                    places = ", ".join("?" * len(rows.description))
                    held.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)
        held.execute("COMMIT")


def upgrade(connection: Connection) -> None:
    """Take every step still missing, within the transaction of the connection given."""
    from alembic import command  # a tenth of a second, paid only when there is something to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])


@contextmanager
def told(place: str) -> Iterator[None]:
    """What the database reports, said to people; what is not known here stays as it is."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        named = _of_sqlite(place, cause) if isinstance(cause, sqlite3.Error) else _of_postgresql(place, cause)
        if named is None:
            raise
        raise named from error


def _of_sqlite(place: str, cause: sqlite3.Error) -> MuluError | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(place, PATIENCE)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreDamaged(place, str(cause), str(cause))
    refusals = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
    return NotWritable(place, str(cause)) if code in (*refusals, sqlite3.SQLITE_IOERR) else None


def _of_postgresql(place: str, cause: BaseException | None) -> MuluError | None:
    told_by_pg8000 = cause.args[0] if cause is not None and cause.args and isinstance(cause.args[0], dict) else {}
    state = getattr(cause, "sqlstate", None) or told_by_pg8000.get("C")
    reason = told_by_pg8000.get("M", str(cause))
    if state == "55P03":  # the lock was not to be had in time
        return StoreLocked(place, PATIENCE)
    if state in ("25006", "42501", "53100"):  # read-only, not permitted, disk full
        return NotWritable(place, reason)
    if state is None or state[:2] in ("08", "28", "3D", "57"):  # no connection, no entry, no such database, closing
        return StoreUnreachable(place, reason)
    return None


def _own(file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def _on_disk(file: Path) -> Iterator[None]:
    try:
        with told(str(file)):
            yield
    except OSError as error:
        raise NotWritable(str(file), error.strerror or str(error)) from error

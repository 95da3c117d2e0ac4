"""The store itself: documents by their digest, and a journal that is added to and never edited."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from mulu.store import database
from mulu.store.database import begin_file, connected, copy_aside, copy_to, replacing, told, turn_of, upgrade
from mulu.store.errors import (
    AmbiguousPrefix,
    DocumentUnknown,
    NotWritable,
    StoreDamaged,
    StoreLocked,
    StoreMissing,
    StoreNewer,
)
from mulu.store.place import exists, file_of
from mulu.store.schema import DOCUMENTS, JOURNAL, REVISIONS, TABLES, VERSION
from mulu.vocabulary import Said

SHORTEST_PREFIX = 6
_ASKED_TOGETHER = 500  # numbers in one statement
TRIGGERS = ("journal_unedited", "journal_unremoved", "journal_unreplaced")
_ABOUT = tuple(column for column in DOCUMENTS.c if column.name != "bytes")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a document without reading it; `name` is what it was called when first kept."""

    sha256: str
    name: str
    media: str
    size: int
    pages: int | None
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the journal; `body` is JSON text whose meaning belongs to those who wrote it.

    `chain` is the SHA-256 over the chain before it and this record. One kept outside (on a printed
    certificate, say) also shows whether later records were cut off, which the store alone cannot tell.
    """

    id: int
    at: datetime
    act: str
    document: str | None
    by: str | None
    body: str
    chain: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the store that is not as it was written."""

    said: Said
    entry: int | None = None
    document: str | None = None


class Store:
    """An open store; threads may share it, processes open their own."""

    def __init__(self, place: str, engine: Engine) -> None:
        self.place = place
        self._engine = engine
        self._here = threading.local()  # the transaction of each thread

    @classmethod
    def open(cls, place: str, *, create: bool) -> Self:
        """Open a store, bringing one of an earlier Mulu up to date after copying its file beside it."""
        file = file_of(place)
        if file is not None and not exists(place):
            if not create:
                raise StoreMissing(place)
            begin_file(file)
        store = cls(place, connected(place))
        try:
            store._bring_up_to_date(create)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def found(cls, place: str) -> Self | None:
        """The store at a place, None where there is none yet; one that is being made at this moment is not there yet."""
        if not exists(place):
            return None
        try:
            return cls.open(place, create=False)
        except StoreMissing:
            return None

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in it or nothing; other writers wait. One inside another can fail on its own."""
        outer = self._current
        with told(self.place):
            if outer is not None:
                with outer.begin_nested():
                    yield
                return
            with (
                self._turn(),
                self._engine.connect().execution_options(writes=True) as connection,
                connection.begin(),
            ):
                self._here.connection = connection
                try:
                    yield
                finally:
                    self._here.connection = None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The turn among the writers of this process. Raises StoreLocked."""
        file = file_of(self.place)
        if file is None:
            yield
            return
        turn = turn_of(file)
        if not turn.acquire(timeout=database.PATIENCE):
            raise StoreLocked(self.place, database.PATIENCE)
        try:
            yield
        finally:
            turn.release()

    def keep(self, document: bytes, name: str, media: str, pages: int | None, at: datetime) -> bool:
        """Keep a document; False when one with the same digest is kept already, under whatever name.

        Bytes of a file name that were not UTF-8 are kept as visible escapes: no database takes them raw.
        """
        digest = hashlib.sha256(document).hexdigest()
        values = {
            "sha256": digest,
            "name": name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
            "media": media,
            "size": len(document),
            "pages": pages,
            "bytes": document,
            "kept_at": written(at),
        }
        with self.connection(writes=True) as connection:
            if connection.scalar(select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.sha256 == digest)) is not None:
                return False
            connection.execute(insert(DOCUMENTS).values(values))
        return True

    def document(self, digest: str) -> Kept:
        """The document whose SHA-256 is this or, from six characters on, alone begins so."""
        given = digest.lower()
        if len(given) < SHORTEST_PREFIX or not set(given) <= set("0123456789abcdef"):
            raise DocumentUnknown(digest)
        with self.connection() as connection:
            found = connection.execute(select(*_ABOUT).where(DOCUMENTS.c.sha256.startswith(given))).all()
        if not found:
            raise DocumentUnknown(digest)
        if len(found) > 1:
            raise AmbiguousPrefix(digest, tuple(sorted(row.sha256 for row in found)))
        return self._kept(found[0])

    def documents(self) -> tuple[Kept, ...]:
        """Every document, in the order in which they were kept."""
        with self.connection() as connection:
            rows = connection.execute(select(*_ABOUT).order_by(DOCUMENTS.c.kept_at, DOCUMENTS.c.sha256)).all()
        return tuple(self._kept(row) for row in rows)

    def bytes_of(self, digest: str) -> bytes:
        """The document itself, proved against its digest."""
        sha256 = self.document(digest).sha256
        with self.connection() as connection:
            held = connection.execute(select(DOCUMENTS.c.bytes).where(DOCUMENTS.c.sha256 == sha256)).scalar_one()
        if not _is_digest(sha256, held):
            raise StoreDamaged(self.place, f"document {sha256} was changed", f"文件 {sha256} 的内容已被改动")
        return bytes(held)

    def write(self, act: str, at: datetime, document: str | None, by: str | None, body: str) -> Entry:
        """Add a record to the journal; one that could not be read back is refused, for it could not be mended.

        Its time is `at`, or that of the record before it where that is later: whoever acts looks at the clock before it is
        their turn to write, and a clock may be set back, but the journal never runs backwards.
        """
        json.loads(body)
        values: dict[str, Any] = {"at": written(at), "act": act, "by": by, "body": body}
        with self.connection(writes=True) as connection:
            values["document"] = None if document is None else self.document(document).sha256
            last = connection.execute(select(JOURNAL).order_by(JOURNAL.c.id.desc()).limit(1)).one_or_none()
            values["id"] = 1 if last is None else last.id + 1
            values["at"] = values["at"] if last is None else max(values["at"], last.at)
            values["chain"] = chained("" if last is None else last.chain, values)
            connection.execute(insert(JOURNAL).values(values))
        return Entry(**{**values, "at": self._read(values["at"])})

    def journal(self, until: datetime | None = None) -> tuple[Entry, ...]:
        """The records whose time is not after `until`, in the order written; the chain is proved on the way."""
        if until is not None:
            written(until)
        entries = self._proved(self._rows())
        return tuple(entry for entry in entries if until is None or entry.at <= until)

    def since(self, last: Entry | None) -> tuple[Entry, ...] | None:
        """The records after one that was read before, their chain proved from it on; None where it is not there any more.

        What stood before it is not proved again: `journal` and `verify` do that.
        """
        with self.connection() as connection:
            after = select(JOURNAL).where(JOURNAL.c.id >= (0 if last is None else last.id)).order_by(JOURNAL.c.id)
            rows = connection.execute(after).all()
        if last is not None:
            if not rows or (rows[0].id, rows[0].chain) != (last.id, last.chain):
                return None  # a backup was put in the place of the store
            rows = rows[1:]
        return self._proved(rows, "" if last is None else last.chain)

    def entries(self, ids: Iterable[int]) -> tuple[Entry, ...]:
        """The records with these numbers, in the order written, each as it stands: none is proved."""
        wanted = sorted(ids)
        found: list[Row[Any]] = []
        with self.connection() as connection:
            for start in range(0, len(wanted), _ASKED_TOGETHER):
                some = wanted[start : start + _ASKED_TOGETHER]
                found += connection.execute(select(JOURNAL).where(JOURNAL.c.id.in_(some)).order_by(JOURNAL.c.id)).all()
        return tuple(self._entry(row) for row in found)

    def mark(self) -> str:
        """Changes whenever a document is kept or anything is recorded about one; cases leave it as it is."""
        about = select(func.count(), func.max(JOURNAL.c.id)).where(JOURNAL.c.document.is_not(None))
        with self.connection() as connection:
            count, last = connection.execute(about).one()
        return f"{count}:{last or 0}"

    def back_up(self, target: Path) -> None:
        """A whole copy of the store as one file, or none. Raises NotWritable where the file exists or cannot be written."""
        file = file_of(self.place)
        if file is None:
            raise NotWritable(self.place, "a store on a server is backed up by its keeper (pg_dump)")
        if target.exists():
            raise NotWritable(str(target), "the file exists already")
        copy_to(file, target)

    def verify(self) -> tuple[Problem, ...]:
        """Everything found changed or broken: the file, the chain, and every document against its digest."""
        found: list[Problem] = []
        for look in (self._broken_file, self._unguarded, self._changed_records, self._changed_documents):
            try:
                found.extend(look())
            except StoreDamaged as error:
                found.append(Problem(error.said))
        return tuple(found)

    def _broken_file(self) -> Iterator[Problem]:
        if file_of(self.place) is not None:
            with self.connection() as connection:
                answers = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            for answer in answers:
                if answer != "ok":
                    yield Problem(
                        Said("file_broken", f"数据库文件受损：{answer}", f"The database file is broken: {answer}")
                    )

    def _unguarded(self) -> Iterator[Problem]:
        """Triggers taken away: the journal could then be edited without an error."""
        if file_of(self.place) is None:
            return
        with self.connection() as connection:
            held = set(
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            )
        for name in TRIGGERS:
            if name not in held:
                zh, en = f"日志的保护触发器 {name} 已被移除", f"The trigger {name} that guards the journal was removed"
                yield Problem(Said("trigger_removed", zh, en))

    def _changed_records(self) -> Iterator[Problem]:
        for id_ in _changed(self._rows()):
            zh, en = (
                f"日志记录 {id_} 或其前一条已被改动或删除",
                f"Journal record {id_}, or the one before it, was changed or removed",
            )
            yield Problem(Said("record_changed", zh, en), entry=id_)

    def _changed_documents(self) -> Iterator[Problem]:
        kept = {document.sha256: document for document in self.documents()}
        for sha256 in kept:
            with self.connection() as connection:  # one at a time: they are large
                held = connection.execute(select(DOCUMENTS.c.bytes).where(DOCUMENTS.c.sha256 == sha256)).scalar_one()
            if not _is_digest(sha256, held):
                said = Said("document_changed", f"文件 {sha256} 的内容已被改动", f"Document {sha256} was changed")
                yield Problem(said, document=sha256)
        for row in self._rows():
            if row.document is not None and row.document not in kept:
                zh = f"日志记录 {row.id} 所指的文件 {row.document} 已不存在"
                en = f"Journal record {row.id} speaks of document {row.document}, which is gone"
                yield Problem(Said("document_gone", zh, en), entry=row.id, document=row.document)

    def _rows(self) -> Sequence[Row[Any]]:
        with self.connection() as connection:
            return connection.execute(select(JOURNAL).order_by(JOURNAL.c.id)).all()

    def _proved(self, rows: Sequence[Row[Any]], before: str = "") -> tuple[Entry, ...]:
        for changed in _changed(rows, before):
            raise StoreDamaged(self.place, f"journal record {changed} was changed", f"日志记录 {changed} 已被改动")
        return tuple(self._entry(row) for row in rows)

    def _entry(self, row: Row[Any]) -> Entry:
        return Entry(**{**row._mapping, "at": self._read(row.at)})

    def _kept(self, row: Row[Any]) -> Kept:
        return Kept(**{**row._mapping, "kept_at": self._read(row.kept_at)})

    def _read(self, moment: str) -> datetime:
        try:
            read = datetime.fromisoformat(moment)
            if written(read) != moment:
                raise ValueError(moment)  # another writing of the same moment is not what was written
            return read
        except (TypeError, ValueError) as error:
            raise StoreDamaged(self.place, f"{moment!r} is no time", f"{moment!r} 不是时间") from error

    @property
    def _current(self) -> Connection | None:
        return getattr(self._here, "connection", None)

    @contextmanager
    def connection(self, *, writes: bool = False) -> Iterator[Connection]:
        """The transaction that this thread is in, or one for this act alone."""
        with told(self.place):
            if (current := self._current) is not None:
                try:
                    yield current
                except DBAPIError:
                    current.invalidate()  # SQLite may have undone everything: what comes after must not stand alone
                    raise
            elif writes:
                with self.transaction():
                    yield self._here.connection
            else:
                with self._engine.connect() as connection:
                    yield connection

    def _bring_up_to_date(self, create: bool) -> None:
        with self.connection() as connection:
            if self._version(connection, create) == REVISIONS[-1]:
                return
        with self.connection(writes=True) as connection:
            version = self._version(connection, create)  # another process may have been faster
            if version == REVISIONS[-1]:
                return
            if version is not None and (file := file_of(self.place)) is not None:
                copy_aside(file)  # on a server, copies are its keeper's
            upgrade(connection)

    def _version(self, connection: Connection, create: bool) -> str | None:
        """The step that the store stands at, None for a place where one may be made."""
        tables = set(inspect(connection).get_table_names())
        version = connection.scalar(select(VERSION.c.version_num)) if VERSION.name in tables else None
        if version is None:
            if tables if file_of(self.place) else tables & set(TABLES.tables):
                names = ", ".join(sorted(tables))
                raise StoreDamaged(self.place, f"it holds other tables ({names})", f"其中是其他数据表（{names}）")
            if not create:
                raise StoreMissing(self.place)
        elif version not in REVISIONS:
            raise StoreNewer(self.place, version, REVISIONS[-1])
        return version


def restore(place: str, backup: Path, at: datetime, by: str, because: str) -> tuple[str | None, str | None]:
    """Put a backup in the place of a store; gives the head of what stood there, and the name under which it is kept beside it.

    The backup is proved first: one that was changed, or that a later Mulu made, is refused and nothing is replaced. The store
    that results says in its trail what was replaced by what.
    """
    file = file_of(place)
    if file is None:
        raise NotWritable(place, "a store on a server is restored by its keeper (pg_restore)")
    if not backup.is_file():
        raise StoreMissing(str(backup))
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "trial.db"  # opening may bring it up to date; the backup itself is never written to
        shutil.copyfile(backup, trial)
        with Store.open(str(trial), create=False) as held:
            for problem in held.verify():
                raise StoreDamaged(str(backup), problem.said.en, problem.said.zh)
        there = exists(place)
        with Store.open(place, create=True) as standing, replacing(file, trial) as aside:
            entries = standing.journal()
            before = f"{len(entries)}:{entries[-1].chain}" if entries else None
            body = {
                "backup": hashlib.sha256(backup.read_bytes()).hexdigest(),
                "replaced": before,
                "kept_as": aside if there else None,
                "because": because,
            }
            with Store.open(str(trial), create=False) as held:
                held.write("restored", at, None, by, json.dumps(body, ensure_ascii=False, sort_keys=True))
    return before, body["kept_as"]


def made_on_server(place: str) -> bool:
    """Whether a store was made in the database that a URL names."""
    engine = connected(place)
    try:
        with told(place), engine.connect() as connection:
            return inspect(connection).has_table(VERSION.name)
    finally:
        engine.dispose()


def written(moment: datetime) -> str:
    """A moment as every table holds it."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} names no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def chained(before: str, record: Any) -> str:
    """The seal of a record: SHA-256 over the seal before it, a line feed, and the record as sorted, compact JSON."""
    sealed = {name: record[name] for name in ("id", "at", "act", "document", "by", "body")}
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _changed(rows: Sequence[Row[Any]], before: str = "") -> Iterator[int]:
    for row in rows:
        if row.chain != chained(before, row._mapping):
            yield row.id
        before = row.chain


def _is_digest(sha256: str, held: object) -> bool:
    return isinstance(held, bytes | memoryview) and hashlib.sha256(held).hexdigest() == sha256

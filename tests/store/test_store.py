"""Every test of what the store keeps runs on SQLite, and on PostgreSQL where MULU_TEST_POSTGRES names an empty database."""

import hashlib
import json
import multiprocessing
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DatabaseError, PendingRollbackError

from mulu.errors import MuluError
from mulu.store import database, records, schema
from mulu.store.errors import (
    AmbiguousPrefix,
    DocumentUnknown,
    NotWritable,
    StoreDamaged,
    StoreLocked,
    StoreMissing,
    StoreNewer,
    StoreUnreachable,
    StoreUnusable,
)
from mulu.store.place import exists, where
from mulu.store.records import Entry, Store

SERVER = os.environ.get("MULU_TEST_POSTGRES")
NOON = datetime(2031, 5, 6, 12, 0, 0, 123456, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def place(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "mulu.db")
    execute(SERVER, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return SERVER


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        yield opened


@pytest.fixture
def file(tmp_path):
    """A store in a file, closed, with one document and three records."""
    with Store.open(str(tmp_path / "mulu.db"), create=True) as opened:
        opened.keep(b"one", "one.pdf", "application/pdf", 1, NOON)
        for n in range(3):
            note(opened, n)
    return tmp_path / "mulu.db"


@contextmanager
def begun(place):
    engine = create_engine(place if "://" in place else f"sqlite:///{place}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def execute(place, *statements):
    with begun(place) as connection:
        for statement in statements:
            connection.execute(text(statement))


def tamper(file, *statements):
    """What someone with a database tool and bad intentions does."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for name in ("journal_unedited", "journal_unremoved", "journal_unreplaced"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def note(store, n, at=NOON, document=None):
    return store.write("attested", at, document, "王 敏", json.dumps({"n": n}, ensure_ascii=False))


@contextmanager
def an_ordinary_user():
    """Permissions mean nothing to root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


# What is kept


def test_a_document_comes_back_as_it_was_handed_in(store):
    assert store.keep(b"%PDF \x00\xff", "附件 一《目录》🔬.pdf", "application/pdf", 3, NOON)
    digest = hashlib.sha256(b"%PDF \x00\xff").hexdigest()
    (kept,) = store.documents()
    assert (kept.sha256, kept.name, kept.media) == (digest, "附件 一《目录》🔬.pdf", "application/pdf")
    assert (kept.size, kept.pages, kept.kept_at) == (7, 3, NOON)
    assert store.bytes_of(digest) == b"%PDF \x00\xff"


def test_an_identical_document_is_kept_once_under_its_first_name(store):
    assert store.keep(b"same", "first.html", "text/html", None, NOON)
    assert not store.keep(b"same", "second.html", "text/html", None, NOON)
    assert [(kept.name, kept.pages) for kept in store.documents()] == [("first.html", None)]


def test_a_file_name_in_another_encoding_is_kept_as_visible_escapes(store):
    named_in_gbk = "附件-目录.pdf".encode("gbk")[:5] + "目录.pdf".encode()
    store.keep(b"x", os.fsdecode(named_in_gbk), "m", None, NOON)
    assert store.documents()[0].name == "\\xb8\\xbd\\xbc\\xfe-目录.pdf"


def test_a_document_of_twenty_megabytes_is_kept(store):
    large = os.urandom(1_000_000) * 20
    store.keep(large, "large.pdf", "application/pdf", 400, NOON)
    assert store.bytes_of(hashlib.sha256(large).hexdigest()) == large


def test_a_document_is_found_by_the_beginning_of_its_digest(store):
    store.keep(b"one", "one", "m", None, NOON)
    digest = hashlib.sha256(b"one").hexdigest()
    assert store.document(digest[:6].upper()) == store.document(digest)
    assert store.bytes_of(digest[:8]) == b"one"


@pytest.mark.parametrize("given", ["", "7692c", "000000", "7692c3%", "______", "one.pdf"])
def test_what_no_digest_begins_with_is_unknown(store, given):
    store.keep(b"one", "one.pdf", "m", None, NOON)
    with pytest.raises(DocumentUnknown, match="6 hexadecimal"):
        store.document(given)


def test_a_beginning_that_two_digests_share_is_refused_with_both(store, place):
    ours = [f"abcdef{n}".ljust(64, "0") for n in (1, 2)]
    for digest in ours:
        execute(place, f"INSERT INTO documents VALUES ('{digest}', 'n', 'm', 0, NULL, '', '{NOON.isoformat()}')")
    with pytest.raises(AmbiguousPrefix) as refused:
        store.document("abcdef")
    assert refused.value.matches == tuple(ours)


# The journal


def test_the_journal_comes_back_as_written(store, place):
    store.keep(b"one", "one", "m", None, NOON)
    digest = hashlib.sha256(b"one").hexdigest()
    beijing = timezone(timedelta(hours=8))
    first = store.write("kept", NOON.astimezone(beijing), digest[:6], None, '{"名称": "示例"}')
    second = store.write("attested", NOON + MOMENT, None, "王敏", "[]")
    assert first == Entry(1, NOON, "kept", digest, None, '{"名称": "示例"}', first.chain)
    assert first.at.utcoffset() == timedelta(0)
    with Store.open(place, create=False) as again:
        assert again.journal() == (first, second)
        assert again.verify() == ()


def test_the_seal_of_a_record_never_changes_its_recipe(store):
    first, second = note(store, 1), note(store, 2)
    seal = ""
    for entry in (first, second):
        record = f'{{"act":"attested","at":"2031-05-06T12:00:00.123456+00:00","body":"{{\\"n\\": {entry.id}}}",'
        record += f'"by":"王 敏","document":null,"id":{entry.id}}}'
        seal = hashlib.sha256(f"{seal}\n{record}".encode()).hexdigest()
        assert entry.chain == seal


def test_the_journal_until_a_moment_includes_that_moment(store):
    for n, at in enumerate((NOON - MOMENT, NOON, NOON + MOMENT)):
        note(store, n, at)
    assert [entry.id for entry in store.journal(until=NOON)] == [1, 2]
    assert [entry.id for entry in store.journal(until=NOON - MOMENT)] == [1]
    assert store.journal(until=NOON - 2 * MOMENT) == ()
    assert len(store.journal(until=(NOON + MOMENT).astimezone(timezone(timedelta(hours=-5))))) == 3


def test_the_journal_never_runs_backwards(store):
    note(store, 1, NOON)
    note(store, 2, NOON - timedelta(days=400))  # by a clock that was set back
    note(store, 3, NOON + MOMENT)
    assert [(entry.id, entry.at) for entry in store.journal()] == [(1, NOON), (2, NOON), (3, NOON + MOMENT)]
    assert store.journal(until=NOON - timedelta(days=1)) == ()
    assert not store.verify()


def test_who_looked_at_the_clock_first_and_wrote_last_does_not_turn_the_journal_back(store):
    ready = threading.Barrier(6)

    def act(n):
        at = NOON + n * timedelta(seconds=1)  # the moment when the request came
        ready.wait()
        time.sleep((6 - n) * 0.01)  # the later it came, the sooner it is its turn
        note(store, n, at)

    threads = [threading.Thread(target=act, args=(n,)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    times = [entry.at for entry in store.journal()]
    assert len(times) == 6
    assert times == sorted(times)


def test_a_time_without_its_zone_is_refused(store):
    naive = NOON.replace(tzinfo=None)
    for act in (lambda: note(store, 1, naive), lambda: store.journal(naive), lambda: store.keep(b"", "", "", 0, naive)):
        with pytest.raises(ValueError, match="time zone"):
            act()


def test_what_could_not_be_read_back_is_not_written(store):
    with pytest.raises(ValueError, match="Expecting"):
        store.write("applied", NOON, None, None, "{")
    assert store.journal() == ()


def test_a_record_about_a_document_that_is_not_kept_is_refused(store):
    with pytest.raises(DocumentUnknown):
        note(store, 1, document="a" * 64)
    assert store.journal() == ()


@pytest.mark.parametrize("statement", ["UPDATE journal SET act = 'x' WHERE id = 1", "DELETE FROM journal WHERE id = 2"])
def test_the_database_refuses_to_edit_or_remove_a_record(store, place, statement):
    written = (note(store, 1), note(store, 2))
    with pytest.raises(DatabaseError, match="only be added to"):
        execute(place, statement)
    assert store.journal() == written


def test_the_database_refuses_to_replace_or_empty(store, place):
    written = (note(store, 1), note(store, 2))
    replace = "INSERT OR REPLACE INTO journal VALUES (1, '', 'x', NULL, NULL, '{}', '')"
    with pytest.raises(DatabaseError, match="only be added to"):
        execute(place, "TRUNCATE journal" if "://" in place else replace)
    assert store.journal() == written


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal SET body = '{}' WHERE id = 2", 2),
        ("UPDATE journal SET at = 'yesterday' WHERE id = 1", 1),
        ("UPDATE journal SET body = x'00ff' WHERE id = 3", 3),
        ("UPDATE journal SET id = 7 WHERE id = 3", 7),
        ("DELETE FROM journal WHERE id = 2", 3),
        ("DELETE FROM journal WHERE id = 1", 2),
    ],
)
def test_a_record_changed_behind_the_triggers_is_found(file, statement, found):
    tamper(file, statement)
    with Store.open(str(file), create=False) as store:
        with pytest.raises(StoreDamaged, match=f"record {found} was changed"):
            store.journal()
        assert found in {problem.entry for problem in store.verify()}


def test_a_document_changed_in_place_is_found(file):
    tamper(file, "UPDATE documents SET bytes = x'00'")
    digest = hashlib.sha256(b"one").hexdigest()
    with Store.open(str(file), create=False) as store:
        with pytest.raises(StoreDamaged, match="was changed"):
            store.bytes_of(digest)
        (problem,) = [one for one in store.verify() if one.said.id != "trigger_removed"]
    assert problem.document == digest
    assert problem.said.zh
    assert problem.said.en


def test_a_document_taken_out_is_found_by_the_record_that_names_it(file):
    digest = hashlib.sha256(b"one").hexdigest()
    with Store.open(str(file), create=False) as store:
        note(store, 4, document=digest)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM documents")
    with Store.open(str(file), create=False) as store:
        (problem,) = store.verify()
    assert (problem.entry, problem.document) == (4, digest)


# All or nothing


def test_what_fails_in_a_transaction_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.keep(b"one", "one", "m", None, NOON)
        note(store, 1)
        assert len(store.journal()) == 1
        _ = 1 / 0
    assert (store.documents(), store.journal()) == ((), ())


def test_a_transaction_within_another_fails_on_its_own_or_with_it(store):
    with store.transaction():
        note(store, 1)
        with pytest.raises(ZeroDivisionError), store.transaction():
            note(store, 2)
            _ = 1 / 0
        with store.transaction():
            note(store, 3)
    assert [json.loads(entry.body) for entry in store.journal()] == [{"n": 1}, {"n": 3}]
    assert store.verify() == ()


def test_a_reader_sees_nothing_of_an_unfinished_transaction(store, place):
    with Store.open(place, create=False) as reader, store.transaction():
        note(store, 1)
        assert reader.journal() == ()


def write_many(place, start, writer):
    while not Path(start).exists():  # a file, because shared memory is not to be had everywhere
        time.sleep(0.001)
    with Store.open(place, create=True) as store:
        for n in range(25):
            store.write("confirmed", NOON, None, f"writer {writer}", str(n))


def test_four_processes_write_at_once_and_nothing_is_lost(place, tmp_path):
    processes = multiprocessing.get_context("spawn")
    start = tmp_path / "start"
    writers = [processes.Process(target=write_many, args=(place, str(start), n)) for n in range(4)]
    for writer in writers:
        writer.start()
    start.touch()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    with Store.open(place, create=False) as store:
        journal = store.journal()
        assert [entry.id for entry in journal] == list(range(1, 101))
        for n in range(4):
            assert [int(entry.body) for entry in journal if entry.by == f"writer {n}"] == list(range(25))
        assert store.verify() == ()


def test_four_threads_share_one_store(store):
    threads = [threading.Thread(target=lambda: [note(store, n) for n in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.journal()) == 40


def die_within(place):
    with Store.open(place, create=False) as store, store.transaction():
        store.keep(os.urandom(5_000_000), "half", "m", None, NOON)
        note(store, 99)
        os._exit(9)


def test_a_process_killed_in_the_middle_leaves_nothing_half_done(place):
    with Store.open(place, create=True) as store:
        before = note(store, 1)
    killed = multiprocessing.get_context("spawn").Process(target=die_within, args=(place,))
    killed.start()
    killed.join(60)
    assert killed.exitcode == 9
    with Store.open(place, create=False) as store:
        assert (store.documents(), store.journal(), store.verify()) == ((), (before,), ())
        assert note(store, 2).id == 2


def test_a_store_whose_making_was_interrupted_is_made_again(tmp_path):
    file = tmp_path / "mulu.db"
    file.touch()
    assert not exists(str(file))
    with pytest.raises(StoreMissing):
        Store.open(str(file), create=False)
    database.begin_file(file)  # a database by now, without a single table
    with pytest.raises(StoreMissing):
        Store.open(str(file), create=False)
    with Store.open(str(file), create=True) as store:
        assert note(store, 1).id == 1


# Where it is


def test_the_place_named_goes_before_the_environment_and_the_environment_before_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("MULU_STORE", str(tmp_path / "environment.db"))
    assert where("given.db") == str(Path("given.db").absolute())
    assert where("postgresql+pg8000://u@h/d") == "postgresql+pg8000://u@h/d"
    assert where(f"sqlite:///{tmp_path}/url.db") == str(tmp_path / "url.db")
    assert where(None) == str(tmp_path / "environment.db")
    monkeypatch.setenv("MULU_STORE", "~/库.db")
    assert where(None) == str(Path.home() / "库.db")
    monkeypatch.delenv("MULU_STORE")
    assert Path(where(None)).name == "mulu.db"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "named", ["", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "mysql://h/d", "~no-such-user/x"]
)
def test_a_place_that_can_hold_no_store_is_refused(named):
    with pytest.raises(StoreUnusable):
        exists(where(named))


def test_a_server_whose_driver_is_not_installed_is_refused_without_its_password():
    with pytest.raises(StoreUnusable) as refused:
        Store.open("postgresql+no_such_driver://mulu:se:cr@t@host/db", create=True)
    assert "mulu:***@host" in refused.value.said.en
    assert "cr@t" not in refused.value.said.en + refused.value.said.zh


if SERVER is not None:

    def test_a_server_that_does_not_answer_or_has_no_such_database_is_named():
        scheme = SERVER.partition("://")[0]
        for place in (f"{scheme}://nobody:secret@127.0.0.1:1/none", SERVER + "_that_is_not_there"):
            with pytest.raises(StoreUnreachable):
                exists(place)


def test_asking_creates_nothing(tmp_path):
    place = str(tmp_path / "new" / "mulu.db")
    assert not exists(place)
    with pytest.raises(StoreMissing, match="mulu import"):
        Store.open(place, create=False)
    assert not list(tmp_path.iterdir())


def test_exists_is_true_once_a_store_was_made(place):
    assert not exists(place)
    with pytest.raises(StoreMissing):
        Store.open(place, create=False)
    Store.open(place, create=True).close()
    assert exists(place)


def test_only_its_owner_reads_a_store(tmp_path):
    file = tmp_path / "数据" / "目录 ?#%41.db"
    with Store.open(str(file), create=True) as store:
        note(store, 1)
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        for beside in file.parent.iterdir():
            assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert file.stat().st_size > 0


# What goes wrong


def test_a_writer_that_waits_too_long_is_told_so(place, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    with Store.open(place, create=True) as first, Store.open(place, create=True) as second:
        with first.transaction():
            note(first, 1)
            with pytest.raises(StoreLocked, match=r"0\.1 s"):
                note(second, 2)
        assert note(second, 2).id == 2


def test_a_store_of_a_later_mulu_is_refused_and_left_alone(store, place):
    execute(place, "UPDATE mulu_version SET version_num = '0999'")
    with pytest.raises(StoreNewer, match="0999") as refused:
        Store.open(place, create=True)
    assert "Upgrade Mulu" in refused.value.said.en
    assert list(Path(place).parent.glob("*before*")) == [] if "://" not in place else True


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "letter.docx"
    file.write_bytes(b"PK\x03\x04 not a database" * 100)
    with pytest.raises(StoreDamaged):
        Store.open(str(file), create=True)
    assert file.read_bytes() == b"PK\x03\x04 not a database" * 100


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "other.db"
    execute(str(file), "CREATE TABLE recipes (id INTEGER)")
    before = file.read_bytes()
    with pytest.raises(StoreDamaged, match="recipes"):
        Store.open(str(file), create=True)
    assert file.read_bytes() == before


def test_a_broken_page_is_found(file):
    with Store.open(str(file), create=False) as store:
        store.keep(os.urandom(200_000), "big", "m", None, NOON)
    content = bytearray(file.read_bytes())
    content[-4096 * 30 : -4096 * 20] = b"\xff" * 4096 * 10
    file.write_bytes(content)
    with Store.open(str(file), create=False) as store:
        assert {problem.said.id for problem in store.verify()} & {"file_broken", "store_damaged", "document_changed"}


def test_a_folder_that_takes_no_files_is_named():
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        with Store.open(str(folder / "mulu.db"), create=True):
            pass
        (folder / "mulu.db").chmod(0o444)
        folder.chmod(0o555)
        with an_ordinary_user():
            for name in ("mulu.db", "new.db", "below/new.db"):
                with pytest.raises(NotWritable, match=str(folder)):
                    Store.open(str(folder / name), create=True)
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "mulu.db", tmp_path):
        with pytest.raises(NotWritable):
            Store.open(str(place), create=True)


def fill_the_disk(store):
    event.listen(store._engine, "connect", lambda made, _: made.execute("PRAGMA max_page_count = 20"))


def test_a_full_disk_is_named_and_nothing_half_is_kept(file):
    large = os.urandom(1_000_000)
    with Store.open(str(file), create=False) as store:
        fill_the_disk(store)
        with pytest.raises(NotWritable, match="full"):
            store.keep(large, "large", "m", None, NOON)
        fill_the_disk(store)
        with pytest.raises(NotWritable, match="full"), store.transaction():
            note(store, 4)
            store.keep(large, "large", "m", None, NOON)
        fill_the_disk(store)
        with pytest.raises(NotWritable, match="full"), store.transaction(), store.transaction():
            note(store, 4)
            store.keep(large, "large", "m", None, NOON)
        assert (len(store.documents()), len(store.journal()), store.verify()) == (1, 3, ())


def test_a_transaction_that_the_database_broke_off_cannot_be_carried_on(file):
    with Store.open(str(file), create=False) as store:
        fill_the_disk(store)
        with pytest.raises(PendingRollbackError), store.transaction():
            note(store, 4)
            with pytest.raises(NotWritable):
                store.keep(os.urandom(1_000_000), "large", "m", None, NOON)
            note(store, 5)
        with pytest.raises(PendingRollbackError), store.transaction():
            fill_the_disk(store)
            with pytest.raises(NotWritable):
                store.keep(os.urandom(1_000_000), "large", "m", None, NOON)
        assert (len(store.documents()), len(store.journal()), store.verify()) == (1, 3, ())


def test_every_error_speaks_both_languages_and_says_what_to_do():
    for error in (
        StoreMissing("/s"),
        StoreUnusable("/s", "why", "原因"),
        StoreUnreachable("/s", "why"),
        StoreLocked("/s", 5),
        StoreNewer("/s", "2", "1"),
        StoreDamaged("/s", "why", "原因"),
        NotWritable("/s", "why"),
        DocumentUnknown("/s"),
        AmbiguousPrefix("/s", ("a", "b")),
    ):
        assert isinstance(error, MuluError)
        for said in (error.said.zh, error.said.en):
            assert "/s" in said
            assert said.count("。") + said.count(". ") >= 1
            assert said.endswith(("。", "."))


# Making and upgrading


@pytest.fixture
def a_later_mulu(tmp_path, monkeypatch):
    """A Mulu that has one step more."""

    def later(step="op.add_column('documents', sa.Column('language', sa.Text))"):
        scripts = tmp_path / "later"
        shutil.copytree(schema.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / "r0003.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0003'\ndown_revision = '0002'\n"
            f"def upgrade():\n    op.add_column('documents', sa.Column('first', sa.Text))\n    {step}\n"
        )
        monkeypatch.setattr(database, "MIGRATIONS", scripts)
        for module in (database, records):
            monkeypatch.setattr(module, "REVISIONS", ("0001", "0002", "0003"))

    return later


def test_the_steps_lead_to_the_tables_that_are_read(store, place):
    with begun(place) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION.name})
        assert compare_metadata(context, schema.TABLES) == []


def test_the_steps_shipped_are_the_steps_known():
    steps = ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()
    assert tuple(step.revision for step in steps)[::-1] == schema.REVISIONS


def test_an_upgrade_copies_the_file_first_and_keeps_every_record(file, a_later_mulu):
    a_later_mulu()
    with Store.open(str(file), create=False) as store:
        assert (len(store.journal()), store.verify()) == (3, ())
    copy = file.with_name("mulu.db.before-0003")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    for held, columns in ((file, 9), (copy, 7)):
        with closing(sqlite3.connect(held)) as connection:
            assert len(connection.execute("PRAGMA table_info(documents)").fetchall()) == columns
            assert connection.execute("SELECT count(*) FROM journal").fetchone() == (3,)
    assert sorted(beside.name for beside in file.parent.glob("mulu.db*")) == ["mulu.db", copy.name]


def test_an_upgrade_that_fails_changes_nothing(file, a_later_mulu):
    a_later_mulu(step="raise RuntimeError('interrupted')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="interrupted"):
            Store.open(str(file), create=False)
    with closing(sqlite3.connect(file)) as connection:
        assert len(connection.execute("PRAGMA table_info(documents)").fetchall()) == 7
        assert connection.execute("SELECT version_num FROM mulu_version").fetchall() == [("0002",)]
    assert file.with_name("mulu.db.before-0003.2").exists()


def test_opening_a_current_store_does_not_load_alembic_and_asking_for_one_does_not_load_sqlalchemy(file):
    code = (
        "import sys; from mulu.store.place import exists, where; assert exists(where(sys.argv[1]))\n"
        "assert not {'sqlalchemy', 'sqlite3'} & set(sys.modules)\n"
        "from mulu.store.records import Store; print(len(Store.open(sys.argv[1], create=False).journal()))\n"
        "assert 'alembic' not in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("3\n", "")


def test_making_a_store_prints_nothing(tmp_path, capfd):
    Store.open(str(tmp_path / "mulu.db"), create=True).close()
    assert capfd.readouterr() == ("", "")

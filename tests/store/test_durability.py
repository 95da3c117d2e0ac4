"""What a store withstands: being killed, two at once, alterations of every kind, a backup put back."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mulu.casework import rebuild
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.store.records import Store, chained
from mulu.store.trail import TrailNotRead, against, head_of, lines_of

NOW = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
KILLS = int(os.environ.get("MULU_KILLS", "12"))
ALTERATIONS = int(os.environ.get("MULU_ALTERATIONS", "400"))

WRITER = """
import datetime, json, sys
from mulu.store.records import Store
from mulu.casework import PREFIX
place, name = sys.argv[1], sys.argv[2]
n = 0
while True:
    with Store.open(place, create=True) as store, store.transaction():
        seen = sum(1 for e in store.journal() if e.act == PREFIX + "opened")
        case = f"C-{seen + 1}"
        at = datetime.datetime.now(datetime.UTC)
        body = {"case": case, "title": name, "technology": "t", "day": "2025-08-01", "two_persons": False}
        store.write(PREFIX + "opened", at, None, name, json.dumps(body))
        store.write(PREFIX + "answered", at, None, name, json.dumps({"case": case, "test": "crossing", "value": "yes", "because": str(n)}))
    n += 1
    print(case, flush=True)
    if len(sys.argv) > 3 and n == int(sys.argv[3]):
        break
"""


def writer(place: Path, name: str, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(place), name, *more], stdout=subprocess.PIPE, text=True)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    place, chance = tmp_path / "m.db", random.Random(7)
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        process = writer(place, "李")
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
        time.sleep(chance.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        acknowledged.update(line for line in process.stdout.read().split("\n") if line)
        process.wait()
        process.stdout.close()
        with Store.open(str(place), create=False) as store:
            assert store.verify() == ()
            cases = rebuild(store.journal())
        assert acknowledged - {""} <= set(cases)
        assert all(one.answers for one in cases.values())  # an act is whole or not there


def test_two_processes_lose_no_update(tmp_path: Path) -> None:
    place = tmp_path / "m.db"
    with Store.open(str(place), create=True):
        pass
    processes = [writer(place, name, "15") for name in ("李", "王")]
    said = [line for process in processes for line in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(said, key=lambda c: int(c[2:])) == [f"C-{n}" for n in range(1, 31)]
    with Store.open(str(place), create=False) as store:
        assert store.verify() == ()
        assert len(rebuild(store.journal())) == 30


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with documents and two cases, its trail exported beside it, and an older state of it."""
    folder = tmp_path_factory.mktemp("whole")
    with Store.open(str(folder / "m.db"), create=True) as store:
        for n in range(3):
            body = f"document {n}".encode()
            store.keep(body, f"{n}.txt", "text/plain", None, NOW)
            kept = {"name": f"{n}.txt", "media": "text/plain", "pages": None, "ocr": False, "text": None}
            store.write("kept", NOW, hashlib.sha256(body).hexdigest(), None, json.dumps(kept))
        for case in ("C-1", "C-2"):
            opened = {"case": case, "title": case, "technology": "t", "day": "2025-08-01", "two_persons": False}
            store.write("case.opened", NOW, None, "李", json.dumps(opened))
            for test in ("crossing", "secret", "control"):
                answer = {"case": case, "test": test, "value": "yes" if test == "crossing" else "no", "because": "x"}
                store.write("case.answered", NOW, None, "李", json.dumps(answer))
        store.back_up(folder / "older.db")
        for case in ("C-1", "C-2"):
            answer = {"case": case, "test": "measure", "value": "no", "because": "x"}
            store.write("case.answered", NOW, None, "王", json.dumps(answer))
        entries = store.journal()
        (folder / "trail.jsonl").write_text("".join(f"{line}\n" for line in lines_of(entries)), encoding="utf-8")
        (folder / "head").write_text(head_of(entries))
        store.back_up(folder / "plain.db")
    return folder


def found_in(place: Path, *heads: str) -> bool:
    """Whether the doctor's look at the store finds anything."""
    desk = Desk(store=str(place))
    try:
        with Store.open(str(place), create=False) as store:
            if store.verify():
                return True
            if against(store.journal(), heads):
                return True
        return bool(desk.archive.unlike_journal())
    except MuluError:
        return True


def edit(place: Path, chance: random.Random) -> str:
    """One alteration with the triggers out of the way and put back, as somebody with the file could make it."""
    with closing(sqlite3.connect(place)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        ids = [row[0] for row in db.execute("SELECT id FROM journal ORDER BY id")]
        one, other = sorted(chance.sample(ids[:-1], 2))
        kind = chance.choice(KINDS)
        if kind.startswith("journal."):
            column = kind.split(".")[1]
            old = db.execute(f'SELECT "{column}" FROM journal WHERE id = ?', (one,)).fetchone()[0]
            db.execute(f'UPDATE journal SET "{column}" = ? WHERE id = ?', (spoiled(old, chance), one))
        elif kind.startswith("documents."):
            column = kind.split(".")[1]
            sha, old = db.execute(f'SELECT sha256, "{column}" FROM documents ORDER BY random() LIMIT 1').fetchone()
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute(f'UPDATE documents SET "{column}" = ? WHERE sha256 = ?', (spoiled(old, chance), sha))
        elif kind == "delete":
            db.execute("DELETE FROM journal WHERE id = ?", (one,))
        elif kind == "delete and close up":
            db.execute("DELETE FROM journal WHERE id = ?", (one,))
            for later in [i for i in ids if i > one]:
                db.execute("UPDATE journal SET id = ? WHERE id = ?", (later - 1, later))
        elif kind == "swap":
            db.execute("UPDATE journal SET id = -1 WHERE id = ?", (one,))
            db.execute("UPDATE journal SET id = ? WHERE id = ?", (one, other))
            db.execute("UPDATE journal SET id = ? WHERE id = -1", (other,))
        elif kind == "swap cases":
            a = db.execute("SELECT id, body FROM journal WHERE body LIKE '%C-1%' ORDER BY random() LIMIT 1").fetchone()
            b = db.execute("SELECT id, body FROM journal WHERE body LIKE '%C-2%' ORDER BY random() LIMIT 1").fetchone()
            db.execute("UPDATE journal SET body = ? WHERE id = ?", (b[1], a[0]))
            db.execute("UPDATE journal SET body = ? WHERE id = ?", (a[1], b[0]))
        elif kind == "insert":
            db.execute("INSERT INTO journal SELECT max(id) + 1, at, act, document, by, body, chain FROM journal")
        elif kind == "document gone":
            db.execute("DELETE FROM documents WHERE sha256 IN (SELECT sha256 FROM documents ORDER BY random() LIMIT 1)")
        elif kind == "trigger gone":
            triggers = triggers[1:]
        elif kind in NEEDS_HEAD:
            rewrite(db, ids, one, kind, chance)
        for _, sql in triggers:
            db.execute(sql)
        db.commit()
    return kind


def rewrite(db: sqlite3.Connection, ids: list[int], one: int, kind: str, chance: random.Random) -> None:
    """A forger who knows the chain: cut the end off, or change a record and seal everything after it anew."""
    if kind == "cut off":
        db.execute("DELETE FROM journal WHERE id > ?", (one,))
        return
    if kind == "re-hash":
        db.execute("UPDATE journal SET by = ? WHERE id = ?", (f"x{chance.random()}", one))
    else:  # swap two cases' entries and seal anew
        bodies = db.execute("SELECT id, body FROM journal WHERE act = 'case.answered' ORDER BY id").fetchall()
        (i, a), (j, b) = chance.sample([(i, b) for i, b in bodies if '"C-1"' in b], 1) + chance.sample(
            [(i, b) for i, b in bodies if '"C-2"' in b], 1
        )
        db.execute("UPDATE journal SET body = ? WHERE id = ?", (b, i))
        db.execute("UPDATE journal SET body = ? WHERE id = ?", (a, j))
    before = ""
    for row in db.execute("SELECT id, at, act, document, by, body FROM journal ORDER BY id").fetchall():
        before = chained(before, dict(zip(("id", "at", "act", "document", "by", "body"), row, strict=True)))
        db.execute("UPDATE journal SET chain = ? WHERE id = ?", (before, row[0]))


NEEDS_HEAD = ("cut off", "re-hash", "swap cases and re-hash")
KINDS = (
    *(f"journal.{c}" for c in ("at", "act", "document", "by", "body", "chain")),
    *(f"documents.{c}" for c in ("name", "media", "size", "pages", "bytes", "kept_at")),
    *("delete", "delete and close up", "swap", "swap cases", "insert", "document gone", "trigger gone"),
    *NEEDS_HEAD,
)


def spoiled(old: object, chance: random.Random) -> object:
    if old is None:
        return chance.randrange(1, 9) if chance.random() < 0.5 else "x"
    if isinstance(old, int):
        return old + chance.randrange(1, 99)
    raw = bytearray(old if isinstance(old, bytes) else str(old).encode())
    place = chance.randrange(len(raw))
    raw[place] = raw[place] ^ 1 if raw[place] < 127 else 48
    return bytes(raw) if isinstance(old, bytes) else raw.decode("utf-8", "replace")


def test_every_alteration_is_found(whole: Path, tmp_path: Path) -> None:
    chance, place = random.Random(11), tmp_path / "m.db"
    head = (whole / "head").read_text()
    shutil.copy(whole / "plain.db", place)
    assert not found_in(place, head, str(whole / "trail.jsonl"))
    counted: dict[str, int] = {}
    for _ in range(ALTERATIONS):
        shutil.copy(whole / "plain.db", place)
        for rest in (place.with_name("m.db-wal"), place.with_name("m.db-shm")):
            rest.unlink(missing_ok=True)
        kind = edit(place, chance)
        counted[kind] = counted.get(kind, 0) + 1
        if kind in NEEDS_HEAD:
            # Without a head a forger who seals anew goes unseen; cutting off the keeping of a document does not.
            assert kind == "cut off" or not found_in(place), f"{kind} was to be visible only against a head"
            assert found_in(place, head), kind
            assert found_in(place, str(whole / "trail.jsonl")), kind
        else:
            assert found_in(place), kind
    assert set(counted) == set(KINDS)


def test_an_older_store_put_back_is_only_found_against_a_head(whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "m.db"
    shutil.copy(whole / "older.db", place)
    assert not found_in(place)
    assert found_in(place, (whole / "head").read_text())
    answer = Desk(store=str(place)).doctor(datetime.date(2026, 11, 20))
    said = next(c for c in answer["checks"] if c["check"] == "store")
    assert said["ok"]
    assert "cannot be excluded" in said["found"]


def test_a_trail_grown_since_the_head_was_kept_agrees(whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "m.db"
    shutil.copy(whole / "plain.db", place)
    with Store.open(str(place), create=False) as store:
        store.write(
            "case.opened",
            NOW,
            None,
            "李",
            json.dumps({"case": "C-3", "title": "x", "technology": "t", "day": "2025-08-01", "two_persons": False}),
        )
    assert not found_in(place, (whole / "head").read_text(), str(whole / "trail.jsonl"))


def test_a_changed_export_is_refused_by_line(whole: Path, tmp_path: Path) -> None:
    lines = (whole / "trail.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[3])
    row["by"] = "赵"
    lines[3] = json.dumps(row)
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(TrailNotRead, match="line 4"):
        against((), [str(file)])
    for text in ("", "{}", "not json", "\n".join(lines[:-1])):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(TrailNotRead):
            against((), [str(file)])


def test_backup_and_restore(whole: Path, tmp_path: Path) -> None:
    place, copy = tmp_path / "m.db", tmp_path / "copy.db"
    shutil.copy(whole / "plain.db", place)
    desk = Desk(store=str(place))
    made = desk.backup(str(copy))
    assert made["head"] == (whole / "head").read_text()
    with pytest.raises(MuluError, match="exists"):
        desk.backup(str(copy))
    with Store.open(str(place), create=False) as store:
        store.write(
            "case.answered",
            NOW,
            None,
            "王",
            json.dumps({"case": "C-1", "test": "deemed", "value": "no", "because": "x"}),
        )
        later = head_of(store.journal())
    told = desk.restore(str(copy), NOW, "李", "误操作")
    assert told["replaced"] == later
    with Store.open(str(place), create=False) as store:
        entries = store.journal()
        assert store.verify() == ()
    assert entries[-1].act == "restored"
    assert json.loads(entries[-1].body)["replaced"] == later
    with Store.open(str(tmp_path / told["kept_as"]), create=False) as aside:
        assert head_of(aside.journal()) == later
    assert against(entries, [later])  # what was replaced is missed, where its head was kept


def test_a_damaged_backup_replaces_nothing(whole: Path, tmp_path: Path) -> None:
    place, copy = tmp_path / "m.db", tmp_path / "copy.db"
    shutil.copy(whole / "plain.db", place)
    shutil.copy(whole / "plain.db", copy)
    edit_one(copy)
    before = hashlib.sha256(place.read_bytes()).hexdigest()
    with pytest.raises(MuluError):
        Desk(store=str(place)).restore(str(copy), NOW, "李", "x")
    with pytest.raises(MuluError):
        Desk(store=str(place)).restore(str(tmp_path / "none.db"), NOW, "李", "x")
    assert hashlib.sha256(place.read_bytes()).hexdigest() == before


def edit_one(place: Path) -> None:
    with closing(sqlite3.connect(place)) as db:
        db.execute("DROP TRIGGER journal_unedited")
        db.execute("UPDATE journal SET by = 'x' WHERE id = 2")
        db.commit()


RESTORER = """
import datetime, sys
from pathlib import Path
from mulu.store.records import restore
restore(sys.argv[1], Path(sys.argv[2]), datetime.datetime.now(datetime.UTC), "李", "x")
print("done", flush=True)
"""


def test_a_restore_cut_short_leaves_one_store_or_the_other(whole: Path, tmp_path: Path) -> None:
    chance = random.Random(5)
    place = tmp_path / "m.db"
    shutil.copy(whole / "plain.db", place)
    standing = (whole / "head").read_text()
    for _ in range(max(8, KILLS // 4)):
        process = subprocess.Popen(
            [sys.executable, "-c", RESTORER, str(place), str(whole / "older.db")], stdout=subprocess.PIPE, text=True
        )
        time.sleep(0.15 + chance.random() * 0.35)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        with Store.open(str(place), create=False) as store:
            assert store.verify() == ()
            entries = store.journal()
        if head_of(entries) == standing:
            assert "done" not in said
        else:
            assert entries[-1].act == "restored"
            assert json.loads(entries[-1].body)["replaced"] == standing
        standing = head_of(entries)


def test_no_act_falls_between_the_copy_and_the_restore(whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "m.db"
    shutil.copy(whole / "plain.db", place)
    process = writer(place, "王", "25")
    time.sleep(0.3)
    restored = subprocess.run(
        [sys.executable, "-c", RESTORER, str(place), str(whole / "older.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.stdout is not None
    said = {line for line in process.stdout.read().split() if line}
    process.stdout.close()
    process.wait()
    assert restored.returncode == 0, restored.stderr
    kept: set[str] = set()
    for file in tmp_path.glob("m.db*"):
        if file.suffix not in (".db-wal", ".db-shm") and "wal" not in file.name and "shm" not in file.name:
            with Store.open(str(file), create=False) as store:
                assert store.verify() == ()
                kept |= set(rebuild(store.journal()))
    assert said <= kept  # every acknowledged case stands in the store or in what was kept beside it

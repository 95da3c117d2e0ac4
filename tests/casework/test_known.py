"""Cases that a server keeps between two requests are those that the journal makes, whoever adds to it."""

from __future__ import annotations

import datetime
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from casework.conftest import CATALOGUE, NOW, finding
from mulu.casework import Casework, Known, rebuild
from mulu.procedure.calendar import Calendar
from mulu.store.errors import StoreDamaged
from mulu.store.records import Store, restore

DAY = datetime.date(2026, 11, 20)


def beside(place: Path, known: Known) -> Casework:
    """One request of a server, which shares what was read before."""
    return Casework(str(place), lambda: CATALOGUE, finding("battery-cathode-x"), Calendar(), known=known)


def opened(work: Casework, title: str) -> str:
    return work.open(title, "正极材料的制备方法", DAY, "李", False, NOW)


def anew(place: Path) -> dict:
    with Store.open(str(place), create=False) as store:
        return rebuild(store.journal())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "mulu.db"


def test_what_another_process_adds_is_read_on(place: Path) -> None:
    known = Known()
    first = opened(beside(place, known), "一")
    other = beside(place, Known())  # as another process would
    other.answered(first, "王", NOW, "理由", {"crossing": "yes"})
    second = opened(other, "二")
    cases = beside(place, known).cases()
    assert list(cases) == [first, second]
    assert cases[first].answers["crossing"]["by"] == "王"
    assert dict(cases) == anew(place)


def test_a_case_that_was_handed_out_stays_as_it_was(place: Path) -> None:
    known = Known()
    work = beside(place, known)
    reference = opened(work, "一")
    before = work.case(reference)
    work.screened(reference, None, "李", NOW)
    work.answered(reference, "李", NOW, "理由", {"crossing": "yes", "secret": "no"}, ("battery-cathode-x",))
    work.sign(reference, "李", "理由", NOW)
    signed = work.case(reference)
    work.dissent(reference, "王", "理由", NOW)
    assert (before.answers, before.candidates, before.signed, before.screening) == ({}, {}, [], None)
    assert before.entries == [1]
    assert signed.signed[0].dissents == []
    assert work.case(reference).signed[0].dissents == [("王", "理由")]
    assert dict(work.cases()) == anew(place)


def test_an_act_that_fails_leaves_nothing_in_what_is_kept(place: Path) -> None:
    known = Known()
    work = beside(place, known)
    reference = opened(work, "一")
    with pytest.raises(Exception, match="battery"):
        work.answered(
            reference, "李", NOW, "理由", {"crossing": "yes"}, (), [("battery-cathode-x", "1", "meets", "事实")]
        )
    assert work.case(reference).answers == {}
    work.answered(reference, "李", NOW, "理由", {"secret": "no"})
    assert set(work.case(reference).answers) == {"secret"}
    assert dict(work.cases()) == anew(place)


def test_many_threads_lose_no_act_and_read_what_they_were_told(place: Path) -> None:
    known, wrong = Known(), []

    def person(name: str) -> None:
        for n in range(6):
            work = beside(place, known)
            reference = opened(work, f"{name}{n}")
            beside(place, known).answered(reference, name, NOW, f"{name}{n}", {"crossing": "yes"})
            case = beside(place, known).case(reference)
            if (case.title, case.answers["crossing"]["because"]) != (f"{name}{n}", f"{name}{n}"):
                wrong.append(reference)

    threads = [threading.Thread(target=person, args=(name,)) for name in "甲乙丙丁戊己"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong
    assert len(known_cases := beside(place, known).cases()) == 36
    assert dict(known_cases) == anew(place)
    with Store.open(str(place), create=False) as store:
        assert store.verify() == ()


def test_a_backup_in_the_place_of_the_store_is_noticed(place: Path, tmp_path: Path) -> None:
    known = Known()
    first = opened(beside(place, known), "一")
    backup = tmp_path / "backup.db"
    with Store.open(str(place), create=False) as store:
        store.back_up(backup)
    opened(beside(place, known), "二")
    assert len(beside(place, known).cases()) == 2
    restore(str(place), backup, NOW, "李", "试")
    assert list(beside(place, known).cases()) == [first]
    for file in tmp_path.glob("mulu.db*"):
        file.unlink()
    assert dict(beside(place, known).cases()) == {}
    assert opened(beside(place, known), "三") == "C-1"
    assert beside(place, known).case("C-1").title == "三"


def test_a_record_that_was_changed_after_the_last_one_read_is_told(place: Path) -> None:
    known = Known()
    reference = opened(beside(place, known), "一")
    beside(place, Known()).answered(reference, "王", NOW, "理由", {"crossing": "yes"})
    with closing(sqlite3.connect(place)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE journal SET by = '赵' WHERE id = 2")
        db.commit()
    with pytest.raises(StoreDamaged):
        beside(place, known).cases()
    with pytest.raises(StoreDamaged):  # and again: nothing of it was kept
        beside(place, known).cases()


def test_the_records_of_a_case_are_those_and_no_others(place: Path) -> None:
    work = beside(place, Known())
    first, second = opened(work, "一"), opened(work, "二")
    work.answered(first, "李", NOW, "理由", {"crossing": "yes"})
    assert [one.act for one in work.records(work.case(first))] == ["case.opened", "case.answered"]
    assert [one.id for one in work.records(work.case(second))] == [2]

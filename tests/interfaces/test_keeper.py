"""A server over one store: what is made anew when its documents change, what is not, and who waits for it."""

from __future__ import annotations

import ast
import asyncio
import datetime
import inspect
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mulu.archive import Archive
from mulu.catalogue import releases
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces import web
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.interfaces.words import EVIDENCE
from mulu.screening import engine, evidence
from mulu.store.database import begin_file
from official import documents

NOW = datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 11, 20)
LATER = datetime.date(2031, 6, 1)  # when the list that is imported is in force
TEXT = "磷酸铁锂正极材料的制备方法"
WAIT = 20.0


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    made = Keeper(str(tmp_path / "kept.db"))
    made.warm()
    return made


def attested(keeper: Keeper, folder: Path) -> str:
    """A list that was handed in and attested, and does not count yet."""
    digest = str(keeper.desk().import_(str(documents.list_docx(folder).path), NOW)["document"])
    keeper.desk().attest(digest, NOW, "Li", "the ministry's site", DAY)
    return digest


def in_thread(act):
    """What an act gives, from a thread of its own; None while it is still waiting."""
    given = []
    thread = threading.Thread(target=lambda: given.append(act()), daemon=True)
    thread.start()
    return thread, given


def test_a_document_that_does_not_count_leaves_the_catalogue_and_the_engine_as_they_are(keeper, tmp_path):
    before, version = keeper.desk(), keeper.version()
    attested(keeper, tmp_path)
    after = keeper.desk()
    assert after.catalogue is before.catalogue
    assert after._engine is before._engine
    assert [one["status"] for one in after.papers()] == ["attested"]
    assert keeper.version() != version  # for pages that show documents are remembered by it


def test_whoever_asks_after_a_document_was_applied_or_undone_is_answered_from_it(keeper, tmp_path):
    before = keeper.desk().items(LATER)["edition"]
    digest = attested(keeper, tmp_path)
    keeper.desk().apply(digest, NOW)
    assert keeper.desk().items(LATER)["edition"] == "2031-7" != before
    assert keeper.desk().screen(TEXT, LATER)["edition"] == "2031-7"
    keeper.desk().undo(digest, NOW, "Li", "a test")
    assert keeper.desk().items(LATER)["edition"] == before


def test_a_catalogue_made_from_an_empty_store_is_not_taken_for_that_of_the_documents_applied_since(tmp_path, desk):
    keeper = Keeper(str(tmp_path / "given.db"))
    keeper._current.__dict__["catalogue"] = desk.catalogue  # made before anything was read from the store
    keeper.desk().apply(attested(keeper, tmp_path), NOW)
    assert keeper.desk().items(LATER)["edition"] == "2031-7"


def test_reads_do_not_wait_for_the_engine_and_a_screening_does(keeper, tmp_path, monkeypatch):
    may, made = threading.Event(), engine.Screener

    def slow(*given, **more):
        assert may.wait(WAIT)
        return made(*given, **more)

    digest = attested(keeper, tmp_path)
    monkeypatch.setattr(engine, "Screener", slow)
    keeper.desk().apply(digest, NOW)
    screening, screened = in_thread(lambda: keeper.desk().screen(TEXT, LATER))
    reading, read = in_thread(lambda: (keeper.desk().items(LATER), keeper.desk().case(LATER, NOW)))
    reading.join(WAIT)
    assert read[0][0]["edition"] == "2031-7"
    assert screening.is_alive()
    assert not screened
    may.set()
    screening.join(WAIT)
    assert screened[0]["edition"] == "2031-7"


def test_the_engine_is_made_once_however_many_ask_for_it_first(tmp_path, monkeypatch, screener):
    asked = []
    monkeypatch.setattr(engine, "Screener", lambda *_, **__: asked.append(1) or screener)
    keeper = Keeper(str(tmp_path / "kept.db"))
    together = [in_thread(lambda: keeper.desk()._engine) for _ in range(8)]
    for thread, _ in together:
        thread.join(WAIT)
    assert [given for _, given in together] == [[screener]] * 8
    assert len(asked) == 1


def test_others_are_answered_while_an_earlier_release_is_read(keeper, monkeypatch):
    begun, may, read = threading.Event(), threading.Event(), releases.read_release

    def slow(release):
        begun.set()
        assert may.wait(WAIT)
        return read(release)

    monkeypatch.setattr(releases, "read_release", slow)
    earlier, given = in_thread(lambda: keeper.desk("2026.11.1"))
    assert begun.wait(WAIT)
    other, now = in_thread(lambda: keeper.desk().items(DAY))
    other.join(WAIT)
    assert now
    assert not given
    may.set()
    earlier.join(WAIT)
    assert given[0].catalogue.version == "2026.11.1"
    assert keeper.desk("2026.11.1").catalogue is given[0].catalogue


def test_a_release_that_does_not_exist_is_refused_each_time(keeper):
    for _ in range(2):
        with pytest.raises(MuluError):
            keeper.desk("1999.1.1")


def test_a_store_that_another_thread_is_making_is_not_there_yet(tmp_path):
    place = tmp_path / "begun.db"
    begin_file(place)
    assert place.stat().st_size > 0
    desk = Desk(store=str(place))
    assert desk.archive.mark() == ""
    assert desk.archive.held == ()
    assert desk.documents()["records"] == []
    assert desk.case(DAY, NOW)["cases"] == []
    assert Archive(str(tmp_path / "none.db"), lambda: None).mark() == ""


def test_pages_that_were_looked_at_first_are_in_no_figures_and_keep_what_is_made_once(keeper):
    app = application(keeper, 8123)
    asyncio.run(web.warm(app))
    assert any("industries" in key for key in app.state.remembered)
    figures = TestClient(app, base_url="http://127.0.0.1:8123").get("/metrics").text
    assert "/{lang}" not in figures


def test_each_kind_of_evidence_has_its_words_on_the_page():
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(evidence))) if isinstance(node, ast.Call)]
    kinds = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Evidence" and isinstance(call.args[0], ast.Constant)
    }
    assert len(kinds) > 8
    assert kinds <= set(EVIDENCE)

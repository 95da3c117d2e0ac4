"""The documents of quality/documents are built alike every time, and their truth stands in them, where it says."""

import io
import json
import re
import zipfile
from datetime import date
from email import message_from_bytes
from email.policy import default
from functools import cache
from html import unescape

import pypdfium2
import pytest
from quality.documents import held_out, make, marked
from quality.documents.marked import Source, folded

from mulu.desk import Desk

SOURCES = marked.every()
READABLE = [source for source in SOURCES if source.head["form"] != "scan"]


def by_name(source: Source) -> str:
    return source.name


@cache
def built(name: str) -> bytes:
    return make.build(marked.read(marked.SOURCES / f"{name}.mark"))


def tagless(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def text_by_page(source: Source) -> list[str]:
    """What stands in the built file: page by page in a PDF, as one page elsewhere."""
    content, form = built(source.name), source.head["form"]
    if form == "pdf":
        pages = pypdfium2.PdfDocument(content)
        return [pages[n].get_textpage().get_text_range() for n in range(len(pages))]
    if form in {"docx", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
        return ["".join(tagless(part) for part in parts)]
    if form == "eml":
        message = message_from_bytes(content, policy=default)
        return [f"{message['Subject']} {message.get_body(('plain',)).get_content()}"]
    text = content.decode(source.head.get("encoding", "utf-8"))
    return [tagless(text) if form in {"xml", "html"} else text]


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_the_truth_of_a_document_is_that_of_its_source(source):
    assert make.truth_path(source).read_text("utf-8") == make.truth_text(source), "run make.py --truth"


def test_every_truth_file_has_its_source():
    assert {path.name for path in marked.TRUTH.glob("*.json")} == {make.truth_path(source).name for source in SOURCES}


@pytest.mark.parametrize("source", READABLE, ids=by_name)
def test_quoted_words_stand_in_the_document_on_the_page_named(source):
    told = json.loads(make.truth_path(source).read_text("utf-8"))
    pages = [folded(page) for page in text_by_page(source)]
    if told["pages"] is not None:
        assert len(pages) == told["pages"]
    quoted = [(row, row["place"].get("page")) for row in told["passages"]]
    quoted += [(row, row["page"]) for row in told.get("clauses", [])]
    quoted += [(row, row["page"]) for row in told.get("patent", {}).get("claims", [])]
    for row, page in quoted:
        where = pages[page - 1] if page else pages[0]
        for key in ("first", "last", "first_other", "last_other"):
            if row.get(key):
                assert folded(row[key]) in where, (row, page)
    for party in told.get("parties", []):
        for name in (party["name"], *party["other_names"]):
            assert any(folded(name) in page for page in pages), name
    for quantity in told["quantities"]:
        assert any(folded(quantity["as_written"]) in page for page in pages), quantity


@pytest.mark.parametrize("source", [s for s in SOURCES if s.head["form"] == "scan"], ids=by_name)
def test_a_scan_has_its_pages_and_no_text(source):
    pages = pypdfium2.PdfDocument(built(source.name))
    assert len(pages) == marked.truth(source)["pages"]
    assert all(pages[n].get_textpage().count_chars() == 0 for n in range(len(pages)))


@pytest.mark.parametrize("source", SOURCES, ids=by_name)
def test_a_document_is_built_alike_every_time(source):
    assert make.build(source) == built(source.name)


def test_the_truth_names_only_items_of_the_catalogue():
    held = {row["item"] for row in Desk().items(date(2026, 11, 23))["items"]}
    for source in SOURCES:
        assert set(marked.truth(source)["items"]) <= held, source.name


def test_a_wrong_label_is_refused_with_its_line(tmp_path):
    bad = tmp_path / "bad.mark"
    bad.write_text("title: x\n---\n# 1 | Heading | licnce\n", "utf-8")
    with pytest.raises(marked.BadSource, match=r"bad\.mark, line 3: no such label: licnce"):
        marked.read(bad)


def test_building_never_overwrites(tmp_path):
    make.build_all(tmp_path, "contracts/source-code-escrow")
    with pytest.raises(FileExistsError):
        make.build_all(tmp_path, "contracts/source-code-escrow")


def test_the_documents_held_out_name_items_that_stand_and_long_ones_are_long(desk):
    items = {one.item.id for one in desk.catalogue.editions["2025-28"].listings.values()}
    short, long = held_out.documents(), list(held_out.long_documents())
    assert sum(bool(one.items) for one in short) >= 20 and sum(not one.items for one in short) >= 20
    assert {item for one in (*short, *long) for item in one.items} <= items
    assert len({one.name for one in (*short, *long)}) == len(short) + len(long)
    assert all(len(one.text) > 3_000 for one in long)
    kinds = {one.name: one.read().kind for one in short}
    assert all((kinds[one.name].value == one.kind) == (one.kind in ("patent", "email")) for one in short)


def test_a_document_held_out_is_flagged_for_what_it_falls_under_alone(desk):
    by_name = {one.name: one for one in held_out.documents()}
    for name in ("kbbf-growth", "rotary-steering", "lift-maintenance", "bakery-oven"):
        one = by_name[name]
        answer = desk.screen_document(one.read(), held_out.DAY)
        assert {each["item"] for each in answer["candidates"] if each["flag"]} == set(one.items), name

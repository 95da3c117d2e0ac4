"""The invented documents come out as described, so what is measured against them is measured against the right thing."""

from __future__ import annotations

import json
import re
import time
import zipfile
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from docx import Document as Docx
from tests.official import documents
from tests.official.documents import folded

from mulu.catalogue.codes import Code
from mulu.vocabulary import Control

HELD = Path(__file__).parents[2] / "src" / "mulu" / "data"


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        said = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        return re.sub(r"— \d+ —", "", said)
    if path.suffix == ".docx":
        return "".join(t.text or "" for t in Docx(str(path)).element.body.iter() if t.tag.endswith("}t"))
    if path.suffix == ".html":
        return re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")).replace("&ge;", "≥").replace("&lt;", "<")
    return path.read_bytes().decode("gb18030" if "announcement" not in path.name else "utf-8")


LISTS = ("table_pdf", "list_docx", "list_pdf", "list_txt_gb18030", "list_html", "table_html", "table_docx")


def test_the_list_has_the_counts_of_its_announcement_and_codes_that_follow_the_scheme():
    entries = documents.catalogue()
    assert sum(e.control is Control.PROHIBITED for e in entries) == 24
    assert sum(e.control is Control.RESTRICTED for e in entries) == 110
    assert len({e.code for e in entries}) == 134
    assert 25 <= len({e.industry for e in entries}) <= 40
    for entry in entries:
        code = Code.parse(str(entry.code))
        assert code is not None and code.control is entry.control
        assert documents.INDUSTRIES[code.division][0] == entry.industry
        assert [p.number for p in entry.points] == [str(n) for n in range(1, len(entry.points) + 1)]
    assert {len(e.points) for e in entries} == set(range(1, 10))


def test_points_are_short_and_long_nested_and_unnumbered():
    points = [p for e in documents.catalogue() for p in e.points]
    lengths = [len(c.text) for p in points for c in p.all()]
    assert min(lengths) >= 4 and max(lengths) <= 301 and max(lengths) > 220
    assert any(not p.numbered for p in points) and any(q.parts for p in points for q in p.parts)
    said = "".join(c.text for p in points for c in p.all())
    for mark in (
        "≥",
        "≤",
        "不低于",
        "大于",
        "~",
        "g/cm³",
        "mA·h/g",
        "℃",
        "MPa",
        "μm",
        "Nd2Fe14B",
        "P507",
        "《",
        "“",
        "除外",
        "同控制要点",
    ):
        assert mark in said


def test_no_name_or_wording_is_one_that_mulu_holds():
    held = "".join(path.read_text(encoding="utf-8") for path in HELD.rglob("*.jsonl"))
    for entry in documents.catalogue():
        assert entry.name not in held
        assert all(c.text not in held for p in entry.points for c in p.all() if len(c.text) > 12)


def test_the_same_seed_gives_the_same_list_and_another_seed_another():
    again = documents.catalogue.__wrapped__(documents.SEED)
    assert again == documents.catalogue() != documents.catalogue(4)
    assert len(documents.catalogue(4)) == 134


@pytest.mark.parametrize("form", LISTS)
def test_every_form_of_the_list_prints_every_word_in_order(form, tmp_path):
    begun = time.perf_counter()
    listed = getattr(documents, form)(tmp_path)
    assert time.perf_counter() - begun < 3
    said = folded(text_of(listed.path))
    for entry in listed.entries:
        assert folded(str(entry.code)) in said and folded(str(entry.industry)) in said
    if form == "table_pdf":  # a cell that runs over a page is cut by the head that is repeated there
        said = said.replace(folded("序号编号技术名称控制要点"), "")
    whole = [e for e in listed.entries if all(folded(c.text) in said for p in e.points for c in p.all())]
    assert len(whole) == 134


def test_the_table_has_about_thirty_pages(tmp_path):
    document = pypdfium2.PdfDocument(documents.table_pdf(tmp_path).path)
    assert 28 <= len(document) <= 34
    for n, page in enumerate(document, 1):
        said = page.get_textpage().get_text_range()
        assert f"— {n} —" in said and "控制要点" in said
    document.close()


@pytest.mark.parametrize("media", ["pdf", "docx", "txt", "html"])
def test_an_announcement_prints_every_clause(media, tmp_path):
    amending = documents.announcement(tmp_path, media)
    assert len(amending.clauses) >= 44
    said = folded(text_of(amending.path))
    for _, clause in amending.clauses:
        assert folded(clause) in said
    assert {(op.label, op.clause) for op in amending.operations} == set(amending.clauses)


def test_an_announcement_leaves_no_kind_of_clause_out(tmp_path):
    amending = documents.announcement(tmp_path)
    assert {op.does for op in amending.operations} == {
        "delete entry",
        "add entry",
        "rename entry",
        "recode entry",
        "move entry",
        "replace points",
        "replace point",
        "add point",
        "delete point",
        "replace words",
        "renumber point",
    }
    nested = {
        "replace part",
        "add part",
        "delete part",
        "add points",
        "insert point",
        "renumber point",
        "rename and points",
    }
    assert nested <= set(documents.kinds())
    assert {len(op.path) for op in amending.operations} == {0, 1, 2, 3}
    assert any("‘" in op.clause for op in amending.operations)
    assert any(re.search("“[^”]*“", op.clause) for op in amending.operations)


@pytest.mark.parametrize("seed", [documents.SEED, 1, 2, 3])
def test_the_list_after_an_announcement_is_whole(seed, tmp_path):
    amending = documents.announcement(tmp_path, "txt", seed)
    codes = [e.code for e in amending.result]
    assert len(codes) == len(set(codes)) == 134 - 6 + 7
    for entry in amending.result:
        numbers = [int(p.number) for p in entry.points]
        assert numbers == sorted(set(numbers)) and numbers
        code = Code.parse(str(entry.code))
        assert code is not None and code.control is entry.control
    touched = {op.target.code for op in amending.operations}
    before = {e.code: e for e in amending.base}
    assert all(before[e.code] == e for e in amending.result if e.code not in touched and e.code in before)
    moved = [op for op in amending.operations if op.does == "recode entry"]
    assert all(op.old not in codes and op.new in codes for op in moved)


@pytest.mark.parametrize("which", documents.BREAKS)
def test_a_broken_announcement_has_one_clause_that_cannot_be_carried_out(which, tmp_path):
    broken = documents.broken(tmp_path, which)
    assert folded(broken.clause) in folded(text_of(broken.path))
    assert documents.amended(broken.base, broken.operations)
    assert (broken.bad is None) == (which == "unreadable")
    if broken.bad is not None:
        with pytest.raises((AssertionError, StopIteration)):
            documents.amended(broken.base, [broken.bad])


@pytest.mark.parametrize("which", documents.DEGRADED)
def test_a_damaged_copy_loses_spaces_widths_and_headings_but_no_word(which, tmp_path):
    damaged = documents.degraded(tmp_path, which)
    assert damaged.missing
    raw = text_of(damaged.path)
    said = folded(raw)
    for head in ("序号编号技术名称控制要点", "序号编号技术技术控制要点"):
        said = said.replace(head, "")
    if isinstance(damaged, documents.Amending):
        assert all(folded(clause) in said for _, clause in damaged.clauses)
        assert any(op.target.industry is None for op in damaged.operations)
        return
    sound = getattr(documents, which if which != "list_txt" else "list_txt_gb18030")(tmp_path)
    assert raw != text_of(sound.path)
    gone = {code for m in damaged.missing for code in m.codes}
    assert {e.code for e in damaged.entries if e.industry is None} == gone
    assert [msgspec.structs.replace(e, industry=None) for e in damaged.entries] == [
        msgspec.structs.replace(e, industry=None) for e in sound.entries
    ]
    if which != "table_pdf":  # there the name's and the point's lines stand side by side
        assert all(folded(p.text) in said for e in damaged.entries for p in e.points)


def test_a_forged_copy_differs_in_one_number(tmp_path):
    forged = documents.forged(tmp_path)
    differing = [(a, b) for a, b in zip(forged.entries, forged.genuine, strict=True) if a != b]
    assert [a.code for a, _ in differing] == [forged.code]
    printed, genuine = (next(p for p in e.points if p.number == forged.point[0]).text for e in differing[0])
    assert genuine.replace(forged.was, forged.now) == printed != genuine
    assert folded(printed) in folded(text_of(forged.path))


def test_a_scan_has_a_picture_and_no_text(tmp_path):
    scanned = documents.scanned_pdf(tmp_path)
    document = pypdfium2.PdfDocument(scanned.path)
    assert len(document) == 1 and document[0].get_textpage().get_text_range().strip() == ""
    document.close()
    assert len(scanned.entries) >= 3
    assert {t.kind for t in scanned.tokens} == {"number", "unit", "operator", "code"}
    assert all(e.code in {t.text for t in scanned.tokens if t.kind == "code"} for e in scanned.entries)


def test_files_that_are_no_list_are_what_they_claim_to_be(tmp_path):
    for media in ("pdf", "docx"):
        assert documents.corrupt(tmp_path, media).stat().st_size > 1000
    sealed = documents.encrypted(tmp_path)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(sealed)
    opened = pypdfium2.PdfDocument(sealed, password=documents.PASSWORD)
    assert "confidential" in opened[0].get_textpage().get_text_range()
    opened.close()
    with pypdfium2.PdfDocument(documents.five_hundred_pages(tmp_path)) as long:
        assert len(long) > 500
    with pypdfium2.PdfDocument(documents.empty_pdf(tmp_path)) as empty:
        assert len(empty) == 1 and empty[0].get_textpage().get_text_range() == ""
    assert "合同总价" in folded(text_of(documents.wrong_document(tmp_path)))


def test_a_small_word_file_can_hold_more_than_300_mb(tmp_path):
    path = documents.zip_bomb_docx(tmp_path)
    assert path.stat().st_size < 1_000_000
    with zipfile.ZipFile(path) as bomb:
        assert bomb.getinfo("word/document.xml").file_size > 300_000_000


def test_truth_survives_being_kept(tmp_path):
    amending = documents.announcement(tmp_path, "txt")
    for operation in amending.operations:
        kept = json.loads(msgspec.json.encode(operation))
        assert msgspec.convert(kept, type(operation)) == operation

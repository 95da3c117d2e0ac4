"""Pictures of pages: what is printed is what is drawn, and a document without pages says so."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from tests.official import documents as fixtures

from mulu.sources.documents import Corrupt, Held
from mulu.sources.pictures import NoPicture, page_picture, pages_pictured


def held(path: Path) -> Held:
    return Held(str(path), path.name, path.read_bytes())


def test_a_page_is_drawn_black_on_white_no_wider_than_it_need_be(tmp_path: Path) -> None:
    document = held(fixtures.table_pdf(tmp_path).path)
    picture = Image.open(io.BytesIO(page_picture(document, 2)))
    assert picture.mode == "L"  # a page without colour is kept in grey
    assert picture.width == 1200
    dark = picture.histogram()
    assert sum(dark[250:]) > 0.8 * picture.width * picture.height
    assert sum(dark[:60]) > 0.005 * picture.width * picture.height
    assert page_picture(document, 2) == page_picture(document, 2)
    assert page_picture(document, 2) != page_picture(document, 3)


def test_a_page_with_colour_keeps_it(tmp_path: Path) -> None:
    red = Image.new("RGB", (300, 200), "white")
    red.paste((200, 10, 20), (40, 40, 120, 90))
    path = tmp_path / "seal.pdf"
    red.save(path, "PDF")
    picture = Image.open(io.BytesIO(page_picture(held(path), 1)))
    assert picture.mode == "RGB"
    at = picture.getpixel((int(80 / 300 * picture.width), int(60 / 200 * picture.height)))
    assert isinstance(at, tuple)
    assert at[0] > 150
    assert max(at[1:3]) < 80


def test_what_has_no_such_page_is_told_by_its_name(tmp_path: Path) -> None:
    for document, number in (
        (held(fixtures.table_pdf(tmp_path).path), 0),
        (held(fixtures.table_pdf(tmp_path).path), 99),
        (held(fixtures.list_html(tmp_path).path), 1),
    ):
        with pytest.raises(NoPicture, match=document.name):
            page_picture(document, number)
    with pytest.raises(Corrupt):
        page_picture(Held("x.pdf", "x.pdf", b"%PDF-1.7 and nothing more"), 1)


def test_a_picture_that_was_imported_is_shown_as_it_is() -> None:
    into = io.BytesIO()
    Image.new("RGB", (3, 3)).save(into, "PNG")
    picture = Held("a.png", "a.png", into.getvalue())
    assert page_picture(picture, 1) == picture.data
    with pytest.raises(NoPicture):
        page_picture(picture, 2)
    assert [pages_pictured(*kind) for kind in (("pdf", 7), ("image", 1), ("docx", 1), ("pdf", None))] == [7, 1, 0, 0]

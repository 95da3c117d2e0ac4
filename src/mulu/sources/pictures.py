"""Pictures of the pages of a document, for a person who compares what was read with what is printed."""

from __future__ import annotations

import contextlib
import struct
import zlib
from typing import Any

from mulu.sources.documents import Corrupt, Held, UnreadableDocument
from mulu.vocabulary import Said

_WIDE = 1200  # pixels: small print can be read, and a page of text stays near 200 KB
_HIGH = 2400
_CHINESE_FROM = "\u2e80"


class NoPicture(UnreadableDocument):
    """The document has no such page, or is of a kind that has no pages to be pictured."""

    def __init__(self, path: str, number: int, pages: int) -> None:
        super().__init__(
            path,
            "unknown_page",
            f"没有第 {number} 页的图像（可显示的页数：{pages}）。请从预览中选择页。",
            f"there is no picture of a page {number} (pages that can be shown: {pages}). Choose a page of the preview.",
        )


def pages_pictured(media: str, pages: int | None) -> int:
    """How many pages of a document can be pictured: those of a PDF, or of a picture itself."""
    return (pages or 0) if media == "pdf" else 1 if media == "image" else 0


def page_picture(held: Held, number: int) -> bytes:
    """A page of a PDF, counted from 1, as PNG; a picture that was imported as it is. Raises NoPicture or Corrupt.

    To be called where a file can do no harm, by one thread: PDFium is not made for several. A font that the PDF does not
    carry is not drawn there, since nothing can be opened.
    """
    if held.data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        if number != 1:
            raise NoPicture(held.path, number, 1)
        return held.data
    if b"%PDF-" not in held.data[:1024]:
        raise NoPicture(held.path, number, 0)
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(held.data)
    except pypdfium2.PdfiumError as error:
        raise Corrupt(held.path, "pdf", Said("broken_pdf", "无法打开", "it cannot be opened")) from error
    try:
        if not 1 <= number <= len(pdf):
            raise NoPicture(held.path, number, len(pdf))
        page = pdf[number - 1]
        width, height = page.get_size()
        bitmap = page.render(scale=min(_WIDE / max(width, 1.0), _HIGH / max(height, 1.0)), rev_byteorder=True)
        try:
            return _png(bitmap.to_numpy())
        finally:
            bitmap.close()
    finally:
        pdf.close()


def fonts_not_drawn(held: Held) -> tuple[tuple[str, ...], ...]:
    """Of each page of a PDF the fonts of Chinese text that it does not carry: their text is not in its picture.

    Other scripts are drawn in a font that stands in. To be called where a file can do no harm. Raises Corrupt.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(held.data)
    except pypdfium2.PdfiumError as error:
        raise Corrupt(held.path, "pdf", Said("broken_pdf", "无法打开", "it cannot be opened")) from error
    found = []
    for page in pdf:
        text = page.get_textpage()
        names: dict[str, None] = {}
        for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], textpage=text):
            with contextlib.suppress(pypdfium2.PdfiumError):  # an object without text, or a font that tells nothing
                font = one.get_font()
                if not font.is_embedded and any(sign >= _CHINESE_FROM for sign in one.extract()):
                    names.setdefault(font.get_base_name())
        found.append(tuple(names))
    pdf.close()
    return tuple(found)


def _png(pixels: Any) -> bytes:
    """Rows of red, green and blue as PNG; in grey where the page has no colour, which is a third of the size."""
    import numpy as np

    rows = pixels[:, :, :3] if pixels.ndim == 3 else pixels[:, :, None]
    grey = rows.shape[2] == 1 or bool((rows[:, :, :1] == rows).all())
    rows = rows[:, :, :1] if grey else rows
    high, wide, depth = rows.shape
    # Each row as the difference from the one above: paper and rules come to nothing.
    flat = np.ascontiguousarray(rows).reshape(high, wide * depth)
    above = np.vstack([np.zeros((1, wide * depth), np.uint8), flat[:-1]])
    filtered = np.hstack([np.full((high, 1), 2, np.uint8), flat - above])

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", wide, high, 8, 0 if grey else 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)),
            chunk(b"IEND", b""),
        )
    )

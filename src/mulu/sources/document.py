"""A document as it was read: its digest, and every passage with the place where it stands.

Readers for PDF, DOCX, HTML and plain text all return a `Document`; what reads law out of it never sees a file format.
"""

from __future__ import annotations

from dataclasses import dataclass

from mulu.vocabulary import Said


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands. Pages count from 1; a format without pages has one page and counts paragraphs.

    `number` is the running number of the line (PDF, text) or paragraph or table row (DOCX, HTML) on its page, from 1.
    `box` is left, top, right, bottom in points from the top left corner of the page, where the format has pages.
    """

    page: int
    number: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line (PDF, text) or a paragraph (DOCX, HTML), in reading order, spaces at both ends removed.

    `machine`: read by OCR, never official by itself; `confidence` (0 to 1) is then the recogniser's own.
    `whole`: a paragraph that the format itself delimits, so the next line never continues it.
    """

    text: str
    place: Place
    machine: bool = False
    confidence: float | None = None
    whole: bool = False
    indent: float = 0.0  # points from the left edge of the text column
    level: int | None = None  # of a heading, from 1, where the format says that it is one


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `text` keeps line breaks as printed; `place` is that of its first line."""

    text: str
    place: Place
    machine: bool = False
    spans: int = 1  # columns that it covers
    lines: tuple[Place, ...] = ()  # of each of its printed lines, where the format has them


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as drawn: a cell that runs over a page is two rows, in two pages, as printed."""

    cells: tuple[Cell, ...]
    table: int  # running number of the table; one that continues on the next page gets a new number
    place: Place
    machine: bool = False


Block = Line | Row


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a document of which no text could be read, and why."""

    page: int
    because: Said


@dataclass(frozen=True, slots=True)
class Apart:
    """Text that a file holds beside its text: set aslant, not shown, filled in, said in a comment.

    `because` says what it is; None where `Document.unread` tells of it already.
    """

    lines: tuple[Line, ...]
    because: Said | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read. `running` are page heads, feet and page numbers, kept apart from the text.

    `apart` is what stands beside the text and is no part of its wording: what reads law passes it over.
    """

    digest: str  # SHA-256 of the file's bytes, hexadecimal
    name: str
    media: str  # "pdf", "docx", "html" or "text"
    pages: int
    blocks: tuple[Block, ...]
    running: tuple[Line, ...] = ()
    unread: tuple[Unread, ...] = ()
    apart: tuple[Apart, ...] = ()

    @property
    def machine_pages(self) -> frozenset[int]:
        """Pages whose text was read by machine."""
        return frozenset(block.place.page for block in self.blocks if block.machine)

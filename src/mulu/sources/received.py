"""The one door for what users hand in to be screened: bytes in, a `Reading` or an error that names the remedy out."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace

from mulu.sources.described import Composer, Kind, Reading, Role, language_of
from mulu.sources.document import Document, Line, Unread
from mulu.sources.documents import (
    Held,
    NoTextLayer,
    UnknownKind,
    is_email,
    is_workbook,
    is_xml,
    load,
    looks_foreign,
    read_held,
)
from mulu.sources.mail import charsets_of, read_email
from mulu.sources.numbering import Head, standings
from mulu.sources.passages import compose, is_title, paragraphs_of, slices_of
from mulu.sources.patents import as_patent, is_patent_xml, marked_pages, read_patent_xml, root_of
from mulu.sources.reading import UnreadableFile, decode
from mulu.sources.workbook import read_csv, read_xlsx
from mulu.vocabulary import Said

_FOR_EMAIL = ("email.policy", "email.parser",
    "email.generator", "email.contentmanager", "email.headerregistry", "email.iterators", "calendar", "html.entities", "quopri", "email.header",
    "encodings.gb2312", "encodings.big5", "encodings.big5hkscs", "encodings.gb18030", "encodings.raw_unicode_escape")  # fmt: skip

_COUNT = frozenset("第页共頁ivxIVX")  # what the number of a page is made of besides figures


def read_received(held: Held, *, ocr: bool = False) -> Reading:
    """What a file says, as passages. With `ocr`, pages and pictures without a text layer are read by machine.

    Raises UnreadableDocument, of a kind whose message says what to do.
    """
    data = held.data
    root = root_of(data)
    if root is not None and is_patent_xml(root):
        return read_patent_xml(held)
    if root is not None and root.lower() != "html" and _says_xml(held):
        what = Said(
            "xml",
            f"XML 文件（根元素 {root}），不是专利局的专利文献",
            f"an XML file ({root}) that is no patent publication",
        )
        raise UnknownKind(held.path, what)
    if is_email(data):
        return read_email(held, ocr=ocr)
    if is_workbook(data):
        return read_xlsx(held)
    if not looks_foreign(held.data) and held.name.lower().endswith((".csv", ".tsv")):
        plain = read_plain(held)  # of an attachment: by itself such a file is read before it comes here
        if plain is not None:
            return plain
    document = read_held(held, ocr=ocr)
    return of_document(document, held)


def _says_xml(held: Held) -> bool:
    """Whether a file says that it is XML, in its first line or by its name."""
    return is_xml(held.data) or held.name.lower().endswith(".xml")


def read_plain(held: Held) -> Reading | None:
    """A plain text as passages; None where the file is of another kind, which is read with care."""
    root = root_of(held.data)
    if looks_foreign(held.data) or (root is not None and (is_patent_xml(root) or _says_xml(held))):
        return None
    try:
        text = decode(held.data, held.path)
    except UnreadableFile:
        return None
    return read_csv(text, held) or of_text(text, held.name, held.digest)


def load_received(held: Held, *, ocr: bool = False) -> None:
    """Everything that `read_received` opens to read this file, for a process that can open nothing once it begins."""
    load(held, ocr=ocr)
    names = ["python_calamine"]
    if is_email(held.data):  # which may bring along files of every kind
        names += _FOR_EMAIL
        charsets_of(held.data)
        load(Held("", "", b"%PDF-"), ocr=ocr)
        load(Held("", "", b"PK"), ocr=ocr)
    for name in names:
        importlib.import_module(name)


def of_text(text: str, name: str, digest: str) -> Reading:
    """A plain text as passages; offsets count in the text as given."""
    composer = Composer(given=text)
    composer.begin(name, "text", digest)
    slices = list(slices_of(text))
    told = standings([Head(text[one.start : one.end]) for one in slices])
    for one, standing in zip(slices, told, strict=True):
        role = Role.BODY
        if standing.heading:
            role = Role.HEADING
        elif one is slices[0] and is_title(text[one.start : one.end]):
            role = Role.TITLE
        elif standing.clause is not None:
            role = Role.CLAUSE
        composer.at(one.start, one.end, role, number=standing.number, clause=standing.clause)
    return as_patent(finished(composer, Kind.DOCUMENT, name, digest), {})


def of_document(document: Document, held: Held) -> Reading:
    """A document that a reader of files made, as passages."""
    paragraphs = list(paragraphs_of(document))
    if not paragraphs and not any(one.lines for one in document.apart):
        raise NoTextLayer(held.path)
    composer = Composer()
    composer.begin(document.name, document.media, document.digest)
    paged = document.media in ("pdf", "image", "text")
    compose(paragraphs, composer, paged=paged)
    printed = len(composer.passages)
    unread = document.unread
    for one in document.apart:
        if one.lines:
            composer.apart()
            compose(list(paragraphs_of(replace(document, blocks=_once(one.lines)))), composer, paged=paged)
        if one.because is not None:
            unread += (Unread(one.lines[0].place.page if one.lines else 1, one.because),)
    if document.running:
        heads = {re.sub("[0-9]+", "#", line.text.strip()): line.text.strip() for line in document.running}
        words = " / ".join(text for text in heads.values() if any(c.isalpha() and c not in _COUNT for c in text))[:120]
        said = Said(
            "page_heads",
            f"页眉页脚不参与比较：{words}",
            f"page heads and feet take no part in the comparison: {words}",
        )
        unread += (Unread(1, said),) if words else ()
    reading = finished(composer, Kind.DOCUMENT, held.name, held.digest, unread=unread, pages=document.pages)
    return as_patent(reading, marked_pages([(line.place.page, line.text) for line in document.running]), printed)


def _once(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines without those that say what an earlier one said, as a mark across every page does."""
    return tuple({line.text: line for line in reversed(lines)}.values())[::-1]


def finished(
    composer: Composer,
    kind: Kind,
    name: str,
    digest: str,
    *,
    title: str | None = None,
    facts: tuple[tuple[str, str], ...] = (),
    unread: tuple[Unread, ...] = (),
    pages: int | None = None,
) -> Reading:
    """The reading of what a composer was told; its title is the first heading where none is given."""
    text = composer.text
    if title is None:
        heads = (one.text for one in composer.passages[:5] if one.role in (Role.TITLE, Role.HEADING))
        title = next(heads, None)
    parts = composer.ended()
    return Reading(
        kind, name, digest, title, language_of(text), text, tuple(composer.passages), parts, facts, unread, pages
    )

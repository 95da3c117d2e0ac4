"""The one door for what users hand in to be screened: bytes in, a `Reading` or an error that names the remedy out."""

from __future__ import annotations

from mulu.sources.described import Composer, Kind, Reading, Role, language_of
from mulu.sources.document import Document, Unread
from mulu.sources.documents import Held, NoTextLayer, load, looks_foreign, read_held
from mulu.sources.passages import compose, is_heading, is_title, number_of, paragraphs_of, slices_of
from mulu.sources.reading import UnreadableFile, decode


def read_received(held: Held, *, ocr: bool = False) -> Reading:
    """What a file says, as passages. With `ocr`, pages and pictures without a text layer are read by machine.

    Raises UnreadableDocument, of a kind whose message says what to do.
    """
    document = read_held(held, ocr=ocr)
    return of_document(document, held)


def read_plain(held: Held) -> Reading | None:
    """A plain text as passages; None where the file is of another kind, which is read with care."""
    if looks_foreign(held.data):
        return None
    try:
        text = decode(held.data, held.path)
    except UnreadableFile:
        return None
    return of_text(text, held.name, held.digest)


def load_received(held: Held, *, ocr: bool = False) -> None:
    """Everything that `read_received` opens to read this file, for a process that can open nothing once it begins."""
    load(held, ocr=ocr)


def of_text(text: str, name: str, digest: str) -> Reading:
    """A plain text as passages; offsets count in the text as given."""
    composer = Composer(given=text)
    composer.begin(name, "text", digest)
    clause: str | None = None
    slices = list(slices_of(text))
    ranks = {found.rank for one in slices if (found := number_of(text[one.start : one.end])) is not None}
    for one in slices:
        said = text[one.start : one.end]
        found = number_of(said)
        role = Role.HEADING if is_heading(said) else Role.TITLE if one is slices[0] and is_title(said) else Role.BODY
        if found is not None and (found.rank <= 1 or (found.rank == 2 and 1 not in ranks)):
            clause = found.number
        if role is Role.BODY and clause is not None:
            role = Role.CLAUSE
        composer.at(one.start, one.end, role, number=found.number if found else None, clause=clause)
    return finished(composer, Kind.DOCUMENT, name, digest)


def of_document(document: Document, held: Held) -> Reading:
    """A document that a reader of files made, as passages."""
    paragraphs = list(paragraphs_of(document))
    if not paragraphs:
        raise NoTextLayer(held.path)
    composer = Composer()
    composer.begin(document.name, document.media, document.digest)
    compose(paragraphs, composer, paged=document.media in ("pdf", "image", "text"))
    return finished(composer, Kind.DOCUMENT, held.name, held.digest, unread=document.unread, pages=document.pages)


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

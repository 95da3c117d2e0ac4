"""What a user hands in to be screened, as passages: what each says, what part it plays, and where it stands.

Every kind of file ends here: a text, a PDF, a contract in DOCX, a patent in an office's XML, an e-mail with its
attachments, a workbook. What screens or types passages never sees a file format.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mulu.sources.document import Unread
from mulu.vocabulary import Said

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the top left corner of the page


class Kind(StrEnum):
    """What a document is, as far as its form shows; `Part.media` tells of which format the file is."""

    DOCUMENT = "document"
    PATENT = "patent"
    EMAIL = "email"
    TABLE = "table"


class Role(StrEnum):
    """The part that a passage plays in its document."""

    TITLE = "title"
    HEADING = "heading"
    ABSTRACT = "abstract"
    CLAIM = "claim"
    DESCRIPTION = "description"  # of a patent: summary of the invention, drawings, embodiments
    BACKGROUND = "background"  # of a patent: the prior art
    CLAUSE = "clause"  # stands under a number such as 第五条, Article 5, 5.2
    TABLE = "table"  # a row of a table, its cells parted by " | "
    BODY = "body"
    QUOTED = "quoted"  # of an e-mail: what an earlier one said
    SIGNATURE = "signature"  # of an e-mail: who writes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands. `start` and `end` count characters of the text of the reading."""

    start: int
    end: int
    part: int = 0  # place in `Reading.parts`; 0 is the document itself
    paragraph: int = 1  # running number among the passages of its part
    page: int | None = None  # where it begins, in formats that have pages
    last_page: int | None = None
    number: str | None = None  # as printed at its head, or as the format gives it: 第五条, 5.2, (a), [0012], claim 3
    clause: str | None = None  # the number under which it stands, its own where it has one of that kind
    sheet: str | None = None
    cell: str | None = None  # A1 notation
    boxes: tuple[tuple[int, Box], ...] = ()  # page and box, one for each page that it stands on


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, claim, clause, row or heading, in reading order."""

    text: str
    place: Place
    role: Role = Role.BODY
    heading: str | None = None  # the nearest heading above it
    machine: bool = False  # read by machine: never official, to be compared with the picture


@dataclass(frozen=True, slots=True)
class Part:
    """A file: the document itself, or one attached to it. `unread` says why no passage of it is here."""

    name: str
    media: str  # "text", "pdf", "docx", "xlsx", "html", "xml", "email", "image" or what an unread file is called
    start: int
    end: int
    digest: str
    inside: int | None = None  # the part that it is attached to
    unread: Said | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read. Each passage is `text[start:end]`; what lies between two of them is line breaks.

    `facts` are what the format itself says of the document, by name, in order; a name may come more than once. Of a
    patent: `office`, `publication`, `application`, `priority`, `family`, `ipc`, `cpc`, `applicant`, `published`; of an
    e-mail `from`, `to`, `date`, `subject`.
    """

    kind: Kind
    name: str
    digest: str  # SHA-256 of the file's bytes, hexadecimal
    title: str | None
    language: str  # "zh", "en" or "mixed", as most of its letters are
    text: str
    passages: tuple[Passage, ...]
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, str], ...] = ()
    unread: tuple[Unread, ...] = ()
    pages: int | None = None

    def fact(self, name: str) -> tuple[str, ...]:
        """Every value of a fact."""
        return tuple(value for key, value in self.facts if key == name)

    def passage_at(self, offset: int) -> Passage | None:
        """The passage in which a character of the text stands; None between two of them."""
        at = bisect_right(self.passages, offset, key=lambda one: one.place.start) - 1
        return self.passages[at] if at >= 0 and offset < self.passages[at].place.end else None

    def passages_in(self, start: int, end: int) -> tuple[Passage, ...]:
        """The passages of which a character stands between two places."""
        first = max(0, bisect_right(self.passages, start, key=lambda one: one.place.start) - 1)
        last = bisect_left(self.passages, end, key=lambda one: one.place.start)
        return tuple(one for one in self.passages[first:last] if one.place.end > start)


def language_of(text: str) -> str:
    """Of which language most letters are; a Han character says as much as three Latin letters."""
    sample = text[:200_000]
    han = 3 * sum("\u3400" <= c <= "\u9fff" for c in sample)
    latin = sum(c.isascii() and c.isalpha() for c in sample)
    if han >= 0.8 * (han + latin):
        return "zh"
    return "en" if latin >= 0.8 * (han + latin) else "mixed"


@dataclass(slots=True)
class Composer:
    """Puts passages one after the other and keeps count of where each begins; or marks them in a text that is given."""

    given: str | None = None
    passages: list[Passage] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _paragraph: int = 0
    _heading: str | None = None

    def begin(self, name: str, media: str, digest: str, inside: int | None = None, unread: Said | None = None) -> int:
        """A new part; what is added from now on belongs to it. Returns its number."""
        self.parts.append(Part(name, media, self._length, self._length, digest, inside, unread))
        self._paragraph, self._heading = 0, None
        return len(self.parts) - 1

    def apart(self) -> None:
        """What is added from now on stands under no heading that was there."""
        self._heading = None

    def add(
        self,
        text: str,
        role: Role = Role.BODY,
        *,
        pages: tuple[int, int] | None = None,
        number: str | None = None,
        clause: str | None = None,
        cell: tuple[str, str] | None = None,
        boxes: Iterable[tuple[int, Box]] = (),
        machine: bool = False,
    ) -> None:
        """A passage at the end of what is there; blank ones are left out."""
        text = text.strip()
        if not text:
            return
        if self._pieces:
            self._pieces.append("\n")
            self._length += 1
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        self._passage(text, start, role, pages, number, clause, cell, tuple(boxes), machine)

    def take(self, reading: Reading, inside: int) -> None:
        """Everything of another reading, as parts that are attached to one of this."""
        first = len(self.parts)
        by_part: dict[int, list[Passage]] = {}
        for one in reading.passages:
            by_part.setdefault(one.place.part, []).append(one)
        for number, part in enumerate(reading.parts):
            above = inside if part.inside is None else first + part.inside
            self.begin(part.name, part.media, part.digest, above, part.unread)
            for one in by_part.get(number, []):
                place = one.place
                pages = None if place.page is None else (place.page, place.last_page or place.page)
                cell = None if place.sheet is None else (place.sheet, place.cell or "")
                self.add(
                    one.text,
                    one.role,
                    pages=pages,
                    number=place.number,
                    clause=place.clause,
                    cell=cell,
                    boxes=place.boxes,
                    machine=one.machine,
                )

    def at(self, start: int, end: int, role: Role, *, number: str | None = None, clause: str | None = None) -> None:
        """A passage of the text that is given."""
        assert self.given is not None
        self._length = end
        self._passage(self.given[start:end], start, role, None, number, clause, None, (), False)

    def _passage(
        self,
        text: str,
        start: int,
        role: Role,
        pages: tuple[int, int] | None,
        number: str | None,
        clause: str | None,
        cell: tuple[str, str] | None,
        boxes: tuple[tuple[int, Box], ...],
        machine: bool,
    ) -> None:
        self._paragraph += 1
        first, last = pages or (None, None)
        sheet, at = cell or (None, None)
        part, end = len(self.parts) - 1, self._length
        place = Place(start, end, part, self._paragraph, first, last, number, clause, sheet, at, boxes)
        self.passages.append(Passage(text, place, role, self._heading, machine))
        if role in (Role.HEADING, Role.TITLE):
            self._heading = text

    @property
    def text(self) -> str:
        return "".join(self._pieces) if self.given is None else self.given

    @property
    def length(self) -> int:
        """How many characters there are by now."""
        return self._length

    def ended(self) -> tuple[Part, ...]:
        """The parts, each with where its text ends."""
        ends = {one.place.part: one.place.end for one in self.passages}
        return tuple(replace(part, end=ends.get(number, part.start)) for number, part in enumerate(self.parts))

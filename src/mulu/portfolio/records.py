"""A record of a portfolio: a patent, licence or description of which somebody asks whether the Catalogue touches it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date

import msgspec

from mulu.portfolio.countries import country_of
from mulu.screening.gathering import Parts
from mulu.vocabulary import Said

_SPACE = re.compile(r"\s+")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table or one document of a folder, as it came in.

    `text` is as given, never trimmed: places in an answer count in it. `day` is the day for which the record is answered,
    that of its transfer or licence; None where nothing says it. `facts` holds every other column under its name.
    """

    id: str
    text: str
    place: str  # where it stands: "portfolio.csv, line 17"; "a.xlsx, sheet 专利, row 9"; "folder/lease.docx"
    title: str | None = None
    kind: str | None = None  # patent, licence, abstract … as given
    recipient: str | None = None  # who or where it goes to, as given; `country` where a country is recognised
    day: date | None = None
    family: str | None = None  # what all members of a patent family, or of another group, have in common
    owner: str | None = None
    numbers: tuple[str, ...] = ()  # of publications and applications
    facts: dict[str, str] = {}
    document: str | None = None  # the path of the file, where the record is a whole document
    same_text: str | None = None  # the id of the first record with the same title and text, another than this
    parts: Parts | None = None  # of a document: by which it is read

    @property
    def country(self) -> str | None:
        """The recipient's country or region as its ISO 3166 code; None where none, or more than one, is recognised."""
        return None if self.recipient is None else country_of(self.recipient)

    @property
    def version(self) -> str:
        """What a judgement of this record rests on, as 16 hexadecimal digits.

        Line ends and blanks at both ends of a text make no version, for programs that save a table change them; where
        the record stands, its owner and facts make none either.
        """
        said = [
            _even(self.title),
            _even(self.text),
            None if self.day is None else self.day.isoformat(),
            _even(self.recipient),
            _even(self.kind),
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:16]

    @property
    def digest(self) -> bytes:
        """16 bytes that records with the same title and text share, whatever their case, width, blanks and line ends."""
        return digest_of(self.title, self.text)


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that makes no record, and why. The others are taken all the same."""

    place: str
    said: Said
    id: str | None = None
    row: dict[str, str] | str = ""  # as given: by column, or the line where it has no columns


class Repeated(msgspec.Struct, frozen=True, kw_only=True):
    """A row that says once more what an earlier row said under the same id. `first` is the place of that one."""

    place: str
    id: str
    first: str


def _even(text: str | None) -> str | None:
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def digest_of(title: str | None, text: str) -> bytes:
    """16 bytes by which the same title and text are known again; see `Record.digest`."""
    whole = f"{title or ''}\n{text}"
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", whole).casefold())
    return hashlib.blake2b(plain.encode(), digest_size=16).digest()

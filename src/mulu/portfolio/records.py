"""A record of a portfolio: a patent, licence or description of which somebody asks whether the Catalogue touches it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from mulu.screening.gathering import Parts
from mulu.vocabulary import Said

_SPACE = re.compile(r"\s+")
_PARTED = re.compile(r"[,;/()|]")
_TERRITORIES = frozenset(("HK", "MO", "TW"))
# "NA" and "no" are how people write that there is none, and codes of countries too.
_NO_PLACE = ("unknown", "n/a", "na", "no", "none", "null", "-", "—", "不详", "未知", "无", "待定")


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


# ---- countries -----------------------------------------------------------------------------------------------------


@lru_cache(65536)
def country_of(said: str) -> str | None:
    """The one country or region that a text names, by code, name or a city of it, as an ISO 3166 alpha-2 code.

    None where it names none that is known, more than one, or one by a name that two bear (Korea, Congo): nobody decides here
    which of two recipients counts.
    """
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", said)).strip().replace("’", "'")
    low = plain.casefold()
    if not plain or low in _NO_PLACE:
        return None
    if known := _names().get(low):
        return known
    if len(plain) == 2 and plain.isalpha() and plain.isascii():
        return plain.upper() if plain.upper() in _codes() else None
    from mulu.screening.contracts import jurisdictions

    found = {code for code in _CODE_IN_BRACKETS.findall(plain) if code in _codes() and code.casefold() not in _NO_PLACE}
    for code, name in _SHARED:
        low, times = name.subn(" ", low)
        if times and code is not None:
            found.add(code)
    found |= {code for code, pattern in jurisdictions() if pattern.search(low)}
    # Names that are words too (Jersey, Jordan, Chad) count where they stand alone between marks: "Acme Ltd, Estonia".
    found |= {_names()[part] for one in _PARTED.split(low) if (part := one.strip()) in _names()}
    if "CN" in found and found & _TERRITORIES:
        found.discard("CN")  # "Hong Kong, China"
    return found.pop() if len(found) == 1 else None


# Names that two countries bear, or of which one stands in another, with what tells them apart; by the bare name (no code)
# neither is meant.
_SHARED: tuple[tuple[str | None, re.Pattern[str]], ...] = (
    ("KP", re.compile(r"(?:north|democratic people's republic of) korea|korea[ ,]{1,2}\(?(?:north|dem)[a-z. ']{0,40}\)?")),
    ("KR", re.compile(r"(?:south|republic of|rep\. of) korea|korea[ ,]{1,2}\(?(?:south|republic of|rep\. of|rep\.)\)?")),
    (None, re.compile(r"(?<![a-z])korea(?![a-z])")),
    ("CD", re.compile(r"(?:dr|d\.r\.|democratic republic of(?: the)?) congo|congo[ ,-]{1,2}\(?(?:kinshasa|dem|drc)[a-z. ]{0,30}\)?|刚果\s?(?:\(金\)|金|民主共和国)")),
    ("CG", re.compile(r"(?:republic of(?: the)?|rep\. of(?: the)?) congo|congo[ ,-]{1,2}\(?(?:brazzaville|rep)[a-z. ]{0,30}\)?|刚果\s?(?:\(布\)|布|共和国)")),
    (None, re.compile(r"(?<![a-z])congo(?![a-z])|刚果")),
    ("GB", re.compile(r"(?<![a-z])(?:northern ireland|great britain|u\.k\.?(?![a-z]))|北爱尔兰")),
)  # fmt: skip
# Names in use that the time zone database has otherwise.
_ALSO = {
    "u.s.": "US", "uk": "GB", "prc": "CN", "dprk": "KP", "czechia": "CZ", "czech republic": "CZ", "deutschland": "DE", "holland": "NL",
    "the netherlands": "NL", "ivory coast": "CI", "côte d'ivoire": "CI", "cote d'ivoire": "CI", "türkiye": "TR", "turkiye": "TR",
    "turkey": "TR", "burma": "MM", "eswatini": "SZ", "north macedonia": "MK", "cabo verde": "CV", "timor-leste": "TL",
    "russian federation": "RU", "viet nam": "VN", "brasil": "BR", "españa": "ES", "italia": "IT", "österreich": "AT", "schweiz": "CH",
    "suisse": "CH", "polska": "PL", "sverige": "SE", "méxico": "MX",
}  # fmt: skip
_CODE_IN_BRACKETS = re.compile(r"[(\[【]\s{0,2}([A-Z]{2})\s{0,2}[)\]】]")


@cache
def _names() -> dict[str, str]:
    """English names of countries and regions, small letters, as the time zone database lists them (ISO 3166)."""
    names = {name.casefold(): code for code, name in code_names().items()}
    return {**names, **_ALSO}


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names().values())


@cache
def code_names() -> dict[str, str]:
    """English names of countries and regions by their ISO 3166 codes."""
    listed = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in listed.splitlines() if line and not line.startswith("#"))
    return {code: name.strip() for code, name in rows}

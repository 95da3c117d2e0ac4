"""The country or region that a recipient is said to be in: by code, name, state, a city of it, or an address.

An address is read from its end: what stands last is the larger area, and a place before it lies in it ("Paris, Texas";
"Georgia, USA"). A name that two bear is neither, unless something beside it tells which; nobody decides here which counts.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_SPACE = re.compile(r"\s+")
_SEVERAL = re.compile(r"[;/|]")  # recipients beside each other
_PARTED = re.compile(r"[,()]")  # areas that stand in each other
_TERRITORIES = frozenset(("HK", "MO", "TW"))
# "NA" and "no" are how people write that there is none, and codes of countries too.
_NO_PLACE = ("unknown", "n/a", "na", "no", "none", "null", "-", "—", "不详", "未知", "无", "待定")


def country_of(said: str) -> str | None:
    """The one country or region that a text names, as an ISO 3166 alpha-2 code.

    None where it names none that is known, more than one, or one by a name that two bear (Korea, Congo, Georgia).
    """
    return _read(said)[0]


def may_be(said: str) -> tuple[str, ...]:
    """The countries that a text may mean where it names one by a name that two bear, and nothing tells which."""
    return _read(said)[1]


@lru_cache(65536)
def _read(said: str) -> tuple[str | None, tuple[str, ...]]:
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", said)).strip().replace("’", "'")
    low = plain.casefold()
    if not plain or low in _NO_PLACE:
        return None, ()
    if low not in _STATES and (known := _countries().get(low)):
        return known, ()
    if len(plain) == 2 and plain.isalpha() and plain.isascii():
        return (plain.upper() if plain.upper() in code_names() else None), ()
    codes_said = [*_CODE_IN_BRACKETS.findall(plain), *(one.strip() for one in _SEVERAL.split(plain))]
    found = {code for code in codes_said if code in code_names() and code.casefold() not in _NO_PLACE}
    doubts: list[frozenset[str]] = []
    for codes, name in _SHARED:
        low, times = name.subn(" ", low)
        if times and len(codes) == 1:
            found |= codes
        elif times:
            doubts.append(codes)
    for one in _SEVERAL.split(low):
        found_here, doubted = _address(one)
        found |= found_here
        doubts += doubted
    if "CN" in found and found & _TERRITORIES:
        found.discard("CN")  # "Hong Kong, China"
    if len(found) == 1 and all(found <= doubt for doubt in doubts):
        return found.pop(), ()
    return None, () if found else tuple(sorted(frozenset().union(*doubts)))


def _address(text: str) -> tuple[set[str], list[frozenset[str]]]:
    """The countries that an address names, and for each name in it that two bear, those two."""
    parts = [part for one in _PARTED.split(text) if (part := one.strip())]
    found: set[str] = set()
    doubts: list[frozenset[str]] = []
    kept: list[str] = []
    around: str | None = None  # the country of the area that stands behind a part
    narrow = False  # that area is a state, in which no country lies
    if len(parts) > 1 and (postal := _POSTAL.get(parts[-1])):
        code, place = parts.pop().upper(), parts[-1]
        known = _named_in(place, whole=True) | {_countries().get(place), "US" if place in _CITIES else None}
        around, narrow = (code, False) if code in known else (postal, True)
        if known & {code, postal} or code not in code_names():
            found.add(around)
        else:
            doubts.append(frozenset((postal, code)))
        text = ", ".join(parts)
    for part in reversed(parts):
        state, country = _state(part), _countries().get(part)
        if around is not None and (state == around or _lies_in(part, around, narrow)):
            narrow = narrow or state == around
            continue
        kept.append(part)
        if country is not None and state is not None:
            doubts.append(frozenset((country, state)))
        elif part in _CITIES:
            found.add("US")
        around, narrow = (
            (None, False) if country is not None and state is not None else (country or state, state is not None)
        )
        if around is not None:
            found.add(around)
    return found | _named_in(text if len(kept) == len(parts) else ", ".join(reversed(kept))), doubts


def _lies_in(part: str, around: str, narrow: bool) -> bool:
    """Whether the name of a place is that of one in the area behind it. A country is named beside another, not in it."""
    if part in _countries():
        return narrow
    known = _named_in(part, whole=True)
    if around == "CN" and known & _TERRITORIES:
        return False
    return bool(known) or part in _CITIES or _state(part) is not None


def _named_in(text: str, *, whole: bool = False) -> set[str]:
    from mulu.screening.contracts import jurisdictions

    return {code for code, names in jurisdictions() if (names.fullmatch(text) if whole else names.search(text))}


def _state(part: str) -> str | None:
    """The country of which a part names a state or province. A name that a country bears too is a state where its ZIP stands by."""
    name = _ZIP.sub("", part)
    if name != part:
        return "US" if "US" in (_POSTAL.get(name), _STATES.get(name)) else None
    return _STATES.get(part)


# Names that two countries bear, or of which one stands in another, with what tells them apart; by the bare name both are
# meant, that is neither.
_SHARED: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = tuple(
    (frozenset(codes.split()), re.compile(names))
    for codes, names in (
        ("KP", r"(?:north|democratic people's republic of) korea|korea[ ,]{1,2}\(?(?:north|dem)[a-z. ']{0,40}\)?"),
        ("KR", r"(?:south|republic of|rep\. of) korea|korea[ ,]{1,2}\(?(?:south|republic of|rep\. of|rep\.)\)?"),
        ("KP KR", r"(?<![a-z])korea(?![a-z])"),
        ("CD", r"(?:dr|d\.r\.|democratic republic of(?: the)?) congo|congo[ ,-]{1,2}\(?(?:kinshasa|dem|drc)[a-z. ]{0,30}\)?|刚果\s?(?:\(金\)|金|民主共和国)"),
        ("CG", r"(?:republic of(?: the)?|rep\. of(?: the)?) congo|congo[ ,-]{1,2}\(?(?:brazzaville|rep)[a-z. ]{0,30}\)?|刚果\s?(?:\(布\)|布|共和国)"),
        ("CD CG", r"(?<![a-z])congo(?![a-z])|刚果"),
        ("GE", r"republic of georgia(?![a-z])"),
        ("GB", r"(?<![a-z])(?:northern ireland|great britain|u\.k\.?(?![a-z]))|北爱尔兰"),
    )
)  # fmt: skip
# Names in use that the time zone database has otherwise.
_ALSO = {
    "us": "US", "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US",
    "uk": "GB", "prc": "CN", "dprk": "KP", "czechia": "CZ", "czech republic": "CZ", "deutschland": "DE", "holland": "NL",
    "the netherlands": "NL", "ivory coast": "CI", "côte d'ivoire": "CI", "cote d'ivoire": "CI", "türkiye": "TR", "turkiye": "TR",
    "turkey": "TR", "burma": "MM", "eswatini": "SZ", "north macedonia": "MK", "cabo verde": "CV", "timor-leste": "TL",
    "russian federation": "RU", "viet nam": "VN", "brasil": "BR", "españa": "ES", "italia": "IT", "österreich": "AT", "schweiz": "CH",
    "suisse": "CH", "polska": "PL", "sverige": "SE", "méxico": "MX",
}  # fmt: skip
_CODE_IN_BRACKETS = re.compile(r"[(\[【]\s{0,2}([A-Z]{2})\s{0,2}[)\]】]")
# States, provinces and territories of the two countries in which cities are named after places elsewhere most.
_STATES = dict.fromkeys(
    (
        "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida", "georgia", "hawaii",
        "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan",
        "minnesota", "mississippi", "missouri", "montana", "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "new york",
        "north carolina", "north dakota", "ohio", "oklahoma", "oregon", "pennsylvania", "rhode island", "south carolina",
        "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "washington", "west virginia", "wisconsin", "wyoming",
        "district of columbia",
    ),
    "US",
) | dict.fromkeys(
    (
        "alberta", "british columbia", "manitoba", "new brunswick", "newfoundland and labrador", "northwest territories", "nova scotia",
        "nunavut", "ontario", "prince edward island", "quebec", "québec", "saskatchewan", "yukon",
    ),
    "CA",
)  # fmt: skip
# As they end an address, or stand before a ZIP code. Many are codes of countries too.
_POSTAL = dict.fromkeys(
    [
        "al",
        "ak",
        "az",
        "ar",
        "ca",
        "co",
        "ct",
        "de",
        "fl",
        "ga",
        "hi",
        "id",
        "il",
        "in",
        "ia",
        "ks",
        "ky",
        "la",
        "me",
        "md",
        "ma",
        "mi",
        "mn",
        "ms",
        "mo",
        "mt",
        "ne",
        "nv",
        "nh",
        "nj",
        "nm",
        "ny",
        "nc",
        "nd",
        "oh",
        "ok",
        "or",
        "pa",
        "ri",
        "sc",
        "sd",
        "tn",
        "tx",
        "ut",
        "vt",
        "va",
        "wa",
        "wv",
        "wi",
        "wy",
        "dc",
    ],
    "US",
) | dict.fromkeys(["on", "qc", "bc", "ab", "mb", "sk", "ns", "nb", "nl", "pe", "yt", "nt", "nu"], "CA")
_ZIP = re.compile(r",? \d{5}(?:-\d{4})?$")
# Cities of the United States of the size of those that are known elsewhere. They are names and words too, so each must stand alone.
_CITIES = frozenset((
    "atlanta", "austin", "baltimore", "boston", "charlotte", "chicago", "cincinnati", "cleveland", "columbus", "dallas", "denver",
    "detroit", "houston", "indianapolis", "kansas city", "las vegas", "los angeles", "miami", "milwaukee", "minneapolis", "nashville",
    "new york city", "philadelphia", "phoenix", "pittsburgh", "portland", "sacramento", "salt lake city", "san antonio", "san diego",
    "san francisco", "seattle", "st. louis",
))  # fmt: skip


@cache
def _countries() -> dict[str, str]:
    """English names of countries and regions, small letters, as the time zone database lists them (ISO 3166)."""
    return {name.casefold(): code for code, name in code_names().items()} | _ALSO


@cache
def code_names() -> dict[str, str]:
    """English names of countries and regions by their ISO 3166 codes."""
    listed = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in listed.splitlines() if line and not line.startswith("#"))
    return {code: name.strip() for code, name in rows}

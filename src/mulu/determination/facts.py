"""The facts of a transfer as a person states them, read without guessing: what is not stated stays open."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mulu.catalogue.codes import Code
from mulu.errors import Misused
from mulu.vocabulary import Said

MODES = ("M1", "M2", "M3", "M4", "M5", "M9")
CHANNELS = ("trade", "investment", "cooperation")


class FactRefused(Misused):
    """A fact is not in the form that it is read in; the row is refused and named."""

    def __init__(self, key: str, value: object, allowed_zh: str, allowed_en: str) -> None:
        super().__init__(
            Said(
                "fact_refused",
                f"事实 {key} 的值 {value!r} 无法识别，应为{allowed_zh}。",
                f"The fact {key} is {value!r}; it must be {allowed_en}.",
            )
        )
        self.key = key


class Status(StrEnum):
    """What the person says the technology is on the day. It counts as one answered candidate, not as an outcome."""

    FREE = "free"
    RESTRICTED = "restricted"
    PROHIBITED = "prohibited"
    CONTROLLED = "dual-use"


_STATUSES = {
    "free": Status.FREE,
    "not listed": Status.FREE,
    "restricted": Status.RESTRICTED,
    "prohibited": Status.PROHIBITED,
    "dual-use": Status.CONTROLLED,
    "dual_use": Status.CONTROLLED,
    "export_control": Status.CONTROLLED,
    "export-control": Status.CONTROLLED,
    "military": Status.CONTROLLED,
    "nuclear": Status.CONTROLLED,
    "monitored-chemical": Status.CONTROLLED,
    "unknown": None,
}


class Place(StrEnum):
    """Where a party stands, as far as it decides a crossing."""

    CHINA = "china"
    ABROAD = "abroad"
    TERRITORY = "territory"  # Hong Kong, Macao, Taiwan: treated as abroad
    FOREIGNER_INSIDE = "foreigner-inside"
    FOREIGN_OWNED = "foreign-owned"  # a company registered in China


@dataclass(frozen=True, slots=True)
class Facts:
    """One transfer. None means not stated; every key that is not read stands in `unread`."""

    mode: str | None = None
    channel: str | None = None
    source: Place | None = None
    recipient: Place | None = None
    technology: str | None = None
    code: str | None = None
    status: Status | None = None
    day: datetime.date | None = None
    crossing: bool | None = None
    source_code_delivered: bool | None = None
    technical_content: bool | None = None
    ownership_abroad_before_listing: bool | None = None
    remote_access: bool | None = None
    publication: bool | None = None
    academic_exchange: bool | None = None
    state_secret: bool | None = None
    defence_patent: bool | None = None
    export_control_hit: bool | None = None
    temporary_measure: str | None = None
    royalty: bool | None = None
    mixed_payment: bool | None = None
    licensed: bool | None = None
    registered: bool | None = None
    loi_issued: bool | None = None
    negotiation_under_way: bool | None = None
    delivered: bool | None = None
    change: str | None = None
    n: int | None = None
    unit: str | None = None
    days: Mapping[str, datetime.date] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


_DAYS = (
    "contract_effective",
    "royalty_base_formed",
    "application_received",
    "licence_papers",
    "registration_papers",
    "loi_issued_on",
    "terminated",
    "control_accepted",
)
_FLAGS = (
    "crossing",
    "source_code_delivered",
    "technical_content",
    "ownership_abroad_before_listing",
    "remote_access",
    "publication",
    "academic_exchange",
    "state_secret",
    "defence_patent",
    "export_control_hit",
    "royalty",
    "mixed_payment",
    "licensed",
    "registered",
    "loi_issued",
    "negotiation_under_way",
    "delivered",
)
# Stated by the sources of a row, but deciding nothing here: read and left, so that they are not called unread.
_ASIDE = {
    "parties_related",
    "catalogue_edition",
    "consideration",
    "term_years",
    "exclusive",
    "supplier",
    "recipient",
    "royalty_rate",
}
_OTHERS = {
    "mode",
    "channel",
    "from",
    "to",
    "technology",
    "catalogue_code",
    "status_on_day",
    "date",
    "temporary_measure",
    "change",
    "n",
    "unit",
}


def read_facts(given: Mapping[str, Any]) -> Facts:
    """The facts of a row. A value that cannot be read refuses the row; a key that is not known is named in `unread`.

    `from` inside China states that something is to leave China unless `to` or `crossing` says otherwise: that is what a row
    asks about.
    """
    days = {key: day for key in _DAYS if (day := _day(given, key)) is not None}
    read: dict[str, Any] = {key: _flag(given, key) for key in _FLAGS if key not in _DONE_ON and key != "royalty"}
    for key in _DONE_ON:
        read[key] = _done(given, key)
    read["royalty"], mixed = _royalty(given)
    read["mixed_payment"] = mixed or read["mixed_payment"]
    unit = _one_of(given, "unit", ("wd", "cd", "year"))
    n = given.get("n")
    if n is not None and (not isinstance(n, int) or isinstance(n, bool) or not -100_000 < n < 100_000):
        raise FactRefused("n", n, "整数天数", "a whole number of days")
    if (n is None) != (unit is None):
        raise FactRefused("n", n, "与 unit 同时给出", "given together with unit")
    known = _OTHERS | _ASIDE | set(_FLAGS) | set(_DAYS)
    return Facts(
        mode=_first_of(given, "mode", MODES),
        channel=_first_of(given, "channel", CHANNELS),
        source=_place(given, "from"),
        recipient=_place(given, "to"),
        technology=_text(given, "technology"),
        code=_text(given, "catalogue_code"),
        status=_status(given),
        day=_day(given, "date"),
        temporary_measure=_measure(given),
        change="change"
        if given.get("change") is True
        else None
        if given.get("change") is False
        else _text(given, "change"),
        n=n,
        unit=unit,
        days=days,
        unread=tuple(sorted(key for key in given if key not in known)),
        **read,
    )


def catalogue_code(text: str | None) -> Code | None:
    """The Catalogue code in what was given, or None where it is none (a code of another list, or words)."""
    found = re.search(r"\b\d{6}[JXjx]\b", text or "")
    return None if found is None else Code.parse(found[0].upper())


def _flag(given: Mapping[str, Any], key: str) -> bool | None:
    value = given.get(key)
    if value is not None and not isinstance(value, bool):
        raise FactRefused(key, value, " true、false 或 null", "true, false or null")
    return value


# What is done may be stated by the day on which it was done.
_DONE_ON = ("loi_issued", "licensed", "registered", "delivered")


def _done(given: Mapping[str, Any], key: str) -> bool | None:
    if isinstance(given.get(key), str):
        return _day(given, key) is not None
    return _flag(given, key)


def _royalty(given: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    """Whether it is paid by royalty, and whether a lump sum stands beside it; a rate says that it is."""
    value = given.get("royalty")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value < 1e15:
            raise FactRefused("royalty", value, "费率", "a rate")
        return value > 0, None
    if isinstance(value, str):
        if re.search(r"mixed|lump|混合|入门费", value, re.IGNORECASE):
            return True, True
        if re.fullmatch(r"\d+(\.\d+)?\s*%", value.strip()):
            return True, None
        raise FactRefused("royalty", value, " true、false、费率或“mixed”", "true, false, a rate or “mixed”")
    return _flag(given, "royalty"), None


def _text(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise FactRefused(key, value, "文字", "a text")
    return value or None


def _one_of(given: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = given.get(key)
    if value is not None and value not in allowed:
        raise FactRefused(key, value, f" {'、'.join(allowed)} 之一", f"one of {', '.join(allowed)}")
    return value


def _first_of(given: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    """The first of several stated together, such as M1+M4: each passes technology, and the tests do not tell them apart."""
    value = given.get(key)
    if not isinstance(value, str):
        return _one_of(given, key, allowed)
    parts = [one.strip() for one in re.split(r"[+/,;，、；&]", value) if one.strip()]
    if not parts or any(one not in allowed for one in parts):
        return _one_of(given, key, allowed)
    return parts[0]


def _day(given: Mapping[str, Any], key: str) -> datetime.date | None:
    value = given.get(key)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise FactRefused(key, value, " YYYY-MM-DD", "a day, YYYY-MM-DD") from error


def _status(given: Mapping[str, Any]) -> Status | None:
    value = given.get("status_on_day")
    if value is None:
        return None
    if not isinstance(value, str) or value.strip().lower() not in _STATUSES:
        raise FactRefused("status_on_day", value, f" {'、'.join(_STATUSES)} 之一", f"one of {', '.join(_STATUSES)}")
    return _STATUSES[value.strip().lower()]


def _measure(given: Mapping[str, Any]) -> str | None:
    value = given.get("temporary_measure")
    if value is False:
        return "no"
    if value is None or value in ("no", "prohibits", "restricts"):
        return value
    raise FactRefused("temporary_measure", value, " no、prohibits、restricts 之一", "one of no, prohibits, restricts")


def _place(given: Mapping[str, Any], key: str) -> Place | None:
    text = _text(given, key)
    if text is None:
        return None
    low = text.lower()
    if re.search(r"\b(hk|mo|tw|hong ?kong|maca[ou]|taiwan)\b|香港|澳门|台湾", low):
        return Place.TERRITORY
    china = re.search(r"\bcn\b|\bchina\b|\bchinese\b|\bprc\b|中国|境内|国内", low)
    if china is None or re.search(r"\b(outside|abroad)\b|境外|国外", low):
        return Place.ABROAD
    if re.search(r"\bfie\b|registered|incorporated|wfoe|外商投资|外资企业|注册", low):
        return Place.FOREIGN_OWNED
    if re.search(r"\bforeign\b|外国|外籍", low):
        return Place.FOREIGNER_INSIDE
    return Place.CHINA


# ---- what a description says of its own subject ---------------------------------------------------------------------

_END = r"(?=$|[\s,，。；;、)）/或和及])"
_DENIED = re.compile(
    r"(?:不含|不涉及|不包括|不附带|不提供|没有|无)任何?(?:技术内容|技术资料|技术要素|技术秘密|专有技术|技术|专利)"
    + _END
    + r"|(?:不含|不涉及|不包括|不附带|不提供|没有|无)(?:技术内容|技术资料|技术要素|技术秘密|专有技术|技术|专利)"
    + _END
    + r"|\b(?:no|without(?: any)?)\s+(?:[a-z-]+\s+(?:or|and|,)\s+)*(?:technical (?:content|data|documents?|information)"
    r"|technology|know-how|patents?)(?:\s+(?:or|and)\s+[a-z-]+)*(?:\s+(?:elements?|content|data|is|are|passes|pass))*",
    re.IGNORECASE,
)
_TECHNICAL = re.compile(
    r"技术|专利|专有|秘密|工艺|配方|代码|软件|算法|图纸|研发|研究|服务|培训|许可|设计"
    r"|know-?how|patent|technolog|technical|software|source|process|design|drawing|service|training|r&d|research",
    re.IGNORECASE,
)
_SIGN = re.compile(r"商标|商号|字号|品牌|trade ?marks?|trade names?|\bbrands?\b", re.IGNORECASE)


def without_technology(description: str | None) -> str | None:
    """The words by which a description says that its subject is no technology; None where it names some, or says nothing.

    A mark or name alone (商标) is a right without technology; other subjects need the statement that no technical content goes
    along. A description that names technology anywhere is never read so.
    """
    text = description or ""
    denied = _DENIED.search(text)
    if _TECHNICAL.search(_DENIED.sub(" ", text)):
        return None
    found = denied or _SIGN.search(text)
    return None if found is None else found[0]

"""Certificates: what was compared with what, and what came of it, signed so that anybody can prove it offline.

The file is one line of JSON in the canonical form of RFC 8785 and a line feed: `{"body":{…},"signature":"…"}`. Every number
in it is a whole one; a number with a fraction is a string of decimal digits. Only the canonical bytes are a certificate,
so that no byte of the file can be another one. What is signed (Ed25519) is `DOMAIN` and the canonical bytes of the body;
the key stands within the body. A key that stands in a certificate proves nothing about who holds it: see `held_by`.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from mulu.errors import Misused, MuluError
from mulu.vocabulary import Said

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = dict[str, Any]
DOMAIN = b"mulu certificate v1\n"
LARGEST = 16 * 1024 * 1024  # bytes of a certificate
TOLERANCE = "0.003"  # by which a score may differ, on the scale of 0 to 1; see `mulu.screening.engine.TOLERANCE`
_WHOLE = 2**53 - 1  # beyond it other readers of JSON lose digits


class CertificateRefused(MuluError):
    """A file that is no certificate as it was signed, or not by the key that is known; nothing in it can be relied on."""


def _refused(id_: str, zh: str, en: str) -> CertificateRefused:
    return CertificateRefused(Said(id_, f"{zh}。不能依赖其中任何内容。", f"{en}. Nothing in it can be relied on."))


# ---- the canonical form --------------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """The one way to write a value. Raises ValueError where it has none: a fraction, half a character, a strange key."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value: Any) -> None:
    if value is None or isinstance(value, bool | str):
        return  # half a character in a text is refused when it is encoded
    if isinstance(value, int):
        if abs(value) > _WHOLE:
            raise ValueError(f"{value} has too many digits")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            # Of ASCII keys every way of sorting gives one order.
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"{key!r} is no key")
            _check(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _check(one)
    else:
        raise ValueError(f"{value!r} cannot be written")


def parsed(data: bytes) -> Any:
    """The value of canonical bytes. Raises ValueError for any other bytes, RecursionError for what is nested without end."""

    def once(pairs: list[tuple[str, Any]]) -> Json:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise ValueError("a key is given twice")
        return made

    def never(number: str) -> Any:
        raise ValueError(f"{number} is no whole number")

    value = json.loads(data.decode(), object_pairs_hook=once, parse_float=never, parse_constant=never)
    if canonical(value) != data:
        raise ValueError("it is not in the canonical form")
    return value


def plain(value: Any) -> Any:
    """An answer of an act as a certificate writes it: numbers with a fraction as strings of decimal digits."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def digest_of(value: str | bytes) -> str:
    """SHA-256 of bytes, or of a text in UTF-8."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


# ---- what a certificate says -----------------------------------------------------------------------------------------

Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Day = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Moment = Annotated[
    str,
    msgspec.Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\+00:00\Z"),
]
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Words(_Part, frozen=True):
    """A sentence in both languages."""

    zh: str
    en: str


class Key(_Part, frozen=True):
    """The public key that signed, and its fingerprint: SHA-256 over its SubjectPublicKeyInfo in DER."""

    algorithm: Literal["Ed25519"]
    public: str  # 32 bytes in base64
    fingerprint: Digest


class Input(_Part, frozen=True):
    """The text that was compared, in UTF-8 byte for byte as given; `text` only where it was to go with the certificate."""

    sha256: Digest
    characters: Count
    text: str | msgspec.UnsetType = msgspec.UNSET


class Paper(_Part, frozen=True):
    """An official document of the user's that counted: what it was attested to be, and how it was read."""

    document: Digest
    instrument: str
    attested_by: str | None
    attested_at: Moment
    obtained_from: str | None
    obtained_on: Day | None
    applied: Moment | None
    reading: Digest  # over which item each entry was taken for and which tokens a person confirmed


class Data(_Part, frozen=True):
    """The data that were compared with. `pack`: SHA-256 of the manifest of the release, which bears those of its files."""

    release: str
    version: str
    pack: Digest
    known_to: Day
    documents: tuple[Paper, ...]


class Engine(_Part, frozen=True):
    """What compared. `digest` is over the programs and the weights that make a result; null where they are not known."""

    mulu: str
    version: str | None
    digest: Digest | None
    parts: dict[str, str]


class Settings(_Part, frozen=True):
    """What was asked for. `weights`: the weights themselves where they were the user's own."""

    top: Count
    base_rate: str | None
    draft: str | None
    as_known: str | None
    weights: Json | None


class Objection(_Part, frozen=True):
    """A dissent from a determination."""

    by: str
    because: str


class Brought(_Part, frozen=True):
    """A candidate, and what brought it in: the screening, or the person named."""

    item: str
    origin: str


class Determined(_Part, frozen=True):
    """A determination as it was signed, and all that it was concluded from. `record`: digest of what was signed."""

    case: str
    reference: str
    supersedes: str | None
    superseded_by: str | None
    signed_by: str
    signed_at: Moment
    prepared_by: str
    approved_by: str | None
    two_persons: bool
    because: str
    dissents: tuple[Objection, ...]
    record: Digest
    chain: Digest
    answers: dict[str, Json]
    candidates: tuple[Brought, ...]
    comparisons: tuple[Json, ...]
    statements: tuple[Json, ...]
    checks: tuple[Json, ...]
    screening: Json | None


class Head(_Part, frozen=True):
    """What is signed of every kind."""

    schema: Literal["mulu-certificate-1"]
    at: Moment
    says: Words
    key: Key
    data: Data
    engine: Engine
    tolerance: Literal["0.003"]  # of version 1: whoever signs cannot make it wider
    beyond_knowledge: bool


class Body(Head, frozen=True):
    """All that is signed. `compared` comes before `result`: what was not compared is known before what was found."""

    kind: Literal["screening", "determination"]
    input: Input
    on: Day
    edition: str
    draft: bool
    settings: Settings
    compared: Json
    result: Json
    determination: Determined | None


# ---- of a portfolio --------------------------------------------------------------------------------------------------

NAMED = 100  # ids of records that are named; all of them are counted


class Roles(_Part, frozen=True):
    """Which columns of a table were taken for what."""

    sheet: str | None
    header: Count | None
    roles: dict[str, tuple[str, ...]]


class Table(_Part, frozen=True):
    """The table or folder that was read: the digest of its bytes, and how it was read. `columns`: as a person gave them."""

    sha256: Digest
    form: str
    encoding: str | None
    delimiter: str | None
    columns: str | None
    tables: tuple[Roles, ...]


class Asked(_Part, frozen=True):
    """What a run was asked: the day of records without one of their own, a draft, whether a machine read pictures."""

    on: Day | None
    draft: str | None
    base_rate: str | None
    ocr: bool


class Recorded(_Part, frozen=True):
    """The record of a run or an impact in the trail: when, by whom, its digest and its seal."""

    at: Moment
    by: str | None
    record: Digest
    chain: Digest


class Counted(_Part, frozen=True):
    """What came of the rows. `refused_because`: by the id of the reason; `beyond`: records of days after the last check of sources."""

    rows: Count
    records: Count
    refused: Count
    refused_because: dict[str, Count]
    repeated: Count
    same_text: Count
    languages: dict[str, Count]
    beyond: Count


class OfEdition(_Part, frozen=True):
    """The records that one edition answered, for days from `first` to `last`, and what it was compared with."""

    edition: str
    draft: bool
    records: Count
    first: Day
    last: Day
    compared: Json


class OfItem(_Part, frozen=True):
    """The records of which an item is a candidate. `score`: the highest of them."""

    item: str
    candidates: Count
    flagged: Count
    near_boundary: Count
    score: str


class Near(_Part, frozen=True):
    """Records with a flag within the tolerance: how many, and the first ids of them."""

    records: Count
    named: tuple[str, ...]


class Outcome(_Part, frozen=True):
    """What a run found. `digest`: over each record's id, version, edition and its candidates in order, each with point and flag."""

    flagged: Count
    items: tuple[OfItem, ...]
    near: Near
    digest: Digest


class AsIf(_Part, frozen=True):
    """A document as if it were applied, and how it was read. `instrument`, `effective`: as a person gave them."""

    document: Digest
    instrument: str | None
    effective: Day | None
    reading: Digest


class OfChange(_Part, frozen=True):
    """Records by what a change does to them under one item."""

    item: str
    effects: dict[str, Count]


class Impact(_Part, frozen=True):
    """What a change does to the records that were held. `beside`: those of them that the run did not bring in.

    `digest`: over each affected record's id, version, and the items with the kind of the effect.
    """

    number: Count
    recorded: Recorded
    before: str
    after: str
    if_adopted: bool
    as_if: AsIf | None
    data: str
    compared: dict[Literal["before", "after"], Json]
    changes: dict[str, Count]
    records: Count
    beside: Count
    affected: Count
    effects: dict[str, Count]
    items: tuple[OfChange, ...]
    digest: Digest


class PortfolioBody(Head, frozen=True):
    """All that is signed of a run of a portfolio, and of an impact that was asked of what it left."""

    kind: Literal["portfolio"]
    portfolio: str
    run: Count
    recorded: Recorded
    input: Table
    settings: Asked
    counts: Counted
    editions: tuple[OfEdition, ...]
    result: Outcome
    impact: Impact | None


def _consistent(body: PortfolioBody) -> bool:
    """Whether the numbers of a certificate of a portfolio agree with each other."""
    counts, result, change = body.counts, body.result, body.impact
    return (
        counts.rows == counts.records + counts.refused + counts.repeated
        and sum(counts.refused_because.values()) == counts.refused
        and sum(counts.languages.values()) == counts.records
        and sum(one.records for one in body.editions) == counts.records
        and all(one.records and one.first <= one.last for one in body.editions)
        and body.beyond_knowledge is (counts.beyond > 0)
        and max(counts.beyond, counts.same_text, result.flagged, result.near.records) <= counts.records
        and len(result.near.named) == min(NAMED, result.near.records)
        and all(max(i.flagged, i.near_boundary) <= i.candidates <= counts.records for i in result.items)
        and (result.flagged > 0) is any(i.flagged for i in result.items)
        and max((i.flagged for i in result.items), default=0) <= result.flagged
        and (change is None or (_agrees(change) and _in_order(body.recorded.at, change.recorded.at)))
    )


def _in_order(first: str, then: str) -> bool:
    return datetime.datetime.fromisoformat(first) <= datetime.datetime.fromisoformat(then)


def _agrees(change: Impact) -> bool:
    by_kind: dict[str, int] = {}
    for one in change.items:
        for kind, count in one.effects.items():
            by_kind[kind] = by_kind.get(kind, 0) + count
    return (
        change.compared.keys() == {"before", "after"}
        and change.effects.keys() == _EFFECTS.keys()
        and max(change.affected, change.beside) <= change.records
        and all(count <= change.affected for count in change.effects.values())
        and {kind for kind, count in change.effects.items() if count}
        == {kind for kind, count in by_kind.items() if count}
        and all(change.effects[kind] <= count for kind, count in by_kind.items())
        and (change.affected > 0) is any(by_kind.values())
    )


OUTCOMES: Mapping[str, str] = {
    "prohibited": "禁止出口",
    "restricted": "限制出口",
    "not listed": "不在目录内",
    "other regime": "适用其他制度",
    "not an export": "不是技术出口",
    "undetermined": "未能判定",
}


def sentence(body: Mapping[str, Any]) -> dict[str, str]:
    """What a certificate says, made from its facts. It is part of version 1: other words make another version."""
    if body["kind"] == "portfolio":
        return _sentence_of_a_portfolio(body)
    compared, result = body["compared"], body["result"]
    on, edition = body["on"], body["edition"]
    zh, en = [], []

    def say(chinese: str, english: str) -> None:
        zh.append(chinese)
        en.append(english)

    if body["kind"] == "determination":
        one = body["determination"]
        outcome = result["outcome"]
        say(
            f"本证书记载判定 {one['reference']}：由 {one['signed_by']} 于 {one['signed_at']} 签署并负责，"
            f"依据 {on} 的目录版本 {edition}、数据 {body['data']['version']}，结论为“{OUTCOMES[outcome]}”。",
            f"This certificate records the determination {one['reference']}, signed and answered for by {one['signed_by']} "
            f"at {one['signed_at']}, on the edition {edition} of {on} with the data {body['data']['version']}; its outcome is "
            f"“{outcome}”.",
        )
        if one["superseded_by"] is not None:
            say(
                f"制作本证书时，该判定已由 {one['superseded_by']} 取代。",
                f"When this certificate was made, {one['superseded_by']} had superseded it.",
            )
        if one["dissents"]:
            say(f"记有异议 {len(one['dissents'])} 项。", f"Dissents recorded: {len(one['dissents'])}.")
    else:
        what = (
            ("征求意见稿（从未施行）", "the draft (never in force)") if body["draft"] else ("目录版本", "the edition")
        )
        say(
            f"本证书记载一次比对：摘要为 {body['input']['sha256']} 的文本与 {on} 的{what[0]} {edition}"
            f"（数据 {body['data']['version']}）。",
            f"This certificate records a comparison: the text with the digest {body['input']['sha256']} with {what[1]} "
            f"{edition} on {on} (data {body['data']['version']}).",
        )
    if compared is not None:
        announced, missing = compared["announced"], compared["not_held"]
        say(
            f"公告条目 {'数目不明' if announced is None else announced}，此处收录 {compared['held']} 项"
            f"{'' if missing is None else f'，未收录 {missing} 项'}，存疑 {compared['open']} 项；"
            f"收录的条目中 {compared['without_published_point']} 项没有公开的控制要点，无法逐点比对。",
            f"Entries announced: {'not known' if announced is None else announced}; held here {compared['held']}"
            f"{'' if missing is None else f', not held {missing}'}, open {compared['open']}; of those held "
            f"{compared['without_published_point']} have no published control point and could not be compared point by point.",
        )
        if compared["unread"] is not None:
            say("文本有一部分为其他语言，未作比对。", "A part of the text is in another language and was not compared.")
    if body["beyond_knowledge"]:
        known = body["data"]["known_to"]
        say(
            f"{on} 晚于来源核查日 {known}：此后的新文书未作比对。",
            f"{on} is after the last check of sources, {known}: newer instruments were not compared.",
        )
    if body["kind"] == "screening":
        candidates = result["candidates"]
        flagged, near = sum(one["flag"] for one in candidates), near_boundary(body)
        say(
            f"列出候选 {len(candidates)} 项，其中标记 {flagged} 项。",
            f"Candidates listed: {len(candidates)}, flagged: {flagged}.",
        )
        if near:
            say(f"处于标记线容差之内：{'、'.join(near)}。", f"Within the tolerance of the line: {', '.join(near)}.")
        say(
            "未列出或未标记的条目，并不因此不适用；本证书不作任何结论。",
            "An entry that is not listed or not flagged may apply all the same; this certificate concludes nothing.",
        )
    else:
        say(
            "本证书只证明签署了什么、依据什么，不证明其正确，也不代替主管机关的许可或登记。",
            "This certificate proves what was signed and on what ground, not that it is right; it stands for no licence or "
            "registration of an authority.",
        )
    return {"zh": "".join(zh), "en": " ".join(en)}


_EFFECTS: Mapping[str, tuple[str, str]] = {
    "caught": ("新列入", "newly caught"),
    "moved": ("移至另一清单", "moved to the other list"),
    "substance": ("实质修改", "changed in substance"),
    "unknown": ("有修改、内容不详", "changed, how is not known"),
    "released": ("移出", "released"),
    "wording": ("仅文字变动", "changed in wording only"),
    "held": ("因收录内容不同", "by what is held alone"),
    "line": ("因其他候选", "by another candidate"),
}


def _sentence_of_a_portfolio(body: Mapping[str, Any]) -> dict[str, str]:
    counts, result, change = body["counts"], body["result"], body["impact"]
    data, known = body["data"]["version"], body["data"]["known_to"]
    zh, en = [], []

    def say(chinese: str, english: str) -> None:
        zh.append(chinese)
        en.append(english)

    def say_compared(edition: str, one: Mapping[str, Any]) -> None:
        announced, missing = one["announced"], one["not_held"]
        say(
            f"{edition} 公告条目 {'数目不明' if announced is None else announced}，此处收录 {one['held']} 项"
            f"{'' if missing is None else f'，未收录 {missing} 项'}，存疑 {one['open']} 项，"
            f"{one['without_published_point']} 项没有公开的控制要点，无法逐点比对。",
            f"Entries announced in {edition}: {'not known' if announced is None else announced}; held here {one['held']}"
            f"{'' if missing is None else f', not held {missing}'}, open {one['open']}; {one['without_published_point']} have no "
            "published control point and could not be compared point by point.",
        )

    other = counts["refused_because"].get("neither_language", 0)
    say(
        f"本证书记载技术组合“{body['portfolio']}”第 {body['run']} 次筛查（数据 {data}）。摘要为 {body['input']['sha256']} 的表或文件夹"
        f"共 {counts['rows']} 行：比对 {counts['records']} 条记录；重复 {counts['repeated']} 行；未能读取、因而未比对 {counts['refused']} 行"
        f"{f'，其中 {other} 行不是中文或英文' if other else ''}。",
        f"This certificate records run {body['run']} of the portfolio “{body['portfolio']}” (data {data}). Rows of the table or folder with "
        f"the digest {body['input']['sha256']}: {counts['rows']}; records compared: {counts['records']}; rows repeated: "
        f"{counts['repeated']}; rows refused and not compared: {counts['refused']}"
        f"{f', of which in neither Chinese nor English: {other}' if other else ''}.",
    )
    for one in body["editions"]:
        what = ("征求意见稿（从未施行）", "the draft (never in force)") if one["draft"] else ("目录版本", "the edition")
        days = one["first"] if one["first"] == one["last"] else f"{one['first']} – {one['last']}"
        say(
            f"{one['records']} 条按 {days} 与{what[0]} {one['edition']} 比对。",
            f"Records compared with {what[1]} {one['edition']}, for {days}: {one['records']}.",
        )
        say_compared(one["edition"], one["compared"])
    if body["beyond_knowledge"]:
        say(
            f"{counts['beyond']} 条记录的日期晚于来源核查日 {known}：此后的新文书未作比对。",
            f"Records of days after the last check of sources, {known}: {counts['beyond']}; newer instruments were not compared.",
        )
    say(
        f"有标记的记录 {result['flagged']} 条，涉及条目 {sum(one['flagged'] > 0 for one in result['items'])} 项。",
        f"Records flagged: {result['flagged']}; entries under which they are: {sum(one['flagged'] > 0 for one in result['items'])}.",
    )
    if near := result["near"]["records"]:
        say(f"{near} 条处于标记线容差之内。", f"Records within the tolerance of the line: {near}.")
    if change is not None:
        if change["as_if"] is not None:
            what = (
                f"，视同文件 {change['as_if']['document']} 已采用",
                f", as if the document {change['as_if']['document']} were applied",
            )
        elif change["if_adopted"]:
            what = ("（征求意见稿，从未施行；如获通过）", " (a draft, never in force; were it adopted)")
        else:
            what = ("", "")
        say(
            f"其后查询影响（第 {change['number']} 次，{change['recorded']['at']}）：由 {change['before']} 至 {change['after']}{what[0]}，"
            f"数据 {change['data']}，就组合中 {change['records']} 条记录比对变动的条目。",
            f"Then an impact was asked (number {change['number']}, at {change['recorded']['at']}): from {change['before']} to "
            f"{change['after']}{what[1]}, with the data {change['data']}; of the {change['records']} records held, what changed was "
            "compared.",
        )
        if change["beside"]:
            say(
                f"其中 {change['beside']} 条并非该次筛查带入。",
                f"Of these {change['beside']} were not brought in by that run.",
            )
        unknown = change["changes"].get("not known", 0)
        say(
            f"已知变动的条目 {sum(n for kind, n in change['changes'].items() if kind not in ('unchanged', 'not known'))} 项，"
            f"变动与否不明 {unknown} 项。",
            f"Entries known to have changed: {sum(n for kind, n in change['changes'].items() if kind not in ('unchanged', 'not known'))}; "
            f"not known whether they changed: {unknown}.",
        )
        for side in ("before", "after"):
            say_compared(change[side], change["compared"][side])
        if change["affected"]:
            kinds = [(kind, n) for kind in _EFFECTS if (n := change["effects"].get(kind, 0))]
            say(
                f"受影响的记录 {change['affected']} 条：{'、'.join(f'{_EFFECTS[kind][0]} {n}' for kind, n in kinds)}。",
                f"Records affected: {change['affected']} ({', '.join(f'{_EFFECTS[kind][1]} {n}' for kind, n in kinds)}).",
            )
        else:
            say("未发现受影响的记录。", "No affected record was found.")
    say(
        "未标记、未列为受影响的记录或条目，并不因此不适用；本证书不作任何结论。",
        "A record or an entry that is not flagged, or not named as affected, may be concerned all the same; this certificate "
        "concludes nothing.",
    )
    return {"zh": "".join(zh), "en": " ".join(en)}


def near_boundary(body: Mapping[str, Any]) -> list[str]:
    """The candidates of a certificate whose flag lies within the tolerance; of a portfolio the first records of which one does."""
    if body["kind"] == "portfolio":
        return list(body["result"]["near"]["named"])
    screening = body["determination"]["screening"] if body["kind"] == "determination" else body["result"]
    return [] if screening is None else [one["item"] for one in screening["candidates"] if one["near_boundary"]]


# ---- keys ------------------------------------------------------------------------------------------------------------

_PRIME = 2**255 - 19
# Points of order 1, 2, 4 and 8, by their second coordinate: with such a key one signature fits every text.
_OF_SMALL_ORDER = frozenset(
    (
        0,
        1,
        _PRIME - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    )
)
_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: SubjectPublicKeyInfo of Ed25519, before the 32 bytes


class KeyRefused(Misused):
    """A key that cannot be used."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Said("key_refused", f"{zh}。", f"{en}."))


def fingerprint(public: bytes) -> str:
    """SHA-256 over the SubjectPublicKeyInfo of a public key: what `openssl pkey -pubin -outform DER | sha256sum` shows."""
    return digest_of(_SPKI + public)


def new_key(passphrase: str | None) -> tuple[bytes, bytes, str]:
    """A new private key (PEM, PKCS #8, encrypted where there is a passphrase), its public key (PEM) and its fingerprint."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    hidden: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        hidden = serialization.BestAvailableEncryption(passphrase.encode())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    mark = fingerprint(_raw(key))
    return private, f"SHA-256 fingerprint: {mark}\n".encode() + public, mark


def private_key(pem: bytes, passphrase: str | None) -> Ed25519PrivateKey:
    """The private key in a PEM. Raises KeyRefused."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    hidden = is_encrypted(pem)
    if hidden and passphrase is None:
        raise KeyRefused(
            "私钥有口令保护：请在终端输入口令，或以环境变量 MULU_KEY_PASSPHRASE 给出",
            "the private key is kept under a passphrase: type it at the terminal, or give it as MULU_KEY_PASSPHRASE",
        )
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode() if hidden and passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefused(
            "私钥无法读取：口令有误，或文件不是 PEM（PKCS #8）",
            "the private key cannot be read: the passphrase is wrong, or the file is no PEM (PKCS #8)",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused("私钥不是 Ed25519", "the private key is not Ed25519; make one with mulu certificate key")
    return key


def is_encrypted(pem: bytes) -> bool:
    """Whether a private key needs a passphrase."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem


def public_key(pem: str) -> bytes:
    """The 32 bytes of the public key in a PEM. Raises KeyRefused."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(pem.encode("utf-8", "replace"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyRefused(
            "公钥无法读取：应为 PEM（BEGIN PUBLIC KEY），私钥不是公钥",
            "the public key cannot be read: it must be a PEM (BEGIN PUBLIC KEY); a private key is none",
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused("公钥不是 Ed25519", "the public key is not Ed25519")
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    if _worthless(raw):
        raise KeyRefused(
            "该公钥阶数过小，任何文本都能配上签名",
            "this public key is of small order: one signature of it fits every text",
        )
    return raw


def _raw(key: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _worthless(public: bytes) -> bool:
    """Whether a key is of small order, or written otherwise than keys are."""
    second = int.from_bytes(public, "little") & (2**255 - 1)
    return second >= _PRIME or second in _OF_SMALL_ORDER


# ---- signing and reading -----------------------------------------------------------------------------------------------


def form_of(facts: Any) -> Body | PortfolioBody:
    """The facts of a certificate in the form of their kind. Raises ValidationError."""
    if isinstance(facts, Mapping) and facts.get("kind") == "portfolio":
        return msgspec.convert(facts, PortfolioBody)
    return msgspec.convert(facts, Body)


def sign(body: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The certificate of a body that lacks only its key and its sentence. Raises CannotCertify where it cannot be written."""
    public = _raw(key)
    known = {"algorithm": "Ed25519", "public": base64.b64encode(public).decode(), "fingerprint": fingerprint(public)}
    whole = {**body, "key": known, "says": sentence(body)}
    try:
        signed = canonical(whole)
        form_of(whole)
    except (ValueError, msgspec.ValidationError) as error:
        raise CannotCertify(str(error)) from error
    signature = base64.b64encode(key.sign(DOMAIN + signed)).decode()
    made = b'{"body":' + signed + b',"signature":"' + signature.encode() + b'"}\n'
    if len(made) > LARGEST:
        raise CannotCertify(f"{len(made):,} > {LARGEST:,}")
    return made


class CannotCertify(Misused):
    """What cannot be written in a certificate: a text with half a character, or one beyond its size."""

    def __init__(self, why: str) -> None:
        super().__init__(
            Said(
                "cannot_certify",
                f"无法写成证书（{why}）：文本可能含有残缺字符，或过长。未写入任何文件。",
                f"It cannot be written as a certificate ({why}): the text may hold broken characters or be too long. No file was written.",
            )
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate whose signature fits the key inside it. Who holds that key is another question."""

    body: Body | PortfolioBody
    facts: Json  # the body as it was signed
    public: bytes

    @property
    def mark(self) -> str:
        """The fingerprint of the key inside."""
        return self.body.key.fingerprint


def read(data: bytes) -> Certificate:
    """A certificate as it was signed. Raises CertificateRefused for any other bytes."""
    if len(data) > LARGEST:
        raise _refused(
            "certificate_not_canonical", f"文件有 {len(data):,} 字节，大于任何证书", f"the file has {len(data):,} bytes, more than any certificate"
        )  # fmt: skip
    try:
        if not data.endswith(b"\n"):
            raise ValueError("the line feed at its end is missing")
        whole = parsed(data[:-1])
        if not isinstance(whole, dict) or whole.keys() != {"body", "signature"}:
            raise ValueError("it must have body and signature and nothing else")
        signature = _bytes_of(whole["signature"], 64)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0][:200]
        raise _refused(
            "certificate_not_canonical",
            f"文件不是规范形式的证书（{why}）：已被改动，或本来就不是证书",
            f"the file is no certificate in canonical form ({why}): it was altered, or never was one",
        ) from error
    facts = whole["body"]
    try:
        body = form_of(facts)
        public = _bytes_of(body.key.public, 32)
        said = sentence(facts)
        sound = (
            all(isinstance(item, str) for item in near_boundary(facts))
            and body.key.fingerprint == fingerprint(public)
            and facts["says"] == said
            and (_consistent(body) if isinstance(body, PortfolioBody) else _of_its_kind(body))
        )
    except (ValueError, msgspec.ValidationError, LookupError, TypeError, AttributeError) as error:
        raise _refused(
            "certificate_not_of_its_form",
            "证书缺少或多出内容，或内容不合其形式：已被改动，或属于其他版本",
            f"the certificate lacks something, has something more or something of another form ({str(error)[:200]}): it was "
            "altered, or is of another version",
        ) from error
    if not sound:
        raise _refused(
            "certificate_contradicts_itself",
            "证书自相矛盾：其文句、文本摘要或密钥指纹与所载事实不符",
            "the certificate contradicts itself: its sentence, the digest of its text or the fingerprint of its key is not "
            "what its facts give",
        )
    if _worthless(public):
        raise _refused(
            "certificate_weak_key",
            "证书中的公钥阶数过小，任何文本都能配上签名",
            "the key in the certificate is of small order: one signature of it fits every text",
        )
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, DOMAIN + canonical(facts))
    except (InvalidSignature, ValueError) as error:
        raise _refused(
            "signature_does_not_fit",
            "签名与证书不符：证书或签名已被改动",
            "the signature does not fit the certificate: one of them was altered",
        ) from error
    return Certificate(body, facts, public)


def _of_its_kind(body: Body) -> bool:
    text = body.input.text
    return (body.kind == "determination") is (body.determination is not None) and (
        text is msgspec.UNSET or (digest_of(text), len(text)) == (body.input.sha256, body.input.characters)
    )


def _bytes_of(text: Any, length: int) -> bytes:
    """The bytes that a base64 text means. Raises ValueError where other bytes of text would mean the same."""
    if not isinstance(text, str):
        raise ValueError("a key and a signature are texts")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("a key or a signature is no base64") from error
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise ValueError("a key or a signature is not written as it must be")
    return raw


def known_mark(public: str | None, mark: str | None) -> str | None:
    """The fingerprint that a verifier knows, from a public key (PEM) or as such; None where neither was given.

    Raises KeyRefused where a fingerprint is not whole, or the two differ.
    """
    known = None if public is None else fingerprint(public_key(public))
    if mark is None:
        return known
    given = "".join(mark.split()).replace(":", "").lower()
    if len(given) != 64 or set(given) - set("0123456789abcdef"):
        raise KeyRefused(
            "指纹应为完整的 64 位十六进制数字（SHA-256），部分指纹不能证明密钥",
            "a fingerprint is 64 hexadecimal digits (SHA-256), all of them: a part of it proves no key",
        )
    if known is not None and known != given:
        raise KeyRefused(
            f"所给公钥的指纹是 {known}，不是所给指纹",
            f"the public key given has the fingerprint {known}, not the one given",
        )
    return given


def held_by(certificate: Certificate, known: str | None) -> bool:
    """Whether the key inside is the one that the verifier knows; False where the verifier knows none.

    Raises CertificateRefused where it is another one: the certificate may be whole, but not by that holder.
    """
    if known is None:
        return False
    if certificate.mark != known:
        raise _refused(
            "certificate_of_another_key",
            f"证书由另一密钥签署：其指纹为 {certificate.mark}，您所知的是 {known}",
            f"the certificate is signed by another key: its fingerprint is {certificate.mark}, the one that you know is {known}",
        )
    return True


# ---- replaying ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise; None where it is lacking on one side."""

    where: str
    recorded: Any
    here: Any


def differences(recorded: Any, here: Any, tolerance: str, where: str = "") -> Iterator[Difference]:
    """What of a result came out otherwise, item by item. Scores may differ by the tolerance, everything else by nothing.

    Candidates and points are compared by their names, after their order.
    """
    if isinstance(recorded, Mapping) and isinstance(here, Mapping):
        for key in sorted(recorded.keys() | here.keys()):
            place = f"{where}.{key}" if where else key
            if key == "score" and _alike(recorded.get(key), here.get(key), tolerance):
                continue
            if key not in recorded or key not in here:
                yield Difference(place, recorded.get(key), here.get(key))
            else:
                yield from differences(recorded[key], here[key], tolerance, place)
    elif isinstance(recorded, list) and isinstance(here, list):
        yield from _in_lists(recorded, here, tolerance, where)
    elif type(recorded) is not type(here) or recorded != here:
        yield Difference(where, recorded, here)


def _in_lists(recorded: list[Any], here: list[Any], tolerance: str, where: str) -> Iterator[Difference]:
    for name in ("item", "number", "test"):
        if not all(isinstance(one, Mapping) and isinstance(one.get(name), str) for one in (*recorded, *here)):
            continue
        before, after = [one[name] for one in recorded], [one[name] for one in here]
        if len(set(before)) < len(before) or len(set(after)) < len(after):
            continue
        if before != after:
            yield Difference(f"{where} (order)", before, after)
        found = {one[name]: one for one in here}
        for one in recorded:
            if one[name] in found:
                yield from differences(one, found[one[name]], tolerance, f"{where}[{one[name]}]")
        return
    if len(recorded) != len(here):
        yield Difference(where, recorded, here)
        return
    for number, (one, other) in enumerate(zip(recorded, here, strict=True)):
        yield from differences(one, other, tolerance, f"{where}[{number}]")


def _alike(recorded: Any, here: Any, tolerance: str) -> bool:
    if not isinstance(recorded, str) or not isinstance(here, str):
        return recorded is None and here is None
    try:
        return abs(Decimal(recorded) - Decimal(here)) <= Decimal(tolerance)
    except ArithmeticError:
        return False

"""A contract as read by rules: whether it is one, its parties, days, price and law, its clauses with what each is about.

The rules are regular expressions with weights, in `clause_types.jsonl` (what clauses are about) and `jurisdictions.jsonl`
(places by their names), in Chinese and English. They read what is written and conclude nothing: every finding keeps the
stretch of text on which it stands, and what is not found is left open, never supposed. Not covered: definitions by
reference to another contract.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from mulu.screening.amounts import Amount, amounts, differ, rates
from mulu.screening.clauses import Clause, Outline, Span, folded, joined, language_of, outline, paragraphs_of
from mulu.screening.denial import denials
from mulu.vocabulary import Bilingual

_TYPES = Path(__file__).with_name("clause_types.jsonl")
_PLACES = Path(__file__).with_name("jurisdictions.jsonl")
EXCLUSION = "exclusion"
_ENOUGH = 4  # weight at which a clause is taken to be about something
_HEADING = 4  # weight of a heading that names it
_FROM_ABOVE = 2  # weight of the heading of the clause above
_MOST_DEFINED = 4000  # characters of definitions that are read with one clause
_DEEPEST = 3  # definitions that rest on definitions


class Side(StrEnum):
    """What a party does with the technology, as its label or the words of the clauses say."""

    TRANSFEROR = "transferor"
    TRANSFEREE = "transferee"
    LICENSOR = "licensor"
    LICENSEE = "licensee"
    PROVIDER = "provider"
    RECIPIENT = "recipient"
    PARTNER = "partner"  # of a joint development: gives and receives

    @property
    def gives(self) -> bool | None:
        """Whether technology comes from this side; None where it goes both ways."""
        if self is Side.PARTNER:
            return None
        return self in (Side.TRANSFEROR, Side.LICENSOR, Side.PROVIDER)


@dataclass(frozen=True, slots=True)
class Found:
    """A value with the stretch of text that says it."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the contract names it. `country` is a code where a place of registration or an address is stated.

    `basis` of the country: registration, address, or name (the name alone says it, which is weaker).
    `foreign_owned`: the contract calls it foreign-invested; `side_from` is the stretch that tells the side.
    """

    name: str
    start: int
    end: int
    labels: tuple[str, ...]
    side: Side | None = None
    side_from: Span | None = None
    country: Found | None = None
    basis: str | None = None
    foreign_owned: bool = False


@dataclass(frozen=True, slots=True)
class ClauseType:
    """What a clause may be about. `screened`: it describes or passes technology; `deniable`: a denial makes it an exclusion."""

    id: str
    name: Bilingual
    screened: bool
    deniable: bool
    headings: Mapping[str, re.Pattern[str]]
    aside: (
        re.Pattern[str] | None
    )  # words that look alike and do not count: an export licence is no licence of technology
    says: Mapping[str, tuple[tuple[int, re.Pattern[str]], ...]]


@dataclass(frozen=True, slots=True)
class Typed:
    """That a clause is about something, with the weight and the words that speak for it."""

    type: str
    weight: int
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Defined:
    """A term and the stretch that says what it means; `parts` are what that refers to in its turn: terms and schedules."""

    term: str
    start: int
    end: int
    clause: int | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A clause with what it is about. `defined` are the terms it uses, each resolved to the stretches that define it."""

    clause: Clause
    types: tuple[Typed, ...]
    excludes: tuple[Typed, ...]
    licence: tuple[Found, ...]  # exclusive, sole, non-exclusive; field; territory
    defined: tuple[tuple[str, tuple[Span, ...]], ...]
    screened: tuple[Span, ...]  # what of it is screened; nothing where it passes and describes no technology

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types by name, that of an exclusion with them."""
        return tuple(one.type for one in self.types) + ((EXCLUSION,) if self.excludes else ())


@dataclass(frozen=True, slots=True)
class Price:
    """What a sentence says is paid: `value` is lump_sum or royalty. `differs`: a sum in words is not that in figures."""

    value: str
    start: int
    end: int
    sums: tuple[Amount, ...] = ()
    rates: tuple[tuple[Decimal, Span], ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """A document read as a contract. `is_contract` says whether enough speaks for its being one, `signs` what does."""

    text: str
    is_contract: bool
    signs: tuple[Found, ...]
    title: Found | None
    parties: tuple[Party, ...]
    related: Found | None
    days: tuple[tuple[str, datetime.date, Span], ...]
    price: tuple[Price, ...]
    law: Found | None
    law_country: str | None
    outline: Outline
    clauses: tuple[Read, ...]
    terms: tuple[Defined, ...]

    def label(self, number: int) -> str:
        """The numbers on the way to a clause as printed: 第四条 4.2 (a)."""
        way: list[str] = []
        at: int | None = number
        while at is not None:
            one = self.clauses[at].clause
            way.append(one.number)
            at = one.parent
        return " ".join(reversed(way))

    def clause_at(self, offset: int) -> int | None:
        """The innermost clause in whose own text a character stands."""
        for number, one in enumerate(self.clauses):
            if any(start <= offset < end for start, end in one.clause.own):
                return number
        return None


# ---- the rules as data --------------------------------------------------------------------------------------------


def _pattern(source: str, language: str, nouns: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """A phrase of the data file: "…" is a gap within a sentence, <name> the words that the row gives that name; English
    phrases begin at a word."""
    for name, words in (nouns or {}).items():
        source = source.replace(f"<{name}>", f"(?:{words})")
    gap = "[^.;\n]{0,90}?" if language == "en" else "[^。;;\n]{0,40}?"
    begin = r"(?<![a-z])" if language == "en" else ""
    return re.compile(f"{begin}(?:{source.replace('…', gap)})")


def _aside(sources: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    found = [_pattern(one, lang).pattern for lang in ("zh", "en") for one in sources[lang]]
    return re.compile("|".join(found)) if found else None


@cache
def clause_types() -> Mapping[str, ClauseType]:
    """What clauses may be about, from the data file, in its order."""
    found = {}
    for line in _TYPES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["type"]] = ClauseType(
            row["type"],
            Bilingual(row["name"]["zh"], row["name"]["en"]),
            row["screened"],
            row["deniable"],
            {lang: re.compile("|".join(f"(?:{one})" for one in row["heading"][lang])) for lang in ("zh", "en")},
            _aside(row["aside"]),
            {
                lang: tuple(
                    (int(weight), _pattern(one, lang, row.get("nouns", {}).get(lang)))
                    for weight, sources in row["says"][lang].items()
                    for one in sources
                )
                for lang in ("zh", "en")
            },
        )
    return found


@cache
def type_names() -> Mapping[str, Bilingual]:
    """The name of each type for people, that of an exclusion with them."""
    named = {one.id: one.name for one in clause_types().values()}
    return named | {EXCLUSION: Bilingual("排除", "exclusion")}


@cache
def _heading_words() -> re.Pattern[str]:
    """Lines that are headings by their words alone: those that name a type, and those around the clauses."""
    sources = [kind.headings[lang].pattern for kind in clause_types().values() for lang in ("zh", "en")]
    sources += [
        "鉴于",
        "序言",
        "前言",
        "背景",
        "合同(标的|内容)",
        "标的(技术)?",
        "recitals",
        "background",
        "whereas",
        "preamble",
    ]
    sources += [
        "subject matter( of .*)?",
        "subject of (the )?(agreement|contract)",
        "purpose",
        "目的",
        "合作(目的|范围)",
        "scope",
    ]
    return re.compile("|".join(f"(?:{one})" for one in sources))


@cache
def jurisdictions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for line in _PLACES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append((row["code"], re.compile(rf"{row['zh']}|(?<![a-z])(?:{row['en']})(?![a-z])")))
    return tuple(found)


@cache
def place_names() -> dict[str, str]:
    """The Chinese name of each country or region by its code: the first by which a text is known to mean it."""
    rows = (json.loads(line) for line in _PLACES.read_text(encoding="utf-8").splitlines())
    return {row["code"]: re.split(r"[|(]", row["zh"], maxsplit=1)[0] for row in rows}


# ---- reading -------------------------------------------------------------------------------------------------------


def read_contract(text: str, paragraphs: Iterable[Span] | None = None) -> Contract:
    """Read a text as a contract. `paragraphs` are its passages where a document gave them, else its lines."""
    spans = paragraphs_of(text) if paragraphs is None else list(paragraphs)
    same = _simplified(folded(text))
    low = same.lower() if len(same.lower()) == len(same) else same
    tree = outline(same, spans, _heading_words())
    clauses = _typed(low, tree)
    title = _title(same, spans, tree)
    parties = _parties(same, low, tree)
    parties = _sided(parties, low, title, clauses)
    terms = _terms(low, tree, {label.lower() for one in parties for label in one.labels})
    clauses = _below_schedules([_by_definition(one, low, terms) for one in clauses])
    clauses = tuple(_resolved(one, low, terms, tree) for one in clauses)
    law, country = _law(low, text)
    signs = _signs(low, title, parties, clauses, tree)
    parties = _as_written(parties, tree, same, text)
    return Contract(
        text,
        len(signs) >= 3,
        signs,
        title,
        parties,
        _related(low, text, tree),
        _days(low),
        _prices(low),
        law,
        country,
        tree,
        clauses,
        terms,
    )


def _simplified(text: str) -> str:
    """Traditional characters as simplified ones, where that leaves every place as it is."""
    if not _TRADITIONAL.search(text):
        return text
    plain: str = _simplifier().convert(text)
    return plain.replace("合约", "合同") if len(plain) == len(text) else text


@cache
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _as_written(parties: Sequence[Party], tree: Outline, same: str, text: str) -> tuple[Party, ...]:
    """Names, and numbers of traditional characters, as the contract has them: they were found in a plainer text."""
    parties = tuple(replace(one, name=text[one.start : one.end]) for one in parties)
    plain = folded(text)
    if same == plain:
        return parties
    for clause in tree.clauses:
        at = same.find(clause.number, clause.start, clause.end) if clause.number else -1
        clause.number = clause.number if at < 0 else plain[at : at + len(clause.number)]
    return parties


_TRADITIONAL = re.compile("[條約議術許權讓與轉專權開發維護資圖紙書費據關於應當雙簽訂]")
_TITLE = re.compile(
    r"合同|协议|agreement|contract|deed|memorandum of understanding|licen[cs]e|备忘录|契约", re.IGNORECASE
)


def _title(text: str, spans: Sequence[Span], tree: Outline) -> Found | None:
    first = min((one.start for one in tree.clauses), default=len(text))
    for start, end in spans[:12]:
        if start >= first and tree.clauses[0].style != "heading":
            break
        line = text[start:end]
        if len(line) <= 90 and _TITLE.search(line) and not re.search(r"[。;:]|编号|\bno\.", line, re.IGNORECASE):
            return Found(line, start, end)
    return None


def _signs(
    low: str, title: Found | None, parties: Sequence[Party], clauses: Sequence[Read], tree: Outline
) -> tuple[Found, ...]:
    """What speaks for a contract: a title, two parties, clauses of the kinds that contracts have, signatures."""
    signs = []
    if title is not None:
        signs.append(Found("title", title.start, title.end))
    if len(parties) >= 2:
        signs.append(Found("parties", parties[0].start, parties[0].end))
    usual: dict[str, Span] = {}
    for one in clauses:
        for typed in one.types:
            usual.setdefault(typed.type, (one.clause.start, one.clause.end))
    if len(usual) >= 4 and usual.keys() & {"term", "governing-law", "boilerplate", "payment", "confidentiality"}:
        start, end = next(iter(usual.values()))
        signs.append(Found("clauses", start, end))
    bound = re.search(r"(甲方|乙方|双方|the parties|party a|licensee|transferee|本合同|本协议|this agreement)", low)
    if bound is not None:
        signs.append(Found("binds", bound.start(), bound.end()))
    if tree.closing:
        signs.append(Found("signatures", *tree.closing[0]))
    return tuple(signs)


# ---- what a clause is about ---------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[^。;!?\n.]+(?:\.(?=[0-9a-z]| ?\$)[^。;!?\n.]*)*[。;!?.]?")
_SAYS = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")  # a number alone is no sentence
_NOT_GIVEN = re.compile(
    r"(?:不|未|并非|并未|没有|无需|无义务|不得视为|不构成|不应被理解为|均不)[^,。;]{0,14}?"
    r"(?:包括|包含|涉及|授予|给予|许可|转让|提供|交付|披露|派遣|构成|意味|解释为|导致|含|承担|开放|允许|移交|取得|获得|发生|移转|让与|让渡|变动|揭露|告知|透露|携带|外传|授权|传授|在[^,。;]{0,12}(?:之列|之内|范围)|开展)"
    r"|(?:不|未)(?:得|能|可)?(?:远程|从境外)?(?:访问|登录|接触|取得|获取)|不因[^,。;]{0,20}(?:转移|移转|转让|变更)|不属于|除外|排除在外|始终归|仍由|仍归|继续归|保留[^,。;]{0,24}(?:所有权|知识产权|专利权|全部权利|一切权利)|无权(?:取得|获得|要求|接触|访问)"
    r"|(?:无须|毋须|概不|不予)[^,。;]{0,14}(?:告知|提供|交付|披露|公开|许可|转让)|nothing (?:in|contained|herein|hereunder|is|shall)|(?:does|shall|will)? ?not (?:be )?obligat|no (?:other )?(?:licen[cs]e|right|title|source|know-how|technical|assignment|transfer|training|remote|personnel|drawings?)"
    r"|(?:does|do|shall|will|is|are) not (?:be )?(?:include|cover|extend|grant|transfer|assign|deliver|provide|disclose|comprise"
    r"|convey|entitle|constitute|construed|obliged|required|receive|have|obtain|supplied|provided|delivered|granted|given|send|second|train|licen[cs]e|part of)"
    r"|(?:is|are) (?:expressly )?excluded|(?:not|nor)(?: be)? (?:comprised|given|sold)|excludes|exclusion of|without (?:any )?(?:licen[cs]e|transfer|source)|not (?:licen[cs]ed|assigned|transferred)"
    r"|under no obligation|(?:is|are) not (?:owed|among|connected with|told|disclosed)|(?:keeps?|reserves?)[^.;]{0,60}? (?:all rights?|every (?:other )?right|ownership|title)|(?:keeps?|reserves?) (?:all|every|(?:its|their) (?:background|existing|own|intellectual|rights))|(?:does|do) not (?:vest|confer|contain|pass|imply|carry)"
    r"|belongs? (?:exclusively |solely )?to [a-z ]{2,30}and (?:continues?|remains?)|(?:has|have) no right to|nor (?:to )?(?:is|are|disclose|supply|render|object code)|bare patent licen[cs]es?"
    r"|neither[^.;]{0,60}(?:grants?|licen[cs]e|obliged|source)|not entitled to|no obligation to|(?:stays?|remains?)(?: at all times)? (?:with|the (?:sole )?(?:owner|property))|(?:stays?|remains?) (?:its|their) own|retains?|obtains? no|receives? no|acquires? no|licen[cs]es?[^.;]{0,60} neither"
    r"|(?:is|are|be|does|do|shall|will) not (?:be )?[a-z]+ (?:to|with|abroad|by|under|under this)|(?:is|are) not (?:included|sold|replicated|delivered)|(?:covers?|includes?|comprises?|conveys?) (?:no|neither)\b"
    r"|(?<![a-z])no [^.;]{3,90}?(?:is|are|shall be|will be|being) (?:hereby |thereby )?(?:granted|supplied|delivered|provided|transferred|assigned|disclosed|given|included|licensed|conveyed)"
    r"|(?<![a-z])no (?:property|title|right|ownership|licen[cs]e)[^.;]{0,90}?(?:shall )?pass(?:es)?(?![a-z])"
)
# What forbids the recipient something, or makes it wait for a licence or a consent, denies no transfer and makes none.
_FORBIDS = re.compile(
    r"(?:被许可方|受让方|接收方|接受方|受方|乙方|甲方)[^,,。;]{0,10}不得|不得(?:再许可|分许可|转许可|从属许可|再授权|许可(?:他人|任何|第三)|反向|复制|泄露|披露|下载|向(?:任何)?第三)"
    r"|(?:licensee|recipient|receiving party|transferee|party [ab]|customer|neither party)[^.;]{0,30}(?:shall|may|will|must) not"
    r"|shall not (?:disclose|sublicen|reverse|assign this|be unreasonably)|(?<![a-z])not?[^.;]{0,40}to (?:any )?third part|(?:neither|no) party (?:shall|may)"
)
_CONDITION = re.compile(
    r"未(?:经|获|取得)[^。;]{0,30}(?:同意|许可|批准|前)|without (?:the )?(?:prior|written)|until|unless|before the (?:export|licen[cs]e)"
    r"|之前|(?:取得|获得|颁发)[^。;]{0,20}前|export licen|出口许可|许可证"
)
# What warrants something of a technology, or has it returned or destroyed, only names it.
_MENTIONS = re.compile(
    r"第三[方人][^。;\n]{0,24}(?:指控|追诉|索赔)|保证[^。;\n]{0,30}(?:有权|合法|有效|完整|正确|准确|唯一|不侵|不受|未设|追诉)|声明|(?:退还|归还|返还|交还|销毁|停止使用)"
    r"|(?<![a-z])(?:represents?|warrants?|guarantees?)(?: and [a-z]+)? that|(?<![a-z])(?:return|destroy|cease)(?![a-z])[^.;\n]{0,60}"
    r"(?:documents?|copies|information|materials?|use|using)"
)
_PLAINLY = re.compile(r"nothing (?:in|contained)|不授予|不包括|不得视为|no licen[cs]e")


# Of a licence that is given: that it cannot be assigned, revoked or sublicensed denies nothing.
_ATTRIBUTES = re.compile(
    r"不得(?:禁止|限制|拒绝|阻止)|(?:shall|will|may) not (?:prevent|restrict|prohibit)"
    r"|(?:neither party shall|(?:shall|will) not) (?:sue|assert)|未(?:公开|公布|写入|载入|形成|成文|披露)[^,。;]{0,12}的|不可(?:撤销|转让|再许可|分许可|转许可)的?|non-[a-z]+|not (?:less|more|later|only|limited|exceed)[a-z]*"
)


# Under a heading of secrecy, what is named with these words is to be kept, and passes to nobody.
_KEPT_SECRET = re.compile(
    r"(?<![a-z])(?:keep|kept|hold|held|secret(?! process)|confiden|divulge|only|never)|保密|严守|保守|不得|泄|妥善|秘密"
)


# A sentence on improvements says who has them: it passes nothing of what is improved. Before what it would pass, for a
# licence may well extend to improvements.
_OF_IMPROVEMENTS = frozenset({"licence", "assignment", "know-how"})
_IMPROVES = re.compile(
    r"改进|改良|(?<![a-z])(?:improvements?|further developments|enhancements?|modifications? (?:of|that|conceived))(?![a-z])"
)
# Of a sentence that refuses ownership: the know-how that it names may well be passed.
_OWNED = re.compile(r"所有权|归[^,。;]{1,10}所有|(?<![a-z])(?:ownership|title|propert(?:y|ies))(?![a-z])")


class Said(StrEnum):
    """What a sentence does with what it names."""

    GIVEN = "given"
    REFUSED = "refused"
    NEITHER = "neither"  # forbidden to the recipient
    MENTIONED = "mentioned"  # warranted, to be returned, or to wait for a licence


def _typed(low: str, tree: Outline) -> tuple[Read, ...]:
    found: list[Read] = []
    for clause in tree.clauses:
        above = None if clause.parent is None else tree.clauses[clause.parent]
        kinds, denied = _about(low, clause, above)
        found.append(Read(clause, kinds, denied, _terms_of_licence(low, clause, kinds), (), ()))
    for place in range(len(found) - 1, -1, -1):
        found[place] = _from_below(place, found)
    return tuple(found)


def _from_below(place: int, found: Sequence[Read]) -> Read:
    """A heading that names nothing known is about what most of the clauses below it are about."""
    one = found[place]
    below = [each for each in found if each.clause.parent == place]
    if one.types or one.excludes or not below or _words_beside_heading(one.clause) or one.clause.style == "schedule":
        return one
    counts: dict[str, int] = {}
    for each in below:
        for typed in (*each.types, *each.excludes):
            counts[typed.type] = counts.get(typed.type, 0) + 1
    most = max(counts.values(), default=0)
    kinds = tuple(Typed(name, _FROM_ABOVE, ()) for name in counts if counts[name] == most and 2 * most >= len(below))
    return replace(one, types=kinds)


def _words_beside_heading(clause: Clause) -> bool:
    said = sum(end - start for start, end in clause.own)
    return said - sum(end - start for start, end in clause.heading) > 24


def _about(low: str, clause: Clause, above: Clause | None) -> tuple[tuple[Typed, ...], tuple[Typed, ...]]:
    """What a clause is about, and what it says is not given."""
    headings = _headings(low, clause)
    wider = () if above is None else _headings(low, above)
    sentences = [
        part
        for start, end in clause.own
        for found in _SENTENCE.finditer(low, start, end)
        if _SAYS.search(found[0])
        for part in _by_what_it_does(low, *found.span())
    ]
    does = [_does(low[start:end]) for start, end in sentences]
    kinds, denied = [], []
    only_refuses = bool(does) and all(said is Said.REFUSED for said in does)
    named: list[Typed] = []  # what a clause that does nothing but refuse names at all
    own: dict[str, int] = {}  # weight without what the clause above adds
    secrecy = clause_types()["confidentiality"].headings
    secret = any(secrecy[lang].fullmatch(words) for words, lang in (*headings, *wider))
    for kind in clause_types().values():
        by_heading = _HEADING if any(kind.headings[lang].fullmatch(words) for words, lang in headings) else 0
        by_heading = by_heading or (_FROM_ABOVE if any(kind.headings[lang].fullmatch(w) for w, lang in wider) else 0)
        given: list[tuple[int, Span]] = []
        refused: list[tuple[int, Span]] = []
        for span, said in zip(sentences, does, strict=True):
            lang = language_of(low[span[0] : span[1]])
            for weight, pattern in kind.says[lang]:
                match = next((m for m in pattern.finditer(low, *span) if not _only(kind.aside, low, m)), None)
                if match is None or (kind.deniable and said is Said.MENTIONED):
                    continue
                if kind.deniable and said is Said.NEITHER and kind.id != "licence":
                    continue
                if secret and kind.id == "know-how" and _KEPT_SECRET.search(low, *span):
                    continue
                if kind.id in _OF_IMPROVEMENTS and _IMPROVES.search(low, span[0], match.end()):
                    continue
                if kind.id == "know-how" and said is Said.REFUSED and _OWNED.search(low, *span):
                    continue
                into = refused if kind.deniable and said is Said.REFUSED else given
                into.append((weight, match.span()))
        weight = by_heading + _best(given)
        if refused and not given:
            weight = 0  # the heading names what the clause says is not given
        own[kind.id] = weight - (by_heading if by_heading == _FROM_ABOVE else 0)
        if weight >= _ENOUGH and (given or by_heading == _HEADING):
            kinds.append(Typed(kind.id, weight, tuple(span for _, span in given[:6])))
        if refused and _best(refused) + min(by_heading, _FROM_ABOVE) >= _ENOUGH:
            denied.append(Typed(kind.id, _best(refused), tuple(span for _, span in refused[:6])))
        if refused:
            named.append(Typed(kind.id, _best(refused), tuple(span for _, span in refused[:6])))
    if any(own[one.type] >= _ENOUGH for one in kinds):
        kinds = [one for one in kinds if own[one.type] >= _ENOUGH]  # its own words say more than the heading above
    if any(one.type == "definitions" and one.words for one in kinds):
        kinds = [one for one in kinds if one.type == "definitions"]  # what a definition names, it does not pass on
        denied = []
    if not kinds and not denied and only_refuses:
        denied = [replace(one, weight=_ENOUGH) for one in named]
    if not kinds and not denied:
        from_above = [
            Typed(kind.id, _FROM_ABOVE, ())
            for kind in clause_types().values()
            if any(kind.headings[lang].fullmatch(words) for words, lang in wider)
        ]
        deniable = {kind.id for kind in clause_types().values() if kind.deniable}
        if does and Said.GIVEN not in does and not only_refuses:
            from_above = [one for one in from_above if one.type not in deniable]  # it forbids, or only names
        if only_refuses:
            denied = [replace(one, words=tuple(sentences[:1])) for one in from_above if one.type in deniable]
            from_above = [] if denied else from_above
        kinds = from_above
    return tuple(kinds), tuple(denied)


def _only(aside: re.Pattern[str] | None, low: str, match: re.Match[str]) -> bool:
    """Whether nothing of what makes a match is left without the words that do not count."""
    if aside is None:
        return False
    around = low[max(0, match.start() - 4) : match.end() + 12]
    return aside.search(around) is not None and match.re.search(aside.sub("", around)) is None


def _best(found: Sequence[tuple[int, Span]]) -> int:
    """The weights of what was found, each stretch once."""
    total, taken = 0, list[Span]()
    for weight, (start, end) in sorted(found, key=lambda one: -one[0]):
        if all(end <= a or b <= start for a, b in taken):
            taken.append((start, end))
            total += weight
    return total


def _headings(low: str, clause: Clause) -> tuple[tuple[str, str], ...]:
    found = []
    for start, end in clause.heading:
        words = low[start:end].strip(" 【】[].:;、-—")
        found.append((words, language_of(words)))
    return tuple(found)


def _does(sentence: str) -> Said:
    """Whether a sentence gives what it names, says that it is not given, only names it, or none of these."""
    sentence = _ATTRIBUTES.sub("", sentence)
    denied = _NOT_GIVEN.search(sentence) is not None or any(
        stretch.end - stretch.start > 0.5 * len(sentence.strip()) for stretch in denials(sentence)
    )
    if denied and _PLAINLY.search(sentence):
        return Said.REFUSED
    if _FORBIDS.search(sentence):
        return Said.NEITHER
    if (denied and _CONDITION.search(sentence)) or _MENTIONS.search(sentence):
        return Said.MENTIONED
    return Said.REFUSED if denied else Said.GIVEN


# Who goes on in a sentence after what is forbidden to another.
_GOES_ON = re.compile(r"[,，](?=(?:但|而)?(?:甲方|乙方|(?:被?许可|转让|受让|提供|接受)方|让与人|受让人|出让人))")


def _by_what_it_does(low: str, start: int, end: int) -> list[Span]:
    """A sentence, parted at the commas around what it forbids: what stands before or after may well give something."""
    found = _FORBIDS.search(low, start, end)
    if found is None:
        return [(start, end)]
    first = max(low.rfind(sign, start, found.start()) for sign in (",", "，"))
    after = _GOES_ON.search(low, found.end(), end)
    cuts = [start, *([first] if first > start else []), *([after.start()] if after else []), end]
    return [(a, b) for a, b in pairwise(cuts) if b - a > 1]


_KINDS_OF_LICENCE = (
    ("non-exclusive", re.compile(r"non-?exclusive|普通(?:实施)?许可|非独占|非排他|普通(?=的)")),
    (
        "sole",
        re.compile(
            r"(?<!at its )\bsole\b(?! discretion| expense| cost| responsib)|排他(?:性|的|实施)?许可|排他(?:性)?(?:的)?"
        ),
    ),
    ("exclusive", re.compile(r"(?<!non-)(?<!non)\bexclusive\b(?! jurisdiction)|独占")),
)
_FIELD = re.compile(
    r"(?:限于|仅用于|用于|在)([^,,。;]{2,40}?)(?:领域|用途)(?:内|使用)?|(?:in|within|limited to) the field of ([^,.;()]{3,60})|field of use[^.;]{0,20}(?:is|means|:) ([^.;]{3,80})"
)
_TERRITORY = re.compile(
    r"在([^,。;]{2,30}?(?:境内|地域|区域|范围|市场))|许可(?:地域|区域)(?:范围)?(?:为|:|是)([^,,。;]{2,30})"
    r"|(?:in|within|throughout) (the territory(?: of [^,.;()]{3,50})?|the world|the european union|[a-z ]{3,30}(?= only))|(worldwide|world-wide|全球|全世界)"
)


def _terms_of_licence(low: str, clause: Clause, kinds: Sequence[Typed]) -> tuple[Found, ...]:
    if not any(one.type == "licence" for one in kinds):
        return ()
    found = []
    for start, end in clause.own:
        part = low[start:end]
        for name, pattern in _KINDS_OF_LICENCE:
            match = pattern.search(part)
            if match is not None and not (name == "sole" and "非排他" in part):
                found.append(Found(name, start + match.start(), start + match.end()))
                break
        for name, pattern in (("field", _FIELD), ("territory", _TERRITORY)):
            match = pattern.search(part)
            if match is not None:
                group = next(n for n, one in enumerate(match.groups(), 1) if one)
                found.append(Found(name, start + match.start(group), start + match.end(group)))
    return tuple(found)


# ---- definitions ----------------------------------------------------------------------------------------------------

_MEANS = re.compile(
    r"\"([^\"\n]{1,60})\"(?:\s{0,8}\([^)\n]{1,60}\))?\s{0,8}[:,,]?\s{0,8}(?:(?:均|应|系|意)?指(?!定|示|导)|是指|系指|意指|即(?=[^将使可刻])|意为|定义为|包括"
    r"|(?:shall |will )?(?:mean|means|refers? to|denotes?|(?:has|have) the meaning|collectively|includes?)\b)"
    r"|(?:^|\n)(?:[(0-9.)a-z、]{0,8}\s{0,8})([\u3400-\u9fffa-zA-Z]{2,12})\s{0,8}(?::|,)?\s{0,8}(?:是指|系指|意指|指(?=本|由|附|甲|乙|许可|双|根|在|第|用|与))"
)
_CALLED = re.compile(
    r"[((](?:以下(?:统|简|合)?称(?:为|作)?|下称|简称|(?:hereinafter|herein)?(?: referred to as| called)?(?:,? (?:the|collectively,?(?: the)?|each an?|an?))?)\s*\"([^\"\n]{1,50})\"[^))]{0,30}[))]"
)
_SCHEDULE = re.compile(
    r"(?:附件|附录|附表)\s*([〇零一二三四五六七八九十0-9]{1,3}|[a-z])?|(?:schedule|annex|appendix|exhibit|attachment)\s+([a-z0-9]{1,3})\b"
)
_ROLES = re.compile(
    r"甲方|乙方|丙方|丁方|许可方|被许可方|转让方|受让方|双方|各方|本合同|本协议|合同|协议|公司|licensor|licensee|agreement|part(?:y|ies)|company|contract"
    r"|effective date|生效日|assignor|assignee|transferor|transferee|affiliate|关联"
)


def _terms(low: str, tree: Outline, names: set[str]) -> tuple[Defined, ...]:
    """The terms that the contract defines: by a definition, or by a name in brackets after what it names."""
    found: dict[str, Defined] = {}
    for match in _MEANS.finditer(low):
        term = (match[1] or match[2]).strip()
        if _ROLES.fullmatch(term):
            continue
        start, end = match.start(1) - 1 if match[1] else match.start(2), _sentence_end(low, match.end())
        _keep(found, Defined(term, start, end, None))
    for match in _CALLED.finditer(low):
        term = match[1].strip()
        if (
            term in names
            or _ROLES.fullmatch(term)
            or re.search(r"公司|有限|\b(?:co|ltd|inc|gmbh)\b", low[max(0, match.start() - 30) : match.start()])
        ):
            continue
        begin = max(low.rfind(sign, 0, match.start()) for sign in ("。", "\n", ";", ". ")) + 1
        _keep(found, Defined(term, begin, match.end(), None))
    made = []
    for one in found.values():
        at = next((n for n, c in enumerate(tree.clauses) if any(a <= one.start < b for a, b in c.own)), None)
        says = low[one.start : one.end]
        parts = [other for other in found if other != one.term and _uses(says, other)]
        parts += [f"S:{_schedule_number(match)}" for match in _SCHEDULE.finditer(says)]
        made.append(replace(one, clause=at, parts=tuple(dict.fromkeys(parts))))
    return tuple(made)


def _keep(found: dict[str, Defined], one: Defined) -> None:
    """The first definition of a term is kept: later ones are uses, or the same in an annex."""
    found.setdefault(one.term, one)


def _sentence_end(low: str, at: int) -> int:
    """The end of the definition that goes on here: a paragraph, with the lines that it lists."""
    end = low.find("\n", at)
    return len(low) if end < 0 else end


def _schedule_number(match: re.Match[str]) -> str:
    return (match[1] or match[2] or "1").lower()


def _uses(says: str, term: str) -> bool:
    if re.search(r"[\u3400-\u9fff]", term):
        return term in says
    return re.search(rf"(?<![a-z]){re.escape(term)}(?:s|es)?(?![a-z])", says) is not None


_HANDED_OVER = re.compile(
    r"(?<![a-z])(?:(?:deliver|deposit|provide|disclose|hand|lodge|send|e-?mail|ship|give)s?|releases?(?= (?:the|it|them))|makes? available"
    r"|furnish(?:es)?|suppl(?:y|ies)|(?:delivered|released|deposited|provided|disclosed|handed|lodged|furnished|supplied|sent))(?![a-z-])"
    r"|交付|提供|披露|移交|存放|托管|释放|提交|交给|交至|交予|发送|寄"
)


# What a term must mean for a clause that hands it over to be about a type; of the others their own words tell.
_MEANS_SECRET = re.compile(
    r"(?<![a-z])(?:unpublished|undisclosed|secret|confidential|proprietary|not (?:generally|publicly) known)[^.;\n]{0,60}?"
    r"(?:technical|technolog|techniques?|know-?how|process|procedures?|formula|manufactur|experience|knowledge)"
    r"|(?<![a-z])(?:know-how|recipes?|formulae?)(?![a-z])|配方|诀窍|技术知识|未公开|未公布|不为公众|非公开|技术秘密|专有技术|营业秘密|技术诀窍"
)
_MEANS_DOCUMENTS = re.compile(
    r"(?<![a-z])(?:drawings?|manuals?|notebooks?|diagrams?|protocols?|bills? of materials?|data sheets?|technical (?:documents|documentation|records)"
    r"|(?:operating|working|engineering) (?:instructions|standards|data))(?![a-z])"
    r"|图纸|图样|技术资料|技术文件|工序卡|工艺卡|操作手册|检验规程|模具清单|设计文件"
)
_USES = re.compile(
    r"(?<![a-z])(?:(?:may|right to|licen[cs]e to|permits?|entitled to)[^.;\n]{0,60}?(?:use|practi[cs]e|exploit|apply|work)(?![a-z])"
    r"|impart|reveal|explain|communicate|furnish|transfer|teach)"
    r"|(?:准许|允许|同意|有权|可以?|许可|授权)[^。;\n]{0,30}?(?:使用|实施|利用|运用)|授权|许可|告知|公开|揭露|传授|说明|移转|转让"
)
_NOT_BY_DEFINITION = {
    "definitions",
    "confidentiality",
    "payment",
    "term",
    "improvements",
    "boilerplate",
    "export-control",
}


def _by_definition(one: Read, low: str, terms: Sequence[Defined]) -> Read:
    """The clause, about source code, documents or know-how too where it hands over a term that means them, or is the
    schedule that does."""
    about = {typed.type for typed in (*one.types, *one.excludes)}
    if "definitions" in about:
        return one
    code = clause_types()["source-code"]
    if code.id not in about and "confidentiality" not in about:
        strong = tuple(p for lang in ("zh", "en") for weight, p in code.says[lang] if weight >= _ENOUGH)
        found = _handed_over(one, low, [t for t in terms if any(p.search(low, t.start, t.end) for p in strong)], ())
        if found is not None:
            one = replace(one, types=(*one.types, Typed(code.id, _ENOUGH, found)))
    if about & _NOT_BY_DEFINITION:
        return one
    if "technical-data" not in about and one.clause.style != "schedule":
        found = _handed_over(one, low, [t for t in terms if _MEANS_DOCUMENTS.search(low, t.start, t.end)], ())
        if found is not None:
            one = replace(one, types=(*one.types, Typed("technical-data", _ENOUGH, found)))
    if "know-how" in about:
        return one
    secret = [t for t in terms if _MEANS_SECRET.search(low, t.start, t.end)]
    if one.clause.style == "schedule":
        named = next((t for t in secret if f"S:{_printed(one.clause) or '1'}" in t.parts), None)
        found = None if named is None else ((one.clause.start, one.clause.own[0][1]), (named.start, named.end))
    else:
        found = _handed_over(one, low, secret, (_USES,))
    return one if found is None else replace(one, types=(*one.types, Typed("know-how", _ENOUGH, found)))


def _below_schedules(clauses: Sequence[Read]) -> tuple[Read, ...]:
    """Parts of a schedule that holds the know-how are about it, unless their own words are about something else."""
    made = list(clauses)
    for place, one in enumerate(clauses):
        above = None if one.clause.parent is None else made[one.clause.parent]
        if above is None or above.clause.style != "schedule" or any(typed.words for typed in one.types):
            continue
        for typed in above.types:
            if typed.type == "know-how" and typed.words and typed.type not in one.kinds:
                made[place] = replace(one, types=(*one.types, Typed(typed.type, _FROM_ABOVE, ())))
    return tuple(made)


def _handed_over(
    one: Read, low: str, terms: Sequence[Defined], also: Sequence[re.Pattern[str]]
) -> tuple[Span, Span] | None:
    """The words by which a sentence of the clause passes one of the terms, and where that term is defined."""
    for start, end in one.clause.own if terms else ():
        for sentence in _SENTENCE.finditer(low, start, end):
            acts = (pattern.search(low, *sentence.span()) for pattern in (_HANDED_OVER, *also))
            act = next((found for found in acts if found is not None), None)
            if act is None or _does(sentence[0]) is not Said.GIVEN:
                continue
            for term in terms:
                if _uses(sentence[0], term.term):
                    return act.span(), (term.start, term.end)
    return None


def _resolved(one: Read, low: str, terms: Sequence[Defined], tree: Outline) -> Read:
    """The clause with the definitions of the terms that it uses, and whether it is screened."""
    known = {term.term: term for term in terms}
    says = joined(low, one.clause.own)
    used = [term for term in known if _uses(says, term)]
    used = [
        t for t in used if not any(t != o and t in o and o in says and says.count(t) == says.count(o) for o in used)
    ]
    found: list[tuple[str, tuple[Span, ...]]] = []
    for term in used:
        spans = tuple(span for span in _spans_of(term, known, tree, low, set(), 0) if not _inside(span, one.clause.own))
        if spans:
            found.append((term, spans))
    for match in _SCHEDULE.finditer(says):
        spans = tuple(span for span in _schedule(_schedule_number(match), tree) if not _inside(span, one.clause.own))
        if spans and all(spans != held for _, held in found):
            found.append((match[0].strip(), spans))
    return replace(one, defined=tuple(found), screened=_screened(one, low, tree))


_WHOLE_SCHEDULE = 1500  # characters up to which a schedule is screened as one text


def _screened(one: Read, low: str, tree: Outline) -> tuple[Span, ...]:
    """The stretches of a clause that are screened: what describes or passes technology, or is about nothing known."""
    kinds = clause_types()
    clause = one.clause
    if clause.style == "schedule" and clause.end - clause.start <= _WHOLE_SCHEDULE:
        return ((clause.start, clause.end),)
    within = clause.parent
    while within is not None:
        above = tree.clauses[within]
        if above.style == "schedule" and above.end - above.start <= _WHOLE_SCHEDULE:
            return ()  # read with the schedule
        within = above.parent
    about = {typed.type for typed in one.types}
    passes = any(kinds[name].screened for name in about)
    if (
        not passes and about and about != {"definitions"}
    ):  # an exclusion is read too: what it refuses may be another thing
        return ()
    said = "".join(low[start:end] for start, end in clause.own)
    heading = "".join(low[start:end] for start, end in clause.heading)
    bare = len(re.sub(r"\W", "", said)) - len(re.sub(r"\W", "", heading)) <= 8
    return () if bare else tuple(clause.own)


def _inside(span: Span, own: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in own)


def _spans_of(
    term: str, known: Mapping[str, Defined], tree: Outline, low: str, seen: set[str], depth: int
) -> list[Span]:
    """Where a term is defined, and what its definition rests on in its turn."""
    if term in seen or depth >= _DEEPEST:
        return []
    seen.add(term)
    one = known[term]
    found = [(one.start, one.end)]
    for part in one.parts:
        if part.startswith("S:"):
            found += _schedule(part[2:], tree)
        else:
            found += _spans_of(part, known, tree, low, seen, depth + 1)
    kept, total = list[Span](), 0
    for span in dict.fromkeys(found):
        total += span[1] - span[0]
        if kept and total > _MOST_DEFINED:
            break
        kept.append(span)
    return kept


def _schedule(number: str, tree: Outline) -> list[Span]:
    """The text of a schedule, by its number as printed; the fullest where several bear it (one may be a list of them)."""
    bearing = [
        place
        for place, one in enumerate(tree.clauses)
        if one.style == "schedule" and (_printed(one) == number or (_printed(one) == "" and number == "1"))
    ]
    if not bearing:
        return []
    best = max(bearing, key=lambda place: tree.clauses[place].end - tree.clauses[place].start)
    top = tree.clauses[best]
    return [(top.start, min(top.end, top.start + _MOST_DEFINED))]


def _printed(clause: Clause) -> str:
    found = _SCHEDULE.match(folded(clause.number).lower())
    return "" if found is None else (found[1] or found[2] or "")


# ---- parties ---------------------------------------------------------------------------------------------------------

_LABELS: Mapping[str, Side | None] = {
    "被许可方|被许可人|受许可方|被授权方|被授权人|获授权方|获授权人|licensees?": Side.LICENSEE,
    "许可方|许可人|授权方|授权人|licensor|licencor": Side.LICENSOR,
    "转让方|让与人|出让方|出让人|卖方|assignors?|transferors?|sellers?|vendor|转让人|出资方|contributor": Side.TRANSFEROR,
    "受让方|受让人|买方|assignees?|transferees?|purchasers?|buyers?": Side.TRANSFEREE,
    "技术输出方|输出方|collaborator|派遣方|派出方|外派方|借出方|研究人|研究开发人|研究开发方|开发方|开发人|承包方|总承包方|存放方|depositor|技术提供方|提供方|服务方|服务提供方|受托方|受托人|供方|技术方|披露方|派遣方|supplier|provider|service provider|contractor|discloser|secondor|consultant|developer|technology provider": Side.PROVIDER,
    "技术引进方|引进方|技术受让方|技术受方|beneficiaries|技术接受方|接受方|受方|委托方|委托人|接收方|用人方|用人单位|借入方|引入方|业主|发包方|发包人|定作方|需方|客户|派驻方|用户|recipient|receiver|client|customer|host company|host|user|principal|beneficiary|technology recipient": Side.RECIPIENT,
    "合作方|合作一方|合作者|partner": Side.PARTNER,
    "目标公司|担保方|丙方|丁方|guarantor|target|甲方|乙方|party a|party b|party c|甲|乙|first party|second party": None,
}
_LABEL = "|".join(sorted((one for key in _LABELS for one in key.split("|")), key=len, reverse=True))
_LINE = re.compile(
    rf"(?:^|(?<=[;。]))[ \t]{{0,9}}(?:\(?[0-9一二三]{{0,2}}[).、]?[ \t]{{0,9}})?(?:合同)?(?P<label>(?:{_LABEL})(?:\s{{0,9}}[((/][^))\n::]{{1,24}}[))]?)?(?:\s{{0,9}}(?:{_LABEL}))?)[ \t]{{0,9}}:[ \t]{{0,9}}(?P<name>[^\n;。]*)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(
    r"[((][^()()\n]{0,60}?\"([^\"\n]{1,50})\"(?:[^()()\n]{0,80}?\"([^\"\n]{1,50})\")?[^()()\n]{0,40}[))]"
)
_COMPANY = re.compile(
    r"公司|集团|大学|研究院|研究所|学院|工厂|厂$|事务所|合伙|中心|\b(?:co\b|ltd|limited|inc\b|incorporated|llc|gmbh|ag\b|s\.a|sa\b|s\.r\.l|s\.p\.a|"
    r"b\.v|bv\b|n\.v|ab\b|asa?\b|oy\b|plc|corp|corporation|company|pte|sdn|k\.k|kk\b|universi[a-zé]+|hochschule|institut[a-z]*|laborator|academy|kft|zrt|o[uü]\b|s\.r\.o|spol\.|d\.o\.o|a\.s\.|ltda|lda\b|s\.a\.s|nv\b|aps\b|ehf\b|sp\. z|a/s|pty|llp|jsc|s\.l|ulc)|công ty|株式会社|有限会社",
    re.IGNORECASE,
)
_ONE_NAME = re.compile(
    r"^(?P<name>(?:[^,,;。(\n]|\((?!以下|下称|简称|hereinafter|\"|the \")[^)\n]*\)|,(?= *(?:co\b|ltd|limited|inc\b|llc|s\.a|gmbh|l\.p|b\.v|corp|plc|pte)))+)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:.*?\b(?:by and between|between|by and among|among)\b\s{0,9}:?|.*?(?:由以下(?:双|各)方|由下列(?:双|各)方|由)[^::,,]{0,40}[::]?|\s{0,9}(?:and|和|与|及|以及)\s+|(?:and|和|与|及)(?=[^a-z]))\s{0,9}",
    re.IGNORECASE | re.DOTALL,
)


def _side_of(labels: Iterable[str]) -> Side | None:
    for key, side in _LABELS.items():
        for label in labels:
            if side is not None and re.fullmatch(rf"(?:{key})", label.strip().lower()):
                return side
    return None


def _parties(same: str, low: str, tree: Outline) -> tuple[Party, ...]:
    """Who the parties are: lines such as 甲方（许可方）：…, or names with what they are called in brackets."""
    first = next((one.start for one in tree.clauses if one.style not in ("heading",)), len(same))
    head = min(max(first, 400), 6000, len(same))
    found: list[Party] = []
    taken = set[str]()
    for match in _LINE.finditer(same, 0, min(len(same), head)):
        name = _ONE_NAME.match(match["name"].strip())
        if name is None or not (
            _COMPANY.search(name["name"]) or re.search(r"[\u3400-\u9fff]{2,}|[A-Z][a-z]+", name["name"])
        ):
            continue
        labels = _labels_in(match["label"])
        if labels[0].lower() in taken:
            continue
        taken.update(one.lower() for one in labels)
        called_so = _bare(name["name"])
        start = same.index(called_so, match.start("name"))
        called = _QUOTED.search(same, start, match.end())
        labels += tuple(one for one in (called.groups() if called else ()) if one)
        several = _each(same, match.start("name"), start + len(name["name"]))
        for begin, stop in several if len(several) > 1 else [(start, start + len(called_so))]:
            found.append(Party(same[begin:stop], begin, stop, labels))
    if len(found) < 2:
        found = _in_prose(same, head) or found
    if len(_together(found)) < 2:
        found += _at_the_end(same, head, {one.name for one in found})
    found = _together(found)
    ends = [*(max(one.start, before.end) for before, one in pairwise(found)), max(head, found[-1].end if found else 0)]
    ends = [end if end > one.end else len(same) for one, end in zip(found, ends, strict=False)]
    placed = (_placed(one, same, low, min(end, one.end + 700)) for one, end in zip(found, ends, strict=True))
    return tuple(_placed_elsewhere(one, same, low) for one in placed)


# A name alone, as it stands in a place for signatures: nothing of a sentence before it or after it.
_NAME_ALONE = re.compile(
    r"[ ]{0,9}(?P<name>[^,,;。(\n:]{2,80}(?:\(有限合伙\)|,? ?(?:Ltd|Inc|LLC|Corp|S\.A|S\.p\.A|B\.V)\.?)?)(?=[ ]{0,9}(?:[,,;(。\n]|$))"
)
_SIGNS_FOR = re.compile(
    r"(?:for and on behalf of|(?:signed|executed)(?: as a deed)? (?:for|by)(?: and on behalf of)?|authori[sz]ed signatory of)\s{0,4}:?[ ]{0,4}|(?<=\n)代表[ ]{0,4}(?=[\u3400-\u9fff]{4,40}公司)",
    re.IGNORECASE,
)


def _at_the_end(same: str, head: int, known: set[str]) -> list[Party]:
    """Parties that are named where it is signed, or in an annex: by their label on a line, or as that for which one signs."""
    found: list[Party] = []
    labelled = ((match.start("name"), _labels_in(match["label"])) for match in _LINE.finditer(same, head))
    signing = ((match.end(), ()) for match in _SIGNS_FOR.finditer(same, head))
    for start, labels in (*labelled, *signing):
        name = _NAME_ALONE.match(same, start)
        if name is None:
            continue
        bare = _bare(name["name"])
        if bare in known or not _COMPANY.search(bare) or re.search(r"应|负责|不得|\b(?:shall|will|may|the)\b", bare):
            continue
        known.add(bare)
        begin = same.index(bare, start)
        found.append(Party(bare, begin, begin + len(bare), labels))
    return sorted(found, key=lambda one: one.start)


def _placed_elsewhere(one: Party, same: str, low: str) -> Party:
    """A party of which the head does not say where it is, by what an annex or the place for signatures says of it."""
    if one.country is not None and one.basis != "name":
        return one
    at = same.find(one.name, one.end)
    while at >= 0:
        lines = same.find("\n", at)
        for _ in range(3):
            lines = len(same) if lines < 0 else same.find("\n", lines + 1)
        stop = min(len(same) if lines < 0 else lines, at + len(one.name) + 240)
        there = replace(one, start=at, end=at + len(one.name), country=None)
        other = _stated(there, same, low, stop)
        if other is not None:
            return replace(other, start=one.start, end=one.end)
        at = same.find(one.name, at + len(one.name))
    return one


def _labels_in(label: str) -> tuple[str, ...]:
    """What a party is called on its line: 甲方（许可方） is both."""
    parts = re.split(r"[()（）/\s]*[()（）/][()（）/\s]*|(?<=方)\s+(?=\S+方)", label)
    return tuple(re.sub(r"^即|以下简称|简称|\"", "", one).strip() for one in parts if one.strip())


def _in_prose(same: str, head: int) -> list[Party]:
    found: list[Party] = []
    at = 0
    for match in _QUOTED.finditer(same, 0, head):
        labels = tuple(one for one in match.groups() if one)
        before = same[at : match.start()]
        if not _COMPANY.search(before) or re.fullmatch(
            r"(?i)agreement|contract|effective date|本合同|本协议|合同|协议", labels[0]
        ):
            at = (
                match.end()
                if re.fullmatch(r"(?i)agreement|contract|本合同|本协议|合同|协议|effective date", labels[0])
                else at
            )
            continue
        begin = at + _begin_of_name(before)
        for start, end in _each(same, begin, match.start()):
            found.append(Party(same[start:end], start, end, labels))
        at = match.end()
    return found


def _begin_of_name(before: str) -> int:
    """Where the name begins in what stands between two parties."""
    cut = 0
    for sign in (
        r"\bby and between\b\s{0,9}:?|\bbetween\b\s{0,9}:?|\bby and among\b|\bamong\b",
        r"(?:以下|下列)(?:双|各|两)方[^::\n]{0,40}[::]",
        r"(?:签订|签署|订立|达成)[^\n]{0,12}?[::]",
        r"\n\s{0,9}(?:\(?[0-9A-Za-z一二]{1,2}[).、]\s{0,9})?(?:and|和|与|及|以及)?\s{0,9}\n?",
        r"(?:^|[,,;]\s{0,9})(?:and|以及|和|与|及)\s{0,9}",
        r"^[\s,;,、。.]*(?:\(?[0-9]{1,2}[).、])?\s{0,9}",
        r"^\s{0,9}由(?=[\u3400-\u9fff])",
    ):
        for match in re.finditer(sign, before, re.IGNORECASE):
            rest = before[match.end() :]
            if match.end() > cut and _COMPANY.search(rest[:120]):
                cut = match.end()
    return cut


def _bare(name: str) -> str:
    """A name without the words that lead to it, the place in brackets after it, and the town that it is of."""
    lead = r"^(?:the\s+(?=[A-Z]\S+ (?:\S+ ){0,4}?(?:Universit|Institut|Academy|Foundation))|立(?:契约书|契约|合同|协议书|协议)人[ ]{0,9}:[ ]{0,9}|(?:and|between|among)\s+|由|与|和|及|本(?:协议|合同)由|[甲乙丙]方)\s{0,9}(?=\S)"
    name = re.sub(lead, "", name.strip(), flags=re.IGNORECASE)
    of_a_town = re.match(r"(.+?(?:Ltd|Limited|Inc|Corp|LLC|GmbH|PLC|Pty|S\.A|B\.V)\.?) of (?=[A-Z])", name)
    name = of_a_town[1] if of_a_town is not None else name
    return re.sub(r"\s{0,9}\((?!有限合伙)[^()]*\)$", "", name).strip() or name


def _each(text: str, start: int, end: int) -> list[Span]:
    """The names in a stretch that may hold several: joined by "and" or 、, or set apart by commas and what each is."""
    found: list[Span] = []
    at = start
    for sign in (*re.finditer(r",?\s+and\s+(?=[A-Z])|、|以及", text[start:end]), None):
        stop = end if sign is None else start + sign.start()
        name = _ONE_NAME.match(text[at:stop].strip())
        if name is not None:
            bare = _bare(name["name"])
            person = re.fullmatch(r"[\u3400-\u9fff]{2,4}", bare) is not None and bool(found)
            if bare and (_COMPANY.search(bare) or person) and len(bare) <= 120:
                begin = text.index(bare, at)
                found.append((begin, begin + len(bare)))
        at = end if sign is None else start + sign.end()
    return found


def _together(found: Sequence[Party]) -> list[Party]:
    """The parties once each: a bilingual contract names them twice, with the same labels in two languages."""
    same_label = (("甲方", "party a"), ("乙方", "party b"), ("丙方", "party c"), ("甲", "甲方"), ("乙", "乙方"))
    kept: list[Party] = []
    for one in found:
        mine = {label.lower() for label in one.labels}
        side = _side_of(one.labels)
        for place, other in enumerate(kept):
            theirs = {label.lower() for label in other.labels}
            if other.labels == one.labels and other.name != one.name:
                continue  # several parties under one label
            paired = any({a, b} & mine and {a, b} & theirs for a, b in same_label)
            if (
                one.name == other.name
                or mine & theirs
                or paired
                or (side is not None and side == _side_of(other.labels) and len(kept) > 1)
            ):
                kept[place] = replace(other, labels=tuple(dict.fromkeys((*other.labels, *one.labels))))
                break
        else:
            kept.append(one)
    return kept[:6]


_REGISTERED = re.compile(
    r"(?:依据|根据|依照|按照|依)[^,,。;]{0,24}法律[^,,。;]{0,16}(?:设立|成立|组建|注册|存续)|注册(?:地|地址|于|在|国)[^,,。;\n]{0,40}|注册成立于[^,。;]{0,30}|国籍[^,。;\n]{0,12}|在[^,,。;]{2,16}(?:注册|设立|成立)"
    r"|(?:organi[sz]ed|existing|incorporated|registered|established|formed|constituted)[^.;\n]{0,50}?(?:laws?|under|in|of)[^.;\n]{0,50}"
    r"|(?:a|an) [a-z .]{0,30}(?:corporation|company|limited liability company)(?= (?:with|having|,))|registered office[^;\n]{0,120}|registered address[^;\n]{0,120}|country of (?:registration|incorporation)[^;\n]{0,40}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:住所(?:地)?|地址|营业地|通讯地址|主要经营地)[^。;\n]{0,70}|(?:principal|place of business|address|offices?|located|seat|having its)[^;\n]{0,120}",
    re.IGNORECASE,
)
_FOREIGN_OWNED = re.compile(
    r"外商(?:独资|投资)|外资(?:企业|独资)|中外合资|wholly foreign-owned|foreign-invested|wfoe|sino-foreign",
    re.IGNORECASE,
)


def country_in(low: str, start: int, end: int) -> Found | None:
    """The first place named in a stretch; a territory stands before the country of which a name may hold it."""
    best: Found | None = None
    for code, pattern in jurisdictions():
        match = pattern.search(low, start, end)
        if match is None:
            continue
        if (
            best is None
            or match.start() < best.start
            or (best.value == "CN" and code in ("HK", "MO", "TW") and match.start() <= best.end + 4)
        ):
            best = Found(code, match.start(), match.end())
    return best


def _stated(one: Party, same: str, low: str, end: int) -> Party | None:
    """The party with the place that is stated of it: of registration, else an address."""
    for basis, pattern in (("registration", _REGISTERED), ("address", _ADDRESS)):
        for match in pattern.finditer(same, one.end, end):
            found = country_in(low, *match.span())
            if found is not None:
                owned = _FOREIGN_OWNED.search(same, one.start, end) is not None
                return replace(one, country=found, basis=basis, foreign_owned=owned and found.value == "CN")
    return None


def _placed(one: Party, same: str, low: str, end: int) -> Party:
    stated = _stated(one, same, low, end)
    if stated is not None:
        return stated
    stop = re.compile(r"[\n;。]").search(low, one.end)
    beside = country_in(low, one.end, min(end, stop.start() if stop is not None else end))
    if beside is not None:
        return replace(one, country=beside, basis="address")
    found = country_in(low, one.start, one.end)
    if found is not None:
        return replace(one, country=found, basis="name")
    return one


_GIVES = (
    r"(?:特此|在此|同意|应当?|(?:将|把)(?:[^,。;]{1,16}?(?=转让|让与|许可|移交|交付|披露))?|须|负责|有义务|承诺|根据[^,。;]{0,20}|向[^,。;]{1,12}|以[^,。;]{1,16})*"
    r"(?:授予|许可|转让|让与|交付|提供(?!资金|场地|必要|便利|厂房|设备安装)|披露|传授|派遣|派驻|委派|选派|培训|移交|开放|开通)"
)
_GIVES_EN = (
    r"(?:\s+(?:hereby|shall|will|agrees to|undertakes to|irrevocably|also|further|is obliged to|has agreed to|promptly|,?[a-z ,]{0,40}?))?"
    r"\s+(?:grants?|licen[cs]es?|assigns?|sells?|conveys?|transfers?|delivers?|discloses?|provides?|trains?|seconds?|sends?|furnish(?:es)?|makes? available|suppl(?:y|ies)|contributes?|dispatch(?:es)?)\b"
)
_BY_TITLE = (
    (re.compile(r"联合|合作(?!社)|共同|joint|collaborat|co-?operat"), (Side.PARTNER, Side.PARTNER)),
    (re.compile(r"许可|授权|licen[cs]"), (Side.LICENSOR, Side.LICENSEE)),
    (
        re.compile(r"转让|让与|出资|作价|assignment|transfer|sale|purchase|contribution"),
        (Side.TRANSFEROR, Side.TRANSFEREE),
    ),
    (
        re.compile(r"服务|派遣|培训|咨询|service|assistance|secondment|training|support"),
        (Side.PROVIDER, Side.RECIPIENT),
    ),
)


def _sided(parties: Sequence[Party], low: str, title: Found | None, clauses: Sequence[Read]) -> tuple[Party, ...]:
    """Each party with its side: as its label says, else as title and clauses say what is passed, and who passes it."""
    told = [
        replace(one, side=side, side_from=(one.start, one.end)) if (side := _side_of(one.labels)) else one
        for one in parties
    ]
    if len(told) < 2 or all(one.side is not None for one in told):
        return tuple(told)
    kinds = clause_types()
    votes: list[list[Span]] = [[] for _ in told]
    counts: dict[str, int] = {}
    for read in clauses:
        about = [one.type for one in read.types if kinds[one.type].screened]
        for one in about:
            counts[one] = counts.get(one, 0) + 1
        for start, end in read.clause.own if about else ():
            for place, party in enumerate(told):
                for label in _callings(party):
                    han = re.search(r"[\u3400-\u9fff]", label) is not None
                    source = (
                        f"(?<![向给为与对由]){re.escape(label)}{_GIVES}"
                        if han
                        else rf"(?<![a-z]){re.escape(label)}{_GIVES_EN}"
                    )
                    votes[place] += [found.span() for found in re.compile(source).finditer(low, start, end)]
    sides = _sides_of(low, title, counts)
    if sides[0] is Side.PARTNER:
        return tuple(replace(one, side=one.side or Side.PARTNER) for one in told)
    if not any(votes):
        return tuple(told)
    best = max(range(len(told)), key=lambda place: len(votes[place]))
    made = []
    for place, party in enumerate(told):
        span = votes[best][0]
        made.append(party if party.side else replace(party, side=sides[0 if place == best else 1], side_from=span))
    return tuple(made)


def _sides_of(low: str, title: Found | None, counts: Mapping[str, int]) -> tuple[Side, Side]:
    """What giver and taker are called in a contract of this kind."""
    for pattern, sides in _BY_TITLE if title is not None else ():
        if title is not None and pattern.search(low, title.start, title.end):
            return sides
    if counts.get("joint-development", 0) >= 2:
        return Side.PARTNER, Side.PARTNER
    if counts.get("assignment", 0) > counts.get("licence", 0):
        return Side.TRANSFEROR, Side.TRANSFEREE
    return (Side.LICENSOR, Side.LICENSEE) if counts.get("licence") else (Side.PROVIDER, Side.RECIPIENT)


def _callings(party: Party) -> list[str]:
    """The words by which the clauses name a party."""
    found = [one.lower() for one in party.labels if len(one) > 1]
    return list(dict.fromkeys([*found, *([party.name.lower()] if not found else [])]))


_RELATED = re.compile(
    r"[^。;\n]{0,40}(?:全资子公司|控股子公司|(?:的|之)子公司|母公司|关联(?:公司|企业|方关系)|同一(?:集团|控制|母公司)|同属)[^。;\n]{0,30}"
    r"|[^.;\n]{0,80}(?:wholly[- ]owned subsidiary|is a subsidiary of|majority[- ]owned|parent company of|under common control|is an affiliate of|affiliated compan|same group)[^.;\n]{0,60}",
    re.IGNORECASE,
)


def _related(low: str, text: str, tree: Outline) -> Found | None:
    """A statement that the parties are affiliated: in what stands before the clauses, or in one about the parties."""
    stretches = [*tree.before, *(span for one in tree.clauses if one.style == "heading" for span in one.own)]
    for start, end in stretches:
        found = _RELATED.search(low, start, end)
        if found is not None and not re.search(
            r"不存在|没有|无关联|非关联|not affiliated|no affiliat|unaffiliated|\"affiliate", found[0]
        ):
            return Found(text[found.start() : found.end()].strip(), found.start(), found.end())
    return None


# ---- days, price, law ------------------------------------------------------------------------------------------------

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join(f"{one[:3]}(?:{one[3:]})?" for one in _MONTHS)
_DAY = re.compile(
    rf"(?P<y>(?:19|20)\d\d) *[年./-] *(?P<m>\d{{1,2}}) *[月./-] *(?P<d>\d{{1,2}}) *日?"
    rf"|(?P<hy>二[〇零○o][〇零○一二三四五六七八九]{{2}})年(?P<hm>[一二三四五六七八九十]{{1,2}})月(?P<hd>[一二三四五六七八九十]{{1,3}})日"
    rf"|(?P<en_d>\d{{1,2}})(?:st|nd|rd|th)?(?: day of)? (?P<en_m>{_MONTH}),? (?P<en_y>(?:19|20)\d\d)"
    rf"|(?P<us_m>{_MONTH}) (?P<us_d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<us_y>(?:19|20)\d\d)"
)
_SIGNED = re.compile(
    r"签(?:订|署|字|约)|订立|日期:|dated|made (?:and entered into )?(?:as of|on|this)|entered into|executed|signed|date:",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"生效(?!前)|effective|comes? into (?:force|effect)|enters? into force|takes? effect|commence|runs? from|starting on",
    re.IGNORECASE,
)


def _days(low: str) -> tuple[tuple[str, datetime.date, Span], ...]:
    """The days on which the contract says it was signed or takes effect."""
    found: list[tuple[str, datetime.date, Span]] = []
    for match in _DAY.finditer(low):
        day = _day_of(match)
        if day is None:
            continue
        before = low[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
        before = re.split(r"[。;;]", before)[-1]
        after = re.split(r"[。;;\n]", low[match.end() : match.end() + 40])[0]
        about = before + after
        what = None
        if _EFFECTIVE.search(about) and not re.search(r"专利|patent|申请日|filed", before):
            what = "effective"
        if re.search(r"(?:effective date|生效日期?)\s{0,9}:?\s{0,9}$", before):
            what = "effective"
        elif _SIGNED.search(before[-40:]) or re.match(
            r"\s{0,9}(?:在|于)?[^,。]{0,12}(?:签订|签署|订立)|,? (?:\(the \"effective date\"\) )?(?:by and )?between",
            after,
        ):
            if what == "effective":
                found.append(("effective", day, match.span()))
            what = "signed"
        if what is not None and all((what, day) != (w, d) for w, d, _ in found):
            found.append((what, day, match.span()))
    return tuple(found)


def _day_of(match: re.Match[str]) -> datetime.date | None:
    try:
        if match["y"]:
            return datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
        if match["hy"]:
            year = int("".join(str("〇一二三四五六七八九".index(one)) for one in re.sub("[零○o]", "〇", match["hy"])))
            return datetime.date(year, _han(match["hm"]), _han(match["hd"]))
        day, month, year_ = (
            (match["en_d"], match["en_m"], match["en_y"])
            if match["en_d"]
            else (match["us_d"], match["us_m"], match["us_y"])
        )
        return datetime.date(
            int(year_), next(n for n, one in enumerate(_MONTHS, 1) if one.startswith(month[:3])), int(day)
        )
    except ValueError:
        return None


def _han(text: str) -> int:
    tens, found, ones = text.partition("十")
    signs = "一二三四五六七八九"
    value = signs.index(tens) + 1 if tens else 1
    if not found:
        return value
    return 10 * value + (signs.index(ones) + 1 if ones else 0)


_ROYALTY = re.compile(
    r"提成|特许权使用费率|royalt(?:y|ies)|per cent of (?:the )?net sales|% of (?:the )?net (?:sales|invoice)|净销售额的"
)
_LUMP = re.compile(
    r"入门费|一次性|一次总付|固定(?:费用|价款|总价)|总价|转让(?:费|价款|价格)|首付|lump[- ]sum|up-?front|one-time|entry fee|purchase price|fixed (?:fee|price)|down payment|initial fee|consideration of|total (?:price|fee|contract)"
)
_NO_ROYALTY = re.compile(
    r"royalty-free|免提成|不(?:支付|收取)[^。;]{0,8}提成|no (?:running )?royalt|without royalt|无提成"
)


def _prices(low: str) -> tuple[Price, ...]:
    """What is paid, by kind: a lump sum (or an amount), a royalty; each with the sentence that says it."""
    found: dict[str, Price] = {}
    for match in _SENTENCE.finditer(low):
        sentence, span = match[0], match.span()
        # a definition or heading that names royalties says of none that it is paid
        paid = re.search(r"%|百分之|支付|计付|给付|费率|pay|payable|per cent|元", sentence)
        if paid and "royalty" not in found and _ROYALTY.search(sentence) and not _NO_ROYALTY.search(sentence):
            found["royalty"] = Price("royalty", *span, rates=rates(low, *span))
        if "lump_sum" in found or not (_LUMP.search(sentence) or _PAID.search(sentence)):
            continue
        sums = () if _NOT_PRICE.search(sentence) else amounts(low, *span)
        if sums:
            found["lump_sum"] = Price("lump_sum", *span, sums, differs=differ(sums, low))
    return tuple(found.values())


_PAID = re.compile(
    r"支付|付给|给付|价款|费用|pay|fee|price|报酬|作价|consideration|汇付|汇给|汇至|到账|\bremit|\b(?:falls?|is|are|becomes?|be) due\b|\bdue (?:up)?on\b"
    r"|\b(?:up)?on signature\b"
)
_NOT_PRICE = re.compile(r"违约金|滞纳金|liquidated|penalt|保险|insurance|注册资本(?!.{0,20}作价)|per diem|每人每天")


_LAW = re.compile(
    r"(?:适用|依照|依据|受|按照)[^,,。;\n]{2,24}?(?:法律|法规|之法)[^。;\n]{0,10}|(?:governed by|construed (?:in accordance with|under)|interpreted)[^.;\n]{0,40}?laws? of [^.;\n]{3,60}"
    r"|(?:governed by|subject to|under)[^.;\n]{0,20}(?:chinese|german|english|swiss|singapore|japanese|french|swedish|prc|new york|korean|hong kong) law|laws of [^.;\n]{3,40} (?:shall )?(?:govern|apply)"
    r"|(?:chinese|german|english|swiss|singapore|japanese|french|swedish|prc|new york|korean|hong kong) law (?:shall )?(?:appl|govern)[^.;\n]{0,20}"
)
_ADJECTIVES = {
    "chinese": "CN",
    "prc": "CN",
    "german": "DE",
    "english": "GB",
    "swiss": "CH",
    "singapore": "SG",
    "japanese": "JP",
    "french": "FR",
    "swedish": "SE",
    "new york": "US",
    "korean": "KR",
    "hong kong": "HK",
}


def _law(low: str, text: str) -> tuple[Found | None, str | None]:
    """The law that governs the contract, with its country where that is one known by name."""
    for match in _LAW.finditer(low):
        if re.search(
            r"依法|设立|成立|organi[sz]ed|incorporated|established", low[max(0, match.start() - 30) : match.end()]
        ):
            continue
        found = country_in(low, *match.span())
        adjective = next((code for word, code in _ADJECTIVES.items() if f"{word} law" in match[0]), None)
        if found is not None or adjective is not None:
            code = adjective or (found.value if found else None)
            return Found(text[match.start() : match.end()].strip(), *match.span()), code
    return None, None

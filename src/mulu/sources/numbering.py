"""The numbers at the head of paragraphs: which there are, what they number, and under which of them a paragraph stands.

A number is told by its form (第三条, 2.1, 附件一, (a)); where the form says little (1 Scope, 一 目的, 3.), by its place in a
sequence that begins with one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

_COUNT = "[一二三四五六七八九十百零〇0-9０-９]{1,6}"
_LITTLE = "[一二三四五六七八九十]{1,3}"
_FORMAL = "[壹貳贰參叁叄肆伍陸陆柒捌玖拾]{1,3}"
_AFTER = r"[.、．:：)）]?\s*"
# What a figure is followed by where it is a quantity and no number of a clause. Units of one character stand alone.
_QUANTITY = re.compile(
    r"\s*(?:毫米|厘米|微米|纳米|奈米|千米|公里|公斤|千克|毫克|毫升|分钟|小时|小時|千瓦|兆瓦|伏特|安培|公顷|平方|立方|摄氏|攝氏|万元|亿元|美元|万吨|"
    r"[%％℃°‰×~～±/／-]|[克吨升秒伏瓦度倍米元亩寸][\s，,。；;、）)以左的/／]|[克吨升秒伏瓦度倍米元亩寸]$|"
    r"(?:[pnuμµmckMGT]?(?:m|g|L|l|W|V|Hz|Pa|J|F|eV|Ah|A·?h|Wh|T|N|K|s|Ω)|kA|mA|mol|min|rpm|dB|ppm|ppb|bar|wt|vol|h|t|d|to|and|or|x)(?![A-Za-z]))"
)
_CHAPTER = re.compile(rf"(第\s*{_COUNT}\s*[章编編篇]|(?:CHAPTER|Chapter)\s+(?:[0-9]{{1,3}}|[IVXLC]{{1,6}})\b){_AFTER}")
_SECTION = re.compile(rf"(第\s*{_COUNT}\s*[节節]|(?:PART|Part)\s+(?:[0-9]{{1,3}}|[IVXLC]{{1,6}}|[A-Z])\b){_AFTER}")
_ANNEX = re.compile(
    r"(附\s*[件录錄表](?:\s*(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2}|[A-ZＡ-Ｚ](?![A-Za-z])|[IVXLC]{1,5}\b))?(?![件录錄表中的所])"
    r"|(?:SCHEDULE|Schedule|ANNEX|Annex|ANNEXURE|Annexure|APPENDIX|Appendix|EXHIBIT|Exhibit|ATTACHMENT|Attachment)"
    rf"(?:\s+(?:[0-9]{{1,3}}|[IVXLC]{{1,6}}|[A-Z])\b|(?=\s*$|\s*[:：]))){_AFTER}"
)
_ARTICLE = re.compile(
    rf"(第\s*{_COUNT}\s*[条條]|(?:ARTICLE|Article|SECTION|Section|CLAUSE|Clause)\s+"
    rf"(?:[0-9]{{1,3}}(?![0-9]|\.[0-9])|[IVXLC]{{1,6}}\b|[A-Z]\b)){_AFTER}"
)
_PART = re.compile(
    rf"(第\s*[0-9０-９]{{1,2}}(?:[.．][0-9０-９]{{1,2}}){{1,4}}\s*[条條款项項]"
    r"|(?:(?:ARTICLE|Article|SECTION|Section|CLAUSE|Clause)\s+)?"
    rf"(?:[1-9１-９][0-9０-９]?|[A-Z])(?:[.．][0-9０-９]{{1,2}}){{1,4}}(?![0-9０-９]|[.．][0-9０-９])){_AFTER}"
)
_ITEM = re.compile(rf"(第\s*{_COUNT}\s*[款项項])(?![目于於])[：:、]?\s*")
_ORDINAL = re.compile(r"([0-9０-９]{1,3})\s*[.、．](?![0-9０-９])\s*(?=\S)")
_COUNTED = re.compile(rf"({_LITTLE}|{_FORMAL})\s*[、.．]\s*(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,5})\.\s+(?=\S)")
_BARE = re.compile(
    rf"([1-9１-９][0-9０-９]?)(?=[\s\u3000\u4e00-\u9fff])[\s\u3000]*(?=\S)|({_LITTLE}|{_FORMAL})[\s\u3000]+(?=\S)"
)
_POINT = re.compile(
    r"([(（]\s*(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2}|[a-zA-Z]|[ivx]{1,5})\s*[)）]|[0-9]{1,2}[)）]|[a-z][)）]"
    r"|[①-⑳]|[•·●■◆▪◦‣])\s*"
)
_PARAGRAPH = re.compile(r"([\[【]\s*[0-9]{4,5}\s*[\]】])\s*")  # of patents
_ALONE = re.compile(
    rf"第\s*(?:{_COUNT}|[0-9０-９]{{1,2}}(?:[.．][0-9０-９]{{1,2}})+)\s*[条條款]"
    rf"|(?:[1-9１-９][0-9０-９]?|[A-Z])(?:[.．][0-9０-９]{{1,2}}){{1,4}}[.、．)）]?|[1-9１-９][0-9０-９]?[.、．]|{_LITTLE}、"
    rf"|[(（](?:[a-z]|[ivx]{{1,4}}|[0-9]{{1,2}}|{_LITTLE})[)）]"
)
_CONTENTS = re.compile(r"[.．·…]{4,}\s*[0-9]{1,4}$")
_NOT_AT_THE_END_OF_A_HEADING = tuple("。！？；，、,;")
_ROMANS = {"I": 1, "V": 5, "X": 10}
_FIGURES = {
    c: n
    for n, row in enumerate(("〇零", "一壹", "二貳贰", "三參叁叄", "四肆", "五伍", "六陸陆", "七柒", "八捌", "九玖"))
    for c in row
}


class Sort(Enum):
    """What a number numbers."""

    CHAPTER = auto()
    SECTION = auto()  # of a chapter (节), or a part of an annex
    ANNEX = auto()
    ARTICLE = auto()  # by its form: 第三条, Article 3
    PART = auto()  # 3.1, 第3.1款, A.1
    ORDINAL = auto()  # 3. or 三、, which may number articles or points of one
    POINT = auto()  # within a clause: (a), （一）, ①
    PARAGRAPH = auto()  # of a patent


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number as printed at the head of a paragraph. Its style tells 1. from 一、 and 壹、."""

    number: str
    sort: Sort
    style: str = ""
    value: int = 0
    length: int = 0  # characters up to where what it numbers begins


@dataclass(frozen=True, slots=True)
class Head:
    """What of a paragraph is looked at to tell its number."""

    text: str
    row: bool = False
    heading: bool = False  # the format says that it is one, or it is set larger


@dataclass(frozen=True, slots=True)
class Standing:
    """The number of a paragraph, the clause under which it stands, and whether it heads what follows."""

    number: str | None
    clause: str | None
    heading: bool


def number_of(text: str) -> Numbered | None:
    """The number at the head of a paragraph, as its form shows it."""
    if found := _PARAGRAPH.match(text):
        return Numbered(re.sub(r"\s", "", found[1]), Sort.PARAGRAPH, length=found.end())
    for pattern, sort in ((_ANNEX, Sort.ANNEX), (_CHAPTER, Sort.CHAPTER), (_SECTION, Sort.SECTION), (_ARTICLE, Sort.ARTICLE)):  # fmt: skip
        if found := pattern.match(text):
            return Numbered(_printed(found[1]), sort, value=_value(found[1]), length=found.end())
    if (found := _PART.match(text)) and not _QUANTITY.match(text, found.end(1)):
        return Numbered(_printed(found[1]), Sort.PART, length=found.end())
    for style, pattern in (("digit", _ORDINAL), ("", _COUNTED), ("roman", _ROMAN)):
        if found := pattern.match(text):
            return Numbered(found[1], Sort.ORDINAL, style or _style(found[1]), _value(found[1]), found.end())
    if (found := _POINT.match(text)) or (found := _ITEM.match(text)):
        return Numbered(re.sub(r"\s", "", found[1]), Sort.POINT, length=found.end())
    return None


def is_contents(text: str) -> bool:
    """Whether a line is one of a table of contents."""
    return _CONTENTS.search(text) is not None


def is_heading(text: str, *, larger: bool = False) -> bool:
    """Whether a paragraph by itself shows that it heads others: short, no sentence, and numbered, larger or in capitals."""
    if not _short(text):
        return False
    found = number_of(text)
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    capitals = len(letters) > 3 and all(c.isascii() and c.isupper() for c in letters)
    if found is None or found.sort in (Sort.POINT, Sort.PARAGRAPH):
        return larger or capitals
    if found.sort is Sort.ORDINAL:
        return larger or capitals or (len(text) <= 24 and bool(_han(text))) or text.istitle()
    return len(text) <= 30 or not re.search(r"[，,]", text)


def is_number_alone(text: str) -> bool:
    """Whether a paragraph is nothing but a number of a clause, as where numbers hang in a column of their own."""
    return len(text) <= 14 and _ALONE.fullmatch(text.strip()) is not None


def standings(heads: Sequence[Head]) -> list[Standing]:
    """For each paragraph of a document in order: its number, the clause under which it stands, whether it is a heading.

    The clause is the nearest number above of a chapter, article or numbered part; points of a clause stand under it. An
    annex holds what is numbered in it: its own numbers are told with its name (附件一 1.1) unless they bear its letter (A.1).
    """
    found = [None if one.row or is_contents(one.text) else number_of(one.text) for one in heads]
    annexes = [one is not None and one.sort is Sort.ANNEX and (h.heading or _short(h.text)) for one, h in zip(found, heads, strict=True)]  # fmt: skip
    articled = any(one is not None and one.sort is Sort.ARTICLE for one in found)
    if not articled:
        for place, bare in bare_numbers(heads).items():
            found[place] = found[place] or bare
    top = None if articled else _top_style(found)
    parts = {_chapter_of(one.number) for one in found if one is not None and one.sort is Sort.PART}
    annex: str | None = None
    clause: str | None = None
    last = inner = before = 0  # values of the last article, of the last point, of the last article before the annexes
    made: list[Standing] = []
    for place, (one, head) in enumerate(zip(found, heads, strict=True)):
        heading = head.heading or (not head.row and not is_contents(head.text) and is_heading(head.text))
        own = False
        if one is None:
            if heading and not parts:
                last = inner = 0
        elif one.sort is Sort.ANNEX:
            if annexes[place]:
                before = last if annex is None else before
                annex, own, last, inner = one.number, True, 0, 0
        elif one.sort is Sort.CHAPTER:
            own, annex = True, None
        elif one.sort is Sort.SECTION:
            own = annex is None
            clause = annex or clause
        elif one.sort is Sort.ARTICLE:
            if annex is not None and not last and one.value == before + 1 > 1:
                annex = None  # what looked like an annex was a list of them
            own, last = True, one.value
        elif one.sort is Sort.PART:
            own = True
        elif one.sort is Sort.ORDINAL and annex is None and one.style == top:
            follows = next((f for f in found[place + 1 :] if f is not None and f.sort is not Sort.POINT), None)
            headed = follows is not None and follows.sort is Sort.PART and _chapter_of(follows.number) == one.value
            follows_last = one.value == last + 1
            follows_point = inner > 0 and one.value == inner + 1
            own = headed or (follows_last and (not follows_point or (any(parts) and heading)))
            if own:
                last, inner = one.value, 0
                after = found[place + 1] if place + 1 < len(found) else None
                alone = after is None or after.style != one.style  # no item of a list
                heading = heading or headed or (alone and _headlike(head.text[one.length :]))
            else:
                inner = one.value
        if own and one is not None:
            clause = one.number
            if annex is not None and one.number != annex and not _bears(one.number, annex):
                clause = f"{annex} {one.number}"
        made.append(Standing(None if one is None else one.number, clause, heading))
    return made


def bare_numbers(heads: Sequence[Head]) -> dict[int, Numbered]:
    """Numbers without any sign after them (1 Scope, 一 目的), where headings bear them in sequence from one, by place."""
    runs: dict[str, dict[int, Numbered]] = {}
    for place, head in enumerate(heads):
        printed = None if head.row or is_contents(head.text) else _BARE.match(head.text)
        if printed is None or not (head.heading or _headlike(head.text[printed.end() :])):
            continue
        if printed[1] and _QUANTITY.match(head.text, printed.end(1)):
            continue
        number = printed[1] or printed[2]
        run = runs.setdefault(_style(number), {})
        if _value(number) == len(run) + 1:
            run[place] = Numbered(number, Sort.ORDINAL, f"bare {_style(number)}", _value(number), printed.end())
    return {place: one for run in runs.values() if len(run) >= 2 for place, one in run.items()}


def _top_style(found: Sequence[Numbered | None]) -> str | None:
    """The style of the ordinals that number articles: those without a sign, else the first that begins with one."""
    ordinals = [one for one in found if one is not None and one.sort is Sort.ORDINAL]
    bare = next((one.style for one in ordinals if one.style.startswith("bare")), None)
    if bare is not None:
        return bare
    return next((one.style for one in ordinals if one.value == 1), ordinals[0].style if ordinals else None)


def _short(text: str) -> bool:
    if len(text) > (40 if 3 * _han(text) > len(text) else 90) or text.endswith(_NOT_AT_THE_END_OF_A_HEADING):
        return False
    return not (text.endswith((".", ":", "：")) and not re.fullmatch(r"[0-9.IVX]+\.?|[A-Z0-9 .:：]+", text))


def _headlike(rest: str) -> bool:
    """Whether what follows a number may be a heading: short, no sentence, no enumeration, beginning as one does."""
    if not rest or not _short(rest) or re.search(r"[，,；;。|]", rest):
        return False
    if _han(rest):
        return len(rest) <= 24
    return len(rest) <= 60 and rest[0].isupper()


def _han(text: str) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for c in text)


def _printed(number: str) -> str:
    """A number on one line; Chinese ones without blanks."""
    return re.sub(r"\s+", "" if _han(number) else " ", number)


def _style(number: str) -> str:
    if number[0].isdigit() and number[0] not in _FIGURES:
        return "digit"
    return "formal" if re.fullmatch(f"{_FORMAL}", number) else "han"


def _value(number: str) -> int:
    """What a number counts; 0 where it is a letter."""
    digits = re.search(r"\d+", number)
    if digits:
        return int(digits[0])
    if han := re.search("[一二三四五六七八九十百零〇壹貳贰參叁叄肆伍陸陆柒捌玖拾]+", number):
        total = digit = 0
        for c in han[0]:
            if c in "十拾百":
                total += (digit or 1) * (100 if c == "百" else 10)
                digit = 0
            else:
                digit = _FIGURES[c]
        return total + digit
    if roman := re.search(r"\b[IVX]+\b", number):
        values = [_ROMANS[c] for c in roman[0]]
        return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return 0


def _chapter_of(number: str) -> int:
    """The number of the article that a numbered part belongs to; 0 where a letter stands for it."""
    found = re.search(r"(\d+)[.．]", number)
    return int(found[1]) if found else 0


def _bears(number: str, annex: str) -> bool:
    """Whether a number bears the letter of its annex: A.1 in Annex A."""
    return bool(re.match(r"[A-Z][.．]", number)) and annex.endswith(number[0])

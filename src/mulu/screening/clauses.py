"""The clauses of a contract as a tree, found by how they are numbered, each with the stretches of text that are its own.

第一条, 第一章, 一、, （一）, Article 4, 4.2, (a), (iv), ①, Schedule 1, 附件一, A.1 of Annex A, and headings without a number. A number opens a
clause only where it continues what is open: the next one at its level, or the first one below. So neither a measured
value at the start of a line ("2.62 g/cm³") nor a reference that a line break put there ("Article 5 above") opens one.
In a contract in two languages the same number in the other language carries the clause on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Span = tuple[int, int]

_NUMERAL = "〇零一二三四五六七八九十百两"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# What follows a number that is only referred to: "第五条规定的", "Article 5 shall", "Schedule 1 and".
_REFERRED_ZH = r"(?!\s*(?:规定|所述|所列|所载|所指|约定|项下|以及|[的之中和或及与至、，,。；;）)款第]))"
_REFERRED_EN = (
    r"(?!\s*(?:[,;)]|(?:shall|above|below|of|hereof|hereto|herein|and|or|to|is|are|was|does|do|will|may|must|applies|apply"
    r"|survive|in|as|for|sets?|contains?|lists?|which|that|by|with|at|on|under|before|has|have|upon)\b))"
)
# After 4.2 only what cannot begin a sentence: its place among the others tells the rest.
_REFERRED_TO = r"(?!\s*(?:[,;)]|(?:above|below|of|hereof|hereto|herein|and|or|shall)\b|[之的所中和或及与至、款]))"
_SPACES = r"[ \t\u3000]*"
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern, flags))
    for style, pattern, flags in (
        ("chapter", rf"第{_SPACES}([{_NUMERAL}0-9]{{1,4}}){_SPACES}(?:章|编|部分|节){_REFERRED_ZH}", 0),
        ("article", rf"第{_SPACES}([{_NUMERAL}0-9]{{1,4}}){_SPACES}[条條]{_REFERRED_ZH}", 0),
        (
            "schedule",
            rf"(?:附件|附录|附表|附錄){_SPACES}([{_NUMERAL}0-9]{{1,3}}|[A-Z])?{_REFERRED_ZH}(?=[\s:：—\-－【《]|$)",
            0,
        ),
        (
            "schedule",
            rf"(?:schedule|annex|appendix|exhibit|attachment)\s+([a-z]|[0-9]{{1,2}}|[ivx]{{1,4}})\b{_REFERRED_EN}",
            re.I,
        ),
        ("chapter", rf"(?:chapter|part)\s+([0-9]{{1,2}}|[ivx]{{1,5}})\b{_REFERRED_EN}", re.I),
        ("article", rf"(?:article|section|clause)\s+([0-9]{{1,2}}|[ivxl]{{1,6}})\b(?!\.[0-9]){_REFERRED_EN}", re.I),
        ("article", rf"§{_SPACES}([0-9]{{1,3}})(?![0-9.]){_REFERRED_EN}", 0),
        ("decimal", rf"第([0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,4}})[款条项]{_REFERRED_ZH}", 0),
        (
            "decimal",
            rf"(?:(?:section|clause|article|§)\s*)?([0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,4}})(?![0-9%‰]|\.[0-9])[.、:：)]?{_REFERRED_TO}",
            re.I,
        ),
        ("lettered", r"([A-H](?:\.[0-9]{1,2}){1,4})(?![0-9%‰]|\.[0-9])[.:]?(?=\s)", 0),
        ("dotted", r"([0-9]{1,2})\.(?![0-9])\s*(?=\S)", 0),
        ("comma", r"([0-9]{1,2})、", 0),
        ("half", r"([0-9]{1,2})\)(?=\s*\S)", 0),
        ("bare", r"([0-9]{1,2})[ \t\u3000]+(?=[A-Z\u3400-\u9fff“\"])", 0),
        ("han", rf"([{_NUMERAL}]{{1,3}})[、.]", 0),
        ("han-paren", rf"\(([{_NUMERAL}]{{1,3}})\)", 0),
        ("number-paren", r"\(([0-9]{1,2})\)", 0),
        ("letter", r"\(([a-z]{1,4})\)|([a-z])\)\s", re.I),
        ("capital", r"([A-H])\.\s+(?=[A-Z])", 0),
        ("roman", r"([IVX]{1,5})\.\s+(?=[A-Z])", 0),
        ("circle", r"([①-⑳])", 0),
    )
)
# Styles that print one level: in a bilingual contract 第一条 and "Article 1" or "1." are one clause.
_FAMILY = {
    "article": "top",
    "dotted": "top",
    "bare": "top",
    "comma": "top",
    "han-paren": "inner",
    "number-paren": "inner",
    "letter": "inner",
    "small-roman": "inner",
}
_REOPENS = ("schedule", "chapter", "article", "decimal", "dotted", "bare", "han")
_CLOSING = re.compile(
    r"in witness whereof|以下无正文|本页(?:以下)?无正文|签署页|签字页|signature page|"
    r"^(?:甲方|乙方|双方|各方)?[ \t]*(?:\(盖章\)|\(签章\)|\(签字\)|\(公章\))|^(?:signed|executed) (?:for and on behalf|by|as)|"
    r"^(?:授权代表|法定代表人|代表人|签字|盖章)[^。]{0,16}[:：]|^(?:by|signature|name|title)\s*:|^有鉴于此.{0,20}签署",
    re.IGNORECASE,
)
# Who a party is, under a number of its own before the first clause.
_PARTY = re.compile(
    r"\(.{0,40}\"[^\"]+\".{0,40}\)|\b(?:registered|incorporated|organi[sz]ed)\b|简称|下称|注册(?:地|于)|住所",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[。；;.!?！？，,、:：]$")
_CELLS = re.compile(r"\t+| \| ")
# The first lines of a contract are its name, and no heading of a clause.
_TITLE = re.compile(r"合同|协议|契约|agreement|contract|deed|licen[cs]e|memorandum", re.IGNORECASE)
_TITLES = 6
_NAME = re.compile(r"(?:[A-Za-z&-]+ ){0,8}(?:agreement|contract)|[\u3400-\u9fff]{2,20}(?:合同|协议)", re.IGNORECASE)
_LONGEST_HEADING = {"zh": 26, "en": 80}
_LONGEST_BEFORE_A_STOP = 10  # Han characters of a heading that ends as a sentence does
_GAP = 3  # numbers that may be missing between two clauses of a level: one may have been deleted or not read


@dataclass(slots=True)
class Clause:
    """A clause: `own` is its text without that of the clauses below it, in reading order; more than one in two languages.

    `id` is made of the numbers on the way to it, such as 4.2.a; `number` is as printed. `heading` holds what is printed
    as heading, once for each language.
    """

    id: str
    number: str
    style: str
    start: int
    end: int
    parent: int | None
    depth: int
    own: list[Span] = field(default_factory=list)
    heading: list[Span] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    value: tuple[int, ...] = ()


@dataclass(slots=True)
class Outline:
    """A contract by its clauses; `before` is what stands before the first one, `closing` what is signed at the end."""

    clauses: list[Clause]
    before: list[Span]
    closing: list[Span]

    def children(self, place: int) -> list[int]:
        return [number for number, one in enumerate(self.clauses) if one.parent == place]


def folded(text: str) -> str:
    """Full-width forms as their plain ones, other spaces as a space, quotation marks alike: one character for one."""
    return text.translate(_FOLDS)


def _folds() -> dict[int, str]:
    plain = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    plain |= {0x3000: " ", 0xA0: " ", 0x2003: " ", 0x2002: " ", 0x2009: " ", 0x202F: " "}
    plain |= dict.fromkeys(map(ord, "“”「」『』„‟＂«»"), '"') | dict.fromkeys(map(ord, "‘’‛′"), "'")
    return plain | dict.fromkeys(map(ord, "‐‑‒–"), "-")


_FOLDS = _folds()


def language_of(text: str) -> str:
    """Whether a stretch is Chinese or English; one Han character counts as much as three letters."""
    return "zh" if 3 * len(_HAN.findall(text)) >= len(_LATIN.findall(text)) else "en"


def paragraphs_of(text: str) -> list[Span]:
    """The lines of a text that are not blank, without the spaces around them."""
    found, at = [], 0
    for line in text.split("\n"):
        kept = line.strip()
        if kept:
            start = at + line.index(kept)
            found.append((start, start + len(kept)))
        at += len(line) + 1
    return found


def outline(text: str, paragraphs: Iterable[Span], is_heading: re.Pattern[str]) -> Outline:
    """The clauses of a text. `is_heading` tells which short lines without a number are headings by their words."""
    same = folded(text)
    reader = _Reader(same, is_heading)
    segments = [segment for span in paragraphs for segment in _segments(same, span)]
    for place, segment in enumerate(segments):
        following = segments[place + 1] if place + 1 < len(segments) else None
        reader.take(segment, following, place)
    return reader.made()


def _segments(text: str, span: Span) -> Iterable[Span]:
    """The cells of a row that sets two languages, or several clauses, side by side; else the paragraph as it is."""
    start, end = span
    cells, at = [], start
    for found in (*_CELLS.finditer(text, start, end), None):
        stop = end if found is None else found.start()
        kept = text[at:stop].strip()
        if kept:
            begin = text.index(kept, at)
            cells.append((begin, begin + len(kept)))
        at = end if found is None else found.end()
    words = [cell for cell in cells if len(text[cell[0] : cell[1]]) > 3]
    apart = len({language_of(text[a:b]) for a, b in words}) > 1
    if len(cells) > 1 and apart:
        # a number in a cell of its own stays with the cell that it numbers
        if len(text[cells[0][0] : cells[0][1]]) <= 8 and len(cells) > 2:
            cells = [(cells[0][0], cells[1][1]), *cells[2:]]
        return cells
    return _sentences(text, span)


# A number that may open a clause within a paragraph: after the end of a sentence.
_WITHIN = re.compile(
    r"(?<=[。;；.])\s*(?=第[0-9]{1,2}(?:\.[0-9]{1,2})+[款条项]|[0-9]{1,2}\.[0-9]{1,2}\s+[A-Z\"\u3400-\u9fff])"
)


def _sentences(text: str, span: Span) -> list[Span]:
    """A paragraph, parted where another numbered clause may begin within it."""
    cuts = [span[0], *(found.end() for found in _WITHIN.finditer(text, *span) if found.end() > span[0]), span[1]]
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]


@dataclass(slots=True)
class _Head:
    style: str
    value: tuple[int, ...]
    number: str
    rest: int  # where what follows the number begins


class _Reader:
    def __init__(self, text: str, is_heading: re.Pattern[str]) -> None:
        self.text = text
        self.is_heading = is_heading
        self.clauses: list[Clause] = []
        self.open: list[int] = []  # from the outermost to the innermost
        self.before: list[Span] = []
        self.closing: list[Span] = []
        self.closed = False
        self.wants_heading: int | None = None  # a clause whose number stands on a line of its own

    def take(self, span: Span, following: Span | None, place: int) -> None:
        """The next paragraph; `following` is the one after it, `place` its number."""
        start, end = span
        line = self.text[start:end]
        language = language_of(line)
        head = self._head(start, end)
        # who signs for a party is told at the head of a contract too: an article that goes on from there is one
        signing = self.closed and head is not None and head.style not in _REOPENS
        if signing or (not self.clauses and _PARTY.search(line)):
            head = None
        if head is not None:
            self._opened(head, span, language)
            return
        if self.wants_heading is not None and _short(line) and not _CLOSING.search(line):
            clause = self.clauses[self.wants_heading]
            self.wants_heading = None
            clause.heading.append(span)
            self._add(span, language)
            return
        self.wants_heading = None
        if self.open and _CLOSING.search(line):
            self.closed = True
        if self.closed:
            self.closing.append(span)
            return
        named = (place < _TITLES and not self.clauses and _TITLE.search(line)) or _NAME.fullmatch(line)
        if following is not None and not named and self._is_heading(line, following):
            self._headed(span, line, language)
        elif self.open:
            self._add(span, language)
        else:
            self.before.append(span)

    def _add(self, span: Span, language: str) -> None:
        for number in self.open:
            self.clauses[number].end = max(self.clauses[number].end, span[1])
        clause = self.clauses[self.open[-1]]
        if clause.own and clause.own[-1][1] <= span[0] and not self.text[clause.own[-1][1] : span[0]].strip():
            clause.own[-1] = (clause.own[-1][0], span[1])
        else:
            clause.own.append(span)
        clause.languages.add(language)

    # ---- numbers -------------------------------------------------------------------------------------------------

    def _head(self, start: int, end: int) -> _Head | None:
        for style, pattern in _HEADS:
            found = pattern.match(self.text, start, end)
            if found is None:
                continue
            printed = next((one for one in found.groups() if one), "")
            head = _Head(style, (), found[0].strip().rstrip(".、:："), found.end())
            line = self.text[start:end]
            if style == "schedule" and len(line) > 70 and not re.match(r"\s*[:：—-]", self.text[found.end() : end]):
                continue
            if style == "bare" and not _short(line):
                continue
            for head.style, head.value in _values(style, printed):
                if self._continues(head, self.text[start:end]):
                    return head
        return None

    def _continues(self, head: _Head, line: str) -> bool:
        """Whether the number is one that can come here: next at an open level, first below, or again in the other language."""
        if head.style in ("schedule", "chapter"):
            return True
        language = language_of(line)
        if self._counterpart(head, language) is not None:
            return True
        if head.style == "decimal":
            above = self._above(head)
            if above is None and head.number[:1].isalpha() and head.number[1:2] == ".":
                return False  # A.1 stands in Annex A, or opens nothing
            if above is None:
                last = self._last("decimal")
                top = self._last("top")
                if last is None:
                    return head.value[-1] == 1 and (top is None or self.clauses[self.open[-1]].style == "heading")
                return _next(last, head.value)
            siblings = [one.value for one in self.clauses if one.parent == above and one.style == "decimal"]
            return 0 < head.value[-1] <= _GAP + (siblings[-1][-1] if siblings else 0) and (
                not siblings or siblings[-1][-1] < head.value[-1]
            )
        siblings = self._siblings(head)
        if siblings and siblings[-1] < head.value and head.value[0] - siblings[-1][0] <= _GAP:
            return True
        return head.value[0] == 1 and (not siblings or self._under_heading())

    def _siblings(self, head: _Head) -> list[tuple[int, ...]]:
        """The numbers of the same style that went before in the part that is open, or below the innermost clause."""
        for number in reversed(self.open):
            clause = self.clauses[number]
            if clause.style == head.style:
                return [one.value for one in self.clauses if one.parent == clause.parent and one.style == head.style]
        within = self._scope()
        before = [one.value for one in self.clauses[within:] if one.style == head.style and head.style == "article"]
        loose = [one.value for one in self.clauses[within:] if one.style == head.style and self._under_heading()]
        return before or loose

    def _under_heading(self) -> bool:
        return bool(self.open) and self.clauses[self.open[-1]].style in ("heading", "chapter")

    def _scope(self) -> int:
        """Where the schedule that is open, or the contract, begins."""
        for number in self.open:
            if self.clauses[number].style == "schedule":
                return number
        return 0

    def _last(self, family: str) -> tuple[int, ...] | None:
        for one in reversed(self.clauses[self._scope() :]):
            if one.style == family or _FAMILY.get(one.style) == family:
                return one.value
        return None

    def _above(self, head: _Head) -> int | None:
        """The open clause of which a decimal number is a part: 4 or 第四条 of 4.2."""
        for number in reversed(self.open):
            clause = self.clauses[number]
            if clause.value == head.value[:-1] and (
                clause.style == "decimal"
                or (clause.style == "schedule" and head.number[:1].isalpha())
                or _FAMILY.get(clause.style) == "top"
                or clause.style in ("han", "roman", "chapter")
            ):
                return number
        return None

    def _counterpart(self, head: _Head, language: str) -> int | None:
        """The clause that this number carries on in the other language."""

        def alike(one: Clause) -> bool:
            same = one.style == head.style or (
                _FAMILY.get(one.style) is not None and _FAMILY.get(one.style) == _FAMILY.get(head.style)
            )
            return same and one.value == head.value and one.languages == ({"zh", "en"} - {language})

        whole = next((n for n, one in enumerate(self.clauses) if one.parent is None and alike(one)), None)
        for place in range(len(self.open) - 1, -1, -1):
            number = self.open[place]
            if alike(self.clauses[number]):
                return number
            below = [n for n in range(len(self.clauses)) if self.clauses[n].parent == number]
            for n in reversed(below):
                if alike(self.clauses[n]):
                    return n
        return whole if _FAMILY.get(head.style) == "top" else None

    def _opened(self, head: _Head, span: Span, language: str) -> None:
        self.wants_heading = None
        again = None if head.style == "chapter" else self._counterpart(head, language)
        if again is not None:
            self.open = self._way_to(again)
            place = again
        else:
            place = self._new(head, span)
        self._add(span, language)
        clause = self.clauses[place]
        heading = self._heading_in(head.rest, span[1])
        if heading is not None:
            clause.heading.append(heading)
        elif not self.text[head.rest : span[1]].strip(" .:：、-—"):
            self.wants_heading = place

    def _new(self, head: _Head, span: Span) -> int:
        self.closed = self.closed and head.style not in _REOPENS
        if head.style == "schedule":
            self.open = []
        elif head.style == "chapter":
            self.open = [n for n in self.open if self.clauses[n].style == "schedule"]
        elif head.style == "decimal":
            above = self._above(head)
            if above is not None:
                self.open = self._way_to(above)
            else:
                self._pop_to(("decimal",))
                # what it is a part of is not printed: it is no part of another clause that is open
                self.open = [n for n in self.open if self.clauses[n].style in ("schedule", "chapter", "heading")]
        else:
            self._pop_to((head.style,))
            if head.style == "article":
                self.open = [n for n in self.open if self.clauses[n].style in ("schedule", "chapter", "heading")]
        parent = self.open[-1] if self.open else None
        return self._put(
            Clause("", head.number, head.style, span[0], span[1], parent, len(self.open), value=head.value)
        )

    def _pop_to(self, styles: tuple[str, ...]) -> None:
        """Close what is open down to the level of these styles; where none is open, what comes stands below the innermost."""
        for place, number in enumerate(self.open):
            if self.clauses[number].style in styles:
                self.open = self.open[:place]
                return

    def _put(self, clause: Clause) -> int:
        above = "" if clause.parent is None else self.clauses[clause.parent].id
        own = _id(clause)
        if clause.style == "decimal":
            part_of = clause.parent is not None and self.clauses[clause.parent].value == clause.value[:-1]
            own = str(clause.value[-1]) if part_of else own
        name = f"{above}.{own}" if above else own
        taken = {one.id for one in self.clauses}
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}~{count}"
        clause.id = unique
        self.clauses.append(clause)
        self.open.append(len(self.clauses) - 1)
        return len(self.clauses) - 1

    def _way_to(self, number: int) -> list[int]:
        way: list[int] = []
        at: int | None = number
        while at is not None:
            way.append(at)
            at = self.clauses[at].parent
        return way[::-1]

    # ---- headings ------------------------------------------------------------------------------------------------

    def _heading_in(self, start: int, end: int) -> Span | None:
        """The heading after a number: the whole line where it is short and no sentence, or what stands before a break."""
        line = self.text[start:end]
        lead = len(line) - len(line.lstrip(" .:：、-—"))
        line, start = line[lead:], start + lead
        if not line:
            return None
        if _short(line) and (not line.endswith((".", "。")) or _titled(line)):
            return start, start + len(line.rstrip(" .:："))
        boxed = re.match(r"[【\[]([^】\]]{1,24})[】\]]", line)
        if boxed is not None:
            return start, start + boxed.end()
        for separator in (":", ". ", "。", " - ", "—"):
            before, found, after = line.partition(separator)
            if separator == "。" and (not after.strip() or len(before) > _LONGEST_BEFORE_A_STOP):
                continue
            if found and _short(before) and (language_of(before) == "zh" or _titled(before)) and '"' not in before:
                return start, start + len(before)
        # "第四条 许可 许可方……": a Chinese heading parted by a space from a sentence
        spaced = re.match(r"([\u3400-\u9fff、与和及]{2,16})[ ]+(?=[\u3400-\u9fff])", line)
        return None if spaced is None else (start, start + spaced.end(1))

    def _is_heading(self, line: str, following: Span) -> bool:
        """A line that is a heading without a number: by its words, in capitals, boxed, or named before a numbered clause."""
        if not _short(line) or (line.endswith((":", "：")) and not self.is_heading.search(line)):
            return False
        if re.fullmatch(r"[【\[].{1,24}[】\]]", line):
            return True
        words = line.strip(" .:：").lower()
        if self.is_heading.fullmatch(words):
            return True
        letters = _LATIN.findall(line)
        capitals = len(letters) >= 8 and all(letter.isupper() for letter in letters) and " " in line.strip()
        before_number = (
            language_of(line) == "en"
            and _titled(line)
            and not _CLOSING.search(line)
            and any(style in ("dotted", "bare") and pattern.match(self.text, *following) for style, pattern in _HEADS)
        )
        company = re.search(r"\b(ltd|inc|llc|gmbh|corp)\b|co\.", line, re.IGNORECASE)
        return bool(self.clauses) and (capitals or before_number) and company is None

    def _headed(self, span: Span, line: str, language: str) -> None:
        last = self.open[-1] if self.open else None
        if last is not None:
            one = self.clauses[last]
            fresh = one.style == "heading" and len(one.own) == 1 and one.own == one.heading
            if fresh and language not in one.languages:
                one.heading.append(span)
                self._add(span, language)
                return
        self.open = [n for n in self.open if self.clauses[n].style in ("schedule", "chapter")]
        parent = self.open[-1] if self.open else None
        place = self._put(Clause("", line.strip("【】[] "), "heading", span[0], span[1], parent, len(self.open)))
        self._add(span, language)
        self.clauses[place].heading.append(span)

    def made(self) -> Outline:
        return Outline(self.clauses, self.before, self.closing)


def _next(last: tuple[int, ...], now: tuple[int, ...]) -> bool:
    """Whether a decimal number may follow another where the number above it is not printed."""
    shared = min(len(last), len(now))
    for place in range(shared):
        if now[place] != last[place]:
            return 0 < now[place] - last[place] <= _GAP and all(one == 1 for one in now[place + 1 :])
    return len(now) > len(last) and all(one == 1 for one in now[shared:])


def _short(line: str) -> bool:
    line = line.strip()
    longest = _LONGEST_HEADING[language_of(line)]
    return len(line) <= longest and not _ENDS.search(line.rstrip(".:：")) and "。" not in line


def _titled(line: str) -> bool:
    """Whether every word of weight begins with a capital."""
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", line)
    weighty = [word for word in words if len(word) > 3]
    return bool(words) and len(words) <= 12 and all(word[0].isupper() for word in weighty or words)


def _values(style: str, printed: str) -> list[tuple[str, tuple[int, ...]]]:
    """What a printed number may count, with its style: (i) is the ninth letter, or the first of Roman numerals."""
    low = printed.lower()
    if style == "decimal":
        return [(style, tuple(int(one) for one in printed.split(".")))]
    if style == "lettered":
        letter, *rest = low.split(".")
        return [("decimal", (ord(letter) - ord("a") + 1, *map(int, rest)))]
    if style == "circle":
        return [(style, (ord(printed) - ord("①") + 1,))]
    if not printed:
        return [(style, (1,))]
    if low.isdigit():
        return [(style, (int(low),))]
    if all(one in _NUMERAL for one in printed):
        return [(style, (_chinese(printed),))]
    found: list[tuple[str, tuple[int, ...]]] = []
    if len(low) == 1 and style not in ("article", "chapter", "roman"):
        found.append((style, (ord(low) - ord("a") + 1,)))
    roman = _roman(low)
    if roman is not None and style != "capital":
        found.append(("small-roman" if style == "letter" else style, (roman,)))
    return found


def _chinese(text: str) -> int:
    total, digit = 0, 0
    if not any(one in "十百" for one in text):
        for one in text:
            total = total * 10 + _DIGITS[one]
        return total
    for one in text:
        if one in "十百":
            total += (digit or 1) * (10 if one == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[one]
    return total + digit


def _roman(text: str) -> int | None:
    if not text or any(one not in _ROMAN for one in text):
        return None
    total = 0
    for one, after in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN[one]
        total += -value if after and _ROMAN[after] > value else value
    return total


def _id(clause: Clause) -> str:
    if clause.style == "heading":
        return clause.number
    if clause.style == "schedule":
        return f"S{clause.value[0]}"
    if clause.style == "chapter":
        return f"C{clause.value[0]}"
    if clause.style == "letter":
        return chr(96 + clause.value[0])
    if clause.style == "small-roman":
        return _small_roman(clause.value[0])
    return ".".join(str(one) for one in clause.value)


def _small_roman(value: int) -> str:
    made = ""
    for worth, sign in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while value >= worth:
            made, value = made + sign, value - worth
    return made


def joined(text: str, spans: Sequence[Span]) -> str:
    """The text of several stretches, each on lines of its own."""
    return "\n".join(text[start:end] for start, end in spans)

"""What a paper says, apart from how it is printed: typed blocks, made once from values and rendered as DOCX or PDF.

Texts of users and of the law are data in these blocks. No renderer reads markup in them.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from mulu.vocabulary import Bilingual, Language, Said, point_called

Json = dict[str, Any]
Tone = Literal["", "strong", "soft", "good", "fair", "bad"]
Both = Mapping[str, Any] | Bilingual | Said
# Characters that hide, reorder or end a text: each is written out as its number, so that a reader sees that it is there.
_REORDERS = set(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"
)


def readable(text: str) -> str:
    """The text with what cannot be printed, or would change how the rest is read, written out as 〔U+202E〕."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    lines = lines.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return "".join(one if _printable(one) else written_out(one) for one in lines)


def written_out(character: str) -> str:
    """A character by its number, where it cannot stand itself."""
    return f"〔U+{ord(character):04X}〕"


def _printable(one: str) -> bool:
    if one in "\n\t":
        return True
    if one in _REORDERS or ord(one) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(one) <= 0xFDEF:
        return False
    return unicodedata.category(one) not in ("Cc", "Cs", "Co", "Cn")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one language and tone; `lang` is None where nobody knows it. A line break is `\\n`."""

    text: str
    lang: Language | None = None
    tone: Tone = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: Literal[1, 2, 3]
    line: Line


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. `note` is small print, `warn` stands in a frame, `quote` is what a person wrote."""

    line: Line
    kind: Literal["body", "note", "warn", "quote"] = "body"


@dataclass(frozen=True, slots=True)
class Points:
    """A list; `numbered` where the text refers to its numbers."""

    lines: tuple[Line, ...]
    numbered: bool = False


TOGETHER = 900  # characters: a row of a table that has no more is kept on one page


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `widths` are shares; the head is repeated on each page; without a head the first column names the row."""

    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]
    head: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, with the words that stand for it where it is not seen."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class NewPage:
    pass


Block = Heading | Para | Points | Table | Picture | NewPage


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `running` stands at the head of every page, `day` is the only date that its file bears."""

    title: Line
    running: Line
    languages: tuple[Language, ...]
    day: datetime.date
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        return " ".join(run.text for run in self.title if run.text.strip())

    @property
    def language(self) -> Language:
        """The language of the file as a whole: that of the authority where it is in both."""
        return self.languages[0]


def kept(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it stays with the next one: a heading, or a short line between it and what it introduces."""
    led = False
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Para):
            short = block.kind in ("body", "note") and sum(len(run.text) for run in block.line) <= _SHORT
            led = led and short and isinstance(following, Para | Table | Points)
        else:
            led = isinstance(block, Heading)
        yield block, led


_SHORT = 400  # characters


class Writer:
    """Says texts in the language or in both languages of a paper; of both, the Chinese comes first and counts."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self.languages = tuple(languages)

    def say(self, zh: str, en: str, tone: Tone = "", between: str = "\n") -> Line:
        """A sentence: in both languages, one under the other."""
        runs: list[Run] = []
        for language in self.languages:
            said = Run(readable(zh if language is Language.ZH else en), language, tone)
            if runs and (gap := _gap(runs, between, (said,))):
                runs.append(Run(gap))
            runs.append(said)
        return tuple(runs)

    def label(self, zh: str, en: str, tone: Tone = "") -> Line:
        """A few words: in both languages, one beside the other."""
        return self.say(zh, en, tone, " ")

    def of(self, both: Both | None, tone: Tone = "", between: str = "\n") -> Line:
        """A text that is held in both languages. Where one is lacking, the other stands for it, once."""
        if both is None:
            return ()
        if isinstance(both, Bilingual | Said):
            return self.say(both.zh, both.en, tone, between)
        zh, en = both.get("zh"), both.get("en")
        if zh and en and zh != en:
            return self.say(str(zh), str(en), tone, between)
        only = zh or en
        return self.data(str(only), tone) if only else ()

    def data(self, text: object, tone: Tone = "") -> Line:
        """A text that somebody wrote, or a value, as it is."""
        said = readable(str(text))
        return (Run(said, language_of(said), tone),) if said else ()

    def point(self, number: str, item: str = "", tone: Tone = "") -> Line:
        """The number of a control point, with its item where that is named."""
        called = point_called(number, item)
        return self.data(called.zh, tone) if called.zh == called.en else self.label(called.zh, called.en, tone)

    def joined(self, lines: Iterable[Line], between: str = "\n") -> Line:
        """Lines one after the other, with the mark between them."""
        between = self.mark(between)
        made: list[Run] = []
        for line in lines:
            if line:
                gap = _gap(made, between, line) if made else ""
                made += [*([Run(gap)] if gap else []), *line]
        return tuple(made)

    def mark(self, between: str) -> str:
        """A mark between words: `；` and `: ` as the one language of the paper has them."""
        return between if len(self.languages) > 1 else _OWN_MARKS[self.languages[0]].get(between, between)

    def within(self, line: Line, tone: Tone = "") -> Line:
        """A line in brackets, or nothing where there is none."""
        opens, closes = "（）" if Language.ZH in self.languages else "()"
        return (Run(opens, None, tone), *line, Run(closes, None, tone)) if line else ()


_OWN_MARKS = {Language.ZH: {": ": "："}, Language.EN: {"；": "; "}}
_ENDS_WIDE, _BEGINS_WIDE = tuple("：；，。、（）"), tuple("（〔")


def _gap(before: list[Run], between: str, after: Line) -> str:
    """What stands between two stretches: no space beside a mark that is as wide as a character."""
    wide = before[-1].text.endswith(_ENDS_WIDE) or after[0].text.startswith(_BEGINS_WIDE)
    return "" if between == " " and wide else between


_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]{2}")


def language_of(text: str) -> Language | None:
    """The language that a text is set in: Chinese where it has Chinese characters, English where only Latin words."""
    if _HAN.search(text):
        return Language.ZH
    return Language.EN if _LATIN.search(text) else None


def text_of(paper: Paper) -> list[str]:
    """Every text of a paper in the order in which it is printed."""
    return ["".join(run.text for run in paper.title), *texts_of(paper.blocks)]


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """Every text of some blocks in the order in which it is printed."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(line=line) | Para(line=line):
                found.append("".join(run.text for run in line))
            case Points(lines=lines):
                found += ["".join(run.text for run in line) for line in lines]
            case Table(rows=rows, head=head):
                found += ["".join(run.text for run in cell) for row in ((head,) if head else ()) + rows for cell in row]
            case _:
                pass
    return found

"""What drawings share: colours, letters, and an SVG in the making. No script, no font and no file from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from mulu.reports.model import readable
from mulu.reports.words import NOTICE
from mulu.vocabulary import Bilingual, Language, Said

Json = dict[str, Any]
INK, SOFT, LINE, FAINT, PAPER = "#1b2330", "#555b66", "#8a94a3", "#dfe4ea", "#ffffff"
FONTS = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
# Told apart by those who see few colours, and in grey by how dark they are; each list has a shape of its own besides.
COLOURS: Final[Mapping[str, str]] = {"prohibited": "#8b1a00", "restricted": "#e69f00", "not flagged": "#b9c4d0"}
LISTS: Final[Mapping[str, Bilingual]] = {
    "prohibited": Bilingual("禁止出口", "prohibited"),
    "restricted": Bilingual("限制出口", "restricted"),
    "not flagged": Bilingual("未标记", "not flagged"),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    svg: str
    alt: str  # the same in words


def said(both: Mapping[str, Any] | Bilingual | Said, language: Language | None, between: str = " / ") -> str:
    """A text in one language, or in both where `language` is None."""
    if isinstance(both, Bilingual | Said):
        both = {"zh": both.zh, "en": both.en}
    if language is not None:
        return str(both[language.value])
    return between.join(dict.fromkeys(str(both[key]) for key in ("zh", "en") if both[key]))


def width_of(text: str) -> int:
    """How many half-width characters a text takes."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in text)


def cut(text: str, most: int) -> str:
    """A text of at most so many half-width characters; what is left out is shown by an ellipsis."""
    wide, kept = 0, ""
    for one in readable(text).replace("\n", " "):
        wide += 2 if ord(one) > 0x2E7F else 1
        if wide > most:
            return kept + "…"
        kept += one
    return kept


_PIECES = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+")


def wrapped(text: str, most: int) -> list[str]:
    """A text in lines of at most so many half-width characters; a word that is longer is cut."""
    lines, line = [], ""
    for piece in _PIECES.findall(readable(text)):
        if line and width_of(line + piece.rstrip()) > most:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [cut(one, most) for one in [*lines, line.rstrip()]]


def plain(text: str) -> str:
    """A text as it can stand in an SVG."""
    return escape(readable(text).replace("\n", " ").replace("\t", " "))


@dataclass
class Canvas:
    """A drawing in the making, in one language or in both."""

    language: Language | None
    title: str
    width: float
    height: float = 0.0
    parts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # the same in words

    def say(self, zh: str, en: str, between: str = " / ") -> str:
        return said(Bilingual(zh, en), self.language, between)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12,
        colour: str = INK,
        anchor: str = "start",
        *,
        bold: bool = False,
        turned: float = 0,
        halo: bool = False,
    ) -> None:
        more = f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += ' font-weight="700"' if bold else ""
        more += f' transform="rotate({turned:g} {x:.1f} {y:.1f})"' if turned else ""
        if halo:  # drawn twice: not every program knows paint-order
            self.parts.append(
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{PAPER}" stroke="{PAPER}" stroke-width="3.4"'
                f' stroke-linejoin="round" aria-hidden="true"{more}>{plain(words)}</text>'
            )
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{more}>{plain(words)}</text>'
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        edge: str = "none",
        wide: float = 1,
        more: str = "",
    ) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}"'
            f' stroke="{edge}" stroke-width="{wide:g}"{more}/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = FAINT, wide: float = 1) -> None:
        self.parts.append(
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="{wide:g}" fill="none"/>'
        )

    def mark(self, list_: str, x: float, y: float, size: float, *, hollow: bool = False, wide: float = 1.2) -> None:
        """The shape of a list: a square for prohibited, a disc for restricted, a ring for what is not flagged."""
        colour = COLOURS[list_]
        fill = PAPER if hollow else colour
        if list_ == "prohibited":
            self.box(x - size, y - size, 2 * size, 2 * size, fill, colour, wide)
            return
        edge = "#8792a0" if list_ == "not flagged" else "#a06d00"
        fill = PAPER if list_ == "not flagged" or hollow else colour
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{fill}" stroke="{edge}" stroke-width="{wide:g}"/>'
        )

    def legend(self, x: float, y: float, entries: Iterable[tuple[str, str]], size: float = 11) -> float:
        """Lists with their shapes in a row; returns where it ends."""
        for list_, words in entries:
            self.mark(list_, x + 5, y - 4, 4.6)
            self.text(x + 15, y, words, size, SOFT)
            x += 28 + width_of(words) * size * 0.54
        return x

    def svg(self, height: float) -> str:
        """The whole; what it is not stands below."""
        words = said(NOTICE, self.language)
        aside = self.say("候选，不是结论", "candidates, never a conclusion")
        self.text(14, height - 10, f"{words} · {aside}", 10, SOFT)
        lang = "en" if self.language is Language.EN else "zh-CN"
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:g}" width="{self.width:g}"'
                f' height="{height:g}" role="img" aria-label="{plain(self.title).replace(chr(34), "&quot;")}" lang="{lang}"'
                f' font-family="{FONTS}">',
                f"<title>{plain(self.title)}</title>",
                f"<desc>{plain('; '.join(self.told))}</desc>",
                '<defs><pattern id="unsure" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
                f'<rect width="6" height="6" fill="{PAPER}"/><rect width="2.2" height="6" fill="{SOFT}"/></pattern></defs>',
                f'<rect width="{self.width:g}" height="{height:g}" fill="{PAPER}"/>',
                *self.parts,
                "</svg>",
            ]
        )

    def drawing(self, height: float) -> Drawing:
        return Drawing(self.svg(height), f"{self.title}: {'; '.join(self.told)}")

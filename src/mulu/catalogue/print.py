"""How official texts are printed: spaces that mean nothing, widths, numbering. Every step keeps places.

`clean` takes away what has no print at all; `fold` brings widths together one character for one, so that offsets into the
folded text are offsets into the cleaned one; `tidy` gives the wording as a reader would copy it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from mulu.catalogue.wording import At, Clause, Seen

_NO_PRINT = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD, *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_SPACES = dict.fromkeys((9, 13, 160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
_CLEAN = {**_NO_PRINT, **_SPACES}
_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Small and compatibility forms of marks, each of one character.
_FORMS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0xFE10, 0xFE20), *range(0xFE50, 0xFE70))}
_FOLD = {
    **_WIDTH,
    **{code: form for code, form in _FORMS.items() if len(form) == 1},
    **{ord(a): b for a, b in zip("〔〕∶", "():", strict=True)},
}
# TiB₂ and TiB2 are one formula. Raised digits stay: 10² is not 102.
_LOWERED = {0x2080 + digit: str(digit) for digit in range(10)}

CODE = r"[0-9]\s*(?:[0-9]\s*){5}[JXjx]"
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")


def clean(text: str) -> str:
    """The text without characters that have no print, every kind of space a plain one; line breaks stay."""
    return text.translate(_CLEAN)


def fold(text: str) -> str:
    """Full-width letters, digits and marks as half-width ones, character for character."""
    return text.translate(_FOLD)


def bare(text: str) -> str:
    """What is compared where spaces and widths say nothing: folded, without any space."""
    return re.sub(r"\s+", "", fold(clean(text)).translate(_LOWERED))


def tidy(text: str) -> str:
    """The wording without the line breaks of the page and without spaces that its setting put in.

    A space stays only between Latin words or beside a number and its unit; a number broken over lines or by a space is
    one number again, because Chinese print never sets two numbers side by side with nothing but a space.
    """
    made = re.sub(r"[ \t]*\n[ \t]*", "\n", clean(text)).strip()
    out: list[str] = []
    for piece in re.split(r"(\s+)", made):
        if not piece or piece.isspace():
            out.append(piece)
            continue
        if len(out) >= 2 and out[-1].isspace():
            before, gap = out[-2][-1], out[-1]
            if not _keeps_space(out[-2], piece, before, gap):
                out[-1] = ""
            else:
                out[-1] = " "
            if not out[-1]:
                out.pop()
        out.append(piece)
    return "".join(out)


def _keeps_space(left: str, right: str, before: str, gap: str) -> bool:
    last, first = fold(before), fold(right[0])
    if not (last.isascii() and first.isascii()):
        return False
    if last.isdigit() and (first.isdigit() or first in ".%"):
        return False
    if last == "." and first.isdigit() and re.search(r"\d\.$", fold(left)):
        return False
    if last in "([" or first in ")],.;:%":
        return False
    if last in "<>=" or first in "<>=":
        return False
    both_letters = last.isalpha() and first.isalpha()
    return both_letters or "\n" not in gap


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with the place where it is printed."""

    text: str
    at: At
    machine: bool = False
    box: tuple[float, float, float, float] | None = None  # on the page, where the format has pages


class Run:
    """Printed lines as one text, each line break a newline, with the way back to the place of every character."""

    def __init__(self, pieces: list[Piece]) -> None:
        texts = [clean(piece.text) for piece in pieces]
        self.text = "\n".join(texts)
        self.folded = fold(self.text)
        self._starts: list[tuple[int, Piece]] = []
        at = 0
        for text, piece in zip(texts, pieces, strict=True):
            self._starts.append((at, piece))
            at += len(text) + 1

    def piece(self, offset: int) -> Piece:
        found = self._starts[0][1]
        for start, piece in self._starts:
            if start > offset:
                break
            found = piece
        return found

    def at(self, offset: int) -> At:
        return self.piece(offset).at

    def machine(self, start: int, end: int) -> bool:
        return any(
            piece.machine
            for place, (begin, piece) in enumerate(self._starts)
            if begin < end and (place + 1 == len(self._starts) or self._starts[place + 1][0] > start)
        )

    def seen(self, start: int, end: int) -> tuple[Seen, ...]:
        """Where on the pages the lines read by machine stand, so that a person can look at them."""
        return tuple(
            Seen(page=piece.at.page, box=piece.box)
            for place, (begin, piece) in enumerate(self._starts)
            if piece.machine
            and piece.box is not None
            and begin < end
            and (place + 1 == len(self._starts) or self._starts[place + 1][0] > start)
        )


class NumbersJump(Exception):
    """The numbers of control points do not follow each other, so a point or a break was misread."""

    def __init__(self, offset: int, found: str, wanted: int) -> None:
        super().__init__(found)
        self.offset, self.found, self.wanted = offset, found, wanted


# The levels of numbering, outermost first: `1.`, `（1）`, `①`; `1)` and `a.` stand below them where they occur.
_LEVELS = (
    r"([0-9]{1,2})\s*[.、](?!\s*[0-9])",
    r"[(]\s*([0-9]{1,2})\s*[)]",
    r"([\u2460-\u2473])",
    r"([0-9]{1,2})[)]",
    r"([a-z])[.)](?=\s*[\u4e00-\u9fff])",
)
MARKED = re.compile("|".join(_LEVELS))
_BREAK = "。；;：:”’」!?"  # what may stand before a number that is not at the beginning of a line


def clauses(run: Run, start: int, end: int, *, anywhere: bool = False) -> tuple[Clause, ...]:
    """The control points in a stretch of text, with their parts.

    They are numbered from 1; with `anywhere`, from whatever number the text begins with, at whatever level, as in the
    quotations of an amending announcement. Raises NumbersJump where the printed numbers leave a gap.
    """
    if anywhere:
        begin = start + len(run.text[start:end]) - len(run.text[start:end].lstrip())
        for level, pattern in enumerate(_LEVELS):
            found = re.compile(pattern).match(run.folded, begin, end)
            if found is not None:
                return _clauses(run, start, end, level, top=True, first=_value(found.group(1)))
    return _clauses(run, start, end, 0, top=True)


def _clauses(run: Run, start: int, end: int, level: int, *, top: bool, first: int = 1) -> tuple[Clause, ...]:
    while start < end and run.text[start].isspace():
        start += 1
    if start >= end:
        return ()
    for at_level in range(level, len(_LEVELS)):
        marks = list(_marks(run, start, end, at_level, first))
        if not marks:
            continue
        made: list[Clause] = []
        lead = tidy(run.text[start : marks[0][0]])
        for place, (_, after, number) in enumerate(marks):
            until = marks[place + 1][0] if place + 1 < len(marks) else end
            made.append(_clause(run, marks[place][0], after, until, number, at_level))
        if not lead:
            return tuple(made)
        if top:
            # Words before the first number belong to one point of which the numbers are parts.
            head = Clause(
                number="1",
                text=lead,
                at=run.at(start),
                parts=tuple(made),
                numbered=False,
                machine=run.machine(start, end),
                seen=run.seen(start, end),
            )
            return (head,)
        return tuple(made)
    if not top:
        return ()
    text = tidy(run.text[start:end])
    return (
        (
            Clause(
                number="1",
                text=text,
                at=run.at(start),
                numbered=False,
                machine=run.machine(start, end),
                seen=run.seen(start, end),
            ),
        )
        if text
        else ()
    )


def _clause(run: Run, begin: int, start: int, end: int, number: str, level: int) -> Clause:
    parts: tuple[Clause, ...] = ()
    text_end = end
    for below in range(level + 1, len(_LEVELS)):
        marks = list(_marks(run, start, end, below))
        if marks:
            parts = _clauses(run, start, end, below, top=False)
            text_end = marks[0][0]
            break
    return Clause(
        number=number,
        text=tidy(run.text[start:text_end]),
        at=run.at(begin),
        parts=parts,
        machine=run.machine(begin, end),
        seen=run.seen(begin, end),
    )


def _marks(run: Run, start: int, end: int, level: int, first: int = 1) -> Iterator[tuple[int, int, str]]:
    """The numbers of one level in order: where each begins, where its text begins, and the number.

    Numbers follow each other from 1. At the beginning of a printed line a number counts unless the line before ends in the
    middle of an expression; inside a line only after the end of a sentence.
    """
    pattern = re.compile(_LEVELS[level])
    at_line: list[tuple[int, int, int]] = []
    inside: list[tuple[int, int, int]] = []
    for match in pattern.finditer(run.folded, start, end):
        before = run.text[start : match.start()].rstrip(" ")
        value = _value(match.group(1))
        found = (match.start(), match.end(), value)
        if not before or before.endswith("\n"):
            if not _hangs(before.rstrip()):
                at_line.append(found)
        elif before[-1] in _BREAK and (level < 3 or before[-1] != "”"):
            inside.append(found)
    marks: list[tuple[int, int, int]] = []
    wanted, position = first, start
    while True:
        line = next((m for m in at_line if m[2] == wanted and m[0] >= position), None)
        mid = next((m for m in inside if m[2] == wanted and m[0] >= position), None)
        following = next((m for m in at_line if m[2] == wanted + 1 and m[0] >= position), None)
        chosen = line
        if line is None:
            chosen = mid
        if chosen is None:
            if following is not None and marks:
                raise NumbersJump(following[0], run.folded[following[0] : following[1]], wanted)
            break
        marks.append(chosen)
        position, wanted = chosen[1], wanted + 1
    for begin, after, value in marks:
        yield begin, after, _name(value, level)


def _hangs(before: str) -> bool:
    """Does a line end in the middle of an expression, so that what looks like a number on the next belongs to it?"""
    return bool(before) and fold(before[-1]) in "≥≤><=~+×·(,、-—–/第为约至到"


def _value(label: str) -> int:
    if label.isdigit() and label.isascii():
        return int(label)
    code = ord(label)
    return code - 0x245F if 0x2460 <= code <= 0x2473 else code - ord("a") + 1


def _name(value: int, level: int) -> str:
    return chr(ord("a") + value - 1) if level == 4 else str(value)

"""A document as printed, made passages: lines joined to paragraphs, each with its number, and headings told from what they head.

What is joined: the lines of a paragraph, over columns and pages too, and words hyphenated at the end of a line. What is
left out: heads and feet that stand on each page, which the reader set apart.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from mulu.sources.described import Box, Composer, Role
from mulu.sources.document import Document, Line, Row
from mulu.sources.numbering import (
    Head,
    Sort,
    bare_numbers,
    is_contents,
    is_heading,
    is_number_alone,
    number_of,
    standings,
)

_ENDS = tuple("。！？；：.!?;:…”’\"'」』")
_HYPHENATED = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,40}-[A-Za-z]{1,40}")
_LIGATURES = {
    **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
    "\u00ad": "",
    "\u200b": "",
}
_RADICALS = re.compile("[\u2e80-\u2fdf]")  # fonts of PDF files name a radical where the character of its shape is meant


def is_title(text: str) -> bool:
    """Whether the first paragraph of a document may be its title: short, and no sentence."""
    return 2 <= len(text) <= 120 and not text.endswith(_ENDS) and number_of(text) is None


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, as one text."""

    text: str
    pages: tuple[int, int]
    boxes: dict[int, Box] = field(default_factory=dict)
    machine: bool = False
    row: bool = False
    level: int | None = None  # of a heading, where the format says so
    larger: bool = False  # set larger than the text around it


def paragraphs_of(document: Document) -> Iterator[Paragraph]:
    """The paragraphs, headings and rows of a document, in reading order."""
    lines = [block for block in document.blocks if isinstance(block, Line)]
    layout = _Layout(lines)
    open_: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Row):
            if open_:
                yield layout.joined(open_)
                open_ = []
            text = " | ".join(re.sub(r"\s*\n\s*", " ", cell.text) for cell in block.cells if cell.text.strip())
            boxes = {block.place.page: block.place.box} if block.place.box is not None else {}
            if text:
                page = block.place.page
                yield Paragraph(_printed(text), (page, page), boxes, block.machine, row=True)
            continue
        if open_ and layout.parts(open_, block):
            yield layout.joined(open_)
            open_ = []
        open_.append(block)
    if open_:
        yield layout.joined(open_)


def compose(paragraphs: Sequence[Paragraph], composer: Composer, *, paged: bool) -> None:
    """Paragraphs put one after the other as passages, with their numbers and headings."""
    paragraphs = list(_with_hanging_numbers(paragraphs))
    told = standings(
        [
            Head(one.text, one.row, one.level is not None or (one.larger and is_heading(one.text, larger=True)))
            for one in paragraphs
        ]
    )
    for one, standing in zip(paragraphs, told, strict=True):
        role = Role.BODY
        if one.row:
            role = Role.TABLE
        elif one is paragraphs[0] and is_title(one.text):
            role = Role.TITLE
        elif standing.heading:
            role = Role.HEADING
        elif standing.clause is not None:
            role = Role.CLAUSE
        composer.add(
            one.text,
            role,
            pages=one.pages if paged else None,
            number=standing.number,
            clause=standing.clause,
            boxes=sorted(one.boxes.items()),
            machine=one.machine,
        )


def _with_hanging_numbers(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, a number that stands in a line or column of its own put before what it numbers."""
    hung: Paragraph | None = None
    for one in paragraphs:
        if hung is not None:
            if one.row or one.pages[0] - hung.pages[1] > 1 or number_of(one.text) is not None:
                yield hung
            else:
                one = replace(
                    one,
                    text=f"{hung.text} {one.text}",
                    pages=(hung.pages[0], one.pages[1]),
                    boxes={
                        **one.boxes,
                        **{page: _around(box, one.boxes.get(page, box)) for page, box in hung.boxes.items()},
                    },
                    level=hung.level if one.level is None else one.level,
                )
            hung = None
        if not one.row and is_number_alone(one.text):
            hung = one
        else:
            yield one
    if hung is not None:
        yield hung


def _around(box: Box, other: Box) -> Box:
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])


class _Layout:
    """How the lines of a document are set: how far apart, how far to the right, how large."""

    def __init__(self, lines: Sequence[Line]) -> None:
        heights = [line.place.box[3] - line.place.box[1] for line in lines if line.place.box is not None]
        self.size = statistics.median(heights) if heights else 0.0
        by_page: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            by_page[line.place.page].append(line)
        self.right: dict[tuple[int, int], float] = {}
        pitches: list[float] = []
        self._columns: dict[int, list[tuple[float, float]]] = {}
        for page, printed in by_page.items():
            boxes = [line.place.box for line in printed if line.place.box is not None]
            self._columns[page] = [(box[0], box[2]) for box in boxes]
            pitches += [
                round(b[1] - a[1], 1) for a, b in pairwise(boxes) if 0.5 * self.size < b[1] - a[1] < 4 * self.size
            ]
        self.pitch = statistics.median_low(pitches) if pitches else 0.0
        bare = bare_numbers([Head(line.text) for line in lines])
        self.heads = {id(lines[place]) for place in bare}
        self.compounds = {word.lower() for line in lines for word in _HYPHENATED.findall(line.text)}

    def parts(self, so_far: Sequence[Line], line: Line) -> bool:
        """Whether a line begins another paragraph than the lines before it."""
        last = so_far[-1]
        if last.whole or line.whole or last.machine != line.machine:
            return True
        a, b = last.place.box, line.place.box
        if a is None or b is None:
            return last.place.page != line.place.page or line.place.number != last.place.number + 1
        if id(line) in self.heads or id(last) in self.heads:
            return True
        found = number_of(line.text)
        ended = last.text.endswith(_ENDS)
        if found is not None and (ended or found.sort in (Sort.CHAPTER, Sort.PARAGRAPH) or found.number[0] in "第附"):
            return True
        if is_contents(last.text):
            return True
        height, other = a[3] - a[1], b[3] - b[1]
        follows = last.place.page == line.place.page and b[1] > a[1] - 2
        if follows:
            if not line.machine and max(height, other) > 1.2 * min(height, other) and abs(height - other) > 1.5:
                return True
            if self.pitch and b[1] - a[1] > 1.4 * self.pitch:
                return True
        em = self.size or 10.0
        first = so_far[0]
        if line.indent - last.indent >= 0.9 * em and not (len(so_far) == 1 and number_of(first.text) is not None):
            return True
        if last.indent - line.indent >= 4 * em and len(last.text) <= 40:
            return True  # a line in the middle, and one that begins at the edge
        if not follows:
            return ended or found is not None
        # Had the first word of the next line room at the end of this one, the line was ended on purpose.
        width = (b[2] - b[0]) / max(1, len(line.text))
        word = re.match(r"[\x21-\x7e]+|.", line.text)
        needs = width * (len(word[0]) + 1) if word is not None else 0.0
        room = self._right(last) - a[2]
        return room > needs + 1.2 * em and (ended or found is not None or room > needs + 3 * em)

    def _right(self, line: Line) -> float:
        """How far the lines reach that stand in the column of this one."""
        assert line.place.box is not None
        x0, _, x1, _ = line.place.box
        same = [right for left, right in self._columns[line.place.page] if abs(left - x0) <= 4 * self.size]
        return max(same, default=x1)

    def joined(self, lines: Sequence[Line]) -> Paragraph:
        text = _printed(lines[0].text)
        boxes: dict[int, Box] = {}
        for line in lines:
            if line.place.box is not None:
                page, box = line.place.page, line.place.box
                known = boxes.get(page, box)
                boxes[page] = _around(known, box)
        for line in lines[1:]:
            text = self._together(text, _printed(line.text))
        first = lines[0].place.box
        larger = bool(first is not None and self.size and first[3] - first[1] > 1.15 * self.size and len(lines) <= 3)
        pages = (lines[0].place.page, lines[-1].place.page)
        return Paragraph(text, pages, boxes, lines[0].machine, level=lines[0].level, larger=larger)

    def _together(self, text: str, more: str) -> str:
        """Two lines as one text: no blank between Chinese characters, none where a word was hyphenated."""
        if re.search(r"[A-Za-z][-‐]$", text) and more[:1].islower():
            whole = re.search(r"[A-Za-z]+[-‐]$", text)
            rest = re.match(r"[A-Za-z]+", more)
            assert whole is not None
            compound = f"{whole[0][:-1]}-{rest[0] if rest else ''}".lower()
            return text + more if compound in self.compounds else text[:-1] + more
        if text[-1:] in "-‐/" and more[:1].isalnum():
            return text + more
        return text + more if _wide(text[-1:]) or _wide(more[:1]) else f"{text} {more}"


def _wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" or character in "“”‘’—…"


def _printed(text: str) -> str:
    """A printed line without the marks of its setting: ligatures, radicals that stand for characters."""
    import unicodedata

    text = "".join(_LIGATURES.get(c, c) for c in text) if not text.isascii() else text
    return _RADICALS.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text)


@dataclass(frozen=True, slots=True)
class Slice:
    """A paragraph of a plain text, by its place in it."""

    start: int
    end: int


_LINE = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]+")


def slices_of(text: str) -> Iterator[Slice]:
    """The paragraphs of a plain text: lines that were broken by hand at one width are joined, others stand alone."""
    lines: list[tuple[int, int]] = []
    for found in _LINE.finditer(text):
        said = found[0].strip()
        if said:
            start = found.start() + found[0].index(said[0])
            lines.append((start, start + len(said)))
    # A file that was broken at a width has most of its lines near it; tables and addresses in it may be wider.
    lengths = sorted(end - start for start, end in lines)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    near = sum(0.75 * width <= length <= 1.1 * width for length in lengths)
    broken = len(lines) >= 4 and 25 <= width <= 200 and near >= 0.5 * len(lines)
    begin: int | None = None
    last = 0
    for number, (start, end) in enumerate(lines):
        between = text[last:start]
        parted = len(re.findall(r"\r\n|[\r\n]", between)) > 1 or "\f" in between
        if begin is not None:
            said = text[lines[number - 1][0] : last]
            short = len(said) < 0.75 * width
            head = number_of(text[start:end])
            new = head is not None and (said.endswith(_ENDS) or head.sort in (Sort.CHAPTER, Sort.PARAGRAPH))
            hung = is_number_alone(said) and head is None and "\f" not in between
            if hung:
                last = end
                continue
            if parted or not broken or new or (short and said.endswith(_ENDS)) or (short and is_heading(said)):
                yield Slice(begin, last)
                begin = None
        if begin is None:
            begin = start
        last = end
    if begin is not None:
        yield Slice(begin, last)

"""What stands where on a page: lines, columns and ruled tables, from characters and ruling lines.

Coordinates are points from the top left corner. PDF text and text recognised in pictures share these rules.
"""

from __future__ import annotations

import bisect
import itertools
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mulu.sources.documents import lowered, raised

Box = tuple[float, float, float, float]

_ENDING, _OPENING = frozenset("）〕】》〉」』”’，。；：、！？"), frozenset("（〔【《〈「『“‘")
_NEAR = 3.5  # points: rules as close as this are one rule, drawn double or in pieces
_SHORT = 5.0  # points: shorter rules are parts of drawings
_GUTTER = 0.7  # of the size of the text: columns stand at least this far from one another
_MOST_PARTED = 4  # times that a page is parted into halves, each again into halves


class Glyph(NamedTuple):
    """A printed character, or a stretch of text that was recognised as one."""

    x0: float
    x1: float
    base: float  # of the baseline
    size: float
    text: str
    confidence: float = 1.0

    @property
    def middle(self) -> tuple[float, float]:
        """Where its ink is: a wide mark fills only one half of its box, and the other half may hang over the edge."""
        lean = 0.25 if self.text in _ENDING else 0.75 if self.text in _OPENING else 0.5
        return self.x0 + lean * (self.x1 - self.x0), self.base - 0.35 * self.size

    @property
    def ink(self) -> tuple[float, float]:
        """From where to where it prints: see `middle`."""
        half = 0.5 * (self.x1 - self.x0) if self.x1 - self.x0 > 0.8 * self.size else 0.0
        return self.x0 + (half if self.text in _OPENING else 0.0), self.x1 - (half if self.text in _ENDING else 0.0)


class Rule(NamedTuple):
    """A ruling line: where it stands, and from where to where it runs."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Printed:
    """A line of text on a page."""

    base: float
    size: float
    glyphs: list[Glyph]
    shifted: dict[Glyph, bool] = field(default_factory=dict)  # raised: true; lowered: false

    @property
    def x0(self) -> float:
        return min(glyph.x0 for glyph in self.glyphs)

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def box(self) -> Box:
        return (self.x0, self.base - 0.88 * self.size, self.x1, self.base + 0.12 * self.size)

    @property
    def confidence(self) -> float:
        return min(glyph.confidence for glyph in self.glyphs)

    @property
    def text(self) -> str:
        return _joined(self)


def lines_of(glyphs: Sequence[Glyph]) -> list[Printed]:
    """The lines that characters form, from top to bottom; small raised or lowered characters stay in their line."""
    lines: list[Printed] = []
    for run in sorted(_runs(glyphs), key=lambda run: (-round(run[0].size, 1), -len(run))):
        size, base = run[0].size, run[0].base
        x0, x1 = min(g.x0 for g in run), max(g.x1 for g in run)
        best: tuple[float, Printed, bool | None] | None = None
        for line in lines:
            off = line.base - base  # above the line's baseline: positive
            if abs(off) <= 0.22 * min(size, line.size):
                rank: tuple[float, Printed, bool | None] = (abs(off), line, None)
            elif (
                -0.45 * line.size <= off <= 0.75 * line.size
                and (size <= 0.85 * line.size or len(run) <= 3)
                and _beside(x0, x1, line, size)
            ):
                rank = (abs(off), line, off > 0)
            else:
                continue
            if best is None or rank[0] < best[0]:
                best = rank
        if best is None:
            lines.append(Printed(base, size, list(run)))
            continue
        _, line, shift = best
        line.glyphs.extend(run)
        if shift is not None or (size <= 0.8 * line.size and abs(line.base - base) > 0.04 * line.size):
            for glyph in run:
                line.shifted[glyph] = line.base > base
    for line in lines:
        # By the middle: the empty half of a wide bracket may begin before a small raised character that stands before it.
        line.glyphs.sort(key=lambda g: (g.x0 + g.x1, g.x0))
    lines = [line for line in lines if any(not glyph.text.isspace() for glyph in line.glyphs)]
    return sorted(lines, key=lambda line: (line.base, line.x0))


def _runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if (
            last is not None
            and abs(glyph.base - last.base) <= 0.06 * last.size
            and abs(glyph.size - last.size) <= 0.08 * last.size
        ):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
        last = glyph
    return runs


def _beside(x0: float, x1: float, line: Printed, size: float) -> bool:
    """Whether a stretch continues a line, on it or hard by one of its characters, and lies over none of them."""
    near = False
    for glyph in line.glyphs:
        if min(x1, glyph.x1) - max(x0, glyph.x0) > 0.4 * min(x1 - x0, glyph.x1 - glyph.x0) and not glyph.text.isspace():
            return False
        if -0.5 * size <= x0 - glyph.x1 <= 0.4 * size or -0.5 * size <= glyph.x0 - x1 <= 0.2 * size:
            near = True
    return near


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _joined(line: Printed) -> str:
    """The characters of a line. A gap is a space between Latin words, and anywhere where it is wide."""
    made: list[str] = []
    last: Glyph | None = None
    space = ""
    for glyph in line.glyphs:
        if glyph.text.isspace() and glyph.text != "\u3000":
            space = " "
            continue
        text = glyph.text
        if last is not None:
            gap = glyph.x0 - last.x1
            size = max(last.size, glyph.size)
            latin = not _wide(last.text[-1]) and not _wide(text[0])
            # a space character of no visible width stands in many files between any two characters
            if (space and gap > 0.1 * size) or gap > 1.5 * size or (latin and gap > 0.2 * size):
                made.append(" ")
        space = ""
        if glyph in line.shifted:
            text = raised(text) if line.shifted[glyph] else lowered(text)
        made.append(text)
        last = glyph
    return "".join(made).strip()


# -- ruled tables ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """A drawn cell: the first and last row and column of the grid that it covers."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """A ruled table: where its columns and rows part, and its cells."""

    xs: list[float]
    ys: list[float]
    areas: dict[tuple[int, int], Area]  # row and column to the cell there
    texts: dict[Area, list[Glyph]] = field(default_factory=lambda: defaultdict(list))

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def area_at(self, x: float, y: float) -> Area | None:
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect.bisect_right(self.xs, x), len(self.xs) - 1) - 1
        row = min(bisect.bisect_right(self.ys, y), len(self.ys) - 1) - 1
        return self.areas[row, column]

    def box_of(self, area: Area) -> Box:
        return self.xs[area.left], self.ys[area.top], self.xs[area.right + 1], self.ys[area.bottom + 1]

    def rows(self) -> list[list[tuple[Area, bool]]]:
        """The cells of each row from left to right; true where the cell began in a row above."""
        made = []
        for row in range(len(self.ys) - 1):
            cells: list[tuple[Area, bool]] = []
            column = 0
            while column < len(self.xs) - 1:
                area = self.areas[row, column]
                cells.append((area, area.top < row))
                column = area.right + 1
            made.append(cells)
        return made


def grids_of(across: Sequence[Rule], down: Sequence[Rule]) -> list[Grid]:
    """The ruled tables on a page: what crossing rules enclose, with two columns or more. Nested ones are left out."""
    horizontal, vertical = _merged(across), _merged(down)
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical, start=len(horizontal)):
            if (
                h.start - _NEAR <= v.at <= h.end + _NEAR
                and v.start - _NEAR <= h.at <= v.end + _NEAR
                and root(i) != root(j)
            ):
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(horizontal):
        groups[root(i)][0].append(h)
    for j, v in enumerate(vertical, start=len(horizontal)):
        groups[root(j)][1].append(v)
    grids = [grid for h, v in groups.values() if h and v and (grid := _grid(h, v)) is not None]
    grids.sort(key=lambda grid: -(grid.box[2] - grid.box[0]) * (grid.box[3] - grid.box[1]))
    outer: list[Grid] = []
    for grid in grids:
        x, y = (grid.box[0] + grid.box[2]) / 2, (grid.box[1] + grid.box[3]) / 2
        if not any(held.area_at(x, y) for held in outer):
            outer.append(grid)
    return sorted(outer, key=lambda grid: (grid.box[1], grid.box[0]))


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules at nearly the same place are one, and so are pieces of a rule that follow one another."""
    made: list[Rule] = []
    group: list[Rule] = []

    def close() -> None:
        at = statistics.fmean(rule.at for rule in group)
        start, end = group[0].start, group[0].end
        for rule in sorted(group, key=lambda rule: rule.start):
            if rule.start <= end + _NEAR:
                start, end = min(start, rule.start), max(end, rule.end)
            else:
                made.append(Rule(at, start, end))
                start, end = rule.start, rule.end
        made.append(Rule(at, start, end))

    for rule in sorted(rules):
        if group and rule.at - group[0].at > _NEAR:
            group.sort(key=lambda rule: rule.start)
            close()
            group = []
        group.append(rule)
    if group:
        group.sort(key=lambda rule: rule.start)
        close()
    return [rule for rule in made if rule.end - rule.start >= _SHORT]


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    # a table open at its sides ends where its rules end
    xs = _parted([*(v.at for v in down), min(h.start for h in across), max(h.end for h in across)])
    ys = _parted([*(h.at for h in across), min(v.start for v in down), max(v.end for v in down)])
    if len(xs) < 3 or len(ys) < 2:
        return None
    columns, rows = len(xs) - 1, len(ys) - 1
    by_x, by_y = _by_place(down, xs), _by_place(across, ys)
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    parent = {cell: cell for cell in cells}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for row, column in cells:
        if column + 1 < columns and not _ruled(by_x[column + 1], ys[row], ys[row + 1]):
            parent[root((row, column + 1))] = root((row, column))
        if row + 1 < rows and not _ruled(by_y[row + 1], xs[column], xs[column + 1]):
            parent[root((row + 1, column))] = root((row, column))
    members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for cell in cells:
        members[root(cell)].append(cell)
    areas: dict[tuple[int, int], Area] = {}
    for group in members.values():
        top, bottom = min(r for r, _ in group), max(r for r, _ in group)
        left, right = min(c for _, c in group), max(c for _, c in group)
        whole = Area(top, left, bottom, right)
        if len(group) == (bottom - top + 1) * (right - left + 1):
            areas.update(dict.fromkeys(group, whole))
            continue
        for row in range(top, bottom + 1):  # no rectangle, for a rule is missing: row by row, so that nothing is lost
            taken = sorted(c for r, c in group if r == row)
            start = taken[0]
            for column, following in zip(taken, [*taken[1:], -1], strict=True):
                if following != column + 1:
                    areas.update({(row, c): Area(row, start, row, column) for c in range(start, column + 1)})
                    start = following
    return Grid(xs, ys, areas)


def _parted(values: list[float]) -> list[float]:
    made: list[float] = []
    for value in sorted(values):
        if not made or value - made[-1] > _NEAR:
            made.append(value)
    return made


def _by_place(rules: list[Rule], places: list[float]) -> dict[int, list[Rule]]:
    made: dict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        made[min(range(len(places)), key=lambda i: abs(places[i] - rule.at))].append(rule)
    return made


def _ruled(rules: list[Rule], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules)
    return covered >= 0.5 * (end - start)


# -- columns -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of lines and tables read from top to bottom.

    `side`: which half it is of what was parted, 0 on the left and 1 on the right, once for each time that it was parted;
    empty where it stands alone.
    """

    items: tuple[Printed | Grid, ...]
    side: tuple[int, ...] = ()


def columns_of(glyphs: Sequence[Glyph], grids: Sequence[Grid], side: tuple[int, ...] = ()) -> list[Column]:
    """Lines and tables in reading order: where a page is set in columns, the left one before those to its right."""
    lines = lines_of(glyphs)
    items: list[Printed | Grid] = sorted([*lines, *grids], key=_top)
    gutter = _gutter(lines, least=2 if side else 6) if len(side) < _MOST_PARTED else None
    if gutter is None:
        return [Column(tuple(items), side)] if items else []
    made: list[Column] = []
    plain: list[Printed | Grid] = []
    band: list[Printed | Grid] = []

    def end_band() -> None:
        halves = _halves(band, gutter)
        if halves is None:
            plain.extend(band)
        else:
            if plain:
                made.append(Column(tuple(plain), side))
                plain.clear()
            for number, half in enumerate(halves):
                printed = [glyph for item in half if isinstance(item, Printed) for glyph in item.glyphs]
                made.extend(columns_of(printed, [item for item in half if isinstance(item, Grid)], (*side, number)))
        band.clear()

    for item in items:
        if _crosses(item, gutter):
            end_band()
            plain.append(item)
        else:
            band.append(item)
    end_band()
    if plain:
        made.append(Column(tuple(plain), side))
    return made


def _top(item: Printed | Grid) -> float:
    return item.box[1]


def _stretches(line: Printed) -> list[tuple[float, float]]:
    """Where a line has text, narrow gaps filled."""
    made: list[tuple[float, float]] = []
    for glyph in line.glyphs:
        if glyph.text.isspace():
            continue
        x0, x1 = glyph.ink
        if made and x0 - made[-1][1] < _GUTTER * line.size:
            made[-1] = (made[-1][0], max(made[-1][1], x1))
        else:
            made.append((x0, x1))
    return made


def _gutter(lines: list[Printed], least: int) -> float | None:
    """The place in the middle of a page that the fewest lines cross, if enough have text on either side of it."""
    if len(lines) < least:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    step = 2.0
    bins = [0] * (int((right - left) / step) + 2)
    for line in lines:
        for x0, x1 in _stretches(line):
            for i in range(int((x0 - left) / step), int((x1 - left) / step) + 1):
                bins[i] += 1
    first, last = int(len(bins) * 0.3), int(len(bins) * 0.7)
    middle = bins[first:last]
    if not middle or min(middle) > 0.5 * len(lines):
        return None
    low = min(middle)
    best, start = (0, 0), None
    for i, count in enumerate([*middle, low + 1]):
        if count == low and start is None:
            start = i
        elif count != low and start is not None:
            best = max(best, (i - start, -start))
            start = None
    width, start = best[0], -best[1]
    return left + (first + start + width / 2) * step


def _crosses(item: Printed | Grid, x: float) -> bool:
    if isinstance(item, Grid):
        return item.box[0] < x < item.box[2]
    if not any(x0 - 2 < x < x1 + 2 for x0, x1 in _stretches(item)):
        return False
    # A mark at the end of a line may hang over the edge of its column: what counts is that no character stands close to the next.
    printed = sorted(glyph.ink for glyph in item.glyphs if not glyph.text.isspace())
    return not any(
        left - 1 <= x <= right + 1 and right - left >= 0.6 * item.size
        for (_, left), (right, _) in itertools.pairwise(printed)
    )


def _halves(band: list[Printed | Grid], gutter: float) -> tuple[list[Printed | Grid], list[Printed | Grid]] | None:
    """The two columns of a stretch of page, if both hold running text rather than the parts of single lines."""
    glyphs = [glyph for item in band if isinstance(item, Printed) for glyph in item.glyphs]
    halves: tuple[list[Printed | Grid], list[Printed | Grid]] = ([], [])
    halves[0].extend(lines_of([glyph for glyph in glyphs if glyph.middle[0] < gutter]))
    halves[1].extend(lines_of([glyph for glyph in glyphs if glyph.middle[0] >= gutter]))
    for half in halves:
        printed = [line for line in half if isinstance(line, Printed)]
        if len(printed) < 2:
            return None
        width = max(line.x1 for line in printed) - min(line.x0 for line in printed)
        if len(printed) < 4 and any(line.x1 - line.x0 < 0.85 * width for line in printed[:-1]):
            return None  # few lines are columns only where they fill them; forms for signatures do not
        if statistics.fmean(line.x1 - line.x0 for line in printed) < 0.5 * width:
            return None
        if width < 8 * statistics.median(line.size for line in printed):
            return None
    for item in band:
        if isinstance(item, Grid):
            halves[item.box[0] >= gutter].append(item)
    for half in halves:
        half.sort(key=_top)
    return halves

"""PDF documents: the text layer in reading order, ruled tables as rows, and what could not be read by name.

Pages without a text layer, and pictures, are read by machine where that is asked for.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
import statistics
import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mulu.sources.document import Apart, Block, Cell, Document, Line, Place, Row, Unread
from mulu.sources.documents import MAX_PAGES, Corrupt, Encrypted, Held, TooManyPages, check_length
from mulu.sources.layout import Area, Box, Glyph, Grid, Printed, Rule, columns_of, grids_of, lines_of
from mulu.vocabulary import Said

_LOCK = threading.Lock()  # pdfium may be used by one thread at a time
_THIN = 3.0  # points: a filled shape as thin as this is a ruling line
_MARGIN = 0.13  # of the height of a page: heads and feet stand in it
_MAX_SEGMENTS = 50_000  # of the drawings of one page
_DEPTH = 6  # of forms within forms
_PAGE_NUMBER = re.compile(
    r"[—–―\-－·•.．~～\s]*(第\s*[0-9一二三四五六七八九十百]+\s*页)?[\s,，/／(（]*(共\s*[0-9一二三四五六七八九十百]+\s*页)?[)）]*"
    r"|[—–―\-－·•~～\s]*([0-9]{1,4}|[ivxlc]{1,6}|[IVXLC]{1,6})[—–―\-－·•~～\s]*"
    r"|[0-9]{1,4}\s*[/／]\s*[0-9]{1,4}"
    r"|page\s*[0-9]{1,4}(\s*of\s*[0-9]{1,4})?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Page:
    """A page as found: what is drawn on it, in points from the top left corner, before it is put in order."""

    number: int
    width: float
    height: float
    turned: int = 0  # quarter turns, clockwise, that bring the lines of a page set sideways upright
    glyphs: list[Glyph] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    turns: dict[int, list[Glyph]] = field(default_factory=dict)  # set in another direction than the text
    unseen: list[Glyph] = field(default_factory=list)  # what no reader of the page sees
    asides: list[tuple[str, Line]] = field(default_factory=list)  # what else stands beside the text, and what it is
    stamps: list[Line] = field(default_factory=list)  # text printed over a picture that is read by machine
    layers: set[str] = field(default_factory=set)  # that can be switched off, and hold text
    unseen_turned: int = 0
    hidden: int = 0  # characters that are not shown
    heads: list[Printed] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    machine: bool = False

    def box(self, box: Box, turned: int | None = None) -> tuple[float, float, float, float]:
        """A box of the turned page, as it stands on the page."""
        x0, y0, x1, y1 = box
        match self.turned if turned is None else turned:
            case 1:
                x0, y0, x1, y1 = y0, self.height - x1, y1, self.height - x0
            case 2:
                x0, y0, x1, y1 = self.width - x1, self.height - y1, self.width - x0, self.height - y0
            case 3:
                x0, y0, x1, y1 = self.width - y1, x0, self.width - y0, x1
        return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)


def read_pdf(held: Held, *, ocr: bool) -> Document:
    """The document in a PDF file. Raises Corrupt, Encrypted, TooManyPages, NoText or OcrMissing."""
    with _LOCK:
        return _read(held, ocr)


def _read(held: Held, ocr: bool) -> Document:
    import pypdfium2

    if b"%%EOF" not in held.data.rstrip(b"\x00\t\n\r\f ")[-1024:]:
        raise Corrupt(held.path, "pdf", Said("cut_off", "文件末尾缺失", "its end is missing"))
    try:
        pdf = pypdfium2.PdfDocument(held.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Encrypted(held.path) from error
        raise Corrupt(held.path, "pdf", Said("broken_pdf", "无法打开", "it cannot be opened")) from error
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise TooManyPages(held.path, count)
        if count == 0:
            raise Corrupt(held.path, "pdf", Said("no_pages", "没有页面", "it has no pages"))
        form = pypdfium2.raw.FPDF_GetFormType(pdf)
        xfa = form in (pypdfium2.raw.FORMTYPE_XFA_FULL, pypdfium2.raw.FORMTYPE_XFA_FOREGROUND)
        if form != pypdfium2.raw.FORMTYPE_NONE:
            pdf.init_forms()
        pages: list[_Page] = []
        read = 0
        for number in range(1, count + 1):
            page = _page(pdf, number, held, ocr)
            read += len(page.glyphs) + len(page.unseen)
            check_length(held.path, read)
            pages.append(page)
        attached = pypdfium2.raw.FPDFDoc_GetAttachmentCount(pdf)
        attached += sum(1 for page in pages for kind, _ in page.asides if kind == "file")
    finally:
        pdf.close()
    unread: list[Unread] = []
    if xfa:
        unread.append(
            Unread(
                1,
                Said(
                    "xfa",
                    "PDF 含 XFA 表单：表单内容另存于 XML，未读取，页面上可能只有提示文字。请打印为普通 PDF 后再给出。",
                    "the PDF holds an XFA form: what it says is kept in XML of its own and was not read; the pages may "
                    "show a notice alone. Print it to an ordinary PDF and give that.",
                ),
            )
        )
    if attached > 0:
        unread.append(
            Unread(
                1,
                Said(
                    "attachments",
                    f"PDF 内嵌 {attached} 个附件，未读取。请将附件另存后分别读取。",
                    f"{attached} files are attached inside the PDF and were not read. Save and read them separately.",
                ),
            )
        )
    return _document(held, "pdf", pages, unread)


def read_picture(held: Held) -> Document:
    """The document in a PNG or JPEG picture, read by machine as one page."""
    from mulu.sources import ocr

    scan = ocr.read_file(held)
    page = _Page(1, scan.width, scan.height)
    _take_scan(page, scan)
    return _document(held, "image", [page], [])


def _document(held: Held, media: str, pages: list[_Page], unread: list[Unread]) -> Document:
    _set_heads_apart(pages)
    blocks: list[Block] = []
    running: list[Line] = []
    beside: dict[str, list[Line]] = defaultdict(list)
    tables = 0
    for page, columns in zip(pages, _ordered(pages), strict=True):
        number = 0
        for items, edge in columns:
            for item in items:
                if isinstance(item, Printed):
                    number += 1
                    blocks.append(_line(page, item, number, item.x0 - edge))
                    continue
                tables += 1
                for row in _rows(page, item, tables, number + 1):
                    number = max(cell.place.number + cell.text.count("\n") for cell in row.cells)
                    blocks.append(row)
        for head in page.heads:
            number += 1
            running.append(_line(page, head, number, 0.0))
        for stamp in page.stamps:
            number += 1
            running.append(replace(stamp, place=replace(stamp.place, number=number)))
        for kind, aside in _beside(page):
            number += 1
            beside[kind].append(replace(aside, place=replace(aside.place, number=number)))
        unread.extend(page.unread)
    if layers := sorted({name for page in pages for name in page.layers}):
        names = "、".join(layers)[:200], ", ".join(layers)[:200]
        unread.append(
            Unread(
                1,
                Said(
                    "layers",
                    f"PDF 中有可开关的图层（{names[0]}），其中的文字不论是否显示均已读取。请核对哪些图层为显示。",
                    f"the PDF has layers that can be switched on and off ({names[1]}); their text was read whether it is shown "
                    f"or not. Check which of them are shown.",
                ),
            )
        )
    apart: list[Apart] = []
    for kind, lines in beside.items():
        because = _of_kind(kind, lines)
        if because is not None and kind not in (
            "turned",
            "other",
            "described",
        ):  # what a field or comment says belongs to what one reads in the file
            unread.append(Unread(lines[0].place.page, because))
            because = None
        if kind != "file":
            apart.append(Apart(tuple(lines), because))
    return held.document(media, len(pages), tuple(blocks), tuple(running), tuple(unread), tuple(apart))


def _beside(page: _Page) -> Iterator[tuple[str, Line]]:
    """What stands beside the text of a page, each with what it is."""
    for direction, glyphs in page.turns.items():
        for line in lines_of(glyphs):
            yield "turned", Line(line.text, Place(page.number, 1, page.box(line.box, direction)))
    scanned = page.hidden > 0 and not page.glyphs and not page.grids
    for column in columns_of(page.unseen, ()):
        for item in column.items:
            if isinstance(item, Printed):
                place = Place(page.number, 1, page.box(item.box, page.unseen_turned))
                yield "unseen", Line(item.text, place, machine=scanned)
    yield from page.asides


_KINDS = {
    "turned": ("横置、倒置或斜置的文字", "text that is turned or set aslant"),
    "field": ("表单域中填写的内容", "what is filled in its form fields"),
    "comment": ("批注或图章中的文字", "text in comments or stamps"),
    "other": (
        "为朗读或复制另行写入的文字，与页面所示不同",
        "text that is recorded for reading aloud or copying and is not what the page shows",
    ),
    "described": ("图片的说明文字", "descriptions of pictures"),
}


def _of_kind(kind: str, lines: Sequence[Line]) -> Said | None:
    """What some text beside the text is; nothing where each page has said it."""
    if kind not in _KINDS:
        return None
    zh, en = _KINDS[kind]
    quote = _quoted(list(" / ".join(dict.fromkeys(line.text for line in lines))))
    return Said(
        f"{kind}_text", f"文件有{zh}，列于正文之后：“{quote}”。", f"the file has {en}, put after its text: “{quote}”."
    )


def _line(page: _Page, printed: Printed, number: int, indent: float) -> Line:
    return Line(
        printed.text,
        Place(page.number, number, page.box(printed.box)),
        machine=page.machine,
        confidence=round(printed.confidence, 4) if page.machine else None,
        indent=round(max(0.0, indent), 1),
    )


def _rows(page: _Page, grid: Grid, table: int, number: int) -> Iterator[Row]:
    """The rows of a table. Where a cell covers several rows, the lower ones hold an empty cell in its place."""
    for index, row in enumerate(grid.rows()):
        cells: list[Cell] = []
        first = number
        for area, continued in row:
            lines = [] if continued else lines_of(grid.texts.get(area, ()))
            box = lines[0].box if lines else grid.box_of(area)
            text = "\n".join(line.text for line in lines)
            place = Place(page.number, number, page.box(box))
            printed = tuple(Place(page.number, number + n, page.box(line.box)) for n, line in enumerate(lines))
            cells.append(Cell(text, place, page.machine, area.right - area.left + 1, printed))
            number += len(lines)
        if number == first:
            number += 1
        box = (grid.xs[0], grid.ys[index], grid.xs[-1], grid.ys[index + 1])
        yield Row(tuple(cells), table, Place(page.number, first, page.box(box)), page.machine)


def _ordered(pages: list[_Page]) -> list[list[tuple[tuple[Printed | Grid, ...], float]]]:
    """The columns of each page with the left edge of their text.

    A page with few lines may show none that stands at the edge; the edge is then that of the other pages.
    """
    columns = [columns_of(page.glyphs, page.grids) for page in pages]
    edges: dict[tuple[int, tuple[int, ...]], list[float]] = defaultdict(list)
    own: list[list[tuple[float | None, int]]] = []
    for page, parts in zip(pages, columns, strict=True):
        sides: dict[tuple[int, ...], list[float]] = defaultdict(list)
        for part in parts:
            sides[part.side].extend(item.x0 for item in part.items if isinstance(item, Printed))
        for side, starts in sides.items():
            if starts:
                edges[round(page.width), side].append(min(starts))
        own.append([(min(sides[part.side], default=None), len(sides[part.side])) for part in parts])
    made = []
    for page, parts, found in zip(pages, columns, own, strict=True):
        laid = []
        for part, (edge, count) in zip(parts, found, strict=True):
            others = edges.get((round(page.width), part.side), [])
            if edge is None or (count < 6 and others):
                edge = min(others, default=0.0)
            laid.append((part.items, edge))
        made.append(laid)
    return made


# -- heads, feet and page numbers --------------------------------------------------------------------------------------


def _set_heads_apart(pages: list[_Page]) -> None:
    """Take from the text what stands at the same height of three pages (of both, where there are two), and page numbers."""
    enough = 2 if len(pages) == 2 else 3
    outer = {page.number: _outer(page) for page in pages}
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    numbers: Counter[tuple[str, int, tuple[int, ...]]] = Counter()
    for page in pages:
        for line in outer[page.number]:
            for height in _heights(line):
                seen[line.text, height].add(page.number)
            if offsets := _offsets(line.text, page.number):
                numbers[_masked(line.text), round(line.base / 6), offsets] += 1
    for page in pages:
        for line in outer[page.number]:
            offsets = _offsets(line.text, page.number)
            running = (
                any(len(seen[line.text, height]) >= enough for height in _heights(line))
                or (_PAGE_NUMBER.fullmatch(line.text) and any(c.isalnum() for c in line.text))
                or (offsets and numbers[_masked(line.text), round(line.base / 6), offsets] >= 3)
            )
            if not running:
                continue
            page.heads.append(line)
            taken = set(map(id, line.glyphs))
            page.glyphs = [glyph for glyph in page.glyphs if id(glyph) not in taken]
        page.heads.sort(key=lambda line: line.base)


def _outer(page: _Page) -> list[Printed]:
    """The lines in the margins of a page, with nothing but other such lines outside them."""
    height = page.width if page.turned % 2 else page.height
    lines = lines_of(page.glyphs)
    top = min((grid.box[1] for grid in page.grids), default=math.inf)
    bottom = max((grid.box[3] for grid in page.grids), default=-math.inf)
    return [
        line
        for line in lines
        if (line.base <= _MARGIN * height and line.base <= top)
        or (line.base >= (1 - _MARGIN) * height and line.base - 0.5 * line.size >= bottom)
    ]


def _heights(line: Printed) -> tuple[int, int]:
    """Two neighbouring steps of six points: lines that stand within three points of each other share one."""
    step = round(line.base / 3)
    return (step // 2 * 2, (step + 1) // 2 * 2 + 1)


def _masked(text: str) -> str:
    return re.sub(r"[0-9]+", "#", text)


def _offsets(text: str, page: int) -> tuple[int, ...] | None:
    """The numbers of a line against that of its page: the same on every page for a foot that counts pages."""
    found = [int(number) for number in re.findall(r"[0-9]{1,4}", text)]
    if not found or len(text) > 60:
        return None
    return (found[-1] - page,) if len(found) == 1 else (len(found), *sorted(n - page for n in found)[:1])


# -- what pdfium finds on a page ---------------------------------------------------------------------------------------


def _page(pdf: Any, number: int, held: Held, ocr: bool) -> _Page:
    import pypdfium2

    try:
        handle = pdf[number - 1]
        text = handle.get_textpage()
    except pypdfium2.PdfiumError:
        page = _Page(number, 0, 0)
        page.unread.append(
            Unread(
                number,
                Said(
                    "broken_page",
                    f"第 {number} 页已损坏，无法读取。请重新下载文件。",
                    f"page {number} is damaged and was not read. Download the file again.",
                ),
            )
        )
        return page
    try:
        width, height = handle.get_size()
        page = _Page(number, width, height)
        rotation = pypdfium2.raw.FPDFPage_GetRotation(handle)
        frame = _Frame.of(handle, rotation)
        drawings = _Drawings(frame)
        drawings.walk(handle, None, 0)
        if drawings.stands_for:
            text = _as_drawn(handle, text, drawings)
        _take_text(page, text, frame, drawings)
        _take_tables(page, drawings)
        scanned = _is_scan(page, drawings)
        if quote := _quoted([glyph.text for glyph in page.unseen]):
            page.unread.insert(0, Unread(number, _unshown(page, quote, scanned, ocr)))
        _note_the_rest(page, handle, drawings, scanned, getattr(pdf.formenv, "raw", None))
        if scanned and ocr:
            from mulu.sources import ocr as machine

            _take_scan(page, machine.read_page(held, handle, page.width, page.height))
        elif scanned:
            page.unread.append(
                Unread(
                    number,
                    Said(
                        "scanned_page",
                        f"第 {number} 页是图像，没有可读的文本层。请取得有文本层的文件，或安装 mulu[ocr] 后以 `ocr` 由机器识读。",
                        f"page {number} is a picture without a text layer to read. Get a file with a text layer, "
                        f"or install mulu[ocr] and read it by machine with `ocr`.",
                    ),
                )
            )
    finally:
        text.close()
        handle.close()
    return page


@dataclass(frozen=True, slots=True)
class _Frame:
    """How the coordinates of a PDF page, from its bottom left, become those of the page as shown."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @staticmethod
    def of(handle: Any, rotation: int) -> _Frame:
        left, bottom, right, top = handle.get_bbox()
        return _Frame(left, bottom, right, top, rotation)

    def shown(self, x: float, y: float) -> tuple[float, float]:
        match self.rotation:
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case 3:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y

    def between(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box of two corners; there is one for each character, so it is found without lists."""
        ax, ay = self.shown(left, bottom)
        bx, by = self.shown(right, top)
        return (ax, ay, bx, by) if ax <= bx and ay <= by else (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def box(self, points: Sequence[tuple[float, float]]) -> Box:
        shown = [self.shown(x, y) for x, y in points]
        return (
            min(x for x, _ in shown),
            min(y for _, y in shown),
            max(x for x, _ in shown),
            max(y for _, y in shown),
        )


_Matrix = tuple[float, float, float, float, float, float]
_Colour = tuple[int, int, int, int]  # red, green, blue, opacity, from 0 to 255
_TOLD_APART = 12  # steps of a colour that an eye tells from another
_TINY = 2.0  # points: text that no eye reads, where the rest of the page is larger
_SMALL = 3.0  # points: text that hardly any eye reads
_RECORDED = (b"ActualText", b"Alt", b"E")  # what stands for a stretch of a page, describes it, or spells it out


def _utf16(function: Any, *before: Any) -> str:
    """A string that pdfium gives in UTF-16, by the function that writes it: first how long it is, then itself."""
    size = _size_of(function, before, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    _size_of(function, before, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()


def _size_of(function: Any, before: tuple[Any, ...], buffer: Any, size: int) -> int:
    """The bytes that a string of pdfium takes: told by some functions as their answer, by others in their last argument."""
    import pypdfium2.raw as c

    there = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if buffer is not None else None
    if function in (c.FPDFPageObjMark_GetName, c.FPDFPageObjMark_GetParamStringValue):
        needed = ctypes.c_ulong()
        return needed.value if function(*before, there, size, needed) else 0
    return int(function(*before, there, size))


def _colour(c: Any, each: Any) -> _Colour | None:
    """The colour in which an object is filled; None where it is a pattern."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not c.FPDFPageObj_GetFillColor(each, *parts):
        return None
    red, green, blue, opacity = (part.value for part in parts)
    return red, green, blue, opacity


def _times(a: _Matrix, b: _Matrix | None) -> _Matrix:
    """First `a`, then `b`."""
    if b is None:
        return a
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _moved(matrix: _Matrix | None, x: float, y: float) -> tuple[float, float]:
    if matrix is None:
        return x, y
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


class _Drawings:
    """The ruling lines and pictures of a page, and the order in which its objects are painted."""

    def __init__(self, frame: _Frame) -> None:
        self.frame = frame
        self.across: list[Rule] = []
        self.down: list[Rule] = []
        self.pictures: list[Box] = []
        self.painted: dict[int, int] = {}  # address of a text object to its turn
        self.picture_turns: list[tuple[int, Box]] = []
        self.fills: list[tuple[int, Box, _Colour | None, bool]] = []  # turn, place, colour, whether it fills its box
        self.layers: set[str] = set()  # optional ones that hold text
        self.paths = 0
        self.segments = 0
        self.turn = 0
        self.clips: dict[int, Box] = {}  # address of a text object to the box that it is cut off at
        self.stands_for: list[tuple[Any, Any, str]] = []  # text object, its mark, and the text that stands for it
        self.recorded: list[tuple[str, str, Box | None]] = []  # kind, other text that is recorded, place

    def walk(self, holder: Any, outer: _Matrix | None, depth: int, within: Box | None = None) -> None:
        import pypdfium2.raw as c

        form = depth > 0
        count = c.FPDFFormObj_CountObjects(holder) if form else c.FPDFPage_CountObjects(holder)
        for index in range(count):
            each = c.FPDFFormObj_GetObject(holder, index) if form else c.FPDFPage_GetObject(holder, index)
            if not each:
                continue
            self.turn += 1
            kind = c.FPDFPageObj_GetType(each)
            if kind == c.FPDF_PAGEOBJ_TEXT:
                self.painted[ctypes.addressof(each.contents)] = self.turn
                self._marks(c, each, outer, text=True)
                if (clip := self._clip(c, each, outer, within)) is not None:
                    self.clips[ctypes.addressof(each.contents)] = clip
                continue
            self._marks(c, each, outer, text=False)
            if kind == c.FPDF_PAGEOBJ_PATH:
                self._path(c, each, outer)
            elif kind == c.FPDF_PAGEOBJ_IMAGE:
                box = self._bounds(c, each, outer)
                if box is None:
                    continue
                if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
                    self._thin(box)
                else:
                    self.pictures.append(box)
                    self.picture_turns.append((self.turn, box))
            elif kind == c.FPDF_PAGEOBJ_SHADING:
                if box := self._bounds(c, each, outer):
                    self.fills.append((self.turn, box, None, False))
            elif kind == c.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                matrix = c.FS_MATRIX()
                own: _Matrix | None = outer
                if c.FPDFPageObj_GetMatrix(each, matrix):
                    own = _times((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
                self.walk(each, own, depth + 1, self._clip(c, each, outer, within))

    def _marks(self, c: Any, each: Any, outer: _Matrix | None, *, text: bool) -> None:
        """Note the layer of a text, where it stands in one that can be switched off, and what is recorded of a stretch."""
        count = c.FPDFPageObj_CountMarks(each)
        if not count:
            return
        numbered = c.FPDFPageObj_GetMarkedContentID(each) >= 0
        for index in range(count):
            mark = c.FPDFPageObj_GetMark(each, index)
            if text and _utf16(c.FPDFPageObjMark_GetName, mark) == "OC":
                self.layers.add(_utf16(c.FPDFPageObjMark_GetParamStringValue, mark, b"Name") or "?")
            if c.FPDFPageObjMark_CountParams(mark) <= numbered:
                continue  # nothing but its number in the structure of the document
            for key in _RECORDED:
                said = _utf16(c.FPDFPageObjMark_GetParamStringValue, mark, key)
                if said and text and key == b"ActualText":
                    self.stands_for.append((each, mark, said))
                elif said:
                    kind = "described" if key == b"Alt" else "other"
                    self.recorded.append((kind, said, self._bounds(c, each, outer)))

    def _clip(self, c: Any, each: Any, outer: _Matrix | None, within: Box | None) -> Box | None:
        """The box at which an object is cut off; of a shape that is no box, the box around it."""
        clip = c.FPDFPageObj_GetClipPath(each)
        count = c.FPDFClipPath_CountPaths(clip) if clip else 0
        x, y = ctypes.c_float(), ctypes.c_float()
        box = within
        for path in range(min(count, _DEPTH)):
            points = []
            for index in range(min(c.FPDFClipPath_CountPathSegments(clip, path), 400)):
                if c.FPDFPathSegment_GetPoint(c.FPDFClipPath_GetPathSegment(clip, path, index), x, y):
                    points.append(_moved(outer, x.value, y.value))
            own = self.frame.box(points) if points else (0.0, 0.0, 0.0, 0.0)
            box = (
                own
                if box is None
                else (max(box[0], own[0]), max(box[1], own[1]), min(box[2], own[2]), min(box[3], own[3]))
            )
        return box

    def _fill(self, c: Any, each: Any, box: Box, plain: bool) -> None:
        """Note what is filled, with its colour where it is one, for text under it or of its colour is not seen."""
        if c.FPDFPageObj_HasTransparency(each):
            self.fills.append((self.turn, box, None, False))
            return
        clip = c.FPDFPageObj_GetClipPath(each)
        plain = plain and c.FPDFClipPath_CountPaths(clip) <= 0  # how much of it a clip leaves is not known
        self.fills.append((self.turn, box, _colour(c, each), plain))

    def shows(self, turn: int, colour: _Colour | None, middle: tuple[float, float]) -> bool:
        """Whether a character of this colour, painted at this turn, can be told from what is under and over it."""
        under: _Colour | None = (255, 255, 255, 255)
        x, y = middle
        for painted, (x0, y0, x1, y1), fill, plain in self.fills:
            if not (x0 <= x <= x1 and y0 <= y <= y1):
                continue
            if painted < turn:
                under = fill if plain else None
            elif plain and fill is not None and fill[3] == 255:
                return False
        if any(painted < turn and b[0] <= x <= b[2] and b[1] <= y <= b[3] for painted, b in self.picture_turns):
            return True
        if colour is None or under is None:
            return True
        return max(abs(a - b) for a, b in zip(colour[:3], under[:3], strict=True)) > _TOLD_APART

    def _bounds(self, c: Any, each: Any, outer: _Matrix | None) -> Box | None:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not c.FPDFPageObj_GetBounds(each, left, bottom, right, top):
            return None
        corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
        return self.frame.box([_moved(outer, x, y) for x, y in corners])

    def _thin(self, box: Box) -> None:
        x0, y0, x1, y1 = box
        if x1 - x0 >= y1 - y0:
            self.across.append(Rule((y0 + y1) / 2, x0, x1))
        else:
            self.down.append(Rule((x0 + x1) / 2, y0, y1))

    def _path(self, c: Any, each: Any, outer: _Matrix | None) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        c.FPDFPath_GetDrawMode(each, fill, stroke)
        if not (fill.value or stroke.value):
            return  # it only clips
        self.paths += 1
        box = self._bounds(c, each, outer)
        if box is None:
            return
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            self._thin(box)
            return
        count = c.FPDFPath_CountSegments(each)
        self.segments += count
        if count < 2 or self.segments > _MAX_SEGMENTS:
            return
        matrix = c.FS_MATRIX()
        own = outer
        if c.FPDFPageObj_GetMatrix(each, matrix):
            own = _times((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
        x, y = ctypes.c_float(), ctypes.c_float()
        outlines: list[list[tuple[float, float]]] = []
        for index in range(count):
            segment = c.FPDFPath_GetPathSegment(each, index)
            kind = c.FPDFPathSegment_GetType(segment)
            if not c.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = self.frame.shown(*_moved(own, x.value, y.value))
            if kind == c.FPDF_SEGMENT_MOVETO or not outlines:
                outlines.append([point])
            elif kind == c.FPDF_SEGMENT_LINETO:
                outlines[-1].append(point)
            else:
                outlines.append([point])  # a curve rules nothing
            if c.FPDFPathSegment_GetClose(segment) and len(outlines[-1]) > 2:
                outlines[-1].append(outlines[-1][0])
        if fill.value:
            straight = (p for outline in outlines for p in itertools.pairwise(outline))
            plain = len(outlines) == 1 and len(outlines[0]) in (4, 5, 6)
            plain = plain and all(abs(a[0] - b[0]) <= 0.5 or abs(a[1] - b[1]) <= 0.5 for a, b in straight)
            self._fill(c, each, box, plain)
        for outline in outlines:
            if not stroke.value:
                # a filled shape rules only where it is thin itself; shading does not
                xs, ys = [p[0] for p in outline], [p[1] for p in outline]
                outer_box = (min(xs), min(ys), max(xs), max(ys))
                if len(outline) > 2 and min(outer_box[2] - outer_box[0], outer_box[3] - outer_box[1]) <= _THIN:
                    self._thin(outer_box)
                continue
            for (ax, ay), (bx, by) in itertools.pairwise(outline):
                if abs(ay - by) <= 0.5 or abs(ax - bx) <= 0.5:
                    self._thin((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))


def _take_text(page: _Page, text: Any, frame: _Frame, drawings: _Drawings) -> None:
    """The characters of the page; those that no reader of the page would see are counted apart."""
    import pypdfium2.raw as c

    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = c.FS_RECTF(), c.FS_MATRIX()
    found: list[_Found] = []
    unseen: list[_Found] = []
    outside: list[str] = []
    aslant: dict[int, list[tuple[str, Box]]] = defaultdict(list)
    unmapped = 0
    known: dict[int, tuple[float, int, bool, _Colour | None, Box | None]] = {}
    checked = _suspicious(drawings)
    covering = [(turn, picture) for turn, picture in drawings.picture_turns if _share(picture, page) >= 0.5]
    count = c.FPDFText_CountChars(text)
    for index in range(count):
        if c.FPDFText_IsGenerated(text, index):
            continue
        code = c.FPDFText_GetUnicode(text, index)
        each = c.FPDFText_GetTextObject(text, index)
        address = ctypes.addressof(each.contents) if each else 0
        if address not in known:
            size = c.FPDFText_GetFontSize(text, index)
            direction = 0
            if c.FPDFText_GetMatrix(text, index, matrix):
                size *= math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
                angle = math.degrees(math.atan2(matrix.b, matrix.a)) - 90 * frame.rotation
                quarter = round(angle / 90)
                direction = quarter % 4 if abs(angle - 90 * quarter) <= 3 else -1
            mode = c.FPDFTextObj_GetTextRenderMode(each) if each else 0
            hidden = mode in (c.FPDF_TEXTRENDERMODE_INVISIBLE, c.FPDF_TEXTRENDERMODE_CLIP)
            colour = None
            if each and mode in (c.FPDF_TEXTRENDERMODE_FILL, c.FPDF_TEXTRENDERMODE_FILL_CLIP):
                colour = _colour(c, each)
                hidden = hidden or (colour is not None and colour[3] == 0)
            known[address] = (size or 1.0, direction, hidden, colour, drawings.clips.get(address))
        size, direction, hidden, colour, clip = known[address]
        if code in (0x2, 0xFFFE) and c.FPDFText_IsHyphen(text, index):
            code = 0x2D
        char = chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if c.FPDFText_HasUnicodeMapError(text, index) == 1 or code == 0 or char == "\ufffd":
            unmapped += 1
            char = "\ufffd"
        if ord(char) < 32 or char in "\xad\u200b\ufeff":
            if char not in "\t":
                continue
            char = " "
        if char == "\xa0":
            char = " "
        c.FPDFText_GetLooseCharBox(text, index, box)
        c.FPDFText_GetCharOrigin(text, index, x, y)
        origin = frame.shown(x.value, y.value)
        shown = frame.between(box.left, box.bottom, box.right, box.top)
        middle = (shown[0] + shown[2]) / 2, (shown[1] + shown[3]) / 2
        if not (0 <= middle[0] <= page.width and 0 <= middle[1] <= page.height):
            outside.append(char)
            continue
        turn = drawings.painted.get(address, 0)
        if clip is not None and not (
            min(shown[2], clip[2]) > max(shown[0], clip[0]) and min(shown[3], clip[3]) > max(shown[1], clip[1])
        ):
            hidden = True
        hidden = hidden or any(
            later > turn > 0 and picture[0] <= middle[0] <= picture[2] and picture[1] <= middle[1] <= picture[3]
            for later, picture in covering
        )
        if not hidden and turn > 0 and checked(turn, colour):
            hidden = not drawings.shows(turn, colour, middle)
        if direction < 0:
            aslant[address].append((char, shown))
        else:
            (unseen if hidden else found).append((*shown, size, char, direction, origin))
    usual = statistics.median(sizes) if (sizes := [size for *_, size, char, _, _ in found if char.strip()]) else 0.0
    tiny = [one for one in found if one[4] < _TINY and usual >= 3 * one[4]]
    if tiny:
        unseen += tiny
        found = [one for one in found if not (one[4] < _TINY and usual >= 3 * one[4])]
    small = [one[5] for one in found if one[4] < _SMALL]
    if count := sum(not char.isspace() for char in small):
        page.unread.append(Unread(page.number, _too_small(page.number, count, _quoted(small))))
    page.turned = _direction(found)
    page.unseen_turned = _direction(unseen)
    for (left, top, right, bottom, size, char, direction, origin), seen in (
        *((one, True) for one in found),
        *((one, False) for one in unseen),
    ):
        x0, _, x1, _ = _turn((left, top, right, bottom), page, direction)
        glyph = Glyph(x0, x1, _turn((*origin, *origin), page, direction)[1], size, char)
        own = page.turned if seen else page.unseen_turned
        if direction == own:
            (page.glyphs if seen else page.unseen).append(glyph)
        else:
            page.turns.setdefault(direction, []).append(glyph)
    for stretch in aslant.values():
        said = "".join(char for char, _ in stretch).strip()
        if said:
            page.asides.append(("turned", Line(said, Place(page.number, 1, _around([box for _, box in stretch])))))
    page.hidden = sum(not one[5].isspace() for one in unseen)
    page.layers = drawings.layers
    _note_unseen(page, outside, unmapped)


_Found = tuple[float, float, float, float, float, str, int, tuple[float, float]]  # box, size, text, direction, origin


def _direction(found: Sequence[_Found]) -> int:
    """The direction in which most characters are set, in quarter turns."""
    turns = Counter(direction for *_, char, direction, _ in found if not char.isspace())
    return turns.most_common(1)[0][0] if turns else 0


def _suspicious(drawings: _Drawings) -> Callable[[int, _Colour | None], bool]:
    """Whether text painted at a turn in a colour may be covered or of the colour of what is under it.

    Most text stands on nothing and under nothing, and its characters need not be looked at one by one.
    """
    last = max((turn for turn, _, fill, plain in drawings.fills if plain and fill is not None), default=0)
    under = {fill[:3] for _, _, fill, plain in drawings.fills if plain and fill is not None} | {(255, 255, 255)}
    answers: dict[_Colour | None, bool] = {}

    def suspicious(turn: int, colour: _Colour | None) -> bool:
        if colour not in answers:
            answers[colour] = colour is not None and any(
                max(abs(a - b) for a, b in zip(colour[:3], fill, strict=True)) <= _TOLD_APART for fill in under
            )
        return answers[colour] or last > turn

    return suspicious


def _turn(box: Box, page: _Page, turned: int) -> Box:
    """A box on the page as it stands once the page is turned so that such lines run from left to right."""
    x0, y0, x1, y1 = box
    match turned:
        case 1:  # lines run upwards
            return page.height - y1, x0, page.height - y0, x1
        case 2:
            return page.width - x1, page.height - y1, page.width - x0, page.height - y0
        case 3:  # lines run downwards
            return y0, page.width - x1, y1, page.width - x0
        case _:
            return box


def _around(boxes: Sequence[Box]) -> Box:
    return (
        round(min(box[0] for box in boxes), 1),
        round(min(box[1] for box in boxes), 1),
        round(max(box[2] for box in boxes), 1),
        round(max(box[3] for box in boxes), 1),
    )


def _share(box: Box, page: _Page) -> float:
    """How much of the page a box covers, from 0 to 1."""
    wide = min(box[2], page.width) - max(box[0], 0.0)
    high = min(box[3], page.height) - max(box[1], 0.0)
    return max(0.0, wide) * max(0.0, high) / (page.width * page.height or 1.0)


def _take_tables(page: _Page, drawings: _Drawings) -> None:
    """The ruled tables of a page, with the characters in their cells; the others stay with the page."""
    across, down = drawings.across, drawings.down
    if page.turned:
        across, down = [], []
        boxes = [(rule.start, rule.at, rule.end, rule.at) for rule in drawings.across]
        boxes += [(rule.at, rule.start, rule.at, rule.end) for rule in drawings.down]
        for box in boxes:
            x0, y0, x1, y1 = _turn(box, page, page.turned)
            if x1 - x0 > y1 - y0:
                across.append(Rule(y0, x0, x1))
            else:
                down.append(Rule(x0, y0, y1))
    _fill(page, grids_of(across, down))


def _fill(page: _Page, grids: list[Grid]) -> None:
    free: list[Glyph] = []
    last: tuple[Glyph, Grid, Area] | None = None
    for glyph in page.glyphs:
        if last is not None and _runs_over(last[0], glyph):
            # What is too long for its cell is printed on into the next one: it still belongs to its own.
            last[1].texts[last[2]].append(glyph)
            last = (glyph, last[1], last[2])
            continue
        for grid in grids:
            area = grid.area_at(*glyph.middle)
            if area is not None:
                grid.texts[area].append(glyph)
                last = (glyph, grid, area)
                break
        else:
            free.append(glyph)
            last = None
    for grid in grids:
        filled = sum(any(not glyph.text.isspace() for glyph in texts) for texts in grid.texts.values())
        if filled >= 2:
            page.grids.append(grid)
        else:  # a frame or a drawing, not a table
            free.extend(glyph for texts in grid.texts.values() for glyph in texts)
    page.glyphs = free


def _runs_over(before: Glyph, glyph: Glyph) -> bool:
    """Does a character follow the one printed before it so closely that nothing can part them?"""
    close = -0.3 * before.size <= glyph.x0 - before.x1 <= 0.12 * before.size
    return close and abs(glyph.base - before.base) <= 0.5 * before.size


def _is_scan(page: _Page, drawings: _Drawings) -> bool:
    """Whether what one sees on a page is a picture: of no text at all, or of all but a stamp or a page number."""
    shown = sum(not glyph.text.isspace() for glyph in page.glyphs)
    shown += sum(len(texts) for grid in page.grids for texts in grid.texts.values())
    if shown == 0:
        return bool(drawings.pictures) or drawings.segments >= 20 or page.hidden > 0
    return shown < 40 and sum(_share(box, page) for box in drawings.pictures) >= 0.5


def _take_scan(page: _Page, scan: Any) -> None:
    """What was recognised on a page takes the place of its text layer, of which at most a stamp was there."""
    for line in [*lines_of(page.glyphs), *(line for grid in page.grids for line in _grid_lines(grid))]:
        page.stamps.append(Line(line.text, Place(page.number, 1, page.box(line.box))))
    page.unseen = []
    page.machine = True
    page.turned = 0
    page.grids = []
    page.glyphs = list(scan.glyphs)
    _fill(page, grids_of(scan.across, scan.down))
    if not scan.glyphs:
        page.unread.append(
            Unread(
                page.number,
                Said(
                    "nothing_recognised",
                    f"第 {page.number} 页是图像，机器没有识别出文字。请人工查看该页。",
                    f"page {page.number} is a picture in which no text was recognised. Look at the page yourself.",
                ),
            )
        )


def _grid_lines(grid: Grid) -> Iterator[Printed]:
    for texts in grid.texts.values():
        yield from lines_of(texts)


def _quoted(chars: list[str]) -> str:
    text = re.sub(r"\s+", " ", "".join(chars)).strip()
    return text if len(text) <= 40 else text[:40] + "…"


def _unshown(page: _Page, quote: str, scanned: bool, ocr: bool) -> Said:
    """What is to be said of text that no reader of a page sees."""
    zh, en = "，未计入正文，另列于后", "kept apart from the text, after it"
    if scanned and ocr:
        zh, en = "，未采用（该页由机器识读）", "not used, for the page is read by machine"
    elif scanned:
        zh, en = (
            "（多为扫描软件识别所得），按机器识读处理，另列于后",
            "kept apart and taken as read by machine, perhaps by the scanner",
        )
    return Said(
        "hidden_text",
        f"第 {page.number} 页有 {page.hidden} 个看不见的字符（不显示、与底色相同、被遮盖或裁去、过小）{zh}：“{quote}”。请对照该页图像核对。",
        f"page {page.number} has {page.hidden} characters that cannot be seen (not shown, of the colour of the ground, covered, cut "
        f"off or too small); they are {en}: “{quote}”. Compare the page as displayed.",
    )


def _too_small(page: int, count: int, quote: str) -> Said:
    return Said(
        "tiny_text",
        f"第 {page} 页有 {count} 个字符小于 {_SMALL:g} 磅，几乎无法看清，已随正文读取：“{quote}”。",
        f"page {page} has {count} characters of less than {_SMALL:g} points, which can hardly be seen; they were read with the rest: "
        f"“{quote}”.",
    )


def _note_unseen(page: _Page, outside: list[str], unmapped: int) -> None:
    number = page.number
    if quote := _quoted(outside):
        page.unread.append(
            Unread(
                number,
                Said(
                    "text_outside_page",
                    f"第 {number} 页有 {len(outside)} 个字符在页面边界之外，未采用：“{quote}”。",
                    f"page {number} has {len(outside)} characters outside the edges of the page; "
                    f"they were not used: “{quote}”.",
                ),
            )
        )
    if unmapped:
        page.unread.append(
            Unread(
                number,
                Said(
                    "unmapped_characters",
                    f"第 {number} 页有 {unmapped} 个字符的字体未说明其含义，文中以 � 表示。请对照该页核对。",
                    f"page {number} has {unmapped} characters whose font does not say what they are; "
                    f"they read � in the text. Compare the page as displayed.",
                ),
            )
        )


def _note_the_rest(page: _Page, handle: Any, drawings: _Drawings, scanned: bool, form: Any) -> None:
    """Pictures on a page of text are named, for they may hold wording; what fields and comments say is put beside it."""
    import pypdfium2.raw as c

    number, frame = page.number, drawings.frame
    _note_recorded(page, handle, drawings)
    pictures = [box for box in drawings.pictures if _share(box, page) >= 0.002]
    if pictures and not scanned:
        page.unread.append(
            Unread(
                number,
                Said(
                    "pictures",
                    f"第 {number} 页有 {len(pictures)} 个图片，其中的文字未读取。请对照该页核对。",
                    f"page {number} has {len(pictures)} picture(s); text in them was not read. "
                    f"Compare the page as displayed.",
                ),
            )
        )
    notes = 0
    for index in range(c.FPDFPage_GetAnnotCount(handle)):
        annotation = c.FPDFPage_GetAnnot(handle, index)
        if not annotation:
            continue
        kind = c.FPDFAnnot_GetSubtype(annotation)
        value = "field" if kind == c.FPDF_ANNOT_WIDGET else "comment"
        said = _utf16(c.FPDFAnnot_GetStringValue, annotation, b"Contents") if value == "comment" else ""
        if value == "field" and form is not None:
            said = _utf16(c.FPDFAnnot_GetFormFieldValue, form, annotation)
        place = Place(number, 1, _place_of(c, annotation, frame))
        if kind == c.FPDF_ANNOT_FILEATTACHMENT:
            page.asides.append(("file", Line("", place)))
        if kind in (c.FPDF_ANNOT_LINK, c.FPDF_ANNOT_POPUP):  # the window in which a comment opens says it again
            pass
        elif said and said != "Off":
            page.asides.append((value, Line(" ".join(said.split()), place, whole=True)))
        else:
            notes += kind in (c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_INK, c.FPDF_ANNOT_WATERMARK)
        c.FPDFPage_CloseAnnot(annotation)
    if notes:
        page.unread.append(
            Unread(
                number,
                Said(
                    "annotations",
                    f"第 {number} 页有 {notes} 个没有文字的图章、手写或批注，未读取。请对照该页核对。",
                    f"page {number} has {notes} stamps, drawings by hand or comments without text, which were not read. "
                    f"Compare the page as displayed.",
                ),
            )
        )


def _note_recorded(page: _Page, handle: Any, drawings: _Drawings) -> None:
    """What is recorded of the page for programs that read it aloud or copy from it, where the page does not show it."""
    recorded = [*drawings.recorded, *((kind, said, None) for kind, said in _structure(handle))]
    if not recorded:
        return
    grids = (glyph.text for grid in page.grids for texts in grid.texts.values() for glyph in texts)
    turned = (glyph.text for glyphs in page.turns.values() for glyph in glyphs)
    shown = _letters("".join((*(glyph.text for glyph in page.glyphs), *grids, *turned)))
    for kind, said, box in dict.fromkeys(recorded):
        if _letters(said) not in shown:
            place = Place(page.number, 1, box and _around([box]))
            page.asides.append((kind, Line(" ".join(said.split()), place, whole=True)))


def _letters(text: str) -> str:
    """The letters and figures of a text alone, ligatures and wide forms by what they stand for."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _structure(handle: Any) -> Iterator[tuple[str, str]]:
    """What the structure of a page records of its parts: texts that stand for them, and descriptions."""
    import pypdfium2.raw as c

    tree = c.FPDF_StructTree_GetForPage(handle)
    if not tree:
        return
    try:
        stack = [(c.FPDF_StructTree_GetChildAtIndex(tree, n), 0) for n in range(c.FPDF_StructTree_CountChildren(tree))]
        looked = 0
        while stack and looked < _MAX_SEGMENTS:
            element, depth = stack.pop()
            looked += 1
            if not element:
                continue
            for kind, function in (
                ("other", c.FPDF_StructElement_GetActualText),
                ("described", c.FPDF_StructElement_GetAltText),
                ("other", c.FPDF_StructElement_GetExpansion),
            ):
                if said := _utf16(function, element):
                    yield kind, said
            if depth < 60:
                count = c.FPDF_StructElement_CountChildren(element)
                stack += [(c.FPDF_StructElement_GetChildAtIndex(element, n), depth + 1) for n in reversed(range(count))]
    finally:
        c.FPDF_StructTree_Close(tree)


def _as_drawn(handle: Any, text: Any, drawings: _Drawings) -> Any:
    """The text of a page as drawn, where other text is recorded to stand for it; where the two agree, the text as it is.

    What stands for it is read too, beside the text. A letter of no known meaning agrees with whatever is recorded for it.
    """
    import pypdfium2.raw as c

    for each, mark, _ in drawings.stands_for:
        c.FPDFPageObjMark_RemoveParam(each, mark, b"ActualText")
    bare = handle.get_textpage()
    marked = {ctypes.addressof(each.contents): "" for each, _, _ in drawings.stands_for}
    for index in range(c.FPDFText_CountChars(bare)):
        each = c.FPDFText_GetTextObject(bare, index)
        address = ctypes.addressof(each.contents) if each else 0
        if address in marked:
            code = c.FPDFText_GetUnicode(bare, index)
            marked[address] += "\ufffd" if c.FPDFText_HasUnicodeMapError(bare, index) == 1 else chr(min(code, 0x10FFFF))
    differs = False
    for said, group in itertools.groupby(drawings.stands_for, key=lambda one: one[2]):
        drawn = "".join(marked[ctypes.addressof(each.contents)] for each, _, _ in group)
        own = _letters(drawn)
        unknown = any(char == "\ufffd" or unicodedata.category(char) == "Co" for char in drawn)
        if own != _letters(said) and not (unknown and not own):
            differs = True
        drawings.recorded.append(("other", said, None))
    if differs:
        text.close()
        return bare
    bare.close()
    return text


def _place_of(c: Any, annotation: Any, frame: _Frame) -> Box:
    """Where an annotation stands on the page as shown."""
    rect = c.FS_RECTF()
    c.FPDFAnnot_GetRect(annotation, rect)
    x0, y0, x1, y1 = frame.between(rect.left, rect.bottom, rect.right, rect.top)
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)

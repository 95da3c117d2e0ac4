"""HTML documents: block elements as paragraphs, tables as rows, whatever the declared encoding got wrong."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from mulu.sources.document import Block, Cell, Document, Line, Place, Row, Unread
from mulu.sources.documents import Corrupt, Held, NoText, ScriptShell, UnknownKind, check_length, lowered, raised
from mulu.sources.reading import UnreadableFile, decode
from mulu.vocabulary import Said

_DROPPED = frozenset({"script", "style", "nav", "noscript", "template", "head", "iframe", "object", "svg", "button"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_HARDLY = 60  # characters: a page that runs scripts and says less than this was saved without its text
_MAX_SPAN = 100


def read_html(held: Held) -> Document:
    """The document in a web page. Raises ScriptShell, NoText or UnknownKind."""
    text = _text(held)
    check_length(held.path, len(text))
    root = _parsed(text, held.path)
    if root is None:
        raise NoText(held.path)
    reader = _Reader()
    reader.walk(root)
    reader.end_line()
    said = sum(
        len(block.text) if isinstance(block, Line) else sum(len(cell.text) for cell in block.cells)
        for block in reader.blocks
    )
    if said < _HARDLY and re.search(r"<script|<noscript|<iframe", text, re.IGNORECASE):
        raise ScriptShell(held.path)
    unread: list[Unread] = []
    if reader.pictures:
        unread.append(
            Unread(
                1,
                Said(
                    "pictures",
                    f"网页中有 {reader.pictures} 个图片或内嵌页面，其中的文字未读取。",
                    f"the web page has {reader.pictures} pictures or embedded pages; text in them was not read.",
                ),
            )
        )
    return held.document("html", 1, tuple(reader.blocks), unread=tuple(unread))


def _text(held: Held) -> str:
    """The page as text: by its byte order mark, then as it declares itself, then by trial."""
    data = held.data
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    name = declared(data)
    if name is not None:
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration is common; the trial below refuses what it cannot read
    try:
        return decode(data, held.path)
    except UnreadableFile as error:
        raise UnknownKind(
            held.path,
            Said(
                "html_encoding",
                "编码无法识别的网页（不是 UTF-8、UTF-16 或 GB18030）",
                "a web page in an unknown encoding (not UTF-8, UTF-16 or GB18030)",
            ),
        ) from error


def declared(data: bytes) -> str | None:
    """The encoding that a page says it has."""
    found = _CHARSET.search(data[:4096])
    if found is None:
        return None
    name = found.group(1).decode("ascii").lower()
    return "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else name


def _parsed(text: str, path: str) -> Any:
    from lxml import etree, html

    # The parser goes on after a mistake, but where it meets one of its own bounds it leaves out the rest of the page.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if any(one.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log):
        raise Corrupt(
            path, "html", Said("too_deep", "各层嵌套过深，无法全部读取", "it nests too deep to be read whole")
        )
    return root


class _Reader:
    """Walks a page and gathers its paragraphs and rows."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pictures = 0
        self.number = 0
        self.tables = 0
        self._said: list[str] = []
        self._level: int | None = None  # of the heading that is being read

    def end_line(self) -> None:
        text = _tidy("".join(self._said))
        self._said.clear()
        if text:
            self.number += 1
            self.blocks.append(Line(text, Place(1, self.number), whole=True, level=self._level))

    def walk(self, root: Any) -> None:
        # no recursion: a page may nest deeper than Python allows
        stack: list[tuple[Any, str]] = [(root, "open")]
        while stack:
            element, act = stack.pop()
            if act == "tail":
                self._say(element.tail, element.getparent())
                continue
            tag = element.tag if isinstance(element.tag, str) else ""
            if act == "close":
                if tag in _BLOCKS:
                    self.end_line()
                if tag in _HEADINGS:
                    self._level = None
                continue
            if not tag or tag in _DROPPED or _hidden(element):
                self.pictures += tag in ("iframe", "object")
                continue
            if tag == "table" and not _lays_out(element):
                self.end_line()
                self._table(element)
                continue
            if tag in _BLOCKS or tag == "br":
                self.end_line()
            if tag in _HEADINGS:
                self._level = int(tag[1])
            self.pictures += tag == "img"
            self._say(element.text, element)
            stack.append((element, "close"))
            for child in reversed(element):
                stack.append((child, "tail"))
                stack.append((child, "open"))

    def _say(self, text: str | None, inside: Any) -> None:
        if text:
            self._said.append(_shifted(text, inside))

    def _table(self, table: Any) -> None:
        self.tables += 1
        below: dict[int, tuple[int, int]] = {}  # column to the rows still covered from above, and the columns covered
        for tr in _rows(table):
            self.number += 1
            place = Place(1, self.number)
            cells: list[Cell] = []
            following: dict[int, tuple[int, int]] = {}
            column = 0
            own = [cell for cell in tr if isinstance(cell.tag, str) and cell.tag in ("td", "th")]
            while own or column in below:
                if column in below:
                    left, spans = below.pop(column)
                    cells.append(Cell("", place, spans=spans))
                    if left > 1:
                        following[column] = (left - 1, spans)
                else:
                    td = own.pop(0)
                    spans, down = _span(td, "colspan"), _span(td, "rowspan")
                    cells.append(Cell(self._cell(td), place, spans=spans))
                    if down > 1:
                        following[column] = (down - 1, spans)
                column += spans
            below = {**below, **following}
            if any(cell.text for cell in cells):
                self.blocks.append(Row(tuple(cells), self.tables, place))
            else:
                self.number -= 1

    def _cell(self, td: Any) -> str:
        inner = _Reader()
        for part in (td.text,):
            inner._say(part, td)
        for child in td:
            inner.walk(child)
            inner._say(child.tail, td)
        inner.end_line()
        self.pictures += inner.pictures
        lines = []
        for block in inner.blocks:
            if isinstance(block, Line):
                lines.append(block.text)
            else:
                lines.append(" ".join(cell.text for cell in block.cells if cell.text))
        return "\n".join(lines)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (tr for tr in child if tr.tag == "tr")


def _lays_out(table: Any) -> bool:
    """Whether a table only arranges the page: one cell a row, or tables and headings in its cells."""
    rows = [[cell for cell in tr if cell.tag in ("td", "th")] for tr in _rows(table)]
    if max((len(row) for row in rows), default=0) <= 1:
        return True
    return any(next(cell.iter("table"), None) is not None and len(row) <= 3 for row in rows for cell in row) and (
        table.get("border", "0") in ("", "0")
    )


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None


def _shifted(text: str, element: Any) -> str:
    tag = element.tag if element is not None else ""
    if tag == "sup":
        return raised(text)
    return lowered(text) if tag == "sub" else text


def _tidy(text: str) -> str:
    """White space as a browser shows it; a line break of the source between Chinese characters is no space."""
    wide = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
    text = re.sub(rf"(?<={wide})[ \t]*[\r\n][ \t\r\n]*(?={wide})", "", text)
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", text).strip()

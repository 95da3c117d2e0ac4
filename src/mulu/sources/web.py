"""HTML documents: block elements as paragraphs, tables as rows, whatever the declared encoding got wrong."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from mulu.sources.document import Apart, Block, Cell, Document, Line, Place, Row, Unread
from mulu.sources.documents import Corrupt, Held, NoText, ScriptShell, UnknownKind, check_length, lowered, raised
from mulu.sources.reading import UnreadableFile, decode
from mulu.vocabulary import Said

_CODE = frozenset({"script", "style", "head"})
_AROUND = frozenset({"nav", "noscript", "button"})  # of the page rather than of its text
_EMBEDDED = frozenset({"iframe", "frame", "object", "embed", "video", "canvas", "svg"})
_STRUCK = frozenset({"del", "s", "strike"})
_HIDING = re.compile(r"display:none|visibility:hidden|(?<![a-z-])opacity:0(?![.0-9])|font-size:0(?![.0-9])")
_WHITE = re.compile(r"(?<![a-z-])color:(?:white|#fff|#ffffff|rgb\(255,255,255\))(?![0-9a-f])")
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
    reader = _Reader(_hidden_names(root))
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
    return held.document("html", 1, tuple(reader.blocks), unread=tuple(unread), apart=reader.apart(root))


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

    def __init__(self, hiding: frozenset[str] = frozenset()) -> None:
        self.blocks: list[Block] = []
        self.hiding = hiding  # classes and ids that a style sheet hides
        self.hidden: list[str] = []
        self.around: list[str] = []
        self.described: list[str] = []
        self.struck: list[str] = []
        self.faint: list[str] = []
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
            if not tag or tag in _CODE or self._beside(element, tag):
                continue
            if tag == "table" and not _lays_out(element):
                self.end_line()
                self._table(element)
                continue
            if tag in _BLOCKS or tag == "br":
                self.end_line()
            if tag in _HEADINGS:
                self._level = int(tag[1])
            if tag == "img":
                self.pictures += 1
                self._keep(self.described, element.get("alt"))
            elif tag == "input" and (element.get("type") or "text").lower() in (
                "text",
                "search",
                "email",
                "number",
                "date",
            ):
                self._said.append(element.get("value") or "")
            self._mark(element, tag)
            self._say(element.text, element)
            stack.append((element, "close"))
            for child in reversed(element):
                stack.append((child, "tail"))
                stack.append((child, "open"))

    def _beside(self, element: Any, tag: str) -> bool:
        """Keep apart what is no part of the text that the page shows; whether it is that."""
        if tag == "template" or self._is_hidden(element):
            self._keep(self.hidden, _all_of(element))
        elif tag in _AROUND:
            self._keep(self.around, _all_of(element))
        elif tag in _EMBEDDED:
            self.pictures += 1
            self._keep(self.described, _all_of(element))
        else:
            return False
        return True

    def _is_hidden(self, element: Any) -> bool:
        style = "".join((element.get("style") or "").split()).lower()
        if element.get("hidden") is not None or _HIDING.search(style):
            return True
        names = [f".{name}" for name in (element.get("class") or "").split()] + [f"#{element.get('id') or ''}"]
        return any(name in self.hiding for name in names)

    def _mark(self, element: Any, tag: str) -> None:
        """Note text that is read with the rest, but is struck out or in white."""
        style = "".join((element.get("style") or "").split()).lower()
        if tag in _STRUCK or "line-through" in style:
            self._keep(self.struck, _all_of(element))
        if _WHITE.search(style) and not any(
            "background" in (one.get("style") or "").lower() or one.get("bgcolor")
            for one in (element, *element.iterancestors())
        ):
            self._keep(self.faint, _all_of(element))

    def _keep(self, where: list[str], text: str | None) -> None:
        if text := _tidy(text or ""):
            where.append(text)

    def apart(self, root: Any) -> tuple[Apart, ...]:
        """What the page holds beside the text that it shows, and what is to be said of it."""
        title = root.find(".//head/title")
        made: list[Apart] = []
        for texts, read, ident, zh, en in (
            (
                [_tidy(title.text or "")] if title is not None else [],
                True,
                "page_title",
                "网页标题，列于正文之后",
                "the title of the page is put after its text",
            ),
            (
                self.hidden,
                True,
                "hidden_text",
                "网页不显示的文字，列于正文之后",
                "text that the page does not show is put after its text",
            ),
            (
                self.described,
                True,
                "picture_text",
                "图片的说明文字，列于正文之后",
                "descriptions of pictures are put after the text",
            ),
            (self.struck, False, "struck_text", "带删除线的文字，已随正文读取", "struck text was read with the rest"),
            (self.faint, False, "faint_text", "白色文字，已随正文读取", "text in white was read with the rest"),
            (
                self.around,
                False,
                "page_furniture",
                "菜单、按钮等，不参与比较",
                "menus and buttons take no part in the comparison",
            ),
        ):
            texts = [text for text in dict.fromkeys(texts) if text]
            if not texts:
                continue
            quote = " / ".join(texts)
            quote = quote if len(quote) <= 80 else quote[:80] + "…"
            lines = tuple(Line(text, Place(1, self.number + n), whole=True) for n, text in enumerate(texts, start=1))
            self.number += len(lines)
            made.append(Apart(lines if read else (), Said(ident, f"{zh}：“{quote}”。", f"{en}: “{quote}”.")))
        return tuple(made)

    def _say(self, text: str | None, inside: Any) -> None:
        if text:
            self._said.append(_shifted(text, inside))

    def _table(self, table: Any) -> None:
        for part in table:
            if isinstance(part.tag, str) and part.tag not in ("tr", "thead", "tbody", "tfoot", "form"):
                self.walk(part)  # a caption, or what stands in the table without being a row of it
                self.end_line()
        self.tables += 1
        below: dict[int, tuple[int, int]] = {}  # column to the rows still covered from above, and the columns covered
        for tr in _rows(table):
            self.number += 1
            place = Place(1, self.number)
            cells: list[Cell] = []
            following: dict[int, tuple[int, int]] = {}
            column = 0
            if self._beside(tr, "tr"):
                self.number -= 1
                continue
            own = [cell for cell in _cells(tr) if not self._beside(cell, "td")]
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
        inner = _Reader(self.hiding)
        for part in (td.text,):
            inner._say(part, td)
        for child in td:
            inner.walk(child)
            inner._say(child.tail, td)
        inner.end_line()
        self.pictures += inner.pictures
        for mine, its in (
            (self.hidden, inner.hidden),
            (self.around, inner.around),
            (self.described, inner.described),
            (self.struck, inner.struck),
            (self.faint, inner.faint),
        ):
            mine += its
        self._mark(td, "td")
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
        elif child.tag in ("thead", "tbody", "tfoot", "form"):
            yield from _rows(child)


def _cells(tr: Any) -> Iterator[Any]:
    """The cells of a row, those too that a form holds."""
    for child in tr:
        if child.tag in ("td", "th"):
            yield child
        elif isinstance(child.tag, str) and child.tag != "table":
            yield from _cells(child)


def _all_of(element: Any) -> str:
    """The words of an element and of everything in it, but for code."""
    made: list[str] = []
    for one in element.iter():
        inside = isinstance(one.tag, str) and one.tag not in ("script", "style")
        made += [one.text or "" if inside else "", (one.tail or "") if one is not element else ""]
    return " ".join(made)


def _hidden_names(root: Any) -> frozenset[str]:
    """The classes and ids that style sheets of the page hide whatever the screen; `.name` and `#name`."""
    made: set[str] = set()
    for sheet in root.iter("style"):
        depth, selector = 0, ""
        for piece in re.split(r"([{}])", sheet.text or ""):
            if piece == "{":
                depth += 1
            elif piece == "}":
                depth = max(0, depth - 1)
            elif depth == 0:
                selector = piece
            elif (
                depth == 1 and not selector.lstrip().startswith("@") and _HIDING.search("".join(piece.split()).lower())
            ):
                made.update(name for name in map(str.strip, selector.split(",")) if re.fullmatch(r"[.#][\w-]+", name))
    return frozenset(made)


def _lays_out(table: Any) -> bool:
    """Whether a table only arranges the page: one cell a row, or tables and headings in its cells."""
    rows = [list(_cells(tr)) for tr in _rows(table)]
    if max((len(row) for row in rows), default=0) <= 1:
        return True
    return any(next(cell.iter("table"), None) is not None and len(row) <= 3 for row in rows for cell in row) and (
        table.get("border", "0") in ("", "0")
    )


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _shifted(text: str, element: Any) -> str:
    tag = element.tag if element is not None else ""
    above = element.getparent() if element is not None else None
    if above is not None and above.tag in ("msup", "msub") and above[0] is not element:
        tag = above.tag[1:]  # of a formula: what stands behind its base
    if tag == "sup":
        return raised(text)
    return lowered(text) if tag == "sub" else text


def _tidy(text: str) -> str:
    """White space as a browser shows it; a line break of the source between Chinese characters is no space."""
    wide = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
    text = re.sub(rf"(?<={wide})[ \t]*[\r\n][ \t\r\n]*(?={wide})", "", text)
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", text).strip()

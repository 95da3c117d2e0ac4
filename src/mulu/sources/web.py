"""HTML documents: block elements as paragraphs, tables as rows, whatever the declared encoding got wrong.

What a page says in other places than its text (labels and tooltips, its style sheet, what it tells search engines, pages
within it) is read after the text. Scripts are not run, and are told.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mulu.sources.document import Apart, Block, Cell, Document, Line, Place, Row, Unread
from mulu.sources.documents import Corrupt, Held, NoText, ScriptShell, UnknownKind, check_length, lowered, raised
from mulu.sources.reading import UnreadableFile, decode
from mulu.vocabulary import Said

_CODE = frozenset({"script", "style", "head"})
_AROUND = frozenset({"nav", "button"})  # of the page rather than of its text
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
_LABELS = (
    "alt",
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "summary",
)
_WORDS = re.compile("[\u3400-\u9fff]|[A-Za-z]{2,40} [A-Za-z]{2,40}")  # what says something; a key or a number does not
_TOLD_OF_IT = re.compile(r"description|keyword|title|subject|abstract|summary|caption", re.IGNORECASE)
_CONTENT = re.compile(
    r"(?<![\w-])content\s{0,9}:((?:\"(?:[^\"\\]|\\.){0,2000}\"|'(?:[^'\\]|\\.){0,2000}'|[^;}\"']){0,400})",
    re.IGNORECASE | re.DOTALL,
)
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_SHOWN = re.compile(r"attr\(\s{0,9}([\w-]{1,60})")
_ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_DEEP = 4  # pages within pages
_HARDLY = 60  # characters: a page that runs scripts and says less than this was saved without its text
_MAX_SPAN = 100


def read_html(held: Held, *, page: bool = True) -> Document:
    """The document in a web page, or (`page` is off) in the HTML of an e-mail, which no script fills.

    Raises ScriptShell, NoText or UnknownKind.
    """
    text = _text(held)
    check_length(held.path, len(text))
    root = _parsed(text, held.path)
    if root is None:
        raise NoText(held.path)
    reader = _Reader.of(root)
    if words := _comments(text):
        reader.keep("commented", words)
    said = sum(
        len(block.text) if isinstance(block, Line) else sum(len(cell.text) for cell in block.cells)
        for block in reader.blocks
    )
    said += sum(map(len, reader.kept.get("framed", ())))
    if page and said < _HARDLY and re.search(r"<script|<noscript|<iframe", text, re.IGNORECASE):
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
    return held.document("html", 1, tuple(reader.blocks), unread=tuple(unread), apart=reader.apart())


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


_BESIDE = (  # what a page holds beside its text: kind, whether it is read, what is said of it
    ("page_title", True, "网页标题，列于正文之后", "the title of the page is put after its text"),
    (
        "page_description",
        True,
        "网页为搜索引擎所写的说明，列于正文之后",
        "what the page tells search engines of itself is put after its text",
    ),
    ("framed", True, "网页内嵌的另一网页的文字，列于正文之后", "the text of a page within the page is put after it"),
    ("style_text", True, "样式表显示的文字，列于正文之后", "text that the style sheet shows is put after the text"),
    ("label_text", True, "提示、标签等属性中的文字，列于正文之后", "words in labels and tooltips are put after the text"),
    ("hidden_text", True, "网页不显示的文字，列于正文之后", "text that the page does not show is put after its text"),
    ("picture_text", True, "图片的说明文字，列于正文之后", "descriptions of pictures are put after the text"),
    ("struck_text", False, "带删除线的文字，已随正文读取", "struck text was read with the rest"),
    ("faint_text", False, "白色文字，已随正文读取", "text in white was read with the rest"),
    ("page_furniture", False, "菜单、按钮等，不参与比较", "menus and buttons take no part in the comparison"),
    ("commented", False, "网页源文件中的注释，不参与比较", "remarks in the source of the page take no part in the comparison"),
)  # fmt: skip


class _Reader:
    """Walks a page and gathers its paragraphs and rows."""

    def __init__(self, hiding: frozenset[str] = frozenset(), labels: tuple[str, ...] = _LABELS, depth: int = 0) -> None:
        self.blocks: list[Block] = []
        self.hiding = hiding  # classes and ids that a style sheet hides
        self.labels = labels  # attributes whose words are shown or spoken
        self.depth = depth  # pages in which this one lies
        self.kept: dict[str, list[str]] = {}  # what stands beside the text, by its kind
        self.pictures = 0
        self.scripts = 0
        self.number = 0
        self.tables = 0
        self._said: list[str] = []
        self._level: int | None = None  # of the heading that is being read

    @staticmethod
    def of(root: Any, depth: int = 0) -> _Reader:
        """A page as read, with what its head says."""
        sheets = [sheet.text or "" for sheet in root.iter("style")]
        shown = [name.lower() for sheet in sheets for one in _CONTENT.findall(sheet) for name in _SHOWN.findall(one)]
        reader = _Reader(_hidden_names(sheets), tuple(dict.fromkeys((*_LABELS, *shown))), depth)
        reader.walk(root)
        reader.end_line()
        for title in root.iterfind(".//head/title"):
            reader.keep("page_title", title.text)
        for text in _told_of_itself(root):
            reader.keep("page_description", text)
        for sheet in sheets:
            for said in _CONTENT.findall(sheet):
                for one, other in _STRING.findall(said):
                    text = _ESCAPED.sub(_unescaped, one or other)
                    reader.keep("style_text", text if any(c.isalnum() and c < "\ue000" for c in text) else "")
        reader.scripts += sum(1 for one in root.iter("script") if not _is_data(one))
        return reader

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
            elif tag == "input":
                self._input(element)
            self._label(element, tag)
            self._mark(element, tag)
            self._say(element.text, element)
            stack.append((element, "close"))
            for child in reversed(element):
                stack.append((child, "tail"))
                stack.append((child, "open"))

    def _input(self, element: Any) -> None:
        """What is filled into a field; of a hidden one, and of a button, beside the text."""
        kind, value = (element.get("type") or "text").lower(), element.get("value")
        if kind in ("submit", "reset", "button"):
            self.keep("page_furniture", value)
        elif kind == "hidden":
            self.keep("hidden_text", value if _WORDS.search(value or "") else "")
        elif kind not in ("checkbox", "radio", "password", "file", "image", "color"):  # any other is a line of text
            self._said.append(value or "")

    def _label(self, element: Any, tag: str) -> None:
        """Words in attributes, which a browser shows or speaks, where the text of the element does not say them."""
        said = [text for name in self.labels if (text := element.get(name)) and text.strip()]
        if tag == "option" and (element.getparent().tag == "datalist"):
            said.append(element.get("value") or "")
        own = _tidy(_all_of(element, ())) if said and len(element) < 9 else ""
        for text in said:
            if _tidy(text) != own:
                self.keep("picture_text" if tag in ("img", "area") else "label_text", text)

    def _beside(self, element: Any, tag: str) -> bool:
        """Keep apart what is no part of the text that the page shows; whether it is that."""
        if tag in ("template", "noscript") or self._is_hidden(element):
            self.keep("hidden_text", _all_of(element, self.labels))
        elif tag in _AROUND:
            self.keep("page_furniture", _all_of(element, self.labels))
        elif tag in _EMBEDDED:
            self._embedded(element)
        else:
            return False
        return True

    def _embedded(self, element: Any) -> None:
        """A page within the page, where the page holds it itself; of any other, and of pictures, what is said of them."""
        self.keep("picture_text", _all_of(element, self.labels))
        held = element.get("srcdoc") or _in_address(element.get("src") or element.get("data") or "")
        root = _parsed(held, "") if held and self.depth < _DEEP else None
        if root is None:
            self.pictures += 1
            return
        inner = _Reader.of(root, self.depth + 1)
        for block in inner.blocks:
            self.keep("framed", block.text if isinstance(block, Line) else " | ".join(c.text for c in block.cells))
        self._take(inner)

    def _take(self, inner: _Reader) -> None:
        """What another part of the page holds beside its text."""
        self.pictures += inner.pictures
        self.scripts += inner.scripts
        for kind, texts in inner.kept.items():
            self.kept.setdefault(kind, []).extend(texts)

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
            self.keep("struck_text", _all_of(element, ()))
        if _WHITE.search(style) and not any(
            "background" in (one.get("style") or "").lower() or one.get("bgcolor")
            for one in (element, *element.iterancestors())
        ):
            self.keep("faint_text", _all_of(element, ()))

    def keep(self, kind: str, text: str | None) -> None:
        """Something that stands beside the text; blanks are nothing."""
        if text := _tidy(text or ""):
            self.kept.setdefault(kind, []).append(text)

    def apart(self) -> tuple[Apart, ...]:
        """What the page holds beside the text that it shows, and what is to be said of it."""
        made: list[Apart] = []
        for kind, read, zh, en in _BESIDE:
            texts = list(dict.fromkeys(self.kept.get(kind, ())))
            if not texts:
                continue
            quote = " / ".join(texts)
            length = len(quote)
            said = (zh, en) if length <= 80 or read else (f"{zh}（{length:,} 字）", f"{en} ({length:,} characters)")
            quote = quote if length <= 80 else quote[:80] + "…"
            lines = tuple(Line(text, Place(1, self.number + n), whole=True) for n, text in enumerate(texts, start=1))
            self.number += len(lines)
            made.append(Apart(lines if read else (), Said(kind, f"{said[0]}：“{quote}”。", f"{said[1]}: “{quote}”.")))
        if self.scripts:
            because = Said(
                "scripts",
                f"网页中有 {self.scripts} 段脚本，未运行；脚本会显示的文字未读取。请对照浏览器中的网页核对。",
                f"the web page has {self.scripts} scripts, which were not run; text that they would show was not read. Compare "
                f"the page as a browser shows it.",
            )
            made.append(Apart((), because))
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
        inner = _Reader(self.hiding, self.labels, self.depth)
        for part in (td.text,):
            inner._say(part, td)
        for child in td:
            inner.walk(child)
            inner._say(child.tail, td)
        inner.end_line()
        self._take(inner)
        self._label(td, "td")
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


def _all_of(element: Any, labels: Iterable[str]) -> str:
    """The words of an element and of everything in it, those of its labels too, but for code."""
    made: list[str] = []
    for one in element.iter():
        inside = isinstance(one.tag, str) and one.tag not in ("script", "style")
        made += [one.get(name) or "" for name in labels] if inside else []
        made += [one.text or "" if inside else "", (one.tail or "") if one is not element else ""]
    return " ".join(made)


def _comments(text: str) -> str:
    """The remarks in the source of a page that say something."""
    made: list[str] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        said = re.sub(r"<[^<>]{0,2000}>", " ", text[start + 4 : end])
        made += [said] if _WORDS.search(said) else []
    return " / ".join(made)


def _unescaped(found: re.Match[str]) -> str:
    """A character of a string in a style sheet that is written by its number, or for itself."""
    if found[1] is None:
        return "" if found[2] == "\n" else found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _is_data(script: Any) -> bool:
    """Whether what stands in a script is no program but says something."""
    return "json" in (script.get("type") or "").lower()


def _told_of_itself(root: Any) -> Iterator[str]:
    """What a page says of itself to search engines and the like."""
    for meta in root.iter("meta"):
        name, said = meta.get("name") or meta.get("property") or meta.get("itemprop") or "", meta.get("content") or ""
        if _TOLD_OF_IT.search(name) or (name and "=" not in said and _WORDS.search(said)):
            yield said
    for script in root.iter("script"):
        if _is_data(script):
            try:
                data = json.loads(script.text or "")
            except (ValueError, RecursionError):
                yield script.text or ""  # as it stands: it may say something all the same
                continue
            yield " / ".join(dict.fromkeys(_strings(data)))


def _strings(data: Any) -> Iterator[str]:
    """The texts in a JSON value that say something, in order."""
    stack = [data]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            stack += [value for key, value in reversed(one.items()) if not str(key).startswith("@")]
        elif isinstance(one, list):
            stack += reversed(one)
        elif isinstance(one, str) and one.strip() and not re.match(r"[a-z]{2,10}://", one):
            yield " ".join(re.sub(r"<[^<>]{0,2000}>", " ", one).split())


def _in_address(address: str) -> str:
    """The page that an address holds itself (data:text/html,…); nothing for any other."""
    head, comma, body = address.partition(",")
    kind = head.strip().lower()
    if not comma or not kind.startswith(("data:text/html", "data:text/plain", "data:image/svg")):
        return ""
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), body.encode("utf-8", "replace"))
    try:
        data = base64.b64decode(data) if kind.endswith(";base64") else data
    except (binascii.Error, ValueError):
        return ""
    return data.decode("utf-8", "replace")


def _hidden_names(sheets: Iterable[str]) -> frozenset[str]:
    """The classes and ids that style sheets of the page hide whatever the screen; `.name` and `#name`."""
    made: set[str] = set()
    for sheet in sheets:
        depth, selector = 0, ""
        for piece in re.split(r"([{}])", sheet):
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

"""DOCX documents: paragraphs with the numbers that Word sets, tables, text boxes, and changes as if accepted.

What Word does not show in the text (hidden text, comments, descriptions of pictures, what may be chosen in a form) is read
beside it. Parts of the file that are not read are named.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mulu.sources import package as packages
from mulu.sources.document import Apart, Block, Cell, Document, Line, Place, Row, Unread
from mulu.sources.documents import (
    MAX_UNPACKED,
    Corrupt,
    Held,
    TooLarge,
    UnknownKind,
    UnreadableDocument,
    check_length,
    lowered,
    main_part,
    raised,
    read_held,
)
from mulu.vocabulary import Said

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED = frozenset({"del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sectPr", "tblPr", "trPr", "tcPr"})
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Namespaces of which Word shows what is written in them; of any other it shows the fallback that stands beside it.
_UNDERSTOOD = (
    "http://schemas.microsoft.com/office/",
    "http://schemas.openxmlformats.org/",
    "urn:schemas-microsoft-com:",
)
_NO_RESULT = frozenset(  # fields that show nothing, or numbers of pages and the like that Word counts as it sets the text
    ["TC", "XE", "TA", "RD", "SET", "ASK", "PRIVATE", "ADVANCE", "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "INDEX",
     "TOC", "TOA", "HYPERLINK", "MERGEFIELD", "NEXT", "NOTEREF", "STYLEREF", "LINK", "BARCODE", "FORMTEXT", ""]
)  # fmt: skip
_IN_FIELD = re.compile(r'["“”]([^"“”]{1,2000})["“”]')
_WORDS = re.compile("[\u3400-\u9fff]|[A-Za-z]{2,40}[ ,;-]{1,3}[A-Za-z]{2,40}|^[A-Za-z]{3,40}$")
_DEEP_FIELDS = 20  # fields within fields whose results are noted
_MOST_CHUNKS = 20  # files that a document takes into its text
_WHITE = ("FFFFFF", "FEFEFE", "FDFDFD")
_SYMBOLS = {  # of the font Symbol, as Adobe publishes its encoding; Word keeps them in the private area
    **dict(zip("abcdefghijklmnopqrstuvwxyz", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip("\xa3\xa5\xae\xb0\xb1\xb3\xb4\xb7\xb8\xb9\xbb\xd6\xe5", "≤∞→°±≥×•÷≠≈√∑", strict=True)),
}
_DEEP = 200  # levels of nesting that are read
_MOST = 32767
_HAN = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def read_docx(held: Held, *, within: int = 0) -> Document:
    """The document in a DOCX file; `within` counts the files that took it into their text. Raises Corrupt, TooLarge or NoText."""
    package = _Package(held)
    body = package.tree(package.main).find(f"{_W}body")
    if body is None:
        raise Corrupt(held.path, "docx", Said("no_body", "没有正文部分", "it has no body"))
    reader = _Reader(_Numbering.of(package), _Styles.of(package), package, within)
    blocks = reader.read(body)
    running: list[Line] = []
    comments: list[str] = []
    for name in sorted(package.names):
        base = posixpath.basename(name)
        if not (name.startswith("word/") and base.endswith(".xml")):
            continue
        if base.startswith(("header", "footer")):
            beside = _Reader(reader.numbering, reader.styles, package, within)
            for text in map(_text_of, beside.read(package.tree(name))):
                running.append(Line(text, Place(1, len(running) + 1), whole=True))
            reader.take_beside(beside)
        elif base in ("footnotes.xml", "endnotes.xml"):
            blocks += reader.read(package.tree(name))
        elif base == "comments.xml":
            said = _Reader(reader.numbering, reader.styles, package, within)
            comments += map(_text_of, said.read(package.tree(name)))
            reader.take_beside(said)
        elif name.startswith(("word/charts/chart", "word/diagrams/data")):
            reader.described += (one for one in packages.drawn(package.tree(name)) if one not in reader.described)
    check_length(held.path, sum(len(_text_of(block)) for block in blocks))
    unread = list(reader.notes())
    if "word/comments.xml" in package.names:
        unread.append(
            _unread(
                "comments",
                f"文档中有批注，不属于正文，另列于后：{_quoted(comments)}。",
                f"the document has comments, which are no part of its text and are put after it: {_quoted(comments)}.",
            )
        )
    choices = list(reader.choices)
    apart: list[Apart] = []
    number = reader.number
    for ones, because in (
        (reader.hidden, None),
        (reader.described, None),
        (comments, None),
        (choices, packages.told("field_text", "域、表单选项和提示中的文字，列于正文之后", "words in fields, in choices of forms and in hints are put after the text", choices)),
    ):  # fmt: skip
        if any(one.strip() for one in ones):
            lines = tuple(
                Line(one.strip(), Place(1, number + n), whole=True)
                for n, one in enumerate(ones, start=1)
                if one.strip()
            )
            number += len(ones)
            apart.append(Apart(lines, because))
    if reader.readings:
        zh, en = "字上的注音或注释，未随正文读取", "words set above others, as how they are said, were not read"
        apart.append(Apart((), packages.told("ruby", zh, en, reader.readings)))
    left = packages.left(package.names, package.tree, package.data, package.read)
    apart += (Apart((), because) for because in left)
    return held.document("docx", 1, tuple(blocks), tuple(running), tuple(unread), tuple(apart))


def _text_of(block: Block) -> str:
    return block.text if isinstance(block, Line) else " ".join(cell.text for cell in block.cells if cell.text)


def _quoted(texts: list[str]) -> str:
    text = " / ".join(" ".join(one.split()) for one in texts if one.strip())
    return f"“{text}”" if len(text) <= 80 else f"“{text[:80]}…”"


def _unread(ident: str, zh: str, en: str) -> Unread:
    return Unread(1, Said(ident, zh, en))


class _Package:
    """The parts of a DOCX file, parsed without entities and without the network."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.archive = zipfile.ZipFile(io.BytesIO(held.data))
        self.names = frozenset(self.archive.namelist())
        self.main = main_part(self.archive) or "word/document.xml"
        self.read: set[str] = set()  # parts whose words are read, or have a note of their own
        self._relations: dict[str, tuple[str, bool]] | None = None

    def related(self, ident: str | None) -> tuple[str, bool]:
        """What the main part refers to by an id: the name of a part, or an address outside, and whether it is outside."""
        if self._relations is None:
            self._relations = {}
            folder, base = posixpath.split(self.main)
            name = f"{folder}/_rels/{base}.rels"
            for one in self.tree(name).iter(_RELATION) if name in self.names else ():
                target, outside = one.get("Target") or "", one.get("TargetMode") == "External"
                inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                self._relations[one.get("Id") or ""] = (target if outside else inside, outside)
        return self._relations.get(ident or "", ("", False))

    def data(self, name: str) -> bytes:
        """The bytes of a part."""
        self.read.add(name)
        try:
            with self.archive.open(name) as part:
                data = part.read(MAX_UNPACKED + 1)  # the size that the archive declares may be a lie
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, KeyError) as error:
            raise self._corrupt(name) from error
        if len(data) > MAX_UNPACKED:
            raise TooLarge(
                self.held.path, Said("unpacked", "解压后的字节数", "bytes when unpacked"), len(data), MAX_UNPACKED
            )
        return data

    def tree(self, name: str) -> Any:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        data = self.data(name)
        if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
            raise self._corrupt(name)  # no program that writes DOCX declares entities
        data = data.replace(_STRICT[1:-1].encode(), _W[1:-1].encode())
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._corrupt(name) from error

    def _corrupt(self, name: str) -> Corrupt:
        return Corrupt(
            self.held.path, "docx", Said("broken_part", f"部件 {name} 无法解析", f"its part {name} is broken")
        )


def _value(element: Any, path: str, name: str = "val") -> str | None:
    found = element.find("/".join(_W + step for step in path.split("/"))) if element is not None else None
    return None if found is None else found.get(_W + name)


def _switch(properties: Any, name: str) -> bool | None:
    """Whether a property is on or off; None where it is not set."""
    mark = properties.find(f"{_W}{name}") if properties is not None else None
    return None if mark is None else mark.get(f"{_W}val") not in ("0", "false", "off")


def _whole(text: str | None, default: int) -> int:
    """A number of the file, within those that Word itself writes: others would have us count and repeat without end."""
    try:
        return min(max(int(text or ""), -_MOST), _MOST)
    except ValueError:
        return default


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    num: str | None
    level: int | None
    outline: int | None  # level of the headings that are set in it, from 1
    hidden: bool | None = None  # whether what is set in it is not shown, where it says so


@dataclass(frozen=True, slots=True)
class _Styles:
    """The numbering that paragraph styles bring with them."""

    styles: dict[str, _Style]
    default: str | None

    @staticmethod
    def of(package: _Package) -> _Styles:
        if "word/styles.xml" not in package.names:
            return _Styles({}, None)
        styles: dict[str, _Style] = {}
        default = None
        for style in package.tree("word/styles.xml").iter(f"{_W}style"):
            ident = style.get(f"{_W}styleId") or ""
            level = _value(style, "pPr/numPr/ilvl")
            outline = _value(style, "pPr/outlineLvl")
            styles[ident] = _Style(
                _value(style, "basedOn"),
                _value(style, "pPr/numPr/numId"),
                None if level is None else _whole(level, 0),
                _heading_level(outline) if outline is not None else 1 if _value(style, "name") == "Title" else None,
                _switch(style.find(f"{_W}rPr"), "vanish"),
            )
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                default = ident
        return _Styles(styles, default)

    def numbering(self, ident: str | None) -> tuple[str | None, int | None]:
        """The list of a style and its level, from the style itself or one that it builds on."""
        num: str | None = None
        level: int | None = None
        seen: set[str] = set()
        ident = ident or self.default
        while ident and ident not in seen and ident in self.styles:
            seen.add(ident)
            style = self.styles[ident]
            num = num or style.num
            level = style.level if level is None else level
            ident = style.based_on
        return num, level

    def hides(self, ident: str | None) -> bool:
        """Whether text in a style is hidden, by itself or by one that it builds on."""
        seen: set[str] = set()
        while ident and ident not in seen and ident in self.styles:
            seen.add(ident)
            if (own := self.styles[ident].hidden) is not None:
                return own
            ident = self.styles[ident].based_on
        return False

    def heading(self, ident: str | None) -> int | None:
        """The level of a heading set in a style, or in one that it builds on; None where it sets none."""
        seen: set[str] = set()
        while ident and ident not in seen and ident in self.styles:
            seen.add(ident)
            style = self.styles[ident]
            if style.outline is not None:
                return style.outline or None
            ident = style.based_on
        return None


def _heading_level(outline: str) -> int:
    """From 1; 0 for text, which Word counts as the tenth level."""
    level = _whole(outline, 9) + 1
    return level if 1 <= level <= 9 else 0


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    restart: int | None
    legal: bool
    style: str | None
    follows: str


@dataclass(slots=True)
class _Numbering:
    """The lists of a document, and how far each has counted."""

    nums: dict[str, str] = field(default_factory=dict)  # list to its pattern
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # list to its levels
    starts: dict[str, dict[int, int]] = field(default_factory=dict)  # list to the numbers where it begins anew
    counts: dict[str, dict[int, int]] = field(default_factory=dict)  # pattern to the numbers last given
    begun: set[str] = field(default_factory=set)

    @staticmethod
    def of(package: _Package) -> _Numbering:
        made = _Numbering()
        if "word/numbering.xml" not in package.names:
            return made
        tree = package.tree("word/numbering.xml")
        patterns: dict[str, dict[int, _Level]] = {}
        for pattern in tree.iter(f"{_W}abstractNum"):
            patterns[pattern.get(f"{_W}abstractNumId") or ""] = dict(map(_level, pattern.findall(f"{_W}lvl")))
        for num in tree.findall(f"{_W}num"):
            ident, pattern_id = num.get(f"{_W}numId") or "", _value(num, "abstractNumId") or ""
            levels = dict(patterns.get(pattern_id, {}))
            for override in num.findall(f"{_W}lvlOverride"):
                level = _whole(override.get(f"{_W}ilvl"), 0)
                if (own := override.find(f"{_W}lvl")) is not None:
                    levels[level] = _level(own)[1]
                start = _value(override, "startOverride")
                if start is not None:
                    made.starts.setdefault(ident, {})[level] = _whole(start, 1)
            made.nums[ident] = pattern_id
            made.levels[ident] = levels
        return made

    def next(self, num: str, level: int) -> str:
        """The number that Word sets before the next paragraph of a list."""
        levels = self.levels.get(num)
        if not levels or level not in levels:
            return ""
        counts = self.counts.setdefault(self.nums[num], {})
        if num not in self.begun:
            self.begun.add(num)
            for at, start in self.starts.get(num, {}).items():
                counts[at] = start - 1
        here = levels[level]
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart != 0 and (restart is None or level < restart):
                del counts[deeper]
        for upper in range(level):
            if upper in levels:
                counts.setdefault(upper, levels[upper].start)
        if here.form == "bullet":
            return here.text if here.text.isprintable() and not "\ue000" <= here.text <= "\uf8ff" else "•"
        text = here.text
        for at in range(level, -1, -1):
            if f"%{at + 1}" in text and at in levels:
                form = "decimal" if here.legal and at < level else levels[at].form
                text = text.replace(f"%{at + 1}", _numeral(counts.get(at, levels[at].start), form))
        if not text:
            return ""
        return text + (" " if here.follows != "nothing" and text[-1].isascii() and text[-1].isalnum() else "")


def _level(element: Any) -> tuple[int, _Level]:
    restart = _value(element, "lvlRestart")
    legal = element.find(f"{_W}isLgl")
    return _whole(element.get(f"{_W}ilvl"), 0), _Level(
        start=_whole(_value(element, "start"), 0 if element.find(f"{_W}start") is None else 1),
        form=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        restart=None if restart is None else _whole(restart, 0),
        legal=legal is not None and legal.get(f"{_W}val") not in ("0", "false"),
        style=_value(element, "pStyle"),
        follows=_value(element, "suff") or "tab",
    )


def _numeral(number: int, form: str) -> str:
    """A number in one of the forms of Word; forms unknown here are set in Arabic digits."""
    if number <= 0:
        return str(number)
    match form:
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02}"
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord(c) + 0xFEE0) for c in str(number))
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _enclosed(number, 0x2460, 20)
        case "decimalEnclosedFullstop":
            return _enclosed(number, 0x2488, 20)
        case "decimalEnclosedParen":
            return _enclosed(number, 0x2474, 20)
        case "ideographEnclosedCircle":
            return _enclosed(number, 0x3280, 10)
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if form == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.lower() if form == "lowerRoman" else roman
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCountingThousand":
            return _counted(number)
        case "taiwaneseCounting" | "ideographDigital" | "taiwaneseDigital":
            return _counted(number) if form == "taiwaneseCounting" else "".join(_HAN[int(c)] for c in str(number))
        case "ideographTraditional":
            return _STEMS[(number - 1) % 10]
        case "ideographZodiac":
            return _BRANCHES[(number - 1) % 12]
        case _:
            return str(number)


def _enclosed(number: int, first: int, last: int) -> str:
    return chr(first + number - 1) if number <= last else str(number)


def _roman(number: int) -> str:
    made = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        made += sign * (number // value)
        number %= value
    return made


def _counted(number: int) -> str:
    """A number in Chinese counting, as 二十一."""
    if number >= 10_000:
        return str(number)
    made = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            made += _HAN[digit] + sign
        elif made and number and not made.endswith("〇"):
            made += "〇"
    made = made.replace("〇", "零")
    return made[1:] if made.startswith("一十") else made


@dataclass(slots=True)
class _Field:
    """A field that is open: how it is to be computed, and what it was last computed to."""

    form: Any  # what a form field offers and holds
    told: str = ""
    result: list[str] = field(default_factory=list)
    to_come: bool = True  # whether its result is still to come

    @property
    def kind(self) -> str:
        return next(iter(self.told.split()), "").upper()


class _Reader:
    """Walks a part of the document and gathers its paragraphs and rows."""

    def __init__(self, numbering: _Numbering, styles: _Styles, package: _Package, within: int) -> None:
        self.numbering = numbering
        self.styles = styles
        self.package = package
        self.within = within
        self.number = 0
        self.tables = 0
        self.changes = 0
        self.pictures = 0
        self.too_deep = 0
        self.hidden: list[str] = []  # texts that are not shown
        self.faint: list[str] = []  # texts in white or too small to be read
        self.described: list[str] = []  # what pictures are said to show, and words drawn as pictures
        self.readings: list[str] = []  # what is set above other signs, as how they are said
        self.choices: dict[str, None] = {}  # words of fields and forms that the text does not show
        self.deleted: list[str] = []
        self.unset: list[str] = []  # fields without a result
        self.unmapped = 0
        self.chunks = 0
        self._fields: list[_Field] = []
        self.elsewhere: list[Unread] = []  # what other files hold that were not read
        self._in_table = 0
        self._style: str | None = None  # of the paragraph that is being read

    def read(self, parent: Any) -> list[Block]:
        self.deleted += (
            "".join(one.itertext(f"{_W}delText", f"{_W}t")) for one in parent.iter(f"{_W}del", f"{_W}moveFrom")
        )
        blocks = list(self._blocks(parent, 0))
        for element, name in (
            ("alias", "val"), ("listItem", "displayText"), ("helpText", "val"), ("statusText", "val"), ("default", "val"),
            ("listEntry", "val"), ("hyperlink", "tooltip"), ("tblCaption", "val"), ("tblDescription", "val"),
        ):  # fmt: skip
            for one in parent.iter(f"{_W}{element}"):
                self._choice(one.get(f"{_W}{name}") or "")
        return blocks

    def take_beside(self, other: _Reader) -> None:
        """What stands beside the text of another part of the document."""
        self.hidden += other.hidden
        self.described += other.described
        self.readings += other.readings
        self.choices |= other.choices
        self.deleted += other.deleted
        self.faint += other.faint
        self.changes += other.changes
        self.pictures += other.pictures
        self.unmapped += other.unmapped
        self.too_deep += other.too_deep
        self.elsewhere += other.elsewhere
        self.unset += other.unset

    def _choice(self, text: str) -> None:
        if any(c.isalpha() for c in text):
            self.choices[text.strip()] = None

    def notes(self) -> Iterator[Unread]:
        if self.changes:
            gone = [one for one in self.deleted if one.strip()]
            zh, en = (f"：{_quoted(gone)}", f": {_quoted(gone)}") if gone else ("", "")
            length = sum(map(len, gone))
            zh, en = (f"{zh}，共 {length:,} 字", f"{en}, {length:,} characters") if length > 80 else (zh, en)
            yield _unread(
                "tracked_changes",
                f"文档中有 {self.changes} 处修订未定稿：已按接受修订读取（采用插入，不采用删除{zh}）。请取得定稿核对。",
                f"the document holds {self.changes} tracked changes: it was read as if they were accepted (insertions taken, "
                f"deletions not{en}). Get the final text and compare.",
            )
        if self.unset:
            kinds = ", ".join(dict.fromkeys(self.unset))[:200]
            yield _unread(
                "fields",
                f"文档中有 {len(self.unset)} 个域没有保存结果，其内容未读取：{kinds}。请在 Word 中更新域并保存后再给出。",
                f"the document has {len(self.unset)} fields whose results are not kept; they were not read: {kinds}. Update the "
                f"fields in Word, save it and give it again.",
            )
        if self.pictures:
            yield _unread(
                "pictures",
                f"文档中有 {self.pictures} 个图片或嵌入对象，其中的文字未读取。",
                f"the document has {self.pictures} pictures or embedded objects; text in them was not read.",
            )
        if self.described:
            yield _unread(
                "picture_text",
                f"图片的说明文字和艺术字，另列于正文之后：{_quoted(self.described)}。",
                f"descriptions of pictures and words drawn as pictures are put after the text: {_quoted(self.described)}.",
            )
        if self.hidden:
            yield _unread(
                "hidden_text",
                f"文档中有 {len(self.hidden)} 段隐藏文字，不计入正文，另列于后：{_quoted(self.hidden)}。",
                f"the document has {len(self.hidden)} stretches of hidden text, kept apart and put after it: "
                f"{_quoted(self.hidden)}.",
            )
        if self.faint:
            yield _unread(
                "faint_text",
                f"文档中有白色或极小的文字，已按正文读取：{_quoted(self.faint)}。请核对。",
                f"the document has text in white or too small to be seen; it was read with the rest: {_quoted(self.faint)}. "
                f"Check it.",
            )
        if self.unmapped:
            yield _unread(
                "unmapped_characters",
                f"文档中有 {self.unmapped} 个符号字体的字符含义不明，文中以 � 表示。请核对。",
                f"the document has {self.unmapped} characters of symbol fonts whose meaning is not known; they read � in the "
                f"text. Compare it.",
            )
        yield from self.elsewhere
        if self.too_deep:
            yield _unread(
                "too_deep",
                f"文档有 {self.too_deep} 处嵌套过深，未读取。",
                f"{self.too_deep} parts of the document are nested too deeply and were not read.",
            )

    def _blocks(self, parent: Any, depth: int) -> Iterator[Block]:
        if depth > _DEEP:
            self.too_deep += 1
            return
        for child in parent:
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child, depth)
            elif name == "tbl":
                yield from self._table(child, depth)
            elif name in ("del", "moveFrom"):
                self.changes += 1
            elif name in ("ins", "moveTo"):
                self.changes += 1
                yield from self._blocks(child, depth + 1)
            elif name == "altChunk":
                yield from self._taken_in(child.get(f"{_R}id"))
            elif name == "subDoc":
                target, _ = self.package.related(child.get(f"{_R}id"))
                self.elsewhere.append(
                    _unread(
                        "other_file",
                        f"正文的一部分在另一文件中（{target or '?'}），未读取。请一并给出该文件。",
                        f"part of the text is in another file ({target or '?'}), which was not read. Give it as well.",
                    )
                )
            elif name in ("footnote", "endnote"):
                if child.get(f"{_W}type") in (None, "normal"):
                    yield from self._blocks(child, depth + 1)
            elif name not in _SKIPPED:  # content controls, custom XML, alternative content
                yield from self._blocks(self._chosen(child), depth + 1)

    def _taken_in(self, ident: str | None) -> Iterator[Block]:
        """The blocks of a file that Word puts into the text when it opens the document."""
        name, outside = self.package.related(ident)
        self.chunks += 1
        if outside or name not in self.package.names or self.within or self.chunks > _MOST_CHUNKS:
            because = Said("not_there", "不在文件中或嵌套过多", "it is not in the file, or lies too deep in others")
        else:
            held = Held(self.package.held.path, name, self.package.data(name))
            try:
                if b"%PDF-" in held.data[:1024]:  # Word takes none; its reader may not be there
                    raise UnknownKind(name, Said("pdf", "PDF 文件", "a PDF file"))
                if held.data.startswith(b"PK\x03\x04"):
                    document = read_docx(held, within=self.within + 1)
                else:
                    document = read_held(held)
            except UnreadableDocument as error:
                because = error.said
            else:
                self.elsewhere += document.unread
                yield from self._renumbered(document.blocks)
                return
        self.elsewhere.append(
            _unread(
                "other_file",
                f"正文的一部分取自 {name or '?'}，未读取（{because.zh}）。",
                f"part of the text is taken from {name or '?'}, which was not read ({because.en}).",
            )
        )

    def _renumbered(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Blocks of another document, counted on as blocks of this."""
        tables: dict[int, int] = {}
        for block in blocks:
            self.number += 1
            place = Place(1, self.number)
            if isinstance(block, Line):
                yield replace(block, place=place)
                continue
            if block.table not in tables:
                self.tables += 1
                tables[block.table] = self.tables
            cells = tuple(replace(cell, place=place, lines=()) for cell in block.cells)
            yield replace(block, cells=cells, place=place, table=tables[block.table])

    def _paragraph(self, p: Any, depth: int) -> Iterator[Block]:
        said: list[str] = []
        boxes: list[Any] = []
        properties = p.find(f"{_W}pPr")
        self._style = _value(properties, "pStyle") or self.styles.default
        self._say(p, said, boxes, depth)
        text = "".join(said).strip()
        number = self._number_of(properties) if text or not boxes else ""
        if properties is not None and properties.find(f"{_W}rPr") is not None:
            marks = properties.find(f"{_W}rPr")
            self.changes += sum(marks.find(f"{_W}{mark}") is not None for mark in ("ins", "del"))
        own = _value(properties, "outlineLvl")
        level = _heading_level(own) or None if own is not None else self.styles.heading(_value(properties, "pStyle"))
        if text:
            for part in (number + text).split("\n"):
                if part.strip():
                    self.number += 1
                    yield Line(part.strip(), Place(1, self.number), whole=True, level=level)
        for box in boxes:
            yield from self._blocks(box, depth + 1)

    def _number_of(self, properties: Any) -> str:
        num, level = self.styles.numbering(_value(properties, "pStyle"))
        own = properties.find(f"{_W}numPr") if properties is not None else None
        if own is not None:
            num = _value(own, "numId") or num
            own_level = _value(own, "ilvl")
            level = _whole(own_level, 0) if own_level is not None else level
        if not num or num == "0":
            return ""
        if level is None:
            style = _value(properties, "pStyle")
            linked = (at for at, each in self.numbering.levels.get(num, {}).items() if style and each.style == style)
            level = next(linked, 0)
        return self.numbering.next(num, level)

    def _say(self, element: Any, said: list[str], boxes: list[Any], depth: int) -> None:
        if depth > _DEEP:
            self.too_deep += 1
            return
        for child in element:
            name = _name(child)
            if name == "r":
                self._run(child, said, boxes)
            elif name in ("del", "moveFrom"):
                self.changes += 1
            elif name in ("ins", "moveTo"):
                self.changes += 1
                self._say(child, said, boxes, depth + 1)
            elif child.tag in (f"{_M}oMath", f"{_M}oMathPara"):
                said.append(_formula(child))
            elif name == "fldSimple":
                self._fields.append(_Field(None, child.get(f"{_W}instr") or "", to_come=False))
                self._say(child, said, boxes, depth + 1)
                self._field_ends(said)
            elif name not in _SKIPPED:
                self._say(self._chosen(child), said, boxes, depth + 1)

    def _run(self, run: Any, said: list[str], boxes: list[Any]) -> None:
        properties = run.find(f"{_W}rPr")
        shift = _value(properties, "vertAlign")
        if self._hides(properties):
            if words := "".join(text.text or "" for text in run.iter(f"{_W}t")).strip():
                self.hidden.append(words)
            for child in run:
                if child.tag == f"{_W}fldChar":
                    self._field(child, self.hidden)
                elif child.tag == f"{_W}instrText" and self._fields:
                    self._fields[-1].told += child.text or ""
            return
        if (
            words := "".join(text.text or "" for text in run.iter(f"{_W}t")).strip()
            if self._is_faint(run, properties)
            else ""
        ):
            self.faint.append(words)
        self._inside(run, run, shift, said, boxes)

    def _hides(self, properties: Any) -> bool:
        """Whether a run is hidden: by itself, by the style of its characters, or by that of its paragraph."""
        own = _switch(properties, "vanish")
        if own is not None:
            return own
        style = _value(properties, "rStyle")
        return self.styles.hides(style) or self.styles.hides(self._style)

    def _is_faint(self, run: Any, properties: Any) -> bool:
        """Whether a run is set in white on no ground of its own, or in less than two points."""
        if properties is None:
            return False
        if 0 < _whole(_value(properties, "sz"), 99) < 4:  # half points
            return True
        if self._in_table or (_value(properties, "color") or "").upper() not in _WHITE:
            return False  # rows of a table may have a ground that its style gives them
        above = run.getparent()
        grounds = [properties, above.find(f"{_W}pPr") if above is not None else None]
        return not any(
            one is not None and any(one.find(f"{_W}{name}") is not None for name in ("shd", "highlight"))
            for one in grounds
        )

    def _inside(self, run: Any, holder: Any, shift: str | None, said: list[str], boxes: list[Any]) -> None:
        """What a run holds; `holder` is the run, or one of two renderings of a part of it."""
        fonts = run.find(f"{_W}rPr/{_W}rFonts")
        symbol = fonts is not None and "Symbol" in fonts.attrib.values()
        for child in holder:
            name = _name(child)
            if name == "t":
                text = self._mapped(child.text or "", symbol)
                text = raised(text) if shift == "superscript" else lowered(text) if shift == "subscript" else text
                for each in self._fields[-_DEEP_FIELDS:]:
                    each.result += [] if each.to_come else [text]
                said.append(text)
            elif name == "tab":
                said.append("\t")
            elif name in ("br", "cr"):
                said.append("\n")
            elif name == "noBreakHyphen":
                said.append("-")
            elif name == "sym":
                code = _whole_hex(child.get(f"{_W}char"))
                symbol_font = child.get(f"{_W}font") == "Symbol"
                said.append(self._mapped(chr(code), symbol_font) if code else "\ufffd")
            elif name in ("footnoteReference", "endnoteReference"):
                said.append(f"[{child.get(f'{_W}id')}]")
            elif name == "ruby":  # signs with their reading above them: the signs are the text
                for base in child.iter(f"{_W}rubyBase"):
                    self._say(base, said, boxes, 0)
                for above in child.iter(f"{_W}rt"):
                    self.readings.append("".join(above.itertext(f"{_W}t")))
            elif name == "fldChar":
                self._field(child, said)
            elif name == "instrText" and self._fields:
                self._fields[-1].told += child.text or ""
            elif child.tag == f"{_MC}AlternateContent":
                self._inside(run, self._chosen(child), shift, said, boxes)
            elif name in ("drawing", "pict", "object"):
                self._drawn(child, boxes)

    def _field(self, mark: Any, said: list[str]) -> None:
        """A field begins, its result follows, or it ends."""
        kind = mark.get(f"{_W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field(mark.find(f"{_W}ffData")))
        elif kind == "separate" and self._fields:
            self._fields[-1].to_come = False
        elif kind == "end" and self._fields:
            self._field_ends(said)

    def _field_ends(self, said: list[str]) -> None:
        """Put in the place of a field what Word shows there, where its result is not kept; keep its other words apart."""
        one = self._fields.pop()
        result = "".join(one.result).strip()
        quoted = [text.strip() for text in _IN_FIELD.findall(one.told)]
        if one.form is not None and (shown := _filled_in(one.form)):
            said.append(shown)
        elif not result:
            made = ""
            if one.kind == "EQ":
                made = _equation(one.told.strip()[2:])
            elif one.kind == "QUOTE":
                made = " ".join(quoted) or one.told.strip()[5:].strip()
            elif one.kind == "SYMBOL":
                code = _whole(next(iter(one.told.split()[1:2]), ""), 0)
                made = self._mapped(chr(code), "Symbol" in one.told) if 31 < code < 0xD800 else ""
            elif one.kind not in _NO_RESULT:
                self.unset.append(one.kind)
            said += [made] if made else []
            quoted = [text for text in quoted if text not in made]
        if one.kind in ("TC", "XE", "SET", "COMMENTS", "FILLIN", "ASK", "IF", "DOCVARIABLE") and not quoted:
            quoted = [" ".join(one.told.split()[1:])]
        for text in quoted:
            if text not in result and _WORDS.search(text):
                self._choice(text)

    def _chosen(self, element: Any) -> Any:
        """Of two renderings of the same content the one that Word shows and that says something; another element is itself.

        What the other one says besides is kept with the hidden text.
        """
        if element.tag != f"{_MC}AlternateContent":
            return element
        found = [one for one in element if one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
        found.sort(key=lambda one: one.tag == f"{_MC}Choice" and not _is_understood(one))
        said = ["".join(one.itertext(f"{_W}t")).strip() for one in found]
        chosen = next((n for n, text in enumerate(said) if text), 0)
        for text in said:
            if "".join(text.split()) not in "".join(said[chosen].split()):
                self.hidden.append(text)
        return found[chosen] if found else element

    def _unwrapped(self, parent: Any, name: str) -> Iterator[Any]:
        """Rows or cells, also those inside content controls."""
        for child in parent:
            if child.tag == _W + name:
                yield child
            elif child.tag in (
                f"{_W}sdt",
                f"{_W}sdtContent",
                f"{_W}customXml",
                f"{_W}ins",
                f"{_W}smartTag",
                f"{_MC}AlternateContent",
            ):
                yield from self._unwrapped(self._chosen(child), name)

    def _mapped(self, text: str, symbol: bool) -> str:
        """A text with the characters of symbol fonts by what they show."""
        made = []
        for char in text:
            if "\ue000" <= char <= "\uf8ff":
                known = _SYMBOLS.get(chr(ord(char) - 0xF000)) if symbol and char >= "\uf000" else None
                self.unmapped += known is None
                char = known or "\ufffd"
            elif symbol and char in _SYMBOLS:
                char = _SYMBOLS[char]
            made.append(char)
        return "".join(made)

    def _drawn(self, element: Any, boxes: list[Any]) -> None:
        """Text boxes of a drawing, and whether it is a picture."""
        found = [box for box in element.iter(f"{_W}txbxContent") if not _within(box, element)]
        boxes.extend(found)
        for each in element.iter():
            local = each.tag.rpartition("}")[2] if isinstance(each.tag, str) else ""
            for words in {"docPr": ("descr", "title"), "shape": ("alt", "title"), "textpath": ("string",)}.get(
                local, ()
            ):
                if (text := (each.get(words) or "").strip()) and text not in self.described:
                    self.described.append(text)
            if each.tag == f"{_A}p" and (text := "".join(each.itertext(f"{_A}t")).strip()):
                self.described.append(text)
        names = {etree_name.rpartition("}")[2] for each in element.iter() if isinstance(etree_name := each.tag, str)}
        self.pictures += bool(names & {"pic", "imagedata", "OLEObject", "chart", "relIds"})

    def _table(self, table: Any, depth: int) -> Iterator[Row]:
        self.tables += 1
        ident = self.tables
        self._in_table += 1
        for tr in self._unwrapped(table, "tr"):
            properties = tr.find(f"{_W}trPr")
            if properties is not None:
                if properties.find(f"{_W}del") is not None:
                    self.changes += 1
                    continue
                self.changes += properties.find(f"{_W}ins") is not None
            first = self.number + 1
            cells: list[Cell] = []
            before = _whole(_value(properties, "gridBefore"), 0)
            if before > 0:
                cells.append(Cell("", Place(1, first), spans=before))
            for tc in self._unwrapped(tr, "tc"):
                spans = max(1, _whole(_value(tc, "tcPr/gridSpan"), 1))
                merged = tc.find(f"{_W}tcPr/{_W}vMerge")
                lines = [
                    block.text if isinstance(block, Line) else " ".join(c.text for c in block.cells if c.text)
                    for block in self._blocks(tc, depth + 1)
                ]
                if merged is not None and merged.get(f"{_W}val") != "restart":
                    self.hidden += [line for line in lines if line.strip()]  # Word shows the cell above in its place
                    lines = []
                cells.append(Cell("\n".join(lines), Place(1, first), spans=spans))
            self.number = first
            if cells and properties is not None and _switch(properties, "hidden"):
                self.hidden += [cell.text for cell in cells if cell.text.strip()]
            elif cells:
                yield Row(tuple(cells), ident, Place(1, first))
        self._in_table -= 1


def _name(element: Any) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        return "del_comment"
    return tag[len(_W) :] if tag.startswith(_W) else tag


def _is_understood(choice: Any) -> bool:
    """Whether Word knows every namespace that a rendering requires; a prefix that the file does not declare is believed."""
    names = [choice.nsmap.get(prefix, _UNDERSTOOD[0]) for prefix in (choice.get("Requires") or "").split()]
    return all(name.startswith(_UNDERSTOOD) for name in names)


def _filled_in(form: Any) -> str:
    """What a box or a list of a form shows, which Word keeps as a number."""
    box, listed = form.find(f"{_W}checkBox"), form.find(f"{_W}ddList")
    if box is not None:
        ticked = _switch(box, "checked")
        return "☒" if (_switch(box, "default") if ticked is None else ticked) else "☐"
    if listed is None:
        return ""
    entries = [one.get(f"{_W}val") or "" for one in listed.findall(f"{_W}listEntry")]
    at = _whole(_value(listed, "result") or _value(listed, "default"), 0)
    return entries[at] if 0 <= at < len(entries) else ""


def _equation(told: str) -> str:
    """What an EQ field shows, in one line: fractions, roots, scripts, signs in circles; of others the parts one by one."""
    text, _ = _equation_from(told, 0, 0)
    return " ".join(text[0].split()) if len(text) == 1 else ", ".join(text)


_COMMAND = re.compile(r"\\(?:([A-Za-z]{1,2})(-?[0-9]{0,4})|(.))", re.DOTALL)


def _equation_from(told: str, at: int, depth: int) -> tuple[list[str], int]:
    """The parts of an EQ field up to a bracket that closes, and the place after it."""
    parts, commands, signs = [""], list[str](), list[str]()
    while at < len(told):
        found = _COMMAND.match(told, at)
        if found is not None:
            at = found.end()
            if found[3] is None:
                commands.append(found[1].lower())
            elif commands and commands[-1] in ("lc", "rc", "bc"):
                signs.append(found[3])
            else:
                parts[-1] += found[3]
            continue
        sign = told[at]
        at += 1
        if sign == "(" and commands and depth < 40:
            inner, at = _equation_from(told, at, depth + 1)
            parts[-1] += _of_command(commands, signs, inner)
            commands, signs = [], []
        elif sign == ")" and depth:
            return parts, at
        elif sign in ",;" and depth:
            parts.append("")
        elif not (sign == " " and commands):
            parts[-1] += sign
    return parts, at


def _of_command(commands: list[str], signs: list[str], parts: list[str]) -> str:
    first = commands[0]
    parts = [part.strip() for part in parts]
    if first == "f":
        return "/".join(f"({part})" if len(part) > 1 and not part.isalnum() else part for part in parts)
    if first == "r":
        return f"{raised(parts[0]) if len(parts) > 1 else ''}√({parts[-1]})"
    if first == "s":
        return "".join(map(lowered if "do" in commands and "up" not in commands else raised, parts))
    if first == "o":
        if len(parts) == 2 and parts[0] in "○◯〇" and parts[1].isascii() and parts[1].isdigit():
            return _enclosed(int(parts[1]), 0x2460, 20)
        return "".join(parts)
    if first == "b":
        opens = signs[0] if signs else "("
        ends = signs[-1] if len(signs) > 1 else {"(": ")", "[": "]", "{": "}"}.get(opens, opens)
        ends = "" if "lc" in commands and "rc" not in commands else ends
        return f"{'' if 'rc' in commands and 'lc' not in commands else opens}{', '.join(parts)}{ends}"
    if first == "i" and len(parts) == 3:
        sign = "∑" if "su" in commands else "∏" if "pr" in commands else "∫"
        return f"{sign}{lowered(parts[0])}{raised(parts[1])} {parts[2]}"
    return ", ".join(parts)


def _within(box: Any, element: Any) -> bool:
    """Whether a text box stands inside another, or in the second rendering of a drawing."""
    for above in box.iterancestors():
        if above is element:
            return False
        if above.tag in (f"{_W}txbxContent", f"{_MC}Fallback"):
            return True
    return False


def _whole_hex(text: str | None) -> int:
    """The number of a character; 0 where it is none."""
    try:
        code = int(text or "", 16)
    except ValueError:
        return 0
    return code if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else 0


def _formula(math: Any, shift: str = "") -> str:
    """A formula in one line: scripts raised and lowered, roots and fractions with the signs that part them."""
    made: list[str] = []
    for child in math:
        name = child.tag[len(_M) :] if isinstance(child.tag, str) and child.tag.startswith(_M) else ""
        if name == "t":
            text = child.text or ""
            made.append(raised(text) if shift == "sup" else lowered(text) if shift == "sub" else text)
        elif name in ("sup", "sub"):
            made.append(_formula(child, name))
        elif name == "f":
            parts = [_formula(one, shift) for part in ("num", "den") if (one := child.find(f"{_M}{part}")) is not None]
            made.append("/".join(f"({part})" if len(part) > 1 and not part.isalnum() else part for part in parts))
        elif name == "rad":
            degree, under = child.find(f"{_M}deg"), child.find(f"{_M}e")
            made.append(raised(_formula(degree)) if degree is not None else "")
            made.append(f"√({_formula(under, shift)})" if under is not None else "√")
        elif name == "d":
            marks = child.find(f"{_M}dPr")
            opens, ends = (_mark(marks, end, default) for end, default in (("begChr", "("), ("endChr", ")")))
            made.append(opens + ", ".join(_formula(one, shift) for one in child.findall(f"{_M}e")) + ends)
        elif name == "nary":
            made.append(_mark(child.find(f"{_M}naryPr"), "chr", "∫") + _formula(child, shift))
        elif child.tag not in (f"{_W}del", f"{_W}moveFrom") and not name.endswith("Pr"):
            made.append(_formula(child, shift))
    return "".join(made)


def _mark(properties: Any, name: str, default: str) -> str:
    """A sign that a formula is set with."""
    found = properties.find(f"{_M}{name}") if properties is not None else None
    return default if found is None else found.get(f"{_M}val") or ""

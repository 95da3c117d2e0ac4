"""Workbooks (.xlsx) and tables in text (CSV): sheets whose rows are descriptions, and other sheets as tables.

Numbers are read as their cells show them. What a sheet hides is read and told; comments, lists from which a cell is filled
and the words of shapes are read after the sheets.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import statistics
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mulu.sources import cell_formats, package
from mulu.sources.described import Composer, Kind, Reading, Role
from mulu.sources.document import Unread
from mulu.sources.documents import MAX_UNPACKED, Corrupt, Held, NoText, TooLarge, check_length
from mulu.vocabulary import Said

_MOST_ROWS = 100_000
_TEXT = re.compile(
    r"描述|说明|簡述|简述|概述|內容|内容|正文|文本|摘要|要点|方案|text|description|abstract|summary|content|scope",
    re.IGNORECASE,
)
_TITLE = re.compile(r"名称|名稱|标题|題名|题名|项目|技术名|name|title|technology|subject", re.IGNORECASE)
_ID = re.compile(
    r"^(.{0,12}(编号|編號|编码|代号|代號|序号|流水号)|标识|号|no\.?|id|#|number|ref\b.{0,12}|docket|item)$",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"备注|備註|附注|附註|参数|參數|指标|指標|规格|規格|性能|特征|特徵|工艺|工藝|用途|应用|應用|remark|\bnotes?\b|comment|parameter|\bspec|"
    r"performance|feature|\bprocess|\buses?\b|purpose|detail|material",
    re.IGNORECASE,
)
_HEADER = 30  # characters of a name of a column, at most
_LEAST = 12  # characters that descriptions have, at the median; fewer are names or figures


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a sheet say what; `header` is the row that names them, None where there is none."""

    header: int | None
    text: int
    title: int | None
    id: int | None
    also: tuple[int, ...] = ()  # others that say something of what is described: remarks, parameters
    left: tuple[int, ...] = ()  # others that are not read: names, days, states


@dataclass(slots=True)
class _Beside:
    """What a sheet holds besides the values of its cells."""

    state: str = ""  # "hidden" or "veryHidden", which no menu shows
    rows: int = 0  # hidden ones
    columns: int = 0
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # column, first and last row, of one column each
    unkept: list[str] = field(default_factory=list)  # cells with a formula and no value of it
    comments: list[tuple[str, str]] = field(default_factory=list)  # cell and what is said of it
    shapes: list[str] = field(default_factory=list)  # words in text boxes and other shapes
    choices: list[tuple[str, str]] = field(default_factory=list)  # cell and what may be filled in, or is said of that
    said_in_formulae: list[tuple[str, str]] = field(default_factory=list)  # cell and texts that it may come to show
    heads: list[str] = field(default_factory=list)  # page heads and feet
    errors: list[str] = field(default_factory=list)  # cells that hold an error and no value
    shown: dict[tuple[int, int], str] = field(default_factory=dict)  # row and column of a number to what its cell shows
    formats: dict[tuple[int, int], str] = field(default_factory=dict)  # of a text whose cell shows words besides
    blanked: list[str] = field(default_factory=list)  # cells of which the format shows nothing
    rounded: list[str] = field(default_factory=list)  # cells that show fewer figures than they hold
    pictures: int = 0


def read_xlsx(held: Held) -> Reading:
    """The workbook: where a sheet has a column of descriptions each of its rows is one, and the guess is said."""
    import python_calamine

    from mulu.sources.received import finished

    _check(held)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(held.data))
        of_cells = [one.name for one in workbook.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
        sheets = [(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in of_cells]
    except Exception as error:  # the reader raises several kinds of its own
        raise Corrupt(held.path, "xlsx", Said("broken_workbook", "工作簿无法解析", "it cannot be parsed")) from error
    composer = Composer()
    composer.begin(held.name, "xlsx", held.digest)
    notes: list[Unread] = []
    others = [name for name in workbook.sheet_names if name not in of_cells]
    if others:
        notes.append(
            _note(
                "other_sheets",
                f"图表页等未读取：{'、'.join(others)}。",
                f"sheets of charts and the like were not read: {', '.join(others)}.",
            )
        )
    described = False
    book = _beside(held)
    beside = book.sheets
    if not book.whole:
        notes.append(
            _note(
                "not_checked",
                "工作簿的部分内容无法检查：隐藏的行列、批注和没有结果的公式可能未被指出。",
                "parts of the workbook could not be looked through: hidden rows, comments and formulae without a value may not be "
                "told.",
            )
        )
    for name, raw in sheets:
        one = beside.get(name, _Beside())
        rows = [[_cell(value) for value in row] for row in raw[:_MOST_ROWS]]
        _as_shown(rows, one)
        if len(raw) > _MOST_ROWS:
            notes.append(_cut(name, len(raw)))
        filled = _filled(rows, one)
        columns = columns_of(filled)
        if columns is None:
            _as_table(composer, name, rows)
        else:
            described = True
            notes.append(_guessed(name, columns, rows))
            if columns.title is not None:  # a name in a merged cell is that of each of its rows
                for row, other in zip(rows, filled, strict=True):
                    row[columns.title : columns.title + 1] = other[columns.title : columns.title + 1]
            _as_descriptions(composer, name, rows, columns)
        check_length(held.path, composer.length)
    for name, one in beside.items():
        notes += _told(name, one)
        for at, words in (*one.comments, *one.choices, *one.said_in_formulae):
            composer.apart()
            composer.add(words, Role.BODY, cell=(name, at))
        for said in one.shapes:
            composer.apart()
            composer.add(said, Role.BODY, cell=(name, ""))
    for said in book.names:
        composer.apart()
        composer.add(said)
    notes += book.notes
    check_length(held.path, composer.length)
    if not composer.passages:
        raise NoText(held.path)
    kind = Kind.TABLE if described else Kind.DOCUMENT
    return finished(composer, kind, held.name, held.digest, unread=tuple(notes))


_DELIMITERS = {
    ",": Said("comma", "逗号", "comma"),
    ";": Said("semicolon", "分号", "semicolon"),
    "\t": Said("tab", "制表符", "tab"),
}
_SAMPLE = 20_000  # characters by which the delimiter is told


def read_csv(text: str, held: Held) -> Reading | None:
    """A table in text, as a sheet of a workbook; None where the text is none.

    Cells are divided by a comma only if the name of the file says so (commas stand in every text), by a semicolon or tab
    wherever most lines have as many as the first. Which was taken is said.
    """
    from mulu.sources.received import finished

    by_name = held.name.lower().endswith((".csv", ".tsv"))
    delimiter = _delimiter(text, by_name=by_name)
    if delimiter is None:
        return None
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None  # a quote that is not closed would swallow rows: as a text every line of it is read
    rows = [[cell.strip() for cell in row] for row in read]
    columns = columns_of(rows[:_MOST_ROWS])
    if columns is None and not by_name:
        return None  # rows of figures or a text that is set in columns
    composer = Composer()
    composer.begin(held.name, "csv", held.digest)
    of = _DELIMITERS[delimiter]
    taken = Said(
        "delimiter_guessed",
        f"作为表格读取：单元格以{of.zh}分隔（推断）。",
        f"read as a table: its cells are divided by a {of.en} (a guess).",
    )
    notes = [Unread(1, taken)]
    if len(rows) > _MOST_ROWS:
        notes.append(_cut(held.name, len(rows)))
    if columns is None:
        _as_table(composer, "", rows[:_MOST_ROWS])
    else:
        notes.append(_guessed("", columns, rows))
        _as_descriptions(composer, "", rows[:_MOST_ROWS], columns)
    check_length(held.path, composer.length)
    return finished(
        composer, Kind.DOCUMENT if columns is None else Kind.TABLE, held.name, held.digest, unread=tuple(notes)
    )


def _delimiter(text: str, *, by_name: bool) -> str | None:
    """What divides the cells of a table in text; None where it is none."""
    sample = text[:_SAMPLE]
    first = next((line for line in sample.splitlines() if line.strip()), "")
    possible = "".join(sign for sign in _DELIMITERS if sign in first and (by_name or sign != ","))
    for sign in sorted(possible, key=lambda one: -first.count(one)):
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if any(row)]
        except csv.Error:
            continue
        rows = rows[:-1] if len(text) > _SAMPLE else rows  # the last may be cut off
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows)
        header = all(len(cell) <= _HEADER for row in rows[:1] for cell in row)
        if (
            width >= 2
            and len(rows) >= (2 if by_name else 3)
            and header
            and alike >= (0.8 if by_name else 1) * len(rows)
        ):
            return sign
    return None


def _check(held: Held) -> None:
    with zipfile.ZipFile(io.BytesIO(held.data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > MAX_UNPACKED:
        what = Said("unpacked", "解压后的字节数", "bytes when unpacked")
        raise TooLarge(held.path, what, unpacked, MAX_UNPACKED)


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", _MAIN[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", _DRAWING[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _RELATED[1:-1].encode()),
)


@dataclass(slots=True)
class _Book:
    """What a workbook holds besides the values of its cells."""

    sheets: dict[str, _Beside] = field(default_factory=dict)
    whole: bool = True  # whether every part of the file could be looked through
    names: list[str] = field(default_factory=list)  # texts and remarks that names given to cells keep
    notes: list[Unread] = field(default_factory=list)


def _beside(held: Held) -> _Book:
    """What the workbook holds besides the values of its cells."""
    from lxml import etree

    made = _Book()
    try:
        with zipfile.ZipFile(io.BytesIO(held.data)) as archive:
            parts = _Parts(archive)
            book = parts.tree("xl/workbook.xml")
            related = parts.related("xl/workbook.xml")
            since_1904 = any(one.get("date1904") in ("1", "true") for one in book.iter(f"{_MAIN}workbookPr"))
            formats = _formats(parts, since_1904)
            for sheet in book.iter(f"{_MAIN}sheet"):
                one = made.sheets[sheet.get("name") or ""] = _Beside(state=sheet.get("state") or "")
                part = related.get(sheet.get(f"{_RELATED}id") or "", "")
                if "/worksheets/" in part:
                    _look_through(parts, part, one, formats)
            _named(book, made)
            made.notes += (Unread(1, said) for said in package.left(parts.names, parts.tree, parts.data, parts.read))
    except (
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        KeyError,
    ):
        made.whole = False
    return made


def _named(book: Any, made: _Book) -> None:
    """Names given to cells and values: what they keep of words is read, the names themselves are told."""
    names: list[str] = []
    for one in book.iter(f"{_MAIN}definedName"):
        name = one.get("name") or ""
        texts = _texts_in(one.text or "")
        made.names += [*texts, *filter(None, (one.get("comment"), one.get("description")))]
        if not name.startswith("_xlnm."):
            names.append(name)
    if names:
        shown = ", ".join(names)[:300] + ("…" if len(", ".join(names)) > 300 else "")
        made.notes.append(
            _note(
                "defined_names",
                f"工作簿有 {len(names)} 个定义名称：{shown}。其中保存的文字列于各工作表之后。",
                f"the workbook gives {len(names)} names: {shown}. Words that they keep are put after the sheets.",
            )
        )


_IN_FORMULA = re.compile(r'"((?:[^"]|""){1,2000})"')


def _texts_in(formula: str) -> list[str]:
    """The texts that a formula holds, where they say something."""
    return [text for one in _IN_FORMULA.findall(formula) if _WORDS.search(text := one.replace('""', '"'))]


_WORDS = re.compile("[\u3400-\u9fff]|[A-Za-z]{4,40}|[A-Za-z]{2,40} [A-Za-z]{2,40}")
_CODE_OF_HEAD = re.compile(r'&(?:"[^"]{0,200}"|K[0-9A-Fa-f+-]{6}|[0-9]{1,3}|[A-Za-z])')


def _head(text: str) -> str:
    """What a page head or foot says, without the codes that set it and those for page numbers and names."""
    return " ".join(_CODE_OF_HEAD.sub(" ", text.replace("&&", "\0")).replace("\0", "&").split())


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells show what they hold, by the number of their style; None where they show it as it is."""

    codes: tuple[str | None, ...]
    since_1904: bool

    def of(self, style: str | None) -> str | None:
        at = _number(style) if style else 0
        return self.codes[at] if at < len(self.codes) else None


def _formats(parts: _Parts, since_1904: bool) -> _Formats:
    if "xl/styles.xml" not in parts.names:
        return _Formats((), since_1904)
    return _Formats(cell_formats.codes_of(parts.tree("xl/styles.xml")), since_1904)


def _as_shown(rows: list[list[str]], one: _Beside) -> None:
    """Put what cells show in the place of what they hold."""
    for (row, column), said in one.shown.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = said
    for (row, column), code in one.formats.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column]:
            shown = cell_formats.text(rows[row][column], code)
            rows[row][column] = shown.text
            if shown.hidden:
                one.blanked.append(f"{_letters(column)}{row + 1}")


def _quoted(texts: Sequence[str]) -> str:
    text = " / ".join(" ".join(one.split()) for one in texts)
    return f"“{text}”" if len(text) <= 80 else f"“{text[:80]}…”"


class _Parts:
    """The parts of a workbook, parsed without entities and without the network."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = frozenset(archive.namelist())
        self.read = {
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
        }  # parts whose words are read, or have a note of their own

    def data(self, name: str) -> bytes:
        with self.archive.open(name) as part:
            data = part.read(MAX_UNPACKED + 1)  # the size that the archive declares may be a lie
        if len(data) > MAX_UNPACKED:
            raise ValueError(name)
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        return data

    def tree(self, name: str) -> Any:
        from lxml import etree

        self.read.add(name)
        return etree.fromstring(
            self.data(name), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        )

    def related(self, name: str) -> dict[str, str]:
        """The parts to which a part refers, by the ids that it uses."""
        folder, base = posixpath.split(name)
        relations = f"{folder}/_rels/{base}.rels"
        if relations not in self.names:
            return {}
        return {
            one.get("Id") or "": target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(f"{folder}/{target}")
            for one in self.tree(relations).iter(_RELATION)
            if one.get("TargetMode") != "External" and (target := one.get("Target") or "")
        }


def _look_through(parts: _Parts, name: str, one: _Beside, formats: _Formats) -> None:
    """Note what a sheet hides, merges, does not keep, how it shows numbers, and what is written beside its cells."""
    from lxml import etree

    tags = [f"{_MAIN}{tag}" for tag in ("row", "col", "c", "mergeCell", "headerFooter", "hyperlink")]
    tags.append("{*}dataValidation")  # newer programs keep some under a name of their own
    row = column = 0
    parts.read.add(name)
    for _, element in etree.iterparse(
        io.BytesIO(parts.data(name)), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    ):
        tag = element.tag.rpartition("}")[2]
        hidden = element.get("hidden") in ("1", "true")
        if tag == "c":
            _cell_looked_at(element, (row, column), one, formats)
            column += 1
            continue  # its row is cleared with it
        if tag == "row":
            one.rows += hidden
            row, column = row + 1, 0
            element.clear()
        elif tag == "col":
            if hidden:
                one.columns += min(_number(element.get("max")) - _number(element.get("min")) + 1, 16_384)
        elif tag == "headerFooter":
            one.heads += [said for part in element if (said := _head(part.text or "")) and any(map(str.isalpha, said))]
        elif tag == "dataValidation":
            _choice(element, one)
        elif tag == "hyperlink":
            if said := element.get("tooltip"):
                one.choices.append(((element.get("ref") or "").split(":")[0], said))
        else:
            found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", element.get("ref") or "")
            if found and found[1] == found[3]:
                one.merged.append((_column(found[1]), int(found[2]) - 1, int(found[4]) - 1))
    for part in parts.related(name).values():
        base = posixpath.basename(part)
        if part not in parts.names:
            continue
        if base.startswith("comments") or "/threadedComments/" in part:
            for comment in parts.tree(part).iter("{*}comment", "{*}threadedComment"):
                said = " ".join("".join(text.itertext()) for text in comment.iter("{*}text")).strip()
                if said and said not in [text for _, text in one.comments]:
                    one.comments.append((comment.get("ref") or "", said))
        elif part.endswith(".vml"):
            drawing = etree.fromstring(
                parts.data(part), etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
            )
            parts.read.add(part)
            for box in drawing.iter("{*}textbox") if drawing is not None else ():
                said = " ".join(" ".join(box.itertext()).split())
                one.shapes += [said] if said else []
        elif "/drawings/" in part and base.endswith(".xml"):
            _drawing(parts, part, one)


_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_VALUE, _FORMULA = f"{_MAIN}v", f"{_MAIN}f"


def _cell_looked_at(element: Any, counted: tuple[int, int], one: _Beside, formats: _Formats) -> None:
    """How a cell shows what it holds, and what of it no reader of values gives; `counted` is its place if it names none."""
    kind = element.get("t")
    code = formats.of(element.get("s"))
    formula, value = None, ""
    for child in element:
        if child.tag == _VALUE:
            value = child.text or ""
        elif child.tag == _FORMULA:
            formula = child.text or ""
    if code is None and formula is None and kind != "e":
        return  # most cells
    found = _CELL.fullmatch(element.get("r") or "")
    at = (int(found[2]) - 1, _column(found[1])) if found else counted
    called = f"{_letters(at[1])}{at[0] + 1}"
    if kind == "e":
        one.errors.append(called)
    if formula is not None:
        if not value.strip():
            one.unkept.append(called)
        one.said_in_formulae += [(called, text) for text in _texts_in(formula) if text not in value]
    if code is None:
        return
    if kind in (None, "n"):
        if value:
            shown = cell_formats.number(value, code, since_1904=formats.since_1904)
            one.shown[at] = shown.text
            one.blanked += [called] if shown.hidden else []
            one.rounded += [called] if shown.rounded else []
    elif kind in ("s", "str", "inlineStr") and cell_formats.of_texts(code):
        one.formats[at] = code


def _choice(element: Any, one: _Beside) -> None:
    """The values that a cell may be filled with, where the sheet lists them itself, and what it says to who fills it."""
    at = (element.get("sqref") or element.findtext("{*}sqref") or "").split(" ")[0].split(":")[0]
    listed = "".join((element.findtext("{*}formula1") or "").split("\n")) if element.get("type") == "list" else ""
    said = [listed[1:-1].replace('""', '"')] if listed.startswith('"') else _texts_in(listed)
    said += [element.get(name) or "" for name in ("promptTitle", "prompt", "errorTitle", "error")]
    one.choices += [(at, text) for text in said if any(c.isalpha() for c in text)]


def _drawing(parts: _Parts, part: str, one: _Beside) -> None:
    """Words in the shapes of a drawing and in its charts, and what is said of its pictures."""
    drawing = parts.tree(part)
    one.pictures += sum(1 for _ in drawing.iter("{*}pic", "{*}graphicFrame"))
    for shape in drawing.iter("{*}sp"):
        said = "\n".join("".join(p.itertext(f"{_DRAWING}t")) for p in shape.iter(f"{_DRAWING}p")).strip()
        one.shapes += [said] if said else []
    one.shapes += [said for each in drawing.iter("{*}cNvPr") for name in ("descr", "title") if (said := each.get(name))]
    for held in parts.related(part).values():
        if held in parts.names and re.search(r"/(?:charts/chart|diagrams/data)[^/]{0,40}\.xml$", held):
            one.shapes += package.drawn(parts.tree(held))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _filled(rows: Sequence[Sequence[str]], beside: _Beside) -> list[list[str]]:
    """The rows, each with what it shares with others in one merged cell of a column."""
    made = [list(row) for row in rows]
    for column, first, last in beside.merged:
        if first < len(made) and column < len(made[first]):
            for row in made[first + 1 : last + 1]:
                if column < len(row):
                    row[column] = row[column] or made[first][column]
    return made


def _told(sheet: str, one: _Beside) -> Iterator[Unread]:
    """What is to be told of a sheet besides its cells."""
    if one.state:
        yield _note(
            "hidden_sheet",
            f"工作表“{sheet}”是隐藏的，已一并读取。",
            f"sheet “{sheet}” is hidden; it was read with the others.",
        )
    if one.rows or one.columns:
        yield _note(
            "hidden_cells",
            f"工作表“{sheet}”有 {one.rows} 行、{one.columns} 列是隐藏的，已一并读取。",
            f"sheet “{sheet}” has {one.rows} rows and {one.columns} columns that are hidden; they were read with the others.",
        )
    if one.unkept:
        named = _named_cells(one.unkept)
        yield _note(
            "formulae",
            f"工作表“{sheet}”有 {len(one.unkept)} 个公式没有保存结果，其内容未读取：{named}。请用电子表格软件打开并保存后再给出。",
            f"sheet “{sheet}” has {len(one.unkept)} formulae whose results are not kept; they were not read: {named}. Open it in a "
            f"spreadsheet program, save it and give it again.",
        )
    for cells, ident, zh, en in (
        (one.errors, "errors", "含错误值，没有可读的内容", "hold an error and nothing that can be read"),
        (one.blanked, "hidden_values", "的格式使其内容不显示，已一并读取", "show nothing of what they hold; it was read with the rest"),
        (one.rounded, "rounded", "显示的数字经过舍入，已按所存数字读取", "show rounded numbers; they were read with more figures"),
    ):  # fmt: skip
        if cells:
            named = _named_cells(cells)
            yield _note(
                ident,
                f"工作表“{sheet}”有 {len(cells)} 个单元格{zh}：{named}。",
                f"sheet “{sheet}” has {len(cells)} cells that {en}: {named}.",
            )
    if one.heads:
        quote = _quoted(list(dict.fromkeys(one.heads)))
        yield _note(
            "page_heads",
            f"工作表“{sheet}”的页眉页脚不参与比较：{quote}。",
            f"page heads and feet of sheet “{sheet}” take no part in the comparison: {quote}.",
        )
    if one.choices or one.said_in_formulae:
        yield _note(
            "choices",
            f"工作表“{sheet}”有 {len(one.choices)} 条下拉选项或提示、{len(one.said_in_formulae)} 条公式中的文字，列于各工作表之后。",
            f"sheet “{sheet}” has {len(one.choices)} lists of choices or hints and {len(one.said_in_formulae)} texts in formulae, put "
            f"after the sheets.",
        )
    if one.comments or one.shapes:
        yield _note(
            "comments",
            f"工作表“{sheet}”有 {len(one.comments)} 条批注、{len(one.shapes)} 个文本框，列于各工作表之后。",
            f"sheet “{sheet}” has {len(one.comments)} comments and {len(one.shapes)} text boxes, put after the sheets.",
        )
    if one.pictures:
        yield _note(
            "pictures",
            f"工作表“{sheet}”有 {one.pictures} 个图片或图表，其中的文字未读取。",
            f"sheet “{sheet}” has {one.pictures} pictures or charts; text in them was not read.",
        )


def _named_cells(cells: Sequence[str]) -> str:
    return ", ".join(cells[:8]) + (" …" if len(cells) > 8 else "")


def _note(ident: str, zh: str, en: str) -> Unread:
    return Unread(1, Said(ident, zh, en))


def columns_of(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The column of descriptions of a sheet, and those of titles and numbers beside it; None where it has none.

    By its name where the first row that names several columns has a fitting one; else the one with the longest texts.
    """
    header = next((n for n, row in enumerate(rows[:10]) if sum(bool(cell) for cell in row) >= 2), None)
    if header is None:
        header = next((n for n, row in enumerate(rows[:10]) if any(row)), None)
    if header is None:
        return None
    names = rows[header]
    named = all(len(cell) <= _HEADER and not cell.endswith(("。", ".")) for cell in names)
    body = [row for row in rows[header + (1 if named else 0) :] if any(row)]
    lengths: dict[int, float] = {}
    for column in range(max((len(row) for row in rows), default=0)):
        said = [len(row[column]) for row in body if column < len(row) and row[column]]
        letters = sum(c.isalpha() for row in body if column < len(row) for c in row[column])
        if said and len(said) >= 0.5 * len(body) and letters >= 0.4 * sum(said):
            lengths[column] = statistics.median(said)
    fitting = [c for c, length in lengths.items() if length >= _LEAST]
    if not fitting:
        return None
    called = [c for c in fitting if named and c < len(names) and _TEXT.search(names[c])]
    text = max(called or fitting, key=lambda c: (lengths[c], -c))
    if not called and lengths[text] < 2 * _LEAST:
        return None
    others = [c for c in range(len(names)) if c != text and named]
    title = next((c for c in others if _TITLE.search(names[c]) and c in lengths), None)
    ident = next((c for c in others if c != title and _ID.match(names[c])), None)
    filled = [c for c in range(max(map(len, rows))) if any(c < len(row) and row[c] for row in body)]
    rest = [c for c in filled if c not in (text, title, ident)]
    also = tuple(c for c in rest if _says_more(body, c, names[c] if named and c < len(names) else ""))
    left = tuple(c for c in rest if c not in also)
    return Columns(header if named else None, text, title, ident, also, left)


def _says_more(body: Sequence[Sequence[str]], column: int, name: str) -> bool:
    """Whether a column beside that of descriptions says more of what is described: by its name, or by its sentences."""
    cells = [row[column] for row in body if column < len(row) and row[column]]
    words = [cell for cell in cells if sum(c.isalpha() for c in cell) >= 0.4 * len(cell)]
    return bool(_ALSO.search(name)) or (
        2 * len(words) > len(cells) and statistics.median(len(one) for one in words) >= _LEAST
    )


def _as_descriptions(composer: Composer, sheet: str, rows: Sequence[Sequence[str]], columns: Columns) -> None:
    for number, row in enumerate(rows):
        if columns.header is not None and number <= columns.header:
            composer.add(" | ".join(cell for cell in row if cell), Role.HEADING, cell=(sheet, f"A{number + 1}"))
            continue
        text = row[columns.text] if columns.text < len(row) else ""
        title = row[columns.title] if columns.title is not None and columns.title < len(row) else ""
        ident = row[columns.id] if columns.id is not None and columns.id < len(row) else ""
        said = [title, text] if title and text and title not in text else [text or title]
        for column in columns.also:
            cell = row[column] if column < len(row) else ""
            if cell:  # under its name, which tells whose value it is
                name = _name(columns, rows, column)
                said.append(f"{name}{'：' if name and not name.isascii() else ': ' if name else ''}{cell}")
        at = f"{_letters(columns.text if text else columns.title or 0)}{number + 1}"
        composer.add("\n".join(said), Role.BODY, number=ident or str(number + 1), cell=(sheet, at))


def _as_table(composer: Composer, sheet: str, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows):
        first = next((n for n, cell in enumerate(row) if cell), None)
        if first is not None:
            text = " | ".join(cell.replace("\n", " ") for cell in row if cell)
            composer.add(text, Role.TABLE, cell=(sheet, f"{_letters(first)}{number + 1}"))


def _letters(column: int) -> str:
    """The name of a column: A, B … Z, AA."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return cell_formats.kept(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("T00:00:00", "").replace("T", " ")
    return str(value).strip()


def _name(columns: Columns, rows: Sequence[Sequence[str]], column: int) -> str:
    """What the header calls a column; nothing where there is none."""
    names = rows[columns.header] if columns.header is not None else ()
    return names[column] if column < len(names) else ""


def _guessed(sheet: str, columns: Columns, rows: Sequence[Sequence[str]]) -> Unread:
    def called(*of: int | None) -> str:
        found = [column for column in of if column is not None]
        names = [_name(columns, rows, column) for column in found]
        return (
            ", ".join(
                f"{_letters(column)}{f' “{name}”' if name else ''}" for column, name in zip(found, names, strict=True)
            )
            or "—"
        )

    text, title, ident = called(columns.text), called(columns.title), called(columns.id)
    also, left = called(*columns.also), called(*columns.left)
    where = Said("sheet", f"工作表“{sheet}”", f"sheet “{sheet}”") if sheet else Said("table", "表格", "the table")
    with_zh, with_en = (f"，一并读取 {also}", f", read with them {also}") if columns.also else ("", "")
    return Unread(
        1,
        Said(
            "columns_guessed",
            f"{where.zh}：每行作为一项描述读取；描述列 {text}，名称列 {title}，编号列 {ident}{with_zh}（推断）。"
            + (f"其余各列未读取：{left}。" if columns.left else ""),
            f"{where.en}: each row was read as a description; column of descriptions {text}, of names {title}, "
            f"of numbers {ident}{with_en} (a guess)."
            + (f" The other columns were not read: {left}." if columns.left else ""),
        ),
    )


def _cut(sheet: str, rows: int) -> Unread:
    return Unread(
        1,
        Said(
            "rows_left",
            f"工作表“{sheet}”有 {rows:,} 行，只读取了前 {_MOST_ROWS:,} 行。请拆分。",
            f"sheet “{sheet}” has {rows:,} rows; the first {_MOST_ROWS:,} were read. Split it.",
        ),
    )

"""A paper as DOCX: real styles and headings, heads of tables repeated, East Asian fonts named, languages tagged."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from mulu.reports.model import TOGETHER, Heading, Line, NewPage, Paper, Para, Picture, Points, Table, Tone, kept
from mulu.reports.pdf import picture
from mulu.vocabulary import Language

_SONG, _HEI = (
    ("Times New Roman", "宋体"),
    ("Arial", "黑体"),
)  # Latin and East Asian font, as offices in China set papers
_COLOURS: dict[Tone, str] = {"good": "1D5F3A", "fair": "7A5200", "bad": "9C1C1C", "soft": "555B66"}
_TAGS = {Language.ZH: "zh-CN", Language.EN: "en-US"}
_ALL = 9600  # width of the text in twentieths of a point: A4 less its margins
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a ZIP file can bear


def docx(paper: Paper) -> bytes:
    """The file; the same paper gives the same bytes."""
    from docx import Document
    from docx.enum.text import WD_BREAK

    made = Document()
    _set_up(made, paper)
    _runs(made.add_paragraph(style="Title"), paper.title)
    for block, stays in kept(paper.blocks):
        match block:
            case Heading(level, line):
                _runs(made.add_paragraph(style=f"Heading {level}"), line)
            case Para(line, kind):
                paragraph = made.add_paragraph(style=_STYLES[kind])
                if stays:
                    paragraph.paragraph_format.keep_with_next = True
                _runs(paragraph, line)
            case Points(lines, numbered):
                for n, line in enumerate(lines, 1):
                    paragraph = made.add_paragraph(style="Citation" if numbered else "List Bullet")
                    if numbered:
                        paragraph.add_run(f"[{n}]\t")
                    _runs(paragraph, line)
            case Table():
                _table(made, block)
            case Picture(svg, alt):
                _picture(made, svg, alt)
            case NewPage():
                made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    return saved(made)


def saved(document: Any) -> bytes:
    """The bytes of a DOCX without the moment at which they were written."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return second.getvalue()


# ---- styles --------------------------------------------------------------------------------------------------------

_STYLES = {"body": "Normal", "note": "Note", "warn": "Warning", "quote": "Quoted"}


def _set_up(made: Any, paper: Paper) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    styles = made.styles
    for name, (latin, asian), size, bold in (
        ("Normal", _SONG, 10.5, False),
        ("Title", _HEI, 18, True),
        ("Heading 1", _HEI, 14, True),
        ("Heading 2", _HEI, 12, True),
        ("Heading 3", _HEI, 10.5, True),
        ("Header", _HEI, 8, False),
        ("Footer", _HEI, 8, False),
    ):
        style = styles[name]
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        _fonts(style.element.get_or_add_rPr(), latin, asian)
    styles["Normal"].paragraph_format.space_after = Pt(5)
    title = styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    for border in title.element.pPr.findall(_w("pBdr")):
        title.element.pPr.remove(border)
    for name in ("Note", "Warning", "Quoted", "Citation", "Cell"):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        if name in ("Note", "Cell"):
            style.font.size = Pt(9)
        if name == "Note":
            style.font.color.rgb = RGBColor.from_string(_COLOURS["soft"])
        if name == "Cell":
            style.paragraph_format.space_after = Pt(0)
        if name == "Citation":
            style.paragraph_format.left_indent, style.paragraph_format.first_line_indent = Mm(10), Mm(-10)
            style.paragraph_format.tab_stops.add_tab_stop(Mm(10))
        if name in ("Warning", "Quoted"):
            style.paragraph_format.left_indent = Mm(3)
            frame = _element("pBdr")
            for side in ("top", "left", "bottom", "right") if name == "Warning" else ("left",):
                colour, width = ("9C1C1C", "6") if name == "Warning" else ("C3C9D2", "12")
                frame.append(_element(side, val="single", sz=width, space="4", color=colour))
            _before(style.element.get_or_add_pPr(), frame, ("shd", "tabs", "spacing", "ind", "jc"))
    language = _TAGS[paper.language]
    _language(styles.element.find(f"{_w('docDefaults')}/{_w('rPrDefault')}/{_w('rPr')}"), "en-US", "zh-CN")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    _runs(section.header.paragraphs[0], tuple(run if run.text != "\n" else type(run)(" ") for run in paper.running))
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _counted(foot, "PAGE")
    foot.add_run(" / ")
    _counted(foot, "NUMPAGES")
    about = made.core_properties
    moment = datetime.datetime.combine(paper.day, datetime.time())
    about.title, about.language, about.author, about.comments = paper.name, language, "Mulu", ""
    about.created = about.modified = moment
    about.last_modified_by, about.revision, about.keywords = "", 1, ""


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    found: str = qn(f"w:{name}")
    return found


def _element(name: str, **values: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in values.items():
        made.set(_w(key), value)
    return made


def _before(parent: Any, child: Any, followers: Iterable[str]) -> None:
    """Put a child where the schema wants it: before the first of those that follow it."""
    for place, one in enumerate(parent):
        if one.tag in {_w(name) for name in followers}:
            parent.insert(place, child)
            return
    parent.append(child)


def _fonts(properties: Any, latin: str, asian: str) -> None:
    for old in properties.findall(_w("rFonts")):
        properties.remove(old)
    properties.insert(0, _element("rFonts", ascii=latin, hAnsi=latin, eastAsia=asian, cs=latin))


def _language(properties: Any, latin: str, asian: str) -> None:
    for old in properties.findall(_w("lang")):
        properties.remove(old)
    _before(properties, _element("lang", val=latin, eastAsia=asian), ("eastAsianLayout", "specVanish", "oMath"))


# ---- content -------------------------------------------------------------------------------------------------------


def _runs(paragraph: Any, line: Line) -> None:
    from docx.shared import RGBColor

    for one in line:
        run = paragraph.add_run(one.text)
        if one.tone == "strong":
            run.bold = True
        if one.tone in _COLOURS:
            run.font.color.rgb = RGBColor.from_string(_COLOURS[one.tone])
        if one.lang is not None:
            _language(run._element.get_or_add_rPr(), "en-US", "zh-CN")
            if one.lang is Language.ZH:
                _before(
                    run._element.rPr,
                    _element("rFonts", hint="eastAsia"),
                    [child.tag.split("}")[1] for child in run._element.rPr],
                )


def _counted(paragraph: Any, what: str) -> None:
    """A field that counts pages, with a number for what shows no fields."""
    run = paragraph.add_run()
    asked, shown = _element("instrText"), _element("t")
    asked.text, shown.text = what, "1"
    begin, between, end = (_element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    for part in (begin, asked, between, shown, end):
        run._element.append(part)


def _table(made: Any, block: Table) -> None:
    heads = (block.head,) if block.head else ()
    rows = heads + block.rows
    table = made.add_table(rows=0, cols=len(block.widths), style="Table Grid")
    table.autofit = False
    shares = [_ALL * share // sum(block.widths) for share in block.widths]
    whole = table._tbl.tblPr.find(_w("tblW"))
    whole.set(_w("type"), "dxa")
    whole.set(_w("w"), str(sum(shares)))
    for column, width in zip(table._tbl.tblGrid.findall(_w("gridCol")), shares, strict=True):
        column.set(_w("w"), str(width))
    for n, cells in enumerate(rows):
        row = table.add_row()
        headed = n < len(heads)
        if sum(len(run.text) for line in cells for run in line) <= TOGETHER:
            row._tr.get_or_add_trPr().append(_element("cantSplit"))
        if headed:
            row._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))
        for place, (cell, line) in enumerate(zip(row._tr.tc_lst, cells, strict=True)):
            properties = cell.get_or_add_tcPr()
            for old in properties.findall(_w("tcW")):
                properties.remove(old)
            properties.insert(0, _element("tcW", w=str(shares[place]), type="dxa"))
            shade = "E6EAF0" if headed else "F3F5F8" if not heads and place == 0 else None
            if shade is not None:
                _before(properties, _element("shd", val="solid", color=shade, fill=shade), ("tcMar", "vAlign"))
            paragraph = _Cell(cell)
            _runs(paragraph.first, line)
    made.add_paragraph(style="Cell")


class _Cell:
    """The one paragraph of a cell, styled; python-docx looks every cell up anew otherwise, which is slow in long tables."""

    def __init__(self, cell: Any) -> None:
        from docx.text.paragraph import Paragraph

        self.first = Paragraph(cell.p_lst[0], cell)
        cell.p_lst[0].get_or_add_pPr().insert(0, _element("pStyle", val="Cell"))


def _picture(made: Any, svg: str, alt: str) -> None:
    from docx.shared import Mm

    shown = made.add_picture(io.BytesIO(picture(svg)), width=Mm(165))
    shown._inline.docPr.set("descr", alt)
    shown._inline.docPr.set("title", alt[:80])

"""Documents in the shapes in which people send them: PDF, DOCX, TXT, HTML, XLSX, CSV, mail, and scans.

The same source always gives the same bytes: no clock is read, archives are packed with fixed times, noise is seeded.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from quality.documents.marked import Line, Source, in_unicode, pieces, plain

MADE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""The time that every built file claims to have been made at."""


# --- PDF -----------------------------------------------------------------------------------------


@cache
def _fonts() -> Any:
    import pylopdf_fonts_zh_cn
    import typst

    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def typeset(markup: str, **options: Any) -> Any:
    """Typst markup as PDF bytes, or as pages in PNG where `format="png"` is asked."""
    import typst

    return typst.Compiler(markup.encode(), font_paths=_fonts()).compile(**options)


_LIFTED = {"sub": "sub", "sup": "super"}


def _string(text: str) -> str:
    return "#" + json.dumps(text, ensure_ascii=False)


def _typst(text: str, formula: str) -> str:
    if formula == "unicode":
        text = in_unicode(text)
    elif formula == "plain":
        text = plain(text)
    return "".join(f"#{_LIFTED[how]}[{_string(piece)}]" if how else _string(piece) for how, piece in pieces(text))


def _pdf_markup(source: Source) -> str:
    head = source.head
    formula = head.get("formula", "sub")
    chinese = source.language.startswith("zh")
    font = head.get("font", "Noto Serif SC" if chinese else "Libertinus Serif")
    running, foot = head.get("running_head", ""), head.get("running_foot", "page")
    number = '#context [#counter(page).display("1 / 1", both: true)]' if foot == "page" else _string(foot)
    size = head.get("size", "9.5pt" if chinese else "10pt")
    out = [
        "#set document(date: none)",
        f'#set text(font: ("{font}", "Noto Serif SC"), size: {size}, lang: "{"zh" if chinese else "en"}", '
        f"hyphenate: {'true' if 'hyphenate' in head else 'false'})",
        f'#set page(paper: "{head.get("paper", "a4")}", margin: (x: 2.1cm, y: 2.2cm), columns: {head.get("columns", "1")}, '
        f"header: align(right)[#text(size: 8pt)[{_string(running)}]], footer: align(center)[#text(size: 8pt)[{number}]])",
        "#set par(justify: true, leading: 0.62em, spacing: 0.85em)",
    ]
    rows: list[Line] = []

    def table() -> None:
        if rows:
            width = len(rows[0].cells)
            cells = "".join(f"[{_typst(cell, formula)}]," for row in rows for cell in row.cells)
            out.append(f"#table(columns: {width}, inset: 4pt, {cells})\n")
            rows.clear()

    def put(left: str, right: str) -> None:
        two = head.get("layout") == "side by side" and right
        out.append(f"#grid(columns: (1fr, 1fr), column-gutter: 14pt, [{left}], [{right}])\n" if two else f"{left}\n")
        if right and not two:
            out.append(f"{right}\n")

    for line in source.lines:
        if line.kind == "row":
            rows.append(line)
            continue
        table()
        said, other = _typst(line.text, formula), _typst(line.other, formula) if line.other else ""
        if line.kind == "page":
            out.append("#pagebreak()\n")
        elif line.kind == "column":
            out.append("#colbreak()\n")
        elif line.kind == "title":
            put(
                f"#align(center)[#text(size: 14pt, weight: 700)[{said}]]",
                other and f"#align(center)[#text(size: 13pt)[{other}]]",
            )
        elif line.kind == "clause":
            style = f"#text(weight: 700)[{_string(line.number + ' ')}"
            put(f"{style}{said}]", other and f"{style}{other}]")
        else:
            first = _string(line.number + " ") if line.number else ""
            put(f"{first}{said}", other and f"{first}{other}")
    table()
    return "\n".join(out)


def pdf(source: Source) -> bytes:
    """A PDF with a text layer; its pages break only where the source says so."""
    return bytes(typeset(_pdf_markup(source)))


def scan(source: Source) -> bytes:
    """A PDF of pictures: every page printed, put on the glass a little askew, in bad light, and saved as JPEG."""
    from PIL import Image, ImageChops, ImageFilter

    pages = typeset(_pdf_markup(source), format="png", ppi=int(source.head.get("ppi", "150")))
    chance = random.Random(zlib.crc32(source.name.encode()))
    pictures = []
    for page in pages if isinstance(pages, list) else [pages]:
        sheet = Image.open(io.BytesIO(page)).convert("L")
        sheet = sheet.rotate(chance.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=250)
        grain = Image.frombytes(
            "L", (sheet.width // 2, sheet.height // 2), chance.randbytes(sheet.width // 2 * (sheet.height // 2))
        )
        grain = grain.resize(sheet.size).point(lambda value: value // 14)
        sheet = ImageChops.subtract(sheet.filter(ImageFilter.GaussianBlur(0.45)), grain)
        jpeg = io.BytesIO()
        sheet.save(jpeg, "JPEG", quality=58)
        pictures.append((jpeg.getvalue(), sheet.width, sheet.height))
    return _picture_pdf(pictures, int(source.head.get("ppi", "150")))


def _picture_pdf(pictures: list[tuple[bytes, int, int]], ppi: int) -> bytes:
    """The smallest PDF that shows one JPEG on each page, and holds no text."""
    objects: list[bytes] = []
    kids = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(pictures)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pictures)} >>".encode())
    for n, (jpeg, width, height) in enumerate(pictures):
        wide, high = width * 72 / ppi, height * 72 / ppi
        drawn = f"q {wide:.2f} 0 0 {high:.2f} 0 0 cm /P Do Q".encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide:.2f} {high:.2f}] /Contents {4 + 3 * n} 0 R "
            f"/Resources << /XObject << /P {5 + 3 * n} 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 "
            f"/Filter /DCTDecode /Length {len(jpeg)} >>\nstream\n".encode()
            + jpeg
            + b"\nendstream"
        )
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for n, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


# --- office files --------------------------------------------------------------------------------


def _repacked(archive: bytes) -> bytes:
    """The archive with its members' times fixed: a DOCX would otherwise tell when it was built."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()


def docx(source: Source) -> bytes:
    """A Word file. `numbering: automatic` leaves the numbers of clauses to Word, so that no text holds them."""
    import docx as word
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

    head = source.head
    document = word.Document()
    document.core_properties.created = document.core_properties.modified = MADE.replace(tzinfo=None)
    document.core_properties.author = "python-docx"
    document.core_properties.title = plain(head["title"])
    section = document.sections[0]
    if "running_head" in head:
        section.header.paragraphs[0].text = head["running_head"]
    if "running_foot" in head:
        section.footer.paragraphs[0].text = head["running_foot"]
    side_by_side = head.get("layout") == "side by side"
    automatic = head.get("numbering") == "automatic"

    def write(paragraph: Any, text: str, bold: bool = False) -> None:
        text = in_unicode(text) if head.get("formula") == "unicode" else text
        for how, piece in pieces(text):
            run = paragraph.add_run(piece)
            run.bold = bold
            run.font.subscript = True if how == "sub" else None
            run.font.superscript = True if how == "sup" else None

    rows: list[Line] = []

    def table() -> None:
        if rows:
            grid = document.add_table(len(rows), len(rows[0].cells), style="Table Grid")
            for made, row in zip(grid.rows, rows, strict=True):
                for cell, text in zip(made.cells, row.cells, strict=True):
                    write(cell.paragraphs[0], text)
            rows.clear()

    for line in source.lines:
        if line.kind == "row":
            rows.append(line)
            continue
        table()
        if line.kind == "page":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            continue
        numbered = line.kind == "clause" and automatic
        before = f"{line.number} " if line.number and not numbered else ""
        if side_by_side and line.other:
            grid = document.add_table(1, 2)
            write(grid.rows[0].cells[0].paragraphs[0], before + line.text, line.kind != "subclause")
            write(grid.rows[0].cells[1].paragraphs[0], before + line.other, line.kind != "subclause")
            continue
        paragraph = document.add_paragraph(style="List Number" if numbered else None)
        if line.kind == "title":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write(paragraph, before + line.text, line.kind in {"title", "clause"})
        if line.other:
            write(
                document.add_paragraph(),
                ("" if line.kind == "title" else before) + line.other,
                line.kind in {"title", "clause"},
            )
    table()
    out = io.BytesIO()
    document.save(out)
    return _repacked(out.getvalue())


def _grid(source: Source) -> list[list[str]]:
    return [list(line.cells) for line in source.lines if line.kind == "row"]


def xlsx(source: Source) -> bytes:
    """A workbook: every `##` is a sheet, paragraphs above a table are lines in its first column."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None), "title": plain(source.head["title"])})
        sheet, at = None, 0
        for line in source.lines:
            if line.kind == "section":
                sheet, at = book.add_worksheet(line.section), 0
                continue
            sheet = sheet or book.add_worksheet()
            cells = line.cells or (line.text,)
            for column, cell in enumerate(cells):
                said = in_unicode(cell)
                try:
                    sheet.write_number(at, column, float(said))
                except ValueError:
                    sheet.write_string(at, column, said)
            at += 1
    return out.getvalue()


def csv_table(source: Source) -> bytes:
    """A CSV with the delimiter and the encoding that the source names."""
    out = io.StringIO()
    csv.writer(
        out, delimiter={"tab": "\t"}.get(source.head.get("delimiter", ","), source.head.get("delimiter", ","))
    ).writerows(_grid(source))
    return out.getvalue().encode(source.head.get("encoding", "utf-8"))


def txt(source: Source) -> bytes:
    """Plain text in the encoding that the source names."""
    out = []
    for line in source.lines:
        if line.kind == "page":
            out.append("\f")
            continue
        before = f"{line.number} " if line.number else ""
        text = " | ".join(line.cells) if line.kind == "row" else line.text
        out.append(before + in_unicode(text))
        if line.other:
            out.append(before + in_unicode(line.other))
        if line.kind != "row":
            out.append("")
    return "\r\n".join(out).encode(source.head.get("encoding", "utf-8"))


def html_page(source: Source) -> bytes:
    """A saved web page with navigation, a cookie line and a script beside what is meant to be read."""
    head = source.head
    body: list[str] = []
    open_table = False

    def write(text: str) -> str:
        return "".join(
            f"<{how}>{html.escape(piece)}</{how}>" if how else html.escape(piece) for how, piece in pieces(text)
        )

    for line in source.lines:
        if open_table and line.kind != "row":
            body.append("</table>")
            open_table = False
        if line.kind == "row":
            if not open_table:
                body.append('<table class="spec">')
                open_table = True
            body.append("<tr>" + "".join(f"<td>{write(cell)}</td>" for cell in line.cells) + "</tr>")
        elif line.kind == "title":
            body.append(f"<h1>{write(line.text)}</h1>")
        elif line.kind == "clause":
            body.append(f"<h2>{html.escape(line.number)}&nbsp;{write(line.text)}</h2>")
        elif line.kind != "page":
            body.append(f"<p>{html.escape(line.number + ' ') if line.number else ''}{write(line.text)}</p>")
    if open_table:
        body.append("</table>")
    said = "\n".join(body).replace("≥", "&ge;").replace("µ", "&micro;").replace("°", "&deg;")
    page = (
        f'<!DOCTYPE html>\n<html lang="{source.language}">\n<head><meta charset="{head.get("encoding", "utf-8")}">'
        f"<title>{html.escape(plain(head['title']))}</title>\n<style>table.spec {{ border: 1px solid }}</style>"
        f'<script>var page = {{ tracking: "none" }};</script></head>\n<body>\n<nav><a href="/">Home</a> · <a href="/products">Products</a></nav>\n'
        f"<main>\n{said}\n</main>\n<footer>{html.escape(head.get('running_foot', ''))}</footer>\n</body>\n</html>\n"
    )
    return page.encode(head.get("encoding", "utf-8"), "xmlcharrefreplace")


# --- mail ----------------------------------------------------------------------------------------


def _address(text: str) -> Address:
    name, _, address = text.rpartition(" <")
    return Address(name, addr_spec=address.rstrip(">"))


def mail(source: Source, attached: Callable[[str], tuple[str, bytes]]) -> bytes:
    """A mail as a client stores it; `attached` gives name and bytes of a document that goes with it."""
    head = source.head
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(head["from"])
    message["To"] = [_address(to) for to in source.many["to"]]
    if "cc" in head:
        message["Cc"] = [_address(cc) for cc in source.many["cc"]]
    message["Subject"] = head["title"]
    message["Date"] = datetime.fromisoformat(head["date"])
    message["Message-ID"] = f"<{source.path.stem}@mail.example>"
    text = "\n".join(in_unicode(line.text) for line in source.lines) + "\n"
    charset, cte = head.get("charset", "utf-8"), head.get("transfer", "quoted-printable")
    message.set_content(text, charset=charset, cte=cte)
    if head.get("alternative") == "html":
        marked = "".join(f"<p>{html.escape(in_unicode(line.text))}</p>\n" for line in source.lines)
        message.add_alternative(f"<html><body>\n{marked}</body></html>\n", subtype="html", charset=charset, cte=cte)
    for named in source.many.get("attachment", []):
        shown, _, of = named.partition(" | ")
        _, content = attached(of)
        kind = {"pdf": "pdf", "xml": "xml"}.get(shown.rpartition(".")[2], "octet-stream")
        message.add_attachment(content, maintype="application", subtype=kind, filename=shown)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{zlib.crc32(source.name.encode()):08x}_{number}")
    made = message.as_bytes()
    if charset.startswith("gb"):
        # Clients set to a Chinese character set use it for the subject too, where the library writes UTF-8.
        word = base64.b64encode(head["title"].encode(charset))
        subject = b"Subject: =?%s?B?%s?=" % (charset.encode(), word)
        made = re.sub(rb"(?m)^Subject: [^\r\n]*(?:\r\n[ \t][^\r\n]*)*", lambda _: subject, made, count=1)
    return made

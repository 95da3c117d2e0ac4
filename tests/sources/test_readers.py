"""Files of every kind that ministries and offices hand out, made here with invented wording, and what is read in them."""

import difflib
import hashlib
import importlib.util
import io
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from mulu.errors import MuluError
from mulu.sources import documents
from mulu.sources.document import Line, Row
from mulu.sources.documents import (
    Corrupt,
    Encrypted,
    MissingFile,
    NoText,
    OcrMissing,
    ScriptShell,
    TooLarge,
    TooManyPages,
    UnknownKind,
    UnreadableDocument,
    read_document,
)

typst = pytest.importorskip("typst")
docx = pytest.importorskip("docx")
fonts = pytest.importorskip("pylopdf_fonts_zh_cn")

OCR = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None and os.environ.get("CI") != "true",
    reason="the extra ocr (rapidocr) is not installed",
)


def typeset(body, page='paper: "a4", margin: 2.5cm', size="10.5pt"):
    source = f'#set page({page})\n#set text(font: "Noto Serif SC", size: {size}, lang: "zh")\n{body}'
    folder = str(Path(fonts.__file__).parent)
    return typst.compile(source.encode(), font_paths=[folder], ignore_system_fonts=True)


def a_pdf(content, box="0 0 595 842", rotate=0, extra=""):
    """A one-page PDF with this content stream, Helvetica as F1."""
    stream = content.encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Rotate {rotate}/Contents 4 0 R"
        f"/Resources<</Font<</F1 5 0 R>>>>{extra}>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.fixture
def read(tmp_path):
    def reading(data, name="file.bin", **options):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_document(path, **options)

    return reading


def said(document):
    """The text of a document: lines as texts, rows as lists of texts."""
    return [b.text if isinstance(b, Line) else [c.text for c in b.cells] for b in document.blocks]


def notes(document):
    return [unread.because.id for unread in document.unread]


# -- PDF ---------------------------------------------------------------------------------------------------------------

LONG = "，".join(f"示例参数{k}不低于{k}.5 g/cm#super[3]的示例材料制备工艺" for k in range(9))


@pytest.fixture(scope="module")
def ruled():
    rows = ",\n".join(
        f"[{i}],[{i:03d}9{i % 7:02d}X],[虚构技术{i}],[1．LiFePO#sub[4]制备技术 \\ 2．{LONG}]" for i in range(1, 141)
    )
    return typeset(
        "= 附件\n#table(columns: (1.2cm, 2.2cm, 3.5cm, 1fr),\n"
        f"table.header([序号], [编号], [技术名称], [控制要点]),\n{rows})\n以上为虚构。",
        page='paper: "a4", margin: 2.5cm, header: [虚构目录（示例）],'
        " footer: context align(center)[— #counter(page).display() —]",
    )


def test_a_ruled_table_over_thirty_pages_is_read_cell_by_cell_in_seconds(read, ruled):
    began = time.perf_counter()
    document = read(ruled)
    assert time.perf_counter() - began < 8  # about one second on an idle core
    assert document.pages >= 30
    rows = [block for block in document.blocks if isinstance(block, Row)]
    assert all(len(row.cells) == 4 for row in rows)
    assert sum(row.cells[0].text == "序号" for row in rows) == document.pages == len({row.table for row in rows})
    assert [row.cells[0].text for row in rows if row.cells[0].text.isdigit()] == [str(i) for i in range(1, 141)]
    assert said(document)[0] == "附件"
    assert said(document)[-1] == "以上为虚构。"


def test_a_cell_over_two_pages_is_two_rows_and_none_of_it_is_lost(read, ruled):
    points, continued = [], 0
    for block in read(ruled).blocks:
        if isinstance(block, Row) and block.cells[0].text != "序号":
            if block.cells[0].text:
                points.append("")
            else:
                continued += 1
            points[-1] += block.cells[3].text.replace("\n", "")
    assert continued > 5
    expected = "1．LiFePO₄制备技术2．" + LONG.replace("#super[3]", "³")
    assert {point.replace(" ", "") for point in points} == {expected.replace(" ", "")}


def test_a_cell_keeps_its_printed_lines_and_knows_its_place(read, ruled):
    row = next(b for b in read(ruled).blocks if isinstance(b, Row) and b.cells[0].text == "1")
    first, second = row.cells[3].text.split("\n")[:2]
    assert (first, second[:2]) == ("1．LiFePO₄制备技术", "2．")
    left, top, right, bottom = row.place.box
    assert row.place.page == 1
    assert left < row.cells[3].place.box[0] < right
    assert top < row.cells[3].place.box[1] < bottom


def test_heads_and_page_numbers_run_beside_the_text(read, ruled):
    document = read(ruled)
    texts = [line.text for line in document.running]
    assert texts.count("虚构目录（示例）") == document.pages
    assert [text for text in texts if "—" in text] == [f"— {n} —" for n in range(1, document.pages + 1)]
    assert not any("虚构目录（示例）" in str(block) for block in said(document))


def test_a_page_number_of_words_runs_beside_the_text_of_a_single_page(read):
    document = read(typeset("正文一行。", page='paper: "a4", footer: [第1页 共 1 页]'))
    assert said(document) == ["正文一行。"]
    assert [line.text for line in document.running] == ["第1页 共 1 页"]


def test_merged_cells_say_how_many_columns_they_cover_and_rows_below_keep_their_columns(read):
    document = read(
        typeset(
            "#table(columns: 3, table.cell(colspan: 3)[甲部分],"
            "table.cell(rowspan: 2)[一], [名称一], [要点一], [名称二], [要点二], [二], [名称三], [要点三])"
        )
    )
    assert [[(c.text, c.spans) for c in row.cells] for row in document.blocks] == [
        [("甲部分", 3)],
        [("一", 1), ("名称一", 1), ("要点一", 1)],
        [("", 1), ("名称二", 1), ("要点二", 1)],
        [("二", 1), ("名称三", 1), ("要点三", 1)],
    ]


def test_lists_keep_headings_numbers_and_indents(read):
    document = read(
        typeset(
            "#set par(leading: 0.8em)\n一、禁止出口部分\n\n#h(2em)（一）虚构养殖技术（编号：991001J）\n\n"
            "#h(2em)1．不低于10#super[6]个的示例\n\n#h(2em)2．质量能量密度大于 300 Wh/kg 的 Example Cell 技术"
        )
    )
    assert said(document) == [
        "一、禁止出口部分",
        "（一）虚构养殖技术（编号：991001J）",
        "1．不低于10⁶个的示例",
        "2．质量能量密度大于 300 Wh/kg 的 Example Cell 技术",
    ]
    assert [round(line.indent) for line in document.blocks] == [0, 21, 21, 21]
    assert [line.place.number for line in document.blocks] == [1, 2, 3, 4]


def test_two_columns_are_read_one_after_the_other_between_full_headings(read):
    left = "".join(f"左栏第{n}句虚构的文字说明。" for n in range(40))
    right = "".join(f"右栏第{n}句虚构的文字说明。" for n in range(40))
    document = read(
        typeset(f"= 横贯全页的一个很长的标题横贯全页的一个很长的标题\n#columns(2)[{left}\n#colbreak()\n{right}]")
    )
    text = "".join(said(document))
    assert text == "横贯全页的一个很长的标题横贯全页的一个很长的标题" + left + right


def test_short_lines_with_a_gap_are_not_taken_for_columns(read):
    body = "\n\n".join(f"名称{n} #h(1fr) 说明{n}" for n in range(12))
    assert said(read(typeset(body))) == [f"名称{n} 说明{n}" for n in range(12)]


def test_a_frame_around_text_is_no_table(read):
    assert said(read(typeset("#box(stroke: 1pt, inset: 6pt)[框中的说明。]"))) == ["框中的说明。"]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pages_that_are_shown_turned_are_read_as_shown(read, rotate):
    import pypdfium2

    pdf = pypdfium2.PdfDocument(typeset("#table(columns: 2, [甲], [乙], [丙], [丁])\n之后一行。"))
    page = pdf[0]
    page.set_rotation(rotate)  # the content stays: it must be turned back to be read
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    document = read(out.getvalue())
    assert said(document) == [["甲", "乙"], ["丙", "丁"], "之后一行。"]
    for block in document.blocks:
        left, top, right, bottom = block.place.box
        assert 0 <= left < right <= (842 if rotate % 180 else 596)
        assert 0 <= top < bottom <= (596 if rotate % 180 else 842)


def test_text_set_upwards_along_the_page_is_read_too(read):
    content = "BT /F1 12 Tf 0 1 -1 0 100 100 Tm (First line of it) Tj 0 -20 Td (Second line of it) Tj ET"
    assert said(read(a_pdf(content))) == ["First line of it", "Second line of it"]


def test_a_watermark_aslant_is_kept_apart(read):
    content = "BT /F1 12 Tf 72 700 Td (Body text here) Tj ET BT /F1 40 Tf .7 .7 -.7 .7 150 300 Tm (SAMPLE) Tj ET"
    document = read(a_pdf(content))
    assert said(document) == ["Body text here"]
    assert [line.text for one in document.apart for line in one.lines] == ["SAMPLE"]


def test_text_that_no_reader_of_the_page_sees_is_left_out_and_named(read):
    content = (
        "BT /F1 12 Tf 72 700 Td (Seen text) Tj ET BT 3 Tr /F1 12 Tf 72 650 Td (Unseen text) Tj ET"
        " BT 0 Tr /F1 12 Tf 72 2000 Td (Far away) Tj ET"
    )
    document = read(a_pdf(content))
    assert said(document) == ["Seen text"]
    assert notes(document) == ["hidden_text", "text_outside_page"]
    assert "Unseen text" in document.unread[0].because.en
    assert "Far away" in document.unread[1].because.zh


def test_a_scan_with_a_hidden_text_layer_is_not_taken_for_text(read):
    document = read(a_pdf("BT 3 Tr /F1 12 Tf 72 700 Td (Guessed by a scanner) Tj ET"))
    assert said(document) == []
    assert notes(document) == ["hidden_text", "scanned_page"]


def test_latin_words_part_where_there_is_a_gap_and_lines_end_in_the_hyphen_that_is_printed(read):
    content = "BT /F1 12 Tf 72 700 Td [(Export) -400 (control)] TJ 0 -20 Td (a well-) Tj 0 -20 Td (known word) Tj ET"
    assert said(read(a_pdf(content))) == ["Export control", "a well-", "known word"]


def test_a_picture_on_a_page_of_text_is_named(read):
    from PIL import Image

    stamp = io.BytesIO()
    Image.new("RGB", (80, 80), "red").save(stamp, "PNG")
    content = ",".join(map(str, stamp.getvalue()))
    body = "正文有足够多的字，读得出来，" * 6 + f"\n#image(bytes(({content})), width: 4cm)"
    assert notes(read(typeset(body))) == ["pictures"]


def test_an_empty_page_between_others_is_no_matter_and_an_empty_file_has_no_text(read):
    assert [line.place.page for line in read(typeset("一\n#pagebreak()\n#pagebreak()\n三")).blocks] == [1, 3]
    with pytest.raises(NoText):
        read(typeset(""))


def test_a_pdf_behind_a_password_says_so(read):
    with pytest.raises(Encrypted) as refused:
        read(_protected())
    assert "密码" in refused.value.said.zh


def _protected():
    """A PDF whose user password is not empty: its check value is nonsense, so no password opens it."""
    data = a_pdf("BT /F1 12 Tf (x) Tj ET")
    entry = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'ab' * 32}>/U<{'cd' * 32}>/P -4>>/ID[<00><00>]".encode()
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R" + entry)


def test_a_drawing_of_thousands_of_crossing_lines_is_no_table_and_does_not_hold_up_the_reader(read):
    lines = "".join(f"0 {n / 4} m 595 {n / 4} l {n / 6} 0 m {n / 6} 842 l " for n in range(3300))
    began = time.perf_counter()
    document = read(a_pdf(f"BT /F1 12 Tf 72 700 Td (Under a grid) Tj ET {lines} S"))
    assert time.perf_counter() - began < 5
    assert said(document) == ["Under a grid"]


def test_more_pages_than_the_limit_are_counted(read):
    with pytest.raises(TooManyPages) as refused:
        read(typeset("#pagebreak()\n" * 400 + "末页"))
    assert refused.value.pages == 401
    assert "401" in refused.value.said.zh


def test_a_pdf_without_its_end_is_refused_rather_than_read_in_part(read, ruled):
    for share in (0.05, 0.5, 0.95):
        with pytest.raises(Corrupt):
            read(ruled[: int(len(ruled) * share)])


# -- pictures, read by machine -----------------------------------------------------------------------------------------

SCANNED = [["序号", "编号", "技术名称", "控制要点"]] + [
    [str(n), f"99{n:02d}01X", f"虚构技术{n}", f"示例参数不低于{n}.5 g/cm³的材料制备工艺"] for n in range(1, 5)
]


def scanned(form="PDF", aslant=0.7):
    import pypdfium2
    from PIL import Image

    cells = ",".join(f"[{cell}]" for row in SCANNED for cell in row)
    pdf = pypdfium2.PdfDocument(
        typeset(
            f"#table(columns: (1.5cm, 3cm, 4cm, 1fr), {cells})\n表后的说明文字。",
            page="width: 21cm, height: 12cm, margin: 2cm",
        )
    )
    picture = pdf[0].render(scale=200 / 72).to_pil().convert("L")
    pdf.close()
    out = io.BytesIO()
    picture = picture.rotate(aslant, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if form == "PDF":
        picture.save(out, form, resolution=200)
    else:
        picture.save(out, form, dpi=(200, 200))
    return out.getvalue()


def test_a_scanned_page_is_named_with_its_remedy(read):
    document = read(scanned())
    assert document.blocks == ()
    (unread,) = document.unread
    assert (unread.page, unread.because.id) == (1, "scanned_page")
    assert "mulu[ocr]" in unread.because.zh


@OCR
@pytest.mark.parametrize("form", ["PDF", "PNG", "JPEG"])
def test_a_scan_that_lies_aslant_is_read_by_machine_into_rows(read, form, capfd):
    document = read(scanned(form), ocr=True)
    rows = [[cell.text for cell in block.cells] for block in document.blocks if isinstance(block, Row)]
    wanted = "".join("".join(row) for row in SCANNED).replace(" ", "")
    got = "".join("".join(row) for row in rows)
    assert [len(row) for row in rows] == [4] * 5
    assert [row[1] for row in rows] == [row[1] for row in SCANNED]
    alike = difflib.SequenceMatcher(None, got.replace(" ", ""), wanted, autojunk=False).ratio()
    assert alike > 0.95
    last = document.blocks[-1]
    assert isinstance(last, Line)
    assert last.text == "表后的说明文字。"
    assert last.confidence > 0.8
    assert document.machine_pages == {1}
    assert all(block.machine for block in document.blocks)
    assert capfd.readouterr() == ("", "")


def test_without_the_extra_reading_by_machine_names_it(read, monkeypatch):
    from mulu.sources import ocr

    ocr._recogniser.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(OcrMissing) as refused:
        read(scanned(), ocr=True)
    assert "mulu[ocr]" in refused.value.said.en


def test_a_picture_is_read_only_where_machine_reading_is_asked_for(read):
    with pytest.raises(UnknownKind) as refused:
        read(scanned("PNG"), name="scan.pdf")
    assert refused.value.what.id == "picture"


# -- DOCX --------------------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def a_docx(body, **parts):
    """A DOCX file with this body; `parts` are further parts by their names without `.xml`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text, level=0, num=1):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def level(at, form, text, start=1):
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
{level(0, "chineseCountingThousand", "%1、")}{level(1, "decimal", "（%2）")}{level(2, "decimalEnclosedCircle", "%3")}
{level(3, "decimal", "%2.%4")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_a_document_of_word_is_read_with_its_tables_heads_and_feet(read):
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "虚构目录"
    made.add_heading("附件", 1)
    made.add_paragraph("第一段，很长。")
    table = made.add_table(3, 3)
    for row, texts in zip(table.rows, ["序号 名称 要点", "1 甲 一", "2 乙 二"], strict=True):
        for cell, text in zip(row.cells, texts.split(), strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    out = io.BytesIO()
    made.save(out)
    document = read(out.getvalue(), name="无扩展名")
    assert document.media == "docx"
    assert said(document) == ["附件", "第一段，很长。", ["序号", "名称\n要点"], ["1\n2", "甲", "一"], ["", "乙", "二"]]
    assert [cell.spans for cell in document.blocks[2].cells] == [1, 2]
    assert all(block.whole for block in document.blocks if isinstance(block, Line))
    assert [line.text for line in document.running] == ["虚构目录"]


def test_numbers_that_word_sets_are_part_of_the_wording(read):
    body = "".join(
        [
            numbered("甲"),
            numbered("子", 1),
            numbered("丑", 1),
            numbered("细", 2),
            p("不编号"),
            numbered("乙"),
            numbered("寅", 1),
            numbered("合", 3),
            numbered("另起", 0, 2),
        ]
    )
    assert said(read(a_docx(body, numbering=NUMBERING))) == [
        "一、甲",
        "（1）子",
        "（2）丑",
        "①细",
        "不编号",
        "二、乙",
        "（1）寅",
        "1.1 合",
        "一、另起",
    ]


def test_a_style_brings_its_number_with_it(read):
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        f'<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="b">'
        f'<w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = p("甲", '<w:pStyle w:val="b"/>') + p("乙", '<w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert said(read(a_docx(body, numbering=NUMBERING, styles=styles))) == ["（1）甲", "乙"]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (105, "一百零五"), (110, "一百一十")]
)
def test_chinese_list_numbers_are_counted_as_word_counts(read, number, text):
    pattern = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "%1、", number)}
    </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
    assert said(read(a_docx(numbered("甲"), numbering=pattern))) == [f"{text}、甲"]


def test_tracked_changes_are_read_as_accepted_and_named(read):
    body = (
        "<w:p><w:r><w:t>大于</w:t></w:r><w:del><w:r><w:delText>10</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>20</w:t></w:r></w:ins><w:r><w:t>米</w:t></w:r></w:p>"
    )
    document = read(a_docx(body))
    assert said(document) == ["大于20米"]
    assert notes(document) == ["tracked_changes"]


def test_text_boxes_scripts_and_nested_tables_are_read_once(read):
    inner = p("框中")
    box = f"<w:drawing><w:txbxContent>{inner}</w:txbxContent></w:drawing>"
    body = (
        '<w:p><w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t></w:r>'
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{p('外')}<w:tbl><w:tr><w:tc>{p('内一')}</w:tc><w:tc>{p('内二')}</w:tc></w:tr></w:tbl>"
        f"{p('尾')}</w:tc></w:tr></w:tbl>"
    )
    assert said(read(a_docx(body))) == ["10⁶", "框中", ["外\n内一 内二\n尾"]]


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(read, monkeypatch):
    with pytest.raises(TooLarge) as refused:
        read(a_docx(p("甲"), media=" " * 12_000_000))  # packed to almost nothing
    assert refused.value.size > refused.value.limit
    monkeypatch.setattr(documents, "MAX_UNPACKED", 300)
    with pytest.raises(TooLarge):
        read(a_docx(p("甲"), media="一二三四五六七八九十" * 30))


def test_entities_are_never_followed(read, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    hostile = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document {W}><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", hostile)
    with pytest.raises(Corrupt):
        read(out.getvalue())


def test_comments_hidden_text_and_pictures_of_word_are_named(read):
    body = (
        "<w:p><w:r><w:t>可见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        '<w:r><w:pict><v:imagedata xmlns:v="urn:v"/></w:pict></w:r></w:p>'
    )
    document = read(a_docx(body, comments="<c/>"))
    assert said(document) == ["可见"]
    assert notes(document) == ["pictures", "hidden_text", "comments"]


# -- HTML and text -----------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>不读</title><style>p {{}}</style></head><body>
<nav>导航</nav><script>var x = "<p>脚本</p>";</script>
<h1>虚构公告</h1><div>第一段 <b>加粗</b>文字，
换行处不加空格。<br>另起一行<p>密度大于 10<sup>6</sup> 的 LiFePO<sub>4</sub>技术</div>
<table><tr><th colspan="2">编号</th><th>要点</th></tr>
<tr><td rowspan="2">一</td><td>甲</td><td>要点一<br>要点二</td></tr><tr><td>乙</td><td><p>三</p><p>四</p></td></tr></table>
结尾文字</body></html>"""


@pytest.mark.parametrize(
    ("declared", "written"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("utf-8", "gb18030"), ("x", "utf-8-sig"), ("x", "utf-16")],
)
def test_a_web_page_is_read_in_blocks_and_rows_whatever_encoding_it_declares(read, declared, written):
    document = read(PAGE.format(charset=declared).encode(written), name="公告.txt")
    assert document.media == "html"
    assert said(document) == [
        "虚构公告",
        "第一段 加粗文字，换行处不加空格。",
        "另起一行",
        "密度大于 10⁶ 的 LiFePO₄技术",
        ["编号", "要点"],
        ["一", "甲", "要点一\n要点二"],
        ["", "乙", "三\n四"],
        "结尾文字",
    ]
    assert document.blocks[4].cells[0].spans == 2
    assert all(block.whole for block in document.blocks if isinstance(block, Line))


def test_a_page_that_a_script_would_fill_is_named_as_such(read):
    with pytest.raises(ScriptShell):
        read('<html><body><div id="app"></div><script src="app.js"></script></body></html>')


def test_a_table_that_only_arranges_the_page_is_read_as_text(read):
    page = "<html><body><table><tr><td><h1>题</h1><p>段落一</p><p>段落二</p></td></tr></table></body></html>"
    assert said(read(page)) == ["题", "段落一", "段落二"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_plain_text_keeps_its_lines_and_form_feeds_turn_the_page(read, encoding):
    document = read("一、虚构部分\r\n\r\n　　1．示例要点\f第二页的文字说明\n".encode(encoding))
    assert [(b.text, b.place.page, b.place.number) for b in document.blocks] == [
        ("一、虚构部分", 1, 1),
        ("1．示例要点", 1, 3),
        ("第二页的文字说明", 2, 1),
    ]
    assert (document.media, document.pages) == ("text", 2)
    assert not any(block.whole for block in document.blocks)
    assert document.blocks[0].indent == 0 < document.blocks[1].indent


# -- every kind --------------------------------------------------------------------------------------------------------


def test_a_document_is_known_by_its_bytes(read):
    data = typeset("正文。")
    assert (read(data, name="a.docx").digest, read(data, name="a.docx").media) == (
        hashlib.sha256(data).hexdigest(),
        "pdf",
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ole"),
        (b"GIF89a" + bytes(50), "picture"),
        (b"{\\rtf1 x}", "rtf"),
        (bytes(range(128, 256)) * 8, "binary"),
    ],
)
def test_other_kinds_are_named_with_a_way_out(read, data, kind):
    with pytest.raises(UnknownKind) as refused:
        read(data)
    assert refused.value.what.id == kind
    assert "DOCX" in refused.value.said.zh


@pytest.mark.parametrize(("part", "kind"), [("OFD.xml", "ofd"), ("xl/workbook.xml", "xlsx"), ("readme", "zip")])
def test_other_archives_are_named(read, part, kind):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(UnknownKind) as refused:
        read(out.getvalue(), name="a.docx")
    assert refused.value.what.id == kind


def test_a_word_file_behind_a_password_says_so(read):
    with pytest.raises(Encrypted):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"))


def test_files_that_are_missing_empty_or_too_large_are_refused(read, tmp_path, monkeypatch):
    with pytest.raises(MissingFile):
        read_document(tmp_path / "none.pdf")
    with pytest.raises(MissingFile):
        read_document(tmp_path)
    for empty in (b"", b"\xef\xbb\xbf \r\n"):
        with pytest.raises(NoText):
            read(empty)
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    with pytest.raises(TooLarge):
        read("超过十个字节")


def test_damaged_files_of_every_kind_are_refused_by_name_or_read(read):
    chance = random.Random(7)
    made = docx.Document()
    made.add_paragraph("虚构段落")
    out = io.BytesIO()
    made.save(out)
    whole = [
        typeset("#table(columns: 2, [甲], [乙])\n正文"),
        out.getvalue(),
        a_docx(numbered("甲"), numbering=NUMBERING),
        PAGE.format(charset="utf-8").encode(),
    ]
    for data in whole:
        for _ in range(25):
            hurt = bytearray(data[: chance.randrange(1, len(data))] if chance.random() < 0.5 else data)
            for _ in range(chance.randrange(0, 30)):
                hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            try:
                read(bytes(hurt))
            except MuluError as refused:
                assert isinstance(refused, UnreadableDocument)
                assert refused.said.zh != refused.said.en


def test_the_door_opens_without_loading_a_reader():
    code = (
        "import sys, mulu.sources.documents as d; "
        "print([m for m in ('pypdfium2', 'docx', 'lxml', 'rapidocr', 'numpy', 'PIL') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

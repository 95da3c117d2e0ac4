"""A DOCX of the user's is filled by its marks and controls, wherever Word put them; what it does not know is refused."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from tests.reports.conftest import BUYER, ON

from mulu.desk import Desk
from mulu.errors import Misused
from mulu.reports.template import BLANK, Fields, TemplateRefused, fill

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FIELDS = Fields(
    {"applicant": "甲公司 & <w:p> {{recipient}}", "recipient": "Acme\nGmbH", "seal": ""},
    {"data": [{"title": "规程", "digest": "ab"}, {"title": "图纸{{seal}}", "digest": ""}], "none": []},
    {"data": ("title", "digest"), "none": ("title",)},
)


def saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def filled(document: Any, fields: Fields = FIELDS) -> tuple[Any, list[str]]:
    content, empty = fill(saved(document), fields)
    assert fill(saved(document), fields)[0] == content
    return Document(io.BytesIO(content)), empty


def test_a_mark_that_word_split_over_runs_is_filled_and_keeps_the_look_of_its_first_run():
    document = Document()
    paragraph = document.add_paragraph("申请人：")
    for n, piece in enumerate(("{", "{appl", "icant", " }", "} 与 {{ recipient", "}}。")):
        paragraph.add_run(piece).bold = n == 0
    made, empty = filled(document)
    assert made.paragraphs[0].text == "申请人：甲公司 & <w:p> {{recipient}} 与 Acme\nGmbH。"
    assert made.paragraphs[0].runs[1].bold and empty == []


def test_marks_are_filled_in_tables_heads_feet_text_boxes_and_notes():
    document = Document()
    document.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = "{{applicant}}"
    document.sections[0].header.paragraphs[0].text = "{{recipient}}"
    document.sections[0].footer.paragraphs[0].text = "{{seal}}"
    box = parse_xml(
        f'<w:r {NS} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>{{applicant}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.add_paragraph("{{recipient}}").runs[0]._element.addnext(box)
    made, empty = filled(document)
    text = "".join(
        t.text or "" for t in made.element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    )
    assert text.count("甲公司 & <w:p> {{recipient}}") == 2
    assert made.sections[0].header.paragraphs[0].text == "Acme\nGmbH"
    assert made.sections[0].footer.paragraphs[0].text == BLANK and empty == ["seal"]


def test_a_footnote_is_filled():
    document = Document()
    document.add_paragraph("{{applicant}}")
    notes = f'<w:footnotes {NS}><w:footnote w:id="1"><w:p><w:r><w:t>{{{{recipient}}}}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    old, made = zipfile.ZipFile(io.BytesIO(saved(document))), io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                text = text.replace(
                    b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode()
                )
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                text = text.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode(),
                )
            new.writestr(name, text)
        new.writestr("word/footnotes.xml", notes)
    content, _ = fill(made.getvalue(), FIELDS)
    written = zipfile.ZipFile(io.BytesIO(content)).read("word/footnotes.xml").decode()
    assert "Acme" in written and "{{" not in written


def test_a_row_that_names_a_group_is_repeated_and_one_line_stays_where_the_group_is_empty():
    document = Document()
    table = document.add_table(3, 2)
    for cell, text in zip(
        table._cells,
        ("名称", "摘要", "{{data.title}}", "{{data.digest}} {{applicant}}", "{{none.title}}", "止"),
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("{{data.title}}")
    made, empty = filled(document)
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    named = "甲公司 & <w:p> {{recipient}}"
    assert rows == [["名称", "摘要"], ["规程", f"ab {named}"], ["图纸{{seal}}", f"{BLANK} {named}"], [BLANK, "止"]]
    assert made.paragraphs[-1].text == "规程\n图纸{{seal}}" and empty == ["none.title"]


def test_content_controls_are_filled_by_their_tag_in_line_as_a_block_and_in_rows():
    document = Document()
    inline = f'<w:sdt {NS}><w:sdtPr><w:tag w:val="applicant"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>单击</w:t></w:r><w:r><w:t>此处</w:t></w:r></w:sdtContent></w:sdt>'
    document.add_paragraph("申请人 ")._element.append(parse_xml(inline))
    block = f'<w:sdt {NS}><w:sdtPr><w:tag w:val="seal"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>一</w:t></w:r></w:p><w:p><w:r><w:t>二</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    document.element.body.insert(1, parse_xml(block))
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0]._element.append(parse_xml(inline.replace("applicant", "data.title")))
    plain = parse_xml(
        f'<w:sdt {NS}><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent><w:r><w:t>不动</w:t></w:r></w:sdtContent></w:sdt>'
    )
    document.add_paragraph()._element.append(plain)
    made, empty = filled(document)
    texts = [
        "".join(t.text or "" for t in p.iter() if t.tag.endswith("}t"))
        for p in made.element.body.iter()
        if p.tag.endswith("}p")
    ]
    assert texts == ["申请人 甲公司 & <w:p> {{recipient}}", BLANK, "规程", "图纸{{seal}}", "不动"]
    assert empty == ["seal"]
    assert "showingPlcHdr" not in made.element.xml and "PlaceholderText" not in made.element.xml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{aplicant}}", "aplicant.*applicant, recipient, seal, data.title, data.digest"),
        ("{{applicant}", "not whole"),
        ("{{ two words }}", "not whole"),
        ("applicant}}", "not whole"),
        ("｛｛applicant｝｝", r"full-width braces.*write \{\{applicant\}\}"),
        ("｛{ applicant ｝}", "full-width braces"),
        ("﹛﹛data.title﹜﹜", "full-width braces"),
        ("｛｛申请人｝｝", "not whole: '｛｛申请人｝｝'"),
        ("{{data.author}}", "data.author"),
        ("nothing", "no .*mark"),
    ],
)
def test_what_a_template_names_and_nobody_knows_is_refused(text: str, words: str):
    document = Document()
    document.add_paragraph(text)
    with pytest.raises(TemplateRefused, match=words) as refused:
        fill(saved(document), FIELDS)
    assert "未生成任何文件" in refused.value.said.zh


def test_a_row_of_two_groups_and_an_unknown_tag_and_what_is_no_docx_are_refused():
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "{{data.title}} {{none.title}}"
    with pytest.raises(TemplateRefused, match="several groups"):
        fill(saved(document), FIELDS)
    document = Document()
    control, properties, tag = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "tag"))
    tag.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val", "nobody")
    properties.append(tag)
    control.append(properties)
    document.add_paragraph("{{seal}}")._element.append(control)
    with pytest.raises(TemplateRefused, match="nobody"):
        fill(saved(document), FIELDS)
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 100):
        with pytest.raises(TemplateRefused, match="no DOCX"):
            fill(content, FIELDS)


def test_a_template_is_filled_from_a_case_and_tells_what_stayed_empty(printing: Desk, tmp_path):
    document = Document()
    document.add_paragraph("{{applicant}} → {{recipients}}，{{mode}}；{{expected_value}}")
    template = tmp_path / "form.docx"
    template.write_bytes(saved(document))
    into = tmp_path / "out.docx"
    answer = printing.paper("C-1", "application", ON, "zh", set=["applicant=甲公司"], template=template, into=str(into))
    assert Document(str(into)).paragraphs[0].text == f"甲公司 → {BUYER}，M3 专利实施许可；{BLANK}"
    assert answer["unfilled"] == ["expected_value"] and "content" not in answer
    with pytest.raises(Misused, match="filled as DOCX"):
        printing.paper("C-1", "application", ON, form="pdf", template=template)
    with pytest.raises(Misused, match="cannot be read"):
        printing.paper("C-1", "application", ON, template=tmp_path / "none.docx")

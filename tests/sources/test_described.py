"""What comes in: every kind of file becomes passages with their places, in the process that reads foreign files."""

import base64
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
import xlsxwriter

from mulu.errors import MuluError
from mulu.sources.described import Kind, Reading, Role
from mulu.sources.documents import Held, UnreadableDocument
from mulu.sources.fenced import described
from mulu.sources.patents import families, root_of
from mulu.sources.received import read_received
from mulu.sources.workbook import columns_of

CN = """<?xml version="1.0" encoding="UTF-8"?>
<business:PatentDocumentAndRelated xmlns:business="urn:b" xmlns:base="urn:a" country="CN" docNumber="199999999" kind="A"
 datePublication="20310224" lang="zh"><business:BibliographicData>
<business:ApplicationReference><base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code>
<base:DocNumber>203010000001.6</base:DocNumber></base:DocumentID></business:ApplicationReference>
<business:ClassificationIPCRDetails><business:ClassificationIPCR><base:Text>H01M  4/58 (2010.01) I</base:Text>
</business:ClassificationIPCR></business:ClassificationIPCRDetails>
<business:InventionTitle>示例正极材料的制备方法</business:InventionTitle></business:BibliographicData>
<business:Abstract><base:Paragraphs>一种LiFePO<base:Sub>4</base:Sub>材料。</base:Paragraphs></business:Abstract>
<business:Claims><business:Claim num="1"><business:ClaimText>1. 一种方法，其特征在于：
  <br/>在氮气中烧结。</business:ClaimText></business:Claim>
<business:Claim num="2"><business:ClaimText>2. 根据权利要求1所述的方法。</business:ClaimText></business:Claim></business:Claims>
<business:Description><business:TechnicalField><base:Paragraphs num="0001">本发明涉及电池。</base:Paragraphs>
</business:TechnicalField><business:BackgroundArt><base:Paragraphs num="0002">现有方法能耗高。</base:Paragraphs>
</business:BackgroundArt><business:InventionMode><base:Paragraphs num="0003">实施例。</base:Paragraphs>
</business:InventionMode></business:Description></business:PatentDocumentAndRelated>"""
US = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN" country="US" date-publ="20320406"><us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>99000000</doc-number><kind>B2</kind></document-id></publication-reference>
<application-reference><document-id><country>US</country><doc-number>99123456</doc-number></document-id></application-reference>
<priority-claims><priority-claim><country>CN</country><doc-number>203010000001.6</doc-number></priority-claim></priority-claims>
<classifications-ipcr><classification-ipcr><section>H</section><class>01</class><subclass>M</subclass><main-group>4</main-group><subgroup>58</subgroup></classification-ipcr></classifications-ipcr>
<invention-title>Sample cathode</invention-title></us-bibliographic-data-grant>
<abstract><p num="0000">A LiFePO<sub>4</sub> cathode.</p></abstract>
<description><heading>BACKGROUND</heading><p num="0001">Known at 10<sup>6</sup> &alpha;.</p>
<heading>DETAILED DESCRIPTION</heading><p num="0002">Sintered at 700&#xb0; C.</p></description>
<claims><claim num="00001"><claim-text>1. A process comprising:<claim-text>mixing; and</claim-text><claim-text>sintering.</claim-text></claim-text></claim></claims>
</us-patent-grant>"""
EP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ep-patent-document PUBLIC "-//EPO//EP PATENT DOCUMENT 1.5//EN" "ep-patent-document-v1-5.dtd">
<ep-patent-document id="EP99B1" lang="de" country="EP" doc-number="9999999" kind="B1" date-publ="20320115"><SDOBI>
<B200><B210>31999999.1</B210></B200><B300><B310>203010000001</B310><B330><ctry>CN</ctry></B330></B300>
<B500><B510EP><classification-ipcr><text>H01M   4/58        20100101AFI</text></classification-ipcr></B510EP>
<B540><B541>de</B541><B542>KATHODE</B542><B541>en</B541><B542>CATHODE</B542></B540></B500></SDOBI>
<description lang="de"><p num="0001">Die Erfindung.</p></description>
<claims lang="de"><claim num="0001"><claim-text>Verfahren.</claim-text></claim></claims>
<claims lang="en"><claim num="0001"><claim-text>A process of sintering.</claim-text></claim></claims></ep-patent-document>"""


def read(name: str, data: bytes | str, **options: bool) -> Reading:
    reading = described(Held(name, name, data.encode() if isinstance(data, str) else data), **options)
    for one in reading.passages:
        assert reading.text[one.place.start : one.place.end] == one.text
        assert reading.passage_at(one.place.start) is one
    return reading


def roles(reading: Reading) -> list[tuple[str, str | None]]:
    return [(one.role.value, one.place.number) for one in reading.passages]


def typeset(source: str) -> bytes:
    import pylopdf_fonts_zh_cn
    import typst

    setting = '#set text(font: ("Noto Serif SC", "Noto Sans SC"), lang: "zh", size: 11pt)\n#set par(justify: true)\n'
    fonts = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    return typst.compile((setting + source).encode(), font_paths=fonts, ignore_system_fonts=True)


CONTRACT = """技术许可合同

第一条 许可技术
1.1 甲方许可乙方使用附件一所列技术。
（一）图纸；
第二条 保密
双方应当保密。
"""


def test_the_places_of_a_plain_text_count_in_the_text_as_given():
    reading = read("合同.txt", CONTRACT)
    assert reading.text == CONTRACT
    assert [(one.role.value, one.place.number, one.place.clause) for one in reading.passages] == [
        ("title", None, None),
        ("heading", "第一条", "第一条"),
        ("clause", "1.1", "1.1"),
        ("clause", "（一）", "1.1"),
        ("heading", "第二条", "第二条"),
        ("clause", None, "第二条"),
    ]
    assert reading.passages[-1].heading == "第二条 保密"


def test_a_text_broken_by_hand_at_a_width_is_joined_and_another_is_not():
    broken = "The cathode material is made by milling\nlithium carbonate with iron phosphate and\nglucose before it is sintered under a\nflow of nitrogen.\n\nA second paragraph stands apart here."
    assert len(read("a.txt", broken).passages) == 2
    assert len(read("b.txt", "密度为2.6。\n温度为750度，保温。\n气氛为氮气。\n粒径为1.2微米。").passages) == 4


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return typeset(
        "#set page(paper: \"a5\", header: [示例公司 内部资料], footer: context [第 #counter(page).display() 页])\n"
        "= 许可合同\n== 第一条 许可技术\n1.1 甲方许可乙方使用LiFePO#sub[4]正极材料的制备工艺，粉末压实密度不低于2.62 g/cm#super[3]，"
        + "并用于动力电池的制造，交付物包括工艺文件与图纸。" * 12
        + "\n\n1.2 乙方不得转让。\n#pagebreak()\n#set text(lang: \"en\", hyphenate: true)\n"
        + "The characterization of the electrochemistry office was sufficiently straightforward. " * 12
        + "\n#pagebreak()\n末页。"
    )  # fmt: skip


def test_a_pdf_gives_paragraphs_with_pages_boxes_and_clauses_without_heads_and_feet(pdf):
    reading = read("合同.pdf", pdf)
    assert reading.pages == 3 and reading.title == "许可合同"
    first = next(one for one in reading.passages if one.place.number == "1.1")
    assert "LiFePO₄正极材料" in first.text.replace(" ", "") and "2.62 g/cm³" in first.text
    assert "\n" not in first.text and "图纸。并用于" in first.text  # the lines are joined without blanks
    assert first.place.page == 1 and first.role is Role.CLAUSE
    (page, (left, top, right, bottom)), *_ = first.place.boxes
    assert page == 1 and 0 < left < right < 420 and 0 < top < bottom < 596
    assert not any("内部资料" in one.text or one.text.startswith("第 ") for one in reading.passages)
    (english,) = (one for one in reading.passages if one.place.page == 2)
    assert english.text.count("characterization of the electrochemistry office") == 12  # hyphens and ligatures undone
    assert reading.passages[-1].place.page == 3


def test_a_docx_gives_headings_tables_scripts_and_the_current_text_of_changes():
    made = docx.Document()
    made.add_heading("技术秘密许可合同", 0)
    made.add_heading("第一条 定义", 1)
    paragraph = made.add_paragraph("LiFePO")
    paragraph.add_run("4").font.subscript = True
    paragraph.add_run(" 的制备")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "压实密度", "2.62"
    held = io.BytesIO()
    made.save(held)
    reading = read("a.docx", held.getvalue())
    assert [(one.role.value, one.text) for one in reading.passages] == [
        ("title", "技术秘密许可合同"),
        ("heading", "第一条 定义"),
        ("clause", "LiFePO₄ 的制备"),
        ("table", "压实密度 | 2.62"),
    ]


def test_html_keeps_headings_and_subscripts():
    reading = read(
        "a.html", "<html><body><h1>说明</h1><p>Nd<sub>2</sub>Fe<sub>14</sub>B 磁体的制备。</p></body></html>"
    )
    assert [(one.role.value, one.text) for one in reading.passages] == [
        ("title", "说明"),
        ("body", "Nd₂Fe₁₄B 磁体的制备。"),
    ]


def test_the_offices_xml_is_read_alike_claims_description_and_background_told_apart():
    chinese, american = read("cn.xml", CN), read("us.xml", US)
    assert chinese.kind is american.kind is Kind.PATENT
    assert roles(chinese) == [
        ("title", None), ("abstract", None), ("claim", "1"), ("claim", "2"),
        ("description", "[0001]"), ("background", "[0002]"), ("description", "[0003]"),
    ]  # fmt: skip
    assert chinese.passages[1].text == "一种LiFePO₄材料。"
    assert chinese.passages[2].text == "1. 一种方法，其特征在于：\n在氮气中烧结。"
    assert roles(american) == [
        ("title", None), ("abstract", None), ("claim", "1"), ("heading", None),
        ("background", "[0001]"), ("heading", None), ("description", "[0002]"),
    ]  # fmt: skip
    assert american.passages[2].text == "1. A process comprising:\nmixing; and\nsintering."
    assert american.passages[4].text == "Known at 10⁶ α."
    for one in (chinese, american):
        assert one.fact("ipc") == ("H01M 4/58",)
    assert chinese.fact("publication") == ("CN199999999A",) and american.fact("publication") == ("US99000000B2",)


def test_of_an_ep_publication_the_text_in_a_language_that_is_compared_is_read_and_the_others_are_named():
    reading = read("ep.xml", EP)
    assert reading.title == "CATHODE"
    assert [one.text for one in reading.passages if one.role is Role.CLAIM] == ["A process of sintering."]
    assert "de" in reading.unread[0].because.en
    assert reading.fact("ipc") == ("H01M 4/58",)


def test_members_of_a_family_are_recognised_by_priority_and_application():
    other = read("other.xml", US.replace("203010000001.6", "203010000777.9").replace("99123456", "99000001"))
    readings = [read("cn.xml", CN), other, read("us.xml", US), read("ep.xml", EP), read("a.txt", CONTRACT)]
    assert families(readings) == [(0, 2, 3)]


def test_a_patent_printed_as_text_is_told_by_its_parts():
    reading = read(
        "p.txt",
        "(10) 申请公布号 CN 199999999 A\n(21) 申请号 203010000001.6\n(51) Int.Cl. H01M 4/58(2010.01)\n(54) 发明名称 示例方法\n"
        "(57) 摘要 一种方法。\n权利要求书\n1. 一种方法，其特征在于，烧结。\n2. 根据权利要求1所述的方法。\n说明书\n技术领域\n"
        "[0001] 涉及电池。\n背景技术\n[0002] 现有方法。\n具体实施方式\n[0003] 实施例。\n",
    )
    assert reading.kind is Kind.PATENT and reading.title == "示例方法"
    found = [(role, number) for role, number in roles(reading) if role in ("claim", "background", "description")]
    assert found == [
        ("claim", "1"),
        ("claim", "2"),
        ("description", "[0001]"),
        ("background", "[0002]"),
        ("description", "[0003]"),
    ]
    assert reading.fact("application") == ("203010000001.6",) and reading.fact("ipc") == ("H01M 4/58",)


def test_an_entity_of_an_xml_file_is_not_expanded():
    bomb = US.replace("[ ]", '[ <!ENTITY a "boom"> <!ENTITY b SYSTEM "file:///etc/passwd"> ]').replace(
        "&alpha;", "&a;&b;"
    )
    assert root_of(bomb.encode()) == "us-patent-grant"
    reading = read("us.xml", bomb)
    assert "boom" not in reading.text and "root:" not in reading.text


def an_email(**attachments: bytes) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "甲 <a@example.org>", "b@example.org", "正极材料技术资料"
    made.set_content(
        "各位：\n\n附上制备工艺。\n\n此致\n甲\n示例公司\n\n-----原始邮件-----\n发件人：乙\n发送时间：2031-1-1\n请寄资料。\n",
        charset="gb2312",
        cte="base64",
    )
    for name, data in attachments.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return made


def test_an_email_tells_what_it_says_from_what_is_quoted_and_signed_and_reads_its_attachments(pdf):
    inner = an_email(note_txt="内层附件。".encode("gb18030"))
    outer = an_email(合同_pdf=pdf, old_doc=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    outer.add_attachment(inner)
    reading = read("m.eml", outer.as_bytes())
    own = [(one.role.value, one.text) for one in reading.passages if one.place.part == 0]
    assert own[:3] == [("title", "正极材料技术资料"), ("body", "各位："), ("body", "附上制备工艺。")]
    assert {role for role, _ in own[3:6]} == {"signature"} and own[6][0] == "quoted" and "请寄资料" in own[-1][1]
    assert [(part.name, part.inside) for part in reading.parts] == [
        ("m.eml", None), ("合同.pdf", 0), ("old.doc", 0), ("3.eml", 0), ("note.txt", 3),
    ]  # fmt: skip
    assert reading.parts[2].unread is not None and "DOCX" in reading.parts[2].unread.en
    clause = next(one for one in reading.passages if one.place.number == "1.1")
    assert (clause.place.part, clause.place.page) == (1, 1) and clause.place.boxes
    assert "内层附件。" in [one.text for one in reading.passages if one.place.part == 4]
    assert ("subject", "正极材料技术资料") in reading.facts


@pytest.mark.parametrize(
    ("charset", "head"), [("big5", "big5"), ("utf-8", "utf-8"), ("gb18030", "gb2312"), ("gb18030", "nonsense")]
)
def test_an_email_is_decoded_whatever_its_charset_is_called(charset, head):
    body = base64.encodebytes(
        "電池材料的技術".encode(charset) if charset != "gb18030" else "电池材料的技术资料".encode(charset)
    )
    data = (
        b"From: a@example.org\nSubject: =?utf-8?B?5oqA5pyv?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset="
        + head.encode()
    )
    reading = read("m.eml", data + b"\nContent-Transfer-Encoding: base64\n\n" + body)
    assert reading.title == "技术"
    assert reading.passages[-1].text in ("電池材料的技術", "电池材料的技术资料")


def workbook(*sheets: list[tuple[str, ...]]) -> bytes:
    held = io.BytesIO()
    made = xlsxwriter.Workbook(held)
    for number, rows in enumerate(sheets):
        sheet = made.add_worksheet(f"表{number + 1}")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    made.close()
    return held.getvalue()


def test_rows_of_a_workbook_are_descriptions_and_the_guess_is_said():
    long = "将磷酸铁与碳酸锂混合后在氮气中烧结得到正极材料"
    reading = read("t.xlsx", workbook([("序号", "技术名称", "技术描述"), ("1", "铁锂制备", long)], [("密度", "2.62")]))
    assert reading.kind is Kind.TABLE
    row = reading.passages[1]
    assert (row.text, row.place.sheet, row.place.cell, row.place.number) == (f"铁锂制备\n{long}", "表1", "C2", "1")
    assert "C “技术描述”" in reading.unread[0].because.en and "(a guess)" in reading.unread[0].because.en
    assert (reading.passages[-1].role, reading.passages[-1].place.sheet) == (Role.TABLE, "表2")


def test_the_other_columns_that_say_something_are_read_with_their_names_and_the_rest_are_named():
    long = "将磷酸铁与碳酸锂混合后在氮气中烧结得到正极材料"
    rows = [
        ("项目编号", "技术描述", "压实密度指标", "备注", "责任人", "日期"),
        ("A-7", long, "2.62 g/cm³", "客户要求另含碳包覆工艺的说明", "王芳", "2026-03-01"),
        ("A-8", long, "", "", "李伟", "2026-04-01"),
    ]
    reading = read("t.xlsx", workbook(rows))
    assert [one.text for one in reading.passages[1:]] == [
        f"{long}\n压实密度指标：2.62 g/cm³\n备注：客户要求另含碳包覆工艺的说明",
        long,
    ]
    assert [one.place.number for one in reading.passages[1:]] == ["A-7", "A-8"]
    said = reading.unread[0].because.en
    assert "read with them C “压实密度指标”, D “备注”" in said
    assert "not read: E “责任人”, F “日期”" in said


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab"), (",", "comma")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_in_text_is_read_as_a_table_and_what_divides_it_is_said(sign, name, encoding):
    rows = [
        ("编号", "技术内容简述", "负责人"),
        ("1", f'"循环母液中镓的树脂吸附{sign}""富镓""淋洗液的电积工艺说明"', "王芳"),
        ("2", "食堂餐卡结算系统的操作手册和收费标准说明", "李伟"),
    ]
    text = "\r\n".join(sign.join(row) for row in rows)
    reading = read("登记.csv", text.encode(encoding))
    assert (reading.kind, reading.parts[0].media) == (Kind.TABLE, "csv")
    row = reading.passages[1]
    assert row.text == f'循环母液中镓的树脂吸附{sign}"富镓"淋洗液的电积工艺说明'
    assert (row.place.cell, row.place.number) == ("B2", "1")
    assert f"divided by a {name}" in reading.unread[0].because.en and "C “负责人”" in reading.unread[1].because.en
    by_content = read("登记", text.encode(encoding))  # commas stand in every text: for them alone the name counts
    assert by_content.parts[0].media == ("text" if sign == "," else "csv")


def test_a_text_that_is_no_table_is_read_as_a_text_whatever_it_is_called():
    prose = "Dear all;\nthe samples arrive on Monday; please unpack them.\nRegards\nAnna"
    assert read("letter.txt", prose.encode()).parts[0].media == "text"
    assert read("letter.csv", prose.encode()).parts[0].media == "text"
    torn = 'no;what is described in this row\n1;"a quote that is never closed\n2;another row of the table here'
    reading = read("torn.csv", torn.encode())
    assert "another row of the table here" in reading.text
    assert read("one.csv", b"x" * 30_000 + b";y").parts[0].media == "text"


def test_a_table_in_text_without_descriptions_keeps_its_cells():
    reading = read("values.csv", b"mass;kg\n1;2\n3;4\n")
    assert (reading.kind, [one.role for one in reading.passages]) == (Kind.DOCUMENT, [Role.TABLE] * 3)
    assert (reading.passages[1].text, reading.passages[1].place.cell) == ("1 | 2", "A2")


def test_a_table_in_text_that_is_attached_to_an_email_is_a_table():
    reading = read(
        "m.eml",
        an_email(
            **{"list.csv": b"no;what is it?\n1;grinding of powders by jet mills\n2;a canteen card with a chip\n"}
        ).as_bytes(),
    )
    rows = [one for one in reading.passages if one.place.part == 1]
    assert [one.place.cell for one in rows] == ["A1", "B2", "B3"]


def test_a_sheet_of_figures_has_no_descriptions():
    assert columns_of([["a", "b"], ["1", "2"]]) is None
    assert columns_of([]) is None


def zipped(**names: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, data in names.items():
            made.writestr(name, data)
    return held.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("a.msg", _OLE + "__substg1.0_001A".encode("utf-16-le"), "Save it as .eml"),
        ("a.doc", _OLE + "WordDocument".encode("utf-16-le"), "Save it as DOCX"),
        ("a.xls", _OLE + "Workbook".encode("utf-16-le"), "Save it as XLSX"),
        ("a.zip", zipped(note=b"x"), "Unpack it"),
        ("a.docx", _OLE + "EncryptedPackage".encode("utf-16-le"), "save a copy without one"),
        ("a.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "Save it as PDF"),
    ],
)
def test_what_cannot_be_read_names_the_remedy(name, data, remedy):
    with pytest.raises(UnreadableDocument, match=remedy.replace(".", r"\.")):
        read(name, data)


def test_a_scan_says_how_it_can_be_read():
    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(held, "PDF")
    with pytest.raises(UnreadableDocument, match="`ocr`"):
        read("scan.pdf", held.getvalue())


ST96 = """<?xml version="1.0" encoding="UTF-8"?>
<pat:PatentPublication xmlns:pat="urn:pat" xmlns:com="urn:com" com:languageCode="en" com:documentPublicationDate="2032-01-15">
<com:IPOfficeCode>WO</com:IPOfficeCode><pat:BibliographicData><pat:PatentPublicationIdentification>
<com:IPOfficeCode>WO</com:IPOfficeCode><pat:PublicationNumber>2032000001</pat:PublicationNumber>
<com:PatentDocumentKindCode>A1</com:PatentDocumentKindCode></pat:PatentPublicationIdentification>
<pat:ApplicationIdentification><com:IPOfficeCode>IB</com:IPOfficeCode><pat:ApplicationNumber>
<com:ApplicationNumberText>PCT/CN2031/000001</com:ApplicationNumberText></pat:ApplicationNumber></pat:ApplicationIdentification>
<pat:IPCRClassification><pat:Section>H</pat:Section><pat:Class>01</pat:Class><pat:Subclass>M</pat:Subclass>
<pat:MainGroup>4</pat:MainGroup><pat:Subgroup>58</pat:Subgroup></pat:IPCRClassification>
<pat:InventionTitle com:languageCode="en">Sample</pat:InventionTitle></pat:BibliographicData>
<pat:Description com:languageCode="en"><pat:BackgroundArt><com:P com:pNumber="0007">Known kilns are slow.</com:P></pat:BackgroundArt></pat:Description>
<pat:Claims com:languageCode="en"><pat:Claim com:id="CLM-0001"><pat:ClaimNumber>1</pat:ClaimNumber>
<pat:ClaimText>A process of sintering.</pat:ClaimText></pat:Claim></pat:Claims></pat:PatentPublication>"""
OLDER = (
    '<?xml version="1.0"?><cn-patent-document lang="ZH" country="CN"><cn-bibliographic-data><cn-publication-reference>'
    "<document-id><country>CN</country><doc-number>100000001</doc-number><kind>A</kind><date>20310301</date></document-id>"
    '</cn-publication-reference></cn-bibliographic-data><application-body lang="CN"><claims><claim num="0001">'
    "<claim-text>1.一种方法。</claim-text></claim></claims></application-body></cn-patent-document>"
)


def test_st_96_tells_its_numbers_classes_and_paragraphs():
    reading = read("wo.xml", ST96)
    assert reading.fact("office") == ("WO",) and reading.fact("publication") == ("WO2032000001A1",)
    assert reading.fact("application") == ("PCT/CN2031/000001",) and reading.fact("ipc") == ("H01M 4/58",)
    assert reading.fact("published") == ("2032-01-15",)
    assert roles(reading) == [("title", None), ("claim", "1"), ("background", "[0007]")]


@pytest.mark.parametrize(
    ("xml", "office"),
    [(CN, "CN"), (US, "US"), (EP, "EP"), (OLDER, "CN"), (OLDER.replace("<country>CN</country>", ""), "CN")],
)
def test_every_publication_tells_its_office(xml, office):
    assert read("p.xml", xml).fact("office") == (office,)


def test_the_older_chinese_files_tell_their_publication():
    reading = read("cn.xml", OLDER)
    assert reading.fact("publication") == ("CN100000001A",) and reading.fact("published") == ("20310301",)


LISTED = "A method of preparing lithium iron phosphate."


def nested_mail(depth: int) -> bytes:
    body = f"Content-Type: text/plain\n\n{LISTED}\n"
    for n in range(depth):
        body = f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n{body}\n--b{n}--\n'
    head = (
        "From: a@example.org\nTo: b@example.org\nSubject: x\nDate: Mon, 2 Mar 2026 09:00:00 +0800\nMIME-Version: 1.0\n"
    )
    return (head + body).encode()


def nested_html(depth: int) -> bytes:
    inner = "<div>" * depth + LISTED + "</div>" * depth
    return f"<html><body><p>Hotel.</p>{inner}<p>The pool is warm.</p></body></html>".encode()


def nested_patent(depth: int) -> bytes:
    inner = "<b>" * depth + LISTED + "</b>" * depth
    return f"<us-patent-application><abstract><p>{inner}</p></abstract></us-patent-application>".encode()


@pytest.mark.parametrize("depth", [2, 25, 240, 300, 2500])
@pytest.mark.parametrize(("name", "made"), [("a.eml", nested_mail), ("a.html", nested_html), ("a.xml", nested_patent)])
def test_what_nests_deep_is_read_whole_or_refused_by_name(name, made, depth):
    try:
        reading = read_received(Held(name, name, made(depth)))
    except MuluError as error:
        assert name in error.said.en
    else:
        assert LISTED in reading.text
        assert name != "a.html" or "The pool is warm." in reading.text


def test_xml_that_is_cut_off_or_no_patent_is_never_taken_for_a_text():
    with pytest.raises(MuluError, match="damaged"):
        read_received(Held("a.xml", "a.xml", b"<us-patent-application><abstract><p>The hotel has a garden"))
    with pytest.raises(MuluError, match="no patent publication"):
        read_received(Held("a.xml", "a.xml", b"<a>" * 3000 + LISTED.encode() + b"</a>" * 3000))


def test_what_an_attachment_does_not_show_is_told_with_the_mail():
    part = docx.Document()
    part.add_paragraph(LISTED)
    part.add_paragraph().add_run("a hidden clause").font.hidden = True
    part.sections[0].header.paragraphs[0].text = "Source code is delivered"
    held = io.BytesIO()
    part.save(held)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "annex"
    mail.set_content("See the annex.")
    mail.add_attachment(held.getvalue(), maintype="application", subtype="vnd.openxmlformats", filename="k.docx")
    mail.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    reading = read_received(Held("a.eml", "a.eml", mail.as_bytes()))
    told = [one.because.en for one in reading.unread]
    assert any(one.startswith("k.docx: ") and "hidden" in one for one in told), told
    assert any("Source code is delivered" in one for one in told), told
    (empty,) = [one for one in reading.parts if one.name == "empty.pdf"]
    assert empty.unread is not None and "empty" in empty.unread.en


def test_html_that_says_more_than_the_text_beside_it_is_read_too():
    mail = EmailMessage()
    mail["MIME-Version"], mail["Subject"] = "1.0", "note"
    mail.set_content("See the HTML.")
    mail.add_alternative(f"<html><body><p>{LISTED} It is sintered at 700 degrees.</p></body></html>", subtype="html")
    assert LISTED in read_received(Held("a.eml", "a.eml", mail.as_bytes())).text


def test_signs_with_their_reading_above_them_are_read():
    document = docx.Document()
    run = document.add_paragraph("第二条 ").add_run()
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ruby = f'<w:ruby xmlns:w="{space}"><w:rt><w:r><w:t>yuan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>源代码</w:t></w:r></w:rubyBase></w:ruby>'
    run._r.append(docx.oxml.parse_xml(ruby))
    document.add_paragraph("交付全部文件。")
    held = io.BytesIO()
    document.save(held)
    text = read_received(Held("k.docx", "k.docx", held.getvalue())).text
    assert "第二条 源代码" in text and "yuan" not in text

"""What a file holds beside what it shows: read or told by name, in every format; nothing of it is passed over."""

import base64
import binascii
import io
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mulu.sources import cell_formats
from mulu.sources.described import Reading, Role
from mulu.sources.documents import Corrupt, Held, UnknownKind
from mulu.sources.fenced import described
from mulu.sources.received import read_received


def read(data: bytes | str, name: str = "file") -> Reading:
    reading = read_received(Held(name, name, data.encode() if isinstance(data, str) else data))
    for one in reading.passages:
        assert reading.text[one.place.start : one.place.end] == one.text
    return reading


def told(reading: Reading) -> dict[str, str]:
    """What was said not to be read, or to be read with care, by its kind."""
    return {one.because.id: one.because.en for one in reading.unread}


def texts(reading: Reading) -> list[str]:
    return [one.text for one in reading.passages]


# -- PDF ---------------------------------------------------------------------------------------------------------------


def a_pdf(content: str, *, rotate: int = 0, page: str = "", catalog: str = "", more: tuple[str, ...] = ()) -> bytes:
    """A one-page PDF with this content stream, Helvetica as F1, further objects from 6 on."""
    stream = content.encode("latin-1")
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents 4 0 R"
        f"/Resources<</Font<</F1 5 0 R>>/Properties<</L0 6 0 R>>>>{page}>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(each.encode("latin-1") for each in more),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + tail


BODY = "BT /F1 12 Tf 72 700 Td (The body says what the agreement licenses) Tj 0 -20 Td (and to whom it is licensed.) Tj ET "
TURNED = {
    "upwards": "0 1 -1 0 40 100",
    "upside down": "-1 0 0 -1 500 300",
    "downwards": "0 -1 1 0 560 500",
    "aslant": ".7 .7 -.7 .7 150 300",
}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("way", TURNED)
def test_text_of_a_pdf_in_another_direction_is_read_after_the_rest_and_told(way, rotate):
    turned = f"BT /F1 12 Tf {TURNED[way]} Tm (Sintering in nitrogen) Tj ET"
    reading = read(a_pdf(BODY + turned, rotate=rotate))
    said = " ".join(reading.text.split())
    assert said.startswith("The body says what the agreement licenses and to whom it is licensed.")
    assert said.endswith("Sintering in nitrogen")
    assert "turned_text" in told(reading)


def test_lines_of_turned_text_are_lines_and_a_mark_across_every_page_is_read_once():
    pdf = a_pdf(BODY + "BT /F1 12 Tf 0 1 -1 0 40 100 Tm (First of it,) Tj 0 -20 Td (then more) Tj ET")
    assert texts(read(pdf))[-1] == "First of it, then more"


UNSEEN = {
    "not shown": "BT 3 Tr /F1 12 Tf 72 600 Td (Hidden wording) Tj ET",
    "white on white": "BT 1 g /F1 12 Tf 72 600 Td (Hidden wording) Tj ET",
    "nearly white": "BT .98 .99 .97 rg /F1 12 Tf 72 600 Td (Hidden wording) Tj ET",
    "black on black": "0 g 60 590 200 30 re f BT 0 g /F1 12 Tf 72 600 Td (Hidden wording) Tj ET",
    "under a black box": "BT 0 g /F1 12 Tf 72 600 Td (Hidden wording) Tj ET 0 g 60 590 200 30 re f",
    "under a white box": "BT 0 g /F1 12 Tf 72 600 Td (Hidden wording) Tj ET 1 g 60 590 200 30 re f",
    "too small": "BT 0 g /F1 1 Tf 72 600 Td (Hidden wording) Tj ET",
    "cut off": "q 0 0 40 40 re W n BT /F1 12 Tf 72 600 Td (Hidden wording) Tj ET Q",
    "cut off by nothing": "q 0 0 0 0 re W n BT /F1 12 Tf 72 600 Td (Hidden wording) Tj ET Q",
    "cut off twice": "q 60 590 200 30 re W n 0 0 40 40 re W n BT /F1 12 Tf 72 600 Td (Hidden wording) Tj ET Q",
}


@pytest.mark.parametrize("how", UNSEEN)
def test_text_that_nobody_sees_is_read_after_the_rest_and_told(how):
    reading = read(a_pdf(BODY + UNSEEN[how]))
    assert texts(reading)[1:] == ["Hidden wording"]
    assert "“Hidden wording”" in told(reading)["hidden_text"]


SEEN = {
    "white on black": "0 g 60 590 200 30 re f BT 1 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET",
    "on a shade": ".9 g 60 590 200 30 re f BT 0 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET",
    "outlined": "BT 1 g 0 G 1 Tr /F1 12 Tf 72 600 Td (Shown wording) Tj ET",
    "grey": "BT .6 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET",
    "beside a box": "BT 0 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET 1 g 60 400 200 30 re f",
    "within a clip": "q 60 590 200 30 re W n BT /F1 12 Tf 72 600 Td (Shown wording) Tj ET Q",
    "clipped box": "BT 0 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET q 0 0 9 9 re W n 1 g 60 590 200 30 re f Q",
}


@pytest.mark.parametrize("how", SEEN)
def test_text_that_is_seen_is_told_by_nothing(how):
    reading = read(a_pdf(BODY + SEEN[how]))
    assert "hidden_text" not in told(reading)
    assert "Shown wording" in reading.text


@pytest.mark.parametrize("size", ["1", "2.4"])
def test_text_that_hardly_any_eye_reads_is_told_where_the_page_has_no_other(size):
    reading = read(a_pdf(f"BT /F1 {size} Tf 72 600 Td (Sintered in nitrogen) Tj ET"))
    assert texts(reading) == ["Sintered in nitrogen"]
    assert "“Sintered in nitrogen”" in told(reading)["tiny_text"]


DRAWN = "BT /F1 12 Tf 72 600 Td (Baked in air) Tj ET EMC"


@pytest.mark.parametrize(
    ("content", "said", "note"),
    [
        (
            f"/Span <</ActualText (Sintered in nitrogen)>> BDC {DRAWN}",
            ["Baked in air", "Sintered in nitrogen"],
            "other_text",
        ),
        (f"/Span <</ActualText (Baked in\\040air)>> BDC {DRAWN}", ["Baked in air"], None),
        (
            f"/Span <</E (Baked in air, as it is)>> BDC {DRAWN}",
            ["Baked in air", "Baked in air, as it is"],
            "other_text",
        ),
        (f"/P <</MCID 0>> BDC {DRAWN}", ["Baked in air"], None),
        (
            "/Span <</ActualText (Sintered in nitrogen)>> BDC 10 10 50 50 re f EMC",
            ["Sintered in nitrogen"],
            "other_text",
        ),
        ("/Figure <</Alt (Chart of it)>> BDC 10 10 50 50 re f EMC", ["Chart of it"], "described_text"),
    ],
)
def test_what_is_recorded_to_stand_for_what_a_page_shows_is_read_after_it_where_it_differs(content, said, note):
    reading = read(a_pdf(BODY + content))
    assert texts(reading)[-len(said) :] == said
    assert reading.text.count("Baked in air\n") <= 1
    assert set(told(reading)) == ({note} if note else set())


def test_descriptions_in_the_structure_of_a_page_are_read_and_told():
    tree = (
        "<</Type/StructTreeRoot/K[8 0 R]/ParentTree 9 0 R>>",
        "<</Type/StructElem/S/Figure/P 7 0 R/Pg 3 0 R/K 0/Alt(Chart of the yield)/ActualText(Sintered in nitrogen)>>",
        "<</Nums[0[8 0 R]]>>",
    )
    content = BODY + "/Figure <</MCID 0>> BDC 10 10 50 50 re f EMC"
    pdf = a_pdf(
        content, page="/StructParents 0", catalog="/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R", more=("<<>>", *tree)
    )
    reading = read(pdf)
    assert texts(reading)[1:] == ["Sintered in nitrogen", "Chart of the yield"]
    assert set(told(reading)) == {"other_text", "described_text"}


def test_text_outside_the_crop_box_is_told():
    reading = read(a_pdf(BODY + "BT /F1 12 Tf 72 30 Td (Sintered in nitrogen) Tj ET", page="/CropBox[0 100 595 842]"))
    assert "“Sintered in nitrogen”" in told(reading)["text_outside_page"]


def test_a_text_layer_under_a_picture_is_read_as_machine_text():
    layer = " ".join(f"0 -20 Td (The licensor makes line {n} of it known.) Tj" for n in range(4))
    reading = read(a_pdf(f"BT 3 Tr /F1 12 Tf 72 700 Td {layer} ET"))
    assert all(one.machine for one in reading.passages)
    assert "line 3 of it known" in reading.text
    assert set(told(reading)) >= {"hidden_text", "scanned_page"}


FIELD = (
    "<</Type/Annot/Subtype/Widget/FT/Tx/T(thing)/V(Molten salt electrolysis)/Rect[72 500 300 520]/P 3 0 R>>",
    "<</Type/Annot/Subtype/Text/Contents(Is this the know-how?)/Rect[72 400 90 420]/P 3 0 R>>",
    "<</Type/Annot/Subtype/Highlight/Contents(\\376\\377\\164\\335)/QuadPoints[72 700 90 700 72 690 90 690]"
    "/Rect[72 690 90 700]/P 3 0 R>>",
    "<</Type/Annot/Subtype/Stamp/Rect[72 300 90 320]/P 3 0 R>>",
)


def test_what_is_filled_into_a_form_and_said_in_comments_is_read():
    pdf = a_pdf(
        BODY,
        page="/Annots[7 0 R 8 0 R 9 0 R 10 0 R]",
        catalog="/AcroForm<</Fields[7 0 R]/DR<</Font<</F1 5 0 R>>>>>>",
        more=("<<>>", *FIELD),
    )
    reading = read(pdf)
    assert texts(reading)[1:] == ["Molten salt electrolysis", "Is this the know-how?", "瓝"]
    assert set(told(reading)) == {"field_text", "comment_text", "annotations"}


def test_layers_that_can_be_switched_off_are_told():
    pdf = a_pdf(
        BODY + "/OC /L0 BDC BT /F1 12 Tf 72 600 Td (Only in the draft) Tj ET EMC",
        catalog="/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
        more=("<</Type/OCG/Name(Draft notes)>>",),
    )
    reading = read(pdf)
    assert "Only in the draft" in reading.text
    assert "Draft notes" in told(reading)["layers"]


def test_what_runs_at_the_head_of_every_page_is_told():
    import typst

    body = "#pagebreak()\n".join(f"What page {n} says is different." for n in "abcd")
    pdf = typst.compile(
        f"#set page(header: [Project Heron], footer: context align(center)[#counter(page).display()])\n{body}".encode()
    )
    assert "Project Heron" in told(read(pdf))["page_heads"]
    assert "page_heads" not in told(read(typst.compile(body.encode())))


# -- DOCX --------------------------------------------------------------------------------------------------------------

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def a_docx(body: str, main: str = "word/document.xml", **parts: str | bytes) -> bytes:
    """A DOCX file with this body; each part is named after its file, `_` for `/` and `__` for `.`."""
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    chunk = '<Relationship Id="c1" Type="http://x/aFChunk" Target="/word/chunk.x"/>'
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", relations.format(f'<Relationship Id="a" Type="{kind}" Target="/{main}"/>'))
        archive.writestr(main.replace("word/", "word/_rels/") + ".rels", relations.format(chunk))
        archive.writestr(main, f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr("word/" + name.replace("__", ".").replace("_", "/"), content)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def either(choice: str, fallback: str) -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


@pytest.mark.parametrize(
    "body",
    [
        p(run("kept "), f"<w:r>{either('<w:t>twice</w:t>', '<w:t>twice</w:t>')}</w:r>"),
        p(run("kept "), f"<w:r>{either('<w:drawing/>', '<w:t>twice</w:t>')}</w:r>"),
        p(run("kept "), either(run("twice"), run("twice"))),
        p(run("kept "), f"<w:smartTag>{run('twice')}</w:smartTag>"),
        p(run("kept "), f'<w:fldSimple w:instr="X">{run("twice")}</w:fldSimple>'),
        p(run("kept "), f"<w:sdt><w:sdtContent>{run('twice')}</w:sdtContent></w:sdt>"),
        f"<w:sdt><w:sdtContent>{p(run('kept twice'))}</w:sdtContent></w:sdt>",
        either(p(run("kept twice")), p(run("kept twice"))),
        p(run("kept "), "<m:oMath><m:r><m:t>twice</m:t></m:r></m:oMath>"),
    ],
)
def test_of_two_renderings_of_a_text_one_is_read_wherever_it_stands(body):
    assert texts(read(a_docx(body))) == ["kept twice"]


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        (
            "<html><body><p>From a web page.</p><table><tr><td>a</td><td>b</td></tr></table></body></html>",
            "From a web page.\na | b",
        ),
        ("Plain words.", "Plain words."),
        (a_docx(p(run("Of another file."))), "Of another file."),
    ],
)
def test_what_a_word_file_takes_into_its_text_is_read(chunk, words):
    body = f'{p(run("Before."))}<w:altChunk r:id="c1"/>{p(run("After."))}'
    reading = described(Held("a.docx", "a.docx", a_docx(body, chunk__x=chunk)))
    assert reading.text == f"Before.\n{words}\nAfter."
    assert not reading.unread


@pytest.mark.parametrize("chunk", ["{\\rtf1 Taken in}", b"%PDF-1.7", None, "itself"])
def test_what_a_word_file_takes_in_and_is_not_read_is_named(chunk):
    body = f'{p(run("Before."))}<w:altChunk r:id="c1"/>'
    if chunk == "itself":
        chunk = a_docx(body, chunk__x="Innermost")
    reading = read(a_docx(body, **({} if chunk is None else {"chunk__x": chunk})))
    assert "Before." in reading.text
    assert "word/chunk.x" in told(reading)["other_file"]


HIDING = (
    f'<w:styles {NAMES}><w:style w:type="character" w:styleId="Hid"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)


@pytest.mark.parametrize("mark", ["<w:vanish/>", '<w:rStyle w:val="Hid"/>'])
def test_hidden_text_of_word_is_read_after_the_rest_and_told(mark):
    reading = read(a_docx(p(run("Seen. "), run("Sintered in nitrogen", mark), run("More.")), styles__xml=HIDING))
    assert texts(reading) == ["Seen. More.", "Sintered in nitrogen"]
    assert "“Sintered in nitrogen”" in told(reading)["hidden_text"]
    shown = '<w:rStyle w:val="Hid"/><w:vanish w:val="0"/>'
    assert not read(a_docx(p(run("Seen.", shown)), styles__xml=HIDING)).unread


@pytest.mark.parametrize(
    ("mark", "faint"),
    [
        ('<w:color w:val="FFFFFF"/>', True),
        ('<w:sz w:val="2"/>', True),
        ('<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>', False),
        ('<w:color w:val="1F1F1F"/><w:sz w:val="16"/>', False),
    ],
)
def test_white_and_tiny_text_of_word_is_read_in_its_place_and_told(mark, faint):
    reading = read(a_docx(p(run("Seen "), run("and faint.", mark))))
    assert texts(reading) == ["Seen and faint."]
    assert ("faint_text" in told(reading)) is faint


def test_comments_and_descriptions_of_pictures_are_read_after_the_text():
    drawn = (
        '<w:r><w:drawing><wp:inline xmlns:wp="urn:wp"><wp:docPr descr="Flow chart of the electrolysis"/></wp:inline></w:drawing>'
        '<w:pict><v:shape xmlns:v="urn:v"><v:textpath string="Word art"/></v:shape></w:pict></w:r>'
    )
    comments = f'<w:comments {NAMES}><w:comment w:id="0">{p(run("Is this the know-how?"))}</w:comment></w:comments>'
    reading = read(a_docx(p(run("Seen."), drawn), comments__xml=comments))
    assert texts(reading) == ["Seen.", "Flow chart of the electrolysis", "Word art", "Is this the know-how?"]
    assert set(told(reading)) == {"picture_text", "comments"}


def test_changes_hidden_rows_and_what_merged_cells_cover_are_told():
    changed = f"<w:ins>{run('put in ')}</w:ins><w:del><w:r><w:delText>taken out</w:delText></w:r></w:del>"
    rows = "".join(
        f"<w:tr>{mark}<w:tc><w:tcPr>{merged}</w:tcPr>{p(run(text))}</w:tc><w:tc>{p(run('b'))}</w:tc></w:tr>"
        for mark, merged, text in (
            ("", '<w:vMerge w:val="restart"/>', "a"),
            ("", "<w:vMerge/>", "covered"),
            ("<w:trPr><w:hidden/></w:trPr>", "", "row not shown"),
        )
    )
    reading = read(a_docx(p(changed) + f"<w:tbl>{rows}</w:tbl>"))
    assert texts(reading) == ["put in", "a | b", "b", "covered", "row not shown", "b"]
    assert set(told(reading)) == {"tracked_changes", "hidden_text"}


def test_formulae_and_signs_of_symbol_fonts_keep_their_meaning():
    def m(inner):
        return f"<m:oMath>{inner}</m:oMath>"

    def r(text):
        return f"<m:r><m:t>{text}</m:t></m:r>"

    root = m(f"<m:rad><m:deg/><m:e>{r('x')}</m:e></m:rad>")
    part = m(f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>")
    total = m(
        f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{r("1")}</m:sub><m:sup>{r("2")}</m:sup><m:e>{r("k")}</m:e></m:nary>'
    )
    assert texts(read(a_docx(p(root, run(" "), part, run(" "), total)))) == ["√(x) (a+b)/2 ∑₁²k"]
    sign = '<w:r><w:sym w:font="Symbol" w:char="F06D"/></w:r>'
    assert texts(read(a_docx(p(run("5 "), sign, run("m"), run("\uf0b3", '<w:rFonts w:ascii="Symbol"/>'))))) == ["5 μm≥"]
    other = read(a_docx(p(run("5 "), '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')))
    assert "unmapped_characters" in told(other)


def test_the_main_part_of_a_word_file_may_have_another_name():
    assert texts(read(a_docx(p(run("Saved online.")), main="word/document2.xml"))) == ["Saved online."]


def field(told: str, result: str = "", form: str = "") -> str:
    """A field of Word as its runs."""
    marks = {
        kind: f'<w:r><w:fldChar w:fldCharType="{kind}">{form}</w:fldChar></w:r>'
        for kind in ("begin", "separate", "end")
    }
    return f"{marks['begin']}<w:r><w:instrText>{told}</w:instrText></w:r>{marks['separate']}{run(result) if result else ''}{marks['end']}"


@pytest.mark.parametrize(
    ("told_", "shown"),
    [
        (r"EQ \f(1,2)", "1/2"),
        (r"eq \f(a+b,\r(3,x))", "(a+b)/(³√(x))"),
        (r"EQ x\s\up5(2)y\s\do5(3)", "x²y₃"),
        (r"eq \o\ac(○,1)", "①"),
        (r"EQ \b\bc\[(x\,y)", "[x,y]"),
        (r"EQ \i\su(1,5,k)", "∑₁⁵ k"),
        (r"EQ \a\al(one,two)", "one, two"),
        (r"EQ \f(1", "1"),
        ('QUOTE "sintered in nitrogen"', "sintered in nitrogen"),
        (r"SYMBOL 109 \f Symbol", "μ"),
    ],
)
def test_a_field_whose_result_is_not_kept_is_read_as_word_shows_it(told_, shown):
    from xml.sax.saxutils import escape, quoteattr

    for body in (field(escape(told_)), f"<w:fldSimple w:instr={quoteattr(told_)}/>"):
        assert texts(read(a_docx(p(run("Of "), body, run(" it."))))) == [f"Of {shown} it."]


def test_a_field_without_a_result_is_named_and_what_another_says_besides_is_read():
    body = p(
        run("See "),
        field("REF clause"),
        field('IF x = y "wash in acid" "leave it"', "leave it"),
        run("", "<w:vanish/>"),
        '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:rPr><w:vanish/></w:rPr><w:instrText>XE "Molten salt"</w:instrText></w:r>'
        '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:hyperlink w:tooltip="Over there">' + run("more") + "</w:hyperlink>",
    )
    reading = read(a_docx(body))
    assert texts(reading) == ["See leave itmore", "wash in acid", "Molten salt", "Over there"]
    assert "REF" in told(reading)["fields"]
    assert "field_text" in told(reading)


FORMS = {
    "list": (
        '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="pressed"/><w:listEntry w:val="sintered"/></w:ddList></w:ffData>',
        "FORMDROPDOWN", "", "sintered", "pressed",
    ),
    "box": ("<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>", "FORMCHECKBOX", "", "☒", None),
    "empty box": ('<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>', "FORMCHECKBOX", "", "☐", None),
    "text": ('<w:ffData><w:helpText w:val="Which salt?"/><w:textInput><w:default w:val="none yet"/></w:textInput></w:ffData>',
             "FORMTEXT", "lithium", "lithium", "none yet"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_what_is_filled_into_a_form_of_word_is_read_in_its_place_and_the_other_choices_after_it(form):
    data, kind, result, shown, other = FORMS[form]
    reading = read(a_docx(p(run("It is: "), field(kind, result, data), run("."))))
    assert texts(reading)[0] == f"It is: {shown}."
    assert other is None or other in texts(reading)[1:]
    assert ("field_text" in told(reading)) is (other is not None)


def test_choices_of_content_controls_are_read_after_the_text():
    control = (
        '<w:sdt><w:sdtPr><w:alias w:val="Way of making"/><w:dropDownList><w:listItem w:displayText="pressed" w:value="1"/>'
        f"</w:dropDownList></w:sdtPr><w:sdtContent>{run('sintered')}</w:sdtContent></w:sdt>"
    )
    assert texts(read(a_docx(p(control)))) == ["sintered", "Way of making", "pressed"]


def test_signs_above_others_are_told():
    ruby = f"<w:r><w:ruby><w:rt>{run('shi mo')}</w:rt><w:rubyBase>{run('石墨')}</w:rubyBase></w:ruby></w:r>"
    reading = read(a_docx(p(ruby)))
    assert texts(reading) == ["石墨"]
    assert "“shi mo”" in told(reading)["ruby"]


@pytest.mark.parametrize("where", ["run", "paragraph", "body", "row"])
def test_of_a_rendering_that_word_does_not_know_the_fallback_is_read(where):
    def both(choice, fallback):
        requires = 'xmlns:zz="http://example.org/unknown" Requires="zz"'
        return f"<mc:AlternateContent><mc:Choice {requires}>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"

    def row(text):
        return f"<w:tr><w:tc>{p(run(text))}</w:tc><w:tc>{p(run('b'))}</w:tc></w:tr>"

    body = {
        "run": p(f"<w:r>{both('<w:t>unknown</w:t>', '<w:t>shown</w:t>')}</w:r>"),
        "paragraph": p(both(run("unknown"), run("shown"))),
        "body": both(p(run("unknown")), p(run("shown"))),
        "row": f"<w:tbl>{both(row('unknown'), row('shown'))}</w:tbl>",
    }[where]
    reading = read(a_docx(body))
    assert texts(reading)[0] == ("shown | b" if where == "row" else "shown")
    assert "unknown" in texts(reading)[1]
    assert "hidden_text" in told(reading)


def test_parts_of_a_word_file_that_nothing_reads_are_named():
    chart = (
        '<c:chart xmlns:c="urn:c" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>Yield </a:t></a:r>'
        "<a:r><a:t>of it</a:t></a:r></a:p></c:chart>"
    )
    orphan = f"<w:document {NAMES}><w:body>{p(run('Of an older text'))}</w:body></w:document>"
    reading = read(
        a_docx(
            p(run("Seen.")), charts_chart1__xml=chart, old_document9__xml=orphan, embeddings_sheet__xlsx=b"PK\x03\x04"
        )
    )
    assert texts(reading) == ["Seen.", "Yield of it"]
    assert "word/old/document9.xml (16)" in told(reading)["parts_left"]
    assert "word/embeddings/sheet.xlsx" in told(reading)["parts_left"]


def test_deleted_words_are_quoted():
    deleted = "<w:del><w:r><w:delText>sintered in nitrogen</w:delText></w:r></w:del>"
    assert "“sintered in nitrogen”" in told(read(a_docx(p(run("Seen."), deleted))))["tracked_changes"]


# -- archives ----------------------------------------------------------------------------------------------------------


def broken(**names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names.values():
            archive.writestr(name, "x" * 50)
    return out.getvalue()[:-30]


@pytest.mark.parametrize(
    ("parts", "media", "word"),
    [
        ({"a": "word/document.xml"}, "docx", "a Word file"),
        ({"a": "[Content_Types].xml", "b": "xl/workbook.xml"}, "xlsx", "an Excel workbook"),
        ({"a": "ppt/presentation.xml"}, "pptx", "a PowerPoint file"),
        ({"a": "drawings/plan.txt"}, "zip", "a ZIP archive"),
    ],
)
def test_a_broken_archive_is_called_what_it_is(parts, media, word):
    with pytest.raises(Corrupt) as refused:
        read(broken(**parts))
    assert refused.value.media == media
    assert word in refused.value.said.en
    assert media == "docx" or "DOCX" not in refused.value.said.en


def test_an_empty_archive_is_an_archive():
    with pytest.raises(UnknownKind, match="a ZIP archive"):
        read(b"PK\x05\x06" + bytes(18))


# -- patents -----------------------------------------------------------------------------------------------------------

US = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN" country="US"><us-bibliographic-data-grant><invention-title>Sample cathode</invention-title>
</us-bibliographic-data-grant><abstract><p>Direct. <b>A</b></p></abstract>
<drawings><figure num="1"><img file="a.TIF"/></figure><figure num="2"><img file="b.TIF"/></figure></drawings>
<description>Loose words.<heading>DETAILED DESCRIPTION</heading><p num="0001">With <maths><math><mfrac><mi>a</mi><msup><mi>b</mi>
<mn>2</mn></msup></mfrac></math><img file="m.TIF"/></maths> and <chemistry><img file="c.TIF"/><chem file="c.CDX"/></chemistry>
and <maths><img file="n.TIF"/></maths> &unknowable;.</p><tables><table><tgroup><tbody><row><entry>Ex. 1</entry><entry>700</entry>
</row></tbody></tgroup></table></tables>Words after it.</description><us-claim-statement>What is claimed is:</us-claim-statement>
<claims><claim num="1"><claim-text>1. A process.</claim-text></claim></claims>
<us-sequence-list-doc><sequence-list>ATGC ATGC</sequence-list></us-sequence-list-doc></us-patent-grant>"""


def test_an_american_publication_is_read_whole_and_what_is_a_picture_is_named():
    reading = read(US, "a.xml")
    said = [(one.role, one.text) for one in reading.passages]
    assert said == [
        (Role.TITLE, "Sample cathode"),
        (Role.ABSTRACT, "Direct. A"),
        (Role.HEADING, "What is claimed is:"),
        (Role.CLAIM, "1. A process."),
        (Role.DESCRIPTION, "Loose words."),
        (Role.HEADING, "DETAILED DESCRIPTION"),
        (Role.DESCRIPTION, "With a/b² and and \ufffd."),
        (Role.DESCRIPTION, "Ex. 1 | 700"),
        (Role.DESCRIPTION, "Words after it."),
    ]
    notes = told(reading)
    assert "2 drawings" in notes["pictures"]
    assert "1 chemical structures" in notes["pictures"]
    assert "1 formulae" in notes["pictures"]
    assert "us-sequence-list-doc (9)" in notes["parts_left"]
    assert set(notes) == {"pictures", "parts_left", "unmapped_characters"}


OTHERS = {
    "CN": """<business:PatentDocumentAndRelated xmlns:business="urn:b" xmlns:base="urn:a" lang="zh">
<business:Claims><business:ClaimStatement>权利要求：</business:ClaimStatement><business:Claim num="1"><business:ClaimText>1. 一种方法。</business:ClaimText></business:Claim>
</business:Claims><business:Description><base:Paragraphs num="0001">实施例<base:Maths><base:Image file="a.tif"/></base:Maths>。</base:Paragraphs></business:Description>
<business:Drawings><base:Image file="b.tif"/></business:Drawings><business:SearchReport>对比文件一</business:SearchReport></business:PatentDocumentAndRelated>""",
    "EP": """<ep-patent-document lang="en" country="EP"><SDOBI><B100><B110>1</B110></B100></SDOBI><description lang="en"><p num="1">It.
<maths num="1"><img file="x"/></maths></p></description><claims lang="en"><claim num="1"><claim-text>A process.</claim-text></claim>
</claims><drawings><figure><img file="d"/></figure></drawings><search-report-data lang="en"><p>Cited</p></search-report-data></ep-patent-document>""",
    "WO": """<wo-published-application lang="en" country="WO"><wo-bibliographic-data><x>1</x></wo-bibliographic-data>
<application-body><description><p num="1">It <maths><img file="m"/></maths>.</p></description><claims><claim><claim-text>A process.</claim-text></claim></claims>
<drawings><figure><img file="f"/></figure></drawings></application-body><amended-claims><claim>Another.</claim></amended-claims></wo-published-application>""",
}


@pytest.mark.parametrize("office", OTHERS)
def test_every_office_names_pictures_and_parts_that_are_not_read(office):
    notes = told(read(OTHERS[office], "a.xml"))
    assert "1 formulae" in notes["pictures"]
    assert "1 drawings" in notes["pictures"]
    assert {"CN": "SearchReport", "EP": "search-report-data", "WO": "amended-claims"}[office] in notes["parts_left"]


def test_further_publications_in_one_file_are_told():
    one = '<exchange-document country="CN"><abstract lang="en"><p>Number {}.</p></abstract></exchange-document>'
    reading = read(f"<exchange-documents>{one.format(1)}{one.format(2)}</exchange-documents>", "a.xml")
    assert texts(reading) == ["Number 1."]
    assert "1 more publication" in told(reading)["other_publications"]


# -- HTML --------------------------------------------------------------------------------------------------------------

HIDDEN = [
    "<p hidden>Not shown</p>",
    '<p style="display : none">Not shown</p>',
    '<p style="visibility:hidden">Not shown</p>',
    '<p style="font-size:0">Not shown</p>',
    '<p class="a gone">Not shown</p>',
    '<p id="off">Not shown</p>',
    "<template><p>Not shown</p></template>",
    '<table border="1"><tr><td>a</td><td>b</td></tr><tr hidden><td>Not</td><td>shown</td></tr></table>',
    '<table border="1"><tr><td>a</td><td>b</td><td style="display:none">Not shown</td></tr></table>',
]
SHEET = "<style>.x, .gone { display: none } #off{visibility:hidden} @media print{ .seen{display:none} }</style>"


def a_page(body: str) -> str:
    return f"<!DOCTYPE html><html><head>{SHEET}</head><body><p>These words are shown on the page, and there are enough of them to be a page.</p>{body}</body></html>"


@pytest.mark.parametrize("body", HIDDEN)
def test_what_a_page_hides_is_read_after_its_text_and_told(body):
    reading = read(a_page(body))
    assert texts(reading)[-1] == "Not shown"
    assert "“Not shown”" in told(reading)["hidden_text"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<details><summary>Head</summary><p>Folded</p></details>", ["Head", "Folded"]),
        ('<p aria-hidden="true">Shown all the same</p>', ["Shown all the same"]),
        ("<select><option>One</option><option>Two</option></select>", ["One", "Two"]),
        ('<p class="seen">Shown on a screen</p>', ["Shown on a screen"]),
        ('<p>Name: <input value="Heron"></p>', ["Name: Heron"]),
        ("<table border=1><caption>Of what</caption><tr><td>a</td><td>b</td></tr></table>", ["Of what", "a | b"]),
        ("<table border=1><form><tr><form><td>a</td><td>b</td></form></tr></form></table>", ["a | b"]),
        ("<p><math><msup><mi>x</mi><mn>2</mn></msup></math></p>", ["x²"]),
    ],
)
def test_what_a_page_shows_is_read_in_its_place(body, said):
    reading = read(a_page(body))
    assert texts(reading)[1:] == said
    assert not reading.unread


@pytest.mark.parametrize(
    ("body", "last", "note"),
    [
        ('<img src="a" alt="Flow chart of it">', "Flow chart of it", "picture_text"),
        ("<svg><text>Anode</text></svg>", "Anode", "picture_text"),
        ("<object><p>Drawing of it</p></object>", "Drawing of it", "picture_text"),
        ("<nav>Home</nav>", None, "page_furniture"),
        ("<button>More</button>", None, "page_furniture"),
        ('<input type="submit" value="Send it">', None, "page_furniture"),
        ("<noscript>No script here</noscript>", "No script here", "hidden_text"),
        ('<input type="hidden" value="Sintered in nitrogen">', "Sintered in nitrogen", "hidden_text"),
        ('<input placeholder="Name of the salt">', "Name of the salt", "label_text"),
        ('<p title="Said on hovering">A</p>', "Said on hovering", "label_text"),
        ('<a href="#" aria-label="Read aloud">A</a>', "Read aloud", "label_text"),
        (
            '<table border=1 summary="What it shows"><tr><td>a</td><td title="Of a cell">b</td></tr></table>',
            "Of a cell",
            "label_text",
        ),
        ('<div hidden title="Hidden label"></div>', "Hidden label", "hidden_text"),
        ('<datalist><option value="One of them"></datalist>', "One of them", "label_text"),
        ('<img src="a" title="Chart of it">', "Chart of it", "picture_text"),
        ('<iframe srcdoc="&lt;p&gt;A page within&lt;/p&gt;"></iframe>', "A page within", "framed"),
        ('<iframe src="data:text/html,%3Cp%3EA page within"></iframe>', "A page within", "framed"),
        ('<iframe srcdoc="&lt;p hidden&gt;Hidden within&lt;/p&gt;"></iframe>', "Hidden within", "hidden_text"),
        (
            "<style>p::after{content:'Set by \\4e2d  style; and more'}</style>",
            "Set by 中 style; and more",
            "style_text",
        ),
        (
            '<style>p::after{content:attr(data-said)}</style><p data-said="Set by style">A</p>',
            "Set by style",
            "label_text",
        ),
        ('<meta name="description" content="What it is">', "What it is", "page_description"),
        (
            '<script type="application/ld+json">{"@type":"Thing","name":"Salt melt","x":[{"y":"and wash"}]}</script>',
            "Salt melt / and wash",
            "page_description",
        ),
        ('<script type="application/ld+json">{"name":"Not closed</script>', '{"name":"Not closed', "page_description"),
        ("<script>document.write('Shown by a script')</script>", None, "scripts"),
        ("<!-- Said in the source alone -->", None, "commented"),
        ("<p><del>Struck</del></p>", "Struck", "struck_text"),
        ('<p style="color:#FFF">Pale</p>', "Pale", "faint_text"),
    ],
)
def test_what_a_page_holds_beside_its_text_is_told(body, last, note):
    reading = read(a_page(body))
    assert texts(reading)[-1] == (
        last or "These words are shown on the page, and there are enough of them to be a page."
    )
    assert note in told(reading)


def test_of_what_a_page_holds_and_is_not_read_the_length_is_told():
    said = told(read(a_page(f"<nav>{'Home of it ' * 30}</nav>")))["page_furniture"]
    assert "(329 characters)" in said and "…" in said


def test_a_short_email_with_a_page_within_loses_nothing():
    page = '<p>See.</p><iframe srcdoc="&lt;p&gt;Sintered in nitrogen&lt;/p&gt;"></iframe><script>x()</script>'
    reading = read(a_mail(part("text/html; charset=utf-8", page)))
    assert texts(reading) == ["Annex", "See.", "Sintered in nitrogen"]
    assert set(told(reading)) == {"framed", "scripts"}


def test_pages_within_pages_without_end_are_named_where_reading_stops():
    import html

    page = "<p>Innermost</p>"
    for _ in range(7):
        page = f'<p>Around</p><iframe srcdoc="{html.escape(page)}"></iframe>'
    assert "1 pictures or embedded pages" in told(read(a_page(page)))["pictures"]


def test_white_words_on_a_ground_are_told_by_nothing():
    assert not read(a_page('<div style="background:#000"><p style="color:#fff">Bright</p></div>')).unread


# -- e-mail ------------------------------------------------------------------------------------------------------------

HEAD = b"From: a@example.org\nSubject: Annex\nMIME-Version: 1.0\n"


def a_mail(*parts: bytes, kind: str = "mixed") -> bytes:
    body = b"".join(b"--B\n" + part + b"\n" for part in parts)
    return HEAD + b'Content-Type: multipart/%s; boundary="B"\n\n' % kind.encode() + body + b"--B--\n"


def part(media: str, data: bytes | str, more: str = "") -> bytes:
    said = data.encode() if isinstance(data, str) else data
    encoded = base64.encodebytes(said)
    return f"Content-Type: {media}\nContent-Transfer-Encoding: base64\n{more}\n".encode() + encoded


PLAIN = part("text/plain; charset=utf-8", "See what is attached.")
ZH = "电池正极材料的烧结工艺和技术资料见附件。"
HK = "電池正極材料的燒結工藝和技術資料見附件。"


@pytest.mark.parametrize(
    ("named", "real", "text"),
    [
        ("iso-8859-1", "gb18030", ZH),
        ("us-ascii", "utf-8", ZH),
        ("windows-1252", "big5", HK),
        ("gb2312", "utf-8", ZH),
        ("big5", "gb18030", ZH),
        ("gb2312", "big5", HK),
        ("utf-8", "gb18030", ZH),
    ],
)
def test_a_charset_that_is_wrong_is_found_out_and_told(named, real, text):
    reading = described(Held("m.eml", "m.eml", HEAD + part(f"text/plain; charset={named}", text.encode(real))))
    assert texts(reading) == ["Annex", text]
    assert named in told(reading)["charset"]


@pytest.mark.parametrize(
    ("named", "real", "text"),
    [
        ("gb2312", "gb18030", "朱镕基与喆先生的材料。"),
        ("iso-8859-1", "iso-8859-1", "Für die Öfen gilt: 700 °C, naïve Größe."),
        ("windows-1252", "cp1252", "The “furnace” – 5 µm"),
        ("gbk", "gbk", ZH),
        ("big5", "big5", HK),
        ("shift_jis", "shift_jis", "これは電池のカソード材料です。"),
    ],
)
def test_a_charset_that_is_right_is_believed(named, real, text):
    reading = described(Held("m.eml", "m.eml", HEAD + part(f"text/plain; charset={named}", text.encode(real))))
    assert texts(reading) == ["Annex", text]
    assert not reading.unread


def encoded(text: bytes, charset: str, way: str) -> str:
    if way == "B":
        return f"=?{charset}?B?{base64.b64encode(text).decode()}?="
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in text)}?="


GBK = "朱镕基同志：正极材料".encode("gb18030")


@pytest.mark.parametrize(
    "subject",
    [
        encoded(GBK, "gb2312", "B"),
        encoded(GBK, "gb2312", "Q"),
        encoded(GBK[:7], "gb2312", "B") + "\n " + encoded(GBK[7:], "gb2312", "B"),  # cut in the middle of a character
        encoded(GBK, "iso-8859-1", "Q"),
        encoded("朱镕基同志：正极材料".encode(), "utf-8", "Q"),
        "朱镕基同志：正极材料",
    ],
)
def test_a_subject_is_decoded_whatever_its_charset_is_called(subject):
    data = f"From: a@example.org\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain\n\nSee it.\n".encode()
    assert described(Held("m.eml", "m.eml", data)).title == "朱镕基同志：正极材料"


def test_every_part_of_an_email_is_read():
    forwarded = b"From: b@example.org\nSubject: Inner\nDate: Mon, 1 Jan 2035 00:00:00 +0000\n\nForwarded words.\n"
    event = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:Visit to the smel\r\n ter\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    report = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nStatus: 5.0.0\nDiagnostic-Code: No such user\n"
    mail = a_mail(
        PLAIN,
        part("text/html; charset=utf-8", "<p>A page of its own.</p>"),
        part("text/html; charset=utf-8", "<p>And a second page.</p>"),
        part("text/calendar; charset=utf-8", event),
        b"Content-Type: message/rfc822\n\n" + forwarded,
        report,
    )
    text = described(Held("m.eml", "m.eml", mail)).text
    for words in ("See what is attached.", "A page of its own.", "And a second page.", "Visit to the smelter",
                  "Forwarded words.", "No such user"):  # fmt: skip
        assert words in text, words


def test_a_second_rendering_is_not_read_twice():
    mail = a_mail(PLAIN, part("text/html; charset=utf-8", "<p>See what is attached.</p>"), kind="alternative")
    reading = read(mail)
    assert texts(reading) == ["Annex", "See what is attached."]
    assert len(reading.parts) == 1


def test_a_rendering_that_says_another_number_is_read_too():
    plain = part("text/plain; charset=utf-8", "粉末压实密度 2.30 g/cm³。")
    mail = a_mail(plain, part("text/html; charset=utf-8", "<p>粉末压实密度 2.62 g/cm³。</p>"), kind="alternative")
    assert "2.30" in read(mail).text and "2.62" in read(mail).text


@pytest.mark.parametrize(
    ("attached", "word"),
    [
        (part("application/ms-tnef", b"\x78\x9f\x3e\x22" + bytes(40), 'Content-Disposition: attachment; filename="winmail.dat"\n'), "winmail.dat"),
        (part("application/pkcs7-mime; name=smime.p7m", b"\x30\x80\x06\x09"), "S/MIME"),
        (part("application/pkcs7-signature; name=smime.p7s", b"\x30\x80\x06\x09"), "signature"),
        (part("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"), "PGP"),
        (b'Content-Type: message/external-body; access-type=URL; URL="http://example.org"\n\nContent-Type: text/plain\n\n', "kept elsewhere"),
        (part("text/x-amp-html", "<html amp4email><body>Other</body></html>"), None),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_read_is_named_with_the_reason(attached, word):
    reading = read(a_mail(PLAIN, attached))
    assert "See what is attached." in reading.text
    because = [one.unread.en for one in reading.parts if one.unread is not None]
    assert word is None or any(word in one for one in because), because
    assert word is not None or "Other" in reading.text


def test_an_email_that_is_cut_off_or_damaged_says_so():
    whole = a_mail(PLAIN, part("text/plain; name=a.txt", "Of some length, to be cut."))
    assert "cut_off" not in told(read(whole))
    assert "cut_off" in told(read(whole[: whole.rindex(b"--B--")]))
    damaged = HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nU2VlIHdoYXQ*aXMgYXR0YWNoZWQu=\n"
    assert "cut_off" in told(read(damaged))


def test_what_the_html_of_an_email_hides_is_read_and_told():
    page = (
        '<p>See what is attached, please, and answer.</p><div style="display:none">Preheader words</div><img src="a">'
    )
    reading = read(a_mail(part("text/html; charset=utf-8", page)))
    assert texts(reading)[-1] == "Preheader words"
    assert set(told(reading)) == {"hidden_text", "pictures"}


def test_what_stands_before_the_first_part_and_after_the_last_is_read_and_told():
    mail = (
        a_mail(PLAIN).replace(b"\n\n--B\n", b"\n\nBefore it: sinter in nitrogen.\n--B\n", 1)
        + "之后：烧结温度\n".encode()
    )
    reading = read(mail)
    assert texts(reading) == ["Annex", "See what is attached.", "Before it: sinter in nitrogen.", "之后：烧结温度"]
    assert "sinter in nitrogen" in told(reading)["around_parts"]
    usual = a_mail(PLAIN).replace(b"\n\n--B\n", b"\n\nThis is a multi-part message in MIME format.\n--B\n", 1)
    assert texts(read(usual)) == ["Annex", "See what is attached."]
    assert not read(usual).unread


def uuencoded(data: bytes, name: str, too_long: bool = False) -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode().rstrip("\n") for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n" + "".join(f"{one}{'X' * too_long}\n" for one in lines) + "`\nend\n"


SECRET = b"<html><body><p>Sintered in nitrogen at 700 degrees, in the file that is enclosed.</p></body></html>"


@pytest.mark.parametrize(
    "block",
    [
        uuencoded(SECRET, "a b.html"),
        uuencoded(SECRET, "a b.html", too_long=True),
        f"begin-base64 644 a b.html\n{base64.encodebytes(SECRET).decode()}====\n",
    ],
)
def test_a_file_that_is_written_into_the_text_of_an_email_is_read_as_an_attachment(block):
    reading = read(HEAD + b"Content-Type: text/plain\n\n" + f"See it.\n\n{block}\nRegards to all of you\n".encode())
    assert texts(reading) == [
        "Annex",
        "See it.",
        "Regards to all of you",
        "Sintered in nitrogen at 700 degrees, in the file that is enclosed.",
    ]
    assert [one.name for one in reading.parts] == ["file", "a b.html"]


@pytest.mark.parametrize(
    "said",
    [
        "begin 644 the work at once\nand then\nend\n",
        "begin 644 a.html\n#86)C\n",
        "begin 644 a.html\nbegin 644 b.html\n",
    ],
)
def test_lines_that_are_no_file_stay_text(said):
    reading = read(HEAD + b"Content-Type: text/plain\n\n" + said.encode())
    assert "".join("".join(texts(reading)[1:]).split()) == "".join(said.split())
    assert len(reading.parts) == 1


def test_a_file_in_yenc_is_named():
    block = b"=ybegin line=128 size=9 name=recipe.docx\n\x99\x8a\x9c*+\n=yend size=9\n"
    reading = read(HEAD + b"Content-Type: text/plain; charset=iso-8859-1\n\nSee it.\n" + block)
    assert texts(reading) == ["Annex", "See it."]
    assert [(one.name, one.unread is not None) for one in reading.parts] == [("file", False), ("recipe.docx", True)]
    assert "yEnc" in reading.parts[1].unread.en


def test_many_files_that_begin_and_do_not_end_hold_nothing_up():
    said = b"begin 644 a\n" * 40_000 + b"x y z\n" * 40_000 + b"end\n"
    began = time.process_time()
    assert len(read(HEAD + b"Content-Type: text/plain\n\n" + said).parts) == 1
    assert time.process_time() - began < 5


def test_fields_of_the_head_that_say_something_are_read_or_named():
    mail = a_mail(PLAIN).replace(
        b"MIME-Version", b"Comments: sinter it twice\nX-Our-Note: wash it in acid\nMIME-Version", 1
    )
    reading = read(mail)
    assert texts(reading) == ["Annex", "See what is attached.", "sinter it twice"]
    assert "X-Our-Note" in told(reading)["fields_of_head"]


def test_a_word_or_two_of_another_rendering_are_named():
    mail = a_mail(PLAIN, part("text/html; charset=utf-8", "<p>See what is attached: graphene.</p>"), kind="alternative")
    assert "graphene" in told(read(mail))["other_rendering"]


# -- workbooks ---------------------------------------------------------------------------------------------------------

LONG = "将磷酸铁与碳酸锂混合后在氮气中烧结得到正极材料"


def a_workbook() -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("技术")
        sheet.write_row(0, 0, ["序号", "技术名称", "技术描述", "关键参数"])
        for row in range(1, 6):
            sheet.write_row(row, 0, [str(row), "" if row > 1 else "铁锂制备", f"{LONG}第{row}步", "700 ℃"])
        sheet.merge_range(1, 1, 3, 1, "铁锂制备")
        sheet.write(4, 1, "另一名称")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})
        sheet.write_comment("C2", "Is this the know-how?")
        sheet.insert_textbox("H2", "Words in a box")
        sheet.write_formula("F1", "=A1", None, "")
        secret = book.add_worksheet("备用")
        secret.write(0, 0, "隐藏的说明文字")
        secret.hide()
    return held.getvalue()


def test_what_a_workbook_hides_merges_and_notes_is_read_and_told():
    reading = described(Held("a.xlsx", "a.xlsx", a_workbook()))
    said = texts(reading)
    assert "隐藏的说明文字" in said
    assert [one for one in said if LONG in one] == [
        f"{name}{LONG}第{row}步\n关键参数：700 ℃"
        for row, name in ((1, "铁锂制备\n"), (2, "铁锂制备\n"), (3, "铁锂制备\n"), (4, "另一名称\n"), (5, ""))
    ]
    assert any("Is this the know-how?" in one for one in said[-2:])
    assert said[-1] == "Words in a box"
    notes = told(reading)
    assert set(notes) == {"columns_guessed", "hidden_sheet", "hidden_cells", "formulae", "comments"}
    assert "备用" in notes["hidden_sheet"]
    assert "1 rows and 1 columns" in notes["hidden_cells"]
    assert "F1" in notes["formulae"]
    assert "关键参数" in notes["columns_guessed"]


def test_a_chart_of_a_workbook_is_told():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("a")
        sheet.write_column(0, 0, [1, 2, 3])
        for place in (sheet, book.add_chartsheet("Graph")):
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=a!$A$1:$A$3"})
            place.insert_chart("C1", chart) if place is sheet else place.set_chart(chart)
    notes = told(read(held.getvalue()))
    assert "Graph" in notes["other_sheets"]
    assert "1 pictures" in notes["pictures"]


NUMBERS = [
    (0.975, "0.0%", "97.5%"),
    (0.9753, "0%", "97.53%"),  # what is rounded away may be what a limit is about
    (1234567.5, "#,##0.00", "1,234,567.50"),
    (12500, '0.0,"k"', "12.5k"),
    (1.5, '0.00"mm"', "1.50mm"),
    (1.5, r"0.00\ \m\m", "1.50 mm"),
    (700, 'General"℃"', "700℃"),
    (0.05, "0.00‰", "0.05‰"),
    (2.5, "# ?/?", "2 1/2"),
    (0.3125, "# ??/16", "5/16"),
    (0.333, "# ?/?", "0.333"),
    (1230000, "0.00E+00", "1.23E+06"),
    (0.00012, "0.00E+00", "1.20E-04"),
    (-5, "0.0;(0.0)", "(5.0)"),
    (-0.975, "0.0%", "-97.5%"),
    (99.5, '[>=99]"≥"0.0;[<99]"low "0.0', "≥99.5"),
    (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
    (13800138000, "000-0000-0000", "138-0013-8000"),
    (7, "00000", "00007"),
    (0.5, ".00", "0.50"),
    (1e-9, "0.00", "0.000000001"),
    (5, '"none"', "none (5)"),
    (0, '0;-0;"none"', "none (0)"),
    (0.1 + 0.2, "0.00", "0.30"),
    (0.1 + 0.2, "General", "0.3"),
    (45658, "yyyy-mm-dd", "2025-01-01"),
    (45658.4375, "yyyy/m/d h:mm", "2025-01-01 10:30"),
    (45658, 'yyyy"年"m"月"d"日"', "2025-01-01"),
    (45658, 'yyyy-mm-dd "signed"', "2025-01-01 signed"),
    (0.4375, "h:mm", "10:30"),
    (1.5, "[h]:mm", "36:00:00"),
    ("abc", '"Type: "@', "Type: abc"),
    ("abc", "0.0", "abc"),
    (12, "@", "12"),
]


def test_a_number_is_read_as_its_cell_shows_it():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("a")
        for row, (value, code, _) in enumerate(NUMBERS):
            sheet.write(row, 0, value, book.add_format({"num_format": code}))
    reading = read(held.getvalue())
    assert {one.place.cell: one.text for one in reading.passages} == {
        f"A{row}": said for row, (_, _, said) in enumerate(NUMBERS, start=1)
    }
    assert "A2" in told(reading)["rounded"]


@pytest.mark.parametrize("code", [";;;", "0;0;0;", '";";;'])
def test_what_a_format_does_not_show_is_read_and_told(code):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("a")
        sheet.write(0, 0, "Sintered", book.add_format({"num_format": code}))
    reading = read(held.getvalue())
    assert "Sintered" in reading.text
    assert code == '";";;' or "A1" in told(reading)["hidden_values"]


@given(
    value=st.floats(-1e9, 1e9).filter(lambda one: one == 0 or abs(one) > 1e-6),
    code=st.sampled_from(["0", "0.00", "#,##0.0", "0.0%", "0.000E+00", "0.0;(0.0)", "##0.0E+0", '0.0"mm"', "00-00"]),
)
def test_no_figure_of_a_number_is_lost_or_put_in(value, code):
    said = cell_formats.number(repr(value), code).text
    figures = said.replace(",", "").replace("mm", "").replace("%", "").replace("(", "-").replace(")", "")
    if code == "00-00":
        figures = figures[:1] + figures[1:].replace("-", "")
    read_again = float(figures) / (100 if code.endswith("%") else 1)
    assert read_again == pytest.approx(value, rel=1e-6, abs=1e-6)


@given(raw=st.text(max_size=12), code=st.text(alphabet='0#?.,%/E+-;[]"\\@ymdhs_*年G<>=1 ', max_size=30))
def test_every_format_shows_something_of_every_number(raw, code):
    assert isinstance(cell_formats.number(raw, code).text, str)
    assert cell_formats.number("12.5", code).text
    assert "abc" in cell_formats.text("abc", code).text


def test_what_a_workbook_says_beside_its_cells_is_read_or_told():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("a")
        sheet.write(0, 0, "In a cell")
        sheet.set_header('&L&"Arial,Bold"&12Project Heron&R&P of &N')
        sheet.set_footer("&CKeep to yourselves && us")
        sheet.data_validation(
            "B2",
            {
                "validate": "list",
                "source": ["sintered", "pressed"],
                "input_title": "Way",
                "input_message": "How it is made",
            },
        )
        sheet.write_formula("B3", '=IF(A1="x","wash in acid","no")', None, "no")
        sheet.write_formula("B4", "=1/0", None, "#DIV/0!")
        book.define_name("Secret_step", '="anneal for an hour"')
        book.set_properties({"title": "Recipe of the cathode", "comments": "not to be passed on"})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=a!$A$1:$A$3"})
        chart.set_title({"name": "Yield over time"})
        sheet.insert_chart("D1", chart)
    out = io.BytesIO(held.getvalue())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(
            "xl/worksheets/sheet9.xml", "<worksheet><c><is><t>Of a sheet that is gone</t></is></c></worksheet>"
        )
        archive.writestr("xl/embeddings/oleObject1.bin", b"\xd0\xcf")
    reading = read(out.getvalue())
    assert texts(reading) == [
        "In a cell",
        "no",
        "sintered,pressed",
        "Way",
        "How it is made",
        "wash in acid",
        "Yield over time",
        "anneal for an hour",
    ]
    notes = told(reading)
    assert "“Project Heron of / Keep to yourselves & us”" in notes["page_heads"]
    assert "B4" in notes["errors"]
    assert "“Recipe of the cathode / not to be passed on”" in notes["properties"]
    assert "Secret_step" in notes["defined_names"]
    assert "sheet9.xml (23)" in notes["parts_left"] and "oleObject1.bin" in notes["parts_left"]
    assert "not_checked" not in notes


# -- columns -----------------------------------------------------------------------------------------------------------


def sentences(column: int, count: int) -> str:
    return " ".join(f"Column {column} sentence {n} speaks of a fictional thing." for n in range(count))


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("gutter", ["10pt", "6mm"])
@pytest.mark.parametrize("count", [4, 30])
def test_columns_are_read_one_after_the_other_between_titles_and_tables(columns, gutter, count):
    import typst

    said = [sentences(n, count) for n in range(columns)]
    title = "A title that runs over the whole width of the page and over every column of it"
    table = "#table(columns: (1fr, 1fr, 1fr), [a], [b], [c], [d], [e], [f])"
    band = f"#block(columns({columns}, gutter: {gutter})[{' #colbreak() '.join(said)}])"
    setting = '#set page(paper: "a4", margin: 2cm)\n#set par(justify: true)\n#set text(hyphenate: false, size: 9pt)\n'
    reading = read(typst.compile(f"{setting}{title}\n\n{band}\n{table}\n{band}".encode()))
    once = "".join(said)
    assert "".join(reading.text.split()) == "".join(f"{title}{once}a|b|cd|e|f{once}".split())

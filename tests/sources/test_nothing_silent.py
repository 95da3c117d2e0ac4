"""Nothing in a file is silent: each word of it is read, or what holds it is named among what was not read.

Files are made with a word of their own in every place that can hold one, and each word is looked for in what was read of
the file and in what was told of it.
"""

import base64
import io
import itertools
import re
import zipfile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mulu.sources.described import Reading
from mulu.sources.documents import Held
from mulu.sources.received import read_received

_FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read(data: bytes, name: str) -> Reading:
    return read_received(Held(name, name, data))


def said(reading: Reading) -> str:
    """All that is read of a file and told of it."""
    told = [one.because.en for one in reading.unread]
    told += [f"{part.name} {part.unread.en if part.unread else ''}" for part in reading.parts]
    told += [value for _, value in reading.facts] + [one.place.sheet or "" for one in reading.passages]
    return "\n".join([reading.text, reading.title or "", *told])


def silent(reading: Reading, words: list[str]) -> list[str]:
    all_of_it = said(reading)
    return [word for word in words if word not in all_of_it]


class Words:
    """Words that stand nowhere else, of letters alone: figures are raised and lowered."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self) -> str:
        letters = "abcdefghijklmoprstuvwyz"  # n too is raised
        first, second = divmod(len(self.given), len(letters))
        word = f"q{letters[first]}{letters[second]}xq"
        self.given.append(word)
        return word


# ---- patents ---------------------------------------------------------------------------------------------------------

US = """<us-patent-grant lang="EN" country="US"><us-bibliographic-data-grant><publication-reference><document-id>
<country>US</country><doc-number>1</doc-number><kind>B2</kind></document-id></publication-reference><us-term-of-grant><us-term-extension>1</us-term-extension>
<disclaimer><text>t</text></disclaimer></us-term-of-grant><invention-title>t</invention-title><us-references-cited><us-citation><nplcit><othercit>t</othercit>
</nplcit></us-citation></us-references-cited><us-related-documents><continuation><relation><parent-doc><document-id><country>US</country></document-id>
</parent-doc></relation></continuation></us-related-documents><us-parties><us-applicants><us-applicant><addressbook><orgname>o</orgname><address><city>c</city></address></addressbook>
</us-applicant></us-applicants></us-parties></us-bibliographic-data-grant><abstract><p>a <b>b</b></p></abstract><drawings><figure><img/></figure></drawings>
<description><heading>h</heading><p>p <sub>s</sub> <figref>f</figref></p><tables><table><tgroup><tbody><row><entry>e</entry></row></tbody></tgroup></table></tables>
<p><maths><math><mfrac><mi>m</mi><mn>n</mn></mfrac></math></maths><ul><li>l</li></ul></p></description><us-claim-statement>s</us-claim-statement>
<claims><claim num="1"><claim-text>c<claim-text>d</claim-text></claim-text></claim></claims><us-sequence-list-doc><p>q</p></us-sequence-list-doc></us-patent-grant>"""
CN = """<business:PatentDocumentAndRelated xmlns:business="urn:b" xmlns:base="urn:a" lang="zh"><business:BibliographicData>
<business:PublicationReference><base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>1</base:DocNumber></base:DocumentID></business:PublicationReference>
<business:InventionTitle>t</business:InventionTitle><business:Parties><business:ApplicantDetails><business:Applicant><base:AddressBook><base:Name>n</base:Name>
<base:Address><base:Text>x</base:Text></base:Address></base:AddressBook></business:Applicant></business:ApplicantDetails></business:Parties></business:BibliographicData>
<business:Abstract><base:Paragraphs>a</base:Paragraphs></business:Abstract><business:Claims><business:ClaimStatement>s</business:ClaimStatement>
<business:Claim num="1"><business:ClaimText>c</business:ClaimText></business:Claim></business:Claims><business:Description><business:TechnicalField>
<base:Paragraphs>t</base:Paragraphs></business:TechnicalField><business:InventionMode><base:Paragraphs>m</base:Paragraphs></business:InventionMode></business:Description>
<business:Drawings><base:Image file="b.tif"/></business:Drawings><business:SearchReport><x>y</x></business:SearchReport></business:PatentDocumentAndRelated>"""
EP = """<ep-patent-document lang="en" country="EP"><SDOBI lang="en"><B000><eptags><B001EP>t</B001EP></eptags></B000><B100><B110>1</B110></B100><B500><B540>
<B541>en</B541><B542>t</B542><B541>de</B541><B542>d</B542></B540><B560><B562><text>r</text></B562></B560></B500><B700><B710><B711><snm>n</snm></B711></B710></B700></SDOBI>
<abstract lang="en"><p>a</p></abstract><description lang="en"><heading>h</heading><p>p</p></description><claims lang="en"><claim><claim-text>c</claim-text></claim></claims>
<claims lang="de"><claim><claim-text>v</claim-text></claim></claims><amended-claims lang="en"><claim><claim-text>m</claim-text></claim></amended-claims>
<ep-reference-list><heading>h</heading><p>r <crossref>x</crossref></p></ep-reference-list><search-report-data><p>s</p></search-report-data></ep-patent-document>"""
WO = """<wo-published-application lang="en" country="WO"><wo-bibliographic-data><publication-reference><document-id><country>WO</country>
<doc-number>1</doc-number></document-id></publication-reference><invention-title lang="en">t</invention-title><invention-title lang="fr">f</invention-title>
<declarations><x>y</x></declarations></wo-bibliographic-data><application-body><abstract><p>a</p></abstract><description><technical-field><p>p</p></technical-field>
<background-art><p>b</p></background-art><disclosure><tech-problem><p>q</p></tech-problem></disclosure></description><claims><claim><claim-text>c</claim-text></claim></claims>
</application-body><amended-claims><claim>m</claim></amended-claims><wo-search-report><p>s</p></wo-search-report></wo-published-application>"""


@pytest.mark.parametrize("text", [US, CN, EP, WO], ids=["US", "CN", "EP", "WO"])
@pytest.mark.parametrize("tails", [False, True])
def test_every_element_of_a_publication_is_read_or_named(text, tails):
    root = etree.fromstring(text)
    words, holders = Words(), {}
    skipped = ("doc-number", "DocNumber", "country", "kind", "WIPOST3Code", "B110", "B541")
    for element in root.iter():
        if element.tag.rpartition("}")[2] in skipped or any(a.tag in ("maths",) for a in element.iterancestors()):
            continue
        chain = [one.tag.rpartition("}")[2] for one in (element, *element.iterancestors())]
        if tails and element.getparent() is not None:
            element.tail = f" {(word := words())} "
            holders[word] = chain[1:] or chain
        elif not tails:
            element.text = f"{(word := words())} {element.text or ''}"
            holders[word] = chain
    reading = read(etree.tostring(root), "a.xml")
    notes = " ".join(one.because.en for one in reading.unread)
    assert len(words.given) > 15
    lost = [
        (word, holders[word])
        for word in silent(reading, words.given)
        if not any(f"{name} (" in notes for name in holders[word]) and not ("de" in notes and "claims" in holders[word])
    ]
    assert not lost, notes


# ---- web pages -------------------------------------------------------------------------------------------------------

TAGS = [
    "p", "div", "span", "b", "i", "a", "section", "article", "aside", "header", "footer", "main", "h1", "h3", "ul",
    "li", "ol", "dl", "dt", "dd", "table", "tr", "td", "th", "tbody", "thead", "caption", "blockquote", "pre",
    "code", "details", "summary", "figure", "figcaption", "form", "label", "fieldset", "legend", "select",
    "option", "optgroup", "textarea", "button", "nav", "noscript", "template", "iframe", "object", "video",
    "audio", "canvas", "svg", "text", "math", "mi", "mo", "ruby", "rt", "rb", "rp", "sub", "sup", "del", "ins",
    "s", "mark", "small", "abbr", "address", "center", "font", "dialog", "output", "meter", "progress", "map",
    "marquee", "noframes", "bdo", "q", "cite", "kbd", "samp", "var", "time", "data", "custom-tag", "menu",
    "hgroup", "slot", "picture", "title", "desc", "datalist",
]  # fmt: skip
LABELS = ("title", "alt", "placeholder", "aria-label", "summary", "label", "value", "data-x")


@st.composite
def pages(draw, words):
    def element(depth):
        tag = draw(st.sampled_from(TAGS))
        made = [f"<{tag}"]
        label = draw(st.sampled_from(LABELS[:4])) if draw(st.booleans()) else None
        if label is not None:
            made.append(f' {label}="{words()}"')
        if draw(st.integers(0, 5)) == 0:
            made.append(
                draw(st.sampled_from([" hidden", ' style="display:none"', ' style="color:#fff"', ' class="gone"']))
            )
        made.append(f">{words()}")
        if depth < 3:
            made += [element(depth + 1) for _ in range(draw(st.integers(0, 2)))]
        return "".join([*made, f"</{tag}> {words()} "])

    body = "".join(element(0) for _ in range(draw(st.integers(1, 3))))
    return (
        f"<!DOCTYPE html><html><head><title>{words()}</title><meta name='description' content='{words()}'>"
        f"<style>.gone{{display:none}} p::before{{content:'{words()}'}}</style></head><body>"
        f"<p>Enough words stand in this paragraph to make it plain that a page was saved with what it says.</p>{body}</body></html>"
    )


@_FEW
@given(data=st.data())
def test_every_word_of_a_web_page_is_read_or_told(data):
    words = Words()
    page = data.draw(pages(words))
    reading = read(page.encode(), "a.html")
    lost = silent(reading, words.given)
    cut = any(one.because.id == "page_furniture" and "characters" in one.because.en for one in reading.unread)
    assert not lost or cut, (lost, page)


# ---- Word files ------------------------------------------------------------------------------------------------------

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:zz="http://example.org/unknown" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
IN_PARAGRAPH = {  # what may hold runs; {} stands for them, {w} for a word of its own
    "plain": "{}",
    "ins": "<w:ins>{}</w:ins>",
    "del": "<w:del><w:r><w:delText>{w}</w:delText></w:r></w:del>{}",
    "moved": "<w:moveFrom><w:r><w:t>{w}</w:t></w:r></w:moveFrom><w:moveTo>{}</w:moveTo>",
    "control": '<w:sdt><w:sdtPr><w:alias w:val="{w}"/><w:comboBox><w:listItem w:displayText="{w}"/></w:comboBox></w:sdtPr>'
    "<w:sdtContent>{}</w:sdtContent></w:sdt>",
    "link": '<w:hyperlink w:tooltip="{w}">{}</w:hyperlink>',
    "tag": "<w:smartTag>{}</w:smartTag>",
    "simple field": '<w:fldSimple w:instr="DOCVARIABLE {w}">{}</w:fldSimple>',
    "empty field": '<w:fldSimple w:instr="QUOTE &quot;{w}&quot;"/>{}',
    "index": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>XE "{w}"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>{}',
    "hidden": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{w}</w:t></w:r>{}",
    "known": '<mc:AlternateContent><mc:Choice Requires="w">{}</mc:Choice><mc:Fallback><w:r><w:t>{w}</w:t></w:r></mc:Fallback></mc:AlternateContent>',
    "unknown": '<mc:AlternateContent><mc:Choice Requires="zz"><w:r><w:t>{w}</w:t></w:r></mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>',
    "formula": "<m:oMath><m:f><m:num><m:r><m:t>{w}</m:t></m:r></m:num><m:den><m:r><m:t>{w}</m:t></m:r></m:den></m:f></m:oMath>{}",
    "ruby": "<w:r><w:ruby><w:rt><w:r><w:t>{w}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{w}</w:t></w:r></w:rubyBase></w:ruby></w:r>{}",
    "box": "<w:r><w:pict><v:shape alt='{w}'><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    "drawing": '<w:r><w:drawing><wp:inline><wp:docPr descr="{w}" title="{w}"/><a:p><a:r><a:t>{w}</a:t></a:r></a:p></wp:inline></w:drawing></w:r>{}',
    "form": '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:helpText w:val="{w}"/><w:ddList><w:listEntry w:val="{w}"/><w:listEntry w:val="{w}"/>'
    '</w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>{}',
}  # fmt: skip
AROUND = {  # what may hold paragraphs
    "plain": "{}",
    "control": "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "custom": "<w:customXml>{}</w:customXml>",
    "table": "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc><w:p><w:r><w:t>{w}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    "hidden row": "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{}</w:tc></w:tr></w:tbl>",
    "merged": '<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>{w}</w:t></w:r></w:p></w:tc></w:tr>'
    "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{}</w:tc></w:tr></w:tbl>",
    "captioned": '<w:tbl><w:tblPr><w:tblCaption w:val="{w}"/></w:tblPr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>',
    "unknown": '<mc:AlternateContent><mc:Choice Requires="zz"><w:p><w:r><w:t>{w}</w:t></w:r></w:p></mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>',
}  # fmt: skip


@st.composite
def word_files(draw, words):
    def filled(pattern, inner):
        return re.sub(r"\{w\}", lambda _: words(), pattern).replace("{}", inner)

    def runs(depth):
        inner = f"<w:r><w:t>{words()} </w:t></w:r>"
        for _ in range(draw(st.integers(0, depth))):
            inner = filled(IN_PARAGRAPH[draw(st.sampled_from(sorted(IN_PARAGRAPH)))], inner)
        return inner

    def blocks():
        inner = f"<w:p>{runs(3)}</w:p>"
        for _ in range(draw(st.integers(0, 3))):
            inner = filled(AROUND[draw(st.sampled_from(sorted(AROUND)))], inner)
        return inner

    body = "".join(blocks() for _ in range(draw(st.integers(1, 2))))
    parts = {
        "word/document.xml": f"<w:document {NAMES}><w:body><w:p><w:r><w:t>Text.</w:t></w:r></w:p>{body}</w:body></w:document>"
    }
    for name, root, inner in (
        ("header1", "hdr", "{}"), ("footnotes", "footnotes", "<w:footnote>{}</w:footnote>"),
        ("comments", "comments", "<w:comment>{}</w:comment>"), ("glossary/document", "glossaryDocument", "{}"),
        ("charts/chart1", "chart", "<a:p><a:r><a:t>{w}</a:t></a:r></a:p>{}"),
    ):  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            held = filled(inner, f"<w:p>{runs(1)}</w:p>" if "chart" not in name else "")
            parts[f"word/{name}.xml"] = f"<w:{root} {NAMES}>{held}</w:{root}>"
    parts["docProps/core.xml"] = (
        f'<p xmlns:d="urn:d"><d:title>{words()}</d:title><d:description>{words()}</d:description></p>'
    )
    return parts


@_FEW
@given(data=st.data())
def test_every_word_of_a_word_file_is_read_or_told(data):
    words = Words()
    parts = data.draw(word_files(words))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    reading = read(out.getvalue(), "a.docx")
    notes = " ".join(one.because.en for one in reading.unread)
    named = [part for name, part in parts.items() if f"{name} (" in notes]
    lost = [word for word in silent(reading, words.given) if not any(word in part for part in named)]
    assert not lost, (lost, parts, notes)


# ---- e-mails ---------------------------------------------------------------------------------------------------------


@st.composite
def mails(draw, words, depth=0):
    def part(depth):
        kind = draw(
            st.sampled_from(["plain", "html", "file", "page", "uu", "mail", "alternative", "mixed", "related", "event"])
        )
        if depth > 2 and kind in ("mail", "alternative", "mixed", "related"):
            kind = "plain"
        match kind:
            case "plain":
                return f"Content-Type: text/plain\n\n{words()}\n> {words()}\n\n-- \n{words()}\n"
            case "html":
                page = (
                    f"<p title='{words()}'>{words()}</p><div hidden>{words()}</div><blockquote>{words()}</blockquote>"
                )
                coded = base64.encodebytes(page.encode()).decode()
                return f"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{coded}"
            case "file":
                return f'Content-Type: text/plain\nContent-Disposition: attachment; filename="{words()}.txt"\n\n{words()}\n'
            case "page":
                return f'Content-Type: text/html\nContent-Disposition: attachment; filename="a.html"\n\n<html><body><p>{words()} {"w " * 60}</p></body></html>\n'
            case "uu":
                import binascii

                line = binascii.b2a_uu(f"Of {words()}".encode()).decode()
                return f"Content-Type: text/plain\n\n{words()}\nbegin 644 {words()}.txt\n{line}`\nend\n{words()}\n"
            case "event":
                return f"Content-Type: text/calendar\n\nBEGIN:VEVENT\nDESCRIPTION:{words()}\nEND:VEVENT\n"
            case "mail":
                return f"Content-Type: message/rfc822\n\n{whole(depth + 1)}"
            case _:
                mark = f"B{len(words.given)}-{depth}"
                inner = "".join(f"--{mark}\n{part(depth + 1)}\n" for _ in range(draw(st.integers(1, 3))))
                return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{words()}\n{inner}--{mark}--\n{words()}\n'

    def whole(depth):
        return f"From: {words()}@example.org\nSubject: {words()}\nComments: {words()}\nX-Other: of {words()} too\nMIME-Version: 1.0\n{part(depth)}"

    return whole(0)


@_FEW
@given(data=st.data())
def test_every_word_of_an_email_is_read_or_told(data):
    words = Words()
    mail = data.draw(mails(words))
    reading = read(mail.encode(), "a.eml")
    named = re.findall(r"X-Other: of (\w+) too", mail) if "X-Other" in said(reading) else []
    lost = [word for word in silent(reading, words.given) if word not in named]
    assert not lost, (lost, mail, [one.because.en for one in reading.unread])


# ---- workbooks -------------------------------------------------------------------------------------------------------


def test_every_word_of_a_workbook_is_read_or_told():
    words = Words()
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        for hidden in (False, True):
            sheet = book.add_worksheet(words())
            sheet.write(0, 0, words())
            sheet.write(1, 0, 5, book.add_format({"num_format": f'0.0"{words()}"'}))
            sheet.write(2, 0, words(), book.add_format({"num_format": f'0;0;0;"{words()} "@'}))
            sheet.write(3, 0, 45658, book.add_format({"num_format": f'yyyy-mm-dd "{words()}"'}))
            sheet.write_formula(4, 0, f'=IF(A1="x","{words()}","{words()}")', None, words())
            sheet.write_rich_string(5, 0, words(), book.add_format({"bold": True}), words())
            sheet.write_url(6, 0, "https://example.org/", string=words(), tip=words())
            sheet.write_comment("A1", words())
            sheet.insert_textbox("C1", words())
            sheet.merge_range(8, 0, 8, 2, words())
            sheet.set_row(7, None, None, {"hidden": True})
            sheet.write(7, 0, words())
            sheet.set_header(f"&L{words()}&C{words()}")
            sheet.set_footer(f"&R{words()}")
            sheet.data_validation(
                "B2",
                {"validate": "list", "source": [words(), words()], "input_title": words(), "input_message": words(),
                 "error_title": words(), "error_message": words()},
            )  # fmt: skip
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": [sheet.get_name(), 0, 0, 2, 0], "name": words()})
            chart.set_title({"name": words()})
            chart.set_x_axis({"name": words()})
            sheet.insert_chart("D1", chart, {"description": words()})
            if hidden:
                sheet.hide()
        pie = book.add_chart({"type": "pie"})
        pie.add_series({"values": "=Sheet!$A$1:$A$3", "name": "of"})
        book.add_worksheet("Sheet")
        book.add_chartsheet(words()).set_chart(pie)
        book.define_name(words(), f'="{words()}"')
        book.set_properties({"title": words(), "subject": words(), "comments": words(), "keywords": words()})
        book.set_custom_property("Note", f"of {words()} too")
    reading = read(held.getvalue(), "a.xlsx")
    assert not silent(reading, words.given), [one.because.en for one in reading.unread]


def test_the_words_of_these_tests_are_looked_for_and_would_be_missed():
    words = Words()
    reading = read(f"<html><body><p>{words()} {'w ' * 60}</p></body></html>".encode(), "a.html")
    assert silent(reading, words.given) == []
    assert silent(reading, [words()]) == words.given[1:]
    assert len(set(itertools.islice(iter(words, None), 400))) == 400

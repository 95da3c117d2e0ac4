"""What a file holds beside what it shows: read or told by name, in every format; nothing of it is passed over."""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest

from mulu.sources.described import Reading, Role
from mulu.sources.documents import Held, UnreadableDocument
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
    "clipped box": "BT 0 g /F1 12 Tf 72 600 Td (Shown wording) Tj ET q 0 0 9 9 re W n 1 g 60 590 200 30 re f Q",
}


@pytest.mark.parametrize("how", SEEN)
def test_text_that_is_seen_is_told_by_nothing(how):
    reading = read(a_pdf(BODY + SEEN[how]))
    assert "hidden_text" not in told(reading)
    assert "Shown wording" in reading.text


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
        f'#set page(header: [Project Heron], footer: context align(center)[#counter(page).display()])\n{body}'.encode()
    )
    assert "Project Heron" in told(read(pdf))["page_heads"]
    assert "page_heads" not in told(read(typst.compile(body.encode())))

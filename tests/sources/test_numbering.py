"""Numbers of clauses in the shapes in which they are printed, and under which of them a passage stands."""

import io
import random

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from mulu.sources.described import Reading, Role
from mulu.sources.documents import Held
from mulu.sources.numbering import Head, Sort, is_number_alone, number_of, standings
from mulu.sources.received import of_text

ZH = (
    "甲方应当在收到通知后答复。",
    "时间安排由双方另行约定。",
    "升级版本另行报价。",
    "年度费用于一月支付。",
    "个人信息不得外传。",
    "度量单位采用公制。",
    "分期付款的比例见附表。",
)
EN = (
    "The parties meet every quarter.",
    "At closing the seller hands over the keys.",
    "No right is granted by silence.",
    "For two years the buyer keeps records.",
    "A party may withdraw on notice.",
    "In case of doubt the longer term counts.",
    "It is agreed that costs are shared.",
)
ZH_HEADS = ("定义", "标的", "价款", "保密", "期限", "一般规定")
EN_HEADS = ("Definitions", "Scope of supply", "Price", "Confidentiality", "Term", "General")
HAN = "一二三四五六"
FORMAL = "壹貳參肆伍陸"

# How the head of an article and of its parts are printed: by the place of each, counted from one.
SCHEMES = {
    "1. / 1.1": (EN, EN_HEADS, lambda a, h: f"{a}. {h}", lambda a, p: f"{a}.{p}", lambda a: str(a)),
    "1 / 1.1": (EN, EN_HEADS, lambda a, h: f"{a} {h}", lambda a, p: f"{a}.{p}", lambda a: str(a)),
    "1. / 1.1 zh": (ZH, ZH_HEADS, lambda a, h: f"{a}. {h}", lambda a, p: f"{a}.{p}", lambda a: str(a)),
    "1.zh / 1.1": (ZH, ZH_HEADS, lambda a, h: f"{a}.{h}", lambda a, p: f"{a}.{p}", lambda a: str(a)),
    "Article": (EN, EN_HEADS, lambda a, h: f"ARTICLE {a} {h.upper()}", lambda a, p: f"{a}.{p}", lambda a: f"ARTICLE {a}"),
    "Section": (EN, EN_HEADS, lambda a, h: f"Section {a}. {h}", lambda a, p: f"{a}.{p}", lambda a: f"Section {a}"),
    "第一条": (ZH, ZH_HEADS, lambda a, h: f"第{HAN[a - 1]}条 {h}", lambda a, p: f"{a}.{p}", lambda a: f"第{HAN[a - 1]}条"),
    "第1條": (ZH, ZH_HEADS, lambda a, h: f"第{a}條　{h}", lambda a, p: f"第{a}.{p}條", lambda a: f"第{a}條"),
    "第1章": (ZH, ZH_HEADS, lambda a, h: f"第{a}章 {h}", lambda a, p: f"第{a}.{p}款", lambda a: f"第{a}章"),
    "一、": (ZH, ZH_HEADS, lambda a, h: f"{HAN[a - 1]}、{h}", lambda a, p: f"{a}.{p}", lambda a: HAN[a - 1]),
    "一 ": (ZH, ZH_HEADS, lambda a, h: f"{HAN[a - 1]}　{h}", lambda a, p: f"{a}.{p}", lambda a: HAN[a - 1]),
    "壹、": (ZH, ZH_HEADS, lambda a, h: f"{FORMAL[a - 1]}、{h}", lambda a, p: f"{a}.{p}", lambda a: FORMAL[a - 1]),
    "I.": (EN, EN_HEADS, lambda a, h: f"{('I', 'II', 'III', 'IV', 'V', 'VI')[a - 1]}. {h}", lambda a, p: f"{a}.{p}",
           lambda a: ("I", "II", "III", "IV", "V", "VI")[a - 1]),
}  # fmt: skip


def composed(scheme: str, chance: random.Random) -> list[tuple[str, str | None]]:
    """The paragraphs of a document numbered in one way, each with the clause under which it stands."""
    said, heads, head, part, name = SCHEMES[scheme]
    made: list[tuple[str, str | None]] = []
    for article in range(1, chance.randint(2, 6) + 1):
        made.append((head(article, heads[article - 1]), name(article)))
        parts = chance.randint(0, 3)
        if parts == 0:
            made.append((chance.choice(said), name(article)))
        for number in range(1, parts + 1):
            made.append((f"{part(article, number)} {chance.choice(said)}", part(article, number)))
            if chance.random() < 0.3:
                made.append((f"(a) {chance.choice(said)}", part(article, number)))
                made.append((chance.choice(said), part(article, number)))
    return made


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seed", range(8))
def test_a_passage_stands_under_the_nearest_number_above_it(scheme, seed):
    made = composed(scheme, random.Random(f"{scheme} {seed}"))
    reading = of_text("\n\n".join(text for text, _ in made), "a.txt", "0")
    assert [(one.text, one.place.clause) for one in reading.passages] == made
    heads = [one.role for one in reading.passages if one.place.clause == one.place.number and len(one.text) < 30]
    assert heads and heads[0] in (Role.HEADING, Role.TITLE)


@given(
    value=st.decimals(min_value="0.1", max_value="99.9", places=1),
    unit=st.sampled_from(("mm", " kg", " g/L", "%", "℃", " 毫米", " kW", "吨。", " MPa", " 小时", " μm")),
)
def test_a_quantity_at_the_head_of_a_paragraph_is_no_number_of_a_clause(value, unit):
    found = number_of(f"{value}{unit} 以上的部分")
    assert found is None or found.sort is not Sort.PART


@pytest.mark.parametrize(
    ("text", "number", "sort"),
    [
        ("2.1 The fee is due.", "2.1", Sort.PART),
        ("2.4 A party pays.", "2.4", Sort.PART),
        ("３．２　年度费用", "３．２", Sort.PART),
        ("A.3 Two-stage drying", "A.3", Sort.PART),
        ("第2.3款 付款", "第2.3款", Sort.PART),
        ("附录A 资料清单", "附录A", Sort.ANNEX),
        ("附件二：价格表", "附件二", Sort.ANNEX),
        ("SCHEDULE 2 FEES", "SCHEDULE 2", Sort.ANNEX),
        ("第十二條 準據法", "第十二條", Sort.ARTICLE),
        ("第 3 条 保密", "第3条", Sort.ARTICLE),
        ("Section 4 of the Act", "Section 4", Sort.ARTICLE),
        ("12.05.2031 signed", None, None),
        ("附件中的图纸", None, None),
    ],
)
def test_the_form_of_a_number_tells_what_it_numbers(text, number, sort):
    found = number_of(text)
    assert (number, sort) == (None, None) if found is None else (found.number, found.sort) == (number, sort)


def clauses(*texts: str, rows: tuple[int, ...] = ()) -> list[str | None]:
    return [one.clause for one in standings([Head(text, row=n in rows) for n, text in enumerate(texts)])]


def test_an_annex_holds_the_rows_parts_and_numbers_that_stand_in_it():
    assert clauses(
        "第一条 标的", "第二条 法律", "附件一 设备清单", "1 | 泵", "1. 说明", "1.1 规格见图。", "附件二 资料", "文字。", rows=(3,)
    ) == ["第一条", "第二条", "附件一", "附件一", "附件一", "附件一 1.1", "附件二", "附件二"]  # fmt: skip
    assert clauses("1. Scope", "1.1 All.", "Annex A Documents", "A.1 Drawings.", "A.2 Tests.", "Part B Other", "x | y", rows=(6,)) == [
        "1", "1.1", "Annex A", "A.1", "A.2", "Annex A", "Annex A",
    ]  # fmt: skip


def test_a_list_of_points_within_a_clause_does_not_become_one():
    assert clauses("第一条 交付", "1. 图纸；", "2. 样品。", "第二条 价款", "一、首付；", "二、尾款。") == (
        ["第一条"] * 3 + ["第二条"] * 3
    )
    assert clauses("1. Delivery", "1.1 The following:", "1. drawings;", "2. samples.", "1.2 Later.", "2. Price", "2.1 Ten.") == [
        "1", "1.1", "1.1", "1.1", "1.2", "2", "2.1",
    ]  # fmt: skip


def test_a_bare_number_counts_only_where_headings_bear_them_in_sequence():
    assert clauses("3 pumps are delivered.", "2 Boxes", "Words.") == [None, None, None]
    assert clauses("1 Scope", "Words.", "2 Terms", "Words.") == ["1", "1", "2", "2"]
    assert clauses("1 kg of salt", "2 kg of sugar") == [None, None]


def test_a_number_that_hangs_in_a_line_of_its_own_stands_before_what_it_numbers():
    reading = of_text("第一条 交付\n\n1.1\n\n卖方交付图纸。\n\n1.2\n\n买方付款。", "a.txt", "0")
    assert [(one.text, one.place.number) for one in reading.passages[1:]] == [
        ("1.1\n\n卖方交付图纸。", "1.1"),
        ("1.2\n\n买方付款。", "1.2"),
    ]
    assert is_number_alone("（三）") and is_number_alone("第3.1款") and not is_number_alone("2031")


def read(name: str, data: bytes) -> Reading:
    from mulu.sources.fenced import described

    return described(Held(name, name, data))


def typeset(source: str) -> bytes:
    from pathlib import Path

    import pylopdf_fonts_zh_cn
    import typst

    setting = '#set page(paper: "a5")\n#set text(font: ("Noto Serif SC", "Noto Sans SC"), lang: "zh", size: 11pt)\n'
    fonts = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    return typst.compile((setting + source).encode(), font_paths=fonts, ignore_system_fonts=True)


@pytest.mark.parametrize("said", [ZH, EN])
def test_numbers_in_a_column_of_their_own_in_a_pdf_stand_before_their_clauses(said):
    chance = random.Random(said[0])
    parts = [f"{a}.{p}" for a in (1, 2) for p in (1, 2, 3)]
    texts = ["".join(chance.sample(said, 4)) if said is ZH else " ".join(chance.sample(said, 4)) for _ in parts]
    cells = ", ".join(f"[{part}], [{text}]" for part, text in zip(parts, texts, strict=True))
    reading = read("a.pdf", typeset(f"#grid(columns: (1.4cm, 1fr), row-gutter: 10pt, {cells})"))
    got = {one.place.number: "".join(one.text.split()) for one in reading.passages if one.place.number}
    for part, text in zip(parts, texts, strict=True):
        assert got.get(part) == "".join(f"{part}{text}".split())


def listed(levels: list[tuple[str, str]], paragraphs: list[tuple[int, str, bool]]) -> bytes:
    """A DOCX whose paragraphs Word numbers: the levels of the list by form and text; True begins the list anew."""
    made = docx.Document()
    part = made.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for place, (form, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(place))
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", text)):
            child = OxmlElement(f"w:{name}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    part.insert(0, abstract)
    number = 700
    for level_of, text, anew in [(0, "", True), *paragraphs]:
        if anew:
            number += 1
            num = OxmlElement("w:num")
            num.set(qn("w:numId"), str(number))
            link = OxmlElement("w:abstractNumId")
            link.set(qn("w:val"), "77")
            num.append(link)
            for place in range(len(levels)):
                over = OxmlElement("w:lvlOverride")
                over.set(qn("w:ilvl"), str(place))
                start = OxmlElement("w:startOverride")
                start.set(qn("w:val"), "1")
                over.append(start)
                num.append(over)
            part.append(num)
        if not text:
            continue
        paragraph = made.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        marks = OxmlElement("w:numPr")
        for name, value in (("ilvl", str(level_of)), ("numId", str(number))):
            child = OxmlElement(f"w:{name}")
            child.set(qn("w:val"), value)
            marks.append(child)
        properties.append(marks)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([("decimal", "%1."), ("decimal", "%1.%2")], ["1", "1.1", "1.2", "2", "2.1"]),
        ([("decimal", "%1"), ("decimal", "%1.%2")], ["1", "1.1", "1.2", "2", "2.1"]),
        ([("chineseCounting", "第%1条"), ("decimal", "（%2）")], ["第一条", "第一条", "第一条", "第二条", "第二条"]),
        ([("chineseCounting", "%1、"), ("chineseCounting", "（%2）")], ["一", "一", "一", "二", "二"]),
    ],
)
def test_the_numbers_that_word_sets_are_those_of_the_clauses(levels, expected):
    zh = levels[0][0] != "decimal"
    heads, said = (ZH_HEADS, ZH) if zh else (EN_HEADS, EN)
    paragraphs = [(0, heads[0], False), (1, said[0], False), (1, said[1], False), (0, heads[1], False), (1, said[2], False)]  # fmt: skip
    reading = read("a.docx", listed(levels, paragraphs))
    assert [one.place.clause for one in reading.passages] == expected


def test_a_list_that_word_begins_anew_is_numbered_from_one_again():
    levels = [("decimal", "%1."), ("decimal", "%1.%2")]
    paragraphs = [(0, EN_HEADS[0], False), (1, EN[0], False), (0, EN_HEADS[1], True), (1, EN[1], False)]
    reading = read("a.docx", listed(levels, paragraphs))
    assert [one.place.number for one in reading.passages] == ["1", "1.1", "1", "1.1"]

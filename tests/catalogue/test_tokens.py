"""Numbers stay with their units, formulae and terms stay whole, and what is stated is read in every spelling."""

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.tokens import operator_of, quantities, tokens, unit_of

PARTS = [
    *"0123456789.,-~～±^×/%（）：；，。、 \n\t　一二三十百千万亿零点第之个年米克以上下至大不小于等超过低高约优ＡｂμΩ℃³²⁻₂①電的",
    "mm",
    "g/cm³",
    "10^",
    "at least ",
    "or more",
    "不低于",
    "大于等于",
    "pH",
    "ISO 9001",
    "LiFePO4",
    "W/(m·K)",
    "百分之",
    "（含）以上",
    "包括但不限于",
    "\r\n",
    "\u200b",
    "雷射",
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=14).map("".join))


@given(text=texts, terms=st.sets(st.sampled_from(["电池", "3D打印", "大不", "ISO 9001认证", "低"])))
def test_joined_tokens_are_the_text_and_none_crosses_a_line(text, terms):
    found = tokens(text, terms)
    assert "".join(token.text for token in found) == text
    assert all(token.text == text[token.start : token.end] and token.text for token in found)
    assert all(len(token.text.splitlines()) == 1 for token in found)


@given(text=texts)
def test_every_quantity_is_whole_tokens_of_the_text(text):
    edges = {0, *(token.end for token in tokens(text))}
    for quantity in quantities(text):
        assert text[slice(*quantity.span)] == quantity.text
        assert set(quantity.span) <= edges


@given(text=texts, term=st.sampled_from(["雷达扫描", "高低", "下至大"]))
def test_a_term_of_art_among_words_is_never_cut(text, term):
    found = tokens(f"。{term}。{text}", [term])
    assert found[1].text == term


def kinds(text, *terms):
    return [(token.text, token.kind) for token in tokens(text, terms) if token.kind != "space"]


@pytest.mark.parametrize(
    "written",
    [
        "2.58 g/cm³",
        "2.58g/cm3",
        "１２．５ kg",
        "1,000 kg",
        "１，０００kg",
        "1.5×10^5 Pa",
        "1.5×10⁵Pa",
        "10~20 μm",
        "10-20µm",
        "10至20 mm",
        "10mm-20mm",
        "155 mA·h/g",
        "155mAh/g",
        "-40～+85 ℃",
        "25 °C",
        "5±0.1毫米",
        "±0.5%",
        "3‰",
        "180W/(m·K)",
        "5 W·m⁻¹·K⁻¹",
        "10 g·cm-3",
        "40 kHz",
        "4500 cP",
        "2 N·m",
        "3 dB",
        "10 ppm",
        "300K",
        "百分之五",
        "二十五毫米",
        "五万吨",
        "3万吨/年",
        "10米/秒",
        "30 摄氏度",
        "300兆帕",
        "两个",
        "三年",
        "2小时",
        "1.5倍",
        "3/4英寸",
        "三分之二",
        "pH6~8",
        "10 hours",
        "5 per cent",
        "3㎏",
    ],
)
def test_a_number_with_its_unit_is_one_token(written):
    assert kinds(f"约为{written}。")[-2] == (written, "quantity")


@pytest.mark.parametrize(
    "formula",
    [
        "LiFePO4",
        "LiFePO₄",
        "LixFeyMzPO4",
        "Nd2Fe14B",
        "LiMn0.6Fe0.4PO4",
        "α-Al2O3",
        "P507",
        "CRISPR-Cas9",
        "GaN",
        "SiC",
        "Ca2+",
        "4H-SiC",
        "3D",
        "2.5D",
        "5-axis",
        "2025-07-15",
        "ISO 9001",
        "GB/T 12345-2018",
    ],
)
def test_a_formula_or_model_number_is_one_token(formula):
    assert (formula, "formula") in kinds(f"采用{formula}的工艺")


@pytest.mark.parametrize("word", ["CPU", "PVC", "CNC", "solid-state", "and/or", "the"])
def test_letters_alone_are_a_word(word):
    assert (word, "word") in kinds(f"{word} 部件")


@pytest.mark.parametrize(
    ("operator", "sign"),
    [
        *((word, "≥") for word in ("≥", "≧", "⩾", ">=", "＞＝", "不低于", "不小于", "大于等于", "大于或等于", "至少", "不低於", "At least", "not less than")),
        *((word, ">") for word in (">", "＞", "大于", "超过", "高于", "more than", "exceeding")),
        *((word, "≤") for word in ("≤", "⩽", "<=", "不超过", "不高于", "小于等于", "至多", "up to", "not  more than")),
        *((word, "<") for word in ("<", "小于", "低于", "less than", "below")),
        *((word, "=") for word in ("=", "＝", "等于")),
        *((word, None) for word in ("≠", "约", "优于")),
    ],
)  # fmt: skip
def test_words_of_comparison_are_one_token_before_the_number(operator, sign):
    found = tokens(f"密度 {operator} 5 mm")
    assert (operator, "operator") in [(token.text, token.kind) for token in found]
    assert operator_of(operator) == sign
    assert quantities(f"密度 {operator} 5 mm")[0].operator == sign


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("二次电池", ["二次", "电池"]),
        ("三倍体", ["三倍体"]),
        ("超过滤膜", ["超过滤", "膜"]),
        ("第3代", ["第", "3代"]),
        ("万一失效", ["万一", "失效"]),
        ("1,3-丁二烯", ["1,3-", "丁二烯"]),
        ("包括但不限于软件", ["包括但不限于", "软件"]),
        ("和/或", ["和/或"]),
    ],
)
def test_numerals_inside_words_are_no_quantities(text, words):
    assert [token.text for token in tokens(text)] == words
    assert not quantities(text)


def test_a_word_is_cut_alike_whatever_stands_beside_it():
    for around in ("{}", "高{}", "{}炉", "的{}的", "转{}镜"):
        assert "压实密度" in [token.text for token in tokens(around.format("压实密度"))]


def test_terms_of_art_join_letters_numbers_and_characters_but_never_swallow_a_quantity():
    assert ("3D打印", "han") in kinds("用于3D打印的", "3D打印")
    assert ("3D", "formula") in kinds("用于3D打印的")
    assert ("5 mm", "quantity") in kinds("厚5 mm板", "5 mm板")


def test_numbering_is_a_label_only_where_a_line_begins():
    assert [token.text for token in tokens("1. 甲（1）\n（1）乙\n①丙\n 2、丁") if token.kind == "label"] == [
        "1.",
        "（1）",
        "①",
        "2、",
    ]
    assert kinds("1.5 mm")[0] == ("1.5 mm", "quantity")
    assert kinds("三、四轴机床")[0][1] != "label"


@pytest.mark.parametrize(
    ("text", "name", "operator", "low", "high", "unit"),
    [
        ("其粉末压实密度不低于2.58 g/cm3", "粉末压实密度", "≥", "2.58", None, "g/cm³"),
        ("且极片的压实密度为≥２．５８g/cm³", "压实密度", "≥", "2.58", None, "g/cm³"),
        ("首次放电比容量大于200mAh/g", "首次放电比容量", ">", "200", None, "mA·h/g"),
        ("纯度百分之五以上", "纯度", "≥", "5", None, "%"),
        ("年限10年（含）以上", "年限", "≥", "10", None, "year"),
        ("年限10年（不含）以上", "年限", ">", "10", None, "year"),
        ("直径5毫米以下", "直径", "≤", None, "5", "mm"),
        ("质量不足二十五公斤", "质量", "<", None, "25", "kg"),
        ("年产3.5万吨及以上", "年产", "≥", "35000", None, "t"),
        ("粒径10~20µm", "粒径", None, "10", "20", "μm"),
        ("粒径为三至五毫米", "粒径", None, "3", "5", "mm"),
        ("厚度5±0.1 mm", "厚度", None, "4.9", "5.1", "mm"),
        ("误差±0.5%", "误差", None, "-0.5", "0.5", "%"),
        ("工作温度-40～+85℃", "工作温度", None, "-40", "85", "°C"),
        ("通量1.5×10^5 L/(m²·h)", "通量", None, "150000", "150000", "L/(m²·h)"),
        ("压力1e-3 Pa", "压力", None, "0.001", "0.001", "Pa"),
        ("精度優於3微米", "精度", None, "3", "3", "μm"),
        ("分辨率优于5米", "分辨率", None, "5", "5", "m"),
        ("轴数≥5", "轴数", "≥", "5", None, ""),
        ("三百五十米", "", None, "350", "350", "m"),
        ("二点五倍", "", None, "2.5", "2.5", "倍"),
        ("A compacted density of not less than 2.58 g/cc", "compacted density", "≥", "2.58", None, "g/cm³"),
        ("a bandwidth of 40 GHz or more", "bandwidth", "≥", "40", None, "GHz"),
        ("power up to 10 kilowatts", "power", "≤", None, "10", "kW"),
        ("thermal conductivity exceeding 180 W/m·K", "thermal conductivity", ">", "180", None, "W/(m·K)"),
    ],
)
def test_a_stated_quantity_is_read_with_its_name_direction_and_unit(text, name, operator, low, high, unit):
    (found,) = quantities(text)
    assert (found.name_before, found.operator, found.unit) == (name, operator, unit)
    assert found.low == (None if low is None else Decimal(low))
    assert found.high == (None if high is None else Decimal(high))


def test_a_sign_between_number_and_name_binds_the_name():
    lower, upper = quantities("0.5 μm≤粒径≤2 μm")
    assert (lower.name_before, lower.operator, lower.low) == ("粒径", "≥", Decimal("0.5"))
    assert (upper.name_before, upper.operator, upper.high) == ("粒径", "≤", Decimal(2))


@pytest.mark.parametrize("text", ["", "第3代", "第二十五条", "依照第12条", "3. 名称"])
def test_ordinals_and_labels_are_not_stated(text):
    assert quantities(text) == ()


def test_the_last_of_forty_digits_counts():
    one, other = (quantities(f"长度{'7' * 40}{last} mm")[0].low for last in "12")
    assert one != other


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("g·cm-3", "g/cm³"),
        ("W·m⁻¹·K⁻¹", "W/(m·K)"),
        ("J/kg·K", "J/(kg·K)"),
        ("cm^2/V·s", "cm²/(V·s)"),
        ("rpm", "r/min"),
        ("转/分", "r/min"),
        ("立方米/小时", "m³/h"),
        ("米每秒", "m/s"),
        ("kWh", "kW·h"),
        ("Per Cent", "%"),
        ("㎡", "m²"),
        ("KHz", "kHz"),
        ("个", "个"),
    ],
)
def test_a_unit_has_one_spelling(written, unit):
    assert unit_of(written) == unit


def test_dictionaries_are_loaded_at_first_use_only():
    code = "import sys, mulu.catalogue.redline; print([m for m in ('rjieba', 'opencc', 'pint') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )

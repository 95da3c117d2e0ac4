"""A redline leads from one wording exactly to the other, cuts no quantity, and calls nothing form that may be law."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.redline import DoesNotFit, NoRedline, Piece, Redline, plain, redline
from mulu.catalogue.tokens import tokens

WORDS = [
    "锂离子",
    "电池",
    "的",
    "和",
    "或",
    "不",
    "压实密度",
    "粉末",
    "制备",
    "工艺",
    "電極",
    "LiFePO4",
    "P507",
    "solid-state",
    ",",
    "，",
    "、",
    "。",
    "（1）",
    "1.",
    "≥",
    "不低于",
    "以上",
    "2.58",
    "２．６",
    "g/cm³",
    "mm",
    "10~20",
    "μm",
    "百分之五",
    "5%",
    "三年",
    "万",
]
wordings = st.lists(st.sampled_from([*WORDS, " ", "\n"]), max_size=20).map("".join)


@st.composite
def edited(draw):
    """A wording and what somebody made of it."""
    words = draw(st.lists(st.sampled_from([*WORDS, " ", "\n"]), max_size=20))
    after = list(words)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(after)))
        after[place : place + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
    return "".join(words), "".join(after)


pairs = st.one_of(edited(), st.tuples(wordings, wordings), st.tuples(st.text(), st.text()))


@given(pair=pairs)
def test_a_redline_holds_both_wordings_exactly(pair):
    before, after = pair
    found = redline(before, after)
    assert "".join(piece.text for piece in found.pieces if piece.kind != "inserted") == before
    assert "".join(piece.text for piece in found.pieces if piece.kind != "deleted") == after
    assert all(piece.text for piece in found.pieces)
    assert found.apply(before) == after


@given(pair=pairs)
def test_no_piece_ends_inside_a_token(pair):
    found = redline(*pair)
    for text, other in zip(pair, ("inserted", "deleted"), strict=True):
        edges = {0, *(token.end for token in tokens(text))}
        place = 0
        for piece in found.pieces:
            if piece.kind != other:
                place += len(piece.text)
                assert place in edges


@given(pair=pairs)
def test_only_equal_wordings_have_no_kind_and_every_change_has_a_reason(pair):
    found = redline(*pair)
    assert (found.kind == "none") == (pair[0] == pair[1])
    assert bool(found.reasons) == (found.kind != "none")
    assert all(reason.zh and reason.en for reason in found.reasons)


@given(pair=pairs)
def test_the_way_back_is_of_the_same_kind(pair):
    assert redline(*pair).kind == redline(*reversed(pair)).kind


@given(pair=pairs)
def test_a_redline_survives_json(pair):
    found = redline(*pair)
    try:
        text = json.dumps(found.as_json(), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # lone surrogates are no text
        return
    assert Redline.from_json(json.loads(text)) == found


@given(before=wordings, place=st.floats(0, 1), number=st.sampled_from(["2.59 g/cm³", "非晶", "x", "不得"]))
def test_a_word_or_number_put_in_is_never_form_only(before, place, number):
    cut = [0, *(token.end for token in tokens(before))]
    at = cut[int(place * (len(cut) - 1))]
    assert redline(before, before[:at] + number + before[at:]).kind == "substantive"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("密度≥2.58 g/cm³的粉末", "密度≥2.60 g/cm³的粉末", "密度[-≥2.58 g/cm³-]{+≥2.60 g/cm³+}的粉末"),
        ("密度≥2.58 g/cm³的粉末", "密度>2.58 g/cm³的粉末", "密度[-≥2.58 g/cm³-]{+>2.58 g/cm³+}的粉末"),
        ("镍、钴的提取", "镍、锰、钴的提取", "镍、{+锰、+}钴的提取"),
        ("镍、钴的提取", "镍和钴的提取", "镍[-、-]{+和+}钴的提取"),
        ("制备工艺。检测方法。", "制备工艺。设计软件。检测方法。", "制备工艺。{+设计软件。+}检测方法。"),
        ("机床的设计", "雷达的制造", "[-机床的设计-]{+雷达的制造+}"),
        ("质量2.5 kg以上", "质量不低于2.5 kg", "质量[-2.5 kg以上-]{+不低于2.5 kg+}"),
        ("萃取剂P507", "萃取剂P204", "萃取剂[-P507-]{+P204+}"),
        ("相同", "相同", "相同"),
        ("", "新增", "{+新增+}"),
        ("", "", ""),
    ],
)
def test_a_redline_reads_well(before, after, shown):
    assert plain(redline(before, after)) == shown


def test_a_term_of_art_is_replaced_whole():
    assert plain(redline("用相移掩模", "用相移光罩", ["相移掩模", "相移光罩"])) == "用[-相移掩模-]{+相移光罩+}"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("ＬＦＰ材料", "LFP材料", "width"),
        ("LiFePO₄材料", "LiFePO4材料", "width"),
        ("粒径小于１０μｍ", "粒径小于10μm", "width"),
        ("锂 离子\n电池", "锂离子电池", "white_space"),
        ("设计（包括软件）", "设计(包括软件)", "punctuation"),
        ("检测方法；", "检测方法。", "punctuation"),
        ("检测方法", "检测方法。", "punctuation"),
        ("電池極片", "电池极片", "script"),
        ("以雷射切割電極", "以激光切割电极", "script"),
        ("1. 制备工艺", "（2）制备工艺", "numbering"),
        ("质量不超过2.5 kg", "质量不超过2500 g", "same_value"),
        ("不超过2.5吨", "不超过2500公斤", "same_value"),
        ("密度≥2.58 g/cm³", "密度不低于2.58g/cm3", "same_value"),
        ("密度大于等于2.58", "密度≥2.58", "same_value"),
        ("温度300℃", "温度300 °C", "same_value"),
        ("纯度百分之五以上", "纯度≥5%", "same_value"),
        ("五万吨以上", "50,000吨及以上", "same_value"),
        ("优于百分之五", "优于5%", "same_value"),
        ("at least 3 hours", "not less than 3 h", "same_value"),
    ],
)
def test_what_differs_in_form_only_is_editorial(before, after, reason):
    found = redline(before, after)
    assert found.kind == "editorial"
    assert reason in [said.id for said in found.reasons]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("密度≥2.58 g/cm³", "密度≥2.60 g/cm³", "threshold_raised"),
        ("密度≥2.58 g/cm³", "密度≥2.4 g/cm³", "threshold_lowered"),
        ("密度≥2.58 g/cm³", "密度>2.58 g/cm³", "threshold_bound"),
        ("密度≥2.58 g/cm³", "密度≤2.58 g/cm³", "range_changed"),
        ("厚度≥5 mm", "厚度≥5 μm", "threshold_lowered"),
        ("容量≥5 A·h", "容量≥5 V", "unit_changed"),
        ("厚度5 mm", "厚度6 mm", "value_changed"),
        ("厚度约5 mm", "厚度5 mm", "value_changed"),
        ("电池", "电池，密度≥5 g/cm³", "threshold_added"),
        ("电池，密度≥5 g/cm³", "电池", "threshold_removed"),
        ("镍和钴", "镍或钴", "connective_changed"),
        ("nickel and cobalt", "nickel or cobalt", "connective_changed"),
        ("用于电池", "不用于电池", "negation_changed"),
        ("no table", "notable", "words_changed"),
        ("含CO的气体", "含Co的气体", "letter_case"),
        ("甲，乙、丙", "甲、乙、丙", "punctuation_changed"),
        ("甲≥5 mm，乙≥6 mm", "乙≥6 mm，甲≥5 mm", "moved"),
        ("制备工艺", "制备工艺和软件", "words_added"),
        ("制备工艺和软件", "制备工艺", "words_removed"),
        ("10⁵ Pa", "105 Pa", "value_changed"),
        ("功率1 MW", "功率1 mW", "value_changed"),
    ],
)
def test_whatever_may_change_what_is_caught_is_substantive(before, after, reason):
    found = redline(before, after)
    assert found.kind == "substantive"
    assert reason in [said.id for said in found.reasons]


@pytest.mark.parametrize(
    ("before", "after", "scope"),
    [
        ("密度≥2.58 g/cm³", "密度≥2.60 g/cm³", "catches less"),
        ("密度≥2.58 g/cm³", "密度≥2.5 g/cm³", "catches more"),
        ("密度≥2.58 g/cm³", "密度>2.58 g/cm³", "catches less"),
        ("直径≤5 mm", "直径≤6 mm", "catches more"),
        ("粒径10~20 μm", "粒径12~18 μm", "catches less"),
        ("厚度≥5 mm", "厚度≥5 μm", "catches more"),
    ],
)
def test_the_direction_of_a_limit_tells_whether_more_or_less_is_caught(before, after, scope):
    (reason,) = redline(before, after).reasons
    assert scope in reason.en
    assert ("收窄" in reason.zh) == (scope == "catches less")
    assert before[2:] in reason.en
    assert after[2:] in reason.en


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("不包括粒径≥5 μm的产品", "不包括粒径≥8 μm的产品"),
        ("粒径10~20 μm", "粒径15~25 μm"),
        (
            "粉体，except powder with a diameter of at least 5 μm",
            "粉体，except powder with a diameter of at least 8 μm",
        ),
        ("厚度5 mm", "厚度6 mm"),
    ],
)
def test_no_direction_is_claimed_where_the_limit_does_not_tell_it(before, after):
    (reason,) = redline(before, after).reasons
    assert "catches" not in reason.en


def test_form_and_substance_are_both_told_substance_first():
    found = redline("1. 镍和钴", "（1）镍或钴")
    assert found.kind == "substantive"
    assert found.reasons[0].id == "words_changed"
    assert "numbering" in [said.id for said in found.reasons]


def test_a_redline_refuses_another_wording_and_says_where_it_parts():
    found = redline("镍和钴的提取", "镍或钴的提取")
    with pytest.raises(DoesNotFit) as refused:
        found.apply("镍和锰的提取")
    assert refused.value.place == 2
    assert "“钴的提取”" in refused.value.said.en
    assert "第 3 个字符" in refused.value.said.zh


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"kind": "none", "reasons": [], "pieces": [], "more": 1},
        {"kind": "minor", "reasons": [], "pieces": []},
        {"kind": "none", "reasons": "", "pieces": []},
        {"kind": "none", "reasons": [], "pieces": [{"kind": "kept", "text": "甲"}]},
        {"kind": "none", "reasons": [], "pieces": [{"kind": "same", "text": 1}]},
        {"kind": "none", "reasons": [{"id": "x"}], "pieces": []},
    ],
)
def test_json_that_is_no_redline_is_refused(value):
    with pytest.raises(NoRedline):
        Redline.from_json(value)


def test_pieces_are_plain_values():
    assert redline("甲", "乙").pieces == (Piece("deleted", "甲"), Piece("inserted", "乙"))

"""Folding keeps every place; the language is named or the text is refused."""

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mulu.errors import MuluError
from mulu.screening import text as module
from mulu.screening.text import EmptyText, NeitherLanguage, TextTooLong, describe, fold, language_of
from mulu.vocabulary import Language


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("ＬＦＰ　２．５８", "LFP 2.58"),
        ("LiFePO₄", "LiFePO4"),
        ("mAh·g⁻¹", "mAh·g-1"),
        ("780 ℃", "780 °C"),
        ("ﬁlm", "film"),
        ("cat-\nhode powder", "cathode powder"),
        ("cat-  \r\n  hode", "cathode"),
        ("cat\u00adhode", "cathode"),
        ("zero\u200bwidth", "zerowidth"),
        ("solid-state", "solid state"),
        ("solid‑state", "solid state"),
        ("−40", "-40"),
        ("锂 离 子 电 池", "锂离子电池"),
        ("磷酸\n铁锂", "磷酸铁锂"),
        ("硅 wafer", "硅 wafer"),
        ("a  \t\n b", "a b"),
        ("  leading", "leading"),
        ("磷酸鐵鋰", "磷酸铁锂"),
    ],
)
def test_what_looks_different_and_means_the_same_is_folded_together(given_text, folded):
    assert fold(given_text).text == folded


@pytest.mark.parametrize(
    ("given_text", "word", "stands_for"),
    [
        ("以雷射切割電池極片", "激光", "雷射"),
        ("這套軟體可以控制", "软件", "軟體"),
        ("資料寫入記憶體之後", "内存", "記憶體"),
        ("使用雷射切割的軟體與記憶體", "内存", "記憶體"),
        ("使用雷射切割的軟體與記憶體", "激光", "雷射"),
        ("資訊安全軟體", "信息安全", "資訊安全"),
    ],
)
def test_a_taiwanese_term_reads_as_the_mainland_one_and_is_found_where_it_was_written(given_text, word, stands_for):
    folded = fold(given_text)
    assert word in folded.text
    start = folded.text.index(word)
    first, last = folded.span(start, start + len(word))
    assert given_text[first:last] == stands_for


def test_a_word_broken_at_the_end_of_a_line_is_found_with_its_hyphen():
    given_text = "the cat-\nhode powder"
    folded = fold(given_text)
    start = folded.text.index("cathode")
    first, last = folded.span(start, start + len("cathode"))
    assert given_text[first:last] == "cat-\nhode"


DISGUISED = "A lidar with a scanning mirror, and the ranging algorithm for its echo."


@pytest.mark.parametrize(
    "between",
    [
        "\u00ad", "\u034f", "\u061c", "\u115f", "\u180b", "\u180e", "\u200b", "\u200d", "\u200e", "\u202e", "\u2060",
        "\u2063", "\u3164", "\ufe0f", "\ufeff", "\ufff9", "\U000e0041", "\U000e0100", "\u0301", "\u0335", "\u0336",
        "\u0338", "\u0336\u200b",
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize(
    "given_text", [DISGUISED, "1550纳米激光雷达的收发光路、扫描镜与测距算法设计。"], ids=["English", "Chinese"]
)
def test_what_cannot_be_seen_between_letters_hides_no_word_and_moves_no_place(given_text, between):
    hidden = "".join(c + between for c in given_text)
    description = describe(hidden)
    assert description.folded.text == fold(given_text).text
    assert description.language is describe(given_text).language
    assert description.unread == ()
    width = 1 + len(between)
    for place, (start, end) in enumerate(description.folded.places):
        assert start == width * fold(given_text).places[place][0]
        assert end >= start + 1


@pytest.mark.parametrize(
    "kept",
    ["ко́фе", "カ\u3099", "a ≠ b", "a =\u0338 b", "e\u0301", "naïve"],
    ids=[
        "accented Russian",
        "voiced kana",
        "unequal",
        "unequal in two parts",
        "accent in two parts",
        "accent in one",
    ],
)
def test_a_mark_that_makes_another_letter_or_sign_stays(kept):
    assert fold(kept).text == ("e" if kept == "e\u0301" else kept)


LOOK_ALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("lidаr", "lidar"),
        ("a рre-amplifier", "a pre amplifier"),
        ("the ΤΟΡ layer", "the TOP layer"),
        ("the сорра of it", "the coppa of it"),
        ("сор", "сор"),
        ("хор поёт", "хор поёт"),
        ("The firm (ООО Ромашка) sells", "The firm (ООО Ромашка) sells"),
        ("采用 сор", "采用 сор"),
        ("TNFα, IFN-γ, hν, Δλ, kΩ, μm", "TNFα, IFN-γ, hν, Δλ, kΩ, μm"),
    ],
)
def test_look_alikes_of_other_alphabets_are_latin_in_latin_words_and_among_them_only(given_text, folded):
    assert fold(given_text).text == folded


def test_an_english_text_written_with_look_alikes_is_english():
    hidden = DISGUISED.translate(LOOK_ALIKES)
    assert hidden != DISGUISED
    description = describe(hidden)
    assert description.folded.text == DISGUISED
    assert description.language is Language.EN
    assert description.unread == ()


def test_of_a_russian_text_the_english_sentences_written_with_look_alikes_are_read():
    hidden = (IN_ENGLISH + DISGUISED).translate(LOOK_ALIKES)
    description = describe(RUSSIAN * 5 + hidden + " " + RUSSIAN * 5)
    assert description.folded.text.strip() == (IN_ENGLISH + DISGUISED).replace("-", " ")
    assert len(description.unread) == 2


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("l i d a r", "lidar"),
        ("采用 L i D A R 传感器", "采用 LiDAR 传感器"),
        ("a l i d a r sensor", "alidar sensor"),
        ("g e n e   e d i t i n g , t h e n", "gene editing,then"),
        ("l\u00a0i\u00a0d\u00a0a\u00a0r", "lidar"),
        ("l\u200b i\u200b d\u200b a\u200b r", "lidar"),
        ("A B C D", "A B C D"),
        ("x 1 y 2 z 3 a b", "x 1 y 2 z 3 a b"),
        ("ab c d e fg", "ab c d e fg"),
        ("激 光 雷 达", "激光雷达"),
    ],
)
def test_at_least_five_letters_that_blanks_set_apart_are_a_word(given_text, folded):
    assert fold(given_text).text == folded


def test_a_text_with_all_letters_set_apart_is_read_word_by_word():
    description = describe(" ".join(DISGUISED))
    assert description.language is Language.EN
    assert description.folded.text.replace(" ", "") == DISGUISED.replace(" ", "")
    assert " ranging algorithm " in description.folded.text
    start = description.folded.text.index("lidar")
    first, last = description.folded.span(start, start + 5)
    assert description.folded.given[first:last] == "l i d a r"


_TRICKY = st.sampled_from(
    list(
        "軟體記憶雷射網路資訊電池材料锂铁磷材料制备 \n\t\r　-‐–—−\u00ad\u200b\ufeffＬＦＰ２．₄⁻¹℃㎏ﬁ½①İßǆ한カ́ABCxyz019.,;。；асεοΑ\u0336\u034f\ufe0f\u3099"
    )
)
_ANY_TEXT = st.one_of(st.text(), st.text(alphabet=_TRICKY))


@given(_ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_every_folded_character_stands_for_a_stretch_of_the_text_as_given(given_text):
    folded = fold(given_text)
    assert len(folded.places) == len(folded.text) == len(folded.lower)
    assert all(0 <= start < end <= len(given_text) for start, end in folded.places)
    starts = [start for start, _ in folded.places]
    assert starts == sorted(starts)


@given(_ANY_TEXT, st.data())
@settings(max_examples=300, deadline=None)
def test_every_span_of_the_folded_text_lies_inside_the_text_as_given(given_text, data):
    folded = fold(given_text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.span(start, end)
    assert 0 <= first < last <= len(given_text)


_SIMPLE = st.text(alphabet=st.sampled_from(list("abzABZ079ＬＦｂ３₄锂离子电池材料制备光 \n\t　-–\u00ad\u200b,.。；()")))


@given(_SIMPLE)
@settings(max_examples=400, deadline=None)
def test_a_word_of_the_folded_text_leads_back_to_a_stretch_that_folds_to_the_same_word(given_text):
    folded = fold(given_text)
    for match in re.finditer(r"[A-Za-z0-9]+|[\u4e00-\u9fff]+", folded.text):
        first, last = folded.span(*match.span())
        # Letters set apart by blanks are joined where they are many; some of them alone may be too few.
        assert fold(given_text[first:last]).text.replace(" ", "") == match.group()


@given(_ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_lower_case_changes_no_place(given_text):
    folded = fold(given_text)
    assert len(folded.lower) == len(folded.text)
    for upper, lower in zip(folded.text, folded.lower, strict=True):
        if upper.isascii():
            assert lower == upper.lower()


def test_a_long_traditional_text_is_folded_in_a_reasonable_time():
    sentence = "磷酸鐵鋰正極材料的製備方法：將碳酸鋰混合砂磨，使用雷射粒度儀與自編軟體監控，數據存入記憶體。"
    given_text = sentence * 100  # some 4,600 characters: three pages, far below the stated limit
    began = time.perf_counter()
    folded = fold(given_text)
    took = time.perf_counter() - began
    assert folded.text.count("激光") == 100
    assert took < 1, f"{took:.1f} s for {len(given_text)} characters"


def test_a_long_traditional_text_without_marks_is_folded_in_a_reasonable_time():
    given_text = "磷酸鐵鋰正極材料的製備方法將碳酸鋰混合砂磨使用雷射粒度儀與自編軟體監控數據存入記憶體\n" * 150
    began = time.perf_counter()
    folded = fold(given_text)  # a table or a recognised page: lines, and no punctuation
    took = time.perf_counter() - began
    assert folded.text.count("激光") == 150
    assert took < 1, f"{took:.1f} s for {len(given_text)} characters"


@pytest.mark.parametrize(
    ("given_text", "language"),
    [
        ("磷酸铁锂正极材料的制备方法", Language.ZH),
        ("磷酸鐵鋰正極材料的製備方法", Language.ZH),
        ("采用 LiFePO4 与 NCM 混合的正极浆料", Language.ZH),
        ("Preparation of a cathode material", Language.EN),
        ("LFP", Language.EN),
        (
            "The process (磷酸铁锂) is a solid-state synthesis with spray drying and sintering under nitrogen",
            Language.EN,
        ),
    ],
)
def test_chinese_and_english_are_told_apart(given_text, language):
    assert language_of(given_text) is language


@pytest.mark.parametrize(
    "given_text",
    [
        "Технология производства катодных материалов для литиевых аккумуляторов",
        "リチウムイオンでんちのせいきょくざいりょうをつくるほうほう",
        "リチウム鉄リン酸塩正極材料は、鉄源とリチウム源を混合し、噴霧乾燥した後、焼成して得られる。",
        "리튬 이온 배터리용 양극재의 제조 방법",
        "Le procédé de préparation du matériau actif comprend le broyage du mélange puis le séchage et le frittage "
        "sous azote pendant une durée de dix heures afin de former une couche de carbone",
        "Das Kathodenmaterial wird gemahlen, sprühgetrocknet und unter Stickstoff bei siebenhundert Grad zehn Stunden "
        "lang gesintert und danach gesiebt",
        "12345 67.8 %",
        "。，；！",
    ],
    ids=["Russian", "Japanese kana", "Japanese", "Korean", "French", "German", "digits", "punctuation"],
)
def test_a_text_in_neither_language_is_refused_with_the_remedy(given_text):
    with pytest.raises(NeitherLanguage) as refused:
        language_of(given_text)
    assert "translation" in refused.value.in_(Language.EN)
    assert "译文" in refused.value.in_(Language.ZH)


RUSSIAN = "Настоящий документ описывает работы завода. Оборудование поставляется по договору № 5. "
JAPANESE = "これは工場のしごとについてのべるものである。装置はけいやくにもとづいて納入されるものとする。"
GERMAN = "Das Werk wird nach dem Vertrag mit der Anlage geliefert und die Abnahme ist bei dem Käufer. "
IN_CHINESE = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。"
IN_ENGLISH = "Lithium iron phosphate is prepared by sand milling of the precursors, and then by sintering. "


@pytest.mark.parametrize("foreign", [RUSSIAN, JAPANESE, GERMAN], ids=["Russian", "Japanese", "German"])
@pytest.mark.parametrize("part", [IN_CHINESE, IN_ENGLISH], ids=["Chinese", "English"])
@pytest.mark.parametrize("title", [None, "Технология"])
def test_of_a_text_in_several_languages_the_chinese_and_english_sentences_are_read(foreign, part, title):
    many = 3 if part == IN_ENGLISH or foreign != GERMAN else 8
    description = describe(foreign * many + part + foreign * many, title)
    given = description.folded.given
    assert description.language is (Language.ZH if part == IN_CHINESE else Language.EN)
    assert description.folded.text.strip() == fold(part).text.strip()
    start, end = description.folded.span(0, len(description.folded.text.rstrip()))
    assert given[start:end].strip() == part.strip()
    unread = [given[a:b].strip() for a, b in description.unread]
    assert unread[-1] == (foreign * many).strip()
    assert unread[0].endswith((foreign * many).strip())
    assert len(unread) == 2
    assert "未作比较" in description.read_in_part().zh
    assert "not compared" in description.read_in_part().en


@pytest.mark.parametrize("given_text", [IN_CHINESE, IN_ENGLISH, IN_CHINESE + IN_ENGLISH, IN_CHINESE + "LFP α."])
def test_a_text_in_chinese_or_english_is_read_whole_and_nothing_is_said(given_text):
    description = describe(given_text)
    assert description.unread == ()
    assert description.read_in_part() is None


@pytest.mark.parametrize("extra", ["LiFePO4. ", "正极材料。", "ABB IRB 6700 robot. ", "12 % "])
@pytest.mark.parametrize("foreign", [RUSSIAN, JAPANESE])
def test_a_name_or_a_heading_among_another_language_is_no_text_to_be_screened(foreign, extra):
    with pytest.raises(NeitherLanguage) as refused:
        describe(extra + foreign * 5 + extra)
    assert "only its Chinese or English part" in refused.value.in_(Language.EN)
    assert "只给出中文或英文部分" in refused.value.in_(Language.ZH)


@pytest.mark.parametrize("given_text", ["", "   ", "\n\t\r", "　"])
def test_an_empty_text_is_refused_with_the_remedy(given_text):
    with pytest.raises(EmptyText) as refused:
        describe(given_text)
    assert "Describe the technology" in refused.value.in_(Language.EN)


def test_full_width_latin_letters_are_english_letters():
    assert language_of("Ｐｒｅｐａｒａｔｉｏｎ ｏｆ ａ ｃａｔｈｏｄｅ ｍａｔｅｒｉａｌ") is Language.EN


def test_a_text_beyond_the_limit_is_refused_whole_and_the_limit_is_named(monkeypatch):
    monkeypatch.setattr(module, "MAX_CHARACTERS", 1_000)
    assert describe("锂" * 1_000).language is Language.ZH
    with pytest.raises(TextTooLong) as refused:
        describe("锂" * 1_001)
    assert "1,001" in refused.value.in_(Language.EN)
    assert "1,000" in refused.value.in_(Language.EN)
    assert "1,000" in refused.value.in_(Language.ZH)


def test_the_limit_is_a_million_characters():
    with pytest.raises(TextTooLong):
        describe("锂" * 1_000_001)


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\u3000", "\n \t\n"], ids=repr)
def test_blanks_before_or_within_a_text_count_as_one_against_the_limit_and_keep_every_place(blank):
    blanks = blank * 1_100_000
    for given_text in (blanks + "制备磷酸铁锂。", "正极材料。" + blanks + "制备磷酸铁锂。" + blanks):
        description = describe(given_text)
        assert description.language is Language.ZH
        start = description.folded.text.index("磷酸铁锂")
        assert description.folded.span(start, start + 4) == (given_text.index("磷"), given_text.index("锂") + 1)


def test_letters_beyond_the_limit_are_refused_however_the_blanks_lie():
    with pytest.raises(TextTooLong) as refused:
        describe("锂 " * 600_000)
    assert "1,199,999" in refused.value.in_(Language.EN)
    assert "连续空白计为一个" in refused.value.in_(Language.ZH)


_PROSE = st.lists(
    st.sampled_from(
        ["磷酸铁锂", "sintered at 700", "。", ". ", "\n", "；", "the cathode", "制备方法", " ", "3.5", "!", "x" * 50]
    ),
    min_size=1,
    max_size=120,
).map("".join)


@given(_PROSE, st.one_of(st.none(), st.just("正极材料"), st.just("A title")))
@settings(max_examples=200, deadline=None)
def test_the_passages_cover_the_text_once_and_none_is_overlong(given_text, title):
    try:
        description = describe(given_text, title)
    except MuluError:
        return
    passages = description.passages
    assert passages[0].start == 0
    assert passages[-1].end == len(description.folded.text)
    assert all(left.end == right.start for left, right in itertools.pairwise(passages))
    longest = {Language.ZH: 320, Language.EN: 840}[description.language]
    assert all(0 < p.end - p.start <= longest for p in passages)
    for number, passage in enumerate(passages):
        assert description.passage_of(passage.start) == number
        assert description.passage_of(passage.end - 1) == number


def test_a_title_is_a_passage_of_its_own():
    description = describe("将碳酸锂与磷酸铁混合砂磨后烧结。", "磷酸铁锂的制备")
    assert description.text_of(description.passages[0]).strip() == "磷酸铁锂的制备"
    assert description.folded.given == "磷酸铁锂的制备\n将碳酸锂与磷酸铁混合砂磨后烧结。"

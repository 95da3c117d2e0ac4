"""Terms of art are found as words, not as stretches of letters."""

import pytest

from mulu.catalogue.pack import Glossary
from mulu.catalogue.records import GlossaryLine, Item, Texts
from mulu.screening.lexicon import Lexicon
from mulu.screening.text import describe
from mulu.vocabulary import Certainty, Control


def a_lexicon(*terms: str) -> Lexicon:
    """One invented item whose glossary holds the terms."""
    item = Item(
        id="example-x",
        control=Control.RESTRICTED,
        name=Texts(zh="示例", en="Example"),
        name_certainty=Certainty.UNCONFIRMED,
        english_certainty=Certainty.UNCONFIRMED,
        english="own translation",
        industry_certainty=None,
        sources=(),
    )
    line = GlossaryLine(point="example-x", role="names", zh=(), en=tuple(terms), why="invented")
    return Lexicon({"example-x": item}, {}, Glossary((line,), (), (), ()))


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    """Each term found with the words of the text it stands on."""
    description = describe(text)
    given = description.folded.given
    return [(f.term, given[slice(*description.folded.span(f.start, f.end))]) for f in lexicon.find(description)]


@pytest.mark.parametrize(
    "text",
    ["subcathode layer", "cathodes2 layer", "the cathodic layer", "acathode", "cathode1", "1cathode"],
)
def test_a_term_inside_a_longer_word_is_not_found(text):
    assert found(a_lexicon("cathode"), text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a cathode.", "cathode"),
        ("(cathode)", "cathode"),
        ("two cathodes", "cathodes"),
        ("CATHODE", "CATHODE"),
        ("Cathode", "Cathode"),
        ("磷酸铁锂cathode材料", "cathode"),
        ("the cathode's edge", "cathode"),
        ("cat-\nhode", "cat-\nhode"),
        ("ｃａｔｈｏｄｅ材料", "ｃａｔｈｏｄｅ"),
    ],
)
def test_a_term_is_found_as_a_word_in_any_case_and_in_the_plural(text, words):
    assert found(a_lexicon("cathode"), text) == [("cathode", words)]


def test_an_english_plural_in_es_is_found():
    assert found(a_lexicon("process"), "several processes") == [("process", "processes")]


def test_an_abbreviation_is_found_only_in_its_capitals():
    lexicon = a_lexicon("SLAM", "SAR")
    assert found(lexicon, "a SLAM module with SAR radar") == [("SLAM", "SLAM"), ("SAR", "SAR")]
    assert found(lexicon, "slam the door on the sar team, and Slam it again") == []


def test_an_abbreviation_may_stand_in_the_plural():
    assert found(a_lexicon("UAV"), "a swarm of UAVs") == [("UAV", "UAVs")]


def test_a_long_name_in_capitals_is_no_abbreviation():
    assert found(a_lexicon("CATHODE"), "a cathode") == [("CATHODE", "cathode")]


def test_of_a_term_inside_a_longer_one_only_the_longer_is_found():
    lexicon = a_lexicon("lithium", "lithium iron phosphate", "iron", "phosphate powder")
    assert [term for term, _ in found(lexicon, "lithium iron phosphate here")] == ["lithium iron phosphate"]
    assert [term for term, _ in found(lexicon, "lithium and iron")] == ["lithium", "iron"]


def test_of_two_terms_that_overlap_both_are_found():
    lexicon = a_lexicon("iron phosphate", "phosphate powder")
    assert [term for term, _ in found(lexicon, "iron phosphate powder")] == ["iron phosphate", "phosphate powder"]


def test_hyphen_and_space_between_words_are_the_same():
    lexicon = a_lexicon("spray-drying")
    assert [words for _, words in found(lexicon, "spray drying, spray-drying")] == ["spray drying", "spray-drying"]


def test_a_chinese_term_needs_no_boundary_and_keeps_its_place_in_traditional_script():
    lexicon = a_lexicon("激光雷达", "锂离子")
    assert found(lexicon, "本激光雷达模块") == [("激光雷达", "激光雷达")]
    assert found(lexicon, "使用鋰 離 子電池") == [("锂离子", "鋰 離 子")]


def test_a_single_letter_is_no_term():
    assert found(a_lexicon("C"), "rated at 0.1 C") == []


def test_a_term_shared_by_both_parts_of_one_item_counts_once(screener):
    lexicon = screener.index.lexicon
    description = describe("A LiDAR module with SLAM for UAV flight")
    for one in lexicon.find(description):
        items = {use.key.split("#")[0].rsplit("-", 1)[0] for use in one.uses if use.role not in ("cue", "manner")}
        assert one.shared_by == max(1, len(items))

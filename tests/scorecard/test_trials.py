"""Evidence taken away, texts disturbed, and words shared with the glossary."""

import random

import pytest

from mulu.catalogue.pack import Glossary
from mulu.catalogue.records import GlossaryLine, Manner, NearMiss
from mulu.scorecard.ablation import EVIDENCE, ablation, alone, without
from mulu.scorecard.labelled import Labelled, placed
from mulu.scorecard.noise import (
    NOISES,
    broken,
    disturbed,
    dropped,
    full_width,
    misread,
    robustness,
    traditional,
    upper_case,
)
from mulu.scorecard.overlap import grams, of_glossary, overlap
from mulu.screening.features import FEATURES

TEXT = "采用 P507 串级萃取分离稀土，氧化物纯度 99.99%。Solvent extraction of rare earths."


def a_row(name, text, *items, kind="positive", language="zh"):
    return Labelled(
        id=name, document=name, text=text, title="Title 标题", language=language, form="note", text_kind="?", certainty="?",
        kind=kind, labels=(items,) if items else (), core=kind == "positive", edition="",
    )  # fmt: skip


ROWS = [
    a_row("one", "磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结、碳包覆", "battery-cathode-x"),
    a_row(
        "two", "Cascade solvent extraction separates rare earths with P507.", "rare-earth-processing-j", language="en"
    ),
    a_row("three", "退役动力电池拆解回收，破碎分选得到黑粉。", kind="near miss"),
    a_row("four", "A booking platform for small hotels.", kind="easy", language="en"),
]


# ---- evidence


def test_every_feature_belongs_to_one_kind_of_evidence():
    held = [feature for features in EVIDENCE.values() for feature in features]
    assert sorted(held) == sorted(FEATURES)


def test_evidence_taken_away_weighs_nothing_nor_does_a_product_with_it(screener):
    for features in EVIDENCE.values():
        less, only = without(screener.model, features), alone(screener.model, features)
        assert not set(less.weights) & set(features)
        assert set(only.weights) <= set(features)
        for product in less.products:
            assert not {name.removeprefix("not ") for name in product.of} & set(features)
        for product in only.products:
            assert {name.removeprefix("not ") for name in product.of} <= set(features)
        assert less.weights | only.weights == screener.model.weights
        assert less.calibration == screener.model.calibration


def test_the_ablation_says_what_is_found_with_all_without_each_and_with_each_alone(catalogue, screener):
    made = ablation(placed(ROWS, catalogue), catalogue, screener)
    assert made["rows"] == 4
    assert made["all"]["n"] == 2
    assert made["negatives"] == {"kind": "near miss", "n": 1}
    assert made["all"]["at_1"][0] == 1.0
    assert [one["name"]["en"] for one in made["evidence"]] == [name.en for name in EVIDENCE]
    for one in made["evidence"]:
        for how in ("without", "alone"):
            assert one[how]["at_1"][0] <= one[how]["at_3"][0]
            assert 0 <= one[how]["flagged"][0] <= 1


# ---- noise


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name.en)
def test_noise_at_nothing_changes_nothing_and_is_the_same_every_time(noise):
    assert noise.disturb(TEXT, 0.0, random.Random(1)) == TEXT
    row = a_row("x", TEXT)
    assert disturbed(row, noise, 0.2) == disturbed(row, noise, 0.2)
    assert disturbed(row, noise, 0.2).labels == row.labels


def test_each_noise_at_its_fullest_does_what_it_says():
    chance = random.Random(1)
    assert full_width("a1 稀", 1.0, chance) == "ａ１ 稀"
    assert upper_case("rare earths 稀土 P507", 1.0, chance) == "RARE EARTHS 稀土 P507"
    assert traditional("萃取稀土与钕铁硼，LFP", 1.0, chance) == "萃取稀土與釹鐵硼，LFP"
    assert misread("未0m繁", 1.0, chance) == "末Orn" + chr(ord("繁") + 1)
    assert dropped("稀土", 1.0, chance) == "稀"  # something is left to screen
    assert broken("稀土", 1.0, chance).replace(" ", "").replace("\n", "") == "稀土"
    assert len(broken("稀土", 1.0, chance)) == 4


@pytest.mark.parametrize("disturb", [misread, dropped, broken])
def test_about_the_stated_share_of_characters_is_disturbed(disturb):
    text = "稀土萃取分离工艺" * 500
    for level in (0.02, 0.2):
        made = disturb(text, level, random.Random(3))
        if disturb is misread:
            changed = sum(a != b for a, b in zip(text, made, strict=True))
        else:
            changed = abs(len(made) - len(text))
        assert changed / len(text) == pytest.approx(level, rel=0.25)


def test_robustness_begins_without_noise_and_tries_traditional_script_on_chinese_alone(catalogue, screener):
    made = robustness(placed(ROWS, catalogue), catalogue, screener, screener.model.operating_point / 1000)
    assert [kind["name"]["en"] for kind in made["kinds"]] == [noise.name.en for noise in NOISES]
    for kind, noise in zip(made["kinds"], NOISES, strict=True):
        assert [level["level"] for level in kind["levels"]] == [0.0, *noise.levels]
        assert kind["levels"][0]["at_1"][0] == 1.0
        assert {level["n"] for level in kind["levels"]} == {1 if noise.disturb is traditional else 2}
        assert kind["levels"][0]["hard_flagged"]["n"] == 1


def test_a_text_that_noise_makes_unreadable_is_counted_as_refused(catalogue, screener):
    row = placed([a_row("x", "稀", "rare-earth-processing-j")], catalogue)
    empty = [Labelled(**{name: getattr(row[0], name) for name in Labelled.__slots__} | {"text": " ", "title": None})]
    made = robustness(empty, catalogue, screener, 0.3)
    assert made["kinds"][0]["levels"][0]["refused"] == 0 or made["kinds"][0]["levels"][1]["refused"] == 1
    assert made["kinds"][0]["levels"][1]["at_1"][0] == 0.0


# ---- overlap

GLOSSARY = Glossary(
    lines=(GlossaryLine("a-x", "object", ("串级萃取",), ("solvent extraction",), "why"),),
    near_misses=(NearMiss("a-x", "句子", "sentence", ("回收",), (), "why"),),
    manners=(Manner("making", ("制备",), ("a method of making",), "why"),),
    parameter_words=(),
)


def test_runs_and_words_are_those_of_a_text():
    made = grams("串级萃取。The SOLVENT extraction, of oils")
    assert made["han_2"] == {"串级", "级萃", "萃取"}
    assert made["han_4"] == {"串级萃取"}
    assert made["words"] == {"solvent", "extraction", "oils"}
    assert made["word_pairs"] == {"the solvent", "solvent extraction", "of oils"}


def test_the_glossary_lends_its_terms_cues_and_manners_but_no_sentences():
    known = of_glossary(GLOSSARY)
    assert known["han_2"] == {"串级", "级萃", "萃取", "回收", "制备"}
    assert known["words"] == {"solvent", "extraction", "method", "making"}
    assert "sentence" not in known["words"]


def test_overlap_is_the_mean_over_texts_of_the_share_that_the_glossary_has():
    # 串级萃取油脂: five pairs, three of them known; 一二三四五六: none of five; the third text is too short to count.
    made = overlap(["串级萃取油脂", "一二三四五六", "萃取"], of_glossary(GLOSSARY))
    assert made["texts"] == 3
    assert (made["han_2"]["n"], made["han_2"]["share"][0]) == (2, 0.3)
    assert made["words"] == {"n": 0, "share": None}

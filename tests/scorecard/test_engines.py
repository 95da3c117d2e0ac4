"""The engines beside Mulu, on texts where it is plain what must come first."""

import importlib

import numpy as np
import pytest

from mulu.scorecard.engines import FUSED, NEEDS, OTHERS, EngineMissing, check_engines, fused, words_and_bigrams

DOCUMENTS = ["电池正极材料 制备 cathode material preparation", "稀土 萃取 rare earth extraction", "激光雷达 lidar"]
TEXTS = {"磷酸铁锂正极的制备": 0, "preparation of LFP cathode powder": 0, "串级萃取分离稀土": 1}


@pytest.mark.parametrize("name", OTHERS)
def test_every_engine_gives_a_finite_score_to_every_document_and_finds_what_is_plain(name):
    ask = OTHERS[name](DOCUMENTS)
    for text, first in TEXTS.items():
        scores = ask(text)
        assert scores.shape == (3,)
        assert np.isfinite(scores).all()
        assert scores.argmax() == first, text
    for nothing in ("。", "!!! 123", ""):
        assert ask(nothing).shape == (3,)


@pytest.mark.parametrize("name", OTHERS)
def test_every_engine_answers_the_same_when_asked_again(name):
    assert (OTHERS[name](DOCUMENTS)("稀土萃取剂 P507") == OTHERS[name](DOCUMENTS)("稀土萃取剂 P507")).all()


def test_tokens_are_words_and_pairs_of_han_characters():
    assert words_and_bigrams("稀土萃取 P507") == [*words_and_bigrams("稀土萃取")[:-3], "p507", "稀土", "土萃", "萃取"]


def test_fusion_puts_first_what_most_rankings_put_first():
    one, two, three = (np.array(row) for row in ([3.0, 2.0, 1.0], [30.0, 10.0, 20.0], [0.1, 0.3, 0.2]))
    made = fused([one, two, three])
    assert made.argmax() == 0
    assert made[0] == pytest.approx(2 / 60 + 1 / 62)


@pytest.mark.parametrize("name", NEEDS)
def test_a_missing_library_is_named_before_anything_is_measured(monkeypatch, name):
    real = importlib.import_module

    def without(wanted):
        if wanted.partition(".")[0] in NEEDS[name]:
            raise ModuleNotFoundError(wanted)
        return real(wanted)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(EngineMissing, match=NEEDS[name][0]):
        check_engines(("mulu", name))
    check_engines(("mulu", "encoder", "tfidf"))


def test_what_is_fused_are_engines():
    assert set(FUSED) <= set(OTHERS)

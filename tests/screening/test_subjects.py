"""What is learned from texts: its sums are exact, its words stand where it says, and it was never taught the locked cases."""

import importlib.util
import itertools
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from mulu.scorecard.cases import digest, read_cases
from mulu.screening import encoder
from mulu.screening.subjects import Reading, keys_of, read_subjects
from mulu.screening.text import describe

ROOT = Path(__file__).parents[2]
CATHODE = "将碳酸锂、磷酸铁与葡萄糖砂磨，喷雾干燥后在氮气下 780 ℃ 烧结，得到碳包覆磷酸铁锂正极材料。"


@pytest.fixture(scope="module")
def subjects():
    return read_subjects()


def test_the_keys_of_a_text_are_its_runs_words_pairs_and_pieces_each_once():
    keys = keys_of("磷酸铁锂 spray dryers spray dryers")
    assert len(set(keys.tolist())) == len(keys)
    assert np.array_equal(keys, np.sort(keys))
    kinds = [int(key) >> 60 for key in keys]
    assert (kinds.count(2), kinds.count(3)) == (3, 2)  # 磷酸 酸铁 铁锂, 磷酸铁 酸铁锂
    assert (kinds.count(4), kinds.count(5)) == (2, 2)  # spray, dryer; "spray dryer", "dryer spray"


def test_a_plural_is_the_same_word():
    assert set(keys_of("laser diodes").tolist()) & set(keys_of("laser diode").tolist()) >= {
        key for key in keys_of("laser diode").tolist() if key >> 60 in (4, 5)
    }


def test_the_wording_is_the_sum_of_its_weights_over_the_root_of_the_number_of_keys(subjects):
    keys = keys_of(CATHODE)
    wording, _ = subjects.wording(keys)
    root = math.isqrt(len(keys) * 10_000)
    for name in ("battery-cathode-x", "battery-cathode-x#1@2025-28", "rare-earth-processing-j"):
        number = subjects.number[name]
        of, _, weights = subjects.entries(keys)
        total = int(weights[of == number].astype(int).sum())
        assert wording[number] == total * subjects.step * 100 // root


def test_meaning_is_exact_whatever_the_order_of_addition(subjects):
    vectors = encoder.encode([CATHODE, "An online shop for shoes."])
    got = subjects.meaning(vectors)
    weights = subjects.meaning_weights.astype(object)
    for row, vector in enumerate(vectors.tolist()):
        for column in (0, 7, subjects.number["battery-cathode-x#1@2025-28"]):

            def logit(at, vector=vector):
                product = sum(v * int(w) for v, w in zip(vector, weights[:, at], strict=True))
                return product * int(subjects.meaning_steps[at]) // 1_000_000_000 + int(subjects.meaning_bias[at])

            assert got[row, column] == logit(column) - logit(-1)


def test_a_text_is_worded_and_reads_like_its_item_and_not_like_another(subjects):
    wording, know_how = subjects.wording(keys_of(CATHODE))
    items = [name for name in subjects.names if "#" not in name]
    assert max(items, key=lambda name: wording[subjects.number[name]]) == "battery-cathode-x"
    sense = subjects.meaning(encoder.encode(["磷酸铁锂正极材料的制备方法：混合砂磨、喷雾干燥、烧结、碳包覆。"]))[0]
    assert subjects.names[int(sense.argmax())].startswith("battery-cathode-x")
    _, of_a_shop = subjects.wording(keys_of("本店出售磷酸铁锂电池，包邮，七天无理由退货，欢迎选购。"))
    assert know_how > of_a_shop


def test_telling_words_stand_where_it_says_and_not_where_the_text_denies_them(subjects):
    number = subjects.number["battery-cathode-x"]
    lower = describe(CATHODE).folded.lower
    told = Reading(lower, []).telling(number, subjects)
    words = [lower[start:end] for start, end in told]
    assert any("正极" in word or "磷酸铁" in word for word in words)
    assert told == sorted(told)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(told))
    place = lower.find("碳包覆")
    left = Reading(lower, [(place, len(lower))]).telling(number, subjects)
    assert all(end <= place for _, end in left)


def test_the_locked_cases_are_the_ones_that_were_locked_and_training_reads_none_of_them():
    locked = sorted((ROOT / "quality" / "locked").glob("*.yaml"))
    assert digest(locked) == json.loads((ROOT / "quality" / "lock.json").read_text(encoding="utf-8"))["sha256"]
    spec = importlib.util.spec_from_file_location("train", ROOT / "tools" / "train.py")
    train = importlib.util.module_from_spec(spec)
    sys.modules["train"] = train
    spec.loader.exec_module(train)
    learned = {text.text.strip() for text in train.texts(None)}
    assert len(learned) > 10_000
    assert not learned & {case.text for case in read_cases(locked)}


def test_what_is_learned_is_small(subjects):
    from mulu.screening.subjects import SUBJECTS

    assert SUBJECTS.stat().st_size < 6_000_000
    assert set(subjects.names) >= {"battery-cathode-x", "battery-cathode-x#1@2025-28"}

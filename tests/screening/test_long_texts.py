"""A long text is read in portions: the answer is the same, and the room that it takes does not grow with it as it did."""

import datetime
import random
import tracemalloc

import numpy as np
import pytest

from mulu.screening import encoder, features, subjects
from mulu.screening.subjects import Reading, read_subjects

DAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def sentences(examples):
    return [part + "。" for one in examples for part in one["text"].split("。") if part.strip()]


@pytest.mark.parametrize("at_once", [1, 3, 7])
@pytest.mark.parametrize("groups", [(), (1, 4, 2, 2, 3)], ids=["texts", "groups"])
def test_texts_are_encoded_the_same_however_many_at_once(sentences, monkeypatch, at_once, groups):
    texts = (sentences * 12)[:12]
    whole = encoder.encode_parts(texts, groups)
    monkeypatch.setattr(encoder, "_TEXTS_AT_ONCE", at_once)
    for made, expected in zip(encoder.encode_parts(texts, groups), whole, strict=True):
        assert np.array_equal(made, expected)


def test_no_text_has_no_vector():
    assert [made.shape for made in encoder.encode_parts([], [])] == [(0, 512), (0, 512)]


def test_a_long_text_is_answered_the_same_however_much_is_compared_at_once(desk, sentences, monkeypatch):
    text = "".join(random.Random(2).sample(sentences * 6, 6 * len(sentences)))
    expected = desk.screen(text, DAY, explain=True, record=True)
    monkeypatch.setattr(features, "_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(encoder, "_TEXTS_AT_ONCE", 5)
    monkeypatch.setattr(subjects, "_MANY_KEYS", 100)
    assert desk.screen(text, DAY, explain=True, record=True) == expected
    assert expected["flagged"]


def test_the_weights_for_one_subject_are_those_among_the_entries_of_all(sentences):
    learned = read_subjects()
    keys, _ = Reading("".join(sentences), [])._placed
    of, owners, weights = learned.entries(keys)
    for subject in (0, learned.number["battery-cathode-x"], len(learned.names) - 1):
        expected = np.zeros(len(keys), dtype=np.int64)
        expected[owners[of == subject]] = weights[of == subject].astype(np.int64) * learned.step
        assert np.array_equal(learned.weights_for(subject, keys), expected)
        assert expected.any() or subject != learned.number["battery-cathode-x"]


def test_finding_the_telling_words_of_a_long_text_takes_little_room(sentences):
    learned = read_subjects()
    reading = Reading("".join(sentences) * 200, [])
    assert reading._words
    tracemalloc.start()
    try:
        assert reading.telling(learned.number["battery-cathode-x"], learned)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200 * len(reading._lower), f"{peak / 1e6:.0f} MB for {len(reading._lower)} characters"

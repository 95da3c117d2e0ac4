"""Figures worked out by hand, and files that only look labelled; `test_figures.py` runs the whole bench."""

import json

import numpy as np
import pytest

from mulu.errors import MuluError
from mulu.scorecard.engines import OTHERS, fused
from mulu.scorecard.measure import Labelled, NotLabelled, Run, bench, judge, read_labelled


def a_row(number: int, right: str | None, negative: str | None = None, document: str | None = None) -> Labelled:
    return Labelled(
        id=f"row {number}",
        document=document or f"document {number}",
        text="invented",
        title=None,
        language="zh" if number % 2 else "en",
        kind="paper",
        text_kind="abstract",
        certainty="high",
        labels=() if right is None else ((right,),),
        negative=negative,
        core=right is not None,
        edition="2025-28",
    )


def a_ranking(place: int, best: float) -> list[tuple[str, float]]:
    """Ten items, the right one at the place, scores falling from the best."""
    others = [f"other-{n}-x" for n in range(9)]
    items = [*others[:place], "right-x", *others[place:]]
    return [(item, best - n / 100) for n, item in enumerate(items)]


PLACES = (0, 0, 1, 3, 8)  # where the right item of each positive stands
TOPS = (0.9, 0.8, 0.7, 0.6, 0.5)
NEGATIVES = (("hard", 0.95), ("hard", 0.55), ("hard", 0.3), ("easy", 0.85), ("easy", 0.1))


@pytest.fixture
def judged():
    rows = [a_row(n, "right-x") for n in range(len(PLACES))]
    rows += [a_row(10 + n, None, kind) for n, (kind, _) in enumerate(NEGATIVES)]
    ranked = [a_ranking(place, top) for place, top in zip(PLACES, TOPS, strict=True)]
    ranked += [a_ranking(5, top) for _, top in NEGATIVES]
    return judge(rows, Run("invented", ranked, [0.01] * len(rows)), 0.58)


def test_recall_counts_the_rows_whose_right_item_stands_among_the_first(judged):
    assert judged["positives"] == judged["judged"] == judged["recall"]["n"] == 5
    assert [judged["recall"][f"at_{k}"][0] for k in (1, 3, 5)] == [0.4, 0.6, 0.8]


def test_every_share_lies_in_its_interval(judged):
    for k in (1, 3, 5):
        share, low, high = judged["recall"][f"at_{k}"]
        assert 0 <= low <= share <= high <= 1


def test_recall_is_given_for_each_language_too(judged):
    # Rows 1 and 3 are Chinese (places 0 and 3), rows 0, 2 and 4 English (places 0, 1 and 8).
    assert judged["by"]["language"]["zh"]["at_1"][0] == 0.5
    assert judged["by"]["language"]["zh"]["at_5"][0] == 1.0
    assert judged["by"]["language"]["en"]["at_3"][0] == pytest.approx(2 / 3, abs=1e-4)


def test_the_shares_flagged_count_what_reaches_the_operating_point(judged):
    at = judged["at_operating_point"]
    assert at["threshold"] == 0.58
    assert (at["core"]["n"], at["core"]["share"][0]) == (5, 0.8)
    assert (at["hard"]["n"], at["hard"]["share"][0]) == (3, pytest.approx(1 / 3, abs=1e-4))
    assert (at["easy"]["n"], at["easy"]["share"][0]) == (2, 0.5)


def test_at_the_threshold_for_ninety_percent_at_least_ninety_percent_of_the_core_are_flagged(judged):
    at = judged["at_90_percent_of_core"]
    assert at["threshold"] == 0.5
    assert at["core"]["share"][0] >= 0.9
    assert at["hard"]["share"][0] == pytest.approx(2 / 3, abs=1e-4)


def test_calibration_is_the_mean_squared_error_of_the_first_score(judged):
    scores = np.array([*TOPS, *(top for _, top in NEGATIVES)])
    right = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    assert judged["calibration"]["brier"] == pytest.approx(float(((scores - right) ** 2).mean()), abs=1e-4)
    assert judged["calibration"]["first_right"] == 0.2
    assert judged["calibration"]["brier_of_base_rate"] == pytest.approx(0.16)
    assert sum(b["n"] for b in judged["calibration"]["bins"]) == 10


def test_rows_of_one_document_are_resampled_together():
    alone = [a_row(n, "right-x") for n in range(10)]
    paired = [a_row(n, "right-x", document="one" if n < 5 else "other") for n in range(10)]
    ranked = [a_ranking(0 if n < 5 else 9, 0.9) for n in range(10)]
    made = [judge(rows, Run("invented", ranked, [0.01] * 10), None)["recall"]["at_1"] for rows in (alone, paired)]
    assert made[0][0] == made[1][0] == 0.5
    assert made[1][1:] == [0.0, 1.0]  # two documents, one wholly right: anything may come of a sample
    assert 0.0 < made[0][1] < made[0][2] < 1.0


def test_an_engine_other_than_ours_has_no_operating_point_and_no_calibration():
    made = judge([a_row(0, "right-x")], Run("bm25", [a_ranking(0, 7.5)], [0.01]), None)
    assert "at_operating_point" not in made
    assert "calibration" not in made


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_engine_gives_a_finite_score_to_every_text_and_item(name):
    texts = ["磷酸铁锂的制备", "preparation of LFP cathode powder", "。", "!!! 123"]
    documents = ["电池正极材料 制备 cathode material preparation", "稀土 萃取 rare earth extraction", "激光雷达 lidar"]
    scores = OTHERS[name](texts, documents)
    assert scores.shape == (4, 3)
    assert np.isfinite(scores).all()
    assert scores[0].argmax() == scores[1].argmax() == 0


def test_fusion_puts_first_what_most_rankings_put_first():
    one, two, three = (np.array([row]) for row in ([3.0, 2.0, 1.0], [30.0, 10.0, 20.0], [0.1, 0.3, 0.2]))
    assert fused([one, two, three])[0].argmax() == 0


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "text": 5, "items": ["lidar-x"]},
        {"id": "a", "text": "x", "items": "lidar-x"},
        {"text": "x", "items": []},
        ["a", "x"],
    ],
    ids=["text is a number", "items is a text", "no id", "a list"],
)
def test_a_row_that_only_looks_labelled_is_refused_with_its_line(tmp_path, row):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n" + json.dumps(row), encoding="utf-8")
    with pytest.raises(NotLabelled, match=r"rows\.jsonl:2"):
        read_labelled(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\xff"])
def test_a_file_without_rows_or_not_in_utf_8_is_refused(tmp_path, catalogue, content):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(NotLabelled, match=r"rows\.jsonl"):
        bench([path], catalogue, ("mulu",), None, None)


def test_a_row_of_an_unknown_edition_is_refused_and_named(tmp_path, catalogue):
    path = tmp_path / "rows.jsonl"
    row = {"id": "a", "text": "激光雷达", "items": ["lidar-x"], "edition": "1999"}
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(MuluError, match="1999"):
        bench([path], catalogue, ("mulu",), None, None)


@pytest.mark.parametrize("content", [None, "not json", "[]", "{}"], ids=["missing", "not JSON", "a list", "no half"])
def test_a_split_file_that_cannot_be_used_is_refused_and_named(tmp_path, catalogue, content):
    path, split = tmp_path / "rows.jsonl", tmp_path / "split.json"
    path.write_text(json.dumps({"id": "a", "text": "激光雷达", "items": ["lidar-x"]}), encoding="utf-8")
    if content is not None:
        split.write_text(content, encoding="utf-8")
    with pytest.raises(MuluError, match=r"split\.json"):
        bench([path], catalogue, ("mulu",), split, "tune")

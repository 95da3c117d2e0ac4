"""Figures worked out by hand on a run of ten invented rows; `test_figures.py` runs the whole bench."""

import math

import numpy as np
import pytest

from mulu.scorecard.figures import Scale, against, by_item, judge
from mulu.scorecard.labelled import Labelled
from mulu.scorecard.runs import Run, Shown


def a_row(
    number: int,
    right: str | None = None,
    kind: str = "easy",
    document: str | None = None,
    language: str | None = None,
    labels: tuple[tuple[str, ...], ...] | None = None,
    **more: object,
) -> Labelled:
    positive = right is not None or labels is not None
    return Labelled(
        id=f"row {number}",
        document=document or f"document {number}",
        text="invented",
        title=None,
        language=language or ("zh" if number % 2 else "en"),
        form="paper",
        text_kind="abstract",
        certainty="high",
        kind="positive" if positive else kind,
        labels=labels or (() if right is None else ((right,),)),
        core=positive,
        edition="2025-28",
        listing="published" if positive else "none",
        **more,
    )


def a_ranking(place: int, best: float, right: str = "right-x") -> list[tuple[str, float]]:
    """Ten items, the right one at the place, scores falling from the best."""
    others = [f"other-{n}-x" for n in range(9)]
    items = [*others[:place], right, *others[place:]]
    return [(item, best - n / 100) for n, item in enumerate(items)]


def a_run(ranked, name="invented", **more):
    return Run(name, ranked, [0.01] * len(ranked), **more)


PLACES = (0, 0, 1, 3, 8)  # where the right item of each positive stands
TOPS = (0.9, 0.8, 0.7, 0.6, 0.5)
NEGATIVES = (("near miss", 0.95), ("near miss", 0.55), ("hard", 0.3), ("easy", 0.85), ("easy", 0.1))
ROWS = [a_row(n, "right-x") for n in range(len(PLACES))]
ROWS += [a_row(10 + n, None, kind) for n, (kind, _) in enumerate(NEGATIVES)]
RANKED = [a_ranking(place, top) for place, top in zip(PLACES, TOPS, strict=True)]
RANKED += [a_ranking(5, top) for _, top in NEGATIVES]


@pytest.fixture(scope="module")
def judged():
    return judge(ROWS, a_run(RANKED), Scale(0.58))


def near(value):
    return pytest.approx(value, abs=1e-4)


# ---- finding the right item


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
    assert judged["by"]["language"]["en"]["at_3"][0] == near(2 / 3)


def test_recall_is_given_by_how_the_item_stands_in_the_edition():
    rows = [a_row(0, "a-x"), a_row(1, "b-x")]
    rows[1] = Labelled(**{name: getattr(rows[1], name) for name in Labelled.__slots__} | {"listing": "unconfirmed"})
    made = judge(rows, a_run([a_ranking(0, 0.9, "a-x"), a_ranking(4, 0.9, "b-x")]))
    assert made["by"]["listing"]["published"]["n"] == 1
    assert made["by"]["listing"]["published"]["at_1"] == [1.0, 0.025, 1.0]
    assert made["by"]["listing"]["unconfirmed"]["at_3"][0] == 0.0


def test_a_row_whose_items_do_not_stand_in_its_edition_is_not_judged():
    rows = [a_row(0, "right-x"), a_row(1, "right-x")]
    rows[1] = Labelled(**{name: getattr(rows[1], name) for name in Labelled.__slots__} | {"listing": "not listed"})
    made = judge(rows, a_run([a_ranking(0, 0.9), a_ranking(0, 0.9)]))
    assert (made["positives"], made["judged"], made["recall"]["n"]) == (2, 1, 1)


def test_a_refused_text_is_not_found_and_not_flagged():
    made = judge([a_row(0, "right-x"), a_row(1, "right-x")], a_run([a_ranking(0, 0.9), []], refused=1), Scale(0.5))
    assert made["refused"] == 1
    assert made["recall"]["at_5"][0] == 0.5
    assert made["at_operating_point"]["positives"]["share"][0] == 0.5


def test_macro_counts_every_item_alike_and_names_those_never_found():
    # Item a: places 0 and 2; item b, with an accepted alternative c first: place 0; item d: place 7.
    rows = [a_row(0, "a-x"), a_row(1, "a-x"), a_row(2, labels=(("b-x", "c-x"),)), a_row(3, "d-x")]
    ranked = [a_ranking(0, 1, "a-x"), a_ranking(2, 1, "a-x"), a_ranking(0, 1, "c-x"), a_ranking(7, 1, "d-x")]
    made = judge(rows, a_run(ranked))["macro_by_item"]
    assert made["items"] == 3
    assert made["at_1"][0] == near((0.5 + 1 + 0) / 3)
    assert made["at_3"][0] == near(2 / 3)
    assert made["never_in_five"] == {"n": 1, "items": ["d-x"]}
    hidden = judge(rows, a_run(ranked), named=False)["macro_by_item"]
    assert hidden["never_in_five"] == {"n": 1}


def test_a_row_belongs_to_the_first_accepted_item_of_each_of_its_labels():
    rows = [a_row(0, labels=(("a-x", "b-x"), (), ("c-x",))), a_row(1, "b-x")]
    assert by_item(rows, [0, 1]) == {"a-x": [0], "b-x": [1], "c-x": [0]}


def test_the_language_difference_is_paired_by_item_where_an_item_has_both():
    # a: Chinese 1 of 2 first, English 1 of 1; b: Chinese 1 of 1, English 0 of 1; c has no English row.
    rows = [
        a_row(0, "a-x", language="zh"),
        a_row(1, "a-x", language="zh"),
        a_row(2, "a-x", language="en"),
        a_row(3, "b-x", language="zh"),
        a_row(4, "b-x", language="en"),
        a_row(5, "c-x", language="zh"),
    ]
    places = [("a-x", 0), ("a-x", 1), ("a-x", 0), ("b-x", 0), ("b-x", 4), ("c-x", 0)]
    made = judge(rows, a_run([a_ranking(place, 1, item) for item, place in places]))["language_difference"]
    assert made["paired_by_item"]["items"] == 2
    assert made["paired_by_item"]["at_1"] == [0.25, -0.5, 1.0]  # (−0.5 + 1) / 2; either item alone in a resample
    assert made["by_row"]["at_1"][0] == near(3 / 4 - 1 / 2)


def test_a_language_alone_has_no_difference():
    made = judge([a_row(1, "a-x")], a_run([a_ranking(0, 1, "a-x")]))["language_difference"]
    assert made["paired_by_item"] == {"items": 0, "at_1": None, "at_3": None, "at_5": None}
    assert made["by_row"]["at_1"] is None


def test_two_engines_are_compared_on_the_same_items():
    rows = [a_row(n, f"{item}-x") for n, item in enumerate("aabc")]
    mine = a_run([a_ranking(0, 1, row.belongs_to[0]) for row in rows], "mulu")
    other = a_run([a_ranking(place, 1, row.belongs_to[0]) for row, place in zip(rows, (0, 1, 1, 0), strict=True)])
    made = against(rows, mine, other)
    assert made["items"] == 3
    assert made["resamples"] == 2000
    assert made["difference"][0] == near((0.5 + 1 + 0) / 3)
    # Nothing but c in a resample of three items: 1 in 27.
    assert made["at_or_below_zero"] == pytest.approx(1 / 27, abs=0.015)
    assert against(rows, mine, mine)["difference"] == [0.0, -0.7076, 0.7076]  # of three items none differs
    assert against(rows, mine, mine)["at_or_below_zero"] == 1.0


# ---- flagging


def test_the_shares_flagged_count_what_reaches_the_operating_point(judged):
    at = judged["at_operating_point"]
    assert at["threshold"] == 0.58
    expected = {
        "core": (5, 0.8),
        "positives": (5, 0.8),
        "near misses": (2, 0.5),
        "other hard": (1, 0.0),
        "hard": (3, 1 / 3),
        "easy": (2, 0.5),
    }
    for name, (n, share) in expected.items():
        assert (at[name]["n"], at[name]["share"][0]) == (n, near(share)), name
    # Rows 10, 12 and 14 are English, 11 and 13 Chinese.
    assert at["negatives, en"] == {"n": 3, "share": at["hard"]["share"]}
    assert at["negatives, zh"]["share"][0] == 0.5


def test_at_the_threshold_for_ninety_percent_at_least_ninety_percent_of_the_core_are_flagged(judged):
    at = judged["at_90_percent_of_core"]
    assert at["threshold"] == 0.5
    assert at["core"]["share"][0] >= 0.9
    assert at["hard"]["share"][0] == near(2 / 3)


@pytest.mark.parametrize("count", [1, 9, 10, 11, 30])
def test_the_threshold_is_the_highest_that_flags_nine_tenths(count):
    rows = [a_row(n, "right-x") for n in range(count)]
    made = judge(rows, a_run([a_ranking(0, (n + 1) / 100) for n in range(count)]))["at_90_percent_of_core"]
    flagged = round(made["core"]["share"][0] * count)
    assert flagged >= 0.9 * count > flagged - 1


def test_without_positives_there_is_no_threshold_and_no_recall():
    made = judge([a_row(0), a_row(1)], a_run([a_ranking(0, 0.9), a_ranking(0, 0.1)]), Scale(0.5))
    assert made["at_90_percent_of_core"] is None
    assert made["recall"] == {"n": 0, "at_1": None, "at_3": None, "at_5": None}
    assert made["precision_recall"] == {"curves": {}, "at": {}}


# ---- precision and recall


def test_precision_counts_flagged_texts_whose_first_item_is_right(judged):
    # At 0.58: positives 0.9, 0.8 (right first), 0.7, 0.6; negatives 0.95, 0.85.
    at = judged["precision_recall"]["at"]["operating_point"]["all"]["first"]
    assert (at["positives"], at["negatives"], at["flagged"]) == (5, 5, 6)
    assert at["recall"][0] == near(2 / 5)
    assert at["precision"][0] == near(2 / 6)
    # At a base rate of 10 %: right 0.1 × 2/5, flagged 0.1 × 4/5 + 0.9 × 2/5.
    assert at["precision_at_0.1"][0] == near(0.04 / (0.08 + 0.36))
    assert at["precision_at_0.01"][0] == near(0.004 / (0.008 + 0.396))


def test_a_right_item_that_is_flagged_beside_another_counts_by_the_other_rule(judged):
    # The right items of rows 2 and 3 score 0.69 and 0.57: the first is flagged at 0.58.
    at = judged["precision_recall"]["at"]["operating_point"]["all"]["among"]
    assert at["recall"][0] == near(3 / 5)
    assert at["precision"][0] == near(3 / 6)


def test_where_no_negative_is_flagged_their_exact_bound_limits_what_precision_may_be():
    rows = [a_row(0, "right-x"), a_row(1, "right-x"), *(a_row(2 + n) for n in range(10))]
    run = a_run([a_ranking(0, 0.9)] * 2 + [a_ranking(0, 0.1)] * 10)
    at = judge(rows, run, Scale(0.5))["precision_recall"]["at"]["operating_point"]["all"]["first"]
    bound = 1 - 0.025 ** (1 / 10)
    assert at["precision_at_0.1"] == [1.0, near(0.1 / (0.1 + 0.9 * bound)), 1.0]
    assert at["precision"] == [1.0, near(0.025**0.5), 1.0]


def test_a_flagged_item_must_also_reach_its_share_of_the_best():
    rows, ranked = [a_row(0, "right-x")], [[("other-x", 0.9), ("right-x", 0.6)]]
    for share, recall in ((600, 1.0), (700, 0.0)):
        at = judge(rows, a_run(ranked), Scale(0.5, share))["precision_recall"]["at"]["operating_point"]["all"]
        assert at["among"]["recall"][0] == recall


def test_the_curve_runs_through_every_threshold_and_average_precision_is_its_area(judged):
    curve = judged["precision_recall"]["curves"]["all"]
    assert [point["threshold"] for point in curve["points"]] == sorted(
        {*TOPS, *(t for _, t in NEGATIVES)}, reverse=True
    )
    # Right firsts come second (after 0.95) and fourth (after 0.85): precisions 1/2 and 2/4 at steps of 1/5.
    assert curve["average_precision_first"] == near((1 / 2 + 2 / 4) / 5)
    last = curve["points"][-1]
    assert (last["recall_first"], last["precision_first"], last["negatives_flagged"]) == (0.4, 0.2, 1.0)


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    rows = [a_row(n, "right-x") for n in range(100)]
    made = judge(rows, a_run([a_ranking(0, n / 100) for n in range(100)]))["precision_recall"]["curves"]["all"]
    assert len(made["points"]) == 40
    assert [made["points"][n]["threshold"] for n in (0, -1)] == [0.99, 0.0]


# ---- reliability


def test_calibration_is_the_mean_squared_error_of_the_first_score(judged):
    scores = np.array([*TOPS, *(top for _, top in NEGATIVES)])
    right = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    found = judged["calibration"]
    assert found["brier"][0] == near(float(((scores - right) ** 2).mean()))
    assert found["first_right"] == 0.2
    assert found["brier_of_base_rate"] == pytest.approx(0.16)
    assert found["mean_score"] == near(float(scores.mean()))


def test_the_calibration_error_weighs_the_gap_of_each_bin_by_its_rows(judged):
    found = judged["calibration"]
    assert [(b["from"], b["n"]) for b in found["bins"]] == [
        (0.1, 1), (0.3, 1), (0.5, 2), (0.6, 1), (0.7, 1), (0.8, 2), (0.9, 2),
    ]  # fmt: skip
    # |sum of scores − right ones| bin by bin: 0.1, 0.3, 1.05, 0.6, 0.7, |1.65 − 1|, |1.85 − 1|; over ten rows.
    assert found["expected_calibration_error"] == near((0.1 + 0.3 + 1.05 + 0.6 + 0.7 + 0.65 + 0.85) / 10)
    assert 0 < found["of_perfect_scores"] < 0.5
    assert found["bins"][-2]["right"][0] == 0.5


def test_calibration_is_given_by_language_and_for_the_first_five(judged):
    found = judged["calibration"]
    assert found["by_language"]["zh"]["n"] + found["by_language"]["en"]["n"] == found["n"] == 10
    assert found["first_five"]["n"] == 50
    assert found["first_five"]["right"] == near(4 / 50)


def test_scores_are_rebased_to_the_share_of_positives():
    # One positive in four rows against a base rate of one half: odds fall to a third.
    rows = [a_row(0, "right-x"), a_row(1), a_row(2), a_row(3)]
    found = judge(rows, a_run([a_ranking(0, 0.9)] * 4), Scale(0.5, base_rate=0.5))["calibration"]["rebased"]
    moved = 1 / (1 + math.exp(-math.log(9) + math.log(3)))
    assert found["base_rate"] == 0.25
    assert found["mean_score"] == near(moved)


def test_an_engine_other_than_ours_has_no_operating_point_and_no_calibration():
    made = judge([a_row(0, "right-x")], a_run([a_ranking(0, 7.5)], "bm25"))
    assert "at_operating_point" not in made
    assert "calibration" not in made
    assert "control_point" not in made
    assert list(made["precision_recall"]["at"]) == ["90_percent_of_core"]


# ---- control points


def test_the_control_point_counts_where_the_labelled_one_is_shown_first():
    rows = [a_row(n, "a-x", point=point) for n, point in enumerate(["a-x#1", "a-x#1", "a-x#2", "a-x#3", "a-x#9", None])]
    shown = [
        Shown("a-x#1@2025-28", 4, True),  # a label may leave out since when
        Shown("a-x#2", 4, True),
        Shown("a-x#2", 1, True),
        Shown(None, 2, True),  # the item as a whole
        Shown("a-x#1", 4, False),  # the labelled point does not stand in the edition
        None,
    ]
    ranked = [a_ranking(place, 0.9, "a-x") for place in (0, 0, 1, 0, 0, 0)]
    made = judge(rows, a_run(ranked, shown=shown))["control_point"]
    assert made["labelled"] == 5
    assert (made["right_first"]["n"], made["right_first"]["share"][0]) == (4, 0.5)
    assert (made["right_first_of_several"]["n"], made["right_first_of_several"]["share"][0]) == (3, near(1 / 3))
    assert made["right_first_of_several"]["by_chance"] == near((1 / 4 + 1 / 4 + 1 / 2) / 3)
    assert made["item_and_point_first"]["share"][0] == 0.25
    assert made["item_as_a_whole_first"] == 1


def test_speed_is_median_p95_and_texts_over_total_time():
    run = Run("invented", [a_ranking(0, 1)] * 4, [0.001, 0.002, 0.003, 0.014], prepared=0.5)
    made = judge([a_row(n, "right-x") for n in range(4)], run)["milliseconds"]
    assert made == {"n": 4, "median": 2.5, "p95": near(12.35), "descriptions_a_second": 200.0, "preparing": 500.0}

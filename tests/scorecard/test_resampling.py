"""Shares and their intervals, against what can be worked out or counted otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.scorecard.resampling import difference, interval, share, summed


def test_nothing_has_no_share():
    assert share([]) is None
    assert difference([]) is None


def test_rows_of_one_unit_are_drawn_together():
    alone = share([1.0] * 5 + [0.0] * 5)
    paired = share([1.0] * 5 + [0.0] * 5, ["one"] * 5 + ["other"] * 5)
    assert alone[0] == paired[0] == 0.5
    assert paired[1:] == [0.0, 1.0]  # two units, one wholly right: anything may come of a resample
    assert 0.0 < alone[1] < alone[2] < 1.0


def test_the_interval_of_many_is_that_of_the_binomial():
    made = share([1.0] * 300 + [0.0] * 100)
    spread = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert made == pytest.approx([0.75, 0.75 - spread, 0.75 + spread], abs=0.006)


@pytest.mark.parametrize(("value", "units", "bound"), [(0.0, 80, 0.0451), (1.0, 306, 0.988), (1.0, 1, 0.025)])
def test_where_all_agree_the_exact_bound_stands_in_for_the_interval(value, units, bound):
    made = share([value] * units)
    assert made[0] == value
    assert bound in made
    assert 0.0 <= made[1] <= made[2] <= 1.0


def test_more_units_than_are_kept_are_drawn_in_parts():
    made = share(np.arange(5_000) % 2 == 0)
    assert made == pytest.approx([0.5, 0.486, 0.514], abs=0.003)


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=40))
def test_a_share_is_the_mean_and_lies_in_its_interval_every_time_alike(values):
    made = share(values)
    assert made[0] == pytest.approx(np.mean(values), abs=1e-4)
    assert 0 <= made[1] <= made[0] <= made[2] <= 1
    assert made == share(values)


def test_a_difference_that_is_always_above_zero_never_falls_to_it():
    made, below = difference([0.5, 1.0, 0.5])
    assert made[0] == pytest.approx(2 / 3, abs=1e-4)
    assert below == 0.0


def test_differences_that_are_all_alike_leave_room_for_those_not_seen():
    assert difference([0.0] * 153) == ([0.0, -0.0238, 0.0238], 1.0)
    assert difference([1.0, 1.0]) == ([1.0, 0.1581, 1.0], 0.0)


def test_a_resample_without_a_row_of_a_group_says_nothing():
    # Column 1 counts the group: with one row of it in two, a quarter of the resamples have none.
    low, high = interval(np.array([[1.0, 1.0], [0.0, 0.0]]), lambda of: of[:, 0] / of[:, 1])
    assert (low, high) == (1.0, 1.0)
    assert interval(np.zeros((2, 2)), lambda of: of[:, 0] / of[:, 1]) == (0.0, 1.0)


def test_sums_are_taken_unit_by_unit():
    made = summed(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), ["a", "b", "a"])
    assert made.tolist() == [[6.0, 8.0], [3.0, 4.0]]

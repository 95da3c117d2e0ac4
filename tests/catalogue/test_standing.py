"""Whether a measure applies, on the days when that changes and the days beside them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.standing import State, comment_open, draft_on, standing
from mulu.vocabulary import Certainty

SEEN = date(2026, 11, 23)
FIRST_SUSPENDED = ["announcement-2025-55", "announcement-2025-56", "announcement-2025-57", "announcement-2025-58"]


def of(pack, measure, day):
    return standing(pack.instruments[measure], day, SEEN)


@pytest.mark.parametrize(
    ("day", "state", "applies"),
    [
        (date(2025, 10, 8), State.NOT_YET, False),
        (date(2025, 10, 9), State.UNCONFIRMED, True),
        (date(2025, 11, 6), State.UNCONFIRMED, True),
        (date(2025, 11, 7), State.SUSPENDED, False),
        (date(2026, 11, 10), State.SUSPENDED, False),
        (date(2026, 11, 11), State.UNCONFIRMED, True),
    ],
)
@pytest.mark.parametrize("measure", [*FIRST_SUSPENDED, "announcement-2025-61", "announcement-2025-62"])
def test_the_measures_of_october_2025_are_suspended_from_2025_11_07_to_2026_11_10(measure, day, state, applies, pack):
    found = of(pack, measure, day)
    assert (found.state, found.applies, found.part) == (state, applies, None)


def test_a_suspension_that_ran_out_names_its_end_and_the_extension_that_is_only_reported(pack):
    said = of(pack, "announcement-2025-62", date(2026, 11, 11)).because
    assert said.id == "suspension_ran_out"
    for text in (said.zh, said.en):
        assert "2026-11-10" in text and "2027-01-10" in text
    assert "reported" in said.en and "据报道" in said.zh


def test_a_suspension_names_what_suspends(pack):
    said = of(pack, "announcement-2025-62", date(2026, 1, 1)).because
    for text in (said.zh, said.en):
        assert "announcement-2025-70" in text and "2025-11-07" in text and "2026-11-10" in text


@pytest.mark.parametrize(
    ("day", "state", "part"),
    [
        (date(2023, 12, 31), State.NOT_YET, None),
        (date(2025, 11, 8), State.UNCONFIRMED, None),
        (date(2025, 11, 9), State.SUSPENDED, "paragraph 2"),
        (date(2026, 11, 27), State.SUSPENDED, "paragraph 2"),
        (date(2026, 11, 28), State.UNCONFIRMED, None),
    ],
)
def test_of_announcement_46_of_2024_only_a_part_is_suspended_and_the_rest_applies(day, state, part, pack):
    found = of(pack, "announcement-2024-46", day)
    assert (found.state, found.part) == (state, part)
    assert found.applies is (state is not State.NOT_YET)


def test_a_partial_suspension_names_its_part_in_both_languages(pack):
    for day in (date(2026, 1, 1), date(2026, 11, 28)):
        said = of(pack, "announcement-2024-46", day).because
        assert "第二款" in said.zh and "paragraph 2" in said.en


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 11, 6), State.NOT_YET),
        (date(2025, 11, 7), State.IN_FORCE),
        (date(2026, 11, 10), State.IN_FORCE),
        (date(2026, 11, 11), State.UNCONFIRMED),
    ],
)
def test_announcement_70_of_2025_reads_unconfirmed_after_its_own_term(day, state, pack):
    found = of(pack, "announcement-2025-70", day)
    assert found.state is state
    if state is State.UNCONFIRMED:
        assert found.because.id == "term_ended"
        assert "2026-11-10" in found.because.zh and "2026-11-10" in found.because.en


@pytest.mark.parametrize(
    ("day", "state", "applies"),
    [
        (date(2024, 11, 30), State.NOT_YET, False),
        (date(2024, 12, 1), State.IN_FORCE, True),
        (date(2026, 11, 23), State.IN_FORCE, True),
    ],
)
def test_the_dual_use_list_is_in_force_from_2024_12_01(day, state, applies, pack):
    found = of(pack, "announcement-2024-51", day)
    assert (found.state, found.applies) == (state, applies)


@pytest.mark.parametrize(
    ("day", "state", "applies"),
    [
        (date(2020, 8, 27), State.NOT_YET, False),
        (date(2020, 8, 28), State.IN_FORCE, True),
        (date(2023, 12, 20), State.IN_FORCE, True),
        (date(2023, 12, 21), State.REPEALED, False),
    ],
)
def test_announcement_38_of_2020_is_repealed_from_2023_12_21(day, state, applies, pack):
    found = of(pack, "announcement-2020-38", day)
    assert (found.state, found.applies) == (state, applies)
    if state is State.REPEALED:
        assert "announcement-2023-57" in found.because.zh and "announcement-2023-57" in found.because.en


def test_a_measure_whose_day_of_effect_is_not_held_is_taken_as_in_force_from_publication_but_not_as_sure(pack):
    one = pack.instruments["announcement-2025-10"]
    assert one.effective is None
    states = {
        day: standing(one, day, SEEN)
        for day in (date(2025, 2, 3), date(2025, 2, 4), date(2026, 11, 22), date(2026, 11, 23))
    }
    assert [s.state for s in states.values()] == [
        State.NOT_YET,
        State.IN_FORCE,
        State.IN_FORCE,
        State.IN_FORCE,
    ]
    assert [s.applies for s in states.values()] == [False, True, True, True]
    unsure, sure = Certainty.UNCONFIRMED, Certainty.PUBLISHED
    assert [s.certainty for s in states.values()][1:] == [unsure, unsure, sure]


def test_a_whole_new_issue_replaces_the_catalogue_before_it(pack):
    everything = pack.instruments.values()

    def state(name, day):
        return standing(pack.instruments[name], day, SEEN, everything).state

    assert state("order-2001", date(2008, 10, 31)) is not State.REPEALED
    assert state("order-2001", date(2008, 11, 1)) is State.REPEALED
    assert state("order-2008-12", date(2023, 12, 20)) is State.IN_FORCE  # amended in 2020, not replaced
    assert state("order-2008-12", date(2023, 12, 21)) is State.REPEALED
    assert state("announcement-2023-57", date(2026, 11, 23)) is State.IN_FORCE  # amended in 2025


def test_a_measure_of_which_only_the_year_is_known_may_stand_from_the_first_of_january(pack):
    one = pack.instruments["announcement-2026-27"]
    assert one.published is None and one.effective is None
    assert standing(one, date(2025, 12, 31), SEEN).state is State.NOT_YET
    assert standing(one, date(2026, 1, 1), SEEN).state is State.UNCONFIRMED
    assert standing(one, date(2026, 1, 1), SEEN).applies


def test_a_measure_of_which_no_day_is_held_is_in_force_only_from_the_day_for_which_sources_show_it(pack):
    one = pack.instruments["announcement-2026-27"]
    assert [standing(one, day, SEEN).state for day in (date(2026, 11, 22), SEEN)] == [State.UNCONFIRMED, State.IN_FORCE]


def test_a_repealed_measure_is_not_suspended(pack):
    one = msgspec.structs.replace(
        pack.instruments["announcement-2025-62"], repealed_on=date(2026, 1, 1), repealed_by="announcement-2026-1"
    )
    assert standing(one, date(2025, 12, 31), SEEN).state is State.SUSPENDED
    assert standing(one, date(2026, 1, 1), SEEN).state is State.REPEALED


@pytest.mark.parametrize("measure", ["draft-2022-12-30", "draft-2025-01-02"])
def test_a_draft_has_no_standing(measure, pack):
    with pytest.raises(ValueError, match=measure):
        of(pack, measure, date(2025, 6, 1))


@pytest.mark.parametrize(
    ("draft", "day", "is_open"),
    [
        ("draft-2022-12-30", date(2022, 12, 29), False),
        ("draft-2022-12-30", date(2022, 12, 30), True),
        ("draft-2022-12-30", date(2023, 1, 28), True),
        ("draft-2022-12-30", date(2023, 1, 29), False),
        ("draft-2025-01-02", date(2025, 1, 1), False),
        ("draft-2025-01-02", date(2025, 1, 2), True),
        ("draft-2025-01-02", date(2025, 2, 1), True),
        ("draft-2025-01-02", date(2025, 2, 2), False),
    ],
)
def test_comments_are_open_from_publication_to_the_deadline_both_included(draft, day, is_open, pack):
    assert comment_open(pack.instruments[draft], day) is is_open


def test_whether_comments_are_open_is_not_known_without_a_deadline_or_a_day_of_publication(pack):
    draft = pack.instruments["draft-2025-01-02"]
    day = date(2025, 1, 15)
    assert comment_open(msgspec.structs.replace(draft, comment_deadline=None), day) is None
    assert comment_open(msgspec.structs.replace(draft, published="2025"), day) is None


@given(day=st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1)))
def test_every_measure_has_a_standing_on_every_day_and_says_why_in_both_languages(day, pack):
    for one in pack.instruments.values():
        if one.draft:
            continue
        found = standing(one, day, SEEN)
        assert found.because.zh and found.because.en
        assert found.instrument is one
        if found.state in (State.NOT_YET, State.REPEALED):
            assert not found.applies
        if found.state in (State.IN_FORCE, State.UNCONFIRMED):
            assert found.applies


@given(days=st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=2, max_size=2))
def test_a_measure_that_has_begun_never_goes_back_to_not_yet(days, pack):
    earlier, later = sorted(days)
    for one in pack.instruments.values():
        if not one.draft and standing(one, earlier, SEEN).state is not State.NOT_YET:
            assert standing(one, later, SEEN).state is not State.NOT_YET


def test_the_time_for_comments_has_ended_as_of_the_day_that_is_asked_and_both_are_named(pack):
    draft = pack.instruments["draft-2022-12-30"]
    told = {
        day: draft_on(draft, day, pack.instruments.values(), date(2026, 11, 23))
        for day in (date(2022, 12, 1), date(2023, 1, 28), date(2023, 1, 29))
    }
    assert [one["comments_closed"] for one in told.values()] == [False, False, True]
    assert [one["comments"]["id"] for one in told.values()] == ["comments_to_come", "comments_open", "comments_closed"]
    last = told[date(2023, 1, 29)]["comments"]
    assert last["en"] == "The time for comments has ended: it ran until 2023-01-28 (as of 2023-01-29)."
    assert last["zh"] == "征求意见已于 2023-01-28 截止（按 2023-01-29 计）。"
    without = draft_on(msgspec.structs.replace(draft, comment_deadline=None), date(2023, 1, 29), (), date(2026, 11, 23))
    assert (without["comments_closed"], without["comments"]["id"]) == (None, "comments_not_held")


def test_what_became_of_a_draft_is_told_as_far_as_it_is_held(pack):
    draft, day, checked = pack.instruments["draft-2022-12-30"], date(2023, 3, 1), date(2026, 11, 23)
    known = draft_on(draft, day, pack.instruments.values(), checked)
    assert known["followed_by"] == "2023-57"
    assert (
        "announcement-2023-57 (published 2023-12-21, in force from 2023-12-21; on 2023-03-01 not yet"
        in known["became"]["en"]
    )
    assert "not yet" not in draft_on(draft, date(2023, 12, 21), pack.instruments.values(), checked)["became"]["en"]
    unsaid = draft_on(msgspec.structs.replace(draft, draft_of=None), day, pack.instruments.values(), checked)
    assert unsaid["followed_by"] is None
    assert "in force since then: announcement-2023-57 (from 2023-12-21), announcement-2025-28" in unsaid["became"]["en"]
    late = msgspec.structs.replace(draft, draft_of=None, published="2026-11-01")
    assert draft_on(late, day, pack.instruments.values(), checked)["became"]["id"] == "draft_outcome_not_held"

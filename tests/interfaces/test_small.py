"""Answers cut to size account for all that they leave out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.interfaces.small import NoSuchPart, cut, part_of, size, skipped

KEYS = st.sampled_from(["a", "b", "c", "list", "text"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text("ab中“\n", max_size=30),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=60,
)
PATTERNS = st.lists(
    st.lists(st.sampled_from(["a", "b", "list"]), min_size=1, max_size=3).map(lambda keys: "/*/".join(keys)),
    max_size=3,
    unique=True,
)


def named(part, pointer):
    """Whether the part of a note names a place, or something around it."""
    note, place = part.split("/"), pointer.split("/")
    return len(note) <= len(place) and all(
        n in ("*", p) or (n.endswith(":") and p.isdecimal() and int(p) >= int(n[:-1]))
        for n, p in zip(note, place, strict=False)
    )


def unaccounted(kept, whole, notes, pointer=""):
    """Places that are missing from what was kept and that no note tells."""
    if isinstance(whole, dict) and isinstance(kept, dict):
        assert kept.keys() <= whole.keys()
        for key, value in whole.items():
            if key in kept:
                yield from unaccounted(kept[key], value, notes, f"{pointer}/{key}")
            elif not any(named(note["part"], f"{pointer}/{key}") for note in notes):
                yield f"{pointer}/{key}"
    elif isinstance(whole, list | str) and kept != whole:
        if len(kept) < len(whole):
            told = [n for n in notes if named(n["part"], pointer) and n.get("skip") == len(kept)]
            if not told:
                yield pointer
        if isinstance(whole, str):
            assert whole.startswith(kept)
        else:
            for place, (less, one) in enumerate(zip(kept, whole, strict=False)):
                yield from unaccounted(less, one, notes, f"{pointer}/{place}")
    else:
        assert kept == whole


@given(st.dictionaries(KEYS, VALUES, max_size=5), PATTERNS, st.integers(2, 400))
def test_what_is_kept_fits_and_all_else_is_told(whole, order, room):
    order = [pattern for pattern in order if _walkable(whole, pattern)]
    before = json.dumps(whole)
    kept, notes = cut(whole, (), order, lambda value, _: size(value) <= room)
    assert size(kept) <= room
    assert json.dumps(whole) == before
    assert list(unaccounted(kept, whole, notes)) == []
    if size(whole) <= room:
        assert (kept, notes) == (whole, [])


def _walkable(whole, pattern):
    """Patterns are written for answers of a known shape: `*` stands where there are lists."""
    places = [whole]
    for token in pattern.split("/"):
        if token == "*":
            if not all(isinstance(one, list) for one in places):
                return False
            places = [one for some in places for one in some]
        else:
            if not all(isinstance(one, dict) for one in places):
                return False
            places = [one[token] for one in places if token in one]
            places = [one for one in places if one not in (None, [], {})]
    return True


def test_what_is_spared_goes_in_order_and_comes_back_where_it_fits():
    whole = {"small": [1, 2, 3], "large": ["x" * 50] * 4, "rest": [{"why": "y" * 20, "name": n} for n in "ab"]}
    kept, notes = cut(whole, (), ("small", "large", "rest/*/why"), lambda value, _: size(value) <= 130)
    assert kept == {"small": [1, 2, 3], "rest": whole["rest"]}
    assert notes == [{"part": "/large", "left_out": 4}]


def test_entries_after_the_first_can_lose_more_than_the_first():
    whole = {"list": [{"n": 1, "why": [1, 2, 3]}, {"n": 2, "why": [1, 2]}, {"n": 3, "why": []}]}
    kept, notes = cut(whole, ("list/1:/why", "list/*/why/2:"), (), lambda *_: True)
    assert kept == {"list": [{"n": 1, "why": [1, 2]}, {"n": 2}, {"n": 3, "why": []}]}
    assert notes == [
        {"part": "/list/1:/why", "left_out": 2},
        {"part": "/list/*/why", "skip": 2, "left_out": 1},
    ]


def test_a_part_that_was_asked_for_is_given_whole_where_it_fits():
    whole = {"list": [{"n": 1, "why": [1, 2, 3]}]}
    asked = part_of(whole, "/list/0/why")
    assert cut(asked, ("list/*/why/1:",), ("list/*/why",), lambda *_: True, "/list/0/why") == ([1, 2, 3], [])


@pytest.mark.parametrize("part", ["list", "/lost", "/list/7", "/list/-1", "/list/0/x", ""])
def test_a_part_that_is_not_there_is_refused_with_what_is(part):
    with pytest.raises(NoSuchPart) as refused:
        part_of({"list": [1]}, part)
    assert refused.value.said.id == "no_such_part"


def test_nothing_can_be_skipped_beyond_the_end():
    assert skipped([1, 2, 3], 2, "/a") == [3]
    for value, skip in (([1], 1), ("ab", 5), ({"a": 1}, 1)):
        with pytest.raises(NoSuchPart):
            skipped(value, skip, "/a")

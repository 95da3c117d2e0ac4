"""What two editions are said to differ in, of the shipped pack: most points are held in our own words, which prove nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import msgspec
import pytest

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.history import difference
from mulu.catalogue.pack import Pack
from mulu.catalogue.records import Point

Json = dict[str, Any]
DRAFT, FINAL = "draft-2025-01-02", "2025-28"


def compared(catalogue: Catalogue, before: str, after: str) -> dict[str, Json]:
    changes = difference(catalogue, catalogue.editions[before], catalogue.editions[after])["changes"]
    return {change["item"]: change for change in changes}


def points(change: Json) -> dict[str, tuple[str, str]]:
    return {point["number"]: (point["kind"], point["does"]) for point in change["points"]}


def every_pair(catalogue: Catalogue) -> Iterator[tuple[str, str, Json]]:
    for before, after in permutations(catalogue.editions, 2):
        for change in compared(catalogue, before, after).values():
            yield before, after, change


def altered(pack: Pack, item: str, number: str, since: str, **fields: Any) -> Catalogue:
    """The Catalogue with one point of the pack put otherwise."""

    def put(point: Point) -> Point:
        wanted = (point.number, point.since) == (number, since)
        return msgspec.structs.replace(point, **fields) if wanted else point

    changed = tuple(put(point) for point in pack.points[item])
    assert changed != tuple(pack.points[item])
    return Catalogue(replace(pack, points={**pack.points, item: changed}))


def test_no_redline_is_drawn_between_words_of_ours(catalogue: Catalogue):
    told = [point for *_, change in every_pair(catalogue) for point in change["points"]]
    assert {(point["words"], point["words_before"]) for point in told} == {("own", "own"), ("own", None)}
    assert all(point["redline"] is None and point["reasons"] == [] for point in told)


def test_what_the_act_of_2025_is_known_to_have_changed_is_substance(catalogue: Catalogue):
    change = compared(catalogue, "2023-57", FINAL)["nonferrous-metallurgy-x"]
    assert (change["class"], change["substantive"]) == ("modified", True)
    added = dict.fromkeys(("9", "10", "11", "12", "13"), ("substantive", "added"))
    assert points(change) == {"2": ("substantive", "modified"), **added}
    before, after = ({p["number"]: p[side]["en"] for p in change["points"] if p[side]} for side in ("before", "after"))
    assert before["2"] != after["2"] and "gallium" in before["2"] and "gallium" in after["2"]


def test_a_draft_is_told_from_the_edition_that_it_would_amend(catalogue: Catalogue):
    change = compared(catalogue, "2023-57", DRAFT)["nonferrous-metallurgy-x"]
    assert points(change) == dict.fromkeys(("9", "10", "11", "12", "13"), ("substantive", "added"))
    back = compared(catalogue, DRAFT, "2023-57")["nonferrous-metallurgy-x"]
    assert points(back) == dict.fromkeys(("9", "10", "11", "12", "13"), ("substantive", "deleted"))


@pytest.mark.parametrize(("before", "after"), [(DRAFT, FINAL), (FINAL, DRAFT)])
def test_a_draft_and_its_final_text_differ_where_their_limits_do(catalogue: Catalogue, before: str, after: str):
    changes = compared(catalogue, before, after)
    cathode = changes["battery-cathode-x"]
    assert (cathode["class"], cathode["substantive"]) == ("modified", True)
    assert points(cathode) == dict.fromkeys(("1", "2", "3"), ("substantive", "modified"))
    (limits,) = next(p["parameters"] for p in cathode["points"] if p["number"] == "1")
    pressed = [one["condition"]["en"] for side in limits.values() for one in side if "density" in one["name"]["en"]]
    assert sorted(pressed) == ["at 220 MPa", "at 300 MPa"]


@pytest.mark.parametrize(("before", "after"), [(DRAFT, FINAL), (FINAL, DRAFT)])
def test_that_both_name_an_item_says_nothing_of_how_a_draft_and_its_final_text_differ(
    catalogue: Catalogue, before: str, after: str
):
    change = compared(catalogue, before, after)["nonferrous-metallurgy-x"]
    assert (change["class"], change["substantive"]) == ("not known", False)
    (point,) = change["points"]
    assert (point["number"], point["kind"], point["does"]) == ("2", "unknown", "not comparable")
    assert point["before"]["zh"] != point["after"]["zh"]


def test_two_summaries_with_the_same_limit_are_not_compared(pack: Pack, catalogue: Catalogue):
    (final,) = [p for p in pack.points["battery-cathode-x"] if (p.number, p.since) == ("3", FINAL)]
    same = altered(pack, "battery-cathode-x", "3", DRAFT, parameters=final.parameters)
    change = compared(same, DRAFT, FINAL)["battery-cathode-x"]
    assert points(change)["3"] == ("unknown", "not comparable")
    only = altered(pack, "battery-cathode-x", "3", DRAFT, parameters=())
    (point,) = [p for p in compared(only, DRAFT, FINAL)["battery-cathode-x"]["points"] if p["number"] == "3"]
    assert (point["kind"], point["does"]) == ("unknown", "not comparable")
    assert [len(side) for side in point["parameters"][0].values()] == [0, 1]


def test_a_point_first_read_in_a_list_that_replaces_another_is_not_called_new(catalogue: Catalogue):
    for before in ("2008-12", "2020-38"):
        change = compared(catalogue, before, "2023-57")["tcm-decoction-pieces-j"]
        assert (change["class"], change["substantive"]) == ("not known", False)
        assert points(change) == dict.fromkeys(("u1", "u2"), ("unknown", "not comparable"))
        assert all(point["before"] is None and point["after"] for point in change["points"])


def test_an_act_that_keeps_an_item_outweighs_that_a_point_was_first_read_after_it(catalogue: Catalogue):
    change = compared(catalogue, "2008-12", "2020-38")["tcm-resources-j"]
    assert [step["does"] for step in change["by"]] == ["keeps"]
    assert (change["class"], change["points"]) == ("unchanged", [])


def test_an_act_of_which_no_source_tells_changes_no_point(catalogue: Catalogue):
    change = compared(catalogue, "2020-38", "2023-57")["rare-earth-mining-x"]
    assert [(step["does"], step["certainty"]) for step in change["by"]] == [("modifies", "unconfirmed")]
    assert (change["substantive"], points(change)) == (False, {"u1": ("unknown", "not comparable")})


def test_points_that_an_act_put_in_and_took_out_are_told_over_any_later_edition(catalogue: Catalogue):
    speech = {str(number): ("substantive", "added") for number in range(17, 22)}
    for after in ("2020-38", "2023-57", FINAL):
        told = points(compared(catalogue, "2008-12", after)["information-processing-x"])
        assert speech.items() <= told.items()
    four_for_six = dict.fromkeys("1234", ("substantive", "modified")) | dict.fromkeys("56", ("substantive", "deleted"))
    for before in ("2008-12", "2020-38"):
        for after in ("draft-2022-12-30", "2023-57", FINAL):
            assert points(compared(catalogue, before, after)["rare-earth-processing-j"]) == four_for_six


def test_unchanged_is_said_only_where_every_instrument_between_leaves_the_item(catalogue: Catalogue):
    counts = {
        pair: sum(change["class"] == "unchanged" for change in compared(catalogue, *pair).values())
        for pair in (("2023-57", FINAL), (DRAFT, FINAL), ("2008-12", FINAL), ("2020-38", FINAL))
    }
    assert counts == {("2023-57", FINAL): 103, (DRAFT, FINAL): 103, ("2008-12", FINAL): 0, ("2020-38", FINAL): 0}


def test_both_directions_tell_the_same_items_apart(catalogue: Catalogue):
    for before, after in permutations(catalogue.editions, 2):
        there, back = compared(catalogue, before, after), compared(catalogue, after, before)
        turned = {"added": "deleted", "deleted": "added"}
        for item, change in there.items():
            other = back[item]
            if "open" in (change["presence_before"], change["presence_after"]) or "not known" in (
                change["class"],
                other["class"],
            ):
                continue
            assert turned.get(change["class"], change["class"]) == other["class"], (before, after, item)
            assert change["substantive"] == other["substantive"]


def test_announced_totals_are_compared_with_all_items_and_never_with_one(catalogue: Catalogue):
    before, after = catalogue.editions["2023-57"], catalogue.editions[FINAL]
    assert difference(catalogue, before, after)["announced"]
    assert difference(catalogue, before, after, "nonferrous-metallurgy-x")["announced"] is None

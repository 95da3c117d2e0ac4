"""Editions: which governs, what each lists, and how acts and sightings make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.editions import Catalogue, NoEditionHeld, Unknown
from mulu.catalogue.pack import DefectivePack, Pack
from mulu.catalogue.records import Act, Announced, Counts, Instrument, Reading, Texts
from mulu.vocabulary import Certainty, Control, Language, Presence

EFFECTIVE = {
    "2008-12": date(2008, 11, 1),
    "2020-38": date(2020, 8, 28),
    "2023-57": date(2023, 12, 21),
    "2025-28": date(2025, 7, 15),
}
FIRST = EFFECTIVE["2008-12"]
DRAFTS = ("draft-2022-12-30", "draft-2025-01-02")
EDITIONS = ("2008-12", "2020-38", "draft-2022-12-30", "2023-57", "draft-2025-01-02", "2025-28")


def published_numbers(catalogue, edition, item):
    return sorted(int(p.number) for p in catalogue.editions[edition].listings[item].published_points)


def point(catalogue, edition, item, number):
    [found] = [p for p in catalogue.editions[edition].listings[item].points if p.number == number]
    return found


def an_edition(name, effective, **fields):
    """The header of an act that brings about an edition."""
    return Instrument(
        id=f"act-{name}",
        family="catalogue",
        title=Texts(zh="示例", en="example"),
        title_certainty=Certainty.PUBLISHED,
        issuers=(),
        issuers_certainty=Certainty.PUBLISHED,
        published=None,
        published_certainty=None,
        effective=effective,
        effective_certainty=Certainty.PUBLISHED,
        draft=effective is None,
        edition=name,
        **fields,
    )


def with_editions(pack: Pack, *headers: Instrument) -> Pack:
    """A pack with these editions instead of its own, and nothing in them."""
    return replace(
        pack,
        instruments={one.id: one for one in headers},
        acts={one.id: {} for one in headers},
        readings={one.edition: {} for one in headers},
        statements={},
        points={},
    )


def with_reading(pack: Pack, edition: str, reading: Reading) -> Pack:
    return replace(pack, readings={**pack.readings, edition: {**pack.readings[edition], reading.item: reading}})


def seen(item, presence, **fields):
    return Reading(item=item, presence=presence, certainty=Certainty.PUBLISHED, **fields)


# Which edition governs


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2008, 11, 1), "2008-12"),
        (date(2020, 8, 27), "2008-12"),
        (date(2020, 8, 28), "2020-38"),
        (date(2023, 12, 20), "2020-38"),
        (date(2023, 12, 21), "2023-57"),
        (date(2025, 7, 14), "2023-57"),
        (date(2025, 7, 15), "2025-28"),
        (date(2026, 11, 23), "2025-28"),
    ],
)
def test_an_edition_governs_from_its_day_of_effect_until_the_day_before_the_next(day, edition, catalogue):
    assert catalogue.in_force(day).id == edition


def test_a_day_before_the_first_edition_held_is_refused_with_that_edition_and_the_first_day(catalogue):
    with pytest.raises(NoEditionHeld) as caught:
        catalogue.in_force(date(2008, 10, 31))
    refused = caught.value
    assert (refused.day, refused.earliest) == (date(2008, 10, 31), FIRST)
    for language in Language:
        text = refused.in_(language)
        assert "2008-10-31" in text and "2008-11-01" in text and "2001" in text


@given(day=st.dates(min_value=FIRST))
def test_the_edition_in_force_is_the_latest_to_take_effect_not_after_the_day(day, catalogue):
    latest = max((effective, name) for name, effective in EFFECTIVE.items() if effective <= day)[1]
    edition = catalogue.in_force(day)
    assert edition.id == latest
    assert not edition.draft


@given(day=st.dates(max_value=FIRST - timedelta(days=1)))
def test_no_day_before_the_first_edition_held_is_answered(day, catalogue):
    with pytest.raises(NoEditionHeld):
        catalogue.in_force(day)


@given(days=st.sets(st.dates(), min_size=1, max_size=6), asked=st.dates())
def test_whatever_the_editions_the_latest_not_after_the_day_governs(days, asked, pack):
    made = Catalogue(with_editions(pack, *(an_edition(day.isoformat(), day) for day in sorted(days, reverse=True))))
    past = [day for day in days if day <= asked]
    if past:
        assert made.in_force(asked).effective == max(past)
    else:
        with pytest.raises(NoEditionHeld) as caught:
            made.in_force(asked)
        assert caught.value.earliest == min(days)


@given(day=st.dates(min_value=FIRST))
def test_drafts_are_never_in_force(day, catalogue):
    assert catalogue.in_force(day).id not in DRAFTS


def test_drafts_can_be_asked_about_by_name_and_have_no_day_of_effect(catalogue):
    assert [e.id for e in catalogue.editions.values() if e.draft] == list(DRAFTS)
    assert not any(e.draft for e in catalogue.governing())
    for name in DRAFTS:
        assert catalogue.draft(name).effective is None


def test_an_edition_in_force_is_not_given_out_as_a_draft(catalogue):
    with pytest.raises(Unknown) as caught:
        catalogue.draft("2025-28")
    assert caught.value.nearest == DRAFTS
    for language in Language:
        assert "draft-2022-12-30" in caught.value.in_(language)


def test_editions_stand_in_order_each_draft_before_the_act_that_came_of_it(catalogue):
    assert tuple(catalogue.editions) == EDITIONS


# What each edition lists


@pytest.mark.parametrize(
    ("edition", "prohibited", "restricted"),
    [
        ("2008-12", 33, 117),
        ("2020-38", 29, 135),
        ("draft-2022-12-30", 24, 115),
        ("2023-57", 24, 110),
        ("2025-28", 23, 109),
    ],
)
def test_no_more_is_held_as_published_than_was_announced(edition, prohibited, restricted, catalogue):
    for control, announced in ((Control.PROHIBITED, prohibited), (Control.RESTRICTED, restricted)):
        tally = catalogue.editions[edition].tally(control)
        assert tally.announced == announced
        assert 0 < tally.published <= announced
        assert tally.held == tally.published + tally.unconfirmed
        assert tally.shortfall - tally.surplus == announced - tally.held
        assert tally.shortfall == 0 or tally.surplus == 0


def test_a_draft_that_announced_no_whole_has_neither_shortfall_nor_surplus(catalogue):
    tally = catalogue.editions["draft-2025-01-02"].tally(Control.RESTRICTED)
    assert (tally.announced, tally.shortfall, tally.surplus) == (None, None, None)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_present_are_counted_whole_and_the_open_apart(edition, catalogue):
    one = catalogue.editions[edition]
    tallies = [one.tally(control) for control in Control]
    assert sum(t.held for t in tallies) == len(one.present())
    assert sum(t.open for t in tallies) == len(one.open())
    assert all(t.without_published_point <= t.held for t in tallies)
    assert not {x.item.id for x in one.present()} & {x.item.id for x in one.open()}


@pytest.mark.parametrize(
    ("item", "present_in"),
    [
        ("battery-cathode-x", {"draft-2025-01-02", "2025-28"}),
        ("building-environment-x", {"2008-12", "2020-38", "draft-2022-12-30", "2023-57"}),
        ("pv-wafer-x", {"draft-2022-12-30"}),
    ],
)
def test_an_item_stands_in_the_editions_that_list_it_and_is_absent_from_the_others(item, present_in, catalogue):
    for name, edition in catalogue.editions.items():
        expected = Presence.PRESENT if name in present_in else Presence.ABSENT
        assert edition.listings[item].presence is expected, name


def test_an_absent_item_shows_no_points(catalogue):
    absent = [x for e in catalogue.editions.values() for x in e.listings.values() if x.presence is Presence.ABSENT]
    assert absent
    assert all(x.points == () for x in absent)
    assert catalogue.editions["2023-57"].listings["pv-wafer-x"].points == ()
    assert catalogue.editions["draft-2022-12-30"].listings["pv-wafer-x"].points != ()


def test_the_named_changes_of_2025_make_the_edition_of_2025(catalogue):
    before, after = catalogue.editions["2023-57"], catalogue.editions["2025-28"]
    changed = {x.item.id: x.change for x in after.listings.values() if x.change not in (None, "keeps")}
    assert changed == {
        "battery-cathode-x": "adds",
        "nonferrous-metallurgy-x": "modifies",
        "building-environment-x": "deletes",
        "traditional-architecture-j": "deletes",
        "traditional-architecture-x": "deletes",
    }
    for item, listing in after.listings.items():
        if item not in changed:
            assert listing.presence is before.listings[item].presence
            assert listing.code == before.listings[item].code
            assert listing.certainty is before.listings[item].certainty


def test_gallium_is_worded_with_its_methods_only_from_2025(catalogue):
    old = point(catalogue, "2023-57", "nonferrous-metallurgy-x", "2")
    new = point(catalogue, "2025-28", "nonferrous-metallurgy-x", "2")
    assert (old.since, old.until) == ("2023-57", "2025-28")
    assert "before 2025" in old.en and "离子交换" not in old.zh
    assert "离子交换" in new.zh and "ion exchange" in new.en
    assert "before 2025" not in new.en


def test_the_lithium_points_enter_non_ferrous_metallurgy_in_2025(catalogue):
    assert published_numbers(catalogue, "2023-57", "nonferrous-metallurgy-x") == [2]
    assert published_numbers(catalogue, "2025-28", "nonferrous-metallurgy-x") == [2, 9, 10, 11, 12, 13]


@pytest.mark.parametrize(
    ("edition", "numbers"),
    [
        ("2020-38", [1, 2, 3, 4, 5, 6]),
        ("draft-2022-12-30", [1, 2, 3, 4]),
        ("2023-57", [1, 2, 3, 4]),
        ("2025-28", [1, 2, 3, 4]),
    ],
)
def test_rare_earth_processing_has_six_points_in_2020_and_four_from_the_draft_of_2022(edition, numbers, catalogue):
    assert published_numbers(catalogue, edition, "rare-earth-processing-j") == numbers


def test_rare_earth_magnets_are_a_point_from_the_draft_of_2022_and_were_not_in_2020(catalogue):
    for edition in ("draft-2022-12-30", "2023-57"):
        assert "钕铁硼" in point(catalogue, edition, "rare-earth-processing-j", "3").zh
    assert "钕铁硼" not in point(catalogue, "2020-38", "rare-earth-processing-j", "3").zh


def density(catalogue, edition):
    lfp = point(catalogue, edition, "battery-cathode-x", "1")
    [found] = [p for p in lfp.parameters if p.name.en == "powder compaction density"]
    assert found.condition is not None
    return found


def test_the_conditions_of_the_draft_for_battery_cathodes_stand_only_in_the_draft(catalogue):
    assert "300 MPa" in density(catalogue, "draft-2025-01-02").condition.en
    assert "220 MPa" in density(catalogue, "2025-28").condition.en
    for edition in catalogue.governing():
        for listed in edition.listings["battery-cathode-x"].points:
            assert not any("300 MPa" in p.condition.en for p in listed.parameters if p.condition is not None)


def test_nothing_that_only_a_draft_words_stands_in_an_edition_in_force(catalogue):
    drafted = {id(p) for of in catalogue.pack.points.values() for p in of if p.since in DRAFTS}
    assert drafted
    for edition in catalogue.governing():
        assert not drafted & {id(p) for listing in edition.listings.values() for p in listing.points}


def test_in_a_draft_the_point_that_it_words_itself_replaces_the_point_of_the_same_number(pack):
    item = "nonferrous-metallurgy-x"
    held = pack.points[item]
    [gallium] = [p for p in held if (p.number, p.since) == ("2", "2023-57")]
    proposed = msgspec.structs.replace(gallium, since="draft-2025-01-02", until="2025-28", zh="拟议的表述")
    made = Catalogue(replace(pack, points={**pack.points, item: (*held, proposed)}))
    assert point(made, "draft-2025-01-02", item, "2") == proposed
    assert point(made, "2023-57", item, "2") == gallium
    assert point(made, "2025-28", item, "2").since == "2025-28"


def test_no_listing_has_two_published_points_of_one_number(catalogue):
    for edition in catalogue.editions.values():
        for listing in edition.listings.values():
            numbers = [p.number for p in listing.published_points]
            assert len(numbers) == len(set(numbers)), (edition.id, listing.item.id)


# Names and codes


def test_an_item_is_found_by_its_id_whatever_the_case_and_spaces(catalogue):
    item, printed = catalogue.find("  Battery-Cathode-X ")
    assert (item.id, printed) == ("battery-cathode-x", ())


@pytest.mark.parametrize(
    ("code", "item", "editions"),
    [
        ("252604X", "battery-cathode-x", ("draft-2025-01-02", "2025-28")),
        ("213106X", "pv-wafer-x", ("draft-2022-12-30",)),
        ("053302J", "rare-earth-processing-j", ("2008-12", "2020-38")),
        ("213301J", "rare-earth-processing-j", ("draft-2022-12-30",)),
        ("083201x", "nonferrous-metallurgy-x", ("2023-57", "draft-2025-01-02", "2025-28")),
    ],
)
def test_a_code_leads_to_its_item_through_any_edition_that_prints_it(code, item, editions, catalogue):
    found, printed = catalogue.find(code)
    assert (found.id, printed) == (item, editions)


def test_every_code_that_any_edition_holds_leads_to_its_item(catalogue):
    codes = {
        (x.code, x.item.id) for e in catalogue.editions.values() for x in e.listings.values() if x.code is not None
    }
    assert len(codes) > 20
    for code, item in codes:
        assert catalogue.find(code)[0].id == item


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("battery-cathod-x", "battery-cathode-x"),
        ("battery-cathode-j", "battery-cathode-x"),
        ("252604Y", "252604X"),
        ("083201J", "083201X"),
        ("电池正极材料", "battery-cathode-x"),
        ("lithography battery cathode", "battery-cathode-x"),
    ],
)
def test_an_unknown_item_or_code_is_refused_with_the_nearest_ones(name, offered, catalogue):
    with pytest.raises(Unknown) as caught:
        catalogue.find(name)
    assert offered in caught.value.nearest
    assert caught.value.name == name
    for language in Language:
        text = caught.value.in_(language)
        assert offered in text and name in text and "mulu items" in text


def test_a_name_like_nothing_held_is_refused_without_an_offer(catalogue):
    with pytest.raises(Unknown) as caught:
        catalogue.find("qqqqqqqqqqqqqqqq")
    assert caught.value.nearest == ()
    assert "Nearest" not in caught.value.in_(Language.EN)


def test_a_code_used_again_means_the_item_of_the_latest_edition_that_prints_it(pack):
    reused = with_reading(pack, "2008-12", seen("tea-processing-x", "present", code="252604X"))
    found, printed = Catalogue(reused).find("252604X")
    assert (found.id, printed) == ("battery-cathode-x", ("draft-2025-01-02", "2025-28"))


# Acts first, then sightings


def test_the_shipped_pack_has_no_sighting_against_an_act(catalogue):
    found = [c for e in catalogue.editions.values() for c in e.conflicts if c.said.id == "sighting_contradicts_act"]
    assert found == []


@pytest.mark.parametrize(
    ("item", "contrary", "change", "stands"),
    [
        ("battery-cathode-x", "absent", "adds", Presence.PRESENT),
        ("nonferrous-metallurgy-x", "absent", "modifies", Presence.PRESENT),
        ("building-environment-x", "present", "deletes", Presence.ABSENT),
    ],
)
def test_where_a_sighting_contradicts_an_act_a_conflict_is_recorded_and_the_act_stands(
    item, contrary, change, stands, pack
):
    edition = Catalogue(with_reading(pack, "2025-28", seen(item, contrary))).editions["2025-28"]
    [conflict] = edition.conflicts
    assert (conflict.edition, conflict.item, conflict.said.id) == ("2025-28", item, "sighting_contradicts_act")
    for language in Language:
        text = conflict.said.in_(language)
        assert item in text and change in text and contrary in text
    assert edition.listings[item].presence is stands
    assert edition.listings[item].change == change


def test_a_sighting_that_leaves_the_matter_open_does_not_contradict_an_act(pack):
    edition = Catalogue(with_reading(pack, "2025-28", seen("battery-cathode-x", "open"))).editions["2025-28"]
    assert edition.conflicts == ()
    assert edition.listings["battery-cathode-x"].presence is Presence.PRESENT


def test_a_sighting_that_agrees_with_an_act_lends_it_its_certainty(pack):
    weak = Act(does="adds", item="battery-cathode-x", certainty=Certainty.UNCONFIRMED)
    acts = {**pack.acts, "announcement-2025-28": {**pack.acts["announcement-2025-28"], weak.item: weak}}
    alone = replace(pack, acts=acts, readings={**pack.readings, "2025-28": {}})
    agreeing = with_reading(alone, "2025-28", seen(weak.item, "present"))
    contrary = with_reading(alone, "2025-28", seen(weak.item, "absent"))
    held = [Catalogue(p).editions["2025-28"].listings[weak.item] for p in (alone, agreeing, contrary)]
    assert [one.certainty for one in held] == [Certainty.UNCONFIRMED, Certainty.PUBLISHED, Certainty.UNCONFIRMED]


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [("control", "prohibited", "list_contradicted"), ("code", "252605X", "code_contradicted")],
)
def test_a_statement_that_contradicts_the_pack_is_a_conflict_and_changes_nothing(field, value, kind, pack, catalogue):
    held = pack.statements["battery-cathode-x"]
    name, statement = next((e, s) for e, s in held if e == "2025-28" and s.field == field)
    other = msgspec.structs.replace(statement, value=value)
    contradicted = replace(pack, statements={**pack.statements, "battery-cathode-x": (*held, (name, other))})
    edition = Catalogue(contradicted).editions["2025-28"]
    [conflict] = edition.conflicts
    assert (conflict.item, conflict.said.id) == ("battery-cathode-x", kind)
    assert value in conflict.said.in_(Language.ZH) and value in conflict.said.in_(Language.EN)
    assert edition.listings == catalogue.editions["2025-28"].listings


def test_an_act_whose_changes_are_not_all_named_keeps_nothing_that_it_does_not_name(catalogue):
    checked = 0
    for edition in catalogue.editions.values():
        if edition.instrument.changes_all_named:
            continue
        acts = catalogue.pack.acts[edition.instrument.id]
        for item, listing in edition.listings.items():
            if item not in acts:
                assert (listing.change, listing.change_certainty) == (None, None), (edition.id, item)
                checked += 1
    assert checked > 300


def test_an_edition_carries_over_the_one_before_only_where_every_change_is_named(pack):
    item = "tea-processing-x"
    first = an_edition("2031-a", date(2031, 1, 1))
    named = an_edition("2032-b", date(2032, 1, 1), amends=(first.id,), changes_all_named=True)
    unnamed = msgspec.structs.replace(named, changes_all_named=False)
    for header, carried in ((named, True), (unnamed, False)):
        made = Catalogue(
            with_reading(with_editions(pack, first, header), "2031-a", seen(item, "present", code="059901X"))
        )
        assert (item in made.editions["2032-b"].listings) is carried
        if carried:
            listing = made.editions["2032-b"].listings[item]
            assert (listing.presence, listing.change, listing.code) == (Presence.PRESENT, "keeps", "059901X")


def test_an_item_left_open_stays_open_when_carried_over(pack):
    first = an_edition("2031-a", date(2031, 1, 1))
    second = an_edition("2032-b", date(2032, 1, 1), amends=(first.id,), changes_all_named=True)
    made = Catalogue(with_reading(with_editions(pack, first, second), "2031-a", seen("tea-processing-x", "open")))
    assert [x.item.id for x in made.editions["2032-b"].open()] == ["tea-processing-x"]
    assert made.editions["2032-b"].present() == []


def test_an_absent_item_that_is_carried_over_is_not_said_to_be_kept(pack):
    first = an_edition("2031-a", date(2031, 1, 1))
    second = an_edition("2032-b", date(2032, 1, 1), amends=(first.id,), changes_all_named=True)
    made = Catalogue(with_reading(with_editions(pack, first, second), "2031-a", seen("tea-processing-x", "absent")))
    listing = made.editions["2032-b"].listings["tea-processing-x"]
    assert (listing.presence, listing.change, listing.code) == (Presence.ABSENT, None, None)


def test_more_published_items_than_announced_are_an_error_and_more_unconfirmed_ones_a_surplus(pack):
    header = an_edition("2031-a", date(2031, 1, 1), announced=Announced(whole=Counts(restricted=0)))
    bare = with_editions(pack, header)
    with pytest.raises(DefectivePack, match="1 restricted items are held as published, more than the 0 announced"):
        Catalogue(with_reading(bare, "2031-a", seen("tea-processing-x", "present")))
    weak = Reading(item="tea-processing-x", presence="present", certainty=Certainty.UNCONFIRMED)
    tally = Catalogue(with_reading(bare, "2031-a", weak)).editions["2031-a"].tally(Control.RESTRICTED)
    assert (tally.published, tally.unconfirmed, tally.surplus, tally.shortfall) == (0, 1, 1, 0)


# Gaps in the numbering


@pytest.mark.parametrize("edition", ["2023-57", "2025-28"])
def test_a_gap_in_the_numbering_counts_up_to_the_highest_published_code(edition, catalogue):
    one = catalogue.editions[edition]
    gaps = catalogue.numbering_gaps(one)
    assert gaps
    for gap in gaps:
        printed = {x.code: x for x in one.listings.values() if x.code_certainty is Certainty.PUBLISHED}
        assert printed[gap.code].item.control is gap.control
        assert gap.code[2:4] == gap.division
        assert int(gap.code[4:6]) == gap.highest
        assert gap.missing == gap.highest - gap.held > 0


def test_editions_of_the_older_classification_show_no_gaps(catalogue):
    for edition in ("2008-12", "2020-38", "draft-2022-12-30"):
        assert catalogue.numbering_gaps(catalogue.editions[edition]) == []

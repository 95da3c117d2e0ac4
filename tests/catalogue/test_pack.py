"""What holds of the shipped data pack as it is read, before any edition is computed."""

from __future__ import annotations

import pytest

from mulu.catalogue.codes import Code
from mulu.catalogue.pack import DATA, digest, point_keys, read, read_glossary
from mulu.vocabulary import Certainty

ANNOUNCED = {
    "2008-12": (33, 117, 150),
    "2020-38": (29, 135, 164),
    "draft-2022-12-30": (24, 115, 139),
    "2023-57": (24, 110, 134),
    "2025-28": (23, 109, 132),
}


def confirmed(certainty: Certainty | None) -> bool:
    return certainty in (Certainty.PUBLISHED, Certainty.OFFICIAL)


def by_edition(pack):
    return {one.edition: one for one in pack.instruments.values() if one.edition is not None}


def test_reading_the_pack_twice_gives_the_same_pack(pack):
    assert read() == pack


def test_the_manifest_seals_every_data_file_and_nothing_else(pack):
    held = {path.relative_to(DATA).as_posix(): digest(path) for path in DATA.rglob("*.jsonl")}
    assert pack.manifest.files == held


def test_the_manifest_says_for_each_family_how_far_the_sources_reach(pack):
    assert set(pack.manifest.known_to) == {one.family for one in pack.instruments.values()}
    for reach in pack.manifest.known_to.values():
        assert reach.day <= pack.manifest.issued
        assert reach.basis.zh and reach.basis.en


@pytest.mark.parametrize("edition", ANNOUNCED)
def test_the_announced_sizes_are_those_that_the_ministries_announced(edition, pack):
    announced = by_edition(pack)[edition].announced
    assert announced is not None
    assert (announced.whole.prohibited, announced.whole.restricted, announced.whole.total) == ANNOUNCED[edition]


def test_every_announced_total_is_the_sum_of_its_two_parts(pack):
    checked = 0
    for one in pack.instruments.values():
        if one.announced is None:
            continue
        for counts in (one.announced.whole, one.announced.added, one.announced.deleted, one.announced.modified):
            if counts is None or None in (counts.prohibited, counts.restricted, counts.total):
                continue
            assert counts.prohibited + counts.restricted == counts.total, one.id
            checked += 1
    assert checked >= len(ANNOUNCED)


@pytest.mark.parametrize(("before", "after"), [("2008-12", "2020-38"), ("2020-38", "2023-57"), ("2023-57", "2025-28")])
@pytest.mark.parametrize("part", ["prohibited", "restricted"])
def test_each_announced_size_follows_from_the_one_before_and_the_announced_changes(before, after, part, pack):
    old, new = by_edition(pack)[before].announced, by_edition(pack)[after].announced
    assert getattr(old.whole, part) + getattr(new.added, part) - getattr(new.deleted, part) == getattr(new.whole, part)


def test_no_estimate_called_belief_stands_anywhere_in_the_data():
    files = [path for path in DATA.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path.name for path in files if b"belief" in path.read_bytes().lower()] == []


def test_unconfirmed_points_carry_no_parameters(pack):
    topics = [p for of in pack.points.values() for p in of if not confirmed(p.certainty)]
    assert topics
    assert [(p.item, p.number) for p in topics if p.parameters] == []


def test_published_points_have_a_source(pack):
    published = [p for of in pack.points.values() for p in of if confirmed(p.certainty)]
    assert published
    assert {f"{p.item}#{p.number}" for p in published if not p.sources} == set()


def test_published_points_with_parameters_have_a_source(pack):
    bearing = [p for of in pack.points.values() for p in of if p.parameters]
    assert bearing
    assert all(p.sources for p in bearing)


def test_published_acts_have_a_source_or_a_basis(pack):
    published = [a for acts in pack.acts.values() for a in acts.values() if confirmed(a.certainty)]
    assert published
    assert [a.item for a in published if not a.sources and a.basis is None] == []


def test_published_readings_rest_on_a_statement_an_act_or_a_basis(pack):
    instruments = by_edition(pack)
    groundless = set()
    for edition, readings in pack.readings.items():
        acts = pack.acts[instruments[edition].id]
        for reading in readings.values():
            if not confirmed(reading.certainty) or reading.basis is not None:
                continue
            stated = any(seen_in == edition for seen_in, _ in pack.statements.get(reading.item, ()))
            act = acts.get(reading.item)
            if not stated and (act is None or not (act.sources or act.basis)):
                groundless.add((edition, reading.item))
    assert groundless == set()


def test_every_statement_names_its_source_and_how_it_was_read(pack):
    statements = [s for of in pack.statements.values() for _, s in of]
    assert len(statements) > 100
    for statement in statements:
        assert statement.source in pack.sources
        assert statement.how.zh and statement.how.en


def test_items_with_a_published_name_name_their_sources(pack):
    published = [item for item in pack.items.values() if confirmed(item.name_certainty)]
    assert published
    assert [item.id for item in published if not item.sources] == []


def test_a_reading_with_a_code_says_how_certain_the_code_is(pack):
    coded = [r for readings in pack.readings.values() for r in readings.values() if r.code is not None]
    assert coded
    assert [(r.item, r.code) for r in coded if r.code_certainty is None] == []


def test_the_id_the_list_and_the_letter_of_the_code_agree(pack):
    for item in pack.items.values():
        assert item.id[-2:] == f"-{item.control.letter.lower()}"
    for readings in pack.readings.values():
        for reading in readings.values():
            if reading.code is not None:
                parsed = Code.parse(reading.code)
                assert parsed is not None and parsed.text == reading.code
                assert parsed.control is pack.items[reading.item].control


def test_no_edition_prints_one_code_for_two_items(pack):
    for edition, readings in pack.readings.items():
        codes = [r.code for r in readings.values() if r.code is not None]
        assert len(codes) == len(set(codes)), edition


def test_every_edition_of_the_pack_has_one_instrument(pack):
    editions = [one.edition for one in pack.instruments.values() if one.edition is not None]
    assert len(editions) == len(set(editions)) == 6


def test_names_points_and_titles_are_written_in_both_languages(pack):
    texts = [item.name for item in pack.items.values()] + [one.title for one in pack.instruments.values()]
    texts += [conflict.about for conflict in pack.conflicts]
    assert all(text.zh.strip() and text.en.strip() for text in texts)
    assert all(p.zh.strip() and p.en.strip() for of in pack.points.values() for p in of)


def test_items_of_the_catalogue_carry_divisions_that_the_classification_has(pack):
    numbers = {item.division for item in pack.items.values() if item.division is not None}
    assert numbers
    assert {n for n in numbers if ("GB/T 4754-2017", n) not in pack.divisions} == set()


def test_a_correction_names_an_item_or_point_that_is_held(pack):
    keys = set(pack.items)
    for of in pack.points.values():
        for point in of:
            keys |= {f"{point.item}#{point.number}", *point_keys(point, of)}
            keys.add(f"{point.item}#{point.number}@{point.since}")
    assert pack.corrections
    assert [one.id for one in pack.corrections if one.key not in keys] == []


def test_every_line_of_the_glossary_hangs_on_a_point_or_item_that_is_held(pack):
    glossary = read_glossary(DATA, pack.points, pack.items)
    keys = {key for of in pack.points.values() for p in of for key in point_keys(p, of)} | set(pack.items)
    assert len(glossary.lines) > 1000
    assert {line.point for line in glossary.lines} <= keys
    assert {miss.item for miss in glossary.near_misses} <= set(pack.items)
    assert len({manner.manner for manner in glossary.manners}) == len(glossary.manners) == 6
    assert glossary.parameter_words


def test_a_point_whose_number_recurs_is_named_with_the_edition_that_words_it(pack):
    of = pack.points["nonferrous-metallurgy-x"]
    second = [key for p in of if p.number == "2" for key in point_keys(p, of)]
    assert sorted(second) == ["nonferrous-metallurgy-x#2@2023-57", "nonferrous-metallurgy-x#2@2025-28"]
    [ninth] = [p for p in of if p.number == "9"]
    assert point_keys(ninth, of) == ("nonferrous-metallurgy-x#9",)


def test_no_two_points_answer_to_the_same_key(pack):
    for of in pack.points.values():
        keys = [key for point in of for key in point_keys(point, of)]
        assert len(keys) == len(set(keys))

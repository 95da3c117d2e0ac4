"""Codes taken apart, under the classification that the edition used."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.codes import Code
from mulu.vocabulary import Control

two_digits = st.integers(0, 99).map("{:02d}".format)
codes = st.tuples(two_digits, two_digits, two_digits, st.sampled_from("JX")).map("".join)


@given(text=codes)
def test_a_code_taken_apart_and_put_together_is_the_same_code(text):
    code = Code.parse(text)
    assert code is not None
    assert f"{code.prefix}{code.division}{code.number:02d}{code.control.letter}" == code.text == text


@given(text=codes, before=st.sampled_from(["", " ", "\t"]), after=st.sampled_from(["", " ", "\n"]))
def test_spaces_around_a_code_and_small_letters_do_not_matter(text, before, after):
    assert Code.parse(before + text.lower() + after) == Code.parse(text)


@given(text=st.one_of(st.text(alphabet="0123456789JXjxAЖ中- "), st.text(max_size=9)))
def test_only_six_digits_and_a_letter_of_a_list_are_a_code(text):
    is_code = re.fullmatch(r"[0-9]{6}[JX]", text.strip().upper()) is not None
    written_otherwise = re.search(r"[^\W0-9a-zA-Z_]", text) is not None and re.search(r"\d", text) is not None
    if not written_otherwise:
        assert (Code.parse(text) is not None) is is_code


@pytest.mark.parametrize("text", ["０５３３０１J", "٠٥٣٣٠١J"])
def test_digits_of_other_scripts_do_not_make_a_code(text):
    code = Code.parse(text)
    assert code is None or code.text == "053301J"


@pytest.mark.parametrize("text", ["", "J", "53301J", "0533001J", "053301", "053301K", "053301JX", "05 33 01 J"])
def test_what_is_not_of_the_form_of_a_code_is_none(text):
    assert Code.parse(text) is None


def test_the_last_letter_tells_the_list():
    assert Code.parse("053301J").control is Control.PROHIBITED
    assert Code.parse("083201X").control is Control.RESTRICTED


def test_a_code_of_2008_is_read_under_the_classification_of_2002(pack):
    decoded = Code.parse("053301J").decoded("2008-12", pack.divisions)
    assert decoded["standard"] == "GB/T 4754-2002"
    assert decoded["division"] == "33"
    assert decoded["division_name"]["zh"] == "有色金属冶炼及压延加工业"
    assert "non-ferrous" in decoded["division_name"]["en"].lower()
    assert "2008" in decoded["prefix_means"]["zh"] and "2008" in decoded["prefix_means"]["en"]
    assert (decoded["number"], decoded["control"]) == (1, "prohibited")


def test_a_code_of_2023_is_read_under_the_classification_of_2017(pack):
    decoded = Code.parse("083201X").decoded("2023-57", pack.divisions)
    assert decoded["standard"] == "GB/T 4754-2017"
    assert decoded["division"] == "32"
    assert decoded["division_name"]["zh"] == "有色金属冶炼和压延加工业"
    assert "non-ferrous" in decoded["division_name"]["en"].lower()
    assert "2008" in decoded["prefix_means"]["en"] and "inference" in decoded["prefix_means"]["en"]
    assert (decoded["number"], decoded["control"]) == (1, "restricted")


@pytest.mark.parametrize(
    ("edition", "standard"),
    [
        ("2008-12", "GB/T 4754-2002"),
        ("2020-38", "GB/T 4754-2002"),
        ("draft-2022-12-30", "GB/T 4754-2002"),
        ("2023-57", "GB/T 4754-2017"),
        ("draft-2025-01-02", "GB/T 4754-2017"),
        ("2025-28", "GB/T 4754-2017"),
    ],
)
def test_the_classification_changed_with_the_edition_of_2023(edition, standard):
    assert Code.parse("083201X").standard(edition) == standard


def test_a_division_or_prefix_that_is_not_held_is_said_to_be_unknown(pack):
    decoded = Code.parse("999901X").decoded("2020-38", pack.divisions)
    assert decoded["division_name"] is None
    assert decoded["prefix_means"] is None


def test_every_code_that_an_edition_prints_decodes_to_a_named_division(catalogue):
    checked = 0
    for edition in catalogue.editions.values():
        for listing in edition.listings.values():
            if listing.code is None:
                continue
            decoded = Code.parse(listing.code).decoded(edition.id, catalogue.pack.divisions)
            assert decoded["division_name"] is not None, (edition.id, listing.code)
            assert decoded["control"] == listing.item.control.value
            checked += 1
    assert checked > 50


def test_a_code_of_the_newer_classification_names_the_division_that_its_item_carries(catalogue):
    checked = 0
    for edition in (catalogue.editions["2023-57"], catalogue.editions["2025-28"]):
        for listing in edition.listings.values():
            if listing.code is not None:
                assert Code.parse(listing.code).division == listing.item.division, listing.item.id
                checked += 1
    assert checked > 20

"""Provisions are cited in the version that we read, and say so where another applied."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mulu.catalogue.pack import DATA, DefectivePack
from mulu.determination.law import Law, Mark, NoSuchProvision

DAY = datetime.date(2026, 11, 23)
LAW = Law.load()


def test_a_provision_is_cited_with_article_version_and_mark():
    cited = LAW.cite("tier-33", DAY)
    assert cited.in_force is True and cited.note is None
    assert "33" in cited.where.en and "2020-11-29" in cited.where.en and "33" in cited.where.zh
    assert cited.as_json()["mark"] == "full"


@pytest.mark.parametrize(
    ("day", "provision"),
    (
        ("2022-12-29", None),
        ("2022-12-30", "ftl2022-14-3"),
        ("2026-02-28", "ftl2022-14-3"),
        ("2026-03-01", "ftl2025-17-3"),
    ),
)
def test_the_version_of_a_rule_follows_the_day(day: str, provision: str | None):
    cited = LAW.on("registration-duty", datetime.date.fromisoformat(day))
    assert (None if cited is None else cited.id) == provision


def test_before_march_2026_nothing_punished_a_missing_registration():
    assert LAW.on("registration-penalty", datetime.date(2026, 2, 28)) is None
    penalty = LAW.on("registration-penalty", datetime.date(2026, 3, 1))
    assert penalty is not None and penalty.id == "ftl2025-72"


def test_a_version_that_did_not_apply_on_the_day_says_so():
    early = LAW.cite("tier-30", datetime.date(2020, 8, 31))
    assert early.in_force is False and early.note is not None and "2020-11-29" in early.note.en
    late = LAW.cite("ftl2022-14-3", DAY)
    assert late.in_force is False and late.note is not None and "ended" in late.note.en
    unknown = LAW.cite("apl-36", DAY)
    assert unknown.in_force is None and unknown.note is not None


def test_what_is_remembered_or_unsettled_carries_nothing():
    assert {mark for mark in Mark if not mark.carries} == {Mark.MEMORY, Mark.UNSETTLED}
    assert not LAW.cite("o2-10").mark.carries


def test_a_provision_that_is_not_held_is_an_error():
    with pytest.raises(NoSuchProvision, match="tier-999"):
        LAW.cite("tier-999")


def test_every_contested_question_has_positions_that_cite_and_a_reading_that_is_one_of_them():
    assert len(LAW.contested) >= 15
    for one in LAW.contested.values():
        assert len({position.id for position in one.positions}) == len(one.positions) >= 2
        assert one.effect.zh and one.effect.en


@pytest.mark.parametrize(
    ("file", "change", "message"),
    (
        ("provisions", ('"instrument": "tier"', '"instrument": "tire"'), "tire"),
        ("provisions", ('"id": "tier-28"', '"id": "tier-2"'), "duplicate"),
        ("instruments", ('"mark": "full"', '"mark": "certain"'), "instruments.jsonl:1"),
        ("contested", ('"o3-6"', '"o3-66"'), "o3-66"),
        ("contested", ('"id": "mixed-payment"', '"id": "mixed-payment", "id": "x"'), "duplicate key"),
    ),
)
def test_a_defective_line_of_the_law_is_refused_by_name(
    tmp_path: Path, file: str, change: tuple[str, str], message: str
):
    (tmp_path / "law").mkdir()
    for path in (DATA / "law").glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / "law" / path.name).write_text(
            text.replace(*change, 1) if path.stem == file else text, encoding="utf-8"
        )
    with pytest.raises(DefectivePack, match=message):
        Law.load(tmp_path)

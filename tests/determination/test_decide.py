"""The ordered tests: what decides, what stays open, what a dispute does, and what a description says of itself."""

from __future__ import annotations

import datetime

import pytest

from mulu.determination.decide import Answer, Origin, Track, answers_from, decide
from mulu.determination.facts import FactRefused, Place, catalogue_code, read_facts, without_technology
from mulu.determination.law import Law
from mulu.vocabulary import Bilingual

LAW = Law.load()
DAY = datetime.date(2025, 9, 1)


def given(**values: str | None) -> dict[str, Answer]:
    return {test: Answer(value, Origin.PERSON, Bilingual("x", "x")) for test, value in values.items()}


FREE = {"crossing": "yes", "secret": "no", "control": "no", "measure": "no", "prohibited": "no", "restricted": "no"}


@pytest.mark.parametrize("test", list(FREE))
def test_a_test_left_open_decides_nothing(test: str) -> None:
    whole = decide(given(**FREE, **{"not-listed": "yes"}), LAW, DAY)
    assert whole.track is Track.REGISTRATION
    answers = given(**FREE, **{"not-listed": "yes"})
    del answers[test]
    found = decide(answers, LAW, DAY)
    assert found.track is Track.UNDETERMINED
    assert test in {one.test for one in found.open if one.decides}


def test_without_the_ground_nothing_is_free() -> None:
    found = decide(given(**FREE), LAW, DAY)
    assert found.track is Track.UNDETERMINED
    assert [one.test for one in found.open if one.decides] == ["not-listed"]


def test_both_regimes_the_stricter_applies_and_both_are_kept() -> None:
    found = decide(given(**{**FREE, "control": "yes", "prohibited": "yes"}), LAW, DAY)
    assert found.track is Track.BLOCKED
    assert found.also == (Track.EXPORT_CONTROL,)
    softer = decide(given(**{**FREE, "control": "yes", "restricted": "yes"}), LAW, DAY)
    assert (softer.track, softer.also) == (Track.EXPORT_CONTROL, (Track.LICENCE,))


def test_the_version_of_the_day_is_cited() -> None:
    def rules(day: datetime.date) -> set[str]:
        return {c.id for s in decide(given(**FREE), LAW, day).steps for c in s.citations}

    assert "ftl2022-66" in rules(datetime.date(2026, 2, 28))
    assert "ftl2025-80" in rules(datetime.date(2026, 3, 1))
    assert "ftl2022-66" not in rules(datetime.date(2026, 3, 1))


def test_a_dispute_decides_only_where_all_readings_agree() -> None:
    base = {"from": "CN", "to": "foreign person inside China", "crossing": False}
    free = decide(answers_from(read_facts({**base, "status_on_day": "free"}), LAW), LAW, DAY)
    assert (free.track, free.is_export) == (Track.UNDETERMINED, None)
    controlled = decide(answers_from(read_facts({**base, "status_on_day": "dual-use"}), LAW), LAW, DAY)
    assert (controlled.track, controlled.is_export) == (Track.EXPORT_CONTROL, False)
    assert free.disputed == controlled.disputed == ("foreign-person-inside-china",)


def test_what_the_facts_pass_over_is_never_answered() -> None:
    answers = answers_from(read_facts({"from": "CN", "to": "US", "status_on_day": "free"}), LAW)
    assert [answers[t].value for t in ("secret", "control", "measure")] == [None, None, None]
    found = decide(answers, LAW, DAY)
    assert {"secret", "control", "measure", "not-listed"} <= {one.test for one in found.open}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("CN", Place.CHINA),
        ("CN (Sichuan)", Place.CHINA),
        ("中国境内企业", Place.CHINA),
        ("HK", Place.TERRITORY),
        ("中国香港", Place.TERRITORY),
        ("Taiwan", Place.TERRITORY),
        ("US", Place.ABROAD),
        ("abroad (foreign company)", Place.ABROAD),
        ("境外子公司", Place.ABROAD),
        ("foreign persons inside CN", Place.FOREIGNER_INSIDE),
        ("境内外籍雇员", Place.FOREIGNER_INSIDE),
        ("FIE registered in CN", Place.FOREIGN_OWNED),
        ("境内注册的外商投资企业", Place.FOREIGN_OWNED),
    ],
)
def test_places(text: str, place: Place) -> None:
    assert read_facts({"to": text}).recipient is place


@pytest.mark.parametrize(
    "text",
    [
        "商标 (no patent or know-how element)",
        "商标（不含专有技术）",
        "trademark only",
        "散件 (goods only, no technical content)",
        "整车（不含技术资料）",
        "spare parts, without any technical documents",
        "品牌授权，无技术内容",
    ],
)
def test_descriptions_without_technology(text: str) -> None:
    assert without_technology(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "商标+专有技术",
        "无人机技术",
        "无专利保护的涂层工艺",
        "brand and manufacturing process",
        "trademark licence with know-how",
        "不含专利的技术秘密",
        "某种涂层",
        "散件",
        "no patent, but the source code is delivered",
        "无刷电机",
        "非管制技术服务",
    ],
)
def test_descriptions_that_are_not_read_so(text: str | None) -> None:
    assert without_technology(text) is None


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"status_on_day": "green"}, "status_on_day"),
        ({"status_on_day": 3}, "status_on_day"),
        ({"mode": "M7"}, "mode"),
        ({"date": "2025-9-1"}, "date"),
        ({"date": "2025-02-30"}, "date"),
        ({"crossing": "no"}, "crossing"),
        ({"n": 30}, "n"),
        ({"n": "30", "unit": "wd"}, "n"),
        ({"n": 10**9, "unit": "wd"}, "n"),
        ({"unit": "weeks", "n": 1}, "unit"),
        ({"technology": 5}, "technology"),
        ({"temporary_measure": True}, "temporary_measure"),
        ({"royalty": "perhaps"}, "royalty"),
        ({"mode": "M1+M7"}, "mode"),
        ({"loi_issued": "soon"}, "loi_issued"),
    ],
)
def test_a_fact_that_cannot_be_read_refuses_the_row(facts: dict[str, object], key: str) -> None:
    with pytest.raises(FactRefused) as refused:
        read_facts(facts)
    assert refused.value.key == key


def test_several_forms_of_one_fact() -> None:
    assert read_facts({"mode": "M1+M4", "channel": "trade/investment"}).mode == "M1"
    assert read_facts({"loi_issued": "2026-04-20"}).loi_issued is True
    assert read_facts({"royalty": 0.05}).royalty is True
    assert read_facts({"royalty": "5 %"}).royalty is True
    mixed = read_facts({"royalty": "mixed"})
    assert (mixed.royalty, mixed.mixed_payment) == (True, True)
    assert read_facts({"royalty": 0}).royalty is False
    assert read_facts({"change": True}).change
    assert read_facts({"to": "Chinese branch of a US company registered in Shanghai"}).recipient is Place.FOREIGN_OWNED


def test_a_key_that_is_not_known_is_named() -> None:
    assert read_facts({"colour": "red"}).unread == ("colour",)


@pytest.mark.parametrize(
    ("text", "code"), [("083201X", True), ("1E902.b (dual-use list)", False), (None, False), ("082201j", True)]
)
def test_codes(text: str | None, code: bool) -> None:
    assert (catalogue_code(text) is not None) is code

"""Contract numbers place by place, and what a breach cost on its day."""

from __future__ import annotations

import datetime

import pytest

from mulu.determination.law import Law
from mulu.procedure.numbers import NumberRefused, check_contract_number, contract_number
from mulu.procedure.penalties import exposure, penalties

LAW = Law.load()


def test_a_number_is_built_and_passes_its_own_check() -> None:
    number = contract_number(2026, "US", "BJ", "39", "ABC001")
    assert number == "26USBJE39ABC001"
    assert check_contract_number(number) == []


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("26USBJY39ABC001", "place 7"),
        ("26USQQE39ABC001", "no code of a province"),
        ("26CNBJE39ABC001", "other side"),
        ("26USBJE39", "0 places"),
        ("26USBJE39ABC001234", "9 places"),
        ("2026US", "first nine"),
    ],
)
def test_what_is_doubtful_is_named(number: str, doubt: str) -> None:
    assert any(doubt in one.en for one in check_contract_number(number))


@pytest.mark.parametrize(
    "parts",
    [
        (26, "US", "BJ", "39", "A"),
        (2026, "USA", "BJ", "39", "A"),
        (2026, "US", "BJ", "3", "A"),
        (2026, "US", "BJ", "39", "a"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts: tuple[int, str, str, str, str]) -> None:
    with pytest.raises(NumberRefused):
        contract_number(*parts)


def test_missing_registration_before_and_after_march_2026() -> None:
    before = exposure("no-registration", datetime.date(2026, 2, 28), None, LAW)
    after = exposure("no-registration", datetime.date(2026, 3, 1), None, LAW)
    assert before["sanctions"] == []
    assert len(before["not_yet_law"]) == 1
    assert [p["id"] for p in after["sanctions"][0]["provisions"]] == ["ftl2025-72"]
    assert (after["sanctions"][0]["from"], after["sanctions"][0]["to"]) == (0, 50_000)
    assert after["sanctions"][0]["contested"] == "old-contracts-and-the-new-penalty"


@pytest.mark.parametrize(
    ("gains", "fine", "fallback"),
    [
        (None, (None, None), (None, None)),
        (0.0, (None, None), (0, 500_000)),
        (600_000.0, (600_000, 3_000_000), (600_000, 3_000_000)),
    ],
)
def test_unlicensed_export(gains: float | None, fine: object, fallback: object) -> None:
    found = exposure("unlicensed-export", datetime.date(2026, 5, 1), gains, LAW)["sanctions"]
    assert (found[1]["from"], found[1]["to"]) == fine
    assert (found[2]["from"], found[2]["to"]) == fallback
    assert found[2]["contested"] == "penalty-without-gains"


@pytest.mark.parametrize("breach", list(penalties()))
def test_every_breach_answers_on_any_day(breach: str) -> None:
    for day in (datetime.date(2010, 1, 1), datetime.date(2023, 1, 1), datetime.date(2026, 11, 1)):
        answer = exposure(breach, day, 1.0, LAW)
        assert answer["sanctions"] or answer["not_yet_law"]

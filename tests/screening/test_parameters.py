"""What a text states of a technical parameter is set against what the point requires."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.records import Parameter, Texts
from mulu.screening.parameters import Comparison, Result, compare
from mulu.screening.text import fold


def a_parameter(operator: str, value: float, unit: str, condition: str | None = None) -> Parameter:
    return Parameter(
        name=Texts(zh="示例密度", en="example density"),
        operator=operator,
        value=value,
        unit=unit,
        condition=None if condition is None else Texts(zh=f"{condition}下", en=f"at {condition}"),
    )


DENSITY = a_parameter("≥", 2.5, "g/cm³")
CAPACITY = a_parameter("≥", 160, "mAh/g")
SHARE = a_parameter("≥", 97, "%")
IMPURITY = a_parameter("≤", 10, "ppb")


def compared(parameter: Parameter, text: str, words: tuple[str, ...] = ()) -> Comparison:
    (comparison,) = compare(fold(text), (parameter,), {"example density": words})
    return comparison


@pytest.mark.parametrize(
    "text",
    [
        "示例密度≥2.6 g/cm³",
        "示例密度不低于2.6 g/cm³",
        "示例密度不小于 2.6 g/cm³",
        "示例密度大于等于2.6g/cm³",
        "示例密度至少为2.6g/cm³",
        "示例密度2.6 g/cm³以上",
        "an example density of at least 2.6 g/cm³",
        "example density: not less than 2.6 g/cm³",
        "example density 2.6 g/cm³ or more",
        "Example Density >= 2.6 g/cm³",
        "示例密度为2.6 g/cm³",
        "示例密度為 2.6 g/cm³",
        "example density 2.60–2.70 g/cm³",
        "示例密度2.6至2.7 g/cm³",
        "示例密度 2.6~2.7 g/cm³",
        "example density from 2.6 to 2.7 g/cm³",
    ],
)
def test_a_value_that_is_at_least_the_lower_limit_meets_it(text):
    assert compared(DENSITY, text).result is Result.MEETS


@pytest.mark.parametrize(
    "text",
    [
        "示例密度≤8 ppb",
        "示例密度不高于 8 ppb",
        "示例密度不大于 8 ppb",
        "示例密度不超过8 ppb",
        "示例密度小于等于8 ppb",
        "示例密度至多8 ppb",
        "示例密度 8 ppb以下",
        "example density at most 8 ppb",
        "example density not more than 8 ppb",
        "example density: no more than 8 ppb",
        "example density not exceeding 8 ppb",
        "example density 8 ppb or less",
        "example density of 8 ppb",
        "example density up to 8 ppb",
    ],
)
def test_a_value_that_is_at_most_the_upper_limit_meets_it(text):
    assert compared(IMPURITY, text).result is Result.MEETS


@pytest.mark.parametrize(
    "text",
    [
        "示例密度不高于2.4 g/cm³",
        "示例密度低于2.4 g/cm³",
        "example density not more than 2.4 g/cm³",
        "示例密度2.4 g/cm³",
        "示例密度 2.1–2.4 g/cm³",
    ],
)
def test_a_value_that_stays_under_the_lower_limit_is_below_it(text):
    assert compared(DENSITY, text).result is Result.BELOW


@pytest.mark.parametrize("text", ["示例密度 50 ppb", "示例密度不低于 20 ppb", "example density above 20 ppb"])
def test_a_value_over_the_upper_limit_is_above_it(text):
    assert compared(IMPURITY, text).result is Result.ABOVE


@pytest.mark.parametrize(
    "text",
    [
        "示例密度 2.4–2.6 g/cm³",
        "示例密度不低于2.4 g/cm³",
        "示例密度低于2.7 g/cm³",
        "example density at least 2.4 g/cm³",
    ],
)
def test_a_range_across_the_limit_overlaps_it(text):
    assert compared(DENSITY, text).result is Result.OVERLAPS


@pytest.mark.parametrize(
    "stated",
    [
        "2.6 g/cc",
        "2.6 g/cm3",
        "2.6 g/cm^3",
        "2.6 g·cm⁻³",
        "2.6g/cm³",
        "2.6 g/mL",
        "2600 kg/m3",
        "2600 kg/m³",
        "2,600 kg/m³",
    ],
)
def test_a_density_is_understood_in_every_spelling_of_its_unit(stated):
    comparison = compared(DENSITY, f"the example density is {stated}, measured twice")
    assert comparison.result is Result.MEETS
    assert comparison.stated == stated
    assert comparison.margin_percent == 4.0


@pytest.mark.parametrize(
    "stated",
    [
        "168 mAh/g",
        "168mAh·g⁻¹",
        "168 mAh g-1",
        "168 mA·h/g",
        "168 mA·h·g⁻¹",
        "168 mA h/g",
        "0.168 Ah/g",
        "168 Ah/kg",
        "168 mAh g^-1",
    ],
)
def test_a_capacity_is_understood_in_every_spelling_of_its_unit(stated):
    comparison = compared(CAPACITY, f"示例密度为{stated}。")
    assert comparison.result is Result.MEETS
    assert comparison.margin_percent == 5.0


@pytest.mark.parametrize(
    ("text", "result", "margin"),
    [
        ("示例密度达百分之九十七", Result.MEETS, 0.0),
        ("示例密度不低于百分之九十七点五", Result.MEETS, 0.5),
        ("示例密度为百分之九十", Result.BELOW, -7.2),
        ("示例密度为９８％", Result.MEETS, 1.0),
        ("example density of 96.5 %", Result.BELOW, -0.5),
    ],
)
def test_per_cent_is_read_in_figures_and_in_words(text, result, margin):
    comparison = compared(SHARE, text)
    assert comparison.result is result
    assert comparison.margin_percent == margin


@pytest.mark.parametrize("text", ["示例密度达 2.6 MPa", "an example density of 2.6", "example density 2.6 mm"])
def test_a_value_in_another_unit_or_in_none_cannot_be_compared(text):
    comparison = compared(DENSITY, text)
    assert comparison.result is Result.CANNOT_COMPARE
    assert comparison.stated is not None
    assert comparison.margin_percent is None


@pytest.mark.parametrize(
    "text", ["本材料的其他性能良好", "示例密度很高", "示例密度良好，温度为 2.6 g/cm³", "密度 2.6 g/cm³"]
)
def test_a_text_that_gives_no_value_for_the_parameter_states_nothing(text):
    comparison = compared(DENSITY, text)
    assert comparison.result is Result.NOT_STATED
    assert comparison.stated is None
    assert comparison.span is None


def test_a_parameter_that_is_a_formula_is_left_to_people():
    formula = Parameter(name=Texts(zh="化学式", en="formula"), operator="=", value="LixFeyPO4", unit="")
    (comparison,) = compare(fold("化学式 LiFePO4"), (formula,), {})
    assert comparison.result is Result.CANNOT_COMPARE


def test_a_strict_limit_is_not_met_by_its_own_value():
    assert compared(a_parameter(">", 2.5, "g/cm³"), "示例密度 2.5 g/cm³").result is Result.BELOW
    assert compared(DENSITY, "示例密度 2.5 g/cm³").result is Result.MEETS
    assert compared(a_parameter("<", 10, "ppb"), "示例密度 10 ppb").result is Result.ABOVE


@given(st.integers(1, 999), st.integers(1, 999))
def test_the_sign_of_the_margin_tells_on_which_side_of_the_limit_a_value_lies(limit, value):
    comparison = compared(a_parameter("≥", limit, "MPa"), f"示例密度为 {value} MPa")
    assert (comparison.result is Result.MEETS) == (value >= limit)
    assert comparison.margin_percent == pytest.approx((value - limit) / limit * 100, abs=0.051)
    assert (comparison.margin_percent < 0) <= (comparison.result is Result.BELOW)


def test_the_value_is_quoted_from_the_text_as_given_even_where_that_is_traditional_or_full_width():
    text = "經測試，示例密度為２．６ｇ／ｃｍ³，良好"
    comparison = compared(DENSITY, text)
    assert comparison.result is Result.MEETS
    assert comparison.span is not None
    assert text[slice(*comparison.span)] == comparison.stated == "２．６ｇ／ｃｍ³"


def test_words_of_the_trade_name_the_parameter_too():
    assert compared(DENSITY, "压实密度 2.6 g/cm³").result is Result.NOT_STATED
    assert compared(DENSITY, "压实密度 2.6 g/cm³", ("压实密度",)).result is Result.MEETS


def test_of_several_values_the_most_telling_one_counts():
    comparison = compared(DENSITY, "对比例示例密度 2.1 g/cm³；实施例示例密度 2.6 g/cm³。")
    assert comparison.result is Result.MEETS
    assert comparison.stated == "2.6 g/cm³"


def test_a_requirement_without_condition_asks_for_none():
    assert compared(DENSITY, "示例密度 2.6 g/cm³").condition_stated is None


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("220 MPa 下示例密度为 2.6 g/cm³", True),
        ("在220MPa压力下测得示例密度 2.6 g/cm³", True),
        ("示例密度 2.6 g/cm³", False),
        ("300 MPa 下示例密度为 2.6 g/cm³", False),
        ("1220 MPa 下示例密度为 2.6 g/cm³", False),
    ],
)
def test_whether_the_condition_of_measurement_is_stated_is_told(text, stated):
    comparison = compared(a_parameter("≥", 2.5, "g/cm³", "220 MPa"), text)
    assert comparison.result is Result.MEETS
    assert comparison.condition_stated is stated


@pytest.mark.parametrize(
    "text",
    [
        "an example density at 220 MPa of at least 2.6 g/cm³",
        "the example density (220 MPa) is 2.6 g/cm³",
        "示例密度（220 MPa）为 2.6 g/cm³",
    ],
)
def test_a_condition_between_name_and_value_is_not_taken_for_the_value(text):
    comparison = compared(a_parameter("≥", 2.5, "g/cm³", "220 MPa"), text)
    assert comparison.result is Result.MEETS
    assert comparison.condition_stated is True


def test_what_is_required_is_written_with_sign_value_and_unit():
    assert compared(DENSITY, "无").required == "≥ 2.5 g/cm³"

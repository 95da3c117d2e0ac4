"""Technical parameters: what a control point requires, what a text states, and by how much they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mulu.catalogue.records import Parameter
from mulu.screening.text import Folded


class Result(StrEnum):
    """How a stated value stands to a requirement."""

    MEETS = "meets"
    BELOW = "below"
    ABOVE = "above"  # beyond an upper limit
    OVERLAPS = "overlaps"  # a stated range of which only a part meets the requirement
    NOT_STATED = "not stated"
    CANNOT_COMPARE = "cannot compare"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A parameter of a point beside what the text states of it. `span` points into the text as given."""

    parameter: Parameter
    result: Result
    stated: str | None
    span: tuple[int, int] | None
    margin_percent: float | None  # of the required value; negative where the text falls short of a lower limit
    condition_stated: bool | None  # None where the requirement has no condition

    @property
    def required(self) -> str:
        unit = f" {self.parameter.unit}" if self.parameter.unit else ""
        return f"{self.parameter.operator} {self.parameter.value}{unit}"


_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = (
    r"%|‰|(?:m?A\W?h|[kKmMuμnGT]?(?:g|Ah|A|V|W|Hz|m|Pa|K|L|l)|cc|ml|mL|cm|mm|km|kg|mg|ppm|ppb|°C|mA\W?h)"
    r"(?:\s?[/·*.]?\s?(?:cm|mm|m|g|kg|cc|ml|mL|L|dm)(?:\s?\^?-?[123])?)*"
)
_VALUE = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:{_UNIT})?\s*(?:(?<![a-zA-Z])-|~|至|到|to)\s*(?P<high>{_NUMBER}))?\s*(?P<unit>{_UNIT})?"
)
# "不低于" is a lower bound though it ends in "低于", "not more than" an upper one: the denied words come first.
_LOWER = re.compile(
    r"(≥|>=|⩾|>|不低于|不小于|不少于|大于等于|(?<!不)(?:大于|高于|超过|大于或等于)|至少|at least|not less than|no less than|not below|"
    r"(?<!not )(?<!no )(?:above|over|more than|greater than|higher than)|(?<!not )(?:exceeds|exceeding))(?: or equal to)?\s*$",
    re.I,
)
_UPPER = re.compile(
    r"(≤|<=|⩽|<|不高于|不大于|不超过|不多于|小于等于|(?<!不)(?:小于|低于|少于|小于或等于)|至多|at most|not more than|no more than|"
    r"not above|not over|not greater than|not exceeding|up to|(?<!not )(?<!no )(?:below|under|less than|lower than))(?: or equal to)?\s*$",
    re.I,
)
_AFTER_LOWER = re.compile(r"\s*(以上|or more|or higher|or above|and above)", re.I)
_AFTER_UPPER = re.compile(r"\s*(以下|or less|or lower|or below)", re.I)
_REACH = 40  # characters after the name within which its value stands
_PERCENT_IN_WORDS = re.compile(r"百分之([零〇一二两三四五六七八九十百点]+)")


def compare(
    folded: Folded, parameters: tuple[Parameter, ...], words: Mapping[str, tuple[str, ...]]
) -> tuple[Comparison, ...]:
    """Set each parameter against what the text states of it, or say that it states nothing."""
    return tuple(_compared(folded, parameter, words.get(parameter.name.en, ())) for parameter in parameters)


def _compared(folded: Folded, parameter: Parameter, words: tuple[str, ...]) -> Comparison:
    if parameter.operator == "=" or isinstance(parameter.value, str):
        return Comparison(parameter, Result.CANNOT_COMPARE, None, None, None, None)
    best: Comparison | None = None
    for low, high, start, end, unit in _stated(
        folded.text, (parameter.name.zh, parameter.name.en, *words), parameter.unit
    ):
        span = folded.span(start, end)
        shown = folded.given[span[0] : span[1]]
        bounds = _converted(low, high, unit, parameter.unit)
        if bounds is None:
            found = Comparison(parameter, Result.CANNOT_COMPARE, shown, span, None, None)
        else:
            found = _judged(parameter, bounds, shown, span, folded.text[max(0, start - 60) : end + 60])
        if best is None or _order(found) < _order(best):
            best = found
    return best or Comparison(parameter, Result.NOT_STATED, None, None, None, None)


def _order(comparison: Comparison) -> int:
    """What a text states several times is taken at its most telling: meets before overlaps before below."""
    order = (Result.MEETS, Result.OVERLAPS, Result.BELOW, Result.ABOVE, Result.CANNOT_COMPARE, Result.NOT_STATED)
    return order.index(comparison.result)


def _stated(
    text: str, names: tuple[str, ...], wanted: str
) -> Iterator[tuple[Decimal | None, Decimal | None, int, int, str]]:
    """Values that stand shortly after a name: lower bound, upper bound, start, end, unit."""
    lower_text = text.lower()
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        for match in re.finditer(re.escape(name.lower()), lower_text):
            began = match.end()
            window = text[began : began + _REACH]
            stop = re.search(r"[。；;，,](?!\d)", window)
            in_words = _PERCENT_IN_WORDS.search(window)
            if in_words is not None and (stop is None or in_words.start() < stop.end()):
                import cn2an

                value = Decimal(str(cn2an.cn2an(in_words.group(1), "smart")))
                bounds = _bounds(value, window[: in_words.start()], window[in_words.end() :])
                yield *bounds, began + in_words.start(), began + in_words.end(), "%"
                continue
            unfit = None  # a number in another unit, such as the pressure of measurement, yields to a fitting one
            for found in _VALUE.finditer(window):
                if stop is not None and found.start() > stop.start():
                    break
                low = Decimal(found["low"].replace(",", ""))
                if found["high"] is None:
                    bounds = _bounds(low, window[: found.start()], window[found.end() :])
                else:
                    bounds = (low, Decimal(found["high"].replace(",", "")))
                stated = (*bounds, began + found.start(), began + found.end(), found["unit"] or "")
                if _converted(*bounds, found["unit"] or "", wanted) is not None:
                    yield stated
                    unfit = None
                    break
                unfit = unfit or stated
            if unfit is not None:
                yield unfit


def _bounds(value: Decimal, before: str, after: str) -> tuple[Decimal | None, Decimal | None]:
    """A single value is itself, or a bound where words or signs beside it say so."""
    if _LOWER.search(before) or _AFTER_LOWER.match(after):
        return value, None
    if _UPPER.search(before) or _AFTER_UPPER.match(after):
        return None, value
    return value, value


# Spellings of the units that occur, without spaces, dots and carets; what is not here goes to the unit library.
_SPELLINGS = {
    **dict.fromkeys(("g/cc", "g/cm3", "gcm-3", "g/cm³", "g/ml", "gml-1"), "g/cm³"),
    **dict.fromkeys(("mAh/g", "mAhg-1"), "mAh/g"),
}
_POWER = re.compile(r"(?<=[a-zA-Z])\^?(-?[123])(?![0-9])")


def _spelled(unit: str) -> str:
    bare = re.sub(r"[\s·.*^]", "", unit).replace("mL", "ml")
    return _SPELLINGS.get(bare, unit.replace(" ", ""))


def _converted(
    low: Decimal | None, high: Decimal | None, unit: str, wanted: str
) -> tuple[Decimal | None, Decimal | None] | None:
    """The bounds in the wanted unit, or None where the units cannot be brought together."""
    stated = _spelled(unit)
    if stated == wanted:
        return low, high
    if not stated or not wanted:
        return None
    # Only here, where units really differ: the library takes a third of a second to load.
    import pint

    registry: Any = pint.UnitRegistry(non_int_type=Decimal)
    try:
        written, meant = (_POWER.sub(r"**\1", unit.replace("·", "*")) for unit in (stated, wanted))
        factor = registry.Quantity(Decimal(1), written).to(meant.replace("³", "**3").replace("²", "**2")).magnitude
    except (pint.PintError, ValueError, AssertionError):
        return None
    return (None if low is None else low * factor), (None if high is None else high * factor)


def _judged(
    parameter: Parameter,
    bounds: tuple[Decimal | None, Decimal | None],
    shown: str,
    span: tuple[int, int],
    around: str,
) -> Comparison:
    low, high = bounds
    wanted = Decimal(str(parameter.value))
    lower_limit = parameter.operator in ("≥", ">")
    strict = parameter.operator in (">", "<")

    def passes(value: Decimal) -> bool:
        if lower_limit:
            return value > wanted if strict else value >= wanted
        return value < wanted if strict else value <= wanted

    weakest, strongest = (low, high) if lower_limit else (high, low)
    if weakest is not None and passes(weakest):
        result = Result.MEETS
    elif strongest is not None and not passes(strongest):
        result = Result.BELOW if lower_limit else Result.ABOVE
    else:
        result = Result.OVERLAPS  # open to one side, or a range across the limit
    told = weakest if result is Result.MEETS else strongest
    margin = None if told is None or wanted == 0 else round(float((told - wanted) / wanted * 100), 1)
    condition = parameter.condition
    stated = None
    if condition is not None:
        mark = re.search(r"\d+(?:\.\d+)?\s?(?:MPa|C)\b", condition.en)
        if mark is not None:
            said = re.escape(mark.group().replace(" ", "").lower())
            stated = re.search(rf"(?<![\d.]){said}", around.replace(" ", "").lower()) is not None
    return Comparison(parameter, result, shown, span, margin, stated)

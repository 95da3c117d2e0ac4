"""Shares with their 95 % intervals: what would come out, had other documents or items of the same kind been gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Share = list[float]  # the value, and the ends of its interval

RESAMPLES = 1000
PAIRED = 2000  # where two engines are compared
SEED = 20261123
_KEPT, _AT_ONCE = 4_000, 4_000_000


def share(values: Sequence[float] | Floats, units: Sequence[str] | None = None) -> Share | None:
    """The mean of values, with a bootstrap interval over units: values of one unit are drawn together.

    Where all values are 0, or all 1, no resample can differ; the exact binomial bound stands in place of the
    interval. None for no values.
    """
    if not len(values):
        return None
    sums, counts = _by_unit(np.asarray(values, dtype=np.float64), units)
    value = float(sums.sum() / counts.sum())
    if value in (0.0, 1.0):
        slack = unseen(len(sums))
        return _rounded(value, max(0.0, value - slack), min(1.0, value + slack))
    low, high = interval(np.stack([sums, counts], axis=1), lambda of: of[:, 0] / of[:, 1])
    return _rounded(value, low, high)


def unseen(units: int) -> float:
    """The share of units that may be otherwise although none of so many was: the exact bound at 2.5 %."""
    return float(1 - 0.025 ** (1 / units))


def difference(values: Sequence[float] | Floats, resamples: int = RESAMPLES) -> tuple[Share, float] | None:
    """The mean of differences, one a unit, with its interval, and the share of resamples in which it is 0 or less.

    Where all are the same, the interval is that of the share of units which may differ all the same.
    """
    if not len(values):
        return None
    of = np.asarray(values, dtype=np.float64)
    if np.ptp(of) == 0:
        value, slack = float(of[0]), unseen(len(of))
        return _rounded(value, max(-1.0, value - slack), min(1.0, value + slack)), float(value <= 0)
    means = np.concatenate([block @ of for block in _weights(len(of), resamples)]) / len(of)
    low, high = np.quantile(means, [0.025, 0.975])
    return _rounded(float(of.mean()), float(low), float(high)), round(float((means <= 1e-12).mean()), 4)


def interval(sums: Floats, figure: Callable[[Floats], Floats]) -> tuple[float, float]:
    """The 95 % interval of a figure made from sums over units (units × columns → one figure for each resample)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.concatenate([figure(block @ sums) for block in _weights(len(sums), RESAMPLES)])
    held = drawn[np.isfinite(drawn)]  # a resample without a single row of a group says nothing about it
    if not len(held):
        return 0.0, 1.0
    low, high = np.quantile(held, [0.025, 0.975])
    return float(low), float(high)


def summed(columns: Floats, units: Sequence[str]) -> Floats:
    """The rows of columns added up unit by unit."""
    places: dict[str, int] = {}
    place = np.array([places.setdefault(unit, len(places)) for unit in units], dtype=np.int64)
    made = np.zeros((len(places), columns.shape[1]))
    np.add.at(made, place, columns)
    return made


def _by_unit(values: Floats, units: Sequence[str] | None) -> tuple[Floats, Floats]:
    if units is None:
        return values, np.ones(len(values))
    made = summed(np.stack([values, np.ones(len(values))], axis=1), units)
    return made[:, 0], made[:, 1]


def _rounded(*numbers: float) -> Share:
    return [round(number, 4) for number in numbers]


def _weights(units: int, resamples: int) -> Iterator[Floats]:
    """How often each unit is drawn in each resample, some resamples at a time; the same whenever asked."""
    if units <= _KEPT:
        yield _kept_weights(units, resamples)
        return
    generator = np.random.default_rng(SEED)
    at_once = max(1, _AT_ONCE // units)
    for begin in range(0, resamples, at_once):
        yield _drawn(generator, units, min(at_once, resamples - begin))


@lru_cache(maxsize=6)
def _kept_weights(units: int, resamples: int) -> Floats:
    return _drawn(np.random.default_rng(SEED), units, resamples)


def _drawn(generator: np.random.Generator, units: int, resamples: int) -> Floats:
    return generator.multinomial(units, np.full(units, 1 / units), size=resamples).astype(np.float64)

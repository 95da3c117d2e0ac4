"""Every figure of the scorecard that follows from answers alone; docs/scorecard.md says in words how each is made."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from mulu.scorecard.labelled import Labelled, is_of
from mulu.scorecard.resampling import PAIRED, SEED, difference, interval, share, summed, unseen
from mulu.scorecard.runs import Run, Shown

Json = dict[str, Any]
Floats = npt.NDArray[np.float64]
Places = list[int]

PLACES = (1, 3, 5)
NOWHERE = 1_000_000  # the place of a right item that an engine does not rank
FIELDS = ("language", "form", "text_kind", "certainty", "listing")
BASE_RATES = (0.01, 0.1)
BINS = 10
POINTS_OF_CURVE = 40
CHANCES = 1000

# Which rows a share of flagged texts is taken over.
GROUPS: dict[str, Callable[[Labelled], bool]] = {
    "core": lambda row: row.core,
    "positives": lambda row: row.kind == "positive",
    "near misses": lambda row: row.kind == "near miss",
    "other hard": lambda row: row.kind == "hard",
    "hard": lambda row: row.kind in ("near miss", "hard"),
    "easy": lambda row: row.kind == "easy",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """What the scores of an engine mean, where they are probabilities."""

    operating_point: float  # the score from which an item is flagged
    share_of_best: int = 0  # and the thousandths of the best score of the text that it must reach
    base_rate: float = 0.5  # the share of listed technology at which scores are probabilities


def judge(rows: Sequence[Labelled], run: Run, scale: Scale | None = None, *, named: bool = True) -> Json:
    """Every figure of one engine. `named`: whether items may be named."""
    places = places_of(rows, run)
    top = tops(run)
    judged = judged_rows(rows)
    threshold = threshold_for(rows, top)
    made: Json = {
        "engine": run.name,
        "positives": sum(row.kind == "positive" for row in rows),
        "judged": len(judged),
        "refused": run.refused,
        "recall": recalls(rows, judged, places),
        "recall_core": recalls(rows, [n for n in judged if rows[n].core], places),
        "macro_by_item": _macro(rows, judged, places, named),
        "by": {
            field: {
                value: recalls(rows, [n for n in judged if getattr(rows[n], field) == value], places)
                for value in sorted({getattr(rows[n], field) for n in judged})
            }
            for field in FIELDS
        },
        "language_difference": _language_difference(rows, judged, places),
        "at_90_percent_of_core": None if threshold is None else _flagged(rows, top, threshold),
        "precision_recall": _precision_recall(rows, run, places, top, threshold, scale),
        "milliseconds": speed(run.seconds) | {"preparing": round(run.prepared * 1000, 1)},
    }
    if scale is not None:
        made["at_operating_point"] = _flagged(rows, top, scale.operating_point)
        made["calibration"] = _calibrations(rows, run, scale.base_rate)
    if run.shown is not None:
        made["control_point"] = _control_point(rows, run, places)
    return made


def places_of(rows: Sequence[Labelled], run: Run) -> Places:
    """For each row the place of its first right item, from 0."""
    found = [run.place(n, row.right) for n, row in enumerate(rows)]
    return [NOWHERE if place is None else place for place in found]


def judged_rows(rows: Sequence[Labelled]) -> list[int]:
    return [n for n, row in enumerate(rows) if row.judged]


def tops(run: Run) -> Floats:
    """The best score of each text; 0 where nothing is ranked."""
    return np.array([ranked[0][1] if ranked else 0.0 for ranked in run.ranked])


def threshold_for(rows: Sequence[Labelled], top: Floats) -> float | None:
    """The highest score at which at least nine tenths of the core positives are flagged."""
    core = np.sort(top[[row.core for row in rows]])
    return float(core[len(core) // 10]) if len(core) else None


def recalls(rows: Sequence[Labelled], numbers: Sequence[int], places: Places) -> Json:
    """Of these rows the share whose first right item stands among the first k."""
    units = [rows[n].document for n in numbers]
    found = {f"at_{k}": share([float(places[n] < k) for n in numbers], units) for k in PLACES}
    return {"n": len(numbers), **found}


def by_item(rows: Sequence[Labelled], numbers: Sequence[int]) -> dict[str, list[int]]:
    """The rows of each item; a row belongs to the first accepted item of each of its labels."""
    made: dict[str, list[int]] = defaultdict(list)
    for n in numbers:
        for item in rows[n].belongs_to:
            made[item].append(n)
    return dict(sorted(made.items()))


def item_recalls(of_item: dict[str, list[int]], places: Places, k: int) -> Floats:
    """For each item the share of its rows with a right item (any accepted one counts) among the first k."""
    return np.array([np.mean([places[n] < k for n in numbers]) for numbers in of_item.values()])


def _macro(rows: Sequence[Labelled], judged: Sequence[int], places: Places, named: bool) -> Json:
    of_item = by_item(rows, judged)
    never = [item for item, recall in zip(of_item, item_recalls(of_item, places, 5), strict=True) if recall == 0]
    return {
        "items": len(of_item),
        **{f"at_{k}": share(item_recalls(of_item, places, k)) for k in PLACES},
        "never_in_five": {"n": len(never)} | ({"items": never} if named else {}),
    }


def against(rows: Sequence[Labelled], mine: Run, other: Run) -> Json:
    """Mulu's macro recall@1 minus that of another engine: the same items are drawn for both in each resample."""
    of_item = by_item(rows, judged_rows(rows))
    first, second = (item_recalls(of_item, places_of(rows, run), 1) for run in (mine, other))
    made = difference(first - second, PAIRED)
    found = {"difference": None, "at_or_below_zero": None}
    if made is not None:
        found = {"difference": made[0], "at_or_below_zero": made[1]}  # type: ignore[dict-item]
    return {"engine": other.name, "items": len(of_item), "resamples": PAIRED, **found}


def _language_difference(rows: Sequence[Labelled], judged: Sequence[int], places: Places) -> Json:
    """Recall on Chinese minus recall on English texts: item by item where an item has both, and over all rows."""
    zh, en = (by_item(rows, [n for n in judged if rows[n].language == of]) for of in ("zh", "en"))
    both = [item for item in zh if item in en]
    paired: Json = {"items": len(both)}
    unpaired: Json = {lang: sum(rows[n].language == lang for n in judged) for lang in ("zh", "en")}
    units = [rows[n].document for n in judged]
    for k in PLACES:
        apart = [item_recalls({item: of[item] for item in both}, places, k) for of in (zh, en)]
        made = difference(apart[0] - apart[1])
        paired[f"at_{k}"] = None if made is None else made[0]
        unpaired[f"at_{k}"] = None
        if unpaired["zh"] and unpaired["en"]:
            columns = [[float(rows[n].language == of) for n in judged] for of in ("zh", "en")]
            hits = [float(places[n] < k) for n in judged]
            of_rows = np.array([*columns, *([h * c for h, c in zip(hits, of, strict=True)] for of in columns)]).T
            sums = summed(of_rows, units)

            def apart_in(of: Floats) -> Floats:
                return np.asarray(of[:, 2] / of[:, 0] - of[:, 3] / of[:, 1])

            low, high = interval(sums, apart_in)
            if low == high:  # every row agrees: how many may be otherwise in the smaller of the two
                slack = unseen(min(unpaired["zh"], unpaired["en"]))
                low, high = max(-1.0, low - slack), min(1.0, high + slack)
            unpaired[f"at_{k}"] = [round(v, 4) for v in (float(apart_in(sums.sum(axis=0)[None])[0]), low, high)]
    return {"paired_by_item": paired, "by_row": unpaired}


def _flagged(rows: Sequence[Labelled], top: Floats, threshold: float) -> Json:
    """Which share of each group of texts has an item at or above the threshold."""
    passed = (top >= threshold).astype(np.float64)

    def of(belongs: Callable[[Labelled], bool]) -> Json:
        chosen = [n for n, row in enumerate(rows) if belongs(row)]
        return {"n": len(chosen), "share": share(passed[chosen], [rows[n].document for n in chosen])}

    made: Json = {"threshold": round(threshold, 6)} | {name: of(belongs) for name, belongs in GROUPS.items()}
    for field in ("language", "text_kind"):
        for value in sorted({getattr(row, field) for row in rows}):
            for name, positive in (("positives", True), ("negatives", False)):

                def belongs(row: Labelled, field: str = field, value: str = value, positive: bool = positive) -> bool:
                    return getattr(row, field) == value and (row.kind == "positive") is positive

                found = of(belongs)
                if found["n"]:
                    made[f"{name}, {value}"] = found
    return made


def _control_point(rows: Sequence[Labelled], run: Run, places: Places) -> Json:
    """Whether the control point that a row is labelled with is the first that is shown of its item."""
    shown = [one or Shown(None, 0, False) for one in run.shown or ()]
    labelled = [n for n, row in enumerate(rows) if row.point is not None]
    judged = [n for n in labelled if shown[n].stands]
    right = {n: is_of(shown[n].point or "", rows[n].point or "?") for n in judged}

    def of(numbers: Sequence[int], also: Callable[[int], bool] = lambda _: True) -> Json:
        values = [float(right[n] and also(n)) for n in numbers]
        return {"n": len(numbers), "share": share(values, [rows[n].document for n in numbers])}

    several = [n for n in judged if shown[n].among > 1]
    by_chance = round(float(np.mean([1 / shown[n].among for n in several])), 4) if several else None
    return {
        "labelled": len(labelled),
        "right_first": of(judged),
        "right_first_of_several": of(several) | {"by_chance": by_chance},
        "item_and_point_first": of(judged, lambda n: places[n] == 0),
        "item_as_a_whole_first": sum(shown[n].point is None for n in judged),
    }


def _precision_recall(
    rows: Sequence[Labelled],
    run: Run,
    places: Places,
    top: Floats,
    threshold: float | None,
    scale: Scale | None,
) -> Json:
    """The flagging threshold swept; rows whose items do not stand in their edition are left out.

    By `first` a flagged positive is right where a right item comes first, by `among` where one is flagged.
    """
    right = np.array(
        [ranked[place][1] if place < NOWHERE else -1.0 for ranked, place in zip(run.ranked, places, strict=True)]
    )
    line = np.floor(np.rint(top * 1000) * (scale.share_of_best if scale else 0) / 1000) / 1000
    marks = {"operating_point": scale.operating_point if scale else None, "90_percent_of_core": threshold}
    positive, negative = np.array([r.judged for r in rows]), np.array([r.kind != "positive" for r in rows])
    first = np.array([place == 0 for place in places])
    made: Json = {"curves": {}, "at": {}}
    for language in ("all", "zh", "en"):
        inside = np.array([language in ("all", row.language) for row in rows])
        if not (positive & inside).any():
            continue
        levels = np.unique(top[(positive | negative) & inside])[::-1]
        points = [_point_of_curve(t, top, right, line, first, positive & inside, negative & inside) for t in levels]
        kept = sorted(set(np.linspace(0, len(points) - 1, min(POINTS_OF_CURVE, len(points))).astype(int).tolist()))
        made["curves"][language] = {
            "positives": int((positive & inside).sum()),
            "negatives": int((negative & inside).sum()),
            "average_precision_first": _area(points, "first"),
            "average_precision_among": _area(points, "among"),
            "points": [{key: round(value, 4) for key, value in points[n].items()} for n in kept],
        }
        for name, mark in marks.items():
            if mark is not None:
                within = [n for n in range(len(rows)) if inside[n] and (positive[n] or negative[n])]
                made["at"].setdefault(name, {})[language] = {
                    rule: _precisions(
                        [rows[n].document for n in within],
                        *(of[within] for of in (positive, negative, top >= mark, hit)),
                    )
                    for rule, hit in (("first", first), ("among", right >= np.maximum(line, mark)))
                }
    return made


def _point_of_curve(
    threshold: float, top: Floats, right: Floats, line: Floats, first: Any, positive: Any, negative: Any
) -> dict[str, float]:
    flagged = top >= threshold
    all_flagged = int((flagged & (positive | negative)).sum())
    hits = {
        "first": int((flagged & first & positive).sum()),
        "among": int((flagged & positive & (right >= np.maximum(line, threshold))).sum()),
    }
    made = {
        "threshold": float(threshold),
        "negatives_flagged": float((flagged & negative).sum() / max(negative.sum(), 1)),
    }
    for rule, n in hits.items():
        made[f"recall_{rule}"] = n / int(positive.sum())
        made[f"precision_{rule}"] = n / all_flagged
    return made


def _area(points: Sequence[dict[str, float]], rule: str) -> float:
    """Average precision: precision weighted by the recall that each step adds."""
    before, area = 0.0, 0.0
    for point in points:
        area += (point[f"recall_{rule}"] - before) * point[f"precision_{rule}"]
        before = point[f"recall_{rule}"]
    return round(area, 4)


def _precisions(units: Sequence[str], positive: Any, negative: Any, flagged: Any, hit: Any) -> Json:
    """Recall and precision at one threshold, as in the files and at other shares of listed technology."""
    counted = [positive, negative, positive & flagged, positive & flagged & hit, negative & flagged]
    sums = summed(np.stack(counted, axis=1).astype(np.float64), units)
    total = sums.sum(axis=0)

    def within(held: Any) -> list[str]:
        return [unit for unit, inside in zip(units, held, strict=True) if inside]

    def at_rate(of: Floats, rate: float) -> Floats:
        right, listed = of[:, 3] / of[:, 0], of[:, 2] / of[:, 0]
        return np.asarray(rate * right / (rate * listed + (1 - rate) * of[:, 4] / of[:, 1]))

    made: Json = {
        "positives": int(total[0]),
        "negatives": int(total[1]),
        "flagged": int(total[2] + total[4]),
        "recall": share((flagged & hit)[positive], within(positive)),
        "precision": share((positive & hit)[flagged], within(flagged)),
    }
    for rate in BASE_RATES:
        made[f"precision_at_{rate:g}"] = None
        if not total[1] or not total[2] + total[4]:
            continue
        low, high = interval(sums, partial(at_rate, rate=rate))
        if not total[4]:  # no resample can flag a negative: the exact bound on their share stands in
            bounded = total[None].copy()
            bounded[0, 4] = total[1] * unseen(len(set(within(negative))))
            low = min(low, float(at_rate(bounded, rate)[0]))
        made[f"precision_at_{rate:g}"] = [round(v, 4) for v in (float(at_rate(total[None], rate)[0]), low, high)]
    return made


def _calibrations(rows: Sequence[Labelled], run: Run, base_rate: float) -> Json:
    """Whether scores are right as often as they say: the first candidate's, by language, and those of the first five.

    `rebased`: after moving the scores from the base rate of the engine to the share of positives in the files.
    """
    made = _calibration(rows, run, range(len(rows)))
    listed = sum(row.kind == "positive" for row in rows) / len(rows)
    if 0 < listed < 1:
        shift = math.log(listed / (1 - listed)) - math.log(base_rate / (1 - base_rate))
        moved = [[(item, _moved(score, shift)) for item, score in ranked[:1]] for ranked in run.ranked]
        found = _calibration(rows, Run(run.name, moved, run.seconds), range(len(rows)))
        made["rebased"] = {"base_rate": round(listed, 4)} | {k: v for k, v in found.items() if k != "bins"}
    made["by_language"] = {
        language: _calibration(rows, run, [n for n, row in enumerate(rows) if row.language == language])
        for language in sorted({row.language for row in rows})
    }
    made["first_five"] = _calibration(rows, run, range(len(rows)), 5)
    return made


def _moved(score: float, shift: float) -> float:
    within = min(max(score, 0.0005), 0.9995)
    return 1 / (1 + math.exp(-math.log(within / (1 - within)) - shift))


def _calibration(rows: Sequence[Labelled], run: Run, numbers: Sequence[int], most: int = 1) -> Json:
    shown = [(n, *one) for n in numbers for one in run.ranked[n][:most]]
    units = [rows[n].document for n, _, _ in shown]
    p = np.array([score for _, _, score in shown])
    y = np.array([float(item in rows[n].right) for n, item, _ in shown])
    if not len(p):
        return {"n": 0}
    base = float(y.mean())
    place = np.minimum((p * BINS + 1e-9).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = place == number
        if inside.any():
            bins.append(
                {
                    "from": number / BINS,
                    "to": (number + 1) / BINS,
                    "n": int(inside.sum()),
                    "mean_score": round(float(p[inside].mean()), 4),
                    "right": share(y[inside], [unit for unit, held in zip(units, inside, strict=True) if held]),
                }
            )
    sums = summed(np.stack([(p - y) ** 2, np.ones(len(p))], axis=1), units)
    low, high = interval(sums, lambda of: of[:, 0] / of[:, 1])
    generator = np.random.default_rng(SEED)
    by_chance = [_error(p, (generator.random(len(p)) < p).astype(np.float64), place) for _ in range(CHANCES)]
    return {
        "n": len(p),
        "brier": [round(v, 4) for v in (float(((p - y) ** 2).mean()), low, high)],
        "brier_of_base_rate": round(base * (1 - base), 4),
        "first_right" if most == 1 else "right": round(base, 4),
        "mean_score": round(float(p.mean()), 4),
        "expected_calibration_error": round(_error(p, y, place), 4),
        "of_perfect_scores": round(float(np.quantile(by_chance, 0.95)), 4),
        "bins": bins,
    }


def _error(p: Floats, y: Floats, place: npt.NDArray[np.int64]) -> float:
    """Expected calibration error: how far mean score and share of right ones lie apart, bin by bin, weighted by count."""
    gaps = np.bincount(place, weights=p - y, minlength=BINS)
    return float(np.abs(gaps).sum() / len(p))


def speed(seconds: Sequence[float]) -> Json:
    return {
        "n": len(seconds),
        "median": round(float(np.median(seconds)) * 1000, 2),
        "p95": round(float(np.quantile(seconds, 0.95)) * 1000, 2),
        "descriptions_a_second": round(len(seconds) / max(sum(seconds), 1e-9), 1),
    }

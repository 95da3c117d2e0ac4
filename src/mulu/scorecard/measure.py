"""The scorecard: recall, false alarms, calibration and speed on labelled JSON Lines."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Catalogue, Edition, Unknown
from mulu.errors import MuluError
from mulu.scorecard.engines import FUSED, OTHERS, fused, item_text
from mulu.screening.engine import Screener
from mulu.screening.features import measure
from mulu.screening.model import logits
from mulu.screening.text import describe
from mulu.vocabulary import Said

Json = dict[str, Any]
Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
SEED = 20261123
RECALL = 0.9
# How labelled files name the edition that a label argues from.
EDITIONS = {"2008": "2008-12", "2020": "2020-38", "draft2022": "draft-2022-12-30", "2023": "2023-57", "2025": "2025-28"}
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class NotLabelled(MuluError):
    """A file that is not labelled in a way that the scorecard knows."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(
            Said(
                "not_labelled",
                f"{path}:{line}：{what}。每行须有 id、text、labels（含 item）或 items；见 docs/scorecard.md。",
                f"{path}:{line}: {what}. Each line needs id, text and labels (with item) or items; see docs/scorecard.md.",
            )
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the items that count as right for each of its labels; none for a negative."""

    id: str
    document: str  # rows of one document are resampled together
    text: str
    title: str | None
    language: str
    kind: str
    text_kind: str
    certainty: str
    labels: tuple[tuple[str, ...], ...]
    negative: str | None  # hard, easy
    core: bool
    edition: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text


def read_labelled(path: Path) -> list[Labelled]:
    """Labelled rows: those of the shared development set, or our own (`items`, `negative`)."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotLabelled(path, 0, str(error)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append(_labelled(row))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotLabelled(path, number, f"{type(error).__name__}: {error}") from error
    return rows


def _labelled(row: Json) -> Labelled:
    if not isinstance(row["text"], str) or not isinstance(row.get("items", []), list):
        raise TypeError("text must be a text and items a list")
    if "labels" in row:
        labels = tuple(tuple(label["item"]) for label in row["labels"])
        positive = row.get("polarity", "positive" if labels else "negative") == "positive"
        core = positive and row.get("certainty") in ("high", "medium")
        core = core and any(label.get("in_force_2025") == "yes" for label in row["labels"])
        hard = "hard" if row.get("hard") else "easy"
    else:
        labels = (tuple(row["items"]),) if row["items"] else ()
        positive, core, hard = bool(labels), bool(labels), row.get("negative") or "easy"
    edition = str(row.get("edition") or "2025")
    return Labelled(
        id=str(row["id"]),
        document=str(row.get("pair") or row["id"]),
        text=row["text"],
        title=row.get("title") or None,
        language=row.get("lang") or "?",
        kind=row.get("kind") or "?",
        text_kind=row.get("text_kind") or "?",
        certainty=row.get("certainty") or "?",
        labels=labels if positive else (),
        negative=None if positive else hard,
        core=core,
        edition=EDITIONS.get(edition, edition),
    )


@dataclass
class Run:
    """Scores of one engine: for every row the items of its edition, best first."""

    name: str
    ranked: list[list[tuple[str, float]]]
    seconds: list[float]


def run_mulu(rows: Sequence[Labelled], catalogue: Catalogue, screener: Screener) -> Run:
    ranked, seconds = [], []
    for row in rows:
        edition = catalogue.editions[row.edition]
        began = time.perf_counter()
        measured = measure(describe(row.text, row.title), screener.index)
        scored = screener.scores(logits(screener.model, measured.features), edition)
        seconds.append(time.perf_counter() - began)
        ranked.append([(listing.item.id, score / 1000) for listing, score, _ in scored])
    return Run("mulu", ranked, seconds)


def run_others(rows: Sequence[Labelled], catalogue: Catalogue, names: Sequence[str]) -> list[Run]:
    """The other engines, each over the item texts of the edition of each row."""
    wanted = list(dict.fromkeys([*(n for n in names if n in OTHERS), *(FUSED if "fusion" in names else ())]))
    runs = {name: Run(name, [[] for _ in rows], [0.0] * len(rows)) for name in [*wanted, "fusion"]}
    by_edition: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_edition[row.edition].append(number)
    for edition_id, numbers in by_edition.items():
        edition: Edition = catalogue.editions[edition_id]
        listings = sorted((*edition.present(), *edition.open()), key=lambda one: one.item.id)
        documents = [item_text(one) for one in listings]
        texts = [rows[n].whole for n in numbers]
        made: dict[str, Floats] = {}
        for name in wanted:
            began = time.perf_counter()
            made[name] = OTHERS[name](texts, documents)
            each = (time.perf_counter() - began) / len(texts)
            for n in numbers:
                runs[name].seconds[n] = each
        if "fusion" in names:
            made["fusion"] = fused([made[name] for name in FUSED])
            for n in numbers:  # fusion costs what its three parts cost
                runs["fusion"].seconds[n] = sum(runs[name].seconds[n] for name in FUSED)
        for name, scores in made.items():
            for place, n in enumerate(numbers):
                order = np.argsort(-scores[place], kind="stable")
                runs[name].ranked[n] = [(listings[i].item.id, float(scores[place][i])) for i in order]
    return [runs[name] for name in [*OTHERS, "fusion"] if name in names]


def judge(rows: Sequence[Labelled], run: Run, operating_point: float | None) -> Json:
    """Every figure of one engine."""
    places, judged = [], []
    for row, ranked in zip(rows, run.ranked, strict=True):
        right = {item for label in row.labels for item in label}
        known = {item for item, _ in ranked}
        if right & known:
            places.append(next(i for i, (item, _) in enumerate(ranked) if item in right))
            judged.append(row)
    place_of = {row.id: place for row, place in zip(judged, places, strict=True)}
    top = np.array([ranked[0][1] if ranked else 0.0 for ranked in run.ranked])
    core = np.array([row.core for row in rows])
    threshold = float(np.sort(top[core])[int((1 - RECALL) * core.sum())]) if core.any() else None
    made: Json = {
        "engine": run.name,
        "positives": sum(bool(row.labels) for row in rows),
        "judged": len(judged),
        "recall": _recalls(judged, place_of),
        "recall_core": _recalls([row for row in judged if row.core], place_of),
        "macro_by_item": _macro(judged, place_of),
        "by": {
            field: {
                value: _recalls([r for r in judged if getattr(r, field) == value], place_of)
                for value in sorted({getattr(r, field) for r in judged})
            }
            for field in ("language", "kind", "text_kind", "certainty")
        },
        "at_90_percent_of_core": None
        if threshold is None
        else {"threshold": threshold, **_flagged(rows, top, threshold)},
        "milliseconds": {
            "median": round(float(np.median(run.seconds)) * 1000, 2),
            "p95": round(float(np.quantile(run.seconds, 0.95)) * 1000, 2),
            "descriptions_a_second": round(len(rows) / max(sum(run.seconds), 1e-9), 1),
        },
    }
    if operating_point is not None:
        made["at_operating_point"] = {"threshold": operating_point, **_flagged(rows, top, operating_point)}
        made["calibration"] = _calibration(rows, run)
    return made


def _recalls(rows: Sequence[Labelled], place_of: dict[str, int]) -> Json:
    made: Json = {"n": len(rows)}
    for k in (1, 3, 5):
        hits = {row.id: float(place_of[row.id] < k) for row in rows}
        made[f"at_{k}"] = _with_interval(rows, lambda row, hits=hits: hits[row.id])  # type: ignore[misc]
    return made


def _with_interval(rows: Sequence[Labelled], value: Callable[[Labelled], float]) -> list[float] | None:
    """Mean with a 95 % bootstrap interval over documents."""
    if not rows:
        return None
    documents: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        documents[row.document].append(value(row))
    sums = np.array([sum(of) for of in documents.values()])
    counts = np.array([len(of) for of in documents.values()])
    generator = np.random.default_rng(SEED)
    drawn = generator.integers(0, len(sums), size=(RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return [round(float(sums.sum() / counts.sum()), 4), round(float(low), 4), round(float(high), 4)]


def _macro(rows: Sequence[Labelled], place_of: dict[str, int]) -> Json:
    by_item: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for label in row.labels:
            if label:
                by_item[label[0]].append(row.id)
    return {
        "items": len(by_item),
        **{
            f"at_{k}": round(float(np.mean([np.mean([place_of[i] < k for i in ids]) for ids in by_item.values()])), 4)
            for k in (1, 3, 5)
            if by_item
        },
    }


def _flagged(rows: Sequence[Labelled], top: Floats, threshold: float) -> Json:
    groups: dict[str, Callable[[Labelled], bool]] = {
        "core": lambda r: r.core,
        "positives": lambda r: bool(r.labels),
        "hard": lambda r: r.negative == "hard",
        "easy": lambda r: r.negative == "easy",
    }
    passed = {row.id: float(value >= threshold) for row, value in zip(rows, top, strict=True)}
    made: Json = {}
    for name, belongs in groups.items():
        chosen = [row for row in rows if belongs(row)]
        made[name] = {"n": len(chosen), "share": _with_interval(chosen, lambda row: passed[row.id])}
    for field in ("text_kind", "language"):
        for value in sorted({getattr(r, field) for r in rows}):
            chosen = [r for r in rows if r.negative is not None and getattr(r, field) == value]
            if chosen:
                made[f"negatives, {value}"] = {
                    "n": len(chosen),
                    "share": _with_interval(chosen, lambda row: passed[row.id]),
                }
    return made


def _calibration(rows: Sequence[Labelled], run: Run) -> Json:
    """Brier score of the first candidate's score against whether it is right, beside that of the base rate."""
    scores, right = [], []
    for row, ranked in zip(rows, run.ranked, strict=True):
        if ranked:
            scores.append(ranked[0][1])
            right.append(float(ranked[0][0] in {item for label in row.labels for item in label}))
    p, y = np.array(scores), np.array(right)
    base = float(y.mean())
    bins = []
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = (p >= low) & (p < high)
        if inside.any():
            bins.append(
                {
                    "from": low,
                    "to": min(high, 1),
                    "n": int(inside.sum()),
                    "mean_score": round(float(p[inside].mean()), 3),
                    "right": round(float(y[inside].mean()), 3),
                }
            )
    return {
        "brier": round(float(((p - y) ** 2).mean()), 4),
        "brier_of_base_rate": round(base * (1 - base), 4),
        "first_right": round(base, 4),
        "bins": bins,
    }


def bench(
    paths: Sequence[Path], catalogue: Catalogue, engines: Sequence[str], split: Path | None, half: str | None
) -> Json:
    """Run the engines side by side on labelled files, or on one half of them by a split file."""
    rows = [row for path in paths for row in read_labelled(path)]
    if split is not None and half is not None:
        try:
            chosen = set(json.loads(split.read_text(encoding="utf-8"))[half])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotLabelled(split, 0, f"no half {half!r} ({type(error).__name__}: {error})") from error
        rows = [row for row in rows if row.id in chosen]
    for row in rows:
        if row.edition not in catalogue.editions:
            raise Unknown("edition", "版本", row.edition, tuple(catalogue.editions))
    if not rows:
        raise NotLabelled(paths[0], 0, "no rows")
    runs: list[Run] = []
    screener = Screener(catalogue)
    if "mulu" in engines:
        run_mulu(rows[:3], catalogue, screener)  # the first texts warm caches and would spoil the timing
        runs.append(run_mulu(rows, catalogue, screener))
    runs += run_others(rows, catalogue, engines)
    point = screener.model.operating_point / 1000
    return {
        "files": [path.name for path in paths],
        "half": half,
        "rows": len(rows),
        "data": catalogue.version,
        "engine": screener.version,
        "threads": {name: os.environ.get(name) for name in THREADS} | {"encoder": "1"},
        "engines": [judge(rows, run, point if run.name == "mulu" else None) for run in runs],
    }

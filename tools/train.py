"""Fits the weights in `src/mulu/screening/model.json` from labelled texts.

    python tools/train.py [DEV.jsonl]

Learns from our own texts in `quality/cases` and, where given, from the half of DEV that `quality/split.json` sets
aside for tuning; the other half is never read. No randomness: folds come from hashes. An item's score is that of its
best point, so fitting alternates between choosing the best point under the weights and fitting the weights.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Catalogue
from mulu.screening.engine import Screener
from mulu.screening.features import FEATURES, Numbers, measure
from mulu.screening.model import MODEL, Model, OfItems, OfPoints, Product
from mulu.screening.text import describe

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS = (
    ("together", "meaning"),
    ("object", "contrast_over"),
    ("names", "head"),
    ("dominance", "meaning"),
    ("names", "activity"),
    ("cues", "not names"),
    ("regulating", "object"),
    ("regulating", "meaning"),
    ("aside", "not together"),
    ("making", "object"),
)
# An item whose presence is open is less likely than not to be listed, an unconfirmed one more likely than not:
# the middle of each half. Not estimates about single items.
PRESENCE = OfItems(published=1000, unconfirmed=750, open=300)
# A point without a source may be worded otherwise in the official text, or be missing from it.
POINTS = OfPoints(published=1000, unconfirmed=700)
SHARE_OF_BEST = 200
BASE_RATE = 500
NEGATIVES_PER_TEXT = 12
RIDGE = 0.3
TUNE_WEIGHT = 3.0
FOLDS = 5
RECALL_AT_OPERATING_POINT = 0.9
EDITIONS = {"draft2022": "draft-2022-12-30", "2023": "2023-57", "2025": "2025-28", "2020": "2020-38", "2008": "2008-12"}

Floats = npt.NDArray[np.float64]


@dataclass
class Case:
    id: str
    group: str
    labels: list[list[str]]
    negative: str | None
    core: bool
    edition: str | None
    weight: float
    design: Floats


def design(features: Numbers) -> Floats:
    def column(name: str) -> Floats:
        values = features[:, FEATURES.index(name.removeprefix("not "))] / 1000
        return 1 - values if name.startswith("not ") else values

    products = [column(a) * column(b) for a, b in PRODUCTS]
    return np.column_stack([features / 1000, *products, np.ones(len(features))])


def cases(screener: Screener, dev: Path | None) -> list[Case]:
    made = []
    for path in sorted((ROOT / "quality" / "cases").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            features = measure(describe(row["text"], row["title"] or None), screener.index).features
            labels = [row["items"]] if row["items"] else []
            made.append(Case(row["id"], row["id"], labels, row["negative"], False, None, 1.0, design(features)))
    if dev is not None:
        split = json.loads((ROOT / "quality" / "split.json").read_text(encoding="utf-8"))
        tune = set(split["tune"])
        for line in dev.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] not in tune:
                continue
            features = measure(describe(row["text"], row.get("title") or None), screener.index).features
            labels = [label["item"] for label in row["labels"] if label["item"]]
            positive = row["polarity"] == "positive"
            core = positive and row["certainty"] in ("high", "medium")
            core = core and any(label["in_force_2025"] == "yes" for label in row["labels"])
            negative = None if positive else ("hard" if row["hard"] else "easy")
            group = str(row.get("pair") or row["id"])
            edition = EDITIONS.get(row["edition"], "2025-28")
            made.append(Case(row["id"], group, labels, negative, core, edition, TUNE_WEIGHT, design(features)))
    return made


class Trainer:
    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self.items = list(screener.index.item_number)
        self.slot_item = screener.index.slot_item
        self.base = [item.rsplit("-", 1)[0] for item in self.items]

    def best(self, weights: Floats, case: Case) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Logit and slot of the best point of every item."""
        logit = case.design @ weights
        value = np.full(len(self.items), -np.inf)
        np.maximum.at(value, self.slot_item, logit)
        slot = np.zeros(len(self.items), dtype=np.int64)
        for number in range(len(logit) - 1, -1, -1):
            if logit[number] == value[self.slot_item[number]]:
                slot[self.slot_item[number]] = number
        return value, slot

    def fit(self, learned: list[Case], rounds: int = 4) -> Floats:
        width = learned[0].design.shape[1]
        weights = np.zeros(width)
        start = {"names": 2, "object": 1, "activity": 0.5, "together": 3, "meaning": 4, "dominance": 3, "head": 1}
        for name, guess in start.items():
            weights[FEATURES.index(name)] = guess
        for _ in range(rounds):
            rows, labels, importance = [], [], []
            for case in learned:
                value, slot = self.best(weights, case)
                right = {item for label in case.labels for item in label}
                bases = {item.rsplit("-", 1)[0] for item in right}
                for label in case.labels:
                    number = max((self.items.index(item) for item in label), key=lambda n: value[n])
                    rows.append(case.design[slot[number]])
                    labels.append(1.0)
                    importance.append(case.weight)
                taken = 0
                for number in np.argsort(-value, kind="stable"):
                    if self.base[number] in bases:
                        continue  # the twin on the other list is neither right nor wrong
                    rows.append(case.design[slot[number]])
                    labels.append(0.0)
                    importance.append(case.weight * (1.0 if not right and taken == 0 else 0.3))
                    taken += 1
                    if taken == NEGATIVES_PER_TEXT:
                        break
            weights = logistic(np.array(rows), np.array(labels), np.array(importance), np.full(width, RIDGE))
        return weights

    def raw(self, weights: Floats, case: Case) -> dict[str, float]:
        """Uncalibrated probability of every item of the case's edition, discounted for presence."""
        edition = self.screener.catalogue.editions[case.edition or "2025-28"]
        probability = 1 / (1 + np.exp(-(case.design @ weights)))
        best: dict[str, float] = {}
        for number, published in self.screener.slots(edition).items():
            item = self.screener.index.slots[number].item.id
            factor = (POINTS.published if published else POINTS.unconfirmed) / 1000
            best[item] = max(best.get(item, 0.0), factor * float(probability[number]))
        for item in best:
            listing = edition.listings[item]
            standing = "open" if listing.presence == "open" else listing.certainty.value
            best[item] *= getattr(PRESENCE, standing) / 1000
        return best


def logistic(x: Floats, y: Floats, importance: Floats, ridge: Floats) -> Floats:
    """Ridge-penalised logistic regression by damped Newton steps; the last column is the bias."""
    penalty = ridge.copy()
    penalty[-1] = 1e-6

    def loss(w: Floats) -> float:
        z = x @ w
        return float((importance * (np.logaddexp(0, z) - y * z)).sum() + 0.5 * (penalty * w * w).sum())

    weights = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (importance * (p - y)) + penalty * weights
        hessian = (x * (importance * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while loss(weights - size * step) > loss(weights) and size > 1e-4:
            size /= 2
        weights = weights - size * step
        if np.abs(size * step).max() < 1e-6:
            break
    return weights


def fold_of(case: Case) -> int:
    return int(hashlib.sha256(case.group.encode()).hexdigest(), 16) % FOLDS


def main() -> None:
    dev = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    catalogue = Catalogue.load()
    blank = Model("untrained", 0, {}, (), PRESENCE, POINTS, (1000, 0), BASE_RATE, 500, SHARE_OF_BEST, {})
    trainer = Trainer(Screener(catalogue, blank))
    known = cases(trainer.screener, dev)
    # Calibration and operating point come from texts that the weights in use had not seen.
    judged = [case for case in known if case.edition is not None] or known
    held_out: list[tuple[Case, dict[str, float]]] = []
    for fold in range(FOLDS):
        weights = trainer.fit([case for case in known if fold_of(case) != fold])
        held_out += [(case, trainer.raw(weights, case)) for case in judged if fold_of(case) == fold]
    weights = trainer.fit(known)
    slope, offset, point = calibrate(held_out)
    names = list(FEATURES)
    model = Model(
        version=f"linear-1.{catalogue.version}",
        bias=round(weights[-1] * 1000),
        weights={name: round(float(w) * 1000) for name, w in zip(names, weights, strict=False)},
        products=tuple(
            Product((a, b), round(float(w) * 1000))
            for (a, b), w in zip(PRODUCTS, weights[len(names) : -1], strict=True)
        ),
        presence=PRESENCE,
        points=POINTS,
        share_of_best=SHARE_OF_BEST,
        calibration=(slope, offset),
        base_rate=BASE_RATE,
        operating_point=point,
        trained_on={
            "own texts": sum(case.edition is None for case in known),
            "texts of the half to tune on": sum(case.edition is not None for case in known),
            "folds": FOLDS,
            "operating point": f"{RECALL_AT_OPERATING_POINT:.0%} of core positives flagged in cross-validation",
        },
    )
    MODEL.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    print(MODEL.read_text(encoding="utf-8"))


def calibrate(held_out: list[tuple[Case, dict[str, float]]]) -> tuple[int, int, int]:
    """Slope, offset (thousandths of the logit) and operating point (thousandths) on texts not learned from.

    Each text counts so that texts on listed technology make up BASE_RATE of all.
    """
    positives = sum(bool(case.labels) for case, _ in held_out)
    negatives = len(held_out) - positives
    rows, labels, importance = [], [], []
    for case, raw in held_out:
        right = {item for label in case.labels for item in label}
        share = BASE_RATE / 1000 / positives if case.labels else (1 - BASE_RATE / 1000) / negatives
        for item, p in sorted(raw.items(), key=lambda kv: -kv[1])[:3]:
            p = min(max(p, 1e-6), 1 - 1e-6)
            rows.append([np.log(p / (1 - p)), 1.0])
            labels.append(float(item in right))
            importance.append(share * len(held_out))
    fitted = logistic(np.array(rows), np.array(labels), np.array(importance), np.array([0.01, 0.0]))

    def score(p: float) -> float:
        p = min(max(p, 1e-6), 1 - 1e-6)
        return float(1000 / (1 + np.exp(-(fitted[0] * np.log(p / (1 - p)) + fitted[1]))))

    core = sorted(score(max(raw.values())) for case, raw in held_out if case.core)
    if not core:
        core = sorted(score(max(raw.values())) for case, raw in held_out if case.labels)
    point = int(core[int((1 - RECALL_AT_OPERATING_POINT) * len(core))])
    for kind in ("hard", "easy"):
        tops = [score(max(raw.values())) for case, raw in held_out if case.negative == kind]
        print(
            f"cross-validated: {sum(t >= point for t in tops)} of {len(tops)} {kind} negatives flagged", file=sys.stderr
        )
    flagged = sum(c >= point for c in core)
    print(f"cross-validated: {flagged} of {len(core)} core positives flagged at {point}", file=sys.stderr)
    return round(float(fitted[0]) * 1000), round(float(fitted[1]) * 1000), point


if __name__ == "__main__":
    main()

"""Learns what screening knows from labelled texts: `src/mulu/screening/subjects.npz` and `model.json`.

    python tools/train.py [DEV.jsonl]

Reads our own texts (`quality/training/*.jsonl` and `*.tsv`, `quality/open/*.yaml`) and, where given, the half of DEV
that `quality/split.json` sets aside for tuning. It never reads `quality/locked` or the other half. No randomness:
folds and the first weights come from hashes, sums are taken in one order.

Two steps. *Subjects*: weights of words (logarithms of how much more often they stand in texts on an item or a point)
and a linear model from the vector of a text to each point. *Weights*: a logistic regression over all reasons; the
learned reasons of a text come from subjects that had not seen it (five folds). An item's score is that of its best
point, so fitting alternates between choosing the best point under the weights and fitting the weights.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import DATA, point_keys, read_glossary
from mulu.catalogue.pack import read as read_pack
from mulu.scorecard.cases import read_cases
from mulu.screening import encoder, subjects
from mulu.screening.engine import Screener
from mulu.screening.features import FEATURES, OF_MEANING, Numbers, encoded, measure_meaning, measure_words
from mulu.screening.model import MODEL, Alone, FirstPass, Model, OfItems, OfPoints, Product, logit_of
from mulu.screening.subjects import SUBJECTS, Subjects
from mulu.screening.text import Description, NeitherLanguage, describe

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS = (
    ("object", "contrast_over"),
    ("cues", "not names"),
    ("regulating", "meaning"),
    ("aside", "not together"),
    ("object", "know_how"),
    ("sense_lead", "wording_lead"),
)
# A reason for never counts against, nor one against for: weights that would are held at nothing.
AGAINST = frozenset(("denied", "contrast", "contrast_over", "cues", "rival_cues", "aside", "falls_short"))
EITHER = frozenset(("regulating", "titled", "length"))
# An item whose presence is open is less likely than not to be listed, an unconfirmed one more likely than not:
# the middle of each half. Not estimates about single items.
PRESENCE = OfItems(published=1000, unconfirmed=750, open=300)
# A point without a source may be worded otherwise in the official text, or be missing from it.
POINTS = OfPoints(published=1000, unconfirmed=700)
SHARE_OF_BEST = 200
BASE_RATE = 500
NEGATIVES_PER_TEXT = 12
RIDGE = 3.0
NEVER = 1e7  # so strong a ridge holds a weight at nothing
TUNE_WEIGHT = 10.0
CASE_WEIGHT = 1.5  # of a text that was written to examine, against one that was written to teach
FOLDS = 5
# The first pass: a text of which no point reaches FLOOR (a logit) keeps the order of its words, and need not be read for
# its meaning; of those that would reach it, MISSED may be passed over.
FLOOR = -2.5
MISSED = 0.003
RECALL_AT_OPERATING_POINT = 0.9
EDITIONS = {"draft2022": "draft-2022-12-30", "2023": "2023-57", "2025": "2025-28", "2020": "2020-38", "2008": "2008-12"}

# The wording: a key counts for a subject where it stands in its texts more often than elsewhere.
SMOOTHING = 0.5
WORDING_STEP = 25  # thousandths
KNOW_HOW_STEP = 20
LEAST = 8  # steps; what is hardly more frequent with a subject than elsewhere tells nothing and is left out
# The meaning: a softmax over points and "none of them".
MEANING_SCALE = 4.0
MEANING_RIDGE = 1e-4
MEANING_EPOCHS = 16

Floats = npt.NDArray[np.float64]


@dataclass
class Text:
    """A labelled text to learn from."""

    id: str
    group: str  # texts of one document are never in two folds
    text: str
    title: str | None
    labels: list[list[str]]
    points: list[str]
    negative: str | None
    core: bool
    edition: str | None
    weight: float
    short: bool = False
    keys: list[Any] = field(default_factory=list)  # of each section
    passages: Any = None  # a vector of each
    vectors: Any = None  # of each section
    design: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    @cached_property
    def described(self) -> Description:
        return describe(self.text, self.title)

    @property
    def right(self) -> set[str]:
        return {item for label in self.labels for item in label}


def texts(dev: Path | None) -> list[Text]:
    made = []
    for path in sorted((ROOT / "quality" / "training").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            name = f"{path.stem}/{row['id']}"
            labels = [row["items"]] if row["items"] else []
            made.append(
                Text(
                    name,
                    name,
                    row["text"],
                    row["title"] or None,
                    labels,
                    row["points"],
                    row["negative"],
                    False,
                    None,
                    1.0,
                )
            )
    for path in sorted((ROOT / "quality" / "training").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            items, point, _, sign, text = line.split("\t")
            name = f"{path.stem}/{number}"
            of = items.split("|")
            labels = [of] if sign == "+" else []
            points = [f"{of[0]}#{point}"] if sign == "+" and point != "-" else []
            negative = None if sign == "+" else "hard"
            made.append(Text(name, name, text, None, labels, points, negative, False, None, 1.0, short=True))
    made += held_texts()
    for case in read_cases(sorted((ROOT / "quality" / "open").glob("*.yaml"))):
        labels = [list(label) for label in case.labels]
        points = [case.point] if case.point else []
        edition = "2025-28"
        made.append(
            Text(case.id, case.id, case.text, case.title, labels, points, case.negative, False, edition, CASE_WEIGHT)
        )
    if dev is not None:
        tune = set(json.loads((ROOT / "quality" / "split.json").read_text(encoding="utf-8"))["tune"])
        for line in dev.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] not in tune:
                continue
            labels = [label["item"] for label in row["labels"] if label["item"]]
            positive = row["polarity"] == "positive"
            core = positive and row["certainty"] in ("high", "medium")
            core = core and any(label["in_force_2025"] == "yes" for label in row["labels"])
            negative = None if positive else ("hard" if row["hard"] else "easy")
            group = str(row.get("pair") or row["id"])
            edition = EDITIONS.get(row["edition"], "2025-28")
            made.append(
                Text(
                    row["id"],
                    group,
                    row["text"],
                    row.get("title") or None,
                    labels,
                    [],
                    negative,
                    core,
                    edition,
                    TUNE_WEIGHT,
                )
            )
    return made


def held_texts() -> list[Text]:
    """What the pack and the glossary say themselves: points, their words, and near misses, as lines to learn from."""
    pack = read_pack()
    glossary = read_glossary(DATA, pack.points, pack.items)
    made: list[Text] = []

    def line(name: str, text: str, item: str | None, point: str | None) -> None:
        if text:
            labels, points = ([[item]] if item else []), ([point] if point else [])
            negative = None if item else "hard"
            made.append(Text(name, name, text, None, labels, points, negative, False, None, 1.0, short=True))

    for item in pack.items.values():
        for point in pack.points.get(item.id, ()):
            for key in point_keys(point, pack.points[item.id]):
                line(f"pack/{key}/zh", f"{item.name.zh}：{point.zh}", item.id, key)
                line(f"pack/{key}/en", f"{item.name.en}: {point.en}", item.id, key)
    for number, of in enumerate(glossary.lines):
        if of.role in ("names", "object", "activity"):
            item_id, point_key = of.point.split("#")[0], of.point if "#" in of.point else None
            line(f"glossary/{number}/zh", "、".join(of.zh), item_id, point_key)
            line(f"glossary/{number}/en", ", ".join(of.en), item_id, point_key)
    for number, miss in enumerate(glossary.near_misses):
        line(f"near/{number}/zh", miss.zh, None, None)
        line(f"near/{number}/en", miss.en, None, None)
    return made


def named(points: Sequence[str], names: Sequence[str]) -> list[str]:
    """Labels of points as the names in use: a number that recurs in later editions stands for all points with it."""

    def means(label: str, name: str) -> bool:
        of, _, since = label.partition("@")
        base, _, begins = name.partition("@")
        return of == base and (not since or begins.startswith(since))

    return [name for label in points for name in names if means(label, name)]


def readable(text: Text) -> bool:
    """Whether screening would take the text; a line of names alone may look like neither language."""
    try:
        return bool(text.described)
    except NeitherLanguage:
        print(f"left out, neither language: {text.id}", file=sys.stderr)
        return False


def fold_of(text: Text) -> int:
    return int(hashlib.sha256(text.group.encode()).hexdigest(), 16) % FOLDS


# ---- the first step: subjects ------------------------------------------------------------------------------------------


def prepare(known: Sequence[Text]) -> None:
    """The keys and vectors of every text, section by section."""
    for begin in range(0, len(known), 32):
        some = known[begin : begin + 32]
        for text, (passages, sections) in zip(some, encoded([text.described for text in some]), strict=True):
            text.keys = [subjects.keys_of(part) for part in text.described.section_texts()]
            text.passages, text.vectors = passages, sections


def learn_subjects(known: Sequence[Text], names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Both learned parts, as they are stored."""
    number = {name: place for place, name in enumerate(names)}
    keys, rows = joined(known)
    vocabulary, place = np.unique(keys, return_inverse=True)
    of_text = [sorted({number[n] for n in (*text.right, *text.points) if n in number}) for text in known]
    size = np.zeros(len(names))
    for subject_numbers in of_text:
        size[subject_numbers] += 1
    # How often each key stands with each subject.
    fanned = np.array([len(of) for of in of_text])
    begins = np.concatenate([[0], np.cumsum(fanned)[:-1]])
    flat = np.array([n for of in of_text for n in of], dtype=np.int64)
    repeats = fanned[rows]
    entry = np.repeat(place, repeats)
    offset = np.arange(len(entry)) - np.repeat(np.concatenate([[0], np.cumsum(repeats)[:-1]]), repeats)
    subject = flat[np.repeat(begins[rows], repeats) + offset]
    pair, count = np.unique(entry * len(names) + subject, return_counts=True)
    key, subject = pair // len(names), pair % len(names)
    total = np.bincount(place, minlength=len(vocabulary)).astype(np.float64)
    share = (total + 1) / len(known)
    inside = (count + SMOOTHING * share[key]) / (size[subject] + SMOOTHING + 0.5)
    weight = np.clip(np.rint(np.log(inside / share[key]) * 1000 / WORDING_STEP), 0, 255).astype(np.uint8)
    positive = np.array([bool(text.labels) for text in known])
    for_technology = np.bincount(place, weights=positive[rows], minlength=len(vocabulary))
    against = total - for_technology
    ratio = np.log((for_technology + 1) / (positive.sum() + 2)) - np.log((against + 1) / ((~positive).sum() + 2))
    know_how = np.where(total >= 3, np.clip(np.rint(ratio * 1000 / KNOW_HOW_STEP), -127, 127), 0).astype(np.int8)
    telling = weight >= LEAST
    used = (np.bincount(key[telling], minlength=len(vocabulary)) > 0) | (know_how != 0)
    held = used[key] & telling
    keys_held = vocabulary[used]
    weights, bias, steps = learn_meaning(known, names)
    return {
        "names": np.array(names),
        "key_steps": np.diff(keys_held, prepend=np.uint64(0)),
        "key_counts": np.bincount(key[held], minlength=len(vocabulary))[used].astype(np.uint16),
        "subjects": subject[held].astype(np.int16),
        "weights": weight[held],
        "know_how": know_how[used],
        "steps": np.array([WORDING_STEP, KNOW_HOW_STEP]),
        "meaning_weights": weights,
        "meaning_steps": steps,
        "meaning_bias": bias,
    }


def joined(known: Sequence[Text]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The keys of all texts end to end, and the number of the text of each."""
    each = [np.unique(np.concatenate(text.keys)) for text in known]
    return np.concatenate(each), np.repeat(np.arange(len(each)), [len(one) for one in each])


def learn_meaning(
    known: Sequence[Text], names: Sequence[str]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """A softmax over the subjects and "none of them" from the vector of a text.

    Where a text is labelled with items and not with points, any point of them is right: the likelihood is that of all
    of them together.
    """
    number = {name: place for place, name in enumerate(names)}
    none = len(names)
    x = np.array([text.vectors.astype(np.float64).mean(axis=0) for text in known]) / encoder.SCALE
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    x = (x * MEANING_SCALE).astype(np.float32)
    allowed = np.zeros((len(known), len(names) + 1), dtype=bool)
    for row, text in enumerate(known):
        if not text.labels:
            allowed[row, none] = True
            continue
        points = [number[p] for p in text.points if p in number and p.split("#")[0] in text.right]
        items = {p.split("#")[0] for p in text.points}
        allowed[row, points] = True
        for place, name in enumerate(names):
            item = name.split("#")[0]
            if item in text.right and item not in items:
                allowed[row, place] = True
    importance = np.array([CASE_WEIGHT if text.edition else 1.0 for text in known], dtype=np.float32)
    # The order in which texts are taken comes from their names: no randomness, and no order of files.
    order = np.array(sorted(range(len(known)), key=lambda n: hashlib.sha256(known[n].id.encode()).digest()))
    w = np.zeros((encoder.DIMENSIONS, len(names) + 1), dtype=np.float32)
    b = np.zeros(len(names) + 1, dtype=np.float32)
    moments = [np.zeros_like(w), np.zeros_like(w), np.zeros_like(b), np.zeros_like(b)]
    batches = [batch for _ in range(MEANING_EPOCHS) for batch in np.array_split(order, max(1, len(order) // 512))]
    for step, batch in enumerate(batches, start=1):
        z = x[batch] @ w + b
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        right = p * allowed[batch]
        right /= np.maximum(right.sum(axis=1, keepdims=True), 1e-12)
        slope = (p - right) * (importance[batch] / importance[batch].sum())[:, None]
        rate = 0.03 * (1 - step / (len(batches) + 1))
        gradients = (x[batch].T @ slope + MEANING_RIDGE * w, slope.sum(axis=0))
        for place, (value, gradient) in enumerate(zip((w, b), gradients, strict=True)):
            first, second = moments[2 * place], moments[2 * place + 1]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            value -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    step_of = np.maximum(np.abs(w).max(axis=0), 1e-6) / 127
    whole = np.rint(w / step_of).astype(np.int8)
    steps = np.rint(step_of.astype(np.float64) * MEANING_SCALE * 1000 / encoder.SCALE * 1e9).astype(np.int64)
    return whole, np.rint(b * 1000).astype(np.int32), steps


# ---- the second step: weights --------------------------------------------------------------------------------------------


def design(features: Numbers) -> Floats:
    def column(name: str) -> Floats:
        values: Floats = features[:, FEATURES.index(name.removeprefix("not "))] / 1000
        return 1 - values if name.startswith("not ") else values

    products = [column(a) * column(b) for a, b in PRODUCTS]
    return np.column_stack([features / 1000, *products, np.ones(len(features))])


class Trainer:
    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self.items = list(screener.index.item_number)
        self.item_place = {item: place for place, item in enumerate(self.items)}
        self.slot_item = screener.index.slot_item
        self.base = [item.rsplit("-", 1)[0] for item in self.items]

    def best(self, weights: Floats, text: Text) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Logit and slot of the best point of every item."""
        logit = text.design @ weights
        value = np.full(len(self.items), -np.inf)
        np.maximum.at(value, self.slot_item, logit)
        slot = np.zeros(len(self.items), dtype=np.int64)
        hit = np.nonzero(logit == value[self.slot_item])[0][::-1]
        slot[self.slot_item[hit]] = hit
        return value, slot

    def fit(self, learned: Sequence[Text], rounds: int = 4, words_only: bool = False) -> Floats:
        """The weights of all features and products; of the words alone for the first pass."""
        width = learned[0].design.shape[1]
        ridge = np.full(width, RIDGE)
        if words_only:
            ridge[[n for n, name in enumerate(FEATURES) if name in OF_MEANING]] = NEVER
            ridge[len(FEATURES) : -1] = NEVER
        weights = np.zeros(width)
        start = {
            "names": 2,
            "object": 1,
            "activity": 0.5,
            "together": 2,
            "sense_lead": 3,
            "wording_lead": 3,
            "wording": 2,
        }
        for name, guess in start.items():
            weights[FEATURES.index(name)] = guess
        number = self.screener.index.number
        for _ in range(rounds):
            rows, labels, importance = [], [], []
            for text in learned:
                value, slot = self.best(weights, text)
                bases = {item.rsplit("-", 1)[0] for item in text.right}
                named = {p.split("#")[0]: number[p] for p in text.points if p in number}
                for label in text.labels:
                    place = max((self.item_place[item] for item in label), key=lambda n: value[n])
                    point = named.get(self.items[place])
                    rows.append(text.design[slot[place] if point is None else point])
                    labels.append(1.0)
                    importance.append(text.weight)
                    if point is not None and point != slot[place]:
                        rows.append(text.design[slot[place]])  # another point of the item came first
                        labels.append(0.0)
                        importance.append(text.weight * 0.3)
                taken = 0
                for place in np.argsort(-value, kind="stable"):
                    if self.base[place] in bases:
                        continue  # the twin on the other list is neither right nor wrong
                    rows.append(text.design[slot[place]])
                    labels.append(0.0)
                    importance.append(text.weight * (1.0 if not text.labels and taken == 0 else 0.3))
                    taken += 1
                    if taken == NEGATIVES_PER_TEXT:
                        break
            weights = signed(np.array(rows), np.array(labels), np.array(importance), ridge)
        return weights

    def first_point(self, weights: Floats, text: Text) -> bool | None:
        """Whether the labelled point leads the points of its item; None where the item has but one, or no label."""
        number = self.screener.index.number
        named = [p for p in text.points if p in number]
        if len(named) != 1:
            return None
        item = named[0].split("#")[0]
        mine = [
            n for n, slot in enumerate(self.screener.index.slots) if slot.item.id == item and slot.point is not None
        ]
        logit = text.design[mine] @ weights
        return mine[int(logit.argmax())] == number[named[0]]

    def raw(self, weights: Floats, text: Text) -> dict[str, float]:
        """Uncalibrated probability of every item of the text's edition, discounted for presence."""
        edition = self.screener.catalogue.editions[text.edition or "2025-28"]
        probability = 1 / (1 + np.exp(-(text.design @ weights)))
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


def signed(x: Floats, y: Floats, importance: Floats, ridge: Floats) -> Floats:
    """The same as `logistic`, with every feature on its own side of nothing."""
    side = np.array([0 if name in EITHER else -1 if name in AGAINST else 1 for name in FEATURES])
    penalty = ridge.copy()
    while True:
        weights = logistic(x, y, importance, penalty)
        wrong = np.nonzero(weights[: len(side)] * side < -1e-3)[0]
        if not len(wrong):
            break
        penalty[wrong] = NEVER
    weights[:-1][penalty[:-1] == NEVER] = 0.0
    return weights


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


def first_pass(known: Sequence[Text], weights: Floats, by_words: Floats) -> FirstPass:
    """When the words of a text suffice: where no more than MISSED of the texts that would come near are passed over."""
    full = np.array([float((text.design @ weights).max()) for text in known])
    words = np.array([float((text.design @ by_words).max()) for text in known])
    enough = float(np.quantile(words[full >= FLOOR], MISSED))
    passed = {
        kind: words[[(t.negative or "positive") == kind for t in known]] >= enough
        for kind in ("positive", "hard", "easy")
    }
    shares = {kind: round(float(of.mean()), 3) for kind, of in passed.items()}
    wrong = float(((words < enough) & (full >= FLOOR)).mean())
    print(f"first pass: read for their meaning {shares}; wrongly passed over {wrong:.5f}", file=sys.stderr)
    return FirstPass(
        bias=round(float(by_words[-1]) * 1000),
        weights={
            name: round(float(w) * 1000) for name, w in zip(FEATURES, by_words, strict=False) if name not in OF_MEANING
        },
        enough=round(enough * 1000),
        floor=round(FLOOR * 1000),
    )


def calibrate(held_out: Iterable[tuple[Text, dict[str, float]]]) -> tuple[int, int, int]:
    """Slope, offset (thousandths of the logit) and operating point (thousandths) on texts not learned from.

    Each text counts so that texts on listed technology make up BASE_RATE of all.
    """
    held_out = list(held_out)
    positives = sum(bool(text.labels) for text, _ in held_out)
    negatives = len(held_out) - positives
    rows, labels, importance = [], [], []
    for text, raw in held_out:
        share = BASE_RATE / 1000 / positives if text.labels else (1 - BASE_RATE / 1000) / negatives
        for item, p in sorted(raw.items(), key=lambda kv: -kv[1])[:3]:
            p = min(max(p, 1e-6), 1 - 1e-6)
            rows.append([np.log(p / (1 - p)), 1.0])
            labels.append(float(item in text.right))
            importance.append(share * len(held_out))
    fitted = logistic(np.array(rows), np.array(labels), np.array(importance), np.array([0.01, 0.0]))

    def score(p: float) -> float:
        p = min(max(p, 1e-6), 1 - 1e-6)
        return float(1000 / (1 + np.exp(-(fitted[0] * np.log(p / (1 - p)) + fitted[1]))))

    def standing(text: Text, raw: dict[str, float]) -> bool:
        return bool(text.right & raw.keys())

    found = sorted(score(max(raw.values())) for text, raw in held_out if standing(text, raw))
    point = int(found[int((1 - RECALL_AT_OPERATING_POINT) * len(found))])
    for source, chosen in (
        ("all", held_out),
        ("cases", [h for h in held_out if h[0].weight == CASE_WEIGHT]),
        ("development half", [h for h in held_out if h[0].weight == TUNE_WEIGHT]),
    ):
        report(source, chosen, score, point)
    return round(float(fitted[0]) * 1000), round(float(fitted[1]) * 1000), point


def report(source: str, held_out: Sequence[tuple[Text, dict[str, float]]], score: Any, point: int) -> None:
    """Cross-validated figures on standard error."""
    places = []
    for text, raw in held_out:
        if text.right & raw.keys():
            order = sorted(raw, key=lambda item: (-raw[item], item))
            places.append(min(order.index(item) for item in text.right if item in raw))
    if not places:
        return
    found = np.array(places)
    tops = {kind: [] for kind in ("positive", "hard", "easy")}  # type: dict[str, list[float]]
    for text, raw in held_out:
        if not text.labels or text.right & raw.keys():
            tops[text.negative or "positive"].append(score(max(raw.values())))
    flagged = {kind: f"{np.mean(np.array(of) >= point):.3f} of {len(of)}" for kind, of in tops.items() if of}
    recall = [round(float((found < k).mean()), 3) for k in (1, 3, 5)]
    print(f"cross-validated, {source}: recall {recall} of {len(found)}; flagged at {point}: {flagged}", file=sys.stderr)


# Some sentences of a longer text: what their terms must weigh, the logit by their words from which they are read (both
# lose none of those that pass), and the score at which they alone count as much as a text at the operating point. Below
# it sentences of texts on nothing listed would pass too: of 300 open negatives 5 at 900, 17 at 800.
ALONE_WORDS, ALONE_ENOUGH, ALONE_SCORE = 1500, 1000, 900


def fingerprint(model: Model, learned: Mapping[str, npt.NDArray[Any]]) -> str:
    """A short name for these weights and no others, so that an answer says which made it."""
    made = hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(model, version="")))
    for name in sorted(learned):
        made.update(name.encode() + b"\0" + np.ascontiguousarray(learned[name]).tobytes())
    return made.hexdigest()[:10]


def main() -> None:
    dev = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    catalogue = Catalogue.load()
    untrained = FirstPass(0, {}, 0, 0)
    blank = Model(
        "untrained",
        0,
        {},
        (),
        untrained,
        Alone(ALONE_WORDS, ALONE_ENOUGH, 0),
        PRESENCE,
        POINTS,
        (1000, 0),
        BASE_RATE,
        500,
        SHARE_OF_BEST,
        {},
    )
    known = [text for text in texts(dev) if readable(text)]
    prepare(known)
    pack = catalogue.pack
    points = [
        key
        for item in pack.items
        for point in pack.points.get(item, ())
        for key in point_keys(point, pack.points[item])
    ]
    names = [*pack.items, *points]
    for text in known:
        text.points = named(text.points, points)
    screener = Screener(catalogue, blank, subjects=Subjects(learn_subjects(known, names)))
    for fold in range(FOLDS):
        screener.index.learn(Subjects(learn_subjects([text for text in known if fold_of(text) != fold], names)))
        for text in known:
            if fold_of(text) == fold and not text.short:
                words = measure_words(text.described, screener.index)
                text.design = design(measure_meaning(words, text.passages, text.vectors, screener.index).features)
    trainer = Trainer(screener)
    whole = [text for text in known if not text.short]  # a single line shows too little of how reasons come together
    # Calibration and operating point come from texts that neither step had seen.
    judged = [text for text in known if text.edition is not None] or known
    held_out: list[tuple[Text, dict[str, float]]] = []
    points_first: list[bool] = []
    for fold in range(FOLDS):
        weights = trainer.fit([text for text in whole if fold_of(text) != fold])
        firsts = [trainer.first_point(weights, text) for text in judged if fold_of(text) == fold]
        points_first += [first for first in firsts if first is not None]
        held_out += [(text, trainer.raw(weights, text)) for text in judged if fold_of(text) == fold]
    weights, by_words = trainer.fit(whole), trainer.fit(whole, words_only=True)
    print(
        f"cross-validated: the labelled point first in {np.mean(points_first):.3f} of {len(points_first)}",
        file=sys.stderr,
    )
    slope, offset, point = calibrate(held_out)
    learned = learn_subjects(known, names)
    np.savez_compressed(SUBJECTS, **learned)  # type: ignore[arg-type]  # arrays by name
    features = list(FEATURES)
    model = Model(
        version="",
        bias=round(weights[-1] * 1000),
        weights={name: round(float(w) * 1000) for name, w in zip(features, weights, strict=False)},
        first=first_pass(whole, weights, by_words),
        products=tuple(
            Product((a, b), round(float(w) * 1000))
            for (a, b), w in zip(PRODUCTS, weights[len(features) : -1], strict=True)
        ),
        alone=Alone(ALONE_WORDS, ALONE_ENOUGH, (logit_of(ALONE_SCORE) - logit_of(point)) // slope),
        presence=PRESENCE,
        points=POINTS,
        share_of_best=SHARE_OF_BEST,
        calibration=(slope, offset),
        base_rate=BASE_RATE,
        operating_point=point,
        trained_on={
            "own texts": sum(text.edition is None and not text.short for text in known),
            "one-line examples": sum(text.short for text in known),
            "open cases": sum(text.weight == CASE_WEIGHT for text in known),
            "texts of the half to tune on": sum(text.weight == TUNE_WEIGHT for text in known),
            "folds": FOLDS,
            "operating point": f"{RECALL_AT_OPERATING_POINT:.0%} of positives flagged in cross-validation",
        },
    )
    model = msgspec.structs.replace(model, version=f"linear-2.{fingerprint(model, learned)}")
    MODEL.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    print(MODEL.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

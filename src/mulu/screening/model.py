"""How reasons add up to a score: weights in a file that a user can read and replace.

The logit of a control point is a weighted sum of its features and of some products of two. All arithmetic is on
whole thousandths, so that scores and their order are the same on every processor. A point of an item that may not
be in the edition at all counts for less: its score is multiplied by how likely such items are there as a class.
"""

from __future__ import annotations

import bisect
import hashlib
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from mulu.errors import MuluError
from mulu.screening.features import FEATURES, OF_MEANING, Numbers
from mulu.vocabulary import Certainty, Language, Presence, Said

MODEL = Path(__file__).with_name("model.json")
NEW_ITEMS = Path(__file__).with_name("new_items.json")


class UnreadableModel(MuluError):
    """A weights file cannot be used."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            Said(
                "unreadable_model",
                f"权重文件 {path} 无法使用：{what}。请对照 {MODEL.name} 更正。",
                f"The weights file {path} cannot be used: {what}. Mend it after the pattern of {MODEL.name}.",
            )
        )


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weight for two features together; `not ` before a name takes 1 minus it."""

    of: tuple[str, str]
    weight: int


class OfItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much an item counts that is published, unconfirmed or open in the edition, in thousandths."""

    published: int
    unconfirmed: int
    open: int


class OfPoints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a point counts that is published or not (a topic, or no point known), in thousandths."""

    published: int
    unconfirmed: int


class FirstPass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights for the words of a text alone, and when they suffice; logits in thousandths.

    A text of which no point reaches `enough` by its words is not read for its meaning. One of which no point reaches
    `floor` after reading, or that was not read, keeps the order of its words, all of it below `floor`.
    """

    bias: int
    weights: dict[str, int]
    enough: int
    floor: int


class Alone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a few sentences of a longer text count alone, and for how much less; in thousandths.

    Other matter about it must not hide a technology that one sentence tells. `words`: how much the terms of an item in a
    sentence must weigh for it to be looked at; `enough`: the logit by its words from which it is read; `less`: taken from
    its logit, so that a sentence must speak much more loudly than a whole text.
    """

    words: int
    enough: int
    less: int


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights in thousandths; see `model.json`."""

    version: str
    bias: int
    weights: dict[str, int]
    products: tuple[Product, ...]
    first: FirstPass
    alone: Alone
    presence: OfItems
    points: OfPoints
    calibration: tuple[int, int]  # slope and offset of the logit, thousandths
    base_rate: int  # share of descriptions of listed technology at which scores are right, thousandths
    operating_point: int  # score from which a candidate is flagged, thousandths
    share_of_best: int  # and which part of the best score of the text it must reach, thousandths
    trained_on: dict[str, str | int]


class OfNew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights for what an official text adds and nothing was learned of, and texts in one language; in thousandths.

    A logit of nothing is one that is just flagged, whatever the operating point of the weights that are used beside.
    """

    bias: int
    weights: dict[str, int]


class NewItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of new items, by language of the text; see `new_items.json`.

    `enough`: a text that no released point brought to be read is read for a new item from this logit of its words on.
    """

    languages: dict[Language, OfNew]
    first: OfNew
    enough: int
    trained_on: dict[str, str | int]


@cache
def new_items() -> NewItems:
    """The weights in `new_items.json`, which is read with the program: weights of one's own replace them not."""
    return msgspec.json.decode(NEW_ITEMS.read_bytes(), type=NewItems)


@cache
def new_items_version() -> str:
    """What tells these weights from others, in the name of the engine."""
    return f"new-items-{hashlib.sha256(msgspec.json.encode(new_items(), order='deterministic')).hexdigest()[:10]}"


def for_new_items(model: Model, language: Language, new: NewItems) -> Model:
    """The model by which new items are weighed beside the others: the same scores, flags and floor, other weights."""
    own, line = new.languages[language], least_logit(model, min(model.operating_point, 999)) // 1000
    first = msgspec.structs.replace(model.first, bias=new.first.bias, weights=new.first.weights, enough=new.enough)
    return msgspec.structs.replace(model, bias=own.bias + line, weights=own.weights, products=(), first=first)


def read_model(path: Path = MODEL) -> Model:
    """The weights in a file. Raises UnreadableModel."""
    try:
        model = msgspec.json.decode(path.read_bytes(), type=Model)
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableModel(path, str(error)) from error
    names = {name.removeprefix("not ") for product in model.products for name in product.of} | model.weights.keys()
    names |= model.first.weights.keys()
    if of_meaning := sorted(model.first.weights.keys() & OF_MEANING):
        raise UnreadableModel(path, f"the first pass cannot weigh {', '.join(of_meaning)}")
    if unknown := sorted(names - set(FEATURES)):
        raise UnreadableModel(path, f"unknown features {', '.join(unknown)}")
    bounded = {
        "operating_point": (model.operating_point, 0, 1001),  # 1001: nothing is ever flagged
        "share_of_best": (model.share_of_best, 0, 1000),
        "base_rate": (model.base_rate, 1, 999),
        "calibration slope": (model.calibration[0], 1, 100_000),
        "calibration offset": (model.calibration[1], -100_000, 100_000),
        "bias": (model.bias, -1_000_000, 1_000_000),
        **{
            f"presence {name}": (getattr(model.presence, name), 0, 1000)
            for name in ("published", "unconfirmed", "open")
        },
        **{f"points {name}": (getattr(model.points, name), 0, 1000) for name in ("published", "unconfirmed")},
        **{name: (weight, -1_000_000, 1_000_000) for name, weight in model.weights.items()},
        "first bias": (model.first.bias, -1_000_000, 1_000_000),
        "first enough": (model.first.enough, -100_000, 100_000),
        "first floor": (model.first.floor, -100_000, 100_000),
        "alone words": (model.alone.words, 1, 1_000_000),
        "alone enough": (model.alone.enough, -100_000, 100_000),
        "alone less": (model.alone.less, 0, 100_000),
        **{f"first {name}": (weight, -1_000_000, 1_000_000) for name, weight in model.first.weights.items()},
        **{" × ".join(p.of): (p.weight, -1_000_000, 1_000_000) for p in model.products},
    }
    for name, (value, low, high) in bounded.items():
        if not low <= value <= high:
            raise UnreadableModel(path, f"{name} is {value}, it must lie between {low} and {high}")
    return model


# Logits (in millionths) at which the rounded probability passes 0.5, 1.5, 2.5 … thousandths.
_STEPS = [round(math.log(p / (1000 - p)) * 1_000_000) for p in (k + 0.5 for k in range(1000))]


def thousandths(logit: int) -> int:
    """The probability of a logit given in millionths, in thousandths."""
    return bisect.bisect_right(_STEPS, logit)


def logit_of(score: int) -> int:
    """The logit, in millionths, of a score in thousandths."""
    within = min(max(score, 0.5), 999.5)
    return round(math.log(within / (1000 - within)) * 1_000_000)


def logits(model: Model, features: Numbers) -> Numbers:
    """One logit (millionths) for each row of features."""
    weights = np.array([model.weights.get(name, 0) for name in FEATURES], dtype=np.int64)
    total = features @ weights + model.bias * 1000
    for product in model.products:
        left, right = (_factor(features, name) for name in product.of)
        total = total + (left * right) // 1000 * product.weight
    made: Numbers = total
    return made


def first_logits(model: Model, features: Numbers) -> Numbers:
    """One logit (millionths) for each row of features, by its words alone."""
    weights = np.array([model.first.weights.get(name, 0) for name in FEATURES], dtype=np.int64)
    made: Numbers = features @ weights + model.first.bias * 1000
    return made


def logits_by_name(model: Model, features: Mapping[str, Numbers], first: bool = False) -> Numbers:
    """The same logits, of features given by name in arrays that go together; one that is missing is nothing.

    `first`: by the words alone.
    """
    of = model.first if first else model
    nothing: Numbers = np.zeros((1, 1), dtype=np.int64)
    # What is the same for many is added up first.
    weighed = sorted((name for name in of.weights if name in features), key=lambda name: features[name].size)
    total = sum((features[name] * of.weights[name] for name in weighed), nothing + of.bias * 1000)
    for product in () if first else model.products:
        left, right = (
            1000 - features.get(name.removeprefix("not "), nothing)
            if name.startswith("not ")
            else features.get(name, nothing)
            for name in product.of
        )
        if left is not nothing and right is not nothing:
            total = total + left * right // 1000 * product.weight
    return total


def contributions(model: Model, features: Numbers, read: bool) -> dict[str, int]:
    """What each feature of one point adds to its logit, in thousandths; a product of two is split between both.

    `read`: whether the text was read for its meaning, or weighed by its words alone.
    """
    if not read:
        return {
            name: value * model.first.weights.get(name, 0) // 1000
            for name, value in zip(FEATURES, features.tolist(), strict=True)
        }
    made: dict[str, int] = {}
    for name, value in zip(FEATURES, features.tolist(), strict=True):
        made[name] = value * model.weights.get(name, 0) // 1000
    for product in model.products:
        share = product_of(product, features) // 2000
        for name in product.of:
            made[name.removeprefix("not ")] += share
    return made


def product_of(product: Product, features: Numbers) -> int:
    """What a product of two features adds to the logit of one point, in millionths."""
    left, right = (int(_factor(features[None, :], name)[0]) for name in product.of)
    return left * right // 1000 * product.weight


def _factor(features: Numbers, name: str) -> Numbers:
    column: Numbers = features[:, FEATURES.index(name.removeprefix("not "))]
    return 1000 - column if name.startswith("not ") else column


def at_most(model: Model, logit: int) -> int:
    """The score (thousandths) of an item whose best point has this logit, where it and the point stand as published."""
    return item_score(model, discounted(model, logit, True), Presence.PRESENT, Certainty.PUBLISHED)


def least_logit(model: Model, score: int) -> int:
    """The least logit (millionths) that can come to a score."""
    low, high = -30_000_000, 30_000_000
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if at_most(model, middle) >= score else (middle + 1, high)
    return low


def discounted(model: Model, logit: int, published: bool) -> int:
    """The probability of a point's logit, in millionths, less where no source shows the point."""
    return millionths(logit) * (model.points.published if published else model.points.unconfirmed) // 1000


def item_score(model: Model, probability: int, presence: Presence, certainty: Certainty) -> int:
    """The calibrated score of an item, in thousandths, from the discounted probability of its best point (millionths)."""
    share = item_share(model, presence, certainty)
    slope, offset = model.calibration
    logit = logit_of_millionths(probability * share // 1000)
    return thousandths(logit * slope // 1000 + offset * 1000)


def item_share(model: Model, presence: Presence, certainty: Certainty) -> int:
    """How much an item counts that stands in an edition with this presence and certainty, in thousandths."""
    of = model.presence
    if presence is Presence.OPEN:
        return of.open
    return of.unconfirmed if certainty is Certainty.UNCONFIRMED else of.published


def millionths(logit: int) -> int:
    """The probability of a logit given in millionths, in millionths (rounded from a float of 53 bits)."""
    return round(1_000_000 / (1 + math.exp(-max(min(logit, 30_000_000), -30_000_000) / 1_000_000)))


def logit_of_millionths(probability: int) -> int:
    within = min(max(probability, 1), 999_999)
    return round(math.log(within / (1_000_000 - within)) * 1_000_000)


def rebased(score: int, model: Model, base_rate: int) -> int:
    """A score for another share of listed technology among the descriptions; order and flags never change."""
    shift = logit_of(base_rate) - logit_of(model.base_rate)
    return thousandths(logit_of(score) + shift)

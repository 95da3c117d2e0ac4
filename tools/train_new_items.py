"""Learns how items are weighed of which nothing was learned: `src/mulu/screening/new_items.json`.

    python tools/train_new_items.py [DEV.jsonl]

An official text may add an item tomorrow. Of it there are a Chinese name and the Chinese wording of its points; no words of the
trade, no English, no text. So each item of the pack is taken away in turn and added again as such a text would: its words, its
near misses and every text on it are left out, and what is learned (`tools/train.py`) is learned without them. Then the texts on
it are read, and texts on other things, which were left out too. The items fall into eight groups, neighbours of the classification into
different ones. Weights are fitted on the even groups; the odd ones are for measuring (`python -m quality.new_items`).

No text is read that `tools/train.py` does not read. No randomness.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent))
import train
from mulu.catalogue.editions import Catalogue
from mulu.catalogue.held import new_item, terms_of
from mulu.catalogue.pack import DATA, Glossary, Pack, point_keys, read_glossary
from mulu.catalogue.records import Item, OfficialPoint, Wording
from mulu.catalogue.wording import At, Entry
from mulu.screening.features import FEATURES, measure_meaning, measure_words
from mulu.screening.index import Index
from mulu.screening.model import NEW_ITEMS, NewItems, OfNew
from mulu.screening.subjects import Subjects
from mulu.vocabulary import Certainty, Language

GROUPS = 8
TUNED, OTHER = tuple(range(0, GROUPS, 2)), tuple(range(1, GROUPS, 2))
BY_WORDS = (
    "names",
    "object",
    "activity",
    "together",
    "head",
    "wording_lead",
    "wording_of_point",
    "rival_cues",
    "know_how",
    "making",
    "aside",
    "regulating",
    "titled",
    "length",
)
OF_MEANING = ("meaning", "whole_meaning", "standing_out", "sense_lead")
# What a new item may be flagged for in vain, in shares of texts: of texts on items of its division no more than an item that was
# learned (0.0206 by the logits of all items, read without those texts), and of all texts four in a thousand, for a missed item is worse.
NEIGHBOURS, ALL = 0.0206, 0.004
ENOUGH = -2500  # by its words: reads one in 150 of the texts that nothing else brings to be read, and loses hardly any
RIDGE = 1.0
NEGATIVES = 8

Floats = npt.NDArray[np.float64]


@dataclass
class Group:
    """Some items as if an official text had just added them, and the texts to judge them by, none of them learned from."""

    number: int
    items: tuple[str, ...]
    index: Index
    texts: list[train.Text]


def group_of(items: Mapping[str, Item]) -> dict[str, int]:
    """The group of each item, the same for both lists; in order of the classification, one after another."""
    ordered = sorted(items.values(), key=lambda item: (item.division or "", item.id))
    bases = list(dict.fromkeys(base(item.id) for item in ordered))
    return {item: bases.index(base(item)) % GROUPS for item in items}


def base(item: str) -> str:
    return item.rsplit("-", 1)[0]


def as_added(pack: Pack, glossary: Glossary, new: Collection[str]) -> tuple[Pack, Glossary]:
    """The pack with some items as an official text adds them: name and wording in Chinese, and nothing else."""
    items, points = dict(pack.items), dict(pack.points)
    for name in new:
        item = pack.items[name]
        entry = Entry(control=item.control, name=item.name.zh, at=At(page=1, number=1))
        items[name] = msgspec.structs.replace(new_item(name, entry), division=item.division)
        wordings = list(dict.fromkeys(point.zh for point in pack.points.get(name, ())))
        points[name] = tuple(
            OfficialPoint(
                item=name,
                number=str(number),
                certainty=Certainty.OFFICIAL,
                zh="",
                en="",
                terms_zh=terms_of(text),
                wording=Wording(text=text, document="", page=1, line=1),
            )
            for number, text in enumerate(wordings, 1)
        )
    return replace(pack, items=items, points=points), replace(
        glossary,
        lines=tuple(line for line in glossary.lines if line.point.partition("#")[0] not in new),
        near_misses=tuple(miss for miss in glossary.near_misses if miss.item not in new),
    )


def group(
    number: int, known: Sequence[train.Text], catalogue: Catalogue, judged: Sequence[train.Text] | None = None
) -> Group:
    """`judged`: the texts that may be judged by, those that were learned from where omitted."""
    pack = catalogue.pack
    glossary = read_glossary(DATA, pack.points, pack.items)
    of = group_of(pack.items)
    new = tuple(item for item in pack.items if of[item] == number)
    misses = {f"near/{n}" for n, miss in enumerate(glossary.near_misses) if miss.item in new}

    def on_them(text: train.Text) -> bool:
        return any(item in new for item in text.right)

    def apart(text: train.Text) -> bool:
        return int(hashlib.sha256(text.group.encode()).hexdigest(), 16) % GROUPS == number

    learned = [
        text
        for text in known
        if not on_them(text) and text.id.rpartition("/")[0] not in misses and (text.short or not apart(text))
    ]
    names = [name for name in names_of(pack) if name.partition("#")[0] not in new]
    subjects = Subjects(train.learn_subjects(learned, names))
    released = [item for item in pack.items if item not in new]
    index = Index(*as_added(pack, glossary, new), subjects=subjects, released=released)
    texts = [text for text in judged or known if not text.short and (on_them(text) or apart(text))]
    return Group(number, new, index, texts)


def names_of(pack: Pack) -> list[str]:
    points = [key for item in pack.items for p in pack.points.get(item, ()) for key in point_keys(p, pack.points[item])]
    return [*pack.items, *points]


@dataclass
class Row:
    """A text before the items of a group: the features of each of their slots, and which items are right."""

    design: Floats
    places: npt.NDArray[np.int64]  # of the item of each slot among those of the group
    right: frozenset[int]
    twins: frozenset[int]  # right, or the same on the other list
    neighbours: frozenset[int]  # of the divisions of what the text is on
    weight: float
    language: Language

    def best(self, weights: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        logit = self.design @ weights
        value = np.full(int(self.places.max()) + 1, -np.inf)
        np.maximum.at(value, self.places, logit)
        slot = np.zeros(len(value), dtype=np.int64)
        hit = np.nonzero(logit == value[self.places])[0][::-1]
        slot[self.places[hit]] = hit
        return value, slot


def rows(of: Group, items: Mapping[str, Item]) -> list[Row]:
    index = of.index
    place = {item: number for number, item in enumerate(of.items)}
    places = np.array([place[index.slots[number].item.id] for number in index.new])
    columns = [FEATURES.index(name) for name in (*BY_WORDS, *OF_MEANING)]
    made = []
    for text in of.texts:
        words = measure_words(text.described, index)
        features = measure_meaning(words, text.passages, text.vectors, index).features[index.new]
        divisions = {items[item].division for item in text.right if item in items}
        bases = {base(item) for item in text.right}
        made.append(
            Row(
                np.column_stack([features[:, columns] / 1000, np.ones(len(features))]),
                places,
                frozenset(place[item] for item in text.right if item in place),
                frozenset(n for item, n in place.items() if base(item) in bases),
                frozenset(n for item, n in place.items() if items[item].division in divisions),
                min(text.weight, 2.0),
                text.described.language,
            )
        )
    return made


def fit(judged: Sequence[Row], *, words_only: bool = False) -> Floats:
    """The weights; of those of the words alone the others are nothing."""
    names = (*BY_WORDS, *OF_MEANING)
    side = np.array([0 if n in train.EITHER else -1 if n in train.AGAINST else 1 for n in names])
    fixed = np.array([words_only and name in OF_MEANING for name in names])
    start = {"wording_of_point": 5.0, "whole_meaning": 0.0 if words_only else 5.0}
    weights = np.array([*(start.get(name, 0.0) for name in names), 0.0])
    for _ in range(4):
        x, y, importance = [], [], []
        for row in judged:
            value, slot = row.best(weights)
            if row.right:
                first = max(row.right, key=lambda n: value[n])
                x.append(row.design[slot[first]])
                y.append(1.0)
                importance.append(row.weight)
            others = [n for n in np.argsort(-value, kind="stable").tolist() if n not in row.twins][:NEGATIVES]
            for taken, number in enumerate(others):
                x.append(row.design[slot[number]])
                y.append(0.0)
                importance.append(0.5 if taken else 1.0)
        ridge = np.full(len(weights), RIDGE)
        ridge[:-1][fixed] = train.NEVER
        while True:
            weights = train.logistic(np.array(x), np.array(y), np.array(importance), ridge)
            wrong = np.nonzero(weights[:-1] * side < -1e-3)[0]
            if not len(wrong):
                break
            ridge[wrong] = train.NEVER
        weights[:-1][ridge[:-1] >= train.NEVER] = 0.0
    return weights


def line(judged: Sequence[Row], weights: Floats) -> float:
    """The logit from which an item is flagged: see NEIGHBOURS and ALL."""
    near, every = [], []
    for row in judged:
        value, _ = row.best(weights)
        for number in range(len(value)):
            if number not in row.twins:
                every.append(value[number])
                if number in row.neighbours:
                    near.append(value[number])
    return max(float(np.quantile(every, 1 - ALL)), float(np.quantile(near, 1 - NEIGHBOURS)))


def of_new(weights: Floats, at: float) -> OfNew:
    names = (*BY_WORDS, *OF_MEANING)
    return OfNew(
        bias=round(float(weights[-1] - at) * 1000),
        weights={name: round(float(w) * 1000) for name, w in zip(names, weights, strict=False) if round(w * 1000)},
    )


def main() -> None:
    dev = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    catalogue = Catalogue.load()
    known = [text for text in train.texts(dev) if train.readable(text)]
    train.prepare(known)
    names = names_of(catalogue.pack)
    for text in known:
        text.points = train.named(text.points, names)
    judged = [row for number in TUNED for row in rows(group(number, known, catalogue), catalogue.pack.items)]
    languages = {}
    for language in Language:
        some = [row for row in judged if row.language is language]
        weights = fit(some)
        languages[language] = of_new(weights, line(some, weights))
    first = fit([row for row in judged if row.language is Language.ZH], words_only=True)
    whole = [text for text in known if not text.short]
    made = NewItems(
        languages=languages,
        first=of_new(first, 0.0),
        enough=ENOUGH,
        trained_on={"texts": len(whole), "groups of items": len(TUNED), "left for measuring": len(OTHER)},
    )
    NEW_ITEMS.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(NEW_ITEMS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

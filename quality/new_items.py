"""How well an item is found that an official text adds: `python -m quality.new_items [DEV.jsonl] [--half tuned] [--learned]`.

An item is taken away and added again as an official text would add it: with a Chinese name and the Chinese wording of its points, and
nothing else; what is learned is learned without the texts on it (`tools/train_new_items.py`, which says how). The texts on it are
then read by the engine as it is, at its operating point, and texts on other things, none of them learned from. Told are, by language
and kind of text: how often the item is flagged, how often it leads and stands among the first three; and of texts that are not on
it, how often it is flagged for them, for those on items of the same division apart. `--learned`: the same of items as they are,
learned from the texts on them but for those that are read. DEV: the half that is not tuned on is read too, as a kind of its own.
Takes about five minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tools import train_new_items as new_items
from tools.train_new_items import GROUPS, OTHER, TUNED, base, train

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.records import Item, Point
from mulu.screening.engine import Screener
from mulu.screening.model import at_most
from mulu.screening.subjects import Subjects

TOGETHER = 32
REPEATING = ("entry", "sentence")  # in the place of the edition: texts that say again what an entry says


def texts(dev: Path | None) -> tuple[list[Any], list[Any]]:
    """The texts to learn from, and these with the other half of the development set."""
    known = [text for text in train.texts(dev) if train.readable(text)]
    held_back = []
    if dev is not None:
        tuned = {text.id for text in known}
        for line in dev.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] in tuned:
                continue
            labels = [label["item"] for label in row["labels"] if label["item"]]
            negative = None if row["polarity"] == "positive" else "hard"
            group = str(row.get("pair") or row["id"])
            of = (row["id"], group, row["text"], row.get("title") or None, labels, [], negative, False, None, 0.0)
            held_back.append(train.Text(*of))
    train.prepare(known)
    names = new_items.names_of(Catalogue.load().pack)
    for text in known:
        text.points = train.named(text.points, names)
    return known, [*known, *(text for text in held_back if train.readable(text))]


def repeating(item: Item, points: Sequence[Point]) -> Iterator[Any]:
    """Texts that say again what an entry says."""
    said = {
        "entry": (
            f"{item.name.zh}，{'；'.join(dict.fromkeys(p.zh for p in points))}。",
            f"{item.name.en}: {'; '.join(dict.fromkeys(p.en for p in points))}.",
        ),
        "sentence": (
            f"本项目涉及{item.name.zh.removesuffix('技术')}的研制，包括{points[0].zh}，经试验形成完整工艺，现拟转让给境外公司。",
            f"The project concerns {item.name.en.lower()}, including {points[0].en}; after trials the whole process is to be licensed to a foreign company.",
        ),
    }
    for kind in REPEATING:
        for text in said[kind]:
            made = train.Text(kind, item.id, text, None, [[item.id]], [], None, False, kind, 0.0)
            if train.readable(made):
                yield made


def kind_of(text: Any) -> str:
    if text.edition in REPEATING:
        return f"repeats the entry: {text.edition}"
    return {1.0: "own texts", train.CASE_WEIGHT: "open cases", train.TUNE_WEIGHT: "development, tuned on", 0.0: "development, other half"}[text.weight]  # fmt: skip


def scores(screener: Screener, some: Sequence[Any]) -> Iterator[tuple[Any, list[int]]]:
    """Each text with the score of every item, as if each stood as published."""
    index = screener.index
    for begin in range(0, len(some), TOGETHER):
        batch = some[begin : begin + TOGETHER]
        read = screener.read_once([t.described for t in batch], [0] * len(batch), [{}] * len(batch))
        for text, once in zip(batch, read, strict=True):
            best = np.full(len(index.item_ids), np.iinfo(np.int64).min // 2)
            np.maximum.at(best, index.slot_item, once.table)
            yield text, [at_most(screener.model, int(logit)) for logit in best]


class Tally:
    """What becomes of some items over many texts."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.items = catalogue.pack.items
        self.of: dict[str, list[tuple[bool, int]]] = defaultdict(list)
        self.vain: dict[str, list[int]] = {"neighbours": [0, 0], "all": [0, 0]}

    def add(self, screener: Screener, items: Sequence[str], text: Any, scored: list[int]) -> None:
        index = screener.index
        line = screener.line(max(scored))
        order = sorted(range(len(scored)), key=lambda n: (-scored[n], index.item_ids[n]))
        bases = {base(item) for item in text.right}
        divisions = {self.items[item].division for item in text.right if item in self.items}
        mine = [index.item_number[item] for item in items if item in text.right]
        if mine:
            flagged = any(scored[number] >= line for number in mine)
            self.of[f"{kind_of(text)}, {text.described.language}"].append((flagged, min(map(order.index, mine))))
        for item in items if text.edition not in REPEATING else ():
            if base(item) in bases:
                continue  # the same on the other list is neither right nor wrong
            flagged = scored[index.item_number[item]] >= line
            for kind in ("all", "neighbours")[: 1 + (self.items[item].division in divisions)]:
                self.vain[kind][0] += flagged
                self.vain[kind][1] += 1

    def told(self) -> dict[str, Any]:
        def share(of: list[Any]) -> float:
            return round(float(np.mean(of)), 3)

        found = {
            kind: {"texts": len(of), "flagged": share([f for f, _ in of]), "leads": share([p < 1 for _, p in of]), "first three": share([p < 3 for _, p in of])}
            for kind, of in sorted(self.of.items())
        }  # fmt: skip
        vain = {kind: {"flagged": n, "of": of, "share": round(n / of, 5)} for kind, (n, of) in self.vain.items()}
        return {"found": found, "flagged in vain": vain}


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m quality.new_items", description=__doc__.partition("\n")[0])
    reader.add_argument("dev", type=Path, nargs="?")
    reader.add_argument("--half", choices=("tuned", "other"), default="other", help="of the groups of items")
    reader.add_argument("--learned", action="store_true", help="items as they are, not as if they were new")
    asked = reader.parse_args()
    catalogue = Catalogue.load()
    known, judged = texts(asked.dev)
    numbers = TUNED if asked.half == "tuned" else OTHER
    tally = Tally(catalogue)
    if asked.learned:
        of = new_items.group_of(catalogue.pack.items)
        items = [item for item, number in of.items() if number in numbers]
        names = new_items.names_of(catalogue.pack)
        for number in range(GROUPS):
            apart = {t.id for t in judged if int(hashlib.sha256(t.group.encode()).hexdigest(), 16) % GROUPS == number}
            learned = train.learn_subjects([t for t in known if t.short or t.id not in apart], names)
            screener = Screener(catalogue, subjects=Subjects(learned))
            for text, scored in scores(screener, [t for t in judged if t.id in apart and not t.short]):
                tally.add(screener, items, text, scored)
    else:
        for number in numbers:
            group = new_items.group(number, known, catalogue, judged)
            screener = Screener(catalogue, index=group.index)
            of_pack = catalogue.pack
            said = [t for i in group.items if (p := of_pack.points.get(i)) for t in repeating(of_pack.items[i], p)]
            for text, scored in scores(screener, [*group.texts, *said]):
                tally.add(screener, group.items, text, scored)
    print(json.dumps({"half": asked.half, "learned": asked.learned, **tally.told()}, indent=1))


if __name__ == "__main__":
    main()

"""What each engine answers to each labelled text, with the time that it took."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mulu.catalogue.editions import Catalogue
from mulu.errors import Misused
from mulu.scorecard.engines import FUSED, OTHERS, Ask, fused, item_text
from mulu.scorecard.labelled import Labelled, is_of
from mulu.screening.engine import Screener
from mulu.screening.text import describe

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which control point of the labelled item an engine shows first, of how many, and whether the labelled one is there."""

    point: str | None  # None: the item as a whole, or nothing
    among: int
    stands: bool


@dataclass
class Run:
    """Answers of one engine: for every row the items of its edition with their scores, best first; none where refused."""

    name: str
    ranked: list[Ranking]
    seconds: list[float]
    shown: list[Shown | None] | None = None  # for rows that are labelled with a point; only Mulu ranks points
    refused: int = 0
    prepared: float = 0.0  # seconds to make the engine ready

    def place(self, number: int, right: frozenset[str]) -> int | None:
        """The place of the first right item in the answer to a row, from 0; None where it is not in it."""
        return next((n for n, (item, _) in enumerate(self.ranked[number]) if item in right), None)

    def top(self, number: int) -> float:
        return self.ranked[number][0][1] if self.ranked[number] else 0.0


def run_mulu(rows: Sequence[Labelled], catalogue: Catalogue, screener: Screener) -> Run:
    """Every item of the edition of each row, ranked as `mulu screen` ranks them. A text that it refuses ranks nothing."""
    run = Run("mulu", [], [], [])
    assert run.shown is not None
    for row in rows:
        edition = catalogue.editions[row.edition]
        began = time.perf_counter()
        try:
            _, table = screener.weighed(describe(row.text, row.title))
            scored = screener.scores(table, edition)
        except Misused:
            scored, run.refused = [], run.refused + 1
        run.seconds.append(time.perf_counter() - began)
        run.ranked.append([(listing.item.id, score / 1000) for listing, score, _ in scored])
        run.shown.append(None)
        if row.point is None:
            continue
        item = row.point.partition("#")[0]
        of_item = next((points for listing, _, points in scored if listing.item.id == item), [])
        keys = [slot.key for slot in (screener.index.slots[number] for number, _ in of_item)]
        run.shown[-1] = Shown(
            point=keys[0] if keys and "#" in keys[0] else None,
            among=sum("#" in key for key in keys),
            stands=any(is_of(key, row.point) for key in keys),
        )
    return run


def run_others(rows: Sequence[Labelled], catalogue: Catalogue, names: Sequence[str]) -> list[Run]:
    """The other engines, each over the item texts of the edition of each row, one text at a time."""
    wanted = [name for name in OTHERS if name in names or (name in FUSED and "fusion" in names)]
    runs = {name: Run(name, [[] for _ in rows], [0.0] * len(rows)) for name in [*wanted, "fusion"]}
    by_edition: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_edition[row.edition].append(number)
    for edition_id, numbers in by_edition.items():
        edition = catalogue.editions[edition_id]
        listings = sorted((*edition.present(), *edition.open()), key=lambda one: one.item.id)
        documents = [item_text(one) for one in listings]
        ready: dict[str, Ask] = {}
        for name in wanted:
            began = time.perf_counter()
            ready[name] = OTHERS[name](documents)
            ready[name](documents[0])  # the first text loads dictionaries and would spoil the timing
            runs[name].prepared += time.perf_counter() - began
        for n in numbers:
            made = {}
            for name, ask in ready.items():
                began = time.perf_counter()
                made[name] = ask(rows[n].whole)
                runs[name].seconds[n] = time.perf_counter() - began
            if "fusion" in names:
                made["fusion"] = fused([made[name] for name in FUSED])
                runs["fusion"].seconds[n] = sum(runs[name].seconds[n] for name in FUSED)  # it costs what its parts cost
            for name, scores in made.items():
                order = np.argsort(-scores, kind="stable")
                runs[name].ranked[n] = [(listings[i].item.id, float(scores[i])) for i in order]
    runs["fusion"].prepared = sum(runs[name].prepared for name in FUSED if name in runs)
    return [runs[name] for name in [*OTHERS, "fusion"] if name in names]

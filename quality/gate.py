"""How fast screening is on one core, and what reading less changes.

    python quality/gate.py [--texts 2000] [--listed 0.02] [--seed 1]

Builds Chinese texts of 300 to 400 characters from our own fictional ones in `quality/training` and `quality/open`: a
mix in which most are on nothing listed, and one of labelled cases alone. Screens both with the gate and without it and
prints how many a second, whether the first three candidates and the flags are the same, the time of a single warm
answer, and the most memory used. One thread; pin it to one core with `taskset -c 0` where there is one.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from mulu.catalogue.editions import Catalogue
from mulu.scorecard.cases import read_cases
from mulu.screening.engine import Screener
from mulu.screening.text import describe

ROOT = Path(__file__).resolve().parent.parent


def chinese() -> tuple[list[str], list[str]]:
    """Our Chinese texts on nothing listed, and on something listed."""
    unlisted, listed = [], []
    for path in sorted((ROOT / "quality" / "training").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["lang"] == "zh":
                (listed if row["items"] else unlisted).append(row["text"])
    for case in read_cases(sorted((ROOT / "quality" / "open").glob("*.yaml"))):
        if case.language == "zh":
            (listed if case.items else unlisted).append(case.text)
    return unlisted, listed


def lengthened(texts: list[str], count: int, draw: random.Random) -> list[str]:
    """Texts of 300 to 400 characters: each begins with one of the texts and goes on with others."""
    made: list[str] = []
    while len(made) < count:
        text = texts[len(made) % len(texts)]
        while len(text) < 300:
            text += draw.choice(texts)
        made.append(text[: draw.randint(300, 400)])
    return made


@dataclass(frozen=True, slots=True)
class Answer:
    """What of a screening is compared."""

    first_three: tuple[str, ...]
    flagged: frozenset[str]
    read: bool


def timed(screener: Screener, texts: list[str], gated: bool) -> tuple[float, list[Answer]]:
    edition = screener.catalogue.editions["2025-28"]
    began = time.perf_counter()
    answers = [
        Answer(
            tuple(c.listing.item.id for c in one.candidates[:3]),
            frozenset(c.listing.item.id for c in one.flagged),
            one.measured.read,
        )
        for one in screener.screen_all(((describe(text), edition) for text in texts), gated=gated)
    ]
    return time.perf_counter() - began, answers


def compared(name: str, screener: Screener, texts: list[str]) -> None:
    timed(screener, texts[:50], True)
    fast, gated = timed(screener, texts, True)
    slow, ungated = timed(screener, texts, False)
    same = sum(a.first_three == b.first_three for a, b in zip(gated, ungated, strict=True))
    lost = sum(len(b.flagged - a.flagged) for a, b in zip(gated, ungated, strict=True))
    print(f"{name}: {len(texts)} texts, {statistics.mean(map(len, texts)):.0f} characters")
    print(f"  gated   {len(texts) / fast:7.1f} a second; {sum(a.read for a in gated)} read for their meaning and near")
    print(f"  ungated {len(texts) / slow:7.1f} a second; gated / ungated {slow / fast:.2f}")
    print(f"  first three the same: {same} of {len(texts)} ({same / len(texts):.2%}); flags lost: {lost}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--listed", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    unlisted, listed = chinese()
    screener = Screener(Catalogue.load())
    few = round(given.texts * given.listed)
    mixed = lengthened(unlisted, given.texts - few, draw) + lengthened(listed, few, draw)
    draw.shuffle(mixed)
    compared(f"mix with {1 - given.listed:.0%} unlisted", screener, mixed)
    compared("labelled cases", screener, lengthened([*unlisted, *listed], 400, draw))
    edition = screener.catalogue.editions["2025-28"]
    single = []
    for text in lengthened(listed, 200, draw):
        began = time.perf_counter()
        screener.screen(text, edition)
        single.append(time.perf_counter() - began)
    single.sort()
    print(f"single warm answer: median {single[100] * 1000:.1f} ms, p95 {single[190] * 1000:.1f} ms")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

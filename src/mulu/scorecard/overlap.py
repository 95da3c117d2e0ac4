"""How far labelled texts are made of the words of the glossary: whether they were written out of it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from mulu.catalogue.pack import Glossary
from mulu.scorecard.cases import read_cases
from mulu.scorecard.labelled import LOCK, LOCKED, Labelled, NotLabelled, check_lock, is_locked, trained_on
from mulu.scorecard.resampling import share

Json = dict[str, Any]

GRAMS = ("han_2", "han_3", "han_4", "words", "word_pairs")
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORDS = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")
_FUNCTION = frozenset(
    re.findall(
        r"\w+",
        "the of and an to in is for with by on that this as are from at or be which it its into has have was were can not "
        "we our their under over after via per no than but if so such each both all any more most other",
    )
)
_JOINED = re.compile(r"[^a-z0-9\s-]+")


def grams(text: str) -> dict[str, set[str]]:
    """The distinct runs of two, three and four Han characters, English words but function words, and pairs of words."""
    folded = unicodedata.normalize("NFKC", text).lower()
    runs = _HAN.findall(folded)
    made = {f"han_{n}": {run[i : i + n] for run in runs for i in range(len(run) - n + 1)} for n in (2, 3, 4)}
    words: set[str] = set()
    pairs: set[str] = set()
    for stretch in _JOINED.split(folded):
        found = _WORDS.findall(stretch)
        words.update(word for word in found if word not in _FUNCTION)
        pairs.update(f"{one} {other}" for one, other in pairwise(found))
    return made | {"words": words, "word_pairs": pairs}


def of_glossary(glossary: Glossary) -> dict[str, set[str]]:
    """The same of every term of the glossary: roles, cues of near misses, manners."""
    made: dict[str, set[str]] = {kind: set() for kind in GRAMS}
    lines = [(*line.zh, *line.en) for line in glossary.lines]
    lines += [(*manner.zh, *manner.en) for manner in glossary.manners]
    lines += [(*miss.cues_zh, *miss.cues_en) for miss in glossary.near_misses]
    for term in {term for line in lines for term in line}:
        for kind, found in grams(term).items():
            made[kind] |= found
    return made


def overlap(texts: Iterable[str], known: dict[str, set[str]]) -> Json:
    """The mean over texts of the share of their runs and words that the glossary has; texts without any are left out."""
    shares: dict[str, list[float]] = {kind: [] for kind in GRAMS}
    count = 0
    for text in texts:
        count += 1
        for kind, found in grams(text).items():
            # A Chinese text has some Latin words and an English one may quote a name: too few to take a share of.
            if len(found) >= 5:
                shares[kind].append(len(found & known[kind]) / len(found))
    return {"texts": count} | {kind: {"n": len(of), "share": share(of)} for kind, of in shares.items()}


def overlaps(rows: Sequence[Labelled], paths: Sequence[Path], glossary: Glossary) -> list[Json]:
    """Positives and negatives of the files measured and of every folder of cases and training texts beside them."""
    known = of_glossary(glossary)
    sets: list[tuple[str, bool, list[str]]] = []
    if not all(is_locked(path) or trained_on(path) for path in paths):  # else their folders are shown whole
        for positive in (True, False):
            sets.append(("these files", positive, [r.whole for r in rows if (r.kind == "positive") is positive]))
    for home in dict.fromkeys(path.resolve().parent.parent for path in paths):
        if (home / LOCK).is_file():
            sets += _beside(home)
    return [{"of": name, "positive": positive} | overlap(texts, known) for name, positive, texts in sets if texts]


def _beside(home: Path) -> list[tuple[str, bool, list[str]]]:
    made = []
    for name in ("open", LOCKED):
        files = sorted((home / name).glob("*.yaml"))
        if not files:
            continue
        if name == LOCKED:
            check_lock(home / name)
        cases = read_cases(files)
        for positive in (True, False):
            texts = [f"{c.title or ''}\n{c.text}" for c in cases if bool(c.items) is positive]
            made.append((f"{home.name}/{name}", positive, texts))
    found: dict[tuple[str, bool], list[str]] = {}
    for path in sorted((home / "training").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                text = f"{row['title'] or ''}\n{row['text']}"
                found.setdefault(("texts", bool(row["items"])), []).append(text)
            except (ValueError, KeyError, TypeError) as error:
                raise NotLabelled(path, number, f"{type(error).__name__}: {error}") from error
    for path in sorted((home / "training").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            cells = line.split("\t")
            if len(cells) != 5 or cells[3] not in ("+", "-"):
                raise NotLabelled(path, number, "five cells: items, point, language, + or -, text")
            found.setdefault(("lines", cells[3] == "+"), []).append(cells[4])
    made += [(f"{home.name}/training {kind}", positive, texts) for (kind, positive), texts in found.items()]
    return sorted(made, key=lambda one: (one[0], not one[1]))

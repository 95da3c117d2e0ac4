"""Engines to compare with, all over the same item texts; each gives a score for every text and item."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Listing
from mulu.errors import MuluError
from mulu.screening import encoder
from mulu.vocabulary import Said

Scores = npt.NDArray[np.float64]
Engine = Callable[[Sequence[str], Sequence[str]], Scores]


class EngineMissing(MuluError):
    """A library that a compared engine needs is not installed."""

    def __init__(self, engine: str, package: str) -> None:
        super().__init__(
            Said(
                "engine_missing",
                f"比较引擎 {engine} 需要 {package}：请安装 mulu[bench]，或用 --engines mulu 只测本系统。",
                f"The engine {engine} needs {package}: install mulu[bench], or measure Mulu alone with --engines mulu.",
            )
        )


def item_text(listing: Listing) -> str:
    """What is publicly held of an item: name, points and terms of art in both languages; no glossary."""
    parts = [listing.item.name.zh, listing.item.name.en]
    for point in listing.points:
        parts += [point.zh, point.en, " ".join(point.terms_zh), " ".join(point.terms_en)]
    return " ".join(parts)


def words(text: str) -> list[str]:
    """Chinese by segmenter, English by words."""
    try:
        import rjieba
    except ImportError as error:
        raise EngineMissing("bm25", "rjieba") from error
    return [word.strip().lower() for word in rjieba.cut(text) if re.search(r"\w", word)]


def bm25(texts: Sequence[str], documents: Sequence[str]) -> Scores:
    try:
        import bm25s
    except ImportError as error:
        raise EngineMissing("bm25", "bm25s") from error
    retriever = bm25s.BM25()
    retriever.index([words(document) for document in documents], show_progress=False)
    known = retriever.vocab_dict
    nothing = np.zeros(len(documents))
    made = []
    for text in texts:
        found = [word for word in words(text) if word in known]
        made.append(retriever.get_scores(found) if found else nothing)
    return np.array(made, dtype=np.float64)


def tfidf(texts: Sequence[str], documents: Sequence[str]) -> Scores:
    """Cosine of weighted character n-grams: two and three characters, inside and across words."""

    def grams(text: str) -> Counter[str]:
        folded = re.sub(r"\s+", " ", text.lower())
        return Counter(folded[i : i + n] for n in (2, 3) for i in range(len(folded) - n + 1))

    counted = [grams(document) for document in documents]
    frequency = Counter(gram for document in counted for gram in document)
    rarity = {gram: math.log((1 + len(documents)) / (1 + of)) + 1 for gram, of in frequency.items()}

    def weighted(counts: Counter[str]) -> dict[str, float]:
        weights = {gram: (1 + math.log(n)) * rarity[gram] for gram, n in counts.items() if gram in rarity}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {gram: w / length for gram, w in weights.items()}

    sides = [weighted(document) for document in counted]
    made = np.zeros((len(texts), len(documents)))
    for row, text in enumerate(texts):
        mine = weighted(grams(text))
        for column, side in enumerate(sides):
            made[row, column] = sum(w * side[gram] for gram, w in mine.items() if gram in side)
    return made


def encoded(texts: Sequence[str], documents: Sequence[str]) -> Scores:
    return encoder.likeness(encoder.encode(list(texts)), encoder.encode(list(documents))) / 1000.0


def fuzzy(texts: Sequence[str], documents: Sequence[str]) -> Scores:
    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        raise EngineMissing("rapidfuzz", "rapidfuzz") from error
    made: Scores = process.cdist(texts, documents, scorer=fuzz.token_set_ratio, workers=1).astype(np.float64)
    return made


def fused(rankings: Sequence[Scores]) -> Scores:
    """Reciprocal rank fusion (k = 60)."""
    total = np.zeros_like(rankings[0])
    for scores in rankings:
        ranks = (-scores).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        total += 1.0 / (60.0 + ranks)
    return total


OTHERS: dict[str, Engine] = {"bm25": bm25, "tfidf": tfidf, "encoder": encoded, "rapidfuzz": fuzzy}
FUSED = ("bm25", "tfidf", "encoder")

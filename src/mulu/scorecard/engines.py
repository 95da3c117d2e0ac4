"""Engines to compare with, all over the same item texts; each gives a score for every text and item."""

from __future__ import annotations

import importlib
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Listing
from mulu.errors import MuluError
from mulu.screening import encoder
from mulu.vocabulary import Said

Scores = npt.NDArray[np.float64]
Ask = Callable[[str], Scores]  # a text → one score for each document
Engine = Callable[[Sequence[str]], Ask]  # documents → the engine made ready, so that asking can be timed alone


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


NEEDS = {
    "bm25": ("bm25s", "rjieba"),
    "tantivy": ("tantivy", "rjieba"),
    "rapidfuzz": ("rapidfuzz",),
    "fusion": ("bm25s", "rjieba"),
}


def check_engines(names: Sequence[str]) -> None:
    """Raises EngineMissing before anything is measured, not after minutes."""
    for name in names:
        for package in NEEDS.get(name, ()):
            _library(name, package)


def _library(engine: str, name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EngineMissing(engine, name.partition(".")[0]) from error


def item_text(listing: Listing) -> str:
    """What is publicly held of an item: name, points and terms of art in both languages; no glossary."""
    parts = [listing.item.name.zh, listing.item.name.en]
    for point in listing.points:
        parts += [point.zh, point.en, " ".join(point.terms_zh), " ".join(point.terms_en)]
    return " ".join(parts)


def words(text: str) -> list[str]:
    """Chinese by segmenter, English by words."""
    rjieba = _library("bm25", "rjieba")
    return [word.strip().lower() for word in rjieba.cut(text) if re.search(r"\w", word)]


def words_and_bigrams(text: str) -> list[str]:
    """Segmented words, and each two Han characters that follow each other: what a segmenter cuts apart is found too."""
    runs = re.findall(r"[\u4e00-\u9fff]{2,}", text)
    return words(text) + [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


def bm25(documents: Sequence[str]) -> Ask:
    bm25s = _library("bm25", "bm25s")
    retriever = bm25s.BM25()
    retriever.index([words(document) for document in documents], show_progress=False)
    known = retriever.vocab_dict

    def ask(text: str) -> Scores:
        found = [word for word in words(text) if word in known]
        return np.asarray(retriever.get_scores(found) if found else np.zeros(len(documents)), dtype=np.float64)

    return ask


def tantivy(documents: Sequence[str]) -> Ask:
    """BM25 of a full-text search library, over tokens of our own: its own tokenizers know no Chinese words."""
    library = _library("tantivy", "tantivy")
    builder = library.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("place", stored=True, indexed=False)
    index = library.Index(builder.build())  # without a path: in memory
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for place, document in enumerate(documents):
        writer.add_document(library.Document(body=" ".join(words_and_bigrams(document)), place=place))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher, query = index.searcher(), library.Query
    held = searcher.search(query.all_query(), len(documents)).hits
    place_of = {(at.segment_ord, at.doc): searcher.doc(at)["place"][0] for _, at in held}

    def ask(text: str) -> Scores:
        counted = Counter(words_and_bigrams(text))
        clauses = [
            (library.Occur.Should, query.boost_query(query.term_query(index.schema, "body", word, "freq"), float(n)))
            for word, n in counted.items()
        ]
        scores = np.zeros(len(documents))
        for score, at in searcher.search(query.boolean_query(clauses), len(documents)).hits:
            scores[place_of[at.segment_ord, at.doc]] = score
        return scores

    return ask


def tfidf(documents: Sequence[str]) -> Ask:
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

    holders: dict[str, list[tuple[int, float]]] = {}
    for place, counts in enumerate(counted):
        for gram, weight in weighted(counts).items():
            holders.setdefault(gram, []).append((place, weight))
    columns = {
        gram: (np.array([place for place, _ in of]), np.array([weight for _, weight in of]))
        for gram, of in holders.items()
    }

    def ask(text: str) -> Scores:
        scores = np.zeros(len(documents))
        for gram, weight in weighted(grams(text)).items():
            places, weights = columns[gram]
            scores[places] += weight * weights
        return scores

    return ask


def encoded(documents: Sequence[str]) -> Ask:
    sides = encoder.encode(list(documents))
    return lambda text: np.asarray(encoder.likeness(encoder.encode([text]), sides)[0] / 1000.0, dtype=np.float64)


def fuzzy(documents: Sequence[str]) -> Ask:
    fuzz, process = _library("rapidfuzz", "rapidfuzz.fuzz"), _library("rapidfuzz", "rapidfuzz.process")
    held = list(documents)

    def ask(text: str) -> Scores:
        return np.asarray(process.cdist([text], held, scorer=fuzz.token_set_ratio, workers=1)[0], dtype=np.float64)

    return ask


def fused(rankings: Sequence[Scores]) -> Scores:
    """Reciprocal rank fusion (k = 60) of scores of the same documents."""
    total = np.zeros(len(rankings[0]))
    for scores in rankings:
        total += 1.0 / (60.0 + (-scores).argsort(kind="stable").argsort(kind="stable"))
    return total


OTHERS: dict[str, Engine] = {
    "bm25": bm25,
    "tantivy": tantivy,
    "tfidf": tfidf,
    "encoder": encoded,
    "rapidfuzz": fuzzy,
}
FUSED = ("bm25", "tfidf", "encoder")

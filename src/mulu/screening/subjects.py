"""What a text as a whole speaks of, learned from labelled texts: from its wording, and from its meaning.

Two learned parts, both in `subjects.npz`, both made by `python tools/train.py` from the texts in `quality/` alone:

- **wording**: for each run of characters, word or word piece, how much more often it stands in texts on an item (and on
  one of its points) than in all texts: a sum of logarithms of such ratios, in thousandths, each of them readable;
- **meaning**: a linear model from the vector of a text to each point and to "none of them".

And one number for the text alone, **know-how**: whether its words are those of texts that tell how something is made
or done, or of texts that sell, use, report or study it.

Everything here is whole numbers: the same on every processor.
"""

from __future__ import annotations

import math
import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mulu.screening import encoder
from mulu.screening.encoder import Vectors

SUBJECTS = Path(__file__).with_name("subjects.npz")

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

_TELLING = 1_500  # thousandths: a word that is four and a half times as frequent with an item as elsewhere tells of it
_MANY_KEYS = 50_000  # of a text of some ten pages
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
# The kind of a key stands in its highest bits; below it the characters themselves, or a checksum of a word.
HAN = (0x4E00, 0x9FFF)  # the codes of the first and the last character
_PIECE, _TWO, _THREE, _ONE_WORD, _TWO_WORDS, _STEM = (kind << 60 for kind in range(1, 7))


def keys_of(lower: str) -> Keys:
    """The distinct runs of two and three Han characters, words, pairs of words and word pieces of a text in lower case."""
    found = [np.array(encoder.pieces(lower), dtype=np.uint64) + np.uint64(_PIECE)]
    found += [run for run, _ in runs(lower)]
    more: list[int] = []
    before = ""
    for match in _WORD.finditer(lower):
        word = _singular(match.group())
        more += _word_keys(word)
        if before:
            more.append(_TWO_WORDS + zlib.crc32(f"{before} {word}".encode()))
        before = word
    found.append(np.array(more, dtype=np.uint64))
    joined = np.sort(np.concatenate(found))
    unique: Keys = joined[np.concatenate([[True], joined[1:] != joined[:-1]])] if len(joined) else joined
    return unique


def runs_of(lower: str) -> Keys:
    """The distinct runs of two and three Han characters of a text."""
    return np.unique(np.concatenate([run for run, _ in runs(lower)]))


def runs(lower: str) -> list[tuple[Keys, Numbers]]:
    """The keys of each two, and of each three, Han characters that follow each other, with where they begin."""
    codes = np.frombuffer(lower.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    han = (codes >= HAN[0]) & (codes <= HAN[1])
    both = han[:-1] & han[1:]
    all_three = both[:-1] & han[2:]
    return [
        (run_keys(codes[:-1][both], codes[1:][both]), np.nonzero(both)[0]),
        (run_keys(codes[:-2][all_three], codes[1:-1][all_three], codes[2:][all_three]), np.nonzero(all_three)[0]),
    ]


def run_keys(*codes: Keys) -> Keys:
    """The keys of runs of Han characters, of which the codes of the first, the second, and perhaps the third are given."""
    made = codes[0]
    for following in codes[1:]:
        made = (made << np.uint64(16)) | following
    return made + np.uint64(_TWO if len(codes) == 2 else _THREE)


def _word_keys(word: str) -> list[int]:
    if len(word) < 2 or word[0].isdigit():
        return []
    stem = [_STEM + zlib.crc32(word[:5].encode())] if len(word) > 5 and word.isalpha() else []
    return [_ONE_WORD + zlib.crc32(word.encode()), *stem]


class Reading:
    """Where in a text the runs and words stand that the wording is judged by; worked out when first asked for."""

    def __init__(self, lower: str, skipped: Sequence[tuple[int, int]]) -> None:
        """`skipped`: stretches of the text that are left out."""
        self._lower, self._skipped = lower, skipped
        self._entries: tuple[Numbers, Numbers, npt.NDArray[np.uint8]] | None = None

    @cached_property
    def _placed(self) -> tuple[Keys, Numbers]:
        """Keys, and the places where what they stand for begins and ends."""
        han = runs(self._lower)
        keys: list[int] = []
        places: list[tuple[int, int]] = []
        before: tuple[str, int] | None = None
        for match in _WORD.finditer(self._lower):
            word = _singular(match.group())
            for key in _word_keys(word)[:1]:
                keys.append(key)
                places.append(match.span())
            if before is not None:
                keys.append(_TWO_WORDS + zlib.crc32(f"{before[0]} {word}".encode()))
                places.append((before[1], match.end()))
            before = (word, match.start())
        spans = [np.column_stack([begins, begins + length]) for length, (_, begins) in zip((2, 3), han, strict=True)]
        return (
            np.concatenate([*(run for run, _ in han), np.array(keys, dtype=np.uint64)]),
            np.concatenate([*spans, np.array(places, dtype=np.int64).reshape(-1, 2)]),
        )

    def _weights(self, subject: int, subjects: Subjects) -> Numbers:
        """The weight of each placed key for a subject, in thousandths."""
        if len(self._placed[0]) > _MANY_KEYS:
            return subjects.weights_for(subject, self._placed[0])
        if self._entries is None:
            self._entries = subjects.entries(self._placed[0])
        of, owners, weights = self._entries
        begin, end = np.searchsorted(of, (subject, subject + 1))
        made = np.zeros(len(self._placed[0]), dtype=np.int64)
        made[owners[begin:end]] = weights[begin:end].astype(np.int64) * subjects.step
        return made

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        """Where the words of a Chinese text begin and end."""
        import rjieba  # a tenth of a second, for its dictionary

        words = rjieba.tokenize(self._lower)
        return [start for _, start, _ in words], [end for _, _, end in words]

    def _whole_words(self, start: int, end: int) -> tuple[int, int]:
        """A run of characters widened to the words that it cuts."""
        if self._lower[start:end].isascii():
            return start, end
        begins, ends = self._words
        return begins[bisect_right(begins, start) - 1], ends[bisect_left(ends, end)]

    def telling(self, subject: int, subjects: Subjects, most: int = 6) -> list[tuple[int, int]]:
        """The places of the words that speak most for a subject, in order; runs that overlap are joined."""
        _, places = self._placed
        weights = self._weights(subject, subjects)
        order = np.argsort(-weights, kind="stable")
        chosen: list[tuple[int, int]] = []
        said: set[str] = set()
        for number in order[: 6 * most].tolist():
            start, end = int(places[number, 0]), int(places[number, 1])
            if weights[number] < _TELLING or len(chosen) == most:
                break
            if any(start < to and end > begin for begin, to in self._skipped):
                continue
            start, end = self._whole_words(start, end)
            beside = [c for c in chosen if start < c[1] and end > c[0]]
            if not beside and self._lower[start:end] in said:
                continue
            chosen = [c for c in chosen if c not in beside]
            start, end = min([start, *(c[0] for c in beside)]), max([end, *(c[1] for c in beside)])
            said.add(self._lower[start:end])
            chosen.append((start, end))
        return sorted(chosen)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class Subjects:
    """The learned parts."""

    def __init__(self, held: Mapping[str, npt.NDArray[Any]]) -> None:
        """`held`: the arrays as `tools/train.py` makes them and `subjects.npz` stores them."""
        self.names: tuple[str, ...] = tuple(str(name) for name in held["names"])
        self.keys: Keys = np.cumsum(held["key_steps"], dtype=np.uint64)
        self.begins: Numbers = np.concatenate([[0], np.cumsum(held["key_counts"], dtype=np.int64)])
        self.of: npt.NDArray[np.int16] = held["subjects"]
        self.weights: npt.NDArray[np.uint8] = held["weights"]
        self.know_how: npt.NDArray[np.int8] = held["know_how"]
        self.step, self.know_how_step = (int(step) for step in held["steps"])  # thousandths in a step of a weight
        self.meaning_weights: npt.NDArray[np.int8] = held["meaning_weights"]  # components × (subjects, none)
        self.meaning_steps: Numbers = held["meaning_steps"].astype(np.int64)  # a step of each column, billionths
        self.meaning_bias: Numbers = held["meaning_bias"].astype(np.int64)  # thousandths

    @cached_property
    def number(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _turned(self) -> npt.NDArray[np.float32]:
        return self.meaning_weights.astype(np.float32)

    def rows_of(self, keys: Keys) -> Numbers:
        """The rows of the keys that are known."""
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        rows: Numbers = places[self.keys[places] == keys].astype(np.int64)
        return rows

    def wording(self, keys: Keys) -> tuple[Numbers, int]:
        """The weight of a text's words for each subject, and for know-how: sums, over the root of how many there are."""
        rows = self.rows_of(keys)
        root = math.isqrt(max(len(keys), 1) * 10_000)  # hundredths
        entries, _ = self._entries_of(rows)
        if not len(entries):
            return np.zeros(len(self.names), dtype=np.int64), 0
        # Whole numbers in 64-bit floats: the sums are exact in any order.
        summed = np.bincount(self.of[entries], weights=self.weights[entries], minlength=len(self.names))
        wording = summed.astype(np.int64) * (self.step * 100) // root
        know_how = int(self.know_how[rows].astype(np.int64).sum()) * (self.know_how_step * 100) // root
        return wording, know_how

    def entries(self, keys: Keys) -> tuple[Numbers, Numbers, npt.NDArray[np.uint8]]:
        """What is known of some keys, in order of subject: the subject, the place among the keys, and the weight in steps."""
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = np.nonzero(self.keys[places] == keys)[0]
        entries, counts = self._entries_of(places[known])
        of = self.of[entries].astype(np.int64)
        order = np.argsort(of, kind="stable")
        return of[order], np.repeat(known, counts)[order], self.weights[entries][order]

    def weights_for(self, subject: int, keys: Keys) -> Numbers:
        """The weight of each key for one subject, in thousandths: less room than `entries` for many keys, but more time."""
        entries = np.nonzero(self.of == subject)[0]
        of_rows = np.zeros(len(self.keys), dtype=np.int64)
        of_rows[np.searchsorted(self.begins, entries, side="right") - 1] = self.weights[entries].astype(np.int64)
        made = np.zeros(len(keys), dtype=np.int64)
        for begin in range(0, len(keys), _MANY_KEYS):
            some = keys[begin : begin + _MANY_KEYS]
            places = np.minimum(np.searchsorted(self.keys, some), len(self.keys) - 1)
            made[begin : begin + _MANY_KEYS] = np.where(self.keys[places] == some, of_rows[places], 0)
        return made * self.step

    def _entries_of(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """The places of all entries of some rows, and how many each row has."""
        begins = self.begins[rows]
        counts = self.begins[rows + 1] - begins
        before = np.cumsum(counts) - counts
        return np.arange(int(counts.sum())) + np.repeat(begins - before, counts), counts

    def meaning(self, vectors: Vectors) -> Numbers:
        """For each vector the logit of each subject against "none of them", in thousandths."""
        # A vector is 4096 long and a column of 8-bit weights at most 127 × √512: the sums stay below 2**24, exact.
        products = (vectors.astype(np.float32) @ self._turned).astype(np.int64)
        logits = products * self.meaning_steps // 1_000_000_000 + self.meaning_bias
        against: Numbers = logits[:, :-1] - logits[:, -1:]
        return against


def read_subjects(path: Path = SUBJECTS) -> Subjects:
    """What was learned, from its file."""
    with np.load(path, allow_pickle=False) as held:
        return Subjects({name: held[name] for name in held.files})

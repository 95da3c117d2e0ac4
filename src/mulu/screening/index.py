"""Control points made ready for comparison: their words, their vectors, and the subjects they are mistaken for."""

from __future__ import annotations

import hashlib
import math
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.pack import DATA, Glossary, Pack, point_keys
from mulu.catalogue.records import Item, NearMiss, OfficialPoint, Point
from mulu.screening import encoder
from mulu.screening.lexicon import Lexicon
from mulu.screening.subjects import HAN, Keys, Numbers, Subjects, read_subjects, run_keys, runs_of

VECTORS = DATA / "vectors.npz"
Likeness = TypeVar("Likeness", int, Numbers)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where a technology may fall: a control point of an item, or an item of which no point is known."""

    item: Item
    point: Point | None
    key: str


_BYTES = 3  # of a Han character in UTF-8


class Repeated:
    """How much of the wording of some entries a text repeats: the runs of two and three Han characters that both have.

    A run weighs the more the fewer released entries have it, in thousandths of a natural logarithm. What the text denies
    counts too.
    """

    def __init__(self, entries: Sequence[str], released: Sequence[str]) -> None:
        none = np.zeros(0, dtype=np.uint64)
        common, times = np.unique(np.concatenate([none, *(runs_of(text) for text in released)]), return_counts=True)
        each = [runs_of(text) for text in entries]
        self._keys, of_key = np.unique(np.concatenate([none, *each]), return_inverse=True)
        order = np.argsort(of_key, kind="stable")
        self._entries = np.repeat(np.arange(len(each)), [len(keys) for keys in each])[
            order
        ]  # those that have a run, run by run
        self._begins = np.concatenate([[0], np.cumsum(np.bincount(of_key, minlength=len(self._keys)))]).astype(np.int64)
        known = dict(zip(common.tolist(), times.tolist(), strict=True))
        self._weights = np.array(
            [round(1000 * math.log((len(released) + 1) / (known.get(key, 0) + 0.5))) for key in self._keys.tolist()],
            dtype=np.int64,
        )
        self._count = len(each)
        self._characters = np.zeros(0x10000, dtype=bool)
        codes = np.array([ord(c) for text in entries for c in text], dtype=np.int64)
        self._characters[codes[(codes >= HAN[0]) & (codes <= HAN[1])]] = True

    def by(self, lower: str) -> Numbers:
        """For each entry the weight of the runs that a text in lower case shares with it."""
        text = np.frombuffer(lower.encode(), dtype=np.uint8)
        made: Numbers = self.by_each(text, np.array([len(text)]))[0]
        return made

    def by_each(self, lower: npt.NDArray[np.uint8], sizes: Numbers) -> Numbers:
        """The same for many texts at once, a row each: UTF-8, one after another, of so many bytes each."""
        if not len(self._keys):
            return np.zeros((len(sizes), self._count), dtype=np.int64)
        # A Han character is three bytes; few of them stand in an entry.
        at = np.nonzero(lower & 0xF0 == 0xE0)[0]
        codes = (
            (lower[at].astype(np.uint16) & 0x0F) << 12
            | (lower[at + 1].astype(np.uint16) & 0x3F) << 6
            | lower[at + 2] & 0x3F
        )
        mine = self._characters[codes]
        at, codes = at[mine], codes[mine].astype(np.uint64)
        both = at[1:] - at[:-1] == _BYTES
        three = both[:-1] & both[1:]
        ends = np.cumsum(sizes.astype(np.int64))
        pairs = [
            self._held(run_keys(codes[:-1][both], codes[1:][both]), at[:-1][both], 2, ends),
            self._held(run_keys(codes[:-2][three], codes[1:-1][three], codes[2:][three]), at[:-2][three], 3, ends),
        ]
        pair = np.unique(np.concatenate(pairs))
        return self._summed(len(sizes), pair // len(self._keys), pair % len(self._keys))

    def _held(self, keys: Keys, places: Numbers, length: int, ends: Numbers) -> Numbers:
        """Which text (by the place where each ends) has which run of an entry, as one number, of runs that begin at some places."""
        place = np.searchsorted(self._keys, keys)
        place[place == len(self._keys)] = 0
        found = np.nonzero(self._keys[place] == keys)[0]
        of = np.searchsorted(ends, places[found], side="right")
        whole = places[found] + length * _BYTES <= ends[of]  # none runs from one text into the next
        made: Numbers = of[whole] * len(self._keys) + place[found[whole]]
        return made

    def _summed(self, texts: int, of: Numbers, run: Numbers) -> Numbers:
        counts = self._begins[run + 1] - self._begins[run]
        before = np.cumsum(counts) - counts
        entries = self._entries[np.arange(int(counts.sum())) + np.repeat(self._begins[run] - before, counts)]
        made = np.zeros((texts, self._count), dtype=np.int64)
        np.add.at(made, (np.repeat(of, counts), entries), np.repeat(self._weights[run], counts))
        return made


class Index:
    """The points of every edition, indexed once; a screening looks only at those of its edition."""

    # The sense of what nothing was learned of: its likeness above the first, times the second, in thousandths.
    SENSE_FROM, SENSE_PER_LIKENESS = 350, 15

    def __init__(
        self,
        pack: Pack,
        glossary: Glossary,
        vectors: Path = VECTORS,
        cache: Path | None = None,
        subjects: Subjects | None = None,
        released: Collection[str] | None = None,
    ) -> None:
        """`released`: the items of the pack as released, all where omitted; others only the user's own texts show."""
        self.glossary = glossary
        slots: list[Slot] = []
        for item in pack.items.values():
            of = pack.points.get(item.id, ())
            slots += [Slot(item, point, key) for point in of for key in point_keys(point, of)]
            slots.append(Slot(item, None, item.id))
        self.slots = tuple(slots)
        # What a text says of a released slot depends on released ones alone: an import changes what it names, and nothing
        # else. So a portfolio need only be compared with what an amendment adds (docs/decisions/0016).
        self.item_released = np.array([released is None or item in released for item in pack.items], dtype=bool)
        self.released = np.array(
            [
                (released is None or slot.item.id in released) and not isinstance(slot.point, OfficialPoint)
                for slot in slots
            ],
            dtype=bool,
        )
        self.released_slots = np.nonzero(self.released)[0]
        self.added = np.nonzero(~self.released)[0]
        self.lexicon = Lexicon(pack.items, pack.points, glossary, {slots[n].key for n in self.added})
        self.number = {slot.key: number for number, slot in enumerate(slots)}
        self.item_number = {item: number for number, item in enumerate(pack.items)}
        self.slot_item = np.array([self.item_number[slot.item.id] for slot in slots])
        of_added = self.slot_item[self.added]
        self.added_of = {int(item): self.added[of_added == item] for item in np.unique(of_added)}
        self.near: tuple[NearMiss, ...] = glossary.near_misses
        self.near_item = np.array([self.item_number[miss.item] for miss in self.near], dtype=np.int64)
        self.near_order = np.argsort(self.near_item, kind="stable")
        self.near_items, self.near_begins = np.unique(self.near_item[self.near_order], return_index=True)
        self.near_of = {int(item): np.nonzero(self.near_item == item)[0] for item in self.near_items}
        self.parameter_words = {w.parameter: (*w.zh, *w.en) for w in glossary.parameter_words}
        self.with_parameters = [n for n, slot in enumerate(slots) if slot.point is not None and slot.point.parameters]
        self.item_ids = tuple(pack.items)
        # An item that an announcement moves to the other list is the same technology: what was learned of it goes on.
        self.moved = {
            number: self.item_number[other]
            for item, number in self.item_number.items()
            if not self.item_released[number]
            and (other := _on_the_other_list(item)) in self.item_number
            and self.item_released[self.item_number[other]]
        }
        self.learn(subjects or read_subjects())
        bases = {base: number for number, base in enumerate(dict.fromkeys(_base(item) for item in pack.items))}
        self._base = np.array([bases[_base(item)] for item in pack.items], dtype=np.int64)
        texts = self.texts(glossary)
        stored = _stored(vectors, texts, cache)
        self.vectors = encoder.Sides(stored)  # three of each slot, then one of each near miss
        # What an official text adds as new, of which nothing was learned: weighed by itself (docs/decisions/0018).
        self.new = np.nonzero(~self.item_released[self.slot_item] & ~np.isin(self.slot_item, list(self.moved)))[0]
        self.new_items = frozenset(self.slot_item[self.new].tolist())
        self.moved_slots = np.nonzero(np.isin(self.slot_item, list(self.moved)))[0]
        self.repeated = Repeated(
            [texts[3 * number][0].lower() for number in self.new],
            [texts[3 * number][0].lower() for number in self.released_slots] if len(self.new) else [],
        )

    def learn(self, subjects: Subjects) -> None:
        """Take what was learned from texts from these subjects on."""
        self.subjects = subjects
        known = subjects.number
        self.item_subject = np.array([known.get(item, -1) for item in self.item_ids], dtype=np.int64)
        self.slot_subject = np.array([known.get(slot.key, -1) for slot in self.slots], dtype=np.int64)
        for item, was in self.moved.items():
            self.item_subject[item] = self.item_subject[was]

    def lead(self, of_items: Numbers, least: int) -> Numbers:
        """By how much each item exceeds the best released one, twins on the other list apart, or `least`."""
        best = np.full(int(self._base.max()) + 1, np.iinfo(np.int64).min // 2, dtype=np.int64)
        np.maximum.at(best, self._base[self.item_released], of_items[self.item_released])
        first = int(best.argmax())
        leader = best[first]
        best[first] = np.iinfo(np.int64).min // 2
        second, best[first] = best.max(), leader
        rival = np.where(self._base == first, second, best[first])
        led: Numbers = of_items - np.maximum(rival, least)
        return led

    def twins(self, item: int) -> npt.NDArray[np.bool_]:
        """The items that are the same one on either list, by number."""
        made: npt.NDArray[np.bool_] = self._base == self._base[item]
        return made

    def unlearned(self, likeness: Likeness) -> Likeness:
        """The sense of points of which nothing was learned, from how like a text is to them."""
        return (likeness - self.SENSE_FROM) * self.SENSE_PER_LIKENESS

    def texts(self, glossary: Glossary) -> list[tuple[str, str]]:
        """What is encoded, in order: three texts a slot (Chinese, English, its words), then one a near miss.

        A pair is encoded as the mean of both languages.
        """
        words: dict[str, tuple[list[str], list[str]]] = {slot.key: ([], []) for slot in self.slots}
        for line in glossary.lines:
            if line.role in ("names", "object"):
                words[line.point][0].extend(line.zh[:6])
                words[line.point][1].extend(line.en[:6])
        made: list[tuple[str, str]] = []
        for slot in self.slots:
            zh, en = slot.item.name.zh, slot.item.name.en
            if slot.point is not None:
                zh, en = f"{zh}：{slot.point.zh}", f"{en}: {slot.point.en}"
            if isinstance(slot.point, OfficialPoint) or not slot.item.name.en:
                # Of what only an official text shows there is no English: its Chinese words speak for it alone. A point of a
                # new item says little without the name.
                said = slot.point.wording.text if isinstance(slot.point, OfficialPoint) else zh.removesuffix("：")
                if isinstance(slot.point, OfficialPoint) and not slot.item.name.en:
                    said = f"{slot.item.name.zh}：{said}"
                made += [(said, "")] * 3
                continue
            words_zh, words_en = words[slot.key]
            made += [(zh, ""), ("", en), ("、".join(words_zh[:16]) or zh, ", ".join(words_en[:16]) or en)]
        return made + [(miss.zh, miss.en) for miss in glossary.near_misses]


def _base(item: str) -> str:
    return item.rsplit("-", 1)[0]


def _on_the_other_list(item: str) -> str:
    return f"{_base(item)}-{'x' if item.endswith('-j') else 'j'}"


def make_vectors(index_texts: Sequence[tuple[str, str]], path: Path = VECTORS) -> int:
    """Encode the texts and store the rows; returns how many."""
    unique = list(dict.fromkeys(index_texts))
    np.savez_compressed(path, keys=_keys(unique), vectors=_encoded(unique))
    return len(unique)


def unencoded(index: Index, glossary: Glossary, path: Path = VECTORS) -> int:
    """How many texts have no stored vector and are encoded at every start."""
    if not path.is_file():
        return len(index.texts(glossary))
    with np.load(path) as held:
        known = set(held["keys"].tolist())
    return sum(int(key) not in known for key in _keys(index.texts(glossary)))


def _keys(texts: Iterable[tuple[str, str]]) -> npt.NDArray[np.uint64]:
    digests = [hashlib.sha256(msgspec.json.encode(text)).digest()[:8] for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.uint64)


def _encoded(texts: Sequence[tuple[str, str]]) -> npt.NDArray[np.int8]:
    zh = encoder.encode([zh or en for zh, en in texts]).astype(np.float64)
    mean = 2 * zh
    both = [place for place, (one, other) in enumerate(texts) if one and other]
    if both:
        mean[both] = zh[both] + encoder.encode([texts[place][1] for place in both]).astype(np.float64)
    mean /= np.sqrt(np.square(mean).sum(axis=1))[:, None]  # whole numbers: the sum is exact
    coarse: npt.NDArray[np.int8] = np.clip(np.rint(mean * encoder.COARSE), -127, 127).astype(np.int8)
    return coarse


def _stored(path: Path, texts: Sequence[tuple[str, str]], cache: Path | None) -> npt.NDArray[np.int8]:
    """The vectors of the texts. A text that the file does not hold is encoded now, so an edited glossary counts at once.

    `cache`: a folder where what had to be encoded is kept for the next start.
    """
    rows = np.zeros((len(texts), encoder.DIMENSIONS), dtype=np.int8)
    keys = _keys(texts)
    known: dict[int, int] = {}
    if path.is_file():
        with np.load(path) as held:
            held_vectors = held["vectors"]
            known = {int(key): row for row, key in enumerate(held["keys"])}
    missing = [place for place, key in enumerate(keys) if int(key) not in known]
    kept = None if cache is None or not missing else cache / f"vectors-{encoder.version()}-{encoder.PASS}.npz"
    recent = {} if kept is None else _recent(kept)
    for place in missing:
        if int(keys[place]) in recent:
            rows[place] = recent[int(keys[place])]
    missing = [place for place in missing if int(keys[place]) not in recent]
    places = [place for place, key in enumerate(keys) if int(key) in known]
    if places:
        rows[places] = held_vectors[[known[int(keys[place])] for place in places]]
    if missing:
        unique = list(dict.fromkeys(texts[place] for place in missing))
        encoded = dict(zip(unique, _encoded(unique), strict=True))
        rows[missing] = [encoded[texts[place]] for place in missing]
        if kept is not None:
            _keep(kept, {**recent, **{int(keys[place]): rows[place] for place in missing}})
    return rows


def _recent(path: Path) -> dict[int, npt.NDArray[np.int8]]:
    """What was encoded at an earlier start. A cache that cannot be read is made again."""
    try:
        with np.load(path) as held:
            vectors = held["vectors"]
            return {int(key): vectors[row] for row, key in enumerate(held["keys"])}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def _keep(path: Path, vectors: dict[int, npt.NDArray[np.int8]]) -> None:
    """Write the cache whole or not at all; without a writable folder the next start encodes again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, keys=np.array(list(vectors), dtype=np.uint64), vectors=np.stack(list(vectors.values())))
        Path(file.name).replace(path)
    except OSError:
        return

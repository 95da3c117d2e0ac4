"""What a change of the Catalogue does to records that were read before.

Only what changed meets the records. A record is touched where a control point that changed may speak for it: by a logit that is
kept, or by one worked out for a point that is new. What both editions make of the touched ones is then compared; of all others
nothing that decides has changed, so both say the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Edition
from mulu.portfolio.records import Record
from mulu.portfolio.screened import Found, Outcomes, logits_of
from mulu.screening.added import LEAST_KEPT, Added, Kept
from mulu.screening.engine import Screener
from mulu.screening.features import Numbers
from mulu.screening.model import least_logit

Kind = Literal["caught", "released", "moved", "substance", "unknown", "wording", "held", "line"]
# In the order in which they concern a reader.
KINDS: tuple[Kind, ...] = ("caught", "moved", "substance", "unknown", "released", "wording", "held", "line")
_ACTED = ("added", "deleted", "modified", "renumbered", "moved")  # classes of change that something says
_LOGITS = ("slots", "logits", "slot_counts")
Arrays = Callable[[Sequence[str] | None], Mapping[str, npt.NDArray[Any]]]
Records = Callable[[Sequence[int]], Sequence[Record]]  # those of some rows, in their order
NEAREST = 20  # records that are shown of each item that is new, though they are not flagged under it
NEVER = -(1 << 40)  # a logit below all
_TOGETHER = 1024  # touched records that are compared at once
_AHEAD = 3  # parts


@dataclass(frozen=True, slots=True)
class Side:
    """An edition, and an engine over a catalogue in which it stands."""

    screener: Screener
    edition: Edition


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that a change may concern, by its row, and what both editions make of it."""

    row: int
    before: tuple[Found, ...]
    after: tuple[Found, ...]
    read_again: bool


class Change:
    """From one edition to another, which may stand in another catalogue: the same with an official text that is not applied."""

    def __init__(self, before: Side, after: Side, named: Iterable[str] = ()) -> None:
        """`named`: items of which something else changed: a wording, a name, a code."""
        self.before, self.after = before, after
        was, now = _standing(before), _standing(after)
        self.standing = frozenset(item for item in was.keys() | now.keys() if was.get(item) != now.get(item))
        changed = self.standing | set(named)
        self.items = frozenset(changed)
        index = after.screener.index
        ordinals = np.arange(len(index.released_slots))
        of_item = np.array([index.slots[n].item.id in changed for n in index.released_slots], dtype=bool)
        self._released = ordinals[of_item]
        # What is added on either side; each is asked of its own items alone, whatever else was imported.
        sides = (after,) if before.screener is after.screener else (before, after)
        self._adding = [
            (side.screener, added) for side in sides if len((added := Added(side.screener, self.items)).slots)
        ]
        self.adds = bool(self._adding)  # points that no record has met
        # Below the operating point an item is flagged on neither side, and leads none that is.
        self._loud = least_logit(after.screener.model, after.screener.model.operating_point)
        self._outcomes = Outcomes(before.screener, before.edition), Outcomes(after.screener, after.edition)
        # Nothing was learned of these, so that a text which does not name them is easily missed.
        index, stands = after.screener.index, after.screener.slots(after.edition)
        of_new = {index.item_ids[item]: of for item, of in index.added_of.items() if item in index.new_items}
        self._below = {
            item: _Below(np.array(slots, dtype=np.int64))
            for item in sorted(of_new.keys() & changed)
            if (slots := [slot for slot in of_new[item].tolist() if slot in stands])
        }

    def below(self) -> dict[str, list[tuple[int, Found]]]:
        """Of each item that is new the rows met so far that are nearest and not flagged under it, the best first."""
        made = {}
        for item, held in self._below.items():
            found = [(row, of[0]) for row, logits in held.best() if (of := self._outcomes[1].of(logits))]
            made[item] = sorted(found, key=lambda one: (-one[1].score, one[0]))[:NEAREST]
        return made

    def met_by(self, parts: Iterable[tuple[Numbers, Arrays]], records: Records) -> Iterator[list[Touched]]:
        """The touched ones among the records of some parts, some at a time.

        `parts`: of each the rows that are asked about, by their place in it (0 where none is), and what is kept of all of it.
        """
        if not self.items:
            return
        waiting: list[_Near] = []
        for rows, arrays, some in _read_ahead(parts, None if self._adding else _LOGITS):
            near = self._near(rows, arrays, some)
            if near.rows:
                waiting.append(near)
            if sum(len(one.rows) for one in waiting) >= _TOGETHER:
                yield self._compared(waiting, records)
                waiting = []
        if waiting:
            yield self._compared(waiting, records)

    def _near(self, rows: Numbers, arrays: Arrays, some: Mapping[str, npt.NDArray[Any]]) -> _Near:
        """Those of a part for which something that changed may speak. `some`: of its arrays all where anything is added."""
        whole = Kept.of(dict(some)) if self._adding else None
        count = len(some["slot_counts"])
        asked = np.zeros(count, dtype=bool)
        asked[: len(rows)] = rows > 0
        touched = np.zeros(count, dtype=bool)
        of_entry = np.repeat(np.arange(count), some["slot_counts"])
        touched[of_entry[(some["logits"] >= self._loud) & np.isin(some["slots"], self._released)]] = True
        again = np.zeros(count, dtype=bool)
        for screener, added in self._adding:
            assert whole is not None
            met = added.meet(whole)
            again |= met.read_again
            touched |= (met.logits >= self._loud).any(axis=1)
            if screener is self.after.screener:
                quiet = asked & ~touched & ~again
                for held in self._below.values():
                    held.add(rows, met.logits[:, np.searchsorted(met.slots, held.slots)], quiet)
        places = np.nonzero((touched | again) & asked)[0]
        kept: Kept | None = None
        if len(places) and any(len(side.screener.index.added) for side in (self.before, self.after)):
            kept = (whole or Kept.of(dict(arrays(None)))).some(places)
        return _Near(rows[places].tolist(), again[places], _kept_logits(some, places), kept)

    def _compared(self, near: Sequence[_Near], records: Records) -> list[Touched]:
        rows = [row for one in near for row in one.rows]
        logits = [of for one in near for of in one.logits]
        every = [one.kept for one in near if one.kept is not None]
        kept = Kept.joined(every) if every else None
        before, after = self.before.screener, self.after.screener
        was = complete(before, rows, logits, kept, records)
        now = was if before is after else complete(after, rows, logits, kept, records)
        again = np.concatenate([one.again for one in near]).tolist()
        made = [
            Touched(row, tuple(self._outcomes[0].of(one)), tuple(self._outcomes[1].of(other)), anew)
            for row, one, other, anew in zip(rows, was, now, again, strict=True)
        ]
        for item, held in self._below.items():
            quiet = np.array([all(f.item != item or not f.flag for f in one.after) for one in made], dtype=bool)
            logits_ = np.array([[of.get(slot, NEVER) for slot in held.slots.tolist()] for of in now], dtype=np.int64)
            held.add(np.array(rows), logits_.reshape(len(rows), -1), quiet)
        return made


class _Below:
    """The rows nearest to an item among those that are not flagged under it."""

    def __init__(self, slots: Numbers) -> None:
        self.slots = slots
        self._rows, self._logits = np.zeros(0, dtype=np.int64), np.zeros((0, len(slots)), dtype=np.int64)

    def add(self, rows: Numbers, logits: Numbers, which: npt.NDArray[np.bool_]) -> None:
        """Some of the rows with their logits of every slot. Of each slot as many rows are kept as may be asked for: no other can be among them."""
        if len(self._rows) >= NEAREST:
            which = which & (logits >= np.sort(self._logits, axis=0)[-NEAREST]).any(axis=1)
        some = np.nonzero(which)[0]
        if not len(some):
            return
        self._rows = np.concatenate([self._rows, rows[some]])
        self._logits = np.concatenate([self._logits, logits[some]])
        order = np.lexsort((np.broadcast_to(self._rows[:, None], self._logits.shape), -self._logits), axis=0)
        best = np.unique(order[:NEAREST])
        self._rows, self._logits = self._rows[best], self._logits[best]

    def best(self) -> Iterator[tuple[int, dict[int, int]]]:
        for row, logits in zip(self._rows.tolist(), self._logits.tolist(), strict=True):
            yield row, dict(zip(self.slots.tolist(), logits, strict=True))


@dataclass(frozen=True, slots=True)
class _Near:
    """Records of a part for which something that changed may speak, in order: their rows, and what is kept of them."""

    rows: list[int]
    again: npt.NDArray[np.bool_]
    logits: list[dict[int, int]]
    kept: Kept | None


def _read_ahead(
    parts: Iterable[tuple[Numbers, Arrays]], names: Sequence[str] | None
) -> Iterator[tuple[Numbers, Arrays, Mapping[str, npt.NDArray[Any]]]]:
    """Parts with some of their arrays, of which a few are read while the last are being compared."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[tuple[Numbers, Arrays, Future[Mapping[str, npt.NDArray[Any]]]]] = deque()
        for rows, arrays in parts:
            waiting.append((rows, arrays, pool.submit(arrays, names)))
            if len(waiting) > _AHEAD:
                rows, arrays, read = waiting.popleft()
                yield rows, arrays, read.result()
        for rows, arrays, read in waiting:
            yield rows, arrays, read.result()


def complete(
    screener: Screener,
    rows: Sequence[int],
    logits: Sequence[Mapping[int, int]],
    kept: Kept | None,
    records: Records,
) -> list[dict[int, int]]:
    """The logits of records by slot of a screener: those that are kept, and those of what its catalogue adds.

    `logits`: of each row, those kept of released slots, by their place among them; `kept`: all that is kept of these rows, in
    the same order; None where no catalogue adds anything.
    """
    released, least = screener.index.released_slots, least_logit(screener.model, LEAST_KEPT)
    made = [{int(released[slot]): logit for slot, logit in of.items()} for of in logits]
    if not len(screener.index.added):
        return made
    assert kept is not None
    met = Added(screener).meet(kept)
    slots = met.slots.tolist()
    for n, of in enumerate(made):
        of |= {s: logit for s, logit in zip(slots, met.logits[n].tolist(), strict=True) if logit >= least}
    again = np.nonzero(met.read_again)[0].tolist()
    of_again = logits_of(screener, records([rows[n] for n in again]), kept.some(np.array(again, dtype=np.int64)).each())
    for n, of in zip(again, of_again, strict=True):
        made[n] = of
    return made


def all_logits(
    screener: Screener, rows: Numbers, arrays: Arrays, records: Records
) -> Iterator[tuple[int, dict[int, int]]]:
    """The logits by slot of some records of a part, as `Change.met_by` takes them, whatever changed: by their row."""
    places = np.nonzero(rows)[0]
    kept = Kept.of(dict(arrays(None))).some(places) if len(screener.index.added) else None
    of = rows[places].tolist()
    yield from zip(of, complete(screener, of, _kept_logits(arrays(_LOGITS), places), kept, records), strict=True)


def _kept_logits(some: Mapping[str, npt.NDArray[Any]], places: Numbers) -> list[dict[int, int]]:
    """Of some records of a part the logits that are kept of released slots."""
    ends = np.cumsum(some["slot_counts"].astype(np.int64))
    made = []
    for place in places.tolist():
        of = slice(int(ends[place] - some["slot_counts"][place]), int(ends[place]))
        made.append(dict(zip(some["slots"][of].tolist(), some["logits"][of].tolist(), strict=True)))
    return made


def _standing(side: Side) -> dict[str, tuple[Any, ...]]:
    """Of each item all on which its score rests in an edition: how it stands, and its points."""
    slots: dict[str, list[tuple[str, bool]]] = {}
    index = side.screener.index
    for number, published in side.screener.slots(side.edition).items():
        slots.setdefault(index.slots[number].item.id, []).append((index.slots[number].key, published))
    return {
        item: (side.edition.listings[item].presence, side.edition.listings[item].certainty, tuple(sorted(of)))
        for item, of in slots.items()
    }


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one record under one item. `to_item`: where it moved to the other list."""

    item: str
    kind: Kind
    before: Found | None
    after: Found | None
    to_item: str | None = None


def effects(
    before: Sequence[Found], after: Sequence[Found], changes: Mapping[str, Mapping[str, Any]], standing: Container[str]
) -> list[Effect]:
    """What becomes of each item under which a record is flagged before or after.

    `changes`: the changes between the editions by item, as `history.difference` gives them; `standing`: the items that stand
    otherwise in the two. A flag that came or went without a known change of its item is `held` where what is held of the item
    differs between the editions (nothing says that the law did), and else `line`: it hangs on the leading candidate of the record.
    """
    was = {one.item: one for one in before if one.flag}
    now = {one.item: one for one in after if one.flag}
    known_before, known_after = ({one.item: one for one in of} for of in (before, after))
    moved = {item: str(c["to_item"]) for item, c in changes.items() if c["class"] == "moved"}

    def why(item: str, kind: Kind) -> Kind:
        if item in changes and changes[item]["class"] in _ACTED:
            return kind
        return "held" if item in standing else "line"

    made: list[Effect] = []
    for item in sorted(was.keys() | now.keys()):
        if item in moved and item in was:
            to = moved[item]
            # An announcement that only moves an entry releases nothing, though its wording on the other list may be unknown.
            stays = to in now or not changes[item]["substantive"]
            made.append(Effect(item, "moved" if stays else "released", was[item], known_after.get(to), to))
        elif any(to == item and source in was for source, to in moved.items()):
            continue  # told with the item that it continues
        elif item not in was:
            kind = "caught" if item in moved.values() else why(item, "caught")
            made.append(Effect(item, kind, known_before.get(item), now[item]))
        elif item not in now:
            made.append(Effect(item, why(item, "released"), was[item], known_after.get(item)))
        elif item in changes and changes[item]["class"] == "modified":
            made.append(Effect(item, _modified(changes[item]), was[item], now[item]))
        elif item in changes and changes[item]["class"] == "renumbered":
            # Under another number it says the same only where nothing of it is left to be compared.
            made.append(Effect(item, "unknown" if changes[item]["points"] else "wording", was[item], now[item]))
    return made


def _modified(change: Mapping[str, Any]) -> Kind:
    if change["substantive"]:
        return "substance"
    if any(point["kind"] == "unknown" for point in change["points"]):
        return "unknown"
    return "wording" if change["points"] or change["renamed"] else "unknown"

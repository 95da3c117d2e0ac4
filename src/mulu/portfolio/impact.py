"""What a change of the Catalogue does to records that were read before.

Only what changed meets the records. A record is touched where a control point that changed may speak for it: by a logit that is
kept, or by one worked out for a point that is new. What both editions make of the touched ones is then compared; of all others
nothing that decides has changed, so both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mulu.catalogue.editions import Edition
from mulu.portfolio.records import Record
from mulu.portfolio.screened import Found, Outcomes, tables_of
from mulu.screening.added import LEAST_KEPT, Kept, least_logit, meet
from mulu.screening.engine import Screener
from mulu.screening.features import Numbers

Kind = Literal["caught", "released", "moved", "substance", "unknown", "wording", "held", "line"]
# In the order in which they concern a reader.
KINDS: tuple[Kind, ...] = ("caught", "moved", "substance", "unknown", "released", "wording", "held", "line")
_ACTED = ("added", "deleted", "modified", "renumbered", "moved")  # classes of change that something says
_LOGITS = ("slots", "logits", "slot_counts")
Arrays = Callable[[Sequence[str] | None], Mapping[str, npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class Side:
    """An edition, and an engine over a catalogue in which it stands."""

    screener: Screener
    edition: Edition


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that a change may concern: its place in the part, and what both editions make of it."""

    place: int
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
        self.items = sorted(changed)
        index = after.screener.index
        ordinals = np.arange(len(index.released_slots))
        of_item = np.array([index.slots[n].item.id in changed for n in index.released_slots], dtype=bool)
        self._released = ordinals[of_item]
        self._added = np.array([index.slots[n].item.id in changed for n in index.added], dtype=bool)
        self._outcomes = Outcomes(before.screener, before.edition), Outcomes(after.screener, after.edition)

    def met_by(
        self, counts: Numbers, places: Sequence[int], arrays: Arrays, record: Callable[[int], Record]
    ) -> Iterator[Touched]:
        """The touched ones among the records of a part.

        `counts`: rows that are kept of each record of the part; `places`: those that are asked about; `arrays` gives what is
        kept, by name; `record` the record at a place, where it must be read again.
        """
        if not self.items:
            return
        kept_rows = np.repeat(np.arange(len(counts)), counts)  # the record of each row
        asked = np.zeros(len(counts), dtype=bool)
        asked[list(places)] = True
        some = arrays(_LOGITS)
        of_entry = np.repeat(kept_rows, some["slot_counts"])
        touched = np.zeros(len(counts), dtype=bool)
        touched[of_entry[np.isin(some["slots"], self._released)]] = True
        after, before = self.after.screener, self.before.screener
        again = np.zeros(len(counts), dtype=bool)
        if len(after.index.added):
            kept = Kept.of(dict(arrays(None)))
            met = meet(after, kept)
            again[kept_rows[met.read_again]] = True
            loud = (met.logits[:, self._added] >= least_logit(after, LEAST_KEPT)).any(axis=1)
            touched[kept_rows[loud]] = True
            touched |= again
        places_touched = np.nonzero(touched & asked)[0]
        if not len(places_touched):
            return
        wanted = set(places_touched.tolist())
        rows = np.nonzero(np.isin(kept_rows, places_touched))[0]
        whole: Kept | None = None
        if len(after.index.added) or len(before.index.added):
            whole = Kept.of(dict(arrays(None))).some(rows)
        logits = _loudest(some, kept_rows, wanted)
        sides: list[dict[int, dict[int, int]]] = []
        for side in (self.before, self.after):
            if side is self.after and before is after:
                sides.append(sides[0])
            else:
                sides.append(complete(side.screener, logits, whole, kept_rows[rows], record))
        for place in places_touched.tolist():
            yield Touched(
                place,
                tuple(self._outcomes[0].of(sides[0][place])),
                tuple(self._outcomes[1].of(sides[1][place])),
                bool(again[place]),
            )


def complete(
    screener: Screener,
    logits: Mapping[int, Mapping[int, int]],
    kept: Kept | None,
    records: Numbers,
    record: Callable[[int], Record],
) -> dict[int, dict[int, int]]:
    """The logits of records by slot of a screener: those that are kept, and those of what its catalogue adds.

    `logits`: by record, those kept of released slots, by their place; `kept`: all that is kept of the rows of these records, and
    `records` says whose each row is.
    """
    released, least = screener.index.released_slots, least_logit(screener, LEAST_KEPT)
    made = {place: {int(released[slot]): logit for slot, logit in of.items()} for place, of in logits.items()}
    if not len(screener.index.added):
        return made
    assert kept is not None
    met = meet(screener, kept)
    must = set(records[met.read_again].tolist())
    for row, place in enumerate(records.tolist()):
        if place in must:
            continue
        for slot, logit in zip(met.slots.tolist(), met.logits[row].tolist(), strict=True):
            if logit >= least and logit > made[place].get(slot, -(1 << 62)):
                made[place][slot] = logit
    for place in sorted(must):
        made[place] = tables_of(screener, record(place))
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
            made.append(Effect(item, "wording", was[item], now[item]))
    return made


def _modified(change: Mapping[str, Any]) -> Kind:
    if change["substantive"]:
        return "substance"
    return "wording" if change["points"] or change["renamed"] else "unknown"


def all_logits(
    screener: Screener, counts: Numbers, places: Sequence[int], arrays: Arrays, record: Callable[[int], Record]
) -> Iterator[tuple[int, dict[int, int]]]:
    """The logits by slot of some records of a part, as `Change.met_by` takes them, whatever changed."""
    kept_rows = np.repeat(np.arange(len(counts)), counts)
    rows = np.nonzero(np.isin(kept_rows, list(places)))[0]
    added = len(screener.index.added) > 0
    kept = Kept.of(dict(arrays(None))).some(rows) if added else None
    some = arrays(_LOGITS)
    logits = _loudest(some, kept_rows, set(places))
    yield from complete(screener, logits, kept, kept_rows[rows], record).items()


def _loudest(some: Mapping[str, npt.NDArray[Any]], kept_rows: Numbers, wanted: set[int]) -> dict[int, dict[int, int]]:
    """Of each record that is wanted the logits that are kept, of its loudest text for each slot."""
    logits: dict[int, dict[int, int]] = {place: {} for place in sorted(wanted)}
    of_entry = np.repeat(kept_rows, some["slot_counts"])
    mine = np.isin(of_entry, list(wanted))
    for place, slot, logit in zip(
        of_entry[mine].tolist(), some["slots"][mine].tolist(), some["logits"][mine].tolist(), strict=True
    ):
        if logit > logits[place].get(slot, -(1 << 62)):
            logits[place][slot] = logit
    return logits

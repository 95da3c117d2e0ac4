"""Editions, computed: acts first, then what sources were seen to show, then what follows from both."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mulu.catalogue.codes import Code
from mulu.catalogue.pack import DATA, DefectivePack, Pack, read
from mulu.catalogue.records import Act, Instrument, Item, Point, Reading, Statement, Texts
from mulu.errors import Misused, MuluError
from mulu.vocabulary import Certainty, Control, Presence, Said

Change = Literal["adds", "deletes", "modifies", "keeps"]


class NoEditionHeld(MuluError):
    """The Catalogue was asked about a day before the first edition of which anything is held."""

    def __init__(self, day: datetime.date, earliest: datetime.date) -> None:
        super().__init__(
            Said(
                "no_edition_held",
                f"{day} 早于 {earliest}：当时施行的是 2001 年首版目录，其内容本数据包一概未收录。"
                f"请改问 {earliest} 或之后的日期；较早的转让请查阅 2001 年版原文。",
                f"{day} is before {earliest}: the first edition, of 2001, was the one then known to exist, and nothing "
                f"of it is held. Ask about {earliest} or a later day; for earlier transfers read the edition of 2001 itself.",
            )
        )
        self.day = day
        self.earliest = earliest


class Unknown(Misused):
    """A name that nothing held answers to; the nearest ones are offered."""

    def __init__(self, what: str, what_zh: str, name: str, nearest: tuple[str, ...]) -> None:
        offer = f" Nearest: {', '.join(nearest)}." if nearest else ""
        items = what == "item or code"
        remedy, remedy_zh = (
            (" `mulu items` lists what is held.", "可用 `mulu items` 查看全部条目。") if items else ("", "")
        )
        offer_zh = f"相近的有：{'、'.join(nearest)}。" if nearest else ""
        super().__init__(
            Said(
                "unknown_" + what.replace(" ", "_"),
                f"没有名为 {name!r} 的{what_zh}。{offer_zh}{remedy_zh}",
                f"There is no {what} {name!r}.{offer}{remedy}",
            )
        )
        self.name = name
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Listing:
    """An item as one edition lists it.

    `certainty` is that of its presence (or absence); name, code and each point have their own. `points` are
    the control points and topics that stand in this edition.
    """

    item: Item
    presence: Presence
    certainty: Certainty
    basis: Texts | None
    code: str | None
    code_certainty: Certainty | None
    code_basis: Texts | None
    change: Change | None
    change_certainty: Certainty | None
    points: tuple[Point, ...]

    @property
    def published_points(self) -> tuple[Point, ...]:
        return tuple(p for p in self.points if p.certainty is not Certainty.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A sighting that contradicts an act; both are kept, the act stands."""

    edition: str
    item: str
    said: Said


@dataclass(frozen=True, slots=True)
class Tally:
    """What is held of one list of one edition, against the announced number."""

    control: Control
    announced: int | None
    published: int
    unconfirmed: int
    open: int
    without_published_point: int

    @property
    def held(self) -> int:
        return self.published + self.unconfirmed

    @property
    def shortfall(self) -> int | None:
        return None if self.announced is None else max(0, self.announced - self.held)

    @property
    def surplus(self) -> int | None:
        return None if self.announced is None else max(0, self.held - self.announced)


@dataclass(frozen=True, slots=True)
class Edition:
    """The Catalogue as it stood, or as a draft would have it."""

    id: str
    instrument: Instrument
    listings: Mapping[str, Listing]
    conflicts: tuple[Conflict, ...]

    @property
    def draft(self) -> bool:
        return self.instrument.draft

    @property
    def effective(self) -> datetime.date | None:
        return self.instrument.effective

    def present(self) -> list[Listing]:
        return [one for one in self.listings.values() if one.presence is Presence.PRESENT]

    def open(self) -> list[Listing]:
        return [one for one in self.listings.values() if one.presence is Presence.OPEN]

    def tally(self, control: Control) -> Tally:
        present = [one for one in self.present() if one.item.control is control]
        published = [one for one in present if one.certainty is not Certainty.UNCONFIRMED]
        announced = self.instrument.announced
        return Tally(
            control=control,
            announced=None if announced is None else getattr(announced.whole, control.value),
            published=len(published),
            unconfirmed=len(present) - len(published),
            open=sum(one.item.control is control for one in self.open()),
            without_published_point=sum(not one.published_points for one in present),
        )


@dataclass(frozen=True, slots=True)
class NumberingGap:
    """Running numbers of a division that no held item can fill: where part of the shortfall lies.

    An inference: numbers run per division and list across prefixes, which fits every code seen.
    """

    control: Control
    division: str
    highest: int
    code: str
    held: int

    @property
    def missing(self) -> int:
        return self.highest - self.held


class Catalogue:
    """Every edition held, each with its items, points, certainty and sources."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        by_edition = {i.edition: i for i in pack.instruments.values() if i.edition is not None}
        self._line = _line(by_edition)
        self._drafts = {name for name, instrument in by_edition.items() if instrument.draft}
        self.editions: dict[str, Edition] = {}
        for name in sorted(by_edition, key=self._line.__getitem__):
            self.editions[name] = self._consolidated(name, by_edition[name])
        self._codes: dict[str, dict[str, str]] = {}
        for edition in self.editions.values():
            for listing in edition.listings.values():
                if listing.code is None:
                    continue
                other = self._codes.setdefault(listing.code, {}).setdefault(edition.id, listing.item.id)
                if other != listing.item.id:
                    raise DefectivePack(
                        f"sightings/{edition.id}.jsonl",
                        None,
                        f"the code {listing.code} is given to both {other!r} and {listing.item.id!r}",
                        f"编号 {listing.code} 同时给了 {other!r} 和 {listing.item.id!r}",
                    )

    @classmethod
    def load(cls, folder: Path = DATA) -> Catalogue:
        return cls(read(folder))

    @property
    def version(self) -> str:
        return self.pack.manifest.version

    @property
    def known_to(self) -> datetime.date:
        return self.pack.manifest.known_to["catalogue"].day

    def governing(self) -> list[Edition]:
        """The editions that were in force, oldest first."""
        return [edition for edition in self.editions.values() if not edition.draft]

    def in_force(self, day: datetime.date) -> Edition:
        """The edition that governed on `day`: the latest to take effect not after it."""
        governing = self.governing()
        past = [e for e in governing if e.effective is not None and e.effective <= day]
        if not past:
            earliest = min(e.effective for e in governing if e.effective is not None)
            raise NoEditionHeld(day, earliest)
        return past[-1]

    def draft(self, name: str) -> Edition:
        """The list as the draft `name` proposed it. A draft is never in force."""
        drafts = [edition.id for edition in self.editions.values() if edition.draft]
        if name not in drafts:
            raise Unknown("draft", "征求意见稿", name, tuple(drafts))
        return self.editions[name]

    def find(self, name: str) -> tuple[Item, tuple[str, ...]]:
        """The item that `name` (an id or a code) means, and the editions that print that code (none for an id).

        Raises Unknown with the nearest ids, codes or names.
        """
        item = self.pack.items.get(name.strip().lower())
        if item is not None:
            return item, ()
        code = Code.parse(name)
        if code is not None and code.text in self._codes:
            found = self._codes[code.text]
            # A code may be used again for another item; the latest edition that prints it is meant.
            latest = max(found, key=self._line.__getitem__)
            editions = tuple(e for e, of in found.items() if of == found[latest])
            return self.pack.items[found[latest]], editions
        raise Unknown("item or code", "条目或编号", name, self._nearest(name))

    def statements(self, item: str) -> tuple[tuple[str, Statement], ...]:
        return self.pack.statements.get(item, ())

    def possible_points(self, edition: Edition, item: str) -> tuple[Point, ...]:
        """Points of an item first seen in a later edition that may have stood in this one already.

        Not those that a later instrument is known to have added, because it names all its changes.
        """
        at = self._line[edition.id]
        possible = []
        for point in self.pack.points.get(item, ()):
            if point.since is None or self._line[point.since] <= at:
                continue
            if not self.editions[point.since].instrument.changes_all_named:
                possible.append(point)
        return tuple(possible)

    def numbering_gaps(self, edition: Edition) -> list[NumberingGap]:
        """Divisions in which published codes show more entries than are held at any certainty or open.

        Only for editions that use the classification of 2017, whose division every item carries.
        """
        highest: dict[tuple[Control, str], Code] = {}
        for listing in edition.listings.values():
            if listing.code is None or listing.code_certainty is Certainty.UNCONFIRMED:
                continue
            code = Code.parse(listing.code)
            if code is None or code.standard(edition.id) != "GB/T 4754-2017":
                continue
            key = (code.control, code.division)
            if key not in highest or code.number > highest[key].number:
                highest[key] = code
        gaps = []
        for (control, division), code in sorted(highest.items(), key=lambda kv: kv[0][1]):
            # Deleted items keep their number: 2025 renumbered nothing.
            numbered = [
                one
                for one in edition.listings.values()
                if one.item.control is control
                and one.item.division == division
                and (one.presence is not Presence.ABSENT or one.change == "deletes")
            ]
            if code.number > len(numbered):
                gaps.append(NumberingGap(control, division, code.number, code.text, len(numbered)))
        return gaps

    def _nearest(self, name: str) -> tuple[str, ...]:
        if not name.strip():
            return ()
        words = {i.id: i.id for i in self.pack.items.values()}
        words |= {code: code for code in self._codes}
        for item in self.pack.items.values():
            words.setdefault(item.name.zh, item.id)
            words.setdefault(item.name.en.lower(), item.id)
        close = difflib.get_close_matches(name.strip().lower(), [w.lower() for w in words], n=6, cutoff=0.5)
        lowered = {w.lower(): target for w, target in words.items()}
        found = list(dict.fromkeys(lowered[w] for w in close))
        if not found:
            found = [
                i.id
                for i in self.pack.items.values()
                if name.strip().lower() in f"{i.id} {i.name.zh} {i.name.en}".lower()
            ]
        return tuple(self._offered(name) for name in found[:3])

    def _offered(self, name: str) -> str:
        """A name as it is offered: a code that no source shows carries its mark even here."""
        if name not in self._codes:
            return name
        certainties = [self.editions[e].listings[item].code_certainty for e, item in self._codes[name].items()]
        sure = any(certainty is not Certainty.UNCONFIRMED for certainty in certainties)
        return name if sure else f"{name} (unconfirmed 未确认)"

    def _consolidated(self, name: str, instrument: Instrument) -> Edition:
        pack = self.pack
        acts = pack.acts[instrument.id]
        readings = pack.readings[name]
        base: Edition | None = None
        if instrument.changes_all_named:
            amended = pack.instruments[instrument.amends[0]].edition
            base = self.editions[amended] if amended is not None else None
        listings: dict[str, Listing] = {}
        conflicts: list[Conflict] = []
        for item in pack.items.values():
            act, reading = acts.get(item.id), readings.get(item.id)
            before = base.listings.get(item.id) if base is not None else None
            if act is None and reading is None and before is None:
                continue
            listing = self._listing(name, item, act, reading, before)
            listings[item.id] = listing
            conflicts += _contradictions(name, item, act, reading, pack.statements.get(item.id, ()))
        edition = Edition(name, instrument, listings, tuple(conflicts))
        for control in Control:
            tally = edition.tally(control)
            if tally.announced is not None and tally.published > tally.announced:
                raise DefectivePack(
                    f"sightings/{name}.jsonl",
                    None,
                    f"{tally.published} {control.value} items are held as published, "
                    f"more than the {tally.announced} announced",
                    f"{control.name_in.zh}部分已公布条目 {tally.published} 项，多于公告的 {tally.announced} 项",
                )
        return edition

    def _listing(
        self, edition: str, item: Item, act: Act | None, reading: Reading | None, before: Listing | None
    ) -> Listing:
        change: Change | None = None
        change_certainty: Certainty | None = None
        if act is not None:
            change, change_certainty = act.does, act.certainty
            presence = Presence.ABSENT if act.does == "deletes" else Presence.PRESENT
            if act.does == "keeps" and reading is not None and reading.presence == "open":
                presence = Presence.OPEN  # what an act leaves as it was is as open as it was
            certainty = act.certainty
            if reading is not None and Presence(reading.presence) is not presence:
                reading = None  # the act stands; the contradiction is recorded as a conflict
            if reading is not None:
                # That an act leaves an item alone says nothing of how sure its presence is.
                certainty = reading.certainty if act.does == "keeps" else max(certainty, reading.certainty, key=_rank)
            basis = act.basis or (reading.basis if reading is not None else None)
        elif reading is not None:
            presence, certainty, basis = Presence(reading.presence), reading.certainty, reading.basis
        else:
            assert before is not None
            presence, certainty, basis = before.presence, before.certainty, before.basis
            if presence is not Presence.ABSENT:
                change, change_certainty = "keeps", certainty
        code, code_certainty, code_basis = None, None, None
        if reading is not None and reading.code is not None:
            code, code_certainty, code_basis = reading.code, reading.code_certainty, reading.code_basis
        elif before is not None and before.presence is not Presence.ABSENT:
            code, code_certainty, code_basis = before.code, before.code_certainty, before.code_basis
        points = () if presence is Presence.ABSENT else self._points(edition, item)
        return Listing(
            item, presence, certainty, basis, code, code_certainty, code_basis, change, change_certainty, points
        )

    def _points(self, edition: str, item: Item) -> tuple[Point, ...]:
        """The points of the item in the edition. In a draft, what it words itself replaces the same number."""
        at = self._line[edition]
        held = self.pack.points.get(item.id, ())
        worded = {p.number for p in held if edition in p.drafts or p.since == edition}
        stand = [
            p
            for p in held
            if edition in p.drafts
            or (
                (p.since is None or p.since == edition or (p.since not in self._drafts and self._line[p.since] <= at))
                and (p.until is None or at < self._line[p.until])
                and (p.since == edition or p.number not in worded)
            )
        ]
        return tuple(stand)


def _rank(certainty: Certainty) -> int:
    return certainty.rank


def _line(by_edition: Mapping[str, Instrument]) -> dict[str, int]:
    """Editions and drafts on one line of time: a draft stands before the act that came of it."""

    def when(instrument: Instrument) -> str:
        return instrument.effective.isoformat() if instrument.effective is not None else instrument.published or ""

    ordered = sorted(by_edition, key=lambda name: when(by_edition[name]))
    return {name: place for place, name in enumerate(ordered)}


def _contradictions(
    edition: str,
    item: Item,
    act: Act | None,
    reading: Reading | None,
    statements: tuple[tuple[str, Statement], ...],
) -> list[Conflict]:
    found: list[Conflict] = []

    def conflict(kind: str, zh: str, en: str) -> None:
        found.append(Conflict(edition, item.id, Said(kind, zh, en)))

    if act is not None and reading is not None and reading.presence != "open":
        implied = "absent" if act.does == "deletes" else "present"
        if reading.presence != implied:
            conflict(
                "sighting_contradicts_act",
                f"{item.id}：依文书（{act.does}）应为 {implied}，来源所见为 {reading.presence}",
                f"{item.id}: the act ({act.does}) makes it {implied}, what was seen shows it {reading.presence}",
            )
    for seen_in, statement in statements:
        if seen_in != edition:
            continue
        if statement.field == "control" and statement.value != item.control.value:
            conflict(
                "list_contradicted",
                f"{item.id}：有来源称其属于“{statement.value}”部分",
                f"{item.id}: a source puts it in the {statement.value} part",
            )
        if statement.field == "code" and reading is not None and reading.code not in (None, statement.value):
            conflict(
                "code_contradicted",
                f"{item.id}：有来源给出编号 {statement.value}，本数据包采用 {reading.code}",
                f"{item.id}: a source gives the code {statement.value}, the pack takes {reading.code}",
            )
    return found

"""Editions, computed: acts first, then what sources were seen to show, then what follows from both."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from mulu.catalogue.amending import Amended, ClauseCannotApply, amend
from mulu.catalogue.codes import Code
from mulu.catalogue.held import HeldText, counting, fingerprint, new_id, new_item, official_points
from mulu.catalogue.pack import DATA, DefectivePack, Pack, read
from mulu.catalogue.print import bare
from mulu.catalogue.records import (
    Act,
    Instrument,
    Item,
    Lineage,
    OfficialPoint,
    Point,
    Reading,
    Statement,
    Texts,
)
from mulu.catalogue.standing import draft_on
from mulu.catalogue.wording import At, Clause, Entry, Operation, Seen
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
class OfficialPlace:
    """Where in an imported document something stands. `document` is its SHA-256.

    `code_read`: the code as a machine read it from a picture, `seen` the lines that show it.
    """

    document: str
    page: int
    line: int
    code_read: str | None = None
    seen: tuple[Seen, ...] = ()


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
    name: Texts
    name_certainty: Certainty
    industry: Texts | None = None
    industry_certainty: Certainty | None = None
    # Where an official text that counts speaks of it in this edition, and whether that text gives all its points.
    official: OfficialPlace | None = None
    points_complete: bool = False
    clauses: tuple[str, ...] = ()  # of the amending announcement, as printed in the user's copy

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
    official: int = 0  # of those published, read in an attested official document

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
    # The attested document that gives this edition, and whether it gives all of it.
    document: str | None = None
    complete: bool = False

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
        figure = None if announced is None else getattr(announced.whole, control.value)
        if figure is None and self.complete:
            figure = len(present)  # a whole list that is held states its own size
        return Tally(
            control=control,
            announced=figure,
            official=sum(one.certainty is Certainty.OFFICIAL for one in present),
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

    def __init__(self, pack: Pack, held: Iterable[HeldText] = ()) -> None:
        self.released = pack  # as released, without what the user imported
        self.texts = {one.attestation.instrument: one for one in counting(held) if one.attestation is not None}
        headers = {t.header.id: t.header for t in self.texts.values() if t.header is not None}
        self.instruments: dict[str, Instrument] = {**headers, **pack.instruments}
        for name, text in self.texts.items():
            one = self.instruments[name]
            if one.draft and text.comment_deadline is not None:
                self.instruments[name] = msgspec.structs.replace(one, comment_deadline=text.comment_deadline)
        by_edition = {i.edition: i for i in self.instruments.values() if i.edition is not None}
        self._line = _line(by_edition)
        self._drafts = {name for name, instrument in by_edition.items() if instrument.draft}
        self.items: dict[str, Item] = dict(pack.items)
        self.lineage: list[Lineage] = list(pack.lineage)
        self._entries: dict[str, dict[str, Entry]] = {}  # edition → item → entry, where read in an official text
        # edition → item → number → control point, where announcements gave some points of an entry and the rest is not held
        self._given: dict[str, dict[str, dict[str, Clause]]] = {}
        self._bases: dict[str, str | None] = {}  # edition → the one that its instrument amends
        self.editions: dict[str, Edition] = {}
        for name in sorted(by_edition, key=self._line.__getitem__):
            self.editions[name] = self._consolidated(name, by_edition[name])
        # What screening compares: the pack with the items and points that only official texts show.
        self.pack = replace(pack, items=self.items, points=self._with_official_points(), instruments=self.instruments)
        self._codes: dict[str, dict[str, str]] = {}
        for edition in list(self.editions.values()):
            for listing in edition.listings.values():
                if listing.code is None:
                    continue
                of_code = self._codes.setdefault(listing.code, {})
                other = of_code.setdefault(edition.id, listing.item.id)
                if other == listing.item.id:
                    continue
                if (
                    self.texts
                ):  # an import and the pack do not agree who it is; the better known one answers to the code
                    of_code[edition.id] = self._of_one_code(edition, listing.code, other, listing.item.id)
                else:
                    raise DefectivePack(
                        f"sightings/{edition.id}.jsonl",
                        None,
                        f"the code {listing.code} is given to both {other!r} and {listing.item.id!r}",
                        f"编号 {listing.code} 同时给了 {other!r} 和 {listing.item.id!r}",
                    )

    def _of_one_code(self, edition: Edition, code: str, *items: str) -> str:
        """The item that answers to a code which an edition gives to two, with the conflict recorded in the edition."""
        said = Said(
            "one_code_two_items",
            f"{edition.id}：编号 {code} 同时给了 {'、'.join(items)}；如系同一条目，请重新采用（`mulu apply`），以 `match` 给出 {code}=条目标识",
            f"{edition.id}: the code {code} is given to {' and '.join(items)}; where they are one, apply it again (`mulu apply`) and give {code}=ITEM with `match`",
        )
        now = self.editions[edition.id]
        self.editions[edition.id] = replace(now, conflicts=(*now.conflicts, Conflict(edition.id, "", said)))

        def known(item: str) -> tuple[bool, int]:
            listing = edition.listings[item]
            return listing.presence is Presence.PRESENT, (listing.code_certainty or Certainty.UNCONFIRMED).rank

        return max(items, key=known)

    @classmethod
    def load(cls, folder: Path = DATA, held: Iterable[HeldText] = ()) -> Catalogue:
        return cls(read(folder), held)

    @property
    def version(self) -> str:
        """The release of the pack; after `+` a digest of the imported texts that count, where there are any."""
        imported = fingerprint(self.texts.values())
        return self.released.manifest.version + (f"+{imported}" if imported else "")

    @property
    def known_to(self) -> datetime.date:
        return self.pack.manifest.known_to["catalogue"].day

    def draft_on(self, draft: Instrument, day: datetime.date) -> dict[str, Any]:
        """The time for comments on a draft as of a day, and what became of it: see `standing.draft_on`."""
        return draft_on(draft, day, self.instruments.values(), self.known_to)

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

    def place(self, edition: str) -> int:
        """The place of an edition or draft on the line of time."""
        return self._line[edition]

    def governing_before(self, edition: Edition) -> str | None:
        """The edition that governed when another was issued or drafted."""
        before = [e.id for e in self.governing() if self._line[e.id] < self._line[edition.id]]
        return before[-1] if before else None

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
        for point in self.released.points.get(item, ()):
            if point.since is None or self._line[point.since] <= at:
                continue
            if not self.editions[point.since].instrument.changes_all_named:
                possible.append(point)
        return tuple(possible)

    def numbering_gaps(self, edition: Edition) -> list[NumberingGap]:
        """Divisions in which published codes show more entries than are held at any certainty or open.

        Only for editions that use the classification of 2017, whose division every item carries.
        """
        if edition.complete:
            return []
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

    def _with_official_points(self) -> dict[str, tuple[Point, ...]]:
        points = dict(self.released.points)
        for edition in self.editions.values():
            for listing in edition.listings.values():
                for point in listing.points:
                    shown = (isinstance(point, OfficialPoint) and point.confirms is None) or (
                        point.item not in self.released.items
                    )
                    if shown and point.since == edition.id:
                        points[point.item] = (*points.get(point.item, ()), point)
        return points

    def base_of(self, edition: Edition) -> Edition | None:
        """The edition that the instrument of this one amends; null for a whole list."""
        base = self._bases[edition.id]
        return None if base is None else self.editions[base]

    def _amended(self, instrument: Instrument) -> str | None:
        """The edition that an instrument amends; for a draft or a whole list the one that governed before it.

        An announcement that the user imported amends the edition before it on the day of effect, whatever else was imported, undone or
        withdrawn since it was attested.
        """
        if instrument.amends and instrument.id not in self.released.instruments:
            before = [edition.id for edition in self.editions.values() if not edition.draft]
            return before[-1] if before else None
        for name in instrument.amends:
            edition = self.instruments[name].edition
            if edition is not None:
                return edition
        return None

    def _consolidated(self, name: str, instrument: Instrument) -> Edition:
        pack = self.released
        acts = pack.acts.get(instrument.id, {})
        readings = pack.readings.get(name, {})
        amended = self._bases[name] = self._amended(instrument)
        text = self.texts.get(instrument.id)
        named = instrument.changes_all_named or (text is not None and _amends(text))
        base = self.editions[amended] if named and amended is not None else None
        listings: dict[str, Listing] = {}
        conflicts: list[Conflict] = []
        for item in (*pack.items.values(), *(i for k, i in self.items.items() if k not in pack.items)):
            act, reading = acts.get(item.id), readings.get(item.id)
            before = base.listings.get(item.id) if base is not None else None
            if act is None and reading is None and before is None:
                continue
            listing = self._listing(name, item, act, reading, before)
            listings[item.id] = listing
            conflicts += _contradictions(name, item, act, reading, pack.statements.get(item.id, ()))
        edition = Edition(name, instrument, listings, tuple(conflicts))
        if text is not None:
            edition = self._officially(edition, text, base)
        for control in Control:
            tally = edition.tally(control)
            if tally.announced is None or tally.published <= tally.announced:
                continue
            if not self.texts:
                raise DefectivePack(
                    f"sightings/{name}.jsonl",
                    None,
                    f"{tally.published} {control.value} items are held as published, "
                    f"more than the {tally.announced} announced",
                    f"{control.name_in.zh}部分已公布条目 {tally.published} 项，多于公告的 {tally.announced} 项",
                )
            said = Said(
                "more_than_announced",
                f"{name}：{control.name_in.zh}部分收录 {tally.published} 项，多于公告的 {tally.announced} 项",
                f"{name}: {tally.published} {control.value} items are held, more than the {tally.announced} announced",
            )
            edition = replace(edition, conflicts=(*edition.conflicts, Conflict(name, "", said)))
        return edition

    # ---- what official texts give --------------------------------------------------------------------------------

    def _officially(self, edition: Edition, held: HeldText, base: Edition | None) -> Edition:
        """The edition with what its attested official text says in place of what was gathered."""
        text = held.text
        assert text is not None
        listings = dict(edition.listings)
        conflicts = list(edition.conflicts)
        if text.kind == "amendment":
            if base is None:
                raise ValueError(f"{edition.id} amends no edition")
            try:
                complete = self._amendment(edition, held, base, listings)
            except ClauseCannotApply as error:
                # What it amends was undone or withdrawn after it was applied: it waits, and says so.
                said = Said(
                    "amendment_waits",
                    f"{held.name} 暂不适用：{error.said.zh}",
                    f"{held.name} does not apply at present: {error.said.en}",
                )
                return replace(edition, conflicts=(*conflicts, Conflict(edition.id, "", said)))
        else:
            machine = any(entry.machine for entry in text.entries)
            complete = all(one.beside for one in text.not_read) and not machine
            entries: dict[str, Entry] = {}
            for place, entry in enumerate(text.entries):
                entries[(held.matches or {}).get(place) or new_id(entry)] = entry
            previous = self._entries_before()
            for item, entry in entries.items():
                self._know(item, entry)
                listings[item] = self._official_listing(edition, held, item, entry, listings.get(item), previous)
            if complete:
                for item, listing in listings.items():
                    if item not in entries:
                        listings[item] = self._struck_out(listing, held)
            self._entries[edition.id] = entries
        for item, listing in listings.items():
            old = edition.listings.get(item)
            gathered = item in self.released.readings.get(edition.id, {})
            if old is None or not gathered or old.certainty is Certainty.UNCONFIRMED or listing is old:
                continue
            if old.presence is not listing.presence and Presence.OPEN not in (old.presence, listing.presence):
                said = Said(
                    "official_contradicts",
                    f"{item}：公开来源所示为 {old.presence.value}，官方文本为 {listing.presence.value}",
                    f"{item}: public sources show it {old.presence.value}, the official text {listing.presence.value}",
                )
                conflicts.append(Conflict(edition.id, item, said))
        return replace(
            edition, listings=listings, conflicts=tuple(conflicts), document=held.document, complete=complete
        )

    def _entries_before(self) -> Mapping[str, Entry] | None:
        """The entries of the edition in force before, where it is held complete and official."""
        before = [e for e in self.editions.values() if not e.draft]
        return self._entries.get(before[-1].id) if before and before[-1].complete else None

    def _know(self, item: str, entry: Entry) -> None:
        if item not in self.items:
            self.items[item] = new_item(item, entry)

    def _official_listing(
        self,
        edition: Edition,
        held: HeldText,
        item: str,
        entry: Entry,
        before: Listing | None,
        previous: Mapping[str, Entry] | None,
        clauses: tuple[str, ...] = (),
        change: Change | None = None,
        kept: tuple[Entry, Listing] | None = None,
    ) -> Listing:
        """The listing that an official text gives. `kept`: the entry before an announcement, where that is official too."""
        known = self.items[item]
        sure = Certainty.PUBLISHED if entry.machine else Certainty.OFFICIAL
        if previous is not None and change is None:
            old = previous.get(item)
            change = "adds" if old is None else "keeps" if same_entry(old, entry) else "modifies"
        change_certainty: Certainty | None = sure
        if change is None and before is not None and before.change in ("adds", "modifies", "keeps"):
            change, change_certainty = before.change, before.change_certainty
        confirmed = held.confirmed or {}
        code = entry.code
        code_certainty = sure
        if entry.machine and code is not None and f"{item}@code" not in confirmed:
            code_certainty = Certainty.UNCONFIRMED
        ours = self._points(edition.id, known) if item in self.released.items else ()
        points = official_points(item, entry.points, ours, edition.id, held.document, confirmed, sure)
        if kept is not None:
            points = tuple(_as_it_stood(*pair, *kept) for pair in zip(points, entry.points, strict=True))
        return Listing(
            item=known,
            presence=Presence.PRESENT,
            certainty=sure,
            basis=None,
            code=confirmed.get(f"{item}@code", code) if code is not None else None,
            code_certainty=None if code is None else code_certainty,
            code_basis=None,
            change=change,
            change_certainty=None if change is None else change_certainty,
            points=points,
            name=Texts(zh=entry.name, en=known.name.en),
            name_certainty=sure,
            industry=None
            if entry.industry is None
            else Texts(zh=entry.industry, en=known.industry.en if known.industry is not None else ""),
            industry_certainty=None if entry.industry is None else sure,
            official=OfficialPlace(
                held.document, entry.at.page, entry.at.number, code if entry.machine else None, entry.seen
            ),
            points_complete=not entry.machine,
            clauses=clauses,
        )

    def _struck_out(self, listing: Listing, held: HeldText, sure: Certainty = Certainty.OFFICIAL) -> Listing:
        if listing.presence is Presence.ABSENT:
            return replace(listing, certainty=sure, basis=_NOT_LISTED, official=OfficialPlace(held.document, 0, 0))
        return replace(
            listing,
            presence=Presence.ABSENT,
            certainty=sure,
            basis=_NOT_LISTED,
            code=None,
            code_certainty=None,
            code_basis=None,
            change=None,
            change_certainty=None,
            points=(),
            official=OfficialPlace(held.document, 0, 0),
        )

    def _amendment(self, edition: Edition, held: HeldText, base: Edition, listings: dict[str, Listing]) -> bool:
        """Work the operations of an announcement into the listings. Returns whether the edition is complete."""
        text = held.text
        assert text is not None
        ids, entries = self.entries_of(base)
        outcome = amend(entries, text.operations)
        now: dict[str, Entry] = {}
        given: dict[str, dict[str, Clause]] = {}
        official_base = self._entries.get(base.id, {})
        given_base = self._given.get(base.id, {})
        for place, operation in outcome.deleted.items():
            item = ids[place]
            gone = listings.get(item) or base.listings[item]
            listings[item] = replace(
                self._struck_out(gone, held, _sure_of(operation)),
                basis=None,
                change="deletes",
                change_certainty=_sure_of(operation),
                clauses=(operation.clause,),
                official=OfficialPlace(held.document, operation.at.page, operation.at.number),
            )
        for one in outcome.entries:
            clauses = tuple(dict.fromkeys(operation.clause for operation in one.by))
            if one.origin is None:
                item = (held.matches or {}).get(text.operations.index(one.by[0])) or new_id(one.entry)
            else:
                item = ids[one.origin]
            moved = next((o for o in one.by if o.does == "move entry"), None)
            if moved is not None:
                item = self._moved(item, one.entry, listings, held, moved, edition)
            if one.origin is not None and not one.by:
                if item in official_base:
                    now[item] = one.entry
                elif item in given_base:
                    given[item] = given_base[item]
                continue
            self._know(item, one.entry)
            if one.origin is None or ids[one.origin] in official_base or _all_points(one.by):
                change: Change = "adds" if one.origin is None or moved is not None else "modifies"
                kept = (
                    (official_base[ids[one.origin]], base.listings[ids[one.origin]])
                    if one.origin is not None and ids[one.origin] in official_base
                    else None
                )
                listings[item] = self._official_listing(
                    edition, held, item, one.entry, None, None, clauses, change, kept
                )
                now[item] = one.entry
            else:
                before = base.listings[ids[one.origin]]
                if (
                    moved is not None
                ):  # the entry goes over whole; that its points do is told as what it is, a conclusion
                    points = self._carried_over(before, item, base, edition)
                    before = replace(before, item=self.items[item], points=points, points_complete=False)
                held_before = {
                    (clause.at, clause.whole()): point
                    for point in base.listings[ids[one.origin]].points
                    if (clause := given_base.get(ids[one.origin], {}).get(point.number)) is not None
                    and isinstance(point, OfficialPoint)
                }
                listings[item] = self._partly(edition, held, item, one, before, held_before, clauses)
                given[item] = {clause.number: clause for clause in one.entry.points if clause.worded}
        for item, listing in listings.items():
            if item in now and not listing.clauses and base.listings[item].official is not None:
                # An announcement names all that it changes: what it does not name stands as the official text before had it.
                stands = base.listings[item]
                listings[item] = replace(stands, change="keeps", change_certainty=Certainty.OFFICIAL, clauses=())
            elif base.complete and item not in now and listing.presence is not Presence.ABSENT:
                listings[item] = self._struck_out(listing, held)
        self._entries[edition.id], self._given[edition.id] = now, given
        return base.complete and not any(operation.machine for operation in text.operations)

    def _moved(
        self,
        item: str,
        entry: Entry,
        listings: dict[str, Listing],
        held: HeldText,
        operation: Operation,
        edition: Edition,
    ) -> str:
        """The id under which an entry continues in the other part; what it was there is struck out."""
        became = item[:-1] + entry.control.letter.lower()
        if became in self.released.items and became in listings and listings[became].presence is Presence.PRESENT:
            became = new_id(entry)
        gone = listings.get(item)
        if gone is not None:
            listings[item] = replace(
                self._struck_out(gone, held, _sure_of(operation)),
                basis=None,
                change="deletes",
                change_certainty=_sure_of(operation),
                clauses=(operation.clause,),
            )
        self._know(became, entry)
        self.lineage.append(
            Lineage(
                from_item=item,
                to_item=became,
                kind="moved",
                certainty=_sure_of(operation),
                instrument=edition.instrument.id,
                basis=Texts(zh="官方公告调整其所属部分", en="the official announcement moves it to the other part"),
            )
        )
        return became

    def _carried_over(self, before: Listing, item: str, base: Edition, edition: Edition) -> tuple[Point, ...]:
        """The points of an entry that an announcement moves without repeating them, under its new id, each with where it comes from.

        They are as sure as they were, but never official. An item that the pack knows in the other part has points of its own: of
        those stand again the ones that say the same, as where an entry is moved back.
        """
        if item in self.released.items:
            stood = {(point.number, point.zh) for point in before.points}
            return tuple(p for p in self._points(edition.id, self.items[item]) if (p.number, p.zh) in stood)
        told = Texts(
            zh=f"沿用 {before.item.id} 在 {base.id} 中的要点：公告将该条目移至另一部分，未重述其要点",
            en=f"carried over from {before.item.id} in {base.id}: the announcement moves the entry to the other part and does not "
            "repeat its points",
        )
        made: list[Point] = []
        for point in before.points:
            note = told
            if point.note is not None:
                note = Texts(zh=f"{told.zh}。{point.note.zh}", en=f"{told.en}. {point.note.en}")
            sure = min(point.certainty, Certainty.PUBLISHED, key=_rank)
            point = msgspec.structs.replace(
                point, item=item, certainty=sure, since=edition.id, until=None, drafts=(), note=note
            )
            if isinstance(point, OfficialPoint):
                point = msgspec.structs.replace(point, confirms=None)
            made.append(point)
        return tuple(made)

    def _partly(
        self,
        edition: Edition,
        held: HeldText,
        item: str,
        one: Amended,
        before: Listing,
        held_before: Mapping[tuple[At, str], OfficialPoint],
        clauses: tuple[str, ...],
    ) -> Listing:
        """An item of which announcements give some points, and the edition that they amend is not held officially.

        `held_before`: the points that earlier announcements gave, by the place and the words that they have there.
        """
        own = {point.number: point for point in before.points}
        new = [c for c in one.entry.points if c.worded and (c.at, c.whole()) not in held_before]
        standing = {
            (own[c.number].number, own[c.number].since) for c in one.entry.points if not c.worded and c.number in own
        }
        ours = [p for p in self._points(edition.id, self.items[item]) if (p.number, p.since) not in standing]
        official = official_points(item, new, ours, edition.id, held.document, held.confirmed)
        given = {point.number: point for point in official}
        points: list[Point] = []
        for clause in one.entry.points:
            if not clause.worded:
                points += [own[clause.number]] if clause.number in own else []
            elif (stood := held_before.get((clause.at, clause.whole()))) is None:
                points.append(given[clause.number])
            elif (stood.item, stood.number) == (item, clause.number):
                points.append(stood)
            else:
                confirms = stood.confirms if stood.item == item else None
                points.append(
                    msgspec.structs.replace(stood, item=item, number=clause.number, since=edition.id, confirms=confirms)
                )
        sure = min((_sure_of(operation) for operation in one.by), key=_rank)
        renamed = any(o.does == "rename entry" for o in one.by)
        recoded = any(o.does == "recode entry" for o in one.by)
        moved = any(o.does == "move entry" for o in one.by)  # its code was that of the other part
        return replace(
            before,
            code=one.entry.code if recoded else None if moved else before.code,
            code_certainty=sure if recoded else None if moved else before.code_certainty,
            code_basis=None if moved else before.code_basis,
            name=Texts(zh=one.entry.name, en=before.name.en) if renamed else before.name,
            name_certainty=sure if renamed else before.name_certainty,
            change="modifies",
            change_certainty=sure,
            certainty=sure,  # the announcement names it as standing
            presence=Presence.PRESENT,
            basis=None,
            points=tuple(points),
            clauses=clauses,
            official=OfficialPlace(held.document, one.by[0].at.page, one.by[0].at.number),
        )

    def entries_of(self, edition: Edition) -> tuple[list[str], list[Entry]]:
        """The entries of an edition with their items, for an announcement to amend: official wording where it is held.

        Of what is not held officially only name, code and numbers of points are given, so that no clause can change our own
        words as if they were official ones.
        """
        official = self._entries.get(edition.id, {})
        given = self._given.get(edition.id, {})
        ids: list[str] = []
        entries: list[Entry] = []
        for item, listing in edition.listings.items():
            if listing.presence is Presence.ABSENT:
                continue
            ids.append(item)
            if item in official:
                entries.append(official[item])
                continue
            nowhere = At(page=0, number=0)
            sure = listing.code_certainty is not None and listing.code_certainty is not Certainty.UNCONFIRMED
            entries.append(
                Entry(
                    control=listing.item.control,
                    name=listing.name.zh,
                    at=nowhere,
                    code=listing.code if sure else None,
                    points=tuple(
                        given.get(item, {}).get(p.number) or Clause(number=p.number, text="", at=nowhere)
                        for p in listing.points
                    ),
                )
            )
        return ids, entries

    # ---- what was gathered -----------------------------------------------------------------------------------------

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
        listing = Listing(
            item=item,
            presence=presence,
            certainty=certainty,
            basis=basis,
            code=code,
            code_certainty=code_certainty,
            code_basis=code_basis,
            change=change,
            change_certainty=change_certainty,
            points=points,
            name=item.name,
            name_certainty=item.name_certainty,
            industry=item.industry,
            industry_certainty=item.industry_certainty,
        )
        if before is not None and before.official is not None and before.presence is presence:
            return self._carried(edition, listing, before)
        return listing

    def _carried(self, edition: str, listing: Listing, before: Listing) -> Listing:
        """An item whose official text before goes on, as far as the changes since are known from public sources.

        It is therefore published, not official, in this edition.
        """
        ended = {(p.number, p.since) for p in self.released.points.get(listing.item.id, ()) if p.until == edition}
        going_on = tuple(
            msgspec.structs.replace(point, certainty=min(point.certainty, Certainty.PUBLISHED, key=_rank))
            for point in before.points
            if not (isinstance(point, OfficialPoint) and point.confirms in ended)
        )
        begun = tuple(
            point
            for point in listing.points
            if point.since == edition and not any(point.number == other.number for other in going_on)
        )
        return replace(
            listing,
            certainty=min(before.certainty, Certainty.PUBLISHED, key=_rank),
            basis=_CARRIED,
            code=before.code,
            code_certainty=None
            if before.code_certainty is None
            else min(before.code_certainty, Certainty.PUBLISHED, key=_rank),
            code_basis=_CARRIED,
            name=before.name,
            name_certainty=min(before.name_certainty, Certainty.PUBLISHED, key=_rank),
            industry=before.industry,
            industry_certainty=None
            if before.industry_certainty is None
            else min(before.industry_certainty, Certainty.PUBLISHED, key=_rank),
            points=() if listing.presence is Presence.ABSENT else going_on + begun,
        )

    def _points(self, edition: str, item: Item) -> tuple[Point, ...]:
        """The points of the item in the edition. In a draft, what it words itself replaces the same number."""
        at = self._line[edition]
        held = self.released.points.get(item.id, ())
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


_NOT_LISTED = Texts(zh="官方文本全文中没有该条目", en="the official text, read whole, does not list it")
_CARRIED = Texts(
    zh="推知：前一版本的官方文本载有，其后的变动据公开来源已全部列明",
    en="follows: the official text of the edition before has it, and public sources name all changes since",
)


def same_entry(left: Entry, right: Entry) -> bool:
    """Do two entries say the same, whatever their widths, spaces and places?"""
    return (
        left.control is right.control
        and left.code == right.code
        and bare(left.name) == bare(right.name)
        and [bare(p.whole()) + p.number for p in left.points] == [bare(p.whole()) + p.number for p in right.points]
    )


def _as_it_stood(point: OfficialPoint, clause: Clause, entry: Entry, listing: Listing) -> OfficialPoint:
    """The point with the document and place of the text before, where the announcement left its words as they were."""
    for old, was in zip(entry.points, listing.points, strict=True):
        if isinstance(was, OfficialPoint) and (old.at, old.whole()) == (clause.at, clause.whole()):
            return msgspec.structs.replace(
                point, wording=was.wording, certainty=was.certainty, parameters=was.parameters
            )
    return point


def _sure_of(operation: Operation) -> Certainty:
    """What a machine read from a picture is never official."""
    return Certainty.PUBLISHED if operation.machine else Certainty.OFFICIAL


def _amends(held: HeldText) -> bool:
    return held.text is not None and held.text.kind == "amendment"


def _all_points(operations: tuple[Operation, ...]) -> bool:
    return any(operation.does == "replace points" for operation in operations)


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

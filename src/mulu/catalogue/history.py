"""What differs between two editions, item by item and word by word, and how items continue one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mulu.catalogue.editions import Catalogue, Change, Edition, Listing
from mulu.catalogue.print import bare
from mulu.catalogue.records import Announced, OfficialPoint, Parameter, Point, Texts
from mulu.catalogue.redline import redline
from mulu.catalogue.tokens import quantities
from mulu.vocabulary import Certainty, Control, Presence

Json = dict[str, Any]
Class = Literal["added", "deleted", "modified", "renumbered", "moved", "unchanged", "not known"]
CLASSES: tuple[Class, ...] = ("added", "deleted", "modified", "renumbered", "moved", "unchanged", "not known")


def difference(catalogue: Catalogue, before: Edition, after: Edition, item: str | None = None) -> Json:
    """Every item of two editions in its class, with the points, parameters and words that changed.

    `unchanged` is said only where every instrument between them names all its changes, or both editions are held in official
    words; what no act or sighting says is `not known`. That a point changed is said where both sides are official words, where
    a limit of it is known to differ, or where an instrument that is known to have changed the item begins or ends it; that our
    own words of it differ is shown, and says nothing of the law.
    """
    moved = _moves(catalogue, before, after)
    changes: list[Json] = []
    for name in sorted(set(before.listings) | set(after.listings)):
        if item is not None and name != item:
            continue
        change = _change(catalogue, name, before, after, moved)
        if change is not None:
            changes.append(change)
    counts = {kind: sum(c["class"] == kind for c in changes) for kind in CLASSES}
    return {
        "from": _named(before),
        "to": _named(after),
        "if_adopted": after.draft,
        "counts": counts,
        "published": {
            kind: sum(c["class"] == kind and c["certainty"] != "unconfirmed" for c in changes) for kind in CLASSES
        },
        # The totals are of every item: beside one they would tell the others as not held.
        "announced": None if item is not None else _announced(catalogue, before, after, counts),
        "changes": changes,
    }


def _named(edition: Edition) -> Json:
    one = edition.instrument
    return {
        "edition": edition.id,
        "draft": edition.draft,
        "instrument": one.id,
        "title": _texts(one.title),
        "effective": None if edition.effective is None else edition.effective.isoformat(),
        "published": one.published,
        "comment_deadline": None if one.comment_deadline is None else one.comment_deadline.isoformat(),
    }


def _announced(catalogue: Catalogue, before: Edition, after: Edition, counts: dict[Class, int]) -> Json | None:
    """The announced numbers of changes beside those held, where the later edition follows the earlier one directly."""
    announced: Announced | None = after.instrument.announced
    if announced is None or catalogue.governing_before(after) != before.id:
        return None
    rows: Json = {}
    for kind, figure in (("added", announced.added), ("deleted", announced.deleted), ("modified", announced.modified)):
        if figure is None or figure.total is None:
            continue
        held = counts["added" if kind == "added" else "deleted" if kind == "deleted" else "modified"]
        rows[kind] = {"announced": figure.total, "held": held, "shortfall": max(0, figure.total - held)}
    return rows or None


def _moves(catalogue: Catalogue, before: Edition, after: Edition) -> dict[str, str]:
    """Items of one list that continue in the other: by an act, or by the same name gone there and new here."""
    moved: dict[str, str] = {}
    for line in catalogue.lineage:
        if line.kind == "moved" and _stands(before, line.from_item) and _stands(after, line.to_item):
            moved[line.from_item] = line.to_item
    names = {
        (bare(one.name.zh), one.item.control): name
        for name, one in after.listings.items()
        if one.presence is Presence.PRESENT and one.certainty is Certainty.OFFICIAL and not _stands(before, name)
    }
    for name, one in before.listings.items() if names else ():
        other = Control.RESTRICTED if one.item.control is Control.PROHIBITED else Control.PROHIBITED
        became = names.get((bare(one.name.zh), other))
        gone = after.listings.get(name)
        absent = after.complete if gone is None else gone.presence is Presence.ABSENT
        if became and absent and one.presence is Presence.PRESENT:
            moved.setdefault(name, became)
    return moved


def _stands(edition: Edition, item: str) -> bool:
    listing = edition.listings.get(item)
    return listing is not None and listing.presence is Presence.PRESENT


@dataclass(frozen=True, slots=True)
class _Deed:
    """What one instrument is known to have done to an item. `told`: it is known what it changed of it."""

    place: int
    does: Change | None
    sure: bool
    told: bool


class _Way:
    """What the instruments from one edition to another, in either direction, are known to have done to an item."""

    def __init__(self, catalogue: Catalogue, item: str, before: Edition, after: Edition) -> None:
        self._place = catalogue.place
        self.forward = self._place(before.id) <= self._place(after.id)
        low, self._late = (before, after) if self.forward else (after, before)
        between = [
            edition
            for edition in catalogue.editions.values()
            if self._place(low.id) < self._place(edition.id) <= self._place(self._late.id)
            and (not edition.draft or edition is self._late)
        ]
        self._low = self._place(low.id)
        self._deeds = [_deed(catalogue, item, edition) for edition in between]
        # A draft and what was adopted next both start from the edition before the draft: what they say of an item tells how
        # they differ only where the draft, or all that follows it, leaves the item as it was.
        drafted = low.listings.get(item)
        self._from: Change | None = "keeps" if not low.draft else None if drafted is None else drafted.change
        held = catalogue.released.points.get(item, ())
        self._reworded = {(point.number, point.until) for point in held if point.until is not None}

    @property
    def kept(self) -> bool:
        return self._from == "keeps" and all(deed.does == "keeps" for deed in self._deeds)

    @property
    def modified(self) -> bool:
        if self._from == "modifies" and all(deed.does == "keeps" for deed in self._deeds):
            return True
        return any(self._compares(deed) and deed.does == "modifies" for deed in self._deeds)

    def ended(self, point: Point) -> bool | None:
        """Whether a point of the earlier edition ends by an instrument that is known to have changed the item. None: it does not end."""
        return self._changed(point.until)

    def begun(self, point: Point) -> bool | None:
        """Whether a point of the later edition begins by an instrument that is known to have changed the item. None: it stood before."""
        return self._changed(self._beginning(point))

    def new(self, point: Point) -> bool | None:
        """Whether a point that is held of the later edition only is known to be new. None: it stood before.

        That it was first read in a list that replaces another tells nothing of the other; nor is new what continues another wording.
        """
        begun, name = self.begun(point), self._beginning(point)
        return begun and self._reached(name).told and (point.number, name) not in self._reworded

    def _beginning(self, point: Point) -> str | None:
        return self._late.id if self._late.id in point.drafts else point.since

    def _changed(self, name: str | None) -> bool | None:
        if name is None or self._place(name) <= self._low or self._place(name) > self._place(self._late.id):
            return None
        deed = self._reached(name)
        return self._compares(deed) and deed.does in ("adds", "modifies") and deed.sure

    def _compares(self, deed: _Deed) -> bool:
        """Whether what an instrument did is a difference from the edition that the way starts from."""
        return self._from == "keeps" or deed is not self._deeds[0]

    def _reached(self, name: str | None) -> _Deed:
        assert name is not None
        return next(deed for deed in self._deeds if deed.place >= self._place(name))


def _deed(catalogue: Catalogue, item: str, edition: Edition) -> _Deed:
    listing = edition.listings.get(item)
    if listing is None or listing.change is None:
        return _Deed(catalogue.place(edition.id), None, False, False)
    act = catalogue.released.acts.get(edition.instrument.id, {}).get(item)
    clause = bool(listing.clauses) or (act is not None and act.clause is not None)
    sure = listing.change_certainty not in (None, Certainty.UNCONFIRMED)
    told = clause or edition.instrument.changes_all_named
    return _Deed(catalogue.place(edition.id), listing.change, sure, told)


def _change(catalogue: Catalogue, item: str, before: Edition, after: Edition, moved: dict[str, str]) -> Json | None:
    old, new = before.listings.get(item), after.listings.get(item)
    was = Presence.ABSENT if old is None else old.presence
    is_ = Presence.ABSENT if new is None else new.presence
    if was is Presence.ABSENT and is_ is Presence.ABSENT:
        return None
    steps = _steps(catalogue, item, before, after)
    way = _Way(catalogue, item, before, after)
    kind: Class
    certainty = min((one.certainty for one in (old, new) if one is not None), key=lambda c: c.rank)
    if item in moved.values() and was is Presence.ABSENT:
        return None  # told where it came from
    listing = new if new is not None and is_ is not Presence.ABSENT else old
    assert listing is not None
    points: list[Json] = []
    # A clause carries along every point that it does not name.
    amended = any(step["official_clauses"] for step in steps)
    names: Json | None = None
    if item in moved:
        kind, to = "moved", after.listings[moved[item]]
        assert old is not None
        points, names = _points(old, to, way, amended), _name(old, to)
    elif before is after:
        kind = "unchanged"  # whatever is not known of it, it is the same
    elif Presence.OPEN in (was, is_) or (old is None and not before.complete) or (new is None and not after.complete):
        # Nothing held of one side, which is not a whole official list: only an act may say what happened.
        kind = "added" if any(s["does"] == "adds" for s in steps) and way.forward else "not known"
        if kind == "added" and new is not None:
            points = [_alone(None, point) for point in new.points]
    elif was is Presence.ABSENT:
        assert new is not None
        kind, points = "added", [_alone(None, point) for point in new.points]
    elif is_ is Presence.ABSENT:
        assert old is not None
        kind, points = "deleted", [_alone(point, None) for point in old.points]
    else:
        assert old is not None and new is not None
        points, names = _points(old, new, way, amended), _name(old, new)
        substance = any(p["kind"] not in ("none", "unknown") for p in points) or names is not None
        complete = old.points_complete and new.points_complete
        codes = bool(old.code and new.code and old.code != new.code)
        if substance or way.modified:
            kind = "modified"
        elif codes:
            kind = "renumbered"
        elif complete or way.kept:
            kind = "unchanged"
        else:
            kind = "not known"
    if steps and kind != "not known":
        decisive = [Certainty(s["certainty"]) for s in steps if s["certainty"] is not None]
        if decisive:
            certainty = max(certainty, min(decisive, key=lambda c: c.rank), key=lambda c: c.rank)
    now = after.listings[moved[item]] if item in moved else new
    return {
        "item": item,
        "class": kind,
        "certainty": certainty.value,
        "control": listing.item.control.value,
        "name": _texts(listing.name),
        "to_item": moved.get(item),
        "code_before": None if old is None else old.code,
        "code_after": None if now is None else now.code,
        "presence_before": was.value if old is not None or before.complete else "not held",
        "presence_after": is_.value if new is not None or after.complete else "not held",
        "renamed": names,
        # What cannot be compared is shown where the item changed, or may have.
        "points": [p for p in points if p["kind"] != "none" and (p["kind"] != "unknown" or kind != "unchanged")],
        "substantive": any(p["kind"] == "substantive" for p in points),
        "by": steps,
    }


def _steps(catalogue: Catalogue, item: str, before: Edition, after: Edition) -> list[Json]:
    """What each instrument between the two editions did to the item, with its clause where it is known."""
    low, high = sorted((catalogue.place(before.id), catalogue.place(after.id)))
    steps: list[Json] = []
    for edition in catalogue.editions.values():
        if not low < catalogue.place(edition.id) <= high:
            continue
        if edition.draft and edition.id not in (before.id, after.id):
            continue
        listing = edition.listings.get(item)
        if listing is None or listing.change is None:
            continue
        act = catalogue.released.acts.get(edition.instrument.id, {}).get(item)
        clause = None if act is None or act.clause is None else _texts(act.clause)
        steps.append(
            {
                "instrument": edition.instrument.id,
                "does": listing.change,
                "certainty": None if listing.change_certainty is None else listing.change_certainty.value,
                "clause": clause,
                "official_clauses": list(listing.clauses),
            }
        )
    return steps


def _name(old: Listing, new: Listing) -> Json | None:
    """Both names, where they differ. A description of ours in the place of a name that is not known is no other name."""
    described = any(one.name_certainty is Certainty.UNCONFIRMED for one in (old, new))
    if described or bare(old.name.zh) == bare(new.name.zh):
        return None
    return {"zh": redline(old.name.zh, new.name.zh).as_json(), "before": _texts(old.name), "after": _texts(new.name)}


def _points(old: Listing, new: Listing, way: _Way, amended: bool) -> list[Json]:
    """The points of both listings side by side, with the redline of each pair that is held in official words.

    `amended`: the later was made from the earlier by clauses of an official text.
    """
    left = dict(enumerate(old.points))
    partner: dict[int, Point] = {}

    def pair(same: Callable[[Point, Point], bool]) -> None:
        for place, point in enumerate(new.points):
            own = next((n for n, p in left.items() if same(p, point)), None) if place not in partner else None
            if own is not None:
                partner[place] = left.pop(own)

    pair(lambda was, now: _key(was) == _key(now) and bare(words(was).zh) == bare(words(now).zh))
    # Where a point was struck out and the others moved up, or all moved with their item, each is still the point that says the same.
    pair(lambda was, now: _whose(was) == _whose(now) and bare(words(was).zh) == bare(words(now).zh))
    pair(lambda was, now: _key(was) == _key(now))
    pair(lambda was, now: was.number == now.number and now.number.isdigit())
    made = [_pair(partner.get(place), point, old, new, way, amended) for place, point in enumerate(new.points)]
    made += [_pair(point, None, old, new, way, amended) for point in left.values()]
    return made


def _official(was: Point, now: Point) -> bool:
    return isinstance(was, OfficialPoint) and isinstance(now, OfficialPoint)


def _key(point: Point) -> tuple[str, str]:
    if isinstance(point, OfficialPoint):
        return ("official", point.number)
    return (point.number, point.since or "")


def words(point: Point) -> Texts:
    """The wording by which a point is compared: the official one where it is held, else our own words."""
    if isinstance(point, OfficialPoint):
        return Texts(zh=point.wording.text, en=point.en)
    return Texts(zh=point.zh, en=point.en)


def _head(old: Point | None, new: Point | None) -> Json:
    one = new or old
    assert one is not None
    before, after = (() if point is None else point.parameters for point in (old, new))
    gone, come = ([_parameter(p) for p in left if p not in right] for left, right in ((before, after), (after, before)))
    return {
        "number": one.number,
        "number_before": None if old is None else old.number,
        "certainty": min((p.certainty for p in (old, new) if p is not None), key=lambda c: c.rank).value,
        "words": _whose(one),
        "words_before": None if old is None else _whose(old),
        "before": None if old is None else _texts(words(old)),
        "after": None if new is None else _texts(words(new)),
        "redline": None,
        "reasons": [],
        "parameters": [{"before": gone, "after": come}] if gone or come else [],
    }


def _whose(point: Point) -> str:
    return "official" if isinstance(point, OfficialPoint) else "own"


def _alone(old: Point | None, new: Point | None) -> Json:
    """A point that came or went with its item."""
    return {**_head(old, new), "kind": "substantive", "does": "added" if old is None else "deleted"}


def _pair(old: Point | None, new: Point | None, was: Listing, now: Listing, way: _Way, amended: bool) -> Json:
    if old is None or new is None:
        return _one_sided(old, new, was, now, way, amended)
    head = _head(old, new)
    if _whose(old) != _whose(new):
        return {**head, "kind": "unknown", "does": "not comparable"}
    if not _official(old, new):
        if words(old).zh == words(new).zh and not head["parameters"]:
            return {**head, "kind": "none", "does": "modified"}
        early, late = (old, new) if way.forward else (new, old)
        sourced = Certainty.UNCONFIRMED not in (old.certainty, new.certainty)
        if sourced and (_limits_differ(old, new) or (way.ended(early) and way.begun(late))):
            return {**head, "kind": "substantive", "does": "modified"}
        return {**head, "kind": "unknown", "does": "not comparable"}
    line = redline(words(old).zh, words(new).zh, (*old.terms_zh, *new.terms_zh))
    if line.kind == "none" and old.number != new.number:
        return {**head, "kind": "editorial", "does": "renumbered"}
    return {
        **head,
        "kind": "substantive" if head["parameters"] else line.kind,
        "does": "modified",
        "redline": line.as_json(),
        "reasons": [said.as_json() for said in line.reasons],
    }


def _one_sided(old: Point | None, new: Point | None, was: Listing, now: Listing, way: _Way, amended: bool) -> Json:
    """A point held of one edition only.

    That we know a point of one edition only says nothing, unless both are known whole in official words, or the later was made
    by clauses from the earlier, or an instrument that begins or ends the point is known to have changed the item.
    """
    point = new or old
    assert point is not None
    complete = (was if old is None else now).points_complete
    known = complete and isinstance(point, OfficialPoint)
    topic = point.certainty is Certainty.UNCONFIRMED
    late = (old is None) is way.forward
    later = now if way.forward else was
    if amended and not later.points_complete:  # point by point: what no clause names was carried along
        known = known or (isinstance(point, OfficialPoint) if late else point.until is None and not topic)
    changed = None if topic else way.new(point) if late else way.ended(point)
    if known or changed:
        return _alone(old, new)
    open_ = changed is False or (complete and not topic)
    return {**_head(old, new), "kind": "unknown" if open_ else "none", "does": "not comparable"}


def _limits_differ(old: Point, new: Point) -> bool:
    """Whether both state a limit of the same name and unit, and not the same one. A limit that only one side states may be unseen."""
    gone, come = list(old.parameters), list(new.parameters)
    for one in old.parameters:
        same = next((other for other in come if _same_limit(one, other)), None)
        if same is not None:
            gone.remove(one)
            come.remove(same)
    return any(one.name == other.name and one.unit == other.unit for one in gone for other in come)


def _same_limit(one: Parameter, other: Parameter) -> bool:
    if (one.name, one.unit, one.operator, one.value) != (other.name, other.unit, other.operator, other.value):
        return False
    measured = [_numbers(parameter.condition) for parameter in (one, other)]
    return measured[0] == measured[1] or not all(measured)


def _numbers(condition: Texts | None) -> set[tuple[object, ...]]:
    return set() if condition is None else {(*one.value, one.unit) for one in quantities(condition.zh)}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": _texts(parameter.name),
        "operator": parameter.operator,
        "value": parameter.value,
        "unit": parameter.unit,
        "condition": None if parameter.condition is None else _texts(parameter.condition),
    }


def _texts(texts: Texts) -> Json:
    return {"zh": texts.zh, "en": texts.en}

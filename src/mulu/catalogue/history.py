"""What differs between two editions, item by item and word by word, and how items continue one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from mulu.catalogue.editions import Catalogue, Edition, Listing
from mulu.catalogue.print import bare
from mulu.catalogue.records import Announced, OfficialPoint, Parameter, Point, Texts
from mulu.catalogue.redline import redline
from mulu.vocabulary import Certainty, Control, Presence

Json = dict[str, Any]
Class = Literal["added", "deleted", "modified", "renumbered", "moved", "unchanged", "not known"]
CLASSES: tuple[Class, ...] = ("added", "deleted", "modified", "renumbered", "moved", "unchanged", "not known")


def difference(catalogue: Catalogue, before: Edition, after: Edition, item: str | None = None) -> Json:
    """Every item of two editions in its class, with the points, parameters and words that changed.

    `unchanged` is said only where an instrument names all its changes, or both editions are held in official words; what
    no act or sighting says is `not known`.
    """
    forward = catalogue.place(before.id) <= catalogue.place(after.id)
    moved = _moves(catalogue, before, after)
    changes: list[Json] = []
    for name in sorted(set(before.listings) | set(after.listings)):
        if item is not None and name != item:
            continue
        change = _change(catalogue, name, before, after, moved, forward)
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
        "announced": _announced(catalogue, before, after, counts),
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


def _change(
    catalogue: Catalogue, item: str, before: Edition, after: Edition, moved: dict[str, str], forward: bool
) -> Json | None:
    old, new = before.listings.get(item), after.listings.get(item)
    was = Presence.ABSENT if old is None else old.presence
    is_ = Presence.ABSENT if new is None else new.presence
    if was is Presence.ABSENT and is_ is Presence.ABSENT:
        return None
    steps = _steps(catalogue, item, before, after)
    kind: Class
    certainty = min((one.certainty for one in (old, new) if one is not None), key=lambda c: c.rank)
    if item in moved.values() and was is Presence.ABSENT:
        return None  # told where it came from
    listing = new if new is not None and is_ is not Presence.ABSENT else old
    assert listing is not None
    points: list[Json] = []
    # A clause carries along every point that it does not name.
    amended = forward and any(step["official_clauses"] for step in steps)
    names: Json | None = None
    if item in moved:
        kind, to = "moved", after.listings[moved[item]]
        assert old is not None
        points, names = _points(old, to, after.id, amended), _name(old, to)
    elif before is after:
        kind = "unchanged"  # whatever is not known of it, it is the same
    elif Presence.OPEN in (was, is_) or (old is None and not before.complete) or (new is None and not after.complete):
        # Nothing held of one side, which is not a whole official list: only an act may say what happened.
        kind = "added" if any(s["does"] == "adds" for s in steps) and forward else "not known"
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
        points, names = _points(old, new, after.id, amended), _name(old, new)
        substance = any(p["kind"] not in ("none", "unknown") for p in points) or names is not None
        complete = old.points_complete and new.points_complete
        acted = any(s["does"] == "modifies" for s in steps)
        codes = bool(old.code and new.code and old.code != new.code)
        if substance or acted:
            kind = "modified"
        elif codes:
            kind = "renumbered"
        elif complete or (steps and all(s["does"] == "keeps" for s in steps)):
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
        # That a point is held in our own words on one side and officially on the other says nothing by itself; where an act
        # changed the item, both are what there is to read.
        "points": [
            p for p in points if p["kind"] not in ("none", "unknown" if kind not in ("modified", "moved") else "none")
        ],
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
    if bare(old.name.zh) == bare(new.name.zh):
        return None
    return {"zh": redline(old.name.zh, new.name.zh).as_json(), "before": _texts(old.name), "after": _texts(new.name)}


def _points(old: Listing, new: Listing, edition: str, amended: bool) -> list[Json]:
    """The points of both listings side by side, with the redline of each pair.

    `amended`: the one was made from the other by clauses of an official text.
    """
    left = dict(enumerate(old.points))
    partner: dict[int, Point] = {}

    def pair(same: Callable[[Point, Point], bool]) -> None:
        for place, point in enumerate(new.points):
            own = next((n for n, p in left.items() if same(p, point)), None) if place not in partner else None
            if own is not None:
                partner[place] = left.pop(own)

    pair(lambda was, now: _key(was) == _key(now) and bare(words(was).zh) == bare(words(now).zh))
    # Where a point was struck out and the others moved up, each is still the point that says the same.
    pair(lambda was, now: _official(was, now) and bare(words(was).zh) == bare(words(now).zh))
    pair(lambda was, now: _key(was) == _key(now))
    pair(lambda was, now: was.number == now.number and now.number.isdigit())
    made = [_pair(partner.get(place), point, old, new, edition, amended) for place, point in enumerate(new.points)]
    made += [_pair(point, None, old, new, edition, amended) for point in left.values()]
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
        "words": "official" if isinstance(one, OfficialPoint) else "own",  # whose words they are
        "before": None if old is None else _texts(words(old)),
        "after": None if new is None else _texts(words(new)),
        "redline": None,
        "redline_en": None,
        "reasons": [],
        "parameters": [{"before": gone, "after": come}] if gone or come else [],
    }


def _alone(old: Point | None, new: Point | None) -> Json:
    """A point that came or went with its item."""
    return {**_head(old, new), "kind": "substantive", "does": "added" if old is None else "deleted"}


def _pair(old: Point | None, new: Point | None, was: Listing, now: Listing, edition: str, amended: bool) -> Json:
    if old is None or new is None:
        # That we know a point of one edition only says nothing, unless that other edition is known whole, or the point is
        # known to begin or to end there, or that edition was made by clauses from one in which the point stood.
        begins = new is not None and new.certainty is not Certainty.UNCONFIRMED and new.since == edition
        ends = old is not None and old.certainty is not Certainty.UNCONFIRMED and old.until == edition
        by_clause = amended and (
            isinstance(new, OfficialPoint)
            if old is None
            else old.until is None and old.certainty is not Certainty.UNCONFIRMED
        )
        known = (was if old is None else now).points_complete or begins or ends or by_clause
        return {**_alone(old, new), "kind": "substantive" if known else "none"}
    head = _head(old, new)
    if isinstance(old, OfficialPoint) is not isinstance(new, OfficialPoint):
        return {**head, "kind": "unknown", "does": "not comparable"}
    line = redline(words(old).zh, words(new).zh, (*old.terms_zh, *new.terms_zh))
    if line.kind == "none" and _official(old, new) and old.number != new.number:
        return {**head, "kind": "editorial", "does": "renumbered"}
    return {
        **head,
        "kind": "substantive" if head["parameters"] else line.kind,
        "does": "modified",
        "redline": line.as_json(),
        "redline_en": redline(words(old).en, words(new).en).as_json() if words(old).en and words(new).en else None,
        "reasons": [said.as_json() for said in line.reasons],
    }


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": _texts(parameter.name),
        "operator": parameter.operator,
        "value": parameter.value,
        "unit": parameter.unit,
    }


def _texts(texts: Texts) -> Json:
    return {"zh": texts.zh, "en": texts.en}

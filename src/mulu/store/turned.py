"""Records of a portfolio some at a time: each page begins after the last record that was given, whatever came in between."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from mulu.errors import Misused
from mulu.store.exposed import Exposed
from mulu.vocabulary import Said

WHICH: Final = ("flagged", "near", "all")
SORTS: Final = ("score", "id", "day")
_MARKED = "told.row IN (SELECT row FROM temp.shown WHERE flag)"
_WHICH: Final[Mapping[str, str]] = {
    "flagged": _MARKED,
    "near": f"told.row IN (SELECT row FROM temp.shown) AND NOT {_MARKED}",
    "all": "1",
}
# The first in each order has the least key; records without a candidate, or without a day, come last.
_KEYS: Final[Mapping[str, str]] = {
    "score": "coalesce(-(SELECT max(score) FROM temp.shown WHERE shown.row = told.row), 1)",
    "id": "0",
    "day": "coalesce(told.day, '~')",
}


class Place(NamedTuple):
    """Where a page ends: the key of its last record, and its id."""

    key: int | str
    id: str


class Turned(NamedTuple):
    """The rows of a page, how many records there are in all, and where the page ends (None: it is the last)."""

    rows: list[int]
    total: int
    last: Place | None


def some(exposed: Exposed, which: str, sort: str, limit: int | None, after: Place | None) -> Turned:
    """Records within the filters: `flagged`, `near` (candidates, none flagged) or `all`, after a place."""
    ask, key, condition = exposed.portfolio.query, _KEYS[sort], _WHICH[which]
    total = int(ask(f"SELECT count(*) FROM temp.told WHERE {condition}")[0][0])
    beyond, values = ("1", ()) if after is None else ("(key, id) > (?, ?)", tuple(after))
    found = ask(
        f"SELECT row, key, id FROM (SELECT row, id, {key} AS key FROM temp.told WHERE {condition})"
        f" WHERE {beyond} ORDER BY key, id LIMIT ?",
        (*values, -1 if limit is None else limit + 1),
    )
    more = limit is not None and len(found) > limit
    shown = found[:limit] if more else found
    return Turned([int(row) for row, _, _ in shown], total, Place(shown[-1][1], shown[-1][2]) if more else None)


# ---- cursors -------------------------------------------------------------------------------------------------------


class NoCursor(Misused):
    """A cursor that was not given for this question."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "portfolio_cursor",
                "`cursor` 不是对同一组合、同一筛选和排序给出的。请去掉 `cursor`，从头开始。",
                "`cursor` was not given for this portfolio with these filters and this order. Begin again without `cursor`.",
            )
        )


def cursor_of(question: object, place: Place | None) -> str | None:
    """A place as text that goes with the question for which it was given."""
    if place is None:
        return None
    made = msgspec.json.encode((_mark(question), *place))
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def place_of(question: object, cursor: str | None) -> Place | None:
    """The place for which a cursor stands. Raises NoCursor."""
    if cursor is None:
        return None
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark, key, id_ = msgspec.json.decode(data, type=tuple[str, int | str, str])
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise NoCursor from None
    if mark != _mark(question) or (isinstance(key, int) and abs(key) > 1000):
        raise NoCursor
    return Place(key, id_)


def _mark(question: object) -> str:
    return hashlib.sha256(msgspec.json.encode(question)).hexdigest()[:12]

"""What an official text says, as read from a document: entries with their control points, and operations on them.

These are the values that an import keeps: the wording is the document's own, and every piece has its place.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

import msgspec

from mulu.vocabulary import Control


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A value kept in the store as JSON. Unknown keys are refused."""


class At(Kept, frozen=True):
    """A place in the document: page (from 1) and line, paragraph or row on it (from 1)."""

    page: int
    number: int


class Seen(Kept, frozen=True):
    """Where a printed line stands: left, top, right, bottom in points from the top left corner of the page."""

    page: int
    box: tuple[float, float, float, float]


class Clause(Kept, frozen=True):
    """A control point (控制要点) or a part of one: `1.`, under it `（1）`, under that `①`.

    `number` is the bare number ("1"); `text` the wording without it and without the parts, line breaks of the page
    removed. A point printed without any number has the number "1" and `numbered` false. `seen`: the printed lines of it and of
    its parts, where a machine read them from a picture.
    """

    number: str
    text: str
    at: At
    parts: tuple[Clause, ...] = ()
    machine: bool = False
    numbered: bool = True
    seen: tuple[Seen, ...] = ()

    @property
    def worded(self) -> bool:
        """Whether its official words are held. Of a point known by its number alone they are not."""
        return bool(self.text or self.parts)

    def whole(self, depth: int = 0) -> str:
        """The wording with all its parts, one a line, numbered in the manner of the ministries."""
        lines = [self.text] if self.text or not self.parts else []
        lines += [f"{printed(part.number, depth + 1)}{part.whole(depth + 1)}" for part in self.parts]
        return "\n".join(lines)

    def find(self, path: tuple[str, ...]) -> Clause | None:
        """The part at a path of numbers below this clause; the clause itself for an empty path."""
        if not path:
            return self
        for part in self.parts:
            if part.number == path[0]:
                return part.find(path[1:])
        return None

    def all(self) -> Iterator[Clause]:
        """This clause and every part of it."""
        yield self
        for part in self.parts:
            yield from part.all()


def printed(number: str, depth: int) -> str:
    """A number as printed at a depth: `1.`, `（1）`, `①`."""
    if depth <= 0:
        return f"{number}."
    if depth == 1 or not number.isdigit() or not 1 <= int(number) <= 20:
        return f"（{number}）"
    return chr(0x2460 + int(number) - 1)


class Entry(Kept, frozen=True):
    """An entry (条目) of the Catalogue as printed."""

    control: Control
    name: str
    at: At
    code: str | None = None
    industry: str | None = None
    serial: int | None = None
    points: tuple[Clause, ...] = ()
    machine: bool = False
    seen: tuple[Seen, ...] = ()  # of its code and name, where a machine read them


class Target(Kept, frozen=True):
    """The entry that a clause of an amending announcement names, by code, name or both."""

    name: str | None = None
    code: str | None = None
    control: Control | None = None
    industry: str | None = None


Does = Literal[
    "delete entry",
    "add entry",
    "rename entry",
    "recode entry",
    "move entry",
    "replace points",
    "replace point",
    "add point",
    "delete point",
    "replace words",
    "renumber point",
]


class Operation(Kept, frozen=True):
    """One thing that one clause of an amending announcement does.

    `path` names the point or part concerned ("3", or "3","2" for part （2） of point 3); `points` are those that are
    put in; `old` and `new` words, names, codes or numbers. `clause` is the clause as printed, `label` its own number.
    """

    does: Does
    target: Target
    clause: str
    label: str
    at: At
    path: tuple[str, ...] = ()
    points: tuple[Clause, ...] = ()
    entry: Entry | None = None
    old: str | None = None
    new: str | None = None
    to: Control | None = None
    machine: bool = False


class NotRead(Kept, frozen=True):
    """A passage that could not be read as law, with its place and why."""

    text: str
    at: At
    zh: str
    en: str
    beside: bool = False  # stands on the page and is no part of the law: what a web page prints below a text


class CommentsUntil(Kept, frozen=True):
    """What a draft says of the time for comments: the last day, or, where that could not be read (`until` is None), why."""

    words: str
    at: At
    until: datetime.date | None = None
    zh: str = ""
    en: str = ""


class OfficialText(Kept, frozen=True):
    """A document read as a whole list or as an amending announcement."""

    kind: Literal["list", "amendment"]
    document: str  # SHA-256
    pages: int
    title: str | None = None
    announcement: str | None = None  # 公告 number as printed, "2025年第28号"
    published: datetime.date | None = None
    effective: datetime.date | None = None
    draft: bool = False
    comments: tuple[CommentsUntil, ...] = ()  # of a draft
    counts: dict[str, int] = {}  # announced in the text itself: prohibited, restricted, total
    entries: tuple[Entry, ...] = ()
    operations: tuple[Operation, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @property
    def comment_deadline(self) -> datetime.date | None:
        """The last day for comments that a draft names; None where it names none, or more than one."""
        days = {one.until for one in self.comments if one.until is not None}
        return days.pop() if len(days) == 1 else None

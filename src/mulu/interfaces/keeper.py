"""One desk for a server that runs long: loaded once, renewed when the store changes under it."""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress
from zoneinfo import ZoneInfo

from mulu.desk import Desk
from mulu.errors import MuluError

_REMEMBERED = 4  # desks that answer as known at some earlier moment


def today() -> datetime.date:
    """Today in Shanghai: the day that an omitted one means, resolved at the door and printed in the answer."""
    return datetime.datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Keeper:
    """Gives each request a desk of its own over one catalogue and one engine, which threads may share.

    The commands may import, apply or undo a document while a server runs: every request asks whether the documents of
    the store are those that the catalogue was made with. Where others count, it is made anew before anybody is answered
    from it; the engine follows, and only who screens waits for that. Cases are read on by every act.
    """

    def __init__(self, store: str | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()  # held for no longer than the catalogue takes to be made
        self._current = Desk(store=store)
        self._mark = self._current.archive.mark()
        self._earlier: OrderedDict[str, Desk] = OrderedDict()

    def warm(self) -> None:
        """Load the catalogue and the engine, so that no request waits for them."""
        self._current.warm()

    def desk(self, as_known: str | None = None) -> Desk:
        """A desk for one request; `as_known`: a data release or a day, as on the command line."""
        return self.asked(as_known)[0]

    def asked(self, as_known: str | None = None) -> tuple[Desk, str]:
        """A desk for one request and the version of what it answers from, as one moment has them."""
        mark = self._current.archive.mark()
        with self._lock:
            if mark != self._mark:
                self._renew()
            desk, version = self._current, self._version()
        if as_known is not None:
            desk = self._recalled(as_known, desk)
        return desk.beside(), version

    def version(self) -> str:
        """What answers rest on, beside the question: the data and the documents of the store; changes when they do."""
        with self._lock:
            return self._version()

    def _renew(self) -> None:
        mark = self._current.archive.mark()  # another request may have renewed it already, for a later mark
        if mark == self._mark:
            return
        desk = self._current.renewed()
        if desk is not self._current:
            _ = desk.catalogue  # what keeps it from being made is told to every request, and the old one is left behind
            threading.Thread(target=_made_ready, args=(desk,), name="engine", daemon=True).start()
        self._current, self._mark = desk, mark
        self._earlier.clear()

    def _recalled(self, as_known: str, now: Desk) -> Desk:
        """The desk of an earlier moment. While it is made, others are answered."""
        with self._lock:
            held = self._earlier.get(as_known)
            if held is not None:
                self._earlier.move_to_end(as_known)
                return held
        made = Desk(store=self._store, as_known=as_known)
        made.refuse_to_come(today())
        _ = made.catalogue  # a release that does not exist is refused, and not remembered
        with self._lock:
            if self._current is not now:
                return made  # of documents that have changed since
            held = self._earlier.setdefault(as_known, made)
            while len(self._earlier) > _REMEMBERED:
                self._earlier.popitem(last=False)
            return held

    def _version(self) -> str:
        return hashlib.sha256(f"{self._current.catalogue.version}\n{self._mark}".encode()).hexdigest()[:16]


def _made_ready(desk: Desk) -> None:
    with suppress(MuluError):  # whoever screens is told
        desk.warm()

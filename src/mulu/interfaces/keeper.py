"""One desk for a server that runs long: loaded once, renewed when the store changes under it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from mulu.desk import Desk

_REMEMBERED = 4  # desks that answer as known at some earlier moment


class Keeper:
    """Gives each request a desk of its own over one catalogue and one engine, which threads may share.

    The commands may import, apply or undo a document while a server runs: every request asks whether the documents of
    the store are those that the catalogue was made with. Cases are read anew by every act.
    """

    def __init__(self, store: str | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()
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
        with self._lock:
            mark = self._current.archive.mark()
            if mark != self._mark:
                self._current, self._mark = Desk(store=self._store), mark
                self._current.warm()
                self._earlier.clear()
            version = self._version()
            if as_known is None:
                return self._current.beside(), version
            earlier = self._earlier.pop(as_known, None)
            if earlier is None:
                earlier = Desk(store=self._store, as_known=as_known)
                earlier.warm()
            self._earlier[as_known] = earlier
            while len(self._earlier) > _REMEMBERED:
                self._earlier.popitem(last=False)
            return earlier.beside(), version

    def version(self) -> str:
        """What answers rest on, beside the question: the data and the documents of the store; changes when they do."""
        with self._lock:
            return self._version()

    def _version(self) -> str:
        return hashlib.sha256(f"{self._current.catalogue.version}\n{self._mark}".encode()).hexdigest()[:16]

"""Tables that were handed in to be screened into a portfolio: held until they are done, worked on one after the other.

The work goes on when the browser is closed. What ends the server interrupts a run; the same table handed in again goes on
with it, for what was read is held in the portfolio.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from mulu.errors import MuluError
from mulu.interfaces.observed import unforeseen
from mulu.interfaces.safety import Refused
from mulu.interfaces.statuses import worded
from mulu.vocabulary import Said

Json = dict[str, Any]
State = Literal["asked", "waiting", "running", "done", "stopped", "failed"]
_AT_WORK = ("waiting", "running")
_HELD = 8  # tables that are held beside those at work
# Screens a table: told how far it is after each part.
Screens = Callable[["Batch", Callable[[Any], None]], Json]


class _Stopped(Exception):
    """Somebody asked to stop."""


@dataclass(eq=False)
class Batch:
    """A table for a portfolio: what was asked, and how far it is. Its file goes when nobody holds it any more."""

    portfolio: str
    name: str
    by: str
    on: datetime.date
    base_rate: float | None
    columns: str | None = None
    state: State = "asked"
    far: Any = None  # mulu.portfolios.Progress
    answer: Json | None = None
    said: Said | None = None
    stop: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="mulu-")))

    def __post_init__(self) -> None:
        self.forget = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    @property
    def file(self) -> Path:
        return self.folder / self.name


class Batches:
    """The last table of each portfolio."""

    def __init__(self) -> None:
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._of: OrderedDict[str, Batch] = OrderedDict()

    def hand_in(self, portfolio: str, name: str, pieces: Iterable[bytes], **asked: Any) -> Batch:
        """Hold a table. Raises Refused where another one of this portfolio is at work."""
        batch = Batch(portfolio, name, **asked)
        with batch.file.open("wb") as into:
            for piece in pieces:
                into.write(piece)
        with self._lock:
            held = self._of.get(portfolio)
            if held is not None and held.state in _AT_WORK:
                batch.forget()
                raise _busy(portfolio)
            if held is not None:
                held.forget()
            self._of[portfolio] = batch
            self._of.move_to_end(portfolio)
            idle = [key for key, one in self._of.items() if one.state not in _AT_WORK]
            for key in idle[: max(0, len(idle) - _HELD)]:
                self._of.pop(key).forget()
        return batch

    def drop(self, batch: Batch) -> None:
        """Hold a table no longer: it cannot be read."""
        with self._lock:
            if self._of.get(batch.portfolio) is batch:
                del self._of[batch.portfolio]
        batch.forget()

    def give_up(self, batch: Batch) -> None:
        """Hold a table no longer: its portfolio is to be deleted. Raises Refused where it is at work, or waits to be."""
        with self._lock:
            at_work = batch.state in _AT_WORK
        if at_work:
            raise _busy(batch.portfolio)
        self.drop(batch)

    def of(self, portfolio: str) -> Batch | None:
        with self._lock:
            return self._of.get(portfolio)

    def start(self, batch: Batch, screens: Screens) -> None:
        """Begin, or go on, in a thread. Raises Refused where it is at work, or done."""
        with self._lock:
            if batch.state in (*_AT_WORK, "done"):
                raise _busy(batch.portfolio)
            batch.state, batch.stop, batch.said = "waiting", False, None
        threading.Thread(target=self._work, args=(batch, screens), name="portfolio", daemon=True).start()

    def _work(self, batch: Batch, screens: Screens) -> None:
        def heard(far: Any) -> None:
            batch.far = far
            if batch.stop:
                raise _Stopped

        with self._turn:  # each takes every core
            if batch.stop:
                batch.state = "stopped"
                return
            batch.state = "running"
            try:
                batch.answer = screens(batch, heard)
                batch.state = "done"
                batch.forget()
            except _Stopped:
                batch.state = "stopped"
            except MuluError as error:
                batch.said, batch.state = _without(error.said, batch.folder), "failed"
            except Exception as error:
                unforeseen(error)
                batch.said, batch.state = worded(error)[0], "failed"


def pieces(file: IO[bytes]) -> Iterable[bytes]:
    """A file that was sent, piece by piece."""
    while piece := file.read(1 << 20):
        yield piece


def _without(said: Said, folder: Path) -> Said:
    """What is said, without the folder, which is ours."""
    return Said(said.id, said.zh.replace(f"{folder}/", ""), said.en.replace(f"{folder}/", ""))


def refusal(error: MuluError, batch: Batch) -> MuluError:
    """An error that names a table as it was handed in."""
    error.said = _without(error.said, batch.folder)
    return error


def _busy(portfolio: str) -> Refused:
    return Refused(
        409,
        Said(
            "portfolio_at_work",
            f"组合 {portfolio} 正在筛查另一份表格，或已经完成。未作任何改动。请等其结束，或先停止它。",
            f"{portfolio} is being screened already, or this table is done. Nothing was changed. Wait for the end, or stop it first.",
        ),
    )

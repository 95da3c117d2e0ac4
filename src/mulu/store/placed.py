"""Where the records of a portfolio stand on its map, kept beside it; only what is new is worked out."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mulu.portfolio.plane import NOWHERE, PLACED_BY, Places, key_of, layout, places_of
from mulu.screening.index import Index
from mulu.store.folders import MAP
from mulu.store.portfolios import Portfolio


class Placed:
    """The ground of a map, and the place of each of the latest records."""

    def __init__(self, portfolio: Portfolio, index: Index) -> None:
        self._file = portfolio.folder / MAP
        key = key_of(index)
        held = _held(self._file, key)
        if held is None:
            self.ground = layout(index)
            rows, places = np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.int16)
        else:
            self.ground, rows, places = held
            if len(self.ground) != len(index.slots):  # an official text was imported, or withdrawn
                self.ground = layout(index)
        latest = np.array([row for (row,) in portfolio.query("SELECT row FROM latest ORDER BY row")], dtype=np.int64)
        new = np.setdiff1d(latest, rows)
        if len(new):
            more_rows: list[npt.NDArray[np.int64]] = []
            more: list[Places] = []
            for part in portfolio.parts():
                mine = np.nonzero(np.isin(part.rows, new))[0]
                if not len(mine):
                    continue
                of_part = places_of(index, self.ground, portfolio.kept(part, PLACED_BY))
                more_rows.append(part.rows[mine])
                more.append(of_part[mine])
            rows, places = np.concatenate([rows, *more_rows]), np.concatenate([places, *more])
            order = np.argsort(rows, kind="stable")
            rows, places = rows[order], places[order]
            try:
                _write(self._file, key, self.ground, rows, places)
            except OSError as error:
                raise portfolio.unwritten(error) from error
        self._rows, self._places = rows, places

    def of(self, rows: npt.NDArray[np.int64]) -> Places:
        """The places of some of the records, NOWHERE where one has none."""
        at = np.searchsorted(self._rows, rows)
        made: Places = self._places[at] if len(rows) else np.full((0, 2), NOWHERE, dtype=np.int16)
        return made


def _held(file: Path, key: str) -> tuple[Places, npt.NDArray[np.int64], Places] | None:
    """What was worked out before, unless it is of another release or cannot be read: then it is made anew."""
    try:
        with file.open("rb") as opened, np.load(opened) as held:
            if str(held["key"]) != key:
                return None
            return held["ground"], held["rows"], held["places"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _write(file: Path, key: str, ground: Places, rows: npt.NDArray[np.int64], places: Places) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as made:
        try:
            np.savez(made, key=np.array(key), ground=ground, rows=rows, places=places)
            made.flush()
            os.fsync(made.fileno())
            Path(made.name).replace(file)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise

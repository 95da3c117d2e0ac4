"""A store of its own for each test, a Catalogue loaded once, and a screening that finds what the test says."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from mulu.casework import Casework
from mulu.catalogue.editions import Catalogue
from mulu.procedure.calendar import Calendar

NOW = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
CATALOGUE = Catalogue.load()


def finding(*items: str) -> Any:
    """A screening that finds these items, flagged."""

    def screen(text: str, day: datetime.date, top: int, base_rate: float | None) -> dict[str, Any]:
        edition = CATALOGUE.in_force(day)
        candidates = [
            {"item": item, "flag": True, "near_boundary": False, "score": 0.9, "points": []} for item in items
        ]
        return {
            "on": day.isoformat(),
            "edition": edition.id,
            "data": CATALOGUE.version,
            "engine": "test",
            "known_to": CATALOGUE.known_to.isoformat(),
            "considered": {},
            "beyond_knowledge": day > CATALOGUE.known_to,
            "candidates": candidates,
            "unread": None,
        }

    return screen


@pytest.fixture
def work(tmp_path: Path) -> Casework:
    """Casework over an empty store; its screening finds battery cathode materials."""
    return Casework(str(tmp_path / "mulu.db"), lambda: CATALOGUE, finding("battery-cathode-x"), Calendar())

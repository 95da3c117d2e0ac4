"""The time limits of the procedures as data: who must act, how long, from what, and by which provision."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from mulu.catalogue.pack import DATA, keyed, lines
from mulu.determination.law import Law, Texts
from mulu.procedure.calendar import Unit


class TimeLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One time limit. It is as sure as the weakest of its provisions; `n` is None where the law says \"promptly\"."""

    id: str
    owner: Literal["exporter", "authority"]  # who is late when it has passed
    n: int | None
    unit: Unit
    begins: Texts = msgspec.field(name="from")
    says: Texts
    provisions: tuple[str, ...]


FILES: dict[str, type | object] = {"procedures-limits": TimeLimit}


@cache
def time_limits(folder: Path = DATA) -> Mapping[str, TimeLimit]:
    """Every time limit by its id; a line that cites a provision that is not held is refused."""
    law = Law.load(folder)
    placed = list(lines(folder, "procedures/limits.jsonl", TimeLimit))
    for line in placed:
        for name in line.record.provisions:
            if name not in law.provisions:
                raise line.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
        if (line.record.n is None) != (line.record.unit == "promptly"):
            raise line.refuse("a limit has a number or says promptly", "期限或有数字，或为“及时”")
    return keyed(placed, lambda one: one.id)

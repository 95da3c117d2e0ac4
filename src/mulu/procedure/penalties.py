"""What a breach costs on a day: each sanction with its provision in the version of that day, and what is disputed about it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mulu.catalogue.pack import DATA, keyed, lines
from mulu.determination.law import Citation, Law, Texts

Json = dict[str, Any]


class Sanction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sanction. A provision that begins with @ is a rule, cited in the version of the day.

    `times` is the range as multiples of the illegal gains, `ceiling` the most in yuan where there are none or less than
    `threshold` (or at all, without a threshold).
    """

    says: Texts
    provisions: tuple[str, ...]
    times: tuple[int, int] | None = None
    threshold: int | None = None
    ceiling: int | None = None
    contested: str | None = None


class Penalty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A breach and what it may cost."""

    id: str
    breach: Texts
    sanctions: tuple[Sanction, ...]


FILES: dict[str, type | object] = {"procedures-penalties": Penalty}


@cache
def penalties(folder: Path = DATA) -> Mapping[str, Penalty]:
    """Every breach by its id; a line that cites a provision, rule or dispute that is not held is refused."""
    law = Law.load(folder)
    rules = {one.rule for one in law.provisions.values()}
    placed = list(lines(folder, "procedures/penalties.jsonl", Penalty))
    for line in placed:
        for sanction in line.record.sanctions:
            for name in sanction.provisions:
                if (name[1:] not in rules) if name.startswith("@") else (name not in law.provisions):
                    raise line.refuse(f"provision {name!r} is not held", f"条文 {name!r} 不存在")
            if sanction.contested is not None and sanction.contested not in law.contested:
                raise line.refuse(f"dispute {sanction.contested!r} is not held", f"争议 {sanction.contested!r} 不存在")
    return keyed(placed, lambda one: one.id)


def exposure(breach: str, day: datetime.date, gains: float | None, law: Law) -> Json:
    """The sanctions that applied on the day of the breach. One whose rule no version of that day states is left out and named."""
    one = penalties()[breach]
    found, absent = [], []
    for sanction in one.sanctions:
        cited = _cited(sanction, day, law)
        if not cited:
            absent.append(sanction.says.as_json())
            continue
        low, high = _amounts(sanction, gains)
        found.append(
            {
                "says": sanction.says.as_json(),
                "from": low,
                "to": high,
                "provisions": [c.as_json() for c in cited],
                "contested": sanction.contested,
            }
        )
    return {
        "breach": breach,
        "says": one.breach.as_json(),
        "day": day.isoformat(),
        "gains": gains,
        "sanctions": found,
        "not_yet_law": absent,
    }


def _cited(sanction: Sanction, day: datetime.date, law: Law) -> list[Citation]:
    cited = []
    for name in sanction.provisions:
        one = law.on(name[1:], day) if name.startswith("@") else law.cite(name, day)
        if one is not None:
            cited.append(one)
    return cited


def _amounts(sanction: Sanction, gains: float | None) -> tuple[float | None, float | None]:
    """The least and most in yuan, as far as the gains are known and the provision gives a figure."""
    if sanction.threshold is not None:
        if gains is None:
            return None, None
        if gains < sanction.threshold:
            return 0, sanction.ceiling
    elif sanction.ceiling is not None:
        return 0, sanction.ceiling
    if sanction.times is None or not gains:
        return None, None
    return gains * sanction.times[0], gains * sanction.times[1]

"""What the facts that a person accepted from a contract fill: evidence of the procedure, and fields of papers.

A fact fills only what it is about, and only where nobody said something else; what it filled names the contract, the place
in it and the person who accepted it. Which facts those are, is declared here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# What is filled, by the name of the evidence or the field: from which facts, all of which must have been accepted.
FILLS: Mapping[str, tuple[str, ...]] = {
    "destination": ("to",),
    "mode": ("mode",),
    "channel": ("channel",),
    "parties": ("supplier", "recipient"),
    "recipients": ("recipient",),
    "description": ("technology",),
    "signed": ("date",),
    "effective": ("contract_effective",),
    "payment": ("royalty",),
    "supplier": ("supplier",),
    "supplier_country": ("from",),
    "recipient_country": ("to",),
    "contract_amount": ("consideration",),
    "royalty_rate": ("royalty_rate",),
    "related_party": ("parties_related",),
}
# What an event asks for; the other names are fields of papers alone.
EVIDENCE = ("destination", "mode", "channel", "parties", "recipients", "description", "signed", "effective", "payment")
COUNTRIES = ("destination", "supplier_country", "recipient_country")


@dataclass(frozen=True, slots=True)
class Taken:
    """A value with the facts that it was taken from, their places in the contract, and who accepted them."""

    value: str
    facts: tuple[str, ...]
    places: tuple[str, ...]
    by: tuple[str, ...]

    def as_json(self) -> Json:
        return {"value": self.value, "facts": list(self.facts), "places": list(self.places), "by": list(self.by)}


def taken_from(facts: Mapping[str, Json]) -> dict[str, Taken]:
    """All that the accepted facts of a case fill, by the name of what is filled."""
    found = {}
    for name, needed in FILLS.items():
        held = [facts[one] for one in needed if one in facts]
        if len(held) < len(needed):
            continue
        places = tuple(dict.fromkeys(one.get("place") or one["source"] for one in held))
        values = [_value(name, one["value"]) for one in held]
        found[name] = Taken("; ".join(values), needed, places, tuple(dict.fromkeys(one["by"] for one in held)))
    return found


def _value(name: str, value: Any) -> str:
    """A fact as what it fills has it."""
    if name == "payment":
        return {False: "lump_sum", True: "royalty"}.get(value, str(value))
    if name in COUNTRIES:
        return str(value).removesuffix(" FIE")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

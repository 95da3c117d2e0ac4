"""How well contracts are read: clauses, what they are about, parties, days, law and proposed facts, against labels.

    python quality/contracts.py [FOLDER] [--misses]

FOLDER holds contracts beside `labels.yaml` (our own, by default `quality/open/contracts`). A clause that was found where
no label stands, or the other way round, counts for the structure; what it is about counts where both are there.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from mulu.determination.law import Law
from mulu.determination.proposed import as_facts, proposals
from mulu.screening.contracts import Contract, read_contract

ROOT = Path(__file__).resolve().parent.parent
OPEN = ROOT / "quality" / "open" / "contracts"
Json = dict[str, Any]
Tally = Counter[str]


def found_types(contract: Contract) -> dict[str, set[str]]:
    """What each clause is about, by its id; an exclusion with a minus before it."""
    return {
        one.clause.id: {typed.type for typed in one.types} | {f"-{typed.type}" for typed in one.excludes}
        for one in contract.clauses
    }


def compare(contract: Contract, label: Json, tally: dict[str, Tally], misses: list[str]) -> None:
    """Count what agrees with one label; what does not is told in `misses`."""
    name = label["contract"]

    def count(what: str, wanted: set[Any], found: set[Any], where: str = "") -> None:
        one = tally.setdefault(what, Counter())
        one["right"] += len(wanted & found)
        one["missed"] += len(wanted - found)
        one["false"] += len(found - wanted)
        if wanted != found:
            misses.append(
                f"{name} {where or what}: missed {sorted(map(str, wanted - found))}, false {sorted(map(str, found - wanted))}"
            )

    count("contract", {True}, {contract.is_contract})
    count("parties: name", {p["name"] for p in label["parties"]}, {p.name for p in contract.parties})
    count(
        "parties: side",
        {(p["name"], p["side"]) for p in label["parties"]},
        {(p.name, p.side.value) for p in contract.parties if p.side},
    )
    count(
        "parties: country",
        {(p["name"], p["country"]) for p in label["parties"]},
        {(p.name, p.country.value) for p in contract.parties if p.country},
    )
    count("days", set(label["days"].items()), {(what, day.isoformat()) for what, day, _ in contract.days})
    count("law", {label["law"]}, {contract.law_country})
    facts = as_facts(proposals(contract, Law.load()))
    facts.pop("technology", None)
    count("proposed facts", {(k, str(v)) for k, v in label["facts"].items()}, {(k, str(v)) for k, v in facts.items()})
    types = found_types(contract)
    count("clauses", set(label["clauses"]), set(types))
    for clause, wanted in label["clauses"].items():
        if clause not in types:
            continue
        for kind in set(wanted) | types[clause]:
            count(
                f"type {kind.lstrip('-') if not kind.startswith('-') else 'exclusion'}",
                {kind} & set(wanted),
                {kind} & types[clause],
                clause,
            )
    for clause, terms in label.get("defined", {}).items():
        found = {term for one in contract.clauses if one.clause.id == clause for term, _ in one.defined}
        count("definitions resolved", set(terms), found & set(terms), clause)


def measure(folder: Path) -> tuple[dict[str, Tally], list[str]]:
    """The tallies of a folder of labelled contracts, and each miss in words."""
    tally: dict[str, Tally] = {}
    misses: list[str] = []
    for label in yaml.safe_load((folder / "labels.yaml").read_text(encoding="utf-8")):
        text = (folder / f"{label['contract']}.txt").read_text(encoding="utf-8")
        compare(read_contract(text), label, tally, misses)
    return tally, misses


def told(tally: dict[str, Tally]) -> str:
    """One line for each thing that was counted."""
    lines = []
    for what, one in sorted(tally.items()):
        wanted, found = one["right"] + one["missed"], one["right"] + one["false"]
        precision = f"{one['right'] / found:.2f}" if found else "-"
        recall = f"{one['right'] / wanted:.2f}" if wanted else "-"
        lines.append(f"{what:24} labelled {wanted:4}  found {found:4}  precision {precision}  recall {recall}")
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", default=OPEN)
    arguments.add_argument("--misses", action="store_true")
    given = arguments.parse_args()
    tally, misses = measure(given.folder)
    print(told(tally))
    if given.misses:
        print("\n".join(misses))


if __name__ == "__main__":
    main()

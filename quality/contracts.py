"""How well contracts are read: clauses, what they are about, parties, days, law and proposed facts, against labels.

    python quality/contracts.py [FOLDER] [--misses]
    python quality/contracts.py BUILT --truth quality/documents/truth [--set drafting-schools] [--misses]

FOLDER holds contracts beside `labels.yaml`: by default those of `quality/open/contracts`, on which the rules were written.
With `--truth` it is the folder `contracts` of the written documents as `python -m quality.documents.make OUT` builds them,
which were written by one who had not seen the rules; `--set` names another of their folders. A clause that was found where no label stands, or the other way
round, counts for the structure; what it is about counts where both are there.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from mulu.determination.law import Law
from mulu.determination.proposed import as_facts, proposals
from mulu.screening.clauses import folded
from mulu.screening.contracts import Contract, clause_types, read_contract
from mulu.sources.fenced import read_described

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
    for name in ("technology", "supplier", "recipient"):  # a text, and names that the parties above count
        facts.pop(name, None)
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


_NAMES = {
    "know_how": "know-how",
    "source_code": "source-code",
    "secondment": "personnel",
    "remote_access": "remote-access",
    "joint_development": "joint-development",
    "data_delivery": "technical-data",
    "export_control": "export-control",
    "governing_law": "governing-law",
}


def _plain(number: str) -> str:
    """A number as it is compared: without spaces, stops and full-width forms."""
    return re.sub(r"[\s.:、]+$|\s+", "", folded(number)).lower()


def matched(contract: Contract, truth: list[Json]) -> dict[int, int]:
    """Which clause found is which of the truth: by its number and by that of the clause above."""
    numbers = [_plain(one.clause.number) for one in contract.clauses]
    pairs: dict[int, int] = {}
    for place, wanted in enumerate(truth):
        for at, number in enumerate(numbers):
            above: list[str] = []
            parent = contract.clauses[at].clause.parent
            while parent is not None:
                above.append(numbers[parent])
                parent = contract.clauses[parent].clause.parent
            under = wanted["within"] is None or _plain(wanted["within"]) in above
            if number == _plain(wanted["number"]) and under and at not in pairs.values():
                pairs[place] = at
                break
    return pairs


def measure_written(built: Path, truth: Path, which: str = "contracts") -> tuple[dict[str, Tally], list[str]]:
    """The tallies of written contracts against their truth; a scan, which only the ocr extra reads, is left out."""
    tally: dict[str, Tally] = {}
    misses: list[str] = []

    def count(what: str, wanted: set[Any], found: set[Any], where: str) -> None:
        one = tally.setdefault(what, Counter())
        one["right"] += len(wanted & found)
        one["missed"] += len(wanted - found)
        one["false"] += len(found - wanted)
        if wanted != found:
            missed, false = sorted(map(str, wanted - found)), sorted(map(str, found - wanted))
            misses.append(f"{where} {what}: missed {missed}, false {false}")

    for path in sorted(truth.glob(f"{which}.*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        if one["scanned"]:
            continue
        name = Path(one["document"]).name
        reading = read_described(built / name)
        spans = [(p.place.start, p.place.end) for p in reading.passages]
        contract = read_contract(reading.text, spans)
        count("contract", {True}, {contract.is_contract}, name)
        count(
            "parties: name", {p["name"] for p in one["parties"]}, {_known(p.name, one) for p in contract.parties}, name
        )
        inside = {(p["name"], p["inside_china"]) for p in one["parties"]}
        placed = {(_known(p.name, one), p.country.value == "CN") for p in contract.parties if p.country}
        count("parties: inside China", inside, placed, name)
        facts = as_facts(proposals(contract, Law.load()))
        modes = {mode["mode"] if isinstance(mode, dict) else mode for mode in one["modes"]}
        count("modes proposed", modes, set(str(facts.get("mode", "")).split("+")) - {""}, name)
        pairs = matched(contract, one["clauses"])
        count("clauses", set(range(len(one["clauses"]))), set(pairs), name)
        tally["clauses"]["false"] += len(contract.clauses) - len(pairs)
        for place, at in pairs.items():
            wanted = {_NAMES.get(kind, kind) for kind in one["clauses"][place]["types"]}
            denied = {_NAMES.get(kind, kind) for kind in one["clauses"][place]["denied"]}
            wanted = (wanted - denied) | {f"-{kind}" for kind in denied}
            read = contract.clauses[at]
            found = {t.type for t in read.types} | {f"-{t.type}" for t in read.excludes}
            for kind in wanted | found:
                about = "exclusion" if kind.startswith("-") else kind
                where = f"{name} {contract.label(at)}"
                count(f"type {about}", {kind} & wanted, {kind} & found, where)
    return tally, misses


def _known(name: str, truth: Json) -> str:
    """A party by its first name where the contract names it in two languages."""
    return next((p["name"] for p in truth["parties"] if name in p["other_names"]), name)


PASSING = tuple(f"type {kind.id}" for kind in clause_types().values() if kind.deniable)
"""The types by which technology passes."""


def together(tally: dict[str, Tally]) -> dict[str, Tally]:
    """All types as one, and those by which technology passes."""
    types = [what for what in tally if what.startswith("type ")]
    return {
        "types together": sum((tally[what] for what in types), Counter()),
        "types that pass technology": sum((tally[what] for what in types if what in PASSING), Counter()),
    }


def told(tally: dict[str, Tally]) -> str:
    """One line for each thing that was counted."""
    lines = []
    for what, one in sorted((tally | together(tally)).items()):
        wanted, found = one["right"] + one["missed"], one["right"] + one["false"]
        precision = f"{one['right'] / found:.2f}" if found else "-"
        recall = f"{one['right'] / wanted:.2f}" if wanted else "-"
        lines.append(f"{what:26} labelled {wanted:4}  found {found:4}  precision {precision}  recall {recall}")
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", default=OPEN)
    arguments.add_argument("--truth", type=Path)
    arguments.add_argument(
        "--set",
        default="contracts",
        help="of the written documents: contracts, drafting-schools, further-contracts, varied-contracts, held-out-contracts, late-contracts",
    )
    arguments.add_argument("--misses", action="store_true")
    given = arguments.parse_args()
    tally, misses = (
        measure(given.folder) if given.truth is None else measure_written(given.folder, given.truth, given.set)
    )
    print(told(tally))
    if given.misses:
        print("\n".join(misses))


if __name__ == "__main__":
    main()

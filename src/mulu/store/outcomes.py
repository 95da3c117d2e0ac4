"""What a run of a portfolio found, counted so that it can be certified whatever becomes of the portfolio afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from mulu.store.portfolios import LATEST, Portfolio

Json = dict[str, Any]
NAMED = 100  # records near the line that are named; all of them are counted
_OF_RUN = f"FROM {LATEST}"


def outcome(portfolio: Portfolio, run: int, on: str | None, known_to: str) -> Json:
    """Of the records that a run brought in: by language and edition, by item, those near the line, and a digest of it all.

    `on`: the day of records without one of their own; `known_to`: the last check of sources. `programs`: the programs that read
    them, in this run or an earlier one. No score stands in the digest: on another machine it may differ within the tolerance.
    """
    ask = portfolio.query
    near = ask(
        f"SELECT DISTINCT records.id {_OF_RUN} JOIN candidates ON candidates.row = records.row WHERE seen = ? AND near ORDER BY records.id",
        (run,),
    )
    return {
        "languages": dict(ask(f"SELECT language, count(*) {_OF_RUN} WHERE seen = ? GROUP BY 1 ORDER BY 1", (run,))),
        "editions": [
            {"edition": edition, "records": records, "first": first, "last": last}
            for edition, records, first, last in ask(
                "SELECT edition, count(*), min(coalesce(day, ?)), max(coalesce(day, ?))"
                f" {_OF_RUN} WHERE seen = ? GROUP BY 1 ORDER BY 1",
                (on, on, run),
            )
        ],
        "beyond": ask(f"SELECT count(*) {_OF_RUN} WHERE seen = ? AND coalesce(day, ?) > ?", (run, on, known_to))[0][0],
        "refused_because": dict(
            ask(
                "SELECT json_extract(line, '$.said.id'), count(*) FROM refused WHERE run = ? GROUP BY 1 ORDER BY 1",
                (run,),
            )
        ),
        "items": [
            {
                "item": item,
                "candidates": count,
                "flagged": flagged,
                "near_boundary": close,
                "score": f"{score / 1000:.3f}",
            }
            for item, count, flagged, close, score in ask(
                "SELECT item, count(*), sum(flag), sum(near), max(score)"
                f" {_OF_RUN} JOIN candidates ON candidates.row = records.row WHERE seen = ? GROUP BY 1 ORDER BY 1",
                (run,),
            )
        ],
        "near": {"records": len(near), "named": [id_ for (id_,) in near[:NAMED]]},
        "digest": _digest(portfolio, run),
        "programs": _programs(portfolio, run),
    }


def _digest(portfolio: Portfolio, run: int) -> str:
    rows = portfolio.query(
        f"SELECT records.id, version, edition, item, point, flag {_OF_RUN} LEFT JOIN candidates ON candidates.row = records.row"
        " WHERE seen = ? ORDER BY records.id, rank",
        (run,),
    )
    return digest_of(
        [*record, [[item, point, bool(flag)] for *_, item, point, flag in found if item is not None]]
        for record, found in groupby(rows, key=lambda row: row[:3])
    )


def digest_of(lines: Iterable[Any]) -> str:
    """SHA-256 over values, each as a line of JSON."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def _programs(portfolio: Portfolio, run: int) -> list[Json | None]:
    """The programs that read the records of a run, each once; None for one that did not say."""
    readers = portfolio.query(
        f"SELECT DISTINCT parts.run {_OF_RUN} JOIN parts ON parts.kept = records.part WHERE seen = ?", (run,)
    )
    asked = {one["run"]: one["asked"] for one in portfolio.runs()}
    made: list[Json | None] = []
    for reader in {run, *(reader for (reader,) in readers)}:
        program = asked[reader].get("program")
        if program not in made:
            made.append(program)
    return made


def last_run(portfolio: Portfolio) -> tuple[int, int] | None:
    """The last run that was done, and how many records are held that it did not bring in; None where none was done."""
    runs = [one["run"] for one in portfolio.runs() if one["state"] == "done"]
    if not runs:
        return None
    beside = portfolio.query(f"SELECT count(*) {_OF_RUN} WHERE seen != ?", (runs[-1],))
    return runs[-1], int(beside[0][0])

"""Score a file of scenarios whose answers were published: `python tools/score_scenarios.py FILE`.

Three columns for the track: all rows; the rows where looking the given status up alone is wrong or says nothing; all rows with
the status removed, where an open question that names its test is right, or a track that an earlier test decides. Whether it is
an export at all, days, papers and open questions are scored apart. Every row that differs is printed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from mulu.desk import Desk

LOOK_UP = {"free": "registration", "restricted": "licence", "prohibited": "blocked", "dual-use": "export_control"}


def answered(rows: list[dict[str, Any]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        file.write_text(
            "".join(json.dumps({"id": r["id"], "facts": r["facts"]}) + "\n" for r in rows), encoding="utf-8"
        )
        return {one["id"]: one for one in Desk(store=str(Path(folder) / "none.db")).determine_rows(file)}


def main(path: str) -> None:
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    given = answered(rows)
    bare = answered([{**r, "facts": {k: v for k, v in r["facts"].items() if k != "status_on_day"}} for r in rows])
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for row in rows:
        want, got, without = row["expected"], given[row["id"]], bare[row["id"]]
        looked = LOOK_UP.get(row["facts"].get("status_on_day") or "")
        opened = [one["test"] for one in without["open"] if one["decides"]]
        checks = {
            "track, all rows": got["track"] == want["track"],
            "is a technology export": got["is_technology_export"] == want["is_technology_export"],
            "day": got["deadline"] == want.get("deadline") or got["deadline"] in want.get("accept", ()),
            "papers": sorted(got["documents"]) == sorted(want.get("documents", ())),
            "status removed": bool(opened) if without["track"] == "undetermined" else without["track"] == want["track"],
        }
        if looked != want["track"]:
            checks["track, look-up wrong or silent"] = checks["track, all rows"]
        if row.get("certainty") == "high":
            checks["track, high certainty"] = checks["track, all rows"]
        for name, good in checks.items():
            of[name] += 1
            right[name] += good
            if not good:
                print(f"  {row['id']}: {name}: {got['track']} {got['deadline']} {got['documents']}, published: {want}")
    for name, count in of.items():
        print(f"{name}: {right[name]} of {count}")


if __name__ == "__main__":
    main(sys.argv[1])

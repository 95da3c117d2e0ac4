"""The authored scenarios of quality/scenarios: what each provision asks for, scored apart for track, days, papers and provisions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mulu.desk import Desk

FOLDER = Path(__file__).parents[2] / "quality" / "scenarios"
ROWS = [
    json.loads(line)
    for file in sorted(FOLDER.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("scenarios")
    file = folder / "rows.jsonl"
    file.write_text(
        "".join(json.dumps({"id": r["id"], "facts": r["facts"]}, ensure_ascii=False) + "\n" for r in ROWS),
        encoding="utf-8",
    )
    return {row["id"]: row for row in Desk(store=str(folder / "none.db")).determine_rows(file)}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_scenario(row: Any, answers: dict[str, Any]) -> None:
    answer, expected = answers[row["id"]], row["expected"]
    assert answer["track"] == expected["track"]
    assert answer["is_technology_export"] == expected["is_technology_export"]
    if "deadline" in expected:
        assert answer["deadline"] == expected["deadline"]
    if "documents" in expected:
        assert answer["documents"] == expected["documents"]
    for test in expected.get("open", ()):
        assert test in {one["test"] for one in answer["open"]}
    if "regime" in expected:
        assert expected["regime"] in answer["regime"]["en"]
    cited = {p["id"] for s in answer["steps"] for p in s["provisions"]} | {
        p["id"] for p in answer["deadline_provisions"]
    }
    cited |= {p["id"] for w in answer["warnings"] for p in w["provisions"]}
    assert set(row["provisions"]) <= cited


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(row["expected"]["track"] for row in ROWS if "test" not in row["expected"])
    assert len(ROWS) >= 120
    assert min(kinds[t] for t in ("blocked", "undetermined", "export_control", "out_of_scope")) >= 20
    assert sum("deadline" in row["expected"] for row in ROWS) >= 30
    pairs: dict[str, list[Any]] = {}
    for row in ROWS:
        if "pair" in row["expected"]:
            pairs.setdefault(row["expected"]["pair"], []).append(row)
    assert set(Counter(name.rsplit("-", 1)[0] for name in pairs).values()) == {6}
    for one, other in pairs.values():
        keys = set(one["facts"]) | set(other["facts"])
        assert sum(one["facts"].get(k) != other["facts"].get(k) for k in keys) == 1
        assert one["expected"]["track"] != other["expected"]["track"]


def test_the_status_alone_never_decides(answers: dict[str, Any], tmp_path: Path) -> None:
    """With the status removed a track follows only from an earlier test; otherwise the open test is named."""
    file = tmp_path / "rows.jsonl"
    without = [{"id": r["id"], "facts": {k: v for k, v in r["facts"].items() if k != "status_on_day"}} for r in ROWS]
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in without), encoding="utf-8")
    for row in Desk(store=str(tmp_path / "none.db")).determine_rows(file):
        assert row["track"] not in ("registration", "licence") or any(
            s["test"] == "measure" and s["decides"] for s in row["steps"]
        )
        if row["track"] == "undetermined":
            assert any(one["decides"] for one in row["open"])

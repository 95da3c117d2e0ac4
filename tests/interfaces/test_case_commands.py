"""Cases, determinations and the store from the command line, as a user types them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from mulu.interfaces.cli.main import main

TEXT = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。"


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def run(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        code = main([*arguments, "--store", str(tmp_path / "mulu.db"), "--lang", language])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return run


@pytest.fixture
def opened(ask: Any) -> Any:
    code, _, _ = ask("case", "new", "--title", "LFP [draft]", "--technology", TEXT, "--by", "Li", "--on", "2025-08-01")
    assert code == 0
    return ask


def test_from_a_new_case_to_a_signed_determination(opened: Any) -> None:
    assert opened("determine", "C-1", "--screen", "--by", "Li")[0] == 0
    answers = [f"--answer={test}" for test in ("crossing=yes", "secret=no", "control=no", "measure=no")]
    assert opened("determine", "C-1", *answers, "--because", "contract", "--by", "Li")[0] == 0
    answer = json.loads(opened("determine", "C-1", "--format", "json")[1])
    assert answer["outcome"] == "undetermined"
    assert "battery-cathode-x" in {row["item"] for row in answer["candidates"]}
    first = next(row for row in answer["candidates"] if row["item"] == "battery-cathode-x")["points"][0]
    assert first["requires"]["zh"]
    rest = [
        f"--compare={row['item']}#{point['number']}=does-not: other subject"
        for row in answer["candidates"]
        if row["item"] != "battery-cathode-x"
        for point in row["points"]
    ]
    met = f"--compare=battery-cathode-x#{first['number']}=meets: density 2.62 g/cm³"
    assert opened("determine", "C-1", met, *rest, "--source", "report p. 4", "--by", "Li")[0] == 0
    for language in ("zh", "en"):
        code, out, _ = opened("determine", "C-1", "--sign", "--because", "point met", "--by", "Li", language=language)
        assert code == 0
    answer = json.loads(opened("determine", "C-1", "--format", "json")[1])
    named = {one["reference"]: one for one in answer["signed"]}
    assert named["C-1/D-2"]["supersedes"] == "C-1/D-1"
    assert "density 2.62" in out
    code, out, _ = opened("case")
    assert code == 0
    assert "LFP [draft]" in out  # brackets are what somebody wrote, not markup


def test_what_is_signed_is_shown_first_or_named(opened: Any) -> None:
    signing = ("determine", "C-1", "--sign", "--because", "as it stands", "--by", "Li")
    code, _, err = opened(*signing, "--format", "json")
    assert (code, "--version" in err) == (2, True)
    code, out, _ = opened(*signing)
    shown, _, after = out.partition("This determination is signed now")
    assert code == 0
    assert "by rule: undetermined" in shown and "C-1/D-1" not in shown
    assert "C-1/D-1" in after
    version = json.loads(opened("determine", "C-1", "--format", "json")[1])["version"]
    answer = json.loads(opened(*signing, "--version", version, "--format", "json")[1])
    assert [one["reference"] for one in answer["signed"]] == ["C-1/D-1", "C-1/D-2"]


def test_a_case_keeps_that_a_part_of_its_technology_was_not_compared(ask: Any) -> None:
    mixed = "Настоящий документ описывает работы завода по договору.\n" * 3 + TEXT
    ask("case", "new", "--title", "LFP", "--technology", mixed, "--by", "Li", "--on", "2025-08-01")
    assert "not compared" in ask("determine", "C-1", "--screen", "--by", "Li")[1]
    assert "未作比较" in ask("determine", "C-1", language="zh")[1]


def test_asked_one_question_at_a_time_back_leave_and_resume(
    opened: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def typing(*said: str) -> None:
        waiting = list(said)
        monkeypatch.setattr(click, "prompt", lambda *_, **__: waiting.pop(0))

    typing("yes", "goods only?", "nonsense", "b", "no", "it stays", "q")
    assert opened("determine", "C-1", "--ask", "--by", "Li")[0] == 0
    held = json.loads(opened("determine", "C-1", "--format", "json")[1])
    assert held["answers"]["crossing"]["value"] == "no"
    assert held["next"]["test"] == "deemed"
    assert held["screened"] is not None
    typing("no", "domestic company", "no", "x", "no", "x", "no", "x", "q")
    code, out, _ = opened("determine", "C-1", "--ask", "--by", "Li")
    assert code == 0
    assert "saved" in out
    held = json.loads(opened("determine", "C-1", "--format", "json")[1])
    assert held["next"] is None
    assert held["outcome"] == "not an export"


def test_asking_needs_a_terminal(opened: Any) -> None:
    code, _, err = opened("determine", "C-1", "--ask")
    assert code == 2
    assert "--answer" in err


@pytest.mark.parametrize(
    ("command", "code", "named"),
    [
        (["case", "C-7"], 2, "C-7"),
        (["case", "new", "--title", "x"], 2, "--technology"),
        (["case", "C-1", "submit"], 2, "--by"),
        (["case", "C-1", "submit", "--by", "Li"], 2, "Possible"),
        (["case", "C-1", "scope", "--by", "Li", "--set", "mode"], 2, "--set"),
        (["case", "C-1", "scope", "--by", "Li", "--set", "mode=M7"], 2, "mode"),
        (["determine"], 2, "--facts"),
        (["determine", "C-1", "--answer", "crossing=yes"], 2, "--by"),
        (["determine", "C-1", "--compare", "x", "--by", "Li"], 2, "--compare"),
        (["determine", "C-1", "--read-at", "https://a", "--by", "Li"], 2, "--read-on"),
        (["determine", "C-1", "--sign", "--by", "Li"], 1, "reason"),
        (["determine", "C-1", "--approve", "--by", "Li"], 1, "no signed"),
        (["determine", "C-1", "--by", "Li"], 2, "--answer"),
        (["determine", "C-1", "--sign", "--approve", "--by", "Li"], 2, "--approve"),
        (["determine", "C-1", "--facts", "examples/facts.jsonl"], 2, "case"),
        (["determine", "--facts", "none.jsonl"], 2, "none.jsonl"),
        (["penalty", "murder"], 2, "murder"),
        (["penalty", "--gains", "-1"], 2, "--gains"),
        (["trail", "--into", "."], 2, "."),
        (["restore", "none.db", "--by", "Li", "--because", "x"], 1, "none.db"),
    ],
)
def test_what_is_wrong_is_named_with_the_remedy(opened: Any, command: list[str], code: int, named: str) -> None:
    got, _, err = opened(*command)
    assert (got, named in err) == (code, True), err


def test_trail_backup_restore_and_heads(opened: Any, tmp_path: Path) -> None:
    trail, copy = tmp_path / "trail.jsonl", tmp_path / "copy.db"
    assert opened("trail", "--into", str(trail))[0] == 0
    assert opened("trail", "--into", str(trail))[0] == 2  # never overwritten
    assert opened("backup", str(copy))[0] == 0
    assert opened("case", "new", "--title", "second", "--technology", "x", "--by", "Li", "--on", "2025-08-01")[0] == 0
    code, out, _ = opened("doctor", "--heads", str(trail), "--on", "2026-11-24", "--format", "json")
    assert code == 0
    assert "agrees with 1 kept outside" in next(c for c in json.loads(out)["checks"] if c["check"] == "store")["found"]
    second = tmp_path / "second.jsonl"
    assert opened("trail", "--into", str(second))[0] == 0
    assert opened("restore", str(copy), "--by", "Li", "--because", "test")[0] == 0
    code, out, _ = opened("doctor", "--heads", str(second), "--on", "2026-11-24", "--format", "json")
    assert code == 1
    assert "C-2" not in opened("case")[1]
    assert opened("doctor", "--heads", "rubbish", "--on", "2026-11-24")[0] == 1


def test_a_row_that_cannot_be_read_is_answered_with_its_error(ask: Any, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        '{"id": "a", "facts": {"from": "CN"}}',
        "not json",
        '{"id": "b"}',
        '{"id": "c", "facts": {"mode": "M7"}}',
        "",
    ]
    rows += ['{"id": "f", "facts": {"status_on_day": "free", "status_on_day": "restricted"}}']
    rows += ['{"id": "e", "facts": {"x": ' + "[" * 100_000 + "]" * 100_000 + "}}"]
    rows += ['{"id": "d", "facts": {}}', '{"id": "d", "facts": {}}', '{"facts": {}}']
    file.write_text("\n".join(rows), encoding="utf-8")
    code, out, err = ask("determine", "--facts", str(file), "--format", "jsonl")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 4
    assert len(answers) == 9
    assert [("error" in one) for one in answers] == [False] + [True] * 8
    assert all(one["track"] is None for one in answers[1:])
    assert "8 of 9" in err
    file.write_text("", encoding="utf-8")
    assert ask("determine", "--facts", str(file))[0] == 2


def test_rows_give_the_promised_keys(ask: Any) -> None:
    examples = Path(__file__).parents[2] / "examples" / "facts.jsonl"
    code, out, _ = ask("determine", "--facts", os.fspath(examples), "--format", "jsonl")
    assert code == 0
    answers = {one["id"]: one for one in map(json.loads, out.splitlines())}
    for one in answers.values():
        assert {"id", "is_technology_export", "track", "deadline", "documents", "steps", "open"} <= set(one)
        assert all(step["provisions"] for step in one["steps"])
    assert {k: v["track"] for k, v in answers.items()} == {
        "licence": "licence",
        "registration": "registration",
        "trademark": "out_of_scope",
        "foreign-engineer-in-china": "export_control",
        "status-not-known": "undetermined",
    }
    assert answers["licence"]["deadline"] == "2025-10-17"
    assert answers["registration"]["deadline"] == "2026-07-03"
    assert answers["status-not-known"]["candidates"][0]["item"] == "nonferrous-metallurgy-x"

"""What the repository says of itself is true."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mulu.desk import ACTS
from mulu.interfaces.cli.names import NAMES
from mulu.scorecard.labelled import read_labelled
from mulu.vocabulary import Language, named

ROOT = Path(__file__).resolve().parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:  # an unpacked archive has no history
        return [p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in str(p) and ".git" not in p.parts]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_every_command_of_the_readme_is_an_act() -> None:
    named = set(re.findall(r"\.venv/bin/mulu (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= {act.name for act in ACTS if "cli" in act.doors}


def test_every_act_is_described_in_the_command_reference() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for act in ACTS:
        assert f"## mulu {act.name}" in text
        for argument in act.arguments:
            for language in Language:
                assert named(argument.help.in_(language), NAMES, language) in text


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/document.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_the_readme_states_the_coverage_that_the_pack_has(desk) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    edition = next(e for e in desk.coverage()["editions"] if e["edition"] == "2025-28")
    held = sum(row["held"] for row in edition["lists"])
    published = sum(row["published"] for row in edition["lists"])
    opened = sum(row["open"] for row in edition["lists"])
    assert f"{held} are held, {published} of them as published; {opened} more are open" in readme


def test_the_lock_holds_hashes_and_no_address() -> None:
    for name in ("run.txt", "test.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9-]+==\S+ \\\n(?:\s+--hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+", text, re.M)
        assert len(pins) == len(re.findall(r"^[a-z0-9-]+==", text, re.M)) > 10


def test_the_examples_hold_what_the_readme_promises() -> None:
    rows = [
        json.loads(line) for line in (ROOT / "examples" / "descriptions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert sum(row["id"].startswith("zh-") for row in rows) >= 4
    assert sum(row["id"].startswith("en-") for row in rows) >= 4


def test_unlisted_examples_are_not_flagged_and_the_draft_example_only_by_the_draft(desk) -> None:
    import datetime

    day = datetime.date(2026, 11, 23)
    rows = {
        r["id"]: r
        for line in (ROOT / "examples" / "descriptions.jsonl").read_text(encoding="utf-8").splitlines()
        for r in [json.loads(line)]
    }
    for name in ("zh-tea-shop", "en-hotel", "zh-pv-wafer"):
        assert desk.screen(rows[name]["text"], day, title=rows[name]["title"])["flagged"] == 0
    wafer = rows["zh-pv-wafer"]
    asked = desk.screen(wafer["text"], day, title=wafer["title"], draft="draft-2022-12-30")
    assert asked["candidates"][0]["item"] == "pv-wafer-x"
    assert asked["candidates"][0]["flag"]


@pytest.mark.parametrize("path", sorted((ROOT / "quality" / "training").glob("*.jsonl")), ids=lambda p: p.stem)
def test_our_own_cases_can_be_read_and_name_items_that_are_held(path, catalogue) -> None:
    rows = read_labelled(path)
    assert rows
    for row in rows:
        assert {item for label in row.labels for item in label} <= set(catalogue.pack.items)


def test_no_tracked_file_names_a_machine_path_or_a_download_address() -> None:
    forbidden = re.compile(r"(?<![\w.])/(?:work|farm|opt|root)/\w|--(?:extra-)?index-url|--find-links")
    for path in tracked():
        if path.suffix in (".npz", ".zip"):
            continue
        text = path.read_text(encoding="utf-8")
        if path == Path(__file__):
            continue
        found = forbidden.search(text)
        assert found is None, f"{path.relative_to(ROOT)}: {found.group() if found else ''}"

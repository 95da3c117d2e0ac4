"""What the README tells people to type works as it stands, and its figures are the program's."""

import re
import shlex
from pathlib import Path

from mulu.screening.model import read_model
from mulu.sources.rows import Row, read_rows

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_file_that_a_command_of_the_readme_reads_is_in_the_repository():
    commands = [shlex.split(line) for line in re.findall(r"^    \.venv/bin/mulu (.+)$", README, re.MULTILINE)]
    read = [given[place + 1] for given in commands for place, word in enumerate(given) if word in _READS]
    assert len(commands) > 10
    assert len(read) >= 3
    assert all((ROOT / path).is_file() for path in read)
    assert not any(given[0] == "import" for given in commands)  # its file is the reader's own, and said to be


_READS = ("--file", "--input", "--facts")


def test_the_example_table_has_a_chinese_header_and_no_bad_row():
    rows = list(read_rows(ROOT / "examples" / "rows.csv"))
    assert len(rows) == 3
    assert all(isinstance(row, Row) and row.title for row in rows)


def test_the_operating_point_is_the_same_wherever_the_readme_names_it():
    named = re.findall(r"(?:score ≥ |publishes \()([0-9.]+)", README)
    assert named == [f"{read_model().operating_point / 1000:.3f}"] * 2

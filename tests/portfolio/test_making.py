"""The maker of portfolios: the same bytes for a seed, the shares that it states, and every row is read back."""

import json
from collections import Counter

import pytest
from quality.portfolio import make

from mulu.portfolio.incoming import Incoming
from mulu.portfolio.records import Record


def written(folder, name, rows=700, seed=1):
    path = folder / name
    make.make(path, rows, seed, path.suffix[1:], folder / f"{name}.truth")
    return path


@pytest.mark.parametrize("form", sorted(make.FORMS))
def test_a_seed_makes_the_same_bytes_and_every_row_is_read_back(tmp_path, form):
    (tmp_path / "again").mkdir()
    path = written(tmp_path, f"one.{form}")
    assert path.read_bytes() == written(tmp_path / "again", f"one.{form}").read_bytes()
    incoming = Incoming(path)
    ones = list(incoming)
    assert len(ones) == 700 and all(isinstance(one, Record) for one in ones)
    assert [one.id for one in ones] == [row["id"] for row, _ in make.rows(700, 1)]
    assert incoming.tally["same_text"] == sum(of["of"] == "repeated" for _, of in make.rows(700, 1)) > 0


def test_the_first_rows_of_a_longer_portfolio_are_those_of_a_shorter_and_another_seed_makes_others():
    first = [row for row, _ in make.rows(50, 1)]
    assert first == [row for row, _ in make.rows(200, 1)][:50]
    assert not {row["text"] for row in first} & {row["text"] for row, _ in make.rows(50, 2)}


def test_the_shares_are_those_that_are_stated(tmp_path):
    truth = [
        json.loads(line)
        for line in (tmp_path / f"{written(tmp_path, 'x.jsonl', 6000).name}.truth").read_text().splitlines()
    ]
    shares = {name: 100 * count / 6000 for name, count in Counter(one["of"] for one in truth).items()}
    assert shares == pytest.approx({"listed": 11, "near": 14, "other": 74, "repeated": 1}, abs=2)
    rows = [row for row, _ in make.rows(6000, 1)]
    family = 100 * sum(bool(row["family"]) for row in rows) / 6000
    assert family == pytest.approx(11, abs=2)
    repeated = sum(one["of"] == "repeated" for one in truth)
    assert len({(row["title"], row["text"]) for row in rows}) == 6000 - repeated


def test_what_is_there_is_not_written_over(tmp_path):
    written(tmp_path, "one.csv", 5)
    with pytest.raises(FileExistsError):
        written(tmp_path, "one.csv", 5)

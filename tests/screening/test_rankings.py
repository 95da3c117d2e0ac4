"""This item above that one: pairs of neighbouring items that are taken for each other, in both languages.

The cases stand in tests/cases/rankings.yaml. They say nothing of scores, so that they hold under any weights.
"""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from mulu.screening.text import language_of

PATH = Path(__file__).parents[1] / "cases" / "rankings.yaml"
CASES = yaml.load(PATH.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
FIELDS = {"id", "day", "text", "above", "below", "why"}
SEEN = 10  # what a text describes is among the first; its neighbour may come anywhere after


def test_every_ranking_is_complete_and_stands_once():
    assert all(set(case) == FIELDS and all(case.values()) for case in CASES)
    assert not [name for name, count in Counter(case["id"] for case in CASES).items() if count > 1]
    assert not [pair for pair, count in Counter((case["text"], case["below"]) for case in CASES).items() if count > 1]
    assert all(case["above"] != case["below"] for case in CASES)


def test_rankings_are_asked_in_both_languages():
    assert all(case["id"].endswith(f"-{language_of(case['text']).value}") for case in CASES)
    assert min(Counter(case["id"].rsplit("-", 1)[1] for case in CASES).values()) >= 60


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_item_that_the_text_describes_stands_above_its_neighbour(catalogue, screener, case):
    edition = catalogue.in_force(case["day"])
    listed = {one.item.id for one in (*edition.present(), *edition.open())}
    assert {case["above"], case["below"]} <= listed, f"no item of {edition.id}"
    order = [(c.listing.item.id, c.score) for c in screener.screen(case["text"], edition, top=SEEN).candidates]
    earlier = next(item for item, _ in [*order, ("neither", 0)] if item in (case["above"], case["below"], "neither"))
    assert earlier == case["above"], f"{case['why']}; in this order: {', '.join(f'{i} {s}' for i, s in order[:5])}"

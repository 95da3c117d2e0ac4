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
# Rankings that the engine gets wrong, each with what is known of the cause. One that comes right fails the test, so that
# it is taken off the list.
WRONG = {
    "underwater-robot-over-uav-en": "autonomous, mission and obstacle-avoiding words are those of drones",
    "optical-glass-restricted-over-prohibited-zh": "both parts have the same name; only what the glass does not contain tells them apart",
}
SEEN = 10  # what a text describes is among the first; its neighbour may come anywhere after


def test_every_ranking_is_complete_and_stands_once():
    assert all(set(case) == FIELDS and all(case.values()) for case in CASES)
    assert not [name for name, count in Counter(case["id"] for case in CASES).items() if count > 1]
    assert not [pair for pair, count in Counter((case["text"], case["below"]) for case in CASES).items() if count > 1]
    assert all(case["above"] != case["below"] for case in CASES)


def test_rankings_are_asked_in_both_languages():
    assert all(case["id"].endswith(f"-{language_of(case['text']).value}") for case in CASES)
    assert min(Counter(case["id"].rsplit("-", 1)[1] for case in CASES).values()) >= 60


def test_no_more_than_one_ranking_in_a_hundred_is_known_to_be_wrong():
    assert WRONG.keys() <= {case["id"] for case in CASES}
    assert len(WRONG) <= len(CASES) / 100


def _marked(case):
    wrong = WRONG.get(case["id"])
    return pytest.param(case, id=case["id"], marks=pytest.mark.xfail(reason=wrong, strict=True) if wrong else ())


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_the_item_that_the_text_describes_stands_above_its_neighbour(catalogue, screener, case):
    edition = catalogue.in_force(case["day"])
    listed = {one.item.id for one in (*edition.present(), *edition.open())}
    assert {case["above"], case["below"]} <= listed, f"no item of {edition.id}"
    order = [(c.listing.item.id, c.score) for c in screener.screen(case["text"], edition, top=SEEN).candidates]
    earlier = next(item for item, _ in [*order, ("neither", 0)] if item in (case["above"], case["below"], "neither"))
    assert earlier == case["above"], f"{case['why']}; in this order: {', '.join(f'{i} {s}' for i, s in order[:5])}"

"""What was kept of texts that were read answers for control points that came later, exactly as a fresh reading does."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tests.portfolio.amendments import BASE, Text, amended, announcement, pieces, printed, some_texts, texts, whole_list

from mulu.catalogue.editions import Catalogue
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.portfolio.screened import Outcomes
from mulu.screening.added import LEAST_KEPT, Added, Kept, Met, can_be_kept, keep
from mulu.screening.engine import Once, Screener
from mulu.screening.features import densest, measure_words
from mulu.screening.gathering import by_passage, gather, parts_of, weighed_for_every_day
from mulu.screening.model import Product, least_logit
from mulu.screening.text import Description, describe
from mulu.sources.documents import Held
from mulu.sources.received import read_plain
from mulu.store.portfolios import Portfolio, PortfolioUnusable
from mulu.vocabulary import Presence

ANNOUNCEMENTS, LISTS = 6, 2
TEXTS = 110


@dataclass(frozen=True, slots=True)
class Read:
    """Texts read with the released Catalogue, and what was kept of them."""

    texts: tuple[Text, ...]
    described: tuple[Description, ...]
    once: tuple[Once, ...]
    kept: Kept


@pytest.fixture(scope="module")
def read(screener: Screener) -> Read:
    mine, described = [], []
    for one in some_texts(8, TEXTS):
        try:
            described.append(describe(one.text, one.title))
        except MuluError:
            continue
        mine.append(one)
    once = read_once(screener, described)
    kept = keep(screener, list(zip(described, once, strict=True)))
    return Read(tuple(mine), tuple(described), tuple(once), kept)


def read_once(screener: Screener, described: Sequence[Description]) -> list[Once]:
    return screener.read_once(described, [0] * len(described), [{}] * len(described))


@pytest.fixture(scope="module")
def later(read: Read, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Screener]]:
    """Engines over catalogues that announcements, a new list and a draft would make; `battery` speaks of what it amends."""
    folder = tmp_path_factory.mktemp("later")
    desk = Desk(catalogue, store=str(folder / "mulu.db"))
    given = [announcement(catalogue, seed, read.texts) for seed in range(ANNOUNCEMENTS)]
    given += [whole_list(catalogue, 40 + n, read.texts, draft=n == 1) for n in range(LISTS)]
    return [
        (edition, Screener(made, cache=folder))
        for made, edition in (amended(desk.archive, folder, text) for text in given)
    ]


@pytest.fixture(scope="module")
def afresh(read: Read, later: list[tuple[str, Screener]]) -> list[tuple[Screener, list[Once], Met]]:
    return [(engine, read_once(engine, read.described), Added(engine).meet(read.kept)) for _, engine in later]


def test_the_amendments_reach_what_is_tested(read: Read, afresh: list[tuple[Screener, list[Once], Met]]):
    """The tests below say nothing where no text is met, none is loud and none must be read again."""
    new = sum(int((~engine.index.item_released).sum()) for engine, _, _ in afresh)
    points = sum(
        int(engine.index.item_released[engine.index.slot_item[engine.index.added]].sum()) for engine, _, _ in afresh
    )
    assert new >= 10
    assert points >= 50
    again = [int(met.read_again.sum()) for _, _, met in afresh]
    assert sum(again[:ANNOUNCEMENTS]) > 20  # their own words stand in some texts
    assert max(again[:ANNOUNCEMENTS]) < len(read.texts) // 2  # and in most of them they do not
    exact = [met.logits[~met.read_again] for _, _, met in afresh]
    assert (
        sum(
            int((of >= least_logit(engine.model, LEAST_KEPT)).sum())
            for (engine, _, _), of in zip(afresh, exact, strict=True)
        )
        > 5
    )


def test_what_a_text_says_of_released_points_is_the_same_after_any_import(
    read: Read, screener: Screener, afresh: list[tuple[Screener, list[Once], Met]]
):
    released = screener.index.released_slots
    for engine, once, _ in afresh:
        assert [engine.index.slots[n].key for n in engine.index.released_slots] == [
            screener.index.slots[n].key for n in released
        ]
        for place, (before, after) in enumerate(zip(read.once, once, strict=True)):
            assert after.table[engine.index.released_slots].tolist() == before.table[released].tolist(), read.texts[
                place
            ]


def test_what_a_long_document_says_of_released_points_is_the_same_after_any_import(
    screener: Screener, later: list[tuple[str, Screener]]
):
    """A piece of it that only an added point brings to be weighed speaks for that point alone."""
    mended = 0
    for seed, (edition, engine) in enumerate(later[:4]):
        some = random.Random(seed).sample(texts(), 16)
        added = [engine.index.slots[number] for number in engine.index.added][:12]
        entries = [f"本条涉及{one.point.zh if one.point else one.item.name.zh}的整套做法。" for one in added]
        data = "\n\n".join([*(one.text for one in some), *entries]).encode()
        reading = read_plain(Held("a.txt", "a.txt", data))
        assert reading is not None and not parts_of(reading).as_one
        before, after = (weighed_for_every_day(one, reading.text, parts_of(reading))[1] for one in (screener, engine))
        released = engine.index.released_slots
        assert after[released].tolist() == before[screener.index.released_slots].tolist()
        logits = {int(slot): int(logit) for slot, logit in enumerate(after)}
        made = engine.catalogue.editions[edition]
        wanted = [c for c in Outcomes(engine, made).of(logits) if c.score >= LEAST_KEPT]
        found = [one.candidate for one in gather(engine, reading, made, top=200).candidates]
        assert [(c.item, c.score, c.flag) for c in wanted] == [
            (c.listing.item.id, c.score, c.flag) for c in found if c.score >= LEAST_KEPT
        ]
        near = [
            engine.near_by_words(describe(reading.text[one.start : one.end]), by_passage().near)
            for one in parts_of(reading).parts
            if one.piece
        ]
        mended += sum(bool(one.any()) and not bool(one[released].any()) for one in near)
    assert mended  # there were pieces that an added point alone brought


def test_words_that_an_import_adds_to_an_item_do_not_move_what_is_read_alone_for_it(
    screener: Screener, catalogue: Catalogue, tmp_path: Path
):
    """Of an item that leads a sentence may speak alone. Which one is asked of the words of the pack, whatever is added to it."""
    present = {i: one for i, one in catalogue.editions[BASE].listings.items() if one.presence is Presence.PRESENT}
    found: dict[str, tuple[Text, Once]] = {}
    for one in random.Random(5).sample(texts(), 600):
        described = describe(one.text, one.title) if len(pieces(one.text)) > 3 else None
        if described is None:
            continue
        (once,) = screener.read_once([described], [0], [{}])
        for number in once.looked_at:
            item = screener.index.item_ids[number]
            if item in present and not present[item].item.name_is_description:
                found.setdefault(item, (one, once))
    assert len(found) >= 8
    entries = [
        (
            present[item].item.control,
            present[item].name.zh,
            [f"{n}.{'、'.join(of)}" for n, of in enumerate(_apart(one), 1)],
        )
        for item, (one, _) in found.items()
    ]
    desk = Desk(catalogue, store=str(tmp_path / "mulu.db"))
    made, _ = amended(desk.archive, tmp_path, printed(entries, 60))
    engine = Screener(made, cache=tmp_path)
    moved = 0
    for one, before in found.values():
        described = describe(one.text, one.title)
        (after,) = engine.read_once([described], [0], [{}])
        assert after.looked_at == before.looked_at
        assert (
            after.table[engine.index.released_slots].tolist() == before.table[screener.index.released_slots].tolist()
        ), one
        measured = measure_words(described, engine.index)
        least = engine.model.alone.words
        moved += any(
            densest(described, measured, engine.index.item_ids[item], least, added=False)
            != densest(described, measured, engine.index.item_ids[item], least, added=True)
            for item in after.looked_at
        )
    assert moved >= 3


def _apart(one: Text) -> list[list[str]]:
    """The pieces of a text, sentence by sentence."""
    return [of for sentence in re.split("[。；]", one.text) if (of := pieces(sentence))]


def test_added_points_are_met_as_a_fresh_reading_meets_them(read: Read, afresh: list[tuple[Screener, list[Once], Met]]):
    for engine, once, met in afresh:
        assert met.slots.tolist() == engine.index.added.tolist()
        for place, one in enumerate(once):
            if not met.read_again[place]:
                assert met.logits[place].tolist() == one.table[met.slots].tolist(), read.texts[place]


def test_some_rows_of_what_is_kept_are_met_like_the_same_rows_of_all(
    read: Read, afresh: list[tuple[Screener, list[Once], Met]]
):
    rows = np.array([3, 4, 11, 40, len(read.texts) - 1])
    some = read.kept.some(rows)
    again = Kept.joined([read.kept.some(rows[:2]), read.kept.some(rows[2:])])
    for name, values in some.arrays().items():
        assert np.array_equal(values, again.arrays()[name]), name
    for engine, _, met in afresh[::3]:
        mine = Added(engine).meet(some)
        assert np.array_equal(mine.read_again, met.read_again[rows])
        assert np.array_equal(mine.logits, met.logits[rows])
    nothing = Added(afresh[0][0]).meet(read.kept.some(np.array([], dtype=np.int64)))
    assert nothing.logits.shape == (0, len(nothing.slots))


def test_what_is_kept_answers_for_every_edition_as_a_screening_does(
    read: Read, screener: Screener, later: list[tuple[str, Screener]]
):
    """Items, scores, flags, nearness to the line and the point that speaks loudest, on every edition and draft."""
    sides = [(screener, edition) for edition in screener.catalogue.editions.values()]
    sides += [(engine, engine.catalogue.editions[edition]) for edition, engine in (later[0], later[-2], later[-1])]
    flagged = 0
    for engine, edition in sides:
        outcomes = Outcomes(engine, edition)
        mine = [place for place in range(len(read.texts)) if place % 3 == len(edition.id) % 3]
        weighed = engine.screen_all([(read.described[place], edition) for place in mine], top=200)
        once = engine.read_once([read.described[place] for place in mine], [0] * len(mine), [{}] * len(mine))
        least = least_logit(engine.model, LEAST_KEPT)
        for place, screening, one in zip(mine, weighed, once, strict=True):
            loud = {int(slot): int(one.table[slot]) for slot in np.nonzero(one.table >= least)[0]}
            best = {
                listing.item.id: engine.index.slots[p[0][0]].key for listing, _, p in engine.scores(one.table, edition)
            }
            wanted = [
                (c.listing.item.id, c.score, c.flag, c.near_boundary, best[c.listing.item.id])
                for c in screening.candidates
                if c.score >= LEAST_KEPT
            ]
            found = outcomes.of(loud)
            told = [(f.item, f.score, f.flag, f.near_boundary, f.point) for f in found]
            assert told == wanted, read.texts[place]
            flagged += sum(f.flag for f in found)
    assert flagged > 30


def test_weights_that_ask_for_what_is_not_kept_are_known(screener: Screener):
    assert can_be_kept(screener)
    own = screener.model
    asked = [
        msgspec.structs.replace(own, weights={**own.weights, "standing_out": 1}),
        msgspec.structs.replace(own, products=(*own.products, Product(("item_words", "object"), 5))),
        msgspec.structs.replace(
            own, first=msgspec.structs.replace(own.first, weights={**own.first.weights, "item_words": -3})
        ),
    ]
    for model in asked:
        other = object.__new__(Screener)
        other.model = model
        assert not can_be_kept(other)
    zero = object.__new__(Screener)
    zero.model = msgspec.structs.replace(own, weights={**own.weights, "standing_out": 0})
    assert can_be_kept(zero)


def test_a_portfolio_of_an_earlier_form_says_what_to_do(tmp_path: Path):
    with Portfolio(tmp_path, "old", create=True) as one:
        one.say("form", "1")
    with pytest.raises(PortfolioUnusable) as refused:
        Portfolio(tmp_path, "old")
    assert "screen the same table again" in refused.value.said.en
    assert "重新筛查原表" in refused.value.said.zh

"""What must hold of any editions and of any official texts, tried on many that Hypothesis makes up."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import json
import random
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.official import documents

from mulu.catalogue.editions import Catalogue, Edition, NoEditionHeld
from mulu.catalogue.held import Attestation, HeldText
from mulu.catalogue.history import difference, words
from mulu.catalogue.official import read_official
from mulu.catalogue.pack import DATA, Pack, digest
from mulu.catalogue.pack import read as read_pack
from mulu.catalogue.redline import Redline
from mulu.catalogue.wording import At, Clause, Entry, OfficialText
from mulu.sources.documents import read_document
from mulu.vocabulary import Certainty, Control, Presence

TRIED = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SOME = documents.catalogue(7)[::5]  # 27 invented entries of both parts
BEFORE, AFTER = "2008-12", "2023-57"
Held = dict[str, tuple[str | None, str, list[tuple[str, str]]]]  # item: code, name, points by number and wording


# A difference, applied to the earlier edition, gives the later one


def test_applying_the_difference_of_any_two_editions_gives_the_other(catalogue: Catalogue) -> None:
    for before, after in itertools.permutations(catalogue.editions.values(), 2):
        assert _replayed(_present(before), difference(catalogue, before, after)) == _present(after), (
            before.id,
            after.id,
        )


def test_no_edition_differs_from_itself(catalogue: Catalogue) -> None:
    for edition in catalogue.editions.values():
        changes = difference(catalogue, edition, edition)["changes"]
        assert {change["class"] for change in changes} == {"unchanged"}
        assert len(changes) == len(_present(edition))


def _present(edition: Edition) -> dict[str, tuple[str, str | None]]:
    return {
        item: (one.presence.value, one.code)
        for item, one in edition.listings.items()
        if one.presence is not Presence.ABSENT
    }


def _replayed(before: Mapping[str, tuple[str, str | None]], made: Mapping[str, Any]) -> dict[str, Any]:
    now = dict(before)
    for change in made["changes"]:
        now.pop(change["item"], None)
        if change["to_item"] is not None:
            now[change["to_item"]] = (Presence.PRESENT.value, change["code_after"])
        elif change["presence_after"] not in (Presence.ABSENT.value, "not held"):
            now[change["item"]] = (change["presence_after"], change["code_after"])
    return now


DOES = ("keep", "keep", "strike", "move", "rename", "recode", "rewrite", "point", "unpoint")
PUT_IN = ("，精度优于 0.05 mm", "不", "（民用除外）", "≥ 12 kV", "、")
PLAN = st.lists(
    st.tuples(st.sampled_from(DOES), st.integers(0, 99), st.integers(0, 4)), min_size=len(SOME), max_size=len(SOME)
)


def _amended(plan: Iterable[tuple[str, int, int]], new: int) -> dict[str, Entry]:
    """The entries of another edition by their items: some struck out, moved, renamed, recoded or rewritten, some new."""
    made: dict[str, Entry] = {}
    for (item, entry), (does, where, what) in zip(_items(SOME).items(), plan, strict=True):
        if does == "strike":
            continue
        if does == "move":
            other = Control.RESTRICTED if entry.control is Control.PROHIBITED else Control.PROHIBITED
            made[item + "-moved"] = replace(entry, control=other, code="32" + (entry.code or "")[2:-1] + other.letter)
            continue
        made[item] = _rewritten(entry, does, where, what)
    for entry in documents.catalogue(8)[:new]:
        made[f"new-{entry.code}"] = entry
    return made


def _rewritten(entry: Entry, does: str, where: int, what: int) -> Entry:
    points = entry.points
    place = where % len(points)
    if does == "rename":
        return replace(entry, name="新型" + entry.name)
    if does == "recode":
        return replace(entry, code="31" + (entry.code or "")[2:])
    if does == "rewrite":
        point = points[place]
        cut = where % (len(point.text) + 1)
        point = replace(point, text=point.text[:cut] + PUT_IN[what] + point.text[cut + what :])
        return replace(entry, points=(*points[:place], point, *points[place + 1 :]))
    if does == "point":
        new = Clause(number="0", text="谐波抑制比大于 63 dB 的滤波方法", at=At(page=0, number=0))
        return replace(entry, points=_counted((*points[:place], new, *points[place:])))
    if does == "unpoint" and len(points) > 1:
        return replace(entry, points=_counted((*points[:place], *points[place + 1 :])))
    return entry


def _counted(points: Iterable[Clause]) -> tuple[Clause, ...]:
    return tuple(replace(point, number=str(place), numbered=True) for place, point in enumerate(points, 1))


def _items(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {f"invented-{entry.code}".lower(): entry for entry in entries}


def _official(instrument: str, entries: Mapping[str, Entry]) -> HeldText:
    """An attested official list that says exactly these entries."""
    at = datetime.datetime(2031, 3, 18, tzinfo=datetime.UTC)
    return HeldText(
        document=instrument,
        name=f"{instrument}.txt",
        kept=at,
        attestation=Attestation(instrument=instrument, at=at, by="A. Reader"),
        text=OfficialText(kind="list", document=instrument, pages=1, entries=tuple(entries.values())),
        matches=dict(enumerate(entries)),
        applied=at,
    )


@TRIED
@given(plan=PLAN, new=st.integers(0, 3))
def test_applying_the_difference_of_two_official_texts_gives_every_word_of_the_later(
    pack: Pack, plan: list[tuple[str, int, int]], new: int
) -> None:
    texts = (_official("order-2008-12", _items(SOME)), _official("announcement-2023-57", _amended(plan, new)))
    catalogue = Catalogue(pack, texts)
    before, after = catalogue.editions[BEFORE], catalogue.editions[AFTER]
    for one, other in ((before, after), (after, before)):
        assert one.complete and other.complete
        now = _spoken(one)
        for change in difference(catalogue, one, other)["changes"]:
            _apply(now, change)
        assert now == _spoken(other)


def test_an_import_that_contradicts_the_pack_leaves_conflicts_and_every_edition(pack: Pack) -> None:
    whole = _items(documents.catalogue(9))
    counts = Catalogue(pack, [_official(f"announcement-{AFTER}", whole)])
    said = {conflict.said.id for conflict in counts.editions["2025-28"].conflicts}
    assert "more_than_announced" in said
    assert set(counts.editions) == set(Catalogue(pack).editions)

    item, entry = next(iter(whole.items()))
    twice = {**whole, "another-j": replace(entry, name="另一技术")}
    codes = Catalogue(pack, [_official(f"announcement-{AFTER}", twice)])
    conflicts = [c.said.en for c in codes.editions[AFTER].conflicts if c.said.id == "one_code_two_items"]
    assert len(conflicts) == 1 and entry.code is not None and entry.code in conflicts[0] and item in conflicts[0]


def _spoken(edition: Edition) -> Held:
    return {
        item: (one.code, one.name.zh, sorted((point.number, words(point).zh) for point in one.points))
        for item, one in edition.listings.items()
        if one.presence is Presence.PRESENT
    }


def _apply(held: Held, change: Mapping[str, Any]) -> None:
    item = change["item"]
    assert change["class"] != "not known"
    _, name, points = held.pop(item, (None, change["name"]["zh"], []))
    if change["class"] == "deleted":
        assert sorted((p["number_before"], p["before"]["zh"]) for p in change["points"]) == points
        return
    if change["renamed"] is not None:
        assert change["renamed"]["before"]["zh"] == name
        name = Redline.from_json(change["renamed"]["zh"]).apply(name)
    numbers = dict(points)
    gone = [p["number_before"] for p in change["points"] if p["number_before"] is not None]
    kept = {number: text for number, text in numbers.items() if number not in gone}
    for point in change["points"]:
        if point["after"] is None:
            assert point["before"]["zh"] == numbers[point["number_before"]]
            continue
        text = point["after"]["zh"]
        if point["before"] is not None:
            assert point["before"]["zh"] == numbers[point["number_before"]]
            if point["redline"] is not None:
                assert Redline.from_json(point["redline"]).apply(numbers[point["number_before"]]) == text
        assert point["number"] not in kept
        kept[point["number"]] = text
    held[change["to_item"] or item] = (change["code_after"], name, sorted(kept.items()))


# What the files say does not depend on the order in which they say it


@pytest.mark.parametrize("seed", (1, 2))
def test_editions_do_not_depend_on_the_order_of_lines(catalogue: Catalogue, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(DATA, folder)
    rng = random.Random(seed)
    for path in sorted(folder.rglob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        head = 1 if path.parent.name in ("instruments", "sightings", "glossary") else 0  # a header names what follows
        rest = lines[head:]
        rng.shuffle(rest)
        path.write_text("".join(lines[:head] + rest), encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = {name: digest(folder / name) for name in manifest["files"]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    shuffled = Catalogue(read_pack(folder))
    assert list(shuffled.editions) == list(catalogue.editions)
    for name, edition in catalogue.editions.items():
        other = shuffled.editions[name]
        assert dict(other.listings) == dict(edition.listings), name
        assert other.tally(Control.PROHIBITED) == edition.tally(Control.PROHIBITED)
        assert other.tally(Control.RESTRICTED) == edition.tally(Control.RESTRICTED)
        assert sorted(c.said.zh for c in other.conflicts) == sorted(c.said.zh for c in edition.conflicts)


# The edition of a day


@settings(max_examples=300, deadline=None, derandomize=True)
@given(day=st.dates(datetime.date(1990, 1, 1), datetime.date(2040, 12, 31)))
def test_the_edition_of_a_day_is_the_latest_in_force_and_never_a_draft(
    catalogue: Catalogue, day: datetime.date
) -> None:
    _governs(catalogue, day)


def test_an_edition_governs_from_its_first_day_and_not_the_day_before(catalogue: Catalogue) -> None:
    for edition in catalogue.governing():
        assert edition.effective is not None
        for days in (-1, 0, 1):
            _governs(catalogue, edition.effective + datetime.timedelta(days))
        assert catalogue.in_force(edition.effective) is edition


def _governs(catalogue: Catalogue, day: datetime.date) -> None:
    past = [
        (edition.effective, edition.id)
        for edition in catalogue.editions.values()
        if edition.instrument.effective is not None and edition.effective is not None and edition.effective <= day
    ]
    if not past:
        with pytest.raises(NoEditionHeld):
            catalogue.in_force(day)
        return
    edition = catalogue.in_force(day)
    assert (edition.effective, edition.id) == max(past)
    assert not edition.draft


# Certainty comes from sources alone


@TRIED
@given(data=st.data())
def test_without_what_sources_say_of_an_item_nothing_of_it_stands_as_published(pack: Pack, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(sorted(pack.items)))
    bare = dataclasses.replace(
        pack,
        readings={edition: {i: r for i, r in held.items() if i != item} for edition, held in pack.readings.items()},
        acts={instrument: {i: a for i, a in held.items() if i != item} for instrument, held in pack.acts.items()},
    )
    for edition in Catalogue(bare).editions.values():
        listing = edition.listings.get(item)
        if listing is not None:
            assert listing.certainty is Certainty.UNCONFIRMED or listing.presence is Presence.OPEN, edition.id
            assert listing.code is None or listing.code_certainty is Certainty.UNCONFIRMED
            assert listing.change is None


# What is written as a list is read back as it was


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(100, 10_000), take=st.integers(1, 40), encoding=st.sampled_from(("utf-8", "gb18030")))
def test_entries_written_as_a_list_are_read_back_unchanged(tmp_path: Path, seed: int, take: int, encoding: str) -> None:
    rng = random.Random(seed)
    whole = documents.catalogue(seed)
    entries = tuple(entry for entry in whole if rng.random() < take / 40) or whole[:1]
    path = tmp_path / "list.txt"
    hand = documents.Hand()
    documents._write_txt(path, [*documents.front(hand), *documents.list_paragraphs(entries, hand)], encoding)
    text = read_official(read_document(path))
    assert text.not_read == ()
    assert [_plain(entry) for entry in text.entries] == [_plain(entry) for entry in entries]


def _plain(entry: Entry) -> tuple[Any, ...]:
    def part(clause: Clause) -> tuple[Any, ...]:
        return (clause.number, documents.folded(clause.text), clause.numbered, tuple(part(one) for one in clause.parts))

    return (
        entry.control,
        entry.code,
        documents.folded(entry.name),
        None if entry.industry is None else documents.folded(entry.industry),
        tuple(part(point) for point in entry.points),
    )

"""What a change does to a portfolio is what a full screening under both sides says, record by record."""

from __future__ import annotations

import datetime
import itertools
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from tests.portfolio.amendments import BASE, amended, announcement, some_texts, spoken_of, texts, whole_list

from mulu.catalogue.editions import Catalogue, Edition
from mulu.catalogue.history import difference
from mulu.desk import Desk
from mulu.portfolio.impact import NEAREST, Change, Side, effects
from mulu.portfolio.records import Record
from mulu.portfolio.screened import Found, Outcomes, read_records
from mulu.portfolio.workers import mark
from mulu.portfolios import PortfolioRefused, Portfolios
from mulu.screening.added import LEAST_KEPT
from mulu.screening.engine import TOLERANCE, Screener
from mulu.screening.gathering import gather, parts_of, weighed_for_every_day
from mulu.screening.text import describe
from mulu.sources.described import Reading
from mulu.sources.documents import Held
from mulu.sources.received import read_plain
from mulu.store.portfolios import Portfolio

AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
RECORDS, DOCUMENTS, PART = 330, 20, 97
NAME = "mine"


def announced(catalogue: Catalogue) -> list[str]:
    """Announcements of which some records speak; the first strikes out a point, the second moves an item to the other list."""
    return [
        announcement(catalogue, 3, struck="battery-cathode-x"),
        announcement(catalogue, 7, moved="tcm-decoction-pieces-j"),
    ]


def records(catalogue: Catalogue) -> list[Record]:
    """Varied records: texts, with days or without, and documents."""
    rng = random.Random(11)
    days = [None, datetime.date(2019, 3, 1), datetime.date(2024, 2, 2), datetime.date(2026, 1, 1)]
    made = [
        Record(id=f"R{n:04}", text=one.text, title=one.title, day=rng.choice(days), place=f"line {n}", owner="甲")
        for n, one in enumerate(some_texts(21, RECORDS))
    ]
    made += [
        Record(id=f"D{n:04}", text=one.text, place=f"{n}.txt", document=f"{n}.txt", parts=parts_of(one))
        for n, one in enumerate(documents(rng))
    ]
    for n, one in enumerate(one for text in announced(catalogue) for one in spoken_of(text)):
        made.append(Record(id=f"N{n:04}", text=one.text, day=rng.choice(days), place=f"new {n}"))
    rng.shuffle(made)
    return made


def documents(rng: random.Random) -> Iterator[Reading]:
    """Files of several texts, short ones that are read as one and long ones that are read by passage."""
    for n in range(DOCUMENTS):
        some = rng.sample(texts(), 3 if n % 2 else 14)
        data = "\n\n".join(one.text for one in some).encode()
        made = read_plain(Held(f"{n}.txt", f"{n}.txt", data))
        assert made is not None
        yield made


@dataclass(frozen=True, slots=True)
class Mine:
    """A store whose portfolio holds the records that could be read."""

    desk: Desk
    folder: Path
    records: tuple[Record, ...]

    @property
    def portfolios(self) -> Portfolios:
        return self.desk.portfolios


@pytest.fixture(scope="module")
def mine(catalogue: Catalogue, screener: Screener, tmp_path_factory: pytest.TempPathFactory) -> Mine:
    folder = tmp_path_factory.mktemp("mine")
    desk = Desk(catalogue, store=str(folder / "mulu.db"))
    desk.__dict__["_engine"] = screener
    held = []
    with Portfolio(desk.portfolios.folder, NAME, create=True) as portfolio:
        run, _ = portfolio.begin({"on": "2026-11-28"}, AT.isoformat(), None)
        every = records(catalogue)
        for number, begin in enumerate(range(0, len(every), PART)):
            some = every[begin : begin + PART]
            editions = [catalogue.in_force(one.day or AT.date()).id for one in some]
            portion = read_records(screener, some, editions)
            read = [some[place] for place in portion.read]
            held += read
            portfolio.add(
                run,
                number,
                mark(catalogue),
                [(editions[place], "") for place in portion.read],
                list(zip(read, portion.languages, portion.found, strict=True)),
                portion.kept,
                [],
                [],
                [],
            )
        portfolio.finish(run, {}, AT.isoformat())
    return Mine(desk, folder, tuple(held))


class Afresh:
    """Records read anew with an engine, as `mulu screen` reads them: nothing that was kept is used."""

    def __init__(self, engine: Screener, some: Sequence[Record]) -> None:
        self.engine, self.tables = engine, {}
        edition = engine.catalogue.editions[BASE]
        for one in some:
            if one.parts is not None:
                self.tables[one.id] = weighed_for_every_day(engine, one.text, one.parts)[1]
                continue
            (weighed,) = engine.ranked([describe(one.text, one.title)], edition, top=1, less=[0], more={})
            self.tables[one.id] = weighed.table

    def found(self, record: str, edition: Edition) -> list[Found]:
        scored = self.engine.scores(self.tables[record], edition)
        line = self.engine.line(scored[0][1] if scored else 0)
        return [
            Found(
                listing.item.id,
                score,
                score >= line,
                abs(score - line) <= TOLERANCE,
                self.engine.index.slots[points[0][0]].key,
            )
            for listing, score, points in scored
            if score >= LEAST_KEPT
        ]


def compare(mine: Mine, before: tuple[Afresh, Catalogue, str], after: tuple[Afresh, Catalogue, str]) -> dict[str, int]:
    """Hold an impact against full screenings under both sides; returns how many effects there were of each kind."""
    (old, old_catalogue, from_), (new, new_catalogue, to) = before, after
    sides = (old_catalogue, old_catalogue.editions[from_]), (new_catalogue, new_catalogue.editions[to])
    answer = mine.portfolios.impact(NAME, *sides, AT, None)
    changes = {c["item"]: c for c in difference(new_catalogue, sides[0][1], sides[1][1])["changes"]}
    standing = Change(Side(old.engine, sides[0][1]), Side(new.engine, sides[1][1])).standing
    wanted = {}
    for one in mine.records:
        was, now = old.found(one.id, sides[0][1]), new.found(one.id, sides[1][1])
        made = effects(was, now, changes, standing)
        told = [
            (
                e.item,
                e.kind,
                e.to_item,
                *((None,) * 2 if f is None else (f.score / 1000, f.flag) for f in (e.before, e.after)),
            )
            for e in made
        ]
        # What is told names every flag that came or went, whatever kind it is given.
        flags = [{f.item for f in found if f.flag} for found in (was, now)]
        named = {e.item for e in made} | {e.to_item for e in made}
        assert flags[0] ^ flags[1] <= named
        if told:
            wanted[one.id] = told
    got = {
        r["record"]: [
            (
                e["item"],
                e["kind"],
                e["to_item"],
                *((None,) * 2 if e[s] is None else (e[s]["score"], e[s]["flag"]) for s in ("before", "after")),
            )
            for e in r["effects"]
        ]
        for r in answer["results"]
    }
    assert got == wanted
    new_items = {new.engine.index.item_ids[item] for item in new.engine.index.new_items} & changes.keys()
    stands = {new.engine.index.slots[slot].item.id for slot in new.engine.slots(sides[1][1])}
    assert {one["item"] for one in answer["nearest"]} == {
        i for i in new_items & stands if changes[i]["class"] != "unchanged"
    }
    for one in answer["nearest"]:
        quiet = {
            record.id: found.score / 1000
            for record in mine.records
            for found in new.found(record.id, sides[1][1])
            if found.item == one["item"] and not found.flag
        }
        told = {record["record"]: record["score"] for record in one["records"]}
        assert list(told.values()) == sorted(quiet.values(), reverse=True)[:NEAREST]
        assert told.items() <= quiet.items()
    assert answer["records"] == len(mine.records)
    return answer["affected"]


@pytest.fixture(scope="module")
def afresh(mine: Mine, screener: Screener) -> Afresh:
    return Afresh(screener, mine.records)


def test_from_one_edition_to_any_other(mine: Mine, afresh: Afresh, catalogue: Catalogue):
    seen: dict[str, int] = {}
    names = list(catalogue.editions)
    pairs = [
        *itertools.pairwise(names),
        ("2025-28", "2008-12"),
        ("2023-57", "2025-28"),
        ("2020-38", "2023-57"),
    ]
    for from_, to in pairs:
        for kind, count in compare(mine, (afresh, catalogue, from_), (afresh, catalogue, to)).items():
            seen[kind] = seen.get(kind, 0) + count
    assert min(seen[kind] for kind in ("caught", "released", "substance")) > 20


def test_an_amendment_a_draft_and_a_whole_list(mine: Mine, afresh: Afresh, catalogue: Catalogue, tmp_path: Path):
    met = some_texts(21, RECORDS)
    given = [
        *announced(catalogue),
        whole_list(catalogue, 44, met, draft=True),
    ]
    seen: dict[str, int] = {}
    for text in given:
        made, edition = amended(mine.desk.archive, tmp_path, text)
        later = Afresh(Screener(made, cache=tmp_path), mine.records)
        told = compare(mine, (afresh, catalogue, BASE), (later, made, edition))
        for kind, count in told.items():
            seen[kind] = seen.get(kind, 0) + count
    assert min(seen[kind] for kind in ("caught", "released", "moved", "substance")) >= 1


def test_a_document_is_weighed_as_a_screening_of_the_file_weighs_it(screener: Screener, catalogue: Catalogue):
    flagged = 0
    for number, reading in enumerate(documents(random.Random(5))):
        edition = list(catalogue.editions.values())[number % len(catalogue.editions)]
        _, table = weighed_for_every_day(screener, reading.text, parts_of(reading))
        logits = {int(slot): int(logit) for slot, logit in enumerate(table)}
        found = Outcomes(screener, edition).of(logits)
        gathered = gather(screener, reading, edition, top=200)
        wanted = [
            (c.listing.item.id, c.score, c.flag, c.near_boundary)
            for c in (one.candidate for one in gathered.candidates)
            if c.score >= LEAST_KEPT
        ]
        assert sorted((f.item, f.score, f.flag, f.near_boundary) for f in found) == sorted(wanted)
        flagged += sum(f.flag for f in found)
    assert flagged > 20


def test_an_amendment_is_met_beside_a_whole_list_that_was_imported_before(
    mine: Mine, catalogue: Catalogue, tmp_path: Path
):
    """What stands only in the list counts on both sides and is not asked again: only what the amendment changed is."""
    store = str(tmp_path / "mulu.db")
    path = tmp_path / "list.txt"
    path.write_text(whole_list(catalogue, 44, some_texts(21, RECORDS)[:60], draft=True), encoding="utf-8")
    archive = Desk(catalogue, store=store).archive
    document = archive.read(path, AT)["document"]
    archive.attest(document, AT, "甲", "商务部", AT.date())
    archive.apply(document, AT)
    desk = Desk(store=store)
    held = desk.catalogue
    made, edition = amended(desk.archive, tmp_path, announced(catalogue)[0])
    before, after = (Afresh(Screener(one, cache=tmp_path), mine.records) for one in (held, made))
    assert len(before.engine.index.added) > 100
    told = compare(mine, (before, held, BASE), (after, made, edition))
    assert told["caught"]
    answer = mine.portfolios.impact(NAME, (held, held.editions[BASE]), (made, made.editions[edition]), AT, None)
    assert answer["touched"] < len(mine.records) // 4


def test_a_second_announcement_changes_words_and_numbers_of_what_the_first_gave(
    mine: Mine, catalogue: Catalogue, tmp_path: Path
):
    listing = catalogue.editions[BASE].listings["battery-cathode-x"]
    named = f"{listing.name.zh}（编号：{listing.code}）"
    spoken = next(r.text for r in mine.records if r.document is None and 20 < len(r.text) < 60 and "“" not in r.text)
    points = f"“4.{spoken.rstrip('。')}”“5.磷酸铁锂正极材料的包覆方法，厚度≥7mm”"
    archive = Desk(catalogue, store=str(tmp_path / "mulu.db")).archive
    path = tmp_path / "first.txt"
    path.write_text(one_clause(2027, f"在{named}控制要点中增加：{points}。"), encoding="utf-8")
    document = archive.read(path, AT)["document"]
    archive.attest(document, AT, "甲", "商务部", AT.date())
    archive.apply(document, AT)
    desk = Desk(store=str(tmp_path / "mulu.db"))
    held = desk.catalogue
    before = Afresh(Screener(held, cache=tmp_path), mine.records)
    for clause in (
        f"将{named}控制要点5中的“磷酸铁锂”修改为“{spoken.rstrip('。')}的磷酸铁锂”。",
        f"删去{named}控制要点4，原控制要点5改为控制要点4。",
    ):
        made, edition = amended(desk.archive, tmp_path, one_clause(2028, clause))
        after = Afresh(Screener(made, cache=tmp_path), mine.records)
        told = compare(mine, (before, held, "2027-1"), (after, made, edition))
        assert sum(told.values())


def one_clause(year: int, clause: str) -> str:
    return (
        f"商务部 科技部公告{year}年第1号\n关于调整《中国禁止出口限制出口技术目录》的公告\n\n"
        f"现对《中国禁止出口限制出口技术目录》部分条目予以调整，自{year}年4月1日起施行。\n\n商务部 科技部\n{year}年3月1日\n\n"
        f"附件\n《中国禁止出口限制出口技术目录》调整内容\n\n二、限制出口部分\n1.{clause}\n"
    )


def test_days_and_judgements_of_the_records_are_told(mine: Mine, catalogue: Catalogue):
    sides = (catalogue, catalogue.editions["2023-57"]), (catalogue, catalogue.editions[BASE])
    answer = mine.portfolios.impact(NAME, *sides, AT, "甲")
    assert answer["digest"] == mine.portfolios.impact(NAME, *sides, AT, "乙")["digest"]
    by_id = {one.id: one for one in mine.records}
    effective = catalogue.editions[BASE].effective
    for told in answer["results"]:
        day = by_id[told["record"]].day
        assert told["before_effect"] == (day is not None and day < effective)
    assert {told["before_effect"] for told in answer["results"]} == {True, False}
    first = answer["results"][0]
    item = first["effects"][0]["item"]
    mine.portfolios.judge(NAME, first["record"], item, "does-not", "另一用途", "甲", AT)
    again = mine.portfolios.impact(NAME, *sides, AT, None)
    (told,) = [r for r in again["results"] if r["record"] == first["record"]]
    assert told["effects"][0]["judgement"]["judgement"] == "does-not"
    assert sum(e["judgement"] is not None for r in again["results"] for e in r["effects"]) == 1
    assert [one["by"] for one in mine.portfolios.impacts(NAME)][-3:] == ["甲", "乙", None]


def test_a_change_that_touches_nothing_is_recorded_too(mine: Mine, catalogue: Catalogue):
    side = catalogue, catalogue.editions[BASE]
    count = len(mine.portfolios.impacts(NAME))
    answer = mine.portfolios.impact(NAME, side, side, AT, None)
    assert (answer["touched"], answer["results"]) == (0, [])
    assert len(mine.portfolios.impacts(NAME)) == count + 1


def test_weights_that_ask_for_what_is_not_kept_are_refused(mine: Mine, catalogue: Catalogue):
    own = mine.desk._engine.model
    mine.desk._engine.model = msgspec.structs.replace(own, weights={**own.weights, "item_words": 5})
    try:
        side = catalogue, catalogue.editions[BASE]
        with pytest.raises(PortfolioRefused) as refused:
            mine.portfolios.impact(NAME, side, (catalogue, catalogue.editions["2023-57"]), AT, None)
        assert refused.value.said.id == "portfolio_weights"
    finally:
        mine.desk._engine.model = own


def test_a_portfolio_that_another_engine_read_is_refused(mine: Mine, catalogue: Catalogue):
    file = mine.portfolios.folder / NAME / "portfolio.sqlite"
    with sqlite3.connect(file) as table:
        (part, engine), *_ = table.execute("SELECT kept, engine FROM parts").fetchall()
        table.execute("UPDATE parts SET engine = 'another-1' WHERE kept = ?", (part,))
    try:
        side = catalogue, catalogue.editions[BASE]
        with pytest.raises(PortfolioRefused) as refused:
            mine.portfolios.impact(NAME, side, (catalogue, catalogue.editions["2023-57"]), AT, None)
        assert refused.value.said.id == "portfolio_other_engine"
        assert "another-1" in refused.value.said.en
    finally:
        with sqlite3.connect(file) as table:
            table.execute("UPDATE parts SET engine = ? WHERE kept = ?", (engine, part))

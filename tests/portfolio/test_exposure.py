"""What is counted of a portfolio is what is held of it, whatever the filters; the map shows every record that has a place."""

import datetime
import itertools
import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.portfolio.conftest import AT, NAME, ON, fill

from mulu.catalogue.editions import Unknown
from mulu.portfolio import plane
from mulu.portfolio.countries import code_names
from mulu.portfolio.exposure import Filters, WrongFilter, every, grain_of, heat, industry_heat
from mulu.portfolio.records import Record
from mulu.screening.added import keep_logits
from mulu.store.placed import Placed
from mulu.store.portfolios import Portfolio


def by_hand(catalogue, rows, filters):
    """Records and exposures within some filters, counted the slow way."""
    kept = []
    for row in rows:
        one, edition = row.record, catalogue.editions[row.edition]
        if filters.country is not None and (one.country or "-") != filters.country:
            continue
        if filters.kind is not None and one.kind != filters.kind:
            continue
        if filters.owner is not None and (one.owner or "-") != filters.owner:
            continue
        if filters.since is not None and (one.day is None or one.day < filters.since):
            continue
        flagged = [
            c
            for c in row.candidates
            if c.flag
            and filters.control in (None, catalogue.pack.items[c.item].control.value)
            and filters.certainty in (None, edition.listings[c.item].certainty.value)
            and filters.item in (None, c.item)
            and filters.industry in (None, catalogue.pack.items[c.item].division or "-")
            and c.score >= (filters.score_from or 0)
        ]
        if flagged or not filters.of_exposures:
            kept.append((row, flagged))
    return kept


@given(
    st.builds(
        Filters,
        country=st.sampled_from([None, None, "DE", "JP", "-"]),
        kind=st.sampled_from([None, None, "patent"]),
        owner=st.sampled_from([None, None, "-", "甲1公司"]),
        since=st.sampled_from([None, datetime.date(2025, 1, 1)]),
        control=st.sampled_from([None, "prohibited", "restricted"]),
        certainty=st.sampled_from([None, "published", "unconfirmed"]),
        score_from=st.sampled_from([None, 700]),
        industry=st.sampled_from([None, None, "39", "-"]),
    )
)
@settings(max_examples=25)
def test_what_is_counted_is_what_is_held(portfolios, catalogue, rows, filters):
    kept = by_hand(catalogue, rows, filters)
    found = portfolios.overview(NAME, ON, filters)
    flagged = [row for row, of in kept if of]
    exposures = [(row, c) for row, of in kept for c in of]
    assert found["records"] == len(kept)
    assert found["flagged"] == len(flagged)
    assert found["exposures"] == len(exposures) == sum(found["states"].values())
    assert {one["item"]: one["records"] for one in found["items"]} == Counter(c.item for _, c in exposures)
    countries = Counter(row.record.country or "-" for row, _ in kept)
    assert {one["country"]: one["records"] for one in found["countries"]} == countries
    assert sum(found["control"].values()) == len(kept)
    assert sum(one["exposures"] for one in found["certainty"]["both"]) == len(exposures)
    dated = [row for row, _ in kept if row.record.day is not None]
    assert sum(one["records"] for one in found["time"]["times"]) == len(dated) == len(kept) - found["time"]["undated"]
    for by in ("country", "owner"):
        grid = found["heat"][by]
        assert {one["item"]: sum(one["counts"]) for one in grid["rows"]} == {
            i["item"]: i["records"] for i in found["items"]
        }
        assert [sum(of) for of in zip(*(one["counts"] for one in grid["rows"]), strict=True)] == [
            one["total"] for one in grid["columns"]
        ]
        assert all(sum(one["counts"]) == one["total"] for one in grid["rows"])

    def records(of):
        return Counter(key for row, exposed in kept for key in {of(row, c) for c in exposed})

    def division(c):
        return catalogue.pack.items[c.item].division or "-"

    opened = records(lambda row, c: catalogue.editions[row.edition].listings[c.item].certainty.value)
    assert found["records_of"]["certainty"] == opened and found["records_of"]["state"] == (
        {"open": len(flagged)} if flagged else {}
    )
    table = found["heat"]["industry"]
    cells = records(lambda row, c: (division(c), row.record.country or "-"))
    for one in table["rows"]:
        assert sum(one["counts"]) == one["total"] == records(lambda _, c: division(c))[one["industry"]]
        assert one["counts"] == [cells[one["industry"], column["country"]] for column in table["columns"]]
    assert {one["country"]: one["total"] for one in table["columns"]} == Counter(
        row.record.country or "-" for row in flagged
    )


@pytest.mark.parametrize("count", [3, 20])
def test_what_has_no_column_of_its_own_stands_in_one_with_the_others_and_what_is_not_stated_in_the_last(count):
    codes = sorted(code_names())[:count]
    item = {"item": "lidar-x", "industry": "39", "control": "restricted", "records": 0}
    cells = [("lidar-x", code, place + 1) for place, code in enumerate(codes)] + [("lidar-x", None, 50)]
    whole = sum(n for *_, n in cells)
    grid = heat([item], cells, "country")
    by_industry = [("39", country, n) for _, country, n in cells]
    few = industry_heat([{"industry": "39", "records": whole}], by_industry, {country: n for _, country, n in cells})
    for table, shown in ((grid, 16), (few, 8)):
        named = [one["country"] for one in table["columns"]]
        assert (
            named[-1] == "-"
            and (None in named) == (count > shown)
            and len(named) == min(count, shown) + (count > shown) + 1
        )
        (row,) = table["rows"]
        assert (
            row["counts"] == [one["total"] for one in table["columns"]] and sum(row["counts"]) == row["total"] == whole
        )
        assert row["counts"][0] == count and row["counts"][-1] == 50
        if count > shown:
            assert table["columns"][-2]["en"] == f"{count - shown} others"
            assert row["counts"][-2] == sum(range(1, count - shown + 1))


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(once=True), Filters(country="DE"), Filters(control="prohibited", once=True), Filters(run=1), Filters(query="100%")]
)  # fmt: skip
def test_no_row_goes_missing_between_two_steps(portfolios, filters):
    steps = portfolios.overview(NAME, ON, filters)["funnel"]
    assert steps[0]["count"] == portfolios.overview(NAME, ON)["funnel"][0]["count"] > 20
    for before, after in itertools.pairwise(steps):
        assert after["count"] == before["count"] - sum(way["count"] for way in after["lost"])
        assert all(way["count"] > 0 and way["zh"] and way["en"] for way in after["lost"])
    lost = {way["way"]: way["count"] for step in steps for way in step["lost"]}
    assert (lost["refused"], lost["language"], lost["repeated"]) == (1, 1, 1)


def test_a_family_and_a_repeated_text_count_once_where_that_is_asked(portfolios, rows):
    found = portfolios.overview(NAME, ON, Filters(once=True))
    first = {row.record.id: row.record.family for row in rows}
    units = {
        ("family", of) if (of := one.family or first.get(one.same_text or "")) else ("id", one.same_text or one.id)
        for one in (row.record for row in rows)
    }
    assert found["counted"] == "once" and found["records"] == len(units) < len(rows)
    assert found["together"] == {
        "families": len({row.record.family for row in rows} - {None}),
        "records_in_families": sum(row.record.family is not None for row in rows),
        "same_text": 1,
    }


def test_words_are_looked_for_as_they_are(portfolios, rows):
    words = rows[0].record.text[3:9]
    wanted = {row.record.id for row in rows if words.lower() in f"{row.record.text} {row.record.title or ''}".lower()}
    found = portfolios.show(NAME, Filters(query=words), which="all")
    assert {one["id"] for one in found["records"]} == wanted
    assert portfolios.overview(NAME, ON, Filters(query="%"))["records"] == sum("%" in r.record.text for r in rows)


@pytest.mark.parametrize(
    "filters", [Filters(control="free"), Filters(certainty="sure"), Filters(industry="00"), Filters(state="done"), Filters(point="x")]
)  # fmt: skip
def test_a_value_that_does_not_exist_is_refused_with_those_that_do(portfolios, filters):
    with pytest.raises(WrongFilter, match=r"there are: "):
        portfolios.overview(NAME, ON, filters)


@pytest.mark.parametrize("asked", [{"which": "some"}, {"sort": "size"}])
def test_records_come_as_one_of_the_ways_there_are(portfolios, asked):
    with pytest.raises(WrongFilter, match=r"there are: "):
        portfolios.show(NAME, **asked)


def test_records_come_by_score_and_page_by_page(portfolios):
    whole = portfolios.show(NAME)
    assert whole["total"] == portfolios.overview(NAME, ON)["flagged"] == len(whole["records"])
    best = [max(c["score"] for c in one["candidates"] if c["flag"]) for one in whole["records"]]
    assert best == sorted(best, reverse=True)
    pages, cursor = [], None
    while not pages or cursor is not None:
        page = portfolios.show(NAME, limit=4, cursor=cursor)
        pages.append(page["records"])
        cursor = page["next_cursor"]
    assert [one for page in pages for one in page] == whole["records"]
    near = portfolios.show(NAME, which="near")["records"]
    assert near and not any(c["flag"] for one in near for c in one["candidates"])


def test_an_item_goes_by_its_code_and_an_unknown_one_is_refused(portfolios):
    found = portfolios.overview(NAME, ON)
    one = next(item for item in found["items"] if item["code"])
    assert portfolios.overview(NAME, ON, Filters(item=one["code"]))["filters"]["item"] == one["item"]
    with pytest.raises(Unknown):
        portfolios.overview(NAME, ON, Filters(item="no-such-item"))


def test_answers_are_counted_and_an_answer_to_another_version_is_raised_again(tmp_path, catalogue, screener, examples):
    from mulu.desk import Desk

    desk = Desk(catalogue, store=str(tmp_path / "mulu.db"))
    desk.__dict__["_engine"] = screener
    portfolios = desk.portfolios
    flagged = [one["text"] for one in examples]
    records = [Record(id=f"A{n}", text=text, place="p") for n, text in enumerate(flagged)]
    with Portfolio(portfolios.folder, NAME, create=True) as portfolio:
        portfolio.begin({"on": ON.isoformat()}, AT.isoformat(), None)
        fill(portfolio, screener, catalogue, records)
        held = [row for row in portfolio.rows() if row.flagged]
    one, two, three = held[:3]

    def item(row):
        return next(c.item for c in row.candidates if c.flag)

    portfolios.judge(NAME, one.record.id, item(one), "concerns", "读过", "李明", AT, case="C-1")
    portfolios.judge(NAME, two.record.id, item(two), "does-not", "另一技术", "李明", AT)
    portfolios.judge(NAME, three.record.id, item(three), "concerns", "读过", "李明", AT)
    with portfolios.open(NAME) as portfolio:  # the third record comes in again, with other words
        changed = Record(id=three.record.id, text=three.record.text + "另附图纸三份。", place="p")
        fill(portfolio, screener, catalogue, [changed], number=1)

    found = portfolios.overview(NAME, ON)
    steps = {step["step"]: step["count"] for step in found["funnel"]}
    assert found["states"]["concerns"] == found["states"]["does-not"] == found["states"]["raised again"] == 1
    assert (steps["judged"], steps["concerns"], steps["in_case"], steps["determined"]) == (2, 1, 1, 0)
    assert next(way for step in found["funnel"] for way in step["lost"] if way["way"] == "came_again")["count"] == 1
    again = portfolios.show(NAME, Filters(state="raised again"))
    assert [r["id"] for r in again["records"]] == [three.record.id]
    steps = portfolios.overview(NAME, ON, determined=["C-1"])["funnel"]
    assert steps[-1]["step"] == "determined" and steps[-1]["count"] == 1


def test_counts_do_not_read_the_texts(portfolios):
    with portfolios.exposed(NAME) as exposed:
        plan = exposed.portfolio.query(
            "EXPLAIN QUERY PLAN SELECT records.id, day, country FROM records INDEXED BY records_told"
            " CROSS JOIN latest ON latest.id = records.id AND latest.row = records.row"
        )
    assert any("COVERING INDEX records_told" in step[-1] for step in plan)


def test_time_is_told_by_the_day_the_month_or_the_year():
    assert (grain_of(None, None), grain_of("2026-01-01", "2026-02-01")) == ("year", "day")
    assert (grain_of("2026-01-01", "2026-11-01"), grain_of("2002-01-01", "2026-11-01")) == ("month", "year")
    assert every("month", "2025-11-30", "2026-02-01") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert every("day", "2024-02-28", "2024-03-01") == ["2024-02-28", "2024-02-29", "2024-03-01"]


# ---- the map -------------------------------------------------------------------------------------------------------


def test_every_record_with_a_place_is_in_one_mark_and_the_others_are_counted(portfolios):
    found = portfolios.map(NAME, ON)
    assert found["placed"] == sum(one["count"] for one in found["marks"]) > 10
    assert found["records"] == found["placed"] + sum(found["apart"].values())
    opened = []
    for one in found["marks"]:
        records = portfolios.marked(NAME, one["mark"], 50)
        assert records["total"] == one["count"] == len(records["records"])
        opened += [record["id"] for record in records["records"]]
        lists = {(["prohibited"] * any(c["control"] == "prohibited" and c["flag"] for c in r["candidates"]) or ["other"])[0] for r in records["records"]}  # fmt: skip
        assert (lists == {"prohibited"}) == (one["list"] == "prohibited")
    assert len(opened) == len(set(opened))
    assert all(0 <= one[axis] <= found["width"] for one in (*found["points"], *found["marks"]) for axis in "xy")
    json.dumps(found)


def test_the_ground_of_the_map_is_that_of_the_data_and_the_same_every_time(screener):
    ground = plane.layout(screener.index)
    assert (ground == plane.layout(screener.index)).all()
    slots = screener.index.released_slots
    like = plane._alike(screener.index, slots)
    np.fill_diagonal(like, -9999)
    at = ground[slots].astype(float)
    far = np.square(at[:, None] - at[None]).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    close, near = np.argsort(-like, axis=1)[:, :10], np.argsort(far, axis=1)[:, :10]
    kept = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(close.tolist(), near.tolist(), strict=True)])
    assert kept > 0.45  # by chance it would be 0.02, by two principal axes 0.17


def test_places_are_kept_and_made_anew_where_the_file_is_damaged(portfolios, screener, monkeypatch):
    before = portfolios.map(NAME, ON)
    file = portfolios.folder / NAME / "map.npz"
    with monkeypatch.context() as without:
        without.setattr("mulu.store.placed.places_of", None)
        without.setattr("mulu.store.placed.layout", None)
        assert portfolios.map(NAME, ON) == before  # nothing was worked out again
    file.write_bytes(file.read_bytes()[:100])
    assert portfolios.map(NAME, ON) == before


def test_only_a_record_that_was_not_read_for_meaning_has_no_place(portfolios, screener):
    with portfolios.open(NAME) as portfolio:
        placed = Placed(portfolio, screener.index)
        part = next(portfolio.parts())
        read = portfolio.kept(part, ["vector_counts"])["vector_counts"].sum(axis=1) > 0
        nowhere = (placed.of(part.rows)[:, 0] == plane.NOWHERE).tolist()
    assert nowhere == (~read).tolist()
    assert 0 < sum(nowhere) < len(nowhere)


def test_a_document_stands_at_the_point_that_it_speaks_for_loudest(screener):
    index = screener.index
    ground = plane.layout(index)
    tables = np.full((2, len(index.slots)), -99_000_000, dtype=np.int64)
    loud, less = index.released_slots[[7, 30]]
    tables[0, [less, loud]] = 1_000_000, 2_000_000
    kept = keep_logits(screener, tables).arrays()
    places = plane.places_of(index, ground, {name: kept[name] for name in plane.PLACED_BY})
    assert places.tolist() == [ground[loud].tolist(), [plane.NOWHERE, plane.NOWHERE]]


@pytest.mark.parametrize(
    "name", ["", "80.1", "80.1.2.free", "80.x.2.prohibited", "80.1.2.prohibited.3", "²2.1.2.prohibited"]
)
def test_a_mark_that_is_none_is_refused(portfolios, name):
    from mulu.portfolios import PortfolioRefused

    with pytest.raises(PortfolioRefused, match="no mark"):
        portfolios.marked(NAME, name, 50)

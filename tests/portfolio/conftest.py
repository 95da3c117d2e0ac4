"""A portfolio of a few dozen records, read here and not by workers, so that it is quick to make."""

import datetime

import pytest

from mulu.desk import Desk
from mulu.portfolio.records import Record, Refused
from mulu.portfolio.screened import Found, read_records
from mulu.portfolio.workers import mark
from mulu.store.portfolios import Portfolio
from mulu.vocabulary import Said

ON = datetime.date(2026, 11, 20)
AT = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
NAME = "target"
_RECIPIENTS = ("德国", "Japan", None, "Vietnam", "somewhere")
_DAYS = (None, datetime.date(2024, 3, 1), datetime.date(2026, 5, 2), datetime.date(2026, 11, 19))


def records_of(examples):
    """Records of the examples, twice over: a family, a repeated text, days, owners, recipients, and texts that are none."""
    made = []
    for number, one in enumerate(examples * 2):
        first = number < len(examples)
        made.append(
            Record(
                id=f"R{number:03}",
                text=one["text"] if first else f"{one['text']} 第{number}号。",
                place=f"t.csv, {number + 2}",
                title=one.get("title") if number % 3 else None,
                kind="patent" if number % 2 else "licence",
                recipient=_RECIPIENTS[number % len(_RECIPIENTS)],
                day=_DAYS[number % len(_DAYS)],
                family=f"F{number % len(examples)}" if number % 4 == 0 else None,
                owner=f"甲{number % 3}公司" if number % 5 else None,
                same_text="R001" if number == len(examples) + 1 else None,
            )
        )
    made += [Record(id=f"N{n}", text=f"第{n}号会议室的预订办法，由前台登记。", place="x") for n in range(6)]
    return made


def fill(portfolio, screener, catalogue, records, run=1, number=0, refused=(), repeated=()):
    editions = [catalogue.in_force(one.day or ON).id for one in records]
    portion = read_records(screener, records, editions)
    portfolio.add(
        run,
        number,
        mark(catalogue),
        [(editions[place], "") for place in portion.read],
        [
            (records[p], lang, found)
            for p, lang, found in zip(portion.read, portion.languages, portion.found, strict=True)
        ],
        portion.kept,
        [],
        refused,
        repeated,
    )


@pytest.fixture(scope="module")
def target(tmp_path_factory, catalogue, screener, examples):
    """A desk with a portfolio; what a test records in it stays for the tests of its module."""
    folder = tmp_path_factory.mktemp("exposure")
    desk = Desk(catalogue, store=str(folder / "mulu.db"))
    desk.__dict__["_engine"] = screener
    portfolios = desk.portfolios
    refused = [
        Refused(place="t.csv, 90", id="B1", said=Said("row_without_text", "没有文本", "no text"), row={"text": "=1+1"}),
        Refused(
            place="t.csv, 91", id="B2", said=Said("neither_language", "不是中文或英文", "neither language"), row="…"
        ),
    ]
    with Portfolio(portfolios.folder, NAME, create=True) as made:
        made.begin({"on": ON.isoformat()}, AT.isoformat(), "me")
        records = records_of(examples)
        fill(made, screener, catalogue, records, refused=refused, repeated=[("t.csv, 92", "R001", "t.csv, 3")])
        # A candidate below the line, whatever the weights of the day make of a text.
        row = made.rows("records.id = 'N0'")[0]
        made.renew([(row.row, row.edition, "", [Found("lidar-x", 300, False, False, "lidar-x#u1")])])
        made.finish(1, {}, AT.isoformat())
    return desk


@pytest.fixture(scope="module")
def portfolios(target):
    return target.portfolios


@pytest.fixture(scope="module")
def rows(portfolios):
    """The records as they are held, to be counted by hand."""
    with portfolios.open(NAME) as portfolio:
        return portfolio.rows()

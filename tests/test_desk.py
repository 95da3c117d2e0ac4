"""One registry of acts for every door; `test_acts.py` holds the rest."""

import datetime
import inspect
import json

import pytest

from mulu.catalogue.pack import DATA
from mulu.desk import ACTS, Desk, MalformedDay, OutOfRange, parse_day
from mulu.errors import Misused
from mulu.sources.rows import BadRow, Row

DAY = datetime.date(2025, 8, 1)
TEXT = "磷酸铁锂正极材料的制备方法：混合、砂磨、喷雾干燥、烧结。"
# Read by the door and handed on row by row: the desk opens no table.
OF_THE_DOOR = {"input"}
OF_A_ROW = {"title", "id"}
# Told by a row of a table, or handed over by a door (what draws the site, what was typed unseen), never an option.
NEVER_TYPED = {"portfolio": {"told"}, "screen": OF_A_ROW, "export": {"site"}, "certificate": {"passphrase", "told"}}


@pytest.mark.parametrize("act", [act for act in ACTS if "python" in act.doors], ids=lambda act: act.name)
def test_every_parameter_of_a_method_is_declared_in_its_act_with_the_same_default(act):
    parameters = dict(inspect.signature(getattr(Desk, act.method)).parameters)
    del parameters["self"]
    assert ("at" in parameters) is act.timed
    parameters.pop("at", None)
    declared = {argument.name: argument for argument in act.arguments}
    of_the_door = OF_THE_DOOR if act.name in ("screen", "matrix") else set()
    assert set(parameters) - NEVER_TYPED.get(act.name, set()) == set(declared) - of_the_door
    for name in set(parameters) & set(declared):
        default = parameters[name].default
        if default is inspect.Parameter.empty:
            assert declared[name].default is None
        else:
            assert declared[name].default == default


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_and_parameter_is_explained_in_both_languages(act):
    for help_ in (act.help, *(argument.help for argument in act.arguments)):
        assert any("\u4e00" <= c <= "\u9fff" for c in help_.zh)
        assert help_.en.isascii() or "–" in help_.en


def test_every_answer_is_plain_json_and_keeps_beliefs_to_itself(desk, catalogue):
    answers = [desk.screen(TEXT, DAY), desk.screen(TEXT, DAY, draft="draft-2022-12-30"), desk.doctor(DAY)]
    answers += [desk.items(DAY), desk.coverage(), desk.standing(DAY)]
    answers += [desk.show(item, DAY) for item in catalogue.pack.items]
    answers += [desk.history(item) for item in catalogue.pack.items]
    for answer in answers:
        written = json.dumps(answer, ensure_ascii=False)
        assert json.loads(written) == answer
        assert '"belief"' not in written


def test_the_pack_holds_no_beliefs():
    files = [path for path in DATA.rglob("*.json*") if path.is_file()]
    assert len(files) > 20
    assert not [path.name for path in files if '"belief"' in path.read_text(encoding="utf-8")]


def test_an_answer_holds_what_the_contract_names(desk):
    answer = desk.screen(TEXT, DAY, id="a")
    assert {"id", "on", "edition", "data", "engine", "language", "candidates", "considered", "beyond_knowledge"} <= set(
        answer
    )
    assert (answer["id"], answer["on"], answer["edition"], answer["language"]) == ("a", "2025-08-01", "2025-28", "zh")
    assert "excluded" in answer
    assert {"announced", "held", "published", "open", "not_held", "without_published_point"} <= set(
        answer["considered"]
    )
    first = answer["candidates"][0]
    assert {"item", "code", "control", "name", "certainty", "score", "flag", "points", "missing_facts"} <= set(first)
    assert set(first["name"]) == {"zh", "en"}
    point = first["points"][0]
    assert {"number", "score", "evidence", "parameters"} <= set(point)
    assert {"kind", "because", "in_description", "strength"} <= set(point["evidence"][0])
    assert set(point["evidence"][0]["because"]) == {"id", "zh", "en"}
    assert {"name", "required", "stated", "result", "margin"} <= set(point["parameters"][0])


def test_what_is_compared_and_what_is_not_adds_up(desk):
    considered = desk.screen(TEXT, DAY)["considered"]
    assert considered["announced"] == 132
    assert considered["held"] + considered["not_held"] == 132
    assert considered["published"] <= considered["held"]
    assert considered["without_published_point"] <= considered["held"]


@pytest.mark.parametrize(
    "text", ["", "2025-7-15", "20250715", "2025-02-30", "2025-W29-2", "today", "2025-07-15T00", "２０２５-07-15"]
)
def test_a_malformed_day_is_refused_with_the_pattern(text):
    with pytest.raises(MalformedDay, match="YYYY-MM-DD"):
        parse_day(text)


@pytest.mark.parametrize(
    "options", [{"top": 0}, {"top": 201}, {"base_rate": 0.0}, {"base_rate": 1.0}, {"base_rate": float("nan")}]
)
def test_a_number_outside_its_range_is_refused(desk, options):
    with pytest.raises(OutOfRange):
        desk.screen(TEXT, DAY, **options)


def a_row(id_, text=TEXT, on=None):
    return Row(1, id_, text, None, None, None, on)


def test_each_row_is_answered_in_its_place_for_its_own_day(desk):
    bad = BadRow(2, "b", OutOfRange("x", 1, "2").said)
    rows = [
        a_row("a", on="2024-01-01"),
        bad,
        a_row("c"),
        a_row("d", text="12345"),
        a_row("e", on="soon"),
        a_row("f", on="1999-01-01"),
    ]
    answers = list(desk.screen_rows(rows, DAY))
    assert [a["edition"] if isinstance(a, dict) else a.because.id for a in answers] == [
        "2023-57", "out_of_range", "2025-28", "neither_language", "malformed_day", "no_edition_held",
    ]  # fmt: skip


def test_a_row_without_a_day_is_refused_where_no_default_is_given(desk):
    (answer,) = desk.screen_rows([a_row("a")], None)
    assert isinstance(answer, BadRow)
    assert answer.because.id == "row_without_day"


@pytest.mark.parametrize("options", [{"top": 0}, {"draft": "draft-1999"}, {"base_rate": 2.0}])
def test_an_option_that_is_wrong_for_every_row_is_refused_once_and_not_row_by_row(desk, options):
    with pytest.raises(Misused):
        list(desk.screen_rows([a_row("a"), a_row("b")], DAY, **options))


def test_a_half_without_a_split_is_refused(desk):
    with pytest.raises(Misused, match="go together"):
        desk.bench([], half="tune")

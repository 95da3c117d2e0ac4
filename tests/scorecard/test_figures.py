"""The whole bench on a file small enough to check by hand, and what is printed and drawn of it."""

import datetime
import io
import json
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces.cli.render import Page
from mulu.scorecard.measure import bench, long_texts
from mulu.scorecard.pictures import CannotDraw, draw
from mulu.vocabulary import Language

ENGINES = ("mulu", "bm25", "tantivy", "tfidf", "encoder", "rapidfuzz", "fusion")
ROWS = [
    {"id": "1", "lang": "zh", "title": "", "text": "磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结、碳包覆", "items": ["battery-cathode-x"], "negative": None},
    {"id": "2", "lang": "en", "title": "", "text": "Cascade solvent extraction separates rare earths with P507.", "items": ["rare-earth-processing-j"], "negative": None},
    {"id": "3", "lang": "en", "title": "", "text": "A booking platform for small hotels with guest reviews.", "items": [], "negative": "easy"},
    {"id": "4", "lang": "zh", "title": "", "text": "退役动力电池拆解回收，破碎分选得到黑粉，再生利用。", "items": [], "negative": "hard", "of": "battery-cathode-x"},
]  # fmt: skip
PICTURES = ["reliability.svg", "precision-recall.svg", "recall-speed.svg", "ablation.svg", "robustness.svg"]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    path = tmp_path_factory.mktemp("cases") / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return tmp_path_factory.mktemp("pictures") / "new"


@pytest.fixture(scope="module")
def report(labelled, drawn, catalogue, screener):
    return bench([labelled], catalogue, ENGINES, pictures=drawn, screener=screener)


def printed(report, language):
    out = io.StringIO()
    Page(Console(width=100, file=out, highlight=False), language, datetime.date(2026, 11, 28)).bench(report)
    return out.getvalue()


def test_all_engines_are_judged_on_the_same_rows(report):
    assert [e["engine"] for e in report["engines"]] == list(ENGINES)
    for engine in report["engines"]:
        assert engine["judged"] == 2
        assert 0 <= engine["recall"]["at_1"][0] <= engine["recall"]["at_3"][0] <= 1
    mulu = report["engines"][0]
    assert mulu["recall"]["at_1"][0] == 1.0
    assert mulu["at_operating_point"]["positives"] == {"n": 2, "share": [1.0, 0.1581, 1.0]}
    assert mulu["at_operating_point"]["easy"]["share"][0] == 0.0
    assert report["threads"]["encoder"] == "1"


def test_the_report_says_what_was_asked_of_which_edition(report, catalogue):
    newest = catalogue.governing()[-1].id
    assert report["editions"] == {newest: 4}
    assert report["kinds"] == {"positive": 2, "near miss": 1, "hard": 0, "easy": 1}
    assert report["locked"] == report["trained_on"] == []
    assert [one["engine"] for one in report["against"]] == list(ENGINES[1:])
    assert report["overlap"][0]["of"] == "these files"
    assert report["speed"]["screened"]["n"] == 4


def test_a_report_is_plain_json_without_numbers_that_are_none(report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_a_run_repeated_gives_the_same_figures_but_for_the_clock(report, labelled, catalogue, tmp_path):
    again = bench([labelled], catalogue, ("mulu", "bm25"), pictures=tmp_path)  # with an engine of its own
    for one, other in zip(again["engines"], report["engines"], strict=False):
        assert one | {"milliseconds": None} == other | {"milliseconds": None}
    for part in ("ablation", "robustness", "overlap"):
        assert again[part] == report[part]


def test_other_engines_can_be_measured_without_mulu(labelled, catalogue, screener, tmp_path):
    report = bench([labelled], catalogue, ("bm25",), pictures=tmp_path, screener=screener)
    assert [e["engine"] for e in report["engines"]] == ["bm25"]
    assert "ablation" not in report
    assert report["pictures"] == ["precision-recall.svg", "recall-speed.svg"]
    assert "bm25" in printed(report, Language.EN)


def test_a_half_of_the_split_is_measured_alone(labelled, catalogue, screener, tmp_path):
    split = tmp_path / "split.json"
    split.write_text(json.dumps({"tune": ["1", "3"], "untuned": ["2", "4"]}), encoding="utf-8")
    assert bench([labelled], catalogue, ("bm25",), split, "untuned", screener=screener)["rows"] == 2
    assert bench([labelled], catalogue, ("bm25",), split, "tune", screener=screener)["trained_on"] == ["tune"]


def test_negatives_alone_are_measured_for_what_is_flagged(labelled, catalogue, screener, tmp_path):
    path = tmp_path / "negatives.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS[2:]), encoding="utf-8")
    report = bench([path], catalogue, ("mulu",), pictures=tmp_path, screener=screener)
    assert report["engines"][0]["at_90_percent_of_core"] is None
    assert report["pictures"] == ["reliability.svg"]
    for language in Language:
        assert "mulu" in printed(report, language)


def test_texts_are_joined_until_they_are_three_hundred_characters_long():
    made = long_texts(["稀" * 200, "土" * 90, "萃" * 150, "取" * 350, "短"])
    assert [len(text) for text in made] == [400, 350]
    assert made[0].startswith("稀" * 200 + "\n" + "土" * 90)
    assert len(long_texts(["长" * 320] * 200)) == 100


@pytest.mark.parametrize("language", list(Language))
def test_a_report_reads_in_a_hundred_columns_in_either_language(report, language):
    said = printed(report, language)
    assert "…" not in said
    assert ("按条目" in said) is (language is Language.ZH)
    for engine in ENGINES:
        assert engine in said


def test_pictures_are_svg_of_their_own_with_words_in_both_languages(report, drawn):
    assert report["pictures"] == PICTURES
    assert sorted(path.name for path in drawn.iterdir()) == sorted(PICTURES)
    for name in PICTURES:
        text = (drawn / name).read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not any(foreign in text for foreign in ("href", "src=", "url(", "@import", "<script", "@font-face"))
        words = [part.text for part in root.iter("{http://www.w3.org/2000/svg}text")]
        assert any(c >= "\u4e00" for c in "".join(words))
        left, right = 0.0, float(root.get("width"))
        for part in root.iter("{http://www.w3.org/2000/svg}text"):
            assert left <= float(part.get("x")) <= right
    assert "bm25" in (drawn / "precision-recall.svg").read_text(encoding="utf-8")


def test_a_folder_that_cannot_hold_pictures_is_refused_before_anything_is_measured(
    labelled, catalogue, tmp_path, report
):
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    with pytest.raises(CannotDraw, match="taken"):
        bench([labelled], catalogue, ENGINES, pictures=taken)
    with pytest.raises(CannotDraw, match="taken"):
        draw(report, taken)


def test_the_desk_refuses_an_engine_that_it_does_not_know(labelled, catalogue):
    with pytest.raises(MuluError, match="lucene"):
        Desk(catalogue).bench([labelled], engines="mulu,lucene")

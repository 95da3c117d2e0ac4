"""The scorecard's figures on a file small enough to check by hand."""

import json

import pytest

from mulu.scorecard.measure import NotLabelled, bench, read_labelled

ROWS = [
    {
        "id": "1",
        "lang": "zh",
        "title": "",
        "text": "磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结、碳包覆",
        "items": ["battery-cathode-x"],
        "negative": None,
    },
    {
        "id": "2",
        "lang": "en",
        "title": "",
        "text": "Cascade solvent extraction separates rare earths with P507.",
        "items": ["rare-earth-processing-j"],
        "negative": None,
    },
    {
        "id": "3",
        "lang": "en",
        "title": "",
        "text": "A booking platform for small hotels with guest reviews.",
        "items": [],
        "negative": "easy",
    },
    {
        "id": "4",
        "lang": "zh",
        "title": "",
        "text": "退役动力电池拆解回收，破碎分选得到黑粉，再生利用。",
        "items": [],
        "negative": "hard",
    },
]


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def test_all_engines_are_judged_on_the_same_rows(labelled, catalogue):
    report = bench([labelled], catalogue, ("mulu", "bm25", "tfidf", "encoder", "rapidfuzz", "fusion"), None, None)
    assert [e["engine"] for e in report["engines"]] == ["mulu", "bm25", "tfidf", "encoder", "rapidfuzz", "fusion"]
    for engine in report["engines"]:
        assert engine["judged"] == 2
        assert 0 <= engine["recall"]["at_1"][0] <= engine["recall"]["at_3"][0] <= 1
    mulu = report["engines"][0]
    assert mulu["recall"]["at_1"][0] == 1.0
    assert mulu["at_operating_point"]["positives"] == {"n": 2, "share": [1.0, 1.0, 1.0]}
    assert mulu["at_operating_point"]["easy"]["share"][0] == 0.0
    assert report["threads"]["encoder"] == "1"


def test_a_half_of_the_split_is_measured_alone(labelled, catalogue, tmp_path):
    split = tmp_path / "split.json"
    split.write_text(json.dumps({"tune": ["1", "3"], "untuned": ["2", "4"]}), encoding="utf-8")
    assert bench([labelled], catalogue, ("mulu",), split, "untuned")["rows"] == 2


@pytest.mark.parametrize("line", ["not json", '{"id": "a"}', '{"id": "a", "text": "x", "labels": [1]}'])
def test_a_file_without_labels_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + line, encoding="utf-8")
    with pytest.raises(NotLabelled, match=r"bad\.jsonl:2"):
        read_labelled(path)


def test_rows_of_the_development_format_are_understood(tmp_path):
    path = tmp_path / "dev.jsonl"
    row = {
        "id": "p", "pair": "doc", "text": "t", "title": "T", "lang": "en", "kind": "paper", "text_kind": "precis", "certainty": "high",
        "polarity": "positive", "hard": False, "edition": "draft2022", "labels": [{"item": ["a-x", "a-j"], "in_force_2025": "yes"}, {"item": []}],
    }  # fmt: skip
    path.write_text(json.dumps(row), encoding="utf-8")
    (read,) = read_labelled(path)
    assert read.core
    assert read.document == "doc"
    assert read.edition == "draft-2022-12-30"
    assert read.labels == (("a-x", "a-j"), ())

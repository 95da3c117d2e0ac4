"""Labelled files: what is read from them, of which edition each row is asked, and what the lock lets through."""

import json
from dataclasses import replace

import pytest
import yaml

from mulu.errors import MuluError
from mulu.scorecard.cases import BadCase, digest, read_cases
from mulu.scorecard.labelled import (
    LockBroken,
    NotLabelled,
    check_lock,
    is_locked,
    is_of,
    placed,
    read_all,
    read_labelled,
    sampled,
    trained_on,
)
from mulu.scorecard.measure import bench

CASE = {
    "id": "case-1",
    "language": "en",
    "form": "email",
    "title": "",
    "text": "Cascade solvent extraction separates rare earths with P507.",
    "items": ["rare-earth-processing-j"],
    "point": "rare-earth-processing-j#2@2023",
    "near": None,
    "kind": "positive",
    "why": "Solvent extraction is what the point names.",
}
NEAR = {**CASE, "id": "case-2", "items": [], "point": None, "near": "lidar-x", "kind": "near miss"}


def written(path, *cases):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(list(cases), allow_unicode=True), encoding="utf-8")
    return path


def lines(path, *rows):
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path):
    """A folder of cases as quality/ is, with a lock on one half."""
    written(tmp_path / "quality" / "open" / "a.yaml", {**CASE, "id": "open-1"})
    locked = written(tmp_path / "quality" / "locked" / "a.yaml", CASE, NEAR)
    lock = {"of": "quality/locked/*.yaml", "sha256": digest([locked])}
    (tmp_path / "quality" / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return tmp_path / "quality"


# ---- rows


def test_a_case_is_read_with_its_kind_point_and_near_item(tmp_path):
    positive, near = read_all([written(tmp_path / "a.yaml", CASE, NEAR)])
    assert (positive.kind, positive.core, positive.form, positive.language) == ("positive", True, "email", "en")
    assert positive.labels == (("rare-earth-processing-j",),)
    assert positive.point == "rare-earth-processing-j#2@2023-57"
    assert (near.kind, near.near, near.labels, near.core) == ("near miss", "lidar-x", (), False)


def test_yaml_and_json_lines_are_read_together(tmp_path):
    rows = read_all(
        [lines(tmp_path / "b.jsonl", {"id": "r", "text": "x", "items": []}), written(tmp_path / "a.yaml", CASE)]
    )
    assert [row.id for row in rows] == ["case-1", "r"]


def test_a_case_that_stands_in_two_files_is_refused(tmp_path):
    paths = [written(tmp_path / name, CASE) for name in ("a.yaml", "b.yaml")]
    with pytest.raises(BadCase, match="twice"):
        read_all(paths)
    assert len(read_all([paths[0], paths[0]])) == 1  # the same file named twice is one file


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"language": "de"}, "zh or en"),
        ({"form": "poem"}, "form"),
        ({"kind": "medium"}, "kind"),
        ({"items": []}, "a positive has items"),
        ({"point": "lidar-x#1"}, "none of the items"),
        ({"near": "lidar-x"}, "near miss"),
        ({"why": " "}, "why"),
        ({"text": ""}, "text"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_defective_case_is_refused_with_its_file_and_id(tmp_path, change, words):
    path = written(tmp_path / "bad.yaml", {**CASE, **change})
    with pytest.raises(BadCase, match=r"bad\.yaml, case case-1") as refused:
        read_cases([path])
    assert words in str(refused.value)


@pytest.mark.parametrize("content", ["a: [", "just words", "- 5"], ids=["no YAML", "no list", "no fields"])
def test_a_file_that_is_no_list_of_cases_is_refused(tmp_path, content):
    (tmp_path / "bad.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BadCase, match=r"bad\.yaml"):
        read_all([tmp_path / "bad.yaml"])


def test_rows_of_the_development_format_are_understood(tmp_path):
    row = {
        "id": "p", "pair": "doc", "text": "t", "title": "T", "lang": "en", "kind": "paper", "text_kind": "precis", "certainty": "high",
        "polarity": "positive", "hard": False, "edition": "draft2022", "labels": [{"item": ["a-x", "a-j"], "in_force_2025": "yes"}, {"item": []}],
    }  # fmt: skip
    (read,) = read_labelled(lines(tmp_path / "dev.jsonl", row))
    assert read.core
    assert read.document == "doc"
    assert read.edition == "draft-2022-12-30"
    assert read.labels == (("a-x", "a-j"), ())
    assert read.belongs_to == ("a-x",)
    assert read.whole == "T\nt"


def test_rows_with_items_are_understood(tmp_path):
    path = lines(
        tmp_path / "own.jsonl",
        {"id": 1, "text": "t", "items": ["a-x", "b-x"], "points": ["a-x#1"]},
        {"id": 2, "text": "t", "items": [], "negative": "hard", "of": "a-x"},
        {"id": 3, "text": "t", "items": [], "negative": "hard"},
        {"id": 4, "text": "t", "items": []},
    )
    rows = read_labelled(path)
    assert [row.kind for row in rows] == ["positive", "near miss", "hard", "easy"]
    assert [row.point for row in rows] == ["a-x#1", None, None, None]
    assert rows[1].near == "a-x"
    assert len({row.document for row in rows}) == 4


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "text": 5, "items": ["lidar-x"]},
        {"id": "a", "text": "x", "items": "lidar-x"},
        {"text": "x", "items": []},
        {"id": "a"},
        {"id": "a", "text": "x", "labels": [1]},
        {"id": "a", "text": "x", "items": [], "negative": "medium"},
        ["a", "x"],
        "not json",
    ],
    ids=[
        "text is a number",
        "items is a text",
        "no id",
        "no text",
        "label without items",
        "neither hard nor easy",
        "a list",
        "no row",
    ],
)
def test_a_row_that_only_looks_labelled_is_refused_with_its_line(tmp_path, row):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n" + (row if isinstance(row, str) else json.dumps(row)), encoding="utf-8")
    with pytest.raises(NotLabelled, match=r"rows\.jsonl:2"):
        read_labelled(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\xff"])
def test_a_file_without_rows_or_not_in_utf_8_is_refused(tmp_path, catalogue, content):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(NotLabelled, match=r"rows\.jsonl"):
        bench([path], catalogue, ("mulu",))


def test_no_file_at_all_is_refused(catalogue):
    with pytest.raises(NotLabelled, match="no file"):
        bench([], catalogue, ("mulu",))


@pytest.mark.parametrize("content", [None, "not json", "[]", "{}"], ids=["missing", "not JSON", "a list", "no half"])
def test_a_split_file_that_cannot_be_used_is_refused_and_named(tmp_path, catalogue, content):
    path = lines(tmp_path / "rows.jsonl", {"id": "a", "text": "激光雷达", "items": ["lidar-x"]})
    split = tmp_path / "split.json"
    if content is not None:
        split.write_text(content, encoding="utf-8")
    with pytest.raises(MuluError, match=r"split\.json"):
        bench([path], catalogue, ("mulu",), split, "tune")


def test_a_label_may_leave_out_since_when_a_number_means_its_point():
    assert is_of("a-x#2@2023-57", "a-x#2")
    assert is_of("a-x#2@2023-57", "a-x#2@2023-57")
    assert not is_of("a-x#2@2023-57", "a-x#2@2025-28")
    assert not is_of("a-x#21", "a-x#2")


# ---- editions


def stands_last_in(catalogue, presence):
    """Some item, with the newest edition in which it stands; with this presence, and an old edition where present."""
    for item in catalogue.items:
        line = [(e, e.listings.get(item)) for e in catalogue.governing()]
        held = [(e, one.presence) for e, one in line if one is not None and one.presence != "absent"]
        if held and held[-1][1] == presence and (held[-1][0] is not catalogue.governing()[-1] or presence == "open"):
            return item, held[-1][0].id
    raise AssertionError


def a_row(tmp_path, *items, **more):
    (row,) = read_labelled(lines(tmp_path / "row.jsonl", {"id": "a", "text": "x", "items": list(items), **more}))
    return row


@pytest.mark.parametrize("presence", ["present", "open"])
def test_a_row_is_asked_of_the_newest_edition_in_which_an_item_of_it_stands_or_is_open(tmp_path, catalogue, presence):
    item, edition = stands_last_in(catalogue, presence)
    (row,) = placed([a_row(tmp_path, item)], catalogue)
    assert row.edition == edition
    assert row.judged
    assert (row.listing == "open") is (presence == "open")


def test_of_several_items_the_one_that_stands_latest_decides(tmp_path, catalogue):
    item, _ = stands_last_in(catalogue, "present")
    (row,) = placed([a_row(tmp_path, item, "lidar-x")], catalogue)
    assert row.edition == catalogue.governing()[-1].id
    assert row.belongs_to == (item,)  # though in figures by item it counts under the first


def test_an_item_that_only_a_draft_lists_is_asked_of_the_draft(tmp_path, catalogue):
    only = next(
        item
        for item in catalogue.items
        if not any(item in e.listings and e.listings[item].presence != "absent" for e in catalogue.governing())
        and any(item in e.listings and e.listings[item].presence != "absent" for e in catalogue.editions.values())
    )
    (row,) = placed([a_row(tmp_path, only)], catalogue)
    assert catalogue.editions[row.edition].draft
    assert row.judged


def test_negatives_and_items_that_stand_nowhere_are_asked_of_the_newest_edition(tmp_path, catalogue):
    newest = catalogue.governing()[-1].id
    rows = placed([a_row(tmp_path), a_row(tmp_path, "no-such-item-x")], catalogue)
    assert [(row.edition, row.listing, row.judged) for row in rows] == [
        (newest, "none", False),
        (newest, "not listed", False),
    ]


def test_a_named_edition_is_kept_and_an_unknown_one_refused_by_name(tmp_path, catalogue):
    (row,) = placed([a_row(tmp_path, "lidar-x", edition="2023")], catalogue)
    assert row.edition == "2023-57"
    with pytest.raises(MuluError, match="1999"):
        placed([a_row(tmp_path, "lidar-x", edition="1999")], catalogue)


def test_published_and_unconfirmed_items_are_told_apart(tmp_path, catalogue):
    newest = catalogue.governing()[-1]
    for certainty in ("published", "unconfirmed"):
        item = next(one.item.id for one in newest.present() if one.certainty == certainty)
        (row,) = placed([a_row(tmp_path, item)], catalogue)
        assert row.listing == certainty


def test_a_sample_is_the_same_whatever_the_order(tmp_path):
    rows = [replace(a_row(tmp_path), document=f"d{n}") for n in range(20)]
    first = {rows[n].document for n in sampled(rows, 5)}
    turned = rows[::-1]
    assert first == {turned[n].document for n in sampled(turned, 5)}
    assert len(first) == 5
    assert len(sampled(rows, 50)) == 20


# ---- the lock


def test_locked_cases_that_are_what_was_locked_are_measured_without_naming_any(home, catalogue, screener):
    report = bench([home / "locked" / "a.yaml"], catalogue, ("mulu", "bm25"), screener=screener)
    assert report["locked"] == [{"folder": "locked", "sha256": check_lock(home / "locked")}]
    said = json.dumps(report, ensure_ascii=False)
    for hidden in ("case-1", "case-2", "rare-earth", "lidar", "P507"):
        assert hidden not in said
    assert report["engines"][0]["macro_by_item"]["items"] == 1


def test_open_cases_are_said_to_be_trained_on(home, tmp_path):
    assert trained_on(home / "open" / "a.yaml")
    assert not trained_on(home / "locked" / "a.yaml")
    assert is_locked(home / "locked" / "a.yaml")
    other = written(tmp_path / "elsewhere" / "open" / "a.yaml", CASE)
    assert not trained_on(other)  # no lock stands beside it


@pytest.mark.parametrize("harm", ["a word changed", "a file added", "a file removed"])
def test_locked_cases_that_were_touched_are_refused_by_name_before_one_is_read(home, catalogue, harm):
    folder = home / "locked"
    if harm == "a word changed":
        path = folder / "a.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("P507", "P204"), encoding="utf-8")
    elif harm == "a file added":
        written(folder / "b.yaml", {**CASE, "id": "case-9"})
    else:
        written(folder / "b.yaml", {**CASE, "id": "case-9"})
        (folder / "a.yaml").unlink()
    file = next(folder.glob("*.yaml"))
    with pytest.raises(LockBroken, match="locked") as refused:
        bench([file], catalogue, ("mulu",))
    assert refused.value.folder == folder
    assert "lock.json" in str(refused.value)
    assert "case-" not in str(refused.value)


@pytest.mark.parametrize("content", [None, "no json", "[]", "{}"])
def test_a_folder_of_locked_cases_without_a_usable_lock_is_refused(home, content):
    (home / "lock.json").unlink()
    if content is not None:
        (home / "lock.json").write_text(content, encoding="utf-8")
    with pytest.raises(LockBroken, match=r"lock\.json"):
        check_lock(home / "locked")


def test_a_link_to_locked_cases_is_locked_as_well(home, tmp_path, catalogue, screener):
    link = tmp_path / "link.yaml"
    link.symlink_to(home / "locked" / "a.yaml")
    assert is_locked(link)
    assert bench([link], catalogue, ("bm25",), screener=screener)["locked"]

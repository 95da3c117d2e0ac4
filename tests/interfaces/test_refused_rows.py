"""A row that is refused stands in every output, in its place, with the reason in both languages."""

import csv
import io
import json

import pytest
import python_calamine

from mulu.interfaces.cli import main as module

ON = ["--on", "2025-08-01"]
LISTED = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。"


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    lines = [{"id": "a", "text": LISTED}, {"id": "b"}, {"text": "x"}, {"id": "d", "text": LISTED}]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_json_lines_hold_an_object_for_each_row_in_order(ask, rows):
    code, out, err = ask("screen", "--input", rows, *ON, "--format", "jsonl", "--lang", "en")
    made = [json.loads(line) for line in out.splitlines()]
    assert code == 4
    assert [one["id"] for one in made] == ["a", "b", None, "d"]
    assert ["error" in one for one in made] == [False, True, True, False]
    assert set(made[1]) == {"id", "line", "error"}
    assert made[1]["line"] == 2
    assert made[1]["error"] == {"id": "row_without_text", "zh": "'b' 没有 text", "en": "'b' has no text"}
    assert made[2]["line"] == 3
    assert "2 rows answered" in err
    assert "2 refused" in err


def test_csv_holds_a_line_for_each_refused_row_with_nothing_but_id_and_error(ask, rows):
    out = ask("screen", "--input", rows, *ON, "--format", "csv", "--top", "1")[1]
    table = list(csv.DictReader(io.StringIO(out)))
    assert [line["id"] for line in table] == ["a", "b", "", "d"]
    assert {name: cell for name, cell in table[1].items() if cell} == {
        "id": "b",
        "error_zh": "第 2 行：'b' 没有 text",
        "error_en": "line 2: 'b' has no text",
    }
    assert {name for name, cell in table[2].items() if cell} == {"error_zh", "error_en"}
    assert table[0]["error_zh"] == table[0]["error_en"] == ""


@pytest.mark.parametrize(
    ("language", "heads"), [("zh", ["错误（中文）", "错误（英文）"]), ("en", ["error_zh", "error_en"])]
)
def test_a_workbook_holds_them_too(ask, rows, tmp_path, language, heads):
    path = tmp_path / "out.xlsx"
    ask("screen", "--input", rows, *ON, "--format", "xlsx", "-o", path, "--top", "1", "--lang", language)
    head, *table = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert head[-2:] == heads
    assert [line[0] for line in table] == ["a", "b", "", "d"]
    assert table[1][-1] == "line 2: 'b' has no text"
    assert not any(table[1][1:-2])


def test_a_table_of_refused_rows_only_is_written_all_the_same(ask, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("编号,描述\n甲,\n", encoding="utf-8")
    code, out, _ = ask("screen", "--input", path, *ON, "--format", "jsonl")
    assert code == 1
    assert json.loads(out)["error"]["id"] == "row_without_text"


def test_a_row_over_several_lines_is_said_with_its_lines(ask, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(f'id,text\n[a],"{LISTED}\n{LISTED}"\nb,{LISTED}\n', encoding="utf-8")
    code, out, err = ask("screen", "--input", path, *ON, "--format", "jsonl", "--lang", "en")
    assert code == 0
    assert "lines 2 to 3 ([a]): read as one row" in err
    assert "(b)" not in err
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["[a]", "b"]
    assert "第 2–3 行 ([a]): 引号内有换行" in ask("screen", "--input", path, *ON, "--lang", "zh")[2]


def test_of_many_rows_over_several_lines_the_first_are_named_and_the_rest_counted(ask, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_LONG_ROWS_NAMED", 2)
    path = tmp_path / "rows.csv"
    path.write_text("id,text\n" + "".join(f'{n},"{LISTED}\n"\n' for n in range(5)), encoding="utf-8")
    err = ask("screen", "--input", path, *ON, "--format", "jsonl", "--lang", "en")[2]
    assert err.count("read as one row") == 2
    assert "3 more rows run over several lines, the last of them lines 10 to 11 (4)" in err


def test_an_id_that_looks_like_markup_or_commands_the_terminal_is_told_as_it_stands(ask, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "[/b]\\u001b"}\n{"id": "c", "text": "磷酸铁锂正极材料的制备方法"}\n', encoding="utf-8")
    err = ask("screen", "--input", path, *ON, "--lang", "en")[2]
    assert "line 1 ([/b]�): " in err
    assert "\x1b" not in err

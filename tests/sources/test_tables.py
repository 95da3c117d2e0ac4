"""Tables with one thing wrong: it is refused by its line, in our own words, and the other rows are answered."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from mulu.sources.reading import UnreadableFile
from mulu.sources.rows import CHINESE_KEYS, BadRow, Row, read_rows
from mulu.vocabulary import Language

TEXT = "磷酸铁锂正极材料的制备方法"
INTERNALS = ("sys.", "set_int_max", "recursion", "Expecting", "char ", "Traceback", "codec")


def read(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows(path))


def told(rows):
    return [(row.line, row.id, row.because.id if isinstance(row, BadRow) else "row") for row in rows]


# ---- quotes ---------------------------------------------------------------------------------------------------------------


def test_a_quote_that_swallows_rows_refuses_them_and_names_where_it_opened(tmp_path):
    rows = read(tmp_path, "rows.csv", f'id,text\na,"{TEXT}\nb,{TEXT}\nc,{TEXT}"\nd,{TEXT}\n')
    assert told(rows) == [(2, "a", "swallowed_rows"), (5, "d", "row")]
    assert "the quote opened in line 2 is closed only in line 4, and line 3 looks like a row" in rows[0].because.en
    assert "第 2 行打开的引号到第 4 行才关闭" in rows[0].because.zh
    assert "lines 2 to 4 are not answered" in rows[0].because.en


def test_the_last_line_alone_may_be_the_row_that_was_swallowed(tmp_path):
    rows = read(tmp_path, "rows.csv", f'id,text,on\na,"{TEXT}\nb,{TEXT}",2025-08-01\n')
    assert told(rows) == [(2, "a", "swallowed_rows")]


def test_the_quote_is_named_by_the_line_on_which_it_opened_not_by_that_of_its_row(tmp_path):
    rows = read(tmp_path, "rows.csv", f'id,title,text\na,"one\ntwo","{TEXT}\nb,x,y"\nc,x,{TEXT}\n')
    assert told(rows) == [(2, "a", "swallowed_rows"), (5, "c", "row")]
    assert "the quote opened in line 3 " in rows[0].because.en
    assert "lines 2 to 4 " in rows[0].because.en


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_lines_are_counted_whatever_ends_them(tmp_path, end):
    content = end.join(["id,text", f'a,"{TEXT}', f'{TEXT}"', f'b,"{TEXT}', f'c,{TEXT}"', f"d,{TEXT}"])
    rows = read(tmp_path, "rows.csv", content)
    assert told(rows) == [(2, "a", "row"), (4, "b", "swallowed_rows"), (6, "d", "row")]
    assert rows[0].last == 3


@pytest.mark.parametrize(
    "content",
    [
        f'id,text\na,"{TEXT}\n第二行，第三行\n"\n',
        'id,text\na,"A process:\nmixing, milling\nand drying, at last"\n',
        f'id,text,on\na,"{TEXT}\n混合,研磨,干燥",2025-08-01\n',
        f'text,id\n"{TEXT}\n第二行",a\n',
        f'id;text\na;"{TEXT}\n混合,研磨"\n',
    ],
    ids=["Chinese", "English prose", "more separators", "text first", "another separator"],
)
def test_a_text_of_several_lines_is_one_row_that_tells_its_lines(tmp_path, content):
    (row,) = read(tmp_path, "rows.csv", content)
    assert isinstance(row, Row)
    assert (row.line, row.id) == (2, "a")
    assert row.last == 1 + content.rstrip("\n").count("\n")


def test_a_row_on_one_line_tells_no_other(tmp_path):
    (row,) = read(tmp_path, "rows.csv", f'id,text\na,"{TEXT}"\n')
    assert row == Row(2, "a", TEXT, None, None, None, None)


def test_an_unclosed_quote_refuses_from_its_row_on_and_the_rows_before_are_answered(tmp_path):
    rows = read(tmp_path, "rows.csv", f'id,text\na,{TEXT}\nb,{TEXT}\nc,"{TEXT}\nd,{TEXT}\ne,{TEXT}\n')
    assert told(rows) == [(2, "a", "row"), (3, "b", "row"), (4, "c", "unclosed_quote")]
    assert "in the row of line 4" in rows[2].because.en
    assert "lines 4 to 6 are not answered" in rows[2].because.en
    assert "第 4–6 行均未答复" in rows[2].because.zh


def test_rows_after_a_quote_that_ends_wrongly_are_answered(tmp_path):
    rows = read(tmp_path, "rows.csv", f'id,text\na,"{TEXT}" x\nb,"{TEXT}\nc,"{TEXT}"\nd,{TEXT}\n')
    assert told(rows) == [(2, "a", "unclosed_quote"), (3, "b", "unclosed_quote"), (5, "d", "row")]
    assert "the line is not answered" in rows[0].because.en
    assert "lines 3 to 4 are not answered" in rows[1].because.en


def test_the_id_of_a_row_that_cannot_be_parsed_is_given_only_where_it_is_certain(tmp_path):
    rows = read(tmp_path, "rows.csv", f'text,id\n"{TEXT}" x,a\n{TEXT},b\n')
    assert told(rows) == [(2, None, "unclosed_quote"), (3, "b", "row")]


def test_a_header_with_an_open_quote_refuses_the_table(tmp_path):
    with pytest.raises(UnreadableFile, match="header in line 1") as refused:
        read(tmp_path, "rows.csv", 'id,"text\na,b\n')
    assert "第 1 行的表头" in refused.value.in_(Language.ZH)


# ---- bytes and JSON -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_a_bad_byte_refuses_its_row_alone(tmp_path, name, encoding):
    lines = [f'{{"id": "{i}", "text": "{TEXT}#"}}' if name == "rows.jsonl" else f"{i},{TEXT}#" for i in "abcd"]
    lines = lines if name == "rows.jsonl" else ["id,text", *lines]
    data = "\n".join(lines).encode(encoding).replace(b"#", b"\xff", 2).replace(b"\xff", b"", 1).replace(b"#", b"")
    rows = read(tmp_path, name, data)
    first = 1 if name == "rows.jsonl" else 2
    assert told(rows) == [
        (first, "a", "row"), (first + 1, "b", "broken_text"), (first + 2, "c", "row"), (first + 3, "d", "row"),
    ]  # fmt: skip
    assert rows[0].text == TEXT
    assert "UTF-8" in rows[1].because.en


def test_a_bad_byte_in_a_column_that_is_not_read_refuses_nothing(tmp_path):
    rows = read(tmp_path, "rows.csv", f"id,text,owner\na,{TEXT},x#\nb,{TEXT},y\n".encode().replace(b"#", b"\xff"))
    assert told(rows) == [(2, "a", "row"), (3, "b", "row")]


@pytest.mark.parametrize("encoding", ["big5", "shift_jis", "latin-1"])
def test_a_table_in_another_encoding_is_refused_whole(tmp_path, encoding):
    text = {"big5": "正極材料的製備方法", "shift_jis": "リチウムイオンでんち", "latin-1": "procédé de préparation"}[
        encoding
    ]
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(tmp_path, "rows.csv", ("id,text\n" + "".join(f"{n},{text}\n" for n in range(6))).encode(encoding))


@pytest.mark.parametrize("name", ["rows.json", "rows.jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_refused_with_what_is_wanted(tmp_path, name, indent):
    content = json.dumps([{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}], indent=indent)
    with pytest.raises(UnreadableFile, match=r"JSON Lines.*one object a line") as refused:
        read(tmp_path, name, "\n" + content + "\n")
    assert "每行一个对象" in refused.value.in_(Language.ZH)


@pytest.mark.parametrize(
    ("line", "en", "zh"),
    [
        ('{"id": ' + "9" * 5000 + ', "text": "x"}', "too many digits", "位数过多"),
        ("[" * 100_000, "nested too deeply", "嵌套过深"),
        ('{"id": "a", "text": }', "from column 21 on", "第 21 列起"),
        ('{"id": "a", "id": "b", "text": "x"}', "a key is given twice", "同一个键出现两次"),
    ],
    ids=["digits", "depth", "syntax", "a key twice"],
)
def test_a_line_that_is_no_usable_json_is_told_in_our_own_words(tmp_path, line, en, zh):
    rows = read(tmp_path, "rows.jsonl", f'{line}\n{{"id": "z", "text": "{TEXT}"}}\n')
    assert told(rows) == [(1, None, "not_json"), (2, "z", "row")]
    assert en in rows[0].because.en
    assert zh in rows[0].because.zh
    for said in (rows[0].because.en, rows[0].because.zh):
        assert not any(word in said for word in INTERNALS)


def test_a_workbook_that_cannot_be_read_is_told_in_our_own_words(tmp_path):
    with pytest.raises(UnreadableFile, match=r"save it as \.xlsx") as refused:
        read(tmp_path, "rows.xlsx", b"PK\x03\x04 broken")
    assert "archive" not in str(refused.value).lower()


# ---- Chinese headers ------------------------------------------------------------------------------------------------------

CHINESE = ["编号", "技术描述", "标题", "语言", "类别", "日期", "备注"]
CELLS = ["甲", TEXT, "正极材料", "zh", "专利", "2025-08-01", "x"]


def test_a_csv_with_a_chinese_header_is_read(tmp_path):
    (row,) = read(tmp_path, "rows.csv", f"{','.join(CHINESE)}\n{','.join(CELLS)}\n".encode("gb18030"))
    assert row == Row(2, "甲", TEXT, "正极材料", "zh", "专利", "2025-08-01")


def test_a_workbook_with_a_chinese_header_is_read(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, CHINESE)
        sheet.write_row(1, 0, CELLS)
    assert list(read_rows(path)) == [Row(2, "甲", TEXT, "正极材料", "zh", "专利", "2025-08-01")]


@pytest.mark.parametrize("key", sorted(CHINESE_KEYS))
def test_each_chinese_name_of_a_column_is_read_as_its_key(tmp_path, key):
    for name in CHINESE_KEYS[key]:
        columns = {"id": "a", "text": TEXT} | {key: "2025-08-01"}
        header = ",".join(name if column == key else column for column in columns)
        (row,) = read(tmp_path, "rows.csv", f"{header}\n{','.join(columns.values())}\n")
        assert getattr(row, key) == "2025-08-01"


@pytest.mark.parametrize(
    ("header", "cells", "id_"),
    [
        ("序号,编号,描述", f"1,甲,{TEXT}", "甲"),
        ("编号,id,描述", f"1,甲,{TEXT}", "甲"),
        ("序号,描述,内容", f"1,{TEXT},x", "1"),
    ],
)
def test_of_two_columns_that_could_be_meant_the_plainer_name_is_taken(tmp_path, header, cells, id_):
    (row,) = read(tmp_path, "rows.csv", f"{header}\n{cells}\n")
    assert (row.id, row.text) == (id_, TEXT)


def test_the_documentation_lists_every_chinese_name():
    page = (Path(__file__).parents[2] / "docs" / "screening.md").read_text(encoding="utf-8")
    for key, names in CHINESE_KEYS.items():
        assert f"| `{key}` | {', '.join(names)} |" in page


def test_a_header_once_more_and_in_another_language_is_no_description(tmp_path):
    lines = ["编号,描述", "id,text", f"甲,{TEXT}", "编号,描述", "乙,描述"]
    rows = read(tmp_path, "rows.csv", "\n".join(lines))
    assert told(rows) == [
        (2, "id", "row_of_names"), (3, "甲", "row"), (4, "编号", "row_of_names"), (5, "乙", "row"),
    ]  # fmt: skip


def test_a_table_without_the_columns_says_their_names_in_both_languages(tmp_path):
    with pytest.raises(UnreadableFile, match="columns id and text") as refused:
        read(tmp_path, "rows.csv", "甲,乙\n1,2\n")
    assert "“编号”和“描述”" in refused.value.in_(Language.ZH)
    with pytest.raises(UnreadableFile, match="names a column twice"):
        read(tmp_path, "rows.csv", "编号,描述,描述\n1,2,3\n")

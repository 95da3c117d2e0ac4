"""Tables with the oddities that people hand in; `test_files.py` holds the plain cases."""

import datetime
import json

import pytest
import xlsxwriter

from mulu.sources.reading import UnreadableFile, decode, read_text
from mulu.sources.rows import BadRow, Row, read_rows
from mulu.vocabulary import Language

TEXT = "磷酸铁锂正极材料的制备方法"


def a_table(folder, name, content, encoding="utf-8"):
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize(
    ("name", "content"),
    [("rows.csv", f"id,text\na,{TEXT}\n"), ("rows.JSONL", json.dumps({"id": "a", "text": TEXT}, ensure_ascii=False))],
)
def test_a_table_is_read_in_the_encodings_of_the_field_whatever_the_case_of_its_name(tmp_path, name, content, encoding):
    (row,) = read_rows(a_table(tmp_path, name, content, encoding))
    assert isinstance(row, Row)
    assert (row.id, row.text) == ("a", TEXT)


def test_a_header_may_have_capitals_and_spaces_and_other_columns(tmp_path):
    (row,) = read_rows(a_table(tmp_path, "rows.csv", f" ID ,Owner, Text\n a ,us,{TEXT}\n"))
    assert isinstance(row, Row)
    assert (row.id, row.text, row.title) == ("a", TEXT, None)


def test_a_blank_line_in_a_table_is_no_row_and_keeps_the_count_of_lines(tmp_path):
    rows = list(read_rows(a_table(tmp_path, "rows.csv", f"id,text\n\na,{TEXT}\n\nb,\n")))
    assert [(row.line, type(row)) for row in rows] == [(3, Row), (5, BadRow)]


def test_a_row_of_several_lines_is_reported_by_the_line_on_which_it_begins(tmp_path):
    rows = list(read_rows(a_table(tmp_path, "rows.csv", f'id,text\na,"{TEXT}\n第二行\n第三行"\n,"x\ny"\n')))
    assert [row.line for row in rows] == [2, 5]
    assert isinstance(rows[0], Row)
    assert rows[0].text == f"{TEXT}\n第二行\n第三行"
    assert isinstance(rows[1], BadRow)


def test_a_text_longer_than_the_csv_reader_likes_is_read_whole(tmp_path):
    (row,) = read_rows(a_table(tmp_path, "rows.csv", "id,text\na," + "锂" * 200_000 + "\n"))
    assert isinstance(row, Row)
    assert len(row.text) == 200_000


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (["磷酸铁锂"], "列表", "a list"),
        ({"zh": "磷酸铁锂"}, "对象", "an object"),
        (True, "逻辑值", "true or false"),
        (5, "数字", "a number"),
        (5.5, "数字", "a number"),
    ],
    ids=["list", "object", "true", "number", "fraction"],
)
@pytest.mark.parametrize("key", ["text", "title"])
def test_a_text_that_is_not_a_text_is_a_bad_row_that_names_row_and_key(tmp_path, key, value, zh, en):
    given = {"id": 7, "text": TEXT, key: value}
    (row,) = read_rows(a_table(tmp_path, "rows.jsonl", json.dumps(given, ensure_ascii=False)))
    assert isinstance(row, BadRow)
    assert (row.line, row.id) == (1, "7")
    assert f"{key} 不是文字（字符串），而是{zh}" in row.because.zh
    assert f"{key} is not a text (a string) but {en}" in row.because.en


def _as_file(folder, text):
    path = folder / "a.txt"
    path.write_bytes(text.encode())
    return read_text(path)


def _as_row(folder, name, content):
    (row,) = read_rows(a_table(folder, name, content))
    return row


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x85", "\uf0b7", "\t", "\f"], ids=repr)
@pytest.mark.parametrize("times", [1, 40])
def test_control_characters_are_taken_or_refused_alike_in_a_file_and_in_a_row(tmp_path, control, times):
    given = TEXT + control * times + TEXT
    taken = times == 1 or control in "\t\f"
    escaped = json.dumps({"id": "a", "text": given})
    if taken:
        raw = f'{{"id": "a", "text": "{given}"}}'
        assert _as_file(tmp_path, given) == given
        assert _as_row(tmp_path, "rows.jsonl", escaped).text == given
        assert _as_row(tmp_path, "raw.jsonl", raw).text == given
        return
    with pytest.raises(UnreadableFile, match="binary"):
        _as_file(tmp_path, given)
    row = _as_row(tmp_path, "rows.jsonl", escaped)
    assert isinstance(row, BadRow)
    assert (row.line, row.id) == (1, "a")
    assert "binary" in row.because.en
    assert "二进制" in row.because.zh


def test_an_id_may_be_a_number(tmp_path):
    (row,) = read_rows(a_table(tmp_path, "rows.jsonl", json.dumps({"id": 7, "text": TEXT}, ensure_ascii=False)))
    assert isinstance(row, Row)
    assert row.id == "7"


def test_a_repeated_id_is_reported_with_the_line_that_it_repeats_in_both_languages(tmp_path):
    rows = list(read_rows(a_table(tmp_path, "rows.csv", "id,text\na,x\nb,y\na,z\na,w\n")))
    assert [type(row) for row in rows] == [Row, Row, BadRow, BadRow]
    for bad in rows[2:]:
        assert "'a'" in bad.because.en
        assert "line 2" in bad.because.en
        assert "第 2 行" in bad.because.zh


def test_a_workbook_gives_whole_numbers_and_days_as_people_wrote_them(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Id", "TEXT", "on", "title"])
        sheet.write_row(1, 0, [7, TEXT])
        sheet.write_datetime(1, 2, datetime.datetime(2025, 7, 15), day)
        sheet.write_row(3, 0, ["b", "A process", "2024-01-01", "Title"])
        book.add_worksheet("other").write_row(0, 0, ["no", "table"])
    assert list(read_rows(path)) == [
        Row(2, "7", TEXT, None, None, None, "2025-07-15"),
        Row(4, "b", "A process", "Title", None, None, "2024-01-01"),
    ]


def test_a_workbook_without_the_columns_is_refused_by_name(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, ["number", "description"])
    with pytest.raises(UnreadableFile, match="columns id and text") as refused:
        list(read_rows(path))
    assert "id 和 text" in refused.value.in_(Language.ZH)


@pytest.mark.parametrize("name", ["missing.csv", "missing.jsonl", "missing.xlsx"])
def test_a_table_that_is_missing_is_refused_with_the_remedy(tmp_path, name):
    with pytest.raises(UnreadableFile, match="Check path"):
        list(read_rows(tmp_path / name))


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0" + bytes(500),
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"\xff\xd8\xff\xe0" + bytes(500),
        TEXT.encode("utf-16-le"),
        bytes(1000),
        "Le procédé de préparation".encode("latin-1"),
    ],
    ids=["old Office", "PNG", "JPEG", "UTF-16 without its mark", "zeroes", "Latin-1"],
)
def test_what_is_not_text_in_a_known_encoding_is_refused_rather_than_guessed(data):
    with pytest.raises(UnreadableFile, match="Save it as"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        (b"", "文件为空", "is empty"),
        (b"\xef\xbb\xbf", "文件为空", "is empty"),
        (b" \n\t  \r\n", "只有空白字符", "holds only blanks"),
        ("\u3000\n".encode(), "只有空白字符", "holds only blanks"),
        (" \n".encode("utf-16"), "只有空白字符", "holds only blanks"),
    ],
    ids=["nothing", "a byte order mark", "blanks", "wide blanks", "blanks in UTF-16"],
)
def test_a_file_without_content_is_refused_and_blanks_are_called_blanks(tmp_path, data, zh, en):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=en) as refused:
        read_text(path)
    assert zh in refused.value.in_(Language.ZH)


def test_a_file_far_beyond_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(300_000_000)  # takes no room on the disk
    with pytest.raises(UnreadableFile, match="too large"):
        read_text(path)
    with pytest.raises(UnreadableFile, match="too large"):
        list(read_rows(path.rename(tmp_path / "huge.csv")))

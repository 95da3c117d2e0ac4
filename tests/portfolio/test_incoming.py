"""What comes in as a portfolio: every row is a record, refused with its reason, or told to repeat; none is lost."""

import csv
import datetime
import io
import json
import tempfile
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mulu.errors import Misused
from mulu.portfolio.columns import header_of, letter, parse_given
from mulu.portfolio.countries import country_of, may_be
from mulu.portfolio.incoming import (
    ColumnsLacking,
    Incoming,
    day_of,
    family_of,
    guess,
    mapping_from,
    refused_line,
)
from mulu.portfolio.records import Record, Refused, Repeated
from mulu.sources.documents import UnreadableDocument
from mulu.sources.reading import UnreadableFile
from mulu.vocabulary import Said

TEXT = "磷酸铁锂正极材料的制备方法，以磷酸铁为原料"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, columns=None, **given):
    incoming = Incoming(path, columns, **given)
    return list(incoming), incoming


def told(ones):
    return [
        (one.id, one.said.id if isinstance(one, Refused) else "repeated" if isinstance(one, Repeated) else one.text)
        for one in ones
    ]


def workbook(folder, sheets, name="rows.xlsx", **options):
    path = folder / name
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, **options}) as made:
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


# ---- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_a_table_is_read_in_the_encodings_of_the_field_and_the_encoding_is_told(tmp_path, encoding):
    content = f"编号,摘要\n1,{TEXT}\n2,{TEXT}的改进\n".encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    ones, incoming = read(put(tmp_path, "rows.csv", content))
    assert told(ones) == [("1", TEXT), ("2", f"{TEXT}的改进")]
    assert incoming.mapping.encoding == {"gbk": "gb18030", "utf-16-le": "utf-16"}.get(encoding, encoding)


@pytest.mark.parametrize(("most", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_line_in_another_encoding_than_the_others_is_refused_and_never_read_as_rubbish(tmp_path, most, other):
    lines = [f"{n},{TEXT}{n}\n".encode(most) for n in range(5)]
    lines[3] = f"3,{TEXT}3\n".encode(other)
    ones, incoming = read(put(tmp_path, "rows.csv", "编号,摘要\n".encode(most) + b"".join(lines)))
    assert incoming.mapping.encoding == most
    assert [said for _, said in told(ones)] == [TEXT + "0", TEXT + "1", TEXT + "2", "broken_text", TEXT + "4"]
    assert ones[3].id == "3"


def test_western_letters_in_another_encoding_refuse_their_own_lines_alone(tmp_path):
    content = "id,text\na,a method of making cathodes from iron\nb,caf\xe9 cathodes\nc,a kiln\n".encode("cp1252")
    ones, _ = read(put(tmp_path, "rows.csv", content))
    assert [said for _, said in told(ones)] == ["a method of making cathodes from iron", "broken_text", "a kiln"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x01\x02" * 400, b"%PDF-1.7 rows", b"\xff\xfei\x00d\x00,"])
def test_what_is_no_table_is_refused_as_a_whole(tmp_path, content):
    with pytest.raises((UnreadableFile, Misused)) as caught:
        read(put(tmp_path, "rows.csv", content))
    assert "rows.csv" in caught.value.said.zh and "rows.csv" in caught.value.said.en


def test_utf_16_that_is_cut_off_is_refused_by_name(tmp_path):
    content = f"编号,摘要\n1,{TEXT}\n".encode("utf-16") + b"\x41"
    with pytest.raises(UnreadableFile, match="utf-16"):
        read(put(tmp_path, "rows.csv", content))


# ---- delimiters, quotes, lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_texts_are_full_of_others(tmp_path, delimiter):
    others = "".join(sign for sign in ",;|" if sign != delimiter)
    content = "".join(
        f"{delimiter.join(row)}\r\n" for row in [("id", "text", "on"), ("1", f"a{others}b", ""), ("2", others, "")]
    )
    ones, incoming = read(put(tmp_path, "rows.csv", content))
    assert incoming.mapping.delimiter == delimiter
    assert told(ones) == [("1", f"a{others}b"), ("2", others)]


def test_a_line_that_names_the_delimiter_is_no_row(tmp_path):
    ones, _ = read(put(tmp_path, "rows.csv", "sep=;\nid;text\n1;a, b\n"))
    assert told(ones) == [("1", "a, b")] and ones[0].place == "rows.csv, 3"


def test_quotes_line_breaks_and_what_spreadsheets_take_for_formulas_are_text(tmp_path):
    rows = [
        ("1", 'a "quoted" word,\nand a second line'),
        ("2", "=1+1"),
        ("3", "@SUM(A1)"),
        ("4", "-2+3"),
        ("5", "+cmd|' /C calc'!A0"),
    ]
    made = io.StringIO()
    csv.writer(made).writerows([("id", "text"), *rows])
    ones, _ = read(put(tmp_path, "rows.csv", made.getvalue()))
    assert told(ones) == rows
    assert [one.place for one in ones] == ["rows.csv, 2–3", *(f"rows.csv, {n}" for n in range(4, 8))]


def test_a_quote_that_is_not_closed_takes_no_row_with_it(tmp_path):
    ones, _ = read(put(tmp_path, "rows.csv", f'id,text\na,"{TEXT}\nb,{TEXT}\nc,{TEXT}\nd,"{TEXT}"\n'))
    assert told(ones) == [(None, "swallowed_rows"), ("b", TEXT), ("c", TEXT), ("d", TEXT)]
    assert ones[0].place == "rows.csv, 2" and ones[0].row == f'a,"{TEXT}'


def test_a_quote_that_is_open_to_the_end_is_refused_with_its_lines(tmp_path):
    ones, _ = read(put(tmp_path, "rows.csv", f'id,text\na,{TEXT}\nb,"{TEXT}\nmore of it\n'))
    assert told(ones) == [("a", TEXT), (None, "unclosed_quote")] and "lines 3 to 4" in ones[1].said.en


def test_rows_that_do_not_fit_the_header_are_refused_and_blank_ones_are_none(tmp_path):
    content = f"id,text,on\n\n ,, \na,{TEXT},\nb,half\nsecond half,US\nc,x,y,z\n,,\nd,{TEXT},,,\n"
    ones, incoming = read(put(tmp_path, "rows.csv", content))
    assert [said for _, said in told(ones)] == [TEXT, "cells_misfit", "cells_misfit", "cells_misfit", TEXT]
    assert incoming.tally["rows"] == 5


def test_a_long_cell_is_read_and_one_without_end_is_refused(tmp_path, monkeypatch):
    ones, _ = read(put(tmp_path, "rows.csv", f"id,text\na,{'铁' * 40_000}\nb,{TEXT}\n"))
    assert len(ones[0].text) == 40_000
    monkeypatch.setattr("mulu.sources.delimited.MAX_ROW", 50_000)
    monkeypatch.setattr("mulu.portfolio.incoming.MAX_TEXT", 30_000)
    ones, _ = read(put(tmp_path, "rows.csv", f"id,text\na,{'铁' * 40_000}\nb,{'x' * 200_000}\nc,{TEXT}\n"))
    assert told(ones) == [("a", "text_too_long"), (None, "row_too_long"), ("c", TEXT)]


def test_a_header_stands_where_it_stands(tmp_path):
    content = (
        "search URL:,https://example.org/?q=x\n\nid,title,assignee,publication date\nUS-1-B2,A kiln,Acme,2020-01-01\n"
    )
    ones, incoming = read(put(tmp_path, "rows.csv", content))
    assert told(ones) == [("US-1-B2", "A kiln")] and ones[0].owner == "Acme" and ones[0].title is None
    assert incoming.mapping.tables[0].how["text"] == "title"
    assert [note.id for note in incoming.mapping.tables[0].notes] == ["titles_alone", "day_before_office"]
    assert ones[0].facts == {"publication date": "2020-01-01"} and ones[0].day is None


def test_blanks_after_the_delimiters_of_the_header_are_of_the_file(tmp_path):
    ones, _ = read(put(tmp_path, "rows.csv", 'id, text, on\na, "x, y", 2025-01-02\n'))
    assert told(ones) == [("a", "x, y")] and ones[0].day == datetime.date(2025, 1, 2)


def test_a_country_that_is_said_of_nobody_is_told_and_not_taken(tmp_path):
    ones, incoming = read(put(tmp_path, "rows.csv", f"id,text,Country,国别\na,{TEXT},US,\n"))
    (note,) = incoming.mapping.tables[0].notes
    assert (note.id, ones[0].recipient) == ("country_of_whom", None) and "recipient=Country" in note.en
    ones, incoming = read(put(tmp_path, "more.csv", f"id,text,Country,出口国别\na,{TEXT},CN,US\n"))
    assert (incoming.mapping.tables[0].notes, ones[0].recipient) == ((), "US")


# ---- columns ---------------------------------------------------------------------------------------------------------

OFFICES = {
    "incopat": (
        "标题,摘要,申请人,公开(公告)号,公开(公告)日,申请号,专利类型,当前权利人,优先权号,简单同族ID,受让人",
        f"一种方法,{TEXT},甲公司,CN115000001A,2022-09-02,CN202210000001.1,发明申请,乙公司,,77,Acme GmbH（德国）",
        {"title": "一种方法", "owner": "乙公司", "kind": "发明申请", "family": "77", "recipient": "Acme GmbH（德国）"},
        "CN115000001A",
    ),
    "patsnap": (
        "序号,公开(公告)号,标题,摘要,[标]当前申请(专利权)人,申请号,简单同族",
        f"1,CN115000001A,一种方法,{TEXT},甲公司,CN202210000001.1,CN115000001A | US20230000001A1",
        {"title": "一种方法", "owner": "甲公司", "family": "CN115000001"},
        "CN115000001A",
    ),
    "cnipr": (
        "公开(公告)号,发明名称,申请人/专利权人,公开(公告)日,主分类号,摘要",
        f"CN115000001A,一种方法,甲公司,2022-09-02,C01B 25/45,{TEXT}",
        {"title": "一种方法", "owner": "甲公司", "family": None},
        "CN115000001A",
    ),
    "lens": (
        '"#",Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Application Number,Priority Numbers,Title,Abstract,Applicants,Owners,Document Type',
        f"1,WO,A1,WO 2023/000001 A1,001-002,2023-01-05,CN 2022000001 W,CN 202110000001 A,A method,{TEXT},ACME,,Patent Application",
        {"title": "A method", "owner": "ACME", "family": "CN202110000001"},
        "WO 2023/000001 A1",
    ),
    "espacenet": (
        "No,Title,Inventors,Applicants,Publication number,Earliest priority,IPC,Publication date,Family number",
        "1,A method of firing,X,ACME,EP4000001A1,2021-01-01,C01B25/45,2022-05-01,70000001",
        {"title": None, "owner": "ACME", "family": "70000001"},
        "EP4000001A1",
    ),
    "patentscope": (
        "Application Id,Application Number,Application Date,Country,Title,Abstract,I P C,Applicants,Priorities Data",
        f"WO2023000001,PCT/CN2022/000001,05.01.2022,WO,A method,{TEXT},C01B 25/45,ACME,202110000001.2",
        {"title": "A method", "owner": "ACME", "family": "CN202110000001"},
        "WO2023000001",
    ),
}


@pytest.mark.parametrize("office", OFFICES)
def test_an_export_of_a_patent_office_or_service_is_known_by_its_columns(tmp_path, office):
    header, row, wanted, ident = OFFICES[office]
    ones, incoming = read(put(tmp_path, "export.csv", f"{header}\n{row}\n"))
    assert [one.id for one in ones] == [ident], ones
    assert ones[0].text == (TEXT if TEXT in row else "A method of firing")
    assert {name: getattr(ones[0], name) for name in wanted} == wanted
    held = {ones[0].text, ones[0].title, ones[0].owner, ones[0].recipient, ones[0].kind, ident}
    for name, value in zip(next(csv.reader([header])), next(csv.reader([row])), strict=True):
        # Nothing is dropped: what plays no part stands among the facts.
        family = name in incoming.mapping.tables[0].roles.get("family", ())
        assert not value or value in held or family or ones[0].facts[name] == value


def test_members_of_a_family_are_known_by_their_priorities():
    first = family_of([], ["CN202110000001.2"])
    assert first == family_of(["202110000001.2"], ["US17/000001"]) == "CN202110000001"
    assert family_of(["US 1", "CN202110000001.2"], []) == family_of(["CN202110000001.2", "US1"], []) != first
    assert family_of([], []) is None


def test_columns_that_are_given_go_before_guesses_and_a_mapping_is_kept(tmp_path):
    path = put(tmp_path, "rows.csv", f"a,b,c\n1,short,{TEXT * 2}\n2,other,{TEXT}二\n")
    with pytest.raises(ColumnsLacking) as caught:
        read(path)
    assert "a, b, c" in caught.value.said.en and caught.value.said.id == "no_id_column"
    assert caught.value.mapping.tables[0].how == {"text": "held"}
    ones, incoming = read(path, "text=c,title=b,id=A")
    assert told(ones) == [("1", TEXT * 2), ("2", f"{TEXT}二")] and ones[0].title == "short"
    kept = incoming.mapping.as_bytes()
    assert mapping_from(kept) == incoming.mapping
    assert list(Incoming(path, mapping=mapping_from(kept))) == ones
    assert incoming.mapping.tables[0].roles == {"text": ("c",), "title": ("b",), "id": ("a",)}
    other = put(tmp_path, "other.csv", f"a,x,c\n1,short,{TEXT}\n")
    with pytest.raises(Misused, match="not those of the mapping"):
        list(Incoming(other, mapping=mapping_from(kept)))
    with pytest.raises(Misused):
        mapping_from(kept[:-9])


def test_rows_are_numbered_only_when_that_is_asked_for(tmp_path):
    path = put(tmp_path, "rows.csv", f"摘要\n{TEXT}\n{TEXT}二\n")
    with pytest.raises(ColumnsLacking):
        read(path)
    assert told(read(path, "id=row")[0]) == [("2", TEXT), ("3", f"{TEXT}二")]


@pytest.mark.parametrize(
    ("header", "given", "said"),
    [
        ("编号,数量", None, "no_text_column"),
        ("编号,摘要,摘要", None, "column_twice"),
        ("id,ID,text", None, "column_twice"),
        ("编号,摘要", "text=正文", "no_such_column"),
        ("编号,摘要", "texts=摘要", "no_such_role"),
        ("编号,摘要", "text", "columns_malformed"),
        ("编号,摘要", "text=摘要,text=编号", "role_twice"),
    ],
)
def test_columns_that_cannot_be_told_are_an_error_that_names_them(tmp_path, header, given, said):
    path = put(tmp_path, "rows.csv", f"{header}\n{','.join('7' for _ in header.split(','))}\n")
    with pytest.raises(Misused) as caught:
        read(path, given)
    assert caught.value.said.id == said
    for name in header.split(","):
        if said in ("no_text_column", "no_such_column"):
            assert name in caught.value.said.zh and name in caught.value.said.en


def test_two_columns_of_one_name_are_both_kept_and_may_be_named(tmp_path):
    path = put(tmp_path, "rows.csv", f"编号,摘要,摘要,备注,备注\n1,短,{TEXT},x,y\n")
    ones, _ = read(path, "text=摘要 (2)")
    assert told(ones) == [("1", TEXT)] and ones[0].facts == {"摘要": "短", "备注": "x", "备注 (2)": "y"}
    assert told(read(path, "text=摘要+摘要 (2)")[0]) == [("1", f"短\n{TEXT}")]


def test_what_is_given_may_hold_commas():
    assert parse_given("text=摘要, 原文,id=No. 1,title=a+b") == {"text": "摘要, 原文", "id": "No. 1", "title": "a+b"}


def test_a_guess_shows_what_was_seen(tmp_path):
    (table,) = guess(put(tmp_path, "rows.csv", f"编号,摘要,空\n1,{TEXT},\n2,{TEXT},\n")).tables
    assert [(one.name, one.letter, one.filled, one.rows) for one in table.seen] == [
        ("编号", "A", 2, 2),
        ("摘要", "B", 2, 2),
        ("空", "C", 0, 2),
    ]
    assert table.seen[1].examples == (TEXT,) and table.header == 1


def test_columns_are_lettered_as_spreadsheets_do():
    assert [letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_row_of_sentences_or_numbers_is_no_header():
    assert header_of([("1", f"{TEXT}。"), ("2", f"{TEXT}。")]) is None
    assert header_of([("Portfolio of 2025",), ("Nr", "Beschreibung"), ("1", "x")]) == 1


# ---- ids, days, duplicates -------------------------------------------------------------------------------------------


def test_the_same_id_with_the_same_content_repeats_and_with_other_content_is_refused(tmp_path):
    ones, incoming = read(put(tmp_path, "rows.csv", f"id,text\na,{TEXT}\na,{TEXT}\nb,{TEXT} \na,other\n,{TEXT}\n"))
    assert told(ones) == [
        ("a", TEXT),
        ("a", "repeated"),
        ("b", f"{TEXT} "),
        ("a", "id_with_other_content"),
        (None, "row_without_id"),
    ]
    assert ones[1].first == "rows.csv, 2" and "rows.csv, 2" in ones[3].said.zh and ones[3].place == "rows.csv, 5"
    assert ones[2].same_text == "a" and ones[0].same_text is None
    assert dict(incoming.tally) == {
        "rows": 5,
        "records": 2,
        "repeated": 1,
        "same_text": 1,
        "refused": 2,
    }


def test_numbers_as_ids_are_one_however_a_spreadsheet_keeps_them(tmp_path):
    rows = [["id", "text"], [1, "a"], [2.0, "b"], ["003", "c"], [12345678901234567, "d"], [4.5, "e"], [True, "f"]]
    ones, _ = read(workbook(tmp_path, {"Sheet1": rows}))
    assert told(ones) == [("1", "a"), ("2", "b"), ("003", "c"), (None, "cell_unsaid"), ("4.5", "e"), ("TRUE", "f")]
    lines = "".join(
        json.dumps({"id": i, "text": t}) + "\n"
        for i, t in [(1, "a"), (2.0, "b"), (12345678901234567, "d"), (True, "f")]
    )
    ones, _ = read(put(tmp_path, "rows.jsonl", lines))
    assert told(ones) == [("1", "a"), ("2", "b"), ("12345678901234567", "d"), (None, "no_text")]
    ones, _ = read(put(tmp_path, "rows.csv", "id,text\n2.02E+11,a\n1.0,b\n1,c\n"))
    assert told(ones) == [("2.02E+11", "id_in_scientific_notation"), ("1.0", "b"), ("1", "c")]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2025-07-15", (2025, 7, 15)),
        ("2025/7/15", (2025, 7, 15)),
        ("2025.07.15", (2025, 7, 15)),
        ("2025年7月15日", (2025, 7, 15)),
        ("20250715", (2025, 7, 15)),
        ("2025-07-15T08:30:00Z", (2025, 7, 15)),
        ("45853", (2025, 7, 15)),
        ("15 Jul 2025", (2025, 7, 15)),
        ("July 15, 2025", (2025, 7, 15)),
        ("15/07/2025", (2025, 7, 15)),
        ("07/15/2025", (2025, 7, 15)),
        ("07/07/2025", (2025, 7, 7)),
        ("03/04/2025", "day_ambiguous"),
        ("2025-02-30", "day_unread"),
        ("2025", "day_unread"),
        ("next week", "day_unread"),
        ("31 Foo 2025", "day_unread"),
    ],
)
def test_a_day_is_read_as_tables_write_it_or_refused(said, day):
    found = day_of(said)
    assert (found.id if isinstance(found, Said) else found) == (day if isinstance(day, str) else datetime.date(*day))


def test_a_day_that_cannot_be_read_refuses_its_row_and_serial_days_are_told(tmp_path):
    ones, incoming = read(put(tmp_path, "rows.csv", "id,text,on\na,x,45853\nb,y,03/04/2025\nc,z,\n"))
    assert told(ones) == [("a", "x"), ("b", "day_ambiguous"), ("c", "z")]
    assert ones[0].day == datetime.date(2025, 7, 15) and ones[2].day is None and incoming.tally["serial_days"] == 1


# ---- workbooks -------------------------------------------------------------------------------------------------------


def test_sheets_are_read_each_by_its_own_columns_and_what_is_not_read_is_told(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as made:
        cover = made.add_worksheet("说明")
        cover.write_row(0, 0, ["本表由法务部整理，仅供内部核对之用，请勿外传，最后更新于上月末，如有疑问请联系。"])
        patents = made.add_worksheet("专利")
        patents.write_row(2, 1, ["公开号", "摘要"])
        patents.write_row(5, 1, ["CN1A", TEXT])
        patents.write_row(6, 1, ["CN2A", "=1+1"])
        licences = made.add_worksheet("许可")
        licences.write_row(0, 0, ["描述", "合同编号", "签订日期"])
        licences.write(1, 0, f"{TEXT}的许可")
        licences.write(1, 1, "L-1")
        licences.write_datetime(1, 2, datetime.datetime(2025, 3, 4), made.add_format({"num_format": "yyyy-mm-dd"}))
        made.add_worksheet("空")
        made.add_chartsheet("图")
        hidden = made.add_worksheet("旧")
        hidden.write_row(0, 0, ["id", "text"])
        hidden.hide()
    ones, incoming = read(path)
    assert told(ones) == [("CN1A", TEXT), ("CN2A", "=1+1"), ("L-1", f"{TEXT}的许可")]
    assert [one.place for one in ones] == ["rows.xlsx, 专利, 6", "rows.xlsx, 专利, 7", "rows.xlsx, 许可, 2"]
    assert ones[2].day == datetime.date(2025, 3, 4)
    assert {(one.name, one.said.id) for one in incoming.skipped} == {
        ("说明", "sheet_without_text"),
        ("旧", "hidden_sheet"),
    }


def test_cells_that_say_nothing_reliable_are_refused_and_never_read_as_empty(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["id", "text", "recipient", "remark"])
        for row, ident in enumerate("abcde", 1):
            sheet.write_row(row, 0, [ident, TEXT + ident, "US", ""])
        sheet.write_formula(2, 1, "=A1", None, "")  # not worked out
        sheet.write_formula(3, 2, "=NA()", None, "#N/A")
        sheet.write_formula(4, 1, '=A1&"x"', None, "worked out")
        sheet.write_formula(5, 3, "=1/0", None, "#DIV/0!")  # in a column that plays no part
        sheet.write_formula(6, 1, "=1/0", None, "#DIV/0!")  # alone in its row
    ones, _ = read(path)
    assert told(ones) == [
        ("a", TEXT + "a"),
        ("b", "cell_unsaid"),
        ("c", "cell_unsaid"),
        ("d", "worked out"),
        ("e", TEXT + "e"),
        (None, "cell_unsaid"),
    ]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"id,text\n1,2\n", b""]
)
def test_a_workbook_or_parquet_file_that_is_none_is_refused(tmp_path, content):
    for name in ("rows.xlsx", "rows.parquet"):
        with pytest.raises((UnreadableDocument, UnreadableFile)):
            read(put(tmp_path, name, content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (OLE + "Workbook".encode("utf-16-le"), "an old Excel file (.xls), which is not read. Save it as XLSX"),
        (
            "<html><table><tr><td>编号</td></tr></table></html>".encode(),
            "such as a web page, a text or a spreadsheet in XML",
        ),
        (f"编号,描述\n1,{TEXT}\n".encode(), "such as a web page, a text or a spreadsheet in XML"),
        (b"PK\x03\x04 torn", "damaged or incomplete"),
    ],
    ids=["password", "xls", "page", "csv", "torn"],
)
def test_what_goes_by_the_name_of_a_workbook_is_called_what_it_is(tmp_path, content, said):
    with pytest.raises(UnreadableDocument) as caught:
        read(put(tmp_path, "rows.xlsx", content))
    assert said in caught.value.said.en


HEADER = ["公开号", "标题", "摘要", "受让方国别", "合同日期"]
BODY = [[f"CN{n}A", "一种方法", f"{TEXT}{n}", "US", f"2025-01-0{n}"] for n in (1, 2, 3)]
ENGLISH = ["Publication number", "Title", "Abstract", "Transferee country", "Contract date"]
SHEETS = {  # rows of a sheet, the row that names its columns, and what became of those below
    "a title above": ([["2025 年度对外许可技术清单（摘要）"], HEADER, *BODY], 2, "rrr"),
    "notes above": ([["编制：法务部"], [], HEADER, *BODY], 3, "rrr"),
    "groups above": ([["基本信息", "", "", "交易信息", ""], HEADER, *BODY], 2, "rrr"),
    "merged over two rows": ([["公开号", "技术", "", "交易", ""], ["", *HEADER[1:]], *BODY], 2, "rrr"),
    "two languages": ([HEADER, ENGLISH, *BODY], 1, "nrrr"),
    "once more on each page": ([HEADER, BODY[0], HEADER, *BODY[1:]], 1, "rnrr"),
    "without the first columns": ([["", "", *row] for row in (HEADER, *BODY)], 1, "rrr"),
    "a total": ([HEADER, *BODY, ["合计", "", "", "3", ""]], 1, "rrrx"),
    "blank rows": ([HEADER, [], BODY[0], ["", " "], *BODY[1:]], 1, "rrr"),
}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", SHEETS)
def test_headers_as_people_lay_them_out_name_the_columns_and_are_no_records(tmp_path, kind, form):
    rows, header, became = SHEETS[kind]
    if form == "csv":
        made = io.StringIO()
        csv.writer(made).writerows([[*row, *[""] * (len(rows[-1]) - len(row))] for row in rows])
        ones, incoming = read(put(tmp_path, "rows.csv", made.getvalue()))
    else:
        ones, incoming = read(workbook(tmp_path, {"Sheet1": rows}))
    (table,) = incoming.mapping.tables
    assert table.header == header
    assert {role: names[0] for role, names in table.roles.items() if role != "numbers"} == dict(
        zip(("id", "title", "text", "recipient", "on"), HEADER, strict=True)
    )
    kinds = {"row_of_names": "n", "row_without_text": "x"}
    assert "".join(kinds[one.said.id] if isinstance(one, Refused) else "r" for one in ones) == became
    assert [(one.id, one.text, one.recipient) for one in ones if isinstance(one, Record)] == [
        (row[0], row[2], row[3]) for row in BODY
    ]


def test_a_record_that_holds_the_name_of_a_column_among_other_words_is_one(tmp_path):
    ones, _ = read(put(tmp_path, "rows.csv", "id,text\nno,abstract\nref,abstract art\n3,abstract\n"))
    assert told(ones) == [("no", "row_of_names"), ("ref", "abstract art"), ("3", "abstract")]


def test_a_row_of_sentences_above_the_header_names_no_column(tmp_path):
    rows = [["由法务部整理。", "仅供内部使用。"], ["", "编号", "描述"], ["x", "1", TEXT]]
    _, incoming = read(workbook(tmp_path, {"Sheet1": rows}))
    assert incoming.mapping.tables[0].names == ("[A]", "编号", "描述")


def test_kinds_that_are_not_known_are_named(tmp_path):
    with pytest.raises(UnreadableFile, match=r"\.xls\b"):
        read(put(tmp_path, "rows.xls", b"x"))
    with pytest.raises(UnreadableFile):
        read(tmp_path / "nothing.csv")


# ---- JSON Lines and Parquet ------------------------------------------------------------------------------------------


def test_lines_of_json_keep_every_key_and_refuse_what_is_none(tmp_path):
    lines = [
        json.dumps({"id": "a", "text": TEXT, "extra": {"x": [1]}, "n": None, "list": ["u", 2]}),
        "{",
        "[1]",
        '{"id": "b", "id": "c", "text": "x"}',
        json.dumps({"id": "d", "text": 7}),
        "",
        json.dumps({"id": "e", "text": "half \ud800"}),
        json.dumps({"id": "f", "text": "\x00\x01\x02\x03"}),
        json.dumps({"text": "no id"}),
        json.dumps({"id": "g", "text": " "}),
        "[" * 100_000,
    ]
    ones, _ = read(put(tmp_path, "rows.jsonl", "\n".join(lines)))
    assert [said for _, said in told(ones)] == [
        TEXT, "not_json", "not_an_object", "not_json", "no_text", "broken_text", "implausible_text", "row_without_id", "row_without_text", "not_json",
    ]  # fmt: skip
    assert ones[0].facts == {"extra": '{"x":[1]}', "list": "u; 2"}
    for one in ones[1:]:
        held = json.loads(refused_line(one))
        assert held["said"]["zh"] and held["said"]["en"] and held["place"].startswith("rows.jsonl, ")


def test_a_json_array_is_no_json_lines(tmp_path):
    with pytest.raises(UnreadableFile, match="JSON Lines"):
        read(put(tmp_path, "rows.jsonl", '[{"id": "a", "text": "b"}]'))


def test_parquet_is_read_by_batches_with_every_kind_of_value(tmp_path):
    path = tmp_path / "rows.parquet"
    table = pa.table(
        {
            "id": [1, 2, 3, None],
            "text": [f"{TEXT}{n}" for n in range(3)] + ["x"],
            "on": [datetime.date(2025, 1, 2), None, datetime.date(2025, 1, 3), None],
            "score": [0.5, float("nan"), 1.0, None],
            "tags": [["a"], [], None, None],
            "raw": [b"\xff", b"ok", None, None],
        }
    )
    pq.write_table(table, path, row_group_size=2)
    ones, incoming = read(path)
    assert told(ones) == [("1", f"{TEXT}0"), ("2", f"{TEXT}1"), ("3", f"{TEXT}2"), (None, "row_without_id")]
    assert ones[0].day == datetime.date(2025, 1, 2) and ones[0].facts == {
        "score": "0.5",
        "tags": '["a"]',
        "raw": "[不是文字 / is no text]",
    }
    assert ones[1].facts == {"tags": "[]", "raw": "ok"} and incoming.share == 1.0


# ---- folders ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_a_record_for_each_document_and_nothing_in_it_is_passed_over_in_silence(tmp_path):
    folder = tmp_path / "papers"
    (folder / "b").mkdir(parents=True)
    put(folder, "b/lease.txt", f"技术许可\n{TEXT}")
    put(folder, "a.md", TEXT)
    put(folder, "rows.csv", "id,text\n1,2\n")
    put(folder, "torn.pdf", b"%PDF-1.7 torn")
    put(folder, ".DS_Store", b"x")
    (folder / "link.txt").symlink_to(folder / "a.md")
    workbook(folder, {"Sheet1": [["编号", "描述"], [1, TEXT + TEXT]]}, "list.xlsx")
    put(
        folder,
        "p.xml",
        '<?xml version="1.0"?><us-patent-grant><us-bibliographic-data-grant><publication-reference><document-id><country>US</country>'
        "<doc-number>11000001</doc-number><kind>B2</kind></document-id></publication-reference><invention-title>A kiln</invention-title>"
        "</us-bibliographic-data-grant><abstract><p>A kiln for firing.</p></abstract><claims><claim num='1'><claim-text>1. A kiln."
        "</claim-text></claim></claims></us-patent-grant>",
    )
    ones, incoming = read(folder)
    assert [(one.id, one.said.id if isinstance(one, Refused) else "record") for one in ones] == [
        ("a.md", "record"),
        ("b/lease.txt", "record"),
        ("link.txt", "link"),
        ("list.xlsx", "table_in_folder"),
        ("p.xml", "record"),
        ("rows.csv", "table_in_folder"),
        ("torn.pdf", "corrupt_document"),
    ]
    assert ones[4].numbers[0] == "US11000001B2" and ones[4].title == "A kiln" and ones[4].kind == "patent"
    assert ones[0].document == str(folder / "a.md") and ones[0].same_text is None
    assert [one.name for one in incoming.skipped] == [".DS_Store"] and incoming.share == 1.0


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(UnreadableFile):
        read(tmp_path)


# ---- versions and countries ------------------------------------------------------------------------------------------


def test_a_version_changes_with_what_a_judgement_rests_on_and_with_nothing_else():
    one = Record(id="a", text=f"{TEXT}\r\n", place="x", recipient="US", facts={"a": "b"})
    for same in ({"id": "b"}, {"place": "y"}, {"facts": {}}, {"owner": "z"}, {"text": f" {TEXT}\n"}, {"family": "f"}):
        assert msgspec.structs.replace(one, **same).version == one.version
    for other in (
        {"text": "x"},
        {"title": "x"},
        {"recipient": "DE"},
        {"kind": "patent"},
        {"day": datetime.date(2025, 1, 1)},
    ):
        assert msgspec.structs.replace(one, **other).version != one.version
    assert len(one.version) == 16


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("US", "US"), ("us", "US"), ("Germany", "DE"), ("德国", "DE"), ("Acme Ltd, Estonia", "EE"), ("Hong Kong, China", "HK"), ("UK", "GB"),
        ("North Korea", "KP"), ("Republic of Korea", "KR"), ("朝鲜", "KP"), ("New Jersey, USA", "US"), ("美国Acme公司", "US"),
        ("Czechia", "CZ"), ("Deutschland", "DE"), ("Türkiye", "TR"), ("Acme Co., Ltd. (KR)", "KR"), ("甲公司（US）", "US"),
        ("Holland", "NL"), ("Ivory Coast", "CI"), ("Côte d’Ivoire", "CI"), ("Acme GmbH, Deutschland", "DE"), ("Skoda, Czechia", "CZ"), ("Acme (SG) Pte. Ltd., Japan", None),
        ("Korea", None), ("Acme Co., Korea", None), ("South Korea", "KR"), ("Acme, South Korea", "KR"), ("Korea, Republic of", "KR"), ("Seoul, Korea", "KR"), ("Korea (South)", "KR"),
        ("Korea (North)", "KP"), ("Democratic People's Republic of Korea", "KP"), ("Korea, Dem. People's Rep. of", "KP"), ("韩国", "KR"),
        ("Congo", None), ("刚果", None), ("Acme, Congo", None), ("DR Congo", "CD"), ("Congo (Kinshasa)", "CD"), ("刚果（金）", "CD"), ("刚果民主共和国", "CD"),
        ("Republic of the Congo", "CG"), ("Congo-Brazzaville", "CG"), ("刚果（布）", "CG"), ("Congo (Rep.)", "CG"), ("Congo (Dem. Rep.)", "CD"), ("(NA)", None), ("Belfast, Northern Ireland", "GB"), ("U.K.", "GB"), ("Schweiz", "CH"),
        ("NA", None), ("no", None), ("US; DE", None), ("", None), ("未知", None), ("Acme", None), ("xx", None),
    ],
)  # fmt: skip
def test_a_country_is_told_only_where_one_is_named(said, code):
    assert country_of(said) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Atlanta, Georgia", "US"), ("Georgia, USA", "US"), ("Georgia (US)", "US"), ("Athens, Georgia, United States", "US"), ("Augusta, GA 30901", "US"),
        ("Augusta, Georgia 30901", "US"), ("Tbilisi, Georgia", "GE"), ("Republic of Georgia", "GE"), ("GE", "GE"), ("格鲁吉亚", "GE"), ("Acme Ltd (GE), Georgia", "GE"),
        ("Georgia", None), ("Acme Inc., Georgia", None), ("Athens, Georgia", None), ("Georgia, Armenia", None), ("Georgia Institute of Technology", None),
        ("Paris, Texas", "US"), ("Paris, TX", "US"), ("London, ON", "CA"), ("Berlin, NH", "US"), ("Atlanta, GA", "US"), ("Munich, DE", "DE"), ("Toronto, CA", "CA"), ("Lebanon, PA", None), ("Moscow, ID", None), ("Lebanon, Pennsylvania", "US"), ("Mexico, Missouri", "US"), ("London, Ontario", "CA"), ("Ontario, California", "US"),
        ("Acme Inc., Moscow, Idaho, USA", "US"), ("Vancouver, Washington", "US"), ("Santa Fe, New Mexico", "US"), ("Jersey City, New Jersey", "US"),
        ("Valencia, Spain", "ES"), ("Santiago, Spain", "ES"), ("Paris, USA", "US"), ("Phoenix, Germany", "DE"), ("Taipei, China", "TW"), ("Phoenix Contact GmbH, Germany", "DE"),
        ("Texas; Paris", None), ("US; DE", None), ("Acme / DE", "DE"), ("Germany, France", None), ("Acme Texas LLC, Germany", None), ("Wilmington, DE", None), ("DE", "DE"), ("Jersey", "JE"), ("Acme GmbH, Germany, Korea", None),
    ],
)  # fmt: skip
def test_an_address_is_read_from_its_end_and_a_name_that_two_bear_is_neither(said, code):
    assert country_of(said) == code


def test_of_a_name_that_two_bear_both_are_told():
    told = {"Georgia": ("GE", "US"), "Acme Inc., Georgia": ("GE", "US"), "Korea": ("KP", "KR"), "刚果": ("CD", "CG")}
    assert {said: may_be(said) for said in told} == told
    assert [may_be(said) for said in ("Atlanta, Georgia", "Germany, France", "Acme", "Germany", "")] == [()] * 5


# ---- no row is lost --------------------------------------------------------------------------------------------------

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


def counted(incoming):
    ones = list(incoming)
    told_ = incoming.tally
    assert told_["records"] == sum(isinstance(one, Record) for one in ones)
    assert told_["refused"] == sum(isinstance(one, Refused) for one in ones)
    assert told_["repeated"] == sum(isinstance(one, Repeated) for one in ones)
    assert told_["rows"] == len(ones)
    return ones


@given(
    rows=st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", ""]) | CELL, CELL, CELL), max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[("=1", 'x"y\n"z', "\r"), ("a", "\ufeff", '"')], ending="\n")
@settings(max_examples=60, deadline=None)
def test_every_row_of_a_sound_csv_file_comes_out_once(rows, ending):
    made = io.StringIO()
    csv.writer(made, lineterminator=ending).writerows([("id", "text", "remark"), *rows])
    wanted = sum(any(cell.strip() for cell in row) for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        try:
            ones = counted(Incoming(put(Path(folder), "rows.csv", made.getvalue())))
        except UnreadableFile as error:
            assert not wanted and error.said.en.endswith("it has no rows.")
            return
    # A text that runs over lines may look as if it held a row, which is refused apart; nothing comes out less often.
    apart = sum(isinstance(one, Refused) and one.said.id in ("swallowed_rows", "cells_misfit") for one in ones)
    assert wanted <= len(ones) <= wanted + 2 * apart
    if not apart:
        assert len(ones) == wanted


@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["id", "text", "title", "on", "x"]),
            st.none() | st.integers() | CELL | st.lists(st.integers()),
        ),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_line_of_json_comes_out_once(rows):
    content = json.dumps({"id": "first", "text": "x"}) + "\n" + "".join(json.dumps(row) + "\n" for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        assert len(counted(Incoming(put(Path(folder), "rows.jsonl", content)))) == len(rows) + 1


@given(
    lines=st.lists(
        st.text(st.sampled_from('ab,"\t 铁'), max_size=14).map(lambda line: line.replace("\n", "")), max_size=14
    )
)
@settings(max_examples=150, deadline=None)
def test_every_line_of_any_csv_file_is_told_of(lines):
    """Whatever the quotes are, each line that says something stands within the place of one that came out."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            ones = counted(
                Incoming(put(Path(folder), "rows.csv", "\n".join(["id,text,remark", *lines])), "id=id,text=text")
            )
        except UnreadableFile:
            assert not any(line.strip(' ,"\t') for line in lines)
            return
    seen = set()
    for one in ones:
        first, _, last = one.place.removeprefix("rows.csv, ").partition("–")
        seen |= set(range(int(first), int(last or first) + 1))
    for number, line in enumerate(lines, 2):
        assert number in seen or not line.strip(' ,"\t')


def test_rows_of_a_workbook_come_out_once(tmp_path):
    rows = [[f"r{n % 40}" if n % 7 else "", TEXT if n % 5 else "", "x" if n % 3 else ""] for n in range(700)]
    ones = counted(Incoming(workbook(tmp_path, {"Sheet1": [["id", "text", "remark"], *rows]})))
    assert len(ones) == sum(any(row) for row in rows)


@pytest.mark.parametrize("content", ["id,text\n", "id,text", "id,text\n\n\n"])
def test_a_table_that_names_its_columns_and_holds_nothing_is_refused(tmp_path, content):
    with pytest.raises(UnreadableFile, match="it has no rows"):
        Incoming(put(tmp_path, "rows.csv", content))


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (["公开（公告）号", "技术内容（摘要）", "名称/Title"], {"id": "公开（公告）号", "text": "技术内容（摘要）", "title": "名称/Title"}),
        (["No.", "Technical description (EN)", "Licensee 被许可方"], {"id": "No.", "text": "Technical description (EN)", "recipient": "Licensee 被许可方"}),
        (["编号 ID", "摘要 Abstract", "Date (filing)"], {"id": "编号 ID", "text": "摘要 Abstract"}),
    ],
)  # fmt: skip
def test_columns_are_known_by_a_part_of_their_names_but_days_by_the_whole(tmp_path, names, roles):
    path = workbook(tmp_path, {"Sheet1": [names, ["a", TEXT, "2020-01-01"]]})
    found = Incoming(path).mapping.tables[0]
    assert {role: columns[0] for role, columns in found.roles.items() if role != "numbers"} == roles


def test_moments_of_any_zone_and_days_beyond_all_telling_are_read_cell_by_cell(tmp_path):
    path = tmp_path / "rows.parquet"
    moments = pa.array([0, 10**9], pa.int64()).cast(pa.timestamp("s", "America/New_York"))
    days = pa.array([10**7, 20_000], pa.int32()).cast(pa.date32())
    pq.write_table(pa.table({"id": ["a", "b"], "text": [TEXT, TEXT + "二"], "seen": moments, "date": days}), path)
    ones, _ = read(path)
    assert isinstance(ones[0], Refused) and "beyond what can be told" in ones[0].said.en
    assert ones[1].facts["seen"] == "2001-09-08T21:46:40-04:00"
    assert ones[1].day == datetime.date(2024, 10, 4)

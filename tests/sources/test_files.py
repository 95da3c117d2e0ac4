"""Files as users hand them in: read as they are, or refused with the reason and the remedy."""

import json

import pytest
import xlsxwriter

from mulu.sources import reading
from mulu.sources.reading import UnreadableFile, read_text
from mulu.sources.rows import BadRow, Row, read_rows

TEXT = "磷酸铁锂正极材料的制备方法"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_the_encodings_of_the_field(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert read_text(path) == TEXT


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"  \n ", "only blanks"),
        (b"%PDF-1.7 x", "PDF"),
        (b"PK\x03\x04x", "DOCX"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_its_name(tmp_path, data, word):
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=word) as refused:
        read_text(path)
    assert str(path) in refused.value.said.zh


def test_missing_folders_and_oversized_files_are_refused(tmp_path, monkeypatch):
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_text(tmp_path / "missing.txt")
    with pytest.raises(UnreadableFile, match="folder"):
        read_text(tmp_path)
    path = tmp_path / "long.txt"
    path.write_text("a" * 200, encoding="utf-8")
    monkeypatch.setattr(reading, "MAX_FILE", 100)
    with pytest.raises(UnreadableFile, match="limit is 100"):
        read_text(path)


def kinds(rows):
    return [(r.line, r.id, r.because.id if isinstance(r, BadRow) else "row") for r in rows]


def test_bad_lines_are_reported_with_their_numbers_and_the_rest_is_read(tmp_path):
    path = tmp_path / "rows.jsonl"
    lines = [
        '{"id": "a", "text": "x"}',
        "not json",
        '{"id": "b"}',
        "",
        '{"text": "y"}',
        '{"id": "a", "text": "z"}',
        "[1]",
        '{"id": 7, "text": "seven"}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert kinds(read_rows(path)) == [
        (1, "a", "row"), (2, None, "not_json"), (3, "b", "row_without_text"), (5, None, "row_without_id"),
        (6, "a", "repeated_id"), (7, None, "not_an_object"), (8, "7", "row"),
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_are_read_whatever_their_delimiter(tmp_path, delimiter):
    path = tmp_path / "rows.csv"
    path.write_bytes(
        delimiter.join(("id", "text", "on")).encode()
        + b"\n"
        + delimiter.join(("a", TEXT, "2025-07-15")).encode("gb18030")
    )
    (row,) = read_rows(path)
    assert isinstance(row, Row)
    assert (row.id, row.text, row.on) == ("a", TEXT, "2025-07-15")


def test_a_workbook_is_read(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "text"])
        sheet.write_row(1, 0, [12, TEXT])
        sheet.write_row(2, 0, ["c", ""])
    assert kinds(read_rows(path)) == [(2, "12", "row"), (3, "c", "row_without_text")]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.csv", "x,y\n1,2\n", "columns"),
        ("a.doc", "x", "unknown kind"),
        ("a.jsonl", "\n", "no rows"),
        ("a.xlsx", "zip?", "XLSX"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path, name, data, word):
    path = tmp_path / name
    path.write_text(data, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=word):
        list(read_rows(path))


def test_a_row_keeps_what_the_contract_names(tmp_path):
    path = tmp_path / "rows.jsonl"
    given = {"id": "a", "text": "t", "title": "T", "lang": "en", "kind": "patent", "on": "2024-01-01", "other": 1}
    path.write_text(json.dumps(given), encoding="utf-8")
    assert list(read_rows(path)) == [Row(1, "a", "t", "T", "en", "patent", "2024-01-01")]

"""Numbers of a workbook as its cells show them: the same in a portfolio, in rows that are screened and in a document."""

import csv
import datetime
import io
import re
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mulu.portfolio.incoming import Incoming, Refused
from mulu.sources import cell_formats, tables
from mulu.sources.documents import Held
from mulu.sources.rows import BadRow, read_rows
from mulu.sources.tables import Blank, Rows, batches
from mulu.sources.workbook import read_xlsx

TEXT = "一种生物农药的制备方法，包括发酵、提取和干燥。"
SHOWN = [
    (0.975, "0.0%", "97.5%"), (0.975, "0%", "97.5%"), (12500, "#,##0", "12,500"), (1234.5, "#,##0.00", "1,234.50"),
    (123, "00000", "00123"), (2, "0.00", "2.00"), (-0.5, "0.0%", "-50.0%"), (1250, '#,##0" 吨"', "1,250 吨"),
    (0.5, "# ?/?", "1/2"), (1, '"是";;"否"', "是 (1)"), (1500, '"¥"#,##0.00', "¥1,500.00"),
    (0.1 + 0.2, "General", "0.3"), (0.000015, "General", "0.000015"), (150000, "0.00E+00", "150000"),
    (26 / 24, "[h]:mm", "26:00:00"), (8, "General", "8"),
]  # fmt: skip


def a_workbook(folder, rows, name="rows.xlsx"):
    """Rows of a sheet; a pair is a number and its format."""
    path = folder / name
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                value, code = cell if isinstance(cell, tuple) else (cell, "General")
                write = sheet.write_datetime if isinstance(value, datetime.datetime) else sheet.write
                write(row, column, value, made.add_format({"num_format": code}))
    return path


def cells(path, most=None):
    with path.open("rb") as file:
        read = list(batches("xlsx", file, str(path), most))
    return [row for one in read if isinstance(one, Rows) for row in one.rows]


def test_a_number_is_read_as_its_cell_shows_it(tmp_path):
    path = a_workbook(tmp_path, [[(value, code)] for value, code, _ in SHOWN])
    assert [row[0] for row in cells(path)] == [said for _, _, said in SHOWN]
    assert [row[0] for row in cells(path, most=4)] == [said for _, _, said in SHOWN][:4]


def test_a_table_and_a_document_show_the_same_numbers(tmp_path):
    alike = [one for one in SHOWN if one[1] != "0.00E+00"]
    path = a_workbook(tmp_path, [[(value, code)] for value, code, _ in alike])
    reading = read_xlsx(Held(str(path), path.name, path.read_bytes()))
    assert reading.text.split("\n") == [said for _, _, said in alike]


def test_what_is_no_number_keeps_its_own_words(tmp_path):
    day = datetime.datetime(2025, 3, 4)
    rows = [
        [
            (day, "d mmm yyyy"),
            (day.replace(hour=10), "yyyy/m/d h:mm"),
            (True, "0.0%"),
            ("三级", "0.0%"),
            ("A", '@" 型"'),
        ],
        [(10**15 + 1, "0"), (10**17, "#,##0"), ("", "0.0%"), (0, ";;;")],
    ]
    (first, second) = cells(a_workbook(tmp_path, rows))
    assert first == ("2025-03-04", "2025-03-04T10:00:00", "TRUE", "三级", "A 型")
    assert second == (Blank("rounded"), Blank("rounded"), None, "0", None)


@given(
    raw=st.decimals(-(10**9), 10**9, allow_nan=False, places=8).map(lambda one: f"{one:f}")
    | st.integers(-(10**16), 10**16).map(str)
    | st.decimals(-1000, 1000, allow_nan=False, places=20).map(lambda one: f"{one:f}")  # more than are kept
    | st.integers(-(10**8), 10**8).map(lambda one: f"{one / 10**6:.6f}5")  # in the midst between two
    | st.floats(-1e6, 1e6).map(repr)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr),
    code=st.sampled_from(["0", "00000", "0.0", "0.00", "#,##0", "#,##0.00", "0%", "0.0%", "#,##0.0%", "000.000%"]),
)
def test_the_short_way_to_a_simple_format_leads_where_the_long_one_does(raw, code):
    long = cell_formats.number(raw, f'{code}""')  # words of no length, which no simple format has
    assert cell_formats.number(raw, code) == long
    assert cell_formats.shown(raw, code) == long.text


# ---- XML as other programs write it ---------------------------------------------------------------------------------------

WRITTEN = {
    "as usual": lambda xml: xml,
    "style first": lambda xml: re.sub(r'<c (r="[A-Z]+[0-9]+") (s="[0-9]+")', r"<c \2 \1", xml),
    "type between": lambda xml: re.sub(r'<c (r="[A-Z]+[0-9]+") (s="[0-9]+")>', r'<c \1 t="n" \2>', xml),
    "a type": lambda xml: re.sub(r'<c (r="[A-Z]+[0-9]+" s="[0-9]+")>', r'<c \1 t="n">', xml),
    "a mark of its own": lambda xml: re.sub(r'<c (r="[A-Z]+[0-9]+" s="[0-9]+")', r'<c \1 ph="1"', xml),
    "other quotes": lambda xml: re.sub(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', r"<c r='\1' s='\2'", xml),
    "formulae": lambda xml: xml.replace("><v>0.", "><f>1-A1</f><v>0."),
    "a prefix": lambda xml: re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=", 1),
}


@pytest.mark.parametrize("chunk", [1 << 20, 600], ids=["at once", "in pieces"])
@pytest.mark.parametrize("how", WRITTEN)
def test_formats_are_found_however_the_xml_is_written(tmp_path, monkeypatch, how, chunk):
    monkeypatch.setattr(tables, "_CHUNK", chunk)
    rows = [["甲", (0.5 + n / 1000, "0.0%"), (n, "00000")] for n in range(300)]
    plain, path = a_workbook(tmp_path, rows, "plain.xlsx"), tmp_path / "rows.xlsx"
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode()
            after.writestr(name, WRITTEN[how](content) if "/worksheets/" in name else content)
    assert cells(path) == [("甲", f"{50 + n / 10:.1f}%", f"{n:05}") for n in range(300)]


# ---- the two that read tables ---------------------------------------------------------------------------------------------

TABLE = [
    ["2025 年度技术清单"],
    [],
    ["编号", "描述", "标题"],
    [(123, "00000"), TEXT, (0.975, "0.0%")],
    ["b", f"{TEXT}\n第二行", None],
    [None, TEXT, None],
    ["d", "#N/A", None],
    ["e", None, None],
]


def test_the_rows_of_a_portfolio_and_those_that_are_screened_are_the_same(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as made:
        hidden, cover, sheet = (made.add_worksheet(name) for name in ("旧", "封面", "清单"))
        hidden.write_row(0, 0, ["id", "text"])
        hidden.write_row(1, 0, ["old", TEXT])
        hidden.hide()
        cover.write(0, 0, "技术清单")
        cover.activate()
        cover.set_first_sheet()
        for row, cells_ in enumerate(TABLE):
            for column, cell in enumerate(cells_):
                value, code = cell if isinstance(cell, tuple) else (cell, "General")
                if value == "#N/A":
                    sheet.write_formula(row, column, "=NA()", None, "#N/A")
                elif value is not None:
                    sheet.write(row, column, value, made.add_format({"num_format": code}))
    rows, records = list(read_rows(path)), list(Incoming(path))
    assert [(one.line, one.id, one.because.id if isinstance(one, BadRow) else (one.text, one.title)) for one in rows] == [
        (4, "00123", (TEXT, "97.5%")), (5, "b", (f"{TEXT}\n第二行", None)), (6, None, "row_without_id"),
        (7, "d", "cell_unsaid"), (8, "e", "row_without_text"),
    ]  # fmt: skip
    assert [(one.id, one.said.id if isinstance(one, Refused) else (one.text, one.title)) for one in records] == [
        (one.id, one.because.id if isinstance(one, BadRow) else (one.text, one.title)) for one in rows
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_lines_of_a_portfolio_and_those_that_are_screened_are_the_same(tmp_path, encoding, delimiter):
    out = io.StringIO()
    said = [["技术清单", "2025"], ["编号", "描述", "标题"], ["001", TEXT, "97.5%"], ["b", f"{TEXT}\n第二行", ""]]
    csv.writer(out, delimiter=delimiter).writerows(said)
    path = tmp_path / "rows.csv"
    path.write_bytes(f"sep={delimiter}\r\n{out.getvalue()}".encode(encoding))
    rows, records = list(read_rows(path)), list(Incoming(path))
    assert [(one.id, one.text, one.title) for one in rows] == [
        ("001", TEXT, "97.5%"), ("b", f"{TEXT}\n第二行", None),
    ]  # fmt: skip
    assert [(one.id, one.text, one.title) for one in records] == [(one.id, one.text, one.title) for one in rows]
    assert [(one.line, one.last) for one in rows] == [(4, None), (5, 6)]


def test_a_record_whose_cells_show_what_they_keep_has_the_version_that_it_had(tmp_path):
    day = datetime.datetime(2025, 3, 4)
    rows = [
        ["id", "text", "title", "kind", "recipient", "date"],
        [7, TEXT, "名称", "专利", "Estonia", (day, "yyyy-mm-dd")],
        ["00123", TEXT, (1250, "0"), (3.5, "0.0"), "", (day.replace(hour=10, minute=30), "yyyy/m/d h:mm")],
        [8.25, TEXT, True, 0.5, (day, "d mmm yyyy"), (day, 'yyyy"年"m"月"d"日"')],
        ["9", TEXT, (150000, "0.00E+00"), ("三级", "0.0%"), ("US", "#,##0_ ;-#,##0 ;0;_ @_ ")],
    ]
    before = {  # as they were when numbers were read as kept
        "7": "4ff0572b79d7e249",
        "00123": "23a2661ce7ddc395",
        "8.25": "03b4bff95b0b2c4f",
        "9": "778771255b0cb94e",
    }
    assert {one.id: one.version for one in Incoming(a_workbook(tmp_path, rows))} == before


def test_a_record_whose_cells_show_a_number_otherwise_has_a_new_version(tmp_path):
    def version(name, cell):
        (one,) = Incoming(a_workbook(tmp_path, [["id", "text", "title"], ["a", TEXT, cell]], name))
        return one.version

    plain, shown = version("plain.xlsx", 0.975), version("shown.xlsx", (0.975, "0.0%"))
    assert shown == version("text.xlsx", "97.5%") != plain

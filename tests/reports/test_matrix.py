"""The matrix loses nothing: what was exported and not edited changes nothing, what was edited is shown, then recorded."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports.conftest import AT, DAY, ON, TEXT

from mulu.desk import Desk, OutOfRange
from mulu.errors import Misused, MuluError
from mulu.interfaces.cli.main import main
from mulu.reports.matrix import COLUMNS, MatrixRefused, Row, read, word, write

NAMES = [name for name, *_ in COLUMNS]
Table = list[list[Any]]


def exported(desk: Desk) -> bytes:
    return base64.b64decode(desk.matrix(ON, AT)["content"])


def edited(content: bytes, edit: Callable[[Table], None]) -> bytes:
    """The workbook as another spreadsheet would save it: every cell read, edited and written anew, looks and lists gone."""
    book, made = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)), io.BytesIO()
    new = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    for name in book.sheet_names:
        table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name.startswith("判定矩阵"):
            edit(table)
        sheet = new.add_worksheet(name)
        for n, row in enumerate(table):
            for place, cell in enumerate(row):
                sheet.write(n, place, cell)
    new.close()
    return made.getvalue()


def put(item: str, at: str, **cells: str) -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        (row,) = [one for one in table[1:] if one[NAMES.index("item")] == item and one[NAMES.index("number")] == at]
        for name, text in cells.items():
            row[NAMES.index(name)] = text

    return edit


def handed_back(desk: Desk, content: bytes, apply: bool = False) -> Any:
    return desk.matrix(ON, AT, workbook=base64.b64encode(content).decode(), by="王芳", apply=apply)


def test_what_was_not_edited_changes_nothing(printing: Desk):
    for content in (exported(printing), edited(exported(printing), lambda table: None)):
        found = handed_back(printing, content)
        assert (found["changes"], found["conflicts"]) == ([], []) and found["unchanged"] == found["rows"] > 100


def test_an_edit_is_shown_first_and_recorded_under_the_name_only_when_applied(own: Desk, tmp_path: Path):
    def edit(table: Table) -> None:
        put("battery-cathode-x", "1", judgement="不符合 does-not", reason="=压实密度 2.1", source="报告 3")(table)
        put("", "crossing", judgement="yes", reason="出境", source="合同第 2 条")(table)

    content = edited(exported(own), edit)
    records = len(own.records("C-1"))
    shown = handed_back(own, content)
    assert [(one["number"], one["after"]["judgement"]) for one in shown["changes"]] == [
        ("crossing", "yes"),
        ("1", "does-not"),
    ]
    assert not shown["applied"] and shown["recorded"] == [] and len(own.records("C-1")) == records
    done = handed_back(own, content, apply=True)
    assert len(done["recorded"]) == 2 and done["conflicts"] == done["refused"] == []
    found = own.determine(AT, "C-1")
    point = next(p for p in found["candidates"][0]["points"] if p["number"] == "1")
    assert (point["result"], point["fact"], point["source"], point["by"]) == (
        "does-not",
        "=压实密度 2.1",
        "报告 3",
        "王芳",
    )
    assert found["answers"]["crossing"] | {"at": ""} == {
        "value": "yes", "because": "出境", "by": "王芳", "at": "", "source": "合同第 2 条",
    }  # fmt: skip
    again = handed_back(own, content, apply=True)  # the same file once more: its rows are of an earlier record
    assert again["recorded"] == [] and {one["conflict"] for one in again["conflicts"]} == {"record changed"}


def test_what_changed_since_the_export_is_a_conflict_and_is_never_overwritten(own: Desk):
    content = edited(exported(own), put("battery-cathode-x", "1", judgement="meets", reason="2.62"))
    own.determine(AT, "C-1", compare=["battery-cathode-x#1=does-not: 2.1"], by="李明")
    found = handed_back(own, content, apply=True)
    (conflict,) = found["conflicts"]
    assert conflict["conflict"] == "record changed" and "李明" in conflict["because"]["zh"] and found["recorded"] == []
    assert own.determine(AT, "C-1")["candidates"][0]["points"][0]["fact"] == "2.1"


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (put("battery-cathode-x", "1", judgement="perhaps", reason="x"), "not in the list"),
        (put("battery-cathode-x", "1", judgement="meets", reason=" "), "no reason"),
        (put("battery-cathode-x", "1", reason="x"), "no judgement"),
        (put("battery-cathode-x", "1", number="99", judgement="meets", reason="x"), "unknown row"),
        (lambda table: table.append(list(table[1])), "duplicate row"),
        (lambda table: table.pop(2), "row removed"),
        (put("", "crossing", judgement="meets", reason="x"), "not in the list"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_row(own: Desk, edit, kind: str):
    found = handed_back(own, edited(exported(own), edit), apply=True)
    assert kind in {one["conflict"] for one in found["conflicts"]} and found["recorded"] == []
    for one in found["conflicts"]:
        assert (
            one["because"]["zh"]
            and one["because"]["en"]
            and (one["line"] is not None or kind in ("row removed", "unknown row"))
        )


def test_a_judgement_is_not_cleared_by_an_empty_cell(own: Desk):
    own.determine(AT, "C-1", compare=["battery-cathode-x#1=meets: 2.62"], by="李明")
    found = handed_back(own, edited(exported(own), put("battery-cathode-x", "1", judgement="")), apply=True)
    assert [one["conflict"] for one in found["conflicts"]] == ["judgement emptied"]


def test_what_the_rules_refuse_keeps_no_other_judgement_back(own: Desk):
    def edit(table: Table) -> None:
        put("battery-cathode-x", "1/2", judgement="does-not", reason="2.1")(table)
        put("battery-cathode-x", "1", judgement="meets", reason="2.62")(table)

    found = handed_back(own, edited(exported(own), edit), apply=True)
    assert [one["number"] for one in found["recorded"]] == ["1/2"]
    assert [(one["number"], one["because"]["id"]) for one in found["refused"]] == [("1", "clause_against")]


def test_a_case_that_is_settled_meanwhile_takes_nothing(own: Desk):
    content = edited(exported(own), put("", "crossing", judgement="yes", reason="x"))
    own.case(DAY, AT, "C-1", "withdraw", by="李明", set=["reasons=撤回"])
    found = handed_back(own, content, apply=True)
    assert "case settled" in {one["conflict"] for one in found["conflicts"]} and found["recorded"] == []


def test_cells_have_lists_frozen_head_filters_colours_and_no_formula(own: Desk):
    content = exported(own)
    parts = zipfile.ZipFile(io.BytesIO(content))
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and 'state="frozen"' in sheet and "<autoFilter" in sheet
    assert sheet.count("<dataValidation ") > 5 and "符合 meets,不符合 does-not,不明 unknown" in sheet
    assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()
    strings = parts.read("xl/sharedStrings.xml").decode()
    assert "已公布 published" in strings
    assert exported(own) == content


def test_a_file_that_is_no_matrix_is_refused(own: Desk, tmp_path: Path):
    other = io.BytesIO()
    book = xlsxwriter.Workbook(other, {"in_memory": True})
    book.add_worksheet().write(0, 0, "x")
    book.close()
    for content in (b"", b"PK\x03\x04", other.getvalue()):
        with pytest.raises(MatrixRefused, match="Nothing was recorded"):
            handed_back(own, content)
    without = edited(exported(own), lambda table: [row.pop(NAMES.index("version")) for row in table] and None)
    with pytest.raises(MatrixRefused, match="missing"):
        handed_back(own, without)
    with pytest.raises(Misused, match="`by`"):
        own.matrix(ON, AT, workbook="")
    with pytest.raises(MatrixRefused, match="base64"):
        own.matrix(ON, AT, workbook="%%%", by="李")


hostile = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [
        "=1+1",
        "+x",
        "@SUM(A1)",
        "-",
        "_x0041_",
        " \t x\r\ny ",
        "1.0",
        "TRUE",
        "2026-01-01",
        "1e5",
        "x" * 40_000,
        "\x00\x1b",
        "\ud800",
        "{=A1}",
    ]
)


@settings(max_examples=60)
@given(title=hostile, reason=hostile, source=hostile, by=hostile)
def test_no_text_of_a_record_is_lost_or_taken_for_an_edit(title: str, reason: str, source: str, by: str):
    row = Row(
        "C-1", title, "comparison", "a-x", "1", {"zh": title, "en": None}, None, None, None, "restricted", "published",
        0.5, (), (), "meets", reason, source, by, ("meets", "does-not", "unknown"), "seal",
    )  # fmt: skip
    for content in (write([row], ON, "2025-28"), edited(write([row], ON, "2025-28"), lambda table: None)):
        found = read(content, [row])
        assert (found.changes, found.conflicts, found.unchanged) == ((), (), 1)


def test_every_judgement_that_is_offered_is_read_back():
    for one in ("meets", "does-not", "unknown", "yes", "no", "open", "secret", "defence", "prohibits", "restricts"):
        assert word(one).rpartition(" ")[2] == one and word(one) != one


def test_the_matrix_of_a_batch_of_cases_is_of_the_cases_named(printing: Desk):
    assert printing.matrix(ON, AT, cases=["c-2"])["cases"] == ["C-2"]
    assert printing.matrix(ON, AT)["cases"] == ["C-2", "C-3", "C-4"]  # C-1 is settled
    assert TEXT


@pytest.mark.parametrize(
    "cell", ['<c r="{at}"><f>"does"&amp;"-not"</f></c>', '<c r="{at}"><f>"yes"</f><v>0</v></c>', '<c r="{at}" t="e"><v>#N/A</v></c>']
)  # fmt: skip
@pytest.mark.parametrize("name", ["judgement", "reason", "source", "version", "shown", "number"])
def test_a_cell_that_is_computed_is_a_conflict_and_never_passed_over(printing: Desk, cell: str, name: str):
    content, made = exported(printing), io.BytesIO()
    at = f"{chr(ord('A') + NAMES.index(name))}3"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            data = old.read(part).decode()
            if part.endswith("sheet1.xml"):
                data, found = re.subn(rf'<c r="{at}"[^>]*?(/>|>.*?</c>)', cell.format(at=at), data)
                assert found == 1
            new.writestr(part, data)
    found = handed_back(printing, made.getvalue())
    assert found["changes"] == [] and "formula" in [one["conflict"] for one in found["conflicts"] if one["line"] == 3]


# ---- nothing is cut, altered or refused unseen -----------------------------------------------------------------------


def a_row(reason: str | None, source: str | None = "报告", judgement: str | None = "meets", title: str = "t") -> Row:
    return Row(
        "C-1", title, "comparison", "a-x", "1", {"zh": "名", "en": None}, None, None, None, "restricted", "published",
        0.5, (), (), judgement, reason, source, "李", ("meets", "does-not", "unknown"), "seal",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "most"), [("reason", 20_000), ("source", 2_000)])
def test_a_text_that_the_record_would_refuse_is_told_in_the_preview(own: Desk, name: str, most: int):
    for size, conflicts in ((most, []), (most + 1, ["too long"])):
        cells = {"judgement": "unknown", "reason": "r", "source": "s"} | {name: "长" * size}
        content = edited(exported(own), put("battery-cathode-x", "1", **cells))
        shown = handed_back(own, content)
        assert [one["conflict"] for one in shown["conflicts"]] == conflicts
        assert len(shown["changes"]) == 1 - len(conflicts)
    assert (
        f"{most + 1:,}" in shown["conflicts"][0]["because"]["zh"]
        and f"{most:,}" in shown["conflicts"][0]["because"]["en"]
    )
    with pytest.raises(MuluError, match="20,000 at most"):  # as the record itself says
        own.determine(AT, "C-1", compare=["battery-cathode-x#1=unknown: " + "长" * 20_001], by="李")


def test_a_text_longer_than_a_cell_stands_whole_on_a_sheet_of_its_own():
    reason, title = "理由" * 40_000, "".join(chr(0x4E00 + n % 20_000) for n in range(70_001))
    content = write([a_row("短"), a_row(reason, title=title)], ON, "2025-28")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    table = [[str(cell) for cell in row] for row in book.get_sheet_by_name("判定矩阵 Matrix").to_python()]
    assert max(len(cell) for row in table for cell in row) < 32_767
    assert "长文 Long texts" in table[2][NAMES.index("reason")] and "长文 Long texts" in table[2][NAMES.index("title")]
    long = book.get_sheet_by_name("长文 Long texts").to_python()
    for column, whole in (("事实或理由 ✎ fact or reason ✎", reason), ("名称 title", title)):
        pieces = [row for row in long[1:] if row[1] == column]
        assert "".join(row[3] for row in pieces) == whole and {str(row[0]) for row in pieces} == {"3"}
        assert [row[2] for row in pieces] == [f"{n}/3" for n in (1, 2, 3)]
    assert (
        "长文 Long texts"
        not in python_calamine.CalamineWorkbook.from_filelike(
            io.BytesIO(write([a_row("短")], ON, "2025-28"))
        ).sheet_names
    )


def test_a_judgement_that_is_changed_does_not_keep_the_reason_of_the_one_before():
    for reason in ("压实密度 2.62", "理由" * 40_000, "x\u202e y ", "a\r\nb"):
        row = a_row(reason)
        found = read(edited(write([row], ON, "2025-28"), put("a-x", "1", judgement="does-not")), [row])
        assert found.changes == () and [one.kind for one in found.conflicts] == ["reason of before"]
        anew = edited(write([row], ON, "2025-28"), put("a-x", "1", judgement="does-not", reason="复测 2.1"))
        (change,) = read(anew, [row]).changes
        assert (change.judgement, change.reason, change.source) == ("does-not", "复测 2.1", "报告")


def test_who_edits_the_source_alone_keeps_a_reason_that_no_cell_can_hold_or_show():
    for reason in ("理由" * 40_000, "x\u202e y ", "a\r\nb"):
        row = a_row(reason)
        content = edited(write([row], ON, "2025-28"), put("a-x", "1", source="报告 2"))
        (change,) = read(content, [row]).changes
        assert (change.reason, change.source, change.changed) == (reason, "报告 2", ["source"])
    row = a_row("理由" * 40_000)

    def more(table: Table) -> None:
        table[1][NAMES.index("reason")] += "，另见附件"

    (conflict,) = read(edited(write([row], ON, "2025-28"), more), [row]).conflicts
    assert conflict.kind == "beginning only"


@pytest.mark.parametrize("name", ["version", "shown"])
@pytest.mark.parametrize("value", ["0" * 16, "", "x"])
def test_a_cell_that_is_to_be_left_and_was_altered_is_a_conflict(own: Desk, name: str, value: str):
    found = handed_back(own, edited(exported(own), put("battery-cathode-x", "1", **{name: value})), apply=True)
    assert [one["conflict"] for one in found["conflicts"]] == ["columns altered"]
    assert (found["changes"], found["recorded"]) == ([], [])


def test_an_edit_of_the_source_alone_is_shown_as_that(own: Desk):
    own.determine(AT, "C-1", compare=["battery-cathode-x#1=meets: 2.62"], source="报告 1", by="李明")
    found = handed_back(own, edited(exported(own), put("battery-cathode-x", "1", source="报告 2")))
    (change,) = found["changes"]
    assert change["changed"] == ["source"]
    assert (change["before"]["source"], change["after"]["source"]) == ("报告 1", "报告 2")
    assert (change["before"]["reason"], change["after"]["reason"]) == ("2.62", "2.62")


def test_a_table_of_descriptions_becomes_a_matrix_that_is_classified_and_read_back(tmp_path: Path, capsys):
    store, table, book = str(tmp_path / "s.db"), tmp_path / "table.csv", tmp_path / "m.xlsx"
    table.write_text(
        f"id,text,title,on\nP-1,{TEXT},,2026-03-02\nP-2,{TEXT}工艺二,正极二,\nP-3,,,\nP-4,{TEXT},,2026-13-01\n"
        "P-5,A booking platform for small hotels.,,\n",
        encoding="utf-8",
    )
    command = ["matrix", "--input", str(table), "--on", str(ON), "--store", store, "--format", "json"]
    assert main([*command, "--into", str(book)]) == 2 and "matrix_of_table" in capsys.readouterr().err
    assert main([*command, "--by", "李", "--into", str(book)]) == 4
    made = json.loads(capsys.readouterr().out)
    assert (made["opened"], made["found"], made["cases"]) == (["C-1", "C-2", "C-3"], [], ["C-1", "C-2", "C-3"])
    assert [(one["line"], one["id"]) for one in made["refused_rows"]] == [(4, "P-3"), (5, "P-4")]
    desk = Desk(store=store)
    assert [desk.case(ON, None, name)["title"] for name in made["cases"]] == ["P-1", "正极二", "P-5"]
    assert desk.determine(AT, "C-1")["screened"] is not None and desk.determine(AT, "C-1")["on"] == "2026-03-02"
    assert main([*command, "--by", "李", "--into", str(book)]) == 2  # never overwritten, and nothing opened
    assert json.loads(capsys.readouterr().err)["error"]["id"] == "file_exists"
    assert main([*command, "--by", "李", "--into", str(tmp_path / "again.xlsx")]) == 4
    again = json.loads(capsys.readouterr().out)
    assert (again["opened"], again["found"]) == ([], ["C-1", "C-2", "C-3"])  # the same table opens nothing twice

    def classify(sheet: Table) -> None:
        for row in sheet[1:]:
            if row[NAMES.index("case")] == "C-2" and row[NAMES.index("item")] == "battery-cathode-x":
                row[NAMES.index("judgement")], row[NAMES.index("reason")] = "does-not", "2.1"

    done = desk.matrix(
        ON, AT, workbook=base64.b64encode(edited(book.read_bytes(), classify)).decode(), by="王", apply=True
    )
    assert done["conflicts"] == done["refused"] == [] and len(done["recorded"]) > 2
    (one,) = [c for c in desk.determine(AT, "C-2")["candidates"] if c["item"] == "battery-cathode-x"]
    assert {p["result"] for p in one["points"]} == {"does-not"} and {p["by"] for p in one["points"]} == {"王"}
    with pytest.raises(OutOfRange, match="1–500"):
        desk.matrix_of_rows([], ON, AT, "李")

"""The command line, as a user meets it."""

import csv
import json
import subprocess
import sys

import pytest
import python_calamine

from mulu.interfaces.cli.main import main

ON = ["--on", "2026-11-23"]


@pytest.fixture
def ask(capsys):
    def run(*arguments):
        code = main(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return run


COMMANDS = (
    ["screen", "磷酸铁锂正极材料的制备方法", *ON], ["items", *ON], ["items", "--control", "prohibited", *ON], ["show", "252604X", *ON],
    ["show", "building-environment-x", *ON], ["history", "uav-x"], ["coverage"], ["standing", *ON], ["doctor"], ["deadline", "2026-08-02"],
    ["determine", "--facts", "examples/facts.jsonl"], ["penalty", *ON], ["number", "26USBJY39ABC001"],
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_answers_in_both_languages(ask, command, language):
    code, out, _ = ask(*command, "--lang", language)
    assert code == 0
    assert len(out) > 80
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in out)
    assert chinese > 20 if language == "zh" and command[0] != "doctor" else True


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_gives_json(ask, command):
    code, out, _ = ask(*command, "--format", "json")
    assert code == 0
    assert isinstance(json.loads(out), dict)


def test_the_answer_names_edition_reach_and_data(ask):
    _, out, _ = ask("screen", "磷酸铁锂正极材料的制备方法", *ON, "--lang", "en")
    assert "edition 2025-28" in out
    assert "sources checked up to 2026-11-23" in out


def test_an_omitted_day_is_printed_and_a_late_one_is_warned_of(ask):
    _, out, _ = ask("show", "uav-x", "--format", "json")
    answer = json.loads(out)
    assert answer["on"] >= "2026-11-23"
    assert answer["beyond_knowledge"] == (answer["on"] > answer["known_to"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["screen", "x", "--on", "2025-02-30"], 2, "YYYY-MM-DD"),
        (["screen", "x", "--on", "20250715"], 2, "YYYY-MM-DD"),
        (["show", "uav-x", "--on", "2008-10-31"], 1, "2008-11-01"),
        (["show", "083201J", *ON], 2, "083201X"),
        (["show", "batery-cathode", *ON], 2, "battery-cathode-x"),
        (["screen", "", *ON], 2, "empty"),
        (["screen", "Технология бурения скважин", *ON], 2, "translation"),
        (["screen", *ON], 2, "exactly one"),
        (["screen", "x", "--file", "y", *ON], 2, "exactly one"),
        (["screen", "lidar", "--draft", "draft-1999", *ON], 2, "draft-2022-12-30"),
        (["screen", "lidar", "--top", "0", *ON], 2, "1–200"),
        (["screen", "lidar", "--base-rate", "1.5", *ON], 2, "0.001–0.999"),
        (["screen", "lidar", "--format", "xlsx", *ON], 2, "--output"),
        (["screen", "lidar", "--weights", "missing.json", *ON], 1, "missing.json"),
        (["items", "--industry", "99", *ON], 2, "39"),
        (["bench", "missing.jsonl"], 1, "missing.jsonl"),
    ],
)
def test_bad_input_gets_an_error_that_names_the_thing_and_the_remedy(ask, arguments, code, words):
    got, out, err = ask(*arguments, "--lang", "en")
    assert got == code
    assert words in err
    assert out == ""
    got, _, err = ask(*arguments, "--lang", "zh")
    assert got == code
    assert any("\u4e00" <= c <= "\u9fff" for c in err)


def test_an_unconfirmed_code_is_answered_as_such(ask):
    _, out, _ = ask("show", "082201J", *ON, "--lang", "en")
    assert "UNCONFIRMED" in out
    assert "Do not cite it" in out


def test_a_batch_answers_the_good_rows_reports_the_bad_and_says_so(ask, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"id":"a","text":"磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结"}\n{"id":"b"}\n{"id":"c","text":"hotel","on":"soon"}\n',
        encoding="utf-8",
    )
    code, out, err = ask("screen", "--input", str(path), "--format", "jsonl", *ON, "--lang", "en", "--exit-code")
    assert code == 4
    made = [json.loads(line) for line in out.splitlines()]
    assert [(one["id"], "error" in one) for one in made] == [("a", False), ("b", True), ("c", True)]
    assert "line 2" in err
    assert "line 3" in err
    assert "1 rows answered" in err


def test_the_exit_code_says_when_something_is_flagged(ask):
    assert ask("screen", "磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结", *ON, "--exit-code")[0] == 3
    assert ask("screen", "A booking platform for small hotels with guest reviews.", *ON, "--exit-code")[0] == 0


def test_tables_can_be_read_again(ask, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id":"=1+1","text":"磷酸铁锂正极材料的制备：砂磨、喷雾干燥、烧结"}\n', encoding="utf-8")
    for shape in ("csv", "xlsx"):
        out = tmp_path / f"out.{shape}"
        assert ask("screen", "--input", str(rows), "--format", shape, "-o", str(out), *ON)[0] == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.reader(stream))
    assert table[0][0] == "id"
    assert table[1][0] == "'=1+1"  # a spreadsheet must not compute it
    assert "battery-cathode-x" in table[1]
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert "battery-cathode-x" in sheet[1]


def test_help_is_in_the_language_asked(ask):
    assert "筛查" in ask("--lang", "zh", "--help")[1]
    assert "screen a described technology" in ask("--lang", "en", "--help")[1]


def test_looking_up_an_item_loads_no_numerical_library():
    program = "import sys\nfrom mulu.interfaces.cli.main import main\nmain(['show','uav-x','--on','2026-11-23'])\nsys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_standard_input_is_read_and_a_closed_pipe_is_no_crash():
    done = subprocess.run(
        [sys.executable, "-m", "mulu", "screen", "-", *ON, "--format", "json"],
        input="稀土串级萃取分离".encode("gb18030"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["candidates"][0]["item"] == "rare-earth-processing-j"

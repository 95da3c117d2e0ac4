"""What happens at the edges of the command line; `test_commands.py` walks the plain ways."""

import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
import python_calamine
from rich.cells import cell_len

from mulu.desk import ACTS
from mulu.interfaces.cli import main as module
from mulu.interfaces.cli.names import NAMES
from mulu.vocabulary import Language, named

ON = ["--on", "2025-08-01"]
LISTED = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。"
UNLISTED = "A web platform for small hotels with room inventory, invoices and guest reviews."


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    made = [
        {"id": "a", "text": LISTED},
        {"id": "b"},
        {"id": "=1+1", "text": LISTED, "on": "2024-01-01"},
        {"id": "c", "text": "Технология производства"},
        {"id": "d", "text": UNLISTED},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in made) + "\nnot json\n", encoding="utf-8")
    return path


# ---- languages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [act for act in ACTS if "cli" in act.doors], ids=lambda act: act.name)
def test_the_help_of_every_command_names_every_option_in_the_language_asked(ask, act):
    for language in ("zh", "en"):
        code, out, _ = ask("--lang", language, act.name, "--help")
        assert code == 0
        flat = re.sub(r"\s+", "", out)
        assert re.sub(r"\s+", "", named(getattr(act.help, language), NAMES, Language(language))) in flat
        for argument in act.arguments:
            if not argument.positional:
                assert "--" + argument.name.replace("_", "-") in out
                help_ = named(getattr(argument.help, language), NAMES, Language(language))
                assert re.sub(r"\s+", "", help_) in flat


@pytest.mark.parametrize(
    ("settings", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
    ],
)
def test_the_locale_chooses_the_language_and_an_option_overrides_it(ask, monkeypatch, settings, chinese):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert ("本版本" in ask("show", "lidar-x", *ON)[1]) is chinese
    assert "in this edition" in ask("show", "lidar-x", *ON, "--lang", "en")[1]
    assert "本版本" in ask("--lang=zh", "show", "lidar-x", *ON)[1]


@pytest.mark.parametrize("arguments", [["frobnicate"], ["screen", "--nix"], ["show"], ["screen", "x", "--top", "many"]])
def test_a_command_that_is_used_wrongly_exits_with_2_and_points_to_the_help(ask, arguments):
    code, out, err = ask(*arguments)
    assert code == 2
    assert "--help" in err
    assert out == ""


# ---- days and editions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["screen", LISTED], ["items"], ["show", "lidar-x"], ["standing"]], ids=lambda c: c[0]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_omitted_day_is_today_in_shanghai_and_printed(ask, monkeypatch, command, language):
    monkeypatch.setattr(module, "today_in_shanghai", lambda: datetime.date(2025, 9, 9))
    code, out, _ = ask(*command, "--lang", language)
    assert code == 0
    assert "2025-09-09" in out
    assert json.loads(ask(*command, "--format", "json")[1])["on"] == "2025-09-09"


def test_an_answer_about_a_draft_says_that_it_was_never_in_force(ask):
    assert "never in force" in ask("items", *ON, "--draft", "draft-2022-12-30", "--lang", "en")[1]
    assert "从未施行" in ask("screen", LISTED, *ON, "--draft", "draft-2022-12-30", "--lang", "zh")[1]


@pytest.mark.parametrize(
    "command",
    [["diff", "2025-28", "draft-2025-01-02"], ["diff", "2020-38", "2023-57"], ["history", "battery-cathode-x"]],
    ids=" ".join,
)
def test_two_summaries_of_ours_stand_one_above_the_other_and_no_reason_is_in_another_language(ask, catalogue, command):
    code, out, _ = ask(*command, "--lang", "en")
    assert code == 0
    told = json.loads(ask(*command, "--format", "json")[1])
    pairs = [
        point
        for one in told.get("changes") or told["editions"]
        for point in one.get("points" if command[0] == "diff" else "changed_points", [])
        if point["before"] and point["after"]
    ]
    flat = " ".join(out.split())
    for point in pairs:
        assert point["words"] == point["words_before"] == "own"
        assert f"− {point['before']['en']} (in our own words)" in flat
        assert f"+ {point['after']['en']} (in our own words)" in flat
    assert bool(pairs) is (command[0] == "diff")
    assert "[-" not in out and "{+" not in out
    for name in sorted({one.name.zh for one in catalogue.items.values()}, key=len, reverse=True):
        flat = flat.replace(name, "")
    assert not re.search(r"[\u4e00-\u9fff]", flat)


def test_what_has_no_source_is_marked_in_the_text_for_people(ask, catalogue):
    item = next(
        one.item.id
        for one in catalogue.in_force(datetime.date(2025, 8, 1)).present()
        if one.certainty.value == "unconfirmed"
    )
    for command in (["show", item], ["history", item]):
        day = ON if command[0] == "show" else []
        assert re.search(r"▲\sUNCONFIRMED", ask(*command, *day, "--lang", "en")[1])
        assert re.search(r"▲\s未确认", ask(*command, *day, "--lang", "zh")[1])
    line = next(line for line in ask("items", *ON, "--lang", "en")[1].splitlines() if line.startswith(item))
    assert "UNCONFIRMED" in line


def test_a_result_without_a_flag_is_worded_about_what_is_held(ask):
    out = ask("screen", UNLISTED, *ON, "--lang", "en")[1]
    assert "not about the Catalogue" in out
    assert "132 items as announced" in out
    assert "Nearest items" in out
    assert "不表示目录中没有" in ask("screen", UNLISTED, *ON, "--lang", "zh")[1]


@pytest.mark.parametrize("command", [["screen", UNLISTED], ["screen", LISTED], ["items"]], ids=lambda c: c[-1][:5])
def test_the_counts_of_an_answer_say_what_they_count_and_add_up(ask, command):
    answer = json.loads(ask(*command, *ON, "--format", "json")[1])
    counted = answer["considered"]
    zh, en = (ask(*command, *ON, "--lang", language)[1] for language in ("zh", "en"))
    assert f"{counted['held']} items held as listed" in en
    assert f"收录为在列 {counted['held']} 项" in zh
    assert f"{counted['open']} open (the sources do not settle whether this edition lists them)" in en
    assert f"存疑 {counted['open']} 项（来源不足以确定其是否在本版本内）" in zh
    assert f"{counted['not_held']} more than are held as listed" in en
    assert f"比收录为在列者多 {counted['not_held']} 项" in zh
    assert counted["not_held"] == counted["announced"] - counted["held"]
    if command[0] == "screen":
        compared, aside = counted["held"] + counted["open"], answer["excluded"]["set_aside"]
        assert f"Of the {compared} items compared, {aside} are not put forward" in en
        assert f"所比较的 {compared} 项中，{aside} 项未提出" in zh
        assert aside + answer["flagged"] == compared


@pytest.mark.parametrize("text", [UNLISTED, LISTED], ids=["unlisted", "listed"])
@pytest.mark.parametrize("rate", ["0.5", "0.001"])
def test_only_items_with_a_score_worth_showing_are_called_near(ask, tmp_path, text, rate):
    on = [*ON, "--base-rate", rate]
    answer = json.loads(ask("screen", text, *on, "--format", "json")[1])
    below = [one for one in answer["candidates"] if not one["flag"]]
    near = [one["item"] for one in below if one["score"] >= 0.01]
    assert below
    assert near or (rate, text) != ("0.5", UNLISTED)
    assert not near or rate != "0.001"
    for language, nearest, none in (("en", "Nearest items", "no item is near"), ("zh", "最近条目", "不相近")):
        out = ask("screen", text, *on, "--lang", language)[1]
        assert (nearest in out, none in out) == (bool(near), not near)
        assert not re.search(r"^  0\.00 ", out, re.MULTILINE)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": "a", "text": text}), encoding="utf-8")
    line = ask("screen", "--input", rows, *on, "--lang", "en")[1]
    assert ("no item is near" in line) == (not near and not answer["flagged"])


@pytest.mark.parametrize("command", [["screen", UNLISTED], ["show", "252604X"]], ids=lambda c: c[0])
def test_what_is_listed_in_a_sentence_is_parted_by_the_marks_of_its_language(ask, command):
    assert "; " not in ask(*command, *ON, "--lang", "zh")[1]
    assert "；" not in ask(*command, *ON, "--lang", "en")[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_narrow_terminal_every_item_keeps_its_id_certainty_code_and_name_whole(ask, monkeypatch, language):
    answer = json.loads(ask("items", *ON, "--format", "json")[1])
    monkeypatch.setenv("COLUMNS", "80")
    out = ask("items", *ON, "--lang", language)[1]
    assert "…" not in out
    assert all(cell_len(line) <= 80 for line in out.splitlines())
    flat = re.sub(r"\s+", " ", out)
    certain = {"unconfirmed": ("▲ 未确认", "▲ UNCONFIRMED"), "published": ("● 已公布", "● published")}
    for row in (*answer["items"], *answer["open"]):
        line = next(line for line in out.splitlines() if line.split(" ")[0] == row["item"])
        assert certain[row["certainty"]][language == "en"] in line.replace("\u00a0", " ")
        assert line.endswith(f"{row['published_points']}+{row['topics']}")
        after = flat[flat.index(f" {row['item']} ") :][:320]
        assert (row["code"] or "–") in after
        assert all(name in after.replace(" / ", " ") for name in row["name"].values())


def test_what_a_described_text_holds_cannot_command_the_terminal(ask, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(f"磷酸铁锂正极材料\x1b[31m的制备方法：\r\n{LISTED}\r\n{LISTED}".encode())
    for more in ([], ["--explain", "--record"]):
        out = ask("screen", "--file", path, *ON, "--lang", "en", *more)[1]
        assert "battery-cathode-x" in out
        assert "\x1b" not in out
        assert "�[31m" in out
        assert "��" not in out  # a line break of two characters is no command


def test_an_error_is_json_where_json_was_asked_for(ask):
    for shape in (["--format", "json"], ["--format=json"]):
        code, out, err = ask("show", "lidr-x", *ON, *shape)
        assert code == 2
        assert out == ""
        error = json.loads(err)["error"]
        assert set(error) == {"id", "zh", "en"}
        assert "lidar-x" in error["en"]


def test_what_a_text_says_in_another_language_is_said_not_to_be_compared(ask, tmp_path):
    before = "Настоящий документ описывает работы завода по договору.\n" * 3
    path = tmp_path / "mixed.txt"
    path.write_text(before + LISTED, encoding="utf-8")
    zh, en = (ask("screen", "--file", path, *ON, "--lang", language)[1] for language in ("zh", "en"))
    assert "其他语言，未作比较" in zh
    assert "another language and was not compared" in en
    assert "battery-cathode-x" in en
    answer = json.loads(ask("screen", "--file", path, *ON, "--format", "json")[1])
    assert answer["unread"]["in_description"] == [[0, len(before.rstrip())]]
    spans = [s for e in answer["candidates"][0]["points"][0]["evidence"] for s in e["all_in_description"]]
    assert spans
    assert all(start >= len(before) for start, _ in spans)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": "a", "text": before + LISTED}), encoding="utf-8")
    assert "not compared" in ask("screen", "--input", rows, *ON, "--lang", "en")[1]
    table = list(csv.DictReader(io.StringIO(ask("screen", "--input", rows, *ON, "--format", "csv")[1])))
    assert "not compared" in table[0]["unread_en"]
    assert json.loads(ask("screen", LISTED, *ON, "--format", "json")[1])["unread"] is None


# ---- batches ----------------------------------------------------------------------------------------------------------------------


def test_a_batch_with_bad_rows_exits_with_4_and_names_their_lines(ask, rows):
    for language, line, summary in (("en", "line {}", "3 rows answered"), ("zh", "第 {} 行", "已答复 3 行")):
        code, out, err = ask("screen", "--input", rows, *ON, "--lang", language, "--exit-code")
        assert code == 4
        heads = [re.split(r" ?[(:：]", message)[0] for message in err.splitlines()]
        for number in (2, 4, 6):
            assert line.format(number) in heads
        for number in (1, 3, 5):
            assert line.format(number) not in heads
        assert summary in err
        assert "battery-cathode-x" in out


def test_a_batch_in_text_shows_for_each_row_the_day_and_edition_that_it_was_answered_for(ask, rows):
    out = ask("screen", "--input", rows, *ON, "--lang", "en")[1]
    assert "2025-28" in out
    assert "2023-57" in out


def test_a_batch_of_bad_rows_only_exits_with_1(ask, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a"}\n', encoding="utf-8")
    assert ask("screen", "--input", path, *ON)[0] == 1


def test_an_option_that_no_row_can_use_is_refused_once(ask, rows):
    code, out, err = ask("screen", "--input", rows, *ON, "--top", "0", "--lang", "en")
    assert code == 2
    assert err.count("--top") == 1
    assert out == ""


def test_weights_that_cannot_be_used_are_refused_once(ask, rows, tmp_path):
    path = tmp_path / "weights.json"
    path.write_text("{}", encoding="utf-8")
    code, out, err = ask("screen", "--input", rows, *ON, "--weights", path, "--lang", "en")
    assert code == 1
    assert err.count("weights.json") == 1
    assert out == ""


def test_a_batch_without_a_day_says_for_which_day_it_answers(ask, rows, monkeypatch):
    monkeypatch.setattr(module, "today_in_shanghai", lambda: datetime.date(2025, 9, 9))
    _, out, err = ask("screen", "--input", rows, "--format", "jsonl", "--lang", "en")
    assert "2025-09-09" in err
    days = [answer["on"] for answer in map(json.loads, out.splitlines()) if "error" not in answer]
    assert days == ["2025-09-09", "2024-01-01", "2025-09-09"]


def test_several_files_are_answered_under_their_names_and_a_missing_one_is_reported(ask, tmp_path):
    good = tmp_path / "good.txt"
    good.write_bytes(LISTED.encode("gb18030"))
    code, out, err = ask(
        "screen", "--file", good, "--file", tmp_path / "none.txt", *ON, "--format", "jsonl", "--lang", "en"
    )
    assert code == 4
    answer, refused = map(json.loads, out.splitlines())
    assert answer["id"] == str(good)
    assert refused["id"] == str(tmp_path / "none.txt")
    assert refused["error"]["id"] == "missing_file"
    assert "none.txt" in err


def test_several_files_or_rows_as_json_are_one_answer_with_the_rows_in_it_and_their_count(ask, rows, tmp_path):
    good = tmp_path / "good.txt"
    good.write_text(LISTED, encoding="utf-8")
    given = ("--file", good, "--file", tmp_path / "none.txt", *ON)
    code, out, _ = ask("screen", *given, "--format", "json")
    whole = json.loads(out)
    assert code == 4 and (whole["answered"], whole["flagged"], whole["refused"]) == (1, 1, 1)
    assert whole["rows"] == [json.loads(line) for line in ask("screen", *given, "--format", "jsonl")[1].splitlines()]
    into = tmp_path / "answers.json"
    assert ask("screen", "--input", rows, *ON, "--format", "json", "--output", into)[0] == 4
    table = json.loads(into.read_text(encoding="utf-8"))
    assert len(table["rows"]) == table["answered"] + table["refused"] and table["refused"]
    assert json.loads(ask("screen", "--file", good, *ON, "--format", "json")[1])["id"] == str(
        good
    )  # one file: its answer


def test_a_flag_in_a_clean_batch_exits_with_3_only_where_asked(ask, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(f"id,text\na,{LISTED}\n", encoding="utf-8")
    assert ask("screen", "--input", path, *ON)[0] == 0
    assert ask("screen", "--input", path, *ON, "--exit-code")[0] == 3


# ---- tables out ---------------------------------------------------------------------------------------------------------------------


def test_csv_on_the_screen_can_be_read_again_line_by_line(ask, rows):
    out = ask("screen", "--input", rows, *ON, "--format", "csv", "--top", "2")[1]
    table = [line for line in csv.DictReader(io.StringIO(out)) if not line["error_en"]]
    assert [line["id"] for line in table] == ["a", "a", "'=1+1", "'=1+1", "d", "d"]
    assert [line["on"] for line in table][2] == "2024-01-01"
    assert {line["flag"] for line in table} == {"True", "False"}
    for line in table:
        assert None not in line
        assert not any(cell[:1] in ("=", "+", "-", "@") for cell in line.values())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_holds_the_same_lines_and_no_formula(ask, rows, tmp_path, language):
    path = tmp_path / "out.xlsx"
    assert ask("screen", "--input", rows, *ON, "--format", "xlsx", "-o", path, "--lang", language)[0] == 4
    table = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert table[0][0] == ("编号" if language == "zh" else "id")
    assert {line[0] for line in table[1:]} == {"a", "b", "=1+1", "c", "d", ""}
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("shape", ["jsonl", "json", "csv", "text", "xlsx"])
@pytest.mark.parametrize("place", ["missing folder", "folder"])
def test_an_output_that_cannot_be_written_is_an_error_that_names_it(ask, tmp_path, shape, place):
    path = tmp_path if place == "folder" else tmp_path / "none" / "out"
    code, _, err = ask("screen", LISTED, *ON, "--format", shape, "-o", path, "--lang", "en")
    assert code == 1
    assert str(path) in err


# ---- whole processes ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loaded", ["numpy", "rich", "opencc", "sentencepiece", "xlsxwriter"])
def test_starting_the_command_line_loads_nothing_heavy(loaded):
    program = f"import sys, mulu.interfaces.cli.main; sys.exit({loaded!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", 2, "empty"),
        (b" \n ", 2, "only blanks"),
        (b"%PDF-1.7 ...", 1, "PDF"),
        (bytes(range(256)) * 20, 1, "binary"),
        ("Технология бурения".encode(), 2, "translation"),
    ],
)
def test_bad_standard_input_is_refused_without_a_traceback(data, code, words):
    done = subprocess.run(
        [sys.executable, "-m", "mulu", "--lang", "en", "screen", "-", *ON], input=data, capture_output=True, check=False
    )
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_terminal_that_cannot_show_chinese_gets_substitutes_and_no_traceback():
    done = subprocess.run(
        [sys.executable, "-m", "mulu", "--lang", "zh", "show", "lidar-x", *ON],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"lidar-x" in done.stdout
    assert b"Traceback" not in done.stderr


def test_what_will_be_known_on_a_day_to_come_is_not_answered_with_what_is_known_today(monkeypatch, capsys):
    monkeypatch.setattr(module, "today_in_shanghai", lambda: datetime.date(2026, 11, 24))
    asked = ["--lang", "en", "coverage", "--format", "json"]
    assert module.main([*asked, "--as-known", "2026-11-25"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "--as-known is 2026-11-25, which has not come (today is 2026-11-24)" in said
    assert module.main([*asked, "--as-known", "2026-11-24"]) == 0


@pytest.mark.parametrize("command", [["diff", "2023-57", "draft-2025-01-02"], ["history", "battery-cathode-x"]])
@pytest.mark.parametrize(
    ("today", "said"), [(datetime.date(2025, 2, 1), "not ended"), (datetime.date(2025, 2, 2), "has ended")]
)
def test_a_comparison_and_a_history_tell_whether_the_time_for_comments_has_ended(
    ask, command, today, said, monkeypatch
):
    monkeypatch.setattr(module, "today_in_shanghai", lambda: today)
    told = " ".join(ask(*command, "--lang", "en")[1].split())
    assert said in told and "2025-02-01" in told and f"(as of {today}" in told

"""Names of files and titles that turn the order of what is shown: written out where people read, data where programs do."""

import datetime
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from mulu.interfaces.cli.main import main
from mulu.interfaces.cli.render import Page, printable
from mulu.interfaces.web.page import shown
from mulu.vocabulary import Language, in_order

TURNED = "licence\u202etxt.pdf\u2069"
WRITTEN = "licence〔U+202E〕txt.pdf〔U+2069〕"


def test_a_name_that_turns_the_order_is_written_out_on_the_terminal_and_kept_in_json(tmp_path: Path, capsys):
    path = tmp_path / TURNED
    path.write_text("一种茶叶烘干设备，用于茶叶加工厂。", encoding="utf-8")
    assert main(["--lang", "en", "screen", "--file", str(path)]) == 0
    said = capsys.readouterr()
    assert "〔U+202E〕" in said.out and "\u202e" not in said.out + said.err
    assert main(["screen", "--file", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["document"]["name"] == TURNED


@pytest.mark.parametrize("terminal", [True, False])
def test_whatever_is_printed_is_in_order(terminal):
    written = io.StringIO()
    page = Page(Console(file=written, force_terminal=terminal, width=100), Language.EN, datetime.date(2026, 12, 1))
    page.title(TURNED)
    page.line(f"case {TURNED}")
    assert written.getvalue().count(WRITTEN) == 2
    assert "\u202e" not in written.getvalue()
    assert printable(f"{TURNED}\x1b") == f"{WRITTEN}�"


def test_a_page_writes_them_out_and_sends_back_what_was_given():
    page = f'<h1>{TURNED}</h1><input value="{TURNED}"><textarea name="text">\n{TURNED}</textarea><p>{TURNED}</p>'
    form = f'<input value="{TURNED}"><textarea name="text">\n{TURNED}</textarea>'
    assert shown(page) == f"<h1>{WRITTEN}</h1>{form}<p>{WRITTEN}</p>"
    assert shown("<p>‌plain</p>") == "<p>‌plain</p>"
    assert in_order("中文 plain") == "中文 plain"

"""A paper as PDF: tagged, PDF/A-2a and PDF/UA-1, set by typst in fonts that come with the program."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from mulu.reports.model import (
    TOGETHER,
    Block,
    Heading,
    Line,
    NewPage,
    Paper,
    Para,
    Picture,
    Points,
    Table,
    kept,
    written_out,
)
from mulu.vocabulary import Language

Json = dict[str, Any]
STANDARDS = ["a-2a", "ua-1"]
_SETS = Path(__file__).with_name("paper.typ")
_TURN = threading.Lock()  # fonts and compiler are shared by threads


def pdf(paper: Paper) -> bytes:
    """The file. A character that no font at hand can draw is written out by its number, as the standard forbids a blank."""
    text = _drawable(json.dumps(_as_json(paper), ensure_ascii=False))
    with _TURN:
        made = _compiler().compile(
            input=_SETS.read_bytes(), format="pdf", pdf_standards=STANDARDS, sys_inputs={"paper": text}
        )
    assert isinstance(made, bytes)
    return made


def picture(svg: str, width: float = 1600) -> bytes:
    """A drawing as PNG, `width` dots wide, for what cannot show a drawing."""
    source = (
        b'#set page(width: 400pt, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    drawn = _drawable(svg)
    with _TURN:
        made = _compiler().compile(input=source, format="png", ppi=width / 400 * 72, sys_inputs={"svg": drawn})
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> Any:
    """One compiler with the fonts of the program alone: a paper looks the same on every machine."""
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(Path(sans_path()).parent)])
    return typst.Compiler(root=str(_SETS.parent), font_paths=fonts, ignore_system_fonts=True)


# ---- characters that no font has -----------------------------------------------------------------------------------

_PROBE = b'#set text(font: ("Noto Serif SC", "Libertinus Serif", "DejaVu Sans Mono"))\n#text(sys.inputs.probe)'
_known: dict[str, bool] = {}  # character -> whether it can be drawn


def _drawable(text: str) -> str:
    """The text with each character that cannot be drawn written out. Chinese, Latin, Greek and Cyrillic are in the fonts."""
    asked = sorted({one for one in text if not _plain(one) and one not in _known})
    with _TURN:
        _ask(asked)
    lacking = {one for one in set(text) if not _known.get(one, True)}
    return text if not lacking else "".join(written_out(one) if one in lacking else one for one in text)


def _plain(one: str) -> bool:
    return one.isascii() or "\u4e00" <= one <= "\u9fa5" or one in "，。；：、（）“”《》〔〕？！·—…≥≤×"


def _ask(characters: list[str]) -> None:
    """Find by halves which of some characters no font has: typst refuses to set those under the standard."""
    import typst

    if not characters:
        return
    try:
        _compiler().compile(
            input=_PROBE,
            format="pdf",
            pdf_standards=["a-2u"],
            sys_inputs={"probe": " ".join(characters)},
        )
        _known.update(dict.fromkeys(characters, True))
    except typst.TypstError:
        if len(characters) == 1:
            _known[characters[0]] = False
            return
        half = len(characters) // 2
        _ask(characters[:half])
        _ask(characters[half:])


# ---- the data of the setting ---------------------------------------------------------------------------------------


def _as_json(paper: Paper) -> Json:
    return {
        "name": paper.name,
        "title": _line(paper.title),
        "running": _line(paper.running),
        "mark": "Mulu",
        "lang": paper.language.value,
        "region": "cn" if paper.language is Language.ZH else None,
        "day": {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day},
        "blocks": [_block(one, stays) for one, stays in kept(paper.blocks)],
    }


_LONG = re.compile("[!-,.-~\u00a1-\u2e7f]{18}")  # a word that may be wider than the cell in which it stands
_MARK = re.compile(r"〔[^〕\n]{1,12}〕|\[[^\]\n]{1,28}\]")


def _line(line: Line) -> list[Json]:
    return [
        {
            "text": run.text,
            "lang": run.lang and run.lang.value,
            "tone": run.tone,
            "long": _LONG.search(run.text) is not None,
            # The mark of a certainty is not broken.
            "whole": run.tone in ("good", "fair", "bad") and _MARK.fullmatch(run.text) is not None,
        }
        for run in line
    ]


def _row(row: tuple[Line, ...]) -> list[Json]:
    long = sum(len(run.text) for cell in row for run in cell) > TOGETHER
    return [{"line": _line(cell), "long": long} for cell in row]


def _lines(lines: Iterable[Line]) -> list[list[Json]]:
    return [_line(one) for one in lines]


def _block(block: Block, stays: bool) -> Json:
    match block:
        case Heading(level, line):
            return {"kind": "heading", "level": level, "line": _line(line)}
        case Para(line, kind):
            return {"kind": kind, "line": _line(line), "sticky": stays}
        case Points(lines, numbered):
            return {"kind": "points", "lines": _lines(lines), "numbered": numbered}
        case Table(rows, widths, head):
            return {"kind": "table", "rows": [_row(row) for row in rows], "widths": list(widths), "head": _lines(head)}
        case Picture(svg, alt):
            return {"kind": "picture", "svg": svg, "alt": alt}
        case NewPage():
            return {"kind": "newpage"}

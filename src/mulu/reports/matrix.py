"""The classification matrix: what is open in many cases as a workbook that a person edits and hands back.

One row is one question: an ordered test of a case, or a control point against its technology. Only judgement, reason and
source are read back. Each row bears the version of the record that it was made from, and a digest of what it showed, so that
what a person changed is told from what changed underneath; a sheet out of sight bears them too. A text that no cell can hold
stands whole on a sheet of its own, in as many rows as it needs.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import json
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from mulu.errors import Misused
from mulu.reports.model import readable
from mulu.reports.words import CERTAINTY, CONTROL, RESULT, WORDS
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
Key = tuple[str, str, str, str]  # case, kind, item, number
_CELL = 32_000  # characters; a spreadsheet holds no more than 32,767 in a cell
_BEGINNING = 2_000  # characters of a text that no cell can hold, beside the place where it stands whole
_ELSEWHERE = "〔全文见工作表“长文 Long texts”。Only its beginning: the whole text is on the sheet 长文 Long texts.〕"
_SHEET, _LONG, _HIDDEN = "判定矩阵 Matrix", "长文 Long texts", "mulu"
_FORMAT = "mulu-matrix-2"
MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20 * 1024 * 1024
_LARGEST_PART = 100 * 1024 * 1024  # bytes of a part of the workbook, unpacked
COLUMNS: Final = (
    ("case", "案件", "case", 8), ("title", "名称", "title", 22), ("kind", "种类", "kind", 11), ("item", "条目", "item", 22),
    ("code", "编号", "code", 10), ("code_certainty", "编号确定性", "certainty of the code", 12), ("control", "部分", "list", 12), ("name", "名称或问题", "name or question", 34), ("score", "筛查分值", "score", 8),
    ("number", "要点或判断", "point or test", 10), ("requires", "要求", "requires", 44), ("certainty", "确定性", "certainty", 14),
    ("parameters", "参数对照（机器读出）", "parameters (as the machine read them)", 40), ("passages", "文中字样", "words in the text", 26),
    ("judgement", "判断 ✎", "judgement ✎", 16), ("reason", "事实或理由 ✎", "fact or reason ✎", 40), ("source", "出处 ✎", "source ✎", 24),
    ("by", "判断人", "judged by", 12), ("version", "版本（勿改）", "version (leave)", 18), ("shown", "所示（勿改）", "as shown (leave)", 18),
)  # fmt: skip
EDITED: Final = ("judgement", "reason", "source")
_NAMES = [name for name, *_ in COLUMNS]


class MatrixRefused(Misused):
    """A file is no matrix that can be read back; nothing was recorded."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            Said("matrix_refused", f"矩阵：{zh}。未记录任何内容。", f"The matrix: {en}. Nothing was recorded.")
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One question of one case as the records have it now. `allowed` are the judgements that it takes."""

    case: str
    title: str
    kind: Literal["comparison", "answer"]
    item: str
    number: str
    name: Json
    requires: Json | None
    code: str | None
    code_certainty: str | None
    control: str | None
    certainty: str | None
    score: float | None
    parameters: tuple[Json, ...]
    passages: tuple[str, ...]
    judgement: str | None
    reason: str | None
    source: str | None
    by: str | None
    allowed: tuple[str, ...]
    seal: str | None  # of the control point, as the edition of the case's day holds it

    @property
    def key(self) -> Key:
        return self.case, self.kind, self.item, self.number

    @property
    def version(self) -> str:
        """What the row rests on: the control point and the judgement on record."""
        return _digest(*self.key, self.seal, self.judgement, self.reason, self.source, self.by)

    @property
    def edited_as_shown(self) -> tuple[str, str, str]:
        return word(self.judgement), _cell(self.reason), _cell(self.source)

    @property
    def shown(self) -> str:
        """The digest of what a person can edit, as it was shown."""
        return _digest(*self.edited_as_shown)

    def as_json(self) -> Json:
        return {
            "case": self.case, "title": self.title, "kind": self.kind, "item": self.item or None, "number": self.number,
            "name": self.name, "requires": self.requires, "code": self.code, "code_certainty": self.code_certainty,
            "control": self.control, "certainty": self.certainty, "score": self.score, "parameters": list(self.parameters),
            "judgement": self.judgement, "reason": self.reason, "source": self.source, "by": self.by,
            "allowed": list(self.allowed), "version": self.version,
        }  # fmt: skip


def rows_of(
    case: str,
    title: str,
    tests: Iterable[Json],
    answers: Mapping[str, Json],
    sheet: Iterable[Json],
    seals: Mapping[tuple[str, str], str | None],
    codes: Mapping[str, str | None],
) -> list[Row]:
    """The questions of a case: its ordered tests, then each control point and clause of its comparison sheet."""
    found = []
    for test in tests:
        given = answers.get(test["test"], {})
        answered = given.get("value") or (None if not given else "open")
        found.append(
            Row(
                case, title, "answer", "", test["test"], test["question"], test["evidence"], None, None, None, None, None, (), (),
                answered, given.get("because"), given.get("source"), given.get("by"), (*test["answers"], "open"), None,
            )
        )  # fmt: skip
    for entry in sheet:
        name = entry["name"] or {"zh": entry["item"], "en": entry["item"]}
        for point in entry["points"]:
            places = [(point["number"], point["requires"], point)]
            places += [(one["clause"], _clause(one), one) for one in point["clauses"]]
            for number, requires, judged in places:
                found.append(
                    Row(
                        case, title, "comparison", entry["item"], number, name, requires, entry["code"], codes.get(entry["item"]),
                        entry["control"], point["certainty"], entry["score"], tuple(point["clauses"]) if judged is point else (judged,), tuple(point["passages"]),
                        None if judged["result"] == "open" else judged["result"], judged["fact"], judged["source"], judged["by"],
                        ("does-not", "unknown") if number == WHOLE_TEXT else ("meets", "does-not", "unknown"),
                        seals.get((entry["item"], point["number"])),
                    )
                )  # fmt: skip
        if not entry["points"]:
            found.append(
                Row(
                    case, title, "comparison", entry["item"], WHOLE_TEXT, name, _AGAINST_ALL, entry["code"], codes.get(entry["item"]), entry["control"],
                    entry["certainty"], entry["score"], (), (), None, None, None, None, ("does-not", "unknown"), seals.get((entry["item"], WHOLE_TEXT)),
                )
            )  # fmt: skip
    return found


WHOLE_TEXT: Final = "text"
_AGAINST_ALL = {
    "zh": "与官方文本全文比对（没有收录控制要点）",
    "en": "compared with the whole official text (no control point is held)",
}


def _clause(one: Json) -> Json:
    return {key: f"{one['name'][key]} {one['required']}" for key in ("zh", "en")}


def word(judgement: str | None) -> str:
    """A judgement as a cell shows it: in both languages, with the name that the record takes."""
    if judgement is None:
        return ""
    known = WORDS.get(judgement)
    return judgement if known is None else f"{known.zh} {judgement}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:16]


def _whole(text: object) -> str:
    """A text as it is written: what cannot be printed written out, no white space at its ends."""
    return "" if text is None else readable(str(text)).strip()


def _cell(text: object) -> str:
    """A text as a cell holds it: whole, or its beginning and where it stands whole."""
    said = _whole(text)
    return said if len(said) <= _CELL else f"{said[:_BEGINNING]}… {_ELSEWHERE}"


# ---- out -----------------------------------------------------------------------------------------------------------


def write(rows: Iterable[Row], day: datetime.date, edition: str) -> bytes:
    """The workbook: frozen head, filters, lists in the cells that are edited, certainty in words and colour."""
    import xlsxwriter

    rows, made = list(rows), io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": f"Mulu {day}",
            "author": "Mulu",
            "created": datetime.datetime.combine(day, datetime.time(), datetime.UTC),
        }
    )
    sheet = book.add_worksheet(_SHEET)
    formats = _Formats(book)
    long: list[tuple[str, str, str, str]] = []
    for place, (_, zh, en, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width, None, {"hidden": False})
        sheet.write_string(0, place, f"{zh}\n{en}", formats.head)
    sheet.set_row(0, 48)
    for n, row in enumerate(rows, 1):
        for place, (name, whole) in enumerate(zip(_NAMES, _cells(row), strict=True)):
            text = _cell(whole)
            sheet.write_string(n, place, text, formats.of(name, text, row))
            if text != whole:
                pieces = [whole[start : start + _CELL] for start in range(0, len(whole), _CELL)]
                said = f"{COLUMNS[place][1]} {COLUMNS[place][2]}"
                long += [(str(n + 1), said, f"{k}/{len(pieces)}", piece) for k, piece in enumerate(pieces, 1)]
        sheet.data_validation(
            n, _NAMES.index("judgement"), n, _NAMES.index("judgement"),
            {
                "validate": "list",
                "source": [word(one) for one in row.allowed],
                "error_title": "Mulu",
                "error_message": "请从列表中选择。Choose from the list.",
            },
        )  # fmt: skip
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    if long:
        more = book.add_worksheet(_LONG)
        heads = ("矩阵的行\nrow of the matrix", "列\ncolumn", "部分\npart", "文字\ntext")
        for place, (head, width) in enumerate(zip(heads, (10, 26, 8, 120), strict=True)):
            more.set_column(place, place, width)
            more.write_string(0, place, head, formats.head)
        for n, line in enumerate(long, 1):
            for place, text in enumerate(line):
                more.write_string(n, place, text, formats.of("", text, rows[0]))
        more.freeze_panes(1, 0)
    about, hidden = book.add_worksheet("说明 About"), book.add_worksheet(_HIDDEN)
    for n, (zh, en) in enumerate(_ABOUT):
        about.write_string(n, 0, zh, formats.plain)
        about.write_string(n, 1, en, formats.plain)
    about.set_column(0, 1, 70)
    kept = [[*row.key, row.version, row.shown] for row in rows]
    for n, cells in enumerate([[_FORMAT, str(day), edition, str(len(rows))], *kept]):
        for place, text in enumerate(cells):
            hidden.write_string(n, place, text)
    hidden.hide()
    book.close()
    return made.getvalue()


_ABOUT = (
    ("判定矩阵：每行一个问题。只读回带 ✎ 的三列：判断、事实或理由、出处。", "Classification matrix: one question a row. Only the three columns with ✎ are read back: judgement, fact or reason, source."),
    ("改动判断时，须同时改写事实或理由；理由未改的，列为冲突，记录不变。", "Who changes a judgement writes its fact or reason anew; where the reason is left as it was, it is a conflict and the record stays."),
    ("读回（命令 mulu matrix，或网页“矩阵”）：须写明姓名；先显示改动与冲突，不作记录；采用后才以该姓名记录。", "Reading it back (mulu matrix, or the page Matrix) asks for your name, shows changes and conflicts and records nothing; once applied they are recorded under that name."),
    ("勿改“版本”“所示”两列，勿删行；删去的行、重复的行、未知的行和导出后已变化的记录都会作为冲突列出。", "Leave the columns version and as shown, and delete no row: rows that are gone, doubled or unknown, and records that changed since, are listed as conflicts."),
    ("确定性：official 官方 = 读自经声明的官方文件；published 已公布 = 有具名公开来源；unconfirmed 未确认 = 没有来源，不得据以判定。", "Certainty: official = read in an attested official document; published = a named public source reports it; unconfirmed = no source held, carries nothing."),
    ("筛查分值和机器读出的参数只是候选的理由，不是结论。", "Scores and parameters as a machine read them are reasons for a candidate, never a conclusion."),
)  # fmt: skip


def _cells(row: Row) -> list[str]:
    """The texts of a row, whole, however long."""

    def both(texts: Json | None) -> str:
        return "" if texts is None else "\n".join(dict.fromkeys(str(one) for one in (texts["zh"], texts["en"]) if one))

    def pair(table: Mapping[str, tuple[str, str]], key: str | None) -> str:
        return "" if key is None else " ".join(table[key]) if key in table else key

    kinds = {"comparison": "对照 comparison", "answer": "判断 answer"}
    parameters = "\n".join(
        f"{p['clause']} {p['name']['zh']} {p['name']['en']}：{p['required']} ← {p['stated'] or '—'}"
        + (f"（{pair(RESULT, p['read_as'])}）" if p["read_as"] else "")
        for p in row.parameters
    )
    cells = {
        "case": row.case, "title": row.title, "kind": kinds[row.kind], "item": row.item, "code": row.code or "",
        "code_certainty": pair(CERTAINTY, row.code_certainty), "control": pair(CONTROL, row.control), "name": both(row.name),
        "score": "" if row.score is None else f"{row.score:.2f}", "number": row.number, "requires": both(row.requires),
        "certainty": pair(CERTAINTY, row.certainty), "parameters": parameters, "passages": "；".join(row.passages),
        "judgement": word(row.judgement), "reason": row.reason, "source": row.source, "by": row.by, "version": row.version,
        "shown": row.shown,
    }  # fmt: skip
    return [_whole(cells[name]) for name in _NAMES]


class _Formats:
    """The looks of cells. What a spreadsheet would take for a formula is marked as text, and stays text when it is edited."""

    def __init__(self, book: Any) -> None:
        base: Json = {"valign": "top", "text_wrap": True, "font_size": 10, "num_format": "@"}
        self.head = book.add_format({**base, "bold": True, "bg_color": "#DDE3EA", "border": 1})
        self._made: dict[tuple[str, bool], Any] = {}
        self._book, self._base = book, base
        self.plain = self._format("", False)

    def of(self, name: str, text: str, row: Row) -> Any:
        look = name if name in EDITED else "leave" if name in ("version", "shown") else ""
        if name in ("certainty", "code_certainty"):
            look = (row.certainty if name == "certainty" else row.code_certainty) or ""
        return self._format(look, text[:1] in ("=", "+", "-", "@"))

    def _format(self, look: str, quoted: bool) -> Any:
        if (look, quoted) not in self._made:
            colours: dict[str, Json] = {
                "official": {"bg_color": "#DDF0E3", "font_color": "#1D5F3A"},
                "published": {"bg_color": "#FFF3D6", "font_color": "#7A5200"},
                "unconfirmed": {"bg_color": "#F9DEDC", "font_color": "#9C1C1C", "bold": True},
                "leave": {"font_color": "#8A94A3"},
                **{name: {"bg_color": "#EEF5FF", "border": 1, "border_color": "#9AB3D5"} for name in EDITED},
            }
            more = {"quote_prefix": True} if quoted else {}
            self._made[look, quoted] = self._book.add_format({**self._base, **colours.get(look, {}), **more})
        return self._made[look, quoted]


# ---- in ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A judgement that a person changed, or gave first, in the workbook."""

    line: int
    row: Row
    judgement: str
    reason: str
    source: str | None

    @property
    def changed(self) -> list[str]:
        """Which of judgement, reason and source are not as the record has them."""
        row = self.row
        before, after = (row.judgement, row.reason, row.source), (self.judgement, self.reason, self.source)
        return [name for name, old, new in zip(EDITED, before, after, strict=True) if old != new]

    def as_json(self) -> Json:
        return {
            "changed": self.changed,
            "line": self.line, "case": self.row.case, "kind": self.row.kind, "item": self.row.item or None, "number": self.row.number,
            "before": {"judgement": self.row.judgement, "reason": self.row.reason, "source": self.row.source, "by": self.row.by},
            "after": {"judgement": self.judgement, "reason": self.reason, "source": self.source},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """What is not taken over from the workbook, and why. `line` is that of the sheet, None where a row is gone."""

    line: int | None
    key: Key
    kind: str
    because: Bilingual

    def as_json(self) -> Json:
        case, kind, item, number = self.key
        return {
            "line": self.line, "case": case, "kind": kind, "item": item or None, "number": number, "conflict": self.kind,
            "because": {"zh": self.because.zh, "en": self.because.en},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A workbook held against the records as they are now."""

    rows: int
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    unchanged: int


def read(
    content: bytes, now: Iterable[Row], settled: Iterable[str] = (), most: Mapping[str, int] = MappingProxyType({})
) -> Read:
    """What a workbook changes and what cannot be taken over. `settled` are cases that are determined and take nothing;
    `most` are the characters that a record takes of a reason and of a source."""
    lines, exported = _lines(content)
    held, closed = {row.key: row for row in now}, set(settled)
    seen = Counter(line.key for line in lines)
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    unchanged = 0
    for line in lines:
        told = _told(line, held.get(line.key), seen[line.key], closed, exported.get(line.key), most)
        if isinstance(told, Change):
            changes.append(told)
        elif told is None:
            unchanged += 1
        else:
            conflicts.append(Conflict(line.line, line.key, told[0], told[1]))
    for key in sorted(exported.keys() - set(seen)):
        gone = Bilingual(
            "导出时有此行，现已不在表中；记录未变", "the row was exported and is gone from the sheet; the record stays"
        )
        conflicts.append(Conflict(None, key, "row removed", gone))
    return Read(len(lines), tuple(changes), tuple(conflicts), unchanged)


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    key: Key
    judgement: str
    reason: str
    source: str
    version: str
    shown: str
    computed: bool  # a cell of it is a formula or an error value, of which no words can be relied on

    @property
    def edited(self) -> bool:
        return _digest(self.judgement, self.reason, self.source) != self.shown


def _told(
    line: _Line,
    row: Row | None,
    times: int,
    closed: set[str],
    exported: tuple[str, str] | None,
    most: Mapping[str, int],
) -> Change | tuple[str, Bilingual] | None:
    if times > 1:
        return "duplicate row", Bilingual(f"同一问题有 {times} 行", f"the same question stands in {times} rows")
    if line.computed:
        return "formula", Bilingual(
            "有单元格是公式或错误值：请改为写明的文字（可复制后“粘贴为数值”）",
            "a cell is a formula or an error value: write the words themselves (copy, then paste as values)",
        )
    if exported is not None and exported != (line.version, line.shown):
        return "columns altered", Bilingual(
            "“版本”或“所示”单元格被改动：无法分辨此行中何者为您的编辑；请恢复原值或重新导出",
            "its cell version or as shown was altered: what you edited cannot be told from what was shown; restore it, or export anew",
        )
    if row is None:
        if line.key[0] in closed:
            if not line.edited:
                return None
            return "case settled", Bilingual("案件已定，不再接受判断", "the case is settled and takes no judgement")
        if exported is not None:
            return "record changed", Bilingual(
                "记录中已没有这个问题（候选或要点已变）",
                "the records no longer ask this (its candidate or point changed)",
            )
        return "unknown row", Bilingual("记录中没有这个问题", "the records do not ask this")
    if not line.edited:
        return None
    if line.version != row.version:
        now = f"{word(row.judgement) or '—'}（{row.by or '—'}）"
        return "record changed", Bilingual(
            f"导出之后记录已变：现为 {now}", f"the record changed since the export: it is now {now}"
        )
    judgement = next((one for one in row.allowed if line.judgement in (one, word(one))), None)
    if not line.judgement:
        if row.judgement is None:
            return "no judgement", Bilingual("写了理由而没有判断", "a reason without a judgement")
        return "judgement emptied", Bilingual(
            "判断不能清空；未决请选“不明”或“未决”", "a judgement cannot be emptied: choose unknown or open"
        )
    if judgement is None:
        offered = "、".join(word(one) for one in row.allowed), ", ".join(word(one) for one in row.allowed)
        return "not in the list", Bilingual(
            f"{line.judgement!r} 不在列表中：{offered[0]}", f"{line.judgement!r} is not in the list: {offered[1]}"
        )
    if not line.reason:
        return "no reason", Bilingual("判断须有事实或理由", "a judgement needs its fact or reason")
    # A cell that was left as it was stands for the record itself, which may be longer than a cell, or hold what none can show.
    _, reason_shown, source_shown = row.edited_as_shown
    if row.judgement is not None and judgement != row.judgement and line.reason == reason_shown:
        before = word(row.judgement)
        return "reason of before", Bilingual(
            f"判断已改，“事实或理由”仍是原判断（{before}）的：请写明支持新判断的事实或理由",
            f"the judgement was changed and its reason is still that of the one before ({before}): write what the new one rests on",
        )
    reason = row.reason if line.reason == reason_shown and row.reason is not None else line.reason
    source = row.source if line.source == source_shown else line.source
    for name, text, old, zh in (("reason", reason, row.reason, "事实或理由"), ("source", source, row.source, "出处")):
        if text is None or text == old:
            continue
        if _ELSEWHERE in text:
            return "beginning only", Bilingual(
                f"“{zh}”仍含“{_ELSEWHERE}”：该单元格只是原文的开头；请写出全文",
                f"its {name} still says that only its beginning is shown: write the whole text",
            )
        if len(text) > most.get(name, len(text)):
            return "too long", Bilingual(
                f"“{zh}”有 {len(text):,} 字，记录最多 {most[name]:,} 字：将被拒绝；请缩短，或写明存放处",
                f"its {name} has {len(text):,} characters, and a record takes {most[name]:,}: it would be refused; shorten it, or say "
                "where it stands",
            )
    return Change(line.line, row, judgement, reason, source or None)


def _lines(content: bytes) -> tuple[list[_Line], dict[Key, tuple[str, str]]]:
    """The rows of a workbook, and version and digest of each row that it was exported with."""
    import python_calamine

    if len(content) > MOST:
        raise MatrixRefused(f"超过 {MOST // 1024**2} MB", f"it is larger than {MOST // 1024**2} MB")
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        table = book.get_sheet_by_name(_SHEET).to_python(skip_empty_area=False) if _SHEET in names else None
        kept = book.get_sheet_by_name(_HIDDEN).to_python(skip_empty_area=False) if _HIDDEN in names else None
        computed = _computed(content, _SHEET) if _SHEET in names else frozenset()
    except Exception as error:  # of the reader, whatever it stumbles over
        raise MatrixRefused(f"不是可读取的 XLSX（{error}）", f"it is no XLSX that can be read ({error})") from error
    if table is None or kept is None or not kept or _text(kept[0][0]) != _FORMAT:
        raise MatrixRefused("不是 mulu matrix 导出的文件", "it was not exported by mulu matrix")
    heads = {_text(cell).partition("\n")[0]: place for place, cell in enumerate(table[0] if table else [])}
    needed = {*EDITED, "case", "kind", "item", "number", "version", "shown"}
    lacking = [zh for name, zh, *_ in COLUMNS if zh not in heads and name in needed]
    if lacking:
        raise MatrixRefused(f"缺少列 {'、'.join(lacking)}", f"the columns {', '.join(lacking)} are missing")
    places = {name: heads[zh] for name, zh, *_ in COLUMNS if zh in heads}
    lines = []
    for n, row in enumerate(table[1:], 2):
        cell = {name: _text(row[place]) if place < len(row) else "" for name, place in places.items()}
        relied_on = any((n, places[name] + 1) in computed for name in needed)
        if not any(cell.values()) and not relied_on:
            continue
        key = (cell["case"].upper(), cell["kind"].rpartition(" ")[2], cell["item"], cell["number"])
        told = cell["judgement"], cell["reason"], cell["source"], cell["version"], cell["shown"]
        lines.append(_Line(n, key, *told, relied_on))
    hidden = [[_text(cell) for cell in row] for row in kept[1:]]
    return lines, {(r[0], r[1], r[2], r[3]): (r[4], r[5]) for r in hidden if len(r) >= 6 and r[0]}


def _computed(content: bytes, sheet: str) -> frozenset[tuple[int, int]]:
    """Row and column, from 1, of each cell of a sheet that is a formula or an error value.

    Readers of values alone show such a cell as empty where the program that wrote it did not work it out.
    """
    from lxml import etree

    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    found: set[tuple[int, int]] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:

        def tree(name: str) -> Any:
            if archive.getinfo(name).file_size > _LARGEST_PART:
                raise ValueError(f"{name} unpacks to more than {_LARGEST_PART // 1024**2} MB")
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            return etree.fromstring(archive.read(name), parser)

        sheets = tree("xl/workbook.xml").findall(f"{main}sheets/{main}sheet")
        targets = {one.get("Id"): one.get("Target") for one in tree("xl/_rels/workbook.xml.rels")}
        target = targets[next(one.get(relation) for one in sheets if one.get("name") == sheet)]
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        for n, row in enumerate(tree(part).iter(f"{main}row"), 1):
            for m, cell in enumerate(row.iter(f"{main}c"), 1):
                if cell.find(f"{main}f") is not None or cell.get("t") == "e":
                    at = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", cell.get("r") or "")
                    column = functools.reduce(lambda sum_, sign: 26 * sum_ + ord(sign) - 64, at[1], 0) if at else m
                    found.add((int(at[2]) if at else int(row.get("r") or n), column))
    return frozenset(found)


def _text(cell: Any) -> str:
    """A cell as text: a spreadsheet may have made a number of what was written as one."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool):
        cell = "TRUE" if cell else "FALSE"
    return _whole(cell)

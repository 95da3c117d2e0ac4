"""An official document read into law: the entries of a whole list, or the operations of an amending announcement.

Three layouts are read: the entry list (编号：… 技术名称：… 控制要点：…), the table (序号, 编号, 技术名称, 控制要点) and the amending
announcement. What cannot be read is returned as such with its place; nothing is guessed and nothing is dropped.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from mulu.catalogue.amending import read_operations
from mulu.catalogue.comments import DAY, comments_until, read_day
from mulu.catalogue.print import CODE, MARKED, NumbersJump, Piece, Run, bare, clauses, clean, fold, tidy
from mulu.catalogue.wording import At, Entry, NotRead, OfficialText, Seen
from mulu.errors import MuluError
from mulu.sources.document import Block, Cell, Document, Line, Row
from mulu.vocabulary import Control, Said


class NotTheCatalogue(MuluError):
    """A document in which neither entries of the Catalogue nor clauses amending it were found."""

    def __init__(self, name: str, seen: str) -> None:
        super().__init__(
            Said(
                "not_the_catalogue",
                f"{name}：未找到目录条目（编号、技术名称、控制要点），也未找到修改条款。文件开头为：“{seen}”。"
                f"请确认所给文件是目录全文或调整公告；未作任何改动。",
                f"{name}: neither entries of the Catalogue (编号, 技术名称, 控制要点) nor clauses amending it were found. It begins: “{seen}”. "
                f"Check that the file is the Catalogue or an announcement adjusting it; nothing was changed.",
            )
        )


def read_official(document: Document) -> OfficialText:
    """The law in a document. Raises NotTheCatalogue, and ClauseUnreadable for an amending clause that cannot be read."""
    blocks = document.blocks
    rows = [block for block in blocks if isinstance(block, Row)]
    lines = [block for block in blocks if isinstance(block, Line)]
    head = _head(document, lines)
    unread = [
        NotRead(text="", at=At(page=one.page, number=0), zh=one.because.zh, en=one.because.en)
        for one in document.unread
    ]
    if any(_columns(row) for row in rows):
        entries, missed = _Table().read(blocks)
    elif sum(bool(_CODE_LABEL.match(_bare_label(line.text))) for line in lines) >= 2:
        entries, missed = _List().read(lines)
    else:
        operations = read_operations(lines, rows)
        if not operations:
            seen = "".join(tidy(line.text) for line in lines[:3])[:60]
            raise NotTheCatalogue(document.name, seen)
        return msgspec.structs.replace(head, kind="amendment", operations=operations, not_read=tuple(unread))
    if not entries:
        raise NotTheCatalogue(document.name, "".join(tidy(line.text) for line in lines[:3])[:60])
    entries, doubted = _checked(entries)
    return msgspec.structs.replace(head, kind="list", entries=entries, not_read=(*unread, *missed, *doubted))


# ---- what the document says of itself --------------------------------------------------------------------------

_ANNOUNCEMENT = re.compile(r"([0-9]{4})年第([0-9]+)号")
_EFFECT = re.compile(r"自([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日起(?:施行|实施|执行)")


def _head(document: Document, lines: Sequence[Line]) -> OfficialText:
    bares = [bare(line.text) for line in lines]
    text = "".join(bares)
    title = next(
        (tidy(line.text) for line, b in zip(lines, bares, strict=True) if "出口技术目录" in b and len(b) < 80), None
    )
    number = next((m for b in bares if (m := _ANNOUNCEMENT.search(b))), None)
    alone = [m for b in bares if (m := DAY.fullmatch(b))]
    published = read_day(alone[-1]) if alone else None
    effect = _EFFECT.search(text)
    effective = _as_day(effect)
    if effective is None and re.search(r"自(?:公布|发布|印发)之日起(?:施行|实施|执行)", text):
        effective = published
    counts: dict[str, int] = {}
    for key, pattern in (
        ("prohibited", r"禁止(?:类|出口)?(?:部分|技术)?(?:条目)?共?计?([0-9]+)项"),
        ("restricted", r"限制(?:类|出口)?(?:部分|技术)?(?:条目)?共?计?([0-9]+)项"),
        ("total", r"(?:共计|总计|合计)([0-9]+)项"),
    ):
        found = re.search(pattern, text)
        if found is not None:
            counts[key] = int(found.group(1))
    draft = "征求意见" in text[:2000]
    return OfficialText(
        kind="list",
        document=document.digest,
        pages=document.pages,
        title=title,
        announcement=f"{number.group(1)}年第{number.group(2)}号" if number is not None else None,
        published=published,
        effective=effective,
        draft=draft,
        comments=comments_until(document.blocks, published) if draft else (),
        counts=counts,
    )


def _as_day(match: re.Match[str] | None) -> datetime.date | None:
    if match is None:
        return None
    try:
        return datetime.date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


# ---- headings ----------------------------------------------------------------------------------------------------

_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十]+(?:部分|[、.．])?|[(][一二三四五六七八九十]+[)]|[0-9]{1,2}[.、])"
)
_CODE_LABEL = re.compile(r"(?:[(]?[0-9]{1,3}[)]?[.、]?)?编号[:为]?(?=[0-9])")
# Every division of the national classification ends so, or is one of the few named last.
_INDUSTRY = re.compile(
    r"[\u4e00-\u9fff、，,()]{1,40}(?:业|服务|活动)|教育|卫生|社会工作|体育|娱乐|社会保障|研究和试验发展"
)


def part_heading(text: str) -> Control | None:
    """The part of the Catalogue that a line opens, None where it opens none."""
    short = bare(text)
    if len(short) > 30 or re.search(r"[;；。，,]", short):
        return None
    stripped = _NUMBERED.sub("", short)
    match = re.fullmatch(
        r"(?:附件[0-9]*[:：]?)?(?:《?中国)?(禁止|限制)(?:类|出口)(?:的?技术)?(?:目录|部分|清单|类)*》?(?:[(](?:共?[0-9]+项|[JX])[)])?[:：]?",
        stripped,
    )
    return None if match is None else (Control.PROHIBITED if match.group(1) == "禁止" else Control.RESTRICTED)


def industry_heading(text: str, *, sure: bool) -> str | None:
    """The industry that a line names as a heading. `sure`: nothing but a heading can stand here."""
    short = bare(text).rstrip(":：")
    stripped = _NUMBERED.sub("", short)
    if not _INDUSTRY.fullmatch(stripped):
        # Where nothing but a heading can stand, a Chinese numeral before a few plain words makes one.
        plain = re.fullmatch(r"[\u4e00-\u9fff、]{2,30}", stripped)
        if not (sure and plain is not None and re.match(r"[(]?[一二三四五六七八九十]+[)、]", short)):
            return None
        return unnumbered(text)
    if sure or stripped != short or len(stripped) <= 22:
        return unnumbered(text)
    return None


def unnumbered(text: str) -> str:
    """A heading as printed, without its number and without spaces."""
    whole = re.sub(r"\s", "", clean(text))
    found = _NUMBERED.match(fold(whole))
    return (whole[found.end() :] if found is not None else whole).strip("、.．:：")


def _bare_label(text: str) -> str:
    return bare(text)[:24]


def _code(text: str) -> str | None:
    found = re.fullmatch(CODE, bare(text).upper())
    return found.group() if found is not None else None


# ---- the entry list ------------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """An entry while its lines are still coming in."""

    control: Control | None
    industry: str | None
    at: At
    serial: int | None = None
    code: list[Piece] = field(default_factory=list)
    name: list[Piece] = field(default_factory=list)
    points: list[Piece] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    def text(self) -> str:
        return " ".join(tidy("\n".join(p.text for p in part)) for part in (self.code, self.name, self.points) if part)


def _closed(entry: _Open) -> Entry | NotRead:
    """The entry, or the reason why it cannot be taken for one."""

    def refuse(zh: str, en: str) -> NotRead:
        return NotRead(text=entry.text(), at=entry.at, zh=zh, en=en)

    if entry.doubts:
        return refuse(*entry.doubts[0])
    name = tidy("\n".join(piece.text for piece in entry.name))
    code_text = "".join(piece.text for piece in entry.code)
    code = _code(code_text)
    if code_text.strip() and code is None:
        return refuse(f"编号“{tidy(code_text)}”不合格式", f"the code “{tidy(code_text)}” is not of the form of a code")
    if not name:
        return refuse("没有技术名称", "it has no name")
    control = entry.control
    if code is not None:
        lettered = Control.PROHIBITED if code.endswith("J") else Control.RESTRICTED
        if control is not None and lettered is not control:
            return refuse(
                f"编号 {code} 的字母与所在部分（{control.name_in.zh}）不符",
                f"the letter of its code {code} contradicts the part ({control.name_in.en}) in which it stands",
            )
        control = lettered
    if control is None:
        return refuse("无法判断属于禁止还是限制部分", "neither a heading nor a code tells to which part it belongs")
    if not entry.points:
        return refuse("没有控制要点", "it has no control points")
    swallowed = re.search(
        r"(?:编号|技术名称|控制要点):|编号[0-9]{6}[JX]", bare(name + "".join(piece.text for piece in entry.points))
    )
    if swallowed is not None:
        return refuse(
            f"其中含有“{swallowed.group()}”，似并入了另一条目",
            f"it contains “{swallowed.group()}”, so another entry seems to run into it",
        )
    joined = fold(tidy("\n".join(piece.text for piece in entry.points)))
    loose = re.search(r"(?:^|[^A-Za-zµμΩ°%0-9)\]⁰¹²³⁴-⁹⁻₀-₉])[⁰¹²³⁴-⁹]", joined)
    if loose is not None:
        return refuse(
            f"上标“{loose.group()}”不在任何单位或数字之后，字序可能有误",
            f"a raised digit, “{loose.group()}”, stands after no unit or number, so characters may be out of order",
        )
    run = Run(entry.points)
    try:
        points = clauses(run, 0, len(run.text))
    except NumbersJump as jump:
        return refuse(
            f"控制要点编号不连续：读到“{jump.found}”，缺第 {jump.wanted} 项",
            f"the numbers of its control points jump: “{jump.found}” was read where {jump.wanted} is missing",
        )
    if not points:
        return refuse("控制要点为空", "its control points are empty")
    return Entry(
        control=control,
        name=name,
        at=entry.at,
        code=code,
        industry=entry.industry,
        serial=entry.serial,
        points=points,
        machine=any(piece.machine for piece in (*entry.code, *entry.name, *entry.points)),
        seen=tuple(
            Seen(page=piece.at.page, box=piece.box)
            for piece in (*entry.code, *entry.name)
            if piece.machine and piece.box is not None
        ),
    )


_LABELS = re.compile(
    r"^\s*(?:(?P<serial>[0-9]{1,3})\s*[.、]\s*)?(?P<label>编\s*号|(?:技\s*术\s*)?名\s*称|控\s*制\s*要\s*点)\s*[:：]\s*"
)


# What web pages print below a text.
_BELOW = re.compile(
    r"(?:附件(?:下载)?[0-9]*[:：]|主办单位|承办单位|网站标识|版权所有|上一篇|下一篇|.{0,4}ICP备|扫一扫|打印本页|关闭窗口|分享到)"
)


class _List:
    """Lines into entries: each labelled part opens, everything up to the next label or heading belongs to it."""

    def __init__(self) -> None:
        self.control: Control | None = None
        self.industry: str | None = None
        self.entry: _Open | None = None
        self.done: list[Entry] = []
        self.missed: list[NotRead] = []
        self.part: str | None = None
        self.seen_part = False

    def read(self, lines: Sequence[Line]) -> tuple[tuple[Entry, ...], tuple[NotRead, ...]]:
        heading_until = 0
        for place, line in enumerate(lines):
            text = clean(line.text)
            if not text.strip() or place < heading_until:
                continue
            at = At(page=line.place.page, number=line.place.number)
            label = _LABELS.match(fold(text))
            if label is not None and not (label["label"].startswith("控") and self.part == "points"):
                self._label(label, text, line, at)
                continue
            control = part_heading(text)
            if control is not None:
                self._close()
                self.control, self.industry, self.seen_part = control, None, True
                continue
            if self._next_opens(lines, place) and self._is_heading(text, line):
                self._close()
                self.industry = industry_heading(text, sure=True)
                continue
            heading_until = self._broken_heading(lines, place)
            if heading_until:
                self._close()
                self.industry = industry_heading("".join(one.text for one in lines[place:heading_until]), sure=True)
                continue
            if self.entry is not None and self.part == "points" and self._ends(text, line):
                self._close()
                self.missed.append(
                    NotRead(
                        text=tidy(text),
                        at=at,
                        zh="位于一个要点句末之后，未带编号，不能断定属于该要点",
                        en="it follows the end of a point without a number, and need not belong to it",
                        beside=_BELOW.match(bare(text)) is not None,
                    )
                )
                continue
            if self.entry is not None and self.part is not None:
                getattr(self.entry, self.part).append(Piece(text, at, line.machine, box=line.place.box))
            elif self.seen_part and self.entry is None:
                industry = industry_heading(text, sure=False)
                if industry is not None:
                    self.industry = industry
                else:
                    self.missed.append(
                        NotRead(
                            text=tidy(text),
                            at=at,
                            zh="不属于任何条目",
                            en="it belongs to no entry",
                            beside=any(one.beside for one in self.missed),
                        )
                    )
        self._close()
        return tuple(self.done), tuple(self.missed)

    def _ends(self, text: str, line: Line) -> bool:
        """Is this what a page prints below the list: a paragraph of its own after the end of a sentence, without a number?"""
        assert self.entry is not None
        if _BELOW.match(bare(text)):
            return True
        if not line.whole or not self.entry.points or MARKED.match(fold(text).strip()):
            return False
        return self.entry.points[-1].text.rstrip().endswith("。")

    def _label(self, label: re.Match[str], text: str, line: Line, at: At) -> None:
        kind = re.sub(r"\s", "", label["label"])
        part = "code" if kind == "编号" else "points" if kind.startswith("控") else "name"
        if part == "code" or self.entry is None or (part == "name" and self.entry.name):
            self._close()
            self.entry = _Open(self.control, self.industry, at, int(label["serial"]) if label["serial"] else None)
        assert self.entry is not None
        self.part = part
        rest = text[label.end() :]
        # Labels may share a line: 编号：… 技术名称：…
        following = re.search(r"\s(?=(?:技\s*术\s*名\s*称|控\s*制\s*要\s*点)\s*[:：])", fold(rest))
        if part != "points" and following is not None:
            getattr(self.entry, part).append(Piece(rest[: following.start()], at, line.machine, box=line.place.box))
            shared = rest[following.start() :]
            again = _LABELS.match(fold(shared))
            assert again is not None
            self._label(again, shared, line, at)
            return
        if rest.strip():
            getattr(self.entry, part).append(Piece(rest, at, line.machine, box=line.place.box))

    def _next_opens(self, lines: Sequence[Line], place: int) -> bool:
        """Does an entry open right after this line?"""
        for later in lines[place + 1 : place + 3]:
            if not later.text.strip():
                continue
            label = _LABELS.match(fold(clean(later.text)))
            return label is not None and label["label"].startswith("编")
        return False

    def _broken_heading(self, lines: Sequence[Line], place: int) -> int:
        """The place after a numbered heading that is set in two or three lines; 0 where none begins here."""
        if not re.match(r"[(][一二三四五六七八九十]+[)]", bare(lines[place].text)):
            return 0
        for end in (place + 2, place + 3):
            joined = "".join(one.text for one in lines[place:end])
            if self._next_opens(lines, end - 1) and industry_heading(joined, sure=True) is not None:
                return end
        return 0

    def _is_heading(self, text: str, line: Line) -> bool:
        industry = industry_heading(text, sure=True)
        if industry is None:
            return False
        if _NUMBERED.match(bare(text)) or line.whole or self.part != "points":
            return True
        assert self.entry is not None
        before = tidy(self.entry.points[-1].text) if self.entry.points else ""
        # The end of a sentence before it, or the name of no thing but an industry.
        return (
            not before
            or before[-1] in "。；;."
            or bool(re.search(r"(?:制造|加工|开采|服务|畜牧|冶炼|采选|农|林|渔|金融|教育).{0,8}业$", industry))
        )

    def _close(self) -> None:
        if self.entry is not None:
            made = _closed(self.entry)
            if isinstance(made, Entry):
                self.done.append(made)
            else:
                self.missed.append(made)
        self.entry, self.part = None, None


# ---- the table -----------------------------------------------------------------------------------------------------


def _columns(row: Row) -> dict[str, int] | None:
    """Which column holds what, where the row is the heading of the table."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        label = bare(cell.text)
        for key, labels in (
            ("serial", ("序号",)),
            ("code", ("编号", "条目编号", "技术编号")),
            ("name", ("技术名称", "名称", "条目名称")),
            ("points", ("控制要点", "技术控制要点")),
            ("industry", ("行业", "行业领域", "所属行业", "领域")),
        ):
            if label in labels:
                found[key] = place
    return found if {"name", "points"} <= found.keys() else None


class _Table:
    """Rows into entries: a row opens one where it has a code, and continues one where it has none."""

    def __init__(self) -> None:
        self.control: Control | None = None
        self.industry: str | None = None
        self.columns: dict[str, int] = {}
        self.width = 0
        self.entry: _Open | None = None
        self.done: list[Entry] = []
        self.missed: list[NotRead] = []

    def read(self, blocks: Sequence[Block]) -> tuple[tuple[Entry, ...], tuple[NotRead, ...]]:
        for block in blocks:
            if isinstance(block, Line):
                self._line(block)
            else:
                self._row(block)
        self._close()
        return tuple(self.done), tuple(self.missed)

    def _line(self, line: Line) -> None:
        if not line.text.strip():
            return
        control = part_heading(line.text)
        if control is not None:
            self._close()
            self.control, self.industry = control, None
            return
        industry = industry_heading(line.text, sure=False)
        if industry is not None and self.columns:
            self._close()
            self.industry = industry
            return
        if self.columns:
            self._miss(line.text, line, "表格之外的文字", "it stands outside the table")

    def _row(self, row: Row) -> None:
        columns = _columns(row)
        if columns is not None:
            self.columns, self.width = columns, len(row.cells)
            return
        filled = [cell for cell in row.cells if cell.text.strip()]
        if not filled or not self.columns:
            if filled:
                self._miss(
                    " ".join(c.text for c in filled), row, "表头之前的行", "a row before the heading of the table"
                )
            return
        if len(filled) == 1 and (filled[0].spans > 1 or len(row.cells) == 1 or filled[0] is row.cells[0]):
            control = part_heading(filled[0].text)
            industry = industry_heading(filled[0].text, sure=True)
            if control is not None:
                self._close()
                self.control, self.industry = control, None
                return
            if industry is not None:
                self._close()
                self.industry = industry
                return
        if len(row.cells) != self.width:
            self._miss(
                " ".join(c.text for c in filled),
                row,
                f"该行有 {len(row.cells)} 格，表头有 {self.width} 格",
                f"it has {len(row.cells)} cells, the heading {self.width}",
            )
            if self.entry is not None:
                self.entry.doubts.append(("其后有无法归属的行", "a row after it could not be placed"))
            return
        self._entry(row)

    def _entry(self, row: Row) -> None:
        cells = {key: row.cells[place] for key, place in self.columns.items()}
        serial = bare(cells["serial"].text) if "serial" in cells else ""
        code = bare(cells["code"].text) if "code" in cells else ""
        opens = bool(serial) or (bool(code) and (self.entry is None or not _unfinished(self.entry)))
        if opens:
            self._close()
            at = At(page=row.place.page, number=row.place.number)
            self.entry = _Open(self.control, self.industry, at, int(serial) if serial.isdigit() else None)
            if serial and not serial.isdigit():
                self.entry.doubts.append((f"序号“{serial}”不是数字", f"its serial number “{serial}” is no number"))
        elif self.entry is None:
            self._miss(
                " ".join(c.text for c in row.cells), row, "没有可接续的条目", "there is no entry that it continues"
            )
            return
        assert self.entry is not None
        if "industry" in cells and cells["industry"].text.strip():
            self.entry.industry = tidy(cells["industry"].text)
        for key, part in (("code", self.entry.code), ("name", self.entry.name), ("points", self.entry.points)):
            if key in cells and cells[key].text.strip():
                part += _pieces(cells[key])

    def _miss(self, text: str, where: Line | Row, zh: str, en: str) -> None:
        at = At(page=where.place.page, number=where.place.number)
        beside = isinstance(where, Line) and (
            _BELOW.match(bare(text)) is not None or any(m.beside for m in self.missed)
        )
        self.missed.append(NotRead(text=tidy(text), at=at, zh=zh, en=en, beside=beside))

    def _close(self) -> None:
        if self.entry is not None:
            made = _closed(self.entry)
            if isinstance(made, Entry):
                self.done.append(made)
            else:
                self.missed.append(made)
        self.entry = None


def _unfinished(entry: _Open) -> bool:
    """Was the code of the entry cut by the end of a page?"""
    return _code("".join(piece.text for piece in entry.code)) is None


def _pieces(cell: Cell) -> list[Piece]:
    texts = cell.text.split("\n")
    places = cell.lines if len(cell.lines) == len(texts) else (cell.place,) * len(texts)
    return [
        Piece(text, At(page=place.page, number=place.number), cell.machine, box=place.box)
        for text, place in zip(texts, places, strict=True)
    ]


def _checked(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[NotRead, ...]]:
    """Entries without those whose code or serial number shows that something was misread."""
    missed: list[NotRead] = []
    good: list[Entry] = []
    codes = [entry.code for entry in entries if entry.code is not None]
    twice = {code for code in codes if codes.count(code) > 1}
    for entry in entries:
        if entry.code in twice:
            missed.append(
                NotRead(
                    text=f"{entry.code} {entry.name}",
                    at=entry.at,
                    zh=f"编号 {entry.code} 在文件中出现不止一次",
                    en=f"its code {entry.code} stands more than once in the document",
                )
            )
        else:
            good.append(entry)
    for before, after in itertools.pairwise(entries):
        if before.serial is None or after.serial is None or after.serial in (before.serial + 1, 1):
            continue
        missed.append(
            NotRead(
                text=f"{before.serial} → {after.serial}",
                at=after.at,
                zh=f"序号由 {before.serial} 跳至 {after.serial}",
                en=f"the serial numbers jump from {before.serial} to {after.serial}",
            )
        )
    return tuple(good), tuple(missed)

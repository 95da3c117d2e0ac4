"""CSV and JSON Lines as they are read: encoding and delimiter found, a line or a row held at a time, no line lost.

A row that cannot be read is told with its lines; the reading goes on with the next line that looks like a row of its own.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from mulu.sources.reading import BINARIES, UnreadableFile, common, decode, keys_once, not_json, plausible
from mulu.vocabulary import Said

MAX_ROW = 5_000_000  # characters of one row
_MOST_LINES = 5_000  # that one row may run over
_CHUNK = 1 << 20
_SAMPLE = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
_BROKEN = re.compile("[\ud800-\udfff]")
_ENDS = "\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as read: its cells, or its object; `last` is its last line where it runs over several."""

    number: int
    last: int
    cells: tuple[str, ...] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """Lines that make no row, as they stand in the file, and why."""

    number: int
    last: int
    raw: str
    because: Said


@dataclass(slots=True)
class Text:
    """A text file that is open; `share` tells how much of it was read."""

    path: Path
    encoding: str
    size: int
    file: IO[str]
    mixed: bool = False  # some lines are in UTF-8, where most are in GB18030
    number: int = 0  # of the line read last
    waiting: deque[str] = field(default_factory=deque)

    @property
    def share(self) -> float:
        buffer: Any = getattr(self.file, "buffer", None)
        return 1.0 if buffer is None or buffer.closed or not self.size else min(1.0, buffer.tell() / self.size)

    def line(self) -> str | None:
        """The next line with its end; None where there is none. Raises UnreadableFile."""
        if self.waiting:
            self.number += 1
            return self.waiting.popleft()
        try:
            line = self.file.readline(MAX_ROW + 1)
            while len(line) > MAX_ROW and not line.endswith(("\n", "\r")):
                more = self.file.readline(MAX_ROW + 1)  # the rest of a line without end is read, and not kept
                if not more or more.endswith(("\n", "\r")):
                    break
        except UnicodeError:
            raise UnreadableFile(
                str(self.path),
                f"第 {self.number + 1} 行之后有不能按 {self.encoding} 解读的字节。请另存为 UTF-8。",
                f"after line {self.number + 1} come bytes that are no {self.encoding}. Save the file as UTF-8.",
            ) from None
        if not line:
            return None
        self.number += 1
        return _as_broken(line) if self.mixed and not line.isascii() else line

    def again(self) -> None:
        """From the first line."""
        self.file.seek(0)
        self.waiting.clear()
        self.number = 0

    def give_back(self, lines: Sequence[str]) -> None:
        """Lines that are to be read again, in their order."""
        self.waiting.extendleft(reversed(lines))
        self.number -= len(lines)


def _as_broken(line: str) -> str:
    """A line of a GB18030 file; one that is UTF-8, and makes no sense as GB18030, as bytes of no character."""
    data = line.encode("gb18030", "surrogateescape")
    try:
        data.decode()
    except UnicodeDecodeError:
        return line
    return line if common(line) else data.decode("ascii", "surrogateescape")


def opened(path: Path, data: bytes | None = None) -> Text:
    """A text file, or its bytes where they are held, its encoding found: UTF-8, UTF-16 or GB18030, by its mark or its lines.

    Lines in another encoding than most are refused one by one when they are read. Raises UnreadableFile.
    """
    try:
        file = path.open("rb") if data is None else io.BytesIO(data)
        try:
            encoding, mixed = _encoding(file, str(path))
        except UnreadableFile:
            file.close()
            raise
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        errors = "surrogatepass" if encoding == "utf-16" else "surrogateescape"
        return Text(path, encoding, size, io.TextIOWrapper(file, encoding, errors, newline=""), mixed)
    except OSError as error:
        raise UnreadableFile(
            str(path),
            f"无法读取（{error.strerror}）。请检查路径和权限。",
            f"it cannot be read ({error.strerror}). Check path and permissions.",
        ) from error


def _encoding(file: IO[bytes], path: str) -> tuple[str, bool]:
    """The encoding, and whether some lines of a GB18030 file are in UTF-8."""
    head = file.read(_SAMPLE)
    if not head.strip():
        raise UnreadableFile(path, "文件为空。", "the file is empty.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", False
    if b"\0" in head[:1000] or head.startswith(
        tuple(BINARIES)
    ):  # no text that is handed in as one; `decode` says what it is where it knows
        decode(head, path)
    told: Counter[str] = Counter()
    file.seek(0)
    rest = b""
    held: list[str] = []  # of the lines in no UTF-8, to tell GB18030 from other encodings
    while True:
        chunk = file.read(_CHUNK)
        whole = rest + chunk
        at = whole.rfind(b"\n") + 1 if chunk else len(whole)
        at = at or (len(whole) if len(whole) > 4 * _CHUNK else 0)
        part, rest = whole[:at], whole[at:]
        if not part.isascii():
            _count(part, told, held)
        if not chunk:
            break
    if not told["other"] and told["gb18030"] <= told["utf-8"]:
        return "utf-8", False
    if told["gb18030"] > told["utf-8"] and common("".join(held)) and plausible("".join(held)):
        return "gb18030", told["utf-8"] > 0
    if told["utf-8"] or (told["ascii"] > told["other"] + told["gb18030"] and plausible(head.decode("latin-1"))):
        return "utf-8", False
    decode(head, path)  # which raises, for it is none of the three
    return "utf-8", False


def _count(part: bytes, told: Counter[str], held: list[str]) -> None:
    """How many lines of a part are in which encoding."""
    try:
        part.decode()
    except UnicodeDecodeError:
        pass
    else:
        told["utf-8"] += sum(not line.isascii() for line in part.split(b"\n"))
        return
    for line in part.split(b"\n"):
        if line.isascii():
            told["ascii"] += 1
            continue
        for encoding in ("utf-8", "gb18030"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            told[encoding] += 1
            if encoding == "gb18030" and len(held) < 2000:
                held.append(text)
            break
        else:
            told["other"] += 1


def delimiter_of(text: Text, known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter by which a row names most of the columns that are known, as `known` counts them.

    Where none does, that with which most of the first rows have the same number of columns, two or more; else a comma.
    """
    lines: list[str] = []
    size = 0
    while len(lines) < 200 and size < _SAMPLE and (line := text.line()) is not None:
        lines.append(line)
        size += len(line)
    text.give_back(lines)
    said = next((line.strip(_ENDS) for line in lines[:1] if re.fullmatch(r"sep=[,;\t|]", line.strip(_ENDS))), None)
    if said:
        return said[-1]
    best = (0, 0.0, 0)
    found = ","
    csv.field_size_limit(MAX_ROW)
    for one in _DELIMITERS:
        try:
            read = [row for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=one) if row]
        except csv.Error:
            continue
        widths = Counter(map(len, read))
        width, times = max(((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1], default=(0, 0))
        told = max((known(row) for row in read[:30] if len(row) > 1), default=0)
        score = (told, round(times / max(1, len(read)), 1), width)
        if width and score > best:
            best, found = score, one
    return found


def rows(
    text: Text, delimiter: str, width: int = 0, spaced: bool = False, header: int = 0, *, whole: bool = False
) -> Iterator[Line | Unread]:
    """The rows of a CSV file, blank ones left out.

    `width` is how many columns the header in line `header` has, 0 where that is not known: then a row may have any
    number of cells. A quote that is not closed takes no row with it which looks like one. `spaced` says that the header
    itself has blanks after its delimiters. With `whole` a row may have any number of cells, and one that cannot be read takes
    all of its lines with it.
    """
    csv.field_size_limit(MAX_ROW + 1)
    fit = 0 if whole else width
    if (first := text.line()) is not None and not re.fullmatch(r"sep=[,;\t|]", first.strip(_ENDS)):
        text.give_back([first])
    while (line := text.line()) is not None:
        begins = text.number
        if not line.strip():
            continue
        if len(line) > MAX_ROW:
            yield Unread(begins, begins, line[:1000], _too_long())
            continue
        if '"' not in line:
            cells = tuple(line.rstrip(_ENDS).split(delimiter))
            yield from _fitting(begins, begins, cells, [line], fit if begins > header else 0)
            continue
        buffer = [line]
        try:
            cells = tuple(
                next(csv.reader(_fed(text, buffer), delimiter=delimiter, strict=True, skipinitialspace=spaced))
            )
        except (csv.Error, StopIteration):
            at = None if whole else _own(buffer, delimiter, width, spaced)
            yield _refused(text, begins, buffer, at)
            continue
        if len(buffer) > 1 and (at := _own(buffer, delimiter, width, spaced)) is not None:
            yield _refused(text, begins, buffer, at, cells if whole else None)
            continue
        yield from _fitting(begins, begins + len(buffer) - 1, cells, buffer, fit if begins > header else 0)


def _fed(text: Text, buffer: list[str]) -> Iterator[str]:
    """The line that begins a row, and those after it as the reader asks for them; they are kept in `buffer`."""
    yield buffer[0]
    size = len(buffer[0])
    while len(buffer) < _MOST_LINES and size < MAX_ROW and (line := text.line()) is not None:
        buffer.append(line)
        size += len(line)
        yield line


def _fitting(
    begins: int, last: int, cells: tuple[str, ...], lines: Sequence[str], width: int
) -> Iterator[Line | Unread]:
    if not any(cell.strip() for cell in cells):
        return
    if width:
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != width:
            yield Unread(begins, last, "".join(lines).rstrip(_ENDS), _misfit(len(cells), width))
            return
    yield Line(begins, last, cells)


def _own(lines: Sequence[str], delimiter: str, width: int, spaced: bool) -> int | None:
    """Which line, the first apart, looks like a row of its own.

    It has as many separators as the header, none followed by a blank as in prose, and an unquoted first cell.
    """
    if width < 2:
        return None
    for number, line in enumerate(lines[1:], start=1):
        first = line.split(delimiter, 1)[0].strip()
        if not first or '"' in first or (not spaced and f"{delimiter} " in line):
            continue
        if line.count(delimiter) == width - 1:
            return number
    return None


def _refused(text: Text, begins: int, lines: list[str], at: int | None, cells: Sequence[str] | None = None) -> Unread:
    """The lines of a row that cannot be read. Those from `at` on are read again, but where `cells` says that a quote took them."""
    number = begins + (at or 0)
    if at is not None and cells is None:
        text.give_back(lines[at:])
        lines = lines[:at]
    last = begins + len(lines) - 1
    where_zh = f"第 {begins}–{last} 行" if last > begins else f"第 {begins} 行"
    where_en = f"lines {begins} to {last}" if last > begins else f"line {begins}"
    if at is None:
        left_zh = f"{where_zh}均未答复" if last > begins else "该行未答复"
        left_en = f"{where_en} are not answered" if last > begins else "the line is not answered"
        said = Said(
            "unclosed_quote",
            f'第 {begins} 行打开的引号没有正确关闭；{left_zh}。请关闭引号；文本中的引号须写两次（""）。',
            f"a quote opened in the row of line {begins} is not closed as it should be; {left_en}. Close it; "
            f'a quote within a text is written twice ("").',
        )
    elif cells is None:
        said = Said(
            "swallowed_rows",
            f"{where_zh}有引号没有关闭，而第 {number} 行看来是另一行，自该行起继续读取。请补上引号；文本确有这样的换行时，请用 .jsonl 或 .xlsx。",
            f"a quote is not closed in {where_en}, and line {number} looks like a row of its own, from which reading "
            f"went on. Close the quote; if the text has such lines, use .jsonl or .xlsx.",
        )
    else:
        ends = itertools.accumulate((len(_LINE_END.findall(cell)) for cell in cells), initial=begins)
        quote = max(end for end in ends if end < number)
        said = Said(
            "swallowed_rows",
            f"第 {quote} 行打开的引号到第 {last} 行才关闭，而第 {number} 行看来是另一行；{where_zh}均未答复。"
            f"请在第 {quote} 行补上引号；文本确有换行时，请用 .jsonl 或 .xlsx。",
            f"the quote opened in line {quote} is closed only in line {last}, and line {number} looks like a row of its own; "
            f"{where_en} are not answered. Close the quote in line {quote}; if the text has such lines, use .jsonl or .xlsx.",
        )
    return Unread(begins, last, "".join(lines).rstrip(_ENDS), said)


def _misfit(cells: int, width: int) -> Said:
    return Said(
        "cells_misfit",
        f"该行有 {cells} 个单元格，表头有 {width} 个。文本含分隔符或换行时须加引号；空单元格也要写出。",
        f"the row has {cells} cells, the header {width}. A text with the delimiter or a line break needs quotes; "
        f"empty cells are written too.",
    )


def _too_long() -> Said:
    return Said(
        "row_too_long",
        f"该行超过 {MAX_ROW:,} 个字符。请作为单独的文档给出。",
        f"the row has more than {MAX_ROW:,} characters. Give it as a document of its own.",
    )


def objects(text: Text) -> Iterator[Line | Unread]:
    """The objects of a JSON Lines file, blank lines left out. Raises UnreadableFile for a JSON array."""
    first = True
    while (line := text.line()) is not None:
        number = text.number
        if not line.strip():
            continue
        if first and (bare := line.lstrip()).startswith("[") and not bare.startswith("[["):
            raise not_lines(str(text.path))
        first = False
        raw = line.rstrip(_ENDS)
        if len(line) > MAX_ROW:
            yield Unread(number, number, line[:1000], _too_long())
            continue
        try:
            held = json.loads(line, object_pairs_hook=keys_once, strict=False)
        except (ValueError, RecursionError) as error:
            yield Unread(number, number, raw, not_json(error))
            continue
        if isinstance(held, dict):
            yield Line(number, number, held)
        else:
            said = Said("not_an_object", "该行不是 JSON 对象", "the line is not a JSON object")
            yield Unread(number, number, raw, said)


def not_lines(path: str) -> UnreadableFile:
    """A file of JSON that is not JSON Lines."""
    return UnreadableFile(
        path,
        '需要 JSON Lines（.jsonl）：每行一个对象，如 {"id": "1", "text": "……"}，外面没有方括号，行间没有逗号。请这样另存，或用 .csv、.xlsx。',
        'JSON Lines (.jsonl) are wanted: one object a line, such as {"id": "1", "text": "…"}, without brackets around '
        "them and commas between the lines. Save it so, or as .csv or .xlsx.",
    )


def broken(text: str) -> bool:
    """Whether a text holds bytes that are no characters, or half a character."""
    return not text.isascii() and _BROKEN.search(text) is not None


def visible(text: str) -> str:
    """A text with bytes that are no characters, and halves of characters, written as their codes."""
    return text.encode("utf-8", "backslashreplace").decode()

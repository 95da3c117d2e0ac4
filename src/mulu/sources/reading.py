"""Text files as users hand them in, in the encodings of the field."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from mulu.errors import MuluError
from mulu.vocabulary import Said

MAX_FILE = 20_000_000  # bytes of one text file
MAX_UNPACKED = 400_000_000  # bytes of everything in a workbook, unpacked, as it declares

BINARIES = {
    b"%PDF": Said("pdf", "PDF 文件", "a PDF file"),
    b"PK\x03\x04": Said("zip", "ZIP 或 Office 文件（DOCX、XLSX）", "a ZIP or Office file (DOCX, XLSX)"),
    b"\xd0\xcf\x11\xe0": Said("ole", "旧版 Office 文件", "an old Office file"),
    b"\x89PNG": Said("png", "PNG 图片", "a PNG picture"),
    b"\xff\xd8\xff": Said("jpeg", "JPEG 图片", "a JPEG picture"),
}


class UnreadableFile(MuluError):
    """A file that cannot be read as text or as a table."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(Said("unreadable_file", f"{path}：{zh}", f"{path}: {en}"))
        self.path = path


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030. Raises UnreadableFile, never guesses at binary data."""
    data = read_bytes(path)
    if len(data) > MAX_FILE:
        raise UnreadableFile(
            str(path),
            f"文件有 {len(data):,} 字节，上限为 {MAX_FILE:,}。请拆分后分别筛查。",
            f"the file has {len(data):,} bytes, the limit is {MAX_FILE:,}. Split it and screen the parts.",
        )
    text = decode(data, str(path))
    if not text.strip():
        zh, en = ("文件为空", "the file is empty") if not text else ("文件只有空白字符", "the file holds only blanks")
        raise UnreadableFile(str(path), f"{zh}，没有可筛查的内容。", f"{en}: there is nothing to screen.")
    return text


def decode(data: bytes, path: str) -> str:
    """Bytes as text; see `read_text`."""
    for magic, what in BINARIES.items():
        if data.startswith(magic):
            raise UnreadableFile(
                path,
                f"这是{what.zh}，不是文本。请另存为纯文本（UTF-8 或 GB18030）后再筛查。",
                f"this is {what.en}, not text. Save it as plain text (UTF-8 or GB18030) and screen that.",
            )
    candidates = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if plausible(text) and (encoding != "gb18030" or common(text)):
            return text
    raise UnreadableFile(
        path,
        "文件不是 UTF-8、UTF-16 或 GB18030 编码的文本（可能是二进制文件）。请另存为 UTF-8 文本。",
        "the file is not text in UTF-8, UTF-16 or GB18030 (it may be binary). Save it as UTF-8 text.",
    )


def plausible(text: str) -> bool:
    """Text has next to no control, private or unassigned characters; binary data read as text is full of them.

    One alone, such as a bullet pasted from a word processor, makes no text binary, however short it is.
    """
    sample = text[:50_000]
    if sample.isprintable():
        return True
    strange = sum(unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs") and c not in "\t\n\r\f\v" for c in sample)
    return strange <= max(1, len(sample) // 50)


def common(text: str) -> bool:
    """Chinese uses mostly the common characters of GB 2312; other encodings read as GB18030 give rare ones."""
    han = [c for c in text[:50_000] if "\u3400" <= c <= "\u9fff"]
    common = sum(b"\xb0" <= code[:1] <= b"\xd7" for c in han if len(code := c.encode("gb2312", "ignore")) == 2)
    return bool(han) and common >= 0.7 * len(han)


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises UnreadableFile, for one that is far too long too."""
    try:
        if path.is_dir():
            raise UnreadableFile(
                str(path), "这是一个文件夹。请逐个给出文件。", "this is a folder. Name the files in it."
            )
        size = path.stat().st_size
        if size > 10 * MAX_FILE:
            raise UnreadableFile(
                str(path),
                f"文件有 {size:,} 字节，过大。请拆分。",
                f"the file has {size:,} bytes, which is too large. Split it.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            str(path),
            f"无法读取（{error.strerror}）。请检查路径和权限。",
            f"it cannot be read ({error.strerror}). Check path and permissions.",
        ) from error


class KeyTwice(ValueError):
    """A JSON object gives a key twice."""


def not_json(error: ValueError | RecursionError) -> Said:
    """Why a line could not be read as JSON, in words of our own."""
    if isinstance(error, json.JSONDecodeError):
        zh, en = f"第 {error.colno} 列起无法解析", f"it cannot be read from column {error.colno} on"
    elif isinstance(error, KeyTwice):
        zh, en = "同一个键出现两次", "a key is given twice"
    elif isinstance(error, RecursionError):
        zh, en = "嵌套过深", "it is nested too deeply"
    else:  # the only other thing that the decoder refuses
        zh, en = "数字的位数过多", "a number has too many digits"
    return Said("not_json", f"不是可用的 JSON：{zh}", f"not usable JSON: {en}")


def keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, for a decoder; one that gives a key twice is refused, for half of it would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise KeyTwice()
    return made

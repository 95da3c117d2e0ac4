"""The one door for documents: a PDF, DOCX, HTML or text file in, a `Document` or an error that says what to do out."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import importlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mulu.errors import MuluError
from mulu.sources.document import Apart, Block, Document, Line, Place, Unread
from mulu.sources.reading import UnreadableFile, decode
from mulu.vocabulary import Said

MAX_PAGES = 400
MAX_BYTES = 100_000_000  # of the file as it is
MAX_UNPACKED = 200_000_000  # bytes of everything in a DOCX, unpacked
MAX_RATIO = 200  # unpacked to packed; honest DOCX files stay below 100
MAX_TEXT = 5_000_000  # characters of one document

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # of an archive, an empty one, one in pieces
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_OTHERS = (
    ((b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF"), Said("picture", "图片", "a picture of another kind")),
    ((b"{\\rtf",), Said("rtf", "RTF 文件", "an RTF file")),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), Said("archive", "压缩包", "an archive")),
)
_HTML = re.compile(
    r"<!doctype html|<html[\s>]|<(head|body|table|div|p|h[1-6]|meta|article|section)[\s>/]", re.IGNORECASE
)


class UnreadableDocument(MuluError):
    """A file from which no document can be made; the subclasses say why."""

    def __init__(self, path: str, ident: str, zh: str, en: str) -> None:
        super().__init__(Said(ident, f"{path}：{zh}", f"{path}: {en}"))
        self.path = path


class MissingFile(UnreadableDocument):
    """There is no such file, or it may not be read."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(
            path, "missing_file", f"{zh}。请检查路径和权限。", f"{en}. Check the path and the permissions."
        )


class Corrupt(UnreadableDocument):
    """The file is damaged or cut off, so that part of its wording could be lost unnoticed."""

    def __init__(self, path: str, media: str, why: Said) -> None:
        super().__init__(
            path,
            "corrupt_document",
            f"{media.upper()} 文件已损坏或不完整（{why.zh}）。请重新下载或重新导出后再读取。",
            f"the {media.upper()} file is damaged or incomplete ({why.en}). Download or export it again.",
        )
        self.media = media


class Encrypted(UnreadableDocument):
    """The file opens only with a password."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "encrypted_document",
            "文件有密码保护，无法读取。请用密码打开后另存一份不加密的副本。",
            "the file is protected by a password. Open it with the password and save a copy without one.",
        )


class TooManyPages(UnreadableDocument):
    """More pages than are read at once."""

    def __init__(self, path: str, pages: int) -> None:
        super().__init__(
            path,
            "too_many_pages",
            f"文件有 {pages} 页，上限为 {MAX_PAGES} 页。请只保留有关部分，或拆分后分别读取。",
            f"the file has {pages} pages, the limit is {MAX_PAGES}. Keep the part that matters, or split it.",
        )
        self.pages = pages


class TooLarge(UnreadableDocument):
    """More bytes, packed or unpacked, or more text than is read at once."""

    def __init__(self, path: str, what: Said, size: int, limit: int) -> None:
        super().__init__(
            path,
            "document_too_large",
            f"{what.zh}为 {size:,}，上限为 {limit:,}。请拆分或缩小后再读取。",
            f"{what.en}: {size:,}, the limit is {limit:,}. Split it or make it smaller.",
        )
        self.size = size
        self.limit = limit


class NoText(UnreadableDocument):
    """The file is sound but holds no text at all."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "no_text",
            "文件中没有任何文字。请确认给出的是正确的文件。",
            "the file holds no text. Check that it is the right file.",
        )


class NoTextLayer(UnreadableDocument):
    """Every page is a picture, and reading by machine was not asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "no_text_layer",
            "文件只有图像，没有文本层（扫描件）。请取得有文本层的文件，或安装 mulu[ocr] 后以 `ocr` 由机器识别。",
            "the file holds only pictures, no text layer (a scan). Get one with a text layer, or install mulu[ocr] and "
            "read it by machine with `ocr`.",
        )


class ScriptShell(UnreadableDocument):
    """A web page saved without its text, which a script would have fetched."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "script_shell",
            "网页中几乎没有文字，正文由脚本加载。请在浏览器中打开网页，待正文显示后另存为 PDF。",
            "the web page holds hardly any text: a script loads it. Open it in a browser, wait for the text, save it as PDF.",
        )


class OcrMissing(UnreadableDocument):
    """Reading by machine was asked for, and the extra that does it is not installed."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "ocr_missing",
            "图像识读需要 ocr 组件：pip install 'mulu[ocr]'；正在运行的服务须重新启动",
            "reading pictures needs the ocr extra: pip install 'mulu[ocr]'; a running server is to be started again",
        )


class UnknownKind(UnreadableDocument):
    """The content is of no kind that is read here."""

    def __init__(self, path: str, what: Said, save_as: str | None = None) -> None:
        zh, en = f"请另存为 {save_as or 'PDF 或 DOCX'}。", f"Save it as {save_as or 'PDF or DOCX'}."
        if what.id in ("zip", "archive"):
            zh, en = (
                "请解压后给出其中的文件（可一次给出多个）。",
                "Unpack it and give the files in it, several at once if you like.",
            )
        super().__init__(
            path, "unknown_kind", f"这是{what.zh}，无法读取。{zh}", f"this is {what.en}, which is not read. {en}"
        )
        self.what = what


@dataclass(frozen=True)
class Held:
    """The bytes of a file and the name under which they were handed in."""

    path: str
    name: str
    data: bytes

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def document(
        self,
        media: str,
        pages: int,
        blocks: tuple[Block, ...],
        running: tuple[Line, ...] = (),
        unread: tuple[Unread, ...] = (),
        apart: tuple[Apart, ...] = (),
    ) -> Document:
        """Raises NoText where there is neither text nor a part that could not be read."""
        if not (blocks or running or unread or apart):
            raise NoText(self.path)
        return Document(self.digest, self.name, media, pages, blocks, running, unread, apart)


def read_document(path: Path | str, *, ocr: bool = False) -> Document:
    """The document in a file, of the kind that its content shows, whatever its name ends in.

    With `ocr`, pages and pictures without a text layer are read by machine. Raises UnreadableDocument.
    """
    return read_held(take(path), ocr=ocr)


def take(path: Path | str) -> Held:
    """The bytes of a file. Raises MissingFile, TooLarge, or NoText for one of blanks."""
    path = Path(path)
    return Held(str(path), path.name, _bytes(path))


def read_held(held: Held, *, ocr: bool = False) -> Document:
    """As `read_document`, of a file whose bytes are held."""
    data = held.data
    if b"%PDF-" in data[:1024]:
        from mulu.sources.pdf import read_pdf

        return read_pdf(held, ocr=ocr)
    if data.startswith(_ZIP):
        return _zipped(held)
    if data.startswith(_OLE):
        raise old_office(held)
    if data.startswith(_PICTURES):
        if not ocr:
            raise UnknownKind(
                held.path,
                Said(
                    "picture",
                    "图片（可以 `ocr` 由机器识读，识读结果不作正式文本）",
                    "a picture (`ocr` reads it by machine, never as an official text)",
                ),
            )
        from mulu.sources.pdf import read_picture

        return read_picture(held)
    return _text_or_html(held)


_STREAMS = (  # names of streams that tell what an old file of Microsoft holds, and what to save it as
    ("__substg1.0_", Said("msg", "Outlook 邮件（.msg）", "an Outlook message (.msg)"), ".eml"),
    ("WordDocument", Said("doc", "旧版 Word 文件（.doc）", "an old Word file (.doc)"), "DOCX"),
    ("Workbook", Said("xls", "旧版 Excel 文件（.xls）", "an old Excel file (.xls)"), "XLSX"),
    ("PowerPoint Document", Said("ppt", "旧版 PowerPoint 文件（.ppt）", "an old PowerPoint file (.ppt)"), "PDF"),
)


def old_office(held: Held) -> UnreadableDocument:
    """What a compound file of Microsoft is: one that a password protects, or one of an old program."""
    if "EncryptedPackage".encode("utf-16-le") in held.data:
        return Encrypted(held.path)
    for name, what, save_as in _STREAMS:
        if name.encode("utf-16-le") in held.data:
            return UnknownKind(held.path, what, save_as)
    return UnknownKind(
        held.path, Said("ole", "旧版 Office 或 WPS 文件（.doc、.wps）", "an old Office or WPS file (.doc, .wps)")
    )


_FOR_PDF = ("mulu.sources.pdf", "pypdfium2", "pypdfium2.raw", "heapq")  # the last by Counter, when it is first asked


def load(held: Held, *, ocr: bool = False) -> None:
    """Everything that `read_held` opens to read this file, for a process that can open nothing once it begins."""
    if b"%PDF-" in held.data[:1024]:
        names = list(_FOR_PDF)
    else:
        names = ["mulu.sources.word", "mulu.sources.web", "lxml.etree", "lxml.html"]
    if ocr:
        names += _FOR_PDF
    for name in names:
        importlib.import_module(name)
    if ocr:
        from mulu.sources import ocr as machine

        machine.load()
    if "mulu.sources.web" in names:
        from mulu.sources.web import declared

        # A DOCX file may take in web pages, in encodings that are seen only once it is unpacked.
        for encoding in (
            declared(held.data) or "utf-8",
            "gb18030",
            "big5hkscs",
            "utf-16",
            "cp1252",
            "latin-1",
            "shift_jis",
        ):
            with contextlib.suppress(LookupError):
                codecs.lookup(encoding)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise MissingFile(str(path), "这是一个文件夹，不是文件", "this is a folder, not a file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TooLarge(str(path), Said("bytes", "文件字节数", "bytes in the file"), size, MAX_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise MissingFile(
            str(path), f"无法读取（{error.strerror}）", f"it cannot be read ({error.strerror})"
        ) from error
    except ValueError as error:  # a zero byte in the name
        raise MissingFile(repr(str(path)), "路径无效", "the path is not valid") from error
    if not data.strip(b"\x00\t\n\r\f\v \xef\xbb\xbf"):
        raise NoText(str(path))
    return data


_MAIN = re.compile(rb"<Relationship\b[^>]{0,2000}>")
_TARGET = re.compile(rb"""Target\s{0,9}=\s{0,9}["']/?([^"']{1,200})["']""")


def main_part(archive: zipfile.ZipFile) -> str | None:
    """The part that holds the text of a Word file, whatever it is called; None where the file is none of Word."""
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return "word/document.xml"
    with contextlib.suppress(
        zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, KeyError
    ):
        with archive.open("_rels/.rels") as part:
            relations = part.read(100_000)
        for one in _MAIN.findall(relations):
            found = _TARGET.search(one)
            name = found[1].decode("utf-8", "replace") if found and b"/officeDocument" in one else ""
            if name.startswith("word/") and name in names:
                return name
    return None


_ZIPPED = (  # what a ZIP file holds tells what it is; most particular first
    (b"word/", "docx", Said("docx", "Word 文件", "a Word file")),
    (b"xl/", "xlsx", Said("xlsx", "Excel 工作簿", "an Excel workbook")),
    (b"ppt/", "pptx", Said("pptx", "PowerPoint 演示文稿", "a PowerPoint file")),
    (b"OFD.xml", "ofd", Said("ofd", "OFD 版式文件", "an OFD file")),
    (b"mimetype", "odf", Said("odf", "OpenDocument 或 EPUB 文件", "an OpenDocument or EPUB file")),
    (b"[Content_Types].xml", "office", Said("office", "Office 文件", "an Office file")),
)


def _broken_zip(held: Held) -> Corrupt:
    """A ZIP file that cannot be opened, called what the names of its parts say that it is."""
    names = re.findall(rb"PK\x03\x04.{26}([!-~]{1,60})", held.data, re.DOTALL)
    kind, what = next(
        ((kind, what) for begin, kind, what in _ZIPPED if any(name.startswith(begin) for name in names)),
        ("zip", Said("zip", "ZIP 压缩包", "a ZIP archive")),
    )
    zh, en = f"压缩结构无法解析，看来是{what.zh}", f"its ZIP structure is broken; it seems to be {what.en}"
    return Corrupt(held.path, kind, Said("broken_zip", zh, en))


def _zipped(held: Held) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(held.data)) as archive:
            parts = archive.infolist()
            main = main_part(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise _broken_zip(held) from error
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Encrypted(held.path)
    if main is not None:
        unpacked = sum(part.file_size for part in parts)
        packed = max(1, sum(part.compress_size for part in parts))
        what = Said("unpacked", "解压后的字节数", "bytes when unpacked")
        if unpacked > MAX_UNPACKED:
            raise TooLarge(held.path, what, unpacked, MAX_UNPACKED)
        if unpacked > 10_000_000 and unpacked > MAX_RATIO * packed:
            raise TooLarge(held.path, what, unpacked, MAX_RATIO * packed)
        from mulu.sources.word import read_docx

        return read_docx(held)
    kinds = {
        "OFD.xml": Said("ofd", "OFD 版式文件", "an OFD file"),
        "xl/workbook.xml": Said("xlsx", "Excel 工作簿", "an Excel workbook"),
        "xl/workbook.bin": Said("xlsb", "二进制 Excel 工作簿（.xlsb）", "a binary Excel workbook (.xlsb)"),
        "ppt/presentation.xml": Said("pptx", "PowerPoint 演示文稿", "a PowerPoint file"),
        "mimetype": Said("odf", "OpenDocument 或 EPUB 文件", "an OpenDocument or EPUB file"),
    }
    for name, what in kinds.items():
        if name in names:
            raise UnknownKind(held.path, what, "XLSX" if what.id == "xlsb" else None)
    raise UnknownKind(held.path, Said("zip", "ZIP 压缩包", "a ZIP archive"))


def _text_or_html(held: Held) -> Document:
    for magics, what in _OTHERS:
        if held.data.startswith(magics):
            raise UnknownKind(held.path, what)
    head = held.data[:4096].replace(b"\x00", b"").decode("ascii", "ignore").lstrip("\ufeff \t\r\n")
    if head[:200].lower().find("mime-version:") >= 0 and "multipart/" in head.lower():
        raise UnknownKind(held.path, Said("mhtml", "MHTML 网页存档", "an MHTML web archive"))
    if head.startswith("<") and _HTML.search(head):
        from mulu.sources.web import read_html

        return read_html(held)
    try:
        text = decode(held.data, held.path)
    except UnreadableFile as error:
        raise UnknownKind(
            held.path,
            Said(
                "binary",
                "未知类型的二进制文件，或不是 UTF-8、UTF-16、GB18030 编码的文本",
                "a binary file of unknown kind, or text that is not in UTF-8, UTF-16 or GB18030",
            ),
        ) from error
    check_length(held.path, len(text))
    blocks: list[Block] = []
    pages = text.split("\f")
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()  # a form feed that ends the last page begins no other
    if len(pages) > MAX_PAGES:
        raise TooManyPages(held.path, len(pages))
    for page, content in enumerate(pages, start=1):
        for number, line in enumerate(re.split(r"\r\n|[\r\n\v\x85\u2028\u2029]", content), start=1):
            stripped = line.strip()
            if stripped:
                lead = line[: len(line) - len(line.lstrip())]
                indent = sum(2.0 if c in "\u3000\t" else 1.0 for c in lead)
                # half an em a space: text has no points, and ten and a half is the common size of body text
                blocks.append(Line(stripped, Place(page, number), indent=indent * 5.25))
    return held.document("text", len(pages), tuple(blocks))


_EMAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2}")
_EMAIL_FIELD = re.compile(
    rb"^(?:From|Received|Message-ID|MIME-Version|Return-Path|Date|Subject|Delivered-To):", re.IGNORECASE | re.MULTILINE
)


def is_email(data: bytes) -> bool:
    """Whether a file begins with the head of an e-mail: two fields of a head at once, one of them of e-mails alone."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf")
    found = _EMAIL.match(head)
    fields = {one.lower() for one in _EMAIL_FIELD.findall(re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0])}
    return (
        found is not None
        and len(fields) >= 2
        and bool(fields & {b"from:", b"received:", b"message-id:", b"mime-version:"})
    )


def is_xml(data: bytes) -> bool:
    """Whether a file says that it is XML."""
    return (
        data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lstrip().startswith((b"<?xml", b"<!DOCTYPE"))
    )


def is_workbook(data: bytes) -> bool:
    """Whether a file is an XLSX workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return False


def looks_foreign(data: bytes) -> bool:
    """Whether a file is of a kind that has to be unpacked or parsed; what is not, is a text or nothing known."""
    if b"%PDF-" in data[:1024] or data.startswith((*_ZIP, _OLE, *_PICTURES)) or is_email(data):
        return True
    if any(data.startswith(magics) for magics, _ in _OTHERS):
        return True
    head = data[:4096].replace(b"\x00", b"").decode("ascii", "ignore").lstrip("\ufeff \t\r\n")
    return head.startswith("<") and (head.startswith(("<?xml", "<!DOCTYPE")) or _HTML.search(head) is not None)


def check_length(path: str, length: int) -> None:
    """Raises TooLarge for more text than any legal instrument has."""
    if length > MAX_TEXT:
        raise TooLarge(path, Said("characters", "文字数", "characters of text"), length, MAX_TEXT)


_RAISED = dict(zip("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))


def raised(text: str) -> str:
    """Text printed as a superscript: set flat, ten to the sixth would read as a hundred and six."""
    return "".join(_RAISED.get(c, c) for c in text)


def lowered(text: str) -> str:
    """Text printed as a subscript; see `raised`."""
    return "".join(_LOWERED.get(c, c) for c in text)

"""E-mails (.eml): what is said, what an earlier one said, who signs, and every attachment read as the file that it is."""

from __future__ import annotations

import binascii
import codecs
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mulu.errors import MuluError
from mulu.sources.described import Composer, Kind, Reading, Role
from mulu.sources.document import Line, Unread
from mulu.sources.documents import Held, check_length
from mulu.sources.reading import UnreadableFile, decode
from mulu.vocabulary import Said

if TYPE_CHECKING:
    from email.message import EmailMessage

_DEEP = 6  # e-mails attached to e-mails
_MOST = 200  # parts of one e-mail
_ENCODED = re.compile(r"=\?[A-Za-z0-9_.:*-]{2,40}\?[bBqQ]\?")
# Characters that every Chinese text is full of, simplified and traditional; text in another encoding than its own has few.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进"
    "着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天四日那事平形相全表间样与关各重新线"
    "内数正心反明看原又利比或但质气第向道此变条只没结解问意建月公无系情者最立代已通并提直题程展五果料位入常文总次品式设及管特件长求基资流路"
    "级少图统接知较将组见计别手期根论指几区强放被做必先回则任取据处给色光即保造百规热导器压金增术极交受联认六共权收证改再采转更单切速带场例"
    "务具每目至达示报完类名确科信节米整空元集温传许步记需段研究装算低持复容须际商非验连断深技备约称准精值号率维选标型按格置层片始专状适属包"
    "调参细引该這個國來時們於對會發動過說產種後經進電裡從業應開還樣與關線內數問題總設長資統較將組見計別論運區強則據處給規導壓術極聯認權證"
    "單帶場務報類確節傳許記裝複際驗連斷備約稱準號維選標層專狀適屬調參細該請貴公司附件合同技術資料甲乙方請各位謝谢"
)
_LIKELIER = (
    0.15  # by how much more of a text must be frequent characters for its encoding not to be the one that is named
)
_RENDERINGS = ("text/plain", "text/html")
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[a-z]{2,}|[\u4e00-\u9fff]")
_LINKS = 2  # words of the HTML alone that say nothing of their own
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,30})|=\?([A-Za-z0-9_.:-]{2,30})\?[bBqQ]\?")
_CHINESE = frozenset(("gb2312", "gbk", "x-gbk", "cp936", "gb_2312-80", "hz-gb-2312"))
# What stands above an earlier e-mail that a reply or a forward brings along.
_EARLIER = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|原始邮件|原邮件|转发邮件|原始郵件|轉寄郵件|Original)\s*-{2,}"
    r"|_{20,}|(?:On\s.{4,200}\swrote|在\s?.{4,120}写道|.{2,120}於.{4,80}寫道|.{4,120}写道)\s*[:：]\s*"
    r"|(?:From|发件人|寄件者)\s*[:：].{1,200})$",
    re.IGNORECASE,
)
_SENT = re.compile(r"^\s*(?:Sent|Date|发送时间|日期|傳送時間|寄件日期|To|收件人)\s*[:：]", re.IGNORECASE)
_SIGNS = re.compile(
    r"^\s{0,20}(?:--\s?|—{1,2}|(?:(?:best|kind|warm)\s{1,4})?regards,?|sincerely( yours)?,?|yours (?:sincerely|truly|faithfully),?|best( wishes)?,?"
    r"|顺祝商祺.?|此致.{0,4}|祝好.?|敬礼.?|顺颂商祺.?|商祺.?|谢谢[！!。]?|thanks( and regards)?,?)\s{0,20}$",
    re.IGNORECASE,
)
# What mailers write before the first part for programs that know no parts, and fields of a head that say nothing in words.
_FORMULA = re.compile(
    r"(?:this is a (?:multi-?part|cryptographically signed|s/mime|openpgp/mime signed) ?message(?: in mime format)?[ .,:;-]{0,9}"
    r"|--)",
    re.IGNORECASE,
)
_SAID_IN_HEAD = ("comments", "keywords", "thread-topic", "content-description")
_TECHNICAL = re.compile(
    r"(?:from|to|cc|bcc|date|subject|sender|reply-to|received|return-path|delivered-to|message-id|in-reply-to|references"
    r"|mime-version|content-.{1,60}|user-agent|importance|priority|precedence|autocrypt|envelope-to|dkim-.{1,60}|arc-.{1,60}"
    r"|authentication-results.{0,60}|received-spf|list-.{1,60}|errors-to|feedback-id|thread-index|accept-language|auto-submitted"
    r"|disposition-notification-to|resent-.{1,60}|domainkey-.{1,60}|x-(?:ms|google|gm|spam|virus|mailer|originating|forefront|exchange"
    r"|proofpoint|mimecast|barracuda|amp|yahoo|qq|coremail|mail|received|priority|msmail|mimeole|auth|cm)[a-z0-9-]{0,60})",
    re.IGNORECASE,
)
_WORDS = re.compile("[\u3400-\u9fff]|[A-Za-z]{2,40} [A-Za-z]{2,40}")
_BEGINS = re.compile(
    r"begin(?P<base64>-base64)? [0-7]{3,4} (?P<uu>[^\r\n]{1,200})|=ybegin .{1,300}?name=(?P<yenc>.{1,200})"
)
_HTML_EARLIER = re.compile(
    r"<blockquote\b|<div[^>]{0,200}(?:gmail_quote|divRplyFwdMsg|appendonsend|OutlookMessageHeader)", re.IGNORECASE
)


def charsets_of(data: bytes) -> None:
    """Load the encodings that an e-mail names; where files cannot be opened they could not be loaded later."""
    for found in _CHARSET.finditer(data):
        with contextlib.suppress(LookupError, ValueError):
            codecs.lookup((found[1] or found[2]).decode("ascii"))


def read_email(held: Held, *, ocr: bool = False, depth: int = 0) -> Reading:
    """The e-mail with its attachments, each a part of the reading; one that cannot be read says why in its part."""
    import email
    from email import policy

    from mulu.sources.received import finished

    try:
        message: Any = email.message_from_bytes(held.data, policy=policy.default)
    except RecursionError as error:
        raise UnreadableFile(
            held.path,
            "邮件的各部分嵌套过深，无法读取。请将正文和附件另存后分别给出。",
            "its parts are nested too deep to be read. Save its text and attachments, and give them by themselves.",
        ) from error
    composer = Composer()
    composer.begin(held.name, "email", held.digest)
    facts = [(name, said) for name in ("from", "to", "cc", "date", "subject") if (said := _header(message, name))]
    subject = next((said for name, said in facts if name == "subject"), None)
    if subject:
        composer.add(subject, Role.TITLE)
    if depth:  # of an e-mail that is attached the facts are not those of the reading
        composer.add("\n".join(f"{name.capitalize()}: {said}" for name, said in facts if name != "subject"))
    parts = list(_leaves(message))
    notes: list[Said] = list(_defects(message, parts))
    beside: list[str] = []
    spoken = _spoken(parts, held, notes, beside)
    enclosed: list[_Attached] = []
    for part in spoken:
        own, earlier = _text_of(part, held, notes, beside)
        own, found = _taken_out(own)
        enclosed += found
        _add(composer, list(_marked((own, earlier))))
    beside += _around(message, parts, held, notes)
    for text in dict.fromkeys(beside):
        composer.apart()
        composer.add(text)
    unread = [Unread(1, one) for one in dict.fromkeys(notes)]
    others = [one for one in parts if not any(one is said for said in spoken)]
    if len(others) > _MOST:
        more = len(others) - _MOST
        unread.append(
            Unread(
                1,
                Said(
                    "attachments",
                    f"邮件的部分过多，最后 {more} 个未读取。请单独给出。",
                    f"the e-mail has too many parts: the last {more} were not read. Give them by themselves.",
                ),
            )
        )
    for one in (*_attached(others[:_MOST], spoken, message), *enclosed):
        attached = Held(one.name, one.name, one.data)
        try:
            reading = _read_attached(attached, one, ocr, depth)
        except MuluError as error:
            composer.begin(one.name, one.media, attached.digest, inside=0, unread=error.said)
            continue
        composer.take(reading, inside=0)
        unread += [
            Unread(its.page, Said(its.because.id, f"{one.name}：{its.because.zh}", f"{one.name}: {its.because.en}"))
            for its in reading.unread
        ]
        check_length(held.path, composer.length)
    return finished(
        composer, Kind.EMAIL, held.name, held.digest, title=subject, facts=tuple(facts), unread=tuple(unread)
    )


@dataclass(frozen=True, slots=True)
class _Attached:
    """A file that an e-mail brings along; `sealed` says why it cannot be read."""

    name: str
    data: bytes
    media: str = "application/octet-stream"
    sealed: Said | None = None


def _attached(others: Sequence[Any], spoken: Sequence[Any], message: Any) -> Iterator[_Attached]:
    """The parts that are files, but for other renderings of what is said."""
    for number, part in enumerate(others, start=1):
        name, data = _file(part, number)
        media = part.get_content_type()
        if spoken and media in _RENDERINGS and not part.get_filename() and _is_rendering(part, message):
            continue
        yield _Attached(name, data or b"", media, _sealed(part, data or b""))


def _read_attached(held: Held, one: _Attached, ocr: bool, depth: int) -> Reading:
    """What an attached file says. Raises MuluError."""
    from mulu.sources.documents import is_email
    from mulu.sources.received import read_received

    if depth >= _DEEP:
        raise UnreadableFile(
            held.name,
            "邮件中嵌套的邮件过多。请单独给出该附件。",
            "it lies too deep in e-mails within e-mails. Give the attachment by itself.",
        )
    if one.sealed is not None:
        raise UnreadableFile(held.name, one.sealed.zh, one.sealed.en)
    if held.data.strip() == b"":
        raise UnreadableFile(held.name, "附件是空的。请对方重新发送。", "the attachment is empty. Have it sent again.")
    if one.media == "message/rfc822" or is_email(held.data):
        return read_email(held, ocr=ocr, depth=depth + 1)
    return read_received(held, ocr=ocr)


def _taken_out(text: str) -> tuple[str, list[_Attached]]:
    """A plain text without the files that older programs write into it, and these files (uuencode; yEnc by name)."""
    if "begin" not in text:
        return text, []
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    found: list[_Attached] = []
    at = 0
    ends: dict[str, int] = {}  # the mark of an end to its last line, beyond which none is looked for
    for number, line in enumerate(lines):
        for mark in ("end", "====", "=yend"):
            if _marks_end(line, mark):
                ends[mark] = number
    while at < len(lines):
        begins = _BEGINS.fullmatch(lines[at].strip())
        if begins is not None:
            mark = "=yend" if begins["yenc"] else "====" if begins["base64"] else "end"
            last = at + 1
            while last <= ends.get(mark, -1) and not _ends(lines[last], mark):
                last += 1
            whole = last <= ends.get(mark, -1) and _marks_end(lines[last], mark)
            if whole and (one := _enclosed(begins, lines[at + 1 : last])) is not None:
                found.append(one)
                at = last + 1
                continue
        kept.append(lines[at])
        at += 1
    return "".join(kept), found


def _marks_end(line: str, mark: str) -> bool:
    return line.startswith(mark) if mark == "=yend" else line.strip() == mark


def _ends(line: str, mark: str) -> bool:
    """Whether a line is none of a file that is written into a text: it ends it, or another begins."""
    return _marks_end(line, mark) or line.startswith(("begin ", "begin-base64 ", "=ybegin "))


def _enclosed(begins: re.Match[str], lines: Sequence[str]) -> _Attached | None:
    """The file that stands in lines of a text; None where they are none, and stay text."""
    if begins["yenc"]:
        because = Said(
            "sealed",
            "内容以 yEnc 编码写在正文中，未读取。请用新闻组或邮件程序解码后另存，再单独给出。",
            "it is written into the text in yEnc and was not read. Decode it with a news or mail program, save it and give it by "
            "itself.",
        )
        return _Attached(begins["yenc"].strip(), "".join(lines).encode("utf-8", "surrogateescape"), sealed=because)
    try:
        if begins["base64"]:
            data = binascii.a2b_base64("".join(lines), strict_mode=False)
        else:
            data = b"".join(_uu(line.rstrip("\r\n").encode("ascii")) for line in lines)
    except (binascii.Error, ValueError):
        return None
    return _Attached(begins["uu"].strip(), data)


def _uu(line: bytes) -> bytes:
    """The bytes of a line; some programs write a character too many at its end. Raises binascii.Error."""
    if not line.strip():
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])


def _around(message: Any, parts: Sequence[Any], held: Held, notes: list[Said]) -> list[str]:
    """What stands before the first part and after the last, and in fields of the head that few programs show."""
    made: list[str] = []
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() != "multipart":
            continue  # an e-mail that is attached says for itself what stands around its parts
        payload = part.get_payload()
        stack += payload if isinstance(payload, list) else []
        # Of parts that are damaged no part is found; all of it then stands as one text.
        for text in (part.preamble, payload if isinstance(payload, str) else None, part.epilogue):
            said = _decoded((text or "").encode("utf-8", "surrogateescape"), None, held.path).strip()
            if any(c.isalnum() for c in said) and not _FORMULA.fullmatch(said):
                made += _paragraphs(said.splitlines())
    if made:
        quote = _quoted(" / ".join(made))
        notes.append(
            Said(
                "around_parts",
                f"邮件首个部分之前或末个部分之后另有文字，多数邮件程序不显示，列于正文之后：{quote}。",
                f"the e-mail has text before its first part or after its last, which most mail programs do not show; it is put "
                f"after the text: {quote}.",
            )
        )
    subject = _header(message, "subject")
    for part in (message, *(one for one in parts if one is not message)):
        made += [
            said for name in _SAID_IN_HEAD if (said := _header(part, name)) and said not in subject and said not in made
        ]
    others = {key for key, value in message.raw_items() if not _TECHNICAL.fullmatch(key) and _WORDS.search(str(value))}
    if others := {key for key in others if key.lower() not in _SAID_IN_HEAD}:
        names = ", ".join(sorted(others))[:300]
        notes.append(
            Said(
                "fields_of_head",
                f"邮件头的下列字段含有文字，未读取：{names}。",
                f"fields of the head of the e-mail that hold words were not read: {names}.",
            )
        )
    return made


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= 80 else f"“{text[:80]}…”"


def _header(message: EmailMessage, name: str) -> str:
    """A field of the head; bytes that are in no encoding named, or not in the one that is named, are read as they must be."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    pieces: list[str] = []
    try:
        # Words that a mailer cut in the middle of a character are put together before they are decoded.
        found = decode_header(re.sub(r"\r?\n[ \t]", " ", raw)) if _ENCODED.search(raw) else [(raw, None)]
    except (HeaderParseError, ValueError, LookupError):  # not what it says that it is encoded in
        found = [(raw, None)]
    for said, charset in found:
        if isinstance(said, bytes):
            said = _decoded(said, charset, name)
        if any("\udc80" <= c <= "\udcff" for c in said):
            data = said.encode("utf-8", "surrogateescape")
            with contextlib.suppress(UnreadableFile):
                said = decode(data, name)
        pieces.append(said)
    return re.sub(r"\s+", " ", "".join(pieces).encode("utf-8", "replace").decode()).strip()


def _defects(message: Any, parts: Sequence[Any]) -> Iterator[Said]:
    """What the parser found wrong in a way by which content may be lost."""
    lost = ("InvalidBase64PaddingDefect", "InvalidBase64CharactersDefect", "InvalidBase64LengthDefect",
            "CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect")  # fmt: skip
    for part in parts:
        if part.get_content_maintype() not in ("multipart", "message"):
            part.get_payload(decode=True)  # what is wrong with base64 shows when it is decoded
    if any(type(one).__name__ in lost for part in message.walk() for one in part.defects):
        yield Said(
            "cut_off",
            "邮件不完整或已损坏（编码或分段有误），内容可能缺失。请重新导出或请对方重新发送。",
            "the e-mail is damaged or cut off (its encoding or its parts are not as they should be): something may be missing. "
            "Export it again or have it sent again.",
        )


def _is_rendering(part: Any, message: Any) -> bool:
    """Whether a part is one of several renderings of the same, of which another is read; or stands alone as the e-mail."""
    for one in message.walk():
        if one.get_content_type() in ("multipart/alternative", "multipart/related") and part in one.walk():
            return True
    return False


def _sealed(part: Any, data: bytes) -> Said | None:
    """Why a part cannot be read whatever it is: it is encrypted, a signature, or kept somewhere else."""
    media = part.get_content_type()
    if data.startswith(b"-----BEGIN PGP MESSAGE") or media == "application/pgp-encrypted":
        return Said(
            "sealed",
            "内容经 PGP 加密，无法读取。请解密后再给出。",
            "it is encrypted with PGP. Decrypt it and give it again.",
        )
    if media in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return Said(
            "sealed",
            "内容经 S/MIME 加密或签名封装，无法读取。请在邮件程序中打开后另存。",
            "it is encrypted or wrapped by S/MIME. Open it in a mail program and save what it holds.",
        )
    if media in ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"):
        return Said(
            "sealed",
            "这是电子签名，不含文字。无需处理。",
            "it is a signature and holds no text. Nothing needs to be done.",
        )
    if data.startswith(b"\x78\x9f\x3e\x22"):
        return Said(
            "sealed",
            "这是 Outlook 专用格式（winmail.dat），其中的正文和附件未读取。请对方以 HTML 或纯文本重新发送。",
            "it is in a form of Outlook alone (winmail.dat); the text and files in it were not read. Have the e-mail sent again "
            "as HTML or plain text.",
        )
    if media in ("message/external-body", "message/partial"):
        return Said(
            "sealed",
            "内容不在本邮件中（存于他处或为分段邮件的一段）。请取得完整内容后给出。",
            "its content is not in this e-mail (kept elsewhere, or one piece of several). Get the whole and give it.",
        )
    return None


def _leaves(message: Any) -> Iterator[Any]:
    """The parts that hold something, in order; an e-mail that is attached is one of them."""
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart":
            payload = part.get_payload()
            stack += reversed(payload if isinstance(payload, list) else [])
        else:
            yield part


def _spoken(parts: list[Any], held: Held, notes: list[Said], beside: list[str]) -> list[Any]:
    """The parts that are the e-mail itself: its plain texts; its HTML where there is none, or where it says something else."""
    said = [one for one in parts if one.get_content_maintype() == "text" and not _is_attached(one)]
    said = [one for one in said if _sealed(one, _bytes(one) or b"") is None]
    plain = [one for one in said if one.get_content_type() == "text/plain" and (_bytes(one) or b"").strip()]
    pages = [one for one in said if one.get_content_type() == "text/html"]
    if not (plain and pages):
        return plain or pages
    hidden: list[str] = []  # what the HTML holds beside its text

    def told(ones: list[Any]) -> set[str]:
        return _tokens("\n".join("".join(_text_of(one, held, [], hidden)) for one in ones))

    own = told(plain)
    more = told(pages) - own
    # One other number may be the one that decides; a word or two may be a link's.
    if any(one[0].isdigit() for one in more) or len(more) > _LINKS:
        return plain + pages
    if more:
        words = ", ".join(sorted(more))
        notes.append(
            Said(
                "other_rendering",
                f"邮件的 HTML 文本另有以下字词，未读取：{words}。",
                f"the HTML of the e-mail has words besides, which were not read: {words}.",
            )
        )
    if hidden := [text for text in hidden if _tokens(text) - own]:
        beside += hidden
        quote = _quoted(" / ".join(hidden))
        notes.append(
            Said(
                "hidden_text",
                f"邮件的 HTML 文本中另有不显示或作为标签的文字，列于正文之后：{quote}。",
                f"the HTML of the e-mail has words that it does not show or shows as labels; they are put after the text: {quote}.",
            )
        )
    return plain


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(text.lower()))


def _is_attached(part: Any) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bytes(part: Any) -> bytes | None:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else None


def _file(part: Any, number: int) -> tuple[str, bytes | None]:
    """The name and the bytes of an attachment."""
    media = part.get_content_type()
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        name = None
    if media.startswith("message/") and isinstance(part.get_payload(), list):
        inner = part.get_payload()
        with contextlib.suppress(UnicodeError, LookupError, ValueError, TypeError, AttributeError):
            whole = b"\n".join(one.as_bytes() for one in inner)
            return name or f"{number}.{'eml' if media == 'message/rfc822' else 'txt'}", whole
        return name or f"{number}.eml", None
    data = _bytes(part)
    if media == "text/calendar" and data is not None:
        data = re.sub(rb"\r?\n[ \t]", b"", data)  # its lines are folded in the middle of words
    return (name or f"{number}.{part.get_content_subtype()}").encode("utf-8", "replace").decode(), data


def _text_of(part: Any, held: Held, notes: list[Said], beside: list[str]) -> tuple[str, str]:
    """What a part says: its own text, and the earlier e-mail that its HTML sets apart.

    What is to be told of it is added to `notes`, and what its HTML holds beside its text to `beside`.
    """
    from mulu.sources.web import declared

    data = _bytes(part) or b""
    page = part.get_content_type() == "text/html"
    charset = part.get_content_charset() or (declared(data) if page else None)
    text = _decoded(data, charset, held.path, notes)
    if not page:
        return text, ""
    found = _HTML_EARLIER.search(text)
    begin = found.start() if found else len(text)
    own = _of_html(text[:begin], held, notes, beside)
    return own, _of_html(text[begin:], held, notes, beside) if found else ""


def _of_html(text: str, held: Held, notes: list[Said], beside: list[str]) -> str:
    from mulu.sources.documents import NoText
    from mulu.sources.web import read_html

    try:
        page = read_html(
            Held(held.path, held.name, f"<html><body>{text}</body></html>".encode("utf-8-sig")), page=False
        )
    except NoText:  # nothing at all
        return ""
    notes += [one.because for one in page.unread]
    for one in page.apart:
        beside += [line.text for line in one.lines]
        if one.because is not None:
            notes.append(one.because)
    return "\n".join(
        block.text if isinstance(block, Line) else " | ".join(cell.text for cell in block.cells)
        for block in page.blocks
    )


def _decoded(data: bytes, charset: str | None, path: str, notes: list[Said] | None = None) -> str:
    """The text of a part in the encoding that it names, or, where that is wrong, in one that fits; which is then told."""
    name = (charset or "").lower()
    encoding = "gb18030" if name in _CHINESE else "big5hkscs" if name in ("big5", "cp950") else name
    text = None
    with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
        text = data.decode(encoding) if encoding else None
    if text is not None and (data.isascii() or encoding in ("utf-8", "utf8", "utf-7", "utf-16")):
        return text
    likely = _likely(text) if text is not None else 0.0
    for other in ("utf-8", "gb18030", "big5hkscs"):
        with contextlib.suppress(UnicodeDecodeError):
            found = data.decode(other)
            foreign = other == "utf-8" and (text is None or not likely)
            if other != encoding and (foreign or _likely(found) > likely + _LIKELIER):
                if name and notes is not None:
                    notes.append(_wrong_charset(name, other))
                return found
    if text is not None:
        return text
    with contextlib.suppress(UnreadableFile):
        return decode(data, path)
    text = data.decode("utf-8", "replace")
    if notes is not None:
        notes.append(
            Said(
                "unmapped_characters",
                f"邮件中有 {text.count(chr(0xFFFD))} 个字节无法按任何编码解读，文中以 � 表示。请对照原邮件核对。",
                f"{text.count(chr(0xFFFD))} bytes of the e-mail are in no encoding that is known; they read � in the text. Compare it.",
            )
        )
    return text


def _wrong_charset(named: str, found: str) -> Said:
    return Said(
        "charset",
        f"邮件声明的编码 {named} 与内容不符，已按 {found} 读取。请核对文字。",
        f"the e-mail says that it is in {named}, which does not fit; it was read as {found}. Check its wording.",
    )


def _likely(text: str) -> float:
    """How many of the Chinese characters of a text are frequent ones."""
    han = [c for c in text[:50_000] if "\u3400" <= c <= "\u9fff"]
    return sum(c in _FREQUENT for c in han) / len(han) if len(han) > 1 else 0.0  # one alone may be chance


def _add(composer: Composer, marked: Sequence[tuple[str, Role]]) -> None:
    """The paragraphs of an e-mail with their numbers; what is quoted is numbered by itself."""
    from mulu.sources.numbering import Head, Standing, standings

    by_role: dict[Role, Iterator[Standing]] = {}
    for role in dict.fromkeys(role for _, role in marked):
        by_role[role] = iter(standings([Head(text) for text, of in marked if of is role]))
    for text, role in marked:
        standing = next(by_role[role])
        composer.add(text, role, number=standing.number, clause=standing.clause)


def _marked(said: tuple[str, str]) -> Iterator[tuple[str, Role]]:
    """The paragraphs of an e-mail with their part: what it says, who signs, and what an earlier one said."""
    text, earlier = said
    lines = re.split(r"\r\n|\r|\n", text)
    role = Role.BODY
    gathered: list[str] = []

    def ended(role: Role) -> Iterator[tuple[str, Role]]:
        for paragraph in _paragraphs(gathered):
            yield paragraph, role
        gathered.clear()

    for number, line in enumerate(lines):
        following = [one for one in lines[number + 1 : number + 4] if one.strip()]
        from_head = re.match(r"\s*(?:From|发件人|寄件者)\s*[:：]", line, re.IGNORECASE)
        if line.lstrip().startswith((">", "＞")) or (
            _EARLIER.match(line) and (not from_head or any(_SENT.match(one) for one in following))
        ):
            wanted = Role.QUOTED
        elif role is Role.QUOTED and (not _marked_as_quoted(lines[:number]) or not line.strip()):
            wanted = Role.QUOTED  # under a head of an earlier e-mail all the rest is quoted
        elif (role is not Role.QUOTED and _SIGNS.match(line) and _short(lines[number + 1 :])) or role is Role.SIGNATURE:
            wanted = Role.SIGNATURE
        else:
            wanted = Role.BODY
        if wanted is not role:
            yield from ended(role)
            role = wanted
        gathered.append(re.sub(r"^\s*(?:[>＞]\s?)+", "", line) if wanted is Role.QUOTED else line)
    yield from ended(role)
    for paragraph in _paragraphs(re.split(r"\r\n|\r|\n", earlier)):
        yield paragraph, Role.QUOTED


def _marked_as_quoted(lines: list[str]) -> bool:
    """Whether the last line that says something was quoted by a mark of its own."""
    last = next((one for one in reversed(lines) if one.strip()), "")
    return last.lstrip().startswith((">", "＞"))


def _short(lines: list[str]) -> bool:
    """Whether what follows up to the next earlier e-mail can be a signature: few lines, none of them long."""
    own: list[str] = []
    for line in lines:
        if _EARLIER.match(line) or line.lstrip().startswith((">", "＞")):
            break
        if line.strip():
            own.append(line)
    return len(own) <= 12 and all(len(line) <= 90 for line in own)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines parted where a blank one stands; lines that an agent broke at a width are joined."""
    from mulu.sources.passages import slices_of

    text = "\n".join(lines)
    for one in slices_of(text):
        yield text[one.start : one.end]

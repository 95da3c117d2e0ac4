"""E-mails (.eml): what is said, what an earlier one said, who signs, and every attachment read as the file that it is."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Iterator, Sequence
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
_FAR_MORE = 1.5  # HTML that is so much longer than the plain text beside it says something else
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

    from mulu.sources.received import finished, read_received

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
    parts = list(_leaves(message))
    spoken = _spoken(parts, held)
    unread: list[Unread] = []
    for part in spoken:
        _add(composer, list(_marked(_text_of(part, held))))
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
    for number, part in enumerate(others[:_MOST], start=1):
        name, data = _file(part, number)
        if data is None or (part.get_content_maintype() == "text" and not part.get_filename()):
            continue  # another rendering of what is said
        attached = Held(name, name, data)
        try:
            if depth >= _DEEP:
                raise UnreadableFile(
                    name,
                    "邮件中嵌套的邮件过多。请单独给出该附件。",
                    "it lies too deep in e-mails within e-mails. Give the attachment by itself.",
                )
            if data.strip() == b"":
                raise UnreadableFile(
                    name, "附件是空的。请对方重新发送。", "the attachment is empty. Have it sent again."
                )
            from mulu.sources.documents import is_email

            if part.get_content_type() == "message/rfc822" or is_email(data):
                reading = read_email(attached, ocr=ocr, depth=depth + 1)
            else:
                reading = read_received(attached, ocr=ocr)
        except MuluError as error:
            media = part.get_content_type()
            composer.begin(name, media, attached.digest, inside=0, unread=error.said)
            continue
        composer.take(reading, inside=0)
        unread += [
            Unread(one.page, Said(one.because.id, f"{name}：{one.because.zh}", f"{name}: {one.because.en}"))
            for one in reading.unread
        ]
        check_length(held.path, composer.length)
    return finished(
        composer, Kind.EMAIL, held.name, held.digest, title=subject, facts=tuple(facts), unread=tuple(unread)
    )


def _header(message: EmailMessage, name: str) -> str:
    """A field of the head; bytes that are in no encoding named are read as GB18030 or UTF-8."""
    try:
        said = str(message.get(name) or "")
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # the parser falls over some broken heads
        said = ""
    if any("\udc80" <= c <= "\udcff" for c in said):
        raw = said.encode("utf-8", "surrogateescape")
        with contextlib.suppress(UnreadableFile):
            said = decode(raw, name)
    return re.sub(r"\s+", " ", said.encode("utf-8", "replace").decode()).strip()


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


def _spoken(parts: list[Any], held: Held) -> list[Any]:
    """The parts that are the e-mail itself: its plain texts; its HTML where there is none, or where it says far more."""
    said = [one for one in parts if one.get_content_maintype() == "text" and not _is_attached(one)]
    plain = [one for one in said if one.get_content_type() == "text/plain" and (_bytes(one) or b"").strip()]
    pages = [one for one in said if one.get_content_type() == "text/html"][:1]
    if plain and pages:

        def long(ones: list[Any]) -> int:
            return sum(len("".join("".join(_text_of(one, held)).split())) for one in ones)

        return plain + pages if long(pages) > _FAR_MORE * long(plain) + 40 else plain
    return plain or pages


def _is_attached(part: Any) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bytes(part: Any) -> bytes | None:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else None


def _file(part: Any, number: int) -> tuple[str, bytes | None]:
    """The name and the bytes of an attachment."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        one = inner[0] if isinstance(inner, list) and inner else None
        return part.get_filename() or f"{number}.eml", one.as_bytes() if one is not None else None
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        name = None
    return (name or f"{number}.{part.get_content_subtype()}").encode("utf-8", "replace").decode(), _bytes(part)


def _text_of(part: Any, held: Held) -> tuple[str, str]:
    """What a part says: its own text, and the earlier e-mail that its HTML sets apart."""
    data = _bytes(part) or b""
    text = _decoded(data, part.get_content_charset(), held.path)
    if part.get_content_type() != "text/html":
        return text, ""
    found = _HTML_EARLIER.search(text)
    begin = found.start() if found else len(text)
    return _of_html(text[:begin], held), _of_html(text[begin:], held) if found else ""


def _of_html(text: str, held: Held) -> str:
    from mulu.sources.documents import NoText, ScriptShell
    from mulu.sources.web import read_html

    try:
        blocks = read_html(Held(held.path, held.name, f"<html><body>{text}</body></html>".encode("utf-8-sig"))).blocks
    except (NoText, ScriptShell):  # a page of pictures alone
        return ""
    return "\n".join(
        block.text if isinstance(block, Line) else " | ".join(cell.text for cell in block.cells) for block in blocks
    )


def _decoded(data: bytes, charset: str | None, path: str) -> str:
    """The text of a part in the encoding that it names, or, where that is wrong, in one that fits."""
    name = (charset or "").lower()
    for encoding in filter(None, ("gb18030" if name in _CHINESE else "big5hkscs" if name == "big5" else name,)):
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            return data.decode(encoding)
    try:
        return decode(data, path)
    except UnreadableFile:
        return data.decode("utf-8", "replace")


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

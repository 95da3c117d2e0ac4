"""Screen: a described technology beside the control points that it may fall under, and what could not be compared."""

from __future__ import annotations

import base64
import binascii
import datetime
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from anyio import to_thread
from markupsafe import Markup, escape
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mulu.desk import Desk, OutOfRange, parse_day
from mulu.errors import Misused, MuluError
from mulu.interfaces.web import pictures
from mulu.interfaces.web.forms import each_once, only_fields
from mulu.interfaces.web.page import Page, in_thread
from mulu.interfaces.words import ASIDE, DOCUMENT, EVIDENCE, NEAR, PRESENCE, RESULT, where
from mulu.sources.described import Reading
from mulu.sources.documents import MAX_BYTES, Held, NoText, TooLarge, UnreadableDocument
from mulu.sources.fenced import described, read_rows
from mulu.sources.patents import families
from mulu.sources.reading import UnreadableFile
from mulu.sources.rows import BadRow, Row
from mulu.vocabulary import Said

Json = dict[str, Any]
Span = tuple[int, int]

LONGEST_LINK = 6_000  # characters of a text in a link: browsers and letters carry that much unharmed
LONGEST_SHOWN = 20_000  # characters of a text that is shown whole with its marks; of a longer one only the passages
MOST_ROWS = 500  # rows of a table on one page
_TABLES = (".jsonl", ".csv", ".tsv", ".xlsx")
_AROUND = 28  # characters shown on either side of a matched word
_PASSAGES = 4  # passages shown beside one control point


class NoSuchLink(Misused):
    """A permalink that holds no text, or more of it than a link may."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "unreadable_link",
                "链接不完整或已损坏，其中的文本无法还原。请重新粘贴文本筛查。",
                "The link is incomplete or damaged: its text cannot be restored. Paste the text and screen it again.",
            )
        )


def packed(text: str) -> str | None:
    """A text as part of an address; None where it is too long for one."""
    made = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return made if len(made) <= LONGEST_LINK else None


def unpacked(part: str) -> str:
    """The text of a permalink. Raises NoSuchLink; never inflates more than a link can have been made from."""
    try:
        if len(part) > LONGEST_LINK:
            raise NoSuchLink
        inflater = zlib.decompressobj()
        data = inflater.decompress(
            base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True), 1_000_000
        )
        if not inflater.eof or not data:
            raise NoSuchLink
        return data.decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NoSuchLink from error


@dataclass(frozen=True, slots=True)
class Asked:
    """What was handed in to be screened, and how."""

    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    was: str | None = None  # the day of the answer that is looked at, whose changes are to be told
    draft: str | None = None
    top: str = ""
    base_rate: str = ""
    ocr: bool = False

    def options(self) -> Json:
        """The options of the act. Raises OutOfRange."""
        made: Json = {"draft": self.draft, "top": 5, "base_rate": None}
        if self.top.strip():
            made["top"] = _number(self.top, int, "top", "1–200")
        if self.base_rate.strip():
            made["base_rate"] = _number(self.base_rate, float, "base_rate", "0.001–0.999")
        return made

    def query(self) -> Json:
        """The options as they stand in an address."""
        return {"draft": self.draft, "top": self.top.strip(), "base_rate": self.base_rate.strip()}


def _number(text: str, kind: type[int] | type[float], option: str, allowed: str) -> int | float:
    try:
        return kind(text.strip())
    except ValueError:
        raise OutOfRange(option, repr(text.strip()), allowed) from None


@dataclass(slots=True)
class Answered:
    """What the page shows: one answer, or the rows of several texts."""

    one: Json | None = None
    text: str = ""
    record: list[Json] = field(default_factory=list)
    # What a case takes this screening over by. A case stands on one text, as it is known now, and on no draft.
    seen: str | None = None
    changes: Json | None = None
    link: str | None = None
    rows: list[Json] = field(default_factory=list)
    refused: list[BadRow] = field(default_factory=list)


def opened(page: Page) -> Response:
    """The empty form, or the answer that a permalink asks for."""
    query = page.request.query_params
    asked = Asked(
        draft=query.get("draft") or None,
        top=query.get("top", ""),
        base_rate=query.get("base_rate", ""),
        was=query.get("was") or None,
    )
    if not query.get("t"):
        return _rendered(page, asked, Answered())
    try:
        return _shown(page, replace(asked, text=unpacked(query["t"])))
    except NoSuchLink as error:
        return _rendered(page, asked, Answered(), error.said, 422)


async def handed_in(request: Request) -> Response:
    """A text, files or a table. What cannot be read is said above the form, which keeps what was typed."""
    page = Page(request)
    form = await page.form()
    names = [name for name, _ in form.multi_items()]
    only_fields(names, "text", "files", "on", "draft", "top", "base_rate", "was", "as_known", "ocr")
    each_once(name for name in names if name != "files")

    def said(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    page.given |= {"on": said("on").strip() or None, "as_known": said("as_known").strip() or None}
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    asked = Asked(
        # A browser sends the line breaks of a form as CR LF, whatever was pasted.
        text=said("text").replace("\r\n", "\n"),
        files=tuple([(Path(one.filename or "").name, await one.read()) for one in files]),
        was=said("was").strip() or None,
        draft=said("draft").strip() or None,
        top=said("top"),
        base_rate=said("base_rate"),
        ocr=said("ocr") == "yes",
    )
    return await to_thread.run_sync(partial(_shown, page, asked))


def _shown(page: Page, asked: Asked) -> Response:
    try:
        return _rendered(page, asked, _answered(page, asked))
    except MuluError as error:
        _keep_what_can_be_asked(page)
        return _rendered(page, replace(asked, files=(), draft=None), Answered(), error.said, 422)


def _keep_what_can_be_asked(page: Page) -> None:
    """The form is shown again with day and release as they were given; one that is itself wrong must not fail it."""
    for name in ("on", "as_known"):
        try:
            page.on if name == "on" else page.desk  # noqa: B018  # asked for the error
        except MuluError:
            page.given[name] = None


def _answered(page: Page, asked: Asked) -> Answered:
    """Raises MuluError where nothing at all can be answered."""
    options = asked.options()
    rows: list[Row | BadRow] = []
    documents: list[Reading] = []
    if asked.text.strip() and not asked.files:
        return _one(page, asked, asked.text, options)
    if asked.text.strip():
        rows.append(Row(0, page.say("粘贴的文本", "pasted text"), asked.text, None, None, None, None))
    for name, data in asked.files:
        try:
            found = _rows_or_document(name, data, asked.ocr)
        except (UnreadableFile, UnreadableDocument) as error:
            if len(asked.files) == 1 and not asked.text.strip():
                raise
            rows.append(BadRow(0, name, error.said))
            continue
        if isinstance(found, Reading):
            documents.append(found)
        else:
            rows += found
    if len(documents) == 1 and not rows:
        return _document(page, asked, documents[0], options)
    if not documents and not rows:
        raise Misused(
            Said(
                "nothing_to_screen",
                "没有可筛查的内容。请粘贴文本或选择文件。",
                "There is nothing to screen. Paste a text or choose a file.",
            )
        )
    if len(rows) + len(documents) > MOST_ROWS:
        raise Misused(
            Said(
                "too_many_rows",
                f"共 {len(rows) + len(documents)} 行，网页一次最多 {MOST_ROWS} 行。请拆分，或用命令 mulu screen --input 处理整个文件。",
                f"{len(rows) + len(documents)} rows were handed in; a page takes {MOST_ROWS}. Split the table, or screen the whole file with the command mulu screen --input.",
            )
        )
    made = _many(page, asked, rows, options)
    _with_documents(page, made, documents, options)
    return made


def _rows_or_document(name: str, data: bytes, ocr: bool) -> list[Row | BadRow] | Reading:
    """The rows of a table that has the columns of one, or the passages of any other file.

    Raises UnreadableFile or UnreadableDocument, which name it.
    """
    if name.lower().endswith(_TABLES):
        try:
            return _rows(name, data)
        except UnreadableFile:
            if not name.lower().endswith(".xlsx"):
                raise  # a workbook without columns id and text is read as other workbooks are
    if len(data) > MAX_BYTES:
        raise TooLarge(name, Said("bytes", "文件字节数", "bytes in the file"), len(data), MAX_BYTES)
    if not data.strip():
        raise NoText(name)
    return described(Held(name, name, data), ocr=ocr)


def _rows(name: str, data: bytes) -> list[Row | BadRow]:
    """The rows of a table. Raises UnreadableFile, which names it as it was handed in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            return read_rows(path)
        except MuluError as error:
            zh, en = (
                said.replace(f"{path}{colon}", "", 1).replace(str(path), name)
                for said, colon in ((error.said.zh, "："), (error.said.en, ": "))
            )
            raise UnreadableFile(name, zh, en) from error


def _one(page: Page, asked: Asked, text: str, options: Json) -> Answered:
    desk, on = page.desk, page.on
    answer = desk.screen(text, on, explain=True, record=True, **options)
    made = Answered(one=answer, text=text, record=_by_industry(desk, answer, on, asked.draft))
    if asked.draft is None and page.given["as_known"] is None:
        made.seen = desk.seen(answer, options["top"], options["base_rate"])
    if asked.was is not None and parse_day(asked.was) != on:
        made.changes = compared(desk.screen(text, parse_day(asked.was), explain=True, **options), answer)
    part = packed(text)
    if part is not None:
        made.link = page.link("screen", t=part, on=on.isoformat(), **asked.query())
    return made


def _document(page: Page, asked: Asked, reading: Reading, options: Json) -> Answered:
    """The answer for one document. A short text of no other format has a link, as one that is pasted."""
    desk, on = page.desk, page.on
    answer = desk.screen_document(reading, on, explain=True, record=True, **options)
    made = Answered(one=answer, text=reading.text, record=_by_industry(desk, answer, on, asked.draft))
    if asked.was is not None and parse_day(asked.was) != on:
        made.changes = compared(desk.screen_document(reading, parse_day(asked.was), explain=True, **options), answer)
    if reading.parts[0].media == "text" and not answer["document"]["by_passage"]:
        part = packed(reading.text)
        made.link = None if part is None else page.link("screen", t=part, on=on.isoformat(), **asked.query())
    return made


def _with_documents(page: Page, made: Answered, documents: Sequence[Reading], options: Json) -> None:
    """The answers for several documents, beside those for the rows."""
    kin: dict[int, list[str]] = {}
    for members in families(documents):
        for member in members:
            kin[member] = [documents[other].name for other in members if other != member]
    for number, reading in enumerate(documents):
        try:
            answer = page.desk.screen_document(reading, page.on, family=kin.get(number, ()), **options)
        except MuluError as error:
            made.refused.append(BadRow(0, reading.name, error.said))
            continue
        made.rows.append(
            {
                "answer": answer,
                "text": reading.text,
                "flagged": [one for one in answer["candidates"] if one["flag"]],
                "nearest": next((one for one in answer["candidates"] if one["score"] >= NEAR), None),
                "link": None,
            }
        )


def _many(page: Page, asked: Asked, rows: Iterable[Row | BadRow], options: Json) -> Answered:
    made = Answered()
    given = list(rows)
    for row, answer in zip(given, page.desk.screen_rows(given, page.on, **options), strict=True):
        if isinstance(answer, BadRow) or isinstance(row, BadRow):
            made.refused.append(answer if isinstance(answer, BadRow) else row)  # type: ignore[arg-type]  # one of them is
            continue
        part = packed(f"{row.title}\n{row.text}" if row.title else row.text)
        made.rows.append(
            {
                "answer": answer,
                "text": row.text,
                "flagged": [one for one in answer["candidates"] if one["flag"]],
                "nearest": next((one for one in answer["candidates"] if one["score"] >= NEAR), None),
                "link": None if part is None else page.link("screen", t=part, on=answer["on"], **asked.query()),
            }
        )
    return made


def _by_industry(desk: Desk, answer: Json, on: datetime.date, draft: str | None) -> list[Json]:
    """Every item that is not put forward, under its industry and its reason."""
    held = desk.items(on, draft)
    lines = {one["item"]: one for one in (*held["items"], *held["open"])}
    groups: dict[str, Json] = {}
    for one in answer["excluded"]["items"]:
        line = lines[one["item"]]
        group = groups.setdefault(
            line["division"] or "",
            {"division": line["division"], "industry": line["industry"], "reasons": {}, "count": 0},
        )
        told = (one["reason"], one["because"]["zh"], one["because"]["en"])
        group["reasons"].setdefault(told, []).append({**one, "control": line["control"]})
        group["count"] += 1
    return [groups[key] for key in sorted(groups, key=lambda key: key or "99")]


def compared(before: Json, after: Json) -> Json:
    """What is different between the answers to one text on two days: the edition, and the items put forward."""
    old, new = ({c["item"]: c for c in answer["candidates"] if c["flag"]} for answer in (before, after))
    items = []
    for name in sorted(
        set(old) | set(new), key=lambda name: -max(one[name]["score"] for one in (old, new) if name in one)
    ):
        was, now = old.get(name), new.get(name)
        same = (
            was is not None
            and now is not None
            and all(was[k] == now[k] for k in ("code", "certainty", "score", "presence", "points"))
        )
        items.append(
            {
                "item": name,
                "name": (now or was or {})["name"],
                "was": was,
                "now": now,
                "elsewhere": next((one for one in after["elsewhere"] if one["item"] == name), None),
                "does": "same" if same else "changed" if was and now else "new" if now else "gone",
            }
        )
    return {"was": before, "now": after, "same_edition": before["edition"] == after["edition"], "items": items}


# ---- marks in the text ---------------------------------------------------------------------------------------------


def _spans(point: Json, *, against: bool = False) -> list[Span]:
    """Where the evidence of a point stands in the text. A passage near in meaning is no matched word."""
    return [
        (start, end)
        for one in point["evidence"]
        if one["against"] is against and one["kind"] != "meaning"
        for start, end in one["all_in_description"]
    ] + ([] if against else [tuple(c["in_description"]) for c in point["parameters"] if c["in_description"]])


def marked(text: str, numbered: Sequence[tuple[int, list[Span]]], against: list[Span], unread: list[Span]) -> Markup:
    """The text with the matched words of every candidate, each mark naming the candidates that it speaks for."""
    edges: dict[int, None] = {0: None, len(text): None}
    for spans in (*(spans for _, spans in numbered), against, unread):
        for start, end in spans:
            edges |= {min(start, len(text)): None, min(end, len(text)): None}
    places = sorted(edges)
    parts: list[Markup] = []
    for start, end in pairwise(places):
        piece = escape(text[start:end])
        within = [n for n, spans in numbered if any(a <= start and end <= b for a, b in spans)]
        if within:
            parts.append(Markup('<mark data-of="{}">{}</mark>').format(" ".join(map(str, within)), piece))
        elif any(a <= start and end <= b for a, b in against):
            parts.append(Markup('<mark class="against">{}</mark>').format(piece))
        elif any(a <= start and end <= b for a, b in unread):
            parts.append(Markup('<span class="unread">{}</span>').format(piece))
        else:
            parts.append(piece)
    return Markup("").join(parts)


def passages(page: Page, text: str, spans: list[Span]) -> list[Markup]:
    """The passages of the text around some matched words, with these marked; near ones are one passage."""
    groups: list[tuple[int, int, list[Span]]] = []
    for start, end in sorted(set(spans)):
        if groups and start - groups[-1][1] <= 2 * _AROUND:
            first, last, held = groups[-1]
            groups[-1] = (first, max(last, end), [*held, (start, end)])
        else:
            groups.append((start, end, [(start, end)]))
    made = []
    for first, last, held in groups[:_PASSAGES]:
        low, high = max(0, first - _AROUND), min(len(text), last + _AROUND)
        inner = page.marked(text[low:high], [(a - low, b - low) for a, b in held])
        made.append(Markup("{}{}{}").format("…" if low else "", inner, "…" if high < len(text) else ""))
    return made


def _view(page: Page, answered: Answered) -> Json:
    """The answer with its passages and its marked text."""
    answer = answered.one
    assert answer is not None
    text = answered.text
    numbered: list[tuple[int, list[Span]]] = []
    against: list[Span] = []
    shown = []
    for number, one in enumerate((c for c in answer["candidates"] if c["flag"]), start=1):
        points = []
        for point in one["points"]:
            spans = _spans(point)
            against += _spans(point, against=True)
            points.append({**point, "passages": passages(page, text, spans), "quoted": len(spans)})
        numbered.append((number, [span for point in one["points"] for span in _spans(point)]))
        shown.append({**one, "number": number, "points": points})
    below = [c for c in answer["candidates"] if not c["flag"]]
    unread = [(a, b) for a, b in (answer["unread"] or {"in_description": []})["in_description"]]
    return {
        "answer": answer,
        "candidates": shown,
        "below": [c for c in below if c["score"] >= NEAR],
        "far": bool(below) and all(c["score"] < NEAR for c in below),
        "text": marked(text, numbered, against, unread) if len(text) <= LONGEST_SHOWN else None,
    }


def _rendered(page: Page, asked: Asked, answered: Answered, error: Said | None = None, status: int = 200) -> Response:
    editions = {one["edition"]: one for one in page.desk.coverage()["editions"]}
    text = answered.text or asked.text
    return page.render(
        "screen.html",
        status,
        here="screen",
        asked=asked,
        given=text,
        drafts=[name for name, one in editions.items() if one["draft"]],
        strip=lambda answer: pictures.strip(page, editions[answer["edition"]]),
        error=error,
        scope=None if error else page.desk.items(page.on, asked.draft),
        answered=answered,
        view=None if answered.one is None else _view(page, answered),
        where=lambda passage: page.of(where(passage)),
        kinds=DOCUMENT,
        title_of_case=next((line.strip()[:40] for line in text.splitlines() if line.strip()), ""),
        words={"aside": ASIDE, "presence": PRESENCE, "result": RESULT, "kind": EVIDENCE},
        near=NEAR,
        most_rows=MOST_ROWS,
    )


def evidence(page: Page, text: str, on: datetime.date, draft: str | None, title: str | None) -> Json:
    """What the candidates of one text rest on, as `candidates.html` shows it."""
    answer = page.desk.screen(text, on, draft, title=title, explain=True)
    made = Answered(one=answer, text=text)
    if draft is None and title is None:
        made.seen = page.desk.seen(answer, 5, None)
    words = {"aside": ASIDE, "presence": PRESENCE, "result": RESULT, "kind": EVIDENCE}
    return {
        "view": _view(page, made),
        "asked": Asked(draft=draft),
        "answered": made,
        "words": words,
        "where": lambda passage: page.of(where(passage)),
    }


ROUTES = [
    Route("/screen", in_thread(opened, "t", "draft", "top", "base_rate", "was"), methods=["GET"]),
    Route("/screen", handed_in, methods=["POST"]),
]

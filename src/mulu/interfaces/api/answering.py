"""From a request to an answer: one desk for each, its work on a thread, what it raises told as a problem."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import anyio.to_thread
import msgspec
from starlette.concurrency import iterate_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

import mulu
from mulu.desk import Desk
from mulu.errors import Misused, MuluError
from mulu.interfaces.api.asking import NotAsked, media_among, media_of, parsed, refused, values_of, values_of_form
from mulu.interfaces.api.names import NAMES
from mulu.interfaces.api.once import HEADER, Once, key_of
from mulu.interfaces.api.paging import page
from mulu.interfaces.api.table import Route
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.observed import unforeseen
from mulu.interfaces.statuses import status_at, worded
from mulu.sources.rows import BadRow, Row, json_lines, rows_of
from mulu.vocabulary import Said

Json = dict[str, Any]
NDJSON = "application/x-ndjson"
ROWS_MEDIA = (NDJSON, "application/jsonl", "application/json")
FORM_MEDIA = "multipart/form-data"
DOCUMENT_MEDIA = (
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/html",
    "text/plain",
    FORM_MEDIA,
)
_READ = {"Cache-Control": "private, no-cache"}
_FIELDS = 20  # of a form, at most


def problem(
    status: int,
    said: Said,
    errors: list[Json] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error as RFC 9457 has it: `type` names it for a program, `title` and `detail` tell a person, in both languages."""
    said = said.named(NAMES)
    body: Json = {
        "type": f"urn:mulu:problem:{said.id}",
        "title": said.id.replace("_", " "),
        "status": status,
        "detail": said.en,
        "said": said.as_json(),
    }
    if errors:
        body["errors"] = errors
    more = {"Retry-After": "5"} if status == 503 else {}
    return Response(
        json.dumps(body, ensure_ascii=False), status, {**more, **(headers or {})}, media_type="application/problem+json"
    )


def told(route: Route, error: MuluError) -> Response:
    """The problem that an error of an act is."""
    said, status = worded(error)
    return problem(status_at(route.in_path, said, status), said, error.errors if isinstance(error, NotAsked) else None)


class Api:
    """What the addresses share while the server runs."""

    def __init__(self) -> None:
        self._once = Once()

    async def answer(self, route: Route, request: Request) -> Response:
        """The answer of one address."""
        try:
            if route.keeps:
                return await self._keeping(route, request)
            return await self._answer(route, request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except MuluError as error:
            return told(route, error)
        except Exception as error:  # raised further, its text would stand in the log of the server
            unforeseen(error)
            said, status = worded(error)
            return problem(status, said)

    async def _keeping(self, route: Route, request: Request) -> Response:
        key = key_of(request.headers.getlist(HEADER))
        if key is None:
            return await self._answer(route, request)
        seen = hashlib.sha256(
            f"{request.method}\n{request.url.path}\n{request.url.query}\n{media_of(request)}\n".encode()
        )
        seen.update(await request.body())

        async def act() -> Response:
            try:
                return await self._answer(route, request)
            except MuluError as error:
                return told(route, error)

        return await self._once.do(key, seen.hexdigest(), act, request.app.state.keeper.desk)

    async def _answer(self, route: Route, request: Request) -> Response:
        values = await values_of(route, request)
        if route.body == "rows":
            return await _batch(request, values)
        if route.body == "document":
            return await _imported(route, request, values)
        if route.method == "GET":
            return await anyio.to_thread.run_sync(_read, route, request, values)
        return await anyio.to_thread.run_sync(_done, route, request, values)


def endpoint(api: Api, by_method: Mapping[Literal["GET", "POST"], Route]) -> Callable[[Request], Awaitable[Response]]:
    """What answers at one path, whichever method comes."""

    async def answer(request: Request) -> Response:
        return await api.answer(by_method["POST" if request.method == "POST" else "GET"], request)

    return answer


def _desk(request: Request, values: Json) -> tuple[Desk, str]:
    keeper: Keeper = request.app.state.keeper
    return keeper.asked(values.pop("as_known", None))


def _act(route: Route, desk: Desk, values: Json) -> Json:
    given = {**route.fixed, **values}
    if route.of.timed:
        given["at"] = datetime.datetime.now(datetime.UTC)
    answer: Json = getattr(desk, route.of.method)(**given)
    return answer


def _read(route: Route, request: Request, values: Json) -> Response:
    """A read, with the validator of its version; 304 where the reader has it."""
    limit = values.pop("limit", None) if route.pages else None  # a time limit is another thing
    cursor = values.pop("cursor", None) if route.pages else None
    question = {k: str(v) for k, v in sorted(values.items())}
    desk, version = _desk(request, values)
    answer: Json | None = None
    if route.records:  # what they answer from is not covered by the version: the answer itself is
        answer = _act(route, desk, values)
        version = hashlib.sha256(msgspec.json.encode(answer)).hexdigest()
    whole = _digest(mulu.__version__, version)
    tag = f'"{_digest(whole, route.path, question, limit, cursor)[:32]}"'
    headers = {**_READ, "ETag": tag}
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if cursor is None and tag in held:  # given for this question by this version: it need not be answered to be right
        return Response(status_code=304, headers=headers)
    if route.files and answer is None:  # an export: its act gives the manifest alone
        from mulu.interfaces.site import download

        name, data = download(desk, **values)
        return _file(headers, name, data, *route.files)
    if answer is None:
        answer = _act(route, desk, values)
    shown = page(answer, route.pages, _digest(route.path, question), limit, cursor) if route.pages else answer
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    if route.files:
        return _file(headers, shown["name"], base64.b64decode(shown["content"]), shown["media"])
    if shown.get("next_cursor"):
        again = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
        query = urlencode([*again, ("cursor", shown["next_cursor"])], quote_via=quote)
        headers["Link"] = f'<{quote(request.url.path)}?{query}>; rel="next"'
    return Response(msgspec.json.encode(shown), headers=headers, media_type="application/json")


def _file(headers: Mapping[str, str], name: str, data: bytes, media: str) -> Response:
    # A name in other letters than ASCII is written as RFC 6266 has it: a header holds none of them.
    named = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name)}"
    return Response(data, headers={**headers, "Content-Disposition": f"attachment; {named}"}, media_type=media)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _done(route: Route, request: Request, values: Json) -> Response:
    desk, _ = _desk(request, values)
    answer = _act(route, desk, values)
    if route.act == "screen":
        request.app.state.figures.screened()
    return _made(route, answer)


def _made(route: Route, answer: Json) -> Response:
    headers = {} if route.made is None else {"Location": route.made.format_map(answer)}
    status = 200 if route.made is None else 201
    return Response(msgspec.json.encode(answer), status, headers, media_type="application/json")


# ---- rows in, rows out ------------------------------------------------------------------------------------------------


async def _batch(request: Request, values: Json) -> Response:
    media = media_among(request, ROWS_MEDIA)
    body = await request.body()
    on = values.pop("on", None)

    def begun() -> Iterator[Json | BadRow]:
        desk, _ = _desk(request, values)
        rows = list(_rows(body, media))
        if not rows:
            raise Misused(Said("no_rows", "没有任何行。", "There is no row."))
        if on is not None:
            desk.items(on, values.get("draft"))  # an impossible day or draft is refused before any row is read
        return desk.screen_rows(rows, on, **values)

    answers = await anyio.to_thread.run_sync(begun)
    lines = _lines(answers, request.app.state.figures.screened)
    return StreamingResponse(iterate_in_threadpool(lines), media_type=NDJSON)


def _rows(body: bytes, media: str) -> Iterator[Row | BadRow]:
    if media != "application/json":
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Misused(Said("not_utf8", "请求内容不是 UTF-8。", "The body is not UTF-8.")) from None
        return rows_of(json_lines(text, "body"))
    value = parsed(body)
    if not isinstance(value, list):
        raise Misused(Said("not_a_list", "请求内容应为 JSON 列表。", "The body must be a JSON array of rows, […]."))
    return rows_of((number, number, row) for number, row in enumerate(value, start=1))


def _lines(answers: Iterator[Json | BadRow], screened: Callable[[int], None]) -> Iterator[bytes]:
    """One line for each row and the counts last: a stream without them was cut off."""
    counts = {"rows": 0, "answered": 0, "refused": 0, "flagged": 0}
    while True:
        try:
            one = next(answers, None)
        except Exception as error:
            unforeseen(error)
            return
        if one is None:
            break
        counts["rows"] += 1
        if isinstance(one, BadRow):
            counts["refused"] += 1
            one = {"line": one.line, "id": one.id, "error": one.because.as_json()}
        else:
            counts["answered"] += 1
            counts["flagged"] += bool(one["flagged"])
        yield msgspec.json.encode(one) + b"\n"
    screened(counts["answered"])
    yield msgspec.json.encode({"counts": counts}) + b"\n"


# ---- documents in -----------------------------------------------------------------------------------------------------


async def _imported(route: Route, request: Request, values: Json) -> Response:
    media = media_among(request, DOCUMENT_MEDIA)
    if media == FORM_MEDIA:
        data, named, fields = await _form(request)
        values |= values_of_form(route, fields, values)
        values.setdefault("name", named)
    else:
        data = await request.body()
    if not _is_name(values.get("name", "")):
        raise refused(
            "name",
            "query",
            "document_name",
            "请以 name 给出文件名（不含路径），如 announcement.pdf。",
            "Give the name of the document as name, without folders, for example announcement.pdf.",
        )
    return await anyio.to_thread.run_sync(_kept, route, request, values, data)


async def _form(request: Request) -> tuple[bytes, str, list[tuple[str, str]]]:
    """The document of a form, its name, and the other fields."""
    try:
        form = await request.form(max_files=1, max_fields=_FIELDS)
    except (HTTPException, ValueError) as error:
        raise Misused(
            Said(
                "not_a_form",
                "表单（multipart/form-data）无法读取：应有一个文件 file 和少数字段。",
                "The form (multipart/form-data) cannot be read: it has one document, file, and a few fields.",
            )
        ) from error
    try:
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        document = form.get("file")
        if not isinstance(document, UploadFile):
            raise refused(
                "file", "body", "missing_parameter", "表单须有文件 file。", "The form needs a document, file."
            )
        return await document.read(), document.filename or "", fields
    finally:
        await form.close()


def _is_name(name: str) -> bool:
    return (
        0 < len(name.encode()) <= 200 and name.isprintable() and name not in (".", "..") and not set(name) & set("/\\")
    )


def _kept(route: Route, request: Request, values: Json, data: bytes) -> Response:
    """The document in a folder of its own for as long as it is read; errors name it without that folder."""
    with tempfile.TemporaryDirectory(prefix="mulu-") as folder:
        path = Path(folder) / values.pop("name")
        path.write_bytes(data)
        desk, _ = _desk(request, values)
        try:
            answer = _act(route, desk, {**values, "file": str(path)})
            if route.act == "screen":
                request.app.state.figures.screened()
            return _made(route, answer)
        except MuluError as error:
            said = error.said
            error.said = Said(said.id, *(text.replace(f"{folder}/", "") for text in (said.zh, said.en)))
            raise

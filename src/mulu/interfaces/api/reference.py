"""The API described: an OpenAPI document for programs and a plain page for people, both from the table of routes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import mulu
from mulu.desk import Argument
from mulu.interfaces.api import once, schemas
from mulu.interfaces.api.answering import DOCUMENT_MEDIA, FORM_MEDIA, NDJSON, ROWS_MEDIA
from mulu.interfaces.api.table import DOCUMENT, LARGEST_PAGE, ROUTES, Asked, Route, asked
from mulu.interfaces.web.page import wanted
from mulu.vocabulary import Bilingual, Language

Json = dict[str, Any]
_RANGES: Mapping[str, Json] = {
    "top": {"minimum": 1, "maximum": 200},
    "base_rate": {"minimum": 0.001, "maximum": 0.999},
    "limit": {"minimum": 1, "maximum": LARGEST_PAGE},
    "gains": {"minimum": 0, "exclusiveMaximum": 1e15},
    "days": {"minimum": -999_999_999, "maximum": 999_999_999},
}
_ABOUT = """China's Catalogue of Technologies Prohibited or Restricted from Export: data and screening. Not legal advice.

Every read names its day (`on`); what is not known is refused by name. Errors are problems of RFC 9457 with both languages in `said`.
Reads carry an `ETag`: send it back as `If-None-Match`. Lists are whole without `limit`; with it, `next_cursor` leads on.
Acts that leave a record take an `Idempotency-Key`. 中国禁止出口限制出口技术目录：数据与筛查，非法律意见。"""
_ROW: Json = {
    "type": "object",
    "properties": {
        "id": {"type": ["string", "integer"]},
        "text": schemas.TEXT,
        "title": schemas.TEXT,
        "on": schemas.DAY,
    },
    "required": ["id", "text"],
}
_STATUSES: Mapping[int, Bilingual] = {
    400: Bilingual(
        "请求本身有误，如有多个 Idempotency-Key", "the request is malformed, as with several `Idempotency-Key`"
    ),
    304: Bilingual("与 If-None-Match 所示相同", "what `If-None-Match` names is still the answer"),
    403: Bilingual("来自另一网页", "the request comes from another web page"),
    404: Bilingual("所指的事物不存在", "there is no such thing"),
    409: Bilingual("目前的记录不允许；未作任何改动", "what is kept does not allow it now; nothing was changed"),
    413: Bilingual("内容过大", "the body is too large"),
    415: Bilingual("Content-Type 不被接受", "the media type is not taken here"),
    421: Bilingual("Host 不是本服务", "`Host` does not name this server"),
    422: Bilingual("问题本身有误；逐个指明参数", "the question cannot be asked; each parameter is named"),
    431: Bilingual("地址和请求头过大", "address and headers are too large"),
    500: Bilingual("未预料的错误", "something unforeseen went wrong"),
    503: Bilingual("存储库不可用；稍后再试", "the store does not answer; try again later"),
}


def statuses(route: Route) -> tuple[int, ...]:
    """Every status of an error that can occur at an address."""
    found = {403, 413, 421, 422, 431, 500, 503}
    if route.in_path or route.act in ("trail", "matrix"):
        found.add(404)
    if route.keeps or route.pages or route.act == "confirm":
        found.add(409)
    if route.keeps:
        found.add(400)
    if route.body != "none":
        found.add(415)
    return tuple(sorted(found))


@cache
def document() -> Json:
    """The OpenAPI document."""
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mulu",
            "version": mulu.__version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": dict(schemas.NAMED)},
    }


def _operation(route: Route) -> Json:
    made: Json = {
        "operationId": route.name,
        "summary": _both(route.says),
        "parameters": [_parameter(one, route) for one in asked(route) if one.place != "body"],
        "responses": _responses(route),
    }
    if route.keeps:
        made["parameters"].append(
            {
                "name": once.HEADER,
                "in": "header",
                "required": False,
                "description": "The same key with the same request gives the same answer again, and nothing is done twice.",
                "schema": {"type": "string", "minLength": 1, "maxLength": once.LONGEST, "pattern": "^[ -~]+$"},
            }
        )
    if route.method == "GET":
        made["parameters"].append({"name": "If-None-Match", "in": "header", "required": False, "schema": schemas.TEXT})
    body = _body(route)
    if body is not None:
        made["requestBody"] = {"required": True, "content": body}
    return made


def _both(text: Bilingual) -> str:
    return f"{text.en} / {text.zh}"


def _parameter(one: Asked, route: Route) -> Json:
    name = one.argument.name
    made: Json = {
        "name": name,
        "in": one.place,
        "required": one.required,
        "description": _both(one.argument.help),
        "schema": _schema(one.argument),
    }
    if name in route.example:
        made["example"] = route.example[name]
    return made


def _schema(argument: Argument) -> Json:
    """The JSON Schema of a parameter, by its kind."""
    kinds: Mapping[str, Json] = {
        "day": schemas.DAY,
        "integer": schemas.INTEGER,
        "number": schemas.NUMBER,
        "flag": schemas.FLAG,
        "choice": {"type": "string", "enum": list(argument.choices)},
        "texts": schemas.lists(schemas.TEXT),
        "object": {"type": "object"},
    }
    made = {**kinds.get(argument.kind, schemas.TEXT), **_RANGES.get(argument.name, {})}
    if argument.default not in (None, (), False):
        made["default"] = argument.default
    return made


def _body(route: Route) -> Json | None:
    """The media types of a body with their schemas and examples."""
    if route.body == "json":
        wanted_here = [one for one in asked(route) if one.place == "body"]
        names = {one.argument.name for one in wanted_here}
        schema = {
            "type": "object",
            "properties": {
                one.argument.name: {
                    **_schema(one.argument),
                    **({"minItems": 1} if one.required and one.argument.kind == "texts" else {}),
                    "description": _both(one.argument.help),
                }
                for one in wanted_here
            },
            "required": [one.argument.name for one in wanted_here if one.required],
            "additionalProperties": False,
        }
        example = {k: v for k, v in route.example.items() if k in names}
        return {"application/json": {"schema": schema, "example": example}}
    if route.body == "rows":
        rows = route.example["rows"]
        lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        return {
            media: {"schema": schemas.lists(_ROW), "example": rows}
            if media == "application/json"
            else {"schema": schemas.TEXT, "example": lines}
            for media in ROWS_MEDIA
        }
    if route.body == "document":
        fields = {one.argument.name: _schema(one.argument) for one in asked(route) if one.place == "query"}
        form = {
            "type": "object",
            "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}, **fields},
            "required": ["file"],
            "additionalProperties": False,
        }
        raw: Json = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        content = {media: raw for media in DOCUMENT_MEDIA if media not in (FORM_MEDIA, "text/plain")}
        return {
            "text/plain": {"schema": schemas.TEXT, "example": DOCUMENT.decode()},
            **content,
            FORM_MEDIA: {"schema": form},
        }
    return None


def answer_of(route: Route) -> Json:
    """The schema of an answer; a page of a list also says where it goes on."""
    if not route.pages:
        return route.answer
    whole = route.answer
    return {**whole, "properties": {**whole["properties"], "next_cursor": schemas.maybe(schemas.TEXT)}}


def _responses(route: Route) -> Json:
    content: Json = {media: {"schema": {}} for media in route.files} or {_media(route): {"schema": answer_of(route)}}
    good: Json = {"description": _both(route.says), "content": content}
    headers: Json = {}
    if route.files:
        headers["Content-Disposition"] = {"schema": schemas.TEXT, "description": "The name of the file."}
    if route.method == "GET":
        headers["ETag"] = {"schema": schemas.TEXT, "description": "The version of this answer."}
        headers["Cache-Control"] = {"schema": schemas.TEXT}
    if route.pages:
        headers["Link"] = {"schema": schemas.TEXT, "description": 'The next page, rel="next".'}
    if route.keeps:
        headers[once.REPLAYED] = {"schema": schemas.TEXT, "description": "`true` where the act was done before."}
    if route.made is not None:
        headers["Location"] = {"schema": schemas.TEXT}
    if headers:
        good["headers"] = headers
    made: Json = {"200" if route.made is None else "201": good}
    if route.method == "GET":
        made["304"] = {"description": _both(_STATUSES[304])}
    for status in statuses(route):
        made[str(status)] = {
            "description": _both(_STATUSES[status]),
            "content": {"application/problem+json": {"schema": schemas.ref("Problem")}},
        }
    return made


def _media(route: Route) -> str:
    return NDJSON if route.body == "rows" else "application/json"


async def described(_: Request) -> Response:
    """The OpenAPI document as JSON."""
    return Response(
        json.dumps(document(), ensure_ascii=False),
        media_type="application/json",
        headers={"Cache-Control": "private, no-cache"},
    )


# ---- for people -------------------------------------------------------------------------------------------------------


async def reference(request: Request) -> Response:
    """Every address on one page without script, in the language of `lang` or of the browser."""
    asked_for = request.query_params.get("lang")
    language = Language(asked_for) if asked_for in ("zh", "en") else wanted(request)
    return HTMLResponse(str(_page(language)))


@cache
def _page(language: Language) -> Markup:
    def say(zh: str, en: str) -> str:
        return zh if language is Language.ZH else en

    other, shown = ("en", "English") if language is Language.ZH else ("zh", "中文")
    title = say("Mulu API 参考", "Mulu API reference")
    intro = say(
        "与命令行、网页和 Python 同名同答。每次读取须给出日期 on；错误为 RFC 9457 problem；读取带 ETag；"
        "有 limit 时以 next_cursor 翻页；写入可带 Idempotency-Key。程序用的描述：",
        "The same names and answers as the commands, the page and Python. Every read names its day, on; errors are problems of "
        "RFC 9457; reads carry an ETag; with limit, next_cursor leads to the next page; what leaves a record takes an "
        "Idempotency-Key. For programs: ",
    )
    parts = [
        Markup('<!doctype html><html lang="{}"><head><meta charset="utf-8">').format(
            "zh-Hans" if language is Language.ZH else "en"
        ),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<title>{}</title><link rel="stylesheet" href="/static/mulu.css"></head><body><main id="main">').format(
            title
        ),
        Markup('<p><a href="/">Mulu</a> · <a href="?lang={}" hreflang="{}">{}</a></p><h1>{}</h1>').format(
            other, other, shown, title
        ),
        Markup('<p>{}<a href="/api/v1/openapi.json">openapi.json</a></p>').format(intro),
        *(_section(route, language) for route in ROUTES),
        Markup("</main></body></html>"),
    ]
    return Markup("\n").join(parts)


def _section(route: Route, language: Language) -> Markup:
    zh = language is Language.ZH
    heads = ("参数", "位置", "类型", "说明") if zh else ("parameter", "in", "type", "meaning")
    rows = [
        Markup("<tr><th scope=row><code>{}</code>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            one.argument.name,
            "*" if one.required else "",
            one.place,
            ", ".join(one.argument.choices) or one.argument.kind,
            one.argument.help.in_(language),
        )
        for one in asked(route)
    ]
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        _joined(Markup("<th scope=col>{}</th>").format(head) for head in heads), _joined(rows)
    )
    good = "200" if route.made is None else "201"
    status = ", ".join((good, *(["304"] if route.method == "GET" else []), *map(str, statuses(route))))
    return Markup("<section><h2 id={}><code>{} /api/v1{}</code></h2><p>{}</p>{}<p>{}: {}</p></section>").format(
        escape(route.name),
        route.method,
        route.path,
        route.says.in_(language),
        table if rows else "",
        "状态码" if zh else "Statuses",
        status,
    )


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)

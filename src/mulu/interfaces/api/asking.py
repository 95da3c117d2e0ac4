"""What a request asks, read by the declarations of the acts: nothing guessed, nothing unknown passed over."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request

from mulu.desk import Argument, parse_day
from mulu.errors import Misused
from mulu.interfaces.api.table import LARGEST_PAGE, Asked, Route, asked
from mulu.interfaces.safety import Refused
from mulu.sources.reading import keys_once
from mulu.vocabulary import Said

Json = dict[str, Any]
_LONGEST_NUMBER = 30  # characters of a number in a query


class NotAsked(Misused):
    """Parameters that cannot be taken: each is named with its place and what is wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str, Said]]) -> None:
        found = list(errors)
        zh = "".join(said.zh for _, _, said in found)
        en = " ".join(said.en for _, _, said in found)
        super().__init__(Said(found[0][2].id if len(found) == 1 else "several_parameters", zh, en))
        self.errors = [{"parameter": name, "in": place, "said": said.as_json()} for name, place, said in found]


def refused(name: str, place: str, id_: str, zh: str, en: str) -> NotAsked:
    """One parameter that cannot be taken."""
    return NotAsked([(name, place, Said(id_, zh, en))])


async def values_of(route: Route, request: Request) -> Json:
    """Every parameter of a request that is no body of rows or document, as the act takes it. Raises NotAsked."""
    wanted = asked(route)
    in_query = [one for one in wanted if one.place == "query"]
    given, errors = _gathered(request.query_params.multi_items(), in_query, "query")
    values = _values([("path", one, request.path_params) for one in wanted if one.place == "path"], errors)
    values |= _values([("query", one, given) for one in in_query], errors)
    if route.body == "json":
        in_body = [one for one in wanted if one.place == "body"]
        body = await json_of(request)
        known = {one.argument.name for one in in_body}
        errors += [(name, "body", _unknown(name, "body", in_body)) for name in body if name not in known]
        values |= _values([("body", one, body) for one in in_body], errors)
    if errors:
        raise NotAsked(errors)
    if "case" in values:
        values["case"] = values["case"].upper()  # `new` would open one: a reference is written in capitals
    return values


def values_of_form(route: Route, fields: Iterable[tuple[str, str]], before: Json) -> Json:
    """The parameters that a form carries beside its document. Raises NotAsked."""
    wanted = [one for one in asked(route) if one.place == "query"]
    given, errors = _gathered(fields, wanted, "body")
    errors += [(name, "body", _twice(name)) for name in given if name in before]
    values = _values([("body", one, given) for one in wanted if one.argument.name in given], errors, written=True)
    if errors:
        raise NotAsked(errors)
    return values


def _gathered(
    items: Iterable[tuple[str, str]], wanted: Iterable[Asked], place: str
) -> tuple[Json, list[tuple[str, str, Said]]]:
    """Names with their texts; unknown names and single values that come twice are errors."""
    kinds = {one.argument.name: one.argument.kind for one in wanted}
    given: Json = {}
    errors: list[tuple[str, str, Said]] = []
    for name, text in items:
        if name not in kinds:
            errors.append((name, place, _unknown(name, place, wanted)))
        elif kinds[name] == "texts":
            given.setdefault(name, []).append(text)
        elif name in given:
            errors.append((name, place, _twice(name)))
        else:
            given[name] = text
    return given, errors


def _values(
    sources: Iterable[tuple[str, Asked, Mapping[str, Any]]],
    errors: list[tuple[str, str, Said]],
    *,
    written: bool = False,
) -> Json:
    """What was given, of the kinds that are declared; `written`: as text also in a body."""
    values: Json = {}
    for place, one, given in sources:
        name = one.argument.name
        if name not in given:
            if one.required:
                errors.append((name, place, _missing(one.argument)))
            continue
        try:
            read = _from_json if place == "body" and not written else _from_text
            values[name] = read(one.argument, given[name])
        except Misused as error:
            errors.append((name, place, error.said))
    return values


async def json_of(request: Request) -> Json:
    """The JSON object that a request carries."""
    media = media_of(request)
    if media != "application/json":
        raise _other_media(media, ("application/json",))
    value = parsed(await request.body())
    if not isinstance(value, dict):
        raise Misused(Said("not_an_object", "请求内容应为一个 JSON 对象。", "The body must be one JSON object, {…}."))
    return value


def media_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _other_media(media: str, allowed: tuple[str, ...]) -> Refused:
    given = media if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", media) else "—"
    return Refused(
        415,
        Said(
            "other_media",
            f"此地址接受 Content-Type {'、'.join(allowed)}，收到的是 {given}。",
            f"This address takes Content-Type {', '.join(allowed)}; it was {given}.",
        ),
    )


def media_among(request: Request, allowed: tuple[str, ...]) -> str:
    """The media type of a body, where it is one of those taken here. Raises Refused (415)."""
    media = media_of(request)
    if media not in allowed:
        raise _other_media(media, allowed)
    return media


def parsed(data: bytes) -> Any:
    """JSON in UTF-8, with each key once and numbers that are numbers. Raises Misused."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=keys_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        why = "嵌套过深", "it is nested too deeply"
        if not isinstance(error, RecursionError):
            # What the error quotes of the body stays out of the answer; its place suffices to find it.
            place = re.search(r"line \d+ column \d+", str(error))
            why = (
                (f"见 {place[0]}", f"see {place[0]}")
                if place
                else ("或有重复的键、非 UTF-8 字符", "or a key is given twice, or it is not UTF-8")
            )
        raise Misused(
            Said("not_json", f"请求内容不是 JSON（{why[0]}）。", f"The body is not JSON ({why[1]}).")
        ) from error


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _said(id_: str, name: str, zh: str, en: str) -> Said:
    return Said(id_, f"参数 {name} {zh}。", f"The parameter {name} {en}.")


def _unknown(name: str, place: str, known: Iterable[Asked]) -> Said:
    names = [one.argument.name for one in known]
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    where = ("请求内容中没有", "the body takes") if place == "body" else ("此地址没有", "this address takes")
    return Said(
        "unknown_parameter",
        f"{where[0]}参数 {shown!r}；可用：{'、'.join(names) or '无'}。",
        f"There is no parameter {shown!r}; {where[1]} {', '.join(names) or 'none'}.",
    )


def _twice(name: str) -> Said:
    return _said("given_twice", name, "只能给出一次", "may be given once only")


def _missing(argument: Argument) -> Said:
    return _said(
        "missing_parameter",
        argument.name,
        f"必须给出（{argument.help.zh}）",
        f"must be given ({argument.help.en})",
    )


def _wrong(argument: Argument, zh: str, en: str) -> Misused:
    return Misused(_said("wrong_type", argument.name, f"应为{zh}", f"must be {en}"))


def _from_text(argument: Argument, given: Any) -> Any:
    """A value as an address gives it."""
    match argument.kind:
        case "integer":
            if re.fullmatch(r"-?[0-9]{1,9}", given) is None:
                raise _wrong(argument, "整数", "a whole number")
            return _within(argument, int(given))
        case "number":
            if len(given) > _LONGEST_NUMBER or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", given) is None:
                raise _wrong(argument, "数字", "a number")
            return _finite(argument, float(given))
        case "flag":
            if given not in ("true", "false"):
                raise _wrong(argument, " true 或 false", "true or false")
            return given == "true"
        case "texts":
            return [_whole(argument, one) for one in given]
    return _text(argument, given)


def _from_json(argument: Argument, given: Any) -> Any:
    """A value as a JSON body gives it: of the type that is declared, never one that could be taken for it."""
    match argument.kind:
        case "integer":
            if not isinstance(given, int) or isinstance(given, bool) or abs(given) > 999_999_999:
                raise _wrong(argument, "整数", "a whole number")
            return _within(argument, given)
        case "number":
            if not isinstance(given, int | float) or isinstance(given, bool):
                raise _wrong(argument, "数字", "a number")
            return _finite(argument, given)
        case "flag":
            if not isinstance(given, bool):
                raise _wrong(argument, " true 或 false", "true or false")
            return given
        case "texts":
            if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
                raise _wrong(argument, "文字的列表", "a list of texts")
            return [_whole(argument, one) for one in given]
        case "object":
            if not isinstance(given, dict):
                raise _wrong(argument, " JSON 对象", "a JSON object")
            _all_whole(argument, given)
            return given
    if not isinstance(given, str):
        raise _wrong(argument, "文字", "a text")
    return _text(argument, given)


def _text(argument: Argument, given: str) -> str | datetime.date:
    if argument.kind == "day":
        return parse_day(given)
    if argument.kind == "choice" and given not in argument.choices:
        raise _wrong(argument, f" {'、'.join(argument.choices)} 之一", f"one of {', '.join(argument.choices)}")
    return _whole(argument, given)


def _whole(argument: Argument, text: str) -> str:
    """A text that every part of the program can write: half a character (a lone surrogate) is none."""
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in text):
        raise Misused(_said("broken_text", argument.name, "含有无效字符", "holds broken characters"))
    return text


def _all_whole(argument: Argument, value: Any) -> None:
    if isinstance(value, str):
        _whole(argument, value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _whole(argument, key)
            _all_whole(argument, one)
    elif isinstance(value, list):
        for one in value:
            _all_whole(argument, one)


def _finite(argument: Argument, given: float) -> float:
    try:
        finite = math.isfinite(given)
    except OverflowError:  # a whole number beyond every float
        finite = False
    if not finite:
        raise _wrong(argument, "有限的数字", "a finite number")
    return given


def _within(argument: Argument, given: int) -> int:
    if argument.name == "limit" and not 1 <= given <= LARGEST_PAGE:
        raise _wrong(argument, f" 1–{LARGEST_PAGE} 之间的整数", f"a whole number from 1 to {LARGEST_PAGE}")
    return given

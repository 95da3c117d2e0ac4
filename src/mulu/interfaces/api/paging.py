"""Lists page by page. A cursor holds to the version of what it pages through, so that nothing is lost or given twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from mulu.errors import MuluError
from mulu.interfaces.api.asking import refused
from mulu.vocabulary import Said

Json = dict[str, Any]
_TAG, _CHECK = 16, 8  # hexadecimal characters


class Outdated(MuluError):
    """A cursor of another version, or of another question."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "cursor_outdated",
                "数据在上一页之后已有变化，或此 cursor 属于另一问题。请去掉 cursor，从第一页重新开始。",
                "What is listed has changed since that page was given, or the cursor is of another question. "
                "Begin again without a cursor.",
            )
        )


def page(answer: Json, lists: tuple[str, ...], tag: str, limit: int | None, cursor: str | None) -> Json:
    """The part of an answer that follows a cursor. `tag` is the version of the whole answer; the lists follow each other.

    Without limit and cursor the answer is whole, as every other door gives it. Raises Outdated, NotAsked.
    """
    if limit is None and cursor is None:
        return answer
    start = 0 if cursor is None else _place(cursor, tag)
    total = sum(len(answer[name]) for name in lists)
    end = total if limit is None else min(total, start + limit)
    part, before = dict(answer), 0
    for name in lists:
        whole = answer[name]
        part[name] = whole[max(0, start - before) : max(0, end - before)]
        before += len(whole)
    return {**part, "next_cursor": _cursor(tag, end) if end < total else None}


def _cursor(tag: str, place: int) -> str:
    held = f"{tag[:_TAG]}{place:x}"
    return base64.urlsafe_b64encode(f"{_check(held)}{held}".encode()).decode().rstrip("=")


def _place(cursor: str, tag: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    check, held = text[:_CHECK], text[_CHECK:]
    if len(held) <= _TAG or check != _check(held):
        raise refused(
            "cursor",
            "query",
            "no_cursor",
            "cursor 不是本服务给出的。请原样使用 next_cursor，或去掉 cursor 从第一页开始。",
            "This is no cursor that was given here. Use next_cursor as it is, or begin without a cursor.",
        )
    if held[:_TAG] != tag[:_TAG]:
        raise Outdated
    return int(held[_TAG:], 16)


def _check(held: str) -> str:
    return hashlib.sha256(f"cursor {held}".encode()).hexdigest()[:_CHECK]

"""Lists page by page. A cursor holds to what the pages before it gave, so that nothing is lost or given twice.

What is added after that, or elsewhere in the store, does not end the walk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import msgspec

from mulu.errors import MuluError
from mulu.interfaces.api.asking import refused
from mulu.vocabulary import Said

Json = dict[str, Any]
_QUESTION, _VERSION, _CHECK = 8, 16, 8  # hexadecimal characters


class Outdated(MuluError):
    """A cursor of another version."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "cursor_outdated",
                "前面各页所列的内容已有变化。请去掉 cursor，从第一页重新开始。",
                "What the pages before this one listed has changed. Begin again without a cursor.",
            )
        )


def page(answer: Json, lists: tuple[str, ...], question: str, limit: int | None, cursor: str | None) -> Json:
    """The part of an answer that follows a cursor; the lists follow each other.

    `question` is a digest of what was asked.

    Without limit and cursor the answer is whole, as every other door gives it. Raises Outdated, NotAsked.
    """
    if limit is None and cursor is None:
        return answer

    def given(end: int) -> str:
        """The digest of the data, and of all that the pages up to a place gave."""
        whole = [one for name in lists for one in answer[name]]
        return hashlib.sha256(msgspec.json.encode([answer.get("data"), whole[:end]])).hexdigest()[:_VERSION]

    total = sum(len(answer[name]) for name in lists)
    start = 0
    if cursor is not None:
        start, version = _place(cursor, question[:_QUESTION])
        if start > total or version != given(start):
            raise Outdated
    end = total if limit is None else min(total, start + limit)
    part, before = dict(answer), 0
    for name in lists:
        whole = answer[name]
        part[name] = whole[max(0, start - before) : max(0, end - before)]
        before += len(whole)
    return {**part, "next_cursor": _cursor(question[:_QUESTION] + given(end), end) if end < total else None}


def _cursor(mark: str, place: int) -> str:
    held = f"{mark}{place:x}"
    return base64.urlsafe_b64encode(f"{_check(held)}{held}".encode()).decode().rstrip("=")


def _place(cursor: str, question: str) -> tuple[int, str]:
    """The place that a cursor stands for, and the digest of what was given before it."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    check, held = text[:_CHECK], text[_CHECK:]
    if len(held) <= _QUESTION + _VERSION or check != _check(held):
        raise refused(
            "cursor",
            "query",
            "no_cursor",
            "cursor 不是本服务给出的。请原样使用 next_cursor，或去掉 cursor 从第一页开始。",
            "This is no cursor that was given here. Use next_cursor as it is, or begin without a cursor.",
        )
    if held[:_QUESTION] != question:
        raise refused(
            "cursor",
            "query",
            "cursor_of_another_question",
            "此 cursor 是对另一问题给出的：须与给出它的那一页用同一地址和相同的参数（limit 除外）。请照原样提问，或去掉 cursor。",
            "This cursor was given for another question: it goes with the address and the parameters of the page that gave it "
            "(but for limit). Ask that again, or begin without a cursor.",
        )
    return int(held[_QUESTION + _VERSION :], 16), held[_QUESTION : _QUESTION + _VERSION]


def _check(held: str) -> str:
    return hashlib.sha256(f"cursor {held}".encode()).hexdigest()[:_CHECK]

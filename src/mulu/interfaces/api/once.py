"""Acts that are sent again, done once: the same Idempotency-Key with the same request gives the same answer again.

The answers stand in the store, so that this holds when the server was started again in between; while an act is under way,
who sends it again waits in the memory of the server.
"""

from __future__ import annotations

import datetime
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from starlette.responses import Response

from mulu.desk import Desk
from mulu.errors import Misused, MuluError
from mulu.interfaces.api.asking import refused
from mulu.interfaces.safety import Refused
from mulu.vocabulary import Said

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT_FOR = 24 * 3600.0  # seconds
KEYS, BYTES = 1000, 32 * 1024 * 1024  # what is kept at most; the oldest go first
LONGEST = 255


class KeyUsed(Misused):
    """A key came again with another request."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "idempotency_key_used",
                f"此 {HEADER} 已用于另一请求。未作任何改动。请为每个新的操作另用一个键。",
                f"This {HEADER} was used for another request. Nothing was done. Use a new key for each new act.",
            )
        )


class OutcomeUnknown(MuluError):
    """An act was begun under a key, and nobody noted how it ended."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "outcome_unknown",
                f"此 {HEADER} 的操作已开始而未见结束（服务可能在其间停止），是否已记录不得而知。此次未作任何改动。"
                "请先在轨迹（`mulu trail`）中查看，尚未记录的再以新的键发送。",
                f"The act of this {HEADER} was begun and not seen to end (the server may have been stopped meanwhile): whether it was "
                "recorded is not known. Nothing was done now. Look in the trail (`mulu trail`), and send it with a new key if it is "
                "not there.",
            )
        )


@dataclass(slots=True)
class _Entry:
    of: str
    done: anyio.Event = field(default_factory=anyio.Event)
    at: float = field(default_factory=time.monotonic)
    answer: tuple[int, bytes, dict[str, str]] | None = None


class Once:
    """The answers to acts by their keys: those of this server in its memory, and all of them in the store."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def do(
        self, key: str, request: str, act: Callable[[], Awaitable[Response]], desk: Callable[[], Desk]
    ) -> Response:
        """The answer of `act`, or the one that it gave before under this key; one that is under way is waited for.

        `request` is a digest of all that was asked. What failed for reasons of the server (5xx) is not kept and may be
        tried again. Raises KeyUsed, OutcomeUnknown.
        """
        while (held := self._entries.get(key)) is not None and not self._expired(held):
            if held.of != request:
                raise KeyUsed
            await held.done.wait()
            if held.answer is not None:
                status, body, headers = held.answer
                return Response(body, status, {**headers, REPLAYED: "true"})
        entry = self._entries[key] = _Entry(request)
        self._entries.move_to_end(key)
        try:
            held_there = await anyio.to_thread.run_sync(self._begun, desk, key, request)
            if held_there is not None:
                entry.answer = held_there
                status, body, headers = held_there
                return Response(body, status, {**headers, REPLAYED: "true"})
            try:
                answer = await act()
            except Exception:
                await anyio.to_thread.run_sync(lambda: desk().answers.forget(key))
                raise
            if answer.status_code < 500:
                entry.answer = (answer.status_code, bytes(answer.body), dict(answer.headers))
            await anyio.to_thread.run_sync(self._ended, desk, key, entry)
            return answer
        finally:
            if entry.answer is None and self._entries.get(key) is entry:
                del self._entries[key]
            entry.done.set()
            self._tidy()

    @staticmethod
    def _begun(desk: Callable[[], Desk], key: str, request: str) -> tuple[int, bytes, dict[str, str]] | None:
        """Note in the store that an act begins; gives its answer where it was given before. Raises KeyUsed, OutcomeUnknown."""
        now = datetime.datetime.now(datetime.UTC)
        held = desk().answers.begin(key, request, now, now - datetime.timedelta(seconds=KEPT_FOR), KEYS)
        if held is None:
            return None
        if held.request != request:
            raise KeyUsed
        if held.status is None:
            raise OutcomeUnknown
        return held.status, held.body, held.headers

    @staticmethod
    def _ended(desk: Callable[[], Desk], key: str, entry: _Entry) -> None:
        if entry.answer is None:
            desk().answers.forget(key)
            return
        status, body, headers = entry.answer
        with suppress(MuluError):  # it is done: who asked is told so, and who asks after a restart that it is not known
            desk().answers.keep(key, datetime.datetime.now(datetime.UTC), entry.of, status, headers, body)

    @staticmethod
    def _expired(entry: _Entry) -> bool:
        return entry.done.is_set() and time.monotonic() - entry.at > KEPT_FOR

    def _tidy(self) -> None:
        size = sum(len(one.answer[1]) for one in self._entries.values() if one.answer is not None)
        for key, one in list(self._entries.items()):
            if one.answer is None:
                continue
            if not (self._expired(one) or len(self._entries) > KEYS or size > BYTES):
                break
            size -= len(one.answer[1])
            del self._entries[key]


def key_of(keys: Sequence[str]) -> str | None:
    """The key of a request, where it has one. Raises NotAsked, and Refused (400) where it has several."""
    given = keys[0] if keys else None
    if len(keys) > 1:
        raise Refused(
            400,
            Said(
                "several_idempotency_keys",
                f"请求有 {len(keys)} 个 {HEADER}。未作任何改动。请只给一个。",
                f"The request has {len(keys)} headers {HEADER}. Nothing was done. Give one.",
            ),
        )
    if given is not None and not (0 < len(given) <= LONGEST and given.isascii() and given.isprintable()):
        raise refused(
            HEADER,
            "header",
            "malformed_idempotency_key",
            f"{HEADER} 应为 1–{LONGEST} 个可见 ASCII 字符，例如一个 UUID。",
            f"{HEADER} must be 1 to {LONGEST} printable ASCII characters, for example a UUID.",
        )
    return given

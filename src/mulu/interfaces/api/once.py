"""Acts that are sent again, done once: the same Idempotency-Key with the same request gives the same answer again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import anyio
from starlette.responses import Response

from mulu.errors import Misused
from mulu.interfaces.api.asking import refused
from mulu.interfaces.safety import Refused
from mulu.vocabulary import Said

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT_FOR = 24 * 3600.0  # seconds, but no longer than the server runs
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


@dataclass(slots=True)
class _Entry:
    of: str
    done: anyio.Event = field(default_factory=anyio.Event)
    at: float = field(default_factory=time.monotonic)
    answer: tuple[int, bytes, dict[str, str]] | None = None


class Once:
    """The answers to acts by their keys, in the memory of one server."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def do(self, key: str, request: str, act: Callable[[], Awaitable[Response]]) -> Response:
        """The answer of `act`, or the one that it gave before under this key; one that is under way is waited for.

        `request` is a digest of all that was asked. What failed for reasons of the server (5xx) is not kept and may be
        tried again. Raises KeyUsed.
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
            answer = await act()
            if answer.status_code < 500:
                entry.answer = (answer.status_code, bytes(answer.body), dict(answer.headers))
            return answer
        finally:
            if entry.answer is None and self._entries.get(key) is entry:
                del self._entries[key]
            entry.done.set()
            self._tidy()

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

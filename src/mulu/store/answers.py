"""What acts answered that were asked with a key: kept for a while, so that one sent again after a restart acts once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from mulu.store.records import Store, written
from mulu.store.schema import ANSWERS


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands under a key. Without a status the act was begun and nobody noted how it ended."""

    request: str  # the digest of all that was asked
    status: int | None
    headers: dict[str, str]
    body: bytes


class Answers:
    """The answers in the store at a place; none are kept where there is no store yet."""

    def __init__(self, place: str) -> None:
        self._place = place

    def begin(self, key: str, request: str, at: datetime, since: datetime, most: int) -> Answer | None:
        """Note that an act begins; gives what stands under its key already, and then notes nothing.

        What is older than `since` and all but the last `most` are forgotten first.
        """
        store = Store.found(self._place)
        if store is None:
            return None
        with store, store.transaction(), store.connection() as connection:
            connection.execute(delete(ANSWERS).where(ANSWERS.c.at < written(since)))
            last = select(ANSWERS.c.key).order_by(ANSWERS.c.at.desc(), ANSWERS.c.key).limit(most)
            connection.execute(delete(ANSWERS).where(ANSWERS.c.key.not_in(last)))
            held = connection.execute(select(ANSWERS).where(ANSWERS.c.key == key)).one_or_none()
            if held is None:
                connection.execute(insert(ANSWERS).values(key=key, request=request, at=written(at)))
                return None
        headers = {} if held.headers is None else json.loads(held.headers)
        return Answer(held.request, held.status, headers, bytes(held.body or b""))

    def keep(self, key: str, at: datetime, request: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Note how an act ended, also where it was the act that made the store."""
        store = Store.found(self._place)
        if store is None:
            return
        ended = {"status": status, "headers": json.dumps(dict(headers)), "body": body}
        with store, store.transaction(), store.connection() as connection:
            noted = connection.execute(update(ANSWERS).where(ANSWERS.c.key == key).values(ended))
            if noted.rowcount == 0:
                values = {"key": key, "request": request, "at": written(at), **ended}
                connection.execute(insert(ANSWERS).values(values))

    def forget(self, key: str) -> None:
        """An act that the server failed at may be tried again under its key."""
        store = Store.found(self._place)
        if store is not None:
            with store, store.transaction(), store.connection() as connection:
                connection.execute(delete(ANSWERS).where(ANSWERS.c.key == key))

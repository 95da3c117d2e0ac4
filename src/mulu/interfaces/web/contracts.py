"""Contracts: one is handed in and read; what it proposes is accepted into a case, fact by fact, by a person.

The file is held in memory, as long as the server runs and a few newer ones have not taken its place; nothing of it is kept
in the store but the facts that were accepted, with the words on which they stand.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.safety import MEBIBYTE, Refused
from mulu.interfaces.web.cases import STILL_OPEN, shared, value_of
from mulu.interfaces.web.documents import file_name
from mulu.interfaces.web.forms import Form, Forms, done, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.interfaces.words import BASES, SIDES
from mulu.reports.words import FACTS
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
_HELD, _HELD_BYTES = 8, 128 * MEBIBYTE
_TOLD = 0.2  # score from which a candidate is shown at its clause


class Held:
    """The contracts that were handed in last, by their digest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def add(self, name: str, data: bytes) -> str:
        """Hold a file; the oldest ones give way. Returns its digest."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            self._files[digest] = (name, data)
            self._files.move_to_end(digest)
            while len(self._files) > 1 and (
                len(self._files) > _HELD or sum(len(one) for _, one in self._files.values()) > _HELD_BYTES
            ):
                self._files.popitem(last=False)
        return digest

    def get(self, digest: str) -> tuple[str, bytes]:
        """Name and bytes. Raises Refused where it is not held (any more)."""
        with self._lock:
            found = self._files.get(digest)
        if found is None:
            raise Refused(
                404,
                Said(
                    "contract_not_held",
                    "该合同已不在内存中（服务重启过，或之后又读了其他合同）。请重新上传。",
                    "This contract is not held any more (the server was restarted, or others were read since). "
                    "Hand it in again.",
                ),
            )
        return found


_HANDED_IN = Held()


def asked(page: Page) -> Response:
    """The form that takes a contract."""
    return page.render("contracts.html", 200, **shared(page, Forms()))


def handed_in(page: Page, form: Form) -> Response:
    """Read a contract that was sent; on to what it says."""
    form.name = "contract"
    file, status = form.files.get("file"), 422
    if file is None:
        form.errors["file"] = page.say("请选择文件。", "Choose a file.")
    else:
        try:
            digest = _HANDED_IN.add(file_name(file.filename or ""), file.file.read())
            _read(page, digest)
            return done(page, "", f"contracts/{digest}")
        except MuluError as error:
            status = form.refused(page, error, "file")
    return page.render("contracts.html", status, **shared(page, Forms(form)))


def _read(page: Page, digest: str) -> Json:
    """What a contract says; read once for the day and the data."""
    name, data = _HANDED_IN.get(digest)
    key = ("contract", digest, page.on.isoformat())
    return page.remembered(key, lambda: _asked(page, name, data))


def _asked(page: Page, name: str, data: bytes, **more: Any) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return page.desk.contract(str(path), page.on, now(), **more)
        except MuluError as error:
            # The folder is ours and says nothing to the person who handed the file in.
            said, within = error.said, f"{folder}/"
            error.said = Said(said.id, said.zh.replace(within, ""), said.en.replace(within, ""))
            raise


def shown(page: Page) -> Response:
    """What a contract says, and what of it may go into a case."""
    return _shown(page, Forms(), 200)


def accepted(page: Page, form: Form) -> Response:
    """Record in a case the one fact that the form names."""
    digest, fact, status = page.request.path_params["digest"], form.text("fact"), 422
    form.needs(page, [("case", page.say("案件", "Case")), ("by", page.say("您的姓名", "Your name"))])
    if not form.errors:
        try:
            name, data = _HANDED_IN.get(digest)
            _asked(page, name, data, case=form.text("case"), accept=[fact], by=form.text("by"))
            answer = done(page, form.text("by"), f"contracts/{digest}", case=form.text("case"))
            answer.headers["location"] += f"#{form.name}"
            return answer
        except Refused:
            raise
        except MuluError as error:
            status = form.refused(page, error)
    return _shown(page, Forms(form), status)


def _shown(page: Page, forms: Forms, status: int) -> Response:
    digest = page.request.path_params["digest"]
    answer = _read(page, digest)
    cases = page.desk.casework.cases()
    # an answer belongs to a case that is not determined yet; a fact may go into any
    open_ = list(cases.values())
    to_answer = {one.reference for one in open_ if one.course.state in STILL_OPEN}
    chosen = (forms.sent.text("case") if forms.sent else page.request.query_params.get("case", "")).upper()
    case = next((one for one in open_ if one.reference == chosen), None)
    return page.render(
        "contract.html",
        status,
        answer=answer,
        facts=FACTS,
        cases=[(one.reference, f"{one.reference} {one.title}") for one in reversed(open_)],
        to_answer=[
            (one.reference, f"{one.reference} {one.title}") for one in reversed(open_) if one.reference in to_answer
        ],
        chosen=chosen,
        held={} if case is None else {**case.facts, **case.answers},
        sides={name: Bilingual(*words) for name, words in SIDES.items()},
        bases={name: Bilingual(*words) for name, words in BASES.items()},
        near=[one for one in answer["candidates"] if one["flag"] or one["near_boundary"] or one["score"] >= _TOLD],
        told=_TOLD,
        value=lambda one: value_of(page, one["fact"], one["value"]),
        **shared(page, forms),
    )


ROUTES = [
    Route("/contracts", shows(asked, "case"), methods=["GET"]),
    Route("/contracts", sends(handed_in), methods=["POST"]),
    Route("/contracts/{digest}", shows(shown, "case"), methods=["GET"]),
    Route("/contracts/{digest}", sends(accepted), methods=["POST"]),
]

"""Forms: what a person typed, what is wrong with it and where, and the name that the next form remembers."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mulu.desk import parse_day
from mulu.errors import MuluError
from mulu.interfaces.safety import FIELD, Refused
from mulu.interfaces.statuses import worded
from mulu.interfaces.web.page import Page, in_thread
from mulu.vocabulary import Said

BY = "mulu_by"
_REMEMBERED = 30 * 24 * 3600  # seconds
_LONGEST_NAME = 200
_LONGEST_SHOWN = 40
_OF_BROWSERS = "_charset_"  # a hidden field of this name is filled in by the browser itself
_FORMS_KEPT = 1000  # sent forms of which is known where they led


@dataclass(slots=True)
class Form:
    """One form of a page. Empty until it is sent; where it is refused, it is shown again with what was typed."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()  # the names of all that was sent
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    sent: bool = False

    def id(self, of: str) -> str:
        """The id of a field in the page: several forms may ask for the same thing."""
        return f"{self.name}-{of}"

    def text(self, of: str) -> str:
        return self.values.get(of, "").strip()

    def shown(self, of: str, before: str = "") -> str:
        """What the field holds when it is shown: what was typed, else `before`."""
        return self.values.get(of, before)

    def takes(self, *patterns: str) -> None:
        """Refuse a form with a field of any other name: what it was to say would be passed over. Raises Refused."""
        only_fields(self.fields, *patterns)

    def needs(self, page: Page, fields: Iterable[tuple[str, str]]) -> None:
        """Note each of these fields (name, label) that was left empty."""
        for of, label in fields:
            if not self.text(of):
                self.errors.setdefault(of, page.say(f"请填写“{label}”。", f"Fill in “{label}”."))

    def day(self, page: Page, of: str) -> datetime.date | None:
        """The day in a field; None where it is empty or no day, which is noted."""
        text = self.text(of)
        if not text:
            return None
        try:
            return parse_day(text)
        except MuluError as error:
            self.errors[of] = page.of(error.said)
            return None

    def refused(self, page: Page, error: MuluError, of: str = "") -> int:
        """Note what the desk refused, at a field or at the form as a whole. Gives the status of the answer."""
        said, status = worded(error)
        self.errors[of] = page.of(said)
        return 422 if status == 404 else status  # the page is there; what a field names is not


Act = Callable[[Page, Form], Response]


def shows(build: Callable[[Page], Response], *takes: str) -> Callable[[Request], Awaitable[Response]]:
    """A route that shows cases or documents. They are never asked as of an earlier moment: `as_known` is left behind."""
    answer = in_thread(build, *takes)

    async def present(request: Request) -> Response:
        if "as_known" in request.query_params:
            return RedirectResponse(str(request.url.remove_query_params("as_known")), status_code=303)
        return await answer(request)

    return present


class Once:
    """What forms did that were sent, so that a second press of a button is answered as the first and acts no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._went: OrderedDict[str, tuple[str, str]] = OrderedDict()  # where it led, and what it said

    def act(self, name: str, said: str, act: Callable[[], Response]) -> Response:
        """Act, or go where the form of this name went before. A form that was refused may be sent again.

        `said` is the digest of what the form says: one that went and now says something else is refused (Refused).
        """
        if not name:
            return act()
        with self._lock:
            turn = self._turns.setdefault(name, threading.Lock())
        with turn:
            went = self._went.get(name)
            if went is not None:
                if went[1] != said:
                    raise Refused(
                        409,
                        Said(
                            "form_already_sent",
                            "此表单先前已经提交并已记录；现在的内容与那次不同，未作记录。请刷新页面，在新表单中填写更正。",
                            "This form was sent before and was recorded; it now says something else, which was not recorded. "
                            "Reload the page and give the correction in a new form.",
                        ),
                    )
                return RedirectResponse(went[0], status_code=303)
            try:
                answer = act()
                if answer.status_code == 303:
                    with self._lock:
                        self._went[name] = answer.headers["location"], said
                        while len(self._went) > _FORMS_KEPT:
                            self._went.popitem(last=False)
            finally:
                with self._lock:
                    self._turns.pop(name, None)
            return answer


def sends(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """A route for forms: the token is checked and the fields are read before `act`, which runs in a thread.

    The field `form` names the form of the page that was sent.
    """

    async def answer(request: Request) -> Response:
        page = Page(request)
        try:
            data = await page.form()
            if "as_known" in request.query_params:
                raise Refused(
                    422,
                    Said(
                        "acts_now",
                        "不能以先前所知为准作出行为。未作任何改动。请去掉地址中的 as_known。",
                        "Nothing can be done as of an earlier moment. Nothing was changed. Take as_known out of the "
                        "address.",
                    ),
                )
            form, once = _read(data), data.get("once")
            name = once if isinstance(once, str) else ""
            return await to_thread.run_sync(request.app.state.once.act, name, _said(data), lambda: act(page, form))
        finally:
            await request.close()  # with the files that were sent

    return answer


def _said(data: FormData) -> str:
    """The digest of what a form says; files by their names and sizes, the token aside."""
    fields = sorted(
        (name, value) if isinstance(value, str) else (name, f"{value.filename}\n{value.size}")
        for name, value in data.multi_items()
        if name != FIELD
    )
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def only_fields(names: Iterable[str], *patterns: str) -> None:
    """Refuse fields whose names match none of these patterns. Raises Refused."""
    known = re.compile("|".join((*patterns, FIELD, "form", "once", _OF_BROWSERS)))
    unknown = next((name for name in names if known.fullmatch(name) is None), None)
    if unknown is not None:
        raise Refused(
            422,
            Said(
                "unknown_field",
                f"表单中有此页没有的字段 {_brief(unknown)!r}。未作任何改动。请返回、刷新页面后再提交。",
                f"The form has a field {_brief(unknown)!r} that this page does not have. Nothing was changed. Go back, reload the "
                "page and send it again.",
            ),
        )


def each_once(names: Iterable[str]) -> None:
    """Refuse a field that comes twice: one of its values would be passed over. Raises Refused."""
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise Refused(
            422,
            Said(
                "field_twice",
                f"表单中的字段 {_brief(twice)!r} 出现了不止一次。未作任何改动。请返回、刷新页面后再提交。",
                f"The form has the field {_brief(twice)!r} more than once. Nothing was changed. Go back, reload the page and send "
                "it again.",
            ),
        )


def _brief(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"


def _read(data: FormData) -> Form:
    names = tuple(name for name, _ in data.multi_items())
    each_once(names)
    # A browser sends the line breaks of a form as CR LF, whatever was typed.
    texts = {name: value.replace("\r\n", "\n") for name, value in data.multi_items() if isinstance(value, str)}
    files = {name: value for name, value in data.multi_items() if isinstance(value, UploadFile) and value.filename}
    return Form(texts.get("form", ""), texts, names, files, sent=True)


class Forms:
    """The forms of a page by name: the one that was sent keeps what was typed, the others are empty."""

    def __init__(self, sent: Form | None = None) -> None:
        self.sent = sent

    def __call__(self, name: str) -> Form:
        return self.sent if self.sent is not None and self.sent.name == name else Form(name)


def remembered(page: Page) -> str:
    """The name that was given in the last form of this browser."""
    return unquote(page.request.cookies.get(BY, ""))[:_LONGEST_NAME]


def done(page: Page, by: str, path: str, **query: object) -> Response:
    """After an act: on to the page that shows it; the name is remembered for the next form."""
    answer = page.go(path, **query)
    if by:
        answer.set_cookie(
            BY, quote(by[:_LONGEST_NAME]), max_age=_REMEMBERED, httponly=True, samesite="strict", path="/"
        )
    return answer

"""The second reader: what would be sent is read here first, and one button sends exactly that."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.statuses import worded
from mulu.interfaces.web.forms import Form, remembered, sends
from mulu.interfaces.web.page import Page, in_thread, now
from mulu.interfaces.words import VIEW
from mulu.vocabulary import Said

Json = dict[str, Any]


def opened(page: Page) -> Response:
    """The empty form."""
    return _rendered(page, "", "")


def shown_or_sent(page: Page, form: Form) -> Response:
    """What would be sent; with the digest of what was shown, what the reader says to it."""
    form.takes("text", "on", "draft", "send", "case", "by")
    # A browser sends the line breaks of a form as CR LF, whatever was pasted.
    text, draft = form.values.get("text", "").replace("\r\n", "\n"), form.text("draft")
    page.given["on"] = form.text("on") or None
    within: Json = {"case": form.text("case") or None, "by": form.text("by") or None}
    try:
        answer = page.desk.second(text or None, page.on, now(), draft or None, send=form.text("send") or None, **within)
    except MuluError as error:
        said, status = worded(error)
        return _rendered(page, text, draft, error=said, status=422 if status == 404 else status, within=within)
    text = answer["text"]
    spans = [
        (start, end)
        for one in (answer["second"] or {"arguments": []})["arguments"]
        for quote in one["quotes"]
        for start, end in quote["in_description"]
    ]
    return _rendered(
        page,
        text,
        draft,
        answer=answer,
        within=within,
        body=json.dumps(answer["request"]["body"], ensure_ascii=False, indent=2),
        marked=page.marked(text, spans),
        ours=_ours(answer["screening"]),
    )


def _ours(screening: Json) -> dict[str, Json]:
    """Each control point as the reader knows it, with its place in our order and what it is."""
    told = [(one, point) for one in screening["candidates"] for point in one["points"]]
    return {
        one["item"] + ("" if point["number"] is None else f"#{point['number']}"): {
            "place": place,
            "name": one["name"],
            "point": {"zh": point["zh"], "en": point["en"]},
            "certainty": point["certainty"],
        }
        for place, (one, point) in enumerate(told, start=1)
    }


def _rendered(
    page: Page, text: str, draft: str, error: Said | None = None, status: int = 200, **shown: object
) -> Response:
    none = {"case": page.request.query_params.get("case", ""), "by": remembered(page)}
    context = {"answer": None, "body": "", "marked": "", "ours": {}, "within": none, **shown}
    return page.render("second.html", status, here="screen", text=text, draft=draft, error=error, views=VIEW, **context)


ROUTES = [
    Route("/second", in_thread(opened, "case"), methods=["GET"]),
    Route("/second", sends(shown_or_sent), methods=["POST"]),
]

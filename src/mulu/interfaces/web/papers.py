"""Papers of a case to take away, and the matrix of what is open: taken away, edited, handed back."""

from __future__ import annotations

import base64
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.web.cases import shared, word
from mulu.interfaces.web.forms import Form, Forms, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.interfaces.words import EDITED

Json = dict[str, Any]
_LARGEST = 5 * 1024 * 1024  # of a workbook: in base64 it still fits a field of a form


def taken(page: Page) -> Response:
    """One paper of a case as a file."""
    query = page.request.query_params
    answer = page.desk.paper(
        page.request.path_params["case"],
        page.request.path_params["kind"],
        page.on,
        language=query.get("language") or "both",
        form=query.get("form") or None,
        alarms=query.get("alarms") == "yes",
    )
    return _file(answer)


def _file(answer: Json) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{answer["name"]}"',
        "Cache-Control": "private, no-store",
    }
    return Response(base64.b64decode(answer["content"]), headers=headers, media_type=answer["media"])


def workbook(page: Page) -> Response:
    """The matrix as XLSX."""
    return _file(page.desk.matrix(page.on, now()))


def asked(page: Page) -> Response:
    """What is open, and the form to hand an edited matrix back."""
    return _matrix(page, Forms(), 200)


def read(page: Page, form: Form) -> Response:
    """What an edited matrix changes; with the second form, what was recorded of it."""
    applies, file = form.name == "apply", form.files.get("workbook")
    form.needs(page, [("by", page.say("您的姓名", "Your name"))])
    if applies:
        held = form.text("held")
    elif file is None:
        form.errors["workbook"] = page.say("请选择编辑过的 XLSX。", "Choose the edited XLSX.")
    else:
        content = file.file.read(_LARGEST + 1)
        held = base64.b64encode(content).decode()
        if len(content) > _LARGEST:
            form.errors["workbook"] = page.say(
                "文件大于 5 MB，请用命令行。", "It is larger than 5 MB: use the command."
            )
    if form.errors:
        return _matrix(page, Forms(form), 422)
    try:
        answer = page.desk.matrix(page.on, now(), workbook=held, by=form.text("by"), apply=applies)
    except MuluError as error:
        return _matrix(page, Forms(form), form.refused(page, error, "" if applies else "workbook"))
    return _matrix(page, Forms(form), 200, answer, held)


def _matrix(page: Page, forms: Forms, status: int, answer: Json | None = None, held: str = "") -> Response:
    written = {**shared(page, forms), "held": held, "judgement": lambda value: word(page, value) if value else "—"}
    return page.render("matrix.html", status, answer=answer, fields_edited=EDITED, **written)


ROUTES = [
    Route("/cases/{case}/papers/{kind}", shows(taken, "language", "form", "alarms"), methods=["GET"]),
    Route("/matrix", shows(asked), methods=["GET"]),
    Route("/matrix", sends(read), methods=["POST"]),
    Route("/matrix/file", shows(workbook), methods=["GET"]),
]

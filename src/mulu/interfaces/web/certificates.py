"""A certificate dropped here is checked and done again. Nothing of it is kept; certificates are made where the private key is."""

from __future__ import annotations

import json

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.web.cases import shared
from mulu.interfaces.web.forms import Form, Forms, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.reports.certificate import LARGEST
from mulu.sources.reading import decode


def asked(page: Page) -> Response:
    """The form, empty."""
    return _shown(page, Forms(), 200)


def checked(page: Page, form: Form) -> Response:
    """What the certificate that was sent proves, beside the form."""
    form.name = "check"
    form.takes("certificate", "described", "public", "text", "fingerprint")
    file, status = form.files.get("certificate"), 422
    if file is None:
        form.errors["certificate"] = page.say("请选择证书文件。", "Choose the file of the certificate.")
        return _shown(page, Forms(form), status)
    described, public = form.files.get("described"), form.files.get("public")
    # A browser ends each line of a field in its own way: a text of other line ends is handed in as a file.
    text = form.values.get("text", "").replace("\r\n", "\n") or None
    try:
        if described is not None:
            text = decode(described.file.read(), described.filename or "text")
        answer = page.desk.certificate(
            "verify",
            now(),
            file.file.read(LARGEST + 1),
            text=text,
            public=None if public is None else public.file.read(LARGEST).decode("utf-8", "replace"),
            fingerprint=form.text("fingerprint") or None,
        )
    except MuluError as error:
        status = form.refused(page, error, _FIELDS.get(error.said.id, "certificate"))
        return _shown(page, Forms(form), status)
    return _shown(page, Forms(form), 200, answer)


_LONGEST = 300  # characters of a value that differs
# At which field an error stands.
_FIELDS = {"key_refused": "fingerprint", "unreadable_file": "described"}


def _shown(page: Page, forms: Forms, status: int, answer: dict[str, object] | None = None) -> Response:
    written = {"written": _written, **shared(page, forms), "here": "certificate"}
    return page.render("certificate.html", status, answer=answer, **written)


def _written(value: object) -> str:
    """A value of a certificate, in brief."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


ROUTES = [
    Route("/certificate", shows(asked), methods=["GET"]),
    Route("/certificate", sends(checked), methods=["POST"]),
]

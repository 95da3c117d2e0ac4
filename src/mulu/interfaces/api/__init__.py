"""REST under /api/v1: every act that declares this door, with the same names and JSON as everywhere."""

from __future__ import annotations

import json

from starlette.responses import Response
from starlette.routing import BaseRoute

from mulu.vocabulary import Said


def routes() -> list[BaseRoute]:
    """Every address of the API."""
    return []


def problem(status: int, said: Said) -> Response:
    """An error as RFC 9457 has it: `type` names it for a program, `title` and `detail` tell a person, in both languages."""
    body = {
        "type": f"urn:mulu:problem:{said.id}",
        "title": said.id.replace("_", " "),
        "status": status,
        "detail": said.en,
        "said": said.as_json(),
    }
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/problem+json")

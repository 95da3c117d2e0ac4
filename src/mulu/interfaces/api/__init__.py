"""REST under /api/v1: every act that declares this door, with the same names and JSON as everywhere."""

from __future__ import annotations

from starlette.routing import BaseRoute
from starlette.routing import Route as Address

from mulu.interfaces.api.answering import Api, endpoint, problem
from mulu.interfaces.api.reference import described, reference
from mulu.interfaces.api.table import ROUTES

__all__ = ["problem", "routes"]


def routes() -> list[BaseRoute]:
    """Every address of the API."""
    api = Api()
    made: list[BaseRoute] = [
        Address("/", reference, methods=["GET"]),
        Address("/openapi.json", described, methods=["GET"]),
    ]
    for path in dict.fromkeys(route.path for route in ROUTES):
        by_method = {route.method: route for route in ROUTES if route.path == path}
        made.append(Address(path, endpoint(api, by_method), methods=list(by_method)))
    return made

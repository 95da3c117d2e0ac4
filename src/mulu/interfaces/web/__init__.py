"""The page: every act that a person performs, server-rendered in Chinese and English, and whole without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from mulu.interfaces.web import cases, catalogue, determinations, documents, home, reckoning, screen
from mulu.interfaces.web.page import Page, wanted
from mulu.vocabulary import Said

# Where each act that declares the page is done, or its answer shown.
PAGES: Mapping[str, str] = {
    "screen": "/screen",
    "items": "/catalogue",
    "show": "/catalogue/{name}",
    "history": "/catalogue/{name}",
    "diff": "/catalogue/diff",
    "coverage": "/catalogue/coverage",
    "standing": "/catalogue/standing",
    "deadline": "/reckoning",
    "penalty": "/reckoning",
    "number": "/reckoning",
    "case": "/cases/{case}",
    "determine": "/cases/{case}/determination",
    "trail": "/trail",
    "import": "/documents",
    "documents": "/documents",
    "sources": "/documents",
    "attest": "/documents/{document}",
    "apply": "/documents/{document}",
    "undo": "/documents/{document}",
    "withdraw": "/documents/{document}",
    "confirm": "/documents/{document}/confirm",
}
STATIC = Path(__file__).parent / "static"


def routes() -> list[BaseRoute]:
    """Every address of the page. The language is the first part of an address, so that a link keeps it."""
    return [
        Route("/", _first, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        Mount(
            "/{lang:lang}",
            routes=[
                *home.ROUTES,
                *screen.ROUTES,
                *catalogue.ROUTES,
                *cases.ROUTES,
                *determinations.ROUTES,
                *documents.ROUTES,
                *reckoning.ROUTES,
            ],
        ),
    ]


async def _first(request: Request) -> Response:
    return RedirectResponse(f"/{wanted(request).value}/", status_code=303)


def error_page(request: Request, status: int, said: Said) -> Response:
    """An error as a page of the language that was read, with what happened and what to do."""
    page = Page(request)
    page.given = dict.fromkeys(page.given)  # the day or the release may be what is wrong: no link carries it on
    return page.render("error.html", status=status, said=said)

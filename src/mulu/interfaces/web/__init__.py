"""The page: every act that a person performs, server-rendered in Chinese and English, and whole without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Message

from mulu.interfaces.web import (
    cases,
    catalogue,
    certificates,
    contracts,
    determinations,
    documents,
    exports,
    home,
    papers,
    portfolios,
    reckoning,
    screen,
    second,
)
from mulu.interfaces.web.page import Page, templates, wanted
from mulu.vocabulary import Said

# Where each act that declares the page is done, or its answer shown.
PAGES: Mapping[str, str] = {
    "screen": "/screen",
    "second": "/second",
    "items": "/catalogue",
    "show": "/catalogue/{name}",
    "history": "/catalogue/{name}",
    "diff": "/catalogue/diff",
    "coverage": "/catalogue/coverage",
    "standing": "/catalogue/standing",
    "export": "/exports",
    "deadline": "/reckoning",
    "penalty": "/reckoning",
    "number": "/reckoning",
    "contract": "/contracts",
    "case": "/cases/{case}",
    "determine": "/cases/{case}/determination",
    "paper": "/cases/{case}/papers/{kind}",
    "matrix": "/matrix",
    "portfolio": "/portfolios/{name}",
    "trail": "/trail",
    "certificate": "/certificate",
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
# Pages with something that is made once: their templates, pictures, and what `Page.remembered` keeps.
_MADE_FIRST = (
    "", "screen", "catalogue", "catalogue/industries", "catalogue/timeline", "catalogue/diff", "catalogue/coverage",
    "catalogue/standing", "cases", "documents", "reckoning", "certificate", "exports",
    "portfolios",
)  # fmt: skip


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
                *second.ROUTES,
                *catalogue.ROUTES,
                *cases.ROUTES,
                *contracts.ROUTES,
                *determinations.ROUTES,
                *papers.ROUTES,
                *portfolios.ROUTES,
                *documents.ROUTES,
                *reckoning.ROUTES,
                *certificates.ROUTES,
                *exports.ROUTES,
            ],
        ),
    ]


async def warm(app: Starlette) -> None:
    """Look at the pages once, so that nobody who comes is the first to wait for them. They are in no figures."""
    await to_thread.run_sync(lambda: [templates().get_template(name) for name in templates().list_templates()])
    pages = Router(routes())

    async def nothing() -> Message:
        return {"type": "http.request", "body": b""}

    async def unread(_: Message) -> None:
        pass

    for path in _MADE_FIRST:
        for language in ("zh", "en"):
            scope = {"type": "http", "method": "GET", "path": f"/{language}/{path}", "query_string": b"", "headers": []}
            try:
                await pages({**scope, "scheme": "http", "root_path": "", "app": app}, nothing, unread)
            except Exception:
                return  # whoever asks for the page is told


async def _first(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{wanted(request).value}/{query}", status_code=303)


def error_page(request: Request, status: int, said: Said) -> Response:
    """An error as a page of the language that was read, with what happened and what to do."""
    page = Page(request)
    page.given = dict.fromkeys(page.given)  # the day or the release may be what is wrong: no link carries it on
    return page.render("error.html", status=status, said=said)

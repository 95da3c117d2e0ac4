"""`mulu serve`: the page, the API and the agents' door on the loopback address of one machine."""

from __future__ import annotations

import logging
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from mulu.errors import Misused, MuluError
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.mcp import OverHttp
from mulu.interfaces.observed import Figures, Observed, watching
from mulu.interfaces.safety import LARGEST_HEAD, Refused, Safety, Sessions, hosts_of
from mulu.interfaces.statuses import status_at, worded
from mulu.interfaces.web.batches import Batches
from mulu.interfaces.web.forms import Once
from mulu.vocabulary import Said

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8750
# Seconds that a connection stays open after an answer: longer than the five that programs keep one, so that none is closed
# just when the next request is sent over it.
KEPT_OPEN = 75


class PortTaken(MuluError):
    """Nothing can be served on a port that another program holds."""

    def __init__(self, port: int, why: str) -> None:
        super().__init__(
            Said(
                "port_taken",
                f"无法在端口 {port} 上提供服务（{why}）。请以 `port` 另选一个。",
                f"Port {port} cannot be served ({why}). Choose another with `port`.",
            )
        )


def application(keeper: Keeper, port: int) -> Starlette:
    """All pages and routes over one keeper; `port` is what browsers name in `Host`."""
    from mulu.interfaces import api, web

    agents = OverHttp(keeper, port)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        keeper.warm()
        async with agents.running():
            yield

    figures = Figures()
    app = Starlette(
        routes=[
            Mount("/api/v1", Router(api.routes(), redirect_slashes=False), name="api"),
            Route("/mcp", agents, methods=["POST"], name="mcp"),
            *watching(),
            *web.routes(),
        ],
        middleware=[
            Middleware(Observed, figures=figures),
            Middleware(Safety, hosts=hosts_of(port)),
            Middleware(_Guarded),
        ],
        exception_handlers={MuluError: _told, 400: _told, 404: _told, 405: _told, 500: _told},
        lifespan=lifespan,
    )
    app.state.keeper = keeper
    app.state.figures = figures
    app.state.sessions = Sessions()
    app.state.once = Once()
    app.state.batches = Batches()
    logging.getLogger("python_multipart").disabled = True  # it quotes what it cannot read
    app.state.remembered = OrderedDict()
    return app


class _Guarded:
    """Words what the outer layer refused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = scope.get("mulu.refused")
        if refused is not None:
            answer = await _told(Request(scope), refused)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


async def _told(request: Request, error: Exception) -> Response:
    """An error in the form of the door that was asked: a problem for programs, else a page."""
    from mulu.interfaces import api, web

    said, status = worded(error)
    if request.url.path.startswith("/api/") or request.url.path == "/mcp":
        return api.problem(status, said, headers=getattr(error, "headers", None))
    if isinstance(error, MuluError) and not isinstance(error, Refused):
        status = status_at(request.path_params, said, status)
    return web.error_page(request, status, said)


def serve(port: int, store: str | None, ready: Callable[[str], None]) -> None:
    """Serve until interrupted. `ready` is called with the address once the port is held."""
    from mulu.interfaces import web

    if not 0 <= port <= 65535:
        raise Misused(Said("out_of_range", f"端口 {port} 不在 0–65535 内。", f"Port {port} is not within 0–65535."))
    # Named as TCP, so that the event loop turns Nagle's algorithm off: it would hold every answer back for 40 ms.
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, port))
    except OSError as error:
        held.close()
        raise PortTaken(port, error.strerror or str(error)) from error
    port = held.getsockname()[1]
    keeper = Keeper(store)
    app = application(keeper, port)
    keeper.warm()
    anyio.run(web.warm, app)
    held.listen()  # whoever comes as soon as the address is told waits a moment and is not turned away
    ready(f"http://{LOOPBACK}:{port}/")
    uvicorn.Server(settings(app)).run(sockets=[held])


def settings(app: Starlette, log_level: str = "warning") -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        log_level=log_level,
        access_log=False,  # paths and queries may tell what somebody asked about
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEPT_OPEN,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        ws="none",  # else it would depend on what else is installed how one is answered
    )

"""`mulu serve`: the page, the API and the agents' door on the loopback address of one machine."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mulu.errors import Misused, MuluError
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.mcp import OverHttp
from mulu.interfaces.safety import Refused, Safety, Sessions, hosts_of
from mulu.vocabulary import Said

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8750


class PortTaken(MuluError):
    """Nothing can be served on a port that another program holds."""

    def __init__(self, port: int, why: str) -> None:
        super().__init__(
            Said(
                "port_taken",
                f"无法在端口 {port} 上提供服务（{why}）。请用 --port 另选一个。",
                f"Port {port} cannot be served ({why}). Choose another with --port.",
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

    app = Starlette(
        routes=[
            Mount("/api/v1", routes=api.routes(), name="api"),
            Route("/mcp", agents, methods=["POST"], name="mcp"),
            *web.routes(),
        ],
        middleware=[Middleware(Safety, hosts=hosts_of(port)), Middleware(_Guarded)],
        exception_handlers={MuluError: _told, 404: _told, 405: _told, 500: _told},
        lifespan=lifespan,
    )
    app.state.keeper = keeper
    app.state.sessions = Sessions()
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
        return api.problem(status, said)
    return web.error_page(request, status, said)


def worded(error: Exception) -> tuple[Said, int]:
    """What to say of an error, and the status of HTTP. What is unforeseen is told as such, without its text."""
    if isinstance(error, Refused):
        return error.said, error.status
    if isinstance(error, Misused):
        return error.said, 404 if error.said.id.startswith("unknown") else 422
    if isinstance(error, MuluError):
        return error.said, 409
    status = getattr(error, "status_code", 500)
    return {
        404: Said("no_such_page", "没有这个地址。", "There is nothing at this address."),
        405: Said("method_not_allowed", "此地址不接受这种请求方法。", "This address does not take that method."),
    }.get(
        status,
        Said(
            "unforeseen",
            "出现未预料的错误，未作任何改动。请运行 mulu doctor。",
            "Something unforeseen went wrong. Run mulu doctor.",
        ),
    ), status


def serve(port: int, store: str | None, ready: Callable[[str], None]) -> None:
    """Serve until interrupted. `ready` is called with the address once the port is held."""
    if not 0 <= port <= 65535:
        raise Misused(Said("out_of_range", f"端口 {port} 不在 0–65535 内。", f"Port {port} is not within 0–65535."))
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, port))
    except OSError as error:
        held.close()
        raise PortTaken(port, error.strerror or str(error)) from error
    port = held.getsockname()[1]
    keeper = Keeper(store)
    keeper.warm()
    held.listen()  # whoever comes as soon as the address is told waits a moment and is not turned away
    ready(f"http://{LOOPBACK}:{port}/")
    # No access log: paths and queries may tell what somebody asked about.
    config = uvicorn.Config(
        application(keeper, port), log_level="warning", access_log=False, server_header=False, date_header=True
    )
    uvicorn.Server(config).run(sockets=[held])

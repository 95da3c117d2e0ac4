"""How a server does: whether it lives and is ready, and its figures for Prometheus. Nothing of what was asked is in them."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import mulu
from mulu.errors import MuluError
from mulu.interfaces.keeper import Keeper

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 1.0, 2.5, 10.0)  # seconds
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def unforeseen(error: Exception) -> None:
    """Note where something went wrong, for whoever mends it: its kind and the lines of code, not its text or any value."""
    lines = "".join(traceback.format_tb(error.__traceback__))
    logging.getLogger("mulu").error("unforeseen %s\n%s", type(error).__name__, lines)


class Figures:
    """Counts of requests by route and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._screenings = 0

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request, by the pattern of its address: what stood in it is not kept."""
        with self._lock:
            self._requests[method if method in _METHODS else "other", route, status] += 1
            self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def screened(self, texts: int = 1) -> None:
        """Texts that were screened."""
        with self._lock:
            self._screenings += texts

    def told(self, data: str, version: str) -> str:
        """The figures in the text form of Prometheus."""
        with self._lock:
            lines = [
                *_head("mulu_requests_total", "counter", "Requests answered, by method, route and status."),
                *(
                    f'mulu_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
                    for (method, route, status), count in sorted(self._requests.items())
                ),
                *_head("mulu_request_seconds", "histogram", "Seconds until the whole answer was given, by route."),
                *(line for route in sorted(self._buckets) for line in self._histogram(route)),
                *_head("mulu_screenings_total", "counter", "Texts screened."),
                f"mulu_screenings_total {self._screenings}",
                *_head(
                    "mulu_data_info", "gauge", "The data release, the version of what answers rest on, the program."
                ),
                f'mulu_data_info{{data="{data}",version="{version}",program="{mulu.__version__}"}} 1',
            ]
        return "\n".join((*lines, ""))

    def _histogram(self, route: str) -> Iterable[str]:
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets[route], strict=True):
            total += count
            yield f'mulu_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
        yield f'mulu_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
        yield f'mulu_request_seconds_count{{route="{route}"}} {total}'


def _head(name: str, kind: str, help_: str) -> tuple[str, str]:
    return f"# HELP {name} {help_}", f"# TYPE {name} {kind}"


class Observed:
    """The outermost layer: counts each answer under the pattern of its route."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self.figures.answered(scope["method"], _pattern(scope), status, time.perf_counter() - began)


def _pattern(scope: Scope) -> str:
    """The route that answered, as the routes write it; one name for all that none did, which could be anything."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if path is None:
        return "none"
    if isinstance(route, Mount):
        return str(path)
    within = scope.get("root_path", "")
    return f"{within if within == '/api/v1' else '/{lang}' if within else ''}{path}"


def watching() -> list[BaseRoute]:
    """The addresses for whoever watches over the server."""
    return [
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/readyz", _ready, methods=["GET"]),
        Route("/metrics", _metrics, methods=["GET"]),
    ]


async def _healthy(_: Request) -> Response:
    """It answers at all."""
    return JSONResponse({"status": "ok", "program": mulu.__version__})


async def _ready(request: Request) -> Response:
    """It can answer questions: the catalogue is loaded and the store, where there is one, can be read."""
    keeper: Keeper = request.app.state.keeper
    try:
        desk, version = await anyio.to_thread.run_sync(keeper.asked)
    except MuluError as error:
        return JSONResponse({"status": "not ready", "said": error.said.as_json()}, status_code=503)
    return JSONResponse({"status": "ready", "data": desk.catalogue.version, "version": version})


async def _metrics(request: Request) -> Response:
    keeper: Keeper = request.app.state.keeper
    figures: Figures = request.app.state.figures
    desk, version = await anyio.to_thread.run_sync(keeper.asked)
    return PlainTextResponse(
        figures.told(desk.catalogue.version, version), media_type="text/plain; version=0.0.4; charset=utf-8"
    )

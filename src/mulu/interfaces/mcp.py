"""The agents' door: the tools of `mulu.interfaces.agents` by the Model Context Protocol, over standard streams or HTTP.

The protocol's library takes half a second to load; it is imported when an agent comes, and on no other path.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import msgspec
from starlette.types import Receive, Scope, Send

import mulu
from mulu.errors import MuluError
from mulu.interfaces.agents import INSTRUCTIONS, MOST_BYTES, TOOLS, ask, tool_named
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.safety import hosts_of
from mulu.vocabulary import Bilingual, Said

if TYPE_CHECKING:
    from anyio.abc import TaskGroup, TaskStatus
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.server import Server, ServerRequestContext
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.shared._stream_protocols import WriteStream
    from mcp.shared.message import SessionMessage
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

Json = dict[str, Any]
LAST_ANSWERS = 60.0  # seconds that answers may still take once the input has ended
_NAMES = {f"mulu {tool.act}": Bilingual(f"`{tool.name}`", f"`{tool.name}`") for tool in TOOLS}


def answered(keeper: Keeper, name: str, given: Json) -> tuple[Json, bool]:
    """What a call of a tool comes to, and whether that is an error. An error has its sentence in both languages."""
    tool = tool_named(name)
    assert tool is not None
    try:
        return ask(tool, given, keeper.desk), False
    except MuluError as error:
        said = error.said
    except Exception:  # the agent is told that, not what: the text of a fault may quote what is confidential
        said = Said(
            "unforeseen",
            "出现未预料的错误，未作任何改动。请运行 mulu doctor。",
            "Something unforeseen went wrong and nothing was changed. Run mulu doctor.",
        )
    said = said.named(_NAMES)
    return {"error": {**said.as_json(), "zh": _short(said.zh), "en": _short(said.en)}}, True


def _short(text: str) -> str:
    """A sentence of an error no longer than an answer may be: it may quote what was given."""
    most = MOST_BYTES // 8
    return text if len(text) <= most else f"{text[: most // 2]} […{len(text) - most}…] {text[-most // 2 :]}"


def _server(keeper: Keeper, ready: anyio.Event) -> Server[Any]:
    import mcp_types as types
    from mcp.server import Server
    from mcp.shared.exceptions import MCPError

    # The library logs what it cannot read, and that may be a description: nothing of a request is kept in any log.
    silent = logging.getLogger("mcp")
    silent.handlers, silent.propagate = [logging.NullHandler()], False

    tools = [
        types.Tool(
            name=tool.name,
            title=f"{tool.title.en} {tool.title.zh}",
            description=tool.description(),
            input_schema=tool.takes(),
            output_schema=tool.schema(),
            annotations=types.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
            ),
        )
        for tool in TOOLS
    ]

    async def listed(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def called(_: ServerRequestContext[Any], asked: CallToolRequestParams) -> CallToolResult:
        if tool_named(asked.name) is None:
            known = ", ".join(tool.name for tool in TOOLS)
            raise MCPError(types.INVALID_PARAMS, f"没有这个工具。There is no such tool. {known}")
        await ready.wait()
        answer, failed = await anyio.to_thread.run_sync(answered, keeper, asked.name, asked.arguments or {})
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=msgspec.json.encode(answer).decode())],
            structured_content=None if failed else answer,
            is_error=failed,
        )

    server: Server[Any] = Server(
        "mulu",
        version=mulu.__version__,
        title="Mulu 目录",
        instructions=f"{INSTRUCTIONS.en}\n\n{INSTRUCTIONS.zh}",
        on_list_tools=listed,
        on_call_tool=called,
    )
    server.middleware.clear()  # it comes with tracing, by which requests could reach another host
    return server


def run_stdio(store: str | None) -> None:
    """Serve one agent over standard input and output until the input ends."""
    anyio.run(_over_streams, Keeper(store))


async def _over_streams(keeper: Keeper) -> None:
    from mcp.server.stdio import stdio_server

    ready = anyio.Event()

    async def warm() -> None:
        # What keeps the catalogue or the store from being read is told by each call, in its words.
        with suppress(MuluError):
            await anyio.to_thread.run_sync(keeper.warm)
        ready.set()

    server = _server(keeper, ready)
    async with stdio_server() as (taken, given), anyio.create_task_group() as tasks:
        tasks.start_soon(warm)  # the agent reads what there is while the engine is loaded
        asked, told = _until_answered(tasks, taken, given)
        await server.run(asked, told, server.create_initialization_options())


def _until_answered(
    tasks: TaskGroup, taken: AsyncIterable[SessionMessage | Exception], given: WriteStream[SessionMessage]
) -> tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]:
    """Streams between those of the process and the server, of which the one that is read ends when all that was asked is answered.

    The library gives up what it still works on when its input ends, and `printf … | mulu mcp` ends it at once.
    """
    into, asked = anyio.create_memory_object_stream[Any](0)
    told, out = anyio.create_memory_object_stream[Any](0)
    waiting: set[str | int] = set()
    answered_one = anyio.Event()

    async def forward() -> None:
        nonlocal answered_one
        async with into:
            async for one in taken:
                message = None if isinstance(one, Exception) else one.message
                method, params = getattr(message, "method", None), getattr(message, "params", None) or {}
                if method == "notifications/cancelled":
                    waiting.discard(params.get("requestId"))  # nobody waits for it, and it may get no answer
                elif method is not None and (id_ := getattr(message, "id", None)) is not None:
                    waiting.add(id_)
                await into.send(one)
            with anyio.move_on_after(LAST_ANSWERS):
                while waiting:
                    answered_one = anyio.Event()
                    await answered_one.wait()

    async def back() -> None:
        async with given:
            async for one in out:
                await given.send(one)
                if not hasattr(one.message, "method"):
                    waiting.discard(one.message.id)
                    answered_one.set()

    tasks.start_soon(forward)
    tasks.start_soon(back)
    return asked, told


class OverHttp:
    """The door as a route of `mulu serve`: each request stands alone, no session is kept, answers are plain JSON."""

    def __init__(self, keeper: Keeper, port: int) -> None:
        self._keeper = keeper
        self._port = port
        self._lock: anyio.Lock | None = None
        self._tasks: TaskGroup | None = None
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Entered while the server runs; the protocol's library is loaded by the first request of an agent."""
        async with anyio.create_task_group() as tasks:
            self._lock, self._tasks = anyio.Lock(), tasks
            try:
                yield
            finally:
                self._lock = self._tasks = self._manager = None
                tasks.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._lock is not None
        assert self._tasks is not None
        async with self._lock:
            if self._manager is None:
                self._manager = await self._tasks.start(self._managed)
        await self._manager.handle_request(scope, receive, send)

    async def _managed(self, *, task_status: TaskStatus[StreamableHTTPSessionManager]) -> None:
        manager = await anyio.to_thread.run_sync(self._made)
        async with manager.run():
            task_status.started(manager)
            await anyio.sleep_forever()

    def _made(self) -> StreamableHTTPSessionManager:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        hosts = sorted(hosts_of(self._port))
        ready = anyio.Event()
        ready.set()
        return StreamableHTTPSessionManager(
            _server(self._keeper, ready),
            json_response=True,
            stateless=True,
            security_settings=TransportSecuritySettings(
                allowed_hosts=hosts, allowed_origins=[f"http://{host}" for host in hosts]
            ),
        )

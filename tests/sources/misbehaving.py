"""A web server that misbehaves as told, on this computer only."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]

    @property
    def offset(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(found[1]) if found else 0


class Wire:
    """The connection as an answer sees it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self.connection, self.closing = connection, closing

    def head(self, status: int, **headers: object) -> None:
        lines = [f"HTTP/1.1 {status} -"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
        self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode())

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def stall(self) -> None:
        self.closing.wait(20)


Answer = Callable[[Asked, Wire], None]


@dataclass
class Server:
    """Each path answers with its answers one after another; the last one stays."""

    port: int = 0
    scheme: str = "http"
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def at(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def answer(self, connection: socket.socket, closing: threading.Event) -> None:
        received = b""
        while b"\r\n\r\n" not in received and not received.startswith(b"\x16"):
            some = connection.recv(65536)
            if not some:
                return
            received += some
        if received.startswith(b"\x16"):  # a greeting of TLS
            connection.sendall(b"HTTP/1.1 400 -\r\n\r\n")
            return
        first, *lines = received.split(b"\r\n\r\n")[0].decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        asked = Asked(first.split()[1], headers)
        self.asked.append(asked)
        ways = self.answers[asked.path]
        (ways.pop(0) if len(ways) > 1 else ways[0])(asked, Wire(connection, closing))


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None, *, shakes_hands: bool = True) -> Iterator[Server]:
    """A server in threads of its own; with `shakes_hands` false it takes connections and says nothing."""
    closing = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    server = Server(listening.getsockname()[1], "https" if tls or not shakes_hands else "http")
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        connection.settimeout(20)
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_now:
            open_now.enter_context(connection)
            if not shakes_hands:
                closing.wait(20)
                return
            if tls is not None:
                connection = open_now.enter_context(tls.wrap_socket(connection, server_side=True))
            server.answer(connection, closing)

    def accept() -> None:
        while not closing.is_set():
            with contextlib.suppress(TimeoutError):
                threads.append(threading.Thread(target=one, args=(listening.accept()[0],)))
                threads[-1].start()

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield server
    finally:
        closing.set()
        threads[0].join()
        for thread in threads[1:]:
            thread.join()
        listening.close()


class EveryHostIsTheServer(httpx.BaseTransport):
    """Leads whatever host is asked to the server, so that official hosts can be played; `hosts` are those asked."""

    def __init__(self, server: Server) -> None:
        self.inner, self.port, self.hosts = httpx.HTTPTransport(), server.port, list[str]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def whole(body: bytes, *, etag: str | None = '"one"', ranges: bool = True, heeds_marks: bool = True, **headers: object):
    """The file, or the rest of it where that is asked and `ranges`; `heeds_marks` false ignores If-Range."""

    def answer(asked: Asked, wire: Wire) -> None:
        marks = {etag, headers.get("Last_Modified")}
        start = asked.offset if ranges and (not heeds_marks or asked.headers.get("if-range") in marks) else 0
        if start >= len(body) > 0 and start:
            wire.head(416, Content_Range=f"bytes */{len(body)}", Content_Length=0)
            return
        said = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        wire.head(206 if start else 200, Content_Length=len(body) - start, ETag=etag, **said, **headers)
        wire.send(body[start:])

    return answer


def breaks_off(body: bytes, after: int, *, etag: str | None = '"one"', stalls: bool = False, **headers: object):
    """The beginning only, then silence or the end of the connection."""

    def answer(asked: Asked, wire: Wire) -> None:
        start = asked.offset
        said = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        wire.head(206 if start else 200, Content_Length=len(body) - start, ETag=etag, **said, **headers)
        wire.send(body[start : start + after])
        if stalls:
            wire.stall()

    return answer


def says_nothing(asked: Asked, wire: Wire) -> None:
    wire.stall()


def hangs_up(asked: Asked, wire: Wire) -> None:
    pass


def babbles(asked: Asked, wire: Wire) -> None:
    wire.send(b"220 mail.example ready\r\n\r\n")


def status(code: int, body: bytes = b"<html><body>no</body></html>", **headers: object):
    def answer(asked: Asked, wire: Wire) -> None:
        wire.head(code, Content_Length=len(body), **headers)
        wire.send(body)

    return answer


def moved(to: str, code: int = 302):
    return status(code, b"", Location=to)


def drips(body: bytes, pieces: int, pause: float):
    def answer(asked: Asked, wire: Wire) -> None:
        wire.head(200, Content_Length=len(body))
        step = -(-len(body) // pieces)
        for start in range(0, len(body), step):
            wire.send(body[start : start + step])
            time.sleep(pause)

    return answer


def raw(body: bytes, status: int = 200, **headers: object):
    """Just these headers and this body, true or not."""

    def answer(asked: Asked, wire: Wire) -> None:
        wire.head(status, **headers)
        wire.send(body)

    return answer


def chunked(body: bytes, *, ends: bool = True):
    def answer(asked: Asked, wire: Wire) -> None:
        wire.head(200, Transfer_Encoding="chunked")
        wire.send(f"{len(body):x}\r\n".encode() + body + b"\r\n" + (b"0\r\n\r\n" if ends else b""))

    return answer


def zipped(body: bytes, cut: int | None = None):
    packed = gzip.compress(body)[:cut]
    return raw(packed, Content_Length=len(packed), Content_Encoding="gzip", ETag='"one"')

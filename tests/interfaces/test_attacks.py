"""What a hostile page, file or text can try against a server on one laptop, each as a test against one that runs.

Addresses are taken from the application itself and forms from its own pages: a new one is attacked as it appears.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape as html_escape
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from lxml import html
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from tests.interfaces import pumping

from mulu.desk import ACTS, Desk
from mulu.errors import MuluError
from mulu.interfaces import safety
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.safety import LARGEST_BODY
from mulu.interfaces.serve import application, settings

AT = datetime(2031, 6, 1, 9, 0, tzinfo=UTC)
MIB = 1024 * 1024
# One text for every interpreter that might take it for its own: a page, a template, SQL, a shell, a format string.
PRODUCT = str(7919313131 * 3)
HOSTILE = (
    """x'"><xss-probe onprobe=1></xss-probe><script>probe()</script>{{7919313131*3}}${7919313131*3}#{7919313131*3}<%=7919313131*3%>"""
    """{0.__class__}%s%n'); DROP TABLE document; DROP TABLE journal;-- ' OR '1'='1`id`$(id)"""
)
NAMES = tuple(
    dict.fromkeys([*(one.name for act in ACTS for one in act.arguments), "text", "q", "query", "leaf", "view"])
)


# ---- a server ----------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Running:
    """A server in a thread, and a browser's way to it."""

    app: Starlette
    port: int
    store: Path

    def ask(self, method: str, path: str, body: bytes | None = None, host: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None and "Content_Length" not in headers:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            if body:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    connection.send(body)
            got = connection.getresponse()
            cookies = got.headers.get_all("set-cookie") or []
            return Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, got.read(), cookies)

    def raw(self, data: bytes, wait: float = 20) -> bytes:
        """Bytes as they are, and all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            said = b""
            with contextlib.suppress(ConnectionResetError, TimeoutError):
                while piece := connection.recv(65536):
                    said += piece
            return said

    def session(self) -> str:
        """The cookie of a new browser."""
        (cookie,) = self.ask("GET", "/en/").cookies
        return cookie.split(";")[0]

    def token(self, cookie: str) -> str:
        return self.app.state.sessions.token(cookie.partition("=")[2])

    def contents(self) -> Any:
        """All that is kept. A request that must not act leaves it as it was."""
        desk = Desk(store=str(self.store))
        return desk.documents()["records"], desk.case(date(2031, 6, 1), AT)["cases"]


@contextlib.contextmanager
def running(store: Path) -> Iterator[Running]:
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    app = application(Keeper(str(store)), port)
    server = uvicorn.Server(settings(app, "critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield Running(app, port, store)
    finally:
        server.should_exit = True
        thread.join(20)


HOSTILE_LIST = f"""中国禁止出口限制出口技术目录
商务部公告2031年第7号
2031年3月18日
自2031年4月1日起施行
一、禁止出口部分
农业
编号：090101J
技术名称：{HOSTILE}示例技术
控制要点：
1．{HOSTILE}示例工艺，纯度≥99.9%
编号：090102J
技术名称：示例二技术
控制要点：
1．示例工艺 <img src=x onerror=probe()> javascript:probe()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose store holds what an attacker had a user import, with hostile words in every field."""
    folder = tmp_path_factory.mktemp("attacked")
    store = folder / "mulu.db"
    name = HOSTILE.replace("/", "∕")[:120] + ".txt"
    (folder / name).write_text(HOSTILE_LIST, encoding="utf-8")
    desk = Desk(store=str(store))
    kept = desk.import_(str(folder / name), AT, instrument="announcement-2031-7", effective=date(2031, 4, 1))
    desk.attest(kept["document"], AT, HOSTILE, HOSTILE, date(2031, 5, 30), "announcement-2031-7", date(2031, 4, 1))
    desk.apply(kept["document"], AT, counts_differ=True)
    with running(store) as made:
        yield made


def addresses(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Every path of the application as it is written, with its methods."""
    for route in routes:
        if isinstance(route, Mount):
            inner = getattr(route.app, "routes", None)
            if inner is not None:
                yield from addresses(inner, before + route.path)
            else:
                yield f"{before}{route.path}/{{file}}", frozenset(("GET",))
        elif isinstance(route, Route):
            yield before + route.path, frozenset(route.methods or ("GET",))


def filled(path: str, value: str) -> list[str]:
    """A path with this value in every place that takes one, in both languages."""
    paths = [path.replace("{lang:lang}", lang) for lang in ("zh", "en")] if "{lang:lang}" in path else [path]
    quoted = urllib.parse.quote(value, safe="")
    return [
        re.sub(r"\{\w+:int\}", "1", one) for one in (re.sub(r"\{\w+(:(?!int)\w+)?\}", quoted, one) for one in paths)
    ]


def harmless(answer: Answer) -> None:
    """The answer runs nothing of what was sent, and no browser would run what it holds."""
    assert PRODUCT not in answer.text
    assert answer.headers.get("x-content-type-options") == "nosniff"
    kind = answer.headers.get("content-type", "")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy and "default-src 'none'" in policy
    if not kind.startswith("text/html"):
        return
    tree = html.document_fromstring(answer.body or b"<p>")
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag != "xss-probe"
        assert not [name for name in element.attrib if name.lower().startswith("on")], html.tostring(element)
        assert element.tag != "script" or (
            element.get("src", "").startswith("/static/") and not (element.text or "").strip()
        )
        for link in ("href", "src", "action", "formaction"):
            target = element.get(link, "").strip().lower()
            assert not target.startswith(("javascript:", "vbscript:", "//")), target
            assert not target.startswith("data:") or element.tag == "img"


@dataclass(frozen=True)
class Sent:
    """A form of a page: where it goes, and what it has."""

    action: str
    method: str
    fields: tuple[tuple[str, str, str], ...]  # name, kind, value


def pages(server: Running, most: int = 90) -> tuple[dict[str, Answer], dict[tuple[str, str, tuple[str, ...]], Sent]]:
    """The pages that links lead to, a few of each kind, and every form on them."""
    cookie = server.session()
    seen: dict[str, Answer] = {}
    forms: dict[tuple[str, str, tuple[str, ...]], Sent] = {}
    waiting = ["/zh/", "/en/"]
    kinds: dict[str, int] = {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        answer = server.ask("GET", path, Cookie=cookie)
        seen[path] = answer
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        tree = html.document_fromstring(answer.body)
        for form in tree.iter("form"):
            fields = tuple(
                (one.get("name"), one.get("type", one.tag), one.get("value", ""))
                for one in form.iter("input", "textarea", "select", "button")
                if one.get("name")
            )
            action = urllib.parse.urljoin(path, form.get("action") or path)
            made = Sent(action, form.get("method", "get").upper(), fields)
            shape = re.sub(r"[0-9a-f]{12,}|\d+", "·", urllib.parse.urlsplit(action).path)
            forms.setdefault((shape, made.method, tuple(name for name, _, _ in fields)), made)
        for link in tree.iter("a"):
            target = urllib.parse.urlsplit(urllib.parse.urljoin(path, link.get("href", "")))
            if target.netloc or not target.path.startswith("/"):
                continue
            shape = "/".join(target.path.split("/")[:3]) + str(sorted(urllib.parse.parse_qs(target.query)))
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen and address not in waiting and kinds.get(shape, 0) < 4:
                kinds[shape] = kinds.get(shape, 0) + 1
                waiting.append(address)
    return seen, forms


@pytest.fixture(scope="module")
def crawled(server: Running) -> tuple[dict[str, Answer], dict[tuple[str, str, tuple[str, ...]], Sent]]:
    return pages(server)


def multipart(fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    edge = "edge-of-the-attack"
    body = b""
    for name, value in fields:
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, filename, content in files:
        escaped = filename.replace('"', "%22")
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{escaped}"\r\n\r\n'.encode()
        body += content + b"\r\n"
    return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


# ---- injection, and scripts in what was imported ---------------------------------------------------------------------


def test_no_address_runs_or_repeats_unescaped_what_its_path_or_query_holds(server):
    before = server.contents()
    query = urllib.parse.urlencode(dict.fromkeys(NAMES, HOSTILE))
    for path, methods in addresses(server.app.routes):
        for one in filled(path, HOSTILE[:180]):
            if "GET" in methods:
                for asked in (
                    one,
                    f"{one}?{query}",
                    *(f"{one}?{name}={urllib.parse.quote(HOSTILE)}" for name in NAMES),
                ):
                    answer = server.ask("GET", asked)
                    assert answer.status < 500, asked
                    harmless(answer)
    for where in ("/zh/", "/en/"):
        harmless(server.ask("GET", f"{where}{urllib.parse.quote(HOSTILE)}"))
    assert server.contents() == before


def test_what_was_imported_with_hostile_names_and_texts_is_shown_as_text(server, crawled):
    seen, _ = crawled
    assert len(seen) >= 2
    for path, answer in seen.items():
        assert answer.status < 500, path
        harmless(answer)
    page = server.ask("GET", "/en/")
    assert page.status == 200 and "style=" not in page.text.replace("data-style=", "")


def test_no_form_runs_or_repeats_unescaped_what_is_written_into_it(server, crawled):
    cookie = server.session()
    token = server.token(cookie)
    _, forms = crawled
    for form in forms.values():
        given = [
            (name, token if name == "csrf" else value if kind in ("hidden", "submit", "button") else HOSTILE)
            for name, kind, value in form.fields
            if kind != "file"
        ]
        if form.method == "GET":
            where = form.action.partition("?")[0]
            answer = server.ask("GET", f"{where}?{urllib.parse.urlencode(given)}", Cookie=cookie)
        else:
            files = [(n, "a.txt", HOSTILE_LIST.encode()) for n, kind, _ in form.fields if kind == "file"]
            body, kind = multipart(given, files)
            answer = server.ask("POST", form.action, body, Cookie=cookie, Content_Type=kind)
        assert answer.status < 500, form
        harmless(answer)


def test_no_address_of_the_api_runs_what_its_body_holds(server):
    for path, methods in addresses(server.app.routes):
        for method in methods - {"GET", "HEAD", "OPTIONS"}:
            if not path.startswith(("/api/", "/mcp")):
                continue
            for one in filled(path, HOSTILE[:180]):
                for body in (dict.fromkeys(NAMES, HOSTILE), {"text": HOSTILE, "on": "2025-08-01"}, [HOSTILE], HOSTILE):
                    sent = json.dumps(body).encode()
                    answer = server.ask(method, one, sent, Content_Type="application/json")
                    assert answer.status < 500, one
                    harmless(answer)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"on": 1e999}', b'{"a":1,"a":2}', b"\x00" * 1000, b'"\\ud800"', b"null"],
)
def test_no_address_breaks_over_a_body_that_is_none(server, body):
    for path, methods in addresses(server.app.routes):
        for method in methods - {"GET", "HEAD", "OPTIONS"}:
            for kind in ("application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
                answer = server.ask(method, filled(path, "x")[0], body, Content_Type=kind)
                assert 400 <= answer.status < 500, (path, kind, answer.status)


# ---- paths -----------------------------------------------------------------------------------------------------------

CLIMBING = (
    "../serve.py", "..%2fserve.py", "%2e%2e/serve.py", "%2e%2e%2fserve.py", "..%5cserve.py", "....//serve.py",
    "../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd",
    "/etc/passwd", "//etc/passwd", "%252e%252e%252fserve.py", "..%c0%afserve.py", "%00", "mulu.css%00.png", "..;/serve.py",
    "~root", "file:///etc/passwd", "mulu.css/../../web/page.py", "CON", "a" * 5000, "%ff%fe", ".", "..", "%0d%0aX-Split:1",
)  # fmt: skip


@pytest.mark.parametrize("climbing", CLIMBING)
def test_no_path_leads_out_of_what_is_served(server, climbing):
    for path, _ in [("/static/{file}", None), *addresses(server.app.routes)]:
        if "{" not in path.replace("{lang:lang}", ""):
            continue
        address = re.sub(r"\{\w+(:\w+)?\}", lambda _: climbing, path.replace("{lang:lang}", "en"))
        said = server.raw(
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode()
        )
        head, _, body = said.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        assert status < 500 and (status >= 300 or not address.startswith("/static/") or climbing in (".", "..")), (
            address
        )
        assert b"root:x:" not in body and b"from __future__" not in body and b"X-Split:1" not in head.split(b"\r\n")


@pytest.mark.parametrize("number", ["-1", "0", "9" * 30, "1e9", "٣", "0x10", "1.5", "%2e"])
def test_no_number_in_a_path_breaks_an_address(server, number):
    for path, methods in addresses(server.app.routes):
        if "{" in path.replace("{lang:lang}", "") and "GET" in methods:
            address = re.sub(r"\{\w+(:\w+)?\}", urllib.parse.quote(number), path.replace("{lang:lang}", "zh"))
            assert server.ask("GET", address).status < 500, address


@pytest.mark.parametrize(
    "name", ["../../{mark}", "..\\..\\{mark}", "/tmp/{mark}", "{mark}\x00.txt", "{mark}" * 60, ".", "..", "", "\u202etxt.{mark}"]
)  # fmt: skip
def test_no_name_of_an_uploaded_file_is_written_anywhere(server, crawled, name):
    mark = f"mulu-attack-{os.getpid()}"
    cookie = server.session()
    token = server.token(cookie)
    _, forms = crawled
    around = [Path(tempfile.gettempdir()), Path(tempfile.gettempdir()).parent, Path.cwd(), server.store.parent]
    for form in forms.values():
        named = [one for one, kind, _ in form.fields if kind == "file"]
        if not named:
            continue
        given = [(n, token if n == "csrf" else value) for n, kind, value in form.fields if kind != "file"]
        body, kind = multipart(given, [(one, name.format(mark=mark), HOSTILE_LIST.encode()) for one in named])
        answer = server.ask("POST", form.action, body, Cookie=cookie, Content_Type=kind)
        assert answer.status < 500, form.action
        harmless(answer)
    for path, methods in addresses(server.app.routes):
        if path.startswith("/api/") and "POST" in methods:
            body, kind = multipart([], [("file", name.format(mark=mark), HOSTILE_LIST.encode())])
            assert server.ask("POST", filled(path, "x")[0], body, Content_Type=kind).status < 500
    assert not [found for folder in around for found in folder.glob(f"*{mark}*")]


# ---- other pages, other hosts ----------------------------------------------------------------------------------------


def acting(server: Running) -> list[tuple[str, str]]:
    return [
        (method, one)
        for path, methods in addresses(server.app.routes)
        for method in methods - {"GET", "HEAD", "OPTIONS"}
        for one in filled(path, "x")
    ]


def everywhere(server: Running) -> list[tuple[str, str]]:
    reads = [("GET", one) for path, _ in addresses(server.app.routes) for one in filled(path, "x")]
    return [
        *reads,
        *acting(server),
        ("GET", "/api/v1/"),
        ("POST", "/api/v1/screen"),
        ("POST", "/zh/"),
        ("POST", "/en/screen"),
    ]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost", "127.0.0.1.evil.example:{port}",
     "127.0.0.2:{port}", "0.0.0.0:{port}", "127.0.0.1:{port}.evil.example", "evil.example@127.0.0.1:{port}", "[::1]"],
)  # fmt: skip
def test_a_name_rebound_to_this_machine_is_another_host(server, host):
    for method, path in everywhere(server):
        answer = server.ask(method, path, b"" if method != "GET" else None, host=host.format(port=server.port))
        assert answer.status == 421, (method, path)
        assert not answer.cookies


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_the_names_of_this_machine_are_answered(server, name):
    assert server.ask("GET", "/en/", host=f"{name}:{server.port}").status == 200


@pytest.mark.parametrize("lines", ["", "Host:\r\n", "Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_request_without_one_host_is_refused(server, lines, version):
    said = server.raw(f"GET /en/ HTTP/{version}\r\n{lines.format(port=server.port)}Connection: close\r\n\r\n".encode())
    assert said.split(b" ")[1] in (b"400", b"421")


ELSEWHERE: list[dict[str, str]] = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://localhost.evil.example:{port}"},
    {"Origin": "http://127.0.0.1:{port}.evil.example"},
    {"Origin": "file://"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "embed"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "object"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "websocket", "Sec_Fetch_Dest": "websocket"},
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=lambda given: " ".join(given.values()) or "empty")
def test_a_page_elsewhere_reads_and_does_nothing_here(server, elsewhere):
    before = server.contents()
    given = {name: value.format(port=server.port) for name, value in elsewhere.items()}
    cookie = server.session()
    for method, path in everywhere(server):
        answer = server.ask(method, path, b"" if method != "GET" else None, Cookie=cookie, **given)
        assert answer.status == 403, (method, path)
        assert "access-control-allow-origin" not in answer.headers
    assert server.contents() == before


def test_a_link_elsewhere_may_open_a_page_but_sends_nothing(server):
    opened = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert server.ask("GET", "/zh/", **opened).status == 200
    for method, path in acting(server):
        assert server.ask(method, path, b"", **opened).status == 403


def test_no_other_page_is_told_that_it_may_ask(server):
    asks = {"Origin": "http://evil.example", "Access_Control_Request_Method": "POST"}
    for _, path in everywhere(server):
        answer = server.ask("OPTIONS", path, **asks, Access_Control_Request_Headers="content-type")
        assert answer.status >= 400
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_websocket_is_closed_before_it_opens(server):
    own = f"127.0.0.1:{server.port}"
    for host, origin, status in (
        (own, "http://evil.example", b"403"),
        ("evil.example", "http://evil.example", b"421"),
        (own, f"http://{own}", b"200"),  # the plain request that it also is
    ):
        said = server.raw(
            f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n".encode(),
            wait=2,
        )
        assert said.split(b" ")[1] == status
        assert b"upgrade" not in said.partition(b"\r\n\r\n")[0].lower()


def test_a_form_acts_only_with_the_token_of_its_own_session(server):
    mine, other = server.session(), server.session()
    before = server.contents()
    for token in ("", server.token(other), server.token(mine)[:-1], server.token(mine).upper(), "é", "\x00"):
        for method, path in acting(server):
            if path.startswith(("/api/", "/mcp")):
                continue
            body, kind = multipart([("csrf", token), ("name", "x"), ("text", "x")], [])
            answer = server.ask(method, path, body, Cookie=mine, Content_Type=kind)
            assert answer.status == 403, path
            urlencoded = urllib.parse.urlencode({"csrf": token, "text": "x"}).encode()
            kind = "application/x-www-form-urlencoded"
            assert server.ask(method, path, urlencoded, Cookie=mine, Content_Type=kind).status == 403, path
            in_address = f"{path}?csrf={server.token(mine)}"
            assert server.ask(method, in_address, b"", Cookie=mine, Content_Type=kind).status == 403, path
    assert server.contents() == before


def test_a_session_that_another_page_planted_gives_no_token(server):
    for planted in ("x" * 43, "a" * 10, "../" * 10):
        answer = server.ask("GET", "/en/", Cookie=f"mulu_session={planted}")
        assert not answer.cookies or "HttpOnly" in answer.cookies[0]
    (cookie,) = server.ask("GET", "/en/").cookies
    # Lax: a link in a letter opens a page in the session that is there; nothing that acts is sent from elsewhere.
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/plain;application/json"]
)  # fmt: skip
def test_what_a_form_of_another_page_can_send_does_nothing_in_the_api(server, kind):
    before = server.contents()
    bodies = [json.dumps({"text": "x", "on": "2025-08-01", "=": ""}).encode(), b"text=x&on=2025-08-01", b"--x--\r\n"]
    for method, path in acting(server):
        if path.startswith(("/api/", "/mcp")):
            for body in bodies:
                answer = server.ask(method, path, body, **({"Content_Type": kind} if kind else {}))
                assert 400 <= answer.status < 500, (path, kind)
    assert server.contents() == before


# ---- too much --------------------------------------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(server):
    for method, path in [*acting(server), ("POST", "/zh/"), ("POST", "/api/v1/screen")]:
        answer = server.ask(method, path, b"", Content_Length=str(LARGEST_BODY + 1))
        assert answer.status == 413, path


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "²", "9" * 400, "0x10"])
def test_a_length_that_is_none_is_refused(server, length):
    head = (
        f"POST /zh/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    said = server.raw(head.encode("latin-1"))
    assert said.split(b" ")[1] in (b"400", b"413")


def test_a_body_without_a_length_is_cut_off_at_the_limit(server):
    cookie = server.session()
    piece = b"%x\r\n" % MIB + b"x" * MIB + b"\r\n"
    for method, path in acting(server)[:6]:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(head.encode())
            sent = 0
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for _ in range(200):
                    connection.sendall(piece)
                    sent += 1
            assert sent < 100, path


def test_slow_bodies_and_open_connections_hold_up_no_reader(server):
    waiting = []
    try:
        for number in range(120):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            waiting.append(connection)
            head = f"POST /zh/screen HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 1000\r\n\r\n"
            connection.sendall(head.encode() + b"x" if number % 2 else head.encode()[:20])
        began = time.monotonic()
        assert server.ask("GET", "/static/mulu.css").status == 200
        assert server.ask("GET", "/zh/").status == 200
        assert time.monotonic() - began < 20
    finally:
        for connection in waiting:
            connection.close()


def test_a_body_that_never_comes_is_given_up(server, monkeypatch):
    monkeypatch.setattr(safety, "LONGEST_SILENCE", 1.0)
    posts = [path for method, path in acting(server) if method == "POST"]
    for path in posts[:6]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\nConnection: close\r\n\r\n{"
        )
        began = time.monotonic()
        said = server.raw(head.encode(), wait=20)
        assert time.monotonic() - began < 10
        assert said.split(b" ")[1] in (b"408", b"400", b"403", b"415", b"404", b"422"), path


@pytest.mark.parametrize("pieces", [1, 50])
def test_what_stands_before_a_body_has_one_limit_however_it_comes(server, pieces):
    for size, statuses in ((safety.LARGEST_HEAD - 1000, (b"200",)), (safety.LARGEST_HEAD + 1000, (b"431", b"400"))):
        head = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\nX-A: {'a' * size}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            step = -(-len(head) // pieces)
            said = b""
            try:
                for start in range(0, len(head), step):
                    connection.sendall(head[start : start + step])
                    time.sleep(0.002 if pieces > 1 else 0)
                said = connection.recv(64)
            except ConnectionError:
                assert b"200" not in statuses  # cut off while it was still sending
                continue
        assert said.split(b" ")[1] in statuses, (size, said)


def test_a_length_that_is_no_number_is_refused(server):
    for length in ("abc", "-1", "1e3", "9" * 30):
        head = f"POST /api/v1/screen HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: {length}\r\n\r\n"
        assert server.raw(head.encode(), wait=5).split(b" ")[1] == b"400"


def test_floods_of_headers_are_refused(server):
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    for flood in (
        "X-A: " + "a" * 2_000_000,
        "\r\n".join(f"X-{n}: {n}" for n in range(100_000)),
        "Cookie: " + "a=b; " * 60_000,
    ):
        said = server.raw(f"GET /zh/ HTTP/1.1\r\n{host}{flood}\r\n\r\n".encode())
        assert said == b"" or said.split(b" ")[1] in (b"400", b"431")
    said = server.raw(f"GET /zh/?{'a' * 1_000_000} HTTP/1.1\r\n{host}\r\n".encode())
    assert said == b"" or said.split(b" ")[1] in (b"400", b"414")
    assert server.ask("GET", "/zh/").status == 200


def test_a_form_of_very_many_fields_is_refused(server):
    cookie = server.session()
    for method, path in acting(server):
        if path.startswith(("/api/", "/mcp")):
            continue
        body, kind = multipart([(f"f{n}", "") for n in range(3000)], [])
        assert 400 <= server.ask(method, path, body, Cookie=cookie, Content_Type=kind).status < 500, path
        body, kind = multipart([], [(f"f{n}", "a.txt", b"") for n in range(60)])
        assert 400 <= server.ask(method, path, body, Cookie=cookie, Content_Type=kind).status < 500, path


# ---- what leaves the process -----------------------------------------------------------------------------------------

SECRET = "祕鑰珊瑚四一七"  # words that stand in no pack
SECRET_EN = "zyxgravelquartz417"
WATCHED = """
import sys
events = open(sys.argv[1], "a", buffering=1)
def watch(event, given):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        events.write(event + " " + repr(given[1:] if event in ("socket.connect", "socket.bind", "socket.sendto") else given) + "\\n")
    if event == "subprocess.Popen":
        events.write(event + " " + repr(given[0]) + "\\n")
sys.addaudithook(watch)
sys.argv = ["mulu", *sys.argv[2:]]
from mulu.interfaces.cli.main import run
run()
"""


@dataclass
class Watched:
    port: int
    folder: Path
    events: Path


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """`mulu serve` as a program of its own, whose sockets are written down and whose output is kept."""
    folder = tmp_path_factory.mktemp("watched")
    events = folder / "events"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "MULU_STORE": str(folder / "store" / "mulu.db"),
        "MULU_CACHE": str(folder / "cache"),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder),
    }
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WATCHED, str(events), "serve", "--port", str(port)],
            stdout=output,
            stderr=output,
            env=environment,
        )
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert process.poll() is None, (folder / "output").read_text()
                time.sleep(0.1)
            yield Watched(port, folder, events)
        finally:
            process.terminate()
            process.wait(20)


def tell(watched: Watched, server: Running) -> None:
    """The secret in every place that takes a text, in requests that are answered and in ones that fail."""
    cookie = ""

    def ask(method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", watched.port, timeout=60)
        with contextlib.closing(connection):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Cookie": cookie, **sent})
            got = connection.getresponse()
            return Answer(got.status, dict(got.headers.items()), got.read(), got.headers.get_all("set-cookie") or [])

    (first,) = ask("GET", "/en/").cookies
    cookie = first.split(";")[0]
    token = re.search(rb'name="csrf" value="([0-9a-f]+)"', ask("GET", "/en/screen").body)
    csrf = token[1].decode() if token else ""
    secret = f"{SECRET}的制备方法 a process of {SECRET_EN}，温度800°C"
    quoted = urllib.parse.quote(secret)
    for path, methods in addresses(server.app.routes):
        for one in filled(path, secret):
            if "GET" in methods:
                for name in ("text", "query", "q", "on", "as_known"):
                    ask("GET", f"{one}?{name}={quoted}")
            for method in methods - {"GET", "HEAD", "OPTIONS"}:
                for given in (
                    {"text": secret, "on": "2025-08-01"},
                    {"text": secret, "on": secret},
                    dict.fromkeys(NAMES, secret),
                ):
                    ask(method, one, json.dumps(given).encode(), Content_Type="application/json")
                    body, kind = multipart(
                        [("csrf", csrf), *given.items()], [("file", f"{SECRET}.pdf", b"%PDF-1.7\n" + secret.encode())]
                    )
                    ask(method, one, body, Content_Type=kind)
    ask("GET", f"/{quoted}", Host=f"{SECRET_EN}.example")
    ask("POST", "/zh/screen", secret.encode(), Content_Type="text/plain", Origin=f"http://{SECRET_EN}.example")
    with socket.create_connection(("127.0.0.1", watched.port), timeout=20) as connection:
        connection.sendall(f"{SECRET_EN} /{SECRET_EN} HTTP/9\r\n\r\n".encode())
        connection.recv(1000)


def test_nothing_of_a_text_is_in_any_log_figure_or_file_beside_the_store(watched, server):
    tell(watched, server)
    connection = http.client.HTTPConnection("127.0.0.1", watched.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/metrics")
        kept = {"metrics": connection.getresponse().read()}
    for path in watched.folder.rglob("*"):
        if path.is_file() and "store" not in path.relative_to(watched.folder).parts:
            kept[str(path)] = path.read_bytes()
    assert any(name.endswith("output") for name in kept)
    for name, content in kept.items():
        for secret in (SECRET, SECRET_EN, urllib.parse.quote(SECRET), json.dumps(SECRET).strip('"')):
            assert secret.encode() not in content, name
            assert secret not in name
    assert b"Traceback" not in kept[str(watched.folder / "output")]


def test_the_server_binds_to_loopback_alone_and_connects_to_nothing(watched, server):
    tell(watched, server)
    events = [line.split(" ", 1) for line in watched.events.read_text().splitlines()]
    assert [event for event, _ in events].count("socket.bind") == 1
    for event, given in events:
        if event == "socket.bind":
            assert "'127.0.0.1'" in given
        elif event == "subprocess.Popen":
            assert sys.executable in given
        else:
            pytest.fail(f"{event} {given}")


# ---- regular expressions ---------------------------------------------------------------------------------------------

CONTRACT = """技术许可合同
甲方：示例材料有限公司（住所：湖南省长沙市）
乙方：Example Corp., a company under the laws of Delaware
第一条　定义
1.1 “许可技术”指附件一所列的技术。
第二条　许可
2.1 甲方授予乙方在匈牙利实施许可技术的普通许可。
2.2 乙方支付入门费 1,200,000 美元，自生效日起三十日内付清。
2.3 Licensor shall deliver the technical documents and train six engineers. No source code is delivered.
第三条　适用中国法律。
附件一　专利清单
"""
MAIL = """From: a@example.org
To: b@example.org
Subject: documents
Date: Mon, 2 Mar 2026 09:00:00 +0800
Content-Type: text/plain; charset=utf-8

Please send the drawings.

Best regards,
A

-----Original Message-----
From: b@example.org
> which ones?
"""
COLLECT = """
import importlib, json, pkgutil, re, sys
from datetime import date
seen = {}
compiled = re._compile
def noted(pattern, flags):
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename == re.__file__:
        frame = frame.f_back
    if isinstance(pattern, str) and frame and "mulu" in frame.f_globals.get("__name__", ""):
        seen[pattern, int(flags)] = frame.f_globals["__name__"]
    return compiled(pattern, flags)
re._compile = noted
import mulu
for module in pkgutil.walk_packages(mulu.__path__, "mulu."):
    if ".migrations" not in module.name and not module.name.endswith("__main__") and ".scorecard" not in module.name:
        importlib.import_module(module.name)
from mulu.catalogue.official import read_official
from mulu.desk import Desk
from mulu.screening.contracts import read_contract
from mulu.sources.documents import Held, read_held
from mulu.sources.received import read_received
desk = Desk()
for text in json.load(sys.stdin):
    desk.screen(text, date(2025, 8, 1))
    try:
        read_official(read_held(Held("a", "a", text.encode())))
    except Exception:
        pass  # that it is no law is not what is asked here
    read_contract(text)
    for name in ("a.txt", "a.eml"):
        read_received(Held(name, name, text.encode()))
print(json.dumps([[pattern, flags, where] for (pattern, flags), where in seen.items()]))
"""
USUAL = "一种锂电池正极材料的制备方法，温度不低于800°C。The process is for a cathode material of a battery. "
PUMPS = (
    "a", "A", "7", "一", " ", "\t ", "\n", ",", "，", "。", "、", ".", "-", "±", "×10^", "10^ ", "7 ", "7,", "7.", "1~", "(", "（", ")",
    "不", "没有", "并非", "和", "及", "或", "not ", "and ", "or ", "of ", "to ", "is ", "between 1 ", "不低于", "大于", "of the ", "7 g/cm",
    "°C ", "以上", "的", "<sup>", "{", "[", "\"", "“", "1.2.", "第", "编号：", "±1", "7%", "a-", "a_", "a/", "*", "…", "mg/", "·",
)  # fmt: skip


@pytest.fixture(scope="module")
def patterns(examples) -> list[tuple[str, int, str]]:
    """Every regular expression that the program compiles as it is loaded, screens the examples and reads them as law."""
    amending = "一、将“示例技术”（编号：090101X）的控制要点修改为：1．示例。"
    texts = [*(one["text"] for one in examples[:40]), HOSTILE_LIST, amending, CONTRACT, MAIL]
    run = subprocess.run(
        [sys.executable, "-c", COLLECT], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    found = [tuple(one) for one in json.loads(run.stdout)]
    assert len(found) > 200
    return found


def test_no_expression_takes_more_than_a_moment_from_one_place_of_a_text_made_for_it(patterns):
    told = json.dumps([[pattern, flags] for pattern, flags, _ in patterns])
    command = [sys.executable, str(Path(__file__).with_name("pumping.py")), "60000", "0.25", "600"]
    run = subprocess.run(command, input=told, capture_output=True, text=True, check=True)
    where = {(pattern, flags): name for pattern, flags, name in patterns}
    slow = [json.loads(line) for line in run.stdout.splitlines()]
    assert not [(where[pattern, flags], pattern, *found) for pattern, flags, *found in slow]


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", r"\s*(?:以上)?\s*的", "(?:一|一一)*二", r"(\w+\s?)*$", ".*.*=.*", r"(\d+|\d+,)+;"]
)
def test_an_expression_that_backtracks_is_found(pattern):
    told = json.dumps([[pattern, 0]])
    command = [sys.executable, str(Path(__file__).with_name("pumping.py")), "60000", "0.25", "120"]
    assert subprocess.run(command, input=told, capture_output=True, text=True, check=True).stdout


def test_an_expression_that_a_busy_machine_slows_down_once_is_no_attack(monkeypatch):
    measured = []

    def disturbed(*_: Any) -> float:
        measured.append(1.0 if len(measured) % 7 == 0 else 0.0)
        return measured[-1]

    monkeypatch.setattr(pumping, "seconds", disturbed)
    assert pumping.slow("(a+)+b", 0, 400, 0.25) is None
    assert 1.0 in measured
    monkeypatch.setattr(pumping, "seconds", lambda *_: 1.0)
    assert pumping.slow("(a+)+b", 0, 400, 0.25) is not None


def spent(act: Any, times: int = 1) -> float:
    """Seconds of this thread on a processor, the least of some times: neither other threads nor a busy machine count."""
    least = float("inf")
    for _ in range(times):
        began = time.thread_time()
        with contextlib.suppress(MuluError):
            act()
        least = min(least, time.thread_time() - began)
    return least


def test_the_time_of_a_screening_grows_with_the_text_and_not_with_its_square(desk):
    usual = spent(lambda: desk.screen(USUAL * 4, date(2025, 8, 1)))
    for pump in PUMPS:
        text = USUAL * 4 + pump * (20_000 // len(pump))
        took = spent(lambda text=text: desk.screen(text, date(2025, 8, 1)))
        if took > 1.0 + usual:
            twice = spent(lambda text=text: desk.screen(text + text, date(2025, 8, 1)), 2)
            assert twice < 3 * took, (pump, took, twice)


def test_the_time_of_reading_law_grows_with_the_document_and_not_with_its_square():
    from mulu.catalogue.official import read_official
    from mulu.sources.documents import Held, read_held

    def read(text: str, times: int = 1) -> float:
        return spent(lambda: read_official(read_held(Held("a", "a", (HOSTILE_LIST + text).encode()))), times)

    for pump in PUMPS:
        text = pump * (20_000 // len(pump))
        took = read(text)
        if took > 1.0:
            assert read(text + text, 2) < 3 * took, pump


def test_the_time_of_reading_a_contract_or_a_patent_grows_with_the_text_and_not_with_its_square():
    from mulu.screening.contracts import read_contract
    from mulu.sources.documents import Held
    from mulu.sources.received import read_received

    def patent(text: str) -> None:
        data = (
            f"<us-patent-application><abstract><p>{html_escape(text)}</p></abstract></us-patent-application>".encode()
        )
        read_received(Held("a.xml", "a.xml", data))

    for pump in (*PUMPS, "1.", "a", "锂", "甲方：", "第1条 ", "a-"):
        for read in (read_contract, patent):
            text = pump * (20_000 // len(pump))
            took = spent(lambda read=read, text=text: read(text))
            if took > 1.0:
                assert spent(lambda read=read, text=text: read(text + text), 2) < 3 * took, (pump, read)

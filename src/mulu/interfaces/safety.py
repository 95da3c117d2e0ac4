"""What keeps a server on one laptop to its user: no other host, page, frame or script reaches it.

A web page elsewhere can make a browser send requests to the loopback address. Each request must therefore name this
server in `Host` (a name that was rebound to 127.0.0.1 is another host), must not come from another origin, and a form
must carry the token of the session that it was given to. Nothing of a request but its method, route and status is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mulu.errors import MuluError
from mulu.vocabulary import Said

MEBIBYTE = 1024 * 1024
LARGEST_BODY = 64 * MEBIBYTE  # an official document with its pictures; single texts are limited where they are read
LARGEST_HEAD = 64 * 1024  # bytes of address and headers: a permalink and every cookie of the host fit in
LONGEST_SILENCE = 30.0  # seconds without any part of a body that is still to come
FORMS = "mulu.forms"  # in the scope: the forms that were read, for the outermost layer to close
COOKIE, FIELD = "mulu_session", "csrf"
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # "no-referrer" would make browsers send this server its own forms with Origin null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Refused(MuluError):
    """A request that this server does not answer; `status` is that of HTTP."""

    def __init__(self, status: int, said: Said) -> None:
        super().__init__(said)
        self.status = status


def hosts_of(port: int) -> frozenset[str]:
    """What a browser may call this server in `Host`."""
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


class Safety:
    """The outermost layer: looks at every request before any route does, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], largest: int = LARGEST_BODY) -> None:
        self.app = app
        self.hosts = hosts
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        head = len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(k) + len(v) for k, v in scope["headers"])
        refused = _too_long() if head > LARGEST_HEAD else self._refused(scope["method"], Headers(scope=scope))
        taken, whole = 0, False

        async def limited() -> Message:
            nonlocal taken, whole
            if whole:
                return await receive()  # that the browser has gone, which may be long in coming
            with anyio.move_on_after(LONGEST_SILENCE):
                message = await receive()
                taken += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if taken > self.largest:
                    raise too_large(self.largest)
                return message
            raise _too_slow()

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if refused is not None:
                    del headers["set-cookie"]  # another host or page is given no session
            await send(message)

        if refused is not None:
            # The routes' own handler words it, as it words every other error.
            scope["mulu.refused"] = refused
        try:
            await self.app(scope, limited, marked)
        finally:
            for form in scope.get(FORMS, ()):  # what was uploaded lies in files without a name until they are closed
                await form.close()

    def _refused(self, method: str, headers: Headers) -> Refused | None:
        host, origins = headers.get("host", ""), headers.getlist("origin")
        if host.lower() not in self.hosts:
            return Refused(
                421,
                Said(
                    "other_host",
                    f"本服务只答复 {_listed(self.hosts)}，不答复 {host!r}。",
                    f"This server answers as {_listed(self.hosts)} only, not as {host!r}.",
                ),
            )
        own = {f"http://{name}" for name in self.hosts}
        site = headers.get("sec-fetch-site", "none").lower()
        foreign = any(origin.lower() not in own for origin in origins)
        # From elsewhere a page may be opened, as by a link in a letter; nothing may be sent, fetched or framed.
        opened = method in _SAFE and headers.get("sec-fetch-mode", "").lower() == "navigate"
        framed = headers.get("sec-fetch-dest", "document").lower() in ("iframe", "frame", "embed", "object")
        if foreign or (site not in ("none", "same-origin") and (not opened or framed)):
            return Refused(
                403,
                Said(
                    "other_origin",
                    "该请求来自另一网页，本服务不予处理。请直接在本服务的网页中操作。",
                    "This request comes from another web page and is not acted on. Use the pages of this server.",
                ),
            )
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 20) or int(length) > self.largest:
            return too_large(self.largest)
        return None


def too_large(largest: int) -> Refused:
    """A body over what is taken."""
    return Refused(
        413,
        Said(
            "body_too_large",
            f"上传内容超过 {largest // MEBIBYTE} MiB。未作任何改动。请分成较小的文件。",
            f"What was sent is larger than {largest // MEBIBYTE} MiB. Nothing was changed. Send smaller files.",
        ),
    )


def _too_long() -> Refused:
    """An address and headers over what is taken. The parser refuses more than that only where it comes in pieces."""
    most = LARGEST_HEAD // 1024
    return Refused(
        431,
        Said(
            "headers_too_large",
            f"地址和请求头合计超过 {most} KiB。未作任何改动。请缩短地址，或删除浏览器为本机保存的 Cookie。",
            f"Address and headers are larger than {most} KiB together. Nothing was changed. Shorten the address, or delete the "
            "cookies that the browser keeps for this machine.",
        ),
    )


def _too_slow() -> Refused:
    """A body that stops coming."""
    return Refused(
        408,
        Said(
            "body_too_slow",
            f"{LONGEST_SILENCE:g} 秒内未收到其余内容，未作任何改动。请重新发送。",
            f"The rest of what was sent did not come within {LONGEST_SILENCE:g} seconds. Nothing was changed. Send it again.",
        ),
    )


def _listed(hosts: frozenset[str]) -> str:
    return ", ".join(sorted(hosts))


class Sessions:
    """Tokens that tie a form to the browser that it was given to. The secret lives as long as the server does."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def of(self, request: Request) -> str:
        """The session of a browser; a new one where it has none. The answer must set it as COOKIE."""
        held = request.cookies.get(COOKIE, "")
        return (
            held if len(held) == 43 and held.replace("-", "").replace("_", "").isalnum() else secrets.token_urlsafe(32)
        )

    def token(self, session: str) -> str:
        """The token that a form of this session carries."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def check(self, request: Request, token: object) -> None:
        """Raises Refused where a form was not given to this browser by this server."""
        session = request.cookies.get(COOKIE, "")
        given = token.encode("utf-8", "replace") if isinstance(token, str) else b""
        if not (session and hmac.compare_digest(given, self.token(session).encode())):
            raise Refused(
                403,
                Said(
                    "stale_form",
                    "表单不是由本次服务发给此浏览器的（服务可能已重启）。未作任何改动。请返回、刷新页面后再提交。",
                    "This form was not given to this browser by the server as it runs now (it may have been restarted). "
                    "Nothing was changed. Go back, reload the page and send it again.",
                ),
            )

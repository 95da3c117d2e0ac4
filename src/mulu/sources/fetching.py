"""Fetching an official text from its known address, and refusing whatever came instead of it.

What is checked here is that the body is whole and of the kind expected. That it is the instrument which the address
is said to hold, nobody has checked: the file is claimed until a person attests it.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import html
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec

from mulu import __version__
from mulu.errors import MuluError
from mulu.vocabulary import Bilingual, Certainty, Said

if TYPE_CHECKING:
    import httpx

MAX_BODY = 100_000_000  # bytes, as sent and as unpacked
MAX_REDIRECTS = 10
OFFICIAL_SUFFIX = "gov.cn"
PAUSES = (0.5, 2.0)  # seconds before each further attempt
HARDLY_ANY_TEXT = 150  # characters that a reader sees; the shortest announcement has more

Progress = Callable[[int, int | None], object]  # bytes so far, bytes announced


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: str
    en: str


class OfficialAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where an official text is said to stand. `id` names the file that is fetched."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
    instrument: str
    address: Annotated[str, msgspec.Meta(pattern="^https?://[^/]+/")]
    media: Literal["pdf", "html"]
    described: Texts
    certainty: Certainty
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that came whole and is of the kind expected. `changed`: it is not the one of `known_digest`."""

    path: Path
    sha256: str
    bytes: int
    media: str
    address: str  # where the body came from in the end
    redirected: tuple[str, ...]  # every address that the server sent us on to
    status: int
    resumed_from: int
    known_digest: str | None
    changed: bool
    older: Path | None  # the file of other content that lay there before, under its new name
    etag: str | None
    last_modified: str | None
    fetched_at: datetime.datetime
    warnings: tuple[Said, ...]


class NotFetched(MuluError):
    """An official text could not be had from its address; a `passing` failure is worth another attempt at once."""

    id: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    passing: ClassVar[bool] = False

    def __init__(self, address: str, **facts: object) -> None:
        zh, en = self.zh.format(**facts), self.en.format(**facts)
        super().__init__(
            Said(
                self.id,
                f"{address}：{zh}如浏览器能打开该地址，请在其中将文件另存到本机，再运行 mulu import FILE。",
                f"{address}: {en} If a browser shows it, save the file there and run mulu import FILE.",
            )
        )
        self.address = address
        for name, value in facts.items():
            setattr(self, name, value)


class NoSuchHost(NotFetched):
    id, passing = "fetch_no_such_host", True
    zh = "找不到该服务器：本机未联网，或域名无法解析。请先检查网络。"
    en = "the server was not found: this computer is offline, or the name does not resolve. Check the network first."


class ConnectionRefused(NotFetched):
    id, passing = "fetch_connection_refused", True
    zh = "服务器拒绝连接。请稍后再试。"
    en = "the server refuses the connection. Try again later."


class Unreachable(NotFetched):
    id, passing = "fetch_unreachable", True
    zh = "无法连接服务器（{detail}）。请先检查网络。"
    en = "the server cannot be reached ({detail}). Check the network first."


class ConnectTimedOut(NotFetched):
    id = "fetch_connect_timed_out"
    zh = "{seconds:g} 秒内未能建立连接。请稍后再试。"
    en = "no connection within {seconds:g} seconds. Try again later."


class ProxyFailed(NotFetched):
    id = "fetch_proxy_failed"
    zh = "环境变量（HTTP_PROXY、HTTPS_PROXY、ALL_PROXY）所设的代理未能提供服务（{detail}）。请更正该设置。"
    en = "the proxy set in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY did not serve ({detail}). Correct that setting."


class NotTrusted(NotFetched):
    """`verify_code` is OpenSSL's; None where something other than the certificate failed."""

    id = "fetch_not_trusted"
    zh = "无法建立可信的加密连接：{problem.zh}。对方可能并非该机关，故未下载。"
    en = "no encrypted connection to be trusted: {problem.en}. The other side may not be the authority; nothing was downloaded."
    problem: Bilingual
    verify_code: int | None


class NoProperAnswer(NotFetched):
    id = "fetch_no_proper_answer"
    zh = "服务器未给出有效的 HTTP 应答（{detail}）。请稍后再试。"
    en = "the server gave no proper HTTP answer ({detail}). Try again later."


class Stalled(NotFetched):
    id = "fetch_stalled"
    zh = "服务器超过 {seconds:g} 秒没有发送任何内容，此前已收到 {kept:,} 字节。{again.zh}"
    en = "the server sent nothing for {seconds:g} seconds; {kept:,} bytes had come. {again.en}"
    kept: int


class BodyTruncated(NotFetched):
    id = "fetch_body_truncated"
    zh = "内容不完整：只收到 {kept:,} 字节（{detail}）。{again.zh}"
    en = "the body is not whole: only {kept:,} bytes came ({detail}). {again.en}"
    kept: int


class TooManyRedirects(NotFetched):
    id = "fetch_too_many_redirects"
    zh = "连续转向超过 {limit} 次，最后转向 {to}。"
    en = "more than {limit} redirects in a row, the last one to {to}."
    to: str


class MovedElsewhere(NotFetched):
    id = "fetch_moved_elsewhere"
    zh = "该地址转向 {to}，既非同一主机和端口，也非 .gov.cn 主机，故未跟随。请先确认新地址是否属于该机关。"
    en = "it redirects to {to}, neither the same host and port nor a host under .gov.cn, and was not followed. Make sure first that the new place is the authority's."
    to: str


class Downgraded(NotFetched):
    """A redirect that would leave an encrypted connection for one that anybody on the way can answer."""

    id = "fetch_downgraded"
    zh = "该地址由加密的 https 转向未加密的 {to}，途中任何人都可能代为应答，故未跟随。"
    en = "it redirects from encrypted https to unencrypted {to}, where anybody on the way could answer, and was not followed."
    to: str


class Refused(NotFetched):
    """The server answered, with a status that does not bring the file."""

    status: int


class AccessRefused(Refused):
    id = "fetch_access_refused"
    zh = "服务器拒绝提供（状态码 {status}）。"
    en = "the server refuses to give it out (status {status})."


class NoLongerThere(Refused):
    id = "fetch_no_longer_there"
    zh = "该地址没有此文件（状态码 {status}），可能已迁移或撤下。请在该机关网站上按标题查找。"
    en = "nothing is at this address (status {status}); it may have moved or been withdrawn. Look for its title on the authority's site."


class BrowserDemanded(Refused):
    id = "fetch_browser_demanded"
    zh = "网站防范自动访问，拦截了请求（状态码 {status}）。"
    en = "the site guards against automatic access and stopped the request (status {status})."


class ServerFailed(Refused):
    id, passing = "fetch_server_failed", True
    zh = "服务器出错（状态码 {status}）。请稍后再试。"
    en = "the server failed (status {status}). Try again later."


class UnexpectedStatus(Refused):
    id = "fetch_unexpected_status"
    zh = "服务器的应答不是所求文件（状态码 {status}）。"
    en = "the server's answer is not the file (status {status})."


class TooLarge(NotFetched):
    id = "fetch_too_large"
    zh = "内容超过 {limit:,} 字节的上限，未予保存。"
    en = "the body exceeds the limit of {limit:,} bytes; it was not kept."


class WrongMedia(NotFetched):
    id = "fetch_wrong_media"
    zh = "应为 {expected}，收到的却是{found.zh}，未予保存。"
    en = "{expected} was expected, but {found.en} came; it was not kept."
    kind: str


class ScriptShell(NotFetched):
    """What a site sends to programs that run no scripts: a check for robots, or a page that the browser fills in."""

    id = "fetch_script_shell"
    zh = "收到的网页几乎没有文字（{characters} 字）：内容由浏览器运行脚本后才出现，或是防自动访问的验证页。未予保存。"
    en = "the page that came has hardly any text ({characters} characters): scripts fill it in, or it is a check for robots. It was not kept."
    characters: int


class CannotKeep(MuluError):
    """The folder or the disk does not take the file."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            Said(
                "fetch_cannot_keep",
                f"无法写入 {path}（{detail}）。请检查磁盘空间和权限，或另选文件夹。",
                f"{path} cannot be written ({detail}). Check free space and permissions, or choose another folder.",
            )
        )
        self.path = path


_UNTRUSTED = {  # by OpenSSL's X509_V_ERR_* codes
    9: Bilingual(
        "服务器证书尚未生效（请核对本机时间）", "the certificate is not valid yet (check this computer's clock)"
    ),
    10: Bilingual("服务器证书已过期", "the certificate has expired"),
    18: Bilingual("服务器证书是自签名的", "the certificate is self-signed"),
    19: Bilingual("证书链中有自签名证书", "a certificate of the chain is self-signed"),
    20: Bilingual("无法识别证书的签发机构", "the issuer of the certificate is not known"),
    62: Bilingual("服务器证书属于另一主机", "the certificate belongs to another host"),
    64: Bilingual("服务器证书属于另一主机", "the certificate belongs to another host"),
}
_REFUSALS: dict[int, type[Refused]] = {
    **dict.fromkeys((401, 403, 451), AccessRefused),
    **dict.fromkeys((404, 410), NoLongerThere),
    **dict.fromkeys((412, 521), BrowserDemanded),
}
_KINDS = {
    b"PK\x03\x04": Bilingual("ZIP 或 Office 文件", "a ZIP or Office file"),
    b"\xd0\xcf\x11\xe0": Bilingual("旧版 Office 文件", "an old Office file"),
    b"\xff\xd8\xff": Bilingual("图片", "a picture"),
    b"\x89PNG": Bilingual("图片", "a picture"),
}
_UNSEEN = (  # where what a reader of a page does not see begins and ends
    (r"<(?:script|style|noscript|template|title)\b", r"</(?:script|style|noscript|template|title)\s*>"),
    ("<!--", "-->"),
)
_RESUME = Bilingual("已收到的部分保留，再次运行即可续传。", "They are kept: run again to resume.")
_ANEW = Bilingual("再次运行将从头下载。", "Run again to start over.")
_WARNINGS = {
    "retried": Bilingual("第 {count} 次尝试才成功。", "It took {count} attempts ({failed})."),
    "unencrypted": Bilingual(
        "途中经过未加密的 http，内容可能被改动或替换；请与另一来源核对。",
        "Part of the way was unencrypted http, where the body could be altered or exchanged: compare it with another source.",
    ),
    "changed": Bilingual(
        "内容与此前所知的不同：原摘要 {old}，现摘要 {new}。",
        "The body is not the one known before: its digest was {old} and is now {new}.",
    ),
    "older_kept": Bilingual(
        "原有文件内容不同，已改名保留为 {file}。", "The file that lay there had other content and is kept as {file}."
    ),
    "moved": Bilingual("该地址已转向 {to}。", "The address redirects to {to}."),
    "length_unknown": Bilingual(
        "服务器未说明长度，无法据此核对内容是否完整。",
        "The server announced no length by which to see that the body is whole.",
    ),
    "started_over": Bilingual(
        "{why.zh}，先前的 {size:,} 字节作废，已从头下载。",
        "The {size:,} bytes of an earlier attempt were dropped and the download began anew: {why.en}.",
    ),
}


class _Partial(msgspec.Struct, frozen=True):
    """What must still hold for the rest of a body to belong to the part that is kept."""

    address: str
    etag: str | None
    last_modified: str | None
    length: int | None

    @property
    def validator(self) -> str | None:
        """A weak tag promises the same meaning, not the same bytes, so nothing may be resumed on it."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def fetch(
    address: OfficialAddress,
    into: Path,
    *,
    at: datetime.datetime,
    known_digest: str | None = None,
    timeout: float = 30.0,
    progress: Progress | None = None,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Fetched:
    """The text at an official address, as a file in `into`. Raises NotFetched or CannotKeep.

    `timeout` is the longest silence borne, not the longest download. What came before a break is kept beside
    the file to be, and the next call goes on from there if the server vouches that the body is still the same.
    """
    import httpx

    headers = {
        "User-Agent": f"mulu/{__version__}",
        "Accept": "application/pdf" if address.media == "pdf" else "text/html",
        "Accept-Encoding": "identity",  # byte ranges then count the bytes of the file itself
    }
    try:
        client = httpx.Client(transport=transport, timeout=timeout, headers=headers)
    except (ValueError, ImportError) as error:  # settings of the environment that httpx cannot use
        raise ProxyFailed(address.address, detail=str(error)) from error
    with client:
        failed: list[str] = []
        for pause in (*PAUSES, None):
            download = _Download(client, address, into, timeout, progress)
            try:
                response = download.run()
                break
            except NotFetched as failure:
                if pause is None or not failure.passing:
                    raise
                failed.append(failure.id)
                sleep(pause)
    if failed:
        download.warn("retried", count=len(failed) + 1, failed=", ".join(failed))
    if any(httpx.URL(hop).scheme == "http" for hop in (address.address, *download.hops)):
        download.warn("unencrypted")
    with _writing(download.part):
        path, digest, size, older = download.keep()
    changed = known_digest is not None and known_digest.lower() != digest
    if changed:
        download.warn("changed", old=known_digest, new=digest)
    if older is not None:
        download.warn("older_kept", file=older.name)
    return Fetched(
        path=path,
        sha256=digest,
        bytes=size,
        media=address.media,
        address=str(response.url),
        redirected=tuple(download.hops),
        status=response.status_code,
        resumed_from=download.resumed_from,
        known_digest=known_digest,
        changed=changed,
        older=older,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        fetched_at=at,
        warnings=tuple(dict.fromkeys(download.warnings)),
    )


class _Download:
    """One attempt: along the redirects, into the part file, and from there to its place."""

    def __init__(
        self, client: httpx.Client, address: OfficialAddress, into: Path, timeout: float, progress: Progress | None
    ) -> None:
        self.client, self.address, self.timeout, self.progress = client, address, timeout, progress
        self.place = into / f"{address.id}.{address.media}"
        self.part = into / f"{self.place.name}.part"
        self.sidecar = into / f"{self.place.name}.part.json"
        self.hops: list[str] = []
        self.warnings: list[Said] = []
        self.held: _Partial | None = None
        self.size = 0
        self.resumed_from = 0
        self.receiving = False

    @property
    def where(self) -> str:
        """The address, and the one that it led to."""
        return self.address.address if not self.hops else f"{self.address.address} → {self.hops[-1]}"

    def warn(self, name: str, **facts: object) -> None:
        text = _WARNINGS[name]
        self.warnings.append(Said(f"fetch_{name}", text.zh.format(**facts), text.en.format(**facts)))

    def run(self) -> httpx.Response:
        """The answer whose body now lies whole in the part file."""
        import httpx

        with _writing(self.part):
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self.held = self._left_over()
        url = httpx.URL(self.address.address)
        while True:
            asks: dict[str, str] = {}
            if self.held is not None and self.held.validator is not None:
                asks = {"Range": f"bytes={self.size}-", "If-Range": self.held.validator}
            with self._in_our_words(), self.client.stream("GET", url, headers=asks) as response:
                if response.has_redirect_location:
                    url = self._follow(url, response)
                    continue
                if self.held is not None and (why := self._in_the_way(self.held, response)) is not None:
                    self._start_over(why)
                    if response.status_code != 200:
                        continue  # and ask for the whole
                self._refuse(response)
                self._receive(response)
                return response

    def _left_over(self) -> _Partial | None:
        """What an earlier call left to be continued."""
        if not self.part.exists():
            return None
        self.size = self.part.stat().st_size
        try:
            held = msgspec.json.decode(self.sidecar.read_bytes(), type=_Partial)
            if self.size and held.address == self.address.address and held.validator is not None:
                return held
        except (FileNotFoundError, msgspec.DecodeError):
            pass  # told with the rest
        self._start_over(Bilingual("所留部分无从核对", "nothing vouches for the part that was kept"))
        return None

    def _start_over(self, why: Bilingual) -> None:
        if self.size:
            self.warn("started_over", size=self.size, why=why)
        self.held, self.size = None, 0

    def _in_the_way(self, held: _Partial, response: httpx.Response) -> Bilingual | None:
        """Why the answer is not the rest of the very body of which a part is held. Some servers ignore If-Range."""
        if response.status_code not in (200, 206, 416):
            return None  # an error, told as such
        headers = response.headers
        marks = ((held.etag, headers.get("etag")), (held.last_modified, headers.get("last-modified")))
        if any(old is not None and new is not None and old != new for old, new in marks):
            return Bilingual("服务器上的文件其间已变更", "the file on the server has changed since")
        said = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("content-range", ""))
        if response.status_code == 206 and said is not None and int(said[1]) == self.size:
            if said[2] == "*" or held.length in (None, int(said[2])):
                return None
            return Bilingual("文件长度已变更", "the length of the file has changed")
        return Bilingual("服务器不支持续传", "the server does not continue where a download broke off")

    def _follow(self, asked: httpx.URL, response: httpx.Response) -> httpx.URL:
        import httpx

        to = response.headers["location"]
        try:
            url = asked.join(to)
        except httpx.InvalidURL:
            raise MovedElsewhere(self.where, to=to) from None
        host = url.raw_host.decode("ascii").rstrip(".").lower()
        same = url.raw_host == asked.raw_host
        official = f".{host}".endswith(f".{OFFICIAL_SUFFIX}") and url.port is None
        if url.scheme not in ("http", "https") or not (official or (same and url.port == asked.port)):
            raise MovedElsewhere(self.where, to=str(url))
        if (asked.scheme, url.scheme) == ("https", "http"):
            raise Downgraded(self.where, to=str(url))
        if len(self.hops) == MAX_REDIRECTS:
            raise TooManyRedirects(self.address.address, limit=MAX_REDIRECTS, to=str(url))
        self.hops.append(str(url))
        self.warn("moved", to=url)
        return url

    def _refuse(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200 or (status == 206 and self.held is not None):
            return
        raise _REFUSALS.get(status, ServerFailed if status >= 500 else UnexpectedStatus)(self.where, status=status)

    def _receive(self, response: httpx.Response) -> None:
        """Write the body behind the part that is held, byte by byte as sent, and see that all of it came."""
        headers = response.headers
        announced = headers.get("content-length", "")
        total = headers.get("content-range", "").rpartition("/")[2] if response.status_code == 206 else ""
        expected = int(total) if total.isdigit() else self.size + int(announced) if announced.isdigit() else None
        if (expected or 0) > MAX_BODY:
            raise TooLarge(self.where, limit=MAX_BODY)
        self.resumed_from, self.receiving = self.size, True
        before = self.held or _Partial(self.address.address, None, None, None)
        marks = headers.get("etag", before.etag), headers.get("last-modified", before.last_modified)
        self.held = _Partial(self.address.address, *marks, expected)
        with _writing(self.part):
            # The old part goes before the new marks come, so that no crash can join the two.
            file = self.part.open("r+b" if self.size else "wb")
            self.sidecar.write_bytes(msgspec.json.encode(self.held))
        with file:
            file.seek(self.size)
            for chunk in response.iter_raw():
                self.size += len(chunk)
                if self.size > MAX_BODY:
                    raise TooLarge(self.where, limit=MAX_BODY)
                with _writing(self.part):
                    file.write(chunk)
                if self.progress is not None:
                    self.progress(self.size, expected)
            with _writing(self.part):
                file.flush()
                os.fsync(file.fileno())
        if expected is None and "chunked" not in headers.get("transfer-encoding", "").lower():
            self.warn("length_unknown")
        elif expected not in (None, self.size):
            raise self._truncated(self.size, f"{self.size:,} / {expected:,}", self._again)

    def keep(self) -> tuple[Path, str, int, Path | None]:
        """Check the body and put it in its place; a file of other content there gets its digest into its name."""
        data = self.part.read_bytes()
        packed = data.startswith(b"\x1f\x8b")  # some servers send so although asked for plain bytes
        try:
            if packed:
                with gzip.open(self.part) as file:
                    data = file.read(MAX_BODY + 1)
            self._judge(data)
        except NotFetched:
            self._drop()
            raise
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self._drop()
            raise self._truncated(len(data), f"gzip: {error}", _ANEW) from error
        self.sidecar.unlink()
        if packed:
            self.part.write_bytes(data)
        digest, older = hashlib.sha256(data).hexdigest(), None
        if self.place.exists():
            before = hashlib.sha256(self.place.read_bytes()).hexdigest()
            if before != digest:
                older = self.place.with_name(f"{self.address.id}.{before[:16]}.{self.address.media}")
                self.place.replace(older)
        self.part.replace(self.place)
        return self.place, digest, len(data), older

    def _judge(self, data: bytes) -> None:
        """Refuse what is not the text, going by the bytes: servers often name another type than they send."""
        if len(data) > MAX_BODY:
            raise TooLarge(self.where, limit=MAX_BODY)
        kind, found = _kind(data)
        if kind == "html" and (characters := _characters(data)) < HARDLY_ANY_TEXT:
            raise ScriptShell(self.where, characters=characters)
        if kind != self.address.media:
            raise WrongMedia(self.where, expected=self.address.media.upper(), found=found, kind=kind)
        if kind == "pdf" and b"%%EOF" not in data[-4096:]:
            raise self._truncated(len(data), "PDF: no %%EOF", _ANEW)

    def _truncated(self, kept: int, detail: str, again: Bilingual) -> BodyTruncated:
        return BodyTruncated(self.where, kept=kept, detail=detail, again=again)

    @property
    def _again(self) -> Bilingual:
        return _RESUME if self.size and self.held is not None and self.held.validator is not None else _ANEW

    def _drop(self) -> None:
        """Nothing can be resumed from what came."""
        self.part.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        """What httpx raises, told as what happened to whom."""
        import httpx

        try:
            yield
        except TooLarge:
            self._drop()
            raise
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise ConnectTimedOut(self.where, seconds=self.timeout) from error
        except httpx.TimeoutException as error:
            raise Stalled(self.where, seconds=self.timeout, kept=self.size, again=self._again) from error
        except httpx.ProxyError as error:
            raise ProxyFailed(self.where, detail=str(error)) from error
        except httpx.ConnectError as error:
            raise self._no_connection(error) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if self.receiving:
                raise self._truncated(self.size, str(error), self._again) from error
            raise NoProperAnswer(self.where, detail=str(error)) from error

    def _no_connection(self, error: BaseException) -> NotFetched:
        import ssl

        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                code = getattr(cause, "verify_code", None)
                other = getattr(cause, "verify_message", None) or cause.reason or str(cause)
                problem = _UNTRUSTED.get(code or 0, Bilingual(other, other))
                return NotTrusted(self.where, problem=problem, verify_code=code)
            if type(cause).__name__ == "gaierror":  # of the module socket, which this layer does not import
                return NoSuchHost(self.where)
            if isinstance(cause, ConnectionRefusedError):
                return ConnectionRefused(self.where)
            cause = cause.__cause__ or cause.__context__
        return Unreachable(self.where, detail=str(error))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotKeep(path, error.strerror or str(error)) from error


def _kind(data: bytes) -> tuple[str, Bilingual]:
    """What the bytes themselves say they are."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") and re.search(rb"(?i)<(!doctype html|html|head|meta|title|body|script|div)\b", start):
        return "html", Bilingual("网页", "a web page")
    if b"%PDF-" in data[:1024]:
        return "pdf", Bilingual("PDF 文件", "a PDF file")
    if not data:
        return "empty", Bilingual("空内容", "an empty body")
    unknown = Bilingual("无法识别的内容", "something unknown")
    return "other", next((found for magic, found in _KINDS.items() if data.startswith(magic)), unknown)


def _characters(page: bytes) -> int:
    """How many characters of a page a reader sees. Every step goes over the page once, whatever its tags."""
    try:
        text = page.decode("utf-8")
    except UnicodeDecodeError:
        text = page.decode("gb18030", errors="replace")
    for begin, end in _UNSEEN:
        first, *rest = re.split(f"(?i){begin}", text)
        closed = (re.split(f"(?i){end}", piece, maxsplit=1) for piece in rest)
        text = " ".join([first, *(parts[1] for parts in closed if len(parts) == 2)])
    return len("".join(html.unescape(re.sub(r"<[^<>]*>", "", text)).split()))

"""A real browser at a running server: Chromium of the system, watched for whatever a page must not do.

Playwright drives it and never fetches a browser of its own. Where Chromium or axe-core is missing the tests are skipped
with what is missing; where `CI` is `true` that is a failure.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import shutil
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pylopdf_fonts_zh_cn
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright

from mulu.desk import Desk
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

ROOT = Path(__file__).parents[2]
LONGEST_WAIT = 20_000  # milliseconds; the machine that runs the tests may be busy


def lacking(what: str) -> NoReturn:
    """The test cannot run here. Skipped with what is missing, and a failure where nothing may be."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


# ---- what is had from elsewhere ------------------------------------------------------------------------------------


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """Debian's Chromium with Chinese type, whatever fonts the system has."""
    found = shutil.which("chromium")
    if found is None:
        lacking("no chromium on PATH: install it (Debian: apt-get install chromium) to test the page in a browser")
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{Path(pylopdf_fonts_zh_cn.__file__).parent}</dir><cachedir>{folder / 'fonts'}</cachedir>"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>',
        encoding="utf-8",
    )
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium refuses to fence itself in as root
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox"] if root else [],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        try:
            yield browser
        finally:
            browser.close()


def axe_core() -> str:
    """The script of axe-core out of the package that `./check` got, held to its version and digest."""
    name, digest = (ROOT / "requirements" / "axe-core.txt").read_text(encoding="ascii").split()
    package = ROOT / ".venv-test" / f"{name.replace('@', '-')}.tgz"
    if not package.is_file():
        lacking(f"no {name}: ./check gets it with npm to test the page for accessibility")
    given = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    assert f"sha512-{given}" == digest, f"{package} is not the {name} that the tests are held to: remove it"
    with tarfile.open(package) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


# ---- the server ----------------------------------------------------------------------------------------------------


class Server:
    """A server in a thread over a store of its own, and a desk over the same store to compare with."""

    def __init__(self, store: Path) -> None:
        self.keeper = Keeper(str(store))
        self._held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._held.bind(("127.0.0.1", 0))
        port = self._held.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        app = application(self.keeper, port)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))

    @property
    def desk(self) -> Desk:
        """What the page must show is what this answers."""
        return self.keeper.desk()

    def __enter__(self) -> Server:
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._held]}, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self._server.started, "the server did not start within a minute"
        return self

    def __exit__(self, *error: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)


# ---- a visitor -----------------------------------------------------------------------------------------------------


class Visitor:
    """A person at the page in one language, with or without script; `complaints` is what went wrong unseen."""

    def __init__(self, browser: Browser, server: Server, language: str, script: bool, **more: Any) -> None:
        self.server, self.language, self.script = server, language, script
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=server.address,
            java_script_enabled=script,
            locale="zh-CN" if language == "zh" else "en-GB",
            reduced_motion="reduce",  # a page that scrolls softly lets every press of a button wait for it
            **more,
        )
        self.context.set_default_timeout(LONGEST_WAIT)
        self.context.on("request", self._asked)
        self.context.on("console", lambda said: self._told(said.type, said.text))
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.page: Page = self.context.new_page()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.server.address}/", "data:")):
            self.complaints.append(f"another host was asked: {request.url}")

    def _told(self, kind: str, text: str) -> None:
        # Errors and warnings, a breach of the Content-Security-Policy among them. An answer of 4xx is told as one too:
        # where a test means it, the test looks at the page.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource: the server responded with"):
            self.complaints.append(f"console: {text}")

    def go(self, path: str = "", status: int = 200) -> Visitor:
        """Open a page of the visitor's language, or an address that begins with a stroke."""
        answer = self.page.goto(path if path.startswith("/") else f"/{self.language}/{path}")
        assert answer is not None
        assert answer.status == status, f"{answer.status}: {path}"
        return self

    @property
    def path(self) -> str:
        """The address that is shown, without its server."""
        return self.page.url.removeprefix(self.server.address)

    def says(self, both: dict[str, str]) -> str:
        """A text in both languages, in the visitor's."""
        return both[self.language]

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def button(self, zh: str, en: str, within: Locator | None = None) -> Locator:
        """A button by the whole of its name."""
        return (within or self.page).get_by_role("button", name=self.say(zh, en), exact=True)

    def link(self, zh: str, en: str, within: Locator | None = None) -> Locator:
        """A link by the whole of its name."""
        return (within or self.page).get_by_role("link", name=self.say(zh, en), exact=True)

    @property
    def text(self) -> str:
        """All that the page says, whether it is unfolded or not, as one line."""
        return " ".join((self.page.locator("main").text_content() or "").split())

    def form(self, name: str) -> Locator:
        """A form of the page by its hidden name."""
        return self.page.locator(f'form:has(> input[name="form"][value="{name}"])')

    def fill(self, form: Locator, **fields: str) -> None:
        """Fill what a person would fill, whatever holds it: a field, a list, a box to tick or one of several."""
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]:not([type="hidden"])')
            kind = field.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
            if kind == "select":
                field.select_option(value)
            elif kind in ("radio", "checkbox"):
                form.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def follow(self, link: Locator) -> None:
        """Click a link and be where it leads: a click alone returns while the page before still stands."""
        with self.page.expect_navigation():
            link.click()

    def send(self, name: str, **fields: str) -> None:
        """Fill a form and press its last button."""
        form = self.form(name)
        form.wait_for(state="attached")
        # A person unfolds what is folded before it can be filled.
        folded = form.locator("xpath=ancestor::details[not(@open)]")
        while folded.count():
            folded.first.locator("summary").first.click()
        self.fill(form, **fields)
        with self.page.expect_navigation():
            form.locator("button").last.click()

    def leave(self) -> None:
        """Close the browser's window and tell what went wrong in it."""
        self.context.close()
        assert not self.complaints, "\n".join(self.complaints)

"""Home: what is due, what changed, what waits for me."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from mulu.interfaces.web.page import Page, in_thread, now


def home(page: Page) -> Response:
    """The first page."""
    desk, on = page.desk, page.on
    return page.render("home.html", here="home", standing=desk.standing(on), cases=desk.case(on, now())["cases"])


ROUTES = [Route("/", in_thread(home), methods=["GET"])]

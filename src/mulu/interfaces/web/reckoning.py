"""Reckoning: the last day of a time limit, what a breach may cost, and the number of a contract, each asked by itself."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.desk import parse_day
from mulu.errors import Misused, MuluError
from mulu.interfaces.web.page import Page, in_thread
from mulu.vocabulary import Said

Json = dict[str, Any]


def reckoning(page: Page) -> Response:
    """What the address asks, answered beside its form; what cannot be read is told at that form."""
    asked = {
        name: page.request.query_params.get(name, "").strip()
        for name in ("start", "limit", "breach", "gains", "number")
    }
    answers: dict[str, Json] = {}
    told: dict[str, Said] = {}
    for name, given, answer in (
        ("deadline", asked["start"], _deadline),
        ("penalty", asked["breach"] or asked["gains"], _penalty),
        ("number", asked["number"], _number),
    ):
        if given:
            try:
                answers[name] = answer(page, asked)
            except MuluError as error:
                told[name] = error.said
    return page.render(
        "reckoning.html",
        200 if not told else 422,
        here="cases",
        asked=asked,
        answers=answers,
        told=told,
        limits=page.desk.deadline(page.on)["limits"],
        breaches=page.desk.penalty(page.on)["penalties"],
    )


def _deadline(page: Page, asked: dict[str, str]) -> Json:
    return page.desk.deadline(parse_day(asked["start"]), asked["limit"] or None)


def _penalty(page: Page, asked: dict[str, str]) -> Json:
    gains = None
    if asked["gains"]:
        try:
            gains = float(asked["gains"].replace(",", ""))
        except ValueError:
            raise Misused(
                Said(
                    "not_a_number",
                    f"违法所得 {asked['gains']!r} 不是数字。请以元为单位填写，如 120000。",
                    f"Illegal gains of {asked['gains']!r} are no number. Give them in yuan, for example 120000.",
                )
            ) from None
    return page.desk.penalty(page.on, asked["breach"] or None, gains)


def _number(page: Page, asked: dict[str, str]) -> Json:
    return page.desk.number(asked["number"])


ROUTES = [Route("/reckoning", in_thread(reckoning, "start", "limit", "breach", "gains", "number"), methods=["GET"])]

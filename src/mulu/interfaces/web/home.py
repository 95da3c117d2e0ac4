"""Home: what is due, what changed, what waits for me."""

from __future__ import annotations

import datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.interfaces.web import pictures
from mulu.interfaces.web.cases import DONE
from mulu.interfaces.web.page import Page, in_thread, now
from mulu.interfaces.words import STANDING

Json = dict[str, Any]

_SOON = 14  # days within which what is due stands out
_MOST = 30  # lines of one kind; the page of the cases has them all


def home(page: Page) -> Response:
    """The first page."""
    desk, on = page.desk, page.on
    standing, coverage = desk.standing(on), desk.coverage()
    moment = now()
    cases = desk.case(on, moment)["cases"]
    documents = desk.papers()
    edition = next((one for one in coverage["editions"] if one["edition"] == standing["edition"]), None)
    return page.render(
        "home.html",
        here="home",
        standing=standing,
        edition=edition,
        due=_due(cases, on),
        cases=cases,
        reopened=[one for one in cases if one["reopened"]],
        second=[one for one in cases if one["awaits_second"] and not one["reopened"]],
        undetermined=[one for one in cases if one["outcome"] is None and one["track"] != DONE],
        claimed=[one for one in documents if one["status"] == "claimed"],
        attested=[one for one in documents if one["status"] == "attested"],
        doubtful=page.remembered(("doubtful",), lambda: _doubtful(page, documents, moment)),
        news=_news(standing, coverage),
        strip=lambda one: pictures.strip(page, one),
        most=_MOST,
        words={"standing": STANDING},
    )


def _due(cases: list[Json], on: datetime.date) -> list[Json]:
    """Every time limit that runs, the earliest first; those without a day last."""
    running = [
        {
            **one,
            "case": case["case"],
            "title": case["title"],
            "days": None if one["day"] is None else (datetime.date.fromisoformat(one["day"]) - on).days,
        }
        for case in cases
        for one in case["due"]
    ]
    for one in running:
        one["soon"] = one["days"] is not None and one["days"] <= _SOON
    return sorted(running, key=lambda one: (one["day"] or "9999", one["case"]))


def _doubtful(page: Page, documents: list[Json], at: datetime.datetime) -> list[Json]:
    """Documents that a machine read, with the number of tokens that no person has looked at yet.

    Counting them makes the Catalogue anew: the page does it once after each change of the documents.
    """
    made = []
    for one in documents:
        if one["status"] != "applied":
            continue
        left = page.desk.confirm(one["document"], at)["left"]
        if left:
            made.append({**one, "left": left})
    return made


def _news(standing: Json, coverage: Json) -> Json:
    """The last edition in force, the drafts that can be commented on, and the measures that changed last."""
    on = standing["on"]
    governing = [
        one for one in coverage["editions"] if not one["draft"] and one["effective"] and one["effective"] <= on
    ]
    dated = [
        m
        for m in standing["measures"]
        if (m["effective"] or m["published"] or "")[:10] and (m["effective"] or m["published"]) <= on
    ]
    dated.sort(key=lambda m: m["effective"] or m["published"], reverse=True)
    return {
        "last": governing[-1] if governing else None,
        "before": governing[-2] if len(governing) > 1 else None,
        "open_drafts": [d for d in standing["drafts"] if d["comment_open"]],
        "recent": dated[:6],
        "doubtful": [m for m in standing["measures"] if m["standing"] == "unconfirmed"],
    }


ROUTES = [Route("/", in_thread(home), methods=["GET"])]

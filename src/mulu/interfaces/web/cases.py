"""Cases: the list, a new one, one as the steps of its procedure with what may happen next, and the audit trail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import Misused, MuluError
from mulu.interfaces.keeper import today
from mulu.interfaces.web.forms import Form, Forms, done, remembered, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.interfaces.words import ANSWER
from mulu.reports.made import KINDS, forms_of
from mulu.reports.words import ACTORS, ACTS, CHOICES
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
_ON_A_PAGE = 100  # records of the trail
_CASES = 50  # on one page

# Where a determination may still be answered and signed.
STILL_OPEN = ("INTAKE", "SCOPED", "UNDETERMINED", "RECLASSIFY")
DONE = "end"  # the track of a case that is closed
FROM_DETERMINATION = ("restricted_item", "prohibited_item", "missing_facts")  # taken from it where left empty


def value_of(page: Page, fact: str, value: Any) -> str:
    """A fact of a contract for people."""
    if isinstance(value, bool):
        return word(page, "yes" if value else "no")
    parts = value.split("+") if fact == "mode" else [value]
    if all(part in CHOICES for part in parts):
        return "; ".join(page.of(CHOICES[part]) for part in parts)
    return word(page, value)


def word(page: Page, value: str | None) -> str:
    """An answer, outcome or result for people."""
    known = ANSWER.get(value or "open")
    return str(value) if known is None else page.say(*known)


def shared(page: Page, forms: Forms | None = None) -> Json:
    """What the templates of these pages need beside the answer."""
    return {
        "here": "cases",
        "forms": forms or Forms(),
        "remembered": remembered(page),
        "today": today().isoformat(),
        "wrong": page.say("出错：", "Error: ") if forms is not None and forms.sent and forms.sent.errors else "",
        "word": lambda value: word(page, value),
        "in_order": lambda due: sorted(due, key=lambda one: one["day"] or "9999"),
    }


# ---- the list, and a new case ------------------------------------------------------------------------------------


def waits(case: Json) -> bool:
    """Whether a case waits for a person: to be determined, or again, to be agreed to, or for what is overdue of the exporter."""
    if case["track"] == DONE:
        return False
    overdue = any(one["late"] and one["owner"] == "exporter" for one in case["due"])
    return case["outcome"] is None or case["reopened"] or case["awaits_second"] or overdue


def listed(page: Page) -> Response:
    """The cases, newest first and some at a time: where each stands, what it came to, what is due."""
    query = page.request.query_params
    answer = page.desk.case(page.on, now())
    every = answer["cases"][::-1]
    found = [one for one in every if _named_by(page, one, query.get("q", ""))]
    groups = {
        "": found,
        "open": [one for one in found if one["track"] != DONE],
        "waits": [one for one in found if waits(one)],
        "done": [one for one in found if one["track"] == DONE],
    }
    which = query.get("which", "")
    if which not in groups:
        raise Misused(
            Said(
                "no_such_group",
                f"没有“{which}”这一类案件；可选 {'、'.join(filter(None, groups))}。",
                f"There is no group of cases {which!r}; choose one of {', '.join(filter(None, groups))}.",
            )
        )
    at, pages = turned(page, len(groups[which]), _CASES)
    return page.render(
        "cases.html",
        answer=answer,
        cases=groups[which][(at - 1) * _CASES : at * _CASES],
        first=(at - 1) * _CASES + 1,
        found=len(groups[which]),
        counts={name: len(ones) for name, ones in groups.items()},
        kept={"q": query.get("q"), "which": which},
        at=at,
        pages=pages,
        beyond=page.desk.standing(page.on)["beyond_knowledge"],
        **shared(page),
    )


def _named_by(page: Page, case: Json, query: str) -> bool:
    """Whether each word that is looked for stands in the reference, the title or the state of a case."""
    text = " ".join((case["case"], case["title"], *case["name"].values(), word(page, case["outcome"]))).casefold()
    return all(one in text for one in query.casefold().split())


def turned(page: Page, found: int, together: int) -> tuple[int, int]:
    """The page of a list that is asked for, and how many there are; one that is not there is the nearest that is."""
    pages = max(1, -(-found // together))
    given = page.request.query_params.get("page", "1")
    return min(pages, max(1, int(given))) if given.isascii() and given.isdigit() and len(given) < 9 else 1, pages


def asked_new(page: Page) -> Response:
    """The form for a new case."""
    return _new_form(page, Forms(), 200)


def opened(page: Page, form: Form) -> Response:
    """Open a case, with the screening that was just seen where it comes from one, and go to its determination."""
    form.name = "new"
    form.takes("title", "technology", "on", "by", "two_persons", "seen")
    form.needs(
        page,
        [
            ("title", page.say("案件名称", "Title")),
            ("technology", page.say("技术描述", "Description of the technology")),
            ("on", page.say("判定日期", "Day of the determination")),
            ("by", page.say("您的姓名", "Your name")),
        ],
    )
    day, status, stale = form.day(page, "on"), 422, False
    if not form.errors and day is not None:
        try:
            title, by, two_persons = form.text("title"), form.text("by"), form.text("two_persons") == "yes"
            if form.text("seen"):
                # The text is that which was screened, to the last space.
                technology = form.values["technology"]
                case = page.desk.case_as_seen(day, now(), title, technology, by, two_persons, form.text("seen"))
            else:
                technology = form.text("technology")
                case = page.desk.case(
                    day, now(), "new", title=title, technology=technology, by=by, two_persons=two_persons
                )
            return done(page, form.text("by"), f"cases/{case['case']}/determination", on=None)
        except MuluError as error:
            status = form.refused(page, error)
            stale = error.said.id in ("screening_differs", "seen_unreadable")
    return _new_form(page, Forms(form), status, stale)


def _new_form(page: Page, forms: Forms, status: int, stale: bool = False) -> Response:
    """`stale`: what was screened is not what would be kept; the form offers to screen again."""
    return page.render("case_new.html", status, stale=stale, **shared(page, forms))


# ---- one case ----------------------------------------------------------------------------------------------------


def shown(page: Page) -> Response:
    """One case: where it stands, what is due, what may happen, what happened."""
    return _case(page, Forms(), 200)


def recorded(page: Page, form: Form) -> Response:
    """Record one event, with its evidence."""
    reference = page.request.path_params["case"]
    day_label, by_label = page.say("记录日期", "Day of the record"), page.say("您的姓名", "Your name")
    case = page.desk.case(page.on, now(), reference)
    event = next((one for one in case["possible"] if f"event-{one['event']}" == form.name), None)
    evidence: list[str] = []
    if event is not None:
        shown = "|".join(one["id"] for one in (*event["needs"], *event["may"]))
        form.takes("event", "on", "by", "actor", f"({shown})(-[0-9]+)?")
        needed = [n for n in event["needs"] if n["id"] not in (*FROM_DETERMINATION, *case["accepted"])]
        for one in (*event["needs"], *event["may"]):
            value = _given(form, one, case)
            if value:
                evidence.append(f"{one['id']}={value}")
            elif one in needed:
                form.needs(page, [(one["id"], page.of(one["name"]))])
            if one["type"] == "date":
                form.day(page, one["id"])
        for paper in event["missing_papers"]:
            if not any(one.startswith(f"{paper['key']}=") for one in evidence):
                form.needs(page, [(paper["key"], page.of(paper["name"]))])
    form.needs(page, [("on", day_label), ("by", by_label)])
    day, status = form.day(page, "on"), 422
    if not form.errors and day is not None:
        try:
            page.desk.case(
                day,
                now(),
                reference,
                form.text("event"),
                by=form.text("by"),
                actor=form.text("actor") or None,
                set=evidence,
            )
            return done(page, form.text("by"), f"cases/{reference}", recorded=form.text("event"))
        except MuluError as error:
            named = re.match(r"([a-z_]+)（", error.said.zh)  # evidence that is refused begins with its field
            fields = () if event is None else (one["id"] for one in (*event["needs"], *event["may"]))
            status = form.refused(page, error, named[1] if named and named[1] in fields else "")
    return _case(page, Forms(form), status)


def _given(form: Form, one: Json, case: Json) -> str:
    """A piece of evidence as the desk takes it; lists may be written one a line, their parts also divided by tabs."""
    text = form.text(one["id"])
    if one["type"] == "names":
        return "; ".join(line.strip() for line in text.splitlines() if line.strip())
    if one["type"] == "items":
        rows = [" | ".join(part.strip() for part in re.split(r"[|\t]", line)) for line in text.splitlines()]
        for n, row in enumerate(case["licensed_data"] or ()):
            if form.text(f"{one['id']}-{n}") == "yes":
                rows.append(" | ".join(row[part] for part in ("title", "version", "digest", "recipient")))
        return "; ".join(row for row in rows if row.strip())
    return text


def _case(page: Page, forms: Forms, status: int) -> Response:
    reference = page.request.path_params["case"]
    case = page.desk.case(page.on, now(), reference)
    # What leads on along the way of the track comes first; then what else moves the case; then what leaves it there.
    ahead = [one["state"] for one in case["stations"] if one["standing"] == "ahead"]
    possible = sorted(
        (one for one in case["possible"] if one["refused_now"] is None),
        key=lambda one: _place(one, ahead),
    )
    refused = [one for one in case["possible"] if one["refused_now"] is not None]
    breaches = [(one["breach"], page.of(one["says"])) for one in page.desk.penalty(page.on)["penalties"]]

    def choice(value: str) -> str:
        parts = [_named(page, CHOICES, part) for part in value.split("+")]
        return dict(breaches).get(value) or "; ".join(parts)

    def disputed(question: str) -> str:
        asked = page.desk.casework.law.contested[question].question
        return page.say(asked.zh, asked.en)

    def choices_of(kind: Json) -> list[tuple[str, str]]:
        offered = breaches if kind["id"] == "breach" else [(one, choice(one)) for one in kind["choices"]]
        return [("", "—"), *offered] if offered else []

    just = page.request.query_params.get("recorded")
    last = case["history"][-1] if case["history"] and case["history"][-1]["event"] == just else None
    return page.render(
        "case.html",
        status,
        case=case,
        possible=[{**one, **_asked(one, forms)} for one in possible],
        refused=refused,
        trail=page.desk.records(reference),
        last=last,
        papers=[
            {**kind, "day": one["day"]}
            for one in case["history"]
            for kind in one["shown"]
            if kind["type"] in ("reference", "items")
        ],
        to_print=[(kind, name, forms_of(kind)) for kind, name in KINDS.items()],
        choices_of=choices_of,
        choice=choice,
        disputed=disputed,
        actor=lambda *who: " / ".join(_named(page, ACTORS, one) for one in who),
        actors_of=lambda event: [(one, _named(page, ACTORS, one)) for one in event["actor"]],
        acts=ACTS,
        from_determination=FROM_DETERMINATION,
        **shared(page, forms),
    )


def _asked(event: Json, forms: Forms) -> Json:
    """What else an event may show: the papers that it still lacks, under the name that the law gives them, and the rest."""
    kinds = {kind["id"]: kind for kind in event["may"]}
    lacking = {paper["key"]: paper["name"] for paper in event["missing_papers"]}
    form = forms(f"event-{event['event']}")
    more = [kind for id_, kind in kinds.items() if id_ not in lacking]
    return {
        "papers": [{**kinds[key], "name": name} for key, name in lacking.items() if key in kinds],
        "more": more,
        "more_open": any(form.text(kind["id"]) or kind["id"] in form.errors for kind in more),
    }


def _place(event: Json, ahead: list[str]) -> int:
    if event["leads_to"] is None:
        return len(ahead) + 2
    if event["event"] in ("new_announcement", "withdraw"):  # possible nearly everywhere, and seldom meant
        return len(ahead) + 1
    return ahead.index(event["leads_to"]["state"]) if event["leads_to"]["state"] in ahead else len(ahead)


def _named(page: Page, names: Mapping[str, Bilingual], id_: str) -> str:
    return page.of(names[id_]) if id_ in names else id_


# ---- the trail ---------------------------------------------------------------------------------------------------


def trail(page: Page) -> Response:
    """The audit trail, newest first, with its head; of one case where it is named."""
    try:
        answer = page.desk.trail()
    except MuluError as error:
        if error.said.id != "store_missing":
            raise
        answer = {"records": 0, "head": None, "entries": []}  # nothing was kept yet: the trail is empty
    wanted = page.request.query_params.get("case")
    entries = [one for one in answer["entries"] if wanted is None or one["body"].get("case") == wanted][::-1]
    at, pages = turned(page, len(entries), _ON_A_PAGE)
    return page.render(
        "trail.html",
        answer=answer,
        entries=entries[(at - 1) * _ON_A_PAGE : at * _ON_A_PAGE],
        found=len(entries),
        at=at,
        pages=pages,
        case=wanted,
        acts=ACTS,
        **shared(page),
    )


ROUTES = [
    Route("/cases", shows(listed, "q", "which", "page"), methods=["GET"]),
    Route("/cases/new", shows(asked_new, "technology"), methods=["GET"]),
    Route("/cases/new", sends(opened), methods=["POST"]),
    Route("/cases/{case}", shows(shown, "recorded"), methods=["GET"]),
    Route("/cases/{case}", sends(recorded), methods=["POST"]),
    Route("/trail", shows(trail, "case", "page"), methods=["GET"]),
]

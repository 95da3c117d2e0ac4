"""Determinations: the questions one by one, the comparison sheet, what a signature lacks, and what was signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.safety import Refused
from mulu.interfaces.web.cases import STILL_OPEN, shared, value_of
from mulu.interfaces.web.forms import Form, Forms, done, sends, shows
from mulu.interfaces.web.page import Page, now
from mulu.reports.words import ACTS, FACTS
from mulu.vocabulary import Said

Json = dict[str, Any]
WHOLE_TEXT = "text"  # the pseudo point for the whole official text of an entry


# The fields of each form beside the name of who sends it.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "screen": ("day",),
    "withdraw": ("because",),
    "answer": ("value", "because"),
    "candidate": ("item", "because"),
    "compare": (r"(result|fact)(\.[0-9]+)?", "source"),
    "read": ("read_at", "read_on", "digest"),
    "checked": ("checked_at", "checked_on"),
    "sign": ("because", "version"),
    "dissent": ("because",),
}


def shown(page: Page) -> Response:
    """Where the determination of a case stands."""
    return _determination(page, Forms(), 200)


def acted(page: Page, form: Form) -> Response:
    """Screen, withdraw, answer, compare, state, sign, agree or dissent, as the form that was sent says."""
    reference = page.request.path_params["case"]
    act, _, of = form.name.partition("-")
    given, back = _read(page, form, act, of)
    form.needs(page, [("by", page.say("您的姓名", "Your name"))])
    status = 422
    if not form.errors:
        try:
            page.desk.determine(now(), reference, by=form.text("by"), **given)
            path = f"cases/{reference}/determination"
            answer = done(page, form.text("by"), path, **{k: v for k, v in back.items() if k != "at"})
            answer.headers["location"] += f"#{back['at']}"
            return answer
        except MuluError as error:
            status = form.refused(page, error)
    return _determination(page, Forms(form), status)


def _read(page: Page, form: Form, act: str, of: str) -> tuple[Json, Json]:
    """What the desk is asked to do, and the place of the page to go to afterwards. What is missing is noted in the form."""
    say, text = page.say, form.text
    form.takes("by", *_FIELDS.get(act, ()))
    because = ("because", say("理由", "The reason"))
    if act == "screen":
        return {"screen": True, "day": form.day(page, "day")}, {"at": "screening"}
    if act == "withdraw":
        form.needs(page, [because])
        return {"withdraw": [of], "because": text("because")}, {"at": "accepted"}
    if act == "answer":
        form.needs(page, [("value", say("答案", "Answer")), because])
        return {"answer": [f"{of}={text('value')}"], "because": text("because")}, {"at": "questions"}
    if act == "candidate":
        form.needs(page, [("item", say("条目标识或编号", "Item or code")), because])
        return {"candidate": [text("item")], "because": text("because")}, {"at": "sheet"}
    if act == "compare":
        item, _, number = of.partition("_")
        rows = []
        for name in form.values:
            found = re.fullmatch(r"result(\.[0-9]+)?", name)
            if found is None:
                continue
            clause = found[1] or ""
            result, fact = text(name), text(f"fact{clause}")
            if result:
                form.needs(page, [(f"fact{clause}", say("技术的事实", "The fact of the technology"))])
                rows.append(f"{item}#{number}{clause.replace('.', '/')}={result}: {fact}")
            elif fact:
                form.errors[f"result{clause}"] = say("请选择结果。", "Choose the result.")
        if not rows and not form.errors:
            form.errors["result"] = say("请至少选择一个结果。", "Choose at least one result.")
        # clauses prepare their point and are recorded before it
        rows.sort(key=lambda row: "/" not in row.partition("=")[0])
        return {"compare": rows, "source": text("source") or None}, {"item": item, "at": "sheet"}
    if act == "read":
        form.needs(
            page, [("read_at", say("官方文本的地址", "Address")), ("read_on", say("查阅日期", "Day of reading"))]
        )
        digest = text("digest").lower() or None
        return {"read_at": text("read_at"), "read_on": form.day(page, "read_on"), "digest": digest}, {"at": "grounds"}
    if act == "checked":
        form.needs(page, [("checked_at", say("何处", "Where")), ("checked_on", say("核查至", "Up to which day"))])
        return {"checked_at": text("checked_at"), "checked_on": form.day(page, "checked_on")}, {"at": "grounds"}
    if act == "approve":
        return {"approve": True}, {"at": "signed"}
    if act == "sign":
        form.needs(page, [because])
        # A form without it is of no page that showed a conclusion: it signs nothing.
        return {"sign": True, "because": text("because"), "version": text("version") or "-"}, {"at": "signed"}
    if act == "dissent":
        form.needs(page, [because])
        return {"dissent": True, "because": text("because")}, {"at": "signed"}
    raise Refused(
        422,
        Said(
            "form_unknown",
            f"没有表单 {form.name!r}。未作任何改动。请刷新页面后再提交。",
            f"There is no form {form.name!r}. Nothing was changed. Reload the page and send it again.",
        ),
    )


def _determination(page: Page, forms: Forms, status: int) -> Response:
    reference, query = page.request.path_params["case"], page.request.query_params
    answer = page.desk.determine(now(), reference)
    answers, tests = answer["answers"], [one["test"] for one in answer["questions"]]
    sent = forms.sent.name.partition("-") if forms.sent is not None else ("", "", "")
    asked = sent[2] if sent[0] == "answer" else query.get("test")
    if asked not in tests:
        asked = None if answer["next"] is None else answer["next"]["test"]
    items = [row["item"] for row in answer["candidates"]]
    open_ = [row["item"] for row in answer["candidates"] if row["answer"] == "open"]
    item = sent[2].partition("_")[0] if sent[0] == "compare" else query.get("item")
    if item not in items:
        item = (open_ or items or [None])[0]
    row = next((one for one in answer["candidates"] if one["item"] == item), None)
    return page.render(
        "determination.html",
        status,
        answer=answer,
        questions=[
            {**one, "given": answers.get(one["test"]), "asked": one["test"] == asked}
            for one in answer["questions"]
            if one["test"] != "deemed" or answers.get("crossing", {}).get("value") == "no" or "deemed" in answers
        ],
        row=row,
        technology=page.marked(answer["technology"], _passages(answer["technology"], row)),
        statements=[one for one in answer["statements"] if one["edition"] == answer["edition"]],
        of_other_editions=[one for one in answer["statements"] if one["edition"] != answer["edition"]],
        editions={one["edition"] for one in answer["straddle"]},
        about=FACTS,
        fact_of=lambda fact, one: value_of(page, fact, one["value"]),
        whole_text=WHOLE_TEXT,
        settled=page.desk.case(page.on, now(), reference)["state"] not in STILL_OPEN,
        **shared(page, forms),
    )


def _passages(text: str, row: Json | None) -> list[tuple[int, int]]:
    """Where the words that speak for a candidate stand in the description."""
    found = []
    for passage in {one for point in (row or {"points": ()})["points"] for one in point["passages"]}:
        start = text.find(passage)
        while passage and start >= 0:
            found.append((start, start + len(passage)))
            start = text.find(passage, start + len(passage))
    return found


def printed(page: Page) -> Response:
    """A signed determination as it was signed, from its record in the trail, with what came after."""
    reference, number = page.request.path_params["case"], page.request.path_params["number"]
    answer = page.desk.determine(now(), reference)
    name = f"{answer['case']}/D-{number}"
    after = next((one for one in answer["signed"] if one["reference"] == name), None)
    if after is None:
        raise Refused(
            404,
            Said(
                "unknown_determination",
                f"案件 {answer['case']} 没有签署的判定 {name}。",
                f"The case {answer['case']} has no signed determination {name}.",
            ),
        )
    entry = next(
        one
        for one in page.desk.records(reference)
        if one["act"] == "case.signed" and one["body"]["determination"]["reference"] == name
    )
    return page.render(
        "signed.html",
        answer=answer,
        after=after,
        body=entry["body"]["determination"],
        entry=entry,
        acts=ACTS,
        **shared(page),
    )


ROUTES = [
    Route("/cases/{case}/determination", shows(shown, "test", "item"), methods=["GET"]),
    Route("/cases/{case}/determination", sends(acted), methods=["POST"]),
    Route("/cases/{case}/determinations/{number:int}", shows(printed), methods=["GET"]),
]

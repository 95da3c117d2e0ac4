"""One question at a time, at a terminal: answer, go back, leave and come back another day. Every answer is kept at once."""

from __future__ import annotations

import datetime
from typing import Any

import click

from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces.cli.render import Page

Json = dict[str, Any]
TODAY = datetime.timezone(datetime.timedelta(hours=8))


def ask(desk: Desk, page: Page, case: str | None, by: str | None) -> int:
    """Lead a person through the tests and the candidates of a case. Leaving loses nothing: what was answered is in the store."""
    say = page.say
    by = by or click.prompt(say("您的姓名", "your name"))
    if case is None:
        title = click.prompt(say("案件名称", "title of the case"))
        technology = click.prompt(say("技术描述", "description of the technology"))
        opened = desk.case(_now().astimezone(TODAY).date(), _now(), "new", None, title, technology, by)
        case = str(opened["case"])
        page.line(
            say(
                f"已立案 {case}；随时输入 q 离开，再以 mulu determine {case} --ask 继续",
                f"opened {case}; q leaves at any time, mulu determine {case} --ask goes on",
            )
        )
    answer = desk.determine(_now(), case)
    if answer["screened"] is None:
        answer = desk.determine(_now(), case, screen=True, by=by)
    done: list[str] = list(answer["answers"])
    while answer["next"] is not None:
        page.question(answer["next"])
        test = answer["next"]["test"]
        said = _one_of([*answer["next"]["answers"], "open", "b", "q"], say)
        if said == "q":
            return _left(page, case)
        if said == "b":
            answer = _again(desk, page, case, by, done, answer)
            continue
        answer = _kept(desk, page, case, by, answer, answer=[f"{test}={said}"])
        if test in answer["answers"]:
            done.append(test)
    for row in answer["candidates"]:
        for point in row["points"]:
            if point["result"] != "open" or point["certainty"] == "unconfirmed":
                continue
            page.line(
                f"{page.point(point['number'], row['item'])} {page.of(row['name'])}: {page.of(point['requires'])}",
                style="bold",
            )
            for clause in point["clauses"]:
                stated = clause["stated"] or say("未说明", "not stated")
                page.line(
                    f"    {page.point(clause['clause'])} {page.of(clause['name'])} {clause['required']} · {stated}"
                )
            said = _one_of(["meets", "does-not", "unknown", "q"], say)
            if said == "q":
                return _left(page, case)
            fact = click.prompt(say("技术的事实", "the fact of the technology"))
            answer = _kept(
                desk, page, case, by, answer, compare=[f"{row['item']}#{point['number']}={said}: {fact}"], reason=False
            )
    page.determine(answer)
    page.line(
        say(
            f"签署：mulu determine {case} --sign --by 姓名 --because 理由",
            f"to sign: mulu determine {case} --sign --by NAME --because REASON",
        )
    )
    return 0


def _kept(desk: Desk, page: Page, case: str, by: str, before: Json, *, reason: bool = True, **acts: Any) -> Json:
    because = click.prompt(page.say("理由", "the reason")) if reason else None
    try:
        return desk.determine(_now(), case, because=because, by=by, **acts)
    except MuluError as error:
        click.echo(f"mulu: {page.of(error.said.as_json())}", err=True)
        return before


def _again(desk: Desk, page: Page, case: str, by: str, done: list[str], answer: Json) -> Json:
    """Back to the question before: its answer is asked anew, and the old one stays in the trail."""
    if not done:
        page.line(page.say("这是第一题", "this is the first question"))
        return answer
    test = done[-1]
    law = desk.casework.law.tests[test]
    page.line(page.say(f"返回：{law.question.zh}", f"back to: {law.question.en}"), style="bold")
    said = _one_of([*law.answers, "open", "q"], page.say)
    return answer if said == "q" else _kept(desk, page, case, by, answer, answer=[f"{test}={said}"])


def _one_of(choices: list[str], say: Any) -> str:
    shown = " / ".join(choices)
    while True:
        said = click.prompt(f"[{shown}]", show_default=False).strip().lower()
        if said in choices:
            return str(said)
        click.echo(say(f"请输入 {shown} 之一（b 返回，q 保存离开）", f"one of {shown} (b: back, q: save and leave)"))


def _left(page: Page, case: str) -> int:
    page.line(page.say(f"已保存；继续：mulu determine {case} --ask", f"saved; to go on: mulu determine {case} --ask"))
    return 0


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)

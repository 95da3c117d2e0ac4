"""A file of facts, row by row: the tests answered as far as the facts go, the track, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mulu.catalogue.editions import Catalogue, NoEditionHeld
from mulu.determination.decide import Decision, Origin, Outcome, Track, answers_from, decide, regime_of
from mulu.determination.facts import Facts, Place, Status, catalogue_code, read_facts
from mulu.determination.law import Law
from mulu.errors import Misused, MuluError
from mulu.procedure.calendar import Calendar
from mulu.procedure.following import following
from mulu.sources.reading import keys_once, not_json
from mulu.vocabulary import Bilingual, Control, Said

Json = dict[str, Any]


class FactsNotRead(Misused):
    """The file of facts, or a line of it, is not in the form that is read."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(Said("facts_not_read", f"{where}：{zh}。", f"{where}: {en}."))


def read_rows(path: Path) -> Iterator[tuple[str | None, Mapping[str, Any] | MuluError]]:
    """The id and facts of each line, or the error that refuses it; an empty line is no row.

    A row is `{"id": …, "facts": {…}}`; two rows with one id are both refused, for their answers could not be told apart.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FactsNotRead(str(path), f"无法读取（{error.strerror}）", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FactsNotRead(str(path), "不是 UTF-8 文本", "is not UTF-8 text") from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    read = [_row(f"{path.name}:{number}", line) for number, line in lines]
    ids = [id_ for id_, _ in read if id_ is not None]
    for (number, _), (id_, facts) in zip(lines, read, strict=True):
        if id_ is not None and ids.count(id_) > 1 and not isinstance(facts, MuluError):
            zh, en = f"id {id_!r} 出现不止一次", f"the id {id_!r} occurs more than once"
            yield id_, FactsNotRead(f"{path.name}:{number}", zh, en)
        else:
            yield id_, facts


def _row(where: str, line: str) -> tuple[str | None, Mapping[str, Any] | MuluError]:
    try:
        row = json.loads(line, object_pairs_hook=keys_once)
    except (ValueError, RecursionError) as error:
        said = not_json(error)
        return None, FactsNotRead(where, said.zh, said.en)
    named = row.get("id") if isinstance(row, dict) else None
    if not isinstance(named, str | int) or isinstance(named, bool) or named == "":
        return None, FactsNotRead(where, "没有 id", "has no id")
    if not isinstance(row.get("facts"), dict):
        return str(named), FactsNotRead(where, "没有 facts 对象", "has no object `facts`")
    return str(named), row["facts"]


def determine_rows(
    rows: Iterable[tuple[str | None, Mapping[str, Any] | MuluError]],
    catalogue: Catalogue,
    law: Law,
    calendar: Calendar,
    screened: Callable[[Facts], list[Json]],
) -> Iterator[Json]:
    """One answer a row, in order. A row that cannot be read is answered with its error and no track."""
    for id_, given in rows:
        try:
            if isinstance(given, MuluError):
                raise given
            facts = read_facts(given)
            yield {"id": id_, **determined(facts, catalogue, law, calendar, screened)}
        except MuluError as error:
            yield {"id": id_, "track": None, "is_technology_export": None, "error": error.said.as_json()}


def determined(
    facts: Facts, catalogue: Catalogue, law: Law, calendar: Calendar, screened: Callable[[Facts], list[Json]]
) -> Json:
    """The answer for one transfer. Nothing here is signed: `track` is what follows if the facts stated are true.

    `signed` is always false and `outcome` is what a person could sign at most; `lacks` says what such a signature still needs.
    """
    edition, held, notes = _edition(facts, catalogue)
    answers = answers_from(facts, law, held)
    decision = decide(answers, law, facts.day)
    regime = regime_of(facts, decision.track)
    decision = replace(decision, regime=regime)
    straddled = _straddled(facts, catalogue)
    if len({one["edition"] for one in straddled}) > 1:
        days = ", ".join(f"{one['what']} {one['day']}: {one['edition']}" for one in straddled)
        notes.append(
            Bilingual(
                f"各日期适用不同版本，须分别判定：{days}",
                f"the days fall under different editions and are determined apart: {days}",
            )
        )
    beyond = facts.day is not None and facts.day > catalogue.known_to
    after = following(decision, facts, law, calendar)
    counted = after.counted
    firm = counted is not None and not counted.provisional
    outcome, lacks = _at_most(decision, beyond, edition is not None and edition[1])
    candidates = screened(facts) if facts.status is None and facts.technology and facts.day else []
    return {
        "is_technology_export": decision.is_export,
        "track": decision.track.value,
        "also": [one.value for one in decision.also],
        "regime": _both(regime),
        "rests_on": _rests_on(decision),
        "signed": False,
        "outcome": outcome.value,
        "lacks": [_both(one) for one in lacks],
        "on": None if facts.day is None else facts.day.isoformat(),
        "edition": None if edition is None else edition[0],
        "data": catalogue.version,
        "beyond_knowledge": beyond,
        "deadline": counted.day.isoformat() if counted is not None and firm and counted.day is not None else None,
        "deadline_limit": after.limit,
        "deadline_detail": None if counted is None else counted.as_json(),
        "deadline_provisions": [one.as_json() for one in after.citations],
        "next": after.step,
        "documents": [one.name.zh for one, _ in after.papers],
        "documents_detail": [
            {"key": one.key, "name": one.name.as_json(), "asked": asked, "provisions": [c.as_json() for c in cited]}
            for asked, group in (("by law", after.papers), ("in some cases", after.locally))
            for one, cited in group
        ],
        "steps": [
            {
                "test": step.test,
                "question": law.tests[step.test].question.as_json(),
                "answer": step.answer.value,
                "from": step.answer.origin.value,
                "because": _both(step.answer.because),
                "follows": _both(step.follows),
                "reached": step.reached,
                "decides": step.decides,
                "provisions": [one.as_json() for one in step.citations],
            }
            for step in decision.steps
        ],
        "open": [
            {"test": one.test, "question": _both(one.question), "because": _both(one.because), "decides": one.decides}
            for one in decision.open
        ],
        "disputed": [_ledger(name, law) for name in decision.disputed],
        "candidates": candidates,
        "warnings": [
            {"says": _both(says), "provisions": [one.as_json() for one in cited]} for says, cited in after.warnings
        ]
        + [{"says": _both(one), "provisions": []} for one in notes]
        + [{"says": _both(one), "provisions": []} for one in _unread(facts)],
        "editions": straddled,
    }


def _edition(facts: Facts, catalogue: Catalogue) -> tuple[tuple[str, bool] | None, Control | None, list[Bilingual]]:
    """The edition of the day and whether it is complete, the part in which it holds the code given, and what to say of it."""
    if facts.day is None:
        return (
            None,
            None,
            [Bilingual("没有给出日期：条文不按日核对版本", "no day is given: provisions are not checked against one")],
        )
    try:
        edition = catalogue.in_force(facts.day)
    except NoEditionHeld as error:
        return None, None, [Bilingual(error.said.zh, error.said.en)]
    code = catalogue_code(facts.code)
    if code is None:
        return (edition.id, edition.complete), None, []
    wanted = (facts.code or "").upper()
    found = next((one for one in edition.present() if one.code and one.code in wanted), None)
    notes = []
    if found is None:
        notes.append(
            Bilingual(
                f"当日版本 {edition.id} 的已收录数据中没有编号 {facts.code}（编号可能尚未收录）",
                f"no entry held of the edition of that day, {edition.id}, has the code {facts.code} (it may not be held)",
            )
        )
    return (edition.id, edition.complete), None if found is None else found.item.control, notes


def _straddled(facts: Facts, catalogue: Catalogue) -> list[Json]:
    """The edition of each day that the row states; a day without one is left to the warnings."""
    rows = []
    for what, day in (("date", facts.day), *sorted(facts.days.items())):
        try:
            if day is not None:
                rows.append({"what": what, "day": day.isoformat(), "edition": catalogue.in_force(day).id})
        except NoEditionHeld:
            continue
    return rows


def _at_most(decision: Decision, beyond: bool, complete: bool) -> tuple[Outcome, list[Bilingual]]:
    """The strongest outcome that could be signed on this alone, and what a stronger one lacks."""
    lacks = []
    wanted = decision.outcome
    if wanted is Outcome.NOT_LISTED and not complete:
        lacks.append(
            Bilingual(
                "当日版本未完整、官方地收录：须由人签名声明已查阅官方文本（地址、日期、摘要）",
                "the edition of that day is not held complete and official: a person signs that the official text was read (address, date, digest)",
            )
        )
    if wanted in (Outcome.PROHIBITED, Outcome.RESTRICTED):
        lacks.append(
            Bilingual(
                "须指明所依据的条目和控制要点，并逐条对照",
                "the entry and control point relied on, compared clause by clause",
            )
        )
    if beyond:
        lacks.append(
            Bilingual(
                "该日晚于来源核查日：须记录已核查新文书（何人、何时、何处）",
                "the day is after the last check of sources: a recorded check for newer instruments (who, when, where)",
            )
        )
    if any(one.asks is not None for one in (step.answer for step in decision.steps)):
        lacks.append(Bilingual("“open”所列各项的确认", "the confirmations listed under `open`"))
    return (Outcome.UNDETERMINED if lacks else wanted), lacks


def _rests_on(decision: Decision) -> str:
    origins = {step.answer.origin for step in decision.steps if step.reached}
    return "status given" if Origin.STATUS in origins and decision.track is not Track.UNDETERMINED else "facts given"


def _unread(facts: Facts) -> list[Bilingual]:
    found = []
    if facts.unread:
        names = "、".join(facts.unread)
        found.append(Bilingual(f"没有读取的事实：{names}", f"facts that were not read: {', '.join(facts.unread)}"))
    if facts.status is Status.CONTROLLED and facts.recipient is Place.FOREIGN_OWNED:
        found.append(
            Bilingual(
                "境内外资企业是否为外国组织有争议",
                "whether a foreign-owned company in China is a foreign organisation is disputed",
            )
        )
    return found


def _ledger(name: str, law: Law) -> Json:
    one = law.contested[name]
    return {
        "id": name,
        "question": one.question.as_json(),
        "taken": one.taken,
        "effect": one.effect.as_json(),
        "positions": [
            {"id": p.id, "says": p.says.as_json(), "source": p.source, "provisions": list(p.provisions)}
            for p in one.positions
        ],
    }


def _both(text: Bilingual | None) -> Json | None:
    return None if text is None else {"zh": text.zh, "en": text.en}

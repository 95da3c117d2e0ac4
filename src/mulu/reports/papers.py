"""What the papers of a case say: the memo of a determination, the report of a screening, and the dossier of everything.

Each is made from `Values`, the answers of the acts as they stand; nothing is looked up and nothing is judged here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mulu.reports.model import (
    Block,
    Heading,
    Line,
    NewPage,
    Paper,
    Para,
    Picture,
    Points,
    Run,
    Table,
    Tone,
    Writer,
    texts_of,
)
from mulu.reports.timeline import timeline
from mulu.reports.words import ACTORS, ACTS, CERTAINTY, CHOICES, CONTROL, FACTS, NOTICE, PRESENCE, RESULT, WORDS
from mulu.vocabulary import Bilingual, Language

Json = dict[str, Any]
WHOLE_TEXT = "text"
_TONES: Mapping[str, Tone] = {
    "official": "good", "published": "fair", "unconfirmed": "bad",
    "full": "good", "part": "fair", "secondary": "fair", "unsettled": "bad", "memory": "bad",
}  # fmt: skip
_ORIGINS = {
    "given": Bilingual("据所给事实", "from the facts given"),
    "status": Bilingual("据所给状态，待确认", "from a status given, to be confirmed"),
    "description": Bilingual("据技术描述", "read from the description"),
    "person": Bilingual("人工回答", "answered by a person"),
    "candidates": Bilingual("据候选条目的回答", "from the answers to the candidates"),
    "tests": Bilingual("据前述判断", "from the tests before"),
    "none": Bilingual("未答", "not answered"),
}


@dataclass(frozen=True, slots=True)
class Values:
    """What a paper is made from: answers of `case`, `determine`, `trail` and `show`, and the screening as it was kept."""

    case: Json
    determination: Json
    records: tuple[Json, ...]
    screening: Json | None
    items: Mapping[str, Json]  # each candidate as the edition of the case's day holds it
    law: Mapping[str, Json]  # the provisions that forms cite, by id
    day: datetime.date  # as of which the case is told; the only date that the paper bears

    @property
    def signed(self) -> Json | None:
        """The last determination as it was signed, whole."""
        bodies = [one["body"]["determination"] for one in self.records if one["act"] == "case.signed"]
        return bodies[-1] if bodies else None

    @property
    def state(self) -> Json | None:
        """What came after the last signature: the second person, dissents, whether it is reopened."""
        rows: list[Json] = self.determination["signed"]
        return rows[-1] if rows else None

    @property
    def moved_on(self) -> bool:
        """Whether answers, candidates or comparisons were recorded after the last signature."""
        acts = [one["act"] for one in self.records]
        after = acts[len(acts) - acts[::-1].index("case.signed") :] if "case.signed" in acts else []
        return bool({"case.answered", "case.screened", "case.candidate", "case.compared"} & set(after))

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the answer of a person to a test stands, by test: as it was signed, or as the case has it now."""
        acts = [one["act"] for one in self.records]
        until = len(acts) - acts[::-1].index("case.signed") if "case.signed" in acts else len(acts)
        bodies = {one["body"]["test"]: one["body"] for one in self.records[:until] if one["act"] == "case.answered"}
        return {test: body["source"] for test, body in bodies.items() if body.get("source")}


@dataclass(slots=True)
class Cited:
    """The provisions that a paper cites, each once, numbered in the order in which they are first named."""

    held: dict[str, Json] = field(default_factory=dict)

    def of(self, provisions: Iterable[Json]) -> str:
        """`[1] [4]` for some provisions."""
        named = [one["id"] for one in provisions if self.held.setdefault(one["id"], one)]
        places = list(self.held)
        return " ".join(f"[{places.index(id_) + 1}]" for id_ in named)


# ---- words ---------------------------------------------------------------------------------------------------------


def word(w: Writer, value: str | None, tone: Tone = "") -> Line:
    """An answer, outcome or result in words."""
    known = WORDS.get(value or "open")
    return w.data(value, tone) if known is None else w.of(known, tone, " ")


def mark(w: Writer, certainty: str | None) -> Line:
    """The mark of a certainty, in words and colour."""
    if certainty is None:
        return ()
    zh, en = CERTAINTY[certainty]
    return w.label(f"〔{zh}〕", f"[{en}]", _TONES[certainty])


def law_mark(w: Writer, provision: Json) -> Line:
    says = provision["mark_says"]
    return w.label(f"〔{says['zh']}〕", f"[{says['en']}]", _TONES[provision["mark"]])


def pair(w: Writer, table: Mapping[str, tuple[str, str]], key: str | None) -> Line:
    if key is None:
        return w.data("—")
    return w.label(*table[key]) if key in table else w.data(key)


def facts(rows: Iterable[tuple[Line, Line]]) -> Table:
    """A table of names and values; a value that nobody gave is a dash."""
    return Table(tuple((name, value or (Run("—"),)) for name, value in rows), (3, 9))


def citations(w: Writer, cited: Cited, day: str) -> list[Block]:
    """Every provision cited: where it stands, what it is relied on for, how well it is known, in which version."""
    if not cited.held:
        return []
    lines = []
    for one in cited.held.values():
        lines.append(
            w.joined(
                (
                    w.of(one["where"], "strong", " "),
                    (*w.of(one["says"]), Run(" "), *law_mark(w, one)),
                    w.of(one["note"], "bad"),
                )
            )
        )
    about = w.say(
        f"按 {day} 适用的版本援引。条文内容为本工具自拟的概述，不是官方文字；引用前请核对官方文本。",
        f"Cited in the version of {day}. What a provision says is our own summary, not official wording: check the official text before citing it.",
    )
    return [Heading(1, w.label("所引条文", "Provisions cited")), Para(about, "note"), Points(tuple(lines), True)]


def considered(w: Writer, counts: Json | None) -> list[Block]:
    """What was compared and what could not be; said before any candidate."""
    if not counts:
        return [Para(w.say("没有筛查记录：未作任何比较。", "No screening is on record: nothing was compared."), "warn")]
    gaps = [
        w.joined(
            (
                w.of(gap["industry"], between=" ") or w.data(gap["division"]),
                pair(w, CONTROL, gap["control"]),
                w.label(f"至少 {gap['at_least']} 项未收录", f"{gap['at_least']} or more not held"),
            ),
            " · ",
        )
        for gap in counts.get("gaps", ())
    ]
    announced, not_held = counts["announced"], counts["not_held"]
    text = w.say(
        f"公告 {announced if announced is not None else '数目不明'} 项；收录 {counts['held']} 项，其中 {counts['published']} 项有公开来源，"
        f"{counts['open']} 项存疑；未收录 {not_held if not_held is not None else '数目不明'} 项；收录项中 {counts['without_published_point']} 项没有已公布的控制要点。"
        "未收录的部分没有比较；没有候选不等于不在目录内。",
        f"{announced if announced is not None else 'An unknown number'} announced; {counts['held']} held, {counts['published']} of them from a public source, "
        f"{counts['open']} open; {not_held if not_held is not None else 'an unknown number'} not held; of those held {counts['without_published_point']} have no published control point. "
        "What is not held was not compared: no candidate does not mean not listed.",
    )
    return [Para(text, "warn"), *([Points(tuple(gaps))] if gaps else [])]


def beyond(w: Writer, on: str, known_to: str) -> Para:
    return Para(
        w.say(
            f"{on} 晚于来源核查日 {known_to}：此后的新文书不在所知范围内。",
            f"{on} is after the last check of sources, {known_to}: instruments since then are beyond what is known here.",
            "bad",
        ),
        "warn",
    )


_FROM_RECORDS = Bilingual(f"{NOTICE.zh}；按案件记录生成", f"{NOTICE.en}; made from the records of the case")


def paper(w: Writer, values: Values, zh: str, en: str, notice: Bilingual, blocks: Iterable[Block]) -> Paper:
    """A paper with its title, each language on a line, and the head of every page: case, day, and what the paper is not."""
    case = values.case
    running = (
        *w.data(f"{case['case']} · {values.day} · "),
        *w.of(notice, "bad", " "),
    )
    return Paper(w.say(zh, en), running, w.languages, values.day, tuple(blocks))


# ---- the memo ------------------------------------------------------------------------------------------------------


def memo(w: Writer, values: Values) -> Paper:
    """The determination of a case: what was concluded, by which steps, against which control points, by whom."""
    cited = Cited()
    blocks = [*_head(w, values), *determined(w, values, cited), *_signatures(w, values)]
    blocks += citations(w, cited, values.determination["on"])
    return paper(w, values, "技术出口判定备忘录", "Determination Memorandum: Technology Export", _FROM_RECORDS, blocks)


def since_signed(w: Writer, values: Values) -> list[Block]:
    """What every paper that rests on a signed determination says where it does not stand as it was signed."""
    blocks: list[Block] = []
    if values.signed is not None and values.moved_on:
        blocks.append(
            Para(
                w.say(
                    "签署之后又有记录：以下为已签署的内容，须重新签署方可据以行事。",
                    "Answers were recorded after the signature: what follows is what was signed, and has to be signed anew before anything rests on it.",
                    "bad",
                ),
                "warn",
            )
        )
    for one in (values.state or {}).get("reopened", ()):
        blocks.append(
            Para(w.joined((w.say("判定须重新审视。", "The determination is reopened.", "bad"), w.of(one))), "warn")
        )
    return blocks


def _head(w: Writer, values: Values) -> list[Block]:
    found, signed, state = values.determination, values.signed, values.state
    outcome = (signed or found)["outcome"]
    blocks = since_signed(w, values)
    if signed is None:
        blocks.append(
            Para(w.say("草稿：尚未签署，不得据以行事。", "Draft: not signed. Nothing may rest on it.", "bad"), "warn")
        )
    if found["two_persons"] and state is not None and state["approved_by"] is None:
        blocks.append(Para(w.say("尚待第二人批准。", "It awaits its second person.", "bad"), "warn"))
    if found["beyond_knowledge"]:
        blocks.append(beyond(w, found["on"], found["known_to"]))
    instrument = found["instrument"]
    edition = w.joined(
        (
            w.of(instrument["title"], between=" "),
            w.label(
                f"版本 {found['edition']}，{instrument['effective']} 起施行",
                f"edition {found['edition']}, in effect from {instrument['effective']}",
            ),
        )
    )
    answered = found["is_technology_export"]
    if signed is not None:  # as it was signed, whatever was recorded since
        crossing = next((one["answer"] for one in signed["steps"] if one["test"] == "crossing"), None)
        answered = {"yes": True, "no": False}.get(crossing or "")
    is_export = {True: w.label("是", "yes"), False: w.label("否", "no")}.get(answered, w.label("未定", "open"))
    rows = [
        (w.label("案件", "Case"), w.data(f"{values.case['case']}  {found['title']}")),
        (w.label("结论", "Outcome"), word(w, outcome, "strong")),
        (w.label("后续程序", "What follows"), word(w, (signed or found)["track"])),
        (w.label("是否技术出口", "Is it a technology export"), is_export),
        (w.label("判定日期", "Day determined for"), w.data((signed or found)["on"])),
        (w.label("目录版本", "Catalogue"), edition),
        (
            w.label("数据与引擎", "Data and engine"),
            w.data(
                " · ".join(
                    str(one)
                    for one in ((signed or found)["data"], (signed or found.get("screened") or {}).get("engine"))
                    if one
                )
            ),
        ),
        (w.label("来源核查至", "Sources checked to"), w.data((signed or found)["known_to"])),
        (w.label("判定编号", "Determination"), w.data((signed or {}).get("reference") or "—")),
    ]
    if signed is not None and signed["supersedes"]:
        rows.append((w.label("取代", "Replaces"), w.data(signed["supersedes"])))
    return [*blocks, facts(rows)]


def determined(w: Writer, values: Values, cited: Cited) -> list[Block]:
    """Conclusion, description, steps, candidates, comparison sheet and grounds of a determination."""
    found = values.signed or values.determination
    blocks: list[Block] = [Heading(1, w.label("结论与理由", "Conclusion and reasons"))]
    blocks.append(Para(w.joined((w.label("结论：", "Outcome:"), word(w, found["outcome"], "strong")), " ")))
    if values.signed is not None:
        blocks.append(Para(w.data(found["because"]), "quote"))
    if found["lacks"]:
        blocks += [
            Para(w.say("作出更强的结论尚缺：", "A stronger conclusion still lacks:")),
            Points(tuple(w.of(one) for one in found["lacks"])),
        ]
    if found["open"]:
        questions = [w.of(one.get("question") or one) for one in found["open"]]
        blocks += [Para(w.say("未决的问题：", "Open questions:")), Points(tuple(questions))]
    blocks += [Heading(1, w.label("技术描述", "The technology")), Para(w.data(found["technology"]), "quote")]
    blocks += [Heading(1, w.label("判断步骤", "Ordered tests")), _steps(w, values, found["steps"], cited)]
    blocks += _accepted(w, values.determination["facts"])
    blocks += [
        Heading(1, w.label("比较范围", "What was compared")),
        *considered(w, (values.screening or {}).get("considered")),
    ]
    unread = (values.screening or {}).get("unread")
    if unread:
        blocks.append(Para(w.of(unread["because"], "bad"), "warn"))
    blocks += [Heading(1, w.label("候选条目", "Candidates")), *_candidates(w, found["candidates"])]
    if found["candidates"]:
        blocks += [Heading(1, w.label("逐点对照表", "Comparison sheet"))]
        for n, one in enumerate(found["candidates"], 1):
            blocks += _sheet(w, n, one)
    blocks += _grounds(w, found)
    return blocks


def answered(w: Writer, one: Json, tone: Tone = "") -> Line:
    """The answer to a test. Where an earlier one had settled the outcome, only what a person said is an answer."""
    if not one["reached"] and (one["answer"] is None or one["test"] == "not-listed"):
        return _unreached(w)
    origin = _ORIGINS["tests" if one["test"] == "undetermined" else one["from"]]
    return w.joined((word(w, one["answer"], tone), w.of(origin, "soft", " ")))


def _unreached(w: Writer) -> Line:
    return w.label("未及", "not reached", "soft")


def stands(w: Writer, source: str | None) -> Line:
    """Where a fact or an answer comes from, as whoever gave it said."""
    return () if not source else w.joined((w.label("出处：", "source:", "soft"), w.data(source, "soft")), " ")


def _steps(w: Writer, values: Values, steps: list[Json], cited: Cited) -> Table:
    rows = []
    settled = next((n for n, one in enumerate(steps, 1) if one["decides"]), None)
    for n, one in enumerate(steps, 1):
        follows = w.of(one["follows"])
        if one["decides"]:
            follows = w.joined((follows, w.label("（据此定）", "(settles it)", "strong")))
        elif not one["reached"]:
            follows = w.label(f"第 {settled} 步已定，未及此步", f"not reached: settled by test {settled}", "soft")
        source = values.sources.get(one["test"]) if one["from"] == "person" else None
        said = answered(w, one, "strong" if one["decides"] else "" if one["reached"] else "soft")
        rows.append(
            (
                w.data(n),
                w.of(one["question"]),
                said,
                w.joined((() if said == _unreached(w) else w.of(one["because"]), stands(w, source), follows)),
                w.data(cited.of(one["provisions"])),
            )
        )
    head = (
        w.data("#"),
        w.label("问题", "Question"),
        w.label("答案", "Answer"),
        w.label("理由与后果", "Reason and consequence"),
        w.label("条文", "Law"),
    )
    return Table(tuple(rows), (1, 8, 4, 9, 3), head)


def _accepted(w: Writer, held: Mapping[str, Json]) -> list[Block]:
    """The facts that a person accepted from a contract, each with its place there."""
    if not held:
        return []
    rows = tuple(
        (
            w.of(FACTS[fact], between=" ") if fact in FACTS else w.data(fact),
            fact_of(w, fact, one["value"]),
            w.joined((w.of(one.get("says")) or w.data(one["because"]), stands(w, one["source"]))),
            w.data(one["by"]),
        )
        for fact, one in held.items()
    )
    head = (
        w.label("事实", "Fact"),
        w.label("内容", "What it is"),
        w.label("理由与出处", "Reason and source"),
        w.label("接受人", "Accepted by"),
    )
    return [Heading(1, w.label("从合同接受的事实", "Facts accepted from a contract")), Table(rows, (5, 5, 10, 3), head)]


def fact_of(w: Writer, fact: str, value: Any) -> Line:
    """A fact of a contract for people."""
    if isinstance(value, bool):
        return word(w, "yes" if value else "no")
    return placed(w, value) if fact in ("from", "to") else chosen(w, str(value))


def placed(w: Writer, value: str) -> Line:
    """Countries and regions by their names, with the codes; other words as they are."""
    from mulu.portfolio.countries import code_names
    from mulu.portfolio.exposure import country_said

    parts = [one.strip() for one in re.split("[;；,，、+/]", value)]
    codes = [one.removesuffix(" FIE") for one in parts]
    if not all(one in code_names() for one in codes):
        return w.data(value)
    said = []
    for code, part in zip(codes, parts, strict=True):
        name, owned = country_said(code), part.endswith(" FIE")
        zh, en = ("，外商投资企业", ", foreign-invested enterprise") if owned else ("", "")
        said.append(w.label(f"{name.zh}（{code}）{zh}", f"{name.en} ({code}){en}"))
    return w.joined(said, "；")


def named(w: Writer, one: Json) -> Line:
    """An entry by its name, or by its identifier where the edition does not hold it."""
    return w.of(one["name"]) if one["name"] else w.data(one["item"])


def _listed(w: Writer, one: Json) -> Line:
    parts = [w.data(one["code"]) if one["code"] else w.label("编号未知", "code not known", "soft")]
    if one["control"] is not None:
        parts.append(pair(w, CONTROL, one["control"]))
    if one["presence"] != "present":
        parts.append(w.label(*PRESENCE[one["presence"]], "bad"))
    parts.append(mark(w, one["certainty"]))
    return w.joined(parts)


def _candidates(w: Writer, rows: list[Json]) -> list[Block]:
    if not rows:
        text = w.say(
            "没有候选条目。这是关于所收录内容的结果，不是关于目录的结论；比较范围见上。",
            "No candidate. This is a result about what is held here, not a conclusion about the Catalogue; what was compared is said above.",
        )
        return [Para(text)]
    made = []
    for n, one in enumerate(rows, 1):
        origin = w.label("筛查", "screening") if one["origin"] == "screening" else w.data(one["origin"])
        score = () if one["score"] is None else w.data(f"{one['score']:.2f}")
        compared = sum(point["result"] != "open" for point in one["points"])
        made.append(
            (
                w.data(n),
                w.joined((named(w, one), w.data(one["item"], "soft"))),
                _listed(w, one),
                w.joined((origin, score)),
                w.data(f"{compared}/{len(one['points'])}"),
                word(w, one["answer"], "strong"),
            )
        )
    head = (
        w.data("#"),
        w.label("条目", "Entry"),
        w.label("编号与确定性", "Code and certainty"),
        w.label("提出", "Raised by"),
        w.label("已对照", "Compared"),
        w.label("回答", "Answer"),
    )
    return [Table(tuple(made), (1, 8, 7, 3, 3, 3), head)]


def _sheet(w: Writer, n: int, one: Json) -> list[Block]:
    rows: list[tuple[Line, ...]] = []
    for point in one["points"]:
        requires = (
            w.of(point["requires"])
            if point["requires"]
            else w.say("与官方文本全文比对", "compared with the whole official text")
        )
        machine = (
            w.joined(
                (
                    w.label("文中：", "in the text:", "soft"),
                    w.data(w.mark("；").join(f"“{part}”" for part in point["passages"][:6])),
                ),
                " ",
            )
            if point["passages"]
            else ()
        )
        rows.append(
            (
                w.point(point["number"]),
                w.joined((requires, mark(w, point["certainty"]))),
                w.joined((_fact(w, point), machine)),
                _result(w, point),
            )
        )
        for clause in point["clauses"]:
            read = (
                w.label(f"机器读作 {clause['stated']}", f"read as {clause['stated']}", "soft")
                if clause["stated"]
                else ()
            )
            read = w.joined((read, pair(w, RESULT, clause["read_as"]) if clause["read_as"] else ()), " ")
            name = w.joined((w.of(clause["name"], between=" "), w.data(clause["required"], "strong")))
            rows.append((w.point(clause["clause"]), name, w.joined((_fact(w, clause), read)), _result(w, clause)))
    heading = Heading(
        2, (Run(f"{n}. "), *w.of(one["name"], between=" / "), Run("  "), *w.data(one["code"] or one["item"]))
    )
    if not rows:
        return [
            heading,
            Para(
                w.say(
                    "没有收录控制要点：只能与官方文本全文比对。",
                    "No control point is held: it can only be compared with the whole official text.",
                    "bad",
                )
            ),
        ]
    head = (
        w.label("要点", "Point"),
        w.label("要求", "Requires"),
        w.label("技术的事实与出处", "Fact of the technology and its source"),
        w.label("结果", "Result"),
    )
    return [heading, Table(tuple(rows), (2, 9, 9, 3), head)]


def _fact(w: Writer, row: Json) -> Line:
    if row["fact"] is None:
        return w.label("尚未对照", "not compared yet", "bad")
    who = w.mark("；").join(part for part in (row["source"], row["by"]) if part)
    return w.joined((w.data(row["fact"]), w.within(w.data(who, "soft"), "soft")))


def _result(w: Writer, row: Json) -> Line:
    return word(w, None if row["result"] == "open" else row["result"], "strong")


def _grounds(w: Writer, found: Json) -> list[Block]:
    rows = [
        (
            w.label("查阅官方文本", "official text read"),
            w.joined((w.data(one["address"]), w.data(f"SHA-256 {one['digest']}") if one["digest"] else ())),
            w.data(one["edition"]),
            w.data(f"{one['day']} · {one['by']}"),
        )
        for one in found["statements"]
    ] + [
        (
            w.label("核查新文书", "newer instruments looked for"),
            w.data(one["where"]),
            (),
            w.data(f"{one['day']} · {one['by']}"),
        )
        for one in found["checks"]
    ]
    if not rows:
        return []
    head = (
        w.label("声明", "Statement"),
        w.label("何处", "Where"),
        w.label("版本", "Edition"),
        w.label("日期与签名人", "Day and person"),
    )
    return [Heading(1, w.label("签名声明", "Signed statements")), Table(tuple(rows), (4, 9, 2, 4), head)]


def _signatures(w: Writer, values: Values) -> list[Block]:
    state, signed = values.state, values.signed
    blocks: list[Block] = [Heading(1, w.label("签署与异议", "Signatures and dissents"))]
    if state is None or signed is None:
        return [*blocks, Para(w.say("尚未签署。", "Not signed."))]
    rows = [
        (w.label("拟定并签署", "Prepared and signed"), w.data(f"{state['by']} · {moment(state['at'])}")),
        (
            w.label("第二人", "Second person"),
            w.data(state["approved_by"])
            if state["approved_by"]
            else w.label("尚未批准", "has not agreed", "bad")
            if values.determination["two_persons"]
            else w.label("不要求", "not needed"),
        ),
    ]
    rows += [(w.label("异议", "Dissent"), w.data(f"{one['by']}：{one['because']}")) for one in state["dissents"]]
    blocks.append(facts(rows))
    blocks.append(
        Para(
            w.say(
                "以上为存储库中的签署记录。纸面签字：________________　日期：____________",
                "The above is the signature on record in the store. Signed on paper: ________________  Date: ____________",
            ),
            "note",
        )
    )
    return blocks


def moment(at: str) -> str:
    """A moment to the minute, with its zone."""
    return datetime.datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M UTC%z").replace("UTC+0000", "UTC")


# ---- the report of a screening -------------------------------------------------------------------------------------


def screening_report(w: Writer, values: Values) -> Paper:
    """For counsel: what could not be compared first, then each candidate with its evidence and the words in the text."""
    return paper(
        w,
        values,
        "筛查报告",
        "Screening Report",
        Bilingual(
            f"{NOTICE.zh}；筛查结果是候选，不是结论",
            f"{NOTICE.en}; screening gives candidates, never a conclusion",
        ),
        [*screened(w, values)],
    )


def screened(w: Writer, values: Values) -> list[Block]:
    """The screening of a case as it was kept."""
    found, text = values.screening, values.case["technology"]
    blocks: list[Block] = [Heading(1, w.label("未能比较的", "What could not be compared"))]
    blocks += considered(w, None if found is None else found["considered"])
    if found is None:
        return [*blocks, Heading(1, w.label("技术描述", "The technology")), Para(w.data(text), "quote")]
    if found.get("unread"):
        blocks.append(Para(w.of(found["unread"]["because"], "bad"), "warn"))
    if found["beyond_knowledge"]:
        blocks.append(beyond(w, found["on"], found["known_to"]))
    blocks.append(
        facts(
            [
                (w.label("日期", "Day"), w.data(found["on"])),
                (w.label("目录版本", "Edition"), w.data(found["edition"])),
                (w.label("数据", "Data"), w.data(found["data"])),
                (w.label("引擎", "Engine"), w.data(found["engine"])),
                (w.label("来源核查至", "Sources checked to"), w.data(found["known_to"])),
            ]
        )
    )
    spans = [
        tuple(span)
        for c in found["candidates"]
        for p in c["points"]
        for e in p["evidence"]
        if e["kind"] in ("term", "wording", "parameter")
        for span in e["all_in_description"]
    ]
    blocks += [Heading(1, w.label("技术描述", "The technology")), Para(marked(w, text, spans), "quote")]
    if spans:
        blocks.append(
            Para(w.say("加重的字样与某一候选条目相合。", "Words in heavier print match some candidate."), "note")
        )
    blocks.append(Heading(1, w.label("候选条目", "Candidates")))
    if not found["candidates"]:
        blocks += _candidates(w, [])
    for n, one in enumerate(found["candidates"], 1):
        blocks += _candidate(w, n, one, text)
    asked = {said["id"] + said["zh"]: said for one in found["candidates"] for said in one["missing_facts"]}
    if asked:
        blocks += [
            Heading(1, w.label("向工程师提出的问题", "Questions to the engineer")),
            Points(tuple(w.of(said) for said in asked.values())),
        ]
    return blocks


def marked(w: Writer, text: str, spans: Iterable[tuple[int, ...]]) -> Line:
    """A text with some of its stretches in heavier print; stretches that overlap are joined."""
    line: list[Run] = []
    place = 0
    for start, end in sorted((span[0], span[1]) for span in spans):
        start = max(start, place)
        if end <= start or end > len(text):
            continue
        line += [*w.data(text[place:start]), *w.data(text[start:end], "strong")]
        place = end
    return (*line, *w.data(text[place:]))


def _candidate(w: Writer, n: int, one: Json, text: str) -> list[Block]:
    name = (Run(f"{n}. "), *w.of(one["name"], between=" / "), Run("  "), *w.data(one["code"] or one["item"]))
    blocks: list[Block] = [Heading(2, name)]
    flagged = (
        w.label("已标记", "flagged", "strong")
        if one["flag"]
        else w.label("未达标记线", "below the operating point", "soft")
    )
    head = w.joined((_listed(w, one), w.data(f"{one['score']:.2f}", "strong"), flagged), " · ")
    blocks.append(Para(tuple(run if run.text != "\n" else Run(" ") for run in head)))
    if one["near_boundary"]:
        blocks.append(
            Para(
                w.say(
                    "分值在标记线的数值误差之内。",
                    "The score lies within the numeric tolerance of the operating point.",
                    "fair",
                )
            )
        )
    if one["shortfall"]:
        blocks.append(Para(w.of(one["shortfall"], "soft"), "note"))
    rows: list[tuple[Line, ...]] = []
    for point in one["points"]:
        said = w.of({"zh": point["zh"], "en": point["en"]})
        if point["of_another_edition"]:
            said = w.joined((said, w.label("另一版本的要点", "point of another edition", "bad")))
        reasons = []
        for e in point["evidence"]:
            words = w.mark("；").join(f"“{text[a:b]}”" for a, b in e["all_in_description"][:5] if b - a < 80)
            against = w.label("反证：", "against:", "bad") if e["against"] else ()
            reasons.append(
                w.joined((against, w.of(e["because"]), w.data(words, "soft")), "\n" if len(w.languages) > 1 else " ")
            )
        for p in point["parameters"]:
            reasons.append(
                w.joined(
                    (
                        w.of(p["name"], between=" "),
                        w.data(p["required"]),
                        w.data(p["stated"] or "—"),
                        pair(w, RESULT, p["result"]),
                    ),
                    " · ",
                )
            )
        number = w.joined((w.point(point["number"] or "—"), w.data(f"{point['score']:.2f}", "soft")))
        rows.append((number, w.joined((said, mark(w, point["certainty"]))), w.joined(reasons) or w.data("—")))
    if rows:
        heads = (
            w.label("要点", "Point"),
            w.label("要点内容", "What it covers"),
            w.label("依据与文中字样", "Evidence and words in the text"),
        )
        blocks.append(Table(tuple(rows), (2, 8, 10), heads))
    if one["missing_facts"]:
        blocks.append(Points(tuple(w.of(said) for said in one["missing_facts"])))
    return blocks


# ---- the dossier ---------------------------------------------------------------------------------------------------


def dossier(w: Writer, values: Values) -> Paper:
    """Everything of a case: what it is, what was found, concluded, done and due, with the law and the lists of its day."""
    cited = Cited()
    parts: list[tuple[Line, list[Block]]] = [
        (w.label("案件概况", "The case"), _about(w, values)),
        (w.label("筛查", "Screening"), screened(w, values)),
        (w.label("判定", "Determination"), [*_head(w, values), *determined(w, values, cited), *_signatures(w, values)]),
        (
            w.label("条目和控制要点：判定日的文本", "Entries and control points as they stood on the day"),
            legal_texts(w, values),
        ),
        (w.label("程序经过", "Procedure"), _procedure(w, values)),
        (w.label("期限", "Time limits"), _due(w, values, cited)),
        (w.label("材料", "Papers"), _papers(w, values, cited)),
        (w.label("审计轨迹摘录", "Extract of the trail"), _trail(w, values)),
    ]
    law = citations(w, cited, values.determination["on"])
    if law:
        assert isinstance(law[0], Heading)
        parts.append((law[0].line, law[1:]))
    contents = w.joined((Run(f"{n}. "), *title) for n, (title, _) in enumerate(parts, 1))
    blocks: list[Block] = [Para(contents)]
    for n, (title, content) in enumerate(parts, 1):
        begins = n > 1 and sum(map(len, texts_of(content))) > _FOLLOWS_ON
        blocks += [*([NewPage()] if begins else []), Heading(1, (Run(f"{n}. "), *title))]
        chapters = any(
            isinstance(one, Heading) and one.level == 1 for one in content
        )  # then their headings go one deeper
        blocks += [_deeper(one) if chapters else one for one in content]
    return paper(w, values, "案件卷宗", "Case Dossier", _FROM_RECORDS, blocks)


_FOLLOWS_ON = 900  # characters: a part of a dossier that has no more needs no page of its own


def _deeper(block: Block) -> Block:
    return Heading(2 if block.level == 1 else 3, block.line) if isinstance(block, Heading) else block


def _about(w: Writer, values: Values) -> list[Block]:
    case, signed = values.case, values.state
    rows = [
        (w.label("案件", "Case"), w.data(case["case"])),
        (w.label("名称", "Title"), w.data(case["title"])),
        (w.label("状态", "State"), w.of(case["name"], "strong", " ")),
        (w.label("说明", "What that means"), w.of(case["says"])),
        (w.label("截至", "As of"), w.data(case["on"])),
        (w.label("立案", "Opened"), w.data(f"{case['opened']} · {case['opened_by']}")),
        (
            w.label("结论", "Outcome"),
            word(w, signed["outcome"], "strong") if signed else w.label("尚未签署", "not signed yet", "bad"),
        ),
    ]
    return [facts(rows), Heading(2, w.label("技术描述", "The technology")), Para(w.data(case["technology"]), "quote")]


def legal_texts(w: Writer, values: Values) -> list[Block]:
    """Each candidate entry with its control points, certainty and sources, and the official wording where it is held."""
    if not values.items:
        return [Para(w.say("没有候选条目，故无所附文本。", "There is no candidate, and so no text is attached."))]
    blocks: list[Block] = [
        Para(
            w.say(
                f"以下为 {values.determination['on']} 适用版本所收录的内容。要点为本工具自拟的概述，除非标明官方文字。",
                f"What is held of the edition in force on {values.determination['on']}. Points are in our own words unless marked as official wording.",
            ),
            "note",
        )
    ]
    for item, one in values.items.items():
        blocks.append(Heading(2, (*w.of(one["name"], between=" / "), Run("  "), *w.data(one.get("code") or item))))
        if one["presence"] == "not held":
            blocks.append(Para(w.say("该版本未收录此条目。", "The edition does not hold this entry.", "bad")))
            continue
        blocks.append(Para(tuple(run if run.text != "\n" else Run(" · ") for run in _listed(w, one))))
        rows: list[tuple[Line, ...]] = []
        for point in one["points"]:
            official = point["official"]
            words = (
                ()
                if official is None
                else w.joined((w.label("官方文字：", "official wording:", "good"), w.data(official["zh"])))
            )
            limits = [
                w.joined(
                    (w.of(p["name"], between=" "), w.data(f"{p['operator']} {p['value']} {p['unit']}".strip())), " "
                )
                for p in point["parameters"]
            ]
            source = w.mark("；").join(f"{s['id']} {s['address'] or ''}".strip() for s in point["sources"])
            rows.append(
                (
                    w.point(point["number"]),
                    w.joined((w.of({"zh": point["zh"], "en": point["en"]}), *limits, words)),
                    w.joined((mark(w, point["certainty"]), w.data(source, "soft"))),
                )
            )
        if rows:
            head = (
                w.label("要点", "Point"),
                w.label("内容", "What it covers"),
                w.label("确定性与来源", "Certainty and source"),
            )
            blocks.append(Table(tuple(rows), (2, 11, 7), head))
        else:
            blocks.append(Para(w.say("没有收录控制要点。", "No control point is held.", "bad")))
        sources = "\n".join(f"{s['id']} {s['address'] or ''}".strip() for s in one["sources"])
        blocks.append(
            Para((*w.label("条目来源：", "Sources of the entry:", "soft"), Run("\n"), *w.data(sources, "soft")), "note")
        )
    return blocks


def shown(w: Writer, kind: Json) -> Line:
    """A piece of evidence by its form."""
    value = kind["value"]
    if kind["type"] == "items":
        return w.joined(
            w.data(" · ".join(part for part in (r["title"], r["version"], r["digest"], r["recipient"]) if part))
            for r in value
        )
    if kind["type"] == "names":
        return w.data(w.mark("；").join(value))
    if kind["id"] == "destination":
        return placed(w, value)
    return chosen(w, value) if kind["choices"] else w.data(value)


def chosen(w: Writer, value: str) -> Line:
    """A choice by its name, several that are joined by + one after the other; other words as they are."""
    parts = value.split("+")
    if not all(part in CHOICES for part in parts):
        return w.data(value)
    return w.joined((w.of(CHOICES[part], between=" ") for part in parts), "；")


def _procedure(w: Writer, values: Values) -> list[Block]:
    case = values.case
    language = w.languages[0] if len(w.languages) == 1 else None
    drawn = timeline(case, language)
    blocks: list[Block] = [Picture(drawn.svg, drawn.alt)]
    if not case["history"]:
        return [*blocks, Para(w.say("尚无事件；案件刚立。", "Nothing has happened since the case was opened."))]
    rows = []
    for one in case["history"]:
        evidence = [w.joined((w.of(kind["name"], "soft", " "), shown(w, kind)), ": ") for kind in one["shown"]]
        warned = [w.of(said, "bad") for said in one["warned"]]
        moved: Line = ()
        if one["before"] != one["after"]:
            moved = w.say(
                f"{one['came_from']['zh']} → {one['went_to']['zh']}",
                f"{one['came_from']['en']} → {one['went_to']['en']}",
            )
        rows.append(
            (
                w.data(one["day"]),
                w.joined((w.of(one["says"], "strong"), moved, *warned)),
                w.joined(evidence),
                w.joined((w.of(ACTORS[one["actor"]], between=" "), w.data(one["by"], "soft"))),
            )
        )
    head = (
        w.label("日期", "Day"),
        w.label("事件", "Event"),
        w.label("证据", "Evidence"),
        w.label("行为人、记录人", "Actor, recorded by"),
    )
    return [*blocks, Table(tuple(rows), (3, 7, 10, 4), head)]


def _due(w: Writer, values: Values, cited: Cited) -> list[Block]:
    if not values.case["due"]:
        return [Para(w.say("没有正在计算的期限。", "No time limit runs."))]
    rows = []
    for one in values.case["due"]:
        day = w.data(one["day"], "strong") if one["day"] else w.label("及时（无天数）", "promptly (no number of days)")
        doubts = (
            w.label("暂定：工作日历尚未公布", "provisional: the calendar of that year is not published", "bad")
            if one["provisional"]
            else ()
        )
        late = w.label("已过", "passed", "bad") if one["late"] else ()
        rows.append(
            (
                w.of(one["says"]),
                w.data(one["start"]),
                w.joined((day, late, doubts)),
                w.data(cited.of(one["provisions"])),
            )
        )
    head = (w.label("期限", "Limit"), w.label("起算", "Runs from"), w.label("届满", "Last day"), w.label("条文", "Law"))
    return [Table(tuple(rows), (8, 3, 5, 3), head)]


def _papers(w: Writer, values: Values, cited: Cited) -> list[Block]:
    held = [
        (one["day"], kind)
        for one in values.case["history"]
        for kind in one["shown"]
        if kind["type"] in ("reference", "items")
    ]
    blocks: list[Block] = []
    for event in values.case["possible"]:
        if event["missing_papers"]:
            lacking = (
                "、".join(p["name"]["zh"] for p in event["missing_papers"]),
                ", ".join(p["name"]["en"] for p in event["missing_papers"]),
            )
            zh, en = event["says"]["zh"], event["says"]["en"]
            line = w.say(f"“{zh}”尚缺：{lacking[0]}", f"“{en}” still lacks: {lacking[1]}", "bad")
            blocks.append(Para((*line, Run(f" {cited.of(event['provisions'])}"))))
    if not held:
        return [*blocks, Para(w.say("案中没有材料。", "No paper is on file."))]
    rows = tuple((w.data(day), w.of(kind["name"], between=" "), shown(w, kind)) for day, kind in held)
    return [
        *blocks,
        Table(
            rows,
            (2, 5, 9),
            (w.label("日期", "Day"), w.label("材料", "Paper"), w.label("编号或存放处", "Number or where it is kept")),
        ),
    ]


def _trail(w: Writer, values: Values) -> list[Block]:
    rows = []
    for one in values.records:
        act = w.of(ACTS[one["act"]], between=" ") if one["act"] in ACTS else w.data(one["act"])
        body = one["body"]
        what = (
            body["event"]["event"]
            if isinstance(body.get("event"), dict)
            else body.get("test") or body.get("item") or ""
        )
        said = w.data(what, "soft")
        if "compared" in body:
            said = w.point(body["compared"]["number"], body["compared"]["item"], "soft")
        rows.append(
            (
                w.data(one["id"]),
                w.data(moment(one["at"])),
                (*act, Run(" "), *said),
                w.data(one["by"] or "—"),
                w.data(one["chain"]),
            )
        )
    about = w.say(
        "本案在审计轨迹中的全部记录。封印把每条记录与之前全部记录连在一起；以 mulu trail 导出的轨迹可逐条核对。",
        "Every record of this case in the audit trail. A seal ties each record to all before it; they can be checked one by one against an export of mulu trail.",
    )
    head = (
        w.data("#"),
        w.label("时间", "Moment"),
        w.label("行为", "Act"),
        w.label("何人", "By"),
        w.label("封印", "Seal"),
    )
    return [Para(about, "note"), Table(tuple(rows), (1, 5, 5, 2, 8), head)]


def languages_of(language: str) -> tuple[Language, ...]:
    """`zh`, `en` or `both`; of both the Chinese comes first."""
    return (Language.ZH, Language.EN) if language == "both" else (Language(language),)

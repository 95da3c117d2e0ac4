"""Answers for people: the same facts as the JSON, laid out for a terminal in Chinese or English."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from mulu.interfaces.cli.names import NAMES
from mulu.interfaces.words import (
    ANSWER,
    ASIDE,
    BASES,
    CERTAINTY,
    CHANGE,
    CLASSES,
    CONTROL,
    DOCUMENT,
    DOES,
    EDITED,
    EFFECTS,
    FACT,
    FOUND,
    LINEAGE,
    NEAR,
    NOT_HELD,
    NOT_LEARNED,
    OWN_WORDS,
    PRESENCE,
    RESULT,
    RUN_STATES,
    SIDES,
    STANDING,
    STATES,
    SUBSTANCE,
    VIEW,
    WHOSE,
    comments_on,
    where,
)
from mulu.vocabulary import Language, in_order, named, point_called

Json = dict[str, Any]

_STANDING_STYLE = {
    "not yet": "dim",
    "in force": "green",
    "suspended": "cyan",
    "repealed": "dim",
    "unconfirmed": "bold black on yellow",
}
_RESULT_STYLE = {
    "meets": "bold red",
    "below": "green",
    "above": "green",
    "overlaps": "yellow",
    "not stated": "dim",
    "cannot compare": "yellow",
}
_TOLD_OF_A_CONTRACT = 0.05  # score from which a candidate of a contract is told
_TOLD_OF_A_CLAUSE = 0.2  # score from which a candidate of a clause is told beside it
MARKS = {"official": ("■", "bold green"), "published": ("●", "green"), "unconfirmed": ("▲", "bold black on yellow")}


# Characters that command a terminal; each becomes one substitute, so that places stay.
_COMMANDS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


def printable(text: Any) -> str:
    """A text from a row without characters that would command the terminal."""
    return "".join(c if c.isprintable() else "�" for c in in_order(str(text)))


_PASSAGES_SHOWN = 6  # of a document, beside one candidate
_NEAREST_SHOWN = 5  # of the records below the line of an item that is new
_WIDE = 120  # columns from which the items of an edition stand one in a row


def _question(one: Json) -> str:
    """Where a row of the matrix stands: its line, case and control point or test."""
    line = "" if one["line"] is None else f"{one['line']}: "
    return f"{line}{one['case']} {one['item'] + '#' if one['item'] else ''}{one['number']}"


class Page:
    """Renders answers in one language onto one console."""

    def __init__(self, console: Console, language: Language, today: datetime.date) -> None:
        self.console = console
        self.language = language
        self.today = today  # as of which the time for comments is told by acts that ask no day

    def say(self, zh: str, en: str) -> str:
        return zh if self.language is Language.ZH else en

    def of(self, texts: Json | None) -> str:
        # Of what only an official text shows no English is held: better its Chinese than nothing.
        if texts is None:
            return ""
        text = named(str(texts[self.language.value] or texts["zh"]), NAMES, self.language)
        return text.translate(_COMMANDS)

    def both(self, texts: Json) -> str:
        zh, en = texts["zh"], texts["en"]
        if not zh or not en:  # of what only an official text shows no English is held
            return str(zh or en)
        return f"{zh} / {en}" if self.language is Language.ZH else f"{en} / {zh}"

    def word(self, table: dict[str, tuple[str, str]], key: str) -> str:
        return table[key][0 if self.language is Language.ZH else 1]

    def point(self, number: str, item: str = "") -> str:
        """The number of a control point, with its item where that is named."""
        return point_called(number, item).in_(self.language)

    def certainty(self, key: str | None) -> Text:
        if key is None:
            return Text("")
        mark, style = MARKS[key]
        return Text(f"\u00a0{mark}\u00a0{self.word(CERTAINTY, key)}\u00a0", style=style)  # never broken apart

    def code(self, code: str | None, certainty: str | None) -> Text:
        if code is None:
            return Text(self.say("编号未知", "code not known"), style="dim")
        if certainty == "unconfirmed":
            return Text(f"{code}? ▲ {self.say('编号未确认', 'CODE UNCONFIRMED')}", style="bold black on yellow")
        return Text(code, style="bold")

    def print(self, *things: RenderableType) -> None:
        for thing in things:
            with self.console.capture() as printed:
                self.console.print(thing)
            # What people wrote, and names of files, may hold marks that turn the order of a line: they are shown as what they are.
            said = in_order(printed.get())
            if not self.console.is_terminal:
                # In a file or a pipe the blanks with which lines are filled up to the width are in the way.
                said = "".join(f"{row.rstrip()}\n" for row in said.splitlines())
            self.console.file.write(said)

    def line(self, text: str | Text, style: str = "") -> None:
        """A line as it stands: what people wrote may hold brackets, which are no markup."""
        self.print(Text(text, style=style) if isinstance(text, str) else text)

    def title(self, text: str) -> None:
        """A heading that wraps where the terminal is narrow, with a line under it."""
        self.print(Text(text, style="bold"), Rule(style="dim"))

    # ---- heads -----------------------------------------------------------------------------------------------

    def head(self, answer: Json) -> None:
        edition = answer["edition"]
        if answer.get("draft"):
            named = self._never_in_force(edition)
        else:
            named = self.say(f"版本 {edition}", f"edition {edition}")
        parts = [
            answer["on"],
            named,
            self.say(f"数据 {answer['data']}", f"data {answer['data']}"),
            self.say(f"来源核查至 {answer['known_to']}", f"sources checked up to {answer['known_to']}"),
        ]
        self.title(" · ".join(parts))
        if answer["beyond_knowledge"]:
            self.print(
                Text(
                    self.say(
                        f"▲ {answer['on']} 晚于来源核查日 {answer['known_to']}：其间可能有本数据包未知的新文书。",
                        f"▲ {answer['on']} is after {answer['known_to']}, up to which sources were checked: newer instruments may exist that the pack does not know.",
                    ),
                    style="bold black on yellow",
                )
            )

    # ---- screening -------------------------------------------------------------------------------------------

    def second(self, answer: Json, given: str) -> None:
        asked, said = answer["request"], answer["second"]
        if said is None:
            self.title(self.say("将发送给第二读者的全部内容", "All that a second reader would be sent"))
            self.line(f"POST {asked['url']} · {answer['model']}")
            self.print(Text(json.dumps(asked["body"], ensure_ascii=False, indent=2)))
            self._excerpt(answer)
            self.line("")
            self.line(
                self.say(
                    f"尚未发送任何内容。确认发送：--send {asked['digest'][:16]}",
                    f"Nothing was sent. To send exactly this: --send {asked['digest'][:16]}",
                ),
                "bold",
            )
            return
        if answer["passages"] is None:
            self.screening(answer["screening"], given)
        else:
            self.head(answer["screening"])
            self.what_was_read(answer["screening"]["document"])
            self.batch_line(answer["screening"])
            self._excerpt(answer)
        self.line("")
        self.title(
            self.say("第二读者（机器意见，不是结论）", "Second reader (the opinion of a machine, not a finding)")
        )
        self.line(f"{asked['url']} · {answer['model']} · {asked['digest'][:16]}", "dim")
        if said["failed"] is not None:
            self.line(self.of(said["failed"]), "bold")
        for place, name in enumerate(said["order"], start=1):
            unnamed = self.say("（未提及）", " (not named by it)") if place > said["named"] else ""
            self.line(f"{place}. {name}{unnamed}")
            for one in said["arguments"]:
                if one["candidate"] == name:
                    quotes = self.say("、", "; ").join(f"“{quote['text']}”" for quote in one["quotes"])
                    self.line(f"   {self.word(VIEW, one['view'])}: {one['because']} {quotes}")
        if said["set_aside"]:
            self.line(self.say("未采用的部分：", "Set aside:"), "bold")
            for one in said["set_aside"]:
                self.line(f"   {one['said']} – {self.of(one['because'])}", "dim")

    def _excerpt(self, answer: Json) -> None:
        if answer["passages"] is None:
            return
        sent, left = len(answer["passages"]), answer["left_out"]
        self.line(
            self.say(
                f"文件中支持各候选的 {sent} 个段落{f'；另有 {left} 个因篇幅未包括' if left else ''}：",
                f"{sent} passages of the document that speak for a candidate{f'; {left} more had no room' if left else ''}:",
            )
        )
        for one in answer["passages"]:
            place = one["place"]
            page = self.say(f"第 {place['page']} 页 ", f"page {place['page']} ") if place["page"] else ""
            start, end = one["in_text"]
            self.line(f"  {page}{place['clause'] or place['number'] or ''} [{start}–{end}] {', '.join(one['items'])}")

    def screening(self, answer: Json, given: str, *, head: bool = True) -> None:
        if head:
            self.head(answer)
        self.unread(answer)
        if "document" in answer:
            self.what_was_read(answer["document"])
        flagged = [c for c in answer["candidates"] if c["flag"]]
        if flagged:
            self.print(
                Text(
                    self.say(
                        f"{len(flagged)} 个候选条目被标记（分值 ≥ {answer['operating_point']:.3f}）。候选不是结论，须由人核对。",
                        f"{len(flagged)} candidate{'s' if len(flagged) > 1 else ''} flagged (score ≥ {answer['operating_point']:.3f}). "
                        "Candidates are not conclusions: a person must check them.",
                    ),
                    style="bold",
                )
            )
            for candidate in flagged:
                self.candidate(candidate, given)
        else:
            self.no_candidate(answer)
        below = [c for c in answer["candidates"] if not c["flag"]]
        rest = [c for c in below if c["score"] >= NEAR][: 3 if not flagged else 2]
        if below and not rest:
            self.print(
                "",
                Text(
                    self.say(
                        f"未达标记线的条目均不相近（分值都低于 {NEAR:.2f}）。",
                        f"Below the operating point no item is near (all score below {NEAR:.2f}).",
                    )
                ),
            )
        if rest:
            self.print(
                "", Text(self.say("未达标记线的最近条目：", "Nearest items below the operating point:"), style="bold")
            )
            table = Table.grid(padding=(0, 1))
            table.add_column(no_wrap=True)
            table.add_column(overflow="fold")
            for candidate in rest:
                why = Text.assemble(
                    (candidate["item"], "bold"),
                    "  ",
                    self.both(candidate["name"]),
                    " ",
                    self.certainty(candidate["certainty"]),
                    f" {self.word(PRESENCE, 'open')}" if candidate["presence"] == "open" else "",
                    "\n",
                    (self.of(candidate["shortfall"]), "dim"),
                )
                table.add_row(f"  {candidate['score']:.2f}", why)
            self.print(table)
        for other in answer["elsewhere"]:
            stood = other.get("edition", "?")
            kind = self.say("征求意见稿", "draft") if other.get("draft") else self.say("版本", "edition")
            gone = other.get("deleted_by")
            self.print(
                Text(
                    self.say(
                        f"◆ 不在本版本，见于{kind} {stood}：{other['item']} {self.both(other['name'])}（{other['score']:.2f}）",
                        f"◆ Not in this edition, but in {kind} {stood}: {other['item']} {self.both(other['name'])} ({other['score']:.2f})",
                    )
                    + (self.say(f"，由 {gone} 删除", f", deleted by {gone}") if gone else ""),
                    style="cyan",
                )
            )
        self.considered(answer["considered"])
        self.set_aside(answer["excluded"], answer["considered"]["held"] + answer["considered"]["open"])

    def unread(self, answer: Json) -> None:
        """The part of a text that is in another language, said before anything that was found in the rest."""
        if answer.get("unread"):
            self.print(Text(f"▲ {self.of(answer['unread']['because'])}", style="bold black on yellow"))

    def set_aside(self, excluded: Json, compared: int) -> None:
        """What was not put forward, counted by reason; each of them where the record was asked for."""
        counts = self.say("；", "; ").join(
            f"{self.word(ASIDE, reason)} {n}" for reason, n in excluded["by_reason"].items()
        )
        self.print(
            Text(
                self.say(
                    f"所比较的 {compared} 项中，{excluded['set_aside']} 项未提出，理由：{counts}。",
                    f"Of the {compared} items compared, {excluded['set_aside']} are not put forward, because: {counts}.",
                ),
                style="dim",
            )
        )
        for one in excluded["denied"]:
            self.print(
                Text(
                    self.say(
                        f"▲ {one['item']} {self.both(one['name'])}：{self.of(one['because'])}。请核对原文。",
                        f"▲ {one['item']} {self.both(one['name'])}: {self.of(one['because'])}. Check the text.",
                    ),
                    style="yellow",
                )
            )
        items = excluded.get("items")
        if items is None:
            return
        self.print(
            "", Text(self.say("未提出的条目及其理由：", "Each item that is not put forward, and why:"), style="bold")
        )
        table = Table.grid(padding=(0, 1))
        table.add_column(overflow="fold", max_width=30)
        table.add_column(overflow="fold", max_width=24)
        table.add_column(overflow="fold")
        for one in items:
            because = self.of(one["because"])
            table.add_row(one["item"], self.word(ASIDE, one["reason"]), f"{self.of(one['name'])}: {because}")
        self.print(table)

    def explanation(self, of: Json) -> RenderableType:
        """Every number behind the score of a point."""
        table = Table.grid(padding=(0, 2))
        for _ in range(3):
            table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(
            self.say("值", "value"),
            self.say("权重", "weight"),
            self.say("加减", "adds"),
            self.say("理由", "reason"),
            style="dim",
        )
        table.add_row("", "", f"{of['bias']:+.3f}", self.say("（起点）", "(bias)"))
        for feature in of["features"]:
            if feature["adds"]:
                row = (
                    f"{feature['value']:.3f}",
                    f"{feature['weight']:+.3f}",
                    f"{feature['adds']:+.3f}",
                    feature["name"],
                )
                table.add_row(*row)
        for product in of["products"]:
            if product["adds"]:
                table.add_row("", f"{product['weight']:+.3f}", f"{product['adds']:+.3f}", " × ".join(product["of"]))
        slope, offset = of["calibration"]["slope"], of["calibration"]["offset"]
        if of["sentences_alone"]:
            part = self.say(
                "（合计为其中几句单独所得，已扣减）",
                "(the sum is that of some sentences alone, less what is taken off)",
            )
            table.add_row("", "", "", part)
        return Group(
            table,
            Text(
                self.say(
                    f"合计 {of['logit']:+.3f}；要点按 {of['point_counts']:.2f}、条目按 {of['item_counts']:.2f} 折算；"
                    f"校准 ×{slope:.3f} {offset:+.3f}；分值 {of['score_at_model_base_rate']:.3f}",
                    f"sum {of['logit']:+.3f}; the point counts {of['point_counts']:.2f}, the item {of['item_counts']:.2f}; "
                    f"calibration ×{slope:.3f} {offset:+.3f}; score {of['score_at_model_base_rate']:.3f}",
                ),
                style="dim",
            ),
        )

    def candidate(self, candidate: Json, given: str) -> None:
        control_style = "bold white on red" if candidate["control"] == "prohibited" else "bold white on blue"
        title = Text.assemble(
            (f" {candidate['score']:.2f} ", "bold"),
            (f" {self.word(CONTROL, candidate['control'])} ", control_style),
            " ",
            self.code(candidate["code"], candidate["code_certainty"]),
            " ",
            (self.both(candidate["name"]), "bold"),
            " ",
            self.certainty(candidate["certainty"]),
        )
        if candidate["presence"] == "open":
            title.append(f" {self.say('是否在列存疑', 'PRESENCE OPEN')} ", style="bold black on yellow")
        if candidate["near_boundary"]:
            title.append(f" {self.say('临界', 'near the boundary')}", style="yellow")
        self.print("", title, Text(f"      {candidate['item']}", style="dim"))
        for point in candidate["points"]:
            self.print(Padding(self.point_candidate(point, given), (0, 0, 0, 6)))
        self.supports(candidate.get("passages") or [])
        if candidate["missing_facts"]:
            self.print(Padding(Text(self.say("待查明：", "Facts to find out:"), style="bold"), (0, 0, 0, 6)))
            for fact in candidate["missing_facts"][:6]:
                self.print(Padding(Text(f"? {self.of(fact)}"), (0, 0, 0, 8)))

    def supports(self, passages: Sequence[Json]) -> None:
        """The passages of a document that speak for a candidate, the loudest first."""
        if not passages:
            return
        self.print(Padding(Text(self.say("所据段落：", "Passages that speak for it:"), style="bold"), (0, 0, 0, 6)))
        for one in passages[:_PASSAGES_SHOWN]:
            text = printable(" ".join(one["text"].split()))
            said = Text.assemble(
                f"{one['score']:.2f}  ",
                (printable(where(one).in_(self.language)), "bold"),
                (self.say("  机器识读", "  read by machine"), "yellow") if one["read_by_machine"] else "",
                f"  {text[:110]}{'…' if len(text) > 110 else ''}",
            )
            self.print(Padding(said, (0, 0, 0, 8)))
        if len(passages) > _PASSAGES_SHOWN:
            more = len(passages) - _PASSAGES_SHOWN
            said = Text(
                self.say(f"另有 {more} 段（见 --format json）", f"and {more} more (see --format json)"), style="dim"
            )
            self.print(Padding(said, (0, 0, 0, 8)))

    def what_was_read(self, document: Json) -> None:
        """What was read of a document, and what of it was not."""
        kind = self.word(DOCUMENT, document["kind"])
        parts = [
            printable(document["name"]),
            kind,
            self.say(f"{document['pages']} 页", f"{document['pages']} pages") if document["pages"] else "",
            self.say(f"{document['characters']:,} 字", f"{document['characters']:,} characters"),
            self.say(f"{document['passages']} 段", f"{document['passages']} passages"),
            self.say("逐段筛查", "screened by passage") if document["by_passage"] else "",
        ]
        self.print(Text(" · ".join(part for part in parts if part), style="dim"))
        for one in document["unread"]:
            self.print(Text(f"▲ {printable(self.of(one['because']))}", style="yellow"))
        for part in document["parts"]:
            if part["unread"]:
                self.print(Text(f"▲ {printable(self.of(part['unread']))}", style="yellow"))
        if document["family"]:
            kin = self.say("、", ", ").join(map(printable, document["family"]))
            self.print(Text(self.say(f"同族专利：{kin}", f"of one patent family with {kin}"), style="dim"))

    def point_candidate(self, point: Json, given: str) -> RenderableType:
        if point["number"] is None:
            head = Text(
                self.say("（该条目的控制要点未收录）", "(no control point of this item is held)"), style="yellow"
            )
        else:
            kind = self.say("主题", "topic") if point["topic"] else self.say("要点", "point")
            if point["of_another_edition"]:
                kind = self.say("另一版本的要点", "point of another edition")
            official = point["official"]
            wording = self.both(point) or (official["zh"] if official else "")
            head = Text.assemble(
                (f"{kind} {self.point(point['number'])} ", "bold"), wording, " ", self.certainty(point["certainty"])
            )
        lines: list[RenderableType] = [head]
        for evidence in point["evidence"]:
            sign, style = ("−", "dim") if evidence["against"] else ("+", "")
            weight = f" [{evidence['weight']:+.2f}]" if "explanation" in point else ""
            lines.append(Padding(Text(f"{sign} {self.of(evidence['because'])}{weight}", style=style), (0, 0, 0, 2)))
        spans = [
            s for e in point["evidence"] if not e["against"] and e["kind"] != "meaning" for s in e["all_in_description"]
        ]
        quote = quoted(given, spans)
        if quote is not None:
            lines.append(Padding(quote, (0, 0, 0, 4)))
        for comparison in point["parameters"]:
            lines.append(Padding(self.comparison(comparison), (0, 0, 0, 2)))
        if "explanation" in point:
            lines.append(Padding(self.explanation(point["explanation"]), (0, 0, 0, 4)))
        return Group(*lines)

    def comparison(self, comparison: Json) -> Text:
        (zh, en), style = RESULT[comparison["result"]], _RESULT_STYLE[comparison["result"]]
        text = Text.assemble(
            "= ",
            f"{self.of(comparison['name'])} {comparison['required']}",
            f" ({self.of(comparison['condition'])})" if comparison["condition"] else "",
            ": ",
            f"{comparison['stated']} → " if comparison["stated"] else "",
            (self.say(zh, en), style),
        )
        if comparison["margin"] is not None:
            text.append(f" ({comparison['margin']:+.1f} %)")
        if comparison["condition_stated"] is False:
            text.append(self.say("（测定条件未述）", " (condition of measurement not stated)"), style="yellow")
        return text

    def no_candidate(self, answer: Json) -> None:
        c = answer["considered"]
        self.print(
            Text(
                self.say(
                    f"在本数据包为该版本收录的 {c['held']} 项和存疑的 {c['open']} 项中，没有候选达到标记线（{answer['operating_point']:.3f}）。"
                    "这只说明与已收录内容比较的结果，不表示目录中没有。",
                    f"Among the {c['held']} items held for this edition and the {c['open']} open ones, no candidate reaches the operating "
                    f"point ({answer['operating_point']:.3f}). This is a result about what is held, not about the Catalogue.",
                ),
                style="bold",
            )
        )

    def considered(self, c: Json, zh: str = "比较范围", en: str = "Compared with") -> None:
        """What is held of the edition, each count with its meaning."""
        says = self.say(
            f"{zh}：收录为在列 {c['held']} 项（其中 {c['published']} 项有已公布来源，{c['without_published_point']} 项没有已公布的控制要点）",
            f"{en}: {c['held']} items held as listed ({c['published']} of them shown by a published source, "
            f"{c['without_published_point']} without a published control point)",
        )
        if c["open"]:
            says += self.say(
                f"，及存疑 {c['open']} 项（来源不足以确定其是否在本版本内）",
                f", and {c['open']} open (the sources do not settle whether this edition lists them)",
            )
        if c["announced"] is None:
            says += self.say("。本版本的总项数未公布。", ". How many items the edition has in all is not announced.")
        else:
            says += self.say(
                f"。公告称本版本共 {c['announced']} 项", f". The edition has {c['announced']} items as announced"
            )
            if c["not_held"]:
                says += self.say(
                    f"，比收录为在列者多 {c['not_held']} 项", f", {c['not_held']} more than are held as listed"
                )
            says += self.say("。", ".")
        self.print("", Text(says, style="dim"))
        for gap in c["gaps"]:
            industry = self.of(gap["industry"]) if gap["industry"] else gap["division"]
            self.print(
                Text(
                    self.say(
                        f"缺口至少涉及：{gap['division']} {industry}（{self.word(CONTROL, gap['control'])}）{gap['at_least']} 项 — {self.of(gap['because'])}",
                        f"Part of the gap lies in: {gap['division']} {industry} ({self.word(CONTROL, gap['control'])}), at least {gap['at_least']} — {self.of(gap['because'])}",
                    ),
                    style="dim",
                )
            )

    def batch_line(self, answer: Json) -> None:
        if answer["unread"]:
            self.print(
                Text.assemble(
                    (f"{printable(answer['id'])}  ", "bold"),
                    (f"▲ {self.of(answer['unread']['because'])}", "bold black on yellow"),
                )
            )
        flagged = [c for c in answer["candidates"] if c["flag"]]
        if not flagged:
            nearest = next((c for c in answer["candidates"] if c["score"] >= NEAR), None)
            tail = f"{nearest['score']:.2f} {nearest['item']}" if nearest else self.say("无相近条目", "no item is near")
            self.print(
                Text.assemble(
                    (f"{printable(answer['id'])}  ", "bold"),
                    (self.say("无标记候选", "no candidate flagged"), "dim"),
                    (f"  ({tail}", "dim"),
                    self.certainty(nearest["certainty"]) if nearest else "",
                    (")", "dim"),
                )
            )
        for candidate in flagged:
            style = "bold white on red" if candidate["control"] == "prohibited" else "bold white on blue"
            self.print(
                Text.assemble(
                    (f"{printable(answer['id'])}  ", "bold"),
                    f"{candidate['score']:.2f} ",
                    (f" {self.word(CONTROL, candidate['control'])} ", style),
                    f" {candidate['item']} ",
                    self.code(candidate["code"], candidate["code_certainty"]),
                    f" {self.both(candidate['name'])} ",
                    self.certainty(candidate["certainty"]),
                    (f"  {printable(where(candidate['passages'][0]).in_(self.language))}", "dim")
                    if candidate.get("passages")
                    else "",
                )
            )

    # ---- the Catalogue ---------------------------------------------------------------------------------------

    def items(self, answer: Json) -> None:
        self.head(answer)
        for part, title in (
            ("items", self.say("在列条目", "Items listed")),
            ("open", self.say("是否在列存疑", "Presence open")),
        ):
            rows = answer[part]
            if not rows:
                continue
            self.print(Text(f"{title}: {len(rows)}", style="italic"))
            self.print(self._items_wide(rows) if self.console.width >= _WIDE else self._items_narrow(rows))
        if not answer["items"] and not answer["open"]:
            self.print(self.say("没有符合条件的已收录条目。", "No item held matches."))
        self.considered(answer["considered"], "数据现状", "In the data")

    def _items_wide(self, rows: Sequence[Json]) -> RenderableType:
        """One row an item."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(self.say("标识", "id"), no_wrap=True)  # to be copied whole
        table.add_column(self.say("编号", "code"))
        table.add_column(self.say("部分", "list"))
        table.add_column(self.say("名称", "name"), overflow="fold", ratio=1)
        table.add_column(self.say("确定性", "certainty"))
        table.add_column(self.say("要点", "points"), justify="right")
        for row in rows:
            table.add_row(
                row["item"],
                self.code(row["code"], row["code_certainty"]) if row["code"] else Text("–", style="dim"),
                self.word(CONTROL, row["control"]),
                escape(self.both(row["name"])),
                self.certainty(row["certainty"]),
                f"{row['published_points']}+{row['topics']}",
            )
        return table

    def _items_narrow(self, rows: Sequence[Json]) -> RenderableType:
        """Two lines an item, code and name on the second: beside the id a narrow terminal has no room for them."""
        heads = (("标识", "id"), ("部分", "list"), ("确定性", "certainty"), ("要点", "points"))
        lines = [tuple(Text(self.say(zh, en)) for zh, en in heads)]
        lines += [
            (
                Text(row["item"], style="bold"),
                Text(self.word(CONTROL, row["control"])),
                self.certainty(row["certainty"]),
                Text(f"{row['published_points']}+{row['topics']}"),
            )
            for row in rows
        ]
        widths = [max(line[column].cell_len for line in lines) for column in range(4)]
        for line in lines:
            for cell, width in zip(line, widths, strict=True):
                cell.pad_right(width - cell.cell_len)
        names = [Text(self.say("编号与名称", "code and name"))]
        for row in rows:
            code = self.code(row["code"], row["code_certainty"]) if row["code"] else Text("–", style="dim")
            names.append(Text.assemble(code, " ", self.both(row["name"])))
        shown: list[RenderableType] = []
        for number, (line, name) in enumerate(zip(lines, names, strict=True)):
            first = Text("  ").join(line)
            if number == 0:
                first.stylize("bold")
                name.stylize("bold")
            shown += [first, Padding(name, (0, 0, 0, 4))]
        return Group(*shown)

    def show(self, answer: Json) -> None:
        self.head(answer)
        if answer["presence"] == "not held":
            self.print(
                self.say(
                    f"{answer['item']}：该版本中未收录任何信息。",
                    f"{answer['item']}: nothing is held of it in this edition.",
                )
            )
            return
        title = Text.assemble(
            (
                f" {self.word(CONTROL, answer['control'])} ",
                "bold white on red" if answer["control"] == "prohibited" else "bold white on blue",
            ),
            " ",
            self.code(answer["code"], answer["code_certainty"]),
            " ",
            (self.both(answer["name"]), "bold"),
        )
        self.print(title, Text(answer["item"], style="dim"))
        asked = answer["asked_by_code"]
        if asked is not None:
            if asked["certainty"] == "unconfirmed":
                self.print(
                    Text(
                        self.say(
                            f"▲ 编号 {asked['code']} 未经任何来源确认：它是按编号规则推算的，不可引用。",
                            f"▲ Code {asked['code']} is UNCONFIRMED: it was built from the numbering scheme, no source shows it. Do not cite it.",
                        ),
                        style="bold black on yellow",
                    )
                )
            if not asked["in_this_edition"]:
                self.print(
                    Text(
                        self.say(
                            f"编号 {asked['code']} 见于 {'、'.join(asked['printed_in'])}，不是本版本所印编号。",
                            f"Code {asked['code']} belongs to {', '.join(asked['printed_in'])}; it is not what this edition is known to print.",
                        ),
                        style="yellow",
                    )
                )
        facts = Table.grid(padding=(0, 2))
        facts.add_column(style="dim", no_wrap=True)
        facts.add_column(ratio=1, overflow="fold")
        presence = Text.assemble(self.word(PRESENCE, answer["presence"]), " ", self.certainty(answer["certainty"]))
        facts.add_row(self.say("本版本", "in this edition"), presence)
        if answer["basis"]:
            facts.add_row(self.say("依据", "basis"), self.of(answer["basis"]))
        facts.add_row(self.say("中文名", "Chinese name"), self.certainty(answer["name_certainty"]))
        facts.add_row(
            self.say("英文名", "English name"),
            Text.assemble(
                self.certainty(answer["english_certainty"]),
                self.say(" 译名" if answer["english"] == "own translation" else " 已公布译名", f" {answer['english']}"),
            ),
        )
        if answer["name_is_description"]:
            facts.add_row(
                "", self.say("名称为描述性文字，并非条目原名", "the name is a description, not the entry's own")
            )
        if answer["industry"]:
            facts.add_row(
                self.say("行业", "industry"),
                Text.assemble(
                    f"{answer['division'] or ''} {self.of(answer['industry'])} ",
                    self.certainty(answer["industry_certainty"]),
                ),
            )
        if answer["decoded"]:
            d = answer["decoded"]
            means = self.of(d["prefix_means"]) if d["prefix_means"] else "?"
            division = (
                self.of(d["division_name"])
                if d["division_name"]
                else self.say("大类名称未收录", "division not in our table")
            )
            facts.add_row(
                self.say("编号解读", "code means"),
                self.say("；", "; ").join(
                    (
                        f"{d['prefix']}: {means}",
                        f"{d['division']}: {division} ({d['standard']})",
                        f"№ {d['number']}",
                        self.word(CONTROL, d["control"]),
                    )
                ),
            )
        if answer["code_basis"]:
            facts.add_row(self.say("编号依据", "basis of code"), self.of(answer["code_basis"]))
        if answer["change"]:
            facts.add_row(
                self.say("本次变动", "this act"),
                Text.assemble(self.word(CHANGE, answer["change"]), " ", self.certainty(answer["change_certainty"])),
            )
        if answer["last_held"]:
            last = answer["last_held"]
            gone = (
                self.say(f"，由 {last['deleted_by']} 删除", f", deleted by {last['deleted_by']}")
                if last["deleted_by"]
                else ""
            )
            facts.add_row(
                self.say("最后见于", "last listed in"),
                f"{last['edition']}{self.say('（征求意见稿）', ' (draft)') if last['draft'] else ''}{gone}",
            )
        self.print(facts)
        if answer["note"]:
            self.print(Padding(Text(self.of(answer["note"]), style="italic"), (0, 0, 0, 2)))
        published = [p for p in answer["points"] if not p["topic"]]
        topics = [p for p in answer["points"] if p["topic"]]
        self.points(
            self.say(
                "控制要点（我方表述，非官方原文；官方原文据贵方导入的文件，以 ■ 标出）",
                "Control points (our own words, not the official wording; official words, from your own copy, bear ■)",
            ),
            published,
        )
        self.points(
            self.say(
                "主题（未确认，只可提示，不能据以定论）",
                "Topics (UNCONFIRMED: they may raise a candidate and carry nothing)",
            ),
            topics,
        )
        if not answer["points"] and answer["presence"] != "absent":
            self.print(
                Text(
                    self.say(
                        "未收录任何控制要点（不等于没有）。",
                        "No control point is held (which does not mean that there is none).",
                    ),
                    style="yellow",
                )
            )
        for conflict in answer["conflicts"]:
            self.print(Text(f"≠ {self.of(conflict)}", style="yellow"))
        self.sources_of(answer["sources"], answer["statements"])

    def points(self, title: str, points: Sequence[Json]) -> None:
        if not points:
            return
        self.print("", Text(title, style="bold"))
        for point in points:
            since = point["since"] or "?"
            span = f"[{since} – {point['until'] or ''}]" if point["since"] or point["until"] else ""
            head = Text.assemble(
                (f"  {self.point(point['number'])}. ", "bold"),
                self.both(point),
                " " if point["zh"] else "",
                self.certainty(point["certainty"]),
                (f" {span}", "dim"),
            )
            self.print(head)
            official = point["official"]
            if official:
                where = self.say(
                    f"（文件 {official['document'][:12]}，第 {official['page']} 页）",
                    f" (document {official['document'][:12]}, p. {official['page']})",
                )
                mark = self.say("机器识读", "read by machine") if official["read_by_machine"] else ""
                self.print(Padding(Text(f"■ {official['zh']}{where} {mark}".rstrip(), style="green"), (0, 0, 0, 7)))
                if official["to_confirm"]:
                    count = len(official["to_confirm"])
                    self.print(
                        Padding(
                            Text(
                                self.say(
                                    f"▲ {count} 个数值、单位或符号待人工确认",
                                    f"▲ {count} numbers, units or signs are to be confirmed by a person",
                                ),
                                style="bold black on yellow",
                            ),
                            (0, 0, 0, 7),
                        )
                    )
            for parameter in point["parameters"]:
                condition = f" ({self.of(parameter['condition'])})" if parameter["condition"] else ""
                self.print(
                    Text(
                        f"       {self.of(parameter['name'])} {parameter['operator']} {parameter['value']} {parameter['unit']}{condition}"
                    )
                )
            if point["zh"]:
                terms = "、".join(point["terms"]["zh"]) + " · " + ", ".join(point["terms"]["en"])
                self.print(Padding(Text(terms, style="dim"), (0, 0, 0, 7)))
            if point["note"]:
                self.print(Padding(Text(self.of(point["note"]), style="italic dim"), (0, 0, 0, 7)))

    def sources_of(self, sources: Sequence[Json], statements: Sequence[Json]) -> None:
        if not sources and not statements:
            self.print("", Text(self.say("没有任何来源。", "No source is held."), style="yellow"))
            return
        self.print("", Text(self.say("来源", "Sources"), style="bold"))
        shown: dict[str, list[str]] = {}
        for statement in statements:
            value = statement["value"]
            text = self.of(value) if isinstance(value, dict) else str(value)
            address = statement["source"]["address"] or statement["source"]["described"]
            shown.setdefault(address, []).append(
                f"{statement['edition']} {statement['field']}: {text} ({self.of(statement['how'])})"
            )
        for source in sources:
            shown.setdefault(source["address"] or source["described"], [])
        for address, said in shown.items():
            self.print(Text(f"  {address}", style="underline"))
            for line in said[:8]:
                self.print(Padding(Text(line, style="dim"), (0, 0, 0, 6)))

    def history(self, answer: Json) -> None:
        self.title(
            self.say(
                f"{answer['item']} · 数据 {answer['data']} · 来源核查至 {answer['known_to']}",
                f"{answer['item']} · data {answer['data']} · sources checked up to {answer['known_to']}",
            )
        )
        self.print(
            Text.assemble((self.both(answer["name"]), "bold"), f"  {self.word(CONTROL, answer['control'])}"),
        )
        last = len(answer["editions"]) - 1
        name = answer["name"]
        for place, station in enumerate(answer["editions"]):
            self.station(station)
            if station["presence"] == "present" and station["name"]["zh"] != name["zh"]:
                name = station["name"]
                self.beside(Text(self.both(name), style="magenta"), "│" if place < last else " ")
            first = not any(one["points"] for one in answer["editions"][:place])
            for block in self.station_details(station, first):
                self.beside(block, "│" if place < last else " ")
        for line in answer["lineage"]:
            self.print("", self.lineage(line, answer["item"]))
        if answer["note"]:
            self.print("", Text(self.of(answer["note"]), style="italic"))

    def station(self, station: Json) -> None:
        """One edition or draft on the line of time."""
        glyph = {"present": "●", "absent": "○", "open": "◌"}.get(station["presence"], "·")
        when = station["effective"] or station["published"] or "          ?"
        line = Text.assemble(
            (f"{glyph} ", "cyan" if station["draft"] else "bold"), f"{when}  ", (station["edition"], "bold")
        )
        if station["draft"]:
            line.append(self.say("  征求意见稿", "  draft"), style="cyan")
        line.append(f"  {self.word(PRESENCE, station['presence'])}")
        line.append_text(self.certainty(station["certainty"]))
        if station["code"]:
            line.append(" ")
            line.append_text(self.code(station["code"], station["code_certainty"]))
        if station["change"]:
            line.append(
                f"  {self.word(CHANGE, station['change'])}", style="yellow" if station["change"] != "keeps" else "dim"
            )
            line.append_text(self.certainty(station["change_certainty"]))
        self.print(line)

    def station_details(self, station: Json, first: bool) -> Iterator[Text]:
        """What an edition did to the item: its clause, its words, the points that came, went or changed.

        `first`: no earlier edition shows a point of it, so all are listed.
        """
        if station["comment_deadline"]:
            yield Text(self.of(comments_on(station, self.today)), style="cyan")
        if station["basis"]:
            yield Text(self.of(station["basis"]), style="dim")
        if station["official"] and station["official"]["page"]:
            where = station["official"]
            yield Text(
                self.say(
                    f"■ 官方文本：文件 {where['document'][:12]} 第 {where['page']} 页",
                    f"■ official text: document {where['document'][:12]}, p. {where['page']}",
                ),
                style="green",
            )
        for step in station["by"]:
            said = "；".join(filter(None, (self.of(step["clause"]), *step["official_clauses"])))
            if said:
                yield Text(f"{step['instrument']}: {said}", style="dim")
        if first or station["class"] == "added":
            for point in station["points"]:
                official = point["official"]
                said = official["zh"] if official else self.of(point)
                yield Text.assemble(
                    (f"+ {self.point(point['number'])}. {said}", "green"), self.certainty(point["certainty"])
                )
            return
        for point in station["changed_points"]:
            yield from self.changed_point(point)

    def changed_point(self, point: Json) -> Iterator[Text]:
        kind = self.word(SUBSTANCE, point["kind"])
        numbers = dict.fromkeys(n for n in (point["number_before"], point["number"]) if n is not None)
        number = " → ".join(map(self.point, numbers))
        label = Text(f"{self.say('要点', 'point')} {number} {self.word(DOES, point['does'])}", style="bold")
        if point["does"] in ("modified", "not comparable"):
            label.append(f" · {kind}", style="yellow" if point["kind"] == "substantive" else "dim")
        label.append_text(self.certainty(point["certainty"]))
        yield label
        if point["does"] == "renumbered":
            return
        if point["redline"]:
            yield self.redlined(point["redline"]["pieces"])
            for reason in point["reasons"]:
                yield Text(f"· {self.of(reason)}", style="dim")
            for changed in point["parameters"]:
                before, after = (
                    self.say("；", "; ").join(map(self.limit, changed[side])) or "–" for side in ("before", "after")
                )
                yield Text(f"· {before} → {after}", style="yellow")
            return
        for side, sign, whose, style in (("before", "−", "words_before", "red"), ("after", "+", "words", "green")):
            alone = point["does"] in ("added", "deleted")
            if point[side] is None:
                if not alone:
                    yield Text(f"{sign} {self.say(NOT_HELD.zh, NOT_HELD.en)}", style="dim")
                continue
            text = Text(f"{'' if alone else f'{sign} '}{self.of(point[side])}", style=style)
            if not alone:
                text.append(f" ({self.word(WHOSE, point[whose])})", style="dim")
            yield text
            for one in point["parameters"]:
                if one[side]:
                    yield Text(f"  · {'; '.join(map(self.limit, one[side]))}", style=style)

    def limit(self, parameter: Json) -> str:
        said = f"{self.of(parameter['name'])} {parameter['operator']} {parameter['value']} {parameter['unit']}".strip()
        condition = self.of(parameter.get("condition"))
        return said + (self.say(f"（{condition}）", f" ({condition})") if condition else "")

    def beside(self, block: Text, bar: str) -> None:
        """A block to the right of the line of time, the line drawn beside each of its rows."""
        width = max(20, self.console.width - 15)
        for row in block.wrap(self.console, width):
            row.rstrip()
            self.print(Text.assemble((bar, "dim"), " " * 13, row))

    def lineage(self, line: Json, item: str) -> Text:
        mine, other = line["from"], line["to"]
        text = Text.assemble(
            ("⇢ ", "magenta"),
            (mine, "bold" if mine == item else ""),
            f" {self.word(LINEAGE, line['kind'])} ",
            (other, "bold" if other == item else ""),
            " ",
            self.certainty(line["certainty"]),
        )
        text.append(
            f"\n  {line['instrument'] + ': ' if line['instrument'] else ''}{self.of(line['basis'])}", style="dim"
        )
        return text

    def coverage(self, answer: Json) -> None:
        self.title(
            self.say(
                f"收录情况 · 数据 {answer['data']} · {answer['sources']} 个来源",
                f"Coverage · data {answer['data']} · {answer['sources']} sources",
            )
        )
        for family, known in answer["known_to"].items():
            self.print(Text(f"{family}: {known['day']} — {self.of(known)}", style="dim"))
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in (
            self.say("版本", "edition"),
            self.say("部分", "list"),
            self.say("公告", "announced"),
            self.say("已公布", "published"),
            self.say("未确认", "unconfirmed"),
            self.say("存疑", "open"),
            self.say("收录", "held"),
            self.say("短缺", "shortfall"),
            self.say("多出", "surplus"),
            self.say("无已公布要点", "no published point"),
            self.say("编号", "codes"),
        ):
            table.add_column(
                column, justify="left" if column in (self.say("版本", "edition"), self.say("部分", "list")) else "right"
            )
        for edition in answer["editions"]:
            for row in edition["lists"]:
                table.add_row(
                    edition["edition"],
                    self.word(CONTROL, row["control"]),
                    *(
                        "–" if row[k] is None else str(row[k])
                        for k in (
                            "announced",
                            "published",
                            "unconfirmed",
                            "open",
                            "held",
                            "shortfall",
                            "surplus",
                            "without_published_point",
                        )
                    ),
                    f"{row['codes_published']}+{row['codes_unconfirmed']}▲",
                )
        self.print(table)
        changes = Table(box=None, header_style="bold", pad_edge=False)
        for column in (
            self.say("版本", "edition"),
            self.say("变动", "change"),
            self.say("公告", "announced"),
            self.say("收录", "held"),
            self.say("其中已公布", "published"),
        ):
            changes.add_column(column)
        for edition in answer["editions"]:
            for row in edition["changes"]:
                if row["announced"] is not None:
                    changes.add_row(
                        edition["edition"],
                        self.word(CLASSES, row["kind"]),
                        str(row["announced"]),
                        str(row["held"]),
                        str(row["published"]),
                    )
        self.print("", changes)
        for edition in answer["editions"]:
            for gap in edition["gaps"]:
                self.print(
                    Text(
                        f"{edition['edition']}: {gap['division']} {self.of(gap['industry'])}: {self.of(gap['because'])}",
                        style="dim",
                    )
                )
        for one in answer["not_held"]:
            self.print(Text(f"{one['instrument']}: {self.of(one)} — {self.of(one['note'])}", style="yellow"))
        if answer["conflicts"]:
            self.print(
                "", Text(self.say("来源之间的矛盾（均予保留）", "Conflicts between sources (both kept)"), style="bold")
            )
            for conflict in answer["conflicts"]:
                self.print(Padding(Text(f"≠ {self.of(conflict)}"), (0, 0, 0, 2)))

    def answered(self, value: str | None) -> str:
        """An answer, track or outcome for people; in Chinese the English word that programs read stands beside it."""
        if value is None:
            return self.say("未决", "open")
        named = ANSWER.get(value)
        return value if named is None else self.say(f"{named[0]}（{value}）", value)

    def _cited(self, provisions: Iterable[Json], indent: str = "      ") -> None:
        for cited in provisions:
            note = "" if cited["note"] is None else f" · {self.of(cited['note'])}"
            self.line(f"{indent}{self.of(cited['where'])} · {self.of(cited['mark_says'])}{note}", style="dim")

    def _tree(self, steps: Iterable[Json]) -> None:
        """The tests as a tree: each answer, why, and what follows from it."""
        for depth, step in enumerate(steps):
            unreached = step["answer"] is None and not step["reached"]
            answer = self.say("未及", "not reached") if unreached else self.answered(step["answer"])
            mark = "●" if step["decides"] else "○" if step["reached"] else "·"
            line = Text(f"{'  ' * min(depth, 8)}{mark} ")
            line.append(f"{self.of(step['question'])} ", style="bold" if step["decides"] else "")
            line.append(f"{answer}", style="bold")
            self.line(line)
            indent = "  " * min(depth, 8) + "    "
            self.line(f"{indent}{self.of(step['because'])}")
            if step["follows"] is not None:
                self.line(f"{indent}→ {self.of(step['follows'])}")
            self._cited(step["provisions"], indent)

    def determined_row(self, row: Json) -> None:
        """One row of a file of facts."""
        if "error" in row:
            self.title(f"{row['id']} · {self.say('未能读取', 'not read')}")
            self.line(self.of(row["error"]))
            return
        unsigned = self.say("未签署", "unsigned")
        self.title(
            f"{row['id']} · {self.answered(row['track'])} · {unsigned} · {row['on'] or self.say('无日期', 'no day')}"
        )
        self._tree(row["steps"])
        if row["deadline_detail"] is not None:
            detail = row["deadline_detail"]
            provisional = self.say(" ▲ 暂定", " ▲ PROVISIONAL") if detail["provisional"] else ""
            self.line(self.say(f"期限：{detail['day']}{provisional}", f"time limit: {detail['day']}{provisional}"))
            self.line(f"    {self.of(detail['said'])}")
            self._cited(row["deadline_provisions"], "    ")
        for one in row["documents_detail"]:
            asked = (
                "" if one["asked"] == "by law" else self.say("（部分情形或各地要求）", " (in some cases, or locally)")
            )
            self.line(
                self.say(f"材料：{one['name']['zh']}{asked}", f"paper: {one['name']['en']} {one['name']['zh']}{asked}")
            )
        for one in row["open"]:
            sign = "▲" if one["decides"] else "△"
            self.line(f"{sign} {one['test']}: {self.of(one['question'])} {self.of(one['because'])}")
        for one in row["lacks"]:
            self.line(self.say(f"签署还缺：{one['zh']}", f"a signature lacks: {one['en']}"))
        for one in row["warnings"]:
            self.line(f"! {self.of(one['says'])}")
            self._cited(one["provisions"], "    ")
        for one in row["candidates"]:
            self.line(
                self.say(
                    f"候选：{one['item']} {one['name']['zh']} {one['score']}",
                    f"candidate: {one['item']} {one['name']['en']} {one['score']}",
                )
            )

    def determine(self, answer: Json) -> None:
        """Where the determination of a case stands."""
        if "rows" in answer:
            for row in answer["rows"]:
                self.determined_row(row)
            return
        self.title(
            self.say(
                f"{answer['case']} {answer['title']} · {answer['on']} · 版本 {answer['edition']} · 数据 {answer['data']}",
                f"{answer['case']} {answer['title']} · {answer['on']} · edition {answer['edition']} · data {answer['data']}",
            )
        )
        self.line(answer["technology"])
        for fact, one in answer["facts"].items():
            said = f"{fact}={' '.join(printable(str(one['value'])).split())} · {one['by']} · {printable(one['source'])}"
            self.line(self.say("合同所载事实：", "fact of a contract: ") + said)
        self.line(
            self.say(
                f"按规则得出：{self.answered(answer['outcome'])} · 去向：{self.answered(answer['track'])}",
                f"by rule: {answer['outcome']} · track: {answer['track']}",
            ),
            style="bold",
        )
        for one in answer["open"]:
            if one["decides"]:
                self.line(
                    self.say(
                        f"▲ 未决 {one['test']}：{one['because']['zh']}",
                        f"▲ open: {one['test']}: {one['because']['en']}",
                    )
                )
        for one in answer["lacks"]:
            self.line(f"▲ {self.of(one)}", style="bold black on yellow")
        self._tree(answer["steps"])
        if answer["screened"] is None:
            self.line(self.say("尚未筛查：--screen", "not screened yet: --screen"))
        else:
            self.unread(answer["screened"])
        for row in answer["candidates"]:
            name = "" if row["name"] is None else self.of(row["name"])
            self.line("")
            self.line(
                f"{row['item']} {row['code'] or ''} {name} · {row['control'] or '—'} · {row['certainty'] or '—'} → {self.answered(row['answer'])}",
                style="bold",
            )
            for point in row["points"]:
                requires = "" if point["requires"] is None else self.of(point["requires"])
                key, called = point["number"], self.point(point["number"])  # by its key it is answered
                self.line(
                    f"    #{key}{'' if called == key else f' {called}'} [{self.answered(point['result'])}] {requires}"
                )
                for clause in point["clauses"]:
                    read = "" if clause["stated"] is None else f" · {clause['stated']} {clause['read_as']}"
                    margin = "" if clause["margin"] is None else f" ({clause['margin']:+g} %)"
                    fact = "" if clause["fact"] is None else f" · {clause['fact']} · {clause['by']}"
                    self.line(
                        f"        {clause['clause']} {self.of(clause['name'])} {clause['required']}{read}{margin} → [{self.answered(clause['result'])}]{fact}"
                    )
                if point["passages"]:
                    self.line(
                        self.say("        描述中：", "        in the description: ") + " … ".join(point["passages"])
                    )
                if point["fact"] is not None:
                    source = "" if point["source"] is None else f" ({point['source']})"
                    self.line(f"        {point['fact']}{source} · {point['by']}")
        for one in answer["statements"]:
            self.line(
                self.say(
                    f"已声明查阅官方文本：{one['address']} {one['day']} {one['by']}",
                    f"official text read: {one['address']} {one['day']} {one['by']}",
                )
            )
        for one in answer["checks"]:
            self.line(
                self.say(
                    f"已核查新文书：{one['where']} 至 {one['day']} {one['by']}",
                    f"newer instruments looked for: {one['where']} up to {one['day']} {one['by']}",
                )
            )
        for one in answer["signed"]:
            state = (
                self.say("现行", "current")
                if one["superseded_by"] is None
                else self.say(f"已由 {one['superseded_by']} 取代", f"superseded by {one['superseded_by']}")
            )
            self.line("")
            self.line(
                f"{one['reference']} · {self.answered(one['outcome'])} · {one['by']} · {one['at'][:19]} · {state}",
                style="bold",
            )
            self.line(f"    {one['because']}")
            if answer["two_persons"] and one["approved_by"] is None:
                self.line(self.say("    ▲ 待第二人批准", "    ▲ awaits the second person"))
            if one["approved_by"] is not None:
                self.line(self.say(f"    第二人：{one['approved_by']}", f"    second person: {one['approved_by']}"))
            for dissent in one["dissents"]:
                self.line(
                    self.say(
                        f"    异议 {dissent['by']}：{dissent['because']}",
                        f"    dissent {dissent['by']}: {dissent['because']}",
                    )
                )
            for why in one["reopened"]:
                self.line(
                    self.say(f"    ▲ 须重新审视：{why['zh']}", f"    ▲ reopened: {why['en']}"),
                    style="bold black on yellow",
                )
        editions = {one["edition"] for one in answer["straddle"]}
        if len(editions) > 1:
            self.line(
                self.say("▲ 跨越版本：", "▲ The days fall under different editions:"), style="bold black on yellow"
            )
            for one in answer["straddle"]:
                held = ", ".join(f"{item} {how}" for item, how in one["candidates"].items())
                self.line(f"    {one['day']} {one['what']} · {one['edition']} · {held}")
        for one in answer["precedents"]:
            again = self.say("，已须重新审视", ", reopened since") if one["reopened"] else ""
            self.line(
                self.say(
                    f"先例 {one['determination']} {one['title']}：{one['outcome']}（{one['on']}）{again}",
                    f"precedent {one['determination']} {one['title']}: {one['outcome']} ({one['on']}){again}",
                )
            )
        if answer["next"] is not None:
            self.line("")
            self.question(answer["next"])

    def question(self, question: Json) -> None:
        """A test, why it is asked, what answers it, what follows."""
        self.line(
            self.say("下一题：", "Next: ") + f"{question['test']} — {self.of(question['question'])}", style="bold"
        )
        self.line(self.say(f"    为何：{question['why']['zh']}", f"    why: {question['why']['en']}"))
        self.line(self.say(f"    证据：{question['evidence']['zh']}", f"    evidence: {question['evidence']['en']}"))
        for value, then in question["then"].items():
            self.line(f"    {self.answered(value)} → {self.of(then)}")
        self._cited(question["provisions"], "    ")

    def _running(self, due: Iterable[Json]) -> None:
        for one in due:
            owner = self.say(
                *{"exporter": ("出口方", "exporter"), "authority": ("主管机关", "authority")}[one["owner"]]
            )
            day = one["day"] or self.of(one["said"])
            line = Text(f"    {day} · {self.of(one['says'])} · {owner}")
            if one["late"]:
                line.append(
                    self.say(f"  ▲ {owner}已逾期", f"  ▲ THE {owner.upper()} IS LATE"), style="bold black on yellow"
                )
            if one["provisional"]:
                line.append(self.say("  ▲ 暂定", "  ▲ PROVISIONAL"), style="bold black on yellow")
            self.line(line)
            self._cited(one.get("provisions", ()), "        ")

    def _price(self, one: Json) -> None:
        """What a contract says is paid, in figures."""
        sums = [f"{each['currency'] or '?'} {each['value']}" for each in one["sums"]]
        rates = [f"{each}%" for each in one["rates"]]
        what = self.say("提成", "royalty") if one["kind"] == "royalty" else self.say("金额", "sum")
        self.line(f"  {what} {', '.join((*sums, *rates)) or printable(one['place']['quote'])}")
        if one["differs"]:
            self.line(
                self.say(
                    "  ▲ 大写与小写金额不一致，请核对", "  ▲ the sum in words is not the one in figures: compare them"
                ),
                "yellow",
            )

    def contract(self, answer: Json) -> None:
        """A contract: who, when, which law; its clauses with what each is about and falls under; the facts it proposes."""
        self.head(answer)
        self.title(printable(answer["title"] or answer["name"]))
        if not answer["is_contract"]:
            self.line(
                self.say(
                    "读起来不像合同：以下仅供参考。", "This does not read like a contract; take what follows with care."
                ),
                "yellow",
            )
        pages = "" if answer["pages"] is None else self.say(f"，{answer['pages']} 页", f", {answer['pages']} pages")
        size = self.say(f"{answer['characters']:,} 字", f"{answer['characters']:,} characters")
        self.line(f"{printable(answer['name'])}  {size}{pages}  sha256 {answer['digest'][:12]}", "dim")
        for one in answer["unread"]:
            self.line(
                self.say(f"第 {one['page']} 页未读：", f"page {one['page']} not read: ") + self.of(one["because"]),
                "yellow",
            )
        self.title(self.say("当事人", "Parties"))
        for one in answer["parties"]:
            side = self.word(SIDES, one["side"]) if one["side"] else self.say("地位未明", "side open")
            where = self.say("所在地未写明", "place not stated")
            if one["country"] is not None:
                where = f"{one['country']} ({self.word(BASES, one['basis'])})"
            self.line(f"  {printable(one['name'])} · {printable(', '.join(one['labels']))} · {side} · {where}")
        for one in answer["days"]:
            self.line(
                f"  {self.say('签订', 'signed') if one['what'] == 'signed' else self.say('生效', 'effective')} {one['day']}"
            )
        for one in answer["price"]:
            self._price(one)
        if answer["law"] is not None:
            self.line(f"  {self.say('适用法律', 'governing law')}: {printable(answer['law']['place']['quote'])}")
        self.title(self.say("条款", "Clauses"))
        for one in answer["clauses"]:
            self._clause(one)
        self.title(self.say("候选条目（按最相关的条款）", "Candidates, by their best clause"))
        shown = [one for one in answer["candidates"] if one["flag"] or one["score"] >= _TOLD_OF_A_CONTRACT]
        for one in shown:
            clauses = ", ".join(printable(each["label"]) for each in one["clauses"][:6])
            flag = self.say(" 标记", " flagged") if one["flag"] else ""
            self.line(
                f"  {one['score']:.2f} {self.word(CONTROL, one['control'])} {one['item']} {self.of(one['name'])}{flag} · {clauses}"
            )
        if not answer["candidates"]:
            self.line(self.say("  没有候选。", "  No candidate."))
        if len(shown) < len(answer["candidates"]):
            rest, least = len(answer["candidates"]) - len(shown), _TOLD_OF_A_CONTRACT
            self.line(self.say(f"  另有 {rest} 个低于 {least}。", f"  {rest} more below {least}."), "dim")
        self.considered(answer["considered"])
        self.title(self.say("提出的事实（须由人接受）", "Proposed facts, for a person to accept"))
        for one in answer["proposals"]:
            kind = self.say("答案", "answer") if one["test"] else self.say("事实", "fact")
            mark = "✓" if one["fact"] in answer["accepted"] else "?"
            self.line(
                f"  {mark} {kind} {one['fact']}={printable(' '.join(str(one['value']).split()))} · {self.of(one['because'])}"
            )
            for place in one["places"][:3]:
                self.line(f"      {self._stands(place)}", "dim")
        if answer["accepted"]:
            done = ", ".join(answer["accepted"])
            self.line(
                self.say(f"已记入案件 {answer['case']}：{done}", f"Recorded in the case {answer['case']}: {done}"),
                "bold",
            )

    def _clause(self, one: Json) -> None:
        """A clause of a contract: number, what it is about, what it excludes, what it falls under."""
        about = ", ".join(self.of(each["name"]) for each in one["types"])
        denied = ", ".join(self.of(each["name"]) for each in one["excludes"])
        heading = printable(" / ".join(one["heading"]))
        indent = "  " * (one["depth"] + 1)
        words = [
            heading,
            f"[{about}]" if about else "",
            f"[{self.say('排除：', 'excludes: ')}{denied}]" if denied else "",
        ]
        self.line(f"{indent}{printable(one['number'])} {' '.join(word for word in words if word)}")
        for each in one["licence"]:
            self.line(f"{indent}    {each['what']}: {printable(each['place']['quote'])}", "dim")
        if one["screened"] and one["defined"]:
            terms = "; ".join(
                f"{printable(each['term'])} ({self._stands(each['places'][0])})" for each in one["defined"]
            )
            self.line(f"{indent}    {self.say('连同定义筛查：', 'screened with the definitions of: ')}{terms}", "dim")
        if one["not_compared"] is not None:
            self.line(f"{indent}    {self.of(one['not_compared'])}", "yellow")
        for each in one["candidates"]:
            if each["flag"] or each["near_boundary"] or each["score"] >= _TOLD_OF_A_CLAUSE:
                style = "bold" if each["flag"] else ""
                self.line(f"{indent}    {each['score']:.2f} {each['item']} {self.of(each['name'])}", style)

    def _stands(self, place: Json) -> str:
        page = "" if place["page"] is None else self.say(f"第 {place['page']} 页 ", f"p. {place['page']} ")
        return f"{page}{printable(place['clause'] or '')} “{printable(place['quote'][:70])}”"

    def case(self, answer: Json) -> None:
        """The list of cases, or one."""
        if "cases" in answer:
            self.title(
                self.say(
                    f"{len(answer['cases'])} 个案件 · {answer['on']}", f"cases: {len(answer['cases'])} · {answer['on']}"
                )
            )
            for one in answer["cases"]:
                again = self.say(" ▲ 须重新判定", " ▲ reopened") if one["reopened"] else ""
                self.line(
                    f"{one['case']} {one['title']} · {self.of(one['name'])} ({one['state']}) · {'—' if one['outcome'] is None else self.answered(one['outcome'])}{again}"
                )
                self._running(one["due"])
            if not answer["cases"]:
                self.line(
                    self.say(
                        "立案：mulu case new --title … --technology … --by …",
                        "Open one: mulu case new --title … --technology … --by …",
                    )
                )
            return
        self.title(
            f"{answer['case']} {answer['title']} · {self.of(answer['name'])} ({answer['state']}) · {answer['on']}"
        )
        self.line(self.of(answer["says"]))
        if answer["reopened"]:
            self.line(
                self.say(
                    "▲ 判定所依据的要点已变化，须重新判定",
                    "▲ what the determination stands on has changed: classify again",
                ),
                style="bold black on yellow",
            )
        if answer.get("recorded"):
            one = answer["recorded"]
            self.line(
                self.say(
                    f"已记录：{one['event']}，{one['before']} → {one['after']}",
                    f"recorded: {one['event']}, {one['before']} → {one['after']}",
                )
            )
            for name in one["warnings"]:
                self.line(f"▲ {name}", style="bold black on yellow")
        if answer["due"]:
            self.line(self.say("期限：", "time limits:"), style="bold")
            self._running(answer["due"])
        if answer["accepted"]:
            self.line(
                self.say(
                    "取自合同、事件中未另给出时采用：", "from the contract, used where an event is not given another:"
                ),
                style="bold",
            )
        for name, one in answer["accepted"].items():
            value = " ".join(printable(one["value"]).split())
            self.line(f"  {name}={value} · {printable('; '.join(one['places']))} · {', '.join(one['by'])}")
        self.line(self.say("可以进行：", "possible now:"), style="bold")
        open_ = [one for one in answer["possible"] if one["refused_now"] is None]
        for one in open_:
            self.line(
                f"  {one['event']} ({'/'.join(one['actor'])}) {self.of(one['says'])} · {self.of(one['mark_says'])}"
            )
            needs = self.say("、", ", ").join(f"{n['id']} ({self.of(n['name'])})" for n in one["needs"])
            if needs:
                self.line(self.say(f"      证据：{needs}", f"      evidence: {needs}"), style="dim")
            for paper in one["missing_papers"]:
                self.line(
                    self.say(
                        f"      缺材料：{paper['name']['zh']}（{paper['key']}）",
                        f"      paper missing: {paper['name']['en']} ({paper['key']})",
                    )
                )
        if len(open_) < len(answer["possible"]):
            self.line(self.say("此时会被拒绝：", "refused as things stand:"), style="bold")
        for one in answer["possible"]:
            if one["refused_now"] is not None:
                self.line(f"  {one['event']}: {self.of(one['refused_now'])}")
        if answer["licensed_data"]:
            self.line(self.say("许可的资料清单：", "licensed technical data:"), style="bold")
            for row in answer["licensed_data"]:
                self.line(f"    {row['title']} {row['version']} {row['digest']} → {row['recipient']}")
        for one in answer["deliveries"]:
            titles = ", ".join(row["title"] for row in one["delivered"])
            self.line(
                self.say(
                    f"交付 {one['day']}：{titles}（{one['medium']}，{one['place']}）",
                    f"delivered {one['day']}: {titles} ({one['medium']}, {one['place']})",
                )
            )
        for one in answer["exposure"]:
            self._exposure(one)
        if answer["hand_off"] is not None:
            self.line(self.say("移交出口管制：", "hand-off to export control:"), style="bold")
            for key, value in answer["hand_off"].items():
                if key != "provisions":
                    self.line(f"    {key}: {value}")
            self._cited(answer["hand_off"]["provisions"], "    ")
        self.line(self.say("经过：", "history:"), style="bold")
        for one in answer["history"]:
            warned = f" ▲ {', '.join(one['warnings'])}" if one["warnings"] else ""
            self.line(
                f"  {one['day']} {one['event']} ({one['actor']}, {one['by']}) {one['before']} → {one['after']}{warned}"
            )

    def _exposure(self, one: Json) -> None:
        self.line(f"{one['breach']} · {self.of(one['says'])} · {one['day']}", style="bold")
        for sanction in one["sanctions"]:
            amount = ""
            if sanction["to"] is not None:
                amount = f" · {sanction['from']:,.0f}–{sanction['to']:,.0f} " + self.say("元", "yuan")
            disputed = f" ▲ {sanction['contested']}" if sanction["contested"] else ""
            self.line(f"    {self.of(sanction['says'])}{amount}{disputed}")
            self._cited(sanction["provisions"], "        ")
        for text in one["not_yet_law"]:
            self.line(
                self.say(f"    当日无此规定：{text['zh']}", f"    no rule of that day: {text['en']}"), style="dim"
            )

    def penalty(self, answer: Json) -> None:
        """Penalty exposure."""
        self.title(self.say(f"违规行为发生在 {answer['on']}", f"breach on {answer['on']}"))
        for one in answer["penalties"]:
            self._exposure(one)

    def number(self, answer: Json) -> None:
        """A contract number."""
        self.title(answer["number"])
        for one in answer["doubts"]:
            self.line(f"▲ {self.of(one)}")
        if not answer["doubts"]:
            self.line(self.say("与已知编码规则一致", "it follows the coding rules known"))
        self._cited(answer["provisions"], "    ")

    def paper(self, answer: Json) -> None:
        """A paper that was made, or the fields of one."""
        if "fields" in answer:
            self.title(f"{answer['kind']}  {self.of(answer['title'])}")
            self.line(self.of(answer["about"]))
            if answer["unofficial"]:
                self.line(
                    self.say(
                        "▲ 非官方表样：未读到官方表格，以主管部门表格为准。",
                        "▲ UNOFFICIAL: no official form was read; the authority's own form counts.",
                    )
                )
            for one in answer["fields"]:
                self.line(f"{one['field']}  {self.of(one['name'])}  [{self.of(one['certainty_says'])}]")
                self.line(f"    {self.of(one['means'])} ← {self.of(one['comes_from'])}")
            return
        self.title(f"{answer['name']}  {answer['bytes']:,} B  SHA-256 {answer['sha256']}")
        if answer["written"] is None:
            self.line(self.say("未写入文件：请以 --into 给出文件名。", "Not written: name a file with --into."))
        else:
            self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))
        if answer["unfilled"]:
            names = ", ".join(answer["unfilled"])
            self.line(self.say(f"▲ 未填字段：{names}", f"▲ fields not filled in: {names}"))

    def matrix(self, answer: Json) -> None:
        """A matrix that was exported, or an edited one held against the records."""
        if "changes" not in answer:
            cases, rows = len(answer["cases"]), len(answer["rows"])
            self.title(self.say(f"{cases} 个未定案件，{rows} 个问题", f"{cases} open cases, {rows} questions"))
            if answer["written"] is None:
                self.line(self.say("未写入文件：请以 --into 给出文件名。", "Not written: name a file with --into."))
            else:
                self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))
            if "opened" in answer:
                opened, found = len(answer["opened"]), len(answer["found"])
                self.line(
                    self.say(
                        f"由表新立 {opened} 案；{found} 行已有同名、同文、同日的未定案件，沿用。",
                        f"{opened} cases opened from the table; {found} rows had an open case of the same title, text and day.",
                    )
                )
                for one in answer["refused_rows"]:
                    name = f" ({printable(one['id'])})" if one["id"] else ""
                    self.line(
                        self.say(f"▲ 第 {one['line']} 行", f"▲ line {one['line']}")
                        + f"{name}: {self.of(one['because'])}"
                    )
            return
        changes, conflicts = len(answer["changes"]), len(answer["conflicts"])
        self.title(
            self.say(
                f"{answer['rows']} 行：{changes} 处改动，{conflicts} 处冲突，{answer['unchanged']} 行未变",
                f"{answer['rows']} rows: {changes} changes, {conflicts} conflicts, {answer['unchanged']} unchanged",
            )
        )
        for one in answer["changes"]:
            self.line(f"{_question(one)}: {one['after']['judgement']}")
            for name in one["changed"]:
                before, after = one["before"][name] or "—", one["after"][name] or "—"
                self.line(f"    {self.say(*EDITED[name])}: {printable(before)} → {printable(after)}")
        for one in answer["conflicts"]:
            self.line(f"▲ {_question(one)}: {self.of(one['because'])}")
        for one in answer["refused"]:
            self.line(f"▲ {_question(one)}: {self.of(one['because'])}")
        if answer["applied"]:
            said = len(answer["recorded"])
            self.line(
                self.say(f"已以 {answer['by']} 记录 {said} 处。", f"{said} recorded under the name {answer['by']}.")
            )
        elif answer["changes"]:
            self.line(
                self.say("未作记录；确认后加 --apply。", "Nothing was recorded; add --apply to record the changes.")
            )

    def portfolio(self, answer: Json) -> None:
        """Portfolios, a run, an impact, records, a judgement."""
        if "portfolios" in answer:
            self._portfolios(answer)
        elif "cluster" in answer:
            self._on_cluster(answer)
        elif "sha256" in answer:
            self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))
        elif "results" in answer:
            self._impact(answer)
        elif answer.get("deleted") is True:
            self._portfolio_deleted(answer)
        elif "runs" in answer:
            self._portfolio_runs(answer)
        elif isinstance(answer.get("records"), list):
            self._portfolio_records(answer)
        elif "candidates" in answer:
            self._portfolio_record(answer)
        elif "judgement" in answer:
            what = f"{printable(answer['record'])} · {answer['item']} · {answer['judgement']}"
            by = printable(answer["by"])
            self.line(self.say(f"已以 {by} 的名义记录：{what}", f"recorded under the name {by}: {what}"))
            if not answer["candidate"]:
                self.line(
                    self.say(
                        "▲ 筛查并未就该条目提出此记录；判断仍照此保存。",
                        "▲ screening did not put this record forward under the item; the answer is kept all the same.",
                    )
                )
        else:
            self._portfolio_run(answer)

    def _portfolios(self, answer: Json) -> None:
        self._left(answer["left"])
        if not answer["portfolios"]:
            self.line(
                self.say(
                    "还没有技术组合。例：mulu portfolio screen 我的组合 --file 专利.xlsx",
                    "No portfolio yet. Example: mulu portfolio screen mine --file patents.xlsx",
                )
            )
        for one in answer["portfolios"]:
            if one["unusable"] is not None:
                self.line(f"▲ {one['portfolio']}: {printable(self.of(one['unusable']))}")
                continue
            unfinished = one["last"] is not None and one["last"]["state"] != "done"
            state = self.say(" · ▲ 上次运行未完成", " · ▲ the last run is not finished") if unfinished else ""
            self.line(
                self.say(
                    f"{one['portfolio']}  {one['records']:,} 条记录，{one['flagged']:,} 条有标记，{one['runs']} 次运行{state}",
                    f"{one['portfolio']}  {one['records']:,} records, {one['flagged']:,} flagged, {one['runs']} runs{state}",
                )
            )
            self._drafts(one)
        self.line(answer["folder"])

    def _drafts(self, answer: Json) -> None:
        """Say loudly that a draft, no law, answered some records."""
        from mulu.portfolio.exposure import draft_told

        for one in answer["drafts"]:
            self.print(Text(f"▲ {self.of(draft_told(one).as_json())}", style="bold black on yellow"))

    def _never_in_force(self, named: str) -> str:
        return self.say(f"征求意见稿 {named}（从未施行）", f"DRAFT {named} (never in force)")

    def _portfolio_run(self, answer: Json) -> None:
        day = answer["on"] or "" if answer["draft"] is None else self._never_in_force(answer["draft"])
        self.title(
            self.say(
                f"{answer['portfolio']} · 第 {answer['run']} 次运行 · {day} · 数据 {answer['data']}",
                f"{answer['portfolio']} · run {answer['run']} · {day} · data {answer['data']}",
            )
        )
        self._drafts(answer)
        if answer["goes_on"]:
            self.line(self.say("接着上次中断之处。", "It went on where it was interrupted."))
        self.line(
            self.say(
                f"{answer['rows']:,} 行：新读 {answer['read']:,}，已有 {answer['held_already']:,}，"
                f"重复 {answer['repeated']:,}，拒绝 {answer['refused']:,}；组合现有 {answer['records']:,} 条记录",
                f"{answer['rows']:,} rows: {answer['read']:,} read, {answer['held_already']:,} held already, "
                f"{answer['repeated']:,} repeated, {answer['refused']:,} refused; the portfolio holds {answer['records']:,} records",
            )
        )
        self.line(
            self.say(
                f"本次有标记：{answer['flagged']:,} 条（候选，不是结论）",
                f"flagged in this run: {answer['flagged']:,} (candidates, no conclusions)",
            )
        )
        if answer["gone"]:
            self.line(
                self.say(
                    f"▲ {answer['gone']:,} 条记录不在本次输入中，仍予保留",
                    f"▲ {answer['gone']:,} records do not stand in this input; they are kept",
                )
            )
        for one in answer["skipped"]:
            self.line(f"▲ {printable(one['name'])}: {self.of(one)}")
        for one in answer["doubtful_countries"]:
            said, codes = printable(one["such_as"]), one["may_be"]
            self.line(
                self.say(
                    f"▲ {one['records']:,} 条记录的接收方可在 {' 或 '.join(codes)}（如“{said}”）：计为未识别；请在表中写明，如“{said} ({codes[0]})”",
                    f"▲ the recipients of {one['records']:,} records may be in {' or '.join(codes)} (such as “{said}”): they count as not "
                    f"recognised; say in the table which, as “{said} ({codes[0]})”",
                )
            )
        if answer["refused_file"]:
            self.line(
                self.say(
                    f"▲ 拒绝的行及理由：{answer['refused_file']}",
                    f"▲ refused rows with their reasons: {answer['refused_file']}",
                )
            )
        how = [answer["mapping"][name] for name in ("encoding", "delimiter") if answer["mapping"].get(name)]
        if how:
            told = ", ".join("Tab" if one == "\t" else one for one in how)
            self.line(self.say(f"编码与分隔符：{told}", f"encoding and delimiter: {told}"))
        for one in answer["mapping"]["tables"]:
            used = ", ".join(f"{role}={'+'.join(columns)}" for role, columns in one["roles"].items())
            sheet = "" if one["sheet"] is None else f"{one['sheet']}: "
            self.line(printable(self.say(f"列：{sheet}{used}", f"columns: {sheet}{used}")))
            for note in one["notes"]:
                self.line(f"▲ {printable(self.of(note))}")
        self.line(self.say(f"用时 {answer['seconds']} 秒", f"{answer['seconds']} s"))

    def _on_cluster(self, answer: Json) -> None:
        draft = "" if answer["draft"] is None else f" · {self._never_in_force(answer['draft'])}"
        self.title(
            self.say(
                f"{answer['portfolio']} · Ray，{answer['workers']} 个进程 · 数据 {answer['data']}{draft}",
                f"{answer['portfolio']} · Ray, {answer['workers']} workers · data {answer['data']}{draft}",
            )
        )
        self.line(
            self.say(
                f"{answer['rows']:,} 行：读取 {answer['read']:,}，拒绝 {answer['refused']:,}（理由在结果中）；"
                f"有标记 {answer['flagged']:,} 行（候选，不是结论）",
                f"{answer['rows']:,} rows: {answer['read']:,} read, {answer['refused']:,} refused (with reasons in the result); "
                f"{answer['flagged']:,} flagged (candidates, no conclusions)",
            )
        )
        if answer["repeated"] or answer["empty"]:
            self.line(
                self.say(
                    f"与前面的行相同 {answer['repeated']:,} 行；空行 {answer['empty']:,} 行",
                    f"{answer['repeated']:,} rows say again what an earlier one says; {answer['empty']:,} say nothing",
                )
            )
        used = ", ".join(f"{role}={'+'.join(columns)}" for role, columns in answer["mapping"].items())
        self.line(printable(self.say(f"列：{used}", f"columns: {used}")))
        self.line(
            self.say(
                f"已写入 {answer['into']}，用时 {answer['seconds']} 秒",
                f"written to {answer['into']}; {answer['seconds']} s",
            )
        )

    def _was(self, one: Json) -> str:
        """What a portfolio was that is deleted."""
        if one["records"] is None:
            return self.say("无法读取，其规模未知", "it could not be read: what it held is not known")
        said = self.say(
            f"{one['records']:,} 条记录，{one['runs']} 次运行", f"{one['records']:,} records, {one['runs']} runs"
        )
        return said if one["last"] is None else f"{said} · {one['last']['digest']}"

    def _portfolio_deleted(self, answer: Json) -> None:
        name, by = answer["portfolio"], printable(answer["by"])
        self.line(
            self.say(
                f"已以 {by} 的名义删除 {name}：{self._was(answer)}",
                f"{name} deleted under the name {by}: {self._was(answer)}",
            )
        )
        self.line(
            self.say(
                f"历次运行、影响和 {answer['judgements']} 项判断仍在轨迹中；日后同名的组合不沿用这些判断",
                f"its runs, impacts and {answer['judgements']} answers stay in the trail; no later portfolio of this name inherits them",
            )
        )
        if answer["left"] is not None:
            self._left([{"portfolio": name, "folder": answer["left"]}])

    def _left(self, left: Iterable[Json]) -> None:
        for one in left:
            self.line(
                self.say(
                    f"▲ 已删除的组合 {one['portfolio'] or ''} 仍有文件未能移除：{printable(one['folder'])}。下次筛查或删除时将再次移除；也可自行删除该文件夹。",
                    f"▲ Files of the deleted portfolio {one['portfolio'] or ''} are still there: {printable(one['folder'])}. The next screening or "
                    "deletion tries again; you may remove the folder yourself.",
                )
            )

    def _portfolio_runs(self, answer: Json) -> None:
        self.title(answer["portfolio"])
        for one in answer["runs"]:
            done = one["done"] or {}
            records, flagged = done.get("records", "—"), done.get("flagged", "—")
            head = f"{one['at'][:19]} · {self.word(RUN_STATES, one['state'])} · {printable(one['asked']['input'])}"
            if (draft := one["asked"].get("draft")) is not None:
                head += f" · {self._never_in_force(draft)}"
            self.line(
                self.say(
                    f"第 {one['run']} 次 · {head} · 记录 {records}，有标记 {flagged}",
                    f"run {one['run']} · {head} · {records} records, {flagged} flagged",
                )
            )
        for one in answer["on_clusters"]:
            said, done = one["asked"], one["done"]
            head = f"{one['at'][:19]} · {printable(said['input'])} → {printable(said.get('into', '—'))}"
            if (draft := said.get("draft")) is not None:
                head += f" · {self._never_in_force(draft)}"
            self.line(
                self.say(
                    f"集群 · {head} · 读取 {done['read']}，有标记 {done['flagged']}",
                    f"cluster · {head} · {done['read']} read, {done['flagged']} flagged",
                )
            )
        for number, one in enumerate(answer["impacts"], 1):
            total = sum(one["affected"].values())
            arrow = f"{one['from']['edition']} → {one['to']['edition']} · {one['at'][:19]}"
            zh, en = (
                (" · 属于已删除的同名组合", " · of a portfolio of this name that was deleted")
                if one["before_deletion"]
                else ("", "")
            )
            self.line(
                self.say(f"影响 {number} · {arrow} · {total} 处{zh}", f"impact {number} · {arrow} · {total} found{en}")
            )
        for one in answer["deleted"]:
            at, by, because = one["at"][:19], printable(one["by"]), printable(one["because"])
            self.line(
                self.say(
                    f"▲ {at} 由 {by} 删除（{because}）：{self._was(one)}",
                    f"▲ deleted {at} by {by} ({because}): {self._was(one)}",
                )
            )

    def _portfolio_records(self, answer: Json) -> None:
        self.title(
            self.say(
                f"{answer['portfolio']} · {answer['total']:,} / {answer['of']:,} 条记录 · 数据 {answer['data']}",
                f"{answer['portfolio']} · {answer['total']:,} of {answer['of']:,} records · data {answer['data']}",
            )
        )
        self._drafts(answer)
        for one in answer["records"]:
            draft = f" · {self._never_in_force(one['edition'])}" if one["draft"] else ""
            self.line(f"{printable(one['id'])}  {printable(one['title'] or one['text'][:60])}{draft}")
            self._portfolio_candidates(one)
        if answer["next_cursor"] is not None:
            self.line(self.say(f"续：--cursor {answer['next_cursor']}", f"to go on: --cursor {answer['next_cursor']}"))

    def _portfolio_candidates(self, record: Json) -> None:
        for c in record["candidates"]:
            judged = ""
            if c["judgement"] is not None:
                state = self.word(STATES, c["state"])
                judged = f" · {state}: {c['judgement']['judgement']} ({printable(c['judgement']['by'])})"
            mark = "▲" if c["flag"] else " "
            self.line(f"  {mark} {c['score']:.2f} {c['item']} {self.of(c['name'])} · {c['certainty']}{judged}")

    def _portfolio_record(self, answer: Json) -> None:
        self.title(f"{answer['portfolio']} · {printable(answer['id'])} · {self.say('数据', 'data')} {answer['data']}")
        if answer["draft"]:
            of = [one for one in answer["drafts"] if one["draft"] == answer["edition"]]
            self._drafts({"drafts": [{**one, "records": 1} for one in of]})
        said = [answer["recipient"], answer["day"], answer["owner"], answer["kind"], answer["place"]]
        self.line(printable(" · ".join(one for one in said if one)))
        self.line(printable(answer["title"] or ""))
        for line in answer["text"].splitlines():
            self.line(printable(line))
        self._portfolio_candidates(answer)
        for one in answer["judgements"]:
            case = "" if one["case"] is None else f" · {one['case']}"
            if one["before_deletion"]:
                case += self.say(" · 针对已删除的同名组合", " · of a portfolio of this name that was deleted")
            self.line(
                printable(f"{one['at'][:19]} {one['item']}: {one['judgement']} ({one['by']}) {one['because']}{case}")
            )

    def _nearest(self, answer: Json) -> None:
        """The first records below the line of each item that is new; all that there are stand in the JSON."""
        if not answer["nearest"]:
            return
        self.line(NOT_LEARNED.in_(self.language))
        for one in answer["nearest"]:
            self.line(
                printable(f"  {self.of(one['name'])} {one['item']}")
                + ("" if one["records"] else self.say("：无", ": none"))
            )
            for record in one["records"][:_NEAREST_SHOWN]:
                self.line(
                    printable(
                        f"    {record['score']:.2f}  {record['record']}  {record['title'] or record['text'][:60]}"
                    )
                )

    def _impact(self, answer: Json) -> None:
        old, new = answer["from"], answer["to"]
        arrow = f"{old['edition']} → {new['edition']}"
        self.title(f"{answer['portfolio']} · {arrow} · {self.say('数据', 'data')} {answer['data']}")
        if answer["if_adopted"]:
            self.line(
                self.say(
                    "征求意见稿，从未施行：如获通过，则如下。", "A draft, never in force: were it adopted, as follows."
                )
            )
            self.line(self.of(answer["draft"]["comments"]))
            self.line(self.of(answer["draft"]["became"]))
        elif new["effective"]:
            self.line(self.say(f"施行日期 {new['effective']}", f"date of effect {new['effective']}"))
        changed, touched, again = len(answer["items"]), answer["touched"], answer["read_again"]
        self.line(
            self.say(
                f"{changed} 个条目有变动；{answer['records']:,} 条记录中 {touched:,} 条与之相关，重读 {again:,} 条，"
                f"用时 {answer['seconds']} 秒",
                f"{changed} items changed; of {answer['records']:,} records {touched:,} are near them, {again:,} were read again; "
                f"{answer['seconds']} s",
            )
        )
        for kind, count in answer["affected"].items():
            if count:
                self.line(f"  {self.word(EFFECTS, kind)}: {count:,}")
        if not answer["results"]:
            self.line(
                self.say(
                    "没有记录受影响；此次查询已记录在案。", "No record is affected; that this was asked is on record."
                )
            )
        for one in answer["results"]:
            early = (
                self.say(" · 其日期在施行之前", " · its day lies before the date of effect")
                if one["before_effect"]
                else ""
            )
            self.line(f"{printable(one['record'])}  {printable(one['title'] or one['text'][:60])}{early}")
            for e in one["effects"]:
                before, after = ("—" if e[side] is None else f"{e[side]['score']:.2f}" for side in ("before", "after"))
                to = "" if e["to_item"] is None else f" → {e['to_item']}"
                judged = ""
                if e["judgement"] is not None:
                    judged = self.say(" · 已有判断，须重新判断", " · judged before, to be judged again")
                self.line(f"    {self.word(EFFECTS, e['kind'])}: {e['item']}{to}  {before} → {after}{judged}")
        self._nearest(answer)
        for one in answer["cases"]:
            what = self.say("；", "; ").join(self.point(s["number"], s["item"]) for s in one["stands_on"]) or ", ".join(
                one["candidates"]
            )
            title = printable(one["title"])
            self.line(
                self.say(
                    f"▲ 案件 {one['case']} {title}：须重新审视（{what}）",
                    f"▲ case {one['case']} {title}: to be looked at again ({what})",
                )
            )
            for running in one["due"]:
                self.line(f"    {self.of(running['name'])}: {running['day']}")
        if answer.get("written"):
            self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))

    def trail(self, answer: Json) -> None:
        """The audit trail."""
        self.title(
            self.say(
                f"{answer['records']} 条记录 · 头 {answer['head']}",
                f"{answer['records']} records · head {answer['head']}",
            )
        )
        for one in answer["entries"]:
            of = one["body"].get("case") or (one["document"] or "")[:12]
            self.line(f"{one['id']:>6} {one['at'][:19]} {one['act']} {of} {one['by'] or ''} {one['chain'][:12]}")
        if answer["written"] is None:
            self.line(
                self.say(
                    "请将头摘要或 --into 写出的文件保存在别处：只有它能显示末尾被截断。",
                    "Keep the head, or a file written with --into, elsewhere: only it can show that the end was cut off.",
                )
            )
        else:
            self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))

    def certificate(self, answer: Json) -> None:
        """A key or a certificate made, or what a certificate proves."""
        if "verdict" in answer:
            self._certified(answer)
            return
        self.title(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))
        self.line(
            self.say(
                f"密钥指纹（SHA-256）{answer['fingerprint']}",
                f"fingerprint of the key (SHA-256) {answer['fingerprint']}",
            )
        )
        if answer["made"] == "key":
            self.line(self.say(f"公钥 {answer['public']}", f"public key {answer['public']}"))
            self.line(
                self.say(
                    "私钥只由您保管，Mulu 不留副本。请经可靠途径把公钥或完整指纹交给核验者：证书内的公钥不能证明持有人。",
                    "The private key is yours alone to keep; Mulu holds no copy. Hand the public key or the whole fingerprint to those "
                    "who verify by a way that they trust: the key inside a certificate does not prove who holds it.",
                )
            )
            if not answer["encrypted"]:
                self.line(
                    self.say(
                        "私钥没有口令（--passphrase 可设）。",
                        "The private key has no passphrase (--passphrase gives it one).",
                    ),
                    style="yellow",
                )
            return
        self.line(f"SHA-256 {answer['sha256']}")
        self.line(self.of(answer["says"]))
        if answer["kind"] == "portfolio":
            self.line(
                self.say(
                    "证书不含任何正文，只有数目和部分记录标识；核验者须另有该表或文件夹（verify 的 --table）才能重做。",
                    "No text is in it, only counts and some ids of records; whoever is to do it again needs the table or folder as well "
                    "(--table of verify).",
                )
            )
        elif not answer["with_text"]:
            self.line(
                self.say(
                    "证书不含全文，但候选的理由中会引用文中的词语和数值；核验者须另有该文本才能重做。",
                    "The text is not in it, but the reasons quote words and values of it; whoever is to do it again needs the text as well.",
                )
            )

    def _certified(self, answer: Json) -> None:
        replay, held = answer["replay"], answer["signature"]["holder_known"]
        said, style = {
            "reproduced": (("签名属实，结果已重现", "signed by the key you know, and reproduced"), "bold green"),
            "not replayable here": (
                ("签名属实，结果在此不能重现", "signed by the key you know; it cannot be reproduced here"),
                "bold yellow",
            ),
            "holder not known": (
                ("未证实：不知签名者是谁", "not proved: whose signature it is, is not known"),
                "bold yellow",
            ),
            "differs": (("与证书所载不同", "it differs from what the certificate records"), "bold red"),
            "another": (
                ("所给的不是证书所载的，未作比较", "what was given is not what was certified: nothing was compared"),
                "bold red",
            ),
        }["another" if replay["said"]["id"] in ("another_text", "another_table") else answer["verdict"]]
        self.line(self.say(*said), style=style)
        self.line(self.of(answer["says"]))
        if answer["beyond_knowledge"]:
            self.line(
                self.say("该日晚于来源核查日。", "The day is after the last check of sources."),
                style="bold black on yellow",
            )
        self.line(
            f"{self.say('签名', 'signature')}: {self.of(answer['signature']['said'])}", style="" if held else "yellow"
        )
        self.line(f"{self.say('重做', 'done again')}: {self.of(replay['said'])}")
        for why in replay["because"]:
            self.line(f"  {self.of(why)}", style="yellow")
        if replay["equal"]:
            self.line(
                self.say("  相同的部分：", "  the same: ") + ", ".join(map(printable, replay["equal"])), style="dim"
            )
        for one in replay["differences"]:
            recorded, here = (printable(one[side])[:200] for side in ("recorded", "here"))
            self.line(f"  {printable(one['where'])}: {recorded} → {here}", style="red")
        if replay["differing"] > len(replay["differences"]):
            self.line(self.say(f"  共 {replay['differing']} 处不同", f"  {replay['differing']} differences in all"))
        if answer["near_boundary"]:
            names = ", ".join(map(printable, answer["near_boundary"]))
            self.line(
                self.say(
                    f"处于标记线容差（{answer['tolerance']}）之内：{names}",
                    f"within the tolerance of the line ({answer['tolerance']}): {names}",
                ),
                style="yellow",
            )
        for one in answer["documents"]:
            self.line(f"{self.say('官方文件', 'official document')} {one['document']} {printable(one['instrument'])}")
        since = answer["since"]
        if since is not None:
            stands = since["record"] == "same" and since["said"]["id"] == "stands"
            self.line(f"{self.say('此后', 'since')}: {self.of(since['said'])}", style="" if stands else "bold yellow")
            for why in since["reopened"]:
                self.line(f"  {self.of(why)}", style="yellow")
            for one in since["dissents"]:
                self.line(
                    self.say(f"  异议 {one['by']}：{one['because']}", f"  dissent of {one['by']}: {one['because']}")
                )

    def export(self, answer: Json) -> None:
        """An export that was written, or one that was checked."""
        if "checked" in answer:
            self._checked(answer)
            return
        self.title(answer["title"][self.language.value])
        self.line(
            self.say(
                f"数据 {answer['data']} · 日期 {answer['on']} · 来源核查至 {answer['known_to']}",
                f"data {answer['data']} · day {answer['on']} · sources checked up to {answer['known_to']}",
            )
        )
        for note in answer["notes"]:
            self.line(note[self.language.value])
        for name in answer["formats"]:
            files = [one for path, one in answer["files"].items() if path.startswith(f"{name}/")]
            kib = sum(one["bytes"] for one in files) // 1024
            self.line(
                self.say(
                    f"{name:<9} {len(files):>5} 个文件 {kib:>7} KiB", f"{name:<9} {len(files):>5} files {kib:>7} KiB"
                )
            )
        if answer["written"] is None:
            self.line(
                self.say(
                    "未写出：请以 --into 给出文件夹或 .zip。",
                    "Nothing was written: name a folder or a .zip with --into.",
                )
            )
            return
        self.line(self.say(f"已写入 {answer['written']}", f"written to {answer['written']}"))
        self.line(f"manifest.json SHA-256 {answer['manifest_sha256']}")

    def _checked(self, answer: Json) -> None:
        self.title(
            self.say(
                f"{answer['checked']}：{answer['files']} 个文件{'与清单相符' if answer['ok'] else '与清单不符'}",
                f"{answer['checked']}: {answer['files']} files {'agree' if answer['ok'] else 'DO NOT AGREE'} with the manifest",
            )
        )
        for key, zh, en in (
            ("differ", "有改动", "differs"),
            ("lack", "缺失", "is missing"),
            ("not_in_manifest", "清单未列", "is not in the manifest"),
        ):
            for path in answer[key]:
                self.line(f"{printable(path)}: {self.say(zh, en)}")
        self.line(f"manifest.json SHA-256 {answer['manifest_sha256']}")

    def backup(self, answer: Json) -> None:
        """A backup made."""
        self.title(self.say(f"已备份到 {answer['backup']}", f"backed up to {answer['backup']}"))
        self.line(self.say(f"头 {answer['head']}", f"head {answer['head']}"))
        self.line(f"SHA-256 {answer['sha256']}")

    def restore(self, answer: Json) -> None:
        """A backup restored."""
        self.title(self.say(f"已恢复 {answer['backup']}", f"restored {answer['backup']}"))
        if answer["kept_as"] is not None:
            self.line(
                self.say(
                    f"原库（头 {answer['replaced']}）留存为 {answer['kept_as']}",
                    f"what stood there (head {answer['replaced']}) is kept as {answer['kept_as']}",
                )
            )
        self.line(self.say(f"头 {answer['head']}", f"head {answer['head']}"))

    def deadline(self, answer: Json) -> None:
        self.title(self.say(f"自 {answer['start']} 起算（当日不计）", f"from {answer['start']}, which is not counted"))
        for row in answer["limits"]:
            day = row["day"] or self.say("无日期", "no day")
            line = Text(str(day), style="bold")
            if row["provisional"]:
                line.append(self.say("  ▲ 暂定", "  ▲ PROVISIONAL"), style="bold black on yellow")
            if row["limit"] is not None:
                owner = self.say(
                    *{"exporter": ("出口方", "exporter"), "authority": ("主管机关", "authority")}[row["owner"]]
                )
                line.append(f"  {row['limit']} · {self.of(row['says'])} · {owner}")
            if row["sure"] is False:
                line.append(self.say("  ▲ 依据未核实", "  ▲ RULE NOT VERIFIED"), style="bold black on yellow")
            self.print(line)
            if row["limit"] is not None:
                self.print(self.say(f"    起算：{self.of(row['from'])}", f"    runs from: {self.of(row['from'])}"))
            self.print(f"    {self.of(row['said'])}")
            for cited in row["provisions"]:
                note = "" if cited["note"] is None else f" · {self.of(cited['note'])}"
                self.print(f"    {self.of(cited['where'])} · {self.of(cited['mark_says'])}{note}")

    def standing(self, answer: Json) -> None:
        known = ", ".join(f"{family} {day}" for family, day in answer["known_to"].items())
        self.title(
            self.say(
                f"{answer['on']} · 版本 {answer['edition'] or '无'} · 数据 {answer['data']} · 来源核查至 {known}",
                f"{answer['on']} · edition {answer['edition'] or 'none'} · data {answer['data']} · sources checked up to {known}",
            )
        )
        if answer["beyond_knowledge"]:
            self.print(
                Text(
                    self.say(
                        "▲ 该日晚于来源核查日，可能有未知的新文书。",
                        "▲ This day is after the last check of sources: newer instruments may exist.",
                    ),
                    style="bold black on yellow",
                )
            )
        table = Table(box=None, header_style="bold", pad_edge=False)
        table.add_column(self.say("文书", "instrument"), no_wrap=True)
        table.add_column(self.say("状态", "standing"), no_wrap=True)
        table.add_column(self.say("内容与理由", "subject and reason"), ratio=1, overflow="fold")
        for measure in answer["measures"]:
            (zh, en), style = STANDING[measure["standing"]], _STANDING_STYLE[measure["standing"]]
            reason = self.of(measure["because"])
            applies = self.say("适用", "applies") if measure["applies"] else self.say("不适用", "does not apply")
            table.add_row(
                measure["instrument"],
                Text(self.say(zh, en), style=style),
                Text.assemble(self.of(measure["title"]), "\n", (f"{reason} · {applies}", "dim")),
            )
        self.print(table)
        for draft in answer["drafts"]:
            head = self.say(
                f"征求意见稿 {draft['instrument']}：从未施行。", f"Draft {draft['instrument']}: never in force."
            )
            gap = self.say("", " ")
            self.print(Text(gap.join((head, self.of(draft["comments"]), self.of(draft["became"]))), style="cyan"))

    def bench(self, answer: Json) -> None:
        say = self.say
        kinds = {
            "core": ("核心正例", "core positives"),
            "positives": ("全部正例", "all positives"),
            "near misses": ("近似反例", "near misses"),
            "other hard": ("其他难反例", "other hard"),
            "hard": ("两者合计", "both together"),
            "easy": ("易反例", "easy"),
        }
        fields = {
            "language": ("语言", "language"),
            "form": ("文体", "form"),
            "text_kind": ("文本来源", "kind of text"),
            "certainty": ("标注把握", "certainty of label"),
            "listing": ("条目的依据", "standing of item"),
        }
        at_names = {
            "operating_point": ("公布的标记线", "operating point"),
            "90_percent_of_core": ("核心正例 90% 处", "90 % of core"),
        }

        chinese = {
            "positive": "正例", "near miss": "近似反例", "hard": "其他难反例", "easy": "易反例", "positives": "正例", "negatives": "反例",
            "zh": "中文", "en": "英文", "all": "全部", "published": "已公布", "unconfirmed": "未确认", "open": "存疑",
            "contract": "合同", "email": "邮件", "description": "技术说明", "news": "新闻", "note": "记录", "paper": "论文", "patent": "专利",
            "tender": "招标", "training": "培训", "product": "产品", "invented": "自撰", "precis": "摘述", "verbatim": "原文",
            "high": "高", "medium": "中", "low": "低",
        }  # fmt: skip

        def called(name: str) -> str:
            return say("，".join(chinese.get(part, part) for part in name.split(", ")), name)

        def percent(value: list[float] | None) -> str:
            if value is None:
                return "–"
            low, high = (f"{100 * end:.0f}" for end in value[1:])
            exact = "100" if value[0] == 1 else f"{100 * value[0]:.1f}"
            return f"{exact} [{low}–{high}]"

        def of(one: Json | None) -> str:
            return "–" if one is None else percent(one["share"])

        def whole(value: list[float] | None) -> str:
            if value is None:
                return "–"
            middle, low, high = (f"{100 * end:.0f}" for end in value)
            return f"{middle} [{low}–{high}]"

        def table(columns: list[str], rows: list[list[str]], words: int = 1) -> None:
            made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
            for number, column in enumerate(columns):
                made.add_column(
                    column, justify="left" if number < words else "right", no_wrap=self.console.width >= 100
                )
            for row in rows:
                made.add_row(*(Text(cell) for cell in row))
            self.print(made)

        def heading(zh: str, en: str) -> None:
            self.print("", Text(say(zh, en), style="bold"))

        def note(zh: str, en: str) -> None:
            self.print(Text(say(zh, en), style="dim"))

        engines = answer["engines"]
        mulu = next((one for one in engines if one["engine"] == "mulu"), None)
        half = f" · {answer['half']}" if answer["half"] else ""
        many = len(answer["files"]) > 3
        files = (
            say(f"{len(answer['files'])} 个文件", f"{len(answer['files'])} files")
            if many
            else ", ".join(answer["files"])
        )
        rows_said = say(f"{answer['rows']} 行", f"{answer['rows']} rows")
        self.title(f"{files}{half} · {rows_said} · {answer['engine']}")
        for lock in answer["locked"]:
            note(
                f"{lock['folder']}：摘要与锁文件一致（{lock['sha256'][:16]}…）；只给出汇总数字。",
                f"{lock['folder']}: the digest agrees with the lock ({lock['sha256'][:16]}…); aggregates only.",
            )
        if answer["trained_on"]:
            self.print(
                Text(
                    say(
                        f"注意：这些文本（{'、'.join(answer['trained_on'])}）曾用于训练权重，下列数字偏乐观。",
                        f"Note: the weights were fitted to these texts ({', '.join(answer['trained_on'])}): the figures flatter.",
                    ),
                    style="yellow",
                )
            )
        counted = say("、", ", ").join(f"{called(name)} {n}" for name, n in answer["kinds"].items())
        editions = " · ".join(f"{edition} {n}" for edition, n in answer["editions"].items())
        note(f"行的类别：{counted}。所问版本：{editions}", f"Kinds of row: {counted}. Editions asked: {editions}")
        if not answer["one_thread"]:
            note(
                "注意：线性代数库可能用了多个线程，速度不可比。",
                "Note: linear algebra may have used several threads; do not compare the speeds.",
            )

        heading("找到应找的条目（%，方括号内为 95% 区间）", "Finding the right item (%; in brackets 95 % intervals)")
        table(
            [
                say("引擎", "engine"),
                "recall@1",
                "recall@3",
                "recall@5",
                say("按条目 @1", "macro @1"),
                say("按条目 @3", "macro @3"),
                say("前五皆无", "never in 5"),
            ],
            [
                [
                    one["engine"],
                    *(percent(one["recall"][f"at_{k}"]) for k in (1, 3, 5)),
                    percent(one["macro_by_item"]["at_1"]),
                    percent(one["macro_by_item"]["at_3"]),
                    f"{one['macro_by_item']['never_in_five']['n']}/{one['macro_by_item']['items']}",
                ]
                for one in engines
            ],
        )
        first = engines[0]
        missing = first["positives"] - first["judged"]
        note(
            f"n = {first['judged']} 行正例、{first['macro_by_item']['items']} 个条目"
            + (f"；另有 {missing} 行的条目不在其版本中，未计" if missing else "")
            + "。按条目：一行归其首个可接受条目，各条目同权；前五皆无：从未进入前五的条目数。",
            f"n = {first['judged']} positive rows, {first['macro_by_item']['items']} items"
            + (f"; {missing} more whose items do not stand in their edition are not counted" if missing else "")
            + ". Macro: a row belongs to its first accepted item, every item counts alike. Never in 5: items never among the first five.",
        )
        for one in engines[:1]:
            names = one["macro_by_item"]["never_in_five"].get("items", [])
            if names:
                note(
                    f"从未进入前五（{one['engine']}）：{'、'.join(names)}",
                    f"Never among the first five ({one['engine']}): {', '.join(names)}",
                )
        if answer.get("against"):
            heading(
                "Mulu 减其他引擎：按条目 recall@1 之差（百分点）",
                "Mulu minus each other engine: macro recall@1 (percentage points)",
            )
            table(
                [
                    say("引擎", "engine"),
                    say("差", "difference"),
                    say("条目", "items"),
                    say("重抽样中 ≤ 0", "resamples ≤ 0"),
                ],
                [
                    [
                        one["engine"],
                        percent(one["difference"]),
                        str(one["items"]),
                        "–" if one["at_or_below_zero"] is None else f"{100 * one['at_or_below_zero']:.2f} %",
                    ]
                    for one in answer["against"]
                ],
            )

        heading(
            "多标了什么：各引擎标记 90% 核心正例时（%）",
            "Flagging too much: where each engine flags 90 % of core positives (%)",
        )
        table(
            [
                say("引擎", "engine"),
                *(say(*kinds[k]) for k in ("near misses", "other hard", "hard", "easy")),
                say("毫秒中位/p95", "ms med./p95"),
                say("篇/秒", "per s"),
            ],
            [
                [
                    one["engine"],
                    *(
                        of(None if one["at_90_percent_of_core"] is None else one["at_90_percent_of_core"][k])
                        for k in ("near misses", "other hard", "hard", "easy")
                    ),
                    f"{one['milliseconds']['median']:.1f}/{one['milliseconds']['p95']:.1f}",
                    f"{one['milliseconds']['descriptions_a_second']:,.0f}",
                ]
                for one in engines
            ],
        )
        if mulu is not None:
            point, ninety = mulu["at_operating_point"], mulu["at_90_percent_of_core"]
            heading("Mulu：被标记的比例（%）", "Mulu: share of texts flagged (%)")
            groups = [*kinds, *(name for name in point if "," in name)]
            table(
                [
                    say("文本", "texts"),
                    "n",
                    say(f"标记线 {point['threshold']:.3f}", f"operating point {point['threshold']:.3f}"),
                    "–"
                    if ninety is None
                    else say(f"90% 处 {ninety['threshold']:.3f}", f"90 % of core {ninety['threshold']:.3f}"),
                ],
                [
                    [
                        say(*kinds[name]) if name in kinds else called(name),
                        str(point[name]["n"]),
                        of(point[name]),
                        of(None if ninety is None else ninety[name]),
                    ]
                    for name in groups
                ],
            )
            heading("Mulu：按文本分组的 recall（%）", "Mulu: recall by group (%)")
            table(
                [say("组", "group"), "", "n", "@1", "@3", "@5"],
                [
                    [
                        say(*fields[field]) if place == 0 else "",
                        called(value),
                        str(found["n"]),
                        *(percent(found[f"at_{k}"]) for k in (1, 3, 5)),
                    ]
                    for field, values in mulu["by"].items()
                    for place, (value, found) in enumerate(values.items())
                    if list(values) != ["?"]
                ],
                words=2,
            )
            paired, rowwise = (mulu["language_difference"][how] for how in ("paired_by_item", "by_row"))
            note(
                f"中文减英文，百分点：同条目配对（{paired['items']} 个条目）@1 {percent(paired['at_1'])}，@3 {percent(paired['at_3'])}；按行 @1 {percent(rowwise['at_1'])}。",
                f"Chinese minus English, points: paired by item ({paired['items']} items) @1 {percent(paired['at_1'])}, @3 {percent(paired['at_3'])}; by row @1 {percent(rowwise['at_1'])}.",
            )
            shown = mulu["control_point"]
            if shown["labelled"]:
                several = shown["right_first_of_several"]
                chance = (
                    ""
                    if several["by_chance"] is None
                    else say(
                        f"（随机 {100 * several['by_chance']:.0f}）", f" (by chance {100 * several['by_chance']:.0f})"
                    )
                )
                heading("Mulu：首个显示的控制要点（%）", "Mulu: the control point shown first (%)")
                left_out = shown["labelled"] - shown["right_first"]["n"]
                table(
                    ["", "n", "%"],
                    [
                        [
                            say("正确要点居首", "right point first"),
                            str(shown["right_first"]["n"]),
                            of(shown["right_first"]),
                        ],
                        [
                            say("其中条目有多个要点者", "of these: items with several points") + chance,
                            str(several["n"]),
                            of(several),
                        ],
                        [
                            say("条目与要点均居首", "item first and its right point first"),
                            str(shown["item_and_point_first"]["n"]),
                            of(shown["item_and_point_first"]),
                        ],
                    ],
                )
                if left_out:
                    note(
                        f"另有 {left_out} 行的要点不在其版本中，未计。",
                        f"{left_out} more rows, whose point does not stand in their edition, are not counted.",
                    )
            heading("Mulu：查准率与查全率（%）", "Mulu: precision and recall (%)")
            rates = ("precision", "precision_at_0.1", "precision_at_0.01")
            table(
                [
                    say("阈值", "threshold"),
                    say("语言", "language"),
                    say("算对", "right"),
                    "recall",
                    say("查准率", "precision"),
                    say("基率 10%", "at 10 %"),
                    say("基率 1%", "at 1 %"),
                ],
                [
                    [
                        say(*at_names[name]) if language == "all" and rule == "first" else "",
                        called(language) if rule == "first" else "",
                        {"first": say("首位", "first"), "among": say("被标记", "flagged")}[rule],
                        percent(found["recall"]),
                        *(percent(found[rate]) for rate in rates),
                    ]
                    for name, languages in mulu["precision_recall"]["at"].items()
                    for language, rules in languages.items()
                    for rule, found in rules.items()
                ],
                words=3,
            )
            note(
                "基率：设文本中属清单技术者占此比例，而反例如本文件（多为有意写近的）。",
                "At 10 % / 1 %: were that share of descriptions listed technology and the others like the negatives here, most of them written to mislead.",
            )
            calibration = mulu["calibration"]
            heading("Mulu：分值是否可信（首位候选）", "Mulu: are scores right as often as they say (first candidate)")
            table(
                [say("分值", "score"), "n", say("平均分", "mean score"), say("实际正确 %", "right %")],
                [
                    [f"{b['from']:.1f}–{b['to']:.1f}", str(b["n"]), f"{b['mean_score']:.3f}", percent(b["right"])]
                    for b in calibration.get("bins", [])
                ],
            )
            others = [
                (say("全部", "all"), calibration),
                *((called(language), one) for language, one in calibration["by_language"].items()),
                (say("前五名候选", "first five"), calibration["first_five"]),
            ]
            if "rebased" in calibration:
                share = calibration["rebased"]["base_rate"]
                others.append(
                    (
                        say(f"换算到正例比例 {share:.2f}", f"re-based to {share:.2f}"),
                        calibration["rebased"],
                    )
                )
            table(
                [
                    "",
                    "n",
                    "Brier",
                    say("只用基率", "base rate"),
                    say("校准误差", "calibration error"),
                    say("偶然可达", "by chance"),
                ],
                [
                    [
                        name,
                        str(one["n"]),
                        f"{one['brier'][0]:.3f} [{one['brier'][1]:.3f}–{one['brier'][2]:.3f}]",
                        f"{one['brier_of_base_rate']:.3f}",
                        f"{one['expected_calibration_error']:.3f}",
                        f"≤ {one['of_perfect_scores']:.3f}",
                    ]
                    for name, one in others
                    if one["n"]
                ],
            )
            note(
                "校准误差：各档平均分与实际正确率之差，按行数加权；偶然可达：完全可信的分值因抽样也会有的误差（95%）。",
                "Calibration error: mean score against share right, bin by bin, weighted by rows. By chance: what perfectly "
                "reliable scores would show too (95 %).",
            )
        if "ablation" in answer:
            found = answer["ablation"]
            heading(
                "Mulu：去掉或只留一类证据（%；权重未重新拟合）",
                "Mulu: without one kind of evidence, and with it alone (%; weights not refitted)",
            )
            columns = (
                say("去 @1", "without @1"),
                say("去 @3", "@3"),
                say("去 反例¹", "flagged¹"),
                say("只 @1", "alone @1"),
                say("只 @3", "@3"),
                say("只 反例¹", "flagged¹"),
            )

            def three(one: Json) -> list[str]:
                return ["–" if one[key] is None else f"{100 * one[key][0]:.1f}" for key in ("at_1", "at_3", "flagged")]

            table(
                [say("证据", "evidence"), *columns],
                [
                    [say("全部证据", "all evidence"), *three(found["all"]), "", "", ""],
                    *(
                        [self.of(one["name"]), *three(one["without"]), *three(one["alone"])]
                        for one in found["evidence"]
                    ),
                ],
            )
            kind, count = found["negatives"]["kind"], found["negatives"]["n"]
            against = {"near miss": "near misses", "hard": "hard negatives"}[kind]
            note(
                f"¹ 标记 90% 核心正例时被标记的{called(kind)}。n = {found['all']['n']} 行正例、{count} 行{called(kind)}；区间见 JSON。",
                f"¹ {against} flagged where 90 % of core positives are. n = {found['all']['n']} positives, {count} {against}; intervals in the JSON.",
            )
        if "robustness" in answer:
            found = answer["robustness"]
            heading(
                "Mulu：文本受扰动时（%；标记按公布的标记线）",
                "Mulu: under noise (%; flagged at the published operating point)",
            )
            table(
                [
                    say("扰动", "noise"),
                    say("程度", "level"),
                    "n",
                    "@1",
                    "@3",
                    say("标记：正例", "flagged: +"),
                    say("难反例", "hard −"),
                    say("易反例", "easy −"),
                ],
                [
                    [
                        self.of(kind["name"]) if place == 0 else "",
                        f"{100 * one['level']:.0f} %",
                        str(one["n"]),
                        whole(one["at_1"]),
                        whole(one["at_3"]),
                        *(whole(one[f"{name}_flagged"]["share"]) for name in ("positives", "hard", "easy")),
                    ]
                    for kind in found["kinds"]
                    for place, one in enumerate(kind["levels"])
                ],
            )
            note(
                f"取 {found['rows']} 行，同一文本每次同样受扰；n 为正例，难、易反例的 n 见 JSON。",
                f"On {found['rows']} rows, the same text disturbed the same way every time; n of positives, those of "
                f"negatives in the JSON.",
            )
        if "speed" in answer:
            heading("Mulu：速度（单线程，毫秒）", "Mulu: speed (one thread, milliseconds)")
            screened, long = answer["speed"]["screened"], answer["speed"]["long_chinese"]
            rows = [
                (say("排序", "ranked only"), mulu["milliseconds"] if mulu else screened),
                (say("完整筛查（含理由）", "screened whole, with reasons"), screened),
                (say("完整筛查，中文 300–400 字", "screened whole, Chinese, 300–400 characters"), long),
            ]
            table(
                ["", "n", say("中位", "median"), "p95", say("篇/秒", "per s")],
                [
                    [
                        name,
                        str(one["n"]),
                        f"{one['median']:.1f}",
                        f"{one['p95']:.1f}",
                        f"{one['descriptions_a_second']:.0f}",
                    ]
                    for name, one in rows
                    if one["n"]
                ],
            )
        heading("与术语表的用语重合（%，各文本平均）", "Words in common with the glossary (%, mean over texts)")
        table(
            [
                say("文本", "texts"),
                "n",
                say("2 字", "2 Han"),
                say("3 字", "3 Han"),
                say("4 字", "4 Han"),
                say("英文词", "words"),
                say("词对", "pairs"),
            ],
            [
                [
                    f"{one['of']} {'+' if one['positive'] else '−'}",
                    str(one["texts"]),
                    *(
                        "–" if one[kind]["share"] is None else f"{100 * one[kind]['share'][0]:.1f}"
                        for kind in ("han_2", "han_3", "han_4", "words", "word_pairs")
                    ),
                ]
                for one in answer["overlap"]
            ],
        )
        note("+ 正例，− 反例；区间与每项 n 见 JSON。", "+ positives, − negatives; intervals and each n in the JSON.")
        if answer["pictures"]:
            note(f"图：{'、'.join(answer['pictures'])}", f"Pictures: {', '.join(answer['pictures'])}")

    def doctor(self, answer: Json) -> None:
        for check in answer["checks"]:
            mark, style = ("✓", "green") if check["ok"] else ("✗", "bold red")
            self.print(Text.assemble((f" {mark} ", style), (f"{check['check']:<10} ", "bold"), check["found"]))
            if not check["ok"]:
                self.print(Padding(Text(f"→ {self.of(check['remedy'])}", style="yellow"), (0, 0, 0, 4)))
        everything = (
            self.say("一切就绪。", "Everything is in place.")
            if answer["ok"]
            else self.say("有检查未通过，见上。", "Some checks failed, see above.")
        )
        self.print(Text(everything, style="bold"))

    # ---- two editions ------------------------------------------------------------------------------------------

    def diff(self, answer: Json) -> None:
        old, new = answer["from"], answer["to"]
        arrow = f"{old['edition']} → {new['edition']}"
        self.title(f"{arrow} · {self.say('数据', 'data')} {answer['data']}")
        if answer["if_adopted"]:
            text = self.say(
                "征求意见稿，从未施行：如获通过，将有下列变动。",
                "A draft, never in force: this is what would change if it were adopted.",
            )
            if new["comment_deadline"]:
                text += self.say("", " ") + self.of(comments_on(new, self.today))
            self.print(Text(text, style="bold cyan"))
        if any(
            p["redline"] is None and p["does"] in ("modified", "not comparable")
            for c in answer["changes"]
            for p in c["points"]
        ):
            self.print(Text(self.say(OWN_WORDS.zh, OWN_WORDS.en), style="dim"))
        counts = [f"{self.word(CLASSES, kind)} {n}" for kind, n in answer["counts"].items() if n]
        self.print(Text(" · ".join(counts), style="bold"))
        for kind, row in (answer["announced"] or {}).items():
            word = self.word(
                {"added": ("新增", "added"), "deleted": ("删除", "deleted"), "modified": ("修改", "modified")}, kind
            )
            style = "yellow" if row["shortfall"] else ""
            self.print(
                Text(
                    self.say(
                        f"公告{word} {row['announced']} 项，已知 {row['held']} 项，尚缺 {row['shortfall']} 项",
                        f"{row['announced']} {word} as announced, {row['held']} known, {row['shortfall']} not held",
                    ),
                    style=style,
                )
            )
        for kind in ("added", "deleted", "moved", "modified", "renumbered"):
            for change in answer["changes"]:
                if change["class"] == kind:
                    self.change(change)
        for kind in ("unchanged", "not known"):
            of_kind = [c for c in answer["changes"] if c["class"] == kind]
            if of_kind:
                self.print(
                    "",
                    Text(f"{self.word(CLASSES, kind)} ({len(of_kind)})", style="bold"),
                    Text(", ".join(c["item"] for c in of_kind), style="dim"),
                )
            for change in of_kind:
                if change["points"]:
                    self.change(change)

    def change(self, change: Json) -> None:
        style = {"added": "green", "deleted": "red", "moved": "magenta"}.get(change["class"], "yellow")
        codes = " → ".join(dict.fromkeys(c for c in (change["code_before"], change["code_after"]) if c))
        self.print(
            "",
            Text.assemble(
                (f"{self.word(CLASSES, change['class'])} ", f"bold {style}"),
                (change["item"], "bold"),
                f"  {self.both(change['name'])} ",
                (codes, "dim"),
                " ",
                self.certainty(change["certainty"]),
            ),
        )
        if change["to_item"]:
            self.print(Text(f"      → {change['to_item']}", style="magenta"))
        for step in change["by"]:
            clause = self.of(step["clause"])
            words = "；".join(step["official_clauses"])
            self.print(Padding(Text(f"{step['instrument']} {clause} {words}".rstrip(), style="dim"), (0, 0, 0, 6)))
        if change["renamed"]:
            self.print(Padding(self.redlined(change["renamed"]["zh"]["pieces"]), (0, 0, 0, 6)))
        for point in change["points"]:
            label, *rest = self.changed_point(point)
            self.print(Padding(label, (0, 0, 0, 6)))
            for block in rest:
                self.print(Padding(block, (0, 0, 0, 8)))

    def redlined(self, pieces: list[Json]) -> Text:
        """Deleted words struck through and red, inserted ones underlined and green; marked too, for plain terminals."""
        text = Text()
        for piece in pieces:
            if piece["kind"] == "deleted":
                text.append(f"[-{piece['text']}-]", style="red strike")
            elif piece["kind"] == "inserted":
                text.append(f"{{+{piece['text']}+}}", style="green underline")
            else:
                text.append(piece["text"])
        return text

    # ---- official documents ------------------------------------------------------------------------------------

    def import_(self, answer: Json) -> None:
        self.preview(answer)
        short = answer["document"][:12]
        if answer["status"] == "claimed":
            self.print(
                "",
                Text(
                    self.say(
                        f"▲ 仅为 claimed：未改变任何结论。核对后：mulu attest {short} --by 姓名 --obtained-from 来源 --obtained-on 日期，再 mulu apply {short}",
                        f"▲ Only claimed: nothing has changed. After checking: mulu attest {short} --by NAME --obtained-from WHERE --obtained-on DAY, then mulu apply {short}",
                    ),
                    style="bold black on yellow",
                ),
            )
        elif answer["status"] == "attested":
            self.print(
                "",
                Text(
                    self.say(f"已声明，尚未采用：mulu apply {short}", f"Attested, not applied: mulu apply {short}"),
                    style="bold",
                ),
            )

    def preview(self, answer: Json) -> None:
        self.title(f"{answer['name']} · {answer['document'][:12]} · {answer['instrument']} · {answer['status']}")
        if answer["kind"] == "list":
            what = self.say(
                f"目录全文：{answer['entries']} 项，{answer['points']} 个控制要点，{answer['pages']} 页",
                f"whole list: {answer['entries']} entries, {answer['points']} control points, {answer['pages']} pages",
            )
        else:
            what = self.say(
                f"调整公告：{len(answer['operations'])} 项操作",
                f"amending announcement: {len(answer['operations'])} operations",
            )
        self.print(Text(what))
        if answer["comments"] is not None:
            self._comments_read(answer["comments"])
        for one in answer["lists"]:
            announced, read = one["announced"], one["official"]
            told = self.say("项数未公告，无从核对", "no number is announced to check it against")
            if announced is not None:
                told = self.say(f"公告 {announced} 项", f"{announced} announced")
            self.print(
                Text(
                    f"  {self.word(CONTROL, one['control'])} {read}: {told}",
                    style="bold black on yellow" if answer["counts_differ"] and announced not in (None, read) else "",
                )
            )
        self.print(
            Text(
                " · ".join(f"{self.word(FOUND, kind)} {n}" for kind, n in answer["report"].items()),
                style="bold",
            )
        )
        for finding in answer["findings"]:
            if finding["kind"] in ("corrected", "struck out"):
                of = self.point(finding["point"], finding["item"]) if finding["point"] else finding["item"]
                none = self.say("无", "none")
                self.print(
                    Text(
                        f"  {self.word(FOUND, finding['kind'])} {self.word(FACT, finding['what'])} {of}: "
                        f"{finding['ours'] or none} → {finding['official'] or none}"
                        + (
                            self.say(f"（第 {finding['page']} 页）", f" (p. {finding['page']})")
                            if finding["page"]
                            else ""
                        ),
                        style="yellow",
                    )
                )
        if answer["to_confirm"]:
            self.print(
                Text(
                    self.say(
                        f"▲ 机器识读：{answer['to_confirm']} 处数值、单位或符号未经人工确认，采用后用 mulu confirm {answer['document'][:12]} 逐个确认",
                        f"▲ read by machine: {answer['to_confirm']} numbers, units or signs that no person has confirmed; once applied, mulu confirm {answer['document'][:12]}",
                    ),
                    style="bold black on yellow",
                )
            )
        for match in answer["by_likeness"]:
            self.print(
                Text(
                    self.say(
                        f"  ? 按名称相近认作 {match['item']}：{match['entry']}（{match['likeness']}）",
                        f"  ? taken for {match['item']} by likeness of name: {match['entry']} ({match['likeness']})",
                    ),
                    style="cyan",
                )
            )
        for unread in answer["unread"]:
            self.print(
                Text(
                    self.say(f"  ▲ 未读懂，第 {unread['page']} 页：", f"  ▲ not read, p. {unread['page']}: ")
                    + f"{unread['text'][:80]} – {self.of(unread['because'])}",
                    style="bold black on yellow",
                )
            )
        for conflict in answer["conflicts"]:
            self.print(Text(f"  ! {self.of(conflict)}", style="yellow"))

    def _comments_read(self, of: Json) -> None:
        """Until when comments on a draft may be sent, the words it was read from, and what was not read."""
        given = self.say("（由声明人给出）", " (given by the person who attested it)") if of["by_hand"] else ""
        until = of["deadline"] or self.say("未知", "not known")
        self.print(
            Text(
                f"{self.say('意见截止', 'comments until')} {until}{given}",
                style="bold cyan" if of["deadline"] else "yellow",
            )
        )
        for told in of["told"]:
            self.print(Text(f"  {self.of(told)}", style="yellow"))
        for one in of["read"]:
            head = self.say(f"  第 {one['page']} 页", f"  p. {one['page']}") + (
                f" → {one['until']}" if one["until"] else ""
            )
            self.print(Text(f"{head}: “{one['words']}”"))
            if one["because"]:
                self.print(Text(self.say("    未采用：", "    not taken: ") + self.of(one["because"]), style="yellow"))

    def attest(self, answer: Json) -> None:
        self.document(answer)

    def apply(self, answer: Json) -> None:
        if answer["changed"]:
            self.preview(answer)
        else:
            self.print(Text(self.say("此前已采用，未作改动。", "It was applied before; nothing changed.")))
        self.document(answer)

    def undo(self, answer: Json) -> None:
        self.document(answer)

    def withdraw(self, answer: Json) -> None:
        self.document(answer)

    def confirm(self, answer: Json) -> None:
        self.document(answer)
        for part in answer["parts"]:
            if not part["tokens"]:
                continue
            page = part["seen"][0]["page"] if part["seen"] else None
            where = "" if page is None else self.say(f"  第 {page} 页", f"  p. {page}")
            name = part["item"] + ("" if part["point"] is None else f"#{part['point']}")
            self.print(Text.assemble((name, "bold"), (where, "dim"), (f"  {part['picture'] or ''}", "dim")))
            text = Text(part["read"])
            for token in part["tokens"]:
                style = "bold black on yellow" if token["confirmed"] is None else "green"
                text.stylize(style, token["at"], token["at"] + len(token["read"]))
            self.print(Padding(text, (0, 0, 0, 4)))
            for token in part["tokens"]:
                seen = token["confirmed"]
                said = (
                    self.say("待确认", "to confirm")
                    if seen is None
                    else self.say("已确认", "confirmed")
                    if seen == token["read"]
                    else self.say(f"改正为 {seen}", f"put right: {seen}")
                )
                self.print(Text(f"      {token['token']}={token['read']}  {said}", style="" if seen is None else "dim"))
        self.print(
            self.say(
                f"已确认 {answer['confirmed']} 处，改正 {answer['corrected']} 处，待确认 {answer['left']} 处。",
                f"{answer['confirmed']} confirmed, {answer['corrected']} put right, {answer['left']} to confirm.",
            )
        )

    def document(self, one: Json) -> None:
        claimed = "–"
        if one["claims"] is not None:  # as the document says, or whoever imported it
            title = f" {one['claims']['title']}" if one["claims"]["title"] else ""
            claimed = self.say("自称 ", "says that it is ") + one["claims"]["instrument"] + title
        parts = [one["document"][:12], one["name"], one["status"], one["instrument"] or claimed]
        if one["attested_by"]:
            parts.append(
                self.say(
                    f"{one['attested_by']} 声明，{one['obtained_on']} 取自 {one['obtained_from']}",
                    f"attested by {one['attested_by']}, obtained {one['obtained_on']} from {one['obtained_from']}",
                )
            )
        self.print(Text(" · ".join(parts), style="bold" if one["status"] == "applied" else ""))

    def documents(self, answer: Json) -> None:
        self.title(answer["store"])
        if not answer["documents"]:
            self.print(self.say("尚未导入任何文件。", "No document has been imported."))
        for one in answer["documents"]:
            self.document(one)
        for record in answer["records"]:
            self.print(
                Text(
                    f"  {record['at'][:19]} {record['act']} {(record['document'] or '')[:12]} {record['by'] or ''}",
                    style="dim",
                )
            )

    def sources(self, answer: Json) -> None:
        for one in answer["addresses"]:
            self.print(
                Text.assemble(
                    (one["id"], "bold"),
                    f"  {one['instrument']}  {one['media']}  {self.of(one['described'])} ",
                    self.certainty(one["certainty"]),
                )
            )
            self.print(Text(f"    {one['address']}", style="dim"))
        missing = ", ".join(answer["without_address"])
        if missing:
            self.print(
                Text(self.say(f"未收录官方网址：{missing}", f"No official address held: {missing}"), style="yellow")
            )
        for got in answer["fetched"]:
            if got["ok"]:
                self.print(Text(f"{got['id']} → {got['path']} {got['bytes']} B sha256 {got['sha256']}", style="green"))
                for warning in got["warnings"]:
                    self.print(Text(f"  ▲ {self.of(warning)}", style="yellow"))
            else:
                self.print(Text(f"{got['id']}: {self.of(got['error'])}", style="red"))


def quoted(given: str, spans: Sequence[Sequence[int]], around: int = 24, most: int = 3) -> Text | None:
    """The stretches of the description in which evidence stands, with the matched words marked."""
    marks = sorted({(s[0], s[1]) for s in spans})
    if not marks:
        return None
    windows: list[list[int]] = []
    for start, end in marks:
        left, right = max(0, start - around), min(len(given), end + around)
        if windows and left <= windows[-1][1] + 8:
            windows[-1][1] = max(windows[-1][1], right)
        else:
            windows.append([left, right])
    windows.sort(key=lambda w: (-sum(w[0] <= s and e <= w[1] for s, e in marks), w[0]))
    text = Text()
    for left, right in sorted(windows[:most]):
        right = min(right, left + 260)
        piece = Text(given[left:right].replace("\r\n", "  ").replace("\n", " ").translate(_COMMANDS), style="italic")
        for start, end in marks:
            if left <= start < right:
                piece.stylize("bold reverse", start - left, min(end, right) - left)
        text.append("…" if left > 0 else "").append_text(piece).append("… " if right < len(given) else " ")
    return text

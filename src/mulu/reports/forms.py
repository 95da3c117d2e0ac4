"""The papers that an authority reads, as field sets. No official form could be read: every field says how well it is known.

The particulars of `application`, `registration` and `change` are those that practice and the registration rules name;
the others are derived from what the provisions ask for. All are meant to be replaced by the form of the authority, which a
template of the user's fills with the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from mulu.determination.accepted import COUNTRIES, FILLS, Taken, taken_from
from mulu.errors import Misused
from mulu.reports.model import Block, Heading, Line, Paper, Para, Points, Run, Table, Tone, Writer
from mulu.reports.papers import (
    Cited,
    Values,
    answered,
    chosen,
    law_mark,
    mark,
    named,
    pair,
    paper,
    placed,
    shown,
    since_signed,
    stands,
    word,
)
from mulu.reports.words import CONTROL
from mulu.vocabulary import Bilingual, Said, point_called

Json = dict[str, Any]


class Sure(StrEnum):
    """How it is known that the official form asks for a field."""

    LAW = "law"  # the provision cited asks for it, and its text was read
    DERIVED = "derived"  # follows from a provision; no form was found
    MEMORY = "memory"  # remembered or from secondary guides; no form was read
    RECORD = "record"  # a fact of the case itself: no authority's form is meant

    @property
    def said(self) -> Bilingual:
        return _SURE[self]


_SURE = {
    Sure.LAW: Bilingual("条文要求", "asked for by the law"),
    Sure.DERIVED: Bilingual("自条文推出", "derived from the law"),
    Sure.MEMORY: Bilingual("凭记忆，未核实", "from memory, not verified"),
    Sure.RECORD: Bilingual("案件记录", "record of the case"),
}
_TONES: Mapping[Sure, Tone] = {Sure.LAW: "good", Sure.DERIVED: "fair", Sure.MEMORY: "bad", Sure.RECORD: "soft"}
Take = Callable[[Writer, Values], Line]
TakeRows = Callable[[Writer, Values], list[dict[str, Line]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a paper: its name, what belongs there, how well that is known, and where its value comes from."""

    id: str
    name: Bilingual
    means: Bilingual
    sure: Sure
    comes_from: Bilingual
    take: Take | None = None  # None: only the user knows it

    def as_json(self, of: str | None = None) -> Json:
        return {
            "field": self.id if of is None else f"{of}.{self.id}",
            "name": {"zh": self.name.zh, "en": self.name.en},
            "means": {"zh": self.means.zh, "en": self.means.en},
            "certainty": self.sure.value,
            "certainty_says": {"zh": self.sure.said.zh, "en": self.sure.said.en},
            "comes_from": {"zh": self.comes_from.zh, "en": self.comes_from.en},
            "repeats": of is not None,
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """Fields that repeat: a table with a line for each thing. In a template, the row that names them is repeated."""

    id: str
    name: Bilingual
    entries: tuple[Entry, ...]
    take: TakeRows
    blank: int = 0  # lines left to be written on where there is nothing to print


@dataclass(frozen=True, slots=True)
class Form:
    """One paper as a field set."""

    kind: str
    title: Bilingual
    about: Bilingual  # what it is for, and when
    sections: tuple[tuple[Bilingual, tuple[Entry, ...]], ...]
    rows: tuple[Rows, ...] = ()
    provisions: tuple[str, ...] = ()
    unofficial: bool = True

    @property
    def entries(self) -> dict[str, Entry]:
        return {one.id: one for _, entries in self.sections for one in entries}

    def fields(self) -> list[Json]:
        """Every field, as `mulu paper --fields` lists it."""
        repeated = [one.as_json(rows.id) for rows in self.rows for one in rows.entries]
        return [one.as_json() for one in self.entries.values()] + repeated


class FieldUnknown(Misused):
    """A field was named that the paper does not have."""

    def __init__(self, given: Iterable[str], kind: str, known: Iterable[str]) -> None:
        names, offered = ", ".join(sorted(given)), ", ".join(known)
        super().__init__(
            Said(
                "field_unknown",
                f"{kind} 没有字段 {names}。可用字段：{offered}。未生成任何文件。",
                f"{kind} has no field {names}. Known fields: {offered}. Nothing was made.",
            )
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """The values of a form: of each field, of each line of the fields that repeat, and what nobody gave."""

    form: Form
    values: Mapping[str, Line]
    rows: Mapping[str, list[dict[str, Line]]]

    @property
    def unfilled(self) -> list[str]:
        missing = [name for name in self.form.entries if not self.values[name]]
        for rows in self.form.rows:
            lines = self.rows[rows.id]
            missing += [
                f"{rows.id}.{one.id}" for one in rows.entries if not lines or not all(line[one.id] for line in lines)
            ]
        return missing


def filled(form: Form, w: Writer, values: Values, given: Mapping[str, str]) -> Filled:
    """The form with what the case holds; what is given goes before. Raises FieldUnknown."""
    entries = form.entries
    if set(given) - set(entries):
        raise FieldUnknown(set(given) - set(entries), form.kind, entries)
    found: dict[str, Line] = {}
    for name, one in entries.items():
        found[name] = w.data(given[name]) if name in given else one.take(w, values) if one.take is not None else ()
    lines = {
        rows.id: [{one.id: line.get(one.id, ()) for one in rows.entries} for line in rows.take(w, values)]
        for rows in form.rows
    }
    return Filled(form, found, lines)


# ---- where values come from ----------------------------------------------------------------------------------------

_YOU: Final = Bilingual("由贵方填写", "you give it")
_AUTHORITY: Final = Bilingual("由机关填写", "the authority fills it in")
_DETERMINED: Final = Bilingual("已签署的判定", "the signed determination")
_DESCRIBED: Final = Bilingual("案件的技术描述", "the description of the case")


def _evidence(name: str, *events: str) -> tuple[Bilingual, Take]:
    """The last piece of evidence of that name, of these events where any are named."""

    def take(w: Writer, values: Values) -> Line:
        for one in reversed(values.case["history"]):
            if not events or one["event"] in events:
                for kind in one["shown"]:
                    if kind["id"] == name:
                        return shown(w, kind)
        return ()

    of = f"（{'、'.join(events)}）", f" ({', '.join(events)})"
    return Bilingual(
        f"案件事件的证据 {name}{of[0] if events else ''}", f"evidence {name} of the case{of[1] if events else ''}"
    ), take


def _accepted(name: str, before: tuple[Bilingual, Take] | None = None) -> tuple[Bilingual, Take]:
    """What facts accepted from a contract say, with their place in it; evidence of the case goes before them."""

    def take(w: Writer, values: Values) -> Line:
        held: Line = () if before is None else before[1](w, values)
        one = taken_from(values.determination["facts"]).get(name)
        if one is None:
            return held
        line = w.of(_YES_NO[one.value], between=" / ") if one.value in _YES_NO else chosen(w, one.value)
        if name in COUNTRIES:
            line = placed(w, one.value)
        if not held:
            return (*line, Run(" "), *_from_contract(w, one))
        alike = text_of(held) == text_of(line)
        return (
            held
            if alike
            else (
                *held,
                Run(" "),
                *w.label("合同另写：", "the contract says:", "bad"),
                Run(" "),
                *line,
                Run(" "),
                *_from_contract(w, one),
            )
        )

    facts = FILLS[name]
    source = Bilingual(f"从合同接受的事实 {'、'.join(facts)}", f"accepted fact of a contract: {', '.join(facts)}")
    if before is not None:
        source = Bilingual(f"{before[0].zh}；否则{source.zh}", f"{before[0].en}; else {source.en}")
    return source, take


_YES_NO = {"yes": Bilingual("是", "yes"), "no": Bilingual("否", "no")}


def text_of(line: Line) -> str:
    return "".join(run.text for run in line)


def _from_contract(w: Writer, one: Taken) -> Line:
    """Where an accepted fact stands, and who accepted it."""
    at, by = "; ".join(one.places), ", ".join(one.by)
    return w.label(f"〔据合同：{at}；{by} 接受〕", f"[from the contract: {at}; accepted by {by}]", "soft")


def _title(w: Writer, values: Values) -> Line:
    return w.data(values.case["title"])


def _technology(w: Writer, values: Values) -> Line:
    return w.data(values.case["technology"])


def _entries_met(w: Writer, values: Values) -> Line:
    """Entries and control points that the signed determination found met, each with its mark."""
    signed, lines = values.signed, []
    for one in () if signed is None else signed["candidates"]:
        if one["answer"] != "hit":
            continue
        held = values.items.get(one["item"], {})
        code = (
            w.joined((w.data(one["code"]), mark(w, held.get("code_certainty"))), " ")
            if one["code"]
            else w.label("编号未知", "code not known", "bad")
        )
        met = [point_called(point["number"]) for point in one["points"] if point["result"] == "meets"]
        zh, en = "、".join(one.zh for one in met), ", ".join(one.en for one in met)
        points = w.label(f"控制要点 {zh}", f"control point {en}")
        name = w.joined((w.of(one["name"], between=" / "), mark(w, one["certainty"])), " ")
        lines.append(w.joined((code, name, points), "；"))
    return w.joined(lines)


def _secret(w: Writer, values: Values) -> Line:
    answer = values.determination["answers"].get("secret")
    return () if answer is None else w.joined((word(w, answer["value"]), stands(w, answer["source"])), " ")


def _history(values: Values, *events: str) -> list[Json]:
    return [one for one in values.case["history"] if one["event"] in events]


def _data_rows(w: Writer, values: Values) -> list[dict[str, Line]]:
    """The technical data as listed last, each with the delivery that passed it."""
    listed: list[Json] = []
    for one in values.case["history"]:
        listed = one["evidence"].get("technical_data_list") or listed
    rows = []
    for n, item in enumerate(listed, 1):
        row = {"serial": w.data(n), **{key: w.data(item[key]) for key in ("title", "version", "digest", "recipient")}}
        for one in values.case["deliveries"]:
            if any(each["title"] == item["title"] and each["version"] == item["version"] for each in one["delivered"]):
                row |= {key: w.data(one[key]) for key in ("day", "medium", "place", "method")}
        rows.append(row)
    return rows


def _change_rows(w: Writer, values: Values) -> list[dict[str, Line]]:
    rows = []
    for one in _history(values, "contents_changed", "material_change", "control_key_change"):
        given = {kind["id"]: shown(w, kind) for kind in one["shown"]}
        rows.append(
            {
                "field": given.get("changed_field") or given.get("changed_items") or (),
                "old": given.get("old_value") or (),
                "new": given.get("new_value") or given.get("what_changed") or (),
                "reason": given.get("note") or (),
                "day": given.get("changed_on") or w.data(one["day"]),
                "agreement": given.get("amendment") or (),
            }
        )
    return rows


def _royalty_rows(w: Writer, values: Values) -> list[dict[str, Line]]:
    return [
        {
            "base": w.data(one["evidence"]["royalty_base"]),
            "formed": w.data(one["evidence"]["base_formed"]),
            "evidence": w.data(one["evidence"]["royalty_evidence"]),
        }
        for one in _history(values, "royalty_base")
    ]


def _enclosed(w: Writer, values: Values) -> list[dict[str, Line]]:
    """The four papers of a licence application, with their references where they are on file."""
    given: dict[str, Line] = {}
    for one in values.case["history"]:
        given |= {kind["id"]: shown(w, kind) for kind in one["shown"]}
    names = {
        "loi_copy": Bilingual("技术出口许可意向书", "letter of intent"),
        "contract_copy": Bilingual("技术出口合同副本", "copy of the technology export contract"),
        "technical_data_list": Bilingual("技术资料出口清单", "list of the technical data to be exported"),
        "party_status": Bilingual("签约双方法律地位的证明文件", "proof of the legal status of both parties"),
    }
    return [
        {"serial": w.data(n), "paper": w.of(name, between=" "), "reference": given.get(key, ())}
        for n, (key, name) in enumerate(names.items(), 1)
    ]


def _test_rows(w: Writer, values: Values) -> list[dict[str, Line]]:
    found = values.signed or values.determination
    return [
        {
            "question": w.of(one["question"]),
            "answer": answered(w, one),
            "because": w.joined((w.of(one["because"]), stands(w, values.sources.get(one["test"])))),
            "provisions": w.joined((w.of(p["where"], between=" ") for p in one["provisions"]), "；"),
        }
        for one in found["steps"]
    ]


def _candidate_rows(w: Writer, values: Values) -> list[dict[str, Line]]:
    found = values.signed or values.determination
    return [
        {
            "item": w.data(one["item"]),
            "name": named(w, one),
            "code": w.data(one["code"] or ""),
            "control": pair(w, CONTROL, one["control"]),
            "certainty": mark(w, one["certainty"]),
            "answer": word(w, one["answer"]),
        }
        for one in found["candidates"]
    ]


def _of_determination(key: str) -> Take:
    def take(w: Writer, values: Values) -> Line:
        found = values.signed or values.determination
        value = found.get(key)
        if key in ("outcome", "track"):
            return word(w, value)
        return () if value is None else w.data(value)

    return take


def _not_listed(w: Writer, values: Values) -> Line:
    """The determination that found the technology not listed; nothing where it found anything else."""
    found = values.signed or values.determination
    reference = found.get("reference")
    return w.data(reference) if reference and found["outcome"] == "not listed" else ()


def _of_signature(key: str) -> Take:
    return lambda w, values: () if values.state is None or not values.state[key] else w.data(values.state[key])


# ---- fields --------------------------------------------------------------------------------------------------------


def _entry(
    id_: str,
    zh: str,
    en: str,
    means: tuple[str, str],
    sure: Sure,
    source: Bilingual | tuple[Bilingual, Take],
    take: Take | None = None,
) -> Entry:
    comes_from, found = source if isinstance(source, tuple) else (source, take)
    return Entry(id_, Bilingual(zh, en), Bilingual(*means), sure, comes_from, found)


def _sure(sure: Sure, *entries: Entry) -> tuple[Entry, ...]:
    """The same fields, known as well as the form that they now stand in."""
    return tuple(replace(one, sure=sure) for one in entries)


_M, _D, _L, _R = Sure.MEMORY, Sure.DERIVED, Sure.LAW, Sure.RECORD
_FULL = ("全称，与营业执照一致", "full name, as on the business licence")


def _party(prefix: str, zh: str, en: str) -> tuple[Entry, ...]:
    return (
        _entry(f"{prefix}_country", f"{zh}国别（地区）", f"{en}: country or region", ("国家或地区", "country or region"), _M, _accepted(f"{prefix}_country")),
        _entry(f"{prefix}_code", f"{zh}代码", f"{en}: code", ("统一社会信用代码或境外登记号", "unified social credit code, or the registration number abroad"), _M, _YOU),
        _entry(f"{prefix}_address", f"{zh}地址", f"{en}: address", ("登记地址", "registered address"), _M, _YOU),
        _entry(f"{prefix}_nature", f"{zh}企业性质", f"{en}: kind of enterprise", ("如国有、民营、外商投资", "state-owned, private, foreign-invested, …"), _M, _YOU),
    )  # fmt: skip


_APPLICANT = (
    _entry("applicant", "申请人名称", "applicant", _FULL, _M, _YOU),
    _entry("applicant_address", "地址", "address", ("登记地址", "registered address"), _M, _YOU),
    _entry("credit_code", "统一社会信用代码", "unified social credit code", ("18 位", "18 characters"), _M, _YOU),
    _entry("legal_representative", "法定代表人", "legal representative", ("姓名", "name"), _M, _YOU),
    _entry(
        "contact",
        "联系人和电话",
        "contact and telephone",
        ("姓名、电话、电子邮箱", "name, telephone, e-mail"),
        _M,
        _YOU,
    ),
)
_CATALOGUE_ENTRY = _entry("catalogue_entry", "目录编号和控制要点", "Catalogue number and control point", ("判定为符合的条目；确定性随值标出", "the entry found met; its certainty stands with the value"), _M, _DETERMINED, _entries_met)  # fmt: skip
_DESTINATION = _entry(
    "destination",
    "目的国家（地区）",
    "destination",
    ("技术受方所在地", "where the recipient is"),
    _M,
    _accepted("destination", before=_evidence("destination")),
)
_RECIPIENTS = _entry(
    "recipients",
    "技术受方",
    "recipient",
    ("全称，中外文", "full names"),
    _M,
    _accepted("recipients", before=_evidence("recipients")),
)
_MODE = _entry("mode", "出口方式", "mode of transfer", ("专利权转让、专利申请权转让、专利实施许可、技术秘密、技术服务、其他", "assignment of a patent or application, patent licence, know-how, service, other"), _M, _accepted("mode", before=_evidence("mode")))  # fmt: skip
_CHANNEL = _entry(
    "channel",
    "渠道",
    "channel",
    ("贸易、投资、经济技术合作", "trade, investment, cooperation"),
    _M,
    _accepted("channel", before=_evidence("channel")),
)
_CONTRACT_NUMBER = _entry("contract_number", "合同号", "contract number", ("编号规则未核实，见 mulu number", "how it is built was not verified; see mulu number"), _M, _evidence("contract_number"))  # fmt: skip
_SEAL = _entry(
    "seal",
    "盖章、签字和日期",
    "seal, signature and date",
    ("纸面上由申请人完成", "made by the applicant on paper"),
    _M,
    _YOU,
)

APPLICATION = Form(
    "application",
    Bilingual("中国限制出口技术申请书", "Application for the Export of Restricted Technology of China"),
    Bilingual(
        "向出口方所在地省级商务主管部门提出，在任何实质性谈判之前；属国家秘密技术的，先经保密审查。",
        "To the provincial commerce department of the exporter, before any substantive negotiation; state-secret technology passes the secrecy review first.",
    ),
    (
        (Bilingual("申请人", "Applicant"), _APPLICANT),
        (
            Bilingual("技术", "Technology"),
            (
                _entry("technology_name", "技术名称", "name of the technology", ("与合同用语一致", "as the contract will call it"), _M, _evidence("technologies", "submit", "approve", "sign")),
                _CATALOGUE_ENTRY,
                _entry("technology_owner", "技术所有人或提供人", "owner or provider of the technology", ("全称", "full name"), _M, _YOU),
                _entry("technology_source", "技术来源", "origin of the technology", ("自主研发、委托研发、引进等；财政资助项目另须批准", "own research, commissioned, imported, …; state-funded results need an approval of their own"), _M, _YOU),
                _entry("technology_level", "技术水平", "level of the technology", ("国际、国内水平及依据", "international or domestic level, and why"), _M, _YOU),
                _entry("maturity", "成熟程度", "maturity", ("实验室、中试、产业化", "laboratory, pilot, industrial"), _M, _YOU),
                _entry("appraisal", "鉴定或验收情况", "appraisal", ("鉴定机关、日期、结论", "who appraised it, when, with what result"), _M, _YOU),
                _entry("ip_status", "知识产权状况", "intellectual property", ("专利号、申请号、权利人", "patents and applications with their owners"), _M, _YOU),
                _entry("state_secret", "是否国家秘密技术", "is it state-secret technology", ("属国家秘密的，附保密审查批准书", "where it is, with the approval of the secrecy review"), _M, _DETERMINED, _secret),
                _entry("secrecy_approval", "保密审查批准书编号", "number of the secrecy approval", ("不属国家秘密技术的留空", "empty where it is no state secret"), _M, _evidence("secrecy_approval")),
                _entry("technical_summary", "技术内容概要", "technical summary", ("主要指标、用途、与控制要点有关的参数", "main figures, use, parameters that the control point names"), _M, _DESCRIBED, _technology),
            ),
        ),
        (
            Bilingual("交易", "Transaction"),
            (
                _RECIPIENTS, _DESTINATION,
                _entry("end_use", "最终用途", "end use", ("受方如何使用", "what the recipient does with it"), _M, _evidence("end_use")),
                _MODE, _CHANNEL,
                _entry("expected_value", "预计金额", "expected value", ("币种和金额", "currency and amount"), _M, _accepted("contract_amount")),
            ),
        ),
        (
            Bilingual("声明与审查", "Statement and review"),
            (
                _entry("statement", "申请人声明", "statement of the applicant", ("所填属实", "that what is stated is true"), _M, _YOU),
                _SEAL,
                _entry("science_opinion", "科技主管部门意见", "opinion of the science department", ("由机关填写", "filled in by the authority"), _M, _AUTHORITY),
                _entry("commerce_decision", "商务主管部门决定", "decision of the commerce department", ("由机关填写", "filled in by the authority"), _M, _AUTHORITY),
            ),
        ),
    ),
    provisions=("tier-31", "tier-32", "o2-4", "o2-5", "o2-5-2"),
)  # fmt: skip

INTENT = Form(
    "intent",
    Bilingual("意向书阶段材料：意向书要目与许可证申请", "Letter of Intent: Its Particulars and the Licence Application"),
    Bilingual(
        "取得意向书后方可实质性谈判和签约；合同自许可证颁发之日起生效。申请许可证须附下列四项材料。",
        "Substantive negotiation and signature only after the letter of intent; the contract takes effect on the day of the licence. The licence application carries the four papers below.",
    ),
    (
        (
            Bilingual("意向书", "Letter of intent"),
            (
                _entry("loi_number", "意向书编号", "number of the letter of intent", ("如所印", "as printed"), _D, _evidence("loi_number")),
                _entry("exporter", "出口方", "exporter", _FULL, _D, _accepted("supplier")),
                _entry("technologies", "所涉技术", "technology covered", ("意向书所载；签发前为所申请者", "as the letter says; before it is issued, as applied for"), _D, _evidence("technologies", "submit", "approve")),
                *_sure(_D, _CATALOGUE_ENTRY),
                _entry("loi_recipients", "技术受方", "recipient", ("意向书所载；签发前为所申请者", "as the letter says; before it is issued, as applied for"), _D, _accepted("recipients", before=_evidence("recipients", "submit", "approve"))),
                *_sure(_D, _DESTINATION),
                _entry("loi_issued", "签发日", "day of issue", ("如所印", "as printed"), _D, _evidence("issued", "approve", "extend")),
                _entry("loi_authority", "签发机关", "issuing authority", ("省级商务主管部门", "provincial commerce department"), _D, _YOU),
                _entry("loi_expiry", "有效期截止日", "last day of validity", ("以所印日期为准；三年之说未核实", "the date printed counts; that it is three years was not verified"), _M, _evidence("loi_expiry")),
            ),
        ),
        (
            Bilingual("合同与许可证", "Contract and licence"),
            (
                _entry("contract", "合同", "contract", ("合同编号或存放处", "number of the contract, or where it is kept"), _D, _evidence("contract", "sign")),
                _entry("signed_on", "签订日", "day of signature", ("签订后尚未生效", "signed, not yet in effect"), _D, _accepted("signed", before=_evidence("signed", "sign"))),
                _entry("received", "机关收到日", "day of receipt", ("审查期限自此日起算", "the time for the review runs from it"), _D, _evidence("received", "apply_licence", "resubmit_licence")),
                _entry("licence_number", "许可证编号", "licence number", ("如所印", "as printed"), _D, _evidence("licence_number")),
                _entry("licence_issued", "许可证签发日", "day of the licence", ("合同生效日", "the contract takes effect on it"), _D, _evidence("issued", "permit")),
            ),
        ),
    ),
    (
        Rows(
            "enclosed",
            Bilingual("随附材料", "Papers enclosed"),
            (
                _entry("serial", "序号", "No.", ("序号", "number"), _D, _R.said),
                _entry("paper", "材料", "paper", ("条文要求的材料", "paper that the law asks for"), _L, _R.said),
                _entry("reference", "编号或存放处", "number or where it is kept", ("在案的编号", "its number on file"), _R, _evidence("loi_copy", "apply_licence")[0]),
            ),
            _enclosed,
        ),
    ),
    ("tier-33", "tier-34", "tier-35", "o2-10", "moftec-2001-14-11"),
)  # fmt: skip

REGISTRATION = Form(
    "registration",
    Bilingual("技术出口合同登记申请表（附数据表）", "Application for Registration of a Technology Export Contract, with Data Sheet"),
    Bilingual(
        "自由出口技术：合同生效之日起 60 日内先在网上填报，再递交本表、合同副本和双方法律地位证明；提成合同自首次提成基准金额形成之日起 60 日。",
        "Free technology: within 60 days of the contract's effect, entered online first, then this form, the contract copy and proof of both parties' status; royalty contracts within 60 days of the first royalty base.",
    ),
    (
        (
            Bilingual("登记内容", "Registered particulars"),
            (
                _CONTRACT_NUMBER,
                _entry("contract_name", "合同名称", "name of the contract", ("与合同一致", "as on the contract"), _M, Bilingual("案件名称", "title of the case"), _title),
                _entry("supplier", "技术供方", "supplier of the technology", _FULL, _M, _accepted("supplier")),
                _entry("recipients", "技术受方", "recipient of the technology", ("全称，中外文", "full names"), _M, _accepted("recipients", before=_evidence("recipients"))),
                _entry("technology_user", "技术使用方", "user of the technology", ("与受方不同的", "where it is not the recipient"), _M, _YOU),
                _entry("contract_summary", "合同概况", "summary of the contract", ("技术内容和合同标的", "the technology and what is agreed"), _M, _DESCRIBED, _technology),
                _entry("contract_amount", "合同金额", "amount of the contract", ("币种和总额", "currency and total"), _M, _accepted("contract_amount")),
                _entry("payment", "支付方式", "manner of payment", ("一次总付、入门费加提成、提成", "lump sum, entry fee and royalty, royalty"), _M, _accepted("payment", before=_evidence("payment"))),
                _entry("validity", "合同有效期", "validity of the contract", ("起止日期", "from and to"), _M, _YOU),
            ),
        ),
        (
            Bilingual("数据表：合同", "Data sheet: the contract"),
            (
                _MODE,
                _entry("industry_code", "行业代码", "industry code", ("国民经济行业分类大类（两位）", "division of the industry classification, two digits"), _M, _YOU),
                _entry("signed_on", "签订日", "day of signature", ("合同签订日", "when the contract was signed"), _M, _accepted("signed", before=_evidence("signed"))),
                _entry("effective_on", "生效日", "day of effect", ("登记期限自此日起算", "the time for registration runs from it"), _M, _accepted("effective", before=_evidence("effective"))),
                _entry("technology_fee", "技术费", "technology fee", ("金额", "amount"), _M, _YOU),
                _entry("equipment_fee", "设备费", "equipment", ("金额", "amount"), _M, _YOU),
                _entry("other_fee", "其他费用", "other", ("金额", "amount"), _M, _YOU),
                _entry("usd_equivalent", "折合美元", "US dollar equivalent", ("金额和汇率日", "amount, and day of the rate"), _M, _YOU),
                _entry("royalty_base", "提成基准金额", "royalty base amount", ("首次形成的金额", "the first that formed"), _M, _evidence("royalty_base")),
                _entry("royalty_rate", "提成率", "royalty rate", ("百分比或计算方法", "per cent, or how it is computed"), _M, _accepted("royalty_rate")),
                _entry("ip_numbers", "专利号、申请号", "patent and application numbers", ("全部", "all of them"), _M, _YOU),
                _entry("related_party", "是否关联方", "related parties", ("是或否", "yes or no"), _M, _accepted("related_party")),
                _entry("agent", "代理人", "agent", ("委托代理的", "where there is one"), _M, _YOU),
                _entry("not_listed", "目录判定", "determination under the Catalogue", ("不在目录内的判定编号", "the determination that found it not listed"), _M, _DETERMINED, _not_listed),
            ),
        ),
        (Bilingual("数据表：供方", "Data sheet: supplier"), _party("supplier", "供方", "supplier")),
        (Bilingual("数据表：受方", "Data sheet: recipient"), _party("recipient", "受方", "recipient")),
        (Bilingual("签署", "Signature"), (_entry("certificate_number", "登记证编号", "certificate number", ("登记后由机关填写", "filled in by the authority"), _M, _evidence("certificate_number")), _SEAL)),
    ),
    provisions=("tier-36", "tier-37", "tier-38", "o3-6", "o3-7", "o3-8", "o3-10", "o3-11"),
)  # fmt: skip

DATA_LIST = Form(
    "data-list",
    Bilingual("技术资料出口清单", "List of the Technical Data to be Exported"),
    Bilingual(
        "许可证申请的必备材料；许可证颁发后的每次交付均不得超出本清单。",
        "Part of the licence application; after the licence, no delivery goes beyond this list.",
    ),
    (
        (
            Bilingual("合同", "Contract"),
            (
                _entry("contract", "合同", "contract", ("合同编号或存放处", "number of the contract, or where it is kept"), _D, _evidence("contract")),
                _entry("loi_number", "意向书编号", "letter of intent", ("如所印", "as printed"), _D, _evidence("loi_number")),
                _entry("licence_number", "许可证编号", "licence number", ("颁发后填写", "once it is issued"), _D, _evidence("licence_number")),
                *_sure(_D, _CATALOGUE_ENTRY),
            ),
        ),
    ),
    (
        Rows(
            "data",
            Bilingual("技术资料", "Technical data"),
            (
                _entry("serial", "序号", "No.", ("序号", "number"), _D, _R.said),
                _entry("title", "名称", "title", ("资料名称", "title of the data"), _D, _evidence("technical_data_list")[0]),
                _entry("kind", "种类", "kind", ("文件、数据、图纸、其他", "document, data, drawing, other"), _M, _YOU),
                _entry("version", "编号、版本", "number, version", ("版本", "version"), _D, _evidence("technical_data_list")[0]),
                _entry("language", "文种、页数", "language, pages", ("文种和页数或字节数", "language, and pages or size"), _D, _YOU),
                _entry("digest", "摘要", "digest", ("SHA-256", "SHA-256"), _D, _evidence("technical_data_list")[0]),
                _entry("recipient", "受方", "recipient", ("接收方", "who receives it"), _D, _evidence("technical_data_list")[0]),
                _entry("day", "交付日", "delivered", ("交付日期", "day of delivery"), _D, _evidence("delivered", "deliver")[0]),
                _entry("medium", "载体", "medium", ("载体", "medium"), _D, _evidence("medium", "deliver")[0]),
                _entry("place", "地点", "place", ("交付地点", "place of delivery"), _D, _evidence("place", "deliver")[0]),
                _entry("method", "方式", "method", ("交付方式", "how it is delivered"), _D, _evidence("method", "deliver")[0]),
                _entry("confidentiality", "密级", "confidentiality", ("保密等级", "level of confidentiality"), _D, _YOU),
            ),
            _data_rows,
            8,
        ),
    ),
    ("tier-34", "tier-44"),
)  # fmt: skip

CHANGE = Form(
    "change",
    Bilingual("技术出口合同数据变更记录表", "Record of Changes to the Registered Contract"),
    Bilingual(
        "登记内容变更的，重新办理登记；限制出口技术的合同变更主要内容的，重新办理许可，之前不得履行变更部分。",
        "A change of registered contents is registered anew; a change of the main contents of a licensed contract is licensed anew, and not performed before.",
    ),
    (
        (
            Bilingual("合同", "Contract"),
            (
                *_sure(_D, _CONTRACT_NUMBER),
                _entry("certificate_number", "登记证编号", "certificate number", ("如所印", "as printed"), _D, _evidence("certificate_number")),
                _entry("licence_number", "许可证编号", "licence number", ("限制出口技术的", "for restricted technology"), _D, _evidence("licence_number")),
            ),
        ),
    ),
    (
        Rows(
            "changes",
            Bilingual("变更事项", "Changes"),
            (
                _entry("field", "登记事项", "registered content", ("变更的事项", "what changes"), _D, _evidence("changed_field")[0]),
                _entry("old", "变更前", "before", ("原值", "the value before"), _D, _evidence("old_value")[0]),
                _entry("new", "变更后", "after", ("新值", "the value after"), _D, _evidence("new_value")[0]),
                _entry("reason", "原因", "reason", ("变更原因", "why"), _D, _evidence("note")[0]),
                _entry("day", "变更日", "day", ("变更日期", "when it changed"), _D, _evidence("changed_on")[0]),
                _entry("agreement", "变更协议", "agreement", ("协议编号", "reference of the agreement"), _D, _evidence("amendment")[0]),
            ),
            _change_rows,
            4,
        ),
        Rows(
            "royalty",
            Bilingual("提成", "Royalties"),
            (
                _entry("base", "提成基准金额", "royalty base", ("金额", "amount"), _D, _evidence("royalty_base")[0]),
                _entry("formed", "形成日", "formed on", ("基准金额形成之日", "the day on which the base formed"), _D, _evidence("base_formed")[0]),
                _entry("evidence", "证明", "evidence", ("证明材料", "what proves it"), _D, _evidence("royalty_evidence")[0]),
            ),
            _royalty_rows,
            2,
        ),
    ),
    ("tier-40", "o3-7", "o3-12"),
)  # fmt: skip

MEMO = Form(
    "memo",
    Bilingual("技术出口判定备忘录", "Determination Memorandum: Technology Export"),
    Bilingual("判定的全部记录。", "The determination as it is on record."),
    (
        (
            Bilingual("判定", "Determination"),
            (
                _entry("case", "案件", "case", ("编号", "reference"), _R, _R.said, lambda w, values: w.data(values.case["case"])),
                _entry("title", "名称", "title", ("案件名称", "title of the case"), _R, _R.said, _title),
                _entry("technology", "技术描述", "technology", ("描述全文", "the whole description"), _R, _R.said, _technology),
                _entry("outcome", "结论", "outcome", ("判定结论", "what was concluded"), _R, _DETERMINED, _of_determination("outcome")),
                _entry("track", "后续程序", "what follows", ("许可、登记等", "licence, registration, …"), _R, _DETERMINED, _of_determination("track")),
                _entry("on", "判定日期", "day determined for", ("以此日的目录判定", "the day whose Catalogue counts"), _R, _DETERMINED, _of_determination("on")),
                _entry("edition", "目录版本", "edition", ("当日施行的版本", "the edition in force on that day"), _R, _DETERMINED, _of_determination("edition")),
                _entry("reference", "判定编号", "determination", ("编号；未签署为空", "its reference; empty where it is not signed"), _R, _DETERMINED, _of_determination("reference")),
                _entry("because", "理由", "reason", ("签署理由", "the reason of the signature"), _R, _DETERMINED, _of_determination("because")),
                _entry("signed_by", "签署人", "signed by", ("姓名", "name"), _R, _DETERMINED, _of_signature("by")),
                _entry("signed_at", "签署时间", "signed at", ("存储库记录的时间", "the moment on record"), _R, _DETERMINED, _of_signature("at")),
                _entry("approved_by", "第二人", "second person", ("姓名", "name"), _R, _DETERMINED, _of_signature("approved_by")),
                _entry("known_to", "来源核查至", "sources checked to", ("日期", "day"), _R, _DETERMINED, _of_determination("known_to")),
            ),
        ),
    ),
    (
        Rows(
            "tests",
            Bilingual("判断步骤", "Ordered tests"),
            tuple(
                _entry(id_, zh, en, (zh, en), _R, _DETERMINED)
                for id_, zh, en in (("question", "问题", "question"), ("answer", "答案", "answer"), ("because", "理由", "reason"), ("provisions", "条文", "provisions"))
            ),
            _test_rows,
        ),
        Rows(
            "candidates",
            Bilingual("候选条目", "Candidates"),
            tuple(
                _entry(id_, zh, en, (zh, en), _R, _DETERMINED)
                for id_, zh, en in (("item", "条目标识", "item"), ("name", "名称", "name"), ("code", "编号", "code"), ("control", "部分", "list"), ("certainty", "确定性", "certainty"), ("answer", "回答", "answer"))
            ),
            _candidate_rows,
        ),
    ),
    unofficial=False,
)  # fmt: skip

FORMS: Final[Mapping[str, Form]] = {
    one.kind: one for one in (MEMO, APPLICATION, INTENT, REGISTRATION, DATA_LIST, CHANGE)
}
PROVISIONS: Final = tuple(dict.fromkeys(p for form in FORMS.values() for p in form.provisions))
UNOFFICIAL: Final = Bilingual(
    "非官方表样：未读到官方表格，字段确定性见右列；以主管部门表格为准",
    "UNOFFICIAL FORM: no official form was read; certainty of each field at the right; the authority's own form counts",
)


_ON_EVERY_PAGE = Bilingual("非官方表样，不是法律意见", "UNOFFICIAL FORM; not legal advice")

# ---- the paper -----------------------------------------------------------------------------------------------------


def _other_outcome(w: Writer, form: Form, values: Values) -> list[Block]:
    """What a form says that is not for the outcome which was signed."""
    if form.kind != "registration" or values.signed is None or values.signed["outcome"] == "not listed":
        return []
    said = w.say(
        "登记表用于自由出口的技术，而本案所签署的结论不是“不在目录内”：",
        "This form registers technology that is exported freely, and what was signed of this case is not “not listed”:",
        "bad",
    )
    return [Para(w.joined((said, word(w, values.signed["outcome"], "strong")), " "), "warn")]


def form_paper(filled_: Filled, w: Writer, values: Values) -> Paper:
    """A form as a paper: every field with its value and how well the field is known, and what is not filled in."""
    form, cited = filled_.form, Cited()
    blocks: list[Block] = [
        Para(w.of(UNOFFICIAL, "bad"), "warn"),
        Para((*w.of(form.about), Run(" "), *w.data(cited.of(values.law[one] for one in form.provisions)))),
        Para(w.joined((w.label("案件：", "Case:"), w.data(f"{values.case['case']}  {values.case['title']}")), " ")),
        *since_signed(w, values),
        *_other_outcome(w, form, values),
    ]
    head = (w.label("字段", "Field"), w.label("填写内容", "Entry"), w.label("字段确定性", "Certainty of the field"))
    for title, entries in form.sections:
        rows = tuple((w.of(one.name, between="\n"), _value(w, filled_.values[one.id]), _how(w, one)) for one in entries)
        blocks += [Heading(1, w.of(title, between=" ")), Table(rows, (4, 8, 4), head)]
    for group in form.rows:
        blocks += [Heading(1, w.of(group.name, between=" ")), *_group(w, group, filled_.rows[group.id])]
    names = filled_.unfilled
    if names:
        blocks += [
            Heading(1, w.label("尚未填写的字段", "Fields not filled in")),
            Para(w.joined((_named(w, form, name) for name in names), "；"), "note"),
        ]
    blocks += [Heading(1, w.label("所依据的条文", "Provisions relied on"))]
    blocks.append(Points(tuple(_provision(w, one) for one in cited.held.values()), True))
    return paper(w, values, form.title.zh, form.title.en, _ON_EVERY_PAGE, blocks)


def _value(w: Writer, line: Line) -> Line:
    return line or (Run("________ "), *w.label("（未填）", "(not filled in)", "bad"))


def _how(w: Writer, one: Entry) -> Line:
    return w.of(one.sure.said, _TONES[one.sure])


def _group(w: Writer, group: Rows, lines: list[dict[str, Line]]) -> list[Block]:
    known = Para(
        w.joined((w.label("本表各列的确定性：", "Certainty of the columns:"), _columns(w, group)), " "), "note"
    )
    tables: list[Block] = []
    first, *rest = group.entries
    for start in range(0, len(rest), _COLUMNS):  # a wide table is cut into several, each with the number of its rows
        part = (first, *rest[start : start + _COLUMNS])
        rows = tuple(tuple(line[one.id] for one in part) for line in lines)
        if not rows:
            rows = tuple(tuple((Run(" "),) for _ in part) for _ in range(group.blank))
        widths = tuple(_WIDTHS.get(one.id, 4) for one in part)
        tables.append(Table(rows, widths, tuple(w.of(one.name, between="\n") for one in part)))
    return [known, *tables]


_COLUMNS = 6  # beside the first
_WIDTHS = {"serial": 2, "digest": 9, "title": 7, "paper": 6, "reference": 8, "recipient": 6}


def _named(w: Writer, form: Form, name: str) -> Line:
    """A field by its name for people, and by the name under which it is given."""
    group, _, column = name.rpartition(".")
    found = form.entries.get(name) or next(
        one for rows in form.rows if rows.id == group for one in rows.entries if one.id == column
    )
    return w.joined((w.of(found.name, between=" "), w.within(w.data(name, "soft"), "soft")), " ")


def _columns(w: Writer, group: Rows) -> Line:
    by_mark: dict[Sure, list[Entry]] = {}
    for one in group.entries:
        by_mark.setdefault(one.sure, []).append(one)
    parts = []
    for sure, entries in by_mark.items():
        zh, en = "、".join(e.name.zh for e in entries), ", ".join(e.name.en for e in entries)
        parts.append(w.say(f"{zh}：{sure.said.zh}", f"{en}: {sure.said.en}", _TONES[sure], " "))
    return w.joined(parts, "；")


def _provision(w: Writer, one: Json) -> Line:
    return w.joined(
        (w.of(one["where"], "strong", " "), (*w.of(one["says"]), Run(" "), *law_mark(w, one)), w.of(one["note"], "bad"))
    )

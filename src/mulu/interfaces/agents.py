"""What agents may ask: ten tools over ten acts, what each takes and gives, and how its answer is to be read.

Every tool reads; `draft_determination` says what facts would come to and keeps nothing. Signing, importing, cases, backup and
accounts are for people and have no tool. No protocol is known here; `mulu.interfaces.mcp` speaks it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mulu.desk import ACTS, Act, Argument, Desk, parse_day
from mulu.errors import Misused
from mulu.interfaces.small import cut, part_of, size, skipped
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
MOST_BYTES, LEAST, GREATEST = 8_000, 4_000, 64_000

INSTRUCTIONS = Bilingual(
    "Mulu 就《中国禁止出口限制出口技术目录》答复。请先调用 coverage：所持数据不完整，须知各版本收录多少、缺少什么。"
    "不得把任何答复当作判定：screen 给出候选，draft_determination 只说明所述事实会得出什么；判定由负责人签署。"
    "“没有候选”只说明所持数据的比对情况，不说明技术不在目录内。"
    "每次引用须写明版本、日期、数据版本（citation）、来源（cited）和确定性（official、published、unconfirmed）；"
    "unconfirmed 不得作为依据；beyond_knowledge 为 true 时必须说明。"
    "凡有 on 的工具必须给出日期（YYYY-MM-DD）。答复有字节上限；left_out 逐一说明省略了什么，以相同参数加 part 和 skip 取得。",
    "Mulu answers about China's Catalogue of Technologies Prohibited or Restricted from Export. Call coverage first: what is held "
    "is incomplete, and you must know how much of each edition is held and what is not. "
    "Never present an answer as a determination: screen gives candidates, draft_determination says only what the facts stated would "
    "come to; a determination is signed by a person who answers for it. "
    '"No candidate" is a result about what is held, never that a technology is outside the Catalogue. '
    "Cite with every fact the edition, the day and the data version (citation), the sources (cited) and the certainty (official, "
    "published, unconfirmed); an unconfirmed fact carries nothing; say so where beyond_knowledge is true. "
    "Tools with `on` need the day (YYYY-MM-DD). Answers are limited in bytes; left_out names each thing left out: ask again with "
    "the same arguments and its part and skip.",
)

# ---- the shape of answers ------------------------------------------------------------------------------------------


def _one(required: str = "", /, **properties: Json) -> Json:
    """An object that has at least the properties named."""
    return {"type": "object", "properties": properties, **({"required": required.split()} if required else {})}


def _all(items: Json) -> Json:
    return {"type": "array", "items": items}


def _or_none(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _def(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


_TEXT: Json = {"type": "string"}
_WORD: Json = {"type": ["string", "null"]}
_COUNT: Json = {"type": "integer", "minimum": 0}
_COUNT_OR_NONE: Json = {"type": ["integer", "null"], "minimum": 0}
_FLAG: Json = {"type": "boolean"}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
_ANY: Json = {}
_SOURCES: Json = _all({"type": "string", "description": "id of a source in cited"})
_SAID, _TEXTS, _CERTAINTY, _CONTROL = _def("said"), _def("texts"), _def("certainty"), _def("control")
_PRESENCE: Json = {"enum": ["present", "absent", "open", "not held"]}

_DEFS: Mapping[str, Json] = {
    "texts": _one("zh en", zh=_TEXT, en=_TEXT),
    "said": _one("zh en", id=_TEXT, zh=_TEXT, en=_TEXT),
    "certainty": {"enum": ["official", "published", "unconfirmed", None]},
    "control": {"enum": ["prohibited", "restricted"]},
    "considered": _one(
        "announced held published open not_held without_published_point",
        announced=_COUNT_OR_NONE,
        held=_COUNT,
        published=_COUNT,
        open=_COUNT,
        not_held=_COUNT_OR_NONE,
        without_published_point=_COUNT,
        gaps=_all(_ANY),
    ),
    "instrument": _one("id title", id=_TEXT, title=_TEXTS, effective=_WORD, published=_WORD),
    "line": _one(
        "item control name certainty presence sources",
        item=_TEXT,
        code=_WORD,
        code_certainty=_CERTAINTY,
        control=_CONTROL,
        name=_TEXTS,
        name_certainty=_CERTAINTY,
        presence=_PRESENCE,
        certainty=_CERTAINTY,
        division=_WORD,
        published_points=_COUNT,
        topics=_COUNT,
        sources=_SOURCES,
    ),
    "point": _one(
        "number certainty",
        number=_TEXT,
        certainty=_CERTAINTY,
        topic=_FLAG,
        zh=_TEXT,
        en=_TEXT,
        since=_WORD,
        until=_WORD,
        parameters=_all(_ANY),
        sources=_SOURCES,
        official=_ANY,
    ),
    "evidence": _one("kind because", kind=_TEXT, because=_SAID, strength=_SHARE, weight={"type": "number"}, against=_FLAG),
    "comparison": _one(
        "name required result", name=_TEXTS, required=_TEXT, stated=_WORD, result=_TEXT, condition=_or_none(_TEXTS)
    ),
    "point_candidate": _one(
        "number certainty score",
        number=_WORD,
        certainty=_CERTAINTY,
        topic=_FLAG,
        of_another_edition=_FLAG,
        zh=_WORD,
        en=_WORD,
        official=_ANY,
        score=_SHARE,
        evidence=_all(_def("evidence")),
        parameters=_all(_def("comparison")),
        conditions=_ANY,
    ),
    "candidate": _one(
        "item control name certainty score flag beyond_knowledge sources",
        item=_TEXT,
        code=_WORD,
        code_certainty=_CERTAINTY,
        control=_CONTROL,
        name=_TEXTS,
        name_certainty=_CERTAINTY,
        presence=_PRESENCE,
        certainty=_CERTAINTY,
        score=_SHARE,
        flag=_FLAG,
        near_boundary=_FLAG,
        beyond_knowledge=_FLAG,
        points=_all(_def("point_candidate")),
        missing_facts=_all(_SAID),
        shortfall=_or_none(_SAID),
        sources=_SOURCES,
    ),
    "provision": _one(
        "id where mark", id=_TEXT, where=_TEXTS, says=_TEXTS, version=_TEXTS, mark=_TEXT, mark_says=_TEXTS, in_force=_ANY
    ),
}  # fmt: skip

_FRAME: Json = {"on": _WORD, "edition": _WORD, "draft": _FLAG, "instrument": _def("instrument")}
_DOOR: Json = {
    "data": {"type": "string", "description": "version of the data"},
    "known_to": {"description": "the day up to which sources were checked"},
    "beyond_knowledge": {"type": "boolean", "description": "the day lies after the last check of sources: say so"},
    "citation": {**_TEXTS, "description": "to be cited with every fact of this answer"},
    "reading": {**_TEXTS, "description": "how this answer is to be read; pass it on"},
    "cited": _all(_one("id", id=_TEXT, address=_WORD, described=_WORD)),
    "left_out": _all(
        _one(
            "part left_out",
            part={
                "type": "string",
                "description": "ask again with this part; the number of an entry stands for *, and for 1: any number from 1",
            },
            skip={**_COUNT, "description": "entries or characters to skip, to go on where this answer ends"},
            left_out={**_COUNT, "description": "how many entries, values or characters"},
        )
    ),
    "part": _TEXT,
    "skip": _COUNT,
    "value": {"description": "the part that was asked for, as the desk gives it"},
}
_ALWAYS = ("data", "beyond_knowledge", "citation", "reading", "cited", "left_out")


def _with_defs(schema: Json) -> Json:
    """A schema together with the definitions that it names, and those that these name."""
    found: Json = {}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found[name] = _DEFS[name]
                look(_DEFS[name])
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(schema)
    return {**schema, **({"$defs": dict(sorted(found.items()))} if found else {})}


# ---- the facts of a transfer ---------------------------------------------------------------------------------------

_YES_NO: Json = {"type": ["boolean", "null"]}
_DAY: Json = {"type": ["string", "null"], "description": "YYYY-MM-DD"}
_DONE: Json = {"type": ["boolean", "string", "null"], "description": "true, false, or the day on which it was done"}
FACTS: Mapping[str, Json] = {
    "technology": {"type": ["string", "null"], "description": "what the technology is 技术描述"},
    "date": {"type": ["string", "null"], "description": "the day of the transfer, YYYY-MM-DD 转移之日"},
    "from": {"type": ["string", "null"], "description": "where the supplier is, e.g. CN 供方所在"},
    "to": {"type": ["string", "null"], "description": "where the recipient is, e.g. DE 受方所在"},
    "mode": {
        "type": ["string", "null"],
        "description": "M1 assignment of a patent, M2 of an application, M3 licence, M4 know-how, M5 service, M9 other 转移方式",
    },
    "channel": {"enum": ["trade", "investment", "cooperation", None]},
    "catalogue_code": {"type": ["string", "null"], "description": "official code, where one is known 官方编号"},
    "status_on_day": {
        "type": ["string", "null"],
        "description": "what a person says it is: free, restricted, prohibited, dual-use, unknown. Never state it yourself 由人认定",
    },
    "crossing": _YES_NO,
    "source_code_delivered": _YES_NO,
    "technical_content": _YES_NO,
    "ownership_abroad_before_listing": _YES_NO,
    "remote_access": _YES_NO,
    "publication": _YES_NO,
    "academic_exchange": _YES_NO,
    "state_secret": _YES_NO,
    "defence_patent": _YES_NO,
    "export_control_hit": _YES_NO,
    "temporary_measure": {"enum": ["no", "prohibits", "restricts", False, None]},
    "royalty": {"type": ["boolean", "number", "string", "null"], "description": "true, false, a rate, or mixed 提成"},
    "mixed_payment": _YES_NO,
    "licensed": _DONE,
    "registered": _DONE,
    "loi_issued": _DONE,
    "negotiation_under_way": _YES_NO,
    "delivered": _DONE,
    "change": {"type": ["boolean", "string", "null"]},
    "n": {"type": ["integer", "null"], "description": "a number of days, together with unit 天数"},
    "unit": {"enum": ["wd", "cd", "year", None]},
    "contract_effective": _DAY,
    "royalty_base_formed": _DAY,
    "application_received": _DAY,
    "licence_papers": _DAY,
    "registration_papers": _DAY,
    "loi_issued_on": _DAY,
    "terminated": _DAY,
    "control_accepted": _DAY,
    "parties_related": _ANY,
    "catalogue_edition": _ANY,
    "consideration": _ANY,
    "royalty_rate": _ANY,
    "supplier": _ANY,
    "recipient": _ANY,
    "term_years": _ANY,
    "exclusive": _ANY,
}  # fmt: skip

# ---- the tools -----------------------------------------------------------------------------------------------------

_HELD = Bilingual(
    "所持数据中的事实，各附确定性；没有收录不等于不在目录内。这不是判定。",
    "Facts as they are held, each with its certainty; what is not held may yet be in the Catalogue. This is no determination.",
)
_RULES = Bilingual(
    "按所引条文（附识读标记）计算或列出；与目录的判定无关，这不是判定。",
    "Counted or listed by the provisions cited, each with a mark of how it was read. This is no determination.",
)
_DRAFTED = Bilingual(
    "草拟：所述事实若属实会得出什么。没有签署，没有保存；判定须由负责人核对 open 和 lacks 后签署。不得作为判定转述。",
    "A draft: what the facts stated would come to if they are true. Nothing is signed or kept; a person answers what stands under open "
    "and lacks and signs. Do not pass it on as a determination.",
)


@dataclass(frozen=True, slots=True)
class Tool:
    """An act as agents meet it.

    `always` and `order` say what an answer can spare when it is too long (`mulu.interfaces.small.cut`); `cites` are the lists
    whose entries name items, to which the sources of the item are added.
    """

    name: str
    act: str
    title: Bilingual
    says: Bilingual
    gives: Mapping[str, Json]
    always: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    first: Mapping[str, Callable[[Json], int]] = field(default_factory=dict)  # what comes first in a list
    reading: Bilingual = _HELD

    @property
    def of(self) -> Act:
        return next(act for act in ACTS if act.name == self.act)

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What agents may give: no file of the machine."""
        return tuple(one for one in self.of.arguments if not one.local)

    def required(self) -> tuple[str, ...]:
        return tuple(a.name for a in self.arguments if a.required or a.name in ("on", "text"))

    def description(self) -> str:
        help_ = self.of.help
        return f"{help_.en}. {self.says.en}\n{help_.zh}。{self.says.zh}"

    def takes(self) -> Json:
        """JSON Schema of the arguments."""
        properties = {one.name: _argument(one) for one in self.arguments}
        if self.of.recalls:
            properties["as_known"] = {
                "type": "string",
                "description": "answer with what was known then: a data release (e.g. 2026.11.1) or a day 按当时所知答复：数据版本或日期",
            }
        properties |= {
            "part": {
                "type": "string",
                "description": "only this part of the answer, copied from left_out, with the number of an entry for * or 1: 只要答复的这一部分",
            },
            "skip": {"type": "integer", "minimum": 0, "description": "entries or characters of the part to skip 跳过几项（或几字）"},
            "most_bytes": {
                "type": "integer",
                "minimum": LEAST,
                "maximum": GREATEST,
                "default": MOST_BYTES,
                "description": "the answer has at most so many bytes of JSON 答复的字节上限",
            },
        }  # fmt: skip
        return {
            "type": "object",
            "properties": properties,
            "required": list(self.required()),
            "additionalProperties": False,
        }

    def schema(self) -> Json:
        """JSON Schema of the answer. What is left out for its size is named in `left_out`, so little is always there."""
        return _with_defs(
            {
                "type": "object",
                "properties": {**self.gives, **_DOOR},
                "required": list(_ALWAYS),
                "additionalProperties": False,
            }
        )


_OVERRIDES: Mapping[str, Bilingual] = {
    "on": Bilingual("哪一天的目录（YYYY-MM-DD），必须给出", "the day whose Catalogue is meant (YYYY-MM-DD); always required"),
    "text": Bilingual("技术描述（中文或英文）", "the description of the technology (Chinese or English)"),
    "limit": Bilingual("法定期限，如 registration；省略且无 days 时列出全部", "a legal limit, e.g. registration; all are listed without it and days"),
    "facts": Bilingual("事实；没有给出的保持未决，不得猜测", "the facts; what is not stated stays open: do not guess"),
}  # fmt: skip


def _argument(argument: Argument) -> Json:
    said = _OVERRIDES.get(argument.name, argument.help)
    kinds: Mapping[str, Json] = {
        "text": {"type": "string"},
        "texts": {"type": "array", "items": {"type": "string"}},
        "day": {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "integer": {"type": "integer"},
        "number": {"type": "number"},
        "choice": {"type": "string", "enum": list(argument.choices)},
        "flag": {"type": "boolean"},
        "object": {"type": "object", "properties": dict(FACTS)},
    }
    return {**kinds[argument.kind], "description": f"{said.en} {said.zh}"}


_CLASSES = ("added", "deleted", "modified", "renumbered", "moved", "not known", "unchanged")
_PROVISIONS = _all(_def("provision"))

TOOLS: tuple[Tool, ...] = (
    Tool(
        "coverage",
        "coverage",
        Bilingual("收录情况", "What is held"),
        Bilingual("请首先调用：说明其他答复能依据什么。", "Call it first: it says what every other answer can rest on."),
        {
            "editions": _all(
                _one(
                    "edition draft lists complete",
                    edition=_TEXT,
                    draft=_FLAG,
                    instrument=_TEXT,
                    effective=_WORD,
                    complete=_FLAG,
                    document=_ANY,
                    lists=_all(
                        _one(
                            "control announced official published unconfirmed open held",
                            control=_CONTROL,
                            announced=_COUNT_OR_NONE,
                            **dict.fromkeys(("official", "published", "unconfirmed", "open", "held"), _COUNT),
                        )
                    ),
                    changes=_all(_ANY),
                    derived_counts=_all(_TEXT),
                    gaps=_all(_ANY),
                    conflicts=_all(_SAID),
                )
            ),
            "not_held": _all(_one("instrument zh en", instrument=_TEXT, zh=_TEXT, en=_TEXT)),
            "conflicts": _all(_one("id zh en", id=_TEXT, zh=_TEXT, en=_TEXT)),
            "corrections": _COUNT,
            "sources": _COUNT,
        },
        order=("conflicts", "editions/*/changes", "editions/*/gaps", "not_held/*/note", "editions/*/conflicts"),
    ),
    Tool(
        "find_items",
        "items",
        Bilingual("查找条目", "Find items"),
        Bilingual(
            "items 为列入者，open 为是否列入未定者。以 query、control、industry 缩小范围。",
            "items are those listed; open are those whose presence is not settled. Narrow it with query, control, industry.",
        ),
        {
            **_FRAME,
            "items": _all(_def("line")),
            "open": _all(_def("line")),
            "considered": _def("considered"),
        },
        order=("considered/gaps", "items/*/sources/1:", "open/*/sources/1:"),
        cites=("items", "open"),
    ),
    Tool(
        "show_item",
        "show",
        Bilingual("一个条目", "One item"),
        Bilingual("要点以 Mulu 自己的话写成，除非 official 载有官方文字。", "Points are in Mulu's own words, save where official holds the official ones."),
        {
            **_FRAME,
            **_DEFS["line"]["properties"],
            "asked_by_code": _ANY,
            "basis": _or_none(_TEXTS),
            "code_basis": _or_none(_TEXTS),
            "decoded": _ANY,
            "change": _WORD,
            "change_certainty": _CERTAINTY,
            "official": _ANY,
            "english_certainty": _CERTAINTY,
            "english": _WORD,
            "name_is_description": _FLAG,
            "industry": _or_none(_TEXTS),
            "industry_certainty": _CERTAINTY,
            "note": _or_none(_TEXTS),
            "points": _all(_def("point")),
            "statements": _all(_one("edition field source", edition=_TEXT, field=_TEXT, value=_ANY, source=_TEXT)),
            "conflicts": _all(_SAID),
            "last_held": _ANY,
        },
        order=(
            "statements/*/how",
            "statements/*/note",
            "points/*/terms",
            "decoded",
            "statements",
            "points/*/drafts",
            "points/*/terms_unconfirmed",
            "points/*/note",
            "points/*/parameters",
        ),
    ),
    Tool(
        "item_history",
        "history",
        Bilingual("一个条目的沿革", "The history of an item"),
        Bilingual("版本由旧到新，征求意见稿从未施行。", "Editions from old to new; drafts were never in force."),
        {
            "item": _TEXT,
            "name": _TEXTS,
            "control": _CONTROL,
            "note": _or_none(_TEXTS),
            "sources": _SOURCES,
            "editions": _all(
                _one(
                    "edition draft presence certainty",
                    edition=_TEXT,
                    draft=_FLAG,
                    instrument=_TEXT,
                    title=_TEXTS,
                    effective=_WORD,
                    presence=_PRESENCE,
                    certainty=_CERTAINTY,
                    code=_WORD,
                    code_certainty=_CERTAINTY,
                    points=_all(_def("point")),
                )
            ),
            "lineage": _all(_one("from to kind certainty", kind=_TEXT, certainty=_CERTAINTY, basis=_TEXTS)),
        },
        order=(
            "editions/*/changed_points/*/redline",
            "editions/*/points/*/terms",
            "editions/*/points/*/parameters",
            "editions/*/statements/*/note",
            "editions/*/statements/*/how",
            "editions/*/points",
            "editions/*/changed_points/*/parameters",
            "editions/*/changed_points/*/reasons",
            "editions/*/statements/*/value",
            "editions/*/changed_points",
            "editions/*/statements",
            "editions/*/title",
        ),
    ),
    Tool(
        "compare_editions",
        "diff",
        Bilingual("比较两个版本", "Compare two editions"),
        Bilingual(
            "changes 先列变动者，后列未知者和未变者。if_adopted 为 true 时后者是征求意见稿。",
            "changes gives first what changed, then what is not known, then what is unchanged. if_adopted: the later one is a draft.",
        ),
        {
            "from": _one("edition draft instrument title", edition=_TEXT, draft=_FLAG, instrument=_TEXT, title=_TEXTS),
            "to": _one("edition draft instrument title", edition=_TEXT, draft=_FLAG, instrument=_TEXT, title=_TEXTS),
            "if_adopted": _FLAG,
            "counts": {"type": "object", "additionalProperties": _COUNT},
            "published": {"type": "object", "additionalProperties": _COUNT},
            "announced": _ANY,
            "changes": _all(
                _one(
                    "item class certainty control name sources",
                    item=_TEXT,
                    certainty=_CERTAINTY,
                    control=_CONTROL,
                    name=_TEXTS,
                    points=_all(_one("certainty kind does", certainty=_CERTAINTY, kind=_TEXT, does=_TEXT)),
                    sources=_SOURCES,
                    **{"class": {"enum": list(_CLASSES)}},
                )
            ),
        },
        order=(
            "changes/*/points/*/redline/pieces",
            "changes/*/points/*/redline",
            "changes/*/points/*/parameters",
            "changes/*/points/*/reasons",
        ),
        cites=("changes",),
        first={"changes": lambda one: _CLASSES.index(one["class"])},
    ),
    Tool(
        "standing",
        "standing",
        Bilingual("文书的效力状态", "The standing of instruments"),
        Bilingual("先列适用者。drafts 从未施行。", "Those that apply come first. drafts were never in force."),
        {
            "on": _TEXT,
            "edition": _WORD,
            "measures": _all(
                _one(
                    "instrument family title title_certainty standing certainty applies sources",
                    instrument=_TEXT,
                    family=_TEXT,
                    title=_TEXTS,
                    title_certainty=_CERTAINTY,
                    standing={"enum": ["not yet", "in force", "suspended", "repealed", "unconfirmed"]},
                    certainty=_CERTAINTY,
                    applies=_FLAG,
                    because=_SAID,
                    sources=_SOURCES,
                )
            ),
            "drafts": _all(
                _one("instrument title comment_open sources", instrument=_TEXT, title=_TEXTS, sources=_SOURCES)
            ),
        },
        order=("measures/*/control_codes", "drafts/*/note", "measures/*/note", "drafts/*/sources/1:", "measures/*/sources/1:"),
        first={"measures": lambda one: 0 if one["applies"] else 1},
    ),
    Tool(
        "screen",
        "screen",
        Bilingual("筛查一段描述", "Screen a description"),
        Bilingual(
            "给出候选及理由，不是结论：不得说某技术属于或不属于目录。flag 为 true 者超过公布的工作点；missing_facts 是应向人提出的问题。"
            "以 record=true 和 part=/excluded/items 查看未提出的条目及理由。",
            "Gives candidates with reasons, never a conclusion: do not say that a technology is or is not in the Catalogue. flag: the score "
            "passes the published operating point; missing_facts are questions to put to a person. With record=true and "
            "part=/excluded/items: the items not put forward, each with its reason.",
        ),
        {
            **_FRAME,
            "id": _WORD,
            "engine": _TEXT,
            "language": _TEXT,
            "unread": _ANY,
            "flagged": _COUNT,
            "operating_point": _SHARE,
            "base_rate": _SHARE,
            "candidates": _all(_def("candidate")),
            "elsewhere": _all(_one("item name control certainty score sources", item=_TEXT, name=_TEXTS, control=_CONTROL, certainty=_CERTAINTY, score=_SHARE, sources=_SOURCES)),
            "considered": _def("considered"),
            "excluded": _one("absent set_aside", absent=_COUNT, set_aside=_COUNT, by_reason={"type": "object", "additionalProperties": _COUNT}),
        },
        always=(
            "candidates/*/points/*/evidence/*/all_in_description",
            "candidates/*/points/*/evidence/*/in_point",
            "excluded/by_industry",
        ),
        order=(
            "candidates/*/points/*/explanation",
            "considered/gaps",
            "excluded/items",
            "candidates/1:/points/1:",
            "candidates/1:/missing_facts",
            "candidates/1:/points/*/parameters",
            "candidates/1:/points/*/evidence/1:",
            "candidates/1:/sources/1:",
            "candidates/*/points/1:",
            "excluded/denied",
            "candidates/1:/points/*/evidence",
            "candidates/*/sources/3:",
            "candidates/*/points/*/evidence/3:",
            "candidates/*/missing_facts/3:",
            "candidates/1:/points",
        ),
        cites=("candidates", "elsewhere", "excluded/denied", "excluded/items"),
        reading=Bilingual(
            "以下是候选及理由，不是结论；由负责人逐一对照并签署判定。",
            "These are candidates with reasons, not conclusions; a person compares each of them and signs the determination.",
        ),
    ),
    Tool(
        "deadline",
        "deadline",
        Bilingual("期限届满日", "The last day of a time limit"),
        Bilingual("provisional 为 true：该年放假通知未持有。", "provisional: the holiday notice of that year is not held."),
        {
            "start": _TEXT,
            "notices": _all(_TEXT),
            "limits": _all(_one("limit n unit day provisional provisions", limit=_WORD, n={"type": ["integer", "null"]}, unit=_TEXT, day=_WORD, provisional=_FLAG, sure=_ANY, provisions=_PROVISIONS)),
        },
        order=("limits/*/provisions/*/note", "limits/*/provisions/*/mark_says", "limits/*/provisions/*/version", "limits/*/provisions/*/says"),
        reading=_RULES,
    ),
    Tool(
        "penalty",
        "penalty",
        Bilingual("处罚", "Penalties"),
        Bilingual("违规与否由主管机关认定。", "Whether there is a breach is for the authorities to find."),
        {
            "on": _TEXT,
            "penalties": _all(_one("breach says sanctions", breach=_TEXT, says=_TEXTS, day=_TEXT, gains=_ANY, sanctions=_all(_one("says provisions", says=_TEXTS, provisions=_PROVISIONS)))),
        },
        order=tuple(f"penalties/*/sanctions/*/provisions/*/{key}" for key in ("note", "mark_says", "version", "says")),
        reading=_RULES,
    ),
    Tool(
        "draft_determination",
        "draft",
        Bilingual("草拟判定", "Draft a determination"),
        Bilingual(
            "outcome 是仅凭此最多可签署的结论，signed 恒为 false；open 列出未答各题，lacks 列出签署尚缺者。",
            "outcome is the most that could be signed on this alone, and signed is always false; open are the questions left, lacks what a signature needs.",
        ),
        {
            "is_technology_export": {"type": ["boolean", "null"]},
            "track": _TEXT,
            "also": _all(_TEXT),
            "regime": _or_none(_TEXTS),
            "rests_on": _TEXT,
            "signed": {"const": False},
            "outcome": {"enum": ["prohibited", "restricted", "not listed", "other regime", "not an export", "undetermined"]},
            "lacks": _all(_TEXTS),
            "on": _WORD,
            "edition": _WORD,
            "deadline": _WORD,
            "deadline_limit": _WORD,
            "deadline_detail": _ANY,
            "deadline_provisions": _PROVISIONS,
            "next": _WORD,
            "documents": _all(_TEXT),
            "documents_detail": _all(_one("key name asked provisions", key=_TEXT, name=_TEXTS, asked=_TEXT, provisions=_PROVISIONS)),
            "steps": _all(_one("test answer from because follows reached decides", test=_TEXT, question=_TEXTS, because=_or_none(_TEXTS), follows=_or_none(_TEXTS), reached=_FLAG, decides=_FLAG, provisions=_PROVISIONS)),
            "open": _all(_one("test question because decides", test=_TEXT, question=_TEXTS, because=_or_none(_TEXTS), decides=_FLAG)),
            "disputed": _all(_one("id question", id=_TEXT, question=_TEXTS)),
            "candidates": _all(_one("item control name certainty score flag sources", item=_TEXT, code=_WORD, control=_CONTROL, name=_TEXTS, certainty=_CERTAINTY, score=_SHARE, flag=_FLAG, sources=_SOURCES)),
            "warnings": _all(_one("says provisions", says=_TEXTS, provisions=_PROVISIONS)),
            "editions": _all(_one("what day edition", what=_TEXT, day=_TEXT, edition=_TEXT)),
        },
        order=(
            "candidates/*/sources/1:",
            "steps/*/question",
            "steps/*/provisions/*/note",
            "steps/*/provisions/*/mark_says",
            "steps/*/provisions/*/version",
            "documents_detail/*/provisions",
            "steps/*/provisions/*/says",
            "disputed/*/positions",
            "documents_detail",
            "deadline_detail",
            "deadline_provisions",
            "warnings/*/provisions",
        ),
        cites=("candidates",),
        reading=_DRAFTED,
    ),
)  # fmt: skip


class BadArgument(Misused):
    """An argument that a tool does not take, lacks, or cannot read."""

    def __init__(self, tool: Tool, name: str, zh: str, en: str) -> None:
        takes = ", ".join(tool.takes()["properties"])
        super().__init__(
            Said(
                "bad_argument",
                f"工具 {tool.name} 的参数 {name} {zh}。它接受：{takes}。",
                f"The argument {name} of the tool {tool.name} {en}. It takes: {takes}.",
            )
        )
        self.name = name


def tool_named(name: str) -> Tool | None:
    return next((one for one in TOOLS if one.name == name), None)


def ask(tool: Tool, given: Mapping[str, Any], desk_as_known: Callable[[str | None], Desk]) -> Json:
    """The answer of a tool within its bytes, of the desk as it was known at the moment that is asked for, or as it is."""
    properties = tool.takes()["properties"]
    for name in given:
        if name not in properties:
            raise BadArgument(tool, repr(_short(name)), "不存在", "does not exist")
    values = {one.name: _read(tool, one, given[one.name]) for one in tool.arguments if given.get(one.name) is not None}
    for name in tool.required():
        if name not in values:
            raise BadArgument(tool, name, "必须给出", "is required")
    most = _whole_number(tool, given, "most_bytes", MOST_BYTES, LEAST, GREATEST)
    skip = _whole_number(tool, given, "skip", 0, 0, 10**9)
    part = given.get("part")
    if part is not None and not isinstance(part, str):
        raise BadArgument(tool, "part", "应为文字", "must be a text")
    if skip and part is None:
        raise BadArgument(tool, "skip", "须与 part 同时给出", "goes together with part")
    known = given.get("as_known")
    if known is not None and not isinstance(known, str):
        raise BadArgument(tool, "as_known", "应为文字", "must be a text")
    desk = desk_as_known(known)
    whole: Json = getattr(desk, tool.of.method)(**values)
    sources = _cite(tool, whole, desk)
    for name, rank in tool.first.items():
        whole[name].sort(key=rank)
    days = [value for value in values.values() if isinstance(value, datetime.date)]
    days += [day for name in ("before", "after") if (day := _as_day(values.get(name))) is not None]
    whole.setdefault("data", desk.catalogue.version)
    whole.setdefault("beyond_knowledge", any(day > desk.catalogue.known_to for day in days))
    said = {"citation": _citation(whole, desk), "reading": _reading(tool, whole, desk)}
    return _within(tool, whole, said, sources, part, skip, most)


def _within(
    tool: Tool, whole: Json, said: Json, sources: Mapping[str, Json], part: str | None, skip: int, most: int
) -> Json:
    """The answer, cut to the most that fits together with the sources that it cites and the notes of what was left out."""
    plain = {key: one for key, one in whole.items() if not isinstance(one, dict | list)}
    if part is None:
        asked: Any = {key: one for key, one in whole.items() if key not in plain}
    else:
        asked = skipped(part_of(whole, part), skip, part)

    def answer(kept: Any, notes: list[Json]) -> Json:
        shown = {**plain, **kept} if part is None else {**plain, "part": part, "skip": skip, "value": kept}
        cited = [sources[one] for one in sorted(set(_named(shown)))]
        return {**said, **shown, "cited": cited, "left_out": notes}

    kept, notes = cut(asked, tool.always, tool.order, lambda *cut_so: size(answer(*cut_so)) <= most, part or "", skip)
    return answer(kept, notes)


def _cite(tool: Tool, whole: Json, desk: Desk) -> Mapping[str, Json]:
    """Puts the id of a source wherever the answer tells one, and the sources of the items that it names; gives them by id."""
    for path in tool.cites:
        found: Any = whole
        for key in path.split("/"):
            found = found.get(key, [])
        for one in found:
            one["sources"] = desk.sources_of(one["item"])
    if tool.name == "item_history":
        whole["sources"] = desk.sources_of(whole["item"])
    known: dict[str, Json] = {}

    def look(value: Any) -> Any:
        if isinstance(value, list):
            return [look(one) for one in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"id", "address", "described"}:
            known[value["id"]] = value
            return value["id"]
        for key, one in value.items():
            value[key] = look(one)
        return value

    look(whole)
    return known


def _named(value: Any) -> Iterator[str]:
    """Ids of the sources that stand in an answer."""
    if isinstance(value, list):
        for one in value:
            yield from _named(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "source" and isinstance(one, str):
                yield one
            elif key == "sources" and isinstance(one, list):
                yield from one
            else:
                yield from _named(one)


def _citation(whole: Json, desk: Desk) -> Json:
    catalogue = desk.catalogue
    known = catalogue.known_to.isoformat()
    zh, en = (
        f"Mulu 数据 {whole['data']}（来源核查至 {known}）",
        f"Mulu, data {whole['data']} (sources checked up to {known})",
    )
    if "from" in whole:
        editions = (whole["from"]["edition"], whole["to"]["edition"])
        return {
            "zh": f"《中国禁止出口限制出口技术目录》{editions[0]} 与 {editions[1]} 两版比较；{zh}",
            "en": f"China's Catalogue of Technologies Prohibited or Restricted from Export, editions {editions[0]} and {editions[1]} compared; {en}",
        }
    if whole.get("edition") is None:
        day = whole.get("on") or whole.get("start")
        return {"zh": zh if day is None else f"{zh}，{day}", "en": en if day is None else f"{en}, {day}"}
    draft = whole.get("draft") is True
    return {
        "zh": f"《中国禁止出口限制出口技术目录》{whole['edition']} 版{'（征求意见稿，从未施行）' if draft else ''}，{whole['on']}；{zh}",
        "en": f"China's Catalogue of Technologies Prohibited or Restricted from Export, edition {whole['edition']}"
        f"{' (a draft, never in force)' if draft else ''} on {whole['on']}; {en}",
    }


def _reading(tool: Tool, whole: Json, desk: Desk) -> Json:
    zh, en = tool.reading.zh, tool.reading.en
    if tool.name == "screen":
        of = whole["considered"]
        if whole["flagged"] == 0:
            zh += "没有候选超过工作点：这只是与所持数据比对的结果，不说明技术不在目录内。"
            en += " No candidate passes the operating point: that is a result about what is held, not that the technology is outside the Catalogue."
        zh += f"比对了已收录的 {of['held']} 项（公布 {of['announced'] or '不详'} 项），未收录 {of['not_held'] if of['not_held'] is not None else '不详'} 项，是否列入未定 {of['open']} 项，{of['without_published_point']} 项没有已公布的要点。"
        en += (
            f" Compared with {of['held']} items held of {of['announced'] or 'an unknown number'} announced; "
            f"{of['not_held'] if of['not_held'] is not None else 'an unknown number'} are not held, {of['open']} are open, "
            f"{of['without_published_point']} have no published point."
        )
    if whole["beyond_knowledge"]:
        known = desk.catalogue.known_to.isoformat()
        zh = f"注意：所问之日晚于来源核查日 {known}，其后的文书未知；须由人核查。" + zh
        en = f"BEYOND KNOWLEDGE: the day lies after {known}, the last check of sources; later instruments are not known and a person must look for them. {en}"
    return {"zh": zh, "en": en}


# ---- reading arguments ---------------------------------------------------------------------------------------------


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _as_day(value: Any) -> datetime.date | None:
    """The day that a name of an edition is, where it is one."""
    try:
        return parse_day(value) if isinstance(value, str) else None
    except Misused:
        return None


def _whole_number(tool: Tool, given: Mapping[str, Any], name: str, default: int, least: int, greatest: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= greatest:
        raise BadArgument(tool, name, f"应为 {least}–{greatest} 的整数", f"must be a whole number, {least}–{greatest}")
    return value


def _read(tool: Tool, argument: Argument, value: Any) -> Any:
    """A value as the desk takes it. Raises BadArgument; a malformed day raises MalformedDay."""
    name, kind = argument.name, argument.kind

    def wanted(zh: str, en: str) -> BadArgument:
        return BadArgument(tool, name, f"应为{zh}", f"must be {en}")

    if kind in ("text", "day", "choice") and not isinstance(value, str):
        raise wanted("文字", "a text")
    if kind == "day":
        return parse_day(_short(value))
    if kind == "choice" and value not in argument.choices:
        raise wanted(f" {'、'.join(argument.choices)} 之一", f"one of {', '.join(argument.choices)}")
    if kind == "texts" and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise wanted("文字的列表", "a list of texts")
    if kind == "integer" and (not isinstance(value, int) or isinstance(value, bool)):
        raise wanted("整数", "a whole number")
    if kind == "number" and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise wanted("数字", "a number")
    if kind == "flag" and not isinstance(value, bool):
        raise wanted(" true 或 false", "true or false")
    if kind == "object" and not isinstance(value, dict):
        raise wanted("对象", "an object")
    return value

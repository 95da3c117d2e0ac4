"""Words for people that more than one door shows: what a value of an answer is called, in Chinese and English."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from mulu.catalogue.standing import comments_told
from mulu.reports.words import ANSWER as ANSWER
from mulu.reports.words import CERTAINTY as CERTAINTY
from mulu.reports.words import CONTROL as CONTROL
from mulu.reports.words import EFFECTS as EFFECTS
from mulu.reports.words import NOT_HELD as NOT_HELD
from mulu.reports.words import NOT_LEARNED as NOT_LEARNED
from mulu.reports.words import OWN_WORDS as OWN_WORDS
from mulu.reports.words import PRESENCE as PRESENCE
from mulu.reports.words import RESULT as RESULT
from mulu.reports.words import STATES as STATES
from mulu.reports.words import WHOSE as WHOSE
from mulu.vocabulary import Bilingual

NEAR = 0.01  # a score below it says that an item is not near at all
STANDING = {
    "not yet": ("尚未施行", "not yet"),
    "in force": ("施行中", "in force"),
    "suspended": ("暂停", "suspended"),
    "repealed": ("已废止", "repealed"),
    "unconfirmed": ("状态未确认", "UNCONFIRMED"),
}
CHANGE = {
    "adds": ("新增", "added"),
    "deletes": ("删除", "deleted"),
    "modifies": ("修改", "modified"),
    "keeps": ("未变", "unchanged"),
}
CLASSES = {
    "added": ("新增", "added"),
    "deleted": ("删除", "deleted"),
    "modified": ("修改", "modified"),
    "renumbered": ("改编号", "renumbered"),
    "moved": ("移动", "moved"),
    "unchanged": ("未变", "unchanged"),
    "not known": ("不明", "not known"),
}
DOES = {
    "added": ("新增", "added"),
    "deleted": ("删去", "deleted"),
    "modified": ("修改", "modified"),
    "renumbered": ("改编号", "renumbered"),
    "not comparable": ("无法比较", "not comparable"),
}
SUBSTANCE = {
    "substantive": ("实质修改", "substantive"),
    "editorial": ("文字修改", "editorial"),
    "unknown": ("不能逐字比较", "cannot be compared word for word"),
    "none": ("相同", "same"),
}
ASIDE = {
    "different field": ("领域不同", "different field"),
    "object differs": ("对象不同", "object differs"),
    "parameter below": ("参数不足", "parameter below"),
    "excluded by wording": ("文字排除", "excluded by wording"),
    "fact missing": ("缺少事实", "fact missing"),
    "not comparable here": ("此处无从比较", "not comparable here"),
}
EDITED = {  # of a matrix that was handed back
    "judgement": ("判断", "judgement"),
    "reason": ("事实或理由", "fact or reason"),
    "source": ("出处", "source"),
}
VIEW = {"for": ("支持", "for"), "against": ("反对", "against"), "unsure": ("不确定", "unsure")}
EVIDENCE = {
    "term": ("专名", "name"),
    "process": ("对象与工艺", "thing and process"),
    "object": ("对象", "thing"),
    "activity": ("工艺用语", "process words"),
    "industry": ("行业用语", "words of the field"),
    "meaning": ("含义相近的段落", "passage near in meaning"),
    "wording": ("用语相似", "wording"),
    "sense": ("全文含义", "sense of the whole"),
    "passage": ("单独计入的语句", "sentences that count alone"),
    "contrast": ("与其他条目相比", "against other items"),
    "denied": ("文中否认", "denied"),
    "excluded": ("文字排除", "excluded by wording"),
    "manner": ("表述方式", "manner"),
    "classification": ("专利分类", "patent class"),
    "parameter": ("参数", "parameter"),
}
LINEAGE = {
    "moved": ("移至", "moved to"),
    "split": ("拆分出", "split off"),
    "merged": ("并入", "merged into"),
    "possible": ("可能延续为", "possibly continued as"),
}
PAPER = {
    "claimed": ("仅导入", "claimed"),
    "attested": ("已声明", "attested"),
    "applied": ("已采用", "applied"),
    "withdrawn": ("声明已撤回", "attestation withdrawn"),
}
FOUND = {
    "confirmed": ("证实", "confirmed"),
    "corrected": ("更正", "corrected"),
    "completed": ("补充", "completed"),
    "struck out": ("剔除", "struck out"),
}
"""What an official document does to a fact that was held before."""
FACT = {
    "entry": ("条目", "entry"),
    "code": ("编号", "code"),
    "name": ("名称", "name"),
    "control point": ("控制要点", "control point"),
    "parameter": ("参数", "parameter"),
}
DOCUMENT = {
    "document": ("文件", "document"),
    "patent": ("专利文献", "patent publication"),
    "email": ("电子邮件", "e-mail"),
    "table": ("描述表", "table of descriptions"),
}
ROLES = {
    "title": ("标题", "title"),
    "heading": ("小标题", "heading"),
    "abstract": ("摘要", "abstract"),
    "claim": ("权利要求", "claim"),
    "description": ("说明书", "description"),
    "background": ("背景技术", "background"),
    "clause": ("条款", "clause"),
    "table": ("表格", "table"),
    "body": ("正文", "text"),
    "quoted": ("引用的邮件", "quoted e-mail"),
    "signature": ("签名", "signature"),
}

RUN_STATES = {"done": ("完成", "done"), "open": ("未完成", "not finished"), "given up": ("已放弃", "given up")}
JUDGEMENTS = {one: STATES[one] for one in ("concerns", "does-not", "open")}


def where(passage: Mapping[str, Any]) -> Bilingual:
    """Where a passage of a document stands, as one would cite it: 第 3 页，条款 5.2."""
    place, role = passage["place"], passage["role"]
    zh, en = [], []
    if place["part"]:
        zh.append(place["part_name"])
        en.append(place["part_name"])
    if place["page"] is not None:
        several = place["last_page"] not in (None, place["page"])
        zh.append(f"第 {place['page']}–{place['last_page']} 页" if several else f"第 {place['page']} 页")
        en.append(f"pp. {place['page']}–{place['last_page']}" if several else f"p. {place['page']}")
    if place["cell"] is not None:
        cell = f"{place['sheet']}!{place['cell']}" if place["sheet"] else place["cell"]  # a table in text has no sheets
        zh.append(cell)
        en.append(cell)
    number = place["clause"] or place["number"]
    named_zh, named_en = ROLES[role]
    if role == "heading" and number:
        named_zh, named_en = ROLES["clause"]
    zh.append(f"{named_zh} {number}" if number else named_zh)
    en.append(f"{named_en} {number}" if number else named_en)
    if not number and place["page"] is None and place["cell"] is None:
        zh.append(f"第 {place['paragraph']} 段")
        en.append(f"paragraph {place['paragraph']}")
    return Bilingual("，".join(zh), ", ".join(en))


SIDES = {
    "transferor": ("转让方", "transferor"),
    "transferee": ("受让方", "transferee"),
    "licensor": ("许可方", "licensor"),
    "licensee": ("被许可方", "licensee"),
    "provider": ("提供方", "provider"),
    "recipient": ("接受方", "recipient"),
    "partner": ("合作方", "partner"),
}
BASES = {
    "registration": ("注册地", "place of registration"),
    "address": ("地址", "address"),
    "name": ("仅据名称，须核实", "by the name alone, to be verified"),
}


def comments_on(draft: Mapping[str, Any], day: datetime.date) -> dict[str, Any]:
    """Whether the time for comments on a draft of an answer has ended, as of a day that is named."""
    until, published = (
        datetime.date.fromisoformat(said) if said is not None and len(said) == 10 else None
        for said in (draft["comment_deadline"], draft["published"])
    )
    return comments_told(until, published, day).as_json()

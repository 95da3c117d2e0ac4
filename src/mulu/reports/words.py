"""Words for people that papers and pages share: what a value of an answer is called, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mulu.vocabulary import Bilingual

# What every paper says of itself, on every page.
NOTICE: Final = Bilingual("非官方文件，不是法律意见", "Unofficial; not legal advice")

CERTAINTY = {
    "official": ("官方", "official"),
    "published": ("已公布", "published"),
    "unconfirmed": ("未确认", "UNCONFIRMED"),
}
CONTROL = {"prohibited": ("禁止出口", "prohibited"), "restricted": ("限制出口", "restricted")}
PRESENCE = {
    "present": ("在列", "listed"),
    "absent": ("不在列", "not listed"),
    "open": ("存疑", "OPEN"),
    "not held": ("未收录", "not held"),
}
RESULT = {
    "meets": ("满足", "meets"),
    "below": ("低于", "below"),
    "above": ("高于", "above"),
    "overlaps": ("部分满足", "overlaps"),
    "not stated": ("文中未述", "not stated"),
    "cannot compare": ("无法比较", "cannot compare"),
}
ACTORS: Mapping[str, Bilingual] = {
    "EXP": Bilingual("出口方", "exporter"),
    "PCD": Bilingual("省级商务主管部门", "provincial commerce department"),
    "PSTD": Bilingual("省级科技主管部门", "provincial science department"),
    "SECR": Bilingual("保密主管机关", "secrecy authority"),
    "MOFCOM": Bilingual("商务部", "MOFCOM"),
    "CMO": Bilingual("合规负责人", "compliance officer"),
    "SYS": Bilingual("期限届满", "the clock"),
}
CHOICES: Mapping[str, Bilingual] = {
    "M1": Bilingual("M1 专利权转让", "M1 assignment of a patent"),
    "M2": Bilingual("M2 专利申请权转让", "M2 assignment of a patent application"),
    "M3": Bilingual("M3 专利实施许可", "M3 patent licence"),
    "M4": Bilingual("M4 技术秘密转让或许可", "M4 know-how"),
    "M5": Bilingual("M5 技术服务", "M5 technical service"),
    "M9": Bilingual("M9 其他方式", "M9 other"),
    "trade": Bilingual("贸易", "trade"),
    "investment": Bilingual("投资", "investment"),
    "cooperation": Bilingual("经济技术合作", "economic and technical cooperation"),
    "lump_sum": Bilingual("一次总付", "lump sum"),
    "royalty": Bilingual("提成", "royalty"),
    "mixed": Bilingual("一次总付加提成", "lump sum and royalty"),
    "reconsideration": Bilingual("行政复议", "reconsideration"),
    "court": Bilingual("行政诉讼", "court"),
    "no_hit": Bilingual("无命中", "no hit"),
    "hit": Bilingual("有命中", "hit"),
    "list": Bilingual("管制清单", "control list"),
    "catch_all": Bilingual("全面管制", "catch-all"),
    "party": Bilingual("管控名单", "listed party"),
    "temporary": Bilingual("临时管制", "temporary control"),
    "single": Bilingual("单项许可", "single licence"),
    "general": Bilingual("通用许可", "general licence"),
    "voucher": Bilingual("登记填报信息获得的出口凭证", "export voucher by registration"),
    "unknown": Bilingual("不明", "not known"),
}
FACTS: Mapping[str, Bilingual] = {
    "mode": Bilingual("转移方式", "mode of transfer"),
    "channel": Bilingual("途径", "channel"),
    "supplier": Bilingual("提供方", "supplier"),
    "recipient": Bilingual("受方", "recipient"),
    "from": Bilingual("提供方所在地", "where the supplier is"),
    "to": Bilingual("受方所在地", "where the recipient is"),
    "technology": Bilingual("技术", "technology"),
    "date": Bilingual("签订日", "day of signature"),
    "contract_effective": Bilingual("合同生效日", "day of effect"),
    "parties_related": Bilingual("双方有关联", "the parties are affiliated"),
    "royalty": Bilingual("提成", "royalty"),
    "royalty_rate": Bilingual("提成率", "royalty rate"),
    "consideration": Bilingual("金额", "sum"),
    "source_code_delivered": Bilingual("交付源代码", "source code is delivered"),
    "remote_access": Bilingual("远程访问", "remote access"),
    "crossing": Bilingual("答案：是否由境内转移到境外", "answer: does technology pass from inside China to outside?"),
}
"""What a contract was taken to say, by the name of the fact."""
# Shares of `python -m quality.new_items`: own texts, other half (docs/decisions/0018).
NOT_LEARNED: Final = Bilingual(
    "新增条目，引擎尚未就其学习过任何文本：实测中，没有用到条目用语的描述，中文约三条中有一条被标记，英文不到五条中有一条。"
    "以下是最接近而未标记的记录；未列出不等于无关。",
    "New items, of which nothing was learned yet: in measurements, of descriptions that do not use the words of the entry about one in "
    "three in Chinese and fewer than one in five in English were flagged. Below are the nearest records that are not flagged; not "
    "listed here does not mean not concerned.",
)
EFFECTS = {
    "caught": ("新列入", "newly caught"),
    "moved": ("移至另一部分", "moved to the other list"),
    "substance": ("实质变动", "changed in substance"),
    "unknown": ("有变动，内容不能逐字比较", "changed, how cannot be compared word for word"),
    "released": ("不再列入", "released"),
    "wording": ("仅文字变动", "changed in wording only"),
    "held": ("所掌握的内容不同，未见变动依据", "what is held of the item differs; nothing says that it changed"),
    "line": ("随同一记录的其他候选升降", "follows another candidate of the record"),
}
"""What a change of the Catalogue does to a record of a portfolio."""
WHOSE = {
    "official": ("官方文字", "official wording"),
    "own": ("自拟概述", "in our own words"),
}
"""Whose words a control point is told in."""
NOT_HELD: Final = Bilingual(
    "所掌握的该版本内容中没有这一要点；其是否有变不明",
    "what is held of that edition has no such point; whether it changed is not known",
)
OWN_WORDS: Final = Bilingual(
    "注明“自拟概述”的文字为本系统自拟，不是官方文字：两处概述用语不同，并不说明官方文字有变，故只并列，不作修订标记。",
    "What is marked as in our own words is a summary of ours, not official wording: that two summaries differ does not say that "
    "the official wording changed, so that both are shown and nothing is struck out.",
)
STATES = {
    "open": ("未决", "open"),
    "answered": ("已判断", "answered"),
    "raised again": ("须重新判断", "raised again"),
    "concerns": ("相关", "concerns"),
    "does-not": ("不相关", "does not concern"),
}
"""What a person answered of a record under an item."""
ANSWER = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "open": ("未决", "open"),
    "secret": ("国家秘密技术", "state-secret technology"),
    "defence": ("国防专利", "defence patent"),
    "prohibits": ("禁止", "prohibits"),
    "restricts": ("限制", "restricts"),
    "prohibited": ("禁止出口", "prohibited"),
    "restricted": ("限制出口", "restricted"),
    "not listed": ("不在目录内", "not listed"),
    "other regime": ("其他制度", "other regime"),
    "not an export": ("不是技术出口", "not an export"),
    "undetermined": ("未能判定", "undetermined"),
    "blocked": ("停止", "blocked"),
    "licence": ("许可", "licence"),
    "registration": ("合同登记", "registration"),
    "export_control": ("出口管制", "export control"),
    "out_of_scope": ("范围之外", "out of scope"),
    "hit": ("符合", "met"),
    "miss": ("不符合", "not met"),
    "meets": ("符合", "meets"),
    "does-not": ("不符合", "does not"),
    "unknown": ("不明", "unknown"),
}
"""Answers, outcomes and tracks of a determination, and the results of a comparison."""
WORDS: Mapping[str, Bilingual] = {value: Bilingual(*both) for value, both in ANSWER.items()}
ACTS: Mapping[str, Bilingual] = {
    "case.opened": Bilingual("立案", "case opened"),
    "case.screened": Bilingual("筛查", "screened"),
    "case.answered": Bilingual("回答", "answered"),
    "case.fact": Bilingual("接受合同所载事实", "fact accepted from a contract"),
    "case.fact_withdrawn": Bilingual("撤回合同所载事实", "fact of a contract withdrawn"),
    "case.candidate": Bilingual("加入候选", "candidate added"),
    "case.compared": Bilingual("对照", "compared"),
    "case.read": Bilingual("声明查阅官方文本", "official text read"),
    "case.checked": Bilingual("核查新文书", "newer instruments looked for"),
    "case.signed": Bilingual("签署", "signed"),
    "case.agreed": Bilingual("第二人批准", "second person agreed"),
    "case.dissented": Bilingual("异议", "dissent"),
    "case.consulted": Bilingual("询问第二读者", "second reader asked"),
    "case.event": Bilingual("事件", "event"),
    "kept": Bilingual("导入文件", "document kept"),
    "attested": Bilingual("声明文件", "document attested"),
    "applied": Bilingual("采用文件", "document applied"),
    "undone": Bilingual("撤销采用", "apply undone"),
    "withdrawn": Bilingual("撤回声明", "attestation withdrawn"),
    "confirmed": Bilingual("确认识读", "reading confirmed"),
    "restored": Bilingual("恢复备份", "backup restored"),
}

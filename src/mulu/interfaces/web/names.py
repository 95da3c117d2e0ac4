"""What the page calls what texts name: a parameter by the label of its field, an act by its button."""

from __future__ import annotations

from collections.abc import Mapping

from mulu.vocabulary import Bilingual

LABELS: Mapping[str, Bilingual] = {
    # parameters
    "answer": Bilingual("答案", "Answer"),
    "approve": Bilingual("批准", "Agree"),
    "as_known": Bilingual("按当时所知", "As known on"),
    "base_rate": Bilingual("清单技术占比", "Base rate"),
    "because": Bilingual("理由", "Reason"),
    "by": Bilingual("您的姓名", "Your name"),
    "candidate": Bilingual("加入候选条目", "Add an entry as a candidate"),
    "checked_at": Bilingual("在何处核查", "Where they were looked for"),
    "checked_on": Bilingual("核查至哪一天", "Up to which day"),
    "compare": Bilingual("对照表", "Comparison sheet"),
    "confirm": Bilingual("再次输入组合名", "Type the name of the portfolio once more"),
    "counts_differ": Bilingual("条目数不符仍采用", "Apply although the numbers differ"),
    "day": Bilingual("以哪一天的目录", "The Catalogue of which day"),
    "digest": Bilingual("所持副本的 SHA-256", "SHA-256 of the copy held"),
    "dissent": Bilingual("记录异议", "Record a dissent"),
    "effective": Bilingual("施行日期", "Day of effect"),
    "gains": Bilingual("违法所得（元）", "Illegal gains (yuan)"),
    "instrument": Bilingual("文书标识", "Instrument"),
    "limit": Bilingual("期限", "Time limit"),
    "match": Bilingual("认作", "Taken for"),
    "obtained_from": Bilingual("取得来源", "Where it was obtained"),
    "obtained_on": Bilingual("取得日期", "Day on which it was obtained"),
    "ocr": Bilingual("由机器识读没有文字的页面", "Read pages without text by machine"),
    "on": Bilingual("日期", "Day"),
    "read_at": Bilingual("官方文本的地址", "Address of the official text"),
    "read_on": Bilingual("查阅日期", "Day of reading"),
    "screen": Bilingual("筛查", "Screen"),
    "set": Bilingual("证据", "Evidence"),
    "sign": Bilingual("签署", "Sign"),
    "source": Bilingual("出处", "Where the fact stands"),
    "technology": Bilingual("技术描述", "Description of the technology"),
    "title": Bilingual("案件名称", "Title"),
    "token": Bilingual("图上所见", "as seen"),
    "top": Bilingual("候选条目数", "Candidates"),
    "withdraw": Bilingual("撤回", "Withdraw"),
    # acts
    "mulu apply": Bilingual("采用", "Apply it"),
    "mulu attest": Bilingual("声明", "Attest"),
    "mulu case": Bilingual("立案", "Open a case"),
    "mulu certificate": Bilingual("证书", "certificate"),
    "mulu confirm": Bilingual("逐个确认机器识读", "Confirm what a machine read"),
    "mulu determine": Bilingual("判定", "Determine"),
    "mulu import": Bilingual("读取并预览", "Read and preview"),
    "mulu items": Bilingual("目录", "Catalogue"),
    "mulu screen": Bilingual("筛查", "Screen"),
    "mulu trail": Bilingual("审计轨迹", "Audit trail"),
    "mulu undo": Bilingual("撤销采用", "Undo the application"),
    "mulu withdraw": Bilingual("撤回声明", "Withdraw the attestation"),
}
NAMES: Mapping[str, Bilingual] = {
    # what whoever started the server gave
    "port": Bilingual("mulu serve --port", "mulu serve --port"),
    "store": Bilingual("mulu serve --store", "mulu serve --store"),
    **{name: Bilingual(f"“{label.zh}”", f"“{label.en}”") for name, label in LABELS.items()},
}

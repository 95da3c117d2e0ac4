"""Cases to print: one signed and carried to the licence, an empty one, one with sixty candidates, one whose texts attack."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mulu.desk import Desk
from mulu.reports.papers import Values

DAY = datetime.date(2026, 3, 2)
ON = datetime.date(2026, 6, 10)
AT = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
TEXT = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结，粉末压实密度 2.62 g/cm³。"
BUYER = "Acme Energy Storage Materials GmbH"
HOSTILE = (
    '#read("/etc/passwd") #{panic("typst")} $x^2$ \\ *b* _i_ `c` @ref <label> // /* \n= heading\n'
    '<w:p><w:r><w:t>w</w:t></w:r></w:p> &amp; ]]> {{applicant}} =HYPERLINK("x") \u202e\u200f\u2067rtl \u200b '
    "\u0085 \ufeff العربية עברית русский 한국어 😀 " + "x" * 2000 + " " + "ж" * 200
)


def build(place: str) -> Desk:
    desk = Desk(store=place)
    _licensed(desk)
    desk.case(DAY, AT, "new", title="空案", technology="某种技术", by="李明")
    long = "六十个候选条目的案件：超长中文名称的技术转让与许可及联合研究开发框架协议项下第一号补充协议所附技术包"
    desk.case(DAY, AT, "new", title=long, technology=TEXT * 8, by="欧阳")
    items = [one["item"] for one in desk.items(DAY)["items"]]
    desk.determine(AT, "C-3", candidate=items[:60], because="逐项核对", by="欧阳")
    desk.case(DAY, AT, "new", title='攻击 #read("/etc/passwd") <w:p>', technology=HOSTILE, by="M#*_$")
    desk.determine(AT, "C-4", answer=["crossing=yes"], because=HOSTILE, by="M#*_$")
    return desk


def _licensed(desk: Desk) -> None:
    desk.case(DAY, AT, "new", title=f"正极材料许可（甲公司→{BUYER}）", technology=TEXT, by="李明", two_persons=True)
    desk.determine(AT, "C-1", screen=True, by="李明")
    answers = ["crossing=yes", "secret=no", "control=no", "measure=no"]
    desk.determine(AT, "C-1", answer=answers, because="合同草案第 2 条", by="李明")
    for row in desk.determine(AT, "C-1")["candidates"]:
        for point in row["points"]:
            met = (row["item"], point["number"]) == ("battery-cathode-x", "1")
            fact = f"{row['item']}#{point['number']}={'meets' if met else 'does-not'}: 压实密度 2.62 g/cm³"
            desk.determine(AT, "C-1", compare=[fact], source="检测报告 TR-014", by="李明")
    seen = desk.determine(AT, "C-1")["version"]
    desk.determine(AT, "C-1", sign=True, because="符合控制要点 1", by="李明", version=seen)
    desk.determine(AT, "C-1", dissent=True, because="建议复测", by="王芳")
    desk.determine(AT, "C-1", approve=True, by="张伟")
    screened = {"screening": "S-1", "screened_on": "2026-03-02", "screening_result": "no_hit"}
    named = {"technologies": "磷酸铁锂制备技术", "recipients": BUYER}
    deal = {"technology": "T-1", "description": "制备方法", "destination": "DE", "mode": "M3", "channel": "trade"}
    listed = f"工艺规程 | v3 | {'ab' * 32} | {BUYER}; 设备图纸 | v1 | {'cd' * 32} | {BUYER}"
    for event, day, evidence in (
        ("scope", "2026-03-02", {**deal, "parties": f"甲公司; {BUYER}", **screened}),
        ("classify", "2026-03-02", {"signatory": "李明"}),
        ("secret_no", "2026-03-03", {"signatory": "李明", "reasons": "不在范围"}),
        ("submit", "2026-03-05", {"application_form": "A-1", "received": "2026-03-05", **named}),
        ("filed_to_pstd", "2026-03-10", {"received": "2026-03-10"}),
        ("approve", "2026-04-10", {"loi_number": "YX-1", "issued": "2026-04-10", "decided": "2026-04-10", "loi_expiry": "2029-04-09", **named}),
        ("sign", "2026-06-01", {"contract": "HT-1", "signed": "2026-06-01", **named, **screened, "screened_on": "2026-06-01"}),
        ("apply_licence", "2026-06-08", {"loi_copy": "YX-1", "contract_copy": "HT-1", "technical_data_list": listed, "party_status": "营业执照", "received": "2026-06-08"}),
    ):  # fmt: skip
        pairs = [f"{name}={value}" for name, value in evidence.items()]
        desk.case(datetime.date.fromisoformat(day), AT, "C-1", event, by="李明", set=pairs)


@pytest.fixture(scope="session")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk over a store with the cases; nothing is recorded in it by a test."""
    return build(str(tmp_path_factory.mktemp("printing") / "mulu.db"))


@pytest.fixture(scope="session")
def values(printing: Desk) -> dict[str, Values]:
    return {name: printing._paper_values(name, ON) for name in ("C-1", "C-2", "C-3", "C-4")}


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    """A desk over a store of its own, with an open case that was screened."""
    desk = Desk(store=str(tmp_path / "mulu.db"))
    desk.case(DAY, AT, "new", title="=1+1 矩阵", technology=TEXT, by="李明")
    desk.determine(AT, "C-1", candidate=["battery-cathode-x"], because="名称相近", by="李明")
    return desk

"""How seldom a long document of unlisted technology is flagged: `python -m quality.long_documents [--half held-out]`.

Composes documents of 5 to 60 passages in the shapes of a contract, a patent, a mail and a specification out of the texts of
`open/` and `training/` that fall under no item, cut into clauses, rows and headings as such documents have them, with
clauses of contracts that stand in every one. One in three has one text on a listed technology put into it that is flagged by
itself (a text of some sentences, or a line); one in three is about what comes near to an item and is not it. The halves share no text; the rule of `src/mulu/screening/by_passage.json` was found on the half `tuned`.
The engine learned from these texts, so the written documents (`python -m quality.documents.measure`) are the harder test.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mulu.desk import Desk
from mulu.scorecard.cases import read_cases
from mulu.sources.described import Composer, Kind, Reading, Role
from mulu.sources.received import finished

HERE = Path(__file__).parent
DAY = date(2026, 11, 23)
HALVES = ("tuned", "held-out")
_SENTENCE = re.compile(r"[^。；！？!?;.]+(?:[。；！？!?;]+|\.(?=\s|$)|\.(?!\s)[^。；！？!?;.]*)*")
CLAUSES = {
    "zh": (
        "本合同自双方法定代表人或者授权代表签字并加盖公章之日起生效，有效期五年，期满前六个月可以书面续签。",
        "受让方应当在收到发票后三十日内以电汇方式付款，逾期每日按未付款的万分之五支付违约金。",
        "许可方授予被许可方在许可地域内使用许可技术的非独占、不可转让的权利，被许可方不得再许可第三人。",
        "许可方在生效后六十日内交付附件一所列技术资料，以电子文件经加密通道传送，被许可方于十五日内验收。",
        "双方对在履行中知悉的商业秘密负有保密义务，非经对方书面同意不得向第三人披露，合同终止后五年内仍然有效。",
        "一方改进的技术归该方所有，改进方应当在三个月内通知对方，对方享有优先受让的权利。",
        "许可方派遣两名工程师到被许可方工厂指导安装调试，每名不超过三十个工作日，往返旅费由被许可方承担。",
        "被许可方可以派六名操作人员到许可方接受培训，培训结束后由双方签署考核记录。",
        "需要办理出口许可的，由许可方负责申请，取得许可之前不得转移有关资料。",
        "因本合同发生的争议协商解决，协商不成的提交贸易仲裁委员会按照届时有效的规则仲裁。",
        "不可抗力持续九十日以上的，任何一方可以书面通知对方解除合同，双方互不承担违约责任。",
        "任何一方未经对方书面同意，不得转让本合同项下的权利和义务；变更应当采用书面形式。",
        "本合同中文、英文各一式两份，两种文本不一致的，以中文文本为准。",
        "平均验收周期不超过十个工作日，三次验收不合格的，被许可方有权终止合同并要求退还已付款项。",
        "本协议所称“技术资料”，是指附件二列明的图纸、工艺文件、检验标准和操作规程，不包括已经公开的资料。",
        "受让方在厂区内设立资料室，资料实行编号借阅，复印件应当登记，离职人员应当交还全部资料。",
        "双方每季度召开一次项目例会，会议纪要经双方项目负责人签字后作为合同的组成部分。",
        "设备到货后由双方开箱检验，短缺或者损坏的应当在七日内书面提出，运输保险由卖方投保。",
        "卖方保证所交付的货物为全新的、未使用过的，质量保证期为验收合格之日起十二个月。",
        "产品包装应当适合长途运输，防潮、防锈、防震，包装箱外注明毛重、净重和唛头。",
        "员工在职期间完成的职务成果，其申请专利的权利归公司所有，发明人有权获得奖励和报酬。",
        "乙方应当按照国家规定处理生产中产生的废水、废气和固体废物，并承担环境影响评价的费用。",
        "样品由甲方免费提供三公斤，运费由乙方承担，样品仅用于评价，不得进行成分分析。",
        "本公司注册资本人民币五千万元，股东以货币和知识产权出资，知识产权出资应当评估作价。",
        "系统上线后乙方提供三年免费维护，故障响应时间不超过四小时，升级版本另行约定费用。",
        "源代码存放于双方共同委托的托管机构，仅在乙方停止维护时方可提取，提取后只能用于自用。",
        "食品原料应当符合国家标准，配料表、保质期和过敏原信息应当在标签上标明。",
        "甲方每年采购不少于二百吨，价格按照到货当月的市场均价下浮百分之三结算。",
        "附件：技术资料清单、培训计划、验收标准、人员名单、价格明细。",
        "验收测试应当在满负荷条件下连续运行七十二小时，产量和能耗达到附件三规定的保证值。",
        "除依法纳税外，各方各自承担因签订和履行本合同而发生的费用。",
        "双方确认，本合同的签订不构成任何专利、商标或者著作权的转让，也不授予附件以外的任何权利。",
    ),
    "en": (
        "This Agreement takes effect on signature by both parties and continues for five years, unless ended earlier under this clause.",
        "Licensee pays each invoice within thirty days of receipt by wire transfer; late sums bear interest at one per cent a month.",
        "Licensor grants Licensee a non-exclusive, non-transferable right to use the Licensed Technology in the Territory.",
        "Within sixty days Licensor delivers the documents listed in Schedule 1 as encrypted files, and Licensee accepts or rejects them.",
        "Each party keeps the other's Confidential Information secret and uses it for the purposes of this Agreement alone.",
        "Improvements belong to the party that makes them; it tells the other of them within three months.",
        "Licensor sends two engineers to the works of Licensee for up to thirty working days to help with installation and trial runs.",
        "Licensee may send six operators to be trained at the plant of Licensor; records of their training are signed by both.",
        "Where an export licence is needed, Licensor applies for it, and nothing is transferred before it is granted.",
        "Any dispute that arises out of this Agreement is finally settled by arbitration seated in Singapore in the English language.",
        "Neither party is liable for delay caused by events beyond its control; after ninety days either may end the Agreement.",
        "Neither party may assign this Agreement without the written consent of the other; changes are made in writing.",
        "If a provision is found to be void, the others stand, and the parties replace it by one that comes nearest to it.",
        "The materials remain the property of the supplier until they are paid for in full.",
        "“Technical Documents” means the drawings, process sheets, test standards and operating instructions listed in Annex B.",
        "Licensee keeps the documents in a locked room, numbers each copy and takes copies back from staff who leave.",
        "A steering committee of two members from each side meets every quarter and keeps minutes signed by both.",
        "Goods are inspected on arrival; shortages and damage are notified within seven days, and Seller insures the carriage.",
        "Seller warrants that the goods are new and free from defects in material and workmanship for twelve months.",
        "Packing shall be fit for sea carriage and protect against moisture, rust and shock; marks and weights stand on each case.",
        "Inventions made by employees in the course of their duties belong to the Company, which rewards them as the law requires.",
        "Buyer treats waste water, exhaust gas and solid waste as the permit requires and bears the cost of monitoring.",
        "Samples of three kilograms are supplied free of charge for evaluation alone and shall not be analysed for composition.",
        "The capital of the Company is fifty million, paid in cash and in intellectual property valued by an appraiser.",
        "After release Supplier maintains the software for three years, answering faults within four hours.",
        "The source code is deposited with an escrow agent and is released only if Supplier ceases to maintain the software.",
        "Ingredients comply with the food standards in force; the label states allergens, weight and best-before date.",
        "Customer buys at least two hundred tonnes a year at the mean price of the month of delivery less three per cent.",
        "Annexes: list of documents, plan of training, acceptance tests, list of staff, breakdown of the price.",
        "The performance test runs for seventy-two hours at full load; output and energy use meet the values in Annex C.",
        "Each party bears its own costs and the taxes that the law lays on it.",
        "Nothing in this Agreement assigns a patent, trade mark or copyright or grants any right beyond those listed in the Annex.",
    ),
}  # fmt: skip
_SHAPES = ("contract", "patent", "mail", "specification")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of our own, with the items it falls under."""

    id: str
    language: str
    title: str
    text: str
    items: tuple[str, ...]
    kind: str

    @property
    def of_a_line(self) -> bool:
        """Whether it is one of the one-line examples."""
        return not self.title and self.id.startswith("lines-")

    @property
    def half(self) -> str:
        return HALVES[hashlib.sha256(self.id.encode()).digest()[0] % 2]


@dataclass(frozen=True, slots=True)
class Composed:
    """A document, what it was composed of, and where its one text on a listed technology stands."""

    name: str
    shape: str
    reading: Reading
    near: bool  # its subject comes near to an item
    listed: Text | None
    span: tuple[int, int] | None


def texts() -> list[Text]:
    """The texts of `open/` and `training/`: those on a listed technology, and those that are near none."""
    made = [
        Text(f"open {one.id}", one.language, one.title or "", one.text, one.items, one.kind)
        for one in read_cases(sorted((HERE / "open").glob("*.yaml")))
    ]
    for path in sorted((HERE / "training").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            kind = "positive" if row["items"] else row["negative"]
            if kind is not None:
                kind = "near miss" if kind == "hard" and row["of"] else kind
                made.append(
                    Text(f"{path.stem} {row['id']}", row["lang"], row["title"], row["text"], tuple(row["items"]), kind)
                )
    for path in sorted((HERE / "training").glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            items, _, language, sign, text = line.split("\t")
            held = tuple(items.split(",")) if sign == "+" else ()
            made.append(Text(f"{path.stem} {number}", language, "", text, held, "positive" if held else "near miss"))
    return made


def composed(half: str, language: str, *, many: int = 150, seed: int = 11) -> Iterator[Composed]:
    """Documents of one half in one language; every other one has a text on a listed technology."""
    chance = random.Random(f"{seed} {half} {language}")
    own = [one for one in texts() if one.half == half and one.language == language]
    listed = [one for one in own if one.kind == "positive"]
    hard = [one for one in own if one.kind == "hard"]
    easy = [one for one in own if one.kind == "easy"]
    near = [one for one in own if one.kind == "near miss"]
    chance.shuffle(listed)
    long = [one for one in listed if not one.of_a_line]
    lines = [one for one in listed if one.of_a_line]
    for number in range(many):
        shape = _SHAPES[number // 3 % 4]
        pool = lines if number // 12 % 2 else long
        inserted = pool[number // 6 % len(pool)] if number % 3 == 1 else None
        length = chance.choice((8, 12, 20, 30, 45, 60, 90)) if shape != "mail" else chance.choice((5, 6, 8, 10))
        share = {"contract": 0.15, "patent": 0.8, "mail": 0.25, "specification": 0.6}[shape]
        subject = chance.sample(hard, 1 + length // 12) if number % 3 < 2 else _near(near, chance)
        said: list[tuple[str, str, Text | None]] = []  # role, text, the inserted text
        while len(said) < length or (
            shape in ("contract", "specification") and sum(len(one[1]) for one in said) < 3100
        ):
            if chance.random() < share:
                said += _of(chance.choice(subject), chance)
            elif shape == "contract" or chance.random() < 0.5:
                said.append(("clause", chance.choice(CLAUSES[language]), None))
            else:
                said += _of(chance.choice(easy), chance)
        if inserted is not None:
            at = chance.randrange(1, len(said))
            said[at:at] = [("clause", one, inserted) for one in _parts(inserted.text, chance)]
        yield _document(f"{half} {language} {number}", shape, said, inserted, near=number % 3 == 2)


def _near(near: Sequence[Text], chance: random.Random) -> list[Text]:
    """What a document is about that comes near to an item: a text, and lines on what comes near to the same or another."""
    long = chance.choice([one for one in near if not one.of_a_line])
    return [long, *chance.sample([one for one in near if one.of_a_line], 2)]


def _of(text: Text, chance: random.Random) -> list[tuple[str, str, Text | None]]:
    """Some of a text as it stands in a longer document: a heading, a clause of some sentences, or rows of a table."""
    sentences = [" ".join(one.split()) for one in _SENTENCE.findall(text.text) if len(one.strip()) > 8]
    if not sentences:
        return [("clause", " ".join(text.text.split()), None)]
    how = chance.random()
    if how < 0.15 and text.title:
        return [("heading", text.title, None)]
    if how < 0.3:
        cells = [one[: 16 if text.language == "zh" else 60] for one in chance.sample(sentences, min(3, len(sentences)))]
        return [("table", f"{place} | {cell}", None) for place, cell in enumerate(cells, 1)]
    begin = chance.randrange(len(sentences))
    return [("clause", "".join(sentences[begin : begin + chance.choice((1, 2, 3, 6))]), None)]


def _parts(text: str, chance: random.Random) -> list[str]:
    """A text as one clause, or as several."""
    if chance.random() < 0.5:
        return [" ".join(text.split())]
    sentences = [" ".join(one.split()) for one in _SENTENCE.findall(text) if one.strip()]
    return ["".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]


def _document(
    name: str,
    shape: str,
    said: Sequence[tuple[str, str, Text | None]],
    inserted: Text | None,
    *,
    near: bool,
) -> Composed:
    composer = Composer()
    composer.begin(name, "text", "0" * 64)
    span = None
    claims = len(said) // 3
    for place, (how, text, of) in enumerate(said):
        role = Role(how)
        if shape == "patent":
            role = Role.CLAIM if place < claims else Role.DESCRIPTION if role is Role.CLAUSE else role
        elif shape == "mail" and role is Role.CLAUSE:
            role = Role.QUOTED if place > len(said) // 2 and of is None else Role.BODY
        start = composer.length + (1 if composer.passages else 0)
        composer.add(text, role, number=str(place + 1), clause=str(place + 1))
        if of is not None:
            span = (span[0] if span else start, composer.length)
    kind = {"patent": Kind.PATENT, "mail": Kind.EMAIL}.get(shape, Kind.DOCUMENT)
    return Composed(name, shape, finished(composer, kind, name, "0" * 64), near, inserted, span)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--half", choices=HALVES, default="held-out")
    asked.add_argument("--many", type=int, default=150, help="documents for each language")
    given = asked.parse_args()
    desk = Desk()
    counts: Counter[tuple[str, str]] = Counter()
    for language in ("zh", "en"):
        for one in composed(given.half, language, many=given.many):
            answer = desk.screen_document(one.reading, DAY, top=20)
            flagged = {candidate["item"] for candidate in answer["candidates"] if candidate["flag"]}
            length = () if one.listed is None else ("of a line",) if one.listed.of_a_line else ("of a text",)
            near = "near" if one.near else "unlisted"
            for group in (one.shape, language, *length, "all"):
                if one.listed is None:
                    counts[group, near] += 1
                    counts[group, f"{near} flagged"] += bool(flagged)
                else:
                    alone = desk.screen(one.listed.text, DAY, top=20)
                    by_itself = {candidate["item"] for candidate in alone["candidates"] if candidate["flag"]}
                    if by_itself & set(one.listed.items):
                        counts[group, "listed"] += 1
                        counts[group, "found"] += bool(flagged & set(one.listed.items))
                        counts[group, "besides"] += bool(flagged - by_itself - set(one.listed.items))
    print(f"{given.half}: documents of 5 to 60 passages")
    print(
        "  documents      unlisted, flagged  near an item, flagged  the listed text found  something else flagged besides"
    )
    for group in (*_SHAPES, "zh", "en", "of a text", "of a line", "all"):
        told = [(f"{kind} flagged", kind) for kind in ("unlisted", "near")] + [
            ("found", "listed"),
            ("besides", "listed"),
        ]
        print(f"  {group:14}" + "".join(f" {counts[group, a]:9} of {counts[group, b]:4}   " for a, b in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())

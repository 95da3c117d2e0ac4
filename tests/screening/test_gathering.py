"""A document is screened by passage: what one passage tells is found, with its place, among any number of others."""

import datetime
import json
from pathlib import Path

import pytest

from mulu.scorecard.cases import read_cases
from mulu.screening.gathering import WEIGHTS, by_passage, pieces_of, read_as_one, stretches_of, version
from mulu.sources.described import Kind, Role
from mulu.sources.documents import Held
from mulu.sources.fenced import described
from mulu.sources.received import of_text

DAY = datetime.date(2026, 11, 23)
OPEN = Path(__file__).parents[2] / "quality" / "open"
CATHODE = "磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂，粉末压实密度 2.62 g/cm³。"
LIDAR = "激光雷达的设计与制造方法：VCSEL 阵列发射、SPAD 阵列接收，飞行时间测距，含点云处理算法与标定工艺。"
CLAUSES = (
    "双方应当按照本合同约定的时间和方式支付价款，逾期付款的，每逾期一日应当支付应付款项万分之五的违约金。",
    "会议纪要由双方代表签字后生效，未尽事宜由双方协商解决，协商不成的提交仲裁委员会仲裁。",
    "食堂每周三供应面条，员工可凭餐卡就餐，访客由接待部门统一安排，费用月底结算。",
)
BACKGROUND = (
    "(54)发明名称 一种餐卡", "(57)摘要", "一种食堂餐卡的结算方法。", "说明书", "背景技术", LIDAR, "发明内容", CLAUSES[2],
    "权利要求书", "1. 一种食堂餐卡的结算方法，其特征在于，月底结算费用。",
)  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    return read_cases(sorted(OPEN.glob("*.yaml")))


def contract(*inserted: str, clauses: int = 120) -> str:
    """A long contract with paragraphs set at its thirds."""
    lines = ["技术许可合同"]
    for number in range(1, clauses + 1):
        lines.append(f"{number}.1 {CLAUSES[number % len(CLAUSES)]}")
    for place, text in enumerate(inserted, start=1):
        at = place * clauses // (len(inserted) + 1)
        lines.insert(at, f"{at}.2 {text}")
    return "\n".join(lines)


def flagged(answer) -> set[str]:
    return {one["item"] for one in answer["candidates"] if one["flag"]}


def test_a_short_plain_text_is_answered_as_a_text_is_where_its_passages_bear_that_out(desk, cases):
    """All that is new beside it are the passages and what was read; what several passages say is held to the loudest."""
    expected = desk.screen(CATHODE, DAY, id="a", record=True)
    answer = desk.screen_document(of_text(CATHODE, "a", ""), DAY, id="a", record=True)
    document = answer.pop("document")
    for candidate in answer["candidates"]:
        candidate.pop("passages")
    assert not document["by_passage"] and answer["engine"] == f"{expected['engine']}+{version()}"
    answer["engine"] = expected["engine"]
    assert json.dumps(answer, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)
    for case in cases[:: len(cases) // 36]:
        as_text = desk.screen(case.text, DAY)
        as_file = desk.screen_document(of_text(case.text, "a", ""), DAY)
        assert not as_file["document"]["by_passage"]
        assert flagged(as_text) & set(case.items) <= flagged(as_file), case.id


def test_a_listed_sentence_does_not_drown_in_the_clauses_about_it(desk):
    """Alone in a paragraph of other matter, in a long document and in a short one."""
    line = "让与方另行交付磷酸铁锂正极粉体的前驱体合成、喷雾干燥、烧结曲线和碳包覆工艺文件。"
    for clauses in (12, 120):
        text = contract(f"{CLAUSES[2]}{CLAUSES[0]}{line}{CLAUSES[1]}{CLAUSES[0]}", clauses=clauses)
        answer = desk.screen_document(of_text(text, "a", "0"), DAY)
        assert answer["document"]["by_passage"] == (clauses == 120)
        assert flagged(answer) == {"battery-cathode-x"}
        (one,) = (c for c in answer["candidates"] if c["flag"])
        best = one["passages"][0]
        assert best["flag"] and best["place"]["clause"].endswith(".2")
        assert len([p for p in one["passages"] if p["place"]["clause"] == best["place"]["clause"]]) == 1


def test_a_piece_is_some_whole_sentences_of_a_passage_and_never_of_the_background():
    reading = of_text(contract(CATHODE * 4), "a", "0")
    pieces = list(pieces_of(reading, list(stretches_of(reading))))
    assert pieces and all(one.piece for one in pieces)
    for one in pieces:
        text = reading.text[one.start : one.end]
        assert len({p.place.start for p in reading.passages_in(one.start, one.end)}) == 1
        assert text.endswith(("。", "同")) and one.less > by_passage().alone
    known = described(Held("p.xml", "p.xml", patent("一种餐卡。", LIDAR).encode()))
    backgrounds = [p.place for p in known.passages if p.role is Role.BACKGROUND]
    taken = list(pieces_of(known, list(stretches_of(known))))
    assert backgrounds and not [one for one in taken for at in backgrounds if at.start < one.end and at.end > one.start]


def test_the_heading_of_a_background_takes_nothing_from_what_is_taken_from_it():
    reading = of_text("\n".join(BACKGROUND), "a", "0")
    assert reading.kind is Kind.PATENT
    (one,) = (s for s in stretches_of(reading) if "激光雷达" in reading.text[s.start : s.end])
    assert "背景技术" in reading.text[one.start : one.end] and one.less >= by_passage().less["background"]


def test_a_short_document_says_as_a_whole_no_more_than_a_passage_bears_out(desk):
    """Words of a dozen rows on food and deliveries add up to those of several items; none of the rows is on one."""
    rows = [
        "技术转让合同", "1. 转让方交付水饺的配方、和面与打馅的操作规程。", "2. 和面机转速和醒面时间按附件执行。", "3. 冷冻前以负三十五度速冻。",
        "4. 双方派员考核，培训十五天。", "5. 资料以纸质和U盘交付，共三十一页。", "6. 商标不在转让之列。", "7. 合同期限五年。",
        "8. 馅料中虾仁、韭菜的比例见附件。", "9. 包装袋的印刷由受让方负责。", "10. 运输温度不高于负十八度。",
    ]  # fmt: skip
    reading = of_text("\n".join([*rows, *rows_of_nothing(24)]), "a", "0")
    assert read_as_one(reading) and len(list(stretches_of(reading))) > 1
    shown = {one["item"]: one["score"] for one in desk.screen_document(reading, DAY, top=40)["candidates"]}
    alone = {one["item"]: one["score"] for one in desk.screen(reading.text, DAY, top=40)["candidates"]}
    assert not flagged(desk.screen_document(reading, DAY))
    assert any(shown.get(item, 0) < score for item, score in alone.items())


def test_one_clause_of_a_long_contract_is_found_with_its_number_and_place(desk):
    text = contract(CATHODE, LIDAR)
    answer = desk.screen_document(of_text(text, "合同.txt", "0"), DAY)
    assert answer["document"]["by_passage"]
    flagged = {one["item"]: one for one in answer["candidates"] if one["flag"]}
    assert set(flagged) == {"battery-cathode-x", "lidar-x"}
    for item, number, said in (("battery-cathode-x", "40.2", CATHODE), ("lidar-x", "80.2", LIDAR)):
        best = flagged[item]["passages"][0]
        assert (best["place"]["clause"], best["role"]) == (number, "clause")
        start, end = best["place"]["in_document"]
        assert text[start:end] == f"{number} {said}" and best["text"] == text[start:end]
        for (a, b), (c, d) in zip(best["in_document"], best["in_passage"], strict=False):
            assert text[a:b] and best["text"][c:d]
        words = [text[a:b] for a, b in best["in_document"]]
        assert any("磷酸铁锂" in word for word in words) or item == "lidar-x"
        for evidence in flagged[item]["points"][0]["evidence"]:
            for a, b in evidence["all_in_description"]:
                assert 0 <= a < b <= len(text)


def test_every_passage_that_speaks_for_an_item_is_shown_the_loudest_first(desk):
    answer = desk.screen_document(of_text(contract(CATHODE, CLAUSES[0], CATHODE), "a", "0"), DAY)
    (one,) = (c for c in answer["candidates"] if c["flag"])
    assert [p["place"]["clause"] for p in one["passages"]] == ["30.2", "90.2"]
    scores = [p["score"] for p in one["passages"]]
    assert scores == sorted(scores, reverse=True) and one["score"] == scores[0]


def test_a_value_stated_in_another_clause_is_set_against_the_point_and_not_asked_for(desk):
    alone = "磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂。"
    value = "磷酸铁锂正极材料的压实密度为 2.70 g/cm³（220 MPa），采用上述喷雾干燥和烧结工艺制备磷酸铁锂。"

    def density(answer):
        (one,) = (c for c in answer["candidates"] if c["item"] == "battery-cathode-x")
        return next(p["result"] for p in one["points"][0]["parameters"] if p["name"]["zh"] == "粉末压实密度")

    assert density(desk.screen_document(of_text(contract(alone), "a", "0"), DAY)) == "not stated"
    assert density(desk.screen_document(of_text(contract(alone, value), "a", "0"), DAY)) != "not stated"


def test_what_a_passage_denies_stays_denied_in_the_document(desk):
    denied = "本项目不采用激光雷达，亦不涉及激光雷达的设计与制造。"
    answer = desk.screen_document(of_text(contract(denied), "a", "0"), DAY, record=True)
    assert not answer["flagged"]
    assert "lidar-x" in [one["item"] for one in answer["excluded"]["denied"]]
    both = desk.screen_document(of_text(contract(denied, LIDAR), "a", "0"), DAY)
    assert [c["item"] for c in both["candidates"] if c["flag"]] == ["lidar-x"]
    assert "lidar-x" not in [one["item"] for one in both["excluded"]["denied"]]


def patent(claim: str, background: str, description: str = "以下结合实施例说明。") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><cn-patent-document lang="ZH" country="CN"><application-body>'
        f'<description><invention-title>一种方法</invention-title><background-art><p num="001">{background}</p></background-art>'
        f'<mode-for-invention><p num="002">{description}</p></mode-for-invention></description>'
        f'<claims><claim id="cl1" num="1"><claim-text>1. {claim}</claim-text></claim></claims></application-body></cn-patent-document>'
    )


def test_a_claim_weighs_more_than_the_background(desk):
    def lidar(claim: str, background: str) -> tuple[bool, float]:
        reading = described(Held("p.xml", "p.xml", patent(claim, background).encode()))
        assert reading.kind is Kind.PATENT and not read_as_one(reading)
        found = desk.screen_document(reading, DAY, top=40)["candidates"]
        return next(((c["flag"], c["score"]) for c in found if c["item"] == "lidar-x"), (False, 0.0))

    other = "一种食堂餐卡的结算方法，其中月底结算费用。"
    mention = "现有的激光雷达成本高。"
    assert lidar(mention, other)[0] and not lidar(other, mention)[0]
    assert lidar(mention, other)[1] > lidar(other, mention)[1]
    assert lidar(LIDAR, other)[0]


def test_a_class_of_a_patent_raises_what_its_text_says_and_puts_nothing_forward_by_itself(desk):
    from dataclasses import replace

    def lidar(claim: str, *classes: str):
        reading = described(Held("p.xml", "p.xml", patent(claim, "现有方法成本高。").encode()))
        reading = replace(reading, facts=tuple(("ipc", one) for one in classes))
        found = desk.screen_document(reading, DAY, top=40)["candidates"]
        return next((c for c in found if c["item"] == "lidar-x"), None)

    mention = "一种装置，其中设有激光雷达。"
    plain, filed = lidar(mention), lidar(mention, "G01S 17/89")
    assert filed["score"] > plain["score"]
    kinds = [e["kind"] for e in filed["points"][0]["evidence"]]
    assert "classification" in kinds and "classification" not in [e["kind"] for e in plain["points"][0]["evidence"]]
    other = lidar("一种食堂餐卡的结算方法，其中月底结算费用。", "G01S 17/89")
    assert other is None or not other["flag"]


def test_the_classes_name_items_that_are_held(desk):
    items = {one.item.id for one in desk.catalogue.editions["2025-28"].listings.values()}
    assert {item for of in by_passage().classes.values() for item in of} <= items


def test_each_row_of_a_table_of_descriptions_is_read_by_itself(desk):
    import io

    import xlsxwriter

    held = io.BytesIO()
    made = xlsxwriter.Workbook(held)
    sheet = made.add_worksheet("清单")
    for place, row in enumerate([("编号", "描述"), ("1", CLAUSES[0]), ("2", CATHODE), ("3", CLAUSES[1])]):
        sheet.write_row(place, 0, row)
    made.close()
    reading = described(Held("t.xlsx", "t.xlsx", held.getvalue()))
    assert [reading.text[s.start : s.end] for s in stretches_of(reading)][1] == CATHODE
    answer = desk.screen_document(reading, DAY)
    (one,) = (c for c in answer["candidates"] if c["flag"])
    assert [p["place"]["cell"] for p in one["passages"]] == ["B3"]


def test_stretches_cover_what_a_document_says_but_for_signatures():
    reading = of_text(contract(CATHODE), "a", "0")
    covered = "".join(reading.text[s.start : s.end] for s in stretches_of(reading))
    assert "".join(covered.split()) == "".join(reading.text.split())
    longest = by_passage().stretch["zh"] * 3 // 2
    assert all(s.end - s.start <= longest + max(map(len, reading.text.split("\n"))) for s in stretches_of(reading))


def test_every_role_has_its_weight_and_background_takes_the_most():
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert set(held["less"]) == {role.value for role in Role} - {"signature"}
    assert max(held["less"], key=held["less"].get) == "background"
    assert min(held["less"], key=held["less"].get) == "claim"


def test_a_part_in_another_language_is_told_and_the_rest_is_compared(desk):
    russian = "Настоящий договор регулирует отношения сторон по поставке оборудования и услуг. " * 20
    answer = desk.screen_document(of_text(contract(CATHODE) + "\n" + russian, "a", "0"), DAY)
    assert answer["unread"] and "%" in answer["unread"]["because"]["en"]
    assert [c["item"] for c in answer["candidates"] if c["flag"]] == ["battery-cathode-x"]


def rows_of_nothing(count: int) -> list[str]:
    return [f"{number}.1 {CLAUSES[number % len(CLAUSES)]}" for number in range(1, count + 1)]


def test_a_stretch_must_say_more_the_more_there_are():
    few, many = (list(stretches_of(of_text("\n".join(rows_of_nothing(n)), "a", "0"))) for n in (20, 400))
    assert len(few) < len(many) and few[0].less < many[0].less
    said = {one.less for one in many[:-1]}
    assert len(said) == 1  # all of one length and role


def test_a_fragment_must_say_more_than_a_clause_and_a_row_of_descriptions_is_none():
    text = "\n".join([*rows_of_nothing(40), "附件一 图纸", "1.1 图。", "附件二 数据", *rows_of_nothing(40)])
    reading = of_text(text, "a", "0")
    by_length = {one.end - one.start: one.less for one in stretches_of(reading)}
    assert by_length[min(by_length)] > by_length[max(by_length)]
    rows = [("序号", "技术描述"), *((str(n), f"{CLAUSES[n % 3]}{n}") for n in range(1, 60))]
    table = described(Held("t.xlsx", "t.xlsx", workbook(rows)))
    assert table.kind is Kind.TABLE
    assert {one.less for one in list(stretches_of(table))[1:]} == {by_passage().less[Role.BODY]}


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    import io

    import xlsxwriter

    held = io.BytesIO()
    made = xlsxwriter.Workbook(held)
    sheet = made.add_worksheet("表")
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    made.close()
    return held.getvalue()


def test_claims_support_a_candidate_before_the_title_that_names_it(desk):
    xml = patent(LIDAR, "现有装置笨重。").replace("一种方法</inv", "激光雷达的设计与制造方法及点云处理算法</inv")
    answer = desk.screen_document(described(Held("p.xml", "p.xml", xml.encode())), DAY, top=40)
    (one,) = (c for c in answer["candidates"] if c["item"] == "lidar-x")
    assert one["flag"] and one["passages"][0]["role"] == "claim"
    assert one["score"] == max(each["score"] for each in one["passages"])


def test_documents_composed_of_unlisted_texts_are_seldom_flagged_and_a_listed_one_among_them_is_found(desk):
    from quality.long_documents import composed

    made = [one for language in ("zh", "en") for one in composed("held-out", language, many=18)]
    flags = [
        {c["item"] for c in desk.screen_document(one.reading, DAY, top=20)["candidates"] if c["flag"]} for one in made
    ]
    unlisted = [flagged for one, flagged in zip(made, flags, strict=True) if one.listed is None]
    listed = [
        bool(f & set(one.listed.items))
        for one, f in zip(made, flags, strict=True)
        if one.listed and not one.listed.of_a_line
    ]
    assert len(unlisted) == 24 and sum(map(bool, unlisted)) <= 3
    assert listed and sum(listed) >= 0.8 * len(listed)

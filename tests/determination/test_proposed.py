"""What a contract proposes as facts: with its words, and never more than it says."""

from __future__ import annotations

import pytest

from mulu.determination.facts import read_facts
from mulu.determination.law import Law
from mulu.determination.proposed import as_facts, proposals
from mulu.screening.contracts import read_contract

HEAD = "合同\n甲方：长沙甲乙有限公司，注册地：中国湖南\n乙方：Beta GmbH，注册地：德国\n"


def proposed(body: str, head: str = HEAD):
    text = f"{head}{body}"
    return text, {one.fact: one for one in proposals(read_contract(text), Law.load())}


@pytest.mark.parametrize(
    ("body", "mode", "channel"),
    [
        ("第一条 转让\n甲方将专利权转让给乙方。", "M1", "trade"),
        ("第一条 转让\n甲方将专利申请权转让给乙方。", "M2", "trade"),
        ("第一条 许可\n甲方授予乙方使用其专利的独占许可。", "M3", "trade"),
        ("第一条 许可\n甲方授予乙方使用该工艺的独占许可。", "M4", "trade"),
        ("第一条 服务\n甲方派遣三名工程师赴乙方工厂指导。", "M5", "trade"),
        ("第一条 出资\n甲方以其专利权作价出资，将专利权转让给公司。", "M1", "investment"),
        ("第一条 访问\n乙方可远程登录甲方服务器查阅。甲方开通账号。", "M9", "trade"),
    ],
)
def test_the_mode_follows_from_what_is_passed_and_the_channel_from_how(body, mode, channel):
    _, found = proposed(body)
    assert (found["mode"].value, found["channel"].value) == (mode, channel)


def test_what_the_contract_denies_is_proposed_as_denied():
    _, found = proposed("第一条 许可\n甲方授予乙方使用该工艺的许可。\n第二条 除外\n甲方不提供源代码。")
    assert found["source_code_delivered"].value is False
    assert found["mode"].value == "M4"


def test_every_proposal_has_words_of_the_contract_and_is_read_as_a_fact():
    text, found = proposed(
        "第一条 许可\n甲方授予乙方使用该工艺的独占许可，提成费为净销售额的3%。\n签订日期：2026年3月1日"
    )
    assert {"from", "to", "mode", "channel", "royalty", "date"} <= found.keys()
    assert all(one.spans and all(text[a:b].strip() for a, b in one.spans) for one in found.values())
    assert read_facts(as_facts(found.values())).unread == ()


def test_the_answer_to_the_first_test_is_proposed_with_the_facts_on_which_it_stands():
    _, found = proposed("第一条 许可\n甲方授予乙方使用该工艺的独占许可。")
    assert (found["crossing"].value, found["crossing"].test, found["crossing"].rests_on) == (
        "yes",
        True,
        ("from", "to"),
    )


def test_an_answer_that_is_disputed_or_lacks_a_place_is_not_proposed():
    _, remote = proposed("第一条 访问\n乙方可远程登录甲方服务器查阅。")
    assert remote["remote_access"].value is True and "crossing" not in remote
    _, nowhere = proposed(
        "第一条 许可\n甲方授予乙方使用该工艺的独占许可。", "合同\n甲方：甲乙有限公司\n乙方：Beta GmbH\n"
    )
    assert not {"from", "to", "crossing"} & nowhere.keys()


def test_a_foreign_owned_company_in_china_is_a_domestic_recipient():
    head = (
        "合同\n甲方：长沙甲乙有限公司，注册地：中国湖南\n乙方：贝塔（上海）有限公司，外商独资企业，注册地：中国上海\n"
    )
    _, found = proposed("第一条 许可\n甲方授予乙方使用该工艺的独占许可。", head)
    assert found["to"].value == "CN FIE"
    assert found["crossing"].value == "no"


def test_a_text_that_is_no_contract_proposes_no_mode():
    _, found = proposed("一种激光雷达的标定方法。", "")
    assert "mode" not in found and "crossing" not in found


@pytest.mark.parametrize(
    "body",
    [
        "1. Ownership\n1.1 Nothing in this Agreement assigns any patent or know-how to the Buyer.",
        "第一条 知识产权\n1.1 本协议不转让任何专利权，也不许可乙方使用任何专有技术。",
        "第一条 技术许可\n1.1 甲方不向乙方许可其任何专利。\n1.2 甲方不向乙方披露注塑工艺。",
        "1. Warranties\n1.1 Seller warrants that it owns the patents and may disclose the know-how.",
        "第一条 转让\n1.1 任何一方不得将本合同的权利义务转让给第三方。",
    ],
)
def test_a_contract_that_passes_nothing_has_no_mode(body):
    _, found = proposed(body)
    assert "mode" not in found


def test_an_application_is_no_patent_and_a_right_to_apply_neither():
    _, found = proposed("第一条 转让\n1.1 甲方将第 209910000123.4 号发明专利申请让与乙方，并办理申请的过户。")
    assert found["mode"].value == "M2"


def test_a_mode_does_not_rest_on_a_bare_heading():
    _, found = proposed("第一条 技术许可\n1.1 双方另行协商。")
    assert "mode" not in found


@pytest.mark.parametrize(
    "rate", ["5 per cent (5%)", "5% (five per cent)", "five per cent", "百分之五（5%）", "5%（百分之五）"]
)
def test_a_rate_in_figures_and_in_words_is_one_rate_with_both_places(rate):
    text, found = proposed(f"第一条 提成\n乙方按净销售额的{rate}支付提成费。\n")
    assert found["royalty_rate"].value == "5%"
    assert any(rate.startswith(text[a:b]) for a, b in found["royalty_rate"].spans)


def test_two_rates_that_differ_propose_none():
    _, found = proposed("第一条 提成\n乙方按净销售额的5%（百分之六）支付提成费。\n")
    assert found["royalty"].value is True and "royalty_rate" not in found


@pytest.mark.parametrize(
    "said",
    [
        "Upon signature: US$200,000.",
        "The sum of US$200,000 is due on signature.",
        "The Licensee shall remit US$ 200,000 to the Licensor.",
        "The Licensee pays U.S. $200,000.",
        "The Licensee pays US $200,000.",
        "乙方应于签订后十日内汇至甲方账户US$200,000。",
    ],
)
def test_a_sum_in_dollars_is_the_consideration_however_its_clause_says_that_it_is_paid(said):
    _, found = proposed(f"Article 1 Payment\n{said}\n")
    assert found["consideration"].value == "USD 200000"


def test_a_sum_that_is_no_price_is_no_consideration():
    _, found = proposed("Article 1 Capital\nThe Licensee has a registered capital of US$200,000.\n")
    assert "consideration" not in found

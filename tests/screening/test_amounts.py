"""Sums are read in figures and in words of both languages; a number without a currency is none."""

from __future__ import annotations

import pytest

from mulu.screening.amounts import amounts, differ, rates
from mulu.screening.clauses import folded


def read(text: str):
    low = folded(text).lower()
    return amounts(low, 0, len(low)), low


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("人民币壹佰万元整", "CNY 1000000"),
        ("人民币（大写）：叁佰贰拾万元整", "CNY 3200000"),
        ("美金肆拾伍萬元整", "USD 450000"),
        ("港币二百八十万元", "HKD 2800000"),
        ("伍拾万欧元", "EUR 500000"),
        ("壹佰元伍角贰分", "CNY 100.52"),
        ("RMB12万元", "CNY 120000"),
        ("作价2,000万美元", "USD 20000000"),
        ("one million US dollars", "USD 1000000"),
        ("US Dollars Six Hundred Thousand only", "USD 600000"),
        ("two million four hundred thousand United States dollars", "USD 2400000"),
        ("the sum of EUR one million one hundred and fifty thousand", "EUR 1150000"),
        ("4.5 million euros", "EUR 4500000"),
        ("$1.2 million", "? 1200000"),
    ],
)
def test_a_sum_is_read_with_its_currency(text, plain):
    assert [one.plain for one in read(text)[0]] == [plain]


@pytest.mark.parametrize(
    "text", ["三元正极材料与二元材料", "four instalments", "第12条", "two hundred pounds of ore", "100页"]
)
def test_a_number_without_a_currency_is_no_sum(text):
    assert read(text)[0] == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("人民币壹佰万元整（￥1,000,000.00）", False),
        ("人民币壹佰万元整（￥1,100,000.00）", True),
        ("US$600,000 (six hundred thousand US dollars)", False),
        ("US$600,000 (six million US dollars)", True),
        ("入门费人民币壹佰万元，另付培训费人民币200,000元", False),
    ],
)
def test_words_that_are_not_the_figures_beside_them_are_noticed(text, wrong):
    assert differ(*read(text)) is wrong


@pytest.mark.parametrize("text", ["按净售价的百分之二点五计付", "2.5% of net sales", "2.5 per cent"])
def test_a_rate_is_read_in_words_and_figures(text):
    low = folded(text).lower()
    assert [f"{value}" for value, _ in rates(low, 0, len(low))] == ["2.5"]

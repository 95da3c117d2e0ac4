"""Contracts are analysed in a process of their own, which finds what this one would and is ended at its limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from mulu import contracting
from mulu.contracting import Analysed, analyse, analysed
from mulu.sources.documents import take
from mulu.sources.fenced import READING, Limits, Stopped

OPEN = Path(__file__).parents[1] / "quality" / "open" / "contracts"


@pytest.mark.parametrize("name", ["battery-licence-zh", "rare-earth-service-bilingual"])
def test_the_process_apart_finds_what_this_one_does(name: str):
    path = OPEN / f"{name}.txt"
    assert analyse(path) == analysed(take(path), False)


def test_a_contract_in_traditional_characters_is_read_where_no_file_can_be_opened(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(
        "技術授權契約書\n立契約書人：蘇州甲乙生技股份有限公司（下稱「甲方」）與丙丁生醫股份有限公司（下稱「乙方」，設於臺灣新竹市）\n"
        "第一條 授權\n甲方同意將營業秘密授權乙方使用。\n第二條 權利金\n乙方應支付簽約金美金肆拾伍萬元整。\n第三條 期間\n本契約有效八年。\n",
        "utf-8",
    )
    contract = analyse(path).contract
    assert [one.name for one in contract.parties] == ["蘇州甲乙生技股份有限公司", "丙丁生醫股份有限公司"]
    assert contract.clauses[0].clause.number == "第一條"
    assert [one.plain for one in contract.price[0].sums] == ["USD 450000"]


def test_a_contract_that_takes_too_long_is_stopped_and_the_next_one_is_read(tmp_path: Path):
    path = tmp_path / "long.txt"
    path.write_text("第1条 甲方向乙方披露技术秘密，乙方支付人民币壹佰万元。\n" * 60_000, "utf-8")
    with pytest.raises(Stopped) as stopped:
        analyse(path, limits=Limits(memory=READING.memory, cpu=1, wall=30))
    assert stopped.value.because.id == "cpu_time"
    assert analyse(OPEN / "battery-licence-zh.txt").contract.is_contract


def test_an_analysis_that_breaks_down_is_told_and_never_taken_for_an_answer(tmp_path: Path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("合同", "utf-8")
    held = take(path)
    with pytest.raises(Stopped) as stopped:
        contracting.apart("mulu.contracting:no_such_act", held, Analysed)
    assert stopped.value.because.id == "reader_broke"

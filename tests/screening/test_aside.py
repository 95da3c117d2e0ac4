"""Every item that is not put forward has a reason, and the reason is one that the text shows."""

import datetime
from collections import Counter

import pytest

from mulu.screening.aside import Reason

DAY = datetime.date(2026, 11, 23)


def reasons_of(desk, text):
    answer = desk.screen(text, DAY, record=True)
    flagged = {c["item"] for c in answer["candidates"] if c["flag"]}
    return answer, flagged, {one["item"]: one for one in answer["excluded"]["items"]}


def test_every_item_of_the_edition_is_put_forward_or_set_aside_and_none_is_both(desk):
    answer, flagged, aside = reasons_of(desk, "采用 P507 萃取剂对混合稀土料液进行串级萃取分离，得到高纯氧化镨钕。")
    assert flagged
    assert not flagged & aside.keys()
    held = answer["considered"]["held"] + answer["considered"]["open"]
    assert len(flagged) + len(aside) == held
    counts = Counter(one["reason"] for one in aside.values())
    assert answer["excluded"]["by_reason"] == dict(sorted(counts.items()))
    assert answer["excluded"]["set_aside"] == sum(counts.values())
    by_industry = Counter()
    for one in answer["excluded"]["by_industry"]:
        by_industry.update(one["by_reason"])
    assert by_industry == counts
    assert set(counts) <= {reason.value for reason in Reason}


def test_a_text_of_another_world_is_of_a_different_field_or_cannot_be_compared(desk):
    _, flagged, aside = reasons_of(desk, "The choir meets on Tuesdays; new singers are welcome and pay nothing.")
    assert not flagged
    assert {one["reason"] for one in aside.values()} <= {"different field", "not comparable here", "object differs"}
    assert Counter(one["reason"] for one in aside.values())["different field"] > 50


def test_what_the_text_denies_is_excluded_by_its_wording_and_the_words_are_named(desk):
    _, flagged, aside = reasons_of(desk, "车门铰链的冲压工艺：落料、拉深、翻边后涂漆。本方案不涉及激光雷达。")
    assert "lidar-x" not in flagged
    assert aside["lidar-x"]["reason"] == "excluded by wording"
    assert "激光雷达" in aside["lidar-x"]["because"]["zh"]


def test_an_object_named_without_what_is_done_to_it_is_a_missing_fact_or_another_subject(desk):
    _, flagged, aside = reasons_of(desk, "仓库清单：磷酸铁锂三十吨，存放于二号库，附合格证。")
    if "battery-cathode-x" not in flagged:
        assert aside["battery-cathode-x"]["reason"] in ("fact missing", "object differs")
        assert "磷酸铁锂" in aside["battery-cathode-x"]["because"]["zh"]


def test_a_value_that_falls_short_is_named_as_the_reason(desk):
    _, flagged, aside = reasons_of(
        desk, "采购退货单：磷酸铁锂粉末压实密度仅 2.10 g/cm³，低于合同，退回供方，请仓库签收。"
    )
    if "battery-cathode-x" not in flagged:
        assert aside["battery-cathode-x"]["reason"] == "parameter below"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_reason_is_told_in_both_languages(desk, language):
    _, _, aside = reasons_of(
        desk, "A toy drone for children with propeller guards, easy to fly indoors; unlike lidar toys."
    )
    assert all(one["because"][language].strip() for one in aside.values())


def test_the_record_is_left_out_unless_asked_for(desk):
    answer = desk.screen("A toy drone for children.", DAY)
    assert "items" not in answer["excluded"]
    assert answer["excluded"]["set_aside"] > 100

"""What a screening answers, as a user could observe it."""

import datetime
import json
from pathlib import Path

import pytest

from mulu.screening.model import MODEL, UnreadableModel, read_model

DAY = datetime.date(2026, 11, 23)
ROOT = Path(__file__).parents[2]


def answers(desk, examples, day=DAY, **options):
    return [desk.screen(e["text"], day, title=e["title"], id=e["id"], **options) for e in examples]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结、碳包覆。", "battery-cathode-x"),
        (
            "Cathode active LFP powder is made by ball milling iron phosphate with lithium carbonate, spray drying and sintering.",
            "battery-cathode-x",
        ),
        ("采用P507萃取剂对混合稀土料液进行串级萃取分离，得到高纯氧化镨钕。", "rare-earth-processing-j"),
        (
            "Sintered NdFeB magnets are produced by strip casting, hydrogen decrepitation, jet milling, pressing and grain boundary diffusion.",
            "rare-earth-processing-j",
        ),
        ("多旋翼无人机飞行控制系统的自主导航与避障路径规划算法。", "uav-x"),
        ("宣纸的制作：青檀皮与沙田稻草经蒸煮、日光漂白、打浆、抄纸而成。", "papermaking-j"),
    ],
)
def test_a_text_on_the_technology_itself_is_flagged_first(desk, text, item):
    answer = desk.screen(text, DAY)
    assert answer["candidates"][0]["item"] == item
    assert answer["candidates"][0]["flag"]


@pytest.mark.parametrize(
    "text",
    [
        "A vending machine brews tea from leaves and sells it to tourists by mobile payment.",
        "退役动力电池拆解回收：放电、破碎分选得到黑粉，再生利用并无害化处理废电解液。",
        "A toy drone for children with propeller guards and a remote control, easy to fly indoors.",
        "酒店预订平台：房态管理、在线支付与住客评价。",
    ],
)
def test_a_text_that_only_shares_words_is_not_flagged(desk, text):
    assert desk.screen(text, DAY)["flagged"] == 0


def test_candidates_come_best_first_and_say_everything_the_contract_asks(desk, examples):
    for answer in answers(desk, examples):
        scores = [c["score"] for c in answer["candidates"]]
        assert scores == sorted(scores, reverse=True)
        assert answer["considered"]["announced"] == 132
        assert answer["edition"] == "2025-28"
        assert answer["beyond_knowledge"] is False
        for candidate in answer["candidates"]:
            assert {
                "item",
                "code",
                "control",
                "name",
                "certainty",
                "score",
                "flag",
                "points",
                "missing_facts",
            } <= candidate.keys()
            assert candidate["certainty"] in ("published", "unconfirmed", "official")
            assert candidate["points"]


def test_evidence_stands_where_it_says_in_the_text_as_given(desk, examples):
    checked = 0
    for example, answer in zip(examples, answers(desk, examples), strict=True):
        for candidate in answer["candidates"]:
            for point in candidate["points"]:
                for evidence in point["evidence"]:
                    if evidence["kind"] not in ("term", "process", "object", "activity", "industry"):
                        continue
                    quoted = [example["text"][s:e] for s, e in evidence["all_in_description"]]
                    quoted += [example["title"][s:e] for s, e in evidence["all_in_title"]]
                    assert all(q.strip() for q in quoted)
                    named = evidence["because"]["en"].lower().replace("-", " ")
                    hits = sum(q.lower().replace("-", " ").rstrip("s") in named for q in quoted)
                    assert hits >= min(len(quoted), 1)
                    checked += 1
    assert checked > 20


def test_places_hold_in_traditional_text_with_taiwanese_terms(desk):
    text = "本發明為車用雷射雷達，以 VCSEL 陣列發射雷射脈衝，並由軟體處理點雲。"
    answer = desk.screen(text, DAY)
    first = answer["candidates"][0]
    assert first["item"] == "lidar-x"
    quoted = {text[s:e] for p in first["points"] for e_ in p["evidence"] for s, e in e_["all_in_description"]}
    assert any("雷射雷達" in q for q in quoted)


def test_the_base_rate_moves_scores_and_neither_order_nor_flags(desk, examples):
    for plain, rebased in zip(answers(desk, examples), answers(desk, examples, base_rate=0.02), strict=True):
        assert [c["item"] for c in plain["candidates"]] == [c["item"] for c in rebased["candidates"]]
        assert [c["flag"] for c in plain["candidates"]] == [c["flag"] for c in rebased["candidates"]]
        assert all(r["score"] <= p["score"] for p, r in zip(plain["candidates"], rebased["candidates"], strict=True))


def test_a_technology_of_a_draft_only_is_said_to_stand_elsewhere(desk):
    text = "大尺寸单晶硅片的制备：直拉单晶、金刚线切片，并制备黑硅绒面。"
    today = desk.screen(text, DAY)
    assert "pv-wafer-x" not in [c["item"] for c in today["candidates"]]
    assert {"item": "pv-wafer-x", "draft": True}.items() <= {
        k: v for e in today["elsewhere"] for k, v in e.items()
    }.items()


def test_an_item_deleted_in_2025_is_found_before_and_said_to_be_deleted_after(desk):
    text = "地下空间环境控制：调节地下建筑内空气的温湿度与洁净度的通风除湿工艺。"
    before = desk.screen(text, datetime.date(2025, 7, 14))
    after = desk.screen(text, datetime.date(2025, 7, 15))
    assert before["candidates"][0]["item"] == "building-environment-x"
    assert "building-environment-x" not in [c["item"] for c in after["candidates"]]
    assert after["elsewhere"][0]["deleted_by"] == "announcement-2025-28"


def test_a_later_day_than_the_sources_reach_is_marked_on_every_candidate(desk):
    answer = desk.screen("磷酸铁锂正极材料的制备方法", datetime.date(2027, 1, 1))
    assert answer["beyond_knowledge"]
    assert all(c["beyond_knowledge"] for c in answer["candidates"])


def test_own_weights_are_used_and_bad_ones_refused(desk, tmp_path):
    raw = json.loads(MODEL.read_text(encoding="utf-8"))
    strict = tmp_path / "strict.json"
    strict.write_text(json.dumps({**raw, "operating_point": 999}), encoding="utf-8")
    assert desk.screen("无人机飞行控制系统", DAY, weights=str(strict))["operating_point"] == 0.999
    for broken in ({**raw, "surprise": 1}, {**raw, "weights": {"no-such-feature": 1}}):
        strict.write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(UnreadableModel):
            read_model(strict)

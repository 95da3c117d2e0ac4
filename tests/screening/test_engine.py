"""Screening proposes, explains and never concludes; order and flags are the same everywhere."""

import datetime
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import opencc
import pytest

from mulu.desk import Desk
from mulu.screening.engine import Screener
from mulu.screening.index import Index
from mulu.screening.model import MODEL, UnreadableModel, read_model
from mulu.screening.text import fold
from mulu.vocabulary import Certainty, Language, Presence

DAY = datetime.date(2025, 8, 1)
SRC = Path(__file__).parents[2] / "src"

POSITIVES = {
    "zh cathode": (
        "battery-cathode-x",
        "磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂，粉末压实密度 2.62 g/cm³。",
    ),
    "en cathode": (
        "battery-cathode-x",
        "A process for preparing lithium iron phosphate (LFP) cathode material: lithium carbonate, iron phosphate and "
        "glucose are milled, spray dried and sintered under nitrogen; compaction density 2.62 g/cm3.",
    ),
    "zh rare earth": (
        "rare-earth-processing-j",
        "稀土萃取分离工艺：以 P507 为萃取剂，对镨钕料液进行多级串级萃取分离，草酸沉淀后灼烧得到高纯稀土氧化物。",
    ),
    "en rare earth": (
        "rare-earth-processing-j",
        "A rare earth separation process: praseodymium and neodymium are separated by counter-current solvent extraction "
        "with P507 extractant, precipitated with oxalic acid and calcined to high-purity rare earth oxides.",
    ),
    "zh lidar": ("lidar-x", "激光雷达的设计与制造方法：VCSEL 阵列发射、SPAD 阵列接收，飞行时间测距，含点云处理算法与标定工艺。"),
    "en lidar": (
        "lidar-x",
        "Design of a LiDAR: a VCSEL emitter array and a SPAD receiver array with time-of-flight ranging, the point-cloud "
        "processing algorithm and the calibration process.",
    ),
    "zh drone": ("uav-x", "无人机自主飞行控制算法源代码：视觉惯性 SLAM、避障路径规划、多旋翼无人机集群编队控制。"),
    "en drone": (
        "uav-x",
        "Source code of an autonomous flight controller for UAVs: visual-inertial SLAM, obstacle-avoiding path planning and "
        "formation control of multirotor drones.",
    ),
    "zh feed": (
        "information-processing-x",
        "个性化信息推送算法：根据用户点击与停留行为构建用户画像，用深度排序模型对候选内容打分并推送个性化信息流。",
    ),
    "en feed": (
        "information-processing-x",
        "Personalised recommendation algorithm: user behaviour data build a user profile, and a deep ranking model pushes a "
        "personalised information feed to every user; training code and model parameters included.",
    ),
}  # fmt: skip

UNLISTED = {
    "en tea machine": "A tea vending machine with a touch screen, mobile payment and a refrigerated cabinet for bottled tea; "
    "sold to hotels and offices.",
    "zh tea machine": "自动售茶机：触摸屏点单、手机支付、冷藏瓶装茶饮，投放于办公楼和酒店大堂。",
    "en battery recycler": "We collect spent lithium iron phosphate batteries from consumers, dismantle the packs and sell copper, "
    "aluminium and black mass to smelters.",
    "zh battery recycler": "从退役动力电池中回收利用磷酸铁锂黑粉，拆解电池包，废旧金属出售给冶炼厂。",
    "en toy drone": "A toy drone for children with colourful LED lights, easy to install batteries and a plastic remote control, "
    "sold in retail shops.",
    "zh toy drone": "儿童玩具无人机，带彩灯和塑料遥控器，在商店零售。",
    "en hotel": "A web platform for small hotels with room inventory, online payment, invoices, guest reviews and e-mail reminders.",
    "zh hotel": "小型酒店网站：房态管理、在线支付、开票、住客点评和邮件提醒。",
}

WAFER = "大尺寸单晶硅片的制备：连续加料直拉单晶、金刚线切片至 130 微米，并以金属辅助化学刻蚀制备黑硅绒面。"
TIMBER = "中国传统建筑技术：古建筑木构架榫卯的营造方法与大木作施工工艺，含斗拱制作与彩画颜料调制。"
TRADITIONAL = (
    "磷酸鐵鋰的製程",
    "將碳酸鋰、磷酸鐵與葡萄糖混合砂磨，噴霧乾燥後於氮氣下燒結，得到磷酸鐵鋰正極材料；粉末壓實密度 2.62 g/cm³。"
    "另以雷射雷達與自編軟體進行無人機編隊，資料存入記憶體。",
)


@pytest.fixture(scope="module")
def edition(catalogue):
    return catalogue.in_force(DAY)


def order_and_flags(screening):
    return [(c.listing.item.id, c.flag) for c in screening.candidates]


# ---- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "text"), POSITIVES.values(), ids=POSITIVES)
def test_a_blatant_description_of_a_listed_technology_is_flagged_first(screener, edition, item, text):
    first = screener.screen(text, edition).candidates[0]
    assert first.listing.item.id == item
    assert first.flag
    assert any(not e.against and e.kind in ("term", "process") for p in first.points for e in p.evidence)


@pytest.mark.parametrize("text", UNLISTED.values(), ids=UNLISTED)
def test_technology_that_merely_shares_words_is_not_flagged(screener, edition, text):
    assert order_and_flags(screener.screen(text, edition))
    assert not screener.screen(text, edition).flagged


@pytest.mark.parametrize("name", ["en battery recycler", "zh battery recycler", "zh toy drone", "en tea machine"])
def test_what_speaks_against_a_text_that_shares_words_is_told(screener, edition, name):
    first = screener.screen(UNLISTED[name], edition).candidates[0]
    assert any(e.against for p in first.points for e in p.evidence)
    assert first.shortfall.zh
    assert first.shortfall.en


def test_without_a_flag_the_nearest_items_are_shown_with_the_reason_each_falls_short(desk):
    answer = desk.screen(UNLISTED["en hotel"], DAY)
    assert answer["flagged"] == 0
    assert len(answer["candidates"]) >= 3
    for candidate in answer["candidates"]:
        assert candidate["shortfall"]["zh"]
        assert candidate["shortfall"]["en"]


def test_the_shipped_examples_are_answered_as_their_names_say(screener, edition, examples):
    listed = {
        "zh-cathode": "battery-cathode-x",
        "zh-rare-earth": "rare-earth-processing-j",
        "zh-recommend": "information-processing-x",
        "en-lidar": "lidar-x",
        "en-uav": "uav-x",
        "en-spodumene": "nonferrous-metallurgy-x",
        "en-gene": "human-gene-editing-j",
    }
    for example in examples:
        screening = screener.screen(example["text"], edition, title=example["title"])
        flagged = [c.listing.item.id for c in screening.flagged]
        assert flagged[:1] == [listed[example["id"]]] if example["id"] in listed else flagged == []


# ---- order, scores, determinism ------------------------------------------------------------------------------------------


def test_candidates_stand_in_the_order_of_their_scores(screener, edition, examples):
    for example in examples:
        scores = [c.score for c in screener.screen(example["text"], edition, top=200).candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1000 for score in scores)


def test_points_of_a_candidate_stand_in_the_order_of_their_scores(screener, edition, examples):
    for example in examples:
        for candidate in screener.screen(example["text"], edition, top=20).candidates:
            scores = [p.score for p in candidate.points]
            assert scores == sorted(scores, reverse=True)
            assert scores[0] == candidate.score


def test_every_flag_stands_before_every_candidate_without_one(screener, edition, examples):
    for example in examples:
        flags = [c.flag for c in screener.screen(example["text"], edition, top=200).candidates]
        assert flags == sorted(flags, reverse=True)


def test_top_cuts_the_list_and_changes_nothing_else(screener, edition):
    text = POSITIVES["zh cathode"][1]
    everything = order_and_flags(screener.screen(text, edition, top=200))
    assert len(everything) == len({item for item, _ in everything}) == len(edition.present()) + len(edition.open())
    for top in (1, 3, 20):
        assert order_and_flags(screener.screen(text, edition, top=top)) == everything[:top]


_PRINTS = """
import datetime, json, sys
from mulu.desk import Desk
desk = Desk()
for line in sys.stdin:
    row = json.loads(line)
    answer = desk.screen(row["text"], datetime.date(2025, 8, 1), title=row["title"], top=20)
    print(json.dumps([[c["item"], c["flag"], c["near_boundary"]] for c in answer["candidates"]]))
"""


@cache
def _has_avx512() -> bool:
    try:
        return "avx512f" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def _elsewhere(examples, core: str, threads: str) -> list[str]:
    wanted = {"OPENBLAS_CORETYPE": core, "PYTHONPATH": str(SRC)}
    wanted |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    done = subprocess.run(
        [sys.executable, "-c", _PRINTS],
        input="\n".join(json.dumps(example) for example in examples),
        env={**os.environ, **wanted},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def on_the_plainest_processor(examples):
    return _elsewhere(examples, "Prescott", "1")


@pytest.mark.parametrize(
    ("core", "threads"),
    [("Prescott", "2"), ("Haswell", "1"), ("Haswell", "2"), ("SkylakeX", "1"), ("SkylakeX", "2")],
)
def test_candidates_order_and_flags_are_the_same_on_every_processor(examples, on_the_plainest_processor, core, threads):
    if core == "SkylakeX" and not _has_avx512():
        pytest.skip("this processor lacks AVX-512")
    there = _elsewhere(examples, core, threads)
    assert len(there) == len(examples)
    for example, here, other in zip(examples, on_the_plainest_processor, there, strict=True):
        assert json.loads(other)[:5] == json.loads(here)[:5], example["id"]
        assert {i for i, flag, _ in json.loads(other) if flag} == {i for i, flag, _ in json.loads(here) if flag}


def test_the_same_text_is_answered_the_same_twice(desk):
    text = POSITIVES["en drone"][1]
    assert desk.screen(text, DAY) == desk.screen(text, DAY)


def test_without_the_stored_vectors_the_answers_are_the_same(catalogue, screener, edition, examples, tmp_path):
    slow = Screener(catalogue)
    slow.index = Index(catalogue.pack, screener.index.glossary, tmp_path / "missing.npz")
    for example in examples:
        expected = screener.screen(example["text"], edition, title=example["title"])
        assert order_and_flags(slow.screen(example["text"], edition, title=example["title"])) == order_and_flags(
            expected
        )


@pytest.mark.parametrize("base_rate", [0.001, 0.02, 0.3, 0.9])
def test_another_base_rate_changes_scores_and_neither_order_nor_flags(desk, base_rate):
    text = POSITIVES["en rare earth"][1]
    plain, other = desk.screen(text, DAY, top=30), desk.screen(text, DAY, top=30, base_rate=base_rate)

    def kept(answer):
        return [(c["item"], c["flag"], c["near_boundary"]) for c in answer["candidates"]]

    assert kept(plain) == kept(other)
    scores = [c["score"] for c in other["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert scores != [c["score"] for c in plain["candidates"]]


def test_a_smaller_share_of_listed_technology_makes_every_score_smaller_or_leaves_it(desk):
    text = POSITIVES["en rare earth"][1]
    rare, common = (desk.screen(text, DAY, top=30, base_rate=rate)["candidates"] for rate in (0.01, 0.6))
    assert all(r["score"] <= c["score"] for r, c in zip(rare, common, strict=True))


# ---- evidence points into the text as given --------------------------------------------------------------------------------


def _folded_words(words: str) -> str:
    return opencc.OpenCC("tw2sp").convert(fold(words).text).lower()


def _terms(evidence) -> set[str]:
    """The words that a reason lists, from its sentence in English."""
    listed = re.findall(r"\(([^()]*)\)", evidence["because"]["en"])
    if ": " in evidence["because"]["en"]:
        listed.append(evidence["because"]["en"].split(": ", 1)[1])
    return {term.strip().lower() for one in listed for term in one.split(", ")}


def _check_places(answer, text: str, title: str | None) -> int:
    checked = 0
    for candidate in answer["candidates"]:
        for evidence in (e for p in candidate["points"] for e in p["evidence"]):
            places = [(text, place) for place in evidence["all_in_description"]]
            places += [(title, place) for place in evidence["all_in_title"]]
            if evidence["in_description"] is not None:
                assert evidence["in_description"] == evidence["all_in_description"][0]
            for whole, (start, end) in places:
                assert 0 <= start < end <= len(whole)
                if evidence["kind"] in ("meaning", "parameter", "passage"):
                    continue
                words, terms = _folded_words(whole[start:end]), _terms(evidence)
                # More than eight terms are not all listed.
                if len(terms) < 8:
                    assert any(words in (term, term + "s", term + "es") for term in terms), (words, terms)
                    checked += 1
    return checked


def test_the_words_of_the_evidence_stand_where_it_points(desk, examples):
    for example in examples:
        answer = desk.screen(example["text"], DAY, top=10)
        checked = _check_places(answer, example["text"], None)
        assert checked or not answer["flagged"]


def test_with_a_title_the_evidence_still_points_into_text_and_title(desk, examples):
    for example in examples:
        _check_places(desk.screen(example["text"], DAY, title=example["title"]), example["text"], example["title"])


def test_in_a_traditional_text_with_a_title_the_words_of_the_evidence_stand_where_it_points(desk):
    title, text = TRADITIONAL
    answer = desk.screen(text, DAY, title=title, top=5)
    assert _check_places(answer, text, title) >= 5
    cathode = next(c for c in answer["candidates"] if c["item"] == "battery-cathode-x")
    assert cathode["flag"]
    named = {
        whole[slice(*place)]
        for p in cathode["points"]
        for e in p["evidence"]
        for whole, places in ((text, e["all_in_description"]), (title, e["all_in_title"]))
        for place in places
    }
    assert any("磷酸鐵鋰" in words for words in named)


def test_a_traditional_text_is_answered_like_the_same_text_in_simplified_characters(desk):
    _title, text = TRADITIONAL
    simplified = opencc.OpenCC("tw2sp").convert(text)
    traditional, plain = desk.screen(text, DAY), desk.screen(simplified, DAY)
    assert [(c["item"], c["score"]) for c in traditional["candidates"]] == [
        (c["item"], c["score"]) for c in plain["candidates"]
    ]


def test_a_stated_parameter_is_quoted_from_the_text_as_given(desk):
    title, text = TRADITIONAL
    answer = desk.screen(text, DAY, title=title)
    cathode = next(c for c in answer["candidates"] if c["item"] == "battery-cathode-x")
    density = next(
        q
        for p in cathode["points"]
        for q in p["parameters"]
        if q["name"]["en"] == "powder compaction density" and q["stated"] is not None
    )
    assert density["result"] == "meets"
    assert text[slice(*density["in_description"])] == density["stated"] == "2.62 g/cm³"


def test_what_is_not_stated_is_asked_for(desk):
    answer = desk.screen("磷酸铁锂正极材料的制备方法：混合、砂磨、喷雾干燥、烧结。", DAY)
    first = answer["candidates"][0]
    assert first["item"] == "battery-cathode-x"
    assert any("powder compaction density" in fact["en"] and "2.58" in fact["en"] for fact in first["missing_facts"])


# ---- editions -----------------------------------------------------------------------------------------------------------


def test_a_technology_that_only_a_draft_lists_is_not_flagged_and_the_draft_is_named(desk):
    answer = desk.screen(WAFER, DAY)
    assert "pv-wafer-x" not in {c["item"] for c in answer["candidates"]}
    assert answer["flagged"] == 0
    found = {e["item"]: e for e in answer["elsewhere"]}
    assert found["pv-wafer-x"]["edition"] == "draft-2022-12-30"
    assert found["pv-wafer-x"]["draft"] is True


def test_a_technology_that_only_a_draft_lists_is_flagged_when_the_draft_is_asked(desk):
    answer = desk.screen(WAFER, DAY, draft="draft-2022-12-30")
    assert answer["edition"] == "draft-2022-12-30"
    assert answer["draft"] is True
    assert answer["candidates"][0]["item"] == "pv-wafer-x"
    assert answer["candidates"][0]["flag"]


def test_a_deleted_item_is_flagged_while_it_stood_and_named_as_deleted_after(desk):
    before = desk.screen(TIMBER, datetime.date(2024, 1, 1))
    assert before["edition"] == "2023-57"
    assert before["candidates"][0]["item"].startswith("traditional-architecture-")
    assert before["candidates"][0]["flag"]
    after = desk.screen(TIMBER, datetime.date(2026, 1, 1))
    assert not {c["item"] for c in after["candidates"]} & {"traditional-architecture-x", "traditional-architecture-j"}
    gone = {e["item"]: e for e in after["elsewhere"]}
    assert gone["traditional-architecture-x"]["edition"] == "2023-57"
    assert gone["traditional-architecture-x"]["draft"] is False
    assert gone["traditional-architecture-x"]["deleted_by"] == "announcement-2025-28"


def test_only_items_present_or_open_in_the_edition_are_candidates(catalogue, screener):
    for day in ("2010-01-01", "2021-01-01", "2024-06-01", "2025-08-01"):
        edition = catalogue.in_force(datetime.date.fromisoformat(day))
        for candidate in screener.screen(POSITIVES["zh cathode"][1], edition, top=200).candidates:
            assert edition.listings[candidate.listing.item.id].presence is not Presence.ABSENT


def test_what_is_listed_today_and_was_not_in_2010_is_not_a_candidate_of_2010(desk):
    answer = desk.screen(POSITIVES["zh lidar"][1], datetime.date(2010, 1, 1), top=200)
    assert "lidar-x" not in {c["item"] for c in answer["candidates"]}


# ---- marks ----------------------------------------------------------------------------------------------------------------


def test_an_item_without_a_source_is_marked_in_every_answer(catalogue, desk, edition):
    unconfirmed = {one.item.id for one in edition.present() if one.certainty is Certainty.UNCONFIRMED}
    doubtful = {one.item.id for one in edition.open()}
    assert unconfirmed
    assert doubtful
    answer = desk.screen(POSITIVES["zh cathode"][1], DAY, top=200)
    by_item = {c["item"]: c for c in answer["candidates"]}
    assert {i for i, c in by_item.items() if c["certainty"] == "unconfirmed"} >= unconfirmed
    assert {i for i, c in by_item.items() if c["presence"] == "open"} == doubtful


def test_a_point_without_a_source_is_marked_as_a_topic(catalogue, desk):
    answer = desk.screen(POSITIVES["zh cathode"][1], DAY, top=200)
    published = {
        (item, point.number)
        for item, of in catalogue.pack.points.items()
        for point in of
        if point.certainty is not Certainty.UNCONFIRMED
    }
    topics = 0
    for candidate in answer["candidates"]:
        for point in candidate["points"]:
            if point["number"] is not None and (candidate["item"], point["number"]) not in published:
                assert point["topic"] is True
                assert point["certainty"] == "unconfirmed"
                topics += 1
    assert topics > 10


def test_an_answer_about_a_day_after_the_last_check_says_so_on_every_candidate(catalogue, desk):
    later = catalogue.known_to + datetime.timedelta(days=1)
    text = POSITIVES["zh cathode"][1]
    answer = desk.screen(text, later)
    assert answer["beyond_knowledge"] is True
    assert all(c["beyond_knowledge"] is True for c in answer["candidates"])
    answer = desk.screen(text, catalogue.known_to)
    assert answer["beyond_knowledge"] is False
    assert all(c["beyond_knowledge"] is False for c in answer["candidates"])


# ---- weights ----------------------------------------------------------------------------------------------------------------


def a_weights_file(folder: Path, **changed: object) -> Path:
    path = folder / "weights.json"
    path.write_text(json.dumps({**json.loads(MODEL.read_text(encoding="utf-8")), **changed}), encoding="utf-8")
    return path


def test_a_weights_file_of_ones_own_is_used_and_named_in_the_answer(desk, tmp_path):
    text = POSITIVES["zh cathode"][1]
    path = a_weights_file(tmp_path, version="ours-1", operating_point=1001)
    answer = desk.screen(text, DAY, weights=str(path))
    assert answer["engine"].startswith("ours-1+")
    assert answer["flagged"] == 0
    assert desk.screen(text, DAY)["flagged"] >= 1


def test_other_weights_make_another_order(desk, tmp_path):
    text = POSITIVES["zh lidar"][1]
    path = a_weights_file(tmp_path, weights={"wording": 0}, products=[])
    other = desk.screen(text, DAY, weights=str(path))
    assert [c["score"] for c in other["candidates"]] != [c["score"] for c in desk.screen(text, DAY)["candidates"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"weights": {"colour": 100}},
        {"weights": {"names": "many"}},
        {"products": [{"of": ["names", "colour"], "weight": 1}]},
        {"products": [{"of": ["names"], "weight": 1}]},
        {"surprise": 1},
        {"bias": 0.5},
        {"presence": {}},
        {"bias": None},
    ],
    ids=str,
)
def test_a_weights_file_that_cannot_be_used_is_refused_with_its_name_and_the_remedy(desk, tmp_path, changed):
    path = a_weights_file(tmp_path, **changed)
    with pytest.raises(UnreadableModel) as refused:
        desk.screen(POSITIVES["zh cathode"][1], DAY, weights=str(path))
    assert "weights.json" in refused.value.in_(Language.EN)
    assert "model.json" in refused.value.in_(Language.ZH)


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b"\xff\xfe\x00"])
def test_a_weights_file_that_is_no_json_object_is_refused(tmp_path, content):
    path = tmp_path / "weights.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableModel):
        read_model(path)


def test_a_weights_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(UnreadableModel):
        read_model(tmp_path / "none.json")


def test_a_desk_of_its_own_answers_like_the_shared_one(desk):
    text = POSITIVES["en lidar"][1]
    assert Desk().screen(text, DAY) == desk.screen(text, DAY)

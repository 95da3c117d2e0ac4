"""An item that an official text adds is found in texts that speak of it, though nothing was learned of it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.portfolio.amendments import BASE, amended, some_texts
from tools import train_new_items

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import DATA, read_glossary
from mulu.catalogue.records import OfficialPoint
from mulu.desk import Desk
from mulu.screening.added import NOT_KEPT
from mulu.screening.engine import Screener
from mulu.screening.features import FEATURES
from mulu.screening.index import Index, Repeated
from mulu.screening.model import new_items, new_items_version
from mulu.screening.text import describe
from mulu.vocabulary import Certainty, Language, Presence

HEAD = """商务部 科技部公告2027年第1号
关于调整《中国禁止出口限制出口技术目录》的公告

现对《中国禁止出口限制出口技术目录》（商务部 科技部公告2023年第57号附件）部分条目予以调整（具体内容见附件），自2027年4月1日起施行。

商务部 科技部
2027年3月1日

附件
《中国禁止出口限制出口技术目录》调整内容

一、限制出口部分
（一）化学原料和化学制品制造业
"""
ADDED = """1.新增固态电池电解质制备技术（编号：252605X），控制要点：
1.硫化物固态电解质的制备技术
2.室温离子电导率≥10mS/cm的电解质膜成型技术
2.新增海藻纤维纺丝技术（编号：252699X），控制要点：
1.海藻酸盐纤维的湿法纺丝与凝固浴配方
2.海藻纤维阻燃整理工艺
"""
MOVED = "1.将电池正极材料制备技术（编号：252604X）由限制类移入禁止类。\n"
# Of which entry, and whether it is flagged.
SPEAKING = {
    "固态电池电解质制备技术：硫化物固态电解质的制备，电解质膜成型，室温离子电导率达到12mS/cm。": "固态电池",
    "本项目拟向境外转让硫化物固态电解质的全套制备工艺，包括原料球磨、真空热处理和电解质膜的成型。": "固态电池",
    "Preparation of sulfide solid electrolytes for solid-state batteries: precursors are ball-milled and annealed, and the "
    "electrolyte is formed into films with an ionic conductivity above 10 mS/cm at room temperature.": "固态电池",
    "海藻酸钠溶解脱泡后经喷丝板进入氯化钙凝固浴，湿法纺丝得到海藻纤维，再经牵伸和阻燃整理，转让凝固浴配方。": "海藻纤维",
}
OTHER = (
    "本公司每周三组织员工体检，请各部门提前报名，并于前一日空腹。",
    "涤纶短纤维经环锭纺纱后织成平纹布，主要用于床上用品。",
    "The museum opens at nine; groups of more than ten book ahead by telephone.",
    "回收的手机电池先放电，再拆解分选，铜箔和铝箔分别出售。",
)


@pytest.fixture(scope="module")
def desk(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(catalogue, store=str(tmp_path_factory.mktemp("new") / "mulu.db"))


@pytest.fixture(scope="module")
def added(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> tuple[Screener, str]:
    folder = tmp_path_factory.mktemp("added")
    made, edition = amended(desk.archive, folder, HEAD + ADDED)
    return Screener(made, cache=folder), edition


@pytest.mark.parametrize("text", SPEAKING)
def test_a_text_that_says_what_an_entry_says_is_flagged_for_it_in_either_language(added, text: str):
    engine, edition = added
    found = {
        c.listing.name.zh[:4]: c for c in engine.screen(text, engine.catalogue.editions[edition], top=9).candidates
    }
    assert found[SPEAKING[text]].flag


@pytest.mark.parametrize("text", OTHER)
def test_a_text_on_something_else_is_flagged_for_no_new_item(added, text: str):
    engine, edition = added
    candidates = engine.screen(text, engine.catalogue.editions[edition], top=9).candidates
    assert not [c for c in candidates if c.flag and c.listing.item.id.startswith("entry-")]


def test_a_score_of_a_new_item_is_explained_by_the_weights_of_new_items(added):
    engine, edition = added
    text = next(iter(SPEAKING))
    (best,) = [
        c
        for c in engine.screen(text, engine.catalogue.editions[edition], explain=True).candidates
        if c.listing.name.zh.startswith("固态")
    ]
    explained = best.points[0].explanation
    own = new_items().languages[Language.ZH].weights
    assert explained is not None
    assert {name: weight for name, _, weight, _ in explained.features if weight} == own
    assert sum(adds for *_, adds in explained.features) + explained.bias == explained.logit


def test_the_weights_ask_for_what_is_measured_and_kept():
    asked = {*new_items().first.weights, *(name for of in new_items().languages.values() for name in of.weights)}
    assert asked <= set(FEATURES) - (
        set(NOT_KEPT) - {"standing_out"}
    )  # which of a new item is worked out from what is kept


def test_the_engine_names_these_weights_only_where_something_is_new(added, screener: Screener):
    assert new_items_version() in added[0].version
    assert new_items_version() not in screener.version


def test_items_are_measured_as_official_texts_add_them(added, tmp_path: Path):
    """What `quality.new_items` takes for a new item is what an import makes of it: every logit is the same."""
    engine, _ = added
    catalogue = engine.catalogue
    new = [item for item in catalogue.pack.items if item not in catalogue.released.items]
    # As the pack would hold them, if they were released.
    held = {
        item: tuple(point for point in catalogue.pack.points[item] if isinstance(point, OfficialPoint)) for item in new
    }
    points = {
        **catalogue.pack.points,
        **{item: tuple(_ours(point) for point in of) for item, of in held.items()},
    }
    pack = train_new_items.replace(catalogue.pack, points=points)
    glossary = read_glossary(DATA, catalogue.released.points, catalogue.released.items)
    released = catalogue.released.items.keys()
    index = Index(*train_new_items.as_added(pack, glossary, new), released=released, cache=tmp_path)
    measured = Screener(catalogue, index=index)
    described = [describe(text) for text in (*SPEAKING, *OTHER)]
    described += [describe(one.text, one.title) for one in some_texts(3, 12)[1:3]]
    nothing = [0] * len(described), [{}] * len(described)
    for imported, as_if in zip(
        engine.read_once(described, *nothing), measured.read_once(described, *nothing), strict=True
    ):
        assert imported.table.tolist() == as_if.table.tolist()


def _ours(point: OfficialPoint):
    from mulu.catalogue.records import Point

    return Point(item=point.item, number=point.number, certainty=point.certainty, zh=point.wording.text, en="")


_TEXT = st.text(alphabet="海藻纤维湿法纺丝凝固浴阻燃整理ab 1，𠀀é", max_size=30)


def _runs(text: str) -> set[str]:
    every = {text[n : n + length] for length in (2, 3) for n in range(len(text) - length + 1)}
    return {run for run in every if all("\u4e00" <= c <= "\u9fff" for c in run)}


@given(texts=st.lists(_TEXT, max_size=6), entries=st.lists(_TEXT, min_size=1, max_size=4))
def test_what_many_texts_repeat_is_what_each_shares_with_each_entry_the_rarer_the_more(
    texts: list[str], entries: list[str]
):
    released = ["海藻纤维", "纺丝"]
    repeated = Repeated(entries, released)
    each = [text.encode() for text in texts]
    sizes = np.array([len(one) for one in each], dtype=np.int32)
    many = repeated.by_each(np.frombuffer(b"".join(each), dtype=np.uint8), sizes)

    def weight(run: str) -> int:
        return round(1000 * math.log((len(released) + 1) / (sum(run in _runs(one) for one in released) + 0.5)))

    shared = [[_runs(text) & _runs(entry) for entry in entries] for text in texts]
    assert many.tolist() == [[sum(map(weight, of)) for of in row] for row in shared]
    assert many.tolist() == [repeated.by(text).tolist() for text in texts]


def test_a_rarer_run_weighs_more_and_counts_once():
    repeated = Repeated(["凝固浴"], ["凝固", "凝固", "浴池"])
    assert repeated.by("固浴")[0] > repeated.by("凝固")[0] > 0
    assert repeated.by("固浴固浴，固浴")[0] == repeated.by("固浴")[0]
    assert repeated.by("浴固")[0] == 0


def test_an_entry_that_is_moved_keeps_its_points_and_tells_where_they_come_from(desk: Desk, tmp_path: Path):
    made, edition = amended(desk.archive, tmp_path, HEAD + MOVED)
    before, after = (made.editions[name].listings for name in (BASE, edition))
    assert after["battery-cathode-x"].presence is Presence.ABSENT
    was, now = before["battery-cathode-x"].points, after["battery-cathode-j"].points
    assert [(p.number, p.zh, p.en, p.certainty, p.parameters, p.sources) for p in now] == [
        (p.number, p.zh, p.en, p.certainty, p.parameters, p.sources) for p in was
    ]
    assert all(p.certainty is not Certainty.OFFICIAL for p in now)
    for point in now:
        assert point.note is not None
        assert "battery-cathode-x" in point.note.zh
        assert f"carried over from battery-cathode-x in {BASE}" in point.note.en
    engine = Screener(made, cache=tmp_path)
    text = "以水热法制备磷酸铁锂正极材料，前驱体经砂磨、喷雾干燥与碳包覆烧结，粉体压实密度2.6g/cm3，向境外工厂许可全套工艺。"
    candidates = engine.screen(text, made.editions[edition]).candidates
    assert [c.listing.item.id for c in candidates if c.flag] == ["battery-cathode-j"]
    assert candidates[0].points[0].parameters

"""A denial of a side matter, a place or a way of transfer does not hide the technology that is transferred after all."""

import datetime

import pytest

DAY = datetime.date(2026, 11, 23)
TRANSFERRED = {
    "激光雷达VCSEL发射与SPAD接收设计图纸不予转让，仅予许可使用。": "lidar-x",
    "VCSEL激光雷达设计的知识产权不转让，仅许可使用。": "lidar-x",
    "不转让稀土P507萃取分离工艺的所有权，只许可使用。": "rare-earth-processing-j",
    "本协议不涉及稀土P507萃取分离工艺的专利权转让，仅涉及许可实施。": "rare-earth-processing-j",
    "稀土P507萃取分离工艺不在本合同保密范围内，一并转让。": "rare-earth-processing-j",
    "稀土P507萃取分离工艺不在本协议质保范围内。": "rare-earth-processing-j",
    "人胚胎Cas9基因编辑方案不在本项目预算之内，方案转让给外方。": "human-gene-editing-j",
    "激光雷达VCSEL发射与SPAD接收设计不予提供纸质版，只提供电子版。": "lidar-x",
    "稀土P507萃取分离工艺不用于本国，而用于境外工厂。": "rare-earth-processing-j",
    "外方没有稀土P507萃取分离技术，由我方转让。": "rare-earth-processing-j",
    "实施例1制得的碳包覆磷酸铁锂优于作为对比例的钴酸锂。": "battery-cathode-x",
    "此处不讨论稀土P507萃取分离工艺的细节，详见附件图纸。": "rare-earth-processing-j",
    "We do not transfer ownership of the lidar design with VCSEL array and SPAD receiver; we grant a licence to use it.": "lidar-x",
    "This contract is not a sale of the rare earth P507 extraction cascade process but a licence of it.": "rare-earth-processing-j",
    "The seller does not transfer title to the rare earth extraction process with P507; it grants an exclusive licence.": "rare-earth-processing-j",
    "The P507 rare earth extraction drawings are not included in this first delivery; they follow in the second.": "rare-earth-processing-j",
    "The P507 rare earth cascade is not used in our plant but is licensed to the plant abroad.": "rare-earth-processing-j",
    "The buyer has no rare earth P507 extraction cascade know-how and needs ours.": "rare-earth-processing-j",
    "The foreign plant does not use rare earth P507 extraction cascades today; we will install one there.": "rare-earth-processing-j",
}
TOO_LITTLE = ("技术", "technology", "材料", "test", "😀😀 ok")


@pytest.mark.parametrize(("text", "item"), TRANSFERRED.items())
def test_what_is_transferred_after_all_is_flagged(desk, text, item):
    answer = desk.screen(text, DAY)
    assert item in [c["item"] for c in answer["candidates"] if c["flag"]]


def test_what_is_only_denied_is_not_flagged_and_is_named(desk):
    answer = desk.screen("车门铰链的冲压工艺：落料、拉深、翻边后涂漆。本方案不涉及激光雷达。", DAY)
    assert "lidar-x" not in [c["item"] for c in answer["candidates"] if c["flag"]]
    assert "lidar-x" in [one["item"] for one in answer["excluded"]["denied"]]


@pytest.mark.parametrize("text", TOO_LITTLE)
def test_a_word_that_many_things_share_flags_nothing(desk, text):
    assert desk.screen(text, DAY)["flagged"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "《目录》管制粉末压实密度≥2.58 g/cm³、放电克容量≥160 mAh/g的磷酸铁锂，本产品均低于上述指标。",
        "LFP cathode. The graphite anode has a discharge capacity of 355 mAh/g and a first Coulombic efficiency of 93 %.",
        "Unlike LFP with a discharge capacity of 162 mAh/g, ours is low-cost.",
        "磷酸铁锂正极材料，粉末压实密度为2.60 g/cm³（300 MPa）。",
        "The LFP cathode powder has a compaction density of 2.60 g/cm3 at 300 MPa and a discharge capacity of 130 mAh/g at 5C.",
        "磷酸铁锂正极材料的放电克容量达160 mAh/g的90%。",
        "The LFP cathode has a discharge capacity of 90 % of 160 mAh/g.",
        "文献报道磷酸铁锂放电克容量可达165 mAh/g，首次库仑效率98%。",
    ],
)
def test_values_of_others_or_under_other_conditions_are_not_compared(desk, text):
    answer = desk.screen(text, DAY, top=20)
    cathode = [c for c in answer["candidates"] if c["item"] == "battery-cathode-x"]
    results = {p["result"] for c in cathode for point in c["points"] for p in point["parameters"]}
    assert not results & {"meets", "below", "above"}


def test_an_edited_weights_file_leaves_its_trace(desk, tmp_path):
    import json

    from mulu.screening.model import MODEL

    weights = json.loads(MODEL.read_text(encoding="utf-8"))
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(weights), encoding="utf-8")
    shipped = desk.screen("磷酸铁锂", DAY)["engine"]
    assert desk.screen("磷酸铁锂", DAY, weights=str(path))["engine"] == shipped
    weights["weights"]["names"] += 1
    path.write_text(json.dumps(weights), encoding="utf-8")
    (tmp_path / "other.json").write_text(json.dumps(weights), encoding="utf-8")
    assert "own-weights" in desk.screen("磷酸铁锂", DAY, weights=str(tmp_path / "other.json"))["engine"]


def test_a_quotation_mark_that_is_never_closed_refuses_its_row_and_swallows_none_in_silence(tmp_path):
    from mulu.sources.rows import BadRow, read_rows

    table = tmp_path / "rows.csv"
    table.write_text('id,text\n1,"unclosed coffee machine\n2,P507 extraction\n', encoding="utf-8")
    rows = list(read_rows(table))
    assert rows and all(isinstance(row, BadRow) for row in rows)
    assert rows[0].line == 2

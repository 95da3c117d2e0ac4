"""A run of a portfolio and an impact are certified, also where they found nothing, and done again from the table alone."""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import random
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mulu import program
from mulu.desk import Desk
from mulu.errors import Misused, MuluError
from mulu.interfaces.api.table import CERTIFICATE, DOCUMENT
from mulu.interfaces.cli.main import main
from mulu.portfolio.impact import KINDS
from mulu.portfolios import Portfolios
from mulu.reports.certificate import (
    NAMED,
    CannotCertify,
    CertificateRefused,
    PortfolioBody,
    canonical,
    held_by,
    known_mark,
    private_key,
    read,
    sign,
)
from mulu.store import outcomes

_SPEC = importlib.util.spec_from_file_location("altering", Path(__file__).with_name("altering.py"))
altering = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(altering)

Json = dict[str, Any]
DAY = datetime.date(2026, 11, 23)
AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)
MOMENTS = [AT + datetime.timedelta(minutes=n) for n in range(60)]
CATHODE = "磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂，粉末压实密度 2.62 g/cm³。"
TEA = (
    "A tea vending machine with a touch screen, mobile payment and a refrigerated cabinet; sold to hotels and offices."
)
ROWS = (
    ("cathode", CATHODE, ""),
    ("早", CATHODE + "用于储能。", "2024-05-06"),
    ("late", CATHODE + "用于叉车。", "2027-03-01"),
    ("tea", TEA, ""),
    ("tea", TEA, ""),
    ("none", "", ""),
    ("ru", "Способ получения катодного материала для аккумуляторов, включающий смешивание и обжиг.", ""),
)


def table(path: Path, rows: Any = ROWS) -> Path:
    path.write_text("编号,摘要,日期\n" + "".join(f'{i},"{t}",{d}\n' for i, t, d in rows), encoding="utf-8")
    return path


def desk_over(desk: Desk, folder: Path) -> Desk:
    """A desk over a store of its own with the engine of the session, whose portfolios are read in this process."""
    made = Desk(desk.catalogue, str(folder / "s.db"))
    made.__dict__["_engine"] = desk._engine
    usual, here = made.portfolios, made.portfolios_apart(folder, here=True)
    made.__dict__["portfolios"] = Portfolios(
        usual.place, usual._catalogue, usual._engine, usual._held, read=here._read, folder=folder / "p"
    )
    return made


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> Path:
    path = tmp_path_factory.mktemp("key") / "my.pem"
    desk.certificate("key", AT, into=str(path))
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> tuple[Desk, Path]:
    """A store with a portfolio that was screened and asked for three impacts, one of which found nothing; and its table."""
    folder = tmp_path_factory.mktemp("portfolio")
    made, file = desk_over(desk, folder), table(folder / "组合.csv")
    made.portfolio(MOMENTS[0], "screen", "组合", on=DAY, file=str(file), by="李明")
    made.portfolio(MOMENTS[1], "impact", "组合", before="2023-57", after="2025-28")
    made.portfolio(MOMENTS[2], "impact", "组合", before="2025-28", after="2025-28", by="李明")
    made.portfolio(MOMENTS[3], "impact", "组合", before="2020-38", draft="draft-2022-12-30")
    return made, file


@pytest.fixture
def own(asked: tuple[Desk, Path], desk: Desk, tmp_path: Path) -> tuple[Desk, Path]:
    """A copy of it, to be changed."""
    shutil.copytree(Path(asked[0].portfolios.place).parent, tmp_path / "own")
    return desk_over(desk, tmp_path / "own"), tmp_path / "own" / asked[1].name


def make(desk: Desk, key: Path, folder: Path, at: datetime.datetime = MOMENTS[9], **given: Any) -> bytes:
    into = folder / f"c{len(list(folder.glob('c*.json')))}.json"
    desk.certificate("make", at, portfolio="组合", key=str(key), into=str(into), **given)
    return into.read_bytes()


def verify(desk: Desk, key: Path, data: bytes, given: Path | None = None) -> Json:
    pem = Path(f"{key}.pub").read_text(encoding="utf-8")
    return desk.certificate("verify", MOMENTS[9], data, public=pem, table=None if given is None else str(given))


def body_of(data: bytes) -> Json:
    return json.loads(data)["body"]


def signed_anew(body: Json, key: Path) -> bytes:
    return sign({k: v for k, v in body.items() if k not in ("key", "says")}, private_key(key.read_bytes(), None))


# ---- made and done again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"run": 1}, {"impact": 1}, {"impact": 2}, {"impact": 3}], ids=str)
def test_a_run_and_an_impact_are_reproduced_from_the_table(asked, key: Path, tmp_path: Path, given: Json):
    made, file = asked
    data = make(made, key, tmp_path, **given)
    answer = verify(made, key, data, file)
    assert answer["verdict"] == "reproduced", answer["replay"]
    assert answer["replay"]["result"] == "same"
    equal = set(answer["replay"]["equal"])
    assert {"input", "settings", "counts", "editions", "result", "beyond_knowledge", "data.pack"} <= equal
    assert ("impact.digest" in equal) is ("impact" in given)
    assert answer["beyond_knowledge"]
    assert answer["kind"] == "portfolio"


def test_what_was_compared_and_what_was_not_is_counted(asked, key: Path, tmp_path: Path):
    made, _ = asked
    body = body_of(make(made, key, tmp_path))
    assert body["counts"] == {
        "rows": 7, "records": 4, "refused": 2, "refused_because": {"neither_language": 1, "row_without_text": 1}, "repeated": 1,
        "same_text": 0, "languages": {"en": 1, "zh": 3}, "beyond": 1,
    }  # fmt: skip
    assert [(e["edition"], e["records"], e["first"], e["last"]) for e in body["editions"]] == [
        ("2023-57", 1, "2024-05-06", "2024-05-06"),
        ("2025-28", 3, "2026-11-23", "2027-03-01"),
    ]
    for one in body["editions"]:
        considered = made.considered(made.catalogue.editions[one["edition"]])
        assert {key: one["compared"][key] for key in ("announced", "held")} == {
            key: considered[key] for key in ("announced", "held")
        }
    assert body["settings"] == {"on": "2026-11-23", "draft": None, "base_rate": None, "ocr": False}
    assert body["input"]["tables"][0]["roles"] == {"id": ["编号"], "text": ["摘要"], "on": ["日期"]}
    assert body["recorded"]["by"] == "李明"
    assert {i["item"]: (i["candidates"], i["flagged"]) for i in body["result"]["items"]}["battery-cathode-x"][1] == 2


def test_no_text_of_a_record_stands_in_it(asked, key: Path, tmp_path: Path):
    for given in ({}, {"impact": 1}):
        written = make(asked[0], key, tmp_path, **given).decode()
        assert not any(part in written for part in ("磷酸铁锂", "vending", "катод", "碳包覆"))


def test_the_sentence_says_what_was_compared_and_never_that_anything_is_settled(asked, key: Path, tmp_path: Path):
    for given in ({}, {"impact": 1}, {"impact": 2}, {"impact": 3}):
        words = body_of(make(asked[0], key, tmp_path, **given))["says"]
        assert words["en"].index("could not be compared") < words["en"].index("Records flagged")
        assert words["zh"].index("无法逐点比对") < words["zh"].index("有标记的记录")
        assert "concludes nothing" in words["en"]
        assert "不作任何结论" in words["zh"]
        assert "newer instruments were not compared" in words["en"]
        assert not re.search(r"\b(clear|safe|approve)", words["en"], re.I)
        nothing = body_of(make(asked[0], key, tmp_path, **given))["impact"] or {"affected": 1}
        assert ("No affected record was found" in words["en"]) is (nothing["affected"] == 0)
        assert ("未发现受影响的记录" in words["zh"]) is (nothing["affected"] == 0)
        assert given != {"impact": 2} or nothing["affected"] == 0
        assert ("never in force; were it adopted" in words["en"]) is (given == {"impact": 3})


def test_a_run_that_found_nothing_is_certified(desk: Desk, key: Path, tmp_path: Path):
    made, file = desk_over(desk, tmp_path), table(tmp_path / "t.csv", [("tea", TEA, ""), ("none", "", "")])
    made.portfolio(MOMENTS[0], "screen", "组合", on=DAY, file=str(file))
    data = make(made, key, tmp_path)
    body = body_of(data)
    assert (body["result"]["flagged"], body["counts"]["records"]) == (0, 1)
    assert "Records flagged: 0" in body["says"]["en"]
    assert "有标记的记录 0 条" in body["says"]["zh"]
    assert verify(made, key, data, file)["verdict"] == "reproduced"
    empty = table(tmp_path / "e.csv", [("none", "", "")])
    made.portfolio(MOMENTS[1], "screen", "组合", on=DAY, file=str(empty))
    data = make(made, key, tmp_path)
    assert body_of(data)["editions"] == []
    assert verify(made, key, data, empty)["verdict"] == "reproduced"


def test_a_document_as_if_it_were_applied_is_asked_again(own, key: Path, tmp_path: Path):
    made, file = own
    (tmp_path / "a.txt").write_bytes(DOCUMENT)
    document = made.import_(str(tmp_path / "a.txt"), MOMENTS[3])["document"]
    made.portfolio(MOMENTS[4], "impact", "组合", on=DAY, amendment=document)
    data = make(made, key, tmp_path, impact=4)
    impact = body_of(data)["impact"]
    assert impact["as_if"]["document"] == document
    assert impact["data"] != body_of(data)["data"]["version"]
    assert f"as if the document {document} were applied" in body_of(data)["says"]["en"]
    answer = verify(made, key, data, file)
    assert answer["verdict"] == "reproduced", answer["replay"]
    elsewhere = verify(desk_over(made, tmp_path), key, data, file)
    assert elsewhere["verdict"] == "not replayable here"
    assert document in json.dumps(elsewhere["replay"]["because"])


# ---- the portfolio goes on -------------------------------------------------------------------------------------------------


def test_a_certificate_speaks_of_its_run_whatever_becomes_of_the_portfolio(own, key: Path, tmp_path: Path):
    made, file = own
    before = {name: body_of(make(made, key, tmp_path, **{name: 1})) for name in ("run", "impact")}
    later = table(tmp_path / "later.csv", [("cathode", TEA + " Now in red.", ""), ("new", CATHODE, "")])
    made.portfolio(MOMENTS[5], "screen", "组合", on=DAY, file=str(later))
    made.portfolio(MOMENTS[6], "impact", "组合", before="2023-57", after="2025-28")
    for name, body in before.items():
        data = make(made, key, tmp_path, **{name: 1})
        assert body_of(data) == body
        assert verify(made, key, data, file)["verdict"] == "reproduced"
    latest = make(made, key, tmp_path)
    assert body_of(latest)["run"] == 2
    assert verify(made, key, latest, later)["verdict"] == "reproduced"
    # What an impact took in beside the table of its last run is told, and cannot be done again from that table.
    data = make(made, key, tmp_path, impact=4)
    assert (body_of(data)["impact"]["beside"], body_of(data)["impact"]["records"]) == (3, 5)
    answer = verify(made, key, data, later)
    assert answer["verdict"] == "not replayable here"
    assert [one["id"] for one in answer["replay"]["because"]] == ["records_beside"]
    shutil.rmtree(made.portfolios.folder)
    assert body_of(make(made, key, tmp_path, run=1)) == before["run"]


def refusal(desk: Desk, key: Path, folder: Path, **given: Any) -> str:
    with pytest.raises(MuluError) as refused:
        make(desk, key, folder, **given)
    assert refused.value.said.id == "portfolio_of_another"
    return refused.value.said.en


def test_a_run_of_a_portfolio_that_was_deleted_is_certified_of_no_other(own, key: Path, tmp_path: Path):
    made, file = own
    made.portfolio(MOMENTS[5], "screen", "组合", on=DAY, file=str(file))
    before = [body_of(make(made, key, tmp_path, **given)) for given in ({"run": 2}, {"impact": 1})]
    made.portfolio(MOMENTS[6], "delete", "组合", confirm="组合", because="完", by="王芳")
    # While none has the name it is of the one that did.
    assert [body_of(make(made, key, tmp_path, **given)) for given in ({"run": 2}, {"impact": 1})] == before
    later = table(tmp_path / "later.csv", [("new", CATHODE, "")])
    made.portfolio(MOMENTS[7], "screen", "组合", on=DAY, file=str(later))
    made.portfolio(MOMENTS[8], "impact", "组合", before="2023-57", after="2025-28")
    for given in ({"run": 2}, {"impact": 1}, {"impact": 3}):
        assert "deleted on 2026-11-24 by 王芳" in refusal(made, key, tmp_path, **given)
    for given in ({}, {"run": 1}, {"impact": 4}):
        body = body_of(make(made, key, tmp_path, **given))
        assert (body["run"], body["counts"]["records"]) == (1, 1)
    shutil.rmtree(made.portfolios.folder)  # which deletes nothing on record
    assert body_of(make(made, key, tmp_path, run=1))["counts"]["records"] == 1
    assert "deleted on 2026-11-24 by 王芳" in refusal(made, key, tmp_path, run=2)


def test_a_run_of_which_the_folder_was_replaced_is_certified_of_no_other(own, key: Path, tmp_path: Path):
    made, file = own
    made.portfolio(MOMENTS[5], "screen", "组合", on=DAY, file=str(file))
    (made.portfolios.folder / "组合").rename(tmp_path / "aside")
    later = table(tmp_path / "later.csv", [("new", CATHODE, "")])
    made.portfolio(MOMENTS[7], "screen", "组合", on=DAY, file=str(later))
    for given in ({"run": 2}, {"impact": 1}):
        assert "has no run" in refusal(made, key, tmp_path, **given)
    assert body_of(make(made, key, tmp_path, run=1))["counts"]["records"] == 1
    shutil.rmtree(made.portfolios.folder / "组合")
    (tmp_path / "aside").rename(made.portfolios.folder / "组合")
    assert [body_of(make(made, key, tmp_path, run=run))["counts"]["records"] for run in (1, 2)] == [4, 4]
    assert body_of(make(made, key, tmp_path))["run"] == 2
    assert body_of(make(made, key, tmp_path, impact=1))["run"] == 1


def test_a_replay_leaves_no_trace(asked, key: Path, tmp_path: Path):
    made, file = asked
    data = make(made, key, tmp_path, impact=1)
    held = {
        p: p.stat().st_mtime_ns for p in Path(made.portfolios.place).parent.rglob("*") if p.suffix in (".db", ".npz")
    }
    entries = len(made.trail()["entries"])
    verify(made, key, data, file)
    assert len(made.trail()["entries"]) == entries
    assert held == {p: p.stat().st_mtime_ns for p in held}
    assert made.portfolios.names() == ["组合"]


def test_records_that_an_earlier_program_read_are_not_said_to_be_read_by_this_one(
    own, key: Path, tmp_path: Path, monkeypatch
):
    made, _ = own
    true = program.digest
    monkeypatch.setattr(program, "digest", lambda kind: "0" * 64)
    again = table(tmp_path / "again.csv", [*ROWS, ("more", CATHODE + "，用于船舶。", "")])
    made.portfolio(MOMENTS[5], "screen", "组合", on=DAY, file=str(again))
    monkeypatch.setattr(program, "digest", true)
    data = make(made, key, tmp_path)
    assert body_of(data)["engine"]["digest"] is None
    answer = verify(made, key, data, again)
    assert answer["verdict"] == "not replayable here"
    assert answer["replay"]["result"] == "same"
    assert [one["id"] for one in answer["replay"]["because"]] == ["other_engine"]


# ---- elsewhere, later, and with other things ------------------------------------------------------------------------------------


def test_another_table_or_none_is_told(asked, key: Path, tmp_path: Path):
    made, _ = asked
    data = make(made, key, tmp_path)
    without = verify(made, key, data)
    assert without["verdict"] == "not replayable here"
    assert [one["id"] for one in without["replay"]["because"]] == ["table_not_given"]
    other = verify(made, key, data, table(tmp_path / "t.csv", ROWS[:3]))
    assert (other["verdict"], other["replay"]["said"]["id"]) == ("differs", "another_table")
    assert [one["where"] for one in other["replay"]["differences"]] == ["input.sha256"]
    assert other["replay"]["result"] == "not compared"
    with pytest.raises(Misused, match="cannot be read"):
        verify(made, key, data, tmp_path / "none.csv")


def test_another_engine_is_never_called_the_same(asked, key: Path, tmp_path: Path, monkeypatch):
    made, file = asked
    data = make(made, key, tmp_path)
    monkeypatch.setattr(program, "digest", lambda kind: "0" * 64)
    answer = verify(made, key, data, file)
    assert (answer["verdict"], answer["replay"]["result"]) == ("not replayable here", "same")
    assert answer["replay"]["engine"]["changed"] == ["program"]


def test_what_reads_a_table_and_keeps_it_is_of_the_engine(monkeypatch):
    assert len({program.digest(kind) for kind in ("screening", "determination", "portfolio")}) == 3
    assert {"lxml", "pyarrow"} <= set(program.engine("portfolio", None)["parts"])
    assert "rapidocr" in program.engine("portfolio", None, ocr=True)["parts"]
    assert "pyarrow" not in program.engine("screening", None)["parts"]


def test_under_other_data_it_is_done_again_with_the_recorded_ones(desk: Desk, key: Path, tmp_path: Path):
    earlier = Desk(store=str(tmp_path / "e.db"), as_known="2026.11.1")
    here = earlier.portfolios_apart(tmp_path, here=True)
    here.place = earlier.portfolios.place
    earlier.__dict__["portfolios"] = here
    file = table(tmp_path / "t.csv", ROWS[:1])
    earlier.portfolio(MOMENTS[0], "screen", "组合", on=DAY, file=str(file))
    earlier.__dict__["_as_known"] = None
    data = make(earlier, key, tmp_path)
    assert body_of(data)["data"]["version"] == "2026.11.1"
    answer = verify(desk, key, data, file)
    assert answer["verdict"] == "reproduced", answer["replay"]
    body = body_of(data)
    body["data"] |= {"release": "2031.1.1", "version": "2031.1.1"}
    answer = verify(desk, key, signed_anew(body, key), file)
    assert answer["verdict"] == "not replayable here"
    assert answer["replay"]["result"] == "not compared"


# ---- lies, contradictions, times ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lie", "where"),
    [
        (lambda b: b["result"].update(digest="0" * 64), "result.digest"),
        (lambda b: b["result"]["items"][0].update(score="0.500"), "result.items[battery-cathode-x].score"),
        (lambda b: b["result"]["items"].append({"item": "z", "candidates": 1, "flagged": 0, "near_boundary": 0, "score": "0.100"}), "result.items (order)"),
        (lambda b: b["counts"].update(refused=1, refused_because={"row_without_text": 1}, rows=6), "counts.refused"),
        (lambda b: b["editions"][0]["compared"].update(held=132), "editions[0].compared.held"),
        (lambda b: b["settings"].update(on="2024-01-01"), "editions"),
        (lambda b: b["input"].update(columns="text=编号,id=编号"), "input.tables[0].roles.text"),
        (lambda b: (b["impact"].update(affected=0, items=[]), b["impact"]["effects"].update(caught=0)), "impact.affected"),
        (lambda b: b["impact"].update(digest="0" * 64), "impact.digest"),
        (lambda b: b["impact"].update(before="2020-38"), "impact.changes"),
        (lambda b: b["impact"]["changes"].update(added=0), "impact.changes.added"),
    ],
)  # fmt: skip
def test_what_its_own_holder_signed_and_no_run_gave_is_found(asked, key: Path, tmp_path: Path, lie, where: str):
    made, file = asked
    body = body_of(make(made, key, tmp_path, impact=1))
    lie(body)
    answer = verify(made, key, signed_anew(body, key), file)
    assert answer["verdict"] == "differs"
    found = {one["where"] for one in answer["replay"]["differences"]}
    assert any(one.startswith(where) for one in found), found


def test_effects_of_several_kinds_are_told_in_one_order_however_the_facts_are_ordered(asked, key: Path, tmp_path: Path):
    body = body_of(make(asked[0], key, tmp_path, impact=1))
    kinds = sorted(KINDS, reverse=True)
    body["impact"].update(
        affected=1, effects=dict.fromkeys(kinds, 1), items=[{"item": "x", "effects": dict.fromkeys(kinds, 1)}]
    )
    said = read(signed_anew(body, key)).facts["says"]["en"]
    told = "newly caught 1, moved to the other list 1, changed in substance 1, changed, how is not known 1, released 1"
    assert told in said


def test_a_score_within_the_tolerance_is_no_difference(asked, key: Path, tmp_path: Path):
    made, file = asked
    body = body_of(make(made, key, tmp_path))
    first = body["result"]["items"][0]
    first["score"] = f"{float(first['score']) - 0.002:.3f}"
    assert verify(made, key, signed_anew(body, key), file)["verdict"] == "reproduced"


@pytest.mark.parametrize(
    "lie",
    [
        lambda b: b["counts"].update(rows=8),
        lambda b: b["counts"].update(refused=1, rows=6),
        lambda b: b["counts"].update(languages={"zh": 2}),
        lambda b: b["editions"].pop(),
        lambda b: b.update(beyond_knowledge=False),
        lambda b: b["result"].update(flagged=0),
        lambda b: b["result"].update(flagged=5),
        lambda b: b["result"]["near"].update(records=1),
        lambda b: b["result"]["near"].update(records=9, named=["x"] * 9),
        lambda b: b["impact"].update(affected=0),
        lambda b: b["impact"]["effects"].update(caught=0),
        lambda b: b["impact"]["effects"].update(released=1),
        lambda b: b["impact"].update(beside=9),
        lambda b: b["impact"]["effects"].update(strange=0),
        lambda b: b["impact"]["recorded"].update(at="2026-11-24T08:00:00+00:00"),
    ],
)  # fmt: skip
def test_numbers_that_contradict_each_other_are_refused(asked, key: Path, tmp_path: Path, lie):
    body = body_of(make(asked[0], key, tmp_path, impact=1))
    lie(body)
    with pytest.raises(CertificateRefused, match="contradicts itself"):
        read(signed_anew(body, key))


def test_a_sentence_that_its_facts_do_not_give_is_refused(asked, key: Path, tmp_path: Path):
    whole = json.loads(make(asked[0], key, tmp_path))
    whole["body"]["says"]["en"] = whole["body"]["says"]["en"].replace("Records flagged: 2", "Records flagged: 0")
    signer = private_key(key.read_bytes(), None)
    import base64

    whole["signature"] = base64.b64encode(signer.sign(b"mulu certificate v1\n" + canonical(whole["body"]))).decode()
    with pytest.raises(CertificateRefused, match="contradicts itself"):
        read(canonical(whole) + b"\n")


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ({}, MOMENTS[0] - datetime.timedelta(seconds=1)),  # before the run
        ({"impact": 1}, MOMENTS[1] - datetime.timedelta(seconds=1)),  # before the impact
        ({}, MOMENTS[9] + datetime.timedelta(minutes=11)),  # after it is checked
    ],
)
def test_a_moment_that_cannot_be_is_a_difference(asked, key: Path, tmp_path: Path, given: Json, moment):
    made, file = asked
    body = body_of(make(made, key, tmp_path, **given))
    body["at"] = moment.isoformat()
    answer = verify(made, key, signed_anew(body, key), file)
    assert (answer["verdict"], answer["replay"]["said"]["id"]) == ("differs", "out_of_time")


@pytest.mark.parametrize(
    "lie",
    [
        lambda b: b["settings"].update(draft="draft-of-nothing"),
        lambda b: b["settings"].update(on="2026-02-30"),
        lambda b: b["settings"].update(on=None),
        lambda b: b["input"].update(columns="text=没有"),
        lambda b: b["impact"].update(before="9999-1"),
        lambda b: b["impact"].update(as_if={"document": "0" * 64, "instrument": None, "effective": None, "reading": "0" * 64}),
    ],
)  # fmt: skip
def test_what_cannot_be_done_again_is_told_and_brings_nobody_down(asked, key: Path, tmp_path: Path, lie):
    made, file = asked
    body = body_of(make(made, key, tmp_path, impact=1))
    lie(body)
    replay = verify(made, key, signed_anew(body, key), file)["replay"]
    assert replay["status"] in ("not replayable here", "differs")
    assert replay["because"] or replay["differences"]


# ---- alterations --------------------------------------------------------------------------------------------------------------------


def test_random_alterations_are_all_found_or_refused(asked, key: Path, tmp_path: Path):
    made = [make(asked[0], key, tmp_path, **given) for given in ({}, {"impact": 1}, {"impact": 2})]
    known = known_mark(Path(f"{key}.pub").read_text(encoding="utf-8"), None)
    rng, counts = random.Random(20261129), Counter()
    wanted = int(os.environ.get("MULU_ALTERATIONS", "1500"))
    while counts.total() < wanted:
        alter = altering.ALTERATIONS[counts.total() % len(altering.ALTERATIONS)]
        which = rng.randrange(len(made))
        altered = alter(rng, made[which], made[which - 1])
        if altered in made:
            continue
        counts[alter.__name__] += 1
        try:
            certificate = read(altered)
        except CertificateRefused:
            continue
        assert alter.__name__ == "key_and_signature"
        with pytest.raises(CertificateRefused, match="another key"):
            held_by(certificate, known)
    assert set(counts) == {alter.__name__ for alter in altering.ALTERATIONS}


def test_certificates_of_the_other_kinds_are_what_they_were():
    before = read(CERTIFICATE.encode())
    assert not isinstance(before.body, PortfolioBody)
    assert (
        canonical({"body": before.facts, "signature": json.loads(CERTIFICATE)["signature"]}) + b"\n"
        == CERTIFICATE.encode()
    )
    for strange in ({"portfolio": "p"}, {"counts": {}}):
        with pytest.raises(CannotCertify):
            sign({k: v for k, v in before.facts.items() if k not in ("key", "says")} | strange, altering.OTHER_KEY)


# ---- asked wrongly --------------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_certified_is_refused_by_name(asked, key: Path, tmp_path: Path):
    made, into = asked[0], str(tmp_path / "c.json")
    for given, words in (
        ({"portfolio": "组合", "run": 7}, "no run 7"),
        ({"portfolio": "组合", "impact": 9}, "no impact number 9"),
        ({"portfolio": "组合", "impact": 0}, "no impact number 0"),
        ({"portfolio": "别的"}, "no run that could be certified"),
        ({"portfolio": "组合", "run": 1, "impact": 1}, "only one of them"),
        ({"given": TEA, "on": DAY, "run": 1}, "`run` and `impact` go with `portfolio`"),
        ({"portfolio": "组合", "on": DAY}, "beside `portfolio` only"),
        ({"portfolio": "组合", "with_text": True}, "beside `portfolio` only"),
        ({"portfolio": "组合", "given": TEA}, "exactly one"),
        ({"portfolio": "组合", "table": "t.csv"}, "make does not take table"),
    ):
        with pytest.raises(MuluError, match=words):
            made.certificate("make", MOMENTS[9], key=str(key), into=into, **given)
    assert not Path(into).exists()
    for data, given in ((make(made, key, tmp_path), {"text": TEA}), (CERTIFICATE.encode(), {"table": str(asked[1])})):
        with pytest.raises(Misused, match="done again with `table`"):
            made.certificate("verify", MOMENTS[9], data, **given)
    with pytest.raises(Misused, match="verify does not take portfolio"):
        made.certificate("verify", MOMENTS[9], "{}", portfolio="组合")


def test_a_run_of_a_version_that_kept_less_is_not_certified(own, key: Path, tmp_path: Path):
    made, _ = own
    _, body = next(made.portfolios.recorded("screened", "组合"))
    del body["done"]["found"]
    made.portfolios._record("screened", MOMENTS[7], None, body)
    shutil.rmtree(made.portfolios.folder)  # the trail alone tells what its runs were
    with pytest.raises(MuluError, match="Screen again"):
        make(made, key, tmp_path)


def test_the_bound_of_what_is_named_is_one():
    assert outcomes.NAMED == NAMED


# ---- on the command line ----------------------------------------------------------------------------------------------------------------


def test_it_is_made_and_checked_on_the_command_line(asked, key: Path, tmp_path: Path, monkeypatch, capsys):
    made, file = asked
    monkeypatch.setenv("MULU_PORTFOLIOS", str(made.portfolios.folder))
    store, into = made.portfolios.place, tmp_path / "c.json"
    command = ["certificate", "make", "--portfolio", "组合", "--impact", "2", "--key", str(key), "--into", str(into)]
    assert main([*command, "--store", store, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "No affected record was found" in " ".join(out.split())
    assert "--table" in out
    check = ["certificate", "verify", str(into), "--public", f"{key}.pub", "--store", store, "--lang", "en"]
    assert main(check) == 4
    assert "on the command line or in Python" in " ".join(capsys.readouterr().out.split())
    assert main([*check, "--table", str(file)]) == 0
    assert "reproduced" in capsys.readouterr().out
    assert main([*check, "--table", str(into)]) == 6
    other = capsys.readouterr().out
    assert "not what was certified: nothing was compared" in other and "the same:" not in other
    assert made.portfolios.names() == ["组合"]

"""A portfolio that is deleted: asked twice, whole, recorded; what was answered of it stays on record and is inherited by nobody."""

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mulu.client import ApiProblem, Client
from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.interfaces.cli import main as cli
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.portfolio.exposure import Filters
from mulu.store import folders as store

AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
LATER = datetime.datetime(2026, 11, 29, 9, tzinfo=datetime.UTC)
ITEM = "battery-cathode-x"
PORT = 8422
CATHODE = "磷酸铁锂正极材料的制备方法：水热合成磷酸铁锂前驱体，碳包覆后烧结，粉体压实密度2.6g/cm3"
BY = {"because": "项目终止", "by": "王芳"}


def screen(desk: Desk, folder: Path, name: str = "p") -> dict[str, Any]:
    file = folder / "rows.csv"
    file.write_text(f"id,text,recipient\nR1,{CATHODE},US\n", encoding="utf-8")
    return desk.portfolio(AT, "screen", name, file=str(file), on=datetime.date(2026, 11, 23), workers=1)


def judge(desk: Desk, judgement: str = "does-not", at: datetime.datetime = AT) -> None:
    desk.portfolio(at, "judge", "p", record="R1", item=ITEM, judgement=judgement, because="读过全文", by="李明")


def delete(desk: Desk, name: str = "p", **given: Any) -> dict[str, Any]:
    return desk.portfolio(LATER, "delete", name, **{"confirm": name, **BY, **given})


def candidate(desk: Desk) -> dict[str, Any]:
    (one,) = [c for c in desk.portfolios.record("p", "R1")["candidates"] if c["item"] == ITEM]
    return one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deleting")
    desk = Desk(store=str(folder / "mulu.db"))
    screen(desk, folder)
    judge(desk)
    desk.portfolio(AT, "impact", "p", "2023-57", "2025-28", by="李明")
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Desk(store=str(tmp_path / "mulu.db"))


def test_the_name_is_asked_again_and_who_and_why(desk: Desk):
    for wrong, said in (
        ({"confirm": None}, "portfolio_confirm"),
        ({"confirm": "P"}, "portfolio_confirm"),
        ({"because": " "}, "portfolio_deleted_by"),
        ({"by": None}, "portfolio_needs"),
    ):
        with pytest.raises(MuluError) as refused:
            delete(desk, **wrong)
        assert refused.value.said.id == said
    with pytest.raises(MuluError, match="No portfolio is called 'q'"):
        delete(desk, "q")
    assert [one["portfolio"] for one in desk.portfolio(AT)["portfolios"]] == ["p"]


def test_it_goes_whole_and_the_trail_has_what_it_was(desk: Desk, tmp_path: Path):
    digest = desk.portfolio(AT, "runs", "p")["runs"][-1]["done"]["digest"]
    answer = delete(desk)
    was = {"records": 1, "runs": 1, "judgements": 1, "because": "项目终止"}
    assert was.items() <= answer.items()
    assert answer["last"] == {"run": 1, "at": AT.isoformat(), "digest": digest}
    assert answer["left"] is None
    assert list(desk.portfolios.folder.iterdir()) == []
    held = [one.name for one in tmp_path.rglob("*") if one.is_file() and "水热合成".encode() in one.read_bytes()]
    assert held == ["rows.csv"]  # nor does the trail show a cell of it
    entry = desk.trail()["entries"][-1]
    assert (entry["act"], entry["by"]) == ("portfolio.deleted", "王芳")
    told = desk.portfolio(AT, "runs", "p")
    assert [(one["run"], one["done"]["digest"]) for one in told["runs"]] == [(1, digest)]
    assert len(told["impacts"]) == 1
    assert [one["before_deletion"] for one in told["impacts"]] == [True]
    (deleted,) = told["deleted"]
    assert was.items() <= deleted.items()
    assert deleted["last"]["digest"] == digest
    with pytest.raises(MuluError, match="deleted on 2026-11-29 by 王芳") as unknown:
        desk.portfolio(AT, "show", "p")
    assert unknown.value.said.id == "portfolio_unknown"


def test_a_later_one_of_the_name_inherits_no_answer_and_shows_each(desk: Desk, tmp_path: Path):
    assert candidate(desk)["state"] == "answered"
    delete(desk)
    screen(desk, tmp_path)
    desk.portfolio(LATER, "impact", "p", "2023-57", "2025-28", by="李明")
    assert [one["before_deletion"] for one in desk.portfolio(AT, "runs", "p")["impacts"]] == [True, False]
    one = candidate(desk)
    assert (one["state"], one["raised_again"]) == ("raised again", ["portfolio"])
    assert one["judgement"]["judgement"] == "does-not"
    (answer,) = desk.portfolios.record("p", "R1")["judgements"]
    assert answer["before_deletion"]
    assert desk.portfolios.overview("p", datetime.date(2026, 11, 23))["states"]["raised again"] == 1
    assert desk.portfolios.show("p", Filters(state="answered"))["total"] == 0
    judge(desk, at=LATER)
    assert candidate(desk)["state"] == "answered"
    assert [one["before_deletion"] for one in desk.portfolios.record("p", "R1")["judgements"]] == [True, False]
    assert desk.portfolios.show("p", Filters(state="answered"))["total"] == 1
    assert delete(desk)["judgements"] == 1
    assert [one["judgements"] for one in desk.portfolio(AT, "runs", "p")["deleted"]] == [1, 1]


def test_it_is_refused_while_a_screening_writes(desk: Desk):
    with desk.portfolios.open("p") as portfolio, portfolio.writing(), pytest.raises(MuluError) as refused:
        delete(desk)
    assert refused.value.said.id == "portfolio_at_work"
    assert desk.portfolios.names() == ["p"]
    assert desk.portfolios.deletions("p") == []


def test_who_opened_it_before_writes_to_no_other(desk: Desk, tmp_path: Path):
    with desk.portfolios.open("p") as portfolio:
        delete(desk)
        with pytest.raises(MuluError):
            portfolio.writing().__enter__()
        screen(desk, tmp_path)
        with pytest.raises(MuluError, match="No portfolio is called 'p'"):
            portfolio.writing().__enter__()


@pytest.mark.parametrize("ended_at", ["the trail", "the first file", "the note"])
def test_a_deletion_that_was_interrupted_is_finished_by_the_next_screening(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended_at: str
):
    class Ended(BaseException):
        pass

    def end(*_: Any) -> None:
        raise Ended

    with monkeypatch.context() as patched:
        if ended_at == "the trail":
            patched.setattr(desk.portfolios, "_record", end)
        elif ended_at == "the first file":
            patched.setattr(store.shutil, "rmtree", end)
        else:
            patched.setattr(Path, "rmdir", end)
        with pytest.raises(Ended):
            delete(desk)
    assert desk.portfolios.names() == []
    (left,) = desk.portfolio(AT)["left"]
    assert left["portfolio"] == (None if ended_at == "the note" else "p")
    assert Path(left["folder"]).parent == desk.portfolios.folder
    screen(desk, tmp_path)
    assert desk.portfolio(AT)["left"] == []
    (deleted,) = desk.portfolios.deletions("p")
    assert (deleted["by"], deleted["at"]) == ("王芳", LATER.isoformat())
    assert candidate(desk)["raised_again"] == ["portfolio"]


def test_one_that_cannot_be_read_can_be_deleted(desk: Desk):
    (desk.portfolios.folder / "p" / "portfolio.sqlite").write_bytes(b"nothing" * 1000)
    answer = delete(desk)
    assert (answer["records"], answer["runs"], answer["last"], answer["judgements"]) == (None, None, None, 1)
    assert desk.portfolios.names() == []


@pytest.mark.parametrize("broken", ["missing", "empty", "only begun"])
def test_one_that_lost_its_table_is_told_and_can_be_deleted(desk: Desk, tmp_path: Path, broken: str):
    folder = desk.portfolios.folder / "p"
    if broken == "only begun":
        shutil.rmtree(folder)
        (folder / "kept").mkdir(parents=True)
    else:
        for one in folder.glob("portfolio.sqlite*"):
            one.unlink()
    if broken == "empty":
        (folder / "portfolio.sqlite").touch()
    (listed,) = desk.portfolio(AT)["portfolios"]
    assert listed["records"] is None and listed["unusable"]["id"] == "portfolio_damaged"
    for act in ("show", "runs"):
        with pytest.raises(MuluError, match=r"is (not there|empty).*mulu portfolio delete"):
            desk.portfolio(AT, act, "p")
    if broken == "only begun":  # nothing was kept yet: it is gone on with
        screen(desk, tmp_path)
        assert desk.portfolio(AT)["portfolios"][0]["records"] == 1
        return
    kept = sorted(path.name for path in (folder / "kept").iterdir())
    with pytest.raises(MuluError, match=r"is (not there|empty)"):
        screen(desk, tmp_path)
    assert sorted(path.name for path in (folder / "kept").iterdir()) == kept
    assert (delete(desk)["records"], desk.portfolios.names(), folder.exists()) == (None, [], False)


def test_a_folder_of_somebody_elses_is_no_portfolio(desk: Desk):
    for name, files in (("theirs", ["kept", "thesis.docx"]), ("empty", []), ("other", ["refused-1.jsonl"])):
        for file in files:
            (desk.portfolios.folder / name / file).mkdir(parents=True)
        (desk.portfolios.folder / name).mkdir(exist_ok=True)
        with pytest.raises(MuluError, match="No portfolio is called"):
            delete(desk, name)
        assert sorted(p.name for p in (desk.portfolios.folder / name).iterdir()) == sorted(files)
    assert desk.portfolios.names() == ["p"]


def test_a_damaged_lock_is_named_with_what_to_do(desk: Desk, tmp_path: Path):
    lock = desk.portfolios.folder / "p" / "at-work.sqlite"
    lock.write_bytes(b"nothing" * 1000)
    with pytest.raises(MuluError, match=r"at-work\.sqlite is no empty file.*move it away"):
        screen(desk, tmp_path)
    assert desk.portfolios.names() == ["p"]
    lock.unlink()
    assert delete(desk)["records"] == 1


def test_a_run_of_one_that_was_deleted_is_never_certified_as_one_of_a_later_portfolio(desk: Desk, tmp_path: Path):
    key = tmp_path / "my.pem"
    desk.certificate("key", AT, into=str(key))

    def certify(run: int) -> dict[str, Any]:
        into = tmp_path / "made.json"
        into.unlink(missing_ok=True)
        desk.certificate("make", LATER, portfolio="p", run=run, key=str(key), into=str(into))
        body: dict[str, Any] = json.loads(into.read_text(encoding="utf-8"))["body"]
        return body

    first = certify(1)
    screen(desk, tmp_path)
    delete(desk)
    assert certify(1)["recorded"] == first["recorded"]  # of the one that there was
    screen(desk, tmp_path)
    assert certify(1)["recorded"] != first["recorded"]
    with pytest.raises(MuluError, match="earlier portfolio of this name that was deleted"):
        certify(2)


def test_every_door_deletes(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    place = str(tmp_path / "mulu.db")
    client = TestClient(application(Keeper(place), PORT), base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)
    for name in ("q", "r"):
        shutil.copytree(desk.portfolios.folder / "p", desk.portfolios.folder / name)
    command = ["--lang", "en", "portfolio", "delete", "p", "--because", "over", "--by", "Li", "--store", place]
    assert cli.main(command) == 2
    assert "--confirm" in capsys.readouterr().err
    assert cli.main([*command, "--confirm", "p"]) == 0
    assert "1 records, 1 runs" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "portfolio", "runs", "p", "--store", place]) == 0
    assert "by Li (over)" in capsys.readouterr().out

    api = Client(http=client)
    with pytest.raises(ApiProblem) as refused:
        api.delete_portfolio("q", "p", "over", "Li")
    assert (refused.value.status, refused.value.said.id) == (422, "portfolio_confirm")
    assert api.delete_portfolio("q", "q", "over", "Li")["records"] == 1
    assert api.portfolio_runs("q")["deleted"][0]["by"] == "Li"

    address = "/en/portfolios/r/deletion"
    page = client.get(address)
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    for given, said in (({"confirm": "p", **BY}, "portfolio once more"), ({"confirm": "r", "by": "x"}, "Reason")):
        told = client.post(address, data={"csrf": token, "form": "deletion", **given})
        assert told.status_code == 422
        assert 'role="alert"' in told.text
        assert said in told.text
    gone = client.post(address, data={"csrf": token, "form": "deletion", "confirm": "r", **BY})
    assert gone.status_code == 303
    listed = client.get(gone.headers["location"])
    assert "r is deleted." in listed.text
    for language in ("zh", "en"):
        kept = client.get(f"/{language}/portfolios/r/runs")
        assert kept.status_code == 200
        assert "王芳" in kept.text
        assert f"/{language}/portfolios/r/map" not in kept.text
    assert cli.main(["--lang", "en", "portfolio", "runs", "p", "--store", place]) == 0
    assert "of a portfolio of this name that was deleted" in " ".join(capsys.readouterr().out.split())
    assert client.get(address).status_code == 404
    assert json.loads(client.get("/api/v1/portfolios").text)["portfolios"] == []

"""Where portfolios cannot lie: every act says which place, which variable, and what to do, at each door; none says something else."""

import contextlib
import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mulu.desk import PORTFOLIO, Desk
from mulu.errors import MuluError
from mulu.interfaces.cli import main as cli
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
ROWS = "id,text\nA,磷酸铁锂正极材料的制备方法\n"
VARIABLE = "MULU_PORTFOLIOS"
# What each act asks beside the name.
ASKED: dict[str, dict[str, Any]] = {
    "list": {},
    "screen": {"on": datetime.date(2026, 11, 23), "workers": 1},
    "show": {},
    "report": {"into": "report.docx", "on": datetime.date(2026, 11, 23)},
    "impact": {"before": "2023-57", "after": "2025-28"},
    "judge": {"record": "A", "item": "battery-cathode-x", "judgement": "open", "because": "读过", "by": "王芳"},
    "runs": {},
    "delete": {"confirm": "p", "because": "完", "by": "王芳"},
}


@contextlib.contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Permissions mean nothing to root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture(
    params=[
        "a file",
        "under a file",
        "a link that leads nowhere",
        "a link to itself",
        "a name too long",
        "nobody's home",
    ]
)
def wrong(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "gone" / "away")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    place = {
        "a file": str(tmp_path / "file"),
        "under a file": str(tmp_path / "file" / "portfolios"),
        "a link that leads nowhere": str(tmp_path / "link"),
        "a link to itself": str(tmp_path / "round"),
        "a name too long": str(tmp_path / ("x" * 300)),
        "nobody's home": "~nobody-of-this-name/portfolios",
    }[request.param]
    monkeypatch.setenv(VARIABLE, place)
    return place


@pytest.mark.parametrize("what", PORTFOLIO)
def test_each_act_names_a_place_that_cannot_hold_portfolios(what: str, wrong: str, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text(ROWS, encoding="utf-8")
    asked = dict(ASKED[what])
    if what == "screen":
        asked["file"] = str(file)
    if "into" in asked:
        asked["into"] = str(tmp_path / asked["into"])
    with pytest.raises(MuluError) as refused:
        Desk(store=str(tmp_path / "mulu.db")).portfolio(AT, what, **({} if what == "list" else {"name": "p"}), **asked)
    said = refused.value.said
    assert said.id == "portfolios_place"
    for text in (said.zh, said.en):
        assert wrong in text
        assert VARIABLE in text


def test_the_command_the_api_and_the_page_say_the_same(wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    store = str(tmp_path / "mulu.db")
    assert cli.main(["--lang", "en", "portfolio", "list", "--store", store]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert wrong in told.err
    assert VARIABLE in told.err
    client = TestClient(
        application(Keeper(store), 8421), base_url="http://127.0.0.1:8421", raise_server_exceptions=False
    )
    for path in ("/api/v1/portfolios", "/api/v1/portfolios/p", "/api/v1/portfolios/p/runs"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert answer.json()["said"]["id"] == "portfolios_place"
        assert wrong in json.dumps(answer.json(), ensure_ascii=False)
    for path in (
        "/en/portfolios",
        "/en/portfolios/p",
        "/en/portfolios/p/records",
        "/en/portfolios/p/runs",
        "/en/portfolios/p/impact",
    ):
        page = client.get(path)
        assert page.status_code == 503, path
        assert VARIABLE in page.text


def test_a_folder_without_permission_is_named_and_one_that_can_only_be_read_too(monkeypatch: pytest.MonkeyPatch):
    whole = Path(tempfile.mkdtemp(dir="/tmp"))
    whole.chmod(0o755)
    try:
        file = whole / "rows.csv"
        file.write_text(ROWS, encoding="utf-8")
        folder = whole / "portfolios"
        monkeypatch.setenv(VARIABLE, str(folder))
        desk = Desk(store=str(whole / "mulu.db"))
        asked = {"file": str(file), **ASKED["screen"]}
        for name in ("p", "q"):
            desk.portfolio(AT, "screen", name, **asked)
        for one in folder.rglob("*"):
            one.chmod(0o555 if one.is_dir() else 0o444)
        (folder / "q").chmod(0o000)
        folder.chmod(0o555)
        with an_ordinary_user():
            listed = desk.portfolio(AT)["portfolios"]
            assert [(one["portfolio"], one["unusable"]["id"]) for one in listed] == [
                ("p", "portfolios_place"),
                ("q", "portfolios_place"),
            ]
            for name in ("p", "q", "new"):
                with pytest.raises(MuluError) as refused:
                    desk.portfolio(AT, "screen", name, **asked)
                assert refused.value.said.id == "portfolios_place", name
                assert str(folder / name) in refused.value.said.en
        folder.chmod(0o000)
        with an_ordinary_user():
            for what, given in (("list", {}), ("screen", {"name": "p", **asked})):
                with pytest.raises(MuluError, match="no permission"):
                    desk.portfolio(AT, what, **given)
    finally:
        folder.chmod(0o700)
        (folder / "q").chmod(0o700)
        shutil.rmtree(whole)

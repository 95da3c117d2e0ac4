"""Contracts at every door: read alike, shown with places, and accepted by a person, fact by fact."""

from __future__ import annotations

import datetime
import html
import json
import re
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import TestClient

from mulu.catalogue.editions import Catalogue
from mulu.client import Client
from mulu.desk import Desk
from mulu.determination.proposed import NotProposed
from mulu.errors import Misused, MuluError
from mulu.interfaces.cli.main import main
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.screening.engine import Screener

OPEN = Path(__file__).parents[2] / "quality" / "open" / "contracts"
FILE = OPEN / "battery-licence-zh.txt"
ON, PORT = "2026-11-23", 8779
DAY = datetime.date(2026, 11, 23)
AT = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


@pytest.fixture
def kept(tmp_path: Path, catalogue: Catalogue, screener: Screener) -> Desk:
    """A desk over a store with one case."""
    desk = Desk(store=str(tmp_path / "mulu.db"))
    desk.__dict__ |= {"catalogue": catalogue, "_engine": screener}
    desk.case(DAY, AT, "new", title="许可", technology="磷酸铁锂正极材料的制备", by="李明")
    return desk


@pytest.fixture
def server(kept: Desk) -> TestClient:
    keeper = Keeper(kept._store)
    keeper._current = kept
    app = application(keeper, PORT)
    return TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)


def test_each_clause_that_passes_technology_has_candidates_with_the_words_they_rest_on(kept: Desk):
    answer = kept.contract(str(FILE), DAY, AT)
    text = FILE.read_text(encoding="utf-8")
    licence = next(one for one in answer["clauses"] if one["id"] == "2.1")
    first = licence["candidates"][0]
    assert first["item"] == "battery-cathode-x" and first["flag"]
    passages = [place for point in first["points"] for place in point["passages"]]
    assert any(one["from"] == "definition" and one["clause"] and one["clause"].startswith("附件一") for one in passages)
    for one in passages:
        start, end = one["in_document"]
        assert text[start:end].strip()[:20] in text
    assert answer["candidates"][0]["item"] == "battery-cathode-x"
    assert "2.1" in [one["id"] for one in answer["candidates"][0]["clauses"]]
    silent = {one["id"]: one["screened"] for one in answer["clauses"]}
    assert not silent["8"] and not silent["2.3"]  # confidentiality; what is excluded
    assert answer["considered"]["held"] > 0 and answer["beyond_knowledge"] is False


def test_accepted_proposals_stand_in_the_case_with_their_source_and_nothing_else_does(kept: Desk):
    kept.contract(str(FILE), DAY, AT, case="c-1", accept=["mode", "crossing"], by="王芳")
    stands = kept.determine(AT, "C-1")
    assert stands["facts"].keys() == {"mode"} and stands["answers"].keys() == {"crossing"}
    assert stands["facts"]["mode"]["value"] == "M4+M5" and "第二条 2.1" in stands["facts"]["mode"]["source"]
    answer = stands["answers"]["crossing"]
    assert (answer["value"], answer["by"]) == ("yes", "王芳") and "Nordvik Cathode AB" in answer["source"]
    assert [one["act"] for one in kept.records("C-1")] == ["case.opened", "case.fact", "case.answered"]


def test_what_is_not_proposed_not_signed_for_or_without_a_case_is_refused_and_nothing_is_recorded(kept: Desk):
    with pytest.raises(NotProposed, match="no fact state_secret"):
        kept.contract(str(FILE), DAY, AT, case="C-1", accept=["mode", "state_secret"], by="王芳")
    with pytest.raises(Misused, match="`by`"):
        kept.contract(str(FILE), DAY, AT, case="C-1", accept=["mode"])
    with pytest.raises(Misused, match="together"):
        kept.contract(str(FILE), DAY, AT, accept=["mode"], by="王芳")
    with pytest.raises(MuluError, match="no case C-9"):
        kept.contract(str(FILE), DAY, AT, case="C-9", accept=["mode"], by="王芳")
    assert [one["act"] for one in kept.records("C-1")] == ["case.opened"]


def test_the_command_shows_and_records(kept: Desk, capsys, monkeypatch):
    from mulu.interfaces.cli import main as module

    monkeypatch.setattr(module, "Desk", lambda **_: kept)
    monkeypatch.setenv("COLUMNS", "300")
    arguments = ["contract", str(FILE), "--on", ON, "--case", "C-1", "--accept", "to", "--by", "王芳"]
    assert main([*arguments, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    for told in (
        "Nordvik Cathode AB",
        "licensee",
        "source code]",
        "✓ fact to=SE",
        "? fact mode=M4+M5",
        "C-1: to",
    ):
        assert told in shown
    assert main([*arguments, "--lang", "zh", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == ["to"]


def test_the_api_reads_and_records_as_the_desk_does(server: TestClient, kept: Desk):
    client = Client(http=server)
    answer = client.contract(FILE.name, FILE.read_bytes(), ON, case="C-1", accept=["from"], by="王芳")
    assert answer == kept.contract(str(FILE), DAY, AT, case="C-1", accept=["from"], by="王芳")
    document = server.get("/api/v1/openapi.json").json()
    schema = document["paths"]["/contracts"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer, {**schema, "components": document["components"]})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_reads_a_contract_and_each_proposal_is_accepted_by_its_own_form(server, kept, language):
    def form(page: str, name: str) -> dict[str, str]:
        part = next(one for one in re.findall(r"(?s)<form method=\"post\".*?</form>", page) if f'value="{name}"' in one)
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))

    asked = server.get(f"/{language}/contracts?on={ON}")
    sent = server.post(
        f"/{language}/contracts?on={ON}",
        data=form(asked.text, "contract"),
        files={"file": (FILE.name, FILE.read_bytes())},
    )
    assert sent.status_code == 303, sent.text[-300:]
    shown = server.get(sent.headers["location"])
    said = html.unescape(shown.text)
    for told in (
        "Nordvik Cathode AB",
        "2026-03-18",
        "battery-cathode-x",
        {"zh": "排除：源代码", "en": "excludes: source code"}[language],
    ):
        assert told in said
    address = sent.headers["location"].partition("#")[0]
    data = form(shown.text, "accept-mode")
    without = server.post(address, data={**data, "case": "C-1"})
    assert without.status_code == 422 and 'role="alert"' in without.text
    done = server.post(address, data={**data, "once": "other", "case": "C-1", "by": "王芳"})
    assert done.status_code == 303 and "accept-mode" in done.headers["location"]
    assert kept.determine(AT, "C-1")["facts"].keys() == {"mode"}
    assert "M4+M5" in server.get(f"/{language}/cases/C-1/determination").text
    assert server.get(f"/{language}/contracts/{'0' * 64}").status_code == 404
    no_file = server.post(f"/{language}/contracts", data={**form(asked.text, "contract"), "once": "third"})
    assert no_file.status_code == 422

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
    assert not silent["8"]  # confidentiality
    assert silent["2.3"]  # what is excluded is read too: it may refuse another thing than it names
    excluding = next(one for one in answer["clauses"] if one["id"] == "2.3")
    assert excluding["excludes"] and not excluding["types"]
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
    held = html.unescape(server.get(f"/{language}/cases/C-1/determination").text)
    assert {"zh": "M4 技术秘密转让或许可; M5 技术服务", "en": "M4 know-how; M5 technical service"}[language] in held
    assert server.get(f"/{language}/contracts/{'0' * 64}").status_code == 404
    no_file = server.post(f"/{language}/contracts", data={**form(asked.text, "contract"), "once": "third"})
    assert no_file.status_code == 422


SCREENED = {"screening": "S-1", "screened_on": ON, "screening_result": "no_hit"}


def test_accepted_facts_fill_the_event_that_opens_the_procedure_and_say_whence(kept: Desk):
    names = ["mode", "to", "supplier", "recipient", "channel", "technology"]
    kept.contract(str(FILE), DAY, AT, case="C-1", accept=names, by="王芳")
    given = [f"{name}={value}" for name, value in {**SCREENED, "technology": "T-1", "channel": "cooperation"}.items()]
    case = kept.case(DAY, AT, "C-1", "scope", by="李明", set=given)
    evidence, taken = case["history"][-1]["evidence"], case["history"][-1]["taken"]
    assert (evidence["mode"], evidence["destination"]) == ("M4+M5", "SE")
    assert evidence["parties"] == ["湖南恒岳新能源材料有限公司", "Nordvik Cathode AB"]
    assert evidence["channel"] == "cooperation" and "channel" not in taken  # what a person gives goes before
    assert taken["mode"] == {
        "value": "M4+M5",
        "facts": ["mode"],
        "places": [f"{FILE.name} 第二条 2.1"],
        "by": ["王芳"],
    }
    assert [one["body"].get("taken", {}).keys() >= {"mode", "parties"} for one in kept.records("C-1")][-1]


def test_an_event_lacks_what_no_accepted_fact_says(kept: Desk):
    kept.contract(str(FILE), DAY, AT, case="C-1", accept=["supplier"], by="王芳")
    with pytest.raises(MuluError, match=r"evidence is missing: .*parties"):
        kept.case(DAY, AT, "C-1", "scope", by="李明", set=[f"{k}={v}" for k, v in SCREENED.items()])


def test_a_fact_is_withdrawn_with_both_records_in_the_trail_and_what_rests_on_it_is_open_again(kept: Desk):
    kept.contract(str(FILE), DAY, AT, case="C-1", accept=["to", "mode", "crossing"], by="王芳")
    with pytest.raises(MuluError, match="`because`"):
        kept.determine(AT, "C-1", withdraw=["to"], by="李明")
    with pytest.raises(MuluError, match=r"no accepted fact date \(to, mode\)"):
        kept.determine(AT, "C-1", withdraw=["to", "date"], by="李明", because="错")
    assert len(kept.records("C-1")) == 4
    stands = kept.determine(AT, "C-1", withdraw=["to"], by="李明", because="受方实为其子公司")
    assert stands["facts"].keys() == {"mode"}
    assert (
        stands["answers"]["crossing"]["value"] is None
        and "受方实为其子公司" in stands["answers"]["crossing"]["because"]
    )
    acts = [(one["act"], one["by"]) for one in kept.records("C-1")]
    assert acts[-2:] == [("case.fact_withdrawn", "李明"), ("case.answered", "李明")] and ("case.fact", "王芳") in acts
    assert "destination" not in kept.case(DAY, AT, "C-1")["accepted"]


def test_a_fact_may_be_accepted_and_withdrawn_through_the_api_and_on_the_page(server: TestClient, kept: Desk):
    client = Client(http=server)
    client.contract(FILE.name, FILE.read_bytes(), ON, case="C-1", accept=["mode", "to"], by="王芳")
    assert client.determine("C-1", "李明", withdraw=["to"], because="重复")["facts"].keys() == {"mode"}
    page = server.get("/en/cases/C-1/determination").text
    part = next(
        one for one in re.findall(r"(?s)<form method=\"post\".*?</form>", page) if 'value="withdraw-mode"' in one
    )
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))
    refused = server.post("/en/cases/C-1/determination", data={**data, "by": "李明"})
    assert refused.status_code == 422 and "Reason" in refused.text
    done = server.post("/en/cases/C-1/determination", data={**data, "once": "b", "by": "李明", "because": "另一合同"})
    assert done.status_code == 303, done.text[-400:]
    assert kept.determine(AT, "C-1")["facts"] == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_case_says_what_an_event_takes_from_the_contract(server, kept, language):
    kept.contract(str(FILE), DAY, AT, case="C-1", accept=["mode", "to"], by="王芳")
    page = html.unescape(server.get(f"/{language}/cases/C-1?on={ON}").text)
    assert {"zh": "留空则取自合同", "en": "taken from the contract"}[language] in page and "M4+M5" in page


def test_papers_print_accepted_facts_with_their_place_and_what_the_case_says_goes_before(kept: Desk):
    from mulu.reports.forms import APPLICATION, REGISTRATION, filled, text_of
    from mulu.reports.model import Writer
    from mulu.reports.papers import languages_of

    names = ["mode", "to", "from", "supplier", "recipient", "date", "royalty", "royalty_rate", "consideration"]
    kept.contract(str(FILE), DAY, AT, case="C-1", accept=names, by="王芳")
    w = Writer(languages_of("both"))
    values = kept._paper_values("C-1", DAY)
    held = {name: text_of(line) for name, line in filled(REGISTRATION, w, values, {}).values.items()}
    assert "M4 技术秘密转让或许可" in held["mode"] and "M5" in held["mode"]
    assert (
        "湖南恒岳新能源材料有限公司" in held["supplier"] and "据合同" in held["supplier"] and "王芳" in held["supplier"]
    )
    assert held["recipient_country"].startswith("瑞典（SE）") and held["supplier_country"].startswith("中国（CN）")
    assert "2026-03-18" in held["signed_on"] and held["contract_amount"].startswith(("CNY", "EUR", "USD"))
    assert held["agent"] == ""
    given = [f"{k}={v}" for k, v in {**SCREENED, "technology": "T-1", "description": "d", "channel": "trade"}.items()]
    kept.case(DAY, AT, "C-1", "scope", by="李明", set=[*given, "destination=DE", "parties=甲; 乙"])
    values = kept._paper_values("C-1", DAY)
    destination = text_of(filled(APPLICATION, w, values, {}).values["destination"])
    assert destination.startswith("德国（DE）Germany (DE)") and "the contract says: 瑞典（SE）" in destination

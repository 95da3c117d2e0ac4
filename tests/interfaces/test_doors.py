"""Every act is offered by the doors that it declares and by no other, and all doors give the same facts."""

from __future__ import annotations

import datetime
import inspect
import json
import re
import shutil
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from starlette.routing import Mount
from starlette.testclient import TestClient

from mulu.client import Client, PaperAsked, RecordsAsked, RecordsFiltered
from mulu.desk import ACTS, EXPORTS, Desk
from mulu.interfaces import web
from mulu.interfaces.agents import TOOLS
from mulu.interfaces.api.table import CERTIFICATE, DIGEST, DOCUMENT, ROUTES, TEXT, asked
from mulu.interfaces.cli.main import main, program
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
from mulu.interfaces.web import PAGES
from mulu.vocabulary import Language

PORT = 8771
ON = "2026-11-23"
DAY = datetime.date(2026, 11, 23)
AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)


def test_the_commands_are_the_acts_that_declare_the_command_line():
    assert set(program(Language.EN).commands) == {act.name for act in ACTS if "cli" in act.doors}


def test_the_addresses_are_those_of_the_acts_that_declare_the_api():
    assert {route.act for route in ROUTES} == {act.name for act in ACTS if "api" in act.doors}


def test_the_acts_that_declare_the_page_have_one_and_no_others():
    addresses = {
        route.path
        for route in chain.from_iterable(m.routes for m in web.routes() if isinstance(m, Mount) and "lang" in m.path)
    }
    assert set(PAGES) == {act.name for act in ACTS if "page" in act.doors}
    assert set(PAGES.values()) <= addresses


def test_the_tools_of_agents_are_the_acts_that_declare_their_door():
    assert {tool.act for tool in TOOLS} == {act.name for act in ACTS if "mcp" in act.doors}


def test_limits_penalties_and_numbers_are_reckoned_on_the_page_as_elsewhere(tmp_path):
    server = TestClient(application(Keeper(str(tmp_path / "s.db")), PORT), base_url=f"http://127.0.0.1:{PORT}")
    desk = Desk(store=str(tmp_path / "s.db"))
    for language in ("zh", "en"):
        shown = server.get(f"/{language}/reckoning", params={"start": "2026-08-02", "limit": "registration"})
        (limit,) = desk.deadline(datetime.date(2026, 8, 2), "registration")["limits"]
        assert (
            shown.status_code == 200
            and limit["day"] in shown.text
            and str(escape(limit["said"][language])) in shown.text
        )
        shown = server.get(
            f"/{language}/reckoning", params={"on": ON, "breach": "unlicensed-export", "gains": "120,000"}
        )
        (penalty,) = desk.penalty(DAY, "unlicensed-export", 120_000)["penalties"]
        assert all(str(escape(one["says"][language])) in shown.text for one in penalty["sanctions"])
        shown = server.get(f"/{language}/reckoning", params={"number": "0123400012"})
        assert all(one[language] in shown.text for one in desk.number("0123400012")["doubts"])
    for wrong in (
        {"start": "2026-02-30"},
        {"start": "2026-08-02", "limit": "no-such"},
        {"breach": "x"},
        {"breach": "unlicensed-export", "gains": "much"},
    ):
        told = server.get("/en/reckoning", params=wrong)
        assert told.status_code == 422 and 'role="alert"' in told.text


def test_the_methods_of_the_desk_are_the_acts_that_declare_python():
    for act in ACTS:
        assert hasattr(Desk, act.method) is ("python" in act.doors), act.name


def test_every_parameter_of_an_act_can_be_given_at_an_address_of_it_unless_it_names_a_file_of_the_machine():
    for act in ACTS:
        routes = [route for route in ROUTES if route.act == act.name]
        if not routes:
            continue
        offered = {one.argument.name for route in routes for one in asked(route)}
        fixed = {name for route in routes for name in route.fixed}
        local = {argument.name for argument in act.arguments if argument.local}
        assert not offered & local
        assert offered | fixed >= {argument.name for argument in act.arguments} - local


def test_no_address_takes_a_file_of_the_machine():
    for route in ROUTES:
        for one in asked(route):
            assert not one.argument.local
            assert one.argument.kind not in ("file", "files")


def test_a_day_is_never_assumed():
    for route in ROUTES:
        for one in asked(route):
            if one.argument.name == "on":
                assert one.required is (route.body != "rows"), route.path


def test_the_client_has_a_method_for_every_address_with_all_that_is_asked_there():
    own = {"key", "data", "evidence"}
    for route in ROUTES:
        parameters = set(inspect.signature(getattr(Client, route.name)).parameters) - {"self"} - own
        if "asked" in parameters:  # told once for several methods
            told = {"portfolio": RecordsAsked, "portfolio_parquet": RecordsFiltered}.get(route.name, PaperAsked)
            parameters = parameters - {"asked"} | set(told.__annotations__)
        wanted = {one.argument.name for one in asked(route)}
        if route.name == "record_event":
            wanted -= {"set"}  # a mapping there
        if route.body == "rows":
            wanted |= {"rows"}
        assert parameters == wanted, route.name


# ---- the same answers -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, folio: Path) -> str:
    """A store with a case, screened and answered in part, a document that is attested and applied, and a portfolio."""
    folder = tmp_path_factory.mktemp("doors")
    shutil.copytree(folio, folder / folio.name)
    place = str(folder / "mulu.db")
    desk = Desk(store=place)
    desk.case(DAY, AT, "new", title="许可", technology=TEXT, by="李")
    desk.determine(AT, "C-1", screen=True, answer=["crossing=yes"], because="合同", by="李")
    paper = folder / "announcement.txt"
    paper.write_bytes(DOCUMENT)
    desk.import_(str(paper), AT)
    desk.attest(DIGEST, AT, "李", "https://www.example.org/", DAY)
    desk.apply(DIGEST, AT)
    return place


@pytest.fixture(scope="module")
def server(store: str) -> TestClient:
    return TestClient(application(Keeper(store), PORT), base_url=f"http://127.0.0.1:{PORT}")


READS: tuple[tuple[list[str], str, dict[str, Any], str, tuple[Any, ...], dict[str, Any]], ...] = (
    (["items", "--on", ON], "/items", {"on": ON}, "items", (DAY,), {}),
    (["items", "--on", ON, "--control", "prohibited", "--query", "稀土"], "/items", {"on": ON, "control": "prohibited", "query": "稀土"}, "items", (DAY,), {"control": "prohibited", "query": "稀土"}),
    (["items", "--on", ON, "--draft", "draft-2022-12-30"], "/items", {"on": ON, "draft": "draft-2022-12-30"}, "items", (DAY, "draft-2022-12-30"), {}),
    (["show", "252604X", "--on", ON], "/items/252604X", {"on": ON}, "show", ("252604X", DAY), {}),
    (["show", "uav-x", "--on", "2020-09-01"], "/items/uav-x", {"on": "2020-09-01"}, "show", ("uav-x", datetime.date(2020, 9, 1)), {}),
    (["history", "uav-x"], "/items/uav-x/history", {}, "history", ("uav-x",), {}),
    (["diff", "2023-57", "2025-28"], "/diff", {"before": "2023-57", "after": "2025-28"}, "diff", ("2023-57", "2025-28"), {}),
    (["coverage"], "/coverage", {}, "coverage", (), {}),
    (["coverage", "--as-known", "2026.11.1"], "/coverage", {"as_known": "2026.11.1"}, "coverage", (), {"as_known": "2026.11.1"}),
    (["standing", "--on", ON], "/standing", {"on": ON}, "standing", (DAY,), {}),
    (["deadline", "2026-09-28", "--limit", "registration"], "/deadlines", {"start": "2026-09-28", "limit": "registration"}, "deadline", (datetime.date(2026, 9, 28),), {"limit": "registration"}),
    (["deadline", "2026-09-28"], "/deadlines", {"start": "2026-09-28"}, "deadline", (datetime.date(2026, 9, 28),), {}),
    (["deadline", "2026-09-28", "--days", "10", "--unit", "wd", "--pause", "2026-09-29..2026-10-12"], "/deadlines", {"start": "2026-09-28", "days": 10, "unit": "wd", "pause": "2026-09-29..2026-10-12"}, "deadline", (datetime.date(2026, 9, 28),), {"days": 10, "unit": "wd", "pause": ["2026-09-29..2026-10-12"]}),
    (["penalty", "--on", ON, "--gains", "100000.5"], "/penalties", {"on": ON, "gains": 100000.5}, "penalty", (DAY,), {"gains": 100000.5}),
    (["number", "26USBJY39ABC001"], "/contract-numbers/26USBJY39ABC001", {}, "number", ("26USBJY39ABC001",), {}),
    (["case", "--on", ON], "/cases", {"on": ON}, "case", (DAY, AT), {}),
    (["case", "C-1", "--on", ON], "/cases/C-1", {"on": ON}, "case", (DAY, AT, "C-1"), {}),
    (["determine", "C-1"], "/cases/C-1/determination", {}, "determine", (AT, "C-1"), {}),
    (["confirm", DIGEST], f"/documents/{DIGEST}/confirmation", {}, "confirm", (DIGEST, AT), {}),
    (["documents"], "/documents", {}, "documents", (), {}),
    (["trail"], "/trail", {}, "trail", (), {}),
    (["paper", "C-1", "memo", "--on", ON, "--form", "pdf"], "/cases/C-1/papers/memo", {"on": ON, "form": "pdf"}, "paper", ("C-1", "memo", DAY), {"form": "pdf"}),
    (["paper", "C-1", "application", "--on", ON, "--language", "zh", "--set", "applicant=甲"], "/cases/C-1/papers/application", {"on": ON, "language": "zh", "set": "applicant=甲"}, "paper", ("C-1", "application", DAY), {"language": "zh", "set": ["applicant=甲"]}),
    (["paper", "--fields", "change"], "/papers/change", {}, "paper", (), {"fields": "change"}),
    (["matrix", "--on", ON], "/matrix", {"on": ON}, "matrix", (DAY, AT), {}),
    (["portfolio"], "/portfolios", {}, "portfolio", (AT,), {}),
    (["portfolio", "show", "example"], "/portfolios/example", {}, "portfolio", (AT, "show", "example"), {}),
    (["portfolio", "show", "example", "--country", "US", "--which", "all", "--limit", "1"], "/portfolios/example", {"country": "US", "which": "all", "limit": 1}, "portfolio", (AT, "show", "example"), {"country": "US", "which": "all", "limit": 1}),
    (["portfolio", "show", "example", "--record", "P/4"], "/portfolios/example/record", {"record": "P/4"}, "portfolio", (AT, "show", "example"), {"record": "P/4"}),
    (["portfolio", "runs", "example"], "/portfolios/example/runs", {}, "portfolio", (AT, "runs", "example"), {}),
    (["screen", TEXT, "--on", ON, "--record", "--explain", "--top", "3"], "POST /screen", {"text": TEXT, "on": ON, "record": True, "explain": True, "top": 3}, "screen", (TEXT, DAY), {"record": True, "explain": True, "top": 3}),
)  # fmt: skip


def test_every_act_that_only_reads_is_compared():
    # `draft` has no command, a certificate and an export are files; every other act of the API that is missing here leaves a record.
    writing = {"draft", "contract", "certificate", "export", "import", "attest", "apply", "undo", "withdraw"}
    assert {command[0] for command, *_ in READS} == {act.name for act in ACTS if "api" in act.doors} - writing


@pytest.mark.parametrize("read", READS, ids=lambda read: " ".join(read[0])[:60])
def test_the_doors_give_the_same_answer(read, server: TestClient, store: str, capsys):
    command, address, asked_there, method, positional, named = read
    assert main([*command, "--format", "json", "--store", store, "--lang", "en"]) == 0
    by_command = json.loads(capsys.readouterr().out)
    if address.startswith("POST "):
        answer = server.post("/api/v1" + address.removeprefix("POST "), json=asked_there)
    else:
        answer = server.get(f"/api/v1{address}", params=asked_there)
    assert answer.status_code == 200, answer.text
    desk = Desk(store=store, as_known=named.pop("as_known", None))
    by_python = getattr(desk, method)(*positional, **named)
    assert answer.json() == by_command
    assert by_python == by_command


def test_a_batch_gives_the_lines_that_the_command_writes(server: TestClient, store: str, capsys, tmp_path: Path):
    rows = [
        {"id": "a", "text": TEXT},
        {"id": "b", "text": "A booking platform for small hotels.", "on": "2024-01-01", "own": 1},
    ]
    table = tmp_path / "rows.jsonl"
    table.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert (
        main(["screen", "--input", str(table), "--format", "jsonl", "--on", ON, "--store", store, "--lang", "en"]) == 0
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    headers = {"Content-Type": "application/x-ndjson"}
    answer = server.post("/api/v1/screen/batch", params={"on": ON}, content=table.read_bytes(), headers=headers)
    given = [json.loads(line) for line in answer.text.splitlines()]
    assert given[:-1] == lines
    assert given[-1] == {"counts": {"rows": 2, "answered": 2, "refused": 0, "flagged": 1}}


def test_an_export_is_the_same_file_at_every_door(server: TestClient, store: str, tmp_path: Path):
    wanted = {"what": "2023-57..2025-28", "formats": ["csv", "xlsx"]}
    written = [tmp_path / "command.zip", tmp_path / "python.zip"]
    command = ["export", wanted["what"], "--formats", "csv,xlsx", "--on", ON, "--into", str(written[0])]
    assert main([*command, "--store", store]) == 0
    Desk(store=store).export(DAY, **wanted, into=str(written[1]))
    by_api = server.get("/api/v1/export", params={"on": ON, **wanted})
    by_page = server.get("/zh/exports/download", params={"on": ON, **wanted})
    by_client = Client(http=server).export(ON, wanted["formats"], what=wanted["what"])
    assert {by_api.content, by_page.content, by_client, *(one.read_bytes() for one in written)} == {by_api.content}
    assert by_api.headers["content-type"] == by_page.headers["content-type"] == "application/zip"
    for wrong in ({"what": "2023-57..2025-28", "formats": "akn"}, {"what": "nothing", "formats": "csv"}):
        assert server.get("/api/v1/export", params={"on": ON, **wrong}).status_code == 422
        told = server.get("/en/exports/download", params={"on": ON, **wrong})
        assert told.status_code in (404, 422) and 'role="alert"' in told.text


def test_the_page_offers_every_export(server: TestClient):
    shown = server.get("/zh/exports", params={"on": ON}).text
    for name in EXPORTS:
        assert f'name="formats" value="{name}"' in shown
    for edition in Desk().catalogue.editions:
        assert f'value="{edition}"' in shown


def test_a_draft_is_what_the_file_of_facts_gives(server: TestClient, store: str, capsys):
    row = json.loads(Path("examples/facts.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert main(["determine", "--facts", "examples/facts.jsonl", "--format", "json", "--store", store]) == 0
    by_command = json.loads(capsys.readouterr().out)["rows"][0]
    del by_command["id"]
    assert server.post("/api/v1/drafts", json={"facts": row["facts"]}).json() == by_command
    assert Desk(store=store).draft(row["facts"]) == by_command


def test_a_certificate_is_checked_alike_at_every_door(server: TestClient, store: str, capsys, tmp_path: Path):
    key, made = tmp_path / "k.pem", tmp_path / "c.json"
    assert main(["certificate", "key", "--into", str(key)]) == 0
    assert (
        main(["certificate", "make", TEXT, "--on", ON, "--key", str(key), "--into", str(made), "--store", store]) == 0
    )
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    public = Path(f"{key}.pub").read_text(encoding="utf-8")
    capsys.readouterr()
    for asked_there, options, code, verdict in (
        (
            {"text": TEXT, "public": public},
            ["--text", str(tmp_path / "text.txt"), "--public", f"{key}.pub"],
            0,
            "reproduced",
        ),
        ({"public": public}, ["--public", f"{key}.pub"], 4, "not replayable here"),
        ({"text": TEXT}, ["--text", str(tmp_path / "text.txt")], 5, "holder not known"),
    ):
        command = ["certificate", "verify", str(made), *options, "--format", "json", "--store", store]
        assert main(command) == code
        by_command = json.loads(capsys.readouterr().out)
        assert by_command["verdict"] == verdict
        given = made.read_text(encoding="utf-8")
        assert Client(http=server).verify_certificate(given, **asked_there) == by_command
        moment = datetime.datetime.now(datetime.UTC)
        assert Desk(store=store).certificate("verify", moment, given, **asked_there) == by_command
        for language in ("zh", "en"):
            shown = checked_on_the_page(server, language, made.read_bytes(), asked_there)
            assert str(escape(by_command["says"][language])) in shown.text
            assert str(escape(by_command["replay"]["said"][language])) in shown.text
    altered = given.replace("2025-28", "2023-57")
    refused = server.post("/api/v1/certificates/verification", json={"given": altered})
    assert refused.status_code == 422
    for language in ("zh", "en"):
        shown = checked_on_the_page(server, language, altered.encode(), {})
        assert shown.status_code == 422
        assert str(escape(refused.json()["said"][language])) in shown.text
    made.write_text(altered, encoding="utf-8")
    assert main(["certificate", "verify", str(made), "--store", store]) == 1


def test_a_certificate_of_a_portfolio_is_checked_through_the_doors_as_far_as_no_table_goes(
    server: TestClient, desk: Desk, tmp_path: Path
):
    (tmp_path / "t.csv").write_text(f'id,text\na,"{TEXT}"\n', encoding="utf-8")
    here = Desk(desk.catalogue, str(tmp_path / "again.db"))
    here.__dict__["_engine"] = desk._engine
    here.__dict__["portfolios"] = here.portfolios_apart(tmp_path, here=True)
    moment, made = datetime.datetime.now(datetime.UTC), tmp_path / "c.json"
    here.portfolio(moment, "screen", "p", on=datetime.date.fromisoformat(ON), file=str(tmp_path / "t.csv"))
    here.certificate("key", moment, into=str(tmp_path / "k.pem"))
    here.certificate("make", moment, portfolio="p", key=str(tmp_path / "k.pem"), into=str(made))
    public = (tmp_path / "k.pem.pub").read_text(encoding="utf-8")
    answer = Client(http=server).verify_certificate(made.read_text(encoding="utf-8"), public=public)
    assert (answer["kind"], answer["verdict"]) == ("portfolio", "not replayable here")
    assert [one["id"] for one in answer["replay"]["because"]] == ["table_not_given"]
    for language, digest in (("zh", "表的摘要"), ("en", "Digest of the table")):
        shown = checked_on_the_page(server, language, made.read_bytes(), {"public": public})
        assert str(escape(answer["says"][language])) in shown.text
        assert str(escape(answer["replay"]["because"][0][language])) in shown.text
        assert digest in shown.text


def checked_on_the_page(server: TestClient, language: str, certificate: bytes, given: dict[str, str]) -> Any:
    """The page after a certificate was dropped on it, with what is known of its key and text."""
    address = f"/{language}/certificate"
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', server.get(address).text)[1]
    files = {"certificate": ("c.json", certificate)}
    if "public" in given:
        files["public"] = ("k.pub", given["public"].encode())
    return server.post(address, data={"csrf": token, "form": "check", "text": given.get("text", "")}, files=files)


def test_the_page_asks_for_a_certificate_and_tells_what_is_wrong_with_a_key(server: TestClient):
    for given, files in (({}, {}), ({"fingerprint": "12"}, {"certificate": ("c.json", CERTIFICATE.encode())})):
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', server.get("/en/certificate").text)[1]
        shown = server.post("/en/certificate", data={"csrf": token, "form": "check", **given}, files=files or None)
        assert shown.status_code == 422
        assert 'role="alert"' in shown.text
    assert 'href="/en/certificate' in server.get("/en/").text


def test_the_client_gives_what_the_server_gives(server: TestClient):
    client = Client(http=server)
    assert client.item("252604X", DAY) == server.get("/api/v1/items/252604X", params={"on": ON}).json()
    assert client.screen(TEXT, ON)["candidates"][0]["item"] == "battery-cathode-x"


def test_no_address_of_the_api_is_named_twice():
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert set(route.in_path) <= {argument.name for argument in route.of.arguments}
        assert re.fullmatch(r"(/[a-z{}-]+)+", route.path)


def test_every_address_that_the_page_on_the_api_names_is_one():
    text = Path("docs/api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"/api/v1(/[a-z0-9/{}.-]*)", text))
    assert len(named) > 6
    assert named <= {route.path for route in ROUTES} | {"/", "/openapi.json"}


def test_every_address_is_listed_with_all_that_is_asked_there():
    text = Path("docs/addresses.md").read_text(encoding="utf-8")
    for route in ROUTES:
        _, _, section = text.partition(f"## {route.method} /api/v1{route.path}\n")
        section = section.partition("\n## ")[0]
        for one in asked(route):
            assert f"- `{one.argument.name}`{'*' if one.required else ''} in {one.place}" in section, route

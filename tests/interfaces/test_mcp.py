"""The agents' door, through the protocol's own client and as a table of tools.

The transcript beside this file is what a client sees. Where a change of it is meant, write it anew and read the difference:
MULU_WRITE_TRANSCRIPT=1 python -m pytest tests/interfaces/test_mcp.py
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import anyio
import httpx
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp_types import INVALID_PARAMS

from mulu.desk import ACTS, Desk
from mulu.determination import facts as facts_module
from mulu.errors import Misused, MuluError
from mulu.interfaces.agents import FACTS, GREATEST, LEAST, MOST_BYTES, TOOLS, tool_named
from mulu.interfaces.agents import ask as asked_of
from mulu.interfaces.cli.main import main
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.mcp import answered
from mulu.interfaces.small import part_of, size

TRANSCRIPT = Path(__file__).parent / "mcp_transcript.json"
ON, DRAFT = "2026-11-01", "draft-2022-12-30"
TEXT = "磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结，压实密度2.62 g/cm³，克容量156 mAh/g。"
FACT = {"technology": TEXT, "from": "CN", "to": "DE", "date": "2026-05-01", "mode": "M4"}
CALLS = [
    ("coverage", {}),
    ("find_items", {"on": ON, "query": "电池"}),
    ("find_items", {"on": ON, "control": "restricted", "part": "/items", "skip": 60}),
    ("show_item", {"name": "252604X", "on": ON}),
    ("item_history", {"name": "battery-cathode-x"}),
    ("compare_editions", {"before": "2023-57", "after": "2025-28"}),
    ("standing", {"on": ON}),
    ("screen", {"text": TEXT, "on": ON}),
    ("screen", {"text": TEXT, "on": ON, "part": "/candidates/0/points/0/evidence"}),
    ("screen", {"text": TEXT, "on": ON, "record": True, "part": "/excluded/items"}),
    ("screen", {"text": "A hotel booking page with rooms and breakfast for guests.", "on": "2027-03-01"}),
    (
        "screen",
        {"text": "A process for growing silicon wafers for solar cells.", "on": ON, "draft": DRAFT},
    ),
    ("deadline", {"start": ON, "limit": "registration"}),
    ("penalty", {"on": ON, "breach": "prohibited-export"}),
    ("draft_determination", {"facts": FACT}),
    ("show_item", {"name": "no-such-item", "on": ON}),
    ("show_item", {"name": "uav-x", "on": "2026/11/01"}),
    ("show_item", {"name": "uav-x"}),
    ("find_items", {"on": ON, "sector": "batteries"}),
    ("screen", {"text": TEXT, "on": ON, "part": "/candidates/99"}),
]
ERRORS = 5  # the last calls


def ask(tool, given, desk):
    return asked_of(tool, given, lambda _: desk)


async def converse(server, mode="legacy"):
    """All that a client asks, and what it is told."""
    async with Client(server, mode=mode) as client:
        told = [
            {"ask": "initialize", "told": {"server": _plain(client.server_info), "instructions": client.instructions}}
        ]
        tools = (await client.list_tools()).tools
        told.append({"ask": "tools/list", "told": [_plain(tool) for tool in tools]})
        for name, arguments in CALLS:
            result = await client.call_tool(name, arguments)
            (content,) = result.content
            text = json.loads(content.text)
            if result.is_error:
                assert result.structured_content is None
            else:
                assert result.structured_content == text
            told.append({"ask": name, "arguments": arguments, "error": result.is_error, "told": text})
        with pytest.raises(MCPError) as refused:
            await client.call_tool("sign", {})
        assert refused.value.code == INVALID_PARAMS
        told.append({"ask": "sign", "error": True, "told": refused.value.message})
    return told


def _plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def normalised(told, desk):
    """Without what changes with each release of the data or the engine."""
    text = json.dumps(told, ensure_ascii=False)
    text = text.replace(desk.catalogue.version, "DATA").replace(desk.catalogue.known_to.isoformat(), "KNOWN-TO")
    text = re.sub(r'"engine": "[^"]*"', '"engine": "ENGINE"', text)
    text = re.sub(r'"(score|strength|weight|operating_point|base_rate)": [0-9.e-]+', r'"\1": 0', text)
    return json.loads(re.sub(r'"version": "[0-9.]+"', '"version": "VERSION"', text))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A store with a case in it."""
    path = tmp_path_factory.mktemp("agents") / "store.db"
    made = ["case", "new", "--title", "T", "--technology", TEXT, "--by", "Li", "--on", ON, "--store", str(path)]
    assert main(made) == 0
    return path


def _environment(place):
    return {**os.environ, "MULU_STORE": str(place), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def _digests(place):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(place.parent.iterdir())}


@pytest.fixture(scope="module")
def over_streams(place):
    before = _digests(place)
    server = StdioServerParameters(command=sys.executable, args=["-m", "mulu", "mcp"], env=_environment(place))
    told = anyio.run(lambda: converse(stdio_client(server)))
    assert _digests(place) == before, "an agent changed the store"
    return told


@pytest.fixture(scope="module")
def address(place):
    """Where a running `mulu serve` is; nothing of a request may stand in what it logs."""
    with subprocess.Popen(
        [sys.executable, "-m", "mulu", "serve", "--port", "0", "--lang", "en"],
        env={**_environment(place), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            yield re.search(r"http://[0-9.:]+/", served.stdout.readline())[0]
        finally:
            served.terminate()
            _, logged = served.communicate(timeout=30)
    assert logged == ""


# ---- the transcript ------------------------------------------------------------------------------------------------


def test_the_transcript_of_a_client_is_as_it_was_read(over_streams, desk):
    told = normalised(over_streams, desk)
    if os.environ.get("MULU_WRITE_TRANSCRIPT"):
        TRANSCRIPT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert told == json.loads(TRANSCRIPT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_http_tells_what_the_streams_tell(over_streams, address, mode):
    assert anyio.run(lambda: converse(f"{address}mcp", mode)) == over_streams


def test_each_structured_answer_fits_its_schema_and_the_size(over_streams):
    schemas = {tool["name"]: tool["outputSchema"] for tool in over_streams[1]["told"]}
    answers = [one for one in over_streams[2:] if not one["error"]]
    assert len(answers) == len(CALLS) - ERRORS
    for one in answers:
        Draft202012Validator.check_schema(schemas[one["ask"]])
        Draft202012Validator(schemas[one["ask"]]).validate(one["told"])
        assert size(one["told"]) <= MOST_BYTES


def test_each_answer_cites_and_says_how_it_is_to_be_read(over_streams, desk):
    for one in over_streams[2:]:
        if one["error"]:
            continue
        told = one["told"]
        assert told["data"] == desk.catalogue.version
        for language in ("zh", "en"):
            assert desk.catalogue.version in told["citation"][language]
            assert told["reading"][language]
        cited = {source["id"] for source in told["cited"]}
        assert cited == set(_sources(told))
        if told.get("edition"):
            assert told["edition"] in told["citation"]["en"]


def _sources(value):
    if isinstance(value, list):
        for one in value:
            yield from _sources(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "source":
                yield one
            elif key == "sources" and isinstance(one, list):
                yield from one
            else:
                yield from _sources(one)


def test_an_error_is_told_in_both_languages_with_the_remedy(over_streams):
    errors = [one["told"]["error"] for one in over_streams[2:-1] if one["error"]]
    assert [error["id"] for error in errors] == [
        "unknown_item_or_code",
        "malformed_day",
        "bad_argument",
        "bad_argument",
        "no_such_part",
    ]
    for error in errors:
        assert re.search(r"[\u4e00-\u9fff]", error["zh"])
        assert error["en"]
    assert "`find_items` lists what is held" in errors[0]["en"]
    assert "`find_items`" in errors[0]["zh"]
    assert "YYYY-MM-DD" in errors[1]["en"]
    assert "The argument on of the tool show_item is required" in errors[2]["en"]
    assert "'sector'" in errors[3]["en"]
    assert "query" in errors[3]["en"]  # what it does take


def test_results_are_worded_as_candidates_and_what_is_beyond_knowledge_is_said_loudly(over_streams):
    screened = [one["told"] for one in over_streams if one["ask"] == "screen" and not one["error"]]
    for told in screened:
        assert "candidates with reasons, not conclusions" in told["reading"]["en"]
        assert "不是结论" in told["reading"]["zh"]
    late = next(told for told in screened if told["on"] == "2027-03-01")
    assert late["beyond_knowledge"]
    assert all(one["beyond_knowledge"] for one in late["candidates"])
    assert late["reading"]["en"].startswith("BEYOND KNOWLEDGE")
    assert late["reading"]["zh"].startswith("注意")
    assert "No candidate passes" in late["reading"]["en"]
    assert f"Compared with {late['considered']['held']} items held" in late["reading"]["en"]
    draft = next(told for told in screened if told["draft"])
    assert "never in force" in draft["citation"]["en"]


def test_instructions_and_descriptions_forbid_to_conclude(over_streams):
    instructions = over_streams[0]["told"]["instructions"]
    assert "Call coverage first" in instructions
    assert "请先调用 coverage" in instructions
    assert "Never present an answer as a determination" in instructions
    tools = {tool["name"]: tool for tool in over_streams[1]["told"]}
    assert next(iter(tools)) == "coverage"
    assert "never a conclusion" in tools["screen"]["description"]
    assert "signed is always false" in tools["draft_determination"]["description"]


# ---- the table of tools --------------------------------------------------------------------------------------------


def test_each_act_that_declares_this_door_has_its_tool_and_no_other_has():
    assert sorted(tool.act for tool in TOOLS) == sorted(act.name for act in ACTS if "mcp" in act.doors)
    assert len({tool.name for tool in TOOLS}) == len(TOOLS) <= 10


def test_no_tool_records_anything():
    assert not any(tool.of.timed for tool in TOOLS)
    kept = {"determine", "case", "attest", "apply", "undo", "withdraw", "confirm", "import", "backup", "restore"}
    assert not kept & {tool.act for tool in TOOLS}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda t: t.name)
def test_a_tool_takes_the_arguments_of_its_act_and_needs_the_day(tool):
    schema = tool.takes()
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    own = {"as_known", "part", "skip", "most_bytes"}
    assert set(schema["properties"]) - own == {a.name for a in tool.of.arguments if not a.local}
    assert ("on" in schema["properties"]) == ("on" in schema["required"])
    for argument in tool.arguments:
        described = schema["properties"][argument.name]["description"]
        assert re.search(r"[\u4e00-\u9fff]", described)
        assert re.search(r"[a-z]{2}", described)


def test_the_facts_of_the_schema_are_those_that_are_read():
    names = (*facts_module._OTHERS, *facts_module._ASIDE, *facts_module._FLAGS, *facts_module._DAYS)
    assert set(FACTS) == set(names)
    for name in ("mode", "channel", "temporary_measure", "unit"):
        for value in FACTS[name].get("enum", ()):
            facts_module.read_facts({name: value, **({"n": 1} if name == "unit" and value else {})})


@pytest.mark.parametrize(
    ("tool", "given", "id_"),
    [
        ("screen", {"text": 5, "on": ON}, "bad_argument"),
        ("screen", {"text": TEXT, "on": 20261101}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "top": "5"}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "top": True}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "top": 0}, "out_of_range"),
        ("screen", {"text": TEXT, "on": ON, "base_rate": "x"}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "record": 1}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "weights": "/etc/passwd"}, "bad_argument"),
        ("screen", {"text": TEXT, "on": ON, "as_known": 7}, "bad_argument"),
        ("find_items", {"on": ON, "control": "both"}, "bad_argument"),
        ("find_items", {"on": ON, "most_bytes": LEAST - 1}, "bad_argument"),
        ("find_items", {"on": ON, "skip": 3}, "bad_argument"),
        ("find_items", {"on": ON, "part": 3}, "bad_argument"),
        ("find_items", {"on": ON, "part": "/items", "skip": 10_000}, "no_such_part"),
        ("deadline", {"start": ON, "pause": "x"}, "bad_argument"),
        ("deadline", {"start": ON, "notice": ["/etc/passwd"]}, "bad_argument"),
        ("draft_determination", {"facts": []}, "bad_argument"),
        ("draft_determination", {}, "bad_argument"),
        ("draft_determination", {"facts": {"date": "tomorrow"}}, "fact_refused"),
        ("coverage", {"on": ON}, "bad_argument"),
        ("show_item", {"name": "uav-x", "on": "1999-01-01"}, None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(tool, given, id_, desk):
    with pytest.raises(MuluError) as refused:
        ask(tool_named(tool), given, desk)
    if id_ is not None:
        assert refused.value.said.id == id_
        assert isinstance(refused.value, Misused)


def test_what_is_null_is_not_given(desk):
    asked = {"on": ON, "query": "电池", "control": None, "draft": None, "part": None, "skip": None, "most_bytes": None}
    assert ask(tool_named("find_items"), asked, desk) == ask(
        tool_named("find_items"), {"on": ON, "query": "电池"}, desk
    )


# ---- the facts -----------------------------------------------------------------------------------------------------

WHOLE = [
    ("coverage", {}, lambda d: d.coverage()),
    ("find_items", {"on": ON}, lambda d: d.items(datetime.date(2026, 11, 1))),
    ("show_item", {"name": "nonferrous-metallurgy-x", "on": ON}, lambda d: d.show("nonferrous-metallurgy-x", _day())),
    ("show_item", {"name": "pv-wafer-x", "on": ON, "draft": DRAFT}, lambda d: d.show("pv-wafer-x", _day(), DRAFT)),
    ("item_history", {"name": "information-processing-x"}, lambda d: d.history("information-processing-x")),
    ("compare_editions", {"before": "2020-38", "after": "2023-57"}, lambda d: d.diff("2020-38", "2023-57")),
    ("standing", {"on": ON}, lambda d: d.standing(_day())),
    ("screen", {"text": TEXT, "on": ON, "record": True, "explain": True, "top": 20}, lambda d: d.screen(TEXT, _day(), record=True, explain=True, top=20)),
    ("deadline", {"start": ON}, lambda d: d.deadline(_day())),
    ("penalty", {"on": ON}, lambda d: d.penalty(_day())),
    ("draft_determination", {"facts": FACT}, lambda d: d.draft(FACT)),
]  # fmt: skip
DOORS = {"citation", "reading", "cited", "left_out", "part", "skip", "value"}
SHAPES = [pytest.param(*one, id=f"{one[0]}-{n}") for n, one in enumerate(WHOLE)]


def _day():
    return datetime.date.fromisoformat(ON)


def _agrees(shown, whole, cited, where=""):
    """Every fact that is shown is the desk's, at the same place."""
    if isinstance(shown, dict):
        for key, one in shown.items():
            if key not in whole:
                assert key == "sources" or where == "", f"{where}/{key}"
                continue
            _agrees(one, whole[key], cited, f"{where}/{key}")
    elif isinstance(shown, list):
        assert len(shown) <= len(whole)
        for place, one in enumerate(shown):
            _agrees(one, whole[place], cited, f"{where}/{place}")
    elif isinstance(whole, dict) and whole.keys() == {"id", "address", "described"}:
        assert cited.get(shown, whole) == whole
    else:
        assert shown == whole, where


@pytest.mark.parametrize(("name", "given", "act"), SHAPES)
@pytest.mark.parametrize("most", [LEAST, MOST_BYTES, GREATEST])
def test_the_facts_are_those_of_the_desk_within_any_size(name, given, act, most, desk):
    tool = tool_named(name)
    told = ask(tool, {**given, "most_bytes": most}, desk)
    assert size(told) <= most
    Draft202012Validator(tool.schema()).validate(told)
    whole = act(desk)
    for key, rank in tool.first.items():
        whole[key].sort(key=rank)
    cited = {one["id"]: one for one in told["cited"]}
    _agrees({k: v for k, v in told.items() if k not in DOORS}, whole, cited)
    assert set(whole) - set(told) <= {note["part"].split("/")[1] for note in told["left_out"]}


@pytest.mark.parametrize(("name", "given", "act"), SHAPES)
def test_all_that_is_left_out_can_be_had(name, given, act, desk):
    """Goes on from note to note until a long list, and an entry of it, are whole."""
    tool, whole = tool_named(name), act(desk)
    for key, rank in tool.first.items():
        whole[key].sort(key=rank)
    longest = max(
        (key for key in whole if isinstance(whole[key], list) and key != "sources"), key=lambda key: size(whole[key])
    )
    part, skip, entries = f"/{longest}", 0, []
    while True:
        told = ask(tool, {**given, "part": part, "skip": skip, "most_bytes": 16_000}, desk)
        entries += told["value"]
        on = [note["skip"] for note in told["left_out"] if note["part"] == part]
        if not on:
            break
        assert on[0] == len(entries)
        skip = on[0]
    assert len(entries) == len(whole[longest])
    place = max(range(len(entries)), key=lambda n: size(whole[longest][n]))
    told = ask(tool, {**given, "part": f"{part}/{place}", "most_bytes": GREATEST}, desk)
    assert told["left_out"] == []
    _agrees(told["value"], whole[longest][place], {one["id"]: one for one in told["cited"]}, "/x")
    assert whole[longest][place].keys() <= told["value"].keys()


def test_every_note_of_a_screening_leads_to_its_part(desk):
    given = {"text": TEXT, "on": ON, "record": True, "explain": True}
    whole = desk.screen(TEXT, _day(), record=True, explain=True)
    notes = ask(tool_named("screen"), given, desk)["left_out"]
    assert len(notes) > 5
    for note in notes:
        pointer = note["part"].replace("*", "0").replace("1:", "1")
        try:
            there = part_of(whole, pointer)
        except Misused:
            assert "*" in note["part"] or ":" in note["part"]  # the first entry happens not to have it
            continue
        told = ask(tool_named("screen"), {**given, "part": pointer, "most_bytes": GREATEST}, desk)
        _agrees(told["value"], there, {}, "/x")


def test_a_screening_shows_why_its_first_candidate_is_put_forward(desk):
    first = ask(tool_named("screen"), {"text": TEXT, "on": ON}, desk)["candidates"][0]
    assert first["item"] == "battery-cathode-x"
    assert first["points"][0]["evidence"]
    assert {one["result"] for one in first["points"][0]["parameters"]} >= {"meets", "below"}
    assert first["missing_facts"]
    assert first["sources"]


def test_a_draft_never_claims_to_be_signed(desk):
    told = ask(tool_named("draft_determination"), {"facts": {**FACT, "status_on_day": "free"}}, desk)
    assert told["signed"] is False
    assert told["outcome"] == "undetermined"
    assert told["lacks"]
    assert "Nothing is signed" in told["reading"]["en"]


def test_an_answer_can_be_asked_for_as_it_would_have_been_with_earlier_data(place):
    keeper = Keeper(str(place))
    told, failed = answered(keeper, "find_items", {"on": ON, "query": "电池", "as_known": "2026.11.1"})
    assert not failed
    assert told["data"] == "2026.11.1"
    assert "2026.11.1" in told["citation"]["en"]


def test_an_unforeseen_fault_is_told_without_its_text(monkeypatch, place):
    def broken(*_, **__):
        raise RuntimeError("SECRET")

    monkeypatch.setattr(Desk, "coverage", broken)
    told, failed = answered(Keeper(str(place)), "coverage", {})
    assert failed
    assert told["error"]["id"] == "unforeseen"
    assert "SECRET" not in json.dumps(told)


def test_an_error_that_quotes_what_was_given_is_short_too(place):
    told, failed = answered(Keeper(str(place)), "show_item", {"name": "中" * 100_000, "on": ON})
    assert failed
    assert size(told) <= MOST_BYTES


# ---- the ways in ---------------------------------------------------------------------------------------------------


def test_all_that_was_asked_before_the_input_ended_is_answered(place):
    lines = [
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}',
        '{"jsonrpc":"2.0","method":"notifications/initialized"}',
        '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"coverage","arguments":{}}}',
        '{"jsonrpc":"2.0","id":"s","method":"tools/call","params":{"name":"screen","arguments":{"text":"正极材料","on":"2026-11-01"}}}',
    ]
    told = subprocess.run(
        [sys.executable, "-m", "mulu", "mcp"],
        env=_environment(place),
        input="\n".join(lines) + "\n",  # the pipe is closed as soon as this is written
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    answers = {one["id"]: one for one in map(json.loads, told.stdout.splitlines())}
    assert set(answers) == {1, 2, "s"}
    assert all("result" in one for one in answers.values()), answers
    assert (told.returncode, told.stderr) == (0, "")


def test_standard_output_carries_the_protocol_and_no_stream_a_description(place):
    lines = [
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}',
        '{"jsonrpc":"2.0","method":"notifications/initialized"}',
        "not json: SECRET",
        '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"screen","arguments":"SECRET"}}',
        '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"screen","arguments":{"text":"SECRET","on":"2026-11-01"}}}',
        '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"coverage","arguments":{}}}',
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "mulu", "mcp"],
        env=_environment(place),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as served:
        served.stdin.write("\n".join(lines) + "\n")
        served.stdin.flush()
        told, ids = [], set()
        while not {1, 2, 3, 4} <= ids:
            told.append(json.loads(served.stdout.readline()))
            ids.add(told[-1].get("id"))
        rest, logged = served.communicate(timeout=30)
    assert rest == ""
    assert logged == ""
    assert all(one["jsonrpc"] == "2.0" for one in told)
    assert served.returncode == 0


def test_a_page_elsewhere_does_not_reach_the_door(address):
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    own = address.removesuffix("/")
    with httpx.Client() as http:
        for headers, status in (
            ({}, 200),
            ({"Origin": own}, 200),
            ({"Origin": "http://evil.example"}, 403),
            ({"Host": "evil.example"}, 421),
            ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ):
            assert http.post(f"{own}/mcp", json=asked, headers={**accept, **headers}).status_code == status, headers
        refused = http.get(f"{own}/mcp", headers=accept)
        assert refused.status_code == 405
        assert refused.headers["content-type"] == "application/problem+json"
        form = http.post(f"{own}/mcp", content=json.dumps(asked), headers={**accept, "Content-Type": "text/plain"})
        assert form.status_code == 400  # what a form elsewhere could send without asking
        broken = http.post(f"{own}/mcp", content="{SECRET", headers={**accept, "Content-Type": "application/json"})
        assert broken.status_code == 400
        assert "SECRET" not in broken.text


def test_the_protocols_own_guard_names_the_same_hosts(place):
    from mulu.interfaces.mcp import OverHttp
    from mulu.interfaces.safety import hosts_of

    settings = OverHttp(Keeper(str(place)), 8123)._made().security_settings
    assert settings.enable_dns_rebinding_protection
    assert set(settings.allowed_hosts) == hosts_of(8123)
    assert set(settings.allowed_origins) == {f"http://{host}" for host in hosts_of(8123)}


LOADED = """
import asyncio, sys
import mulu.interfaces.cli.main
assert "mcp" not in sys.modules, "a command loads the protocol"
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application
app = application(Keeper(), 8123)
async def run():
    async with app.router.lifespan_context(app):
        assert "mcp" not in sys.modules, "the start of the server loads the protocol"
asyncio.run(run())
"""


def test_the_protocol_is_loaded_when_an_agent_comes_and_not_before(place):
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=_environment(place), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_for_agents_tells_every_tool_and_what_it_needs():
    page = (Path(__file__).parents[2] / "docs" / "agents.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.+) \|$", page, re.M))
    assert list(rows) == [tool.name for tool in TOOLS]
    for tool in TOOLS:
        assert re.findall(r"`(\w+)`", rows[tool.name]) == list(tool.required())
    (example,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.S) if "citation" in block]
    seen = json.loads(TRANSCRIPT.read_text(encoding="utf-8"))
    told = next(one["told"] for one in seen[2:] if one["ask"] == "screen")
    for shown in _english(example):
        data = re.sub(
            r"data [0-9.]+ \(sources checked up to [0-9-]+\)", "data DATA (sources checked up to KNOWN-TO)", shown
        )
        assert data in set(_english(told)), shown
    assert f"at most {MOST_BYTES:,} bytes (`most_bytes`: {LEAST:,} to {GREATEST:,})" in page


def _english(value):
    if isinstance(value, list):
        for one in value:
            yield from _english(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "en":
                yield one
            else:
                yield from _english(one)

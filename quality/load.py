"""Many people at one server: every answer checked, every acknowledged write found again, and how long it took.

    python quality/load.py [--users 50] [--seconds 300] [--most 400] [--format json]

Starts `mulu serve` with an empty store of its own, and lets users read, screen and write, through the API and the pages,
with 2 to 5 seconds of thought between their acts. What does not depend on cases is held against what the program
answers alone; cases are read again by those who wrote them. Then the server is stopped, and the trail has to hold every
write that was acknowledged, once, and to verify. Last, users are added in steps until a read takes more than 200 ms or a
screening more than 400 ms at the 95th percentile (`--most 0` leaves that out). Ends with 1 where an answer was wrong or a
write was lost; a slow answer is told and is no failure, for the machine may be busy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import httpx
from starlette.testclient import TestClient

from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

Json = dict[str, Any]
Kind = Literal["read", "screening", "write"]
ROOT = Path(__file__).resolve().parent.parent
MOST_MS: Mapping[Kind, float | None] = {"read": 200.0, "screening": 400.0, "write": None}
THINKS = (2.0, 5.0)
STEP, STEP_SECONDS = 1.5, 30.0  # of the search for saturation: how many times the users, and for how long
DAY = "2025-09-01"
ALONE = (
    f"/api/v1/items?on={DAY}",
    f"/api/v1/items?on={DAY}&query=%E7%94%B5%E6%B1%A0",
    f"/api/v1/items/battery-cathode-x?on={DAY}",
    "/api/v1/items/battery-cathode-x/history",
    f"/api/v1/items/nonferrous-metallurgy-x?on={DAY}",
    "/api/v1/coverage",
    f"/api/v1/standing?on={DAY}",
    "/api/v1/diff?before=2023-57&after=2025-28",
    "/api/v1/deadlines?start=2026-09-28",
    *(
        f"/{language}/{path}on={DAY}"
        for language in ("zh", "en")
        for path in (
            "screen?", "catalogue?", "catalogue?q=lithium&", "catalogue/battery-cathode-x?", "catalogue/nonferrous-metallurgy-x?",
            "catalogue/timeline?", "catalogue/industries?", "catalogue/diff?", "catalogue/coverage?", "catalogue/standing?",
        )
    ),
)  # fmt: skip
"""Reads whose answer depends on nothing that a user writes."""
ANSWERS = (("crossing", "yes"), ("secret", "no"), ("measure", "no"), ("crossing", "open"))
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_MADE_ANEW = re.compile(r'name="(?:csrf|once)" value="[^"]*"')


@dataclass(frozen=True, slots=True)
class Sample:
    """One request that was answered."""

    kind: Kind
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Written:
    """A write that the server acknowledged. Its person is nobody else's, so the trail can be asked for exactly this one."""

    by: str
    act: str
    case: str
    says: Mapping[str, Any]


@dataclass(slots=True)
class Ledger:
    """What was answered, what was acknowledged, and what was wrong."""

    samples: list[Sample] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)  # persons of writes that failed: they may have been kept or not
    screened: list[tuple[str, str, str]] = field(default_factory=list)  # door, text, answer
    errors: list[str] = field(default_factory=list)

    def lost(self, entries: Iterable[Json]) -> list[str]:
        """What the trail lacks of all that was acknowledged, has twice, or has of nobody."""
        kept: dict[str, list[Json]] = {}
        for entry in entries:
            kept.setdefault(entry["by"], []).append(entry)
        found = []
        for one in self.written:
            held = kept.pop(one.by, [])
            if len(held) != 1:
                found.append(f"{one.act} of {one.by} in {one.case}: {len(held)} records in the trail instead of one")
                continue
            entry = held[0]
            body = {**entry["body"], **entry["body"].get("event", {})}
            if entry["act"] != one.act or body["case"] != one.case or not one.says.items() <= _flat(body).items():
                found.append(f"{one.act} of {one.by} in {one.case}: the trail says something else")
        found += [f"{by}: a record that nobody was told of" for by in kept if by not in self.unanswered]
        return found


def _flat(body: Json) -> Json:
    """What a record says, without what can only be compared as a whole."""
    return {key: value for key, value in body.items() if isinstance(value, str | bool | None)}


def figures(samples: Iterable[Sample]) -> Json:
    """Count, median, 95th and 99th percentile and worst time in ms, by kind and by request."""
    groups: dict[str, list[float]] = {}
    for one in samples:
        for key in (one.kind, f"{one.kind} {one.name}"):
            groups.setdefault(key, []).append(one.seconds * 1000)
    return {
        key: {
            "count": len(times),
            "p50": percentile(times, 50),
            "p95": percentile(times, 95),
            "p99": percentile(times, 99),
            "worst": round(max(times), 1),
        }
        for key, times in sorted(groups.items())
    }


def percentile(times: list[float], of: int) -> float:
    """The time within which so many of a hundred were answered: one that was measured, not one between two."""
    ordered = sorted(times)
    return round(ordered[max(0, -(-len(ordered) * of // 100) - 1)], 1)


def over(told: Json) -> list[str]:
    """The kinds that took longer at the 95th percentile than they should."""
    return [kind for kind, most in MOST_MS.items() if most is not None and kind in told and told[kind]["p95"] > most]


class Alone:
    """The same program, asked by nobody else: what an answer has to be."""

    def __init__(self, folder: str) -> None:
        keeper = Keeper(str(Path(folder) / "alone.db"))
        keeper.warm()
        self._asked = TestClient(application(keeper, 8750), base_url="http://127.0.0.1:8750")
        self.reads = {path: _content(self._asked.get(path)) for path in ALONE}
        self._token = _TOKEN.search(self._asked.get("/zh/screen").text)

    def screened(self, door: str, text: str) -> str:
        """The answer to a text through the API or the form of the page."""
        if door == "api":
            return _content(self._asked.post("/api/v1/screen", json={"text": text, "on": DAY}))
        assert self._token is not None
        form = {"csrf": self._token[1], "text": text, "on": DAY}
        return _content(self._asked.post("/zh/screen", data=form))


def _content(answer: httpx.Response) -> str:
    """An answer without what no two have alike: the token of the session, and the name of each form."""
    return f"{answer.status_code} {_MADE_ANEW.sub('', answer.text)}"


class User:
    """Somebody with a browser and a program, who thinks between two acts and remembers what was acknowledged."""

    def __init__(self, number: int, address: str, ledger: Ledger, alone: Mapping[str, str], texts: list[str]) -> None:
        self._number, self._ledger, self._alone, self._texts = number, ledger, alone, texts
        self._chance = random.Random(number)
        self._http = httpx.AsyncClient(base_url=address, timeout=30.0, trust_env=False, verify=False)
        self._token = ""
        self._acts = 0
        self._cases: dict[str, Json] = {}

    async def live(self, until: float) -> None:
        """Act and think until the time is over."""
        async with self._http:
            await asyncio.sleep(self._chance.uniform(0, THINKS[1]))
            while time.monotonic() < until:
                try:
                    await self._act()
                except Exception as error:  # whatever is wrong is told with all else that is
                    self._ledger.errors.append(f"user {self._number}: {type(error).__name__} {error}")
                await asyncio.sleep(self._chance.uniform(*THINKS))

    async def _act(self) -> None:
        if not self._token:
            page = await self._ask("read", "/{lang}/screen", "GET", "/zh/screen")
            found = _TOKEN.search(page.text)
            assert found is not None
            self._token = found[1]
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (36, self._read_catalogue),
            (24, self._read_cases),
            (10, self._screen_by_program),
            (10, self._screen_on_page),
            (20, self._write),
        ]
        await self._chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    async def _ask(
        self, kind: Kind, name: str, method: str, path: str, status: int = 200, by: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request; raises where it is not answered as it should be, which is told of a write as well."""
        began = time.perf_counter()
        try:
            answer = await self._http.request(method, path, **more)
            taken = time.perf_counter() - began
            if answer.status_code != status:
                raise Wrong(f"{method} {name}: {answer.status_code} instead of {status}: {answer.text[:300]}")
        except BaseException:
            if by is not None:
                self._ledger.unanswered.add(by)
            raise
        self._ledger.samples.append(Sample(kind, f"{method} {name}", taken))
        return answer

    # ---- reading ---------------------------------------------------------------------------------------------------

    async def _read_catalogue(self) -> None:
        path = self._chance.choice(ALONE)
        name = re.sub(r"^/(zh|en)/", "/{lang}/", path.partition("?")[0])
        answer = await self._ask("read", name, "GET", path)
        if _content(answer) != self._alone[path]:
            raise Wrong(f"{path}: not what the program answers alone")

    async def _read_cases(self) -> None:
        language = self._chance.choice(("zh", "en"))
        if not self._cases or self._chance.random() < 0.3:
            path, name = self._chance.choice(
                (
                    (f"/{language}/?on={DAY}", "/{lang}/"),
                    (f"/{language}/cases?on={DAY}", "/{lang}/cases"),
                    (f"/api/v1/cases?on={DAY}", "/api/v1/cases"),
                )
            )
            looked_for = list(self._cases.items())
            if name == "/{lang}/cases" and looked_for:  # the page shows some at a time, and finds each by its words
                looked_for = [self._chance.choice(looked_for)]
                reference, case = looked_for[0]
                path += "&" + urlencode({"q": f"{reference} {case['title']}"})
            answer = await self._ask("read", name, "GET", path)
            for reference, case in looked_for if name != "/{lang}/" else ():
                if reference not in answer.text or case["title"] not in answer.text:
                    raise Wrong(f"{name}: {reference} is not there, which was acknowledged")
            return
        reference, case = self._chance.choice(list(self._cases.items()))
        part = self._chance.choice(("", "/determination"))
        if self._chance.random() < 0.5:
            name = f"/{{lang}}/cases/{{case}}{part}"
            answer = await self._ask("read", name, "GET", f"/{language}/cases/{reference}{part}?on={DAY}")
            if case["title"] not in answer.text:
                raise Wrong(f"{name}: {reference} without its title")
            return
        query = {} if part else {"on": DAY}
        answer = await self._ask(
            "read", f"/api/v1/cases/{{case}}{part}", "GET", f"/api/v1/cases/{reference}{part}", params=query
        )
        self._same(answer.json(), reference)

    def _same(self, told: Json, reference: str) -> None:
        """A case holds all that its user was told that it holds."""
        case = self._cases[reference]
        wrong = [key for key in ("title", "technology") if told[key] != case[key]]
        if "answers" in told:
            wrong += [
                test
                for test, (value, because) in case["answers"].items()
                if (told["answers"][test]["value"] or "open", told["answers"][test]["because"]) != (value, because)
            ]
            wrong += ["screening"] if case["screened"] and told["screened"] is None else []
        elif case["scoped"] != (told["state"] == "SCOPED"):
            wrong.append("state")
        if wrong:
            raise Wrong(f"{reference}: {', '.join(wrong)} is not as acknowledged")

    # ---- screening -------------------------------------------------------------------------------------------------

    def _text(self) -> str:
        """A text that nobody screened before."""
        self._acts += 1
        return f"{self._chance.choice(self._texts)}\n（{self._number}-{self._acts}）"

    async def _screen_by_program(self) -> None:
        text = self._text()
        answer = await self._ask(
            "screening", "/api/v1/screen", "POST", "/api/v1/screen", json={"text": text, "on": DAY}
        )
        self._ledger.screened.append(("api", text, _content(answer)))

    async def _screen_on_page(self) -> None:
        text = self._text()
        form = {"csrf": self._token, "text": text, "on": DAY}
        answer = await self._ask("screening", "/{lang}/screen", "POST", "/zh/screen", data=form)
        self._ledger.screened.append(("page", text, _content(answer)))

    # ---- writing ---------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        self._acts += 1
        by = f"用户 {self._number}.{self._acts}"
        if not self._cases or self._chance.random() < 0.3:
            await self._open(by)
            return
        reference, case = self._chance.choice(list(self._cases.items()))
        how = self._chance.random()
        if how < 0.15 and not case["scoped"]:
            await self._scope(by, reference)
        elif how < 0.35:
            path = f"/api/v1/cases/{reference}/determination"
            asked = {"screen": True, "by": by}
            answer = await self._ask("write", "determination (screen)", "POST", path, by=by, json=asked)
            self._noted(by, "case.screened", reference, {})
            case["screened"] = True
            self._same(answer.json(), reference)
        else:
            await self._answer(by, reference)

    async def _open(self, by: str) -> None:
        title, technology = f"案件 {by}", self._text()
        asked = {"title": title, "technology": technology, "on": DAY, "by": by}
        if self._chance.random() < 0.5:
            answer = await self._ask("write", "/api/v1/cases", "POST", "/api/v1/cases", 201, by, json=asked)
            reference = answer.json()["case"]
        else:
            form = {**asked, "csrf": self._token, "once": secrets.token_urlsafe(16), "form": "new"}
            answer = await self._ask("write", "/{lang}/cases/new", "POST", "/zh/cases/new", 303, by, data=form)
            found = re.fullmatch(r"/zh/cases/(C-[0-9]+)/determination.*", answer.headers["location"])
            if found is None:
                raise Wrong(f"/zh/cases/new: leads to {answer.headers['location']}")
            reference = found[1]
        self._cases[reference] = {
            "title": title,
            "technology": technology,
            "answers": {},
            "screened": False,
            "scoped": False,
        }
        self._noted(by, "case.opened", reference, {"title": title, "technology": technology})
        answer = await self._ask("read", "/api/v1/cases/{case}", "GET", f"/api/v1/cases/{reference}?on={DAY}")
        self._same(answer.json(), reference)

    async def _answer(self, by: str, reference: str) -> None:
        test, value = self._chance.choice(ANSWERS)
        because = f"理由 {by}"
        if self._chance.random() < 0.5:
            path = f"/api/v1/cases/{reference}/determination"
            asked = {"answer": [f"{test}={value}"], "because": because, "by": by}
            answer = await self._ask("write", "determination (answer)", "POST", path, by=by, json=asked)
            self._cases[reference]["answers"][test] = (value, because)
            self._same(answer.json(), reference)
        else:
            path = f"/en/cases/{reference}/determination"
            form = {"csrf": self._token, "once": secrets.token_urlsafe(16), "form": f"answer-{test}"}
            form |= {"value": value, "because": because, "by": by}
            answer = await self._ask("write", "/{lang}/cases/{case}/determination", "POST", path, 303, by, data=form)
            self._cases[reference]["answers"][test] = (value, because)
            page = await self._ask(
                "read", "/{lang}/cases/{case}/determination", "GET", answer.headers["location"].partition("#")[0]
            )
            if because not in page.text:
                raise Wrong(f"{reference}: the page does not show the answer of {by}")
        says = {"test": test, "value": None if value == "open" else value, "because": because}
        self._noted(by, "case.answered", reference, says)

    async def _scope(self, by: str, reference: str) -> None:
        evidence = {
            "technology": f"T-{by}",
            "description": "正极材料的制备方法",
            "destination": "US",
            "mode": "M2",
            "channel": "trade",
            "parties": "甲公司; Acme Inc",
            "screening": "S-1",
            "screened_on": DAY,
            "screening_result": "no_hit",
        }
        asked = {"event": "scope", "on": DAY, "by": by, "set": [f"{key}={value}" for key, value in evidence.items()]}
        path = f"/api/v1/cases/{reference}/events"
        answer = await self._ask("write", "event", "POST", path, by=by, json=asked)
        self._cases[reference]["scoped"] = True
        self._noted(by, "case.event", reference, {"event": "scope"})
        self._same(answer.json(), reference)

    def _noted(self, by: str, act: str, case: str, says: Json) -> None:
        self._ledger.written.append(Written(by, act, case, says))


class Wrong(Exception):
    """An answer that is not what it should be."""


class Server:
    """A server of its own, with a store of its own."""

    def __init__(self, folder: str) -> None:
        self.store = str(Path(folder) / "load.db")
        self._told = Path(folder) / "told"
        with self._told.open("w") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mulu", "serve", "--port", "0", "--store", self.store, "--lang", "en"],
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+", line)
        if found is None:
            self._process.kill()
            raise SystemExit(f"The server did not start: {line}{self._told.read_text()}")
        self.address = found[0]

    def cpu(self) -> float:
        """Seconds of processor time that it has taken, where the system tells."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int | None:
        """The most MiB of memory that it has held, where the system tells."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
        return None if found is None else int(found[1]) // 1024

    def stop(self) -> str:
        """End it; gives all that it said of errors."""
        self._process.terminate()
        self._process.wait(timeout=60)
        return self._told.read_text()


@contextmanager
def served(folder: str) -> Iterator[Server]:
    """A server that is ended whatever happens."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()


class Load:
    """Users at a server, a number of them at a time."""

    def __init__(self, server: Server, alone: Mapping[str, str], texts: list[str]) -> None:
        self.server, self._alone, self._texts = server, alone, texts
        self.ledger = Ledger()
        self._users = 0

    async def phase(self, users: int, seconds: float) -> Json:
        """So many users for so long; what was measured of them, of the machine and of this process."""
        first, errors = len(self.ledger.samples), len(self.ledger.errors)
        began, own, served = time.monotonic(), time.process_time(), self.server.cpu()
        before = load_average()
        people = [
            User(self._users + n, self.server.address, self.ledger, self._alone, self._texts) for n in range(users)
        ]
        self._users += users
        await asyncio.gather(*(one.live(began + seconds) for one in people))
        took = time.monotonic() - began
        samples = self.ledger.samples[first:]
        return {
            "users": users,
            "seconds": round(took, 1),
            "requests_a_second": round(len(samples) / took, 1),
            "errors": len(self.ledger.errors) - errors,
            "ms": figures(samples),
            "load_maker_cpu": round((time.process_time() - own) / took, 3),
            "server_cpu": round((self.server.cpu() - served) / took, 3),
            "load_average": [before, load_average()],
            "records": len(self.ledger.written),
        }


def load_average() -> float | None:
    """How many processes wanted a processor over the last minute, where the system tells."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def proved(server: Server, ledger: Ledger) -> list[str]:
    """What the store of a stopped server lacks, by the commands that a person would ask."""
    found = []
    trail = _mulu("trail", server.store)
    found += ledger.lost(trail["entries"])
    doctor = _mulu("doctor", server.store)
    found += [f"doctor: {one['check']}: {one['found']}" for one in doctor["checks"] if not one["ok"]]
    return found


def _mulu(act: str, store: str) -> Json:
    command = [sys.executable, "-m", "mulu", act, "--store", store, "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer: Json = json.loads(run.stdout)
    except ValueError:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}: {run.stderr}") from None
    return answer


def texts() -> list[str]:
    """Our own fictional texts, in both languages."""
    found = []
    for path in sorted((ROOT / "quality" / "training").glob("*.jsonl")):
        found += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return random.Random(1).sample(found, 400)


def run(users: int, seconds: float, most: int) -> Json:
    """The whole of it."""
    with tempfile.TemporaryDirectory(prefix="mulu-load-") as folder:
        alone = Alone(folder)
        with served(folder) as server:
            load = Load(server, alone.reads, texts())
            main = asyncio.run(load.phase(users, seconds))
            steps: list[Json] = []
            now = users
            while most and not over((steps or [main])[-1]["ms"]) and now < most:
                now = min(most, round(now * STEP))
                steps.append(asyncio.run(load.phase(now, STEP_SECONDS)))
            memory = server.memory()
            said = server.stop()
        ledger = load.ledger
        wrong = ledger.errors + [f"the server said: {said}"] * bool(said.strip())
        wrong += [
            f"{door}: the screening of {text[:60]!r} is not what the program answers alone"
            for door, text, answer in ledger.screened
            if alone.screened(door, text) != answer
        ]
        lost = proved(server, ledger)
    last = (steps or [main])[-1]
    return {
        "main": main,
        "targets_missed": over(main["ms"]),
        "steps": steps,
        "saturated_at": {"users": last["users"], "over": over(last["ms"])} if most and over(last["ms"]) else None,
        "server_memory_mib": memory,
        "processors": os.cpu_count(),
        "checked": {"screenings": len(ledger.screened), "writes": dict(Counter(one.act for one in ledger.written))},
        "wrong": wrong,
        "lost": lost,
    }


def told(answer: Json) -> str:
    """The answer for people."""
    main = answer["main"]
    lines = [
        f"{main['users']} users, {main['seconds']} s, {main['requests_a_second']} requests a second, on {answer['processors']} processors",
        f"load average before and after: {main['load_average'][0]}, {main['load_average'][1]}",
        f"processor: load maker {main['load_maker_cpu']:.0%} of one, server {main['server_cpu']:.0%} of one; server memory {answer['server_memory_mib']} MiB",
        "",
        f"{'ms':58} {'count':>6} {'p50':>7} {'p95':>7} {'p99':>7} {'worst':>7}",
    ]
    for name, one in main["ms"].items():
        lines.append(
            f"{name:58} {one['count']:6} {one['p50']:7} {one['p95']:7} {one['p99']:7} {one['worst']:7}"
            + ("  OVER" if name in answer["targets_missed"] else "")
        )
    for step in answer["steps"]:
        measured = ", ".join(f"{kind} p95 {step['ms'][kind]['p95']} ms" for kind in MOST_MS if kind in step["ms"])
        lines.append(
            f"{step['users']} users: {measured}; {step['requests_a_second']} requests a second, "
            f"load maker {step['load_maker_cpu']:.0%}, server {step['server_cpu']:.0%}"
        )
    if answer["saturated_at"]:
        lines.append(
            f"saturated at {answer['saturated_at']['users']} users: {', '.join(answer['saturated_at']['over'])}"
        )
    checked = answer["checked"]
    lines.append(f"checked: {checked['screenings']} screenings; writes {checked['writes']}")
    lines += [f"WRONG  {one}" for one in answer["wrong"]] + [f"LOST  {one}" for one in answer["lost"]]
    if not (answer["wrong"] or answer["lost"]):
        lines.append("no error, no lost write; the trail verifies")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--most", type=int, default=400, help="users at which the search for saturation ends; 0: none")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    answer = run(options.users, options.seconds, options.most)
    print(json.dumps(answer, ensure_ascii=False) if options.format == "json" else told(answer))
    return 1 if answer["wrong"] or answer["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())

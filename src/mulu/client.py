"""A thin typed client of the API of `mulu serve`: one method for each address, answers as plain JSON values.

    with Client("http://127.0.0.1:8750") as mulu:
        answer = mulu.screen("磷酸铁锂正极材料的制备方法", on="2026-11-23")

Acts that leave a record carry an Idempotency-Key of their own, so that one whose answer was lost may be sent again: give the
same `key` to both.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, Unpack
from urllib.parse import quote

import httpx

from mulu.errors import MuluError
from mulu.vocabulary import Said

Json = dict[str, Any]
Day = datetime.date | str
Control = Literal["prohibited", "restricted"]


class PaperAsked(TypedDict, total=False):
    """What a paper may be asked with."""

    language: Literal["zh", "en", "both"]
    form: Literal["docx", "pdf", "svg", "ics"]
    set: Iterable[str]
    alarms: bool


class RecordsFiltered(TypedDict, total=False):
    """Which records of a portfolio are asked for, in which order."""

    which: Literal["flagged", "near", "all"]
    query: str
    country: str
    owner: str
    kind: str
    since: Day
    until: Day
    run: int
    item: str
    industry: str
    control: Control
    certainty: Literal["official", "published", "unconfirmed"]
    point: Literal["official", "published", "unconfirmed", "-"]
    state: Literal["open", "raised again", "answered", "concerns", "does-not"]
    score_from: float
    sort: Literal["score", "id", "day"]


class RecordsAsked(RecordsFiltered, total=False):
    """Which records, in which order, and how many."""

    limit: int
    cursor: str
    base_rate: float


class ApiProblem(MuluError):
    """The server refused or failed; `said` tells why in both languages, `errors` names the parameters."""

    def __init__(self, status: int, said: Said, errors: tuple[Json, ...] = ()) -> None:
        super().__init__(said)
        self.status = status
        self.errors = errors


class CutOff(MuluError):
    """A stream of answers ended before its counts: some rows have no answer."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            Said(
                "cut_off",
                f"答复在 {rows} 行之后中断，其余行没有结果。请重新发送其余各行。",
                f"The answers broke off after {rows} rows; the others have none. Send the remaining rows again.",
            )
        )
        self.rows = rows


class Client:
    """One server. Raises ApiProblem where it refuses, and httpx.TransportError where it cannot be reached."""

    def __init__(
        self, address: str = "http://127.0.0.1:8750", *, timeout: float = 60.0, http: httpx.Client | None = None
    ) -> None:
        self._own = http is None
        # Nothing of the surroundings (proxies, .netrc) stands between a client and a server on the same machine.
        self._http = http or httpx.Client(base_url=address, timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections, where they are its own."""
        if self._own:
            self._http.close()

    # ---- reads -----------------------------------------------------------------------------------------------------

    def items(
        self,
        on: Day,
        *,
        draft: str | None = None,
        control: Control | None = None,
        industry: str | None = None,
        query: str | None = None,
        as_known: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Json:
        """The items of the Catalogue of a day."""
        return self._get(
            "/items",
            on=on,
            draft=draft,
            control=control,
            industry=industry,
            query=query,
            as_known=as_known,
            limit=limit,
            cursor=cursor,
        )

    def item(self, name: str, on: Day, *, draft: str | None = None, as_known: str | None = None) -> Json:
        """An item: points, parameters, certainty, sources."""
        return self._get(f"/items/{_part(name)}", on=on, draft=draft, as_known=as_known)

    def history(self, name: str, *, as_known: str | None = None) -> Json:
        """An item through every edition and draft."""
        return self._get(f"/items/{_part(name)}/history", as_known=as_known)

    def diff(self, before: str, after: str, *, item: str | None = None, as_known: str | None = None) -> Json:
        """What differs between two editions, drafts or days."""
        return self._get("/diff", before=before, after=after, item=item, as_known=as_known)

    def coverage(self, *, as_known: str | None = None) -> Json:
        """What is held of each edition, against the announced counts."""
        return self._get("/coverage", as_known=as_known)

    def export(
        self,
        on: Day,
        formats: Iterable[str],
        *,
        what: str | None = None,
        official_wording: bool | None = None,
        as_known: str | None = None,
    ) -> bytes:
        """An export as a ZIP, with its manifest: everything, an edition, a draft, a day, or a comparison A..B."""
        asked = _given(on=on, formats=formats, what=what, official_wording=official_wording, as_known=as_known)
        return self._file("/export", **asked)

    def standing(self, on: Day, *, as_known: str | None = None) -> Json:
        """Standing of the Catalogue's instruments and of neighbouring measures on a day."""
        return self._get("/standing", on=on, as_known=as_known)

    def deadlines(
        self,
        start: Day,
        *,
        limit: str | None = None,
        days: int | None = None,
        unit: Literal["wd", "cd"] | None = None,
        pause: Iterable[str] = (),
    ) -> Json:
        """The last day of a time limit, with its provision; every legal limit where none is named."""
        return self._get("/deadlines", start=start, limit=limit, days=days, unit=unit, pause=pause)

    def penalties(self, on: Day, *, breach: str | None = None, gains: float | None = None) -> Json:
        """What a breach on a day may cost."""
        return self._get("/penalties", on=on, breach=breach, gains=gains)

    def contract_number(self, number: str) -> Json:
        """What is doubtful about the number of a technology export contract."""
        return self._get(f"/contract-numbers/{_part(number)}")

    # ---- screening and drafts ----------------------------------------------------------------------------------------

    def screen(
        self,
        text: str,
        on: Day,
        *,
        title: str | None = None,
        id: str | None = None,  # noqa: A002  # the name in the contract
        draft: str | None = None,
        top: int | None = None,
        base_rate: float | None = None,
        explain: bool = False,
        record: bool = False,
        as_known: str | None = None,
    ) -> Json:
        """Candidates for one description."""
        return self._post(
            "/screen",
            text=text,
            on=on,
            title=title,
            id=id,
            draft=draft,
            top=top,
            base_rate=base_rate,
            explain=explain or None,
            record=record or None,
            as_known=as_known,
        )

    def screen_document(
        self,
        name: str,
        data: bytes,
        on: Day,
        *,
        draft: str | None = None,
        top: int | None = None,
        base_rate: float | None = None,
        explain: bool = False,
        record: bool = False,
        as_known: str | None = None,
    ) -> Json:
        """Candidates for a file of any kind, each with the passages that speak for it."""
        asked = _given(
            name=name,
            on=on,
            draft=draft,
            top=top,
            base_rate=base_rate,
            explain=explain or None,
            record=record or None,
            as_known=as_known,
        )
        headers = {"Content-Type": "application/octet-stream"}
        return _answer(self._http.post("/api/v1/screen/document", params=asked, content=data, headers=headers))

    def screen_batch(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        on: Day | None = None,
        draft: str | None = None,
        top: int | None = None,
        base_rate: float | None = None,
        explain: bool = False,
        record: bool = False,
        as_known: str | None = None,
    ) -> Iterator[Json]:
        """Each row's answer, or its error, in order and as it comes; the counts last. Raises CutOff where they lack."""
        asked = _given(
            on=on,
            draft=draft,
            top=top,
            base_rate=base_rate,
            explain=explain or None,
            record=record or None,
            as_known=as_known,
        )
        body = "".join(f"{json.dumps(dict(row), ensure_ascii=False)}\n" for row in rows).encode()
        headers = {"Content-Type": "application/x-ndjson"}
        with self._http.stream("POST", "/api/v1/screen/batch", params=asked, content=body, headers=headers) as answer:
            if answer.status_code >= 400:
                answer.read()
            _raise(answer)
            rows_given, complete = 0, False
            for line in answer.iter_lines():
                one: Json = json.loads(line)
                complete = "counts" in one
                rows_given += not complete
                yield one
            if not complete:
                raise CutOff(rows_given)

    def draft(self, facts: Mapping[str, Any]) -> Json:
        """What a set of facts would come to: nothing is signed or kept."""
        return self._post("/drafts", facts=dict(facts))

    def contract(
        self,
        name: str,
        data: bytes,
        on: Day,
        *,
        top: int | None = None,
        case: str | None = None,
        accept: Iterable[str] = (),
        by: str | None = None,
        key: str | None = None,
    ) -> Json:
        """Read a contract: parties, clauses with their candidates, proposed facts; those accepted go into the case."""
        asked = _given(name=name, on=on, top=top, case=case, accept=list(accept) or None, by=by)
        headers = {"Content-Type": "application/octet-stream", **_key(key)}
        return _answer(self._http.post("/api/v1/contracts", params=asked, content=data, headers=headers))

    # ---- cases -------------------------------------------------------------------------------------------------------

    def cases(self, on: Day, *, limit: int | None = None, cursor: str | None = None) -> Json:
        """The cases, with what is due."""
        return self._get("/cases", on=on, limit=limit, cursor=cursor)

    def open_case(
        self, title: str, technology: str, on: Day, by: str, *, two_persons: bool = False, key: str | None = None
    ) -> Json:
        """Open a case."""
        return self._act(
            "/cases", key, title=title, technology=technology, on=on, by=by, two_persons=two_persons or None
        )

    def case(self, case: str, on: Day) -> Json:
        """A case, with what is due and what is possible."""
        return self._get(f"/cases/{_part(case)}", on=on)

    def record_event(
        self,
        case: str,
        event: str,
        on: Day,
        by: str,
        *,
        actor: str | None = None,
        evidence: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Json:
        """Record one event of the procedure of a case."""
        pairs = [f"{name}={value}" for name, value in (evidence or {}).items()]
        return self._act(f"/cases/{_part(case)}/events", key, event=event, on=on, by=by, actor=actor, set=pairs)

    def determination(self, case: str) -> Json:
        """Where the determination of a case stands."""
        return self._get(f"/cases/{_part(case)}/determination")

    def determine(
        self,
        case: str,
        by: str,
        *,
        answer: Iterable[str] = (),
        candidate: Iterable[str] = (),
        compare: Iterable[str] = (),
        source: str | None = None,
        withdraw: Iterable[str] = (),
        screen: bool = False,
        day: Day | None = None,
        read_at: str | None = None,
        read_on: Day | None = None,
        digest: str | None = None,
        checked_at: str | None = None,
        checked_on: Day | None = None,
        because: str | None = None,
        sign: bool = False,
        version: str | None = None,
        approve: bool = False,
        dissent: bool = False,
        key: str | None = None,
    ) -> Json:
        """Answer, compare, sign the determination of a case; `version`: sign only what was shown with it."""
        return self._act(
            f"/cases/{_part(case)}/determination",
            key,
            by=by,
            answer=answer,
            candidate=candidate,
            compare=compare,
            source=source,
            withdraw=withdraw,
            screen=screen or None,
            day=day,
            read_at=read_at,
            read_on=read_on,
            digest=digest,
            checked_at=checked_at,
            checked_on=checked_on,
            because=because,
            sign=sign or None,
            version=version,
            approve=approve or None,
            dissent=dissent or None,
        )

    # ---- papers and the matrix ---------------------------------------------------------------------------------------

    def paper_fields(self, fields: str) -> Json:
        """The fields of a paper: what each means, how well it is known, and where its value comes from."""
        return self._get(f"/papers/{_part(fields)}")

    def paper(self, case: str, kind: str, on: Day, **asked: Unpack[PaperAsked]) -> Json:
        """A paper of a case, in base64, and the fields that are not filled in."""
        return self._get(_paper(case, kind), on=on, **asked)

    def paper_file(self, case: str, kind: str, on: Day, **asked: Unpack[PaperAsked]) -> bytes:
        """A paper of a case: the file itself."""
        return self._file(f"{_paper(case, kind)}/file", on=on, **asked)

    def matrix(self, on: Day, *, cases: Iterable[str] = ()) -> Json:
        """The classification matrix of what is open: its rows, and the XLSX in base64."""
        return self._get("/matrix", on=on, cases=cases)

    def matrix_file(self, on: Day, *, cases: Iterable[str] = ()) -> bytes:
        """The classification matrix as XLSX."""
        return self._file("/matrix/file", on=on, cases=cases)

    def judge_matrix(self, workbook: str, on: Day, by: str, *, apply: bool = False, key: str | None = None) -> Json:
        """Read an edited matrix (base64) back: its changes and conflicts; `apply` records the changes."""
        return self._act("/matrix", key, workbook=workbook, on=on, by=by, apply=apply or None)

    # ---- official documents ------------------------------------------------------------------------------------------

    def documents(self, *, limit: int | None = None, cursor: str | None = None) -> Json:
        """The official documents imported, and every record about them."""
        return self._get("/documents", limit=limit, cursor=cursor)

    def import_document(
        self,
        name: str,
        data: bytes,
        *,
        instrument: str | None = None,
        effective: Day | None = None,
        ocr: bool = False,
        key: str | None = None,
    ) -> Json:
        """Hand in an official document; the answer is what applying it would change."""
        asked = _given(name=name, instrument=instrument, effective=effective, ocr=ocr or None)
        headers = {"Content-Type": "application/octet-stream", **_key(key)}
        return _answer(self._http.post("/api/v1/documents", params=asked, content=data, headers=headers))

    def attest(
        self,
        document: str,
        by: str,
        obtained_from: str,
        obtained_on: Day,
        *,
        instrument: str | None = None,
        effective: Day | None = None,
        comment_deadline: Day | None = None,
        key: str | None = None,
    ) -> Json:
        """Say by name what a document is, where and when it was obtained."""
        return self._act(
            f"/documents/{_part(document)}/attestation",
            key,
            by=by,
            obtained_from=obtained_from,
            obtained_on=obtained_on,
            instrument=instrument,
            effective=effective,
            comment_deadline=comment_deadline,
        )

    def apply(
        self, document: str, *, match: Iterable[str] = (), counts_differ: bool = False, key: str | None = None
    ) -> Json:
        """Let an attested document count."""
        return self._act(
            f"/documents/{_part(document)}/application", key, match=match, counts_differ=counts_differ or None
        )

    def confirmation(self, document: str) -> Json:
        """What a machine read in a document and a person is to confirm."""
        return self._get(f"/documents/{_part(document)}/confirmation")

    def confirm(self, document: str, token: Iterable[str], by: str, *, key: str | None = None) -> Json:
        """Confirm or correct what a machine read, ID=VALUE each."""
        return self._act(f"/documents/{_part(document)}/confirmation", key, token=token, by=by)

    def undo(self, document: str, by: str, because: str, *, key: str | None = None) -> Json:
        """Take back what applying a document changed."""
        return self._act(f"/documents/{_part(document)}/undo", key, by=by, because=because)

    def withdraw(self, document: str, by: str, because: str, *, key: str | None = None) -> Json:
        """Withdraw the attestation of a document."""
        return self._act(f"/documents/{_part(document)}/withdrawal", key, by=by, because=because)

    def verify_certificate(
        self, given: str, *, text: str | None = None, public: str | None = None, fingerprint: str | None = None
    ) -> Json:
        """What a certificate proves: whose signature it bears, as far as `public` (PEM) or `fingerprint` tells, and a replay.

        `text`: the text that was compared, where the certificate does not hold it.
        """
        return self._post("/certificates/verification", given=given, text=text, public=public, fingerprint=fingerprint)

    def trail(self, *, limit: int | None = None, cursor: str | None = None) -> Json:
        """The audit trail, with its head."""
        return self._get("/trail", limit=limit, cursor=cursor)

    # ---- portfolios ------------------------------------------------------------------------------------------------

    def portfolios(self) -> Json:
        """The portfolios, each with its size and its last run."""
        return self._get("/portfolios")

    def portfolio(self, name: str, **asked: Unpack[RecordsAsked]) -> Json:
        """The records of a portfolio within some filters; `limit` and `cursor` give them some at a time."""
        return self._get(f"/portfolios/{_part(name)}", **asked)

    def portfolio_parquet(self, name: str, **asked: Unpack[RecordsFiltered]) -> bytes:
        """All records of a portfolio within some filters, as a Parquet file."""
        return self._file(f"/portfolios/{_part(name)}/parquet", **asked)

    def portfolio_record(self, name: str, record: str, *, base_rate: float | None = None) -> Json:
        """A record with its candidates, and all that was answered of it."""
        return self._get(f"/portfolios/{_part(name)}/record", record=record, base_rate=base_rate)

    def portfolio_runs(self, name: str) -> Json:
        """The runs and impacts of a portfolio, also those that found nothing."""
        return self._get(f"/portfolios/{_part(name)}/runs")

    def portfolio_impact(
        self,
        name: str,
        on: Day,
        *,
        before: str | None = None,
        after: str | None = None,
        draft: str | None = None,
        amendment: str | None = None,
        instrument: str | None = None,
        effective: Day | None = None,
        base_rate: float | None = None,
        by: str | None = None,
        key: str | None = None,
    ) -> Json:
        """What a change does to a portfolio: from one edition to another, a draft, or an imported document. It is recorded."""
        return self._act(
            f"/portfolios/{_part(name)}/impact",
            key,
            on=on,
            before=before,
            after=after,
            draft=draft,
            amendment=amendment,
            instrument=instrument,
            effective=effective,
            base_rate=base_rate,
            by=by,
        )

    def judge_record(
        self,
        name: str,
        record: str,
        item: str,
        judgement: Literal["concerns", "does-not", "open"],
        because: str,
        by: str,
        *,
        case: str | None = None,
        key: str | None = None,
    ) -> Json:
        """Answer whether an item concerns a record."""
        return self._act(
            f"/portfolios/{_part(name)}/judgements",
            key,
            record=record,
            item=item,
            judgement=judgement,
            because=because,
            case=case,
            by=by,
        )

    def delete_portfolio(self, name: str, confirm: str, because: str, by: str, *, key: str | None = None) -> Json:
        """Remove a portfolio with all its texts, for good; `confirm` is its name once more."""
        return self._act(f"/portfolios/{_part(name)}/deletion", key, confirm=confirm, because=because, by=by)

    # ---- the wire ----------------------------------------------------------------------------------------------------

    def _get(self, path: str, **asked: Any) -> Json:
        return _answer(self._http.get(f"/api/v1{path}", params=_given(**asked)))

    def _file(self, path: str, **asked: Any) -> bytes:
        response = self._http.get(f"/api/v1{path}", params=_given(**asked))
        _raise(response)
        return response.content

    def _post(self, path: str, **asked: Any) -> Json:
        return _answer(self._http.post(f"/api/v1{path}", json=_given(**asked)))

    def _act(self, path: str, key: str | None, **asked: Any) -> Json:
        return _answer(self._http.post(f"/api/v1{path}", json=_given(**asked), headers=_key(key)))


def _paper(case: str, kind: str) -> str:
    return f"/cases/{_part(case)}/papers/{_part(kind)}"


def _part(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def _key(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid.uuid4())}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool | str | int | float | dict):
        return value
    return [_plain(one) for one in value]


def _given(**asked: Any) -> Json:
    """What was given, as JSON writes it."""
    return {name: _plain(value) for name, value in asked.items() if value is not None}


def _answer(response: httpx.Response) -> Json:
    _raise(response)
    answer: Json = response.json()
    return answer


def _raise(response: httpx.Response) -> None:
    if response.status_code < 400:
        return
    try:
        body = response.json()
        said = Said(body["said"]["id"], body["said"]["zh"], body["said"]["en"])
    except (ValueError, KeyError, TypeError):
        said = Said(
            "no_problem_given",
            f"该地址答复 {response.status_code}，但不是 Mulu 的答复。请检查地址和端口。",
            f"What answers there gave {response.status_code}, and it is not Mulu. Check the address and the port.",
        )
        body = {}
    raise ApiProblem(response.status_code, said, tuple(body.get("errors", ())))

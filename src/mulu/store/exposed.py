"""Exposure counted where the records lie: one pass over the columns that are needed, all else in temporary tables.

The texts of a large portfolio are never read for a count, save where words are asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from mulu.catalogue.editions import Catalogue
from mulu.portfolio.exposure import (
    CERTAINTIES,
    LENGTH,
    NONE,
    REFUSED_FOR_LANGUAGE,
    Filters,
    Grain,
    Stood,
    country_said,
    drafts_said,
    every,
    funnel,
    grain_of,
    heat,
    industry_heat,
    industry_said,
    item_said,
)
from mulu.store.portfolios import Portfolio

Json = dict[str, Any]
_TABLES = """
PRAGMA temp_store = MEMORY;
DROP TABLE IF EXISTS temp.told; DROP TABLE IF EXISTS temp.shown; DROP TABLE IF EXISTS temp.stood;
DROP TABLE IF EXISTS temp.known_points; DROP TABLE IF EXISTS temp.answers; DROP TABLE IF EXISTS temp.standings;
CREATE TEMP TABLE stood (edition TEXT, item TEXT, division TEXT, control TEXT, presence TEXT, certainty TEXT,
    PRIMARY KEY (edition, item)) WITHOUT ROWID;
CREATE TEMP TABLE known_points (edition TEXT, point TEXT, certainty TEXT, PRIMARY KEY (edition, point)) WITHOUT ROWID;
CREATE TEMP TABLE answers (id TEXT, item TEXT, version TEXT, standing TEXT, judgement TEXT, "case" TEXT, signed INTEGER,
    PRIMARY KEY (id, item)) WITHOUT ROWID;
CREATE TEMP TABLE standings (edition TEXT, item TEXT, standing TEXT, PRIMARY KEY (edition, item)) WITHOUT ROWID;
"""
# Only what the index holds is read: of a record with a long text nothing else can be had without its text.
_TOLD = """
CREATE TEMP TABLE told AS SELECT records.row AS row, records.id AS id, version, run, seen, day, country, kind, owner, family,
    same_text, language, edition, engine, NULL AS unit, NULL AS strict
    FROM records INDEXED BY records_told CROSS JOIN latest ON latest.id = records.id AND latest.row = records.row
"""
_SHOWN = """
CREATE TEMP TABLE shown AS SELECT told.row AS row, told.unit AS unit, told.country AS country, told.owner AS owner,
    told.day AS day, candidates.item AS item, score, flag, near, candidates.point AS point, division, control,
    stood.certainty AS certainty,
    CASE WHEN candidates.point = candidates.item THEN '-' ELSE coalesce(known_points.certainty, 'unconfirmed') END AS sure,
    CASE WHEN answers.judgement IS NULL THEN 'open'
         WHEN answers.version != told.version OR answers.standing != standings.standing THEN 'raised again'
         ELSE answers.judgement END AS state,
    answers."case" AS "case", answers.signed AS signed
    FROM told JOIN candidates ON candidates.row = told.row
    LEFT JOIN stood ON stood.edition = told.edition AND stood.item = candidates.item
    LEFT JOIN known_points ON known_points.edition = told.edition AND known_points.point = candidates.point
    LEFT JOIN answers ON answers.id = told.id AND answers.item = candidates.item
    LEFT JOIN standings ON standings.edition = told.edition AND standings.item = candidates.item
"""


class Answered(NamedTuple):
    """What a person answered of a record under an item, as it is compared with what is there now."""

    record: str
    item: str
    version: str
    standing: str
    judgement: str
    case: str | None
    signed: bool  # the case has a determination that stands


class Exposed:
    """The records of a portfolio within some filters, and their exposures; made once, then asked."""

    def __init__(
        self,
        portfolio: Portfolio,
        filters: Filters,
        items: Iterable[Stood],
        answers: Sequence[Answered] = (),
        standings: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """`standings`: of each answered item, by edition, the digest of the points on which an answer rests."""
        self.portfolio, self.filters = portfolio, filters
        self._ask = portfolio.query
        self._who = "unit" if filters.once else "row"
        portfolio.script(_TABLES)
        items = list(items)
        portfolio.put("stood", [(i.edition, i.item, i.division, i.control, i.presence, i.certainty) for i in items])
        portfolio.put("known_points", [(i.edition, key, sure) for i in items for key, sure in i.points.items()])
        portfolio.put("answers", [tuple(one) for one in answers])
        portfolio.put("standings", [(*key, said) for key, said in (standings or {}).items()])
        self.all = self._select()

    def _select(self) -> int:
        """Fill the tables; returns how many records the portfolio has without the filters."""
        portfolio, filters = self.portfolio, self.filters
        conditions: list[str] = ["1"]
        values: list[Any] = []
        for column, value in (("country", filters.country), ("owner", filters.owner), ("kind", filters.kind)):
            if value == NONE:
                conditions.append(f"{column} IS NULL")
            elif value is not None:
                conditions.append(f"{column} = ?")
                values.append(value)
        for condition, given in (
            ("day >= ?", filters.since and filters.since.isoformat()),
            ("day <= ?", filters.until and filters.until.isoformat()),
            ("seen = ?", filters.run),
        ):
            if given is not None:
                conditions.append(condition)
                values.append(given)
        if filters.query:
            words = "%" + filters.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            conditions.append(
                "records.row IN (SELECT row FROM records WHERE text LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')"
            )
            values += [words] * 3
        portfolio.query(f"{_TOLD} WHERE {' AND '.join(conditions)}", values)
        portfolio.script("CREATE INDEX temp.told_id ON told (id); CREATE UNIQUE INDEX temp.told_row ON told (row)")
        if filters.once:
            # The first with a text may be of a family itself; then all that repeat it are of that family.
            self._ask(
                "UPDATE temp.told SET unit = coalesce('f ' || family,"
                " (SELECT 'f ' || first.family FROM temp.told AS first WHERE first.id = told.same_text AND first.family IS NOT NULL),"
                " 'i ' || coalesce(same_text, id))"
            )
        portfolio.query(_SHOWN)
        portfolio.script("CREATE INDEX temp.shown_row ON shown (row)")
        self._narrow()
        self._ask(
            "UPDATE temp.told SET strict = (SELECT min(control) FROM temp.shown WHERE shown.row = told.row AND flag)"
            " WHERE row IN (SELECT row FROM temp.shown)"
        )
        return portfolio.count()

    def _narrow(self) -> None:
        filters = self.filters
        if not filters.of_exposures:
            return
        conditions: list[str] = ["flag"]
        values: list[Any] = []
        for column, value in (
            ("item", filters.item),
            ("division", filters.industry),
            ("control", filters.control),
            ("certainty", filters.certainty),
            ("sure", filters.point),
        ):
            if value is not None and not (column == "division" and value == NONE):
                conditions.append(f"{column} = ?")
                values.append(value)
            elif value is not None:
                conditions.append("division IS NULL")
        if filters.state == "answered":
            conditions.append("state IN ('concerns', 'does-not')")
        elif filters.state is not None:
            conditions.append("state = ?")
            values.append(filters.state)
        if filters.score_from is not None:
            conditions.append("score >= ?")
            values.append(filters.score_from)
        # What cannot be said of an exposure (a division that is not known) does not meet a condition on it.
        self._ask(f"DELETE FROM temp.shown WHERE ({' AND '.join(conditions)}) IS NOT TRUE", values)
        self._ask("DELETE FROM temp.told WHERE row NOT IN (SELECT row FROM temp.shown)")

    # ---- counts ----

    def _one(self, sql: str, values: Sequence[Any] = ()) -> int:
        return int(self._ask(sql, values)[0][0] or 0)

    def _flagged(self, columns: str) -> str:
        """Some columns of each exposure, as a table: a record has an item once, those that count as one may have it often."""
        if not self.filters.once:
            return f"(SELECT {columns} FROM temp.shown WHERE flag)"
        return f"(SELECT DISTINCT unit, item, {columns} FROM temp.shown WHERE flag)"

    def records(self) -> int:
        counted = "count(DISTINCT unit)" if self.filters.once else "count(*)"
        return self._one(f"SELECT {counted} FROM temp.told")

    def exposures(self) -> int:
        """Records under items: a record under two items counts twice."""
        return self._one(f"SELECT count(*) FROM {self._flagged('1')}")

    def near(self) -> int:
        """Records with candidates, none of which reaches the operating point."""
        return self._one(
            f"SELECT count(DISTINCT {self._who}) FROM temp.shown WHERE row NOT IN (SELECT row FROM temp.shown WHERE flag)"
        )

    def by_control(self) -> dict[str, int]:
        """Records by the strictest list under an item of which they are flagged; `not flagged` is the rest."""
        rows = self._ask(
            f"SELECT strict, count(*) FROM (SELECT min(strict) AS strict FROM temp.told WHERE strict IS NOT NULL GROUP BY {self._who})"
            " GROUP BY strict"
        )
        made = {"prohibited": 0, "restricted": 0, **{str(control): int(count) for control, count in rows}}
        return {**made, "not flagged": self.records() - sum(made.values())}

    def by_item(self) -> list[tuple[str, int, int, int, int, int]]:
        """Each item: records flagged, the best score, records near the line, those answered, those that concern it."""
        flagged = f"count(DISTINCT CASE WHEN flag THEN {self._who} END)"
        answered = f"count(DISTINCT CASE WHEN flag AND state IN ('concerns', 'does-not') THEN {self._who} END)"
        concerns = f"count(DISTINCT CASE WHEN flag AND state = 'concerns' THEN {self._who} END)"
        return self._ask(
            f"SELECT item, {flagged}, max(score), count(DISTINCT {self._who}) - {flagged}, {answered}, {concerns}"
            f" FROM temp.shown GROUP BY item HAVING {flagged} > 0 ORDER BY 2 DESC, item"
        )

    def by_industry(self) -> list[tuple[str | None, int, int, int]]:
        """Each division: records flagged under an item of it, under a prohibited one, under a restricted one."""
        return self._ask(
            f"SELECT division, count(DISTINCT {self._who}),"
            f" count(DISTINCT CASE WHEN control = 'prohibited' THEN {self._who} END),"
            f" count(DISTINCT CASE WHEN control = 'restricted' THEN {self._who} END)"
            " FROM temp.shown WHERE flag GROUP BY division ORDER BY 2 DESC, division"
        )

    def by_certainty(self) -> list[tuple[str, str, int]]:
        """Exposures by how sure the listing is and how well the point is known."""
        return self._ask(f"SELECT certainty, sure, count(*) FROM {self._flagged('certainty, sure')} GROUP BY 1, 2")

    def by_state(self) -> dict[str, int]:
        rows = self._ask(f"SELECT state, count(*) FROM {self._flagged('state')} GROUP BY state")
        return {str(state): int(count) for state, count in rows}

    def by_score(self) -> list[tuple[int, int, int]]:
        """Exposures by tenths of their score: those flagged, and those that are not."""
        return self._ask("SELECT min(score / 100, 9), sum(flag), sum(NOT flag) FROM temp.shown GROUP BY 1 ORDER BY 1")

    def by(self, column: str) -> list[tuple[str | None, int, int, int, int]]:
        """Records by country, owner, kind, language or edition: all, flagged, of these with a prohibited item, and others."""
        assert column in ("country", "owner", "kind", "language", "edition", "day")
        return self._grouped(column)

    def _grouped(self, by: str, where: str = "1") -> list[tuple[Any, int, int, int, int]]:
        # Of records that count as one the strictest list stands for all.
        one = f"(SELECT {by} AS said, min(strict) AS strict FROM temp.told WHERE {where} GROUP BY 1, unit)"
        whole = f"(SELECT {by} AS said, strict FROM temp.told WHERE {where})"
        return self._ask(
            "SELECT said, count(*), count(strict), count(CASE WHEN strict = 'prohibited' THEN 1 END),"
            f" count(CASE WHEN strict = 'restricted' THEN 1 END) FROM {one if self.filters.once else whole}"
            " GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1"
        )

    def cells(self, by: str) -> list[tuple[str, str | None, int]]:
        """Records flagged under each item, by country or owner."""
        assert by in ("country", "owner")
        return self._ask(f"SELECT item, {by}, count(DISTINCT {self._who}) FROM temp.shown WHERE flag GROUP BY 1, 2")

    def industry_cells(self) -> list[tuple[str | None, str | None, int]]:
        """Records flagged under an item of each division, by country."""
        return self._ask(
            f"SELECT division, country, count(DISTINCT {self._who}) FROM temp.shown WHERE flag GROUP BY 1, 2"
        )

    def records_of(self, column: str) -> dict[str, int]:
        """Records with an exposure of each certainty (of the listing, `certainty`, or the point, `sure`) or `state`."""
        assert column in ("certainty", "sure", "state")
        rows = self._ask(
            f"SELECT {column}, count(DISTINCT {self._who}) FROM temp.shown WHERE flag GROUP BY 1 HAVING {column} IS NOT NULL"
        )
        return {str(one): int(count) for one, count in rows}

    def over_time(self) -> tuple[Grain, list[tuple[str, int, int, int, int]], int]:
        """By the records' own days: the grain, each time with all, flagged, prohibited, restricted; and those without a day."""
        first, last = self._ask("SELECT min(day), max(day) FROM temp.told")[0]
        grain = grain_of(first, last)
        found = {row[0]: row for row in self._grouped(f"substr(day, 1, {LENGTH[grain]})", "day IS NOT NULL")}
        times = every(grain, first, last) if first else []
        rows = [found.get(at, (at, 0, 0, 0, 0)) for at in times]
        return grain, rows, self._one(f"SELECT count(DISTINCT {self._who}) FROM temp.told WHERE day IS NULL")

    def together(self) -> Json:
        """Families and repeated texts among the records, whichever way they are counted."""
        families, of_them = self._ask("SELECT count(DISTINCT family), count(family) FROM temp.told")[0]
        return {
            "families": families,
            "records_in_families": of_them,
            "same_text": self._one("SELECT count(*) FROM temp.told WHERE same_text IS NOT NULL"),
        }

    def beyond(self, known_to: str) -> int:
        """Records answered for a day after the last check of sources: their own, else that for which their run asked."""
        return self._one(
            f"SELECT count(DISTINCT told.{self._who}) FROM temp.told JOIN runs ON runs.id = told.seen"
            " WHERE coalesce(told.day, json_extract(runs.asked, '$.on')) > ?",
            (known_to,),
        )

    def engines(self) -> list[str]:
        return [str(one) for (one,) in self._ask("SELECT DISTINCT engine FROM temp.told ORDER BY 1")]

    def funnel(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many are left at each step, and how many went another way; see `exposure.funnel`."""
        run = self.filters.run
        came = self.portfolio.tally(run)
        marks = ", ".join("?" * len(REFUSED_FOR_LANGUAGE))
        language = self._one(
            f"SELECT count(*) FROM refused WHERE json_extract(line, '$.said.id') IN ({marks}) AND coalesce(run = ?, 1)",
            (*REFUSED_FOR_LANGUAGE, run),
        )
        held = (
            self.all
            if run is None
            else self._one(
                "SELECT count(*) FROM records INDEXED BY records_told CROSS JOIN latest ON latest.id = records.id AND latest.row = records.row"
                " WHERE seen = ?",
                (run,),
            )
        )
        rows = came.get("rows", 0)
        repeated, refused = came.get("repeated", 0), came.get("refused", 0) - language
        within = self._one("SELECT count(*) FROM temp.told")
        compared = self.records()

        def with_(condition: str) -> int:
            return self._one(f"SELECT count(DISTINCT {self._who}) FROM temp.shown WHERE flag AND {condition}")

        counts = {
            "rows": rows,
            "records": held + language,
            "compared": compared,
            "flagged": with_("1"),
            "judged": with_("state IN ('concerns', 'does-not')"),
            "concerns": with_("state = 'concerns'"),
            "in_case": with_("state = 'concerns' AND \"case\" IS NOT NULL"),
            "determined": with_("state = 'concerns' AND \"case\" IS NOT NULL AND signed"),
        }
        lost = {
            "repeated": repeated,
            "refused": refused,
            "came_again": rows - repeated - refused - held - language,
            "language": language,
            "filtered": held - within,
            "together": within - compared,
            "not_flagged": compared - counts["flagged"],
            "unanswered": counts["flagged"] - counts["judged"],
            "does_not": counts["judged"] - counts["concerns"],
            "no_case": counts["concerns"] - counts["in_case"],
            "undetermined": counts["in_case"] - counts["determined"],
        }
        return counts, lost

    # ---- records ----

    def marks(self) -> Iterator[tuple[int, str | None]]:
        """Each record with the strictest list under an item of which it is flagged."""
        for row, strict in self._ask("SELECT row, strict FROM temp.told ORDER BY row"):
            yield int(row), None if strict is None else str(strict)

    def sure(self) -> dict[tuple[int, str], tuple[str, str, str]]:
        """By row and item of what is flagged: certainty of the listing and of the point, and what was answered."""
        rows = self._ask("SELECT row, item, certainty, sure, state FROM temp.shown WHERE flag")
        return {(row, item): (certainty, sure, state) for row, item, certainty, sure, state in rows}


_MOST_OWNERS = 60


def overview(exposed: Exposed, catalogue: Catalogue, on: datetime.date) -> Json:
    """Everything that is counted of a portfolio within its filters, as plain JSON.

    The edition in force on the day gives the names of items; each record was answered by the edition of its own day. `counted` says whether a family
    or a repeated text counts once (`once`) or each record (`all`); `exposures`, `states` and the certainties count records under
    items, `records_of` says how many records these are.
    """
    counts, lost = exposed.funnel()
    edition = catalogue.in_force(on)
    items = []
    for item, records, score, near, answered, concerns in exposed.by_item():
        items.append(
            {
                **item_said(catalogue, edition, item),
                "records": records,
                "score": score / 1000,
                "near": near,
                "answered": answered,
                "concerns": concerns,
            }
        )
    grain, times, undated = exposed.over_time()
    certainty = exposed.by_certainty()
    owners, countries = exposed.by("owner"), exposed.by("country")
    named = [one for one in owners if one[0] is not None]
    shown = [*named[:_MOST_OWNERS], *(one for one in owners if one[0] is None)]
    industries = [
        {**industry_said(catalogue, division), "records": all_, "prohibited": prohibited, "restricted": restricted}
        for division, all_, prohibited, restricted in exposed.by_industry()
    ]
    records = exposed.records()
    state = exposed.by_state()
    editions = sorted((str(name), all_, flagged) for name, all_, flagged, *_ in exposed.by("edition"))
    return {
        "portfolio": exposed.portfolio.name,
        "filters": msgspec.to_builtins(exposed.filters),
        "counted": "once" if exposed.filters.once else "all",
        "together": exposed.together(),
        "data": catalogue.version,
        "engines": exposed.engines(),
        "known_to": catalogue.known_to.isoformat(),
        "beyond_knowledge": exposed.beyond(catalogue.known_to.isoformat()),
        "edition": edition.id,
        "editions": [
            {"edition": name, "draft": catalogue.editions[name].draft, "records": all_, "flagged": flagged}
            for name, all_, flagged in editions
        ],
        "drafts": drafts_said(catalogue, [(name, all_) for name, all_, _ in editions], on),
        "records": records,
        "flagged": counts["flagged"],
        "near": exposed.near(),
        "exposures": exposed.exposures(),
        "funnel": funnel(counts, lost),
        "control": exposed.by_control(),
        "items": items,
        "industries": industries,
        "certainty": {
            "listing": {c: sum(n for one, _, n in certainty if one == c) for c in CERTAINTIES},
            "point": {c: sum(n for _, one, n in certainty if one == c) for c in (*CERTAINTIES, NONE)},
            "both": [{"listing": one, "point": sure, "exposures": n} for one, sure, n in certainty],
        },
        "countries": [_line("country", *row, country_said(row[0])) for row in countries],
        "owners": [_line("owner", *row) for row in shown],
        "owners_more": len(owners) - len(shown),
        "kinds": [_line("kind", *row) for row in exposed.by("kind")],
        "languages": {str(name): all_ for name, all_, *_ in exposed.by("language")},
        "time": {
            "grain": grain,
            "times": [
                {"at": at, "records": all_, "flagged": flagged, "prohibited": prohibited, "restricted": restricted}
                for at, all_, flagged, prohibited, restricted in times
            ],
            "undated": undated,
        },
        "scores": [
            {"from": tenth / 10, "flagged": flagged, "below": below} for tenth, flagged, below in exposed.by_score()
        ],
        "states": {one: state.get(one, 0) for one in ("open", "raised again", "concerns", "does-not")},
        "records_of": {of: exposed.records_of(of) for of in ("certainty", "sure", "state")},
        "heat": {
            "country": heat(items, exposed.cells("country"), "country"),
            "owner": heat(items, exposed.cells("owner"), "owner"),
            "industry": industry_heat(industries, exposed.industry_cells(), {one[0]: one[2] for one in countries}),
        },
    }


def _line(
    name: str, value: str | None, records: int, flagged: int, prohibited: int, restricted: int, says: Any = None
) -> Json:
    said = {} if says is None else {"zh": says.zh, "en": says.en}
    return {
        name: value or NONE,
        **said,
        "records": records,
        "flagged": flagged,
        "prohibited": prohibited,
        "restricted": restricted,
    }

"""The same screening on many machines: Parquet in, Parquet out, on a Ray cluster that the user has.

Every worker holds an engine of its own and answers batches of rows; what a row comes to depends on that row, the pack and the
user's official texts alone, so it is what one machine gives. A worker that is lost takes the batch that it was at with it: Ray
gives that batch to another one. Only whole batches are written, and at the end the rows written are counted against the rows read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mulu.catalogue.held import HeldText
from mulu.errors import Misused, MuluError
from mulu.portfolio.incoming import Mapping, guess, rows_of
from mulu.portfolio.records import Record, Refused
from mulu.portfolio.screened import Found, read_records
from mulu.vocabulary import Said

Json = dict[str, Any]
BATCH = 512  # rows that a worker answers at once
RESULTS, MANIFEST = "results", "manifest.json"
_WIDE = 2**256


class RayLacking(Misused):
    """Ray is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "ray_lacking",
                "此引擎需要 ray 组件：pip install 'mulu[ray]'。",
                "This engine needs the ray extra: pip install 'mulu[ray]'.",
            )
        )


class LostRows(MuluError):
    """A cluster wrote another number of rows than it read."""

    def __init__(self, read: int, written: int) -> None:
        super().__init__(
            Said(
                "rows_lost",
                f"读取 {read:,} 行，写出 {written:,} 行：结果不完整，请勿使用，请重新运行。",
                f"{read:,} rows were read and {written:,} written: the result is not whole. Do not use it; run it again.",
            )
        )


def schema() -> Any:
    """The columns of a result, as pyarrow has them. Scores in thousandths; `because_*` only of a refused row."""
    import pyarrow as pa

    found = pa.struct(
        [
            ("item", pa.string()),
            ("score", pa.int32()),
            ("flag", pa.bool_()),
            ("near_boundary", pa.bool_()),
            ("point", pa.string()),
        ]
    )
    return pa.schema(
        [
            ("id", pa.string()),
            ("version", pa.string()),
            ("language", pa.string()),
            ("edition", pa.string()),
            ("flagged", pa.int32()),
            ("candidates", pa.list_(found)),
            ("because_id", pa.string()),
            ("because_zh", pa.string()),
            ("because_en", pa.string()),
        ]
    )


class Answering:
    """A worker of a cluster: an engine, and the rows that it is given."""

    def __init__(
        self, mapping: Mapping, held: tuple[HeldText, ...], on: date | None, draft: str | None, cache: Path | None
    ) -> None:
        from mulu.portfolio.workers import engine

        self._screener = engine(held, cache)
        self._mapping, self._on, self._draft = mapping, on, draft

    def __call__(self, batch: Any) -> Any:
        """The answers to a batch (a pyarrow table), in its order."""
        import pyarrow as pa

        rows = rows_of(self._mapping, batch.to_pylist())
        return pa.Table.from_pylist(self.answers(rows), schema=schema())

    def answers(self, rows: Sequence[Record | Refused]) -> list[Json]:
        """One row of the result for each record or refused row, in order."""
        made: list[Json] = [{} for _ in rows]
        places: list[int] = []
        editions: list[str] = []
        for place, one in enumerate(rows):
            if isinstance(one, Refused):
                made[place] = _refused(one.id, one.said)
                continue
            try:
                editions.append(self._edition(one))
                places.append(place)
            except MuluError as error:
                made[place] = _refused(one.id, error.said)
        records = [one for place in places if isinstance(one := rows[place], Record)]
        portion = read_records(self._screener, records, editions)
        for number, said in portion.refused:
            made[places[number]] = _refused(records[number].id, said)
        for number, language, found in zip(portion.read, portion.languages, portion.found, strict=True):
            made[places[number]] = _answer(records[number], language, editions[number], found)
        return made

    def _edition(self, record: Record) -> str:
        catalogue = self._screener.catalogue
        if self._draft is not None:
            return catalogue.draft(self._draft).id
        day = record.day or self._on
        if day is None:
            raise Misused(
                Said("no_day", "记录没有日期，也没有给出 `on`。", "The record has no day, and `on` is not given.")
            )
        return catalogue.in_force(day).id


def _answer(record: Record, language: str, edition: str, found: Sequence[Found]) -> Json:
    return {
        "id": record.id,
        "version": record.version,
        "language": language,
        "edition": edition,
        "flagged": sum(one.flag for one in found),
        "candidates": [
            {"item": c.item, "score": c.score, "flag": c.flag, "near_boundary": c.near_boundary, "point": c.point}
            for c in found
        ],
    }


def _refused(ident: str | None, said: Said) -> Json:
    return {"id": ident, "flagged": 0, "because_id": said.id, "because_zh": said.zh, "because_en": said.en}


def screen_on_ray(
    source: Path,
    into: Path,
    *,
    columns: str | None,
    held: tuple[HeldText, ...],
    on: date | None,
    draft: str | None,
    workers: int | None,
    address: str | None,
    cache: Path | None = None,
) -> Json:
    """Screen the rows of a Parquet file or folder on a cluster and write what they come to beside a manifest.

    `address`: that of the cluster, `auto` for the one that this machine belongs to; without one a cluster of this machine is made
    and ended again. `source` and `into` must be where every worker reaches them. Raises RayLacking, LostRows, and Misused where
    `into` exists or the columns cannot be told.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise RayLacking from error
    if into.exists():
        raise Misused(
            Said(
                "into_exists",
                f"{into} 已存在，未覆盖。请另给文件夹名。",
                f"{into} exists and was not overwritten. Name another folder.",
            )
        )
    mapping = guess(source if source.is_file() else next(iter(sorted(source.glob("*.parquet"))), source), columns)
    if (lacking := mapping.lacking) is not None:
        raise Misused(lacking)
    ours = not ray.is_initialized()
    if ours:
        ray.init(
            address=address,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            **_of_machine(address, workers),
        )
    started = time.monotonic()
    try:
        logging.getLogger("ray.data").setLevel(logging.WARNING)
        ray.data.DataContext.get_current().enable_progress_bars = False
        rows = ray.data.read_parquet(str(source))
        count = rows.count()
        cores: Any = ray.cluster_resources()  # type: ignore[no-untyped-call]
        many = workers or max(1, int(cores.get("CPU", 1)) - 1)
        answered = rows.repartition(target_num_rows_per_block=BATCH).map_batches(
            Answering,
            fn_constructor_args=(mapping, held, on, draft, cache),
            batch_format="pyarrow",
            batch_size=BATCH,
            compute=ray.data.ActorPoolStrategy(size=many),
            num_cpus=1,
        )
        answered.write_parquet(str(into / RESULTS))
    finally:
        if ours:
            ray.shutdown()
    seconds = time.monotonic() - started
    tally, digest = told_of(into / RESULTS)
    if tally["rows"] != count:
        raise LostRows(count, tally["rows"])
    manifest = {
        "rows": count,
        "read": count - tally["refused"],
        "refused": tally["refused"],
        "flagged": tally["flagged"],
        "twice": tally["twice"],
        "results": digest,
        "on": None if on is None else on.isoformat(),
        "draft": draft,
        "workers": many,
        "seconds": round(seconds, 1),
    }
    (into / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return manifest


def _of_machine(address: str | None, workers: int | None) -> Json:
    """What a cluster of this machine alone is made with: a processor for each worker, and those of Ray itself beside them."""
    if address is not None:
        return {}
    return {"num_cpus": (workers or os.cpu_count() or 1) + 1}


def told_of(results: Path) -> tuple[Counter[str], str]:
    """Counts of a result, and a digest of its rows that does not depend on their order; both in bounded room but for the ids.

    The digest is the sum of the SHA-256 of each row, without scores: rows of the same id, version, edition and candidates give the
    same, on whatever machines and in whatever files they lie. `twice`: rows whose id stands in an earlier row.
    """
    tally: Counter[str] = Counter()
    total = 0
    seen: set[bytes] = set()
    for row in rows_in(results):
        tally["rows"] += 1
        tally["refused"] += row["because_id"] is not None
        tally["flagged"] += row["flagged"] > 0
        total = (total + int.from_bytes(digest_of_row(row))) % _WIDE
        if row["id"] is not None:
            mark = hashlib.blake2b(row["id"].encode(), digest_size=12).digest()
            tally["twice"] += mark in seen
            seen.add(mark)
    return tally, f"{total:064x}"


def digest_of_row(row: Json) -> bytes:
    """SHA-256 of what a row of a result says, but for its scores."""
    said = [
        row["id"],
        row.get("version"),
        row.get("edition"),
        [[c["item"], c["flag"], c["near_boundary"], c["point"]] for c in row.get("candidates") or ()],
        row.get("because_id"),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def rows_in(results: Path) -> Iterator[Json]:
    """The rows of a result, some thousands at a time."""
    import pyarrow.dataset

    for batch in pyarrow.dataset.dataset(results, format="parquet").to_batches():
        yield from batch.to_pylist()

"""The same screening on many machines: Parquet in, Parquet out, on a Ray cluster that the user has.

Every worker holds an engine of its own and answers some hundred rows at a time; what a row comes to depends on that row, the pack
and the user's official texts alone, so it is what one machine gives, to the last digit. A worker that is lost takes what it was at
with it, and Ray gives that to another one. What one row cannot know, whether its id stood in an earlier row, is settled when all are
answered; then every row of the input must be there exactly once, by its number, or there is no result.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from mulu.catalogue.held import HeldText
from mulu.errors import Misused, MuluError
from mulu.portfolio.columns import Columns
from mulu.portfolio.incoming import ColumnsLacking, content_of, guess, other_content, records_of
from mulu.portfolio.records import Record, Refused
from mulu.portfolio.screened import Digest, Found, read_records
from mulu.sources.tables import Rows, row_group
from mulu.vocabulary import Said

Json = dict[str, Any]
TOGETHER = 256  # rows that a worker answers at once
RESULTS, MANIFEST = "results", "manifest.json"
_OF_A_FILE = 50_000  # rows of a file of the result, at least, but of the last ones
_TRIES = 3  # workers that the same rows may end before the run does
_LITTLE = 0.1  # of a processor, for reading and writing


class RayLacking(Misused):
    """Ray is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "ray_lacking",
                "此引擎需要 Ray，Mulu 的普通安装不含它：请在 Mulu 的源码目录中以 pip 安装 requirements/ray.txt（见 docs/scale.md）。",
                "This engine needs Ray, which an ordinary installation of Mulu has not: install requirements/ray.txt with pip, in the "
                "sources of Mulu (docs/scale.md says how).",
            )
        )


class ClusterFailed(MuluError):
    """A cluster that cannot be reached, or did not end what it was given. Nothing was written."""

    def __init__(self, why: str) -> None:
        super().__init__(
            Said(
                "cluster_failed",
                f"集群未能完成，未写出结果：{why}",
                f"The cluster did not end what it was given, and nothing was written: {why}",
            )
        )


class OtherMulu(MuluError):
    """A machine of the cluster has another Mulu, or other data: its answers would not be those of this one."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            Said(
                "other_mulu",
                f"集群中有机器所装的 Mulu 或数据不同：{theirs} ≠ {ours}。请各机器安装同一版本。",
                f"a machine of the cluster has another Mulu or other data: {theirs} ≠ {ours}. Install the same on all.",
            )
        )


class LostRows(MuluError):
    """A cluster answered some rows never or twice."""

    def __init__(self, read: int, lost: int, twice: int) -> None:
        super().__init__(
            Said(
                "rows_lost",
                f"输入 {read:,} 行，其中 {lost:,} 行没有结果，{twice:,} 行有两次：未写出结果，请重新运行。",
                f"Of {read:,} rows of the input {lost:,} have no answer and {twice:,} have two: nothing was written; run it again.",
            )
        )


def schema() -> Any:
    """The columns of a result, as pyarrow has them. Scores in thousandths."""
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
            ("row", pa.int64()),  # of the whole input, from 1
            ("place", pa.string()),  # file and row of it
            ("state", pa.string()),  # read, refused, repeated, empty
            ("id", pa.string()),
            ("version", pa.string()),
            ("language", pa.string()),
            ("edition", pa.string()),
            ("flagged", pa.int32()),
            ("candidates", pa.list_(found)),
            ("because_id", pa.string()),  # these three of a refused row alone
            ("because_zh", pa.string()),
            ("because_en", pa.string()),
            ("first", pa.string()),  # of a repeated row: the place of the one that it repeats
            ("content", pa.binary()),  # of all that the row says, by which repeated ones are known
        ]
    )


class Answering:
    """A worker of a cluster: an engine, and the rows that it is given. Raises OtherMulu."""

    def __init__(
        self,
        columns: Columns,
        engine: str,
        held: tuple[HeldText, ...],
        on: date | None,
        draft: str | None,
        cache: Path | None,
    ) -> None:
        from mulu.portfolio.workers import engine as made
        from mulu.portfolio.workers import mark

        self._screener = made(held, cache)
        if (mine := mark(self._screener.catalogue)) != engine:
            raise OtherMulu(mine, engine)
        self._columns, self._on, self._draft = columns, on, draft

    def __call__(self, batch: Any) -> Any:
        """The answers to some rows of one file, as `_read` hands them over, in their order."""
        import pyarrow as pa

        made: list[Json] = []
        for given in batch.to_pylist():
            rows = msgspec.msgpack.decode(given["rows"], type=Rows)
            made += self.answers(given["file"], given["before"], rows)
        return pa.Table.from_pylist(made, schema=schema())

    def answers(self, file: str, before: int, rows: Rows) -> list[Json]:
        """A row of the result for each row of a file, before which so many rows stand in other files."""
        read = records_of(self._columns, file, rows)
        made: list[Json] = []
        asked: list[tuple[int, Record, str]] = []
        for place, one in enumerate(read):
            made.append({"row": before + rows.first + place, "place": f"{file}, {rows.first + place}", "flagged": 0})
            if one is None:
                made[place]["state"] = "empty"
            elif isinstance(one, Refused):
                made[place].update(id=one.id, **_because(one.said))
            else:
                made[place].update(id=one.id, content=content_of(one))
                try:
                    asked.append((place, one, self._edition(one)))
                except MuluError as error:
                    made[place].update(_because(error.said))
        portion = read_records(self._screener, [one for _, one, _ in asked], [edition for *_, edition in asked])
        for number, said in portion.refused:
            made[asked[number][0]].update(_because(said))
        for number, language, found in zip(portion.read, portion.languages, portion.found, strict=True):
            place, record, edition = asked[number]
            made[place].update(_answer(record, language, edition, found))
        return made

    def _edition(self, record: Record) -> str:
        catalogue = self._screener.catalogue
        day = record.day or self._on
        if day is None:
            raise Misused(
                Said("no_day", "记录没有日期，也没有给出 `on`。", "The record has no day, and `on` is not given.")
            )
        governing = catalogue.in_force(day)
        return governing.id if self._draft is None else catalogue.draft(self._draft).id


def _answer(record: Record, language: str, edition: str, found: Sequence[Found]) -> Json:
    return {
        "state": "read",
        "version": record.version,
        "language": language,
        "edition": edition,
        "flagged": sum(one.flag for one in found),
        "candidates": [
            {"item": c.item, "score": c.score, "flag": c.flag, "near_boundary": c.near_boundary, "point": c.point}
            for c in found
        ],
    }


def _because(said: Said) -> Json:
    return {"state": "refused", "because_id": said.id, "because_zh": said.zh, "because_en": said.en}


def screen_on_ray(
    source: Path,
    into: Path,
    *,
    engine: str,
    columns: str | None,
    held: tuple[HeldText, ...],
    on: date | None,
    draft: str | None,
    workers: int | None,
    address: str | None,
    cache: Path | None = None,
) -> Json:
    """Screen the rows of a Parquet file, or of those of a folder, on a cluster; write what they come to beside a manifest.

    `engine`: as `workers.mark` says it here; a machine that says another one is refused. `address`: that of the cluster, `auto` for
    the one that this machine belongs to; without one a cluster of this machine is made and ended again. `source` and `into` must be
    where every machine reaches them under the same path. Raises RayLacking, ClusterFailed, LostRows, UnreadableDocument, and Misused
    where `into` exists or the columns cannot be told. Whatever is raised, `into` is not there.
    """
    if into.exists():
        raise Misused(
            Said(
                "into_exists",
                f"{into} 已存在，未覆盖。请另给文件夹名。",
                f"{into} exists and was not overwritten. Name another folder.",
            )
        )
    source, into = source.absolute(), into.absolute()
    found, pieces, total = _pieces(source, columns)
    started = time.monotonic()
    part = into.with_name(f"{into.name}.{secrets.token_hex(4)}.part")
    try:
        with _cluster(address, workers) as (ray, many):
            _begin(ray, pieces, (found, engine, held, on, draft, cache), many).write_parquet(
                str(part / RESULTS),
                min_rows_per_file=_OF_A_FILE,
                ray_remote_args={"num_cpus": _LITTLE},
            )
        seconds = time.monotonic() - started
        (part / RESULTS).mkdir(parents=True, exist_ok=True)  # of no rows nothing was written
        tally, digest = settle(part / RESULTS, total)
        manifest = {
            "rows": total,
            **{state: tally[state] for state in ("read", "refused", "repeated", "empty", "flagged")},
            "digest": digest,
            "mapping": {role: list(names) for role, names in found.roles.items()},
            "on": None if on is None else on.isoformat(),
            "draft": draft,
            "engine": engine,
            "workers": many,
            "seconds": round(seconds, 1),
        }
        (part / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.rename(into)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _pieces(source: Path, columns: str | None) -> tuple[Columns, list[Json], int]:
    """How the rows are read, the row groups of all files in order, and how many rows there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = [source] if source.is_file() else sorted(source.rglob("*.parquet"))
    if not files or any(file.suffix.lower() != ".parquet" for file in files):
        raise Misused(
            Said(
                "no_parquet",
                f"{source} 不是 Parquet 文件，也不是含 Parquet 文件的文件夹。`ray` 只读取 Parquet。",
                f"{source} is neither a Parquet file nor a folder with some. `ray` reads Parquet alone.",
            )
        )
    mapping = guess(files[0], columns)
    if (lacking := mapping.lacking) is not None:
        raise ColumnsLacking(str(files[0]), mapping, lacking)
    (found,) = mapping.tables
    if len(files) > 1 and found.roles["id"] == ("row",):
        raise Misused(
            Said(
                "row_of_many_files",
                "多个文件时行号不能作编号。请指明编号列（`columns` 的 id=…）。",
                "Of several files the number of a row is no id. Name the column of the ids (id=… of `columns`).",
            )
        )
    pieces: list[Json] = []
    before = 0
    for file in files:
        name = file.name if source.is_file() else file.relative_to(source).as_posix()
        try:
            with pq.ParquetFile(file) as opened:
                about, names = opened.metadata, tuple(opened.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise ClusterFailed(f"{file}: {error}") from error
        if names != found.names:
            raise Misused(
                Said(
                    "other_columns",
                    f"{file} 的列与 {files[0].name} 不同。请使各文件的列一致。",
                    f"{file} has other columns than {files[0].name}. Give files with the same columns.",
                )
            )
        first = 1
        for group in range(about.num_row_groups):
            pieces.append({"path": str(file), "file": name, "before": before, "group": group, "first": first})
            first += about.row_group(group).num_rows
        before += about.num_rows
    return found, pieces, before


@contextmanager
def _cluster(address: str | None, workers: int | None) -> Iterator[tuple[Any, int]]:
    """Ray, joined to a cluster, and how many workers are asked of it. What Ray raises comes out as ClusterFailed."""
    if address is None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to anybody
    os.environ.setdefault(
        "RAY_BACKEND_LOG_LEVEL", "fatal"
    )  # what fails comes as an error; the rest is for Ray's own logs
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise RayLacking from error
    ours = not ray.is_initialized()
    try:
        if ours:
            # Of a cluster of this machine alone: a processor for each worker, and one for reading and writing.
            made: Json = {} if address is not None else {"num_cpus": (workers or os.cpu_count() or 1) + 1}
            ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR, **made)
        processors = int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]
        many = workers or max(1, processors - 1)
        if many >= processors:
            raise Misused(
                Said(
                    "too_many_workers",
                    f"集群有 {processors} 个处理器：`workers` 最多 {processors - 1}（留一个供读写）。",
                    f"The cluster has {processors} processors: `workers` can be {processors - 1} at most (one is left for reading "
                    "and writing).",
                )
            )
        yield ray, many
    except (ray.exceptions.RayError, ConnectionError, RuntimeError) as error:
        last = (str(error).strip().splitlines() or [repr(error)])[-1]
        raise ClusterFailed(re.sub(r"^mulu\.[\w.]{1,80}: ", "", last)) from error
    finally:
        if ours:
            ray.shutdown()


def _begin(ray: Any, pieces: list[Json], made_of: tuple[Any, ...], many: int) -> Any:
    """All that is to be answered, as a data set that is worked out when it is written."""
    context = ray.data.DataContext.get_current()
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context.enable_progress_bars = False
    read = ray.data.from_items(pieces, override_num_blocks=max(1, len(pieces))).map_batches(
        _read, batch_size=1, batch_format="pyarrow", num_cpus=_LITTLE
    )
    with warnings.catch_warnings():
        # Ray has no other way yet to say how often rows are tried; its own measure is without end.
        warnings.filterwarnings("ignore", "`ray_remote_args` is deprecated")
        return read.repartition(target_num_rows_per_block=1).map_batches(
            Answering,
            fn_constructor_args=made_of,
            batch_size=1,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=many),
            num_cpus=1,
            max_task_retries=_TRIES,
        )


def _read(batch: Any) -> Iterator[Any]:
    """Row groups, some hundred rows at a time: a line for each of these."""
    import pyarrow as pa

    for one in batch.to_pylist():
        for rows in row_group(one["path"], one["group"], one["first"], TOGETHER):
            said = msgspec.msgpack.encode(rows)
            yield pa.table(
                {"file": [one["file"]], "before": [one["before"]], "rows": pa.array([said], pa.large_binary())}
            )


# ---- what no row knows by itself -----------------------------------------------------------------------------------


def settle(results: Path, total: int) -> tuple[Counter[str], str]:
    """Prove that every row is there once; mark those whose id stood in an earlier row; count, and make the digest.

    The earliest row of an id counts, by its number in the input; one that says the same again is `repeated`, one that says
    something else refused, as on one machine. Held are some 20 bytes a row. Raises LostRows.
    """
    files = sorted(results.glob("*.parquet"))
    again = _again(files, total)
    changed: dict[int, Json] = {}
    if len(again):
        changed = _changed(files, again)
    tally: Counter[str] = Counter()
    digest = Digest()
    for file in files:
        _mend(file, changed)
        for row in rows_in(file):
            tally[row["state"]] += 1
            if row["state"] == "read":
                tally["flagged"] += row["flagged"] > 0
                digest.add(row["id"], row["version"], row["edition"], [Found(**one) for one in row["candidates"]])
    return tally, digest.hexdigest()


def _again(files: Sequence[Path], total: int) -> npt.NDArray[np.uint64]:
    """Marks of the ids that stand in more than one row; every row of the input is seen exactly once, or LostRows."""
    seen = np.zeros(total, dtype=bool)
    marks = [np.zeros(0, dtype=np.uint64)]
    rows = 0
    for file in files:
        for batch in _batches(file, ["row", "id", "content"]):
            numbers = batch["row"].to_numpy() - 1
            seen[numbers] = True
            rows += len(numbers)
            whole = (_mark(id_) for id_, said in _pairs(batch) if said is not None)
            marks.append(np.fromiter(whole, dtype=np.uint64))
    once = int(seen.sum())
    if once != total or rows != total:
        raise LostRows(total, total - once, rows - once)
    every = np.concatenate(marks)
    every.sort()
    return np.unique(every[1:][every[1:] == every[:-1]])


def _changed(files: Sequence[Path], again: npt.NDArray[np.uint64]) -> dict[int, Json]:
    """What becomes of rows whose id stood in an earlier one, by their number."""
    wanted = set(again.tolist())
    by_id: defaultdict[str, list[tuple[int, str, bytes]]] = defaultdict(list)
    for file in files:
        for batch in _batches(file, ["row", "place", "id", "content"]):
            for row, place, (id_, said) in zip(
                batch["row"].to_pylist(), batch["place"].to_pylist(), _pairs(batch), strict=True
            ):
                if said is not None and _mark(id_) in wanted:
                    by_id[id_].append((row, place, said))
    made: dict[int, Json] = {}
    nothing = {"version": None, "language": None, "edition": None, "flagged": 0, "candidates": None}
    for id_, rows in by_id.items():
        rows.sort()
        _, first, content = rows[0]
        for row, _, said in rows[1:]:
            if said == content:
                because = {"state": "repeated", "because_id": None, "because_zh": None, "because_en": None}
                made[row] = {**nothing, **because, "first": first}
            else:
                made[row] = {**nothing, **_because(other_content(id_, first))}
    return made


def _mend(file: Path, changed: dict[int, Json]) -> None:
    """Write a file of the result anew where rows of it become something else, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not changed or not any(row in changed for row in pq.read_table(file, columns=["row"])["row"].to_pylist()):
        return
    rows = [{**row, **changed.get(row["row"], {})} for row in rows_in(file)]
    mended = file.with_suffix(".mended")
    pq.write_table(pa.Table.from_pylist(rows, schema=schema()), mended)
    mended.replace(file)


def _batches(file: Path, columns: list[str] | None = None) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        yield from opened.iter_batches(4096, columns=columns, use_threads=False)


def _pairs(batch: Any) -> Iterator[tuple[str, bytes | None]]:
    return zip(batch["id"].to_pylist(), batch["content"].to_pylist(), strict=True)


def _mark(id_: str) -> int:
    return int.from_bytes(blake2b(id_.encode(), digest_size=8).digest())


def rows_in(results: Path) -> Iterator[Json]:
    """The rows of a result, or of a file of it, some thousands at a time, in no order; `row` tells it."""
    for file in [results] if results.is_file() else sorted(results.glob("*.parquet")):
        for batch in _batches(file):
            yield from batch.to_pylist()

"""The scorecard: every figure on labelled files in one run, and pictures of it. docs/scorecard.md explains each."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mulu.catalogue.editions import Catalogue
from mulu.errors import Misused
from mulu.scorecard import ONE_THREAD
from mulu.scorecard.ablation import ROWS as ABLATED
from mulu.scorecard.ablation import ablation
from mulu.scorecard.engines import check_engines
from mulu.scorecard.figures import Scale, against, judge, speed
from mulu.scorecard.labelled import (
    KINDS,
    Labelled,
    NotLabelled,
    check_lock,
    is_locked,
    placed,
    read_all,
    sampled,
    trained_on,
)
from mulu.scorecard.noise import ROWS as DISTURBED
from mulu.scorecard.noise import robustness
from mulu.scorecard.overlap import overlaps
from mulu.scorecard.pictures import draw, make_ready
from mulu.scorecard.runs import run_mulu, run_others
from mulu.screening.engine import Screener

Json = dict[str, Any]

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
TIMED = 200  # texts that are screened whole, with reasons, to be timed
LONG, LONG_TEXTS = (300, 400), 100


def bench(
    paths: Sequence[Path],
    catalogue: Catalogue,
    engines: Sequence[str],
    split: Path | None = None,
    half: str | None = None,
    pictures: Path | None = None,
    screener: Screener | None = None,
) -> Json:
    """Run the engines side by side on labelled files, or on one half of them by a split file.

    Files of a folder `locked` are read only where the folder has the digest of the lock beside it, and then only
    figures over many rows are given. Raises NotLabelled, BadCase, LockBroken, Unknown, EngineMissing or CannotDraw.
    """
    if not paths:
        raise NotLabelled(Path("-"), 0, "no file is given")
    check_engines(engines)
    if pictures is not None:
        make_ready(pictures)
    locked = {str(folder): check_lock(folder) for folder in _locked_folders(paths)}
    rows = placed(_half(read_all(paths), split, half), catalogue)
    if not rows:
        raise NotLabelled(paths[0], 0, "no rows")
    screener = screener or Screener(catalogue)
    model = screener.model
    scale = Scale(model.operating_point / 1000, model.share_of_best, model.base_rate / 1000)
    runs = []
    if "mulu" in engines:
        run_mulu(rows[:3], catalogue, screener)  # the first texts warm caches and would spoil the timing
        runs.append(run_mulu(rows, catalogue, screener))
    runs += run_others(rows, catalogue, engines)
    named = not locked
    report: Json = {
        "files": [path.name for path in paths],
        "half": half,
        "locked": [{"folder": Path(folder).name, "sha256": found} for folder, found in locked.items()],
        "trained_on": sorted({path.resolve().parent.name for path in paths if trained_on(path)})
        + (["tune"] if half == "tune" else []),
        "rows": len(rows),
        "documents": len({row.document for row in rows}),
        "kinds": {kind: sum(row.kind == kind for row in rows) for kind in KINDS},
        "editions": dict(Counter(row.edition for row in rows).most_common()),
        "data": catalogue.version,
        "engine": screener.version,
        "threads": {name: os.environ.get(name) for name in THREADS} | {"encoder": "1"},
        "one_thread": ONE_THREAD,
        "engines": [judge(rows, run, scale if run.name == "mulu" else None, named=named) for run in runs],
    }
    if "mulu" in engines:
        report["against"] = [against(rows, runs[0], other) for other in runs[1:]]
        report["speed"] = _speeds(rows, catalogue, screener)
        report["ablation"] = ablation([rows[n] for n in sampled(rows, ABLATED)], catalogue, screener)
        report["robustness"] = robustness(
            [rows[n] for n in sampled(rows, DISTURBED)], catalogue, screener, scale.operating_point
        )
    report["overlap"] = overlaps(rows, paths, screener.index.glossary)
    report["pictures"] = [] if pictures is None else [path.name for path in draw(report, pictures)]
    return report


def _locked_folders(paths: Sequence[Path]) -> list[Path]:
    return list(dict.fromkeys(path.resolve().parent for path in paths if is_locked(path)))


def _half(rows: list[Labelled], split: Path | None, half: str | None) -> list[Labelled]:
    if split is None or half is None:
        return rows
    try:
        chosen = set(json.loads(split.read_text(encoding="utf-8"))[half])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotLabelled(split, 0, f"no half {half!r} ({type(error).__name__}: {error})") from error
    return [row for row in rows if row.id in chosen]


def _speeds(rows: Sequence[Labelled], catalogue: Catalogue, screener: Screener) -> Json:
    """A description screened whole, with its reasons; and Chinese ones of 300–400 characters, joined where too short."""
    import time

    texts = [(rows[n].text, rows[n].title, catalogue.editions[rows[n].edition]) for n in sampled(rows, TIMED)]
    newest = catalogue.governing()[-1]
    long = [(text, None, newest) for text in long_texts([row.text for row in rows if row.language == "zh"])]
    made: Json = {}
    for name, asked in (("screened", texts), ("long_chinese", long)):
        seconds = []
        for text, title, edition in asked:
            began = time.perf_counter()
            try:
                screener.screen(text, edition, title=title)
            except Misused:
                continue
            seconds.append(time.perf_counter() - began)
        made[name] = speed(seconds) if seconds else {"n": 0}
    made["long_chinese"]["characters"] = list(LONG)
    return made


def long_texts(texts: Sequence[str]) -> list[str]:
    """Texts of 300 to 400 characters: each as it is, or several in turn joined and cut."""
    low, high = LONG
    made: list[str] = []
    held = ""
    for text in texts:
        held = f"{held}\n{text}" if held else text
        if len(held) >= low:
            made.append(held[:high])
            held = ""
        if len(made) == LONG_TEXTS:
            break
    return made

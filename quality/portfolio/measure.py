"""How fast and how large portfolios are: `python -m quality.portfolio.measure FOLDER [--rows 1000 10000 100000] [--equal]`.

Each table is made by `quality.portfolio.make` (seed 1) and screened in a process of its own with one reader a core. Told are rows a
second, the time a table of one row takes (loading, `start`), the time of each row beyond it, and the most memory that all its
processes held together (PSS: a page that several share counts once). Of three sizes and more the line is told that lies nearest to
all times as shares of themselves: what every run costs (a second engine and what each reader learns from its first texts are in it,
and not in `start`), what a row costs, and how far each size is from it. Then, on the largest table, the impact of an amendment that
touches two items and that of 2023-57 to 2025-28: their share of the time of the full screening, with and without loading the engine.
`--equal` screens the whole table under the other side too (hours become minutes only on a quiet machine) and holds every record of the
impact against it. `uptime` is told with each figure: on a busy machine times say little.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
BEFORE, EARLIER = "2025-28", "2023-57"
# Invented, in the form in which such announcements are printed: one point put otherwise, one entry that is new.
AMENDMENT = """商务部 科技部公告2027年第1号
关于调整《中国禁止出口限制出口技术目录》的公告

现对《中国禁止出口限制出口技术目录》（商务部 科技部公告2023年第57号附件）部分条目予以调整（具体内容见附件），自2027年4月1日起施行。

商务部 科技部
2027年3月1日

附件
《中国禁止出口限制出口技术目录》调整内容

一、限制出口部分
（一）化学原料和化学制品制造业
1.将电池正极材料制备技术（编号：252604X）控制要点1修改为：“磷酸铁锂正极材料的水热制备与碳包覆技术，粉体压实密度≥2.50g/cm3”。
2.新增固态电池电解质制备技术（编号：252605X），控制要点：
1.硫化物固态电解质的制备技术
2.室温离子电导率≥10mS/cm的电解质膜成型技术
"""


class Watch(threading.Thread):
    """Samples what a process and all that it began hold in memory, in MiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.pss, self.rss, self._over = pid, 0, 0, threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            pss = rss = 0
            for one in _family(self.pid):
                with contextlib.suppress(OSError):
                    for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                        name, _, value = line.partition(":")
                        pss += int(value.split()[0]) if name == "Pss" else 0
                        rss += int(value.split()[0]) if name == "Rss" else 0
            self.pss, self.rss = max(self.pss, pss // 1024), max(self.rss, rss // 1024)

    def end(self) -> None:
        self._over.set()
        self.join()


def _family(pid: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            with contextlib.suppress(OSError):
                parents.setdefault(int((one / "stat").read_text().rpartition(")")[2].split()[1]), []).append(
                    int(one.name)
                )
    left = [pid]
    while left:
        yield (one := left.pop())
        left += parents.get(one, [])


def child(*given: str) -> dict[str, Any]:
    """Do one thing in a process of its own; its answer, with wall time and memory."""
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "quality.portfolio.measure", "-", "--child", *given], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        watch = Watch(process.pid)
        watch.start()
        assert process.stdout is not None
        out = process.stdout.read()
        process.wait()
        watch.end()
    if process.returncode:
        raise SystemExit(process.returncode)
    answer: dict[str, Any] = json.loads(out)
    return {
        **answer,
        "wall": round(time.monotonic() - started, 1),
        "pss_mib": watch.pss,
        "rss_mib": watch.rss,
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def _desk(store: str) -> Any:
    from mulu.desk import Desk

    return Desk(store=store)


def screened(store: str, file: str, edition: str, amendment: str = "") -> dict[str, Any]:
    """Screen a table on one edition, whatever the days of its records say; an amendment is imported first."""
    desk = _desk(store)
    if amendment:
        document = desk.archive.read(Path(amendment), AT)["document"]
        desk.archive.attest(document, AT, "-", "-", AT.date())
        desk.archive.apply(document, AT)
        desk = _desk(store)
    wanted = desk.catalogue.editions[edition]
    started = time.monotonic()
    answer = desk.portfolios.screen("p", Path(file), lambda _: wanted, {"on": edition}, AT, None)
    return {**{k: answer[k] for k in ("rows", "read", "refused", "flagged", "digest")}, "seconds": round(time.monotonic() - started, 1)}  # fmt: skip


def impact(store: str, from_: str, to: str, amendment: str = "", against: str = "") -> dict[str, Any]:
    """The impact of a change on a screened table; `against`: the store in which it was screened under the other side."""
    desk = _desk(store)
    old = desk.catalogue
    new = old
    if amendment:
        new, to = desk.archive.as_if(desk.archive.read(Path(amendment), AT)["document"])
    sides = (old, old.editions[from_]), (new, new.editions[to])
    answer = desk.portfolios.impact("p", *sides, AT, None)
    told = {
        k: answer[k]
        for k in ("records", "touched", "read_again", "affected", "seconds", "seconds_with_loading", "digest")
    }
    told["items"] = len(answer["items"])
    if against:
        # The store was screened on BEFORE: which of the two sides it holds, the change says.
        stores = (desk, _desk(against)) if from_ == BEFORE else (_desk(against), desk)
        told["equal"] = _equal(answer, desk, stores, sides)
    return told


def _equal(answer: dict[str, Any], desk: Any, stores: tuple[Any, Any], sides: Any) -> dict[str, Any]:
    """Hold an impact against what both full screenings found, record by record."""
    from mulu.catalogue.history import difference
    from mulu.portfolio.impact import Change, Side, effects
    from mulu.screening.engine import Screener

    (old, from_), (new, to) = sides
    changes = {c["item"]: c for c in difference(new, from_, to)["changes"]}
    engine = desk._engine
    standing = Change(Side(engine, from_), Side(engine if new is old else Screener(new), to)).standing

    def told(one: Any) -> Any:
        return None if one is None else (one.score / 1000, one.flag, one.near_boundary, one.point)

    wanted = {}
    with stores[0].portfolios.open("p") as before, stores[1].portfolios.open("p") as after:
        ids = {id_: (row, after_row) for id_, row, after_row in _pairs(before, after)}
        for id_, (row, after_row) in ids.items():
            made = effects(before.candidates(row), after.candidates(after_row), changes, standing)
            if made:
                wanted[id_] = [(e.item, e.kind, e.to_item, told(e.before), told(e.after)) for e in made]

    def given(one: Any) -> Any:
        return None if one is None else (one["score"], one["flag"], one["near_boundary"], one["point"])

    got = {
        r["record"]: [(e["item"], e["kind"], e["to_item"], given(e["before"]), given(e["after"])) for e in r["effects"]]
        for r in answer["results"]
    }
    unlike = [id_ for id_ in wanted.keys() | got.keys() if wanted.get(id_) != got.get(id_)]
    return {"records": len(ids), "affected": len(wanted), "unlike": len(unlike), "first": [(i, wanted.get(i), got.get(i)) for i in unlike[:3]]}  # fmt: skip


def line(times: dict[int, float]) -> dict[str, Any]:
    """The straight line nearest to some times by their rows, each difference as a share of the time, and these shares."""
    import numpy as np

    rows, seconds = np.array(list(times), dtype=float), np.array(list(times.values()))
    made = np.stack([1 / seconds, rows / seconds], axis=1)
    (fixed, slope), *_ = np.linalg.lstsq(made, np.ones(len(rows)), rcond=None)
    off = (seconds - fixed - slope * rows) / seconds
    return {
        "every_run_s": round(float(fixed), 2),
        "ms_a_row": round(float(slope) * 1000, 3),
        "off": {str(n): round(float(share), 3) for n, share in zip(times, off, strict=True)},
    }


def _pairs(before: Any, after: Any) -> Iterator[tuple[str, int, int]]:
    rows = dict(after.query("SELECT id, row FROM latest"))
    for id_, row in before.query("SELECT id, row FROM latest"):
        yield id_, row, rows[id_]


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m quality.portfolio.measure", description=__doc__.partition("\n")[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000, 100_000])
    reader.add_argument("--equal", action="store_true")
    reader.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.child:
        does, *given = asked.child
        print(json.dumps({"screened": screened, "impact": impact}[does](*given), ensure_ascii=False))
        return
    folder = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    amendment = folder / "amendment.txt"
    amendment.write_text(AMENDMENT, encoding="utf-8")

    def store(name: str) -> str:
        return str(folder / f"{name}.db")

    start = 0.0
    times: dict[int, float] = {}
    for rows in [1, *asked.rows]:
        file = folder / f"{rows}.csv"
        subprocess.run([sys.executable, "-m", "quality.portfolio.make", str(file), "--rows", str(rows), "--seed", "1"], cwd=ROOT, check=True)  # fmt: skip
        told = child("screened", store(str(rows)), str(file), BEFORE)
        if rows == 1:
            start = told["seconds"]
        else:
            told |= {"start": start, "rows_a_second": round(rows / told["seconds"], 1), "ms_a_row_beyond_start": round((told["seconds"] - start) / rows * 1000, 3)}  # fmt: skip
        print(json.dumps({"screened": rows, **told}), flush=True)
        times[rows] = told["seconds"]
    full = told["seconds"]
    if len(asked.rows) > 2:
        print(json.dumps({"line": line({rows: times[rows] for rows in asked.rows})}), flush=True)
    largest = str(asked.rows[-1])
    sides = {"amendment": (BEFORE, "", str(amendment)), "editions": (EARLIER, BEFORE, "")}
    for name, (from_, to, text) in sides.items():
        against = ""
        if asked.equal:
            against = store(f"{largest}-{name}")
            edition = "2027-1" if text else EARLIER
            print(json.dumps({"full": name, **child("screened", against, str(folder / f"{largest}.csv"), edition, text)}), flush=True)  # fmt: skip
        told = child("impact", store(largest), from_, to, text, against)
        shares = {f"share_{k}": round(told[k] / full, 5) for k in ("seconds", "seconds_with_loading")}
        print(
            json.dumps({"impact": name, "from": from_, "to": to or "amended", **told, **shares}, ensure_ascii=False),
            flush=True,
        )


if __name__ == "__main__":
    main()

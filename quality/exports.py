"""How long an export of everything takes: each format alone, all of them together, and the static site.

    python quality/exports.py [--rounds 7]

Prints the median and the worst time and the size of what is made, without the start of the program and the loading of the
Catalogue, and the time that writing all of it takes; ends with 1 where the median of all formats together is over 5 s.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import tempfile
import time
from pathlib import Path

from mulu.desk import EXPORTS, Desk
from mulu.interfaces.site import pages
from mulu.reports import exports

MOST_S = 5.0
DAY = datetime.date(2026, 11, 28)


def main() -> int:
    asked = argparse.ArgumentParser(description="time the exports")
    asked.add_argument("--rounds", type=int, default=7)
    rounds = asked.parse_args().rounds
    desk = Desk()
    _ = desk.catalogue
    data = tuple(name for name in EXPORTS if name != exports.SITE)
    median = 0.0
    for name, formats in (*((one, (one,)) for one in data), ("together", data), (exports.SITE, (exports.SITE,))):
        times = []
        files: dict[str, bytes] = {}
        for _ in range(rounds):
            begun = time.perf_counter()
            _manifest, files = desk.exported(DAY, "pack", formats, site=pages)
            times.append(time.perf_counter() - begun)
        size = sum(map(len, files.values())) / 1e6
        print(f"{name:<9} median {statistics.median(times):5.2f} s  worst {max(times):5.2f} s  {len(files):>5} files {size:6.1f} MB")  # fmt: skip
        if name == "together":
            median = statistics.median(times)
            with tempfile.TemporaryDirectory() as folder:
                begun = time.perf_counter()
                exports.write(files, Path(folder) / "out")
                print(f"          written in {time.perf_counter() - begun:.2f} s")
    return int(median > MOST_S)


if __name__ == "__main__":
    sys.exit(main())

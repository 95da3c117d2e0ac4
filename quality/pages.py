"""How long the server takes for the first view of each page, and how large it is.

    python quality/pages.py [--rounds 15] [--store FILE]

Asks the application itself, without a network between, in both languages. Prints the time of the first view after the
start, the median and the worst time and the size of every page, and of a screening; ends with 1 where the first view or
the median is over 150 ms or a page over 100 KB. It is made ready as `mulu serve` does; `--cold` leaves that out.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import statistics
import sys
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from mulu.interfaces import web
from mulu.interfaces.keeper import Keeper
from mulu.interfaces.serve import application

MOST_MS, MOST_BYTES = 150, 100_000
PORT = 8750
PAGES = (
    "",
    "screen",
    "catalogue",
    "catalogue?q=lithium",
    "catalogue/timeline",
    "catalogue/industries",
    "catalogue/diff",
    "catalogue/diff?before=2020-38&after=draft-2022-12-30",
    "catalogue/coverage",
    "catalogue/standing",
    "catalogue/battery-cathode-x",
    "catalogue/nonferrous-metallurgy-x",
    "cases",
    "documents",
)
TEXT = "一种磷酸锰铁锂正极材料的制备方法，粉末在 220 MPa 下的压实密度为 2.62 g/cm³，首次库伦效率 97.5 %。" * 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--store", default=None, help="a store of your own; an empty one otherwise")
    parser.add_argument("--cold", action="store_true", help="do not make the pages ready first")
    options = parser.parse_args()
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(options.store or str(Path(folder) / "pages.db"))
        keeper.warm()
        app = application(keeper, PORT)
        if not options.cold:
            asyncio.run(web.warm(app))
        browser = TestClient(app, base_url=f"http://127.0.0.1:{PORT}")
        for path in PAGES:
            over += _told(path, [_asked(browser, path, n) for n in range(options.rounds)])
        over += _told("screen (a text)", [_screened(browser, n) for n in range(options.rounds)])
    return 1 if over else 0


def _asked(browser: TestClient, path: str, turn: int) -> tuple[float, int]:
    """Seconds and bytes of one page, the languages by turns."""
    started = time.perf_counter()
    answer = browser.get(f"/{('zh', 'en')[turn % 2]}/{path}")
    took = time.perf_counter() - started
    return took, len(answer.content) if answer.status_code == 200 else 0


def _screened(browser: TestClient, turn: int) -> tuple[float, int]:
    form = browser.get("/zh/screen").text
    token = form.split('name="csrf" value="')[1].split('"')[0]
    day = datetime.date(2025, 9, 1).isoformat()
    started = time.perf_counter()
    answer = browser.post("/zh/screen", data={"csrf": token, "text": f"{TEXT} {turn}", "on": day})
    return time.perf_counter() - started, len(answer.content)


def _told(path: str, rounds: list[tuple[float, int]]) -> int:
    times = [took * 1000 for took, _ in rounds]
    size = max(size for _, size in rounds)
    median = statistics.median(times)
    first = max(times[:2])  # of either language
    over = median > MOST_MS or first > MOST_MS or size > MOST_BYTES
    if not size:
        print(f"{path or '(home)':55} not there")
        return 0
    print(
        f"{path or '(home)':55} first {first:6.1f} ms  median {median:6.1f} ms  worst {max(times):6.1f} ms  {size:7,} bytes"
        + ("  OVER" if over else "")
    )
    return over


if __name__ == "__main__":
    sys.exit(main())

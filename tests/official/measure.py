"""Measure reading and comparing: python -m tests.official.measure (needs the packages of the tests, and the ocr extra).

Prints the time of a difference for every pair of editions and between two whole official ones, the time of a long table,
and how many numbers, units, operators and codes OCR misreads on invented scans.
"""

from __future__ import annotations

import difflib
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.catalogue import test_properties as made
from tests.official import documents

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.held import machine_tokens
from mulu.catalogue.history import difference
from mulu.catalogue.official import read_official
from mulu.catalogue.pack import read
from mulu.catalogue.print import bare
from mulu.sources.documents import read_document


def milliseconds(does: Callable[[], object], times: int = 7) -> float:
    """The median of several runs, after one that warms up."""
    does()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        does()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def differences() -> None:
    pack = read()
    catalogue = Catalogue(pack)
    pairs = list(itertools.permutations(catalogue.editions.values(), 2))
    worst = max(milliseconds(lambda a=a, b=b: difference(catalogue, a, b)) for a, b in pairs)
    print(f"difference of two editions: worst of {len(pairs)} pairs {worst:.1f} ms")
    texts = [
        made._official(name, made._items(documents.catalogue(seed)))
        for name, seed in (("order-2008-12", 7), ("announcement-2025-28", 9))
    ]
    whole = Catalogue(pack, texts)
    one, other = whole.editions[made.BEFORE], whole.editions["2025-28"]
    print(f"difference of two whole official editions: {milliseconds(lambda: difference(whole, one, other)):.1f} ms")


def table(folder: Path) -> None:
    path = documents.table_pdf(folder).path
    document = read_document(path)
    taken = milliseconds(lambda: read_official(read_document(path)), 3)
    print(f"table of {document.pages} pages: {taken:.0f} ms")


def scans(folder: Path) -> None:
    for worn in (False, True):
        total = misread = 0
        for seed in (documents.SEED, 1, 2):
            page = documents.scanned_pdf(folder, seed, worn=worn)
            for entry in read_official(read_document(page.path, ocr=True)).entries:
                truth = max(
                    page.entries,
                    key=lambda e, name=entry.name: difflib.SequenceMatcher(None, bare(e.name), bare(name)).ratio(),
                )
                for right, point in zip(truth.points, entry.points, strict=False):
                    printed = [bare(token.read) for token in machine_tokens(right.whole(), "")]
                    seen = [bare(token.read) for token in machine_tokens(point.whole(), "")]
                    total += len(printed)
                    misread += sum(token not in seen for token in printed)
        print(f"{'worn' if worn else 'clean'} scans: {misread} of {total} tokens misread")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as at:
        differences()
        table(Path(at))
        scans(Path(at))

"""Measures the screening of a long document: `python quality/reading_speed.py [--pages 60]`.

Sets a contract of that many pages as a PDF, from unlisted texts of `quality/open` with one text on a listed technology
every dozen pages, and tells: how many characters and pages it has, how long `mulu screen --file` takes from start to
end (best and median of five), whether each listed text is found as it is found by itself, on which page and in which
clause, and what else is flagged.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mulu.desk import Desk
from mulu.scorecard.cases import Case, read_cases

OPEN = Path(__file__).parent / "open"
DAY = "2026-11-23"
_ACTS_IN_MARKUP = frozenset("#*_`$@<>[]\\/~=-+")


def listed(desk: Desk, cases: list[Case], count: int) -> list[tuple[Case, set[str]]]:
    """Texts on different listed technologies that are flagged by themselves, with what is flagged of each."""
    found: list[tuple[Case, set[str]]] = []
    taken: set[str] = set()
    chosen = [case for case in cases if case.kind == "positive" and case.language == "zh"]
    random.Random(7).shuffle(chosen)
    for case in chosen:
        answer = desk.screen(case.text, datetime.date.fromisoformat(DAY), top=20)
        flagged = {one["item"] for one in answer["candidates"] if one["flag"]}
        if flagged & set(case.items) and not flagged & taken:
            found.append((case, flagged))
            taken |= flagged
        if len(found) == count:
            break
    return found


def typeset(paragraphs: list[str], into: Path) -> None:
    """A contract of numbered clauses, eight to an article, with heads and feet."""
    import pylopdf_fonts_zh_cn
    import typst

    def plain(text: str) -> str:
        return "".join(f"\\{c}" if c in _ACTS_IN_MARKUP else c for c in " ".join(text.split()))

    lines = []
    for number, text in enumerate(paragraphs):
        article, clause = divmod(number, 8)
        if clause == 0:
            lines.append(f"== 第{article + 1}条 约定")
        lines.append(f"{article + 1}.{clause + 1} {plain(text)}")
    source = (
        "#set page(paper: \"a4\", header: [技术许可合同], footer: context [第 #counter(page).display() 页])\n"
        "#set text(font: (\"Noto Serif SC\", \"Noto Sans SC\"), lang: \"zh\", size: 12pt)\n#set par(justify: true)\n"
        "= 技术许可合同\n" + "\n\n".join(lines)
    )  # fmt: skip
    fonts = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    typst.compile(source.encode(), output=str(into), font_paths=fonts, ignore_system_fonts=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    pages = parser.parse_args().pages
    cases = read_cases(sorted(OPEN.glob("*.yaml")))
    desk = Desk()
    inserted = listed(desk, cases, max(1, pages // 12))
    others = [case.text for case in cases if case.kind in ("hard", "easy") and case.language == "zh"]
    chance = random.Random(4)
    paragraphs = [chance.choice(others) for _ in range(int(pages * 7.5))]
    clauses: dict[str, str] = {}
    for number, (case, _) in enumerate(inserted):
        at = (number + 1) * len(paragraphs) // (len(inserted) + 1)
        paragraphs.insert(at, case.text)
    for case, _ in inserted:
        article, clause = divmod(paragraphs.index(case.text), 8)
        clauses[case.id] = f"{article + 1}.{clause + 1}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contract.pdf"
        typeset(paragraphs, path)
        command = [
            sys.executable,
            "-m",
            "mulu",
            "screen",
            "--file",
            str(path),
            "--on",
            DAY,
            "--top",
            "12",
            "--format",
            "json",
        ]
        times = []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(5):
            began = time.perf_counter()
            said = subprocess.run(command, capture_output=True, check=True).stdout
            times.append(time.perf_counter() - began)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / len(times)
    answer = json.loads(said)
    document = answer["document"]
    print(
        f"{document['pages']} pages, {document['characters']:,} characters, {document['passages']} passages, {document['stretches']} stretches"
    )
    print(
        f"start to end: best {min(times):.2f} s, median {statistics.median(times):.2f} s of {len(times)}; processor time {processor:.2f} s in both processes"
    )
    flagged = {one["item"]: one for one in answer["candidates"] if one["flag"]}
    expected = set().union(*(items for _, items in inserted))
    wrong = 0
    for case, items in inserted:
        right = sorted(items & set(case.items))
        found = [item for item in right if item in flagged]
        places = [flagged[item]["passages"][0]["place"] for item in found]
        at_place = [place["clause"] == clauses[case.id] and place["page"] is not None for place in places]
        wrong += not found or not all(at_place)
        shown = ", ".join(
            f"{item} p. {place['page']} clause {place['clause']}" for item, place in zip(found, places, strict=True)
        )
        print(
            f"{case.id}: clause {clauses[case.id]} -> {shown or 'not found'}{'' if found and all(at_place) else '  WRONG'}"
        )
    print(f"flagged besides: {', '.join(sorted(set(flagged) - expected)) or 'nothing'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

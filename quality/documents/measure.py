"""How well the written documents are read, and what screening makes of them, kind by kind.

`python -m quality.documents.measure` builds the documents in a folder that is thrown away and holds each reading to its truth.
Everything is counted exactly: a quotation counts as found where its first and last words stand in the text that was read, as whole where
they stand in one passage, as placed where that passage bears the page, clause, claim, paragraph, row or part that the truth names.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import cn2an
from quality.documents import make

from mulu.desk import Desk
from mulu.errors import MuluError
from mulu.sources.described import Passage, Reading, Role
from mulu.sources.fenced import read_described
from mulu.sources.patents import families as together

Json = dict[str, Any]
DAY = date(2026, 11, 23)
_FAR = 6_000  # characters between the first and the last word of one passage, at most
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


class Text:
    """A text without white space and in one spelling of signs, which knows where each sign stood."""

    def __init__(self, text: str) -> None:
        self.signs: list[str] = []
        self.places: list[int] = []
        for place, sign in enumerate(text):
            for one in folded(sign):
                self.signs.append(one)
                self.places.append(place)
        self.text = "".join(self.signs)

    def spans(self, first: str, last: str) -> Iterator[tuple[int, int]]:
        """Where a quotation can stand, by its first and last words."""
        first, last = folded(first), folded(last)
        start = self.text.find(first)
        while start >= 0:
            end = self.text.find(last, start, start + _FAR)
            if end >= 0:
                yield self.places[start], self.places[max(end + len(last), start + len(first)) - 1] + 1
            start = self.text.find(first, start + 1)


# Contracts that were written later; the figures of the README are those of the others.
_APART = ("drafting-schools", "further-contracts", "varied-contracts", "held-out-contracts", "late-contracts")


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def number(printed: str | None) -> str:
    """A number of a clause without what surrounds it: 第三条, Article 3, 3. and (3) are one."""
    text = folded(printed or "").lower()
    text = re.sub(r"第([零一二三四五六七八九十百两]+)", lambda m: f"第{cn2an.cn2an(m[1], 'smart')}", text)
    text = re.sub(r"^([零一二三四五六七八九十百]+)(?=、|$)", lambda m: str(cn2an.cn2an(m[1], "smart")), text)
    text = re.sub(r"^(article|section|clause|claim|schedule|annex|附件|第)", "", text)
    return re.sub(r"[条條章款节節.、:：()（）\[\]]+$|^[(（\[]+", "", text)


def placed(passage: Passage, place: Json) -> bool:
    """Does a passage bear the place that the truth names?"""
    at = passage.place
    page = place.get("page")
    if page is not None and not (at.page is not None and at.page <= page <= (at.last_page or at.page)):
        return False
    if "claim" in place and not (passage.role is Role.CLAIM and number(at.number) == str(place["claim"])):
        return False
    if place.get("clause") is not None and number(str(place["clause"])) not in (number(at.clause), number(at.number)):
        return False
    if place.get("paragraph") is not None and number(at.number).lstrip("0") != str(place["paragraph"]):
        return False
    if "part" in place and (place["part"] == "quoted") is not (passage.role is Role.QUOTED):
        return False
    if place.get("section") == "background" and passage.role is not Role.BACKGROUND:
        return False
    if place.get("row") is not None and at.cell is not None:
        return re.sub(r"\D", "", at.cell.split(":")[0]) == str(place["row"])
    return True


class Counts:
    """Right and all, of one thing."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.all: Counter[str] = Counter()
        self.wrong: dict[str, list[str]] = defaultdict(list)

    def add(self, what: str, right: bool, told: str) -> None:
        self.all[what] += 1
        self.right[what] += right
        if not right:
            self.wrong[what].append(told)


def held_to_truth(reading: Reading, truth: Json, counts: Counts) -> None:
    """Count what of one reading is as the truth says."""
    name = truth["document"]
    text = Text(reading.text)

    def look(what: str, quote: Json, place: Json) -> None:
        if not folded(quote["first"]):
            return  # a heading whose words all stand in the clauses beneath it: those are looked for
        told = f"{name}: {place} {quote['first']!r} … {quote['last']!r}"
        spans = list(text.spans(quote["first"], quote["last"]))
        counts.add(f"{what} found", bool(spans), told)
        if not spans:
            return
        held = [reading.passages_in(*span) for span in spans]
        counts.add(f"{what} whole", any(len(one) == 1 for one in held), told)
        got = held[0][0].place
        bears = f"; bears page {got.page}, number {got.number!r}, clause {got.clause!r}, cell {got.cell!r}"
        counts.add(f"{what} placed", any(one and placed(one[0], place) for one in held), told + bears)

    for one in truth["passages"]:
        look("passages", one, one["place"])
    for one in truth.get("clauses", []):
        look("clauses", one, {"page": one["page"], "clause": one["number"]})
    patent = truth.get("patent")
    if patent is not None:
        claims = patent["claims"]
        for one in claims:
            look("claims", one, {"page": one["page"], "claim": one["number"]})
        read = [one for one in reading.passages if one.role is Role.CLAIM]
        numbers = {number(one.place.number) for one in read}
        counts.add("number of claims", len(numbers) == len(claims), f"{name}: {len(numbers)}, not {len(claims)}")
        if not truth["scanned"] and truth["form"] != "pdf":
            for key, value in (("publication", patent["publication"]), ("office", patent["office"])):
                got = [re.sub(r"\W", "", one) for one in reading.fact(key)]
                counts.add(key, value in got, f"{name}: {key} {got}, not {value}")
    if truth["kind"] == "email":
        names = {part.name for part in reading.parts[1:]}
        for attached in truth["attachments"]:
            counts.add("attachments", attached in names, f"{name}: {attached} is not among {sorted(names)}")
    if truth["pages"] is not None:
        counts.add("pages", reading.pages == truth["pages"], f"{name}: {reading.pages} pages, not {truth['pages']}")


def screened(desk: Desk, reading: Reading, truth: Json, counts: Counts) -> None:
    """Count the items of the truth that are flagged, the others that are, and the passages that are shown for them."""
    answer = desk.screen_document(reading, DAY, top=50)
    flagged = {one["item"]: one for one in answer["candidates"] if one["flag"]}
    name = truth["document"]
    for item in truth["items"]:
        counts.add("items flagged", item in flagged, f"{name}: {item}")
    if not truth["items"]:
        counts.add("unlisted, nothing flagged", not flagged, f"{name}: {sorted(flagged)}")
    else:
        for item in flagged:
            counts.add("flagged rightly", item in truth["items"], f"{name}: {item}")
    text = Text(reading.text)
    quotes = [*truth["passages"], *truth.get("clauses", []), *(truth.get("patent") or {"claims": []})["claims"]]
    for item in truth["items"]:
        spans = [span for one in quotes if item in one["items"] for span in text.spans(one["first"], one["last"])]
        shown = [] if item not in flagged else [one["read_with"] for one in flagged[item]["passages"]]
        if item in flagged and spans and shown:
            best = shown[0]
            counts.add(
                "best passage right",
                any(start < best[1] and end > best[0] for start, end in spans),
                f"{name}: {item} at {best}",
            )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="*", help="which documents, e.g. 'contracts/*'")
    asked.add_argument("--wrong", action="store_true", help="show each thing that is not as the truth says")
    asked.add_argument("--json", action="store_true", help="the counts as JSON")
    given = asked.parse_args()
    by_kind: dict[str, Counts] = defaultdict(Counts)
    families: dict[str, list[tuple[str, Reading]]] = defaultdict(list)
    desk = Desk()
    with tempfile.TemporaryDirectory() as folder:
        make.build_all(Path(folder), given.only)
        for source in make.chosen(given.only):
            path = Path(folder) / source.built
            truth = json.loads(make.truth_path(source).read_text("utf-8"))
            apart = f" ({source.path.parent.name})" if source.path.parent.name in _APART else ""
            counts = by_kind[f"{truth['kind']}{' (scan)' if truth['scanned'] else apart}"]
            try:
                reading = read_described(path, ocr=truth["scanned"])
            except MuluError as error:
                counts.add("documents read", False, f"{truth['document']}: {error}")
                continue
            counts.add("documents read", True, "")
            held_to_truth(reading, truth, counts)
            screened(desk, reading, truth, counts)
            if truth["kind"] == "patent":
                families[truth["patent"]["family"]].append((truth["document"], reading))
    held = [(family, reading) for family, members in families.items() for _, reading in members]
    found = [{held[place][0] for place in one} for one in together([reading for _, reading in held])]
    for family, members in families.items():
        if len(members) > 1:
            right = {family} in found and sum(family in one for one in found) == 1
            by_kind["patent"].add("families", right, f"{family}: {[name for name, _ in members]}")
    told = {
        kind: {what: [counts.right[what], counts.all[what]] for what in counts.all} for kind, counts in by_kind.items()
    }
    if given.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for kind, counts in by_kind.items():
            print(kind)
            for what in counts.all:
                print(f"  {what:26} {counts.right[what]:4} of {counts.all[what]}")
                if given.wrong:
                    for one in counts.wrong[what]:
                        print(f"      {one}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

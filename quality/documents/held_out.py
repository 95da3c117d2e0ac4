"""Documents held out: of industries that no other document here is of, written before the rule by passage was tuned again.

`python -m quality.documents.held_out` screens those of `held_out/*.yaml` as the files that they would be; and long documents composed of the
unlisted ones: alone, with one line on listed technology among their clauses, and with one listed document as an annex.
Nothing is chosen on them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from quality.long_documents import CLAUSES

from mulu.desk import Desk
from mulu.sources.described import Reading
from mulu.sources.documents import Held
from mulu.sources.fenced import described

HERE = Path(__file__).parent / "held_out"
DAY = date(2026, 11, 23)
_LONG = 3_300  # characters of a composed document, at least


@dataclass(frozen=True, slots=True)
class Document:
    """A document held out, with the items any of which counts as right; none where it falls under nothing."""

    name: str
    language: str
    kind: str
    items: tuple[str, ...]
    text: str

    def read(self) -> Reading:
        return described(Held(self.name, self.name, self.text.encode()))


def documents() -> list[Document]:
    """The documents as they were written."""
    return [
        Document(one["name"], language, one["kind"], tuple(one["items"]), one["text"])
        for language in ("zh", "en")
        for one in _written(language)["documents"]
    ]


def long_documents() -> Iterator[Document]:
    """Documents of more than 3,000 characters, composed of those that fall under nothing, and of common clauses."""
    for language in ("zh", "en"):
        chance = random.Random(f"held out {language}")
        own = [one for one in documents() if one.language == language]
        plain = [one.text for one in own if not one.items and one.kind in ("contract", "specification")]
        plain += ["".join(f"{clause}\n" for clause in CLAUSES[language][at::4]) for at in range(4)]
        listed = [one for one in own if one.items and one.kind in ("contract", "specification")]
        lines = _written(language)["lines"]
        for number in range(10):
            yield Document(f"{language}-long-{number}", language, "long", (), "".join(_many(plain, chance)))
        for number, line in enumerate(lines):
            clauses = "".join(_many(plain, chance)).splitlines()
            clauses.insert(chance.randrange(3, len(clauses)), line["text"])
            name = f"{language}-line-{number}"
            yield Document(name, language, "line in a long one", tuple(line["items"]), "\n".join(clauses))
        for one in listed:
            parts = _many(plain, chance)
            parts.insert(chance.randrange(1, len(parts)), one.text)
            yield Document(f"{one.name}-annexed", language, "annex in a long one", one.items, "".join(parts))


def _many(texts: list[str], chance: random.Random) -> list[str]:
    """Some of the texts in any order, together long enough."""
    made: list[str] = []
    for text in chance.sample(texts, len(texts)):
        if sum(map(len, made)) < _LONG:
            made.append(text)
    return made


def _written(language: str) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((HERE / f"{language}.yaml").read_text("utf-8"))
    return written


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--wrong", action="store_true", help="show each document that is not answered as its label says")
    given = asked.parse_args()
    desk = Desk()
    right: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for one in (*documents(), *long_documents()):
        answer = desk.screen_document(one.read(), DAY, top=20)
        flagged = [candidate["item"] for candidate in answer["candidates"] if candidate["flag"]]
        besides = [item for item in flagged if item not in one.items]
        told = [("unlisted, nothing flagged", not flagged)]
        if one.items:
            told = [("listed, flagged", len(besides) < len(flagged)), ("listed, nothing else flagged", not besides)]
        for what, held in told:
            for group in (f"{one.kind} ({one.language})", "all"):
                every[group, what] += 1
                right[group, what] += held
            if given.wrong and not held:
                print(f"{one.name}: not “{what}”: {flagged or 'nothing flagged'}; {', '.join(one.items) or 'no item'}")
    for group, what in every:
        print(f"{group:24} {what:30} {right[group, what]:4} of {every[group, what]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

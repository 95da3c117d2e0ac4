"""Labelled texts from JSON Lines or YAML, the edition that each is asked of, and the lock on those held back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mulu.catalogue.editions import Catalogue, Edition, Unknown
from mulu.errors import MuluError
from mulu.scorecard.cases import Case, digest, read_cases
from mulu.vocabulary import Certainty, Presence, Said

Json = dict[str, Any]

# How labelled files name the edition that a label argues from.
EDITIONS = {"2008": "2008-12", "2020": "2020-38", "draft2022": "draft-2022-12-30", "2023": "2023-57", "2025": "2025-28"}
KINDS = ("positive", "near miss", "hard", "easy")
LOCKED, LOCK = "locked", "lock.json"
TRAINED_ON = ("open", "training")  # folders beside the lock whose texts the weights were fitted to


class NotLabelled(MuluError):
    """A file that is not labelled in a way that the scorecard knows."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(
            Said(
                "not_labelled",
                f"{path}:{line}：{what}。每行须有 id、text、labels（含 item）或 items；见 docs/scorecard.md。",
                f"{path}:{line}: {what}. Each line needs id, text and labels (with item) or items; see docs/scorecard.md.",
            )
        )


class LockBroken(MuluError):
    """Locked cases are not those that were locked, or nothing says which were."""

    def __init__(self, folder: Path, lock: Path, what_zh: str, what: str) -> None:
        super().__init__(
            Said(
                "lock_broken",
                f"{folder} 中的锁定案例与 {lock} 不符：{what_zh}。请取回原文件；在此之前其数字不作数。",
                f"The locked cases in {folder} do not agree with {lock}: {what}. Restore the files; until then no figure on them counts.",
            )
        )
        self.folder = folder
        self.lock = lock


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the items that count as right for each of its labels; none for a negative."""

    id: str
    document: str  # rows of one document are resampled together
    text: str
    title: str | None
    language: str
    form: str  # patent, paper, contract …
    text_kind: str
    certainty: str  # of the label
    kind: str  # one of KINDS
    labels: tuple[tuple[str, ...], ...]
    core: bool
    edition: str  # "" until the row is placed, where it names none
    point: str | None = None  # the one control point that it describes
    near: str | None = None  # the item that a near miss comes near to
    listing: str = "none"  # of the item that it belongs to: published, unconfirmed, open, not listed; set when placed

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def right(self) -> frozenset[str]:
        """The items any one of which counts as right."""
        return frozenset(item for label in self.labels for item in label)

    @property
    def judged(self) -> bool:
        """Whether a right item stands in its edition, so that an engine can find it there."""
        return self.listing in ("published", "unconfirmed", "open")

    @property
    def belongs_to(self) -> tuple[str, ...]:
        """The items under which the row counts in figures by item: of each of its labels the first that is accepted."""
        return tuple(dict.fromkeys(label[0] for label in self.labels if label))


def read_all(paths: Sequence[Path]) -> list[Labelled]:
    """The rows of files: our own cases in YAML, then JSON Lines. Raises BadCase or NotLabelled."""
    distinct = list(dict.fromkeys(paths))
    cases = [path for path in distinct if _yaml(path)]
    rows = [_of_case(case) for case in read_cases(cases)] if cases else []
    return rows + [row for path in distinct if not _yaml(path) for row in read_labelled(path)]


def _yaml(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def read_labelled(path: Path) -> list[Labelled]:
    """The rows of JSON Lines: those of a development set (`labels`), or texts with `items`."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotLabelled(path, 0, str(error)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(_of_row(json.loads(line), path))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotLabelled(path, number, f"{type(error).__name__}: {error}") from error
    return rows


def _of_row(row: Json, path: Path) -> Labelled:
    if not isinstance(row["text"], str) or not isinstance(row.get("items", []), list):
        raise TypeError("text must be a text and items a list")
    if "labels" in row:
        labels = tuple(tuple(label["item"]) for label in row["labels"])
        positive = row.get("polarity", "positive" if labels else "negative") == "positive"
        core = positive and row.get("certainty") in ("high", "medium")
        core = core and any(label.get("in_force_2025") == "yes" for label in row["labels"])
        kind = "hard" if row.get("hard") else "easy"
    else:
        labels = (tuple(row["items"]),) if row["items"] else ()
        positive, core, kind = bool(labels), bool(labels), row.get("negative") or "easy"
    if kind not in ("hard", "easy"):
        raise ValueError(f"negative is hard or easy, not {kind}")
    near = row.get("of") or None
    points = row.get("points") or []
    edition = str(row.get("edition") or "")
    return Labelled(
        id=str(row["id"]),
        document=str(row.get("pair") or f"{path.name} {row['id']}"),
        text=row["text"],
        title=row.get("title") or None,
        language=row.get("lang") or "?",
        form=row.get("kind") or "?",
        text_kind=row.get("text_kind") or "?",
        certainty=row.get("certainty") or "?",
        kind="positive" if positive else "near miss" if near and kind == "hard" else kind,
        labels=labels if positive else (),
        core=core,
        edition=EDITIONS.get(edition, edition),
        point=_point(points[0]) if positive and len(points) == 1 else None,
        near=None if positive else near,
    )


def _of_case(case: Case) -> Labelled:
    return Labelled(
        id=case.id,
        document=case.id,
        text=case.text,
        title=case.title,
        language=case.language,
        form=case.form,
        text_kind="invented",
        certainty="?",
        kind=case.kind,
        labels=case.labels,
        core=case.kind == "positive",
        edition="",
        point=None if case.point is None else _point(case.point),
        near=case.near,
    )


def _point(name: str) -> str:
    """A point under the name that the catalogue gives it: `item#3@2025` is that of the edition 2025-28."""
    key, _, since = str(name).partition("@")
    return f"{key}@{EDITIONS.get(since, since)}" if since else key


def is_of(key: str, point: str) -> bool:
    """Whether a point of the catalogue is the labelled one; a label may leave out since when a number means it."""
    return key == point or key.startswith(f"{point}@")


def placed(rows: Sequence[Labelled], catalogue: Catalogue) -> list[Labelled]:
    """The rows, each with the edition that it is asked of and with how the item it belongs to stands there.

    A row that names no edition is asked of the newest one, by date of effect, in which an accepted item of it is
    present or open; else of the newest draft in which one is. A negative is asked of the newest edition. Raises Unknown.
    """
    newest_first = [*reversed(catalogue.governing()), *reversed([e for e in catalogue.editions.values() if e.draft])]
    made = []
    for row in rows:
        if row.edition and row.edition not in catalogue.editions:
            raise Unknown("edition", "版本", row.edition, tuple(catalogue.editions))
        edition = catalogue.editions[row.edition] if row.edition else newest_first[0]
        if not row.edition and row.labels:
            edition = next((e for e in newest_first if _standing(row, e)), edition)
        made.append(replace(row, edition=edition.id, listing=_listed(row, edition)))
    return made


def _standing(row: Labelled, edition: Edition) -> list[str]:
    """The accepted items of a row that are present or open in an edition, in their order."""
    accepted = dict.fromkeys(item for label in row.labels for item in label)
    held = edition.listings
    return [item for item in accepted if item in held and held[item].presence is not Presence.ABSENT]


def _listed(row: Labelled, edition: Edition) -> str:
    if not row.labels:
        return "none"
    standing = _standing(row, edition)
    if not standing:
        return "not listed"
    listing = edition.listings[standing[0]]
    if listing.presence is Presence.OPEN:
        return "open"
    return "unconfirmed" if listing.certainty is Certainty.UNCONFIRMED else "published"


def lock_of(path: Path) -> Path | None:
    """The lock that stands beside the folder of a file, where there is one."""
    lock = path.resolve().parent.parent / LOCK
    return lock if lock.is_file() else None


def is_locked(path: Path) -> bool:
    return _yaml(path) and path.resolve().parent.name == LOCKED


def trained_on(path: Path) -> bool:
    """Whether a file is one of those that the weights were fitted to."""
    return path.resolve().parent.name in TRAINED_ON and lock_of(path) is not None


def check_lock(folder: Path) -> str:
    """The digest of locked cases, where it is that of the lock beside their folder. Raises LockBroken, reading no case."""
    lock = folder.parent / LOCK
    try:
        stated = str(json.loads(lock.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LockBroken(
            folder,
            lock,
            f"无法读取锁文件（{type(error).__name__}）",
            f"the lock cannot be read ({type(error).__name__})",
        ) from error
    found = digest(sorted(folder.glob("*.yaml")))
    if found != stated:
        raise LockBroken(
            folder,
            lock,
            f"摘要为 {found[:16]}…，锁定的是 {stated[:16]}…",
            f"their digest is {found[:16]}…, the locked one {stated[:16]}…",
        )
    return found


def sampled(rows: Sequence[Labelled], most: int) -> list[int]:
    """The places of at most so many rows, the same ones every time: in order of the digests of their ids."""
    order = sorted(range(len(rows)), key=lambda n: hashlib.sha256(rows[n].document.encode()).digest())
    return sorted(order[:most])

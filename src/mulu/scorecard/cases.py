"""Labelled cases as YAML that a lawyer can read and contest; see quality/README.md for their fields."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mulu.errors import MuluError
from mulu.vocabulary import Said

FIELDS = frozenset(("id", "language", "form", "title", "text", "items", "point", "near", "kind", "why"))
KINDS = {"positive": None, "near miss": "hard", "hard": "hard", "easy": "easy"}
FORMS = frozenset(("patent", "contract", "tender", "paper", "email", "news", "description", "note", "training"))


class BadCase(MuluError):
    """A case that cannot be read."""

    def __init__(self, path: Path, case: str, what: str) -> None:
        super().__init__(
            Said(
                "bad_case",
                f"{path} 中的案例 {case}：{what}。字段说明见 quality/README.md。",
                f"{path}, case {case}: {what}. quality/README.md says what the fields mean.",
            )
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A text, what it rightly falls under, and why. Any one of the items counts as right."""

    id: str
    language: str
    form: str
    title: str | None
    text: str
    items: tuple[str, ...]
    point: str | None  # the one control point that it describes, where there is one
    near: str | None  # the item that a near miss comes near to
    kind: str
    why: str

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        return (self.items,) if self.items else ()

    @property
    def negative(self) -> str | None:
        return KINDS[self.kind]


def read_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases of files, in order. Raises BadCase."""
    try:
        import yaml
    except ImportError as error:
        raise BadCase(paths[0] if paths else Path(), "?", "PyYAML is missing: install mulu[bench]") from error
    cases: list[Case] = []
    seen: set[str] = set()
    for path in paths:
        try:
            # The loader in C reads the same and ten times as fast; not every installation has it.
            rows = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise BadCase(path, "?", str(error)) from error
        if not isinstance(rows, list):
            raise BadCase(path, "?", "the file is no list of cases")
        for place, row in enumerate(rows, start=1):
            case = _case(path, place, row)
            if case.id in seen:
                raise BadCase(path, case.id, "the id stands twice")
            seen.add(case.id)
            cases.append(case)
    return cases


def _case(path: Path, place: int, row: Any) -> Case:
    name = str(row.get("id", place)) if isinstance(row, dict) else str(place)

    def need(held: bool, what: str) -> None:
        if not held:
            raise BadCase(path, name, what)

    need(isinstance(row, dict), "it is no set of fields")
    need(set(row) == FIELDS, f"fields missing or unknown: {', '.join(sorted(set(row) ^ FIELDS))}")
    need(row["language"] in ("zh", "en"), "language is zh or en")
    need(row["form"] in FORMS, f"form is one of {', '.join(sorted(FORMS))}")
    need(row["kind"] in KINDS, f"kind is one of {', '.join(KINDS)}")
    need(isinstance(row["text"], str) and bool(row["text"].strip()), "text is missing")
    need(isinstance(row["items"], list), "items is a list")
    need((row["kind"] == "positive") == bool(row["items"]), "a positive has items, another case none")
    need(row["point"] is None or row["point"].split("#")[0] in row["items"], "the point belongs to none of the items")
    need((row["kind"] == "near miss") == (row["near"] is not None), "a near miss names the item it comes near to")
    need(isinstance(row["why"], str) and bool(row["why"].strip()), "why is missing")
    return Case(
        id=row["id"],
        language=row["language"],
        form=row["form"],
        title=str(row["title"]).strip() or None,
        text=row["text"].strip(),
        items=tuple(row["items"]),
        point=row["point"],
        near=row["near"],
        kind=row["kind"],
        why=row["why"],
    )


def digest(paths: Sequence[Path]) -> str:
    """What `quality/lock.json` holds of the locked cases: sha256 over name, a zero byte and bytes of each file."""
    made = hashlib.sha256()
    for path in sorted(paths):
        made.update(path.name.encode() + b"\0" + path.read_bytes())
    return made.hexdigest()

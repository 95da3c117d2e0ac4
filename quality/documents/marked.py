"""Marked sources: what a document says, and what is true of each passage, in one text.

One line is one passage, so that nobody has to count characters to label it. README.md beside this file gives the whole
notation. The files that people exchange (PDF, DOCX, office XML …) and the truth about them are both made from here;
`shapes.py` and `offices.py` know the formats, this module knows only the marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
TRUTH = HERE / "truth"

TYPES = frozenset(
    [
        "assignment",
        "licence",
        "know_how",
        "source_code",
        "training",
        "secondment",
        "remote_access",
        "joint_development",
        "data_delivery",
        "improvements",
        "confidentiality",
        "definitions",
        "payment",
        "term",
        "export_control",
        "governing_law",
        "boilerplate",
    ]
)
"""What a clause can be about. A clause can be of several types."""

MODES = frozenset({"M1", "M2", "M3", "M4", "M5", "M9"})
"""Modes of transfer by the names that docs/determination.md gives them."""

_MARK = re.compile(r"([_^])\{([^}]*)\}")
_SUBSCRIPTS = str.maketrans("0123456789+-()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₒₓ")
_SUPERSCRIPTS = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")


class BadSource(ValueError):
    """A marked source says something that its notation has no place for."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}, line {line}: {what}")


@dataclass(frozen=True, slots=True)
class Labels:
    """What is true of a passage. `items` is None where nothing is said, empty where the passage falls under no item."""

    types: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    items: tuple[str, ...] | None = None
    modes: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Labels:
        words = [word.strip() for word in text.split(",") if word.strip()]
        items = [word[1:] for word in words if word.startswith("@")]
        denied = tuple(word[1:] for word in words if word.startswith("!"))
        modes = tuple(word for word in words if word in MODES)
        types = tuple(word.lstrip("!") for word in words if word[0] != "@" and word not in MODES)
        if strange := set(types) - TYPES:
            raise ValueError(f"no such label: {', '.join(sorted(strange))}")
        return cls(types, denied, tuple(i for i in items if i != "none") if items else None, modes)


@dataclass(slots=True)
class Line:
    """One passage of a document, where it stands and what is true of it."""

    kind: str
    text: str = ""
    number: str = ""
    heading: str = ""
    labels: Labels = field(default_factory=Labels)
    other: str = ""
    """The same passage in the document's second language."""
    page: int = 1
    clause: str = ""
    section: str = ""
    refers_to: tuple[int, ...] = ()
    independent: bool = True
    """Whether a claim stands alone: one of another category does, though it may refer to a claim before it."""
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class Source:
    """A marked source, read."""

    path: Path
    head: dict[str, str]
    many: dict[str, list[str]]
    """Header fields that may be given more than once, in order."""
    lines: list[Line]

    @property
    def name(self) -> str:
        """Its folder and stem, by which truth, tests and mails name it."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def built(self) -> str:
        """The built file's path under the output folder."""
        return f"{self.name}.{'pdf' if self.head['form'] == 'scan' else self.head['form']}"

    @property
    def language(self) -> str:
        return self.head["language"]


def plain(text: str) -> str:
    """The passage without marks: LiFePO_{4} is LiFePO4, as it is spoken."""
    return _MARK.sub(r"\2", text)


def in_unicode(text: str) -> str:
    """Raised and lowered figures by the characters that Unicode has for them."""
    return _MARK.sub(lambda m: m[2].translate(_SUBSCRIPTS if m[1] == "_" else _SUPERSCRIPTS), text)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The passage cut at its marks: ("", "LiFePO"), ("sub", "4") …"""
    at = 0
    for mark in _MARK.finditer(text):
        if mark.start() > at:
            yield "", text[at : mark.start()]
        yield ("sub" if mark[1] == "_" else "sup"), mark[2]
        at = mark.end()
    if at < len(text):
        yield "", text[at:]


def folded(text: str) -> str:
    """Text as it is compared: its letters and digits alone, in their compatibility forms, whatever breaks its lines."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", plain(text)).casefold() if sign.isalnum())


def ends(text: str) -> tuple[str, str]:
    """First and last words: four of them where words are spaced, eight characters where they are not."""
    said = re.sub(r"\s+", " ", plain(text)).strip()
    if len(re.findall(r"[\u3400-\u9fff]", said)) * 3 > len(said):
        return said[:8], said[-8:]
    words = said.split(" ")
    return " ".join(words[:4]), " ".join(words[-4:])


def read(path: Path) -> Source:
    """Read one marked source; raises BadSource, naming the line."""
    head: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    lines: list[Line] = []
    body = False
    page, clause, section, inherited = 1, "", "", Labels()
    for at, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not body:
            if raw == "---":
                body = True
                page = int(head.get("first_page", "1"))
                continue
            key, colon, value = raw.partition(": ")
            if not colon:
                raise BadSource(path, at, "a header line is 'key: value'")
            head.setdefault(key, value)
            many.setdefault(key, []).append(value)
            continue
        if not raw.strip():
            continue
        mark, _, rest = raw.partition(" ")
        try:
            if mark == "%%":
                page += 1
                lines.append(Line("page", page=page))
            elif mark == "%|":
                lines.append(Line("column", page=page))
            elif mark == "~":
                lines[-1].other = rest
            elif mark == "=":
                lines.append(Line("title", rest, page=page))
            elif mark == "##":
                section = rest
                lines.append(Line("section", section=section, page=page))
            elif mark == "#":
                number, heading, labels = (part.strip() for part in rest.split("|", 2))
                clause, inherited = number, Labels.read(labels)
                lines.append(Line("clause", heading, number, heading, inherited, page=page, section=section))
            elif mark == "+":
                number, labels, text = (part.strip() for part in rest.split("|", 2))
                own = Labels.read(labels)
                own = own if own.types else Labels(inherited.types, inherited.denied, own.items, own.modes)
                lines.append(Line("subclause", text, number, labels=own, page=page, clause=clause, section=section))
            elif mark == "*":
                labels, text = (part.strip() for part in rest.split("|", 1))
                lines.append(
                    Line("paragraph", text, labels=Labels.read(labels), page=page, clause=clause, section=section)
                )
            elif mark == "|":
                row, _, labels = rest.partition(" ## ")
                cells = tuple(cell.strip() for cell in row.split(" | "))
                lines.append(
                    Line(
                        "row",
                        " ".join(cells),
                        labels=Labels.read(labels),
                        page=page,
                        clause=clause,
                        section=section,
                        cells=cells,
                    )
                )
            elif re.fullmatch(r"c[a-z]*", mark):
                number, labels, text = (part.strip() for part in rest.split("|", 2))
                named = re.fullmatch(r"(\d+)(?:([<=])([\d,]+))?", number)
                if named is None:
                    raise ValueError(f"not a claim's number: {number}")
                number, how, to = named.groups()
                refers = tuple(int(n) for n in (to or "").split(",") if n)
                section = {"c": "claims"}.get(mark, f"claims-{mark[1:]}")
                lines.append(
                    Line(
                        "claim",
                        text,
                        number,
                        labels=Labels.read(labels),
                        page=page,
                        section=section,
                        refers_to=refers,
                        independent=how != "<",
                    )
                )
            else:
                raise ValueError(f"no such mark: {mark}")
        except (ValueError, IndexError) as error:
            raise BadSource(path, at, str(error)) from error
    return Source(path, head, many, lines)


def every() -> list[Source]:
    """All sources, in order of their names."""
    return [read(path) for path in sorted(SOURCES.glob("*/*.mark"))]


def _place(source: Source, line: Line, paragraph: int | None) -> dict[str, Any]:
    paged = source.head["form"] in {"pdf", "scan"}
    place: dict[str, Any] = {"page": line.page if paged else None}
    if paragraph is not None:
        place["paragraph"] = paragraph
    if line.kind == "claim":
        place["claim"] = int(line.number)
    elif line.kind == "clause":
        place["clause"] = line.number
    elif line.kind == "subclause":
        place["clause"] = line.number or line.clause
    elif line.clause:
        place["clause"] = line.clause
    if line.section:
        place["section"] = line.section
    return place


def _quoted(text: str, prefix: str = "") -> dict[str, str]:
    first, last = ends(text.replace(" // ", " "))
    return {f"first{prefix}": first, f"last{prefix}": last}


def truth(source: Source) -> dict[str, Any]:
    """What is true of the built document, as `truth/` keeps it."""
    head, many = source.head, source.many
    paged = head["form"] in {"pdf", "scan"}
    told: dict[str, Any] = {
        "document": source.built,
        "kind": head["kind"],
        "form": head["form"],
        "language": source.language,
        "title": plain(head["title"]),
        "pages": max((line.page for line in source.lines), default=1) if paged else None,
        "scanned": head["form"] == "scan",
    }
    clauses, passages, claims = [], [], []
    paragraph = row = 0
    for line in source.lines:
        said: dict[str, Any] = {}
        number: int | None = None
        if line.kind in {"paragraph", "subclause"} and line.section != "abstract":
            paragraph += 1
            number = paragraph if head["kind"] == "patent" else None
        if line.kind == "section" and head["form"] == "xlsx":
            row = 0
        if line.kind == "row" or (head["form"] == "xlsx" and line.kind == "paragraph"):
            row += 1
        if line.kind in {"clause", "subclause"} and head["kind"] == "contract":
            said = {
                "number": line.number,
                "heading": plain(line.heading),
                "level": 1 if line.kind == "clause" else 2,
                "within": line.clause or None,
                "page": line.page if paged else None,
                "types": list(line.labels.types),
                "negated": bool(line.labels.denied),
                "denied": list(line.labels.denied),
                "items": list(line.labels.items or ()),
                "modes": list(line.labels.modes),
                **_quoted(line.text),
                **(_quoted(line.other, "_other") if line.other else {}),
            }
            clauses.append(said)
        if line.kind == "claim" and line.section == "claims":
            claims.append(
                {
                    "number": int(line.number),
                    "independent": line.independent,
                    "refers_to": list(line.refers_to),
                    "page": line.page if paged else None,
                    "items": list(line.labels.items or ()),
                    **_quoted(line.text),
                }
            )
        if line.labels.items is not None:
            place = _place(source, line, number)
            if line.kind == "row":
                place["row"] = row
            if head["kind"] == "email":
                place["part"] = "quoted" if line.text.startswith(">") else "body"
            text = max(line.cells, key=len) if line.cells else line.text.removeprefix("> ")
            passages.append({"place": place, "items": list(line.labels.items), **_quoted(text)})
    told["items"] = sorted({item for passage in passages for item in passage["items"]})
    if head["kind"] == "patent":
        told["patent"] = {
            "office": head["office"],
            "number": head["number"],
            "kind_code": head["code"],
            "publication": f"{head['office']}{head['number']}{head['code']}",
            "application": head["application"],
            "filed": head["filed"],
            "published": head["published"],
            "format": head["format"],
            "family": head["family"],
            "priority": many.get("priority", []),
            "ipc": [symbol.strip() for symbol in head["ipc"].split(";")],
            "applicants": [name.split(" | ")[0] for name in many.get("applicant", [])],
            "claims": claims,
        }
    if head["kind"] == "contract":
        told["clauses"] = clauses
        told["modes"] = [
            {"mode": mode, "clause": line.number or line.clause, "page": line.page if paged else None}
            for line in source.lines
            for mode in line.labels.modes
        ]
    if "party" in many:
        told["parties"] = [
            {
                "name": name.split(" = ")[0],
                "other_names": name.split(" = ")[1:],
                "side": side,
                "inside_china": where == "inside",
            }
            for name, side, where in (party.split(" | ") for party in many["party"])
        ]
    told["passages"] = passages
    told["attachments"] = [part.split(" | ")[0] for part in many.get("attachment", [])]
    if head["kind"] == "email":
        told["attached"] = dict(part.split(" | ") for part in many.get("attachment", []))
    told["quantities"] = [
        {"what": what, "value": float(value), "unit": unit, "as_written": written}
        for what, value, unit, written in (quantity.split(" | ") for quantity in many.get("quantity", []))
    ]
    return told

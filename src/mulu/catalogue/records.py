"""The lines of the data pack, exactly as the files hold them.

Every file is JSON Lines: one statement a line, so that an error names a line and a change shows one
fact. The types below are the only description of those lines; the JSON Schemas under `data/schemas`
are generated from them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from mulu.catalogue.wording import Seen
from mulu.sources.fetching import OfficialAddress
from mulu.vocabulary import Certainty, Control


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A line of a file. Unknown keys are refused."""


class Texts(Record, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class Source(Record, frozen=True):
    """Where a fact was read. `address` is null where only a description of the source was kept."""

    id: str
    address: str | None
    described: str


class Counts(Record, frozen=True):
    """Numbers that the instrument or its press notice announces."""

    prohibited: int | None = None
    restricted: int | None = None
    total: int | None = None


class Announced(Record, frozen=True):
    """Announced sizes: of the whole list after the act, and of each kind of change.

    `derived` names the figures that were computed from others and not read.
    """

    whole: Counts
    added: Counts | None = None
    deleted: Counts | None = None
    modified: Counts | None = None
    derived: tuple[str, ...] = ()


class Extension(Record, frozen=True):
    """A reported prolongation of a suspension of which no formal text was read."""

    reported_to: datetime.date
    reported_on: datetime.date
    reported_by: Texts
    address: str | None = None


class Suspension(Record, frozen=True):
    """A stretch of days on which a measure does not apply. `to` is the last suspended day."""

    begins: datetime.date
    to: datetime.date
    by: str
    certainty: Certainty
    formal_extension_seen: bool
    part: Texts | None = None
    extension: Extension | None = None


class Instrument(Record, frozen=True, tag_field="kind", tag="instrument"):
    """An act or a draft: its header line.

    `edition` is the id of the edition it brings about, null for measures beside the Catalogue.
    `in_force` says whether it ever took effect; drafts never did.
    """

    id: str
    family: Literal["catalogue", "dual-use"]
    title: Texts
    title_certainty: Certainty
    issuers: tuple[Texts, ...]
    issuers_certainty: Certainty
    published: str | None
    published_certainty: Certainty | None
    effective: datetime.date | None
    effective_certainty: Certainty | None
    draft: bool
    edition: str | None = None
    draft_of: str | None = None
    comment_deadline: datetime.date | None = None
    amends: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    repealed_on: datetime.date | None = None
    repealed_by: str | None = None
    # SHA-256 digests of files known to be this instrument: a copy with one of them needs no attestation by a person.
    digests: tuple[str, ...] = ()
    announced: Announced | None = None
    # Does the edition follow from the one before and the acts alone? True only where every change is named.
    changes_all_named: bool = False
    in_force_certainty: Certainty = Certainty.UNCONFIRMED
    own_term_ends: datetime.date | None = None
    suspension: Suspension | None = None
    control_codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: Texts | None = None


class Act(Record, frozen=True, tag_field="kind", tag="act"):
    """What an instrument says it does to one item. `keeps` is said only where the source names all changes of that part."""

    does: Literal["adds", "deletes", "modifies", "keeps"]
    item: str
    certainty: Certainty
    sources: tuple[str, ...] = ()
    basis: Texts | None = None
    clause: Texts | None = None  # the clause of the instrument that does it, as far as it is known


class Item(Record, frozen=True):
    """A technology followed through every edition. `id` ends in -j (prohibited) or -x (restricted)."""

    id: str
    control: Control
    name: Texts
    name_certainty: Certainty
    english_certainty: Certainty
    english: Literal["own translation", "published translation"]
    name_is_description: bool = False
    industry: Texts | None = None
    industry_certainty: Certainty | None = None
    division: str | None = None  # division of GB/T 4754-2017
    sources: tuple[str, ...] = ()
    note: Texts | None = None


class Parameter(Record, frozen=True):
    """A technical parameter of a control point, as a source states it.

    `between` has both ends as its value, and both are included; a text as value is a formula, which is not compared.
    """

    name: Texts
    operator: Literal["≥", ">", "≤", "<", "=", "between"]
    value: float | int | str | tuple[float, float]
    unit: str
    condition: Texts | None = None


class Point(Record, frozen=True):
    """A control point (控制要点) in our own words.

    Published ones are control points; unconfirmed ones are *topics*, which may raise a candidate and carry
    nothing. `number` is the printed one where known, else `u1`, `u2` … in no official order. It stands from
    the edition `since` (null: not known) until the edition `until` is reached; `drafts` are further drafts
    with the same point. `together`: whether all its parameters must be met, or any one suffices.
    """

    item: str
    number: str
    certainty: Certainty
    zh: str
    en: str
    terms_zh: tuple[str, ...] = ()
    terms_en: tuple[str, ...] = ()
    terms_unconfirmed: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    drafts: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    together: Literal["all", "any"] = "all"
    sources: tuple[str, ...] = ()
    note: Texts | None = None


class Wording(Record, frozen=True):
    """The words of an official document, from the user's own copy, with the place where they stand.

    `document` is its SHA-256. `machine`: read by OCR; `doubtful` are then the numbers, units, operators and codes that
    no person has confirmed yet, `read` the text as the machine read it, `seen` its printed lines.
    """

    text: str
    document: str
    page: int
    line: int
    machine: bool = False
    doubtful: tuple[str, ...] = ()
    read: str | None = None
    seen: tuple[Seen, ...] = ()


class OfficialPoint(Point, frozen=True, kw_only=True):
    """A control point as an official document words it. Never a line of the pack: it exists only by an import.

    Where it confirms a point of the pack, `zh` and `en` are our own words, and `confirms` the number and first edition by
    which the pack knows it; else they are empty.
    """

    wording: Wording
    confirms: tuple[str, str | None] | None = None


class Reading(Record, frozen=True, tag_field="kind", tag="reading"):
    """What the sources held, taken together, show of one item in one edition."""

    item: str
    presence: Literal["present", "absent", "open"]
    certainty: Certainty
    basis: Texts | None = None
    code: str | None = None
    code_certainty: Certainty | None = None
    code_basis: Texts | None = None
    serial: int | None = None


class Statement(Record, frozen=True, tag_field="kind", tag="statement"):
    """One sourced statement about an item in an edition; a second statement of the same fact is kept."""

    item: str
    field: str
    value: str | int | bool | Texts
    source: str
    how: Texts
    note: Texts | None = None
    also_possible: tuple[str, ...] = ()
    contradicts: bool = False


class Lineage(Record, frozen=True):
    """That one item continues another under a new id: after a change of list, a split, a merger, or by what a source suggests.

    `possible`: nothing shows it; the basis says why it is thought of.
    """

    from_item: str
    to_item: str
    kind: Literal["moved", "split", "merged", "possible"]
    certainty: Certainty
    basis: Texts
    instrument: str | None = None
    sources: tuple[str, ...] = ()


class Division(Record, frozen=True):
    """A division of the national industry classification."""

    standard: Literal["GB/T 4754-2002", "GB/T 4754-2017"]
    number: str
    name: Texts


class SourceConflict(Record, frozen=True):
    """Two sources that cannot both be right, both kept."""

    id: str
    about: Texts
    items: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()


class Correction(Record, frozen=True):
    """A change of ours to a row that was gathered, applied when the pack is built."""

    id: str
    file: Literal["items", "points"]
    key: str
    field: str
    was: str
    becomes: str
    why: str


class GlossaryLine(Record, frozen=True):
    """Words of the trade for one control point (or for an item of which no point is known), apart from the law.

    `names`: the term alone says that the technology is meant. `object`: the thing concerned; `activity`: what is
    done to it; neither proves anything without the other. `context`: words of the field that support.
    """

    point: str
    role: Literal["names", "object", "activity", "context"]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    why: str


class NearMiss(Record, frozen=True):
    """A subject that shares words with an item and is not it: recycling, selling, testing, a product that contains it.

    `zh` and `en` are a typical sentence of that subject, the cues words that give it away.
    """

    item: str
    zh: str
    en: str
    cues_zh: tuple[str, ...]
    cues_en: tuple[str, ...]
    why: str


class Manner(Record, frozen=True):
    """Words that tell in what manner a text speaks of a thing: making it, or something else."""

    manner: Literal["making", "trading", "using", "recycling", "studying", "regulating"]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    why: str


class ParameterWords(Record, frozen=True):
    """How the trade writes the name of a parameter."""

    parameter: str  # English name, as in the points
    zh: tuple[str, ...]
    en: tuple[str, ...]
    why: str


class KnownTo(Record, frozen=True):
    """The last day up to which the sources of a family of instruments were checked."""

    day: datetime.date
    basis: Texts


class Manifest(Record, frozen=True):
    """What the pack is: its version, how far it reaches, and the digest of each of its files."""

    version: str
    issued: datetime.date
    known_to: dict[str, KnownTo]
    files: dict[str, str]


FILES: dict[str, type | object] = {
    "sources": Source,
    "instruments": Instrument | Act,
    "items": Item,
    "points": Point,
    "sightings": Reading | Statement,
    "divisions": Division,
    "lineage": Lineage,
    "official": OfficialAddress,
    "conflicts": SourceConflict,
    "corrections": Correction,
    "glossary": GlossaryLine,
    "near-misses": NearMiss,
    "manner": Manner,
    "parameters": ParameterWords,
    "manifest": Manifest,
}


def schemas(files: Mapping[str, type | object] = FILES) -> dict[str, dict[str, object]]:
    """The JSON Schema (2020-12) of one line of each kind of file; of the whole file for the manifest."""
    made: dict[str, dict[str, object]] = {}
    for name, kind in files.items():
        schema = msgspec.json.schema(kind)
        made[name] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **schema}
    # Through JSON once, so that what is returned equals what a file of it reads back as.
    plain: dict[str, dict[str, object]] = msgspec.json.decode(msgspec.json.encode(made))
    return plain

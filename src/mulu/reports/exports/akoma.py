"""Editions as Akoma Ntoso 3.0 (OASIS), one document each.

It is a document about an edition, in our own words: its type is `doc`, its author is Mulu, and the instrument is named as what
it speaks of. Items are hierarchical elements with an eId; certainty and sources are concepts and references of the metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mulu.catalogue.editions import Edition, Listing
from mulu.catalogue.records import OfficialPoint, Parameter, Point
from mulu.reports.exports.contents import MARKS, WITHHELD, Contents
from mulu.reports.exports.tables import Table
from mulu.vocabulary import Bilingual, Control, Presence

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
MULU = "urn:mulu:facts"  # names of what Akoma Ntoso has no element for
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def akn(contents: Contents, _: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """One document an edition or draft."""
    from lxml import etree

    for edition in contents.editions:
        root = _document(contents, edition)
        yield f"{edition.id}.xml", etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _document(contents: Contents, edition: Edition) -> Any:
    from lxml import etree

    root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN, "mulu": MULU})
    doc = _in(root, "doc", name="catalogue-edition")
    listed = {
        control: [
            one
            for one in edition.listings.values()
            if one.item.control is control and one.presence is not Presence.ABSENT
        ]
        for control in Control
    }
    sources = sorted({s for of in listed.values() for one in of for s in _sources(one)})
    _meta(_in(doc, "meta"), contents, edition, sources)
    preface = _in(doc, "preface")
    whole = _in(preface, "longTitle")
    for language, text in (("zh", contents_title(edition).zh), ("en", contents_title(edition).en)):
        _in(_in(whole, "p", lang=language), "docTitle").text = text
    notes = list(contents.notes)
    held = contents.considered[edition.id]
    notes.append(
        Bilingual(
            f"公告 {held['announced'] if held['announced'] is not None else '未公布'} 项；收录为在列 {held['held']} 项，其中已公布 {held['published']} 项；存疑 {held['open']} 项。",
            f"Announced: {held['announced'] if held['announced'] is not None else 'not announced'}; held as listed: {held['held']}, of these published: {held['published']}; open: {held['open']}.",
        )
    )
    for note in notes:
        _texts(preface, note.zh, note.en)
    body = _in(doc, "mainBody")
    for control in Control:
        part = _in(body, "part", eId=f"part_{control.letter}")
        _in(part, "num").text = control.letter
        _heading(part, Bilingual(f"{control.name_in.zh}部分", f"{control.name_in.en} part"))
        for listing in listed[control]:
            _item(part, contents, listing, f"part_{control.letter}")
        if not listed[control]:
            _texts(_in(_in(part, "hcontainer", eId=f"part_{control.letter}__none", name="none"), "content"), "未收录条目。", "No item is held.")  # fmt: skip
    return root


def contents_title(edition: Edition) -> Bilingual:
    """What a document is called: an edition or a draft of the Catalogue, as Mulu holds it."""
    if edition.draft:
        return Bilingual(f"目录征求意见稿 {edition.id.removeprefix('draft-')}（从未施行；Mulu 所收录）", f"Draft {edition.id.removeprefix('draft-')} of the Catalogue (never in force; as held by Mulu)")  # fmt: skip
    return Bilingual(f"目录 {edition.id} 版（自 {edition.effective} 施行；Mulu 所收录）", f"Edition {edition.id} of the Catalogue (effective {edition.effective}; as held by Mulu)")  # fmt: skip


def _meta(meta: Any, contents: Contents, edition: Edition, sources: list[str]) -> None:
    instrument = edition.instrument
    manifest = contents.catalogue.released.manifest
    day, of = str(edition.effective or instrument.published), "effective" if edition.effective else "published"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        day, of = manifest.issued.isoformat(), "data-release"  # no day is made up where only a year is known
    work = f"/akn/cn/doc/catalogue/{day}/{edition.id}"
    expression = f"{work}/mul@{manifest.issued}"
    identification = _in(meta, "identification", source="#mulu")
    for level, uri, date, name in (
        ("FRBRWork", work, day, of),
        ("FRBRExpression", expression, manifest.issued.isoformat(), "data-release"),
        ("FRBRManifestation", f"{expression}.xml", manifest.issued.isoformat(), "data-release"),
    ):
        one = _in(identification, level)
        _in(one, "FRBRthis", value=f"{uri}/!main" if level != "FRBRManifestation" else f"{expression}/!main.xml")
        _in(one, "FRBRuri", value=uri)
        if level == "FRBRWork":
            _in(one, "FRBRalias", value=f"urn:mulu:edition:{edition.id}", name="mulu")
        _in(one, "FRBRdate", date=date, name=name)
        _in(one, "FRBRauthor", href="#mulu")
        if level == "FRBRWork":
            _in(one, "FRBRcountry", value="cn")
            _in(one, "FRBRsubtype", value="catalogue")
            _in(one, "FRBRnumber", value=edition.id)
            _in(one, "FRBRname", value=instrument.title.en, **{_XML_LANG: "en"})
            _in(one, "FRBRprescriptive", value="false")
            _in(one, "FRBRauthoritative", value="false")
        elif level == "FRBRExpression":
            _in(one, "FRBRversionNumber", value=contents.catalogue.version)
            _in(one, "FRBRlanguage", language="zho")
            _in(one, "FRBRlanguage", language="eng")
        else:
            _in(one, "FRBRformat", value="application/akn+xml")
    references = _in(meta, "references", source="#mulu")
    _in(references, "original", eId="instrument", href=f"urn:mulu:instrument:{instrument.id}", showAs=instrument.title.en)  # fmt: skip
    _in(references, "TLCOrganization", eId="mulu", href="urn:mulu", showAs="Mulu")
    for mark, (_, word, meaning) in MARKS.items():
        _in(references, "TLCConcept", eId=mark, href=f"urn:mulu:certainty:{mark}", showAs=f"{word.zh} {word.en}: {meaning.zh} / {meaning.en}")  # fmt: skip
    for presence, told in (("present", "在列 listed"), ("open", "是否在列存疑 presence OPEN")):
        _in(references, "TLCConcept", eId=f"presence-{presence}", href=f"urn:mulu:presence:{presence}", showAs=told)
    for name in sources:
        one = contents.catalogue.pack.sources[name]
        _in(references, "TLCReference", eId=f"source-{name}", name="source", href=_href(one.address, name), showAs=one.described)  # fmt: skip
    facts = _in(meta, "proprietary", source="#mulu")
    _own(facts, "data", version=contents.catalogue.version, on=contents.on.isoformat(), known_to=contents.catalogue.known_to.isoformat(), beyond_knowledge=str(contents.beyond_knowledge).lower())  # fmt: skip
    for key, value in contents.considered[edition.id].items():
        if key != "gaps":
            _own(facts, "considered", name=key, value="" if value is None else str(value))


def _href(address: str | None, name: str) -> str:
    """An address as an IRI; what is no address is named by the source's own id."""
    return address if address and re.fullmatch(r"https?://[^\s\"<>^`{|}\\]+", address) else f"urn:mulu:source:{name}"


def _sources(listing: Listing) -> list[str]:
    return [*listing.item.sources, *(source for point in listing.points for source in point.sources)]


def _item(part: Any, contents: Contents, listing: Listing, within: str) -> None:
    name = f"{within}__item_{listing.item.id}"
    facts: dict[str, str | None] = {
        "item": listing.item.id,
        "presence": listing.presence.value,
        "certainty": listing.certainty.value,
        "name_certainty": listing.name_certainty.value,
        "code_certainty": None if listing.code_certainty is None else listing.code_certainty.value,
        "change": listing.change,
        "sources": " ".join(f"#source-{one}" for one in dict.fromkeys(listing.item.sources)) or None,
    }
    item = _in(part, "article", eId=name, refersTo=f"#{listing.certainty.value}", **_named(facts))
    item.set("class", f"presence-{listing.presence.value} certainty-{listing.certainty.value}")
    doubt = "?" if listing.code_certainty == "unconfirmed" else ""
    _in(item, "num").text = f"{listing.code}{doubt}" if listing.code else listing.item.id
    _heading(item, Bilingual(listing.name.zh, listing.name.en))
    if not listing.points:
        _texts(_in(_in(item, "paragraph", eId=f"{name}__none"), "content"), "未收录任何控制要点（不等于没有）。", "No control point is held (which does not mean that there is none).")  # fmt: skip
    for point in listing.points:
        _point(item, contents, point, name)


def _point(item: Any, contents: Contents, point: Point, within: str) -> None:
    name = f"{within}__point_{point.number}"
    official = isinstance(point, OfficialPoint) and contents.official_wording
    facts: dict[str, str | None] = {
        "point": contents.key(point),
        "certainty": point.certainty.value,
        "topic": "true" if point.certainty == "unconfirmed" else None,
        "since": point.since,
        "sources": " ".join(f"#source-{one}" for one in dict.fromkeys(point.sources)) or None,
        "document": point.wording.document if isinstance(point, OfficialPoint) else None,
    }
    made = _in(item, "paragraph", eId=name, refersTo=f"#{point.certainty.value}", **_named(facts))
    made.set("class", f"certainty-{point.certainty.value}")
    _in(made, "num").text = point.number
    content = _in(made, "content")
    own = point.zh or point.en
    _texts(content, point.zh if own else WITHHELD.zh if not official else "", point.en if own else WITHHELD.en if not official else "")  # fmt: skip
    if official:
        assert isinstance(point, OfficialPoint)
        for line in point.wording.text.split("\n"):
            words = _in(content, "p", lang="zh", **_named({"document": point.wording.document, "words": "official"}))
            words.text = line
    for parameter in point.parameters:
        _parameter(content, parameter)


def _parameter(content: Any, parameter: Parameter) -> None:
    value = parameter.value
    shown = f"{value[0]}–{value[1]}" if isinstance(value, tuple) else str(value)
    facts = _named({"operator": parameter.operator, "value": shown, "unit": parameter.unit})
    for language in ("zh", "en"):
        name, when = getattr(parameter.name, language), getattr(parameter.condition, language, "")
        if name:
            line = _in(content, "p", lang=language, **facts)
            more = "" if not when else f"（{when}）" if language == "zh" else f" ({when})"
            line.text = f"{name} {parameter.operator} {shown} {parameter.unit}{more}"


# ---- elements --------------------------------------------------------------------------------------------------------


def _named(facts: dict[str, str | None]) -> dict[str, str]:
    """Attributes of our own namespace, those that are known."""
    return {f"{{{MULU}}}{key}": value for key, value in facts.items() if value is not None}


def _in(parent: Any, tag: str, /, lang: str | None = None, **attributes: str) -> Any:
    from lxml import etree

    made = etree.SubElement(parent, f"{{{AKN}}}{tag}", attributes)
    if lang is not None:
        made.set(_XML_LANG, lang)
    return made


def _own(parent: Any, tag: str, /, **attributes: str) -> None:
    from lxml import etree

    etree.SubElement(parent, f"{{{MULU}}}{tag}", attributes)


def _heading(parent: Any, both: Bilingual) -> None:
    heading = _in(parent, "heading")
    for language, text in (("zh", both.zh), ("en", both.en)):
        if text:
            span = _in(heading, "span", lang=language)
            span.text = text
            span.tail = " "


def _texts(parent: Any, zh: str, en: str) -> None:
    for language, text in (("zh", zh), ("en", en)):
        if text:
            _in(parent, "p", lang=language).text = text

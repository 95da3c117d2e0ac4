"""What an answer tells of a document that came in: what was read of it, and the passages that speak for a candidate."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mulu.screening.gathering import Gathered, Support
from mulu.sources.described import Place, Reading
from mulu.vocabulary import Said

Json = dict[str, Any]
_SHOWN_OF_A_PASSAGE = 400  # characters


def support(one: Support, reading: Reading) -> Json:
    """A passage that speaks for a candidate. Places count from 0, in the whole text and in the passage."""
    place = one.passage.place
    inside = [
        [max(start, place.start) - place.start, min(end, place.end) - place.start]
        for start, end in one.spans
        if start < place.end and end > place.start
    ]
    begin = max(0, inside[0][0] - _SHOWN_OF_A_PASSAGE // 3) if inside else 0
    begin = begin if len(one.passage.text) > _SHOWN_OF_A_PASSAGE else 0
    return {
        "place": place_of(place, reading),
        "role": one.passage.role.value,
        "heading": one.passage.heading,
        "read_by_machine": one.passage.machine,
        "text": one.passage.text[begin : begin + _SHOWN_OF_A_PASSAGE],
        "text_begins": begin,
        "score": one.score / 1000,
        "flag": one.flag,
        "why": [said.as_json() for said in one.because],
        "read_with": [one.start, one.end],
        "in_document": [list(span) for span in one.spans],
        "in_passage": inside,
    }


def place_of(place: Place, reading: Reading) -> Json:
    return {
        "part": place.part,
        "part_name": reading.parts[place.part].name,
        "page": place.page,
        "last_page": place.last_page,
        "paragraph": place.paragraph,
        "number": place.number,
        "clause": place.clause,
        "sheet": place.sheet,
        "cell": place.cell,
        "in_document": [place.start, place.end],
        "boxes": [[page, list(box)] for page, box in place.boxes],
    }


def unread_passages(found: Gathered) -> Json | None:
    """What of a document is in another language and was not compared."""
    if not found.unread:
        return None
    said = sum(end - start for start, end in found.unread)
    share = max(1, round(100 * said / max(1, len(found.reading.text))))
    return {
        "because": Said(
            "read_in_part",
            f"文档约 {share} % 为其他语言或没有文字（如公式、数字表），未作比较。请提供其中文或英文译文再筛查。",
            f"About {share} % of the document is in another language or holds no words (formulae, tables of figures) and "
            f"was not compared. Screen a Chinese or English translation of it.",
        ).as_json(),
        "in_description": [list(span) for span in found.unread],
        "in_title": [],
    }


def document(found: Gathered) -> Json:
    """What was read of a document, and how."""
    reading = found.reading
    facts: dict[str, list[str]] = {}
    for name, value in reading.facts:
        facts.setdefault(name, []).append(value)
    return {
        "name": reading.name,
        "kind": reading.kind.value,
        "digest": reading.digest,
        "title": reading.title,
        "language": reading.language,
        "characters": len(reading.text),
        "pages": reading.pages,
        "passages": len(reading.passages),
        "roles": dict(sorted(Counter(one.role.value for one in reading.passages).items())),
        "by_passage": found.by_passage,
        "stretches": found.stretches,
        "parts": [
            {
                "name": part.name,
                "media": part.media,
                "digest": part.digest,
                "inside": part.inside,
                "in_document": [part.start, part.end],
                "unread": None if part.unread is None else part.unread.as_json(),
            }
            for part in reading.parts
        ],
        "facts": facts,
        "unread": [{"page": one.page, "because": one.because.as_json()} for one in reading.unread],
        "read_by_machine": sorted({one.place.page or 1 for one in reading.passages if one.machine}),
    }

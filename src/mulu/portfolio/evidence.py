"""Why a record is flagged, worked out anew from its text: a portfolio keeps what was found, and not every reason for it.

Reading the same text again with the same engine and edition gives the same candidates, so the reasons are those of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from mulu.catalogue.editions import Edition
from mulu.errors import MuluError
from mulu.portfolio.records import Record
from mulu.screening.engine import Candidate, PointCandidate, Screener, Vectors
from mulu.screening.evidence import Evidence
from mulu.screening.text import Description, describe

Json = dict[str, Any]
_MOST_WORDS, _LONGEST = 8, 80
_ALL = 200  # candidates asked for: more than any text has
_WORDS_ALONE = ("term", "wording", "parameter", "process", "object", "activity")  # reasons that point at words


_TOGETHER = 32  # records read at once
LONG = 20_000  # characters of a text of which what is kept is had sooner than made again
Asked = tuple[Record, Edition, Sequence[str], Vectors | None]


def evidence(screener: Screener, records: Iterable[Asked]) -> Iterator[dict[str, Json]]:
    """For each record, by item, the control point that speaks loudest and the reasons with the words of the text.

    `records`: each with the edition that answered it, the items that are asked about, and the vectors that are kept of its
    text, where they are had. Of a document each part is read, and the one that speaks loudest for an item gives its reasons.
    """
    for some in _batches(records, _TOGETHER):
        texts = [(n, *one, edition) for n, (record, edition, _, _) in enumerate(some) for one in _texts(record)]
        found: list[dict[str, tuple[int, Candidate, str]]] = [{} for _ in some]
        vectors = [_fitting(some[n][3], described) if some[n][0].parts is None else None for n, described, *_ in texts]
        screenings = screener.screen_all(
            [(described, edition) for _, described, _, _, edition in texts], top=_ALL, vectors=vectors
        )
        for (n, _, given, less, _), screening in zip(texts, screenings, strict=True):
            wanted = some[n][2]
            for one in screening.candidates:
                item, loud = one.listing.item.id, one.score - less
                if item in wanted and (item not in found[n] or loud > found[n][item][0]):
                    found[n][item] = (loud, one, given)
        for of in found:
            yield {item: _told(one, given) for item, (_, one, given) in of.items()}


def _fitting(kept: Vectors | None, of: Description) -> Vectors | None:
    """What is kept of a text where it was read for its meaning: a vector for each section and each passage."""
    return None if kept is None or tuple(map(len, kept)) != (len(of.sections), len(of.passages)) else kept


def _batches(records: Iterable[Asked], size: int) -> Iterator[list[Asked]]:
    waiting = iter(records)
    while some := list(islice(waiting, size)):
        yield some


def _texts(record: Record) -> Iterator[tuple[Description, str, int]]:
    """What is read of a record: the description, the text in which its places count, and what is taken from its weight."""
    of = record.parts
    if of is None or of.as_one:
        title = record.title if of is None else None
        yield describe(record.text, title), f"{title}\n{record.text}" if title else record.text, 0
    for part in () if of is None else of.parts:
        if of is not None and of.as_one and not part.piece:
            continue  # the whole speaks for it
        text = record.text[part.start : part.end]
        try:
            yield describe(text), text, part.less
        except MuluError:
            continue  # a part in another language was not compared either


def _told(one: Candidate, text: str) -> Json:
    best: PointCandidate = one.points[0]
    point = best.point
    return {
        "number": None if point is None else point.number,
        "point": None if point is None else {"zh": point.zh, "en": point.en},
        "certainty": None if point is None else point.certainty.value if best.stands else "unconfirmed",
        "of_another_edition": not best.stands,
        "reasons": [
            {
                "kind": e.kind,
                "against": e.against,
                "of": of,
                **e.because.as_json(),
                "words": _words(text, e.spans) if e.kind in _WORDS_ALONE else [],
            }
            for of, e in _reasons(one)
        ],
        "parameters": [
            {
                "name": {"zh": c.parameter.name.zh, "en": c.parameter.name.en},
                "required": c.required,
                "stated": c.stated,
                "result": c.result.value,
            }
            for c in best.parameters
        ],
        "missing": [said.as_json() for said in one.missing_facts],
    }


def _reasons(one: Candidate) -> list[tuple[str | None, Evidence]]:
    """The reasons of the loudest point; where none of them speaks for it, then those of the next point that has one, by its number."""
    made: list[tuple[str | None, Evidence]] = [(None, e) for e in one.points[0].evidence]
    if all(e.against for _, e in made):
        for other in one.points[1:]:
            speaks = [e for e in other.evidence if not e.against]
            if speaks:
                number = None if other.point is None else other.point.number
                return made + [(number, e) for e in speaks]
    return made


def _words(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    words = (text[start:end].strip() for start, end in spans if end - start < _LONGEST)
    return [one for one in dict.fromkeys(words) if one][:_MOST_WORDS]

"""What an answer tells of a contract: parties, clauses with what each is about and its candidates, and the facts proposed.

Every finding bears its place: offsets in the text that was read, the page where there are pages, the clause, and the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mulu.determination.law import Law
from mulu.determination.proposed import Proposal, proposals
from mulu.screening.clauses import Span
from mulu.screening.contracts import Contract, Price, Read, Typed, read_contract, type_names
from mulu.sources.described import Reading
from mulu.sources.documents import Held, take
from mulu.sources.fenced import Limits, apart
from mulu.sources.received import read_plain, read_received
from mulu.sources.rows import BadRow, Row
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
Screened = Callable[[Iterable[Row | BadRow]], Iterable[Json | BadRow]]
_QUOTED = 200  # characters of a stretch that are quoted
_SHOWN = 1200  # characters of a clause that are shown
_POINTS, _WORDS = 2, 4  # of a candidate that are told: control points, and words of the contract that speak for each

_SIGNS = {
    "title": Bilingual("标题是合同或协议", "its title is that of a contract"),
    "parties": Bilingual("列明双方", "it names its parties"),
    "clauses": Bilingual("条款具备合同通常的类型", "its clauses are of the kinds that contracts have"),
    "binds": Bilingual("条文约束当事人", "its text binds parties"),
    "signatures": Bilingual("有签署栏", "it has a place for signatures"),
}


@dataclass(frozen=True, slots=True)
class Analysed:
    """A file read as a contract, with what that proposes."""

    reading: Reading
    contract: Contract
    proposed: tuple[Proposal, ...]


def analyse(path: Path, *, ocr: bool = False, limits: Limits | None = None) -> Analysed:
    """A file as a contract, read and analysed in a process of its own under the limits of `sources.fenced`.

    The expressions run over a text that others wrote: one made to hold them up holds up that process, until it is ended.
    Raises UnreadableDocument; Stopped at a limit.
    """
    return apart("mulu.contracting:analysed", take(path), Analysed, ocr=ocr, limits=limits)


def analysed(held: Held, ocr: bool) -> Analysed:
    """What `analyse` does in the process of its own."""
    reading = read_plain(held) or read_received(held, ocr=ocr)
    contract = read_contract(reading.text, [(one.place.start, one.place.end) for one in reading.passages])
    return Analysed(reading, contract, proposals(contract, Law.load()))


def load() -> None:
    """Everything that `analysed` needs, while files can still be opened: the rules, the law, and what the libraries hold."""
    Law.load()
    for text in (
        "合约\n甲方：甲公司\n乙方：乙公司\n第一條 轉讓\n費用人民幣壹佰萬元",
        "1 Fee\nA fee of EUR two million.",
    ):
        proposals(read_contract(text), Law.load())


def told(contract: Contract, reading: Reading, proposed: Sequence[Proposal], screen: Screened) -> Json:
    """The contract as one answer. `screen` gives the candidates of each text that it is handed, in order."""
    teller = _Teller(contract, reading)
    found = teller.screened(screen)
    clauses = [teller.clause(number, found.get(number)) for number in range(len(contract.clauses))]
    return {
        "name": reading.name,
        "digest": reading.digest,
        "characters": len(reading.text),
        "pages": reading.pages,
        "language": reading.language,
        "is_contract": contract.is_contract,
        "signs": [{"sign": one.value, "says": _both(_SIGNS[one.value])} for one in contract.signs],
        "title": None if contract.title is None else contract.title.value,
        "parties": [teller.party(one) for one in contract.parties],
        "related": None if contract.related is None else teller.place((contract.related.start, contract.related.end)),
        "days": [
            {"what": what, "day": day.isoformat(), "place": teller.place(span)} for what, day, span in contract.days
        ],
        "price": [teller.price(one) for one in contract.price],
        "law": None
        if contract.law is None
        else {"country": contract.law_country, "place": teller.place((contract.law.start, contract.law.end))},
        "clauses": clauses,
        "candidates": _gathered(clauses),
        "screened": len(found),
        "proposals": [teller.proposal(one) for one in proposed],
        "unread": [{"page": one.page, "because": one.because.as_json()} for one in reading.unread],
    }


class _Teller:
    def __init__(self, contract: Contract, reading: Reading) -> None:
        self.contract = contract
        self.reading = reading
        self.names = type_names()

    def place(self, span: Span) -> Json:
        """Where a stretch stands, and its words."""
        passage = self.reading.passage_at(span[0])
        number = self.contract.clause_at(span[0])
        return {
            "in_document": list(span),
            "page": None if passage is None else passage.place.page,
            "clause": None if number is None else self.contract.label(number),
            "quote": _cut(self.contract.text[span[0] : span[1]], _QUOTED),
        }

    def party(self, one: Any) -> Json:
        country = one.country
        return {
            "name": one.name,
            "labels": list(one.labels),
            "side": None if one.side is None else one.side.value,
            "side_from": None if one.side_from is None else self.place(one.side_from),
            "country": None if country is None else country.value,
            "inside_china": None if country is None else country.value == "CN",
            "basis": one.basis,
            "foreign_owned": one.foreign_owned,
            "place": self.place((one.start, one.end)),
            "country_place": None if country is None else self.place((country.start, country.end)),
        }

    def price(self, one: Price) -> Json:
        return {
            "kind": one.value,
            "place": self.place((one.start, one.end)),
            "sums": [
                {
                    "value": f"{each.value.normalize():f}",
                    "currency": each.currency,
                    "in_words": each.words,
                    "place": self.place((each.start, each.end)),
                }
                for each in one.sums
            ],
            "rates": [f"{value.normalize():f}" for value, _ in one.rates],
            "differs": one.differs,
        }

    def proposal(self, one: Proposal) -> Json:
        return {
            "fact": one.fact,
            "value": one.value,
            "test": one.test,
            "because": _both(one.because),
            "rests_on": list(one.rests_on),
            "places": [self.place(span) for span in one.spans],
        }

    def clause(self, number: int, found: Json | None) -> Json:
        read = self.contract.clauses[number]
        clause = read.clause
        start = clause.own[0][0]
        passage = self.reading.passage_at(start)
        words = " ".join(self.contract.text[a:b].strip() for a, b in clause.own)
        return {
            "id": clause.id,
            "number": clause.number,
            "label": self.contract.label(number),
            "within": None if clause.parent is None else self.contract.clauses[clause.parent].clause.id,
            "depth": clause.depth,
            "heading": [self.contract.text[a:b].strip() for a, b in clause.heading],
            "page": None if passage is None else passage.place.page,
            "in_document": [list(span) for span in clause.own],
            "text": _cut(words, _SHOWN),
            "types": [self._type(one) for one in read.types],
            "excludes": [self._type(one) for one in read.excludes],
            "licence": [{"what": one.value, "place": self.place((one.start, one.end))} for one in read.licence],
            "defined": [{"term": term, "places": [self.place(span) for span in spans]} for term, spans in read.defined],
            "screened": found is not None and "candidates" in found,
            "not_compared": None if found is None else found.get("error"),
            "candidates": [] if found is None else found.get("candidates", []),
        }

    def _type(self, one: Typed) -> Json:
        return {
            "type": one.type,
            "name": _both(self.names[one.type]),
            "weight": one.weight,
            "words": [_cut(self.contract.text[start:end], _QUOTED) for start, end in one.words],
        }

    # ---- screening ---------------------------------------------------------------------------------------------------

    def screened(self, screen: Screened) -> dict[int, Json]:
        """What each clause that is screened may fall under, read with the definitions of the terms that it uses."""
        numbers = [number for number, one in enumerate(self.contract.clauses) if one.screened]
        texts = [_Joined(self.contract, self.contract.clauses[number]) for number in numbers]
        rows = [
            Row(place, str(number), joined.text, None, None, None, None)
            for place, (number, joined) in enumerate(zip(numbers, texts, strict=True), 1)
        ]
        found: dict[int, Json] = {}
        for number, joined, answer in zip(numbers, texts, screen(rows), strict=True):
            if isinstance(answer, BadRow):
                found[number] = {"error": answer.because.as_json()}
            else:
                found[number] = {"candidates": [self._candidate(one, joined) for one in answer["candidates"]]}
        return found

    def _candidate(self, one: Json, joined: _Joined) -> Json:
        kept = ("item", "code", "control", "name", "certainty", "score", "flag", "near_boundary", "beyond_knowledge")
        return {
            **{key: one[key] for key in kept},
            "points": [
                {
                    "number": point["number"],
                    "score": point["score"],
                    "passages": [
                        {"from": source, **self.place(span)}
                        for source, span in joined.places(point["evidence"])[:_WORDS]
                    ],
                }
                for point in one["points"][:_POINTS]
            ],
        }


class _Joined:
    """The text that is screened for a clause: its own words, then what defines the terms that it uses."""

    def __init__(self, contract: Contract, read: Read) -> None:
        self.pieces: list[tuple[int, int, int, str]] = []  # place in the text, stretch of the contract, and whose it is
        parts, length, taken = [], 0, list[Span]()
        sources = [("clause", span) for span in read.screened]
        sources += [("definition", span) for _, spans in read.defined for span in spans]
        for source, (start, end) in sources:
            if any(a <= start and end <= b for a, b in taken):
                continue
            taken.append((start, end))
            parts.append(contract.text[start:end])
            self.pieces.append((length, start, end, source))
            length += end - start + 1
        self.text = "\n".join(parts)

    def places(self, evidence: Iterable[Json]) -> list[tuple[str, Span]]:
        """Where in the contract the words stand on which evidence rests, each stretch once, in their order."""
        found: dict[Span, str] = {}
        for one in evidence:
            given = one.get("in_description") or []
            for start, end in given if given and isinstance(given[0], list) else [given] if len(given) == 2 else []:
                for at, begin, stop, source in self.pieces:
                    a, b = max(start, at), min(end, at + stop - begin)
                    if a < b:
                        found.setdefault((begin + a - at, begin + b - at), source)
        return [(source, span) for span, source in sorted(found.items())]


def _gathered(clauses: Sequence[Json]) -> list[Json]:
    """Every candidate of the contract once, by its best clause; with all clauses that it was found in, best first."""
    found: dict[str, Json] = {}
    for clause in clauses:
        for one in clause["candidates"]:
            held = found.setdefault(one["item"], {**{k: v for k, v in one.items() if k != "points"}, "clauses": []})
            held["clauses"].append(
                {"id": clause["id"], "label": clause["label"], "page": clause["page"], "score": one["score"]}
            )
            if one["score"] > held["score"]:
                held["score"] = one["score"]
            for key in ("flag", "near_boundary"):
                held[key] = held[key] or one[key]
    for one in found.values():
        one["clauses"].sort(key=lambda clause: -clause["score"])
    return sorted(found.values(), key=lambda one: (-one["score"], one["item"]))


def source_of(reading: Reading, proposal: Json) -> str:
    """Where an accepted fact stands, as a record keeps it: the document, its digest, clause, page and words."""
    at = []
    for one in proposal["places"][:3]:
        where = [
            one["clause"] or "",
            "" if one["page"] is None else f"p. {one['page']}",
            f"“{_cut(one['quote'], 120)}”",
        ]
        at.append(" ".join(part for part in where if part))
    return f"{reading.name} (sha256 {reading.digest[:12]}): {'; '.join(at)}"


def place_of(reading: Reading, proposal: Json) -> str:
    """The same in brief, as a paper prints it: the document, and clause and page of the first place."""
    first: Json = proposal["places"][0] if proposal["places"] else {"clause": None, "page": None, "quote": ""}
    page = None if first["page"] is None else f"p. {first['page']}"
    where: list[str] = [part for part in (first["clause"], page) if part] or [f"“{_cut(first['quote'], 40)}”"]
    return " ".join((reading.name, *where))


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _both(text: Bilingual) -> Json:
    return {"zh": text.zh, "en": text.en}

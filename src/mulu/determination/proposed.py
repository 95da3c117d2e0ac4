"""What a contract says of the facts of a transfer, as proposals with their places. A person accepts each one, or none.

The names are those that a file of facts has (`determination.facts`). Nothing is proposed that no words of the contract
say; where it denies something (no source code is delivered), the denial is what is proposed. The answer that the facts
would give to the first test is proposed too, with the facts on which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mulu.determination.decide import Answer, answers_from
from mulu.determination.facts import read_facts
from mulu.determination.law import Law
from mulu.errors import Misused
from mulu.screening.clauses import Span
from mulu.screening.contracts import Contract, Party, Read, Side
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
_HOME = "CN"


class NotProposed(Misused):
    """A fact was to be accepted that the contract does not propose."""

    def __init__(self, fact: str, offered: Iterable[str]) -> None:
        names = ", ".join(offered) or "—"
        super().__init__(
            Said(
                "not_proposed",
                f"该合同没有提出事实 {fact}（有：{names}）。未记录任何内容。",
                f"The contract proposes no fact {fact} ({names}). Nothing was recorded.",
            )
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact, or an answer to a test, that the contract speaks for. `spans` are the stretches that say it."""

    fact: str
    value: Any
    because: Bilingual
    spans: tuple[Span, ...]
    test: bool = False  # an answer to one of the ordered tests, which a person gives
    rests_on: tuple[str, ...] = ()


def proposals(contract: Contract, law: Law) -> tuple[Proposal, ...]:
    """What the contract proposes, facts first."""
    facts = [*_parties(contract), *_modes(contract), *_passed(contract), *_paid(contract), *_days(contract)]
    return (*facts, *_answers(facts, law))


def giver(contract: Contract) -> Party | None:
    """The party from which technology comes: by its side, else the one inside China."""
    for party in contract.parties:
        if party.side is not None and party.side.gives:
            return party
    return _inside(contract.parties) if any(one.side is Side.PARTNER for one in contract.parties) else None


def taker(contract: Contract) -> Party | None:
    """The party that gets it: by its side; among partners the first one that is not the giver."""
    for party in contract.parties:
        if party.side is not None and party.side.gives is False:
            return party
    first = giver(contract)
    others = [one for one in contract.parties if one is not first and one.side is Side.PARTNER]
    return next((one for one in others if one.country is not None), None) if first is not None else None


def _inside(parties: Sequence[Party]) -> Party | None:
    return next((one for one in parties if one.country is not None and one.country.value == _HOME), None)


_BASIS = {
    "registration": Bilingual("注册地", "place of registration"),
    "address": Bilingual("地址", "address"),
    "name": Bilingual("仅名称（须核实）", "the name alone (to be verified)"),
}


def _parties(contract: Contract) -> Iterable[Proposal]:
    for key, party in (("from", giver(contract)), ("to", taker(contract))):
        if party is None or party.country is None:
            continue
        basis = _BASIS[party.basis or "name"]
        value = party.country.value
        if party.foreign_owned:
            value += " FIE"
        yield Proposal(
            key,
            value,
            Bilingual(f"{party.name}：{basis.zh}", f"{party.name}: {basis.en}"),
            ((party.start, party.end), (party.country.start, party.country.end)),
        )
    for key, party in (("supplier", giver(contract)), ("recipient", taker(contract))):
        if party is not None:
            said = party.labels[0] if party.labels else party.name
            yield Proposal(
                key, party.name, Bilingual(f"合同称“{said}”", f"called “{said}”"), ((party.start, party.end),)
            )
    if contract.related is not None:
        span = (contract.related.start, contract.related.end)
        yield Proposal(
            "parties_related",
            True,
            Bilingual("合同写明双方有关联", "the contract says that the parties are affiliated"),
            (span,),
        )


# ---- modes and channel --------------------------------------------------------------------------------------------

_PATENT = re.compile(r"(?<!非)(?<!申请)专利(?!申请)|patent(?! application)", re.IGNORECASE)
_APPLICATION = re.compile(
    r"申请权|(?:专利|号(?:的)?)(?:发明)?(?:专利)?申请(?!人|费)|(?:该|上述|前述)(?:专利)?申请(?!人|费)"
    r"|right to (?:apply|the application)|(?:patent|pending) applications?|applications? (?:pending|no|ep|us|cn|pct)",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"技术秘密|专有技术|非专利技术|诀窍|工艺|配方|技术|manufacturing knowledge|know-?how|trade secrets?|process|technolog|technical information",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(r"软件|程序|software|source code|源代码", re.IGNORECASE)
_INVESTED = re.compile(
    r"作价|技术出资|(?:以|用)[^。；;]{0,30}(?:技术|专利|知识产权)[^。；;]{0,20}(?:出资|入股)|contribut[^.;]{0,80}(?:capital|equity|shares?|joint venture)|contribution in kind|capital contribution",
    re.IGNORECASE,
)
_NAMES = {
    "M1": Bilingual("专利权转让", "assignment of patents"),
    "M2": Bilingual("专利申请权转让", "assignment of patent applications"),
    "M3": Bilingual("专利实施许可", "patent licence"),
    "M4": Bilingual("技术秘密转让或许可", "know-how"),
    "M5": Bilingual("技术服务", "technical service"),
    "M9": Bilingual("其他方式", "other"),
}


def _words(contract: Contract, read: Read, resolved: bool) -> str:
    spans = list(read.clause.own)
    if resolved:
        spans += [span for _, found in read.defined for span in found]
    return "\n".join(contract.text[start:end] for start, end in spans)


def _modes(contract: Contract) -> Iterable[Proposal]:
    found: dict[str, list[Span]] = {}

    def add(mode: str, read: Read, kind: str) -> None:
        words = next(one.words for one in read.types if one.type == kind)
        found.setdefault(mode, []).extend(words[:2] or read.clause.own[:1])

    others: list[tuple[Read, str]] = []
    for read in contract.clauses:
        about = {one.type for one in read.types if one.words}
        if "definitions" in about or _bare(read):
            continue
        own, whole = _words(contract, read, False), _words(contract, read, True)
        if "assignment" in about:
            for mode, pattern in (("M1", _PATENT), ("M2", _APPLICATION), ("M4", _SECRET)):
                here = own if pattern.search(own) else whole if not _PATENT.search(own) else own
                if pattern.search(_without_marks(here, mode)):
                    add(mode, read, "assignment")
        if "licence" in about:
            if _PATENT.search(whole):
                add("M3", read, "licence")
            if re.search(
                r"技术秘密|专有技术|非专利技术|营业秘密|诀窍|know-?how|trade secret", whole, re.IGNORECASE
            ) or (not _PATENT.search(whole) and not _SOFTWARE.search(whole) and _SECRET.search(whole)):
                add("M4", read, "licence")
            elif _SOFTWARE.search(whole) and not _PATENT.search(whole):
                add("M9", read, "licence")
        if "know-how" in about:
            add("M4", read, "know-how")
        for kind in ("personnel", "training"):
            if kind in about:
                add("M5", read, kind)
        if "joint-development" in about:
            add("M9", read, "joint-development")
        others += [(read, kind) for kind in ("remote-access", "source-code", "technical-data") if kind in about]
    if not found:
        for read, kind in others:
            add("M9", read, kind)
    if found:
        modes = sorted(found)
        named = [_NAMES[mode] for mode in modes]
        because = Bilingual("、".join(one.zh for one in named), ", ".join(one.en for one in named))
        spans = tuple(span for mode in modes for span in dict.fromkeys(found[mode]))
        yield Proposal("mode", "+".join(modes), because, spans[:12])
        yield _channel(contract)


def _bare(read: Read) -> bool:
    """Whether a clause is its heading alone: what passes is in the parts below it, which may say that nothing does."""
    own = sum(end - start for start, end in read.clause.own)
    return bool(read.clause.heading) and own - sum(end - start for start, end in read.clause.heading) <= 12


def _without_marks(text: str, mode: str) -> str:
    """For know-how: without the names of contracts and patents, in which 技术 says nothing."""
    return (
        re.sub(r"专利技术|技术(?:转让|出口|进口|合同|领域|主管)|[Tt]echnical field", "", text) if mode == "M4" else text
    )


def _channel(contract: Contract) -> Proposal:
    invested = next(
        (
            match.span()
            for one in contract.clauses
            for a, b in one.clause.own
            if (match := _INVESTED.search(contract.text, a, b))
        ),
        None,
    )
    if invested is not None:
        return Proposal(
            "channel", "investment", Bilingual("以技术出资", "technology is contributed as capital"), (invested,)
        )
    joint = [
        one for one in contract.clauses for typed in one.types if typed.type == "joint-development" and typed.words
    ]
    if any(one.side is Side.PARTNER for one in contract.parties) or len(joint) >= 3:
        spans = [(one.clause.start, one.clause.end) for one in joint[:1]]
        if contract.title is not None and not spans:
            spans = [(contract.title.start, contract.title.end)]
        return Proposal(
            "channel", "cooperation", Bilingual("合作研究开发", "joint research and development"), tuple(spans)
        )
    at = contract.title
    spans = [] if at is None else [(at.start, at.end)]
    return Proposal(
        "channel",
        "trade",
        Bilingual("合同没有写明出资或合作研发", "the contract states neither contribution nor joint development"),
        tuple(spans),
    )


# ---- what is passed, paid, and when --------------------------------------------------------------------------------


def _passed(contract: Contract) -> Iterable[Proposal]:
    for kind, fact, zh, en in (
        ("source-code", "source_code_delivered", "源代码", "source code"),
        ("remote-access", "remote_access", "远程访问", "remote access"),
    ):
        given = [s for one in contract.clauses for t in one.types if t.type == kind for s in t.words]
        refused = [s for one in contract.clauses for t in one.excludes if t.type == kind for s in t.words]
        if given:
            also = Bilingual("；另有条款排除", "; another clause excludes it") if refused else Bilingual("", "")
            yield Proposal(
                fact,
                True,
                Bilingual(f"合同约定{zh}{also.zh}", f"the contract provides {en}{also.en}"),
                tuple((given + refused)[:6]),
            )
        elif refused and kind == "source-code":
            yield Proposal(
                fact,
                False,
                Bilingual(f"合同写明不提供{zh}", f"the contract says that no {en} is given"),
                tuple(refused[:6]),
            )
    titles = [
        one for one in contract.terms if re.search(r"技术|technology|know-how|software|软件|patents|专利", one.term)
    ]
    subject = [(one.start, one.end) for one in titles[:3]]
    if not subject and contract.title is not None:
        subject = [(contract.title.start, contract.title.end)]
    if subject:
        words = " ".join(contract.text[start:end].strip() for start, end in subject)
        yield Proposal(
            "technology",
            words[:2000],
            Bilingual("合同对标的技术的说明", "what the contract says of its subject"),
            tuple(subject),
        )


def _paid(contract: Contract) -> Iterable[Proposal]:
    kinds = {one.value: (one.start, one.end) for one in contract.price}
    if not kinds:
        return
    both = "royalty" in kinds and "lump_sum" in kinds
    because = {
        (True, True): Bilingual("入门费加提成", "a lump sum and a royalty"),
        (True, False): Bilingual("提成", "a royalty"),
        (False, True): Bilingual("固定金额，没有提成", "a fixed sum, and no royalty"),
    }["royalty" in kinds, "lump_sum" in kinds]
    yield Proposal("royalty", "mixed" if both else "royalty" in kinds, because, tuple(kinds.values()))
    for one in contract.price:
        span = (one.start, one.end)
        if one.sums:
            differs = Bilingual(
                "；大写与小写金额不一致，请核对", "; the sum in words is not the one in figures: compare them"
            )
            also = differs if one.differs else Bilingual("", "")
            said = Bilingual(f"写明的金额{also.zh}", f"the sum that is stated{also.en}")
            yield Proposal("consideration", one.sums[0].plain, said, ((one.sums[0].start, one.sums[0].end), span))
        if len({value for value, _ in one.rates}) == 1:  # in figures and in words it is one rate: five per cent (5%)
            yield Proposal(
                "royalty_rate",
                f"{one.rates[0][0].normalize():f}%",
                Bilingual("写明的提成率", "the royalty rate that is stated"),
                (*(place for _, place in one.rates), span),
            )


def _days(contract: Contract) -> Iterable[Proposal]:
    for what, fact, zh, en in (
        ("signed", "date", "签订日", "day of signature"),
        ("effective", "contract_effective", "写明的生效日", "day of effect as stated"),
    ):
        found = [(day, span) for kind, day, span in contract.days if kind == what]
        if found:
            day = found[0][0]
            more = len({one for one, _ in found}) > 1
            also = (
                Bilingual("；另有其他日期，请核对", "; other days are stated too, compare them")
                if more
                else Bilingual("", "")
            )
            yield Proposal(
                fact, day.isoformat(), Bilingual(zh + also.zh, en + also.en), tuple(span for _, span in found[:4])
            )


# ---- the answer that follows ----------------------------------------------------------------------------------------


def _answers(facts: Sequence[Proposal], law: Law) -> Iterable[Proposal]:
    """The first test as the proposed facts answer it; disputed readings are not proposed but left to the person."""
    given = as_facts(facts)
    if not {"from", "to"} <= given.keys():
        return
    answers: Mapping[str, Answer] = answers_from(read_facts(given), law)
    for test in ("crossing",):
        one = answers[test]
        if one.value is None or one.disputed is not None:
            continue
        stands_on = [one_ for one_ in facts if one_.fact in ("from", "to")]
        spans = tuple(span for one_ in stands_on for span in one_.spans)
        yield Proposal(test, one.value, one.because, spans, True, tuple(one_.fact for one_ in stands_on))


def as_facts(facts: Iterable[Proposal]) -> Json:
    """The facts of proposals, as a file of facts would have them."""
    return {one.fact: one.value for one in facts if not one.test}

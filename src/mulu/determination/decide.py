"""The ordered tests: from answers to a track, each step with its provision. Nothing open is ever taken as answered.

One rule serves a file of facts and a case that a person signs; only who answers differs.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mulu.determination.facts import Facts, Place, Status, catalogue_code, without_technology
from mulu.determination.law import Citation, Law
from mulu.vocabulary import Bilingual, Control

Json = dict[str, Any]


class Track(StrEnum):
    """What follows procedurally."""

    BLOCKED = "blocked"
    LICENCE = "licence"
    REGISTRATION = "registration"
    EXPORT_CONTROL = "export_control"
    OUT_OF_SCOPE = "out_of_scope"
    UNDETERMINED = "undetermined"


class Outcome(StrEnum):
    """What a signed determination concludes."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    NOT_LISTED = "not listed"
    OTHER_REGIME = "other regime"
    NOT_AN_EXPORT = "not an export"
    UNDETERMINED = "undetermined"


class Origin(StrEnum):
    """Who or what an answer comes from."""

    GIVEN = "given"  # stated in the facts
    STATUS = "status"  # follows from the status given, to be confirmed
    DESCRIPTION = "description"  # read from the words of the description
    PERSON = "person"
    CANDIDATES = "candidates"  # from the answers to every candidate
    NONE = "none"  # nobody: the test is open


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one test, or that it is open (`value` None), with the reason.

    `disputed` names a contested reading under which each of `readings` is an answer that somebody holds; the decision then
    stands only where all lead to the same track. `asks` is what is still to be asked where the value is open or not firm.
    `if_so` is the answer under which a track stands that rests on a status given: the test itself stays open.
    """

    value: str | None
    origin: Origin
    because: Bilingual
    cites: tuple[str, ...] = ()
    disputed: str | None = None
    readings: tuple[str | None, ...] = ()
    asks: Bilingual | None = None
    if_so: str | None = None

    @property
    def counted(self) -> str | None:
        """What the rule reckons with."""
        return self.if_so if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Step:
    """One test as it was answered; `decides` where it settled the track, `reached` false where an earlier one had."""

    test: str
    answer: Answer
    follows: Bilingual | None
    citations: tuple[Citation, ...]
    reached: bool
    decides: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A question still to be answered. `decides`: the track depends on it."""

    test: str
    question: Bilingual
    because: Bilingual
    decides: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The track by rule from the answers, the way there, and what is open."""

    track: Track
    outcome: Outcome
    is_export: bool | None
    steps: tuple[Step, ...]
    open: tuple[Open, ...]
    also: tuple[Track, ...] = ()  # further results that stand beside the stricter one
    disputed: tuple[str, ...] = ()
    regime: Bilingual | None = None


_SETTLED = Answer(
    None, Origin.NONE, Bilingual("前面的判断已定，此问未及", "a test before it settled the outcome: it was not reached")
)
_NOT_ALL_NO = Answer(
    None, Origin.NONE, Bilingual("前述各项尚未都答为“否”", "the tests before it are not all answered no yet")
)
NOT_ANSWERED = Answer(None, Origin.NONE, Bilingual("尚未回答", "not answered yet"))
_REVIEWED = Bilingual(
    "国家秘密技术即使不在目录内，也须先经保密审查：保密主管机关是否已批准出口？请咨询。",
    "State-secret technology passes the secrecy review even where the Catalogue does not list it: is there an approval of the secrecy authority? Consult it.",
)
TERRITORIES = Bilingual("受方在港澳台，按单独关税区视同境外", "Hong Kong, Macao and Taiwan count as abroad")


def decide(
    answers: Mapping[str, Answer],
    law: Law,
    day: datetime.date | None,
    regime: Bilingual | None = None,
) -> Decision:
    """Apply the tests in their order.

    Where nothing crosses, export control is still tested for supply to a foreign person inside China. Where a disputed reading would change the track, nothing is decided.
    """
    given = {test: answers.get(test, NOT_ANSWERED) for test in law.tests}
    track, outcome, decider, also, waiting = _run({t: a.counted for t, a in given.items()})
    disputed = []
    split: list[str] = []
    for test, answer in given.items():
        if answer.disputed is None:
            continue
        disputed.append(answer.disputed)
        values = {t: a.counted for t, a in given.items()}
        results = {_run({**values, test: value})[0] for value in answer.readings}
        if len(results | {track}) > 1 and law.contested[answer.disputed].taken is None:
            split.append(test)
    is_export = {"yes": True, "no": False}.get(given["crossing"].value or "")
    if split:
        track, outcome, decider, also, waiting = Track.UNDETERMINED, Outcome.UNDETERMINED, None, (), tuple(split)
        if "crossing" in split:
            is_export = None
    found = _open(given, law, decider, waiting, track)
    return Decision(
        track, outcome, is_export, _steps(given, law, day, decider, track), found, also, tuple(disputed), regime
    )


def _run(
    value: Mapping[str, str | None],
) -> tuple[Track, Outcome, str | None, tuple[Track, ...], tuple[str, ...]]:
    """Track, outcome, the test that decided, results beside it, and the open tests on which the track waits."""
    control, crossing = value["control"], value["crossing"]
    undetermined = Track.UNDETERMINED, Outcome.UNDETERMINED, None, ()
    if crossing is None:
        return *undetermined, ("crossing",)
    if crossing == "no":
        deemed = value["deemed"]
        if deemed == "yes" and control == "yes":
            return Track.EXPORT_CONTROL, Outcome.OTHER_REGIME, "control", (), ()
        if deemed is None and control != "no":
            return *undetermined, ("deemed", "control") if control is None else ("deemed",)
        if deemed == "yes" and control is None:
            return *undetermined, ("control",)
        return Track.OUT_OF_SCOPE, Outcome.NOT_AN_EXPORT, "crossing", (), ()
    if value["secret"] == "defence":
        return Track.BLOCKED, Outcome.OTHER_REGIME, "secret", (), ()
    # Prohibited is the strictest that can come; an earlier test that is open cannot soften it.
    if value["prohibited"] == "yes":
        also = (Track.EXPORT_CONTROL,) if control == "yes" else ()
        return Track.BLOCKED, Outcome.PROHIBITED, "prohibited", also, ()
    if value["measure"] == "prohibits":
        also = (Track.EXPORT_CONTROL,) if control == "yes" else ()
        return Track.BLOCKED, Outcome.OTHER_REGIME, "measure", also, ()
    waiting = [test for test in ("secret", "control", "measure", "prohibited") if value[test] is None]
    if control == "yes":
        also = (Track.LICENCE,) if value["restricted"] == "yes" else ()
        if value["secret"] is None:
            return *undetermined, ("secret",)
        # The first hit decides. Whether the Catalogue prohibits it as well stays asked, for prohibited would be stricter.
        return Track.EXPORT_CONTROL, Outcome.OTHER_REGIME, "control", also, ()
    if waiting:
        return *undetermined, (*waiting, *(["restricted"] if value["restricted"] is None else []))
    if value["measure"] == "restricts":
        return Track.LICENCE, Outcome.OTHER_REGIME, "measure", (), ()
    if value["restricted"] == "yes":
        return Track.LICENCE, Outcome.RESTRICTED, "restricted", (), ()
    if value["restricted"] is None:
        return *undetermined, ("restricted",)
    if value["secret"] == "secret":
        return *undetermined, ("secret",)  # its review comes first, and no registration stands in for it
    if value["not-listed"] == "yes":
        return Track.REGISTRATION, Outcome.NOT_LISTED, "not-listed", (), ()
    return *undetermined, ("not-listed",)


def _steps(
    given: Mapping[str, Answer], law: Law, day: datetime.date | None, decider: str | None, track: Track
) -> tuple[Step, ...]:
    steps, settled = [], False
    for test in law.tests.values():
        answer = given[test.id]
        if test.id == "undetermined":
            if track is not Track.UNDETERMINED:
                continue
            answer = Answer("yes", Origin.NONE, Bilingual("有未决问题", "questions are open"))
        elif test.id == "deemed" and given["crossing"].value != "no":
            continue  # only asked where nothing crosses
        elif test.id == "not-listed" and track is not Track.REGISTRATION:
            if answer.value is None:
                continue
            answer = (
                _SETTLED if settled else _NOT_ALL_NO
            )  # its ground alone answers nothing: it asks of the tests before it
        decides = test.id == decider or test.id == "undetermined"
        follows = test.then.get(answer.value or "")
        steps.append(
            Step(
                test.id,
                answer,
                None if follows is None else follows.bilingual(),
                tuple(_cited(test.provisions, test.rules, answer, law, day)),
                not settled,
                decides,
            )
        )
        settled = settled or decides
    return tuple(steps)


def _cited(
    names: Iterable[str], rules: Iterable[str], answer: Answer, law: Law, day: datetime.date | None
) -> list[Citation]:
    cited = {name: law.cite(name, day) for name in (*names, *answer.cites)}
    for rule in rules:
        if rule == "separate-territories" and TERRITORIES.en not in answer.because.en:
            continue
        of_day = law.on(rule, day) if day is not None else _latest(rule, law)
        if of_day is not None:
            cited[of_day.id] = of_day
    return list(cited.values())


def _latest(rule: str, law: Law) -> Citation | None:
    found = [p for p in law.provisions.values() if p.rule == rule and law.instruments[p.instrument].until is None]
    return law.cite(found[-1].id) if found else None


def _open(
    given: Mapping[str, Answer], law: Law, decider: str | None, waiting: tuple[str, ...], track: Track
) -> tuple[Open, ...]:
    found = []
    order = list(law.tests)
    for test in order:
        if test in ("not-listed", "undetermined", "deemed") and test not in waiting and given[test].asks is None:
            continue
        answer = given[test]
        if answer.counted is not None and answer.asks is None and test not in waiting:
            continue
        passed = decider is not None and order.index(test) > order.index(decider)
        if passed and answer.asks is None:
            continue
        decides = test in waiting
        question = answer.asks or law.tests[test].question.bilingual()
        if test == "secret" and answer.value == "secret":
            question = _REVIEWED
        if track is Track.OUT_OF_SCOPE and not decides and test not in ("crossing", "deemed", "control"):
            continue
        found.append(Open(test, question, answer.because, decides))
    return tuple(found)


# ---- answers from stated facts --------------------------------------------------------------------------------------


def answers_from(facts: Facts, law: Law, held: Control | None = None) -> dict[str, Answer]:
    """Answer every test as far as the facts go. `held` is the part in which the edition of the day holds the code given.

    A status given answers the classification and nothing more: the crossing is tested first, and what contradicts the
    status opens the question again.
    """
    answers = {"crossing": _crossing(facts)}
    law_question = {test.id: test.question.bilingual() for test in law.tests.values()}
    status = facts.status
    answers["deemed"] = _deemed(facts)
    answers["secret"] = _secret(facts)
    answers["control"] = _control(facts)
    answers["measure"] = _measure(facts)
    code = catalogue_code(facts.code)
    letter = (
        None if code is None else Control.PROHIBITED if facts.code and "J" in facts.code.upper() else Control.RESTRICTED
    )
    said = (
        {Status.PROHIBITED: Control.PROHIBITED, Status.RESTRICTED: Control.RESTRICTED}.get(status) if status else None
    )
    against = next((one for one in (held, letter) if one is not None and status is not None and one is not said), None)
    for test, control in (("prohibited", Control.PROHIBITED), ("restricted", Control.RESTRICTED)):
        if status is None:
            answers[test] = _unanswered("没有给出当日状态", "no status on the day is given")
        elif against is not None and status is not Status.CONTROLLED:
            answers[test] = _unanswered(
                f"给出的状态“{status}”与所给编号的部分（{against.name_in.zh}）矛盾",
                f"the status given, {status}, contradicts the part of the code given ({against.name_in.en})",
            )
        elif status is Status.CONTROLLED:
            if test == "prohibited" and against is Control.PROHIBITED:
                answers[test] = _from_status("yes", "所给编号在禁止部分", "the code given is in the prohibited part")
            else:
                answers[test] = replace(
                    _unanswered(
                        "给出的状态是两用物项，未说明是否亦在目录内",
                        "the status given is dual-use; whether the Catalogue lists it too is not said",
                    ),
                    asks=law_question[test],
                )
        else:
            value = "yes" if control is said else "no"
            answers[test] = _from_status(value, f"给出的当日状态：{status}", f"the status given on the day: {status}")
    if status is Status.FREE and against is None:
        answers["not-listed"] = replace(
            _from_status("yes", "给出的当日状态：free", "the status given on the day: free"),
            asks=Bilingual(
                "签署“不在目录内”前：当日版本是否完整、官方，或已由人签名声明查阅官方文本？",
                "Before “not listed” is signed: is the edition of the day held complete and official, or has a person signed that the official text was read?",
            ),
        )
    return answers


def _from_status(value: str, zh: str, en: str) -> Answer:
    return Answer(value, Origin.STATUS, Bilingual(zh, en))


def _unanswered(zh: str, en: str) -> Answer:
    return Answer(None, Origin.NONE, Bilingual(zh, en))


def _crossing(facts: Facts) -> Answer:
    stays = _stays(facts)
    if stays is not None:
        return stays
    content = _content(facts)
    if content is not None:
        return content
    if facts.remote_access:
        return _disputed(
            "remote-log-in", (None, "yes"), "境外登录境内服务器", "a log-in from abroad to a server in China"
        )
    if facts.publication:
        return _disputed("publication", (None, "yes"), "公开或开源", "publication or open source")
    if facts.academic_exchange:
        return _disputed("academic-exchange", ("no", "yes"), "纯学术交流", "pure academic exchange")
    if facts.mode == "M9" and facts.status is None and facts.technical_content is None:
        return Answer(
            None,
            Origin.NONE,
            Bilingual(
                "M9 没有指明方式，也没有说明实际传递什么", "M9 names no mode, and what is really passed on is not said"
            ),
            asks=Bilingual(
                "实际传递给境外的是什么：文件、指导、培训、代码，还是没有技术内容？",
                "What is really passed on abroad: documents, guidance, training, code, or no technical content?",
            ),
        )
    if facts.source is None and facts.crossing is None:
        return _unanswered("没有说明由何处提供", "where it is supplied from is not said")
    because = Bilingual(
        "由境内提供，没有说明留在境内", "supplied from inside China, and nothing says that it stays there"
    )
    cites: tuple[str, ...] = ()
    if facts.recipient is Place.TERRITORY:
        because = TERRITORIES
    elif facts.recipient is Place.ABROAD:
        because = Bilingual("由境内提供，受方在境外", "supplied from inside China to a recipient abroad")
    elif facts.crossing:
        because = Bilingual("已说明出境", "a crossing is stated")
    if facts.ownership_abroad_before_listing is False:
        because = Bilingual(
            "列入目录前境外只有使用权，没有所有权",
            "before the listing there was only a right of use abroad, no ownership",
        )
        cites = ("dacheng-2020",)
    elif facts.source_code_delivered:
        because, cites = Bilingual("交付源代码", "source code is delivered"), ("dacheng-2020",)
    asks = None
    if facts.recipient is None and facts.crossing is None:
        asks = Bilingual("受方在何处？（未说明）", "Where is the recipient? (not stated)")
    return Answer("yes", Origin.GIVEN, because, cites, asks=asks)


def _stays(facts: Facts) -> Answer | None:
    """That nothing leaves China, or leaves it anew; None where the facts do not say so."""
    inside = facts.recipient in (Place.CHINA, Place.FOREIGNER_INSIDE, Place.FOREIGN_OWNED)
    outside = facts.source in (Place.ABROAD, Place.TERRITORY)
    if facts.crossing and inside:
        return _unanswered("既说明出境，受方又在境内", "a crossing is stated, and the recipient is inside China")
    if outside:
        if facts.ownership_abroad_before_listing is False:
            return Answer(
                "yes",
                Origin.GIVEN,
                Bilingual(
                    "境外只有使用权：权利仍由境内提供",
                    "only a right of use stands abroad: the right is still supplied from China",
                ),
                ("dacheng-2020",),
                "right-of-use-abroad",
                ("yes",),
            )
        if facts.crossing:
            return _unanswered("既说明出境，提供方又在境外", "a crossing is stated, and the supplier is abroad")
        because = Bilingual("由境外提供，没有由境内转移到境外", "supplied from abroad: nothing passes out of China")
        cites = ("tier-2",)
        if facts.ownership_abroad_before_listing:
            because = Bilingual("所有权在列入目录前已在境外", "the ownership stood abroad before the listing")
            cites = ("dacheng-2020",)
        return Answer("no", Origin.GIVEN, because, cites, asks=_REEXPORT)
    if facts.ownership_abroad_before_listing and facts.crossing is not True:
        return _disputed(
            "right-of-use-abroad",
            ("no", "yes"),
            "所有权在列入目录前已在境外，但仍由境内提供",
            "the ownership stood abroad before the listing, yet it is supplied from China",
        )
    if facts.crossing is False or inside:
        if facts.recipient is Place.ABROAD or facts.recipient is Place.TERRITORY:
            return _unanswered("既说明不出境，受方又在境外", "no crossing is stated, and the recipient is abroad")
        if facts.recipient is Place.FOREIGNER_INSIDE:
            return _disputed(
                "foreign-person-inside-china",
                ("no", "yes"),
                "在境内提供给外国人",
                "supplied inside China to a foreign person",
                ("ecl-2-3", "dur-2-3"),
            )
        if facts.recipient is Place.FOREIGN_OWNED:
            because = Bilingual("受方是境内注册的企业", "the recipient is a company registered in China")
            return Answer("no", Origin.GIVEN, because, ("ecl-2-3",))
        return Answer("no", Origin.GIVEN, Bilingual("没有出境", "nothing crosses the border"))
    return None


_REEXPORT = Bilingual(
    "出口管制的再出口规则（两用物项条例第 49 条）是否适用？",
    "Do the re-export rules of export control (dual-use regulation, art. 49) apply?",
)


def _content(facts: Facts) -> Answer | None:
    """That no technology goes along; a stated mode of transfer against it leaves the question open."""
    denied = facts.technical_content is False
    words = without_technology(facts.technology)
    product = facts.source_code_delivered is False
    if not (denied or words or product):
        return None
    if facts.mode is not None and facts.technical_content is not False:
        if product and not words and facts.mode != "M9":
            return None  # a licence or a service passes technology without any source code
        return Answer(
            None,
            Origin.NONE,
            Bilingual(
                f"说明没有技术内容，又写明转移方式 {facts.mode}",
                f"no technical content is stated, and yet the mode {facts.mode}",
            ),
        )
    if words is not None:
        because = Bilingual(
            f"描述中写明“{words}”，没有技术内容", f"the description says “{words}” and names no technology"
        )
        return Answer("no", Origin.DESCRIPTION, because, ("tier-2", "dacheng-2020"))
    because = Bilingual(
        "受方得不到技术内容、文件或源代码", "the recipient gets no technical content, documents or source"
    )
    return Answer("no", Origin.GIVEN, because, ("dacheng-2020",))


def _disputed(question: str, readings: tuple[str | None, ...], zh: str, en: str, cites: tuple[str, ...] = ()) -> Answer:
    return Answer(
        readings[0],
        Origin.GIVEN,
        Bilingual(f"{zh}：有争议", f"{en}: disputed"),
        cites,
        question,
        readings,
        Bilingual(
            f"{zh}，算不算技术出口？请由人判断并记录依据。",
            f"{en}: is it a technology export? A person decides, and records the ground.",
        ),
    )


def _confirm(zh: str, en: str) -> Answer:
    """A test that the facts pass over where a status is given: it stays open, and the track stands if the answer is no."""
    return Answer(
        None,
        Origin.NONE,
        Bilingual(
            "事实未提及；仅在答案为否时，所列去向成立",
            "the facts do not mention it; the track stands only if the answer is no",
        ),
        asks=Bilingual(f"签署前确认：{zh}", f"To be confirmed before signing: {en}"),
        if_so="no",
    )


def _secret(facts: Facts) -> Answer:
    if facts.defence_patent:
        return Answer(
            "defence", Origin.GIVEN, Bilingual("已说明涉及国防专利", "a defence patent is stated"), ("ndpr-8",)
        )
    if facts.state_secret:
        return Answer("secret", Origin.GIVEN, Bilingual("已说明为国家秘密技术", "state-secret technology is stated"))
    if facts.state_secret is False and facts.defence_patent is False:
        return Answer("no", Origin.GIVEN, Bilingual("已说明不是", "stated not to be"))
    if facts.status is None:
        if facts.state_secret is False:
            return _confirm("不涉及国防专利？", "no defence patent?")
        return _unanswered("没有说明", "not stated")
    return _confirm("不是国家秘密技术，也不涉及国防专利？", "no state-secret technology and no defence patent?")


def _control(facts: Facts) -> Answer:
    if facts.export_control_hit is not None:
        if facts.export_control_hit is False and facts.status is Status.CONTROLLED:
            return _unanswered("状态为两用物项，又说明不属管制物项", "the status is dual-use, and yet no hit is stated")
        value = "yes" if facts.export_control_hit else "no"
        return Answer(value, Origin.GIVEN, Bilingual("已说明清单核对结果", "the result of the list check is stated"))
    if facts.status is Status.CONTROLLED:
        if facts.recipient is Place.FOREIGN_OWNED:
            return Answer(
                "yes",
                Origin.STATUS,
                Bilingual("给出的当日状态：两用物项", "the status given on the day: dual-use"),
                ("ecl-2-3",),
                "foreign-owned-recipient",
                ("yes",),
                Bilingual(
                    "该外资企业是否为出口管制上的外国组织？（有争议）",
                    "Is the foreign-owned company a foreign organisation for export control? (disputed)",
                ),
            )
        return _from_status("yes", "给出的当日状态：两用物项", "the status given on the day: dual-use")
    if facts.status is None:
        return _unanswered("没有说明", "not stated")
    return _confirm("不是出口管制物项？", "no export-control item?")


def _measure(facts: Facts) -> Answer:
    if facts.temporary_measure is not None:
        return Answer(facts.temporary_measure, Origin.GIVEN, Bilingual("已说明", "stated"))
    if facts.status is None:
        return _unanswered("没有说明", "not stated")
    return _confirm("没有临时措施适用？", "no temporary measure applies?")


def _deemed(facts: Facts) -> Answer:
    inside = supplied_inside(facts)
    if inside is None:
        return _unanswered("没有说明受方是否为外国人", "whether the recipient is a foreign person is not said")
    because = Bilingual("受方在境内，为外国人", "the recipient is a foreign person inside China")
    if not inside:
        because = Bilingual("没有在境内提供给外国人", "not supplied to a foreign person inside China")
    return Answer("yes" if inside else "no", Origin.GIVEN, because)


def supplied_inside(facts: Facts) -> bool | None:
    """Whether what does not cross goes to a foreign person inside China; None where the recipient is not stated.

    A company registered in China is taken as domestic (the reading of the ledger's `foreign-owned-recipient`), and what moves
    between places abroad is not supplied inside China at all.
    """
    if facts.recipient is Place.FOREIGNER_INSIDE:
        return True
    outside = facts.source in (Place.ABROAD, Place.TERRITORY)
    if outside:
        # Re-export of a controlled item may be reached (DUR 49); nothing here decides that it is not.
        return None if facts.status is Status.CONTROLLED or facts.export_control_hit else False
    if facts.recipient in (Place.CHINA, Place.FOREIGN_OWNED) or facts.status not in (None, Status.CONTROLLED):
        return False
    return None if facts.recipient is None and facts.crossing is False else False


_REGIMES = (
    (r"监控化学品|monitored chemical", "监控化学品出口管理", "control of monitored chemicals"),
    (r"军事|军品|武器|military|weapon", "军品出口管理", "control of military items"),
    (
        r"核(?!黄素|酸|心|桃|磁|算|糖|苷)|nuclear(?! (?:magnetic|acid))",
        "核出口与核两用品管制",
        "nuclear and nuclear dual-use control",
    ),
)


def regime_of(facts: Facts, decision_track: Track) -> Bilingual | None:
    """The other regime by its name, as far as the words of the description tell it; none is modelled further here."""
    if decision_track is not Track.EXPORT_CONTROL:
        return None
    for pattern, zh, en in _REGIMES:
        if re.search(pattern, facts.technology or "", re.IGNORECASE):
            return Bilingual(zh, en)
    return Bilingual("出口管制（两用物项）", "export control (dual-use items)")

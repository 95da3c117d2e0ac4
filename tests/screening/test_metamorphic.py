"""An answer changes exactly when it should: clear positives, changed by rule, and what sentences deny.

The texts and their changes stand in tests/cases/metamorphic.yaml, the denials in tests/cases/denials.yaml. Each relation
says what must stay: the first item, or the first item and its flag. A text of which the unchanged form is not answered
rightly is no ground for a relation and is reported by the first test alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml

from mulu.screening.denial import denials
from mulu.screening.parameters import Result
from mulu.screening.text import fold, language_of

FOLDER = Path(__file__).parents[1] / "cases"


def _read(name: str) -> Any:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


DATA = _read("metamorphic.yaml")
POSITIVES = DATA["positives"]
DENIALS = _read("denials.yaml")
LANGUAGES = ("zh", "en")
ZH, EN = LANGUAGES

# What folding undoes leaves the same text: there is nothing that could make another answer.
NONE = 0.0
# Other words, another order or more text make other vectors: one answer in twenty may turn, and is printed.
FEW = 0.05


def _language(case):
    return case["id"].split("-")[0]


def _sentences(text: str, language: str) -> list[str]:
    pattern = r"[^。]+。" if language == ZH else r".+?\.(?= [A-Z0-9]|$)\s*"
    return [one.strip() for one in re.findall(pattern, text)]


def _joined(sentences: list[str], language: str) -> str:
    return ("" if language == ZH else " ").join(sentences)


# ---- changes of form: nothing is said otherwise --------------------------------------------------------------------------------


def traditional(case):
    yield opencc.OpenCC("s2t").convert(case["text"])


def taiwanese(case):
    yield opencc.OpenCC("s2twp").convert(case["text"])


def full_width(case):
    """Letters and digits as wide as Han characters; in English the marks and spaces too."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    if _language(case) == ZH:
        wide = {code: to for code, to in wide.items() if chr(code).isalnum()}
    yield case["text"].translate(wide)


def upper_case(case):
    yield case["text"].upper()


def quoted_mail(case):
    """As a mail program quotes it: a mark and some thirty or seventy characters on each line."""
    width = 35 if _language(case) == ZH else 72
    yield "\n".join(f"> {line}" for line in _wrapped(case["text"], width, _language(case)))
    yield "\n".join(f"> > {line}" for line in _wrapped(case["text"], width, _language(case)))


def broken_lines(case):
    """Cut hard after forty columns, inside words and numbers; English words with a hyphen."""
    language = _language(case)
    if language == ZH:
        lines, line = [], ""
        for character in case["text"]:
            if sum(_columns(c) for c in line + character) > 40:
                lines.append(line)
                line = ""
            line += character
        yield "\n".join([*lines, line])
        yield "\r\n".join([*lines, line])
    else:
        yield "\n".join(_hyphenated(case["text"], 40))
        yield "\n".join(_wrapped(case["text"], 40, language))


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _wrapped(text: str, width: int, language: str) -> list[str]:
    if language == ZH:
        return [text[i : i + width] for i in range(0, len(text), width)]
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _hyphenated(text: str, width: int) -> list[str]:
    """Lines filled to the brim: a long word of letters is parted by a hyphen where the line ends."""
    lines = [""]
    for word in text.split():
        room = width - len(lines[-1]) - 1
        if len(word) <= room:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif word.isalpha() and room >= 4 and len(word) - (room - 1) >= 3:
            lines[-1] = f"{lines[-1]} {word[: room - 1]}-".strip()
            lines.append(word[room - 1 :])
        else:
            lines.append(word)
    return lines


# ---- changes of dress ----------------------------------------------------------------------------------------------------------------


def wrapped_up(case):
    """Quotation marks, bullets, numbered clauses."""
    language = _language(case)
    sentences = _sentences(case["text"], language)
    yield f"“{case['text']}”"
    yield "\n".join(f"- {one}" for one in sentences)
    yield "\n".join(f"{number}. {one}" for number, one in enumerate(sentences, start=1))
    if language == ZH:
        yield "\n".join(f"（{number}）{one}" for number, one in zip("一二三四五六", sentences, strict=False))
        yield "\n".join(f"第{number}条　{one}" for number, one in zip("一二三四五六", sentences, strict=False))
    else:
        yield "\n".join(f"({letter}) {one}" for letter, one in zip("abcdef", sentences, strict=False))
        yield "\n".join(f"Clause 4.{number} {one}" for number, one in enumerate(sentences, start=1))


def titled(case):
    yield f"{case['title']}\n{case['text']}"


def in_boilerplate(case):
    """Once its length before it, three times after it, five times around it."""
    text, language = case["text"], _language(case)
    yield _boilerplate(len(text), language, 0) + text
    yield text + _boilerplate(3 * len(text), language, 5)
    yield _boilerplate(2 * len(text), language, 2) + text + _boilerplate(3 * len(text), language, 8)


def _boilerplate(length: int, language: str, begin: int) -> str:
    of = DATA["boilerplate"][language]
    made = "\n"
    for sentence in cycle(of[begin:] + of[:begin]):
        made += f"{sentence}\n"
        if len(made) >= length:
            return made
    raise AssertionError


def with_an_unrelated_text(case):
    for text in DATA["unrelated"][_language(case)]:
        yield f"{case['text']}\n{text}"


# ---- changes of wording ----------------------------------------------------------------------------------------------------------------


def translated_terms(case):
    """Its terms by their pair in the other language, the longest first."""
    text = case["text"]
    for term, pair in sorted(case["terms"].items(), key=lambda t: -len(t[0])):
        text = re.sub(re.escape(term), pair, text, flags=re.I)
    yield text


def synonyms(case):
    language = _language(case)
    text = case["text"]
    for word, other in DATA["synonyms"][language]:
        text = text.replace(word, other) if language == ZH else re.sub(rf"\b{word}\b", other, text)
    yield text


_VOICE_ZH = (
    (r"将([^，。]+?)在", r"把\1放在"),
    (r"以([^，。]+?)为(原料|有机相)", r"\2选用\1"),
    (r"，得到([^，。]+)。", r"，所得产物是\1。"),
    (r"经(?=[^过])", "经过"),
    (r"采用([^，。]{2,12}?)(发射|接收|提取|溶液)", r"用\1\2"),
)
_PASSIVE = re.compile(
    r"^(?P<thing>[A-Z0-9][^.]*?) (?:is|are) (?P<deed>\w+ed|made|built|drawn|held|kept|cut|fed) (?P<rest>.+)\.$"
)


def turned_voice(case):
    """The passive as the active and the like, by a few templates."""
    language = _language(case)
    if language == ZH:
        text = case["text"]
        for pattern, other in _VOICE_ZH:
            text = re.sub(pattern, other, text)
        yield text
        return
    turned = []
    for sentence in _sentences(case["text"], language):
        match = _PASSIVE.match(sentence)
        if match is None:
            turned.append(sentence)
            continue
        thing = match["thing"]
        if thing[:2].istitle() or thing.startswith("A "):
            thing = thing[0].lower() + thing[1:]
        turned.append(f"We {match['deed']} {thing} {match['rest']}.")
    yield _joined(turned, language)


def other_units(case):
    """Hours as minutes, degrees Celsius as kelvin, kilometres as metres."""
    text = re.sub(r"(\d+(?:\.\d+)?) h\b", lambda m: f"{float(m[1]) * 60:g} min", case["text"])
    text = re.sub(r"(\d+(?:\.\d+)?) (?:℃|°C)", lambda m: f"{float(m[1]) + 273:g} K", text)
    yield re.sub(r"(\d+(?:\.\d+)?) km\b", lambda m: f"{float(m[1]) * 1000:g} m", text)


def turned_clauses(case):
    """The last clause of each sentence said first."""
    language = _language(case)
    comma = "，" if language == ZH else ", "
    made = []
    for sentence in _sentences(case["text"], language):
        clauses = sentence.rstrip("。.").split(comma)
        made.append(comma.join([clauses[-1], *clauses[:-1]]) + ("。" if language == ZH else "."))
    yield _joined(made, language)


def reordered(case):
    language = _language(case)
    sentences = _sentences(case["text"], language)
    yield _joined(sentences[::-1], language)
    yield _joined([*sentences[1:], sentences[0]], language)


def repeated(case):
    language = _language(case)
    sentences = _sentences(case["text"], language)
    yield _joined([*sentences, sentences[1]], language)
    yield _joined([*sentences, *sentences], language)


@dataclass(frozen=True)
class Relation:
    """A change that must leave the first item, and mostly its flag; `allowed` is the share of answers that may turn."""

    change: Callable[[Any], Iterator[str]]
    allowed: float
    languages: tuple[str, ...] = LANGUAGES
    flag: bool = True


RELATIONS = (
    Relation(traditional, NONE, (ZH,)),
    Relation(taiwanese, NONE, (ZH,)),
    Relation(full_width, NONE),
    Relation(quoted_mail, FEW),  # the marks stay in the text
    Relation(broken_lines, FEW),  # a number that is parted stays so
    Relation(upper_case, FEW, (EN,)),  # the encoder tells capitals
    Relation(wrapped_up, FEW),
    Relation(titled, NONE),  # a title says the same again
    Relation(in_boilerplate, FEW),
    Relation(with_an_unrelated_text, FEW),
    Relation(translated_terms, FEW, flag=False),  # a text of two languages is read for its terms
    Relation(synonyms, FEW),
    Relation(turned_voice, FEW),
    Relation(other_units, FEW),
    Relation(turned_clauses, FEW),
    Relation(reordered, FEW),
    Relation(repeated, FEW),
)


@pytest.fixture(scope="module")
def edition(catalogue):
    return catalogue.in_force(DATA["day"])


@pytest.fixture(scope="module")
def candidates(screener, edition):
    """The best candidates for a text; each text is screened once, for many relations ask about the same ones."""

    @cache
    def ask(text, title=None):
        return screener.screen(text, edition, title=title, top=6).candidates

    return ask


@pytest.fixture(scope="module")
def first(candidates):
    """The first item for a text, and whether it is flagged."""

    def ask(text, title=None):
        candidate = candidates(text, title)[0]
        return candidate.listing.item.id, candidate.flag

    return ask


@pytest.fixture(scope="module")
def flagged(candidates):
    def ask(text):
        return {c.listing.item.id for c in candidates(text) if c.flag}

    return ask


@pytest.fixture(scope="module")
def sound(first):
    """The positives that are answered rightly as they stand, by language."""
    kept = [case for case in POSITIVES if first(case["text"]) == (case["item"], True)]
    return {language: [case for case in kept if _language(case) == language] for language in LANGUAGES}


def _few(exceptions: list[str], asked: int, allowed: float) -> None:
    """At most the allowed share may be exceptions; all are printed."""
    print(*exceptions, sep="\n")
    assert asked
    assert len(exceptions) <= allowed * asked, f"{len(exceptions)} of {asked}:\n" + "\n".join(exceptions)


# ---- the ground -----------------------------------------------------------------------------------------------------------------------


def test_the_positives_are_what_they_say():
    assert len({case["id"] for case in POSITIVES}) == len(POSITIVES)
    for language in LANGUAGES:
        assert sum(_language(case) == language for case in POSITIVES) >= 20
    for case in POSITIVES:
        assert language_of(case["text"]).value == _language(case)
        assert len(_sentences(case["text"], _language(case))) >= 3
        missing = [term for term in case["terms"] if term.lower() not in case["text"].lower()]
        assert not missing, (case["id"], missing)
        for parameter in case.get("parameters", ()):
            assert _stated(case, parameter) in case["text"], (case["id"], parameter["name"])


@pytest.mark.parametrize("case", POSITIVES, ids=[case["id"] for case in POSITIVES])
def test_a_clear_positive_is_first_and_flagged(first, case):
    assert first(case["text"]) == (case["item"], True)


# ---- what changes nothing ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "language"),
    [(relation, language) for relation in RELATIONS for language in relation.languages],
    ids=[f"{relation.change.__name__}-{language}" for relation in RELATIONS for language in relation.languages],
)
def test_what_says_the_same_in_another_form_is_answered_the_same(first, sound, relation, language):
    exceptions, asked = [], 0
    for case in sound[language]:
        for number, text in enumerate(relation.change(case), start=1):
            asked += 1
            item, flag = first(text)
            if item != case["item"] or (relation.flag and not flag):
                exceptions.append(f"{case['id']} ({number}): {item}, {'flagged' if flag else 'not flagged'}")
    _few(exceptions, asked, relation.allowed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_given_as_such_leaves_the_first_item_and_its_flag(first, sound, language):
    exceptions = [case["id"] for case in sound[language] if first(case["text"], case["title"]) != (case["item"], True)]
    _few(exceptions, len(sound[language]), NONE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_boilerplate_and_everyday_texts_alone_are_not_flagged(flagged, language):
    texts = ["\n".join(DATA["boilerplate"][language]), *DATA["unrelated"][language]]
    assert not [text[:40] for text in texts if flagged(text)]


# ---- denials: another technology ----------------------------------------------------------------------------------------------------------

# What a sentence denies is no description: it flags nothing, so no exception is allowed.
_APART = {
    ZH: ("本方案不涉及{}。{text}", "{text}本项目未采用{}。", "不同于{}，本文所述如下。{text}"),
    EN: ("The project does not involve {}. {text}", "{text} It does not use {}.", "Unlike {}, this is about the following. {text}"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_technology_that_is_denied_is_not_flagged_beside_the_right_one(flagged, first, sound, language):
    exceptions, asked = [], 0
    for number, case in enumerate(sound[language]):
        before = flagged(case["text"])
        others = [other for other in DATA["others"] if other["item"] not in before]
        for place, template in enumerate(_APART[language]):
            other = others[(number + place) % len(others)]
            text = template.format(other[language], text=case["text"])
            asked += 1
            if other["item"] in flagged(text):
                exceptions.append(f"{case['id']}: {other['item']} flagged in {text[:60]}…")
            if first(text) != (case["item"], True):
                exceptions.append(f"{case['id']}: {first(text)} first beside {other['item']} denied")
    _few(exceptions, asked, NONE)


# ---- denials: the technology itself ---------------------------------------------------------------------------------------------------------

_DENY = {
    ZH: ("本项目不涉及{}。", "方案中未采用{}。", "合同标的不包括{}。", "产品不含{}。"),
    EN: ("The project does not involve {}.", "The plan does not use {}.", "The delivery does not include {}.", "It is made without {}."),
}  # fmt: skip
_DENY_AFTER = {
    ZH: ("{}不在本合同范围之内。", "{}本次均未采用。", "{}不由我方提供。"),
    EN: ("{} is not part of the contract.", "{} is not used in this project.", "{} will not be supplied."),
}


def _denying(case, templates):
    language = _language(case)
    sentences = [t.format(term) for t, term in zip(cycle(templates[language]), case["terms"], strict=False)]
    return _joined([one[0].upper() + one[1:] for one in sentences], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_denies_the_technology_in_every_sentence_is_not_flagged(flagged, sound, language):
    exceptions = [case["id"] for case in sound[language] if case["item"] in flagged(_denying(case, _DENY))]
    _few(exceptions, len(sound[language]), FEW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_names_each_thing_before_denying_it_is_not_flagged(flagged, sound, language):
    exceptions = [case["id"] for case in sound[language] if case["item"] in flagged(_denying(case, _DENY_AFTER))]
    _few(exceptions, len(sound[language]), FEW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_everyday_text_that_denies_the_technology_is_not_flagged(flagged, sound, language):
    exceptions, asked = [], 0
    for case, everyday in zip(sound[language], cycle(DATA["unrelated"][language]), strict=False):
        asked += 1
        if flagged(f"{_denying(case, _DENY)}\n{everyday}"):
            exceptions.append(case["id"])
    _few(exceptions, asked, FEW)


# What has the look of a denial and affirms: the technology is there.
_PLAIN = {ZH: "内容是{}。", EN: "The subject is {}."}
_NO_DENIAL = {
    "relative clause-zh": "一种不依赖进口设备的{}。",
    "confidentiality-zh": "受让方不得提供{}给第三方。",
    "double negation-zh": "现有厂家无不采用{}。",
    "besides-zh": "除图纸外，还提供{}。",
    "not only-zh": "不仅提供图纸，而且提供{}。",
    "purpose-en": "The licensee shall not use {} for any other purpose.",
    "double negation-en": "The plant cannot be run without {}.",
    "no later than-en": "No later than handover {} is transferred.",
    "free of charge-en": "The licensee receives free of charge {}.",
    "none other than-en": "What is transferred is none other than {}.",
}


@pytest.mark.parametrize("name", _NO_DENIAL)
def test_what_only_looks_like_a_denial_leaves_the_first_item(first, sound, name):
    """Asked of the title alone, where that suffices: nothing else could make up for a word that is taken for denied."""
    language, template = name[-2:], _NO_DENIAL[name]

    def titles(case):
        title = case["title"]
        return title if language == ZH or title.split()[0].isupper() else f"the {title[0].lower()}{title[1:]}"

    told = [case for case in sound[language] if first(_PLAIN[language].format(titles(case)))[0] == case["item"]]
    exceptions = [case["id"] for case in told if first(template.format(titles(case)))[0] != case["item"]]
    assert len(told) >= 10
    _few(exceptions, len(told), FEW)


# ---- numbers across the threshold -----------------------------------------------------------------------------------------------------------

MEASURED = [(case, parameter) for case in POSITIVES for parameter in case.get("parameters", ())]
NAMED = [f"{case['id']} {parameter['name']}" for case, parameter in MEASURED]


def _stated(case, parameter, value=None):
    space = "" if _language(case) == ZH else " "
    return f"{parameter['clause']}{space}{value or parameter['meets']}"


def _with(case, parameter, value):
    return case["text"].replace(_stated(case, parameter), _stated(case, parameter, value))


def _without(case, parameter):
    pattern = rf"(?:\ban? )?{re.escape(_stated(case, parameter))}"
    return re.sub(pattern, "外观均匀" if _language(case) == ZH else "an even look", case["text"])


@pytest.fixture(scope="module")
def compared(candidates):
    """What the candidate of the case says of the parameter, and whether it asks for it."""

    def ask(case, parameter, text):
        candidate = next((c for c in candidates(text) if c.listing.item.id == case["item"]), None)
        assert candidate is not None, "it is no candidate any more"
        points = [p for p in candidate.points if p.point is not None and p.point.number == str(case["point"])]
        assert points, f"point {case['point']} is not shown"
        found = [c for c in points[0].parameters if c.parameter.name.en == parameter["name"]]
        assert len(found) == 1
        asked = [fact for fact in candidate.missing_facts if fact.id == "parameter_missing"]
        limit = f"{found[0].required}"
        return found[0], any(parameter["name"] in fact.en and limit in fact.en for fact in asked)

    return ask


@pytest.mark.parametrize(("case", "parameter"), MEASURED, ids=NAMED)
def test_a_value_beyond_the_threshold_meets_it_and_is_not_asked_for(compared, case, parameter):
    comparison, asked = compared(case, parameter, case["text"])
    assert comparison.result is Result.MEETS
    assert comparison.margin_percent > 0
    assert not asked


@pytest.mark.parametrize(("case", "parameter"), MEASURED, ids=NAMED)
def test_a_value_below_the_threshold_falls_short_and_the_item_stays_first(compared, first, case, parameter):
    text = _with(case, parameter, parameter["below"])
    comparison, asked = compared(case, parameter, text)
    assert comparison.result is Result.BELOW
    assert comparison.margin_percent < 0
    assert not asked
    assert first(text)[0] == case["item"]


@pytest.mark.parametrize(("case", "parameter"), MEASURED, ids=NAMED)
def test_a_value_on_the_threshold_meets_what_is_required_at_least(compared, case, parameter):
    comparison, _ = compared(case, parameter, _with(case, parameter, parameter["limit"]))
    assert comparison.result is (Result.BELOW if parameter.get("beyond") else Result.MEETS)
    assert comparison.margin_percent == 0


@pytest.mark.parametrize(("case", "parameter"), MEASURED, ids=NAMED)
def test_a_value_that_is_taken_out_is_asked_for_and_the_item_stays_first(compared, first, case, parameter):
    text = _without(case, parameter)
    comparison, asked = compared(case, parameter, text)
    assert comparison.result is Result.NOT_STATED
    assert comparison.margin_percent is None
    assert asked
    assert first(text)[0] == case["item"]


_UNITS = {
    "g/cm³": ("kg/m³", 1000),
    "g/cm3": ("kg/m3", 1000),
    "mAh/g": ("Ah/kg", 1),
    "V": ("mV", 1000),
}


# A percentage has no other unit.
_OTHER_UNIT = [
    pytest.param(case, parameter, id=name)
    for (case, parameter), name in zip(MEASURED, NAMED, strict=True)
    if not parameter["meets"].endswith("%")
]


@pytest.mark.parametrize("value", ["meets", "below"])
@pytest.mark.parametrize(("case", "parameter"), _OTHER_UNIT)
def test_a_value_in_another_unit_is_judged_alike(compared, case, parameter, value):
    stated = re.fullmatch(r"([\d.]+) ?(.+)", parameter[value])
    assert stated is not None
    number, unit = stated.groups()
    other, factor = _UNITS[unit]
    plain, _ = compared(case, parameter, _with(case, parameter, parameter[value]))
    changed, _ = compared(case, parameter, _with(case, parameter, f"{float(number) * factor:g} {other}"))
    assert changed.result is plain.result
    assert changed.margin_percent == plain.margin_percent


@pytest.mark.parametrize(("case", "parameter"), MEASURED, ids=NAMED)
def test_scripts_and_wide_digits_leave_every_comparison(compared, case, parameter):
    changes = [full_width] if _language(case) == EN else [full_width, traditional, taiwanese]
    plain, _ = compared(case, parameter, case["text"])
    for change in changes:
        (text,) = change(case)
        changed, asked = compared(case, parameter, text)
        assert (changed.result, changed.margin_percent, asked) == (plain.result, plain.margin_percent, False), change


# ---- what a sentence denies -------------------------------------------------------------------------------------------------------------------


def test_every_denial_is_complete_and_stands_once():
    assert all(set(case) == {"id", "kind", "text", "why"} for case in DENIALS)
    assert len({case["id"] for case in DENIALS}) == len({case["text"] for case in DENIALS}) == len(DENIALS)
    for case in DENIALS:
        assert case["kind"] in ("denied", "unlike", "compared", "none")
        assert ("〖" in case["text"]) == (case["kind"] != "none")
    for language in LANGUAGES:
        assert sum(_language(case) == language for case in DENIALS) >= 30


_EDGES = frozenset(" 并均也都亦既")  # adverbs before the word that denies, and spaces, may be counted in or not


def _marked(marked: str) -> tuple[str, set[int], set[int]]:
    """The sentence without its marks, the places that are denied, and those that may be."""
    plain = ""
    denied: set[int] = set()
    open_: set[int] = set()
    inside = None
    for character in marked:
        if character in "〖〔":
            inside = denied if character == "〖" else open_
        elif character in "〗〕":
            inside = None
        else:
            if character in _EDGES:
                open_.add(len(plain))
            elif inside is not None:
                inside.add(len(plain))
            plain += character
    return plain, denied, open_


@pytest.mark.parametrize("case", DENIALS, ids=[case["id"] for case in DENIALS])
def test_exactly_what_a_sentence_denies_is_taken_for_denied(case):
    plain, denied, either = _marked(case["text"])
    folded = fold(plain)
    spans = [(folded.span(one.start, one.end), one.why.value) for one in denials(folded.lower)]
    found = {place for (start, end), _ in spans for place in range(start, end)} - either
    told = f"{case['why']}; taken for denied: {', '.join(plain[slice(*span)] for span, _ in spans) or 'nothing'}"
    assert not found - denied, f"denied too much: {told}"
    assert not denied - found, f"denied too little: {told}"
    assert {why for (start, end), why in spans if denied & set(range(start, end))} == {case["kind"]} - {"none"}, told

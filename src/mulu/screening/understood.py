"""Whether all is understood that stands about the value of a parameter: whose it is, and in what mode it is stated.

The grammar of mulu.screening.parameters finds the value; here the words about it are gone through once more, each by the
longest known spelling. A word in no list may be anything (a competitor's name, "allegedly", 谎称), so that nothing is
concluded from a value that stands beside one. A few turns made of known words are left open too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mulu.screening.parameter_words import (
    EN,
    EN_FEED,
    EN_PLAIN,
    IN_GENERAL,
    NO_POWDER,
    NOT_A_CATHODE,
    NOT_UNDERSTOOD,
    OTHER_PARTY,
    OTHER_THINGS,
    ZH,
    ZH_FEED,
    ZH_PLAIN,
)
from mulu.screening.quantities import unit_at


class Scope(NamedTuple):
    """The part of a sentence that bears on a value, all places in the text in lower case.

    `known`: names and quantities, of which no word is asked. The clause is the part between commas that holds the name
    and the value.
    """

    start: int
    end: int
    clause_start: int
    clause_end: int
    name_start: int
    name_end: int
    value_start: int
    value_end: int
    known: Sequence[tuple[int, int]]
    own: bool  # the text says that the value is the thing's own
    shared: bool  # what the product is made from may have the parameter too: a purity, a density
    powder: bool  # the parameter is one that the catalogue asks of cathode powders and their precursors
    comparisons: Sequence[tuple[int, int]]  # negations that are part of a comparison: 不低于
    beside: Sequence[
        tuple[int, int]
    ]  # clauses after it that state a value of their own, with their own wishes and owners


class _Word(NamedTuple):
    start: int
    end: int
    said: str


_SPELLED = re.compile(
    r"(?P<word>[a-zμ]+[a-z0-9_]*(?:[-/'][a-z0-9]+)*'?)|(?P<han>[\u4e00-\u9fff]+)|(?P<rest>\d[\d.,]*|\s+|.)", re.DOTALL
)
_MARKS = frozenset("ρσθλημΔαβγδεφψω()[]{}<>,.;:、，。；：!\"“”‘’'·-–—~/\\|+=*#%‰&@≥≤≈^_$→°℃~∶|•①②③④⑤③√¹²³⁻Ωμ±×′″")
_ZH_KNOWN = {
    w
    for w in (*ZH, *ZH_PLAIN, *ZH_FEED, *NOT_UNDERSTOOD, *OTHER_THINGS, *OTHER_PARTY, *IN_GENERAL, *NOT_A_CATHODE)
    if not w.isascii()
}
_ZH_LONGEST: dict[str, int] = {}
for _known in _ZH_KNOWN:
    _ZH_LONGEST[_known[0]] = max(len(_known), _ZH_LONGEST.get(_known[0], 0))
_EN_PHRASES: dict[str, list[str]] = {}
for _known in sorted((*EN, *EN_PLAIN, *NOT_UNDERSTOOD), key=len, reverse=True):
    if " " in _known and _known.isascii():
        _EN_PHRASES.setdefault(_known.split(" ")[0], []).append(_known)
# Sample A, LFP-07, D50, 3#, LiMn0.6Fe0.4PO4/C; a longer code may be a patent's, or another maker's product.
_CODE = re.compile(
    r"[a-z]|[a-z]{1,2}-?\d{1,3}|(?:lm?fp|no|nr|s|ex)-?[a-z]?-?\d{0,3}|li/li|li[\dxyz.-]*(?:fe|mn|ti|mg|m|[\dxyza.-])*po4(?:/c)?"
)


def _words_of(lower: str, start: int, end: int, known: Sequence[tuple[int, int]]) -> Iterator[_Word]:
    """The words between two places, but for names and quantities."""
    place = start
    for begin, stop in (*known, (end, end)):
        if begin >= place:
            yield from _plain_words(lower, place, min(begin, end))
        place = max(place, stop)
        if place >= end:
            return


def _plain_words(lower: str, place: int, end: int) -> Iterator[_Word]:
    while place < end:
        match = _SPELLED.match(lower, place, end)
        assert match is not None
        if match.lastgroup == "rest":
            if not (match.group().isspace() or match.group()[0].isdigit() or match.group() in _MARKS):
                yield _Word(match.start(), match.end(), "?")
            place = match.end()
        elif match.lastgroup == "han":
            yield from _cut(lower, match.start(), match.end())
            place = match.end()
        else:
            phrase = next(
                (
                    p
                    for p in _EN_PHRASES.get(match.group(), ())
                    if lower.startswith(p, place)
                    and place + len(p) <= end
                    and not lower[place + len(p) :][:1].isalnum()
                ),
                match.group(),
            )
            yield _Word(place, place + len(phrase), phrase)
            place += len(phrase)


def _cut(lower: str, start: int, end: int) -> Iterator[_Word]:
    """A run of Chinese characters, cut at the longest known words."""
    while start < end:
        longest = min(_ZH_LONGEST.get(lower[start], 0), end - start)
        length = next((n for n in range(longest, 0, -1) if lower[start : start + n] in _ZH_KNOWN), 1)
        yield _Word(start, start + length, lower[start : start + length])
        start += length


def _kind(said: str) -> tuple[str, str] | None:
    """The part of a word in the grammar; None for a word that is not understood."""
    if said in NOT_UNDERSTOOD:
        return None
    if said in ZH_FEED or said in EN_FEED:
        return "G", ""
    if not said.isascii():
        known = ZH.get(said)
        if known is not None and not (said in ZH_PLAIN and known[0] in "fuz"):
            return known
        return (
            ("g", "")
            if said in ZH_PLAIN or said in OTHER_PARTY | OTHER_THINGS | IN_GENERAL or said in NOT_A_CATHODE
            else None
        )
    for spelled in (said, said.removesuffix("'s"), said.removesuffix("s")) if len(said) > 3 else (said,):
        if spelled in EN:
            return EN[spelled]
        if spelled in EN_FEED:
            return "G", ""
        if spelled in EN_PLAIN or spelled in OTHER_PARTY or spelled in OTHER_THINGS:
            return "g", ""
    if _CODE.fullmatch(said):
        return "g", ""
    parts = re.split(r"[-/]", said)
    if len(parts) > 1:
        kinds = [_kind(part) if part and not part.isdigit() else ("g", "") for part in parts]
        if all(kind is not None and kind[0] in "gGnCfu" for kind in kinds):
            return ("G", "") if ("G", "") in kinds else ("g", "")
    return None


OBJECT_AIMED_AT = re.compile(r"(?:对|反射率|运动|移动|空中|海面|地面)[^,。;]{0,10}目标$")  # what a radar sees
WHEN_DONE = re.compile(r"when(?:ever)? [a-z]+(?:ed|ing)\b")
_INVERTED = re.compile(r"\W*(?:is|are|was|were|does|do|did|has|have|had|can|should|let|would)\s")
_INFINITIVE = re.compile(
    r"(?<!found )(?<!measured )(?<!determined )(?<!shown )(?<!tested )(?<!observed )(?<!fails )(?<!failed )\bto "
    r"(?:be|have|reach|attain|achieve|show|exceed|give|obtain|get|hit|stay|remain)\b"
)
_SHARE_AFTER = re.compile(
    r"\s*+(?:以上|以下|or more)?\s*的\s*(?:\d[\d.]*\s*%|[\d.一二两三四五六七八九十半几]+\s*倍)|\s*(?:times|per)\b|\s*[×x*]\s*\d+(?![\d.]*\s*°)|\s*\*|\s*/"
)
# 2.62 降到 2.40, 2.40 → 2.61: what it comes to is another value.
_COMES_TO = re.compile(
    r"\s*+(?:以上|以下|左右)?\s*(?:→|⇒|-+>|=+>|[^\d,;。]{0,4}?[降升增提减掉跌涨变改][高加升少小低为]?[到至为成])\s*[\d≥≤<>约]"
)
_COME_FROM = re.compile(r"(?:→|⇒|-+>|=+>)\s*$")
# At C/3, at minus 20 degrees: a rate told as the part of a charge in an hour, and cold told in words, are not compared.
_RATE = re.compile(r"\bc\s*/\s*\d|\bminus\s+(?:\d|[a-z]+ degrees)")
_SHARE_BEFORE = re.compile(r"(?:%|per ?cent|half|third|fraction) of (?:the |an? )?$|的?基准\S*$|(?:一半|分之一)$")
_JUDGED_AFTER = re.compile(
    r"\s*+(?:以上|以下|左右)?\s*(?:的)?(?:时|则|即|才|为|是|就|较|更|最|方)?(?:好|佳|宜|优|良|行|准|限|限度|界)"
    r"|(?:(?! and )[^,;.]){0,40}?(?<!which )\b(?:is|are|was|were)\b(?!\s+(?:\w+ly\s+)?(?:measured|found|obtained|achieved|reached|shown|"
    r"recorded|observed|determined|listed|given|made|prepared|produced|delivered|supplied))"
    r"|\s+(?:short|off|away|apart|from|each|per|behind|ahead)\b|\s*(?:too |less |more |higher |lower )"
)
# 压实密度的合格线为: the value is not that of the name, but of what it has.
_HEAD_AFTER = re.compile(r"\s*的([\u4e00-\u9fff]{1,8}?)(?:为|是|:|达|约|在|均)")
_VALUE_ITSELF = re.compile(r"(?:值|结果|数据|水平|大小|测试|测定|范围|含量|均|可|都|实测|平均)$")
_HEAD_BEFORE = re.compile(
    r"(?<![\d.] )\b(?!results?|values?|data|measurements?|tests?|figures?)[a-z]+ (?:for|on|to|in|about|from|towards?|regarding|concerning) "
    r"(?:the |our |its |a |an |this )?(?:\w+ )?$"
)
_SAID_OF_VALUE = re.compile(r"[^,;，；]*?(?:是|为|系|属|即|等于)")
_ONE_AMONG = re.compile(
    r"[一二两三四五六七八九十百\d]\s?[个批次份组炉片][\u4e00-\u9fff]{0,5}?中(?!值|位|心|间)|\b(?:one|two|three|\d+) (?:out )?of (?!the invention|the present)"
)
_MADE = re.compile(
    r"源|混|磨|烧|煅|焙|干燥|溶|加入|沉淀|反应|制|保护|气氛|升温|洗|搅拌|为原料|称取|按|提纯|萃|蒸馏|结晶|mix|mill|calcin|sinter|dry|dried|dissol|added|using|"
    r"from|ground|react|heat|blend|fired|\bin |under|wash|stir|made|prepared"
)
# 将压实密度为2.4的粉末研磨: what has the value goes into something else.
_TAKEN_BEFORE = re.compile(r"将|把|采用|使用|选用|(?<!所)用|以|与|和|取|向|往|对|加入|称取|由(?!此)|从")
_TAKEN_FROM = re.compile(
    r"\b(?:mixed|blended|milled|combined|starting|made|prepared|produced|coated) (?:with|from|of|using|out of)\b"
)
_ATTRIBUTE = re.compile(r"\s*(?:以上|以下|左右)?的")
_WAY_TO_IT = re.compile(r"\s*+(?:以上|以下|左右)?的?\s*(?:方法|工艺|技术|措施|途径|手段|条件|样机|问题|阶段)")
_DIFFERENCE = re.compile(r"(?<![至最])(?:高|低|差|大|小|多|少|重|轻)(?:了|出|约)?\s*$|之(?!间|后|前|下|中|上|内)")
# What is but a part of the thing, or a thing in its making.
_PART = re.compile(
    r"(?:颗粒|粒子|晶粒|单晶|杂质|粗粉|细粉|包覆层|碳层|外层|内核|核|壳|坩埚|匣钵|添加剂)的?(?:粉末)?$"
    r"|\b(?:particles?|fines|grains?|shells?|cores?|layers?|coating|impurit(?:y|ies)|crucibles?|additives?|reagents?)(?: powders?)? "
    r"(?:has|have|had|with|of|shows?|showed|exhibits?) (?:an? )?(?:\w+ )?$"
)
_OF_PART = re.compile(
    r"\s*of (?:the |these )?(?:\w+ )?(?:particles?|fines|grains?|shells?|cores?|layers?|coating|impurit(?:y|ies)|crucibles?)\b"
)
_MEANT_TO = re.compile(
    r"(?:^|[,;，])\s*为(?:得到|获得|达到|实现|制备|制得|使|提高)|(?:可|能|可以|能够|才能|即可|便可)(?:得到|获得|制得|制备)|\bcan (?:give|yield|produce|reach|obtain)"
)
_BLENDED = re.compile(r"(?:与|和)[^,;，]{1,16}混合后?的?[^,;，]{0,6}$")
_FIRST_STEP = re.compile(r"(?:第?一次|首次|预)(?:烧结|煅烧|焙烧)|\bfirst (?:sintering|calcination|firing|step|stage)")
_MADE_ON = re.compile(
    r"(?:再|然后|接着|随后|之后|继续|进一步|二次|再次|后续)[^,;，。]{0,10}(?:烧结|煅烧|焙烧|研磨|球磨|粉碎|混合|包覆|处理)|得到|制得"
    r"|\b(?:is|are|was|were) (?:then|subsequently|again|further|finally)|\band then\b|\bgiving\b|\byielding\b"
)
_DEFINITE = re.compile(r"(?:\b(?:the|our|its|this|these)\b|'s\b)[^,;]*$")
_SAID_OF_ANOTHER = frozenset(("best", "one", "ones", "other", "others", "其他", "其它", "未来"))
_COPULAS = ("is", "are", "was", "were")
_MEASURED = re.compile(r"(?:found|measured|determined|tested)[^,;]{0,40}$")


def understood(lower: str, scope: Scope) -> bool:
    """Whether every word of the scope is known, and none says that the value is another's, or no fact."""
    return unclear(lower, scope) == ""


def unclear(lower: str, scope: Scope) -> str:
    """The first word or turn that leaves the value of a scope open, or nothing."""
    turn = next((match.group() for match in _turns(lower, scope) if match is not None), "")
    if turn:
        return turn
    words = list(_words_of(lower, scope.start, scope.end, scope.known))
    return next((word.said for n, word in enumerate(words) if not _is_clear(lower, scope, words, n)), "")


def _turns(lower: str, scope: Scope) -> Iterator[re.Match[str] | None]:
    """Known words that together say that a value is no fact, or not that of the thing."""
    lead = lower[scope.clause_start : scope.name_start]
    before = lower[scope.clause_start : scope.value_start]
    after = lower[scope.value_end : scope.clause_end]

    def free(match: re.Match[str] | None) -> re.Match[str] | None:
        """A turn after the value, unless a name or another value stands in it."""
        if match is None or any(scope.value_end <= a < scope.value_end + match.end() for a, _ in scope.known):
            return None
        return match

    yield _INVERTED.match(lower, scope.start)
    infinitive = _INFINITIVE.search(lower, scope.start, scope.end)
    yield infinitive if infinitive and not _MEASURED.search(lower[scope.start : infinitive.start()]) else None
    yield _SHARE_AFTER.match(after)
    yield _SHARE_BEFORE.search(before)
    yield _COMES_TO.match(after)
    yield _COME_FROM.search(before)
    yield _RATE.search(lower, scope.start, scope.end)
    judged = free(_JUDGED_AFTER.match(after))
    # "Our density of 2.62 g/cm³ is excellent" states it; of any density at all that would be a wish.
    yield None if judged and _DEFINITE.search(before) and judged.group().endswith(_COPULAS) else judged
    yield free(_SAID_OF_VALUE.match(after))
    yield _WAY_TO_IT.match(after)
    if scope.name_end <= scope.value_start:
        head = _HEAD_AFTER.match(lower, scope.name_end, scope.value_start)
        yield head if head and not _VALUE_ITSELF.search(head[1]) else None
        yield _DIFFERENCE.search(lower[scope.name_end : scope.value_start])
    yield _HEAD_BEFORE.search(lead)
    yield _ONE_AMONG.search(lower, scope.start, scope.end)
    yield _MEANT_TO.search(lower, scope.start, scope.end)
    yield _TAKEN_BEFORE.search(lead) if _ATTRIBUTE.match(after) else None
    yield _TAKEN_FROM.search(lead)
    if scope.powder:
        yield _BLENDED.search(lead)
        yield _FIRST_STEP.search(lower, scope.clause_start, scope.value_end)
        yield _MADE_ON.search(lower, scope.value_end, scope.end)
    if scope.powder or scope.shared:
        yield _PART.search(lead)
        yield _OF_PART.match(lower, scope.name_end)


def _is_clear(lower: str, scope: Scope, words: Sequence[_Word], number: int) -> bool:
    """Whether a word is known, and leaves the value what it seems to be."""
    word = words[number]
    kind = _kind(word.said)
    aside = any(start <= word.start < end for start, end in scope.beside)
    if kind is None:
        return _unit(lower, word) or (aside and word.said in _SAID_OF_ANOTHER)
    if word.said == "no" and lower.startswith("no.", word.start):
        return True
    if not _of_the_thing(lower, scope, words, number, kind):
        return False
    if aside:
        return True
    if word.start >= scope.value_end and _takes_back(lower, scope, word, kind):
        return False
    if kind == ("s", "weak") or (kind[0] == "m" and kind[1] != "actual" and not _harmless(lower, scope, word)):
        return False
    if kind[0] == "x" and (_in_clause(scope, word) or word.start >= scope.value_end):
        following = _kind(words[number + 1].said) if number + 1 < len(words) else None
        compares = following is not None and following[0] in "oe"
        return compares or any(start <= word.start < end for start, end in scope.comparisons)
    return True


def _in_clause(scope: Scope, word: _Word) -> bool:
    return scope.clause_start <= word.start < scope.clause_end


def _of_the_thing(lower: str, scope: Scope, words: Sequence[_Word], number: int, kind: tuple[str, str]) -> bool:
    """Whether a word leaves the value with the thing itself: not with what it is made from, nor with another's."""
    word, inside = words[number], _in_clause(scope, words[number])
    if inside and word.said.removesuffix("'s") in OTHER_PARTY and word.start < scope.value_start:
        return False
    if scope.powder and word.said in IN_GENERAL and not scope.own:
        return False
    thing = word.said.removesuffix("'s").removesuffix("s'")
    if scope.powder and (
        word.said in OTHER_THINGS or thing in OTHER_THINGS or (inside and {word.said, thing} & NOT_A_CATHODE)
    ):
        return False
    if scope.powder and inside and word.said in NO_POWDER and not _held_in(words, number):
        return False
    if kind[0] == "G" and scope.shared:
        return _held_in(words, number) if inside else _in_the_making(lower, scope, word)
    return True


def _unit(lower: str, word: _Word) -> bool:
    found = unit_at(lower, word.start)
    return found is not None and found.end >= word.end


def _harmless(lower: str, scope: Scope, word: _Word) -> bool:
    """A wish or condition in form alone: what a radar aims at, "when pressed"."""
    if word.said.startswith("when"):
        return WHEN_DONE.match(lower, word.start) is not None
    return OBJECT_AIMED_AT.search(lower, scope.start, word.end) is not None


_SETS_APART = re.compile(
    r"高于|低于|大于|小于|优于|超过|相比|较|比(?!样|例)|than|above|below|exceed|compared|versus|unlike|better|superior|surpass"
)


def _takes_back(lower: str, scope: Scope, word: _Word, kind: tuple[str, str]) -> bool:
    """Whether a word after a value says that it is another's after all, or not what is so in fact."""
    if kind == ("s", "other"):
        begin = max(scope.value_end, max(lower.rfind(mark, scope.value_end, word.start) for mark in ",;，"))
        return _SETS_APART.search(lower, begin, word.start) is None
    return kind == ("m", "actual") and word.said in ("实际", "实得", "actual")


def _in_the_making(lower: str, scope: Scope, word: _Word) -> bool:
    """Whether another clause names a material only to tell how the thing is made from it."""
    if word.start >= scope.value_end:
        return any(start <= word.start < end for start, end in scope.beside)
    begin = max(lower.rfind(mark, scope.start, word.start) for mark in ",;，") + 1
    stops = [lower.find(mark, word.end, scope.end) for mark in ",;，"]
    return (
        _MADE.search(lower, max(begin, scope.start), min((s for s in stops if s >= 0), default=scope.end)) is not None
    )


def _held_in(words: Sequence[_Word], number: int) -> bool:
    """Whether a material is only where something is done: "in nitrogen", 在氮气中."""
    before = [word.said for word in words[max(0, number - 3) : number]]
    return any(said in ("in", "under", "在", "于", "from") for said in before)


def all_known(lower: str, start: int, end: int, known: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence that speaks of a value before it holds known words alone, and no denial."""
    kinds = [_kind(word.said) for word in _words_of(lower, start, end, known)]
    return all(
        k is not None and k[0] not in "xG" and k != ("s", "weak") and k[0] != "m" and k[1] != "other" for k in kinds
    )

"""What a text says that it does not do, or names only to compare with: read, shown, and not taken for what it does.

Three kinds: *denied* ("does not use lidar", 不采用激光雷达), *unlike* ("unlike lidar", 与激光雷达不同, "instead of") and
*compared* ("for comparison", 作为对比例). A stretch reaches to the end of its clause, never over a contrasting word:
in "不采用 A 而采用 B" only A is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Denial(StrEnum):
    """Why a stretch of a text is no description of what is transferred."""

    DENIED = "denied"
    UNLIKE = "unlike"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the folded text in which things are denied or set apart; `end` is the place after it."""

    start: int
    end: int
    why: Denial


_ZH_UNLIKE = r"不同于|区别于|有别于|而非|而不是|并非(?:是)?"
_ZH_DENIED = (
    r"不(?:再|必|须|得)?(?:采用|使用|利用|涉及|包含|包括|含有?|属于|需要|依赖|借助|提供|转让|经过?)|"
    r"未(?:采用|使用|利用|涉及|包含|包括|经|提供)|无需|无须|没有(?:采用|使用|用到?|涉及|提供)|"
    r"摒弃|放弃|免去|省去|避免(?:了)?(?:使用|采用)|不是"
)
# What ends a stretch: punctuation, and a word that turns to what is done instead.
_ZH_TURN = r"[，。；：,;.!?！？）)]|而(?!是|言)|但|改(?:为|用|由)|只(?:需|用|是|有)|仅|即可|就能|便可|来(?:实现|完成|制)|以(?:便|实现|降低|避免)"
_ZH = re.compile(rf"(?P<unlike>{_ZH_UNLIKE})|(?P<denied>{_ZH_DENIED})")
_ZH_END = re.compile(_ZH_TURN)
_ZH_BETWEEN = re.compile(r"与(?P<thing>[^，。；,;]{2,30}?)(?:完全|明显|有所|都|均)?(?:不同|有别|相异|无关|相反)")
_ZH_COMPARED = re.compile(
    r"(?P<thing>[^。；;]{0,60}(?:作为?(?:对比|对照|比较)(?:例|样|方案)?|仅(?:用于|供|作)(?:对比|比较|对照)))"
)

_EN_UNLIKE = (
    r"unlike|instead of|rather than|as opposed to|in place of|in lieu of|other than|in contrast (?:to|with)|"
    r"as distinct from"
)
_EN_DENIED = (
    r"without(?: the use of| use of| using| any)?|no longer|free (?:of|from)|"
    r"(?:does|do|did|is|are|was|were|will|shall|can|need)(?: not|n't|not)(?: be| been)?"
    r"(?: use[sd]?| using| employ(?:ed)?| involve[ds]?| includ(?:e|ed|ing)| contain(?:ed)?| requir(?:e|ed)| need(?:ed)?|"
    r" rely on| part of| cover(?:ed)?| transfer(?:red)?| supplied| based on)|"
    r"not (?:an?|the|by|with|using|based on|involving|including|a kind of)|neither|nor|exclud(?:es|ing)|"
    r"avoid(?:s|ing)?(?: the use of| using)?|dispens(?:es|ing) with|eliminat(?:es|ing)(?: the need for| the use of)?|"
    r"no(?= [a-z][a-z -]{2,40}? (?:is|are|was|were|will be) (?:used|needed|required|involved|included|made|transferred|supplied))"
)
_EN = re.compile(rf"\b(?:(?P<unlike>{_EN_UNLIKE})|(?P<denied>{_EN_DENIED}))(?![a-z])")
_EN_END = re.compile(
    r"[.;:,!?()](?!\d)|\b(?:but|and instead|which|that|is used|are used|we|it|this|the present|our|while|whereas|by|from)\b"
)
_EN_COMPARED = re.compile(
    r"(?P<thing>(?:for comparison|by way of comparison|as a (?:comparison|comparative example|reference)|comparative example)[^.;]{0,160})"
)
_ZH_REACH, _EN_REACH = 30, 90


def denials(lower: str) -> tuple[Stretch, ...]:
    """The stretches of a folded text, in lower case, that deny, set apart or merely compare; in order, none within another."""
    found = sorted(_found(lower), key=lambda s: (s.start, -s.end))
    kept: list[Stretch] = []
    for stretch in found:
        if stretch.end <= stretch.start:
            continue
        if kept and stretch.start < kept[-1].end:
            kept[-1] = Stretch(kept[-1].start, max(kept[-1].end, stretch.end), kept[-1].why)
        else:
            kept.append(stretch)
    return tuple(kept)


_ENGLISH = re.compile("[a-z]{2} [a-z]{2}")


def _found(lower: str) -> Iterator[Stretch]:
    spoken = []
    if not lower.isascii():
        spoken.append((_ZH, _ZH_END, _ZH_REACH))
    english = _ENGLISH.search(lower) is not None
    if english:
        spoken.append((_EN, _EN_END, _EN_REACH))
    for pattern, ends, reach in spoken:
        for match in pattern.finditer(lower):
            why = Denial.UNLIKE if match["unlike"] else Denial.DENIED
            begin = match.end()
            stop = ends.search(lower, begin + 1, begin + reach)
            yield Stretch(match.start(), stop.start() if stop else min(begin + reach, len(lower)), why)
    others = []
    if "与" in lower:
        others.append((_ZH_BETWEEN, Denial.UNLIKE))
    if "对比" in lower or "对照" in lower or "比较" in lower:
        others.append((_ZH_COMPARED, Denial.COMPARED))
    if english:
        others.append((_EN_COMPARED, Denial.COMPARED))
    for pattern, why in others:
        for match in pattern.finditer(lower):
            yield Stretch(match.start("thing"), match.end("thing"), why)


def kept_of(text: str, start: int, end: int, stretches: tuple[Stretch, ...]) -> str:
    """The text between two places without what it denies."""
    parts: list[str] = []
    for stretch in stretches:
        if stretch.end <= start or stretch.start >= end:
            continue
        parts.append(text[start : max(start, stretch.start)])
        start = min(end, stretch.end)
    parts.append(text[start:end])
    return " ".join(part for part in parts if part) if len(parts) > 1 else parts[0]

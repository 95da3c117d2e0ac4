"""Sums of money and rates as a contract writes them: in figures, in Chinese words (人民币壹佰万元整), in English words.

A sum keeps its currency only where that is said: a bare $ is some dollar, and 元 alone is the yuan. Words that name no
currency beside them are no sum. Not covered: sums that a formula gives, cents in English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

Span = tuple[int, int]

_CURRENCIES = (
    ("CNY", r"人民币|rmb|cny|renminbi|chinese yuan|yuan", r"元人民币|人民币元?|rmb|cny|(?:chinese )?yuan(?: renminbi)?|renminbi"),
    ("USD", r"美元|美金|usd|us ?\$|u\.s\. ?\$|(?:us|u\.s\.|united states) dollars?", r"美元|美金|usd|(?:us|u\.s\.|united states) dollars?"),
    ("EUR", r"欧元|eur|€|euros?", r"欧元|eur|€|euros?"),
    ("GBP", r"英镑|gbp|£|pounds? sterling", r"英镑|gbp|pounds? sterling"),
    ("JPY", r"日元|日圆|jpy|japanese yen", r"日元|日圆|jpy|(?:japanese )?yen"),
    ("HKD", r"港元|港币|港幣|hkd|hk\$|hong kong dollars?", r"港元|港币|港幣|hkd|hong kong dollars?"),
    ("SGD", r"新加坡元|新元|sgd|s\$|singapore dollars?", r"新加坡元|新元|sgd|singapore dollars?"),
    ("TWD", r"新台币|新臺幣|twd|ntd|nt\$", r"新台币|新臺幣|twd|ntd|new taiwan dollars?"),
    ("CHF", r"瑞士法郎|chf|swiss francs?", r"瑞士法郎|chf|swiss francs?"),
    ("AUD", r"澳元|aud|a\$|australian dollars?", r"澳元|aud|australian dollars?"),
    ("CAD", r"加元|cad|c\$|canadian dollars?", r"加元|cad|canadian dollars?"),
    ("KRW", r"韩元|韓元|krw|korean won", r"韩元|韓元|krw|korean won"),
    ("INR", r"印度卢比|inr|₹|indian rupees?", r"印度卢比|inr|(?:indian )?rupees?"),
)  # fmt: skip
_BEFORE = re.compile(
    "(?:"
    + "|".join(f"(?P<{code}>(?<![a-z])(?:{before}))" for code, before, _ in _CURRENCIES)
    + r"|(?P<dollar>(?<![a-z])\$)|(?P<yuan>[¥￥]))"
    r"[ ]{0,2}(?:\(?(?:大写|小写|in words|in figures|say)\)?[ :]{0,2})?(?:the sum of )?$"
)
_AFTER = re.compile(
    r"[ \-]{0,2}(?:" + "|".join(f"(?P<{code}>(?:{after})(?![a-z]))" for code, _, after in _CURRENCIES) + ")"
)
_YUAN_AFTER = re.compile(r" ?[元圆圓]")
_REST = re.compile(
    r"(?:(?P<jiao>[一二三四五六七八九壹贰叁肆伍陆柒捌玖])角)?(?:(?P<fen>[一二三四五六七八九壹贰叁肆伍陆柒捌玖])分)?整?"
)
_FIGURES = re.compile(r"(?<![0-9.,])[0-9][0-9,]{0,20}(?:\.[0-9]{1,6})?(?![0-9])")
_TIMES = re.compile(
    r" ?(?:(?P<百万>百万)|(?P<千万>千万)|(?P<万亿>万亿)|(?P<万>[万萬])|(?P<亿>[亿億])|(?P<thousand>thousand)|(?P<million>million|mio\b|m\b)|(?P<billion>billion|bn\b))"
)
_WORTH = {
    "百万": 10**6,
    "千万": 10**7,
    "万亿": 10**12,
    "万": 10**4,
    "亿": 10**8,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_HAN = re.compile("[零〇一二三四五六七八九十百千万亿两兩廿壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億点點]{1,40}")
_HAN_PLAIN = str.maketrans("萬億貳參陸兩點〇", "万亿贰叁陆两点零")
_HAN_UNIT = re.compile("[十百千万亿拾佰仟]")
_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_MAGNITUDES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_ENGLISH = re.compile(rf"(?<![a-z])(?:{'|'.join([*_UNITS, *_MAGNITUDES])})(?![a-z])")
_JOINS = re.compile(r"[ \-]|, |,? and |\s", re.ASCII)
_AGAIN = re.compile(r"[((]|小写|大写|即|i\.e|say")  # what leads to the same sum a second time
_PER_CENT = re.compile(r" ?(?:%|％|per ?cent(?![a-z]))")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum with its currency by ISO 4217, None where only "$" is said; `words`: it is written in words."""

    value: Decimal
    currency: str | None
    start: int
    end: int
    words: bool

    @property
    def plain(self) -> str:
        """Currency and number: CNY 1000000; ? where the currency is not said."""
        return f"{self.currency or '?'} {self.value.normalize():f}"


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    start: int
    end: int
    words: bool


def amounts(low: str, start: int, end: int) -> tuple[Amount, ...]:
    """The sums in a stretch of a folded text in small letters, in order."""
    found = [one for number in _numbers(low, start, end) if (one := _sum(low, number, end)) is not None]
    return tuple(found)


def differ(found: Sequence[Amount], low: str) -> bool:
    """Whether a sum stands in words and in figures beside each other, and the two are not the same."""
    for one, other in pairwise(found):
        between = low[one.end : other.start]
        twice = one.words != other.words and len(between) <= 14 and _AGAIN.search(between) is not None
        alike = one.currency == other.currency or None in (one.currency, other.currency)
        if twice and alike and one.value != other.value:
            return True
    return False


def rates(low: str, start: int, end: int) -> tuple[tuple[Decimal, Span], ...]:
    """The percentages in a stretch: 2.5%, three per cent, 百分之二点五."""
    found: list[tuple[Decimal, Span]] = []
    for number in _numbers(low, start, end, single=True):
        after = _PER_CENT.match(low, number.end, end)
        if after is not None:
            found.append((number.value, (number.start, after.end())))
        elif low[max(start, number.start - 3) : number.start] == "百分之":
            found.append((number.value, (number.start - 3, number.end)))
    return tuple(found)


def _numbers(low: str, start: int, end: int, *, single: bool = False) -> Iterator[_Number]:
    """The numbers of a stretch; `single`: one Han character may be one."""
    found = [*_figures(low, start, end), *_han(low, start, end, single), *_english(low, start, end)]
    yield from sorted(found, key=lambda one: one.start)


def _figures(low: str, start: int, end: int) -> Iterator[_Number]:
    for match in _FIGURES.finditer(low, start, end):
        plain = match[0].rstrip(",")
        times = _TIMES.match(low, match.start() + len(plain), end)
        worth = 1 if times is None else _WORTH[next(name for name, text in times.groupdict().items() if text)]
        try:
            value = Decimal(plain.replace(",", "")) * worth
        except InvalidOperation:
            continue
        yield _Number(value, match.start(), match.start() + len(plain) if times is None else times.end(), False)


def _han(low: str, start: int, end: int, single: bool) -> Iterator[_Number]:
    import cn2an

    for match in _HAN.finditer(low, start, end):
        if len(match[0]) == 1 and not single:
            continue  # 三元 is a kind of battery
        if match.start() and low[match.start() - 1].isdigit():
            continue  # 120万: told by its figures
        text = match[0].translate(_HAN_PLAIN)
        try:
            value = Decimal(str(cn2an.cn2an(text, "smart")))
        except (ValueError, KeyError, IndexError):
            continue
        yield _Number(value, *match.span(), True)


def _english(low: str, start: int, end: int) -> Iterator[_Number]:
    tokens = list(_ENGLISH.finditer(low, start, end))
    at = 0
    while at < len(tokens):
        last = at
        while last + 1 < len(tokens) and _JOINS.fullmatch(low, tokens[last].end(), tokens[last + 1].start()):
            last += 1
        if (
            tokens[at][0] in _MAGNITUDES
            and low[max(start, tokens[at].start() - 2) : tokens[at].start()].strip().isdigit()
        ):
            at = last + 1
            continue  # 4.5 million: told by its figures
        value = _counted([one[0] for one in tokens[at : last + 1]])
        yield _Number(Decimal(value), tokens[at].start(), tokens[last].end(), True)
        at = last + 1


def _counted(words: Sequence[str]) -> int:
    total = part = 0
    for word in words:
        if word in _UNITS:
            part += _UNITS[word]
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            total, part = total + (part or 1) * _MAGNITUDES[word], 0
    return total + part


def _sum(low: str, number: _Number, end: int) -> Amount | None:
    """The number as a sum, where a currency stands beside it."""
    begin = max(0, number.start - 32)
    before = _BEFORE.search(low[begin : number.start])
    after = _AFTER.match(low, number.end, end)
    yuan = _YUAN_AFTER.match(low, number.end, end)
    stop, value = number.end, number.value
    if after is not None:
        stop = after.end()
    elif yuan is not None:
        rest = _REST.match(low, yuan.end(), end)
        stop = yuan.end() if rest is None else rest.end()
        for name, worth in (("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))):
            if rest is not None and rest[name]:
                value += worth * ("一二三四五六七八九壹贰叁肆伍陆柒捌玖".index(rest[name]) % 9 + 1)
    han = number.words and "\u3400" <= low[number.start] <= "\u9fff"
    if before is not None:
        code = next(name for name, text in before.groupdict().items() if text)
        currency = {"dollar": None, "yuan": "CNY"}.get(code, code)
        return Amount(value, currency, begin + before.start(), stop, number.words)
    if after is not None:
        code = next(name for name, text in after.groupdict().items() if text)
        return Amount(value, code, number.start, stop, number.words)
    if yuan is not None and (not han or _HAN_UNIT.search(low, number.start, number.end)):
        return Amount(value, "CNY", number.start, stop, number.words)
    return None

"""Numbers of a spreadsheet as their format shows them: 0.975 in the format 0.0% is 97.5%.

A cell keeps a number and, apart from it, how it is shown. Figures that a format rounds away are read all the same, for a
limit may lie between what is shown and what is meant; colours and the language of a format mean nothing here.
Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00", 9: "0%",
    10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    46: "[h]:mm:ss", 48: "##0.0E+0",
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"), 22: "yyyy-mm-dd hh:mm",
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47, 55, 56), "hh:mm:ss"),
}  # fmt: skip
_EXACT = Context(prec=15)  # figures that a spreadsheet keeps of a number
_WIDE = Context(prec=500)  # room for as many places as a format can show
_MORE = 6  # places after the point beyond those that the format shows
_LONGEST = 400  # characters of a format
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]{0,255})\"?|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]{0,80})\]"
    r"|(?P<exponent>E[+-])|(?P<general>General|通用格式|G/通用格式)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>[ymdhsbge]+)|(?P<digit>[0#?])"
    r"|(?P<sign>[.,%/@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SIMPLE = re.compile(r"(#,##(?=0[.%]|0$))?(0{1,15})(?:\.(0{1,9}))?(%?)")  # the forms of most formats
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s{0,3}(-?[0-9.]{1,20})")
_OF_A_DATE = frozenset("年月日时分秒時 /-:.,")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as shown. `hidden`: its format shows nothing of it; `rounded`: it shows fewer figures than are read."""

    text: str
    hidden: bool = False
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the forms of a format: for positive numbers, negative ones, zero and text, or by a condition."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, Decimal] | None
    kinds: frozenset[str]
    words: str  # what the form writes by itself

    @staticmethod
    def of(tokens: list[tuple[str, str]], condition: tuple[str, Decimal] | None) -> _Section:
        words = "".join(text for kind, text in tokens if kind == "literal")
        return _Section(tuple(tokens), condition, frozenset(kind for kind, _ in tokens), words)

    def has(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    made: list[_Section] = []
    tokens: list[tuple[str, str]] = []
    condition: tuple[str, Decimal] | None = None
    for found in _TOKEN.finditer(code[:_LONGEST] + ";"):
        kind, text = found.lastgroup or "other", found[found.lastgroup or 0]
        if kind == "other" and text == ";":
            made.append(_Section.of(tokens, condition))
            tokens, condition = [], None
        elif kind == "bracket":
            if (when := _CONDITION.fullmatch(text)) is not None:
                condition = (when[1], Decimal(when[2]))
            elif text.startswith("$"):
                tokens.append(("literal", text[1:].partition("-")[0]))
            elif re.fullmatch(r"h+|m+|s+", text, re.IGNORECASE):
                tokens.append(("elapsed", text.lower()))
        elif kind in ("quoted", "escaped", "other"):
            tokens.append(("literal", text))
        elif kind == "blank":
            tokens.append(("literal", " "))
        elif kind == "sign":
            tokens.append((text, text))
        elif kind != "fill":
            tokens.append((kind, text))
    return tuple(made)


def codes_of(styles: Any) -> tuple[str | None, ...]:
    """How cells show what they hold, by the number of their style, of the tree of `styles.xml`; None where they show it as it is."""
    own = {one.get("numFmtId"): one.get("formatCode") or "" for one in styles.iter("{*}numFmt")}
    made: list[str | None] = []
    for one in styles.iterfind("{*}cellXfs/{*}xf"):
        ident = one.get("numFmtId") or "0"
        code = own.get(ident) or BUILT_IN.get(int(ident) if ident.isdecimal() and len(ident) < 8 else 0)
        made.append(None if code in (None, "", "General", "@") else code)
    return tuple(made)


def says_more(code: str) -> bool:
    """Whether a format shows other than the value says: not for a day, whatever the order of its parts, nor for a power of ten."""
    kinds = frozenset().union(*(one.kinds for one in _sections(code)))
    return "elapsed" in kinds or kinds.isdisjoint(("date", "noon", "exponent"))


def of_texts(code: str) -> bool:
    """Whether a format may show words besides a text."""
    return "@" in code or code.count(";") >= 3


def shown(raw: str, code: str) -> str:
    """A number in a format that is not of days, where nothing else is asked of it: for tables of a hundred thousand rows."""
    simple = _simple(code)
    figures = None if simple is None else _simply(raw, *simple)
    return number(raw, code).text if figures is None else figures[0]


def number(raw: str, code: str, *, since_1904: bool = False) -> Shown:
    """A number, as the file writes it, in a format."""
    if (simple := _simple(code)) is not None and (figures := _simply(raw, *simple)) is not None:
        return Shown(*figures)
    try:
        value = _EXACT.create_decimal(raw)
    except InvalidOperation:
        return Shown(raw)
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return Shown(raw)
    one, value_shown = _chosen(_numeric(code), value)
    if one is None or one.has("general"):
        words = one.words if one is not None else ""
        return Shown(_placed(one, plain(value)) if words else plain(value))
    if one.has("date", "elapsed", "noon"):
        return _day(value, one, since_1904)
    if not one.tokens or not (one.has("digit", "@") or one.words.strip()):
        return Shown(plain(value), hidden=True)
    if one.has("@") and not one.has("digit"):
        return Shown(_placed(one, plain(value)))
    if not one.has("digit"):  # words alone stand for the number
        return Shown(f"{one.words.strip()} ({plain(value)})", rounded=True)
    return _figures(value_shown, one)


@lru_cache(maxsize=512)
def _simple(code: str) -> tuple[bool, int, int, bool] | None:
    """Whether a format groups thousands, its places before and after the point, whether it is of percents; None for any other."""
    found = _SIMPLE.fullmatch(code)
    return found and (bool(found[1]), len(found[2]), len(found[3] or ""), bool(found[4]))


def _simply(raw: str, grouped: bool, least: int, places: int, percent: bool) -> tuple[str, bool, bool] | None:
    """What `_figures` makes of a number in a simple form, as `Shown` has it; None for a number that takes more care."""
    whole, _, part = raw.partition(".")
    if sign := raw.startswith("-"):
        whole = whole[1:]
    if len(whole) > 15 or not (whole.isdigit() and raw.isascii() and (part.isdigit() or not part)):
        return None
    if len(part) > places + _MORE or len(whole) + len(part) > 15:  # as computing leaves them
        exact = _EXACT.create_decimal(raw).quantize(_finest(places + _MORE + 2 * percent), ROUND_HALF_UP, _WIDE)
        if not exact:
            return None
        whole, _, part = f"{exact.copy_abs():f}".partition(".")
    if percent:
        part = part.ljust(2, "0")
        whole, part = whole + part[:2], part[2:]
    rounded = False
    if len(part) > places:
        part = part.rstrip("0")
        rounded = len(part) > places
    said = f"{int(whole):,}" if grouped else whole.lstrip("0").rjust(least, "0")
    if places or part:
        said = f"{said}.{part.ljust(places, '0')}"
    if sign and said.strip("0.,"):
        said = f"-{said}"
    return f"{said}%" if percent else said, False, rounded


@lru_cache(maxsize=64)
def _finest(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def text(said: str, code: str) -> Shown:
    """A text in a format."""
    sections = _sections(code)
    one = sections[3] if len(sections) > 3 else next((each for each in sections if each.has("@")), None)
    if one is None:
        return Shown(said)
    if not one.has("@"):
        return Shown(f"{one.words.strip()} ({said})" if one.words.strip() else said, hidden=not one.words.strip())
    return Shown(_placed(one, said))


def kept(value: float) -> str:
    """A number with the fifteen figures that a spreadsheet keeps of it; what computing adds beyond them is none of it."""
    said = repr(value)
    if len(said) <= 16 and "e" not in said and said[-2:] != ".0":
        return said
    return plain(_EXACT.create_decimal(said))


def plain(value: Decimal) -> str:
    """A number in figures without an exponent."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _placed(one: _Section | None, said: str) -> str:
    """A text where a form puts it, among the words of the form."""
    if one is None:
        return said
    return "".join(
        text if kind == "literal" else said if kind in ("@", "general") else "" for kind, text in one.tokens
    ).strip()


@lru_cache(maxsize=512)
def _numeric(code: str) -> tuple[_Section, ...]:
    """The forms of a format that are for numbers."""
    sections = _sections(code)
    if len(sections) > 3:
        return sections[:3]
    return tuple(one for one in sections if not one.has("@") or one.has("digit")) or sections[:1]


def _chosen(numeric: tuple[_Section, ...], value: Decimal) -> tuple[_Section | None, Decimal]:
    """The form in which a number is shown, and the number that it shows: without its sign where the form has its own."""
    if not numeric:  # a quotation that does not end
        return None, value
    if any(one.condition for one in numeric):
        for one in numeric:
            if one.condition is None or _holds(value, *one.condition):
                return one, value
        return None, value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _holds(value: Decimal, sign: str, other: Decimal) -> bool:
    return {
        "<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other, "=": value == other,
        "<>": value != other,
    }[sign]  # fmt: skip


def _figures(value: Decimal, one: _Section) -> Shown:
    """A number in the figures of a form."""
    tokens = list(one.tokens)
    kinds = [kind for kind, _ in tokens]
    digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
    value *= Decimal(100) ** kinds.count("%")
    if "/" in kinds and any(at < kinds.index("/") for at in digits):
        return _fraction(value, one)
    mantissa_end = kinds.index("exponent") if "exponent" in kinds else len(kinds)
    point = next((at for at, kind in enumerate(kinds) if kind == "." and at < mantissa_end), None)
    before = [at for at in digits if at < (mantissa_end if point is None else point)]
    after = [at for at in digits if point is not None and point < at < mantissa_end]
    last = max([*before, *after], default=-1)
    commas = [at for at, kind in enumerate(kinds) if kind == ","]
    grouped = any(before and before[0] < at < before[-1] for at in commas)
    thousands = sum(1 for at in commas if at == last + 1 + commas.index(at) - sum(1 for c in commas if c < last))
    value /= Decimal(1000) ** thousands
    power = 0
    if mantissa_end < len(kinds) and value:
        wide = max(1, len(before))
        power = value.adjusted() if wide == 1 else (value.adjusted() // wide) * wide
        value = value.scaleb(-power)
    places, most = len(after), len(after) + _MORE
    exact = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _WIDE)
    shown = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    if value and not exact:
        return Shown(plain(value), rounded=True)
    rounded = exact != shown
    whole, _, part = f"{abs(exact if rounded else shown):f}".partition(".")
    part = part.rstrip("0") if rounded else part
    least = max((n for n, at in enumerate(after, 1) if tokens[at][1] == "0"), default=0)
    while not rounded and len(part) > least and part.endswith("0"):
        part = part[:-1]
    whole = whole.lstrip("0").rjust(sum(tokens[at][1] == "0" for at in before), "0")
    if not whole and not part:
        whole = "0"
    if grouped:
        whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole[-60:])
    made = _set(tokens, before, after, whole, part, mantissa_end, power)
    sign = "-" if value < 0 else ""
    return Shown(f"{sign}{made}", rounded=rounded)


def _set(
    tokens: list[tuple[str, str]],
    before: list[int],
    after: list[int],
    whole: str,
    part: str,
    mantissa_end: int,
    power: int,
) -> str:
    """Figures among the words of a form: those before the point from the right, what is left in the first place."""
    places: dict[int, str] = {}
    inner = any(kind == "literal" for kind, _ in tokens[before[0] : before[-1]]) if before else False
    rest = whole
    if inner:  # as in a telephone number
        for at in reversed(before[1:]):
            places[at], rest = rest[-1:], rest[:-1]
    if before:
        places[before[0]] = rest
    made: list[str] = []
    fraction_at = after[0] if after else None
    done = False
    for at, (kind, text) in enumerate(tokens):
        if at == mantissa_end:
            figures = sum(1 for later, _ in tokens[at + 1 :] if later == "digit")
            made.append(f"E{'-' if power < 0 else '+' if '+' in text else ''}{abs(power):0{max(1, figures)}d}")
        elif kind == "literal" or kind == "%":
            made.append(text)
        elif at in places:
            made.append(places[at])
            if fraction_at is None and part and at == (before[-1] if inner else before[0]):
                made.append(f".{part}")
        elif at == fraction_at and not done:
            done = True
            made.append(f".{part}" if part else "")
    if not before and part and not done:
        made.append(f"0.{part}")
    return re.sub(r"(?<![0-9])\.(?=[0-9])", "0.", "".join(made)).strip()


def _fraction(value: Decimal, one: _Section) -> Shown:
    """A number as a whole and a fraction, where it is one exactly; else in decimals."""
    tokens = one.tokens
    slash = next(at for at, (kind, _) in enumerate(tokens) if kind == "/")
    under = "".join(text for kind, text in tokens[slash + 1 :] if kind == "literal" and text.isdigit())
    wide = sum(1 for kind, _ in tokens[slash + 1 :] if kind == "digit" and not under)
    size = abs(Fraction(value))
    near = (
        Fraction(round(size * int(under)), int(under))
        if under and int(under)
        else size.limit_denominator(10 ** max(1, min(wide, 6)) - 1)
    )
    if abs(near - size) > Fraction(1, 10**9):
        return Shown(plain(value), rounded=True)
    parts = [text for kind, text in tokens[:slash] if kind in ("digit", "literal")]
    mixed = " " in "".join(parts).strip()
    whole, rest = divmod(near, 1) if mixed else (0, near)
    bottom = int(under) if under and int(under) else rest.denominator
    top = rest * bottom
    said = f"{whole} {top}/{bottom}" if whole and rest else f"{whole}" if not rest else f"{top}/{bottom}"
    words = "".join(text for kind, text in tokens[slash + 1 :] if kind == "literal" and not text.isdigit())
    return Shown(f"{'-' if value < 0 else ''}{said}{words.rstrip()}")


def _day(value: Decimal, one: _Section, since_1904: bool) -> Shown:
    """A day or a time, which is kept as days since one at the end of the nineteenth century."""
    letters = "".join(text.lower() for kind, text in one.tokens if kind == "date")
    words = "".join(text for kind, text in one.tokens if kind == "literal" and not set(text) <= _OF_A_DATE).strip()
    seconds = int((value * 86_400).to_integral_value(ROUND_HALF_UP))
    if one.has("elapsed"):
        said = f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
        return Shown(f"{said} {words}".strip())
    first = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30 + (value < 60))
    try:
        moment = first + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return Shown(plain(value))
    clock = f"{moment:%H:%M}" + (f":{moment:%S}" if moment.second else "")
    timed = moment.time() != datetime.time()
    dated = bool(set(letters) & set("ydgeb")) or (value >= 1 and "h" not in letters)
    said = f"{moment:%Y-%m-%d}" + (f" {clock}" if timed else "") if dated or value >= 1 else clock
    return Shown(f"{said} {words}".strip())

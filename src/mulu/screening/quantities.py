"""Quantities in running text: numbers, ranges and tolerances with their units, in Chinese and in English.

A text is read in plain shapes (`plain_text`), one character for one of the folded text, so that places stay.
Units come from a table of exact factors; only what the table does not hold is asked of the unit library.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from mulu.screening.text import Folded

# ---- Units ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a multiple of base units; `zero` is what its own zero is worth in them (temperatures only)."""

    factor: Fraction  # exact: 54 km/h are 15 m/s, to the last digit
    of: tuple[tuple[str, Fraction], ...]
    zero: Fraction = Fraction(0)


class _Factor(NamedTuple):
    """A unit in the making: what it is worth, and the powers of its base units."""

    worth: Fraction
    of: dict[str, Fraction]


_PREFIXES = {"k": 3, "h": 2, "d": -1, "c": -2, "m": -3, "μ": -6, "u": -6, "n": -9, "p": -12, "f": -15}
_PREFIXES |= {"M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
# Symbols, what one is worth in base units, the base units, the prefixes that occur.
_SYMBOLS = (
    ("m", "1", "m", "k c d m μ u n p f"),
    ("g", "0.001", "kg", "k m μ u n p"),
    ("t", "1000", "kg", "k M"),
    ("s", "1", "s", "m μ u n p f"),
    ("sec", "1", "s", "m"),
    ("min", "60", "s", ""),
    ("h hr hrs", "3600", "s", ""),
    ("d", "86400", "s", ""),
    ("A", "1", "A", "k m μ u n p"),
    ("V", "1", "kg m2 s-3 A-1", "k M G m μ u n"),
    ("W", "1", "kg m2 s-3", "k M G T m μ u n p"),
    ("Hz", "1", "s-1", "k M G T m"),
    ("Pa", "1", "kg m-1 s-2", "k M G h m μ u"),
    ("J", "1", "kg m2 s-2", "k M G m μ u n"),
    ("N", "1", "kg m s-2", "k M m μ u n"),
    ("K", "1", "K", "m μ u"),
    ("L l", "0.001", "m3", "m μ u c d n"),
    ("F", "1", "kg-1 m-2 s4 A2", "m μ u n p f"),
    ("H", "1", "kg m2 s-2 A-2", "m μ u n"),
    ("T", "1", "kg s-2 A-1", "m μ u n"),
    ("Ω ohm ohms", "1", "kg m2 s-3 A-2", "m k M G μ u"),
    ("S", "1", "kg-1 m-2 s3 A2", "m μ u n k M"),
    ("C", "1", "A s", "m μ u n p"),
    ("mol", "1", "mol", "k m μ u n"),
    ("eV", "1.602176634E-19", "kg m2 s-2", "k M G m"),
    ("bar", "100000", "kg m-1 s-2", "m k"),
    ("Wh", "3600", "kg m2 s-2", "k M G T m"),
    ("Ah", "3600", "A s", "m k μ u"),
    ("VA", "1", "kg m2 s-3", "k M"),
    ("b bit bits", "1", "bit", "k M G T P"),
    ("B byte bytes", "8", "bit", "k M G T P"),
    ("bps", "1", "bit s-1", "k M G T P"),
    ("Bps", "8", "bit s-1", "k M G T P"),
    ("rad", "57.295779513082320876798154814105", "deg", "m μ u n"),
    ("sr", "1", "sr", ""),
    ("lm", "1", "lm", "k"),
    ("lx", "1", "lx", "k"),
    ("cd", "1", "cd", "m"),
    ("psi", "6894.757293168", "kg m-1 s-2", "k"),
    ("atm", "101325", "kg m-1 s-2", ""),
    ("Torr torr", "133.322368421052631578947368421", "kg m-1 s-2", "m"),
    ("mmHg", "133.322387415", "kg m-1 s-2", ""),
    ("ksi", "6894757.293168", "kg m-1 s-2", ""),
    ("kgf", "9.80665", "kg m s-2", ""),
    ("cal", "4.184", "kg m2 s-2", "k"),
    ("Å", "1E-10", "m", ""),
    ("G Gs", "0.0001", "kg s-2 A-1", "k m"),
    ("Oe", "79.5774715459476678844418816863", "A m-1", "k"),
    ("MGOe", "7957.74715459476678844418816863", "kg m-1 s-2", ""),
    ("Bq", "1", "decay s-1", "k M G T"),
    ("Gy", "1", "dose", "m μ u"),
    ("Sv", "1", "dose equivalent".replace(" ", "_"), "m μ u"),
    ("Sa", "1", "", "k M G"),
    ("SPS Sps", "1", "s-1", "k M G"),
    ("fps", "1", "s-1", ""),
    ("FLOPS", "1", "flop s-1", "M G T P E"),
    ("OPS", "1", "op s-1", "M G T P"),
    ("px", "1", "pixel", "M"),
    ("rpm", "0.016666666666666666666666666667", "turn s-1", "k"),
    ("r rev", "1", "turn", ""),
    ("cc", "0.000001", "m3", ""),
    ("ft", "0.3048", "m", ""),
    ("lb lbs", "0.45359237", "kg", ""),
    ("oz", "0.028349523125", "kg", ""),
    ("hp", "745.69987158227022", "kg m2 s-3", ""),
    ("mph", "0.44704", "m s-1", ""),
    ("mas", "2.7777777777777777777777777778E-7", "deg", ""),
    ("dB", "1", "dB", ""),
    ("dBm", "1", "dBm", ""),
    ("dBi", "1", "dBi", ""),
    ("dBc", "1", "dBc", ""),
    ("dBA", "1", "dBA", ""),
    ("HRC", "1", "HRC", ""),
    ("HV", "1", "HV", ""),
    ("HB", "1", "HB", ""),
    ("%", "0.01", "", ""),
    ("‰", "0.001", "", ""),
    ("ppm", "0.000001", "", ""),
    ("ppb", "1E-9", "", ""),
    ("ppt", "1E-12", "", ""),
    ("vol%", "0.01", "volume", ""),
    ("at% mol%", "0.01", "particles", ""),
    ("′", "0.016666666666666666666666666667", "deg", ""),
    ("″", "0.00027777777777777777777777777778", "deg", ""),
    ("°", "1", "deg", ""),
)
_WORDS = (
    ("metre meter", "m"),
    ("gram gramme", "g"),
    ("second", "s"),
    ("ampere amp", "A"),
    ("volt", "V"),
    ("watt", "W"),
    ("hertz", "Hz"),
    ("pascal", "Pa"),
    ("joule", "J"),
    ("newton", "N"),
    ("litre liter", "L"),
    ("farad", "F"),
    ("ohm", "Ω"),
    ("tesla", "T"),
    ("kelvin", "K"),
    ("bit", "b"),
    ("byte", "B"),
    ("electronvolt", "eV"),
    ("pixel", "px"),
    ("radian", "rad"),
)
_LONG_PREFIXES = {"": 0, "kilo": 3, "mega": 6, "giga": 9, "tera": 12, "deci": -1, "centi": -2, "milli": -3, "micro": -6}
_LONG_PREFIXES |= {"nano": -9, "pico": -12, "femto": -15, "atto": -18}
_OTHER_WORDS = {
    "tonne": "t",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "micron": "μm",
    "percent": "%",
    "pct": "%",
    "degree": "°",
    "deg": "°",
    "arcsecond": "″",
    "arcsec": "″",
    "arcminute": "′",
    "arcmin": "′",
    "decibel": "dB",
    "revolution": "r",
    "inch": "2.54 cm",
    "pound": "lb",
    "mile": "1609.344 m",
    "foot": "ft",
}
_COUNTED = ("cycle", "turn", "piece", "wafer", "year", "month", "week")
# Spellings with the wrong capitals, where they leave no doubt: "mw" may be either and is not among them.
_MISSPELT = {
    **dict.fromkeys(("Mpa", "MPA", "mpa"), "MPa"),
    **dict.fromkeys(("Gpa", "GPA", "gpa"), "GPa"),
    **dict.fromkeys(("Kpa", "KPa", "KPA", "kpa"), "kPa"),
    **dict.fromkeys(("KHz", "Khz", "khz", "KHZ", "kHZ"), "kHz"),
    **dict.fromkeys(("Mhz", "MHZ", "mhz"), "MHz"),
    **dict.fromkeys(("Ghz", "GHZ", "ghz"), "GHz"),
    **dict.fromkeys(("HZ", "hz"), "Hz"),
    **dict.fromkeys(("KW", "Kw", "kw"), "kW"),
    **dict.fromkeys(("KV", "Kv", "kv"), "kV"),
    **dict.fromkeys(("Kg", "KG", "kgs"), "kg"),
    **dict.fromkeys(("Km", "KM"), "km"),
    **dict.fromkeys(("KN", "Kn"), "kN"),
    **dict.fromkeys(("KWh", "Kwh", "kwh", "KWH"), "kWh"),
    **dict.fromkeys(("mah", "maH", "mAH", "MAh"), "mAh"),
    **dict.fromkeys(("db", "DB", "Db"), "dB"),
    **dict.fromkeys(("RPM", "Rpm"), "rpm"),
    **dict.fromkeys(("gbps", "GBPS"), "Gbps"),
    **dict.fromkeys(("mbps", "MBPS"), "Mbps"),
    **dict.fromkeys(("Kbps", "KBPS"), "kbps"),
    "Ml": "mL",
    "ML": "mL",
    "v": "V",
    "w": "W",
    "mv": "mV",
    "wh": "Wh",
    "ah": "Ah",
    "Sec": "s",
    "Min": "min",
    "KB": "kB",
    "PPM": "ppm",
    "PPB": "ppb",
}
_HAN_PREFIXES = {
    "": 0,
    "千": 3,
    "兆": 6,
    "吉": 9,
    "太": 12,
    "分": -1,
    "厘": -2,
    "毫": -3,
    "微": -6,
    "纳": -9,
    "皮": -12,
    "飞": -15,
}
_HAN_UNITS = (
    ("米", "m", "千分厘毫微纳皮飞"),
    ("克", "g", "千毫微纳"),
    ("秒", "s", "毫微纳皮飞"),
    ("伏 伏特", "V", "千兆毫微"),
    ("安 安培", "A", "千毫微纳皮"),
    ("瓦 瓦特", "W", "千兆吉毫微"),
    ("帕 帕斯卡", "Pa", "千兆吉"),
    ("赫 赫兹", "Hz", "千兆吉太"),
    ("焦 焦耳", "J", "千兆毫"),
    ("牛 牛顿", "N", "千兆毫微"),
    ("升", "L", "毫微"),
    ("欧 欧姆", "Ω", "千兆毫"),
    ("特 特斯拉", "T", "毫"),
    ("安时", "Ah", "毫"),
    ("瓦时", "Wh", "千兆吉"),
)
_OTHER_HAN = {
    "公里": "km",
    "公斤": "kg",
    "吨": "t",
    "分钟": "min",
    "分": "min",
    "小时": "h",
    "个小时": "h",
    "时": "h",
    "天": "d",
    "开尔文": "K",
    "开": "K",
    "千瓦小时": "kWh",
    "电子伏": "eV",
    "电子伏特": "eV",
    "分贝": "dB",
    "比特": "b",
    "字节": "B",
    "角秒": "″",
    "角分": "′",
    "埃": "Å",
    "巴": "bar",
    "转": "r",
    "圈": "r",
    "像素": "px",
    "帧": "Sa",
    "次循环": "次",
    "次": "次",
    "年": "year",
    "个月": "month",
    "海里": "1852 m",
    "英寸": "2.54 cm",
}
_COUNTED_HAN = "倍个片台件只套级位枚颗根条通道人"
# What follows decides: 12级 is a grade, 5度数 and 3次级 are no quantities.
_NO_UNIT_BEFORE = {
    "米": "粒波制",
    "分": "子布辨离散级解之别为",
    "时": "间候",
    "天": "线然",
    "安": "全装",
    "克": "隆服",
    "升": "降级温压至高",
    "次": "级生要品数氯谐",
    "转": "子换化移速变动",
    "年": "代轮生龄份",
    "特": "性征点定别殊",
    "开": "始关发放启",
    "牛": "血奶",
    "帧": "率频",
    "倍": "体频率增数",
    "个": "月小",
    "级": "联配数",
    "位": "置移于错相点姿",
    "片": "状段层材",
    "条": "件纹形",
    "根": "据",
    "件": "",
    "人": "工机",
    "圈": "",
    "巴": "",
    "埃": "",
}
_TEMPERATURE = (("K", Fraction(1)),)
_TEMPERATURES = {
    "°C": Unit(Fraction(1), _TEMPERATURE, Fraction("273.15")),
    "°F": Unit(Fraction(5, 9), _TEMPERATURE, Fraction("459.67") * 5 / 9),
}
_DEGREE = "度"  # an angle or a temperature, as the wanted unit has it


def _dimensions(written: str) -> dict[str, Fraction]:
    made: dict[str, Fraction] = {}
    for part in written.split():
        name, power = re.fullmatch(r"([A-Za-z_]+)(-?\d+)?", part).groups()  # type: ignore[union-attr]  # our own table
        made[name] = Fraction(int(power or 1))
    return made


@cache
def _atoms() -> dict[str, _Factor]:
    """Every symbol and word that names a unit, with what it is worth."""
    atoms: dict[str, _Factor] = {}
    for symbols, worth, of, prefixes in _SYMBOLS:
        dimensions = _dimensions(of)
        for symbol in symbols.split():
            atoms[symbol] = _Factor(Fraction(worth), dimensions)
            for prefix in prefixes.split():
                one = _Factor(Fraction(worth) * _ten(_PREFIXES[prefix]), dimensions)
                atoms.setdefault(prefix + symbol, one)
    for wrong, right in _MISSPELT.items():
        atoms.setdefault(wrong, atoms[right])
    for words, symbol in _WORDS:
        for word in words.split():
            for prefix, power in _LONG_PREFIXES.items():
                one = _Factor(atoms[symbol].worth * _ten(power), atoms[symbol].of)
                atoms[f"{prefix}{word}"] = atoms[f"{prefix}{word}s"] = one
    for word, symbol in _OTHER_WORDS.items():
        atoms[word] = atoms[f"{word}s"] = _sized(symbol, atoms)
    atoms["inches"] = atoms["inch"]
    for word in _COUNTED:
        atoms[word] = atoms[f"{word}s"] = _counted(word)
    for names, symbol, prefixes in _HAN_UNITS:
        for name in names.split():
            for prefix in ("", *prefixes):
                worth_of_one = atoms[symbol].worth * _ten(_HAN_PREFIXES[prefix])
                atoms[prefix + name] = _Factor(worth_of_one, atoms[symbol].of)
    for name, symbol in _OTHER_HAN.items():
        atoms[name] = _counted("cycle") if symbol == "次" else _sized(symbol, atoms)
    atoms |= {name: _counted(name) for name in ("通道", *_COUNTED_HAN[:-3], "人", _DEGREE)}
    for name in ("米", "厘米", "毫米", "微米", "公里", "千米"):
        length = atoms[name].worth
        atoms["平方" + name] = _Factor(length**2, {"m": Fraction(2)})
        atoms["立方" + name] = _Factor(length**3, {"m": Fraction(3)})
    return atoms


def _ten(power: int) -> Fraction:
    return Fraction(10) ** power


def _counted(name: str) -> _Factor:
    return _Factor(Fraction(1), {name: Fraction(1)})


def _sized(symbol: str, atoms: dict[str, _Factor]) -> _Factor:
    many, _, unit = symbol.rpartition(" ")
    return _Factor(Fraction(many or 1) * atoms[unit].worth, atoms[unit].of)


@cache
def _longest_han() -> int:
    return max(len(name) for name in _atoms() if not name.isascii())


_POWER = re.compile(
    r"\s*(?:\^|\*\*)\s*+[{(]?\s*([-+]?\d{1,2}(?:\.\d{1,2}|/[1-9])?)(?!\d)\s*[})]?|<sup>\s*([-+]?\d{1,2})\s*</sup>|([-+]?[1-9])(?!\d|\.\d)"
)
_SYMBOL = re.compile(
    r"wt\.?\s?%|vol\.?\s?%|at\.?\s?%|mol\.?\s?%|%|‰|°\s*[CF](?![A-Za-z])|[o\u030a]C(?![A-Za-z])|°|′′|[″′]|[A-Za-zμΩÅ]+"
)
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_RAISED_WORD = re.compile(r"(?:(cubic|square)\s+)?([a-z]+)(?:\s+(cubed|squared))?")
_BETWEEN = re.compile(
    r"\s*(?P<over>/)\s*|(?P<per>\s+per\s+(?!cent)|每)|\s*(?P<times>[·*×])\s*(?=[A-Za-zμΩ])|(?P<point>\.)(?=[A-Za-zμΩ])|(?P<space>\s+)"
)
_CELSIUS = re.compile(r"\s+(?:Celsius|celsius|centigrade|C(?![A-Za-z]))")
_FAHRENHEIT = re.compile(r"\s+(?:Fahrenheit|fahrenheit|F(?![A-Za-z]))")
_LEAD = re.compile(r"-(?=[A-Za-zμΩ])|\s*")
_NUMBER_NEXT = re.compile(r"\s*[A-Za-zμ°%]")


_LONGEST_UNIT = 64


class _Stated(NamedTuple):
    """A unit as read at a place: what it is, and where it ends."""

    unit: Unit
    end: int


def unit_at(text: str, start: int) -> _Stated | None:
    """The unit that stands at a place, after spaces or a joining hyphen at most; None where none does."""
    found = _unit_in(text[start : start + _LONGEST_UNIT])
    return None if found is None else _Stated(found.unit, start + found.end)


@lru_cache(maxsize=4096)
def _unit_in(text: str) -> _Stated | None:
    """The unit at the beginning of a text; the same few stand after most numbers."""
    start = 0
    lead = _LEAD.match(text, start)
    place = start if lead is None else lead.end()
    sign = 1
    if text.startswith("1/", place):
        place += 1
    if text.startswith("/", place):
        place, sign = place + 1, -1
        while text.startswith(" ", place):
            place += 1
    first = _atom_at(text, place, alone=True)
    if first is None:
        return None
    if isinstance(first, _Stated):
        if sign == 1 and not _BETWEEN_UNITS.match(text, first.end):
            return first
        first = _Piece(_Factor(first.unit.factor, dict(first.unit.of)), first.end, False, False)
    lone_c = text[place : first.end] == "C"
    worth, of = Fraction(1), dict[str, Fraction]()
    pieces = 0
    piece: _Piece | None = first
    below = sign < 0
    while piece is not None:
        pieces += 1
        worth, of = _times(worth, of, piece.factor, -1 if below else 1)
        place = piece.end
        piece, below = _next_piece(text, piece, below, worth_of=of)
    if lone_c and pieces == 1:  # 0.1C is a rate of charge, hardly ever a charge in coulombs
        of = {"C rate": Fraction(1)}
    return _Stated(Unit(worth, tuple(sorted((name, power) for name, power in of.items() if power))), place)


_BETWEEN_UNITS = re.compile(r"\s*/|\s*[·*]\s*[A-Za-z]")
_PER_METRE_KELVIN = re.compile(r"mK(?![A-Za-z])")  # W/mK is W/(m·K) and never per millikelvin


class _Piece(NamedTuple):
    factor: _Factor
    end: int
    raised: bool  # it has an exponent of its own
    negative: bool


def _next_piece(text: str, before: _Piece, below: bool, worth_of: dict[str, Fraction]) -> tuple[_Piece | None, bool]:
    """The next part of a compound unit, and whether it stands below the line."""
    link = _BETWEEN.match(text, before.end)
    if link is None:
        if not before.raised:
            return None, below
        follows = _atom_at(text, before.end, alone=False)  # W·m-1K-1 without a mark between
        return (follows, below) if isinstance(follows, _Piece) and follows.negative else (None, below)
    place = link.end()
    if link["over"] and text.startswith("(", place):
        return _bracket(text, place), True
    if link["over"] and worth_of == {"kg": 1, "m": 2, "s": -3} and _PER_METRE_KELVIN.match(text, place):
        return _Piece(_Factor(Fraction(1), {"m": Fraction(1), "K": Fraction(1)}), place + 2, False, False), True
    follows = _atom_at(text, place, alone=False)
    if isinstance(follows, _Stated):  # g/(cm³·°C): of a temperature only the size of the degree matters here
        follows = _Piece(_Factor(follows.unit.factor, dict(follows.unit.of)), follows.end, False, False)
    if follows is None:
        return None, below
    if link["over"] or link["per"]:
        return follows, True
    if link["space"] and not follows.negative:
        # mA h, kW h, N m and their words; any other two units side by side are two words of a sentence.
        hour = follows.factor.of == {"s": 1} and follows.factor.worth == 3600
        charge = worth_of in ({"A": 1}, {"kg": 1, "m": 2, "s": -3})
        metre = follows.factor.of == {"m": 1} and worth_of == {"kg": 1, "m": 1, "s": -2}
        if below or not ((hour and charge) or metre):
            return None, below
    return follows, below


def _bracket(text: str, place: int) -> _Piece | None:
    """A bracketed unit: (m·K), (kg K)."""
    close = text.find(")", place)
    inside = None if close < 0 or close - place > 20 else unit_at(text[:close], place + 1)
    if inside is None or inside.end != close:
        return None
    return _Piece(_Factor(inside.unit.factor, dict(inside.unit.of)), close + 1, False, False)


def _times(
    worth: Fraction, of: dict[str, Fraction], factor: _Factor, sign: int
) -> tuple[Fraction, dict[str, Fraction]]:
    made = dict(of)
    for name, power in factor.of.items():
        made[name] = made.get(name, Fraction(0)) + sign * power
    made = {name: power for name, power in made.items() if power}
    return (worth * factor.worth if sign > 0 else worth / factor.worth), made


def _atom_at(text: str, place: int, *, alone: bool) -> _Piece | _Stated | None:
    """One unit with its exponent; a temperature with a zero of its own comes back as it is."""
    han = _HAN_RUN.match(text, place, place + _longest_han() + 1)
    if han is not None:
        return _han_atom(text, han.group(), place)
    symbol = _SYMBOL.match(text, place)
    if symbol is None:
        return None
    written, end = symbol.group(), symbol.end()
    bare = re.sub(r"[\s.]", "", written)
    if bare in ("°C", "oC", "\u030aC", "°F"):
        return _Stated(_TEMPERATURES["°F" if bare == "°F" else "°C"], end)
    factor = _atoms().get({"wt%": "%", "′′": "″"}.get(bare, bare))
    if factor is None and written[0].isupper() and written[1:].islower():
        factor = _atoms().get(written.lower()) if len(written) > 3 else None
    if bare in ("°", "degrees", "degree", "deg"):
        for pattern, kind in ((_CELSIUS, "°C"), (_FAHRENHEIT, "°F")):
            scale = pattern.match(text, end)
            if scale is not None:
                return _Stated(_TEMPERATURES[kind], scale.end())
    if factor is None:
        worded = _RAISED_WORD.match(text, place)
        if worded is not None and worded[1] and worded[2] in _atoms():
            return _raised(_atoms()[worded[2]], Fraction(2 if worded[1] == "square" else 3), worded.end(2))
        if bare == "per" and text.startswith("per cent", place):
            return _Piece(_atoms()["%"], place + 8, False, False)
        return _run_together(text, written, place)
    power = None if not bare[0].isalpha() else _POWER.match(text, end)
    if power is None:
        worded = _RAISED_WORD.match(text, place)
        if worded is not None and worded[3] and worded[2] == written:
            return _raised(factor, Fraction(2 if worded[3] == "squared" else 3), worded.end())
        return _Piece(factor, end, False, False)
    exponent = Fraction(power[1] or power[2] or power[3])
    if power[3] and exponent < 0 and alone and _NUMBER_NEXT.match(text, power.end()):
        return _Piece(factor, end, False, False)  # "1 m-2 m" is a range
    return _raised(factor, exponent, power.end())


def _raised(factor: _Factor, exponent: Fraction, end: int) -> _Piece:
    if exponent.denominator == 1:
        worth = factor.worth ** int(exponent)
    else:  # MPa·m^0.5
        worth = Fraction(_decimal(factor.worth) ** _decimal(exponent))
    return _Piece(_Factor(worth, {n: p * exponent for n, p in factor.of.items()}), end, True, exponent < 0)


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _han_atom(text: str, run: str, place: int) -> _Piece | _Stated | None:
    if run.startswith("摄氏度"):
        return _Stated(_TEMPERATURES["°C"], place + 3)
    for length in range(min(len(run), _longest_han()), 0, -1):
        factor = _atoms().get(run[:length])
        if factor is None or (
            length == 1 and place + 1 < len(text) and text[place + 1] in _NO_UNIT_BEFORE.get(run[0], "")
        ):
            continue
        return _Piece(factor, place + length, False, False)
    return None


def _run_together(text: str, written: str, place: int) -> _Piece | None:
    """Two units without a mark between them, told by the exponent after the second: gcm-3, mAhg-1."""
    power = _POWER.match(text, place + len(written))
    if power is None or not (power[1] or power[2] or power[3]).startswith("-"):
        return None
    for cut in range(len(written) - 1, 0, -1):
        first, second = _atoms().get(written[:cut]), _atoms().get(written[cut:])
        if first is not None and second is not None:
            raised = _raised(second, Fraction(power[1] or power[2] or power[3]), power.end())
            worth, of = _times(first.worth, first.of, raised.factor, 1)
            return _Piece(_Factor(worth, of), power.end(), True, True)
    return None


@lru_cache(maxsize=1024)
def unit_of(written: str) -> Unit | None:
    """The unit that a spelling stands for; None where the table does not hold it."""
    plain = _shaped(written)
    found = unit_at(plain, 0)
    return None if found is None or found.end != len(plain) else found.unit


def in_unit(value: Decimal, written: str, wanted: str, *, difference: bool = False) -> Decimal | None:
    """The value in the wanted unit, None where it has none or the two measure different things.

    `difference`: a difference of temperatures, for which the zeros of the scales do not matter.
    """
    if not written or not wanted:
        return value if written == wanted else None
    stated, meant = unit_of(written), unit_of(wanted)
    if stated is None or meant is None:
        same = _spelling(written) == _spelling(wanted)
        return value if same else _by_library(value, written, wanted)
    if stated.of == ((_DEGREE, Fraction(1)),):
        stated = _TEMPERATURES["°C"] if meant.of == _TEMPERATURE else unit_of("°") or stated
    if stated.of != meant.of:
        return _nines(value, written) if wanted == "%" else None
    if stated == meant:
        return value
    size = Fraction(value) * stated.factor
    if not difference:
        size += stated.zero - meant.zero
    return _decimal(size / meant.factor)


def _nines(value: Decimal, written: str) -> Decimal | None:
    """Purity in nines: 5N is 99.999 %, 4N5 is 99.995 %."""
    if written.strip() not in ("N", "N5") or value != int(value) or not 2 <= value <= 9:
        return None
    step = Decimal(1).scaleb(2 - int(value))
    return Decimal(100) - (step if written.strip() == "N" else step / 2)


def _spelling(unit: str) -> str:
    return re.sub(r"[\s·.*^]", "", _shaped(unit))


@lru_cache(maxsize=256)
def is_plain(written: str) -> bool:
    """Whether a unit measures something that texts give of many things at once: a length, a share, a time, a count."""
    unit = unit_of(written)
    return unit is not None and len(unit.of) <= 1 and all(power == 1 for _, power in unit.of)


@cache
def _registry() -> Any:
    import pint  # a third of a second: only where the table does not hold a unit

    return pint.UnitRegistry(non_int_type=Decimal)


_AMBIGUOUS = re.compile(r"(?<![A-Za-z])(?:tons?|gallons?|gal|pints?|cups?|cals?)(?![A-Za-z])")  # of several countries


@lru_cache(maxsize=256)
def _by_library(value: Decimal, written: str, wanted: str) -> Decimal | None:
    if any("\u4e00" <= c <= "\u9fff" for c in written + wanted):
        return None
    if _AMBIGUOUS.search(written) or _AMBIGUOUS.search(wanted):
        return None

    def expressed(unit: str) -> str:
        plain = _shaped(unit).replace("·", "*")
        return re.sub(r"(?<=[A-Za-z])\^?(-?[1-9])(?!\d)", r"**\1", plain)

    try:
        found = _registry().Quantity(value, expressed(written)).to(expressed(wanted)).magnitude
    except Exception:  # of what is no unit the library raises whatever its parser happens to meet
        return None
    return Decimal(found)


# ---- Plain shapes ---------------------------------------------------------------------------------------------------

_SHAPES = str.maketrans("〜∼˜≧⩾≦⩽∶•∙⋅・’", "~~~≥≥≤≤:····'")
_LATEX = re.compile(
    r"\\(?P<name>mathrm|mathit|text|rm|quad|left|right|times|cdot|pm|geq?|leq?|sim|approx|mu\s?|Omega|degree|[,;:! ])"
    r"|(?P<circ>\^\s?\{?\\circ\}?)|\\(?P<percent>%)|(?P<drop>[${}])"
)
_SIGNS = {"times": "×", "cdot": "·", "pm": "±", "geq": "≥", "ge": "≥", "leq": "≤", "le": "≤", "sim": "~", "approx": "≈"}
_SIGNS |= {"mu": "μ", "Omega": "Ω", "degree": "°"}
_RAISED_MARKS = re.compile("[⁰¹²³⁴-⁹⁺⁻]")


def _shaped(unit: str) -> str:
    """A unit as written anywhere in the shapes of a folded text."""
    return unicodedata.normalize("NFKC", unit).translate(_SHAPES).replace("−", "-").strip()


def plain_text(folded: Folded) -> str:
    """The folded text with signs of many shapes in one and LaTeX taken out; every character keeps its place."""
    plain = folded.text.translate(_SHAPES)
    if "\\" in plain:
        plain = _LATEX.sub(_without_latex, plain)
    elif "$" in plain:
        plain = plain.replace("$", " ")
    if _GROUPING.search(folded.given):
        plain = "".join(_grouped(folded, plain))
    return plain


WIDE_COMMA = "\ufe50"
# A thin space groups the digits of one number; a wide comma between narrow digits parts two numbers.
_GROUPING = re.compile("(?<=[0-9])(?:[\u00a0\u2007\u2009\u202f](?=[0-9]{3}(?![0-9]))|，(?=[0-9]))")


def _grouped(folded: Folded, plain: str) -> Iterator[str]:
    marks = {match.start(): WIDE_COMMA if match.group() == "，" else "," for match in _GROUPING.finditer(folded.given)}
    for character, (start, end) in zip(plain, folded.places, strict=True):
        yield marks.get(start, character) if end == start + 1 else character


def _without_latex(match: re.Match[str]) -> str:
    if match["circ"]:
        sign = "°"
    elif match["percent"]:
        sign = "%"
    else:
        sign = _SIGNS.get((match["name"] or "").strip(), "")
    return sign.rjust(len(match.group()))


def raised_places(folded: Folded) -> frozenset[int]:
    """Places of the folded text whose character is a superscript in the text as given: 10⁵ is not 105."""
    raised: set[int] = set()
    for match in _RAISED_MARKS.finditer(folded.given):
        place = bisect_left(folded.places, (match.start(), 0))
        while place < len(folded.places) and folded.places[place][0] == match.start():
            raised.add(place)
            place += 1
    return frozenset(raised)


# ---- Numbers --------------------------------------------------------------------------------------------------------

Bound = Literal["", "≥", "≤", "better"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, range or tolerance with its units as written; a single number has both ends equal.

    `start` and `end` enclose number and unit, `after` also the words behind it (以上, or more), which give `bound`.
    `doubtful`: it can be read in two ways. `swing`: a ± without a middle, of which `high` is the size.
    """

    low: Decimal
    high: Decimal
    low_unit: str
    high_unit: str
    start: int
    end: int
    after: int
    bound: Bound = ""
    approximate: bool = False
    doubtful: bool = False
    swing: bool = False
    tight: bool = True  # the unit, or what follows where there is none, cannot be mistaken for a counted thing


_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_TIMES_TEN = re.compile(
    r"\s*[×x*·]\s*10\s*(?:\^\s*+[{(]?\s*([-+]?\d{1,3})\s*[})]?|<sup>\s*([-+]?\d{1,3})\s*</sup>|([-+]\d{1,2})(?!\d|\.\d)|(\d{1,2})?)"
)
_POWER_OF_TEN = re.compile(r"10\s*(?:\^\s*+[{(]?\s*([-+]?\d{1,3})\s*[})]?|<sup>\s*([-+]?\d{1,3})\s*</sup>)")
_EXPONENT = re.compile(r"[-+]?\d+")
_E = re.compile(r"[eE]([-+]?\d{1,3})(?![A-Za-z\d])")
_SCALES = {
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_SCALES |= {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SCALE = re.compile(
    r"\s?(?:(万亿|[十百千]?亿|[十百千]?万|千(?![克米瓦伏赫帕焦卡牛安升欧分])|百(?!分))(?!分之)|(thousand|million|billion|trillion)(?![a-z]))"
)
_HAN_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_HAN_NUMBER = re.compile(rf"[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?")
_PART_OF = re.compile(rf"([百千万])分之(?:([{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?)|(\d+(?:\.\d+)?))")


class _Number(NamedTuple):
    value: Decimal
    end: int
    scale: int  # the power of ten that words or a factor after it add, which a range may share
    doubtful: bool
    unit: str = ""


def _number_at(text: str, place: int, raised: Container[int]) -> _Number | None:
    """The number that begins at a place, without its sign."""
    part = _PART_OF.match(text, place)
    if part is not None:
        many = Decimal(part[3]) if part[3] else _numeral(part[2])
        if part[1] == "万":
            return _Number(many / 100, part.end(), 0, False, "%")
        return _Number(many, part.end(), 0, False, "%" if part[1] == "百" else "‰")
    if text[place] in _NUMERAL:
        han = _HAN_NUMBER.match(text, place)
        assert han is not None
        return _Number(_numeral(han.group()), han.end(), 0, False)
    power = _POWER_OF_TEN.match(text, place)
    if power is not None:
        return _scaled(text, _Number(Decimal(1).scaleb(int(power[1] or power[2])), power.end(), 0, False))
    plain = _ARABIC.match(text, place)
    if plain is None or place in raised:  # an exponent by itself is no number
        return None
    end = plain.end()
    up = next((i for i in range(place + 1, end) if i in raised), end if end in raised else None)
    doubtful = False
    if up is not None:
        exponent = _EXPONENT.match(text, up)
        stop = up
        while exponent is not None and stop < exponent.end() and stop in raised:
            stop += 1
        if text[place:up] == "10" and stop > up and text[up:stop] not in ("-", "+"):
            return _scaled(text, _Number(Decimal(1).scaleb(int(text[up:stop])), stop, 0, False))
        if stop > up:  # a note mark on a number, or an exponent on another base
            end, doubtful = up, True
    if end == place + 1 and text[place] == ".":
        return None
    value = Decimal(text[place:end].replace(",", ""))
    if doubtful:
        return _Number(value, stop, 0, True)
    times = _TIMES_TEN.match(text, end)
    if times is not None:
        return _scaled(text, _with_power(text, value, times, raised))
    exponent = _E.match(text, end)
    if exponent is not None:
        return _Number(value.scaleb(int(exponent[1])), exponent.end(), int(exponent[1]), False)
    return _scaled(text, _Number(value, end, 0, doubtful))


def _with_power(text: str, value: Decimal, times: re.Match[str], raised: Container[int]) -> _Number:
    power = times[1] or times[2] or times[3]
    if power is None:
        end = times.end()
        if times[4]:  # ×105: an exponent only where the text as given raises it
            power, lost = times[4], times.start(4) not in raised
            return _Number(value.scaleb(int(power)), end, int(power), lost)
        signed = _EXPONENT.match(text, end)
        if signed is None or end not in raised:
            return _Number(value * 10, end, 0, True)
        return _Number(value.scaleb(int(signed.group())), signed.end(), int(signed.group()), False)
    return _Number(value.scaleb(int(power)), times.end(), int(power), False)


def _scaled(text: str, number: _Number) -> _Number:
    word = _SCALE.match(text, number.end)
    if word is None:
        return number
    power = _SCALES[word[1] or word[2]]
    return number._replace(value=number.value.scaleb(power), end=word.end(), scale=number.scale + power)


def _numeral(written: str) -> Decimal:
    """A number in Chinese characters: 九十七点五, 三千二百, 两万."""
    whole, _, fraction = written.partition("点")
    value = _whole_numeral(whole)
    if fraction:
        value += Decimal("0." + "".join(str(_HAN_DIGITS[c]) for c in fraction))
    return value


def _whole_numeral(written: str) -> Decimal:
    if all(c in _HAN_DIGITS for c in written):
        return Decimal("".join(str(_HAN_DIGITS[c]) for c in written) or "0")
    if written[-1] in _HAN_DIGITS and written[-2] in "百千万亿":  # 三百五 is 350
        return _whole_numeral(written[:-1]) + _HAN_DIGITS[written[-1]] * _whole_numeral("一" + written[-2]) / 10
    total = section = digit = 0
    for character in written:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character in _HAN_TENS:
            section += (digit or 1) * _HAN_TENS[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit or 1) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit or 1) * 10**8, 0, 0
    return Decimal(total + section + digit)


_DIGITS = re.compile(r"\d[\d.,]*\d|\d")
_BEGINS = re.compile(rf"\d|\.\d|[{_NUMERAL}]")
_TO = re.compile(
    r"\s*(?:-{1,2}|~|至|到|\.{2,3}|…)\s*(?=[-+]?[\d.零〇一二两三四五六七八九十百千])|\s+to\s+(?=[-+]?[\d.])"
)
_AND = re.compile(r"\s+and\s+(?=[-+]?[\d.])|\s*[和与及]\s*(?=[-+]?[\d.])")
_BETWEEN_BEFORE = re.compile(r"(?:between|介于|在)\s*(?:about |approximately |约)?[-+]?$")
_PLUS_MINUS = re.compile(r"\s*+\(?\s*(?:±|\+/-|\+-)\s*(?=[\d.])")
_SWING_BEFORE = re.compile(r"(?:±|\+/-)\s*$")
_SIGN_BEFORE = re.compile(r"(?<![A-Za-z0-9_)%°′″\]])([-+])\s?$")
_MINUS_BEFORE = re.compile(r"(?:零下|(?<![A-Za-z])[Mm]inus\s|(?<![正负])负)$")
_VAGUE_BEFORE = re.compile(r"[数几上好成]$")  # 数千次, 上百次
_APART = re.compile(r"\s?\.\s\d|,\d{1,2}(?![\d.])|,\d{4,}|\s\d{1,3}(?![\d.:])(?=\s?[A-Za-zμ°%])")
_GAPPED = re.compile(r"[\d.,\s]*\d")
_IDENTIFIER = re.compile(r"[A-Za-z_#]$|(?<![a-z])(?!sub-)[A-Za-z]+-$|\d[.:/]$|[A-Za-z]\.$|\d-$")
_ORDINAL = re.compile(r"\s?(?:号|月|日|章|节|页|代|期|st\b|nd\b|rd\b|th\b|σ)|:\d|/\d|\.\d")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_IN_YEAR = re.compile(r"(?<![A-Za-z])(?:in|since|by|until)\s$")
_LABEL = re.compile(
    r"(?:[表图式第例]|实施例|对比例|比较例|样品|试样|样本|编号|权利要求|步骤|批次|批号|"
    r"(?<![a-z])(?:tables?|figs?\.?|figures?|examples?|no\.|nos\.|lots?|batch|samples?|claims?|steps?|sections?|chapters?|eqs?\.?|"
    r"equations?|refs?\.?|powder no\.|us|ep|cn|wo|version|revision|type|grade|class|model))\s?[#（(]?$",
    re.IGNORECASE,
)
_STANDARD = re.compile(r"(?<![A-Za-z])[A-Z]{2,}(?:/[A-Z]{1,2})?\s?$")  # GB/T 24533, ISO 9001
_COUNTED_NEXT = re.compile(
    r"\s?(?:个|批|种|组|次|名|项|家|路|轴)|\s(?!(?:and|or|for|at|in|of|is|was|are|were|on|by|as|to|than|when|which|that|but|while|whereas|after|"
    r"before|with|under|over|above|below|from|per|respectively|x|the|a|an|if|can|may|has|had|have|both|only|measured|according|points?|"
    r"compared|using|because|since|so|thus|it|its|we|our|this|these|here|where|higher|lower|or)\b)[A-Za-z]{3,}"
)
_AT_LEAST_AFTER = re.compile(
    r"\s?(?:[及或]?(?:其)?以上|[及或]更[高多大长]|起(?!到|来)|\((?:含|包括)\)以上)(?!所?述|步骤|各|几)|\s?(?:or|and)\s(?:more|higher|above|greater|larger|over|longer|up|upwards?)(?![a-z])(?!\s?[-+~]?\d)(?!\sthan)(?!\sof)"
    r"|\+(?=\s|$|[,。;、)])|\s(?:minimum|min\.?|at (?:the )?least|at minimum)(?![a-z])"
)
_AT_MOST_AFTER = re.compile(
    r"\s?(?:[及或]?(?:其)?以下|[及或]更[低少小短]|以内|之内|内(?=[,。;、)\s]|$))(?!所?述|步骤|各|几)|\s?(?:or|and)\s(?:less|lower|below|under|smaller|fewer|shorter)(?![a-z])(?!\s?[-+~]?\d)(?!\sthan)"
    r"|\s(?:maximum|max\.?|at (?:the )?most)(?![a-z])"
)
_BETTER_AFTER = re.compile(r"\s?(?:or|and)\sbetter(?![a-z])|\s?[及或]更[好优佳]")
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|or so(?![a-z])|approximately(?![a-z])|approx\.)")
_WITHIN_AFTER = re.compile(r"\s?(?:之间|不等)")


def quantities(
    text: str, begin: int, end: int, raised: Container[int] = frozenset(), names_end: Container[int] = frozenset()
) -> Iterator[Quantity]:
    """The quantities between two places of a plain text, in order; numbers that only label or date are left out.

    `names_end`: places where the name of a parameter ends, after which a number may stand without a space (Ra0.8).
    """
    place = begin
    while True:
        match = _BEGINS.search(text, place, end)
        if match is None:
            return
        place = match.start()
        found = _quantity_at(text, place, raised, place in names_end, begin)
        if found is None:
            skipped = _DIGITS.match(text, place)
            place = max(place + 1, skipped.end() if skipped else 0)
            continue
        place = max(found.after, place + 1)
        yield found


def _quantity_at(text: str, place: int, raised: Container[int], named: bool, begin: int) -> Quantity | None:
    before = text[max(begin, place - 24) : place]
    if not named and _IDENTIFIER.search(before) and not text.startswith(("百分之", "千分之", "万分之"), place):
        return None
    first = _number_at(text, place, raised)
    if first is None:
        return None
    if _YEAR.fullmatch(text[place : first.end]) and _IN_YEAR.search(before):
        return None
    han = text[place] in _NUMERAL and not first.unit
    start, sign, swing = place, 1, False
    if (mark := _SWING_BEFORE.search(before)) is not None:
        start, swing = place - len(mark.group()), True
    elif (mark := _SIGN_BEFORE.search(before)) is not None:
        start, sign = place - len(mark.group()), -1 if mark[1] == "-" else 1
    elif (mark := _MINUS_BEFORE.search(before)) is not None:
        start, sign = place - len(mark.group()), -1
    apart = _APART.match(text, first.end)
    figures = _ARABIC.match(text, place)
    if apart is not None and figures is not None and figures.end() == first.end:
        return _doubtful(text, start, first, apart)
    between = _BETWEEN_BEFORE.search(before)
    unit, end = _unit_after(text, first)
    if han and not unit:
        return None
    if han and "点" not in text[place : first.end] and first.end - place == 1 and not unit[0].isascii():
        return None  # 一次, 二级: words rather than quantities
    low = high = first.value * sign
    low_unit = high_unit = unit
    doubtful = first.doubtful or (han and _VAGUE_BEFORE.search(before) is not None)
    second = None
    link = _TO.match(text, end) or (_AND.match(text, end) if between else None)
    if link is not None and not swing:
        second = _second(text, link.end(), raised)
    if second is not None and link is not None and _is_range(text, unit, second, link.group()):
        low, high, low_unit, high_unit, end, odd = _ranged(low, unit, first, second, link.group())
        doubtful = doubtful or second[0].doubtful or odd
    else:
        give = _PLUS_MINUS.match(text, end)
        width = None if give is None or swing else _number_at(text, give.end(), raised)
        if width is not None:
            width_unit, stop = _unit_after(text, width)
            closing = text.startswith(")", stop)
            if closing and not width_unit:
                again, past = _unit_after(text, width._replace(end=stop + 1))
                width_unit, stop = again, past
            elif closing:
                stop += 1
            relative = width_unit == "%" and unit not in ("", "%")
            distance = abs(low) * width.value / 100 if relative else width.value
            low, high = low - distance, high + distance
            main = unit or width_unit
            low_unit = high_unit = main
            # A tolerance in another unit (100 nm ± 0.5 μm) is left to people.
            doubtful = doubtful or not (relative or not unit or not width_unit or unit == width_unit)
            end = stop
    if not high_unit and text.startswith(")", end) and text[start - 1 : start] == "(":
        late = unit_at(text, end + 1)  # (2.6-2.7) g/cm³
        if late is not None:
            low_unit = high_unit = text[end + 1 : late.end].strip()
            end = late.end
    if not low_unit and not high_unit and _is_label(text, place, first, before, named):
        return None
    if _ORDINAL.match(text, end) and not high_unit:
        return None
    return _closed_off(text, Quantity(low, high, low_unit, high_unit, start, end, end, doubtful=doubtful, swing=swing))


def _is_range(text: str, unit: str, second: tuple[_Number, str, int, int], link: str) -> bool:
    """Whether two joined numbers are one range: 在2.3和2.5之间, and not "2.62 g/cm³ - 220 MPa"."""
    other, end = second[1], second[2]
    if link.strip() in ("和", "与", "及") and not text.startswith(("之间", " 之间"), end):
        return False
    one, two = unit_of(unit) if unit else None, unit_of(other) if other else None
    return one is None or two is None or one.of == two.of


def _is_label(text: str, place: int, first: _Number, before: str, named: bool) -> bool:
    """A number that names something (table 3, 样品1, 2021年) rather than measuring it."""
    if (_LABEL.search(before) or _STANDARD.search(before)) and not named:
        return True
    year = _YEAR.fullmatch(text[place : first.end])
    if year is not None and (text.startswith("年", first.end) or re.search(r"\b(?:of|from)\s$", before)):
        return True
    return bool(re.search(r"\[\s?$", before)) and text.startswith("]", first.end)


_COMPOUND = re.compile(r"\s?([A-Za-zμ]{1,8}(?:[/·*^]-?[A-Za-z0-9]{1,6})+)(?![A-Za-z0-9])")


def _unit_after(text: str, number: _Number) -> tuple[str, int]:
    """The unit of a number as written, and where it ends; a year is a date unless it is a span of time."""
    if number.unit:
        return number.unit, number.end
    found = unit_at(text, number.end)
    if found is None:
        foreign = _COMPOUND.match(text, number.end)
        return ("", number.end) if foreign is None else (foreign[1], foreign.end())
    written = text[number.end : found.end].strip()
    if written == "年" and _YEAR.search(text[max(0, number.end - 4) : number.end]):
        return "", number.end
    if text.startswith("^", found.end):
        return "", number.end
    return written.removeprefix("-"), found.end


def _second(text: str, place: int, raised: Container[int]) -> tuple[_Number, str, int, int] | None:
    sign = 1
    if text[place] in "+-":
        sign = -1 if text[place] == "-" else 1
        place += 1
    number = _number_at(text, place, raised) if place < len(text) else None
    if number is None:
        return None
    unit, end = _unit_after(text, number)
    return number, unit, end, sign


def _ranged(
    low: Decimal, unit: str, first: _Number, second: tuple[_Number, str, int, int], link: str
) -> tuple[Decimal, Decimal, str, str, int, bool]:
    """Both ends of a range; a scale or unit that stands only after the second holds for the first too."""
    number, high_unit, end, sign = second
    high = number.value * sign
    odd = False
    if number.scale and not first.scale and not unit and low <= number.value.scaleb(-number.scale):
        low = low.scaleb(number.scale)  # 50~60万次, 1.2–1.5×10⁻⁶
    low_unit = unit or high_unit
    if unit and not high_unit:
        high_unit = unit
    if low_unit == high_unit and low > high:
        odd = link.strip().startswith("-") and low == 10  # 10-6 may be a power that lost its shape
        low, high = high, low
    return low, high, low_unit, high_unit, end, odd


def _doubtful(text: str, start: int, first: _Number, apart: re.Match[str]) -> Quantity | None:
    """A number with a gap inside ("2. 62", "2,62", "1 200"): nobody can tell what it is."""
    rest = _GAPPED.match(text, apart.start())
    end = rest.end() if rest else apart.end()
    found = unit_at(text, end)
    unit = "" if found is None else text[end : found.end].strip()
    if not unit and not apart.group().lstrip().startswith("."):
        return None  # "3, 15 and": a list of bare numbers
    stop = end if found is None else found.end
    return Quantity(first.value, first.value, unit, unit, start, stop, stop, doubtful=True)


def _closed_off(text: str, quantity: Quantity) -> Quantity:
    """With the words behind it: 以上, or less, 左右, 之间."""
    place, unit = quantity.end, quantity.high_unit
    end, bound, about = quantity.end, quantity.bound, quantity.approximate
    for _ in range(3):
        if (match := _ABOUT_AFTER.match(text, place)) is not None:
            about = True
        elif (match := _WITHIN_AFTER.match(text, place)) is not None:
            pass
        elif (match := _AT_LEAST_AFTER.match(text, place)) is not None:
            bound = "≥"
        elif (match := _AT_MOST_AFTER.match(text, place)) is not None:
            bound = "≤"
        elif (match := _BETTER_AFTER.match(text, place)) is not None:
            bound = "better"
        else:
            break
        place = match.end()
        if not unit:  # 1500以上 MPa
            late = unit_at(text, place)
            if late is not None:
                unit = text[place : late.end].strip()
                place = end = late.end
    tight = bool(unit) or place > quantity.end or _COUNTED_NEXT.match(text, place) is None
    low_unit = quantity.low_unit or unit
    return replace(
        quantity, low_unit=low_unit, high_unit=unit, end=end, after=place, bound=bound, approximate=about, tight=tight
    )

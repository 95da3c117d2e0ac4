"""The words of a control point, and the quantities it states, as a reader sees them.

A number with its unit, a chemical formula, a model number and a phrase of comparison are each one token, so that a
comparison of two wordings never cuts inside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache, lru_cache
from typing import Any, Literal

import ahocorasick_rs

Kind = Literal["quantity", "number", "operator", "formula", "word", "han", "space", "mark", "label"]
Operator = Literal["≥", ">", "≤", "<", "="]


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of a text that is never cut; `text` is exactly what stands there."""

    text: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as stated, with what is said to limit it.

    `name_before` is the noun phrase that it is said of, empty where none stands there. `low` and `high` are None on an
    open side; a bare value has both, equal. `span` covers the words of comparison too.
    """

    text: str
    name_before: str
    operator: Operator | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    span: tuple[int, int]

    @property
    def value(self) -> tuple[Operator | None, Decimal | None, Decimal | None]:
        return ("=" if self.operator is None else self.operator), self.low, self.high


# ---- Shapes of characters -------------------------------------------------------------------------------------------


def _shapes() -> dict[int, str]:
    """One character for one, so that places stay: full-width forms, dashes, dots and spaces of every make."""
    table: dict[int, str] = {}
    for code in (*range(0xFF01, 0xFF5F), *range(0xFE10, 0xFE1A), *range(0xFE50, 0xFE6C), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[code] = plain
    for code in (*range(0x1680, 0x1681), *range(0x2000, 0x200B), 0x3000, 0x205F):
        table[code] = " "
    table |= dict.fromkeys(map(ord, "\u2007\u2009\u202f\xa0"), "\xa0")  # these group the digits of one number
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
    table |= dict.fromkeys(map(ord, "∼〜～˜"), "~")
    table |= dict.fromkeys(map(ord, "•‧∙⋅・･"), "·")
    table |= dict.fromkeys(map(ord, "⁄∕"), "/")
    table |= dict(zip(map(ord, "µΩKÅ∶"), "μΩKÅ:", strict=True))
    del table[ord("，")]  # between full-width digits only: elsewhere it separates two numbers
    return table


_SHAPES = _shapes()
_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")


def same_width(text: str) -> str:
    """The text in plain shapes, character for character; superscripts stay, for 10⁵ is not 105."""
    return _WIDE_COMMA.sub(",", text).translate(_SHAPES)


def plain_shapes(text: str) -> str:
    """The text in plain shapes, where places need not stay: subscripts and squared units are written out too."""
    return "".join(_written_out(c) for c in same_width(text).translate(_SUBSCRIPTS))


@cache
def _written_out(character: str) -> str:
    kept = unicodedata.decomposition(character).startswith(("<super>", "<circle>", "<fraction>"))
    return character if kept else unicodedata.normalize("NFKC", character)


# ---- Script ---------------------------------------------------------------------------------------------------------

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_HAN = re.compile(f"[{HAN}]")


@cache
def _common() -> frozenset[str]:
    """Characters that simplified Chinese uses; those of a text beyond them may be traditional."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset("".join(row.decode("gb2312", "ignore") for row in rows)) - frozenset("於後徵")


@cache
def _converter(name: str) -> Any:
    import opencc  # 35 ms: only where a text needs it

    return opencc.OpenCC(name)


# Words that mean another thing across the strait and mostly the mainland one in technical texts.
_NOT_TAIWANESE = frozenset(("程序", "核心"))


@lru_cache(maxsize=4096)
def is_traditional(text: str) -> bool:
    """Whether a text has a character that simplified Chinese writes otherwise."""
    return any(_IS_HAN.match(c) for c in set(text).difference(_common())) and _converter("t2s").convert(text) != text


@lru_cache(maxsize=8192)
def simplified(text: str, terms_too: bool = True, certain: bool = False) -> str:
    """Traditional characters as simplified ones; with `terms_too`, Taiwanese terms as mainland ones (雷射 → 激光).

    A word cut out of a traditional text may have no character that shows it: `certain` says that it comes from one.
    """
    if text in _NOT_TAIWANESE or not (certain or is_traditional(text)):
        return text
    return str(_converter("tw2sp" if terms_too else "t2s").convert(text))


# ---- Units ----------------------------------------------------------------------------------------------------------


def _each(words: str) -> list[str]:
    return words.split()


def _pairs(words: str) -> dict[str, str]:
    """Spellings, each before the one that is kept."""
    both = words.split()
    return dict(zip(both[::2], both[1::2], strict=True))


_PREFIXES = {
    "g": "k m μ u n p",
    "m": "k c d m μ u n p f",
    "s": "m μ u n p f",
    "A": "k m μ u n p",
    "V": "k m μ u M",
    "W": "k m μ u M G T n",
    "Hz": "k M G T m",
    "Pa": "k M G h m μ",
    "J": "k m M G μ",
    "N": "k m M μ n",
    "L": "m μ u d c n",
    "l": "m μ u d c",
    "mol": "m k μ n",
    "F": "m μ u n p",
    "H": "m μ n",
    "T": "m μ n",
    "Ω": "k m M G μ",
    "S": "m μ",
    "eV": "k M G m",
    "bar": "m k",
    "B": "k K M G T P",
    "b": "k M G T",
    "bit": "k M G",
    "bps": "k M G T",
    "Wh": "k M G T m",
    "Ah": "m k",
    "VA": "k M",
    "K": "m",
    "C": "m μ n",
    "P": "c",
    "t": "k M G",
    "cal": "k",
    "Bq": "k M G T",
    "Gy": "m μ",
    "Sv": "m μ",
    "rad": "m μ",
    "FLOPS": "G T P E M",
    "OPS": "G T P",
    **dict.fromkeys(
        _each(
            "h min d r rpm cc psi atm Torr mmHg dB dBm dBi dBc dpi nit ppm ppb ppt kgf lbf ft lb oz Å wt% vol% mol% at% lm lx cd sr"
        ),
        "",
    ),
}
_SAME = {
    **{f"u{base}": f"μ{base}" for base, prefixes in _PREFIXES.items() if "u" in prefixes.split()},
    **{f"K{base}": f"k{base}" for base in ("Hz", "V", "W", "g", "Pa", "J", "N", "m", "A", "B")},
    **_pairs(
        "l L ml mL ul μL μl μL uL μL cl cL dl dL HZ Hz MHZ MHz GHZ GHz KHZ kHz kHZ kHz Mpa MPa mpa MPa Kpa kPa Gpa GPa"
    ),
    **_pairs(
        "KG kg Kg kg ohm Ω kohm kΩ ℃ °C oC °C ºC °C ℉ °F cc cm³ hr h hrs h d day day day ㎜ mm ㎝ cm ㎞ km ㎏ kg ㎎ mg"
    ),
    **_pairs("㎛ μm ㎚ nm ㏄ cm³ ㎡ m² ㎥ m³ ㎐ Hz ㎑ kHz ㎒ MHz ㎓ GHz ㎪ kPa ㎫ MPa ㎖ mL ㎾ kW"),
}
_LONG = {"metre": "m", "meter": "m", "gram": "g", "watt": "W", "volt": "V", "pascal": "Pa", "hertz": "Hz"}
_LONG_PREFIX = {"": "", "kilo": "k", "centi": "c", "milli": "m", "micro": "μ", "nano": "n", "mega": "M", "giga": "G"}
_WORDS = {f"{long}{word}": f"{short}{unit}" for word, unit in _LONG.items() for long, short in _LONG_PREFIX.items()}
_WORDS |= _pairs("percent % liter L litre L tonne t ton t degree ° minute min second s hour h day day week week")
_WORDS |= _pairs("month month year year times 倍") | {"per cent": "%"}
_WORDS |= {f"{degree} {scale}": "°C" for degree in ("degree", "degrees") for scale in ("celsius", "c")}
_WORDS |= {f"{word}s": unit for word, unit in _WORDS.items() if not word.endswith(("s", "z", " c", "cent"))}

_MEASURES_ZH = {
    **{
        f"{zh}米": f"{short}m"
        for zh, short in zip(("", "千", "厘", "毫", "微", "纳", "皮"), ("", *"kcmμnp"), strict=True)
    },
    **{f"{zh}克": f"{short}g" for zh, short in (("", ""), ("千", "k"), ("毫", "m"), ("微", "μ"), ("纳", "n"))},
    **{f"{zh}{n}": f"{s}Pa" for zh, s in (("", ""), ("兆", "M"), ("千", "k"), ("吉", "G")) for n in ("帕斯卡", "帕")},
    **{f"{zh}{n}": f"{s}W" for zh, s in (("", ""), ("兆", "M"), ("千", "k"), ("毫", "m")) for n in ("瓦特", "瓦")},
    **{f"{zh}{n}": f"{s}V" for zh, s in (("", ""), ("千", "k"), ("毫", "m"), ("兆", "M")) for n in ("伏特", "伏")},
    **{f"{zh}{n}": f"{s}A" for zh, s in (("", ""), ("千", "k"), ("毫", "m"), ("微", "μ")) for n in ("安培", "安")},
    **{
        f"{zh}{n}": f"{s}Hz"
        for zh, s in (("", ""), ("兆", "M"), ("千", "k"), ("吉", "G"), ("太", "T"))
        for n in ("赫兹", "赫")
    },
    **{f"{zh}{n}": f"{s}J" for zh, s in (("", ""), ("千", "k"), ("兆", "M")) for n in ("焦耳", "焦")},
    **{f"{zh}牛{n}": f"{s}N" for zh, s in (("", ""), ("千", "k")) for n in ("顿", "")},
    **{f"{zh}升": f"{s}L" for zh, s in (("", ""), ("毫", "m"), ("微", "μ"))},
    **{f"{zh}秒": f"{s}s" for zh, s in (("", ""), ("毫", "m"), ("微", "μ"), ("纳", "n"), ("皮", "p"), ("飞", "f"))},
    **_pairs(
        "公里 km 公斤 kg 吨 t 小时 h 个小时 h 分钟 min 摄氏度 °C 开尔文 K 千瓦时 kW·h 毫安时 mA·h 安时 A·h 电子伏 eV 千电子伏 keV"
    ),
    **_pairs(
        "兆电子伏 MeV 分贝 dB 特斯拉 T 摩尔 mol 欧姆 Ω 比特 bit 流明 lm 埃 Å 度 ° 分 min 兆字节 MB 吉字节 GB 字节 B 转 r 巴 bar"
    ),
    **_pairs(
        "个 个 年 year 个月 month 月 月 周 week 天 day 日 day 倍 倍 像素 像素 个百分点 个百分点 海里 海里 英寸 英寸 英尺 ft"
    ),
    **_pairs("美元 美元 大气压 atm 克拉 克拉"),
}
_MEASURES_ZH |= {
    f"{zh}{length}": f"{_MEASURES_ZH[length]}{power}"
    for zh, power in (("平方", "²"), ("立方", "³"))
    for length in ("米", "厘米", "毫米", "微米", "千米", "公里")
}
_COUNTED_ZH = "台套种项件层级位轴次人颗株头只根条片枚批核代元点路束维轮门架艘辆人年通道自由度"
_MEASURES_ZH |= {one: one for one in ("通道", "自由度", *_COUNTED_ZH[:-6])}
# What follows decides: 三倍 is a quantity, 三倍体 is a plant.
_NOT_BEFORE = {
    "米": "粒波制",
    "年": "代轮生龄份",
    "倍": "体频率增数",
    "度": "量数",
    "级": "联配数",
    "层": "压状析叠积",
    "次": "级生要品数氯谐",
    "位": "置移于错相点姿",
    "片": "状段层材",
    "条": "件纹形",
    "根": "据",
    "点": "云阵位火焊状",
    "元": "素件器数",
    "束": "流缚",
    "天": "线然文体",
    "日": "本",
    "月": "球",
    "人": "工员体机类源脸造",
    "种": "子植类质群苗",
    "项": "目",
    "台": "阶",
    "套": "管筒",
    "轴": "承向流线系",
    "维": "度持护修",
    "分": "子布辨离散级解之",
    "升": "降级温压华",
    "克": "隆服",
    "安": "全装",
    "瓦": "斯",
    "路": "径由",
    "代": "码理谢",
    "轮": "廓胎毂",
    "核": "心酸苷子",
    "周": "期边",
    "吨": "位",
    "门": "级",
    "转": "子换化移速变动",
    "埃": "",
    "巴": "",
}
# After a numeral in Chinese characters only units that make no other word with it: 二次电池, 三元 and 一级 are words.
_CLEAR_ZH = [
    unit
    for unit in _MEASURES_ZH
    if (len(unit) > 1 and unit not in ("字节", "比特", "通道")) or unit in ("个", "年", "吨", "米", "倍", "秒")
]


def _guarded(units: Iterable[str]) -> str:
    longest_first = sorted(set(units), key=lambda unit: (-len(unit), unit))
    return "|".join(
        unit + (f"(?![{_NOT_BEFORE[unit[-1]]}])" if len(unit) == 1 and _NOT_BEFORE.get(unit) else "")
        for unit in longest_first
    )


def _latin() -> str:
    atoms = set(_PREFIXES) | {p + base for base, some in _PREFIXES.items() for p in some.split()}
    atoms |= {name for name in _SAME if name not in _WORDS and " " not in name and not name.isdigit()}
    atoms -= {"mpa", "HZ", "hrs", "pH"}
    atoms |= {"mpa", "HZ", "hrs", "rpm", "%", "‰", "°C", "° C", "°F", "°", "K"}
    return "|".join(re.escape(atom) for atom in sorted(atoms, key=lambda atom: (-len(atom), atom)))


_H = r"[ \xa0\t]{0,2}"
_POWER = r"(?:\^?\(?[-+]?[1-9]\)?(?![0-9.])|⁻?[¹²³⁴⁵⁶⁷⁸⁹]+)?"
_ATOM = f"(?:{_latin()}){_POWER}"
_ZH_UNIT = f"(?:{_guarded(_MEASURES_ZH)})"
_END = r"(?![A-Za-zα-ωΑ-Ω₀-₉])(?<![A-Za-z](?=-[A-Za-z]))"
_SEPARATED = rf"(?:{_H}[/·*]{_H}|\.(?=[A-Za-zΩμ])|[ \xa0](?=[A-Za-zΩμ]+(?:\^?-[1-3](?![0-9.])|⁻[¹²³])))"
_LATIN_UNIT = (
    rf"(?:{_ATOM}(?:{_SEPARATED}(?:\({_ATOM}(?:[·*/ .]{_ATOM})*\)|{_ATOM}|{_ZH_UNIT}))*{_END}"
    rf"|(?i:(?:{'|'.join(sorted(_WORDS, key=lambda w: (-len(w), w)))})(?:(?: per |/)(?:{'|'.join(sorted(_WORDS, key=lambda w: (-len(w), w)))}))?)(?![A-Za-z]))"
)
_CHINESE_UNIT = rf"{_ZH_UNIT}(?:·{_ZH_UNIT})?(?:(?:/|每)(?:{_ZH_UNIT}|{_ATOM}{_END}))?"
_UNIT = f"(?:{_LATIN_UNIT}|{_CHINESE_UNIT})"


@cache
def _unit_atoms() -> re.Pattern[str]:
    return re.compile(rf"([/·*.() \xa0每]*)({_latin()}|(?i:{'|'.join(_WORDS)})|{_ZH_UNIT})({_POWER})")


@lru_cache(maxsize=1024)
def unit_of(written: str) -> str:
    """A unit in one spelling: g/cm³, mA·h/g, °C, W/(m·K). Words of counting (个, 倍) stay."""
    bare = same_width(written).strip()
    if bare.lower() in _WORDS:
        return _WORDS[bare.lower()]
    bare = re.sub(r"\s+per\s+", "/", bare)
    bare = re.sub(r"\s*([/·*])\s*", r"\1", bare).replace("° C", "°C")
    over: list[str] = []
    under: list[str] = []
    below = False
    for mark, atom, power in _unit_atoms().findall(bare):
        below = below or "/" in mark or "每" in mark
        exponent = _exponent(power)
        name = _SAME.get(atom) or _MEASURES_ZH.get(atom) or _WORDS.get(atom.lower()) or atom
        if re.fullmatch("[kKm]?[AW]h", name):
            name = f"{name[:-1]}·h"
        if name == "rpm":
            name, exponent = "r", 1
            under.append("min")
        (under if below or exponent < 0 else over).append(name + _raised(abs(exponent)))
    if not over and not under:
        return bare
    below_line = under[0] if len(under) == 1 and "·" not in under[0] else f"({'·'.join(under)})"
    return "·".join(over or ["1"]) + (f"/{below_line}" if under else "")


def _exponent(power: str) -> int:
    plain = power.translate(str.maketrans("⁻⁺¹²³⁴⁵⁶⁷⁸⁹", "-+123456789")).strip("^()")
    return int(plain) if plain else 1


def _raised(exponent: int) -> str:
    return "" if exponent == 1 else str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


_SIZES = {"°C": "degC", "°F": "degF", "Ω": "ohm", "%": "percent", "‰": "permille", "r": "revolution", "h": "hour"}
_SIZES |= {
    "t": "tonne",
    "Å": "angstrom",
    "P": "poise",
    "cP": "centipoise",
    "bps": "bit/second",
    "b": "bit",
    "°": "degree",
}
_NOT_SIZED = frozenset(_each("pH FLOPS OPS dB dBm dBi dBc nit wt% vol% mol% at% $ US$ ¥ ￥ €"))


@cache
def _registry() -> Any:
    import pint  # a third of a second: only where two units differ

    return pint.UnitRegistry(non_int_type=Decimal)


@lru_cache(maxsize=1024)
def converted(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """The value in another unit, or None where the two measure different things."""
    if unit == wanted:
        return value
    sizes = [_sized(one) for one in (unit, wanted)]
    if sizes[0] is None or sizes[1] is None:
        return None
    import pint

    try:
        found = _registry().Quantity(value, sizes[0]).to(sizes[1]).magnitude
    except (pint.PintError, ValueError, TypeError, AssertionError, ArithmeticError):
        return None
    return Decimal(found).normalize()


def _sized(unit: str) -> str | None:
    parts = re.split(r"([/·()¹²³⁴⁵⁶⁷⁸⁹])", unit)
    atoms = [part for part in parts if part and part not in "/·()¹²³⁴⁵⁶⁷⁸⁹"]
    if not atoms or any(a in _NOT_SIZED or (_IS_HAN.search(a) and a not in _SIZES) for a in atoms):
        return None
    powers = dict(zip("¹²³⁴⁵⁶⁷⁸⁹", "123456789", strict=True))
    return "".join("*" if p == "·" else f"**{powers[p]}" if p in powers else _SIZES.get(p, p) for p in parts if p)


# ---- Numbers --------------------------------------------------------------------------------------------------------

_DIGITS = r"(?:[0-9]{1,3}(?:[,\xa0][0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TEN = rf"10(?:\^(?:\([-+]?[0-9]{{1,3}}\)|[-+]?[0-9]{{1,3}}(?![0-9]))|[⁻⁺]?[{_SUPER}]{{1,3}}(?![{_SUPER}]))"
_EXPONENT = rf"(?:{_H}[×x*]{_H}{_TEN}|[eE][-+]?[0-9]{{1,3}}(?![0-9A-Za-z]))?"
_SCALE = rf"(?:{_H}(?:[百千](?![克米瓦伏赫帕焦卡牛安]|分之)|[十百千]?[万亿](?!分之)))?"
_ARABIC = f"(?:{_TEN}|{_DIGITS}{_EXPONENT}){_SCALE}"
_SIGN = r"(?:(?<![0-9A-Za-z)%²³℃\]])[-+±][ ]?)?"
_TO = rf"{_H}(?:~|-{{1,2}}|至|到|(?<= )to(?= )){_H}"
_ONES = "〇零一二两三四五六七八九"
_DIGIT = "[一二两三四五六七八九]"
_NOT_AFTER = rf"(?<![第{_ONES}十百千万亿数几])"
_HAN_NUMERAL = (
    rf"(?:(?:{_DIGIT}[十百千万亿]|十)(?:[万亿]|零?(?:{_DIGIT}[十百千万亿]|十))*(?:零?{_DIGIT}(?![{_ONES}十百千万亿]))?(?:点[{_ONES}]+)?"
    rf"|[{_ONES}]+点[{_ONES}]+|[{_ONES}]{{4}}(?=年))"
)
_ONE_HAN = rf"(?<![任每下另同某这那上单唯统第{_ONES}十百千万亿数几])[{_ONES}十]"
_PART_HAN = rf"(?:[百千万]分之(?:{_HAN_NUMERAL}|[{_ONES}十]|{_DIGITS})|{_DIGIT}分之[{_ONES}])"
_HAN_QUANTITY = (
    rf"{_NOT_AFTER}(?:{_PART_HAN}|{_HAN_NUMERAL}(?:{_TO}{_HAN_NUMERAL})?{_H}{_CHINESE_UNIT})"
    rf"|{_ONE_HAN}(?:[至到][{_ONES}十])?(?:{_guarded(_CLEAR_ZH)})(?:/(?:{_ZH_UNIT}))?"
)
_GAP = rf"(?:{_H}|-(?=[A-Za-zμ]{{2}}))"
_QUANTITY = (
    rf"{_SIGN}(?:{_ARABIC}(?:{_H}{_UNIT})?{_TO}[-+]?{_ARABIC}|[0-9]+/[1-9][0-9]*|{_ARABIC}(?:{_H}±{_H}{_ARABIC})?){_GAP}{_UNIT}"
    rf"|(?:pH(?:值)?|US\$|[$¥€￥]){_H}{_ARABIC}(?:{_TO}{_ARABIC})?(?![0-9A-Za-z])"
)
_NUMBER = rf"{_SIGN}(?:[0-9]{{1,3}}/[1-9][0-9]{{0,2}}(?![0-9/])|{_ARABIC}(?:{_H}±{_H}{_ARABIC})?)"


@cache
def _parts() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>pH(?:值)?|US\$|[$¥€￥])?(?P<sign>[-+±])? ?{_H}"
        rf"(?:(?P<top>[0-9]+)/(?P<bottom>[1-9][0-9]*)"
        rf"|(?P<low>{_ARABIC}|{_HAN_NUMERAL}|[{_ONES}十])"
        rf"(?:{_H}±{_H}(?P<give>{_ARABIC})|(?:{_H}(?:{_UNIT}))?{_TO}(?P<high_sign>[-+])?(?P<high>{_ARABIC}|{_HAN_NUMERAL}|[{_ONES}十]))?)"
        rf"{_GAP}(?P<unit>{_UNIT})?"
    )


_PART_OF = re.compile(rf"(?P<of>[百千万{_ONES}])分之(?P<many>.+)")


@lru_cache(maxsize=4096)
def _reading(text: str) -> tuple[Decimal, Decimal, str] | None:
    """Low, high and unit of a token of kind quantity or number, in plain shapes; None compares it as it is written."""
    part = _PART_OF.fullmatch(text)
    if part is not None:
        many = _decimal(part["many"])
        if part["of"] in "百千":
            return many, many, "%" if part["of"] == "百" else "‰"
        value = many / _decimal({"万": "10000"}.get(part["of"], part["of"]))
        return value, value, ""
    match = _parts().fullmatch(text)
    if match is None:
        return None
    unit = unit_of(match["unit"]) if match["unit"] else ""
    if match["before"]:
        unit = "pH" if match["before"].startswith("pH") else match["before"]
    value = _decimal(match["top"]) / _decimal(match["bottom"]) if match["top"] else _decimal(match["low"])
    if match["sign"] == "-":
        value = value.copy_negate()
    if match["sign"] == "±":
        return value.copy_negate(), value, unit
    if match["give"]:
        give = _decimal(match["give"])
        return _EXACT.subtract(value, give), _EXACT.add(value, give), unit
    if match["high"]:
        high = _decimal(match["high"])
        return value, high.copy_negate() if match["high_sign"] == "-" else high, unit
    return value, value, unit


_HAN_VALUES = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


# Thirty digits are as good as three: what differs in the last of them is not the same.
_EXACT = Context(prec=20_000)


def _decimal(written: str) -> Decimal:
    bare = re.sub(r"[ \xa0\t,]", "", written)
    if bare[0] in _HAN_VALUES or bare[0] in _HAN_SCALES:
        whole, _, fraction = bare.partition("点")
        digits = "".join(str(_HAN_VALUES[c]) for c in fraction)
        return _EXACT.add(_counted(whole), Decimal(f"0.{digits}")) if digits else _counted(whole)
    scale = 1
    while bare[-1] in _HAN_SCALES:
        scale *= _HAN_SCALES[bare[-1]]
        bare = bare[:-1]
    mantissa, _, power = _POWER_OF_TEN.sub(r"|\1\2\3", bare).partition("|")
    power = power.translate(str.maketrans("⁻⁺" + _SUPER, "-+0123456789"))
    number = _EXACT.scaleb(Decimal(mantissa or 1), int(power)) if power else Decimal(mantissa)
    return _EXACT.multiply(number, Decimal(scale))


_POWER_OF_TEN = re.compile(rf"(?:^|[×x*])10(?:\^\(?([-+]?\d+)\)?|([⁻⁺]?[{_SUPER}]+))$|(?<=\d)[eE]([-+]?\d+)$")


def _counted(numeral: str) -> Decimal:
    if all(c in _HAN_VALUES for c in numeral):
        return Decimal("".join(str(_HAN_VALUES[c]) for c in numeral))
    if numeral[-1] in _HAN_VALUES and numeral[-2] in "百千万亿":  # 三百五 is 350
        return _EXACT.add(_counted(numeral[:-1]), Decimal(_HAN_VALUES[numeral[-1]] * _HAN_SCALES[numeral[-2]] // 10))
    total = section = digit = 0
    for c in numeral:
        if c in _HAN_VALUES:
            digit = _HAN_VALUES[c]
        elif c in "万亿":
            total = (total + section + digit) * _HAN_SCALES[c]
            section = digit = 0
        else:
            section += (digit or 1) * _HAN_SCALES[c]
            digit = 0
    return Decimal(total + section + digit)


# ---- Words of comparison --------------------------------------------------------------------------------------------

_AT_LEAST = "≥ ≧ ⩾ ≽ >= => 大于或等于 大于或者等于 大于等于 高于或等于 等于或大于 不低于 不小于 不少于 不得低于 不得小于 不得少于 至少 最少"
_AT_MOST = "≤ ≦ ⩽ ≼ <= =< 小于或等于 小于或者等于 小于等于 低于或等于 等于或小于 不高于 不大于 不超过 不多于 不超出 不得高于 不得大于 不得超过 至多 最多"
_BEFORE: dict[str, Operator | None] = {
    **dict.fromkeys(_AT_LEAST.split(), "≥"),
    **dict.fromkeys(_each("> 大于 高于 多于 超过 超出"), ">"),
    **dict.fromkeys(_AT_MOST.split(), "≤"),
    **dict.fromkeys(["<", "小于", "低于", "少于"], "<"),
    **dict.fromkeys(["=", "等于"], "="),
    **dict.fromkeys(_each("≠ ≈ 不等于 优于 不劣于")),
}
_NEAR: dict[str, Operator | None] = {  # words of comparison only where a number follows
    **dict.fromkeys(("不足", "未满", "不满"), "<"),
    "超": ">",
    **dict.fromkeys(("约", "达到", "最高", "最低")),
}
_ENGLISH: dict[str, Operator | None] = {
    **dict.fromkeys(("greater than or equal to", "more than or equal to", "equal to or greater than"), "≥"),
    **dict.fromkeys(("equal to or more than", "not less than", "no less than", "not lower than", "not below"), "≥"),
    **dict.fromkeys(("not smaller than", "no smaller than", "at least"), "≥"),
    **dict.fromkeys(
        ("less than or equal to", "equal to or less than", "not more than", "no more than", "at most"), "≤"
    ),
    **dict.fromkeys(("not greater than", "no greater than", "not higher than", "not exceeding", "not above"), "≤"),
    **dict.fromkeys(("not over", "up to"), "≤"),
    **dict.fromkeys(("more than", "greater than", "higher than", "larger than", "in excess of"), ">"),
    **dict.fromkeys(("less than", "lower than", "smaller than", "fewer than"), "<"),
    "equal to": "=",
}
_ENGLISH_NEAR: dict[str, Operator | None] = {
    **dict.fromkeys(("exceeding", "exceeds", "exceed", "over", "above"), ">"),
    **dict.fromkeys(("below", "under"), "<"),
}
_SIGNS = "≥≧⩾≽>≤≦⩽≼<=≠≈"


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"[ \xa0]+") for w in sorted(words, key=lambda w: (-len(w), w)))


_NUMERAL_NEXT = rf"(?={_H}[0-9±+\-{_ONES}十百])"
_OPERATOR_ZH = rf"(?:{_any(w for w in _BEFORE if w[0] not in _SIGNS)})(?!滤)|(?:{_any(_NEAR)}){_NUMERAL_NEXT}"  # 超过滤 is a process
_OPERATOR = (
    rf"(?:{_any(w for w in _BEFORE if w[0] in _SIGNS)})|{_OPERATOR_ZH}"
    rf"|(?i:(?<![A-Za-z])(?:(?:{_any(_ENGLISH)})(?![A-Za-z])|(?:{_any(_ENGLISH_NEAR)}){_NUMERAL_NEXT}))"
)
_AFTER: dict[str, Operator | None] = {
    **dict.fromkeys(_each("以上 及以上 或以上 及其以上 或更高 或者更高"), "≥"),
    **dict.fromkeys(_each("以下 及以下 或以下 以内 之内 及其以下 或更低"), "≤"),
}
_ENGLISH_AFTER: dict[str, Operator | None] = {
    **{f"{link} {word}": "≥" for link in ("or", "and") for word in _each("more greater higher above over larger")},
    **{f"{link} {word}": "≤" for link in ("or", "and") for word in _each("less lower below under fewer smaller")},
}
_POSTFIX = re.compile(
    rf"(?:\((?:不?含|包括)(?:本数|本级|端点)?\))?(?:{_any(_AFTER)})(?!述|各|所|的?规定)(?:\((?:不?含|包括)(?:本数|本级|端点)?\))?"
    rf"|(?i:(?:{_any(_ENGLISH_AFTER)})(?![A-Za-z]))"
)


_SAID = _BEFORE | _NEAR | _ENGLISH | _ENGLISH_NEAR | _ENGLISH_AFTER | _AFTER


def operator_of(text: str) -> Operator | None:
    """What a token of kind operator says, as a sign; None for those that set no direction by themselves (优于)."""
    word = re.sub(r"\s+", " ", simplified(same_width(text), terms_too=False)).lower()
    sign = _SAID.get(re.sub(r"\([^)]*\)", "", word))
    if "(不含" in word:  # 以上 includes the number unless the text says otherwise
        return ">" if sign == "≥" else "<"
    return sign


# ---- Tokens ---------------------------------------------------------------------------------------------------------

# Terms of the trade that a dictionary of everyday Chinese would cut, and the linking phrases of lists.
_NEVER_CUT = _each(
    "压实密度 振实密度 比容量 比表面积 正极材料 负极材料 晶界扩散 相控阵 碳化硅 氮化镓 氮化铝 砷化镓 磷化铟 人源化 细胞株 细胞系 单晶炉 外延片 光刻胶 稀土元素 永磁体 钕铁硼 "
    "惯性导航 陀螺仪 加速度计 转镜 点云 位姿 轨控 姿控 控制软件 基因编辑 遗传资源 超过滤 包括但不限于 不限于 不包括 不含 以及 及其 和/或 除外 用于 专用于"
)
_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACE = "[ \t\xa0\x1f\xad\u200b-\u200d\u2060\ufeff]+"
_LABEL = re.compile(
    rf"(?:[0-9]{{1,3}}(?:\.(?![0-9])|、(?![0-9])|\))|\((?:[0-9]{{1,2}}|[{_ONES}十]{{1,3}}|[a-z]|[ivx]{{1,4}})\)|[a-z]\)"
    rf"|[{_ONES}十]{{1,3}}、(?![{_ONES}十])|[①-⑳㈠-㈩⑴-⒇])"
)
_LETTER = "[A-Za-zα-ωΑ-Ω]"
_CHAIN = "[A-Za-zα-ωΑ-Ω0-9₀-₉ₓₙ]"
_STANDARD = r"(?<![A-Za-z])(?:ISO|IEC|GB|GJB|ASTM|DIN|EN|JIS|IEEE|ANSI|SAE|MIL|YS|HB|SJ|YY)(?:/[A-Z]{1,4})?(?:-STD)?[ -]?[A-Z]?[0-9][0-9.:-]*[0-9](?![0-9A-Za-z])"
_MODEL = (
    rf"{_STANDARD}"
    rf"|[0-9]+(?:\.[0-9]+){{2,}}|[0-9]+(?:-[0-9]+){{2,}}"  # section numbers, days, registry numbers
    rf"|[0-9]+(?:,[0-9]{{1,2}})*-(?=[{HAN}A-Za-z(])(?:{_CHAIN}+(?:-{_CHAIN}+)*)?"  # 1,3-丁二烯, 5-axis
    rf"|(?:[0-9]+(?:\.[0-9]+)?)?{_LETTER}{_CHAIN}*"
    rf"(?:(?:[-/·](?={_CHAIN})|(?<=[A-Za-z0-9])\.(?=[0-9])|['’](?=[a-z])){_CHAIN}+|\([A-Z]{_CHAIN}*(?:[,.+-]{_CHAIN}+)*\){_CHAIN}+)*"
    rf"(?:\+{{1,2}}(?![A-Za-z0-9])|[⁺⁻{_SUPER}]+)?"
)
_ELEMENTS = _each(
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br "
    "Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho "
    "Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu"
)
# Two elements or more, one of them with a small letter: SiC and GaN, but no CPU, CNC or PVC.
_COMPOUND = re.compile(rf"(?=.*[a-z])(?:{'|'.join(sorted(_ELEMENTS, key=len, reverse=True))}){{2,}}")


def _numeral_starts() -> str:
    words = [*_BEFORE, *_NEAR, *_ONES, *"十百千万"]
    return "".join(sorted({word[0] for word in words if _IS_HAN.match(word[0])}))


def _han_but(excluded: str) -> str:
    """A character class of Han characters without some of them."""
    inside = sorted(map(ord, excluded))
    ranges, first = [], 0x4E00
    for code in inside:
        if 0x4E00 <= code <= 0x9FFF:
            if code > first:
                ranges.append(f"{chr(first)}-{chr(code - 1)}")
            first = code + 1
    return "[" + "".join(ranges) + f"{chr(first)}-\u9fff\u3005\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff]"


@cache
def _scanner() -> re.Pattern[str]:
    starts = _numeral_starts()
    own = rf"{_OPERATOR_ZH}|{_HAN_QUANTITY}|{_NOT_AFTER}{_HAN_NUMERAL}"
    run = rf"(?:{_han_but(starts)}+|(?!{own})[{starts}])+"
    return re.compile(
        rf"(?P<space>{_SPACE})|(?P<han>{run})|(?P<operator>{_OPERATOR})|(?P<quantity>{_QUANTITY}|{_HAN_QUANTITY})"
        rf"|(?P<formula>{_MODEL})|(?P<number>{_NUMBER}|{_NOT_AFTER}{_HAN_NUMERAL})"
        rf"|(?P<word>[^\W\d_{HAN}][^\W{HAN}]*)|(?P<mark>…+|-{{2,}}|.)",
        re.DOTALL,
    )


@cache
def _machine(terms: frozenset[str]) -> ahocorasick_rs.AhoCorasick:
    words = sorted({same_width(word) for word in terms if len(word) > 1} | set(_NEVER_CUT))
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


@cache
def _cutter() -> Any:
    import rjieba  # a tenth of a second, for its dictionary

    return rjieba.cut


def tokens(text: str, terms: Iterable[str] = ()) -> tuple[Token, ...]:
    """The tokens of a text, which joined are the text; `terms` are terms of art that are never cut."""
    return _tokens(text, terms if isinstance(terms, frozenset) else frozenset(terms))


@lru_cache(maxsize=4096)
def _tokens(text: str, terms: frozenset[str]) -> tuple[Token, ...]:
    plain = same_width(text)
    script = simplified(plain, terms_too=False)
    if len(script) != len(plain):  # places would no longer agree
        script = "".join(s if len(s := simplified(c, terms_too=False)) == 1 else c for c in plain)
    found: list[Token] = []
    start = 0
    for line_break in _BREAK.finditer(plain):
        found += _line(text, script, start, line_break.start(), terms)
        found.append(Token(line_break.group(), line_break.start(), line_break.end(), "space"))
        start = line_break.end()
    found += _line(text, script, start, len(plain), terms)
    return tuple(found)


def _line(text: str, script: str, start: int, end: int, terms: frozenset[str]) -> Iterator[Token]:
    """The tokens of one line; `script` is the whole text in plain shapes and simplified characters."""
    atoms = list(_atoms(script[start:end]))
    edges = {0, end - start}
    firm: list[tuple[int, int]] = []
    for first, last, kind in atoms:
        if kind == "han":
            edges.update(range(first, last + 1))
        else:
            edges.update((first, last))
        if kind in ("quantity", "operator", "label"):
            firm.append((first, last))
    whole: list[tuple[int, int]] = []
    for _, first, last in _machine(terms).find_matches_as_indexes(script[start:end]):
        if first in edges and last in edges and not any(a < last and first < b for a, b in firm):
            whole.append((first, last))
    place = 0
    waiting = iter([*whole, (end - start + 1, end - start + 1)])
    term = next(waiting)
    for first, last, kind in atoms:
        first = max(first, place)
        while first < last:
            if term[0] < last and term[0] >= first:
                yield from _cut(text, script, start + first, start + term[0], kind)
                inside = _IS_HAN.search(script, start + term[0], start + term[1])
                yield Token(
                    text[start + term[0] : start + term[1]],
                    start + term[0],
                    start + term[1],
                    "han" if inside else "word",
                )
                first = place = term[1]
                term = next(waiting)
            else:
                yield from _cut(text, script, start + first, start + last, kind)
                first = last


def _cut(text: str, script: str, start: int, end: int, kind: Kind) -> Iterator[Token]:
    if start == end:
        return
    if kind != "han":
        yield Token(text[start:end], start, end, kind)
        return
    # Without the model for unknown words: it guesses from the neighbours, so that words which stay the same would be
    # cut differently where something beside them changes.
    for word in _cutter()(script[start:end], False):
        yield Token(text[start : start + len(word)], start, start + len(word), "han")
        start += len(word)


def _atoms(line: str) -> Iterator[tuple[int, int, Kind]]:
    scanner = _scanner()
    place, length = 0, len(line)
    beginning = True  # only spaces and labels so far
    stated = False  # a quantity stands right before
    while place < length:
        match = _LABEL.match(line, place) if beginning else _POSTFIX.match(line, place) if stated else None
        if match is not None:
            kind: Kind = "label" if beginning else "operator"
        else:
            match = scanner.match(line, place)
            if match is None or match.lastgroup is None:
                raise AssertionError("every character is some token")
            kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
            if kind == "formula" and not _is_formula(match.group()):
                kind = "word"
        yield place, match.end(), kind
        beginning = beginning and kind in ("space", "label")
        stated = kind in ("quantity", "number") or (stated and kind == "space")
        place = match.end()


def _is_formula(word: str) -> bool:
    return any(c.isdigit() for c in word) or _COMPOUND.fullmatch(word) is not None


# ---- Quantities -----------------------------------------------------------------------------------------------------

_NAME_ENDS = frozenset(
    _each(
        "的 其 且 和 或 及 与 并 在 对 当 从 由 以 将 使 被 于 用于 具有 采用 满足 符合 同时 其中 并且 以及 及其 下 时 后 前 中 所述 该 下列 以下 以上 包括 含有 "
        "不包括 除外 之 每"
    )
)
_NAME_ENDS_EN = frozenset(
    _each(
        "a an the with having has have and or of in for by at on to that which whose where when from "
        "than as under not but its between using if is are be been being"
    )
)
_LINKS = frozenset(_each("为 是 达 达到 可达 应 须 需 值 均 在 范围 至 约 的 应当 控制 保持"))
_LINKS_EN = frozenset(_each("of is are be being was were at value values to that a an range reaching from"))
_NAMING = ("han", "word", "formula")
_REVERSED: dict[Operator | None, Operator] = {"≥": "≤", ">": "<", "≤": "≥", "<": ">", "=": "="}
_NO_COUNT = re.compile("[条项款号章节页第]")


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """What a text states in numbers, in order; an ordinal (第3) or a label is not stated."""
    return tuple(_stated(tokens(text)))


def _stated(all_of: tuple[Token, ...]) -> Iterator[Quantity]:
    used = -1  # the last token that belongs to a quantity already
    for place, token in enumerate(all_of):
        if token.kind not in ("quantity", "number"):
            continue
        first = last = place
        previous = _beside(all_of, place, -1)
        following = _beside(all_of, place, 1)
        reading = _reading(same_width(simplified(token.text, terms_too=False)))
        ordinal = place > 0 and all_of[place - 1].text.endswith("第")
        if ordinal or (token.kind == "number" and following == place + 1 and _NO_COUNT.match(all_of[following].text)):
            continue
        if reading is None:
            continue
        operator: Operator | None = None
        name: str | None = None
        if previous is not None and previous > used and all_of[previous].kind == "operator":
            first, operator = previous, operator_of(all_of[previous].text)
        elif following is not None and all_of[following].kind == "operator":
            text = all_of[following].text
            after = _beside(all_of, following, 1)
            if _POSTFIX.fullmatch(same_width(text)):
                last, operator = following, operator_of(text)
            elif (
                after is not None and all_of[after].kind in _NAMING and operator_of(text) in _REVERSED
            ):  # 0.5 μm≤粒径≤2 μm: the sign stands between the number and the name
                last, operator = following, _REVERSED[operator_of(text)]
                name = _name_after(all_of, after)
        low, high, unit = reading
        yield Quantity(
            "".join(t.text for t in all_of[first : last + 1]),
            _name_before(all_of, first, used) if name is None else name,
            operator,
            None if operator in ("≤", "<") else low,
            None if operator in ("≥", ">") else high,
            unit,
            (all_of[first].start, all_of[last].end),
        )
        used = last


def _beside(all_of: tuple[Token, ...], place: int, step: int) -> int | None:
    """The nearest token that is no space, on the same line."""
    place += step
    while 0 <= place < len(all_of):
        if all_of[place].kind != "space":
            return place
        if _BREAK.match(all_of[place].text):
            return None
        place += step
    return None


def _name_before(all_of: tuple[Token, ...], first: int, used: int) -> str:
    taken: list[Token] = []
    for token in reversed(all_of[used + 1 : first]):
        word = simplified(token.text, terms_too=False).lower()
        linking = word in _LINKS or word in _LINKS_EN
        if _BREAK.match(token.text):
            break
        if token.kind == "space":
            if taken and taken[-1].kind == "han":
                break
        elif not taken and (linking or token.kind == "operator" or token.text in ":："):
            continue
        elif token.kind not in _NAMING or word in _NAME_ENDS or word in _NAME_ENDS_EN:
            break
        if taken or token.kind != "space":
            taken.append(token)
    return "".join(token.text for token in reversed(taken)).strip()


def _name_after(all_of: tuple[Token, ...], first: int) -> str:
    taken: list[str] = []
    for token in all_of[first:]:
        if token.kind not in (*_NAMING, "space") or _BREAK.match(token.text):
            break
        taken.append(token.text)
    return "".join(taken).strip()

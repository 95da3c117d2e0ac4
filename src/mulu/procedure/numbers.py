"""The number of a technology contract: built and checked position by position (registration rules, article 11)."""

from __future__ import annotations

import re

from mulu.errors import Misused
from mulu.vocabulary import Bilingual, Said

# Letter codes of provinces, autonomous regions and municipalities (GB/T 2260).
REGIONS = frozenset(
    [
        "BJ",
        "TJ",
        "HE",
        "SX",
        "NM",
        "LN",
        "JL",
        "HL",
        "SH",
        "JS",
        "ZJ",
        "AH",
        "FJ",
        "JX",
        "SD",
        "HA",
        "HB",
        "HN",
        "GD",
        "GX",
        "HI",
        "CQ",
        "SC",
        "GZ",
        "YN",
        "XZ",
        "SN",
        "GS",
        "QH",
        "NX",
        "XJ",
    ]
)
LONGEST = 17
FIXED = 9
_FORM = re.compile(r"(\d{2})([A-Z]{2})([A-Z]{2})([A-Z])(\d{2})([0-9A-Z]*)")


class NumberRefused(Misused):
    """The parts do not make a contract number."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Said("contract_number_refused", f"{zh}。", f"{en}."))


def contract_number(year: int, country: str, region: str, industry: str, own: str) -> str:
    """The number of an export contract: year, the other side's country, the Chinese side's region, E, industry, own part.

    `country` is the two-letter code of GB/T 2659, `region` that of GB/T 2260, `industry` the two digits of GB/T 4754; `own` is
    the enterprise's, one to eight capitals or digits. Raises NumberRefused where a part cannot stand in its place.
    """
    made = f"{year % 100:02d}{country}{region}E{industry}{own}"
    if not 2000 <= year <= 2099:
        raise NumberRefused(f"年份 {year} 不在 2000–2099 之间", f"the year {year} is not between 2000 and 2099")
    parts = (
        (country, r"[A-Z]{2}", "国别", "country"),
        (region, r"[A-Z]{2}", "地区", "region"),
        (industry, r"\d{2}", "行业", "industry"),
        (own, r"[0-9A-Z]{1,8}", "自编部分", "own part"),
    )
    for value, form, zh, en in parts:
        if not re.fullmatch(form, value):
            raise NumberRefused(f"{zh} {value!r} 的形式不对（{form}）", f"the {en} {value!r} is not of the form {form}")
    return made


def check_contract_number(number: str) -> list[Bilingual]:
    """What is doubtful about a number; nothing is refused, for the scheme is known from memory and one sample only."""
    found = _FORM.fullmatch(number)
    if found is None:
        return [
            Bilingual(
                "前九位应为：年份两位、国别两位、地区两位、E、行业两位",
                "the first nine places should be: year (2), country (2), region (2), E, industry (2)",
            )
        ]
    _, country, region, direction, _, own = found.groups()
    doubts = []
    if direction != "E":
        doubts.append(Bilingual(f"第七位为 {direction}，出口应为 E", f"place 7 is {direction}; an export has E"))
    if region not in REGIONS:
        doubts.append(Bilingual(f"{region} 不是省级地区代码", f"{region} is no code of a province"))
    if country == "CN":
        doubts.append(Bilingual("国别应为对方国别，不是 CN", "the country is that of the other side, not CN"))
    if not 1 <= len(own) <= LONGEST - FIXED:
        doubts.append(
            Bilingual(f"自编部分为 {len(own)} 位，应为 1–8 位", f"the own part has {len(own)} places, not 1 to 8")
        )
    return doubts

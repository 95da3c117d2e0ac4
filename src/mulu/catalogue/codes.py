"""Official codes: `PP DD NN L`.

PP looks like the year of first listing from 2023 (an inference), DD is the industry division, NN runs per
division and list across prefixes (an inference that fits every code seen), L is J (禁止) or X (限制).
Up to the draft of 2022 the division is that of GB/T 4754-2002, from 2023 that of GB/T 4754-2017.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mulu.catalogue.records import Division
from mulu.vocabulary import Bilingual, Control

_CODE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([JX])")

# The change of standard is read off the codes: 213301J (draft of 2022) uses the old division of
# non-ferrous metals, 083201X (2023) the new one.
_OLD_STANDARD_EDITIONS = frozenset({"2008-12", "2020-38", "draft-2022-12-30"})

_PREFIXES = {
    "05": Bilingual("2008 年目录原有条目", "in the stock of the 2008 edition"),
    "18": Bilingual("2020 年新增条目（2018 年 7 月公开征求意见）", "added in 2020 (draft for comment of July 2018)"),
    "21": Bilingual("2022 年征求意见稿中的新增或修改条目", "added or modified in the draft of 2022"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """A code taken apart."""

    text: str
    prefix: str
    division: str
    number: int
    control: Control

    @classmethod
    def parse(cls, text: str) -> Code | None:
        """The code in `text`, or None where it is not of the form of a code."""
        match = _CODE.fullmatch(text.strip().upper())
        if match is None:
            return None
        prefix, division, number, letter = match.groups()
        control = Control.PROHIBITED if letter == "J" else Control.RESTRICTED
        return cls(match.group(), prefix, division, int(number), control)

    def standard(self, edition: str) -> str:
        return "GB/T 4754-2002" if edition in _OLD_STANDARD_EDITIONS else "GB/T 4754-2017"

    def decoded(self, edition: str, divisions: Mapping[tuple[str, str], Division]) -> dict[str, object]:
        """What each part of the code says under the scheme of the edition that printed it."""
        standard = self.standard(edition)
        division = divisions.get((standard, self.division))
        if standard == "GB/T 4754-2002":
            prefix = _PREFIXES.get(self.prefix)
        else:
            year = 2000 + int(self.prefix)
            prefix = Bilingual(f"首次列入年份似为 {year} 年（推断）", f"first listed in {year}, it seems (inference)")
        return {
            "prefix": self.prefix,
            "prefix_means": None if prefix is None else {"zh": prefix.zh, "en": prefix.en},
            "division": self.division,
            "standard": standard,
            "division_name": None if division is None else {"zh": division.name.zh, "en": division.name.en},
            "number": self.number,
            "control": self.control.value,
        }

"""What the command line calls what texts name: a parameter by its option, or in capitals where it has a place of its own."""

from __future__ import annotations

from collections.abc import Mapping

from mulu.desk import ACTS
from mulu.vocabulary import Bilingual

_OF_NO_ACT = ("as_known", "output", "store")
_ASKED = [one for act in ACTS if "cli" in act.doors for one in act.arguments]
_OPTIONS = {*_OF_NO_ACT, *(one.name for one in _ASKED if not one.positional)}
_SHOWN = {one.name: one.name.upper() for one in _ASKED} | {name: "--" + name.replace("_", "-") for name in _OPTIONS}
NAMES: Mapping[str, Bilingual] = {name: Bilingual(shown, shown) for name, shown in _SHOWN.items()}

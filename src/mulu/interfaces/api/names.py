"""What the API calls what texts name: an act by the address that does it. Parameters have the same names here."""

from __future__ import annotations

from collections.abc import Mapping

from mulu.interfaces.api.table import ROUTES
from mulu.vocabulary import Bilingual

# Of several addresses of an act the first that does something, for a text that names an act tells what to do.
_DOES: dict[str, str] = {}
for _route in sorted(ROUTES, key=lambda one: one.method != "POST"):
    _DOES.setdefault(f"mulu {_route.act}", f"`{_route.method} /api/v1{_route.path}`")
NAMES: Mapping[str, Bilingual] = {act: Bilingual(address, address) for act, address in _DOES.items()}

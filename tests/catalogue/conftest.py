from __future__ import annotations

import pytest

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import Pack


@pytest.fixture(scope="session")
def pack(catalogue: Catalogue) -> Pack:
    """The shipped data pack as read, of which the shared catalogue is made."""
    return catalogue.pack

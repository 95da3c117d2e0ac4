from __future__ import annotations

import pytest

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import Pack


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped data pack, consolidated."""
    return Catalogue.load()


@pytest.fixture(scope="session")
def pack(catalogue: Catalogue) -> Pack:
    return catalogue.pack

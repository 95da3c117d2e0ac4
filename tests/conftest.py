"""What many tests share: one catalogue and one engine for the whole session, for they change nothing."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from mulu.catalogue.editions import Catalogue
from mulu.desk import Desk
from mulu.screening.engine import Screener

# No test is timed: machines are noisy.
settings.register_profile("mulu", deadline=None)
settings.load_profile("mulu")
os.environ["MULU_CACHE"] = tempfile.mkdtemp(prefix="mulu-cache-")
os.environ["MULU_STORE"] = str(
    Path(tempfile.gettempdir()) / f"mulu-tests-{os.getpid()}" / "none.db"
)  # never the user's own
EXAMPLES = Path(__file__).parents[1] / "examples" / "descriptions.jsonl"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def screener(catalogue: Catalogue) -> Screener:
    return Screener(catalogue)


@pytest.fixture(scope="session")
def desk(catalogue: Catalogue, screener: Screener) -> Desk:
    made = Desk(catalogue)
    made.__dict__["_engine"] = screener  # the cached engine, so that it is built once
    return made


@pytest.fixture(scope="session")
def examples() -> list[dict[str, str]]:
    """The descriptions that ship with the repository."""
    return [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]

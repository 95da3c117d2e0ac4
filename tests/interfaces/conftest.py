"""What the tests of the doors share."""

import pytest

from mulu.interfaces.cli import main as module
from mulu.interfaces.cli.main import main


@pytest.fixture
def ask(capsys, monkeypatch, desk):
    """Run a command over the shared desk, as wide as need be; gives exit code, output and messages."""
    monkeypatch.setattr(module, "Desk", lambda: desk)
    monkeypatch.setenv("COLUMNS", "400")

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run

"""The agents' door."""

from __future__ import annotations


def run_stdio(store: str | None) -> None:
    """Serve one agent over standard input and output."""
    raise NotImplementedError(store)

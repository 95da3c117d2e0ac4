"""What every error of Mulu has in common."""

from __future__ import annotations

from mulu.vocabulary import Language, Said


class MuluError(Exception):
    """Something that the user can understand and mend.

    `said` tells what happened, to what, and what to do next, in both languages; the facts stand as
    attributes of the subclass. Each layer raises its own subclass beside its code.
    """

    def __init__(self, said: Said) -> None:
        super().__init__(said.en)
        self.said = said

    def in_(self, language: Language) -> str:
        return self.said.in_(language)


class Misused(MuluError):
    """The question itself cannot be asked: a malformed day, an unknown option or value."""

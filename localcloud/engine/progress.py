"""How long-running steps say how far they are."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Shows one line: what is being done and, where it is known, how much of it."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show *what*; *total* is 0 while nobody knows."""
        ...


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Show nothing."""

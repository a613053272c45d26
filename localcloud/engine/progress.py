"""Progress of long-running steps."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Shows the current step and, if known, how much of it is done."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show *what*; *total* is 0 while it is unknown."""
        ...


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Show nothing."""

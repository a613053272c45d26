"""A dead letter, and what the places that keep dead letters have in common."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - a dataclass has it
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Letter:
    """A dead letter."""

    id: str
    sent: dt.datetime
    reason: str
    body: str
    receipt: str = ""
    target: str = ""
    """ARN of the target that EventBridge or Scheduler could not reach; empty for others."""


class DeadLetters(Protocol):
    """The dead letters of one consumer."""

    @property
    def name(self) -> str:
        """Name of the consumer."""
        ...

    @property
    def destination(self) -> str:
        """Where `send_back` sends them."""
        ...

    def count(self) -> int:
        """Return their number, which is approximate in an account."""
        ...

    def letters(self, limit: int) -> Sequence[Letter]:
        """Return up to *limit* of them, the oldest first."""
        ...

    def send_back(self) -> int:
        """Send them to where they came from; return their number. Raises CommandError."""
        ...

    def discard(self, letters: Sequence[Letter]) -> None:
        """Delete *letters*."""
        ...

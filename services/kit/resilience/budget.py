"""A retry budget: retries are at most a share of calls, however many of these fail."""

from __future__ import annotations

RETRY = 100
"""Price of a retry, in percent of a call."""


class RetryBudget:
    """A token bucket that each call fills by a percentage, and each retry empties by one."""

    def __init__(self, *, percent: int = 10, reserve: int = 1, most: int = 10) -> None:
        """Allow retries of *percent* of calls, *reserve* at the start, *most* at once."""
        self._percent = percent
        self._most = most * RETRY
        self._balance = reserve * RETRY

    def deposit(self) -> None:
        """Count a call."""
        self._balance = min(self._most, self._balance + self._percent)

    def withdraw(self) -> bool:
        """Take a retry from the budget; return False if there is none."""
        if self._balance < RETRY:
            return False
        self._balance -= RETRY
        return True

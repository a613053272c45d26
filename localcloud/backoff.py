"""Exponential backoff between retries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def backoff(first_seconds: float, max_seconds: float) -> Iterator[float]:
    """Yield the seconds to wait before each retry: doubled each time, up to *max_seconds*."""
    delay = first_seconds
    while True:
        yield min(delay, max_seconds)
        delay = min(delay * 2, max_seconds)

"""Clocks that differ: what the times of a trace's spans show of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MILLION = 1_000_000
TOLERATED = MILLION
"""Nanoseconds that rounding and a scheduler may account for."""


def skews(spans: Sequence[Any], now: float) -> dict[str, float]:
    """Return milliseconds by which a clock differs, by the ID of the span that shows it.

    A span cannot begin before its parent, nor after *now*, seconds since the epoch: the clock of
    its process is behind (negative) or ahead.
    """
    by_id = {one.span_id: one for one in spans}
    found: dict[str, float] = {}
    for one in spans:
        parent = by_id.get(one.parent_id)
        behind = 0 if parent is None else parent.start - one.start
        ahead = one.start - int(now * 1000) * MILLION
        if behind > TOLERATED:
            found[one.span_id] = -round(behind / MILLION, 3)
        elif ahead > TOLERATED:
            found[one.span_id] = round(ahead / MILLION, 3)
    return found


def sentence(milliseconds: float) -> str:
    """Return what the page says of a span whose clock differs; '' if it does not."""
    if not milliseconds:
        return ""
    what = "it begins before its parent" if milliseconds < 0 else "it begins in the future"
    return f"clock differs by {abs(milliseconds):g} ms: {what}"

"""Counts the calls and bytes that each request causes, by callee: who talks too much is seen.

At the end of a request, each callee gives a line with the metrics Calls, CallBytes,
CallMilliseconds and RequestMilliseconds (dimensions: service, callee), and a warning if there were
more calls than `max_calls_per_request` of service.yaml.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import correlation, metrics, settings

if TYPE_CHECKING:
    from collections.abc import Generator

logger = logging.getLogger("kit.calls")

TOO_MANY = "more calls than max_calls_per_request"


@dataclass
class Total:
    """Calls of one callee during one request."""

    calls: int = 0
    retries: int = 0
    bytes: int = 0
    """Of the bodies, sent and received."""
    seconds: float = 0.0


Usage = dict[str, Total]
"""Calls by callee."""

current: ContextVar[Usage | None] = ContextVar("usage", default=None)
"""Calls of the current request."""


def count(callee: str, *, attempts: int, size: int, seconds: float) -> None:
    """Add a call to the current request; one that sent nothing does not count."""
    found = current.get()
    if found is None or not attempts:
        return
    total = found.setdefault(callee, Total())
    total.calls += 1
    total.retries += attempts - 1
    total.bytes += size
    total.seconds += seconds


@contextlib.contextmanager
def counted() -> Generator[Usage]:
    """Count the calls in the block, the work of one request or message, and report them."""
    found: Usage = {}
    reset = current.set(found)
    started = time.perf_counter()
    try:
        yield found
    finally:
        current.reset(reset)
        for callee, total in found.items():
            _report(callee, total, time.perf_counter() - started)


def fields(usage: Usage) -> dict[str, dict[str, dict[str, float]]]:
    """Return *usage* as a field of a log line; none without calls."""
    calls = {
        callee: {
            "calls": total.calls,
            "retries": total.retries,
            "bytes": total.bytes,
            "milliseconds": round(total.seconds * 1000, 1),
        }
        for callee, total in usage.items()
    }
    return {"calls": calls} if calls else {}


def _report(callee: str, total: Total, seconds: float) -> None:
    metrics.emit(
        {
            "Calls": (total.calls, "Count"),
            "CallBytes": (total.bytes, "Bytes"),
            "CallMilliseconds": (round(total.seconds * 1000, 1), "Milliseconds"),
            "RequestMilliseconds": (round(seconds * 1000, 1), "Milliseconds"),
        },
        {"correlation_id": correlation.current.get(), "retries": total.retries},
        callee=callee,
    )
    variable = f"{settings.prefix(callee)}_MAX_CALLS_PER_REQUEST"
    if os.environ.get(variable) and total.calls > (most := settings.number(variable)):
        about = {"callee": callee, "calls": total.calls, "max_calls_per_request": most}
        logger.warning(TOO_MANY, extra=about)

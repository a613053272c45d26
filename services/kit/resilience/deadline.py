"""The deadline of a request, in the header `x-deadline-ms`: milliseconds that remain for it.

A duration is sent, not a point in time, because the clocks of two machines differ.
"""

from __future__ import annotations

import math
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

from kit.errors import DeadlinePassedError, InvalidDeadlineError

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "x-deadline-ms"
MAX_DIGITS = 9

current: ContextVar[float] = ContextVar("deadline", default=math.inf)
"""Deadline of the current request, on the clock of `time.monotonic`."""


def of_headers(headers: Mapping[str, str]) -> float:
    """Return the deadline of a request with these lower-case *headers*; infinity without one.

    Raises InvalidDeadlineError, and DeadlinePassedError if no time remains.
    """
    sent = headers.get(HEADER)
    if sent is None:
        return math.inf
    digits = sent.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise InvalidDeadlineError(
            f"the header {HEADER} is {sent[:40]!r}: write the remaining milliseconds, as 800"
        )
    if int(sent) <= 0:
        raise DeadlinePassedError("the deadline of the request has passed")
    return time.monotonic() + int(sent) / 1000


def remaining() -> float:
    """Return the seconds until the current deadline; infinity without one."""
    return current.get() - time.monotonic()


def milliseconds(seconds: float) -> str:
    """Return *seconds* as the value of the header."""
    return str(max(0, int(seconds * 1000)))

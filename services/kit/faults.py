"""Fault injection: delays, errors, lost answers, kills and duplicates at named points.

    charged = faults.run("charge", lambda: charge(card))
    charged = await faults.run_async("charge", lambda: charge(card))

The kit has the points `request` (a request that this service handles), `event` (an event that it
consumes) and `call.<service>` (a call of another one). A fault is `<what>@<point>`, with a share of
the cases if not all:

    x-fault: delay=200@charge, lost@call.catalog     in the header of a request
    FAULTS="error=503@request:5%"                    in the variable, for every request

`delay=<milliseconds>` waits, `error` or `error=<status>` fails instead of doing the work, `lost`
does the work and drops its answer, `kill` ends the process at once, `duplicate` does the work
twice. All of it only where the setting `allow_fault_injection` is true (FAULT_INJECTION is `on`).
"""

from __future__ import annotations

import asyncio
import functools
import math
import os
import random
import re
import signal
import time
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from kit import settings
from kit.errors import ForbiddenError, HttpError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

T = TypeVar("T")

HEADER = "x-fault"
FORM = re.compile(
    r"(?P<what>delay|error|lost|kill|duplicate)(=(?P<value>\d{1,6}))?"
    r"@(?P<point>[\w.-]+)(:(?P<percent>\d{1,3}(\.\d+)?)%)?"
)
PERCENT = 100
MIN_STATUS, MAX_STATUS = 400, 599


class InvalidFaultError(RefusedError):
    """Raised for a header whose faults cannot be read (400)."""

    status = HTTPStatus.BAD_REQUEST


class What(StrEnum):
    """What a fault does."""

    DELAY = "delay"
    ERROR = "error"
    LOST = "lost"
    KILL = "kill"
    DUPLICATE = "duplicate"


class InjectedError(HttpError):
    """Raised by a fault in place of an answer: with `lost`, after the work was done."""

    def __init__(self, point: str, status: int, *, lost: bool) -> None:
        """Fail at *point*."""
        what = "its answer was dropped" if lost else "it failed"
        super().__init__(HTTPStatus(status), f"fault injection at {point!r}: {what}")
        self.lost = lost


@dataclass(frozen=True)
class Fault:
    """A fault at a point, in a share of the cases."""

    what: What
    point: str
    value: int | None
    percent: float


current: ContextVar[tuple[Fault, ...]] = ContextVar("faults", default=())
"""Faults of the current request, from its header."""


def allowed() -> bool:
    """Return whether the environment allows fault injection."""
    return os.environ.get("FAULT_INJECTION") == "on"


def of_headers(headers: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return the faults in the lower-case *headers* of a request.

    Raises ForbiddenError where fault injection is not allowed, and InvalidFaultError.
    """
    text = headers.get(HEADER)
    if text is None:
        return ()
    if not allowed():
        raise ForbiddenError(f"this environment does not allow fault injection: remove {HEADER}")
    try:
        return parse(text)
    except ValueError as error:
        raise InvalidFaultError(f"the header {HEADER} cannot be read: {error}") from error


def of_environment() -> tuple[Fault, ...]:
    """Return the faults in FAULTS; raises SettingError."""
    text = os.environ.get("FAULTS", "")
    if not text:
        return ()
    if not allowed():
        message = "FAULTS is set, but this environment does not allow fault injection: remove it"
        raise settings.SettingError(message)
    try:
        return parse(text)
    except ValueError as error:
        raise settings.SettingError(f"environment variable FAULTS: {error}") from error


@functools.lru_cache(maxsize=64)
def parse(text: str) -> tuple[Fault, ...]:
    """Return the faults in *text*; raises ValueError."""
    return tuple(_fault(part.strip()) for part in text.split(","))


def _fault(text: str) -> Fault:
    found = FORM.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text[:60]!r} is no fault: write it as delay=200@request, error@call.catalog,"
            " lost@request:5%, kill@request or duplicate@request"
        )
    what, value = What(found["what"]), found["value"]
    if (what is What.DELAY) != (value is not None) and what is not What.ERROR:
        write = "delay=<milliseconds>" if what is What.DELAY else f"{what} without a number"
        raise ValueError(f"{text!r}: write {write}")
    if what is What.ERROR and not MIN_STATUS <= int(value or MAX_STATUS) <= MAX_STATUS:
        raise ValueError(f"{text!r}: write a status from {MIN_STATUS} to {MAX_STATUS}")
    percent = float(found["percent"] or PERCENT)
    if percent > PERCENT:
        raise ValueError(f"{text!r}: write a share of at most {PERCENT}%")
    return Fault(what, found["point"], None if value is None else int(value), percent)


def run(point: str, work: Callable[[], T], *, within: float = math.inf) -> T:
    """Return what *work* returns, unless a fault at *point* interferes; raises InjectedError.

    A delay ends after the seconds *within*, and raises TimeoutError.
    """
    faults = _due(point)
    if faults:
        time.sleep(min(_delay(faults), within))
        if _delay(faults) >= within:
            raise TimeoutError(f"fault injection at {point!r}: it was delayed")
        _before(faults)
    if _has(faults, What.DUPLICATE):
        work()
    result = work()
    _after(faults)
    return result


async def run_async(point: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do the same for the work of a coroutine."""
    faults = _due(point)
    if faults:
        await asyncio.sleep(_delay(faults))
        _before(faults)
    if _has(faults, What.DUPLICATE):
        await work()
    result = await work()
    _after(faults)
    return result


def _before(faults: tuple[Fault, ...]) -> None:
    """End the process, or raise InjectedError, in place of the work."""
    for fault in faults:
        if fault.what is What.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.what is What.ERROR:
            raise InjectedError(fault.point, fault.value or 500, lost=False)


def _after(faults: tuple[Fault, ...]) -> None:
    """Raise InjectedError in place of the answer."""
    for fault in faults:
        if fault.what is What.LOST:
            raise InjectedError(fault.point, 500, lost=True)


def are_planned() -> bool:
    """Return whether the current request, or every request, has faults; raises SettingError."""
    return bool(current.get() or of_environment())


def _due(point: str) -> tuple[Fault, ...]:
    every = (*current.get(), *of_environment())
    if not every:
        return ()
    return tuple(
        fault
        for fault in every
        if fault.point == point and random.random() * PERCENT < fault.percent  # noqa: S311 - no secret
    )


def _delay(faults: tuple[Fault, ...]) -> float:
    return sum(fault.value or 0 for fault in faults if fault.what is What.DELAY) / 1000


def _has(faults: tuple[Fault, ...], what: What) -> bool:
    return any(fault.what is what for fault in faults)

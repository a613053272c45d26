"""Functions of instants; `bin(5m)` is `bin(@timestamp, 5m)` here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights import units
from localcloud.telemetry.insights.functions.function import Function
from localcloud.telemetry.insights.values import Instant, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.insights.syntax import Duration


def _floor(instant: Any, period: Duration) -> Instant | None:
    return _rounded(units.floor, instant, period)


def _ceil(instant: Any, period: Duration) -> Instant | None:
    return _rounded(units.ceil, instant, period)


def _rounded(
    rounding: Callable[[int, int, str], int], instant: Any, period: Duration
) -> Instant | None:
    found = number(instant)
    if found is None:
        return None
    try:
        return Instant(rounding(int(found), period.count, period.unit))
    except OverflowError:
        return None


def _from_millis(value: Any) -> Instant | None:
    found = number(value)
    return None if found is None else Instant(found)


def _to_millis(value: Any) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def _now() -> int:
    return int(time.time())


FUNCTIONS = {
    "bin": Function(_floor, least=2, most=2, period=True),
    "datefloor": Function(_floor, least=2, most=2, period=True),
    "dateceil": Function(_ceil, least=2, most=2, period=True),
    "fromMillis": Function(_from_millis),
    "toMillis": Function(_to_millis),
    "now": Function(_now, least=0, most=0),
}

"""Units of periods, and the start of the period that an instant is in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_SPELLINGS = {
    "ms": "ms msec millisecond",
    "s": "s sec second",
    "m": "m min minute",
    "h": "h hr hour",
    "d": "d day",
    "w": "w week",
    "mo": "mo mon month",
    "q": "q qtr quarter",
    "y": "y yr year",
}
UNITS = {
    spelling + plural: unit
    for unit, spellings in _SPELLINGS.items()
    for spelling in spellings.split()
    for plural in ("", "s")
    if len(spelling) > 1 or not plural
}
"""Every spelling of a unit; those of several letters also in the plural."""

MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS_A_YEAR = 12
_LAST_YEAR = 9999
_MONDAY = 4 * 86_400_000
"""The first Monday after the epoch."""


def floor(time: int, count: int, unit: str) -> int:
    """Return the start of the period of *count* units that *time* (milliseconds) is in."""
    if unit in MILLISECONDS:
        length = count * MILLISECONDS[unit]
        offset = _MONDAY if unit == "w" else 0
        return time - (time - offset) % length
    return _from_month(_month(time) // (count * _MONTHS[unit]) * (count * _MONTHS[unit]))


def ceil(time: int, count: int, unit: str) -> int:
    """Return *time* if a period begins then; otherwise the start of the next period."""
    begun = floor(time, count, unit)
    if begun == time:
        return time
    if unit in MILLISECONDS:
        return begun + count * MILLISECONDS[unit]
    return _from_month(_month(begun) + count * _MONTHS[unit])


def _month(time: int) -> int:
    """Return the number of months between the year 0 and *time*."""
    moment = _EPOCH + timedelta(milliseconds=time)
    return moment.year * _MONTHS_A_YEAR + moment.month - 1


def _from_month(number: int) -> int:
    year, month = divmod(number, _MONTHS_A_YEAR)
    moment = datetime(min(max(year, 1), _LAST_YEAR), month + 1, 1, tzinfo=UTC)
    return round((moment - _EPOCH).total_seconds() * 1000)

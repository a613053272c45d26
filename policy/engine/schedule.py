"""Intervals of AWS rate and cron expressions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\(\s*(.+?)\s*\)")
_PARTS_OF_DAY = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)}
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_DAY_NUMBERS = {name: number for number, name in enumerate(_DAYS, start=1)}
_FIRST_YEAR = 2024  # a leap year; any four years give the same result
_YEARS_SEEN = 4
_FIELDS = 6


def longest_gap(expression: str) -> float | None:
    """Return the longest time in days between two runs of *expression*; None if it is invalid.

    A cron expression that does not recur has an infinite interval.
    """
    if rate := _RATE.fullmatch(expression.strip()):
        return int(rate[1]) * _PARTS_OF_DAY[rate[2]]
    cron = _CRON.fullmatch(expression.strip())
    fields = cron[1].split() if cron else []
    if len(fields) != _FIELDS:
        return None
    try:
        return _cron_gap(*fields[2:])
    except ValueError:
        return None


def _cron_gap(days: str, months: str, weekdays: str, years: str) -> float:
    """Return the longest gap between matching days, tried on every day of some years."""
    in_months = _matching(months, 1, 12, _MONTH_NUMBERS)
    if re.search(r"[LW#]", re.sub(r"[A-Z]{3}", "", f"{days} {weekdays}".upper())):
        days, weekdays = "1", "?"  # the last, the nearest, the third: once a month
    of_month = _matching(days, 1, 31, {})
    of_week = _matching(weekdays, 1, 7, _DAY_NUMBERS)
    start = date(_FIRST_YEAR, 1, 1)
    last = start.year + _YEARS_SEEN
    in_years = _matching(years, start.year, last, {})
    gap, previous = 0, start
    for offset in range(366 * _YEARS_SEEN):
        day = start + timedelta(days=offset)
        if (
            day.month in in_months
            and day.day in of_month
            and day.isoweekday() % 7 + 1 in of_week
            and day.year in in_years
        ):
            gap = max(gap, (day - previous).days)
            previous = day
    return max(gap, (start + timedelta(days=366 * _YEARS_SEEN) - previous).days)


def _matching(field: str, first: int, last: int, names: Mapping[str, int]) -> set[int]:
    """Return the numbers that *field* ("*", "1,4-6", "*/3", "MON-FRI") matches."""
    found: set[int] = set()
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        if span in ("*", "?"):
            begin, end = first, last
        else:
            begin = _number(low, names)
            end = _number(high, names) if high else (last if step else begin)
        found |= set(range(max(begin, first), min(end, last) + 1, int(step) if step else 1))
    return found


def _number(text: str, names: Mapping[str, int]) -> int:
    return names[text] if text in names else int(text)

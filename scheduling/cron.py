"""AWS cron expressions: six fields, with `?`, `L`, `W`, `#` and a year.

cronsim evaluates them. It numbers days of the week from Sunday = 0 and knows neither `W` nor years.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
SATURDAY, SUNDAY = 5, 6  # of date.weekday()
LAST_YEAR = 2199
MINUTE = timedelta(minutes=1)
NEAREST = re.compile(r"([1-9]|[12]\d|3[01])W")
OF_WEEK = re.compile(r"(\w+)(?:(L)|#([1-5]))")


class ExpressionError(ValueError):
    """Raised when a schedule expression is not valid; the message says what to write."""


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.first
        if not text.isdecimal() or not self.first <= int(text) <= self.last:
            words = f", or {self.words[0]} to {self.words[-1]}" if self.words else ""
            raise ExpressionError(
                f"{self.name} {text!r} is not valid: write {self.first} to {self.last}{words}"
            )
        return int(text)

    def values(self, text: str) -> list[int]:
        """Return the numbers that lists, ranges and steps stand for."""
        return sorted({one for part in text.split(",") for one in self._part(part)})

    def _part(self, text: str) -> Iterator[int]:
        span, slash, step = text.partition("/")
        if slash and (not step.isdecimal() or int(step) == 0):
            raise ExpressionError(f"{self.name} {text!r} is not valid: write a step as '0/15'")
        begin, dash, end = span.partition("-")
        first = self.first if span == "*" else self.number(begin)
        last = self.number(end) if dash else self.last if slash or span == "*" else first
        if first > last:
            raise ExpressionError(f"{self.name} {span!r} is not valid: write the lower value first")
        yield from range(first, last + 1, int(step or 1))


MINUTES, HOURS = _Field("minute", 0, 59), _Field("hour", 0, 23)
DAYS_OF_MONTH = _Field("day of the month", 1, 31)
MONTHS_OF_YEAR = _Field("month", 1, 12, tuple(MONTHS))
DAYS_OF_WEEK = _Field("day of the week", 1, 7, tuple(DAYS))
YEARS = _Field("year", 1970, LAST_YEAR)


@dataclass(frozen=True)
class Cron:
    """A cron expression in a time zone."""

    fields: str
    """`minutes hours day-of-month month day-of-week year`."""

    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Raise ExpressionError for fields that are not valid."""
        _ = self._years, self._translated

    def next_after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return when it fires next after *moment*, in UTC; None for never.

        A local time that the clock skips does not fire; one that it repeats fires the first time.
        """
        del start
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        for candidate in self._candidates(local.replace(second=0, microsecond=0) - MINUTE):
            fires = candidate.replace(tzinfo=self.zone).astimezone(UTC)
            exists = fires.astimezone(self.zone).replace(tzinfo=None) == candidate
            if exists and fires > moment:
                return fires
        return None

    def _candidates(self, after: datetime) -> Iterator[datetime]:
        """Yield the matching local times after *after*."""
        position: datetime | None = after
        while position is not None:
            found = self._next(position)
            if found is None:
                return
            if found.year not in self._years:
                position = self._before_next_year(found.year)
            elif not self._is_nearest_weekday(found.date()):
                midnight = found.replace(hour=0, minute=0) + timedelta(days=1)
                position = midnight - MINUTE
            else:
                yield found
                position = found

    def _next(self, after: datetime) -> datetime | None:
        try:
            return next(CronSim(self._translated, after), None)
        except CronSimError:  # a day that no month of the expression has
            return None

    def _before_next_year(self, year: int) -> datetime | None:
        following = min((one for one in self._years if one > year), default=None)
        return None if following is None else datetime(following, 1, 1) - MINUTE  # noqa: DTZ001 - local

    def _is_nearest_weekday(self, day: date) -> bool:
        if self._nearest is None:
            return True
        last = calendar.monthrange(day.year, day.month)[1]
        if self._nearest > last:
            return False
        wanted = day.replace(day=self._nearest)
        if wanted.weekday() == SATURDAY:
            wanted += timedelta(days=2 if wanted.day == 1 else -1)
        elif wanted.weekday() == SUNDAY:
            wanted += timedelta(days=-2 if wanted.day == last else 1)
        return day == wanted

    @property
    def _parts(self) -> list[str]:
        parts = self.fields.upper().split()
        if len(parts) != len(_NAMES):
            raise ExpressionError(
                f"{self.fields!r} has {len(parts)} fields: write six, {' '.join(_NAMES)}"
            )
        return parts

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(YEARS.values(self._parts[5]))

    @cached_property
    def _nearest(self) -> int | None:
        """The day of the month before `W`."""
        found = NEAREST.fullmatch(self._parts[2])
        return int(found[1]) if found else None

    @cached_property
    def _translated(self) -> str:
        """The expression in cronsim's terms, without `W` and year."""
        minutes, hours, day, month, weekday, _ = self._parts
        if (day == "?") == (weekday == "?"):
            raise ExpressionError(
                f"{self.fields!r} names both days or none: write '?' as the day of the month or"
                " as the day of the week"
            )
        return " ".join(
            (
                _list(MINUTES.values(minutes)),
                _list(HOURS.values(hours)),
                _day(day),
                _list(MONTHS_OF_YEAR.values(month)),
                _weekday(weekday),
            )
        )


_NAMES = ("minutes", "hours", "day-of-month", "month", "day-of-week", "year")


def _list(values: list[int]) -> str:
    return ",".join(map(str, values))


def _day(text: str) -> str:
    if text in {"?", "*"}:
        return "*"
    if text in {"L", "LW"}:
        return text
    if found := NEAREST.fullmatch(text):
        day = int(found[1])
        return _list(list(range(max(1, day - 2), min(31, day + 2) + 1)))
    return _list(DAYS_OF_MONTH.values(text))


def _weekday(text: str) -> str:
    if text in {"?", "*"}:
        return "*"
    if text == "L":
        return "6"  # Saturday
    if found := OF_WEEK.fullmatch(text):
        day = DAYS_OF_WEEK.number(found[1]) - 1
        return f"{day}L" if found[2] else f"{day}#{found[3]}"
    return _list([value - 1 for value in DAYS_OF_WEEK.values(text)])

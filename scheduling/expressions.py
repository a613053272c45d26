"""Schedule expressions of EventBridge: `rate(...)`, `cron(...)` and `at(...)`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduling.cron import Cron, ExpressionError

__all__ = ["At", "Cron", "Expression", "ExpressionError", "Rate", "parse", "zone"]

FORM = re.compile(r"(rate|cron|at)\((.*)\)")
RATE = re.compile(r"([1-9]\d*) (minute|hour|day)s?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class Expression(Protocol):
    """When a schedule fires."""

    def next_after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return when it fires next after *moment*, in UTC; None for never.

        *start* is the schedule's start date, or when it was created.
        """
        ...


@dataclass(frozen=True)
class Rate:
    """Fires at the start and then in equal periods; a day has 24 hours."""

    period: timedelta

    def next_after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return the next whole number of periods since *start*."""
        if moment < start:
            return start
        return start + (math.floor((moment - start) / self.period) + 1) * self.period


@dataclass(frozen=True)
class At:
    """Fires once."""

    moment: datetime
    """When, in UTC."""

    def next_after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return its moment unless that has passed."""
        del start
        return self.moment if self.moment > moment else None


def parse(text: str, timezone: str = "UTC") -> Expression:
    """Return the meaning of an expression; raises ExpressionError."""
    found = FORM.fullmatch(text)
    if found is None:
        raise ExpressionError(
            f"{text!r} is not a schedule expression: write 'rate(5 minutes)',"
            " 'cron(0 3 * * ? *)' or 'at(2026-12-01T03:00:00)'"
        )
    kind, inner = found.groups()
    if kind == "rate":
        return _rate(inner)
    where = zone(timezone)
    return Cron(inner, where) if kind == "cron" else _at(inner, where)


def zone(name: str) -> ZoneInfo:
    """Return a time zone; raises ExpressionError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExpressionError(
            f"{name!r} is not a time zone: write a name of the IANA database, as 'Europe/Vienna'"
        ) from error


def _rate(text: str) -> Rate:
    found = RATE.fullmatch(text)
    if found is None:
        raise ExpressionError(
            f"'rate({text})' is not valid: write a whole number and minutes, hours or days"
        )
    return Rate(timedelta(**{f"{found[2]}s": int(found[1])}))


def _at(text: str, where: ZoneInfo) -> At:
    try:
        local = datetime.fromisoformat(text if MOMENT.fullmatch(text) else "")
    except ValueError as error:
        raise ExpressionError(
            f"'at({text})' is not valid: write a date and a time, as at(2026-12-01T03:00:00)"
        ) from error
    return At(local.replace(tzinfo=where).astimezone(UTC))

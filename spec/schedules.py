"""When something runs: the one grammar of schedules, and its meaning for EventBridge Scheduler."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Self

import pydantic
from pydantic import Field

from scheduling.expressions import ExpressionError, parse, zone
from spec.model import Model

if TYPE_CHECKING:
    from scheduling.expressions import Expression

EVERY = re.compile(r"([1-9]\d{0,4}) (minute|hour|day)s?")
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
FORMS = "every: 1 day', 'cron: \"0 3 * * ? *\"' or 'once: \"2030-12-01T03:00\""


def _every(text: str) -> str:
    if "second" in text:
        raise ValueError("write 1 minute or more: Scheduler has a precision of one minute")
    if not EVERY.fullmatch(text):
        raise ValueError("write a whole number and a unit, as '15 minutes', '2 hours' or '1 day'")
    return text


def _time(text: str) -> str:
    if not TIME.fullmatch(text):
        raise ValueError('write a time of day in quotes, as "03:00"')
    return text


def _zone(name: str) -> str:
    try:
        zone(name)
    except ExpressionError as error:
        raise ValueError("write a name of the IANA database, as Europe/Vienna") from error
    return name


def _moment(text: str) -> str:
    try:
        if MOMENT.fullmatch(text):
            datetime.fromisoformat(text)
            return text
    except ValueError as error:
        raise ValueError(f'write a date that exists, as "2030-12-01T03:00": {error}') from error
    raise ValueError('write a date and a time, as "2030-12-01T03:00"')


Moment = Annotated[str, pydantic.AfterValidator(_moment)]


class Schedule(Model):
    """When something runs: exactly one of `every`, `cron` and `once`."""

    every: Annotated[str, pydantic.AfterValidator(_every)] | None = None
    """Interval, as `15 minutes`, `2 hours` or `1 day`; the first run is at the deployment."""

    at: Annotated[str, pydantic.AfterValidator(_time)] | None = None
    """Time of day of `every: 1 day`, as `"03:00"`."""

    cron: str | None = None
    """Cron expression of AWS: minutes, hours, day of month, month, day of week, year."""

    once: Moment | None = None
    """Date and time of the only run, as `"2030-12-01T03:00"`."""

    timezone: Annotated[str, pydantic.AfterValidator(_zone)] = "UTC"
    """Time zone of all times, as `Europe/Vienna`."""

    flexible_minutes: int | None = Field(default=None, ge=1, le=1440)
    """Window within which Scheduler may start a run, which spreads the load; default: at once."""

    until: Moment | None = None
    """Date and time after which it does not run; default: no end."""

    @pydantic.field_validator("cron")
    @classmethod
    def _six_fields(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                parse(f"cron({text})")
            except ExpressionError as error:
                raise ValueError(f"correct the cron expression: {error}") from error
        return text

    @pydantic.model_validator(mode="after")
    def _fires(self) -> Self:
        if sum(one is not None for one in (self.every, self.cron, self.once)) != 1:
            raise ValueError(f"write one of '{FORMS}'")
        self._require_fitting_fields()
        now = datetime.now(UTC)
        first = self.parsed.next_after(now, now)
        if first is None:
            reason = "that moment has passed" if self.once else "no date fits it"
            raise ValueError(f"correct or remove it, it never runs: {reason}")
        if self.end is not None and first > self.end:
            raise ValueError("write until as a later moment, or remove the schedule: it never runs")
        return self

    def _require_fitting_fields(self) -> None:
        if self.at is not None and self.every != "1 day":
            raise ValueError("write at with 'every: 1 day' only, or write cron instead")
        if self.every is not None and self.at is None and self.timezone != "UTC":
            raise ValueError("remove timezone: an interval without at is the same in every zone")
        if self.once is not None and self.until is not None:
            raise ValueError("remove until: once runs once")

    @property
    def expression(self) -> str:
        """Expression of EventBridge Scheduler."""
        if self.at is not None:
            hours, minutes = map(int, self.at.split(":"))
            return f"cron({minutes} {hours} * * ? *)"
        if self.every is not None:
            number, unit = self.every.rstrip("s").split(" ")
            return f"rate({number} {unit if number == '1' else unit + 's'})"
        if self.once is not None:
            return f"at({datetime.fromisoformat(self.once).isoformat()})"
        return f"cron({self.cron})"

    @property
    def parsed(self) -> Expression:
        """Meaning of the expression."""
        return parse(self.expression, self.timezone)

    @property
    def end(self) -> datetime | None:
        """End in UTC."""
        if self.until is None:
            return None
        return (
            datetime.fromisoformat(self.until).replace(tzinfo=zone(self.timezone)).astimezone(UTC)
        )

    def longest_gap(self) -> timedelta | None:
        """Return the longest time between two of the next runs; None if it does not recur."""
        start = datetime.now(UTC)
        runs: list[datetime] = []
        after = start
        while len(runs) < GAP_SAMPLES and (found := self.parsed.next_after(after, start)):
            runs.append(found)
            after = found
        return max((b - a for a, b in itertools.pairwise(runs)), default=None)


GAP_SAMPLES = 60
"""Runs in which the longest gap is sought: two months of a daily schedule."""

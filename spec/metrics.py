"""The metrics of a service: those that its code counts, and those that are counted in its logs."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

import pydantic
from pydantic import Field

from spec.model import Model, Name

DURATION = re.compile(r"([1-9]\d{0,3}) (minute|hour)s?")
MINUTES = {"minute": 1, "hour": 60}
MAX_MINUTES = 1440  # CloudWatch evaluates at most a day in periods of a minute


class MetricUnit(StrEnum):
    """Units of a metric, in the words of CloudWatch."""

    COUNT = "count"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    BYTES = "bytes"
    PERCENT = "percent"

    @property
    def cloudwatch(self) -> str:
        """The unit as CloudWatch writes it."""
        return self.value.capitalize()


def _minutes(text: str) -> int:
    found = DURATION.fullmatch(text)
    if found is None:
        raise ValueError("write a whole number and a unit, as '3 minutes' or '1 hour'")
    minutes = int(found[1]) * MINUTES[found[2]]
    if minutes > MAX_MINUTES:
        raise ValueError("write 24 hours or less: an alarm looks at one day")
    return minutes


def _duration(text: str) -> str:
    _minutes(text)
    return text


class MetricAlarm(Model):
    """When an alarm rings: exactly one of `above` and `below`."""

    above: float | None = None
    """It rings while each minute's value is above this one."""

    below: float | None = None
    """It rings while each minute's value is below this one."""

    for_: Annotated[str, pydantic.AfterValidator(_duration)] = Field(
        default="1 minute", alias="for"
    )
    """How long before it rings, as `3 minutes` or `1 hour`."""

    invoke: Name | None = None
    """Service whose function the alarm invokes; default: it only reports."""

    @pydantic.model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("write one of 'above: <number>' and 'below: <number>'")
        return self

    @property
    def minutes(self) -> int:
        """Minutes before it rings."""
        return _minutes(self.for_)


class Metric(Model):
    """A metric that the service's code counts, with `kit.metrics` or in its own EMF lines."""

    unit: MetricUnit = MetricUnit.COUNT
    """Unit; counts and bytes are added up in each minute, of others the extreme value counts."""

    alarm: MetricAlarm | None = None
    """When an alarm rings; default: never."""

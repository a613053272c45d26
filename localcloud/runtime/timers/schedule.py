"""A schedule of EventBridge Scheduler, or a rule with a schedule, and when it fires next."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduling.expressions import Expression, Rate, parse

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What fires, and what it calls."""

    key: str
    """ARN."""

    version: str
    """Changes with every update of the schedule."""

    expression: Expression

    created: datetime
    """When it was created, by the clock of timers: the start without a start date."""

    changed: datetime
    """When it was updated last, by the clock of timers."""

    target: dict[str, Any]
    """`Target` of a schedule; `{"Rule": name}` for a rule."""

    enabled: bool = True
    start: datetime | None = None
    end: datetime | None = None
    window: timedelta = timedelta()
    """Flexible time window."""

    delete_when_completed: bool = False
    name: str = ""
    group: str = ""

    @property
    def first(self) -> datetime:
        """The moment before which it does not fire, when nothing is known about it."""
        return max(self.changed, self.start or self.changed) - INSTANT

    def nominal(self, last: datetime) -> datetime | None:
        """Return when it fires next after *last*, without the window; None for never again."""
        base = self.start or self.created
        after = max(last, self.start - INSTANT) if self.start else last
        found = self.expression.next_after(after, base)
        return None if found is None or (self.end is not None and found > self.end) else found

    def offset(self, nominal: datetime) -> timedelta:
        """Return how far into the flexible window it fires; the same for the same moment."""
        chance = random.Random(f"{self.key} {nominal.isoformat()}")  # noqa: S311 - not a secret
        return chance.random() * self.window


def from_scheduler(answer: dict[str, Any], added: timedelta) -> Schedule:
    """Return the schedule that GetSchedule answers; *added* is what the clock is ahead."""
    window = answer.get("FlexibleTimeWindow") or {}
    return Schedule(
        key=answer["Arn"],
        version=str(answer["LastModificationDate"]),
        expression=parse(
            answer["ScheduleExpression"], answer.get("ScheduleExpressionTimezone") or "UTC"
        ),
        created=answer["CreationDate"].astimezone(UTC) + added,
        changed=answer["LastModificationDate"].astimezone(UTC) + added,
        target=answer["Target"],
        enabled=answer.get("State") != "DISABLED",
        start=answer.get("StartDate"),
        end=answer.get("EndDate"),
        window=timedelta(minutes=window.get("MaximumWindowInMinutes") or 0),
        delete_when_completed=answer.get("ActionAfterCompletion") == "DELETE",
        name=answer["Name"],
        group=answer["GroupName"],
    )


def from_rule(answer: dict[str, Any], seen: datetime) -> Schedule:
    """Return the schedule of a rule, first seen at *seen*: EventBridge does not tell its age.

    The first period of a rate begins when the rule is created.
    """
    expression = parse(answer["ScheduleExpression"])
    first = expression.period if isinstance(expression, Rate) else timedelta()
    return Schedule(
        key=answer["Arn"],
        version=answer["ScheduleExpression"],
        expression=expression,
        created=seen + first,
        changed=seen,
        target={"Rule": answer["Name"]},
        enabled=answer.get("State") != "DISABLED",
        name=answer["Name"],
    )

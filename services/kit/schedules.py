"""Events of schedules and jobs, which invoke a function.

A schedule sends `{"schedule": <name>, "scheduled_time": "2026-12-01T03:00:00Z", "execution_id":
<id>, "attempt": "1"}`, a job `{"job": <name>, "execution_id": <ARN>, "input": {...}}`. Both arrive
at least once: what they start has to be repeatable.

    def handler(event, context):
        if schedules.is_schedule(event):
            return sweep(schedules.scheduled_time(event))
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_schedule(event: Mapping[str, Any], name: str | None = None) -> bool:
    """Return whether *event* is of a schedule, of the one called *name* if that is given."""
    return "schedule" in event and name in (None, event["schedule"])


def is_job(event: Mapping[str, Any], name: str | None = None) -> bool:
    """Return whether *event* is of a job, of the one called *name* if that is given."""
    return "job" in event and name in (None, event["job"])


def scheduled_time(event: Mapping[str, Any]) -> datetime:
    """Return the moment for which a schedule fired; the invocation may be later."""
    return datetime.fromisoformat(event["scheduled_time"]).astimezone(UTC)

"""Events of schedules and jobs."""

from datetime import UTC, datetime

import pytest
from kit import schedules

SCHEDULE = {"schedule": "sweep", "scheduled_time": "2026-12-01T03:00:00Z"}
JOB = {"job": "settle", "execution_id": "arn", "input": {}}


@pytest.mark.parametrize(
    ("event", "name", "found"),
    [
        (SCHEDULE, None, (True, False)),
        (SCHEDULE, "sweep", (True, False)),
        (SCHEDULE, "other", (False, False)),
        (JOB, None, (False, True)),
        (JOB, "settle", (False, True)),
        (JOB, "sweep", (False, False)),
        ({"Records": []}, None, (False, False)),
    ],
)
def test_an_event_is_of_a_schedule_or_a_job_by_its_name(event, name, found):
    assert (schedules.is_schedule(event, name), schedules.is_job(event, name)) == found


def test_the_scheduled_time_is_in_utc():
    assert schedules.scheduled_time(SCHEDULE) == datetime(2026, 12, 1, 3, tzinfo=UTC)

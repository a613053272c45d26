"""Schedules and jobs of a service file."""

from datetime import timedelta

import pytest
import yaml

from spec.catalogue import SpecError, load_service
from spec.names import too_long
from spec.schedules import Schedule
from spec.service import ServiceSpec
from tests.spec.test_reading import CONTAINER, FUNCTION

EXPRESSIONS = [
    ({"every": "1 day", "at": "03:05"}, "cron(5 3 * * ? *)", timedelta(days=1)),
    ({"every": "1 minute"}, "rate(1 minute)", timedelta(minutes=1)),
    ({"every": "15 minutes"}, "rate(15 minutes)", timedelta(minutes=15)),
    ({"every": "2 day"}, "rate(2 days)", timedelta(days=2)),
    ({"cron": "0 6 ? * MON-FRI *"}, "cron(0 6 ? * MON-FRI *)", timedelta(days=3)),
    ({"once": "2090-12-01T03:00"}, "at(2090-12-01T03:00:00)", None),
]


@pytest.mark.parametrize(("fields", "expression", "gap"), EXPRESSIONS, ids=str)
def test_each_form_has_an_expression_of_scheduler(fields, expression, gap):
    schedule = Schedule.model_validate(fields)

    assert (schedule.expression, schedule.longest_gap()) == (expression, gap)


def test_until_is_a_time_in_the_zone_of_the_schedule():
    schedule = Schedule(cron="0 6 * * ? *", timezone="Europe/Vienna", until="2090-07-01T00:00")

    assert schedule.end.isoformat() == "2090-06-30T22:00:00+00:00"


@pytest.mark.parametrize(
    ("schedule", "found", "write"),
    [
        ("{every: 1 day, at: 13:00}", "13:00, which YAML reads as a number", 'quotes: "13:00"'),
        ("{every: 1 day, at: '3:00'}", '"3:00"', 'in quotes, as "03:00"'),
        ("{every: 10 seconds}", "10 seconds", "1 minute or more"),
        ("{every: monday}", "monday", "'15 minutes', '2 hours' or '1 day'"),
        ("{every: 1 hour, at: '03:00'}", "every, at", "at with 'every: 1 day' only"),
        ("{every: 1 hour, timezone: Europe/Vienna}", "timezone", "remove timezone"),
        ("{every: 1 day, at: '03:00', timezone: Vienna}", "Vienna", "as Europe/Vienna"),
        ("{cron: '0 3 * * *'}", "0 3 * * *", "has 5 fields: write six"),
        ("{cron: '0 3 30 2 ? *'}", "cron", "it never runs: no date fits it"),
        ("{cron: '0 3 * * ? 2020'}", "cron", "it never runs: no date fits it"),
        ("{once: 2020-01-01T03:00}", "once", "it never runs: that moment has passed"),
        ("{once: 2090-02-30T03:00}", "2090-02-30", "write a date that exists"),
        ("{once: tomorrow}", "tomorrow", '"2030-12-01T03:00"'),
        ("{cron: '0 3 1 1 ? *', until: '2026-01-01T00:00'}", "until", "until as a later moment"),
        ("{once: 2090-01-01T03:00, until: '2091-01-01T00:00'}", "until", "remove until"),
        ("{every: 1 day, cron: '0 3 * * ? *'}", "every, cron", "write one of"),
        ("{timezone: UTC}", "timezone", "write one of"),
        ("{every: 1 day, flexible_minutes: 1441}", "1441", "at most 1440"),
    ],
)
def test_a_schedule_that_cannot_run_says_what_to_write(tmp_path, schedule, found, write):
    fault = only_fault(tmp_path, FUNCTION, f"schedules:\n  clean: {schedule}\n")

    assert fault.where.startswith("schedules.clean")
    assert fault.line == 8
    assert found in fault.found
    assert write in fault.write


@pytest.mark.parametrize(
    ("base", "text", "write"),
    [
        (CONTAINER, "schedules: {clean: {every: 1 day}}", "in place of schedules"),
        (CONTAINER, "jobs: {clean: {}}", "add jobs.clean.command"),
        (FUNCTION, "jobs: {clean: {command: [python, -m, c]}}", "remove jobs.clean.command"),
        (FUNCTION, "jobs: {clean: {cpu: 512, memory_mib: 1024}}", "remove jobs.clean.cpu"),
        (CONTAINER, "jobs: {clean: {command: [c], cpu: 100}}", "one of"),
        (FUNCTION, "jobs: {clean: {timeout_minutes: 0}}", "at least 1"),
    ],
)
def test_a_job_fits_its_compute(tmp_path, base, text, write):
    fault = only_fault(tmp_path, base, text)

    assert write in fault.write


def test_names_of_schedules_and_jobs_leave_room_for_those_of_roles():
    long = {"schedules": {"a" * 24: {"every": "1 day"}}, "jobs": {"b" * 20: {}}}
    spec = ServiceSpec.model_validate(FUNCTION | long)

    assert [(where[0], limit) for where, _, limit in too_long(spec)] == [
        ("schedules", 31),
        ("jobs", 27),
    ]


def only_fault(folder, base, text):
    file = folder / "parcels" / "service.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(base, sort_keys=False) + text)
    with pytest.raises(SpecError) as refused:
        load_service(file)
    [fault] = refused.value.faults
    return fault

"""Schedules and jobs: the environment's schedule group, and the translation of their times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.messaging.schedule import Timing
from components.service.scheduled_job import MAX_ABSENCE_HOURS, JobPlan
from spec.jobs import CPU, MEMORY_MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from spec.catalogue import Catalogue
    from spec.jobs import Job
    from spec.schedules import Schedule

GROUP = "services"
DEFAULT_GROUP = "default"
ATTEMPTS = 3
HOUR = 3600


def group_name(
    catalogue: Catalogue, opts: pulumi.ResourceOptions | None = None
) -> pulumi.Input[str]:
    """Define the schedule group of the services, if one of them has a schedule."""
    specs = catalogue.services.values()
    scheduled = any(one.schedules or any(j.schedule for j in one.jobs.values()) for one in specs)
    return aws.scheduler.ScheduleGroup(GROUP, opts=opts).name if scheduled else DEFAULT_GROUP


def timings(schedules: Mapping[str, Schedule]) -> dict[str, Timing]:
    """Return the times of a service's schedules."""
    return {name: timing(schedule) for name, schedule in schedules.items()}


def timing(schedule: Schedule) -> Timing:
    """Return a schedule as its component takes it."""
    end = schedule.end
    return Timing(
        expression=schedule.expression,
        timezone=schedule.timezone,
        flexible_minutes=schedule.flexible_minutes,
        end=None if end is None else f"{end:%Y-%m-%dT%H:%M:%SZ}",
    )


def plans(jobs: Mapping[str, Job]) -> dict[str, JobPlan]:
    """Return the plans of a service's jobs."""
    return {
        name: JobPlan(
            command=job.command,
            timing=None if job.schedule is None else timing(job.schedule),
            success_hours=success_hours(job),
            timeout_minutes=job.timeout_minutes,
            cpu=job.cpu or CPU,
            memory_mib=job.memory_mib or MEMORY_MIB,
        )
        for name, job in jobs.items()
    }


def success_hours(job: Job) -> int | None:
    """Return the hours within which a run must succeed; None where no alarm can watch that.

    They are the longest time between two runs, the flexible window, and all attempts of a run.
    """
    if job.schedule is None or job.schedule.until is not None:
        return None
    gap = job.schedule.longest_gap()
    if gap is None:
        return None
    late = (job.schedule.flexible_minutes or 0) + ATTEMPTS * job.timeout_minutes
    hours = math.ceil((gap.total_seconds() + late * 60) / HOUR)
    return hours if hours <= MAX_ABSENCE_HOURS else None

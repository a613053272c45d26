"""The part of the workers that runs schedules of Scheduler and rules with a schedule."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.runtime.api import error_code
from localcloud.runtime.functions.definition import CONNECTION_ERRORS
from localcloud.runtime.timers.firing import Schedules
from localcloud.runtime.timers.schedule import Schedule, from_rule, from_scheduler
from localcloud.runtime.timers.store import TimerStore
from localcloud.stopped import STOPPED, service_of
from scheduling.expressions import ExpressionError

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


async def run(context: WorkerContext) -> None:
    """Follow schedules until cancelled; the clock fires them."""
    store = TimerStore(context.layout.data / "timers.sqlite")
    schedules = Schedules(context, store)
    context.clock.add(schedules)
    try:
        async for _ in context.changes.watch("scheduler", "events", STOPPED):
            schedules.follow(await _found(context))
            context.clock.wake()
            context.ready("timers")
    finally:
        context.clock.remove(schedules)
        store.close()


async def _found(context: WorkerContext) -> list[Schedule]:
    while True:
        try:
            return [*await _of_scheduler(context), *await _of_rules(context)]
        except (*CONNECTION_ERRORS, ClientError) as error:
            _LOG.info("schedules cannot be listed, retrying: %r", error)
            await asyncio.sleep(RETRY_SECONDS)


async def _of_scheduler(context: WorkerContext) -> list[Schedule]:
    found: list[Schedule] = []
    for one in await context.aws.pages("scheduler", "ListSchedules", "Schedules"):
        try:
            answer = await context.aws(
                "scheduler", "GetSchedule", Name=one["Name"], GroupName=one["GroupName"]
            )
            schedule = from_scheduler(answer, context.clock.added)
            waits = schedule.enabled and await _is_off(context, answer["Target"]["Arn"])
            found.append(replace(schedule, enabled=False) if waits else schedule)
        except ExpressionError as error:
            _LOG.warning("%s does not fire: %s", one["Arn"], error)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":  # deleted in between
                raise
    return found


async def _is_off(context: WorkerContext, target: str) -> bool:
    """Return whether *target* is the state machine of a service that does not run here."""
    not_running = context.not_running()
    if not not_running or target.split(":")[2] != "states":
        return False
    try:
        answer = await context.aws("stepfunctions", "ListTagsForResource", resourceArn=target)
    except ClientError as error:  # it is deleted; the schedule's call will say so
        _LOG.info("the tags of %s cannot be read: %s", target, error)
        return False
    return service_of(answer["tags"]) in not_running


async def _of_rules(context: WorkerContext) -> list[Schedule]:
    found: list[Schedule] = []
    for rule in await context.aws.pages("events", "ListRules", "Rules"):
        if rule.get("ScheduleExpression"):
            try:
                found.append(from_rule(rule, context.clock.now()))
            except ExpressionError as error:
                _LOG.warning("%s does not fire: %s", rule["Arn"], error)
    return found

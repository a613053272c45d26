"""The part of the workers that runs schedules of Scheduler and rules with a schedule."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.runtime.api import error_code
from localcloud.runtime.functions.definition import CONNECTION_ERRORS
from localcloud.runtime.timers.firing import Schedules
from localcloud.runtime.timers.schedule import Schedule, from_rule, from_scheduler
from localcloud.runtime.timers.store import TimerStore
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
        async for _ in context.changes.watch("scheduler", "events"):
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
            found.append(from_scheduler(answer, context.clock.added))
        except ExpressionError as error:
            _LOG.warning("%s does not fire: %s", one["Arn"], error)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":  # deleted in between
                raise
    return found


async def _of_rules(context: WorkerContext) -> list[Schedule]:
    found: list[Schedule] = []
    for rule in await context.aws.pages("events", "ListRules", "Rules"):
        if rule.get("ScheduleExpression"):
            try:
                found.append(from_rule(rule, context.clock.now()))
            except ExpressionError as error:
                _LOG.warning("%s does not fire: %s", rule["Arn"], error)
    return found

"""The actions of an alarm: topics, functions, scaling policies, and the EventBridge event."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.telemetry.alarms import messages
from localcloud.telemetry.alarms.evaluation import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.alarms.book import AlarmState
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

ACTIONS = {
    State.ALARM: "AlarmActions",
    State.OK: "OKActions",
    State.INSUFFICIENT_DATA: "InsufficientDataActions",
}
PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"
_FAILURES = (ClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError)


class NotPermittedError(ValueError):
    """Raised for a function whose policy does not allow CloudWatch to invoke it."""


async def run_actions(
    context: TelemetryContext,
    alarm: Mapping[str, Any],
    old: AlarmState,
    new: AlarmState,
    value: float | None = None,
) -> None:
    """Run the actions of the state *new*.

    Scaling policies are called in every evaluation, the others, and the event, on transitions.
    """
    transition = old.value is not new.value
    if transition:
        await _send_event(context, alarm, old, new)
    if not alarm.get("ActionsEnabled", True):
        return
    for arn in alarm.get(ACTIONS[new.value]) or ():
        scaling = ":autoscaling:" in arn
        if not (transition or scaling):
            continue
        try:
            await _run(context, alarm, old, new, arn, value)
        except _FAILURES as error:
            _LOG.warning("%s: the action %s failed: %s", alarm["AlarmName"], arn, error)
            _note(context, alarm, new, arn, str(error))
        else:
            if transition:
                _note(context, alarm, new, arn, None)


async def _run(  # noqa: PLR0913, PLR0917 - what an action is told
    context: TelemetryContext,
    alarm: Mapping[str, Any],
    old: AlarmState,
    new: AlarmState,
    arn: str,
    value: float | None,
) -> None:
    place = (context.account, context.region)
    if ":sns:" in arn:
        await context.aws(
            "sns",
            "Publish",
            TopicArn=arn,
            Subject=messages.subject(alarm, new, context.region),
            Message=messages.notification(alarm, old, new, *place),
        )
    elif ":lambda:" in arn:
        await _check_permission(context, arn)
        event = messages.function_event(alarm, old, new, *place)
        payload = json.dumps(event).encode()
        await context.aws(
            "lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=payload
        )
    elif value is not None and "Threshold" in alarm:
        policy = arn.partition(":createdBy/")[0]
        await context.scaling.execute(policy, value, alarm["Threshold"], alarm["AlarmName"])


async def _check_permission(context: TelemetryContext, arn: str) -> None:
    """Refuse what CloudWatch could not invoke: the function's policy must allow its principal."""
    function: str = arn
    qualifier: dict[str, Any] = {}
    if arn.count(":") > 6:  # noqa: PLR2004 - arn:aws:lambda:region:account:function:name:qualifier
        function, _, name = arn.rpartition(":")
        qualifier = {"Qualifier": name}
    try:
        found = await context.aws("lambda", "GetPolicy", FunctionName=function, **qualifier)
        allowed = PRINCIPAL in found["Policy"]
    except ClientError:
        allowed = False
    if not allowed:
        text = f"the function's policy does not allow lambda:InvokeFunction to {PRINCIPAL}"
        raise NotPermittedError(text)


async def _send_event(
    context: TelemetryContext, alarm: Mapping[str, Any], old: AlarmState, new: AlarmState
) -> None:
    entry = {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Resources": [alarm["AlarmArn"]],
        "Detail": json.dumps(messages.event_detail(alarm, old, new)),
    }
    try:
        await context.aws("events", "PutEvents", Entries=[entry])
    except _FAILURES as error:
        _LOG.warning("%s: the event was not sent: %s", alarm["AlarmName"], error)


def _note(
    context: TelemetryContext,
    alarm: Mapping[str, Any],
    new: AlarmState,
    arn: str,
    error: str | None,
) -> None:
    done = "Successfully executed" if error is None else "Failed to execute"
    data = {"actionState": "Succeeded" if error is None else "Failed", "notificationResource": arn}
    context.alarms.note(
        alarm["AlarmName"],
        "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
        new.updated,
        "Action",
        f"{done} action {arn}",
        data if error is None else {**data, "error": error},
    )

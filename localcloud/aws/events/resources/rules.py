"""EventBridge: rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localcloud.aws.events import patterns, schedules
from localcloud.aws.events.resources.buses import DEFAULT_BUS, TAGS, bus_of, of_bus
from localcloud.provider.documents import json_failures
from localcloud.provider.row import (
    REPLACE,
    UNSET,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def rule_state(context: Context) -> Properties:
    """Return the state, which `isEnabled` sets too."""
    enabled = context.inputs.get("isEnabled")
    if enabled is None:
        return {"State": context.inputs.get("state") or "ENABLED"}
    return {"State": "ENABLED" if enabled else "DISABLED"}


def rule_from_id(id_: str) -> Properties:
    """Read `rule` or `bus/rule`."""
    bus, _, name = id_.rpartition("/")
    bus = bus or DEFAULT_BUS
    return {"name": name, "eventBusName": bus, "id": of_bus(bus, name, separator="/")}


def read_rule(context: Context) -> Properties:
    """Return the rule, with its state in the input that the program sets."""
    keys = {"Name": context.get("name"), "EventBusName": bus_of(context)}
    found = context.call("DescribeRule", **keys)
    del found["EventBusName"]  # the program may set the ARN
    enabled = found["State"] != "DISABLED"
    return {**found, "isEnabled": enabled if context.get("isEnabled") is not None else None}


def check_rule(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EventBridge's constraints across the inputs of a rule."""
    failures = list(json_failures(inputs, "eventPattern"))
    yield from failures
    if inputs.get("eventPattern") and not failures:
        reason = patterns.problem(json.loads(inputs["eventPattern"]))
        if reason:
            yield CheckFailure("eventPattern", f"is not a valid event pattern: {reason}")
    if not inputs.get("eventPattern") and not inputs.get("scheduleExpression"):
        yield CheckFailure("eventPattern", "is not set: set it, or scheduleExpression")
    if reason := schedules.problem(inputs.get("scheduleExpression")):
        yield CheckFailure("scheduleExpression", f"is not valid: {reason}")
    if inputs.get("scheduleExpression") and bus_of(inputs) != DEFAULT_BUS:
        yield CheckFailure("scheduleExpression", "is for the default event bus only: remove it")
    if inputs.get("state") and inputs.get("isEnabled") is not None:
        yield CheckFailure("isEnabled", "conflicts with state: set one of them")


RULE = Row(
    type="aws:cloudwatch/eventRule:EventRule",
    service="events",
    inputs={
        **each(UPDATE, "description eventPattern isEnabled roleArn tags"),
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(REPLACE, "namePrefix region"),
        "eventBusName": Input(REPLACE, default=DEFAULT_BUS),
        "name": Input(REPLACE, limit=Limit(max_length=64, pattern=r"[.\-_A-Za-z0-9]+")),
        "scheduleExpression": Input(UPDATE, limit=Limit(max_length=256)),
        "state": Input(
            UPDATE,
            default=lambda inputs: "ENABLED" if inputs.get("isEnabled") is None else UNSET,
            supported_values=("ENABLED", "DISABLED"),
        ),
    },
    name=Naming(max_length=64),
    create=Op(name="PutRule", extra=rule_state),
    id=lambda context, _: of_bus(bus_of(context), context.inputs["name"], separator="/"),
    from_id=rule_from_id,
    read=read_rule,
    update=Op(name="PutRule", extra=rule_state),
    delete=Op(
        name="DeleteRule",
        keys={"Name": "name", "EventBusName": "eventBusName", "Force": "forceDestroy"},
    ),
    tags=TAGS,
    check=check_rule,
)

ROWS = (RULE,)

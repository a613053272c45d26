"""EventBridge: event buses, rules and their targets."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from localcloud.aws.events import patterns, targets
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
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DEFAULT_BUS = "default"
TAGS = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceARN": "arn"},
)
TARGET_MEMBERS = {
    "arn": "Arn",
    "deadLetterConfig": "DeadLetterConfig",
    "input": "Input",
    "inputPath": "InputPath",
    "inputTransformer": "InputTransformer",
    "retryPolicy": "RetryPolicy",
    "roleArn": "RoleArn",
    "sqsTarget": "SqsParameters",
}
"""Input of a target -> member of PutTargets."""
NAMES = re.compile(r"\bInput(?:Path|Transformer)?\b")
BLOCK_MEMBERS = {
    "arn": "Arn",
    "inputPaths": "InputPathsMap",
    "inputTemplate": "InputTemplate",
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
    "messageGroupId": "MessageGroupId",
}


def of_bus(bus: str, *names: str, separator: str) -> str:
    """Return the ID of an object on *bus*, which the default bus leaves out."""
    return separator.join(names if bus == DEFAULT_BUS else (bus, *names))


def bus_of(found: Context | Properties) -> str:
    """Return the name or ARN of the event bus of a rule or target."""
    return found.get("eventBusName") or DEFAULT_BUS


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
    if inputs.get("scheduleExpression") and bus_of(inputs) != DEFAULT_BUS:
        yield CheckFailure("scheduleExpression", "is for the default event bus only: remove it")
    if inputs.get("state") and inputs.get("isEnabled") is not None:
        yield CheckFailure("isEnabled", "conflicts with state: set one of them")


def target_members(inputs: Properties) -> dict[str, Any]:
    """Return a target's inputs as members of PutTargets."""
    return {
        member: block_members(inputs[key])
        for key, member in TARGET_MEMBERS.items()
        if inputs.get(key) not in (None, "", {})
    }


def block_members(value: Any) -> Any:
    """Return a block's properties as members of PutTargets."""
    if not isinstance(value, dict):
        return value
    return {BLOCK_MEMBERS[key]: value[key] for key in BLOCK_MEMBERS if value.get(key) is not None}


def create_target(context: Context) -> str:
    """Add the target to its rule."""
    id_ = context.inputs.get("targetId") or f"terraform-{uuid.uuid4().hex[:26]}"
    context.outputs["targetId"] = id_
    put_target(context)
    bus = bus_of(context)
    context.id = of_bus(bus, context.inputs["rule"], id_, separator="-")
    return context.id


def target_of(context: Context) -> str:
    """Return the target's ID, which an interrupted create leaves in the resource ID only."""
    prefix = of_bus(bus_of(context), str(context.get("rule")), "", separator="-")
    return context.get("targetId") or context.id.removeprefix(prefix)


def put_target(context: Context) -> None:
    """Replace the target."""
    target = {"Id": target_of(context), **target_members(context.inputs)}
    keys = {"Rule": context.inputs["rule"], "EventBusName": bus_of(context)}
    context.call("PutTargets", **keys, Targets=[target])


def target_from_id(id_: str) -> Properties:
    """Read `rule/target` or `bus/rule/target`."""
    bus, rule, target = ["", *id_.rsplit("/", 2)][-3:] if "/" in id_ else ("", "", id_)
    bus = bus or DEFAULT_BUS
    own = of_bus(bus, rule, target, separator="-")
    return {"eventBusName": bus, "rule": rule, "targetId": target, "id": own}


def read_target(context: Context) -> Properties | None:
    """Return the target under the names of the SDK."""
    id_ = target_of(context)
    pages = context.client().get_paginator("list_targets_by_rule")
    for page in pages.paginate(Rule=context.get("rule"), EventBusName=bus_of(context)):
        for target in page["Targets"]:
            if target["Id"] == id_:
                return {
                    "targetId": target["Id"],
                    **{key: target.get(member) for key, member in TARGET_MEMBERS.items()},
                }
    return None


def remove_target(context: Context) -> None:
    """Remove the target from its rule."""
    keys = {"Rule": context.get("rule"), "EventBusName": bus_of(context)}
    context.call("RemoveTargets", **keys, Ids=[target_of(context)])


def check_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what EventBridge refuses in a target."""
    properties = {member: key for key, member in TARGET_MEMBERS.items()}
    for member, reason in targets.problems(target_members(inputs)):
        in_sdk = NAMES.sub(lambda name: properties[name[0]], reason)
        yield CheckFailure(properties[member], in_sdk)


def check_local_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what the local cloud does not deliver."""
    properties = {member: key for key, member in TARGET_MEMBERS.items()}
    found = targets.unsupported(target_members(inputs))
    if found:
        member, reason = found
        yield CheckFailure(
            properties[member],
            f"is not supported by the local cloud: leave it out of the stack `local` ({reason})",
        )


def get_bus(context: Context) -> Properties:
    """Return the event bus of a name."""
    name = context.inputs["name"]
    found = context.call("DescribeEventBus", "events", Name=name)
    dead_letters = found.get("DeadLetterConfig")
    return {
        "id": name,
        "name": name,
        "arn": found["Arn"],
        "description": found.get("Description", ""),
        "kmsKeyIdentifier": found.get("KmsKeyIdentifier", ""),
        "deadLetterConfigs": [{"arn": dead_letters["Arn"]}] if dead_letters else [],
        "logConfigs": [],
        "region": context.region,
    }


BUS = Row(
    type="aws:cloudwatch/eventBus:EventBus",
    service="events",
    inputs={
        **each(UPDATE, "deadLetterConfig tags"),
        **each(REPLACE, "region"),
        "description": Input(UPDATE, reset=""),
        "kmsKeyIdentifier": Input(UPDATE, reset=""),
        "eventSourceName": Input(REPLACE, supported=False),
        "logConfig": Input(UPDATE, supported=False),
        "name": Input(REPLACE, limit=Limit(max_length=256, pattern=r"[/.\-_A-Za-z0-9]+")),
    },
    name=Naming(max_length=256),
    create=Op(name="CreateEventBus"),
    id="=name",
    from_id=lambda id_: {"name": id_},
    read=Op(name="DescribeEventBus", keys={"Name": "id"}),
    update=Op(name="UpdateEventBus"),
    delete=Op(name="DeleteEventBus", keys={"Name": "id"}),
    tags=TAGS,
)
RULE = Row(
    type="aws:cloudwatch/eventRule:EventRule",
    service="events",
    inputs={
        **each(UPDATE, "description eventPattern isEnabled roleArn tags"),
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(REPLACE, "namePrefix region"),
        "eventBusName": Input(REPLACE, default=DEFAULT_BUS),
        "name": Input(REPLACE, limit=Limit(max_length=64, pattern=r"[.\-_A-Za-z0-9]+")),
        "scheduleExpression": Input(UPDATE, supported=False),
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
TARGET = Row(
    type="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    inputs={
        **each(UPDATE, " ".join(TARGET_MEMBERS)),
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(REPLACE, "region rule"),
        "eventBusName": Input(REPLACE, default=DEFAULT_BUS),
        "targetId": Input(REPLACE, limit=Limit(max_length=64, pattern=r"[.\-_A-Za-z0-9]+")),
        **dict.fromkeys(
            (
                "appsyncTarget", "batchTarget", "ecsTarget", "httpTarget", "kinesisTarget",
                "redshiftTarget", "runCommandTargets", "sagemakerPipelineTarget",
            ),
            Input(UPDATE, supported=False),
        ),
        "retryPolicy.maximumEventAgeInSeconds": Input(UPDATE, limit=Limit(60, 86_400)),
        "retryPolicy.maximumRetryAttempts": Input(UPDATE, limit=Limit(0, 185)),
        "inputTransformer.inputTemplate": Input(UPDATE, limit=Limit(min_length=1, max_length=8192)),
    },
    create=create_target,
    from_id=target_from_id,
    read=read_target,
    update=put_target,
    delete=remove_target,
    check=check_target,
    check_local=check_local_target,
)  # fmt: skip

ROWS = (BUS, RULE, TARGET)
LOOKUPS = {"aws:cloudwatch/getEventBus:getEventBus": get_bus}

"""EventBridge: targets of rules."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from localcloud.aws.events import targets
from localcloud.aws.events.resources import task_targets
from localcloud.aws.events.resources.buses import DEFAULT_BUS, bus_of, of_bus
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TARGET_MEMBERS = {
    "arn": "Arn",
    "deadLetterConfig": "DeadLetterConfig",
    "input": "Input",
    "inputPath": "InputPath",
    "inputTransformer": "InputTransformer",
    "retryPolicy": "RetryPolicy",
    "roleArn": "RoleArn",
    "sqsTarget": "SqsParameters",
    "kinesisTarget": "KinesisParameters",
}
"""Input of a target -> member of PutTargets."""
PROPERTIES = {
    **{member: key for key, member in TARGET_MEMBERS.items()},
    "EcsParameters": "ecsTarget",
}
NAMES = re.compile(r"\bInput(?:Path|Transformer)?\b")
BLOCK_MEMBERS = {
    "arn": "Arn",
    "inputPaths": "InputPathsMap",
    "inputTemplate": "InputTemplate",
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
    "messageGroupId": "MessageGroupId",
    "partitionKeyPath": "PartitionKeyPath",
}


def target_members(inputs: Properties) -> dict[str, Any]:
    """Return a target's inputs as members of PutTargets."""
    found = {
        member: block_members(inputs[key])
        for key, member in TARGET_MEMBERS.items()
        if inputs.get(key) not in (None, "", {})
    }
    task = inputs.get("ecsTarget")
    return {**found, "EcsParameters": task_targets.members(task)} if task else found


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
                    "ecsTarget": task_targets.properties(target.get("EcsParameters")),
                }
    return None


def remove_target(context: Context) -> None:
    """Remove the target from its rule."""
    keys = {"Rule": context.get("rule"), "EventBusName": bus_of(context)}
    context.call("RemoveTargets", **keys, Ids=[target_of(context)])


def check_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what EventBridge refuses in a target."""
    for member, reason in targets.problems(target_members(inputs)):
        in_sdk = NAMES.sub(lambda name: PROPERTIES[name[0]], reason)
        yield CheckFailure(PROPERTIES[member], in_sdk)


def check_local_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what the local cloud does not deliver."""
    found = targets.unsupported(target_members(inputs))
    if found:
        member, reason = found
        yield CheckFailure(
            PROPERTIES[member],
            f"is not supported by the local cloud: leave it out of the stack `local` ({reason})",
        )


TARGET = Row(
    type="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    inputs={
        **each(UPDATE, " ".join(TARGET_MEMBERS)),
        **task_targets.INPUTS,
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(REPLACE, "region rule"),
        "eventBusName": Input(REPLACE, default=DEFAULT_BUS),
        "targetId": Input(REPLACE, limit=Limit(max_length=64, pattern=r"[.\-_A-Za-z0-9]+")),
        **dict.fromkeys(
            (
                "appsyncTarget", "batchTarget", "httpTarget", "redshiftTarget", "runCommandTargets",
                "sagemakerPipelineTarget",
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

ROWS = (TARGET,)

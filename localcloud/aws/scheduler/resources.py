"""EventBridge Scheduler: schedules and schedule groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.scheduler.validation import problems, unsupported
from localcloud.provider import shapes
from localcloud.provider.row import (
    REPLACE,
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
    from collections.abc import Iterator, Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DEFAULT_GROUP = "default"
NAME = Limit(max_length=64, pattern=r"[0-9a-zA-Z_.-]+")


def members(context: Context) -> dict[str, Any]:
    """Return the target with the network configuration of a task as AWS nests it."""
    operation = shapes.operation("scheduler", "CreateSchedule")
    shape = shapes.members_of(operation.input_shape)["Target"]
    target = shapes.convert(shape, context.inputs["target"], {}, "target")
    block = (context.inputs["target"].get("ecsParameters") or {}).get("networkConfiguration")
    if block:
        inside = {
            "Subnets": list(block["subnets"]),
            "SecurityGroups": list(block.get("securityGroups") or ()),
            "AssignPublicIp": "ENABLED" if block.get("assignPublicIp") else "DISABLED",
        }
        given = {name: value for name, value in inside.items() if value}
        target["EcsParameters"]["NetworkConfiguration"] = {"awsvpcConfiguration": given}
    return {"Target": target, **_dates(context)}


def _dates(context: Context) -> dict[str, Any]:
    given = {"StartDate": "startDate", "EndDate": "endDate"}
    return {member: context.inputs[key] for member, key in given.items() if context.inputs.get(key)}


def read_schedule(context: Context) -> Properties:
    """Return the schedule, with the network configuration of a task as the SDK groups it."""
    group, _, name = context.id.partition("/")
    found = context.call("GetSchedule", GroupName=group, Name=name)
    task = found["Target"].get("EcsParameters") or {}
    if inside := (task.get("NetworkConfiguration") or {}).get("awsvpcConfiguration"):
        public = inside.get("AssignPublicIp") == "ENABLED"
        task["NetworkConfiguration"] = {**inside, "AssignPublicIp": public}
    dates = {name: found[name] for name in ("StartDate", "EndDate") if name in found}
    return {**found, **shapes.to_json_types(dates)}


def from_id(id_: str) -> Properties:
    """Read `group/name`."""
    group, _, name = id_.partition("/")
    return {"groupName": group, "name": name}


def check_schedule(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what Scheduler refuses in a schedule."""
    for member, reason in problems(_as_members(inputs)):
        yield CheckFailure(member[0].lower() + member[1:], reason)


def check_local_schedule(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what the local cloud does not call."""
    if found := unsupported(_as_members(inputs).get("Target") or {}):
        yield CheckFailure("target", f"is not supported by the local cloud: {found}")


def _as_members(value: Any) -> Any:
    """Return *value* with the names of AWS, which begin with an upper-case letter."""
    if not isinstance(value, dict):
        return value
    named: Mapping[str, Any] = {
        key[0].upper() + key[1:]: _as_members(v) for key, v in value.items()
    }
    return {
        ("EventBridgeParameters" if k == "EventbridgeParameters" else k): named[k] for k in named
    }


WHOLE = Op(name="UpdateSchedule", keys={"Name": "name", "GroupName": "groupName"}, extra=members)
UNSUPPORTED = ("capacityProviderStrategies", "placementConstraints", "placementStrategies")

ROWS = (
    Row(
        type="aws:scheduler/scheduleGroup:ScheduleGroup",
        service="scheduler",
        inputs={
            **each(REPLACE, "namePrefix region"),
            **each(UPDATE, "tags"),
            "name": Input(REPLACE, limit=NAME),
        },
        name=Naming(max_length=64),
        create=Op(name="CreateScheduleGroup"),
        id="=name",
        read=Op(name="GetScheduleGroup", keys={"Name": "id"}),
        delete=Op(name="DeleteScheduleGroup", keys={"Name": "id"}),
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListTagsForResource",
            keys={"ResourceArn": "arn"},
        ),
    ),
    Row(
        type="aws:scheduler/schedule:Schedule",
        service="scheduler",
        inputs={
            **each(UPDATE, "description endDate flexibleTimeWindow kmsKeyArn scheduleExpression"),
            **each(UPDATE, "startDate target"),
            **each(REPLACE, "namePrefix region"),
            "name": Input(REPLACE, limit=NAME),
            "groupName": Input(REPLACE, default=DEFAULT_GROUP),
            "scheduleExpressionTimezone": Input(UPDATE, default="UTC"),
            "state": Input(UPDATE, default="ENABLED"),
            "actionAfterCompletion": Input(UPDATE, default="NONE"),
            "target.retryPolicy": Input(UPDATE, chosen_by_aws=True),
            "target.sagemakerPipelineParameters": Input(UPDATE, supported=False),
            **{
                f"target.ecsParameters.{name}": Input(UPDATE, supported=False)
                for name in (*UNSUPPORTED, "referenceId", "tags")
            },
        },
        name=Naming(max_length=64),
        create=Op(name="CreateSchedule", extra=members),
        id=lambda context, _: f"{context.inputs['groupName']}/{context.inputs['name']}",
        from_id=from_id,
        read=read_schedule,
        update=WHOLE,
        delete=Op(name="DeleteSchedule", keys={"Name": "name", "GroupName": "groupName"}),
        check=check_schedule,
        check_local=check_local_schedule,
    ),
)

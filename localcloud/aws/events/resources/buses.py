"""EventBridge: event buses and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.documents import policy_failures
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

DEFAULT_BUS = "default"
TAGS = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceARN": "arn"},
)


def of_bus(bus: str, *names: str, separator: str) -> str:
    """Return the ID of an object on *bus*, which the default bus leaves out."""
    return separator.join(names if bus == DEFAULT_BUS else (bus, *names))


def bus_of(found: Context | Properties) -> str:
    """Return the name or ARN of the event bus of a rule or target."""
    return found.get("eventBusName") or DEFAULT_BUS


def put_policy(context: Context) -> str:
    """Replace the policy; the name of the event bus is its ID."""
    bus = bus_of(context)
    context.call("PutPermission", EventBusName=bus, Policy=context.inputs["policy"])
    return bus


def read_policy(context: Context) -> Properties | None:
    """Return the policy, None if there is none."""
    policy = context.call("DescribeEventBus", Name=context.id).get("Policy")
    return {"eventBusName": context.id, "policy": policy} if policy else None


def remove_policy(context: Context) -> None:
    """Remove every statement."""
    context.call("RemovePermission", EventBusName=context.id, RemoveAllPermissions=True)


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
POLICY = Row(
    type="aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    service="events",
    inputs={
        **each(REPLACE, "region"),
        "eventBusName": Input(REPLACE, default=DEFAULT_BUS),
        "policy": Input(UPDATE),
    },
    create=put_policy,
    read=read_policy,
    update=put_policy,
    delete=remove_policy,
    from_id=lambda id_: {"eventBusName": id_},
    check=lambda inputs: policy_failures(inputs, "policy", principal=True),
)

ROWS = (BUS, POLICY)
LOOKUPS = {"aws:cloudwatch/getEventBus:getEventBus": get_bus}

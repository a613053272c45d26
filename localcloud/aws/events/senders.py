"""Sends an event to one target, by the kind of the target."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.awslambda.models import lambda_backends
from moto.core.utils import unix_time_millis
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import ecs_backends
from moto.kinesis.models import kinesis_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.models import stepfunctions_backends

from localcloud.aws.events.target_input import at, fill
from localcloud.aws.events.targets import is_log_event
from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

MAX_STARTED_BY = 36
OVERRIDES = frozenset(
    {
        "containerOverrides", "cpu", "ephemeralStorage", "executionRoleArn",
        "inferenceAcceleratorOverrides", "memory", "taskRoleArn",
    }
)  # fmt: skip
"""Members of TaskOverride; ECS ignores the others of an event."""


class DeliveryError(Exception):
    """Raised when a target cannot receive an event; *code* is the one of a dead-letter queue."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Delivery:
    """An event on its way to a target of a rule."""

    rule: Any
    target: dict[str, Any]
    event: dict[str, Any]
    arn: re.Match[str]
    """The target's, as `targets.ARN` parses it."""
    text: str
    """What the target receives: the event, or what its input makes of it."""


def _to_queue(delivery: Delivery) -> None:
    arn = delivery.arn
    backend = sqs_backends[arn["account"]][arn["region"]]
    attributes: Any = backend.get_queue(arn["name"]).attributes
    if arn["name"].endswith(".fifo") and attributes.get("ContentBasedDeduplication") != "true":
        raise DeliveryError("INVALID_PARAMETER", "its content-based deduplication is not enabled")
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    backend.send_message(queue_name=arn["name"], message_body=delivery.text, group_id=group)


def _to_topic(delivery: Delivery) -> None:
    arn = delivery.arn
    sns_backends[arn["account"]][arn["region"]].publish(message=delivery.text, arn=arn[0])


def _to_function(delivery: Delivery) -> None:
    arn = delivery.arn
    backend = lambda_backends[arn["account"]][arn["region"]]
    backend.get_function(arn["name"], arn["rest"]).invoke(delivery.text, {}, {})


def _to_log_group(delivery: Delivery) -> None:
    timestamp, message = unix_time_millis(), delivery.text
    if delivery.target.get("InputTransformer"):
        if not is_log_event(delivery.text):
            raise DeliveryError("INVALID_JSON", "the transformed input is not a log event")
        found = json.loads(delivery.text)
        timestamp, message = _milliseconds(found["timestamp"]), str(found["message"])
    arn, stream = delivery.arn, str(uuid4())
    backend = logs_backends[arn["account"]][arn["region"]]
    backend.create_log_stream(arn["name"], stream)
    backend.put_log_events(arn["name"], stream, [{"timestamp": int(timestamp), "message": message}])


def _milliseconds(timestamp: Any) -> float:
    """Return a timestamp in milliseconds, which may be text, or ISO 8601."""
    try:
        return int(timestamp)
    except ValueError:
        return datetime.fromisoformat(timestamp).timestamp() * 1000


def _to_stream(delivery: Delivery) -> None:
    """Put a record, whose partition key is at the target's path in the event, or the event's ID."""
    arn, event = delivery.arn, delivery.event
    stream = kinesis_backends[arn["account"]][arn["region"]].describe_stream(arn[0], None)
    path = (delivery.target.get("KinesisParameters") or {}).get("PartitionKeyPath")
    key = fill("<key>", {"key": at(event, path)}).strip('"') if path else event["id"]
    stream.put_record(key, "", base64.b64encode(delivery.text.encode()).decode())


def _to_state_machine(delivery: Delivery) -> None:
    """Start an execution, which the workers run; its name begins with the event's ID."""
    backend = stepfunctions_backends[delivery.arn["account"]][delivery.arn["region"]]
    name = f"{delivery.event['id'][:36]}_{uuid4()}"
    try:
        backend.start_execution(delivery.arn[0], name, delivery.text)
    except InvalidExecutionInput as error:
        raise DeliveryError("INVALID_JSON", str(error.message)) from error
    JOURNAL.work.announced.add("states")


def _to_cluster(delivery: Delivery) -> None:
    """Run tasks, which the workers start; an input is the overrides of their containers."""
    backend: Any = ecs_backends[delivery.arn["account"]][delivery.arn["region"]]
    task = delivery.target["EcsParameters"]
    try:
        definition = backend.describe_task_definition(task["TaskDefinitionArn"])
        tags = [{"key": one["Key"], "value": one["Value"]} for one in task.get("Tags") or ()]
        if task.get("PropagateTags") == "TASK_DEFINITION":
            tags = [*(definition.tags or ()), *tags]
        if task.get("EnableECSManagedTags"):
            tags = [*tags, {"key": "aws:ecs:clusterName", "value": delivery.arn["name"]}]
        backend.run_task(
            delivery.arn["name"],
            task["TaskDefinitionArn"],
            int(task.get("TaskCount") or 1),
            _task_overrides(delivery.text),
            f"events-rule/{delivery.rule.name}"[:MAX_STARTED_BY],
            tags,
            task.get("LaunchType"),
            networking_configuration=_network(task.get("NetworkConfiguration")),
            group=task.get("Group"),
            platform_version=task.get("PlatformVersion"),
        )
    except InvalidParameterException as error:
        raise DeliveryError("INVALID_PARAMETER", str(error.message)) from error
    JOURNAL.work.announced.add("ecs")


def _task_overrides(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise DeliveryError(
            "INVALID_JSON", "the input is not the JSON of a TaskOverride"
        ) from error
    given: dict[str, Any] = found if isinstance(found, dict) else {}
    return {name: given[name] for name in OVERRIDES if name in given}


def _network(configuration: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a network configuration under the names of ECS."""
    found = (configuration or {}).get("awsvpcConfiguration")
    if not found:
        return None
    return {"awsvpcConfiguration": {name[0].lower() + name[1:]: v for name, v in found.items()}}


SENDERS: dict[str, Callable[[Delivery], None]] = {
    "ecs": _to_cluster,
    "kinesis": _to_stream,
    "lambda": _to_function,
    "logs": _to_log_group,
    "sns": _to_topic,
    "sqs": _to_queue,
    "states": _to_state_machine,
}
"""Service of the target's ARN -> what sends to it."""

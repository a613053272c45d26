"""Destinations and dead-letter queues of asynchronous invocations."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.functions.definition import Definition, InvokeConfig
    from localcloud.runtime.functions.event_queue import Event
    from localcloud.runtime.functions.invocation import Outcome

MAX_ATTRIBUTE_CHARACTERS = 1024
"""Maximum length of a dead letter's ErrorMessage attribute."""


@dataclass(frozen=True)
class Delivery:
    """A message to a destination or a dead-letter queue."""

    target: str
    body: str
    attributes: dict[str, str] = field(default_factory=dict)
    source_arn: str = ""
    succeeded: bool = False

    @property
    def metric(self) -> str:
        """Name of the metric of a failed delivery."""
        return "DeadLetterErrors" if self.attributes else "DestinationDeliveryFailures"

    @classmethod
    def many_from_json(cls, text: str) -> list[Delivery]:
        """Parse the result of `many_to_json`."""
        return [cls(**fields) for fields in json.loads(text)]

    @staticmethod
    def many_to_json(deliveries: list[Delivery]) -> str:
        """Serialize *deliveries*."""
        return json.dumps([asdict(delivery) for delivery in deliveries])


def deliveries(
    event: Event,
    config: InvokeConfig,
    definition: Definition | None,
    condition: str,
    outcome: Outcome | None,
) -> list[Delivery]:
    """Return the messages to send when an asynchronous invocation has ended."""
    succeeded = condition == "Success"
    arn = definition.arn if definition else event.name
    todo: list[Delivery] = []
    if target := config.on_success if succeeded else config.on_failure:
        body = json.dumps(_record(event, arn, condition, outcome))
        todo.append(Delivery(target, body, source_arn=arn, succeeded=succeeded))
    if definition and definition.dead_letter_arn and not succeeded:
        attributes = {
            "RequestID": event.request_id,
            "ErrorCode": "200",
            "ErrorMessage": _message(outcome)[:MAX_ATTRIBUTE_CHARACTERS] or condition,
        }
        target = definition.dead_letter_arn
        todo.append(Delivery(target, event.payload.decode(), attributes, arn))
    return todo


async def send(aws: AwsApi, delivery: Delivery) -> None:
    """Send one message to a queue, a topic or an event bus."""
    _, _, service, region, account, *rest = delivery.target.split(":")
    attributes = {
        name: {"DataType": "Number" if name == "ErrorCode" else "String", "StringValue": value}
        for name, value in delivery.attributes.items()
    }
    match service:
        case "sqs":
            queue = await aws(
                service,
                "GetQueueUrl",
                region=region,
                QueueName=rest[0],
                QueueOwnerAWSAccountId=account,
            )
            await aws(
                service,
                "SendMessage",
                region=region,
                QueueUrl=queue["QueueUrl"],
                MessageBody=delivery.body,
                MessageAttributes=attributes,
            )
        case "sns":
            await aws(
                service,
                "Publish",
                region=region,
                TopicArn=delivery.target,
                Message=delivery.body,
                MessageAttributes=attributes,
            )
        case "events":
            result = "Success" if delivery.succeeded else "Failure"
            entry = {
                "Source": "lambda",
                "DetailType": f"Lambda Function Invocation Result - {result}",
                "Resources": [delivery.source_arn, delivery.target],
                "Detail": delivery.body,
                "EventBusName": rest[0].removeprefix("event-bus/"),
            }
            await aws(service, "PutEvents", region=region, Entries=[entry])
        case _:
            message = (
                f"the destination {delivery.target} is not supported locally: use a queue, topic, "
                "event bus or function"
            )
            raise ValueError(message)


def _record(event: Event, arn: str, condition: str, outcome: Outcome | None) -> dict[str, Any]:
    version = outcome.executed_version if outcome else event.qualifier or "$LATEST"
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{arn}:{event.qualifier or '$LATEST'}",
            "condition": condition,
            "approximateInvokeCount": event.attempts + (outcome is not None),
        },
        "requestPayload": json.loads(event.payload),
    }
    if outcome is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": version}
        if outcome.function_error is not None:
            record["responseContext"]["functionError"] = outcome.function_error
        record["responsePayload"] = _parsed(outcome.payload)
    return record


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")


def _message(outcome: Outcome | None) -> str:
    parsed = _parsed(outcome.payload) if outcome else None
    return str(parsed.get("errorMessage", "")) if isinstance(parsed, dict) else ""

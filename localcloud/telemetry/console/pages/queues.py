"""`/queues`: the messages of each queue, seen without receiving them; redrive and delete."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from localcloud.telemetry.console.data import ConsoleError
from localcloud.telemetry.console.masking import masked, masked_text
from localcloud.telemetry.console.page import Action, Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

NAME = re.compile(r"[\w.-]{1,80}")
COUNTS = {
    "visible": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


async def load_all(sources: Sources, request: Request) -> Data:
    """Return the data of the list."""
    del request
    urls: list[str] = []
    more: dict[str, Any] = {}
    while True:
        answer = await sources.aws("sqs", "ListQueues", MaxResults=1000, **more)
        urls += answer.get("QueueUrls") or []
        if not answer.get("NextToken"):
            break
        more = {"NextToken": answer["NextToken"]}
    found = await asyncio.gather(*(_attributes(sources, url) for url in urls))
    queues = [_queue(url, attributes) for url, attributes in zip(urls, found, strict=True)]
    dead = {one["dead_letters"] for one in queues}
    for one in queues:
        one["is_dead_letters"] = one["name"] in dead
    return {"queues": queues}


async def load_one(sources: Sources, request: Request) -> Data:
    """Return the data of a queue."""
    name = request.path["name"]
    url = await _url(sources, name)
    attributes = await _attributes(sources, url)
    messages = await sources.control("GET", f"sqs/messages/{quote(name)}")
    arn = attributes["QueueArn"]
    answer = await sources.aws("sqs", "ListDeadLetterSourceQueues", QueueUrl=url)
    origins = [one.rpartition("/")[2] for one in answer.get("queueUrls") or ()]
    return {
        **_queue(url, attributes),
        "arn": arn,
        "origins": origins,
        "messages": [_message(one) for one in messages["messages"]],
    }


async def redrive(sources: Sources, request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Move the messages of a dead-letter queue to where they came from."""
    del form
    name = request.path["name"]
    url = await _url(sources, name)
    arn = (await _attributes(sources, url))["QueueArn"]
    try:
        await sources.aws("sqs", "StartMessageMoveTask", SourceArn=arn)
    except ClientError as error:
        message = str(error.response.get("Error", {}).get("Message"))
        raise ConsoleError(409, f"{name} was not redriven: {message}") from error
    return _path(name), "The messages were sent back to their queue."


async def delete(sources: Sources, request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Delete one message."""
    name = request.path["name"]
    url = await _url(sources, name)
    receipt = form.get("receipt", "")
    if not receipt:
        raise ConsoleError(400, "No message is named.", "Delete one from the page of the queue.")
    await sources.aws("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=receipt)
    return _path(name), "The message is deleted."


def _path(name: str) -> str:
    return f"/queues/{quote(name, safe='')}"


async def _url(sources: Sources, name: str) -> str:
    if not NAME.fullmatch(name):
        raise ConsoleError(404, f"{name} is not the name of a queue.", "See /queues.")
    try:
        return (await sources.aws("sqs", "GetQueueUrl", QueueName=name))["QueueUrl"]
    except ClientError as error:
        raise ConsoleError(404, f"There is no queue {name}.", "See /queues.") from error


async def _attributes(sources: Sources, url: str) -> dict[str, str]:
    answer = await sources.aws("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
    return answer["Attributes"]


def _queue(url: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return {
        "name": url.rpartition("/")[2],
        **{name: int(attributes.get(key) or 0) for name, key in COUNTS.items()},
        "dead_letters": str(policy.get("deadLetterTargetArn") or "").rpartition(":")[2],
        "max_receives": policy.get("maxReceiveCount"),
        "retention_seconds": int(attributes.get("MessageRetentionPeriod") or 0),
        "visibility_seconds": int(attributes.get("VisibilityTimeout") or 0),
    }


def _message(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "body": masked_text(str(one["body"])),
        "attributes": masked(one.get("attributes") or {}),
    }


LIST = Page("queues", "/queues", "Queues", load_all)
ONE = Page("queue", "/queues/{name}", "Queue", load_one, in_menu=False)
ACTIONS = (
    Action("/queues/{name}/redrive", redrive),
    Action("/queues/{name}/delete", delete),
)

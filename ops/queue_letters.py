"""The dead letters in SQS queues."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.errors import CommandError
from ops.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

QUEUE = re.compile(r"-(queue|dead-letters)-[0-9a-f]{6}$")
HIDDEN_SECONDS = 30  # while the command reads them; an interrupted one shows them again
BATCH = 10  # maximum of ReceiveMessage
POLL_SECONDS = 1.0
RUNNING = "RUNNING"
REASONS = ("reason", "ERROR_MESSAGE", "ERROR_CODE")  # of the kit, of EventBridge and Scheduler
UNKNOWN = "its consumer failed each time: see its log"


@dataclass(frozen=True)
class QueueLetters:
    """The letters in a dead-letter queue."""

    name: str
    sqs: Any
    url: str
    source_url: str
    """URL of the queue that they come from."""

    @property
    def destination(self) -> str:
        """Name of the queue that they come from."""
        return self.source_url.rpartition("/")[2]

    def count(self) -> int:
        """Return the number of letters, those that are being read included."""
        found = self._attributes(self.url)
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(found[name]) for name in names)

    def letters(self, limit: int) -> list[Letter]:
        """Return up to *limit* of them, the oldest first."""
        found = list(self._received(limit))
        for letter in found:
            self.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )
        return sorted(found, key=lambda letter: letter.sent)

    def send_back(self) -> int:
        """Move them to their queue, or wait for a task that does."""
        arn = self._attributes(self.url)["QueueArn"]
        if self._task(arn).get("Status") != RUNNING:
            to = self._attributes(self.source_url)["QueueArn"]
            self.sqs.start_message_move_task(SourceArn=arn, DestinationArn=to)
        while (task := self._task(arn)).get("Status") == RUNNING:
            time.sleep(POLL_SECONDS)
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        if task.get("Status") != "COMPLETED":
            reason = task.get("FailureReason") or task.get("Status")
            raise CommandError(
                f"{moved} letters of {self.name} were sent back, and then SQS stopped: {reason}."
                f" Run it again: bulkhead dead-letters send-back {self.name}"
            )
        return moved

    def discard(self, letters: Sequence[Letter]) -> None:
        """Delete *letters*, and none that arrived later."""
        wanted = {letter.id for letter in letters}
        for letter in self._received(self.count()):
            if letter.id in wanted:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)
                continue
            self.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def _received(self, limit: int) -> Iterator[Letter]:
        seen: set[str] = set()
        while len(seen) < limit:
            answer = self.sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(BATCH, limit - len(seen)),
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            new = [one for one in answer.get("Messages", []) if one["MessageId"] not in seen]
            if not new:
                return
            seen |= {one["MessageId"] for one in new}
            yield from map(_letter, new)

    def _attributes(self, url: str) -> dict[str, str]:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    def _task(self, arn: str) -> dict[str, Any]:
        """Return the latest message move task."""
        answer = self.sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)
        tasks: list[dict[str, Any]] = answer.get("Results") or []
        return tasks[0] if tasks else {}


@dataclass(frozen=True)
class TargetLetters(QueueLetters):
    """The letters of targets: what a rule, a schedule or a bus could not deliver."""

    make_client: Callable[[str], Any]

    @property
    def destination(self) -> str:
        """Their targets, which each letter names."""
        return "their targets"

    def send_back(self) -> int:
        """Call the target of each letter again, and delete the letter."""
        sent = 0
        for letter in self._received(self.count()):
            self._call(letter)
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)
            sent += 1
        return sent

    def _call(self, letter: Letter) -> None:
        service = [*letter.target.split(":"), "", "", ""][2]
        if service not in CALLS:
            raise CommandError(
                f"The letter {letter.id} of {self.name} has the target {letter.target or 'none'}:"
                f" {', '.join(CALLS)} can be called again. Read it, and discard it:"
                f" bulkhead dead-letters show {self.name}"
            )
        client, operation, request = CALLS[service](letter)
        getattr(self.make_client(client), operation)(**request)


def _url(arn: str) -> str:
    """Return the URL of the queue *arn*; SQS reads account and name from it."""
    _, _, _, region, account, name = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


CALLS: dict[str, Callable[[Letter], tuple[str, str, dict[str, str]]]] = {
    "lambda": lambda letter: (
        "lambda",
        "invoke",
        {"FunctionName": letter.target, "InvocationType": "Event", "Payload": letter.body},
    ),
    "sns": lambda letter: ("sns", "publish", {"TopicArn": letter.target, "Message": letter.body}),
    "sqs": lambda letter: (
        "sqs",
        "send_message",
        {"QueueUrl": _url(letter.target), "MessageBody": letter.body},
    ),
    "states": lambda letter: (
        "stepfunctions",
        "start_execution",
        {"stateMachineArn": letter.target, "input": letter.body},
    ),
}
"""Returns client, operation and request that deliver a letter, by the service of its target."""


def _letter(message: dict[str, Any]) -> Letter:
    attributes: dict[str, dict[str, str]] = message.get("MessageAttributes") or {}
    told = (attributes[name].get("StringValue") for name in REASONS if name in attributes)
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    return Letter(
        message["MessageId"],
        dt.datetime.fromtimestamp(sent, dt.UTC),
        next(filter(None, told), UNKNOWN),
        message["Body"],
        message["ReceiptHandle"],
        attributes.get("TARGET_ARN", {}).get("StringValue", ""),
    )


def of_environment(make_client: Callable[[str], Any], environment: str) -> Iterator[QueueLetters]:
    """Yield the letters of each queue of *environment* that has some."""
    sqs = make_client("sqs")
    prefix = f"bulkhead-{environment}-"
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
    queues: dict[tuple[str, str], str] = {}
    for url in (url for page in pages for url in page.get("QueueUrls") or ()):
        name = url.rpartition("/")[2].removeprefix(prefix)
        if match := QUEUE.search(name):
            queues[name[: match.start()], match[1]] = url
    for (name, role), url in queues.items():
        if role == "dead-letters" and (name, "queue") in queues:
            yield QueueLetters(name, sqs, url, queues[name, "queue"])
        elif role == "dead-letters":
            yield TargetLetters(name, sqs, url, "", make_client)

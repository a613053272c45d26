"""The dead letters of an environment: messages that their consumers could not handle."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

import typer

from ops.clients import client
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.settings_copy import known_environments, require_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localcloud.layout import Layout

EnvironmentOption = Annotated[
    str, typer.Option("--env", help="The environment; others need credentials of its account.")
]
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The consumer, as bulkhead dead-letters list shows.")
]

QUEUE = re.compile(r"-(queue|dead-letters)-[0-9a-f]{6}$")
HIDDEN_SECONDS = 30  # while the command reads them; an interrupted one shows them again
BATCH = 10  # maximum of ReceiveMessage and DeleteMessageBatch
SAMPLE = 50
POLL_SECONDS = 1.0
RUNNING = "RUNNING"
REASONS = ("reason", "ERROR_MESSAGE", "ERROR_CODE")  # of the kit, of EventBridge and Scheduler
UNKNOWN = "its consumer failed each time: see its log"
SECRET = re.compile(r"passw|secret|token|authorization|credential|api[-_]?key", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """A dead letter."""

    id: str
    sent: dt.datetime
    reason: str
    body: str
    receipt: str = ""


class DeadLetters(Protocol):
    """The dead letters of one consumer."""

    @property
    def name(self) -> str:
        """Name of the consumer."""
        ...

    @property
    def destination(self) -> str:
        """Where `send_back` sends them."""
        ...

    def count(self) -> int:
        """Return their number, which is approximate in an account."""
        ...

    def letters(self, limit: int) -> Sequence[Letter]:
        """Return up to *limit* of them, the oldest first."""
        ...

    def send_back(self) -> int:
        """Send them to where they came from; return their number. Raises CommandError."""
        ...

    def discard(self, letters: Sequence[Letter]) -> None:
        """Delete *letters*."""
        ...


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
    )


def of_environment(layout: Layout, environment: str) -> list[DeadLetters]:
    """Return the dead letters of each consumer, by name; raises CommandError."""
    require_known(environment, known_environments())
    sqs = client(layout, environment, "sqs")
    prefix = f"bulkhead-{environment}-"
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
    queues: dict[tuple[str, str], str] = {}
    for url in (url for page in pages for url in page.get("QueueUrls") or ()):
        name = url.rpartition("/")[2].removeprefix(prefix)
        if match := QUEUE.search(name):
            queues[name[: match.start()], match[1]] = url
    return [
        QueueLetters(name, sqs, url, queues[name, "queue"])
        for (name, role), url in sorted(queues.items())
        if role == "dead-letters" and (name, "queue") in queues
    ]


def find(layout: Layout, environment: str, name: str) -> DeadLetters:
    """Return the dead letters of the consumer *name*; raises CommandError."""
    known = {one.name: one for one in of_environment(layout, environment)}
    if name not in known:
        raise CommandError(
            f"There is no consumer {name!r} in {environment}. Write one of:"
            f" {', '.join(known) or 'none is deployed there'}"
        )
    return known[name]


def option(environment: str) -> str:
    """Return the option for *environment*; '' for the default."""
    return "" if environment == LOCAL else f" --env {environment}"


def shown(body: str) -> str:
    """Return *body* for a terminal: JSON with indentation, without the values of secrets."""
    try:
        return json.dumps(_masked(json.loads(body)), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {k: "***" if SECRET.search(k) else _masked(v) for k, v in fields.items()}
    if isinstance(value, list):
        return [_masked(one) for one in cast("list[Any]", value)]
    return value

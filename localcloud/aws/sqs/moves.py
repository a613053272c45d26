"""Message move tasks, which moto lacks: a task moves every message before it answers."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import SQSException
from moto.sqs.responses import SQSResponse

from localcloud.aws.sqs.data.queues import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.sqs.models import Message

NOT_FOUND, UNSUPPORTED = "ResourceNotFoundException", "UnsupportedOperation"
MAX_LISTED = 10
HIDDEN_SECONDS = 60
_TASKS = "bulkhead_move_tasks"


def install() -> None:
    """Add the operations."""
    response: Any = SQSResponse
    response.start_message_move_task = _start
    response.list_message_move_tasks = _list
    response.cancel_message_move_task = _cancel


def _start(self: Any) -> ActionResult:
    queues = {queue.queue_arn: queue for queue in self.sqs_backend.queues.values()}
    source_arn = self._get_param("SourceArn")
    rate = self._get_param("MaxNumberOfMessagesPerSecond")
    source = _queue(queues, source_arn)
    redriven = list(_sources(queues, source_arn))
    if not redriven:
        raise SQSException(UNSUPPORTED, "Source queue must be configured as a Dead Letter Queue.")
    if rate is not None:
        raise SQSException(
            UNSUPPORTED, "Leave out MaxNumberOfMessagesPerSecond: locally messages move at once."
        )
    destination_arn = self._get_param("DestinationArn")
    if destination_arn is None and len(redriven) > 1:
        raise SQSException(
            UNSUPPORTED, f"Pass DestinationArn: {source_arn} is the dead-letter queue of several."
        )
    destination = _queue(queues, destination_arn or redriven[0].queue_arn)
    task = {
        "TaskHandle": str(mock_random.uuid4()),
        "Status": "COMPLETED",
        "SourceArn": source_arn,
        **({"DestinationArn": destination_arn} if destination_arn else {}),
        "ApproximateNumberOfMessagesMoved": _move(source, destination),
        "StartedTimestamp": int(unix_time_millis()),
    }
    source.__dict__.setdefault(_TASKS, []).insert(0, task)
    del source.__dict__[_TASKS][MAX_LISTED:]
    return ActionResult({"TaskHandle": task["TaskHandle"]})


def _list(self: Any) -> ActionResult:
    queues = {queue.queue_arn: queue for queue in self.sqs_backend.queues.values()}
    source = _queue(queues, self._get_param("SourceArn"))
    tasks = source.__dict__.get(_TASKS, [])[: int(self._get_param("MaxResults") or 1)]
    answered = [{k: v for k, v in task.items() if k != "TaskHandle"} for task in tasks]
    return ActionResult({"Results": answered})  # the handle is for a task that still runs


def _cancel(self: Any) -> ActionResult:
    handle = self._get_param("TaskHandle")
    raise SQSException(NOT_FOUND, f"There is no running message movement task {handle}.")


def _queue(queues: dict[str, Any], arn: str) -> Any:
    if arn not in queues:
        raise SQSException(NOT_FOUND, "The resource that you specified doesn't exist.")
    return queues[arn]


def _sources(queues: dict[str, Any], arn: str) -> Iterator[Any]:
    """Yield the queues whose dead-letter queue is *arn*."""
    for queue in queues.values():
        policy = queue.redrive_policy or {}
        policy = json.loads(policy) if isinstance(policy, str) else policy
        if policy.get("deadLetterTargetArn") == arn:
            yield queue


def _move(source: Any, destination: Any) -> int:
    store = messages(source)
    store.show()
    moved = 0
    while message := store.take(HIDDEN_SECONDS, lambda _: True):
        destination.add_message(_as_new(message))
        store.delete(message.receipt_handle or "")
        moved += 1
    return moved


def _as_new(message: Message) -> Message:
    """Return *message* with an ID, a time and a receive count of its own, as SQS moves it."""
    made: Any = copy.copy(message)
    made.id = str(mock_random.uuid4())
    made.approximate_receive_count = made.approximate_first_receive_timestamp = 0
    made.visible_at = made.delayed_until = 0.0
    made.mark_sent()
    return made

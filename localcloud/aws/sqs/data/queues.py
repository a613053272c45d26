"""SQS on indexed, journalled queues, with long polling."""

from __future__ import annotations

import base64
import copy
import hashlib
import time
from threading import Condition
from typing import Any

from moto.core.utils import unix_time_millis
from moto.moto_api._internal import mock_random
from moto.sqs import models
from moto.sqs.exceptions import InvalidParameterValue, SQSException
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from localcloud.aws import pickling
from localcloud.aws.journal import JOURNAL
from localcloud.aws.sqs import metrics
from localcloud.aws.sqs.data.messages import Messages
from localcloud.aws.trace_header import with_trace_header

_create_queue = SQSBackend.create_queue
_delete_queue = SQSBackend.delete_queue
_set_attributes = SQSBackend.set_queue_attributes
_closing = False


def install() -> None:
    """Replace moto's lists of messages."""
    pickling.REDUCTIONS[Queue] = pickling.without(*NOT_SAVED)
    kind: Any = Queue
    kind.add_message = _add
    kind.delete_message = _delete_message
    kind.dead_letter_queue = property(_dead_letters, lambda _self, _value: None)
    SQSBackend.create_queue = _create
    SQSBackend.delete_queue = _delete
    SQSBackend.set_queue_attributes = _set
    SQSBackend.send_message = _send
    SQSBackend.receive_message = _receive
    SQSBackend.delete_message_batch = _delete_batch
    SQSBackend.change_message_visibility = _change_visibility
    SQSBackend.purge_queue = lambda self, queue_name: messages(self.get_queue(queue_name)).clear()


def wake_waiting() -> None:
    """End every long poll, before the process exits."""
    global _closing  # noqa: PLW0603 - set once, at shutdown
    with JOURNAL.lock:
        _closing = True
        for _, _, backend in sqs_backends.iter_backends():
            for queue in backend.queues.values():  # type: ignore[attr-defined]
                _changed(queue).notify_all()


def messages(queue: Any) -> Messages:
    """Return the messages of *queue*."""
    found = queue.__dict__.get("bulkhead_messages")
    if found is None:
        found = Messages(queue.queue_arn, fifo=queue.fifo_queue)
        queue.__dict__["bulkhead_messages"] = found
    return found


def put_back(collection: str, key: str, value: bytes) -> None:
    """Restore a message or a deduplication id."""
    kind, _, arn = collection.partition(" ")
    queue = _named(arn)
    if queue is None:
        return
    if kind == "sqs":
        message: Any = Message("", "")
        messages(queue).put_back(key, message, value)
    else:
        messages(queue).put_back_seen(key, value)


NOT_SAVED = ("_messages", "_pending_messages", "_messages_lock", "deleted_messages",
             "dead_letter_queue", "bulkhead_messages", "bulkhead_changed")  # fmt: skip
"""Attributes of a queue that are journalled or not saved."""


def _named(arn: str) -> Any:
    """Return the queue *arn*, None if it does not exist."""
    _, _, _, region, account, name = arn.split(":", 5)
    return sqs_backends[account][region].queues.get(name)


def _dead_letters(queue: Any) -> Any:
    """Return the dead-letter queue by name: it may have been deleted and created again."""
    return queue.redrive_policy and _named(queue.redrive_policy["deadLetterTargetArn"])


def _changed(queue: Any) -> Condition:
    found = queue.__dict__.get("bulkhead_changed")
    if found is None:
        found = queue.__dict__["bulkhead_changed"] = Condition(JOURNAL.lock)
    return found


def _create(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    known = name in self.queues
    queue = _create_queue(self, name, *args, **kwargs)
    if not known:
        messages(queue).clear()
    return queue


def _delete(self: Any, queue_name: str) -> None:
    queue = self.get_queue(queue_name)
    messages(queue).clear()
    _delete_queue(self, queue_name)
    _changed(queue).notify_all()


def _set(self: Any, queue_name: str, attributes: dict[str, Any]) -> Any:
    """Set all attributes of the request, or none of them.

    moto removes the policy if the request has none, and keeps a redrive policy that it rejected.
    """
    queue = self.get_queue(queue_name)
    redrive_policy = queue.redrive_policy
    try:
        return _set_attributes(self, queue_name, {"Policy": queue.policy, **attributes})
    except SQSException:
        queue.redrive_policy = redrive_policy
        raise


def _delete_message(queue: Any, handle: str) -> None:
    messages(queue).delete(handle)
    metrics.deleted(queue)


def _delete_batch(
    self: Any, queue_name: str, receipts: list[dict[str, str]]
) -> tuple[list[str], list[dict[str, Any]]]:
    deleted, failed = [], []
    for entry in receipts:
        try:
            self.delete_message(queue_name, entry["ReceiptHandle"])
            deleted.append(entry["Id"])
        except SQSException as error:
            told = {"Code": error.code, "Message": error.message}
            failed.append({"Id": entry["Id"], "SenderFault": True, **told})
    return deleted, failed


def _add(queue: Any, message: Message) -> None:
    messages(queue).add(message)
    _changed(queue).notify_all()


def _send(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    queue_name: str,
    message_body: str,
    message_attributes: dict[str, Any] | None = None,
    delay_seconds: int | None = None,
    deduplication_id: str | None = None,
    group_id: str | None = None,
    system_attributes: dict[str, Any] | None = None,
    validate_group_id: bool = True,
) -> Message:
    queue = self.get_queue(queue_name)
    self._validate_message(
        queue, message_body, int(delay_seconds or 0), deduplication_id, group_id, validate_group_id
    )
    of_queue = delay_seconds is None or queue.fifo_queue
    delay = queue.delay_seconds if of_queue else int(delay_seconds or 0)
    if not 0 <= delay <= models.MAXIMUM_MESSAGE_DELAY:
        raise InvalidParameterValue(
            f"Value {delay} for parameter DelaySeconds is invalid. "
            "Reason: DelaySeconds must be >= 0 and <= 900."
        )
    traced = with_trace_header(system_attributes)
    message: Any = Message(str(mock_random.uuid4()), message_body, traced)
    message.message_attributes = {k: _binary(v) for k, v in (message_attributes or {}).items()}
    message.group_id = group_id
    message.mark_sent(delay_seconds=delay)
    if queue.fifo_queue:
        if queue.content_based_deduplication and deduplication_id is None:
            deduplication_id = hashlib.sha256(message_body.encode()).hexdigest()
        message.deduplication_id = deduplication_id
        message.sequence_number = f"{time.time_ns():020d}"
        key = deduplication_id or ""
        if queue.deduplication_scope == "messageGroup":
            key = f"{group_id} {key}"
        if sent := messages(queue).seen(key):
            message.id, message.sequence_number = sent
            return message
        messages(queue).remember(key, message)
    _add(queue, message)
    metrics.sent(queue, message)
    return message


def _binary(attribute: dict[str, Any]) -> dict[str, Any]:
    """Return *attribute* with bytes as its binary value, which SNS passes as Base64."""
    value = attribute.get("BinaryValue")
    return (
        {**attribute, "BinaryValue": base64.b64decode(value)}
        if isinstance(value, str)
        else attribute
    )


def _receive(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Message]:
    queue = self.get_queue(queue_name)
    deadline = time.monotonic() + JOURNAL.poll_seconds(wait_seconds_timeout)
    while True:
        if JOURNAL.work.abandoned():
            return []
        taken = _take(queue, count, int(visibility_timeout or 0))
        left = deadline - time.monotonic()
        if taken or left <= 0 or _closing or self.queues.get(queue_name) is not queue:
            break
        visible_at_ms = messages(queue).next_change()
        if visible_at_ms is not None:
            left = min(left, max(0.001, (visible_at_ms - unix_time_millis()) / 1000))
        JOURNAL.wait(_changed(queue), left)
    metrics.received(queue, len(taken))
    return [_copy(message, message_attribute_names or []) for message in taken]


def _take(queue: Any, count: int, visible_seconds: int) -> list[Message]:
    store, taken = messages(queue), []
    dead_letters, limit = queue.dead_letter_queue, (queue.redrive_policy or {}).get(
        "maxReceiveCount", 0
    )  # fmt: skip
    oldest = unix_time_millis() - queue.message_retention_period * 1000

    def accept(message: Message) -> bool:
        if (message.sent_timestamp or 0) <= oldest:
            return False
        if dead_letters is None or message.approximate_receive_count < limit:
            return True
        _move(dead_letters, message)
        return False

    store.show()
    while len(taken) < count:
        message = store.take(visible_seconds, accept, taken[-1].group_id if taken else None)
        if message is None:
            break
        taken.append(message)
    store.lock_groups(taken)
    return taken


def _move(dead_letters: Any, message: Message) -> None:
    moved = copy.copy(message)
    moved.visible_at = moved.delayed_until = 0.0
    _add(dead_letters, moved)


def _copy(message: Message, wanted: list[str]) -> Message:
    found = copy.copy(message)
    models._filter_message_attributes(found, wanted)  # noqa: SLF001 - moto has no public function
    return found


def _change_visibility(
    self: Any, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    queue = self.get_queue(queue_name)
    messages(queue).change_visibility(receipt_handle, int(visibility_timeout))
    _changed(queue).notify_all()

"""What moto's SQS lacks: the redrive allow policy, and AWS's words for a name in use."""

from __future__ import annotations

from typing import Any

from moto.sqs.exceptions import QueueAlreadyExists
from moto.sqs.models import Queue, SQSBackend


def install() -> None:
    """Replace the attributes of a queue, and `create_queue`."""
    queue: Any = Queue
    backend: Any = SQSBackend
    queue.attributes = property(_with_allow_policy(queue.attributes.fget))
    backend.create_queue = _creating(backend.create_queue)


def _with_allow_policy(attributes: Any) -> Any:
    def answer(self: Any) -> dict[str, Any]:
        policy = getattr(self, "redrive_allow_policy", None)
        return attributes(self) | ({"RedriveAllowPolicy": policy} if policy else {})

    return answer


def _creating(create: Any) -> Any:
    def call(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return create(self, name, *args, **kwargs)
        except QueueAlreadyExists as error:
            present = self.queues[name].attributes
            other = [key for key, value in kwargs.items() if str(present.get(key)) != str(value)]
            raise QueueAlreadyExists(
                "A queue already exists with the same name and a different value for attribute"
                f" {other[0]}"
            ) from error

    return call

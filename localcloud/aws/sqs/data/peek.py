"""Shows the messages of a queue without receiving them: nothing about them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time_millis
from moto.sqs.models import sqs_backends

from localcloud.account import ACCOUNT, REGION
from localcloud.aws.journal import JOURNAL
from localcloud.aws.sqs.data.handles import handle
from localcloud.aws.sqs.data.queues import messages

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

SHOWN = 50
MAX_BODY = 20_000
"""Characters of a body that are shown."""


def peek(endpoints: ControlEndpoints, name: str) -> dict[str, Any]:
    """Return the oldest messages of the queue *name*; each has a receipt for DeleteMessage."""
    del endpoints
    with JOURNAL.lock:
        backend: Any = sqs_backends[ACCOUNT][REGION]
        queue = backend.queues.get(name)
        if queue is None:
            raise FileNotFoundError(f"there is no queue {name}")
        now = unix_time_millis()
        return {"messages": [_shown(slot, now) for slot in messages(queue).oldest(SHOWN)]}


def _shown(slot: Any, now: float) -> dict[str, Any]:
    message = slot.message
    hidden = slot.visible_at_ms > now
    attributes = message.message_attributes or {}
    return {
        "id": message.id,
        "sent": (message.sent_timestamp or 0) / 1000,
        "receives": message.approximate_receive_count,
        "state": "visible" if not hidden else "in flight" if slot.in_flight else "delayed",
        "group": message.group_id or "",
        "body": str(message.body)[:MAX_BODY],
        "attributes": {
            key: str(value.get("StringValue", value.get("string_value", "(binary)")))
            for key, value in attributes.items()
        },
        "receipt": handle(slot.number, message.approximate_receive_count, message.id),
    }

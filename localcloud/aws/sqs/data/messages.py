"""The messages of a queue, indexed; moto scans the whole queue in every call.

A message is in exactly one place: *ready* (a heap by age), *hidden* (a heap by the time it becomes
visible), or *parked* (ready, but its FIFO group has a message in flight).
"""

from __future__ import annotations

import heapq
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import InvalidParameterValue

from localcloud.aws.journal import JOURNAL
from localcloud.aws.sqs.data.handles import handle as receipt_handle
from localcloud.aws.sqs.data.handles import parse

if TYPE_CHECKING:
    from moto.sqs.models import Message

DEDUPLICATION_MS = 300_000
MAX_VISIBILITY_TIMEOUT_MS = 43_200_000
_JOURNALLED = (
    "id", "body", "message_attributes", "system_attributes", "sender_id", "sent_timestamp",
    "approximate_first_receive_timestamp", "approximate_receive_count", "deduplication_id",
    "group_id", "sequence_number", "visible_at", "delayed_until",
)  # fmt: skip


@dataclass(eq=False)
class Slot:
    """A message in its queue."""

    number: int
    message: Message
    visible_at_ms: float = 0
    """Time at which it becomes visible, in milliseconds; 0 if it is visible."""
    in_flight: bool = False


class Messages:
    """The messages of a queue."""

    def __init__(self, name: str, *, fifo: bool) -> None:
        """Create an empty queue that is journalled under *name*."""
        self.fifo = fifo
        self._collection = f"sqs {name}"
        self._seen_collection = f"sqs-seen {name}"
        self._slots: dict[int, Slot] = {}
        self._ready: list[int] = []
        self._ready_by_group: dict[str, list[int]] = {}
        self._hidden: list[tuple[float, int]] = []
        self._parked: dict[str, list[int]] = {}
        self._groups_in_flight: dict[str, set[int]] = {}
        self._seen: OrderedDict[str, tuple[float, str, str]] = OrderedDict()
        self._next = 1

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of visible, in-flight and delayed messages."""
        self._show(unix_time_millis())
        hidden = [
            s for at, n in self._hidden if (s := self._slots.get(n)) and s.visible_at_ms == at
        ]
        flying = sum(slot.in_flight for slot in hidden)
        return len(self._slots) - len(hidden), flying, len(hidden) - flying

    @property
    def oldest_sent_at_ms(self) -> int | None:
        """Time at which the oldest message was sent, in milliseconds; None without messages."""
        first = next(iter(self._slots.values()), None)
        return None if first is None else first.message.sent_timestamp

    def next_change(self) -> float | None:
        """Return the time at which the next message becomes visible, in milliseconds, or None."""
        while self._hidden:
            at, number = self._hidden[0]
            slot = self._slots.get(number)
            if slot is not None and slot.visible_at_ms == at:
                return at
            heapq.heappop(self._hidden)
        return None

    def oldest(self, count: int) -> list[Slot]:
        """Return the oldest messages, whatever their state."""
        return [self._slots[number] for number in heapq.nsmallest(count, self._slots)]

    # Operations

    def add(self, message: Message) -> None:
        """Append *message*."""
        slot = Slot(self._next, message, message.delayed_until)
        self._next += 1
        self._index(slot, unix_time_millis())
        self._journal(slot)

    def seen(self, key: str) -> tuple[str, str] | None:
        """Return id and sequence number of the message sent with *key* within five minutes."""
        oldest = unix_time_millis() - DEDUPLICATION_MS
        while self._seen:
            first, (at, _, _) = next(iter(self._seen.items()))
            if at > oldest:
                break
            del self._seen[first]
            JOURNAL.delete(self._seen_collection, first)
        found = self._seen.get(key)
        return found and (found[1], found[2])

    def remember(self, key: str, message: Message) -> None:
        """Record *message* for the deduplication of messages with the same *key*."""
        found = (unix_time_millis(), message.id, message.sequence_number or "")
        self._seen[key] = found
        JOURNAL.put(self._seen_collection, key, pickle.dumps(found))

    def show(self) -> None:
        """Make messages visible whose time has come."""
        self._show(unix_time_millis())

    def take(
        self, visible_seconds: int, accept: Any, preferred: str | None = None
    ) -> Message | None:
        """Return the oldest visible message, now in flight, or None; call `show` before.

        One of the FIFO group *preferred* comes first, as SQS returns as many of a group as it can.
        Messages that *accept* rejects are removed from the queue.
        """
        of_group = self._ready_by_group.get(preferred or "", [])
        return self._take(of_group, visible_seconds, accept) or self._take(
            self._ready, visible_seconds, accept
        )

    def _take(self, ready: list[int], visible_seconds: int, accept: Any) -> Message | None:
        now = unix_time_millis()
        while ready:
            slot = self._slots.get(heapq.heappop(ready))
            if slot is None or slot.in_flight or slot.visible_at_ms:
                continue
            group = slot.message.group_id if self.fifo else None
            if group is not None and self._groups_in_flight.get(group):
                heapq.heappush(self._parked.setdefault(group, []), slot.number)
                continue
            if not accept(slot.message):
                self._remove(slot)
                continue
            self._receive(slot, visible_seconds, now)
            return slot.message
        return None

    def lock_groups(self, taken: list[Message]) -> None:
        """Lock the FIFO groups of *taken*, the messages of one call; one call may take several."""
        for message in taken:
            if self.fifo and message.group_id is not None:
                number = parse(message.receipt_handle or "")[0]
                if number in self._slots:
                    self._groups_in_flight.setdefault(message.group_id, set()).add(number)

    def delete(self, handle: str) -> None:
        """Delete the message with the receipt *handle*, if it exists."""
        number, count, message_id = parse(handle)
        slot = self._slots.get(number)
        if slot is None or slot.message.id != message_id:
            return
        if self.fifo and not self._is_current(slot, count):
            raise InvalidParameterValue(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt"
                " handle has expired."
            )
        self._remove(slot)

    def change_visibility(self, handle: str, seconds: int) -> None:
        """Set the visibility timeout of a message in flight to *seconds* from now."""
        number, count, message_id = parse(handle)
        slot = self._slots.get(number)
        if slot is None or slot.message.id != message_id:
            raise InvalidParameterValue(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not"
                " exist or is not available for visibility timeout change."
            )
        now = unix_time_millis()
        if not slot.in_flight or slot.visible_at_ms <= now:
            return
        if self.fifo and count != slot.message.approximate_receive_count:
            return
        if now + seconds * 1000 - (slot.message.sent_timestamp or now) > MAX_VISIBILITY_TIMEOUT_MS:
            raise InvalidParameterValue(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total "
                "VisibilityTimeout for the message is beyond the limit [43200 seconds]"
            )
        slot.visible_at_ms = slot.message.visible_at = now + seconds * 1000
        heapq.heappush(self._hidden, (slot.visible_at_ms, slot.number))
        self._show(now)
        self._journal(slot)

    def clear(self) -> None:
        """Delete all messages."""
        self.__init__(self._collection.removeprefix("sqs "), fifo=self.fifo)
        JOURNAL.clear(self._collection)
        JOURNAL.clear(self._seen_collection)

    # Loading

    def put_back(self, key: str, message: Message, values: bytes) -> None:
        """Restore the message journalled under *key*."""
        for name, value in zip(_JOURNALLED, pickle.loads(values), strict=True):  # noqa: S301 - ours
            setattr(message, name, value)
        number = int(key, 16)
        self._next = max(self._next, number + 1)
        slot = Slot(number, message, max(message.visible_at, message.delayed_until))
        slot.in_flight = message.visible_at > message.delayed_until
        if slot.in_flight:
            message.receipt_handle = receipt_handle(
                slot.number, message.approximate_receive_count, message.id
            )
            if self.fifo and message.group_id is not None:
                self._groups_in_flight.setdefault(message.group_id, set()).add(number)
        self._slots[number] = slot
        heapq.heappush(self._hidden, (slot.visible_at_ms, number))

    def put_back_seen(self, key: str, value: bytes) -> None:
        """Restore a deduplication id."""
        self._seen[key] = pickle.loads(value)  # noqa: S301 - ours

    # Internals

    @staticmethod
    def _is_current(slot: Slot, count: int) -> bool:
        in_flight = slot.in_flight and slot.visible_at_ms > unix_time_millis()
        return in_flight and count == slot.message.approximate_receive_count

    def _index(self, slot: Slot, now: float) -> None:
        self._slots[slot.number] = slot
        if slot.visible_at_ms > now:
            heapq.heappush(self._hidden, (slot.visible_at_ms, slot.number))
        else:
            slot.visible_at_ms = 0
            self._make_ready(slot)

    def _make_ready(self, slot: Slot) -> None:
        heapq.heappush(self._ready, slot.number)
        if self.fifo and slot.message.group_id is not None:
            of_group = self._ready_by_group.setdefault(slot.message.group_id, [])
            heapq.heappush(of_group, slot.number)

    def _receive(self, slot: Slot, visible_seconds: int, now: float) -> None:
        message = slot.message
        message.approximate_receive_count += 1
        message.approximate_first_receive_timestamp = (
            message.approximate_first_receive_timestamp or int(now)
        )
        slot.in_flight = True
        slot.visible_at_ms = message.visible_at = now + visible_seconds * 1000
        message.receipt_handle = receipt_handle(
            slot.number, message.approximate_receive_count, message.id
        )
        heapq.heappush(self._hidden, (slot.visible_at_ms, slot.number))
        self._journal(slot)

    def _show(self, now: float) -> None:
        while self._hidden and self._hidden[0][0] <= now:
            at, number = heapq.heappop(self._hidden)
            slot = self._slots.get(number)
            if slot is None or slot.visible_at_ms != at:
                continue
            slot.visible_at_ms, slot.in_flight = 0, False
            self._make_ready(slot)
            self._leave_flight(slot)

    def _leave_flight(self, slot: Slot) -> None:
        group = slot.message.group_id
        flying = self._groups_in_flight.get(group or "") if self.fifo else None
        if flying is not None:
            flying.discard(slot.number)
            if not flying:
                del self._groups_in_flight[group or ""]
                for number in self._parked.pop(group or "", []):
                    if number in self._slots:
                        self._make_ready(self._slots[number])

    def _remove(self, slot: Slot) -> None:
        self._slots.pop(slot.number, None)
        self._forget_removed(slot.message.group_id or "")
        self._leave_flight(slot)
        JOURNAL.delete(self._collection, f"{slot.number:016x}")

    def _forget_removed(self, group: str) -> None:
        """Drop removed messages from the head of the group's heap: not every call takes from it."""
        of_group = self._ready_by_group.get(group)
        while of_group and of_group[0] not in self._slots:
            heapq.heappop(of_group)
        if of_group == []:
            del self._ready_by_group[group]

    def _journal(self, slot: Slot) -> None:
        message = slot.message
        values = tuple(getattr(message, name) for name in _JOURNALLED)
        JOURNAL.put(self._collection, f"{slot.number:016x}", pickle.dumps(values))

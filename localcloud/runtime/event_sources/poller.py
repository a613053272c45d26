"""Polls one queue for one function.

A message that the function did not process becomes visible again when its visibility
timeout ends, and counts toward maxReceiveCount of the redrive policy. One that was received and
not given to the function becomes visible at once when the mapping is disabled or deleted.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.event_sources.batch import (
    MAX_BATCH_BYTES,
    Message,
    failed_ids,
    lambda_event,
)
from localcloud.runtime.event_sources.event_source_mapping import (
    MAX_RECEIVED_MESSAGES,
    EventSourceMapping,
)
from localcloud.runtime.event_sources.invoke import FunctionInvoker
from localcloud.runtime.event_sources.patterns import Pattern
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

WAIT_SECONDS = 20
"""Maximum WaitTimeSeconds of SQS."""
FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 2.0
LAST_ANSWER_SECONDS = 0.5
"""How long the answer to a ReceiveMessage in progress is awaited when polling ends."""
MAX_DELETE_ATTEMPTS = 5
MAX_DELETE_DELAY_SECONDS = 3.2


class Poller:
    """The poller of one event source mapping."""

    def __init__(self, context: WorkerContext, mapping: EventSourceMapping) -> None:
        """Create a poller of *mapping*; `start` starts it."""
        self._context = context
        self._mapping = mapping
        self._patterns = [Pattern.parse(text) for text in mapping.patterns]
        self._invoker = FunctionInvoker(context, mapping.function_arn)
        self._slots = asyncio.Semaphore(mapping.max_concurrency)
        self._handling: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[None] | None = None
        self._unhandled: list[Message] = []
        self._url = ""
        self._found = False
        self._visibility_seconds = 30.0

    def start(self) -> None:
        """Start polling."""
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Stop polling, finish the batches in progress, and release the other messages."""
        self._invoker.stopping.set()
        await self._end_reading()
        if self._handling:
            await asyncio.wait(self._handling)

    async def abort(self) -> None:
        """Stop immediately; messages in progress become visible again."""
        await self._end_reading()
        for task in self._handling:
            task.cancel()
        await self.stop()

    async def _end_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
            unhandled, self._unhandled = self._unhandled, []
            await self._release(unhandled)

    async def _read(self) -> None:
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while True:
            await self._slots.acquire()
            messages: list[Message] = []
            try:
                # While the function is throttled, receiving would only raise the receive count.
                await self._invoker.not_throttled.wait()
                if not self._found:
                    await self._find_queue()
                await self._receive_batch(messages)
            except asyncio.CancelledError:
                self._unhandled += messages
                messages = []
                raise
            except Exception as error:  # noqa: BLE001 - the mapping goes on, whatever it was
                unexpected = not isinstance(error, (*CONNECTION_ERRORS, ClientError))
                level = logging.ERROR if unexpected else logging.INFO
                text = "polling %s failed, retrying: %r"
                _LOG.log(level, text, self._mapping.queue, error, exc_info=unexpected)
                self._found = False
            finally:
                self._start_handling(messages)
            if self._found:
                delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
            else:
                await asyncio.sleep(next(delays))

    def _start_handling(self, messages: list[Message]) -> None:
        """Handle *messages* even if receiving more failed: their receive count was raised."""
        if messages:
            task = asyncio.create_task(self._handle(messages))
            self._handling.add(task)
            task.add_done_callback(self._handled)
        else:
            self._slots.release()

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            _LOG.error("a batch of %s failed", self._mapping.queue, exc_info=error)

    async def _find_queue(self) -> None:
        found = await self._sqs(
            "GetQueueUrl",
            QueueName=self._mapping.queue,
            QueueOwnerAWSAccountId=self._mapping.account,
        )
        self._url = found["QueueUrl"]
        answer = await self._sqs(
            "GetQueueAttributes", QueueUrl=self._url, AttributeNames=["VisibilityTimeout"]
        )
        seconds = (answer.get("Attributes") or {}).get("VisibilityTimeout", "30")
        self._visibility_seconds = float(seconds)
        self._found = True

    async def _receive_batch(self, batch: list[Message]) -> None:
        """Receive messages until *batch* is full or the batching window ends."""
        size = 0
        loop = asyncio.get_running_loop()
        end: float | None = None
        while True:
            room = self._mapping.batch_size - len(batch)
            left = WAIT_SECONDS if end is None else end - loop.time()
            if room <= 0 or left <= 0 or size >= MAX_BATCH_BYTES:
                return
            received = await self._receive(min(room, MAX_RECEIVED_MESSAGES), left)
            matching = [message for message in received if self._matches(message)]
            batch += matching
            size += sum(message.size for message in matching)
            if batch and end is None:
                end = loop.time() + self._mapping.window_seconds
            if len(matching) < len(received):
                kept = {message.id for message in matching}
                await self._delete([message for message in received if message.id not in kept])

    async def _receive(self, count: int, seconds: float) -> list[Message]:
        # SQS waits for whole seconds, but less than one may be left of the batching window.
        whole = min(int(seconds), WAIT_SECONDS)
        call = asyncio.create_task(
            self._sqs(
                "ReceiveMessage",
                seconds=whole + 30,
                QueueUrl=self._url,
                MaxNumberOfMessages=count,
                WaitTimeSeconds=whole,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        )
        try:
            messages = _messages(await asyncio.shield(call))
        except asyncio.CancelledError:
            # Messages of a response that is discarded would stay invisible until their timeout.
            await asyncio.wait([call], timeout=LAST_ANSWER_SECONDS)
            if not call.done():
                call.cancel()
            elif call.exception() is None:
                self._unhandled += _messages(call.result())
            raise
        if not messages and whole == 0:
            await asyncio.sleep(min(seconds, 0.1))
        return messages

    def _matches(self, message: Message) -> bool:
        if not self._patterns:
            return True
        record = message.for_patterns()
        return any(pattern.matches(record) for pattern in self._patterns)

    async def _handle(self, messages: list[Message]) -> None:
        event = lambda_event(messages, self._mapping.source_arn)
        answer = await self._invoker.invoke(event, timeout_seconds=self._visibility_seconds)
        if not answer.handled:
            _LOG.info(
                "%d messages of %s stay in the queue: %s",
                len(messages),
                self._mapping.queue,
                answer.reason,
            )
            if self._invoker.stopping.is_set() and not answer.invoked:
                await self._release(messages)
            return
        failed: set[str] = set()
        if self._mapping.reports_item_failures:
            failed = failed_ids(answer.payload, {message.id for message in messages})
        await self._delete([message for message in messages if message.id not in failed])

    async def _release(self, messages: list[Message]) -> None:
        """Make *messages* visible, as far as their queue still exists."""
        for start in range(0, len(messages), MAX_RECEIVED_MESSAGES):
            entries = [
                {"Id": str(index), "ReceiptHandle": message.handle, "VisibilityTimeout": 0}
                for index, message in enumerate(messages[start : start + MAX_RECEIVED_MESSAGES])
            ]
            try:
                await self._sqs("ChangeMessageVisibilityBatch", QueueUrl=self._url, Entries=entries)
            except (*CONNECTION_ERRORS, ClientError) as error:
                text = "messages of %s stay invisible until their timeout ends: %r"
                _LOG.info(text, self._mapping.queue, error)

    async def _delete(self, messages: list[Message]) -> None:
        for start in range(0, len(messages), MAX_RECEIVED_MESSAGES):
            entries: list[dict[str, Any]] = [
                {"Id": str(index), "ReceiptHandle": message.handle}
                for index, message in enumerate(messages[start : start + MAX_RECEIVED_MESSAGES])
            ]
            await self._delete_entries(entries)

    async def _delete_entries(self, entries: list[dict[str, Any]]) -> None:
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELETE_DELAY_SECONDS)
        for _ in range(MAX_DELETE_ATTEMPTS):
            try:
                await self._sqs("DeleteMessageBatch", QueueUrl=self._url, Entries=entries)
            except (*CONNECTION_ERRORS, ClientError) as error:
                _LOG.info(
                    "messages of %s cannot be deleted, retrying: %r", self._mapping.queue, error
                )
                await asyncio.sleep(next(delays))
            else:
                return
        _LOG.warning(
            "DeleteMessageBatch failed: %s delivers its messages again", self._mapping.queue
        )

    async def _sqs(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return await self._context.aws("sqs", operation, region=self._mapping.region, **parameters)


def _messages(answer: dict[str, Any]) -> list[Message]:
    return [Message(raw) for raw in answer.get("Messages") or []]

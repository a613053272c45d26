"""Receives the messages of one queue and calls a handler; `kit.consumer` runs it."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import logging
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from kit import changes, dead_letters, events, faults, filters, settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    Content = events.Event | changes.ObjectChange
    Handler = Callable[[Any], Awaitable[None] | None]
    """Takes the event of a message, or the change of an object that it tells of."""

logger = logging.getLogger("consumer")

MAX_CONCURRENCY = 10
MAX_RECEIVED = 10  # of ReceiveMessage
WAIT_SECONDS = 5  # of a receive; the stop of a consumer waits for it
PAUSE_SECONDS = 1.0  # after SQS did not answer
MAX_HANDLING_SECONDS = 900.0  # as long as a Lambda function; then the message is received again
EXTENSIONS = 3  # of the visibility timeout, while it lasts
FIRST_RETRY_SECONDS = 2  # doubled with each receive, up to the visibility timeout
UNREACHABLE = (BotoCoreError, ClientError)
EVENT_SOURCE_SUFFIX = "_EVENT_SOURCE"


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue, and how it is consumed."""

    name: str
    """The event, queue or source of service.yaml: the type of messages that are events."""
    url: str
    dead_letters_url: str
    max_concurrency: int = MAX_CONCURRENCY
    """Maximum number of messages at a time in this process."""
    of_objects: bool = False
    """Whether its messages are S3's event notifications, not events."""

    @classmethod
    def from_environment(cls, prefix: str) -> Queue:
        """Return the queue whose variables begin with *prefix*; raises SettingError."""
        source = os.environ.get(f"{prefix}{EVENT_SOURCE_SUFFIX}")
        if source not in {None, changes.S3}:
            raise settings.SettingError(
                f"environment variable {prefix}{EVENT_SOURCE_SUFFIX}: write {changes.S3}, or remove"
                f" it for events, in place of {source!r}"
            )
        return cls(
            name=prefix.lower().replace("_", "-"),
            url=settings.text(f"{prefix}{dead_letters.QUEUE_SUFFIX}"),
            dead_letters_url=os.environ.get(f"{prefix}{dead_letters.DEAD_LETTERS_SUFFIX}", ""),
            max_concurrency=settings.number(f"{prefix}_MAX_CONCURRENCY", MAX_CONCURRENCY),
            of_objects=source is not None,
        )


@dataclass
class _Message:
    """A received message that is not handled yet."""

    raw: dict[str, Any]
    since: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.raw["MessageId"]

    @property
    def body(self) -> str:
        return self.raw["Body"]

    @property
    def handle(self) -> str:
        return self.raw["ReceiptHandle"]

    @property
    def trace_header(self) -> str:
        return self.raw.get("Attributes", {}).get("AWSTraceHeader", "")

    @property
    def attributes(self) -> dict[str, Any]:
        return self.raw.get("MessageAttributes") or {}

    @property
    def receives(self) -> int:
        sent: dict[str, Any] = self.raw.get("Attributes") or {}
        return int(sent.get("ApproximateReceiveCount", 1))

    @property
    def replayed(self) -> bool:
        return self.attributes.get("replayed", {}).get("StringValue") == "true"


class QueueConsumer:
    """Consumes one queue."""

    def __init__(self, client: Any, executor: Executor, queue: Queue, handler: Handler) -> None:
        """Call *handler* with what *queue* delivers; blocking calls run in *executor*."""
        self._client = client
        self._executor = executor
        self._queue = queue
        self._handler = handler
        self._filter = filters.of_event(queue.name)
        self._working: dict[asyncio.Task[None], _Message] = {}
        self._visibility_seconds = 0

    async def work(self, stop: asyncio.Event, finish_seconds: float) -> int:
        """Handle messages until *stop* is set; return how many had to be released."""
        extending = asyncio.create_task(self._extend())
        try:
            await self._receive_until(stop)
            if self._working:
                await asyncio.wait(self._working, timeout=finish_seconds)
        finally:
            extending.cancel()
        unfinished = dict(self._working)
        for task, message in unfinished.items():
            task.cancel()
            await self._try("release", self._set_visibility, message, 0)
        return len(unfinished)

    async def _receive_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            free = self._queue.max_concurrency - len(self._working)
            if not free:
                stopped = asyncio.ensure_future(stop.wait())
                await asyncio.wait({stopped, *self._working}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                continue
            try:
                received = await self._call(self._receive, min(free, MAX_RECEIVED))
            except UNREACHABLE as error:
                self._log_unreachable("receive", error)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            for raw in received:
                message = _Message(raw)
                if stop.is_set():
                    await self._try("release", self._set_visibility, message, 0)
                    continue
                task = asyncio.create_task(self._handle(message))
                self._working[task] = message
                task.add_done_callback(self._working.pop)

    def _receive(self, number: int) -> list[dict[str, Any]]:
        if not self._visibility_seconds:
            asked = {"QueueUrl": self._queue.url, "AttributeNames": ["VisibilityTimeout"]}
            found = self._client.get_queue_attributes(**asked)["Attributes"]
            self._visibility_seconds = int(found["VisibilityTimeout"])
        answer = self._client.receive_message(
            QueueUrl=self._queue.url,
            MaxNumberOfMessages=number,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "AWSTraceHeader"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    async def _handle(self, message: _Message) -> None:
        """Handle *message*; an exception of the handler makes it visible again later."""
        try:
            await self._deliver(message)
        except (events.InvalidEventError, changes.InvalidObjectError) as error:
            letter = self._queue.dead_letters_url, message.body, str(error), message.attributes
            sent = await self._try("send to the dead letters", dead_letters.send, *letter)
            if not sent:
                return
        except Exception:
            about = {"event": self._queue.name, "message_id": message.id}
            logger.exception("the message was not handled", extra=about)
            pause = min(FIRST_RETRY_SECONDS**message.receives, self._visibility_seconds)
            await self._try("postpone", self._set_visibility, message, pause)
            return
        await self._try("delete", self._delete, message)

    async def _deliver(self, message: _Message) -> None:
        """Call the handler; raises InvalidEventError and InvalidObjectError beside its errors."""
        if self._queue.of_objects:
            for change in changes.object_changes(message.body):
                with changes.context(self._queue.name, message.id, message.trace_header):
                    await faults.run_async("event", functools.partial(self._call_handler, change))
            return
        event = events.read(message.body, expected=self._queue.name, replayed=message.replayed)
        if event is not None and filters.matches_event(self._filter, event):
            with events.context(event, message.trace_header):
                await faults.run_async("event", functools.partial(self._call_handler, event))

    async def _call_handler(self, content: Content) -> None:
        async with asyncio.timeout(MAX_HANDLING_SECONDS):
            if inspect.iscoroutinefunction(self._handler):
                await self._handler(content)
                return
            result = await self._call(self._handler, content)
            if inspect.isawaitable(result):
                await result

    async def _extend(self) -> None:
        """Keep the messages in progress invisible."""
        while True:
            await asyncio.sleep(max(self._visibility_seconds, 1) / EXTENSIONS)
            for task, message in list(self._working.items()):
                if task.done() or time.monotonic() - message.since > MAX_HANDLING_SECONDS:
                    continue
                seconds = self._visibility_seconds
                await self._try("extend", self._set_visibility, message, seconds)

    def _set_visibility(self, message: _Message, seconds: int) -> None:
        self._client.change_message_visibility(
            QueueUrl=self._queue.url, ReceiptHandle=message.handle, VisibilityTimeout=seconds
        )

    def _delete(self, message: _Message) -> None:
        self._client.delete_message(QueueUrl=self._queue.url, ReceiptHandle=message.handle)

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a blocking *function* in a thread, with the context of this task."""
        call = functools.partial(contextvars.copy_context().run, function, *arguments)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    async def _try(self, what: str, function: Callable[..., Any], *arguments: Any) -> bool:
        """Call *function*, and return whether SQS answered: otherwise the message comes again."""
        try:
            await self._call(function, *arguments)
        except UNREACHABLE as error:
            self._log_unreachable(what, error)
            return False
        return True

    def _log_unreachable(self, what: str, error: Exception) -> None:
        about = {"event": self._queue.name, "call": what, "reason": str(error)}
        logger.warning("SQS did not answer", extra=about)

"""Asynchronous invocations: retries as Lambda does, then sends to the destinations."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.runtime.functions import metrics
from localcloud.runtime.functions.definition import CONNECTION_ERRORS, InvokeConfig, split_name
from localcloud.runtime.functions.destinations import Delivery, deliveries, send
from localcloud.runtime.functions.invocation import Invocation, InvokeError, Outcome
from localcloud.stopped import SERVICE_STOPPED

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.functions.event_queue import Event, EventQueue
    from localcloud.runtime.functions.service import Functions

_LOG = logging.getLogger(__name__)

MAX_CONCURRENT_EVENTS = 10
"""Concurrent asynchronous invocations of one function."""
RETRY_SECONDS = (60.0, 120.0)
FIRST_DELAY_SECONDS = 1.0
MAX_DELAY_SECONDS = 300.0
STOPPED_SECONDS = 5.0
"""Pause of an event whose function's service is stopped on this machine."""
SYSTEM_ERRORS = frozenset({"TooManyRequestsException", "ServiceException"})
"""Errors of the service, not of the function: retried until the maximum event age."""


def retry_scale() -> float:
    """Return the factor of retry delays; tests set it below 1."""
    return float(os.environ.get("BULKHEAD_RETRY_SCALE", "1"))


class AsyncInvoker:
    """Processes the queue of asynchronous invocations."""

    def __init__(self, functions: Functions, queue: EventQueue, aws: AwsApi) -> None:
        """Process *queue* once `run` is started."""
        self._functions = functions
        self._queue = queue
        self._aws = aws
        self._scale = retry_scale()
        self._active: Counter[str] = Counter()
        self._wake = asyncio.Event()

    def accept(self, name: str, qualifier: str | None, invocation: Invocation) -> None:
        """Store an event durably."""
        self._queue.add(name, qualifier, invocation, time.time())
        metrics.event(split_name(name, qualifier)[0], "AsyncEventsReceived")
        self._wake.set()

    async def run(self) -> None:
        """Process events until cancelled; the rest is processed after the next start."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                while event := self._queue.take(time.time(), self._busy()):
                    self._active[event.name] += 1
                    group.create_task(self._work(event))
                due = self._queue.next_due(self._busy())
                pause = None if due is None else max(0.0, due - time.time())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    def _busy(self) -> list[str]:
        return [name for name, count in self._active.items() if count >= MAX_CONCURRENT_EVENTS]

    async def _work(self, event: Event) -> None:
        try:
            if event.deliveries is None:
                await self._invoke(event)
            else:
                await self._deliver(event, Delivery.many_from_json(event.deliveries))
        except Exception as error:  # noqa: BLE001 - an event is never lost to a fault of ours
            _LOG.exception("retrying event %s of %s", event.request_id, event.name)
            self._delay(event, repr(error))
        finally:
            self._active[event.name] -= 1
            self._wake.set()

    async def _invoke(self, event: Event) -> None:
        config = await self._functions.definitions.invoke_config(event.name, event.qualifier)
        try:
            if time.time() - event.accepted > config.age_seconds:
                metrics.event(event.name, "AsyncEventsDropped")
                await self._finish(event, config, "EventAgeExceeded", None)
                return
            age = (time.time() - event.accepted) * 1000
            metrics.event(event.name, "AsyncEventAge", age, "Milliseconds")
            outcome = await self._functions.invoke(event.name, event.qualifier, event.invocation)
        except InvokeError as error:
            if error.code == SERVICE_STOPPED:
                due = time.time() + STOPPED_SECONDS * self._scale
                self._queue.put_back(event, due, attempts=event.attempts, delays=event.delays)
                return
            if error.code in SYSTEM_ERRORS:
                self._delay(event, str(error))
                return
            if error.code == "ResourceNotFoundException":
                _LOG.warning("dropping an event: %s", error)
                self._queue.remove(event)
                return
            body = {"errorType": error.code, "errorMessage": str(error)}
            outcome = Outcome(
                payload=json.dumps(body).encode(),
                executed_version=event.qualifier or "$LATEST",
                function_error="Unhandled",
            )
        if outcome.function_error is None:
            await self._finish(event, config, "Success", outcome)
        elif event.attempts >= config.retries:
            metrics.event(event.name, "AsyncEventsDropped")
            await self._finish(event, config, "RetriesExhausted", outcome)
        else:
            pause = RETRY_SECONDS[min(event.attempts, len(RETRY_SECONDS) - 1)] * self._scale
            due = time.time() + pause
            self._queue.put_back(event, due, attempts=event.attempts + 1, delays=0)

    async def _finish(
        self, event: Event, config: InvokeConfig, condition: str, outcome: Outcome | None
    ) -> None:
        definition = None
        with contextlib.suppress(InvokeError):
            definition = await self._functions.definitions.find(event.name, event.qualifier)
        todo = deliveries(event, config, definition, condition, outcome)
        if not todo:
            self._queue.remove(event)
            return
        # On disk first: after a kill the result is sent, the function not run again.
        text = Delivery.many_to_json(todo)
        self._queue.put_back(event, time.time(), attempts=event.attempts, delays=0, deliveries=text)

    async def _deliver(self, event: Event, todo: list[Delivery]) -> None:
        while todo:
            delivery = todo[0]
            try:
                if ":lambda:" in delivery.target:
                    name, qualifier = split_name(delivery.target, None)
                    self.accept(name, qualifier, Invocation(payload=delivery.body.encode()))
                else:
                    await send(self._aws, delivery)
            except CONNECTION_ERRORS as error:
                self._delay(event, repr(error), Delivery.many_to_json(todo))
                return
            except (ClientError, ValueError) as error:
                metrics.event(event.name, delivery.metric)
                _LOG.error("%s got no result of %s: %s", delivery.target, event.name, error)
            todo = todo[1:]
        self._queue.remove(event)

    def _delay(self, event: Event, why: str, todo: str | None = None) -> None:
        pause = min(FIRST_DELAY_SECONDS * 2**event.delays, MAX_DELAY_SECONDS) * self._scale
        _LOG.info("%s waits %.1f s with an event: %s", event.name, pause, why)
        self._queue.put_back(
            event,
            time.time() + pause,
            attempts=event.attempts,
            delays=event.delays + 1,
            deliveries=todo or event.deliveries,
        )

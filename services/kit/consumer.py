"""Handles the messages of a service's queues in a container: events, and changes of objects.

    python -m kit.consumer orders.worker:handle

or, from a program of the service, with a handler for each event:

    sys.exit(consumer.main({"stock-changed": handle_stock}))

A program that needs connections passes an asynchronous context manager that yields its handlers.

A handler takes a `kit.events.Event`, that of a source of a bucket a `kit.changes.ObjectChange`, and
is a function or a coroutine function. While it works, its message stays invisible. After an
exception the message is received again, later each time, until its queue moves it to the dead
letters. What is malformed, oversize, unknown or contradicts its schema goes there at once with the
reason, and so does what the handler refuses with InvalidEventError or InvalidObjectError. On
SIGTERM no more messages are received; those in progress are finished, or released for another
consumer. Delivery is at least once: see `kit.inbox`. Needs boto3.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import logging
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

from kit import log, settings, tracing
from kit.dead_letters import QUEUE_SUFFIX
from kit.polling import Queue, QueueConsumer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.polling import Handler

    Handlers = Mapping[str, Handler] | Handler

logger = logging.getLogger("consumer")

FINISH_SECONDS = 20.0  # below the 30 that ECS waits between SIGTERM and SIGKILL
CALLS_AT_ONCE = 4  # of a queue, beside its handlers: receive, extend, delete, dead letters


def queues() -> dict[str, Queue]:
    """Return the queues of the variables `<EVENT>_QUEUE_URL` that have dead letters, by event.

    A queue without `<EVENT>_DEAD_LETTERS_URL` belongs to another service: this one only sends.
    """
    names = [name.removesuffix(QUEUE_SUFFIX) for name in os.environ if name.endswith(QUEUE_SUFFIX)]
    found = [Queue.from_environment(prefix) for prefix in sorted(names)]
    return {queue.name: queue for queue in found if queue.dead_letters_url}


async def run(
    handlers: Handlers,
    stop: asyncio.Event,
    *,
    finish_seconds: float = FINISH_SECONDS,
) -> int:
    """Handle events until *stop* is set; return the number of messages that were released.

    *handlers* has the handler of each event, or is the one of all. Raises SettingError.
    """
    chosen = _chosen(handlers, queues())
    config = Config(connect_timeout=2, read_timeout=30, retries={"max_attempts": 3})
    client = boto3.client("sqs", config=config)
    threads = sum(queue.max_concurrency + CALLS_AT_ONCE for queue, _ in chosen)
    with contextlib.ExitStack() as stack:
        executor = ThreadPoolExecutor(threads, thread_name_prefix="consumer")
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        consumers = [QueueConsumer(client, executor, queue, handle) for queue, handle in chosen]
        working = [asyncio.create_task(one.work(stop, finish_seconds)) for one in consumers]
        names = [queue.name for queue, _ in chosen]
        logger.info("consuming", extra={"events": names})
        return sum(await asyncio.gather(*working))


def _chosen(handlers: Handlers, found: Mapping[str, Queue]) -> list[tuple[Queue, Handler]]:
    if not found:
        raise settings.SettingError(
            f"no environment variable ends in {QUEUE_SUFFIX}: write the process as 'process' of an"
            " event, a queue or a source of a bucket, in service.yaml"
        )
    if callable(handlers):
        if len({queue.of_objects for queue in found.values()}) > 1:
            raise settings.SettingError(
                f"pass a handler for each of {', '.join(found)}: some deliver events, others"
                " changes of objects"
            )
        return [(queue, handlers) for queue in found.values()]
    for name in found.keys() ^ handlers.keys():
        known = ", ".join(found)
        raise settings.SettingError(
            f"{name} has no queue: the service consumes {known}"
            if name in handlers
            else f"{name} has no handler: pass one, or remove it from the service's consumes"
        )
    return [(queue, handlers[name]) for name, queue in found.items()]


async def _run_until_signal(handlers: Handlers | AbstractAsyncContextManager[Handlers]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if isinstance(handlers, AbstractAsyncContextManager):
        manager = cast("AbstractAsyncContextManager[Handlers]", handlers)
        async with manager as opened:
            return await run(opened, stop)
    return await run(handlers, stop)


def main(handlers: Handlers | AbstractAsyncContextManager[Handlers]) -> int:
    """Handle events until SIGTERM, and return the exit code."""
    log.configure()
    tracing.start()
    try:
        released = asyncio.run(_run_until_signal(handlers))
    except settings.SettingError as error:
        logger.error(str(error))  # noqa: TRY400 - the message is complete without a traceback
        return 1
    tracing.flush()
    if released:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)  # threads of handlers that did not finish would keep the process
    return 0


def load(target: str) -> Any:
    """Return what *target* names, as `module:name`; raises SettingError."""
    module, _, name = target.partition(":")
    found: Any = getattr(importlib.import_module(module), name, None) if module and name else None
    if not isinstance(found, dict) and not inspect.isroutine(found):
        raise settings.SettingError(
            f"{target!r} is not a handler: write 'module:name' of a function that takes an event"
        )
    return cast("Any", found)


def _command(arguments: list[str]) -> int:
    try:
        handlers = load(arguments[0] if len(arguments) == 1 else "")
    except (settings.SettingError, ModuleNotFoundError) as error:
        log.configure()
        logger.error(str(error))  # noqa: TRY400 - the same
        return 1
    return main(handlers)


if __name__ == "__main__":
    sys.exit(_command(sys.argv[1:]))

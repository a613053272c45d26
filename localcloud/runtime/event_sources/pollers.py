"""Runs one poller per enabled event source mapping."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping, parse_mapping
from localcloud.runtime.event_sources.poller import Poller
from localcloud.runtime.event_sources.streams.checkpoints import Checkpoints
from localcloud.runtime.event_sources.streams.poller import StreamPoller
from localcloud.runtime.event_sources.streams.readers import READERS
from localcloud.runtime.functions.definition import CONNECTION_ERRORS
from localcloud.stopped import STOPPED, TAG

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

REFRESH_SECONDS = 300.0
RETRY_SECONDS = 1.0
"""Seconds until mappings are listed again after an error."""


async def follow_mappings(context: WorkerContext) -> None:
    """Start, replace and stop pollers as mappings are created, updated and deleted."""
    pollers: dict[EventSourceMapping, Poller | StreamPoller] = {}
    stopping: dict[str, asyncio.Task[None]] = {}
    checkpoints = Checkpoints(context.layout.data / "event-sources.db")
    try:
        context.ready("event_sources")
        async for _ in context.changes.watch("lambda", STOPPED, every_seconds=REFRESH_SECONDS):
            wanted = await _wanted(context, checkpoints)
            for mapping in [known for known in pollers if known not in wanted]:
                _LOG.info("stopping to poll %s for %s", mapping.queue, mapping.function_arn)
                task = asyncio.create_task(pollers.pop(mapping).stop())
                stopping[mapping.uuid] = task
            for mapping in wanted - pollers.keys():
                _LOG.info("polling %s for %s", mapping.queue, mapping.function_arn)
                before = stopping.get(mapping.uuid)
                pollers[mapping] = _poller(context, mapping, checkpoints, before)
                pollers[mapping].start()
            stopping = {uuid: task for uuid, task in stopping.items() if not task.done()}
    finally:
        await asyncio.gather(*(poller.abort() for poller in pollers.values()))
        for task in stopping.values():
            task.cancel()
        checkpoints.close()


def _poller(
    context: WorkerContext,
    mapping: EventSourceMapping,
    checkpoints: Checkpoints,
    before: asyncio.Task[None] | None,
) -> Poller | StreamPoller:
    reader = READERS.get(mapping.service)
    if reader is None:
        return Poller(context, mapping)
    return StreamPoller(context, mapping, reader(context.aws, mapping), checkpoints, before)


async def _wanted(context: WorkerContext, checkpoints: Checkpoints) -> set[EventSourceMapping]:
    while True:
        try:
            found = await context.aws.pages(
                "lambda", "ListEventSourceMappings", "EventSourceMappings"
            )
            break
        except (*CONNECTION_ERRORS, ClientError) as error:
            _LOG.info("event source mappings cannot be listed, retrying: %r", error)
            await asyncio.sleep(RETRY_SECONDS)
    checkpoints.keep({answer["UUID"] for answer in found})
    enabled = {mapping for answer in found if (mapping := _parsed(answer)) and mapping.enabled}
    return {mapping for mapping in enabled if await _runs(context, mapping)}


async def _runs(context: WorkerContext, mapping: EventSourceMapping) -> bool:
    """Return whether the service of the mapping's function runs on this machine."""
    not_running = context.not_running()
    if not not_running:
        return True
    function = ":".join(mapping.function_arn.split(":")[:7])  # without version or alias
    try:
        answer = await context.aws("lambda", "ListTags", Resource=function)
    except (*CONNECTION_ERRORS, ClientError) as error:
        _LOG.info("the tags of %s cannot be read: %r", function, error)
        return True
    return answer.get("Tags", {}).get(TAG, "") not in not_running


def _parsed(answer: dict[str, Any]) -> EventSourceMapping | None:
    try:
        mapping = parse_mapping(answer)
    except (KeyError, ValueError) as error:
        _LOG.warning("ignoring the event source mapping %s: %r", answer.get("UUID"), error)
        return None
    if mapping.service not in {"sqs", *READERS}:
        known = ", ".join(["sqs", *READERS])
        _LOG.warning("%s is not polled: the services are %s", mapping.source_arn, known)
        return None
    return mapping

"""The messaging layer: the channels of each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic

from components.messaging.work_queue import WorkQueue, WorkQueueArgs
from components.service.queue_sources import PlainQueueSource
from components.service.subscriptions import Publication, Subscription
from stacks.channels import Channel, ChannelContext
from stacks.kinds.registry import translation
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from spec.consumers import QueueReader
    from spec.service import ServiceSpec
    from stacks.shared import Shared

    Channels = Mapping[str, Mapping[str, Channel]]
    """Channels by event and kind; the first of an event is its consumers' default."""
    Queues = Mapping[str, WorkQueue]
    """Plain queues by name."""


class MessagingSettings(SettingsGroup):
    """Events of an environment."""

    archive_days: int = pydantic.Field(default=30, ge=1, le=3650)
    """days that the event bus keeps events to be replayed, 1 to 3650"""


def build(
    settings: MessagingSettings,
    catalogue: Catalogue,
    platform: Platform,
    shared: Shared,
) -> Channels:
    """Define the channels of each event of *catalogue*."""
    published = {
        event: (name, publication)
        for name, spec in catalogue.services.items()
        for event, publication in spec.publishes.items()
    }
    channels: dict[str, dict[str, Channel]] = {}
    for event, (publisher, publication) in sorted(published.items()):
        context = ChannelContext(
            event=event,
            publisher=publisher,
            platform=platform,
            archive_days=settings.archive_days,
            opts=shared.opts,
            shared=shared,
        )
        channels[event] = {
            spec.KIND: translation("stacks.kinds.channels", spec.KIND).define(spec, context)
            for spec in publication.channel
        }
    return channels


def build_queues(catalogue: Catalogue, platform: Platform, shared: Shared) -> Queues:
    """Define the plain queues of *catalogue*, each before its senders and its reader."""
    return {
        name: WorkQueue(
            f"{service}-{name}",
            WorkQueueArgs(
                alarms=platform.alarms,
                visibility_timeout_seconds=spec.visibility_timeout_seconds(queue),
                max_receives=queue.max_receives,
                tags={"service": service},
            ),
            shared.recorder.options(service, shared.opts),
        )
        for service, spec in sorted(catalogue.services.items())
        for name, queue in spec.queues.items()
    }


def publications(spec: ServiceSpec, channels: Channels) -> dict[str, Publication]:
    """Return what *spec* publishes, by event."""
    return {
        event: Publication(
            variables={
                suffix: value
                for each in channels[event].values()
                for suffix, value in each.variables.items()
            },
            statements=[grant for each in channels[event].values() for grant in each.statements],
        )
        for event in spec.publishes
    }


def sends(
    senders: Mapping[str, Sequence[str]], service: str, queues: Queues
) -> dict[str, Publication]:
    """Return what *service* sends to plain queues, by queue; *senders* are those of each queue."""
    return {
        name: Publication(
            variables={"QUEUE_URL": queues[name].url}, statements=queues[name].allow_send()
        )
        for name, allowed in senders.items()
        if service in allowed
    }


def subscriptions(spec: ServiceSpec, channels: Channels) -> dict[str, Subscription]:
    """Return what *spec* consumes, by event."""
    return {
        event: Subscription(
            source=channels[event][consumer.channel or next(iter(channels[event]))].source(
                consumer
            ),
            latest_only=consumer.latest_only,
            filter=consumer.filter,
            **_reading(spec, consumer),
        )
        for event, consumer in spec.consumes.items()
    }


def reads(spec: ServiceSpec, queues: Queues) -> dict[str, Subscription]:
    """Return the plain queues that *spec* reads, by name."""
    return {
        name: Subscription(source=PlainQueueSource(queue=queues[name]), **_reading(spec, queue))
        for name, queue in spec.queues.items()
    }


def _reading(spec: ServiceSpec, reader: QueueReader) -> dict[str, Any]:
    """Return the arguments of a subscription that every queue has."""
    return {
        "batch_size": reader.batch_size,
        "window_seconds": reader.window_seconds,
        "max_receives": reader.max_receives,
        "visibility_timeout_seconds": spec.visibility_timeout_seconds(reader),
        "max_concurrency": reader.max_concurrency,
        "process": reader.process,
    }

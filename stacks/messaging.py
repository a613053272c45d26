"""The messaging layer: the channels of each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydantic

from components.service.subscriptions import Publication, Subscription
from stacks.channels import Channel, ChannelContext
from stacks.kinds.registry import translation
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.service.platform import Platform
    from spec.catalogue import Catalogue
    from spec.service import ServiceSpec

    Channels = Mapping[str, Mapping[str, Channel]]
    """Channels by event and kind; the first of an event is its consumers' default."""


class MessagingSettings(SettingsGroup):
    """Events of an environment."""

    archive_days: int = pydantic.Field(default=30, ge=1, le=3650)
    """days that the event bus keeps events to be replayed, 1 to 3650"""


def build(
    settings: MessagingSettings,
    catalogue: Catalogue,
    platform: Platform,
    opts: pulumi.ResourceOptions | None = None,
) -> Channels:
    """Define the channels of each event of *catalogue*."""
    published = {
        event: (name, publication)
        for name, spec in catalogue.services.items()
        for event, publication in spec.publishes.items()
    }
    shared: dict[str, object] = {}
    channels: dict[str, dict[str, Channel]] = {}
    for event, (publisher, publication) in sorted(published.items()):
        context = ChannelContext(
            event=event,
            publisher=publisher,
            platform=platform,
            archive_days=settings.archive_days,
            opts=opts,
            shared=shared,
        )
        channels[event] = {
            spec.KIND: translation("stacks.kinds.channels", spec.KIND).define(spec, context)
            for spec in publication.channel
        }
    return channels


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


def subscriptions(spec: ServiceSpec, channels: Channels) -> dict[str, Subscription]:
    """Return what *spec* consumes, by event."""
    return {
        event: Subscription(
            source=channels[event][consumer.channel or next(iter(channels[event]))].source(
                consumer
            ),
            batch_size=consumer.batch_size,
            window_seconds=consumer.window_seconds,
            max_receives=consumer.max_receives,
            visibility_timeout_seconds=spec.visibility_timeout_seconds(event),
            max_concurrency=consumer.max_concurrency,
            filter=consumer.filter,
        )
        for event, consumer in spec.consumes.items()
    }

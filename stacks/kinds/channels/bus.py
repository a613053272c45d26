"""The environment's EventBridge bus for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.messaging.event_bus import EventBus, EventBusArgs
from components.service.queue_sources import BusSource
from spec.channels.bus import BusChannel
from stacks.channels import Channel

if TYPE_CHECKING:
    from stacks.channels import ChannelContext

KIND = BusChannel.KIND


def define(spec: BusChannel, context: ChannelContext) -> Channel:
    """Define the bus for the first event on it."""
    del spec
    bus = context.once("bus", lambda: _bus(context))
    return Channel(
        variables={BusChannel.VARIABLE: bus.bus_name},
        statements=bus.allow_publish(context.event),
        source=lambda _: BusSource(bus_name=bus.bus_name),
    )


def _bus(context: ChannelContext) -> EventBus:
    return EventBus(
        "events",
        EventBusArgs(
            key_arn=context.platform.key.arn,
            alarms=context.platform.alarms,
            archive_days=context.archive_days,
        ),
        context.opts,
    )

"""Events that a service publishes, and their channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

import pydantic
from pydantic import Field

from spec.channels.topic import TopicChannel
from spec.kinds import OneOf, models
from spec.model import ChannelSpec, Model, Name

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

CHANNELS = "spec.channels"
MAX_CHANNELS = 2  # the old and the new one while consumers move
NOT_SUPPORTED = {
    "kafka": "MSK is not supported",
    "msk": "MSK is not supported",
    "fifo": "FIFO topics and queues are not supported; a stream keeps the events of a subject"
    " in order",
    "mq": "Amazon MQ is not supported",
    "rabbitmq": "Amazon MQ is not supported",
    "activemq": "Amazon MQ is not supported",
    "event-store": "an event store is not supported",
}
"""Words for channels that are refused by name, each with the reason."""
NOT_FIELDS = {
    "format": "events are JSON; Avro and Protobuf are not supported",
    "fifo": NOT_SUPPORTED["fifo"],
    "event_store": NOT_SUPPORTED["event-store"],
}


@dataclass(frozen=True)
class AlsoWritten:
    """Annotation of a field with short forms, which the JSON Schema lists too."""

    forms: Callable[[JsonSchemaValue], list[JsonSchemaValue]]
    """Returns every form from the schema of the long one."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return a schema that accepts any form."""
        return {"anyOf": self.forms(handler(core_schema))}


def _forms_of_channels(several: JsonSchemaValue) -> list[JsonSchemaValue]:
    one = [{"enum": list(models(CHANNELS)), "type": "string"}, several["items"]]
    return [*one, {**several, "items": {"anyOf": one}}]


def _forms_of_publications(mapping: JsonSchemaValue) -> list[JsonSchemaValue]:
    names = {"type": "string", **mapping["propertyNames"]}
    return [mapping, {"type": "array", "items": names, "uniqueItems": True}]


def _as_list(channels: Any) -> list[Any]:
    written = cast("list[Any]", channels) if isinstance(channels, list) else [channels]
    return [_as_fields(channel) for channel in written]


def _as_fields(channel: Any) -> Any:
    if not isinstance(channel, str):
        return channel
    if channel in NOT_SUPPORTED:
        known = ", ".join(models(CHANNELS))
        raise ValueError(f"write one of {known}: {NOT_SUPPORTED[channel]}")
    return {"kind": channel}


class Publication(Model):
    """An event that the service publishes."""

    channel: Annotated[
        list[Annotated[ChannelSpec, OneOf(CHANNELS)]],
        Field(min_length=1, max_length=MAX_CHANNELS),
        pydantic.BeforeValidator(_as_list),
        AlsoWritten(_forms_of_channels),
    ] = Field(default_factory=lambda: [TopicChannel(kind="topic")])
    """Kind of channel, or its fields; a list of two while consumers move; default: topic."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _refuse_by_name(cls, fields: Any) -> Any:
        if isinstance(fields, dict):
            for name in cast("dict[str, Any]", fields).keys() & NOT_FIELDS.keys():
                raise ValueError(f"remove {name}: {NOT_FIELDS[name]}")
        return cast("object", fields)

    @pydantic.field_validator("channel")
    @classmethod
    def _once(cls, channels: list[ChannelSpec]) -> list[ChannelSpec]:
        if len({channel.KIND for channel in channels}) < len(channels):
            raise ValueError("write each kind of channel once")
        return channels

    def chosen(self, kind: str | None) -> ChannelSpec | None:
        """Return the channel of *kind*, or the first one; None if the event is not on it."""
        found = (each for each in self.channel if kind in (None, each.KIND))
        return next(found, None)


def _by_event(publishes: Any) -> Any:
    """Return *publishes* as a mapping; a list of events is its short form."""
    if isinstance(publishes, dict):
        return cast("object", publishes)
    if not isinstance(publishes, list) or not all(
        isinstance(name, str) for name in cast("list[Any]", publishes)
    ):
        raise ValueError("write a list of events, or fields as 'order-placed: {channel: topic}'")
    names = cast("list[str]", publishes)
    if len(set(names)) < len(names):
        raise ValueError("write each name once")
    return {name: dict[str, Any]() for name in names}


Publications = Annotated[
    dict[Name, Publication],
    pydantic.BeforeValidator(_by_event),
    AlsoWritten(_forms_of_publications),
]
"""Events by name, or a list of events, which are then on topics."""

"""Subscriptions of a service to events."""

from __future__ import annotations

from pydantic import Field

from spec.filters import Filter  # noqa: TC001 - pydantic reads it
from spec.model import Model, Name

MAX_VISIBILITY_SECONDS = 43_200  # of SQS
POSITION = r"^(latest|trim-horizon|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$"


class Consumer(Model):
    """A subscription to an event; its channel decides which of these fields it has."""

    channel: Name | None = None
    """Channel, of an event that has two; default: the first."""

    version: int = Field(default=1, ge=1)
    """Version of the event's schema that it reads."""

    batch_size: int = Field(default=10, ge=1, le=10_000)
    """Maximum number of messages per invocation."""

    window_seconds: int = Field(default=0, ge=0, le=300)
    """Batching window in seconds."""

    max_receives: int = Field(default=5, ge=1, le=1000)
    """Receives after which a message moves to the dead letters."""

    visibility_timeout_seconds: int | None = Field(default=None, ge=1, le=MAX_VISIBILITY_SECONDS)
    """Visibility timeout; default: six times the function's timeout."""

    max_concurrency: int | None = Field(default=None, ge=2, le=1000)
    """Maximum number of batches of a queue at a time; default: the function's concurrency."""

    filter: Filter | None = None
    """Pattern of the events to deliver, by the envelope's fields; default: every event."""

    starting_position: str | None = Field(default=None, pattern=POSITION)
    """Where a new consumer of a stream begins: `latest`, `trim-horizon` (the oldest record,
    the default), or a time in UTC."""

    parallelization: int | None = Field(default=None, ge=1, le=10)
    """Number of batches of a shard at a time, each with subjects of its own; default: 1."""

    max_age_hours: int | None = Field(default=None, ge=1, le=167)
    """Age at which a record of a stream moves to the dead letters; default: an hour before it
    expires."""

"""Subscriptions of a service to events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from spec.filters import Filter  # noqa: TC001 - pydantic reads it
from spec.model import Model, Name

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_VISIBILITY_SECONDS = 43_200  # of SQS
MIN_FUNCTION_CONCURRENCY = 2  # of an event source mapping
POSITION = r"^(latest|trim-horizon|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$"


def unsupported_polling(
    process: str | None, processes: Collection[str], batching: Collection[str]
) -> list[str]:
    """Return what to change where *process* polls a queue of a service that has *processes*.

    *batching* names the fields that are written and are for functions.
    """
    found: list[str] = []
    if process is None:
        found.append("add process: <the one of processes that polls the queue>")
    elif process not in processes:
        known = ", ".join(processes) or "none is described"
        found.append(f"write process as one of processes ({known}): {process!r} is not")
    found += [
        f"remove {name}: a process receives the messages one by one" for name in sorted(batching)
    ]
    return found


def unsupported_invocation(process: str | None, max_concurrency: int | None) -> list[str]:
    """Return what to change where a queue invokes a function."""
    found: list[str] = []
    if process is not None:
        found.append("remove process: a queue invokes the function")
    if max_concurrency is not None and max_concurrency < MIN_FUNCTION_CONCURRENCY:
        found.append(f"write max_concurrency as {MIN_FUNCTION_CONCURRENCY} or more")
    return found


class QueueReader(Model):
    """How a function, or a process of containers, handles the messages of a queue."""

    process: Name | None = None
    """Process that polls, of a service in containers; functions are invoked."""

    batch_size: int = Field(default=10, ge=1, le=10_000)
    """Maximum number of messages per invocation of a function."""

    window_seconds: int = Field(default=0, ge=0, le=300)
    """Batching window of a function in seconds."""

    max_receives: int = Field(default=5, ge=1, le=1000)
    """Receives after which a message moves to the dead letters."""

    visibility_timeout_seconds: int | None = Field(default=None, ge=1, le=MAX_VISIBILITY_SECONDS)
    """Visibility timeout; default: six times the function's timeout, 60 for a process."""

    max_concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Maximum number at a time: of batches of a queue for a function (default: its concurrency), of
    messages in each task of a process (default: 10)."""

    def unsupported_in_containers(self, processes: Collection[str]) -> list[str]:
        """Return what to change for a service in containers, which has *processes*."""
        batching = self.model_fields_set & {"batch_size", "window_seconds"}
        return unsupported_polling(self.process, processes, batching)

    def unsupported_in_functions(self, timeout_seconds: int) -> list[str]:
        """Return what to change for a function with *timeout_seconds*."""
        found = unsupported_invocation(self.process, self.max_concurrency)
        if (self.visibility_timeout_seconds or timeout_seconds) < timeout_seconds:
            found.append(
                f"write visibility_timeout_seconds as {timeout_seconds} or more: a message would be"
                " delivered again while the function still works on it"
            )
        return found


class Consumer(QueueReader):
    """A subscription to an event; its channel decides which of these fields it has."""

    channel: Name | None = None
    """Channel, of an event that has two; default: the first."""

    version: int = Field(default=1, ge=1)
    """Version of the event's schema that it reads."""

    latest_only: bool = False
    """Whether the kit's inbox drops events older than one of their subject that was handled."""

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

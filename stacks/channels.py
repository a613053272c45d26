"""What the translation of a kind of channel takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.service.platform import Platform
    from components.service.subscriptions import EventSource
    from spec.consumers import Consumer
    from stacks.shared import Shared

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What carries one event."""

    variables: Mapping[str, pulumi.Input[str]]
    """Values of the publisher's environment variables by suffix."""

    statements: Sequence[Statement]
    """Statements that allow publishing."""

    source: Callable[[Consumer], EventSource]
    """Returns where a consumer gets the event from."""


@dataclass(frozen=True, kw_only=True)
class ChannelContext:
    """Shared resources of the environment, from which channels are defined."""

    event: str
    """The event."""

    publisher: str
    """The service that publishes it."""

    platform: Platform
    """Resources that services share."""

    archive_days: int
    """Days that archives keep events."""

    opts: pulumi.ResourceOptions | None
    """Options of every resource it defines."""

    shared: Shared
    """What the channels of all events share."""

    @property
    def own_opts(self) -> pulumi.ResourceOptions:
        """Options of what belongs to the publisher alone."""
        return self.shared.recorder.options(self.publisher, self.opts)

    @property
    def tags(self) -> dict[str, str]:
        """Tags for the publisher."""
        return {"service": self.publisher}

    def once(self, name: str, define: Callable[[], T]) -> T:
        """Return what *define* returned for the first channel that asked for *name*."""
        return self.shared.once(name, define)

"""Live updates: each page that somebody looks at is loaded and rendered once for all who look.

A channel is the URL of a page. It renders every second while it has subscribers, and sends each
fragment whose HTML has changed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    Render = Callable[[], Awaitable[Mapping[str, str]]]

_LOG = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
QUEUED = 100
"""Events that a subscriber may be late by; one that is later is disconnected, and reconnects."""
MAX_CHANNELS = 50


class TooManyChannelsError(RuntimeError):
    """Raised for a new channel while there are MAX_CHANNELS."""


@dataclass(eq=False)
class Subscriber:
    """One event stream."""

    events: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue[bytes | None](QUEUED)
    )
    """Encoded events; None ends the stream."""


@dataclass(eq=False)
class _Channel:
    render: Render
    subscribers: set[Subscriber] = field(default_factory=set[Subscriber])
    sent: dict[str, str] = field(default_factory=dict[str, str])
    task: asyncio.Task[None] | None = None
    problem: str = ""
    """The last error, which is logged once."""


class Broadcaster:
    """Distributes changed fragments to the open pages."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        """Render each channel at most once in *every_seconds*."""
        self._every = every_seconds
        self._channels: dict[str, _Channel] = {}

    @contextmanager
    def subscribed(self, url: str, render: Render) -> Iterator[Subscriber]:
        """Yield a subscriber of the page *url*, which *render* renders."""
        channel = self._channels.get(url)
        if channel is None:
            if len(self._channels) >= MAX_CHANNELS:
                raise TooManyChannelsError
            channel = self._channels[url] = _Channel(render)
            channel.task = asyncio.create_task(self._follow(channel), name=f"console {url}")
        subscriber = Subscriber()
        channel.subscribers.add(subscriber)
        for name, html in channel.sent.items():
            subscriber.events.put_nowait(event(name, html))
        try:
            yield subscriber
        finally:
            channel.subscribers.discard(subscriber)
            if not channel.subscribers and self._channels.get(url) is channel:
                del self._channels[url]
                if channel.task is not None:
                    channel.task.cancel()

    async def close(self) -> None:
        """End every stream."""
        channels = list(self._channels.values())
        for channel in channels:
            for subscriber in channel.subscribers:
                _end(subscriber)
            if channel.task is not None:
                channel.task.cancel()
        tasks = [one.task for one in channels if one.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, channel: _Channel) -> None:
        while True:
            try:
                rendered = await channel.render()
            except Exception as error:  # noqa: BLE001 - the page keeps its last content
                if repr(error) != channel.problem:
                    channel.problem = repr(error)
                    _LOG.warning("a live page cannot be rendered: %r", error)
                rendered = {}
            for name, html in rendered.items():
                if channel.sent.get(name) != html:
                    channel.sent[name] = html
                    _send(channel, event(name, html))
            await asyncio.sleep(self._every)


def event(name: str, html: str) -> bytes:
    """Return a server-sent event with the new content of the element *name*."""
    return f"data: {json.dumps({'id': name, 'html': html})}\n\n".encode()


def _send(channel: _Channel, data: bytes) -> None:
    for subscriber in channel.subscribers:
        try:
            subscriber.events.put_nowait(data)
        except asyncio.QueueFull:
            _end(subscriber)


def _end(subscriber: Subscriber) -> None:
    while not subscriber.events.empty():
        subscriber.events.get_nowait()
    subscriber.events.put_nowait(None)

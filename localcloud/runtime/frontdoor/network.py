"""Listeners of network load balancers: connections are forwarded to targets as they are."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim
from localcloud.runtime.frontdoor.balancer.actions import Forward
from localcloud.runtime.frontdoor.bound_port import PortInUseError, port_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout
    from localcloud.runtime.frontdoor.balancer.listener import Listener
    from localcloud.runtime.frontdoor.balancer.target_group import Target, TargetGroup

_LOG = logging.getLogger(__name__)

CHUNK = 64 * 1024
CONNECT_SECONDS = 10.0
STOP_SECONDS = 1.0


@dataclass
class TcpProxy:
    """Forwards the connections of one listener; *listener* may be replaced at any time."""

    listener: Listener
    target_groups: Mapping[str, TargetGroup]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection to a target, until one side ends it."""
        tried: set[str] = set()
        try:
            while (target := self._pick(tried)) is not None:
                tried.add(target.address)
                host, _, port = target.address.rpartition(":")
                try:
                    async with asyncio.timeout(CONNECT_SECONDS):
                        there = await asyncio.open_connection(host, int(port))
                except (TimeoutError, OSError) as error:
                    _LOG.warning("%s: %s: %r", self.listener.bound_port, target.address, error)
                    continue
                await self._connect(target, (reader, writer), there)
                return
            _LOG.warning("%s: a connection found no target", self.listener.bound_port)
        finally:
            await _close(writer)

    def _pick(self, tried: set[str]) -> Target | None:
        """Return a healthy target; any, while none is healthy."""
        for action in (action for rule in self.listener.rules for action in rule.actions):
            if isinstance(action, Forward):
                group = self.target_groups.get(action.round_robin.next() or "")
                if group is not None:
                    return group.pick(tried) or (None if group.has_healthy else group.any(tried))
        return None

    async def _connect(
        self,
        target: Target,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        target.in_flight += 1
        idle = _Idle(self.listener.idle_timeout_seconds)
        ways = [
            asyncio.create_task(_copy(source, sink, idle))
            for source, sink in ((here[0], there[1]), (there[0], here[1]))
        ]
        try:
            await asyncio.wait(ways)
        finally:
            target.in_flight -= 1
            for way in ways:
                way.cancel()
            await _close(there[1])


class _Idle:
    """The time without data in either direction."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.used()

    def used(self) -> None:
        """Note that data passed."""
        self._until = asyncio.get_running_loop().time() + self._seconds

    @property
    def left(self) -> float:
        """Seconds until the connection is idle for too long."""
        return self._until - asyncio.get_running_loop().time()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, idle: _Idle) -> None:
    """Copy until the source ends, then end the sink too; the other way stays open."""
    reading = asyncio.ensure_future(source.read(CHUNK))
    try:
        while True:
            done, _ = await asyncio.wait([reading], timeout=max(0, idle.left))
            if not done:
                if idle.left > 0:
                    continue
                sink.close()
                return
            if not (data := reading.result()):
                break
            idle.used()
            sink.write(data)
            await sink.drain()
            reading = asyncio.ensure_future(source.read(CHUNK))
        if sink.can_write_eof():
            sink.write_eof()
    except OSError:
        sink.close()
    finally:
        reading.cancel()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


class TcpPort:
    """A port and the proxy that it serves."""

    def __init__(self, layout: Layout, name: str, proxy: TcpProxy) -> None:
        """Serve *proxy* on the port that ports.json assigns to *name*."""
        self.name = name
        self.port = claim(layout, name)
        self._proxy = proxy
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """URL of the port."""
        return f"tcp://{HOST}:{self.port}"

    async def open(self) -> None:
        """Accept connections; raises PortInUseError."""
        try:
            self._server = await asyncio.start_server(self._accept, HOST, self.port, backlog=2048)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(port_in_use(self.name, self.port)) from error
        _LOG.info("%s is served at %s", self.name, self.url)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - each connection has a task of its own
        self._connections.add(task)
        try:
            await self._proxy(reader, writer)
        finally:
            self._connections.discard(task)

    async def close(self) -> None:
        """Stop accepting connections, and end those that stay open for STOP_SECONDS."""
        if self._server is None:
            return
        self._server.close()
        if self._connections:
            _, left = await asyncio.wait(self._connections, timeout=STOP_SECONDS)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        self._server = None

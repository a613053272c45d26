"""A client for load on 127.0.0.1 that costs little beside what it measures.

It sends one prepared request again and again over connections that stay open, and looks at nothing
in the answers but their status and their length.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvloop

from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUS = slice(9, 12)  # of "HTTP/1.1 200 OK"
SUCCESS = (b"200", b"201")


class LoadError(RuntimeError):
    """Raised for a response that is not the measured one."""


@dataclass
class Load:
    """What came of one round."""

    seconds: float
    latencies: list[float] = field(repr=False)

    @property
    def per_second(self) -> float:
        """Responses per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """Return the seconds below which *part* (0 to 1) of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, until: float) -> None:
        self.latencies: list[float] = []
        self.done = asyncio.get_running_loop().create_future()
        self._request = request
        self._until = until
        self._got = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            return
        if head[STATUS] not in SUCCESS:
            self._end(LoadError(f"not successful: {self._got[:400]!r}"))
            return
        if len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return
        self._got = b""
        now = time.perf_counter()
        self.latencies.append(now - self._sent)
        if now < self._until:
            self._send()
        else:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(LoadError(f"the connection broke: {exc!r}"))

    def _end(self, error: Exception | None = None) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)
            self._transport.close()


def load(
    urls: Sequence[str],
    headers: Mapping[str, str],
    *,
    connections: int,
    seconds: float,
    body: bytes = b"",
) -> Load:
    """Ask *urls*, by turns one for each connection, for as long as *seconds*; *body* is posted."""
    return uvloop.run(_load(urls, headers, connections, seconds, body))


async def _load(
    urls: Sequence[str], headers: Mapping[str, str], connections: int, seconds: float, body: bytes
) -> Load:
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    opened: list[_Connection] = []
    for number in range(connections):
        url = urlsplit(urls[number % len(urls)])
        fields = {"host": url.netloc, **headers}
        if body:
            fields["content-length"] = str(len(body))
        target = f"{url.path}{f'?{url.query}' if url.query else ''}"
        lines = [
            f"{'POST' if body else 'GET'} {target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in fields.items()),
        ]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        one = _Connection(request, start + seconds)
        await loop.create_connection(lambda one=one: one, HOST, url.port or 80)
        opened.append(one)
    await asyncio.gather(*(one.done for one in opened))
    took = time.perf_counter() - start
    return Load(took, [latency for one in opened for latency in one.latencies])

"""Connections of one process to one callee that are kept open between calls."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import time
import weakref
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kit.resilience import deadline
from kit.resilience.messages import Response

if TYPE_CHECKING:
    from kit.resilience.messages import Request

MAX_IDLE = 16
CHUNK = 65_536
PORTS = {"http": 80, "https": 443}


class Connections:
    """Sends requests to the callee at *url* over HTTP/1.1; it is thread-safe."""

    def __init__(self, url: str) -> None:
        """Send to paths below *url*."""
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._prefix = parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: deque[_Connection] = deque()
        weakref.finalize(self, _close, self._idle)

    def send(self, sent: Request, seconds: float) -> Response:
        """Return the response within *seconds*; raises OSError, TimeoutError among them.

        HTTPException is raised for what is no whole response.
        """
        connection = self._take()
        connection.until = time.monotonic() + seconds
        try:
            if connection.sock is not None:
                connection.limit()
            headers = {**sent.headers, deadline.HEADER: deadline.milliseconds(seconds)}
            connection.request(sent.method, self._prefix + sent.path, sent.body, headers)
            connection.limit()
            answer = connection.getresponse()
            content = bytearray()
            while chunk := answer.read1(CHUNK):
                content += chunk
                connection.limit()
            _require_whole(answer, content)
        except BaseException:
            connection.close()
            raise
        found = {name.lower(): value for name, value in answer.getheaders()}
        if answer.will_close or len(self._idle) >= MAX_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return Response(answer.status, found, bytes(content))

    def _take(self) -> _Connection:
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.is_open():
                    return connection
                connection.close()
        return _Connection(self._host, self._port, self._tls)


class _Connection(http.client.HTTPConnection):
    """A connection whose every step ends before the time of the call."""

    sock: socket.socket | None
    until = 0.0

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self._tls = tls
        self.default_port = PORTS["http" if tls is None else "https"]  # not written in Host

    def connect(self) -> None:
        """Connect to the first address that accepts; each has its share of the time."""
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            left = len(addresses) - index
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(self._remaining() / left)
                opened.connect(address)
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is not None:
                    opened = self._tls.wrap_socket(opened, server_hostname=self.host)
            except OSError:
                opened.close()
                if left == 1:
                    raise
            else:
                self.sock = opened
                self.limit()
                return

    def limit(self) -> None:
        """Let the next step end in time; raises TimeoutError."""
        remaining = self._remaining()
        if self.sock is not None:  # otherwise the callee closes the connection after the response
            self.sock.settimeout(remaining)

    def is_open(self) -> bool:
        """Return whether the callee has left an idle connection open: nothing is to be read."""
        if self.sock is None:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def _remaining(self) -> float:
        remaining = self.until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining


def _close(connections: deque[_Connection]) -> None:
    while connections:
        connections.pop().close()


def _require_whole(answer: http.client.HTTPResponse, content: bytearray) -> None:
    if answer.length:
        raise http.client.IncompleteRead(bytes(content), answer.length)
    answer.close()

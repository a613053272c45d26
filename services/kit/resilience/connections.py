"""Connections of one process to one callee that are kept open between calls."""

from __future__ import annotations

import http.client
import select
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


class Connections:
    """Sends requests to the callee at *url* over HTTP/1.1; it is thread-safe."""

    def __init__(self, url: str) -> None:
        """Send to paths below *url*."""
        parts = urlsplit(url)
        self._host = parts.netloc
        self._prefix = parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: deque[http.client.HTTPConnection] = deque()
        weakref.finalize(self, _close, self._idle)

    def send(self, sent: Request, seconds: float) -> Response:
        """Return the response within *seconds*; raises OSError, TimeoutError among them.

        HTTPException is raised for what is no whole response.
        """
        until = time.monotonic() + seconds
        connection = self._take(seconds)
        try:
            headers = {**sent.headers, deadline.HEADER: deadline.milliseconds(seconds)}
            connection.request(sent.method, self._prefix + sent.path, sent.body, headers)
            _limit(connection, until)
            answer = connection.getresponse()
            content = bytearray()
            while chunk := answer.read1(CHUNK):
                content += chunk
                _limit(connection, until)
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

    def _take(self, seconds: float) -> http.client.HTTPConnection:
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if _is_open(connection):
                    connection.sock.settimeout(seconds)
                    return connection
                connection.close()
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, timeout=seconds)


def _is_open(connection: http.client.HTTPConnection) -> bool:
    """Return whether the callee has left an idle connection open: nothing is to be read."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _close(connections: deque[http.client.HTTPConnection]) -> None:
    while connections:
        connections.pop().close()


def _require_whole(answer: http.client.HTTPResponse, content: bytearray) -> None:
    if answer.length:
        raise http.client.IncompleteRead(bytes(content), answer.length)
    answer.close()


def _limit(connection: http.client.HTTPConnection, until: float) -> None:
    remaining = until - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    if connection.sock is not None:  # pyright: ignore[reportUnnecessaryComparison] - closed by the callee
        connection.sock.settimeout(remaining)

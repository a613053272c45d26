"""The Lambda Runtime API: a function's process gets invocations and posts responses.

Each process has a port of its own, which identifies it.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Protocol

from localcloud.origin_check import rejection_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "/2018-06-01/runtime/"
ACCEPTED = b'{"status":"OK"}'
REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Too Large",
}
ORIGIN_HEADERS = ("host", "origin", "sec-fetch-site")
END_OF_HEAD = b"\r\n\r\n"


class Runtime(Protocol):
    """Handles the Runtime API calls of one process."""

    def on_next(self, connection: Connection) -> None:
        """Handle `/invocation/next`; the response is sent with the next invocation."""

    def on_result(self, request_id: str, body: bytes, *, failed: bool) -> int:
        """Handle a response or an error of an invocation; return the HTTP status."""
        ...

    def on_init_error(self, body: bytes) -> None:
        """Handle `/init/error`."""


class Connection(asyncio.Protocol):
    """One HTTP connection of a function's process."""

    def __init__(self, runtime: Runtime) -> None:
        """Call *runtime* for each request."""
        self._runtime = runtime
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP gives
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Drop the transport; the exit of the process is handled separately."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Handle every complete request."""
        self._buffer += data
        while (request := _next_request(self._buffer)) is not None:
            method, path, headers, body = request
            if rejection_reason(*map(headers.get, ORIGIN_HEADERS)):
                self._answer(403)
            else:
                self._act(method, path, body)

    def send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send the response in one write: a second would wait for the TCP acknowledgement."""
        if self._transport is None:
            return
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, '')}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._transport.write("\r\n".join(lines).encode() + END_OF_HEAD + body)

    def _act(self, method: str, path: str, body: bytes) -> None:
        steps = path.removeprefix(PREFIX).split("/")
        match (method, steps):
            case ("GET", ["invocation", "next"]):
                self._runtime.on_next(self)
            case ("POST", ["invocation", request_id, ("response" | "error") as kind]):
                status = self._runtime.on_result(request_id, body, failed=kind == "error")
                self._answer(status)
            case ("POST", ["init", "error"]):
                self._runtime.on_init_error(body)
                self._answer(202)
            case _:
                self._answer(404)

    def _answer(self, status: int) -> None:
        body = ACCEPTED
        if status not in (200, 202):
            body = json.dumps({"errorType": "InvalidRequest", "errorMessage": str(status)}).encode()
        self.send(status, {"Content-Type": "application/json"}, body)


def _next_request(buffer: bytearray) -> tuple[str, str, dict[str, str], bytes] | None:
    """Take the first complete request out of *buffer*: its method, path, headers and body."""
    end = buffer.find(END_OF_HEAD)
    if end < 0:
        return None
    lines = buffer[:end].decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, value in (line.split(":", 1) for line in lines[1:])
    }
    start = end + len(END_OF_HEAD)
    if headers.get("transfer-encoding", "").lower() == "chunked":
        chunked = _chunks(buffer, start)
        if chunked is None:
            return None
        body, stop = chunked
    else:
        stop = start + int(headers.get("content-length", 0))
        if len(buffer) < stop:
            return None
        body = bytes(buffer[start:stop])
    del buffer[:stop]
    return method, path, headers, body


def _chunks(buffer: bytearray, position: int) -> tuple[bytes, int] | None:
    """Return the chunked body that starts at *position*, and its end."""
    body = bytearray()
    while (end := buffer.find(b"\r\n", position)) >= 0:
        size = int(buffer[position:end].split(b";")[0], 16)
        position = end + 2
        if len(buffer) < position + size + 2:
            return None
        body += buffer[position : position + size]
        position += size + 2
        if size == 0:
            return bytes(body), position
    return None

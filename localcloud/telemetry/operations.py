"""AWS operations that this process answers; the control plane parses and serializes them."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from localcloud.event_stream import CONTENT_TYPE, INITIAL_RESPONSE, Event, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """Where an operation is called."""

    account: str
    region: str


class OperationError(Exception):
    """Raised by a handler for an error of the operation, which the client reads by its code."""

    def __init__(
        self,
        code: str,
        message: str,
        status: int = HTTPStatus.BAD_REQUEST,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Return *code* and *message* to the client, with the HTTP *status*.

        *details* are further members of the error's shape, in services with a JSON protocol.
        """
        super().__init__(message)
        self.details = dict(details or {})
        self.code, self.message, self.status = code, message, int(status)


Handler = Callable[[dict[str, Any], Call], Awaitable[dict[str, Any]]]
"""Answers an operation: its parameters by AWS's names, and the result by AWS's names.

Timestamps are seconds since the epoch where the SDK has datetimes, in both directions; bytes in
parameters are base64.
"""

EventHandler = Callable[[dict[str, Any], Call], Awaitable[AsyncGenerator[Event, None]]]
"""Answers an operation with a stream of events; errors of the request are raised before it."""


class Operations:
    """Handlers by botocore's names of service and operation."""

    def __init__(self) -> None:
        """Begin without handlers."""
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._streams: dict[tuple[str, str], EventHandler] = {}

    def __setitem__(self, operation: tuple[str, str], handler: Handler) -> None:
        """Answer `service, operation` with *handler*."""
        self._handlers[operation] = handler

    def __contains__(self, operation: tuple[str, str]) -> bool:
        """Return whether `service, operation` is answered."""
        return operation in self._handlers or operation in self._streams

    def update(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Answer the operations of *service* with *handlers*."""
        for name, handler in handlers.items():
            self[service, name] = handler

    def stream(self, service: str, handlers: Mapping[str, EventHandler]) -> None:
        """Answer the operations of *service*, whose output is an event stream, with *handlers*."""
        for name, handler in handlers.items():
            self._streams[service, name] = handler

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer `POST /aws/<service>/<Operation>`."""
        service, operation = request.match_info["service"], request.match_info["operation"]
        handler = self._handlers.get((service, operation))
        stream = self._streams.get((service, operation))
        body = await request.json()
        try:
            call = Call(body["account"], body["region"])
            if handler is not None:
                return web.json_response(await handler(body["parameters"], call))
            if stream is not None:
                events = await stream(body["parameters"], call)
                return await _send(request, events)
            return _error("NotImplemented", f"{service} {operation}", HTTPStatus.NOT_IMPLEMENTED)
        except OperationError as error:
            return _error(error.code, error.message, error.status, error.details)
        except Exception as error:  # noqa: BLE001 - the client must read an error, whatever it was
            _LOG.exception("%s %s failed", service, operation)
            text = str(error) or type(error).__name__
            return _error("InternalFailure", text, HTTPStatus.INTERNAL_SERVER_ERROR)


async def _send(request: web.Request, events: AsyncGenerator[Event, None]) -> web.StreamResponse:
    """Send *events* until they end or the client goes."""
    response = web.StreamResponse(headers={"Content-Type": CONTENT_TYPE})
    async with aclosing(events):
        try:
            await response.prepare(request)
            await response.write(encode(INITIAL_RESPONSE))
            async for event in events:
                await response.write(encode(event))
        except ConnectionError:
            _LOG.debug("the reader of %s went", request.path)
    return response


def _error(
    code: str, message: str, status: int, details: Mapping[str, Any] | None = None
) -> web.Response:
    told = {"code": code, "message": message, **({"details": details} if details else {})}
    return web.json_response(told, status=status)

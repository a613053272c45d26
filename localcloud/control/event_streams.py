"""Responses that are streams of events: passed on message by message while they arrive."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import urllib3

from localcloud.event_stream import Event, encode

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

_LOG = logging.getLogger(__name__)

SEND_AT_ONCE = "bulkhead.send_at_once"
"""In the WSGI environment: a function after which each piece of the response is sent at once."""
_ENDED = Event(
    "SessionStreamingException",
    {"message": "The process that keeps logs ended: start another session."},
    is_exception=True,
)


class EventStream:
    """The body of a response; closing it ends the session in the telemetry process."""

    def __init__(self, answer: urllib3.BaseHTTPResponse, closing: threading.Event) -> None:
        """Pass *answer* on until it ends, the client goes, or this process is *closing*."""
        self._answer, self._closing = answer, closing

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces as they arrive."""
        try:
            for piece in self._answer.stream():
                yield piece
                if self._closing.is_set():
                    return
        except urllib3.exceptions.HTTPError as error:
            _LOG.info("the telemetry process ended a stream: %r", error)
            yield encode(_ENDED)

    def close(self) -> None:
        """Close the connection to the telemetry process."""
        self._answer.close()

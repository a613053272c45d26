"""The HTTP server of the control plane, with threads: moto blocks."""

from __future__ import annotations

import errno
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from localcloud.aws.journal import MAX_LONG_POLLS
from localcloud.control.http_messages import Channel
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

INVOCATIONS = 100
"""Concurrent synchronous invocations; each occupies a thread."""

THREADS = MAX_LONG_POLLS + INVOCATIONS + 16
"""Threads for long polls, invocations and other calls; one takes about 30 KB."""

LOOP_SECONDS = 30
"""Interval of the search for idle connections."""

CONNECTION_SECONDS = 120
"""Timeout of an idle connection."""

WHOLE_ANSWER_BYTES = 512 * 1024
"""Responses below this size are sent in one piece."""

GRACE_SECONDS = 2
"""Time for active requests to complete at shutdown."""


class PortTakenError(RuntimeError):
    """Raised when another program listens on the port."""


class Server:
    """Serves a WSGI application on a port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        """Bind *port*; requests are queued until `serve`."""
        self._application: Callable[..., Any] | None = None
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        try:
            self._server: Any = create_server(
                self._answer,
                host=HOST,
                port=port,
                threads=THREADS,
                channel_timeout=CONNECTION_SECONDS,
                cleanup_interval=LOOP_SECONDS,
                asyncore_loop_timeout=LOOP_SECONDS,
                channel_request_lookahead=1,  # to notice a client that disconnected
                connection_limit=1000,
                ident="bulkhead",
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            message = (
                f"port {port} on {HOST}, assigned to the emulated AWS API, is in use by another"
                " program: stop that program and try again"
            )
            raise PortTakenError(message) from error
        self._server.channel_class = Channel
        # Headers and body are sent in one piece: if this process is killed between the two,
        # botocore reads the response without a body as an empty success.
        self._server.adj.send_bytes = WHOLE_ANSWER_BYTES
        self._stopping = threading.Event()

    def serve(self, application: Callable[..., Any]) -> None:
        """Answer requests until `stop`, then wait GRACE_SECONDS for active ones."""
        self._application = application
        while not self._stopping.is_set():
            self._loop_once(LOOP_SECONDS)
        self._server.accepting = False
        deadline = time.monotonic() + GRACE_SECONDS
        while self._busy() and time.monotonic() < deadline:
            self._loop_once(0.05)
        self._server.task_dispatcher.shutdown(timeout=0.1)

    def _loop_once(self, seconds: float) -> None:
        self._server.asyncore.loop(timeout=seconds, map=self._server._map, count=1)  # noqa: SLF001

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(one.requests or one.total_outbufs_len for one in channels)

    def stop(self) -> None:
        """End `serve`, from another thread or a signal handler."""
        self._stopping.set()
        self._server.pull_trigger()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if self._application is None:
            raise RuntimeError("a request was answered before `serve`")
        return self._application(environ, start_response)

"""The HTTP server of the control plane: threads, since moto blocks, and no more than needed."""

from __future__ import annotations

import errno
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from localcloud.aws.journal import MOST_WAITING
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

INVOCATIONS = 100
"""How many functions may run at a time: who invokes one and waits for its answer holds a thread."""

THREADS = MOST_WAITING + INVOCATIONS + 16
"""Threads for everyone who waits, and some for calls that do not; one takes about 30 KB."""

LOOP_SECONDS = 30
"""How often the server looks for idle connections when nothing else wakes it."""

CONNECTION_SECONDS = 120
"""How long an idle connection is kept."""

WHOLE_ANSWER_BYTES = 512 * 1024
"""Answers below this size are sent at once."""

GRACE_SECONDS = 2
"""How long requests under way may take when the process ends."""


class PortTakenError(RuntimeError):
    """Raised when something else listens on the port."""


class Server:
    """One WSGI application on one port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        """Bind *port*; requests wait until `serve`."""
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
                channel_request_lookahead=1,  # a reader that went away is seen
                connection_limit=1000,
                ident="bulkhead",
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            message = (
                f"port {port} on {HOST}, the emulated AWS API's, is in use by another program: "
                "end that program and try again"
            )
            raise PortTakenError(message) from error
        # Headers and body leave in one piece: botocore takes an answer whose body is missing, since
        # this process was killed between the two, for an empty success.
        self._server.adj.send_bytes = WHOLE_ANSWER_BYTES
        self._stopping = threading.Event()

    def serve(self, application: Callable[..., Any]) -> None:
        """Answer requests until `stop`, then let those under way end."""
        self._application = application
        while not self._stopping.is_set():
            self._turn(LOOP_SECONDS)
        self._server.accepting = False
        deadline = time.monotonic() + GRACE_SECONDS
        while self._busy() and time.monotonic() < deadline:
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=0.1)

    def _turn(self, seconds: float) -> None:
        self._server.asyncore.loop(timeout=seconds, map=self._server._map, count=1)  # noqa: SLF001

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(one.requests or one.total_outbufs_len for one in channels)

    def stop(self) -> None:
        """End `serve`; from another thread or a signal handler."""
        self._stopping.set()
        self._server.pull_trigger()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if self._application is None:
            raise RuntimeError("the server answers before `serve`")
        return self._application(environ, start_response)

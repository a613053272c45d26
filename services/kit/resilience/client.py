"""The client of one service for functions and threads: see `kit.calls`."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any

from kit import faults, tracing
from kit.resilience import deadline, usage
from kit.resilience.connections import Connections
from kit.resilience.errors import CallError, NoResponseError
from kit.resilience.messages import Request, Response, as_call_error, usable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kit.resilience.callee import Call, Callee
    from kit.roles import Caller

    Headers = Callable[[Caller | None], dict[str, str]]


class Client:
    """Calls one service; safe for threads."""

    def __init__(self, callee: Callee, url: str, headers: Headers) -> None:
        """Call *callee* at *url*; *headers* prove who calls."""
        self.callee = callee
        self._connections = Connections(url)
        self._headers = headers

    def get(self, path: str, *, caller: Caller | None = None) -> Response:
        """Return the response to a GET of *path*, with its query; raises CallError."""
        return self.request("GET", path, caller=caller)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        caller: Caller | None = None,
    ) -> Response:
        """Return a response with a status below 500, in the name of *caller*; raises CallError.

        It is retried if the method is idempotent, or *headers* have an Idempotency-Key.
        """
        sent = Request.of(method, path, json, {**(headers or {}), **self._headers(caller)})
        started = time.perf_counter()
        size = sent.size
        with self.callee.call(deadline.current.get(), retryable=sent.retryable) as call:
            try:
                response = self._attempts(call, sent)
                size += len(response.body)
            finally:
                took = time.perf_counter() - started
                usage.count(self.callee.name, attempts=call.attempts, size=size, seconds=took)
        return response

    def _attempts(self, call: Call, sent: Request) -> Response:
        while True:
            seconds = call.attempt()
            try:
                response = self._attempt(call, sent, seconds)
            except CallError as error:
                time.sleep(call.failed(error))
            else:
                call.succeeded()
                return response

    def _attempt(self, call: Call, sent: Request, seconds: float) -> Response:
        name = self.callee.name
        try:
            with tracing.call(name, sent.method, sent.path) as span:
                traced = sent.traced()
                response = faults.run(
                    f"call.{name}", lambda: self._connections.send(traced, seconds), within=seconds
                )
                tracing.set_status(span, response.status)
        except faults.InjectedError as error:
            raise as_call_error(name, error) from error
        except TimeoutError as error:
            raise call.too_late() from error
        except (OSError, http.client.HTTPException) as error:
            raise NoResponseError(name, f"{type(error).__name__}: {error}") from error
        return usable(name, response)

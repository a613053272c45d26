"""Requests and responses of calls, the same for both clients."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kit import correlation
from kit.resilience.errors import ErrorResponseError, NoResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.faults import InjectedError
    from kit.resilience.errors import CallError

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
IDEMPOTENCY_KEY = "idempotency-key"


@dataclass(frozen=True)
class Request:
    """Method, path with query, headers with lower-case names, and body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None

    @classmethod
    def of(cls, method: str, path: str, value: Any, headers: Mapping[str, str] | None) -> Request:
        """Return a request with *value* as JSON; without a body if it is None."""
        sent = {name.lower(): text for name, text in (headers or {}).items()}
        if value is None:
            return cls(method, path, sent, None)
        return cls(
            method, path, {"content-type": "application/json", **sent}, json.dumps(value).encode()
        )

    def traced(self) -> Request:
        """Return it with the headers of the current span."""
        return replace(self, headers={**self.headers, **correlation.outgoing()})

    @property
    def retryable(self) -> bool:
        """Whether it may be sent twice: its effect is then the same."""
        return self.method in IDEMPOTENT or IDEMPOTENCY_KEY in self.headers

    @property
    def size(self) -> int:
        """Size of the body in bytes."""
        return len(self.body or b"")


@dataclass(frozen=True)
class Response:
    """Status, headers with lower-case names, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the JSON in the body; raises ValueError."""
        return json.loads(self.body)


def usable(callee: str, response: Response) -> Response:
    """Return *response*; raises ErrorResponseError if it says that the callee failed."""
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (
        response.status == HTTPStatus.TOO_MANY_REQUESTS
    ):
        raise ErrorResponseError(callee, response.status)
    return response


def as_call_error(callee: str, error: InjectedError) -> CallError:
    """Return an injected fault as the error that a call would have."""
    if error.lost:
        return NoResponseError(callee, str(error))
    return ErrorResponseError(callee, int(error.status))

"""Reasons for which a call of another service has no usable response."""

from __future__ import annotations

import logging
from http import HTTPStatus

from kit.errors import HttpError

logger = logging.getLogger("kit.calls")


class CallError(RuntimeError):
    """Base of the reasons for which a call has no usable response."""

    def __init__(self, callee: str, reason: str) -> None:
        """Say which service was called, and why it failed."""
        super().__init__(f"the call of {callee} failed: {reason}")
        self.callee = callee
        self.reason = reason


class DeadlineExceededError(CallError):
    """Raised when there is no response before the call's timeout or the request's deadline."""


class CircuitOpenError(CallError):
    """Raised without a call, because the last calls of the service failed."""


class BulkheadFullError(CallError):
    """Raised without a call, because `max_concurrency` calls of the service are in progress."""


class NoResponseError(CallError):
    """Raised when the connection cannot be opened, or ends before the whole response."""


class ErrorResponseError(CallError):
    """Raised for a response with a status that says the service failed: 429 or 5xx."""

    def __init__(self, callee: str, status: int) -> None:
        """Say which *status* the service responded with."""
        super().__init__(callee, f"it responded with {status}")
        self.status = status


def as_http_error(error: CallError) -> HttpError:
    """Return the response to a request that a failed call leaves without a result, and log why."""
    logger.warning("a call failed", extra={"callee": error.callee, "reason": error.reason})
    late = isinstance(error, DeadlineExceededError)
    status = HTTPStatus.GATEWAY_TIMEOUT if late else HTTPStatus.SERVICE_UNAVAILABLE
    return HttpError(status, f"{error.callee} does not answer; try again")

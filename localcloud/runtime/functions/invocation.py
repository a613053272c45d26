"""The request and the result of an invocation."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from dataclasses import dataclass, field

from localcloud.stopped import SERVICE_STOPPED

OK = 200
MAX_PAYLOAD_BYTES = 6_291_556
"""The payload limit of synchronous invocations, in bytes."""
MAX_ASYNC_PAYLOAD_BYTES = 1_048_576
"""The payload limit of asynchronous invocations since October 2025, in bytes."""

RUNTIME_NOT_SUPPORTED = "Runtime.NotSupported"
"""The error type of a function whose runtime the local cloud does not have."""


def new_trace_id() -> str:
    """Return an X-Ray trace header for a request without one."""
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One request to invoke a function."""

    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    client_context: str | None = None
    """JSON, not encoded."""
    trace_id: str = field(default_factory=new_trace_id)
    invoked_arn: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of an invocation; a function error is a result too."""

    payload: bytes
    executed_version: str
    function_error: str | None = None
    log_tail: bytes = b""
    seconds: float = 0.0
    """Time in which the function ran, without the init phase."""


class InvokeError(Exception):
    """The function was not invoked: the error that the Invoke API returns."""

    def __init__(self, status: int, code: str, message: str, **details: str) -> None:
        """Set status and code of the error response."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = {"Type": "User", "Message": message, "message": message} | details


def service_stopped(message: str) -> InvokeError:
    """Return the error of a function whose service does not run on this machine."""
    return InvokeError(503, SERVICE_STOPPED, message)


def not_supported(name: str, runtime: str) -> bytes:
    """Return the error payload of a function that the local cloud cannot run."""
    what = "a container image" if runtime == "Image" else f"the runtime {runtime}"
    message = f"The function {name} has {what}: the local cloud runs Python functions only"
    return failure(RUNTIME_NOT_SUPPORTED, message)


def throttled(reason: str) -> InvokeError:
    """Return the error of a throttled invocation."""
    return InvokeError(429, "TooManyRequestsException", "Rate Exceeded.", Reason=reason)


def failure(kind: str, message: str, request_id: str | None = None) -> bytes:
    """Return the error payload of a failed invocation."""
    if request_id is not None:
        message = f"RequestId: {request_id} Error: {message}"
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()

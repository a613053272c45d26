"""Reads requests for functions, and invokes functions through the workers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp

from localcloud.runtime.frontdoor.gateway.gateway_responses import (
    REQUEST_TIMEOUT,
    GatewayResponseError,
)
from localcloud.runtime.frontdoor.invalid_requests import invalid_request
from localcloud.runtime.functions.invocation import RUNTIME_NOT_SUPPORTED
from localcloud.stopped import SERVICE_STOPPED

if TYPE_CHECKING:
    from localcloud.runtime.frontdoor.asgi import Receive, Scope
    from localcloud.runtime.frontdoor.balancer.request_view import RequestView
    from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration

BODY_SECONDS = 30.0
"""Timeout of each chunk of a request's body in seconds."""
MAX_BODY_BYTES = 10 * 1024 * 1024
FIRST_ERROR_STATUS = 300


@dataclass(frozen=True)
class Invoked:
    """The workers' answer to an invocation."""

    status: int
    payload: bytes
    function_error: str | None = None
    error_type: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the payload is not the function's response."""
        return bool(self.function_error) or self.status >= FIRST_ERROR_STATUS

    @property
    def not_served(self) -> str:
        """Why the local cloud does not run the function; '' if it does."""
        if self.error_type == SERVICE_STOPPED:
            return json.loads(self.payload)["message"]
        if self.function_error and RUNTIME_NOT_SUPPORTED.encode() in self.payload:
            return json.loads(self.payload)["errorMessage"]
        return ""

    @property
    def excerpt(self) -> str:
        """The start of the payload, for a log."""
        return self.payload[:500].decode(errors="replace")


async def invoke(
    http: aiohttp.ClientSession, workers_url: str, function: LambdaIntegration, payload: bytes
) -> Invoked:
    """Invoke a function; raises TimeoutError, ClientError or OSError."""
    async with http.post(
        f"{workers_url}/functions/{quote(function.function, safe='')}/invocations",
        params={"qualifier": function.qualifier} if function.qualifier else {},
        data=payload,
        headers={"X-Amz-Invocation-Type": "RequestResponse", "Content-Type": "application/json"},
        timeout=aiohttp.ClientTimeout(total=function.timeout_seconds),
    ) as response:
        return Invoked(
            response.status,
            await response.read(),
            response.headers.get("X-Amz-Function-Error"),
            response.headers.get("X-Amzn-ErrorType"),
        )


def require_valid(scope: Scope) -> None:
    """Reject a request that HTTP does not allow."""
    if found := invalid_request(scope):
        raise GatewayResponseError(found.status, found.reason)


async def read_body(view: RequestView, receive: Receive, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return the body of a request."""
    if "content-length" not in view.headers and "transfer-encoding" not in view.headers:
        return b""
    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await receive()
        except TimeoutError:
            raise GatewayResponseError(REQUEST_TIMEOUT, "Request Timeout") from None
        if message["type"] == "http.disconnect":
            raise GatewayResponseError(400, "Bad Request")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > limit:
            raise GatewayResponseError(413, "Request Entity Too Large")
        if not message.get("more_body"):
            return b"".join(pieces)

"""Responses of an HTTP API itself, not of an integration."""

from __future__ import annotations

import json

from localcloud.runtime.frontdoor.gateway.events import ApiResponse

REQUEST_TIMEOUT = 408


class GatewayResponseError(Exception):
    """Raised to end a request with a status and a message."""

    def __init__(self, status: int, message: str, challenge: str | None = None) -> None:
        """Set status and message of the response; *challenge* is its WWW-Authenticate."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.challenge = challenge


class NotRunError(GatewayResponseError):
    """Raised for a function that does not run on this machine: 503, which is not counted."""

    def __init__(self, reason: str) -> None:
        """Answer with *reason*."""
        super().__init__(503, reason)


def gateway_response(error: GatewayResponseError) -> ApiResponse:
    """Return the response of *error*."""
    headers = [(b"content-type", b"application/json")]
    if error.challenge is not None:
        challenge = error.challenge.encode("latin-1", "replace")
        headers.append((b"www-authenticate", challenge))
    if error.status == REQUEST_TIMEOUT:
        headers.append((b"connection", b"close"))  # unread parts of the request may follow
    body = json.dumps({"message": error.message}, separators=(",", ":")).encode()
    return ApiResponse(error.status, headers, body)

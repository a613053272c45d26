"""The answers an HTTP API gives instead of its integration's."""

from __future__ import annotations

import json

from localcloud.runtime.frontdoor.gateway.events import ApiResponse

REQUEST_TIMEOUT = 408


class GatewayResponseError(Exception):
    """A request ends here, with a status and a message."""

    def __init__(self, status: int, message: str, challenge: str | None = None) -> None:
        """Answer *status* and *message*; *challenge* goes into WWW-Authenticate."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.challenge = challenge


def gateway_response(refusal: GatewayResponseError) -> ApiResponse:
    """Return the response of *refusal*."""
    headers = [(b"content-type", b"application/json")]
    if refusal.challenge is not None:
        challenge = refusal.challenge.encode("latin-1", "replace")
        headers.append((b"www-authenticate", challenge))
    if refusal.status == REQUEST_TIMEOUT:
        headers.append((b"connection", b"close"))  # the rest of the request may still come
    body = json.dumps({"message": refusal.message}, separators=(",", ":")).encode()
    return ApiResponse(refusal.status, headers, body)

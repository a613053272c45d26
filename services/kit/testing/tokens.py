"""Tokens as the load balancer passes them on after it has verified them."""

from __future__ import annotations

import base64
import json
import time


def token(
    *roles: str,
    subject: str = "ada",
    algorithm: str = "RS256",
    expires_in: int = 600,
    signature: str = "c2lnbmVk",
) -> str:
    """Return a token with *roles*; the signature is not checked by services."""
    claims = {"sub": subject, "cognito:groups": roles, "exp": time.time() + expires_in}
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm}, claims)]
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, signature])

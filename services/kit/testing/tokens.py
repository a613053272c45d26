"""Tokens, such as the load balancer passes on after verification."""

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
    """Return a token with *roles*; its signature is not valid, but services do not verify it."""
    claims = {"sub": subject, "cognito:groups": roles, "exp": time.time() + expires_in}
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm}, claims)]
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, signature])

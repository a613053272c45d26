"""Verification of JSON Web Tokens with the keys that their issuer publishes (JWKS).

Needs PyJWT with cryptography (`pyjwt[crypto]`) in the service's requirements.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import jwt

from kit.errors import KeysUnavailableError, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

ALGORITHM = "RS256"
REQUIRED = ["iss", "sub", "exp"]
KEYS_SECONDS = 24 * 3600.0
REFETCH_PAUSE_SECONDS = 10.0  # between two requests of the keys because of an unknown key ID
FETCH_SECONDS = 3.0
MAX_VERIFIED = 1000
LEEWAY_SECONDS = 5  # between the clocks of the issuer and of this service


class Verifier:
    """Verifies the tokens of one issuer; keys and verified tokens are cached."""

    def __init__(self, issuer: str, jwks_uri: str) -> None:
        """Accept tokens of *issuer* that are signed with a key at *jwks_uri*."""
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._keys: dict[str, Any] = {}
        self._kept_until = 0.0
        self._next_fetch = 0.0
        self._lock = threading.Lock()
        self._verified: dict[str, Mapping[str, Any]] = {}

    def claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of *token*.

        Raises UnauthenticatedError if it is not valid, and KeysUnavailableError.
        """
        found = self._verified.get(token)
        if found is None:
            found = self._decoded(token)
            if len(self._verified) >= MAX_VERIFIED:
                self._verified.clear()
            self._verified[token] = found
        if float(found["exp"]) + LEEWAY_SECONDS <= time.time():
            self._verified.pop(token, None)
            raise UnauthenticatedError("the token has expired")
        return found

    def remember(self, key_set: Mapping[str, Any]) -> None:
        """Cache the keys of a JWKS."""
        self._keys = {
            key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM).key
            for key in key_set["keys"]
            if key.get("kty") == "RSA"
        }
        self._kept_until = time.monotonic() + KEYS_SECONDS

    def _decoded(self, token: str) -> Mapping[str, Any]:
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid", ""))
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED, "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise UnauthenticatedError("the token has expired") from error
        except jwt.PyJWTError as error:
            raise UnauthenticatedError(f"the token is not valid: {error}") from error

    def _key(self, key_id: str) -> Any:
        with self._lock:
            now = time.monotonic()
            usable = key_id in self._keys and now < self._kept_until
            if not usable and now >= self._next_fetch:
                self._next_fetch = now + REFETCH_PAUSE_SECONDS
                self._fetch()
            if not self._keys:
                raise KeysUnavailableError(f"the keys of {self._issuer} cannot be read; try again")
            if key_id not in self._keys:
                raise UnauthenticatedError(f"{self._issuer} has no key {key_id!r}")
            return self._keys[key_id]

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._jwks_uri, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - the platform sets the URI
                self.remember(json.load(answer))
        except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError):
            logger.exception("keys cannot be read", extra={"jwks_uri": self._jwks_uri})


@functools.cache
def verifier(issuer: str, jwks_uri: str) -> Verifier:
    """Return the verifier of *issuer*, one in a process."""
    return Verifier(issuer, jwks_uri)

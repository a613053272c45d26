"""Verifies JSON Web Tokens with the keys that their issuer publishes (JWKS)."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import jwt

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)

NOT_ALLOWED_IN_DESCRIPTION = re.compile(
    r"[^ !#-\[\]-~]"
)  # characters that RFC 6750 does not allow in error_description
COGNITO = re.compile(r"https://(cognito-idp\.[a-z0-9-]+\.amazonaws\.com)/([^/]+)")
MAX_CACHED_TOKENS = 2_048
REFETCH_PAUSE_SECONDS = 2.0  # between two requests of the JWKS because of an unknown key ID
FETCH_SECONDS = 5.0
REQUIRED = ["exp", "iss"]


class InvalidTokenError(Exception):
    """Raised for a malformed or expired token, an invalid signature or an unaccepted claim."""


@dataclass(frozen=True)
class Issuer:
    """An issuer of tokens and the URL of its JWKS."""

    name: str
    keys_url: str


@dataclass(frozen=True)
class RequiredClaim:
    """A claim and its accepted values."""

    name: str
    format: str
    values: frozenset[str]

    def is_satisfied_by(self, claims: Mapping[str, Any]) -> bool:
        """Return whether *claims* satisfy the condition."""
        value = claims.get(self.name)
        if self.format == "string-array":
            return isinstance(value, list) and self.values <= set(value)
        if not isinstance(value, str):
            return False
        if self.format == "space-separated-values":
            return self.values <= set(value.split(" "))
        return value in self.values


class TokenVerifier:
    """Verifies tokens; caches keys and verified tokens."""

    def __init__(self, http: aiohttp.ClientSession, endpoint: str) -> None:
        """Fetch keys over *http*; those of user pools from the emulated AWS at *endpoint*."""
        self._http = http
        self._endpoint = endpoint
        self._keys: dict[str, dict[str, Any]] = {}
        self._fetched: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._verified: OrderedDict[tuple[Issuer, str], dict[str, Any]] = OrderedDict()

    async def claims(self, issuer: Issuer, token: str) -> dict[str, Any]:
        """Return the claims of *token*; raises InvalidTokenError."""
        known = self._verified.get((issuer, token))
        if known is not None:
            if known["exp"] <= time.time():
                del self._verified[issuer, token]
                raise InvalidTokenError("the token has expired")
            return known
        claims = await self._verify(issuer, token)
        self._verified[issuer, token] = claims
        if len(self._verified) > MAX_CACHED_TOKENS:
            self._verified.popitem(last=False)
        return claims

    async def _verify(self, issuer: Issuer, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "RS256":
                raise InvalidTokenError("the token is not signed with RS256")
            key = await self._key(issuer, header.get("kid"))
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=issuer.name,
                options={"require": REQUIRED, "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidTokenError("the token has expired") from error
        except jwt.PyJWTError as error:
            raise InvalidTokenError(str(error)) from error

    async def _key(self, issuer: Issuer, kid: str | None) -> Any:
        url = issuer.keys_url
        if kid is None:
            raise InvalidTokenError("the token does not name its key (kid)")
        if kid not in self._keys.get(url, {}):
            async with self._locks.setdefault(url, asyncio.Lock()):
                fetched = self._fetched.get(url)
                recently = fetched is not None and time.monotonic() - fetched
                if kid not in self._keys.get(url, {}) and not (
                    recently is not False and recently < REFETCH_PAUSE_SECONDS
                ):
                    await self._fetch(url)
        try:
            return self._keys[url][kid]
        except KeyError:
            raise InvalidTokenError(f"{issuer.name} publishes no key '{kid}'") from None

    async def _fetch(self, url: str) -> None:
        address, headers = url, {}
        if pool := COGNITO.match(url):
            address = f"{self._endpoint}/{pool[2]}/.well-known/jwks.json"
            headers = {"Host": pool[1]}
        limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        try:
            async with self._http.get(address, headers=headers, timeout=limit) as response:
                response.raise_for_status()
                published = await response.json(content_type=None)
            self._keys[url] = {
                key["kid"]: jwt.PyJWK(key, algorithm="RS256").key
                for key in published["keys"]
                if key.get("kty") == "RSA"
            }
            self._fetched[url] = time.monotonic()
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, jwt.PyJWTError) as error:
            _LOG.warning("no keys from %s: %r", address, error)
            raise InvalidTokenError(f"the keys at {url} cannot be read") from error


def challenge_text(why: str) -> str:
    """Return *why* as a valid error_description; the client may have chosen parts of it."""
    return NOT_ALLOWED_IN_DESCRIPTION.sub(" ", why.replace('"', "'"))


def bearer_token(authorization: str | None) -> str | None:
    """Return the token of an Authorization header with the scheme Bearer."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None

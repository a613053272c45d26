"""Calls of other services in tests, without AWS STS: variables, tokens and their issuers.

    for name, value in callers.variables("orders").items():
        monkeypatch.setenv(name, value)

Then `callers.headers("orders")` are the headers of a call of the service `orders` to a container,
and `kit.testing.events.request(..., service="orders")` is the event of its call to a function.
Needs PyJWT with cryptography.
"""

from __future__ import annotations

import functools
import json
import time
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from kit.callers import USER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = "https://services.issuer.test"
"""Issuer of the tokens of services."""
USERS = "https://users.issuer.test"
"""Issuer of the tokens of users."""
AUDIENCE = "callee.test"
"""The service that is tested."""
CLIENT = "client"
KEY_ID = "test"
ALGORITHM = "RS256"
VALID_SECONDS = 300
PUBLIC_EXPONENT, KEY_BITS = 65_537, 2048


def role(service: str) -> str:
    """Return the ARN of the role of *service*."""
    return f"arn:aws:iam::123456789012:role/{service}"


def variables(*services: str) -> dict[str, str]:
    """Return the variables of a callee that *services* may call; its issuers' keys are cached."""
    _cache_keys()
    return {
        "SERVICE_ISSUER": SERVICES,
        "SERVICE_JWKS_URI": f"{SERVICES}/jwks.json",
        "SERVICE_AUDIENCE": AUDIENCE,
        "SERVICE_CALLERS": json.dumps({name: [role(name)] for name in services}),
        "USER_ISSUER": USERS,
        "USER_JWKS_URI": f"{USERS}/jwks.json",
        "USER_CLIENT_ID": CLIENT,
    }


def claims(service: str) -> dict[str, Any]:
    """Return the claims of a token of *service*."""
    now = int(time.time())
    return {
        "iss": SERVICES,
        "aud": AUDIENCE,
        "sub": role(service),
        "iat": now,
        "exp": now + VALID_SECONDS,
    }


def token(service: str, **changes: Any) -> str:
    """Return a signed token of *service*, with *changes* of its claims."""
    return signed({**claims(service), **changes})


def user_token(*roles: str, subject: str = "ada", **changes: Any) -> str:
    """Return a signed token of a user with *roles*."""
    about = {"iss": USERS, "client_id": CLIENT, "sub": subject, "cognito:groups": roles}
    return signed({"exp": int(time.time()) + VALID_SECONDS, **about, **changes})


def headers(service: str, *, user: str = "") -> dict[str, str]:
    """Return the headers of a call of *service*, with the token of a user."""
    found = {"authorization": f"Bearer {token(service)}"}
    return found | ({USER_TOKEN: user} if user else {})


def signed(payload: Mapping[str, Any]) -> str:
    """Return *payload* as a token that both issuers have signed."""
    _cache_keys()
    return jwt.encode(dict(payload), _key(), ALGORITHM, {"kid": KEY_ID})


def key_set() -> dict[str, Any]:
    """Return the JWKS of both issuers."""
    public = RSAAlgorithm.to_jwk(_key().public_key(), as_dict=True)
    return {"keys": [{**public, "kid": KEY_ID, "alg": ALGORITHM, "use": "sig"}]}


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS)


def _cache_keys() -> None:
    from kit import tokens  # noqa: PLC0415 - of the kit that the test has imported last

    for issuer in (SERVICES, USERS):
        tokens.verifier(issuer, f"{issuer}/jwks.json").remember(key_set())

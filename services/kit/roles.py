"""Authorization of requests: compares the roles in a verified token with `ROUTE_ROLES`.

The edge (load balancer, HTTP API) verifies a token's signature, issuer and expiry, and responds
with 401. A service only checks the role, and responds with 403. It reads the token's claims without
verifying the signature again: its security group or resource policy allows requests from the edge
only. An unsigned token (`alg: none`) cannot have passed the edge, so it is rejected.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from kit import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC = "public"
GROUPS = "cognito:groups"
SIGNED = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256")
PARTS_OF_A_TOKEN = 3


class UnauthenticatedError(Exception):
    """Raised for a request without a token that the edge can have verified (401)."""


class ForbiddenError(Exception):
    """Raised for a token without the role that a route requires (403)."""


@dataclass(frozen=True)
class Caller:
    """The sender of a request, from the claims of its token."""

    subject: str
    """The claim `sub`; empty for a public request."""
    roles: frozenset[str]


NOBODY = Caller("", frozenset())


def route_roles() -> dict[str, str]:
    """Return the required role of each route, by `METHOD /path/{name}`; raises SettingError."""
    value = settings.text("ROUTE_ROLES")
    try:
        found = json.loads(value)
        return {str(route): str(role) for route, role in found.items()}
    except (ValueError, AttributeError) as error:
        message = 'ROUTE_ROLES must be a JSON object such as {"GET /orders/{id}": "customer"}'
        raise settings.SettingError(message) from error


def of_claims(claims: Mapping[str, Any]) -> Caller:
    """Return the caller of verified *claims*.

    API Gateway formats a list of groups as the text `[one two]`.
    """
    groups = claims.get(GROUPS, [])
    if isinstance(groups, str):
        groups = groups.strip("[]").replace(",", " ").split()
    subject = claims.get("sub") or claims.get("username") or ""
    return Caller(str(subject), frozenset(map(str, groups)))


def of_event(event: Mapping[str, Any]) -> Caller:
    """Return the caller of an HTTP API's request, from the claims of its authorizer."""
    authorizer = event["requestContext"].get("authorizer", {})
    return of_claims(authorizer.get("jwt", {}).get("claims", {}))


def of_header(authorization: str) -> Caller:
    """Return the caller of an Authorization header that passed the edge.

    Raises UnauthenticatedError.
    """
    scheme, _, token = authorization.partition(" ")
    parts = token.strip().split(".")
    if scheme.lower() != "bearer" or len(parts) != PARTS_OF_A_TOKEN:
        raise UnauthenticatedError("the Authorization header has no bearer token")
    head, claims = _decoded(parts[0]), _decoded(parts[1])
    if head.get("alg") not in SIGNED or not parts[2]:
        raise UnauthenticatedError("the token is not signed")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires < time.time():
        raise UnauthenticatedError("the token has expired")
    return of_claims(claims)


def check(role: str | None, caller: Caller) -> None:
    """Raise ForbiddenError unless *caller* has *role*, or *role* is `public`.

    A route that ROUTE_ROLES does not list has the role None and is denied.
    """
    if role is None:
        raise ForbiddenError("this route has no role in ROUTE_ROLES")
    if role != PUBLIC and role not in caller.roles:
        raise ForbiddenError(f"the role {role!r} is needed")


def _decoded(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        found = None
    if not isinstance(found, dict):
        raise UnauthenticatedError("the token cannot be read")
    return cast("dict[str, Any]", found)

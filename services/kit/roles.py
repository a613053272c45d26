"""Authorization of requests: compares the caller, from a verified token, with `ROUTE_ROLES`.

The edge (load balancer, HTTP API) verifies a token's signature, issuer and expiry, and responds
with 401. A service checks the role, and responds with 403. It reads the claims of a user's token
without verifying the signature again: its security group or resource policy allows requests from
the edge only. An unsigned token (`alg: none`) cannot have passed the edge, so it is rejected.
Tokens of services, and the users' tokens that they pass on, are verified here (`kit.callers`).
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from kit import callers, settings
from kit.errors import ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC = "public"
SERVICE = "service"
GROUPS = "cognito:groups"
SIGNED = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256")
PARTS_OF_A_TOKEN = 3


@dataclass(frozen=True)
class Caller:
    """The sender of a request, from the claims of its tokens."""

    subject: str
    """The claim `sub` of the user's token; empty without one."""
    roles: frozenset[str]
    """Roles of the user."""
    service: str = ""
    """The service that calls; empty for a request that a user sends."""
    token: str = field(default="", repr=False, compare=False)
    """The user's token, to pass on in a call."""
    expires: float = field(default=0.0, repr=False, compare=False)
    """Time at which the first of the tokens expires."""


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
    """Return the caller of an HTTP API's request, from the claims of its authorizer.

    The authorizer has verified them, of a user or of a service. Raises RefusedError.
    """
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    sent: Mapping[str, str] = event.get("headers") or {}
    headers = {name.lower(): value for name, value in sent.items()}
    trust = callers.trust()
    if trust is not None and claims.get("iss") == trust.issuer:
        return _of_service(trust.service(claims), headers)
    token = headers.get("authorization", "").partition(" ")[2].strip() if claims else ""
    return replace(of_claims(claims), token=token)


def of_headers(headers: Mapping[str, str]) -> Caller:
    """Return the caller of a request with these lower-case *headers* that passed the edge.

    Raises RefusedError.
    """
    token, claims = _read(headers.get("authorization", ""))
    trust = callers.trust()
    if trust is not None and claims.get("iss") == trust.issuer:
        claims = callers.services().claims(token)
        return _of_service(trust.service(claims), headers, float(claims["exp"]))
    return replace(of_claims(claims), token=token, expires=float(claims["exp"]))


def of_header(authorization: str) -> Caller:
    """Return the user of an Authorization header that passed the edge.

    Raises UnauthenticatedError.
    """
    return of_claims(_read(authorization)[1])


def _of_service(service: str, headers: Mapping[str, str], expires: float = 0.0) -> Caller:
    of_user = headers.get(callers.USER_TOKEN, "")
    if not of_user:
        return replace(NOBODY, service=service, expires=expires)
    claims = callers.user_claims(of_user)
    first = min(expires, float(claims["exp"]))
    return replace(of_claims(claims), service=service, token=of_user, expires=first)


def _read(authorization: str) -> tuple[str, dict[str, Any]]:
    """Return the bearer token and its claims; raises UnauthenticatedError."""
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
    return token.strip(), claims


def check(role: str | None, caller: Caller) -> None:
    """Raise RefusedError unless *caller* has *role*, or *role* is `public`.

    `service` stands for every service that may call this one. A route that ROUTE_ROLES does not
    list has the role None and is denied.
    """
    if role is None:
        raise ForbiddenError("this route has no role in ROUTE_ROLES")
    if role == SERVICE and not caller.service:
        raise UnauthenticatedError("the token of a service is needed")
    if role not in {PUBLIC, SERVICE} and role not in caller.roles:
        raise ForbiddenError(f"the role {role!r} is needed")


def _decoded(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        found = None
    if not isinstance(found, dict):
        raise UnauthenticatedError("the token cannot be read")
    return cast("dict[str, Any]", found)

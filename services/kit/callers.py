"""Callers that are services: their tokens, and the user's token that they pass on.

A service calls with a token of AWS STS as its Authorization header. The token is valid if the
account's issuer signed it for this service, and its subject is a role of a service that names this
one in its `calls` (SERVICE_CALLERS). The user's own token is in the header `x-user-token`, which is
ignored without a valid token of a service.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit import settings
from kit.errors import ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.tokens import Verifier

USER_TOKEN = "x-user-token"  # noqa: S105 - the name of a header


@dataclass(frozen=True)
class Trust:
    """Issuer and audience of the tokens of services, and the roles of those that may call."""

    issuer: str
    audience: str
    services: Mapping[str, str]
    """Service by the ARN of its role."""

    def service(self, claims: Mapping[str, Any]) -> str:
        """Return the service that verified *claims* name.

        Raises UnauthenticatedError if the token is for another service, and ForbiddenError if its
        subject may not call this one.
        """
        if claims.get("iss") != self.issuer or claims.get("aud") != self.audience:
            raise UnauthenticatedError("the token was issued for another service")
        subject = str(claims.get("sub", ""))
        if subject not in self.services:
            raise ForbiddenError(f"{subject} may not call this service: add it to its 'calls'")
        return self.services[subject]


def trust() -> Trust | None:
    """Return whom this service trusts; None if it takes no tokens of services.

    Raises SettingError.
    """
    issuer = os.environ.get("SERVICE_ISSUER")
    if not issuer:
        return None
    try:
        services = {
            str(role): str(name)
            for name, roles in json.loads(settings.text("SERVICE_CALLERS")).items()
            for role in roles
        }
    except (ValueError, AttributeError, TypeError) as error:
        message = 'SERVICE_CALLERS must be a JSON object such as {"orders": ["arn:aws:iam::..."]}'
        raise settings.SettingError(message) from error
    return Trust(issuer, settings.text("SERVICE_AUDIENCE"), services)


def services() -> Verifier:
    """Return the verifier of services' tokens; raises SettingError."""
    return _verifier("SERVICE")


def user_claims(token: str) -> Mapping[str, Any]:
    """Return the claims of the user's token that a service passes on.

    Raises UnauthenticatedError, KeysUnavailableError and SettingError.
    """
    claims = users().claims(token)
    client = settings.text("USER_CLIENT_ID")
    if client not in {claims.get("client_id"), claims.get("aud")}:
        raise UnauthenticatedError(f"the token in {USER_TOKEN} was issued for another client")
    return claims


def users() -> Verifier:
    """Return the verifier of users' tokens; raises SettingError."""
    return _verifier("USER")


def _verifier(whose: str) -> Verifier:
    try:
        from kit import tokens  # noqa: PLC0415 - PyJWT is needed only where tokens are verified
    except ModuleNotFoundError as error:
        raise settings.SettingError(
            f"tokens of services cannot be verified, because {error.name} is not installed: add"
            " pyjwt[crypto] to requirements.in and run `bulkhead lock`"
        ) from error
    return tokens.verifier(settings.text(f"{whose}_ISSUER"), settings.text(f"{whose}_JWKS_URI"))

"""JWT authorizers of an HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.runtime.frontdoor.gateway.gateway_responses import GatewayResponseError
from localcloud.runtime.frontdoor.token_verifier import InvalidTokenError, challenge_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.balancer.request_view import RequestView
    from localcloud.runtime.frontdoor.gateway.http_api import JwtAuthorizer, Route
    from localcloud.runtime.frontdoor.token_verifier import TokenVerifier

UNAUTHORIZED, FORBIDDEN = 401, 403
FROM_HEADER = "$request.header."
FROM_QUERY = "$request.querystring."


async def authorize(
    route: Route, request: RequestView, tokens: TokenVerifier
) -> tuple[dict[str, Any] | None, list[str] | None]:
    """Return the token's claims and scopes; None if the route has no authorizer.

    Raises GatewayResponseError.
    """
    authorizer = route.authorizer
    if authorizer is None:
        return None, None
    token = _token(authorizer, request)
    if token is None:
        raise GatewayResponseError(UNAUTHORIZED, "Unauthorized", "Bearer")
    try:
        claims = await tokens.claims(authorizer.issuer, token)
    except InvalidTokenError as error:
        raise _invalid(str(error)) from error
    if authorizer.audiences and not _audiences(claims) & authorizer.audiences:
        raise _invalid("the audience is not accepted")
    scopes = _scopes(claims)
    if route.scopes and not route.scopes & set(scopes):
        needed = " ".join(sorted(route.scopes))
        challenge = f'Bearer scope="{needed}" error="insufficient_scope"'
        raise GatewayResponseError(FORBIDDEN, "Forbidden", challenge)
    return claims, sorted(route.scopes & set(scopes)) or None


def _token(authorizer: JwtAuthorizer, request: RequestView) -> str | None:
    for source in authorizer.sources:
        found: str | None = None
        if source.startswith(FROM_HEADER):
            found = request.header(source.removeprefix(FROM_HEADER).lower())
        elif source.startswith(FROM_QUERY):
            found = dict(request.query_pairs).get(source.removeprefix(FROM_QUERY))
        if found:
            scheme, _, rest = found.strip().partition(" ")
            return rest.strip() if scheme.lower() == "bearer" else found.strip()
    return None


def _invalid(why: str) -> GatewayResponseError:
    challenge = f'Bearer scope="" error="invalid_token" error_description="{challenge_text(why)}"'
    return GatewayResponseError(UNAUTHORIZED, "Unauthorized", challenge)


def _audiences(claims: Mapping[str, Any]) -> set[str]:
    """Return the audiences of the token: `aud`, or `client_id` if that is missing."""
    audience = claims.get("aud") or claims.get("client_id") or []
    return {audience} if isinstance(audience, str) else set(audience)


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    scopes = claims.get("scope") or claims.get("scp") or []
    return scopes.split() if isinstance(scopes, str) else list(scopes)

"""GetWebIdentityToken: a signed token that states the caller's IAM role."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import jwt
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from localcloud.aws.iam.overrides.federation import federation, issuer
from localcloud.aws.sts.overrides.permission import refusal

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

DEFAULT_SECONDS = 300


class FederationDisabledError(STSClientError):
    """Raised while the account has not enabled the feature."""

    code = "OutboundWebIdentityFederationDisabledException"
    message = "Outbound web identity federation is not enabled for this account."


class SessionDurationEscalationError(STSClientError):
    """Raised when the token would be valid longer than the caller's session."""

    code = "SessionDurationEscalationException"
    message = "The requested token duration would exceed the expiration of the session."


def _access_denied(why: str) -> tuple[str, dict[str, Any]]:
    """Return the response of an unmodelled error; moto gives those status 400."""
    error = f"<Type>Sender</Type><Code>AccessDenied</Code><Message>{escape(why)}</Message>"
    body = f"<ErrorResponse><Error>{error}</Error><RequestId>{uuid.uuid4()}</RequestId>"
    return f"{body}</ErrorResponse>", {"status": 403, "Content-Type": "text/xml"}


def install(endpoints: ControlEndpoints) -> None:
    """Add the operation to moto's STS."""

    def get_web_identity_token(self: Any) -> Any:
        audiences: list[str] = self._get_param("Audience")
        algorithm: str = self._get_param("SigningAlgorithm")
        seconds: int = self._get_param("DurationSeconds", DEFAULT_SECONDS)
        account: str = self.current_account
        session = self.backend.get_assumed_role_from_access_key(self.get_access_key())
        if session is not None and (
            why := refusal(
                session,
                {
                    "sts:IdentityTokenAudience": audiences,
                    "sts:DurationSeconds": [str(seconds)],
                    "sts:SigningAlgorithm": [algorithm],
                },
            )
        ):
            return _access_denied(why)
        found = federation(account)
        if found is None or not found.enabled:
            raise FederationDisabledError
        now = int(time.time())
        expiration = datetime.fromtimestamp(now + seconds, UTC)
        if session is not None and session.expiration.replace(tzinfo=UTC) < expiration:
            raise SessionDurationEscalationError
        caller = self.backend.get_caller_identity(self.get_access_key(), self.region)[1]
        tags = {one["Key"]: one["Value"] for one in self._get_param("Tags", [])}
        kid, key = found.key(algorithm)
        token = jwt.encode(
            {
                "iss": issuer(endpoints, found),
                "aud": audiences[0] if len(audiences) == 1 else audiences,
                "sub": session.role_arn if session is not None else caller,
                "iat": now,
                "exp": now + seconds,
                "jti": str(uuid.uuid4()),
                "https://sts.amazonaws.com/": {
                    "aws_account": account,
                    "source_region": self.region,
                    **_tags("principal_tags", _principal_tags(session)),
                    **_tags("request_tags", tags),
                },
            },
            key,
            algorithm=algorithm,
            headers={"kid": kid},
        )
        return ActionResult({"WebIdentityToken": token, "Expiration": expiration})

    kind: Any = TokenResponse
    kind.get_web_identity_token = get_web_identity_token


def _tags(claim: str, tags: dict[str, str]) -> dict[str, Any]:
    return {claim: tags} if tags else {}


def _principal_tags(session: Any) -> dict[str, str]:
    """Return the tags of the caller's role."""
    if session is None:
        return {}
    backend = iam_backends[session.account_id][session.partition]
    role = next((one for one in backend.get_roles() if one.arn == session.role_arn), None)
    tags: Any = role.tags if role is not None else {}
    if isinstance(tags, dict):
        return {name: one["Value"] for name, one in tags.items()}
    return {one["Key"]: one["Value"] for one in tags or []}

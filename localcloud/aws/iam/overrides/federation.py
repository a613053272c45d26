"""Outbound web identity federation: the account's issuer of tokens and its keys.

The issuer is a URL on this machine, where the control plane serves the OpenID Connect discovery
document and the JWKS.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import IAMException
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse

from localcloud.account import ACCOUNT

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

CLAIMS = ["aud", "exp", "iat", "iss", "jti", "sub", "https://sts.amazonaws.com/"]
RSA_KEY_BITS = 2048


class FeatureEnabledError(IAMException):
    """Raised when the feature is enabled twice."""

    code = "FeatureEnabled"
    message = "Outbound web identity federation is already enabled for this account."


class FeatureDisabledError(IAMException):
    """Raised when the feature is used or disabled although it is not enabled."""

    code = "FeatureDisabled"
    message = "Outbound web identity federation is not enabled for this account."


@dataclass
class Federation:
    """The feature's state in one account; issuer and keys stay when it is disabled."""

    enabled: bool = False
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    rsa_key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(65537, RSA_KEY_BITS)
    )
    ec_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP384R1())
    )

    def key(self, algorithm: str) -> tuple[str, Any]:
        """Return id and private key of *algorithm*."""
        return f"{algorithm}-{self.identifier[:8]}", {
            "RS256": self.rsa_key,
            "ES384": self.ec_key,
        }[algorithm]


def federation(account: str) -> Federation | None:
    """Return the state of *account*; None if the feature was never enabled."""
    return getattr(iam_backends[account]["aws"], "outbound_federation", None)


def issuer(endpoints: ControlEndpoints, found: Federation) -> str:
    """Return the URL of the issuer."""
    return f"{endpoints.endpoint}/_bulkhead/token-issuers/{found.identifier}"


def install(endpoints: ControlEndpoints) -> None:
    """Add the operations to moto's IAM."""

    def enable(self: Any) -> ActionResult:
        found = federation(self.current_account) or Federation()
        if found.enabled:
            raise FeatureEnabledError
        found.enabled = True
        self.backend.outbound_federation = found
        return ActionResult({"IssuerIdentifier": issuer(endpoints, found)})

    def disable(self: Any) -> EmptyResult:
        _enabled(self.current_account).enabled = False
        return EmptyResult()

    def info(self: Any) -> ActionResult:
        found = _enabled(self.current_account)
        return ActionResult(
            {"IssuerIdentifier": issuer(endpoints, found), "JwtVendingEnabled": True}
        )

    kind: Any = IamResponse
    kind.enable_outbound_web_identity_federation = enable
    kind.disable_outbound_web_identity_federation = disable
    kind.get_outbound_web_identity_federation_info = info


def discovery_document(endpoints: ControlEndpoints, identifier: str) -> dict[str, Any]:
    """Return the OpenID Connect discovery document; raises FileNotFoundError."""
    url = issuer(endpoints, _published(identifier))
    return {
        "issuer": url,
        "jwks_uri": f"{url}/.well-known/jwks.json",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES384"],
        "claims_supported": CLAIMS,
    }


def key_set(_endpoints: ControlEndpoints, identifier: str) -> dict[str, Any]:
    """Return the JWKS; raises FileNotFoundError."""
    found = _published(identifier)
    keys: list[dict[str, Any]] = []
    for algorithm, kind in (("RS256", RSAAlgorithm), ("ES384", ECAlgorithm)):
        kid, key = found.key(algorithm)
        public = kind.to_jwk(key.public_key(), as_dict=True)
        public.pop("key_ops", None)
        keys.append({**public, "kid": kid, "alg": algorithm, "use": "sig"})
    return {"keys": keys}


def _enabled(account: str) -> Federation:
    found = federation(account)
    if found is None or not found.enabled:
        raise FeatureDisabledError
    return found


def _published(identifier: str) -> Federation:
    found = federation(ACCOUNT)
    if found is None or found.identifier != identifier:
        raise FileNotFoundError(f"no such issuer: {identifier}")
    return found

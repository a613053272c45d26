"""Listener rule actions that validate a JSON Web Token before they forward a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """Issuer of accepted JWTs, and the claim that tells whom they were issued for."""

    issuer: pulumi.Input[str]
    """Issuer of the token."""

    jwks_endpoint: pulumi.Input[str]
    """URL of the issuer's JWKS."""

    claim: str
    """Name of a claim with one text as value."""

    value: pulumi.Input[str]
    """Required value of the claim."""


def actions(
    tokens: TokenCheck | None, target_group_arn: pulumi.Output[str]
) -> list[aws.lb.ListenerRuleActionArgs]:
    """Return the actions that forward a request, with *tokens* only if its token is valid."""
    action = aws.lb.ListenerRuleActionArgs
    if tokens is None:
        return [action(type="forward", order=1, target_group_arn=target_group_arn)]
    claim = aws.lb.ListenerRuleActionJwtValidationAdditionalClaimArgs(
        name=tokens.claim, format="single-string", values=[tokens.value]
    )
    check = aws.lb.ListenerRuleActionJwtValidationArgs(
        issuer=tokens.issuer, jwks_endpoint=tokens.jwks_endpoint, additional_claims=[claim]
    )
    return [
        action(type="jwt-validation", order=1, jwt_validation=check),
        action(type="forward", order=2, target_group_arn=target_group_arn),
    ]

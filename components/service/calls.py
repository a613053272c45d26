"""Synchronous calls of a service: the services it calls, and those that call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.access import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VALID_SECONDS = "300"  # of a service's token; numbers in conditions are texts


@dataclass(frozen=True, kw_only=True)
class Callee:
    """A service that the service calls synchronously."""

    url: pulumi.Input[str]
    """Base URL."""

    internal: bool = False
    """Reachable only from inside the VPC."""

    audience: str | None = None
    """Audience of tokens for it; None if it takes no tokens of services."""


@dataclass(frozen=True, kw_only=True)
class Callers:
    """The services that may call the service, and how it verifies their tokens."""

    issuer: pulumi.Input[str]
    """Issuer of services' tokens."""

    audience: str
    """Audience of tokens for the service."""

    roles: Mapping[str, Sequence[pulumi.Input[str]]]
    """ARNs of the roles of each calling service."""

    priority: int | None = None
    """Priority of the rule for its host name; None if it is called through the HTTP API."""

    @property
    def jwks_uri(self) -> pulumi.Output[str]:
        """URL of the issuer's JWKS."""
        return pulumi.Output.concat(self.issuer, "/.well-known/jwks.json")


def allow_calls(callees: Mapping[str, Callee]) -> list[Statement]:
    """Return the permission to get tokens for *callees*, and for no other audience."""
    audiences = sorted(callee.audience for callee in callees.values() if callee.audience)
    if not audiences:
        return []
    return [
        Statement(
            actions=["sts:GetWebIdentityToken"],
            resources=["*"],  # the action has no resource type
            conditions={
                "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": audiences},
                "Null": {"sts:IdentityTokenAudience": "false"},
                "NumericLessThanEquals": {"sts:DurationSeconds": VALID_SECONDS},
            },
        )
    ]

"""The identity layer: people, their roles, and the tokens that name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from components.identity.user_pool import UserPool, UserPoolArgs
from stacks.contract import Contract
from stacks.model import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import ProtectionSettings


class IdentitySettings(Part):
    """What an environment may choose about signing in."""

    password_login: bool = False
    """true where a client may send a password itself, as tests do"""

    token_minutes: int = pydantic.Field(default=60, ge=5, le=1440)
    """how many minutes a token is good, 5 to 1440"""


@dataclass(frozen=True, kw_only=True)
class IdentityOutputs(Contract):
    """What the entrances need to check a token."""

    layer = "identity"

    user_pool_id: pulumi.Output[str]
    client_id: pulumi.Output[str]
    issuer: pulumi.Output[str]
    jwks_endpoint: pulumi.Output[str]


def build(
    settings: IdentitySettings,
    protection: ProtectionSettings,
    target: DeploymentTarget,
    roles: Iterable[str],
    opts: pulumi.ResourceOptions | None = None,
) -> IdentityOutputs:
    """Define the layer and return what others may use of it."""
    pool = UserPool(
        "people",
        UserPoolArgs(
            region=target.region,
            roles=sorted(roles),
            password_login=settings.password_login,
            deletion_protection=protection.deletion_protection,
            token_minutes=settings.token_minutes,
        ),
        opts,
    )
    return IdentityOutputs(
        user_pool_id=pool.pool_id,
        client_id=pool.client_id,
        issuer=pool.issuer,
        jwks_endpoint=pool.jwks_endpoint,
    )

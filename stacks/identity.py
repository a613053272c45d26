"""The identity layer: the user pool of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydantic

from components.identity.user_pool import UserPool, UserPoolArgs
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import ProtectionSettings


class IdentitySettings(SettingsGroup):
    """Sign-in and tokens of an environment."""

    password_login: bool = False
    """true to allow USER_PASSWORD_AUTH, which tests use"""

    token_minutes: int = pydantic.Field(default=60, ge=5, le=1440)
    """validity of tokens in minutes, 5 to 1440"""


def build(
    settings: IdentitySettings,
    protection: ProtectionSettings,
    target: DeploymentTarget,
    roles: Iterable[str],
    opts: pulumi.ResourceOptions | None = None,
) -> UserPool:
    """Define the user pool of the environment."""
    return UserPool(
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

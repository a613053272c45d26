"""A Cognito user pool with a group for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

MIN_PASSWORD_LENGTH = 14


@dataclass(frozen=True, kw_only=True)
class UserPoolArgs:
    """Roles, sign-in and tokens of a user pool."""

    region: str
    """Region of the pool, a part of the issuer URL."""

    roles: list[str]
    """Roles; each becomes a group, which tokens carry in `cognito:groups`."""

    password_login: bool = False
    """Allow USER_PASSWORD_AUTH, as tests use, besides SRP."""

    deletion_protection: bool = True
    """Deletion protection, and Pulumi's `protect`."""

    token_minutes: int = 60
    """Validity of access and ID tokens in minutes."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class UserPool(pulumi.ComponentResource):
    """A user pool without self-registration; threat protection monitors sign-ins, so no alarm."""

    pool_id: pulumi.Output[str]
    client_id: pulumi.Output[str]
    issuer: pulumi.Output[str]
    jwks_endpoint: pulumi.Output[str]

    def __init__(
        self, name: str, args: UserPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the pool *name*."""
        super().__init__("bulkhead:identity:UserPool", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        pool = aws.cognito.UserPool(
            name,
            deletion_protection="ACTIVE" if args.deletion_protection else "INACTIVE",
            user_pool_tier="PLUS",
            user_pool_add_ons={"advanced_security_mode": "ENFORCED"},
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            admin_create_user_config={"allow_admin_create_user_only": True},
            mfa_configuration="OPTIONAL",
            software_token_mfa_configuration={"enabled": True},
            account_recovery_setting={
                "recovery_mechanisms": [{"name": "verified_email", "priority": 1}]
            },
            password_policy={
                "minimum_length": MIN_PASSWORD_LENGTH,
                "require_lowercase": True,
                "require_uppercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "temporary_password_validity_days": 3,
            },
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
        if args.password_login:
            flows.append("ALLOW_USER_PASSWORD_AUTH")
        client = aws.cognito.UserPoolClient(
            f"{name}-client",
            user_pool_id=pool.id,
            explicit_auth_flows=flows,
            generate_secret=False,
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=args.token_minutes,
            id_token_validity=args.token_minutes,
            refresh_token_validity=1,
            token_validity_units={
                "access_token": "minutes",
                "id_token": "minutes",
                "refresh_token": "days",
            },
            opts=child,
        )
        for role in args.roles:
            # Tokens carry the name of the group.
            aws.cognito.UserGroup(
                f"{name}-{role}",
                name=role,
                user_pool_id=pool.id,
                description=f"People with the role {role}",
                opts=child,
            )

        self.pool_id = pool.id
        self.client_id = client.id
        self.issuer = pulumi.Output.concat(
            "https://cognito-idp.", args.region, ".amazonaws.com/", pool.id
        )
        self.jwks_endpoint = pulumi.Output.concat(self.issuer, "/.well-known/jwks.json")
        self.register_outputs(
            {
                "pool_id": self.pool_id,
                "client_id": self.client_id,
                "issuer": self.issuer,
                "jwks_endpoint": self.jwks_endpoint,
            }
        )

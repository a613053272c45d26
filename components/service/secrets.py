"""Secrets and parameters that a service reads at run time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.access import Statement
from components.data.service_secret import ServiceSecret, ServiceSecretArgs
from components.service.environment import variable
from components.service.secret_rotation import SecretRotation, SecretRotationArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.service.args import MicroserviceArgs


@dataclass(kw_only=True)
class SecretAccess:
    """Environment variables and permissions of the secrets of a service."""

    environment: dict[str, pulumi.Input[str]] = field(
        default_factory=dict[str, "pulumi.Input[str]"]
    )
    """Environment variables with their ARNs."""

    statements: list[Statement] = field(default_factory=list[Statement])
    """IAM statements of the service's role."""

    aged_arns: list[pulumi.Output[str]] = field(default_factory=list["pulumi.Output[str]"])
    """ARNs of the secrets whose age an alarm watches."""


@dataclass(frozen=True, kw_only=True)
class RotationContext:
    """What the code that rotates secrets has of its service."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables."""

    security_group_id: pulumi.Input[str] | None
    """Security group; None outside the VPC."""

    opts: pulumi.ResourceOptions
    """Options of the rotations, whose functions may need the stores."""


def define_secrets(
    name: str,
    args: MicroserviceArgs,
    context: RotationContext,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str],
) -> SecretAccess:
    """Define the secrets of the service *name* and return how to access them."""
    platform, access = args.platform, SecretAccess()
    for secret_name, max_age_days in args.secrets.items():
        watched = max_age_days is not None and platform.data_protection.secret_age_alarms
        secret = ServiceSecret(
            f"{name}-{secret_name}",
            ServiceSecretArgs(
                name=secret_name,
                alarms=platform.alarms,
                max_age_days=max_age_days if watched else None,
                recoverable=platform.data_protection.deletion_protection,
                key_arn=platform.key.arn,
                tags=tags,
            ),
            opts,
        )
        access.environment[variable(secret_name, "SECRET_ARN")] = secret.arn
        access.statements += secret.allow_read()
        if watched:
            access.aged_arns.append(secret.arn)
        if code := args.rotations.get(secret_name):
            group_id = context.security_group_id
            own = {**context.environment, variable(secret_name, "SECRET_ARN"): secret.arn}
            SecretRotation(
                f"{name}-{secret_name}-rotation",
                SecretRotationArgs(
                    secret_arn=secret.arn,
                    code=code,
                    account_id=platform.account_id,
                    alarms=platform.alarms,
                    key_arn=platform.key.arn,
                    environment=own,
                    subnet_ids=platform.vpc.private_subnet_ids if group_id is not None else (),
                    security_group_ids=[group_id] if group_id is not None else (),
                    logs=platform.data_protection.logs,
                    tags=tags,
                ),
                context.opts,
            )
    return access


def allow_parameters(args: MicroserviceArgs) -> list[Statement]:
    """Return the permission to read the parameters, and no others."""
    platform = args.platform
    prefix = f"arn:aws:ssm:{platform.region}:{platform.account_id}:parameter"
    names = [f"{prefix}{path}" for path in args.parameters.values()]
    return [Statement(actions=["ssm:GetParameter"], resources=names)] if names else []

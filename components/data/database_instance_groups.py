"""Parameter group, option group and further settings that an instance shares with its replicas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from components.data.database_instance_args import MAX_STORAGE_GIB
from components.data.engines import Parameter
from components.data.monitoring import CERTIFICATE_AUTHORITY, MONITORING_INTERVAL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.data.database_instance_args import DatabaseInstanceArgs
    from components.data.engines import Edition, Engine

STORAGE_GROWTH = 4  # storage autoscaling stops at this multiple of the allocated storage


@dataclass(frozen=True, kw_only=True)
class Release:
    """An engine's edition and version, and the license of its instance."""

    engine: Engine
    """Engine of the instance."""

    edition: Edition
    """Edition of the engine."""

    version: str
    """Major version."""

    license_parameters: Mapping[str, str]
    """Parameters that name a license."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""


def make_parameter_group(
    name: str, release: Release, opts: pulumi.ResourceOptions
) -> aws.rds.ParameterGroup:
    """Define the parameters of *name*: no connections without TLS, and the license's."""
    engine = release.engine
    licensed = [Parameter(key, value) for key, value in release.license_parameters.items()]
    return aws.rds.ParameterGroup(
        f"{name}-parameters",
        family=engine.family(release.edition, release.version),
        description=f"Nothing but TLS for {name}",
        parameters=[
            aws.rds.ParameterGroupParameterArgs(
                name=each.name, value=each.value, apply_method=each.apply_method
            )
            for each in (*engine.parameters, *licensed)
        ],
        tags=release.tags,
        opts=opts,
    )


def make_option_group(
    name: str,
    release: Release,
    group: aws.ec2.SecurityGroup,
    opts: pulumi.ResourceOptions,
) -> aws.rds.OptionGroup:
    """Define the option that opens the port with TLS of *name*."""
    engine = release.engine
    return aws.rds.OptionGroup(
        f"{name}-options",
        engine_name=release.edition.engine,
        major_engine_version=release.version,
        option_group_description=f"TLS for {name}",
        options=[
            {
                "option_name": "SSL",
                "port": engine.tls_port,
                "vpc_security_group_memberships": [group.id],
                "option_settings": [
                    {"name": key, "value": value} for key, value in engine.tls_options.items()
                ],
            }
        ],
        tags=release.tags,
        opts=opts,
    )


def shared_settings(
    name: str,
    args: DatabaseInstanceArgs,
    group: aws.ec2.SecurityGroup,
    opts: pulumi.ResourceOptions,
) -> dict[str, Any]:
    """Define parameters and options, and return what the instance and its replicas share."""
    engine = args.engine
    release = Release(
        engine=engine,
        edition=args.chosen_edition,
        version=args.version or engine.version,
        license_parameters=args.license_parameters,
        tags=args.tags,
    )
    parameters = make_parameter_group(name, release, opts)
    options = make_option_group(name, release, group, opts) if engine.tls_options else None
    insights = engine.performance_insights
    return {
        "instance_class": args.instance_class or engine.instance_class,
        "max_allocated_storage": min(STORAGE_GROWTH * args.storage_gib, MAX_STORAGE_GIB),
        "storage_encrypted": True,
        "port": engine.port,
        "enabled_cloudwatch_logs_exports": list(engine.logs),
        "parameter_group_name": parameters.name,
        "option_group_name": None if options is None else options.name,
        "vpc_security_group_ids": [group.id],
        "publicly_accessible": False,
        "iam_database_authentication_enabled": True if engine.user_engine else None,
        "auto_minor_version_upgrade": True,
        # Otherwise the old parameter group stays in use until the maintenance window.
        "apply_immediately": True,
        "monitoring_interval": MONITORING_INTERVAL_SECONDS,
        "performance_insights_enabled": insights,
        "performance_insights_kms_key_id": args.key_arn if insights else None,
        "ca_cert_identifier": CERTIFICATE_AUTHORITY,
        "copy_tags_to_snapshot": True,
        "deletion_protection": args.deletion_protection,
        "tags": args.tags,
    }

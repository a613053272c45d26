"""Parameter group and option group of a database instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.data.engines import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.data.engines import Edition, Engine


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

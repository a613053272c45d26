"""Elastic Load Balancing."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="elasticloadbalancing",
    moto="elbv2",
    related=("ec2",),
    overrides=(
        "overrides.conflicts:install",
        "overrides.jwt:install",
        "overrides.names:install",
        "overrides.targets:install",
    ),
    reports={"target-health": "overrides.targets:report"},
)

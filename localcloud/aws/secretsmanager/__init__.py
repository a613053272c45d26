"""Secrets Manager."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="secretsmanager",
    moto="secretsmanager",
    overrides=("overrides.descriptions:install", "overrides.errors:install"),
    overrides_with_endpoints=("overrides.rotation:install",),
    resume=("overrides.rotation:resume",),
)

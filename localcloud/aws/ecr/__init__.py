"""Elastic Container Registry."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="ecr",
    moto="ecr",
    overrides=("overrides:install",),
)

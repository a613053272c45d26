"""Elastic Container Service."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="ecs",
    moto="ecs",
    overrides=("overrides.services:install", "overrides.tasks:install"),
    reports={"ecs/services": "overrides.services:report", "ecs/tasks": "overrides.tasks:report"},
)

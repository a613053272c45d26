"""DAX: clusters exist, but nothing answers at their endpoints."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="dax",
    moto="dax",
    warm_up=False,
    overrides=("overrides:install",),
)

"""AWS Certificate Manager."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="acm",
    moto="acm",
    overrides=("overrides:install",),
)

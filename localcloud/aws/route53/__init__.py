"""Route 53."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="route53",
    moto="route53",
    overrides=("overrides:install",),
)

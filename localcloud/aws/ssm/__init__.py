"""Systems Manager."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="ssm",
    moto="ssm",
    target_prefix="AmazonSSM",
    overrides=("overrides:install",),
)

"""Systems Manager."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="ssm",
    moto="ssm",
    warm_up=False,
    target_prefix="AmazonSSM",
)

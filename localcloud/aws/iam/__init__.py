"""IAM."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="iam",
    moto="iam",
    read_by_every_request=True,
    overrides=("overrides:install",),
)

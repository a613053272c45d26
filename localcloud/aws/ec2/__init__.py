"""EC2: networks."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="ec2",
    moto="ec2",
    before_moto=("tables:install",),
    overrides=(
        "overrides:install",
        "dependencies:install",
        "default_vpc:install",
        "images:install",
    ),
)

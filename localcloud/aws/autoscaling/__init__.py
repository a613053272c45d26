"""EC2 Auto Scaling, through the emulated API only."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="autoscaling",
    moto="autoscaling",
    warm_up=False,
    related=("ec2", "elbv2"),
)

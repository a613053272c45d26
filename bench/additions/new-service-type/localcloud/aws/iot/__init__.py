"""AWS IoT."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="iot",
    moto="iot",
)

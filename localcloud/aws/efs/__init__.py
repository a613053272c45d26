"""Elastic File System: a file system is a folder on this machine."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="elasticfilesystem",
    moto="efs",
    related=("ec2",),
    warm_up=False,
    overrides=("overrides:install",),
    overrides_with_endpoints=("folders:install",),
)

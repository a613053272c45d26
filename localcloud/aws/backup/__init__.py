"""AWS Backup: plans and vaults are recorded, because nothing is backed up on this machine."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(package=__name__, signing_name="backup", moto="backup", warm_up=False)

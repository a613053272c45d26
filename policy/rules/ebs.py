"""Rules on EBS volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

VOLUME = "aws:ebs/volume:Volume"


@rule(
    VOLUME,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A volume outlives its machine, as a snapshot too; whoever gets it must read nothing.",
    references=(
        "FSBP EC2.3",
        "Config encrypted-volumes",
        "Checkov CKV_AWS_3",
        "cdk-nag AwsSolutions-EC26",
    ),
)
def ebs_volume_encrypted(volume: Resource) -> Iterator[str]:
    """Volumes must be encrypted."""
    encrypted = volume.get("encrypted")
    if encrypted is not UNKNOWN and not is_true(encrypted):
        yield f"The volume '{volume.name}' must be encrypted: set encrypted=True."

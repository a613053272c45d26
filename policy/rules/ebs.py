"""Rules on EBS volumes."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Level, Pack, Severity

VOLUME = "aws:ebs/volume:Volume"


@require_value(
    VOLUME,
    path="encrypted",
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Volumes and their snapshots outlive instances; unencrypted copies can be read by anyone"
        " who obtains them."
    ),
    references=(
        "FSBP EC2.3",
        "Config encrypted-volumes",
        "Checkov CKV_AWS_3",
        "cdk-nag AwsSolutions-EC26",
    ),
)
def ebs_volume_encrypted() -> None:
    """Volumes must be encrypted."""

"""Rules on EBS volumes."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import classify

VOLUME = "aws:ebs/volume:Volume"


@require_value(VOLUME, path="encrypted")
@classify("security", "storage", "high", "mandatory")
def ebs_volume_encrypted() -> None:
    """Volumes must be encrypted.

    Volumes and their snapshots outlive instances; unencrypted copies can be read by anyone who
    obtains them.

    References: FSBP EC2.3, Config encrypted-volumes, Checkov CKV_AWS_3, cdk-nag AwsSolutions-EC26
    """

"""Rules on EBS volumes and snapshots."""

from __future__ import annotations

from policy.engine.backup_plans import SELECTION, findings_outside_plans
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Stack, classify, stack_rule

VOLUME = "aws:ebs/volume:Volume"
ENCRYPTION_BY_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
SNAPSHOT_BLOCK = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"


@require_value(VOLUME, path="encrypted")
@classify("security", "storage", "high", "mandatory")
def ebs_volume_encrypted() -> None:
    """Volumes must be encrypted.

    Volumes and their snapshots outlive instances; unencrypted copies can be read by anyone who
    obtains them.

    References: FSBP EC2.3, Config encrypted-volumes, Checkov CKV_AWS_3, cdk-nag AwsSolutions-EC26
    """


@require_value(ENCRYPTION_BY_DEFAULT, path="enabled", default=True, remediates=True)
@classify("security", "storage", "medium", "mandatory")
def ebs_encryption_by_default() -> None:
    """EBS must encrypt new volumes and snapshots by default.

    Volumes that Auto Scaling, other tools or people create are unencrypted otherwise.

    References: FSBP EC2.7, CIS 3.0 2.2.1, Config ec2-ebs-encryption-by-default, Checkov CKV_AWS_106
    """


@require_value(
    SNAPSHOT_BLOCK, path="state", value=("block-all-sharing", "block-new-sharing"), remediates=True
)
@classify("security", "storage", "high", "mandatory")
def ebs_snapshots_not_public() -> None:
    """EBS must block public access to snapshots.

    Every AWS account can read the data in a public snapshot.

    References: FSBP EC2.1, FSBP EC2.182, Config ebs-snapshot-public-restorable-check
    """


@stack_rule(VOLUME, SELECTION)
@classify("reliability", "resilience", "low", "advisory")
def ebs_volume_in_backup_plan(stack: Stack) -> Findings:
    """Volumes must be in a backup plan.

    A volume without snapshots is lost with its Availability Zone or by one mistake.

    References: FSBP EC2.28, Config ebs-resources-protected-by-backup-plan
    """
    yield from findings_outside_plans(stack, "volume", stack.of_type(VOLUME))

"""Rules on EBS volumes and snapshots."""

from __future__ import annotations

from policy.engine import resource_types as aws
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


@stack_rule(VOLUME, aws.EC2_INSTANCE, aws.EC2_LAUNCH_TEMPLATE)
@classify("security", "storage", "medium", "advisory")
def ebs_encryption_by_default_configured(stack: Stack) -> Findings:
    """Stacks with instances or volumes must configure EBS encryption by default.

    Encryption by default is off in an account, and set for each of its Regions.

    References: FSBP EC2.7, CIS 3.0 2.2.1, Config ec2-ebs-encryption-by-default, Checkov CKV_AWS_106
    """
    if stack.of_type(VOLUME, aws.EC2_INSTANCE, aws.EC2_LAUNCH_TEMPLATE) and not stack.of_type(
        ENCRYPTION_BY_DEFAULT
    ):
        yield stack.finding(
            f"The stack '{stack.name}' must configure EBS encryption by default: add an"
            " aws.ebs.EncryptionByDefault, or disable this rule if another stack has it."
        )


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

    References: Security Hub EC2.28, Config ebs-resources-protected-by-backup-plan
    """
    yield from findings_outside_plans(stack, "volume", stack.of_type(VOLUME))

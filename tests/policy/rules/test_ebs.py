"""Tests of policy.rules.ebs, and of backup plans for storage."""

import pytest

from policy.rules.ebs import (
    ENCRYPTION_BY_DEFAULT,
    ebs_encryption_by_default_configured,
    ebs_volume_in_backup_plan,
)
from policy.rules.efs import efs_in_backup_plan
from policy.testing import check_stack, resource, stack, unknown

EFS = "arn:aws:elasticfilesystem:eu-west-1:1"


@pytest.mark.parametrize(
    ("rule", "typ", "arn"),
    [
        (efs_in_backup_plan, "aws:efs/fileSystem:FileSystem", f"{EFS}:file-system/fs-1"),
        (ebs_volume_in_backup_plan, "aws:ebs/volume:Volume", "arn:aws:ec2:eu-west-1:1:volume/v-1"),
    ],
)
def test_storage_must_be_in_a_backup_plan(rule, typ, arn):
    def selected(store, *patterns, **more):
        role = "arn:aws:iam::1:role/backup"
        whole = {"planId": "p", "name": "all", "iamRoleArn": role, "resources": list(patterns)}
        return stack(store, resource("aws:backup/selection:Selection", "all", whole | more))

    zone = {"availabilityZone": "eu-west-1a"} if "ebs" in typ else {}
    known = resource(typ, "files", zone | {"arn": arn, "tags": {"backup": "daily"}})
    later = resource(typ, "files", {"arn": unknown, "id": unknown})
    daily = {"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]}
    everything = f"{arn.rpartition('/')[0]}/*"

    check_stack(
        rule,
        kept=[
            selected(known, arn),
            selected(known, everything),
            selected(later, everything),
            selected(known, **daily),
            selected(known, unknown),
        ],
        broken=[
            stack(known),
            selected(known, "arn:aws:rds:*:*:db:*"),
            selected(later, "arn:aws:rds:*:*:db:*"),
            selected(later, **daily),
        ],
    )


def test_ebs_encryption_by_default_configured():
    default = resource(ENCRYPTION_BY_DEFAULT, "default", {"enabled": True})
    volume = resource("aws:ebs/volume:Volume", "files", {"availabilityZone": "eu-west-1a"})
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", "workers", {"imageId": "ami-1"})
    check_stack(
        ebs_encryption_by_default_configured,
        kept=[
            stack(volume, template, default),
            stack(resource("aws:sqs/queue:Queue", "orders", {})),
        ],
        broken=[stack(volume), stack(template), stack(volume, template)],
    )

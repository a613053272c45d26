"""Tests of policy.rules.efs and of the public subnets in policy.rules.emr."""

import json

import pytest

from policy.rules.efs import (
    BACKUP_POLICY,
    FILE_SYSTEM_POLICY,
    MOUNT_TARGET,
    efs_automatic_backups,
    efs_mount_target_not_public,
    efs_policy_requires_tls,
)
from policy.rules.emr import CLUSTER, emr_not_public
from policy.testing import check_stack, resource, stack, unknown

SUBNET = "aws:ec2/subnet:Subnet"
SYSTEM = resource("aws:efs/fileSystem:FileSystem", "files", {"id": "fs-1"})


def backups(status, system="fs-1"):
    inputs = {"fileSystemId": system, "backupPolicy": {"status": status}}
    return stack(SYSTEM, resource(BACKUP_POLICY, "daily", inputs))


def test_efs_automatic_backups():
    check_stack(
        efs_automatic_backups,
        kept=[backups("ENABLED"), backups(unknown), backups("ENABLED", system=unknown), stack()],
        broken=[stack(SYSTEM), backups("DISABLED"), backups("ENABLED", system="fs-2")],
    )


def test_efs_policy_requires_tls():
    def policy(document, system="fs-1"):
        inputs = {"fileSystemId": system, "policy": document}
        return stack(SYSTEM, resource(FILE_SYSTEM_POLICY, "policy", inputs))

    def deny(effect="Deny", value="false"):
        condition = {"Bool": {"aws:SecureTransport": value}}
        statement = {"Effect": effect, "Principal": "*", "Action": "*", "Condition": condition}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    check_stack(
        efs_policy_requires_tls,
        kept=[policy(deny()), policy(unknown), policy(deny(), system=unknown), stack()],
        broken=[
            stack(SYSTEM),
            policy(deny(effect="Allow")),
            policy(deny(value="true")),
            policy(deny(), system="fs-2"),
        ],
    )


EMR = {"releaseLabel": "emr-7.9.0", "serviceRole": "emr"}


@pytest.mark.parametrize(
    ("rule", "typ", "inputs"),
    [
        (efs_mount_target_not_public, MOUNT_TARGET, {"fileSystemId": "fs-1", "subnetId": "s-1"}),
        (emr_not_public, CLUSTER, {**EMR, "ec2Attributes": {"subnetId": "s-1"}}),
        (emr_not_public, CLUSTER, {**EMR, "ec2Attributes": {"subnetIds": ["s-1", "s-2"]}}),
    ],
)
def test_subnets_must_not_assign_public_addresses(rule, typ, inputs):
    def subnet(*, assigns, id_="s-1"):
        props = {"id": id_, "vpcId": "vpc-1", "mapPublicIpOnLaunch": assigns}
        return stack(resource(SUBNET, "subnet", props), resource(typ, "user", inputs))

    check_stack(
        rule,
        kept=[
            *(subnet(assigns=one) for one in (False, None, unknown)),
            subnet(assigns=True, id_="s-3"),
            stack(),
        ],
        broken=[subnet(assigns=True)],
    )

"""What the rules on image repositories accept and refuse."""

import json

from policy.rules.compute.ecr import (
    ecr_immutable_tags,
    ecr_own_key,
    ecr_policy_no_open_principal,
    ecr_scan_on_push,
)
from policy.testing import check, unknown

REPOSITORY = {
    "name": "bulkhead/orders",
    "imageTagMutability": "IMMUTABLE",
    "imageScanningConfiguration": {"scanOnPush": True},
}


def test_ecr_scan_on_push():
    check(
        ecr_scan_on_push,
        "aws:ecr/repository:Repository",
        REPOSITORY,
        broken=[
            {"imageScanningConfiguration": None},
            {"imageScanningConfiguration": {"scanOnPush": False}},
        ],
        unknown_at=["imageScanningConfiguration"],
    )


def test_ecr_immutable_tags():
    check(
        ecr_immutable_tags,
        "aws:ecr/repository:Repository",
        REPOSITORY,
        kept=[{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}],
        broken=[{"imageTagMutability": None}, {"imageTagMutability": "MUTABLE"}],
        unknown_at=["imageTagMutability"],
    )


def test_ecr_policy_no_open_principal():
    def policy(**changes):
        one = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}} | changes
        return {"policy": json.dumps({"Statement": [one | {"Action": "ecr:BatchGetImage"}]})}

    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    check(
        ecr_policy_no_open_principal,
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        {"repository": "orders"} | policy(),
        kept=[policy(Principal="*", Condition=ours), policy(Principal="*", Effect="Deny")],
        broken=[policy(Principal="*"), policy(Principal={"AWS": ["*"]})],
        unknown_at=["policy"],
    )


def test_ecr_own_key():
    own = {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-west-1:1:key/a"}
    check(
        ecr_own_key,
        "aws:ecr/repository:Repository",
        REPOSITORY | {"encryptionConfigurations": [own]},
        kept=[
            {"encryptionConfigurations": [own | {"kmsKey": unknown}]},
            {"encryptionConfigurations": None, "tags": {"data-class": "public"}},
        ],
        broken=[
            {"encryptionConfigurations": None},
            {"encryptionConfigurations": [{"encryptionType": "KMS"}]},
            {"encryptionConfigurations": [{"encryptionType": "AES256"}]},
        ],
        unknown_at=["encryptionConfigurations"],
    )

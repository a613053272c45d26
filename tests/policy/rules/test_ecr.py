"""Tests of policy.rules.ecr."""

import json

from policy.rules.ecr import (
    ecr_immutable_tags,
    ecr_lifecycle_policy,
    ecr_own_key,
    ecr_policy_no_open_principal,
    ecr_scan_on_push,
)
from policy.testing import check, check_stack, resource, stack, unknown

REPOSITORY = {
    "name": "bulkhead/orders",
    "imageTagMutability": "IMMUTABLE",
    "imageScanningConfiguration": {"scanOnPush": True},
}
POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


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


def test_ecr_lifecycle_policy():
    orders = resource("aws:ecr/repository:Repository", "orders", {"name": "shop/orders"})

    def policy(repository):
        rule = '{"rules": [{"rulePriority": 1, "action": {"type": "expire"}}]}'
        return resource(POLICY, "policy", {"repository": repository, "policy": rule})

    joined = {"policy": {"repository": [orders]}}
    elsewhere = {"policy": {"repository": [resource("x:y:Z", "other", {})]}}
    check_stack(
        ecr_lifecycle_policy,
        kept=[
            stack(orders, policy("shop/orders")),
            stack(orders, policy(unknown), property_dependencies=joined),
            stack(orders, policy(unknown)),
            stack(policy("shop/other")),
        ],
        broken=[
            stack(orders),
            stack(orders, policy("shop/other")),
            stack(orders, policy(unknown), property_dependencies=elsewhere),
        ],
    )

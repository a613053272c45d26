"""Tests of policy.rules.ecr."""

import json

from policy.rules.ecr import ecr_lifecycle_policy, ecr_policy_no_open_principal
from policy.testing import check, check_stack, resource, stack, unknown

POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


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

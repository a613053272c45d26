"""What the rule on old images accepts and refuses."""

from policy.rules.cost.ecr import ecr_lifecycle_policy
from policy.testing import check_stack, resource, stack, unknown

POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


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

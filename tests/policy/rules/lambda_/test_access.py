"""Tests of policy.rules.lambda_.access."""

from policy.rules.lambda_.access import lambda_role_not_shared
from policy.testing import check_stack, messages, resource, stack, unknown


def test_lambda_role_not_shared():
    def function(name, role="arn:role", parent=""):
        props = {"role": role, "runtime": "python3.13"}
        return resource("aws:lambda/function:Function", name, props, parent=parent)

    check_stack(
        lambda_role_not_shared,
        kept=[
            stack(function("a"), function("b", role="arn:other")),
            stack(function("a", role=unknown), function("b", role=unknown)),
        ],
        broken=[stack(function("a"), function("b"))],
    )
    parent = "urn:pulumi:test::bulkhead::bulkhead:jobs:Jobs::nightly"
    shared = stack(function("a", parent=parent), function("b", parent=parent))
    params = {"sharedRoleComponents": ["bulkhead:jobs:Jobs"]}
    assert messages(lambda_role_not_shared, shared)
    assert messages(lambda_role_not_shared, shared, params=params) == []

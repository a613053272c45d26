"""How permissions become policies."""

from __future__ import annotations

import json

import pulumi

from components.access import RoleArgs, Statement, make_role, use_key


class Holder(pulumi.ComponentResource):
    def __init__(self, args):
        super().__init__("bulkhead:test:Holder", "holder", {})
        make_role("worker", args, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def test_a_role_is_assumed_by_one_service_on_behalf_of_one_account(build):
    args = RoleArgs(
        service="ecs-tasks.amazonaws.com", description="Works", account_id="123456789012"
    )

    made = build(lambda: Holder(args))

    role = made.one("aws:iam/role:Role", "worker")
    assert json.loads(role.inputs["assumeRolePolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ],
    }
    assert made.all("aws:iam/rolePolicy:RolePolicy") == []


def test_a_role_allows_what_the_owners_hand_out_and_no_more(build):
    statements = [
        Statement(
            actions=["sqs:SendMessage"],
            resources=["arn:queue"],
            conditions={"StringEquals": {"aws:ResourceTag/team": "a"}},
        ),
        use_key("arn:key", encrypt=False),
    ]

    made = build(
        lambda: Holder(
            RoleArgs(service="lambda.amazonaws.com", description="Works", statements=statements)
        )
    )

    policy = made.one("aws:iam/rolePolicy:RolePolicy", "worker-policy")
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage"],
            "Resource": ["arn:queue"],
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}},
        },
        {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["arn:key"]},
    ]

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

TRUST = '{"Version": "2012-10-17", "Statement": []}'


def test_a_policy_of_aws_can_be_attached_and_is_listed(cloud):
    iam = cloud.client("iam")
    iam.create_role(RoleName="managed", AssumeRolePolicyDocument=TRUST)
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

    iam.attach_role_policy(RoleName="managed", PolicyArn=arn)

    [found] = iam.list_attached_role_policies(RoleName="managed")["AttachedPolicies"]
    assert found == {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": arn}
    iam.detach_role_policy(RoleName="managed", PolicyArn=arn)
    iam.delete_role(RoleName="managed")


def test_an_unknown_policy_of_the_account_is_refused(cloud):
    iam = cloud.client("iam")
    iam.create_role(RoleName="unmanaged", AssumeRolePolicyDocument=TRUST)

    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(
            RoleName="unmanaged", PolicyArn="arn:aws:iam::000000000000:policy/none"
        )

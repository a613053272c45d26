"""Tests of policy.rules.iam.actions."""

import json

from policy.rules.iam import actions as rules
from policy.testing import check

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
TABLE = "arn:aws:dynamodb:eu-west-1:1:table/catalog"
SECRETS = "arn:aws:secretsmanager:eu-west-1"
CONDITION = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
MET_BY_ALL = [
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"iam:PassedToService": "*"}},
    {"StringLike": {"aws:PrincipalTag/team": ["catalog", "*"]}},
    {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
]


def policy(**statement):
    one = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": TABLE} | statement
    one = {key: value for key, value in one.items() if value is not None}
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": one})}


WHOLE = policy() | {"role": "catalog", "name": "catalog-access"}


def test_iam_no_privilege_escalation():
    check(
        rules.iam_no_privilege_escalation,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="iam:PassRole", Resource="arn:aws:iam::123456789012:role/orders-*"),
            policy(Action="iam:PassRole", Resource="*", Condition=CONDITION),
            policy(Action="iam:*", Resource="*", Effect="Deny"),
            policy(Action="iam:ListRoles", Resource="*"),
        ],
        broken=[
            policy(Action="iam:PassRole", Resource="*"),
            policy(Action="iam:Put*", Resource="arn:aws:iam::123456789012:role/*"),
            policy(Action="iam:CreateAccessKey", Resource="arn:aws:iam::*:user/*"),
            policy(Action="*", Resource="*"),
            policy(Action=None, NotAction="s3:*", Resource="*"),
            policy(Action="sts:AssumeRole", Resource=None, NotResource=TABLE),
            *(policy(Action="iam:PassRole", Resource="*", Condition=one) for one in MET_BY_ALL),
        ],
        unknown_at=["policy"],
    )


def test_iam_no_credential_or_data_exposure():
    check(
        rules.iam_no_credential_or_data_exposure,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="s3:GetObject", Resource="arn:aws:s3:::catalog/*"),
            policy(Action="s3:GetObject", Resource="*", Condition=CONDITION),
            policy(Action="s3:ListAllMyBuckets", Resource="*"),
            policy(Action="ecr:GetAuthorizationToken", Resource="*"),
            policy(Action="secretsmanager:GetSecretValue", Resource=f"{SECRETS}:1:secret:shop/*"),
            policy(Action="sqs:ReceiveMessage", Resource="arn:aws:sqs:eu-west-1:1:orders-*"),
            policy(Action="s3:GetObject", Resource="arn:aws:secretsmanager:*"),
            policy(Action="secretsmanager:BatchGetSecretValue", Resource="*"),
        ],
        broken=[
            policy(Action="s3:Get*", Resource="*"),
            policy(Action="s3:GetObjectVersion", Resource="arn:aws:s3:::*"),
            policy(Action="dynamodb:BatchGetItem", Resource="*"),
            policy(Action="dynamodb:PartiQLSelect", Resource="*"),
            policy(Action="rds-data:BatchExecuteStatement", Resource="*"),
            policy(Action="ssm:GetParameterHistory", Resource="*"),
            policy(Action=["xray:PutTraceSegments", "ssm:GetParameter"], Resource="*"),
            policy(Action="rds-db:connect", Resource=[TABLE, "*"]),
            policy(Action="secretsmanager:GetSecretValue", Resource=f"{SECRETS}:*:secret:*"),
            policy(Action="secretsmanager:GetSecretValue", Resource="arn:aws:secretsmanager:*"),
            policy(Action="s3:GetObject", Resource="arn:aws:s3:::*"),
            policy(Action="s3:Get*", Resource="arn:aws:s3:::*/*"),
            policy(Action="ssm:GetParameter", Resource="arn:aws:ssm:eu-west-1:1:parameter/*"),
            policy(Action="dynamodb:*", Resource="arn:aws:dynamodb:*:*:table/*"),
            policy(Action="sts:AssumeRole", Resource="arn:aws:iam::1:role/*"),
            *(policy(Action="s3:GetObject", Resource="*", Condition=one) for one in MET_BY_ALL),
        ],
        unknown_at=["policy"],
    )


def test_iam_no_unconstrained_writes():
    check(
        rules.iam_no_unconstrained_writes,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="cloudwatch:PutMetricData", Resource="*"),
            policy(Action="ec2:CreateNetworkInterface", Resource="*"),
            policy(Action="dynamodb:PutItem", Resource="*", Condition=CONDITION),
        ],
        broken=[
            policy(Action="dynamodb:PutItem", Resource="*"),
            policy(Action="sqs:Delete*", Resource="*"),
            *(policy(Action="sqs:DeleteQueue", Resource="*", Condition=one) for one in MET_BY_ALL),
        ],
        unknown_at=["policy"],
    )


def test_iam_no_decrypt_on_all_keys():
    services = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}
    via = {"StringEquals": services}
    check(
        rules.iam_no_decrypt_on_all_keys,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="kms:Decrypt", Resource="arn:aws:kms:eu-west-1:1:key/abc"),
            policy(Action="kms:Decrypt", Resource="*", Condition=via),
            policy(Action="kms:Encrypt", Resource="*"),
        ],
        broken=[
            policy(Action="kms:Decrypt", Resource="*"),
            policy(Action="kms:Decrypt", Resource="*", Condition={"StringNotEquals": services}),
            policy(Action="kms:*", Resource="arn:aws:kms:*:123456789012:key/*"),
            policy(Action="kms:ReEncrypt*", Resource="*"),
        ],
        unknown_at=["policy"],
    )

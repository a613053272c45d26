"""Tests of policy.rules.s3.policies."""

import json

import pytest

from policy.engine.settings import Settings
from policy.rules.s3 import policies as rules
from policy.testing import check, check_stack, messages, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ARN = "arn:aws:s3:::shop"
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ALLOW = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/orders"},
    "Action": ["s3:GetObject"],
    "Resource": f"{ARN}/*",
}
TYPES = [POLICY, BUCKET]


def policy(**changes):
    statement = {key: value for key, value in (ALLOW | changes).items() if value is not None}
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [DENY, statement]})}


def test_s3_bucket_denies_plain_http():
    bucket = resource(BUCKET, "shop", {"bucket": "shop"})

    def program(text, joined=bucket):
        return stack(
            bucket,
            resource(POLICY, "policy", {"bucket": unknown, "policy": text}),
            property_dependencies={"policy": {"bucket": [joined]}},
        )

    def denial(**changes):
        statement = {key: value for key, value in (DENY | changes).items() if value is not None}
        return json.dumps({"Statement": statement})

    check_stack(
        rules.s3_bucket_denies_plain_http,
        kept=[
            program(denial()),
            program(denial(Principal={"AWS": ["*"]}, Action=["S3:*"], Resource="*")),
            program(denial(Condition={"Bool": {"AWS:securetransport": [False]}})),
            program({"Statement": [DENY | {"Resource": [unknown, unknown]}]}),
            program(unknown),
            stack(resource(BUCKET, "inline", {"bucket": "shop", "policy": denial()})),
            stack(resource(BUCKET, "inline", {"bucket": "shop", "policy": unknown})),
        ],
        broken=[
            stack(bucket),
            program(denial(), joined=resource(BUCKET, "other", {})),
            program("no JSON"),
            program(denial(Effect="Allow")),
            program(denial(Action="s3:GetObject")),
            program(denial(Resource=f"{ARN}/*")),
            program(denial(Resource=ARN)),
            program(denial(Condition={"Bool": {"aws:SecureTransport": "true"}})),
            program(denial(Condition=DENY["Condition"] | {"StringEquals": {"aws:a": "b"}})),
            program(denial(Principal={"AWS": "111122223333"})),
        ],
    )


@pytest.mark.parametrize("typ", TYPES)
def test_s3_policy_no_open_principal(typ):
    organisation = {"StringEquals": {"aws:PrincipalOrgID": "o-12345"}}
    check(
        rules.s3_policy_no_open_principal,
        typ,
        {"bucket": "shop"} | policy(),
        kept=[{"policy": None}, policy(Principal="*", Condition=organisation)],
        broken=[
            policy(Principal="*"),
            policy(Principal=None, NotPrincipal={"AWS": "111122223333"}),
            policy(Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}),
            policy(
                Principal="*",  # true where the request says nothing of an organisation
                Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-12345"}},
            ),
        ],
        unknown_at=["policy"],
    )


@pytest.mark.parametrize("typ", TYPES)
def test_s3_policy_no_foreign_administration(typ):
    check(
        rules.s3_policy_no_foreign_administration,
        typ,
        {"bucket": "shop"} | policy(),
        settings=Settings(trusted_accounts=("111122223333",)),
        kept=[
            {"policy": None},
            policy(Action="s3:*"),
            policy(Principal={"Service": "logging.s3.amazonaws.com"}, Action="s3:Put*"),
            policy(Principal={"AWS": "999988887777"}, Action="s3:GetObject"),
        ],
        broken=[
            policy(Principal={"AWS": "999988887777"}, Action="s3:PutBucketPolicy"),
            policy(Principal={"AWS": "arn:aws:iam::999988887777:root"}, Action="s3:Put*Acl"),
            policy(Principal={"AWS": "arn:aws:iam::999988887777:root"}, Action="*"),
            policy(Principal={"AWS": "999988887777"}, Action=None, NotAction="s3:GetObject"),
            policy(Principal="*", Action="s3:DeleteBucketPolicy"),
        ],
        unknown_at=["policy"],
    )


def test_the_account_that_the_provider_works_in_is_not_foreign():
    seen = resource(
        POLICY,
        "shop",
        {"bucket": "shop"} | policy(Action="s3:*"),
        provider={"allowedAccountIds": '["111122223333"]'},
    )
    assert messages(rules.s3_policy_no_foreign_administration, seen) == []


@pytest.mark.parametrize("typ", TYPES)
def test_s3_policy_no_lockout(typ):
    check(
        rules.s3_policy_no_lockout,
        typ,
        {"bucket": "shop"} | policy(),
        kept=[
            {"policy": None},
            policy(Effect="Deny", Principal="*", Action="s3:DeleteObject"),
            policy(Effect="Deny", Principal=None, NotPrincipal={"AWS": "1"}, Action="s3:*"),
            policy(Effect="Deny", Principal="*", Action=None, NotAction="s3:*"),
            policy(Effect="Deny", Principal={"AWS": "111122223333"}, Action="s3:*"),
        ],
        broken=[
            policy(Effect="Deny", Principal="*", Action="s3:*"),
            policy(Effect="Deny", Principal={"AWS": ["*"]}, Action=["*"]),
        ],
        unknown_at=["policy"],
    )

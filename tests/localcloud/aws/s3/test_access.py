"""Object Ownership and S3 Block Public Access refuse what AWS refuses."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.s3.access import is_public

HERE = {"LocationConstraint": "eu-west-1"}
DENIED, UNSUPPORTED = "AccessDenied", "AccessControlListNotSupported"


def policy(principal="*", **more):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}
    return json.dumps({"Statement": [{**statement, "Principal": principal}]})


@pytest.mark.parametrize(
    ("document", "public"),
    [
        (policy(), True),
        (policy({"AWS": ["*"]}), True),
        (policy({"AWS": "arn:aws:iam::000000000000:root"}), False),
        (policy({"Service": "logging.s3.amazonaws.com"}), False),
        (policy(Effect="Deny"), False),
        (policy(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), False),
        (policy(Condition={"StringLike": {"aws:SourceVpc": "vpc-*"}}), True),
        (policy(Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}), True),
        (policy(Condition={"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}), True),
        (policy(Condition={"StringEquals": {"aws:Referer": "https://a.test"}}), True),
    ],
)
def test_a_policy_for_everyone_is_public(document, public):
    assert is_public(document) is public


@pytest.mark.parametrize(
    ("operation", "members", "code"),
    [
        ("put_bucket_policy", {"Policy": policy()}, DENIED),
        ("put_bucket_acl", {"ACL": "private"}, UNSUPPORTED),
        ("put_object", {"Key": "k", "Body": b"v", "ACL": "public-read"}, UNSUPPORTED),
        ("put_object", {"Key": "k", "Body": b"v", "ACL": "bucket-owner-full-control"}, ""),
        ("put_object", {"Key": "k", "Body": b"v", "ACL": "private"}, ""),
        ("put_object", {"Key": "empty", "Body": b""}, ""),
    ],
)
def test_a_new_bucket_refuses_acls_and_public_policies(cloud, operation, members, code):
    s3 = cloud.client("s3")
    if not any(one["Name"] == "new-bucket" for one in s3.list_buckets()["Buckets"]):
        s3.create_bucket(Bucket="new-bucket", CreateBucketConfiguration=HERE)

    assert error_of(getattr(s3, operation), Bucket="new-bucket", **members) == code


def test_a_public_acl_needs_a_bucket_without_the_block(cloud):
    s3 = cloud.client("s3")
    refused = error_of(
        s3.create_bucket, Bucket="acls", ACL="public-read", CreateBucketConfiguration=HERE
    )
    s3.create_bucket(Bucket="acls", ObjectOwnership="ObjectWriter", CreateBucketConfiguration=HERE)
    blocked = error_of(s3.put_bucket_acl, Bucket="acls", ACL="public-read")
    s3.delete_public_access_block(Bucket="acls")

    s3.put_bucket_acl(Bucket="acls", ACL="public-read")
    s3.put_object(Bucket="acls", Key="own", Body=b"v")
    s3.put_object(Bucket="acls", Key="open", Body=b"v", ACL="public-read")

    assert (refused, blocked) == ("InvalidBucketAclWithObjectOwnership", DENIED)
    assert [status(cloud, f"/acls/{key}") for key in ("own", "open", "none")] == [403, 200, 404]


def test_restricted_public_buckets_are_not_read_without_credentials(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="restricted", CreateBucketConfiguration=HERE)
    s3.put_object(Bucket="restricted", Key="k", Body=b"v")
    s3.delete_public_access_block(Bucket="restricted")
    s3.put_bucket_policy(Bucket="restricted", Policy=policy(Resource="arn:aws:s3:::restricted/*"))

    before = [status(cloud, "/restricted/k", method) for method in ("GET", "HEAD")]
    s3.put_public_access_block(
        Bucket="restricted", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )

    assert (before, status(cloud, "/restricted/k")) == ([200, 200], 403)


def error_of(call, **members):
    try:
        call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def status(cloud, path, method="GET"):
    try:
        with urlopen(Request(f"http://127.0.0.1:{cloud.port}{path}", method=method)) as answer:
            return answer.status
    except HTTPError as error:
        return error.code

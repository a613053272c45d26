from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def policy(bucket, **extra):
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        **extra,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_deny_without_tls_does_not_lock_the_bucket(cloud):
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="tls-only", CreateBucketConfiguration=where)
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    s3.put_bucket_policy(Bucket="tls-only", Policy=policy("tls-only", Condition=condition))

    s3.put_object(Bucket="tls-only", Key="k", Body=b"v")

    assert s3.get_object(Bucket="tls-only", Key="k")["Body"].read() == b"v"


def test_an_unconditional_deny_still_denies(cloud):
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="closed", CreateBucketConfiguration=where)
    s3.put_bucket_policy(Bucket="closed", Policy=policy("closed", Action="s3:PutObject"))

    with pytest.raises(ClientError, match=r"AccessDenied|Forbidden|403"):
        s3.put_object(Bucket="closed", Key="k", Body=b"v")


@pytest.mark.parametrize(
    ("resource", "admitted"),
    [("/*", True), ("/s3/*", True), ("/s3/letters/*", True), ("/*z", False)],
)
def test_a_bucket_takes_the_logs_that_its_policy_admits(cloud, resource, admitted):
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    for name in ("letters", "logs"):
        s3.create_bucket(Bucket=f"{name}{len(resource)}", CreateBucketConfiguration=where)
    letters, logs = (f"{name}{len(resource)}" for name in ("letters", "logs"))
    delivery = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{logs}{resource}",
    }
    denied = json.loads(policy(logs, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    denied["Statement"].append(delivery)
    s3.put_bucket_policy(Bucket=logs, Policy=json.dumps(denied))
    wanted = {"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "s3/letters/"}}

    def put():
        s3.put_bucket_logging(Bucket=letters, BucketLoggingStatus=wanted)

    if admitted:
        put()
        assert s3.get_bucket_logging(Bucket=letters)["LoggingEnabled"]["TargetBucket"] == logs
    else:
        with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
            put()


def test_a_bucket_whose_versioning_was_suspended_can_be_emptied_of_delete_markers(cloud):
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="marked", CreateBucketConfiguration=where)
    s3.put_bucket_versioning(Bucket="marked", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="marked", Key="k", Body=b"1")
    s3.delete_object(Bucket="marked", Key="k")
    s3.put_bucket_versioning(Bucket="marked", VersioningConfiguration={"Status": "Suspended"})

    found = s3.list_object_versions(Bucket="marked")
    versions = [*found["Versions"], *found["DeleteMarkers"]]
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in versions]
    s3.delete_objects(Bucket="marked", Delete={"Objects": objects})

    s3.delete_bucket(Bucket="marked")


def test_the_lock_of_a_bucket_with_objects_can_be_changed_and_removed(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="locked",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ObjectLockEnabledForBucket=True,
    )
    s3.put_object(Bucket="locked", Key="a", Body=b"x")
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}
    for lock in ({"ObjectLockEnabled": "Enabled", "Rule": rule}, {"ObjectLockEnabled": "Enabled"}):
        s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)

        found = s3.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"]
        assert bool(found.get("Rule", {}).get("DefaultRetention", {}).get("Mode")) is (
            "Rule" in lock
        )

"""Tests of policy.rules.s3.buckets."""

import pytest

from policy.rules.s3.buckets import (
    s3_bucket_access_logged,
    s3_bucket_encryption_stated,
    s3_bucket_object_lock,
    s3_bucket_own_key,
    s3_bucket_tells_of_changes,
    s3_bucket_versioned,
    s3_log_bucket_encrypted_by_s3,
)
from policy.testing import check_stack, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
TRAIL = "aws:cloudtrail/trail:Trail"
EVIDENCE = {"purpose": "audit"}
GOVERNED = {"defaultRetention": {"mode": "GOVERNANCE", "days": 365}}
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


def test_s3_bucket_object_lock():
    def bucket(**props):
        return resource(BUCKET, "evidence", {"bucket": "evidence"} | props)

    def locked(rule, enabled=True):
        lock = resource(LOCK, "lock", {"bucket": "evidence", "rule": rule})
        return stack(bucket(objectLockEnabled=enabled, tags=EVIDENCE), lock)

    trail = resource(TRAIL, "trail", {"s3BucketName": "evidence"})
    check_stack(
        s3_bucket_object_lock,
        kept=[
            locked(GOVERNED),
            locked(GOVERNED, unknown),
            locked(unknown),
            locked({"defaultRetention": {"mode": unknown}}),
            stack(bucket()),
            stack(bucket(tags={"purpose": "scratch"})),
            stack(bucket(tags={"purpose": unknown})),
        ],
        broken=[
            stack(bucket(tags=EVIDENCE)),
            stack(bucket(tagsAll={"purpose": "event-store"}, objectLockEnabled=True)),
            stack(bucket(), trail),
            locked(GOVERNED, enabled=False),
            locked({"defaultRetention": {"days": 365}}),
            locked(None),
        ],
    )


def bucket(name="shop", **props):
    return resource(BUCKET, name, {"bucket": name, "forceDestroy": False} | props)


def beside(typ, target=None, **props):
    """Return a bucket with a resource of *typ* that is joined to it, or to *target*."""
    shop = bucket()
    return stack(
        shop,
        resource(typ, "beside", {"bucket": unknown} | props),
        property_dependencies={"beside": {"bucket": [target or shop]}},
    )


def default(algorithm, key=None):
    keyed = {"kmsMasterKeyId": key} if key is not None else {}
    applied = {"sseAlgorithm": algorithm} | keyed
    return [{"applyServerSideEncryptionByDefault": applied, "bucketKeyEnabled": True}]


def inline(algorithm, key=None):
    return {"serverSideEncryptionConfiguration": {"rule": default(algorithm, key)[0]}}


def inline_of_bucket_v2(algorithm, key=None):
    applied = {"sseAlgorithm": algorithm} | ({"kmsMasterKeyId": key} if key is not None else {})
    rules = [{"applyServerSideEncryptionByDefaults": [applied]}]
    props = {"bucket": "old", "serverSideEncryptionConfigurations": [{"rules": rules}]}
    return stack(resource("aws:s3/bucketV2:BucketV2", "old", props))


def test_s3_bucket_encryption_stated():
    check_stack(
        s3_bucket_encryption_stated,
        kept=[
            beside(ENCRYPTION, rules=default("AES256")),
            beside(ENCRYPTION, rules=unknown),
            stack(bucket(**inline("aws:kms"))),
            inline_of_bucket_v2("AES256"),
        ],
        broken=[
            stack(bucket()),
            beside(ENCRYPTION, rules=[{"bucketKeyEnabled": True}]),
            beside(ENCRYPTION, bucket("other"), rules=default("AES256")),
        ],
    )


def test_s3_bucket_own_key():
    check_stack(
        s3_bucket_own_key,
        kept=[
            beside(ENCRYPTION, rules=default("aws:kms", KEY)),
            beside(ENCRYPTION, rules=default("aws:kms:dsse", unknown)),
            beside(ENCRYPTION, rules=unknown),
            stack(bucket(**inline("aws:kms", KEY))),
            inline_of_bucket_v2("aws:kms", KEY),
            stack(bucket(tags={"data-class": "public"})),
            stack(bucket(tagsAll={"data-class": unknown})),
            *(receiving(one, "AES256") for one in SOURCES),
            receiving(SOURCES[0], "AES256", targetBucket=unknown),
        ],
        broken=[
            stack(bucket()),
            stack(bucket(tags={"data-class": "restricted"})),
            receiving(NETWORK, "AES256"),
            beside(ENCRYPTION, rules=default("AES256")),
            beside(ENCRYPTION, rules=default("aws:kms")),
            beside(ENCRYPTION, rules=default("aws:kms", "alias/aws/s3")),
            stack(bucket(**inline("aws:kms"))),
        ],
    )


LB = "aws:lb/loadBalancer:LoadBalancer"
ACCESS_LOG = {"bucket": "files", "targetBucket": "logs", "targetPrefix": "files/"}
SOURCES = [
    (LOGGING, ACCESS_LOG),
    (LB, {"loadBalancerType": "application", "accessLogs": {"bucket": "logs"}}),
    (LB, {"connectionLogs": {"bucket": "logs"}}),
    (LB, {"healthCheckLogs": {"bucket": "logs"}}),
    ("aws:elb/loadBalancer:LoadBalancer", {"listeners": [], "accessLogs": {"bucket": "logs"}}),
    ("aws:redshift/logging:Logging", {"clusterIdentifier": "a", "bucketName": "logs"}),
    ("aws:redshift/cluster:Cluster", {"logging": {"enable": True, "bucketName": "logs"}}),
]
NETWORK = (LB, {"loadBalancerType": "network", "accessLogs": {"bucket": "logs"}})


def receiving(source, algorithm, **changes):
    """Return the bucket "logs" with the access logs of *source*."""
    typ, inputs = source
    return stack(
        bucket("logs"),
        resource(typ, "s", inputs | changes),
        resource(ENCRYPTION, "default", {"bucket": "logs", "rules": default(algorithm, KEY)}),
    )


def test_s3_log_bucket_encrypted_by_s3():
    check_stack(
        s3_log_bucket_encrypted_by_s3,
        kept=[
            *(receiving(one, "AES256") for one in SOURCES),
            receiving(NETWORK, "aws:kms"),
            receiving(SOURCES[0], unknown),
            receiving(SOURCES[0], "aws:kms", targetBucket="other"),
            receiving(SOURCES[0], "aws:kms", targetBucket=unknown),
        ],
        broken=[
            *(receiving(one, "aws:kms") for one in SOURCES),
            receiving(SOURCES[0], "aws:kms:dsse"),
            stack(
                bucket("logs", **inline("aws:kms", KEY)), resource(LOGGING, "logging", ACCESS_LOG)
            ),
        ],
    )


def status(value):
    return {"versioningConfiguration": {"status": value}}


def test_s3_bucket_versioned():
    check_stack(
        s3_bucket_versioned,
        kept=[
            beside(VERSIONING, **status("Enabled")),
            beside(VERSIONING, **status(unknown)),
            stack(bucket(versioning={"enabled": True})),
            stack(resource("aws:s3/bucketV2:BucketV2", "o", {"versionings": [{"enabled": True}]})),
            stack(bucket(tags={"purpose": "cache"})),
            stack(bucket(tags={"purpose": unknown})),
        ],
        broken=[
            stack(bucket()),
            stack(bucket(tags={"purpose": "reports"})),
            stack(bucket(versioning={"enabled": False})),
            beside(VERSIONING, **status("Suspended")),
            beside(VERSIONING, bucket("other"), **status("Enabled")),
        ],
    )


def test_s3_bucket_access_logged():
    shop, logs = bucket(), bucket("logs")
    into = {"targetBucket": unknown, "targetPrefix": "shop/"}
    logging = resource(LOGGING, "logging", {"bucket": unknown} | into)

    def program(source, target):
        return stack(
            shop,
            logs,
            logging,
            property_dependencies={"logging": {"bucket": [source], "targetBucket": [target]}},
        )

    check_stack(
        s3_bucket_access_logged,
        kept=[
            program(shop, logs),
            stack(bucket(logging={"targetBucket": "logs"}), logs),
            beside(LOGGING, targetBucket="logs-of-another-stack"),
        ],
        broken=[
            stack(shop),
            program(shop, shop),
            stack(bucket(logging={"targetBucket": "shop"})),
            beside(LOGGING),
            stack(shop, logs, resource(LOGGING, "l", {"bucket": "x", "targetBucket": "logs"})),
        ],
    )


@pytest.mark.parametrize("listeners", ["lambdaFunctions", "queues", "topics"])
def test_s3_bucket_tells_of_changes(listeners):
    check_stack(
        s3_bucket_tells_of_changes,
        kept=[
            beside(NOTIFICATION, eventbridge=True),
            beside(NOTIFICATION, eventbridge=unknown),
            beside(NOTIFICATION, **{listeners: [{"events": ["s3:ObjectCreated:*"]}]}),
            stack(bucket(tags={"purpose": "logs"})),
        ],
        broken=[
            stack(bucket()),
            beside(NOTIFICATION, eventbridge=False),
            beside(NOTIFICATION, **{listeners: []}),
            beside(NOTIFICATION, bucket("other"), eventbridge=True),
        ],
    )

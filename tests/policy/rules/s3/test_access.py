"""Tests of policy.rules.s3.access."""

from policy.engine.buckets import BLOCKS
from policy.rules.s3 import access as rules
from policy.testing import check, check_stack, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACL = "aws:s3/bucketAcl:BucketAcl"
POINT = "aws:s3/accessPoint:AccessPoint"
CLOSED = dict.fromkeys(BLOCKS, True)
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
LOGGERS = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def test_s3_bucket_public_access_block_exists():
    bucket = resource(BUCKET, "logs", {"bucket": "shop-logs", "forceDestroy": False})
    block = resource(BLOCK, "block", {"bucket": unknown} | CLOSED)
    check_stack(
        rules.s3_bucket_public_access_block_exists,
        kept=[
            stack(bucket, block, property_dependencies={"block": {"bucket": [bucket]}}),
            stack(bucket, resource(BLOCK, "block", {"bucket": "shop-logs"})),
            stack(bucket, block),
            stack(
                resource("aws:s3/bucketV2:BucketV2", "old", {"bucket": "old"}),
                resource(BLOCK, "block", {"bucket": "old"}),
            ),
        ],
        broken=[
            stack(bucket),
            stack(bucket, resource(BLOCK, "block", {"bucket": "other"})),
            stack(resource("aws:s3/bucketV2:BucketV2", "old", {"bucket": "old"})),
        ],
    )


def test_s3_no_public_acl():
    def granted(uri):
        return {"accessControlPolicy": {"grants": [{"grantee": {"type": "Group", "uri": uri}}]}}

    check(
        rules.s3_no_public_acl,
        ACL,
        {"bucket": "shop", "acl": "private"},
        kept=[{"acl": None}, {"acl": "log-delivery-write"}, granted(LOGGERS), granted(unknown)],
        broken=[{"acl": "public-read"}, {"acl": "authenticated-read"}, granted(EVERYBODY)],
        unknown_at=["acl", "accessControlPolicy"],
    )
    check(
        rules.s3_no_public_acl,
        BUCKET,
        {"bucket": "shop", "grants": [{"type": "Group", "uri": LOGGERS, "permissions": ["WRITE"]}]},
        broken=[{"grants": [{"uri": unknown}, {"uri": EVERYBODY}]}, {"acl": "public-read-write"}],
        unknown_at=["grants"],
    )
    assert rules.s3_no_public_acl.remediate(resource(ACL, "a", {"acl": "public-read"})) == {
        "acl": "private"
    }
    assert rules.s3_no_public_acl.remediate(resource(ACL, "a", granted(EVERYBODY))) == {}


def test_s3_access_point_public_access_blocked():
    check(
        rules.s3_access_point_public_access_blocked,
        POINT,
        {"bucket": "shop", "name": "reports", "publicAccessBlockConfiguration": CLOSED},
        kept=[{"publicAccessBlockConfiguration": None}],
        broken=[{"publicAccessBlockConfiguration": CLOSED | {key: False}} for key in BLOCKS],
        unknown_at=["publicAccessBlockConfiguration"],
    )
    opened = {"publicAccessBlockConfiguration": {"blockPublicAcls": False}}
    changes = rules.s3_access_point_public_access_blocked.remediate(resource(POINT, "p", opened))
    assert changes == {"publicAccessBlockConfiguration": CLOSED}

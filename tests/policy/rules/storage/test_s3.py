"""What the rules on buckets accept and refuse."""

from policy.rules.storage.s3 import BLOCKS, s3_public_access_block_complete
from policy.testing import check


def test_s3_public_access_block_complete():
    check(
        s3_public_access_block_complete,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": "logs"} | dict.fromkeys(BLOCKS, True),
        broken=[{key: value} for key in BLOCKS for value in (False, None)],
        unknown_at=list(BLOCKS),
    )

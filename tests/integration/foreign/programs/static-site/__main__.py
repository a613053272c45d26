"""A static website: a bucket, its website configuration, and a file for each page."""

import json
import mimetypes
from pathlib import Path

import pulumi
from pulumi_aws import s3

WWW = Path(__file__).parent / "www"

bucket = s3.Bucket("site")
website = s3.BucketWebsiteConfiguration(
    "site",
    bucket=bucket.id,
    index_document={"suffix": "index.html"},
    error_document={"key": "error.html"},
)
access = s3.BucketPublicAccessBlock(
    "site",
    bucket=bucket.id,
    block_public_acls=True,
    ignore_public_acls=True,
    block_public_policy=False,
    restrict_public_buckets=False,
)
s3.BucketPolicy(
    "site",
    bucket=bucket.id,
    policy=bucket.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": f"{arn}/*",
                    }
                ],
            }
        )
    ),
    opts=pulumi.ResourceOptions(depends_on=[access]),
)
for file in sorted(WWW.iterdir()):
    s3.BucketObjectv2(
        file.name,
        bucket=bucket.id,
        key=file.name,
        source=pulumi.FileAsset(str(file)),
        content_type=mimetypes.guess_type(file.name)[0],
    )

pulumi.export("bucket", bucket.id)
pulumi.export("url", pulumi.Output.concat("http://", website.website_endpoint))

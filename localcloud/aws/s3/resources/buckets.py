"""S3: buckets, bucket policies and public access blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localcloud.aws.s3.resources import inline
from localcloud.provider.documents import policy_failures
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

FIRST_REGION = "us-east-1"
ZONES = {"eu-west-1": "Z1BKCTXD74EZPE", "us-east-1": "Z3AQBSTGFYJSTF"}
"""Hosted zone of S3's website endpoints by region; the first one for other regions."""


def create_bucket(context: Context) -> str:
    """Create the bucket in the provider's region."""
    name = context.inputs["bucket"]
    place = {"CreateBucketConfiguration": {"LocationConstraint": context.region}}
    locked = {"ObjectLockEnabledForBucket": True} if context.get("objectLockEnabled") else {}
    acl = {"ACL": context.inputs["acl"]} if context.inputs.get("acl") else {}
    region = place if context.region != FIRST_REGION else {}
    context.call("CreateBucket", Bucket=name, **region, **locked, **acl)
    context.id = name
    inline.apply(context, context.inputs)
    return name


def change_bucket(context: Context) -> None:
    """Change the settings that the bucket's own resource has."""
    inline.apply(context, context.inputs)


def put_tags(context: Context) -> None:
    """Set all tags of the bucket."""
    found = [{"Key": key, "Value": value} for key, value in context.tags.items()]
    if found:
        context.call("PutBucketTagging", Bucket=context.id, Tagging={"TagSet": found})
    else:
        context.call("DeleteBucketTagging", Bucket=context.id)


def read_bucket(context: Context) -> Properties:
    """Return the bucket with the SDK's names."""
    name = context.id
    context.call("HeadBucket", Bucket=name)
    return {
        **inline.read(context),
        "bucket": name,
        "arn": f"arn:{context.partition}:s3:::{name}",
        "bucketRegion": context.region,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{name}.s3.{context.region}.amazonaws.com",
        "hostedZoneId": ZONES.get(context.region, ZONES[FIRST_REGION]),
    }


def delete_bucket(context: Context) -> None:
    """Delete the bucket; with `forceDestroy`, its objects first."""
    bypass = {"BypassGovernanceRetention": True} if context.get("objectLockEnabled") else {}
    if context.get("forceDestroy"):
        pages = context.client().get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=context.id):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if objects:
                given = {"Delete": {"Objects": objects}, **bypass}
                context.call("DeleteObjects", Bucket=context.id, **given)
    context.call("DeleteBucket", Bucket=context.id)


def check_bucket(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of S3's constraints on a bucket's name."""
    name = inputs.get("bucket")
    if isinstance(name, str) and ".." in name:
        yield CheckFailure("bucket", f'is "{name}": remove one of the dots')


UNSUPPORTED = (
    "accelerationStatus",
    "grants",
    "objectLockConfiguration",
    "replicationConfiguration",
    "requestPayer",
)
"""Settings of a bucket's own resource that only resources of their own have here, if any."""
BUCKET_TYPE = "aws:s3/bucket:Bucket"
BUCKET = Row(
    type=BUCKET_TYPE,
    service="s3",
    inputs={
        **each(UPDATE, "tags"),
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(REPLACE, "bucketPrefix objectLockEnabled region"),
        **each(
            UPDATE,
            """acl corsRules lifecycleRules logging policy serverSideEncryptionConfiguration
            versioning website""",
        ),
        **dict.fromkeys(UNSUPPORTED, Input(UPDATE, supported=False)),
        "acl": Input(UPDATE, supported_values=("private",)),  # by Object Ownership
        "lifecycleRules.id": Input(UPDATE, chosen_by_aws=True),
        "versioning.mfaDelete": Input(UPDATE, supported=False),
        "bucket": Input(
            REPLACE,
            limit=Limit(
                min_length=3,
                max_length=63,
                pattern=r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]+[a-z0-9]",
            ),
        ),
        "bucketNamespace": Input(REPLACE, supported=False),
    },
    name=Naming(property="bucket", prefix_property="bucketPrefix", max_length=63, lower=True),
    create=create_bucket,
    read=read_bucket,
    update=change_bucket,
    delete=delete_bucket,
    outputs={key: key for key in inline.SETTINGS},
    tags=Tagging(put=put_tags, read="GetBucketTagging", keys={"Bucket": "id"}),
    check=check_bucket,
)


def of_version_2(key: str) -> str:
    """Return the name in `BucketV2` of an input of `Bucket`, or of a path in it."""
    names = {name: many for many, name in inline.PLURALS.items()}
    names["replicationConfiguration"] = "replicationConfigurations"
    return ".".join(names.get(name, name) for name in key.split("."))


BUCKET_V2 = replace(
    BUCKET,
    type="aws:s3/bucketV2:BucketV2",
    inputs={
        **{of_version_2(key): item for key, item in BUCKET.inputs.items()},
        "tagsAll": Input(IGNORED),  # Check sets it
    },
    outputs={of_version_2(key): of_version_2(key) for key in inline.SETTINGS},
    read=lambda context: inline.plural(read_bucket(context)),
)


def put_policy(context: Context) -> str:
    """Set the bucket's policy."""
    bucket, policy = context.inputs["bucket"], context.inputs["policy"]
    context.call("PutBucketPolicy", Bucket=bucket, Policy=policy)
    return bucket


def read_policy(context: Context) -> Properties:
    """Return the bucket's policy."""
    return {
        **of_bucket(context),
        "policy": context.call("GetBucketPolicy", **key(context))["Policy"],
    }


ACCESS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def put_access(context: Context) -> str:
    """Set the public access block; settings that are not set are false."""
    wanted = {name[0].upper() + name[1:]: bool(context.inputs.get(name)) for name in ACCESS}
    bucket = context.inputs["bucket"]
    context.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=wanted)
    return bucket


def read_access(context: Context) -> Properties:
    """Return the public access block."""
    found = context.call("GetPublicAccessBlock", **key(context))
    return {**of_bucket(context), **found["PublicAccessBlockConfiguration"]}


def delete_access(context: Context) -> None:
    """Delete the public access block unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call("DeletePublicAccessBlock", **key(context))


def key(context: Context) -> dict[str, str]:
    """Return the member with the bucket's name."""
    return {"Bucket": context.id}


def of_bucket(context: Context) -> dict[str, str]:
    """Return the property with the bucket's name."""
    return {"bucket": context.id}


ROWS = (
    BUCKET,
    BUCKET_V2,
    Row(
        type="aws:s3/bucketPolicy:BucketPolicy",
        service="s3",
        inputs={
            **each(REPLACE, "bucket region"),
            "policy": Input(UPDATE),
        },
        create=put_policy,
        read=read_policy,
        update=put_policy,
        delete=lambda context: context.call("DeleteBucketPolicy", **key(context)),
        check=lambda inputs: policy_failures(inputs, "policy", principal=True),
    ),
    Row(
        type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        service="s3",
        inputs={
            **each(
                UPDATE,
                """blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets""",
            ),
            **each(UPDATE, "skipDestroy", state_only=True),
            **each(REPLACE, "bucket region"),
        },
        create=put_access,
        read=read_access,
        update=put_access,
        delete=delete_access,
    ),
)

"""Rules on public access to S3 buckets."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.buckets import BLOCKS, PUBLIC_ACCESS_BLOCK
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_false, is_true

ACCOUNT_PUBLIC_ACCESS_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BUCKET_ACL = "aws:s3/bucketAcl:BucketAcl"
MULTI_REGION_ACCESS_POINT = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint"
BUCKET_OWNERSHIP_CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
ACCESS_POINT = "aws:s3/accessPoint:AccessPoint"
BUCKET_CORS_CONFIGURATION = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"
DIRECTORY_BUCKET = "aws:s3/directoryBucket:DirectoryBucket"
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_OBJECTS = (
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
)
_PUBLIC_GROUPS = ("/AllUsers", "/AuthenticatedUsers")
_WRITES = ("PUT", "POST", "DELETE")
_POINT = "publicAccessBlockConfiguration"


@stack_rule(aws.S3_BUCKET, PUBLIC_ACCESS_BLOCK)
@classify("security", "storage", "critical", "mandatory")
def s3_bucket_public_access_block_exists(stack: Stack) -> Findings:
    """Buckets must have a public access block.

    A public access block keeps a bucket private even if a policy or ACL grants public access.

    References: FSBP S3.8, CIS 3.0 2.1.4, CIS 7.0 3.1.4,
    Config s3-bucket-level-public-access-prohibited, Checkov CKV2_AWS_6, cdk-nag AwsSolutions-S2
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if stack.has_no_referrer(bucket, "bucket", PUBLIC_ACCESS_BLOCK):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must have a public access block: add a"
                " BucketPublicAccessBlock with bucket set to it and all four arguments True."
            )


@rule(
    PUBLIC_ACCESS_BLOCK,
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    remediate=lambda _: dict.fromkeys(BLOCKS, True),
)
@classify("security", "storage", "critical", "mandatory")
def s3_public_access_block_complete(block: Resource) -> Messages:
    """Public access blocks must have all four settings enabled.

    Each of the four settings blocks a different way to make a bucket public.

    References: FSBP S3.1 (s3/accountPublicAccessBlock), FSBP S3.8 (s3/bucketPublicAccessBlock),
    CIS 3.0 2.1.4, CIS 7.0 3.1.4, Config s3-bucket-level-public-access-prohibited,
    Checkov CKV_AWS_53, Checkov CKV_AWS_54, Checkov CKV_AWS_55, Checkov CKV_AWS_56,
    cdk-nag AwsSolutions-S2
    Remediation: Set all four to True.
    """
    disabled = [
        argument
        for key, argument in BLOCKS.items()
        if (value := block.get(key)) is not UNKNOWN and not is_true(value)
    ]
    if disabled:
        yield (
            f"The public access block '{block.name}' must block all public access: set"
            f" {', '.join(f'{name}=True' for name in disabled)}."
        )


def _private(acl: Resource) -> dict[str, Any]:
    return {"acl": "private"} if acl.props.get("acl") in _PUBLIC_ACLS else {}


@rule(BUCKET_ACL, aws.S3_BUCKET, remediate=_private)
@classify("security", "storage", "critical", "mandatory")
def s3_no_public_acl(acl: Resource) -> Messages:
    """Bucket ACLs must not grant public access.

    A public ACL exposes the bucket or its objects to everyone on the internet.

    References: Config s3-bucket-public-read-prohibited, Config s3-bucket-public-write-prohibited,
    Checkov CKV_AWS_20, Checkov CKV_AWS_57, Checkov CKV2_AWS_43, Checkov CKV_AWS_375
    Remediation: Set a public acl to "private".
    """
    if acl.get("acl") in _PUBLIC_ACLS:
        yield f"The bucket ACL '{acl.name}' must not grant public access: set acl to \"private\"."
    uris = [*acl.all("accessControlPolicy.grants.grantee.uri"), *acl.all("grants.uri")]
    if any(isinstance(uri, str) and uri.endswith(_PUBLIC_GROUPS) for uri in uris):
        yield (
            f"The bucket ACL '{acl.name}' must not grant public access: remove the groups AllUsers"
            " and AuthenticatedUsers from grants."
        )


@require_value(BUCKET_OWNERSHIP_CONTROLS, path="rule.objectOwnership", value="BucketOwnerEnforced")
@classify("security", "storage", "medium", "mandatory")
def s3_acls_disabled() -> None:
    """Bucket ownership controls must disable ACLs.

    ACLs grant access independently of bucket policies and are easily overlooked.

    References: FSBP S3.12, Config s3-bucket-acl-prohibited, Checkov CKV2_AWS_65
    """


@rule(
    ACCESS_POINT,
    remediate=lambda point: changed_inputs(point, {f"{_POINT}.{key}": True for key in BLOCKS}),
)
@classify("security", "storage", "high", "mandatory")
def s3_access_point_public_access_blocked(point: Resource) -> Messages:
    """Access points must block public access.

    A public access point exposes the objects of its bucket.

    References: FSBP S3.19, Config s3-access-point-public-access-blocks, Checkov CKV_AWS_392
    Remediation: Set all four to True.
    """
    disabled = [name for key, name in BLOCKS.items() if is_false(point.get(f"{_POINT}.{key}"))]
    if disabled:
        yield (
            f"The access point '{point.name}' must block public access: set"
            f" {', '.join(f'{name}=True' for name in disabled)} in"
            " public_access_block_configuration."
        )


@require_value(aws.S3_BUCKET, DIRECTORY_BUCKET, path="forceDestroy", value=False, remediates=True)
@classify("reliability", "storage", "high", "mandatory", when="production")
def s3_no_force_destroy() -> None:
    """Buckets must not be deleted while they contain objects.

    With force_destroy, deleting the bucket also deletes every object in it.
    """


@rule(BUCKET_CORS_CONFIGURATION, aws.S3_BUCKET)
@classify("security", "storage", "medium", "advisory")
def s3_cors_no_open_writes(bucket: Resource) -> Messages:
    """Buckets must not allow writes from every origin.

    Any website can then write to the bucket from its visitors' browsers.

    References: Checkov CKV2_AWS_75
    """
    for entry in bucket.entries("corsRules"):
        methods = [one for one in _WRITES if one in as_list(entry.get("allowedMethods"))]
        if methods and "*" in as_list(entry.get("allowedOrigins")):
            yield (
                f"The bucket of '{bucket.name}' must not allow writes from every origin: name"
                f" origins in cors_rules.allowed_origins, or remove {', '.join(methods)} from"
                " allowed_methods."
            )


@require_value(
    *_OBJECTS,
    path="acl",
    default="private",
    value=lambda acl: acl not in _PUBLIC_ACLS,
    hint='to "private"',
)
@classify("security", "storage", "high", "mandatory")
def s3_object_acl_not_public() -> None:
    """Objects must have an ACL that does not grant public access.

    Anyone can then read the object, or everyone with an AWS account.

    References: FSBP S3.2, FSBP S3.12
    """


@rule(MULTI_REGION_ACCESS_POINT)
@classify("security", "storage", "high", "mandatory")
def s3_multi_region_access_point_public_access_blocked(point: Resource) -> Messages:
    """Multi-Region Access Points must block public access.

    The settings cannot be changed after the access point was created.

    References: FSBP S3.24
    """
    path = "details.publicAccessBlock"
    disabled = [name for key, name in BLOCKS.items() if is_false(point.get(f"{path}.{key}"))]
    if disabled:
        yield (
            f"The Multi-Region Access Point '{point.name}' must block public access: set"
            f" {' and '.join(f'{one}=True' for one in disabled)} in details.public_access_block."
        )

"""Rules on public access to S3 buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.buckets import BLOCKS, PUBLIC_ACCESS_BLOCK
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.resource_types import S3_BUCKET
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_false, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

ACCOUNT_PUBLIC_ACCESS_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BUCKET_ACL = "aws:s3/bucketAcl:BucketAcl"
BUCKET_OWNERSHIP_CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
ACCESS_POINT = "aws:s3/accessPoint:AccessPoint"
BUCKET_CORS_CONFIGURATION = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"
DIRECTORY_BUCKET = "aws:s3/directoryBucket:DirectoryBucket"
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_PUBLIC_GROUPS = ("/AllUsers", "/AuthenticatedUsers")
_WRITES = ("PUT", "POST", "DELETE")
_POINT = "publicAccessBlockConfiguration"


@stack_rule(
    S3_BUCKET,
    PUBLIC_ACCESS_BLOCK,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "A public access block keeps a bucket private even if a policy or ACL grants public access."
    ),
    references=(
        "FSBP S3.8",
        "CIS 3.0 2.1.4",
        "CIS 7.0 3.1.4",
        "Config s3-bucket-level-public-access-prohibited",
        "Checkov CKV2_AWS_6",
        "cdk-nag AwsSolutions-S2",
    ),
)
def s3_bucket_public_access_block_exists(stack: Stack) -> Iterator[Finding]:
    """Buckets must have a public access block."""
    for bucket in stack.of_type(S3_BUCKET):
        if stack.has_no_referrer(bucket, "bucket", PUBLIC_ACCESS_BLOCK):
            text = (
                f"The bucket '{bucket.name}' must have a public access block: add a"
                " BucketPublicAccessBlock with bucket set to it and all four arguments True."
            )
            yield Finding(text, bucket.urn)


@rule(
    PUBLIC_ACCESS_BLOCK,
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="Each of the four settings blocks a different way to make a bucket public.",
    references=(
        "FSBP S3.8",
        "CIS 3.0 2.1.4",
        "CIS 7.0 3.1.4",
        "Config s3-bucket-level-public-access-prohibited",
        "Checkov CKV_AWS_53",
        "Checkov CKV_AWS_54",
        "Checkov CKV_AWS_55",
        "Checkov CKV_AWS_56",
        "cdk-nag AwsSolutions-S2",
    ),
    remediation="Set all four to True.",
    remediate=lambda _: dict.fromkeys(BLOCKS, True),
)
def s3_public_access_block_complete(block: Resource) -> Iterator[str]:
    """Public access blocks must have all four settings enabled."""
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


@rule(
    BUCKET_ACL,
    S3_BUCKET,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A public ACL exposes the bucket or its objects to everyone on the internet.",
    references=(
        "Config s3-bucket-public-read-prohibited",
        "Config s3-bucket-public-write-prohibited",
        "Checkov CKV_AWS_20",
        "Checkov CKV_AWS_57",
        "Checkov CKV2_AWS_43",
        "Checkov CKV_AWS_375",
    ),
    remediation='Set a public acl to "private".',
    remediate=_private,
)
def s3_no_public_acl(acl: Resource) -> Iterator[str]:
    """Bucket ACLs must not grant public access."""
    if acl.get("acl") in _PUBLIC_ACLS:
        yield f"The bucket ACL '{acl.name}' must not grant public access: set acl to \"private\"."
    uris = [*acl.all("accessControlPolicy.grants.grantee.uri"), *acl.all("grants.uri")]
    if any(isinstance(uri, str) and uri.endswith(_PUBLIC_GROUPS) for uri in uris):
        yield (
            f"The bucket ACL '{acl.name}' must not grant public access: remove the groups AllUsers"
            " and AuthenticatedUsers from grants."
        )


@require_value(
    BUCKET_OWNERSHIP_CONTROLS,
    path="rule.objectOwnership",
    value="BucketOwnerEnforced",
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="ACLs grant access independently of bucket policies and are easily overlooked.",
    references=("FSBP S3.12", "Config s3-bucket-acl-prohibited", "Checkov CKV2_AWS_65"),
)
def s3_acls_disabled() -> None:
    """Bucket ownership controls must disable ACLs."""


@rule(
    ACCESS_POINT,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A public access point exposes the objects of its bucket.",
    references=("FSBP S3.19", "Config s3-access-point-public-access-blocks", "Checkov CKV_AWS_392"),
    remediation="Set all four to True.",
    remediate=lambda point: changed_inputs(point, {f"{_POINT}.{key}": True for key in BLOCKS}),
)
def s3_access_point_public_access_blocked(point: Resource) -> Iterator[str]:
    """Access points must block public access."""
    disabled = [name for key, name in BLOCKS.items() if is_false(point.get(f"{_POINT}.{key}"))]
    if disabled:
        yield (
            f"The access point '{point.name}' must block public access: set"
            f" {', '.join(f'{name}=True' for name in disabled)} in"
            " public_access_block_configuration."
        )


@require_value(
    S3_BUCKET,
    DIRECTORY_BUCKET,
    path="forceDestroy",
    value=False,
    remediates=True,
    pack=Pack.RELIABILITY,
    concern=Concern.STORAGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="With force_destroy, deleting the bucket also deletes every object in it.",
)
def s3_no_force_destroy() -> None:
    """Buckets must not be deleted while they contain objects."""


@rule(
    BUCKET_CORS_CONFIGURATION,
    S3_BUCKET,
    pack=Pack.SECURITY,
    concern=Concern.STORAGE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Any website can then write to the bucket from its visitors' browsers.",
    references=("Checkov CKV2_AWS_75",),
)
def s3_cors_no_open_writes(bucket: Resource) -> Iterator[str]:
    """Buckets must not allow writes from every origin."""
    for entry in bucket.entries("corsRules"):
        methods = [one for one in _WRITES if one in as_list(entry.get("allowedMethods"))]
        if methods and "*" in as_list(entry.get("allowedOrigins")):
            yield (
                f"The bucket of '{bucket.name}' must not allow writes from every origin: name"
                f" origins in cors_rules.allowed_origins, or remove {', '.join(methods)} from"
                " allowed_methods."
            )

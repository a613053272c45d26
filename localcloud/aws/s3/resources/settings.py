"""S3: encryption, versioning, lifecycle and ownership of a bucket's objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import IGNORED, REPLACE, UPDATE, Input, Limit, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")
OWNERSHIPS = ("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")
VERSIONING = ("Enabled", "Suspended", "Disabled")


def put_encryption(context: Context) -> str:
    """Set the default encryption."""
    rules: list[dict[str, Any]] = []
    for rule in context.inputs["rules"]:
        found: dict[str, Any] = {"BucketKeyEnabled": bool(rule.get("bucketKeyEnabled"))}
        default = rule.get("applyServerSideEncryptionByDefault")
        if default:
            found["ApplyServerSideEncryptionByDefault"] = {
                "SSEAlgorithm": default["sseAlgorithm"],
                **(
                    {"KMSMasterKeyID": default["kmsMasterKeyId"]}
                    if default.get("kmsMasterKeyId")
                    else {}
                ),
            }
        rules.append(found)
    bucket, wanted = context.inputs["bucket"], {"Rules": rules}
    context.call("PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=wanted)
    return bucket


def put_versioning(context: Context) -> str:
    """Enable or suspend versioning."""
    bucket, wanted = context.inputs["bucket"], context.inputs["versioningConfiguration"]
    if wanted["status"] != "Disabled":  # AWS knows it only as never set
        status = {"Status": wanted["status"]}
        context.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=status)
    return bucket


def read_versioning(context: Context) -> Properties:
    """Return the versioning status."""
    found = context.call("GetBucketVersioning", Bucket=context.id)
    status = {"status": found.get("Status", "Disabled")}
    return {"bucket": context.id, "versioningConfiguration": status}


def suspend(context: Context) -> None:
    """Suspend versioning; AWS cannot disable it."""
    status = {"Status": "Suspended"}
    context.call("PutBucketVersioning", Bucket=context.id, VersioningConfiguration=status)


def put_lifecycle(context: Context) -> str:
    """Set the lifecycle rules."""
    bucket = context.inputs["bucket"]
    wanted = {"Rules": [lifecycle_rule(rule) for rule in context.inputs.get("rules") or []]}
    context.call("PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration=wanted)
    return bucket


def lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule in AWS's form."""
    found = capitals({key: value for key, value in rule.items() if key not in ("id", "filter")})
    found["ID"] = rule["id"]
    if "prefix" not in rule:
        wanted = rule.get("filter") or {}
        both = wanted.get("and")
        if both:
            tags = [{"Key": key, "Value": value} for key, value in (both.get("tags") or {}).items()]
            rest = capitals({key: value for key, value in both.items() if key != "tags"})
            found["Filter"] = {"And": {**rest, **({"Tags": tags} if tags else {})}}
        else:
            found["Filter"] = capitals(wanted) or {"Prefix": ""}
    return found


def capitals(value: Any) -> Any:
    """Return *value* with keys in PascalCase."""
    if isinstance(value, dict):
        return {
            key[0].upper() + key[1:]: capitals(item)
            for key, item in value.items()
            if item is not None
        }
    return [capitals(item) for item in value] if isinstance(value, list) else value


def put_ownership(context: Context) -> str:
    """Set the object ownership."""
    bucket, owner = context.inputs["bucket"], context.inputs["rule"]["objectOwnership"]
    wanted = {"Rules": [{"ObjectOwnership": owner}]}
    context.call("PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=wanted)
    return bucket


def row(name: str, inputs: dict[str, Input], put: Any, get: str, remove: str, **more: Any) -> Row:
    """Return the row of a setting: each has put, get and delete operations."""

    def read(context: Context) -> Properties:
        found = context.call(get, Bucket=context.id)
        rules = next((block["Rules"] for block in (found, *found.values()) if "Rules" in block), [])
        return {**found, "rules": rules, "rule": rules[:1], "bucket": context.id}

    def delete(context: Context) -> None:
        context.call(remove, Bucket=context.id)

    def update(context: Context) -> None:
        put(context)

    hooks = {"create": put, "read": read, "update": update, "delete": delete, **more}
    type_ = f"aws:s3/{name[0].lower()}{name[1:]}:{name}"
    return Row(type=type_, service="s3", inputs=inputs, **hooks)


def version_2(row: Row) -> Row:
    """Return the row of the type's deprecated name, which ends in V2."""
    module, name = row.type.rsplit(":", 1)
    return replace(row, type=f"{module}V2:{name}V2")


SETTINGS = (
    row(
        "BucketServerSideEncryptionConfiguration",
        {
            **each(REPLACE, "bucket expectedBucketOwner region"),
            **each(UPDATE, "rules"),
            "rules.applyServerSideEncryptionByDefault.sseAlgorithm": Input(
                UPDATE, limit=Limit(one_of=ALGORITHMS)
            ),
        },
        put_encryption,
        "GetBucketEncryption",
        "DeleteBucketEncryption",
    ),
    row(
        "BucketVersioning",
        {
            **each(REPLACE, "bucket expectedBucketOwner region"),
            "mfa": Input(UPDATE, supported=False),
            "versioningConfiguration": Input(UPDATE),
            "versioningConfiguration.status": Input(UPDATE, limit=Limit(one_of=VERSIONING)),
        },
        put_versioning,
        "GetBucketVersioning",
        "",
        read=read_versioning,
        outputs={"versioningConfiguration": "versioningConfiguration"},
        delete=suspend,
    ),
    row(
        "BucketLifecycleConfiguration",
        {
            **each(REPLACE, "bucket expectedBucketOwner region"),
            "rules": Input(UPDATE),
            "transitionDefaultMinimumObjectSize": Input(
                UPDATE, supported_values=("all_storage_classes_128K",)
            ),
            "rules.status": Input(UPDATE, limit=Limit(one_of=("Enabled", "Disabled"))),
            "rules.expiration.days": Input(UPDATE, limit=Limit(1)),
            "timeouts": Input(IGNORED),
        },
        put_lifecycle,
        "GetBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
    ),
    row(
        "BucketOwnershipControls",
        {
            **each(REPLACE, "bucket region"),
            "rule": Input(UPDATE),
            "rule.objectOwnership": Input(UPDATE, limit=Limit(one_of=OWNERSHIPS)),
        },
        put_ownership,
        "GetBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
    ),
)

ROWS = (*SETTINGS, *(version_2(one) for one in SETTINGS[:-1]))

"""S3: objects."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from localcloud.aws.s3.resources.acls import OBJECT_ACLS, canned
from localcloud.provider.archives import contents, zip_archive
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)
from localcloud.provider.values import Archive, Asset, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

BODIES = ("source", "content", "contentBase64")
RENAME = {
    "acl": "ACL",
    "content": "",
    "contentBase64": "",
    "etag": "",
    "kmsKeyId": "SSEKMSKeyId",
    "source": "",
    "websiteRedirect": "WebsiteRedirectLocation",
}
SET_ALONE = frozenset(
    {
        "acl",
        "forceDestroy",
        "objectLockLegalHoldStatus",
        "objectLockMode",
        "objectLockRetainUntilDate",
        "tags",
        "tagsAll",
    }
)
"""The inputs that are set without an upload."""
CHECKSUMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")


def body(context: Context) -> bytes:
    """Return the content that the program sets."""
    inputs = context.inputs
    if "content" in inputs:
        return inputs["content"].encode()
    if "contentBase64" in inputs:
        return base64.b64decode(inputs["contentBase64"])
    source = inputs.get("source")
    if source is None:
        return b""
    if isinstance(source, Archive):
        return zip_archive(source, context.directory)
    return contents(source, context.directory)


def put_object(context: Context) -> str:
    """Upload the object."""
    op = Op(name="PutObject", rename=RENAME, extra=lambda context: {"Body": body(context)})
    wanted = dict(context.members(op))
    if context.tags:
        wanted["Tagging"] = urlencode(context.tags)
        context.tags_sent = True
    context.call("PutObject", **wanted)
    return context.inputs["key"]


def change_object(context: Context) -> None:
    """Upload the object again, or set what S3 changes without a new version."""
    inputs, changed = context.inputs, context.changed
    if changed - SET_ALONE:
        put_object(context)
        return
    if "acl" in changed:
        context.call("PutObjectAcl", **place(context), ACL=inputs.get("acl", "private"))
    if "objectLockLegalHoldStatus" in changed:
        hold = {"Status": inputs.get("objectLockLegalHoldStatus", "OFF")}
        context.call("PutObjectLegalHold", **place(context), LegalHold=hold)
    if changed & {"objectLockMode", "objectLockRetainUntilDate"}:
        retention = {
            "Mode": inputs.get("objectLockMode"),
            "RetainUntilDate": inputs.get("objectLockRetainUntilDate"),
        }
        wanted = {key: value for key, value in retention.items() if value}
        context.call(
            "PutObjectRetention",
            **place(context),
            Retention=wanted,
            BypassGovernanceRetention=True,
        )


def place(context: Context) -> dict[str, str]:
    """Return bucket and key of the object."""
    return {"Bucket": context.get("bucket"), "Key": context.get("key")}


def read_object(context: Context) -> Properties:
    """Return the object's headers, and its content if that changed."""
    found = context.call("HeadObject", **place(context), ChecksumMode="ENABLED")
    found["etag"] = found.pop("ETag").strip('"')
    acl = canned(context.call("GetObjectAcl", **place(context)), context.get("acl"))
    stated = context.get("checksumAlgorithm")
    algorithms = [name for name in CHECKSUMS if stated and f"Checksum{name}" in found]
    return {
        **found,
        **content(context, found["etag"]),
        "acl": acl,
        "bucket": context.get("bucket"),
        "key": context.get("key"),
        "checksumAlgorithm": algorithms[0] if algorithms else None,
        "kmsKeyId": found.get("SSEKMSKeyId"),
        "websiteRedirect": found.get("WebsiteRedirectLocation"),
        "arn": f"arn:{context.partition}:s3:::{context.get('bucket')}/{context.get('key')}",
    }


def content(context: Context, etag: str) -> Properties:
    """Return what S3 has in place of the content that the program sets, if it changed.

    A `source` is then an asset with another hash: the next update uploads the file again.
    """
    key = next((name for name in BODIES if context.get(name) is not None), "")
    recorded = context.olds.get("etag") if context.refreshing else None
    if recorded in (None, etag) or not key:
        return {}
    if key == "source":
        return {key: Asset(hash=etag)}
    data = context.call("GetObject", **place(context))["Body"].read()
    encoded = base64.b64encode(data) if key == "contentBase64" else data
    return {key: encoded.decode("utf-8", "replace")}


def delete_object(context: Context) -> None:
    """Delete every version of the object; `forceDestroy` lifts legal holds and governance locks."""
    key, force = place(context), bool(context.get("forceDestroy"))
    pages = context.client().get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=key["Bucket"], Prefix=key["Key"]):
        for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            if item["Key"] == key["Key"]:
                version = {**key, "VersionId": item["VersionId"]}
                if force and "ETag" in item:
                    lift_hold(context, version)
                bypass = {"BypassGovernanceRetention": True} if force else {}
                context.call("DeleteObject", **version, **bypass)


def lift_hold(context: Context, version: dict[str, str]) -> None:
    """Remove the legal hold of a version of an object, if it has one."""
    if context.call("HeadObject", **version).get("ObjectLockLegalHoldStatus") == "ON":
        context.call("PutObjectLegalHold", **version, LegalHold={"Status": "OFF"})


def put_tags(context: Context) -> None:
    """Set all tags of the object."""
    found = [{"Key": key, "Value": value} for key, value in context.tags.items()]
    context.call("PutObjectTagging", **place(context), Tagging={"TagSet": found})


def check_object(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is invalid in an object's content."""
    stated = [name for name in BODIES if name in inputs]
    for name in stated[1:]:
        yield CheckFailure(name, f"conflicts with {stated[0]}: set one of them")
    encoded = inputs.get("contentBase64")
    if isinstance(encoded, str) and not is_unknown(encoded):
        try:
            base64.b64decode(encoded, validate=True)
        except binascii.Error:
            yield CheckFailure("contentBase64", "is not base64: use content for plain text")
    for key in inputs.get("metadata") or ():
        if key != key.lower():
            yield CheckFailure("metadata", f'has the key "{key}": S3 keeps them in lower case')
    if inputs.get("objectLockMode") and not inputs.get("objectLockRetainUntilDate"):
        yield CheckFailure("objectLockRetainUntilDate", "is not set: objectLockMode requires it")


def from_id(id_: str) -> Properties:
    """Return bucket and key in `bucket/key` or `s3://bucket/key`."""
    bucket, _, key = id_.removeprefix("s3://").partition("/")
    return {"bucket": bucket, "key": key, "id": key}


OBJECT = Row(
    type="aws:s3/bucketObject:BucketObject",
    service="s3",
    inputs={
        **each(REPLACE, "bucket region"),
        "key": Input(REPLACE, limit=Limit(min_length=1, max_length=1024)),
        **each(
            UPDATE,
            """bucketKeyEnabled cacheControl contentDisposition contentEncoding contentLanguage
            contentType kmsKeyId metadata objectLockMode objectLockRetainUntilDate tags
            websiteRedirect""",
        ),
        **each(UPDATE, "content contentBase64 source", write_only=True),
        **each(UPDATE, "etag forceDestroy sourceHash", state_only=True),
        "acl": Input(UPDATE, default="private", limit=Limit(one_of=OBJECT_ACLS)),
        "objectLockLegalHoldStatus": Input(UPDATE, limit=Limit(one_of=("ON", "OFF"))),
        "serverSideEncryption": Input(UPDATE, limit=Limit(one_of=("AES256", "aws:kms"))),
        "storageClass": Input(UPDATE),
    },
    name=Naming(property="key", max_length=1024, random=False),
    create=put_object,
    check_operations=("PutObject",),
    read=read_object,
    update=change_object,
    delete=delete_object,
    from_id=from_id,
    recomputed="versionId etag",
    tags=Tagging(put=put_tags, read="GetObjectTagging", keys={"Bucket": "bucket", "Key": "key"}),
    check=check_object,
)

OBJECT_V2 = replace(
    OBJECT,
    type="aws:s3/bucketObjectv2:BucketObjectv2",
    inputs={
        **OBJECT.inputs,
        "acl": Input(UPDATE, limit=Limit(one_of=OBJECT_ACLS)),
        "checksumAlgorithm": Input(UPDATE, limit=Limit(one_of=CHECKSUMS)),
        "overrideProvider": Input(UPDATE, supported=False),
    },
)

ROWS = (OBJECT, OBJECT_V2)

"""S3: functions that look up buckets and objects."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from localcloud.aws.s3.resources.buckets import BUCKET
from localcloud.names import website_domain
from localcloud.provider import shapes
from localcloud.provider.row_lookups import lookup

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties

HEADERS = {
    "bucketKeyEnabled": "BucketKeyEnabled",
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentLength": "ContentLength",
    "contentType": "ContentType",
    "lastModified": "LastModified",
    "metadata": "Metadata",
    "objectLockLegalHoldStatus": "ObjectLockLegalHoldStatus",
    "objectLockMode": "ObjectLockMode",
    "objectLockRetainUntilDate": "ObjectLockRetainUntilDate",
    "serverSideEncryption": "ServerSideEncryption",
    "sseKmsKeyId": "SSEKMSKeyId",
    "versionId": "VersionId",
    "websiteRedirectLocation": "WebsiteRedirectLocation",
}
TEXT = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml")
"""Beginnings of the content types whose body the function answers."""


def bucket(context: Context) -> Properties:
    """Return a bucket, with the endpoint that its website has or would have."""
    name = context.inputs["bucket"]
    [find] = lookup(BUCKET, "s3/getBucket", lambda _: name).values()
    domain = website_domain(context.region)
    return {**find(context), "websiteDomain": domain, "websiteEndpoint": f"{name}.{domain}"}


def s3_object(context: Context) -> Properties:
    """Return an object, with its body if it is text."""
    inputs = context.inputs
    place = {"Bucket": inputs["bucket"], "Key": inputs["key"]}
    if inputs.get("versionId"):
        place["VersionId"] = inputs["versionId"]
    found = context.call("HeadObject", "s3", **place)
    tags = context.call("GetObjectTagging", "s3", **place)["TagSet"]
    values = {key: shapes.to_json_types(found.get(member)) for key, member in HEADERS.items()}
    return {
        **inputs,
        **values,
        **body(context, place, str(found.get("ContentType", ""))),
        "arn": f"arn:{context.partition}:s3:::{inputs['bucket']}/{inputs['key']}",
        "etag": found["ETag"].strip('"'),
        "id": f"{inputs['bucket']}/{inputs['key']}",
        "region": context.region,
        "storageClass": found.get("StorageClass", "STANDARD"),
        "tags": {tag["Key"]: tag["Value"] for tag in tags},
    }


def body(context: Context, place: dict[str, str], kind: str) -> dict[str, Any]:
    """Return the content of an object if it is text, or if the arguments ask for it."""
    asked = str(context.inputs.get("downloadBody") or "").lower() == "true"
    if not (asked or kind.startswith(TEXT) or kind.endswith(("+json", "+xml", "+yaml"))):
        return {}
    part = {"Range": context.inputs["range"]} if context.inputs.get("range") else {}
    data = context.call("GetObject", "s3", **place, **part)["Body"].read()
    found = {"body": data.decode("utf-8", "replace")}
    if context.type.endswith("getObject"):
        found["bodyBase64"] = base64.b64encode(data).decode()
    return found


def policy(context: Context) -> Properties:
    """Return the policy of a bucket."""
    name = context.inputs["bucket"]
    found = context.call("GetBucketPolicy", "s3", Bucket=name)["Policy"]
    return {"bucket": name, "id": name, "policy": found, "region": context.region}


def canonical_user(context: Context) -> Properties:
    """Return the canonical ID of the account, which ACLs name."""
    owner = context.call("ListBuckets", "s3")["Owner"]
    return {"id": owner["ID"], "displayName": ""}


INVOKES: dict[str, Invoke] = {"aws:s3/getCanonicalUserId:getCanonicalUserId": canonical_user}
LOOKUPS: dict[str, Invoke] = {
    "aws:s3/getBucket:getBucket": bucket,
    "aws:s3/getBucketObject:getBucketObject": s3_object,
    "aws:s3/getBucketPolicy:getBucketPolicy": policy,
    "aws:s3/getObject:getObject": s3_object,
}

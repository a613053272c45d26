"""S3: the settings of a bucket that its own resource may have, in place of resources for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.aws.s3.resources import lifecycle_rules
from localcloud.aws.s3.resources.acls import canned
from localcloud.aws.s3.resources.configurations import sent
from localcloud.names import website_domain
from localcloud.provider.cloud import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.provider.context import Context

    Value = Any
    Put = Callable[[Context, Value], object]
    Get = Callable[[Context], Value]

PLURALS = {
    "loggings": "logging",
    "serverSideEncryptionConfigurations": "serverSideEncryptionConfiguration",
    "versionings": "versioning",
    "websites": "website",
    "rules": "rule",
    "applyServerSideEncryptionByDefaults": "applyServerSideEncryptionByDefault",
    "expirations": "expiration",
    "noncurrentVersionExpirations": "noncurrentVersionExpiration",
}
"""Names of single blocks in `BucketV2`, where they are lists -> their names in `Bucket`."""


def singular(value: Any) -> Any:
    """Return the inputs of a `BucketV2` as those of a `Bucket`."""
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            single = key in PLURALS and isinstance(item, list)
            if not single or item:
                found[PLURALS[key] if single else key] = singular(item[0] if single else item)
        return found
    return [singular(item) for item in value] if isinstance(value, list) else value


def plural(value: Any) -> Any:
    """Return the outputs of a `Bucket` as those of a `BucketV2`."""
    names = {name: many for many, name in PLURALS.items()}
    if isinstance(value, dict):
        return {
            names.get(key, key): [plural(item)] if key in names else plural(item)
            for key, item in value.items()
        }
    return [plural(item) for item in value] if isinstance(value, list) else value


def put_cors(context: Context, value: Value) -> None:
    """Set the CORS rules; an empty list deletes them."""
    if value:
        rules = sent("PutBucketCors", {"corsRules": value})
        context.call("PutBucketCors", Bucket=context.id, **rules)
    else:
        context.call("DeleteBucketCors", Bucket=context.id)


def put_logging(context: Context, value: Value) -> None:
    """Set where access logs go."""
    status = sent("PutBucketLogging", value, "LoggingEnabled")
    context.call("PutBucketLogging", Bucket=context.id, **status)


def put_website(context: Context, value: Value) -> None:
    """Set the website: a redirect of all requests is a URL here."""
    wanted: dict[str, Any] = {}
    if target := value.get("redirectAllRequestsTo"):
        scheme, separator, host = target.rpartition("://")
        wanted["RedirectAllRequestsTo"] = {"HostName": host}
        if separator:
            wanted["RedirectAllRequestsTo"]["Protocol"] = scheme
    if index := value.get("indexDocument"):
        wanted["IndexDocument"] = {"Suffix": index}
    if error := value.get("errorDocument"):
        wanted["ErrorDocument"] = {"Key": error}
    if rules := value.get("routingRules"):
        wanted["RoutingRules"] = json.loads(rules)
    context.call("PutBucketWebsite", Bucket=context.id, WebsiteConfiguration=wanted)


def get_website(context: Context) -> Value:
    """Return the website."""
    found = context.call("GetBucketWebsite", Bucket=context.id)
    redirect = found.get("RedirectAllRequestsTo") or {}
    scheme = f"{redirect['Protocol']}://" if redirect.get("Protocol") else ""
    rules = found.get("RoutingRules")
    return _stated(
        {
            "indexDocument": (found.get("IndexDocument") or {}).get("Suffix"),
            "errorDocument": (found.get("ErrorDocument") or {}).get("Key"),
            "redirectAllRequestsTo": scheme + redirect["HostName"] if redirect else None,
            "routingRules": json.dumps(rules) if rules else None,
        }
    )


def put_versioning(context: Context, value: Value) -> None:
    """Enable versioning, or suspend it where it was enabled."""
    if value.get("enabled") or context.olds:
        status = {"Status": "Enabled" if value.get("enabled") else "Suspended"}
        context.call("PutBucketVersioning", Bucket=context.id, VersioningConfiguration=status)


def get_versioning(context: Context) -> Value:
    """Return whether versioning is enabled."""
    found = context.call("GetBucketVersioning", Bucket=context.id)
    return {"enabled": found.get("Status") == "Enabled"}


def put_encryption(context: Context, value: Value) -> None:
    """Set the default encryption."""
    rule, wanted = value["rule"], {}
    if default := rule.get("applyServerSideEncryptionByDefault"):
        names = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
        wanted = {names[key]: item for key, item in default.items() if item}
    configuration = {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": wanted,
                "BucketKeyEnabled": bool(rule.get("bucketKeyEnabled")),
            }
        ]
    }
    context.call(
        "PutBucketEncryption", Bucket=context.id, ServerSideEncryptionConfiguration=configuration
    )


def get_encryption(context: Context) -> Value:
    """Return the default encryption."""
    found = context.call("GetBucketEncryption", Bucket=context.id)
    rule = found["ServerSideEncryptionConfiguration"]["Rules"][0]
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    return {
        "rule": {
            "applyServerSideEncryptionByDefault": _stated(
                {
                    "sseAlgorithm": default.get("SSEAlgorithm"),
                    "kmsMasterKeyId": default.get("KMSMasterKeyID"),
                }
            ),
            "bucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
        }
    }


def get_logging(context: Context) -> Value:
    """Return where access logs go."""
    found = context.call("GetBucketLogging", Bucket=context.id).get("LoggingEnabled") or {}
    names = {"targetBucket": "TargetBucket", "targetPrefix": "TargetPrefix"}
    return _stated({name: found.get(member) for name, member in names.items()})


def get_cors(context: Context) -> Value:
    """Return the CORS rules."""
    found = context.call("GetBucketCors", Bucket=context.id)["CORSRules"]
    keys = ("AllowedHeaders", "AllowedMethods", "AllowedOrigins", "ExposeHeaders", "MaxAgeSeconds")
    return [{key[0].lower() + key[1:]: rule[key] for key in keys if key in rule} for rule in found]


def put_policy(context: Context, value: Value) -> None:
    """Set the policy."""
    context.call("PutBucketPolicy", Bucket=context.id, Policy=value)


def get_policy(context: Context) -> Value:
    """Return the policy."""
    return context.call("GetBucketPolicy", Bucket=context.id)["Policy"]


def put_acl(context: Context, value: Value) -> None:
    """Leave the canned ACL as it is: the bucket was created with it."""


def get_acl(context: Context) -> Value:
    """Return the canned ACL."""
    return canned(context.call("GetBucketAcl", Bucket=context.id), context.get("acl"))


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


SETTINGS: dict[str, tuple[Put, Get]] = {
    "acl": (put_acl, get_acl),
    "corsRules": (put_cors, get_cors),
    "lifecycleRules": (lifecycle_rules.put, lifecycle_rules.get),
    "logging": (put_logging, get_logging),
    "policy": (put_policy, get_policy),
    "serverSideEncryptionConfiguration": (put_encryption, get_encryption),
    "versioning": (put_versioning, get_versioning),
    "website": (put_website, get_website),
}
"""How each setting is set and read. A setting that the program drops stays, as in AWS."""


def apply(context: Context, inputs: Mapping[str, Any]) -> None:
    """Set what the program sets; in an update, what it changed."""
    changed = {PLURALS.get(key, key) for key in context.changed}
    for key, value in singular(dict(inputs)).items():
        if key in SETTINGS and (not context.olds or key in changed):
            SETTINGS[key][0](context, value)


def read(context: Context) -> dict[str, Any]:
    """Return the settings that the program sets; in an import, those that the bucket has."""
    stated = singular({**context.olds, **context.inputs})
    found: dict[str, Any] = {}
    for key, (_, get) in SETTINGS.items():
        if not (context.importing or stated.get(key)):
            continue
        try:
            value = get(context)
        except AwsError as error:
            if not context.is_not_found(error):
                raise
            value = None
        if value not in (None, {}, []):
            found[key] = value
    if "website" in found:
        domain = website_domain(context.region)
        found |= {"websiteDomain": domain, "websiteEndpoint": f"{context.id}.{domain}"}
    return found

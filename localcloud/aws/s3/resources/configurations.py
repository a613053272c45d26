"""S3: websites, CORS, logging, object lock and acceleration of a bucket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.aws.s3.resources.settings import version_2
from localcloud.names import website_domain
from localcloud.provider import shapes
from localcloud.provider.documents import json_failures
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

BUCKET = each(REPLACE, "bucket expectedBucketOwner region")
PROTOCOL = Input(UPDATE, limit=Limit(one_of=("http", "https")))
DETAILS = "routingRuleDetails"


def sent(operation: str, inputs: Properties, *path: str) -> dict[str, Any]:
    """Return *inputs* as the configuration that *operation* takes, *path* inside it."""
    members = shapes.members_of(shapes.operation("s3", operation).input_shape)
    member = next(name for name in members if name in CONFIGURATIONS)
    shape = members[member]
    for name in path:
        shape = shape.members[name]
    found = shapes.convert(shape, {k: v for k, v in inputs.items() if k not in BUCKET}, {}, "")
    for name in reversed(path):
        found = {name: found}
    return {member: found}


CONFIGURATIONS = (
    "AccelerateConfiguration",
    "BucketLoggingStatus",
    "CORSConfiguration",
    "ObjectLockConfiguration",
    "WebsiteConfiguration",
)


def setting(
    name: str, operation: str, inputs: dict[str, Input], *, path: str = "", **more: Any
) -> Row:
    """Return the row of a setting, which *operation* puts: `PutBucketCors`.

    *path* is where the inputs are inside the configuration that it takes and answers.
    """
    places = path.split()
    get, remove = (operation.replace("Put", verb, 1) for verb in ("Get", "Delete"))

    def put(context: Context) -> str:
        bucket = context.inputs["bucket"]
        context.call(operation, Bucket=bucket, **sent(operation, context.inputs, *places))
        return bucket

    def read(context: Context) -> Properties | None:
        found = context.call(get, Bucket=context.id)
        found = found.get("ObjectLockConfiguration", found)
        for place in places:
            found = found.get(place) or {}
        found.pop("ResponseMetadata", None)
        return {**found, "bucket": context.id} if found else None

    def delete(context: Context) -> None:
        context.call(remove, Bucket=context.id)

    hooks = {"create": put, "read": read, "update": put, "delete": delete, **more}
    type_ = f"aws:s3/{name[0].lower()}{name[1:]}:{name}"
    return Row(type=type_, service="s3", inputs={**BUCKET, **inputs}, **hooks)


def putting(operation: str, **inputs: Any) -> Callable[[Context], None]:
    """Return a function that puts *inputs*, where S3 has no operation that deletes."""

    def put(context: Context) -> None:
        context.call(operation, Bucket=context.id, **sent(operation, inputs))

    return put


def put_website(context: Context) -> str:
    """Set the website configuration."""
    inputs, bucket = context.inputs, context.inputs["bucket"]
    wanted = sent("PutBucketWebsite", inputs)
    if DETAILS in inputs and "routingRules" not in inputs:
        wanted["WebsiteConfiguration"]["RoutingRules"] = json.loads(inputs[DETAILS])
    context.call("PutBucketWebsite", Bucket=bucket, **wanted)
    return bucket


def read_website(context: Context) -> Properties:
    """Return the website configuration and its endpoint."""
    found = context.call("GetBucketWebsite", Bucket=context.id)
    rules = found.get("RoutingRules") or []
    domain = website_domain(context.region)
    return {
        **found,
        "RoutingRules": rules,
        DETAILS: json.dumps(rules) if rules else "",
        "bucket": context.id,
        "websiteDomain": domain,
        "websiteEndpoint": f"{context.id}.{domain}",
    }


def check_website(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is invalid in a website configuration."""
    redirect = "redirectAllRequestsTo"
    if redirect in inputs:
        others = inputs.keys() & {"errorDocument", "indexDocument", "routingRules", DETAILS}
        for key in sorted(others):
            yield CheckFailure(key, f"conflicts with {redirect}: set one of them")
    elif "indexDocument" not in inputs:
        yield CheckFailure("indexDocument", f"is not set: set it, or {redirect}")
    if DETAILS in inputs and "routingRules" in inputs:
        yield CheckFailure(DETAILS, "conflicts with routingRules: set one of them")
    if isinstance(text := inputs.get(DETAILS), str):
        yield from json_failures({DETAILS: f'{{"rules": {text}}}'}, DETAILS)
    suffix = (inputs.get("indexDocument") or {}).get("suffix")
    if isinstance(suffix, str) and ("/" in suffix or not suffix):
        yield CheckFailure("indexDocument.suffix", f'is "{suffix}": write a name without "/"')


ROWS_OF_7 = (
    setting(
        "BucketWebsiteConfiguration",
        "PutBucketWebsite",
        {
            **each(
                UPDATE, f"errorDocument indexDocument redirectAllRequestsTo routingRules {DETAILS}"
            ),
            "redirectAllRequestsTo.protocol": PROTOCOL,
            "routingRules.redirect.protocol": PROTOCOL,
        },
        create=put_website,
        update=put_website,
        read=read_website,
        check=check_website,
    ),
    setting(
        "BucketCorsConfiguration",
        "PutBucketCors",
        {
            "corsRules": Input(UPDATE),
            "corsRules.allowedMethods": Input(
                UPDATE, limit=Limit(one_of=("GET", "PUT", "HEAD", "POST", "DELETE"))
            ),
        },
    ),
    setting(
        "BucketLogging",
        "PutBucketLogging",
        {
            **each(UPDATE, "targetBucket targetPrefix"),
            "targetGrants": Input(UPDATE, supported=False),
            "targetObjectKeyFormat": Input(UPDATE, supported=False),
        },
        path="LoggingEnabled",
        delete=putting("PutBucketLogging"),
    ),
    setting(
        "BucketAccelerateConfiguration",
        "PutBucketAccelerateConfiguration",
        {"status": Input(UPDATE, limit=Limit(one_of=("Enabled", "Suspended")))},
        delete=putting("PutBucketAccelerateConfiguration", status="Suspended"),
    ),
    setting(
        "BucketObjectLockConfiguration",
        "PutObjectLockConfiguration",
        {
            "objectLockEnabled": Input(
                REPLACE, default="Enabled", limit=Limit(one_of=("Enabled",))
            ),
            "rule": Input(UPDATE),
            "rule.defaultRetention.mode": Input(
                UPDATE, limit=Limit(one_of=("COMPLIANCE", "GOVERNANCE"))
            ),
            "token": Input(UPDATE, supported=False),
        },
        delete=putting("PutObjectLockConfiguration", objectLockEnabled="Enabled"),
    ),
)

ROWS = (*ROWS_OF_7, *map(version_2, ROWS_OF_7))

"""S3: lifecycle rules as a bucket's own resource has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes

if TYPE_CHECKING:
    from localcloud.provider.context import Context

ABORT, DAYS = "AbortIncompleteMultipartUpload", "DaysAfterInitiation"


def put(context: Context, rules: list[dict[str, Any]]) -> None:
    """Set the rules."""
    if not rules:
        context.call("DeleteBucketLifecycle", Bucket=context.id)
        return
    wanted = {"Rules": [_sent(rule, number) for number, rule in enumerate(rules)]}
    context.call(
        "PutBucketLifecycleConfiguration", Bucket=context.id, LifecycleConfiguration=wanted
    )


def _sent(rule: dict[str, Any], number: int) -> dict[str, Any]:
    prefix, tags = rule.get("prefix") or "", rule.get("tags") or {}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    found: dict[str, Any] = {
        "ID": rule.get("id") or f"tf-s3-lifecycle-{number}",
        "Status": "Enabled" if rule["enabled"] else "Disabled",
        "Filter": {"And": {"Prefix": prefix, "Tags": pairs}} if pairs else {"Prefix": prefix},
    }
    if days := rule.get("abortIncompleteMultipartUploadDays"):
        found[ABORT] = {DAYS: days}
    if expiration := rule.get("expiration"):
        found["Expiration"] = _moment(expiration, "Days")
    if transitions := rule.get("transitions"):
        found["Transitions"] = [_moment(one, "Days") for one in transitions]
    if expiration := rule.get("noncurrentVersionExpiration"):
        found["NoncurrentVersionExpiration"] = _moment(expiration, "NoncurrentDays")
    if transitions := rule.get("noncurrentVersionTransitions"):
        moments = [_moment(one, "NoncurrentDays") for one in transitions]
        found["NoncurrentVersionTransitions"] = moments
    return found


def _moment(block: dict[str, Any], days: str) -> dict[str, Any]:
    """Return when a rule acts, and the storage class if it moves objects."""
    found: dict[str, Any] = {}
    if block.get("date"):
        found["Date"] = f"{block['date'][:10]}T00:00:00Z"
    if block.get("days") is not None:
        found[days] = block["days"]
    if block.get("expiredObjectDeleteMarker"):
        found["ExpiredObjectDeleteMarker"] = True
    if block.get("storageClass"):
        found["StorageClass"] = block["storageClass"]
    return found


def get(context: Context) -> list[dict[str, Any]]:
    """Return the rules."""
    found = context.call("GetBucketLifecycleConfiguration", Bucket=context.id)["Rules"]
    return [_answered(rule) for rule in found]


def _answered(rule: dict[str, Any]) -> dict[str, Any]:
    scope = rule.get("Filter") or {}
    scope = scope.get("And", scope)
    answer: dict[str, Any] = {
        "id": rule["ID"],
        "enabled": rule["Status"] == "Enabled",
        "prefix": scope.get("Prefix") or rule.get("Prefix") or None,
        "tags": {tag["Key"]: tag["Value"] for tag in scope.get("Tags", ())} or None,
        "abortIncompleteMultipartUploadDays": rule.get(ABORT, {}).get(DAYS),
    }
    for name in ("expiration", "noncurrentVersionExpiration"):
        if block := rule.get(name[0].upper() + name[1:]):
            answer[name] = _block(block)
    for name in ("transitions", "noncurrentVersionTransitions"):
        if blocks := rule.get(name[0].upper() + name[1:]):
            answer[name] = [_block(block) for block in blocks]
    return {key: value for key, value in answer.items() if value is not None}


def _block(block: dict[str, Any]) -> dict[str, Any]:
    days = block.get("Days", block.get("NoncurrentDays"))
    date = shapes.to_json_types(block["Date"])[:10] if block.get("Date") else None
    found = {
        "date": date,
        "days": days,
        "expiredObjectDeleteMarker": block.get("ExpiredObjectDeleteMarker") or None,
        "storageClass": block.get("StorageClass"),
    }
    return {key: value for key, value in found.items() if value is not None}

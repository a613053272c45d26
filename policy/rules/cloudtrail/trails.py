"""Rules on CloudTrail trails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.audit import has_resources
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import (
    ANY_TYPE,
    Findings,
    Messages,
    Resource,
    Stack,
    classify,
    rule,
    stack_rule,
)
from policy.engine.values import (
    UNKNOWN,
    as_list,
    is_array,
    is_false,
    is_missing,
    is_object,
    is_true,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT_DATA_STORE = "aws:cloudtrail/eventDataStore:EventDataStore"
_OBJECTS = "AWS::S3::Object"
_KINDS = {"ReadOnly": "true", "WriteOnly": "false"}
"""Value of read_write_type -> value of the field "readOnly" of its events."""
_SELECTORS = ("eventSelectors", "advancedEventSelectors")


@stack_rule(ANY_TYPE)
@classify("audit", "audit", "high", "mandatory", when="production")
def cloudtrail_exists(stack: Stack) -> Findings:
    """Accounts must have a trail.

    Without a trail there is no lasting record of who made which API call.

    References: FSBP CloudTrail.1, CIS 3.0 3.1, CIS 7.0 4.1
    """
    if has_resources(stack) and not stack.of_type(aws.CLOUDTRAIL_TRAIL):
        yield stack.finding(
            f"The stack '{stack.name}' must contain a trail: add an aws.cloudtrail.Trail, or"
            " disable this rule if another stack has it."
        )


@rule(aws.CLOUDTRAIL_TRAIL, remediate=lambda _: {"isMultiRegionTrail": True})
@classify("audit", "audit", "high", "mandatory")
def cloudtrail_multi_region(trail: Resource) -> Messages:
    """Trails must record events of every Region and of global services.

    A single-Region trail misses activity in unused Regions and calls to global services such as
    IAM.

    References: FSBP CloudTrail.1, CIS 3.0 3.1, CIS 7.0 4.1, Config multi-region-cloudtrail-enabled,
    Checkov CKV_AWS_67
    Remediation: Set is_multi_region_trail to True.
    """
    everywhere = trail.get("isMultiRegionTrail")
    if everywhere is not UNKNOWN and not is_true(everywhere):
        yield (
            f"The trail '{trail.name}' must record events of every Region: set"
            " is_multi_region_trail=True."
        )
    if is_false(trail.get("includeGlobalServiceEvents")):
        yield (
            f"The trail '{trail.name}' must record events of global services: set"
            " include_global_service_events=True."
        )


@require_value(aws.CLOUDTRAIL_TRAIL, path="enableLogging", default=True, remediates=True)
@classify("audit", "audit", "high", "mandatory")
def cloudtrail_logging_on() -> None:
    """Trails must be enabled.

    A stopped trail records nothing. Stopping it is a common way to hide an attack.

    References: Security Hub CloudTrail.3, Config cloudtrail-enabled, Checkov CKV_AWS_251
    """


@require_value(aws.CLOUDTRAIL_TRAIL, path="enableLogFileValidation", remediates=True)
@classify("audit", "audit", "low", "advisory")
def cloudtrail_files_validated() -> None:
    """Trails must sign log files, so that changes to them are detected.

    Without digest files, changed or deleted log files cannot be detected.

    References: FSBP CloudTrail.4, CIS 3.0 3.2, CIS 7.0 4.2,
    Config cloud-trail-log-file-validation-enabled, Checkov CKV_AWS_36
    """


@require_value(
    aws.CLOUDTRAIL_TRAIL, path="kmsKeyId", value=is_customer_managed_key, hint="to a KMS key"
)
@classify("audit", "audit", "medium", "mandatory")
def cloudtrail_own_key() -> None:
    """Trails must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the audit logs.

    References: FSBP CloudTrail.2, CIS 3.0 3.5, CIS 7.0 4.5, Config cloud-trail-encryption-enabled,
    Checkov CKV_AWS_35
    """


@require_value(
    EVENT_DATA_STORE, path="kmsKeyId", value=is_customer_managed_key, hint="to a KMS key"
)
@classify("audit", "audit", "medium", "advisory")
def cloudtrail_event_data_store_own_key() -> None:
    """Event data stores must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the audit records.

    References: Security Hub CloudTrail.10, Config event-data-store-cmk-encryption-enabled
    """


@stack_rule(aws.CLOUDTRAIL_TRAIL)
@classify("audit", "audit", "high", "mandatory")
def cloudtrail_management_events(stack: Stack) -> Findings:
    """Trails must record read and write management events.

    Selectors replace the default of a trail: one for data events alone stops the record of who
    changed which resource.

    References: FSBP CloudTrail.1, Config multi-region-cloudtrail-enabled
    """
    trails = stack.of_type(aws.CLOUDTRAIL_TRAIL)
    if any(_holds_unknown(one.get(name)) for one in trails for name in _SELECTORS):
        return
    recorded = {kind for trail in trails for kind in _management_events(trail)}
    if trails and recorded != _KINDS.keys():
        yield trails[0].finding(
            f"The trail '{trails[0].name}' must record read and write management events: add to"
            ' event_selectors one with read_write_type="All" and include_management_events=True, or'
            ' to advanced_event_selectors one with a field_selector whose field is "eventCategory"'
            ' and whose equals is ["Management"].'
        )


def _management_events(trail: Resource) -> Iterator[str]:
    """Yield the kinds of management events that *trail* records."""
    if all(trail.is_missing(name) for name in _SELECTORS):
        yield from _KINDS
    for selector in trail.entries("eventSelectors"):
        if not is_false(selector.get("includeManagementEvents")):
            yield from _basic_kinds(selector)
    for selector in trail.entries("advancedEventSelectors"):
        fields = _fields(selector)
        is_partial = fields.keys() - {"eventCategory", "readOnly", "eventSource"}
        if "Management" in as_list(fields.get("eventCategory", {}).get("equals")) and (
            not is_partial and is_missing(fields.get("eventSource", {}).get("equals"))
        ):
            yield from _advanced_kinds(fields)


@rule(aws.CLOUDTRAIL_TRAIL)
@classify("audit", "audit", "low", "advisory")
def cloudtrail_to_cloudwatch_logs(trail: Resource) -> Messages:
    """Trails must also write to CloudWatch Logs.

    Metric filters and alarms need events in CloudWatch Logs; files in S3 arrive later and cannot
    trigger them.

    References: FSBP CloudTrail.5, Config cloud-trail-cloud-watch-logs-enabled, Checkov CKV2_AWS_10
    """
    wanted = {
        "cloudWatchLogsGroupArn": "cloud_watch_logs_group_arn",
        "cloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
    }
    absent = [argument for key, argument in wanted.items() if trail.is_missing(key)]
    if absent:
        yield f"The trail '{trail.name}' must write to CloudWatch Logs: set {' and '.join(absent)}."


@stack_rule(aws.CLOUDTRAIL_TRAIL, aws.S3_BUCKET)
@classify("audit", "audit", "medium", "advisory")
def cloudtrail_data_events(stack: Stack) -> Findings:
    """Trails must record reads and writes of objects.

    Management events do not include object reads and writes, so access to data goes unrecorded.

    References: Security Hub S3.22, Security Hub S3.23, CIS 3.0 3.8, CIS 3.0 3.9, CIS 7.0 4.8,
    CIS 7.0 4.9, Config cloudtrail-s3-dataevents-enabled
    """
    trails = stack.of_type(aws.CLOUDTRAIL_TRAIL)
    if any(_holds_unknown(one.get(name)) for one in trails for name in _SELECTORS):
        return
    recorded = [one for trail in trails for one in _object_events(trail)]
    arns = list(_bucket_arns(stack, trails))
    if trails and not all(_records(recorded, kind, arns) for kind in _KINDS):
        yield trails[0].finding(
            f"The trail '{trails[0].name}' must record reads and writes of objects: add to"
            f' event_selectors one with read_write_type="All" and data_resources of type'
            f' "{_OBJECTS}" with values, or to advanced_event_selectors one with a field_selector'
            f' whose field is "resources.type" and whose equals is ["{_OBJECTS}"].'
        )


def _object_events(trail: Resource) -> Iterator[tuple[str, list[str]]]:
    """Yield the object events of *trail*: "ReadOnly" or "WriteOnly", and prefixes of ARNs."""
    for selector in trail.entries("eventSelectors"):
        for one in as_list(selector.get("dataResources")):
            if is_object(one) and one.get("type") == _OBJECTS:
                prefixes = [text for text in as_list(one.get("values")) if isinstance(text, str)]
                yield from ((kind, prefixes) for kind in _basic_kinds(selector))
    for selector in trail.entries("advancedEventSelectors"):
        fields = _fields(selector)
        if _OBJECTS in as_list(fields.get("resources.type", {}).get("equals")) and (
            "eventName" not in fields
        ):
            prefixes = _prefixes(fields.get("resources.ARN", {}))
            yield from ((kind, prefixes) for kind in _advanced_kinds(fields))


def _basic_kinds(selector: dict[str, Any]) -> list[str]:
    kind = selector.get("readWriteType")
    return [one for one in _KINDS if kind in (None, "", "All", one)]


def _fields(selector: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the field selectors of an advanced event selector by field."""
    found = [one for one in as_list(selector.get("fieldSelectors")) if is_object(one)]
    return {str(one.get("field")): one for one in found}


def _advanced_kinds(fields: dict[str, dict[str, Any]]) -> list[str]:
    read_only = fields.get("readOnly", {})
    return [
        kind
        for kind, value in _KINDS.items()
        if value in as_list(read_only.get("equals", value))
        and value not in as_list(read_only.get("notEquals"))
    ]


def _prefixes(field: dict[str, Any]) -> list[str]:
    """Return the prefixes of ARNs that a selector of "resources.ARN" includes."""
    texts = [*as_list(field.get("startsWiths")), *as_list(field.get("equals"))]
    excluding_only = not texts and is_missing(field.get("endsWiths"))
    return ["arn:"] if excluding_only else [one for one in texts if isinstance(one, str)]


def _bucket_arns(stack: Stack, trails: list[Resource]) -> Iterator[str]:
    """Yield the known ARNs of the buckets of *stack*, except those that store the trails."""
    for bucket in stack.of_type(aws.S3_BUCKET):
        arn, name = bucket.get("arn"), bucket.get("bucket")
        if is_missing(arn) and isinstance(name, str):
            arn = f"arn:aws:s3:::{name}"
        if isinstance(arn, str) and not any(
            stack.refers_to(one, "s3BucketName", bucket) for one in trails
        ):
            yield arn


def _records(recorded: list[tuple[str, list[str]]], kind: str, arns: list[str]) -> bool:
    """Return whether events of *kind* are recorded in each bucket of *arns*."""
    prefixes = tuple(prefix for each, several in recorded if each == kind for prefix in several)
    return bool(prefixes) and all(f"{arn}/".startswith(prefixes) for arn in arns)


def _holds_unknown(value: Any) -> bool:
    if is_object(value):
        return any(_holds_unknown(one) for one in value.values())
    return any(_holds_unknown(one) for one in value) if is_array(value) else value is UNKNOWN

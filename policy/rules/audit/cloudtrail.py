"""Rules on trails themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.audit import has_resources
from policy.frame.rule import ANY_TYPE, Finding, Level, Severity, When, rule, stack_rule
from policy.frame.values import UNKNOWN, is_false, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource
    from policy.frame.stack import Stack

TRAIL = "aws:cloudtrail/trail:Trail"


@stack_rule(
    ANY_TYPE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="Without a trail nobody can say afterwards who changed what in the account.",
    references=("FSBP CloudTrail.1", "CIS 3.0 3.1", "CIS 7.0 4.1"),
)
def cloudtrail_exists(stack: Stack) -> Iterator[Finding]:
    """Accounts must have a trail."""
    if has_resources(stack) and not stack.of(TRAIL):
        yield Finding(
            f"The stack '{stack.name}' must hold a trail: add an aws.cloudtrail.Trail, or turn this"
            " rule off where another stack makes it."
        )


@rule(
    TRAIL,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="An attacker works in the Region that nobody looks at.",
    references=(
        "FSBP CloudTrail.1",
        "CIS 3.0 3.1",
        "CIS 7.0 4.1",
        "Config multi-region-cloudtrail-enabled",
        "Checkov CKV_AWS_67",
    ),
    remediation="Set is_multi_region_trail to True.",
    remediate=lambda _: {"isMultiRegionTrail": True},
)
def cloudtrail_multi_region(trail: Resource) -> Iterator[str]:
    """Trails must record every Region, and the global services."""
    everywhere = trail.get("isMultiRegionTrail")
    if everywhere is not UNKNOWN and not is_true(everywhere):
        yield f"The trail '{trail.name}' must record every Region: set is_multi_region_trail=True."
    if is_false(trail.get("includeGlobalServiceEvents")):
        yield (
            f"The trail '{trail.name}' must record global services: set"
            " include_global_service_events=True."
        )


@rule(
    TRAIL,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A trail that is switched off is the first thing an attacker leaves behind.",
    references=("FSBP CloudTrail.3", "Config cloudtrail-enabled", "Checkov CKV_AWS_251"),
    remediation="Set enable_logging to True.",
    remediate=lambda _: {"enableLogging": True},
)
def cloudtrail_logging_on(trail: Resource) -> Iterator[str]:
    """Trails must be switched on."""
    if is_false(trail.get("enableLogging")):
        yield f"The trail '{trail.name}' must be switched on: set enable_logging=True."


@rule(
    TRAIL,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Without the digests nobody can show that no file of the trail was changed.",
    references=(
        "FSBP CloudTrail.4",
        "CIS 3.0 3.2",
        "CIS 7.0 4.2",
        "Config cloud-trail-log-file-validation-enabled",
        "Checkov CKV_AWS_36",
    ),
    remediation="Set enable_log_file_validation to True.",
    remediate=lambda _: {"enableLogFileValidation": True},
)
def cloudtrail_files_validated(trail: Resource) -> Iterator[str]:
    """Trails must sign their files."""
    validated = trail.get("enableLogFileValidation")
    if validated is not UNKNOWN and not is_true(validated):
        yield f"The trail '{trail.name}' must sign its files: set enable_log_file_validation=True."


@rule(
    TRAIL,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Only the policy of an own key says who may read what everybody did.",
    references=(
        "FSBP CloudTrail.2",
        "CIS 3.0 3.5",
        "CIS 7.0 4.5",
        "Config cloud-trail-encryption-enabled",
        "Checkov CKV_AWS_35",
    ),
)
def cloudtrail_own_key(trail: Resource) -> Iterator[str]:
    """Trails must be encrypted with an own key."""
    if trail.is_missing("kmsKeyId"):
        yield f"The trail '{trail.name}' must have a key of its own: set kms_key_id to a KMS key."


@rule(
    TRAIL,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Files arrive after minutes and are searched by hand; a log group can be alarmed on.",
    references=(
        "FSBP CloudTrail.5",
        "Config cloud-trail-cloud-watch-logs-enabled",
        "Checkov CKV2_AWS_10",
    ),
)
def cloudtrail_to_cloudwatch_logs(trail: Resource) -> Iterator[str]:
    """Trails must also write to CloudWatch Logs."""
    wanted = {
        "cloudWatchLogsGroupArn": "cloud_watch_logs_group_arn",
        "cloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
    }
    absent = [argument for key, argument in wanted.items() if trail.is_missing(key)]
    if absent:
        yield f"The trail '{trail.name}' must write to CloudWatch Logs: set {' and '.join(absent)}."

"""Rules on CloudWatch log groups."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.resource_types import LOG_GROUP
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

LOG_SUBSCRIPTION_FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
LOG_ACCOUNT_POLICY = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"


@rule(
    LOG_GROUP,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Breaches are often discovered months later; the audit logs must still be available.",
    params={
        "auditNames": ["*cloudtrail*", "*audit*", "aws-waf-logs-*", "*flow-log*"],
        "minDays": 365,
    },
    references=("Checkov CKV_AWS_338",),
)
def log_group_audit_retention(group: Resource) -> Iterator[str]:
    """Log groups with audit logs must keep events for a year or more."""
    days, least = number(group.get("retentionInDays")), group.params["minDays"]
    if days is not None and 0 < days < least and _has_audit_logs(group):
        yield (
            f"The log group '{group.name}' must keep audit logs: set retention_in_days to"
            f" {least:.0f} or more."
        )


def _has_audit_logs(group: Resource) -> bool:
    name = group.get("name")
    by_name = isinstance(name, str) and any(
        fnmatchcase(name.lower(), one.lower()) for one in group.params["auditNames"]
    )
    return by_name or group.tag(group.settings.purpose_tag) == "audit"


@rule(
    LOG_GROUP,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without a retention, logs and the data in them are stored and billed indefinitely.",
    references=("Config cw-loggroup-retention-period-check", "Checkov CKV_AWS_66"),
)
def log_group_retention(group: Resource) -> Iterator[str]:
    """Log groups must have a retention."""
    days = group.get("retentionInDays")
    if days is UNKNOWN or group.get("logGroupClass") in ("DELIVERY", UNKNOWN):
        return
    if (number(days) or 0) <= 0:
        yield f"The log group '{group.name}' must have a retention: set retention_in_days above 0."


@stack_rule(
    LOG_GROUP,
    LOG_SUBSCRIPTION_FILTER,
    LOG_ACCOUNT_POLICY,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="An attacker who deletes logs in the account cannot delete a copy elsewhere.",
    params={"exemptNames": ["/aws/kinesisfirehose/*"]},
)
def log_group_central_copy(stack: Stack) -> Iterator[Finding]:
    """Log groups must be copied to a central account or bucket."""
    policies = [one.get("policyType") for one in stack.of_type(LOG_ACCOUNT_POLICY)]
    if any(one in ("SUBSCRIPTION_FILTER_POLICY", UNKNOWN) for one in policies):
        return
    exempt = tuple(stack.params["exemptNames"])
    for group in stack.of_type(LOG_GROUP):
        if not _takes_subscription(group, exempt):
            continue
        if stack.has_no_referrer(group, "logGroup", LOG_SUBSCRIPTION_FILTER):
            text = (
                f"The log group '{group.name}' must be copied to a central account or bucket: add a"
                " LogSubscriptionFilter with log_group set to it."
            )
            yield Finding(text, group.urn)


def _takes_subscription(group: Resource, exempt: tuple[str, ...]) -> bool:
    kind, name = group.get("logGroupClass"), group.get("name")
    if not is_missing(kind) and kind != "STANDARD":
        return False
    return not isinstance(name, str) or not any(fnmatchcase(name, one) for one in exempt)


@require_value(
    LOG_GROUP,
    path="kmsKeyId",
    value=is_customer_managed_key,
    hint="to the ARN of a KMS key",
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why="A customer managed key's policy controls who can decrypt the logs.",
    references=("Config cloudwatch-log-group-encrypted", "Checkov CKV_AWS_158"),
)
def log_group_own_key() -> None:
    """Log groups with sensitive data must be encrypted with a customer managed key."""

"""Rules on CloudWatch log groups."""

from __future__ import annotations

from fnmatch import fnmatchcase

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, number

LOG_SUBSCRIPTION_FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
LOG_ACCOUNT_POLICY = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"


@rule(
    aws.LOG_GROUP,
    params={
        "auditNames": ["*cloudtrail*", "*audit*", "aws-waf-logs-*", "*flow-log*"],
        "minDays": 365,
    },
)
@classify("audit", "audit", "medium", "mandatory")
def log_group_audit_retention(group: Resource) -> Messages:
    """Log groups with audit logs must keep events for a year or more.

    Breaches are often discovered months later; the audit logs must still be available.

    References: Checkov CKV_AWS_338
    """
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


@rule(aws.LOG_GROUP)
@classify("audit", "observability", "medium", "mandatory")
def log_group_retention(group: Resource) -> Messages:
    """Log groups must have a retention.

    Without a retention, logs and the data in them are stored and billed indefinitely.

    References: Security Hub CloudWatch.16, Config cw-loggroup-retention-period-check,
    Checkov CKV_AWS_66
    """
    days = group.get("retentionInDays")
    if days is UNKNOWN or group.get("logGroupClass") in ("DELIVERY", UNKNOWN):
        return
    if (number(days) or 0) <= 0:
        yield f"The log group '{group.name}' must have a retention: set retention_in_days above 0."


@stack_rule(
    aws.LOG_GROUP,
    LOG_SUBSCRIPTION_FILTER,
    LOG_ACCOUNT_POLICY,
    params={"exemptNames": ["/aws/kinesisfirehose/*"]},
)
@classify("audit", "observability", "low", "advisory")
def log_group_central_copy(stack: Stack) -> Findings:
    """Log groups must be copied to a central account or bucket.

    An attacker who deletes logs in the account cannot delete a copy elsewhere.
    """
    policies = [one.get("policyType") for one in stack.of_type(LOG_ACCOUNT_POLICY)]
    if any(one in ("SUBSCRIPTION_FILTER_POLICY", UNKNOWN) for one in policies):
        return
    exempt = tuple(stack.params["exemptNames"])
    for group in stack.of_type(aws.LOG_GROUP):
        if not _takes_subscription(group, exempt):
            continue
        if stack.has_no_referrer(group, "logGroup", LOG_SUBSCRIPTION_FILTER):
            yield group.finding(
                f"The log group '{group.name}' must be copied to a central account or bucket: add a"
                " LogSubscriptionFilter with log_group set to it."
            )


def _takes_subscription(group: Resource, exempt: tuple[str, ...]) -> bool:
    kind, name = group.get("logGroupClass"), group.get("name")
    if not is_missing(kind) and kind != "STANDARD":
        return False
    return not isinstance(name, str) or not any(fnmatchcase(name, one) for one in exempt)


@require_value(
    aws.LOG_GROUP, path="kmsKeyId", value=is_customer_managed_key, hint="to the ARN of a KMS key"
)
@classify("audit", "observability", "low", "advisory", when="sensitive")
def log_group_own_key() -> None:
    """Log groups with sensitive data must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the logs.

    References: Config cloudwatch-log-group-encrypted, Checkov CKV_AWS_158
    """

"""Which rule is in which pack: every rule is in exactly one of the four."""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from policy.rules import all_rules

if TYPE_CHECKING:
    from policy.engine.rule import Rule

VERSION = "0.1.0"
"""The version of every pack, the same as in each PulumiPolicy.yaml."""


class Pack(StrEnum):
    """A pack that CrossGuard can run alone."""

    SECURITY = "security"
    RELIABILITY = "reliability"
    AUDIT = "audit"
    ARCHITECTURE = "architecture"


PURPOSES = {
    Pack.SECURITY: "Who may reach what, what is encrypted, and which credentials lie about",
    Pack.RELIABILITY: "What survives a failure, a mistake and a peak",
    Pack.AUDIT: "What is recorded, for how long, and which change is reacted to",
    Pack.ARCHITECTURE: "The shape of a microservice platform: owners, queues, traces, versions",
}
"""What each pack looks after."""

GROUPS = {
    "architecture": Pack.ARCHITECTURE,
    "audit": Pack.AUDIT,
    "compute": Pack.SECURITY,
    "cost": Pack.ARCHITECTURE,
    "data": Pack.SECURITY,
    "edge": Pack.SECURITY,
    "identity": Pack.SECURITY,
    "messaging": Pack.SECURITY,
    "network": Pack.SECURITY,
    "observability": Pack.AUDIT,
    "resilience": Pack.RELIABILITY,
    "storage": Pack.SECURITY,
    "tags": Pack.AUDIT,
}
"""Group of rules -> the pack they are in, unless a name below says otherwise."""

NAMES = {
    # every queue has dead letters, every service has alarms, logs and traces
    "*-dead-letter-queue": Pack.ARCHITECTURE,
    "*-dead-letters": Pack.ARCHITECTURE,
    "*-logs-shipped": Pack.ARCHITECTURE,
    "*-traced": Pack.ARCHITECTURE,
    "*-tracing": Pack.ARCHITECTURE,
    "alarm-for-each-service": Pack.ARCHITECTURE,
    "ecs-container-logs": Pack.ARCHITECTURE,
    "lambda-log-group-kept": Pack.ARCHITECTURE,
    # every API is HTTPS
    "apigateway-integration-https": Pack.ARCHITECTURE,
    "elb-http-listener-*": Pack.ARCHITECTURE,
    # retired services, engines and runtimes
    "*-platform-current": Pack.ARCHITECTURE,
    "*-version-supported": Pack.ARCHITECTURE,
    "lambda-runtime-*": Pack.ARCHITECTURE,
    # what happens to work that fails, or is too much
    "*-failure-handling": Pack.RELIABILITY,
    "*-failures-kept": Pack.RELIABILITY,
    "*-throttled": Pack.RELIABILITY,
    "api-cache-on-get": Pack.RELIABILITY,
    "kinesis-stream-retention": Pack.RELIABILITY,
    "lambda-queue-visibility-timeout": Pack.RELIABILITY,
    "s3-bucket-versioned": Pack.RELIABILITY,
    "s3-no-force-destroy": Pack.RELIABILITY,
    "sfn-definition-parses": Pack.RELIABILITY,
    "sns-queue-admits-topic": Pack.RELIABILITY,
    "sqs-dead-letter-retention-longer": Pack.RELIABILITY,
    "sqs-max-receive-count": Pack.RELIABILITY,
    "usage-plan-has-quota-and-throttle": Pack.RELIABILITY,
    # who did what, and what left
    "s3-bucket-access-logged": Pack.AUDIT,
    "vpc-flow-log-*": Pack.AUDIT,
}
"""Pattern of rule names -> their pack; the first that fits decides."""


def pack_of(rule: Rule) -> Pack:
    """Return the pack that *rule* is in."""
    named = (pack for pattern, pack in NAMES.items() if fnmatchcase(rule.name, pattern))
    return next(named, None) or GROUPS[rule.group]


def rules_of(*packs: Pack) -> list[Rule]:
    """Return the rules of *packs*, by name."""
    return [one for one in all_rules() if pack_of(one) in packs]

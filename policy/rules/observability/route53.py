"""Rules on what zones write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.stack import Stack

ZONE = "aws:route53/zone:Zone"
QUERY_LOG = "aws:route53/queryLog:QueryLog"


@stack_rule(
    ZONE,
    QUERY_LOG,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Which names were asked for, and by whom, shows an attack on a domain before it succeeds.",
    references=("FSBP Route53.2", "Config route53-query-logging-enabled", "Checkov CKV2_AWS_39"),
)
def route53_query_logs(stack: Stack) -> Iterator[Finding]:
    """Public zones must log the queries that they answer."""
    for zone in stack.of(ZONE):
        if zone.is_missing("vpcs") and stack.lacks(zone, "zoneId", QUERY_LOG):
            text = (
                f"The public zone '{zone.name}' must log its queries: add a QueryLog with zone_id"
                " set to it."
            )
            yield Finding(text, zone.urn)

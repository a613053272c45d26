"""Rules on what search domains can prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.logs import publishes
from policy.engine.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

DOMAIN = "aws:opensearch/domain:Domain"
ELASTICSEARCH_DOMAIN = "aws:elasticsearch/domain:Domain"


@rule(
    DOMAIN,
    ELASTICSEARCH_DOMAIN,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Who searched for what, and who changed an index, is only in the audit log.",
    references=(
        "FSBP OpenSearch.5",
        "Config opensearch-audit-logging-enabled",
        "Checkov CKV_AWS_317",
    ),
)
def opensearch_audit_logs(domain: Resource) -> Iterator[str]:
    """Search domains must publish their audit logs."""
    if not publishes(domain, "AUDIT_LOGS"):
        yield (
            f"The search domain '{domain.name}' must publish its audit logs: add an entry with"
            ' log_type "AUDIT_LOGS" to log_publishing_options.'
        )

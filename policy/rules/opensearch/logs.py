"""Rules on logs of OpenSearch domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.logs import publishes
from policy.engine.resource_types import ELASTICSEARCH_DOMAIN, OPENSEARCH_DOMAIN
from policy.engine.rule import Concern, Level, Pack, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Audit logs record who searched or changed which index.",
    references=(
        "FSBP OpenSearch.5",
        "Config opensearch-audit-logging-enabled",
        "Checkov CKV_AWS_317",
    ),
)
def opensearch_audit_logs(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must publish their audit logs."""
    if not publishes(domain, "AUDIT_LOGS"):
        yield (
            f"The OpenSearch domain '{domain.name}' must publish its audit logs: add an entry with"
            ' log_type "AUDIT_LOGS" to log_publishing_options.'
        )


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Error logs explain why queries and index operations fail.",
    references=("FSBP OpenSearch.4", "Config opensearch-logs-to-cloudwatch", "Checkov CKV_AWS_84"),
)
def opensearch_error_logs(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must publish their error logs."""
    if not publishes(domain, "ES_APPLICATION_LOGS"):
        yield (
            f"The OpenSearch domain '{domain.name}' must publish its error logs: add an entry with"
            ' log_type "ES_APPLICATION_LOGS" to log_publishing_options.'
        )


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Slow logs identify the queries that slow the domain down.",
    references=("cdk-nag AwsSolutions-OS9",),
)
def opensearch_slow_logs(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must publish slow logs."""
    kinds = ("SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS")
    lacking = [f'"{kind}"' for kind in kinds if not publishes(domain, kind)]
    if lacking:
        yield (
            f"The OpenSearch domain '{domain.name}' must publish slow logs: add to"
            f" log_publishing_options an entry with log_type {' and one with '.join(lacking)}."
        )

"""Rules on logs of OpenSearch domains."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.logs import publishes
from policy.engine.rule import Messages, Resource, classify, rule


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN)
@classify("audit", "audit", "medium", "mandatory")
def opensearch_audit_logs(domain: Resource) -> Messages:
    """OpenSearch domains must publish their audit logs.

    Audit logs record who searched or changed which index.

    References: FSBP OpenSearch.5 (opensearch/domain), FSBP ES.5 (elasticsearch/domain),
    Config opensearch-audit-logging-enabled, Checkov CKV_AWS_317
    """
    if not publishes(domain, "AUDIT_LOGS"):
        yield (
            f"The OpenSearch domain '{domain.name}' must publish its audit logs: add an entry with"
            ' log_type "AUDIT_LOGS" to log_publishing_options.'
        )


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN)
@classify("audit", "observability", "medium", "mandatory")
def opensearch_error_logs(domain: Resource) -> Messages:
    """OpenSearch domains must publish their error logs.

    Error logs explain why queries and index operations fail.

    References: FSBP OpenSearch.4 (opensearch/domain), FSBP ES.4 (elasticsearch/domain),
    Config opensearch-logs-to-cloudwatch, Checkov CKV_AWS_84
    """
    if not publishes(domain, "ES_APPLICATION_LOGS"):
        yield (
            f"The OpenSearch domain '{domain.name}' must publish its error logs: add an entry with"
            ' log_type "ES_APPLICATION_LOGS" to log_publishing_options.'
        )


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN)
@classify("audit", "observability", "low", "advisory")
def opensearch_slow_logs(domain: Resource) -> Messages:
    """OpenSearch domains must publish slow logs.

    Slow logs identify the queries that slow the domain down.

    References: cdk-nag AwsSolutions-OS9
    """
    kinds = ("SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS")
    lacking = [f'"{kind}"' for kind in kinds if not publishes(domain, kind)]
    if lacking:
        yield (
            f"The OpenSearch domain '{domain.name}' must publish slow logs: add to"
            f" log_publishing_options an entry with log_type {' and one with '.join(lacking)}."
        )

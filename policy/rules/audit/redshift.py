"""Rules on what warehouses can prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

CLUSTER = "aws:redshift/cluster:Cluster"
LOGGING = "aws:redshift/logging:Logging"
NAMESPACE = "aws:redshiftserverless/namespace:Namespace"

_EXPORTS = ("connectionlog", "userlog")


@stack_rule(
    CLUSTER,
    LOGGING,
    NAMESPACE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Who connected to a warehouse, and who was made a user of it, is only in the audit log.",
    references=(
        "FSBP Redshift.4",
        "Config redshift-audit-logging-enabled",
        "Config redshift-serverless-publish-logs-to-cloudwatch",
        "Checkov CKV_AWS_71",
        "cdk-nag AwsSolutions-RS5",
    ),
)
def redshift_audit_logs(stack: Stack) -> Iterator[Finding]:
    """Warehouses must log who connects to them."""
    for cluster in stack.of(CLUSTER):
        if stack.lacks(cluster, "clusterIdentifier", LOGGING, where=_has_destination):
            text = (
                f"The warehouse '{cluster.name}' must log who connects: add a redshift Logging with"
                ' cluster_identifier set to it and log_destination_type "cloudwatch".'
            )
            yield Finding(text, cluster.urn)
    for namespace in stack.of(NAMESPACE):
        exports = namespace.get("logExports")
        found = as_list(exports)
        lacking = [one for one in _EXPORTS if one not in found]
        if lacking and exports is not UNKNOWN and UNKNOWN not in found:
            text = (
                f"The warehouse '{namespace.name}' must log who connects: add"
                f" {' and '.join(lacking)} to log_exports."
            )
            yield Finding(text, namespace.urn)


def _has_destination(logging: Resource) -> bool:
    kind = logging.get("logDestinationType")
    return not logging.is_missing("bucketName") or kind in ("cloudwatch", UNKNOWN)

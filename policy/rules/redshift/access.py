"""Rules on network, audit logs and snapshots of Redshift."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, number

LOGGING = "aws:redshift/logging:Logging"
_EXPORTS = ("connectionlog", "userlog")


@stack_rule(aws.REDSHIFT_CLUSTER, LOGGING, aws.REDSHIFT_SERVERLESS_NAMESPACE)
@classify("audit", "audit", "medium", "mandatory")
def redshift_audit_logs(stack: Stack) -> Findings:
    """Redshift clusters and namespaces must have audit logs.

    Audit logs record connections, user changes and queries.

    References: FSBP Redshift.4 (redshift/cluster),
    FSBP RedshiftServerless.6 (redshiftserverless/namespace),
    Config redshift-audit-logging-enabled, Config redshift-serverless-publish-logs-to-cloudwatch,
    Checkov CKV_AWS_71, cdk-nag AwsSolutions-RS5
    """
    for cluster in stack.of_type(aws.REDSHIFT_CLUSTER):
        if stack.has_no_referrer(cluster, "clusterIdentifier", LOGGING, where=_has_destination):
            yield cluster.finding(
                f"The Redshift cluster '{cluster.name}' must have audit logs: add an"
                " aws.redshift.Logging with cluster_identifier set to it and log_destination_type"
                ' "cloudwatch".'
            )
    for namespace in stack.of_type(aws.REDSHIFT_SERVERLESS_NAMESPACE):
        exports = namespace.get("logExports")
        found = as_list(exports)
        lacking = [one for one in _EXPORTS if one not in found]
        if lacking and exports is not UNKNOWN and UNKNOWN not in found:
            yield namespace.finding(
                f"The Redshift Serverless namespace '{namespace.name}' must have audit logs: add"
                f" {' and '.join(lacking)} to log_exports."
            )


def _has_destination(logging: Resource) -> bool:
    kind = logging.get("logDestinationType")
    return not logging.is_missing("bucketName") or kind in ("cloudwatch", UNKNOWN)


@require_value(
    aws.REDSHIFT_CLUSTER,
    aws.REDSHIFT_SERVERLESS_WORKGROUP,
    path="publiclyAccessible",
    value=False,
    remediates=True,
)
@classify("security", "network", "critical", "mandatory")
def redshift_not_public() -> None:
    """Redshift clusters and workgroups must not be publicly accessible.

    A publicly accessible warehouse can be attacked from the internet.

    References: FSBP Redshift.1 (redshift/cluster),
    FSBP RedshiftServerless.3 (redshiftserverless/workgroup),
    Config redshift-cluster-public-access-check,
    Config redshift-serverless-workgroup-no-public-access, Checkov CKV_AWS_87,
    cdk-nag AwsSolutions-RS8
    """


@require_value(aws.REDSHIFT_CLUSTER, aws.REDSHIFT_SERVERLESS_WORKGROUP, path="enhancedVpcRouting")
@classify("security", "network", "medium", "mandatory")
def redshift_enhanced_vpc_routing() -> None:
    """Redshift clusters and workgroups must use enhanced VPC routing.

    Without it, COPY and UNLOAD traffic bypasses VPC security groups, endpoints and flow logs.

    References: FSBP Redshift.7 (redshift/cluster),
    FSBP RedshiftServerless.1 (redshiftserverless/workgroup),
    Config redshift-enhanced-vpc-routing-enabled,
    Config redshift-serverless-workgroup-routes-within-vpc, Checkov CKV_AWS_321
    """


@rule(
    aws.REDSHIFT_CLUSTER,
    params={"minDays": 7},
    remediate=lambda cluster: {"automatedSnapshotRetentionPeriod": cluster.params["minDays"]},
)
@classify("reliability", "resilience", "medium", "mandatory")
def redshift_snapshot_retention(cluster: Resource) -> Messages:
    """Redshift clusters must keep snapshots for a week or more.

    Data errors are often found days later; older snapshots are needed to recover from them.

    References: FSBP Redshift.3, Config redshift-backup-enabled, Checkov CKV_AWS_343
    Remediation: Raise automated_snapshot_retention_period to the least number of days.
    """
    days, least = cluster.get("automatedSnapshotRetentionPeriod"), cluster.params["minDays"]
    kept = number(days)
    if days is not UNKNOWN and (1 if kept is None else kept) < least:
        yield (
            f"The Redshift cluster '{cluster.name}' must keep snapshots longer: set"
            f" automated_snapshot_retention_period to {least:.0f} or more."
        )

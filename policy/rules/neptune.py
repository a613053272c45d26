"""Rules on Amazon Neptune."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import at_least, includes, require_value
from policy.engine.rule import Findings, Stack, classify, stack_rule
from policy.engine.zones import is_in_one_zone

INSTANCE = "aws:neptune/clusterInstance:ClusterInstance"


@require_value(aws.NEPTUNE_CLUSTER, path="storageEncrypted")
@classify("security", "data", "medium", "mandatory")
def neptune_encrypted() -> None:
    """Neptune clusters must be encrypted at rest.

    Unencrypted storage and its snapshots can be read by anyone who obtains them.

    References: FSBP Neptune.1, FSBP Neptune.6, Config neptune-cluster-encrypted,
    Config neptune-cluster-snapshot-encrypted, Checkov CKV_AWS_44, cdk-nag AwsSolutions-N4
    """


@require_value(
    aws.NEPTUNE_CLUSTER,
    path="enableCloudwatchLogsExports",
    value=includes("audit"),
    hint='to a list with "audit"',
)
@classify("audit", "audit", "medium", "mandatory")
def neptune_audit_logs() -> None:
    """Neptune clusters must publish audit logs to CloudWatch Logs.

    Audit logs record which client ran which query.

    References: FSBP Neptune.2, Config neptune-cluster-cloudwatch-log-export-enabled,
    Checkov CKV_AWS_101
    """


@require_value(aws.NEPTUNE_CLUSTER, path="deletionProtection", remediates=True)
@classify("reliability", "resilience", "low", "mandatory", when="production")
def neptune_deletion_protection() -> None:
    """Neptune clusters must be protected against deletion.

    A cluster deleted by mistake loses its automated backups as well.

    References: FSBP Neptune.4, Config neptune-cluster-deletion-protection-enabled
    """


@require_value(
    aws.NEPTUNE_CLUSTER, path="backupRetentionPeriod", value=at_least(7), hint="to 7 or more"
)
@classify("reliability", "resilience", "medium", "mandatory")
def neptune_backup_retention() -> None:
    """Neptune clusters must keep backups for a week or more.

    Data errors are often found days later; the default of one day is too short to recover from
    them.

    References: FSBP Neptune.5, Config neptune-cluster-backup-retention-check, Checkov CKV_AWS_361,
    cdk-nag AwsSolutions-N3
    """


@require_value(aws.NEPTUNE_CLUSTER, path="iamDatabaseAuthenticationEnabled", remediates=True)
@classify("security", "identity", "medium", "mandatory")
def neptune_iam_authentication() -> None:
    """Neptune clusters must authenticate clients by IAM.

    Without IAM authentication, every client that reaches the cluster can read and change the graph.

    References: FSBP Neptune.7, Config neptune-cluster-iam-database-authentication,
    Checkov CKV_AWS_359, cdk-nag AwsSolutions-N5
    """


@require_value(aws.NEPTUNE_CLUSTER, path="copyTagsToSnapshot", remediates=True)
@classify("audit", "tags", "low", "advisory")
def neptune_tags_on_snapshots() -> None:
    """Neptune clusters must copy tags to snapshots.

    Untagged snapshots cannot be allocated to a service or its costs.

    References: FSBP Neptune.8, Config neptune-cluster-copy-tags-to-snapshot-enabled,
    Checkov CKV_AWS_362
    """


@stack_rule(aws.NEPTUNE_CLUSTER, INSTANCE)
@classify("reliability", "resilience", "medium", "advisory", when="production")
def neptune_cluster_spans_zones(stack: Stack) -> Findings:
    """Neptune clusters must have instances in two Availability Zones or more.

    With instances in only one zone, an outage of that zone stops the database until a new instance
    is created.

    References: Security Hub Neptune.9, Config neptune-cluster-multi-az-enabled,
    cdk-nag AwsSolutions-N1
    """
    for cluster in stack.of_type(aws.NEPTUNE_CLUSTER):
        if is_in_one_zone(stack, cluster, INSTANCE):
            yield cluster.finding(
                f"The Neptune cluster '{cluster.name}' must have instances in two Availability"
                " Zones or more: add aws.neptune.ClusterInstances with its cluster_identifier and"
                " different availability_zone."
            )

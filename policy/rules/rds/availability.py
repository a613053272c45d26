"""Rules on backups and availability of RDS databases."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.backup_plans import SELECTION, findings_outside_plans
from policy.engine.requirement import noun
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_not_true, is_true, number
from policy.engine.zones import is_in_one_zone
from policy.rules.rds.engines import engine_parts

_SOURCES = ("replicateSourceDb", "replicationSourceIdentifier")


@rule(aws.RDS_INSTANCE)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def rds_multi_az(database: Resource) -> Messages:
    """Database instances must have a standby in another Availability Zone.

    Without a standby, an Availability Zone outage makes the database unavailable.

    References: FSBP RDS.5, CIS 7.0 3.2.4, Config rds-multi-az-support, Checkov CKV_AWS_157,
    cdk-nag AwsSolutions-RDS3
    """
    multi = database.get("multiAz")
    if multi is UNKNOWN or is_true(multi) or _is_replica(database, "replicateSourceDb"):
        return
    yield (
        f"The database instance '{database.name}' must have a standby in another Availability Zone:"
        " set multi_az=True."
    )


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    params={"minDays": 7},
    remediate=lambda database: {"backupRetentionPeriod": database.params["minDays"]},
)
@classify("reliability", "resilience", "medium", "mandatory")
def rds_backup_retention(database: Resource) -> Messages:
    """Databases must keep backups for a week or more.

    Data errors are often found days later; older backups are needed to recover from them.

    References: FSBP RDS.11 (rds/instance), FSBP RDS.50 (rds/cluster),
    Config db-instance-backup-enabled, Config rds-cluster-backup-retention-check,
    Checkov CKV_AWS_133, cdk-nag AwsSolutions-RDS13
    Remediation: Raise backup_retention_period to the least number of days.
    """
    days, least = database.get("backupRetentionPeriod"), database.params["minDays"]
    if days is UNKNOWN or _is_replica(database, *_SOURCES) or (number(days) or 0) >= least:
        return
    yield (
        f"The database '{database.name}' must keep backups longer: set backup_retention_period to"
        f" {least:.0f} or more."
    )


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    aws.RDS_GLOBAL_CLUSTER,
    remediate=lambda _: {"deletionProtection": True},
)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def rds_deletion_protection(database: Resource) -> Messages:
    """Databases must be protected against deletion.

    A database deleted by mistake usually loses its automated backups as well.

    References: FSBP RDS.7 (rds/cluster rds/globalCluster), FSBP RDS.8 (rds/instance),
    Config rds-instance-deletion-protection-enabled,
    Config rds-cluster-deletion-protection-enabled,
    Config aurora-global-database-deletion-protection-enabled, Checkov CKV_AWS_139,
    Checkov CKV_AWS_293, cdk-nag AwsSolutions-RDS10
    Remediation: Set deletion_protection to True.
    """
    protected = database.get("deletionProtection")
    if protected is UNKNOWN or is_true(protected) or _is_replica(database, "replicateSourceDb"):
        return
    yield (
        f"The database '{database.name}' must be protected against deletion: set"
        " deletion_protection=True."
    )


def _with_snapshot(database: Resource) -> dict[str, Any]:
    named = not is_missing(database.props.get("finalSnapshotIdentifier"))
    return {"skipFinalSnapshot": False} if named else {}


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, remediate=_with_snapshot)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def rds_final_snapshot(database: Resource) -> Messages:
    """Databases must create a final snapshot when they are deleted.

    Without a final snapshot, the data of a deleted database may be unrecoverable.

    Remediation: Set skip_final_snapshot to False where final_snapshot_identifier is given.
    """
    if is_true(database.get("skipFinalSnapshot")) and not _is_replica(
        database, "replicateSourceDb"
    ):
        yield (
            f"The database '{database.name}' must create a final snapshot: set"
            " skip_final_snapshot=False and final_snapshot_identifier."
        )


def _is_replica(database: Resource, *sources: str) -> bool:
    return any(not database.is_missing(one) for one in sources)


@stack_rule(aws.RDS_CLUSTER, aws.RDS_CLUSTER_INSTANCE)
@classify("reliability", "resilience", "medium", "advisory", when="production")
def rds_cluster_spans_zones(stack: Stack) -> Findings:
    """Database clusters must have instances in two Availability Zones or more.

    With instances in only one zone, an outage of that zone stops the database until a new instance
    is created.

    References: FSBP RDS.15, Config rds-cluster-multi-az-enabled
    """
    for cluster in stack.of_type(aws.RDS_CLUSTER):
        if not cluster.is_missing("dbClusterInstanceClass"):
            continue
        if cluster.get("engineMode") in ("serverless", UNKNOWN):
            continue
        if is_in_one_zone(stack, cluster, aws.RDS_CLUSTER_INSTANCE):
            yield cluster.finding(
                f"The database cluster '{cluster.name}' must have instances in two Availability"
                " Zones or more: add ClusterInstances with its cluster_identifier and different"
                " availability_zone."
            )


@stack_rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, SELECTION)
@classify("reliability", "resilience", "medium", "mandatory")
def rds_in_backup_plan(stack: Stack) -> Findings:
    """Databases must be in a backup plan.

    A database's own backups are lost with the account. A backup plan can copy them to another
    account.

    References: Security Hub RDS.26, Config rds-in-backup-plan,
    Config rds-resources-protected-by-backup-plan, Checkov CKV2_AWS_8
    """
    databases = stack.of_type(aws.RDS_INSTANCE, aws.RDS_CLUSTER)
    originals = [one for one in databases if one.is_missing("replicateSourceDb")]
    yield from findings_outside_plans(stack, "database", originals)


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, remediate=lambda _: {"copyTagsToSnapshot": True})
@classify("audit", "tags", "low", "advisory")
def rds_tags_on_snapshots(database: Resource) -> Findings:
    """Databases must copy tags to snapshots.

    Untagged snapshots cannot be allocated to a service or its costs.

    References: FSBP RDS.16 (cluster-aurora-mysql cluster-aurora-postgresql),
    FSBP RDS.17 (rds/instance), FSBP RDS.47 (cluster-postgres), FSBP RDS.48 (cluster-mysql),
    Checkov CKV_AWS_313, Checkov CKV2_AWS_60
    """
    if is_not_true(database.get("copyTagsToSnapshot")):
        yield database.finding(
            f"The {noun(database.type)} '{database.name}' must copy tags to snapshots: set"
            " copy_tags_to_snapshot=True.",
            *engine_parts(database, database.get("engine")),
        )

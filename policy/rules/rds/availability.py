"""Rules on backups and availability of RDS databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.backup_plans import SELECTION, covers
from policy.engine.requirement import require_value
from policy.engine.resource_types import (
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_GLOBAL_CLUSTER,
    RDS_INSTANCE,
)
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

_SOURCES = ("replicateSourceDb", "replicationSourceIdentifier")


@rule(
    RDS_INSTANCE,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="Without a standby, an Availability Zone outage makes the database unavailable.",
    references=(
        "FSBP RDS.5",
        "CIS 7.0 3.2.4",
        "Config rds-multi-az-support",
        "Checkov CKV_AWS_157",
        "cdk-nag AwsSolutions-RDS3",
    ),
)
def rds_multi_az(database: Resource) -> Iterator[str]:
    """Database instances must have a standby in another Availability Zone."""
    multi = database.get("multiAz")
    if multi is UNKNOWN or is_true(multi) or _is_replica(database, "replicateSourceDb"):
        return
    yield (
        f"The database instance '{database.name}' must have a standby in another Availability Zone:"
        " set multi_az=True."
    )


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Data errors are often found days later; older backups are needed to recover from them.",
    params={"minDays": 7},
    references=(
        "FSBP RDS.11",
        "Config db-instance-backup-enabled",
        "Config rds-cluster-backup-retention-check",
        "Checkov CKV_AWS_133",
        "cdk-nag AwsSolutions-RDS13",
    ),
    remediation="Raise backup_retention_period to the least number of days.",
    remediate=lambda database: {"backupRetentionPeriod": database.params["minDays"]},
)
def rds_backup_retention(database: Resource) -> Iterator[str]:
    """Databases must keep backups for a week or more."""
    days, least = database.get("backupRetentionPeriod"), database.params["minDays"]
    if days is UNKNOWN or _is_replica(database, *_SOURCES) or (number(days) or 0) >= least:
        return
    yield (
        f"The database '{database.name}' must keep backups longer: set backup_retention_period to"
        f" {least:.0f} or more."
    )


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    RDS_GLOBAL_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="A database deleted by mistake usually loses its automated backups as well.",
    references=(
        "FSBP RDS.7",
        "FSBP RDS.8",
        "Config rds-instance-deletion-protection-enabled",
        "Config rds-cluster-deletion-protection-enabled",
        "Config aurora-global-database-deletion-protection-enabled",
        "Checkov CKV_AWS_139",
        "Checkov CKV_AWS_293",
        "cdk-nag AwsSolutions-RDS10",
    ),
    remediation="Set deletion_protection to True.",
    remediate=lambda _: {"deletionProtection": True},
)
def rds_deletion_protection(database: Resource) -> Iterator[str]:
    """Databases must be protected against deletion."""
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


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="Without a final snapshot, the data of a deleted database may be unrecoverable.",
    remediation="Set skip_final_snapshot to False where final_snapshot_identifier is given.",
    remediate=_with_snapshot,
)
def rds_final_snapshot(database: Resource) -> Iterator[str]:
    """Databases must create a final snapshot when they are deleted."""
    if is_true(database.get("skipFinalSnapshot")) and not _is_replica(
        database, "replicateSourceDb"
    ):
        yield (
            f"The database '{database.name}' must create a final snapshot: set"
            " skip_final_snapshot=False and final_snapshot_identifier."
        )


def _is_replica(database: Resource, *sources: str) -> bool:
    return any(not database.is_missing(one) for one in sources)


@stack_rule(
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why=(
        "With instances in only one zone, an outage of that zone stops the database until a new"
        " instance is created."
    ),
    references=("FSBP RDS.15", "Config rds-cluster-multi-az-enabled"),
)
def rds_cluster_spans_zones(stack: Stack) -> Iterator[Finding]:
    """Database clusters must have instances in two Availability Zones or more."""
    for cluster in stack.of_type(RDS_CLUSTER):
        if not cluster.is_missing("dbClusterInstanceClass"):
            continue
        if cluster.get("engineMode") in ("serverless", UNKNOWN):
            continue
        if _is_in_one_zone(stack, cluster):
            text = (
                f"The database cluster '{cluster.name}' must have instances in two Availability"
                " Zones or more: add ClusterInstances with its cluster_identifier and different"
                " availability_zone."
            )
            yield Finding(text, cluster.urn)


def _is_in_one_zone(stack: Stack, cluster: Resource) -> bool:
    zones = [
        one.get("availabilityZone")
        for one in stack.of_type(RDS_CLUSTER_INSTANCE)
        if stack.refers_to(one, "clusterIdentifier", cluster)
        or stack.is_undetermined(one, "clusterIdentifier")
    ]
    known = {one for one in zones if isinstance(one, str) and one}
    undecided = [one for one in zones if not isinstance(one, str) or not one]
    return len(known) + len(undecided) < 2  # noqa: PLR2004 - two zones, as the message says


@stack_rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    SELECTION,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "A database's own backups are lost with the account. A backup plan can copy them to"
        " another account."
    ),
    references=(
        "FSBP RDS.26",
        "Config rds-in-backup-plan",
        "Config rds-resources-protected-by-backup-plan",
        "Checkov CKV2_AWS_8",
    ),
)
def rds_in_backup_plan(stack: Stack) -> Iterator[Finding]:
    """Databases must be in a backup plan."""
    selections = stack.of_type(SELECTION)
    for database in stack.of_type(RDS_INSTANCE, RDS_CLUSTER):
        if not database.is_missing("replicateSourceDb"):
            continue
        if not any(covers(stack, one, database) for one in selections):
            text = (
                f"The database '{database.name}' must be in a backup plan: add its ARN to resources"
                " of an aws.backup.Selection, or a tag that its selection_tags match."
            )
            yield Finding(text, database.urn)


@require_value(
    RDS_INSTANCE,
    RDS_CLUSTER,
    path="copyTagsToSnapshot",
    remediates=True,
    pack=Pack.AUDIT,
    concern=Concern.TAGS,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Untagged snapshots cannot be allocated to a service or its costs.",
    references=("FSBP RDS.16", "FSBP RDS.17", "Checkov CKV_AWS_313", "Checkov CKV2_AWS_60"),
)
def rds_tags_on_snapshots() -> None:
    """Databases must copy tags to snapshots."""

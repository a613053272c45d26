"""Rules on Amazon DocumentDB."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import at_least, includes, require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

PARAMETER_GROUP = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"


@require_value(aws.DOCDB_CLUSTER, path="storageEncrypted")
@classify("security", "data", "medium", "mandatory")
def docdb_encrypted() -> None:
    """DocumentDB clusters must be encrypted at rest.

    Unencrypted storage and snapshots can be read by anyone who obtains them.

    References: FSBP DocumentDB.1, Config docdb-cluster-encrypted, Checkov CKV_AWS_74,
    cdk-nag AwsSolutions-DOC1
    """


@require_value(
    aws.DOCDB_CLUSTER, path="backupRetentionPeriod", value=at_least(7), hint="to 7 or more"
)
@classify("reliability", "resilience", "medium", "mandatory")
def docdb_backup_retention() -> None:
    """DocumentDB clusters must keep backups for a week or more.

    Data errors are often found days later; the default of one day is too short to recover from
    them.

    References: FSBP DocumentDB.2, Config docdb-cluster-backup-retention-check, Checkov CKV_AWS_360,
    cdk-nag AwsSolutions-DOC4
    """


@require_value(
    aws.DOCDB_CLUSTER,
    path="enabledCloudwatchLogsExports",
    value=includes("audit"),
    hint='to a list with "audit"',
)
@classify("audit", "audit", "medium", "mandatory")
def docdb_audit_logs() -> None:
    """DocumentDB clusters must publish audit logs to CloudWatch Logs.

    Audit logs record who signed in, and who created or dropped collections and indexes.

    References: FSBP DocumentDB.4, Config docdb-cluster-audit-logging-enabled, Checkov CKV_AWS_85,
    cdk-nag AwsSolutions-DOC5
    """


@require_value(aws.DOCDB_CLUSTER, path="deletionProtection", remediates=True)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def docdb_deletion_protection() -> None:
    """DocumentDB clusters must be protected against deletion.

    A cluster deleted by mistake loses its automated backups as well.

    References: FSBP DocumentDB.5, Config docdb-cluster-deletion-protection-enabled
    """


@rule(
    aws.DOCDB_CLUSTER,
    PARAMETER_GROUP,
    params={"allowedValues": ["tls1.2+", "tls1.3+", "fips-140-3"]},
)
@classify("security", "data", "medium", "mandatory")
def docdb_tls(resource: Resource) -> Messages:
    """DocumentDB clusters must require TLS 1.2 or later.

    Without TLS, passwords and documents can be read in transit; the default parameter group accepts
    every TLS version.

    References: FSBP DocumentDB.6, Config docdb-cluster-encrypted-in-transit, Checkov CKV_AWS_90
    """
    allowed = resource.params["allowedValues"]
    if resource.type == aws.DOCDB_CLUSTER:
        group = resource.get("dbClusterParameterGroupName")
        if is_missing(group) or str(group).startswith("default."):
            yield (
                f"The DocumentDB cluster '{resource.name}' must require TLS: set"
                " db_cluster_parameter_group_name to an aws.docdb.ClusterParameterGroup."
            )
        return
    given = as_list(resource.get("parameters"))
    names = [one.get("name") if is_object(one) else one for one in given]
    if resource.get("parameters") is UNKNOWN or any(one is UNKNOWN for one in names):
        return
    values = [one.get("value") for one in given if is_object(one) and one.get("name") == "tls"]
    if not values or any(one is not UNKNOWN and one not in allowed for one in values):
        yield (
            f"The DocumentDB parameter group '{resource.name}' must require TLS: add to parameters"
            f' the name "tls" with the value {" or ".join(allowed)}.'
        )

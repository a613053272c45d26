"""Rules on encryption of RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_missing, is_true


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, aws.RDS_GLOBAL_CLUSTER)
@classify("security", "data", "high", "mandatory")
def rds_storage_encrypted(database: Resource) -> Messages:
    """Databases must be encrypted at rest.

    Unencrypted storage and snapshots can be read by anyone who obtains a copy.

    References: FSBP RDS.3 (rds/instance), FSBP RDS.27 (rds/cluster rds/globalCluster),
    CIS 3.0 2.3.1, CIS 7.0 3.2.1, Config rds-storage-encrypted,
    Config rds-cluster-encrypted-at-rest, Config aurora-global-database-encryption-at-rest,
    Checkov CKV_AWS_16, Checkov CKV_AWS_96, Checkov CKV_AWS_140, cdk-nag AwsSolutions-RDS2
    """
    encrypted = database.get("storageEncrypted")
    if encrypted is UNKNOWN or is_true(encrypted) or database.get("engineMode") == "serverless":
        return
    replica = not database.is_missing("replicateSourceDb") and not database.is_missing("kmsKeyId")
    if replica or not database.is_missing("sourceDbClusterIdentifier"):
        return
    yield f"The database '{database.name}' must be encrypted at rest: set storage_encrypted=True."


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER_INSTANCE,
    aws.RDS_CLUSTER,
    remediate=lambda database: (
        {"publiclyAccessible": False}
        if database.type != aws.RDS_CLUSTER or not database.is_missing("dbClusterInstanceClass")
        else None
    ),
)
@classify("security", "data", "critical", "mandatory")
def rds_not_public(database: Resource) -> Messages:
    """Databases must not be publicly accessible.

    A publicly accessible database can be attacked from the internet.

    References: FSBP RDS.2, CIS 3.0 2.3.3, CIS 7.0 3.2.3, Config rds-instance-public-access-check,
    Checkov CKV_AWS_17
    Remediation: Set publicly_accessible to False.
    """
    public = database.get("publiclyAccessible")
    if is_missing(public) and database.type == aws.RDS_CLUSTER:
        multi_az = not database.is_missing("dbClusterInstanceClass")
        public = multi_az and database.is_missing("dbSubnetGroupName")
    if is_true(public):
        yield (
            f"The database '{database.name}' must not be publicly accessible: set"
            " publicly_accessible=False."
        )

"""Rules on encryption of RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_true, number
from policy.rules.rds.engines import engine_parts

PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
TLS_BY_DEFAULT = {"postgres": 15, "aurora-postgresql": 17}
"""Engine -> first major version whose default parameter group requires TLS."""


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


@stack_rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP)
@classify("security", "data", "medium", "mandatory")
def rds_tls_forced(stack: Stack) -> Findings:
    """Databases must require TLS.

    Without enforced TLS, a client can send passwords and data unencrypted.

    References: FSBP RDS.38 (instance-postgres), FSBP RDS.39 (instance-mysql),
    FSBP RDS.41 (instance-sqlserver), FSBP RDS.44 (instance-mariadb),
    Config rds-postgres-instance-encrypted-in-transit,
    Config rds-mysql-instance-encrypted-in-transit,
    Config rds-mariadb-instance-encrypted-in-transit, Config rds-sqlserver-encrypted-in-transit,
    Checkov CKV2_AWS_69
    """
    for database in stack.of_type(aws.RDS_INSTANCE, aws.RDS_CLUSTER):
        path, group_type = (
            ("dbClusterParameterGroupName", CLUSTER_PARAMETER_GROUP)
            if database.type == aws.RDS_CLUSTER
            else ("parameterGroupName", PARAMETER_GROUP)
        )
        groups = stack.references(database, path, group_type)
        if groups:
            engine = database.get("engine") or groups[0].get("family")
            forced = all(_forces_tls(group, engine) for group in groups)
        elif database.get(path) is UNKNOWN or not database.is_missing(path):
            continue  # a parameter group outside the stack has unknown parameters
        else:
            engine = database.get("engine")
            forced = _forced_by_default(engine, database.get("engineVersion"))
        setting, value = _setting(engine)
        if setting and not forced:
            yield database.finding(
                f"The database '{database.name}' must require TLS: set the parameter {setting} to"
                f" {value} in the parameter group of {path}.",
                *engine_parts(database, engine),
            )


def _setting(engine: object) -> tuple[str, str]:
    """Return the parameter that requires TLS for *engine* and its value, or two empty strings."""
    name = str(engine)
    if "postgres" in name or "sqlserver" in name:
        return "rds.force_ssl", "1"
    if "mysql" in name or "mariadb" in name:
        return "require_secure_transport", "1"
    return "", ""


def _forces_tls(group: Resource, engine: object) -> bool:
    setting, _ = _setting(engine)
    parameters = group.get("parameters")
    if parameters is UNKNOWN or not setting:
        return True
    for entry in group.entries("parameters"):
        if entry.get("name") == setting:
            value = entry.get("value")
            return value is UNKNOWN or number(value) == 1 or str(value).upper() == "ON"
    return False


def _forced_by_default(engine: object, version: object) -> bool:
    if version is UNKNOWN or engine is UNKNOWN:
        return True
    first = TLS_BY_DEFAULT.get(str(engine))
    major = number(str(version).split(".", maxsplit=1)[0])
    return first is not None and major is not None and major >= first

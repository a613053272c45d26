"""Rules on versions, ports and proxies of RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_false, is_missing, number

CLUSTER_SNAPSHOT_COPY = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"
INSTANCE_AUTOMATED_BACKUPS_REPLICATION = (
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
)
SNAPSHOT_COPY = "aws:rds/snapshotCopy:SnapshotCopy"
DEFAULT_PORTS = {
    "mysql": 3306,
    "mariadb": 3306,
    "postgres": 5432,
    "oracle": 1521,
    "sqlserver": 1433,
    "db2": 50000,
}
EVENT_SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
_EVENT_SOURCES = {aws.RDS_CLUSTER: "db-cluster", aws.RDS_INSTANCE: "db-instance"}
_GROUP_SOURCES = ["db-parameter-group", "db-security-group"]
"""Sources of events on groups, which every database has."""


@require_value(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER_INSTANCE,
    aws.RDS_CLUSTER,
    path="autoMinorVersionUpgrade",
    default=True,
    remediates=True,
)
@classify("security", "data", "high", "mandatory")
def rds_minor_upgrades() -> None:
    """Databases must install minor versions automatically.

    Minor versions contain security fixes.

    References: FSBP RDS.13 (rds/instance rds/clusterInstance), FSBP RDS.35 (rds/cluster),
    CIS 3.0 2.3.2, CIS 7.0 3.2.2, Config rds-automatic-minor-version-upgrade-enabled,
    Config rds-cluster-auto-minor-version-upgrade-enable, Checkov CKV_AWS_226
    """


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER)
@classify("security", "data", "low", "advisory")
def rds_port_not_default(database: Resource) -> Messages:
    """Databases must not listen on the default port of their engine.

    Automated scans try the default ports first.

    References: FSBP RDS.23, cdk-nag AwsSolutions-RDS11
    """
    port, engine = database.get("port"), database.get("engine")
    if port is UNKNOWN or (not is_missing(port) and not isinstance(engine, str)):
        return
    default = _default_port(engine)
    if is_missing(port) or (default is not None and number(port) == default):
        yield (
            f"The database '{database.name}' must not listen on the default port of its engine: set"
            f" port to another number{f' than {default}' if default else ''}."
        )


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    params={
        "defaultNames": [
            "admin",
            "administrator",
            "awsuser",
            "master",
            "postgres",
            "rdsadmin",
            "root",
            "sa",
        ]
    },
)
@classify("security", "data", "medium", "advisory")
def rds_admin_name_not_default(database: Resource) -> Messages:
    """Databases must not have a default administrator name.

    A well-known administrator name makes password guessing easier.

    References: FSBP RDS.24 (rds/cluster), FSBP RDS.25 (rds/instance),
    Config rds-instance-default-admin-check, Config rds-cluster-default-admin-check
    """
    cluster = database.type == aws.RDS_CLUSTER
    path, argument = ("masterUsername", "master_username") if cluster else ("username", "username")
    name = database.get(path)
    if isinstance(name, str) and name.lower() in database.params["defaultNames"]:
        yield (
            f"The database '{database.name}' must not have the default administrator name: set"
            f" {argument} to something other than {name}."
        )


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER_INSTANCE,
    params={"current": ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]},
)
@classify("security", "data", "medium", "advisory")
def rds_certificate_authority_current(database: Resource) -> Messages:
    """Databases must have certificates of a current certificate authority.

    TLS connections that verify the certificate fail when its certificate authority expires.

    References: Checkov CKV_AWS_211
    """
    authority, current = database.get("caCertIdentifier"), database.params["current"]
    if not is_missing(authority) and authority not in (*current, UNKNOWN):
        yield (
            f"The database '{database.name}' must have a certificate of a current certificate"
            f" authority: set ca_cert_identifier to {current[0]}, or remove it."
        )


@require_value(
    SNAPSHOT_COPY,
    CLUSTER_SNAPSHOT_COPY,
    INSTANCE_AUTOMATED_BACKUPS_REPLICATION,
    path="kmsKeyId",
    value=is_set,
)
@classify("security", "data", "medium", "mandatory")
def rds_copies_encrypted() -> None:
    """Database snapshot copies must be encrypted.

    A snapshot copy contains the same data as the database.

    References: FSBP RDS.4, Checkov CKV_AWS_245, Checkov CKV_AWS_266
    """


def _default_port(engine: object) -> int | None:
    """Return the default port of *engine*, such as "aurora-postgresql" or "oracle-ee"."""
    name = str(engine).removeprefix("aurora-").removeprefix("custom-")
    if name == "aurora":
        return DEFAULT_PORTS["mysql"]
    return next((port for start, port in DEFAULT_PORTS.items() if name.startswith(start)), None)


@stack_rule(*_EVENT_SOURCES, EVENT_SUBSCRIPTION, params={"groupSources": _GROUP_SOURCES})
@classify("audit", "observability", "low", "advisory", when="opted-in")
def rds_event_subscriptions(stack: Stack) -> Findings:
    """Databases must have event subscriptions for themselves and for their groups.

    Without them, failures, maintenance and changed parameters of a database go unnoticed.

    References: FSBP RDS.19 (db-cluster), FSBP RDS.20 (db-instance),
    FSBP RDS.21 (db-parameter-group), FSBP RDS.22 (db-security-group)
    """
    subscriptions = [
        one for one in stack.of_type(EVENT_SUBSCRIPTION) if not is_false(one.get("enabled"))
    ]
    sources = [one.get("sourceType") for one in subscriptions]
    if any(one is UNKNOWN or is_missing(one) for one in sources):
        return  # a subscription without a source type is for all
    for database in stack.of_type(*_EVENT_SOURCES):
        wanted = [_EVENT_SOURCES[database.type], *stack.params["groupSources"]]
        lacking = [one for one in wanted if one not in sources]
        if lacking:
            yield database.finding(
                f"The database '{database.name}' must have event subscriptions: add an"
                f" aws.rds.EventSubscription with source_type {', '.join(lacking)}.",
                *lacking,
            )

"""Rules on TLS between clients, proxies and RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, number
from policy.rules.rds.engines import engine_parts

PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
OPTION_GROUP = "aws:rds/optionGroup:OptionGroup"
TLS_BY_DEFAULT = {"postgres": 15, "aurora-postgresql": 17}
"""Engine -> first major version whose default parameter group requires TLS."""
SETTINGS = {
    "postgres": ("rds.force_ssl", "1"),
    "sqlserver": ("rds.force_ssl", "1"),
    "mysql": ("require_secure_transport", "1"),
    "mariadb": ("require_secure_transport", "1"),
    "db2": ("db2comm", "SSL"),
}
"""Part of an engine's name -> the parameter that requires TLS, and its value."""
ORACLE_OPTIONS = ("SSL", "NATIVE_NETWORK_ENCRYPTION")


@stack_rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP)
@classify("security", "data", "medium", "mandatory")
def rds_tls_forced(stack: Stack) -> Findings:
    """Databases must require TLS.

    Without enforced TLS, a client can send passwords and data unencrypted. Oracle has no such
    parameter: see rds-oracle-tls-option.

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
    return next((found for part, found in SETTINGS.items() if part in name), ("", ""))


def _forces_tls(group: Resource, engine: object) -> bool:
    setting, wanted = _setting(engine)
    parameters = group.get("parameters")
    if parameters is UNKNOWN or not setting:
        return True
    for entry in group.entries("parameters"):
        if str(entry.get("name")).lower() == setting:
            value = entry.get("value")
            accepted = (wanted, "ON") if wanted == "1" else (wanted,)
            return value is UNKNOWN or str(value).upper() in accepted or number(value) == 1
    return False


def _forced_by_default(engine: object, version: object) -> bool:
    if version is UNKNOWN or engine is UNKNOWN:
        return True
    first = TLS_BY_DEFAULT.get(str(engine))
    major = number(str(version).split(".", maxsplit=1)[0])
    return first is not None and major is not None and major >= first


@stack_rule(aws.RDS_INSTANCE, OPTION_GROUP)
@classify("security", "data", "medium", "mandatory")
def rds_oracle_tls_option(stack: Stack) -> Findings:
    """Oracle databases must have an option that encrypts connections.

    Without the option SSL or native network encryption, passwords and data are sent unencrypted.
    """
    for database in stack.of_type(aws.RDS_INSTANCE):
        if "oracle" not in str(database.get("engine")) or _is_encrypting(stack, database):
            continue
        yield database.finding(
            f"The database '{database.name}' must have an option that encrypts connections: add"
            f" {' or '.join(ORACLE_OPTIONS)} to the options of its option_group_name."
        )


def _is_encrypting(stack: Stack, database: Resource) -> bool:
    groups = stack.references(database, "optionGroupName", OPTION_GROUP)
    if not groups:  # an option group outside the stack has unknown options
        return not database.is_missing("optionGroupName")
    return all(
        group.get("options") is UNKNOWN
        or any(
            entry.get("optionName") in (*ORACLE_OPTIONS, UNKNOWN)
            for entry in group.entries("options")
        )
        for group in groups
    )


@require_value(aws.RDS_PROXY, path="requireTls")
@classify("security", "data", "high", "mandatory")
def rds_proxy_requires_tls() -> None:
    """Database proxies must require TLS.

    Without required TLS, clients can send passwords and data to the proxy unencrypted.

    References: FSBP RDS.43, Config rds-proxy-tls-encryption
    """

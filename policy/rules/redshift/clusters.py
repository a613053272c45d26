"""Rules on Redshift clusters and parameter groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import noun, require_value
from policy.engine.resource_types import (
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    REDSHIFT_SERVERLESS_WORKGROUP,
)
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

REDSHIFT_PARAMETER_GROUP = "aws:redshift/parameterGroup:ParameterGroup"


@require_value(
    REDSHIFT_CLUSTER,
    path="encrypted",
    default=True,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A warehouse contains copies of data from many services.",
    references=(
        "FSBP Redshift.10",
        "Config redshift-cluster-configuration-check",
        "Checkov CKV_AWS_64",
        "cdk-nag AwsSolutions-RS6",
    ),
)
def redshift_encrypted() -> None:
    """Redshift clusters must be encrypted at rest."""


@require_value(
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    path="kmsKeyId",
    value=is_customer_managed_key,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why=(
        "A customer managed key's policy controls who can decrypt the data, and access can be"
        " revoked."
    ),
    references=(
        "Config redshift-cluster-kms-enabled",
        "Config redshift-serverless-namespace-cmk-encryption",
        "Checkov CKV_AWS_142",
    ),
)
def redshift_own_key() -> None:
    """Redshift clusters and namespaces with sensitive data must have a customer managed key."""


@rule(
    REDSHIFT_PARAMETER_GROUP,
    REDSHIFT_SERVERLESS_WORKGROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without enforced TLS, a client can send passwords and data unencrypted.",
    references=(
        "FSBP Redshift.2",
        "Config redshift-require-tls-ssl",
        "Config redshift-serverless-workgroup-encrypted-in-transit",
        "Checkov CKV_AWS_105",
        "cdk-nag AwsSolutions-RS1",
    ),
)
def redshift_parameter_group_requires_tls(group: Resource) -> Iterator[str]:
    """Redshift parameter groups and workgroups must require TLS."""
    serverless = group.type == REDSHIFT_SERVERLESS_WORKGROUP
    path, key, value = (
        ("configParameters", "parameterKey", "parameterValue")
        if serverless
        else ("parameters", "name", "value")
    )
    given = group.get(path)
    if given is UNKNOWN or UNKNOWN in as_list(given):
        return
    found = [
        one.get(value) for one in group.entries(path) if one.get(key) in ("require_ssl", UNKNOWN)
    ]
    if not any(one is UNKNOWN or is_true(one) for one in found):
        argument = "config_parameters" if serverless else "parameters"
        yield (
            f"The {noun(group.type)} '{group.name}' must require TLS: set require_ssl to true in"
            f" {argument}."
        )


@stack_rule(
    REDSHIFT_CLUSTER,
    REDSHIFT_PARAMETER_GROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="The default parameter group cannot be modified and does not require TLS.",
    references=("FSBP Redshift.2",),
)
def redshift_cluster_has_parameter_group(stack: Stack) -> Iterator[Finding]:
    """Redshift clusters must not have the default parameter group."""
    for cluster in stack.of_type(REDSHIFT_CLUSTER):
        group = cluster.get("clusterParameterGroupName")
        if is_missing(group) or str(group).startswith("default."):
            yield Finding(
                f"The Redshift cluster '{cluster.name}' must not have the default parameter group:"
                " set cluster_parameter_group_name to an aws.redshift.ParameterGroup.",
                cluster.urn,
            )


@rule(
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A well-known administrator name makes password guessing easier.",
    references=(
        "FSBP Redshift.8",
        "Config redshift-default-admin-check",
        "Config redshift-serverless-default-admin-check",
    ),
)
def redshift_admin_name_not_default(warehouse: Resource) -> Iterator[str]:
    """Redshift clusters and namespaces must not have the default administrator name."""
    serverless = warehouse.type != REDSHIFT_CLUSTER
    name = warehouse.get("adminUsername" if serverless else "masterUsername")
    default = "admin" if serverless else "awsuser"
    if name == default or (serverless and is_missing(name)):
        argument = "admin_username" if serverless else "master_username"
        yield (
            f"The {noun(warehouse.type)} '{warehouse.name}' must not have the default administrator"
            f" name: set {argument} to something other than {default}."
        )


@rule(
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A well-known database name makes attacks on the warehouse easier.",
    references=(
        "FSBP Redshift.9",
        "Config redshift-default-db-name-check",
        "Config redshift-serverless-default-db-name-check",
        "Checkov CKV_AWS_320",
    ),
)
def redshift_database_name_not_default(warehouse: Resource) -> Iterator[str]:
    """Redshift clusters and namespaces must not have the default database name."""
    serverless = warehouse.type != REDSHIFT_CLUSTER
    name = warehouse.get("dbName" if serverless else "databaseName")
    if is_missing(name) or name == "dev":
        yield (
            f"The {noun(warehouse.type)} '{warehouse.name}' must not have the default database"
            f" name: set {'db_name' if serverless else 'database_name'} to something other than"
            " dev."
        )


@require_value(
    REDSHIFT_CLUSTER,
    path="allowVersionUpgrade",
    default=True,
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="New versions contain security fixes.",
    references=(
        "FSBP Redshift.6",
        "Config redshift-cluster-maintenancesettings-check",
        "Checkov CKV_AWS_141",
    ),
)
def redshift_version_upgrades() -> None:
    """Redshift clusters must install new versions automatically."""

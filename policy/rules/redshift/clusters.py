"""Rules on Redshift clusters and parameter groups."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import noun, require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true

REDSHIFT_PARAMETER_GROUP = "aws:redshift/parameterGroup:ParameterGroup"


@require_value(aws.REDSHIFT_CLUSTER, path="encrypted", default=True)
@classify("security", "data", "medium", "mandatory")
def redshift_encrypted() -> None:
    """Redshift clusters must be encrypted at rest.

    A warehouse contains copies of data from many services.

    References: FSBP Redshift.10, Config redshift-cluster-configuration-check, Checkov CKV_AWS_64,
    cdk-nag AwsSolutions-RS6
    """


@require_value(
    aws.REDSHIFT_CLUSTER,
    aws.REDSHIFT_SERVERLESS_NAMESPACE,
    path="kmsKeyId",
    value=is_customer_managed_key,
)
@classify("security", "data", "low", "advisory", when="sensitive")
def redshift_own_key() -> None:
    """Redshift clusters and namespaces with sensitive data must have a customer managed key.

    A customer managed key's policy controls who can decrypt the data, and access can be revoked.

    References: Security Hub RedshiftServerless.4, Config redshift-cluster-kms-enabled,
    Config redshift-serverless-namespace-cmk-encryption, Checkov CKV_AWS_142
    """


@rule(REDSHIFT_PARAMETER_GROUP, aws.REDSHIFT_SERVERLESS_WORKGROUP)
@classify("security", "data", "medium", "mandatory")
def redshift_parameter_group_requires_tls(group: Resource) -> Messages:
    """Redshift parameter groups and workgroups must require TLS.

    Without enforced TLS, a client can send passwords and data unencrypted.

    References: FSBP Redshift.2 (redshift/parameterGroup),
    FSBP RedshiftServerless.2 (redshiftserverless/workgroup), Config redshift-require-tls-ssl,
    Config redshift-serverless-workgroup-encrypted-in-transit, Checkov CKV_AWS_105,
    cdk-nag AwsSolutions-RS1
    """
    serverless = group.type == aws.REDSHIFT_SERVERLESS_WORKGROUP
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


@stack_rule(aws.REDSHIFT_CLUSTER, REDSHIFT_PARAMETER_GROUP)
@classify("security", "data", "medium", "mandatory")
def redshift_cluster_has_parameter_group(stack: Stack) -> Findings:
    """Redshift clusters must not have the default parameter group.

    The default parameter group cannot be modified and does not require TLS.

    References: FSBP Redshift.2
    """
    for cluster in stack.of_type(aws.REDSHIFT_CLUSTER):
        group = cluster.get("clusterParameterGroupName")
        if is_missing(group) or str(group).startswith("default."):
            yield cluster.finding(
                f"The Redshift cluster '{cluster.name}' must not have the default parameter group:"
                " set cluster_parameter_group_name to an aws.redshift.ParameterGroup."
            )


@rule(aws.REDSHIFT_CLUSTER, aws.REDSHIFT_SERVERLESS_NAMESPACE)
@classify("security", "data", "medium", "mandatory")
def redshift_admin_name_not_default(warehouse: Resource) -> Messages:
    """Redshift clusters and namespaces must not have the default administrator name.

    A well-known administrator name makes password guessing easier.

    References: FSBP Redshift.8 (redshift/cluster),
    FSBP RedshiftServerless.5 (redshiftserverless/namespace), Config redshift-default-admin-check,
    Config redshift-serverless-default-admin-check
    """
    serverless = warehouse.type != aws.REDSHIFT_CLUSTER
    name = warehouse.get("adminUsername" if serverless else "masterUsername")
    default = "admin" if serverless else "awsuser"
    if name == default or (serverless and is_missing(name)):
        argument = "admin_username" if serverless else "master_username"
        yield (
            f"The {noun(warehouse.type)} '{warehouse.name}' must not have the default administrator"
            f" name: set {argument} to something other than {default}."
        )


@rule(aws.REDSHIFT_CLUSTER, aws.REDSHIFT_SERVERLESS_NAMESPACE)
@classify("security", "data", "medium", "mandatory")
def redshift_database_name_not_default(warehouse: Resource) -> Messages:
    """Redshift clusters and namespaces must not have the default database name.

    A well-known database name makes attacks on the warehouse easier.

    References: Config redshift-default-db-name-check,
    Config redshift-serverless-default-db-name-check, Checkov CKV_AWS_320
    """
    serverless = warehouse.type != aws.REDSHIFT_CLUSTER
    name = warehouse.get("dbName" if serverless else "databaseName")
    if is_missing(name) or name == "dev":
        yield (
            f"The {noun(warehouse.type)} '{warehouse.name}' must not have the default database"
            f" name: set {'db_name' if serverless else 'database_name'} to something other than"
            " dev."
        )


@require_value(aws.REDSHIFT_CLUSTER, path="allowVersionUpgrade", default=True, remediates=True)
@classify("security", "data", "medium", "mandatory")
def redshift_version_upgrades() -> None:
    """Redshift clusters must install new versions automatically.

    New versions contain security fixes.

    References: FSBP Redshift.6, Config redshift-cluster-maintenancesettings-check,
    Checkov CKV_AWS_141
    """


@require_value(aws.REDSHIFT_CLUSTER, path="multiAz")
@classify("reliability", "resilience", "medium", "advisory", when="opted-in")
def redshift_multi_az() -> None:
    """Redshift clusters must be in several Availability Zones.

    Otherwise an outage of the Availability Zone makes the cluster unavailable.

    References: FSBP Redshift.18, Config redshift-cluster-multi-az-enabled
    """

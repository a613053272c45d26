"""Tests of policy.rules.redshift.clusters."""

from policy.rules.redshift.clusters import (
    redshift_admin_name_not_default,
    redshift_cluster_has_parameter_group,
    redshift_database_name_not_default,
    redshift_encrypted,
    redshift_own_key,
    redshift_parameter_group_requires_tls,
    redshift_version_upgrades,
)
from policy.testing import check, check_stack, resource, stack, unknown

CLUSTER = "aws:redshift/cluster:Cluster"
NAMESPACE = "aws:redshiftserverless/namespace:Namespace"
WHOLE = {
    "clusterIdentifier": "sales",
    "nodeType": "ra3.large",
    "masterUsername": "sales_owner",
    "databaseName": "sales",
    "kmsKeyId": "arn:aws:kms:eu-west-1:1:key/a",
    "clusterParameterGroupName": "sales",
}
SERVERLESS = {
    "namespaceName": "sales",
    "adminUsername": "sales_owner",
    "dbName": "sales",
    "kmsKeyId": "arn:aws:kms:eu-west-1:1:key/a",
}


def test_redshift_encrypted():
    check(
        redshift_encrypted,
        CLUSTER,
        WHOLE,
        kept=[{"encrypted": True}, {"encrypted": "true"}],
        broken=[{"encrypted": False}, {"encrypted": "false"}],
        unknown_at=["encrypted"],
    )


def test_redshift_own_key():
    for typ, whole in ((CLUSTER, WHOLE), (NAMESPACE, SERVERLESS)):
        check(
            redshift_own_key,
            typ,
            whole,
            kept=[{"kmsKeyId": None, "tags": {"data-class": "public"}}],
            broken=[{"kmsKeyId": None}, {"kmsKeyId": "alias/aws/redshift"}],
            unknown_at=["kmsKeyId"],
        )


def test_redshift_parameter_group_requires_tls():
    check(
        redshift_parameter_group_requires_tls,
        "aws:redshift/parameterGroup:ParameterGroup",
        {"family": "redshift-2.0", "parameters": [{"name": "require_ssl", "value": "true"}]},
        kept=[{"parameters": [{"name": "require_ssl", "value": unknown}]}],
        broken=[
            {"parameters": None},
            {"parameters": [{"name": "require_ssl", "value": "false"}]},
            {"parameters": [{"name": "enable_user_activity_logging", "value": "true"}]},
        ],
        unknown_at=["parameters"],
    )
    demanded = {"parameterKey": "require_ssl", "parameterValue": "true"}
    check(
        redshift_parameter_group_requires_tls,
        "aws:redshiftserverless/workgroup:Workgroup",
        {"workgroupName": "sales", "namespaceName": "sales", "configParameters": [demanded]},
        broken=[{"configParameters": None}],
        unknown_at=["configParameters"],
    )


def test_redshift_cluster_has_parameter_group():
    def cluster(**changes):
        return stack(resource(CLUSTER, "shop", WHOLE | changes))

    check_stack(
        redshift_cluster_has_parameter_group,
        kept=[cluster(), cluster(clusterParameterGroupName=unknown)],
        broken=[
            cluster(clusterParameterGroupName=None),
            cluster(clusterParameterGroupName="default.redshift-2.0"),
        ],
    )


def test_redshift_admin_name_not_default():
    check(
        redshift_admin_name_not_default,
        CLUSTER,
        WHOLE,
        kept=[{"masterUsername": None}],
        broken=[{"masterUsername": "awsuser"}],
        unknown_at=["masterUsername"],
    )
    check(
        redshift_admin_name_not_default,
        NAMESPACE,
        SERVERLESS,
        broken=[{"adminUsername": None}, {"adminUsername": "admin"}],
        unknown_at=["adminUsername"],
    )


def test_redshift_database_name_not_default():
    for typ, whole, path in (
        (CLUSTER, WHOLE, "databaseName"),
        (NAMESPACE, SERVERLESS, "dbName"),
    ):
        check(
            redshift_database_name_not_default,
            typ,
            whole,
            broken=[{path: None}, {path: "dev"}],
            unknown_at=[path],
        )


def test_redshift_version_upgrades():
    check(
        redshift_version_upgrades,
        CLUSTER,
        WHOLE,
        kept=[{"allowVersionUpgrade": True}],
        broken=[{"allowVersionUpgrade": False}],
        unknown_at=["allowVersionUpgrade"],
    )

"""Tests of policy.rules.redshift.clusters."""

from policy.rules.redshift.clusters import redshift_cluster_has_parameter_group, redshift_own_key
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

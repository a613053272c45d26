"""What the rules on the identity of services, stores and clusters accept and refuse."""

from policy.rules.identity.credentials import no_credentials_in_properties
from policy.rules.identity.ecs import ecs_efs_uses_iam, ecs_task_and_execution_role_differ
from policy.rules.identity.eks import eks_access_entries, eks_workload_identity
from policy.rules.identity.lambda_ import lambda_role_not_shared
from policy.rules.identity.opensearch import opensearch_fine_grained_access
from policy.rules.identity.rds import rds_iam_authentication, rds_password_managed
from policy.testing import check, check_stack, messages, resource, stack, unknown

TASK = "aws:ecs/taskDefinition:TaskDefinition"
EFS = {
    "fileSystemId": "fs-1",
    "authorizationConfig": {"iam": "ENABLED", "accessPointId": "fsap-1"},
}
WHOLE_TASK = {
    "family": "orders",
    "containerDefinitions": "[]",
    "taskRoleArn": "arn:aws:iam::1:role/orders",
    "executionRoleArn": "arn:aws:iam::1:role/starter",
    "volumes": [{"name": "data", "efsVolumeConfiguration": EFS}],
}


def test_ecs_task_and_execution_role_differ():
    check(
        ecs_task_and_execution_role_differ,
        TASK,
        WHOLE_TASK,
        broken=[
            {"taskRoleArn": None},
            {"executionRoleArn": None},
            {"executionRoleArn": "arn:aws:iam::1:role/orders"},
        ],
        unknown_at=["taskRoleArn", "executionRoleArn"],
    )


def test_ecs_efs_uses_iam():
    def volume(**authorization):
        config = EFS | {"authorizationConfig": EFS["authorizationConfig"] | authorization}
        return {"volumes": [{"name": "data", "efsVolumeConfiguration": config}]}

    check(
        ecs_efs_uses_iam,
        TASK,
        WHOLE_TASK,
        kept=[{"volumes": [{"name": "tmp"}]}, volume(iam=unknown), volume(accessPointId=unknown)],
        broken=[
            volume(iam="DISABLED"),
            volume(accessPointId=None),
            {"volumes": [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]},
        ],
        unknown_at=["volumes"],
    )


def test_lambda_role_not_shared():
    def function(name, role="arn:role", parent=""):
        props = {"role": role, "runtime": "python3.13"}
        return resource("aws:lambda/function:Function", name, props, parent=parent)

    check_stack(
        lambda_role_not_shared,
        kept=[
            stack(function("a"), function("b", role="arn:other")),
            stack(function("a", role=unknown), function("b", role=unknown)),
        ],
        broken=[stack(function("a"), function("b"))],
    )
    parent = "urn:pulumi:test::bulkhead::bulkhead:jobs:Jobs::nightly"
    shared = stack(function("a", parent=parent), function("b", parent=parent))
    params = {"sharedRoleComponents": ["bulkhead:jobs:Jobs"]}
    assert messages(lambda_role_not_shared, shared)
    assert messages(lambda_role_not_shared, shared, params=params) == []


CLUSTER = "aws:rds/cluster:Cluster"
DATABASE = {
    "engine": "aurora-postgresql",
    "masterUsername": "orders_owner",
    "manageMasterUserPassword": True,
    "iamDatabaseAuthenticationEnabled": True,
}


def test_rds_iam_authentication():
    check(
        rds_iam_authentication,
        CLUSTER,
        DATABASE,
        kept=[
            {"iamDatabaseAuthenticationEnabled": None, "engine": "sqlserver-se"},
            {"iamDatabaseAuthenticationEnabled": None, "engine": None},
        ],
        broken=[
            {"iamDatabaseAuthenticationEnabled": None},
            {"iamDatabaseAuthenticationEnabled": False},
        ],
        unknown_at=["iamDatabaseAuthenticationEnabled", "engine"],
    )


def test_rds_password_managed():
    check(
        rds_password_managed,
        CLUSTER,
        DATABASE,
        broken=[
            {"masterPassword": "hunter2"},
            {"masterPassword": unknown},
            {"masterPasswordWo": "hunter2"},
        ],
        unknown_at=["manageMasterUserPassword"],
    )
    seen = resource(CLUSTER, "shop", DATABASE | {"masterPassword": "hunter2"})
    assert "hunter2" not in messages(rds_password_managed, seen)[0]


def test_opensearch_fine_grained_access():
    options = {"enabled": True, "internalUserDatabaseEnabled": False}
    check(
        opensearch_fine_grained_access,
        "aws:opensearch/domain:Domain",
        {"engineVersion": "OpenSearch_2.19", "advancedSecurityOptions": options},
        broken=[
            {"advancedSecurityOptions": None},
            {"advancedSecurityOptions": {"enabled": False}},
            {"advancedSecurityOptions": options | {"anonymousAuthEnabled": True}},
        ],
        unknown_at=["advancedSecurityOptions"],
    )


WHOLE_CLUSTER = {
    "name": "shop",
    "roleArn": "arn:aws:iam::1:role/eks",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False},
}


def test_eks_access_entries():
    check(
        eks_access_entries,
        "aws:eks/cluster:Cluster",
        WHOLE_CLUSTER | {"accessConfig": {"authenticationMode": "API"}},
        broken=[
            {"accessConfig": None},
            {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}},
        ],
        unknown_at=["accessConfig"],
    )


def test_eks_workload_identity():
    issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    cluster = resource(
        "aws:eks/cluster:Cluster",
        "shop",
        WHOLE_CLUSTER | {"identities": [{"oidcs": [{"issuer": issuer}]}]},
    )
    association = resource(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "pods",
        {
            "clusterName": "shop",
            "namespace": "orders",
            "serviceAccount": "orders",
            "roleArn": "arn:aws:iam::1:role/orders",
        },
    )
    provider = resource(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "oidc",
        {"url": issuer, "clientIdLists": ["sts.amazonaws.com"]},
    )
    check_stack(
        eks_workload_identity,
        kept=[stack(cluster, association), stack(cluster, provider)],
        broken=[stack(cluster)],
    )


def test_no_credentials_in_properties():
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    check(
        no_credentials_in_properties,
        "aws:ec2/instance:Instance",
        {
            "ami": "ami-1",
            "instanceType": "m7g.large",
            "tags": {"owner": "platform"},
            "userData": "exec start",
        },
        kept=[
            {"userData": "postgres://orders:${PASSWORD}@db/orders"},
            {"userData": "https://example.com/a@b"},
        ],
        broken=[
            {"userData": f"export KEY={key}"},
            {"tags": {"deep": {"deeper": [unknown, key]}}},
            {"userData": "-----BEGIN OPENSSH PRIVATE KEY-----"},
            {"userData": "postgres://orders:hunter2@db/orders"},
        ],
        unknown_at=["userData", "tags"],
    )
    seen = resource("aws:ec2/instance:Instance", "shop", {"userData": key})
    (said,) = messages(no_credentials_in_properties, seen)
    assert key not in said
    assert "user_data" in said

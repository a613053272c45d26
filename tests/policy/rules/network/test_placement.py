"""What the rules on where stores, tasks and clusters stand accept and refuse."""

from policy.rules.network.ecs import ecs_network_mode_awsvpc, ecs_service_no_public_ip
from policy.rules.network.eks import eks_endpoint_not_open, eks_nodes_no_open_ssh
from policy.rules.network.elasticache import elasticache_own_subnet_group
from policy.rules.network.lambda_ import lambda_near_data_in_vpc
from policy.rules.network.opensearch import opensearch_in_vpc
from policy.rules.network.redshift import redshift_enhanced_vpc_routing, redshift_not_public
from policy.testing import check, messages, resource, stack, unknown


def test_ecs_service_no_public_ip():
    check(
        ecs_service_no_public_ip,
        "aws:ecs/service:Service",
        {
            "cluster": "arn:aws:ecs:eu-west-1:1:cluster/shop",
            "desiredCount": 2,
            "networkConfiguration": {"subnets": ["a"], "assignPublicIp": False},
        },
        kept=[{"networkConfiguration": None}, {"networkConfiguration": {"subnets": ["a"]}}],
        broken=[{"networkConfiguration": {"subnets": ["a"], "assignPublicIp": True}}],
        unknown_at=["networkConfiguration"],
    )


def test_ecs_network_mode_awsvpc():
    check(
        ecs_network_mode_awsvpc,
        "aws:ecs/taskDefinition:TaskDefinition",
        {"family": "orders", "containerDefinitions": "[]", "networkMode": "awsvpc"},
        kept=[
            {"networkMode": None, "requiresCompatibilities": ["FARGATE"]},
            {"networkMode": None, "requiresCompatibilities": unknown},
        ],
        broken=[
            {"networkMode": None},
            {"networkMode": "bridge"},
            {"networkMode": "host"},
            {"networkMode": None, "requiresCompatibilities": ["EC2"]},
        ],
        unknown_at=["networkMode"],
    )


def test_elasticache_own_subnet_group():
    check(
        elasticache_own_subnet_group,
        "aws:elasticache/cluster:Cluster",
        {"engine": "memcached", "nodeType": "cache.t4g.small", "subnetGroupName": "carts"},
        kept=[{"subnetGroupName": None, "replicationGroupId": "carts"}],
        broken=[{"subnetGroupName": None}, {"subnetGroupName": "default"}],
        unknown_at=["subnetGroupName"],
    )


def test_opensearch_in_vpc():
    check(
        opensearch_in_vpc,
        "aws:opensearch/domain:Domain",
        {"engineVersion": "OpenSearch_2.19", "vpcOptions": {"subnetIds": ["subnet-1"]}},
        kept=[{"vpcOptions": {"subnetIds": unknown}}],
        broken=[{"vpcOptions": None}, {"vpcOptions": {"subnetIds": []}}],
        unknown_at=["vpcOptions"],
    )


def test_redshift_not_public():
    check(
        redshift_not_public,
        "aws:redshift/cluster:Cluster",
        {"clusterIdentifier": "sales", "nodeType": "ra3.large", "publiclyAccessible": False},
        kept=[{"publiclyAccessible": None}],
        broken=[{"publiclyAccessible": True}],
        unknown_at=["publiclyAccessible"],
    )


def test_redshift_enhanced_vpc_routing():
    check(
        redshift_enhanced_vpc_routing,
        "aws:redshiftserverless/workgroup:Workgroup",
        {"workgroupName": "sales", "namespaceName": "sales", "enhancedVpcRouting": True},
        broken=[{"enhancedVpcRouting": None}, {"enhancedVpcRouting": False}],
        unknown_at=["enhancedVpcRouting"],
    )


def test_eks_endpoint_not_open():
    private = {"subnetIds": ["a", "b"], "endpointPublicAccess": False}
    named = {"subnetIds": ["a", "b"], "publicAccessCidrs": ["203.0.113.0/24"]}
    check(
        eks_endpoint_not_open,
        "aws:eks/cluster:Cluster",
        {"roleArn": "arn:aws:iam::1:role/eks", "vpcConfig": private},
        kept=[
            {"vpcConfig": named},
            {"vpcConfig": private | {"endpointPublicAccess": unknown}},
            {"vpcConfig": named | {"publicAccessCidrs": unknown}},
        ],
        broken=[
            {"vpcConfig": {"subnetIds": ["a", "b"]}},
            {"vpcConfig": named | {"publicAccessCidrs": [unknown, "0.0.0.0/0"]}},
            {"vpcConfig": named | {"publicAccessCidrs": []}},
        ],
        unknown_at=["vpcConfig"],
    )


def test_eks_nodes_no_open_ssh():
    check(
        eks_nodes_no_open_ssh,
        "aws:eks/nodeGroup:NodeGroup",
        {
            "clusterName": "shop",
            "nodeRoleArn": "arn:aws:iam::1:role/nodes",
            "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 4},
            "subnetIds": ["a"],
            "remoteAccess": {"ec2SshKey": "ops", "sourceSecurityGroupIds": ["sg-1"]},
        },
        kept=[{"remoteAccess": None}],
        broken=[{"remoteAccess": {"ec2SshKey": "ops"}}],
        unknown_at=["remoteAccess"],
    )


def test_lambda_near_data_in_vpc():
    def function(**changes):
        props = {
            "role": "arn:aws:iam::1:role/shop",
            "runtime": "python3.13",
            "environment": {"variables": {"DB": "orders.rds"}},
        }
        return resource("aws:lambda/function:Function", "shop", props | changes)

    database = resource(
        "aws:rds/cluster:Cluster",
        "orders",
        {"engine": "aurora-postgresql", "endpoint": "orders.rds"},
    )
    joined = {"shop": {"environment": [database]}}
    inside = {"vpcConfig": {"subnetIds": ["a"], "securityGroupIds": ["sg-1"]}}
    later = function(environment=unknown)

    rule = lambda_near_data_in_vpc
    assert messages(lambda_near_data_in_vpc, stack(function(**inside), database)) == []
    assert messages(rule, stack(function(vpcConfig=unknown), database)) == []
    assert messages(rule, stack(function(environment=None), database)) == []
    assert messages(rule, stack(later, database)) == []
    assert "'shop' must run in" in messages(rule, stack(function(), database))[0]
    assert messages(rule, stack(later, database, property_dependencies=joined))

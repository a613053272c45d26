"""What DAX refuses of groups and clusters, and where a cluster with TLS is reached."""

import pytest
from botocore.exceptions import ClientError

CLUSTER = {
    "NodeType": "dax.t3.small",
    "ReplicationFactor": 3,
    "IamRoleArn": "arn:aws:iam::000000000000:role/dax",
}


@pytest.fixture(scope="module")
def dax(cloud):
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"eu-west-1{z}")
        for n, z in enumerate("ab")
    ]
    found = cloud.client("dax")
    found.create_subnet_group(
        SubnetGroupName="used", SubnetIds=[one["Subnet"]["SubnetId"] for one in subnets]
    )
    found.create_parameter_group(ParameterGroupName="used")
    found.create_cluster(
        ClusterName="used",
        SubnetGroupName="used",
        ParameterGroupName="used",
        ClusterEndpointEncryptionType="TLS",
        **CLUSTER,
    )
    return found


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("delete_subnet_group", {"SubnetGroupName": "used"}, "SubnetGroupInUseFault"),
        ("delete_parameter_group", {"ParameterGroupName": "used"},
         "InvalidParameterGroupStateFault"),
        ("describe_subnet_groups", {"SubnetGroupNames": ["none"]}, "SubnetGroupNotFoundFault"),
        ("create_parameter_group", {"ParameterGroupName": "used"},
         "ParameterGroupAlreadyExistsFault"),
        ("create_subnet_group", {"SubnetGroupName": "new", "SubnetIds": ["subnet-0"]},
         "InvalidSubnet"),
        ("update_parameter_group", {"ParameterGroupName": "used", "ParameterNameValues": [
            {"ParameterName": "ttl", "ParameterValue": "1"}]}, "InvalidParameterValueException"),
        ("create_cluster", {"ClusterName": "used", **CLUSTER}, "ClusterAlreadyExistsFault"),
        ("create_cluster", {"ClusterName": "new", "SubnetGroupName": "none", **CLUSTER},
         "SubnetGroupNotFoundFault"),
        ("update_cluster", {"ClusterName": "none", "Description": ""}, "ClusterNotFoundFault"),
        ("update_cluster", {"ClusterName": "used", "ParameterGroupName": "none"},
         "ParameterGroupNotFoundFault"),
    ],
)  # fmt: skip
def test_a_request_is_refused(dax, operation, parameters, code):
    with pytest.raises(ClientError) as refused:
        getattr(dax, operation)(**parameters)

    assert refused.value.response["Error"]["Code"] == code


def test_a_cluster_with_tls_has_its_port_and_nodes_in_the_zones_of_its_subnets(dax):
    for _ in range(10):  # it becomes available
        [found] = dax.describe_clusters(ClusterNames=["used"])["Clusters"]

    assert found["ClusterDiscoveryEndpoint"]["URL"].startswith("daxs://used.")
    nodes = [(one["AvailabilityZone"], one["Endpoint"]["Port"]) for one in found["Nodes"]]
    assert found["ActiveNodes"] == 3
    assert nodes == [("eu-west-1a", 9111), ("eu-west-1b", 9111), ("eu-west-1a", 9111)]

from __future__ import annotations

import pytest


def test_the_block_of_a_subnet_is_exchanged(cloud):
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = client.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock="2001:db8::/64")

    client.disassociate_subnet_cidr_block(
        AssociationId=made["Ipv6CidrBlockAssociation"]["AssociationId"]
    )
    client.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock="2001:db8:0:1::/64")

    [found] = client.describe_subnets(SubnetIds=[subnet])["Subnets"]
    [block] = found["Ipv6CidrBlockAssociationSet"]
    assert block["Ipv6CidrBlock"] == "2001:db8:0:1::/64"
    assert block["Ipv6CidrBlockState"] == {"State": "associated"}


@pytest.mark.parametrize(
    ("interface", "deleted"),
    [
        (None, True),
        ({}, True),
        ({"DeleteOnTermination": True}, True),
        ({"DeleteOnTermination": False}, False),
    ],
)
def test_a_terminated_instance_deletes_the_interface_of_its_launch(cloud, interface, deleted):
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    spec = {"DeviceIndex": 0, "SubnetId": subnet, **(interface or {})}
    network = {"SubnetId": subnet} if interface is None else {"NetworkInterfaces": [spec]}

    [launched] = client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, **network)[
        "Instances"
    ]
    client.terminate_instances(InstanceIds=[launched["InstanceId"]])

    in_subnet = [{"Name": "subnet-id", "Values": [subnet]}]
    found = client.describe_network_interfaces(Filters=in_subnet)["NetworkInterfaces"]
    assert bool(found) != deleted


def test_an_existing_interface_is_kept_when_its_instance_is_terminated(cloud):
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = client.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    spec = {"DeviceIndex": 0, "NetworkInterfaceId": made["NetworkInterfaceId"]}

    [launched] = client.run_instances(
        ImageId="ami-1", MinCount=1, MaxCount=1, NetworkInterfaces=[spec]
    )["Instances"]
    client.terminate_instances(InstanceIds=[launched["InstanceId"]])

    assert client.describe_network_interfaces(NetworkInterfaceIds=[made["NetworkInterfaceId"]])

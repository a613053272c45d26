from __future__ import annotations


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

from __future__ import annotations


def test_instance_types_are_there_when_somebody_asks(cloud):
    ec2 = cloud.client("ec2")

    found = ec2.describe_instance_types(InstanceTypes=["t3.micro"])["InstanceTypes"]
    offered = ec2.describe_instance_type_offerings(
        Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}]
    )["InstanceTypeOfferings"]

    assert found[0]["InstanceType"] == "t3.micro"
    assert offered[0]["Location"] == "eu-west-1"

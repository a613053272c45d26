"""What the rules on volumes accept and refuse."""

import pytest

from policy.rules.storage.ebs import ebs_volume_encrypted, ec2_block_devices_encrypted
from policy.testing import check, unknown


def test_ebs_volume_encrypted():
    check(
        ebs_volume_encrypted,
        "aws:ebs/volume:Volume",
        {"availabilityZone": "eu-west-1a", "size": 20, "type": "gp3", "encrypted": True},
        kept=[{"encrypted": "true"}],
        broken=[{"encrypted": False}, {"encrypted": None}],
        unknown_at=["encrypted"],
    )


@pytest.mark.parametrize(
    "typ", ["aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest"]
)
def test_ec2_block_devices_encrypted(typ):
    check(
        ec2_block_devices_encrypted,
        typ,
        {
            "ami": "ami-123",
            "instanceType": "t4g.small",
            "rootBlockDevice": {"encrypted": True, "volumeSize": 20},
            "ebsBlockDevices": [{"deviceName": "/dev/sdf", "encrypted": True}],
        },
        kept=[
            {"rootBlockDevice": None, "launchTemplate": {"id": "lt-1"}},
            {"ebsBlockDevices": None},
            {"ebsBlockDevices": [{"deviceName": "/dev/sdf", "encrypted": unknown}, unknown]},
        ],
        broken=[
            {"rootBlockDevice": None},
            {"rootBlockDevice": {"volumeSize": 20}},
            {"rootBlockDevice": {"encrypted": False}, "launchTemplate": {"id": "lt-1"}},
            {"ebsBlockDevices": [unknown, {"deviceName": "/dev/sdf"}]},
        ],
        unknown_at=["rootBlockDevice", "ebsBlockDevices"],
    )


def test_volumes_of_a_launch_template_are_encrypted():
    encrypted = {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 20}}
    check(
        ec2_block_devices_encrypted,
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"namePrefix": "orders", "blockDeviceMappings": [encrypted]},
        kept=[
            {"blockDeviceMappings": None},
            {"blockDeviceMappings": [{"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}]},
            {"blockDeviceMappings": [{"deviceName": "/dev/sdb", "ebs": unknown}]},
        ],
        broken=[
            {"blockDeviceMappings": [encrypted, {"deviceName": "/dev/sdb", "ebs": {}}]},
            {"blockDeviceMappings": [{"deviceName": "/dev/sdb", "ebs": {"encrypted": "false"}}]},
        ],
        unknown_at=["blockDeviceMappings"],
    )

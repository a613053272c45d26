"""Examples of instances, volumes, and rules of security groups in the older form."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, another, fresh_address

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

INSTANCE = "aws:ec2/instance:Instance"
VOLUME = "aws:ebs/volume:Volume"
AMI = "ami-0d31d4f8d69d7977a"
ports = itertools.count(9000)


def volume(stage: Stage) -> dict:
    return {
        "deviceName": "/dev/sdh",
        "instanceId": stage.make(INSTANCE)["id"],
        "volumeId": another(stage, VOLUME, {"availabilityZone": "eu-west-1a", "size": 1}),
    }


def rule(stage: Stage) -> dict:
    port = next(ports)
    return {
        "type": "ingress",
        "securityGroupId": stage.make(GROUP)["id"],
        "protocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrBlocks": ["10.0.0.0/8", "192.168.0.0/16"],
    }


EXAMPLES = (
    Example(
        type=INSTANCE,
        inputs=lambda stage: {
            "ami": AMI,
            "instanceType": "t3.micro",
            "subnetId": stage.make(SUBNET)["id"],
            "vpcSecurityGroupIds": [stage.make(GROUP)["id"]],
            "userData": "#!/bin/sh",
            "tags": {"Name": "example"},
        },
        outputs={"instanceState": "running", "availabilityZone": "eu-west-1a"},
        update={"instanceType": "t3.small", "tags": {"Name": "changed"}},
        kept="vpcSecurityGroupIds instanceType userData",
        bad={"instanceType": "huge", "userDataBase64": "eA==", "securityGroups": ["default"]},
    ),
    Example(
        type=VOLUME,
        inputs=lambda _: {
            "availabilityZone": "eu-west-1a",
            "size": 8,
            "type": "gp3",
            "tags": {"Name": "example"},
        },
        outputs={"encrypted": False, "iops": 3000},
        update={"size": 16, "tags": {"Name": "changed"}},
        values=lambda _: {"iops": 4000, "throughput": 250, "type": "gp2"},
        kept="size type",
        bad={"type": "fast", "size": 0, "finalSnapshot": True},
    ),
    Example(
        type="aws:ec2/volumeAttachment:VolumeAttachment",
        inputs=volume,
        bad={"instanceId": ["one"]},
        import_id="{deviceName}:{volumeId}:{instanceId}",
    ),
    Example(
        type="aws:ec2/eipAssociation:EipAssociation",
        inputs=lambda stage: {
            "allocationId": fresh_address(stage),
            "instanceId": another(stage, INSTANCE, {"ami": AMI, "instanceType": "t3.micro"}),
        },
        bad={"allocationId": ["one"]},
    ),
    Example(
        type="aws:ec2/securityGroupRule:SecurityGroupRule",
        inputs=rule,
        update={"description": "from inside"},
        bad={"type": "sideways", "fromPort": 99_999, "description": 300 * "x"},
        import_id="{securityGroupId}_{type}_{protocol}_{fromPort}_{toPort}_10.0.0.0/8_192.168.0.0/16",
    ),
)

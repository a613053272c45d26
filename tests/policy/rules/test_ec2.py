"""Tests of policy.rules.ec2."""

import base64

import pytest

from policy.rules.ec2 import (
    ec2_block_devices_encrypted,
    ec2_imds_hop_limit,
    ec2_imds_token_required,
    ec2_no_public_ip,
    ec2_user_data_no_credentials,
)
from policy.testing import check, resource, unknown

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
OPTIONS = {"httpTokens": "required", "httpPutResponseHopLimit": 1}
MACHINE = {
    "instanceType": "m7g.large",
    "metadataOptions": OPTIONS,
    "userData": base64.b64encode(b"#!/bin/sh\nexec start").decode(),
}
SPOT = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
WHOLE = {
    TEMPLATE: MACHINE | {"imageId": "ami-1"},
    INSTANCE: MACHINE | {"ami": "ami-1"},
    SPOT: MACHINE | {"ami": "ami-1"},
}


@pytest.mark.parametrize("typ", WHOLE)
def test_ec2_imds_token_required(typ):
    check(
        ec2_imds_token_required,
        typ,
        WHOLE[typ],
        kept=[
            {"metadataOptions": {"httpEndpoint": "disabled"}},
            {"metadataOptions": {"httpTokens": unknown}},
        ],
        broken=[
            {"metadataOptions": None},
            {"metadataOptions": {"httpTokens": "optional"}},
            {"metadataOptions": {"httpEndpoint": "enabled"}},
        ],
        unknown_at=["metadataOptions"],
    )


def test_a_machine_takes_what_its_template_says_about_metadata():
    check(
        ec2_imds_token_required,
        INSTANCE,
        WHOLE[INSTANCE] | {"metadataOptions": None, "launchTemplate": {"id": "lt-1"}},
        broken=[{"metadataOptions": {"httpTokens": "optional"}}],
        unknown_at=["launchTemplate"],
    )
    beside = resource(TEMPLATE, "shop", {"metadataOptions": {"httpPutResponseHopLimit": 1}})
    assert ec2_imds_token_required.remediate(beside) == {"metadataOptions": OPTIONS}


def test_ec2_imds_hop_limit():
    check(
        ec2_imds_hop_limit,
        TEMPLATE,
        WHOLE[TEMPLATE],
        kept=[{"metadataOptions": None}, {"metadataOptions": {"httpPutResponseHopLimit": 2}}],
        broken=[{"metadataOptions": {"httpPutResponseHopLimit": 3}}],
        unknown_at=["metadataOptions"],
    )


def test_ec2_no_public_ip():
    def interface(public):
        return {"networkInterfaces": [{"deviceIndex": 0, "associatePublicIpAddress": public}]}

    check(
        ec2_no_public_ip,
        TEMPLATE,
        WHOLE[TEMPLATE] | interface("false"),
        kept=[{"networkInterfaces": None}],
        broken=[interface("true"), interface(public=True)],
        unknown_at=["networkInterfaces"],
    )
    check(
        ec2_no_public_ip,
        INSTANCE,
        WHOLE[INSTANCE] | {"associatePublicIpAddress": False},
        kept=[{"associatePublicIpAddress": None}],
        broken=[{"associatePublicIpAddress": True}],
        unknown_at=["associatePublicIpAddress"],
    )


def test_ec2_user_data_no_credentials():
    script = "export AWS_ACCESS_KEY_ID=AKIA" + "ABCDEFGHIJKLMNOP"
    check(
        ec2_user_data_no_credentials,
        INSTANCE,
        WHOLE[INSTANCE],
        kept=[{"userData": "#!/bin/sh\nexec start"}, {"userData": None}],
        broken=[
            {"userData": script},
            {"userData": base64.b64encode(script.encode()).decode()},
            {"userDataBase64": base64.b64encode(script.encode()).decode()},
        ],
        unknown_at=["userData", "userDataBase64"],
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

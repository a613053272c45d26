"""What the rules on machines and clusters accept and refuse."""

import base64

import pytest

from policy.rules.compute.autoscaling import autoscaling_uses_launch_template
from policy.rules.compute.ec2 import (
    ec2_imds_hop_limit,
    ec2_imds_token_required,
    ec2_no_public_ip,
    ec2_user_data_no_credentials,
)
from policy.rules.compute.eks import eks_secrets_own_key, eks_version_supported
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


def test_autoscaling_uses_launch_template():
    check(
        autoscaling_uses_launch_template,
        "aws:autoscaling/group:Group",
        {"minSize": 1, "maxSize": 3, "launchTemplate": {"id": "lt-1", "version": "$Latest"}},
        kept=[{"launchTemplate": None, "mixedInstancesPolicy": {"launchTemplate": {}}}],
        broken=[{"launchTemplate": None}, {"launchConfiguration": "old"}],
        unknown_at=["launchTemplate"],
    )


CLUSTER = {
    "roleArn": "arn:aws:iam::1:role/eks",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False},
    "version": "1.34",
    "encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:::key/a"}},
}
NODES = {
    "clusterName": "shop",
    "nodeRoleArn": "arn:aws:iam::1:role/nodes",
    "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 4},
    "subnetIds": ["subnet-1", "subnet-2"],
    "version": "1.34",
}


def test_eks_secrets_own_key():
    config = CLUSTER["encryptionConfig"]
    check(
        eks_secrets_own_key,
        "aws:eks/cluster:Cluster",
        CLUSTER,
        kept=[{"encryptionConfig": config | {"provider": {"keyArn": unknown}}}],
        broken=[
            {"encryptionConfig": None},
            {"encryptionConfig": config | {"resources": []}},
            {"encryptionConfig": {"resources": ["secrets"]}},
        ],
        unknown_at=["encryptionConfig"],
    )


@pytest.mark.parametrize(
    ("typ", "whole"),
    [("aws:eks/cluster:Cluster", CLUSTER), ("aws:eks/nodeGroup:NodeGroup", NODES)],
)
def test_eks_version_supported(typ, whole):
    check(
        eks_version_supported,
        typ,
        whole,
        kept=[{"version": None}, {"version": "1.32"}, {"version": "2.0"}, {"version": "newest"}],
        broken=[{"version": "1.31"}, {"version": "1.9"}],
        unknown_at=["version"],
    )

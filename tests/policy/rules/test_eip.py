"""Tests of policy.rules.eip."""

import pytest

from policy.rules.eip import eip_attached
from policy.testing import check_stack, resource, stack, unknown

EIP = "aws:ec2/eip:Eip"
NAT = "aws:ec2/natGateway:NatGateway"


@pytest.mark.parametrize(
    ("typ", "props"),
    [
        (NAT, {"subnetId": "subnet-1", "allocationId": unknown}),
        (NAT, {"subnetId": "subnet-1", "secondaryAllocationIds": [unknown]}),
        (NAT, {"availabilityZoneAddresses": [{"allocationIds": [unknown]}]}),
        ("aws:ec2/eipAssociation:EipAssociation", {"instanceId": "i-1", "allocationId": unknown}),
        ("aws:ec2/eipAssociation:EipAssociation", {"instanceId": "i-1", "publicIp": unknown}),
        ("aws:lb/loadBalancer:LoadBalancer", {"subnetMappings": [{"allocationId": unknown}]}),
    ],
)
def test_eip_attached(typ, props):
    address = resource(EIP, "out", {"domain": "vpc"})
    other = resource(EIP, "other", {"domain": "vpc", "instance": "i-1"})
    user = resource(typ, "user", props)
    [*_, name] = props
    check_stack(
        eip_attached,
        kept=[
            stack(address, user, property_dependencies={"user": {name: [address]}}),
            stack(resource(EIP, "out", {"instance": unknown})),
            stack(resource(EIP, "out", {"networkInterface": "eni-1"})),
        ],
        broken=[
            stack(address),
            stack(address, other, user, property_dependencies={"user": {name: [other]}}),
        ],
    )

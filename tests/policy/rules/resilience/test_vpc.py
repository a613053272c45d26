"""What the rule on networks that lose a zone accepts and refuses."""

import dataclasses

from policy.engine.resource import Options
from policy.rules.resilience.vpc import vpc_spans_zones
from policy.testing import check_stack, messages, resource, stack, unknown

VPC = resource("aws:ec2/vpc:Vpc", "shop", {"cidrBlock": "10.0.0.0/16", "id": "vpc-1"})


def subnet(number, zone, **changes):
    props = {"id": f"subnet-{number}", "vpcId": "vpc-1", "availabilityZone": zone} | changes
    return resource("aws:ec2/subnet:Subnet", f"subnet-{number}", props)


def gateway(number, **changes):
    props = {"allocationId": "eip-1", "subnetId": f"subnet-{number}"} | changes
    return resource("aws:ec2/natGateway:NatGateway", f"nat-{number}", props)


ONE = subnet(1, "eu-west-1a")
TWO = subnet(2, "eu-west-1b")
OTHER = resource("aws:ec2/vpc:Vpc", "other", {"cidrBlock": "10.1.0.0/16", "id": "vpc-2"})


def depending(*subnets):
    dependencies = {one.name: {"vpcId": [VPC]} for one in subnets}
    return stack(VPC, *subnets, property_dependencies=dependencies)


def of_component():
    """Return a network whose gateway is said to be in a component that holds all subnets."""
    network = resource("bulkhead:network:Vpc", "network", {})
    inside = [
        dataclasses.replace(one, options=Options(parent=network.urn)) for one in (VPC, ONE, TWO)
    ]
    nat = gateway(1, subnetId=unknown)
    joined = {nat.name: {"subnetId": [network]}}
    return stack(network, *inside, nat, property_dependencies=joined)


def test_vpc_spans_zones():
    check_stack(
        vpc_spans_zones,
        kept=[
            stack(VPC, ONE, TWO),
            stack(VPC),
            stack(VPC, ONE, subnet(2, None, availabilityZoneId="euw1-az2")),
            stack(VPC, ONE, subnet(2, None)),
            stack(VPC, ONE, subnet(2, unknown)),
            stack(VPC, ONE, subnet(2, "eu-west-1b", vpcId=unknown)),
            stack(VPC, ONE, TWO, gateway(1), gateway(2)),
            stack(VPC, ONE, TWO, gateway(1), gateway(2, subnetId=unknown)),
            stack(VPC, ONE, TWO, gateway(1, availabilityMode=unknown)),
            stack(VPC, ONE, TWO, gateway(0, availabilityMode="regional", vpcId="vpc-1")),
            stack(VPC, ONE, subnet(2, None), gateway(2)),
            of_component(),
        ],
        broken=[
            stack(VPC, ONE),
            stack(VPC, ONE, subnet(3, "eu-west-1a")),
            stack(VPC, *[subnet(n, None, availabilityZoneId="euw1-az2") for n in (1, 2)]),
            stack(VPC, OTHER, ONE, subnet(2, "eu-west-1b", vpcId="vpc-2")),
            depending(ONE, subnet(3, "eu-west-1a", vpcId=unknown)),
            stack(VPC, ONE, TWO, gateway(1)),
            stack(VPC, ONE, TWO, gateway(1, availabilityMode="zonal")),
            stack(VPC, ONE, TWO, subnet(3, "eu-west-1a"), gateway(1), gateway(3)),
        ],
    )
    check_stack(vpc_spans_zones, kept=[], broken=[stack(VPC, ONE, TWO)], params={"minZones": 3})
    [said] = messages(vpc_spans_zones, stack(VPC, ONE, TWO, gateway(1)))
    assert said == (
        "The VPC 'shop' must span zones with its NAT gateways: add NatGateways with subnet_id of"
        ' other zones until there are 2, or one with availability_mode="regional".'
    )

"""Tests of policy.rules.elb.availability."""

import dataclasses

from policy.engine.resource import Options
from policy.rules.elb.availability import elb_multiple_zones
from policy.testing import check_stack, resource, stack, unknown

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNET = "aws:ec2/subnet:Subnet"


def balancer(**props):
    return resource(BALANCER, "shop", {"name": "shop"} | props)


def subnet(name, zone):
    return resource(SUBNET, name, {"vpcId": "vpc-1", "availabilityZone": zone})


def joined(*subnets, several):
    ones = [subnet(f"subnet-{number}", zone) for number, zone in enumerate(subnets)]
    return stack(
        balancer(subnets=several), *ones, property_dependencies={"shop": {"subnets": ones}}
    )


def of_component(*zones):
    """Return a load balancer on the subnets of a component, which also has others."""
    vpc = resource("bulkhead:network:Vpc", "vpc", {})
    ones = [
        dataclasses.replace(subnet(f"subnet-{number}", zone), options=Options(parent=vpc.urn))
        for number, zone in enumerate(zones)
    ]
    return stack(
        balancer(subnets=unknown),
        vpc,
        *ones,
        property_dependencies={"shop": {"subnets": [vpc]}},
    )


def test_elb_multiple_zones():
    check_stack(
        elb_multiple_zones,
        kept=[
            stack(balancer(subnets=["subnet-1", "subnet-2"])),
            stack(balancer(subnetMappings=[{"subnetId": "subnet-1"}, {"subnetId": unknown}])),
            stack(balancer(subnets=unknown)),
            joined("a", "b", several=[unknown, unknown]),
            joined("a", unknown, several=[unknown, unknown]),
            of_component("a", "b", "a", "b"),
        ],
        broken=[
            stack(balancer()),
            stack(balancer(subnets=["subnet-1"])),
            stack(balancer(subnetMappings=[{"subnetId": "subnet-1"}])),
            joined("a", "a", several=[unknown, unknown]),
            joined("a", "b", "a", several=[unknown, unknown, unknown]),
            of_component("a", "a"),
        ],
    )

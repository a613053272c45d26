"""Tests of policy.rules.elb.availability."""

import dataclasses

from policy.engine.resource import Options
from policy.rules.elb.availability import (
    elb_access_logs,
    elb_deletion_protection,
    elb_multiple_zones,
    elb_target_group_health_check,
)
from policy.testing import check, check_stack, resource, stack, unknown

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNET = "aws:ec2/subnet:Subnet"
WHOLE = {
    "name": "shop",
    "loadBalancerType": "application",
    "subnets": ["subnet-1", "subnet-2"],
    "enableDeletionProtection": True,
}


def test_elb_access_logs():
    check(
        elb_access_logs,
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "name": "shop",
            "loadBalancerType": "application",
            "internal": False,
            "subnets": ["subnet-1", "subnet-2"],
            "accessLogs": {"enabled": True, "bucket": "shop-logs", "prefix": "shop"},
        },
        kept=[{"accessLogs": None, "loadBalancerType": "gateway"}],
        broken=[
            {"accessLogs": None},
            {"accessLogs": {"bucket": "shop-logs"}},
            {"accessLogs": {"enabled": False, "bucket": "shop-logs"}},
            {"accessLogs": {"enabled": True}, "loadBalancerType": None},
        ],
        unknown_at=["accessLogs", "loadBalancerType"],
    )


def test_elb_deletion_protection():
    check(
        elb_deletion_protection,
        BALANCER,
        WHOLE,
        broken=[{"enableDeletionProtection": False}, {"enableDeletionProtection": None}],
        unknown_at=["enableDeletionProtection"],
    )
    changes = elb_deletion_protection.remediate(resource(BALANCER, "shop", {}))
    assert changes == {"enableDeletionProtection": True}


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


def test_elb_target_group_health_check():
    asked = {"path": "/health", "matcher": "200", "interval": 10}
    check(
        elb_target_group_health_check,
        "aws:lb/targetGroup:TargetGroup",
        {"name": "orders", "port": 8080, "protocol": "HTTP", "healthCheck": asked},
        kept=[
            {"protocol": "HTTPS", "healthCheck": asked | {"enabled": True}},
            {"protocol": "TCP", "healthCheck": {"protocol": "TCP"}},
            {"protocol": None, "targetType": "lambda", "healthCheck": None},
            {"healthCheck": asked | {"path": unknown, "enabled": unknown}},
        ],
        broken=[
            {"healthCheck": None},
            {"healthCheck": {"interval": 10}},
            {"healthCheck": asked | {"path": ""}},
            {"healthCheck": asked | {"enabled": False}},
            {"healthCheck": {"path": unknown, "enabled": False}},
        ],
        unknown_at=["protocol", "healthCheck"],
    )

"""Tests of policy.rules.vpc.networks."""

import dataclasses

from policy.engine.resource import Options
from policy.rules.vpc import networks as rules
from policy.testing import check_stack, messages, resource, stack, unknown

VPC = resource("aws:ec2/vpc:Vpc", "shop", {"cidrBlock": "10.0.0.0/16", "id": "vpc-1"})
OTHER = resource("aws:ec2/vpc:Vpc", "other", {"cidrBlock": "10.1.0.0/16", "id": "vpc-2"})


def vpc():
    return resource("aws:ec2/vpc:Vpc", "shop", {"cidrBlock": "10.0.0.0/16", "id": "vpc-1"})


def flow_log(**changes):
    props = {"vpcId": "vpc-1", "trafficType": "ALL", "logDestination": "arn:aws:logs:::flow"}
    return resource("aws:ec2/flowLog:FlowLog", "log", props | changes)


def test_vpc_flow_log_exists():
    joined = {"log": {"vpcId": [vpc()]}}

    assert messages(rules.vpc_flow_log_exists, stack(vpc(), flow_log())) == []
    assert messages(rules.vpc_flow_log_exists, stack(vpc(), flow_log(trafficType=unknown))) == []
    unnamed = stack(vpc(), flow_log(vpcId=unknown), property_dependencies=joined)
    assert messages(rules.vpc_flow_log_exists, unnamed) == []
    for broken in (
        stack(vpc()),
        stack(vpc(), flow_log(trafficType="ACCEPT")),
        stack(vpc(), flow_log(vpcId="vpc-2")),
    ):
        (said,) = messages(rules.vpc_flow_log_exists, broken)
        assert "'shop' must log its traffic" in said


def test_vpc_flow_log_has_kept_destination():
    def kept_for(days):
        props = {"arn": "arn:aws:logs:::flow", "name": "flow", "retentionInDays": days}
        return resource("aws:cloudwatch/logGroup:LogGroup", "group", props)

    rule = rules.vpc_flow_log_has_kept_destination
    assert messages(rule, stack(flow_log(), kept_for(90))) == []
    assert messages(rule, stack(flow_log(), kept_for(unknown))) == []
    assert messages(rule, stack(flow_log(logDestinationType="s3"), kept_for(0))) == []
    assert messages(rule, stack(flow_log(logDestination=unknown))) == []
    assert "set log_destination" in messages(rule, stack(flow_log(logDestination=None)))[0]
    assert "set retention_in_days" in messages(rule, stack(flow_log(), kept_for(0)))[0]


def test_vpc_default_not_used():
    default = resource("aws:ec2/defaultVpc:DefaultVpc", "shop", {"tags": {"owner": "platform"}})

    assert "'shop' must not be used" in messages(rules.vpc_default_not_used, default)[0]
    assert messages(rules.vpc_default_not_used, vpc()) == []


def subnet(number, zone, **changes):
    props = {"id": f"subnet-{number}", "vpcId": "vpc-1", "availabilityZone": zone} | changes
    return resource("aws:ec2/subnet:Subnet", f"subnet-{number}", props)


def gateway(number, **changes):
    props = {"allocationId": "eip-1", "subnetId": f"subnet-{number}"} | changes
    return resource("aws:ec2/natGateway:NatGateway", f"nat-{number}", props)


ONE = subnet(1, "eu-west-1a")


TWO = subnet(2, "eu-west-1b")


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
        rules.vpc_spans_zones,
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
    check_stack(
        rules.vpc_spans_zones, kept=[], broken=[stack(VPC, ONE, TWO)], params={"minZones": 3}
    )
    [said] = messages(rules.vpc_spans_zones, stack(VPC, ONE, TWO, gateway(1)))
    assert said == (
        "The VPC 'shop' must have NAT gateways in 2 Availability Zones or more: add NatGateways in"
        ' subnets of other zones, or one with availability_mode="regional".'
    )

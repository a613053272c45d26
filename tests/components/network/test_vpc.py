"""What a network promises to what runs in it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from components.args import InvalidArgError
from components.logs import LogSettings
from components.network.vpc import Vpc, VpcArgs
from components.network.workload_security_group import (
    WorkloadSecurityGroup,
    WorkloadSecurityGroupArgs,
)

ROUTE = "aws:ec2/route:Route"


def _args(**changes):
    given = {
        "cidr": "10.0.0.0/16",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "region": "eu-west-1",
        "account_id": "123456789012",
    }
    return VpcArgs(**{**given, **changes})


def test_nothing_gets_a_public_address_by_itself(build):
    made = build(lambda: Vpc("net", _args()))

    subnets = made.all("aws:ec2/subnet:Subnet")
    assert {s.inputs["mapPublicIpOnLaunch"] for s in subnets} == {False}
    assert Counter(s.inputs["tags"]["tier"] for s in subnets) == {
        "public": 2,
        "private": 2,
        "isolated": 2,
    }


def test_only_public_subnets_lead_to_the_internet(build):
    made = build(lambda: Vpc("net", _args()))

    routes = {r.name: r.inputs for r in made.all(ROUTE)}
    assert sorted(routes) == [
        "net-nat-eu-west-1a-route",
        "net-nat-eu-west-1b-route",
        "net-public-eu-west-1a-to-internet",
        "net-public-eu-west-1b-to-internet",
    ]
    assert routes["net-public-eu-west-1a-to-internet"] == {
        "routeTableId": "net-public-eu-west-1a-routes-id",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "net-internet-id",
    }


def test_each_zone_leaves_through_its_own_gateway(build):
    made = build(lambda: Vpc("net", _args()))

    assert made.one(ROUTE, "net-nat-eu-west-1b-route").inputs == {
        "routeTableId": "net-private-eu-west-1b-routes-id",
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": "net-nat-eu-west-1b-id",
    }


def test_all_zones_can_share_one_gateway(build):
    made = build(lambda: Vpc("net", _args(nat_gateway_per_zone=False)))

    [gateway] = made.all("aws:ec2/natGateway:NatGateway")
    assert gateway.inputs == {
        "allocationId": "eipalloc-net-nat-eu-west-1a-address",
        "subnetId": "net-public-eu-west-1a-id",
    }
    used = [r.inputs["natGatewayId"] for r in made.all(ROUTE) if "natGatewayId" in r.inputs]
    assert used == ["net-nat-eu-west-1a-id"] * 2


def test_the_group_that_aws_makes_is_emptied(build):
    made = build(lambda: Vpc("net", _args()))

    [group] = made.all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert group.inputs == {"vpcId": "net-id", "ingress": [], "egress": []}


def test_all_traffic_is_recorded_and_kept(build):
    logs = LogSettings(retention_days=400, key_arn="arn:key")

    made = build(lambda: Vpc("net", _args(flow_logs=logs)))

    assert made.one("aws:ec2/flowLog:FlowLog", "net-flow-log-traffic").inputs == {
        "vpcId": "net-id",
        "trafficType": "ALL",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": "arn:aws:test:::net-flow-log",
        "iamRoleArn": "arn:aws:test:::net-flow-log-writer",
    }
    assert made.one("aws:cloudwatch/logGroup:LogGroup", "net-flow-log").inputs == {
        "retentionInDays": 400,
        "kmsKeyId": "arn:key",
    }


def test_storage_is_reached_without_the_internet_and_by_the_account_alone(build):
    made = build(lambda: Vpc("net", _args()))

    endpoint = made.one("aws:ec2/vpcEndpoint:VpcEndpoint", "net-dynamodb")
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-west-1.dynamodb"
    assert len(endpoint.inputs["routeTableIds"]) == 4
    [allowed] = json.loads(endpoint.inputs["policy"])["Statement"]
    assert allowed["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}


def test_images_can_be_fetched_through_the_endpoint_of_s3(build):
    made = build(lambda: Vpc("net", _args()))

    endpoint = made.one("aws:ec2/vpcEndpoint:VpcEndpoint", "net-s3")
    layers = json.loads(endpoint.inputs["policy"])["Statement"][1]
    assert layers["Action"] == "s3:GetObject"
    assert layers["Resource"] == "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"


def test_a_network_that_cannot_be_planned_is_refused_before_anything_is_made():
    with pytest.raises(InvalidArgError, match="zones="):
        _args(zones=["eu-west-1a"])


def test_a_workload_is_reached_by_those_it_names_alone(build):
    args = WorkloadSecurityGroupArgs(
        vpc_id="vpc-1", description="Orders", allowed_security_groups={"shop": "sg-shop"}, port=9000
    )

    made = build(lambda: WorkloadSecurityGroup("orders", args))

    [rule] = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs == {
        "securityGroupId": "orders-group-id",
        "referencedSecurityGroupId": "sg-shop",
        "description": "Requests of shop",
        "ipProtocol": "tcp",
        "fromPort": 9000,
        "toPort": 9000,
    }
    out = made.one("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "orders-out-of-shop")
    assert out.inputs["securityGroupId"] == "sg-shop"
    assert out.inputs["referencedSecurityGroupId"] == "orders-group-id"


def test_a_workload_calls_out_by_https_alone(build):
    args = WorkloadSecurityGroupArgs(vpc_id="vpc-1", description="Orders")

    made = build(lambda: WorkloadSecurityGroup("orders", args))

    [rule] = made.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (443, 443)

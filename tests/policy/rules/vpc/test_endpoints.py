"""Tests of policy.rules.vpc.endpoints."""

import json

from policy.rules.vpc import endpoints as rules
from policy.testing import messages, resource, stack, unknown

SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
WHOLE = {
    "id": "vpce-svc-1",
    "acceptanceRequired": True,
    "networkLoadBalancerArns": ["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/a/b"],
    "allowedPrincipals": ["arn:aws:iam::123456789012:root"],
}
VPC = {"id": "vpc-1", "cidrBlock": "10.0.0.0/16"}
GATEWAYS = (("s3", "Gateway"), ("dynamodb", None))
INTERFACES = tuple((name, "Interface") for name in ("ecr.api", "ecr.dkr", "logs", "secretsmanager"))


def test_vpc_endpoint_service_notifies():
    def notification(name, *events, **changes):
        props = {
            "vpcEndpointServiceId": "vpce-svc-1",
            "connectionNotificationArn": "arn:aws:sns:eu-west-1:1:ops",
            "connectionEvents": list(events),
        }
        typ = "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"
        return resource(typ, name, props | changes)

    rule = rules.vpc_endpoint_service_notifies
    service = resource(SERVICE, "shop", WHOLE)
    both = [notification("a", "Connect", "Accept"), notification("b", "Reject")]
    assert messages(rule, stack(service, *both)) == []
    assert messages(rule, stack(service, notification("a", connectionEvents=unknown))) == []
    for broken in (
        stack(service),
        stack(service, both[0]),
        stack(service, notification("a", "Connect", "Accept", "Reject", vpcEndpointServiceId="x")),
    ):
        assert "'shop' must send notifications about" in messages(rule, broken)[0]


def test_vpc_has_service_endpoints():
    def endpoint(name, kind):
        props = {"vpcId": "vpc-1", "serviceName": f"com.amazonaws.eu-west-1.{name}"}
        kind = {"vpcEndpointType": kind} if kind else {}
        return resource("aws:ec2/vpcEndpoint:VpcEndpoint", name, props | kind)

    def running(*resources):
        return stack(
            resource("aws:ec2/vpc:Vpc", "shop", VPC),
            resource("aws:ec2/subnet:Subnet", "a", {"id": "subnet-a", "vpcId": "vpc-1"}),
            resource(
                "aws:ecs/service:Service",
                "orders",
                {"networkConfiguration": {"subnets": ["subnet-a"]}},
            ),
            *resources,
        )

    rule = rules.vpc_has_service_endpoints
    nat = resource("aws:ec2/natGateway:NatGateway", "nat", {"subnetId": "subnet-a"})
    gateways = [endpoint(*one) for one in GATEWAYS]
    interfaces = [endpoint(*one) for one in INTERFACES]
    assert messages(rule, running(*gateways, *interfaces)) == []
    assert messages(rule, running(*gateways, nat)) == []
    assert messages(rule, stack(resource("aws:ec2/vpc:Vpc", "shop", VPC))) == []
    assert "endpoints for .ecr.api" in messages(rule, running(*gateways))[0]
    assert (
        "'shop' must have endpoints for .dynamodb:" in messages(rule, running(gateways[0], nat))[0]
    )
    own = {"interfaceServices": [".ec2", ".ssm", ".ssm-contacts", ".ssm-incidents"]}
    said = messages(rule, running(*gateways), params=own)[0]
    assert said.endswith("(FSBP EC2.10, FSBP EC2.57, FSBP EC2.58, FSBP EC2.60).")


def test_vpc_endpoint_policy_narrow():
    def document(**changes):
        everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
        return json.dumps({"Statement": [everything | changes]})

    def endpoint(**changes):
        service = "com.amazonaws.eu-west-1.s3"
        props = {"id": "vpce-1", "vpcId": "vpc-1", "serviceName": service}
        return resource("aws:ec2/vpcEndpoint:VpcEndpoint", "shop", props | changes)

    def separate(policy):
        props = {"vpcEndpointId": "vpce-1", "policy": policy}
        return resource("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "own", props)

    rule = rules.vpc_endpoint_policy_narrow
    ours = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    assert messages(rule, stack(endpoint(policy=document(Resource="arn:aws:s3:::shop/*")))) == []
    assert messages(rule, stack(endpoint(policy=document(**ours)))) == []
    assert messages(rule, stack(endpoint(policy=unknown))) == []
    assert messages(rule, stack(endpoint(serviceName=unknown))) == []
    assert messages(rule, stack(endpoint(), separate(document(Action="s3:GetObject")))) == []
    but_some = json.dumps(
        {"Statement": {"Effect": "Allow", "Principal": "*", "NotAction": "s3:x", "Resource": "*"}}
    )
    for broken in (
        stack(endpoint()),
        stack(endpoint(policy=document())),
        stack(endpoint(policy=but_some)),
    ):
        assert "'shop' must not allow every action" in messages(rule, broken)[0]

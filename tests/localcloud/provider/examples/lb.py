"""Examples of load balancers, target groups, listeners and rules."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.acm import CERTIFICATE, own_certificate
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, VPC, another, subnet, two_subnets

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
RULE = "aws:lb/listenerRule:ListenerRule"

ports = itertools.count(8000)
"""A load balancer has one listener for a port."""

NOT_FOUND = {
    "type": "fixed-response",
    "fixedResponse": {"contentType": "text/plain", "messageBody": "nothing", "statusCode": "404"},
}


TO_HTTPS = {"protocol": "HTTPS", "statusCode": "HTTP_301"}
REDIRECT = {
    "type": "redirect",
    "redirect": {
        **TO_HTTPS,
        "host": "www.example.com",
        "path": "/shop",
        "port": "8443",
        "query": "from=old",
    },
}


def balancer(stage: Stage) -> dict:
    return {
        "subnets": two_subnets(stage),
        "securityGroups": [stage.make(GROUP)["id"]],
        "idleTimeout": 30,
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": False,
        "tags": {"kind": "example"},
    }


STICKY = {"type": "lb_cookie", "enabled": True}


def mapped(subnets: list[str]) -> dict:
    return {"subnetMappings": [{"subnetId": subnet} for subnet in subnets]}


def targets(stage: Stage) -> dict:
    return {
        "vpcId": stage.make(VPC)["id"],
        "port": 8080,
        "protocol": "HTTP",
        "targetType": "ip",
        "deregistrationDelay": 20,
        "healthCheck": {"path": "/health", "matcher": "200", "interval": 10, "timeout": 5},
        "tags": {"kind": "example"},
    }


def listener(stage: Stage) -> dict:
    return {
        "loadBalancerArn": stage.make(BALANCER)["arn"],
        "port": next(ports),
        "protocol": "HTTP",
        "defaultActions": [NOT_FOUND],
        "tags": {"kind": "example"},
    }


def forward(stage: Stage) -> dict:
    arn = stage.make(TARGETS)["arn"]
    return {"type": "forward", "forward": {"targetGroups": [{"arn": arn, "weight": 10}]}}


def rule(stage: Stage) -> dict:
    return {
        "listenerArn": stage.make(LISTENER)["arn"],
        "actions": [forward(stage)],
        "conditions": [
            {"hostHeader": {"values": ["shop.example.com"]}},
            {"pathPattern": {"values": ["/orders/*"]}},
            {"httpRequestMethod": {"values": ["GET"]}},
        ],
        "tags": {"kind": "example"},
    }


def network_listener(stage: Stage) -> dict:
    """Return the inputs of a listener that forwards connections."""
    balancer = {"loadBalancerType": "network", "subnets": two_subnets(stage)}
    group = {"port": 5000, "protocol": "TCP", "targetType": "ip", "vpcId": stage.make(VPC)["id"]}
    return {
        "loadBalancerArn": another(stage, BALANCER, balancer),
        "port": next(ports),
        "protocol": "TCP",
        "defaultActions": [{"type": "forward", "targetGroupArn": another(stage, TARGETS, group)}],
    }


EXAMPLES = (
    Example(
        type=BALANCER,
        inputs=balancer,
        outputs={
            "idleTimeout": 30,
            "internal": False,
            "loadBalancerType": "application",
            "ipAddressType": "ipv4",
        },
        update={"idleTimeout": 40, "dropInvalidHeaderFields": None, "tags": {"kind": "changed"}},
        optional=lambda _: {"enableHttp2": False, "preserveHostHeader": True},
        values=lambda stage: {
            "accessLogs": {"bucket": "logs", "enabled": True},
            "connectionLogs": {"bucket": "logs", "enabled": True},
            "securityGroups": [another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]})],
            "subnets": [*two_subnets(stage), another(stage, SUBNET, subnet(stage, "eu-west-1c"))],
        },
        kept="securityGroups subnets",
        bad={"name": "x" * 33, "idleTimeout": 0, "ipAddressType": "ipv5"},
    ),
    Example(
        type=BALANCER,
        variant="mapped",
        inputs=lambda stage: mapped(two_subnets(stage)),
        values=lambda stage: mapped(
            [*two_subnets(stage), another(stage, SUBNET, subnet(stage, "eu-west-1c"))]
        ),
    ),
    Example(
        type=TARGETS,
        inputs=targets,
        outputs={"deregistrationDelay": 20, "protocolVersion": "HTTP1"},
        update={
            "deregistrationDelay": None,
            "healthCheck": {"path": "/", "matcher": "200-299"},
            "stickiness": {"type": "lb_cookie", "cookieDuration": 60},
            "tags": {"kind": "changed"},
        },
        optional=lambda _: {"slowStart": 30, "stickiness": {"type": "lb_cookie", "enabled": True}},
        values=lambda _: {
            "healthCheck": {
                "enabled": True,
                "healthyThreshold": 2,
                "interval": 20,
                "matcher": "200",
                "path": "/health",
                "port": "8081",
                "protocol": "HTTPS",
                "timeout": 6,
                "unhealthyThreshold": 2,
            },
            "stickiness": {
                "type": "app_cookie",
                "cookieDuration": 120,
                "cookieName": "cart",
                "enabled": False,
            },
            "targetGroupHealth": {"dnsFailover": {"minimumHealthyTargetsCount": "2"}},
        },
        kept="healthCheck",
        bad={"name": "x" * 33, "port": 99_999, "targetType": "host"},
    ),
    Example(
        type=TARGETS,
        variant="sticky",
        inputs=lambda stage: {**targets(stage), "stickiness": {**STICKY, "cookieDuration": 60}},
        values=lambda _: {"stickiness": {**STICKY, "cookieDuration": 120}},
    ),
    Example(
        type=TARGETS,
        variant="function",
        inputs=lambda _: {"targetType": "lambda", "healthCheck": {"enabled": False, "path": "/"}},
        values=lambda _: {"healthCheck": {"enabled": True, "path": "/"}},
    ),
    Example(
        type=LISTENER,
        inputs=listener,
        update={
            "defaultActions": [{"type": "redirect", "redirect": {**TO_HTTPS, "port": "443"}}],
            "tags": {"kind": "changed"},
        },
        values=lambda stage: {
            "certificateArn": stage.make(CERTIFICATE)["arn"],
            "defaultActions": [REDIRECT],
            "protocol": "HTTPS",
        },
        together=("certificateArn protocol",),
        kept="port protocol",
        bad={"port": 0, "defaultActions": [{"type": "ignore"}], "sslPolicy": "any"},
    ),
    Example(
        type=LISTENER,
        variant="https",
        inputs=lambda stage: {
            **listener(stage),
            "protocol": "HTTPS",
            "certificateArn": stage.make(CERTIFICATE)["arn"],
            "sslPolicy": "ELBSecurityPolicy-2016-08",
        },
        values=lambda stage: {
            "certificateArn": another(stage, CERTIFICATE, own_certificate("lb.example.com")),
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        },
    ),
    Example(
        type=BALANCER,
        variant="network",
        inputs=lambda stage: {"loadBalancerType": "network", "subnets": two_subnets(stage)},
        values=lambda _: {"enableCrossZoneLoadBalancing": True},
    ),
    Example(
        type=LISTENER,
        variant="network",
        inputs=network_listener,
        values=lambda _: {"tcpIdleTimeoutSeconds": 60},
    ),
    Example(
        type=RULE,
        inputs=rule,
        update={
            "conditions": [
                {"httpHeader": {"httpHeaderName": "X-Canary", "values": ["yes"]}},
                {"queryStrings": [{"key": "version", "value": "2"}]},
            ],
            "tags": {"kind": "changed"},
        },
        values=lambda _: {"actions": [REDIRECT]},
        bad={"priority": 0, "actions": [{"type": "ignore"}], "conditions": [{}]},
    ),
    Example(
        type="aws:lb/targetGroupAttachment:TargetGroupAttachment",
        inputs=lambda stage: {
            "targetGroupArn": stage.make(TARGETS)["arn"],
            "targetId": "10.20.0.4",
            "port": next(ports),
        },
        bad={"port": 99_999},
        import_id="{targetGroupArn},{targetId},{port}",
    ),
)

# The same types have the name `aws.alb` too.
EXAMPLES += tuple(
    replace(example, type=example.type.replace("aws:lb/", "aws:alb/")) for example in EXAMPLES
)

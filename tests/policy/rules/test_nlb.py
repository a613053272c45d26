"""Tests of policy.rules.nlb."""

from policy.rules.nlb import nlb_edge_listener_tls
from policy.testing import check_stack, resource, stack, unknown

LISTENER = "aws:lb/listener:Listener"
FORWARD = {"type": "forward", "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:tg"}
HTTPS = {
    "loadBalancerArn": "arn:lb",
    "port": 443,
    "protocol": "HTTPS",
    "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "certificateArn": "arn:aws:acm:eu-west-1:1:certificate/1",
    "defaultActions": [FORWARD],
}
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
INTERNAL = {"arn": "arn:lb", "name": "shop", "internal": True, "subnets": ["a", "b"]}


def balancer(**changes):
    return resource(BALANCER, "shop", INTERNAL | changes)


def test_nlb_edge_listener_tls():
    def listener(**changes):
        props = HTTPS | {"protocol": "TLS"} | changes
        return resource(LISTENER, "tls", props)

    edge = balancer(internal=None, loadBalancerType="network")
    check_stack(
        nlb_edge_listener_tls,
        kept=[
            stack(edge, listener()),
            stack(edge, listener(protocol=unknown)),
            stack(balancer(loadBalancerType="network"), listener(protocol="TCP")),
            stack(balancer(internal=False), listener(protocol="HTTP")),
        ],
        broken=[stack(edge, listener(protocol="TCP"))],
    )

"""Load balancers and their listeners."""

from policy.testing import resource

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

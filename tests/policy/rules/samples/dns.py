"""Hosted zones and records."""

from policy.testing import resource


def zone(**changes):
    return resource("aws:route53/zone:Zone", "shop", {"id": "Z1", "name": "x.example"} | changes)


def record(**changes):
    props = {"zoneId": "Z1", "name": "shop", "type": "A"} | changes
    return resource("aws:route53/record:Record", "record", props)


def balancer(internal):
    props = {"internal": internal, "dnsName": "internal-shop.elb.amazonaws.com"}
    return resource("aws:lb/loadBalancer:LoadBalancer", "lb", props)


def to(name):
    return {"aliases": [{"name": name, "zoneId": "Z9", "evaluateTargetHealth": True}]}

"""Rules on Network Load Balancers."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_not_true, is_true


@rule(aws.LOAD_BALANCER)
@classify("reliability", "resilience", "low", "advisory")
def nlb_cross_zone(balancer: Resource) -> Messages:
    """Network and Gateway Load Balancers must have cross-zone load balancing.

    Without cross-zone load balancing, a zone without healthy targets cannot serve its clients.

    References: Config nlb-cross-zone-load-balancing-enabled, Checkov CKV_AWS_152
    """
    if balancer.get("loadBalancerType") not in ("network", "gateway"):
        return
    crosses = balancer.get("enableCrossZoneLoadBalancing")
    if crosses is not UNKNOWN and not is_true(crosses):
        yield (
            f"The load balancer '{balancer.name}' must have cross-zone load balancing: set"
            " enable_cross_zone_load_balancing=True."
        )


@stack_rule(aws.LISTENER, aws.LOAD_BALANCER)
@classify("security", "edge", "medium", "advisory")
def nlb_edge_listener_tls(stack: Stack) -> Findings:
    """Public network load balancers must have TLS listeners only.

    A TCP listener does not encrypt traffic, so it can be read in transit.

    References: FSBP ELB.18, Config elbv2-listener-encryption-in-transit
    """
    for listener in stack.of_type(aws.LISTENER):
        if listener.get("protocol") in ("TLS", UNKNOWN):
            continue
        balancers = stack.references(listener, "loadBalancerArn", aws.LOAD_BALANCER)
        public = [
            one
            for one in balancers
            if one.get("loadBalancerType") == "network" and is_not_true(one.get("internal"))
        ]
        if public:
            yield listener.finding(
                f"The listener '{listener.name}' of the public load balancer '{public[0].name}'"
                ' must use TLS: set protocol="TLS" and certificate_arn.'
            )

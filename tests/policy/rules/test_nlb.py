"""Tests of policy.rules.nlb."""

from policy.rules.nlb import nlb_edge_listener_tls
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.load_balancers import HTTPS, LISTENER, balancer


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

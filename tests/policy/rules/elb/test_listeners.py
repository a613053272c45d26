"""Tests of policy.rules.elb.listeners."""

from policy.rules.elb import listeners as rules
from policy.testing import check, check_stack, resource, stack, unknown
from tests.policy.rules.samples.load_balancers import FORWARD, HTTPS, LISTENER

REDIRECT = {
    "type": "redirect",
    "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
}
HTTP = {"loadBalancerArn": "arn:lb", "port": 80, "protocol": "HTTP", "defaultActions": [REDIRECT]}


def test_elb_http_listener_redirects():
    plain = {"type": "redirect", "redirect": {"protocol": "HTTP", "statusCode": "HTTP_301"}}
    check(
        rules.elb_http_listener_redirects,
        LISTENER,
        HTTP,
        kept=[
            HTTPS,
            {"protocol": None, "port": None, "defaultActions": [FORWARD]},
            {"defaultActions": [{"type": "redirect", "redirect": {"protocol": unknown}}]},
        ],
        broken=[
            {"defaultActions": [FORWARD]},
            {"defaultActions": [plain]},
            {"defaultActions": [REDIRECT, FORWARD]},
            {"protocol": None, "defaultActions": [FORWARD]},
        ],
        unknown_at=["defaultActions", "protocol"],
    )


def test_elb_http_listener_rule_redirects():
    paths = [{"pathPattern": {"values": ["/orders/*"]}}]
    answer = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}

    def program(*actions, listener=HTTP, others=()):
        props = {"listenerArn": "arn:l", "conditions": paths, "actions": list(actions)}
        return stack(
            resource(LISTENER, "shop", listener | {"arn": "arn:l"}),
            *(resource(LISTENER, "other", other | {"arn": "arn:l"}) for other in others),
            resource("aws:lb/listenerRule:ListenerRule", "orders", props),
        )

    check_stack(
        rules.elb_http_listener_rule_redirects,
        kept=[
            program(REDIRECT),
            program(answer),
            program(FORWARD, listener=HTTPS),
            program(FORWARD, others=[HTTPS]),  # a component has both, and either may be meant
            program(FORWARD, listener=HTTP | {"protocol": unknown}),
            program(unknown),
            program({"type": unknown}),
            program({"type": "redirect", "redirect": {"protocol": unknown}}),
        ],
        broken=[
            program(FORWARD),
            program(FORWARD, listener=HTTP | {"protocol": None}),
            program({"type": "redirect", "redirect": {"path": "/", "statusCode": "HTTP_302"}}),
            program({"type": "redirect", "redirect": {"protocol": "HTTP"}}),
        ],
    )


def test_elb_listener_tls_policy():
    check(
        rules.elb_listener_tls_policy,
        LISTENER,
        HTTPS,
        kept=[{"sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}, HTTP | {"sslPolicy": None}],
        broken=[{"sslPolicy": None}, {"sslPolicy": "ELBSecurityPolicy-2016-08"}],
        unknown_at=["sslPolicy", "protocol"],
    )

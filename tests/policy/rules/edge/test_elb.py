"""What the rules on load balancers accept and refuse."""

from policy.rules.edge.elb import (
    alb_desync_mitigation,
    alb_drop_invalid_headers,
    alb_public_has_web_acl,
    elb_http_listener_redirects,
    elb_internal_unless_declared_public,
    elb_listener_tls_policy,
)
from policy.rules.edge.elb_routing import (
    alb_catch_all_rule_is_guarded,
    elb_http_listener_rule_redirects,
    elb_target_group_encrypted,
    nlb_edge_listener_tls,
)
from policy.testing import check, check_stack, resource, stack, unknown

LISTENER = "aws:lb/listener:Listener"
REDIRECT = {
    "type": "redirect",
    "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
}
FORWARD = {"type": "forward", "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:tg"}
HTTP = {"loadBalancerArn": "arn:lb", "port": 80, "protocol": "HTTP", "defaultActions": [REDIRECT]}
HTTPS = {
    "loadBalancerArn": "arn:lb",
    "port": 443,
    "protocol": "HTTPS",
    "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "certificateArn": "arn:aws:acm:eu-west-1:1:certificate/1",
    "defaultActions": [FORWARD],
}


def test_elb_http_listener_redirects():
    plain = {"type": "redirect", "redirect": {"protocol": "HTTP", "statusCode": "HTTP_301"}}
    check(
        elb_http_listener_redirects,
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
        elb_http_listener_rule_redirects,
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
        elb_listener_tls_policy,
        LISTENER,
        HTTPS,
        kept=[{"sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}, HTTP | {"sslPolicy": None}],
        broken=[{"sslPolicy": None}, {"sslPolicy": "ELBSecurityPolicy-2016-08"}],
        unknown_at=["sslPolicy", "protocol"],
    )


def test_alb_drop_invalid_headers():
    check(
        alb_drop_invalid_headers,
        "aws:lb/loadBalancer:LoadBalancer",
        {"name": "shop", "internal": False, "dropInvalidHeaderFields": True, "subnets": ["a", "b"]},
        kept=[{"loadBalancerType": "network", "dropInvalidHeaderFields": None}],
        broken=[
            {"dropInvalidHeaderFields": False},
            {"dropInvalidHeaderFields": None},
            {"dropInvalidHeaderFields": None, "loadBalancerType": "application"},
        ],
        unknown_at=["dropInvalidHeaderFields", "loadBalancerType"],
    )


BALANCER = "aws:lb/loadBalancer:LoadBalancer"
INTERNAL = {"arn": "arn:lb", "name": "shop", "internal": True, "subnets": ["a", "b"]}


def balancer(**changes):
    return resource(BALANCER, "shop", INTERNAL | changes)


def test_alb_desync_mitigation():
    check(
        alb_desync_mitigation,
        BALANCER,
        INTERNAL,
        kept=[{"desyncMitigationMode": "strictest"}, {"desyncMitigationMode": "defensive"}],
        broken=[{"desyncMitigationMode": "monitor"}],
        unknown_at=["desyncMitigationMode"],
    )


def test_elb_internal_unless_declared_public():
    check(
        elb_internal_unless_declared_public,
        BALANCER,
        INTERNAL,
        kept=[
            {"internal": False, "tags": {"exposure": "public"}},
            {"internal": None, "tagsAll": {"exposure": unknown}},
        ],
        broken=[
            {"internal": None},
            {"internal": False},
            {"internal": False, "tags": {"exposure": "staff"}},
        ],
        unknown_at=["internal"],
    )


def test_alb_public_has_web_acl():
    association = resource(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "association",
        {"resourceArn": "arn:lb", "webAclArn": "arn:acl"},
    )
    check_stack(
        alb_public_has_web_acl,
        kept=[
            stack(balancer()),
            stack(balancer(internal=unknown)),
            stack(balancer(internal=False), association),
            stack(balancer(internal=False, loadBalancerType="network")),
        ],
        broken=[stack(balancer(internal=False)), stack(balancer(internal=None))],
    )


def test_elb_target_group_encrypted():
    check(
        elb_target_group_encrypted,
        "aws:lb/targetGroup:TargetGroup",
        {"name": "orders", "port": 443, "protocol": "HTTPS", "targetType": "ip"},
        kept=[{"protocol": None, "targetType": "lambda"}],
        broken=[{"protocol": "HTTP"}],
        unknown_at=["protocol"],
    )


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


def test_alb_catch_all_rule_is_guarded():
    everything = {"pathPattern": {"values": ["/*"]}}
    host = {"hostHeader": {"values": ["shop.example.com"]}}

    def served(*conditions, internal=False, action="forward"):
        actions = [{"type": action, "targetGroupArn": "arn:tg"}]
        props = {"listenerArn": "arn:l", "conditions": list(conditions), "actions": actions}
        return stack(
            balancer(internal=internal),
            resource(LISTENER, "https", HTTPS | {"arn": "arn:l"}),
            resource("aws:lb/listenerRule:ListenerRule", "shop-rule", props),
        )

    check_stack(
        alb_catch_all_rule_is_guarded,
        kept=[
            served({"pathPattern": {"values": ["/orders/*"]}}),
            served(everything, host),
            served(everything, internal=True),
            served(everything, action="authenticate-cognito"),
            served(everything, action="jwt-validation"),
            served(everything, action=unknown),
            served(everything, unknown),
        ],
        broken=[served(everything), served({"pathPattern": {"values": ["*"]}}, internal=None)],
    )

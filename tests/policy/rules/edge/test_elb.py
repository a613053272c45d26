"""What the rules on load balancers accept and refuse."""

from policy.rules.edge.elb import (
    alb_drop_invalid_headers,
    elb_http_listener_redirects,
    elb_listener_tls_policy,
)
from policy.testing import check, unknown

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

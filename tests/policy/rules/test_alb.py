"""Tests of policy.rules.alb."""

from policy.rules.alb import alb_catch_all_rule_is_guarded, alb_public_has_web_acl
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.load_balancers import HTTPS, LISTENER, balancer


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

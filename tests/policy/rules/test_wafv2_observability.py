"""Tests of policy.rules.wafv2."""

from policy.rules.wafv2 import wafv2_logged, wafv2_metrics_on
from policy.testing import check, check_stack, resource, stack, unknown

ACL = "aws:wafv2/webAcl:WebAcl"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
SEEN = {"cloudwatchMetricsEnabled": True, "metricName": "shop", "sampledRequestsEnabled": True}
UNSEEN = SEEN | {"cloudwatchMetricsEnabled": False}
WHOLE = {
    "name": "shop",
    "scope": "REGIONAL",
    "defaultAction": {"allow": {}},
    "visibilityConfig": SEEN,
    "rules": [{"name": "common", "priority": 1, "visibilityConfig": SEEN}],
}


def test_wafv2_metrics_on():
    check(
        wafv2_metrics_on,
        ACL,
        WHOLE,
        kept=[{"rules": None}, {"rules": [{"name": "late", "visibilityConfig": unknown}]}],
        broken=[
            {"visibilityConfig": UNSEEN},
            {"visibilityConfig": None},
            {"rules": [{"name": "common", "visibilityConfig": UNSEEN}]},
            {"rules": [{"name": "late", "visibilityConfig": unknown}, {"name": "common"}]},
        ],
        unknown_at=["visibilityConfig", "rules"],
    )
    rule = {"name": "common", "visibilityConfig": SEEN}
    unseen_rule = {"name": "rate", "visibilityConfig": UNSEEN}
    acl = resource(ACL, "shop", {"visibilityConfig": UNSEEN, "rules": [rule, unseen_rule]})
    changes = wafv2_metrics_on.remediate(acl)
    assert changes["visibilityConfig"] == SEEN
    assert changes["rules"] == [rule, unseen_rule | {"visibilityConfig": SEEN}]


def test_wafv2_logged():
    acl = resource(ACL, "shop", WHOLE)
    logging = resource(LOGGING, "logs", {"resourceArn": unknown, "logDestinationConfigs": ["arn"]})
    check_stack(
        wafv2_logged,
        kept=[
            stack(acl, logging, property_dependencies={"logs": {"resourceArn": [acl]}}),
            stack(acl, logging),
        ],
        broken=[stack(acl), stack(acl, resource(LOGGING, "logs", {"resourceArn": "arn:aws:w:2"}))],
    )

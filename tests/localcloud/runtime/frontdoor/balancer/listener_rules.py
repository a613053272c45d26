"""Listener rules as `DescribeRules` returns them."""

from __future__ import annotations

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/1"
OTHER = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/2"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"


def forward(priority="default", path=None, arn=GROUP, before=(), **weighted):
    target = {"ForwardConfig": weighted} if weighted else {"TargetGroupArn": arn}
    return {
        "Priority": priority,
        "IsDefault": priority == "default",
        "Conditions": [{"Field": "path-pattern", "Values": [path]}] if path else [],
        "Actions": [{"Type": "forward", "Order": 9, **target}, *before],
    }


def fixed(priority, status, body="", path=None):
    rule = forward(priority, path)
    config = {"StatusCode": str(status), "MessageBody": body, "ContentType": "text/plain"}
    rule["Actions"] = [{"Type": "fixed-response", "FixedResponseConfig": config}]
    return rule

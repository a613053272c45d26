"""Tests of policy.rules.lambda_.logs."""

from policy.rules.lambda_.logs import lambda_log_group_kept
from policy.testing import check_stack, resource, stack, unknown

GROUP = "aws:cloudwatch/logGroup:LogGroup"
WHOLE = {
    "name": "catalog",
    "role": "arn:aws:iam::111122223333:role/catalog",
    "runtime": "python3.12",
    "handler": "handler.handler",
}


def function(**changes):
    return resource("aws:lambda/function:Function", "catalog", WHOLE | changes)


def group(name="/aws/lambda/catalog", days=30.0):
    return resource(GROUP, "logs", {"name": name, "retentionInDays": days})


def test_lambda_log_group_kept():
    chosen = function(loggingConfig={"logFormat": "JSON", "logGroup": unknown})

    def joined(days):
        logs = group(unknown, days)
        return stack(chosen, logs, property_dependencies={"catalog": {"loggingConfig": [logs]}})

    named_after = stack(
        function(name=unknown),
        group(unknown),
        property_dependencies={"logs": {"name": [function()]}},
    )
    check_stack(
        lambda_log_group_kept,
        kept=[
            stack(function(), group()),
            stack(function(loggingConfig={"logGroup": "/shop/c"}), group("/shop/c")),
            stack(chosen),
            stack(function(name=unknown)),
            stack(function(), group(unknown)),
            joined(30.0),
            joined(unknown),
            named_after,
        ],
        broken=[
            stack(function()),
            stack(function(), group(days=0)),
            stack(function(), group("/aws/lambda/other")),
            stack(function(loggingConfig={"logGroup": "/shop/c"}), group()),
            joined(None),
        ],
    )

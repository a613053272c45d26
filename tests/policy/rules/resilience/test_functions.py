"""What the rules on functions that fail, or starve others, accept and refuse."""

from policy.rules.resilience.lambda_ import (
    lambda_async_failure_destination,
    lambda_reserved_concurrency,
    lambda_vpc_two_subnets,
)
from policy.testing import check, check_stack, resource, stack, unknown

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
ALIAS = "aws:lambda/alias:Alias"
WHOLE = {
    "name": "notify",
    "role": "arn:aws:iam::111122223333:role/notify",
    "runtime": "python3.12",
    "reservedConcurrentExecutions": 5,
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]},
}


def function(**props):
    return resource(FUNCTION, "notify", WHOLE | props)


def permission(principal, to="notify"):
    props = {"action": "lambda:InvokeFunction", "function": to, "principal": principal}
    return resource(PERMISSION, f"by-{principal}", props)


def config(to="notify", **props):
    return resource(CONFIG, "failures", {"functionName": to} | props)


KEEPS = {"destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:eu-west-1:1:failed"}}}
GATEWAY = "apigateway.amazonaws.com"


def test_lambda_async_failure_destination():
    alias = resource(ALIAS, "live", {"functionName": "notify", "name": "live", "arn": "arn:live"})
    check_stack(
        lambda_async_failure_destination,
        kept=[
            stack(function(deadLetterConfig={"targetArn": "arn:aws:sqs:1"})),
            stack(function(deadLetterConfig={"targetArn": unknown})),
            stack(function(), config(**KEEPS)),
            stack(function(), config(destinationConfig=unknown)),
            stack(function(), config(to=unknown, **KEEPS)),
            stack(function(), alias, config(to="arn:live", **KEEPS)),
            stack(function(), permission(GATEWAY)),
            stack(function(), permission(unknown)),
            stack(function(), resource(MAPPING, "queue", {"functionName": "notify"})),
            stack(function(), alias, resource(MAPPING, "queue", {"functionName": "arn:live"})),
        ],
        broken=[
            stack(function()),
            stack(function(), config()),
            stack(function(), config(to="other", **KEEPS)),
            stack(function(), permission("s3.amazonaws.com")),
            stack(function(), permission(GATEWAY), permission("events.amazonaws.com")),
            stack(function(), permission(GATEWAY, to="other")),
            stack(
                function(),
                permission("sns.amazonaws.com"),
                resource(MAPPING, "queue", {"functionName": "notify"}),
            ),
        ],
    )


def test_lambda_vpc_two_subnets():
    check(
        lambda_vpc_two_subnets,
        FUNCTION,
        WHOLE,
        kept=[{"vpcConfig": None}, {"vpcConfig": {"subnetIds": [], "securityGroupIds": []}}],
        broken=[
            {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}},
            {"vpcConfig": {"securityGroupIds": ["sg-1"]}},
        ],
        unknown_at=["vpcConfig"],
    )


def test_lambda_reserved_concurrency():
    check(
        lambda_reserved_concurrency,
        FUNCTION,
        WHOLE,
        kept=[{"reservedConcurrentExecutions": 0}],
        broken=[{"reservedConcurrentExecutions": None}, {"reservedConcurrentExecutions": -1}],
        unknown_at=["reservedConcurrentExecutions"],
    )

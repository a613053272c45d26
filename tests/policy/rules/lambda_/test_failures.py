"""Tests of policy.rules.lambda_.failures."""

from policy.rules.lambda_ import failures as rules
from policy.testing import check, check_stack, resource, stack, unknown

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
ALIAS = "aws:lambda/alias:Alias"
WHOLE = {
    "name": "notify",
    "role": "arn:aws:iam::111122223333:role/notify",
    "runtime": "python3.12",
    "reservedConcurrentExecutions": 5,
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]},
}
KEEPS = {"destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:eu-west-1:1:failed"}}}
GATEWAY = "apigateway.amazonaws.com"


def test_lambda_queue_visibility_timeout():
    def program(visibility, timeout, source="arn:q"):
        return stack(
            resource(
                "aws:sqs/queue:Queue", "q", {"arn": "arn:q", "visibilityTimeoutSeconds": visibility}
            ),
            resource(
                "aws:lambda/function:Function",
                "f",
                {"name": "f", "role": "arn:aws:iam::1:role/f", "timeout": timeout},
            ),
            resource(MAPPING, "m", {"eventSourceArn": source, "functionName": "f"}),
        )

    check_stack(
        rules.lambda_queue_visibility_timeout,
        kept=[
            program(60, 10),
            program(None, None),
            program(unknown, 10),
            program(10, unknown),
            program(10, 10, "arn:other"),
        ],
        broken=[program(59, 10), program(None, 10), program(10, None)],
    )


def function(**props):
    return resource(FUNCTION, "notify", WHOLE | props)


def permission(principal, to="notify"):
    props = {"action": "lambda:InvokeFunction", "function": to, "principal": principal}
    return resource(PERMISSION, f"by-{principal}", props)


def config(to="notify", **props):
    return resource(CONFIG, "failures", {"functionName": to} | props)


def test_lambda_async_failure_destination():
    alias = resource(ALIAS, "live", {"functionName": "notify", "name": "live", "arn": "arn:live"})
    check_stack(
        rules.lambda_async_failure_destination,
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


def test_lambda_reserved_concurrency():
    check(
        rules.lambda_reserved_concurrency,
        FUNCTION,
        WHOLE,
        kept=[{"reservedConcurrentExecutions": 0}],
        broken=[{"reservedConcurrentExecutions": None}, {"reservedConcurrentExecutions": -1}],
        unknown_at=["reservedConcurrentExecutions"],
    )

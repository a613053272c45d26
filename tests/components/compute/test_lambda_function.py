"""What a function promises."""

from __future__ import annotations

import json

import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.compute.queue_consumer import QueueConsumer, QueueConsumerArgs
from tests.alarm_routing import ALARMS

FUNCTION = "aws:lambda/function:Function"


@pytest.fixture
def args(tmp_path):
    archive = tmp_path / "f.zip"
    archive.write_bytes(b"PK")

    def made(**changes):
        given = {
            "archive": str(archive),
            "handler": "app.main",
            "alarms": ALARMS,
            "environment": {"TABLE": "t"},
            "environment_key_arn": "arn:key",
        }
        return LambdaFunctionArgs(**{**given, **changes})

    return made


def test_a_function_is_traced_encrypted_and_logs_to_a_group_of_its_own(build, args):
    made = build(lambda: LambdaFunction("catalog", args()))

    inputs = dict(made.one(FUNCTION, "catalog-function").inputs)
    assert inputs.pop("code") is not None
    assert inputs == {
        "handler": "app.main",
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "role": "arn:aws:test:::catalog-role",
        "description": "Runs one workload",
        "memorySize": 256,
        "timeout": 10,
        "environment": {"variables": {"TABLE": "t"}},
        "kmsKeyArn": "arn:key",
        "loggingConfig": {
            "logFormat": "JSON",
            "applicationLogLevel": "INFO",
            "systemLogLevel": "INFO",
            "logGroup": "catalog-logs",
        },
        "tracingConfig": {"mode": "Active"},
    }


def test_a_function_in_a_network_may_make_its_interfaces(build, args):
    vpc = VpcPlacement(subnet_ids=["a", "b"], security_group_ids=["sg"])
    code = Statement(actions=["sns:Publish"], resources=["arn:topic"])

    made = build(lambda: LambdaFunction("catalog", args(vpc=vpc, statements=[code])))

    assert made.one(FUNCTION, "catalog-function").inputs["vpcConfig"] == {
        "subnetIds": ["a", "b"],
        "securityGroupIds": ["sg"],
    }
    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    statements = json.loads(policy.inputs["policy"])["Statement"]
    assert [s["Action"][0] for s in statements] == [
        "sns:Publish",
        "logs:CreateLogStream",
        "xray:PutTelemetryRecords",
        "ec2:CreateNetworkInterface",
        "kms:Decrypt",
    ]


def test_it_says_when_it_fails_is_slow_or_turned_away(build, args):
    made = build(lambda: LambdaFunction("catalog", args(slow_ms=500, availability_percent=99.9)))

    alarms = {
        a.name: (a.inputs["metricName"], a.inputs["threshold"])
        for a in made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert alarms == {
        "catalog-errors": ("Errors", 0.0),
        "catalog-slow": ("Duration", 500),
        "catalog-throttles": ("Throttles", 0),
    }


def test_a_function_whose_requests_an_objective_watches_says_only_that_it_is_throttled(build, args):
    made = build(lambda: LambdaFunction("catalog", args(request_alarms=False)))

    [alarm] = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.name == "catalog-throttles"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"timeout_seconds": 901}, "use 1 to 900"),
        ({"memory_mib": 64}, "use 128 to 10240"),
        ({"reserved_concurrency": -1}, "or leave it out"),
    ],
)
def test_what_lambda_would_refuse_is_refused_at_once(args, changes, told):
    with pytest.raises(InvalidArgError, match=told):
        args(**changes)


def test_who_may_call_is_told_by_the_function(build, args):
    allowed = []

    build(lambda: allowed.append(LambdaFunction("catalog", args()).allow_invoke()))

    assert allowed[0][0].actions == ["lambda:InvokeFunction"]


def test_a_consumer_names_the_messages_that_failed(build):
    args = QueueConsumerArgs(
        function_arn="arn:f", queue_arn="arn:q", batch_size=20, window_seconds=1, max_concurrency=5
    )

    made = build(lambda: QueueConsumer("sent", args))

    assert made.one("aws:lambda/eventSourceMapping:EventSourceMapping", "sent-mapping").inputs == {
        "eventSourceArn": "arn:q",
        "functionName": "arn:f",
        "batchSize": 20,
        "maximumBatchingWindowInSeconds": 1,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "scalingConfig": {"maximumConcurrency": 5},
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"batch_size": 11}, "use at most 10, or set window_seconds"),
        ({"batch_size": 0}, "use 1 to 10000"),
        ({"max_concurrency": 1}, "use 2 or more, or leave it out"),
    ],
)
def test_a_batch_that_lambda_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        QueueConsumerArgs(function_arn="arn:f", queue_arn="arn:q", **changes)


def test_without_a_key_of_ones_own_no_permission_is_given_for_it(build, args):
    made = build(lambda: LambdaFunction("catalog", args(environment_key_arn=None)))

    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    assert "kms" not in policy.inputs["policy"]

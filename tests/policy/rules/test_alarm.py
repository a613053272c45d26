"""Tests of policy.rules.alarm."""

import json

import pytest

from policy.rules.alarm import (
    COMPOSITE_ALARM,
    alarm_for_each_service,
    alarm_has_action,
    alarm_on_dead_letter_queue,
)
from policy.testing import changed, check_stack, messages, resource, stack, unknown

METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
WHOLE = {
    "name": "orders-errors",
    "namespace": "AWS/ApplicationELB",
    "metricName": "HTTPCode_Target_5XX_Count",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 5,
    "alarmActions": ["arn:aws:sns:eu-west-1:111122223333:on-call"],
}
FUNCTION = resource(
    "aws:lambda/function:Function",
    "catalog",
    {"name": "catalog-x", "role": "arn:aws:iam::111122223333:role/catalog", "timeout": 5},
)
GROUP_PROPS = {"name": "orders", "arnSuffix": "targetgroup/orders/1", "protocol": "HTTP"}
TARGET_GROUP = resource("aws:lb/targetGroup:TargetGroup", "orders-group", GROUP_PROPS)
SERVICE = resource("aws:ecs/service:Service", "orders", {"name": "orders-x", "desiredCount": 2})
EACH = ["Errors", "Duration", "Throttles"]
VISIBLE = "ApproximateNumberOfMessagesVisible"
NAMESPACES = {
    **dict.fromkeys(EACH, "AWS/Lambda"),
    **dict.fromkeys(["TargetResponseTime", "HTTPCode_Target_5XX_Count"], "AWS/ApplicationELB"),
    "MemoryUtilization": "AWS/ECS",
    VISIBLE: "AWS/SQS",
}
ARN = "arn:aws:sqs:eu-west-1:111122223333:failed"
FAILED = resource("aws:sqs/queue:Queue", "failed", {"name": "orders-failed", "arn": ARN})
REDRIVE = {"redrivePolicy": json.dumps({"deadLetterTargetArn": ARN, "maxReceiveCount": 5})}
ORDERS = resource("aws:sqs/queue:Queue", "orders", {"name": "orders"} | REDRIVE)
SOURCES = [
    ORDERS,
    resource("aws:sqs/redrivePolicy:RedrivePolicy", "r", {"queueUrl": "https://sqs/q"} | REDRIVE),
    resource("aws:sns/topicSubscription:TopicSubscription", "s", {"protocol": "sqs"} | REDRIVE),
    resource("aws:lambda/function:Function", "f", {"deadLetterConfig": {"targetArn": ARN}}),
    resource(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "c",
        {"destinationConfig": {"onFailure": {"destination": ARN}}},
    ),
    resource(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "m",
        {"destinationConfig": {"onFailure": {"destinationArn": ARN}}},
    ),
    resource("aws:cloudwatch/eventTarget:EventTarget", "t", {"deadLetterConfig": {"arn": ARN}}),
    resource(
        "aws:scheduler/schedule:Schedule",
        "n",
        {"target": {"arn": "arn:aws:lambda:1", "deadLetterConfig": {"arn": ARN}}},
    ),
]


def alarm(metric, **changes):
    named = {
        "name": f"shop-{metric}",
        "namespace": NAMESPACES.get(metric, "Shop"),
        "metricName": metric,
    }
    return resource(METRIC, f"on-{metric or 'queries'}", changed(WHOLE, named | changes))


def alarms(*metrics, **dimensions):
    return [alarm(metric, dimensions=dimensions) for metric in metrics]


def computed(metric=None, expression=None, **dimensions):
    """Return an alarm on queries: one that names the metric, or one that computes."""
    query = {"id": "m", "metric": {"metricName": metric, "dimensions": dimensions, "period": 60}}
    whole = query if metric else {"id": "e", "expression": expression}
    return alarm(None, metricQueries=[whole, {"id": "x", "expression": "m * 2"}])


def depending(*resources, on, path="dimensions"):
    names = [one.name for one in resources if one.type == METRIC]
    return stack(*resources, *on, property_dependencies={name: {path: list(on)} for name in names})


def test_alarm_for_each_service():
    cpu = 'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/ECS", ServiceName) WHERE ServiceName = '
    told = {"ServiceName": unknown}
    answering = stack(
        SERVICE,
        TARGET_GROUP,
        *alarms("HTTPCode_Target_5XX_Count", "TargetResponseTime", TargetGroup=unknown),
        alarm("MemoryUtilization", dimensions=told),
        property_dependencies={
            "orders": {"loadBalancers": [TARGET_GROUP]},
            "on-HTTPCode_Target_5XX_Count": {"dimensions": [TARGET_GROUP]},
            "on-TargetResponseTime": {"dimensions": [TARGET_GROUP]},
            "on-MemoryUtilization": {"dimensions": [SERVICE]},
        },
    )
    suffix = {"TargetGroup": "targetgroup/orders/1"}
    updated = stack(
        SERVICE,
        TARGET_GROUP,
        *alarms("UnHealthyHostCount", "TargetResponseTime", **suffix),
        computed(expression=f"{cpu} 'orders-x'"),
        property_dependencies={"orders": {"loadBalancers": [TARGET_GROUP]}},
    )
    several = alarms(*EACH, FunctionName="catalog-x")
    check_stack(
        alarm_for_each_service,
        kept=[
            stack(FUNCTION, *several),
            stack(
                FUNCTION, *several[:2], computed("ConcurrentExecutions", FunctionName="catalog-x")
            ),
            stack(FUNCTION, *several[:2], alarm(unknown, dimensions={"FunctionName": "catalog-x"})),
            stack(FUNCTION, *several[:2], alarm(None, metricQueries=unknown)),
            stack(FUNCTION, *alarms(*EACH, FunctionName=unknown)),
            stack(FUNCTION, *[alarm(one, dimensions=unknown) for one in EACH]),
            depending(*alarms(*EACH, FunctionName=unknown), on=[FUNCTION]),
            answering,
            updated,
            stack(*several),
        ],
        broken=[
            stack(FUNCTION),
            stack(FUNCTION, *several[:2]),
            stack(FUNCTION, *several[1:]),
            stack(FUNCTION, *several[:2], alarm("Invocations", dimensions=unknown)),
            stack(FUNCTION, *alarms(*EACH, FunctionName="another")),
            stack(FUNCTION, *several[:2], computed("Throttles", FunctionName="another")),
            depending(FUNCTION, *alarms(*EACH, ServiceName=unknown), on=[SERVICE]),
            stack(SERVICE, TARGET_GROUP, *alarms("TargetResponseTime", **suffix)),
        ],
    )
    assert len(messages(alarm_for_each_service, stack(FUNCTION))) == 3
    params = {"metrics": {"errors": ["Failures"]}}
    kept = stack(FUNCTION, alarm("Failures", dimensions={"FunctionName": "catalog-x"}))
    check_stack(alarm_for_each_service, kept=[kept], broken=[stack(FUNCTION)], params=params)


RECEIVING = {
    "loadBalancers": [{"targetGroupArn": unknown, "containerName": "app"}],
    "serviceRegistries": {"registryArn": unknown},
    "serviceConnectConfiguration": {"enabled": True, "services": [{"portName": "http"}]},
}


@pytest.mark.parametrize("argument", RECEIVING)
def test_a_service_that_receives_requests_needs_alarms_on_errors_and_latency(argument):
    props = {"name": "orders-x", argument: RECEIVING[argument]}
    service = resource("aws:ecs/service:Service", "orders", props)
    saturation = alarm("MemoryUtilization", dimensions={"ServiceName": "orders-x"})

    said = messages(alarm_for_each_service, stack(service, saturation))

    assert [" on its errors" in said[0], " on its latency" in said[1], len(said)] == [True, True, 2]


def test_a_service_that_receives_no_requests_needs_an_alarm_on_saturation_alone():
    relay = resource("aws:ecs/service:Service", "relay", {"name": "relay-x", "desiredCount": 2})
    later = resource("aws:ecs/service:Service", "relay", relay.props | {"loadBalancers": unknown})
    saturation = alarm("MemoryUtilization", dimensions={"ServiceName": "relay-x"})

    [said] = messages(alarm_for_each_service, stack(relay))

    assert "an alarm on its saturation" in said
    check_stack(
        alarm_for_each_service,
        kept=[stack(relay, saturation), stack(later, saturation)],
        broken=[stack(relay)],
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.type)
def test_alarm_on_dead_letter_queue(source):
    watched = alarm(VISIBLE, dimensions={"QueueName": "orders-failed"})
    check_stack(
        alarm_on_dead_letter_queue,
        kept=[stack(source, FAILED, watched), stack(source), stack(FAILED)],
        broken=[
            stack(source, FAILED),
            stack(source, FAILED, alarm(VISIBLE, dimensions={"QueueName": "orders"})),
            stack(
                source, FAILED, alarm("NumberOfMessagesSent", dimensions=watched.get("dimensions"))
            ),
        ],
    )


def test_alarm_on_dead_letter_queue_while_values_are_not_known():
    failed = resource("aws:sqs/queue:Queue", "failed", {"name": unknown, "arn": unknown})
    other = resource("aws:sqs/queue:Queue", "other", {"name": unknown, "arn": unknown})
    open_redrive = resource("aws:sqs/queue:Queue", "orders", {"redrivePolicy": unknown})

    def redriven(*rest, to=(failed,), source=open_redrive, first="redrivePolicy"):
        joined = {"orders": {first: list(to)}}
        joined |= {one.name: {"dimensions": [failed]} for one in rest if one.type == METRIC}
        return stack(source, failed, other, *rest, property_dependencies=joined)

    def invoked(**ends):
        typ = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
        config = {end: {"destination": arn} for end, arn in ends.items()}
        source = resource(typ, "orders", {"functionName": "f", "destinationConfig": config})
        return redriven(source=source, first="destinationConfig")

    check_stack(
        alarm_on_dead_letter_queue,
        kept=[
            stack(open_redrive, failed),
            redriven(alarm(VISIBLE, dimensions={"QueueName": unknown})),
            redriven(alarm(unknown, dimensions={"QueueName": unknown})),
            redriven(to=[failed, other]),
            invoked(onSuccess=unknown),
            invoked(onSuccess=unknown, onFailure=unknown),
            invoked(onSuccess=unknown, onFailure="arn:aws:sns:eu-west-1:1:failed"),
        ],
        broken=[redriven(), invoked(onFailure=unknown)],
    )


def test_an_alarm_must_have_an_action_unless_a_composite_alarm_reads_it():
    def alarm(**change):
        return resource(METRIC, "errors", changed(WHOLE, change))

    def composite(**change):
        whole = {"alarmName": "both", "alarmRule": "TRUE", "alarmActions": ["arn:topic"]}
        return resource(COMPOSITE_ALARM, "both", changed(whole, change))

    silent = alarm(alarmActions=None)
    check_stack(
        alarm_has_action,
        kept=[
            stack(alarm()),
            stack(alarm(alarmActions=unknown)),
            stack(silent, composite(), property_dependencies={"both": {"alarmRule": [silent]}}),
        ],
        broken=[
            stack(silent),
            stack(alarm(alarmActions=[])),
            stack(silent, composite()),
            stack(composite(alarmActions=None)),
        ],
    )

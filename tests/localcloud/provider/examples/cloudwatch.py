"""Examples of log groups, dashboards and alarms."""

from __future__ import annotations

import json

from components.observability.dashboard_body import service_body
from components.observability.parts import Part, PartKind, ServiceParts
from components.observability.saved_queries import latest_errors
from tests.localcloud.provider.example import Example


def errors(statistic: str) -> list[dict]:
    metric = {"metricName": "Errors", "namespace": "AWS/Lambda", "period": 60, "stat": statistic}
    return [{"id": "errors", "metric": metric, "returnData": True}]


def alarm(queries: list[dict]) -> dict:
    return {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricQueries": queries,
        "threshold": 1,
    }


def share(expression: str) -> list[dict]:
    names = {"errors": "Errors", "calls": "Invocations"}
    metrics = [
        {
            "id": id_,
            "metric": {"metricName": name, "namespace": "AWS/Lambda", "period": 60, "stat": "Sum"},
        }
        for id_, name in names.items()
    ]
    return [*metrics, {"id": "share", "expression": expression, "returnData": True}]


def dashboard(name: str) -> str:
    metric = {"metrics": [["AWS/Lambda", name]], "region": "eu-west-1"}
    return json.dumps({"widgets": [{"type": "metric", "properties": metric}]})


def of_service(name: str) -> str:
    """Return a body with a widget of each type that dashboards of services have."""
    parts = ServiceParts(
        service=name,
        parts=[Part(kind=PartKind.FUNCTION, name=name, dimensions={"FunctionName": name})],
        alarms={"errors": "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors"},
    )
    body = service_body(parts, f"# {name}", "eu-west-1", latest_errors([name]))
    return json.dumps(body, indent=1)


ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def actions(stage) -> dict[str, list[str]]:
    topics = [stage.make("aws:sns/topic:Topic")["arn"]]
    return dict.fromkeys(("alarmActions", "insufficientDataActions", "okActions"), topics)


EXAMPLES = (
    Example(
        type="aws:cloudwatch/logGroup:LogGroup",
        inputs=lambda _: {"retentionInDays": 30, "tags": {"kind": "example"}},
        update={"retentionInDays": 7, "tags": {"kind": "changed"}},
        values=lambda stage: {"kmsKeyId": stage.make("aws:kms/key:Key")["arn"]},
        outputs={"retentionInDays": 30},
        bad={"retentionInDays": 13, "name": "no spaces", "logGroupClass": "GOLD"},
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=lambda _: {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "metricName": "ApproximateAgeOfOldestMessage",
            "namespace": "AWS/SQS",
            "dimensions": {"QueueName": "orders"},
            "statistic": "Maximum",
            "period": 60,
            "threshold": 300,
            "treatMissingData": "notBreaching",
            "tags": {"kind": "example"},
        },
        update={"threshold": 600, "alarmDescription": "too old", "tags": {"kind": "changed"}},
        outputs={"actionsEnabled": True, "threshold": 300},
        optional=lambda _: {"actionsEnabled": False, "alarmDescription": "x"},
        values=lambda stage: {
            **actions(stage),
            "dimensions": {"QueueName": "payments"},
            "extendedStatistic": "p99",
            "period": 120,
            "statistic": None,
        },
        together=("extendedStatistic statistic",),
        kept="metricName namespace period statistic threshold",
        bad={
            "comparisonOperator": "Near",
            "period": 45,
            "datapointsToAlarm": 3,
            "treatMissingData": "never",
            "alarmActions": ["arn:aws:automate:eu-west-1:ec2:reboot"],
        },
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        variant="query",
        inputs=lambda _: alarm(errors("Sum")),
        values=lambda _: {"metricQueries": errors("Average")},
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        variant="math",
        inputs=lambda _: alarm(share("100 * FILL(errors, 0) / calls")),
        values=lambda _: {"metricQueries": share("IF(calls >= 20, errors / calls, 0)")},
        bad={"metricQueries": share("SEARCH('Errors', 'Sum')")},
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        variant="bands",
        inputs=lambda _: alarm(errors("Sum")),
        bad={
            "comparisonOperator": "GreaterThanUpperThreshold",
            "thresholdMetricId": "band",
            "evaluationWindow": {"wallClockWindow": {"timezone": "UTC"}},
            "evaluationInterval": 60,
            "warmUpConfiguration": {"warmUpPeriodDurationInMinutes": 5},
            "evaluationCriteria": {"promqlCriteria": {"query": "up"}},
        },
    ),
    Example(
        type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        inputs=lambda stage: {
            "alarmName": "both-windows",
            "alarmRule": f'ALARM("{stage.make(ALARM)["name"]}")',
            "tags": {"kind": "example"},
        },
        update={"alarmDescription": "burns", "tags": {"kind": "changed"}},
        optional=lambda _: {"alarmDescription": "x"},
        values=lambda stage: {
            **actions(stage),
            "alarmRule": f'NOT OK("{stage.make(ALARM)["name"]}")',
        },
        outputs={"actionsEnabled": True},
        bad={
            "alarmRule": "ALARM(",
            "actionsSuppressor": {"alarm": "maintenance"},
            "okActions": ["arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x"],
        },
    ),
    Example(
        type="aws:cloudwatch/dashboard:Dashboard",
        variant="metrics",
        inputs=lambda _: {"dashboardName": "shop", "dashboardBody": dashboard("errors")},
        values=lambda _: {"dashboardBody": dashboard("calls")},
        bad={"dashboardBody": '{"widgets": [{"type": "explorer"}]}', "dashboardName": "a b"},
    ),
    Example(
        type="aws:cloudwatch/dashboard:Dashboard",
        variant="of a service",
        inputs=lambda _: {"dashboardName": "orders", "dashboardBody": of_service("orders")},
        values=lambda _: {"dashboardBody": of_service("relay")},
        bad={"dashboardBody": '{"periodOverride": "none", "widgets": []}'},
    ),
)
